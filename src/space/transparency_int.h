/* SPDX-License-Identifier: Apache-2.0
 *
 * space/transparency_int: the section `transparency:` of a space, as text and read.
 */
#ifndef VG_SPACE_TRANSPARENCY_INT_H
#define VG_SPACE_TRANSPARENCY_INT_H

#include "space/space_int.h"

typedef struct vg_doc_stated_number {
    char *of, *number;
} vg_doc_stated_number;

typedef struct vg_doc_stated_texts {
    char *text[VG_STATED_TEXTS];
} vg_doc_stated_texts;

typedef struct vg_doc_stated {
    char *from, *to, *published, *previous, *internal, *external;
    vg_doc_stated_number *languages, *recipients;
    unsigned languages_count, recipients_count;
    vg_doc_stated_texts *texts;
} vg_doc_stated;

typedef struct vg_doc_transparency {
    int publish;
    char *hide_under; /* NULL: not said */
    vg_doc_stated *stated;
    unsigned stated_count;
} vg_doc_transparency;

extern const cyaml_schema_field_t vg_transparency_fields[];

/** Reads the section; an absent one (NULL) publishes nothing. */
int vg_transparency_load(vg_space_loader *loader, const vg_yaml *yaml, const vg_doc_transparency *doc, vg_policy_transparency *out, vg_error *err);
/** Its part of a policy's version; an older file keeps its own. */
void vg_transparency_version(uint64_t *h, const vg_policy_transparency *t, void (*number)(uint64_t *, int64_t), void (*text)(uint64_t *, const char *));

#endif
