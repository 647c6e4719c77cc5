/* SPDX-License-Identifier: Apache-2.0
 *
 * The file of a model: what comes back is what was written, and what was damaged is refused with the reason.
 */
#include "made.h"

#include <limits.h>
#include <unistd.h>

#include "base/file.h"
#include "signals/text/text.h"

static const made_word words[] = {{"alpha", 8000}, {"beta", -3000}, {"gamma", 120}};

static vg_model_part score(const vg_model *m, const char *text) { return vg_model_score(m, text, strlen(text)); }

static void round_trip(void)
{
    char path[] = "model-test-XXXXXX";
    vg_model *model = NULL;
    vg_error err = {0};
    vg_buf file = made_file(words, 3);
    int fd = mkstemp(path);
    TAP_OK(fd >= 0 && write(fd, file.ptr, file.len) == (ssize_t)file.len, "a file is written");
    close(fd);
    TAP_EQ_INT(vg_model_open(&model, path, &err), 0, "and opened");
    const vg_model_parts *p = vg_model_look(model);
    TAP_EQ_INT(p->bits, MADE_BITS, "as many weights");
    TAP_EQ_INT(p->summary.talks, 7, "the summary is there");
    TAP_EQ_STR(p->curves[1].language, "fr", "so is the French curve");
    TAP_EQ_INT(score(model, " alpha beta ").sum, 5000, "a sum is that of the words");
    TAP_EQ_INT(score(model, " alpha beta ").tokens, 2, "of two tokens");

    vg_model *other = vg_model_ref(model);
    vg_model_unref(&model);
    TAP_EQ_INT(score(other, " gamma ").sum, 120, "a model lives until the last reference is given back");
    TAP_EQ_INT(vg_model_save(vg_model_look(other), path, &err), 0, "it can be written over its own file");
    TAP_EQ_INT(vg_model_open(&model, path, &err), 0, "which opens");
    TAP_OK(vg_model_id(model) == vg_model_id(other), "and is the same model");
    vg_model_unref(&model);
    vg_model_unref(&other);
    unlink(path);
    TAP_EQ_INT(vg_model_open(&model, path, &err), -VG_ENOENT, "a file that is not there is said to be missing");
    TAP_EQ_INT(vg_model_open(&model, "/", &err), -VG_EIO, "a folder is no model");
    TAP_OK(!model, "and gives none");
    vg_buf_free(&file);
}

static void refused(vg_buf *file, size_t len, const char *reason, const char *name)
{
    vg_model *model = NULL;
    vg_error err = {0};
    int rc = vg_model_read(&model, file->ptr, len, "x.model", &err);
    if (!TAP_OK(rc == -VG_ECORRUPT && !model && strstr(err.what, reason), "%s", name)) printf("# %d: %s\n", rc, err.what);
}

/* Changes four bytes, puts the checksum right, and back again. */
static void with(vg_buf *file, size_t at, uint32_t value, const char *reason, const char *name)
{
    uint8_t before[4];
    memcpy(before, file->ptr + at, 4);
    memcpy(file->ptr + at, &value, 4);
    made_seal(file);
    refused(file, file->len, reason, name);
    memcpy(file->ptr + at, before, 4);
    made_seal(file);
}

static void refusals(void)
{
    vg_buf file = made_file(words, 3);
    vg_model *model = NULL;
    vg_error err = {0};
    size_t curve = sizeof(model_header) + offsetof(vg_model_curve, knot), second = sizeof(model_header) + sizeof(vg_model_curve);
    refused(&file, 0, "cut short", "an empty file");
    refused(&file, 100, "cut short", "a file without a whole header");
    refused(&file, file.len - 1, "cut short", "a file that lacks a byte");
    refused(&file, file.len / 2, "cut short", "half a file");
    with(&file, 0, 0x12345678, "no model", "a file of another kind");
    with(&file, offsetof(model_header, format), 2, "format 2", "a format of the future");
    with(&file, offsetof(model_header, bits), 40, "impossible sizes", "more weights than there can be");
    with(&file, offsetof(model_header, bits), 17, "other features", "features of another number of buckets");
    with(&file, offsetof(model_header, features), 17, "other features", "a model for other features");
    with(&file, offsetof(model_header, normalisation), 99, "normalised in another way", "a model for another normalisation");
    with(&file, offsetof(model_header, curve_count), 0, "impossible sizes", "a model without a curve");
    with(&file, offsetof(model_header, curve_count), UINT32_MAX, "impossible sizes", "a model with too many curves");
    with(&file, offsetof(model_header, curve_count), 3, "cut short", "curves that are not there");
    with(&file, offsetof(model_header, curve_count), 1, "sizes make", "a curve that is not told of");
    with(&file, offsetof(model_header, file_bytes), 5, "and says 5", "a size that is not the file's");
    with(&file, offsetof(model_header, shift), 31, "impossible unit", "a unit that cannot be");
    with(&file, curve, 0x7FFFFFFF, "falls at knot 1", "a curve whose scores fall");
    with(&file, curve + 4, 6000, "falls at knot 1", "a curve whose risks fall");
    with(&file, curve + 4, UINT32_MAX, "risk over 1", "a risk over 1");
    with(&file, sizeof(model_header), 'f', "not where it belongs", "a first curve of one language");
    with(&file, second, 'F', "no language code", "a language in capitals");
    with(&file, second + offsetof(vg_model_curve, knots), 1, "1 knots", "a curve of one knot");
    with(&file, second + offsetof(vg_model_curve, method), 9, "method 9", "a method that nobody knows");
    bool all = true;
    for (size_t i = 0; i < 200 && all; i++) { /* anywhere */
        size_t at = i < 100 ? i * 14 : made_random((uint32_t)file.len);
        file.ptr[at] ^= (char)(1 << made_random(8));
        all = vg_model_read(&model, file.ptr, file.len, "x", &err) == -VG_ECORRUPT && !model;
        vg_buf_free(&file);
        file = made_file(words, 3);
    }
    TAP_OK(all, "a single flipped bit anywhere is found");
    vg_buf_free(&file);
}

static void not_written(void)
{
    vg_buf out;
    vg_error err = {0};
    int16_t weight = 0;
    vg_model_curve falling = made_curves[0];
    falling.knot[1].risk = 10001;
    vg_buf_init(&out, 1 << 20);
    vg_model_parts parts = {.bits = 15, .weights = &weight, .curves = made_curves, .curve_count = 2};
    TAP_EQ_INT(vg_model_write(&parts, &out, &err), -VG_EINVAL, "too few weights are not written");
    parts.bits = 16;
    parts.curves = &falling;
    parts.curve_count = 1;
    TAP_OK(vg_model_write(&parts, &out, &err) < 0, "nor a curve that would be refused");
    vg_buf_free(&out);
}

static void no_memory(void)
{
    vg_error err = {0};
    vg_model *model = NULL;
    vg_buf file = made_file(words, 3), out;
    size_t n = 0;
    bool clean = true;
    for (;;) {
        vg_alloc_fail_at(++n);
        int rc = vg_model_read(&model, file.ptr, file.len, "x", &err);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (!failed) break;
        clean &= rc == -VG_ENOMEM && !model;
    }
    TAP_OK(n > 2 && clean, "reading fails cleanly at each of %zu allocations", n - 1);
    for (n = 1, clean = true;; n++) {
        vg_buf_init(&out, VG_MODEL_FILE_MOST);
        vg_alloc_fail_at(n);
        int rc = vg_model_write(vg_model_look(model), &out, &err);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        vg_buf_free(&out);
        if (!failed) break;
        clean &= rc == -VG_ENOMEM;
    }
    TAP_OK(n > 1 && clean, "so does writing");
    vg_buf_free(&file);
    vg_model_unref(&model);
}

/* ---- risk ---- */

static void curves(void)
{
    vg_model *m = made_model(words, 3);
    vg_model_dense none = {{0}};
    vg_model_part part = score(m, " alpha "), empty = {0}, foreign = part;
    foreign.model++;
    TAP_EQ_STR(vg_model_curve_for(m, VG_STR("fr"))->language, "fr", "French has its curve");
    TAP_EQ_STR(vg_model_curve_for(m, VG_STR("FR-ca"))->language, "fr", "in Canada too");
    TAP_EQ_STR(vg_model_curve_for(m, VG_STR("fro"))->language, "", "Old French has none: the pooled one");
    TAP_EQ_STR(vg_model_curve_for(m, VG_STR(""))->language, "", "so has a message that does not say");
    TAP_EQ_STR(vg_model_curve_for(m, VG_STR("an-endless-language-code-of-someone"))->language, "", "and any nonsense");
    TAP_EQ_INT(vg_model_raw(m, part, &none), 8000 * 2 / 9, "the score of one token is small");
    TAP_EQ_INT(vg_model_risk(m, part, &none, VG_STR("de")), 5000 + 1777 * 5000 / 10000, "between two knots: a straight line");
    TAP_EQ_INT(vg_model_risk(m, part, &none, VG_STR("fr")), 9900, "another curve, another risk");
    TAP_EQ_INT(vg_model_risk(m, empty, &none, VG_STR("fr")), 0, "no words, no risk");
    TAP_EQ_INT(vg_model_risk(m, foreign, &none, VG_STR("fr")), 0, "a window of another model says nothing");
    uint32_t before = 0;
    bool rising = true;
    for (int64_t s = INT32_MIN; s <= INT32_MAX; s += 39119) {
        uint16_t r = vg_curve_risk(&made_curves[0], (int32_t)s);
        rising &= r >= before && r <= 10000;
        before = r;
    }
    TAP_OK(rising && before == 10000, "a risk never falls when the score rises");
    vg_model_unref(&m);
}

static void dense(void)
{
    vg_model *m = made_model(words, 3);
    vg_model_part part = score(m, " other ");
    vg_model_dense all = vg_model_dense_of(true, 40, 0, 40), none = vg_model_dense_of(false, 40, 0, 40),
                   answers = vg_model_dense_of(true, 0, 40, 1), most = vg_model_dense_of(true, UINT32_MAX, 0, UINT32_MAX);
    TAP_EQ_INT(none.value[0] | none.value[1], 0, "talk without a pair has nothing dense");
    TAP_OK(all.value[0] > 800 && answers.value[0] < -800, "who writes more is told from who answers");
    TAP_EQ_INT(all.value[1], VG_MODEL_DENSE_ONE, "eight in a row and more are one");
    TAP_OK(most.value[0] <= VG_MODEL_DENSE_ONE && most.value[0] > 1000, "any count stays below one");
    TAP_OK(abs(vg_model_dense_of(true, 1, 0, 1).value[0]) < 120, "the first message alone says little of initiative");
    TAP_EQ_INT(vg_model_raw(m, part, &all), 500 * all.value[0] / 1024 - 100, "dense values add to the score by their weights");
    vg_model_unref(&m);
}

static void windows(void)
{
    vg_model_part w = {0}, m = {.sum = 100, .tokens = 10, .model = 7};
    for (int i = 0; i < 6; i++) w = vg_model_window_add(w, m);
    TAP_OK(w.sum == 600 && w.tokens == 60, "parts of one model add up");
    w = vg_model_window_add(w, m);
    TAP_OK(w.sum == 350 && w.tokens == 35, "over 64 tokens, both are halved");
    w = vg_model_window_add(w, (vg_model_part){.sum = -7, .tokens = 4000, .model = 7});
    TAP_OK(w.tokens <= VG_WINDOW_TOKENS && w.tokens > VG_WINDOW_TOKENS / 2, "a long message leaves a window like any other");
    TAP_EQ_INT(vg_model_window_add(w, (vg_model_part){0}).sum, w.sum, "a message without words changes nothing");
    w = vg_model_window_add(w, (vg_model_part){.sum = -7, .tokens = 1, .model = 8});
    TAP_OK(w.sum == -7 && w.tokens == 1 && w.model == 8, "a window of another model is begun anew");
    w = (vg_model_part){.sum = INT32_MAX, .tokens = 1, .model = 8};
    w = vg_model_window_add(w, w);
    TAP_OK(w.sum == 1 << 30, "whatever was stored, a sum stays in bounds");
    w = (vg_model_part){.sum = INT32_MIN, .tokens = UINT16_MAX, .model = 8};
    w = vg_model_window_add(w, w);
    TAP_OK(w.sum >= -(1 << 30) && w.tokens <= VG_WINDOW_TOKENS, "below as well");
}

static void evidence(void)
{
    vg_evidence ev[4];
    size_t n = 0;
    vg_model_evidence(6999, 0, 7000, ev, &n);
    TAP_EQ_INT(n, 0, "below the policy's threshold there is no evidence");
    vg_model_evidence(7000, 6000, 7000, ev, &n);
    TAP_OK(n == 1 && ev[0].kind == VG_TEXT_MODEL && ev[0].fresh && ev[0].strength == 7000 && ev[0].value == 70, "at it there is, and it is fresh");
    vg_model_evidence(7900, 7000, 7000, ev, &n);
    TAP_OK(n == 2 && !ev[1].fresh, "nine points more are no news");
    vg_model_evidence(8000, 7000, 7000, ev, &n);
    TAP_OK(n == 3 && ev[2].fresh, "ten points are");
    vg_model_evidence(0, 0, 0, ev, &n);
    TAP_EQ_INT(n, 3, "a risk of nothing is never evidence");
}

int main(void)
{
    if (sodium_init() < 0) return 1;
    round_trip();
    refusals();
    not_written();
    no_memory();
    curves();
    dense();
    windows();
    evidence();
    return tap_done();
}
