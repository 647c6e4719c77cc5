/* SPDX-License-Identifier: Apache-2.0
 *
 * An explanation points at the words that the sum comes from, at their place in the message as it was written.
 */
#include "made.h"

#include "signals/text/text.h"

static const made_word words[] = {{"alpha", 3000}, {"beta", 2000}, {"omega", -1000}, {"delta", 400}, {"epsilon", 2800}};

static char folded[3 * 40000 + 16];
static uint32_t map[sizeof folded];

static size_t explain_bytes(const vg_model *m, vg_str text, vg_model_span out[VG_MODEL_SPANS])
{
    size_t len = vg_text_fold(text, folded, sizeof folded, map);
    return vg_model_explain(m, folded, len, map, text, out);
}
static size_t explain(const vg_model *m, const char *text, vg_model_span out[VG_MODEL_SPANS]) { return explain_bytes(m, vg_str_of(text), out); }

static bool shows(const char *text, const vg_model_span *s, const char *words_of)
{
    size_t n = strlen(words_of);
    if (s->span.to - s->span.from == n && memcmp(text + s->span.from, words_of, n) == 0) return true;
    printf("# shows \"%.*s\"\n", (int)(s->span.to - s->span.from), text + s->span.from);
    return false;
}

static void points_at_words(void)
{
    vg_model *m = made_model(words, sizeof words / sizeof *words);
    vg_model_span s[VG_MODEL_SPANS];
    const char *text = "well, \xC3\x80LPHA! and so omega";
    TAP_EQ_INT(explain(m, text, s), 1, "one word of this message raises the sum");
    TAP_OK(shows(text, &s[0], "\xC3\x80LPHA") && s[0].weight == 3000, "it is shown as it was written, with what it brings");

    text = "x alpha beta y omega epsilon z w delta";
    TAP_EQ_INT(explain(m, text, s), 2, "what brings less than a quarter of the strongest is left out");
    TAP_OK(shows(text, &s[0], "alpha beta") && s[0].weight == 5000, "neighbours that pull the same way are one place");
    TAP_OK(shows(text, &s[1], "epsilon"), "a word that pulls the other way is never at an end of one");

    text = "x alpha omega beta y";
    TAP_OK(explain(m, text, s) == 1 && shows(text, &s[0], "alpha omega beta") && s[0].weight == 4000, "but may stand between two that bring more");

    TAP_EQ_INT(explain(m, "omega and nothing else", s), 0, "where nothing raises the sum there is nothing to show");
    TAP_EQ_INT(explain(m, "", s), 0, "nor in an empty message");
    text = "alpha";
    TAP_OK(explain(m, text, s) == 1 && shows(text, &s[0], "alpha"), "the whole message may be the place");
    text = "alpha x y alpha x y alpha x y alpha x y alpha x y alpha";
    TAP_EQ_INT(explain(m, text, s), VG_MODEL_SPANS, "at most four places are shown");
    vg_model_unref(&m);
}

/* Left out of the whole message by hand. */
static int64_t sum_without(const vg_model *m, char *const *word, size_t count, size_t from, size_t to)
{
    char text[512] = " ";
    size_t n = 1;
    for (size_t i = 0; i < count; i++)
        if (i < from || i >= to) n += (size_t)snprintf(text + n, sizeof text - n, "%s ", word[i]);
    return vg_model_score(m, text, n).sum;
}

static void is_rescoring(void)
{
    vg_error err = {0};
    vg_buf file;
    vg_model *m = NULL;
    int16_t *w = malloc(sizeof *w << MADE_BITS);
    for (size_t i = 0; w && i < 1 << MADE_BITS; i++) w[i] = (int16_t)((int32_t)made_random(20000) - 10000);
    vg_buf_init(&file, VG_MODEL_FILE_MOST);
    vg_model_parts parts = {.bits = MADE_BITS, .weights = w, .curves = made_curves, .curve_count = 2};
    TAP_OK(!vg_model_write(&parts, &file, &err) && !vg_model_read(&m, file.ptr, file.len, "x", &err), "a model of random weights");
    bool same = true, ordered = true;
    for (int round = 0; round < 300 && m; round++) {
        char word[12][8], *all[12], text[128] = "";
        size_t count = made_random(12) + 1, n = 0;
        for (size_t i = 0; i < count; i++) {
            size_t len = made_random(5) + 2;
            for (size_t k = 0; k < len; k++) word[i][k] = (char)('a' + (k + made_random(3) * 7 + i) % 26);
            for (size_t k = 1; k < len; k++)
                if (word[i][k] == word[i][k - 1]) word[i][k] = word[i][k] == 'z' ? 'b' : (char)(word[i][k] + 1); /* folding drops repeats */
            for (size_t k = 1; k < len; k++)
                if (word[i][k] == word[i][k - 1]) word[i][k] = 'q';
            word[i][len] = '\0';
            all[i] = word[i];
            n += (size_t)snprintf(text + n, sizeof text - n, i ? " %s" : "%s", word[i]);
        }
        vg_model_span s[VG_MODEL_SPANS];
        size_t found = explain(m, text, s);
        int64_t whole = sum_without(m, all, count, 0, 0);
        for (size_t f = 0; f < found; f++) {
            size_t from = 0, to = 0, at = 0;
            for (size_t i = 0; i < count; i++) {
                if (at == s[f].span.from) from = i;
                at += strlen(word[i]);
                if (at == s[f].span.to) to = i + 1;
                at++;
            }
            same &= to > from && whole - sum_without(m, all, count, from, to) == s[f].weight;
            ordered &= f == 0 || s[f].weight <= s[f - 1].weight;
        }
    }
    TAP_OK(same, "what a place brings is what the whole message loses without it");
    TAP_OK(ordered, "strongest first");
    vg_buf_free(&file);
    vg_model_unref(&m);
    free(w);
}

static void hostile(void)
{
    static char text[40000];
    vg_model *m = made_model(words, sizeof words / sizeof *words);
    vg_model_span s[VG_MODEL_SPANS];
    bool inside = true;
    for (int round = 0; round < 60; round++) {
        size_t len = made_random(sizeof text);
        for (size_t i = 0; i < len; i++) text[i] = round % 3 == 0 ? (char)made_random(256) : round % 3 == 1 ? (i % 2 ? 'a' : ' ') : "alpha "[i % 6];
        size_t n = explain_bytes(m, (vg_str){text, len}, s);
        for (size_t i = 0; i < n; i++) inside &= s[i].span.from < s[i].span.to && s[i].span.to <= len && s[i].weight > 0;
    }
    TAP_OK(inside, "whatever the message, places lie in it");
    vg_model_unref(&m);
}

int main(void)
{
    points_at_words();
    is_rescoring();
    hostile();
    return tap_done();
}
