/* SPDX-License-Identifier: Apache-2.0
 *
 * store/cases/pieces: the pieces of evidence in the content of an event (docs/architecture/pipeline.md, "case content"): which expression, rule
 * or model spoke, in which language, how strongly. Nothing of the text. Callers: store, net.
 */
#ifndef VG_STORE_PIECES_H
#define VG_STORE_PIECES_H

#include "base/arena.h"
#include "base/error.h"
#include "event/evidence.h"

typedef struct vg_piece {
    uint8_t kind;             /* vg_evidence_kind */
    vg_str source, language;  /* in the arena; empty: none spoke, not known, or longer than the store takes */
    uint16_t weight, strength; /* 1/10000 */
} vg_piece;

/** Calls `each` for every piece of a kind that is known, in the content's order; what it returns other than 0 ends it. Content that is no JSON has
 *  none. VG_ENOMEM. */
int vg_pieces_each(vg_str content, vg_arena *arena, int (*each)(void *context, const vg_piece *piece, vg_error *err), void *context, vg_error *err);

#endif
