/* SPDX-License-Identifier: Apache-2.0
 *
 * Known material by exact hash: found wherever it is in a bank, and only there; which bank speaks.
 */
#include "signals/media/bank.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

/* A made-up hash: `n` spelled in its first bytes. */
static vg_media_hash hash_of(vg_hash_algorithm algorithm, uint32_t n)
{
    vg_media_hash h = {.algorithm = algorithm};
    for (size_t i = 0; i < 4; i++) h.bytes[i] = (uint8_t)(n * 2654435761U >> (8 * i));
    h.bytes[algorithm == VG_HASH_MD5 ? 15 : 31] = (uint8_t)n;
    return h;
}

static int compare(const void *a, const void *b)
{
    return vg_media_hash_compare(a, b);
}

static void test_order(void)
{
    vg_media_hash a = hash_of(VG_HASH_SHA256, 1), b = a, md5 = {.algorithm = VG_HASH_MD5};
    TAP_EQ_INT(vg_media_hash_compare(&a, &b), 0, "equal");
    b.bytes[31]++;
    TAP_OK(vg_media_hash_compare(&a, &b) < 0 && vg_media_hash_compare(&b, &a) > 0, "by bytes, to the last");
    TAP_OK(vg_media_hash_compare(&a, &md5) < 0 && vg_media_hash_compare(&md5, &a) > 0, "by algorithm first");
}

static void test_every_place(void)
{
    enum { MOST = 70 };
    vg_media_hash hashes[MOST];
    size_t wrong = 0;
    for (size_t size = 0; size <= MOST; size++) {
        for (uint32_t i = 0; i < size; i++) hashes[i] = hash_of(i % 3 ? VG_HASH_SHA256 : VG_HASH_MD5, i);
        qsort(hashes, size, sizeof *hashes, compare);
        vg_policy_bank bank = {.name = "b", .effect = VG_VERDICT_BLOCK, .hashes = hashes, .hash_count = size};
        vg_policy policy = {.banks = &bank, .bank_count = 1};
        for (uint32_t i = 0; i < MOST; i++) {
            vg_media_hash wanted = hash_of(i % 3 ? VG_HASH_SHA256 : VG_HASH_MD5, i);
            vg_evidence ev[1];
            size_t count = 0;
            vg_verdict_kind effect = VG_VERDICT_ALLOW;
            if (vg_media_evidence(&policy, &wanted, 1, ev, &count, &effect) != (i < size)) wrong++;
            if ((count == 1) != (i < size) || (effect == VG_VERDICT_BLOCK) != (i < size)) wrong++;
            wanted.bytes[31] ^= 0x80; /* near is not known */
            if (vg_media_evidence(&policy, &wanted, 1, ev, &count, &effect)) wrong++;
        }
    }
    TAP_EQ_INT(wrong, 0, "every hash of banks of 0 to 70 is found, and no other");
}

static void test_algorithms_apart(void)
{
    vg_media_hash known = {.algorithm = VG_HASH_SHA256, .bytes = {1, 2, 3}};
    vg_policy_bank bank = {.effect = VG_VERDICT_HOLD, .hashes = &known, .hash_count = 1};
    vg_policy policy = {.banks = &bank, .bank_count = 1};
    vg_media_hash md5 = known;
    md5.algorithm = VG_HASH_MD5;
    vg_evidence ev[1];
    size_t count = 0;
    vg_verdict_kind effect = VG_VERDICT_ALLOW;
    TAP_OK(!vg_media_evidence(&policy, &md5, 1, ev, &count, &effect),
           "an MD5 is no SHA-256, same bytes or not");
    TAP_OK(count == 0 && effect == VG_VERDICT_ALLOW, "nothing is touched when nothing is known");
}

static void test_which_bank(void)
{
    vg_media_hash a = hash_of(VG_HASH_SHA256, 7), b = hash_of(VG_HASH_MD5, 8), c = hash_of(VG_HASH_SHA256, 9);
    vg_media_hash both[] = {a, b};
    qsort(both, 2, sizeof *both, compare);
    vg_policy_bank banks[] = {
        {.name = "review", .effect = VG_VERDICT_REVIEW, .hashes = both, .hash_count = 2},
        {.name = "empty", .effect = VG_VERDICT_BLOCK},
        {.name = "block", .effect = VG_VERDICT_BLOCK, .hashes = both, .hash_count = 2},
        {.name = "block too", .effect = VG_VERDICT_BLOCK, .hashes = &a, .hash_count = 1},
        {.name = "hold", .effect = VG_VERDICT_HOLD, .hashes = &a, .hash_count = 1},
    };
    vg_policy policy = {.banks = banks, .bank_count = 5};
    vg_media_hash sent[] = {c, a, b};
    vg_evidence ev[3];
    size_t count = 1; /* appends after what is there */
    vg_verdict_kind effect = VG_VERDICT_ALLOW;
    TAP_OK(vg_media_evidence(&policy, sent, 3, ev, &count, &effect), "known");
    TAP_EQ_INT(count, 2, "one piece of evidence, appended");
    TAP_EQ_INT(effect, VG_VERDICT_BLOCK, "the strongest effect");
    TAP_EQ_INT(ev[1].kind, VG_MEDIA_KNOWN, "its kind");
    TAP_EQ_INT(ev[1].detail, 2, "the first bank of that effect");
    TAP_EQ_INT(ev[1].value, 2, "and how many hashes it knew");
    TAP_OK(ev[1].fresh && ev[1].strength == 10000, "fresh, at full strength");
    TAP_OK(!vg_media_evidence(&policy, sent, 0, ev, &count, &effect), "no hashes, nothing known");
    vg_policy none = {0};
    TAP_OK(!vg_media_evidence(&none, sent, 3, ev, &count, &effect), "no banks, nothing known");
}

int main(void)
{
    test_order();
    test_every_place();
    test_algorithms_apart();
    test_which_bank();
    return tap_done();
}
