-- SPDX-License-Identifier: Apache-2.0
-- What receivers answered, with the case it is about: bit sets of event/filing.h's kinds that stand, and what of it is a label.
ALTER TABLE cases ADD COLUMN answers INTEGER NOT NULL DEFAULT 0;   -- what receivers say now, all of them together
ALTER TABLE cases ADD COLUMN truth INTEGER NOT NULL DEFAULT 0;     -- 0 none, or they disagree; 1 confirmed, 2 not illegal
ALTER TABLE cases ADD COLUMN truth_ms INTEGER NOT NULL DEFAULT 0;  -- since when
ALTER TABLE cases ADD COLUMN safe INTEGER NOT NULL DEFAULT 0;      -- the victim is safe, and nothing came since
CREATE INDEX cases_answered ON cases (space, id) WHERE answers <> 0;
CREATE INDEX cases_truth ON cases (truth_ms) WHERE truth > 0;

ALTER TABLE filing ADD COLUMN answer_kinds INTEGER NOT NULL DEFAULT 0;
CREATE INDEX filing_answered ON filing (id) WHERE answer_kinds <> 0;
CREATE INDEX filing_reference ON filing (receiver_id, reference) WHERE reference <> '';

-- The evidence that a case showed when it was first reported, without text: what an answer is a label of. It outlives a hand-over and goes with
-- the case's content.
CREATE TABLE reported (
    case_id  INTEGER NOT NULL REFERENCES cases (id),
    seq      INTEGER NOT NULL,
    kind     INTEGER NOT NULL,
    source   TEXT NOT NULL,                     -- the expression, rule or model that spoke; '' when none did
    language TEXT NOT NULL,
    weight   INTEGER NOT NULL,                  -- 1/10000, as in feedback
    strength INTEGER NOT NULL,
    risk     INTEGER NOT NULL,
    PRIMARY KEY (case_id, seq, kind)
) STRICT, WITHOUT ROWID;

-- Answers from before: those of one receiver count as the newest of them says, as event/filing.c has it, where there is one kind alone.
UPDATE filing SET answer_kinds = (SELECT sum(DISTINCT 1 << a.kind) FROM filing_answer a WHERE a.filing_id = filing.id)
    WHERE id IN (SELECT filing_id FROM filing_answer);
UPDATE cases SET answers = (SELECT sum(DISTINCT 1 << a.kind) FROM filing_answer a WHERE a.case_id = cases.id)
    WHERE id IN (SELECT case_id FROM filing_answer);
UPDATE cases SET truth = CASE WHEN answers & 8 THEN 2 ELSE 1 END,
                 truth_ms = (SELECT max(a.recorded_ms) FROM filing_answer a WHERE a.case_id = cases.id)
    WHERE answers <> 0 AND ((answers & 8) <> 0) <> ((answers & 50) <> 0);

-- A decision that somebody here wants looked at again is an appeal with the number of its decision below zero, so that the account can still make
-- its own. Nothing in the table changes.
