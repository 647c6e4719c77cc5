/* SPDX-License-Identifier: Apache-2.0
 *
 * What vigie calibrate --feedback says of a correction: for a person, and as JSON.
 */
#include "cli/learning.h"

static const char *in_words(const vg_corrected *l)
{
    switch (l->state) {
    case VG_CORRECTION_FEW: return "too few: left as it is";
    case VG_CORRECTION_WORSE: return "no clear gain on the other half: left as it is";
    default: return l->added ? "corrected: a curve of its own, begun from that of all" : "corrected";
    }
}

static void print_language(const vg_corrected *l, FILE *out)
{
    fprintf(out, "  %-9s %10u %7u", vg_language_shown(l->language), l->right + l->wrong, l->right);
    if (l->state == VG_CORRECTION_FEW) fprintf(out, "%8s %7s %7s %7s %7s %7s %7s  %s\n", "", "", "", "", "", "", "", in_words(l));
    else
        fprintf(out, "%8.2f %7.2f %+7.2f %7.4f %7.4f %7.4f %7.4f  %s\n", l->least, l->a, l->b, l->brier[0], l->brier[1], l->loss[0], l->loss[1], in_words(l));
}

static void print_bins(const vg_corrected *l, FILE *out)
{
    for (int b = 0; b < VG_RELIABILITY_BINS && l->state != VG_CORRECTION_FEW; b++) {
        if (!l->bin[b].count) continue;
        fprintf(out, "  %-9s %.1f to %.1f %10u %9.3f %9.3f %9.3f\n", vg_language_shown(l->language), b / 10.0, (b + 1) / 10.0, l->bin[b].count,
                l->bin[b].before, l->bin[b].after, (double)l->bin[b].right / l->bin[b].count);
    }
}

static bool tells(const vg_corrected *l) { return l->right + l->wrong > 0; }

void vg_correction_print(const vg_correction *c, FILE *out)
{
    bool fitted = false;
    fprintf(out, "Feedback: %zu right, %zu wrong, %zu unsure (left out). Left out too: %zu of other evidence, %zu of another model's file.\n", c->right, c->wrong,
            c->unsure, c->other_evidence, c->other_models);
    fprintf(out, "%zu of these labels came from receivers' answers, the others from people here.\n", c->answered);
    if (!c->right && !c->wrong) return;
    fprintf(out, "Only what was shown was judged: nothing below the policy's model.from. There the same line moves the curve, and nobody has looked.\n");
    fprintf(out, "A risk p becomes sigmoid(a * logit(p) + b). Each half of the judgements is read by the correction of the other half:\n");
    fprintf(out, "  %-9s %10s %7s %7s %7s %7s %7s %7s %7s %7s\n", "language", "judgements", "right", "from", "a", "b", "Brier", "after", "loss", "after");
    for (uint32_t i = 0; i < c->language_count; i++) {
        if (!tells(&c->language[i])) continue;
        print_language(&c->language[i], out);
        fitted |= c->language[i].state != VG_CORRECTION_FEW;
    }
    fprintf(out, "A language needs %d judgements; the prior weighs as much as %d at a risk of 0.5.\n", VG_CORRECTION_LEAST, VG_CORRECTION_PRIOR);
    if (!fitted) return;
    fprintf(out, "Of what was shown at a risk of, so much was right:\n  %-9s %-10s %10s %9s %9s %9s\n", "language", "risk", "judgements", "shown", "corrected", "right");
    for (uint32_t i = 0; i < c->language_count; i++)
        if (tells(&c->language[i])) print_bins(&c->language[i], out);
}

static void add_language(const vg_corrected *l, vg_buf *out)
{
    vg_buf_printf(out, "{\"language\":\"%s\",\"state\":\"%s\",\"right\":%u,\"wrong\":%u,\"from\":%.4f,\"new_curve\":%s", l->language,
                  vg_correction_state_names[l->state], l->right, l->wrong, l->least, l->added && l->state == VG_CORRECTION_MADE ? "true" : "false");
    if (l->state != VG_CORRECTION_FEW) {
        vg_buf_printf(out, ",\"a\":%.6f,\"b\":%.6f,\"brier\":{\"before\":%.6f,\"after\":%.6f},\"log_loss\":{\"before\":%.6f,\"after\":%.6f},\"reliability\":[", l->a,
                      l->b, l->brier[0], l->brier[1], l->loss[0], l->loss[1]);
        bool first = true;
        for (int b = 0; b < VG_RELIABILITY_BINS; b++) {
            if (!l->bin[b].count) continue;
            vg_buf_printf(out, "%s{\"from\":%.1f,\"judgements\":%u,\"shown\":%.6f,\"corrected\":%.6f,\"right\":%.6f}", first ? "" : ",", b / 10.0, l->bin[b].count,
                          l->bin[b].before, l->bin[b].after, (double)l->bin[b].right / l->bin[b].count);
            first = false;
        }
        vg_buf_add_char(out, ']');
    }
    vg_buf_add_char(out, '}');
}

void vg_correction_json(const vg_correction *c, vg_buf *out)
{
    bool first = true;
    vg_buf_printf(out,
                  "{\"right\":%zu,\"wrong\":%zu,\"unsure\":%zu,\"from_answers\":%zu,\"other_evidence\":%zu,\"other_models\":%zu,\"least\":%d,\"prior\":%d,"
                  "\"judged\":\"only what was shown\",\"languages\":[",
                  c->right, c->wrong, c->unsure, c->answered, c->other_evidence, c->other_models, VG_CORRECTION_LEAST, VG_CORRECTION_PRIOR);
    for (uint32_t i = 0; i < c->language_count; i++) {
        if (!tells(&c->language[i])) continue;
        if (!first) vg_buf_add_char(out, ',');
        add_language(&c->language[i], out);
        first = false;
    }
    vg_buf_add_cstr(out, "]}");
}
