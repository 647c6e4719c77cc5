/* SPDX-License-Identifier: Apache-2.0 */
#include "space/signin_map.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/file.h"
#include "space/space_int.h"

enum { MAP_BYTES = 256 << 10, RULES = 500, CLAIM = 100, GROUP = 300, SPACE = 128 };

typedef struct doc_rule {
    char *group, *role, *space;
} doc_rule;
typedef struct doc_map {
    char *name, *display, *language, *groups, *known_people;
    doc_rule *grants;
    unsigned grants_count;
} doc_map;

#define CLAIM_FIELD(key) CYAML_FIELD_STRING_PTR(#key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, doc_map, key, 1, CLAIM)
static const cyaml_schema_field_t rule_fields[] = {
    CYAML_FIELD_STRING_PTR("group", CYAML_FLAG_POINTER, doc_rule, group, 1, GROUP),
    CYAML_FIELD_STRING_PTR("role", CYAML_FLAG_POINTER, doc_rule, role, 1, CLAIM),
    CYAML_FIELD_STRING_PTR("space", CYAML_FLAG_POINTER, doc_rule, space, 1, SPACE),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t rule_schema = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, doc_rule, rule_fields)};
static const cyaml_schema_field_t map_fields[] = {
    CLAIM_FIELD(name),
    CLAIM_FIELD(display),
    CLAIM_FIELD(language),
    CLAIM_FIELD(groups),
    CLAIM_FIELD(known_people),
    CYAML_FIELD_SEQUENCE("grants", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, doc_map, grants, &rule_schema, 0, RULES),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t map_schema = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, doc_map, map_fields)};

static void *route_memory(void *context, void *block, size_t size)
{
    (void)context;
    if (size) return vg_realloc(block, size);
    vg_free(block);
    return NULL;
}
static void keep_quiet(cyaml_log_t level, void *context, const char *format, va_list args)
{
    (void)level, (void)context, (void)format, (void)args;
}
static const cyaml_config_t config = {.log_fn = keep_quiet, .mem_fn = route_memory, .log_level = CYAML_LOG_ERROR, .flags = CYAML_CFG_NO_ALIAS};

static vg_str text_or(const char *given, const char *otherwise)
{
    return vg_str_of(given ? given : otherwise);
}

static int take_rules(const vg_yaml *yaml, const doc_map *doc, vg_signin_map *map, vg_error *err)
{
    char path[48];
    for (unsigned i = 0; i < doc->grants_count; i++) {
        int role = 0;
        while (role < VG_ROLES && strcmp(vg_role_names[role], doc->grants[i].role) != 0) role++;
        if (role == VG_ROLES) {
            snprintf(path, sizeof path, "grants[%u].role", i);
            return vg_yaml_fail(yaml, err, path, "unknown role \"%s\"; expected referent, lead, admin, auditor, analyst, prevention", doc->grants[i].role);
        }
        map->rules[map->count++] = (vg_signin_rule){.group = vg_str_of(doc->grants[i].group), .space = vg_str_of(doc->grants[i].space), .role = (vg_role)role};
    }
    return 0;
}

static int take_doc(const vg_yaml *yaml, doc_map *doc, vg_signin_map *map, vg_error *err)
{
    map->doc = doc;
    map->name = text_or(doc->name, "preferred_username");
    map->display = text_or(doc->display, "name");
    map->language = text_or(doc->language, "locale");
    map->groups = text_or(doc->groups, "groups");
    vg_str known = text_or(doc->known_people, "refuse");
    map->link_known = vg_str_is(known, "link");
    if (!map->link_known && !vg_str_is(known, "refuse"))
        return vg_yaml_fail(yaml, err, "known_people", "expected refuse or link");
    map->rules = vg_calloc(doc->grants_count + 1u, sizeof *map->rules);
    return map->rules ? take_rules(yaml, doc, map, err) : vg_space_nomem(err);
}

static int read_map(const char *path, vg_signin_map *map, vg_error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    vg_yaml yaml = {0};
    doc_map *doc = NULL;
    int rc = vg_file_read(path, MAP_BYTES, &bytes, &len, err);
    if (rc) return rc;
    rc = vg_yaml_open(&yaml, path, bytes, len, err);
    if (!rc) rc = vg_schema_explain(&yaml, &map_schema, err);
    if (!rc) {
        cyaml_data_t *data = NULL;
        cyaml_err_t wrong = cyaml_load_data((const uint8_t *)yaml.bytes, yaml.len, &config, &map_schema, &data, NULL);
        doc = data;
        if (wrong == CYAML_ERR_OOM) rc = vg_space_nomem(err);
        else if (wrong != CYAML_OK) rc = vg_space_fail(err, path, 1, 1, "%s", cyaml_strerror(wrong));
    }
    if (!rc) rc = take_doc(&yaml, doc, map, err);
    vg_yaml_close(&yaml);
    return rc;
}

int vg_signin_map_load(vg_signin_map **out, const char *path, vg_error *err)
{
    vg_signin_map *map = vg_calloc(1, sizeof *map);
    *out = NULL;
    if (!map) return vg_space_nomem(err);
    *map = (vg_signin_map){.name = VG_STR("preferred_username"), .display = VG_STR("name"), .language = VG_STR("locale"), .groups = VG_STR("groups")};
    int rc = path ? read_map(path, map, err) : 0;
    if (rc) vg_signin_map_free(&map);
    *out = map;
    return rc;
}

void vg_signin_map_free(vg_signin_map **map)
{
    if (!*map) return;
    if ((*map)->doc) cyaml_free(&config, &map_schema, (*map)->doc, 0);
    vg_free((*map)->rules);
    vg_free(*map);
    *map = NULL;
}
