/* SPDX-License-Identifier: Apache-2.0
 *
 * The file of a model: written whole, mapped, and checked once before anything in it is believed.
 */
#include "signals/text/model/model_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "signals/text/text.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are read where they lie: little endian");

const char *vg_model_features_name(void)
{
    return "features 1: words 1-2, characters 2-5 in a word and its spaces, 16 bytes a token, score 2s/(t+8), dense initiative row";
}

static const vg_hash_key key = {0x7669676965, 0x6D6F64656C}; /* "vigie", "model" */

uint32_t vg_model_normalisation(void)
{
    static const char probe[] = "Salut\xC2\xA0! Quel \xC3\x82\xC3\x82\xC3\x82ge t'as ? j\xE2\x80\x99" "ai 13ans, viens sur sn@p... c'est s.e.c.r.e.t, "
                                "ph0t0 $tp LOOOL \xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 p\xD0\xB0rty \xEF\xBD\x93\xEF\xBD\x8E 20h30";
    char folded[3 * sizeof probe + 16];
    size_t len = vg_text_fold((vg_str){probe, sizeof probe - 1}, folded, sizeof folded, NULL);
    return (uint32_t)vg_hash64(&key, folded, len);
}

uint64_t vg_model_features_hash(uint32_t bits)
{
    uint32_t all[] = {vg_model_normalisation(), bits,         MODEL_K1,      MODEL_K2,      MODEL_K5,
                      model_seed[2],       model_seed[3], model_seed[4], model_seed[5], VG_MODEL_READS, VG_WINDOW_TOKENS};
    const char *name = vg_model_features_name();
    return vg_hash_mix(vg_hash64(&key, name, strlen(name)), vg_hash64(&key, all, sizeof all) ^ MODEL_KW);
}

/* ---- checking ---- */

static int check_curve(const vg_model_curve *c, uint32_t number, const char *name, vg_error *err)
{
    bool ended = false;
    for (size_t i = 0; i < sizeof c->language; i++) {
        char b = c->language[i];
        ended |= b == '\0';
        if (ended ? b != '\0' : b < 'a' || b > 'z') return vg_fail(err, VG_ECORRUPT, name, "curve %u has no language code", number);
    }
    if (!ended || (number == 0) != (c->language[0] == '\0'))
        return vg_fail(err, VG_ECORRUPT, name, "curve %u is not where it belongs: the first is of all languages, the others of one", number);
    if (c->method >= VG_CURVE_METHODS || c->knots < 2 || c->knots > VG_MODEL_KNOTS)
        return vg_fail(err, VG_ECORRUPT, name, "curve %u has method %u and %u knots", number, c->method, c->knots);
    for (uint32_t k = 0; k < c->knots; k++) {
        if (c->knot[k].risk > 10000) return vg_fail(err, VG_ECORRUPT, name, "curve %u has a risk over 1", number);
        if (k && (c->knot[k].score <= c->knot[k - 1].score || c->knot[k].risk < c->knot[k - 1].risk))
            return vg_fail(err, VG_ECORRUPT, name, "curve %u falls at knot %u", number, k);
    }
    return 0;
}

static size_t file_size(uint32_t bits, uint32_t curves)
{
    return sizeof(model_header) + curves * sizeof(vg_model_curve) + (sizeof(int16_t) << bits) + MODEL_CHECKSUM;
}

static int check_header(const model_header *h, size_t len, const char *name, vg_error *err)
{
    if (memcmp(h->magic, MODEL_MAGIC, sizeof h->magic) != 0) return vg_fail(err, VG_ECORRUPT, name, "this is no model of Vigie");
    if (h->format != MODEL_FORMAT || h->header_bytes != sizeof *h)
        return vg_fail(err, VG_ECORRUPT, name, "the file has format %u; this program reads format %d: train the model again", h->format,
                       MODEL_FORMAT);
    if (h->bits < VG_MODEL_BITS_LEAST || h->bits > VG_MODEL_BITS_MOST || h->curve_count < 1 || h->curve_count > VG_MODEL_CURVES)
        return vg_fail(err, VG_ECORRUPT, name, "impossible sizes: 2^%u weights, %u curves", h->bits, h->curve_count);
    if (h->normalisation != vg_model_normalisation())
        return vg_fail(err, VG_ECORRUPT, name, "the model was trained on messages normalised in another way than this program's: train it again");
    if (h->features != vg_model_features_hash(h->bits))
        return vg_fail(err, VG_ECORRUPT, name, "the model was trained with other features than this program's (%016llx, not %016llx): train it again",
                       (unsigned long long)h->features, (unsigned long long)vg_model_features_hash(h->bits));
    size_t expected = file_size(h->bits, h->curve_count);
    if (len < expected) return vg_fail(err, VG_ECORRUPT, name, "the file is cut short: %zu bytes of %zu", len, expected);
    if (len > expected || h->file_bytes != expected)
        return vg_fail(err, VG_ECORRUPT, name, "the file has %zu bytes and says %llu; its sizes make %zu", len,
                       (unsigned long long)h->file_bytes, expected);
    return 0;
}

/* Everything but the checksum: what a file must be even if somebody made the checksum fit. */
static int take(vg_model *m, const uint8_t *bytes, size_t len, const char *name, vg_error *err)
{
    model_header h;
    uint8_t sum[MODEL_CHECKSUM];
    if (len < sizeof h) return vg_fail(err, VG_ECORRUPT, name, "the file is cut short: %zu bytes, not even a header", len);
    memcpy(&h, bytes, sizeof h);
    int rc = check_header(&h, len, name, err);
    if (rc) return rc;
    crypto_generichash(sum, sizeof sum, bytes, len - sizeof sum, NULL, 0);
    if (memcmp(sum, bytes + len - sizeof sum, sizeof sum) != 0)
        return vg_fail(err, VG_ECORRUPT, name, "the checksum does not match: the file was changed or damaged");
    memcpy(&m->id, sum, sizeof m->id);
    memcpy(m->curves, bytes + sizeof h, h.curve_count * sizeof m->curves[0]);
    for (uint32_t i = 0; i < h.curve_count; i++)
        if ((rc = check_curve(&m->curves[i], i, name, err))) return rc;
    m->parts = (vg_model_parts){.bits = h.bits,
                                .shift = h.shift,
                                .weights = (const int16_t *)(const void *)(bytes + sizeof h + h.curve_count * sizeof m->curves[0]),
                                .bias = h.bias,
                                .curves = m->curves,
                                .curve_count = h.curve_count,
                                .summary = h.summary};
    memcpy(m->parts.dense, h.dense, sizeof h.dense);
    if (h.shift > 30) return vg_fail(err, VG_ECORRUPT, name, "impossible unit of weights: 2^-%u", h.shift);
    m->sum = model_has_avx2() ? model_sum_avx2 : model_sum_c;
    return 0;
}

/* ---- opening ---- */

static int begin(vg_model **out, vg_error *err)
{
    *out = vg_calloc(1, sizeof **out);
    if (!*out) return vg_fail(err, VG_ENOMEM, "", "no memory for a model");
    atomic_init(&(*out)->references, 1);
    return 0;
}

static int map_file(vg_model *m, const char *path, vg_error *err)
{
    struct stat st;
    int rc = 0, fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return vg_fail(err, errno == ENOENT ? VG_ENOENT : VG_EIO, path, "the model cannot be opened: %s", strerror(errno));
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        rc = vg_fail(err, VG_EIO, path, "this is no ordinary file");
    } else if (st.st_size < (off_t)sizeof(model_header) || st.st_size > VG_MODEL_FILE_MOST) {
        rc = vg_fail(err, VG_ECORRUPT, path, "a file of %lld bytes is no model", (long long)st.st_size);
    } else {
        void *at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
        if (at == MAP_FAILED) {
            rc = vg_fail(err, VG_EIO, path, "the model cannot be mapped: %s", strerror(errno));
        } else {
            m->mapped = at;
            m->mapped_bytes = (size_t)st.st_size;
        }
    }
    close(fd);
    return rc;
}

int vg_model_open(vg_model **out, const char *path, vg_error *err)
{
    int rc = begin(out, err);
    if (!rc) rc = map_file(*out, path, err);
    if (!rc) rc = take(*out, (*out)->mapped, (*out)->mapped_bytes, path, err);
    if (rc) vg_model_unref(out);
    return rc;
}

int vg_model_read(vg_model **out, const void *bytes, size_t len, const char *name, vg_error *err)
{
    int rc = begin(out, err);
    if (rc) return rc;
    uint8_t *copy = len ? vg_malloc(len) : NULL;
    if (len && !copy) {
        rc = vg_fail(err, VG_ENOMEM, name, "no memory for a model");
    } else {
        if (len) memcpy(copy, bytes, len);
        (*out)->mapped = copy;
        (*out)->mapped_bytes = len;
        (*out)->owned = true;
        rc = take(*out, copy, len, name, err);
    }
    if (rc) vg_model_unref(out);
    return rc;
}

vg_model *vg_model_ref(vg_model *model)
{
    atomic_fetch_add_explicit(&model->references, 1, memory_order_relaxed);
    return model;
}

void vg_model_unref(vg_model **model)
{
    vg_model *m = *model;
    *model = NULL;
    if (!m || atomic_fetch_sub_explicit(&m->references, 1, memory_order_acq_rel) != 1) return;
    union { /* either came to us writable, or is given back to the system */
        const uint8_t *in;
        void *out;
    } at = {m->mapped};
    if (m->owned) vg_free(at.out);
    else if (m->mapped) munmap(at.out, m->mapped_bytes);
    vg_free(m);
}

const vg_model_parts *vg_model_look(const vg_model *model) { return &model->parts; }
uint64_t vg_model_id(const vg_model *model) { return model->id; }
const char *vg_model_kernel(const vg_model *model) { return model->sum == model_sum_c ? "c" : "avx2"; }

/* ---- writing ---- */

int vg_model_write(const vg_model_parts *parts, vg_buf *out, vg_error *err)
{
    model_header h = {.format = MODEL_FORMAT,
                      .header_bytes = sizeof h,
                      .bits = parts->bits,
                      .shift = parts->shift,
                      .bias = parts->bias,
                      .curve_count = parts->curve_count,
                      .normalisation = vg_model_normalisation(),
                      .summary = parts->summary};
    if (parts->bits < VG_MODEL_BITS_LEAST || parts->bits > VG_MODEL_BITS_MOST || parts->curve_count < 1 || parts->curve_count > VG_MODEL_CURVES)
        return vg_fail(err, VG_EINVAL, "", "a model has 2^%d to 2^%d weights and 1 to %d curves", VG_MODEL_BITS_LEAST, VG_MODEL_BITS_MOST,
                       VG_MODEL_CURVES);
    if (parts->shift > 30) return vg_fail(err, VG_EINVAL, "", "the unit of weights is 2^-30 at least");
    for (uint32_t i = 0; i < parts->curve_count; i++) {
        int rc = check_curve(&parts->curves[i], i, "", err);
        if (rc) return rc;
    }
    memcpy(h.magic, MODEL_MAGIC, sizeof h.magic);
    memcpy(h.dense, parts->dense, sizeof h.dense);
    h.features = vg_model_features_hash(parts->bits);
    h.file_bytes = file_size(parts->bits, parts->curve_count);
    uint8_t sum[MODEL_CHECKSUM];
    size_t from = out->len;
    vg_buf_reserve(out, h.file_bytes);
    vg_buf_add(out, &h, sizeof h);
    vg_buf_add(out, parts->curves, parts->curve_count * sizeof parts->curves[0]);
    vg_buf_add(out, parts->weights, sizeof(int16_t) << parts->bits);
    if (!out->failed) crypto_generichash(sum, sizeof sum, (const uint8_t *)out->ptr + from, out->len - from, NULL, 0);
    vg_buf_add(out, sum, sizeof sum);
    return out->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for the file of a model") : 0;
}

int vg_model_save(const vg_model_parts *parts, const char *path, vg_error *err)
{
    vg_buf out;
    vg_buf_init(&out, VG_MODEL_FILE_MOST + 1);
    int rc = vg_model_write(parts, &out, err);
    if (!rc) rc = vg_file_replace(path, out.ptr, out.len, 0644, err);
    vg_buf_free(&out);
    return rc;
}
