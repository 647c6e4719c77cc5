/* SPDX-License-Identifier: Apache-2.0 */
#include "net/gold.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/time.h"
#include "net/gate.h"
#include "net/server_int.h"
#include "net/sse.h"
#include "net/training.h"
#include "review/agreement.h"
#include "review/permission.h"
#include "store/training/certificates.h"
#include "store/training/gold.h"

enum { DUE_AT_ONCE = 64 };

bool vg_gold_hidden(vg_store *store, vg_str user, const vg_case *c)
{
    bool mine = false;
    if (!c->shadow) return false;
    return vg_store_gold_mine(store, c->id, user, &mine, NULL) || !mine;
}

static bool shows(const vg_case *c, vg_evidence_kind kind)
{
    return c->kinds >> kind & 1;
}

void vg_gold_glimpse(const vg_case *c, vg_str account, bool author, bool answered, vg_memory_glimpse *out)
{
    static const vg_hash_key key = {0x676f6c6400000001ULL, 0x676c696d70736501ULL};
    uint64_t dice = vg_hash64(&key, account.ptr, account.len);
    int64_t day_ms = c->updated_ms - c->updated_ms % VG_DAY_MS, age_days = shows(c, VG_CONDUCT_NEW_ACCOUNT) && author ? 1 : 40 + (int64_t)(dice % 800);
    *out = (vg_memory_glimpse){.band = author ? c->account_band : c->youngest_band, .basis = author ? c->account_basis : VG_BASIS_DECLARED, .last_day_ms = day_ms};
    out->created_ms = day_ms - age_days * VG_DAY_MS;
    if (!author) return;
    out->minors_day = shows(c, VG_CONDUCT_FAN_OUT_DAY) ? 9 : 1;
    out->minors_week = shows(c, VG_CONDUCT_FAN_OUT_WEEK) || shows(c, VG_CONDUCT_FAN_OUT_DAY) ? 22 : 1 + (uint32_t)(dice >> 16 & 1);
    out->unanswered_week = shows(c, VG_CONDUCT_UNRECIPROCATED) ? 7 : answered ? 0 : 1;
    out->talks = out->minors_week;
    out->talks_late = shows(c, VG_CONDUCT_COURSE);
}

/* ---- in a list ---- */

static bool asked_for(const vg_user *user, const vg_case_query *q, const vg_case *c)
{
    if (!vg_review_may(user, VG_MAY_CASE_DECIDE, c->space)) return false;
    if (q->answers || (q->space.len && !vg_str_eq(q->space, c->space))) return false; /* a copy is never reported */
    if (q->account.len && !vg_str_eq(q->account, c->account)) return false;
    return q->before_id <= 0 || c->state == VG_CASE_OPEN || c->id < q->before_id;
}

static int by_id_descending(const void *a, const void *b)
{
    int64_t x = ((const vg_case *)a)->id, y = ((const vg_case *)b)->id;
    return (x < y) - (x > y);
}

static void count_copy(const vg_case *c, int64_t now_ms, vg_case_counts *counts)
{
    if (c->state == VG_CASE_OPEN) {
        counts->open++;
        counts->claimed += c->claimed_until_ms > now_ms;
        counts->overdue += c->due_ms <= now_ms;
    } else {
        counts->decided_today += c->decided_ms >= now_ms - now_ms % VG_DAY_MS;
    }
}

int vg_gold_into_list(vg_desk *desk, const vg_user *user, const vg_case_query *query, vg_case **cases, size_t *count, vg_case_counts *counts,
                      vg_error *err)
{
    vg_case *copies[2] = {NULL, NULL};
    size_t number[2] = {0, 0}, kept = *count;
    int64_t now_ms = vg_time_now();
    int rc = vg_store_gold_copies(desk->store, user->name, VG_CASE_OPEN, desk->arena, &copies[0], &number[0], err);
    if (!rc) rc = vg_store_gold_copies(desk->store, user->name, VG_CASE_DECIDED, desk->arena, &copies[1], &number[1], err);
    if (rc || number[0] + number[1] == 0) return rc;
    vg_case *all = vg_arena_calloc(desk->arena, *count + number[0] + number[1], sizeof *all);
    if (!all) return vg_fail(err, VG_ENOMEM, "", "no memory for a list of cases");
    if (*count) memcpy(all, *cases, *count * sizeof *all);
    for (int state = 0; state < 2; state++)
        for (size_t i = 0; i < number[state]; i++) {
            const vg_case *c = &copies[state][i];
            if (vg_review_may(user, VG_MAY_CASE_DECIDE, c->space)) count_copy(c, now_ms, counts);
            if ((query->state < 0 || query->state == state) && asked_for(user, query, c)) all[kept++] = *c;
        }
    if (query->state == VG_CASE_DECIDED) qsort(all, kept, sizeof *all, by_id_descending);
    *cases = all;
    *count = query->state == VG_CASE_DECIDED && kept > query->most ? query->most : kept;
    return 0;
}

/* ---- handed out ---- */

/* A case of each category, as the gate reads it. */
static uint64_t kinds_like(vg_category category)
{
    for (unsigned kind = 0; kind < VG_EVIDENCE_KINDS; kind++)
        if (vg_case_category(UINT64_C(1) << kind) == category) return UINT64_C(1) << kind;
    return 0;
}

static uint32_t may_take(vg_desk *desk, const vg_user *user, vg_str space, int64_t now_ms)
{
    uint32_t set = 0;
    for (int c = 0; c < VG_CATEGORIES; c++) {
        const vg_case like = {.space = space, .account = {"", 0}, .claimed_by = {"", 0}, .kinds = kinds_like((vg_category)c), .opened_ms = now_ms, .due_ms = now_ms + VG_DAY_MS};
        if (!vg_gate_case(desk, user, &like, VG_GATE_TAKE, now_ms, NULL)) set |= UINT32_C(1) << c;
    }
    return set;
}

int vg_gold_draw(vg_desk *desk, const vg_user *user, vg_str space, vg_str languages, int64_t now_ms, int64_t *case_id, int64_t *made,
                 vg_error *err)
{
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    const vg_policy *policy = set ? vg_policy_set_find(set, space, NULL) : NULL;
    int rc = 0;
    *case_id = *made = 0;
    if (policy && policy->gold.given && (policy->gold.share || policy->gold.doubles)) {
        vg_gold_ask ask = {.user = user->name, .space = space, .languages = languages, .policy = &policy->gold, .policy_version = policy->version};
        ask.dice = randombytes_uniform(10000);
        ask.categories = may_take(desk, user, space, now_ms);
        rc = vg_store_gold_draw(desk->store, &ask, now_ms, case_id, made, err);
    }
    if (set) vg_policy_set_unref(&set);
    return rc;
}

/* ---- what follows ---- */

/* Kind, and what to do: this is what the person reads on the page of their certificates. */
static const char reason[] =
    "Plusieurs dossiers à réponse connue ont reçu une autre réponse. Cette catégorie fait une pause\u00a0: parlez-en avec votre responsable, qui peut "
    "la rouvrir. — Several cases with a known answer were answered otherwise. This category pauses: talk with your lead, who can open it again.";
_Static_assert(sizeof reason <= VG_CERTIFICATE_REASON_MOST, "the reason fits");

static int suspend(vg_store *store, vg_gold_fall *fall, vg_error *err)
{
    int rc = vg_store_certificate_suspend(store, fall->user, fall->space, fall->category, VG_STR("gold"), vg_str_of(reason), fall->time_ms, err);
    return rc == -VG_ECONFLICT ? 0 : rc; /* it rests already */
}

static int look_at(vg_server *server, vg_store *store, const vg_gold_due *due, const vg_policy_gold *policy, int64_t now_ms, vg_error *err)
{
    vg_gold_fall fall = {.user = due->user, .space = due->space, .category = due->category, .level = policy->recall, .suspended = policy->suspend, .time_ms = now_ms};
    int rc = vg_store_gold_standing(store, due->user, due->space, due->category, now_ms - (int64_t)policy->window_days * VG_DAY_MS, &fall.right,
                                    &fall.answered, err);
    if (rc || !vg_gold_below(fall.right, fall.answered, policy->least, policy->recall)) return rc;
    /* first closed, then told: if the second fails, both are done again, and closing twice is closing once */
    if (fall.suspended) rc = suspend(store, &fall, err);
    if (!rc) rc = vg_store_gold_fell(store, &fall, err);
    if (!rc && fall.suspended) vg_training_tell_suspension(server, fall.user, fall.category, true);
    return rc;
}

void vg_gold_watch(vg_server *server, vg_store *store, vg_arena *arena, const vg_policy_set *set, int64_t now_ms)
{
    vg_gold_due due[DUE_AT_ONCE];
    size_t count = 0;
    vg_error err = {0};
    int rc = vg_store_gold_due(store, DUE_AT_ONCE, arena, due, &count, &err);
    for (size_t i = 0; !rc && i < count; i++) {
        const vg_policy *policy = vg_policy_set_find(set, due[i].space, NULL);
        if (policy && policy->gold.given) rc = look_at(server, store, &due[i], &policy->gold, now_ms, &err);
        if (!rc) rc = vg_store_gold_looked(store, due[i].case_id, &err);
    }
    if (rc) vg_log(VG_LOG_WARN, "net", "answers to known items were not looked at: %s", err.what);
}
