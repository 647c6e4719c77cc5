-- SPDX-License-Identifier: Apache-2.0
-- Items with a known answer, the answers, and what followed; indexes for figures over time.

-- An item is made of a decided case (source_case) or of a shipped example (source_case 0). It holds no account's name: names are replaced
-- before it is sealed. Copies of it are cases in a shadow space ("~" and the space's name), which no list, count, figure or message
-- of a space finds; only the person they were made for sees them, as cases of the space.
CREATE TABLE gold_item (
    id            INTEGER PRIMARY KEY,
    space         TEXT NOT NULL,
    kind          INTEGER NOT NULL CHECK (kind IN (0, 1)), -- 0 a known answer, 1 a second look at a colleague's decision
    source_case   INTEGER NOT NULL,           -- 0: shipped
    shipped       TEXT NOT NULL,              -- name of the shipped example; '' when of a case
    category      INTEGER NOT NULL,
    language      TEXT NOT NULL,
    actions       INTEGER NOT NULL,           -- bit set of the accepted actions; 0: of a second look
    reasons       TEXT NOT NULL,              -- accepted reasons, comma separated; '': any
    why           BLOB,                       -- sealed: for who asks afterwards
    verdict       INTEGER NOT NULL,
    risk          INTEGER NOT NULL,
    account_band  INTEGER NOT NULL,
    account_basis INTEGER NOT NULL,
    youngest_band INTEGER NOT NULL,
    kinds         INTEGER NOT NULL,
    kind_weight   BLOB NOT NULL,
    due_after_ms  INTEGER NOT NULL,           -- from its opening
    made_by       TEXT NOT NULL,
    made_ms       INTEGER NOT NULL,
    ended_ms      INTEGER NOT NULL DEFAULT 0  -- no longer handed out; its content is gone
) STRICT;
CREATE INDEX gold_item_live ON gold_item (space, kind, id) WHERE ended_ms = 0;
CREATE INDEX gold_item_source ON gold_item (source_case) WHERE source_case > 0;
CREATE UNIQUE INDEX gold_item_shipped ON gold_item (space, shipped) WHERE ended_ms = 0 AND shipped <> '';

CREATE TABLE gold_event (
    item_id   INTEGER NOT NULL REFERENCES gold_item (id) ON DELETE CASCADE,
    n         INTEGER NOT NULL,
    before_ms INTEGER NOT NULL,               -- how long before the opening of the copy
    verdict   INTEGER NOT NULL,
    risk      INTEGER NOT NULL,
    kinds     INTEGER NOT NULL,
    content   BLOB NOT NULL,                  -- sealed
    PRIMARY KEY (item_id, n)
) STRICT, WITHOUT ROWID;

-- Whom which copy was made for, and what they answered.
CREATE TABLE gold_copy (
    case_id     INTEGER PRIMARY KEY REFERENCES cases (id),
    item_id     INTEGER NOT NULL REFERENCES gold_item (id),
    user        TEXT NOT NULL,
    space       TEXT NOT NULL,                -- the real one
    category    INTEGER NOT NULL,
    language    TEXT NOT NULL,
    made_ms     INTEGER NOT NULL,
    answered_ms INTEGER NOT NULL DEFAULT 0,   -- 0: not yet
    action      INTEGER NOT NULL DEFAULT 0,
    outcome     INTEGER NOT NULL DEFAULT 0,   -- see event/gold.h
    checked     INTEGER NOT NULL DEFAULT 0    -- whether the level was looked at since the answer
) STRICT;
CREATE INDEX gold_copy_of ON gold_copy (user, space, answered_ms);
CREATE INDEX gold_copy_unchecked ON gold_copy (checked, answered_ms) WHERE checked = 0 AND answered_ms > 0;
CREATE INDEX gold_copy_item ON gold_copy (item_id, user, made_ms);
CREATE INDEX gold_copy_when ON gold_copy (space, answered_ms);

-- Categories that rest because answers fell below the policy's level.
CREATE TABLE gold_below (
    id        INTEGER PRIMARY KEY,
    user      TEXT NOT NULL,
    space     TEXT NOT NULL,
    category  INTEGER NOT NULL,
    right_n   INTEGER NOT NULL,
    answered  INTEGER NOT NULL,
    level     INTEGER NOT NULL,               -- 1/10000
    suspended INTEGER NOT NULL,
    time_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX gold_below_of ON gold_below (user, space, category, time_ms);
CREATE INDEX gold_below_when ON gold_below (space, time_ms);

-- figures
CREATE INDEX decision_when ON decision (time_ms);
CREATE INDEX cases_opened_when ON cases (space, opened_ms);
