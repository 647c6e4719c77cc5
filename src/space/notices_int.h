/* SPDX-License-Identifier: Apache-2.0
 *
 * space/notices_int: the section `notices:` of a space, inside this room.
 */
#ifndef VG_SPACE_NOTICES_INT_H
#define VG_SPACE_NOTICES_INT_H

#include "event/policy_notices.h"
#include "space/space_int.h"

typedef struct vg_doc_emergency {
    char *number;
    vg_doc_words who;
} vg_doc_emergency;

typedef struct vg_doc_texts {
    vg_doc_words intro, receipt, upheld, dismissed, redress;
} vg_doc_texts;

struct vg_doc_notices {
    char **embed;
    unsigned embed_count;
    int *categories;
    unsigned categories_count;
    char *contact, *complaint, *keep_identity;
    vg_doc_emergency *emergency;
    unsigned emergency_count;
    vg_doc_texts texts;
    char *unfounded_window, *unfounded_least, *unfounded_share, *suspend_most;
    char *flagger_least, *flagger_share;
};

extern const cyaml_schema_field_t vg_notices_fields[];

/** Reads the section (NULL: this space takes no notices) into *out. */
int vg_notices_load(vg_space_loader *loader, const vg_yaml *yaml, const vg_doc_notices *doc, const vg_policy_notices **out, vg_error *err);
/** Adds what it says to a version under way. */
void vg_notices_version(uint64_t *h, const vg_policy_notices *notices, void (*number)(uint64_t *h, int64_t n), void (*text)(uint64_t *h, const char *s));
/** What its author should know. `find` writes one line. */
void vg_notices_check(const vg_policy *policy, void (*find)(void *context, const char *line), void *context);

#endif
