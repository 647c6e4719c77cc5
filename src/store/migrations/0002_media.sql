-- SPDX-License-Identifier: Apache-2.0
-- The media that a case keeps: one sealed file each (see docs/architecture/store.md), named at random.

CREATE TABLE case_media (
    seq       INTEGER PRIMARY KEY REFERENCES case_event (seq),
    case_id   INTEGER NOT NULL REFERENCES cases (id),
    file      TEXT NOT NULL UNIQUE,
    bytes     INTEGER NOT NULL,                -- of the media, not of the sealed file
    thumbnail INTEGER NOT NULL
) STRICT;
CREATE INDEX case_media_of ON case_media (case_id, seq);
-- "viewed by" comes from the audit log and nowhere else
CREATE INDEX audit_media_view ON audit (object, seq) WHERE action = 'media.view';
