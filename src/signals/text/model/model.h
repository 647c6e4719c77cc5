/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/text/model: normalised words -> the risk that a model, trained on labelled conversations, sees in them.
 *
 * DESIGN. A message brings features: its words, its pairs of words, and the character 2- to 5-grams of each word with the
 * spaces around it, hashed into 2^bits buckets that each have a weight of sixteen bits. The message's part is the sum of
 * them and its number of tokens. A sender's parts in one conversation add up to a window that forgets (event/facts.h); its
 * score is 2*sum/(tokens+8), so that a few words say little, plus what is dense (who writes more, who goes on unanswered). A curve for
 * each language turns the score into a risk. All of it is integers: the same bits on every machine.
 *
 * Invariants: a model is immutable, mapped from its file read-only, and checked once, when it is opened. It holds no text
 * and no floating point. Whatever the weights are, scoring stays in bounds and overflows nothing. Nothing is allocated
 * while scoring; any thread may score.
 * Callers: pipeline, learning, cli, bench.
 */
#ifndef VG_SIGNALS_TEXT_MODEL_H
#define VG_SIGNALS_TEXT_MODEL_H

#include "base/error.h"
#include "event/facts.h"

typedef struct vg_model vg_model;

enum {
    VG_MODEL_BITS_LEAST = 16,
    VG_MODEL_BITS_MOST = 20,     /* 2 MiB of weights */
    VG_MODEL_BITS_DEFAULT = 18,  /* 512 KiB: fits the second-level cache */
    VG_MODEL_READS = 4096,       /* bytes of a normalised message that are looked at */
    VG_MODEL_FEATURES_MOST = 5 * VG_MODEL_READS, /* of one message: four n-grams a byte, two a word */
    VG_MODEL_SCALE = 2,          /* score = SCALE * sum / (tokens + CALM) + ... */
    VG_MODEL_CALM = 8,           /* as if so many more tokens had been said that mean nothing */
    VG_MODEL_DENSE = 2,
    VG_MODEL_DENSE_ONE = 1024,   /* 1.0 of a dense value */
    VG_MODEL_CURVES = 32,
    VG_MODEL_KNOTS = 64,
    VG_MODEL_SPANS = 4,          /* places that an explanation names */
    VG_MODEL_FILE_MOST = 4 << 20,
};

/* What is known of an exchange beside its words, as shares. How many messages there are and who began is on purpose none of it: where
 * talks with and without risk come from different sources, both tell the sources apart. */
typedef struct vg_model_dense {
    int16_t value[VG_MODEL_DENSE]; /* initiative -1..1, messages in a row 0..1; both 0 where two do not write to each other */
} vg_model_dense;

vg_model_dense vg_model_dense_of(bool pair, uint32_t sent, uint32_t received, uint32_t in_a_row);
static inline vg_model_dense vg_model_dense_facts(const vg_facts *f)
{
    return vg_model_dense_of(f->has_peer, f->sent, f->received, f->sent_in_row);
}

/* Score -> risk: straight lines between knots, level outside. */
typedef enum { VG_CURVE_PLATT, VG_CURVE_ISOTONIC, VG_CURVE_METHODS } vg_curve_method;
typedef struct vg_model_curve {
    char language[12];  /* primary subtag in lower case, NUL padded; the first curve's is empty: all languages pooled */
    uint32_t method;    /* vg_curve_method */
    uint32_t knots;     /* 2..KNOTS */
    uint32_t items, positives; /* what it was fitted on */
    struct {
        int32_t score; /* rising */
        uint32_t risk; /* 1/10000, never falling */
    } knot[VG_MODEL_KNOTS];
} vg_model_curve;

/* How a model came about: counts, no names. Figures in 1/10000. */
typedef struct vg_model_summary {
    int64_t made_ms;
    uint32_t talks, messages, authors, risk_authors, items, risk_items;
    uint32_t seed, folds, cost_e4;
    uint32_t precision, recall, f05, auc; /* of authors, cross-validated; 0: not measured */
} vg_model_summary;

/* What a model is made of; `weights` has 1 << bits of them, in units of 2^-shift of the log odds. */
typedef struct vg_model_parts {
    uint32_t bits, shift;
    const int16_t *weights;
    int32_t bias, dense[VG_MODEL_DENSE]; /* same unit; dense: at 1.0 */
    const vg_model_curve *curves;
    uint32_t curve_count;
    vg_model_summary summary;
} vg_model_parts;

/** Maps and checks a file. VG_ENOENT, VG_EIO; VG_ECORRUPT with the reason: too short, another format, made for other features,
 *  sizes that do not fit, a checksum that does not match, a curve that falls. Replace a model by renaming over it, as
 *  vg_model_save does: a file that is changed in place while it is open ends the process. */
int vg_model_open(vg_model **out, const char *path, vg_error *err);
/** The same from memory, which is copied. `name` is shown in errors. */
int vg_model_read(vg_model **out, const void *bytes, size_t len, const char *name, vg_error *err);
/** Writes the file, checksum included, in place of what was there. VG_EINVAL when the parts would be refused. */
int vg_model_save(const vg_model_parts *parts, const char *path, vg_error *err);
/** The same into `out`. */
int vg_model_write(const vg_model_parts *parts, vg_buf *out, vg_error *err);
vg_model *vg_model_ref(vg_model *model);
void vg_model_unref(vg_model **model);

/** Valid as long as the model. */
const vg_model_parts *vg_model_look(const vg_model *model);
/** Hash of the file, 64 bits of its checksum: two models are the same when it is equal. */
uint64_t vg_model_id(const vg_model *model);
/** "avx2" or "c". */
const char *vg_model_kernel(const vg_model *model);
/** What features this program reads, in words; and their hash, which a file must have. */
const char *vg_model_features_name(void);
uint64_t vg_model_features_hash(uint32_t bits);
/** Changes when messages are normalised in another way: a hash of what a few sentences with every trick in them become. */
uint32_t vg_model_normalisation(void);

/** The part of one message. `text` is normalised (vg_text_normalised): begins and ends with a space, words by single spaces. */
vg_model_part vg_model_score(const vg_model *model, const char *text, size_t len);
/** The buckets of a message's features, one each time it occurs, in no particular order; `out` has room for
 *  VG_MODEL_FEATURES_MOST. Returns how many; *tokens as in vg_model_part. For training. */
size_t vg_model_features(uint32_t bits, const char *text, size_t len, uint32_t *out, uint32_t *tokens);
/** Score of a window, before calibration: in the model's unit. */
int32_t vg_model_raw(const vg_model *model, vg_model_part window, const vg_model_dense *dense);
/** The curve for a language (BCP 47; its first part decides, case does not matter); the pooled one when it has none. */
const vg_model_curve *vg_model_curve_for(const vg_model *model, vg_str language);
uint16_t vg_curve_risk(const vg_model_curve *curve, int32_t score);
/** Calibrated risk of a window, 1/10000. A window without tokens, or of another model: 0. */
uint16_t vg_model_risk(const vg_model *model, vg_model_part window, const vg_model_dense *dense, vg_str language);

/* A place in a message and what the sum loses without it. */
typedef struct vg_model_span {
    vg_span span;
    int32_t weight; /* > 0, in the model's unit */
} vg_model_span;

/** The places that raise a message's sum the most, strongest first: groups of up to five neighbouring words, found by scoring
 *  the message again without them; a place with less than a quarter of the strongest is left out. `text` is normalised and `map`
 *  says for each of its bytes where it comes from in `message` (vg_text_normalise): places are bytes of it as it was written, on
 *  character boundaries, without spaces and punctuation at their end. Returns how many, at most VG_MODEL_SPANS. Needs 30 KiB of stack. */
size_t vg_model_explain(const vg_model *model, const char *text, size_t len, const uint32_t *map, vg_str message,
                        vg_model_span out[VG_MODEL_SPANS]);

/** The model as evidence (VG_TEXT_MODEL): strength = risk, value = percent, no place yet. Appends to ev[*count] when the risk
 *  is at least `at`; fresh when this message took it there or raised it by ten points. */
void vg_model_evidence(uint16_t risk, uint16_t before, uint16_t at, vg_evidence *ev, size_t *count);

#endif
