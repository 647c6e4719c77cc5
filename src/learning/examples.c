/* SPDX-License-Identifier: Apache-2.0 */
#include "learning/examples_int.h"

#include <stdlib.h>

#include "base/alloc.h"

/* Counts of features that forget as windows do: dense, with a list of what is not zero. */
typedef struct counts {
    float *value; /* one for each bucket */
    uint32_t *touched;
    size_t count, cap;
    uint64_t tokens;
} counts;

typedef struct maker {
    learning_examples *out;
    const vg_corpus *corpus;
    const learning_people *people;
    const vg_text_engine *engine;
    uint32_t bits;
    counts window, whole;
    uint32_t features[VG_MODEL_FEATURES_MOST];
    vg_buf text;
    learning_writer *writers;
    size_t writer_room;
} maker;

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static void clear(counts *c)
{
    for (size_t i = 0; i < c->count; i++) c->value[c->touched[i]] = 0;
    c->count = 0;
    c->tokens = 0;
}

static int add(counts *c, const uint32_t *features, size_t n, uint32_t tokens, vg_error *err)
{
    if (c->count + n > c->cap) {
        size_t cap = (c->count + n) * 2;
        uint32_t *more = vg_realloc(c->touched, cap * sizeof *more);
        if (!more) return vg_fail(err, VG_ENOMEM, "", "no memory for the features of a talk");
        c->touched = more;
        c->cap = cap;
    }
    for (size_t i = 0; i < n; i++)
        if ((c->value[features[i]] += 1) <= 1) c->touched[c->count++] = features[i];
    c->tokens += tokens;
    return 0;
}

/* Halves as vg_model_window_add does; what is left of a feature after six halvings is dropped. */
static void forget(counts *c)
{
    while (c->tokens > VG_WINDOW_TOKENS) {
        size_t kept = 0;
        for (size_t i = 0; i < c->count; i++) {
            float *v = &c->value[c->touched[i]];
            *v /= 2;
            if (*v < 1.0f / 64) *v = 0;
            else c->touched[kept++] = c->touched[i];
        }
        c->count = kept;
        c->tokens /= 2;
    }
}

static void *grown(void *array, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap) return array;
    size_t more = need + need / 2 + 1024;
    void *fresh = vg_realloc(array, more * size);
    if (fresh) *cap = more;
    return fresh;
}

static int emit(maker *k, counts *c, uint32_t talk, uint32_t author, const vg_model_dense *dense, bool whole, vg_error *err)
{
    learning_examples *out = k->out;
    void *list = grown(out->list, &out->cap, out->count + 1, sizeof *out->list);
    if (list) out->list = list;
    void *nodes = grown(out->nodes, &out->node_cap, out->node_count + c->count + VG_MODEL_DENSE + 2, sizeof *out->nodes);
    if (nodes) out->nodes = nodes;
    if (!list || !nodes) return vg_fail(err, VG_ENOMEM, "", "no memory for the examples of a corpus");
    uint32_t person = k->people->person[k->people->first[talk] + author];
    learning_example *e = &out->list[out->count++];
    *e = (learning_example){.at = out->node_count, .person = person, .risk = k->people->risk[person], .whole = whole, .dense = *dense};
    learning_language(k->corpus->talks[talk].language, e->language);
    qsort(c->touched, c->count, sizeof *c->touched, by_number); /* LIBLINEAR wants columns in order */
    double scale = VG_MODEL_SCALE / ((double)c->tokens + VG_MODEL_CALM);
    struct feature_node *at = out->nodes + out->node_count;
    for (size_t i = 0; i < c->count; i++) *at++ = (struct feature_node){(int)c->touched[i] + 1, c->value[c->touched[i]] * scale};
    /* Every second window is learned from without what is dense: words must do alone, in a group as between two, and an initiative that
     * only the source of a corpus explains cannot carry the weight. */
    int column = (1 << k->bits) + 1;
    for (int i = 0; i < VG_MODEL_DENSE; i++)
        if (dense->value[i] && !whole && out->count % 2) *at++ = (struct feature_node){column + i, (double)dense->value[i] / VG_MODEL_DENSE_ONE};
    *at++ = (struct feature_node){column + VG_MODEL_DENSE, 1};
    *at++ = (struct feature_node){-1, 0};
    out->node_count = (size_t)(at - out->nodes);
    return 0;
}

/* One author of a talk: their windows, and all they said where a window does not hold it. The other authors' messages are gone through as
 * well, for who wrote how much. */
static int make_author(maker *k, uint32_t talk, uint32_t author, vg_error *err)
{
    const vg_corpus_talk *t = &k->corpus->talks[talk];
    vg_model_dense dense = {{0}};
    int rc = 0;
    clear(&k->window);
    clear(&k->whole);
    learning_writers_begin(k->writers, t);
    for (size_t m = 0; m < t->message_count && !rc; m++) {
        uint32_t tokens = 0;
        vg_model_dense now;
        bool own = t->messages[m].author == author;
        if (own) {
            if (!learning_normalise(k->engine, t->messages[m].text, &k->text)) return vg_fail(err, VG_ENOMEM, "", "no memory for a message");
            size_t n = vg_model_features(k->bits, k->text.ptr, k->text.len, k->features, &tokens);
            rc = add(&k->window, k->features, n, tokens, err);
            if (!rc) rc = add(&k->whole, k->features, n, tokens, err);
            forget(&k->window);
            k->out->messages++;
        }
        bool due = learning_writers_step(k->writers, t, m, tokens, &now);
        if (!own) continue;
        dense = now;
        if (due && !rc) rc = emit(k, &k->window, talk, author, &dense, false, err);
    }
    if (!rc && k->whole.tokens > VG_WINDOW_TOKENS) rc = emit(k, &k->whole, talk, author, &dense, true, err);
    return rc;
}

static int weigh(learning_examples *out, uint32_t persons, vg_error *err)
{
    uint32_t *windows = vg_calloc(persons + 1, sizeof *windows);
    if (!windows) return vg_fail(err, VG_ENOMEM, "", "no memory for the people of a corpus");
    for (size_t i = 0; i < out->count; i++) windows[out->list[i].person] += !out->list[i].whole;
    for (size_t i = 0; i < out->count; i++)
        if (!out->list[i].whole) out->list[i].weight = 1.0f / (float)windows[out->list[i].person];
    vg_free(windows);
    return 0;
}

/* Of the examples of people without risk, as many as there is room for; those that stay count for the others. */
static void thin_out(learning_examples *out, size_t most, uint64_t seed)
{
    size_t risk = 0, others, kept = 0;
    for (size_t i = 0; i < out->count; i++) risk += out->list[i].risk;
    others = out->count - risk;
    if (!most || out->count <= most) return;
    size_t wanted = most > 2 * risk ? most - risk : risk < others ? risk : others; /* never fewer than there are of the other kind */
    size_t left = others, open = wanted;
    for (size_t i = 0; i < out->count; i++) { /* each of those left with the same chance (Knuth's algorithm S) */
        learning_example *e = &out->list[i];
        bool keep = e->risk;
        if (!e->risk) {
            keep = learning_random(&seed) % left < open;
            left--;
            open -= keep;
            e->weight *= (float)((double)others / (double)wanted);
        }
        if (keep) out->list[kept++] = *e;
    }
    out->count = kept;
}

static int prepare(maker *k, vg_error *err)
{
    size_t most = 0;
    for (size_t t = 0; t < k->corpus->count; t++)
        if (k->corpus->talks[t].author_count > most) most = k->corpus->talks[t].author_count;
    k->writers = vg_calloc(most + 1, sizeof *k->writers);
    k->window.value = vg_calloc((size_t)1 << k->bits, sizeof(float));
    k->whole.value = vg_calloc((size_t)1 << k->bits, sizeof(float));
    if (!k->writers || !k->window.value || !k->whole.value) return vg_fail(err, VG_ENOMEM, "", "no memory for the examples of a corpus");
    return 0;
}

int learning_examples_make(learning_examples *out, const vg_corpus *corpus, const learning_people *people, const uint8_t *fold,
                           const vg_train_options *options, vg_learning_progress progress, void *context, uint64_t steps, vg_error *err)
{
    memset(out, 0, sizeof *out);
    out->columns = (1U << options->bits) + VG_MODEL_DENSE + 1;
    maker *k = vg_calloc(1, sizeof *k);
    if (!k) return vg_fail(err, VG_ENOMEM, "", "no memory for the examples of a corpus");
    k->out = out;
    k->corpus = corpus;
    k->people = people;
    k->bits = options->bits;
    k->engine = options->calibrate.text;
    vg_buf_init(&k->text, 1 << 20);
    int rc = prepare(k, err);
    for (uint32_t t = 0; t < corpus->count && !rc; t++) {
        size_t first = out->count;
        for (uint32_t a = 0; a < corpus->talks[t].author_count && !rc; a++) rc = make_author(k, t, a, err);
        for (size_t i = first; i < out->count; i++) out->list[i].fold = fold[t];
        if (progress) progress(context, t * steps / corpus->count, steps * (options->folds + 2));
    }
    if (!rc) rc = weigh(out, people->persons, err);
    if (!rc) thin_out(out, options->most, options->seed);
    for (size_t i = 0; i < out->count; i++) out->list[i].x = out->nodes + out->list[i].at;
    if (rc) learning_examples_free(out);
    vg_free(k->window.value);
    vg_free(k->window.touched);
    vg_free(k->whole.value);
    vg_free(k->whole.touched);
    vg_free(k->writers);
    vg_buf_free(&k->text);
    vg_free(k);
    return rc;
}

void learning_examples_free(learning_examples *examples)
{
    vg_free(examples->list);
    vg_free(examples->nodes);
    *examples = (learning_examples){0};
}
