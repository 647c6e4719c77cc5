/* SPDX-License-Identifier: Apache-2.0
 *
 * gen-fold: writes the fold table of signals/text from Unicode data, through ICU. Runs once, at build time.
 *
 * fold(code point) = NFKC_Casefold, then marks, format characters and other invisible ones removed, Latin
 * letters brought to a-z (CLDR Latin-ASCII: œ oe, ø o, ı i), decimal digits to 0-9, everything that is
 * neither letter nor digit to a space. At most 4 bytes of UTF-8; what would be longer (a word in one
 * character) is a space.
 *
 * like(folded letter) = the a-z letter it looks like (Unicode confusables, UTS 39), for words that mix
 * scripts.
 *
 * The program checks that fold is a fixed point (folding a folded letter changes nothing) and fails
 * otherwise. Usage: gen-fold OUTPUT.h
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uclean.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>
#include <unicode/uversion.h>

enum { CODE_POINTS = 0x110000, BLOCK = 256, BLOCKS = CODE_POINTS / BLOCK, CAP = 256 };
enum { ITSELF = 1 }; /* table value: the character stands for itself; 0: dropped; else bytes, lowest first */

static const UNormalizer2 *nfkc_casefold, *nfd, *nfc;
static UTransliterator *latin_ascii;
static USpoofChecker *spoof;
static uint32_t fold_of[CODE_POINTS];
static uint8_t like_of[CODE_POINTS];

static void check(UErrorCode code, const char *what)
{
    if (U_SUCCESS(code)) return;
    fprintf(stderr, "gen-fold: %s: %s\n", what, u_errorName(code));
    exit(1);
}

static UScriptCode script(UChar32 c)
{
    UErrorCode code = U_ZERO_ERROR;
    UScriptCode s = uscript_getScript(c, &code);
    check(code, "script");
    return s;
}

static bool invisible(UChar32 c)
{
    int8_t type = u_charType(c);
    return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_COMBINING_SPACING_MARK ||
           type == U_FORMAT_CHAR || u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

/* 0 to 9 for decimal digits of any script and for digits in circles; else -1. */
static int32_t digit_value(UChar32 c)
{
    if (u_charDigitValue(c) >= 0) return u_charDigitValue(c);
    return u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE) == U_NT_DIGIT ? (int32_t)u_getNumericValue(c) : -1;
}

/* Modifier letters that people type as apostrophes: letters to Unicode, punctuation to a reader. */
static bool apostrophe(UChar32 c)
{
    return (c >= 0x2B9 && c <= 0x2DF) || c == 0xA78B || c == 0xA78C;
}

/* White letters on black, which NFKC leaves alone. */
static UChar32 negative_letter(UChar32 c)
{
    if (c >= 0x1F150 && c <= 0x1F169) return 'a' + (c - 0x1F150);
    if (c >= 0x1F170 && c <= 0x1F189) return 'a' + (c - 0x1F170);
    return 0;
}

static int32_t append(UChar *out, int32_t n, UChar32 c)
{
    UBool full = 0;
    U16_APPEND(out, n, CAP, c, full);
    if (!full) return n;
    fprintf(stderr, "gen-fold: a result is too long\n");
    exit(1);
}

/* One round of folding a string; repeated by the caller until nothing changes. */
static int32_t fold_round(const UChar *in, int32_t len, UChar *out)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar a[CAP], b[CAP];
    int32_t n = unorm2_normalize(nfkc_casefold, in, len, a, CAP, &code);
    n = unorm2_normalize(nfd, a, n, b, CAP, &code);
    check(code, "normalize");
    int32_t m = 0;
    for (int32_t i = 0; i < n;) {
        UChar32 c;
        U16_NEXT(b, i, n, c);
        if (invisible(c)) continue;
        if (negative_letter(c)) {
            m = append(a, m, negative_letter(c));
        } else if (digit_value(c) >= 0) {
            m = append(a, m, '0' + digit_value(c));
        } else if (!u_isalpha(c) || u_charType(c) == U_LETTER_NUMBER || apostrophe(c)) {
            m = append(a, m, ' ');
        } else if (c > 0x7F && script(c) == USCRIPT_LATIN) {
            UChar t[CAP];
            int32_t used = append(t, 0, c), limit = used;
            utrans_transUChars(latin_ascii, t, &used, CAP, 0, &limit, &code);
            check(code, "transliterate");
            for (int32_t k = 0; k < used; k++) a[m++] = t[k];
        } else {
            m = append(a, m, c);
        }
    }
    m = unorm2_normalize(nfc, a, m, out, CAP, &code); /* Hangul syllables again */
    check(code, "normalize");
    return m;
}

static int32_t fold_string(const UChar *in, int32_t len, UChar *out)
{
    UChar now[CAP];
    int32_t n = len;
    memcpy(now, in, (size_t)len * sizeof *in);
    for (int round = 0; round < 8; round++) {
        int32_t m = fold_round(now, n, out);
        if (m == n && memcmp(now, out, (size_t)n * sizeof *out) == 0) return n;
        memcpy(now, out, (size_t)m * sizeof *out);
        n = m;
    }
    fprintf(stderr, "gen-fold: folding does not settle\n");
    exit(1);
}

static uint32_t fold_code_point(UChar32 c)
{
    if (U_IS_SURROGATE(c)) return ' ';
    UChar in[2], out[CAP];
    int32_t n = fold_string(in, append(in, 0, c), out);
    uint8_t bytes[CAP];
    size_t len = 0;
    for (int32_t i = 0; i < n;) {
        UChar32 d;
        U16_NEXT(out, i, n, d);
        if (d == ' ' && len && bytes[len - 1] == ' ') continue;
        if (len + 4 >= sizeof bytes) return ' ';
        U8_APPEND_UNSAFE(bytes, len, d);
        if (d == c && n == U16_LENGTH(c)) return c < 0x80 ? (uint32_t)c : ITSELF;
    }
    if (len > 4) return ' ';
    uint32_t packed = 0;
    for (size_t i = 0; i < len; i++) packed |= (uint32_t)bytes[i] << (8 * i);
    return packed;
}

/* The single a-z letter that `c` is drawn like, or 0. */
static uint8_t skeleton_letter(UChar32 c)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar in[2], skeleton[CAP], out[CAP];
    int32_t len = append(in, 0, c);
    int32_t n = uspoof_getSkeleton(spoof, 0, in, len, skeleton, CAP, &code);
    check(code, "skeleton");
    if (n == 1 && skeleton[0] == 0x138) return 'k'; /* kra, which Latin-ASCII reads as q */
    n = fold_string(skeleton, n, out);
    if (n == 2 && out[0] == 'r' && out[1] == 'n') return 'm'; /* UTS 39 draws m as rn */
    if (n != 1) return 0;
    if (out[0] >= 'a' && out[0] <= 'z') return (uint8_t)out[0];
    return out[0] == '0' ? 'o' : out[0] == '3' ? 'e' : 0;
}

/* Scripts whose letters stand beside Latin words without a space, and are not put there to deceive. */
static bool own_words(UChar32 c)
{
    switch (script(c)) {
    case USCRIPT_HAN:
    case USCRIPT_HANGUL:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_ARABIC:
    case USCRIPT_HEBREW: return true;
    default: return false;
    }
}

static void build(void)
{
    for (UChar32 c = 0; c < CODE_POINTS; c++) fold_of[c] = fold_code_point(c);
    for (UChar32 c = 0x80; c < CODE_POINTS; c++) {
        if (fold_of[c] != ITSELF || own_words(c)) continue;
        like_of[c] = skeleton_letter(c);
        if (!like_of[c] && u_toupper(c) != c) like_of[c] = skeleton_letter(u_toupper(c));
    }
}

/* Every character of every result must stand for itself. */
static void check_fixed_point(void)
{
    for (UChar32 c = 0; c < CODE_POINTS; c++) {
        if (fold_of[c] == ITSELF) continue;
        uint8_t bytes[5] = {0};
        for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(fold_of[c] >> (8 * i));
        for (int32_t i = 0; bytes[i];) {
            UChar32 d;
            U8_NEXT(bytes, i, 4, d);
            bool plain = d == ' ' || (d >= '0' && d <= '9') || (d >= 'a' && d <= 'z');
            if (plain || (d >= 0x80 && fold_of[d] == ITSELF)) continue;
            fprintf(stderr, "gen-fold: U+%04X folds to U+%04X, which folds further\n", (unsigned)c,
                    (unsigned)d);
            exit(1);
        }
    }
}

/* Two-level table: equal blocks of 256 are written once. */
static void write_table(FILE *f, const char *type, const char *name, const void *values, size_t size)
{
    static uint16_t index[BLOCKS];
    static uint16_t kept[BLOCKS];
    uint16_t unique = 0;
    const uint8_t *base = values;
    for (uint16_t b = 0; b < BLOCKS; b++) {
        uint16_t u = 0;
        while (u < unique &&
               memcmp(base + kept[u] * size * BLOCK, base + b * size * BLOCK, size * BLOCK) != 0)
            u++;
        if (u == unique) kept[unique++] = b;
        index[b] = u;
    }
    fprintf(f, "static const uint16_t %s_block[%d] = {", name, BLOCKS);
    for (int b = 0; b < BLOCKS; b++) fprintf(f, "%s%u,", b % 24 ? "" : "\n", index[b]);
    fprintf(f, "\n};\n\nstatic const %s %s_value[%d][%d] = {\n", type, name, unique, BLOCK);
    for (int u = 0; u < unique; u++) {
        fprintf(f, "{");
        for (int i = 0; i < BLOCK; i++) {
            size_t at = (size_t)kept[u] * BLOCK + (size_t)i;
            uint32_t v = size == 4 ? ((const uint32_t *)values)[at] : base[at];
            fprintf(f, "%s0x%x,", i % 16 ? "" : "\n", v);
        }
        fprintf(f, "\n},\n");
    }
    fprintf(f, "};\n\n");
}

/* For the vector pass: the shuffle that moves the bytes kept by an 8-bit mask to the front; unused places are
 * zeroed. */
static void write_compaction(FILE *f)
{
    fprintf(f, "static const uint64_t fold_compaction[256] __attribute__((unused)) = {");
    for (unsigned mask = 0; mask < 256; mask++) {
        uint64_t shuffle = 0;
        unsigned n = 0;
        for (unsigned bit = 0; bit < 8; bit++)
            if (mask >> bit & 1) shuffle |= (uint64_t)bit << (8 * n++);
        for (; n < 8; n++) shuffle |= UINT64_C(0x80) << (8 * n);
        fprintf(f, "%s0x%llx,", mask % 5 ? "" : "\n", (unsigned long long)shuffle);
    }
    fprintf(f, "\n};\n");
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: gen-fold OUTPUT.h\n");
        return 2;
    }
    UErrorCode code = U_ZERO_ERROR;
    nfkc_casefold = unorm2_getNFKCCasefoldInstance(&code);
    nfd = unorm2_getNFDInstance(&code);
    nfc = unorm2_getNFCInstance(&code);
    static const UChar id[] = u"Latin-ASCII; Any-Lower";
    latin_ascii = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    spoof = uspoof_open(&code);
    check(code, "Unicode data");
    build();
    check_fixed_point();

    FILE *f = fopen(argv[1], "w");
    if (!f) {
        perror(argv[1]);
        return 1;
    }
    fprintf(
        f,
        "/* SPDX-License-Identifier: Apache-2.0\n *\n * Made by scripts/gen-fold.c from Unicode %s (ICU %s). "
        "Do not edit.\n */\n#include <stdint.h>\n\n",
        U_UNICODE_VERSION, U_ICU_VERSION);
    write_table(f, "uint32_t", "fold", fold_of, sizeof fold_of[0]);
    write_table(f, "uint8_t", "like", like_of, sizeof like_of[0]);
    write_compaction(f);
    bool written = !ferror(f);
    if (fclose(f) != 0 || !written) {
        fprintf(stderr, "gen-fold: cannot write %s\n", argv[1]);
        return 1;
    }
    utrans_close(latin_ascii);
    uspoof_close(spoof);
    u_cleanup();
    return 0;
}
