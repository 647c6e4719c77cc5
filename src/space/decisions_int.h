/* SPDX-License-Identifier: Apache-2.0
 *
 * space/decisions_int: the section `decisions:` of a space, inside this room.
 */
#ifndef VG_SPACE_DECISIONS_INT_H
#define VG_SPACE_DECISIONS_INT_H

#include "event/policy_decisions.h"
#include "space/space_int.h"

typedef struct vg_doc_reason {
    char *code;
    vg_doc_words title, *statement, *reference;
    int *actions;
    unsigned actions_count;
    int ground;
    char *category, *keyword;
    int removes;
} vg_doc_reason;

typedef struct vg_doc_act {
    int action;
    int *scopes;
    unsigned scopes_count;
    char **durations;
    unsigned durations_count;
    int strike;
} vg_doc_act;

typedef struct vg_doc_suggestion {
    char *after;
    int action;
} vg_doc_suggestion;

typedef struct vg_doc_strikes {
    char *last;
    vg_doc_suggestion *suggest;
    unsigned suggest_count;
} vg_doc_strikes;

typedef struct vg_doc_appeals {
    char *within, *answer_within;
    vg_doc_words *redress;
} vg_doc_appeals;

struct vg_doc_decisions {
    vg_doc_reason *reasons;
    unsigned reasons_count;
    vg_doc_act *actions;
    unsigned actions_count;
    int *four_eyes;
    unsigned four_eyes_count;
    char *interim_mute, *undo, *bulk;
    vg_doc_appeals appeals;
    vg_doc_strikes strikes;
};

extern const cyaml_schema_field_t vg_decisions_fields[];

extern const char *const vg_dsa_categories[], *const vg_dsa_keywords[];
extern const size_t vg_dsa_category_count, vg_dsa_keyword_count;

/** What stands where a space says nothing of decisions. */
extern const vg_policy_decisions vg_decisions_standard;

/** Reads the section (NULL: the built-in one) into *out. */
int vg_decisions_load(vg_space_loader *loader, const vg_yaml *yaml, const vg_doc_decisions *doc, const vg_policy_decisions **out,
                      vg_error *err);
/** Adds what it says to a version under way. */
void vg_decisions_version(uint64_t *h, const vg_policy_decisions *decisions, void (*number)(uint64_t *h, int64_t n),
                          void (*text)(uint64_t *h, const char *s));
/** What its author should know. `find` writes one line. */
void vg_decisions_check(const vg_policy *policy, void (*find)(void *context, const char *line), void *context);

#endif
