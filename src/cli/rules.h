/* SPDX-License-Identifier: Apache-2.0
 *
 * cli/rules: a rule from a file on the command line, compiled by itself against a policy.
 */
#ifndef VG_CLI_RULES_H
#define VG_CLI_RULES_H

#include "signals/rules/rules.h"

typedef struct vg_one_rule {
    char name[80];
    char *source;
    vg_policy_rule given;
    vg_policy policy; /* a copy with this rule only */
    vg_rules *rules;
} vg_one_rule;

/** `base` NULL: a policy in which every piece of evidence weighs in full, nights are from 22:00 to 6:30. Both last as long as *out. */
int vg_one_rule_load(vg_one_rule *out, const char *path, const vg_policy *base, vg_error *err);
void vg_one_rule_free(vg_one_rule *rule);

#endif
