/* SPDX-License-Identifier: Apache-2.0
 *
 * Folding: what a reader sees, in a-z, 0-9, letters of other scripts and single spaces.
 *
 * DESIGN. First stage, one pass: each character is replaced by its folded form (fold_table.h, from Unicode
 * data), runs of the same letter become one letter, runs of anything that is no word become one space. ASCII
 * goes through sixteen bytes at a time. The pass also notes whether a word mixes letters, digits or scripts,
 * and whether single letters stand in a row. Only then a second stage repairs, word by word (repair.c).
 *
 * `@` and `!` inside a word and `$` beside a letter are read as a, i and s, unless `!` stands between two
 * longer words ("salut!envoie").
 */
#include "signals/text/fold_int.h"

#if defined(__SSSE3__)
#include <tmmintrin.h>
#endif

#include "fold_table.h"

enum { TABLE_DROPPED = 0, TABLE_ITSELF = 1 };

static inline uint32_t fold_code_point(uint32_t c)
{
    return fold_value[fold_block[c >> 8]][c & 255];
}

bool text_folds_to_space(uint32_t code_point)
{
    return fold_code_point(code_point) == ' ';
}

uint8_t text_like(uint32_t code_point)
{
    return like_value[like_block[code_point >> 8]][code_point & 255];
}

/* Bytes of the well-formed character at `s`, and its code point; 1 and a space for a byte that is not UTF-8.
 */
static size_t decode(const uint8_t *s, size_t left, uint32_t *code_point)
{
    uint8_t b = s[0];
    *code_point = ' ';
    if (b >= 0xC2 && b <= 0xDF && left >= 2 && (s[1] & 0xC0) == 0x80) {
        *code_point = (uint32_t)(b & 0x1F) << 6 | (s[1] & 0x3F);
        return 2;
    }
    if ((b & 0xF0) == 0xE0 && left >= 3 && (s[1] & 0xC0) == 0x80 && (s[2] & 0xC0) == 0x80) {
        uint32_t c = (uint32_t)(b & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
        if (c < 0x800 || (c >= 0xD800 && c <= 0xDFFF)) return 1;
        *code_point = c;
        return 3;
    }
    if (b >= 0xF0 && b <= 0xF4 && left >= 4 && (s[1] & 0xC0) == 0x80 && (s[2] & 0xC0) == 0x80 &&
        (s[3] & 0xC0) == 0x80) {
        uint32_t c = (uint32_t)(b & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 |
                     (uint32_t)(s[2] & 0x3F) << 6 | (s[3] & 0x3F);
        if (c < 0x10000 || c > 0x10FFFF) return 1;
        *code_point = c;
        return 4;
    }
    return 1;
}

static inline bool is_lower(uint8_t c)
{
    return c >= 'a' && c <= 'z';
}
static inline bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}
static inline bool is_ascii_letter(uint8_t c)
{
    return is_lower(c | 0x20);
}

/* The pass: what was written, and what it was next to. */
typedef struct folder {
    const uint8_t *text;
    size_t len;
    uint8_t *out;
    uint32_t *map; /* or NULL */
    size_t o;
    uint32_t last;  /* last character written, its bytes lowest first */
    unsigned kind;  /* its kind: 0 space, or text_kind bits */
    unsigned mixed; /* bit n: two neighbours whose kinds or to n */
    const text_spelling *spelling; /* or NULL */
    size_t room;                   /* of `out`, when there is a spelling */
    size_t digits;
    bool signs; /* an @ or a slash */
} folder;

static inline void put_ascii(folder *f, uint8_t c, size_t at)
{
    unsigned kind = c == ' ' ? 0 : is_digit(c) ? TEXT_DIGIT : TEXT_LETTER;
    f->mixed |= 1U << (kind | f->kind);
    f->kind = kind;
    f->digits += kind == TEXT_DIGIT;
    if (c == f->last && kind != TEXT_DIGIT) return;
    f->out[f->o] = c;
    if (f->map) f->map[f->o] = (uint32_t)at;
    f->o++;
    f->last = c;
}

static void put_other(folder *f, const uint8_t *bytes, size_t n, size_t at)
{
    uint32_t packed = 0;
    for (size_t i = 0; i < n; i++) packed |= (uint32_t)bytes[i] << (8 * i);
    f->mixed |= 1U << (TEXT_OTHER | f->kind);
    f->kind = TEXT_OTHER;
    if (packed == f->last) return;
    for (size_t i = 0; i < n; i++) {
        f->out[f->o] = bytes[i];
        if (f->map) f->map[f->o] = (uint32_t)at;
        f->o++;
    }
    f->last = packed;
}

/* An emoji that the table knows, `n` bytes: its words, with spaces around them. */
static bool put_emoji(folder *f, uint32_t code_point, size_t at, size_t n)
{
    const text_spelled *e = text_spelling_emoji(f->spelling, code_point);
    if (!e || f->o + e->to_len + 2U > f->room) return false;
    put_ascii(f, ' ', at);
    for (size_t i = 0; i < e->to_len; i++) put_ascii(f, (uint8_t)e->to[i], at);
    put_ascii(f, ' ', at + n);
    return true;
}

/* One character that is not ASCII; returns its length. */
static size_t put_character(folder *f, size_t i)
{
    uint32_t c;
    size_t n = decode(f->text + i, f->len - i, &c);
    uint32_t value = fold_code_point(c);
    if (value == TABLE_ITSELF) {
        put_other(f, f->text + i, n, i);
        return n;
    }
    if (value == ' ' && f->spelling && put_emoji(f, c, i, n)) return n;
    uint8_t bytes[5] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24),
                        0};
    for (size_t k = 0; k < 4 && bytes[k];) {
        size_t width = text_width(bytes[k]);
        if (width == 1) put_ascii(f, bytes[k], i);
        else put_other(f, bytes + k, width, i);
        k += width;
    }
    return n;
}

/* `@`, `$` and `!` as letters, or a space. */
static uint8_t read_symbol(const folder *f, size_t i)
{
    uint8_t symbol = f->text[i], next = i + 1 < f->len ? f->text[i + 1] : ' ';
    uint8_t before = f->out[f->o - 1];
    bool word_before = is_lower(before) || is_digit(before),
         word_after = is_ascii_letter(next) || is_digit(next);
    bool letter = is_lower(before) || is_ascii_letter(next);
    if (symbol == '$') return letter ? 's' : ' ';
    if (!word_before || !word_after || !letter) return ' ';
    if (symbol == '@') return 'a';
    size_t left = 0, right = 0;
    while (left < 3 && is_lower(f->out[f->o - 1 - left])) left++;
    while (right < 3 && i + 1 + right < f->len && is_ascii_letter(f->text[i + 1 + right])) right++;
    return left == 3 && right == 3 ? ' ' : 'i';
}

static inline bool is_symbol(uint8_t b)
{
    return b == '@' || b == '$' || b == '!';
}

/* One character of any sort; returns its length. */
static inline size_t put_any(folder *f, size_t i)
{
    uint8_t b = f->text[i];
    if (b >= 0x80) return put_character(f, i);
    f->signs |= b == '@' || b == '/';
    uint8_t c = is_ascii_letter(b) ? b | 0x20 : is_digit(b) ? b : is_symbol(b) ? read_symbol(f, i) : ' ';
    put_ascii(f, c, i);
    return 1;
}

#if defined(__SSSE3__)
/* Bytes from..to as 0xFF; bytes are below 0x80. */
static inline __m128i in_range(__m128i v, char from, char to)
{
    return _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8((char)(from - 1))),
                         _mm_cmplt_epi8(v, _mm_set1_epi8((char)(to + 1))));
}

/* Up to sixteen bytes, of which `n` are text; stops before the first that is not plain ASCII. Returns how
 * many were taken. Writes up to sixteen bytes at out + o. */
static inline size_t put_block(folder *f, __m128i v, unsigned n)
{
    __m128i symbol =
        _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('@')), _mm_cmpeq_epi8(v, _mm_set1_epi8('$')));
    symbol = _mm_or_si128(symbol, _mm_cmpeq_epi8(v, _mm_set1_epi8('!')));
    unsigned stop = (unsigned)_mm_movemask_epi8(_mm_or_si128(v, symbol)) | 1U << n;
    unsigned take = (unsigned)__builtin_ctz(stop), taken = (1U << take) - 1;
    if (take == 0) return 0;

    __m128i lower = _mm_or_si128(v, _mm_set1_epi8(0x20));
    __m128i letter = in_range(lower, 'a', 'z'), digit = in_range(v, '0', '9');
    __m128i folded = _mm_or_si128(_mm_or_si128(_mm_and_si128(letter, lower), _mm_and_si128(digit, v)),
                                  _mm_andnot_si128(_mm_or_si128(letter, digit), _mm_set1_epi8(' ')));
    uint8_t last = f->last < 0x80 ? (uint8_t)f->last : 0;
    __m128i before = _mm_or_si128(_mm_slli_si128(folded, 1), _mm_cvtsi32_si128(last));
    __m128i again = _mm_andnot_si128(digit, _mm_cmpeq_epi8(folded, before));

    unsigned letters = (unsigned)_mm_movemask_epi8(letter) & taken;
    unsigned digits = (unsigned)_mm_movemask_epi8(digit) & taken;
    f->digits += (unsigned)__builtin_popcount(digits);
    f->signs |= (_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('/'))) & (int)taken) != 0;
    unsigned after_letter = letters << 1 | (f->kind & TEXT_LETTER);
    unsigned after_digit = digits << 1 | (f->kind & TEXT_DIGIT) >> 1;
    if ((after_letter & digits) | (after_digit & letters)) f->mixed |= 1U << (TEXT_LETTER | TEXT_DIGIT);
    if (f->kind == TEXT_OTHER && ((letters | digits) & 1)) f->mixed |= 1U << (TEXT_OTHER | TEXT_LETTER);
    f->kind = (letters >> (take - 1) & 1) * TEXT_LETTER | (digits >> (take - 1) & 1) * TEXT_DIGIT;

    unsigned keep = ~(unsigned)_mm_movemask_epi8(again) & taken;
    uint64_t low = fold_compaction[keep & 255],
             high = fold_compaction[keep >> 8] ^ UINT64_C(0x0808080808080808);
    __m128i first = _mm_shuffle_epi8(folded, _mm_cvtsi64_si128((long long)low));
    __m128i second = _mm_shuffle_epi8(folded, _mm_cvtsi64_si128((long long)high));
    _mm_storel_epi64((__m128i *)(void *)(f->out + f->o), first);
    f->o += (size_t)__builtin_popcount(keep & 255);
    _mm_storel_epi64((__m128i *)(void *)(f->out + f->o), second);
    f->o += (size_t)__builtin_popcount(keep >> 8);
    if (keep) f->last = f->out[f->o - 1];
    return take;
}

static void fold_all(folder *f)
{
    size_t i = 0;
    while (f->len - i >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(f->text + i));
        size_t taken = put_block(f, v, 16);
        i += taken;
        if (taken < 16) i += put_any(f, i);
    }
    while (i < f->len) {
        uint8_t rest[16] = {0};
        unsigned left = (unsigned)(f->len - i);
        memcpy(rest, f->text + i, left);
        i += put_block(f, _mm_loadu_si128((const __m128i *)(const void *)rest), left);
        if (i < f->len) i += put_any(f, i);
    }
}

/* True when at least three single letters may stand in a row: four spaces, each two bytes after the other. */
static bool letters_in_a_row(const uint8_t *s, size_t n)
{
    uint32_t window = 0; /* spaces of the last 32 bytes, newest highest */
    size_t i = 0;
    const __m128i space = _mm_set1_epi8(' ');
    for (; i + 16 <= n; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s + i));
        window = window >> 16 | (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, space)) << 16;
        if (window & window >> 2 & window >> 4 & window >> 6) return true;
    }
    if (i < n && n >= 16) { /* the last sixteen, some of them a second time */
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s + n - 16));
        window = window >> (n - i) | (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, space)) << 16;
        return window & window >> 2 & window >> 4 & window >> 6;
    }
    for (; i < n; i++) {
        window = window >> 1 | (s[i] == ' ' ? 1U << 31 : 0);
        if (window & window >> 2 & window >> 4 & window >> 6) return true;
    }
    return false;
}

#else

static void fold_all(folder *f)
{
    for (size_t i = 0; i < f->len;) i += put_any(f, i);
}

static bool letters_in_a_row(const uint8_t *s, size_t n)
{
    for (size_t i = 6; i < n; i++)
        if (s[i] == ' ' && s[i - 2] == ' ' && s[i - 4] == ' ' && s[i - 6] == ' ') return true;
    return false;
}
#endif

/* The part of `text` whose folded form surely has room. */
static vg_str cut(vg_str text, size_t most)
{
    if (text.len <= most) return text;
    while (most > 0 && ((uint8_t)text.ptr[most] & 0xC0) == 0x80) most--;
    return (vg_str){text.ptr, most};
}

/* The first two stages of `text`, into `room` bytes. */
static inline size_t fold(vg_str text, const text_spelling *spelling, char *out, size_t room, uint32_t *map, bool fast, text_notes *notes)
{
    out[0] = ' ';
    if (map) map[0] = 0;
    folder f = {.text = (const uint8_t *)text.ptr, .len = text.len, .out = (uint8_t *)out, .map = map};
    f.spelling = spelling;
    f.room = room - 2 * text.len - 16; /* what characters that are no emoji may still need */
    f.o = 1;
    f.last = ' ';
    if (fast) {
        fold_all(&f);
    } else {
        for (size_t i = 0; i < f.len;) i += put_any(&f, i);
    }
    put_ascii(&f, ' ', f.len);

    notes->digits = f.digits;
    notes->signs = f.signs;
    unsigned several =
        1U << (TEXT_LETTER | TEXT_DIGIT) | 1U << (TEXT_LETTER | TEXT_OTHER) | 1U << (TEXT_DIGIT | TEXT_OTHER);
    if ((f.mixed & several) || letters_in_a_row(f.out, f.o)) f.o = text_repair(f.out, map, f.o, room, spelling, notes);
    return f.o;
}

static inline size_t fold_plainly(vg_str text, char *out, size_t cap, uint32_t *map, bool fast)
{
    text_notes notes = {0};
    if (cap >= 16) {
        text = cut(text, (cap - 16) / 3);
        return fold(text, NULL, out, text_fold_room(text.len), map, fast, &notes);
    }
    if (cap == 0) return 0;
    out[0] = ' ';
    if (map) map[0] = 0;
    return 1;
}

size_t vg_text_fold(vg_str text, char *out, size_t cap, uint32_t *map)
{
    /* The vector pass writes no map: it is wanted for the few messages in which something was found. */
    return fold_plainly(text, out, cap, map, !map);
}

size_t text_fold_plain(vg_str text, char *out, size_t cap, uint32_t *map)
{
    return fold_plainly(text, out, cap, map, false);
}

enum { LOOKED_UP = 8 }; /* bytes after a word that may be read to look it up */

size_t text_fold_known(vg_str text, const text_spelling *spelling, char *out, size_t cap, uint32_t *map, text_notes *notes)
{
    *notes = (text_notes){0};
    text = cut(text, (cap - 64) / (2 * TEXT_SPELLED_TIMES));
    return fold(text, spelling, out, text_spelled_room(text.len) - LOOKED_UP, map, !map, notes);
}

size_t text_spelling_undo(const text_spelling *spelling, char *folded, size_t len, size_t cap, uint32_t *map, uint64_t words)
{
    return text_spelling_apply(spelling, (uint8_t *)folded, map, len, cap - LOOKED_UP, words);
}
