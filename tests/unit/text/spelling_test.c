/* SPDX-License-Identifier: Apache-2.0
 *
 * Chat spelling and emoji undone: what becomes of what, what holds for any text, and which tables are refused.
 */
#include "signals/text/fold_int.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "tap.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
enum { MESSAGE = 400, ROOM = 16 * (16 * MESSAGE + 128) + 128 };

static const vg_policy_spelling table[] = {
    {"2m1", "demain"},   {"a2m1", "a demain"}, {"bsr", "bonsoir"},      {"dem1", "demain"},          {"g", "j ai"},
    {"gr8", "great"},    {"jtm", "je t aime"}, {"kwa", "quoi"},         {"q1", "quelqu un"},         {"tkt", "t inquiete pas"},
    {"wtf", "x k vrai"}, {"xk", "k oui"},      {"ya", "il y a"},        {"z", "deux mots"},          {"zx", "mot k"},
    {"📷", "emocamera"}, {"❤", "emocoeur"},    {"🤫", "emo chut secret"},
};

static vg_text_engine *engine;
static char out[ROOM], again[ROOM], other[ROOM];
static uint32_t map[ROOM];

static void becomes(const char *text, const char *want)
{
    size_t len = vg_text_normalise(engine, vg_str_of(text), out, sizeof out - 1, NULL);
    out[len] = '\0';
    TAP_EQ_STR(out, want, text);
}

static void test_words(void)
{
    becomes("tkt", " t inquiete pas ");
    becomes("TKT!!! bsr", " t inquiete pas bonsoir ");
    becomes("tkkkt", " t inquiete pas ");
    becomes("tktk stktx", " tktk stktx ");
    becomes("g 12 ans, g13ans", " j ai 12 ans j ai 13 ans ");
    becomes("dem1 2m1 a2m1 q1", " demain demain a demain quelqu un ");
    becomes("gr8 b4 dem2", " great ba dem2 ");
    becomes("t k t", " t inquiete pas ");
    becomes("tk7 TКT", " t inquiete pas t inquiete pas "); /* leet; a Cyrillic letter */
    becomes("tkt13", " t inquiete pas 13 ");
    becomes("bonjour toi", " bonjour toi ");
    becomes("", " ");
}

static void test_emoji(void)
{
    becomes("📷", " emocamera ");
    becomes("📷📷", " emocamera emocamera ");
    becomes("envoie📷stp", " envoie emocamera stp ");
    becomes("❤️ ok ❤\xEF\xB8\x8F", " emocoeur ok emocoeur ");
    becomes("🤫🏽", " emo chut secret ");
    becomes("👩‍❤️‍👩", " emocoeur "); /* of a sequence, what is known of it */
    becomes("😀 📹", " ");
}

/* Where a single letter of a meaning would be read together with others, the word stays: it would be another the next time. */
static void test_rows(void)
{
    becomes("x k tkt", " x k tkt ");
    becomes("a k tkt", " a k tkt ");
    becomes("l a tkt", " l a t inquiete pas ");
    becomes("l a d tkt", " l a d t inquiete pas ");
    becomes("k xk", " k k oui ");
    becomes("x k xk", " x k xk ");
    becomes("zx bien", " mot k bien ");
    becomes("zx k", " zx k ");
    becomes("zx g", " zx j ai ");
    becomes("zx z", " mot k deux mots ");
    becomes("zx tkt tkt", " zx t inquiete pas t inquiete pas ");
}

static void test_map(void)
{
    const char *text = "ok TKT, 📷 g13ans";
    static const char *const words[] = {"ok", "TKT", "TKT", "TKT", "📷", "g13ans", "g13ans", "13ans", "ans"};
    size_t len = vg_text_normalise(engine, vg_str_of(text), out, sizeof out, map), word = 0;
    out[len] = '\0';
    TAP_EQ_STR(out, " ok t inquiete pas emocamera j ai 13 ans ", "normalised with a map");
    for (size_t i = 0; i + 1 < len; i++) {
        if (out[i] != ' ') continue;
        TAP_EQ_INT(map[i + 1], word < COUNT(words) ? strstr(text, words[word]) - text : -1, "a word comes from where it was written");
        word++;
    }
}

/* ---- any text ---- */

static uint64_t seed = 88172645463325252U;
static uint32_t chance(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 32) % below);
}

static size_t make_text(char *s)
{
    static const char *const pieces[] = {" ", " ", " ", " ", ".", "x", "k", "a", "t", "13", "1", "ans", "m", "é", "½", "℀", "к", "@", "oui", "\xE2\x80\x8D", "😀", "🏽", "\xFF", "𝕜"};
    size_t len = 0, want = chance(MESSAGE - 40);
    unsigned spaced = chance(3);
    while (len < want) {
        const char *piece = chance(2) ? table[chance(COUNT(table))].from : pieces[chance(COUNT(pieces))];
        memcpy(s + len, piece, strlen(piece));
        len += strlen(piece);
        if (spaced) s[len++] = ' ';
    }
    return len;
}

static const char *broken(vg_str text)
{
    size_t room = text_spelled_room(text.len) + TEXT_GATE_ROOM, bad;
    size_t len = vg_text_normalise(engine, text, out, room, NULL);
    if (len > 16 * text.len + 64) return "longer than 16 len + 64";
    if (out[0] != ' ' || out[len - 1] != ' ' || !vg_utf8_valid(out, len, &bad)) return "not words between spaces";
    if (vg_text_normalise(engine, text, other, room, map) != len || memcmp(out, other, len) != 0) return "other bytes with a map";
    for (size_t i = 0; i < len; i++)
        if (map[i] > text.len || (i && map[i] < map[i - 1])) return "the map goes back or out";
    size_t twice = vg_text_normalise(engine, (vg_str){out, len}, again, text_spelled_room(len) + TEXT_GATE_ROOM, NULL);
    return twice != len || memcmp(out, again, len) != 0 ? "undoing twice is not undoing once" : NULL;
}

static void test_properties(void)
{
    enum { ROUNDS = 40000 };
    size_t failures = 0;
    static char text[MESSAGE + 80];
    for (int i = 0; i < ROUNDS && failures < 5; i++) {
        size_t len = make_text(text);
        char *exact = malloc(len ? len : 1); /* so that the sanitizer sees a byte too far */
        memcpy(exact, text, len);
        const char *what = broken((vg_str){exact, len});
        free(exact);
        if (what && failures++ < 5) printf("# %s: %.*s -> %.*s -> %s\n", what, (int)len, text, 200, out, again);
    }
    TAP_EQ_INT(failures, 0, "any text: bounded, a fixed point, with a true map");
}

/* Words of the table only: the most that a message can become. */
static void test_longest(void)
{
    static char text[VG_EVENT_MAX_TEXT];
    static char big[16 * VG_EVENT_MAX_TEXT + 128];
    const char *const fill[] = {"ya ", "📷", "2m1 "};
    for (size_t k = 0; k < COUNT(fill); k++) {
        size_t each = strlen(fill[k]), times = sizeof text / each;
        for (size_t i = 0; i < times; i++) memcpy(text + i * each, fill[k], each);
        size_t len = vg_text_normalise(engine, (vg_str){text, times * each}, big, sizeof big, NULL), words = 0;
        for (size_t i = 1; i < len; i++) words += big[i] == ' ';
        TAP_EQ_INT(words, times * (k ? 1 : 3), "16 KiB of words of the table are all undone");
        TAP_OK(len <= 16 * sizeof text + 64, "within the bound (%zu bytes)", len);
    }
}

/* ---- tables ---- */

static void refuses(const char *from, const char *to, const char *what)
{
    vg_error err = {0};
    vg_text_engine *none = NULL;
    vg_policy_spelling entries[] = {{"bjr", "bonjour"}, {from, to}, {"slt", "salut"}};
    int rc = vg_text_engine_create(&none, &(vg_text_sources){.spelling = entries, .spelling_count = COUNT(entries)}, &err);
    TAP_OK(rc == -VG_EINVAL && strstr(err.what, what) && strncmp(err.where, "spelling 1: ", 12) == 0, "refuses %s: %s (%s)", from, to, err.what);
    vg_text_engine_destroy(&none);
}

static void test_refused(void)
{
    refuses("", "mot", "expected a folded word");
    refuses("ell", "elle", "expected a folded word");
    refuses("Tkt", "mot", "expected a folded word");
    refuses("deux mots", "mot", "expected a folded word");
    refuses("12", "douze", "expected a folded word");
    refuses("é", "mot", "expected a folded word");
    refuses("abcdefghijklmnopqrstuvwxyz", "mot", "expected a folded word");
    refuses("📷📷", "mot", "expected a folded word");
    refuses("🅰", "mot", "expected a folded word"); /* a letter, to a reader */
    refuses("漢", "mot", "expected a folded word");
    refuses("tkt", "", "expected folded words");
    refuses("tkt", "Inquiete", "expected folded words");
    refuses("tkt", "elle", "expected folded words");
    refuses("tkt", " mot", "expected folded words");
    refuses("tkt", "b4 x", "expected folded words");
    refuses("tkt", "s n a p", "expected folded words");
    refuses("tkt", "un mot qui n en finit pas de durer", "too much");
    refuses("t", "un mot qui dure longuement", "too short");
    refuses("tkt", "dis bjr", "itself in the table");
    refuses("tkt", "bien tkt", "itself in the table");
    refuses("bjr", "coucou", "twice");
    refuses("📷", "j ai", "no single letter");
    refuses("t", "on y", "no single letter");
}

static void test_allocations(void)
{
    size_t failed = 0, wrong = 0;
    for (size_t n = 1; n < 100; n++) {
        vg_error err = {0};
        vg_text_engine *made = NULL;
        vg_alloc_fail_at(n);
        int rc = vg_text_engine_create(&made, &(vg_text_sources){.spelling = table, .spelling_count = COUNT(table)}, &err);
        bool happened = vg_alloc_failed();
        vg_alloc_fail_at(0);
        vg_text_engine_destroy(&made);
        failed += happened;
        wrong += rc != (happened ? -VG_ENOMEM : 0);
        if (!happened) break;
    }
    TAP_OK(failed >= 5 && !wrong, "each allocation fails and is out of memory (%zu, %zu wrong)", failed, wrong);
}

int main(void)
{
    vg_error err = {0};
    int rc = vg_text_engine_create(&engine, &(vg_text_sources){.spelling = table, .spelling_count = COUNT(table)}, &err);
    TAP_OK(rc == 0, "the table is taken %s %s", err.where, err.what);
    if (rc) return tap_done();
    test_words();
    test_emoji();
    test_rows();
    test_map();
    test_properties();
    test_longest();
    test_refused();
    test_allocations();
    vg_text_engine_destroy(&engine);
    return tap_done();
}
