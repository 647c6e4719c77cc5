/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading cases: one, lists, counts, the sealed events of one; and the lease.
 */
#include "store/cases/media_int.h"
#include "store/cases/next.h"
#include "store/evidence/evidence_int.h"
#include "store/training/gold_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "event/filing.h"

enum { LIST_MOST = 500 };

/* ---- rows ---- */

static void unpack_weights(vg_str packed, uint16_t out[VG_EVIDENCE_KINDS])
{
    for (size_t i = 0; i < VG_EVIDENCE_KINDS && 2 * i + 1 < packed.len; i++)
        out[i] = (uint16_t)((uint8_t)packed.ptr[2 * i] | (uint16_t)((uint8_t)packed.ptr[2 * i + 1] << 8));
}

static bool in_range(const vg_query *q)
{
    return vg_store_int(q, 3) >= 0 && vg_store_int(q, 3) < VG_CASE_STATES && vg_store_int(q, 7) >= 0 &&
           vg_store_int(q, 7) < VG_VERDICTS && vg_store_int(q, 9) >= 0 && vg_store_int(q, 9) < VG_AGE_BANDS &&
           vg_store_int(q, 10) >= 0 && vg_store_int(q, 10) < VG_AGE_BASES && vg_store_int(q, 11) >= 0 &&
           vg_store_int(q, 11) < VG_AGE_BANDS && vg_store_int(q, 21) >= 0 && vg_store_int(q, 21) < VG_ACTIONS &&
           vg_store_int(q, 27) >= 0 && vg_store_int(q, 27) < VG_LOOKS;
}

int vg_store_read_case(const vg_query *q, vg_arena *arena, vg_case *out, vg_error *err)
{
    int rc = 0;
    *out = (vg_case){.id = vg_store_int(q, 0)};
    if (!in_range(q)) { /* these index tables of names elsewhere */
        char name[24];
        vg_case_name(out->id, name);
        return vg_fail(err, VG_ECORRUPT, name, "holds a number out of range: the database was altered");
    }
    out->state = (vg_case_state)vg_store_int(q, 3);
    out->shadow = vg_store_is_shadow(vg_store_peek(q, 1));
    out->escalated = vg_store_int(q, 4) != 0;
    out->legal_hold = vg_store_int(q, 5) != 0;
    out->destroyed = vg_store_int(q, 6) != 0;
    out->verdict = (vg_verdict_kind)vg_store_int(q, 7);
    out->risk = (uint16_t)vg_store_int(q, 8);
    out->account_band = (uint8_t)vg_store_int(q, 9);
    out->account_basis = (uint8_t)vg_store_int(q, 10);
    out->youngest_band = (uint8_t)vg_store_int(q, 11);
    out->kinds = (uint64_t)vg_store_int(q, 12) & ((UINT64_C(1) << VG_EVIDENCE_KINDS) - 1);
    unpack_weights(vg_store_peek(q, 13), out->kind_weight);
    out->event_count = (uint32_t)vg_store_int(q, 14);
    out->opened_ms = vg_store_int(q, 15);
    out->updated_ms = vg_store_int(q, 16);
    out->due_ms = vg_store_int(q, 17);
    out->decided_ms = vg_store_int(q, 18);
    out->claimed_until_ms = vg_store_int(q, 20);
    out->action = (vg_action)vg_store_int(q, 21);
    out->merit = (uint16_t)vg_store_int(q, 23);
    out->offer_ms = vg_store_int(q, 24);
    out->notices = (uint32_t)vg_store_int(q, 25);
    out->trusted = (vg_store_int(q, 26) & 1) != 0;
    out->danger = (vg_store_int(q, 26) & 2) != 0;
    out->look = (vg_look)vg_store_int(q, 27);
    out->report_due = vg_store_int(q, 29) != 0;
    out->overturned = vg_store_int(q, 30) != 0;
    out->answers = (uint16_t)(vg_store_int(q, 31) & ((1 << VG_ANSWERS) - 1));
    out->safe = vg_store_int(q, 32) != 0;
    if (!arena) return 0; /* the writer does not need the strings */
    out->space = vg_store_lit(vg_store_copy(q, 1, arena, &rc)); /* to its person it is a case of the space */
    out->account = vg_store_copy(q, 2, arena, &rc);
    out->claimed_by = vg_store_copy(q, 19, arena, &rc);
    out->language = vg_store_copy(q, 22, arena, &rc);
    out->barred = vg_store_copy(q, 28, arena, &rc);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory for a case") : 0;
}

int vg_store_case_get(vg_store *store, int64_t id, vg_arena *arena, vg_case *out, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_CASE_GET);
    vg_store_bind_int(&get, id);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no case %" PRId64, id);
    rc = vg_store_read_case(&get, arena, out, err);
    vg_store_reset(&get);
    return rc;
}

/* ---- which spaces ---- */

bool vg_store_next_item(vg_str *list, vg_str *item)
{
    while (list->len && (*list->ptr == ',' || *list->ptr == ' ')) {
        list->ptr++;
        list->len--;
    }
    if (!list->len) return false;
    const char *comma = memchr(list->ptr, ',', list->len);
    size_t len = comma ? (size_t)(comma - list->ptr) : list->len;
    *item = (vg_str){list->ptr, len};
    list->ptr += len;
    list->len -= len;
    while (item->len && item->ptr[item->len - 1] == ' ') item->len--;
    return true;
}

bool vg_store_in_spaces(vg_str spaces, vg_str space)
{
    vg_str item;
    while (vg_store_next_item(&spaces, &item))
        if (vg_str_is(item, "*") || vg_str_eq(item, space)) return true;
    return false;
}

typedef struct names {
    vg_str *items;
    size_t count, capacity;
} names;

static int add_name(names *list, vg_str name, vg_arena *arena, vg_error *err)
{
    for (size_t i = 0; i < list->count; i++)
        if (vg_str_eq(list->items[i], name)) return 0; /* "a,a" must not count twice */
    list->items = vg_store_grow(arena, list->items, list->count, &list->capacity, sizeof *list->items);
    vg_str copy = list->items ? vg_arena_copy(arena, name) : (vg_str){0};
    if (!copy.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for a list of spaces");
    list->items[list->count++] = copy;
    return 0;
}

/* Every space that has a case, by one index probe each. */
static int all_names(vg_store *store, names *list, vg_arena *arena, vg_error *err)
{
    vg_str last = {"", 0};
    for (;;) {
        vg_query next = vg_store_use(store, VG_SQL_SPACE_AFTER);
        vg_store_bind_str(&next, last);
        int rc = vg_store_step(&next, err);
        if (rc < 0) return rc;
        vg_str name = rc ? vg_store_peek(&next, 0) : (vg_str){0};
        bool more = name.len > 0;
        last = vg_arena_copy(arena, name);
        rc = more && !last.ptr ? vg_fail(err, VG_ENOMEM, "", "no memory for a list of spaces") : 0;
        if (!rc && more && !vg_store_is_shadow(last)) rc = add_name(list, last, arena, err);
        vg_store_reset(&next);
        if (rc || !more) return rc;
    }
}

static int names_of(vg_store *store, vg_str spaces, vg_str space, names *list, vg_arena *arena, vg_error *err)
{
    vg_str item;
    if (space.len) return vg_store_in_spaces(spaces, space) ? add_name(list, space, arena, err) : 0;
    if (vg_store_in_spaces(spaces, VG_STR("*"))) return all_names(store, list, arena, err);
    while (vg_store_next_item(&spaces, &item)) {
        int rc = add_name(list, item, arena, err);
        if (rc) return rc;
    }
    return 0;
}

int vg_store_case_spaces(vg_store *store, vg_str spaces, vg_arena *arena, vg_str **out, size_t *count, vg_error *err)
{
    names list = {0};
    *out = NULL;
    *count = 0;
    int rc = vg_store_begin_read(store, err);
    if (!rc) rc = vg_store_end_read(store, names_of(store, spaces, (vg_str){0}, &list, arena, err), err);
    if (rc) return rc;
    *out = list.items;
    *count = list.count;
    return 0;
}

/* ---- lists ---- */

typedef struct cases {
    vg_arena *arena;
    vg_case *items;
    size_t count, capacity;
} cases;

static int collect(vg_query *query, cases *list, vg_error *err)
{
    int rc;
    while ((rc = vg_store_step(query, err)) == 1) {
        list->items =
            vg_store_grow(list->arena, list->items, list->count, &list->capacity, sizeof *list->items);
        rc = list->items ? vg_store_read_case(query, list->arena, &list->items[list->count], err)
                         : vg_fail(err, VG_ENOMEM, "", "no memory for a list of cases");
        if (rc) break;
        list->count++;
    }
    vg_store_reset(query);
    return rc;
}

static int collect_account(vg_store *store, const vg_case_query *ask, vg_str space, int state, cases *list,
                           vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_LIST_ACCOUNT);
    vg_store_bind_str(&query, space);
    vg_store_bind_str(&query, ask->account);
    vg_store_bind_int(&query, state);
    vg_store_bind_int(&query, state == VG_CASE_DECIDED && ask->before_id > 0 ? ask->before_id : INT64_MAX);
    vg_store_bind_int(&query, (int64_t)ask->most);
    return collect(&query, list, err);
}

static int collect_answered(vg_store *store, const vg_case_query *ask, vg_str space, int state, cases *list, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_LIST_ANSWERED);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, (int64_t)ask->answers);
    vg_store_bind_int(&query, state);
    vg_store_bind_int(&query, ask->before_id > 0 ? ask->before_id : INT64_MAX);
    vg_store_bind_int(&query, (int64_t)ask->most);
    return collect(&query, list, err);
}

static int collect_open(vg_store *store, const vg_case_query *ask, vg_str space, int64_t now_ms, cases *list,
                        vg_error *err)
{
    if (ask->account.len) return collect_account(store, ask, space, VG_CASE_OPEN, list, err);
    static const enum vg_store_statement parts[] = {VG_SQL_LIST_OVERDUE, VG_SQL_LIST_OPEN};
    for (size_t i = 0; i < 2; i++) {
        vg_query query = vg_store_use(store, parts[i]);
        vg_store_bind_str(&query, space);
        vg_store_bind_int(&query, now_ms);
        vg_store_bind_int(&query, (int64_t)ask->most);
        int rc = collect(&query, list, err);
        if (rc) return rc;
    }
    return 0;
}

static int collect_decided(vg_store *store, const vg_case_query *ask, vg_str space, cases *list,
                           vg_error *err)
{
    if (ask->account.len) return collect_account(store, ask, space, VG_CASE_DECIDED, list, err);
    vg_query query = vg_store_use(store, VG_SQL_LIST_DECIDED);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, ask->before_id > 0 ? ask->before_id : INT64_MAX);
    vg_store_bind_int(&query, (int64_t)ask->most);
    return collect(&query, list, err);
}

static int by_id_descending(const void *a, const void *b)
{
    int64_t x = ((const vg_case *)a)->id, y = ((const vg_case *)b)->id;
    return (x < y) - (x > y);
}

static int by_need(const void *a, const void *b, void *now)
{
    const vg_case *x = a, *y = b;
    bool late_x = x->due_ms <= *(int64_t *)now, late_y = y->due_ms <= *(int64_t *)now;
    if (late_x != late_y) return late_x ? -1 : 1;
    if (late_x && x->due_ms != y->due_ms) return x->due_ms < y->due_ms ? -1 : 1;
    if (x->risk != y->risk) return x->risk > y->risk ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static int collect_all(vg_store *store, const vg_case_query *ask, cases *open, cases *decided, vg_error *err)
{
    names list = {0};
    int64_t now_ms = vg_time_now();
    int rc = names_of(store, ask->spaces, ask->space, &list, open->arena, err);
    for (size_t i = 0; !rc && i < list.count; i++) {
        for (int state = 0; ask->answers && !rc && state < VG_CASE_STATES; state++)
            if (ask->state < 0 || ask->state == state) rc = collect_answered(store, ask, list.items[i], state, decided, err); /* in one order */
        if (rc || ask->answers) continue;
        if (ask->state != VG_CASE_DECIDED) rc = collect_open(store, ask, list.items[i], now_ms, open, err);
        if (!rc && ask->state != VG_CASE_OPEN) rc = collect_decided(store, ask, list.items[i], decided, err);
    }
    if (rc) return rc;
    if (open->count > ask->most) { /* when not all fit: those past their promise, then the riskiest */
        qsort_r(open->items, open->count, sizeof *open->items, by_need, &now_ms);
        open->count = ask->most;
    }
    if (decided->count > 1) qsort(decided->items, decided->count, sizeof *decided->items, by_id_descending);
    if (decided->count > ask->most - open->count) decided->count = ask->most - open->count;
    return 0;
}

int vg_store_case_list(vg_store *store, const vg_case_query *query, vg_arena *arena, vg_case **out,
                       size_t *count, vg_error *err)
{
    vg_case_query ask = *query;
    cases open = {.arena = arena}, decided = {.arena = arena};
    *out = NULL;
    *count = 0;
    if (ask.most == 0 || ask.most > LIST_MOST) ask.most = LIST_MOST;
    int rc = vg_store_begin_read(store, err);
    if (rc) return rc;
    rc = vg_store_end_read(store, collect_all(store, &ask, &open, &decided, err), err);
    if (rc) return rc;
    vg_case *all = vg_arena_calloc(arena, open.count + decided.count + 1, sizeof *all);
    if (!all) return vg_fail(err, VG_ENOMEM, "", "no memory for a list of cases");
    if (open.count) memcpy(all, open.items, open.count * sizeof *all);
    if (decided.count) memcpy(all + open.count, decided.items, decided.count * sizeof *all);
    *out = all;
    *count = open.count + decided.count;
    return 0;
}

/* ---- counts ---- */

static int count_one(vg_store *store, enum vg_store_statement id, vg_str space, const int64_t *since,
                     int64_t *sum, vg_error *err)
{
    vg_query query = vg_store_use(store, id);
    vg_store_bind_str(&query, space);
    if (since) vg_store_bind_int(&query, *since);
    int rc = vg_store_step(&query, err);
    if (rc < 0) return rc;
    if (rc == 1) *sum += vg_store_int(&query, 0);
    vg_store_reset(&query);
    return 0;
}

int vg_store_case_count(vg_store *store, vg_str spaces, int64_t now_ms, vg_case_counts *out, vg_error *err)
{
    int64_t midnight = now_ms - now_ms % VG_DAY_MS; /* "today" is the UTC day */
    names list = {0};
    *out = (vg_case_counts){0};
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory to count cases");
    int rc = vg_store_begin_read(store, err);
    if (!rc) {
        rc = names_of(store, spaces, (vg_str){0}, &list, arena, err);
        for (size_t i = 0; !rc && i < list.count; i++) {
            rc = count_one(store, VG_SQL_COUNT_OPEN, list.items[i], NULL, &out->open, err);
            if (!rc) rc = count_one(store, VG_SQL_COUNT_CLAIMED, list.items[i], &now_ms, &out->claimed, err);
            if (!rc) rc = count_one(store, VG_SQL_COUNT_OVERDUE, list.items[i], &now_ms, &out->overdue, err);
            if (!rc)
                rc = count_one(store, VG_SQL_COUNT_DECIDED, list.items[i], &midnight, &out->decided_today,
                               err);
        }
        rc = vg_store_end_read(store, rc, err);
    }
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- the sealed events of a case ---- */

typedef struct events {
    vg_case_event *items;
    size_t count, capacity, bytes;
} events;

static int read_event(vg_store *store, const vg_query *row, int64_t case_id, vg_arena *arena,
                      vg_case_event *out, vg_error *err)
{
    char place[32];
    vg_str sealed = vg_store_peek(row, 5);
    *out = (vg_case_event){.seq = vg_store_int(row, 0),
                           .time_ms = vg_store_int(row, 1),
                           .stored_ms = vg_store_int(row, 2),
                           .verdict = (vg_verdict_kind)vg_store_int(row, 3),
                           .risk = (uint16_t)vg_store_int(row, 4),
                           .content = {"", 0}};
    if ((unsigned)out->verdict >= VG_VERDICTS)
        return vg_fail(err, VG_ECORRUPT, "", "event %" PRId64 " has an unknown verdict", out->seq);
    if (!sealed.len) return 0; /* destroyed */
    vg_store_case_place(case_id, place);
    return vg_store_case_unseal(store, case_id, place, sealed, arena, &out->content, err);
}

static int read_events(vg_store *store, int64_t id, const vg_case_page *page, vg_arena *arena, events *list, bool *older, vg_error *err)
{
    int rc;
    size_t most = page->most && page->most < VG_STORE_CASE_EVENTS ? page->most : VG_STORE_CASE_EVENTS;
    vg_query query = vg_store_use(store, VG_SQL_EVENTS_BEFORE);
    vg_store_bind_int(&query, id);
    vg_store_bind_int(&query, page->before_seq > 0 ? page->before_seq : INT64_MAX);
    vg_store_bind_int(&query, (int64_t)most + 1); /* one more, to see whether there is more */
    *older = false;
    while ((rc = vg_store_step(&query, err)) == 1) {
        list->bytes += vg_store_peek(&query, 5).len;
        if (list->count == most || (list->count && list->bytes > VG_STORE_CASE_BYTES)) { /* the newest are kept, one at least */
            *older = true;
            rc = 0;
            break;
        }
        list->items = vg_store_grow(arena, list->items, list->count, &list->capacity, sizeof *list->items);
        if (!list->items) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for the events of a case");
            break;
        }
        rc = read_event(store, &query, id, arena, &list->items[list->count], err);
        if (rc) break;
        list->count++;
    }
    vg_store_reset(&query);
    for (size_t i = 0; i < list->count / 2; i++) { /* read newest first, given oldest first */
        vg_case_event swap = list->items[i];
        list->items[i] = list->items[list->count - 1 - i];
        list->items[list->count - 1 - i] = swap;
    }
    return rc;
}

/* Which of them keep their media. Both lists are in order of seq. */
static int note_media(vg_store *store, int64_t id, vg_arena *arena, events *list, vg_error *err)
{
    vg_case_media *media = NULL;
    size_t count = 0, e = 0;
    int rc = vg_store_media_list(store, id, arena, &media, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        while (e < list->count && list->items[e].seq < media[i].seq) e++;
        if (e == list->count || list->items[e].seq != media[i].seq) continue;
        list->items[e].media_kept = true;
        list->items[e].media_thumbnail = media[i].thumbnail;
    }
    return rc;
}

static int add_view(vg_store *store, int64_t id, vg_str viewer, vg_error *err)
{
    char name[24];
    vg_case_name(id, name);
    return vg_store_audit_add(store, vg_time_now(), viewer, VG_STR("case.view"), vg_str_of(name), VG_STR("{}"), err);
}

static int read_page(vg_store *store, int64_t id, const vg_case_page *page, vg_arena *arena, events *list, bool *older, vg_error *err)
{
    vg_case c;
    int rc = vg_store_case_get(store, id, arena, &c, err);
    if (!rc) rc = read_events(store, id, page, arena, list, older, err);
    return rc ? rc : note_media(store, id, arena, list, err);
}

int vg_store_case_page(vg_store *store, int64_t id, const vg_case_page *page, vg_arena *arena, vg_case_event **out,
                       size_t *count, bool *older, vg_error *err)
{
    events list = {0};
    bool seen = page->viewer.len > 0;
    *out = NULL;
    *count = 0;
    int rc = seen ? vg_store_check_text("viewer", page->viewer, VG_EVENT_MAX_NAME, err) : 0;
    if (!rc) rc = seen ? vg_store_begin(store, err) : vg_store_begin_read(store, err);
    if (rc) return rc;
    rc = read_page(store, id, page, arena, &list, older, err);
    if (!rc && seen) rc = add_view(store, id, page->viewer, err);
    /* content is handed out only once its reading is on record */
    rc = seen ? vg_store_end(store, rc, err) : vg_store_end_read(store, rc, err);
    if (rc) return rc;
    *out = list.items;
    *count = list.count;
    return 0;
}

int vg_store_case_events(vg_store *store, int64_t id, vg_str viewer, vg_arena *arena, vg_case_event **out,
                         size_t *count, vg_error *err)
{
    bool older;
    vg_case_page page = {.viewer = viewer};
    int rc = vg_store_check_text("viewer", viewer, VG_EVENT_MAX_NAME, err);
    return rc ? rc : vg_store_case_page(store, id, &page, arena, out, count, &older, err);
}

static int view_ahead(vg_store *store, int64_t id, vg_str viewer, vg_arena *arena, vg_error *err)
{
    vg_case c;
    int rc = vg_store_case_get(store, id, arena, &c, err);
    return rc ? rc : add_view(store, id, viewer, err);
}

int vg_store_case_viewed(vg_store *store, int64_t id, vg_str viewer, vg_error *err)
{
    int rc = vg_store_check_text("viewer", viewer, VG_EVENT_MAX_NAME, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(2048, 1 << 16);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a case");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, view_ahead(store, id, viewer, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- the lease ---- */

static int set_lease(vg_store *store, int64_t id, vg_str user, int64_t until_ms, vg_error *err)
{
    vg_query claim = vg_store_use(store, VG_SQL_CASE_CLAIM);
    vg_store_bind_str(&claim, user);
    vg_store_bind_int(&claim, until_ms);
    vg_store_bind_int(&claim, id);
    return vg_store_run(&claim, err);
}

static int change_lease(vg_store *store, int64_t id, vg_str user, int64_t now_ms, int64_t until_ms,
                        vg_arena *arena, vg_error *err)
{
    vg_case c;
    char name[24], when[25];
    int rc = vg_store_case_get(store, id, arena, &c, err);
    if (rc) return rc;
    vg_case_name(id, name);
    bool claim = until_ms > 0, held = c.claimed_by.len && c.claimed_until_ms > now_ms,
         mine = vg_str_eq(c.claimed_by, user);
    if (claim && c.state != VG_CASE_OPEN) return vg_fail(err, VG_ECONFLICT, name, "is decided already");
    if (claim && c.barred.len && vg_store_in_spaces(c.barred, user))
        return vg_fail(err, VG_EFORBIDDEN, name, "you have looked at this case: another person does now");
    if (held && !mine) {
        vg_time_format(c.claimed_until_ms, when);
        return vg_fail(err, VG_ECONFLICT, name, "is held by %.*s until %s", VG_STR_ARG(c.claimed_by), when);
    }
    if (!claim && !c.claimed_by.len) return 0;
    rc = set_lease(store, id, claim ? user : (vg_str){0}, until_ms, err);
    if (rc || (claim && held)) return rc; /* a renewal is not news */
    return vg_store_audit_add(store, now_ms, user, claim ? VG_STR("case.claim") : VG_STR("case.release"),
                              vg_str_of(name), VG_STR("{}"), err);
}

static int lease(vg_store *store, int64_t id, vg_str user, int64_t now_ms, int64_t until_ms, vg_error *err)
{
    int rc = vg_store_check_text("user", user, 64, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(2048, 1 << 16);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a lease");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, change_lease(store, id, user, now_ms, until_ms, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

int vg_store_case_claim(vg_store *store, int64_t id, vg_str user, int64_t now_ms, int64_t until_ms,
                        vg_error *err)
{
    if (until_ms <= now_ms) return vg_fail(err, VG_EINVAL, "until", "a lease must end in the future");
    return lease(store, id, user, now_ms, until_ms, err);
}

int vg_store_case_release(vg_store *store, int64_t id, vg_str user, vg_error *err)
{
    return lease(store, id, user, vg_time_now(), 0, err);
}
