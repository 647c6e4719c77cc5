/* SPDX-License-Identifier: Apache-2.0
 *
 * report/route/write: entries of the book and a plan as JSON, as docs/openapi.yaml describes them. Callers: net, cli.
 */
#ifndef VG_REPORT_ROUTE_WRITE_H
#define VG_REPORT_ROUTE_WRITE_H

#include "report/route/route.h"

void vg_law_write_both(vg_buf *out, const char *fr, const char *en);
void vg_law_write_acts(vg_buf *out, uint32_t acts);
void vg_law_write_from(vg_buf *out, const vg_provenance *from);
void vg_law_write_statute(vg_buf *out, const vg_statute *s);
/** `space`: whose own it is; empty: of the book. */
void vg_law_write_receiver(vg_buf *out, const vg_receiver *r, vg_str space);

void vg_route_write_fact(vg_buf *out, const vg_fact *f);
void vg_route_write_act(vg_buf *out, const vg_act_said *said);
/** The members of a route from `acts` to `map`, each with a comma before it. */
void vg_route_write_plan(vg_buf *out, const vg_law_book *book, const vg_policy_report *own, vg_str space, const vg_fact *facts, size_t fact_count,
                         const vg_route_plan *plan);

#endif
