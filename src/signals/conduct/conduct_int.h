/* SPDX-License-Identifier: Apache-2.0
 *
 * conduct_int: what the files of this room share. Not for other rooms.
 */
#ifndef VG_SIGNALS_CONDUCT_INT_H
#define VG_SIGNALS_CONDUCT_INT_H

#include "signals/conduct/conduct.h"

enum {
    VG_CONDUCT_FULL = 10000,
    VG_CONDUCT_AT_THRESHOLD = 4000, /* strength of a count that just reached its threshold */
};

/* The two sides of a contact, once the policy's assumption about unknown ages is made. */
typedef struct vg_conduct_sides {
    vg_age_band actor, peer;
    vg_age_basis actor_basis, peer_basis; /* VG_BASIS_UNKNOWN also when the band is assumed */
    bool peer_minor;                      /* the recipient is a minor */
    bool minor;                           /* a minor is concerned: the recipient, or one who spoke here */
} vg_conduct_sides;

typedef struct vg_conduct_writer {
    const vg_policy *policy;
    bool writes; /* the event counts as a message of the pair */
    bool opens;  /* it is the actor's first to this recipient, a minor; also the first answer to one who wrote
                    first */
    vg_evidence *ev;
    size_t *count;
} vg_conduct_writer;

/** Appends a piece, unless it has no strength or its kind no weight. Strength above full is full. */
void vg_conduct_add(const vg_conduct_writer *w, vg_evidence_kind kind, uint32_t strength, uint32_t value, bool fresh);
/** 0 below the threshold, VG_CONDUCT_AT_THRESHOLD at it, rising in a straight line to full at three times it. */
uint32_t vg_conduct_rise(uint64_t value, uint64_t threshold);
/** The same for a share: at `from` per cent, and full at 100. */
uint32_t vg_conduct_share(uint32_t percent, uint32_t from);
/** sent is n, 2n, 4n, 8n, ... */
bool vg_conduct_doubles(uint32_t sent, uint32_t n);
/** How far an exchange went, and how; conduct of the same kind towards many. */
void vg_conduct_course(const vg_conduct_writer *w, const vg_facts *facts, const vg_conduct_sides *s);

#endif
