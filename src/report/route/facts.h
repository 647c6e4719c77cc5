/* SPDX-License-Identifier: Apache-2.0
 *
 * report/route/facts: from what a case holds to what is known of where author, victim and host are, each with how it is known and how much
 * that is worth.
 *
 * Pure: no clock, no store; the geo file is read through geo.h. Nothing is guessed: an address that the file does not know, a prefix that
 * several countries share, a currency of many, give no fact. How much each hint is worth is data (policy/routing.yaml). Two hints that name
 * different countries stay both, each worth less: which is right is a person's to say.
 * Callers: case_route, dossier, tests.
 */
#ifndef VG_REPORT_ROUTE_FACTS_H
#define VG_REPORT_ROUTE_FACTS_H

#include "report/dossier.h"
#include "report/route/geo.h"

enum { VG_FACTS_MOST = 256 };

typedef struct vg_facts_ask {
    const vg_dossier *dossier; /* parties with `country`, `language` and identifiers; operator. Its facts and laws are not looked at */
    const vg_law_book *book;   /* without its places nothing is derived; what people wrote down stays */
    const vg_geo *geo;         /* NULL: addresses are not placed */
    const vg_fact *stated;     /* what people wrote down */
    size_t stated_count;
} vg_facts_ask;

/** What is known: of the author first, then victim, then host; in each the surest first; the order is the same for the same input in
 *  any order. At most VG_FACTS_MOST. VG_ENOMEM. */
int vg_facts_derive(const vg_facts_ask *ask, vg_arena *arena, vg_fact **out, size_t *count, vg_error *err);

/* What one sealed event says of where its people are (docs/architecture/pipeline.md, "case content"). */
typedef struct vg_whereabouts {
    vg_str account;      /* who acted */
    vg_str peer;         /* whom it wrote to, when that is one; empty otherwise */
    vg_str event_id;
    int64_t time_ms;     /* 0: not readable */
    vg_str ip, phone, language; /* of who acted; empty: not said */
    vg_str currency, payment_country; /* the same: "PHP"; of its bank, card or payment service: "GB" */
    char country[3], peer_country[3];  /* declared; "": not said */
    vg_age_band band, peer_band;
    bool notice;         /* the event is somebody's notice: the account is who complains */
} vg_whereabouts;

/** Reads the JSON of a case's event, as the store unseals it; hostile or damaged content gives what can be read. Strings are in the arena.
 *  VG_ENOMEM. */
int vg_facts_read(vg_str content, vg_arena *arena, vg_whereabouts *out, vg_error *err);

#endif
