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

typedef enum {
    /* text families: the sender's words in this message */
    VG_TEXT_AGE_PROBING,
    VG_TEXT_SUPERVISION_PROBING,
    VG_TEXT_SECRECY,
    VG_TEXT_MOVING_APP,
    VG_TEXT_ISOLATION,
    VG_TEXT_GIFT_OFFER,
    VG_TEXT_PICTURE_REQUEST,
    VG_TEXT_MEETING_REQUEST,
    VG_TEXT_THREAT,
    VG_TEXT_FAMILIES, /* 9 */
    /* conduct: who contacts whom, and how */
    VG_CONDUCT_AGE_GAP = VG_TEXT_FAMILIES,
    VG_CONDUCT_FAN_OUT_DAY,
    VG_CONDUCT_FAN_OUT_WEEK,
    VG_CONDUCT_UNRECIPROCATED,
    VG_CONDUCT_INITIATIVE,
    VG_CONDUCT_ESCALATION,
    VG_CONDUCT_NEW_ACCOUNT,
    VG_CONDUCT_NIGHT,
    VG_CONDUCT_MOVED_PRIVATE,
    VG_MEDIA_KNOWN,
    VG_NOTICE_REPORT,
    VG_MEDIA_SIMILAR, /* numbers are on disk: this came later than its neighbours */
    VG_EVIDENCE_KINDS /* 21 */
} vg_evidence_kind;

/* "text.age_probing", ..., "conduct.fan_out_24h", "conduct.fan_out_7d", ..., "media.known_hash", "notice.user_report", "media.similar_hash" */
extern const char *const vg_evidence_names[VG_EVIDENCE_KINDS];
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
    uint16_t detail;   /* text: pattern number in the lexicon; media: bank number in the policy; else 0 */
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
enum { VG_HITS_MAX = 16 };
typedef struct vg_text_hit {
    uint8_t family;   /* < VG_TEXT_FAMILIES */
    uint16_t pattern; /* number in the lexicon */
    vg_span span;
} vg_text_hit;

typedef struct vg_text_hits {
    uint32_t count;
    uint32_t families; /* bit f set: family f was found */
    vg_text_hit hit[VG_HITS_MAX]; /* in order of place, then family */
} vg_text_hits;

#endif
