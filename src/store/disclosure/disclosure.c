/* SPDX-License-Identifier: Apache-2.0 */
#include "store/disclosure/disclosure.h"

#include <inttypes.h>
#include <stdio.h>

#include "store/cases/decisions.h"
#include "store/training/gold_int.h"
#include "store/store_int.h"

const char *const vg_disclosure_state_names[VG_DISCLOSURE_STATES] = {"waiting", "ready", "sending", "sent", "refused"};
enum { BATCH = 100 };

static void place_of(int64_t id, const char *what, char out[64]) { snprintf(out, 64, "disclosure:%" PRId64 "/%s", id, what); }

static int read_row(vg_store *store, const vg_query *row, vg_arena *arena, vg_disclosure *out, vg_error *err)
{
    char place[64];
    int64_t state = vg_store_int(row, 2);
    vg_str content = vg_store_peek(row, 5), mended = vg_store_peek(row, 6);
    int rc = 0;
    if (state < 0 || state >= VG_DISCLOSURE_STATES) return vg_fail(err, VG_ECORRUPT, "", "a disclosure holds a number out of range");
    *out = (vg_disclosure){.id = vg_store_int(row, 0), .state = (vg_disclosure_state)state, .due_ms = vg_store_int(row, 3), .content = {"", 0}, .mended = {"", 0},
                           .attempts = vg_store_int(row, 7), .batch = vg_store_int(row, 8), .sent_ms = vg_store_int(row, 9), .case_id = vg_store_int(row, 13),
                           .issued_ms = vg_store_int(row, 14), .lifted_ms = vg_store_int(row, 15), .asked = vg_store_int(row, 16) != 0};
    out->space = vg_store_copy(row, 1, arena, &rc);
    out->puid = vg_store_copy(row, 4, arena, &rc);
    out->uuid = vg_store_copy(row, 10, arena, &rc);
    out->permalink = vg_store_copy(row, 11, arena, &rc);
    out->why = vg_store_copy(row, 12, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a disclosure");
    place_of(out->id, "content", place);
    if (content.len) rc = vg_store_unseal(store, place, content, arena, &out->content, err);
    place_of(out->id, "mended", place);
    return rc || !mended.len ? rc : vg_store_unseal(store, place, mended, arena, &out->mended, err);
}

int vg_store_disclosure_get(vg_store *store, int64_t id, vg_arena *arena, vg_disclosure *out, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_DISCLOSURE_GET);
    vg_store_bind_int(&get, id);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no such statement");
    rc = read_row(store, &get, arena, out, err);
    vg_store_reset(&get);
    return rc;
}

int vg_store_disclosure_due(vg_store *store, vg_str space, vg_disclosure_state state, int64_t since_ms, int64_t now_ms, size_t most, vg_arena *arena, vg_disclosure **out,
                            size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    if (vg_store_is_shadow(space)) return 0;
    vg_query list = vg_store_use(store, VG_SQL_DISCLOSURE_DUE);
    vg_store_bind_str(&list, space);
    vg_store_bind_int(&list, state);
    vg_store_bind_int(&list, now_ms);
    vg_store_bind_int(&list, since_ms);
    vg_store_bind_int(&list, (int64_t)most);
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_disclosure *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof *larger);
        rc = larger ? read_row(store, &list, arena, &larger[*count], err) : vg_fail(err, VG_ENOMEM, "", "no memory for disclosures");
        if (rc) break;
        *out = larger;
        ++*count;
    }
    vg_store_reset(&list);
    return rc;
}

int vg_store_disclosure_counts(vg_store *store, vg_str space, int64_t counts[VG_DISCLOSURE_STATES], vg_error *err)
{
    for (int s = 0; s < VG_DISCLOSURE_STATES; s++) {
        vg_query count = vg_store_use(store, VG_SQL_DISCLOSURE_COUNT);
        vg_store_bind_str(&count, space);
        vg_store_bind_int(&count, s);
        int rc = vg_store_step(&count, err);
        if (rc < 0) return rc;
        counts[s] = vg_store_int(&count, 0);
        vg_store_reset(&count);
    }
    return 0;
}

void vg_store_disclosure_puid(const vg_store *store, vg_str space, int64_t id, char out[41])
{
    uint8_t tag[VG_STORE_EVENT_KEY];
    char name[24];
    vg_statement_name(id, name);
    vg_store_tag(store, "disclosure.puid", space, vg_str_of(name), tag);
    memcpy(out, "vigie-", 6);
    vg_hex_encode(out + 6, tag, sizeof tag);
}

static int audit(vg_store *store, int64_t id, const char *action, vg_str by, const char *detail, int64_t now_ms, vg_error *err)
{
    char name[24];
    vg_statement_name(id, name);
    return vg_store_audit_add(store, now_ms, by, vg_str_of(action), vg_str_of(name), vg_str_of(detail), err);
}

static int changed_one(vg_store *store, vg_query *query, vg_error *err)
{
    int rc = vg_store_run(query, err);
    if (rc) return rc;
    return vg_store_changed(store) ? 0 : vg_fail(err, VG_ECONFLICT, "", "the statement is in another state meanwhile");
}

static int made(vg_store *store, const vg_disclosure *d, bool refused, int64_t now_ms, vg_error *err)
{
    char place[64];
    place_of(d->id, "content", place);
    int rc = vg_store_seal(store, place, d->content, err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_DISCLOSURE_MADE);
    vg_store_bind_int(&set, refused ? VG_DISCLOSURE_REFUSED : VG_DISCLOSURE_READY);
    vg_store_bind_str(&set, d->puid);
    vg_store_bind_blob(&set, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&set, d->id);
    rc = changed_one(store, &set, err);
    return rc ? rc : audit(store, d->id, refused ? "disclosure.refuse" : "disclosure.ready", VG_STR("disclosure"), "{}", now_ms, err);
}

int vg_store_disclosure_made(vg_store *store, const vg_disclosure *d, bool refused, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, made(store, d, refused, now_ms, err), err);
}

static int set_turn(vg_store *store, vg_str space, const vg_disclosure_turn *t, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_DISCLOSURE_TURN_SET);
    vg_store_bind_str(&set, space);
    vg_store_bind_int(&set, t->attempts);
    vg_store_bind_int(&set, t->next_ms);
    vg_store_bind_int(&set, t->batch);
    vg_store_bind_int(&set, t->most);
    vg_store_bind_str(&set, t->why);
    return vg_store_run(&set, err);
}

static int sending(vg_store *store, vg_str space, const int64_t *ids, size_t count, vg_disclosure_turn *turn, int64_t now_ms, vg_error *err)
{
    char detail[48];
    turn->batch++;
    snprintf(detail, sizeof detail, "{\"batch\":%" PRId64 ",\"of\":%zu}", turn->batch, count);
    int rc = set_turn(store, space, turn, err);
    for (size_t i = 0; !rc && i < count; i++) {
        vg_query set = vg_store_use(store, VG_SQL_DISCLOSURE_SENDING);
        vg_store_bind_int(&set, turn->batch);
        vg_store_bind_int(&set, ids[i]);
        rc = changed_one(store, &set, err);
        if (!rc) rc = audit(store, ids[i], "disclosure.send", VG_STR("disclosure"), detail, now_ms, err);
    }
    return rc;
}

int vg_store_disclosure_sending(vg_store *store, vg_str space, const int64_t *ids, size_t count, vg_disclosure_turn *turn, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, sending(store, space, ids, count, turn, now_ms, err), err);
}

static int fate(vg_store *store, const vg_disclosure *d, vg_disclosure_state state, vg_str uuid, vg_str permalink, vg_str why, int64_t now_ms, vg_error *err)
{
    vg_query set = vg_store_use(store, state == VG_DISCLOSURE_SENT ? VG_SQL_DISCLOSURE_SENT : VG_SQL_DISCLOSURE_BACK);
    if (state == VG_DISCLOSURE_SENT) {
        vg_store_bind_int(&set, now_ms);
        vg_store_bind_str(&set, uuid);
        vg_store_bind_str(&set, permalink);
    } else {
        vg_store_bind_int(&set, state);
        vg_store_bind_str(&set, why);
    }
    vg_store_bind_int(&set, d->id);
    int rc = changed_one(store, &set, err);
    if (rc || state == VG_DISCLOSURE_READY) return rc;
    return audit(store, d->id, state == VG_DISCLOSURE_SENT ? "disclosure.sent" : "disclosure.refuse", VG_STR("disclosure"), "{}", now_ms, err);
}

int vg_store_disclosure_fate(vg_store *store, const vg_disclosure *d, vg_disclosure_state state, vg_str uuid, vg_str permalink, vg_str why, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, fate(store, d, state, uuid, permalink, why, now_ms, err), err);
}

static int again(vg_store *store, int64_t id, vg_str mended, vg_str by, int64_t now_ms, vg_error *err)
{
    char place[64];
    place_of(id, "mended", place);
    int rc = mended.len ? vg_store_seal(store, place, mended, err) : 0;
    if (rc) return rc;
    vg_query set = vg_store_use(store, mended.len ? VG_SQL_DISCLOSURE_MEND : VG_SQL_DISCLOSURE_RETRY);
    if (mended.len) vg_store_bind_blob(&set, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&set, id);
    rc = changed_one(store, &set, err);
    return rc ? rc : audit(store, id, mended.len ? "disclosure.mend" : "disclosure.retry", by, "{}", now_ms, err);
}

int vg_store_disclosure_again(vg_store *store, int64_t id, vg_str mended, vg_str by, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, again(store, id, mended, by, now_ms, err), err);
}

int vg_store_disclosure_turn(vg_store *store, vg_str space, vg_arena *arena, vg_disclosure_turn *out, vg_error *err)
{
    int failed = 0;
    *out = (vg_disclosure_turn){.most = BATCH, .why = {"", 0}};
    vg_query get = vg_store_use(store, VG_SQL_DISCLOSURE_TURN);
    vg_store_bind_str(&get, space);
    int rc = vg_store_step(&get, err);
    if (rc <= 0) return rc;
    *out = (vg_disclosure_turn){vg_store_int(&get, 0), vg_store_int(&get, 1), vg_store_int(&get, 2), vg_store_int(&get, 3), {"", 0}};
    out->why = vg_store_copy(&get, 4, arena, &failed);
    vg_store_reset(&get);
    if (out->most < 1 || out->most > BATCH) out->most = BATCH;
    return failed ? vg_fail(err, VG_ENOMEM, "", "no memory for disclosures") : 0;
}

int vg_store_disclosure_turn_set(vg_store *store, vg_str space, const vg_disclosure_turn *turn, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, set_turn(store, space, turn, err), err);
}

/* ---- from when on ---- */

static int begin_since(vg_store *store, vg_str space, int64_t now_ms, vg_error *err)
{
    vg_query add = vg_store_use(store, VG_SQL_DISCLOSURE_SINCE_ADD);
    vg_store_bind_str(&add, space);
    vg_store_bind_int(&add, now_ms);
    int rc = vg_store_run(&add, err);
    if (rc || !vg_store_changed(store)) return rc;
    return vg_store_audit_add(store, now_ms, VG_STR("disclosure"), VG_STR("disclosure.begin"), space, VG_STR("{}"), err);
}

static int read_since(vg_store *store, vg_str space, bool *found, int64_t *since_ms, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_DISCLOSURE_SINCE);
    vg_store_bind_str(&get, space);
    int rc = vg_store_step(&get, err);
    *found = rc == 1;
    *since_ms = rc == 1 ? vg_store_int(&get, 0) : 0;
    vg_store_reset(&get);
    return rc < 0 ? rc : 0;
}

int vg_store_disclosure_since(vg_store *store, vg_str space, bool begin, int64_t now_ms, int64_t *since_ms, vg_error *err)
{
    bool found;
    int rc = read_since(store, space, &found, since_ms, err);
    if (rc || found || !begin) return rc;
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, begin_since(store, space, now_ms, err), err);
    return rc ? rc : read_since(store, space, &found, since_ms, err);
}

int vg_store_disclosure_early(vg_store *store, vg_str space, int64_t since_ms, int64_t *count, vg_error *err)
{
    vg_query early = vg_store_use(store, VG_SQL_DISCLOSURE_EARLY);
    vg_store_bind_str(&early, space);
    vg_store_bind_int(&early, since_ms);
    int rc = vg_store_step(&early, err);
    *count = rc == 1 ? vg_store_int(&early, 0) : 0;
    vg_store_reset(&early);
    return rc < 0 ? rc : 0;
}

static int ask(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_DISCLOSURE_ASK);
    vg_store_bind_int(&set, id);
    int rc = changed_one(store, &set, err);
    return rc ? rc : audit(store, id, "disclosure.ask", by, "{}", now_ms, err);
}

int vg_store_disclosure_ask(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, ask(store, id, by, now_ms, err), err);
}

static int gone(vg_store *store, int64_t id, vg_str why, int64_t now_ms, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_DISCLOSURE_GONE);
    vg_store_bind_str(&set, why);
    vg_store_bind_int(&set, id);
    int rc = changed_one(store, &set, err);
    return rc ? rc : audit(store, id, "disclosure.refuse", VG_STR("disclosure"), "{}", now_ms, err);
}

int vg_store_disclosure_gone(vg_store *store, int64_t id, vg_str why, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, gone(store, id, why, now_ms, err), err);
}

int vg_store_disclosure_figures(vg_store *store, vg_str space, int64_t from_ms, int64_t to_ms, int64_t counts[VG_DISCLOSURE_STATES], vg_error *err)
{
    for (int s = 0; s < VG_DISCLOSURE_STATES; s++) {
        vg_query count = vg_store_use(store, VG_SQL_DISCLOSURE_WHEN);
        vg_store_bind_str(&count, space);
        vg_store_bind_int(&count, s);
        vg_store_bind_int(&count, from_ms);
        vg_store_bind_int(&count, to_ms);
        int rc = vg_store_step(&count, err);
        counts[s] = rc == 1 ? vg_store_int(&count, 0) : 0;
        vg_store_reset(&count);
        if (rc < 0) return rc;
    }
    return 0;
}
