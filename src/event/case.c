/* SPDX-License-Identifier: Apache-2.0 */
#include "event/policy_decisions.h"

#include <math.h>
#include <stdio.h>

const char *const vg_case_state_names[VG_CASE_STATES] = {"open", "decided"};
const char *const vg_action_names[VG_ACTIONS] = {"dismiss", "warn", "mute", "restrict_minors", "suspend", "escalate", "report"};
const char *const vg_reach_names[VG_REACHES] = {"whole_account", "contact_minors", "private_messages", "group_messages", "media", "live"};
const char *const vg_look_names[VG_LOOKS] = {"first", "second", "settle"};
const char *const vg_ground_names[VG_GROUNDS] = {"none", "law", "terms"};
const char *const vg_four_eyes_names[VG_FOUR_EYES_COUNT] = {"suspend", "authority_report", "hash_confirmation"};
const char *const vg_role_names[VG_ROLES] = {"referent", "lead", "admin", "auditor", "analyst", "prevention"};
const char *const vg_category_names[VG_CATEGORIES] = {"material", "threat", "live", "contact", "report"};
const char *const vg_judgement_names[VG_JUDGEMENTS] = {"right", "wrong", "unsure"};

int vg_action_of(vg_str name)
{
    for (int i = 0; i < VG_ACTIONS; i++)
        if (vg_str_is(name, vg_action_names[i])) return i;
    return -1;
}

int vg_reach_of(vg_str name)
{
    for (int i = 0; i < VG_REACHES; i++)
        if (vg_str_is(name, vg_reach_names[i])) return i;
    return -1;
}

const vg_policy_reason *vg_policy_reason_find(const vg_policy_decisions *decisions, vg_str code)
{
    for (size_t i = 0; i < decisions->reason_count; i++)
        if (vg_str_is(code, decisions->reasons[i].code)) return &decisions->reasons[i];
    return NULL;
}

int vg_category_of(vg_str name)
{
    for (int i = 0; i < VG_CATEGORIES; i++)
        if (vg_str_is(name, vg_category_names[i])) return i;
    return -1;
}

vg_category vg_case_category(uint64_t kinds)
{
    const uint64_t one = 1;
    if (kinds & (one << VG_MEDIA_KNOWN | one << VG_MEDIA_SIMILAR)) return VG_CATEGORY_MATERIAL;
    if (kinds & one << VG_TEXT_THREAT) return VG_CATEGORY_THREAT;
    if (kinds & one << VG_TEXT_PAYMENT_REQUEST) return VG_CATEGORY_LIVE;
    return kinds & ~(one << VG_NOTICE_REPORT) ? VG_CATEGORY_CONTACT : VG_CATEGORY_REPORT;
}

const char *const vg_imminence_names[VG_IMMINENCES] = {"meeting", "live", "help", "notice"};

static bool shows(const vg_case *c, vg_evidence_kind kind) { return c->kinds >> kind & 1; }

unsigned vg_case_imminence(const vg_case *c)
{
    unsigned set = 0;
    if (c->safe) return 0;
    bool course = shows(c, VG_CONDUCT_COURSE) || shows(c, VG_CONDUCT_ESCALATION);
    bool grown = !vg_age_is_minor(c->youngest_band) && !vg_age_is_minor(c->account_band) && c->account_band != VG_AGE_UNKNOWN;
    if (shows(c, VG_TEXT_MEETING_REQUEST) && course) set |= 1u << VG_IMMINENT_MEETING;
    if (shows(c, VG_TEXT_PAYMENT_REQUEST)) set |= 1u << VG_IMMINENT_LIVE;
    if (shows(c, VG_TEXT_HELP_SEEKING) && !grown) set |= 1u << VG_IMMINENT_HELP;
    if (c->danger) set |= 1u << VG_IMMINENT_NOTICE;
    return set;
}

uint16_t vg_case_merit(const vg_case *c)
{
    uint32_t merit = (uint32_t)(c->risk > 10000 ? 10000 : c->risk) / 2;
    switch (c->youngest_band) {
    case VG_AGE_UNDER13: merit += 1500; break;
    case VG_AGE_13_14: merit += 1000; break;
    case VG_AGE_15_17: merit += 500; break;
    default: break;
    }
    if (shows(c, VG_TEXT_THREAT) || shows(c, VG_TEXT_MEETING_REQUEST)) merit += 500;
    if (vg_case_imminence(c)) merit += 1500;
    if (c->verdict >= VG_VERDICT_HOLD) merit += 1000; /* a message or a file waits for somebody */
    if (c->escalated) merit += 500;
    if (c->trusted) merit += 500; /* DSA, Art. 22(1) */
    return (uint16_t)(merit < 10000 ? merit : 10000);
}

void vg_case_name(int64_t id, char out[24]) { snprintf(out, 24, "c-%06lld", (long long)id); }

int64_t vg_case_id_of(vg_str name)
{
    int64_t id = 0;
    if (name.len < 3 || name.len > 20 || name.ptr[0] != 'c' || name.ptr[1] != '-') return -1;
    for (size_t i = 2; i < name.len; i++) {
        if (name.ptr[i] < '0' || name.ptr[i] > '9') return -1;
        id = id * 10 + (name.ptr[i] - '0');
    }
    return id > 0 ? id : -1;
}

/* 1.96 standard deviations hold 95 % of a normal distribution. Nothing is decided by these numbers, so floating point may be. */
void vg_judgement_interval(int64_t right, int64_t wrong, uint16_t *low, uint16_t *high)
{
    const double z = 1.959963984540054;
    double n = (double)right + (double)wrong;
    *low = 0;
    *high = 10000;
    if (right < 0 || wrong < 0 || n < 1) return;
    double share = (double)right / n, centre = share + z * z / (2 * n), whole = 1 + z * z / n;
    double half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    *low = (uint16_t)(fmax(0, (centre - half) / whole) * 10000 + 0.5);
    *high = (uint16_t)(fmin(1, (centre + half) / whole) * 10000 + 0.5);
}
