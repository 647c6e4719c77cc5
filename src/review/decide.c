/* SPDX-License-Identifier: Apache-2.0 */
#include "review/decide.h"

#include <inttypes.h>

#include "base/time.h"
#include "review/permission.h"

#define BIT(kind) (UINT64_C(1) << (kind))
static const uint64_t material = BIT(VG_MEDIA_KNOWN) | BIT(VG_MEDIA_SIMILAR);

bool vg_review_restricts(vg_action action)
{
    return action == VG_ACTION_WARN || vg_review_lasts(action);
}

bool vg_review_lasts(vg_action action)
{
    return action == VG_ACTION_MUTE || action == VG_ACTION_RESTRICT || action == VG_ACTION_SUSPEND;
}

/* ---- what the policy offers ---- */

static int check_reach(const vg_policy_act *act, vg_decision *answer, bool has_reach, vg_error *err)
{
    if (!has_reach) {
        answer->reach = VG_REACH_WHOLE_ACCOUNT;
        for (int r = 0; r < VG_REACHES && !(act->reaches >> answer->reach & 1); r++) answer->reach = (vg_reach)r;
        return 0;
    }
    if ((unsigned)answer->reach < VG_REACHES && act->reaches >> answer->reach & 1) return 0;
    return vg_fail(err, VG_EINVAL, "/scope", "%s does not come with this scope here", vg_action_names[answer->action]);
}

static int check_hours(const vg_policy_act *act, const vg_decision *answer, vg_error *err)
{
    if (!vg_review_lasts(answer->action))
        return answer->hours ? vg_fail(err, VG_EINVAL, "/hours", "only mute, restrict_minors and suspend last for hours") : 0;
    for (size_t i = 0; i < act->hour_count; i++)
        if (act->hours[i] == answer->hours) return 0;
    if (!act->hour_count) return 0;
    return vg_fail(err, VG_EINVAL, "/hours", "%s does not come for %" PRIu32 " hours here", vg_action_names[answer->action], answer->hours);
}

int vg_review_check_answer(const vg_policy_decisions *policy, vg_decision *answer, bool has_reach, vg_error *err)
{
    if ((unsigned)answer->action >= VG_ACTIONS || !policy->acts[answer->action].offered)
        return vg_fail(err, VG_EINVAL, "/action", "this space does not offer that");
    const vg_policy_act *act = &policy->acts[answer->action];
    int rc = check_hours(act, answer, err);
    if (!rc) rc = check_reach(act, answer, has_reach, err);
    if (rc || !policy->listed) return rc;
    const vg_policy_reason *reason = vg_policy_reason_find(policy, answer->reason);
    if (!reason) return vg_fail(err, VG_EINVAL, "/reason", "this is not among the reasons of this space");
    if (!(reason->actions >> answer->action & 1))
        return vg_fail(err, VG_EINVAL, "/reason", "\"%s\" is no reason to %s here", reason->code, vg_action_names[answer->action]);
    return 0;
}

/* ---- two people ---- */

bool vg_review_needs_second(const vg_policy_decisions *policy, vg_action action)
{
    return (action == VG_ACTION_SUSPEND && policy->four_eyes >> VG_FOUR_EYES_SUSPEND & 1) ||
           (action == VG_ACTION_REPORT && policy->four_eyes >> VG_FOUR_EYES_REPORT & 1);
}

bool vg_review_confirms_hash(const vg_policy_decisions *policy, const vg_policy_reason *reason, uint64_t kinds)
{
    static const char known[] = "CHILD_SEXUAL_ABUSE_MATERIAL";
    return policy->four_eyes >> VG_FOUR_EYES_HASH & 1 && reason && reason->dsa_keyword && kinds & material &&
           strncmp(reason->dsa_keyword, known, sizeof known - 1) == 0;
}

static bool takes_two(const vg_policy_decisions *policy, const vg_case *c, bool confirmed, const vg_decision *answer)
{
    if (vg_review_needs_second(policy, answer->action)) return true;
    const vg_policy_reason *reason = vg_policy_reason_find(policy, answer->reason);
    return !confirmed && vg_review_restricts(answer->action) && vg_review_confirms_hash(policy, reason, c->kinds);
}

bool vg_review_agree(const vg_decision *a, const vg_decision *b)
{
    return a->action == b->action && a->reach == b->reach && vg_str_eq(a->reason, b->reason);
}

uint32_t vg_review_milder(uint32_t a, uint32_t b)
{
    if (!a || !b) return a ? a : b;
    return a < b ? a : b;
}

vg_outcome vg_review_outcome(const vg_policy_decisions *policy, const vg_case *c, bool confirmed, const vg_decision *answer,
                             const vg_decision *first)
{
    if (c->look == VG_LOOK_FIRST && takes_two(policy, c, confirmed, answer)) return (vg_outcome){true, VG_LOOK_SECOND};
    if (c->look == VG_LOOK_SECOND && first && !vg_review_agree(answer, first)) return (vg_outcome){true, VG_LOOK_SETTLE};
    return (vg_outcome){false, VG_LOOK_FIRST};
}

/* ---- strikes ---- */

int vg_review_suggestion(const vg_policy_decisions *policy, size_t strikes)
{
    int action = -1;
    for (size_t i = 0; i < policy->suggestion_count; i++)
        if (strikes >= policy->suggestions[i].strikes) action = (int)policy->suggestions[i].action;
    return action;
}

int64_t vg_review_strike_until(const vg_policy_decisions *policy, vg_action action, int64_t now_ms)
{
    if ((unsigned)action >= VG_ACTIONS || !policy->acts[action].strike || !policy->strike_days) return 0;
    return now_ms + policy->strike_days * VG_DAY_MS;
}

/* ---- appeals ---- */

int64_t vg_review_appeal_until(const vg_policy_decisions *policy, int64_t decided_ms)
{
    return decided_ms + policy->appeal_days * VG_DAY_MS;
}

int64_t vg_review_appeal_due(const vg_policy_decisions *policy, int64_t made_ms)
{
    return made_ms + policy->appeal_answer_days * VG_DAY_MS;
}

int vg_review_may_answer(const vg_user *user, vg_str space, const vg_str *took_part, size_t count, vg_error *err)
{
    int rc = vg_review_require(user, VG_MAY_APPEAL_DECIDE, space, err);
    for (size_t i = 0; !rc && i < count; i++)
        if (vg_str_eq(took_part[i], user->name))
            rc = vg_fail(err, VG_EFORBIDDEN, "", "you took part in this decision: another person answers the appeal");
    return rc;
}

/* ---- bulk ---- */

const char *const vg_bulk_why_names[VG_BULK_WHYS] = {"in",         "not_open", "space",    "hold",      "escalated", "second_look", "report_due",
                                                     "imminent",   "child",    "material", "four_eyes", "lease",     "gate",        "limit"};

static const uint64_t imminent = BIT(VG_TEXT_MEETING_REQUEST) | BIT(VG_TEXT_HELP_SEEKING);
static const uint64_t harmful = BIT(VG_TEXT_THREAT) | BIT(VG_TEXT_PICTURE_REQUEST) | BIT(VG_TEXT_PAYMENT_REQUEST);

static bool is_minor(uint8_t band)
{
    return band == VG_AGE_UNDER13 || band == VG_AGE_13_14 || band == VG_AGE_15_17;
}

vg_bulk_why vg_review_bulk(const vg_policy_decisions *policy, const vg_case *c, const vg_user *user, vg_str space, vg_action action,
                           int64_t now_ms)
{
    if (c->state != VG_CASE_OPEN) return VG_BULK_NOT_OPEN;
    if (!vg_str_eq(c->space, space)) return VG_BULK_SPACE;
    if (c->legal_hold) return VG_BULK_HOLD;
    if (c->escalated) return VG_BULK_ESCALATED;
    if (c->look != VG_LOOK_FIRST) return VG_BULK_LOOK;
    if (c->report_due) return VG_BULK_REPORT_DUE;
    if (c->kinds & material) return VG_BULK_MATERIAL;
    if (vg_case_imminence(c) || c->kinds & imminent || c->verdict == VG_VERDICT_HOLD || c->verdict == VG_VERDICT_BLOCK) return VG_BULK_IMMINENT;
    if (c->youngest_band == VG_AGE_UNDER13 || (is_minor(c->youngest_band) && c->kinds & harmful)) return VG_BULK_CHILD;
    if (vg_review_needs_second(policy, action)) return VG_BULK_FOUR_EYES;
    if (c->claimed_by.len && now_ms < c->claimed_until_ms && !vg_str_eq(c->claimed_by, user->name)) return VG_BULK_LEASE;
    return VG_BULK_IN;
}

bool vg_review_removes(const vg_policy_reason *reason, vg_action action)
{
    return reason && reason->removes && action != VG_ACTION_DISMISS && action != VG_ACTION_ESCALATE;
}
