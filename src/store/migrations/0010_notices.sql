-- SPDX-License-Identifier: Apache-2.0
-- Notices (DSA, Art. 16), trusted flaggers (Art. 22), misuse (Art. 23). "number", "identity" and "body" are sealed.

-- What the queue needs of a case's notices: how many, and whether one says that a child is in danger or comes from a trusted flagger.
ALTER TABLE cases ADD COLUMN notices INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN notice_flags INTEGER NOT NULL DEFAULT 0; -- 1 trusted, 2 danger

CREATE TABLE flagger (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    space              TEXT NOT NULL,          -- one, or '*'
    name               TEXT NOT NULL,
    organisation       TEXT NOT NULL,
    area               TEXT NOT NULL,          -- what it is trusted in
    awarded_by         TEXT NOT NULL,
    key_id             INTEGER REFERENCES api_key (id),
    account            TEXT NOT NULL,          -- in the space; '' none
    since_ms           INTEGER NOT NULL,
    until_ms           INTEGER NOT NULL,       -- 0: no end
    ended_ms           INTEGER NOT NULL DEFAULT 0,
    suspended_ms       INTEGER NOT NULL DEFAULT 0,
    suspended_until_ms INTEGER NOT NULL DEFAULT 0, -- 0 while suspended: until it is lifted
    suspended_by       TEXT NOT NULL DEFAULT '',
    suspended_reason   TEXT NOT NULL DEFAULT '',
    created_ms         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX flagger_key ON flagger (key_id) WHERE key_id IS NOT NULL AND ended_ms = 0;
CREATE UNIQUE INDEX flagger_account ON flagger (account, space) WHERE account <> '' AND ended_ms = 0;

CREATE TABLE notice (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tag         BLOB NOT NULL UNIQUE,          -- keyed hash of the number
    number      BLOB NOT NULL,
    submission  BLOB UNIQUE,                   -- keyed hash of what makes it the same when it is sent again; NULL: nothing does
    space       TEXT NOT NULL,
    case_id     INTEGER REFERENCES cases (id), -- NULL: set aside
    state       INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
    origin      INTEGER NOT NULL,
    category    INTEGER NOT NULL,
    language    INTEGER NOT NULL,
    danger      INTEGER NOT NULL,
    named       INTEGER NOT NULL,
    repeated    INTEGER NOT NULL,
    unfounded   INTEGER NOT NULL DEFAULT 0,
    outcome     INTEGER NOT NULL DEFAULT 0,    -- 0 none, 1 upheld, 2 dismissed
    action      INTEGER NOT NULL DEFAULT 0,
    flagger_id  INTEGER REFERENCES flagger (id),
    who         BLOB,                          -- keyed hash of the notifier; NULL: not known, or forgotten
    target      BLOB NOT NULL,                 -- keyed hash of what it is about
    words       INTEGER NOT NULL,
    alike       INTEGER NOT NULL,
    word_count  INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    decided_ms  INTEGER NOT NULL DEFAULT 0,
    identity    BLOB,                          -- NULL: none given, or destroyed
    body        BLOB                           -- NULL once destroyed
) STRICT;
CREATE INDEX notice_list ON notice (space, state, id);
CREATE INDEX notice_case ON notice (case_id, id);
CREATE INDEX notice_target ON notice (target, id);
CREATE INDEX notice_words ON notice (space, words, received_ms);
CREATE INDEX notice_who ON notice (who, received_ms) WHERE who IS NOT NULL;
CREATE INDEX notice_unfounded ON notice (space, who) WHERE unfounded = 1 AND who IS NOT NULL;
CREATE INDEX notice_flagger ON notice (flagger_id, outcome, unfounded) WHERE flagger_id IS NOT NULL;
CREATE INDEX notice_identity ON notice (space, decided_ms) WHERE identity IS NOT NULL OR who IS NOT NULL;

-- "In review" begins when somebody takes the case, by whichever way: the rule is the database's.
CREATE TRIGGER notice_in_review AFTER UPDATE OF claimed_by ON cases WHEN NEW.claimed_by <> '' BEGIN
    UPDATE notice SET state = 1 WHERE case_id = NEW.id AND state = 0;
END;

-- Warnings and suspensions of a notifier (Art. 23). Who it is, only their keyed hash says.
CREATE TABLE notifier (
    who                BLOB PRIMARY KEY,
    space              TEXT NOT NULL,
    warnings           INTEGER NOT NULL DEFAULT 0,
    warned_ms          INTEGER NOT NULL DEFAULT 0,
    warned_by          TEXT NOT NULL DEFAULT '',
    suspended_ms       INTEGER NOT NULL DEFAULT 0,
    suspended_until_ms INTEGER NOT NULL DEFAULT 0,
    suspended_by       TEXT NOT NULL DEFAULT '',
    suspended_reason   TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX notifier_space ON notifier (space);
