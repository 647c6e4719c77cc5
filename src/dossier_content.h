/* SPDX-License-Identifier: Apache-2.0
 *
 * dossier_content: turns the sealed contents of a case (docs/architecture/pipeline.md, "Case content") into the parties, messages, media and
 * findings of a dossier. Pure: what it is given is JSON and times. What cannot be read costs nothing but itself: it stands in the dossier as
 * a message that says so. Inside of dossier.c.
 */
#ifndef VG_DOSSIER_CONTENT_H
#define VG_DOSSIER_CONTENT_H

#include "report/dossier.h"

/* An array in the arena, and an order of it that is searched by halving. */
typedef struct vg_gather_list {
    void *items;
    size_t count, capacity;
    uint32_t *order;
    size_t order_capacity;
} vg_gather_list;

typedef struct vg_gather {
    vg_arena *arena;
    const vg_case *c;
    vg_gather_list parties, messages, media, findings;
    size_t unreadable;
    bool no_memory;
} vg_gather;

/** The account of the case is the first party. The arena is borrowed. */
void vg_gather_begin(vg_gather *g, vg_arena *arena, const vg_case *c);
/** One event of the case. Contents may come in any order; a message that several of them hold is there once. */
void vg_gather_add(vg_gather *g, const vg_case_event *event);
/** Puts all of it into the dossier: parties by role, messages and media by time, findings by weight. VG_ENOMEM. */
int vg_gather_end(vg_gather *g, vg_dossier *out, vg_error *err);
/** Takes addresses, numbers and handles out of a text that `party` wrote. */
void vg_gather_addresses(vg_gather *g, size_t party, vg_str text, int64_t time_ms, vg_str source);
void vg_gather_identifier(vg_gather *g, size_t party, vg_id_kind kind, vg_str value, int64_t time_ms, vg_str source);

#endif
