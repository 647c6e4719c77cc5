/* SPDX-License-Identifier: Apache-2.0
 *
 * Other matchers beside ours: text_foreign.cpp. Both are given what Hyperscan is given.
 */
#ifndef VG_BENCH_TEXT_BENCH_H
#define VG_BENCH_TEXT_BENCH_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct foreign_side foreign_side;

/** NULL: not built in, or it refuses the expressions. */
foreign_side *foreign_pcre2_create(char *const *expressions, size_t count);
foreign_side *foreign_re2_create(char *const *expressions, size_t count);
/** 1 when an expression is found. */
size_t foreign_side_match(foreign_side *side, const char *text, size_t len);
void foreign_side_destroy(foreign_side *side);

#ifdef __cplusplus
}
#endif

#endif
