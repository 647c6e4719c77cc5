/* SPDX-License-Identifier: Apache-2.0
 *
 * The pattern language of lexicons.
 *
 *     envoie [moi] une photo      words; [moi] may be missing
 *     [ton|ta petite] école       one of
 *     garde * secret              up to three words between
 *     j'ai # ans                  a number of one to three digits
 *
 * Everything else is text, folded like messages are: « quel âge ? » is " quel age ". A group begins at the
 * begin of a word (or after an apostrophe or a hyphen) and ends at its end. Sizes are bounded, so that no
 * pattern costs more than a bounded time to compile or to place.
 */
#include "signals/text/text_int.h"

#include <stdio.h>

enum {
    NUMBER = '#',           /* also in folded phrases: no folded text holds one */
    NUMBER_DIGITS = 3,
    /* As text_spelled_room: each "#", of which every other byte may be one, ends a piece that is folded by itself. */
    FOLDED_PATTERN = 2 * TEXT_SPELLED_TIMES * TEXT_PATTERN_BYTES + 64 * (TEXT_PATTERN_BYTES / 2 + 1),
};

typedef struct parser {
    text_pattern *out;
    vg_str in;
    const text_spelling *spelling; /* or NULL */
    size_t at; /* byte being read */
    vg_error *err;
} parser;

/* Columns are characters, counted from 1. */
static int fail_at(const parser *p, size_t at, const char *what)
{
    char where[32];
    size_t column = 1;
    for (size_t i = 0; i < at && i < p->in.len; i++) column += ((uint8_t)p->in.ptr[i] & 0xC0) != 0x80;
    snprintf(where, sizeof where, "column %zu", column);
    return vg_fail(p->err, VG_EINVAL, where, "%s", what);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Folds `in`, but for its "#", which stay. Returns the length without the last space. Pieces are folded by themselves: a number
 * splits a row of single letters, in patterns as in messages. */
static size_t fold_numbers(const parser *p, vg_str in, char *folded, size_t cap)
{
    size_t len = 0;
    for (size_t from = 0; from <= in.len;) {
        const char *mark = from < in.len ? memchr(in.ptr + from, NUMBER, in.len - from) : NULL;
        size_t to = mark ? (size_t)(mark - in.ptr) : in.len;
        vg_str piece = {in.ptr + from, to - from};
        text_notes notes;
        if (p->spelling) {
            size_t n = text_fold_known(piece, p->spelling, folded + len, cap - len, NULL, &notes);
            len += text_spelling_undo(p->spelling, folded + len, n, cap - len, NULL, UINT64_MAX) - 1;
        } else {
            len += vg_text_fold(piece, folded + len, cap - len, NULL) - 1;
        }
        if (mark) {
            folded[len++] = ' ';
            folded[len++] = NUMBER;
        }
        from = to + 1;
    }
    return len;
}

/* Folds `in` into a new phrase; *empty when nothing is left of it. */
static int add_phrase(parser *p, vg_str in, size_t at, bool *empty)
{
    char folded[FOLDED_PATTERN];
    size_t len = fold_numbers(p, in, folded, sizeof folded);
    *empty = len == 0;
    if (*empty) return 0;
    text_pattern *out = p->out;
    if (out->phrase_count == TEXT_PHRASES) return fail_at(p, at, "too many alternatives; split the pattern");
    if (out->byte_count + len > TEXT_FOLDED) return fail_at(p, at, "the pattern is too long; split it");
    text_phrase *phrase = &out->phrase[out->phrase_count++];
    *phrase = (text_phrase){.at = out->byte_count, .len = (uint16_t)len};
    memcpy(out->bytes + phrase->at, folded, len);
    out->byte_count = (uint16_t)(out->byte_count + len);
    for (size_t i = 0; i < len; i++) {
        phrase->words = (uint16_t)(phrase->words + (folded[i] == ' '));
        phrase->numbers = (uint16_t)(phrase->numbers + (folded[i] == NUMBER));
    }
    return 0;
}

static text_element *add_element(parser *p)
{
    text_pattern *out = p->out;
    if (out->element_count == TEXT_ELEMENTS) {
        fail_at(p, p->at, "too many groups; split the pattern");
        return NULL;
    }
    text_element *element = &out->element[out->element_count++];
    *element = (text_element){.first = out->phrase_count};
    return element;
}

/* True when what stands before byte `at` ends a word. */
static bool word_ended(const parser *p, size_t at)
{
    if (at == 0) return true;
    size_t from = at - 1;
    while (from > 0 && ((uint8_t)p->in.ptr[from] & 0xC0) == 0x80) from--;
    char folded[32];
    return vg_text_fold((vg_str){p->in.ptr + from, at - from}, folded, sizeof folded, NULL) == 1;
}

static bool word_begins_after(const parser *p, size_t at)
{
    size_t to = at + 1;
    if (at >= p->in.len) return false;
    while (to < p->in.len && ((uint8_t)p->in.ptr[to] & 0xC0) == 0x80) to++;
    char folded[32];
    return vg_text_fold((vg_str){p->in.ptr + at, to - at}, folded, sizeof folded, NULL) > 1;
}

static int parse_group(parser *p)
{
    size_t open = p->at;
    if (!word_ended(p, open))
        return fail_at(p, open, "\"[\" stands inside a word; put the whole word in the group");
    text_element *element = add_element(p);
    if (!element) return -VG_EINVAL;
    size_t alternatives = 0, from = open + 1;
    for (p->at = from; p->at < p->in.len; p->at++) {
        char c = p->in.ptr[p->at];
        if (c == '[') return fail_at(p, p->at, "a group inside a group; write the alternatives out");
        if (c == '*') return fail_at(p, p->at, "\"*\" inside a group; put it outside");
        if (c != '|' && c != ']') continue;
        bool empty;
        int rc = add_phrase(p, (vg_str){p->in.ptr + from, p->at - from}, from, &empty);
        if (rc) return rc;
        alternatives++;
        element->optional |= empty;
        from = p->at + 1;
        if (c == ']') break;
    }
    if (p->at == p->in.len) return fail_at(p, open, "\"[\" without \"]\"");
    element->count = (uint16_t)(p->out->phrase_count - element->first);
    if (element->count == 0) return fail_at(p, open, "nothing is left of this group after folding");
    element->optional |= alternatives == 1;
    p->at++;
    if (word_begins_after(p, p->at))
        return fail_at(p, p->at, "a word goes on after \"]\"; put the whole word in the group");
    return 0;
}

static int parse_star(parser *p)
{
    text_pattern *out = p->out;
    size_t at = p->at++;
    bool alone = (at == 0 || blank(p->in.ptr[at - 1])) && (p->at == p->in.len || blank(p->in.ptr[p->at]));
    if (!alone) return fail_at(p, at, "\"*\" must stand alone between blanks");
    if (out->element_count == 0) return fail_at(p, at, "\"*\" at the begin does nothing; leave it out");
    if (out->element[out->element_count - 1].count == 0) return fail_at(p, at, "two \"*\" in a row");
    size_t stars = 0;
    for (size_t i = 0; i < out->element_count; i++) stars += out->element[i].count == 0;
    if (stars == TEXT_STARS) return fail_at(p, at, "too many \"*\"; at most 4");
    return add_element(p) ? 0 : -VG_EINVAL;
}

static int parse_words(parser *p)
{
    size_t from = p->at;
    for (; p->at < p->in.len; p->at++) {
        char c = p->in.ptr[p->at];
        if (c == '[' || c == '*') break;
        if (c == ']') return fail_at(p, p->at, "\"]\" without \"[\"");
        if (c == '|') return fail_at(p, p->at, "\"|\" outside of a group");
    }
    bool empty;
    uint16_t first = p->out->phrase_count;
    int rc = add_phrase(p, (vg_str){p->in.ptr + from, p->at - from}, from, &empty);
    if (rc || empty) return rc; /* empty: blanks and punctuation between groups */
    text_element *element = add_element(p);
    if (!element) return -VG_EINVAL;
    element->first = first;
    element->count = 1;
    return 0;
}

/* A pattern must not match everything, nor any short word. */
static int check_size(parser *p)
{
    const text_pattern *out = p->out;
    size_t least = 0, most = 0, shortest = SIZE_MAX; /* words; letters of the only word */
    bool named = false; /* there is always a word that is no number */
    for (size_t e = 0; e < out->element_count; e++) {
        const text_element *element = &out->element[e];
        size_t low = element->count == 0 || element->optional ? 0 : SIZE_MAX;
        size_t high = element->count == 0 ? TEXT_STAR_WORDS : 0;
        bool names = low > 0;
        for (size_t i = 0; i < element->count; i++) {
            const text_phrase *phrase = &out->phrase[element->first + i];
            if (phrase->words < low) low = phrase->words;
            if (phrase->words > high) high = phrase->words;
            if (phrase->words == 1 && phrase->len - 1U < shortest) shortest = phrase->len - 1U;
            names &= phrase->numbers < phrase->words;
        }
        named |= names;
        least += low;
        most += high;
    }
    if (least == 0)
        return fail_at(p, 0, "the pattern matches without any word; make one of its words obligatory");
    if (!named) return fail_at(p, 0, "the pattern can match numbers alone; add a word");
    if (most > TEXT_WORDS) return fail_at(p, 0, "the pattern has too many words; at most 60");
    if (least == 1 && shortest < TEXT_SHORTEST_WORD)
        return fail_at(p, 0, "the pattern can match a single word of one or two letters; add a word");
    return 0;
}

/* "#" is a word: what stands before and after it is none. */
static int check_numbers(const parser *p)
{
    for (size_t i = 0; i < p->in.len; i++) {
        if (p->in.ptr[i] != NUMBER) continue;
        bool joined = i + 1 < p->in.len && p->in.ptr[i + 1] == NUMBER;
        if (joined || !word_ended(p, i) || word_begins_after(p, i + 1))
            return fail_at(p, i, "\"#\" is a number and must stand alone: \"# ans\", not \"#ans\"");
    }
    return 0;
}

int text_pattern_parse(text_pattern *out, vg_str pattern, const text_spelling *spelling, vg_error *err)
{
    out->element_count = out->phrase_count = out->byte_count = 0;
    parser p = {.out = out, .in = pattern, .spelling = spelling, .err = err};
    size_t bad = 0;
    if (pattern.len > TEXT_PATTERN_BYTES)
        return fail_at(&p, TEXT_PATTERN_BYTES, "the pattern is too long; at most 512 bytes");
    if (!vg_utf8_valid(pattern.ptr, pattern.len, &bad)) return fail_at(&p, bad, "not UTF-8");
    int numbers = check_numbers(&p);
    if (numbers) return numbers;
    while (p.at < pattern.len) {
        char c = pattern.ptr[p.at];
        int rc = c == '[' ? parse_group(&p) : c == '*' ? parse_star(&p) : parse_words(&p);
        if (rc) return rc;
    }
    if (out->element_count && out->element[out->element_count - 1].count == 0)
        return fail_at(&p, pattern.len, "\"*\" at the end does nothing; leave it out");
    return check_size(&p);
}

int vg_text_pattern_check(vg_str pattern, vg_error *err)
{
    text_pattern parsed;
    return text_pattern_parse(&parsed, pattern, NULL, err);
}

/* ---- expression ---- */

/* Folded bytes are letters, digits, spaces and bytes from 0x80, which are written as \xHH. */
static void write_phrase(const text_pattern *pattern, const text_phrase *phrase, vg_buf *out)
{
    for (size_t i = 0; i < phrase->len; i++) {
        uint8_t c = (uint8_t)pattern->bytes[phrase->at + i];
        if (c == NUMBER) vg_buf_printf(out, "[0-9]{1,%d}", NUMBER_DIGITS);
        else if (c < 0x80) vg_buf_add_char(out, (char)c);
        else vg_buf_printf(out, "\\x%02x", c);
    }
}

void text_pattern_write(const text_pattern *pattern, vg_buf *out)
{
    for (size_t e = 0; e < pattern->element_count; e++) {
        const text_element *element = &pattern->element[e];
        if (element->count == 0) {
            vg_buf_printf(out, "(?: [^ ]+){0,%d}", TEXT_STAR_WORDS);
            continue;
        }
        bool group = element->count > 1 || element->optional;
        if (group) vg_buf_add_cstr(out, "(?:");
        for (size_t i = 0; i < element->count; i++) {
            if (i) vg_buf_add_char(out, '|');
            write_phrase(pattern, &pattern->phrase[element->first + i], out);
        }
        if (group) vg_buf_add_char(out, ')');
        if (element->optional) vg_buf_add_char(out, '?');
    }
    vg_buf_add_char(out, ' ');
}

/* ---- place ---- */

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether text[from .. to) is the phrase. */
static bool is_phrase(const text_phrase *phrase, const char *bytes, const char *text, size_t from, size_t to)
{
    bytes += phrase->at;
    if (!phrase->numbers) return to - from == phrase->len && memcmp(text + from, bytes, phrase->len) == 0;
    for (size_t i = 0; i < phrase->len; i++) {
        if (bytes[i] != NUMBER) {
            if (from == to || text[from++] != bytes[i]) return false;
            continue;
        }
        size_t digits = 0;
        while (from + digits < to && is_digit(text[from + digits])) digits++;
        if (digits == 0 || digits > NUMBER_DIGITS) return false;
        from += digits;
    }
    return from == to;
}

/* Bit k of a mask is the k-th space backwards from the end of the match. An element moves each bit from where
 * it ends to where it begins, so one pass over the elements, last first, costs at most phrases x words. */
bool text_pattern_begin(const text_element *elements, size_t element_count, const text_phrase *phrases,
                        const char *bytes, const char *text, size_t end, size_t *begin)
{
    size_t space[TEXT_WORDS + 1], spaces = 0;
    for (size_t i = end + 1; i-- > 0 && spaces <= TEXT_WORDS;)
        if (text[i] == ' ') space[spaces++] = i;

    uint64_t ends = 1;
    for (size_t e = element_count; e-- > 0 && ends;) {
        const text_element *element = &elements[e];
        uint64_t begins = element->optional ? ends : 0;
        if (element->count == 0)
            for (size_t n = 0; n <= TEXT_STAR_WORDS; n++) begins |= ends << n;
        for (size_t i = 0; i < element->count; i++) {
            const text_phrase *phrase = &phrases[element->first + i];
            for (uint64_t left = ends; left; left &= left - 1) {
                size_t k = (size_t)__builtin_ctzll(left), b = k + phrase->words;
                if (b < spaces && is_phrase(phrase, bytes, text, space[b], space[k])) begins |= UINT64_C(1) << b;
            }
        }
        ends = begins & (UINT64_MAX >> (64 - spaces));
    }
    if (!ends) return false;
    *begin = space[63 - __builtin_clzll(ends)];
    return true;
}
