/* SPDX-License-Identifier: Apache-2.0
 *
 * token: contact addresses that are handed out, and openings that are repeated.
 *
 * An address (a handle, a telephone number, a link) is known by a keyed hash over the space's source, so that nobody can look one
 * up, and spaces do not meet. Its record names up to four accounts by tag, each with the days since; who comes while all four places
 * are taken is counted in a set of eighths of the tags: never more than there were. An opening is known by a keyed hash over the
 * account and the message; it counts minors in a ring of 4-day steps, one for each pair's first message, so each minor once.
 * Nothing here is read after 32 days.
 */
#include "memory/memory_int.h"

static const uint64_t DOMAIN_ADDRESS = 0xadd2e55, DOMAIN_OPENING = 0x09e41146;

static uint64_t address_key(const vg_memory *memory, uint64_t source, uint64_t hash)
{
    uint64_t key = vg_hash_mix(source ^ DOMAIN_ADDRESS, vg_hash64(&memory->key, &hash, sizeof hash));
    return key ? key : 1;
}

/* The actor's key is a keyed hash already, so a mix is enough. */
uint64_t vg_memory_opening_key(const vg_memory *memory, uint64_t actor, uint64_t opening)
{
    uint64_t key = vg_hash_mix(actor ^ DOMAIN_OPENING, opening ^ memory->key.k0);
    return key ? key : 1;
}

static void move_on(vg_token_record *record, uint16_t day)
{
    if (day <= record->last_day) return;
    uint32_t days = (uint32_t)day - record->last_day;
    record->last_day = day;
    for (unsigned i = 0; i < VG_TOKEN_TAGS; i++) {
        if (!record->of.tag[i]) continue;
        if (record->back[i] + days > VG_TOKEN_DAYS) {
            record->of.tag[i] = 0;
            record->back[i] = 0;
            record->beyond = 0; /* there is a place again: whoever comes now is named */
        } else {
            record->back[i] = (uint8_t)(record->back[i] + days);
        }
    }
}

static void name(vg_token_record *record, uint32_t tag, uint16_t day)
{
    uint32_t back = day < record->last_day ? (uint32_t)record->last_day - day : 0;
    if (back > VG_TOKEN_DAYS) return;
    int place = -1;
    for (unsigned i = 0; i < VG_TOKEN_TAGS; i++) {
        if (record->of.tag[i] == tag) {
            if (back < record->back[i]) record->back[i] = (uint8_t)back;
            return;
        }
        if (!record->of.tag[i] && place < 0) place = (int)i;
    }
    if (place < 0) {
        record->beyond |= (uint8_t)(1u << (tag >> 29));
        return;
    }
    record->of.tag[place] = tag;
    record->back[place] = (uint8_t)back;
}

uint32_t vg_memory_others(const vg_token_record *record, uint32_t tag, uint32_t day)
{
    uint32_t ago = day > record->last_day ? day - record->last_day : 0, others = 0;
    bool named = false;
    for (unsigned i = 0; i < VG_TOKEN_TAGS; i++) {
        if (!record->of.tag[i] || record->back[i] + ago > VG_TOKEN_DAYS) continue;
        if (record->of.tag[i] == tag) named = true;
        else others++;
    }
    if (ago > VG_TOKEN_DAYS) return others;
    uint32_t beyond = record->beyond;
    if (!named) beyond &= ~(1u << (tag >> 29)); /* itself, or one that may be itself */
    return others + (uint32_t)__builtin_popcount(beyond & 0xff);
}

/* Who the others are, as far as the record names them: their cases belong together. */
static void note_others(const vg_token_record *record, uint32_t tag, uint32_t day, vg_facts *facts)
{
    uint32_t ago = day > record->last_day ? day - record->last_day : 0;
    for (unsigned i = 0; i < VG_TOKEN_TAGS; i++) {
        uint32_t other = record->of.tag[i];
        if (!other || other == tag || record->back[i] + ago > VG_TOKEN_DAYS) continue;
        for (unsigned n = 0; n < VG_LINKS_MOST; n++) {
            if (facts->linked_tag[n] && facts->linked_tag[n] != other) continue;
            facts->linked_tag[n] = other;
            break;
        }
    }
}

int vg_memory_hand_out(vg_memory *memory, vg_str source, uint32_t tag, const vg_text_brief *text, vg_facts *facts, vg_error *err)
{
    const vg_moment *at = &memory->tx.at;
    uint64_t owner = vg_memory_source_key(memory, source);
    for (unsigned i = 0; i < text->token_count && i < VG_TOKENS_MAX; i++) {
        vg_touched *touched = NULL;
        uint64_t key = address_key(memory, owner, text->token[i]);
        int rc = vg_memory_touch(memory, VG_TABLE_TOKEN, key, NULL, true, &touched, err);
        if (rc) return rc;
        vg_token_record *record = &touched->copy.token;
        if (record->kind != VG_TOKEN_ADDRESS) {
            record->kind = VG_TOKEN_ADDRESS;
            record->last_day = at->day;
        }
        move_on(record, at->day);
        uint32_t others = vg_memory_others(record, tag, at->day);
        note_others(record, tag, at->day, facts);
        name(record, tag, at->day);
        if (others > facts->linked_accounts) facts->linked_accounts = others;
    }
    return 0;
}

int vg_memory_open_talk(vg_memory *memory, uint64_t actor, uint64_t opening, vg_facts *facts, vg_error *err)
{
    const vg_moment *at = &memory->tx.at;
    vg_touched *touched = NULL;
    uint64_t key = vg_memory_opening_key(memory, actor, opening);
    int rc = vg_memory_touch(memory, VG_TABLE_TOKEN, key, NULL, true, &touched, err);
    if (rc) return rc;
    vg_token_record *record = &touched->copy.token;
    if (record->kind != VG_TOKEN_OPENING) {
        record->kind = VG_TOKEN_OPENING;
        record->of.opening.owner = vg_memory_tag(actor);
        record->of.opening.base_day4 = at->day4;
    }
    vg_memory_ring_roll(record->of.opening.minors_day4, &record->of.opening.base_day4, at->day4);
    vg_memory_bucket_add(vg_memory_bucket(record->of.opening.minors_day4, record->of.opening.base_day4, at->day4));
    if (at->day > record->last_day) record->last_day = at->day;
    facts->opening_minors = vg_memory_ring_sum(record->of.opening.minors_day4, record->of.opening.base_day4, VG_RING_BUCKETS);
    return 0;
}

bool vg_memory_token_forget(vg_token_record *record, uint32_t tag)
{
    if (record->kind == VG_TOKEN_OPENING) return record->of.opening.owner == tag;
    uint32_t left = record->beyond;
    for (unsigned i = 0; i < VG_TOKEN_TAGS; i++) {
        if (record->of.tag[i] == tag) record->of.tag[i] = record->back[i] = 0;
        left |= record->of.tag[i];
    }
    return !left;
}
