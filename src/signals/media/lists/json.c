/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON of any length in constant memory, by yajl.
 *
 * yajl keeps what it has of a token that goes on in the next bytes, without a ceiling, and does not check its
 * allocations. So its tokens are measured before it sees them (watch_token), its depth is held by the callbacks, and
 * its memory is one block taken beforehand. With tokens of at most LIST_MAX_TOKEN bytes plus a chunk (320 KiB), its two
 * buffers double up to 512 KiB each; what they grew out of adds as much again: 2 MiB, and POOL is 3. Pages that are
 * never touched cost nothing.
 */
#include "signals/media/lists/lists_int.h"

#include <yajl/yajl_parse.h>

#include "base/alloc.h"

enum { POOL = 3 * 1024 * 1024, POOL_HEADER = 16 };

typedef struct json_pool {
    char *bytes;
    size_t used;
} json_pool;

typedef struct json_reading {
    list_reader *r;
    const list_json_handler *handler;
    json_pool pool;
    size_t depth; /* open arrays and objects */
    int rc;       /* why the parser was stopped */
    bool in_string, escaped;
    size_t token, line;
} json_reading;

/* ---- memory for yajl ---- */

static void *pool_alloc(void *context, size_t size)
{
    json_pool *pool = context;
    size_t need = (size + POOL_HEADER + 15) & ~(size_t)15;
    if (size > POOL || need > POOL - pool->used) return NULL; /* cannot be, see above */
    char *at = pool->bytes + pool->used;
    memcpy(at, &size, sizeof size);
    pool->used += need;
    return at + POOL_HEADER;
}

static void pool_free(void *context, void *block)
{
    (void)context;
    (void)block;
}

static void *pool_realloc(void *context, void *block, size_t size)
{
    size_t old = 0;
    if (block) memcpy(&old, (char *)block - POOL_HEADER, sizeof old);
    void *more = pool_alloc(context, size);
    if (more && old) memcpy(more, block, old < size ? old : size);
    return more;
}

/* ---- yajl's events ---- */

static int give(json_reading *j, int rc)
{
    j->rc = rc;
    return rc == 0;
}

static int on_value(json_reading *j, list_json_kind kind, vg_str text)
{
    if (j->depth == 0) return give(j, vg_list_fail(j->r, VG_EINVAL, j->line, "a single value; expected an object"));
    return give(j, j->handler->value(j->handler->context, j->depth - 1, kind, text));
}

static int on_null(void *j)
{
    return on_value(j, LIST_JSON_NULL, VG_STR("null"));
}
static int on_boolean(void *j, int b)
{
    return b ? on_value(j, LIST_JSON_TRUE, VG_STR("true")) : on_value(j, LIST_JSON_FALSE, VG_STR("false"));
}
static int on_number(void *j, const char *s, size_t len)
{
    return on_value(j, LIST_JSON_NUMBER, (vg_str){s, len});
}
static int on_string(void *j, const unsigned char *s, size_t len)
{
    return on_value(j, LIST_JSON_STRING, (vg_str){(const char *)s, len});
}

static int on_begin(json_reading *j, bool array)
{
    if (j->depth == LIST_MAX_DEPTH)
        return give(
            j, vg_list_fail(j->r, VG_EINVAL, j->line, "more than %d arrays and objects in each other", LIST_MAX_DEPTH));
    return give(j, j->handler->begin(j->handler->context, j->depth++, array));
}

static int on_begin_object(void *j)
{
    return on_begin(j, false);
}
static int on_begin_array(void *j)
{
    return on_begin(j, true);
}

static int on_end(void *context)
{
    json_reading *j = context;
    return give(j, j->handler->end(j->handler->context, --j->depth));
}

static int on_key(void *context, const unsigned char *s, size_t len)
{
    json_reading *j = context;
    return give(j, j->handler->key(j->handler->context, j->depth - 1, (vg_str){(const char *)s, len}));
}

/* ---- tokens are measured first ---- */

/* How many bytes may be given to yajl: all of them, or those before a token grows too long. */
static size_t watch_token(json_reading *j, const char *bytes, size_t len)
{
    size_t token = j->token;
    bool in_string = j->in_string, escaped = j->escaped;
    for (size_t i = 0; i < len; i++) {
        char c = bytes[i];
        j->line += c == '\n';
        if (in_string) {
            token++;
            if (escaped) escaped = false;
            else if (c == '\\') escaped = true;
            else if (c == '"') in_string = false, token = 0;
        } else if (c == '"') in_string = true, token = 0;
        else if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ',' || c == ':' || c == '{' || c == '}' ||
                 c == '[' || c == ']')
            token = 0;
        else token++;
        if (token > LIST_MAX_TOKEN) return i;
    }
    j->token = token;
    j->in_string = in_string;
    j->escaped = escaped;
    return len;
}

/* yajl's own words, on one line. */
static int fail_parse(json_reading *j, yajl_handle handle)
{
    char words[120];
    unsigned char *text = yajl_get_error(handle, 0, NULL, 0);
    snprintf(words, sizeof words, "%s", text ? (const char *)text : "cannot be parsed");
    if (text) yajl_free_error(handle, text);
    words[strcspn(words, "\n")] = '\0';
    return vg_list_fail(j->r, VG_EINVAL, j->line, "not JSON: %s (about byte %llu)", words,
                        (unsigned long long)j->r->out->bytes);
}

static int parse_bytes(json_reading *j, yajl_handle handle, const char *bytes, size_t len)
{
    size_t fine = watch_token(j, bytes, len);
    if (fine && yajl_parse(handle, (const unsigned char *)bytes, fine) != yajl_status_ok)
        return j->rc ? j->rc : fail_parse(j, handle);
    if (fine < len)
        return vg_list_fail(j->r, VG_EINVAL, j->line, "a string or number of more than %d bytes", LIST_MAX_TOKEN);
    return 0;
}

static int parse_all(json_reading *j, yajl_handle handle, char *chunk)
{
    for (bool first = true;; first = false) {
        size_t got, skip = 0;
        int rc = vg_list_fill(j->r, chunk, LIST_CHUNK, &got);
        if (rc) return rc;
        if (got == 0) break;
        if (first && got >= 2 && (memcmp(chunk, "\xff\xfe", 2) == 0 || memcmp(chunk, "\xfe\xff", 2) == 0))
            return vg_list_fail(j->r, VG_EINVAL, 1, "is UTF-16; expected UTF-8");
        if (first && got >= 3 && memcmp(chunk, "\xef\xbb\xbf", 3) == 0) skip = 3;
        rc = parse_bytes(j, handle, chunk + skip, got - skip);
        if (rc) return rc;
    }
    if (yajl_complete_parse(handle) != yajl_status_ok) return j->rc ? j->rc : fail_parse(j, handle);
    return 0;
}

int vg_list_read_json(list_reader *r, const list_json_handler *handler)
{
    static const yajl_callbacks callbacks = {.yajl_null = on_null,
                                             .yajl_boolean = on_boolean,
                                             .yajl_number = on_number,
                                             .yajl_string = on_string,
                                             .yajl_start_map = on_begin_object,
                                             .yajl_map_key = on_key,
                                             .yajl_end_map = on_end,
                                             .yajl_start_array = on_begin_array,
                                             .yajl_end_array = on_end};
    json_reading j = {.r = r, .handler = handler, .line = 1, .pool.bytes = vg_malloc(POOL)};
    char *chunk = vg_malloc(LIST_CHUNK);
    int rc;
    if (!j.pool.bytes || !chunk) {
        rc = vg_list_fail(r, VG_ENOMEM, 0, "no memory");
        goto out;
    }
    yajl_alloc_funcs memory = {.malloc = pool_alloc, .realloc = pool_realloc, .free = pool_free, .ctx = &j.pool};
    yajl_handle handle = yajl_alloc(&callbacks, &memory, &j);
    /* Strings that are kept are checked where they are used: one name that is not UTF-8 costs its record, not the file.
     */
    yajl_config(handle, yajl_dont_validate_strings, 1);
    rc = parse_all(&j, handle, chunk);
    yajl_free(handle);
out:
    vg_free(chunk);
    vg_free(j.pool.bytes);
    return rc;
}
