/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate: may any pattern be found in this message at all?
 *
 * DESIGN. Nearly every message matches nothing, and asking Hyperscan costs more than everything else that is done with
 * the text. Phrases of a pattern are whole words, so a message in which a pattern is found holds, for each of its
 * obligatory elements, one of that element's phrases, word by word. Of each pattern the element (or
 * the place where two of them meet) that says most is chosen, of each of its phrases the pair of neighbouring words with
 * the most letters (or its only word), and their hashes go into a filter of two bits a key. A message none of whose words and pairs of words is in the filter cannot match;
 * all others, some wrongly, go on to Hyperscan. What is found is therefore the same with and without the gate.
 * Source of the filter: Putze, Sanders, Singler, "Cache-, hash- and space-efficient Bloom filters", JEA 14, 2009.
 */
#include "signals/text/text_int.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    WORD_BYTES = 8, /* of a word are hashed, and how long it is */
    PAIR_BONUS = 2, /* letters that a pair of words is worth more than one word as long */
};

static inline uint64_t hash_pair(uint64_t before, uint64_t word)
{
    uint64_t both = ((before << 23 | before >> 41) ^ word) * UINT64_C(0x94d049bb133111eb);
    return both ^ both >> 32;
}

static inline uint64_t test(uint64_t bits, uint64_t hash)
{
    return bits >> (hash & 63) & bits >> (hash >> 6 & 63);
}

static void set(text_gate *gate, uint64_t hash)
{
    gate->slot[hash >> (64 - TEXT_GATE_LOG2)].bits |= UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63);
}

/* ---- building ---- */

typedef struct word {
    uint64_t hash;
    size_t len; /* 0: none */
    size_t worth; /* letters; a number says little */
} word;

/* The word after the space at bytes[at]. */
static word read_word(const char *bytes, size_t at, size_t end)
{
    char copy[WORD_BYTES] = {0};
    size_t len = 0;
    while (at + 1 + len < end && bytes[at + 1 + len] != ' ') len++;
    memcpy(copy, bytes + at + 1, len < WORD_BYTES ? len : WORD_BYTES);
    if (copy[0] == '#') copy[0] = '0';
    bool number = copy[0] >= '0' && copy[0] <= '9';
    return (word){text_hash_word(copy, len), len, number ? 1 : len};
}

static word first_word(const text_pattern *pattern, const text_phrase *phrase)
{
    return read_word(pattern->bytes + phrase->at, 0, phrase->len);
}

static word last_word(const text_pattern *pattern, const text_phrase *phrase)
{
    const char *bytes = pattern->bytes + phrase->at;
    size_t at = phrase->len - 1u;
    while (at > 0 && bytes[at] != ' ') at--;
    return read_word(bytes, at, phrase->len);
}

/* What is put into the filter for a pattern, and how much the least of it says. The same walk weighs (`gate` is NULL)
 * and fills. */
typedef struct choice {
    text_gate *gate;
    size_t worth;
} choice;

static void choose(choice *c, uint64_t hash, size_t worth)
{
    if (worth < c->worth) c->worth = worth;
    if (c->gate) set(c->gate, hash);
}

static void choose_pair(choice *c, word before, word after)
{
    choose(c, hash_pair(before.hash, after.hash), before.worth + after.worth + PAIR_BONUS);
}

/* Of each phrase of an element: the pair of words with the most letters, or its only word. */
static void choose_phrases(choice *c, const text_pattern *pattern, const text_element *element)
{
    for (size_t i = 0; i < element->count; i++) {
        const text_phrase *phrase = &pattern->phrase[element->first + i];
        const char *bytes = pattern->bytes + phrase->at;
        word before = first_word(pattern, phrase), best[2] = {before, {0, 0, 0}};
        for (size_t at = before.len + 1; at < phrase->len;) {
            word next = read_word(bytes, at, phrase->len);
            if (!best[1].len || before.worth + next.worth > best[0].worth + best[1].worth) {
                best[0] = before;
                best[1] = next;
            }
            before = next;
            at += next.len + 1;
        }
        if (best[1].len) choose_pair(c, best[0], best[1]);
        else choose(c, best[0].hash, best[0].worth);
    }
}

/* Where two elements meet: each last word of the one before each first word of the other. */
static void choose_junction(choice *c, const text_pattern *pattern, const text_element *left)
{
    const text_element *right = left + 1;
    for (size_t i = 0; i < left->count; i++)
        for (size_t k = 0; k < right->count; k++)
            choose_pair(c, last_word(pattern, &pattern->phrase[left->first + i]),
                        first_word(pattern, &pattern->phrase[right->first + k]));
}

static bool obligatory(const text_pattern *pattern, size_t e)
{
    return e < pattern->element_count && pattern->element[e].count && !pattern->element[e].optional;
}

void text_gate_add(text_gate *gate, const text_pattern *pattern)
{
    choice best = {.worth = 0};
    size_t at = 0;
    bool junction = false;
    for (size_t e = 0; e < pattern->element_count; e++) {
        if (!obligatory(pattern, e)) continue;
        choice phrases = {.worth = SIZE_MAX}, meeting = {.worth = SIZE_MAX};
        choose_phrases(&phrases, pattern, &pattern->element[e]);
        if (obligatory(pattern, e + 1)) choose_junction(&meeting, pattern, &pattern->element[e]);
        else meeting.worth = 0;
        if (phrases.worth > best.worth || meeting.worth > best.worth) {
            junction = meeting.worth > phrases.worth;
            best.worth = junction ? meeting.worth : phrases.worth;
            at = e;
        }
    }
    if (!best.worth) { /* nothing obligatory, so nothing can be ruled out: not a pattern that the parser lets through */
        for (size_t i = 0; i < 1 << TEXT_GATE_LOG2; i++) gate->slot[i].bits = UINT64_MAX;
        return;
    }
    best.gate = gate;
    if (junction) choose_junction(&best, pattern, &pattern->element[at]);
    else choose_phrases(&best, pattern, &pattern->element[at]);
}

/* ---- asking ---- */

typedef struct reader {
    const text_gate *gate;
    const char *text;
    size_t word; /* where the word under way begins */
    uint64_t before, found, spelled, named;
} reader;

/* The word ends at the space text[end]. */
static inline void end_word(reader *r, size_t end)
{
    uint64_t hash = text_hash_word(r->text + r->word, end - r->word);
    uint64_t pair = hash_pair(r->before, hash);
    const text_gate_slot *slot = &r->gate->slot[hash >> (64 - TEXT_GATE_LOG2)];
    r->found |= test(slot->bits, hash) | test(r->gate->slot[pair >> (64 - TEXT_GATE_LOG2)].bits, pair);
    r->spelled |= slot->noted >> (hash & 63);
    r->named |= slot->noted >> (hash >> 6 & 63);
    r->before = hash;
    r->word = end + 1;
}

text_gate_answer text_gate_ask(const text_gate *gate, const char *folded, size_t len)
{
    reader r = {.gate = gate, .text = folded, .word = 1};
    size_t i = 1; /* the first byte is a space */
#ifdef __SSE2__
    const __m128i space = _mm_set1_epi8(' ');
    for (; i < len; i += 64) { /* most messages are one turn: one loop whose end is hard to foresee, not four */
        uint64_t spaces = 0;
        for (size_t k = 0; k < 64; k += 16) {
            __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(folded + i + k));
            spaces |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, space)) << k;
        }
        if (len - i < 64) spaces &= (UINT64_C(1) << (len - i)) - 1;
        for (; spaces; spaces &= spaces - 1) end_word(&r, i + (size_t)__builtin_ctzll(spaces));
    }
#else
    for (; i < len; i++)
        if (folded[i] == ' ') end_word(&r, i);
#endif
    return (text_gate_answer){r.found & 1, r.spelled & 1, r.named & 1};
}
