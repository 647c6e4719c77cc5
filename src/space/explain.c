/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include "space/space_int.h"

typedef struct walker {
    const vg_yaml *yaml;
    vg_error *err;
    char path[256];
} walker;

static int explain_value(walker *w, const vg_node *node, const cyaml_schema_value_t *schema);

/* Levenshtein distance of two short words; 99 when one is long. */
static size_t distance(vg_str a, vg_str b)
{
    size_t row[41];
    if (a.len > 40 || b.len > 40) return 99;
    for (size_t j = 0; j <= b.len; j++) row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t best = diagonal + (a.ptr[i - 1] != b.ptr[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[b.len];
}

/* "`a`, did you mean `b`? (expected one of b, c, d)": the tail after the wrong word. */
typedef struct suggestion {
    vg_str wrong;
    const char *best;
    size_t best_distance, used;
    char list[400];
} suggestion;

static void consider(suggestion *s, const char *word)
{
    size_t d = distance(s->wrong, vg_str_of(word)), len = strlen(word);
    if (d < s->best_distance) s->best_distance = d, s->best = word;
    if (s->used + len + 6 >= sizeof s->list) return;
    s->used +=
        (size_t)snprintf(s->list + s->used, sizeof s->list - s->used, "%s%s", s->used ? ", " : "", word);
}

static int fail_word(walker *w, uint32_t line, uint32_t column, const char *noun, const char *quotes,
                     const suggestion *s)
{
    bool close = s->best && s->best_distance <= 1 + s->wrong.len / 4;
    int shown = (int)(s->wrong.len < 60 ? s->wrong.len : 60);
    return vg_space_fail(w->err, w->yaml->name, line, column,
                         "%s%sunknown %s %c%.*s%c%s%s%s (expected one of %s)", w->path, *w->path ? ": " : "",
                         noun, quotes[0], shown, s->wrong.ptr, quotes[1], close ? "; did you mean `" : "",
                         close ? s->best : "", close ? "`?" : "", s->list);
}

static int unknown_key(walker *w, const vg_node *node, const cyaml_schema_field_t *fields)
{
    suggestion s = {.wrong = node->key, .best_distance = 99};
    for (const cyaml_schema_field_t *f = fields; f->key; f++) consider(&s, f->key);
    return fail_word(w, node->key_line, node->key_column, "key", "``", &s);
}

static int unknown_value(walker *w, const vg_node *node, const cyaml_schema_value_t *schema)
{
    suggestion s = {.wrong = node->text, .best_distance = 99};
    for (uint32_t i = 0; i < schema->enumeration.count; i++) consider(&s, schema->enumeration.strings[i].str);
    return fail_word(w, node->line, node->column, "value", "\"\"", &s);
}

static const cyaml_schema_field_t *field_of(const cyaml_schema_field_t *fields, vg_str key)
{
    for (; fields->key; fields++)
        if (vg_str_is(key, fields->key)) return fields;
    return NULL;
}

static const char *kind_name(vg_node_kind kind)
{
    return kind == VG_NODE_SCALAR ? "a single value" : kind == VG_NODE_MAPPING ? "a mapping" : "a list";
}

static int wrong_kind(walker *w, const vg_node *node, vg_node_kind expected)
{
    bool empty = node->kind == VG_NODE_SCALAR && node->text.len == 0;
    return vg_space_fail(w->err, w->yaml->name, node->line, node->column, "%s%sfound %s; expected %s",
                         w->path, *w->path ? ": " : "", empty ? "nothing" : kind_name(node->kind),
                         expected == VG_NODE_MAPPING    ? "`key: value` lines"
                         : expected == VG_NODE_SEQUENCE ? "a list (lines that begin with `- `)"
                                                        : "a single value");
}

static int explain_mapping(walker *w, const vg_node *node, const cyaml_schema_value_t *schema)
{
    size_t len = strlen(w->path);
    if (node->kind != VG_NODE_MAPPING) return wrong_kind(w, node, VG_NODE_MAPPING);
    for (const vg_node *child = node->first; child; child = child->next) {
        const cyaml_schema_field_t *field = field_of(schema->mapping.fields, child->key);
        int rc;
        if (!field) return unknown_key(w, child, schema->mapping.fields);
        snprintf(w->path + len, sizeof w->path - len, "%s%s", len ? "." : "", field->key);
        rc = explain_value(w, child, &field->value);
        w->path[len] = 0;
        if (rc) return rc;
    }
    for (const cyaml_schema_field_t *field = schema->mapping.fields; field->key; field++) {
        bool found = field->value.flags & CYAML_FLAG_OPTIONAL;
        for (const vg_node *child = node->first; child && !found; child = child->next)
            found = vg_str_is(child->key, field->key);
        if (!found) return vg_yaml_fail(w->yaml, w->err, w->path, "missing key `%s`", field->key);
    }
    return 0;
}

static int explain_sequence(walker *w, const vg_node *node, const cyaml_schema_value_t *schema)
{
    size_t len = strlen(w->path), i = 0;
    if (node->kind != VG_NODE_SEQUENCE) return wrong_kind(w, node, VG_NODE_SEQUENCE);
    if (node->count < schema->sequence.min || node->count > schema->sequence.max)
        return vg_yaml_fail(w->yaml, w->err, w->path, "%zu entries; expected %u to %u", node->count,
                            schema->sequence.min, schema->sequence.max);
    for (const vg_node *child = node->first; child; child = child->next, i++) {
        int rc;
        snprintf(w->path + len, sizeof w->path - len, "[%zu]", i);
        rc = explain_value(w, child, schema->sequence.entry);
        w->path[len] = 0;
        if (rc) return rc;
    }
    return 0;
}

static int explain_value(walker *w, const vg_node *node, const cyaml_schema_value_t *schema)
{
    if (schema->type == CYAML_MAPPING) return explain_mapping(w, node, schema);
    if (schema->type == CYAML_SEQUENCE) return explain_sequence(w, node, schema);
    if (node->kind != VG_NODE_SCALAR) return wrong_kind(w, node, VG_NODE_SCALAR);
    if (schema->type == CYAML_ENUM) {
        for (uint32_t i = 0; i < schema->enumeration.count; i++)
            if (vg_str_is(node->text, schema->enumeration.strings[i].str)) return 0;
        return unknown_value(w, node, schema);
    }
    if (node->text.len < schema->string.min)
        return vg_yaml_fail(w->yaml, w->err, w->path, "is empty; expected a value");
    if (node->text.len > schema->string.max)
        return vg_yaml_fail(w->yaml, w->err, w->path, "%zu bytes long; expected at most %u", node->text.len,
                            schema->string.max);
    return 0;
}

int vg_schema_explain(const vg_yaml *yaml, const cyaml_schema_value_t *schema, vg_error *err)
{
    walker w = {.yaml = yaml, .err = err};
    return explain_value(&w, yaml->root, schema);
}
