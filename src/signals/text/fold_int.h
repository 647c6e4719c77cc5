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

static inline bool text_is_letter(uint8_t c)
{
    return c >= 'a' && c <= 'z';
}

/** The code point of a well-formed character of `width` bytes. */
static inline uint32_t text_code_point(const uint8_t *s, size_t width)
{
    uint32_t c = width == 1 ? s[0] : width == 2 ? s[0] & 0x1F : width == 3 ? s[0] & 0x0F : s[0] & 0x07;
    for (size_t i = 1; i < width; i++) c = c << 6 | (s[i] & 0x3F);
    return c;
}

/** Whether folding makes a space of the character: it is a sign, not a letter, a mark or a digit. */
bool text_folds_to_space(uint32_t code_point);

/* Letters that stand alone in French or English, elided or in chat: a, c', d', i, j', l', m', n', r (are),
 * s', t', u, y. */
static inline bool text_natural(uint8_t c)
{
    const uint32_t set = 1U << ('a' - 'a') | 1U << ('c' - 'a') | 1U << ('d' - 'a') | 1U << ('i' - 'a') |
                         1U << ('j' - 'a') | 1U << ('l' - 'a') | 1U << ('m' - 'a') | 1U << ('n' - 'a') |
                         1U << ('r' - 'a') | 1U << ('s' - 'a') | 1U << ('t' - 'a') | 1U << ('u' - 'a') |
                         1U << ('y' - 'a');
    return set >> (c - 'a') & 1;
}

enum { TEXT_ROW = 3, TEXT_ROW_NATURAL = 4 };

/** Whether so many single letters in a row, one of them no word on its own, are read as one word. */
static inline bool text_row_joins(size_t letters, bool odd)
{
    return letters >= TEXT_ROW && (odd || letters > TEXT_ROW_NATURAL);
}

/** The a-z letter that a folded letter is drawn like, or 0. */
uint8_t text_like(uint32_t code_point);

/** Second stage, in place: words of mixed scripts, letters with digits, spaced-out letters. `s` (and map, or
 * NULL) hold n bytes and have room for `room`. A word with digits that `spelling` (or NULL) knows is left for the third
 * stage, and notes->kept set. Eight bytes after the room may be read. Returns the new length. */
size_t text_repair(uint8_t *s, uint32_t *map, size_t n, size_t room, const text_spelling *spelling, text_notes *notes);

/** Third stage, in place: words that the table knows. As text_repair. */
size_t text_spelling_apply(const text_spelling *spelling, uint8_t *s, uint32_t *map, size_t n, size_t room, uint64_t words);

#endif
