/* SPDX-License-Identifier: Apache-2.0
 *
 * event/policy_transparency: what a space publishes of its figures, and what its operator states for the yearly report: the section
 * `transparency:`. Without one, nothing. Callers: space (reads it), net.
 */
#ifndef VG_EVENT_POLICY_TRANSPARENCY_H
#define VG_EVENT_POLICY_TRANSPARENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VG_HIDE_UNDER_LEAST = 5, VG_HIDE_UNDER_DEFAULT = 10, VG_HIDE_UNDER_MOST = 1000, VG_STATED_PERIODS = 20, VG_STATED_NUMBERS = 30 };

/* Free texts of the report, in the order of its last sheet. */
typedef enum { VG_STATED_SUMMARY, VG_STATED_INFORMATION, VG_STATED_GOVERNANCE, VG_STATED_QUALIFICATIONS, VG_STATED_TRAINING, VG_STATED_SUPPORT, VG_STATED_METHOD, VG_STATED_TEXTS } vg_stated_text;

typedef struct vg_stated_number {
    const char *of; /* a language as "fr", a Member State as "FR"; "TOTAL" */
    uint32_t number;
} vg_stated_number;

/* What only the operator knows, for one period of a report. */
typedef struct vg_stated {
    int64_t from_ms, to_ms;         /* of the first day, after the last one */
    const char *published, *previous; /* dates of this report and of the one before; NULL: not said */
    bool has_internal, has_external;
    uint32_t internal, external;    /* moderators of its own, and of others under contract */
    const vg_stated_number *languages, *recipients; /* moderators by official language; average monthly active recipients by Member State */
    size_t language_count, recipient_count;
    const char *text[VG_STATED_TEXTS]; /* NULL: not said */
} vg_stated;

typedef struct vg_policy_transparency {
    bool given;          /* the policy has the section */
    bool publish;        /* GET /transparency shows this space to everybody */
    uint32_t hide_under; /* counts from 1 to one less are not shown */
    const vg_stated *stated;
    size_t stated_count;
} vg_policy_transparency;

#endif
