-- SPDX-License-Identifier: Apache-2.0
-- The tree over the audit log, and its signed checkpoints. All of it is derived from the entries (docs/architecture/audit.md).

-- From this entry on the chain's hash is SHA-256 of the leaf, and so the leaf itself; before it BLAKE2b. Entries are never written anew.
ALTER TABLE audit_state ADD COLUMN second_from INTEGER NOT NULL DEFAULT 1;
-- Entries that retention took before there was a tree stand in it as leaves of nothing: SHA-256(0x00).
ALTER TABLE audit_state ADD COLUMN tree_from INTEGER NOT NULL DEFAULT 0;
UPDATE audit_state SET tree_from = anchor_seq, second_from = max(anchor_seq, coalesce((SELECT max(seq) FROM audit), 0)) + 1;

-- Tile N of level L has the hashes of the complete sub-trees of 256^L leaves number 256*N to 256*N+255, 32 bytes each; id = L * 2^48 + N.
-- Tiles of level 0 are complete, or end where retention cut; those above grow with each tile below.
CREATE TABLE audit_tile (
    id     INTEGER PRIMARY KEY,
    hashes BLOB NOT NULL
) STRICT;

CREATE TABLE audit_checkpoint (
    size    INTEGER PRIMARY KEY,
    made_ms INTEGER NOT NULL,
    root    BLOB NOT NULL,
    note    TEXT NOT NULL              -- the signed note as it is handed out
) STRICT;

-- RFC 3161 tokens over the note of a checkpoint.
CREATE TABLE audit_stamp (
    id      INTEGER PRIMARY KEY,
    size    INTEGER NOT NULL REFERENCES audit_checkpoint (size),
    made_ms INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,          -- what the token says
    url     TEXT NOT NULL,
    token   BLOB NOT NULL
) STRICT;
CREATE INDEX audit_stamp_size ON audit_stamp (size, id);
