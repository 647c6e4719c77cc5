/* SPDX-License-Identifier: Apache-2.0 */
#include "store/audit/entry.h"

#include <sodium.h>

#include "store/audit/sha256.h"

enum { NUMBER = 20, HEAD = 1 + 32 + 2 * (NUMBER + 1), PREFIX = NUMBER + 1, SHORT = 1024 };

static uint8_t *put_number(uint8_t *out, uint64_t n)
{
    uint8_t digits[NUMBER], *at = digits + NUMBER;
    do *--at = (uint8_t)('0' + n % 10);
    while (n /= 10);
    size_t count = (size_t)(digits + NUMBER - at);
    memcpy(out, at, count);
    return out + count;
}

/* 0x00, the hash before, SEQ "\n" TIME "\n" */
static uint8_t *put_head(uint8_t *out, const vg_audit_line *entry, const uint8_t previous[32])
{
    *out = 0;
    memcpy(out + 1, previous, 32);
    out = put_number(out + 33, (uint64_t)entry->seq);
    *out++ = '\n';
    if (entry->time_ms < 0) *out++ = '-';
    out = put_number(out, entry->time_ms < 0 ? 0 - (uint64_t)entry->time_ms : (uint64_t)entry->time_ms);
    *out++ = '\n';
    return out;
}

static uint8_t *put_prefix(uint8_t *out, vg_str field)
{
    out = put_number(out, field.len);
    *out++ = ':';
    return out;
}

/* Nearly every entry fits on the stack, and is hashed where it was written. */
static void hash_short(const vg_audit_line *entry, const uint8_t previous[32], uint8_t chain[32], uint8_t leaf[32])
{
    uint8_t bytes[HEAD + 4 * (PREFIX + 1) + SHORT], *end = put_head(bytes, entry, previous);
    for (int i = 0; i < 4; i++) {
        vg_str field = entry->field[i];
        end = put_prefix(end, field);
        if (field.len) memcpy(end, field.ptr, field.len);
        end += field.len;
        *end++ = '\n';
    }
    size_t len = (size_t)(end - bytes);
    if (leaf) vg_audit_sha256(bytes, len, leaf);
    if (chain) crypto_generichash(chain, 32, bytes + 1, len - 1, NULL, 0);
}

static void hash_long(const vg_audit_line *entry, const uint8_t previous[32], uint8_t chain[32], uint8_t leaf[32])
{
    uint8_t head[HEAD], prefix[4][PREFIX];
    vg_str parts[13] = {{(const char *)head, (size_t)(put_head(head, entry, previous) - head)}};
    for (size_t i = 0; i < 4; i++) {
        parts[1 + 3 * i] = (vg_str){(const char *)prefix[i], (size_t)(put_prefix(prefix[i], entry->field[i]) - prefix[i])};
        parts[2 + 3 * i] = entry->field[i];
        parts[3 + 3 * i] = VG_STR("\n");
    }
    if (leaf) vg_audit_sha256_parts(parts, 13, leaf);
    if (!chain) return;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, 32);
    for (size_t i = 0; i < 13; i++)
        crypto_generichash_update(&state, (const uint8_t *)parts[i].ptr + (i == 0), parts[i].len - (i == 0));
    crypto_generichash_final(&state, chain, 32);
}

void vg_audit_entry_hash(const vg_audit_line *entry, const uint8_t previous[32], bool second, uint8_t chain[32], uint8_t leaf[32])
{
    uint8_t hash[32];
    size_t bytes = 0;
    for (int i = 0; i < 4; i++) bytes += entry->field[i].len;
    uint8_t *sha = leaf ? leaf : second ? hash : NULL, *blake = second ? NULL : chain, kept[32];
    memcpy(kept, previous, 32); /* `previous` may be `chain` or `leaf` */
    if (bytes <= SHORT) hash_short(entry, kept, blake, sha);
    else hash_long(entry, kept, blake, sha);
    if (second && chain && chain != sha) memcpy(chain, sha, 32);
}
