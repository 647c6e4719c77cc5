/* SPDX-License-Identifier: Apache-2.0
 *
 * Hostile model files, and hostile messages through those that are accepted.
 *
 * The first byte says how much of what follows changes the head and the curves of a good file, three bytes at a time (where, and by what);
 * its checksum is then put right, so that what lies behind it is reached. The rest is a message, and its bytes are the weights too. The
 * input as a file by itself must be refused. A model that opens must score the same by every kernel, in bounds, and point inside.
 */
#include <sodium.h>
#include <stdlib.h>

#include "signals/text/model/model_int.h"
#include "signals/text/text.h"

enum { BITS = 16, CURVES = 2 };

static void must(bool condition)
{
    if (!condition) abort();
}

static vg_buf good_file(const uint8_t *data, size_t size)
{
    static int16_t weights[1 << BITS];
    static const vg_model_curve curves[CURVES] = {{.knots = 3, .knot = {{-5000, 0}, {0, 4000}, {9000, 10000}}},
                                                  {.language = "fr", .method = 1, .knots = 2, .knot = {{-5000, 0}, {9000, 10000}}}};
    vg_buf file;
    vg_error err = {0};
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) weights[i] = size ? (int16_t)((data[i % size] - 128) * 255) : 0;
    vg_buf_init(&file, VG_MODEL_FILE_MOST);
    must(!vg_model_write(&(vg_model_parts){.bits = BITS, .shift = 10, .weights = weights, .curves = curves, .curve_count = CURVES}, &file, &err));
    return file;
}

static void use(vg_model *model, vg_str text)
{
    static char folded[3 * 65536 + 16];
    static uint32_t map[sizeof folded];
    static model_text ready;
    vg_model_span spans[VG_MODEL_SPANS];
    uint32_t tokens, again;
    if (text.len > 65536) text.len = 65536;
    size_t len = vg_text_fold(text, folded, sizeof folded, map);
    model_text_of(&ready, folded, len);
    int32_t sum = model_sum_c(model->parts.weights, model->parts.bits, &ready, &tokens);
    if (model_has_avx2()) must(model_sum_avx2(model->parts.weights, model->parts.bits, &ready, &again) == sum && again == tokens);
    vg_model_part part = vg_model_score(model, folded, len), window = {0};
    must(part.tokens == tokens && (!tokens || part.sum == sum));
    vg_model_dense dense = vg_model_dense_of(true, tokens, 3, tokens);
    for (int i = 0; i < 5; i++) {
        window = vg_model_window_add(window, part);
        must(window.tokens <= VG_WINDOW_TOKENS);
        must(vg_model_risk(model, window, &dense, VG_STR("fr-BE")) <= 10000);
        must(vg_model_risk(model, window, &dense, text) <= 10000);
    }
    size_t count = vg_model_explain(model, folded, len, map, text, spans);
    must(count <= VG_MODEL_SPANS);
    for (size_t i = 0; i < count; i++) must(spans[i].span.from < spans[i].span.to && spans[i].span.to <= text.len && spans[i].weight > 0);
    /* as a message that nobody normalised */
    model_text_of(&ready, text.ptr, text.len);
    sum = model_sum_c(model->parts.weights, model->parts.bits, &ready, &tokens);
    if (model_has_avx2()) must(model_sum_avx2(model->parts.weights, model->parts.bits, &ready, &again) == sum && again == tokens);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vg_model *model = NULL;
    vg_error err = {0};
    must(vg_model_read(&model, data, size, "input", &err) == -VG_ECORRUPT && !model && err.what[0]);
    if (!size) return 0;
    size_t changes = 3 * (size_t)(data[0] % 32);
    if (changes > size - 1) changes = 0;
    vg_buf file = good_file(data + 1 + changes, size - 1 - changes);
    for (const uint8_t *c = data + 1; c < data + 1 + changes; c += 3) {
        size_t at = (size_t)(c[0] | c[1] << 8) % (sizeof(model_header) + CURVES * sizeof(vg_model_curve));
        file.ptr[at] ^= (char)c[2];
    }
    crypto_generichash((uint8_t *)file.ptr + file.len - MODEL_CHECKSUM, MODEL_CHECKSUM, (const uint8_t *)file.ptr, file.len - MODEL_CHECKSUM, NULL, 0);
    int rc = vg_model_read(&model, file.ptr, file.len, "input", &err);
    must(rc == 0 || (rc == -VG_ECORRUPT && !model));
    must(changes || rc == 0);
    if (model) use(model, (vg_str){(const char *)data + 1 + changes, size - 1 - changes});
    vg_model_unref(&model);
    vg_buf_free(&file);
    return 0;
}
