-- SPDX-License-Identifier: Apache-2.0
-- What goes with a report: made once, when its draft is first written out, so that what is looked at, what is confirmed and what is sent again
-- after a crash are the same bytes. The archive is sealed for the receiver and lies with the sealed media (media/ab/abcd...); its file goes with the
-- filing's end, the row stays. contents (sealed): the files in it, and the signed checkpoint of the audit log that the papers name.
CREATE TABLE filing_annex (
    filing_id   INTEGER PRIMARY KEY REFERENCES filing (id),
    prepared_ms INTEGER NOT NULL,                       -- the filing's, when it was made
    made_ms     INTEGER NOT NULL,
    file        TEXT,                                   -- NULL: none was made, or it is removed
    sha256      BLOB,                                   -- of the sealed bytes; NULL: none was made
    bytes       INTEGER NOT NULL DEFAULT 0,
    media       INTEGER NOT NULL DEFAULT 0,             -- kept media are in it
    taken_ms    INTEGER NOT NULL DEFAULT 0,             -- first handed out, or sent; 0: not yet
    why         TEXT NOT NULL DEFAULT '',               -- none could be made: the reason
    contents    BLOB
) STRICT;
CREATE UNIQUE INDEX filing_annex_file ON filing_annex (file) WHERE file IS NOT NULL;
