/* SPDX-License-Identifier: Apache-2.0
 *
 * route_int: one plan being made. route.c (acts, ages, statutes), stops.c (whom to tell), unknowns.c (what is not known).
 */
#ifndef VG_REPORT_ROUTE_INT_H
#define VG_REPORT_ROUTE_INT_H

#include "report/route/route.h"

typedef struct vg_planner {
    const vg_law_book *book;
    const vg_places *places;        /* NULL: the book has none */
    const vg_policy_report *own;    /* may be NULL */
    const vg_dossier *dossier;
    const vg_fact *facts;
    size_t fact_count;
    vg_arena *arena;
    vg_route_plan *out;
    bool full;                      /* no memory: every sentence after it is empty, the plan fails at its end */
} vg_planner;

/** The name of a country for a sentence. */
const char *vg_planner_country(const vg_planner *p, const char *code, vg_lang lang);
/** Both sentences at once; the formats take the same arguments. */
void vg_planner_say(vg_planner *p, vg_str out[VG_LANGS], const char *fr, const char *en, ...);
/** "40 %". */
static inline unsigned vg_percent(uint16_t e4) { return (e4 + 50u) / 100u; }
/** Whether a fact says so, and how well: its confidence, or less when another kind of fact suggests it. *best: which one. 0: none. */
uint16_t vg_planner_match(const vg_planner *p, vg_whose whose, vg_fact_kind kind, const char *country, const vg_fact **best);
bool vg_planner_has(const vg_planner *p, vg_whose whose, vg_fact_kind kind);
bool vg_planner_member(const vg_planner *p, const char *country);
/** The operator's country; "": not said. */
const char *vg_planner_home(const vg_planner *p);

int vg_route_stops(vg_planner *p, vg_error *err);
int vg_route_unknowns(vg_planner *p, vg_error *err);

#endif
