/* SPDX-License-Identifier: Apache-2.0 */
#include "event/evidence.h"

#define NAME(number, constant, room, name)  [constant] = room "." name,
#define SHORT(number, constant, room, name) [constant] = name,
const char *const vg_evidence_names[VG_EVIDENCE_KINDS] = {VG_EVIDENCE_LIST(NAME)};
const char *const vg_evidence_short_names[VG_EVIDENCE_KINDS] = {VG_EVIDENCE_LIST(SHORT)};

_Static_assert(VG_RULE_OPERATOR + 1 == VG_EVIDENCE_KINDS, "the newest kind is the last");
_Static_assert(VG_EVIDENCE_KINDS <= 64, "sets of kinds are bits of a uint64_t");
_Static_assert(VG_TEXT_HELP_SEEKING - VG_TEXT_LOCATION_PROBING + 1 + VG_TEXT_FAMILIES_FIRST == VG_TEXT_FAMILIES,
               "families have no gaps");

const char *const vg_verdict_names[VG_VERDICTS] = {"allow", "nudge", "review", "hold", "block"};

const char *const vg_stage_names[VG_STAGES] = {"contact", "trust", "isolation", "risk_assessment", "escalation", "pressure"};

int vg_evidence_kind_of(vg_str name)
{
    for (int i = 0; i < VG_EVIDENCE_KINDS; i++)
        if (vg_str_is(name, vg_evidence_names[i])) return i;
    return -1;
}

int vg_stage_of_family(unsigned family)
{
    switch (vg_evidence_of_family(family)) {
    case VG_TEXT_AGE_PROBING:
    case VG_TEXT_AGE_STATEMENT: return VG_STAGE_CONTACT;
    case VG_TEXT_FLATTERY:
    case VG_TEXT_GIFT_OFFER:
    case VG_TEXT_DARE: return VG_STAGE_TRUST;
    case VG_TEXT_SECRECY:
    case VG_TEXT_ISOLATION:
    case VG_TEXT_MOVING_APP: return VG_STAGE_ISOLATION;
    case VG_TEXT_SUPERVISION_PROBING:
    case VG_TEXT_LOCATION_PROBING: return VG_STAGE_RISK_ASSESSMENT;
    case VG_TEXT_PICTURE_REQUEST:
    case VG_TEXT_MEETING_REQUEST: return VG_STAGE_ESCALATION;
    case VG_TEXT_THREAT:
    case VG_TEXT_PAYMENT_REQUEST: return VG_STAGE_PRESSURE;
    default: return -1;
    }
}
