-- SPDX-License-Identifier: Apache-2.0
-- Reports to authorities and others: where each stands, every step of it, and what the receiver answered. States and answers are numbers of
-- event/filing.h; receiver is JSON as it was when the draft was made. memo, options, again, why and what are sealed.
CREATE TABLE filing (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid         TEXT NOT NULL UNIQUE,
    case_id      INTEGER NOT NULL REFERENCES cases (id),
    space        TEXT NOT NULL,
    receiver_id  TEXT NOT NULL,
    kind         INTEGER NOT NULL,
    receiver     TEXT NOT NULL,
    channel      TEXT NOT NULL,
    state        INTEGER NOT NULL DEFAULT 0,
    urgent       INTEGER NOT NULL DEFAULT 0,
    four_eyes    INTEGER NOT NULL DEFAULT 0,
    step         TEXT NOT NULL DEFAULT '',
    reference    TEXT NOT NULL DEFAULT '',
    memo         BLOB,
    round        INTEGER NOT NULL DEFAULT 0,
    unsure       INTEGER NOT NULL DEFAULT 0,
    attempts     INTEGER NOT NULL DEFAULT 0,
    steps        INTEGER NOT NULL DEFAULT 0,
    next_ms      INTEGER NOT NULL DEFAULT 0,
    due_ms       INTEGER NOT NULL DEFAULT 0,
    expires_ms   INTEGER NOT NULL DEFAULT 0,
    options      BLOB,
    again        BLOB,
    why          BLOB,
    prepared_ms  INTEGER NOT NULL,
    made_by      TEXT NOT NULL,
    made_ms      INTEGER NOT NULL,
    confirmed_by TEXT NOT NULL DEFAULT '',
    confirmed_ms INTEGER NOT NULL DEFAULT 0,
    seconded_by  TEXT NOT NULL DEFAULT '',
    seconded_ms  INTEGER NOT NULL DEFAULT 0,
    hash         BLOB,
    withdrawing  INTEGER NOT NULL DEFAULT 0,
    filed_ms     INTEGER NOT NULL DEFAULT 0,
    answers      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX filing_case ON filing (case_id, id);
CREATE INDEX filing_state ON filing (state, id);
CREATE INDEX filing_receiver ON filing (receiver_id, id);
CREATE INDEX filing_due ON filing (next_ms) WHERE state IN (2, 3, 4);
CREATE UNIQUE INDEX filing_one ON filing (case_id, receiver_id, channel) WHERE state < 7;

CREATE TABLE filing_step (
    filing_id   INTEGER NOT NULL REFERENCES filing (id),
    n           INTEGER NOT NULL,
    round       INTEGER NOT NULL,
    step        TEXT NOT NULL,
    asked_ms    INTEGER NOT NULL,
    answered_ms INTEGER NOT NULL DEFAULT 0,
    result      INTEGER NOT NULL DEFAULT 0,
    status      INTEGER NOT NULL DEFAULT 0,
    turn        INTEGER NOT NULL DEFAULT 0,
    why         BLOB,
    PRIMARY KEY (filing_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE filing_answer (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    filing_id   INTEGER NOT NULL REFERENCES filing (id),
    case_id     INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    what        BLOB,
    reference   TEXT NOT NULL DEFAULT '',
    at_ms       INTEGER NOT NULL,
    recorded_ms INTEGER NOT NULL,
    by          TEXT NOT NULL,
    follow_up   INTEGER NOT NULL DEFAULT 0,
    in_review   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX filing_answer_filing ON filing_answer (filing_id, id);
CREATE INDEX filing_answer_case ON filing_answer (case_id, id);
