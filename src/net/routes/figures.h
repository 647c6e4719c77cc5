/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/figures: how the queue of a space does, over time, as JSON and CSV; the tables of a transparency report. Desk threads.
 */
#ifndef VG_NET_ROUTES_FIGURES_H
#define VG_NET_ROUTES_FIGURES_H

#include "net/net_int.h"

void vg_route_figures(vg_desk *desk, vg_exchange *x);
void vg_route_figures_csv(vg_desk *desk, vg_exchange *x);
void vg_route_dsa(vg_desk *desk, vg_exchange *x);
void vg_route_dsa_csv(vg_desk *desk, vg_exchange *x);
void vg_route_dsa_zip(vg_desk *desk, vg_exchange *x);
void vg_route_dsa_page(vg_desk *desk, vg_exchange *x);

/* ---- what the files of these routes share ---- */

typedef struct vg_period {
    vg_str space;      /* empty: all that the person may see */
    int category;      /* -1: all */
    int64_t from_ms, to_ms;
    bool week;
    char from[11], last[11]; /* "2026-11-01"; the last day counts */
} vg_period;
/** from, to, by, space, category of the query; on failure the answer (400, 403, 404) is there. `days`: how far back without `from`. */
bool vg_period_read(vg_exchange *x, int64_t now_ms, int64_t days, vg_period *out);
/** The spaces of the period that this person may see figures of, that have a case. */
int vg_period_spaces(vg_desk *desk, vg_exchange *x, const vg_period *p, vg_str **out, size_t *count, vg_error *err);
/** Whether the answer is wanted as text/csv. */
bool vg_wants_csv(const vg_exchange *x);
/** Puts on record that figures leave as a file. `known`: the space asked for has cases, so that its name is not just any text; else the
 *  object is "-". `table` is a word of ours. */
int vg_figures_handed_out(vg_desk *desk, vg_exchange *x, const vg_period *p, bool known, const char *table, vg_error *err);
/** Begins an answer that is saved as a file. */
vg_buf *vg_csv_begin(vg_exchange *x, const char *disposition);

#endif
