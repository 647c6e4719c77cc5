/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside signals/text: a pattern as parsed, and what fold, pattern and engine share.
 *
 * A parsed pattern is a list of elements (one of some folded phrases, or up to three words). It is written as
 * a Hyperscan expression to find whether and where it ends, and read backwards from that end to find where it
 * begins: Hyperscan without start-of-match is several times faster, and nearly every message matches nothing.
 */
#ifndef VG_SIGNALS_TEXT_TEXT_INT_H
#define VG_SIGNALS_TEXT_TEXT_INT_H

#include "signals/text/text.h"

enum {
    TEXT_PATTERN_BYTES = 512, /* of a pattern as written */
    TEXT_ELEMENTS = 32,       /* phrases, groups and stars of a pattern */
    TEXT_PHRASES = 160,       /* alternatives of a pattern, all groups together */
    TEXT_FOLDED = 2048,       /* bytes of its folded phrases */
    TEXT_WORDS = 60,          /* words of its longest match: they are bits of a uint64_t */
    TEXT_STARS = 4,
    TEXT_STAR_WORDS = 3,
    TEXT_SHORTEST_WORD = 3, /* a pattern of one word has at least as many letters */
    TEXT_GATE_LOG2 = 11,    /* of the words of the gate's filter: 16 KiB */
    TEXT_GATE_ROOM = 64,    /* bytes after a folded text that the gate may read */
};

/** Folded room that vg_text_fold needs for `len` bytes. */
static inline size_t text_fold_room(size_t len)
{
    return 3 * len + 16;
}

/* Folded words, each after its space: " tu as"; " j ai # ans" with a number. */
typedef struct text_phrase {
    uint16_t at, len; /* in text_pattern.bytes */
    uint16_t words;
    uint16_t numbers; /* words that are "#" */
} text_phrase;

typedef struct text_element {
    uint16_t first, count; /* phrases; count == 0: a star, up to TEXT_STAR_WORDS words */
    bool optional;
} text_element;

typedef struct text_pattern {
    uint16_t element_count, phrase_count, byte_count;
    text_element element[TEXT_ELEMENTS];
    text_phrase phrase[TEXT_PHRASES];
    char bytes[TEXT_FOLDED];
} text_pattern;

/** Parses and checks; VG_EINVAL with err->where "column N". */
int text_pattern_parse(text_pattern *out, vg_str pattern, vg_error *err);
/** Appends the Hyperscan expression. */
void text_pattern_write(const text_pattern *pattern, vg_buf *out);
/** Given folded text and the offset of the space that ends a match, the offset of the space that begins the
 * longest match that ends there. False when none does. */
bool text_pattern_begin(const text_element *elements, size_t element_count, const text_phrase *phrases,
                        const char *bytes, const char *text, size_t end, size_t *begin);

/* What a message must hold one of, if any pattern is to be found in it: gate.c. */
typedef struct text_gate {
    uint64_t bits[1 << TEXT_GATE_LOG2];
} text_gate;

/** After this the gate is open for every text in which the pattern is found. */
void text_gate_add(text_gate *gate, const text_pattern *pattern);
/** False: no pattern of the gate is in this folded text. Reads up to TEXT_GATE_ROOM bytes after it. */
bool text_gate_open(const text_gate *gate, const char *folded, size_t len);

/** The age that the folded words between two spaces state, in years; 0: none from 5 to 99. */
uint8_t text_stated_age(const char *folded, size_t begin, size_t end);

/** vg_text_fold one byte at a time: what it means. The fast one must agree with it. */
size_t text_fold_plain(vg_str text, char *out, size_t cap, uint32_t *map);

#endif
