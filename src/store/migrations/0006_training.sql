-- SPDX-License-Identifier: Apache-2.0
-- Courses, attempts, certificates, practice. What somebody does in practice is stored nowhere.

CREATE TABLE certificate (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user       TEXT NOT NULL,
    space      TEXT NOT NULL,                  -- '*': every space of theirs
    category   INTEGER NOT NULL,
    basis      INTEGER NOT NULL,               -- courses, outside, administrator
    issuer     TEXT NOT NULL DEFAULT '',       -- of an outside certificate
    number     TEXT NOT NULL DEFAULT '',
    given_by   TEXT NOT NULL,
    issued_ms  INTEGER NOT NULL,
    until_ms   INTEGER NOT NULL,
    revoked_ms INTEGER NOT NULL DEFAULT 0,
    revoked_by TEXT NOT NULL DEFAULT '',
    reason     BLOB,                           -- sealed: why it was revoked
    told       INTEGER NOT NULL DEFAULT 0      -- 1: the person knows that it ends, 2: that it ended
) STRICT;
CREATE INDEX certificate_of ON certificate (user, category, until_ms);
CREATE INDEX certificate_ending ON certificate (until_ms) WHERE told < 2 AND revoked_ms = 0;
CREATE INDEX certificate_end ON certificate (until_ms);

CREATE TABLE suspension (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    user          TEXT NOT NULL,
    space         TEXT NOT NULL,               -- '*': every space of theirs
    category      INTEGER NOT NULL,
    given_by      TEXT NOT NULL,
    reason        BLOB NOT NULL,               -- sealed
    since_ms      INTEGER NOT NULL,
    lifted_ms     INTEGER NOT NULL DEFAULT 0,
    lifted_by     TEXT NOT NULL DEFAULT '',
    lifted_reason BLOB                         -- sealed
) STRICT;
-- a category is closed once at a time: the rule is the database's
CREATE UNIQUE INDEX suspension_open ON suspension (user, category, space) WHERE lifted_ms = 0;
CREATE INDEX suspension_of ON suspension (user, id);
CREATE INDEX suspension_lifted ON suspension (lifted_ms) WHERE lifted_ms > 0;

CREATE TABLE attempt (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user       TEXT NOT NULL,
    course     TEXT NOT NULL,
    digest     INTEGER NOT NULL,               -- of the course as it was asked
    seed       INTEGER NOT NULL,               -- the order of questions and answers follows from it
    started_ms INTEGER NOT NULL,
    handed_ms  INTEGER NOT NULL DEFAULT 0,     -- 0: not handed in
    score      INTEGER NOT NULL DEFAULT 0      -- percent
) STRICT;
CREATE INDEX attempt_of ON attempt (user, course, started_ms);
CREATE INDEX attempt_when ON attempt (started_ms);
