-- SPDX-License-Identifier: Apache-2.0
-- Second factors, single sign-on.

-- What somebody proves themselves with beside a password. kind: 0 one-time codes, 1 security key or passkey.
CREATE TABLE second_factor (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    kind       INTEGER NOT NULL CHECK (kind IN (0, 1)),
    name       TEXT NOT NULL,
    secret     BLOB,                       -- codes: sealed
    credential BLOB UNIQUE,                -- key: its id; no two people share one
    public_key BLOB,                       -- key: COSE, as the authenticator wrote it
    counter    INTEGER NOT NULL,           -- codes: step of the last one that was taken; key: its signature counter
    verifies   INTEGER NOT NULL DEFAULT 0, -- key: it checked a PIN or a finger at registration
    backed_up  INTEGER NOT NULL DEFAULT 0, -- key: copies of it may exist in the person's account at a vendor
    created_ms INTEGER NOT NULL,
    used_ms    INTEGER NOT NULL DEFAULT 0,
    CHECK (kind = 0 AND secret IS NOT NULL AND credential IS NULL OR kind = 1 AND secret IS NULL AND public_key IS NOT NULL)
) STRICT;
CREATE INDEX second_factor_of ON second_factor (user_id, id);

-- Ten codes for the day when the telephone is gone; a row goes when its code is used.
CREATE TABLE recovery_code (
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    hash    BLOB NOT NULL,                 -- keyed, as of session tokens
    PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

-- With what a session was opened (bit set), and when its person last proved who they are: changing a factor asks for that again.
CREATE TABLE session_proof (
    token_hash BLOB PRIMARY KEY REFERENCES session (token_hash) ON DELETE CASCADE,
    how        INTEGER NOT NULL,
    fresh_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who somebody is at an OpenID provider. managed: the account was made at a first sign-in, its grants follow the provider's groups.
CREATE TABLE oidc_person (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    managed    INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
-- one identity of a provider for each account: a second one that claims the name gets nowhere
CREATE UNIQUE INDEX oidc_person_of ON oidc_person (user_id, issuer);
