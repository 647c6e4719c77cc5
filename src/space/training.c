/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `training:` of a space: read, checked, hashed.
 */
#include <stdio.h>
#include "space/space_int.h"

enum { COURSE_ID_MOST = 64, ISSUER_MOST = 120, DAYS_MOST = 3650 };

static const cyaml_strval_t yes_no[] = {{"yes", 1}, {"no", 0}, {"true", 1}, {"false", 0}};
static const cyaml_schema_value_t course_text = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, COURSE_ID_MOST)};
static const cyaml_schema_value_t issuer_text = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, ISSUER_MOST)};

#define COURSES(name, category)                                                                                            \
    {                                                                                                                      \
        .key = name, .value = {.type = CYAML_SEQUENCE, .flags = CYAML_FLAG_POINTER, .data_size = sizeof(char *),           \
                               .sequence = {.entry = &course_text, .min = 0, .max = VG_TRAINING_MAX_COURSES}},             \
        .data_offset = offsetof(vg_doc_training, courses[category]), .count_size = sizeof(unsigned),                       \
        .count_offset = offsetof(vg_doc_training, courses_count[category])                                                 \
    }
static const cyaml_schema_field_t category_fields[] = {COURSES("material", VG_CATEGORY_MATERIAL),
                                                       COURSES("threat", VG_CATEGORY_THREAT),
                                                       COURSES("live", VG_CATEGORY_LIVE),
                                                       COURSES("contact", VG_CATEGORY_CONTACT),
                                                       COURSES("report", VG_CATEGORY_REPORT),
                                                       CYAML_FIELD_END};

#define TEXT(key, member) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, vg_doc_training, member, 1, 60)
const cyaml_schema_field_t vg_training_fields[] = {
    CYAML_FIELD_ENUM("required", CYAML_FLAG_STRICT, vg_doc_training, required, yes_no, 4),
    TEXT("validity", validity),
    TEXT("warn_before", warn_before),
    TEXT("attempts_per_day", attempts_per_day),
    CYAML_FIELD_STRING_PTR("pass_mark", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_training, pass_mark, 1, 60),
    {.key = "categories", .data_offset = 0, .value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_training, category_fields)}},
    CYAML_FIELD_SEQUENCE("outside", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_training, outside, &issuer_text, 0,
                         VG_TRAINING_MAX_OUTSIDE),
    CYAML_FIELD_END};

static int keep_list(vg_space_loader *loader, char *const *from, size_t count, const char *const **out, vg_error *err)
{
    const char **list = vg_arena_calloc(loader->arena, count ? count : 1, sizeof *list);
    if (!list) return vg_space_nomem(err);
    for (size_t i = 0; i < count; i++)
        if (!(list[i] = vg_space_keep(loader, from[i]))) return vg_space_nomem(err);
    *out = list;
    return 0;
}

/* An id is what a course file calls itself: "sextortion", "known-material". */
static bool is_course_id(const char *s)
{
    for (const char *c = s; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-')) return false;
    return *s != 0;
}

static int read_category(vg_space_loader *loader, const vg_yaml *yaml, const vg_doc_training *doc, int category, vg_policy_training *out,
                         vg_error *err)
{
    char path[64];
    size_t count = doc->courses_count[category];
    snprintf(path, sizeof path, "training.categories.%s", vg_category_names[category]);
    if (count == 0 && doc->required)
        return vg_yaml_fail(yaml, err, path, "no course; where training is required, each category is opened by at least one");
    for (size_t i = 0; i < count; i++) {
        const char *id = doc->courses[category][i];
        if (!is_course_id(id)) return vg_yaml_fail(yaml, err, path, "\"%.64s\" is not the id of a course; expected letters a-z, digits, hyphens", id);
        for (size_t j = 0; j < i; j++)
            if (strcmp(id, doc->courses[category][j]) == 0) return vg_yaml_fail(yaml, err, path, "%s is named twice", id);
    }
    const vg_node *node = vg_yaml_find(yaml, path);
    out->course_line[category] = node ? node->line : 0;
    out->course_count[category] = count;
    return keep_list(loader, doc->courses[category], count, &out->courses[category], err);
}

int vg_training_read(vg_space_loader *loader, const vg_yaml *yaml, const vg_doc_training *doc, vg_policy *policy, vg_error *err)
{
    vg_policy_training *out = &policy->training;
    uint16_t mark = 0;
    *out = (vg_policy_training){0};
    if (!doc) return 0;
    out->written = true;
    out->required = doc->required != 0;
    int rc = vg_value_duration(yaml, "training.validity", doc->validity, 1440, 1, DAYS_MOST, &out->validity_days, err);
    if (!rc) rc = vg_value_duration(yaml, "training.warn_before", doc->warn_before, 1440, 0, 365, &out->warn_days, err);
    if (!rc && out->warn_days >= out->validity_days)
        rc = vg_yaml_fail(yaml, err, "training.warn_before", "%s is not shorter than validity (%s)", doc->warn_before, doc->validity);
    if (!rc) rc = vg_value_count(yaml, "training.attempts_per_day", doc->attempts_per_day, 1, 100, &out->attempts_per_day, err);
    if (!rc && doc->pass_mark) {
        rc = vg_value_share(yaml, "training.pass_mark", doc->pass_mark, &mark, err);
        if (!rc && (mark % 100 || mark < 5000))
            rc = vg_yaml_fail(yaml, err, "training.pass_mark", "%s is not a whole percentage from 50%% to 100%%", doc->pass_mark);
        out->pass_mark = mark / 100u;
    }
    for (int c = 0; !rc && c < VG_CATEGORIES; c++) rc = read_category(loader, yaml, doc, c, out, err);
    out->outside_count = doc->outside_count;
    return rc ? rc : keep_list(loader, doc->outside, doc->outside_count, &out->outside, err);
}

void vg_training_version(uint64_t *h, const vg_policy_training *t, void (*add_str)(uint64_t *, const char *),
                         void (*add_number)(uint64_t *, int64_t))
{
    if (!t->written) return; /* a policy that says nothing of it keeps the version it had */
    const int64_t numbers[] = {t->required, t->validity_days, t->warn_days, t->attempts_per_day, t->pass_mark, (int64_t)t->outside_count};
    add_str(h, "training");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) add_number(h, numbers[i]);
    for (int c = 0; c < VG_CATEGORIES; c++) {
        add_number(h, (int64_t)t->course_count[c]);
        for (size_t i = 0; i < t->course_count[c]; i++) add_str(h, t->courses[c][i]);
    }
    for (size_t i = 0; i < t->outside_count; i++) add_str(h, t->outside[i]);
}

void vg_training_check(const vg_policy *p, void (*find)(void *findings, const vg_policy *policy, const char *sentence), void *findings)
{
    const vg_policy_training *t = &p->training;
    if (!t->written)
        find(findings, p, "training: there is no such section, so NOBODY NEEDS A CERTIFICATE in this space: anyone with the role decides");
    else if (!t->required)
        find(findings, p, "training.required is no: NOBODY NEEDS A CERTIFICATE in this space; anyone with the role decides");
    else if (t->warn_days == 0) find(findings, p, "training.warn_before is 0: certificates end without a warning");
}
