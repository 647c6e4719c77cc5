/* SPDX-License-Identifier: Apache-2.0 */
#include "event/evidence.h"

const char *const vg_evidence_names[VG_EVIDENCE_KINDS] = {
    [VG_TEXT_AGE_PROBING] = "text.age_probing",
    [VG_TEXT_SUPERVISION_PROBING] = "text.supervision_probing",
    [VG_TEXT_SECRECY] = "text.secrecy",
    [VG_TEXT_MOVING_APP] = "text.moving_app",
    [VG_TEXT_ISOLATION] = "text.isolation",
    [VG_TEXT_GIFT_OFFER] = "text.gift_offer",
    [VG_TEXT_PICTURE_REQUEST] = "text.picture_request",
    [VG_TEXT_MEETING_REQUEST] = "text.meeting_request",
    [VG_TEXT_THREAT] = "text.threat",
    [VG_CONDUCT_AGE_GAP] = "conduct.age_gap",
    [VG_CONDUCT_FAN_OUT_DAY] = "conduct.fan_out_24h",
    [VG_CONDUCT_FAN_OUT_WEEK] = "conduct.fan_out_7d",
    [VG_CONDUCT_UNRECIPROCATED] = "conduct.unreciprocated",
    [VG_CONDUCT_INITIATIVE] = "conduct.initiative",
    [VG_CONDUCT_ESCALATION] = "conduct.escalation",
    [VG_CONDUCT_NEW_ACCOUNT] = "conduct.new_account",
    [VG_CONDUCT_NIGHT] = "conduct.night",
    [VG_CONDUCT_MOVED_PRIVATE] = "conduct.moved_private",
    [VG_MEDIA_KNOWN] = "media.known_hash",
    [VG_NOTICE_REPORT] = "notice.user_report",
    [VG_MEDIA_SIMILAR] = "media.similar_hash",
};

const char *const vg_verdict_names[VG_VERDICTS] = {"allow", "nudge", "review", "hold", "block"};

int vg_evidence_kind_of(vg_str name)
{
    for (int i = 0; i < VG_EVIDENCE_KINDS; i++)
        if (vg_str_is(name, vg_evidence_names[i])) return i;
    return -1;
}
