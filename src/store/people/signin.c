/* SPDX-License-Identifier: Apache-2.0 */
#include "store/people/signin.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "base/time.h"
#include "store/people/people_int.h"
#include "store/store_int.h"

const char *const vg_factor_names[VG_FACTOR_KINDS] = {"totp", "webauthn"};

static int audit(vg_store *store, int64_t time_ms, vg_str by, const char *action, vg_str name, const char *detail, vg_error *err)
{
    char object[80];
    snprintf(object, sizeof object, "user:%.*s", VG_STR_ARG(name));
    return vg_store_audit_add(store, time_ms, by, vg_str_of(action), vg_str_of(object), vg_str_of(detail), err);
}

static int run_for(vg_store *store, enum vg_store_statement id, int64_t user_id, vg_error *err)
{
    vg_query query = vg_store_use(store, id);
    vg_store_bind_int(&query, user_id);
    return vg_store_run(&query, err);
}

static int count_of(vg_store *store, enum vg_store_statement id, int64_t user_id, int64_t *out, vg_error *err)
{
    vg_query query = vg_store_use(store, id);
    vg_store_bind_int(&query, user_id);
    int rc = vg_store_step(&query, err);
    *out = rc == 1 ? vg_store_int(&query, 0) : 0;
    vg_store_reset(&query);
    return rc < 0 ? rc : 0;
}

/* The secret is bound to its person: a row that is moved to another opens nothing. */
static void secret_place(int64_t user_id, char out[48])
{
    snprintf(out, 48, "second_factor:%" PRId64, user_id);
}

static int read_factor(vg_store *store, const vg_query *row, bool secrets, vg_arena *arena, vg_factor *out, vg_error *err)
{
    int rc = 0;
    char place[48];
    vg_str plain;
    int64_t kind = vg_store_int(row, 2);
    *out = (vg_factor){.id = vg_store_int(row, 0), .user_id = vg_store_int(row, 1), .kind = kind ? VG_FACTOR_KEY : VG_FACTOR_TOTP,
                       .counter = vg_store_int(row, 7), .verifies = vg_store_int(row, 8) != 0, .backed_up = vg_store_int(row, 9) != 0,
                       .created_ms = vg_store_int(row, 10), .used_ms = vg_store_int(row, 11)};
    out->name = vg_store_copy(row, 3, arena, &rc);
    out->credential = vg_store_copy(row, 5, arena, &rc);
    out->key = vg_store_copy(row, 6, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for second factors");
    if (!secrets || out->kind != VG_FACTOR_TOTP) return 0;
    secret_place(out->user_id, place);
    rc = vg_store_unseal(store, place, vg_store_peek(row, 4), arena, &plain, err);
    if (rc) return rc;
    if (plain.len != sizeof out->secret) return vg_fail(err, VG_ECORRUPT, "second_factor", "a secret has %zu bytes", plain.len);
    memcpy(out->secret, plain.ptr, sizeof out->secret);
    sodium_memzero((char *)(uintptr_t)plain.ptr, plain.len);
    return 0;
}

int vg_store_factors(vg_store *store, int64_t user_id, bool secrets, vg_arena *arena, vg_factor **out, size_t *count, vg_error *err)
{
    vg_factor *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_FACTORS_OF);
    vg_store_bind_int(&list, user_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        rc = items ? read_factor(store, &list, secrets, arena, &items[n], err) : vg_fail(err, VG_ENOMEM, "", "no memory for second factors");
        if (rc) break;
        n++;
    }
    vg_store_reset(&list);
    if (rc) return rc;
    *out = items;
    *count = n;
    return 0;
}

int vg_store_factor_any(vg_store *store, int64_t user_id, bool *any, vg_error *err)
{
    int64_t one = 0;
    int rc = count_of(store, VG_SQL_FACTOR_ANY, user_id, &one, err);
    *any = one != 0;
    return rc;
}

int vg_store_factor_by_credential(vg_store *store, vg_str credential, vg_arena *arena, vg_factor *out, vg_str *user, vg_error *err)
{
    vg_query find = vg_store_use(store, VG_SQL_FACTOR_BY_CREDENTIAL);
    vg_store_bind_blob(&find, credential.ptr, credential.len);
    int rc = vg_store_step(&find, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "/credential", "this key is nobody's");
    rc = read_factor(store, &find, false, arena, out, err);
    if (!rc) *user = vg_store_copy(&find, 12, arena, &rc);
    vg_store_reset(&find);
    return rc;
}

static int end_others(vg_store *store, int64_t user_id, const uint8_t *keep, vg_error *err)
{
    static const uint8_t none[32];
    vg_query end = vg_store_use(store, VG_SQL_SESSIONS_BUT);
    vg_store_bind_int(&end, user_id);
    vg_store_bind_blob(&end, keep ? keep : none, 32);
    return vg_store_run(&end, err);
}

static int set_codes(vg_store *store, int64_t user_id, const uint8_t (*codes)[32], size_t count, vg_error *err)
{
    int rc = run_for(store, VG_SQL_RECOVERY_FORGET, user_id, err);
    for (size_t i = 0; i < count && !rc; i++) {
        vg_query add = vg_store_use(store, VG_SQL_RECOVERY_ADD);
        vg_store_bind_int(&add, user_id);
        vg_store_bind_blob(&add, codes[i], 32);
        rc = vg_store_run(&add, err);
    }
    return rc;
}

/* ---- adding and removing ---- */

static int insert(vg_store *store, int64_t user_id, vg_factor *factor, vg_error *err)
{
    char place[48];
    bool totp = factor->kind == VG_FACTOR_TOTP;
    secret_place(user_id, place);
    int rc = totp ? vg_store_seal(store, place, (vg_str){(const char *)factor->secret, sizeof factor->secret}, err) : 0;
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_FACTOR_ADD);
    vg_store_bind_int(&add, user_id);
    vg_store_bind_int(&add, factor->kind);
    vg_store_bind_str(&add, factor->name);
    if (totp) vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    else vg_store_bind_null(&add);
    if (totp) vg_store_bind_null(&add);
    else vg_store_bind_blob(&add, factor->credential.ptr, factor->credential.len);
    if (totp) vg_store_bind_null(&add);
    else vg_store_bind_blob(&add, factor->key.ptr, factor->key.len);
    vg_store_bind_int(&add, factor->counter);
    vg_store_bind_int(&add, factor->verifies);
    vg_store_bind_int(&add, factor->backed_up);
    vg_store_bind_int(&add, factor->created_ms);
    rc = vg_store_run(&add, NULL);
    if (rc == -VG_EEXIST) return vg_fail(err, VG_EEXIST, "/attestation", "this key is registered already");
    if (rc) return vg_fail(err, -rc, "vigie.db", "cannot add a second factor: %s", sqlite3_errmsg(store->db));
    factor->id = sqlite3_last_insert_rowid(store->db);
    return 0;
}

static int add(vg_store *store, const vg_user *user, vg_factor *factor, const uint8_t (*codes)[32], size_t code_count, const uint8_t *keep,
               vg_error *err)
{
    char detail[96];
    int64_t count = 0;
    int rc = count_of(store, VG_SQL_FACTOR_COUNT, user->id, &count, err);
    if (rc) return rc;
    if (count >= VG_FACTORS_MOST) return vg_fail(err, VG_ECONFLICT, "", "at most %d second factors; remove one first", VG_FACTORS_MOST);
    if ((rc = insert(store, user->id, factor, err))) return rc;
    if (code_count && (rc = set_codes(store, user->id, codes, code_count, err))) return rc;
    if ((rc = end_others(store, user->id, keep, err))) return rc;
    snprintf(detail, sizeof detail, "{\"kind\":\"%s\",\"factor\":%" PRId64 ",\"recovery_codes\":%zu}", vg_factor_names[factor->kind],
             factor->id, code_count);
    return audit(store, factor->created_ms, user->name, "factor.add", user->name, detail, err);
}

static int check_factor(const vg_factor *factor, vg_error *err)
{
    int rc = vg_store_check_text("/name", factor->name, VG_FACTOR_NAME, err);
    if (rc) return rc;
    if (factor->kind == VG_FACTOR_KEY && (factor->credential.len < 1 || factor->credential.len > 1023 || factor->key.len < 1 || factor->key.len > 1024))
        return vg_fail(err, VG_EINVAL, "/attestation", "a key has an id of 1 to 1023 bytes and a public half of 1 to 1024");
    return 0;
}

int vg_store_factor_add(vg_store *store, const vg_user *user, vg_factor *factor, const uint8_t (*codes)[32], size_t code_count,
                        const uint8_t *keep, vg_error *err)
{
    int rc = check_factor(factor, err);
    if (!rc && code_count > VG_RECOVERY_MOST) rc = vg_fail(err, VG_EINVAL, "", "at most %d recovery codes", VG_RECOVERY_MOST);
    if (!factor->created_ms) factor->created_ms = vg_time_now();
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, add(store, user, factor, codes, code_count, keep, err), err);
}

static int remove_one(vg_store *store, const vg_user *user, int64_t id, bool need_one, const uint8_t *keep, vg_error *err)
{
    char detail[80];
    int64_t left = 0, kind;
    vg_query remove = vg_store_use(store, VG_SQL_FACTOR_REMOVE);
    vg_store_bind_int(&remove, id);
    vg_store_bind_int(&remove, user->id);
    int rc = vg_store_step(&remove, err);
    if (rc < 0) return rc;
    kind = rc == 1 ? vg_store_int(&remove, 0) : -1;
    while (rc == 1) rc = vg_store_step(&remove, err); /* RETURNING: the deletion ends with the last row */
    if (rc < 0) return rc;
    if (kind < 0) return vg_fail(err, VG_ENOENT, "", "there is no such second factor");
    if ((rc = count_of(store, VG_SQL_FACTOR_COUNT, user->id, &left, err))) return rc;
    if (!left && need_one) return vg_fail(err, VG_ECONFLICT, "", "your role needs a second factor; add another one first");
    if (!left && (rc = run_for(store, VG_SQL_RECOVERY_FORGET, user->id, err))) return rc;
    if ((rc = end_others(store, user->id, keep, err))) return rc;
    snprintf(detail, sizeof detail, "{\"kind\":\"%s\",\"factor\":%" PRId64 ",\"left\":%" PRId64 "}", vg_factor_names[kind != 0], id, left);
    return audit(store, vg_time_now(), user->name, "factor.remove", user->name, detail, err);
}

int vg_store_factor_remove(vg_store *store, const vg_user *user, int64_t id, bool need_one, const uint8_t *keep, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, remove_one(store, user, id, need_one, keep, err), err);
}

static int rename_one(vg_store *store, const vg_user *user, int64_t id, vg_str name, vg_error *err)
{
    char detail[48];
    vg_query set = vg_store_use(store, VG_SQL_FACTOR_RENAME);
    vg_store_bind_str(&set, name);
    vg_store_bind_int(&set, id);
    vg_store_bind_int(&set, user->id);
    int rc = vg_store_run(&set, err);
    if (rc) return rc;
    if (!vg_store_changed(store)) return vg_fail(err, VG_ENOENT, "", "there is no such second factor");
    snprintf(detail, sizeof detail, "{\"factor\":%" PRId64 "}", id);
    return audit(store, vg_time_now(), user->name, "factor.rename", user->name, detail, err);
}

int vg_store_factor_rename(vg_store *store, const vg_user *user, int64_t id, vg_str name, vg_error *err)
{
    int rc = vg_store_check_text("/name", name, VG_FACTOR_NAME, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, rename_one(store, user, id, name, err), err);
}

/* ---- using ---- */

static int use(vg_store *store, const vg_user *user, const vg_factor *factor, int64_t counter, int64_t now_ms, vg_error *err)
{
    char detail[80];
    vg_query used = vg_store_use(store, VG_SQL_FACTOR_USED);
    vg_store_bind_int(&used, counter);
    vg_store_bind_int(&used, now_ms);
    vg_store_bind_int(&used, factor->id);
    vg_store_bind_int(&used, user->id);
    int rc = vg_store_run(&used, err);
    if (rc) return rc;
    if (!vg_store_changed(store)) return vg_fail(err, VG_ECONFLICT, "", "this was used before");
    snprintf(detail, sizeof detail, "{\"kind\":\"%s\",\"factor\":%" PRId64 "}", vg_factor_names[factor->kind], factor->id);
    return audit(store, now_ms, user->name, "factor.use", user->name, detail, err);
}

int vg_store_factor_used(vg_store *store, const vg_user *user, const vg_factor *factor, int64_t counter, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, use(store, user, factor, counter, now_ms, err), err);
}

static int use_code(vg_store *store, const vg_user *user, const uint8_t hash[32], int64_t now_ms, vg_error *err)
{
    char detail[48];
    int64_t left = 0;
    vg_query used = vg_store_use(store, VG_SQL_RECOVERY_USE);
    vg_store_bind_int(&used, user->id);
    vg_store_bind_blob(&used, hash, 32);
    int rc = vg_store_run(&used, err);
    if (rc) return rc;
    if (!vg_store_changed(store)) return vg_fail(err, VG_ENOENT, "", "this is none of the recovery codes, or it was used");
    if ((rc = count_of(store, VG_SQL_RECOVERY_COUNT, user->id, &left, err))) return rc;
    snprintf(detail, sizeof detail, "{\"left\":%" PRId64 "}", left);
    return audit(store, now_ms, user->name, "factor.recovery", user->name, detail, err);
}

int vg_store_recovery_use(vg_store *store, const vg_user *user, const uint8_t hash[32], int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, use_code(store, user, hash, now_ms, err), err);
}

int vg_store_recovery_count(vg_store *store, int64_t user_id, int64_t *left, vg_error *err)
{
    return count_of(store, VG_SQL_RECOVERY_COUNT, user_id, left, err);
}

static int new_codes(vg_store *store, const vg_user *user, const uint8_t (*codes)[32], size_t count, const uint8_t *keep, vg_error *err)
{
    char detail[48];
    int64_t factors = 0;
    int rc = count_of(store, VG_SQL_FACTOR_COUNT, user->id, &factors, err);
    if (rc) return rc;
    if (!factors) return vg_fail(err, VG_ECONFLICT, "", "recovery codes stand in for a second factor; add one first");
    if ((rc = set_codes(store, user->id, codes, count, err)) || (rc = end_others(store, user->id, keep, err))) return rc;
    snprintf(detail, sizeof detail, "{\"count\":%zu}", count);
    return audit(store, vg_time_now(), user->name, "factor.recovery_codes", user->name, detail, err);
}

int vg_store_recovery_set(vg_store *store, const vg_user *user, const uint8_t (*codes)[32], size_t count, const uint8_t *keep, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, new_codes(store, user, codes, count, keep, err), err);
}

/* ---- an administrator's reset ---- */

static int reset(vg_store *store, const vg_user *user, vg_str by, vg_error *err)
{
    int rc = run_for(store, VG_SQL_FACTORS_FORGET, user->id, err);
    if (!rc) rc = run_for(store, VG_SQL_RECOVERY_FORGET, user->id, err);
    if (!rc) rc = end_others(store, user->id, NULL, err);
    return rc ? rc : audit(store, vg_time_now(), by, "factor.reset", user->name, "{}", err);
}

int vg_store_factors_reset(vg_store *store, vg_str name, vg_str by, vg_error *err)
{
    vg_user user;
    int rc = vg_store_check_text("by", by, 64, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(8192, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a user");
    rc = vg_store_user_find(store, name, arena, &user, err);
    if (!rc && !(rc = vg_store_begin(store, err))) rc = vg_store_end(store, reset(store, &user, by, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- sessions ---- */

int vg_store_session_prove(vg_store *store, const uint8_t token_hash[32], unsigned how, int64_t now_ms, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_PROOF_SET);
    vg_store_bind_blob(&set, token_hash, 32);
    vg_store_bind_int(&set, how);
    vg_store_bind_int(&set, now_ms);
    return vg_store_run(&set, err);
}

int vg_store_session_proof(vg_store *store, const uint8_t token_hash[32], unsigned *how, int64_t *fresh_ms, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_PROOF_GET);
    vg_store_bind_blob(&get, token_hash, 32);
    int rc = vg_store_step(&get, err);
    *how = rc == 1 ? (unsigned)vg_store_int(&get, 0) : 0;
    *fresh_ms = rc == 1 ? vg_store_int(&get, 1) : 0;
    vg_store_reset(&get);
    return rc < 0 ? rc : 0;
}

/* ---- OpenID Connect ---- */

int vg_store_oidc_find(vg_store *store, vg_str issuer, vg_str subject, vg_arena *arena, vg_str *name, bool *managed, vg_error *err)
{
    vg_query find = vg_store_use(store, VG_SQL_OIDC_FIND);
    vg_store_bind_str(&find, issuer);
    vg_store_bind_str(&find, subject);
    int rc = vg_store_step(&find, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "nobody signed in with this identity before");
    rc = 0;
    *name = vg_store_copy(&find, 0, arena, &rc);
    *managed = vg_store_int(&find, 1) != 0;
    vg_store_reset(&find);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory for a name") : 0;
}

static int link_person(vg_store *store, vg_str issuer, vg_str subject, vg_str name, bool managed, vg_str by, int64_t now_ms, vg_error *err)
{
    vg_query link = vg_store_use(store, VG_SQL_OIDC_LINK);
    vg_store_bind_str(&link, issuer);
    vg_store_bind_str(&link, subject);
    vg_store_bind_int(&link, managed);
    vg_store_bind_int(&link, now_ms);
    vg_store_bind_str(&link, name);
    int rc = vg_store_run(&link, NULL);
    if (rc == -VG_EEXIST) return vg_fail(err, VG_EEXIST, "", "this identity is linked to an account already");
    if (rc) return vg_fail(err, -rc, "vigie.db", "cannot link an identity: %s", sqlite3_errmsg(store->db));
    if (!vg_store_changed(store)) return vg_fail(err, VG_ENOENT, "name", "there is no user %.*s", VG_STR_ARG(name));
    return audit(store, now_ms, by, "user.oidc_link", name, managed ? "{\"managed\":true}" : "{\"managed\":false}", err);
}

static int check_identity(vg_str issuer, vg_str subject, vg_error *err)
{
    int rc = vg_store_check_text("issuer", issuer, 512, err);
    return rc ? rc : vg_store_check_text("subject", subject, 255, err);
}

int vg_store_oidc_link(vg_store *store, vg_str issuer, vg_str subject, vg_str name, bool managed, vg_str by, vg_error *err)
{
    int rc = check_identity(issuer, subject, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, link_person(store, issuer, subject, name, managed, by, vg_time_now(), err), err);
}

static int add_person(vg_store *store, vg_str issuer, vg_str subject, const vg_user *user, vg_error *err)
{
    int64_t now_ms = user->created_ms ? user->created_ms : vg_time_now();
    int rc = vg_people_add(store, user, now_ms, VG_STR("oidc"), err);
    return rc ? rc : link_person(store, issuer, subject, user->name, true, VG_STR("oidc"), now_ms, err);
}

int vg_store_oidc_person_add(vg_store *store, vg_str issuer, vg_str subject, const vg_user *user, vg_error *err)
{
    int rc = check_identity(issuer, subject, err);
    if (!rc) rc = vg_people_check_user(user, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, add_person(store, issuer, subject, user, err), err);
}
