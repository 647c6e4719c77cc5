-- SPDX-License-Identifier: Apache-2.0
-- Each look whether what a host was told of is still there: what was found at each address (by its place in the notice), by hashes alone; never a
-- byte of it, never the address itself. A look that broke off has fewer rows than `items`.
CREATE TABLE filing_check (
    filing_id INTEGER NOT NULL REFERENCES filing (id),
    look      INTEGER NOT NULL,
    item      INTEGER NOT NULL,
    items     INTEGER NOT NULL,
    still     TEXT NOT NULL,               -- there, gone, changed, unknown
    status    INTEGER NOT NULL DEFAULT 0,  -- HTTP; 0: no answer
    at_ms     INTEGER NOT NULL,
    by        TEXT NOT NULL,
    PRIMARY KEY (filing_id, look, item)
) STRICT, WITHOUT ROWID;
-- Notices that a host has and did not answer, by when they were sent.
CREATE INDEX filing_unanswered ON filing (filed_ms) WHERE channel = 'notice' AND state = 7;
