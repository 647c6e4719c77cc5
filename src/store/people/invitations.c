/* SPDX-License-Identifier: Apache-2.0
 *
 * Links that set a password once, and people as administrators see them.
 */
#include "store/people/people_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"

/* ---- people ---- */

static void email_place(vg_str name, char out[80])
{
    snprintf(out, 80, "email:%.*s", VG_STR_ARG(name));
}

static int read_person(vg_store *store, const vg_query *row, vg_arena *arena, vg_person *out, vg_error *err)
{
    char place[80];
    vg_str sealed = vg_store_peek(row, VG_PEOPLE_COLUMNS);
    *out = (vg_person){.email = {"", 0},
                       .seen_ms = vg_store_int(row, VG_PEOPLE_COLUMNS + 1),
                       .invited = vg_store_int(row, VG_PEOPLE_COLUMNS + 2) == 0,
                       .invitation_ends_ms = vg_store_int(row, VG_PEOPLE_COLUMNS + 3)};
    int rc = vg_people_read(store, row, arena, &out->user, err);
    if (rc || !sealed.len) return rc;
    email_place(out->user.name, place);
    return vg_store_unseal(store, place, sealed, arena, &out->email, err);
}

int vg_store_people(vg_store *store, vg_str name, vg_arena *arena, vg_person **out, size_t *count, vg_error *err)
{
    vg_person *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    vg_query list = vg_store_use(store, name.len ? VG_SQL_PERSON_FIND : VG_SQL_PERSON_LIST);
    if (name.len) vg_store_bind_str(&list, name);
    while ((rc = vg_store_step(&list, err)) == 1) {
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        rc = items ? read_person(store, &list, arena, &items[n], err) : vg_fail(err, VG_ENOMEM, "", "no memory for people");
        if (rc) break;
        n++;
    }
    vg_store_reset(&list);
    *out = items;
    *count = n;
    if (!rc && name.len && !n) rc = vg_people_none(name, err);
    return rc;
}

static int describe(vg_store *store, vg_str name, vg_str display, vg_str language, vg_str by, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_PERSON_DESCRIBE);
    vg_store_bind_str(&set, display);
    vg_store_bind_str(&set, language);
    vg_store_bind_str(&set, name);
    int rc = vg_store_run(&set, err);
    if (!rc && !vg_store_changed(store)) rc = vg_people_none(name, err);
    return rc ? rc : vg_people_audit(store, vg_time_now(), by, "user.describe", name, "{}", err);
}

int vg_store_person_describe(vg_store *store, vg_str name, vg_str display, vg_str language, vg_str by, vg_error *err)
{
    int rc = vg_store_check_text("/display", display, 128, err);
    if (!rc && !vg_str_is(language, "fr") && !vg_str_is(language, "en")) rc = vg_fail(err, VG_EINVAL, "/language", "expected fr or en");
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, describe(store, name, display, language, by, err), err);
}

/* ---- invitations ---- */

typedef struct link {
    const uint8_t *token_hash;
    int64_t now_ms, expires_ms;
    vg_str by;
} link;

static int set_link(vg_store *store, int64_t user_id, vg_str name, bool reset, const link *l, vg_error *err)
{
    char detail[64], until[25];
    vg_query set = vg_store_use(store, VG_SQL_INVITATION_SET);
    vg_store_bind_int(&set, user_id);
    vg_store_bind_blob(&set, l->token_hash, 32);
    vg_store_bind_int(&set, reset);
    vg_store_bind_str(&set, l->by);
    vg_store_bind_int(&set, l->now_ms);
    vg_store_bind_int(&set, l->expires_ms);
    int rc = vg_store_run(&set, err);
    vg_time_format(l->expires_ms, until);
    snprintf(detail, sizeof detail, "{\"until\":\"%s\"}", until);
    return rc ? rc : vg_people_audit(store, l->now_ms, l->by, reset ? "user.reset" : "user.invite", name, detail, err);
}

static int set_email(vg_store *store, vg_str name, vg_str email, vg_error *err)
{
    char place[80];
    email_place(name, place);
    int rc = vg_store_seal(store, place, email, err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_PERSON_EMAIL);
    vg_store_bind_blob(&set, store->sealed.ptr, store->sealed.len);
    vg_store_bind_str(&set, name);
    return vg_store_run(&set, err);
}

static int invite(vg_store *store, const vg_user *user, vg_str email, const link *l, vg_arena *arena, vg_error *err)
{
    vg_user made;
    int rc = vg_people_add(store, user, l->now_ms, l->by, err);
    if (!rc && email.len) rc = set_email(store, user->name, email, err);
    if (!rc) rc = vg_store_user_find(store, user->name, arena, &made, err);
    return rc ? rc : set_link(store, made.id, made.name, false, l, err);
}

static int again(vg_store *store, vg_str name, const link *l, vg_arena *arena, vg_error *err)
{
    vg_user user;
    int rc = vg_store_user_find(store, name, arena, &user, err);
    if (rc) return rc;
    if (user.closed_ms || user.disabled_ms)
        return vg_fail(err, VG_ECONFLICT, "", "the account of %.*s is closed", VG_STR_ARG(name));
    return set_link(store, user.id, user.name, user.password_hash.len > 0, l, err);
}

static int run_link(vg_store *store, const vg_user *user, vg_str name, vg_str email, const link *l, vg_error *err)
{
    int rc = vg_store_check_text("by", l->by, 64, err);
    if (!rc && l->expires_ms <= l->now_ms) rc = vg_fail(err, VG_EINVAL, "/hours", "an invitation must end in the future");
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(8192, 1 << 18);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an invitation");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, user ? invite(store, user, email, l, arena, err) : again(store, name, l, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

int vg_store_invite(vg_store *store, const vg_user *user, vg_str email, const uint8_t token_hash[32], int64_t now_ms, int64_t expires_ms,
                    vg_str by, vg_error *err)
{
    const link l = {.token_hash = token_hash, .now_ms = now_ms, .expires_ms = expires_ms, .by = by};
    int rc = vg_people_check_user(user, err);
    if (!rc) rc = vg_store_check_text("/email", email, -254, err);
    if (!rc && user->password_hash.len) rc = vg_fail(err, VG_EINVAL, "password_hash", "somebody invited has no password yet");
    return rc ? rc : run_link(store, user, user->name, email, &l, err);
}

int vg_store_invite_again(vg_store *store, vg_str name, const uint8_t token_hash[32], int64_t now_ms, int64_t expires_ms, vg_str by,
                          vg_error *err)
{
    const link l = {.token_hash = token_hash, .now_ms = now_ms, .expires_ms = expires_ms, .by = by};
    return run_link(store, NULL, name, (vg_str){"", 0}, &l, err);
}

static int find_link(vg_store *store, const uint8_t token_hash[32], int64_t now_ms, vg_arena *arena, int64_t *user_id, vg_invitation *out,
                     vg_error *err)
{
    int copied = 0;
    vg_query find = vg_store_use(store, VG_SQL_INVITATION_FIND);
    vg_store_bind_blob(&find, token_hash, 32);
    vg_store_bind_int(&find, now_ms);
    int rc = vg_store_step(&find, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "invitation", "was used, has run out, or never was");
    *user_id = vg_store_int(&find, 0);
    *out = (vg_invitation){.reset = vg_store_int(&find, 4) != 0, .expires_ms = vg_store_int(&find, 5)};
    out->name = vg_store_copy(&find, 1, arena, &copied);
    out->display = vg_store_copy(&find, 2, arena, &copied);
    out->language = vg_store_copy(&find, 3, arena, &copied);
    vg_store_reset(&find);
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for an invitation") : 0;
}

int vg_store_invitation_find(vg_store *store, const uint8_t token_hash[32], int64_t now_ms, vg_arena *arena, vg_invitation *out,
                             vg_error *err)
{
    int64_t id = 0;
    return find_link(store, token_hash, now_ms, arena, &id, out, err);
}

static int accept(vg_store *store, const uint8_t token_hash[32], vg_str password_hash, int64_t now_ms, vg_arena *arena, vg_str *name,
                  vg_error *err)
{
    vg_invitation found = {0};
    int64_t id = 0;
    int rc = find_link(store, token_hash, now_ms, arena, &id, &found, err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_USER_PASSWORD);
    vg_store_bind_str(&set, password_hash);
    vg_store_bind_str(&set, found.name);
    rc = vg_store_run(&set, err);
    if (!rc) rc = vg_people_end_sessions(store, found.name, err);
    vg_query end = vg_store_use(store, VG_SQL_INVITATION_END);
    vg_store_bind_int(&end, id);
    if (!rc) rc = vg_store_run(&end, err);
    *name = found.name;
    return rc ? rc : vg_people_audit(store, now_ms, found.name, found.reset ? "user.reset_used" : "user.accept", found.name, "{}", err);
}

int vg_store_invitation_accept(vg_store *store, const uint8_t token_hash[32], vg_str password_hash, int64_t now_ms, vg_arena *arena,
                               vg_str *name, vg_error *err)
{
    int rc = vg_people_check_password_hash(password_hash, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, accept(store, token_hash, password_hash, now_ms, arena, name, err), err);
}
