/* SPDX-License-Identifier: Apache-2.0
 *
 * learning/feedback: what people said of evidence, as `vigie feedback export` writes it, read back.
 *
 * One JSON object a line: {"evidence":NAME,"pattern":TEXT|null,"language":TEXT|null,"weight":0..1,"strength":0..1,"risk":0..1,
 * "judgement":"right"|"wrong"|"unsure","space":TEXT,"by":"person"|"receiver"}; without `by` a person's. Every line is checked; none is skipped in silence. Empty lines are allowed.
 * Callers: learning/correct, learning/lexicon, cli.
 */
#ifndef VG_LEARNING_FEEDBACK_H
#define VG_LEARNING_FEEDBACK_H

#include "base/arena.h"
#include "base/error.h"
#include "event/case.h"
#include "event/evidence.h"

enum { VG_JUDGED_MAX_BYTES = 1 << 28 /* of one file; about 1.5 million judgements */, VG_JUDGED_MAX_SOURCE = 500, VG_JUDGED_MAX_LANGUAGE = 35 };

typedef struct vg_judged {
    uint8_t kind;      /* vg_evidence_kind */
    uint8_t judgement; /* vg_judgement */
    uint16_t strength; /* 1/10000: how strongly it fired before the policy's weight; of text.model the calibrated risk then */
    bool answered;     /* a receiver of the report says so, not a person here */
    vg_str source;     /* the expression, rule or model that spoke; empty: not known */
    vg_str language;   /* of the expression, or of the message; empty: not known */
} vg_judged;

typedef struct vg_judged_list {
    vg_arena *arena;
    vg_judged *items; /* as in the file: oldest first */
    size_t count;
} vg_judged_list;

/** Reads a file ("-": standard input). A file without a line is a list of none. VG_EINVAL with err->where "file:line" (not JSON: and column)
 *  and what was expected; VG_ETOOBIG, VG_ENOENT, VG_EIO, VG_ENOMEM. Then *out is empty. */
int vg_judged_load(vg_judged_list *out, const char *path, vg_error *err);
/** The same from memory; `name` is shown in errors. */
int vg_judged_read(vg_judged_list *out, vg_str bytes, const char *name, vg_error *err);
void vg_judged_free(vg_judged_list *list);

#endif
