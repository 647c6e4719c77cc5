/* SPDX-License-Identifier: Apache-2.0 */
#include "event/facts_field.h"

#include <stddef.h>

#define FACT(name, form, pair) {#name, form, pair, offsetof(vg_facts, name)}

const vg_fact_field vg_fact_fields[VG_FACT_FIELDS] = {
    FACT(actor_band, VG_FACT_BAND, false),
    FACT(actor_basis, VG_FACT_BASIS, false),
    FACT(actor_age_hours, VG_FACT_COUNT, false),
    FACT(minors_day, VG_FACT_COUNT, false),
    FACT(minors_week, VG_FACT_COUNT, false),
    FACT(unreciprocated, VG_FACT_COUNT, false),
    FACT(has_peer, VG_FACT_FLAG, false),
    FACT(peer_band, VG_FACT_BAND, true),
    FACT(peer_basis, VG_FACT_BASIS, true),
    FACT(any_minor, VG_FACT_FLAG, false),
    FACT(actor_began, VG_FACT_FLAG, true),
    FACT(sent, VG_FACT_COUNT, true),
    FACT(received, VG_FACT_COUNT, true),
    FACT(today, VG_FACT_COUNT, true),
    {"usual", VG_FACT_SIXTEENTHS, true, offsetof(vg_facts, usual_x16)},
    FACT(moved_private, VG_FACT_FLAG, true),
    FACT(moved_now, VG_FACT_FLAG, true),
    FACT(met_hours_ago, VG_FACT_COUNT, true),
    FACT(first_contact, VG_FACT_FLAG, true),
    FACT(family_hours, VG_FACT_BY_FAMILY, false),
    FACT(stages, VG_FACT_STAGES, false),
    FACT(stages_now, VG_FACT_STAGES, false),
    FACT(stage_minutes, VG_FACT_BY_STAGE, false),
    FACT(refused_hours, VG_FACT_COUNT, true),
    FACT(asked_after_refusal, VG_FACT_COUNT, true),
    FACT(move_after, VG_FACT_COUNT, true),
    FACT(asks_now, VG_FACT_FLAG, false),
    FACT(sent_in_row, VG_FACT_COUNT, true),
    FACT(actor_stated_band, VG_FACT_BAND, false),
    FACT(peer_stated_band, VG_FACT_BAND, true),
    FACT(talks, VG_FACT_COUNT, false),
    FACT(talks_staged, VG_FACT_COUNT, false),
    FACT(opening_minors, VG_FACT_COUNT, false),
    FACT(linked_accounts, VG_FACT_COUNT, false),
    FACT(notices_made, VG_FACT_COUNT, false),
    FACT(notices_upheld, VG_FACT_COUNT, false),
    FACT(notices_dismissed, VG_FACT_COUNT, false),
    FACT(notices_against, VG_FACT_COUNT, false),
    FACT(about_band, VG_FACT_BAND, false),
    FACT(about_basis, VG_FACT_BASIS, false),
};

const vg_fact_field *vg_fact_field_of(vg_str name)
{
    for (size_t i = 0; i < VG_FACT_FIELDS; i++)
        if (vg_str_is(name, vg_fact_fields[i].name)) return &vg_fact_fields[i];
    return NULL;
}

void vg_facts_clear(vg_facts *facts)
{
    memset(facts, 0, sizeof *facts);
    facts->actor_age_hours = facts->refused_hours = facts->move_after = VG_FACTS_UNKNOWN;
    for (int i = 0; i < VG_TEXT_FAMILIES; i++) facts->family_hours[i] = VG_FACTS_UNKNOWN;
    for (int i = 0; i < VG_STAGES; i++) facts->stage_minutes[i] = VG_FACTS_UNKNOWN;
}

bool vg_fact_known(const vg_facts *facts, const vg_fact_field *field)
{
    if (field->pair && !facts->has_peer) return false;
    switch ((vg_fact_form)field->form) {
    case VG_FACT_COUNT: return *vg_fact_counts(facts, field) != VG_FACTS_UNKNOWN;
    case VG_FACT_SIXTEENTHS: return facts->active_days_known;
    case VG_FACT_BAND:
    case VG_FACT_BASIS: return vg_fact_byte(facts, field) != 0;
    default: return true;
    }
}

bool vg_fact_set(vg_facts *facts, const vg_fact_field *field, unsigned which, double value)
{
    char *at = (char *)facts + field->offset;
    bool flag = field->form == VG_FACT_FLAG || field->form == VG_FACT_STAGES;
    double most = flag ? 1 : field->form == VG_FACT_SIXTEENTHS ? UINT32_MAX / 16 : (double)VG_FACTS_UNKNOWN - 1;
    if (!(value >= 0 && value <= most)) return false;
    uint32_t count = (uint32_t)value;
    switch ((vg_fact_form)field->form) {
    case VG_FACT_BY_STAGE:
    case VG_FACT_BY_FAMILY:
    case VG_FACT_COUNT: memcpy(at + which * sizeof count, &count, sizeof count); break;
    case VG_FACT_SIXTEENTHS:
        facts->usual_x16 = (uint32_t)(value * 16 + 0.5);
        facts->active_days_known = true;
        break;
    case VG_FACT_FLAG: *(bool *)at = count != 0; break;
    case VG_FACT_STAGES: *(uint8_t *)at = (uint8_t)((*(uint8_t *)at & ~(1u << which)) | count << which); break;
    default: return false;
    }
    if (field->pair) facts->has_peer = true;
    return true;
}

bool vg_fact_set_name(vg_facts *facts, const vg_fact_field *field, vg_str name)
{
    const char *const *names = field->form == VG_FACT_BAND ? vg_age_band_names : vg_age_basis_names;
    int count = field->form == VG_FACT_BAND ? (int)VG_AGE_BANDS : field->form == VG_FACT_BASIS ? (int)VG_AGE_BASES : 0;
    for (int i = 0; i < count; i++)
        if (vg_str_is(name, names[i])) {
            ((uint8_t *)facts)[field->offset] = (uint8_t)i;
            if (field->pair) facts->has_peer = true;
            return true;
        }
    return false;
}

int vg_fact_which(const vg_fact_field *field, vg_str name)
{
    if (field->form == VG_FACT_BY_FAMILY) {
        for (unsigned i = 0; i < VG_TEXT_FAMILIES; i++)
            if (vg_str_is(name, vg_evidence_short_names[vg_evidence_of_family(i)])) return (int)i;
    } else if (field->form == VG_FACT_STAGES || field->form == VG_FACT_BY_STAGE) {
        for (int i = 0; i < VG_STAGES; i++)
            if (vg_str_is(name, vg_stage_names[i])) return i;
    }
    return -1;
}

static void write_stages(vg_buf *out, unsigned set)
{
    const char *before = "[\"";
    for (int i = 0; i < VG_STAGES; i++) {
        if (!(set >> i & 1)) continue;
        vg_buf_printf(out, "%s%s\"", before, vg_stage_names[i]);
        before = ",\"";
    }
    vg_buf_add_cstr(out, before[0] == '[' ? "[]" : "]");
}

static void write_each(vg_buf *out, const vg_fact_field *field, const uint32_t *counts)
{
    bool stages = field->form == VG_FACT_BY_STAGE;
    unsigned most = stages ? VG_STAGES : VG_TEXT_FAMILIES;
    const char *before = "{";
    for (unsigned i = 0; i < most; i++) {
        if (counts[i] == VG_FACTS_UNKNOWN) continue;
        vg_buf_printf(out, "%s\"%s\":%u", before,
                      stages ? vg_stage_names[i] : vg_evidence_short_names[vg_evidence_of_family(i)], counts[i]);
        before = ",";
    }
    vg_buf_add_cstr(out, before[0] == '{' ? "{}" : "}");
}

void vg_facts_write(vg_buf *out, const vg_facts *facts)
{
    const char *before = "{\"";
    for (size_t i = 0; i < VG_FACT_FIELDS; i++) {
        const vg_fact_field *field = &vg_fact_fields[i];
        if (!vg_fact_known(facts, field)) continue;
        vg_buf_add_cstr(out, before);
        vg_buf_add_cstr(out, field->name);
        vg_buf_add_cstr(out, "\":");
        before = ",\"";
        const uint32_t *counts = vg_fact_counts(facts, field);
        uint8_t byte = vg_fact_byte(facts, field);
        switch ((vg_fact_form)field->form) {
        case VG_FACT_COUNT: vg_buf_add_u64(out, *counts); break;
        case VG_FACT_SIXTEENTHS: vg_buf_printf(out, "%u.%04u", *counts / 16, *counts % 16 * 625); break;
        case VG_FACT_FLAG: vg_buf_add_cstr(out, byte ? "true" : "false"); break;
        case VG_FACT_BAND: vg_buf_printf(out, "\"%s\"", vg_age_band_names[byte < VG_AGE_BANDS ? byte : 0]); break;
        case VG_FACT_BASIS: vg_buf_printf(out, "\"%s\"", vg_age_basis_names[byte < VG_AGE_BASES ? byte : 0]); break;
        case VG_FACT_STAGES: write_stages(out, byte); break;
        default: write_each(out, field, counts); break;
        }
    }
    vg_buf_add_char(out, '}');
}
