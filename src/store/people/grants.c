/* SPDX-License-Identifier: Apache-2.0
 *
 * Roles per space: rows of user_grant. What a user's own row says of role and spaces is a summary of them, for lists.
 */
#include "store/people/people_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"

/* Which of somebody's roles stands for all of them in a list. */
static const uint8_t strength[VG_ROLES] = {[VG_ROLE_ADMIN] = 6,   [VG_ROLE_LEAD] = 5,    [VG_ROLE_REFERENT] = 4,
                                           [VG_ROLE_ANALYST] = 3, [VG_ROLE_AUDITOR] = 2, [VG_ROLE_PREVENTION] = 1};

int vg_people_check_grants(const vg_grant *grants, size_t count, vg_error *err)
{
    if (count > VG_GRANTS_MOST) return vg_fail(err, VG_EINVAL, "/grants", "at most %d roles are held at once", VG_GRANTS_MOST);
    for (size_t i = 0; i < count; i++) {
        int rc = vg_store_check_text("/grants", grants[i].space, VG_EVENT_MAX_NAME, err);
        if (rc) return rc;
        if ((unsigned)grants[i].role >= VG_ROLES) return vg_fail(err, VG_EINVAL, "/grants", "an unknown role");
        if (memchr(grants[i].space.ptr, ',', grants[i].space.len))
            return vg_fail(err, VG_EINVAL, "/grants", "one space to a grant, or \"*\"");
    }
    return 0;
}

int vg_people_read_grants(vg_store *store, vg_user *user, vg_arena *arena, vg_error *err)
{
    vg_grant *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    vg_query list = vg_store_use(store, VG_SQL_GRANTS_OF);
    vg_store_bind_int(&list, user->id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        int64_t role = vg_store_int(&list, 1);
        if (role < 0 || role >= VG_ROLES) {
            rc = vg_fail(err, VG_ECORRUPT, "user_grant", "has an unknown role: the database was altered");
            break;
        }
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        int copied = 0;
        if (items) items[n] = (vg_grant){.space = vg_store_copy(&list, 0, arena, &copied), .role = (vg_role)role};
        if (!items || copied) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for the roles of a user");
            break;
        }
        n++;
    }
    vg_store_reset(&list);
    user->grants = items;
    user->grant_count = n;
    return rc;
}

static int add_grant(vg_store *store, int64_t id, vg_str space, vg_role role, vg_error *err)
{
    vg_query add = vg_store_use(store, VG_SQL_GRANT_ADD);
    vg_store_bind_int(&add, id);
    vg_store_bind_str(&add, space);
    vg_store_bind_int(&add, role);
    return vg_store_run(&add, err);
}

static int add_grants(vg_store *store, int64_t id, const vg_grant *grants, size_t count, vg_error *err)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < count; i++) rc = add_grant(store, id, grants[i].space, grants[i].role, err);
    return rc;
}

static bool seen_before(const vg_grant *grants, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (vg_str_eq(grants[k].space, grants[i].space)) return true;
    return false;
}

/* The strongest role, and every space once. */
static int summarise(vg_store *store, int64_t id, const vg_grant *grants, size_t count, vg_error *err)
{
    vg_role role = count ? grants[0].role : VG_ROLE_REFERENT;
    vg_buf *text = &store->text;
    vg_buf_clear(text);
    for (size_t i = 0; i < count; i++) {
        if (strength[grants[i].role] > strength[role]) role = grants[i].role;
        if (seen_before(grants, i)) continue;
        if (text->len) vg_buf_add_char(text, ',');
        vg_buf_add_str(text, grants[i].space);
    }
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a list of spaces");
    vg_query set = vg_store_use(store, VG_SQL_USER_SUMMARY);
    vg_store_bind_int(&set, role);
    vg_store_bind_str(&set, (vg_str){text->ptr, text->len});
    vg_store_bind_int(&set, id);
    return vg_store_run(&set, err);
}

/* {"grants":[{"space":"lobby","role":"lead"},...]} in store->text */
static int write_grants(vg_store *store, const vg_grant *grants, size_t count, vg_error *err)
{
    vg_buf *text = &store->text;
    vg_buf_clear(text);
    vg_buf_add_cstr(text, "{\"grants\":[");
    for (size_t i = 0; i < count; i++) {
        vg_buf_add_cstr(text, i ? ",{\"space\":" : "{\"space\":");
        vg_buf_add_json_str(text, grants[i].space);
        vg_buf_printf(text, ",\"role\":\"%s\"}", vg_role_names[grants[i].role]);
    }
    vg_buf_add_cstr(text, "]}");
    return text->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry") : 0;
}

int vg_people_grant_first(vg_store *store, int64_t id, const vg_user *user, int64_t now_ms, vg_str by, vg_error *err)
{
    vg_grant of_role[VG_GRANTS_MOST];
    const vg_grant *grants = user->grants;
    size_t count = user->grant_count;
    vg_str rest = user->spaces, one;
    if (!count) { /* one role in all of their spaces */
        grants = of_role;
        while (count < VG_GRANTS_MOST && vg_store_next_item(&rest, &one))
            if (one.len) of_role[count++] = (vg_grant){.space = one, .role = user->role};
    }
    int rc = add_grants(store, id, grants, count, err);
    if (!rc) rc = summarise(store, id, grants, count, err);
    if (!rc) rc = write_grants(store, grants, count, err);
    return rc ? rc : vg_people_audit(store, now_ms, by, "user.add", user->name, store->text.ptr, err);
}

int vg_people_keep_an_admin(vg_store *store, vg_str name, vg_error *err)
{
    vg_query others = vg_store_use(store, VG_SQL_ADMINS_BUT);
    vg_store_bind_int(&others, VG_ROLE_ADMIN);
    vg_store_bind_str(&others, name);
    int rc = vg_store_step(&others, err);
    if (rc < 0) return rc;
    int64_t count = rc ? vg_store_int(&others, 0) : 0;
    vg_store_reset(&others);
    return count ? 0 : vg_fail(err, VG_ECONFLICT, "", "nobody else administers all spaces: make another administrator first");
}

static bool administers_all(const vg_grant *grants, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (grants[i].role == VG_ROLE_ADMIN && vg_str_is(grants[i].space, "*")) return true;
    return false;
}

static bool holds(const vg_grant *grants, size_t count, const vg_grant *one)
{
    for (size_t i = 0; i < count; i++)
        if (grants[i].role == one->role && vg_str_eq(grants[i].space, one->space)) return true;
    return false;
}

static bool same(const vg_user *user, const vg_grant *grants, size_t count)
{
    bool equal = true;
    for (size_t i = 0; i < count; i++) equal = equal && holds(user->grants, user->grant_count, &grants[i]);
    for (size_t i = 0; i < user->grant_count; i++) equal = equal && holds(grants, count, &user->grants[i]);
    return equal;
}

static int set_grants(vg_store *store, vg_str name, const vg_grant *grants, size_t count, vg_str by, vg_arena *arena, vg_error *err)
{
    vg_user user;
    int rc = vg_store_user_find(store, name, arena, &user, err);
    if (rc) return rc;
    if (user.closed_ms) return vg_fail(err, VG_ECONFLICT, "", "the account of %.*s is closed", VG_STR_ARG(name));
    if (same(&user, grants, count)) return 0;
    if (administers_all(user.grants, user.grant_count) && !administers_all(grants, count)) {
        rc = vg_people_keep_an_admin(store, name, err);
        if (rc) return rc;
    }
    vg_query drop = vg_store_use(store, VG_SQL_GRANTS_DROP);
    vg_store_bind_int(&drop, user.id);
    rc = vg_store_run(&drop, err);
    if (!rc) rc = add_grants(store, user.id, grants, count, err);
    if (!rc) rc = summarise(store, user.id, grants, count, err);
    if (!rc) rc = vg_people_end_sessions(store, name, err);
    if (!rc) rc = write_grants(store, grants, count, err);
    return rc ? rc : vg_people_audit(store, vg_time_now(), by, "user.grants", name, store->text.ptr, err);
}

int vg_store_grants_set(vg_store *store, vg_str name, const vg_grant *grants, size_t count, vg_str by, vg_error *err)
{
    int rc = vg_people_check_grants(grants, count, err);
    if (!rc) rc = vg_store_check_text("by", by, 64, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(8192, 1 << 18);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a user");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, set_grants(store, name, grants, count, by, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

int vg_grants_text(const vg_user *user, vg_arena *arena, vg_str *out, vg_error *err)
{
    *out = (vg_str){"", 0};
    for (size_t i = 0; i < user->grant_count; i++) {
        const vg_grant *g = &user->grants[i];
        *out = vg_arena_printf(arena, "%.*s%s%.*s: %s", VG_STR_ARG(*out), out->len ? ", " : "", VG_STR_ARG(g->space),
                               vg_role_names[g->role]);
        if (!out->ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for a list of roles");
    }
    return 0;
}
