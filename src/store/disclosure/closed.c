/* SPDX-License-Identifier: Apache-2.0 */
#include "store/disclosure/closed.h"

#include <inttypes.h>
#include <stdio.h>

#include "store/store_int.h"

static int place_of(vg_store *store, vg_str space, int year, int quarter, char out[64])
{
    uint8_t tag[VG_STORE_EVENT_KEY];
    char hex[2 * VG_STORE_EVENT_KEY + 1];
    vg_store_tag(store, "figures", space, VG_STR(""), tag); /* a name of a space may be longer than a place */
    vg_hex_encode(hex, tag, sizeof tag);
    return snprintf(out, 64, "figures:%.32s/%d/%d", hex, year, quarter);
}

int vg_store_closed_get(vg_store *store, vg_str space, int year, int quarter, vg_arena *arena, vg_closed *out, vg_error *err)
{
    char place[64];
    int failed = 0;
    vg_query get = vg_store_use(store, VG_SQL_CLOSED_GET);
    vg_store_bind_str(&get, space);
    vg_store_bind_int(&get, year);
    vg_store_bind_int(&get, quarter);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "these figures were not counted yet");
    *out = (vg_closed){.year = year, .quarter = quarter, .counted_ms = vg_store_int(&get, 0), .times = vg_store_int(&get, 2)};
    out->by = vg_store_copy(&get, 1, arena, &failed);
    place_of(store, space, year, quarter, place);
    rc = failed ? vg_fail(err, VG_ENOMEM, "", "no memory for figures") : vg_store_unseal(store, place, vg_store_peek(&get, 3), arena, &out->content, err);
    vg_store_reset(&get);
    return rc;
}

static int put_one(vg_store *store, vg_str space, const vg_closed *c, bool anew, vg_error *err)
{
    char place[64], detail[64];
    place_of(store, space, c->year, c->quarter, place);
    int rc = vg_store_seal(store, place, c->content, err);
    if (rc) return rc;
    vg_query put = vg_store_use(store, anew ? VG_SQL_CLOSED_ANEW : VG_SQL_CLOSED_PUT);
    vg_store_bind_str(&put, space);
    vg_store_bind_int(&put, c->year);
    vg_store_bind_int(&put, c->quarter);
    vg_store_bind_int(&put, c->counted_ms);
    vg_store_bind_str(&put, c->by);
    vg_store_bind_blob(&put, store->sealed.ptr, store->sealed.len);
    rc = vg_store_run(&put, err);
    if (rc) return rc;
    if (!vg_store_changed(store)) return vg_fail(err, VG_ECONFLICT, "", "these figures were counted meanwhile");
    if (c->quarter == VG_CLOSED_YEAR) snprintf(detail, sizeof detail, "{\"year\":%d}", c->year);
    else snprintf(detail, sizeof detail, "{\"year\":%d,\"quarter\":%d}", c->year, c->quarter + 1);
    return vg_store_audit_add(store, c->counted_ms, c->by, anew ? VG_STR("figures.recount") : VG_STR("figures.close"), space, vg_str_of(detail), err);
}

static int put_all(vg_store *store, vg_str space, const vg_closed *parts, size_t count, bool anew, vg_error *err)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < count; i++) rc = put_one(store, space, &parts[i], anew, err);
    return rc;
}

int vg_store_closed_put(vg_store *store, vg_str space, const vg_closed *parts, size_t count, bool anew, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, put_all(store, space, parts, count, anew, err), err);
}

int vg_store_closed_list(vg_store *store, vg_str space, vg_arena *arena, vg_closed **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc, failed = 0;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_CLOSED_LIST);
    vg_store_bind_str(&list, space);
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_closed *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof *larger);
        if (larger) {
            *out = larger;
            larger[*count] = (vg_closed){.year = (int)vg_store_int(&list, 0), .quarter = (int)vg_store_int(&list, 1), .counted_ms = vg_store_int(&list, 2), .times = vg_store_int(&list, 4)};
            larger[(*count)++].by = vg_store_copy(&list, 3, arena, &failed);
        }
        if (larger && !failed) continue;
        rc = vg_fail(err, VG_ENOMEM, "", "no memory for figures");
        break;
    }
    vg_store_reset(&list);
    return rc;
}
