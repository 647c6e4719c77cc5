-- SPDX-License-Identifier: Apache-2.0
-- Roles per space, invitations, sessions, leave.

-- One role of somebody in one space ('*': in all). What each role may do is a table of the program; user.role and
-- user.spaces stay as a summary of these rows for lists.
CREATE TABLE user_grant (
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    space   TEXT NOT NULL,
    role    INTEGER NOT NULL,
    PRIMARY KEY (user_id, space, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_grant_role ON user_grant (role, space);

INSERT OR IGNORE INTO user_grant (user_id, space, role)
WITH RECURSIVE piece (id, role, item, rest) AS (
    SELECT id, role, '', spaces || ',' FROM user
    UNION ALL
    SELECT id, role, trim(substr(rest, 1, instr(rest, ',') - 1)), substr(rest, instr(rest, ',') + 1)
    FROM piece WHERE rest <> ''
)
SELECT id, item, role FROM piece WHERE item <> '';

-- A closed account is disabled for good: it has no password and no email any more, and its name is never given again.
ALTER TABLE user ADD COLUMN closed_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user ADD COLUMN leave_from_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user ADD COLUMN leave_until_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user ADD COLUMN seen_ms INTEGER NOT NULL DEFAULT 0; -- the last sign of life, to about a minute
ALTER TABLE user ADD COLUMN email BLOB;                         -- sealed; NULL when none
CREATE INDEX user_leave ON user (leave_from_ms) WHERE leave_from_ms > 0;

-- A link that lets its bearer set a password once: an invitation, or a reset. One for each person.
CREATE TABLE invitation (
    user_id    INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    reset      INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX invitation_end ON invitation (expires_ms);

-- What somebody is shown of their sessions: a name that is not the token, the browser's family, a shortened address.
ALTER TABLE session ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN seen_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT '';
UPDATE session SET id = lower(hex(randomblob(8))), seen_ms = created_ms;

-- Leases of one person, to be given back when they leave.
CREATE INDEX cases_held_by ON cases (claimed_by) WHERE state = 0 AND claimed_by <> '';

-- The audit page: everything about one case or person, and everything one person did. (Times rise with numbers, so a day is found by halving;
-- an index for each filter would be paid by every case that is stored.)
CREATE INDEX audit_object ON audit (object, seq);
CREATE INDEX audit_actor ON audit (actor, seq);
