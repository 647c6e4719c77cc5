-- SPDX-License-Identifier: Apache-2.0
-- What is known of where author, victim and host are: what a person wrote down. What is derived is derived anew each time. It goes with the
-- case's content.
CREATE TABLE case_fact (
    case_id   INTEGER NOT NULL REFERENCES cases (id),
    number    INTEGER NOT NULL,  -- 1, 2, ... in its case; never used again
    user      TEXT NOT NULL,
    whose     INTEGER NOT NULL,  -- author, victim, host
    kind      INTEGER NOT NULL,  -- place, nationality, residence
    hint      INTEGER NOT NULL,  -- how it is known
    stored_ms INTEGER NOT NULL,
    fact      BLOB,              -- sealed: country, when, detail; NULL once taken back or destroyed
    PRIMARY KEY (case_id, number)
) STRICT, WITHOUT ROWID;
