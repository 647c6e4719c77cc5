/* SPDX-License-Identifier: Apache-2.0
 *
 * slow: PDQ written as it is described, with whole pictures in memory and nothing clever, to compare with.
 *
 * Shares no code with src/signals/media/pdq: even the cosines are computed here. Allocates with malloc, so that injected
 * failures are not its own.
 */
#ifndef VG_TESTS_PDQ_SLOW_H
#define VG_TESTS_PDQ_SLOW_H

#include "signals/media/pdq/pdq.h"

/** Luma at the size that the profile asks for; the caller frees it. */
float *slow_luma(const vg_pixels *pixels, vg_pdq_profile profile, size_t *width, size_t *height);
/** Luma -> 64x64. `skip_small`: 64x64 is taken as it is. */
void slow_small(const float *luma, size_t width, size_t height, bool skip_small, float small[64][64]);
void slow_coefficients(float small[64][64], float coefficients[16][16]);
unsigned slow_quality(float small[64][64]);
/** All eight orientations. */
void slow_hash_luma(const float *luma, size_t width, size_t height, vg_pdq *out);
void slow_hash(const vg_pixels *pixels, vg_pdq_profile profile, vg_pdq *out);

#endif
