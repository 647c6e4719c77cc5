/* SPDX-License-Identifier: Apache-2.0
 *
 * One person's work: what they have seen, when they paused, what they would rather not be given.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"
#include "store/store_int.h"
#include "store/welfare/welfare.h"

#define SLOT_MS (VG_WELFARE_SLOT_MINUTES * VG_MINUTE_MS)

static void wishes_place(int64_t user_id, char out[40]) { snprintf(out, 40, "wishes:%" PRId64, user_id); }

/* ---- reading ---- */

static int read_wishes(vg_store *store, int64_t user_id, vg_str sealed, uint32_t *out, vg_error *err)
{
    char place[40];
    uint8_t set = 0;
    if (!sealed.len) return 0;
    wishes_place(user_id, place);
    if (sealed.len != 1 + VG_SEAL_OVERHEAD || vg_unseal(store->ring, vg_str_of(place), (const uint8_t *)sealed.ptr, sealed.len, &set, NULL))
        return vg_fail(err, VG_ECORRUPT, place, "does not check: another key, or it was altered");
    *out = set & ((1u << VG_CATEGORIES) - 1);
    return 0;
}

static int read_person(vg_store *store, int64_t user_id, vg_welfare_person *out, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_WELFARE_GET);
    vg_store_bind_int(&get, user_id);
    int rc = vg_store_step(&get, err);
    if (rc != 1) return rc;
    out->shift_hours = (uint32_t)vg_store_int(&get, 1);
    out->shift_began_ms = vg_store_int(&get, 2);
    out->stretch_began_ms = vg_store_int(&get, 3);
    out->stretch_cases = (uint32_t)vg_store_int(&get, 4);
    out->active_ms = vg_store_int(&get, 5);
    rc = read_wishes(store, user_id, vg_store_peek(&get, 0), &out->opted_out, err);
    vg_store_reset(&get);
    return rc;
}

static int add_seen(vg_store *store, int64_t user_id, int64_t since_ms, bool day, vg_welfare_person *out, vg_error *err)
{
    int rc;
    vg_query sum = vg_store_use(store, VG_SQL_SEEN_SINCE);
    vg_store_bind_int(&sum, user_id);
    vg_store_bind_int(&sum, since_ms / SLOT_MS);
    while ((rc = vg_store_step(&sum, err)) == 1) {
        int64_t category = vg_store_int(&sum, 0);
        if (category < 0 || category >= VG_CATEGORIES) continue;
        vg_welfare_seen *seen = &out->seen[category];
        *(day ? &seen->cases_day : &seen->cases_hour) += (uint32_t)vg_store_int(&sum, 1);
        *(day ? &seen->media_day : &seen->media_hour) += (uint32_t)vg_store_int(&sum, 2);
    }
    return rc;
}

int vg_store_welfare_get(vg_store *store, int64_t user_id, int64_t midnight_ms, int64_t now_ms, vg_welfare_person *out, vg_error *err)
{
    *out = (vg_welfare_person){0};
    int rc = vg_store_begin_read(store, err);
    if (rc) return rc;
    rc = read_person(store, user_id, out, err);
    if (!rc) rc = add_seen(store, user_id, midnight_ms, true, out, err);
    if (!rc) rc = add_seen(store, user_id, now_ms - VG_HOUR_MS + SLOT_MS, false, out, err); /* six slots, this one among them */
    return vg_store_end_read(store, rc, err);
}

int vg_store_at_work(vg_store *store, int64_t but_user_id, int64_t since_ms, vg_arena *arena, int64_t **out, size_t *count, vg_error *err)
{
    int64_t *ids = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_AT_WORK);
    vg_store_bind_int(&query, since_ms);
    vg_store_bind_int(&query, but_user_id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        ids = vg_store_grow(arena, ids, n, &capacity, sizeof *ids);
        if (!ids) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for who is at work");
            break;
        }
        ids[n++] = vg_store_int(&query, 0);
    }
    vg_store_reset(&query);
    *out = ids;
    *count = rc ? 0 : n;
    return rc;
}

/* ---- writing ---- */

static int put_person(vg_store *store, int64_t user_id, const vg_welfare_person *p, bool paused, vg_str space, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_WELFARE_SET);
    vg_store_bind_int(&set, user_id);
    vg_store_bind_int(&set, p->shift_hours);
    vg_store_bind_int(&set, p->shift_began_ms);
    vg_store_bind_int(&set, p->stretch_began_ms);
    vg_store_bind_int(&set, p->stretch_cases);
    vg_store_bind_int(&set, p->active_ms);
    int rc = vg_store_run(&set, err);
    if (rc || !paused) return rc;
    vg_query add = vg_store_use(store, VG_SQL_BREAK_ADD);
    vg_store_bind_int(&add, user_id);
    vg_store_bind_int(&add, p->stretch_began_ms);
    vg_store_bind_str(&add, space);
    return vg_store_run(&add, err);
}

int vg_store_welfare_put(vg_store *store, int64_t user_id, const vg_welfare_person *person, bool paused, vg_str space, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, put_person(store, user_id, person, paused, space, err), err);
}

static int add_exposure(vg_store *store, int64_t user_id, vg_str space, vg_category category, int cases, int media, int64_t now_ms, vg_error *err)
{
    vg_query add = vg_store_use(store, VG_SQL_EXPOSURE_ADD);
    vg_store_bind_int(&add, user_id);
    vg_store_bind_int(&add, now_ms / SLOT_MS);
    vg_store_bind_str(&add, space);
    vg_store_bind_int(&add, category);
    vg_store_bind_int(&add, cases);
    vg_store_bind_int(&add, media);
    return vg_store_run(&add, err);
}

int vg_store_welfare_opened(vg_store *store, int64_t user_id, int64_t case_id, vg_str space, vg_category category, int64_t midnight_ms,
                            int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    if (rc) return rc;
    vg_query seen = vg_store_use(store, VG_SQL_SEEN_ADD);
    vg_store_bind_int(&seen, user_id);
    vg_store_bind_int(&seen, case_id);
    vg_store_bind_int(&seen, midnight_ms / VG_DAY_MS);
    rc = vg_store_run(&seen, err);
    if (!rc && vg_store_changed(store)) rc = add_exposure(store, user_id, space, category, 1, 0, now_ms, err);
    return vg_store_end(store, rc, err);
}

int vg_store_welfare_opened_today(vg_store *store, int64_t user_id, int64_t case_id, int64_t midnight_ms, bool *opened, vg_error *err)
{
    vg_query seen = vg_store_use(store, VG_SQL_SEEN_GET);
    vg_store_bind_int(&seen, user_id);
    vg_store_bind_int(&seen, case_id);
    vg_store_bind_int(&seen, midnight_ms / VG_DAY_MS);
    int rc = vg_store_step(&seen, err);
    *opened = rc == 1;
    if (rc == 1) vg_store_reset(&seen);
    return rc < 0 ? rc : 0;
}

int vg_store_welfare_looked(vg_store *store, int64_t user_id, vg_str space, vg_category category, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, add_exposure(store, user_id, space, category, 0, 1, now_ms, err), err);
}

static int set_wishes(vg_store *store, int64_t user_id, uint32_t categories, vg_error *err)
{
    char place[40], set = (char)(categories & ((1u << VG_CATEGORIES) - 1));
    wishes_place(user_id, place);
    int rc = categories ? vg_store_seal(store, place, (vg_str){&set, 1}, err) : 0;
    if (rc) return rc;
    vg_query query = vg_store_use(store, VG_SQL_WISHES_SET);
    vg_store_bind_int(&query, user_id);
    if (categories) vg_store_bind_blob(&query, store->sealed.ptr, store->sealed.len);
    else vg_store_bind_null(&query);
    return vg_store_run(&query, err);
}

int vg_store_wishes_set(vg_store *store, int64_t user_id, uint32_t categories, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, set_wishes(store, user_id, categories, err), err);
}

static int tell(vg_store *store, vg_str space, vg_str name, int64_t now_ms, vg_error *err)
{
    char when[25];
    vg_buf *text = &store->text;
    vg_time_format(now_ms, when);
    vg_buf_clear(text);
    vg_buf_printf(text, "{\"type\":\"welfare.support\",\"timestamp\":\"%s\",\"data\":{\"space\":", when);
    vg_buf_add_json_str(text, space);
    if (name.len) {
        vg_buf_add_cstr(text, ",\"name\":");
        vg_buf_add_json_str(text, name);
    }
    vg_buf_add_cstr(text, "}}");
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    return vg_store_deliver(store, 0, space, "welfare.support", (vg_str){text->ptr, text->len}, now_ms, err);
}

int vg_store_support(vg_store *store, vg_str space, vg_str name, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, tell(store, space, name, now_ms, err), err);
}

int vg_store_welfare_sweep(vg_store *store, int64_t now_ms, vg_error *err)
{
    int64_t before_ms = now_ms - VG_WELFARE_KEEP_DAYS * VG_DAY_MS;
    const struct {
        enum vg_store_statement statement;
        int64_t before;
    } old[] = {{VG_SQL_SEEN_OLD, now_ms / VG_DAY_MS - 2},
               {VG_SQL_EXPOSURE_OLD, before_ms / SLOT_MS},
               {VG_SQL_BREAK_OLD, before_ms},
               {VG_SQL_FIGURE_OLD, before_ms / VG_DAY_MS - 365}};
    int rc = vg_store_begin(store, err);
    if (rc) return rc;
    for (size_t i = 0; !rc && i < sizeof old / sizeof old[0]; i++) {
        vg_query query = vg_store_use(store, old[i].statement);
        vg_store_bind_int(&query, old[i].before);
        rc = vg_store_run(&query, err);
    }
    return vg_store_end(store, rc, err);
}
