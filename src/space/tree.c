/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>
#include "space/space_int.h"

/* A path of a file may be longer than err->where: then its end, which tells files apart, is what stays. */
static int fail_at(vg_error *err, const char *name, size_t line, size_t column, const char *what)
{
    char place[64], where[sizeof(((vg_error *)NULL)->where)];
    int n = snprintf(place, sizeof place, ":%zu:%zu", line, column);
    size_t room = sizeof where - 1 - (size_t)n, len = strlen(name);
    const char *tail = len > room ? name + (len - room) : name;
    snprintf(where, sizeof where, "%s%s", tail, place);
    return vg_fail(err, VG_EINVAL, where, "%s", what);
}

int vg_space_fail(vg_error *err, const char *name, size_t line, size_t column, const char *format, ...)
{
    char what[sizeof(((vg_error *)NULL)->what)];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return fail_at(err, name, line, column, what);
}

/* ---- building ---- */

typedef struct builder {
    vg_yaml *yaml;
    vg_error *err;
    vg_node *open;    /* the mapping or sequence under way */
    vg_node *pending; /* a key of `open` that waits for its value */
    size_t nodes, depth;
    bool done; /* the document has its root */
} builder;

static int refuse(builder *b, const yaml_mark_t *mark, const char *what)
{
    return vg_space_fail(b->err, b->yaml->name, mark->line + 1, mark->column + 1, "%s", what);
}

static bool has_key(const vg_node *mapping, vg_str key)
{
    for (const vg_node *n = mapping->first; n; n = n->next)
        if (vg_str_eq(n->key, key)) return true;
    return false;
}

/* A scalar in key position: makes the node that its value will fill. */
static int add_key(builder *b, const yaml_event_t *event)
{
    vg_str key = {(const char *)event->data.scalar.value, event->data.scalar.length};
    vg_node *node;
    if (b->open->count >= VG_SPACE_MAX_KEYS)
        return refuse(b, &event->start_mark, "too many keys in one mapping; expected at most 1024");
    if (memchr(key.ptr, 0, key.len)) return refuse(b, &event->start_mark, "a NUL character is not allowed");
    if (has_key(b->open, key))
        return vg_space_fail(b->err, b->yaml->name, event->start_mark.line + 1, event->start_mark.column + 1,
                             "key `%.*s` is given twice; expected once", (int)(key.len < 60 ? key.len : 60),
                             key.ptr);
    node = vg_arena_calloc(b->yaml->arena, 1, sizeof *node);
    if (!node) return vg_space_nomem(b->err);
    node->key = vg_arena_copy(b->yaml->arena, key);
    if (!node->key.ptr) return vg_space_nomem(b->err);
    node->key_line = (uint32_t)event->start_mark.line + 1;
    node->key_column = (uint32_t)event->start_mark.column + 1;
    b->pending = node;
    return 0;
}

static void append(vg_node *parent, vg_node *node)
{
    node->parent = parent;
    if (parent->last) parent->last->next = node;
    else parent->first = node;
    parent->last = node;
    parent->count++;
}

static int add_value(builder *b, const yaml_event_t *event, vg_node_kind kind)
{
    vg_node *node = b->pending;
    if (++b->nodes > VG_SPACE_MAX_NODES) return refuse(b, &event->start_mark, "too many values in one file");
    if (!node) node = vg_arena_calloc(b->yaml->arena, 1, sizeof *node);
    if (!node) return vg_space_nomem(b->err);
    b->pending = NULL;
    node->kind = kind;
    node->line = (uint32_t)event->start_mark.line + 1;
    node->column = (uint32_t)event->start_mark.column + 1;
    if (kind == VG_NODE_SCALAR) {
        vg_str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
        if (memchr(text.ptr, 0, text.len))
            return refuse(b, &event->start_mark, "a NUL character is not allowed");
        node->text = vg_arena_copy(b->yaml->arena, text);
        if (!node->text.ptr) return vg_space_nomem(b->err);
    }
    if (b->open) append(b->open, node);
    else b->yaml->root = node;
    if (kind != VG_NODE_SCALAR) {
        if (++b->depth > VG_SPACE_MAX_DEPTH)
            return refuse(b, &event->start_mark, "nested too deeply; expected at most 32 levels");
        b->open = node;
    }
    return 0;
}

static int take_event(builder *b, const yaml_event_t *event)
{
    bool key_position = b->open && b->open->kind == VG_NODE_MAPPING && !b->pending;
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return refuse(b, &event->start_mark,
                      "aliases (`*name`) are not allowed in a policy; write the value out");
    case YAML_DOCUMENT_START_EVENT:
        if (b->done)
            return refuse(b, &event->start_mark,
                          "a second document (`---`); expected one document in a file");
        b->done = true;
        return 0;
    case YAML_SCALAR_EVENT:
        if (event->data.scalar.anchor)
            return refuse(b, &event->start_mark,
                          "anchors (`&name`) are not allowed in a policy; write the value out");
        return key_position ? add_key(b, event) : add_value(b, event, VG_NODE_SCALAR);
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        if (event->type == YAML_MAPPING_START_EVENT ? event->data.mapping_start.anchor
                                                    : event->data.sequence_start.anchor)
            return refuse(b, &event->start_mark,
                          "anchors (`&name`) are not allowed in a policy; write the value out");
        if (key_position)
            return refuse(b, &event->start_mark, "a list or a mapping stands where a key was expected");
        return add_value(b, event,
                         event->type == YAML_MAPPING_START_EVENT ? VG_NODE_MAPPING : VG_NODE_SEQUENCE);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        b->open = b->open->parent;
        b->depth--;
        return 0;
    default: return 0;
    }
}

static int syntax_error(const vg_yaml *yaml, const yaml_parser_t *parser, vg_error *err)
{
    size_t line = parser->problem_mark.line + 1, column = parser->problem_mark.column + 1;
    const char *problem = parser->problem ? parser->problem : "cannot be read";
    if (parser->error == YAML_MEMORY_ERROR) return vg_space_nomem(err);
    if (parser->error == YAML_READER_ERROR) { /* has an offset and no mark */
        line = column = 1;
        for (size_t i = 0; i < yaml->len && i < parser->problem_offset; i++) {
            if (yaml->bytes[i] == '\n') line++, column = 1;
            else if (((unsigned char)yaml->bytes[i] & 0xC0) != 0x80) column++;
        }
    }
    return vg_space_fail(err, yaml->name, line, column, "not valid YAML: %s%s%s", problem,
                         parser->context ? " " : "", parser->context ? parser->context : "");
}

static int build(vg_yaml *yaml, vg_error *err)
{
    builder b = {.yaml = yaml, .err = err};
    yaml_parser_t parser;
    int rc = 0;
    bool end = false;
    if (!yaml_parser_initialize(&parser)) return vg_space_nomem(err);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml->bytes, yaml->len);
    while (!end && rc == 0) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            rc = syntax_error(yaml, &parser, err);
            break;
        }
        rc = take_event(&b, &event);
        end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (rc == 0 && !yaml->root) rc = vg_space_fail(err, yaml->name, 1, 1, "the file is empty");
    return rc;
}

int vg_yaml_open(vg_yaml *yaml, const char *name, char *bytes, size_t len, vg_error *err)
{
    *yaml = (vg_yaml){.name = name, .bytes = bytes, .len = len};
    yaml->arena = vg_arena_create(16384, (size_t)256 << 20);
    if (!yaml->arena) return vg_space_nomem(err);
    return build(yaml, err);
}

void vg_yaml_close(vg_yaml *yaml)
{
    vg_free(yaml->bytes);
    if (yaml->arena) vg_arena_destroy(&yaml->arena);
    *yaml = (vg_yaml){0};
}

/* ---- finding ---- */

/* One step along a path: "key", or "[12]". Moves *path past it. */
static const vg_node *step(const vg_node *node, const char **path)
{
    if (**path == '[') {
        char *end;
        size_t index = strtoul(*path + 1, &end, 10);
        const vg_node *n = node->kind == VG_NODE_SEQUENCE ? node->first : NULL;
        *path = *end == ']' ? end + 1 : end;
        while (n && index--) n = n->next;
        return n;
    }
    if (**path == '.') ++*path;
    size_t len = strcspn(*path, ".[");
    vg_str key = {*path, len};
    *path += len;
    if (node->kind != VG_NODE_MAPPING) return NULL;
    for (const vg_node *n = node->first; n; n = n->next)
        if (vg_str_eq(n->key, key)) return n;
    return NULL;
}

static const vg_node *walk(const vg_yaml *yaml, const char *path, bool nearest)
{
    const vg_node *node = yaml->root;
    while (*path) {
        const vg_node *below = step(node, &path);
        if (!below) return nearest ? node : NULL;
        node = below;
    }
    return node;
}

const vg_node *vg_yaml_find(const vg_yaml *yaml, const char *path)
{
    return walk(yaml, path, false);
}

int vg_yaml_fail(const vg_yaml *yaml, vg_error *err, const char *path, const char *format, ...)
{
    char what[sizeof(((vg_error *)NULL)->what)];
    const vg_node *node = walk(yaml, path, true);
    bool scalar = node->kind == VG_NODE_SCALAR || !node->key_line;
    int n = *path ? snprintf(what, sizeof what, "%s: ", path) : 0;
    va_list args;
    if (n < 0 || (size_t)n >= sizeof what) n = 0;
    va_start(args, format);
    vsnprintf(what + n, sizeof what - (size_t)n, format, args);
    va_end(args);
    /* a mapping begins at its first key, on another line: its own key is the better place */
    return fail_at(err, yaml->name, scalar ? node->line : node->key_line,
                   scalar ? node->column : node->key_column, what);
}
