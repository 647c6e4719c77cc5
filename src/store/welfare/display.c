/* SPDX-License-Identifier: Apache-2.0
 *
 * How somebody wants cases shown: a row for each category they chose for.
 */
#include "store/store_int.h"
#include "store/welfare/welfare.h"

static bool read_display(const vg_query *row, int64_t *category, vg_display *out)
{
    int64_t blur = vg_store_int(row, 1), thumbnail = vg_store_int(row, 4);
    *category = vg_store_int(row, 0);
    if (*category < 0 || *category >= VG_CATEGORIES || blur < 0 || blur > VG_BLUR_MOST || thumbnail < 0 || thumbnail >= VG_THUMBNAILS) return false;
    *out = (vg_display){.blur = (uint8_t)blur,
                        .grey = vg_store_int(row, 2) != 0,
                        .mute = vg_store_int(row, 3) != 0,
                        .thumbnail = (uint8_t)thumbnail,
                        .mask_text = vg_store_int(row, 5) != 0};
    return true;
}

int vg_store_display_get(vg_store *store, int64_t user_id, vg_display out[VG_CATEGORIES], bool chosen[VG_CATEGORIES], vg_error *err)
{
    int rc;
    int64_t category;
    vg_display display;
    for (int c = 0; c < VG_CATEGORIES; c++) chosen[c] = false;
    vg_query query = vg_store_use(store, VG_SQL_DISPLAY_OF);
    vg_store_bind_int(&query, user_id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        if (!read_display(&query, &category, &display)) continue; /* of a category that is no more: what is cautious applies */
        out[category] = display;
        chosen[category] = true;
    }
    return rc;
}

int vg_store_display_set(vg_store *store, int64_t user_id, vg_category category, const vg_display *d, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_DISPLAY_SET);
    vg_store_bind_int(&set, user_id);
    vg_store_bind_int(&set, category);
    vg_store_bind_int(&set, d->blur);
    vg_store_bind_int(&set, d->grey);
    vg_store_bind_int(&set, d->mute);
    vg_store_bind_int(&set, d->thumbnail);
    vg_store_bind_int(&set, d->mask_text);
    return vg_store_end(store, vg_store_run(&set, err), err);
}
