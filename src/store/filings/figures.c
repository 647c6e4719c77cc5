/* SPDX-License-Identifier: Apache-2.0 */
#include "store/filings/filings_int.h"

int vg_store_filing_figures(vg_store *store, vg_str space, int64_t from_ms, int64_t to_ms,
                            int (*each)(void *context, const vg_filing_figure *one, vg_error *err), void *context, vg_error *err)
{
    int rc = 0;
    for (int state = VG_FILING_FILED; !rc && state <= VG_FILING_ANSWERED; state++) {
        vg_query query = vg_store_use(store, VG_SQL_FILING_FIGURES);
        vg_store_bind_int(&query, state);
        vg_store_bind_str(&query, space);
        vg_store_bind_int(&query, from_ms);
        vg_store_bind_int(&query, to_ms);
        while ((rc = vg_store_step(&query, err)) == 1) {
            vg_str country = vg_store_peek(&query, 1);
            int64_t kind = vg_store_int(&query, 0);
            vg_filing_figure one = {.channel = vg_store_peek(&query, 2), .count = vg_store_int(&query, 3)};
            if (kind < 0 || kind >= VG_RECEIVER_KINDS) continue;
            one.kind = (vg_receiver_kind)kind;
            memcpy(one.country, country.len == 2 ? country.ptr : "ZZ", 2);
            rc = each(context, &one, err);
            if (rc) break;
        }
        vg_store_reset(&query);
    }
    return rc;
}
