/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit log for those who check it: who did what, when, to which case; never what a case holds. Reasons in free text stay with the people
 * who decide. */
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include "base/alloc.h"
#include "base/time.h"
#include "net/routes/people.h"
#include "net/server_int.h"
#include "review/people.h"
#include "store/people/people.h"

enum { LIMIT_DEFAULT = 100, LIMIT_MOST = 500, EXPORT_PAGE = 1000, EXPORT_MOST = 50000 };

/* ---- what is asked for ---- */

static bool read_number(vg_str text, int64_t most, int64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.len && i < 18; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
        *out = *out * 10 + (text.ptr[i] - '0');
    }
    return text.len >= 1 && text.len <= 18 && *out >= 1 && *out <= most;
}

/* One parameter; an empty one is as good as none. */
static bool get(vg_exchange *x, const char *name, vg_str *value)
{
    bool found;
    if (vg_query_get(x, name, value, &found)) return true;
    vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
    return false;
}

static bool get_time(vg_exchange *x, const char *name, const char *pointer, int64_t *out)
{
    vg_str text;
    if (!get(x, name, &text)) return false;
    if (!text.len || (vg_time_parse_date(text, out) && *out > 0)) return true;
    vg_answer_problem(x, 400, pointer, "expected a day or a time such as 2027-04-03 or 2027-04-03T08:00:00Z");
    return false;
}

static bool get_number(vg_exchange *x, const char *name, const char *pointer, int64_t most, int64_t *out)
{
    vg_str text;
    if (!get(x, name, &text)) return false;
    if (!text.len || read_number(text, most, out)) return true;
    vg_answer_problem(x, 400, pointer, "expected a number from 1 to %lld", (long long)most);
    return false;
}

static bool read_query(vg_desk *desk, vg_exchange *x, vg_audit_query *q)
{
    int64_t limit = LIMIT_DEFAULT;
    vg_error err = {0};
    *q = (vg_audit_query){0};
    if (vg_review_require(&x->user, VG_MAY_AUDIT_SEE, (vg_str){"", 0}, &err) ||
        vg_review_spaces_with(&x->user, VG_MAY_AUDIT_SEE, desk->arena, &q->spaces, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    if (!get_time(x, "from", "/from", &q->from_ms) || !get_time(x, "to", "/to", &q->until_ms) || !get(x, "actor", &q->actor) ||
        !get(x, "action", &q->action) || !get(x, "object", &q->object) ||
        !get_number(x, "before", "/before", INT64_MAX / 10, &q->before_seq) || !get_number(x, "limit", "/limit", LIMIT_MOST, &limit))
        return false;
    q->most = (size_t)limit;
    return true;
}

/* ---- entries ---- */

/* Reasons of legal holds are sentences of people about a case: not for who only checks. */
static void write_detail(vg_buf *out, const vg_audit_entry *e)
{
    static const char reason[] = "\"reason\"";
    if (!memmem(e->detail.ptr, e->detail.len, reason, sizeof reason - 1)) {
        vg_buf_add_str(out, e->detail.len ? e->detail : VG_STR("{}"));
        return;
    }
    json_t *root = json_loadb(e->detail.ptr, e->detail.len, 0, NULL);
    if (json_is_object(root)) json_object_del(root, "reason");
    char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
    vg_buf_add_cstr(out, text ? text : "{}");
    vg_free(text);
    json_decref(root);
}

static void write_entry(vg_buf *out, const vg_audit_entry *e)
{
    char hash[65];
    sodium_bin2hex(hash, sizeof hash, e->hash, sizeof e->hash);
    vg_buf_printf(out, "{\"seq\":%lld,\"time\":", (long long)e->seq);
    vg_json_time(out, e->time_ms);
    vg_buf_add_cstr(out, ",\"actor\":");
    vg_buf_add_json_str(out, e->actor);
    vg_buf_add_cstr(out, ",\"action\":");
    vg_buf_add_json_str(out, e->action);
    vg_buf_add_cstr(out, ",\"object\":");
    vg_buf_add_json_str(out, e->object);
    vg_buf_add_cstr(out, ",\"detail\":");
    write_detail(out, e);
    vg_buf_printf(out, ",\"hash\":\"%s\",\"checks\":%s}", hash, e->checks ? "true" : "false");
}

/* Who looks for what a person did, or what was done to a case; not whom or which. */
static int record_search(vg_desk *desk, vg_exchange *x, const vg_audit_query *q, vg_error *err)
{
    return vg_store_audit(desk->store, x->user.name, VG_STR("audit.search"), VG_STR("-"),
                          q->actor.len ? VG_STR("{\"by\":\"actor\"}") : VG_STR("{\"by\":\"object\"}"), err);
}

void vg_route_audit(vg_desk *desk, vg_exchange *x)
{
    vg_audit_query q;
    vg_audit_entry *entries;
    vg_audit_chain chain;
    size_t count;
    int64_t next;
    vg_error err = {0};
    bool all = true;
    if (!read_query(desk, x, &q)) return;
    if (((q.actor.len || q.object.len) && record_search(desk, x, &q, &err)) || vg_store_audit_list(desk->store, &q, desk->arena, &entries, &count, &next, &chain, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"entries\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_entry(out, &entries[i]);
        all = all && entries[i].checks;
    }
    vg_buf_printf(out, "],\"chain\":{\"first\":%lld,\"newest\":%lld,\"head_checks\":%s,\"entries_check\":%s}", (long long)chain.first,
                  (long long)chain.newest, chain.head_checks ? "true" : "false", all ? "true" : "false");
    if (next) vg_buf_printf(out, ",\"next\":%lld", (long long)next);
    vg_buf_add_char(out, '}');
}

/* One object a line, newest first, at most EXPORT_MOST; to have handed it out is itself on record. */
void vg_route_audit_export(vg_desk *desk, vg_exchange *x)
{
    vg_audit_query q;
    vg_audit_entry *entries;
    vg_audit_chain chain;
    size_t count, total = 0;
    int64_t next = 0;
    vg_error err = {0};
    if (!read_query(desk, x, &q)) return;
    q.most = EXPORT_PAGE;
    if (vg_store_audit(desk->store, x->user.name, VG_STR("audit.export"), VG_STR("-"), VG_STR("{}"), &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/jsonl");
    do {
        vg_arena_reset(desk->arena);
        vg_str spaces;
        if (vg_review_spaces_with(&x->user, VG_MAY_AUDIT_SEE, desk->arena, &spaces, &err)) break;
        q.spaces = spaces;
        if (vg_store_audit_list(desk->store, &q, desk->arena, &entries, &count, &next, &chain, &err)) break;
        for (size_t i = 0; i < count; i++) {
            write_entry(out, &entries[i]);
            vg_buf_add_char(out, '\n');
        }
        total += count;
        q.before_seq = next;
    } while (next && total < EXPORT_MOST);
    if (err.code) vg_answer_error(x, &err);
    else vg_answer_header(x, "Content-Disposition", "attachment; filename=\"audit.jsonl\"");
}
