/* SPDX-License-Identifier: Apache-2.0
 *
 * Two models on the same talks: who is over the threshold, by which, how far apart, how soon.
 */
#include "learning/compare.h"
#include "learning/train.h"
#include "talks.h"

static vg_model *trained(const vg_corpus *corpus, double cost)
{
    vg_train_options options = {.bits = 16, .folds = 3, .seed = 1, .cost = cost};
    vg_trained t;
    vg_error err = {0};
    vg_model *m = NULL;
    vg_buf file;
    vg_buf_init(&file, VG_MODEL_FILE_MOST);
    if (vg_train(&t, corpus, &options, NULL, NULL, &err) || vg_model_write(&t.parts, &file, &err) || vg_model_read(&m, file.ptr, file.len, "x", &err))
        TAP_OK(0, "a model is trained: %s", err.what);
    vg_buf_free(&file);
    vg_trained_free(&t);
    return m;
}

static uint64_t all(const uint64_t t[2][2]) { return t[0][0] + t[0][1] + t[1][0] + t[1][1]; }

int main(void)
{
    vg_corpus corpus;
    vg_error err = {0};
    static vg_comparison c, back;
    talk_corpus(&corpus, 60, 12);
    vg_model *sure = trained(&corpus, 100), *dull = trained(&corpus, 0.0001);

    TAP_EQ_INT(vg_compare_models(&c, sure, sure, &corpus, 5000, NULL, NULL, NULL, &err), 0, "a model is compared with itself");
    TAP_OK(c.count == 3 && all(c.language[0].messages) == 60 * 12, "in each of two languages, every message once");
    TAP_OK(c.language[0].messages[0][1] + c.language[0].messages[1][0] == 0, "and agrees with itself");
    TAP_OK(c.language[0].higher <= 0 && c.language[0].lower <= 0 && c.language[0].sooner + c.language[0].later == 0, "to the last digit");
    TAP_OK(all(c.language[0].risk_people) == 20 && all(c.language[0].people) == 100, "people are counted by label");
    TAP_EQ_INT(c.language[0].risk_people[1][1], 20, "all those of risk are found on what was learned from");
    TAP_EQ_INT(all(c.language[1].messages) + all(c.language[2].messages), 60 * 12, "languages add up to all");

    TAP_EQ_INT(vg_compare_models(&c, sure, dull, &corpus, 9000, NULL, NULL, NULL, &err), 0, "with one that learned next to nothing");
    TAP_EQ_INT(vg_compare_models(&back, dull, sure, &corpus, 9000, NULL, NULL, NULL, &err), 0, "and the other way round");
    const vg_compared *a = &c.language[0], *b = &back.language[0];
    TAP_OK(a->risk_people[1][0] > 0 && a->risk_people[1][0] == b->risk_people[0][1], "what only one finds is on its side of the table");
    TAP_OK(a->higher + a->lower > 1 && a->higher - b->lower < 1e-9 && b->lower - a->higher < 1e-9, "and the distance is told by direction");

    bool clean = true;
    size_t n;
    for (n = 1;; n++) {
        vg_alloc_fail_at(n);
        int rc = vg_compare_models(&c, sure, dull, &corpus, 5000, NULL, NULL, NULL, &err);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (!failed) break;
        clean &= rc == -VG_ENOMEM;
    }
    TAP_OK(clean && n > 5, "without memory it fails cleanly, at each of %zu allocations", n - 1);
    vg_model_unref(&sure);
    vg_model_unref(&dull);
    vg_corpus_free(&corpus);
    return tap_done();
}
