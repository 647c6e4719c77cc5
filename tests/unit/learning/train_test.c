/* SPDX-License-Identifier: Apache-2.0
 *
 * Training on made-up talks: the model tells them apart, the file is the same each time, nobody is in two folds, and examples
 * are the windows that the pipeline sees.
 */
#include <math.h>
#include <unistd.h>

#include "learning/examples_int.h"
#include "learning/train.h"
#include "talks.h"

static const vg_train_options usual = {.bits = 16, .folds = 4, .seed = 1, .cost = 10, .now_ms = 1777888800000};

static vg_model *open_trained(const vg_trained *t)
{
    vg_model *m = NULL;
    vg_error err = {0};
    vg_buf file;
    vg_buf_init(&file, VG_MODEL_FILE_MOST);
    if (vg_model_write(&t->parts, &file, &err) || vg_model_read(&m, file.ptr, file.len, "trained", &err)) TAP_OK(0, "it opens: %s", err.what);
    vg_buf_free(&file);
    return m;
}

static uint16_t risk_of(const vg_model *m, const char *text, const char *language, vg_model_span spans[VG_MODEL_SPANS], size_t *count)
{
    char folded[1024];
    uint32_t map[1024];
    size_t len = vg_text_fold(vg_str_of(text), folded, sizeof folded, map);
    vg_model_dense dense = vg_model_dense_of(true, 2, 2, 1);
    if (spans) *count = vg_model_explain(m, folded, len, map, vg_str_of(text), spans);
    return vg_model_risk(m, vg_model_score(m, folded, len), &dense, vg_str_of(language));
}

static unsigned shown;
static void show(void *context, uint64_t done, uint64_t total)
{
    uint64_t *before = context;
    if (done < *before || done > total) TAP_OK(0, "progress goes back: %llu of %llu", (unsigned long long)done, (unsigned long long)total);
    *before = done;
    shown++;
}

static void tells_apart(void)
{
    vg_corpus corpus;
    vg_trained t;
    vg_error err = {0};
    uint64_t before = 0;
    talk_corpus(&corpus, 180, 12);
    TAP_EQ_INT(vg_train(&t, &corpus, &usual, show, &before, &err), 0, "180 talks are learned from");
    TAP_OK(shown > 180 && before > 0, "with progress");
    TAP_OK(t.figures.people == 360 && t.figures.risk_people == 60, "of 360 people, 60 of risk");
    TAP_OK(t.figures.auc > 0.95 && t.figures.f05 > 0.8, "people it was not trained on are told apart: AUC %.3f, F0.5 %.3f", t.figures.auc, t.figures.f05);
    TAP_OK(t.parts.summary.auc == (uint32_t)lround(t.figures.auc * 10000) && t.parts.summary.talks == 180, "the file will say so");
    TAP_EQ_INT(t.parts.curve_count, 3, "with a curve for French, for English, and for all");

    vg_model *m = open_trained(&t);
    vg_model_span s[VG_MODEL_SPANS];
    size_t count = 0;
    static const char text[] = "bonjour ! alors NE LE DIS À PERSONNE, demain il y a match";
    TAP_OK(risk_of(m, talk_risk[0][1], "fr", NULL, NULL) > risk_of(m, talk_plain[0][2], "fr", NULL, NULL) + 2000, "one message is told from another, in French");
    TAP_OK(risk_of(m, talk_risk[1][3], "en", NULL, NULL) > risk_of(m, talk_plain[1][2], "en", NULL, NULL) + 2000, "and in English");
    risk_of(m, text, "fr", s, &count);
    const char *at = strstr(text, "NE LE"), *end = strstr(text, ", demain");
    TAP_OK(count && text + s[0].span.from < end && text + s[0].span.to > at, "and the words that it is for are shown: \"%.*s\"",
           count ? (int)(s[0].span.to - s[0].span.from) : 0, text + (count ? s[0].span.from : 0));

    vg_trained again;
    TAP_EQ_INT(vg_train(&again, &corpus, &usual, NULL, NULL, &err), 0, "trained again");
    vg_model *same = open_trained(&again);
    TAP_OK(m && same && vg_model_id(m) == vg_model_id(same), "it is the same file, bit for bit");

    vg_calibration c;
    vg_calibrate_options options = {.folds = 4, .shift = t.parts.shift};
    TAP_EQ_INT(vg_calibrate_model(&c, m, &corpus, &options, 1, NULL, NULL, &err), 0, "its risks can be calibrated anew on another corpus");
    TAP_OK(c.curve_count == 3 && c.language[0].brier < 0.1, "which comes out well on this one: Brier %.3f", c.language[0].brier);
    vg_model_unref(&m);
    vg_model_unref(&same);
    vg_trained_free(&t);
    vg_trained_free(&again);
    vg_corpus_free(&corpus);
}

/* The windows of a talk by the pipeline's arithmetic, beside the examples that training sees. */
static void same_windows(void)
{
    vg_corpus corpus;
    vg_trained t;
    vg_error err = {0};
    learning_people people;
    learning_examples examples;
    static uint8_t fold[64];
    talk_corpus(&corpus, 24, 60);
    vg_train_options options = usual;
    options.folds = 2;
    TAP_EQ_INT(vg_train(&t, &corpus, &options, NULL, NULL, &err), 0, "long talks are learned from");
    learning_people_of(&people, &corpus, &err);
    TAP_EQ_INT(learning_examples_make(&examples, &corpus, &people, fold, &options, NULL, NULL, 1, &err), 0, "their examples are made");
    vg_model *m = open_trained(&t);
    double unit = ldexp(1, -(int)t.parts.shift), worst = 0;
    size_t windows = 0, next = 0, wholes = 0;
    vg_buf text;
    vg_buf_init(&text, 1 << 20);
    for (uint32_t k = 0; k < corpus.count; k++) {
        const vg_corpus_talk *talk = &corpus.talks[k];
        for (uint32_t a = 0; a < talk->author_count; a++) { /* examples come author by author */
            learning_writer writers[2];
            vg_model_part window = {0};
            learning_writers_begin(writers, talk);
            for (size_t i = 0; i < talk->message_count; i++) {
                vg_model_part part = {0};
                vg_model_dense dense;
                bool own = talk->messages[i].author == a;
                if (own) {
                    learning_normalise(NULL, talk->messages[i].text, &text);
                    part = vg_model_score(m, text.ptr, text.len);
                    window = vg_model_window_add(window, part);
                }
                if (!learning_writers_step(writers, talk, i, part.tokens, &dense) || !own) continue;
                const learning_example *e = &examples.list[next++];
                double sum = t.parts.bias * unit;
                for (const struct feature_node *f = e->x; f->index > 0 && f->index <= 1 << options.bits; f++) sum += f->value * unit * t.parts.weights[f->index - 1];
                for (int d = 0; d < VG_MODEL_DENSE; d++) sum += unit * t.parts.dense[d] * e->dense.value[d] / VG_MODEL_DENSE_ONE;
                double apart = fabs(sum - vg_model_raw(m, window, &dense) * unit);
                if (apart > worst) worst = apart;
                windows++;
            }
            if (next < examples.count && examples.list[next].whole) {
                wholes++;
                next++;
            }
        }
    }
    TAP_OK(windows > 24 * 2 * 3 && next == examples.count, "there are first windows and later ones: %zu", windows);
    TAP_OK(wholes == 48, "and whole talks, for training");
    TAP_OK(worst < 0.1, "the score of an example is that of the pipeline's window, %.4f apart at most", worst);
    vg_buf_free(&text);
    vg_model_unref(&m);
    learning_examples_free(&examples);
    learning_people_free(&people);
    vg_trained_free(&t);
    vg_corpus_free(&corpus);
}

static void nobody_in_two(void)
{
    vg_corpus corpus;
    vg_error err = {0};
    learning_people people;
    uint8_t fold[90];
    talk_corpus(&corpus, 90, 4);
    for (size_t i = 0; i < corpus.count; i++) corpus.talks[i].authors[1].name = corpus.talks[i / 7 * 7].authors[1].name; /* seven talks share somebody */
    corpus.names_shared = true;
    TAP_EQ_INT(learning_people_of(&people, &corpus, &err), 0, "people are found");
    TAP_EQ_INT(people.groups, 13, "talks that share somebody are a group");
    TAP_EQ_INT(people.persons, 90 + 13, "a name is one person");
    TAP_EQ_INT(learning_folds(&people, &corpus, 4, 1, fold, &err), 0, "they are parted");
    bool apart = true, all[4] = {false};
    for (size_t i = 0; i < corpus.count; i++) {
        apart &= fold[i] == fold[i / 7 * 7];
        all[fold[i]] = true;
    }
    TAP_OK(apart && all[0] && all[1] && all[2] && all[3], "nobody is in two parts, and none is empty");
    learning_people_free(&people);
    corpus.names_shared = false;
    learning_people_of(&people, &corpus, &err);
    TAP_EQ_INT(people.groups, 90, "where names mean nothing beyond a talk, each is for itself");
    learning_people_free(&people);
    for (size_t i = 0; i < corpus.count; i++) corpus.talks[i].authors[1].name = VG_STR("everybody");
    corpus.names_shared = true;
    learning_people_of(&people, &corpus, &err);
    TAP_EQ_INT(learning_folds(&people, &corpus, 4, 1, fold, &err), -VG_EINVAL, "where everybody talks to one, nothing can be parted");
    TAP_OK(strstr(err.what, "nobody is in two"), "and the reason is said: %s", err.what);
    learning_people_free(&people);
    vg_corpus_free(&corpus);
}

static void labels(void)
{
    vg_corpus corpus;
    vg_error err = {0};
    learning_people people;
    talk_corpus(&corpus, 6, 4);
    corpus.talks[0].authors[0].risk = false;
    corpus.talks[1].authors[0].risk = true; /* but the talk is not */
    learning_people_of(&people, &corpus, &err);
    TAP_OK(people.risk[0] && people.risk[1], "a risk talk in which nobody is named counts for all who write in it");
    TAP_OK(!people.risk[2] && !people.risk[3], "and a name in a talk without risk for nothing");
    learning_people_free(&people);
    vg_corpus_free(&corpus);
}

static void fewer(void)
{
    vg_corpus corpus;
    vg_error err = {0};
    vg_trained t;
    talk_corpus(&corpus, 90, 12);
    vg_train_options options = usual;
    options.most = 100;
    TAP_EQ_INT(vg_train(&t, &corpus, &options, NULL, NULL, &err), 0, "a hundred examples are enough");
    TAP_OK(t.examples >= 60 && t.examples <= 200, "others were left out: %llu", (unsigned long long)t.examples);
    TAP_OK(fabs(t.calibration.language[0].people - 180) < 30, "and are counted for by those that stayed: %.1f people", t.calibration.language[0].people);
    vg_trained_free(&t);
    options.most = 0;
    options.cost = 0;
    TAP_EQ_INT(vg_train(&t, &corpus, &options, NULL, NULL, &err), -VG_EINVAL, "a cost of nothing is refused");
    options.cost = 1;
    options.bits = 25;
    TAP_EQ_INT(vg_train(&t, &corpus, &options, NULL, NULL, &err), -VG_EINVAL, "so are more weights than there can be");
    options.bits = 16;
    for (size_t i = 0; i < corpus.count; i++) corpus.talks[i].risk = false;
    TAP_EQ_INT(vg_train(&t, &corpus, &options, NULL, NULL, &err), -VG_EINVAL, "so is a corpus without risk");
    corpus.count = 0;
    TAP_EQ_INT(vg_train(&t, &corpus, &options, NULL, NULL, &err), -VG_EINVAL, "and one without talks");
    vg_corpus_free(&corpus);
}

static void no_memory(void)
{
    vg_corpus corpus;
    vg_error err = {0};
    vg_trained t;
    vg_train_options options = usual;
    bool clean = true;
    size_t n = 0;
    options.folds = 2;
    talk_corpus(&corpus, 12, 4);
    for (;;) {
        vg_alloc_fail_at(++n);
        int rc = vg_train(&t, &corpus, &options, NULL, NULL, &err);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (!failed) {
            clean &= rc == 0;
            break;
        }
        clean &= rc == -VG_ENOMEM && !t.weights;
    }
    TAP_OK(clean && n > 20, "training fails cleanly at each of %zu allocations", n - 1);
    vg_model *m = open_trained(&t);
    vg_calibration c;
    vg_calibrate_options calibrate = {.folds = 2, .shift = t.parts.shift};
    for (n = 1, clean = true;; n++) {
        vg_alloc_fail_at(n);
        int rc = vg_calibrate_model(&c, m, &corpus, &calibrate, 1, NULL, NULL, &err);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (!failed) break;
        clean &= rc == -VG_ENOMEM;
    }
    TAP_OK(clean && n > 10, "so does calibration");
    vg_model_unref(&m);
    vg_trained_free(&t);
    vg_corpus_free(&corpus);
}

int main(void)
{
    tells_apart();
    same_windows();
    nobody_in_two();
    labels();
    fewer();
    no_memory();
    return tap_done();
}
