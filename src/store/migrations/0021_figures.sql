-- SPDX-License-Identifier: Apache-2.0
-- From when on statements of a space are sent by themselves; public figures as they were counted.

-- When the channel to the public database was first seen. Where something was sent already, nothing is held back.
CREATE TABLE disclosure_since (
    space    TEXT PRIMARY KEY,
    since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO disclosure_since (space, since_ms) SELECT space, 0 FROM disclosure_turn;
ALTER TABLE disclosure ADD COLUMN asked INTEGER NOT NULL DEFAULT 0; -- 1: from before, and sent on purpose

-- A quarter (0 to 3) of a space's public figures, or its year (4), as it was published: counted once, and anew only on purpose.
CREATE TABLE figures_closed (
    space      TEXT NOT NULL,
    year       INTEGER NOT NULL,
    quarter    INTEGER NOT NULL CHECK (quarter BETWEEN 0 AND 4),
    counted_ms INTEGER NOT NULL,
    counted_by TEXT NOT NULL,
    times      INTEGER NOT NULL,               -- how often it was counted
    content    BLOB NOT NULL,                  -- sealed: counts, and which of them are not shown
    PRIMARY KEY (space, year, quarter)
) STRICT, WITHOUT ROWID;
