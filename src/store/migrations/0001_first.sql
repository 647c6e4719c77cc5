-- SPDX-License-Identifier: Apache-2.0
-- The first schema: cases, decisions, people, keys, webhooks, audit, requests.
-- Times are milliseconds since 1970 (UTC). Columns called "content", "note", "secret", "result" and "head" are sealed
-- (see docs/architecture/store.md): without the key ring they are noise.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cases (
    id               INTEGER PRIMARY KEY,
    space            TEXT NOT NULL,
    account          TEXT NOT NULL,            -- '' once erased
    state            INTEGER NOT NULL CHECK (state IN (0, 1)), -- 0 open, 1 decided
    escalated        INTEGER NOT NULL DEFAULT 0,
    legal_hold       INTEGER NOT NULL DEFAULT 0,
    destroyed        INTEGER NOT NULL DEFAULT 0, -- sealed content is gone
    verdict          INTEGER NOT NULL,         -- the strongest so far
    risk             INTEGER NOT NULL,         -- the highest so far, 1/10000
    account_band     INTEGER NOT NULL,
    account_basis    INTEGER NOT NULL,
    youngest_band    INTEGER NOT NULL,
    kinds            INTEGER NOT NULL,         -- bit set of evidence kinds
    kind_weight      BLOB NOT NULL,            -- 16-bit little-endian, the highest of each kind
    event_count      INTEGER NOT NULL,
    opened_ms        INTEGER NOT NULL,
    updated_ms       INTEGER NOT NULL,
    due_ms           INTEGER NOT NULL,
    decided_ms       INTEGER NOT NULL DEFAULT 0,
    claimed_by       TEXT NOT NULL DEFAULT '',
    claimed_until_ms INTEGER NOT NULL DEFAULT 0,
    action           INTEGER NOT NULL DEFAULT 0
) STRICT;
-- at most one open case for an account: the rule is the database's, not the program's
CREATE UNIQUE INDEX cases_one_open ON cases (space, account) WHERE state = 0;
CREATE INDEX cases_open_due ON cases (space, due_ms) WHERE state = 0;
CREATE INDEX cases_open_risk ON cases (space, risk) WHERE state = 0;
CREATE INDEX cases_claimed ON cases (space, claimed_until_ms) WHERE state = 0 AND claimed_until_ms > 0;
CREATE INDEX cases_decided ON cases (space, id) WHERE state = 1;
CREATE INDEX cases_decided_when ON cases (space, destroyed, decided_ms) WHERE state = 1;
CREATE INDEX cases_account ON cases (space, account, id);

CREATE TABLE case_event (
    seq       INTEGER PRIMARY KEY,
    case_id   INTEGER NOT NULL REFERENCES cases (id),
    event_key BLOB UNIQUE,                     -- keyed hash of source and id; NULL once erased
    time_ms   INTEGER NOT NULL,
    stored_ms INTEGER NOT NULL,
    verdict   INTEGER NOT NULL,
    risk      INTEGER NOT NULL,
    content   BLOB                             -- sealed; NULL once destroyed
) STRICT;
CREATE INDEX case_event_of ON case_event (case_id, seq);

CREATE TABLE decision (
    id      INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    user    TEXT NOT NULL,
    action  INTEGER NOT NULL,
    reason  TEXT NOT NULL,
    note    BLOB,                              -- sealed; NULL when none, or once destroyed
    hours   INTEGER NOT NULL,
    time_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX decision_of ON decision (case_id, id);

CREATE TABLE user (
    id              INTEGER PRIMARY KEY,
    name            TEXT NOT NULL UNIQUE,
    display         TEXT NOT NULL,
    language        TEXT NOT NULL,
    role            INTEGER NOT NULL,
    spaces          TEXT NOT NULL,
    password_hash   TEXT NOT NULL,
    created_ms      INTEGER NOT NULL,
    disabled_ms     INTEGER NOT NULL DEFAULT 0,
    locked_until_ms INTEGER NOT NULL DEFAULT 0,
    failures        INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    csrf       TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of ON session (user_id);
CREATE INDEX session_end ON session (expires_ms);

CREATE TABLE api_key (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    label      TEXT NOT NULL,
    space      TEXT NOT NULL,
    scopes     INTEGER NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    revoked_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE webhook (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    space       TEXT NOT NULL,
    url         TEXT NOT NULL,
    secret      BLOB NOT NULL,                 -- sealed
    created_ms  INTEGER NOT NULL,
    disabled_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX webhook_space ON webhook (space);

-- The outbox: a row is written in the transaction that makes it true, and deleted once delivered.
CREATE TABLE delivery (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id INTEGER NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    case_id    INTEGER NOT NULL REFERENCES cases (id),
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
CREATE INDEX delivery_due ON delivery (next_ms) WHERE dead = 0;
CREATE INDEX delivery_dead ON delivery (id) WHERE dead = 1;
CREATE INDEX delivery_hook ON delivery (webhook_id);
CREATE INDEX delivery_case ON delivery (case_id);

CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY,
    time_ms INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    object  TEXT NOT NULL,
    detail  TEXT NOT NULL,
    hash    BLOB NOT NULL
) STRICT;
-- anchor: the last entry that was cut off the start. head: sealed (seq, hash) of the newest entry, so that cutting the
-- end off is seen too.
CREATE TABLE audit_state (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    anchor_seq  INTEGER NOT NULL,
    anchor_hash BLOB NOT NULL,
    head        BLOB NOT NULL
) STRICT;

CREATE TABLE request (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    space      TEXT NOT NULL,
    account    TEXT NOT NULL,
    asked_by   TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    result     BLOB                            -- sealed; NULL until answered
) STRICT;
