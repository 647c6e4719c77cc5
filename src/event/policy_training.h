/* SPDX-License-Identifier: Apache-2.0
 *
 * event/policy_training: the part `training:` of a space's policy: who must be certified, for what, and how one becomes so.
 *
 * Absent: nobody needs a certificate. The room space/ fills it, review/training holds it against courses, net/gate against people.
 */
#ifndef VG_EVENT_POLICY_TRAINING_H
#define VG_EVENT_POLICY_TRAINING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "event/case.h"

typedef struct vg_policy_training {
    bool written;  /* the section is there */
    bool required; /* a case is taken and decided only by somebody certified for its category */
    const char *const *courses[VG_CATEGORIES]; /* the courses that open each category, by id */
    size_t course_count[VG_CATEGORIES];
    uint32_t course_line[VG_CATEGORIES]; /* where the list is written, for messages; not part of the policy's version */
    uint32_t validity_days;    /* of a certificate, at most: a course may be valid for less */
    uint32_t warn_days;        /* so long before its end the person is told */
    uint32_t attempts_per_day; /* at each course */
    uint32_t pass_mark;        /* percent, in place of the courses' own; 0: theirs */
    const char *const *outside; /* bodies whose certificates a lead may record */
    size_t outside_count;
} vg_policy_training;

enum { VG_TRAINING_MAX_COURSES = 32, VG_TRAINING_MAX_OUTSIDE = 32 };

#endif
