/* SPDX-License-Identifier: Apache-2.0 */
#include "event/bank.h"

#include "event/case.h"

const char *const vg_pdq_profile_names[VG_PDQ_PROFILES] = {"cpp", "pytx"};
const char *const vg_turn_names[VG_TURNS] = {"none",   "rot90",  "rot180",    "rot270",
                                             "flip_x", "flip_y", "flip_plus", "flip_minus"};
const char *const vg_bank_effect_names[VG_BANK_EFFECTS] = {"allow", "review", "hold", "block"};
const char *const vg_entry_state_names[VG_ENTRY_STATES] = {"live", "doubted", "withdrawn"};

static void member(vg_buf *out, const char *before, vg_str value)
{
    if (!value.len) return;
    vg_buf_add_cstr(out, before);
    vg_buf_add_json_str(out, value);
}

void vg_match_write(vg_buf *out, const vg_match_shown *shown, vg_match_detail detail)
{
    const vg_media_match *m = &shown->match;
    vg_buf_printf(out, "{\"algorithm\":\"%s\"", vg_hash_algorithm_names[m->algorithm]);
    if (m->algorithm == VG_HASH_PDQ)
        vg_buf_printf(out, ",\"distance\":%u,\"turn\":\"%s\"", m->distance, vg_turn_names[m->turn]);
    if (m->query_percent || m->bank_percent)
        vg_buf_printf(out, ",\"query_percent\":%u,\"bank_percent\":%u", m->query_percent, m->bank_percent);
    vg_buf_printf(out, ",\"effect\":\"%s\",\"doubted\":%s", vg_bank_effect_names[shown->effect],
                  m->doubted ? "true" : "false");
    if (detail != VG_MATCH_UNNAMED) {
        member(out, ",\"bank\":", shown->bank);
        member(out, ",\"source\":", shown->source);
        member(out, ",\"category\":", shown->category);
        member(out, ",\"classification\":", shown->classification);
        vg_buf_printf(out, ",\"entry\":%u", m->entry);
    }
    if (detail == VG_MATCH_FULL)
        vg_buf_printf(out, ",\"bank_id\":%lld,\"visible_to\":%u", (long long)shown->bank_id, shown->visible_to);
    vg_buf_add_char(out, '}');
}

void vg_matches_write(vg_buf *out, const vg_match_shown *shown, size_t count, bool exact)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if ((shown[i].match.algorithm != VG_HASH_PDQ) != exact) continue;
        vg_buf_add_cstr(out, any ? "," : ",\"matches\":[");
        bool named = shown[i].visible_to >> VG_ROLE_REFERENT & 1;
        vg_match_write(out, &shown[i], named ? VG_MATCH_NAMED : VG_MATCH_UNNAMED);
        any = true;
    }
    if (any) vg_buf_add_char(out, ']');
}
