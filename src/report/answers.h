/* SPDX-License-Identifier: Apache-2.0
 *
 * report/answers: what receivers answered, from a file that somebody kept: JSON or CSV, told from the first sign. Its shape is in docs/filing.md.
 *
 * Invariants: pure; every byte is hostile; it is read whole or not at all, and what is wrong is named with its entry or line. Each answer names a filing, or
 * a receiver and its number for the report. Callers: cli, fuzz.
 */
#ifndef VG_REPORT_ANSWERS_H
#define VG_REPORT_ANSWERS_H

#include "base/arena.h"
#include "base/error.h"
#include "event/filing.h"

enum { VG_ANSWERS_FILE_MOST = 8 << 20, VG_ANSWERS_READ_MOST = 10000, VG_ANSWER_WHAT_MOST = 2000, VG_ANSWER_REFERENCE_MOST = 256, VG_ANSWER_RECEIVER_MOST = 60 };

typedef struct vg_answer_read {
    int64_t filing;           /* its number; 0: it is the one that `receiver` knows under `reference` */
    vg_answer_kind kind;
    vg_str what, reference;   /* in the arena; empty: not said */
    vg_str receiver;          /* its id; empty: not said. With a filing it must be that filing's */
    int64_t received_ms;      /* 0: not said */
    char where[32];           /* "/answers/3", "line 4" */
} vg_answer_read;

/** VG_EINVAL with where ("/answers/3/kind", "line 4") and what; VG_ETOOBIG; VG_ENOMEM. */
int vg_answers_read(vg_str bytes, vg_arena *arena, vg_answer_read **out, size_t *count, vg_error *err);

#endif
