/* SPDX-License-Identifier: Apache-2.0
 *
 * event/policy: a space's policy as the stages read it. The room space/ fills it from YAML.
 *
 * Plain values, immutable once loaded, shared between threads by reference count (vg_policy_set in
 * space/space.h). Numbers are integers: weights and thresholds in 1/10000, times in hours or
 * milliseconds as named. Callers: every stage room (read only).
 */
#ifndef VG_EVENT_POLICY_H
#define VG_EVENT_POLICY_H

#include "event/bank.h"
#include "event/policy_queue.h"
#include "event/policy_transparency.h"
#include "event/policy_welfare.h"
#include "event/event.h"
#include "event/evidence.h"
#include "event/policy_gold.h"
#include "event/policy_training.h"

typedef enum { VG_LANG_FR, VG_LANG_EN, VG_LANGS } vg_lang;

/* Who writes to whom; each relation has a factor in the policy. */
typedef enum {
    VG_REL_ADULT_TO_MINOR,
    VG_REL_UNKNOWN_TO_MINOR,
    VG_REL_MINOR_TO_MINOR,
    VG_REL_ADULT_TO_UNKNOWN, /* also unknown to unknown, and talk without recipients */
    VG_REL_ADULT_TO_ADULT,
    VG_REL_MINOR_TO_ADULT,
    VG_RELATIONS
} vg_relation;

typedef struct vg_policy_bank {
    const char *name;
    const char *category;           /* native classification, shown as it is */
    vg_verdict_kind effect;         /* BLOCK, HOLD or REVIEW */
    const vg_media_hash *hashes;    /* sorted by algorithm, bytes; looked up by signals/media */
    size_t hash_count;
} vg_policy_bank;

typedef struct vg_policy_phrase {
    const char *text[VG_LANGS]; /* may hold {value}, replaced by the evidence's number */
    const char *one[VG_LANGS];  /* the form for value == 1; NULL: same as text */
} vg_policy_phrase;

/* Statistical models of a space: the active one, and one that runs beside it to be compared. */
enum { VG_MODEL_ACTIVE, VG_MODEL_SHADOW, VG_MODELS };

/* In place of a family: the turn of phrase reports or warns of what others say ("if somebody asks you"), or has the parents in on it.
 * What is found in the same message counts half. */
enum { VG_PATTERN_REPORTING = VG_TEXT_FAMILIES };

/* One lexicon pattern as written, for the console ("which expression matched") and for compiling. */
typedef struct vg_policy_pattern {
    uint8_t family;     /* < VG_TEXT_FAMILIES, or VG_PATTERN_REPORTING */
    uint16_t strength;  /* 1/10000 */
    const char *text;   /* "tu as quel age", "[envoie|montre] [moi] une photo" - syntax in docs/policy.md */
    const char *language; /* "fr" */
} vg_policy_pattern;

/* Chat spelling and emoji, undone before anything is compared. `from` is one word as folding leaves it before
 * digits are read as letters (a-z and 0-9 with a letter, none twice in a row: "tkt", "dem1", "gr8"), or one emoji (one
 * code point in UTF-8); `to` is one or more folded words with single spaces ("t inquiete pas", "emocamera").
 * No word of any `to` is a `from`, so that undoing twice is undoing once. */
typedef struct vg_policy_spelling {
    const char *from, *to;
} vg_policy_spelling;

enum {
    VG_SPELLING_MAX_FROM = 24, /* bytes */
    VG_SPELLING_MAX_TO = 32,
    VG_SPELLING_MAX_TIMES = 8, /* `to` with a space has at most so many times the bytes of `from` with one, or of an emoji */
    VG_SPELLING_MAX = 16384    /* entries */
};

/* A rule of the operator: a Lua program, see docs/rules.md. */
typedef struct vg_policy_rule {
    const char *name;   /* file name without folder and ending: "late_gifts" */
    const char *file;   /* where it was read from, for messages */
    const char *source; /* its text */
    bool shadow;        /* it runs and is counted, its evidence is not used */
    vg_policy_phrase why; /* its own sentences; space/ leaves them empty, the pipeline fills them in its copy once the rule was read */
} vg_policy_rule;

/* A sentence of a lexicon that must, or must not, match its family: the lexicon's own tests. */
typedef struct vg_policy_example {
    uint8_t family;
    bool match;
    const char *text;
    const char *language;
} vg_policy_example;

/* Where a pattern or a sentence is written: "policy/lexicon/fr.yaml", 42. For messages; not part of the policy's version. */
typedef struct vg_policy_place {
    const char *file;
    uint32_t line; /* 1-based; 0: not said */
} vg_policy_place;

typedef struct vg_policy {
    const char *space;              /* "lobby" */
    const char *title[VG_LANGS];
    const char *audience;           /* free sentence: who is meant to be here */
    vg_age_band assumed_age;        /* band taken for accounts whose age is unknown, or VG_AGE_UNKNOWN */
    const char *file;               /* where it was read from, for messages */
    uint64_t version;               /* hash of the policy's content: same content, same version */

    /* which channels are scanned */
    bool scan[VG_CHANNELS];         /* message text and media hashes */
    const char *legal_basis;        /* NULL: none recorded; private channels are then never scanned */
    const char *legal_basis_source; /* where it can be read */
    int64_t legal_basis_until_ms;   /* 0: no end. After it, private scanning stops by itself. */

    /* weights */
    uint16_t weight[VG_EVIDENCE_KINDS];    /* 1/10000 each piece adds at full strength */
    bool alone[VG_EVIDENCE_KINDS];         /* may reach `review` without other evidence */
    uint16_t relation[VG_RELATIONS];       /* factor 1/10000 on text and conduct evidence */
    uint32_t half_life_hours;              /* of remembered evidence */

    /* thresholds on risk, 1/10000; nudge <= review <= hold. 10001 = never. */
    uint16_t nudge_at, review_at, hold_at;

    /* conduct thresholds */
    uint32_t fan_out_day, fan_out_week;    /* distinct minors: evidence starts here, full strength at three times this */
    uint32_t unreciprocated;               /* same */
    uint32_t initiative_percent;           /* share of the pair's messages sent by the actor, and ... */
    uint32_t initiative_messages;          /* ... only after this many messages */
    uint32_t escalation_factor_x16;        /* today over usual, x16 */
    uint32_t escalation_messages;          /* and at least this many today */
    uint32_t new_account_hours;
    uint32_t course_stages;                /* stages reached with one minor, of VG_STAGES: evidence starts here */
    uint32_t speed_minutes;                /* as many stages within this time of the first contact */
    uint32_t persistence;                  /* requests after a refusal */
    uint32_t asymmetry;                    /* messages in a row without an answer */
    uint32_t early_move;                   /* asks to go elsewhere within this many of its own messages */
    uint32_t same_opening;                 /* distinct minors that got the same first message */
    uint32_t stage_share_percent;          /* of the account's talks with minors reach isolation or later, and ... */
    uint32_t stage_share_talks;            /* ... only after this many talks */
    uint32_t linked_accounts;              /* other accounts that hand out the same address */
    int32_t utc_offset_minutes;            /* of the space's audience, for night */
    uint32_t night_from_minute, night_to_minute; /* local minutes of the day; from > to spans midnight */

    /* context kept for a case */
    uint32_t context_messages;      /* how many earlier messages of the conversation a case seals */
    uint32_t context_minutes;       /* and how old at most; they wait in RAM only */

    /* retention, in days */
    uint32_t keep_memory_days;      /* accounts, pairs, conversations not seen for so long are forgotten */
    uint32_t keep_case_days;        /* closed cases: sealed context destroyed after so long, unless on legal hold */
    uint32_t keep_audit_days;

    vg_media_limits media;          /* what decoding an upload may cost */
    bool see_whole;                 /* a person may ask to see a media of a case as a whole */
    uint32_t keep_upload_minutes;   /* an upload without an event is forgotten after so long, its bytes with it */

    uint32_t review_within_hours;   /* the space's promise for an open case, shown in the queue */

    vg_policy_queue queue;          /* how its cases are handed out */
    vg_policy_welfare welfare;      /* what protects the people who decide them */
    vg_policy_transparency transparency; /* what everybody may see of its figures */
    const struct vg_policy_decisions *decisions; /* event/policy_decisions.h; never NULL of a policy that was loaded */
    vg_policy_gold gold;            /* items with a known answer */
    vg_policy_training training;    /* who must be certified, and how one becomes so */

    const vg_policy_bank *banks;
    size_t bank_count;
    const vg_policy_pattern *patterns; /* all lexicons of this space, in file order; index = pattern number */
    size_t pattern_count;
    const vg_policy_place *pattern_places; /* of the patterns, in the same order */
    const vg_policy_example *examples; /* of the same lexicons */
    size_t example_count;
    const vg_policy_spelling *spelling; /* all spelling files of this space, by `from` (strcmp), each once */
    size_t spelling_count;
    const vg_policy_place *example_places;

    const char *model[VG_MODELS];   /* files of the active model and the one in shadow; NULL: none */
    uint16_t model_at;              /* calibrated risk, 1/10000, from which the model is evidence */
    const vg_policy_rule *rules;    /* in the order in which they run */
    size_t rule_count;

    const char *nudge_message[VG_LANGS];            /* safety message shown in the space */
    vg_policy_phrase why[VG_EVIDENCE_KINDS];        /* one sentence per piece of evidence */
    vg_policy_phrase noun[VG_EVIDENCE_KINDS];       /* the same as a few words with their article, "une demande de photo"; NULL: none */
    vg_policy_phrase verdict_why[VG_VERDICTS];      /* one sentence per verdict */
    vg_policy_phrase not_scanned;                   /* sentence when content was not looked at */
    const struct vg_policy_notices *notices;        /* event/policy_notices.h; NULL: this space takes no notices */
    const struct vg_policy_report *report;          /* event/policy_report.h; NULL: the space has no section `report:` */
} vg_policy;

#endif
