-- SPDX-License-Identifier: Apache-2.0
-- Second opinions, statements of reasons, appeals, strikes, bulk.
-- Columns called "content" and "answer" are sealed, as is opinion.answer: nobody reads what the first of two people thought
-- before the second one has said what they think.

ALTER TABLE cases ADD COLUMN look INTEGER NOT NULL DEFAULT 0;          -- whose look it waits for: 0 first, 1 second, 2 a lead's
ALTER TABLE cases ADD COLUMN barred TEXT NOT NULL DEFAULT '';          -- who gave an opinion that is still sealed, comma separated
ALTER TABLE cases ADD COLUMN report_due INTEGER NOT NULL DEFAULT 0;    -- an authority is to be told
ALTER TABLE cases ADD COLUMN overturned_ms INTEGER NOT NULL DEFAULT 0; -- on appeal

ALTER TABLE decision ADD COLUMN reach INTEGER NOT NULL DEFAULT 0;      -- what the restriction reaches
ALTER TABLE decision ADD COLUMN bulk_id INTEGER NOT NULL DEFAULT 0;    -- the bulk decision it is part of

-- What a message is about, so that undoing a decision takes it back: a decision, or minus an opinion; 0: nothing that is undone.
ALTER TABLE delivery ADD COLUMN cause INTEGER NOT NULL DEFAULT 0;
CREATE INDEX delivery_cause ON delivery (cause) WHERE cause <> 0;

CREATE TABLE opinion (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id     INTEGER NOT NULL REFERENCES cases (id),
    user        TEXT NOT NULL,
    answer      BLOB,                          -- sealed; NULL once destroyed
    time_ms     INTEGER NOT NULL,
    decision_id INTEGER NOT NULL DEFAULT 0     -- the decision that it led to; 0: still sealed from the others
) STRICT;
CREATE INDEX opinion_of ON opinion (case_id, id);
CREATE INDEX opinion_decision ON opinion (decision_id) WHERE decision_id > 0;

-- What a case was before its last decision, for the seconds in which that can be undone.
CREATE TABLE undo (
    case_id          INTEGER PRIMARY KEY REFERENCES cases (id),
    cause            INTEGER NOT NULL,
    user             TEXT NOT NULL,
    until_ms         INTEGER NOT NULL,
    bulk_id          INTEGER NOT NULL,
    escalated        INTEGER NOT NULL,
    report_due       INTEGER NOT NULL,
    look             INTEGER NOT NULL,
    barred           TEXT NOT NULL,
    action           INTEGER NOT NULL,
    claimed_until_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX undo_until ON undo (until_ms);
CREATE INDEX undo_bulk ON undo (bulk_id) WHERE bulk_id > 0;

CREATE TABLE statement (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id   INTEGER NOT NULL REFERENCES cases (id),
    cause     INTEGER NOT NULL,
    language  TEXT NOT NULL,
    content   BLOB,                            -- sealed; NULL once destroyed
    issued_ms INTEGER NOT NULL,                -- when it leaves: the seconds to undo are over
    lifted_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX statement_of ON statement (case_id, id);
CREATE INDEX statement_cause ON statement (cause);

CREATE TABLE strike (
    id         INTEGER PRIMARY KEY,
    space      TEXT NOT NULL,
    account    TEXT NOT NULL,                  -- '' once erased
    case_id    INTEGER NOT NULL REFERENCES cases (id),
    cause      INTEGER NOT NULL,
    action     INTEGER NOT NULL,
    given_ms   INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    lifted_ms  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX strike_account ON strike (space, account, expires_ms);
CREATE INDEX strike_cause ON strike (cause);
CREATE INDEX strike_case ON strike (case_id);

CREATE TABLE appeal (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id      INTEGER NOT NULL REFERENCES cases (id),
    decision_id  INTEGER NOT NULL UNIQUE,      -- a decision is appealed once
    statement_id INTEGER NOT NULL,             -- 0: there was none
    space        TEXT NOT NULL,
    category     INTEGER NOT NULL,
    language     TEXT NOT NULL,
    made_by      TEXT NOT NULL,                -- '' when the platform sent it, else who typed it in
    content      BLOB,                         -- sealed
    answer       BLOB,                         -- sealed
    made_ms      INTEGER NOT NULL,
    due_ms       INTEGER NOT NULL,
    state        INTEGER NOT NULL DEFAULT 0,   -- 0 open, 1 upheld, 2 overturned
    decided_by   TEXT NOT NULL DEFAULT '',
    decided_ms   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX appeal_open ON appeal (space, state, id);
CREATE INDEX appeal_case ON appeal (case_id, state);
CREATE INDEX appeal_when ON appeal (made_ms);

CREATE TABLE bulk (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    token      BLOB NOT NULL UNIQUE,           -- hash of what the preview handed out
    user       TEXT NOT NULL,
    space      TEXT NOT NULL,
    content    BLOB,                           -- sealed: what was asked and which cases were shown; NULL once it is over
    expires_ms INTEGER NOT NULL,
    done_ms    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX bulk_old ON bulk (expires_ms);
