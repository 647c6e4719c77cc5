-- SPDX-License-Identifier: Apache-2.0
-- Removal demands received from authorities and notices sent to hosts.

-- A demand: in clear what lists, clocks and counts need; who asks, why and for what is sealed.
CREATE TABLE demand (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    tag             BLOB NOT NULL UNIQUE,       -- keyed hash of space, authority and reference: taken in once
    space           TEXT NOT NULL,
    kind            INTEGER NOT NULL,
    state           INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
    category        INTEGER NOT NULL,
    way             INTEGER NOT NULL,
    country         TEXT NOT NULL,
    items           INTEGER NOT NULL,
    received_ms     INTEGER NOT NULL,
    taken_ms        INTEGER NOT NULL,
    taken_by        TEXT NOT NULL,
    due_ms          INTEGER NOT NULL,
    acknowledged_ms INTEGER NOT NULL DEFAULT 0,
    stopped_ms      INTEGER NOT NULL DEFAULT 0,
    stood_ms        INTEGER NOT NULL DEFAULT 0,
    executed_ms     INTEGER NOT NULL DEFAULT 0,
    done_ms         INTEGER NOT NULL DEFAULT 0,
    alarms          INTEGER NOT NULL DEFAULT 0,
    steps           INTEGER NOT NULL DEFAULT 0,
    executed_by     TEXT NOT NULL DEFAULT '',
    content         BLOB,                       -- sealed; NULL once destroyed, as the next two
    execution       BLOB,                       -- sealed: what the platform made unreachable, when
    proof           BLOB                        -- sealed: the signed proof
) STRICT;
CREATE INDEX demand_list ON demand (space, state, id);
CREATE INDEX demand_running ON demand (due_ms) WHERE state < 2; -- whose clock runs
CREATE INDEX demand_when ON demand (space, received_ms);
CREATE INDEX demand_old ON demand (space, done_ms) WHERE content IS NOT NULL AND done_ms > 0;

CREATE TABLE demand_step (
    demand_id INTEGER NOT NULL REFERENCES demand (id),
    number    INTEGER NOT NULL,                 -- 1, 2, ... in its demand
    time_ms   INTEGER NOT NULL,
    user      TEXT NOT NULL,
    step      INTEGER NOT NULL,
    ground    INTEGER NOT NULL,
    text      BLOB,                             -- sealed: the reasons; NULL: none, or destroyed
    PRIMARY KEY (demand_id, number)
) STRICT, WITHOUT ROWID;
