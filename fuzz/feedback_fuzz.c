/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as an export of feedback, and what is read as a correction of a model's curves.
 *
 * What is read is in range; what is refused says where and why, and leaves nothing. Whatever people said, corrected curves rise.
 */
#include "learning/correct.h"
#include "learning/feedback.h"

#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) abort();
}

static void check_curve(const vg_model_curve *c)
{
    must(c->knots >= 2 && c->knots <= VG_MODEL_KNOTS);
    for (uint32_t k = 0; k < c->knots; k++) {
        must(c->knot[k].risk <= 10000);
        must(k == 0 || (c->knot[k].score > c->knot[k - 1].score && c->knot[k].risk >= c->knot[k - 1].risk));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const vg_model_curve shown[2] = {
        {.method = VG_CURVE_PLATT, .knots = 5, .knot = {{-8000, 180}, {-4000, 1192}, {0, 5000}, {4000, 8808}, {8000, 9820}}},
        {.language = "fr", .method = VG_CURVE_ISOTONIC, .knots = 4, .knot = {{-4000, 0}, {0, 3000}, {2000, 3000}, {9000, 10000}}},
    };
    static const vg_model_curve now[1] = {{.method = VG_CURVE_PLATT, .knots = 3, .knot = {{-5000, 100}, {3000, 2000}, {9000, 9000}}}};
    static vg_correction out;
    vg_judged_list list;
    vg_error err = {0};
    int rc = vg_judged_read(&list, (vg_str){(const char *)data, size}, "fuzz", &err);
    must((rc == 0) == (err.code == 0) && (rc == 0 || (!list.arena && !list.items && !list.count && err.where[0] && err.what[0])));
    for (size_t i = 0; i < list.count; i++) {
        const vg_judged *j = &list.items[i];
        must(j->kind < VG_EVIDENCE_KINDS && j->judgement < VG_JUDGEMENTS && j->strength <= 10000);
        must(j->source.ptr && j->source.len <= VG_JUDGED_MAX_SOURCE && j->language.ptr && j->language.len <= VG_JUDGED_MAX_LANGUAGE);
    }
    for (int same = 0; same < 2 && !rc; same++) {
        must(vg_correct(&out, &list, "now.model", shown, 2, same ? shown : now, same ? 2 : 1, &err) == 0);
        must(out.right + out.wrong + out.unsure + out.other_evidence + out.other_models == list.count);
        for (uint32_t i = 0; i < out.curve_count; i++) check_curve(&out.curves[i]);
    }
    vg_judged_free(&list);
    return 0;
}
