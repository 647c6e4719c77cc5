-- SPDX-License-Identifier: Apache-2.0
-- The queue: what a case needs of a person, skills, which cases belong together.

ALTER TABLE cases ADD COLUMN category INTEGER NOT NULL DEFAULT 4; -- by its evidence, see event/case.h
ALTER TABLE cases ADD COLUMN language TEXT NOT NULL DEFAULT '';   -- that somebody must read; '': not known
ALTER TABLE cases ADD COLUMN merit INTEGER NOT NULL DEFAULT 0;    -- how much it wants a person, 0..10000
ALTER TABLE cases ADD COLUMN offer_ms INTEGER NOT NULL DEFAULT 0; -- from then on it is offered to everybody, whatever their skills
ALTER TABLE cases ADD COLUMN account_tag INTEGER NOT NULL DEFAULT 0; -- memory's number of the account; 0 once forgotten

UPDATE cases SET
    category = CASE WHEN kinds & 1310720 THEN 0 WHEN kinds & 256 THEN 1 WHEN kinds & 8388608 THEN 2
                    WHEN kinds & ~524288 THEN 3 ELSE 4 END,
    merit = risk / 2,
    offer_ms = opened_ms + (due_ms - opened_ms) / 2;

CREATE INDEX cases_next_merit ON cases (space, category, language, merit) WHERE state = 0;
CREATE INDEX cases_next_offer ON cases (space, category, language, offer_ms) WHERE state = 0;
CREATE INDEX cases_open_account ON cases (account) WHERE state = 0;
CREATE INDEX cases_open_tag ON cases (account_tag) WHERE state = 0 AND account_tag <> 0;

-- What a case shares with others. Numbers that say nothing by themselves: memory's numbers of accounts, keyed hashes of words.
CREATE TABLE case_link (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    why     INTEGER NOT NULL,                  -- 0: the account with this number hands out the same address; 1: this first message
    key     INTEGER NOT NULL,
    PRIMARY KEY (case_id, why, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_link_key ON case_link (why, key);

-- What somebody can judge. No row: everything.
CREATE TABLE skill (
    user_id    INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    languages  TEXT NOT NULL,                  -- comma separated; '': all
    spaces     TEXT NOT NULL,
    categories INTEGER NOT NULL                -- bit set; 0: all
) STRICT;

-- Whom a case is not handed out to again for a while: they gave it back.
CREATE TABLE case_skip (
    user     TEXT NOT NULL,
    case_id  INTEGER NOT NULL REFERENCES cases (id),
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (user, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_skip_until ON case_skip (until_ms);
CREATE INDEX case_skip_case ON case_skip (case_id);

-- A webhook message need not be about a case.
CREATE TABLE delivery_new (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id INTEGER NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    case_id    INTEGER REFERENCES cases (id),
    space      TEXT NOT NULL,
    message_id TEXT NOT NULL,
    type       TEXT NOT NULL,
    body       TEXT NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_ms    INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    last_error TEXT NOT NULL DEFAULT '',
    dead       INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO delivery_new SELECT id,webhook_id,case_id,space,message_id,type,body,attempts,next_ms,created_ms,last_error,dead FROM delivery;
DROP TABLE delivery;
ALTER TABLE delivery_new RENAME TO delivery;
CREATE INDEX delivery_due ON delivery (next_ms) WHERE dead = 0;
CREATE INDEX delivery_dead ON delivery (id) WHERE dead = 1;
CREATE INDEX delivery_hook ON delivery (webhook_id);
CREATE INDEX delivery_case ON delivery (case_id);
