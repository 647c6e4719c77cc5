/* SPDX-License-Identifier: Apache-2.0
 *
 * bench/generate: a stream of made-up events, the same for the same seed: the demo's mix at any size.
 *
 * Of 100 events: 90 messages (half private, a third in groups, the rest public), 4 contacts, 3 accounts, 2 media, rarely a
 * notice; about 1 in 100 opens or touches a case (a known hash, or words of a prevention guide written by an adult to a minor).
 */
#ifndef VG_BENCH_GENERATE_H
#define VG_BENCH_GENERATE_H

#include <stdint.h>
#include "base/str.h"

typedef struct vg_generator {
    uint64_t state, count;
    uint32_t accounts, conversations;
    int64_t start_ms; /* of the first event */
    int64_t step_us;  /* between events */
    uint32_t case_per_10000;
    const char *run;  /* prefix of event ids, so that two runs do not repeat each other's */
} vg_generator;

void vg_generator_init(vg_generator *g, uint64_t seed, uint32_t accounts, uint32_t conversations, int64_t start_ms);
/** Appends one event as JSON, without a newline. */
void vg_generator_next(vg_generator *g, vg_buf *out);
/** Appends the account event of account n (its age band is a function of n). */
void vg_generator_account(vg_generator *g, uint32_t n, vg_buf *out);

#endif
