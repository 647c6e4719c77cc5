/* SPDX-License-Identifier: Apache-2.0 */
#include "store/facts/facts.h"

#include <inttypes.h>
#include <stdio.h>

#include "store/store_int.h"

/* A row whose `whose` is OF_ACTS says that an act (its `kind`) happened or not (its `hint`); its sealed part is where that stands. */
enum { PLACE = 64, HEAD = 24, OF_ACTS = 100 };

static void place_of(int64_t case_id, int64_t number, char out[PLACE])
{
    snprintf(out, PLACE, "fact:%" PRId64 "/%" PRId64, case_id, number);
}

/* ---- adding ---- */

static int check_fact(const vg_fact *f, vg_str user, vg_error *err)
{
    int rc = vg_store_check_text("user", user, 64, err);
    if (!rc) rc = vg_store_check_text("detail", f->detail, -VG_FACT_DETAIL, err);
    if (rc) return rc;
    if ((unsigned)f->whose >= VG_WHOSES) return vg_fail(err, VG_EINVAL, "/whose", "expected author, victim or host");
    if ((unsigned)f->kind >= VG_FACT_KINDS) return vg_fail(err, VG_EINVAL, "/kind", "expected place, nationality or residence");
    if ((unsigned)f->hint >= VG_HINTS) return vg_fail(err, VG_EINVAL, "/hint", "expected how it is known");
    if (f->country[0] < 'A' || f->country[0] > 'Z' || f->country[1] < 'A' || f->country[1] > 'Z' || f->country[2])
        return vg_fail(err, VG_EINVAL, "/country", "expected two capital letters (ISO 3166-1), such as FR");
    return 0;
}

static int next_number(vg_store *store, int64_t case_id, const char *name, int64_t *number, vg_error *err)
{
    int rc, standing = 0;
    *number = 1;
    vg_query query = vg_store_use(store, VG_SQL_FACT_NUMBERS);
    vg_store_bind_int(&query, case_id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        *number = vg_store_int(&query, 0) + 1;
        standing += vg_store_int(&query, 1) != 0;
    }
    vg_store_reset(&query);
    if (!rc && standing >= VG_FACTS_OF_CASE) rc = vg_fail(err, VG_ECONFLICT, name, "holds %d facts already; take one back first", VG_FACTS_OF_CASE);
    if (!rc && *number > 100000) rc = vg_fail(err, VG_ECONFLICT, name, "had too many facts");
    return rc;
}

/* "FR", the time in 20 places, then the detail. */
static int seal_fact(vg_store *store, int64_t case_id, const vg_fact *f, vg_error *err)
{
    char place[PLACE];
    vg_buf plain;
    vg_buf_init(&plain, HEAD + VG_FACT_DETAIL + 1);
    place_of(case_id, f->number, place);
    vg_buf_printf(&plain, "%s%020" PRId64, f->country, f->time_ms > 0 ? f->time_ms : 0);
    vg_buf_add_str(&plain, f->detail);
    int rc = plain.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for a fact") : vg_store_seal(store, place, (vg_str){plain.ptr, plain.len}, err);
    vg_buf_free(&plain);
    return rc;
}

static int on_record(vg_store *store, int64_t time_ms, vg_str user, const char *action, const char *name, const char *detail, vg_error *err)
{
    return vg_store_audit_add(store, time_ms, user, vg_str_of(action), vg_str_of(name), vg_str_of(detail), err);
}

/* The case takes facts: it is there, and so is its content. */
static int check_case(vg_store *store, int64_t case_id, vg_error *err)
{
    vg_case c;
    char name[24];
    vg_arena *arena = vg_arena_create(2048, 1 << 16);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a fact");
    vg_case_name(case_id, name);
    int rc = vg_store_case_get(store, case_id, arena, &c, err);
    if (!rc && c.destroyed) rc = vg_fail(err, VG_ECONFLICT, name, "its content is destroyed");
    vg_arena_destroy(&arena);
    return rc;
}

static int add_fact(vg_store *store, int64_t case_id, vg_str user, vg_fact *f, int64_t now_ms, vg_error *err)
{
    char name[24], detail[128];
    vg_case_name(case_id, name);
    int rc = check_case(store, case_id, err);
    if (!rc) rc = next_number(store, case_id, name, &f->number, err);
    if (!rc) rc = seal_fact(store, case_id, f, err);
    if (rc) return rc;
    vg_query query = vg_store_use(store, VG_SQL_FACT_ADD);
    vg_store_bind_int(&query, case_id);
    vg_store_bind_int(&query, f->number);
    vg_store_bind_str(&query, user);
    vg_store_bind_int(&query, f->whose);
    vg_store_bind_int(&query, f->kind);
    vg_store_bind_int(&query, f->hint);
    vg_store_bind_int(&query, now_ms);
    vg_store_bind_blob(&query, store->sealed.ptr, store->sealed.len);
    rc = vg_store_run(&query, err);
    snprintf(detail, sizeof detail, "{\"fact\":%" PRId64 ",\"whose\":\"%s\",\"kind\":\"%s\",\"hint\":\"%s\"}", f->number, vg_whose_names[f->whose],
             vg_fact_kind_names[f->kind], vg_hint_names[f->hint]);
    return rc ? rc : on_record(store, now_ms, user, "fact.add", name, detail, err);
}

int vg_store_fact_add(vg_store *store, int64_t case_id, vg_str user, vg_fact *fact, int64_t now_ms, vg_error *err)
{
    int rc = check_fact(fact, user, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, add_fact(store, case_id, user, fact, now_ms, err), err);
}

static int add_act(vg_store *store, int64_t case_id, vg_str user, vg_act_said *said, int64_t now_ms, vg_error *err)
{
    char name[24], place[PLACE], detail[96];
    vg_case_name(case_id, name);
    int rc = check_case(store, case_id, err);
    if (!rc) rc = next_number(store, case_id, name, &said->number, err);
    place_of(case_id, said->number, place);
    if (!rc) rc = vg_store_seal(store, place, said->detail, err);
    if (rc) return rc;
    vg_query query = vg_store_use(store, VG_SQL_FACT_ADD);
    vg_store_bind_int(&query, case_id);
    vg_store_bind_int(&query, said->number);
    vg_store_bind_str(&query, user);
    vg_store_bind_int(&query, OF_ACTS);
    vg_store_bind_int(&query, said->act);
    vg_store_bind_int(&query, said->holds);
    vg_store_bind_int(&query, now_ms);
    vg_store_bind_blob(&query, store->sealed.ptr, store->sealed.len);
    rc = vg_store_run(&query, err);
    snprintf(detail, sizeof detail, "{\"fact\":%" PRId64 ",\"act\":\"%s\",\"holds\":%s}", said->number, vg_act_names[said->act], said->holds ? "true" : "false");
    return rc ? rc : on_record(store, now_ms, user, "fact.add", name, detail, err);
}

int vg_store_act_add(vg_store *store, int64_t case_id, vg_str user, vg_act_said *said, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_check_text("user", user, 64, err);
    if (!rc) rc = vg_store_check_text("detail", said->detail, -VG_FACT_DETAIL, err);
    if (!rc && (unsigned)said->act >= VG_ACTS) rc = vg_fail(err, VG_EINVAL, "/act", "expected an act");
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, add_act(store, case_id, user, said, now_ms, err), err);
}

/* ---- taking back ---- */

static int remove_fact(vg_store *store, int64_t case_id, int64_t number, vg_str user, int64_t now_ms, vg_error *err)
{
    char name[24], detail[48];
    vg_case_name(case_id, name);
    vg_query query = vg_store_use(store, VG_SQL_FACT_TAKE_BACK);
    vg_store_bind_int(&query, case_id);
    vg_store_bind_int(&query, number);
    int rc = vg_store_run(&query, err);
    if (!rc && vg_store_changed(store) != 1) rc = vg_fail(err, VG_ENOENT, name, "has no fact %" PRId64, number);
    snprintf(detail, sizeof detail, "{\"fact\":%" PRId64 "}", number);
    return rc ? rc : on_record(store, now_ms, user, "fact.remove", name, detail, err);
}

int vg_store_fact_remove(vg_store *store, int64_t case_id, int64_t number, vg_str user, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_check_text("user", user, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, remove_fact(store, case_id, number, user, now_ms, err), err);
}

/* ---- reading ---- */

static int read_fact(vg_store *store, const vg_query *row, int64_t case_id, vg_arena *arena, vg_fact *out, vg_error *err)
{
    char place[PLACE];
    vg_str plain = {"", 0};
    *out = (vg_fact){.number = vg_store_int(row, 0), .whose = (vg_whose)vg_store_int(row, 2), .kind = (vg_fact_kind)vg_store_int(row, 3),
                     .hint = (vg_hint)vg_store_int(row, 4)};
    place_of(case_id, out->number, place);
    int rc = vg_store_unseal(store, place, vg_store_peek(row, 6), arena, &plain, err);
    if (rc) return rc;
    if (plain.len < 22 || (unsigned)out->whose >= VG_WHOSES || (unsigned)out->kind >= VG_FACT_KINDS || (unsigned)out->hint >= VG_HINTS)
        return vg_fail(err, VG_ECORRUPT, "", "a fact cannot be read");
    memcpy(out->country, plain.ptr, 2);
    for (size_t i = 2; i < 22; i++) {
        if (plain.ptr[i] < '0' || plain.ptr[i] > '9' || out->time_ms > INT64_MAX / 100) return vg_fail(err, VG_ECORRUPT, "", "a fact cannot be read");
        out->time_ms = out->time_ms * 10 + (plain.ptr[i] - '0');
    }
    out->detail = (vg_str){plain.ptr + 22, plain.len - 22};
    return 0;
}

int vg_store_facts(vg_store *store, int64_t case_id, vg_arena *arena, vg_fact **out, size_t *count, vg_error *err)
{
    vg_fact *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_FACT_OF);
    vg_store_bind_int(&query, case_id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        if (!vg_store_peek(&query, 6).len || vg_store_int(&query, 2) == OF_ACTS) continue; /* taken back, or destroyed; or of the other kind */
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        rc = items ? read_fact(store, &query, case_id, arena, &items[n], err) : vg_fail(err, VG_ENOMEM, "", "no memory for facts");
        if (rc) break;
        n++;
    }
    vg_store_reset(&query);
    if (rc) return rc;
    *out = items;
    *count = n;
    return 0;
}

static int read_act(vg_store *store, const vg_query *row, int64_t case_id, vg_arena *arena, vg_act_said *out, vg_error *err)
{
    char place[PLACE];
    *out = (vg_act_said){.number = vg_store_int(row, 0), .act = (vg_act)vg_store_int(row, 3), .holds = vg_store_int(row, 4) != 0, .detail = {"", 0}};
    place_of(case_id, out->number, place);
    int rc = vg_store_unseal(store, place, vg_store_peek(row, 6), arena, &out->detail, err);
    if (!rc && (unsigned)out->act >= VG_ACTS) rc = vg_fail(err, VG_ECORRUPT, "", "what was said of a case cannot be read");
    return rc;
}

int vg_store_acts(vg_store *store, int64_t case_id, vg_arena *arena, vg_act_said **out, size_t *count, vg_error *err)
{
    vg_act_said *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_FACT_OF);
    vg_store_bind_int(&query, case_id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        if (!vg_store_peek(&query, 6).len || vg_store_int(&query, 2) != OF_ACTS) continue;
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        rc = items ? read_act(store, &query, case_id, arena, &items[n], err) : vg_fail(err, VG_ENOMEM, "", "no memory for facts");
        if (rc) break;
        n++;
    }
    vg_store_reset(&query);
    if (rc) return rc;
    *out = items;
    *count = n;
    return 0;
}

int vg_store_route_shown(vg_store *store, int64_t case_id, vg_str user, int64_t now_ms, vg_error *err)
{
    char name[24];
    vg_case_name(case_id, name);
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, on_record(store, now_ms, user, "case.route", name, "{}", err), err);
}
