/* SPDX-License-Identifier: Apache-2.0
 *
 * event/evidence: what a signal found, and the verdict it led to.
 *
 * Evidence kinds have stable names ("text.secrecy"); the number of a kind never changes, new kinds are
 * added at the end. Weights and risks are integers in 1/10000, so that the same input gives the same
 * verdict, bit for bit, on every machine. Callers: every stage room.
 */
#ifndef VG_EVENT_EVIDENCE_H
#define VG_EVENT_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

/* Every kind: its number (on disk, never changed), its constant, the room it comes from, its name in a policy. Its stable
 * name is the last two with a dot: "text.secrecy". */
#define VG_EVIDENCE_WEIGHED(X)                                 \
    X(0, VG_TEXT_AGE_PROBING, "text", "age_probing")           \
    X(1, VG_TEXT_SUPERVISION_PROBING, "text", "supervision_probing") \
    X(2, VG_TEXT_SECRECY, "text", "secrecy")                   \
    X(3, VG_TEXT_MOVING_APP, "text", "moving_app")             \
    X(4, VG_TEXT_ISOLATION, "text", "isolation")               \
    X(5, VG_TEXT_GIFT_OFFER, "text", "gift_offer")             \
    X(6, VG_TEXT_PICTURE_REQUEST, "text", "picture_request")   \
    X(7, VG_TEXT_MEETING_REQUEST, "text", "meeting_request")   \
    X(8, VG_TEXT_THREAT, "text", "threat")                     \
    X(9, VG_CONDUCT_AGE_GAP, "conduct", "age_gap")             \
    X(10, VG_CONDUCT_FAN_OUT_DAY, "conduct", "fan_out_24h")    \
    X(11, VG_CONDUCT_FAN_OUT_WEEK, "conduct", "fan_out_7d")    \
    X(12, VG_CONDUCT_UNRECIPROCATED, "conduct", "unreciprocated") \
    X(13, VG_CONDUCT_INITIATIVE, "conduct", "initiative")      \
    X(14, VG_CONDUCT_ESCALATION, "conduct", "escalation")      \
    X(15, VG_CONDUCT_NEW_ACCOUNT, "conduct", "new_account")    \
    X(16, VG_CONDUCT_NIGHT, "conduct", "night")                \
    X(17, VG_CONDUCT_MOVED_PRIVATE, "conduct", "moved_private") \
    X(18, VG_MEDIA_KNOWN, "media", "known_hash")               \
    X(19, VG_NOTICE_REPORT, "notice", "user_report")           \
    X(20, VG_MEDIA_SIMILAR, "media", "similar_hash")           \
    X(21, VG_TEXT_LOCATION_PROBING, "text", "location_probing") \
    X(22, VG_TEXT_FLATTERY, "text", "flattery")                \
    X(23, VG_TEXT_PAYMENT_REQUEST, "text", "payment_request")  \
    X(24, VG_TEXT_DARE, "text", "dare")                        \
    X(25, VG_TEXT_AGE_STATEMENT, "text", "age_statement")      \
    X(27, VG_TEXT_HELP_SEEKING, "text", "help_seeking")        \
    X(28, VG_TEXT_MODEL, "text", "model")                      \
    X(29, VG_CONDUCT_COURSE, "conduct", "course")              \
    X(30, VG_CONDUCT_SPEED, "conduct", "speed")                \
    X(31, VG_CONDUCT_PERSISTENCE, "conduct", "persistence")    \
    X(32, VG_CONDUCT_ASYMMETRY, "conduct", "asymmetry")        \
    X(33, VG_CONDUCT_EARLY_MOVE, "conduct", "early_move")      \
    X(34, VG_CONDUCT_SAME_OPENING, "conduct", "same_opening")  \
    X(35, VG_CONDUCT_STAGE_SHARE, "conduct", "stage_share")    \
    X(36, VG_CONDUCT_LINKED, "conduct", "linked_accounts")     \
    X(37, VG_RULE_OPERATOR, "rule", "operator")
/* A no has no weight: it is never held against who says it. */
#define VG_EVIDENCE_LIST(X) VG_EVIDENCE_WEIGHED(X) X(26, VG_TEXT_REFUSAL, "text", "refusal")

typedef enum {
#define VG_EVIDENCE_CONSTANT(number, constant, room, name) constant = number,
    VG_EVIDENCE_LIST(VG_EVIDENCE_CONSTANT)
#undef VG_EVIDENCE_CONSTANT
    VG_EVIDENCE_KINDS = 38 /* sets of kinds are bits of a uint64_t */
} vg_evidence_kind;

/* Families of behaviour that a lexicon names, numbered without gaps: the first nine are their evidence kinds, the others
 * came later. Sets of families are bits of a uint32_t. */
enum { VG_TEXT_FAMILIES = 16, VG_TEXT_FAMILIES_FIRST = 9 };

static inline vg_evidence_kind vg_evidence_of_family(unsigned family)
{
    return (vg_evidence_kind)(family < VG_TEXT_FAMILIES_FIRST ? family : family - VG_TEXT_FAMILIES_FIRST + VG_TEXT_LOCATION_PROBING);
}
/** The family of a kind, or -1: other evidence. */
static inline int vg_evidence_family(unsigned kind)
{
    if (kind < VG_TEXT_FAMILIES_FIRST) return (int)kind;
    if (kind < VG_TEXT_LOCATION_PROBING || kind > VG_TEXT_HELP_SEEKING) return -1;
    return (int)(kind - VG_TEXT_LOCATION_PROBING + VG_TEXT_FAMILIES_FIRST);
}
/** The bit of a family of this kind. */
static inline uint32_t vg_evidence_family_bit(vg_evidence_kind kind) { return UINT32_C(1) << vg_evidence_family(kind); }

/* Whose behaviour a family is. Approach: evidence about who writes. The others say something of the writer's own situation and are
 * never held against them: a refusal makes further asking weigh (conduct.persistence), a stated age protects, a call
 * for help brings help. */
typedef enum { VG_SENSE_APPROACH, VG_SENSE_AGE, VG_SENSE_REFUSAL, VG_SENSE_HELP } vg_family_sense;
static inline vg_family_sense vg_family_sense_of(unsigned family)
{
    switch (vg_evidence_of_family(family)) {
    case VG_TEXT_AGE_STATEMENT: return VG_SENSE_AGE;
    case VG_TEXT_REFUSAL: return VG_SENSE_REFUSAL;
    case VG_TEXT_HELP_SEEKING: return VG_SENSE_HELP;
    default: return VG_SENSE_APPROACH;
    }
}

/* Stages of a course of conduct. Names from the literature (O'Connell; Olson), never an order that is required. */
typedef enum {
    VG_STAGE_CONTACT,         /* asks or states ages, where one is from */
    VG_STAGE_TRUST,           /* flatters, gives, plays */
    VG_STAGE_ISOLATION,       /* secret, elsewhere, away from friends and family */
    VG_STAGE_RISK_ASSESSMENT, /* who watches, where and when is one alone */
    VG_STAGE_ESCALATION,      /* picture, camera, meeting */
    VG_STAGE_PRESSURE,        /* threatens, demands, goes on after a no */
    VG_STAGES
} vg_stage;
/* "contact", "trust", "isolation", "risk_assessment", "escalation", "pressure" */
extern const char *const vg_stage_names[VG_STAGES];
/** The stage that a family belongs to, or -1. */
int vg_stage_of_family(unsigned family);

/* "text.age_probing", ..., "rule.operator" */
extern const char *const vg_evidence_names[VG_EVIDENCE_KINDS];
/* "age_probing", ..., "operator": as policies and lexicons write them. */
extern const char *const vg_evidence_short_names[VG_EVIDENCE_KINDS];
/** Whether who writes to whom counts for it: text and conduct, but not a call for help. */
static inline bool vg_evidence_by_relation(unsigned kind)
{
    return kind != VG_TEXT_HELP_SEEKING && kind != VG_RULE_OPERATOR && (kind < VG_MEDIA_KNOWN || kind > VG_MEDIA_SIMILAR);
}
/** Whether it comes from known material: its bank's effect counts, not who writes to whom. */
static inline bool vg_evidence_is_media(unsigned kind) { return kind == VG_MEDIA_KNOWN || kind == VG_MEDIA_SIMILAR; }
/** The kind of a name, or -1. */
int vg_evidence_kind_of(vg_str name);

/* One place in the message text (or the notice's), in bytes of the original UTF-8. */
typedef struct vg_span {
    uint32_t from, to; /* to is exclusive; from == to: no place */
} vg_span;

typedef struct vg_evidence {
    uint8_t kind;      /* vg_evidence_kind */
    bool fresh;        /* this event brought it; false: remembered from earlier events of the conversation */
    uint16_t strength; /* 1/10000: how strongly the signal fires, before the policy's weight (10000 = fully) */
    uint16_t weight;   /* 1/10000: strength x policy weight x relation x decay; filled by decision */
    uint32_t value;    /* the number its sentence shows: accounts, hours, percent, times, messages */
    vg_span span;      /* text families only */
    uint16_t detail;   /* text: pattern number in the lexicon; media: bank number in the policy; rule: its number; UINT16_MAX: none; else 0 */
} vg_evidence;

typedef enum { VG_VERDICT_ALLOW, VG_VERDICT_NUDGE, VG_VERDICT_REVIEW, VG_VERDICT_HOLD, VG_VERDICT_BLOCK, VG_VERDICTS } vg_verdict_kind;
extern const char *const vg_verdict_names[VG_VERDICTS];

typedef struct vg_verdict {
    vg_verdict_kind kind;
    uint16_t risk;        /* 1/10000 */
    bool scanned;         /* false: content was not looked at because the policy does not allow it in this channel */
    uint8_t count;        /* evidence pieces, strongest first; ties by kind */
    vg_evidence evidence[VG_EVIDENCE_KINDS]; /* at most one of each kind */
} vg_verdict;

/* Up to this many spans of one message are kept for the case page (the evidence itself holds the first of each kind). */
enum { VG_HITS_MAX = 16, VG_TOKENS_MAX = 4 };
typedef struct vg_text_hit {
    uint8_t family;    /* < VG_TEXT_FAMILIES */
    uint16_t pattern;  /* number in the lexicon; UINT16_MAX: found by its form (a telephone number, an address) */
    uint16_t strength; /* 1/10000 */
    vg_span span;
} vg_text_hit;

typedef struct vg_text_hits {
    uint32_t count;
    uint32_t families; /* bit f set: family f was found */
    vg_text_hit hit[VG_HITS_MAX]; /* in order of place, then family */
    uint8_t stated_age;           /* years, of an age statement; 0: none */
    bool reporting;                /* says what others say: strengths are halved already */
    uint8_t token_count;
    uint64_t token[VG_TOKENS_MAX]; /* hashes of the contact addresses handed out (handle, number, link), without key */
} vg_text_hits;

#endif
