/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit log as pages, newest first, for those who check it. Each entry shown is held against the one before it, and the newest
 * against the sealed head; the whole chain is walked by `vigie audit verify`.
 */
#include "store/people/people_int.h"

#include <sodium.h>


enum { LOOK_MOST = 20000, ENTRIES_MOST = 1000 };

typedef struct page {
    const vg_audit_query *ask;
    vg_audit_entry *items;
    size_t count, capacity, looked;
    int64_t next, first_seq; /* first_seq: the first of the time asked for */
    int64_t known_case;      /* the case looked up last, and whether it is in the asker's spaces */
    bool known_mine;
} page;

static int edges_of(vg_store *store, vg_audit_chain *chain, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_AUDIT_EDGES);
    int rc = vg_store_step(&query, err);
    if (rc < 0) return rc;
    *chain = (vg_audit_chain){.first = vg_store_int(&query, 0), .newest = vg_store_int(&query, 1)};
    vg_store_reset(&query);
    return 0;
}

/* The first number whose time is not before `time_ms`, by halving: times rise with numbers, but for a clock that was set back. */
static int first_since(vg_store *store, const vg_audit_chain *chain, int64_t time_ms, int64_t *out, vg_error *err)
{
    int64_t low = chain->first, high = chain->newest + 1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        vg_query when = vg_store_use(store, VG_SQL_AUDIT_WHEN);
        vg_store_bind_int(&when, middle);
        int rc = vg_store_step(&when, err);
        if (rc < 0) return rc;
        bool before = rc == 1 && vg_store_int(&when, 0) < time_ms;
        if (rc == 1) vg_store_reset(&when);
        if (before) low = middle + 1;
        else high = middle;
    }
    *out = low;
    return 0;
}

/* Objects that begin with the name of a case ("c-000123", "c-000123/7") are about that case. */
static int is_mine(vg_store *store, page *p, vg_str object, vg_arena *arena, bool *mine, vg_error *err)
{
    const char *slash = memchr(object.ptr, '/', object.len);
    int64_t id = vg_case_id_of((vg_str){object.ptr, slash ? (size_t)(slash - object.ptr) : object.len});
    *mine = vg_store_in_spaces(p->ask->spaces, VG_STR("*"));
    if (*mine || id <= 0) return 0;
    if (id != p->known_case) {
        vg_case c;
        int rc = vg_store_case_get(store, id, arena, &c, err);
        if (rc && rc != -VG_ENOENT) return rc;
        p->known_case = id;
        p->known_mine = !rc && vg_store_in_spaces(p->ask->spaces, c.space);
    }
    *mine = p->known_mine;
    return 0;
}

static bool fits(const page *p, const vg_query *row)
{
    const vg_audit_query *ask = p->ask;
    int64_t time_ms = vg_store_int(row, 1);
    return (!ask->from_ms || time_ms >= ask->from_ms) && (!ask->until_ms || time_ms < ask->until_ms) &&
           (!ask->actor.len || vg_str_eq(ask->actor, vg_store_peek(row, 2))) &&
           (!ask->action.len || vg_str_eq(ask->action, vg_store_peek(row, 3))) &&
           (!ask->object.len || vg_str_eq(ask->object, vg_store_peek(row, 4)));
}

static int read_entry(const vg_query *row, vg_arena *arena, vg_audit_entry *out, vg_error *err)
{
    int copied = 0;
    vg_str hash = vg_store_peek(row, 6);
    *out = (vg_audit_entry){.seq = vg_store_int(row, 0), .time_ms = vg_store_int(row, 1)};
    out->actor = vg_store_copy(row, 2, arena, &copied);
    out->action = vg_store_copy(row, 3, arena, &copied);
    out->object = vg_store_copy(row, 4, arena, &copied);
    out->detail = vg_store_copy(row, 5, arena, &copied);
    memcpy(out->hash, hash.ptr, hash.len < sizeof out->hash ? hash.len : sizeof out->hash);
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for audit entries") : 0;
}

/* The most selective of what was asked for leads; the rest is looked at row by row. */
static vg_query ask_page(vg_store *store, const vg_audit_query *ask, int64_t before)
{
    vg_str by = ask->object.len ? ask->object : ask->actor;
    vg_query q = vg_store_use(store, ask->object.len  ? VG_SQL_AUDIT_BY_OBJECT
                                     : ask->actor.len ? VG_SQL_AUDIT_BY_ACTOR
                                                      : VG_SQL_AUDIT_PAGE);
    if (by.len) vg_store_bind_str(&q, by);
    vg_store_bind_int(&q, before);
    return q;
}

static int read_page(vg_store *store, page *p, int64_t before, vg_arena *arena, vg_error *err)
{
    size_t most = p->ask->most && p->ask->most <= ENTRIES_MOST ? p->ask->most : ENTRIES_MOST;
    vg_query rows = ask_page(store, p->ask, before);
    int rc;
    while ((rc = vg_store_step(&rows, err)) == 1) {
        bool mine = true;
        int64_t seq = vg_store_int(&rows, 0);
        if (seq < p->first_seq) break;
        if (p->count == most || ++p->looked > LOOK_MOST) {
            p->next = seq + 1;
            break;
        }
        if (!fits(p, &rows)) continue;
        rc = is_mine(store, p, vg_store_peek(&rows, 4), arena, &mine, err);
        if (rc) break;
        if (!mine) continue;
        p->items = vg_store_grow(arena, p->items, p->count, &p->capacity, sizeof *p->items);
        rc = p->items ? read_entry(&rows, arena, &p->items[p->count], err) : vg_fail(err, VG_ENOMEM, "", "no memory for audit entries");
        if (rc) break;
        p->count++;
    }
    vg_store_reset(&rows);
    return rc < 0 ? rc : 0;
}

static int hash_before(vg_store *store, int64_t seq, uint8_t out[VG_STORE_HASH], bool *found, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_AUDIT_GET);
    vg_store_bind_int(&get, seq);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    vg_str hash = rc ? vg_store_peek(&get, 0) : (vg_str){"", 0};
    *found = hash.len == VG_STORE_HASH;
    if (*found) memcpy(out, hash.ptr, VG_STORE_HASH);
    vg_store_reset(&get);
    return 0;
}

static int check_entries(vg_store *store, page *p, vg_error *err)
{
    int64_t anchor_seq = 0;
    uint8_t anchor[VG_STORE_HASH], previous[VG_STORE_HASH], hash[VG_STORE_HASH];
    int rc = vg_store_audit_anchor(store, &anchor_seq, anchor, err);
    for (size_t i = 0; !rc && i < p->count; i++) {
        vg_audit_entry *e = &p->items[i];
        const vg_str fields[4] = {e->actor, e->action, e->object, e->detail};
        bool found = e->seq - 1 == anchor_seq;
        if (found) memcpy(previous, anchor, sizeof previous);
        else if (i + 1 < p->count && p->items[i + 1].seq == e->seq - 1) {
            memcpy(previous, p->items[i + 1].hash, sizeof previous);
            found = true;
        } else rc = hash_before(store, e->seq - 1, previous, &found, err);
        if (rc) break;
        vg_store_audit_hash(store, previous, e->seq, e->time_ms, fields, hash);
        e->checks = found && sodium_memcmp(hash, e->hash, sizeof hash) == 0;
    }
    return rc;
}

static int check_head(vg_store *store, vg_audit_chain *chain, vg_error *err)
{
    uint8_t newest[VG_STORE_HASH];
    bool found = false;
    vg_error altered = {0};
    int rc = vg_store_audit_load(store, &altered);
    if (rc == -VG_ECORRUPT) return 0; /* the head does not check: that is the answer */
    if (rc) return vg_fail(err, -rc, altered.where, "%s", altered.what);
    chain->head_checks = store->audit_seq == chain->newest;
    if (!chain->newest || !chain->head_checks) return 0;
    rc = hash_before(store, chain->newest, newest, &found, err);
    chain->head_checks = found && sodium_memcmp(newest, store->audit_hash, sizeof newest) == 0;
    return rc;
}

static int list(vg_store *store, page *p, vg_arena *arena, vg_audit_chain *chain, vg_error *err)
{
    int64_t before = p->ask->before_seq > 0 ? p->ask->before_seq : INT64_MAX, until = 0;
    int rc = edges_of(store, chain, err);
    if (!rc && p->ask->from_ms) rc = first_since(store, chain, p->ask->from_ms, &p->first_seq, err);
    if (!rc && p->ask->until_ms) rc = first_since(store, chain, p->ask->until_ms, &until, err);
    if (until && until < before) before = until;
    if (!rc) rc = read_page(store, p, before, arena, err);
    if (!rc) rc = check_entries(store, p, err);
    return rc ? rc : check_head(store, chain, err);
}

int vg_store_audit_list(vg_store *store, const vg_audit_query *query, vg_arena *arena, vg_audit_entry **out, size_t *count, int64_t *next,
                        vg_audit_chain *chain, vg_error *err)
{
    page p = {.ask = query, .known_case = -1};
    *out = NULL;
    *count = 0;
    *next = 0;
    *chain = (vg_audit_chain){0};
    int rc = vg_store_begin_read(store, err);
    if (!rc) rc = vg_store_end_read(store, list(store, &p, arena, chain, err), err);
    if (rc) return rc;
    *out = p.items;
    *count = p.count;
    *next = p.next;
    return 0;
}
