/* SPDX-License-Identifier: Apache-2.0
 *
 * Which words of a message a model's sum comes from: the message is scored again without them.
 *
 * No n-gram reaches over a space and a pair of words joins neighbours only, so leaving words out changes nothing but them
 * and the words beside them: those few are scored, with and without, and the difference is exactly that of the whole message.
 */
#include "signals/text/model/model_int.h"

enum { GROUP = 5, TAKEN = INT32_MIN };

typedef struct words {
    const vg_model *model;
    const char *text; /* normalised */
    size_t count;
    uint16_t begin[VG_MODEL_READS / 2 + 1], end[VG_MODEL_READS / 2 + 1];
} words;

static void find_words(words *w, size_t len)
{
    size_t begin = 1;
    w->count = 0;
    for (size_t i = 1; i < len; i++) {
        if (w->text[i] != ' ') continue;
        if (i > begin) {
            w->begin[w->count] = (uint16_t)begin;
            w->end[w->count++] = (uint16_t)i;
        }
        begin = i + 1;
    }
}

/* Words from..to (exclusive) with the spaces around them, appended to `ready`, which holds a space at least. */
static void append(const words *w, size_t from, size_t to, model_text *ready)
{
    for (size_t i = from; i < to; i++) {
        size_t n = (size_t)(w->end[i] - w->begin[i]) + 1; /* the space behind it too */
        memcpy(ready->bytes + ready->len, w->text + w->begin[i], n);
        ready->len += n;
    }
}

static int32_t sum_of(const words *w, size_t from, size_t to, size_t left_from, size_t left_to)
{
    model_text ready;
    uint32_t tokens;
    ready.bytes[0] = ' ';
    ready.len = 1;
    append(w, from, left_from, &ready);
    append(w, left_to, to, &ready);
    memset(ready.bytes + ready.len, 0, MODEL_SLACK);
    return w->model->sum(w->model->parts.weights, w->model->parts.bits, &ready, &tokens);
}

/* What the message's sum loses without the words from..to (exclusive). */
static int32_t loss(const words *w, size_t from, size_t to)
{
    size_t before = from ? from - 1 : 0, after = to < w->count ? to + 1 : to;
    return sum_of(w, before, after, after, after) - sum_of(w, before, after, from, to);
}

/* Keeps the strongest group that begins at word `from`. Its ends raise the sum; one word between them may not, as the small words
 * of a phrase do, if the whole still brings more than its parts. */
static void try_groups(const words *w, size_t from, const int32_t *single, size_t *best_from, size_t *best_to, int32_t *best)
{
    size_t idle = 0;
    if (single[from] <= 0) return;
    for (size_t to = from + 1; to <= w->count && to - from <= GROUP && single[to - 1] != TAKEN; to++) {
        if (single[to - 1] <= 0) {
            if (++idle > 1) return;
            continue;
        }
        int32_t lost = to - from == 1 ? single[from] : loss(w, from, to);
        if (lost <= *best) continue;
        *best = lost;
        *best_from = from;
        *best_to = to;
    }
}

/* Spelling undone may leave the place of a word to begin only at the next one: what is no word at its end is not shown. */
static vg_span trim(vg_span span, vg_str message)
{
    if (span.to > message.len) span.to = (uint32_t)message.len;
    while (span.to > span.from) {
        uint8_t c = (uint8_t)message.ptr[span.to - 1];
        if (c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')) break;
        span.to--;
    }
    return span;
}

size_t vg_model_explain(const vg_model *model, const char *text, size_t len, const uint32_t *map, vg_str message,
                        vg_model_span out[VG_MODEL_SPANS])
{
    words w = {.model = model, .text = text};
    int32_t single[VG_MODEL_READS / 2 + 1];
    size_t count = 0;
    if (len > VG_MODEL_READS) {
        len = VG_MODEL_READS;
        while (len > 1 && text[len - 1] != ' ') len--;
    }
    find_words(&w, len);
    for (size_t i = 0; i < w.count; i++) single[i] = loss(&w, i, i + 1);
    while (count < VG_MODEL_SPANS) {
        size_t from = 0, to = 0;
        int32_t best = 0;
        for (size_t i = 0; i < w.count; i++) try_groups(&w, i, single, &from, &to, &best);
        if (best <= 0 || (count && best < out[0].weight / 4)) break;
        vg_span span = trim((vg_span){map[w.begin[from]], map[w.end[to - 1]]}, message);
        if (span.from < span.to) out[count++] = (vg_model_span){.span = span, .weight = best};
        for (size_t i = from; i < to; i++) single[i] = TAKEN;
    }
    return count;
}
