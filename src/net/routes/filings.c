/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading filings, and preparing one. */
#include "net/routes/filings_int.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/time.h"
#include "net/body.h"
#include "net/gold.h"
#include "net/server_int.h"
#include "net/welfare.h"
#include "review/permission.h"
#include "review/review.h"
#include "store/filings/annex.h"

/* ---- which one ---- */

static int64_t number_of(vg_str s)
{
    int64_t n = 0;
    if (!s.len || s.len > 18) return -1;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return -1;
        n = n * 10 + (s.ptr[i] - '0');
    }
    return n;
}

bool vg_filing_of_path(vg_desk *desk, vg_exchange *x, vg_filing *f)
{
    vg_error err = {0};
    int64_t id = number_of(x->argument[0]);
    int rc = id > 0 ? vg_store_filing_get(desk->store, id, desk->arena, f, &err) : -VG_ENOENT;
    if (rc == -VG_ENOENT || (!rc && !vg_review_may(&x->user, VG_MAY_CASE_LIST, f->space))) {
        vg_answer_problem(x, 404, NULL, "there is no such filing");
        return false;
    }
    if (rc || vg_review_require(&x->user, VG_MAY_FILING_SEE, f->space, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    return true;
}

static bool may_read(vg_desk *desk, vg_exchange *x, const vg_filing *f, vg_error *err)
{
    vg_case c;
    return !vg_store_case_get(desk->store, f->case_id, desk->arena, &c, err) && !vg_review_may_read(&c, &x->user, err) &&
           !vg_welfare_may_read(desk, &x->user, &c, vg_time_now(), err);
}

bool vg_filing_for_reader(vg_desk *desk, vg_exchange *x, vg_filing_open_t *o)
{
    vg_error err = {0};
    if (!vg_filing_of_path(desk, x, &o->f)) return false;
    if (may_read(desk, x, &o->f, &err) && !vg_filing_open_up(desk->server, desk->store, desk->arena, x->user.name, false, vg_time_now(), o, &err)) return true;
    vg_answer_error(x, &err);
    return false;
}

static int write_one(vg_desk *desk, vg_exchange *x, const vg_filing *f, vg_policy_set *set, vg_buf *out, vg_error *err)
{
    vg_filing_after after;
    const vg_policy *policy = set ? vg_policy_set_find(set, f->space, NULL) : NULL;
    int rc = vg_filing_after_of(desk->store, f, policy, &after, err);
    if (!rc) vg_filing_write(out, f, &after, &x->user, policy, vg_time_now());
    return rc;
}

void vg_filing_answer_with(vg_desk *desk, vg_exchange *x, int64_t id, int status)
{
    vg_filing f;
    vg_error err = {0};
    if (vg_store_filing_get(desk->store, id, desk->arena, &f, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    if (write_one(desk, x, &f, set, vg_answer_begin(x, status, "application/json"), &err)) vg_answer_error(x, &err);
    if (set) vg_policy_set_unref(&set);
    vg_desk_tell(desk, f.case_id, "filing");
}

/* ---- the board ---- */

typedef struct board {
    vg_str state, space, channel;
    int64_t case_id, before;
    bool unanswered; /* only notices that are to be followed up now */
    int answer; /* vg_answer_kind; VG_ANSWERS: whatever was answered */
    vg_filing *all;
    size_t count, capacity;
} board;

static bool read_board(vg_exchange *x, board *b)
{
    vg_str text, name;
    bool found = false, known = false;
    if (!vg_query_get(x, "state", &b->state, &found)) return false;
    b->unanswered = found && vg_str_is(b->state, "follow_up");
    known = !found || b->unanswered || vg_str_is(b->state, "open");
    for (int i = 0; !known && i < VG_FILING_STATES; i++) known = vg_str_is(b->state, vg_filing_state_names[i]);
    if (!known) {
        vg_answer_problem(x, 400, "/state", "unknown value");
        return false;
    }
    if (!found) b->state = (vg_str){"", 0};
    if (!vg_query_answer(x, &b->answer)) return false;
    if (!vg_query_get(x, "space", &b->space, &found)) return false;
    if (!found) b->space = (vg_str){"", 0};
    if (!vg_query_get(x, "channel", &b->channel, &found)) return false;
    if (!found) b->channel = (vg_str){"", 0};
    if (!vg_query_get(x, "case", &name, &found)) return false;
    if (found && (b->case_id = vg_case_id_of(name)) <= 0) {
        vg_answer_problem(x, 400, "/case", "expected the number of a case, as c-000123");
        return false;
    }
    if (!vg_query_get(x, "before", &text, &found)) return false;
    if (found && (b->before = number_of(text)) <= 0) {
        vg_answer_problem(x, 400, "/before", "expected the number of a filing");
        return false;
    }
    return true;
}

/* Urgent ones first among what is not done, then by when they are due; done ones by number, newest first. */
static int in_order(const void *a, const void *b)
{
    const vg_filing *l = a, *r = b;
    bool over = vg_filing_over(l->state);
    if (over != vg_filing_over(r->state)) return over ? 1 : -1;
    if (!over && l->urgent != r->urgent) return l->urgent ? -1 : 1;
    if (!over && l->due_ms != r->due_ms) return l->due_ms < r->due_ms ? -1 : 1;
    return (l->id < r->id) - (l->id > r->id);
}

static bool wanted(const vg_exchange *x, const board *b, const vg_filing *f)
{
    return (!b->space.len || vg_str_eq(b->space, f->space)) && (!b->channel.len || vg_str_eq(b->channel, f->channel)) && (!b->case_id || b->case_id == f->case_id) &&
           vg_review_may(&x->user, VG_MAY_FILING_SEE, f->space);
}

static void add_to_board(vg_exchange *x, board *b, const vg_filing *some, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (wanted(x, b, &some[i])) b->all[b->count++] = some[i];
}

/* Newest first, whatever the state; as many as a page shows and one more. */
static int gather_answered(vg_desk *desk, vg_exchange *x, board *b, vg_error *err)
{
    int rc;
    size_t count;
    int64_t before = b->before;
    do {
        vg_filing *some;
        rc = vg_store_filing_answered(desk->store, 1u << b->answer, before, desk->arena, &some, &count, err);
        for (size_t i = 0; !rc && i < count && b->count <= VG_FILING_LIST_MOST; i++) {
            bool open = vg_str_is(b->state, "open") && !vg_filing_over(some[i].state);
            before = some[i].id;
            if (b->state.len && !open && !vg_str_is(b->state, vg_filing_state_names[some[i].state])) continue;
            if (wanted(x, b, &some[i])) b->all[b->count++] = some[i];
        }
    } while (!rc && count == VG_FILING_LIST_MOST && b->count <= VG_FILING_LIST_MOST);
    return rc;
}

static int gather_board(vg_desk *desk, vg_exchange *x, board *b, vg_error *err)
{
    int rc = 0;
    b->capacity = (size_t)VG_FILING_STATES * VG_FILING_LIST_MOST;
    b->all = vg_arena_calloc(desk->arena, b->capacity, sizeof *b->all);
    if (!b->all) return vg_fail(err, VG_ENOMEM, "", "no memory for filings");
    if (b->unanswered) {
        vg_filing *some;
        size_t count;
        rc = vg_filing_unanswered(desk, &some, &count, err);
        if (!rc) add_to_board(x, b, some, count);
        return rc; /* in their order: who waits longest first */
    }
    if (b->answer < VG_ANSWERS) return gather_answered(desk, x, b, err);
    for (int state = 0; !rc && state < VG_FILING_STATES; state++) {
        vg_filing *some;
        size_t count;
        bool open = vg_str_is(b->state, "open") && !vg_filing_over((vg_filing_state)state);
        if (b->state.len && !open && !vg_str_is(b->state, vg_filing_state_names[state])) continue;
        rc = vg_store_filing_of_state(desk->store, (vg_filing_state)state, b->before, desk->arena, &some, &count, err);
        if (!rc) add_to_board(x, b, some, count);
    }
    if (!rc && b->count) qsort(b->all, b->count, sizeof *b->all, in_order);
    return rc;
}

static int write_counts(vg_desk *desk, vg_exchange *x, vg_buf *out, vg_error *err)
{
    vg_filing_count *all;
    size_t count;
    int64_t states[VG_FILING_STATES] = {0};
    bool first = true;
    int rc = vg_store_filing_counts(desk->store, desk->arena, &all, &count, err);
    for (size_t i = 0; !rc && i < count; i++)
        if (vg_review_may(&x->user, VG_MAY_FILING_SEE, all[i].space)) states[all[i].state] += all[i].count;
    vg_buf_add_cstr(out, ",\"states\":{");
    for (int i = 0; i < VG_FILING_STATES; i++) {
        if (!states[i]) continue;
        vg_buf_printf(out, "%s\"%s\":%lld", first ? "" : ",", vg_filing_state_names[i], (long long)states[i]);
        first = false;
    }
    vg_buf_add_char(out, '}');
    return rc;
}

void vg_route_filings(vg_desk *desk, vg_exchange *x)
{
    board b = {0};
    vg_error err = {0};
    if (vg_review_require(&x->user, VG_MAY_FILING_SEE, (vg_str){"", 0}, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!read_board(x, &b)) {
        if (!x->status) vg_answer_problem(x, 400, "", "a malformed query");
        return;
    }
    if (gather_board(desk, x, &b, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    int64_t last = 0;
    int rc = 0;
    vg_buf_add_cstr(out, "{\"filings\":[");
    for (size_t i = 0; !rc && i < b.count && i < VG_FILING_LIST_MOST; i++) {
        if (i) vg_buf_add_char(out, ',');
        rc = write_one(desk, x, &b.all[i], set, out, &err);
        if (!last || b.all[i].id < last) last = b.all[i].id;
    }
    vg_buf_add_char(out, ']');
    if (set) vg_policy_set_unref(&set);
    if (rc || write_counts(desk, x, out, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (b.count > VG_FILING_LIST_MOST) vg_buf_printf(out, ",\"next\":%lld", (long long)last);
    vg_buf_add_char(out, '}');
}

/* ---- of a case ---- */

static bool case_for(vg_desk *desk, vg_exchange *x, vg_permission permission, vg_case *c)
{
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, false, c)) return false;
    if (!c->shadow && !vg_review_require(&x->user, permission, c->space, &err)) return true;
    if (c->shadow) vg_answer_problem(x, 404, NULL, "there is no such case");
    else vg_answer_error(x, &err);
    return false;
}

static void write_receiver(vg_buf *out, const vg_receiver *r, bool *first)
{
    vg_receiver shown = *r;
    shown.has_key = false; /* its key is nobody's to copy from a page */
    if (!*first) vg_buf_add_char(out, ',');
    *first = false;
    vg_receiver_write(out, &shown);
}

static void write_targets(vg_buf *out, const vg_policy *policy, const vg_law_book *book)
{
    static const char *const carries[] = {"http", "mail", "hand"};
    const vg_policy_report *report = policy ? policy->report : NULL;
    bool first = true;
    vg_buf_add_cstr(out, ",\"receivers\":[");
    for (size_t i = 0; report && i < report->receiver_count; i++) write_receiver(out, &report->receivers[i], &first);
    for (size_t i = 0; book && i < book->receiver_count; i++) {
        bool own = false;
        for (size_t k = 0; report && k < report->receiver_count && !own; k++) own = !strcmp(report->receivers[k].id, book->receivers[i].id);
        if (!own) write_receiver(out, &book->receivers[i], &first);
    }
    vg_buf_add_cstr(out, "],\"channels\":[");
    for (const vg_filing_channel *const *c = vg_filing_channels; *c; c++) {
        vg_buf_printf(out, "%s{\"name\":\"%s\",\"title\":", c == vg_filing_channels ? "" : ",", (*c)->name);
        vg_json_both(out, (*c)->title);
        vg_buf_printf(out, ",\"carry\":\"%s\",\"set\":%s}", carries[(*c)->carry], vg_report_channel_find(report, (*c)->name) ? "true" : "false");
    }
    vg_buf_add_char(out, ']');
}

void vg_route_case_filings(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_filing *all;
    size_t count;
    vg_error err = {0};
    if (!case_for(desk, x, VG_MAY_FILING_SEE, &c)) return;
    if (vg_store_filing_of_case(desk->store, c.id, desk->arena, &all, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    int rc = 0;
    vg_buf_add_cstr(out, "{\"filings\":[");
    for (size_t i = 0; !rc && i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        rc = write_one(desk, x, &all[i], set, out, &err);
    }
    vg_buf_add_char(out, ']');
    write_targets(out, set ? vg_policy_set_find(set, c.space, NULL) : NULL, set ? vg_policy_set_book(set) : NULL);
    vg_buf_add_char(out, '}');
    if (rc) vg_answer_error(x, &err);
    if (set) vg_policy_set_unref(&set);
}

/* ---- a draft ---- */

static const char *string_of(vg_exchange *x, const json_t *o, const char *key, size_t most, vg_error *err)
{
    char pointer[48];
    const json_t *v = json_object_get(o, key);
    if (!v) return NULL;
    snprintf(pointer, sizeof pointer, "/host/%s", key);
    if (!json_is_string(v) || !json_string_length(v) || json_string_length(v) > most) {
        vg_fail(err, VG_EINVAL, pointer, "expected a text of 1 to %zu bytes", most);
        return NULL;
    }
    vg_str s = vg_arena_copy(x->arena, (vg_str){json_string_value(v), json_string_length(v)});
    if (!s.ptr) vg_fail(err, VG_ENOMEM, "", "no memory for a host");
    return s.ptr;
}

/* A host that is described here; its id comes of its address, so that a second filing to it is known as one. */
static int host_of(vg_exchange *x, const json_t *o, vg_receiver *out, vg_error *err)
{
    char hex[17];
    const vg_hash_key key = {0x686f7374, 1};
    const char *unknown;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)o, unknown, value)
        if (strcmp(unknown, "name") && strcmp(unknown, "country") && strcmp(unknown, "email") && strcmp(unknown, "url"))
            return vg_fail(err, VG_EINVAL, "/host", "unknown member; expected name, country, email, url");
    *out = (vg_receiver){.kind = VG_RECEIVER_HOST, .country = "ZZ"};
    out->name[0] = out->name[1] = string_of(x, o, "name", 200, err);
    out->email = string_of(x, o, "email", 254, err);
    out->url = string_of(x, o, "url", 500, err);
    const char *country = string_of(x, o, "country", 2, err);
    if (err->code) return -err->code;
    if (!out->name[0]) return vg_fail(err, VG_EINVAL, "/host/name", "is required");
    if (country && (country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' || country[1] > 'Z')) return vg_fail(err, VG_EINVAL, "/host/country", "expected two capital letters");
    if (country) memcpy(out->country, country, 3);
    const char *from = out->email ? out->email : out->url ? out->url : out->name[0];
    uint64_t h = vg_hash64(&key, from, strlen(from));
    vg_hex_encode(hex, (const uint8_t *)&h, 8);
    out->id = vg_arena_printf(x->arena, "host.%s", hex).ptr;
    return out->id ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for a host");
}

typedef struct draft {
    vg_str receiver, channel, again;
    bool urgent;
    json_t *body;
} draft;

static bool read_draft(vg_exchange *x, draft *d)
{
    const vg_field fields[] = {{.name = "receiver", .type = VG_FIELD_STRING, .least = 1, .most = 60, .string = &d->receiver},
                               {.name = "channel", .type = VG_FIELD_STRING, .least = 1, .most = 40, .string = &d->channel},
                               {.name = "again", .type = VG_FIELD_STRING, .least = 1, .most = 200, .string = &d->again},
                               {.name = "urgent", .type = VG_FIELD_BOOLEAN, .boolean = &d->urgent},
                               {.name = "host", .type = VG_FIELD_ANY},
                               {.name = "options", .type = VG_FIELD_ANY}};
    if (!vg_body_read(x, fields, 6)) return false;
    d->body = json_loadb(x->body.ptr, x->body.len, 0, NULL);
    const json_t *host = json_object_get(d->body, "host"), *options = json_object_get(d->body, "options");
    if ((d->receiver.len != 0) == (host != NULL)) vg_answer_problem(x, 400, "/receiver", "expected a receiver or a host, one of both");
    else if (host && !json_is_object(host)) vg_answer_problem(x, 400, "/host", "expected an object");
    else if (options && !json_is_object(options)) vg_answer_problem(x, 400, "/options", "expected an object");
    else return true;
    return false;
}

static int make_draft(vg_desk *desk, vg_exchange *x, const vg_case *c, draft *d, vg_policy_set *set, vg_filing *f, vg_error *err)
{
    const vg_policy *policy = set ? vg_policy_set_find(set, c->space, NULL) : NULL;
    const vg_receiver *receiver = d->receiver.len ? vg_filing_receiver(policy, set ? vg_policy_set_book(set) : NULL, d->receiver) : NULL;
    const json_t *host = json_object_get(d->body, "host"), *options = json_object_get(d->body, "options");
    vg_receiver described;
    int rc = 0;
    if (host) {
        rc = host_of(x, host, &described, err);
        receiver = &described;
    } else if (!receiver) {
        rc = vg_fail(err, VG_EINVAL, "/receiver", "there is no such receiver");
    }
    if (rc) return rc;
    char *text = options ? json_dumps(options, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    const vg_str opts = text ? vg_arena_copy(x->arena, vg_str_of(text)) : VG_STR("{}");
    free(text); /* jansson's own */
    if (!opts.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for a filing");
    const vg_filing_wish wish = {.receiver = receiver, .channel = d->channel, .options = opts, .again = d->again, .by = x->user.name,
                                 .urgent = d->urgent || (c->danger && !c->safe) || (!json_object_get(d->body, "urgent") && vg_case_imminence(c))};
    return vg_filing_draft(desk->store, policy, c, &wish, vg_time_now(), x->arena, f, err);
}

/* Options that the channel refuses: there is no draft then, as nobody could read it. */
static int check_options(vg_desk *desk, vg_exchange *x, const vg_filing *f, vg_error *err)
{
    vg_filing_open_t o = {.f = *f};
    vg_lacks lacks = {0};
    vg_documents docs;
    vg_error ignored = {0};
    uint8_t hash[32];
    if (!may_read(desk, x, f, &ignored)) return 0;
    int rc = vg_filing_open_up(desk->server, desk->store, desk->arena, x->user.name, false, vg_time_now(), &o, err);
    if (!rc) rc = o.channel->lacks(&o.view, desk->arena, &lacks, err);
    if (!rc) rc = vg_filing_papers(&o, desk->arena, &docs, hash, err);
    vg_filing_close(&o);
    if (rc != -VG_EINVAL || strncmp(err->where, "/options", 8) != 0) return 0; /* a lack, which the draft says */
    vg_store_filing_drop(desk->store, f->id, x->user.name, vg_time_now(), &ignored);
    return rc;
}

void vg_route_filing_draft(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_filing f;
    vg_error err = {0};
    draft d = {.receiver = {"", 0}, .channel = {"", 0}, .again = {"", 0}};
    if (!case_for(desk, x, VG_MAY_FILING_MAKE, &c)) return;
    if (read_draft(x, &d)) {
        vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
        int rc = make_draft(desk, x, &c, &d, set, &f, &err);
        if (!rc && json_object_size(json_object_get(d.body, "options"))) rc = check_options(desk, x, &f, &err);
        if (rc) vg_answer_error(x, &err);
        else vg_filing_answer_with(desk, x, f.id, 201);
        if (set) vg_policy_set_unref(&set);
    }
    json_decref(d.body);
}

/* ---- one ---- */

static void write_lacks(vg_buf *out, const vg_lacks *lacks)
{
    static const char *const weights[] = {"blocks", "advised", "noted"};
    vg_buf_printf(out, ",\"blocks\":%s,\"lacks\":[", vg_lacks_block(lacks) ? "true" : "false");
    for (size_t i = 0; i < lacks->count; i++) {
        const vg_lack *l = &lacks->items[i];
        vg_buf_printf(out, "%s{\"weight\":\"%s\",\"where\":", i ? "," : "", weights[l->weight]);
        vg_buf_add_json_str(out, l->where);
        vg_buf_add_cstr(out, ",\"say\":{\"fr\":");
        vg_buf_add_json_str(out, l->say[VG_LANG_FR]);
        vg_buf_add_cstr(out, ",\"en\":");
        vg_buf_add_json_str(out, l->say[VG_LANG_EN]);
        vg_buf_add_cstr(out, "}}");
    }
    vg_buf_add_char(out, ']');
}

static void write_laws(vg_buf *out, const vg_dossier *d)
{
    vg_buf_add_cstr(out, ",\"laws\":[");
    for (size_t i = 0; i < d->law_count; i++) {
        const vg_reach_of_law *l = &d->laws[i];
        vg_buf_add_cstr(out, i ? ",{\"id\":" : "{\"id\":");
        vg_buf_add_json_str(out, vg_str_of(l->statute->id));
        vg_buf_printf(out, ",\"country\":\"%s\",\"reference\":", l->statute->country);
        vg_buf_add_json_str(out, vg_str_of(l->statute->reference));
        vg_buf_add_cstr(out, ",\"title\":");
        vg_json_both(out, l->statute->title);
        vg_buf_add_cstr(out, ",\"confidence\":");
        vg_buf_add_e4(out, l->confidence);
        vg_buf_add_cstr(out, ",\"why\":{\"fr\":");
        vg_buf_add_json_str(out, l->why[VG_LANG_FR]);
        vg_buf_add_cstr(out, ",\"en\":");
        vg_buf_add_json_str(out, l->why[VG_LANG_EN]);
        vg_buf_printf(out, "},\"sure\":\"%s\"", vg_sure_names[l->statute->from.sure]);
        if (l->statute->from.source) vg_buf_add_cstr(out, ",\"source\":"), vg_buf_add_json_str(out, vg_str_of(l->statute->from.source));
        if (l->statute->from.verified_on) vg_buf_add_cstr(out, ",\"verified_on\":"), vg_buf_add_json_str(out, vg_str_of(l->statute->from.verified_on));
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

static void write_documents(vg_buf *out, const vg_documents *docs, const uint8_t hash[32])
{
    char hex[65];
    vg_hex_encode(hex, hash, 32);
    vg_buf_printf(out, "\"hash\":\"%s\",\"documents\":[", hex);
    for (size_t i = 0; i < docs->count; i++) {
        const vg_document *d = &docs->items[i];
        vg_buf_add_cstr(out, i ? ",{\"name\":" : "{\"name\":");
        vg_buf_add_json_str(out, d->name);
        vg_buf_add_cstr(out, ",\"type\":");
        vg_buf_add_json_str(out, d->type);
        vg_buf_printf(out, ",\"bytes\":%zu", d->bytes.len);
        if (d->pages) vg_buf_printf(out, ",\"pages\":%zu", d->pages);
        vg_buf_add_cstr(out, ",\"title\":{\"fr\":");
        vg_buf_add_json_str(out, d->title[VG_LANG_FR]);
        vg_buf_add_cstr(out, ",\"en\":");
        vg_buf_add_json_str(out, d->title[VG_LANG_EN]);
        vg_buf_add_cstr(out, "}}");
    }
    vg_buf_add_char(out, ']');
}

static void write_annexes(vg_buf *out, const vg_filing_open_t *o)
{
    char hex[65];
    vg_buf_add_cstr(out, ",\"annexes\":[");
    for (size_t i = 0; i < o->view.annexes.count; i++) {
        const vg_annex *a = &o->view.annexes.items[i];
        vg_annex_way way = o->channel->annex_way ? o->channel->annex_way(&o->view, a) : VG_ANNEX_NOT;
        vg_hex_encode(hex, a->sha256, sizeof a->sha256);
        vg_buf_add_cstr(out, i ? ",{\"name\":" : "{\"name\":");
        vg_buf_add_json_str(out, a->name);
        vg_buf_add_cstr(out, ",\"type\":");
        vg_buf_add_json_str(out, a->type);
        vg_buf_printf(out, ",\"bytes\":%llu,\"sha256\":\"%s\",\"media\":%s,\"way\":\"%s\",\"kept\":%s,\"title\":{\"fr\":", (unsigned long long)a->bytes, hex, a->media ? "true" : "false",
                      vg_annex_way_names[way], a->file ? "true" : "false");
        vg_buf_add_json_str(out, a->title[VG_LANG_FR]);
        vg_buf_add_cstr(out, ",\"en\":");
        vg_buf_add_json_str(out, a->title[VG_LANG_EN]);
        vg_buf_add_cstr(out, "}}");
    }
    vg_buf_add_char(out, ']');
}

/* What only who may read the case is told. */
static int write_content(vg_desk *desk, vg_filing_open_t *o, vg_buf *out, vg_error *err)
{
    vg_lacks lacks = {0};
    vg_documents docs;
    uint8_t hash[32];
    size_t kept = 0;
    const vg_dossier *d = &o->dossier;
    int rc = o->channel->lacks(&o->view, desk->arena, &lacks, err);
    if (!rc) rc = vg_filing_papers(o, desk->arena, &docs, hash, err);
    if (rc) return rc;
    write_lacks(out, &lacks);
    write_laws(out, d);
    vg_buf_add_char(out, ',');
    write_documents(out, &docs, hash);
    write_annexes(out, o);
    for (size_t i = 0; i < d->media_count; i++) kept += d->media[i].kept;
    vg_buf_printf(out, ",\"has_fields\":%s,\"sends\":{\"messages\":%zu,\"media\":%zu,\"kept\":%zu},\"options\":", o->channel->fields ? "true" : "false", d->message_count,
                  d->media_count, kept);
    vg_buf_add_str(out, o->f.options);
    vg_buf_printf(out, ",\"old_case\":%s", d->destroyed ? "true" : "false");
    if (o->f.again.len) vg_buf_add_cstr(out, ",\"reason_again\":"), vg_buf_add_json_str(out, o->f.again);
    vg_buf_add_cstr(out, ",\"prior\":[");
    for (vg_str rest = d->prior_reports; rest.len;) {
        const char *comma = memchr(rest.ptr, ',', rest.len);
        size_t len = comma ? (size_t)(comma - rest.ptr) : rest.len;
        vg_buf_add_json_str(out, (vg_str){rest.ptr, len});
        rest = comma ? (vg_str){rest.ptr + len + 1, rest.len - len - 1} : (vg_str){"", 0};
        if (rest.len) vg_buf_add_char(out, ',');
    }
    vg_buf_add_char(out, ']');
    return 0;
}

static int write_steps(vg_desk *desk, const vg_filing *f, vg_buf *out, vg_error *err)
{
    static const char *const results[] = {"came", "not_sent", "lost"}, *const turns[] = {"go_on", "later", "filed", "refused", "anew", "by_hand", "gone"};
    vg_filing_step *all;
    size_t count;
    int rc = vg_store_filing_steps(desk->store, f->id, desk->arena, &all, &count, err);
    vg_buf_add_cstr(out, ",\"steps\":[");
    for (size_t i = 0; !rc && i < count; i++) {
        vg_buf_printf(out, "%s{\"n\":%u,\"round\":%u,\"step\":", i ? "," : "", all[i].n, all[i].round);
        vg_buf_add_json_str(out, all[i].step);
        vg_buf_add_cstr(out, ",\"asked\":");
        vg_json_time(out, all[i].asked_ms);
        if (all[i].answered_ms && (unsigned)all[i].result < 3 && (unsigned)all[i].turn < 7) {
            vg_buf_add_cstr(out, ",\"answered\":");
            vg_json_time(out, all[i].answered_ms);
            vg_buf_printf(out, ",\"result\":\"%s\",\"turn\":\"%s\"", results[all[i].result], turns[all[i].turn]);
            if (all[i].status) vg_buf_printf(out, ",\"status\":%d", all[i].status);
            if (all[i].why.len) vg_buf_add_cstr(out, ",\"why\":"), vg_buf_add_json_str(out, all[i].why);
        }
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
    return rc;
}

void vg_route_filing(vg_desk *desk, vg_exchange *x)
{
    vg_filing_open_t o = {0};
    vg_filing_answer *answers;
    size_t count;
    vg_error err = {0};
    if (!vg_filing_of_path(desk, x, &o.f)) return;
    bool reader = vg_review_may(&x->user, VG_MAY_CASE_READ, o.f.space);
    int rc = vg_store_filing_answers(desk->store, o.f.id, desk->arena, &answers, &count, &err);
    if (!rc && reader) rc = may_read(desk, x, &o.f, &err) ? vg_filing_open_up(desk->server, desk->store, desk->arena, x->user.name, false, vg_time_now(), &o, &err) : -err.code;
    bool content = reader && rc != -VG_EGONE; /* after a hand-over where it stands, its steps and answers are still on record */
    if (rc == -VG_EGONE) rc = 0;
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    if (!rc) rc = write_one(desk, x, &o.f, set, out, &err);
    if (set) vg_policy_set_unref(&set);
    if (out->len) out->len--; /* its brace: more follows */
    if (!rc && content) rc = write_content(desk, &o, out, &err);
    if (!rc) rc = write_steps(desk, &o.f, out, &err);
    if (!rc && vg_str_is(o.f.channel, "notice")) rc = vg_filing_write_checks(desk, &o, content, out, &err);
    vg_buf_add_cstr(out, ",\"receiver_answers\":");
    if (!rc) vg_filing_write_answers(out, answers, count, reader);
    vg_buf_add_char(out, '}');
    if (rc) vg_answer_error(x, &err);
    vg_filing_close(&o);
}

/* ---- what it says ---- */

static bool papers(vg_desk *desk, vg_exchange *x, vg_filing_open_t *o, vg_documents *docs, uint8_t hash[32])
{
    vg_error err = {0};
    if (!vg_filing_for_reader(desk, x, o)) return false;
    if (!vg_filing_papers(o, desk->arena, docs, hash, &err)) return true;
    vg_answer_error(x, &err);
    return false;
}

void vg_route_filing_documents(vg_desk *desk, vg_exchange *x)
{
    vg_filing_open_t o = {0};
    vg_documents docs;
    uint8_t hash[32];
    if (papers(desk, x, &o, &docs, hash)) {
        vg_buf *out = vg_answer_begin(x, 200, "application/json");
        vg_buf_add_char(out, '{');
        write_documents(out, &docs, hash);
        write_annexes(out, &o);
        vg_buf_add_char(out, '}');
    }
    vg_filing_close(&o);
}

/* Sealed for its receiver, for who carries the report; on record each time. Before the report is confirmed nothing of it leaves. */
static void hand_out_annex(vg_desk *desk, vg_exchange *x, const vg_filing_open_t *o, const vg_annex *annex)
{
    vg_error err = {0};
    vg_annex_way way = o->channel->annex_way ? o->channel->annex_way(&o->view, annex) : VG_ANNEX_NOT;
    const vg_archive_taken taken = {.case_id = o->f.case_id, .filing_id = o->f.id, .receiver = o->f.receiver_id, .media = annex->media, .sha256 = annex->sha256,
                                    .user = x->user.name, .now_ms = vg_time_now()};
    int rc = vg_review_require(&x->user, VG_MAY_FILING_MAKE, o->f.space, &err);
    if (!rc && !annex->file) rc = vg_fail(&err, VG_EGONE, "", "the report is done: its archive is not kept any more");
    if (!rc && (o->f.state != VG_FILING_BY_HAND || way != VG_ANNEX_BY_HAND))
        rc = vg_fail(&err, VG_ECONFLICT, "", "the archive is taken along by who carries a confirmed report by hand; this one is %s", vg_filing_state_names[o->f.state]);
    if (!rc) rc = vg_annex_open(annex->file, annex->sha256, annex->bytes, &x->file, &err);
    if (!rc) rc = vg_store_archive_taken(desk->store, &taken, &err);
    if (rc) {
        if (x->file) fclose(x->file);
        x->file = NULL;
        vg_answer_error(x, &err);
        return;
    }
    vg_str header = vg_arena_printf(x->arena, "attachment; filename=\"%.*s\"", VG_STR_ARG(annex->name));
    vg_answer_begin(x, 200, "application/octet-stream");
    vg_answer_header(x, "Content-Disposition", header.ptr ? header.ptr : "attachment");
    vg_answer_header(x, "Cache-Control", "no-store");
}

static void hand_out(vg_exchange *x, const vg_document *document)
{
    bool pdf = vg_str_is(document->type, "application/pdf");
    vg_buf_add_str(vg_answer_begin(x, 200, pdf ? "application/pdf" : "application/octet-stream"), document->bytes);
    vg_answer_header(x, "Content-Disposition", pdf ? "inline" : "attachment");
    vg_answer_header(x, "Cache-Control", "no-store");
}

void vg_route_filing_document(vg_desk *desk, vg_exchange *x)
{
    vg_filing_open_t o = {0};
    vg_documents docs;
    uint8_t hash[32];
    vg_str name;
    if (!vg_path_decode(x, x->argument[1], &name)) {
        vg_answer_problem(x, 404, NULL, "there is no such document");
        return;
    }
    if (papers(desk, x, &o, &docs, hash)) {
        const vg_document *found = NULL;
        const vg_annex *annex = NULL;
        for (size_t i = 0; i < docs.count; i++)
            if (vg_str_eq(docs.items[i].name, name)) found = &docs.items[i];
        for (size_t i = 0; i < o.view.annexes.count; i++)
            if (vg_str_eq(o.view.annexes.items[i].name, name)) annex = &o.view.annexes.items[i];
        if (found) hand_out(x, found);
        else if (annex) hand_out_annex(desk, x, &o, annex);
        else vg_answer_problem(x, 404, NULL, "there is no such document");
    }
    vg_filing_close(&o);
}

/* Each page is a view of the content, and on record as one. */
void vg_route_filing_page(vg_desk *desk, vg_exchange *x)
{
    vg_filing_open_t o = {0};
    vg_documents docs;
    vg_page_wish wish = {.png = {"", 0}};
    uint8_t hash[32];
    int64_t page = number_of(x->argument[1]);
    if (page <= 0) {
        vg_answer_problem(x, 404, NULL, "there is no such page");
        return;
    }
    wish.page = (size_t)page;
    o.view.wish = &wish;
    if (papers(desk, x, &o, &docs, hash)) {
        if (wish.found) vg_buf_add_str(vg_answer_begin(x, 200, "image/png"), wish.png);
        else vg_answer_problem(x, 404, NULL, "there is no such page");
        vg_answer_header(x, "Cache-Control", "no-store");
    }
    vg_filing_close(&o);
}

void vg_route_filing_fields(vg_desk *desk, vg_exchange *x)
{
    vg_filing_open_t o = {0};
    vg_portal_field *fields = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (vg_filing_for_reader(desk, x, &o)) {
        if (o.channel->fields && o.channel->fields(&o.view, desk->arena, &fields, &count, &err)) vg_answer_error(x, &err);
        else {
            vg_buf *out = vg_answer_begin(x, 200, "application/json");
            vg_buf_add_char(out, '{');
            if (o.receiver.url) vg_buf_add_cstr(out, "\"url\":"), vg_buf_add_json_str(out, vg_str_of(o.receiver.url)), vg_buf_add_char(out, ',');
            vg_buf_add_cstr(out, "\"fields\":[");
            for (size_t i = 0; i < count; i++) {
                vg_buf_add_cstr(out, i ? ",{\"label\":{\"fr\":" : "{\"label\":{\"fr\":");
                vg_buf_add_json_str(out, fields[i].label[VG_LANG_FR]);
                vg_buf_add_cstr(out, ",\"en\":");
                vg_buf_add_json_str(out, fields[i].label[VG_LANG_EN]);
                vg_buf_add_cstr(out, "},\"value\":");
                vg_buf_add_json_str(out, fields[i].value);
                vg_buf_printf(out, ",\"many_lines\":%s}", fields[i].many_lines ? "true" : "false");
            }
            vg_buf_add_cstr(out, "]}");
        }
    }
    vg_filing_close(&o);
}
