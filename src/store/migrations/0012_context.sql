-- SPDX-License-Identifier: Apache-2.0
-- Asking the platform for more of a conversation than was sealed when the case opened. It goes with the case's content.
CREATE TABLE context_request (
    case_id     INTEGER NOT NULL REFERENCES cases (id),
    number      INTEGER NOT NULL,              -- 1, 2, ... in its case
    user        TEXT NOT NULL,
    later       INTEGER NOT NULL,              -- 0: what came before; 1: what came after
    messages    INTEGER NOT NULL,              -- how many at most, or 0
    minutes     INTEGER NOT NULL,              -- how far, or 0
    from_ms     INTEGER NOT NULL,              -- counted from here
    asked_ms    INTEGER NOT NULL,
    state       INTEGER NOT NULL DEFAULT 0,    -- asked, answered, refused
    answered_ms INTEGER NOT NULL DEFAULT 0,
    reason      BLOB,                          -- sealed; NULL once destroyed
    answer      BLOB,                          -- sealed: the messages, or why it was refused; NULL until answered, and once destroyed
    PRIMARY KEY (case_id, number)
) STRICT, WITHOUT ROWID;
