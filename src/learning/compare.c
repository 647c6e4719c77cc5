/* SPDX-License-Identifier: Apache-2.0 */
#include "learning/compare.h"

#include "base/alloc.h"
#include "learning/walk_int.h"

/* One author of a talk, as both models see them. */
typedef struct watched {
    vg_model_part window[VG_MODELS];
    uint32_t alarm[VG_MODELS]; /* number of the own message that raised it; 0: none */
    uint32_t messages;
} watched;

typedef struct comparing {
    vg_comparison *out;
    const vg_model *model[VG_MODELS];
    const vg_text_engine *text;
    uint16_t at;
    learning_writer *writers;
    watched *watched;
    vg_buf buffer;
} comparing;

static vg_compared *language_of(vg_comparison *out, vg_str language)
{
    char code[12];
    learning_language(language, code);
    for (uint32_t i = 1; i < out->count; i++)
        if (memcmp(out->language[i].language, code, sizeof code) == 0) return &out->language[i];
    if (!code[0] || out->count == VG_COMPARE_LANGUAGES) return NULL;
    memcpy(out->language[out->count].language, code, sizeof code);
    return &out->language[out->count++];
}

static void count_message(const comparing *c, vg_compared *to, const uint16_t risk[VG_MODELS])
{
    if (!to) return;
    to->messages[risk[0] >= c->at][risk[1] >= c->at]++;
    if (risk[1] > risk[0]) to->higher += (risk[1] - risk[0]) / 1e4;
    else to->lower += (risk[0] - risk[1]) / 1e4;
}

static void count_person(vg_compared *to, const watched *w, bool risk)
{
    if (!to) return;
    (risk ? to->risk_people : to->people)[w->alarm[0] != 0][w->alarm[1] != 0]++;
    if (!risk || !w->alarm[0] || !w->alarm[1]) return;
    to->sooner += w->alarm[1] < w->alarm[0];
    to->later += w->alarm[1] > w->alarm[0];
}

static int compare_talk(comparing *c, const vg_corpus_talk *talk, const bool *risk_of_author, vg_error *err)
{
    vg_compared *all = &c->out->language[0], *own = language_of(c->out, talk->language);
    learning_writers_begin(c->writers, talk);
    memset(c->watched, 0, talk->author_count * sizeof *c->watched);
    for (size_t m = 0; m < talk->message_count; m++) {
        const vg_corpus_message *message = &talk->messages[m];
        watched *w = &c->watched[message->author];
        uint16_t risk[VG_MODELS];
        vg_model_part part[VG_MODELS];
        vg_model_dense dense;
        if (!learning_normalise(c->text, message->text, &c->buffer)) return vg_fail(err, VG_ENOMEM, "", "no memory for a message");
        for (unsigned k = 0; k < VG_MODELS; k++) {
            part[k] = vg_model_score(c->model[k], c->buffer.ptr, c->buffer.len);
            w->window[k] = vg_model_window_add(w->window[k], part[k]);
        }
        learning_writers_step(c->writers, talk, m, part[0].tokens, &dense);
        w->messages++;
        for (unsigned k = 0; k < VG_MODELS; k++) {
            risk[k] = vg_model_risk(c->model[k], w->window[k], &dense, talk->language);
            if (risk[k] >= c->at && !w->alarm[k]) w->alarm[k] = w->messages;
        }
        count_message(c, all, risk);
        count_message(c, own, risk);
    }
    for (size_t a = 0; a < talk->author_count; a++) {
        if (!c->watched[a].messages) continue;
        count_person(all, &c->watched[a], risk_of_author[a]);
        count_person(own, &c->watched[a], risk_of_author[a]);
    }
    return 0;
}

static int compare_all(comparing *c, const vg_corpus *corpus, const learning_people *people, bool *risk, vg_learning_progress progress,
                       void *context, vg_error *err)
{
    for (uint32_t t = 0; t < corpus->count; t++) {
        const vg_corpus_talk *talk = &corpus->talks[t];
        for (size_t a = 0; a < talk->author_count; a++) risk[a] = talk->risk && people->risk[people->person[people->first[t] + a]];
        int rc = compare_talk(c, talk, risk, err);
        if (rc) return rc;
        if (progress) progress(context, t + 1, corpus->count);
    }
    return 0;
}

int vg_compare_models(vg_comparison *out, const vg_model *active, const vg_model *shadow, const vg_corpus *corpus, uint16_t at,
                      const vg_text_engine *text, vg_learning_progress progress, void *context, vg_error *err)
{
    learning_people people;
    comparing c = {.out = out, .model = {active, shadow}, .text = text, .at = at};
    size_t most = 1;
    memset(out, 0, sizeof *out);
    out->count = 1;
    vg_buf_init(&c.buffer, 1 << 20);
    for (size_t t = 0; t < corpus->count; t++)
        if (corpus->talks[t].author_count > most) most = corpus->talks[t].author_count;
    c.writers = vg_calloc(most, sizeof *c.writers);
    c.watched = vg_calloc(most, sizeof *c.watched);
    bool *risk = vg_calloc(most, sizeof *risk);
    int rc = learning_people_of(&people, corpus, err);
    if (!rc && (!c.writers || !c.watched || !risk)) rc = vg_fail(err, VG_ENOMEM, "", "no memory to compare models");
    if (!rc) rc = compare_all(&c, corpus, &people, risk, progress, context, err);
    learning_people_free(&people);
    vg_free(risk);
    vg_free(c.writers);
    vg_free(c.watched);
    vg_buf_free(&c.buffer);
    return rc;
}
