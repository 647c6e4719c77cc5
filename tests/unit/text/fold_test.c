/* SPDX-License-Identifier: Apache-2.0
 *
 * Folding: what each sort of writing becomes, and what holds for any bytes.
 */
#include "signals/text/fold_int.h"

#include <stdlib.h>

#include "tap.h"

enum { ROOM = 3 * 20000 + 16 };
static char out[ROOM], again[ROOM], plain[ROOM];
static uint32_t map[ROOM];

static void folds_to(const char *text, const char *want)
{
    size_t len = vg_text_fold(vg_str_of(text), out, sizeof out - 1, NULL);
    out[len] = '\0';
    char name[200]; /* a line of UTF-8, as TAP wants it */
    size_t n = 0;
    bool valid = vg_utf8_valid(text, strlen(text), NULL);
    for (const char *c = text; *c && n + 1 < sizeof name; c++)
        name[n++] = (*c >= ' ' && *c != '#') || ((uint8_t)*c >= 0x80 && valid) ? *c : '.';
    name[n] = '\0';
    TAP_EQ_STR(out, want, name);
}

static void test_plain_text(void)
{
    folds_to("", " ");
    folds_to("Hello, World", " helo world ");
    folds_to("  ...  ", " ");
    folds_to("one\ttwo\r\nthree", " one two thre ");
    folds_to("a message that is a little longer than two blocks",
             " a mesage that is a litle longer than two blocks ");
    folds_to("Tu as quel âge ?", " tu as quel age ");
    folds_to("ÇA VA, À L'ÉCOLE", " ca va a l ecole ");
    folds_to("ma sœur, l’œuf et Lætitia", " ma soeur l oeuf et laetitia ");
    folds_to("j\xCA\xBC"
             "ai aujourd'hui",
             " j ai aujourd hui "); /* modifier apostrophe */
    folds_to("est-ce_que/tu", " est ce que tu ");
    folds_to("Straße, Łódź, ĲSSEL, ﬁn", " strase lodz ijsel fin ");
}

static void test_repeats(void)
{
    folds_to("coooool", " col ");
    folds_to("pHoTooOo", " photo ");
    folds_to("une photoooooooooooooooooooooooooooooooooooooo stp", " une photo stp ");
    folds_to("éeÉ", " e ");
    folds_to("приветтт", " привет ");
    folds_to("1000 et 11", " 1000 et 11 ");
}

static void test_numbers(void)
{
    folds_to("j'ai 13 ans", " j ai 13 ans ");
    folds_to("j'ai 13ans", " j ai 13 ans ");
    folds_to("jai13ans", " jai 13 ans ");
    folds_to("9ans", " 9 ans ");
    folds_to("im 14yo", " im 14 yo ");
    folds_to("f14 ou 15m", " f 14 ou 15 m ");
    folds_to("13/f/paris", " 13 f paris ");
    folds_to("à 20h30", " a 20 h 30 ");
    folds_to("a 8h", " a 8 h ");
    folds_to("13лет", " 13 лет ");
    folds_to("５０ ①③ ٣", " 50 13 3 ");
    folds_to("½", " 1 2 ");
}

static void test_leetspeak(void)
{
    folds_to("s3cr3t", " secret ");
    folds_to("ph0t0", " photo ");
    folds_to("5n4p", " snap ");
    folds_to("1nsta", " insta ");
    folds_to("sn@p", " snap ");
    folds_to("$nap, snap$", " snap snaps ");
    folds_to("pr!ve", " prive ");
    folds_to("c00l", " col ");
    folds_to("gr8 2m1", " gr8 2mi ");
    folds_to("salut!envoie", " salut envoie ");
    folds_to("salut ! ok!", " salut ok ");
    folds_to("@alice 50$ $20", " alice 50 20 ");
    folds_to("1@2", " 1 2 ");
}

static void test_spaced_letters(void)
{
    folds_to("s n a p", " snap ");
    folds_to("s.n.a.p", " snap ");
    folds_to("ton S-N-A-P stp", " ton snap stp ");
    folds_to("p_h_o_t_o", " photo ");
    folds_to("s nn aa p", " snap ");
    folds_to("a s", " a s ");
    folds_to("il n'y a personne", " il n y a persone ");
    folds_to("il y a d'autres", " il y a d autres ");
    folds_to("i'm a girl", " i m a girl ");
    folds_to("r u a girl", " r u a girl ");
    folds_to("m a m a n", " maman ");
    folds_to("ѕ n a p", " ѕ nap "); /* a Cyrillic letter alone stays Cyrillic */
}

static void test_other_writing(void)
{
    folds_to("sna\xE2\x80\x8Bp", " snap "); /* zero-width space */
    folds_to("s\xC2\xADn\xC2\xAD"
             "ap",
             " snap ");                                 /* soft hyphens */
    folds_to("\xE2\x80\xAEsnap\xE2\x80\xAC", " snap "); /* bidirectional override */
    folds_to("sn\xCC\xB6"
             "a\xCC\xB6p",
             " snap "); /* struck through */
    folds_to("ｓｎａｐ", " snap ");
    folds_to("𝓼𝓷𝓪𝓹 𝕤𝕟𝕒𝕡", " snap snap ");
    folds_to("ⓢⓝⓐⓟ 🅢🅝🅐🅟", " snap snap ");
    folds_to("snаp", " snap ");     /* Cyrillic a */
    folds_to("ѕесret", " secret "); /* Cyrillic dze, ie, es */
    folds_to("phοtο", " photo ");   /* Greek omicron */
    folds_to("привет как дела", " привет как дела ");
    folds_to("Ελλάδα", " ελαδα ");
    folds_to("snap😀snap❤️ok", " snap snap ok ");
    folds_to("1️⃣3️⃣ ans", " 13 ans ");
    folds_to("日本語", " 日本語 ");
    folds_to("a\xFF"
             "b \xC3(",
             " a b ");                                                    /* not UTF-8 */
    folds_to("\xED\xA0\x80no\xC0\xAFto\xF4\x90\x80\x80go", " no to go "); /* surrogate, overlong, too far */
}

static void test_map(void)
{
    const char *text = "Héé, 13ans s.n.a.p";
    size_t len = vg_text_fold(vg_str_of(text), out, sizeof out - 1, map);
    out[len] = '\0';
    TAP_EQ_STR(out, " he 13 ans snap ", "folded with a map");
    static const uint32_t want[] = {0, 0, 1, 5, 7, 8, 9, 9, 10, 11, 12, 13, 15, 17, 19, 20};
    TAP_EQ_INT(len, sizeof want / sizeof *want, "length of the map");
    for (size_t i = 0; i < len && i < sizeof want / sizeof *want; i++)
        TAP_OK(map[i] == want[i], "map[%zu] = %u, expected %u", i, map[i], want[i]);
}

static void test_room(void)
{
    TAP_EQ_INT(vg_text_fold(VG_STR("abc"), out, 0, NULL), 0, "no room at all");
    TAP_EQ_INT(vg_text_fold(VG_STR("abc"), out, 1, NULL), 1, "room for one space");
    size_t len = vg_text_fold(VG_STR("abcdefghijklm"), out, 25, NULL);
    TAP_OK(len == 5 && memcmp(out, " abc ", 5) == 0, "text is cut to the room (%zu)", len);
    len = vg_text_fold(VG_STR("abé"), out, 25, NULL);
    TAP_OK(len == 4 && memcmp(out, " ab ", 4) == 0, "and at a character (%zu)", len);
}

/* ---- any bytes ---- */

static uint64_t seed = 88172645463325252U;
static uint32_t chance(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 32) % below);
}

static size_t put_utf8(char *s, uint32_t c)
{
    if (c < 0x80) {
        s[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6) s[i] = (char)(0x80 | (c & 0x3F));
    s[0] = (char)((n == 2 ? 0xC0 : n == 3 ? 0xE0 : 0xF0) | c);
    return n;
}

/* Of several tempers: chat, leet, single letters, mixed scripts, any characters, any bytes. */
static size_t make_text(char *s, size_t cap)
{
    static const char *const pieces[] = {"ans",
                                         "an",
                                         "13",
                                         "1",
                                         "2",
                                         "a",
                                         "b",
                                         "y",
                                         "an5",
                                         "7",
                                         "@",
                                         "$",
                                         "!",
                                         " ",
                                         " ",
                                         ".",
                                         "é",
                                         "à",
                                         "а",
                                         "ѕ",
                                         "ж",
                                         "ο",
                                         "Σ",
                                         "哈",
                                         "Ａ",
                                         "½",
                                         "⑴",
                                         "ﬃ",
                                         "œ",
                                         "'",
                                         "\xE2\x80\x8B",
                                         "😀",
                                         "m²",
                                         "s",
                                         "n",
                                         "p",
                                         "k",
                                         "h",
                                         "yo",
                                         "88"};
    unsigned temper = chance(6);
    size_t len = 0, want = chance(200);
    while (len < want && len + 8 < cap) {
        if (temper == 0) s[len++] = (char)(' ' + chance(95));
        else if (temper == 1) s[len++] = "ab1 3@!$x9zn5h"[chance(14)];
        else if (temper == 2) s[len++] = chance(2) ? ' ' : (char)('a' + chance(26));
        else if (temper == 3) s[len++] = (char)chance(256);
        else if (temper == 4) len += put_utf8(s + len, chance(4) ? chance(0x3000) : chance(0x110000));
        else {
            const char *piece = pieces[chance(sizeof pieces / sizeof *pieces)];
            memcpy(s + len, piece, strlen(piece));
            len += strlen(piece);
        }
    }
    return len;
}

static const char *broken(vg_str text)
{
    size_t room = 3 * text.len + 16;
    size_t len = vg_text_fold(text, out, room, NULL);
    if (len > room) return "longer than 3 len + 16";
    if (out[0] != ' ' || out[len - 1] != ' ') return "no space at its ends";
    for (size_t i = 1; i < len; i++) {
        bool letter = out[i] >= 'a' && out[i] <= 'z', digit = out[i] >= '0' && out[i] <= '9';
        if (out[i] == ' ' && out[i - 1] == ' ') return "two spaces";
        if (letter && out[i] == out[i - 1]) return "a letter twice";
        if (!letter && !digit && out[i] != ' ' && (uint8_t)out[i] < 0x80) return "a byte that is no word";
    }
    size_t bad;
    if (!vg_utf8_valid(out, len, &bad)) return "not UTF-8";
    size_t plain_len = text_fold_plain(text, plain, room, NULL);
    if (plain_len != len || memcmp(out, plain, len) != 0)
        return "the vector pass and the plain pass disagree";
    plain_len = vg_text_fold(text, plain, room, map);
    if (plain_len != len || memcmp(out, plain, len) != 0) return "other bytes with a map";
    for (size_t i = 0; i < len; i++) {
        if (map[i] > text.len || (i && map[i] < map[i - 1])) return "the map goes back or out";
        if (map[i] < text.len && vg_utf8_valid(text.ptr, text.len, &bad) && (text.ptr[map[i]] & 0xC0) == 0x80)
            return "the map points into a character";
    }
    size_t again_len = vg_text_fold((vg_str){out, len}, again, sizeof again, NULL);
    if (again_len != len || memcmp(out, again, len) != 0) return "folding twice is not folding once";
    return NULL;
}

static void test_properties(void)
{
    enum { ROUNDS = 60000 };
    size_t failures = 0;
    static char text[400];
    for (int i = 0; i < ROUNDS && failures < 5; i++) {
        size_t len = make_text(text, sizeof text);
        char *exact = malloc(len ? len : 1); /* so that the sanitizer sees a byte too far */
        memcpy(exact, text, len);
        const char *what = broken((vg_str){exact, len});
        free(exact);
        if (!what) continue;
        failures++;
        printf("# %s: ", what);
        for (size_t k = 0; k < len; k++) printf("%02x", (uint8_t)text[k]);
        again[0] = '\0';
        printf(" -> %.*s\n", 200, out);
    }
    TAP_EQ_INT(failures, 0,
               "any text: bounded, canonical, a fixed point, with a true map, the same by both passes");
}

/* Every character alone and between letters. */
static void test_every_character(void)
{
    size_t failures = 0;
    for (uint32_t c = 0; c < 0x110000; c++) {
        if (c >= 0xD800 && c < 0xE000) continue;
        char text[8] = "x";
        size_t len = 1 + put_utf8(text + 1, c);
        text[len++] = 'a';
        if (broken((vg_str){text + 1, len - 2}) || broken((vg_str){text, len})) {
            if (failures++ < 5) printf("# U+%04X\n", c);
        }
    }
    TAP_EQ_INT(failures, 0, "every character of Unicode, alone and in a word");
}

int main(void)
{
    test_plain_text();
    test_repeats();
    test_numbers();
    test_leetspeak();
    test_spaced_letters();
    test_other_writing();
    test_map();
    test_room();
    test_properties();
    test_every_character();
    return tap_done();
}
