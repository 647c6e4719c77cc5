/* SPDX-License-Identifier: Apache-2.0
 *
 * event/policy_notices: what a space's policy says of notices (DSA, Articles 12, 16, 22, 23): the section `notices:`.
 *
 * A space without the section takes none: the form and POST /v1/notices answer that, and reports come as `vigie.notice` events only.
 * Callers: space (reads it), review, store, net.
 */
#ifndef VG_EVENT_POLICY_NOTICES_H
#define VG_EVENT_POLICY_NOTICES_H

#include <stddef.h>
#include <stdint.h>
#include "event/policy.h"

/* What a notice is about. Stored as numbers: new ones go last. */
typedef enum {
    VG_NOTICE_CHILD_ABUSE, /* pictures or films of the sexual abuse of a child */
    VG_NOTICE_GROOMING,    /* an adult who approaches a child sexually */
    VG_NOTICE_SEXTORTION,  /* a child is blackmailed */
    VG_NOTICE_AGE,         /* somebody lies about their age */
    VG_NOTICE_HARASSMENT,
    VG_NOTICE_OTHER,
    VG_NOTICE_CATEGORIES
} vg_notice_category;

typedef struct vg_emergency_number {
    const char *number;
    const char *who[VG_LANGS];
} vg_emergency_number;

typedef struct vg_policy_notices {
    const char *const *embed; /* origins that may show the form in a frame: "https://forum.example" */
    size_t embed_count;
    uint32_t categories;      /* bit set of vg_notice_category that the form offers */
    const char *contact;      /* the point of contact of Art. 12, an e-mail or web address; NULL: none given */
    const char *complaint;    /* where a complaint of Art. 20 is made; NULL: at the point of contact */
    const vg_emergency_number *emergency;
    size_t emergency_count;
    const char *intro[VG_LANGS];     /* what can be reported here */
    const char *receipt[VG_LANGS];   /* what happens next */
    const char *upheld[VG_LANGS], *dismissed[VG_LANGS], *redress[VG_LANGS]; /* the answer */
    uint32_t keep_identity_days;     /* name and address of a notifier after the decision */
    uint32_t unfounded_window_days;  /* Art. 23: how far back is counted, */
    uint32_t unfounded_least;        /* so many manifestly unfounded notices */
    uint32_t unfounded_percent;      /* and this share of what was decided: then a warning may be given */
    uint32_t suspend_most_days;      /* the longest suspension of a notifier */
    uint32_t flagger_least;          /* Art. 22(6): decided notices, and the share of them dismissed, ... */
    uint32_t flagger_percent;        /* ... from which a trusted flagger is to be looked at */
} vg_policy_notices;

#endif
