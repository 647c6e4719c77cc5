/* SPDX-License-Identifier: Apache-2.0
 *
 * space/welfare_int: the sections `queue:` and `welfare:` of a space, as text and read.
 */
#ifndef VG_SPACE_WELFARE_INT_H
#define VG_SPACE_WELFARE_INT_H

#include "space/space_int.h"

typedef struct vg_doc_queue {
    char *imminent_within, *offer_to_all_after, *linked_at_once;
} vg_doc_queue;

typedef struct vg_doc_limit {
    char *cases_hour, *cases_day, *media_hour, *media_day;
} vg_doc_limit;

typedef struct vg_doc_breaks {
    char *after, *after_cases, *length;
} vg_doc_breaks;

typedef struct vg_doc_shift {
    char *first, *last, *pause;
} vg_doc_shift;

typedef struct vg_doc_display {
    char *blur;
    int grey, mute, thumbnail, mask_text;
} vg_doc_display;

typedef struct vg_doc_contact {
    char *name, *phone, *email, *url;
    char *text[VG_LANGS];
} vg_doc_contact;

typedef struct vg_doc_welfare {
    vg_doc_limit *limit[VG_CATEGORIES];
    vg_doc_breaks *breaks;
    int *hard; /* categories */
    unsigned hard_count;
    vg_doc_shift *shift;
    vg_doc_display *display;
    vg_doc_contact *contact;
} vg_doc_welfare;

extern const cyaml_schema_field_t vg_queue_fields[], vg_welfare_fields[];

/** Read the sections; an absent one (NULL) leaves what is cautious. */
int vg_queue_load(const vg_yaml *yaml, const vg_doc_queue *doc, vg_policy_queue *out, vg_error *err);
int vg_welfare_load(vg_space_loader *loader, const vg_yaml *yaml, const vg_doc_welfare *doc, vg_policy_welfare *out, vg_error *err);
/** Their part of a policy's version, by the caller's own ways to add a number and a string. */
void vg_welfare_version(uint64_t *h, const vg_policy *p, void (*number)(uint64_t *, int64_t), void (*text)(uint64_t *, const char *));

#endif
