/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/media/decode/decode.h"

static bool any(const uint8_t *bytes, size_t len)
{
    uint8_t seen = 0;
    for (size_t i = 0; i < len; i++) seen |= bytes[i];
    return seen != 0;
}

static void add(vg_media_hash *list, size_t *count, vg_media_hash hash, const uint8_t *bytes)
{
    memcpy(hash.bytes, bytes, vg_hash_bytes(hash.algorithm));
    list[(*count)++] = hash;
}

int vg_decoded_hashes(const vg_decoded *decoded, vg_arena *arena, vg_media_hash **out, size_t *count, vg_error *err)
{
    size_t most = 3 + (size_t)VG_PDQ_PROFILES * (VG_TURNS + 1) + decoded->frame_count, n = 0;
    vg_media_hash *list = vg_arena_calloc(arena, most, sizeof *list);
    *out = NULL;
    *count = 0;
    if (!list) return vg_fail(err, VG_ENOMEM, "decoder", "out of memory for %zu hashes", most);
    /* digests that were not asked for are zeros, which no file's are */
    if (any(decoded->sha256, 32)) add(list, &n, (vg_media_hash){.algorithm = VG_HASH_SHA256}, decoded->sha256);
    if (any(decoded->md5, 16)) add(list, &n, (vg_media_hash){.algorithm = VG_HASH_MD5}, decoded->md5);
    if (any(decoded->sha1, 20)) add(list, &n, (vg_media_hash){.algorithm = VG_HASH_SHA1}, decoded->sha1);
    for (uint8_t p = 0; p < VG_PDQ_PROFILES; p++) {
        if (!decoded->has_pdq[p]) continue;
        vg_media_hash pdq = {.algorithm = VG_HASH_PDQ, .quality = decoded->quality[p], .profile = p};
        for (pdq.turn = 0; pdq.turn < VG_TURNS; pdq.turn++)
            /* a turn that was not asked for is zeros; a picture too small for a hash has zeros in all of them, said once */
            if (pdq.turn == VG_TURN_NONE || any(decoded->pdq[p][pdq.turn], 32)) add(list, &n, pdq, decoded->pdq[p][pdq.turn]);
        pdq.turn = VG_TURN_NONE;
        if (decoded->has_upright) add(list, &n, pdq, decoded->upright[p]);
    }
    for (size_t i = 0; i < decoded->frame_count; i++)
        add(list, &n, (vg_media_hash){.algorithm = VG_HASH_PDQ, .quality = decoded->frames[i].quality, .profile = VG_PDQ_PYTX, .frame = (uint32_t)i + 1},
            decoded->frames[i].hash);
    *out = list;
    *count = n;
    return 0;
}
