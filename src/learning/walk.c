/* SPDX-License-Identifier: Apache-2.0 */
#include "learning/walk_int.h"

#include <stdlib.h>

#include "base/alloc.h"

/* ---- people ---- */

typedef struct named {
    vg_str name;
    uint32_t talk, place;
} named;

static int by_name(const void *left, const void *right)
{
    const named *a = left, *b = right;
    size_t n = a->name.len < b->name.len ? a->name.len : b->name.len;
    int order = n ? memcmp(a->name.ptr, b->name.ptr, n) : 0;
    if (order) return order;
    if (a->name.len != b->name.len) return a->name.len < b->name.len ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

static uint32_t root(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

static bool labelled(const vg_corpus_talk *talk)
{
    for (size_t a = 0; a < talk->author_count; a++)
        if (talk->authors[a].risk) return true;
    return false;
}

/* Persons and groups, once every author has its place in `all`. */
static void unite(learning_people *p, const vg_corpus *corpus, named *all)
{
    for (uint32_t t = 0; t < corpus->count; t++) p->group[t] = t;
    if (corpus->names_shared) qsort(all, p->authors, sizeof *all, by_name);
    for (uint32_t i = 0; i < p->authors; i++) {
        bool same = i && corpus->names_shared && vg_str_eq(all[i].name, all[i - 1].name);
        if (!same) p->persons++;
        p->person[all[i].place] = p->persons - 1;
        if (!same) continue;
        uint32_t a = root(p->group, all[i].talk), b = root(p->group, all[i - 1].talk);
        if (a < b) p->group[b] = a;
        else p->group[a] = b;
    }
    for (uint32_t t = 0; t < corpus->count; t++) p->group[t] = root(p->group, t);
    for (uint32_t t = 0; t < corpus->count; t++) p->groups += p->group[t] == t;
    for (uint32_t t = 0; t < corpus->count; t++) {
        const vg_corpus_talk *talk = &corpus->talks[t];
        bool all_of_them = talk->risk && !labelled(talk);
        for (size_t a = 0; a < talk->author_count; a++)
            p->risk[p->person[p->first[t] + a]] |= all_of_them || (talk->risk && talk->authors[a].risk);
    }
}

int learning_people_of(learning_people *out, const vg_corpus *corpus, vg_error *err)
{
    *out = (learning_people){0};
    uint64_t authors = 0;
    for (size_t t = 0; t < corpus->count; t++) authors += corpus->talks[t].author_count;
    if (corpus->count > UINT32_MAX / 2 || authors > UINT32_MAX / 2) return vg_fail(err, VG_ETOOBIG, "", "a corpus of so many talks is too large");
    size_t room = (size_t)authors + 1;
    named *all = vg_malloc(room * sizeof *all);
    out->first = vg_malloc((corpus->count + 1) * sizeof *out->first);
    out->group = vg_malloc((corpus->count + 1) * sizeof *out->group);
    out->person = vg_malloc(room * sizeof *out->person);
    out->risk = vg_calloc(room, sizeof *out->risk);
    int rc = 0;
    if (!all || !out->first || !out->group || !out->person || !out->risk) {
        rc = vg_fail(err, VG_ENOMEM, "", "no memory for the people of a corpus");
        learning_people_free(out);
        goto out;
    }
    for (uint32_t t = 0; t < corpus->count; t++) {
        out->first[t] = out->authors;
        for (size_t a = 0; a < corpus->talks[t].author_count; a++, out->authors++)
            all[out->authors] = (named){corpus->talks[t].authors[a].name, t, out->authors};
    }
    unite(out, corpus, all);
out:
    vg_free(all);
    return rc;
}

void learning_people_free(learning_people *people)
{
    vg_free(people->first);
    vg_free(people->person);
    vg_free(people->risk);
    vg_free(people->group);
    *people = (learning_people){0};
}

/* ---- folds ---- */

typedef struct part {
    uint32_t group, risk, others; /* authors */
    uint64_t order;
} part;

/* Those with risk first, the large ones before the small: then filling the emptiest fold comes out even. */
static int by_weight(const void *left, const void *right)
{
    const part *a = left, *b = right;
    if (a->risk != b->risk) return a->risk > b->risk ? -1 : 1;
    if (a->others != b->others) return a->others > b->others ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static void weigh(part *parts, const learning_people *people, const vg_corpus *corpus, uint64_t seed)
{
    for (uint32_t t = 0; t < corpus->count; t++) {
        part *g = &parts[people->group[t]];
        g->group = people->group[t];
        if (people->group[t] == t) g->order = learning_random(&seed);
        for (size_t a = 0; a < corpus->talks[t].author_count; a++) {
            if (people->risk[people->person[people->first[t] + a]]) g->risk++;
            else g->others++;
        }
    }
}

int learning_folds(const learning_people *people, const vg_corpus *corpus, uint32_t folds, uint64_t seed, uint8_t *fold, vg_error *err)
{
    uint64_t risk[256] = {0}, others[256] = {0};
    if (folds < 2 || folds > 255) return vg_fail(err, VG_EINVAL, "", "a corpus is parted into 2 to 255, not %u", folds);
    part *parts = vg_calloc(corpus->count + 1, sizeof *parts);
    uint8_t *of_group = vg_calloc(corpus->count + 1, 1);
    int rc = 0;
    if (!parts || !of_group) {
        rc = vg_fail(err, VG_ENOMEM, "", "no memory to part a corpus");
        goto out;
    }
    weigh(parts, people, corpus, seed);
    qsort(parts, corpus->count, sizeof *parts, by_weight);
    for (size_t i = 0; i < corpus->count && parts[i].risk + parts[i].others; i++) {
        uint32_t best = 0;
        for (uint32_t f = 1; f < folds; f++)
            if (parts[i].risk ? risk[f] < risk[best] || (risk[f] == risk[best] && others[f] < others[best]) : others[f] < others[best]) best = f;
        risk[best] += parts[i].risk;
        others[best] += parts[i].others;
        of_group[parts[i].group] = (uint8_t)best;
    }
    for (size_t t = 0; t < corpus->count; t++) fold[t] = of_group[people->group[t]];
    for (uint32_t f = 0; f < folds && !rc; f++)
        if (!risk[f] || !others[f])
            rc = vg_fail(err, VG_EINVAL, "", "the corpus cannot be parted into %u so that each part has people with and without risk and nobody is in two: "
                         "%u groups of talks that share somebody", folds, people->groups);
out:
    vg_free(parts);
    vg_free(of_group);
    return rc;
}

/* ---- going through a talk ---- */

void learning_writers_begin(learning_writer *writers, const vg_corpus_talk *talk)
{
    for (size_t a = 0; a < talk->author_count; a++) writers[a] = (learning_writer){.last = UINT32_MAX, .next = 10};
    for (size_t m = 0; m < talk->message_count; m++) writers[talk->messages[m].author].last = (uint32_t)m;
}

bool learning_writers_step(learning_writer *writers, const vg_corpus_talk *talk, size_t m, uint32_t tokens, vg_model_dense *dense)
{
    uint32_t author = talk->messages[m].author;
    learning_writer *w = &writers[author];
    bool pair = talk->author_count == 2;
    w->sent++;
    w->in_a_row++;
    w->tokens += tokens;
    for (size_t a = 0; a < talk->author_count; a++)
        if (a != author) writers[a].in_a_row = 0;
    *dense = vg_model_dense_of(pair, w->sent, pair ? writers[1 - author].sent : 0, w->in_a_row);
    bool last = m == w->last && w->tokens;
    if ((w->tokens < w->next || w->items >= LEARNING_ITEMS_MOST) && !last) return false;
    if (!tokens && !last) return false;
    while (w->next <= w->tokens) w->next = w->next == 10 ? 30 : w->next == 30 ? 60 : w->next + (w->next > 240 ? w->next / 4 : 60);
    w->items++;
    return true;
}

bool learning_normalise(const vg_text_engine *engine, vg_str text, vg_buf *out)
{
    if (text.len > VG_EVENT_MAX_TEXT) text.len = VG_EVENT_MAX_TEXT; /* as the pipeline does */
    size_t room = 16 * text.len + 128; /* what vg_text_normalise asks for */
    vg_buf_clear(out);
    if (!vg_buf_reserve(out, room)) return false;
    out->len = engine ? vg_text_normalise(engine, text, out->ptr, room, NULL) : vg_text_fold(text, out->ptr, room, NULL);
    return true;
}

void learning_language(vg_str language, char out[12])
{
    memset(out, 0, 12);
    for (size_t i = 0; i < language.len && i < 11; i++) {
        char c = (char)(language.ptr[i] | 0x20);
        if (c < 'a' || c > 'z') break;
        out[i] = c;
    }
}
