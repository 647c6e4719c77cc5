/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate before Hyperscan: shut when a message cannot hold a pattern, open whenever it does.
 */
#include "signals/text/text_int.h"

#include "tap.h"

static text_gate gate;
static char folded[3 * VG_EVENT_MAX_TEXT + 16 + TEXT_GATE_ROOM];

static void build(const char *const *patterns, size_t count)
{
    static text_pattern parsed;
    vg_error err = {0};
    text_gate_free(&gate);
    memset(&gate, 0, sizeof gate);
    for (size_t i = 0; i < count; i++) {
        if (text_pattern_parse(&parsed, vg_str_of(patterns[i]), NULL, &err)) TAP_OK(false, "%s: %s", patterns[i], err.what);
        text_gate_add(&gate, &parsed);
    }
    TAP_EQ_INT(text_gate_seal(&gate, &err), 0, "a gate is made");
}

static bool open_for(const char *text)
{
    size_t len = vg_text_fold(vg_str_of(text), folded, sizeof folded - TEXT_GATE_ROOM, NULL);
    memset(folded + len, 'z', TEXT_GATE_ROOM); /* what lies behind a text says nothing */
    return text_gate_ask(&gate, folded, len, true).open;
}

static void test_what_is_asked_for(void)
{
    build((const char *const[]){"[tu as|t as] [quel|kel] age", "garde * [notre|ton] secret", "[ne] [le] dis a personne", "snapchat"}, 4);
    TAP_OK(open_for("tu as quel âge ?"), "a pattern's own words");
    TAP_OK(open_for("tu as kel age"), "in each of its ways");
    TAP_OK(!open_for("kel age"), "not where another of its words is missing");
    TAP_OK(open_for("ne le dis à personne"), "a phrase after optional words");
    TAP_OK(open_for("dis a personne"), "the same without them");
    TAP_OK(open_for("tu as snapchat"), "a single word at the end");
    TAP_OK(open_for("SNAPCHAT"), "a single word alone");
    TAP_OK(open_for("snapchat tu as"), "a single word at the beginning");
    TAP_OK(!open_for("snapchatter"), "not a longer word that begins like it");
    TAP_OK(!open_for("snap chat"), "not its parts");
    TAP_OK(!open_for("salut, tu joues ce soir ?"), "not ordinary talk");
    TAP_OK(!open_for("age quel"), "not the words of a pair the other way round");
    TAP_OK(!open_for("personne ne le dit"), "not one word of a pair");
    TAP_OK(!open_for(""), "not nothing");
    TAP_OK(!open_for("?!"), "not signs");
}

static void test_numbers(void)
{
    build((const char *const[]){"j'ai # ans", "[f|g] #", "1000 v bucks"}, 3);
    TAP_OK(open_for("moi j'ai 13 ans"), "any number stands for #");
    TAP_OK(open_for("9ans j'ai 9 ans"), "of one digit");
    TAP_OK(open_for("salut f 14"), "beside a word");
    TAP_OK(open_for("salut 14f, g15"), "or written against it");
    TAP_OK(open_for("gagne 1000 v bucks"), "and numbers that a pattern names are found");
    TAP_OK(!open_for("j'ai des ans"), "but not without a number");
    TAP_OK(!open_for("14 ou 15"), "and not a number alone");
}

static void test_no_pattern(void)
{
    build(NULL, 0);
    TAP_OK(!open_for("tu as quel age"), "no pattern, nothing to look for");
}

/* Words are read sixteen bytes at a time: a word may begin and end anywhere among them. */
static void test_every_offset(void)
{
    size_t missed = 0, wrong = 0;
    build((const char *const[]){"notre secret", "никому не"}, 2);
    for (size_t before = 0; before < 50; before++)
        for (size_t after = 0; after < 20; after++) {
            char text[128];
            const char letters[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
            snprintf(text, sizeof text, "%.*s notre secret %.*s", (int)before, letters, (int)after, letters);
            missed += !open_for(text);
            snprintf(text, sizeof text, "%.*s никому не %.*s", (int)before, letters, (int)after, letters);
            missed += !open_for(text);
            snprintf(text, sizeof text, "%.*s notre maison %.*s", (int)before, letters, (int)after, letters);
            wrong += open_for(text);
        }
    TAP_EQ_INT(missed, 0, "two words are seen at every offset");
    TAP_EQ_INT(wrong, 0, "and others are not taken for them");
}

int main(void)
{
    test_what_is_asked_for();
    test_numbers();
    test_no_pattern();
    test_every_offset();
    text_gate_free(&gate);
    return tap_done();
}
