/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the two stages of folding.
 */
#ifndef VG_SIGNALS_TEXT_FOLD_INT_H
#define VG_SIGNALS_TEXT_FOLD_INT_H

#include "signals/text/text_int.h"

/* Kinds of folded characters; bits, so that neighbours can be or'ed. */
enum text_kind { TEXT_LETTER = 1, TEXT_DIGIT = 2, TEXT_OTHER = 4 };

/** Bytes of the well-formed UTF-8 character that begins with `lead`. */
static inline size_t text_width(uint8_t lead)
{
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/** The a-z letter that a folded letter is drawn like, or 0. */
uint8_t text_like(uint32_t code_point);

/** Second stage, in place: words of mixed scripts, letters with digits, spaced-out letters. `s` (and map, or
 * NULL) hold n bytes and have room for `room`. Returns the new length. */
size_t text_repair(uint8_t *s, uint32_t *map, size_t n, size_t room);

#endif
