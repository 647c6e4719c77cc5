/* SPDX-License-Identifier: Apache-2.0
 *
 * store/people/signin: second factors, recovery codes, what a session was opened with, and who is who at an OpenID provider.
 *
 * Secrets of one-time codes are sealed, recovery codes are kept as keyed hashes; a key's public half is no secret. Whoever adds, removes or
 * resets a factor ends the person's other sessions in the same transaction, and it is in the audit log. A code and a recovery code count
 * once, whoever comes first: that is the database's rule. Callers: net, cli, tests.
 */
#ifndef VG_STORE_PEOPLE_SIGNIN_H
#define VG_STORE_PEOPLE_SIGNIN_H

#include "store/store.h"

enum { VG_FACTOR_SECRET = 20, VG_FACTORS_MOST = 20, VG_FACTOR_NAME = 64, VG_RECOVERY_MOST = 20 };

typedef enum { VG_FACTOR_TOTP, VG_FACTOR_KEY, VG_FACTOR_KINDS } vg_factor_kind;
extern const char *const vg_factor_names[VG_FACTOR_KINDS]; /* "totp", "webauthn" */

typedef struct vg_factor {
    int64_t id, user_id;
    vg_factor_kind kind;
    vg_str name;
    uint8_t secret[VG_FACTOR_SECRET]; /* codes */
    vg_str credential, key;           /* keys: id, COSE */
    int64_t counter;
    bool verifies, backed_up;
    int64_t created_ms, used_ms;      /* used 0: never */
} vg_factor;

/* With what a session was opened, a bit set. */
enum {
    VG_PROOF_PASSWORD = 1,
    VG_PROOF_OIDC = 2,
    VG_PROOF_TOTP = 4,
    VG_PROOF_KEY = 8,
    VG_PROOF_RECOVERY = 16,
    VG_PROOF_PROVIDER = 32, /* the provider says that it asked for a second factor */
    VG_PROOF_STRONG = VG_PROOF_TOTP | VG_PROOF_KEY | VG_PROOF_RECOVERY | VG_PROOF_PROVIDER,
};

/** All of somebody's, oldest first; secrets unsealed when `secrets`. */
int vg_store_factors(vg_store *store, int64_t user_id, bool secrets, vg_arena *arena, vg_factor **out, size_t *count, vg_error *err);
int vg_store_factor_any(vg_store *store, int64_t user_id, bool *any, vg_error *err);
/** The key of that credential id, and whose it is. VG_ENOENT. */
int vg_store_factor_by_credential(vg_store *store, vg_str credential, vg_arena *arena, vg_factor *out, vg_str *user, vg_error *err);
/** Fills factor->id. `codes` (hashes) replace the recovery codes when code_count is not 0. `keep` is the session that goes on, NULL: none.
 *  VG_EEXIST: the credential is known already; VG_EFULL: they have VG_FACTORS_MOST. */
int vg_store_factor_add(vg_store *store, const vg_user *user, vg_factor *factor, const uint8_t (*codes)[32], size_t code_count,
                        const uint8_t *keep, vg_error *err);
/** With the last one the recovery codes go as well. VG_ENOENT; VG_ECONFLICT: it is the last, and `need_one`. */
int vg_store_factor_remove(vg_store *store, const vg_user *user, int64_t id, bool need_one, const uint8_t *keep, vg_error *err);
int vg_store_factor_rename(vg_store *store, const vg_user *user, int64_t id, vg_str name, vg_error *err);
/** Takes a code's step or a key's counter, on record. VG_ECONFLICT: that one, or a later one, was taken before. */
int vg_store_factor_used(vg_store *store, const vg_user *user, const vg_factor *factor, int64_t counter, int64_t now_ms, vg_error *err);
/** Takes a recovery code. VG_ENOENT: not one of theirs, or used. */
int vg_store_recovery_use(vg_store *store, const vg_user *user, const uint8_t hash[32], int64_t now_ms, vg_error *err);
int vg_store_recovery_count(vg_store *store, int64_t user_id, int64_t *left, vg_error *err);
/** New codes in place of the old ones; other sessions end. VG_ECONFLICT: they have no factor to recover from. */
int vg_store_recovery_set(vg_store *store, const vg_user *user, const uint8_t (*codes)[32], size_t count, const uint8_t *keep, vg_error *err);
/** An administrator's help for who lost everything: factors, codes and sessions go. VG_ENOENT: no such user. */
int vg_store_factors_reset(vg_store *store, vg_str name, vg_str by, vg_error *err);

/** Adds `how` to what a session was opened with; it is fresh from now on. */
int vg_store_session_prove(vg_store *store, const uint8_t token_hash[32], unsigned how, int64_t now_ms, vg_error *err);
/** *how 0 and *fresh_ms 0 for a session from before there were proofs. */
int vg_store_session_proof(vg_store *store, const uint8_t token_hash[32], unsigned *how, int64_t *fresh_ms, vg_error *err);

/** Who signs in with this subject at this issuer: the account's name in the arena. VG_ENOENT: nobody yet. */
int vg_store_oidc_find(vg_store *store, vg_str issuer, vg_str subject, vg_arena *arena, vg_str *name, bool *managed, vg_error *err);
/** Links an account that is there. VG_EEXIST: the subject is somebody already, or the account another subject of this issuer; VG_ENOENT: no
 *  such user. */
int vg_store_oidc_link(vg_store *store, vg_str issuer, vg_str subject, vg_str name, bool managed, vg_str by, vg_error *err);
/** Makes an account without a password, with its grants, and links it as managed, in one transaction. VG_EEXIST: the name is or was somebody's. */
int vg_store_oidc_person_add(vg_store *store, vg_str issuer, vg_str subject, const vg_user *user, vg_error *err);

#endif
