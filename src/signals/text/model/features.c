/* SPDX-License-Identifier: Apache-2.0
 *
 * Which features a message has, and their sum: the plain version that the others are held against.
 */
#include "signals/text/model/model_int.h"

void model_text_of(model_text *out, const char *text, size_t len)
{
    if (len > VG_MODEL_READS) { /* to the end of the last whole word; a single endless word is cut */
        len = VG_MODEL_READS;
        while (len > 1 && text[len - 1] != ' ') len--;
        if (len == 1) len = VG_MODEL_READS;
    }
    memcpy(out->bytes, text, len);
    if (len) out->bytes[len - 1] = ' ';
    memset(out->bytes + len, 0, MODEL_SLACK);
    out->len = len;
}

static inline uint32_t load32(const char *at)
{
    uint32_t v;
    memcpy(&v, at, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap32(v);
#endif
    return v;
}

typedef void (*taker)(void *context, uint32_t bucket);

/* The n-grams that begin at one character: within a word and the spaces at its ends. */
static inline void grams_at(const char *s, uint32_t bits, taker take, void *context)
{
    uint32_t v = load32(s);
    take(context, model_mix(v & 0xFFFF, model_seed[2], bits));
    if (s[1] == ' ') return;
    take(context, model_mix(v & 0xFFFFFF, model_seed[3], bits));
    if (s[2] == ' ') return;
    take(context, model_mix(v, model_seed[4], bits));
    if (s[3] == ' ') return;
    take(context, model_mix(v ^ (uint8_t)s[4] * MODEL_K5, model_seed[5], bits));
}

static inline uint32_t each_feature(const model_text *text, uint32_t bits, taker take, void *context)
{
    const char *s = text->bytes;
    uint32_t tokens = 0;
    uint64_t before = 0;
    size_t begin = 1;
    for (size_t i = 0; i + 1 < text->len; i++) {
        grams_at(s + i, bits, take, context);
        if (s[i + 1] != ' ') continue;
        if (i + 1 > begin) {
            uint64_t word = model_word(s + begin, i + 1 - begin);
            take(context, model_one(word, bits));
            if (tokens) take(context, model_two(before, word, bits));
            before = word;
            tokens += model_tokens(i + 1 - begin);
        }
        begin = i + 2;
    }
    return tokens;
}

typedef struct adder {
    const int16_t *weights;
    int32_t sum;
} adder;
static inline void add(void *context, uint32_t bucket)
{
    adder *a = context;
    a->sum += a->weights[bucket];
}

int32_t model_sum_c(const int16_t *weights, uint32_t bits, const model_text *text, uint32_t *tokens)
{
    adder a = {weights, 0};
    *tokens = each_feature(text, bits, add, &a);
    return a.sum;
}

typedef struct lister {
    uint32_t *out;
    size_t count;
} lister;
static inline void list(void *context, uint32_t bucket)
{
    lister *l = context;
    l->out[l->count++] = bucket;
}

size_t vg_model_features(uint32_t bits, const char *text, size_t len, uint32_t *out, uint32_t *tokens)
{
    model_text ready;
    lister l = {out, 0};
    model_text_of(&ready, text, len);
    *tokens = each_feature(&ready, bits, list, &l);
    return l.count;
}
