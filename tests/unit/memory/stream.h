/* SPDX-License-Identifier: Apache-2.0
 *
 * A made-up stream of events, each a pure function of its number, so that a run can go on anywhere.
 */
#ifndef VG_TESTS_MEMORY_STREAM_H
#define VG_TESTS_MEMORY_STREAM_H

#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "memory/memory.h"

enum { STREAM_ACCOUNTS = 400, STREAM_CONVERSATIONS = 300 };
#define STREAM_START_MS 1767225600000LL /* 2026-01-01T00:00:00Z */

typedef struct stream_event {
    vg_event event;
    vg_str to[4];
    char id[24], subject[24], conversation[24], about[24], peer[4][24], raw[48];
    vg_text_brief text;
} stream_event;

static inline uint64_t stream_mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

/* What the words bring: now and then families, an age, an address that others hand out too; openings and models always. */
static inline void stream_text(vg_text_brief *text, uint64_t r)
{
    if (r % 4 == 0) text->families = (uint32_t)(stream_mix(r) & stream_mix(r + 1) & 0xffff);
    if (r >> 8 & 1 && text->families & vg_evidence_family_bit(VG_TEXT_AGE_STATEMENT)) text->stated_age = (uint8_t)(10 + (r >> 9) % 20);
    if ((r >> 16) % 8 == 0) {
        text->token_count = (uint8_t)(1 + (r >> 20) % VG_TOKENS_MAX);
        for (unsigned i = 0; i < text->token_count; i++) text->token[i] = stream_mix(r >> 24 & 63) + i;
    }
    text->opening = (r >> 32) % 3 ? stream_mix((r >> 32) % 7) : 0;
    text->model[VG_MODEL_ACTIVE] = (vg_model_part){.sum = (int32_t)(r >> 40 & 0xfff) - 2048, .tokens = (uint16_t)(r >> 52 & 31), .model = 3};
    text->model[VG_MODEL_SHADOW] = (vg_model_part){.sum = (int32_t)(r >> 41 & 0xfff), .tokens = (uint16_t)(r >> 60 ? 0 : 200), .model = (uint8_t)(4 + (r >> 59 & 1))};
}

__attribute__((unused)) static void stream_make(stream_event *s, uint64_t seed, uint64_t number)
{
    uint64_t r = stream_mix(seed * 0x9e3779b97f4a7c15 + number);
    unsigned kind = (unsigned)(r % 20);
    memset(s, 0, sizeof *s);
    vg_event *e = &s->event;
    snprintf(s->id, sizeof s->id, "e%llu", (unsigned long long)number);
    snprintf(s->subject, sizeof s->subject, "a%llu", (unsigned long long)(r >> 8) % STREAM_ACCOUNTS);
    snprintf(s->raw, sizeof s->raw, "{\"id\":%llu}", (unsigned long long)number);
    e->id = vg_str_of(s->id);
    e->source = VG_STR("/spaces/lobby");
    e->space = VG_STR("lobby");
    e->subject = vg_str_of(s->subject);
    e->raw = vg_str_of(s->raw);
    /* twenty minutes a step, some of them up to two days late */
    e->time_ms = STREAM_START_MS + (int64_t)number * 20 * VG_MINUTE_MS -
                 (r >> 20 & 15 ? 0 : (int64_t)(r >> 24 & 47) * VG_HOUR_MS);
    if (kind == 0) {
        e->type = VG_EVENT_ACCOUNT;
        e->age_band = (vg_age_band)(1 + (r >> 30) % (VG_AGE_BANDS - 1));
        e->age_basis = VG_BASIS_DECLARED;
        e->created_ms = r >> 36 & 1 ? STREAM_START_MS - 40 * VG_DAY_MS : 0;
        memcpy(e->country, "FR", 3);
        e->language = VG_STR("fr-FR");
        return;
    }
    if (kind == 1) {
        e->type = VG_EVENT_NOTICE;
        snprintf(s->about, sizeof s->about, "a%llu", (unsigned long long)(r >> 30) % STREAM_ACCOUNTS);
        e->about = vg_str_of(s->about);
        return;
    }
    e->type = kind < 5 ? VG_EVENT_CONTACT : kind == 5 ? VG_EVENT_MEDIA : VG_EVENT_MESSAGE;
    e->contact = (vg_contact_kind)((r >> 40) % VG_CONTACT_KINDS);
    e->to_count = e->type == VG_EVENT_CONTACT ? 1 : (size_t)(r >> 44) % 4;
    for (size_t i = 0; i < e->to_count; i++) {
        snprintf(s->peer[i], sizeof s->peer[i], "a%llu",
                 (unsigned long long)stream_mix(r + i) % STREAM_ACCOUNTS);
        s->to[i] = vg_str_of(s->peer[i]);
    }
    e->to = s->to;
    e->channel = (vg_channel)((r >> 48) % VG_CHANNELS);
    if (e->type == VG_EVENT_MESSAGE) {
        snprintf(s->conversation, sizeof s->conversation, "c%llu",
                 (unsigned long long)(r >> 50) % STREAM_CONVERSATIONS);
        e->conversation = vg_str_of(s->conversation);
        stream_text(&s->text, stream_mix(r + 99));
    }
}

static const vg_policy stream_policy = {.space = "lobby", .keep_memory_days = 60};

__attribute__((unused)) static vg_verdict stream_verdict(uint64_t number)
{
    vg_verdict verdict = {
        .kind = (vg_verdict_kind)(number % 7 == 0), .risk = (uint16_t)(number % 10000), .scanned = true};
    verdict.count = number % 3 == 0;
    verdict.evidence[0] =
        (vg_evidence){.kind = VG_TEXT_SECRECY, .fresh = true, .strength = 9000, .weight = 4000, .value = 3};
    return verdict;
}

/* One event, as the pipeline applies it. Returns 1 when it was seen before. */
__attribute__((unused)) static int stream_apply(vg_memory *memory, uint64_t seed, uint64_t number,
                                                vg_facts *facts, vg_error *err)
{
    stream_event s;
    vg_memory_keys keys;
    vg_seen seen;
    stream_make(&s, seed, number);
    vg_memory_keys_of(memory, &s.event, &keys);
    vg_memory_prefetch(memory, &keys);
    if (number % 3) vg_memory_prefetch_records(memory, &keys); /* with and without */
    vg_memory_seen(memory, &keys, &seen);
    if (seen.state == VG_SEEN_DUPLICATE) return 1;
    int rc = vg_memory_begin(memory, &s.event, &keys, &stream_policy, &s.text, facts, err);
    vg_verdict verdict = stream_verdict(number);
    return rc ? rc : vg_memory_commit(memory, &verdict, false, err);
}

__attribute__((unused)) static uint64_t stream_facts_hash(const vg_facts *f)
{
    static const vg_hash_key fixed = {7, 9};
    const uint32_t numbers[] = {
        f->actor_band, f->actor_age_hours, f->minors_day,    f->minors_week,       f->unreciprocated,
        f->has_peer,   f->peer_band,       f->any_minor,     f->actor_began,       f->sent,
        f->received,   f->today,           f->usual_x16,     f->active_days_known, f->moved_private,
        f->moved_now,  f->met_hours_ago,   f->first_contact, f->notices_made,      f->notices_against,
        f->about_band, f->stages, f->stages_now,     f->refused_hours, f->asked_after_refusal,
        f->move_after, f->asks_now, f->sent_in_row,  f->actor_stated_band, f->peer_stated_band,
        f->stated_age, f->talks,  f->talks_staged,   f->opening_minors, f->linked_accounts};
    return vg_hash64(&fixed, numbers, sizeof numbers) ^
           vg_hash64(&fixed, f->family_hours, sizeof f->family_hours) * 3 ^
           vg_hash64(&fixed, f->stage_minutes, sizeof f->stage_minutes) * 5 ^
           vg_hash64(&fixed, f->model, sizeof f->model) * 7 ^ vg_hash64(&fixed, f->model_before, sizeof f->model_before) * 9;
}

static const vg_hash_key stream_key = {0x0123456789abcdef, 0xfedcba9876543210};

__attribute__((unused)) static uint64_t stream_digest(vg_memory *memory)
{
    vg_memory_stats stats;
    vg_memory_stats_get(memory, true, &stats);
    return stats.digest;
}

#endif
