/* SPDX-License-Identifier: Apache-2.0
 *
 * From a message to its part, from a window to a risk.
 */
#include "signals/text/model/model_int.h"

vg_model_part vg_model_score(const vg_model *model, const char *text, size_t len)
{
    model_text ready;
    uint32_t tokens;
    model_text_of(&ready, text, len);
    int32_t sum = model->sum(model->parts.weights, model->parts.bits, &ready, &tokens);
    if (!tokens) return (vg_model_part){0};
    uint8_t tag = (uint8_t)model->id;
    return (vg_model_part){.sum = sum, .tokens = (uint16_t)tokens, .model = tag ? tag : 1};
}

vg_model_dense vg_model_dense_of(bool pair, uint32_t sent, uint32_t received, uint32_t in_a_row)
{
    vg_model_dense d = {{0}};
    if (!pair) return d;
    /* Eight messages that nobody sent stand on both sides: one alone says little. */
    int64_t lead = (int64_t)sent - received, all = (int64_t)sent + received + 8;
    d.value[0] = (int16_t)(lead * VG_MODEL_DENSE_ONE / all);
    d.value[1] = (int16_t)((in_a_row < 8 ? in_a_row : 8) * (VG_MODEL_DENSE_ONE / 8));
    return d;
}

int32_t vg_model_raw(const vg_model *model, vg_model_part window, const vg_model_dense *dense)
{
    int64_t score = (int64_t)window.sum * VG_MODEL_SCALE / ((int64_t)window.tokens + VG_MODEL_CALM) + model->parts.bias;
    for (int i = 0; i < VG_MODEL_DENSE; i++) score += (int64_t)model->parts.dense[i] * dense->value[i] / VG_MODEL_DENSE_ONE;
    return (int32_t)(score > INT32_MAX ? INT32_MAX : score < INT32_MIN ? INT32_MIN : score);
}

const vg_model_curve *vg_model_curve_for(const vg_model *model, vg_str language)
{
    char code[sizeof model->curves[0].language] = {0};
    size_t n = 0;
    while (n < language.len && language.ptr[n] != '-' && language.ptr[n] != '_' && n < sizeof code - 1) {
        code[n] = (char)(language.ptr[n] | 0x20);
        n++;
    }
    for (uint32_t i = 1; n && i < model->parts.curve_count; i++)
        if (memcmp(code, model->curves[i].language, sizeof code) == 0) return &model->curves[i];
    return &model->curves[0];
}

uint16_t vg_curve_risk(const vg_model_curve *curve, int32_t score)
{
    uint32_t low = 0, high = curve->knots - 1;
    if (score <= curve->knot[0].score) return (uint16_t)curve->knot[0].risk;
    if (score >= curve->knot[high].score) return (uint16_t)curve->knot[high].risk;
    while (high - low > 1) {
        uint32_t middle = (low + high) / 2;
        if (curve->knot[middle].score <= score) low = middle;
        else high = middle;
    }
    int64_t width = (int64_t)curve->knot[high].score - curve->knot[low].score, in = (int64_t)score - curve->knot[low].score;
    int64_t rise = (int64_t)curve->knot[high].risk - curve->knot[low].risk;
    return (uint16_t)(curve->knot[low].risk + rise * in / width);
}

uint16_t vg_model_risk(const vg_model *model, vg_model_part window, const vg_model_dense *dense, vg_str language)
{
    uint8_t tag = (uint8_t)model->id;
    if (!window.tokens || window.model != (tag ? tag : 1)) return 0;
    return vg_curve_risk(vg_model_curve_for(model, language), vg_model_raw(model, window, dense));
}

void vg_model_evidence(uint16_t risk, uint16_t before, uint16_t at, vg_evidence *ev, size_t *count)
{
    if (risk < at || !risk) return;
    ev[(*count)++] = (vg_evidence){.kind = VG_TEXT_MODEL,
                                   .fresh = before < at || risk >= before + 1000,
                                   .strength = risk,
                                   .value = (uint32_t)(risk + 50) / 100,
                                   .detail = UINT16_MAX};
}
