/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"

#include <sodium.h>

#include "tap.h"

static int count_bytes(void *to, const uint8_t *bytes, size_t len, vg_error *err)
{
    (void)err;
    crypto_hash_sha256_update(to, bytes, len);
    return 0;
}

static void test_kept(const vg_dossier *d, const char *name)
{
    size_t kept = 0, right = 0;
    for (size_t i = 0; i < d->media_count; i++) {
        crypto_hash_sha256_state s;
        uint8_t sum[32];
        if (!d->media[i].kept) continue;
        kept++;
        crypto_hash_sha256_init(&s);
        if (d->source.read(d->source.context, i, count_bytes, &s, NULL)) continue;
        crypto_hash_sha256_final(&s, sum);
        right += !memcmp(sum, d->media[i].sha256, 32);
    }
    TAP_OK(kept && kept == right, "%s: kept media are the bytes of their hashes", name);
}

int main(void)
{
    vg_arena *a = vg_arena_create(1 << 16, 64 << 20);
    int64_t first, last;
    if (!a) return 1;
    vg_dossier *d = made_plain(a);
    TAP_OK(d && d->message_count == 12 && d->media_count == 3 && d->party_count == 2, "made_plain");
    TAP_OK(vg_dossier_party(d, VG_PARTY_VICTIM) == &d->parties[1] && !vg_dossier_party(d, VG_PARTY_OTHER), "parties by role");
    TAP_OK(vg_dossier_span(d, &first, &last) && first == MADE_T0 && last == MADE_T0 + 48 * 3600000LL, "its span");
    TAP_OK(vg_dossier_viewed(&d->media[2], 0) && !vg_dossier_viewed(&d->media[2], MADE_T0) && !vg_dossier_viewed(&d->media[0], 0), "who looked, and when");
    test_kept(d, "plain");
    test_kept(made_large(a, 500, 50), "large");
    TAP_OK(made_hostile(a) && made_text_only(a)->media_count == 0 && made_destroyed(a)->destroyed && made_urgent(a)->c.danger, "the others");
    TAP_OK(!vg_dossier_span(made_empty(a), &first, &last), "an empty one has no span");
    vg_arena_destroy(&a);
    return tap_done();
}
