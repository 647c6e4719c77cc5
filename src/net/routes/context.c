/* SPDX-License-Identifier: Apache-2.0
 *
 * More of a conversation than was sealed: asked for by a person with a reason, answered by the platform. */
#include "base/time.h"
#include "net/body.h"
#include "net/routes/casefile.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "store/cases/context.h"

enum { REFUSAL = 500 };

/* ---- asking ---- */

static bool read_request(vg_exchange *x, vg_context *r)
{
    int64_t messages = 0, minutes = 0;
    vg_str side = {"", 0};
    const vg_field fields[] = {
        {.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = VG_CONTEXT_REASON, .string = &r->reason},
        {.name = "messages", .type = VG_FIELD_INTEGER, .highest = VG_CONTEXT_MESSAGES, .integer = &messages},
        {.name = "minutes", .type = VG_FIELD_INTEGER, .highest = VG_CONTEXT_MINUTES, .integer = &minutes},
        {.name = "side", .type = VG_FIELD_STRING, .least = 1, .most = 16, .string = &side},
        {.name = "conversation", .type = VG_FIELD_STRING, .least = 1, .most = VG_EVENT_MAX_NAME, .string = &r->conversation},
    };
    if (!vg_body_read(x, fields, 5)) return false;
    if ((messages == 0) == (minutes == 0)) {
        vg_answer_problem(x, 400, messages ? "/minutes" : "/messages", "expected a number of messages or of minutes, one of both");
        return false;
    }
    if (side.len && !vg_str_is(side, "before") && !vg_str_is(side, "after")) {
        vg_answer_problem(x, 400, "/side", "unknown value; expected one of before, after");
        return false;
    }
    r->messages = (uint32_t)messages;
    r->minutes = (uint32_t)minutes;
    r->later = vg_str_is(side, "after");
    return true;
}

static void write_one(vg_buf *out, const vg_context *r)
{
    vg_buf_printf(out, "{\"number\":%lld,\"user\":", (long long)r->number);
    vg_buf_add_json_str(out, r->user);
    vg_buf_add_cstr(out, ",\"reason\":");
    vg_buf_add_json_str(out, r->reason);
    if (r->conversation.len) {
        vg_buf_add_cstr(out, ",\"of\":");
        vg_buf_add_json_str(out, r->conversation);
    }
    vg_buf_printf(out, ",\"side\":\"%s\",\"%s\":%u,\"from\":", r->later ? "after" : "before", r->messages ? "messages" : "minutes",
                  r->messages ? r->messages : r->minutes);
    vg_json_time(out, r->from_ms);
    vg_buf_add_cstr(out, ",\"asked\":");
    vg_json_time(out, r->asked_ms);
    vg_buf_printf(out, ",\"state\":\"%s\"", vg_context_state_names[r->state]);
    if (r->answered_ms) {
        vg_buf_add_cstr(out, ",\"answered\":");
        vg_json_time(out, r->answered_ms);
    }
    if (r->state == VG_CONTEXT_REFUSED && r->answer.len) {
        vg_buf_add_cstr(out, ",\"refused\":");
        vg_buf_add_json_str(out, r->answer);
    }
    if (r->state == VG_CONTEXT_ANSWERED && r->answer.len) {
        vg_buf_add_cstr(out, ",\"conversation\":");
        vg_buf_add_str(out, r->answer);
    }
    vg_buf_add_char(out, '}');
}

int vg_context_write(vg_desk *desk, int64_t case_id, vg_str only, vg_buf *out, vg_error *err)
{
    vg_context *all = NULL;
    size_t count = 0;
    int rc = vg_store_context_of(desk->store, case_id, vg_time_now(), desk->arena, &all, &count, err);
    if (rc) return rc;
    vg_buf_add_cstr(out, ",\"context\":[");
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if (only.len && !vg_str_eq(all[i].user, only)) continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        write_one(out, &all[i]);
    }
    vg_buf_add_char(out, ']');
    return 0;
}

void vg_route_context_ask(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    vg_context request = {.user = x->user.name, .asked_ms = vg_time_now()};
    if (!vg_case_of_path(desk, x, true, &c)) return;
    if (vg_review_require(&x->user, VG_MAY_CASE_CONTEXT, c.space, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!read_request(x, &request)) return;
    request.case_id = c.id;
    if (vg_store_context_ask(desk->store, &request, &err)) vg_answer_error(x, &err);
    else write_one(vg_answer_begin(x, 201, "application/json"), &request);
}

/* ---- answering ---- */

/* The age band that memory holds of each writer now. */
typedef struct bands_call {
    const vg_event *events;
    uint8_t *bands;
    size_t count;
} bands_call;

static void read_bands(vg_memory *memory, struct vg_window *window, void *context)
{
    bands_call *call = context;
    vg_memory_glimpse seen;
    (void)window;
    for (size_t i = 0; i < call->count; i++) {
        const vg_event *e = &call->events[i];
        /* a band does not go by: what memory has not swept yet is right */
        call->bands[i] = vg_memory_glance(memory, e->source, e->subject, e->time_ms, UINT32_MAX, &seen) == 0 ? seen.band : VG_AGE_UNKNOWN;
    }
}

static bool is_wanted(vg_exchange *x, const vg_event *e, size_t i, vg_str space)
{
    char pointer[64];
    snprintf(pointer, sizeof pointer, "/events/%zu/%s", i, e->type != VG_EVENT_MESSAGE ? "type" : "source");
    if (e->type != VG_EVENT_MESSAGE) vg_answer_problem(x, 400, pointer, "expected vigie.message: what was written, and nothing else");
    else if (!vg_str_eq(e->space, space)) vg_answer_problem(x, 400, pointer, "expected /spaces/%.*s, the space of the case", VG_STR_ARG(space));
    else return true;
    return false;
}

static int by_time(const void *a, const void *b, void *events)
{
    const vg_event *all = events, *l = &all[*(const size_t *)a], *r = &all[*(const size_t *)b];
    if (l->time_ms != r->time_ms) return l->time_ms < r->time_ms ? -1 : 1;
    return (*(const size_t *)a > *(const size_t *)b) - (*(const size_t *)a < *(const size_t *)b);
}

/* {"messages":[...]}, oldest first, as a case's own window is written. */
static bool write_messages(vg_exchange *x, vg_desk *desk, const vg_event *events, size_t count, vg_buf *out)
{
    uint8_t *bands = vg_arena_calloc(desk->arena, count, 1);
    size_t *order = vg_arena_calloc(desk->arena, count, sizeof *order);
    if (!bands || !order) {
        vg_answer_busy(x, "there is no memory for this request now");
        return false;
    }
    bands_call call = {events, bands, count};
    vg_pipeline_locked(x->server->pipeline, read_bands, &call);
    for (size_t i = 0; i < count; i++) order[i] = i;
    qsort_r(order, count, sizeof *order, by_time, (void *)(uintptr_t)events);
    vg_buf_add_cstr(out, "{\"messages\":[");
    for (size_t i = 0; i < count; i++) {
        const vg_event *e = &events[order[i]];
        vg_buf_add_cstr(out, i ? ",{\"id\":" : "{\"id\":");
        vg_buf_add_json_str(out, e->id);
        vg_buf_add_cstr(out, ",\"subject\":");
        vg_buf_add_json_str(out, e->subject);
        vg_buf_printf(out, ",\"age_band\":\"%s\",\"time\":", vg_age_band_names[bands[order[i]]]);
        vg_json_time(out, e->time_ms);
        vg_buf_add_cstr(out, ",\"text\":");
        vg_buf_add_json_str(out, e->text);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
    return true;
}

/* `list`: a JSON array of CloudEvents, read by the same parser as every event. */
static bool read_messages(vg_exchange *x, vg_desk *desk, const char *list, vg_str space, vg_buf *out)
{
    vg_event_parser *parser = NULL;
    vg_event *events = NULL;
    size_t count = 0;
    vg_error err = {0};
    bool good = false;
    int rc = vg_event_parser_create(&parser, &err);
    if (!rc) rc = vg_event_parse_batch(parser, list, strlen(list), 0, desk->arena, &events, &count, &err);
    if (rc) {
        char where[sizeof err.where];
        snprintf(where, sizeof where, "/events%.*s", (int)sizeof where - 8, err.where);
        snprintf(err.where, sizeof err.where, "%s", where);
        vg_answer_error(x, &err);
    } else if (count > VG_CONTEXT_MESSAGES) vg_answer_problem(x, 400, "/events", "expected at most %d messages", VG_CONTEXT_MESSAGES);
    else {
        good = true;
        for (size_t i = 0; good && i < count; i++) good = is_wanted(x, &events[i], i, space);
        if (good) good = write_messages(x, desk, events, count, out);
    }
    vg_event_parser_destroy(&parser);
    return good;
}

/* {"events":[...]} or {"refused":"why"}. */
static bool read_answer(vg_exchange *x, vg_desk *desk, vg_str space, vg_context_state *state, vg_buf *out)
{
    json_error_t wrong;
    json_t *root = json_loadb(x->body.ptr ? x->body.ptr : "", x->body.len, JSON_REJECT_DUPLICATES, &wrong);
    const json_t *events = json_object_get(root, "events"), *refused = json_object_get(root, "refused");
    bool good = false;
    if (!root) vg_answer_problem(x, 400, NULL, "this is not JSON: %s (byte %d)", wrong.text, wrong.position);
    else if (!json_is_object(root) || json_object_size(root) != 1 || (!events && !refused))
        vg_answer_problem(x, 400, NULL, "expected an object with events or refused, one of both");
    else if (refused && (!json_is_string(refused) || !json_string_length(refused) || json_string_length(refused) > REFUSAL))
        vg_answer_problem(x, 400, "/refused", "expected 1 to %d bytes", REFUSAL);
    else if (refused) {
        *state = VG_CONTEXT_REFUSED;
        vg_buf_add(out, json_string_value(refused), json_string_length(refused));
        good = true;
    } else if (!json_is_array(events) || !json_array_size(events)) vg_answer_problem(x, 400, "/events", "expected an array of events");
    else {
        json_free_t release = NULL;
        json_get_alloc_funcs(NULL, &release);
        char *list = json_dumps(events, JSON_COMPACT);
        *state = VG_CONTEXT_ANSWERED;
        if (!list) vg_answer_busy(x, "there is no memory for this request now");
        else good = read_messages(x, desk, list, space, out);
        if (list) release(list);
    }
    json_decref(root);
    return good;
}

/* The case and the request that the path names, as far as this key may know of them. */
static bool find_case(vg_desk *desk, vg_exchange *x, vg_case *c, int64_t *number)
{
    vg_error err = {0};
    int64_t id = vg_case_id_of(x->argument[0]);
    vg_str key_space = {x->key.space, x->key.space_len};
    int rc = id > 0 ? vg_store_case_get(desk->store, id, desk->arena, c, &err) : -VG_ENOENT;
    *number = 0;
    for (size_t i = 0; i < x->argument[1].len && *number >= 0; i++) {
        char digit = x->argument[1].ptr[i];
        *number = digit >= '0' && digit <= '9' && *number < 100000 ? *number * 10 + (digit - '0') : -1;
    }
    if (rc == -VG_ENOENT || (!rc && c->shadow) || *number <= 0 || (!rc && !vg_str_is(key_space, "*") && !vg_str_eq(key_space, c->space))) {
        vg_answer_problem(x, 404, NULL, "there is no such request");
        return false;
    }
    if (rc) vg_answer_error(x, &err);
    return rc == 0;
}

void vg_route_context_answer(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_buf answer;
    vg_error err = {0};
    int64_t number, now_ms = vg_time_now();
    vg_context_state state = VG_CONTEXT_ANSWERED;
    if (!find_case(desk, x, &c, &number)) return;
    vg_buf_init(&answer, VG_EVENT_MAX_BODY);
    if (read_answer(x, desk, c.space, &state, &answer)) {
        int rc = answer.failed ? vg_fail(&err, VG_ENOMEM, "", "no memory for an answer")
                               : vg_store_context_answer(desk->store, c.id, number, state, (vg_str){answer.ptr, answer.len}, x->key.id, now_ms, &err);
        if (rc) vg_answer_error(x, &err);
        else {
            vg_desk_tell(desk, c.id, "context");
            vg_buf_printf(vg_answer_begin(x, 201, "application/json"), "{\"number\":%lld,\"state\":\"%s\"}", (long long)number,
                          vg_context_state_names[state]);
        }
    }
    vg_buf_free(&answer);
}
