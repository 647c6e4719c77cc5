/* SPDX-License-Identifier: Apache-2.0
 *
 * What a set of banks answers: which banks are asked, what an allow-list cancels, what effect remains.
 */
#include "signals/media/bank_set.h"

#include "fixture.h"

enum { BANKS = 4 };

typedef struct world {
    vg_bank_set_item item[BANKS];
    size_t count;
    vg_bank_set *set;
    vg_error err;
} world;

static void add(world *w, const char *name, vg_bank_effect effect, const vg_index_item *items, size_t count)
{
    vg_index *index = NULL;
    uint16_t category;
    vg_bank bank = a_bank(name);
    bank.id = (int64_t)w->count + 100;
    bank.effect = effect;
    if (vg_index_create(&index, &w->err) || vg_index_category(index, VG_STR("native A"), &category, &w->err) ||
        vg_index_add(index, 1, items, count, &w->err))
        stop(&w->err);
    w->item[w->count].bank = bank;
    if (vg_bank_index_create(&w->item[w->count].index, &index, &w->err)) stop(&w->err);
    w->count++;
}

static void make_set(world *w)
{
    if (vg_bank_set_create(&w->set, w->item, w->count, &w->err)) stop(&w->err);
}

static void end(world *w)
{
    vg_bank_set_unref(&w->set);
    for (size_t i = 0; i < w->count; i++) vg_bank_index_unref(&w->item[i].index);
    *w = (world){0};
}

static vg_media_hash near(uint32_t number, int bits)
{
    vg_media_hash hash = a_hash(VG_HASH_PDQ, number);
    for (int i = 0; i < bits; i++) hash.bytes[i] ^= 1;
    return hash;
}

static vg_bank_result ask(world *w, const char *space, const vg_media_hash *hashes, size_t count)
{
    vg_bank_result r;
    if (vg_bank_set_match(w->set, vg_str_of(space), NOW, hashes, count, &r, &w->err)) stop(&w->err);
    return r;
}

static void test_effects(void)
{
    world w = {0};
    vg_index_item one = {.entry = 1, .hash = a_hash(VG_HASH_PDQ, 1)}, two = {.entry = 2, .hash = near(1, 4)},
                  doubted = {.entry = 3, .hash = near(1, 2), .doubted = true};
    add(&w, "review", VG_BANK_REVIEW, &one, 1);
    add(&w, "hold", VG_BANK_HOLD, &two, 1);
    add(&w, "block", VG_BANK_BLOCK, &doubted, 1);
    make_set(&w);
    vg_media_hash asked = near(1, 0), other = a_hash(VG_HASH_PDQ, 999);
    vg_bank_result r = ask(&w, "", &asked, 1);
    TAP_OK(r.count == 3 && r.found == 3 && r.effect == VG_VERDICT_HOLD, "of three banks the strongest effect that is not in doubt");
    TAP_OK(r.match[0].bank == 1 && r.match[0].distance == 4, "the match that explains it comes first");
    TAP_OK(r.match[1].bank == 0 && r.match[2].bank == 2 && r.match[2].doubted, "then the others by distance; doubted is said");
    TAP_OK(vg_str_is(vg_bank_set_category(w.set, &r.match[0]), "native A"), "with its native category");
    r = ask(&w, "", &other, 1);
    TAP_OK(r.count == 0 && r.effect == VG_VERDICT_ALLOW && !r.allowed, "what is not known is allowed");
    r = ask(&w, "", NULL, 0);
    TAP_OK(r.count == 0 && r.effect == VG_VERDICT_ALLOW, "no hashes, no match");
    TAP_OK(vg_bank_set_find(w.set, 101) == 1 && vg_bank_set_find(w.set, 7) == -1 && vg_bank_set_count(w.set) == 3 &&
               vg_str_is(vg_bank_set_at(w.set, 2)->name, "block") && !vg_bank_set_at(w.set, 3),
           "banks are found by number and place");
    end(&w);
}

static void test_which_banks(void)
{
    world w = {0};
    vg_index_item item = {.entry = 1, .hash = a_hash(VG_HASH_PDQ, 1)}, md5 = {.entry = 2, .hash = a_hash(VG_HASH_MD5, 1)};
    add(&w, "lobby", VG_BANK_HOLD, &item, 1);
    w.item[0].bank.spaces = VG_STR("forum, lobby");
    add(&w, "expired", VG_BANK_BLOCK, &item, 1);
    w.item[1].bank.expires_ms = NOW;
    add(&w, "pytx", VG_BANK_BLOCK, (vg_index_item[]){item, md5}, 2);
    w.item[2].bank.profile = VG_PDQ_PYTX;
    w.item[2].bank.spaces = VG_STR("elsewhere");
    add(&w, "strict", VG_BANK_REVIEW, &item, 1);
    w.item[3].bank.threshold = 3;
    make_set(&w);
    vg_media_hash asked[2] = {near(1, 5), a_hash(VG_HASH_MD5, 1)};
    vg_bank_result r = ask(&w, "lobby", asked, 1);
    TAP_OK(r.count == 1 && r.match[0].bank == 0 && r.effect == VG_VERDICT_HOLD, "the bank of this space, within its own threshold");
    r = ask(&w, "lob", asked, 1);
    TAP_EQ_INT(r.count, 0, "a space is its whole name");
    r = ask(&w, "elsewhere", asked, 1);
    TAP_EQ_INT(r.count, 0, "a PDQ hash of another profile is not looked up");
    r = ask(&w, "elsewhere", asked, 2);
    TAP_OK(r.count == 1 && r.match[0].bank == 2 && r.match[0].algorithm == VG_HASH_MD5, "equal bytes are, whatever the profile");
    vg_media_hash many[200];
    for (int i = 0; i < 199; i++) many[i] = near(5000 + (uint32_t)i, 0);
    many[199] = near(1, 0);
    many[199].profile = VG_PDQ_PYTX;
    r = ask(&w, "elsewhere", many, 200);
    TAP_OK(r.count == 1 && r.match[0].bank == 2, "one of its profile among many of another");
    end(&w);
}

static void test_allow(void)
{
    world w = {0};
    vg_media_hash digest = a_hash(VG_HASH_SHA256, 1);
    vg_index_item known[] = {{.entry = 1, .hash = near(1, 6)}, {.entry = 2, .hash = near(1, 9)}};
    vg_index_item good[] = {{.entry = 1, .hash = near(1, 8)}, {.entry = 2, .hash = digest}};
    add(&w, "known", VG_BANK_BLOCK, known, 2);
    add(&w, "good", VG_BANK_ALLOW, good, 2);
    make_set(&w);
    vg_media_hash asked[2] = {near(1, 0), digest};
    vg_bank_result r = ask(&w, "", asked, 1);
    TAP_OK(r.allowed && r.allow.distance == 8 && r.cancelled == 1, "a near match of an allow-list cancels those as far or farther");
    TAP_OK(r.count == 1 && r.found == 1 && r.match[0].distance == 6 && r.effect == VG_VERDICT_BLOCK, "not a nearer one");
    r = ask(&w, "", asked, 2);
    TAP_OK(r.allowed && r.cancelled == 2 && r.count == 0 && r.effect == VG_VERDICT_ALLOW && r.allow.algorithm == VG_HASH_SHA256,
           "equal bytes in an allow-list cancel every near match");
    vg_index *index = vg_bank_index_get(w.item[0].index);
    vg_index_add(index, 2, &(vg_index_item){.entry = 3, .hash = digest}, 1, &w.err);
    r = ask(&w, "", asked, 2);
    TAP_OK(r.count == 1 && r.match[0].entry == 3 && r.effect == VG_VERDICT_BLOCK, "equal bytes in a bank are never cancelled");
    vg_index_remove(index, 3, &(uint32_t){3}, 1, &w.err);
    vg_index_doubt(vg_bank_index_get(w.item[1].index), 3, &(uint32_t){2}, 1, true, &w.err);
    r = ask(&w, "", asked, 2);
    TAP_OK(r.cancelled == 1 && r.count == 1 && r.allow.entry == 1, "an allow entry in doubt cancels nothing");
    end(&w);
}

static void test_allow_in_video(void)
{
    world w = {0};
    vg_index_item video[10], logo = {.entry = 1, .hash = near(1, 0)};
    vg_media_hash asked[10];
    for (uint32_t i = 0; i < 10; i++) {
        video[i] = (vg_index_item){.entry = 1, .hash = near(i + 1, 2)};
        asked[i] = near(i + 1, 0);
        video[i].hash.frame = asked[i].frame = i + 1;
    }
    add(&w, "known", VG_BANK_BLOCK, video, 10);
    add(&w, "logos", VG_BANK_ALLOW, &logo, 1);
    make_set(&w);
    vg_bank_result r = ask(&w, "", asked, 10);
    TAP_OK(r.allowed && r.cancelled == 0 && r.count == 1 && r.effect == VG_VERDICT_BLOCK,
           "one harmless frame does not clear a video");
    TAP_OK(r.match[0].query_percent == 100 && r.match[0].bank_percent == 100, "which is found whole");
    for (uint32_t i = 0; i < 10; i++) asked[i].profile = VG_PDQ_PYTX;
    r = ask(&w, "", asked, 10);
    TAP_OK(r.count == 1 && r.allowed, "frames are found whatever the profile of a bank's stills");
    for (uint32_t i = 0; i < 10; i++) asked[i].frame = 0;
    r = ask(&w, "", asked, 10);
    TAP_EQ_INT(r.count, 0, "and stills only in banks of their own");
    end(&w);
}

static void test_many(void)
{
    world w = {0};
    vg_index_item items[40];
    for (uint32_t i = 0; i < 40; i++) items[i] = (vg_index_item){.entry = i + 1, .hash = near(1, (int)i % 10)};
    add(&w, "first", VG_BANK_REVIEW, items, 40);
    add(&w, "second", VG_BANK_REVIEW, items, 40);
    make_set(&w);
    vg_media_hash asked = near(1, 0);
    vg_bank_result r = ask(&w, "", &asked, 1);
    bool ordered = true;
    for (size_t i = 1; i < r.count; i++)
        ordered = ordered && (r.match[i - 1].distance < r.match[i].distance ||
                              (r.match[i - 1].distance == r.match[i].distance &&
                               (r.match[i - 1].bank < r.match[i].bank ||
                                (r.match[i - 1].bank == r.match[i].bank && r.match[i - 1].entry < r.match[i].entry))));
    TAP_OK(r.count == VG_MATCHES_MAX && r.found == 80 && ordered, "the surest eight of eighty, in one order");
    size_t failed = 0, n = 1;
    for (;; n++) { /* out of memory is an answer, wherever it happens */
        vg_bank_result again;
        vg_alloc_fail_at(n);
        int rc = vg_bank_set_match(w.set, VG_STR(""), NOW, &asked, 1, &again, &w.err);
        bool happened = vg_alloc_failed() != 0;
        vg_alloc_fail_at(0);
        if (!happened) break;
        failed += rc == -VG_ENOMEM || rc == 0;
    }
    TAP_OK(failed == n - 1, "each allocation of a look-up may fail");
    end(&w);
}

int main(void)
{
    test_effects();
    test_which_banks();
    test_allow();
    test_allow_in_video();
    test_many();
    return tap_done();
}
