/* SPDX-License-Identifier: Apache-2.0
 *
 * The version of a policy: same content, same number, wherever it was read from and whatever its comments
 * say. Every value goes through SipHash with a fixed key, in a fixed order; a string is hashed with its
 * length, so that moving a letter from one to the next changes the result.
 */
#include "base/hash.h"
#include "space/notices_int.h"
#include "space/space_int.h"
#include "space/decisions_int.h"
#include "space/report_int.h"
#include "space/transparency_int.h"
#include "space/welfare_int.h"

static const vg_hash_key version_key = {0x7669676965000001ULL, 0x706f6c6963790001ULL};

static void add(uint64_t *h, const void *bytes, size_t len)
{
    *h = vg_hash_mix(*h, vg_hash64(&version_key, bytes, len) + len);
}

static void add_str(uint64_t *h, const char *s)
{
    add(h, s ? s : "", s ? strlen(s) + 1 : 0); /* no string is not the empty string */
}

static void add_number(uint64_t *h, int64_t n)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)((uint64_t)n >> (8 * i));
    add(h, bytes, sizeof bytes);
}

static void add_phrase(uint64_t *h, const vg_policy_phrase *phrase)
{
    for (int lang = 0; lang < VG_LANGS; lang++) {
        add_str(h, phrase->text[lang]);
        add_str(h, phrase->one[lang]);
    }
}

static void add_numbers(uint64_t *h, const vg_policy *p)
{
    const int64_t numbers[] = {
        p->assumed_age,         p->legal_basis_until_ms,
        p->half_life_hours,     p->nudge_at,
        p->review_at,           p->hold_at,
        p->fan_out_day,         p->fan_out_week,
        p->unreciprocated,      p->initiative_percent,
        p->initiative_messages, p->escalation_factor_x16,
        p->escalation_messages, p->new_account_hours,
        p->utc_offset_minutes,  p->night_from_minute,
        p->night_to_minute,     p->context_messages,
        p->context_minutes,     p->keep_memory_days,
        p->keep_case_days,      p->keep_audit_days,
        p->review_within_hours, (int64_t)p->media.bytes,
        (int64_t)p->media.pixels, p->media.frames,
        p->media.milliseconds,  p->media.cpu_seconds,
        (int64_t)p->media.memory_bytes, p->keep_upload_minutes,
        p->course_stages,       p->speed_minutes,
        p->persistence,         p->asymmetry,
        p->early_move,          p->same_opening,
        p->stage_share_percent, p->stage_share_talks,
        p->linked_accounts,     p->model_at,
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) add_number(h, numbers[i]);
    for (int c = 0; c < VG_CHANNELS; c++) add_number(h, p->scan[c]);
    for (int k = 0; k < VG_EVIDENCE_KINDS; k++) add_number(h, p->weight[k] * 2 + p->alone[k]);
    for (int rel = 0; rel < VG_RELATIONS; rel++) add_number(h, p->relation[rel]);
}

static void add_words(uint64_t *h, const vg_policy *p)
{
    add_str(h, p->space);
    add_str(h, p->audience);
    add_str(h, p->legal_basis);
    add_str(h, p->legal_basis_source);
    for (int lang = 0; lang < VG_LANGS; lang++) {
        add_str(h, p->title[lang]);
        add_str(h, p->nudge_message[lang]);
    }
    for (int k = 0; k < VG_EVIDENCE_KINDS; k++) add_phrase(h, &p->why[k]);
    for (int k = 0; k < VG_EVIDENCE_KINDS; k++) add_phrase(h, &p->noun[k]);
    for (int v = 0; v < VG_VERDICTS; v++) add_phrase(h, &p->verdict_why[v]);
    add_phrase(h, &p->not_scanned);
}

static void add_gold(uint64_t *h, const vg_policy_gold *g)
{
    const int64_t numbers[] = {g->given, g->share, g->doubles, g->again_days, g->recall, g->least, g->window_days, g->suspend, g->alpha, g->keep_after_case};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) add_number(h, numbers[i]);
}

uint64_t vg_policy_version(const vg_policy *p)
{
    uint64_t h = 3; /* of this list of fields */
    add_words(&h, p);
    add_numbers(&h, p);
    add_number(&h, (int64_t)p->pattern_count);
    for (size_t i = 0; i < p->pattern_count; i++) {
        add_number(&h, p->patterns[i].family * 65536 + p->patterns[i].strength);
        add_str(&h, p->patterns[i].text);
        add_str(&h, p->patterns[i].language);
    }
    add_number(&h, (int64_t)p->spelling_count);
    for (size_t i = 0; i < p->spelling_count; i++) {
        add_str(&h, p->spelling[i].from);
        add_str(&h, p->spelling[i].to);
    }
    add_gold(&h, &p->gold);
    if (p->see_whole) add_str(&h, "media.whole"); /* off is what every policy from before says */
    for (int m = 0; m < VG_MODELS; m++) add_str(&h, p->model[m]);
    add_number(&h, (int64_t)p->rule_count);
    for (size_t i = 0; i < p->rule_count; i++) {
        add_str(&h, p->rules[i].name);
        add_str(&h, p->rules[i].source);
        add_number(&h, p->rules[i].shadow);
    }
    if (p->notices) vg_notices_version(&h, p->notices, add_number, add_str);
    if (p->decisions) vg_decisions_version(&h, p->decisions, add_number, add_str);
    vg_welfare_version(&h, p, add_number, add_str);
    vg_transparency_version(&h, &p->transparency, add_number, add_str);
    if (p->report) vg_report_version(&h, p->report, add_number, add_str);
    add_number(&h, (int64_t)p->bank_count);
    for (size_t i = 0; i < p->bank_count; i++) {
        const vg_policy_bank *bank = &p->banks[i];
        add_str(&h, bank->name);
        add_str(&h, bank->category);
        add_number(&h, bank->effect);
        for (size_t j = 0; j < bank->hash_count; j++) {
            add_number(&h, bank->hashes[j].algorithm);
            add(&h, bank->hashes[j].bytes, sizeof bank->hashes[j].bytes);
        }
    }
    vg_training_version(&h, &p->training, add_str, add_number);
    return h;
}
