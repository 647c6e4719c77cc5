/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate: may any pattern be found in this message at all?
 *
 * DESIGN. Nearly every message matches nothing, and asking Hyperscan costs more than everything else that is done with
 * the text. Phrases of a pattern are whole words, so a message in which a pattern is found holds, for each of its
 * obligatory elements, one of that element's phrases, word by word. Of each pattern the element (or
 * the place where two of them meet) that says most is chosen, of each of its phrases the pair of neighbouring words with
 * the most letters (or its only word), and their hashes go into a filter of two bits a key. A message none of whose words
 * and pairs of words is in the filter cannot match. That rules out most messages in one pass; "are you" lets the others in. For
 * those the gate looks a second time: each key is looked up, and all other words of its phrase must be in the message, and of
 * each other obligatory element one. What passes, some of it wrongly, goes on to Hyperscan. What is found is therefore the same with and without the gate.
 * Source of the filter: Putze, Sanders, Singler, "Cache-, hash- and space-efficient Bloom filters", JEA 14, 2009.
 */
#include "signals/text/text_int.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <stdlib.h>

#include "base/alloc.h"

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

/* ---- building ---- */

typedef struct word {
    uint64_t hash;
    size_t len; /* 0: none */
    size_t worth; /* letters; a number says little */
} word;

/* Words that say next to nothing: they are in every other message. As folded. Which are here changes what the gate costs, never
 * what is found. */
static bool is_common(const char *bytes, size_t len)
{
    static const char list[] =
        " tu te toi je me moi il ele on nous vous ils le la les un une des du de au aux et ou mais pas plus que qui quoi est es suis"
        " sont etait ete ai as avons avez ont avoir etre fait faire va vas vais aler pour par sur dans avec sans ce cet cete ca c j l"
        " d t s n m y en mon ma mes ton ta tes son sa ses notre votre si oui non bien tout tous trop tres quand coment ici la"
        " the you your are is am was be been have has had do does did not no yes and or but to of in on at for with from this that"
        " it its i my we our they them he she him her what when where who how can could wil would just so up out if then now here"
        " get got go going come want like know el los las una que de y a en es mi tu su no si con por para ";
    char spaced[16] = " ";
    if (len == 0 || len + 2 >= sizeof spaced) return false;
    memcpy(spaced + 1, bytes, len);
    spaced[len + 1] = ' ';
    spaced[len + 2] = 0;
    return strstr(list, spaced) != NULL;
}

/* The word after the space at bytes[at]. */
static word read_word(const char *bytes, size_t at, size_t end)
{
    char copy[WORD_BYTES] = {0};
    size_t len = 0;
    while (at + 1 + len < end && bytes[at + 1 + len] != ' ') len++;
    memcpy(copy, bytes + at + 1, len < WORD_BYTES ? len : WORD_BYTES);
    if (copy[0] == '#') copy[0] = '0';
    bool number = copy[0] >= '0' && copy[0] <= '9';
    return (word){text_hash_word(copy, len), len, number || is_common(bytes + at + 1, len) ? 1 : len};
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

/* Room for one more in an array. */
static bool grow(text_gate *gate, void **array, size_t count, size_t *cap, size_t size)
{
    if (count < *cap) return true;
    size_t wanted = *cap ? 2 * *cap : 256;
    void *grown = vg_realloc(*array, wanted * size);
    if (!grown) {
        gate->failed = true;
        return false;
    }
    *array = grown;
    *cap = wanted;
    return true;
}

/* What a message must hold besides the key: of each group of words one. In text_gate.needs as the count and the words. */
typedef struct need {
    uint32_t first;
    uint16_t groups;
} need;

static void put_need(text_gate *gate, uint16_t value)
{
    void *needs = gate->needs;
    if (!grow(gate, &needs, gate->need_count, &gate->need_cap, sizeof *gate->needs)) return;
    gate->needs = needs;
    gate->needs[gate->need_count++] = value;
}

/* Begins a group of `count` words; they follow by put_need_word. */
static void begin_group(text_gate *gate, need *n, size_t count)
{
    if (n->groups == 0) n->first = (uint32_t)gate->need_count;
    put_need(gate, (uint16_t)count);
    n->groups++;
}

static void put_need_word(text_gate *gate, uint64_t hash)
{
    put_need(gate, (uint16_t)(hash % TEXT_GATE_SEEN));
}

static void add_key(text_gate *gate, uint64_t hash, need own, need shared)
{
    void *keys = gate->keys;
    if (!grow(gate, &keys, gate->key_count, &gate->key_cap, sizeof *gate->keys)) return;
    gate->keys = keys;
    gate->keys[gate->key_count++] = (text_gate_key){hash, own.first, shared.first, own.groups, shared.groups};
    gate->slot[hash >> (64 - TEXT_GATE_LOG2)].bits |= UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63);
}

/* What is put into the filter for a pattern, and how much the least of it says. The same walk weighs (`gate` is NULL)
 * and fills. */
typedef struct choice {
    text_gate *gate;
    size_t worth;
    need shared; /* of the other elements */
} choice;

/* The pair of words of a phrase that says most, or its only word. */
typedef struct word_pair {
    word first, second; /* the second of no length: a single word */
} word_pair;

static word_pair best_pair(const text_pattern *pattern, const text_phrase *phrase)
{
    const char *bytes = pattern->bytes + phrase->at;
    word before = first_word(pattern, phrase);
    word_pair best = {.first = before};
    for (size_t at = before.len + 1; at < phrase->len;) {
        word next = read_word(bytes, at, phrase->len);
        if (!best.second.len || before.worth + next.worth > best.first.worth + best.second.worth) {
            best.first = before;
            best.second = next;
        }
        before = next;
        at += next.len + 1;
    }
    return best;
}

/* Each word of the phrase. */
static void need_phrase(text_gate *gate, need *n, const text_pattern *pattern, const text_phrase *phrase)
{
    const char *bytes = pattern->bytes + phrase->at;
    for (size_t at = 0; phrase->words > 1 && at < phrase->len;) {
        word each = read_word(bytes, at, phrase->len);
        begin_group(gate, n, 1);
        put_need_word(gate, each.hash);
        at += each.len + 1;
    }
}

static void choose(choice *c, uint64_t hash, size_t worth, need own)
{
    if (worth < c->worth) c->worth = worth;
    if (c->gate) add_key(c->gate, hash, own, c->shared);
}

/* Of each phrase of an element: the pair of words with the most letters, or its only word. */
static void choose_phrases(choice *c, const text_pattern *pattern, const text_element *element)
{
    for (size_t i = 0; i < element->count; i++) {
        const text_phrase *phrase = &pattern->phrase[element->first + i];
        word_pair w = best_pair(pattern, phrase);
        need own = {0, 0};
        if (c->gate) need_phrase(c->gate, &own, pattern, phrase);
        if (w.second.len) choose(c, hash_pair(w.first.hash, w.second.hash), w.first.worth + w.second.worth + PAIR_BONUS, own);
        else choose(c, w.first.hash, w.first.worth, own);
    }
}

/* Where two elements meet: each last word of the one before each first word of the other. */
static void choose_junction(choice *c, const text_pattern *pattern, const text_element *left)
{
    const text_element *right = left + 1;
    for (size_t i = 0; i < left->count; i++)
        for (size_t k = 0; k < right->count; k++) {
            const text_phrase *a = &pattern->phrase[left->first + i], *b = &pattern->phrase[right->first + k];
            word before = last_word(pattern, a), after = first_word(pattern, b);
            need own = {0, 0};
            if (c->gate) {
                need_phrase(c->gate, &own, pattern, a);
                need_phrase(c->gate, &own, pattern, b);
            }
            choose(c, hash_pair(before.hash, after.hash), before.worth + after.worth + PAIR_BONUS, own);
        }
}

static bool obligatory(const text_pattern *pattern, size_t e)
{
    return e < pattern->element_count && pattern->element[e].count && !pattern->element[e].optional;
}

/* Of each other obligatory element, the best word of one of its phrases. */
static need need_others(text_gate *gate, const text_pattern *pattern, size_t chosen, bool junction)
{
    need n = {0, 0};
    for (size_t e = 0; e < pattern->element_count; e++) {
        if (!obligatory(pattern, e) || e == chosen || (junction && e == chosen + 1)) continue;
        const text_element *element = &pattern->element[e];
        begin_group(gate, &n, element->count);
        for (size_t i = 0; i < element->count; i++) {
            word_pair w = best_pair(pattern, &pattern->phrase[element->first + i]);
            put_need_word(gate, w.second.worth > w.first.worth ? w.second.hash : w.first.hash);
        }
    }
    return n;
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
        gate->always = true;
        return;
    }
    best.gate = gate;
    best.shared = need_others(gate, pattern, at, junction);
    if (junction) choose_junction(&best, pattern, &pattern->element[at]);
    else choose_phrases(&best, pattern, &pattern->element[at]);
}

static int by_hash(const void *a, const void *b)
{
    uint64_t x = ((const text_gate_key *)a)->hash, y = ((const text_gate_key *)b)->hash;
    return x < y ? -1 : x > y;
}

int text_gate_seal(text_gate *gate, vg_error *err)
{
    size_t buckets = (size_t)1 << TEXT_GATE_BUCKETS_LOG2, at = 0;
    gate->bucket = vg_calloc(buckets + 1, sizeof *gate->bucket);
    if (!gate->bucket || gate->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for the patterns");
    if (gate->key_count) qsort(gate->keys, gate->key_count, sizeof *gate->keys, by_hash);
    for (size_t b = 0; b <= buckets; b++) {
        while (at < gate->key_count && gate->keys[at].hash >> (64 - TEXT_GATE_BUCKETS_LOG2) < b) at++;
        gate->bucket[b] = (uint32_t)at;
    }
    return 0;
}

void text_gate_free(text_gate *gate)
{
    vg_free(gate->keys);
    vg_free(gate->needs);
    vg_free(gate->bucket);
    gate->keys = NULL;
    gate->needs = NULL;
    gate->bucket = NULL;
}

/* ---- asking ---- */

enum { KEPT = 192, CANDIDATES = 64 }; /* words, and keys, of one message that are looked at a second time; with more it passes */

/* What is kept for the second look. */
typedef struct kept_hashes {
    uint64_t word[KEPT];
    uint64_t candidate[CANDIDATES + 2];
} kept_hashes;

/* Apart from the arrays, so that it stays in registers. */
typedef struct reader {
    const text_gate *gate;
    const char *text;
    size_t word; /* where the word under way begins */
    uint64_t before, spelled, named;
    size_t words, candidates;
} reader;

/* The word ends at the space text[end]. Branches would be guessed wrong: what is no candidate is written over. */
static inline void end_word(reader *r, kept_hashes *kept, size_t end)
{
    uint64_t hash = text_hash_word(r->text + r->word, end - r->word), pair = hash_pair(r->before, hash);
    const text_gate_slot *slot = &r->gate->slot[hash >> (64 - TEXT_GATE_LOG2)];
    uint64_t single = test(slot->bits, hash) & 1, both = test(r->gate->slot[pair >> (64 - TEXT_GATE_LOG2)].bits, pair) & 1;
    kept->candidate[r->candidates] = hash;
    r->candidates += single;
    kept->candidate[r->candidates] = pair;
    r->candidates += both;
    r->candidates = r->candidates < CANDIDATES ? r->candidates : CANDIDATES;
    r->spelled |= (test(slot->noted, hash) & 1) << (r->words < 63 ? r->words : 63);
    r->named |= test(slot->noted, hash >> 12);
    kept->word[r->words < KEPT ? r->words : KEPT - 1] = hash;
    r->words++;
    r->before = hash;
    r->word = end + 1;
}

static bool has_all(const text_gate *gate, const uint64_t *seen, uint32_t at, size_t groups)
{
    for (size_t g = 0; g < groups; g++) {
        size_t count = gate->needs[at++];
        uint64_t any = 0;
        for (size_t i = 0; i < count; i++, at++) any |= seen[gate->needs[at] / 64] >> (gate->needs[at] % 64);
        if (!(any & 1)) return false;
    }
    return true;
}

static bool passes(const text_gate *gate, const uint64_t *seen, uint64_t hash)
{
    size_t b = hash >> (64 - TEXT_GATE_BUCKETS_LOG2);
    for (uint32_t i = gate->bucket[b]; i < gate->bucket[b + 1]; i++) {
        const text_gate_key *key = &gate->keys[i];
        if (key->hash == hash && has_all(gate, seen, key->own, key->own_groups) && has_all(gate, seen, key->shared, key->shared_groups))
            return true;
    }
    return false;
}

static __attribute__((noinline)) bool look_closer(const text_gate *gate, const kept_hashes *kept, size_t words, size_t candidates)
{
    uint64_t seen[TEXT_GATE_SEEN / 64] = {0};
    if (words > KEPT || candidates >= CANDIDATES) return true;
    for (size_t i = 0; i < words; i++) seen[kept->word[i] % TEXT_GATE_SEEN / 64] |= UINT64_C(1) << (kept->word[i] % 64);
    for (size_t i = 0; i < candidates; i++)
        if (passes(gate, seen, kept->candidate[i])) return true;
    return false;
}

text_gate_answer text_gate_ask(const text_gate *gate, const char *folded, size_t len, bool spelled)
{
    kept_hashes kept; /* filled as far as `r` says */
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
        for (; spaces; spaces &= spaces - 1) end_word(&r, &kept, i + (size_t)__builtin_ctzll(spaces));
    }
#else
    for (; i < len; i++)
        if (folded[i] == ' ') end_word(&r, &kept, i);
#endif
    bool early = !spelled && r.spelled; /* it will be asked again, of other words */
    bool open = gate->always || early || (r.candidates && look_closer(gate, &kept, r.words, r.candidates));
    return (text_gate_answer){open, r.named & 1, r.spelled};
}
