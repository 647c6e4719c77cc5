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
    TEXT_SPELLED_TIMES = 8, /* bytes that one byte of chat spelling, or of an emoji, may stand for */
    TEXT_GATE_LOG2 = 11,    /* of the slots of the gate's filter: 32 KiB */
    TEXT_GATE_ROOM = 64,    /* bytes after a folded text that the gate may read */
};

/** Folded room that vg_text_fold needs for `len` bytes. */
static inline size_t text_fold_room(size_t len)
{
    return 3 * len + 16;
}

/** Room for text with its spelling undone. Each byte becomes at most two folded ones, and each of those TEXT_SPELLED_TIMES. */
static inline size_t text_spelled_room(size_t len)
{
    return 2 * TEXT_SPELLED_TIMES * len + 64;
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

typedef struct text_spelling text_spelling;

typedef struct text_pattern {
    uint16_t element_count, phrase_count, byte_count;
    text_element element[TEXT_ELEMENTS];
    text_phrase phrase[TEXT_PHRASES];
    char bytes[TEXT_FOLDED];
} text_pattern;

/** Parses and checks; its words are folded, and their spelling undone when a table is given. VG_EINVAL with err->where
 * "column N". */
int text_pattern_parse(text_pattern *out, vg_str pattern, const text_spelling *spelling, vg_error *err);
/** Appends the Hyperscan expression. */
void text_pattern_write(const text_pattern *pattern, vg_buf *out);
/** Given folded text and the offset of the space that ends a match, the offset of the space that begins the
 * longest match that ends there. False when none does. */
bool text_pattern_begin(const text_element *elements, size_t element_count, const text_phrase *phrases,
                        const char *bytes, const char *text, size_t end, size_t *begin);

/* ---- the gate: gate.c ---- */

typedef struct text_gate_slot {
    uint64_t bits;    /* what a message must hold one of, if any pattern is to be found in it */
    uint64_t noted;   /* words of the spelling table, two bits by the lowest of their hash, and words that contact
                         addresses stand beside, two by the next; in the same line of the cache */
} text_gate_slot;

/* A word or pair of words, and what else its pattern needs. */
typedef struct text_gate_key {
    uint64_t hash;
    uint32_t own, shared; /* in text_gate.needs: groups of words, of each of which one must be seen */
    uint16_t own_groups, shared_groups;
} text_gate_key;

enum { TEXT_GATE_SEEN = 512, TEXT_GATE_BUCKETS_LOG2 = 12 }; /* bits for the words of a message; of the keys' index */

typedef struct text_gate {
    text_gate_slot slot[1 << TEXT_GATE_LOG2];
    bool always, failed;   /* open whatever is asked; no memory while it was filled */
    text_gate_key *keys;   /* by hash, once sealed */
    uint16_t *needs;       /* groups: how many words, and hash % TEXT_GATE_SEEN of each */
    uint32_t *bucket;      /* where the keys with so high a hash begin */
    size_t key_count, key_cap, need_count, need_cap;
} text_gate;

typedef struct text_gate_answer {
    bool open;        /* false: no pattern of the gate is in this text */
    bool named;       /* false: no word that contact addresses stand beside */
    uint64_t spelled; /* bit n: the n-th word may be in the spelling table; the last stands for all that follow. 0: none is */
} text_gate_answer;

static inline void text_gate_spell(text_gate *gate, uint64_t hash)
{
    gate->slot[hash >> (64 - TEXT_GATE_LOG2)].noted |= UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63);
}
static inline void text_gate_name(text_gate *gate, uint64_t hash)
{
    gate->slot[hash >> (64 - TEXT_GATE_LOG2)].noted |= UINT64_C(1) << (hash >> 12 & 63) | UINT64_C(1) << (hash >> 18 & 63);
}

/** After this the gate is open for every text in which the pattern is found. */
void text_gate_add(text_gate *gate, const text_pattern *pattern);
/** After the last pattern, before the first question. -VG_ENOMEM: it or an earlier call had no memory. */
int text_gate_seal(text_gate *gate, vg_error *err);
void text_gate_free(text_gate *gate);
/** Reads up to TEXT_GATE_ROOM bytes after the folded text. */
text_gate_answer text_gate_ask(const text_gate *gate, const char *folded, size_t len, bool spelled);

/* `word` may be read for eight bytes. All numbers are one word, the "#" of a pattern. */
static inline uint64_t text_hash_word(const char *word, size_t len)
{
    uint64_t bytes;
    memcpy(&bytes, word, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (len < 8) bytes &= (UINT64_C(1) << 8 * len) - 1;
#else
    if (len < 8) bytes &= ~(UINT64_MAX >> 8 * len);
#endif
    bool number = (uint8_t)(word[0] - '0') < 10;
    bytes = number ? 0 : bytes;
    len = number ? 0 : len;
    unsigned __int128 product =
        (unsigned __int128)(bytes ^ UINT64_C(0x9e3779b185ebca87)) * (UINT64_C(0xc2b2ae3d27d4eb4f) + len);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* ---- chat spelling: spelling.c ---- */

typedef struct text_spelled {
    const char *from, *to;
    uint32_t code_point; /* of an emoji; 0: a word */
    uint8_t from_len, to_len;
    uint8_t lead, trail; /* single letters that `to` begins and ends with */
    bool lead_odd;       /* one of the first is no word on its own */
    bool digits;         /* `from` has some */
} text_spelled;

/** NULL without entries, which is fine. VG_EINVAL with err->where = "spelling N: FROM". */
int text_spelling_create(text_spelling **out, const vg_policy_spelling *entries, size_t count, vg_error *err);
void text_spelling_destroy(text_spelling **spelling);
bool text_spelling_same(const text_spelling *spelling, const vg_policy_spelling *entries, size_t count);
/** What the word stands for, or NULL. It may be read for eight bytes. */
const text_spelled *text_spelling_word(const text_spelling *spelling, const uint8_t *word, size_t len);
const text_spelled *text_spelling_emoji(const text_spelling *spelling, uint32_t code_point);
/** Notes its words in the gate. */
void text_spelling_mark(const text_spelling *spelling, text_gate *gate);

/* What the first stages saw on the way. */
typedef struct text_notes {
    size_t digits;
    bool signs; /* an @ or a slash */
    bool kept;  /* a word is left for text_spelling_undo */
} text_notes;

/** Folds through the first two stages, emoji undone; text for which text_spelled_room says more than `cap` is cut. */
size_t text_fold_known(vg_str text, const text_spelling *spelling, char *out, size_t cap, uint32_t *map, text_notes *notes);
/** The third stage, in place, on what text_fold_known left; `spelling` is not NULL. Returns the new length. */
size_t text_spelling_undo(const text_spelling *spelling, char *folded, size_t len, size_t cap, uint32_t *map, uint64_t words);

/** Hash of some bytes, the same everywhere and always: it is on people's disks. No key: 0 never comes out. */
uint64_t text_hash_bytes(const char *bytes, size_t len);

/** The age that the folded words between two spaces state, in years; 0: none from 5 to 99. */
uint8_t text_stated_age(const char *folded, size_t begin, size_t end);

/** vg_text_fold one byte at a time: what it means. The fast one must agree with it. */
size_t text_fold_plain(vg_str text, char *out, size_t cap, uint32_t *map);

#endif
