/* SPDX-License-Identifier: Apache-2.0
 *
 * Leases taken and given back by claim-next and by leads, and which cases belong together.
 */
#include "store/cases/next.h"

#include <stdlib.h>

#include "base/time.h"
#include "store/store_int.h"

const char *const vg_link_names[VG_LINKS] = {"address", "opening", "account"};

/* ---- leases ---- */

static int set_lease(vg_store *store, int64_t id, vg_str user, int64_t until_ms, vg_error *err)
{
    vg_query claim = vg_store_use(store, VG_SQL_CASE_CLAIM);
    vg_store_bind_str(&claim, user);
    vg_store_bind_int(&claim, until_ms);
    vg_store_bind_int(&claim, id);
    return vg_store_run(&claim, err);
}

static int note(vg_store *store, int64_t id, const char *action, vg_str user, vg_str detail, int64_t now_ms, vg_error *err)
{
    char name[24];
    vg_case_name(id, name);
    return vg_store_audit_add(store, now_ms, user, vg_str_of(action), vg_str_of(name), detail, err);
}

/* 1: taken; 0: it is decided, gone, or held by somebody. */
static int take(vg_store *store, int64_t id, vg_str user, int64_t now_ms, int64_t until_ms, vg_arena *arena, vg_error *err)
{
    vg_case c;
    int rc = vg_store_case_get(store, id, arena, &c, err);
    if (rc == -VG_ENOENT) return 0;
    if (rc) return rc;
    if (c.state != VG_CASE_OPEN || (c.claimed_by.len && c.claimed_until_ms > now_ms)) return 0;
    rc = set_lease(store, id, user, until_ms, err);
    if (!rc) rc = note(store, id, "case.claim", user, VG_STR("{\"how\":\"next\"}"), now_ms, err);
    return rc ? rc : 1;
}

typedef struct taking {
    const int64_t *ids;
    size_t count;
    vg_str user;
    int64_t now_ms, until_ms;
} taking;

/* taken NULL: the first, into *first. */
static int take_some(vg_store *store, const taking *t, int64_t *first, bool *taken, vg_error *err)
{
    int rc = vg_store_check_text("user", t->user, 64, err);
    if (rc) return rc;
    if (t->until_ms <= t->now_ms) return vg_fail(err, VG_EINVAL, "until", "a lease must end in the future");
    vg_arena *arena = vg_arena_create(2048, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a lease");
    rc = vg_store_begin(store, err);
    if (!rc) {
        for (size_t i = 0; rc >= 0 && i < t->count; i++) {
            rc = take(store, t->ids[i], t->user, t->now_ms, t->until_ms, arena, err);
            if (taken) taken[i] = rc == 1;
            else if (rc == 1) {
                *first = t->ids[i];
                break;
            }
            vg_arena_reset(arena);
        }
        rc = vg_store_end(store, rc < 0 ? rc : 0, err);
    }
    vg_arena_destroy(&arena);
    return rc;
}

int vg_store_claim_first(vg_store *store, const int64_t *ids, size_t count, vg_str user, int64_t now_ms, int64_t until_ms, int64_t *taken,
                         vg_error *err)
{
    taking t = {ids, count, user, now_ms, until_ms};
    *taken = -1;
    int rc = count ? take_some(store, &t, taken, NULL, err) : 0;
    if (rc) *taken = -1;
    return rc;
}

int vg_store_claim_all(vg_store *store, const int64_t *ids, size_t count, vg_str user, int64_t now_ms, int64_t until_ms, bool *taken, vg_error *err)
{
    taking t = {ids, count, user, now_ms, until_ms};
    for (size_t i = 0; i < count; i++) taken[i] = false;
    int rc = count ? take_some(store, &t, NULL, taken, err) : 0;
    for (size_t i = 0; rc && i < count; i++) taken[i] = false;
    return rc;
}

static int give_back(vg_store *store, int64_t id, vg_str user, int64_t now_ms, int64_t skip_until_ms, vg_arena *arena, vg_error *err)
{
    vg_case c;
    char name[24];
    int rc = vg_store_case_get(store, id, arena, &c, err);
    if (rc) return rc;
    vg_case_name(id, name);
    bool mine = vg_str_eq(c.claimed_by, user);
    if (!mine && c.claimed_by.len && c.claimed_until_ms > now_ms) return vg_fail(err, VG_ECONFLICT, name, "is held by %.*s", VG_STR_ARG(c.claimed_by));
    if (!c.claimed_by.len) return 0;
    rc = set_lease(store, id, (vg_str){"", 0}, 0, err);
    if (!rc && mine && c.state == VG_CASE_OPEN) {
        vg_query skip = vg_store_use(store, VG_SQL_SKIP_SET);
        vg_store_bind_str(&skip, user);
        vg_store_bind_int(&skip, id);
        vg_store_bind_int(&skip, skip_until_ms);
        rc = vg_store_run(&skip, err);
    }
    return rc ? rc : note(store, id, "case.release", user, VG_STR("{}"), now_ms, err);
}

int vg_store_give_back(vg_store *store, int64_t id, vg_str user, int64_t now_ms, int64_t skip_until_ms, vg_error *err)
{
    int rc = vg_store_check_text("user", user, 64, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(2048, 1 << 16);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a lease");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, give_back(store, id, user, now_ms, skip_until_ms, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

static int take_back(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_arena *arena, vg_str *held, vg_error *err)
{
    vg_case c;
    vg_buf *text = &store->text;
    int rc = vg_store_case_get(store, id, arena, &c, err);
    if (rc || !c.claimed_by.len) return rc;
    if (c.claimed_until_ms > now_ms) *held = c.claimed_by;
    rc = set_lease(store, id, (vg_str){"", 0}, 0, err);
    if (rc) return rc;
    vg_buf_clear(text);
    vg_buf_add_cstr(text, "{\"held_by\":");
    vg_buf_add_json_str(text, c.claimed_by);
    vg_buf_add_char(text, '}');
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry");
    return note(store, id, "case.take_back", by, (vg_str){text->ptr, text->len}, now_ms, err);
}

int vg_store_take_back(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_arena *arena, vg_str *held, vg_error *err)
{
    *held = (vg_str){"", 0};
    int rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, take_back(store, id, by, now_ms, arena, held, err), err);
}

int vg_store_held(vg_store *store, vg_str space, vg_str user, int64_t now_ms, vg_arena *arena, int64_t **out, size_t *count, vg_error *err)
{
    int64_t *ids = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_CASES_HELD);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, now_ms);
    vg_store_bind_str(&query, user);
    while ((rc = vg_store_step(&query, err)) == 1) {
        ids = vg_store_grow(arena, ids, n, &capacity, sizeof *ids);
        if (!ids) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for what somebody holds");
            break;
        }
        ids[n++] = vg_store_int(&query, 0);
    }
    vg_store_reset(&query);
    *out = ids;
    *count = rc ? 0 : n;
    return rc;
}

/* ---- cases that belong together ---- */

typedef struct links {
    int64_t *ids;
    unsigned *why;
    size_t count, capacity, capacity_why;
    vg_arena *arena;
} links;

static int add_link(links *l, int64_t id, vg_link_why why, vg_error *err)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->ids[i] == id) {
            l->why[i] |= 1u << why;
            return 0;
        }
    l->ids = vg_store_grow(l->arena, l->ids, l->count, &l->capacity, sizeof *l->ids);
    l->why = vg_store_grow(l->arena, l->why, l->count, &l->capacity_why, sizeof *l->why);
    if (!l->ids || !l->why) return vg_fail(err, VG_ENOMEM, "", "no memory for linked cases");
    l->ids[l->count] = id;
    l->why[l->count++] = 1u << why;
    return 0;
}

static int find_links(vg_store *store, vg_query *query, size_t most, vg_link_why why, int64_t self, links *l, vg_error *err)
{
    int rc;
    (void)store;
    vg_store_bind_int(query, (int64_t)most);
    while ((rc = vg_store_step(query, err)) == 1) {
        int64_t id = vg_store_int(query, 0);
        rc = id == self ? 0 : add_link(l, id, why, err);
        if (rc) break;
    }
    vg_store_reset(query);
    return rc;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = ((const vg_linked_case *)a)->c.id, y = ((const vg_linked_case *)b)->c.id;
    return (x > y) - (x < y);
}

static int collect_links(vg_store *store, const vg_case *c, size_t most, links *l, vg_error *err)
{
    static const struct {
        enum vg_store_statement statement;
        vg_link_why why;
    } ways[] = {{VG_SQL_LINKED_BY, VG_LINK_ADDRESS}, {VG_SQL_LINKED_TO, VG_LINK_ADDRESS}, {VG_SQL_LINKED_OPENING, VG_LINK_OPENING}, {VG_SQL_LINKED_SHARED, VG_LINK_ADDRESS}};
    int rc = 0;
    if (c->account.len) {
        vg_query same = vg_store_use(store, VG_SQL_LINKED_ACCOUNT);
        vg_store_bind_str(&same, c->account);
        vg_store_bind_int(&same, c->id);
        rc = find_links(store, &same, most, VG_LINK_ACCOUNT, c->id, l, err);
    }
    for (size_t i = 0; !rc && i < sizeof ways / sizeof ways[0]; i++) {
        vg_query query = vg_store_use(store, ways[i].statement);
        vg_store_bind_int(&query, c->id);
        rc = find_links(store, &query, most, ways[i].why, c->id, l, err);
    }
    return rc;
}

int vg_store_linked(vg_store *store, int64_t id, vg_str spaces, size_t most, vg_arena *arena, vg_linked_case **out, size_t *count, vg_error *err)
{
    enum { LOOK_MOST = 100 };
    vg_case c;
    links l = {.arena = arena};
    *out = NULL;
    *count = 0;
    int rc = vg_store_case_get(store, id, arena, &c, err);
    if (!rc) rc = collect_links(store, &c, LOOK_MOST, &l, err);
    if (rc || !l.count) return rc;
    vg_linked_case *all = vg_arena_calloc(arena, l.count, sizeof *all);
    if (!all) return vg_fail(err, VG_ENOMEM, "", "no memory for linked cases");
    size_t n = 0;
    for (size_t i = 0; !rc && i < l.count; i++) {
        rc = vg_store_case_get(store, l.ids[i], arena, &all[n].c, err);
        if (rc || all[n].c.state != VG_CASE_OPEN || !vg_store_in_spaces(spaces, all[n].c.space)) continue;
        all[n++].why = l.why[i];
    }
    if (rc) return rc;
    if (n > 1) qsort(all, n, sizeof *all, by_number);
    *out = all;
    *count = n < most ? n : most;
    return 0;
}
