/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `transparency:`: its schema, its reading, its part of the version.
 */
#include "space/transparency_int.h"

static const cyaml_strval_t yes_no[] = {{"yes", 1}, {"no", 0}, {"true", 1}, {"false", 0}};

const cyaml_schema_field_t vg_transparency_fields[] = {
    CYAML_FIELD_ENUM("publish", CYAML_FLAG_STRICT, vg_doc_transparency, publish, yes_no, sizeof yes_no / sizeof yes_no[0]),
    CYAML_FIELD_STRING_PTR("hide_under", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_transparency, hide_under, 1, 60), CYAML_FIELD_END};

int vg_transparency_load(const vg_yaml *yaml, const vg_doc_transparency *doc, vg_policy_transparency *out, vg_error *err)
{
    *out = (vg_policy_transparency){.hide_under = VG_HIDE_UNDER_DEFAULT};
    if (!doc) return 0;
    out->given = true;
    out->publish = doc->publish;
    if (!doc->hide_under) return 0;
    return vg_value_count(yaml, "transparency.hide_under", doc->hide_under, VG_HIDE_UNDER_LEAST, VG_HIDE_UNDER_MOST, &out->hide_under, err);
}

void vg_transparency_version(uint64_t *h, const vg_policy_transparency *t, void (*number)(uint64_t *, int64_t))
{
    if (!t->given) return;
    number(h, t->publish);
    number(h, t->hide_under);
}
