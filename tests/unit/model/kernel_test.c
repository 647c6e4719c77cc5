/* SPDX-License-Identifier: Apache-2.0
 *
 * Features and their sum: which there are, and that every kernel finds the same on any text and any weights.
 */
#include "made.h"

static uint32_t out[VG_MODEL_FEATURES_MOST];

static size_t features(const char *text, uint32_t *tokens) { return vg_model_features(18, text, strlen(text), out, tokens); }

static bool has(size_t n, const char *gram)
{
    char padded[16] = {0};
    uint32_t v;
    size_t len = strlen(gram);
    snprintf(padded, sizeof padded, "%s", gram);
    memcpy(&v, padded, 4);
    if (len == 5) v ^= (uint8_t)padded[4] * MODEL_K5;
    uint32_t bucket = model_mix(v, model_seed[len], 18);
    for (size_t i = 0; i < n; i++)
        if (out[i] == bucket) return true;
    return false;
}

static void which(void)
{
    uint32_t tokens;
    TAP_EQ_INT(features(" ", &tokens), 0, "nothing has no features");
    TAP_EQ_INT(tokens, 0, "and no tokens");
    TAP_EQ_INT(features("", &tokens), 0, "not even a space");
    /* " a ": " a", "a ", " a " and the word */
    TAP_EQ_INT(features(" a ", &tokens), 4, "a word of one letter has four");
    TAP_EQ_INT(tokens, 1, "and is a token");
    /* " abc ": 4 pairs, 3 triples, 2, 1 and the word; twice, and one pair of words */
    size_t n = features(" abc dec ", &tokens);
    TAP_EQ_INT(n, 23, "two words have those of each and their pair");
    TAP_OK(has(n, " abc ") && has(n, "abc ") && has(n, " a") && has(n, "c "), "n-grams take the spaces at the ends along");
    TAP_OK(!has(n, "c d") && !has(n, "bc de"), "and never reach over them");
    features(" abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz ", &tokens);
    TAP_EQ_INT(tokens, 1 + 52 / 16, "a long word is several tokens");
}

static void make_text(model_text *text, int kind)
{
    static char raw[VG_MODEL_READS + 300];
    size_t n = made_random(kind == 0 ? 64 : sizeof raw - 1) + 1;
    for (size_t i = 0; i < n; i++) {
        uint32_t r = made_random(64);
        raw[i] = kind == 2 ? (char)made_random(256) : kind == 3 ? 'a' : r < 12 ? ' ' : r < 60 ? (char)('a' + made_random(26)) : (char)(128 + made_random(128));
    }
    raw[0] = ' ';
    model_text_of(text, raw, n);
}

static void agree(const int16_t *weights, uint32_t bits, const char *name)
{
    static model_text text;
    bool same = true, listed = true;
    for (int round = 0; round < 600 && same; round++) {
        uint32_t a, b, c;
        make_text(&text, round % 4);
        int32_t plain = model_sum_c(weights, bits, &text, &a);
        if (model_has_avx2()) same = model_sum_avx2(weights, bits, &text, &b) == plain && a == b;
        size_t n = vg_model_features(bits, text.bytes, text.len, out, &c);
        int64_t sum = 0;
        for (size_t i = 0; i < n; i++) sum += weights[out[i]];
        listed &= sum == plain && a == c && n <= VG_MODEL_FEATURES_MOST;
    }
    TAP_OK(same, "%s: both kernels find the same%s", name, model_has_avx2() ? "" : " # SKIP this processor has no AVX2");
    TAP_OK(listed, "%s: the features that training sees are those that are summed", name);
}

static void kernels(void)
{
    for (uint32_t bits = 16; bits <= 20; bits += 2) {
        /* Exactly as many as there are, with the checksum behind: a read beyond would be seen. */
        int16_t *w = malloc((sizeof(int16_t) << bits) + MODEL_CHECKSUM);
        if (!w) return;
        for (size_t i = 0; i < (size_t)1 << bits; i++) w[i] = (int16_t)((int32_t)made_random(65536) - 32768);
        agree(w, bits, "random weights");
        for (size_t i = 0; i < (size_t)1 << bits; i++) w[i] = INT16_MIN;
        agree(w, bits, "the lowest weights");
        for (size_t i = 0; i < (size_t)1 << bits; i++) w[i] = INT16_MAX;
        agree(w, bits, "the highest weights");
        free(w);
    }
}

/* The same figures on every machine and compiler: written down once. */
static void the_same_everywhere(void)
{
    enum { BITS = 16 };
    static int16_t w[(1 << BITS) + MODEL_CHECKSUM / 2];
    static const char text[] = " salut tu veux jouer demain apres l ecole 14 h \xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 supercalifragilistic ";
    uint32_t tokens;
    model_text ready;
    for (uint32_t i = 0; i < 1 << BITS; i++) w[i] = (int16_t)(i * 40503U >> 3);
    model_text_of(&ready, text, sizeof text - 1);
    TAP_EQ_INT(model_sum_c(w, BITS, &ready, &tokens), -552718, "a message has this sum");
    TAP_EQ_INT(tokens, 13, "and so many tokens");
    TAP_OK(vg_model_features_hash(18) != vg_model_features_hash(17), "and another for another number of buckets");
}

static void long_messages(void)
{
    static char text[VG_MODEL_READS * 4];
    uint32_t tokens;
    memset(text, 'x', sizeof text);
    text[0] = ' ';
    TAP_OK(vg_model_features(16, text, sizeof text, out, &tokens) <= VG_MODEL_FEATURES_MOST, "an endless word is cut");
    TAP_EQ_INT(tokens, 1 + (VG_MODEL_READS - 2) / 16, "and weighs like many");
    for (size_t i = 0; i < sizeof text; i += 2) text[i] = ' ';
    size_t n = vg_model_features(16, text, sizeof text, out, &tokens);
    TAP_OK(n <= VG_MODEL_FEATURES_MOST && tokens < 4096, "as many words as a message can have fit: %zu features, %u tokens", n, tokens);
}

int main(void)
{
    which();
    kernels();
    the_same_everywhere();
    long_messages();
    return tap_done();
}
