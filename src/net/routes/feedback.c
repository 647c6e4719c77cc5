/* SPDX-License-Identifier: Apache-2.0
 *
 * What people think of each piece of evidence, and how often which evidence is right. Who may is review's, the rows are the store's. */
#include <stdio.h>
#include "base/time.h"
#include "net/body.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "review/review.h"
#include "store/cases/feedback.h"
#include "store/cases/pieces.h"

enum { NAME_MOST = 64, DAYS_DEFAULT = 90, DAYS_MOST = 3650 };

/* ---- in a case ---- */

static void write_tally(vg_buf *out, const int64_t count[VG_JUDGEMENTS])
{
    for (int j = 0; j < VG_JUDGEMENTS; j++) vg_buf_printf(out, ",\"%s\":%lld", vg_judgement_names[j], (long long)count[j]);
}

/* One kind of one event: what this reader said, and how many said what. */
static void write_piece(vg_buf *out, unsigned kind, int mine, const int64_t count[VG_JUDGEMENTS])
{
    vg_buf_printf(out, "{\"name\":\"%s\",\"mine\":", vg_evidence_names[kind]);
    if (mine < 0) vg_buf_add_cstr(out, "null");
    else vg_buf_printf(out, "\"%s\"", vg_judgement_names[mine]);
    write_tally(out, count);
    vg_buf_add_char(out, '}');
}

/* The run of judgements that begins at `at` and is about the same piece; returns where the next begins. */
static size_t tally(const vg_feedback *all, size_t count, size_t at, vg_str reader, int *mine, int64_t sum[VG_JUDGEMENTS])
{
    size_t i = at;
    *mine = -1;
    for (int j = 0; j < VG_JUDGEMENTS; j++) sum[j] = 0;
    for (; i < count && all[i].seq == all[at].seq && all[i].kind == all[at].kind; i++) {
        sum[all[i].judgement]++;
        if (vg_str_eq(all[i].user, reader)) *mine = all[i].judgement;
    }
    return i;
}

void vg_json_feedback(vg_buf *out, const vg_feedback *all, size_t count, int64_t seq, vg_str reader)
{
    bool first = true;
    for (size_t i = 0, next; i < count; i = next) {
        int mine;
        int64_t sum[VG_JUDGEMENTS];
        next = tally(all, count, i, reader, &mine, sum);
        if (all[i].seq != seq) continue;
        vg_buf_add_cstr(out, first ? ",\"feedback\":[" : ",");
        first = false;
        write_piece(out, all[i].kind, mine, sum);
    }
    if (!first) vg_buf_add_char(out, ']');
}

typedef struct looking {
    uint8_t kind;
    bool found;
    vg_feedback *out;
} looking;

static int take_piece(void *context, const vg_piece *piece, vg_error *err)
{
    looking *l = context;
    (void)err;
    if (l->found || piece->kind != l->kind) return 0;
    l->found = true;
    l->out->weight = piece->weight;
    l->out->strength = piece->strength;
    if (piece->source.len) l->out->source = piece->source;
    if (piece->language.len) l->out->language = piece->language;
    return 0;
}

/* What the content says of the piece: which expression, rule or model, how strong. False: there is no such piece (rc 0), or no memory. */
static bool find_piece(vg_exchange *x, vg_str content, vg_feedback *out, bool *no_memory)
{
    vg_error err = {0};
    looking l = {.kind = out->kind, .out = out};
    *no_memory = vg_pieces_each(content, x->arena, take_piece, &l, &err) != 0;
    return l.found && !*no_memory;
}

static bool read_feedback(vg_exchange *x, vg_feedback *f)
{
    vg_str name = {"", 0}, judgement = {"", 0};
    const vg_field fields[] = {
        {.name = "seq", .type = VG_FIELD_INTEGER, .required = true, .highest = INT64_MAX, .integer = &f->seq},
        {.name = "name", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = NAME_MOST, .string = &name},
        {.name = "judgement", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 16, .string = &judgement},
    };
    if (!vg_body_read(x, fields, 3)) return false;
    int kind = vg_evidence_kind_of(name);
    if (kind < 0) {
        vg_answer_problem(x, 400, "/name", "unknown evidence");
        return false;
    }
    f->kind = (uint8_t)kind;
    f->judgement = VG_JUDGEMENTS;
    for (int j = 0; j < VG_JUDGEMENTS; j++)
        if (vg_str_is(judgement, vg_judgement_names[j])) f->judgement = j;
    if (vg_str_is(judgement, "none")) f->judgement = -1;
    if (f->judgement == VG_JUDGEMENTS) vg_answer_problem(x, 400, "/judgement", "unknown value; expected one of right, wrong, unsure, none");
    return f->judgement != VG_JUDGEMENTS;
}

static void answer_piece(vg_desk *desk, vg_exchange *x, const vg_feedback *f)
{
    vg_feedback *all = NULL;
    vg_error err = {0};
    size_t count = 0;
    int mine = -1;
    int64_t sum[VG_JUDGEMENTS] = {0};
    if (vg_store_feedback_of(desk->store, f->case_id, desk->arena, &all, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    for (size_t i = 0, next; i < count; i = next) {
        int by_reader;
        int64_t of[VG_JUDGEMENTS];
        next = tally(all, count, i, x->user.name, &by_reader, of);
        if (all[i].seq != f->seq || all[i].kind != f->kind) continue;
        mine = by_reader;
        memcpy(sum, of, sizeof sum);
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    write_piece(out, f->kind, mine, sum);
}

void vg_route_feedback(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    vg_str content = {"", 0};
    bool no_memory = false;
    vg_feedback f = {.user = x->user.name, .source = {"", 0}, .language = {"", 0}, .time_ms = vg_time_now()};
    if (!vg_case_of_path(desk, x, true, &c)) return;
    if (vg_review_may_judge_evidence(&c, &x->user, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!read_feedback(x, &f)) return;
    f.case_id = c.id;
    int rc = vg_store_feedback_event(desk->store, c.id, f.seq, desk->arena, &content, &f.risk, &err);
    if (rc == -VG_ENOENT) vg_answer_problem(x, 404, "/seq", "the case holds no such event, or its content is destroyed");
    else if (rc) vg_answer_error(x, &err);
    else if (!find_piece(x, content, &f, &no_memory)) {
        if (no_memory) vg_answer_busy(x, "there is no memory for this request now");
        else vg_answer_problem(x, 404, "/name", "this event shows no such evidence");
    } else if (vg_store_feedback_give(desk->store, &f, &err)) vg_answer_error(x, &err);
    else answer_piece(desk, x, &f);
}

/* ---- how often it is right ---- */

static bool read_quality_query(vg_exchange *x, vg_str *space, int64_t *days)
{
    vg_str text;
    bool found;
    *days = DAYS_DEFAULT;
    if (!vg_query_get(x, "space", space, &found) || !vg_query_get(x, "days", &text, &found)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return false;
    }
    if (!found) return true;
    *days = 0;
    for (size_t i = 0; i < text.len && i < 5; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') *days = DAYS_MOST + 1;
        else *days = *days * 10 + (text.ptr[i] - '0');
    }
    if (text.len && text.len <= 4 && *days >= 1 && *days <= DAYS_MOST) return true;
    vg_answer_problem(x, 400, "/days", "expected a number from 1 to %d", DAYS_MOST);
    return false;
}

static void write_quality(vg_buf *out, const vg_quality *q)
{
    uint16_t low, high;
    int64_t right = q->count[VG_JUDGED_RIGHT], wrong = q->count[VG_JUDGED_WRONG], told = right + wrong;
    vg_buf_printf(out, "{\"name\":\"%s\"", vg_evidence_names[q->kind]);
    if (q->source.len) {
        vg_buf_add_cstr(out, ",\"source\":");
        vg_buf_add_json_str(out, q->source);
        vg_buf_add_cstr(out, ",\"language\":");
        vg_buf_add_json_str(out, q->language);
    } else {
        vg_buf_printf(out, ",\"shown\":%lld", (long long)q->shown);
    }
    vg_buf_printf(out, ",\"judged\":%lld", (long long)(told + q->count[VG_JUDGED_UNSURE]));
    write_tally(out, q->count);
    vg_buf_printf(out, ",\"confirmed\":%lld,\"not_illegal\":%lld", (long long)q->answered[VG_JUDGED_RIGHT], (long long)q->answered[VG_JUDGED_WRONG]);
    if (told) {
        vg_judgement_interval(right, wrong, &low, &high);
        vg_buf_add_cstr(out, ",\"share\":");
        vg_buf_add_e4(out, (uint32_t)((right * 10000 + told / 2) / told));
        vg_buf_add_cstr(out, ",\"low\":");
        vg_buf_add_e4(out, low);
        vg_buf_add_cstr(out, ",\"high\":");
        vg_buf_add_e4(out, high);
    }
    vg_buf_add_char(out, '}');
}

void vg_route_evidence_quality(vg_desk *desk, vg_exchange *x)
{
    vg_str space;
    int64_t days;
    vg_quality *rows = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (vg_review_may_see_quality(&x->user, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!read_quality_query(x, &space, &days)) return;
    vg_str spaces;
    if (vg_review_spaces_with(&x->user, VG_MAY_QUALITY_SEE, desk->arena, &spaces, &err) ||
        vg_store_feedback_quality(desk->store, spaces, space, vg_time_now() - days * VG_DAY_MS, desk->arena, &rows, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"days\":%lld", (long long)days);
    for (int sources = 0; sources < 2; sources++) {
        bool first = true;
        vg_buf_add_cstr(out, sources ? ",\"sources\":[" : ",\"kinds\":[");
        for (size_t i = 0; i < count; i++) {
            if ((rows[i].source.len > 0) != sources) continue;
            if (!first) vg_buf_add_char(out, ',');
            first = false;
            write_quality(out, &rows[i]);
        }
        vg_buf_add_char(out, ']');
    }
    vg_buf_add_char(out, '}');
}
