/* SPDX-License-Identifier: Apache-2.0 */
#include "net/welfare.h"

#include "base/time.h"
#include "net/server_int.h"
#include "review/next.h"
#include "review/permission.h"
#include "review/review.h"
#include "review/welfare.h"
#include "store/cases/next.h"
#include "store/welfare/welfare.h"

/* The limits and shift of the space, the breaks of all spaces in which the person decides. */
static void rules_of(vg_server *server, const vg_user *user, vg_str space, vg_policy_welfare *out, int32_t *utc_offset)
{
    vg_policy_set *set = vg_pipeline_policies(server->pipeline);
    const vg_policy *own = set && space.len ? vg_policy_set_find(set, space, NULL) : NULL;
    *out = own ? own->welfare : (vg_policy_welfare){.shift_pause_minutes = 240};
    *utc_offset = own ? own->utc_offset_minutes : 0;
    for (size_t i = 0; set && i < vg_policy_set_count(set); i++) {
        const vg_policy *other = vg_policy_set_at(set, i);
        if (!vg_review_may(user, VG_MAY_CASE_DECIDE, vg_str_of(other->space))) continue;
        vg_welfare_join(out, &other->welfare);
        if (!own) *utc_offset = other->utc_offset_minutes;
    }
    if (set) vg_policy_set_unref(&set);
}

int vg_welfare_of_user(vg_desk *desk, const vg_user *user, vg_str space, int64_t now_ms, vg_welfare_of *out, vg_error *err)
{
    int32_t utc_offset;
    rules_of(desk->server, user, space, &out->rules, &utc_offset);
    out->rules.contact = (vg_welfare_contact){0};
    out->midnight_ms = vg_welfare_midnight(now_ms, utc_offset);
    return vg_store_welfare_get(desk->store, user->id, out->midnight_ms, now_ms, &out->person, err);
}

/* ---- the edges of a shift ---- */

/* Whether this colleague could take the case: at work, allowed, skilled, and nothing of their own speaks against it. */
static bool could_take(vg_desk *desk, const vg_user *other, const vg_case *c, int64_t now_ms)
{
    vg_welfare_of of;
    vg_skills skills;
    if (vg_review_may_claim(c, other, NULL) || vg_welfare_of_user(desk, other, c->space, now_ms, &of, NULL)) return false;
    if (vg_store_skills_get(desk->store, other->id, desk->arena, &skills, NULL) || !vg_skills_cover(&skills, c)) return false;
    return vg_welfare_may_take(&of.rules, &of.person, vg_case_category(c->kinds), now_ms) == VG_WELFARE_FINE;
}

/* Whether somebody else at work can. When that cannot be read, nobody is asked to bend. */
static int somebody_else(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, bool *somebody, vg_error *err)
{
    int64_t *ids = NULL;
    vg_user *users = NULL;
    size_t count = 0, user_count = 0;
    *somebody = false;
    int rc = vg_store_at_work(desk->store, user->id, now_ms - VG_REVIEW_LEASE_MS, desk->arena, &ids, &count, err);
    if (!rc && count) rc = vg_store_user_list(desk->store, desk->arena, &users, &user_count, err);
    for (size_t u = 0; !rc && u < user_count; u++)
        for (size_t i = 0; i < count && !*somebody; i++)
            if (users[u].id == ids[i]) *somebody = could_take(desk, &users[u], c, now_ms);
    return rc;
}

/* A hard case at the edge of a shift: only when it cannot wait that long and nobody else at work can take it. */
static int at_edge(vg_desk *desk, const vg_user *user, const vg_case *c, const vg_welfare_of *of, int64_t now_ms, vg_error *err)
{
    int64_t until_ms;
    bool somebody = true, edge = vg_welfare_at_edge(&of->rules, &of->person, now_ms, &until_ms);
    if (!edge) return 0;
    if (vg_case_imminence(c) && (!c->due_ms || c->due_ms <= until_ms)) {
        int rc = somebody_else(desk, user, c, now_ms, &somebody, err);
        if (rc) return rc;
    }
    if (!somebody) return 0;
    return vg_fail(err, VG_EFORBIDDEN, VG_WELFARE_SHIFT_EDGE, "a shift neither begins nor ends with cases of this category (%s)",
                   vg_category_names[vg_case_category(c->kinds)]);
}

bool vg_welfare_offered_at_edge(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms)
{
    vg_welfare_of of;
    int64_t until_ms;
    if (vg_welfare_of_user(desk, user, c->space, now_ms, &of, NULL)) return false;
    return (of.rules.hard >> vg_case_category(c->kinds) & 1) && vg_welfare_at_edge(&of.rules, &of.person, now_ms, &until_ms);
}

/* ---- the gate ---- */

static bool in_hand(const vg_user *user, const vg_case *c, int64_t now_ms)
{
    return vg_str_eq(c->claimed_by, user->name) && c->claimed_until_ms > now_ms;
}

static int refuse_limit(vg_category category, vg_error *err)
{
    return vg_fail(err, VG_EFORBIDDEN, VG_WELFARE_LIMIT_REACHED, "enough of this category (%s) for now; other work goes on", vg_category_names[category]);
}

static int refuse_break(const vg_welfare_of *of, int64_t now_ms, vg_error *err)
{
    char until[25];
    vg_time_format(vg_welfare_break_of(&of->rules, &of->person, now_ms).until_ms, until);
    return vg_fail(err, VG_EFORBIDDEN, VG_WELFARE_BREAK_DUE, "a break is due until %s; what is in hand may be finished", until);
}

int vg_welfare_may_look(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, vg_error *err)
{
    return in_hand(user, c, now_ms) ? 0 : vg_welfare_may_look_whole(desk, user, c, now_ms, err);
}

int vg_welfare_may_look_whole(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, vg_error *err)
{
    vg_welfare_of of;
    int rc = vg_welfare_of_user(desk, user, c->space, now_ms, &of, err);
    if (rc) return rc;
    if (vg_welfare_break_of(&of.rules, &of.person, now_ms).due) return refuse_break(&of, now_ms, err);
    return vg_welfare_limit_reached(&of.rules, &of.person, vg_case_category(c->kinds)) ? refuse_limit(vg_case_category(c->kinds), err) : 0;
}

int vg_welfare_gate(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, vg_error *err)
{
    vg_welfare_of of;
    vg_category category = vg_case_category(c->kinds);
    if (in_hand(user, c, now_ms)) return 0; /* it may be finished */
    int rc = vg_welfare_of_user(desk, user, c->space, now_ms, &of, err);
    if (rc) return rc;
    switch (vg_welfare_may_take(&of.rules, &of.person, category, now_ms)) {
    case VG_WELFARE_BREAK: return refuse_break(&of, now_ms, err);
    case VG_WELFARE_LIMIT: return refuse_limit(category, err);
    default: return 0;
    }
}

int vg_welfare_may_read(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, vg_error *err)
{
    vg_welfare_of of;
    bool again = false;
    vg_category category = vg_case_category(c->kinds);
    if (in_hand(user, c, now_ms) || !vg_review_may(user, VG_MAY_CASE_DECIDE, c->space)) return 0;
    int rc = vg_welfare_of_user(desk, user, c->space, now_ms, &of, err);
    if (rc) return rc;
    if (vg_welfare_break_of(&of.rules, &of.person, now_ms).due) return refuse_break(&of, now_ms, err);
    if (!vg_welfare_limit_reached(&of.rules, &of.person, category)) return 0;
    rc = vg_store_welfare_opened_today(desk->store, user->id, c->id, of.midnight_ms, &again, err);
    return rc || again ? rc : refuse_limit(category, err); /* read today: it is counted already */
}

int vg_welfare_hand_out(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, vg_error *err)
{
    vg_welfare_of of;
    vg_category category = vg_case_category(c->kinds);
    int rc = vg_welfare_of_user(desk, user, c->space, now_ms, &of, err);
    if (rc) return rc;
    switch (vg_welfare_may_take(&of.rules, &of.person, category, now_ms)) {
    case VG_WELFARE_OPTED_OUT:
        return vg_fail(err, VG_EFORBIDDEN, VG_WELFARE_OPTED, "you asked not to be given cases of this category (%s)", vg_category_names[category]);
    case VG_WELFARE_EDGE: return at_edge(desk, user, c, &of, now_ms, err);
    default: return 0;
    }
}

/* ---- what is counted ---- */

int vg_welfare_count(vg_desk *desk, const vg_user *user, const vg_case *c, vg_did did, int64_t now_ms, vg_error *err)
{
    vg_welfare_of of;
    bool paused;
    vg_category category = vg_case_category(c->kinds);
    int rc = vg_store_together(desk->store, err);
    if (rc) return rc;
    rc = vg_welfare_of_user(desk, user, c->space, now_ms, &of, err);
    if (!rc && did == VG_DID_OPEN)
        rc = vg_store_welfare_opened(desk->store, user->id, c->id, c->space, category, of.midnight_ms, now_ms, err);
    if (!rc && did == VG_DID_LOOK) rc = vg_store_welfare_looked(desk->store, user->id, c->space, category, now_ms, err);
    if (!rc) {
        vg_welfare_note(&of.rules, &of.person, did == VG_DID_TAKE, now_ms, &paused);
        rc = vg_store_welfare_put(desk->store, user->id, &of.person, paused, c->space, err);
    }
    return vg_store_apart(desk->store, rc, err);
}
