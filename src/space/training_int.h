/* SPDX-License-Identifier: Apache-2.0
 *
 * space/training_int: the section `training:` of a space file.
 */
#ifndef VG_SPACE_TRAINING_INT_H
#define VG_SPACE_TRAINING_INT_H

#include <cyaml/cyaml.h>
#include "event/policy.h"

typedef struct vg_doc_training {
    int required;
    char *validity, *warn_before, *attempts_per_day, *pass_mark;
    char **courses[VG_CATEGORIES];
    unsigned courses_count[VG_CATEGORIES];
    char **outside;
    unsigned outside_count;
} vg_doc_training;

extern const cyaml_schema_field_t vg_training_fields[];

struct vg_space_loader;
struct vg_yaml;
/** Reads the section into out->training; `doc` NULL: it is absent. */
int vg_training_read(struct vg_space_loader *loader, const struct vg_yaml *yaml, const vg_doc_training *doc, vg_policy *out, vg_error *err);
/** Adds what matters of it to the policy's version. Absent, it adds nothing. */
void vg_training_version(uint64_t *h, const vg_policy_training *training, void (*add_str)(uint64_t *, const char *),
                         void (*add_number)(uint64_t *, int64_t));
/** What its author should know, each through `find`. */
void vg_training_check(const vg_policy *policy, void (*find)(void *findings, const vg_policy *policy, const char *sentence), void *findings);

#endif
