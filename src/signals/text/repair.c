/* SPDX-License-Identifier: Apache-2.0
 *
 * Second stage of folding: words written to get past a filter, and numbers written against a word.
 *
 *   mixed scripts   a word with a-z and letters of other scripts: those that look like a-z become a-z
 *   numbers         two digits or more at the begin or end of a word are a number of their own: "13ans" ->
 * "13 ans", "f14" -> "f 14"; and so is one digit before a unit ("9ans"), and a number between a word and a
 * unit ("jai13ans") leetspeak       any other digit in a word with a-z: 0 o, 1 i, 3 e, 4 a, 5 s, 7 t; 2, 6,
 * 8, 9 stay spaced letters  three single letters or more in a row are one word ("s n a p"), unless they are
 * three or four that people put in a row when they write ("il n'y a d'...", "i'm a ...")
 *
 * Every rule leaves text that no rule changes again, so that folding twice is folding once. The text is moved
 * to the end of its room and read from there while the result is written from its begin; see text_repair for
 * why the writer never reaches the reader.
 */
#include "signals/text/fold_int.h"

#include <assert.h>

typedef struct repairer {
    uint8_t *s;
    uint32_t *map; /* or NULL */
    size_t w;      /* written */
    size_t row_at; /* where the row of single letters begins */
    size_t row;    /* how many */
    bool row_odd;  /* one of them is no word on its own */
    const text_spelling *spelling; /* or NULL */
    bool kept;                     /* a word is left to the third stage */
} repairer;

typedef struct word {
    uint8_t *bytes;
    uint32_t *map; /* or NULL */
    size_t len;
} word;

static inline bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* What a number is of, when it is written against it; as folded ("year", "years" keep their letters). */
static bool is_unit(const uint8_t *bytes, size_t len)
{
    static const char *const units[] = {"an", "ans", "yo", "yr", "yrs", "year", "years", "h", "min"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i]) == len && memcmp(units[i], bytes, len) == 0) return true;
    return false;
}

/* ---- writing ---- */

static void close_row(repairer *r)
{
    bool join = text_row_joins(r->row, r->row_odd);
    size_t from = r->row_at;
    r->row = 0;
    if (!join) return;
    size_t to = from;
    for (size_t i = from; i + 1 < r->w; i += 2) { /* letter, space, letter, space */
        if (to > from && r->s[i] == r->s[to - 1]) continue;
        r->s[to] = r->s[i];
        if (r->map) r->map[to] = r->map[i];
        to++;
    }
    r->s[to] = ' ';
    if (r->map) r->map[to] = r->map[r->w - 1];
    r->w = to + 1;
}

/* A word and the space after it, which stands for the text at `space_at`. */
static void write_word(repairer *r, word part, uint32_t space_at)
{
    bool single = part.len == 1 && text_is_letter(part.bytes[0]);
    if (!single) {
        close_row(r);
    } else {
        if (r->row++ == 0) {
            r->row_at = r->w;
            r->row_odd = false;
        }
        r->row_odd |= !text_natural(part.bytes[0]);
    }
    assert(r->s + r->w <= part.bytes);
    memmove(r->s + r->w, part.bytes, part.len);
    if (r->map) memmove(r->map + r->w, part.map, part.len * sizeof *r->map);
    r->w += part.len;
    r->s[r->w] = ' ';
    if (r->map) r->map[r->w] = space_at;
    r->w++;
}

/* The first `n` bytes of a word, as a word; the rest stays in *w. */
static void write_part(repairer *r, word *w, size_t n)
{
    word part = {w->bytes, w->map, n};
    w->bytes += n;
    if (w->map) w->map += n;
    w->len -= n;
    write_word(r, part, w->map ? w->map[0] : 0);
}

/* ---- changing a word in place ---- */

/* Appends a letter to the part of the word that is done, unless it is there already. */
static size_t add_letter(word *w, size_t done, uint8_t c, size_t from)
{
    if (done > 0 && w->bytes[done - 1] == c) return done;
    w->bytes[done] = c;
    if (w->map) w->map[done] = w->map[from];
    return done + 1;
}

static void undo_look_alikes(word *w)
{
    size_t done = 0;
    for (size_t i = 0; i < w->len;) {
        size_t width = text_width(w->bytes[i]);
        uint8_t like = width > 1 ? text_like(text_code_point(w->bytes + i, width)) : 0;
        if (like) {
            done = add_letter(w, done, like, i);
        } else if (width == 1 && text_is_letter(w->bytes[i])) {
            done = add_letter(w, done, w->bytes[i], i);
        } else {
            for (size_t k = 0; k < width; k++, done++) {
                w->bytes[done] = w->bytes[i + k];
                if (w->map) w->map[done] = w->map[i + k];
            }
        }
        i += width;
    }
    w->len = done;
}

static void undo_leet(word *w)
{
    static const char letters[10] = {'o', 'i', 0, 'e', 'a', 's', 0, 't', 0, 0};
    size_t done = 0;
    for (size_t i = 0; i < w->len; i++) {
        uint8_t c = w->bytes[i];
        if (is_digit(c) && letters[c - '0']) c = (uint8_t)letters[c - '0'];
        if (text_is_letter(c)) {
            done = add_letter(w, done, c, i);
            continue;
        }
        w->bytes[done] = c;
        if (w->map) w->map[done] = w->map[i];
        done++;
    }
    w->len = done;
}

/* ---- deciding ---- */

/* [letters] digits unit: writes the parts and says so. One digit is enough at the begin of the word, two
 * elsewhere. */
static bool write_quantity(repairer *r, word *w, uint32_t space_at)
{
    size_t before = 0, digits = 0;
    while (before < w->len && !is_digit(w->bytes[before])) before++;
    while (before + digits < w->len && is_digit(w->bytes[before + digits])) digits++;
    if (digits < (before ? 2U : 1U)) return false;
    if (!is_unit(w->bytes + before + digits, w->len - before - digits)) return false;
    if (before) write_part(r, w, before);
    write_part(r, w, digits);
    write_word(r, *w, space_at);
    return true;
}

static void write_mixed(repairer *r, word w, unsigned kinds, uint32_t space_at)
{
    if ((kinds & TEXT_LETTER) && (kinds & TEXT_OTHER)) undo_look_alikes(&w);
    if (!(kinds & TEXT_DIGIT)) {
        write_word(r, w, space_at);
        return;
    }
    if (r->spelling && (kinds & TEXT_LETTER) && text_spelling_word(r->spelling, w.bytes, w.len)) {
        r->kept = true;
        write_word(r, w, space_at);
        return;
    }
    size_t lead = 0, trail = 0;
    while (lead < w.len && is_digit(w.bytes[lead])) lead++;
    while (trail < w.len - lead && is_digit(w.bytes[w.len - 1 - trail])) trail++;
    word number = {w.bytes + w.len - trail, w.map ? w.map + w.len - trail : NULL, trail};
    uint32_t number_at = space_at;
    if (trail >= 2) {
        w.len -= trail;
        if (w.map) space_at = number.map[0];
    }
    if (lead >= 2 && lead < w.len) write_part(r, &w, lead);
    if (!(kinds & TEXT_LETTER)) {
        write_word(r, w, space_at);
    } else if (!write_quantity(r, &w, space_at)) {
        undo_leet(&w);
        if (!write_quantity(r, &w, space_at)) write_word(r, w, space_at);
    }
    if (trail >= 2) write_word(r, number, number_at);
}

static unsigned kinds_of(const uint8_t *bytes, size_t len)
{
    unsigned kinds = 0;
    for (size_t i = 0; i < len; i++)
        kinds |= text_is_letter(bytes[i]) ? TEXT_LETTER : is_digit(bytes[i]) ? TEXT_DIGIT : TEXT_OTHER;
    return kinds;
}

/* A repair adds at most two spaces to a word of at least three bytes (five for two), and the first stage
 * wrote at most 2 len + 2 bytes of the 3 len + 16 that there is room for. So the writer stays behind the
 * reader. */
size_t text_repair(uint8_t *s, uint32_t *map, size_t n, size_t room, const text_spelling *spelling, text_notes *notes)
{
    size_t shift = room - n;
    uint8_t *in = s + shift;
    uint32_t *in_map = map ? map + shift : NULL;
    memmove(in, s, n);
    if (map) memmove(in_map, map, n * sizeof *map);

    repairer r = {.s = s, .map = map, .w = 1, .spelling = spelling};
    s[0] = ' ';
    if (map) map[0] = in_map[0];
    for (size_t i = 1; i < n;) {
        const uint8_t *end = memchr(in + i, ' ', n - i); /* the first stage ended with a space */
        size_t len = (size_t)(end - (in + i));
        word w = {in + i, map ? in_map + i : NULL, len};
        uint32_t space_at = map ? in_map[i + len] : 0;
        unsigned kinds = kinds_of(w.bytes, len);
        if (kinds & (kinds - 1)) write_mixed(&r, w, kinds, space_at);
        else write_word(&r, w, space_at);
        i += len + 1;
    }
    close_row(&r);
    notes->kept |= r.kept;
    return r.w;
}
