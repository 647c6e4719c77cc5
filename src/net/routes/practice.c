/* SPDX-License-Identifier: Apache-2.0
 *
 * Practice: made-up cases in the shape of real ones. Nothing of it is stored, counted or told to anybody. */
#include "base/time.h"
#include "decision/decision.h"
#include "net/body.h"
#include "net/routes/training.h"
#include "net/server_int.h"
#include "net/training.h"
#include "review/permission.h"

/* Practice cases stand at a fixed moment of the day before, so that their times read like those of a real case. */
#define PRACTICE_AGE (26 * VG_HOUR_MS)

typedef struct context {
    vg_course_set *courses;
    vg_policy_set *policies;
    const vg_policy *words; /* whose sentences for evidence are shown: the first space's; NULL: none */
    vg_lang lang;
    int64_t began_ms; /* of the first message */
} context;

static void close_context(context *in)
{
    if (in->policies) vg_policy_set_unref(&in->policies);
    vg_course_set_unref(&in->courses);
}

static bool open_context(vg_exchange *x, context *in)
{
    vg_error err = {0};
    vg_str language;
    bool found;
    *in = (context){.courses = vg_server_courses(x->server), .policies = vg_pipeline_policies(x->server->pipeline)};
    in->words = in->policies ? vg_policy_set_at(in->policies, 0) : NULL;
    in->began_ms = vg_time_now() - PRACTICE_AGE;
    in->began_ms -= in->began_ms % VG_HOUR_MS;
    if (vg_review_require(&x->user, VG_MAY_TRAINING_TAKE, VG_STR(""), &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    if (!vg_query_get(x, "language", &language, &found) || (found && !vg_str_is(language, "fr") && !vg_str_is(language, "en"))) {
        vg_answer_problem(x, 400, "/language", "expected fr or en, once");
        return false;
    }
    in->lang = vg_str_is(found ? language : x->user.language, "en") ? VG_LANG_EN : VG_LANG_FR;
    return true;
}

static void add_str(vg_buf *out, const char *name, vg_str value)
{
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, value);
}

static void add_both(vg_buf *out, const char *name, const vg_str text[VG_LANGS])
{
    vg_buf_printf(out, ",\"%s\":{\"fr\":", name);
    vg_buf_add_json_str(out, text[VG_LANG_FR]);
    vg_buf_add_cstr(out, ",\"en\":");
    vg_buf_add_json_str(out, text[VG_LANG_EN]);
    vg_buf_add_char(out, '}');
}

/* ---- the list ---- */

static void write_head(vg_buf *out, const vg_practice *p, vg_lang lang)
{
    vg_buf_add_cstr(out, "{\"id\":");
    vg_buf_add_json_str(out, p->id);
    vg_buf_add_cstr(out, ",\"practice\":true");
    add_str(out, "title", p->title[lang]);
    vg_buf_printf(out, ",\"category\":\"%s\"", vg_category_names[vg_case_category(p->kinds)]);
}

void vg_route_practice_list(vg_desk *desk, vg_exchange *x)
{
    context in;
    (void)desk;
    if (open_context(x, &in)) {
        vg_buf *out = vg_answer_begin(x, 200, "application/json");
        vg_buf_add_cstr(out, "{\"practice\":[");
        for (size_t i = 0; i < vg_practice_count(in.courses); i++) {
            const vg_practice *p = vg_practice_at(in.courses, i);
            if (i) vg_buf_add_char(out, ',');
            write_head(out, p, in.lang);
            vg_buf_printf(out, ",\"messages\":%zu}", p->message_count);
        }
        vg_buf_add_cstr(out, "]}");
    }
    close_context(&in);
}

/* ---- one case, in the shape of GET /v1/cases/{id} ---- */

static int64_t time_of(const context *in, const vg_practice_message *m)
{
    return in->began_ms + m->minutes * VG_MINUTE_MS;
}

static void write_why(vg_buf *out, const context *in, const vg_practice_piece *piece)
{
    const vg_evidence ev = {.kind = piece->kind, .weight = piece->weight, .value = piece->value, .fresh = true};
    vg_buf text;
    vg_buf_add_cstr(out, ",\"why\":{");
    for (int l = 0; l < VG_LANGS; l++) {
        vg_buf_init(&text, 4096);
        if (in->words) vg_explain_evidence(in->words, &ev, (vg_lang)l, &text);
        vg_buf_add_cstr(out, l == VG_LANG_FR ? "\"fr\":" : ",\"en\":");
        vg_buf_add_json_str(out, text.len ? (vg_str){text.ptr, text.len} : vg_str_of(vg_evidence_names[piece->kind]));
        vg_buf_free(&text);
    }
    vg_buf_add_char(out, '}');
}

static void write_piece(vg_buf *out, const context *in, const vg_practice_piece *piece, bool fresh)
{
    vg_buf_printf(out, "{\"name\":\"%s\",\"weight\":", vg_evidence_names[piece->kind]);
    vg_buf_add_e4(out, piece->weight);
    vg_buf_printf(out, ",\"fresh\":%s,\"value\":%u", fresh ? "true" : "false", piece->value);
    write_why(out, in, piece);
    if (piece->placed && fresh) vg_buf_printf(out, ",\"spans\":[[%zu,%zu]]}", piece->from[in->lang], piece->to[in->lang]);
    else vg_buf_add_cstr(out, ",\"spans\":[]}");
}

/* This message's pieces, then those that stood before it and are not among them. */
static void write_pieces(vg_buf *out, const context *in, const vg_practice *p, size_t at)
{
    uint64_t said = 0;
    bool first = true;
    for (size_t k = at + 1; k-- > 0;)
        for (size_t i = 0; i < p->messages[k].piece_count; i++) {
            const vg_practice_piece *piece = &p->messages[k].piece[i];
            if (said >> piece->kind & 1) continue;
            said |= UINT64_C(1) << piece->kind;
            if (!first) vg_buf_add_char(out, ',');
            first = false;
            write_piece(out, in, piece, k == at);
        }
}

static void write_spans(vg_buf *out, const context *in, const vg_practice_message *m)
{
    bool first = true;
    for (size_t i = 0; i < m->piece_count; i++) {
        if (!m->piece[i].placed) continue;
        vg_buf_printf(out, "%s{\"name\":\"%s\",\"from\":%zu,\"to\":%zu}", first ? "" : ",", vg_evidence_names[m->piece[i].kind], m->piece[i].from[in->lang],
                      m->piece[i].to[in->lang]);
        first = false;
    }
}

static void write_window(vg_buf *out, const context *in, const vg_practice *p, size_t before)
{
    for (size_t i = 0; i < before; i++) {
        const vg_practice_message *m = &p->messages[i];
        vg_buf_printf(out, "%s{\"id\":\"m%zu\"", i ? "," : "", i);
        add_str(out, "subject", m->own ? p->account : p->peer);
        vg_buf_printf(out, ",\"age_band\":\"%s\",\"time\":", vg_age_band_names[m->own ? p->account_band : p->peer_band]);
        vg_json_time(out, time_of(in, m));
        add_str(out, "text", m->text[in->lang]);
        vg_buf_add_cstr(out, ",\"spans\":[");
        if (m->own) write_spans(out, in, m);
        vg_buf_add_cstr(out, "]}");
    }
}

static void write_event(vg_buf *out, const context *in, const vg_practice *p, size_t at, bool last)
{
    const vg_practice_message *m = &p->messages[at];
    vg_buf_printf(out, "{\"seq\":%zu,\"time\":", at + 1);
    vg_json_time(out, time_of(in, m));
    vg_buf_add_cstr(out, ",\"stored\":");
    vg_json_time(out, time_of(in, m));
    vg_buf_printf(out, ",\"verdict\":\"%s\",\"risk\":", vg_verdict_names[last ? p->verdict : VG_VERDICT_NUDGE]);
    vg_buf_add_e4(out, last ? p->risk : p->risk / 2u);
    vg_buf_printf(out, ",\"content\":{\"event\":{\"specversion\":\"1.0\",\"id\":\"m%zu\",\"source\":\"/spaces/practice\",\"type\":\"vigie.message\"", at);
    add_str(out, "subject", m->own ? p->account : p->peer);
    vg_buf_add_cstr(out, ",\"time\":");
    vg_json_time(out, time_of(in, m));
    vg_buf_add_cstr(out, ",\"data\":{");
    vg_buf_add_cstr(out, "\"conversation\":");
    vg_buf_add_json_str(out, p->title[in->lang]);
    vg_buf_add_cstr(out, ",\"to\":[");
    vg_buf_add_json_str(out, m->own ? p->peer : p->account);
    vg_buf_add_char(out, ']');
    add_str(out, "text", m->text[in->lang]);
    vg_buf_add_cstr(out, "}},\"evidence\":[");
    write_pieces(out, in, p, at);
    vg_buf_add_cstr(out, "],\"spans\":[");
    write_spans(out, in, m);
    vg_buf_add_cstr(out, "],\"window\":[");
    write_window(out, in, p, at);
    vg_buf_add_char(out, ']');
    if (last) add_both(out, "why_now", p->why_now);
    add_str(out, "conversation", p->title[in->lang]);
    vg_buf_printf(out, ",\"channel\":\"%s\",\"facts\":{\"account_age_band\":\"%s\",\"account_age_basis\":\"declared\",\"peer_age_band\":\"%s\",\"peer_age_basis\":\"declared\"}}}",
                  vg_channel_names[p->channel], vg_age_band_names[p->account_band], vg_age_band_names[p->peer_band]);
}

static size_t last_event(const vg_practice *p)
{
    size_t last = 0;
    for (size_t i = 0; i < p->message_count; i++)
        if (p->messages[i].piece_count) last = i;
    return last;
}

/* Reads like a case that this person holds. Its name keeps it apart from every real one. */
static void write_case(vg_buf *out, const context *in, const vg_exchange *x, const vg_practice *p)
{
    size_t last = last_event(p);
    int64_t opened_ms = time_of(in, &p->messages[last]);
    bool first = true;
    vg_case c = {.space = VG_STR("practice"), .account = p->account, .verdict = p->verdict, .risk = p->risk,
                 .account_band = (uint8_t)p->account_band, .account_basis = VG_BASIS_DECLARED, .youngest_band = (uint8_t)p->peer_band,
                 .kinds = p->kinds, .opened_ms = opened_ms, .updated_ms = opened_ms, .due_ms = opened_ms + 48 * VG_HOUR_MS,
                 .claimed_by = x->user.name, .claimed_until_ms = vg_time_now() + VG_HOUR_MS};
    for (size_t i = 0; i < p->message_count; i++)
        for (size_t k = 0; k < p->messages[i].piece_count; k++)
            if (p->messages[i].piece[k].weight > c.kind_weight[p->messages[i].piece[k].kind])
                c.kind_weight[p->messages[i].piece[k].kind] = p->messages[i].piece[k].weight;
    vg_json_case_open(out, &c, vg_time_now(), false);
    vg_buf_add_cstr(out, ",\"practice\":true");
    add_str(out, "practice_id", p->id);
    add_str(out, "title", p->title[in->lang]);
    vg_buf_add_cstr(out, ",\"events\":[");
    for (size_t i = 0; i <= last; i++) {
        if (!p->messages[i].piece_count) continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        write_event(out, in, p, i, i == last);
    }
    vg_buf_add_cstr(out, "],\"decisions\":[],\"actions\":[");
    for (int a = 0; a < VG_ACTIONS; a++) vg_buf_printf(out, "%s\"%s\"", a ? "," : "", vg_action_names[a]);
    vg_buf_add_cstr(out, "],\"policy\":null}");
}

static const vg_practice *practice_of_path(vg_exchange *x, const context *in)
{
    const vg_practice *p = vg_practice_find(in->courses, x->argument[0]);
    if (!p) vg_answer_problem(x, 404, NULL, "there is no such practice case");
    return p;
}

void vg_route_practice(vg_desk *desk, vg_exchange *x)
{
    context in;
    (void)desk;
    const vg_practice *p = open_context(x, &in) ? practice_of_path(x, &in) : NULL;
    if (p) write_case(vg_answer_begin(x, 200, "application/json"), &in, x, p);
    close_context(&in);
}

/* ---- what a trained team would have decided ---- */

void vg_route_practice_decide(vg_desk *desk, vg_exchange *x)
{
    context in;
    vg_str action = {"", 0};
    const vg_field fields[] = {{.name = "action", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 64, .string = &action}};
    (void)desk;
    const vg_practice *p = open_context(x, &in) ? practice_of_path(x, &in) : NULL;
    if (p && vg_body_read(x, fields, 1)) {
        int given = vg_action_of(action);
        if (given < 0) vg_answer_problem(x, 400, "/action", "unknown value; expected one of dismiss, warn, mute, restrict_minors, suspend, escalate");
        else {
            vg_buf *out = vg_answer_begin(x, 200, "application/json");
            const char *result = given == (int)p->recommended ? "same" : p->defensible >> given & 1 ? "defensible" : "other";
            vg_buf_printf(out, "{\"practice\":true,\"given\":\"%s\",\"recommended\":\"%s\",\"result\":\"%s\"", vg_action_names[given],
                          vg_action_names[p->recommended], result);
            add_str(out, "why", p->why[in.lang]);
            if (p->remark[given][in.lang].len) add_str(out, "remark", p->remark[given][in.lang]);
            vg_buf_add_char(out, '}');
        }
    }
    close_context(&in);
}
