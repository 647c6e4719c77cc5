/* SPDX-License-Identifier: Apache-2.0
 *
 * Users, their sessions, and the API keys of platforms. Passwords and tokens arrive hashed; nothing here
 * could be used to sign in.
 */
#include "store/people/people_int.h"
#include "store/notices/notices_int.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "base/time.h"

enum { LOCK_AFTER = 5 };

/* ---- users ---- */

int vg_people_check_name(vg_str name, vg_error *err)
{
    bool good = name.len >= 1 && name.len <= 64;
    for (size_t i = 0; good && i < name.len; i++) {
        char c = name.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    }
    return good ? 0
                : vg_fail(err, VG_EINVAL, "name",
                          "expected 1 to 64 characters of a-z, 0-9, dot, underscore, hyphen");
}

int vg_people_check_password_hash(vg_str hash, vg_error *err)
{
    /* the one mistake that must not happen: a password stored as it was typed */
    if (hash.len < 8 || hash.len > 128 || memcmp(hash.ptr, "$argon2", 7) != 0)
        return vg_fail(err, VG_EINVAL, "password_hash", "is not an Argon2 hash");
    return 0;
}

int vg_people_check_user(const vg_user *user, vg_error *err)
{
    int rc = vg_people_check_name(user->name, err);
    if (!rc) rc = vg_store_check_text("display", user->display, 128, err);
    if (!rc && !user->grant_count) rc = vg_store_check_text("spaces", user->spaces, 4096, err);
    if (!rc && user->grant_count) rc = vg_people_check_grants(user->grants, user->grant_count, err);
    if (!rc && user->password_hash.len) rc = vg_people_check_password_hash(user->password_hash, err);
    if (rc) return rc;
    if (!vg_str_is(user->language, "fr") && !vg_str_is(user->language, "en"))
        return vg_fail(err, VG_EINVAL, "language", "expected fr or en");
    if (!user->grant_count && (unsigned)user->role >= VG_ROLES)
        return vg_fail(err, VG_EINVAL, "role", "expected referent, lead, admin, auditor, analyst or prevention");
    return 0;
}

int vg_people_audit(vg_store *store, int64_t time_ms, vg_str by, const char *action, vg_str name,
                      const char *detail, vg_error *err)
{
    char object[80];
    snprintf(object, sizeof object, "user:%.*s", VG_STR_ARG(name));
    return vg_store_audit_add(store, time_ms, by, vg_str_of(action), vg_str_of(object), vg_str_of(detail),
                              err);
}

int vg_people_add(vg_store *store, const vg_user *user, int64_t now_ms, vg_str by, vg_error *err)
{
    vg_query add = vg_store_use(store, VG_SQL_USER_ADD);
    vg_store_bind_str(&add, user->name);
    vg_store_bind_str(&add, user->display);
    vg_store_bind_str(&add, user->language);
    vg_store_bind_int(&add, user->role);
    vg_store_bind_str(&add, user->spaces);
    vg_store_bind_str(&add, user->password_hash);
    vg_store_bind_int(&add, now_ms);
    int rc = vg_store_run(&add, NULL);
    if (rc == -VG_EEXIST)
        return vg_fail(err, VG_EEXIST, "name", "there is a user %.*s already", VG_STR_ARG(user->name));
    if (rc) return vg_fail(err, -rc, "vigie.db", "cannot add a user: %s", sqlite3_errmsg(store->db));
    return vg_people_grant_first(store, sqlite3_last_insert_rowid(store->db), user, now_ms, by, err);
}

int vg_store_user_add(vg_store *store, const vg_user *user, vg_error *err)
{
    int rc = vg_people_check_user(user, err);
    if (!rc) rc = vg_store_begin(store, err);
    if (rc) return rc;
    return vg_store_end(store,
                        vg_people_add(store, user, user->created_ms ? user->created_ms : vg_time_now(), VG_STR("cli"), err), err);
}

int vg_people_read(vg_store *store, const vg_query *row, vg_arena *arena, vg_user *out, vg_error *err)
{
    int rc = 0;
    int64_t role = vg_store_int(row, 4);
    if (role < 0 || role >= VG_ROLES)
        return vg_fail(err, VG_ECORRUPT, "user", "has an unknown role: the database was altered");
    *out = (vg_user){.id = vg_store_int(row, 0),
                     .role = (vg_role)role,
                     .created_ms = vg_store_int(row, 7),
                     .disabled_ms = vg_store_int(row, 8),
                     .locked_until_ms = vg_store_int(row, 9),
                     .failures = (uint32_t)vg_store_int(row, 10),
                     .closed_ms = vg_store_int(row, 11),
                     .leave_from_ms = vg_store_int(row, 12),
                     .leave_until_ms = vg_store_int(row, 13)};
    out->name = vg_store_copy(row, 1, arena, &rc);
    out->display = vg_store_copy(row, 2, arena, &rc);
    out->language = vg_store_copy(row, 3, arena, &rc);
    out->spaces = vg_store_copy(row, 5, arena, &rc);
    out->password_hash = vg_store_copy(row, 6, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a user");
    return vg_people_read_grants(store, out, arena, err);
}

int vg_store_user_find(vg_store *store, vg_str name, vg_arena *arena, vg_user *out, vg_error *err)
{
    vg_query find = vg_store_use(store, VG_SQL_USER_FIND);
    vg_store_bind_str(&find, name);
    int rc = vg_store_step(&find, err);
    if (rc < 0) return rc;
    if (rc == 0)
        return vg_fail(err, VG_ENOENT, "name", "there is no user %.*s", (int)(name.len > 64 ? 64 : name.len),
                       name.ptr);
    rc = vg_people_read(store, &find, arena, out, err);
    vg_store_reset(&find);
    return rc;
}

int vg_store_user_list(vg_store *store, vg_arena *arena, vg_user **out, size_t *count, vg_error *err)
{
    vg_user *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_USER_LIST);
    while ((rc = vg_store_step(&list, err)) == 1) {
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        rc = items ? vg_people_read(store, &list, arena, &items[n], err)
                   : vg_fail(err, VG_ENOMEM, "", "no memory for users");
        if (rc) break;
        n++;
    }
    vg_store_reset(&list);
    if (rc) return rc;
    *out = items;
    *count = n;
    return 0;
}

int vg_people_none(vg_str name, vg_error *err)
{
    return vg_fail(err, VG_ENOENT, "name", "there is no user %.*s", VG_STR_ARG(name));
}

int vg_people_end_sessions(vg_store *store, vg_str name, vg_error *err)
{
    vg_query end = vg_store_use(store, VG_SQL_SESSIONS_OF);
    vg_store_bind_str(&end, name);
    return vg_store_run(&end, err);
}

static int disable_user(vg_store *store, vg_str name, vg_str by, vg_error *err)
{
    int64_t now_ms = vg_time_now();
    vg_query disable = vg_store_use(store, VG_SQL_USER_DISABLE);
    vg_store_bind_int(&disable, now_ms);
    vg_store_bind_str(&disable, name);
    int rc = vg_store_run(&disable, err);
    if (rc) return rc;
    if (!vg_store_changed(store)) { /* absent, or disabled before */
        vg_query find = vg_store_use(store, VG_SQL_USER_FIND);
        vg_store_bind_str(&find, name);
        rc = vg_store_step(&find, err);
        vg_store_reset(&find);
        return rc == 1 ? 0 : rc ? rc : vg_people_none(name, err);
    }
    rc = vg_people_end_sessions(store, name, err);
    return rc ? rc : vg_people_audit(store, now_ms, by, "user.disable", name, "{}", err);
}

int vg_store_user_disable(vg_store *store, vg_str name, vg_str by, vg_error *err)
{
    int rc = vg_people_check_name(name, err);
    if (!rc) rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, disable_user(store, name, by, err), err);
}

static int set_password(vg_store *store, vg_str name, vg_str password_hash, vg_str by, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_USER_PASSWORD);
    vg_store_bind_str(&set, password_hash);
    vg_store_bind_str(&set, name);
    int rc = vg_store_run(&set, err);
    if (!rc && !vg_store_changed(store)) rc = vg_people_none(name, err);
    if (!rc) rc = vg_people_end_sessions(store, name, err); /* whoever knew the old one is out */
    return rc ? rc : vg_people_audit(store, vg_time_now(), by, "user.password", name, "{}", err);
}

int vg_store_user_password(vg_store *store, vg_str name, vg_str password_hash, vg_str by, vg_error *err)
{
    int rc = vg_people_check_name(name, err);
    if (!rc) rc = vg_people_check_password_hash(password_hash, err);
    if (!rc) rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, set_password(store, name, password_hash, by, err), err);
}

/* 15 minutes at the fifth failure, twice as long at each further one, a day at most. */
static int64_t lock_ms(uint32_t failures)
{
    int64_t lock = 15 * VG_MINUTE_MS;
    if (failures < LOCK_AFTER) return 0;
    for (uint32_t i = LOCK_AFTER; i < failures && lock < VG_DAY_MS; i++) lock *= 2;
    return lock < VG_DAY_MS ? lock : VG_DAY_MS;
}

static int count_signin(vg_store *store, const vg_user *user, bool success, int64_t now_ms, vg_error *err)
{
    uint32_t failures = success ? 0 : user->failures < UINT32_MAX ? user->failures + 1 : user->failures;
    int64_t lock = lock_ms(failures);
    char detail[64];
    vg_query set = vg_store_use(store, VG_SQL_USER_SIGNIN);
    vg_store_bind_int(&set, failures);
    vg_store_bind_int(&set, lock ? now_ms + lock : 0);
    vg_store_bind_int(&set, user->id);
    int rc = vg_store_run(&set, err);
    if (rc) return rc;
    snprintf(detail, sizeof detail, "{\"failures\":%" PRIu32 ",\"locked_seconds\":%lld}", failures,
             lock / VG_SECOND_MS);
    return vg_people_audit(store, now_ms, user->name, success ? "user.signin" : "user.signin_failed", user->name,
                      success ? "{}" : detail, err);
}

static int signin(vg_store *store, vg_str name, bool success, int64_t now_ms, vg_arena *arena, bool *locked,
                  vg_user *user, vg_error *err)
{
    int rc = vg_store_user_find(store, name, arena, user, err);
    if (rc) return rc;
    *locked = user->locked_until_ms > now_ms;
    /* attempts during the lock do not lengthen it, or anyone could keep a user out for ever */
    return *locked ? vg_people_audit(store, now_ms, user->name, "user.signin_locked", user->name, "{}", err)
                   : count_signin(store, user, success, now_ms, err);
}

int vg_store_user_signin(vg_store *store, vg_str name, bool success, int64_t now_ms, vg_error *err)
{
    vg_user user;
    bool locked = false;
    char when[25];
    int rc = vg_people_check_name(name, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(8192, 1 << 16);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a user");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, signin(store, name, success, now_ms, arena, &locked, &user, err), err);
    if (!rc && locked) {
        vg_time_format(user.locked_until_ms, when);
        rc = vg_fail(err, VG_EFORBIDDEN, "name", "is locked until %s", when);
    }
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- sessions ---- */

static int add_session(vg_store *store, const vg_session *session, vg_error *err)
{
    uint8_t name[8];
    char id[17];
    randombytes_buf(name, sizeof name);
    sodium_bin2hex(id, sizeof id, name, sizeof name);
    vg_query add = vg_store_use(store, VG_SQL_SESSION_ADD);
    vg_store_bind_blob(&add, session->token_hash, sizeof session->token_hash);
    vg_store_bind_str(&add, (vg_str){session->csrf, strnlen(session->csrf, sizeof session->csrf)});
    vg_store_bind_int(&add, session->created_ms);
    vg_store_bind_int(&add, session->expires_ms);
    vg_store_bind_int(&add, session->seen_ms ? session->seen_ms : session->created_ms);
    vg_store_bind_str(&add, vg_str_of(id));
    vg_store_bind_str(&add, session->agent);
    vg_store_bind_str(&add, session->address);
    vg_store_bind_int(&add, session->user_id);
    int rc = vg_store_run(&add, err);
    if (!rc && !vg_store_changed(store)) rc = vg_fail(err, VG_EFORBIDDEN, "user", "is unknown or disabled");
    if (rc) return rc;
    vg_query seen = vg_store_use(store, VG_SQL_PERSON_SEEN);
    vg_store_bind_int(&seen, session->seen_ms ? session->seen_ms : session->created_ms);
    vg_store_bind_int(&seen, session->user_id);
    return vg_store_run(&seen, err);
}

int vg_store_session_add(vg_store *store, const vg_session *session, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, add_session(store, session, err), err);
}

int vg_store_session_find(vg_store *store, const uint8_t token_hash[32], int64_t now_ms, vg_arena *arena,
                          vg_session *out, vg_user *user, vg_error *err)
{
    vg_query find = vg_store_use(store, VG_SQL_SESSION_FIND);
    vg_store_bind_blob(&find, token_hash, 32);
    vg_store_bind_int(&find, now_ms);
    int rc = vg_store_step(&find, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "session", "has ended or never was");
    rc = vg_people_read(store, &find, arena, user, err);
    if (!rc) {
        vg_str csrf = vg_store_peek(&find, VG_PEOPLE_COLUMNS), id = vg_store_peek(&find, VG_PEOPLE_COLUMNS + 4);
        *out = (vg_session){.user_id = user->id,
                            .created_ms = vg_store_int(&find, VG_PEOPLE_COLUMNS + 1),
                            .expires_ms = vg_store_int(&find, VG_PEOPLE_COLUMNS + 2),
                            .seen_ms = vg_store_int(&find, VG_PEOPLE_COLUMNS + 3)};
        memcpy(out->id, id.ptr, id.len < sizeof out->id ? id.len : sizeof out->id - 1);
        memcpy(out->token_hash, token_hash, 32);
        memcpy(out->csrf, csrf.ptr, csrf.len < sizeof out->csrf ? csrf.len : sizeof out->csrf - 1);
    }
    vg_store_reset(&find);
    if (!rc && vg_store_on_leave(user, now_ms)) rc = vg_fail(err, VG_ENOENT, "session", "has ended: its person is on leave");
    return rc;
}

static int end_session(vg_store *store, const uint8_t token_hash[32], const char *how, vg_error *err)
{
    char name[VG_EVENT_MAX_NAME + 1], detail[64];
    vg_query whose = vg_store_use(store, VG_SQL_SESSION_WHOSE);
    vg_store_bind_blob(&whose, token_hash, 32);
    int rc = vg_store_step(&whose, err);
    if (rc <= 0) return rc;
    snprintf(name, sizeof name, "%.*s", VG_STR_ARG(vg_store_peek(&whose, 0)));
    vg_store_reset(&whose);
    vg_query end = vg_store_use(store, VG_SQL_SESSION_END);
    vg_store_bind_blob(&end, token_hash, 32);
    rc = vg_store_run(&end, err);
    snprintf(detail, sizeof detail, "{\"how\":\"%s\"}", how);
    return rc ? rc : vg_people_audit(store, vg_time_now(), vg_str_of(name), "user.session_end", vg_str_of(name), detail, err);
}

int vg_store_session_end(vg_store *store, const uint8_t token_hash[32], const char *how, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, end_session(store, token_hash, how, err), err);
}

/* Twelve hours are over: found by the hourly round, one entry each. */
int vg_people_sessions_over(vg_store *store, int64_t now_ms, vg_error *err)
{
    for (;;) {
        uint8_t token[32];
        vg_query over = vg_store_use(store, VG_SQL_SESSION_OVER);
        vg_store_bind_int(&over, now_ms);
        int rc = vg_store_step(&over, err);
        if (rc <= 0) return rc;
        vg_str hash = vg_store_peek(&over, 0);
        if (hash.len == sizeof token) memcpy(token, hash.ptr, sizeof token);
        vg_store_reset(&over);
        rc = hash.len == sizeof token ? end_session(store, token, "over", err) : vg_fail(err, VG_ECORRUPT, "session", "has no possible token");
        if (rc) return rc;
    }
}

/* ---- API keys ---- */

int vg_store_key_insert(vg_store *store, vg_api_key *key, vg_str by, vg_error *err)
{
    char object[32];
    vg_buf *text = &store->text;
    vg_query add = vg_store_use(store, VG_SQL_KEY_ADD);
    vg_store_bind_str(&add, key->label);
    vg_store_bind_str(&add, key->space);
    vg_store_bind_int(&add, key->scopes);
    vg_store_bind_blob(&add, key->hash, sizeof key->hash);
    vg_store_bind_int(&add, key->created_ms);
    int rc = vg_store_run(&add, err);
    if (rc) return rc;
    key->id = sqlite3_last_insert_rowid(store->db);
    snprintf(object, sizeof object, "key:%" PRId64, key->id);
    vg_buf_clear(text);
    vg_buf_add_cstr(text, "{\"space\":");
    vg_buf_add_json_str(text, key->space);
    vg_buf_printf(text, ",\"scopes\":%" PRIu32 "}", key->scopes);
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry");
    return vg_store_audit_add(store, key->created_ms, by, VG_STR("key.create"), vg_str_of(object),
                              (vg_str){text->ptr, text->len}, err);
}

int vg_store_key_add(vg_store *store, vg_api_key *key, vg_str by, vg_error *err)
{
    int rc = vg_store_check_text("label", key->label, -128, err);
    if (!rc) rc = vg_store_check_text("space", key->space, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_check_text("by", by, 64, err);
    if (!rc && (key->scopes == 0 || (key->scopes & ~(uint32_t)VG_SCOPES_ALL)))
        rc = vg_fail(err, VG_EINVAL, "scopes", "expected at least one known scope");
    if (rc) return rc;
    if (!key->created_ms) key->created_ms = vg_time_now();
    rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, vg_store_key_insert(store, key, by, err), err);
}

static int read_key(const vg_query *row, vg_arena *arena, vg_api_key *out, vg_error *err)
{
    int rc = 0;
    vg_str hash = vg_store_peek(row, 4);
    *out = (vg_api_key){.id = vg_store_int(row, 0),
                        .scopes = (uint32_t)vg_store_int(row, 3),
                        .created_ms = vg_store_int(row, 5),
                        .revoked_ms = vg_store_int(row, 6)};
    if (hash.len != sizeof out->hash)
        return vg_fail(err, VG_ECORRUPT, "api_key", "key %" PRId64 " has a hash of %zu bytes", out->id,
                       hash.len);
    memcpy(out->hash, hash.ptr, sizeof out->hash);
    out->label = vg_store_copy(row, 1, arena, &rc);
    out->space = vg_store_copy(row, 2, arena, &rc);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory for a key") : 0;
}

int vg_store_key_list(vg_store *store, vg_arena *arena, vg_api_key **out, size_t *count, vg_error *err)
{
    vg_api_key *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_KEY_LIST);
    while ((rc = vg_store_step(&list, err)) == 1) {
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        rc = items ? read_key(&list, arena, &items[n], err)
                   : vg_fail(err, VG_ENOMEM, "", "no memory for keys");
        if (rc) break;
        n++;
    }
    vg_store_reset(&list);
    if (rc) return rc;
    *out = items;
    *count = n;
    return 0;
}

static int revoke_key(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_error *err)
{
    char object[32];
    vg_query get = vg_store_use(store, VG_SQL_KEY_GET);
    vg_store_bind_int(&get, id);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "id", "there is no key %" PRId64, id);
    bool revoked = vg_store_int(&get, 0) != 0;
    vg_store_reset(&get);
    if (revoked) return 0; /* the first time stands */
    vg_query revoke = vg_store_use(store, VG_SQL_KEY_REVOKE);
    vg_store_bind_int(&revoke, now_ms);
    vg_store_bind_int(&revoke, id);
    rc = vg_store_run(&revoke, err);
    snprintf(object, sizeof object, "key:%" PRId64, id);
    return rc ? rc
              : vg_store_audit_add(store, now_ms, by, VG_STR("key.revoke"), vg_str_of(object), VG_STR("{}"),
                                   err);
}

int vg_store_key_revoke(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, revoke_key(store, id, by, now_ms, err), err);
}
