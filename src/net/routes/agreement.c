/* SPDX-License-Identifier: Apache-2.0
 *
 * How well people agree: recall on known answers, Krippendorff's alpha, drift, by category; for leads also by person. The arithmetic is
 * review's, the rows are the store's; figures about fewer than five people are shown to nobody but their lead. */
#include <stdio.h>

#include "base/time.h"
#include "net/routes/gold.h"
#include "net/server_int.h"
#include "review/agreement.h"
#include "review/figures.h"
#include "review/permission.h"
#include "review/review.h"
#include "store/cases/figures.h"
#include "store/training/gold.h"

enum { DAYS_DEFAULT = 90, DAYS_MOST = 400, WEEKS_MOST = 60, RECENT_WEEKS = 4, FALLS_MOST = 100 };
#define SEED UINT64_C(0x7669676965) /* the same question gets the same interval */

/* ---- adding up ---- */

typedef struct tally { /* of one person, category and language; or of one category */
    vg_str user, language;
    vg_category category;
    int64_t outcome[VG_GOLD_OUTCOMES];
} tally;

typedef struct week {
    int64_t right, answered;
} week;

typedef struct sums {
    vg_arena *arena;
    int64_t first_week_ms;
    size_t weeks;
    tally category[VG_CATEGORIES];
    week by_week[VG_CATEGORIES][WEEKS_MOST + 1];
    tally *person;
    size_t persons, capacity;
} sums;

static bool counts(vg_gold_outcome outcome)
{
    return outcome != VG_GOLD_OPEN && outcome != VG_GOLD_ASKED;
}

static int64_t answered(const tally *t)
{
    int64_t sum = 0;
    for (int o = 0; o < VG_GOLD_OUTCOMES; o++) sum += counts((vg_gold_outcome)o) ? t->outcome[o] : 0;
    return sum;
}

static tally *person_of(sums *s, const vg_gold_answer *a)
{
    for (size_t i = 0; i < s->persons; i++) {
        tally *t = &s->person[i];
        if (t->category == a->category && vg_str_eq(t->user, a->user) && vg_str_eq(t->language, a->language)) return t;
    }
    if (s->persons == s->capacity) {
        size_t wanted = s->capacity ? s->capacity * 2 : 32;
        tally *larger = vg_arena_calloc(s->arena, wanted, sizeof *larger);
        if (!larger) return NULL;
        if (s->persons) memcpy(larger, s->person, s->persons * sizeof *larger);
        s->person = larger;
        s->capacity = wanted;
    }
    tally *t = &s->person[s->persons];
    *t = (tally){.user = vg_arena_copy(s->arena, a->user), .language = vg_arena_copy(s->arena, a->language), .category = a->category};
    if (!t->user.ptr || !t->language.ptr) return NULL;
    s->persons++;
    return t;
}

static int add(void *context, const vg_gold_answer *a, vg_error *err)
{
    sums *s = context;
    if (a->kind != VG_GOLD_KNOWN) return 0;
    tally *t = person_of(s, a);
    if (!t) return vg_fail(err, VG_ENOMEM, "", "no memory for results");
    t->outcome[a->outcome]++;
    s->category[a->category].outcome[a->outcome]++;
    size_t at = (size_t)((a->time_ms - s->first_week_ms) / (7 * VG_DAY_MS));
    if (!counts(a->outcome) || at >= s->weeks) return 0;
    s->by_week[a->category][at].answered++;
    s->by_week[a->category][at].right += a->outcome == VG_GOLD_RIGHT;
    return 0;
}

/* ---- what is asked ---- */

typedef struct question {
    vg_str space, spaces; /* space empty: all of `spaces` */
    int64_t days, since_ms, now_ms;
    bool lead;
} question;

static bool read_question(vg_desk *desk, vg_exchange *x, question *q)
{
    vg_str days;
    bool found;
    vg_error err = {0};
    *q = (question){.days = DAYS_DEFAULT, .now_ms = vg_time_now()};
    if (!vg_query_get(x, "space", &q->space, &found) || !vg_query_get(x, "days", &days, &found)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return false;
    }
    for (size_t i = 0; found && i < 4; i++) {
        if (!i) q->days = 0;
        if (i < days.len) q->days = days.ptr[i] >= '0' && days.ptr[i] <= '9' ? q->days * 10 + (days.ptr[i] - '0') : DAYS_MOST + 1;
    }
    if (found && (days.len < 1 || days.len > 3 || q->days < 1 || q->days > DAYS_MOST)) {
        vg_answer_problem(x, 400, "/days", "expected a number from 1 to %d", DAYS_MOST);
        return false;
    }
    q->lead = vg_review_may(&x->user, VG_MAY_GOLD_KEEP, q->space);
    if (!q->lead && vg_review_require(&x->user, VG_MAY_FIGURES_SEE, q->space, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    q->since_ms = q->now_ms - q->days * VG_DAY_MS;
    if (q->space.len) q->spaces = q->space;
    else if (vg_review_spaces_with(&x->user, q->lead ? VG_MAY_GOLD_KEEP : VG_MAY_FIGURES_SEE, desk->arena, &q->spaces, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    return true;
}

/* ---- one category ---- */

typedef struct agreement {
    vg_alpha alpha;
    size_t people;
} agreement;

static size_t people_in(const vg_gold_rating *all, size_t count, vg_category category)
{
    size_t people = 0;
    for (size_t i = 0; i < count; i++) {
        bool again = all[i].category != category;
        for (size_t j = 0; !again && j < i; j++) again = all[j].category == category && vg_str_eq(all[j].user, all[i].user);
        people += !again;
    }
    return people;
}

static int agree(vg_desk *desk, const vg_gold_rating *all, size_t count, vg_category category, agreement *out, vg_error *err)
{
    size_t n = 0;
    vg_rating *ratings = vg_arena_calloc(desk->arena, count ? count : 1, sizeof *ratings);
    if (!ratings) return vg_fail(err, VG_ENOMEM, "", "no memory for agreement");
    for (size_t i = 0; i < count; i++)
        if (all[i].category == category) ratings[n++] = (vg_rating){all[i].unit, (uint8_t)all[i].action};
    out->people = people_in(all, count, category);
    return vg_agreement_alpha(ratings, n, SEED, desk->arena, &out->alpha, err);
}

static void write_signed(vg_buf *out, const char *name, int32_t e4)
{
    vg_buf_printf(out, "%s", name);
    if (e4 < 0) vg_buf_add_char(out, '-');
    vg_buf_add_e4(out, (uint32_t)(e4 < 0 ? -e4 : e4));
}

static void write_alpha(vg_buf *out, const vg_alpha *a)
{
    vg_buf_printf(out, ",\"alpha\":{\"units\":%zu,\"ratings\":%zu", a->units, a->ratings);
    if (a->known) write_signed(out, ",\"value\":", a->alpha);
    else vg_buf_add_cstr(out, ",\"value\":null");
    if (a->interval) {
        write_signed(out, ",\"low\":", a->low);
        write_signed(out, ",\"high\":", a->high);
    } else vg_buf_add_cstr(out, ",\"low\":null,\"high\":null");
    vg_buf_add_char(out, '}');
}

static void write_recall(vg_buf *out, const tally *t)
{
    vg_share share = vg_share_of(t->outcome[VG_GOLD_RIGHT], answered(t));
    vg_buf_printf(out, ",\"recall\":{\"right\":%lld,\"answered\":%lld,\"less\":%lld,\"more\":%lld,\"reason\":%lld,\"asked\":%lld,\"share\":", (long long)share.part,
                  (long long)share.whole, (long long)t->outcome[VG_GOLD_LESS], (long long)t->outcome[VG_GOLD_MORE], (long long)t->outcome[VG_GOLD_REASON],
                  (long long)t->outcome[VG_GOLD_ASKED]);
    if (share.whole) vg_buf_add_e4(out, share.share);
    else vg_buf_add_cstr(out, "null");
    vg_buf_add_cstr(out, ",\"low\":");
    vg_buf_add_e4(out, share.low);
    vg_buf_add_cstr(out, ",\"high\":");
    vg_buf_add_e4(out, share.high);
    vg_buf_add_char(out, '}');
}

static void write_drift(vg_buf *out, const sums *s, vg_category category)
{
    week before = {0, 0}, after = {0, 0};
    vg_buf_add_cstr(out, ",\"weeks\":[");
    for (size_t w = 0; w < s->weeks; w++) {
        const week *one = &s->by_week[category][w];
        week *into = w + RECENT_WEEKS >= s->weeks ? &after : &before;
        char start[25];
        into->right += one->right, into->answered += one->answered;
        vg_time_format(s->first_week_ms + (int64_t)w * 7 * VG_DAY_MS, start);
        vg_buf_printf(out, "%s{\"start\":\"%.10s\",\"right\":%lld,\"answered\":%lld}", w ? "," : "", start, (long long)one->right, (long long)one->answered);
    }
    vg_drift d = vg_drift_of(before.right, before.answered, after.right, after.answered);
    vg_buf_add_cstr(out, "],\"drift\":");
    if (!d.known) {
        vg_buf_add_cstr(out, "null");
        return;
    }
    write_signed(out, "{\"change\":", d.change);
    write_signed(out, ",\"low\":", d.low);
    write_signed(out, ",\"high\":", d.high);
    vg_buf_printf(out, ",\"direction\":\"%s\"}", d.down ? "down" : d.up ? "up" : "none");
}

/* The level of the space that is asked for; of several, the strictest. */
static void levels(vg_server *server, const question *q, uint16_t *alpha, uint16_t *recall)
{
    vg_policy_set *set = vg_pipeline_policies(server->pipeline);
    *alpha = *recall = 0;
    for (size_t i = 0; set && i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        if (!p->gold.given || !vg_review_in_spaces(q->spaces, vg_str_of(p->space))) continue;
        if (p->gold.alpha > *alpha) *alpha = p->gold.alpha;
        if (p->gold.recall > *recall) *recall = p->gold.recall;
    }
    if (set) vg_policy_set_unref(&set);
}

/* ---- the answer ---- */

typedef struct answer {
    sums sums;
    vg_gold_rating *ratings;
    size_t rating_count;
    agreement of[VG_CATEGORIES];
    vg_gold_fall *falls[2];
    vg_str *spaces;
    size_t space_count;
} answer;

static int gather(vg_desk *desk, const question *q, answer *a, vg_error *err)
{
    sums *s = &a->sums;
    s->arena = desk->arena;
    s->first_week_ms = vg_figures_bucket(q->since_ms, true);
    s->weeks = (size_t)((q->now_ms - s->first_week_ms) / (7 * VG_DAY_MS)) + 1;
    if (s->weeks > WEEKS_MOST) s->weeks = WEEKS_MOST;
    int rc = vg_store_spaces(desk->store, q->spaces, desk->arena, &a->spaces, &a->space_count, err);
    for (size_t i = 0; !rc && i < a->space_count; i++) rc = vg_store_gold_answers(desk->store, a->spaces[i], q->since_ms, add, s, err);
    if (!rc) rc = vg_store_gold_ratings(desk->store, q->spaces, q->since_ms, desk->arena, &a->ratings, &a->rating_count, err);
    for (int c = 0; !rc && c < VG_CATEGORIES; c++) rc = agree(desk, a->ratings, a->rating_count, (vg_category)c, &a->of[c], err);
    return rc;
}

static void write_categories(vg_buf *out, const question *q, const answer *a, uint16_t alpha_level)
{
    vg_buf_add_cstr(out, ",\"categories\":[");
    for (int c = 0; c < VG_CATEGORIES; c++) {
        const agreement *one = &a->of[c];
        tally all = a->sums.category[c];
        vg_buf_printf(out, "%s{\"category\":\"%s\",\"people\":", c ? "," : "", vg_category_names[c]);
        if (!q->lead && !vg_figures_shown(one->people)) {
            vg_buf_add_cstr(out, "null,\"suppressed\":true}");
            continue;
        }
        vg_buf_printf(out, "%zu,\"suppressed\":false", one->people);
        write_alpha(out, &one->alpha);
        vg_buf_printf(out, ",\"below\":%s", one->alpha.known && one->alpha.alpha < alpha_level ? "true" : "false");
        write_recall(out, &all);
        write_drift(out, &a->sums, (vg_category)c);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

static void write_persons(vg_buf *out, const answer *a)
{
    vg_buf_add_cstr(out, ",\"persons\":[");
    for (size_t i = 0; i < a->sums.persons; i++) {
        const tally *t = &a->sums.person[i];
        vg_buf_add_cstr(out, i ? ",{\"user\":" : "{\"user\":");
        vg_buf_add_json_str(out, t->user);
        vg_buf_printf(out, ",\"category\":\"%s\",\"language\":", vg_category_names[t->category]);
        vg_buf_add_json_str(out, t->language);
        write_recall(out, t);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

static int write_falls(vg_desk *desk, vg_buf *out, const question *q, const answer *a, vg_error *err)
{
    bool first = true;
    vg_buf_add_cstr(out, ",\"falls\":[");
    for (size_t s = 0; s < a->space_count; s++) {
        vg_gold_fall *falls = NULL;
        size_t count = 0;
        int rc = vg_store_gold_falls(desk->store, a->spaces[s], q->since_ms, FALLS_MOST, desk->arena, &falls, &count, err);
        if (rc) return rc;
        for (size_t i = 0; i < count; i++) {
            vg_buf_add_cstr(out, first ? "{\"user\":" : ",{\"user\":");
            first = false;
            vg_buf_add_json_str(out, falls[i].user);
            vg_buf_add_cstr(out, ",\"space\":");
            vg_buf_add_json_str(out, falls[i].space);
            vg_buf_printf(out, ",\"category\":\"%s\",\"right\":%lld,\"answered\":%lld,\"level\":", vg_category_names[falls[i].category], (long long)falls[i].right,
                          (long long)falls[i].answered);
            vg_buf_add_e4(out, falls[i].level);
            vg_buf_printf(out, ",\"suspended\":%s,\"time\":", falls[i].suspended ? "true" : "false");
            vg_json_time(out, falls[i].time_ms);
            vg_buf_add_char(out, '}');
        }
    }
    vg_buf_add_char(out, ']');
    return 0;
}

void vg_route_agreement(vg_desk *desk, vg_exchange *x)
{
    question q;
    vg_error err = {0};
    uint16_t alpha, recall;
    if (!read_question(desk, x, &q)) return;
    answer *a = vg_arena_calloc(desk->arena, 1, sizeof *a);
    int rc = a ? gather(desk, &q, a, &err) : vg_fail(&err, VG_ENOMEM, "", "no memory for agreement");
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    levels(x->server, &q, &alpha, &recall);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"days\":%lld,\"levels\":{\"alpha\":", (long long)q.days);
    vg_buf_add_e4(out, alpha);
    vg_buf_add_cstr(out, ",\"recall\":");
    vg_buf_add_e4(out, recall);
    vg_buf_add_cstr(out, "},\"space\":");
    if (q.space.len) vg_buf_add_json_str(out, q.space);
    else vg_buf_add_cstr(out, "null");
    write_categories(out, &q, a, alpha);
    if (q.lead) {
        write_persons(out, a);
        rc = write_falls(desk, out, &q, a, &err);
    }
    if (rc) vg_answer_error(x, &err);
    else vg_buf_add_char(out, '}');
}
