-- SPDX-License-Identifier: Apache-2.0
-- Keys of cases, and whom they are wrapped for; hand-overs; holds; what is out of reach; certificates of destruction.
-- "content" and "filing" are the key of the case, wrapped with keys derived from the ring; NULL once they were destroyed: then what is
-- sealed with this generation opens for nobody here. Columns called "reason" are sealed.

CREATE TABLE case_key (
    case_id    INTEGER NOT NULL REFERENCES cases (id),
    generation INTEGER NOT NULL,               -- 1, 2, ...: a new one after each hand-over
    made_ms    INTEGER NOT NULL,
    ended_ms   INTEGER NOT NULL DEFAULT 0,     -- when the wraps were destroyed
    ended      INTEGER NOT NULL DEFAULT 0,     -- 0 stands, 1 handed over, 2 destroyed with the content
    content    BLOB,
    filing     BLOB,
    PRIMARY KEY (case_id, generation)
) STRICT, WITHOUT ROWID;

-- A media has a key of its own, sealed with the case's; NULL of files from before, which the ring sealed. digest: BLAKE2b-256 of the file.
ALTER TABLE case_media ADD COLUMN wrapped BLOB;
ALTER TABLE case_media ADD COLUMN digest BLOB;

CREATE TABLE hand_over (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id    INTEGER NOT NULL REFERENCES cases (id),
    generation INTEGER NOT NULL,
    receiver   TEXT NOT NULL,                  -- "fr.pharos"
    public_key BLOB NOT NULL,                  -- X25519
    box        BLOB,                           -- the key, for the receiver's secret key; NULL once the content is destroyed
    by         TEXT NOT NULL,
    time_ms    INTEGER NOT NULL,
    filing     INTEGER NOT NULL DEFAULT 0,     -- the report that led to it; 0: a person asked
    reason     BLOB
) STRICT;
CREATE INDEX hand_over_of ON hand_over (case_id, id);

CREATE TABLE legal_hold (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id     INTEGER NOT NULL REFERENCES cases (id),
    placed_by   TEXT NOT NULL,
    placed_ms   INTEGER NOT NULL,
    review_ms   INTEGER NOT NULL,              -- to be looked at again then; 0: no day was named
    reason      BLOB,
    released_by TEXT NOT NULL DEFAULT '',
    released_ms INTEGER NOT NULL DEFAULT 0,    -- 0: it stands
    release     BLOB                           -- why it was released; sealed
) STRICT;
CREATE INDEX legal_hold_of ON legal_hold (case_id, id);

-- The law requires the media of these cases to be removed: nobody here sees them, from the transaction of the decision on.
CREATE TABLE removal (
    case_id     INTEGER PRIMARY KEY REFERENCES cases (id),
    decision_id INTEGER NOT NULL,
    since_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX removal_decision ON removal (decision_id);

CREATE INDEX appeal_of ON appeal (case_id, id); -- what a hand-over reads in order

CREATE TABLE certificate_of_destruction (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id   INTEGER NOT NULL,
    time_ms   INTEGER NOT NULL,
    audit_seq INTEGER NOT NULL,
    payload   TEXT NOT NULL,                   -- JSON, as it was signed
    signature BLOB NOT NULL                    -- Ed25519
) STRICT;
CREATE INDEX certificate_of_destruction_of ON certificate_of_destruction (case_id, id);
CREATE INDEX certificate_of_destruction_when ON certificate_of_destruction (time_ms);
