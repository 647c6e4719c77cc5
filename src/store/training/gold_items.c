/* SPDX-License-Identifier: Apache-2.0
 *
 * Items with a known answer: made, listed, ended. */
#include "store/training/gold_int.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "base/time.h"
#include "store/cases/media.h"
#include "store/evidence/evidence_int.h"

enum { REASONS_MOST = 400, WHY_MOST = 2000, LIST_MOST = 1000 };

vg_str vg_store_shadow(vg_str space, vg_arena *arena)
{
    char *out = vg_arena_alloc(arena, space.len + 2);
    if (!out) return (vg_str){0};
    out[0] = VG_SHADOW;
    memcpy(out + 1, space.ptr, space.len);
    out[space.len + 1] = '\0';
    return (vg_str){out, space.len + 1};
}

static int check_item(const vg_gold_item *item, vg_error *err)
{
    int rc = vg_store_check_text("by", item->made_by, 64, err);
    if (!rc) rc = vg_store_check_text("reasons", item->reasons, -REASONS_MOST, err);
    if (!rc) rc = vg_store_check_text("why", item->why, -WHY_MOST, err);
    if (!rc) rc = vg_store_check_text("language", item->language, -35, err);
    if (!rc && (item->actions == 0 || item->actions >> VG_ACTIONS))
        rc = vg_fail(err, VG_EINVAL, "/actions", "name at least one action that is right");
    return rc;
}

/* ---- rows ---- */

/* What an item keeps of the case: enough to make another one that looks the same. */
static int add_row(vg_store *store, const vg_gold_item *item, const vg_case *c, int64_t *id, vg_error *err)
{
    uint8_t weights[2 * VG_EVIDENCE_KINDS];
    for (size_t i = 0; i < VG_EVIDENCE_KINDS; i++) {
        weights[2 * i] = (uint8_t)(c->kind_weight[i] & 0xff);
        weights[2 * i + 1] = (uint8_t)(c->kind_weight[i] >> 8);
    }
    vg_query add = vg_store_use(store, VG_SQL_GOLD_ADD);
    vg_store_bind_str(&add, item->space);
    vg_store_bind_int(&add, item->kind);
    vg_store_bind_int(&add, item->source_case);
    vg_store_bind_str(&add, item->shipped);
    vg_store_bind_int(&add, item->category);
    vg_store_bind_str(&add, item->language);
    vg_store_bind_int(&add, item->actions);
    vg_store_bind_str(&add, item->reasons);
    const int64_t numbers[] = {c->verdict, c->risk, c->account_band, c->account_basis, c->youngest_band, (int64_t)c->kinds};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) vg_store_bind_int(&add, numbers[i]);
    vg_store_bind_blob(&add, weights, sizeof weights);
    vg_store_bind_int(&add, c->due_ms > c->opened_ms ? c->due_ms - c->opened_ms : VG_DAY_MS);
    vg_store_bind_str(&add, item->made_by);
    vg_store_bind_int(&add, item->made_ms);
    int rc = vg_store_run(&add, err);
    if (!rc) *id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

static void why_place(int64_t id, char out[32])
{
    snprintf(out, 32, "gold-why:%" PRId64, id);
}

void vg_gold_place(int64_t id, char out[32])
{
    snprintf(out, 32, "gold:%" PRId64, id);
}

static int add_event(vg_store *store, int64_t item, int64_t n, int64_t before_ms, const vg_case_event *e, uint64_t kinds, vg_str content,
                     vg_error *err)
{
    char place[32];
    vg_gold_place(item, place);
    int rc = vg_store_seal(store, place, content, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_GOLD_EVENT_ADD);
    vg_store_bind_int(&add, item);
    vg_store_bind_int(&add, n);
    vg_store_bind_int(&add, before_ms);
    vg_store_bind_int(&add, e->verdict);
    vg_store_bind_int(&add, e->risk);
    vg_store_bind_int(&add, (int64_t)kinds);
    vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    return vg_store_run(&add, err);
}

static int add_why(vg_store *store, int64_t item, vg_str why, vg_error *err)
{
    char place[32];
    why_place(item, place);
    int rc = vg_store_seal(store, place, why, err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_GOLD_WHY);
    vg_store_bind_blob(&set, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&set, item);
    return vg_store_run(&set, err);
}

static int audit_item(vg_store *store, vg_str by, const char *action, const vg_gold_item *item, vg_error *err)
{
    char object[32], detail[128], name[24] = "";
    snprintf(object, sizeof object, "gold:%" PRId64, item->id);
    if (item->source_case) vg_case_name(item->source_case, name);
    snprintf(detail, sizeof detail, "{\"category\":\"%s\",\"case\":\"%s\",\"actions\":%" PRIu32 "}", vg_category_names[item->category], name,
             item->actions);
    return vg_store_audit_add(store, vg_time_now(), by, vg_str_of(action), vg_str_of(object), vg_str_of(detail), err);
}

/* ---- of a case ---- */

/* The content of the case's events, oldest first, and the names in it. */
int vg_gold_case_events(vg_store *store, int64_t case_id, vg_arena *arena, vg_case_event **out, uint64_t **kinds, size_t *count, vg_error *err)
{
    size_t capacity = 0, capacity_kinds = 0;
    char place[32];
    int rc;
    *out = NULL, *kinds = NULL, *count = 0;
    vg_store_case_place(case_id, place);
    vg_query query = vg_store_use(store, VG_SQL_GOLD_CASE_EVENTS);
    vg_store_bind_int(&query, case_id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        *out = vg_store_grow(arena, *out, *count, &capacity, sizeof **out);
        *kinds = vg_store_grow(arena, *kinds, *count, &capacity_kinds, sizeof **kinds);
        if (!*out || !*kinds) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for the events of a case");
            break;
        }
        vg_case_event *e = &(*out)[*count];
        *e = (vg_case_event){.time_ms = vg_store_int(&query, 0), .verdict = (vg_verdict_kind)vg_store_int(&query, 1), .risk = (uint16_t)vg_store_int(&query, 2)};
        (*kinds)[(*count)++] = (uint64_t)vg_store_int(&query, 3);
        rc = vg_store_case_unseal(store, case_id, place, vg_store_peek(&query, 4), arena, &e->content, err);
        if (rc) break;
    }
    vg_store_reset(&query);
    if (!rc && !*count) rc = vg_fail(err, VG_ENOENT, "/case", "the content of the case is gone");
    return rc;
}

int vg_gold_learn(vg_renamer *r, const vg_case_event *events, size_t count, vg_error *err)
{
    for (size_t i = 0; i < count; i++) {
        json_t *root = json_loadb(events[i].content.ptr, events[i].content.len, 0, NULL);
        if (!root) return vg_fail(err, VG_ENOMEM, "", "the content of a case could not be read");
        vg_rename_learn(r, root);
        json_decref(root);
    }
    return r->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for an item") : 0;
}

static int copy_events(vg_store *store, const vg_gold_item *item, const vg_case_event *events, const uint64_t *kinds, size_t count,
                       vg_arena *arena, vg_error *err)
{
    int64_t last_ms = events[count - 1].time_ms;
    vg_renamer names = {.arena = arena, .shift_ms = VG_GOLD_EPOCH_MS - last_ms};
    randombytes_buf(names.key, sizeof names.key);
    int rc = vg_gold_learn(&names, events, count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        vg_str content = vg_rename_text(&names, events[i].content);
        if (!content.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for an item");
        rc = add_event(store, item->id, (int64_t)i, last_ms - events[i].time_ms, &events[i], kinds[i], content, err);
    }
    return rc;
}

static int check_source(vg_store *store, const vg_case *c, vg_arena *arena, vg_error *err)
{
    vg_case_media *media = NULL;
    size_t count = 0;
    int64_t items = 0;
    if (c->shadow) return vg_fail(err, VG_ENOENT, "/case", "there is no such case");
    if (c->state != VG_CASE_DECIDED) return vg_fail(err, VG_ECONFLICT, "/case", "the case is not decided: its answer is not known yet");
    if (c->destroyed) return vg_fail(err, VG_ENOENT, "/case", "the content of the case is gone");
    int rc = vg_store_media_list(store, c->id, arena, &media, &count, err);
    if (!rc && count) return vg_fail(err, VG_ECONFLICT, "/case", "the case keeps a media file, which is not copied for an examination");
    if (!rc) rc = vg_store_gold_of_case(store, c->id, &items, err);
    return rc ? rc : items ? vg_fail(err, VG_ECONFLICT, "/case", "the case is an item already") : 0;
}

static int add_of_case(vg_store *store, vg_gold_item *item, vg_arena *arena, vg_error *err)
{
    vg_case c;
    vg_case_event *events;
    uint64_t *kinds;
    size_t count;
    int rc = vg_store_case_get(store, item->source_case, arena, &c, err);
    if (!rc) rc = check_source(store, &c, arena, err);
    if (!rc) rc = vg_gold_case_events(store, c.id, arena, &events, &kinds, &count, err);
    if (rc) return rc;
    item->space = c.space;
    item->category = vg_case_category(c.kinds);
    if (!item->language.len) item->language = c.language;
    rc = add_row(store, item, &c, &item->id, err);
    if (!rc) rc = copy_events(store, item, events, kinds, count, arena, err);
    if (!rc && item->why.len) rc = add_why(store, item->id, item->why, err);
    return rc ? rc : audit_item(store, item->made_by, "gold.add", item, err);
}

int vg_store_gold_add(vg_store *store, vg_gold_item *item, vg_error *err)
{
    int rc = check_item(item, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(1 << 16, 64 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an item");
    item->kind = VG_GOLD_KNOWN;
    item->shipped = (vg_str){"", 0};
    if (!item->made_ms) item->made_ms = vg_time_now();
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, add_of_case(store, item, arena, err), err);
    item->space = item->language = (vg_str){"", 0}; /* they were in the arena of this call */
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- of made-up events ---- */

static void merge(vg_case *c, const vg_case_write *w)
{
    if (w->verdict.kind > c->verdict) c->verdict = w->verdict.kind;
    if (w->verdict.risk > c->risk) c->risk = w->verdict.risk;
    for (size_t i = 0; i < w->verdict.count; i++) {
        const vg_evidence *e = &w->verdict.evidence[i];
        c->kinds |= UINT64_C(1) << e->kind;
        if (e->weight > c->kind_weight[e->kind]) c->kind_weight[e->kind] = e->weight;
    }
    c->account_band = w->account_band;
    c->account_basis = w->account_basis;
    if (w->youngest_band && (!c->youngest_band || w->youngest_band < c->youngest_band)) c->youngest_band = w->youngest_band;
}

static uint64_t kinds_of(const vg_verdict *verdict)
{
    uint64_t kinds = 0;
    for (size_t i = 0; i < verdict->count; i++) kinds |= UINT64_C(1) << verdict->evidence[i].kind;
    return kinds;
}

static int add_made(vg_store *store, vg_gold_item *item, const vg_case_write *writes, size_t count, vg_arena *arena, vg_error *err)
{
    int64_t last_ms = writes[count - 1].time_ms;
    vg_case c = {.opened_ms = writes[0].now_ms, .due_ms = writes[0].due_ms};
    vg_renamer times = {.arena = arena, .shift_ms = VG_GOLD_EPOCH_MS - last_ms}; /* the names are made up already */
    for (size_t i = 0; i < count; i++) merge(&c, &writes[i]);
    item->category = vg_case_category(c.kinds);
    int rc = add_row(store, item, &c, &item->id, err);
    if (rc == -VG_EEXIST) return vg_fail(err, VG_EEXIST, "/made_up", "the space has this item already");
    for (size_t i = 0; !rc && i < count; i++) {
        vg_case_event e = {.verdict = writes[i].verdict.kind, .risk = writes[i].verdict.risk};
        vg_str content = vg_rename_text(&times, writes[i].content);
        if (!content.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for an item");
        rc = add_event(store, item->id, (int64_t)i, last_ms - writes[i].time_ms, &e, kinds_of(&writes[i].verdict), content, err);
    }
    if (!rc && item->why.len) rc = add_why(store, item->id, item->why, err);
    return rc ? rc : audit_item(store, item->made_by, "gold.add", item, err);
}

int vg_store_gold_add_made(vg_store *store, vg_gold_item *item, const vg_case_write *writes, size_t count, vg_error *err)
{
    int rc = check_item(item, err);
    if (!rc) rc = vg_store_check_text("space", item->space, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_check_text("shipped", item->shipped, 64, err);
    if (!rc && !count) rc = vg_fail(err, VG_EINVAL, "/made_up", "raises no case under the policy of this space");
    if (rc) return rc;
    item->kind = VG_GOLD_KNOWN;
    item->source_case = 0;
    if (!item->made_ms) item->made_ms = vg_time_now();
    vg_arena *arena = vg_arena_create(1 << 16, 64 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an item");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, add_made(store, item, writes, count, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- reading ---- */

static int read_item(vg_store *store, const vg_query *q, vg_arena *arena, vg_gold_item *out, vg_error *err)
{
    char place[32];
    int rc = 0;
    int64_t kind = vg_store_int(q, 2), category = vg_store_int(q, 5);
    if (kind < 0 || kind >= VG_GOLD_KINDS || category < 0 || category >= VG_CATEGORIES)
        return vg_fail(err, VG_ECORRUPT, "", "an item holds a number out of range: the database was altered");
    *out = (vg_gold_item){.id = vg_store_int(q, 0),
                          .kind = (vg_gold_kind)kind,
                          .source_case = vg_store_int(q, 3),
                          .category = (vg_category)category,
                          .actions = (uint32_t)vg_store_int(q, 7),
                          .made_ms = vg_store_int(q, 11),
                          .ended_ms = vg_store_int(q, 12),
                          .answered = vg_store_int(q, 13),
                          .right = vg_store_int(q, 14),
                          .why = {"", 0}};
    out->space = vg_store_copy(q, 1, arena, &rc);
    out->shipped = vg_store_copy(q, 4, arena, &rc);
    out->language = vg_store_copy(q, 6, arena, &rc);
    out->reasons = vg_store_copy(q, 8, arena, &rc);
    out->made_by = vg_store_copy(q, 10, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for an item");
    vg_str sealed = vg_store_peek(q, 9);
    why_place(out->id, place);
    return sealed.len ? vg_store_unseal(store, place, sealed, arena, &out->why, err) : 0;
}

int vg_store_gold_list(vg_store *store, vg_str spaces, bool ended, vg_arena *arena, vg_gold_item **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_GOLD_LIST);
    vg_store_bind_int(&query, LIST_MOST);
    while ((rc = vg_store_step(&query, err)) == 1) {
        if (!vg_store_in_spaces(spaces, vg_store_peek(&query, 1)) || (!ended && vg_store_int(&query, 12))) continue;
        *out = vg_store_grow(arena, *out, *count, &capacity, sizeof **out);
        rc = *out ? read_item(store, &query, arena, &(*out)[*count], err) : vg_fail(err, VG_ENOMEM, "", "no memory for items");
        if (rc) break;
        ++*count;
    }
    vg_store_reset(&query);
    return rc;
}

int vg_store_gold_get(vg_store *store, int64_t id, vg_arena *arena, vg_gold_item *out, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_GOLD_GET);
    vg_store_bind_int(&query, id);
    int rc = vg_store_step(&query, err);
    if (rc < 0) return rc;
    if (!rc) return vg_fail(err, VG_ENOENT, "", "there is no such item");
    rc = read_item(store, &query, arena, out, err);
    vg_store_reset(&query);
    return rc;
}

static int end_item(vg_store *store, int64_t id, vg_str by, vg_arena *arena, vg_error *err)
{
    vg_gold_item item;
    int rc = vg_store_gold_get(store, id, arena, &item, err);
    if (!rc && item.ended_ms) rc = vg_fail(err, VG_ENOENT, "", "the item was ended already");
    if (rc) return rc;
    static const enum vg_store_statement steps[] = {VG_SQL_GOLD_EVENTS_DROP, VG_SQL_GOLD_WITHDRAW};
    for (size_t i = 0; !rc && i < 2; i++) {
        vg_query step = vg_store_use(store, steps[i]);
        vg_store_bind_int(&step, id);
        rc = vg_store_run(&step, err);
    }
    vg_query end = vg_store_use(store, VG_SQL_GOLD_END);
    vg_store_bind_int(&end, vg_time_now());
    vg_store_bind_int(&end, id);
    if (!rc) rc = vg_store_run(&end, err);
    return rc ? rc : audit_item(store, by, "gold.end", &item, err);
}

int vg_store_gold_end(vg_store *store, int64_t id, vg_str by, vg_error *err)
{
    int rc = vg_store_check_text("by", by, 64, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(1 << 14, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an item");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, end_item(store, id, by, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}
