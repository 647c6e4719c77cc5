/* SPDX-License-Identifier: Apache-2.0
 *
 * event/policy_welfare: what a space's policy says about the people who do its work.
 *
 * No number here is scientific: no authoritative limit of exposure exists, so each is the space's own choice. Zero means that nothing is
 * asked for. Callers: space (fills it), review, net.
 */
#ifndef VG_EVENT_POLICY_WELFARE_H
#define VG_EVENT_POLICY_WELFARE_H

#include "event/case.h"

enum { VG_BLUR_MOST = 3 };
typedef enum { VG_THUMBNAIL_SMALL, VG_THUMBNAIL_MEDIUM, VG_THUMBNAIL_LARGE, VG_THUMBNAILS } vg_thumbnail_size;
extern const char *const vg_thumbnail_names[VG_THUMBNAILS]; /* "small", "medium", "large" */

/* How the content of cases of a category is shown to somebody. */
typedef struct vg_display {
    uint8_t blur; /* 0 none .. VG_BLUR_MOST */
    bool grey, mute, mask_text;
    uint8_t thumbnail; /* vg_thumbnail_size */
} vg_display;
/** What applies when neither a person nor a policy has chosen: everything on where `sensitive`, less where not. */
vg_display vg_display_cautious(bool sensitive);

/* Most cases opened and media looked at by one person, in the last hour and since midnight; 0: no limit. */
typedef struct vg_welfare_limit {
    uint32_t cases_hour, cases_day, media_hour, media_day;
} vg_welfare_limit;

typedef struct vg_welfare_contact { /* NULL: not given */
    const char *name, *phone, *email, *url;
    const char *text[2]; /* French, English: when and for what */
} vg_welfare_contact;

typedef struct vg_policy_welfare {
    bool given; /* the policy has a section `welfare` */
    vg_welfare_limit limit[VG_CATEGORIES];
    uint32_t break_after_minutes, break_after_cases; /* of work without a pause; 0: not counted */
    uint32_t break_minutes;                          /* 0: no breaks are asked for */
    uint8_t hard;                                    /* bit set of categories */
    uint32_t hard_first_minutes, hard_last_minutes;  /* of a shift, without them */
    uint32_t shift_pause_minutes;                    /* whoever pauses so long begins a new shift */
    vg_display display;                              /* of hard categories, until somebody chooses */
    vg_welfare_contact contact;
} vg_policy_welfare;

/* What somebody has seen of a category. */
typedef struct vg_welfare_seen {
    uint32_t cases_hour, cases_day, media_hour, media_day;
} vg_welfare_seen;

/* What is known of the work of one person. Times are 0 when it never was. */
typedef struct vg_welfare_person {
    vg_welfare_seen seen[VG_CATEGORIES];
    uint32_t opted_out;       /* bit set of categories they would rather not be given: nobody else's business */
    uint32_t shift_hours;     /* planned, 0: not said */
    int64_t shift_began_ms;
    int64_t stretch_began_ms; /* of the work since the last pause */
    uint32_t stretch_cases;   /* taken since then */
    int64_t active_ms;        /* when they last took, opened, looked at or decided something */
} vg_welfare_person;

#endif
