-- SPDX-License-Identifier: Apache-2.0
-- Cases whose key goes to whom they were reported to: written with the filing's end, gone with the hand-over. What waits (a hold, an appeal,
-- another report of the case that is not sent yet, a key that is over) stays here and says why.
CREATE TABLE hand_over_due (
    case_id   INTEGER PRIMARY KEY REFERENCES cases (id),
    filing    INTEGER NOT NULL,                         -- the first that was filed to a receiver with a key
    since_ms  INTEGER NOT NULL,
    next_ms   INTEGER NOT NULL,                         -- tried then
    attempts  INTEGER NOT NULL DEFAULT 0,
    why       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX hand_over_due_next ON hand_over_due (next_ms);
