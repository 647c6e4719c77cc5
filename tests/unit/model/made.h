/* SPDX-License-Identifier: Apache-2.0
 *
 * A small model whose weights the test sets by hand: so much for each word it names, nothing for others.
 */
#ifndef VG_TESTS_MODEL_MADE_H
#define VG_TESTS_MODEL_MADE_H

#include <stdlib.h>

#include <sodium.h>

#include "base/alloc.h"
#include "signals/text/model/model_int.h"
#include "tap.h"

enum { MADE_BITS = 16 };

typedef struct made_word {
    const char *word;
    int16_t weight;
} made_word;

static uint64_t made_state = 88172645463325252U;
__attribute__((unused)) static uint32_t made_random(uint32_t below)
{
    made_state ^= made_state << 13;
    made_state ^= made_state >> 7;
    made_state ^= made_state << 17;
    return (uint32_t)((made_state >> 32) % below);
}

/* Pooled: 0 below -10000, 1 above 10000; French reaches 1 at 1000 already. */
static const vg_model_curve made_curves[2] = {
    {.method = VG_CURVE_PLATT, .knots = 3, .items = 100, .positives = 20, .knot = {{-10000, 0}, {0, 5000}, {10000, 10000}}},
    {.language = "fr", .method = VG_CURVE_ISOTONIC, .knots = 2, .items = 50, .positives = 10, .knot = {{-1000, 100}, {1000, 9900}}},
};

/* The bytes of a model's file; vg_buf_free. */
__attribute__((unused)) static vg_buf made_file(const made_word *words, size_t count)
{
    vg_buf file;
    vg_error err = {0};
    int16_t *weights = calloc((size_t)1 << MADE_BITS, sizeof *weights);
    for (size_t i = 0; weights && i < count; i++)
    {
        char padded[64] = {0};
        snprintf(padded, sizeof padded, "%s", words[i].word);
        weights[model_one(model_word(padded, strlen(padded)), MADE_BITS)] = words[i].weight;
    }
    vg_buf_init(&file, VG_MODEL_FILE_MOST);
    vg_model_parts parts = {.bits = MADE_BITS, .shift = 10, .weights = weights, .curves = made_curves, .curve_count = 2,
                            .dense = {500, -100}, .summary = {.made_ms = 1, .talks = 7, .items = 150}};
    if (!weights || vg_model_write(&parts, &file, &err)) TAP_OK(0, "a model can be written: %s", err.what);
    free(weights);
    return file;
}

__attribute__((unused)) static vg_model *made_model(const made_word *words, size_t count)
{
    vg_model *model = NULL;
    vg_error err = {0};
    vg_buf file = made_file(words, count);
    if (vg_model_read(&model, file.ptr, file.len, "made", &err)) TAP_OK(0, "a model can be read: %s", err.what);
    vg_buf_free(&file);
    return model;
}

/* Puts the checksum right again after a test changed something. */
__attribute__((unused)) static void made_seal(vg_buf *file)
{
    crypto_generichash((uint8_t *)file->ptr + file->len - MODEL_CHECKSUM, MODEL_CHECKSUM, (const uint8_t *)file->ptr,
                       file->len - MODEL_CHECKSUM, NULL, 0);
}

#endif
