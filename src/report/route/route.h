/* SPDX-License-Identifier: Apache-2.0
 *
 * report/route: from facts to where a case belongs: which statutes may reach it, whom to tell in each country, in which order, what is
 * urgent, and what is not known.
 *
 * It proposes, a person confirms: nothing here files anything. Invariants: pure; the same input gives the same plan, in the same order;
 * a further fact never takes a statute away that others reach; every sentence exists in French and English; what the book has from no
 * verified source stays marked as such (vg_provenance). No connection to police systems is claimed: INTERPOL and Europol are reached through one's own
 * authorities. Callers: case_route, dossier, net (filings), cli, tests.
 */
#ifndef VG_REPORT_ROUTE_ROUTE_H
#define VG_REPORT_ROUTE_ROUTE_H

#include "report/dossier.h"

enum { VG_ROUTE_LAWS_MOST = 256, VG_ROUTE_STOPS_MOST = 128, VG_ROUTE_UNKNOWNS_MOST = 64, VG_ROUTE_PLACES_MOST = 64 };

typedef enum {
    VG_STOP_CALL,      /* telephone first: a child may be in danger now */
    VG_STOP_REPORT,    /* make a report there */
    VG_STOP_HOST,      /* notice to who hosts it */
    VG_STOP_INSTEAD,   /* no hotline or authority known there: what to do instead */
    VG_STOP_KINDS
} vg_stop_kind;
extern const char *const vg_stop_kind_names[VG_STOP_KINDS]; /* "call", "report", "host", "instead" */

typedef struct vg_stop {
    vg_stop_kind kind;
    char country[3];             /* for which country; of a stand-in too */
    const vg_receiver *receiver; /* NULL: nobody is known (INSTEAD says what to do) */
    bool urgent;
    bool own;                    /* of the operator's own country: the law names them first */
    uint32_t whose;              /* bit set of vg_whose: why this country */
    uint16_t confidence;         /* that this country is concerned, 1/10000 */
    vg_str why[VG_LANGS];
    vg_str send[VG_LANGS];       /* what may be sent there; always filled, also to say that it is not known */
} vg_stop;

typedef struct vg_route_place { /* for the map: a country and who is there */
    char country[3];
    uint32_t whose;              /* bit set of vg_whose */
    uint16_t confidence[VG_WHOSES];
} vg_route_place;

typedef struct vg_unknown {
    const char *code;            /* "author.nationality": stable, for pages */
    vg_str say[VG_LANGS];        /* what is not known, and who can be asked */
} vg_unknown;

typedef struct vg_route_plan {
    uint32_t acts;               /* bit set of vg_act: evidence, reason and persons together, without what a person said did not happen */
    uint32_t acts_evidence, acts_reason, acts_person; /* where each is from */
    uint32_t acts_denied;        /* said by a person not to have happened */
    const vg_act_said *acts_said; /* the dossier's */
    size_t act_said_count;
    bool urgent;                 /* a child may be in danger now */
    unsigned imminence;          /* why: bit set of vg_imminence */
    int victim_age;              /* years at most, from the youngest band; -1: not known */
    vg_reach_of_law *laws;       /* strongest first */
    size_t law_count;
    vg_stop *stops;              /* in the order in which to go there */
    size_t stop_count;
    vg_route_place *places;      /* by code */
    size_t place_count;
    vg_unknown *unknowns;
    size_t unknown_count;
} vg_route_plan;

/** The plan. `book` may be empty, `fact_count` 0: then the plan says what it does not know. Everything is in the arena, statutes and receivers in the
 *  book. `own`: receivers of the space's own (policy_report.h), may be NULL; one with the id of a shipped one stands before it. VG_ENOMEM. */
int vg_route_make(const vg_law_book *book, const vg_policy_report *own, const vg_dossier *dossier, const vg_fact *facts, size_t fact_count,
                  vg_arena *arena, vg_route_plan *out, vg_error *err);

#endif
