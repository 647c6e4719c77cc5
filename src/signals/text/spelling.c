/* SPDX-License-Identifier: Apache-2.0
 *
 * Third stage of folding: chat spelling and emoji become the words that they stand for.
 *
 * DESIGN. "tkt" is " t inquiete pas" and a camera is a word, so that a pattern is written once. Emoji are replaced in the
 * first stage, where the character is still there; a word with a digit in it ("2m1", "dem1") is left alone by the second
 * stage when the table knows it; words are replaced here. Which messages hold a word of the table is known from the gate,
 * which hashes every word anyway, and all others pay nothing.
 *
 * Replacing twice is replacing once: no word of a value is a key, each value is folded already, and a value that begins
 * or ends with a single letter is not put where that letter would be read as one of a row ("s n a p", see repair.c).
 * A value has at most TEXT_SPELLED_TIMES the bytes of its key, so the length stays bounded.
 */
#include "signals/text/fold_int.h"

#include <stdio.h>

#include "base/alloc.h"

struct text_spelling {
    size_t count;
    text_spelled *entries;
    uint32_t mask;   /* of both tables of slots */
    uint16_t *words; /* entry + 1 by the hash of the word; 0: free */
    uint16_t *emoji; /* entry + 1 by the code point */
    char *bytes;     /* of all keys and values, each with a NUL */
};

/* ---- looking up ---- */

const text_spelled *text_spelling_word(const text_spelling *spelling, const uint8_t *word, size_t len)
{
    if (len > VG_SPELLING_MAX_FROM) return NULL;
    uint64_t hash = text_hash_word((const char *)word, len);
    for (uint32_t at = (uint32_t)hash & spelling->mask; spelling->words[at]; at = (at + 1) & spelling->mask) {
        const text_spelled *e = &spelling->entries[spelling->words[at] - 1];
        if (e->from_len == len && memcmp(e->from, word, len) == 0) return e;
    }
    return NULL;
}

static inline uint32_t hash_emoji(uint32_t code_point)
{
    return (uint32_t)(code_point * UINT32_C(0x9e3779b1)) >> 8;
}

const text_spelled *text_spelling_emoji(const text_spelling *spelling, uint32_t code_point)
{
    for (uint32_t at = hash_emoji(code_point) & spelling->mask; spelling->emoji[at]; at = (at + 1) & spelling->mask) {
        const text_spelled *e = &spelling->entries[spelling->emoji[at] - 1];
        if (e->code_point == code_point) return e;
    }
    return NULL;
}

void text_spelling_mark(const text_spelling *spelling, text_gate *gate)
{
    for (size_t i = 0; i < spelling->count; i++) {
        const text_spelled *e = &spelling->entries[i];
        char word[VG_SPELLING_MAX_FROM + 8] = {0};
        if (e->code_point || e->digits) continue; /* those are seen by the first and the second stage */
        memcpy(word, e->from, e->from_len);
        text_gate_spell(gate, text_hash_word(word, e->from_len));
    }
}

bool text_spelling_same(const text_spelling *spelling, const vg_policy_spelling *entries, size_t count)
{
    if (!spelling) return count == 0;
    if (spelling->count != count) return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(spelling->entries[i].from, entries[i].from) != 0 || strcmp(spelling->entries[i].to, entries[i].to) != 0)
            return false;
    return true;
}

/* ---- making ---- */

static int refuse(vg_error *err, size_t i, const char *from, const char *what)
{
    char where[sizeof err->where];
    snprintf(where, sizeof where, "spelling %zu: %.*s", i, VG_SPELLING_MAX_FROM, from);
    return vg_fail(err, VG_EINVAL, where, "%s", what);
}

/* The code point of a string that is one character of three or four bytes, or 0. */
static uint32_t only_character(const char *s)
{
    size_t len = strlen(s);
    if (len < 3 || !vg_utf8_valid(s, len, NULL)) return 0;
    size_t width = text_width((uint8_t)s[0]);
    return width == len ? text_code_point((const uint8_t *)s, width) : 0;
}

/* As the first stage of folding leaves a word; at least one letter, so that no number is ever replaced. */
static bool is_key(text_spelled *e)
{
    bool letters = false;
    char last = 0;
    for (size_t i = 0; i < e->from_len; i++) {
        char c = e->from[i];
        bool letter = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
        if ((!letter && !digit) || (letter && c == last)) return false;
        letters |= letter;
        e->digits |= digit;
        last = c;
    }
    return letters && e->from_len <= VG_SPELLING_MAX_FROM;
}

/* How many single letters a value begins and ends with. */
static void measure_edges(text_spelled *e)
{
    const char *to = e->to;
    size_t lead = 0, trail = 0;
    while (2 * lead < e->to_len && text_is_letter((uint8_t)to[2 * lead]) && (2 * lead + 1 == e->to_len || to[2 * lead + 1] == ' ')) {
        e->lead_odd |= !text_natural((uint8_t)to[2 * lead]);
        lead++;
    }
    while (2 * trail < e->to_len && text_is_letter((uint8_t)to[e->to_len - 1 - 2 * trail]) &&
           (2 * trail + 1 == e->to_len || to[e->to_len - 2 - 2 * trail] == ' '))
        trail++;
    e->lead = (uint8_t)lead;
    e->trail = (uint8_t)trail;
}

static int check_entry(text_spelled *e, size_t i, vg_error *err)
{
    char folded[3 * VG_SPELLING_MAX_TO + 16];
    e->code_point = (uint8_t)e->from[0] >= 0x80 ? only_character(e->from) : 0;
    if (e->code_point ? !text_folds_to_space(e->code_point) : !is_key(e))
        return refuse(err, i, e->from, "expected a folded word with a letter in it, or one emoji");
    if (e->to_len > VG_SPELLING_MAX_TO) return refuse(err, i, e->from, "it stands for too much; at most 32 bytes");
    size_t len = vg_text_fold((vg_str){e->to, e->to_len}, folded, sizeof folded, NULL);
    if (len != e->to_len + 2U || e->to_len == 0 || memcmp(folded + 1, e->to, e->to_len) != 0)
        return refuse(err, i, e->from, "expected folded words with single spaces between them as its meaning");
    size_t most = TEXT_SPELLED_TIMES * (e->code_point ? e->from_len : e->from_len + 1U);
    if (e->to_len + 1U > most) return refuse(err, i, e->from, "it is too short for what it stands for; at most eight times as long");
    measure_edges(e);
    if (e->code_point && (e->lead || e->trail))
        return refuse(err, i, e->from, "expected no single letter at the begin or end of an emoji's meaning");
    if (e->from_len == 1 && e->trail) return refuse(err, i, e->from, "expected no single letter at the end of its meaning");
    return 0;
}

static bool put_slot(text_spelling *s, size_t i)
{
    const text_spelled *e = &s->entries[i];
    char word[VG_SPELLING_MAX_FROM + 8] = {0};
    if (!e->code_point) memcpy(word, e->from, e->from_len);
    if (e->code_point ? text_spelling_emoji(s, e->code_point) : text_spelling_word(s, (const uint8_t *)word, e->from_len)) return false;
    uint16_t *slots = e->code_point ? s->emoji : s->words;
    uint32_t at = e->code_point ? hash_emoji(e->code_point) : (uint32_t)text_hash_word(word, e->from_len);
    for (at &= s->mask; slots[at];) at = (at + 1) & s->mask;
    slots[at] = (uint16_t)(i + 1);
    return true;
}

/* No word of a value is a key. */
static bool settled(const text_spelling *s, const text_spelled *e)
{
    for (size_t at = 0, len; at < e->to_len; at += len + 1) {
        char word[VG_SPELLING_MAX_TO + 8] = {0};
        len = strcspn(e->to + at, " ");
        memcpy(word, e->to + at, len);
        if (text_spelling_word(s, (const uint8_t *)word, len)) return false;
    }
    return true;
}

static int fill(text_spelling *s, const vg_policy_spelling *entries, vg_error *err)
{
    char *bytes = s->bytes;
    for (size_t i = 0; i < s->count; i++) {
        text_spelled *e = &s->entries[i];
        size_t from = strlen(entries[i].from), to = strlen(entries[i].to);
        memcpy(bytes, entries[i].from, from + 1);
        e->from = bytes;
        memcpy(bytes + from + 1, entries[i].to, to + 1);
        e->to = bytes + from + 1;
        bytes += from + to + 2;
        e->from_len = (uint8_t)(from > UINT8_MAX ? UINT8_MAX : from); /* too long either way, and refused */
        e->to_len = (uint8_t)(to > UINT8_MAX ? UINT8_MAX : to);
        int rc = check_entry(e, i, err);
        if (rc) return rc;
        if (!put_slot(s, i)) return refuse(err, i, e->from, "it is there twice");
    }
    for (size_t i = 0; i < s->count; i++)
        if (!settled(s, &s->entries[i]))
            return refuse(err, i, s->entries[i].from, "a word of its meaning is itself in the table; expected words that stay");
    return 0;
}

int text_spelling_create(text_spelling **out, const vg_policy_spelling *entries, size_t count, vg_error *err)
{
    *out = NULL;
    if (count == 0) return 0;
    if (count > VG_SPELLING_MAX) return vg_fail(err, VG_EINVAL, "", "%zu spellings; at most %d", count, VG_SPELLING_MAX);
    size_t slots = 4, size = 0;
    while (slots < 2 * count) slots *= 2;
    for (size_t i = 0; i < count; i++) size += strlen(entries[i].from) + strlen(entries[i].to) + 2;
    text_spelling *s = vg_calloc(1, sizeof *s);
    int rc = -VG_ENOMEM;
    if (!s) goto out;
    s->count = count;
    s->mask = (uint32_t)slots - 1;
    s->entries = vg_calloc(count, sizeof *s->entries);
    s->words = vg_calloc(slots, sizeof *s->words);
    s->emoji = vg_calloc(slots, sizeof *s->emoji);
    s->bytes = vg_malloc(size);
    if (s->entries && s->words && s->emoji && s->bytes) rc = fill(s, entries, err);
out:
    if (rc == -VG_ENOMEM) vg_fail(err, VG_ENOMEM, "", "no memory for the spelling table");
    if (rc) text_spelling_destroy(&s);
    *out = s;
    return rc;
}

void text_spelling_destroy(text_spelling **spelling)
{
    text_spelling *s = *spelling;
    *spelling = NULL;
    if (!s) return;
    vg_free(s->entries);
    vg_free(s->words);
    vg_free(s->emoji);
    vg_free(s->bytes);
    vg_free(s);
}

/* ---- replacing ---- */

typedef struct writer {
    const text_spelling *spelling;
    uint8_t *s, *in; /* the result, and what is read, at the end of the same room */
    uint32_t *map, *in_map; /* or NULL */
    size_t w, n;     /* written; bytes of `in` */
    size_t row;      /* single letters that were written last */
    bool row_odd;
} writer;

static size_t word_len(const writer *r, size_t at)
{
    const uint8_t *end = memchr(r->in + at, ' ', r->n - at);
    return (size_t)(end - (r->in + at));
}

/* Whether the word at in[at] will begin with a single letter, or already does. */
static bool opens_single(const writer *r, size_t at)
{
    if (at >= r->n) return false;
    size_t len = word_len(r, at);
    const text_spelled *e = text_spelling_word(r->spelling, r->in + at, len);
    return e ? e->lead > 0 : len == 1 && text_is_letter(r->in[at]);
}

/* Not where its single letters would join others, nor (which the room excludes) over what is still to be read. */
static bool may_replace(const writer *r, const text_spelled *e, size_t at, size_t len)
{
    if (e->lead && text_row_joins(r->row + e->lead, r->row_odd || e->lead_odd)) return false;
    if (e->trail && opens_single(r, at + len + 1)) return false;
    return r->s + r->w + e->to_len + 1 <= r->in + at + len + 1;
}

/* `len` bytes that stand for the text at map[0], or at each its own, and the space after them. */
static void write_word(writer *r, const uint8_t *bytes, size_t len, size_t at, size_t space, bool replaced)
{
    uint32_t from = r->in_map ? r->in_map[at] : 0;
    memmove(r->s + r->w, bytes, len);
    for (size_t i = 0; r->map && i < len; i++) r->map[r->w + i] = replaced ? from : r->in_map[at + i];
    r->w += len;
    r->s[r->w] = ' ';
    if (r->map) r->map[r->w] = r->in_map[space];
    r->w++;
}

size_t text_spelling_apply(const text_spelling *spelling, uint8_t *s, uint32_t *map, size_t n, size_t room, uint64_t words)
{
    size_t shift = room - n;
    writer r = {.spelling = spelling, .s = s, .in = s + shift, .map = map, .in_map = map ? map + shift : NULL, .w = 1, .n = n};
    memmove(r.in, s, n);
    if (map) memmove(r.in_map, map, n * sizeof *map);
    s[0] = ' ';
    if (map) map[0] = r.in_map[0];
    for (size_t i = 1, len; i < n; i += len + 1) {
        len = word_len(&r, i);
        const text_spelled *e = words & 1 ? text_spelling_word(spelling, r.in + i, len) : NULL;
        words = words >> 1 | (words & UINT64_C(1) << 63); /* the last stands for all that follow */
        if (e && may_replace(&r, e, i, len)) {
            write_word(&r, (const uint8_t *)e->to, e->to_len, i, i + len, true);
            r.row = 0; /* when it ends with a single letter, none follows: may_replace */
            continue;
        }
        bool single = len == 1 && text_is_letter(r.in[i]);
        r.row_odd = single && ((r.row && r.row_odd) || !text_natural(r.in[i]));
        r.row = single ? r.row + 1 : 0;
        write_word(&r, r.in + i, len, i, i + len, false);
    }
    return r.w;
}
