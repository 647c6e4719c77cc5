/* SPDX-License-Identifier: Apache-2.0
 *
 * event/notice: a notice, its notifier and a trusted flagger, as they travel between rooms.
 *
 * A notice has two halves. Its event (vigie.notice) goes through the pipeline and opens or joins a case; the notice itself keeps what the law
 * asks for: a receipt number, the notifier's identity (sealed apart, destroyed first), the state, the answer.
 * Callers: review, store, net, cli.
 */
#ifndef VG_EVENT_NOTICE_H
#define VG_EVENT_NOTICE_H

#include "event/case.h"
#include "event/policy_notices.h"

enum { /* limits, in bytes unless said otherwise */
    VG_NOTICE_LOCATIONS = 20,      /* places of one notice */
    VG_NOTICE_LOCATION = 2000,
    VG_NOTICE_TEXT = 10000,
    VG_NOTICE_NAME = 200,
    VG_NOTICE_EMAIL = 254,
    VG_NOTICE_CONTACT = 500,
    VG_NOTICE_WHO = 33,            /* a notifier's tag in hex, and a NUL */
};

typedef enum {
    VG_NOTICE_RECEIVED,
    VG_NOTICE_IN_REVIEW, /* somebody took its case */
    VG_NOTICE_DECIDED,
    VG_NOTICE_WITHDRAWN,
    VG_NOTICE_SET_ASIDE, /* its notifier is suspended (Art. 23) */
    VG_NOTICE_STATES
} vg_notice_state;
extern const char *const vg_notice_state_names[VG_NOTICE_STATES]; /* "received", "in_review", "decided", "withdrawn", "set_aside" */

typedef enum { VG_ORIGIN_FORM, VG_ORIGIN_PLATFORM, VG_ORIGIN_EVENT, VG_ORIGIN_FLAGGER, VG_ORIGINS } vg_notice_origin;
extern const char *const vg_notice_origin_names[VG_ORIGINS]; /* "form", "platform", "event", "flagger" */

typedef struct vg_notice_words {
    uint64_t exact, alike;
    uint32_t count; /* words; under 8, `alike` says nothing */
} vg_notice_words;

typedef struct vg_notice {
    int64_t id;           /* shown as "n-000123" to who reviews */
    vg_str number;        /* the receipt number, for the notifier */
    vg_str space;
    int64_t case_id;      /* 0: none */
    vg_notice_state state;
    vg_notice_origin origin;
    vg_notice_category category;
    vg_lang language;     /* in which the notifier is answered */
    bool danger;          /* a child is in danger now */
    bool named;           /* an identity was given */
    bool repeated;        /* says of the same target what an open notice says: it joined that one's case without an event of its own */
    bool unfounded;       /* a person found it manifestly unfounded */
    int64_t flagger_id;   /* 0: none */
    vg_str flagger;       /* its name */
    char who[VG_NOTICE_WHO]; /* the notifier's tag; empty: not known, or forgotten */
    int64_t received_ms, decided_ms;
    vg_action action;     /* when decided */
    uint32_t same_target; /* notices about the same target, this one included */
    uint32_t same_words;  /* notices with the same words about whatever target, in the last 30 days */
} vg_notice;

/** "n-000123" and a NUL; and back (-1 when it is none). */
void vg_notice_name(int64_t id, char out[24]);
int64_t vg_notice_id_of(vg_str name);

typedef struct vg_flagger {
    int64_t id;
    vg_str space;        /* one, or "*" */
    vg_str name, organisation, area, awarded_by; /* who gave the status: the coordinator of a country */
    int64_t key_id;      /* 0: none */
    vg_str account;      /* the account it reports with in the space; empty: none */
    int64_t since_ms, until_ms, ended_ms; /* until 0: no end */
    int64_t suspended_ms, suspended_until_ms;
    vg_str suspended_by, suspended_reason;
    int64_t made, upheld, dismissed, pending, unfounded; /* its record */
} vg_flagger;

/** Whether the status counts now: begun, not ended, not suspended. */
bool vg_flagger_trusted(const vg_flagger *flagger, int64_t now_ms);

/* ---- categories ---- */

extern const char *const vg_notice_category_names[VG_NOTICE_CATEGORIES];
int vg_notice_category_of(vg_str name); /* or -1 */
/** The reason of the event that a notice becomes. */
vg_notice_reason vg_notice_category_reason(vg_notice_category category);
vg_notice_category vg_notice_category_of_reason(vg_notice_reason reason);

/* ---- receipt numbers ---- */

enum { VG_NOTICE_NUMBER_LETTERS = 20, VG_NOTICE_NUMBER = VG_NOTICE_NUMBER_LETTERS + 3, VG_NOTICE_NUMBER_BYTES = 12 };

/** A number from random bytes: 19 letters of Crockford's base 32 (95 bits) and a check letter, "7K3QD-2MRTX-9ABCE-HJKM4". */
void vg_notice_number(const uint8_t random[VG_NOTICE_NUMBER_BYTES], char out[VG_NOTICE_NUMBER + 1]);
/** What somebody typed (any case, with or without hyphens and blanks, O for 0, I and L for 1) in its one form; false when the check letter
 *  does not fit. Any one wrong letter and any two that changed places are found: the check is a sum over GF(32), the i-th letter times
 *  the i-th power of a primitive element. */
bool vg_notice_number_read(vg_str typed, char out[VG_NOTICE_NUMBER + 1]);

#endif
