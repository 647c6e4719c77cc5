-- SPDX-License-Identifier: Apache-2.0
-- The first schema of banks.db: banks of known material, their entries, what people say of them, what changed.
-- Times are milliseconds since 1970 (UTC).

CREATE TABLE bank (
    id             INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: an index file that stayed behind fits no other bank
    name           TEXT NOT NULL,
    source         TEXT NOT NULL,
    classification TEXT NOT NULL,
    profile        INTEGER NOT NULL,
    threshold      INTEGER NOT NULL CHECK (threshold BETWEEN 0 AND 31),
    min_quality    INTEGER NOT NULL CHECK (min_quality BETWEEN 0 AND 100),
    video_percent  INTEGER NOT NULL CHECK (video_percent BETWEEN 1 AND 100),
    effect         INTEGER NOT NULL,
    spaces         TEXT NOT NULL,
    visible_to     INTEGER NOT NULL,
    created_ms     INTEGER NOT NULL,
    updated_ms     INTEGER NOT NULL,
    expires_ms     INTEGER NOT NULL,
    deleted_ms     INTEGER NOT NULL DEFAULT 0,
    -- counted as entries change, so that a list of banks reads no entry
    entries        INTEGER NOT NULL DEFAULT 0, -- live and doubted
    hashes         INTEGER NOT NULL DEFAULT 0, -- of those
    withdrawn      INTEGER NOT NULL DEFAULT 0,
    matches        INTEGER NOT NULL DEFAULT 0,
    confirmed      INTEGER NOT NULL DEFAULT 0,
    rejected       INTEGER NOT NULL DEFAULT 0,
    change         INTEGER NOT NULL DEFAULT 0, -- number of the newest change
    log_from       INTEGER NOT NULL DEFAULT 0, -- changes after this one are in the table `change`
    next_entry     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX bank_name ON bank (name) WHERE deleted_ms = 0;
CREATE INDEX bank_deleted ON bank (id) WHERE deleted_ms > 0;

CREATE TABLE category (
    bank   INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name   TEXT NOT NULL,
    PRIMARY KEY (bank, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
    id         INTEGER PRIMARY KEY,           -- bank * 2^32 + number: the entries of a bank lie together, in order
    bank       INTEGER NOT NULL,
    key        BLOB NOT NULL,                 -- BLAKE2b-128 of the reference: short, and in an order that an import can sort
    reference  TEXT NOT NULL,
    category   INTEGER NOT NULL,
    note       TEXT NOT NULL,
    state      INTEGER NOT NULL,              -- vg_entry_state
    gone       INTEGER NOT NULL DEFAULT 0,    -- 1: its source took it back, 2: its time is over; its hashes are destroyed
    added_ms   INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    digest     BLOB NOT NULL,                 -- of what the source says: an entry that is the same needs no write
    hash_count INTEGER NOT NULL,
    hashes     BLOB NOT NULL                  -- packed: banks_record.c
) STRICT;
CREATE UNIQUE INDEX entry_key ON entry (bank, key);
CREATE INDEX entry_expires ON entry (expires_ms) WHERE expires_ms > 0 AND gone = 0;

CREATE TABLE change (
    bank    INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    entry   INTEGER NOT NULL,
    what    INTEGER NOT NULL,                 -- vg_entry_change
    PRIMARY KEY (bank, number, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE opinion (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which they were given
    bank    INTEGER NOT NULL,
    key     BLOB NOT NULL,
    person  TEXT NOT NULL,
    reject  INTEGER NOT NULL,
    note    TEXT NOT NULL,
    time_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX opinion_of ON opinion (bank, key, person);

CREATE TABLE feed (
    bank          INTEGER PRIMARY KEY,
    kind          TEXT NOT NULL,
    url           TEXT NOT NULL,
    user          TEXT NOT NULL,
    password_file TEXT NOT NULL,
    cursor        TEXT NOT NULL,
    fetched_ms    INTEGER NOT NULL
) STRICT;
