/* SPDX-License-Identifier: Apache-2.0 */
#include "store/cases/feedback.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "store/evidence/evidence_int.h"
#include "store/training/gold_int.h"

enum { SOURCE_MOST = 500, LANGUAGE_MOST = 35 };

/* ---- one judgement ---- */

int vg_store_feedback_event(vg_store *store, int64_t case_id, int64_t seq, vg_arena *arena, vg_str *content, uint16_t *risk, vg_error *err)
{
    char place[32];
    vg_query get = vg_store_use(store, VG_SQL_EVENT_GET);
    vg_store_bind_int(&get, seq);
    vg_store_bind_int(&get, case_id);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    vg_str sealed = rc ? vg_store_peek(&get, 0) : (vg_str){"", 0};
    if (rc) *risk = (uint16_t)vg_store_int(&get, 1);
    vg_store_case_place(case_id, place);
    if (!sealed.len) rc = vg_fail(err, VG_ENOENT, "", "the case holds no event %" PRId64 ", or its content is destroyed", seq);
    else rc = vg_store_case_unseal(store, case_id, place, sealed, arena, content, err);
    vg_store_reset(&get);
    return rc;
}

static int check(const vg_feedback *f, vg_error *err)
{
    int rc = vg_store_check_text("user", f->user, 64, err);
    if (!rc) rc = vg_store_check_text("source", f->source, -SOURCE_MOST, err);
    if (!rc) rc = vg_store_check_text("language", f->language, -LANGUAGE_MOST, err);
    if (rc) return rc;
    if (f->kind >= VG_EVIDENCE_KINDS) return vg_fail(err, VG_EINVAL, "kind", "is unknown");
    if (f->judgement < -1 || f->judgement >= VG_JUDGEMENTS) return vg_fail(err, VG_EINVAL, "judgement", "is unknown");
    return 0;
}

/* 1: the event is in the case and has its content; 0: not. */
static int is_there(vg_store *store, const vg_feedback *f, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_EVENT_GET);
    vg_store_bind_int(&get, f->seq);
    vg_store_bind_int(&get, f->case_id);
    int rc = vg_store_step(&get, err);
    if (rc == 1) {
        rc = vg_store_peek(&get, 0).len > 0;
        vg_store_reset(&get);
    }
    return rc;
}

static void bind_key(vg_query *query, const vg_feedback *f)
{
    vg_store_bind_int(query, f->seq);
    vg_store_bind_int(query, f->kind);
    vg_store_bind_str(query, f->user);
}

/* -1: none yet. */
static int judged_before(vg_store *store, const vg_feedback *f, int *judgement, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_FEEDBACK_GET);
    bind_key(&get, f);
    *judgement = -1;
    int rc = vg_store_step(&get, err);
    if (rc == 1) {
        *judgement = (int)vg_store_int(&get, 0);
        vg_store_reset(&get);
        if (*judgement < 0 || *judgement >= VG_JUDGEMENTS) return vg_fail(err, VG_ECORRUPT, "", "a judgement is out of range");
    }
    return rc < 0 ? rc : 0;
}

static int keep(vg_store *store, const vg_feedback *f, vg_error *err)
{
    vg_query query = vg_store_use(store, f->judgement < 0 ? VG_SQL_FEEDBACK_DROP : VG_SQL_FEEDBACK_SET);
    bind_key(&query, f);
    if (f->judgement < 0) return vg_store_run(&query, err);
    vg_store_bind_int(&query, f->case_id);
    vg_store_bind_int(&query, f->judgement);
    vg_store_bind_str(&query, f->source);
    vg_store_bind_str(&query, f->language);
    vg_store_bind_int(&query, f->weight);
    vg_store_bind_int(&query, f->strength);
    vg_store_bind_int(&query, f->risk);
    vg_store_bind_int(&query, f->time_ms);
    return vg_store_run(&query, err);
}

static const char *name_of(int judgement) { return judgement < 0 ? "none" : vg_judgement_names[judgement]; }

static int give(vg_store *store, const vg_feedback *f, vg_error *err)
{
    char name[24], object[64], detail[160];
    int before, rc = is_there(store, f, err);
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "the case holds no event %" PRId64 ", or its content is destroyed", f->seq);
    if (rc < 0) return rc;
    rc = judged_before(store, f, &before, err);
    if (rc || before == f->judgement) return rc;
    rc = keep(store, f, err);
    if (rc) return rc;
    vg_case_name(f->case_id, name);
    snprintf(object, sizeof object, "%s/%" PRId64, name, f->seq);
    snprintf(detail, sizeof detail, "{\"evidence\":\"%s\",\"judgement\":\"%s\",\"before\":\"%s\"}", vg_evidence_names[f->kind],
             name_of(f->judgement), name_of(before));
    return vg_store_audit_add(store, f->time_ms, f->user, VG_STR("evidence.judge"), vg_str_of(object), vg_str_of(detail), err);
}

int vg_store_feedback_give(vg_store *store, const vg_feedback *given, vg_error *err)
{
    int rc = check(given, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, give(store, given, err), err);
}

int vg_store_feedback_of(vg_store *store, int64_t case_id, vg_arena *arena, vg_feedback **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_FEEDBACK_OF);
    vg_store_bind_int(&query, case_id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        int copied = 0;
        int64_t kind = vg_store_int(&query, 1), judgement = vg_store_int(&query, 3);
        if (kind < 0 || kind >= VG_EVIDENCE_KINDS || judgement < 0 || judgement >= VG_JUDGEMENTS) continue; /* of a newer program */
        *out = vg_store_grow(arena, *out, *count, &capacity, sizeof **out);
        vg_str user = *out ? vg_store_copy(&query, 2, arena, &copied) : (vg_str){0};
        if (!*out || copied) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for what people think of a case");
            break;
        }
        (*out)[(*count)++] = (vg_feedback){
            .case_id = case_id, .seq = vg_store_int(&query, 0), .kind = (uint8_t)kind, .user = user, .judgement = (int)judgement};
    }
    vg_store_reset(&query);
    return rc;
}

/* ---- all of them ---- */

typedef struct rows {
    vg_quality *item;
    size_t count, capacity;
    vg_arena *arena;
} rows;

static vg_quality *row_of(rows *r, uint8_t kind, vg_str source, vg_str language)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->item[i].kind == kind && vg_str_eq(r->item[i].source, source) && vg_str_eq(r->item[i].language, language)) return &r->item[i];
    r->item = vg_store_grow(r->arena, r->item, r->count, &r->capacity, sizeof *r->item);
    vg_str own = r->item ? vg_arena_copy(r->arena, source) : (vg_str){0};
    vg_str tongue = own.ptr ? vg_arena_copy(r->arena, language) : (vg_str){0};
    if (!tongue.ptr) return NULL;
    r->item[r->count] = (vg_quality){.kind = kind, .source = own, .language = tongue};
    return &r->item[r->count++];
}

static bool concerns(vg_str spaces, vg_str wanted, vg_str space)
{
    return !vg_store_is_shadow(space) && vg_store_in_spaces(spaces, space) && (!wanted.len || vg_str_eq(wanted, space));
}

static int count_shown(vg_store *store, vg_str spaces, vg_str space, int64_t since_ms, rows *r, vg_error *err)
{
    int64_t shown[VG_EVIDENCE_KINDS] = {0};
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_SHOWN_SINCE);
    vg_store_bind_int(&query, since_ms);
    while ((rc = vg_store_step(&query, err)) == 1) {
        uint64_t kinds = (uint64_t)vg_store_int(&query, 1);
        if (!concerns(spaces, space, vg_store_peek(&query, 0))) continue;
        for (unsigned kind = 0; kind < VG_EVIDENCE_KINDS; kind++) shown[kind] += (int64_t)(kinds >> kind & 1);
    }
    for (unsigned kind = 0; !rc && kind < VG_EVIDENCE_KINDS; kind++) {
        if (!shown[kind]) continue;
        vg_quality *row = row_of(r, (uint8_t)kind, VG_STR(""), VG_STR(""));
        if (row) row->shown = shown[kind];
        else rc = vg_fail(err, VG_ENOMEM, "", "no memory for the quality of evidence");
    }
    return rc;
}

static void read_row(const vg_query *query, vg_feedback *out)
{
    *out = (vg_feedback){.kind = (uint8_t)vg_store_int(query, 1),
                         .source = vg_store_peek(query, 2),
                         .language = vg_store_peek(query, 3),
                         .weight = (uint16_t)vg_store_int(query, 4),
                         .strength = (uint16_t)vg_store_int(query, 5),
                         .risk = (uint16_t)vg_store_int(query, 6),
                         .judgement = (int)vg_store_int(query, 7),
                         .time_ms = vg_store_int(query, 8)};
}

/* What people said (of nothing that an answer decides), or what answers say. */
static int count_judged(vg_store *store, enum vg_store_statement which, vg_str spaces, vg_str space, int64_t since_ms, rows *r, vg_error *err)
{
    int rc;
    vg_feedback f;
    bool answers = which == VG_SQL_LABELS_SINCE;
    vg_query query = vg_store_use(store, which);
    vg_store_bind_int(&query, since_ms);
    if (!answers) vg_store_bind_int(&query, 0), vg_store_bind_int(&query, VG_EVIDENCE_KINDS);
    while ((rc = vg_store_step(&query, err)) == 1) {
        read_row(&query, &f);
        if (f.kind >= VG_EVIDENCE_KINDS || f.judgement < 0 || f.judgement >= VG_JUDGEMENTS) continue;
        if (!concerns(spaces, space, vg_store_peek(&query, 0))) continue;
        for (int of_source = 0; of_source < (f.source.len ? 2 : 1); of_source++) {
            vg_quality *row = of_source ? row_of(r, f.kind, f.source, f.language) : row_of(r, f.kind, VG_STR(""), VG_STR(""));
            if (!row) rc = vg_fail(err, VG_ENOMEM, "", "no memory for the quality of evidence");
            if (!row) break;
            row->count[f.judgement]++;
            row->answered[f.judgement] += answers;
        }
        if (rc != 1) break;
    }
    vg_store_reset(&query);
    return rc;
}

static int64_t judged(const vg_quality *q)
{
    int64_t sum = 0;
    for (int j = 0; j < VG_JUDGEMENTS; j++) sum += q->count[j];
    return sum;
}

static int by_kind(const void *a, const void *b)
{
    const vg_quality *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (!x->source.len != !y->source.len) return x->source.len ? 1 : -1;
    int64_t more = judged(y) - judged(x);
    if (more) return more < 0 ? -1 : 1;
    size_t shorter = x->source.len < y->source.len ? x->source.len : y->source.len;
    int order = memcmp(x->source.ptr, y->source.ptr, shorter);
    return order ? order : (x->source.len > y->source.len) - (x->source.len < y->source.len);
}

int vg_store_feedback_quality(vg_store *store, vg_str spaces, vg_str space, int64_t since_ms, vg_arena *arena, vg_quality **out,
                              size_t *count, vg_error *err)
{
    rows r = {.arena = arena};
    *out = NULL;
    *count = 0;
    int rc = vg_store_begin_read(store, err); /* both counts of one moment */
    if (rc) return rc;
    rc = count_shown(store, spaces, space, since_ms, &r, err);
    if (!rc) rc = count_judged(store, VG_SQL_FEEDBACK_SINCE, spaces, space, since_ms, &r, err);
    if (!rc) rc = count_judged(store, VG_SQL_LABELS_SINCE, spaces, space, since_ms, &r, err);
    rc = vg_store_end_read(store, rc, err);
    if (rc) return rc;
    if (r.count) qsort(r.item, r.count, sizeof *r.item, by_kind);
    *out = r.item;
    *count = r.count;
    return 0;
}

/* The next of a walk that may be handed out; 0 at its end. */
static int next_of(vg_query *query, vg_str space, vg_feedback *f, vg_error *err)
{
    int rc;
    while ((rc = vg_store_step(query, err)) == 1) {
        read_row(query, f);
        if (f->kind < VG_EVIDENCE_KINDS && f->judgement >= 0 && f->judgement < VG_JUDGEMENTS && concerns(VG_STR("*"), space, vg_store_peek(query, 0))) break;
    }
    return rc;
}

int vg_store_feedback_each(vg_store *store, vg_str space, int64_t since_ms, vg_str by,
                           int (*each)(void *context, vg_str space, const vg_feedback *given, vg_error *err), void *context, vg_error *err)
{
    static const enum vg_store_statement which[2] = {VG_SQL_FEEDBACK_SINCE, VG_SQL_LABELS_SINCE};
    vg_feedback next[2];
    vg_query query[2];
    int more[2] = {0, 0};
    int rc = vg_store_audit(store, by, VG_STR("evidence.export"), VG_STR("feedback"), VG_STR("{}"), err);
    if (!rc) rc = vg_store_begin_read(store, err); /* both of one moment */
    if (rc) return rc;
    for (int i = 0; i < 2; i++) {
        query[i] = vg_store_use(store, which[i]);
        vg_store_bind_int(&query[i], since_ms);
        /* an answer judges the model in place of people; of an expression, people's word is not lost to who keeps the lexicon */
        if (i == 0) vg_store_bind_int(&query[i], VG_TEXT_MODEL), vg_store_bind_int(&query[i], VG_TEXT_MODEL);
        more[i] = next_of(&query[i], space, &next[i], err);
    }
    while (!rc && more[0] >= 0 && more[1] >= 0 && (more[0] || more[1])) { /* oldest first; of one moment, people first */
        int i = !more[0] || (more[1] && next[1].time_ms < next[0].time_ms);
        next[i].answered = i == 1;
        rc = each(context, vg_store_peek(&query[i], 0), &next[i], err);
        if (!rc) more[i] = next_of(&query[i], space, &next[i], err);
    }
    for (int i = 0; i < 2; i++) {
        if (!rc && more[i] < 0) rc = more[i];
        vg_store_reset(&query[i]);
    }
    return vg_store_end_read(store, rc, err);
}
