/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `transparency:`: its schema, its reading, its part of the version.
 */
#include "space/transparency_int.h"

#include <stdio.h>

#include "base/time.h"

#define LEN(array)             (sizeof(array) / sizeof((array)[0]))
#define MAYBE(key, type, member, most) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1, most)

static const cyaml_strval_t yes_no[] = {{"yes", 1}, {"no", 0}, {"true", 1}, {"false", 0}};

static const cyaml_schema_field_t language_fields[] = {CYAML_FIELD_STRING_PTR("language", CYAML_FLAG_POINTER, vg_doc_stated_number, of, 2, 2),
                                                       CYAML_FIELD_STRING_PTR("people", CYAML_FLAG_POINTER, vg_doc_stated_number, number, 1, 20), CYAML_FIELD_END};
static const cyaml_schema_field_t recipient_fields[] = {CYAML_FIELD_STRING_PTR("country", CYAML_FLAG_POINTER, vg_doc_stated_number, of, 2, 5),
                                                        CYAML_FIELD_STRING_PTR("number", CYAML_FLAG_POINTER, vg_doc_stated_number, number, 1, 20), CYAML_FIELD_END};
static const cyaml_schema_field_t text_fields[] = {
    MAYBE("summary", vg_doc_stated_texts, text[VG_STATED_SUMMARY], 5000), MAYBE("information", vg_doc_stated_texts, text[VG_STATED_INFORMATION], 5000),
    MAYBE("governance", vg_doc_stated_texts, text[VG_STATED_GOVERNANCE], 5000), MAYBE("qualifications", vg_doc_stated_texts, text[VG_STATED_QUALIFICATIONS], 5000),
    MAYBE("training", vg_doc_stated_texts, text[VG_STATED_TRAINING], 5000), MAYBE("support", vg_doc_stated_texts, text[VG_STATED_SUPPORT], 5000),
    MAYBE("methodology", vg_doc_stated_texts, text[VG_STATED_METHOD], 5000), CYAML_FIELD_END};
static const cyaml_schema_value_t language_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_stated_number, language_fields)};
static const cyaml_schema_value_t recipient_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_stated_number, recipient_fields)};
static const cyaml_schema_field_t stated_fields[] = {
    CYAML_FIELD_STRING_PTR("from", CYAML_FLAG_POINTER, vg_doc_stated, from, 1, 40), CYAML_FIELD_STRING_PTR("to", CYAML_FLAG_POINTER, vg_doc_stated, to, 1, 40),
    MAYBE("published", vg_doc_stated, published, 40), MAYBE("previous", vg_doc_stated, previous, 40), MAYBE("internal_moderators", vg_doc_stated, internal, 20),
    MAYBE("external_moderators", vg_doc_stated, external, 20),
    CYAML_FIELD_SEQUENCE("languages", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_stated, languages, &language_value, 0, VG_STATED_NUMBERS),
    CYAML_FIELD_SEQUENCE("recipients", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_stated, recipients, &recipient_value, 0, VG_STATED_NUMBERS),
    CYAML_FIELD_MAPPING_PTR("texts", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_stated, texts, text_fields), CYAML_FIELD_END};
static const cyaml_schema_value_t stated_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_stated, stated_fields)};

const cyaml_schema_field_t vg_transparency_fields[] = {
    CYAML_FIELD_ENUM("publish", CYAML_FLAG_STRICT, vg_doc_transparency, publish, yes_no, LEN(yes_no)),
    CYAML_FIELD_STRING_PTR("hide_under", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_transparency, hide_under, 1, 60),
    CYAML_FIELD_SEQUENCE("stated", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_transparency, stated, &stated_value, 0, VG_STATED_PERIODS), CYAML_FIELD_END};

/* ---- reading ---- */

typedef struct reader {
    vg_space_loader *loader;
    const vg_yaml *yaml;
    vg_error *err;
    unsigned i; /* of the period */
} reader;

static const char *at(const reader *r, char path[96], const char *member)
{
    snprintf(path, 96, "transparency.stated[%u].%s", r->i, member);
    return path;
}

static int read_day(const reader *r, const char *member, const char *text, int64_t *out)
{
    char path[96];
    if (vg_time_parse_date(vg_str_of(text), out)) return 0;
    return vg_yaml_fail(r->yaml, r->err, at(r, path, member), "\"%.40s\" is no date; expected one as 2026-12-31", text);
}

static int keep(const reader *r, const char *text, const char **out)
{
    *out = text ? vg_space_keep(r->loader, text) : NULL;
    return text && !*out ? vg_space_nomem(r->err) : 0;
}

static int read_count(const reader *r, const char *member, const char *text, bool *has, uint32_t *out)
{
    char path[96];
    if (!text) return 0;
    if (has) *has = true;
    return vg_value_count(r->yaml, at(r, path, member), text, 0, 2000000000, out, r->err);
}

static bool is_code(const char *s, bool country)
{
    bool small = s[0] >= 'a' && s[0] <= 'z' && s[1] >= 'a' && s[1] <= 'z', large = s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z';
    return country ? !strcmp(s, "TOTAL") || (large && !s[2]) : small && !s[2];
}

static int read_numbers(const reader *r, const char *member, const vg_doc_stated_number *doc, unsigned count, bool country, const vg_stated_number **out, size_t *out_count)
{
    char path[96], name[40];
    vg_stated_number *list = vg_arena_calloc(r->loader->arena, count + 1, sizeof *list);
    int rc = list ? 0 : vg_space_nomem(r->err);
    for (unsigned i = 0; !rc && i < count; i++) {
        snprintf(name, sizeof name, "%s[%u]", member, i);
        if (!is_code(doc[i].of, country))
            return vg_yaml_fail(r->yaml, r->err, at(r, path, name), country ? "\"%.8s\" is no Member State; expected two capital letters, or TOTAL" : "\"%.8s\" is no language; expected one as fr", doc[i].of);
        for (unsigned k = 0; k < i; k++)
            if (!strcmp(doc[k].of, doc[i].of)) return vg_yaml_fail(r->yaml, r->err, at(r, path, name), "%s is there twice", doc[i].of);
        rc = keep(r, doc[i].of, &list[i].of);
        if (!rc) rc = read_count(r, name, doc[i].number, NULL, &list[i].number);
    }
    *out = list;
    *out_count = count;
    return rc;
}

static int read_stated(const reader *r, const vg_doc_stated *doc, vg_stated *out)
{
    char path[96];
    int64_t day;
    int rc = read_day(r, "from", doc->from, &out->from_ms);
    if (!rc) rc = read_day(r, "to", doc->to, &out->to_ms);
    if (!rc && out->to_ms < out->from_ms) rc = vg_yaml_fail(r->yaml, r->err, at(r, path, "to"), "the last day is before the first");
    out->to_ms += VG_DAY_MS;
    if (!rc && doc->published) rc = read_day(r, "published", doc->published, &day);
    if (!rc && doc->previous) rc = read_day(r, "previous", doc->previous, &day);
    if (!rc) rc = keep(r, doc->published, &out->published);
    if (!rc) rc = keep(r, doc->previous, &out->previous);
    if (!rc) rc = read_count(r, "internal_moderators", doc->internal, &out->has_internal, &out->internal);
    if (!rc) rc = read_count(r, "external_moderators", doc->external, &out->has_external, &out->external);
    if (!rc) rc = read_numbers(r, "languages", doc->languages, doc->languages_count, false, &out->languages, &out->language_count);
    if (!rc) rc = read_numbers(r, "recipients", doc->recipients, doc->recipients_count, true, &out->recipients, &out->recipient_count);
    for (int t = 0; !rc && doc->texts && t < VG_STATED_TEXTS; t++) rc = keep(r, doc->texts->text[t], &out->text[t]);
    return rc;
}

int vg_transparency_load(vg_space_loader *loader, const vg_yaml *yaml, const vg_doc_transparency *doc, vg_policy_transparency *out, vg_error *err)
{
    *out = (vg_policy_transparency){.hide_under = VG_HIDE_UNDER_DEFAULT};
    if (!doc) return 0;
    out->given = true;
    out->publish = doc->publish;
    int rc = doc->hide_under ? vg_value_count(yaml, "transparency.hide_under", doc->hide_under, VG_HIDE_UNDER_LEAST, VG_HIDE_UNDER_MOST, &out->hide_under, err) : 0;
    if (rc || !doc->stated_count) return rc;
    vg_stated *list = vg_arena_calloc(loader->arena, doc->stated_count, sizeof *list);
    if (!list) return vg_space_nomem(err);
    for (unsigned i = 0; !rc && i < doc->stated_count; i++) {
        const reader r = {loader, yaml, err, i};
        char path[96];
        rc = read_stated(&r, &doc->stated[i], &list[i]);
        for (unsigned k = 0; !rc && k < i; k++)
            if (list[k].from_ms == list[i].from_ms && list[k].to_ms == list[i].to_ms) rc = vg_yaml_fail(yaml, err, at(&r, path, "from"), "this period is there twice");
    }
    out->stated = list;
    out->stated_count = doc->stated_count;
    return rc;
}

void vg_transparency_version(uint64_t *h, const vg_policy_transparency *t, void (*number)(uint64_t *, int64_t), void (*text)(uint64_t *, const char *))
{
    if (!t->given) return;
    number(h, t->publish);
    number(h, t->hide_under);
    for (size_t i = 0; i < t->stated_count; i++) {
        const vg_stated *s = &t->stated[i];
        const int64_t numbers[] = {s->from_ms, s->to_ms, s->has_internal, s->internal, s->has_external, s->external};
        for (size_t k = 0; k < LEN(numbers); k++) number(h, numbers[k]);
        text(h, s->published);
        text(h, s->previous);
        for (size_t k = 0; k < s->language_count; k++) text(h, s->languages[k].of), number(h, s->languages[k].number);
        for (size_t k = 0; k < s->recipient_count; k++) text(h, s->recipients[k].of), number(h, s->recipients[k].number);
        for (size_t k = 0; k < VG_STATED_TEXTS; k++) text(h, s->text[k]);
    }
}
