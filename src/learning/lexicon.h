/* SPDX-License-Identifier: Apache-2.0
 *
 * learning/lexicon: what a lexicon's author should look at, from its own sentences and from a corpus of labelled talks.
 *
 * Every sentence and every message is looked at once, with all expressions of the policy together, as the pipeline does. Errors
 * are sentences that do not do what they are there for; everything else is a remark for a person, who knows the language.
 * What a corpus says of an expression is only as good as the corpus: one that matches nothing in it may be right.
 * Callers: cli.
 */
#ifndef VG_LEARNING_LEXICON_H
#define VG_LEARNING_LEXICON_H

#include "base/arena.h"
#include "base/error.h"
#include "event/policy.h"
#include "learning/corpus.h"
#include "learning/feedback.h"

typedef enum {
    VG_LEXICON_EXAMPLE,    /* an example that its family does not match: error */
    VG_LEXICON_COUNTER,    /* a counter-example that is matched; `other` is the expression: error */
    VG_LEXICON_UNGUARDED,  /* a family of one file has expressions and no counter-example */
    VG_LEXICON_BROAD,      /* matches more than its share of the innocent messages in its language: `matches` of `of` */
    VG_LEXICON_OVERLAP,    /* all it matches (`matches`) is matched by `other` of its family, which is at least as strong */
    VG_LEXICON_DEAD,       /* matches no example and nothing in the corpus */
    VG_LEXICON_DOUBTED,    /* people judged it, and it is wrong more often than right: `matches` of `of` judgements were wrong; `opinion` has more */
    VG_LEXICON_FINDINGS
} vg_lexicon_finding_kind;

/* "example", "counter_example", "unguarded", "broad", "overlapping", "dead", "doubted" */
extern const char *const vg_lexicon_finding_names[VG_LEXICON_FINDINGS];
static inline bool vg_lexicon_is_error(vg_lexicon_finding_kind kind) { return kind <= VG_LEXICON_COUNTER; }

enum {
    VG_LEXICON_JUDGED_LEAST = 10, /* judgements, right or wrong, that an expression is doubted or given another strength for */
    VG_LEXICON_STRENGTH_LEAST = 3000, VG_LEXICON_STRENGTH_MOST = 10000, /* what a lexicon may say: often innocent, unmistakable (docs/policy.md) */
};

/* What people said of one expression. */
typedef struct vg_lexicon_opinion {
    uint8_t family;
    const char *text;
    vg_policy_place place;
    uint32_t right, wrong, unsure;
    uint16_t low, high;           /* Wilson's interval at 95 % of the share right */
    uint16_t strength, suggested; /* as it is; the share right within what a lexicon may say, 0: too few judgements. Nobody applies it. */
} vg_lexicon_opinion;

typedef struct vg_lexicon_finding {
    vg_lexicon_finding_kind kind;
    uint8_t family;
    const char *text;      /* the expression or the sentence; NULL: the family itself */
    vg_policy_place place;
    const char *other;     /* an expression, or NULL */
    vg_policy_place other_place;
    uint32_t matches, of;
    const vg_lexicon_opinion *opinion; /* of what is doubted; else NULL */
} vg_lexicon_finding;

typedef struct vg_lexicon_report {
    vg_arena *arena;
    vg_lexicon_finding *findings; /* by file and line, errors first */
    size_t count;
    size_t errors;
    size_t patterns, sentences, messages, innocent; /* looked at; innocent messages are those of talks without risk */
    vg_lexicon_opinion *opinions; /* of each expression that was judged, by file and line */
    size_t opinion_count;
    size_t judgements;  /* of expressions that are here */
    size_t strangers;   /* of expressions that are not (changed since, or of another space), or that are not known */
    size_t other_evidence; /* not of words: models, conduct, media, rules */
    size_t answers;        /* left out: a receiver's answer is about a whole report, not about one expression of it */
} vg_lexicon_report;

typedef struct vg_lexicon_options {
    uint32_t broad;       /* an approach expression that matches more than so many of 10,000 innocent messages is too broad */
    bool sentences_only;  /* only whether the sentences do what they are there for */
    const vg_judged_list *feedback; /* what people said; may be NULL */
    void (*progress)(void *context, uint64_t done, uint64_t total); /* texts looked at; may be NULL */
    void *context;
} vg_lexicon_options;

/** Looks at one policy's expressions. `corpus` may be NULL or empty: then nothing is broad, and dead is what matches no sentence. The
 *  report points into the policy and lives until vg_lexicon_report_free. Errors: what compiling the patterns says; VG_ENOMEM. */
int vg_lexicon_review(vg_lexicon_report *out, const vg_policy *policy, const vg_corpus *corpus, const vg_lexicon_options *options,
                      vg_error *err);
void vg_lexicon_report_free(vg_lexicon_report *report);

#endif
