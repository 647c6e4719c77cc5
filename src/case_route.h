/* SPDX-License-Identifier: Apache-2.0
 *
 * case_route: the facts and the plan of one case, from the store. It stands beside the pipeline, on store and report; dossier.c takes a
 * dossier's facts and laws from here, so that page, command and report say the same.
 *
 * Only what the case itself holds is read: sealed events, what people wrote down about it. Reading is not on record here: who shows it to a
 * person records it. Callers: dossier, net, cli.
 */
#ifndef VG_CASE_ROUTE_H
#define VG_CASE_ROUTE_H

#include "report/route/facts.h"
#include "report/route/route.h"
#include "store/store.h"

typedef struct vg_case_route_ask {
    const vg_case *c;
    const vg_policy_report *report; /* of its space; NULL: none */
    const vg_law_book *book;        /* NULL: an empty one */
    const vg_geo *geo;              /* NULL: addresses are not placed */
} vg_case_route_ask;

typedef struct vg_case_route {
    vg_fact *facts;
    size_t fact_count;
    vg_route_plan plan;
} vg_case_route;

/** In the arena; a destroyed case has what is in clear. VG_ENOMEM, VG_ECORRUPT, VG_EBUSY, VG_EIO. */
int vg_case_route_make(vg_store *store, const vg_case_route_ask *ask, vg_arena *arena, vg_case_route *out, vg_error *err);

#endif
