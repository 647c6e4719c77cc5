-- SPDX-License-Identifier: Apache-2.0
-- What people think of each piece of evidence in a case: right, wrong, unsure. It goes with the case's content.

-- Which kinds of evidence an event showed, so that "judged" can be held against "shown" while content stays sealed. 0 for older events.
ALTER TABLE case_event ADD COLUMN kinds INTEGER NOT NULL DEFAULT 0;
CREATE INDEX case_event_when ON case_event (stored_ms);

CREATE TABLE feedback (
    seq       INTEGER NOT NULL REFERENCES case_event (seq),
    kind      INTEGER NOT NULL,                -- number of the evidence kind
    user      TEXT NOT NULL,
    case_id   INTEGER NOT NULL REFERENCES cases (id),
    judgement INTEGER NOT NULL CHECK (judgement IN (0, 1, 2)), -- right, wrong, unsure
    source    TEXT NOT NULL,                   -- the expression, rule or model that spoke; '' when none did
    language  TEXT NOT NULL,                   -- of the expression; '' when not known
    weight    INTEGER NOT NULL,                -- 1/10000, as shown
    strength  INTEGER NOT NULL,                -- 1/10000, before the policy's weight
    risk      INTEGER NOT NULL,                -- 1/10000, of the whole event
    time_ms   INTEGER NOT NULL,
    PRIMARY KEY (seq, kind, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX feedback_of ON feedback (case_id);
CREATE INDEX feedback_when ON feedback (time_ms);
