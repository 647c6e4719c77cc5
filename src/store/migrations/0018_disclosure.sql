-- SPDX-License-Identifier: Apache-2.0
-- Statements of reasons on their way to the public database, and what a public page of figures shows.

-- One row for each statement of reasons: the rule that none is forgotten is the database's. Undoing the decision takes it back with the statement.
-- state: 0 waits (until it cannot be undone), 1 ready, 2 being sent (the answer is not known), 3 sent, 4 refused: a person must look.
CREATE TABLE disclosure (
    id        INTEGER PRIMARY KEY REFERENCES statement (id) ON DELETE CASCADE,
    space     TEXT NOT NULL,
    state     INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 4),
    due_ms    INTEGER NOT NULL,
    puid      TEXT UNIQUE,                     -- NULL until it was made ready
    content   BLOB,                            -- sealed: the document, the texts, what was found; NULL: not made, or destroyed
    mended    BLOB,                            -- sealed: texts that a person put in place; NULL: as composed
    attempts  INTEGER NOT NULL DEFAULT 0,
    batch     INTEGER NOT NULL DEFAULT 0,
    sent_ms   INTEGER NOT NULL DEFAULT 0,
    uuid      TEXT NOT NULL DEFAULT '',
    permalink TEXT NOT NULL DEFAULT '',
    why       TEXT NOT NULL DEFAULT ''         -- what the database said
) STRICT;
CREATE INDEX disclosure_due ON disclosure (space, state, due_ms);
CREATE TRIGGER statement_disclosed AFTER INSERT ON statement BEGIN
    INSERT INTO disclosure (id, space, due_ms) SELECT NEW.id, space, NEW.issued_ms FROM cases WHERE id = NEW.case_id;
END;

-- Where sending stands in a space: when to try again, and why not before. Survives a restart.
CREATE TABLE disclosure_turn (
    space    TEXT PRIMARY KEY,
    attempts INTEGER NOT NULL,
    next_ms  INTEGER NOT NULL,
    batch    INTEGER NOT NULL,                 -- the last one's number
    most     INTEGER NOT NULL,                 -- in one batch: halved when an answer names nobody
    why      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
