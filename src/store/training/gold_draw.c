/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies in somebody's queue. A copy is made at one call and handed out at a later one, so that it has waited like any other; its number
 * and its moments are in the order of the cases around it.
 */
#include "store/training/gold_int.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "base/time.h"
#include "store/evidence/evidence_int.h"

enum { RECENT_DAYS = 30, LOOKED_AT = 200, COPIES_MOST = 500 };

/* ---- which item ---- */

static int first_int(vg_query *query, int64_t *out, vg_error *err)
{
    int rc = vg_store_step(query, err);
    if (rc != 1) return rc;
    *out = vg_store_int(query, 0);
    vg_store_reset(query);
    return 1;
}

/* A copy that waits for the person and is in nobody's hands. */
static int waiting(vg_store *store, const vg_gold_ask *ask, int64_t now_ms, int64_t *case_id, vg_error *err)
{
    vg_query find = vg_store_use(store, VG_SQL_GOLD_WAITING);
    vg_store_bind_str(&find, ask->user);
    vg_store_bind_str(&find, ask->space);
    vg_store_bind_int(&find, now_ms);
    return first_int(&find, case_id, err);
}

static bool reads(const vg_gold_ask *ask, vg_str language)
{
    return !ask->languages.len || !language.len || vg_store_in_spaces(ask->languages, language);
}

/* Items that this person did not make, did not decide, and was not given lately; one of them by chance. 1: found. */
static int choose_known(vg_store *store, const vg_gold_ask *ask, int64_t now_ms, int64_t *item, vg_error *err)
{
    uint32_t seen = 0;
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_GOLD_CHOOSE);
    vg_store_bind_str(&query, ask->space);
    vg_store_bind_str(&query, ask->user);
    vg_store_bind_str(&query, ask->user);
    vg_store_bind_str(&query, ask->user);
    vg_store_bind_int(&query, now_ms - (int64_t)ask->policy->again_days * VG_DAY_MS);
    while ((rc = vg_store_step(&query, err)) == 1) {
        int64_t category = vg_store_int(&query, 1);
        if (category < 0 || category >= VG_CATEGORIES || !(ask->categories >> category & 1) || !reads(ask, vg_store_peek(&query, 2))) continue;
        if (randombytes_uniform(++seen) == 0) *item = vg_store_int(&query, 0); /* each with the same chance */
    }
    return rc ? rc : seen > 0;
}

/* A recent decision of a colleague, by chance. 1: found. */
static int choose_double(vg_store *store, const vg_gold_ask *ask, int64_t now_ms, int64_t *case_id, vg_error *err)
{
    uint32_t seen = 0;
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_GOLD_DOUBLES);
    vg_store_bind_str(&query, ask->space);
    vg_store_bind_int(&query, now_ms - (int64_t)RECENT_DAYS * VG_DAY_MS);
    vg_store_bind_str(&query, ask->user);
    vg_store_bind_int(&query, LOOKED_AT);
    while ((rc = vg_store_step(&query, err)) == 1) {
        vg_category category = vg_case_category((uint64_t)vg_store_int(&query, 1));
        if (ask->categories >> category & 1 && reads(ask, vg_store_peek(&query, 2)) && randombytes_uniform(++seen) == 0) *case_id = vg_store_int(&query, 0);
    }
    return rc ? rc : seen > 0;
}

/* ---- what a copy is made of ---- */

typedef struct model {
    int64_t item, due_after_ms;
    vg_gold_kind kind;
    vg_category category;
    vg_str language;
    int64_t numbers[6];  /* verdict, risk, account band, basis, youngest band, kinds */
    vg_str weights;
    vg_case_event *events; /* time_ms: how long before the last */
    uint64_t *kinds;
    size_t count;
} model;

static int read_model(vg_store *store, int64_t item, vg_arena *arena, model *m, vg_error *err)
{
    int rc, copied = 0;
    vg_query query = vg_store_use(store, VG_SQL_GOLD_MODEL);
    vg_store_bind_int(&query, item);
    rc = vg_store_step(&query, err);
    if (rc != 1) return rc ? rc : vg_fail(err, VG_ENOENT, "", "there is no such item");
    *m = (model){.item = item, .kind = (vg_gold_kind)vg_store_int(&query, 0), .category = (vg_category)vg_store_int(&query, 1), .due_after_ms = vg_store_int(&query, 3)};
    m->language = vg_store_copy(&query, 2, arena, &copied);
    m->weights = vg_store_copy(&query, 4, arena, &copied);
    for (int i = 0; i < 6; i++) m->numbers[i] = vg_store_int(&query, 5 + i);
    vg_store_reset(&query);
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for a copy") : 0;
}

static int read_item_events(vg_store *store, vg_arena *arena, model *m, vg_error *err)
{
    size_t capacity = 0, capacity_kinds = 0;
    char place[32];
    int rc;
    vg_gold_place(m->item, place);
    vg_query query = vg_store_use(store, VG_SQL_GOLD_EVENTS);
    vg_store_bind_int(&query, m->item);
    while ((rc = vg_store_step(&query, err)) == 1) {
        m->events = vg_store_grow(arena, m->events, m->count, &capacity, sizeof *m->events);
        m->kinds = vg_store_grow(arena, m->kinds, m->count, &capacity_kinds, sizeof *m->kinds);
        if (!m->events || !m->kinds) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for a copy");
            break;
        }
        vg_case_event *e = &m->events[m->count];
        *e = (vg_case_event){.time_ms = vg_store_int(&query, 0), .verdict = (vg_verdict_kind)vg_store_int(&query, 1), .risk = (uint16_t)vg_store_int(&query, 2)};
        m->kinds[m->count++] = (uint64_t)vg_store_int(&query, 3);
        rc = vg_store_unseal(store, place, vg_store_peek(&query, 4), arena, &e->content, err);
        if (rc) break;
    }
    vg_store_reset(&query);
    return rc;
}

/* A second look is noted as an item without an answer, so that what is found later knows which case it was. */
static int add_double(vg_store *store, const vg_gold_ask *ask, int64_t case_id, int64_t now_ms, vg_arena *arena, int64_t *item, vg_error *err)
{
    vg_case c;
    uint8_t weights[2 * VG_EVIDENCE_KINDS];
    int rc = vg_store_case_get(store, case_id, arena, &c, err);
    if (rc) return rc;
    for (size_t i = 0; i < VG_EVIDENCE_KINDS; i++) {
        weights[2 * i] = (uint8_t)(c.kind_weight[i] & 0xff);
        weights[2 * i + 1] = (uint8_t)(c.kind_weight[i] >> 8);
    }
    vg_query add = vg_store_use(store, VG_SQL_GOLD_ADD);
    vg_store_bind_str(&add, ask->space);
    vg_store_bind_int(&add, VG_GOLD_DOUBLE);
    vg_store_bind_int(&add, case_id);
    vg_store_bind_str(&add, VG_STR(""));
    vg_store_bind_int(&add, vg_case_category(c.kinds));
    vg_store_bind_str(&add, c.language);
    vg_store_bind_int(&add, 0);
    vg_store_bind_str(&add, VG_STR(""));
    const int64_t numbers[] = {c.verdict, c.risk, c.account_band, c.account_basis, c.youngest_band, (int64_t)c.kinds};
    for (size_t i = 0; i < 6; i++) vg_store_bind_int(&add, numbers[i]);
    vg_store_bind_blob(&add, weights, sizeof weights);
    vg_store_bind_int(&add, c.due_ms > c.opened_ms ? c.due_ms - c.opened_ms : VG_DAY_MS);
    vg_store_bind_str(&add, VG_STR("queue"));
    vg_store_bind_int(&add, now_ms);
    rc = vg_store_run(&add, err);
    if (!rc) *item = sqlite3_last_insert_rowid(store->db);
    return rc;
}

/* The events of the case itself, as an item's are: counted back from the last, in the time of items. */
static int read_double_events(vg_store *store, int64_t case_id, vg_arena *arena, model *m, vg_error *err)
{
    int rc = vg_gold_case_events(store, case_id, arena, &m->events, &m->kinds, &m->count, err);
    if (rc) return rc;
    int64_t last_ms = m->events[m->count - 1].time_ms;
    vg_renamer times = {.arena = arena, .shift_ms = VG_GOLD_EPOCH_MS - last_ms};
    for (size_t i = 0; i < m->count; i++) {
        m->events[i].time_ms = last_ms - m->events[i].time_ms;
        m->events[i].content = vg_rename_text(&times, m->events[i].content);
        if (!m->events[i].content.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for a copy");
    }
    return 0;
}

/* ---- the copy ---- */

/* The account that the case is about: who wrote, or of a report, who was complained of. */
static vg_str account_of(const model *m, vg_arena *arena)
{
    vg_str out = {0};
    json_t *root = json_loadb(m->events[0].content.ptr, m->events[0].content.len, 0, NULL);
    const json_t *event = json_object_get(root, "event"), *about = json_object_get(json_object_get(event, "data"), "about");
    const json_t *who = json_is_string(about) ? about : json_object_get(event, "subject");
    if (json_is_string(who)) out = vg_arena_copy(arena, (vg_str){json_string_value(who), json_string_length(who)});
    json_decref(root);
    return out;
}

/* Numbers of cases are in the order of their opening: the copy, which has the highest, must not have been opened before the newest. */
static int opening(vg_store *store, const model *m, int64_t now_ms, int64_t *opened_ms, vg_error *err)
{
    int64_t newest_ms = 0;
    vg_query query = vg_store_use(store, VG_SQL_GOLD_NEWEST);
    int rc = first_int(&query, &newest_ms, err);
    if (rc < 0) return rc;
    *opened_ms = now_ms - m->events[0].time_ms;
    if (*opened_ms <= newest_ms) *opened_ms = newest_ms + 1;
    if (*opened_ms > now_ms) *opened_ms = now_ms;
    return 0;
}

static int add_case(vg_store *store, const vg_gold_ask *ask, const model *m, vg_str account, int64_t opened_ms, int64_t now_ms, vg_arena *arena,
                    int64_t *case_id, vg_error *err)
{
    vg_str shadow = vg_store_shadow(ask->space, arena);
    const vg_case like = {.verdict = (vg_verdict_kind)m->numbers[0], .risk = (uint16_t)m->numbers[1], .youngest_band = (uint8_t)m->numbers[4],
                          .kinds = (uint64_t)m->numbers[5]};
    if (!shadow.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for a copy");
    vg_query add = vg_store_use(store, VG_SQL_GOLD_CASE_ADD);
    vg_store_bind_str(&add, shadow);
    vg_store_bind_str(&add, account);
    for (int i = 0; i < 6; i++) vg_store_bind_int(&add, m->numbers[i]);
    vg_store_bind_blob(&add, m->weights.ptr, m->weights.len);
    vg_store_bind_int(&add, m->category);
    vg_store_bind_str(&add, m->language);
    vg_store_bind_int(&add, vg_case_merit(&like));
    vg_store_bind_int(&add, (int64_t)m->count);
    vg_store_bind_int(&add, opened_ms);
    vg_store_bind_int(&add, now_ms);
    vg_store_bind_int(&add, opened_ms + m->due_after_ms);
    vg_store_bind_int(&add, opened_ms + m->due_after_ms / 2);
    int rc = vg_store_run(&add, err);
    if (!rc) *case_id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

static int add_event(vg_store *store, int64_t case_id, const vg_case_event *e, uint64_t kinds, vg_str content, int64_t opened_ms, int64_t now_ms,
                     vg_error *err)
{
    char place[32];
    int64_t time_ms = now_ms - e->time_ms;
    vg_store_case_place(case_id, place);
    int rc = vg_store_case_seal(store, case_id, place, content, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_EVENT_ADD);
    vg_store_bind_int(&add, case_id);
    vg_store_bind_null(&add); /* no event of a platform is ever taken for it */
    vg_store_bind_int(&add, time_ms);
    vg_store_bind_int(&add, time_ms > opened_ms ? time_ms : opened_ms);
    vg_store_bind_int(&add, e->verdict);
    vg_store_bind_int(&add, e->risk);
    vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&add, (int64_t)kinds);
    return vg_store_run(&add, err);
}

static int add_copy(vg_store *store, const vg_gold_ask *ask, const model *m, int64_t case_id, int64_t now_ms, vg_error *err)
{
    char name[24], detail[64];
    vg_query add = vg_store_use(store, VG_SQL_GOLD_COPY_ADD);
    vg_store_bind_int(&add, case_id);
    vg_store_bind_int(&add, m->item);
    vg_store_bind_str(&add, ask->user);
    vg_store_bind_str(&add, ask->space);
    vg_store_bind_int(&add, m->category);
    vg_store_bind_str(&add, m->language);
    vg_store_bind_int(&add, now_ms);
    int rc = vg_store_run(&add, err);
    vg_case_name(case_id, name);
    snprintf(detail, sizeof detail, "{\"item\":%" PRId64 ",\"kind\":\"%s\"}", m->item, vg_gold_kind_names[m->kind]);
    /* honest in the log, which the person does not read */
    return rc ? rc : vg_store_audit_add(store, now_ms, ask->user, VG_STR("gold.copy"), vg_str_of(name), vg_str_of(detail), err);
}

static int make(vg_store *store, const vg_gold_ask *ask, const model *m, int64_t now_ms, vg_arena *arena, int64_t *case_id, vg_error *err)
{
    vg_renamer names = {.arena = arena, .shift_ms = now_ms - VG_GOLD_EPOCH_MS, .policy = ask->policy_version};
    int64_t opened_ms;
    randombytes_buf(names.key, sizeof names.key);
    int rc = vg_gold_learn(&names, m->events, m->count, err);
    vg_str account = account_of(m, arena);
    if (!rc && !account.len) rc = vg_fail(err, VG_ECORRUPT, "", "an item names no account");
    if (!rc) account = vg_rename_one(&names, account);
    if (!rc) rc = opening(store, m, now_ms, &opened_ms, err);
    if (!rc) rc = add_case(store, ask, m, account, opened_ms, now_ms, arena, case_id, err);
    for (size_t i = 0; !rc && i < m->count; i++) {
        vg_str content = vg_rename_text(&names, m->events[i].content);
        rc = content.ptr ? add_event(store, *case_id, &m->events[i], m->kinds[i], content, opened_ms, now_ms, err)
                         : vg_fail(err, VG_ENOMEM, "", "no memory for a copy");
    }
    return rc ? rc : add_copy(store, ask, m, *case_id, now_ms, err);
}

static int draw(vg_store *store, const vg_gold_ask *ask, int64_t now_ms, vg_arena *arena, int64_t *case_id, int64_t *made, vg_error *err)
{
    model m = {.item = 0};
    int64_t of = 0, item = 0;
    int rc = waiting(store, ask, now_ms, case_id, err);
    if (rc) return rc < 0 ? rc : 0;
    bool known = ask->dice < ask->policy->share;
    if (!known && ask->dice >= (uint32_t)ask->policy->share + ask->policy->doubles) return 0;
    rc = known ? choose_known(store, ask, now_ms, &item, err) : choose_double(store, ask, now_ms, &of, err);
    if (rc <= 0) return rc;
    rc = known ? 0 : add_double(store, ask, of, now_ms, arena, &item, err);
    if (!rc) rc = read_model(store, item, arena, &m, err);
    if (!rc) rc = known ? read_item_events(store, arena, &m, err) : read_double_events(store, of, arena, &m, err);
    if (rc || !m.count) return rc;
    return make(store, ask, &m, now_ms, arena, made, err);
}

int vg_store_gold_draw(vg_store *store, const vg_gold_ask *ask, int64_t now_ms, int64_t *case_id, int64_t *made, vg_error *err)
{
    *case_id = *made = 0;
    if (!ask->policy->given || !ask->categories) return 0;
    int rc = vg_store_check_text("user", ask->user, 64, err);
    if (!rc) rc = vg_store_check_text("space", ask->space, VG_EVENT_MAX_NAME, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(1 << 16, 128 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a copy");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, draw(store, ask, now_ms, arena, case_id, made, err), err);
    if (rc) *case_id = *made = 0;
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- whose ---- */

int vg_store_gold_whose(vg_store *store, int64_t case_id, vg_arena *arena, vg_str *user, vg_error *err)
{
    int copied = 0;
    *user = (vg_str){"", 0};
    vg_query get = vg_store_use(store, VG_SQL_GOLD_WHOSE);
    vg_store_bind_int(&get, case_id);
    int rc = vg_store_step(&get, err);
    if (rc != 1) return rc;
    *user = vg_store_copy(&get, 0, arena, &copied);
    vg_store_reset(&get);
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for a name") : 0;
}

int vg_store_gold_mine(vg_store *store, int64_t case_id, vg_str user, bool *mine, vg_error *err)
{
    *mine = false;
    vg_query get = vg_store_use(store, VG_SQL_GOLD_WHOSE);
    vg_store_bind_int(&get, case_id);
    int rc = vg_store_step(&get, err);
    if (rc != 1) return rc;
    *mine = vg_str_eq(vg_store_peek(&get, 0), user);
    vg_store_reset(&get);
    return 0;
}

int vg_store_gold_open(vg_store *store, vg_str user, vg_str spaces, int64_t *count, vg_error *err)
{
    int rc;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_GOLD_OPEN_OF);
    vg_store_bind_str(&query, user);
    while ((rc = vg_store_step(&query, err)) == 1) *count += vg_store_in_spaces(spaces, vg_store_peek(&query, 0));
    return rc;
}

int vg_store_gold_copies(vg_store *store, vg_str user, vg_case_state state, vg_arena *arena, vg_case **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, state == VG_CASE_OPEN ? VG_SQL_GOLD_COPIES_OPEN : VG_SQL_GOLD_COPIES_DECIDED);
    vg_store_bind_str(&query, user);
    vg_store_bind_int(&query, COPIES_MOST);
    while ((rc = vg_store_step(&query, err)) == 1) {
        *out = vg_store_grow(arena, *out, *count, &capacity, sizeof **out);
        rc = *out ? vg_store_read_case(&query, arena, &(*out)[*count], err) : vg_fail(err, VG_ENOMEM, "", "no memory for a list of cases");
        if (rc) break;
        ++*count;
    }
    vg_store_reset(&query);
    return rc;
}
