/* SPDX-License-Identifier: Apache-2.0
 *
 * A record as it is stored. Hashes are packed one after another, in one order, so that a list that says the same gives the
 * same bytes and the same digest:
 *
 *     algorithm (1 byte) | quality (1) | frame (4, little-endian) | the hash (16, 20 or 32)
 *
 * sorted by algorithm, frame, bytes; a hash that is given twice is kept once, with the better quality. The PDQ profile is the
 * bank's and is not repeated; how a picture was turned is a matter of the one looked up, not of the list.
 */
#include "store/banks/banks_int.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"

void vg_packer_init(vg_packer *packer)
{
    *packer = (vg_packer){0};
    vg_buf_init(&packer->packed, (size_t)VG_BANK_MAX_ENTRY_HASHES * (VG_BANK_PACKED_HEAD + 32));
}

void vg_packer_free(vg_packer *packer)
{
    vg_free(packer->hashes);
    packer->hashes = NULL;
    vg_buf_free(&packer->packed);
}

void vg_bank_key(vg_str reference, uint8_t out[VG_BANK_KEY])
{
    crypto_generichash(out, VG_BANK_KEY, (const uint8_t *)(reference.len ? reference.ptr : ""), reference.len, NULL, 0);
}

static int by_place(const void *left, const void *right)
{
    const vg_media_hash *a = left, *b = right;
    if (a->algorithm != b->algorithm) return a->algorithm < b->algorithm ? -1 : 1;
    if (a->frame != b->frame) return a->frame < b->frame ? -1 : 1;
    int order = memcmp(a->bytes, b->bytes, vg_hash_bytes(a->algorithm));
    return order ? order : (int)b->quality - (int)a->quality; /* the better quality first: it is the one kept */
}

static int copy_hashes(vg_packer *packer, const vg_bank_record *record, vg_error *err)
{
    if (record->hash_count > VG_BANK_MAX_ENTRY_HASHES)
        return vg_fail(err, VG_ETOOBIG, "hashes", "%zu of them; at most %d are kept of one entry", record->hash_count,
                       VG_BANK_MAX_ENTRY_HASHES);
    if (record->hash_count > packer->capacity) {
        size_t wanted = record->hash_count < 16 ? 16 : record->hash_count;
        vg_media_hash *larger = vg_realloc(packer->hashes, wanted * sizeof *larger);
        if (!larger) return vg_fail(err, VG_ENOMEM, "", "no memory for the hashes of an entry");
        packer->hashes = larger;
        packer->capacity = wanted;
    }
    for (size_t i = 0; i < record->hash_count; i++) {
        const vg_media_hash *hash = &record->hashes[i];
        if (hash->algorithm >= VG_HASH_ALGORITHMS) return vg_fail(err, VG_EINVAL, "hashes", "unknown algorithm");
        if (hash->algorithm == VG_HASH_PDQ && hash->quality > 100)
            return vg_fail(err, VG_EINVAL, "quality", "is %d; expected 0 to 100", hash->quality);
        packer->hashes[i] = *hash;
    }
    if (record->hash_count > 1) qsort(packer->hashes, record->hash_count, sizeof *packer->hashes, by_place);
    return 0;
}

static bool same_hash(const vg_media_hash *a, const vg_media_hash *b)
{
    return a->algorithm == b->algorithm && a->frame == b->frame &&
           memcmp(a->bytes, b->bytes, vg_hash_bytes(a->algorithm)) == 0;
}

static int pack_hashes(vg_packer *packer, size_t count, vg_packed *out, vg_error *err)
{
    vg_buf_clear(&packer->packed);
    out->hash_count = 0;
    for (size_t i = 0; i < count; i++) {
        const vg_media_hash *hash = &packer->hashes[i];
        if (i && same_hash(hash, hash - 1)) continue;
        bool pdq = hash->algorithm == VG_HASH_PDQ;
        uint32_t frame = pdq ? hash->frame : 0;
        const uint8_t head[VG_BANK_PACKED_HEAD] = {(uint8_t)hash->algorithm, pdq ? hash->quality : 0, (uint8_t)frame,
                                                   (uint8_t)(frame >> 8), (uint8_t)(frame >> 16), (uint8_t)(frame >> 24)};
        vg_buf_add(&packer->packed, head, sizeof head);
        vg_buf_add(&packer->packed, hash->bytes, vg_hash_bytes(hash->algorithm));
        out->hash_count++;
    }
    if (packer->packed.failed) return vg_fail(err, VG_ENOMEM, "", "no memory for the hashes of an entry");
    out->hashes = (vg_str){packer->packed.len ? packer->packed.ptr : "", packer->packed.len};
    return 0;
}

static void digest_str(crypto_generichash_state *state, vg_str s)
{
    uint8_t len[8];
    for (size_t i = 0; i < sizeof len; i++) len[i] = (uint8_t)((uint64_t)s.len >> (8 * i));
    crypto_generichash_update(state, len, sizeof len);
    crypto_generichash_update(state, (const uint8_t *)(s.len ? s.ptr : ""), s.len);
}

static void digest_of(vg_packed *packed)
{
    crypto_generichash_state state;
    uint8_t expires[8];
    for (size_t i = 0; i < sizeof expires; i++) expires[i] = (uint8_t)((uint64_t)packed->expires_ms >> (8 * i));
    crypto_generichash_init(&state, NULL, 0, VG_BANK_DIGEST);
    digest_str(&state, packed->category);
    digest_str(&state, packed->note);
    digest_str(&state, packed->hashes);
    crypto_generichash_update(&state, expires, sizeof expires);
    crypto_generichash_final(&state, packed->digest, VG_BANK_DIGEST);
}

int vg_packer_pack(vg_packer *packer, const vg_bank_record *record, vg_packed *out, vg_error *err)
{
    int rc = vg_store_check_text("reference", record->reference, -VG_BANK_MAX_REFERENCE, err);
    if (!rc) rc = vg_store_check_text("category", record->category, -VG_BANK_MAX_CATEGORY, err);
    if (!rc) rc = vg_store_check_text("note", record->note, -VG_BANK_MAX_NOTE, err);
    if (!rc && !record->hash_count && !record->deleted) rc = vg_fail(err, VG_EINVAL, "hashes", "there is none");
    if (!rc && !record->hash_count && !record->reference.len)
        rc = vg_fail(err, VG_EINVAL, "reference", "is missing, and there is no hash to take its place");
    if (!rc && record->expires_ms < 0) rc = vg_fail(err, VG_EINVAL, "expires", "is before 1970");
    if (!rc) rc = copy_hashes(packer, record, err);
    if (rc) return rc;
    *out = (vg_packed){.reference = record->reference, .category = record->category, .note = record->note,
                       .expires_ms = record->expires_ms, .deleted = record->deleted};
    if (!out->reference.len) { /* named by the hash that was written first, not by the one that sorts first */
        vg_hex_encode(packer->name, record->hashes[0].bytes, vg_hash_bytes(record->hashes[0].algorithm));
        out->reference = vg_str_of(packer->name);
    }
    vg_bank_key(out->reference, out->key);
    rc = pack_hashes(packer, record->hash_count, out, err);
    if (!rc) digest_of(out);
    return rc;
}

int vg_bank_unpack(vg_str packed, vg_pdq_profile profile, vg_media_hash *out, size_t count, vg_error *err)
{
    const uint8_t *at = (const uint8_t *)packed.ptr, *end = at + packed.len;
    for (size_t i = 0; i < count; i++) {
        size_t left = (size_t)(end - at);
        if (left < VG_BANK_PACKED_HEAD || at[0] >= VG_HASH_ALGORITHMS ||
            left - VG_BANK_PACKED_HEAD < vg_hash_bytes((vg_hash_algorithm)at[0]))
            return vg_fail(err, VG_ECORRUPT, "banks.db", "the hashes of an entry are damaged");
        vg_media_hash *hash = &out[i];
        *hash = (vg_media_hash){.algorithm = (vg_hash_algorithm)at[0], .quality = at[1]};
        hash->frame = (uint32_t)at[2] | (uint32_t)at[3] << 8 | (uint32_t)at[4] << 16 | (uint32_t)at[5] << 24;
        if (hash->algorithm == VG_HASH_PDQ) hash->profile = (uint8_t)profile;
        memcpy(hash->bytes, at + VG_BANK_PACKED_HEAD, vg_hash_bytes(hash->algorithm));
        at += VG_BANK_PACKED_HEAD + vg_hash_bytes(hash->algorithm);
    }
    return at == end ? 0 : vg_fail(err, VG_ECORRUPT, "banks.db", "an entry has more hashes than it counts");
}
