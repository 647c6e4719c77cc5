/* SPDX-License-Identifier: Apache-2.0
 *
 * store/attempts: who took which course when, and with which score.
 *
 * An attempt is started, then handed in once. What was answered is not kept: only the score. Which questions stood in which order
 * follows from the seed, which never leaves the server. Attempts are destroyed after three years.
 * Callers: net, tests.
 */
#ifndef VG_STORE_ATTEMPTS_H
#define VG_STORE_ATTEMPTS_H

#include "store/training/certificates.h"

typedef struct vg_attempt {
    int64_t id;
    vg_str user, course;
    uint64_t digest;    /* of the course as it was asked: another one now means that the attempt is void */
    uint64_t seed;      /* of the order of questions and answers */
    int64_t started_ms, handed_ms; /* handed_ms 0: not handed in */
    uint32_t score;     /* percent of the questions answered right */
} vg_attempt;

/** Starts one unless `most` were started by this person for this course since `since_ms` (VG_ECONFLICT). Fills attempt->id; audited. */
int vg_store_attempt_start(vg_store *store, vg_attempt *attempt, int64_t since_ms, uint32_t most, vg_error *err);
/** VG_ENOENT. */
int vg_store_attempt_get(vg_store *store, int64_t id, vg_arena *arena, vg_attempt *out, vg_error *err);
/** Those of a person for a course, newest first; an empty course: for all of them. */
int vg_store_attempts(vg_store *store, vg_str user, vg_str course, vg_arena *arena, vg_attempt **out, size_t *count, vg_error *err);
/** Hands in: score, certificates that follow from it (their ids are filled in) and audit entries in one transaction. VG_ECONFLICT: it
 *  was handed in already. */
int vg_store_attempt_hand_in(vg_store *store, vg_attempt *attempt, vg_certificate *certificates, size_t count, vg_error *err);

/* What a period's report counts. */
typedef struct vg_attempt_figures {
    int64_t handed_in, people;
    int64_t took_ms; /* from start to hand-in; an attempt that lay open for longer counts eight hours */
} vg_attempt_figures;
int vg_store_attempt_figures(vg_store *store, int64_t from_ms, int64_t to_ms, vg_attempt_figures *out, vg_error *err);

#endif
