/* SPDX-License-Identifier: Apache-2.0
 *
 * Notices for who reviews: the list without their text, their text with a case, what a person finds about them. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/time.h"
#include "net/body.h"
#include "net/notice.h"
#include "net/routes/notices.h"
#include "net/server_int.h"
#include "net/welfare.h"
#include "review/permission.h"

enum { LIST_MOST = 200, REASON_MOST = 200 };

static void write_notice(vg_buf *out, const vg_notice *n)
{
    static const char *const languages[VG_LANGS] = {"fr", "en"};
    char name[24], of[24];
    vg_notice_name(n->id, name);
    vg_buf_printf(out, "{\"id\":\"%s\",\"number\":\"%.*s\",\"space\":", name, VG_STR_ARG(n->number));
    vg_buf_add_json_str(out, n->space);
    vg_buf_printf(out, ",\"state\":\"%s\",\"origin\":\"%s\",\"category\":\"%s\",\"language\":\"%s\",\"received\":", vg_notice_state_names[n->state],
                  vg_notice_origin_names[n->origin], vg_notice_category_names[n->category], languages[n->language]);
    vg_json_time(out, n->received_ms);
    if (n->case_id) {
        vg_case_name(n->case_id, of);
        vg_buf_printf(out, ",\"case\":\"%s\"", of);
    }
    if (n->decided_ms) {
        vg_buf_add_cstr(out, ",\"decided\":");
        vg_json_time(out, n->decided_ms);
        vg_buf_printf(out, ",\"outcome\":\"%s\"", n->action == VG_ACTION_DISMISS ? "dismissed" : "upheld");
    }
    if (n->flagger_id) {
        vg_buf_add_cstr(out, ",\"flagger\":");
        vg_buf_add_json_str(out, n->flagger);
    }
    vg_buf_printf(out, ",\"danger\":%s,\"named\":%s,\"repeated\":%s,\"unfounded\":%s,\"same_target\":%u,\"same_words\":%u,\"flood\":%s", n->danger ? "true" : "false",
                  n->named ? "true" : "false", n->repeated ? "true" : "false", n->unfounded ? "true" : "false", n->same_target, n->same_words,
                  n->same_target >= VG_NOTICE_FLOOD || n->same_words >= VG_NOTICE_FLOOD ? "true" : "false");
    vg_buf_add_char(out, '}');
}

/* A child in danger, then trusted flaggers, then who waits longest; what is closed newest first. */
static int by_urgency(const void *a, const void *b)
{
    const vg_notice *l = a, *r = b;
    bool closed = l->state >= VG_NOTICE_DECIDED;
    if (!closed && l->danger != r->danger) return l->danger ? -1 : 1;
    if (!closed && !l->flagger_id != !r->flagger_id) return l->flagger_id ? -1 : 1;
    int order = (l->id > r->id) - (l->id < r->id);
    return closed ? -order : order;
}

/* -1: malformed, answered. */
static int state_asked(vg_exchange *x, int64_t *before)
{
    vg_str state, from;
    bool has_state, has_from;
    *before = 0;
    if (!vg_query_get(x, "state", &state, &has_state) || !vg_query_get(x, "before", &from, &has_from)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return -1;
    }
    if (has_from && (*before = vg_notice_id_of(from)) <= 0) {
        vg_answer_problem(x, 400, "/before", "expected the name of a notice, as n-000123");
        return -1;
    }
    for (int s = 0; s < VG_NOTICE_STATES; s++)
        if (has_state && vg_str_is(state, vg_notice_state_names[s])) return s;
    if (!has_state) return VG_NOTICE_RECEIVED;
    vg_answer_problem(x, 400, "/state", "expected received, in_review, decided, withdrawn or set_aside");
    return -1;
}

/* The one whose receipt number somebody was told on the telephone. */
static bool find_by_number(vg_desk *desk, vg_exchange *x, vg_str spaces, vg_notice **list, size_t *count)
{
    char number[VG_NOTICE_NUMBER + 1];
    vg_str typed;
    bool found;
    vg_error err = {0};
    vg_notice *one = vg_arena_calloc(desk->arena, 1, sizeof *one);
    *list = one;
    *count = 0;
    if (!one || !vg_query_get(x, "number", &typed, &found) || !found) return false;
    if (!vg_notice_number_read(typed, number)) vg_answer_problem(x, 400, "/number", "this is no receipt number: a letter is missing or different");
    else if (vg_store_notice_find(desk->store, vg_str_of(number), desk->arena, one, &err) == 0) *count = vg_review_may(&x->user, VG_MAY_NOTICE_SEE, one->space);
    else if (err.code != VG_ENOENT) vg_answer_error(x, &err);
    (void)spaces;
    return true;
}

void vg_route_notices(vg_desk *desk, vg_exchange *x)
{
    vg_str spaces;
    vg_notice *list = NULL;
    size_t count = 0;
    int64_t counts[VG_NOTICE_STATES], before;
    vg_error err = {0};
    if (vg_review_require(&x->user, VG_MAY_NOTICE_SEE, VG_STR(""), &err) || vg_review_spaces_with(&x->user, VG_MAY_NOTICE_SEE, desk->arena, &spaces, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    int state = state_asked(x, &before);
    if (state < 0) return;
    bool one = find_by_number(desk, x, spaces, &list, &count);
    if (x->status) return;
    if ((!one && vg_store_notice_list(desk->store, spaces, (vg_notice_state)state, before, LIST_MOST + 1, desk->arena, &list, &count, &err)) ||
        vg_store_notice_counts(desk->store, spaces, counts, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    bool more = count > LIST_MOST;
    if (more) count = LIST_MOST;
    char next[24];
    if (more) vg_notice_name(list[count - 1].id, next);
    if (count) qsort(list, count, sizeof *list, by_urgency);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"notices\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_notice(out, &list[i]);
    }
    vg_buf_add_cstr(out, "],\"counts\":{");
    for (int s = 0; s < VG_NOTICE_STATES; s++) vg_buf_printf(out, "%s\"%s\":%lld", s ? "," : "", vg_notice_state_names[s], (long long)counts[s]);
    vg_buf_add_char(out, '}');
    if (more) vg_buf_printf(out, ",\"next\":\"%s\"", next);
    vg_buf_add_char(out, '}');
}

/* What it says, without the answers that lie with it. */
static void write_said(vg_buf *out, vg_str body)
{
    json_t *root = body.len ? json_loadb(body.ptr, body.len, 0, NULL) : NULL;
    vg_buf_add_cstr(out, ",\"said\":");
    if (json_is_object(root)) {
        json_object_del(root, "answer");
        char *text = json_dumps(root, JSON_COMPACT);
        if (text) vg_buf_add_cstr(out, text);
        else out->failed = true;
        vg_free(text);
    } else vg_buf_add_cstr(out, "null");
    json_decref(root);
}

void vg_route_case_notices(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_notice_said *said = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, true, &c)) return;
    /* what they say is content of the case, as hard as its own */
    if (vg_welfare_may_read(desk, &x->user, &c, vg_time_now(), &err) || vg_store_notice_read(desk->store, c.id, x->user.name, desk->arena, &said, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"total\":%u,\"notices\":[", c.notices);
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_notice(out, &said[i].notice);
        if (!out->failed) out->len--; /* its closing brace */
        write_said(out, said[i].body);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
}

/* ---- one notice ---- */

/* The notice of the path, if this person holds `permission` in its space. What is in another space does not exist. */
static bool notice_of_path(vg_desk *desk, vg_exchange *x, vg_permission permission, vg_notice *n)
{
    vg_error err = {0};
    int64_t id = vg_notice_id_of(x->argument[0]);
    int rc = id > 0 ? vg_store_notice_get(desk->store, id, desk->arena, n, &err) : -VG_ENOENT;
    if (rc == -VG_ENOENT || (!rc && !vg_review_may(&x->user, VG_MAY_NOTICE_SEE, n->space) && !vg_review_may(&x->user, permission, n->space)))
        vg_answer_problem(x, 404, NULL, "there is no such notice");
    else if (rc || vg_review_require(&x->user, permission, n->space, &err)) vg_answer_error(x, &err);
    else return true;
    return false;
}

void vg_route_notice_unfounded(vg_desk *desk, vg_exchange *x)
{
    vg_notice n;
    vg_error err = {0};
    bool unfounded = true;
    const vg_field fields[] = {{.name = "unfounded", .type = VG_FIELD_BOOLEAN, .required = true, .boolean = &unfounded}};
    if (!notice_of_path(desk, x, VG_MAY_CASE_DECIDE, &n) || !vg_body_read(x, fields, 1)) return;
    if (vg_store_notice_unfounded(desk->store, n.id, unfounded, x->user.name, vg_time_now(), &err) || vg_store_notice_get(desk->store, n.id, desk->arena, &n, &err))
        vg_answer_error(x, &err);
    else write_notice(vg_answer_begin(x, 200, "application/json"), &n);
}

void vg_route_notice_identity(vg_desk *desk, vg_exchange *x)
{
    vg_notice n;
    vg_error err = {0};
    vg_str reason = {"", 0}, identity;
    const vg_field fields[] = {{.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 3, .most = REASON_MOST, .string = &reason}};
    if (!notice_of_path(desk, x, VG_MAY_CASE_DECIDE, &n) || !vg_body_read(x, fields, 1)) return;
    if (vg_store_notice_identity(desk->store, n.id, x->user.name, reason, desk->arena, &identity, &err)) vg_answer_error(x, &err);
    else if (!identity.len) vg_answer_problem(x, 404, NULL, "nobody gave a name with this notice, or it is destroyed");
    else vg_buf_add_str(vg_answer_begin(x, 200, "application/json"), identity);
}

void vg_route_notice_process(vg_desk *desk, vg_exchange *x)
{
    vg_notice n;
    vg_error err = {0};
    vg_str body;
    vg_case_written written;
    if (!notice_of_path(desk, x, VG_MAY_FLAGGER_KEEP, &n)) return;
    if (n.state != VG_NOTICE_SET_ASIDE) vg_answer_problem(x, 409, NULL, "this notice is not set aside");
    else if (vg_store_notice_body(desk->store, n.id, x->user.name, desk->arena, &body, &err) || vg_notice_take_up(desk, x, &n, body, &written, &err) ||
             vg_store_notice_get(desk->store, n.id, desk->arena, &n, &err))
        vg_answer_error(x, &err);
    else write_notice(vg_answer_begin(x, 200, "application/json"), &n);
}
