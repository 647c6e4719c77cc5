/* SPDX-License-Identifier: Apache-2.0
 *
 * The made-up items that come with Vigie. A talk is run through a pipeline of its own, with an empty memory, under the policy of the space
 * that takes it: so it has the evidence and the sentences that a case of this space has today. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/time.h"
#include "net/assets.h"
#include "net/routes/gold.h"
#include "net/server_int.h"
#include "store/training/gold.h"

enum { WRITES_MOST = 32, EVENT_MOST = 8192, WINDOW_BYTES = 1 << 20 };

static json_t *load_all(void)
{
    return json_loadb((const char *)vg_gold_made_assets[0].bytes, vg_gold_made_assets[0].len, 0, NULL);
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static void write_both(vg_buf *out, const json_t *both)
{
    const char *const text[VG_LANGS] = {text_of(both, "fr"), text_of(both, "en")};
    vg_json_both(out, text);
}

static void write_actions(vg_buf *out, const json_t *list)
{
    size_t i;
    const json_t *action;
    vg_buf_add_char(out, '[');
    json_array_foreach(list, i, action) vg_buf_printf(out, "%s\"%s\"", i ? "," : "", json_string_value(action));
    vg_buf_add_char(out, ']');
}

void vg_gold_made_list(vg_buf *out)
{
    json_t *root = load_all(), *item;
    size_t i;
    if (!root) out->failed = true;
    vg_buf_add_char(out, '[');
    json_array_foreach(json_object_get(root, "items"), i, item)
    {
        vg_buf_printf(out, "%s{\"name\":\"%s\",\"language\":\"%s\",\"actions\":", i ? "," : "", text_of(item, "name"), text_of(item, "language"));
        write_actions(out, json_object_get(item, "actions"));
        vg_buf_add_cstr(out, ",\"title\":");
        write_both(out, json_object_get(item, "title"));
        vg_buf_add_cstr(out, ",\"why\":");
        write_both(out, json_object_get(item, "why"));
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
    json_decref(root);
}

/* ---- running one ---- */

typedef struct run {
    vg_memory *memory;
    vg_pipeline *pipeline;
    vg_worker *worker;
    vg_event_parser *parser;
    vg_arena *arena;
    vg_str space;
    int64_t now_ms;
    vg_case_write writes[WRITES_MOST];
    size_t count;
} run;

static int open_run(vg_desk *desk, run *r, vg_error *err)
{
    vg_memory_options memory = {.key = {0x7669676965, 0x676f6c64}, .seen_records = 1024};
    int rc = vg_memory_open(&r->memory, &memory, err);
    vg_pipeline_options options = {.memory = r->memory, .window_bytes = WINDOW_BYTES, .like = desk->server->pipeline};
    if (!rc) rc = vg_pipeline_create(&r->pipeline, &options, err);
    if (!rc) rc = vg_worker_create(&r->worker, r->pipeline, err);
    return rc ? rc : vg_event_parser_create(&r->parser, err);
}

static void close_run(run *r)
{
    vg_event_parser_destroy(&r->parser);
    vg_worker_destroy(&r->worker);
    vg_pipeline_destroy(&r->pipeline);
    if (r->memory) vg_memory_close(&r->memory);
}

static int pass(run *r, vg_buf *text, vg_error *err)
{
    vg_event *event = vg_arena_calloc(r->arena, 1, sizeof *event);
    vg_task *task = vg_arena_calloc(r->arena, 1, sizeof *task);
    char *json = vg_arena_alloc(r->arena, text->len + VG_NET_BODY_PADDING);
    vg_error failed = {0};
    if (!event || !task || !json || text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an item");
    memcpy(json, text->ptr, text->len);
    memset(json + text->len, 0, VG_NET_BODY_PADDING);
    int rc = vg_event_parse(r->parser, json, text->len, text->len + VG_NET_BODY_PADDING, r->arena, event, err);
    if (!rc) rc = vg_worker_begin(r->worker, err);
    if (rc) return rc;
    rc = vg_pipeline_prepare(r->worker, event, task, err);
    if (!rc && vg_pipeline_apply(r->worker, task, 1, r->now_ms, r->arena, &failed)) rc = vg_fail(err, failed.code, "", "%s", failed.what);
    if (!rc && task->needs_case && r->count < WRITES_MOST) r->writes[r->count++] = task->write;
    vg_worker_finish(r->worker);
    return rc;
}

static void begin_event(run *r, vg_buf *text, const char *type, const char *subject, int n, int64_t time_ms)
{
    char when[25];
    vg_time_format(time_ms, when);
    vg_buf_clear(text);
    vg_buf_printf(text, "{\"specversion\":\"1.0\",\"id\":\"m-%" PRId64 "-%d\",\"source\":\"/spaces/%.*s\",\"type\":\"vigie.%s\",\"subject\":\"%s\",\"time\":\"%s\",\"data\":{",
                  r->now_ms % 100000000, n, VG_STR_ARG(r->space), type, subject, when);
}

static int pass_account(run *r, vg_buf *text, const char *name, const char *band, int n, vg_error *err)
{
    begin_event(r, text, "account", name, n, r->now_ms - VG_HOUR_MS);
    vg_buf_printf(text, "\"age_band\":\"%s\",\"age_basis\":\"declared\"}}", band);
    return pass(r, text, err);
}

static int pass_talk(run *r, vg_buf *text, const json_t *item, vg_error *err)
{
    static const char *const names[2] = {"nordet.76", "mirabelle_09"}; /* every copy has others */
    size_t i;
    const json_t *line;
    int rc = pass_account(r, text, names[0], text_of(item, "adult"), 900, err);
    if (!rc) rc = pass_account(r, text, names[1], text_of(item, "child"), 901, err);
    json_array_foreach(json_object_get(item, "talk"), i, line)
    {
        bool child = strcmp(text_of(line, "from"), "child") == 0;
        if (rc) break;
        begin_event(r, text, "message", names[child], (int)i, r->now_ms - json_integer_value(json_object_get(line, "before")) * VG_MINUTE_MS);
        vg_buf_printf(text, "\"conversation\":\"g-%s\",\"to\":[\"%s\"],\"channel\":\"group\",\"language\":\"%s\",\"text\":", text_of(item, "name"), names[!child],
                      text_of(item, "language"));
        vg_buf_add_json_str(text, vg_str_of(text_of(line, "text")));
        vg_buf_add_cstr(text, "}}");
        rc = pass(r, text, err);
    }
    return rc;
}

/* The events of the case about the first of the two; talks end with what they are about. */
static size_t about_first(run *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->count; i++)
        if (vg_str_is(r->writes[i].account, "nordet.76")) r->writes[kept++] = r->writes[i];
    return kept;
}

static int make(vg_desk *desk, vg_gold_item *item, const json_t *made, int64_t now_ms, vg_error *err)
{
    run r = {.arena = desk->arena, .space = item->space, .now_ms = now_ms};
    vg_buf text;
    vg_buf_init(&text, EVENT_MOST);
    int rc = open_run(desk, &r, err);
    if (!rc) rc = pass_talk(&r, &text, made, err);
    size_t count = rc ? 0 : about_first(&r);
    if (!rc && !count) rc = vg_fail(err, VG_EUNPROCESSABLE, "/made_up", "the policy of this space raises no case about it");
    if (!rc) rc = vg_store_gold_add_made(desk->store, item, r.writes, count, err);
    close_run(&r);
    vg_buf_free(&text);
    return rc;
}

int vg_gold_make_up(vg_desk *desk, vg_gold_item *item, vg_str name, int64_t now_ms, vg_error *err)
{
    json_t *root = load_all(), *one;
    const json_t *action, *made = NULL;
    size_t i;
    int rc;
    json_array_foreach(json_object_get(root, "items"), i, one)
        if (vg_str_is(name, text_of(one, "name"))) made = one;
    if (!made) {
        rc = root ? vg_fail(err, VG_ENOENT, "/made_up", "there is no made-up item of this name") : vg_fail(err, VG_ENOMEM, "", "no memory for an item");
    } else {
        char why[900];
        snprintf(why, sizeof why, "%s — %s", text_of(json_object_get(made, "why"), "fr"), text_of(json_object_get(made, "why"), "en"));
        item->shipped = vg_str_of(text_of(made, "name"));
        item->language = vg_str_of(text_of(made, "language"));
        item->why = vg_str_of(why);
        item->actions = 0;
        json_array_foreach(json_object_get(made, "actions"), i, action)
        {
            int number = vg_action_of(vg_str_of(json_string_value(action)));
            if (number >= 0) item->actions |= UINT32_C(1) << number;
        }
        rc = make(desk, item, made, now_ms, err);
        item->shipped = item->language = item->why = (vg_str){"", 0};
    }
    json_decref(root);
    return rc;
}
