/* SPDX-License-Identifier: Apache-2.0
 *
 * Indexes that keep in step with the store: opening, following, building, damage, several processes' worth of openers.
 */
#include "banks.h"

#include <dirent.h>

#include "fixture.h"

typedef struct scene {
    fixture f;
    vg_banks *banks;
    int64_t now;
    char file[160];
} scene;

static void open_banks(scene *s, size_t delta_most, bool no_thread)
{
    vg_banks_options options = {.dir = s->f.dir, .delta_most = delta_most, .no_thread = no_thread};
    if (vg_banks_open(&s->banks, &options, &s->f.err)) stop(&s->f.err);
}

static void begin(scene *s, size_t delta_most, bool no_thread)
{
    *s = (scene){.now = NOW};
    set_up(&s->f);
    snprintf(s->file, sizeof s->file, "%s/banks/%lld.index", s->f.dir, (long long)s->f.bank.id);
    open_banks(s, delta_most, no_thread);
}

static void finish(scene *s)
{
    vg_banks_close(&s->banks);
    tear_down(&s->f);
}

static bool poll(scene *s)
{
    bool changed = false;
    s->now += 200;
    if (vg_banks_poll(s->banks, s->now, &changed, &s->f.err)) stop(&s->f.err);
    return changed;
}

static vg_bank_result look_up(scene *s, uint32_t content)
{
    vg_bank_result r;
    vg_media_hash hash = a_hash(VG_HASH_PDQ, content);
    vg_bank_set *set = vg_banks_set(s->banks);
    if (vg_bank_set_match(set, VG_STR(""), s->now, &hash, 1, &r, &s->f.err)) stop(&s->f.err);
    vg_bank_set_unref(&set);
    return r;
}

static bool finds(scene *s, uint32_t content) { return look_up(s, content).found > 0; }

static size_t found_of(scene *s, uint32_t from, uint32_t to)
{
    size_t found = 0;
    for (uint32_t i = from; i < to; i++) found += finds(s, i);
    return found;
}

static void say(scene *s, uint32_t entry, const char *person, bool reject)
{
    vg_bank_opinion opinion = {.person = vg_str_of(person), .reject = reject, .time_ms = NOW};
    if (vg_store_bank_opinion_add(s->f.store, s->f.bank.id, entry, &opinion, NULL, &s->f.err)) stop(&s->f.err);
}

static void test_follow(void)
{
    scene s;
    uint32_t entry = 0;
    made m;
    begin(&s, 0, true);
    poll(&s);
    TAP_OK(!poll(&s), "nothing changed, nothing is done");
    vg_store_bank_entry_add(s.f.store, s.f.bank.id, make(&m, 1, 1, "A"), NOW, &entry, &s.f.err);
    TAP_OK(!finds(&s, 1) && poll(&s) && finds(&s, 1), "an entry is found after one poll");
    vg_bank_set *set = vg_banks_set(s.banks);
    vg_bank_result r = look_up(&s, 1);
    TAP_OK(vg_str_is(vg_bank_set_category(set, &r.match[0]), "A") && r.match[0].entry == entry, "with its category and number");
    vg_banks_matched(s.banks, set, r.match, r.count);
    vg_bank_set_unref(&set);
    vg_store_bank_entry_add(s.f.store, s.f.bank.id, make(&m, 1, 2, "B"), NOW, &entry, &s.f.err);
    poll(&s);
    TAP_OK(!finds(&s, 1) && finds(&s, 2), "an entry that changes is found by its new hash only");
    say(&s, entry, "alice", true);
    poll(&s);
    r = look_up(&s, 2);
    TAP_OK(r.count == 1 && r.match[0].doubted && r.effect == VG_VERDICT_REVIEW, "one in doubt is found, and its effect falls to review");
    say(&s, entry, "bob", true);
    poll(&s);
    TAP_OK(!finds(&s, 2), "one withdrawn is not found");
    say(&s, entry, "bob", false);
    poll(&s);
    r = look_up(&s, 2);
    TAP_OK(r.count == 1 && !r.match[0].doubted && r.effect == VG_VERDICT_BLOCK, "one that comes back is");
    vg_store_bank_entry_remove(s.f.store, s.f.bank.id, entry, NOW, &s.f.err);
    poll(&s);
    TAP_OK(!finds(&s, 2), "one that its source takes back is not");
    s.now += 2000;
    poll(&s);
    TAP_EQ_INT(bank_now(&s.f).matches, 1, "matches are counted in the store");
    finish(&s);
}

static void test_banks_come_and_go(void)
{
    scene s;
    vg_import_counts c;
    begin(&s, 100, true);
    vg_bank second = a_bank("second");
    second.effect = VG_BANK_REVIEW;
    vg_store_bank_add(s.f.store, &second, NOW, &s.f.err);
    import_range(s.f.store, second.id, VG_IMPORT_MERGE, 0, 300, 0, &c, &s.f.err);
    poll(&s);
    vg_bank_result r = look_up(&s, 7);
    TAP_OK(r.count == 1 && r.effect == VG_VERDICT_REVIEW, "a bank that is new is asked");
    second.effect = VG_BANK_HOLD;
    vg_store_bank_update(s.f.store, &second, NOW, &s.f.err);
    poll(&s);
    TAP_OK(look_up(&s, 7).effect == VG_VERDICT_HOLD, "what it does can be changed");
    if (vg_banks_wait(s.banks, s.now, &s.f.err)) stop(&s.f.err);
    char file[160];
    snprintf(file, sizeof file, "%s/banks/%lld.index", s.f.dir, (long long)second.id);
    TAP_OK(access(file, R_OK) == 0, "it has a file by now");
    vg_bank_set *held = vg_banks_set(s.banks);
    vg_store_bank_delete(s.f.store, second.id, NOW, &s.f.err);
    poll(&s);
    TAP_OK(!finds(&s, 7) && access(file, R_OK) != 0, "deleted: not asked any more, its file is gone");
    vg_media_hash hash = a_hash(VG_HASH_PDQ, 7);
    vg_bank_set_match(held, VG_STR(""), NOW, &hash, 1, &r, &s.f.err);
    TAP_OK(r.count == 1, "who holds the old set goes on with it");
    vg_bank_set_unref(&held);
    for (int i = 0; i < 5; i++) poll(&s);
    bool left = true;
    vg_store_bank_purge(s.f.store, 1, &left, &s.f.err);
    TAP_OK(!left, "and its rows are purged in passing");
    finish(&s);
}

static void test_build(void)
{
    scene s;
    vg_import_counts c;
    vg_banks_state state;
    begin(&s, 1000, false);
    import_range(s.f.store, s.f.bank.id, VG_IMPORT_MERGE, 0, 3000, 0, &c, &s.f.err);
    poll(&s);
    TAP_EQ_INT(found_of(&s, 0, 3000), 3000, "an import is found at once, while its file is built");
    if (vg_banks_wait(s.banks, s.now, &s.f.err)) stop(&s.f.err);
    vg_banks_state_of(s.banks, s.f.bank.id, &state);
    TAP_OK(state.index.delta == 0 && state.index.file_bytes > 0 && state.index.entries == 3000, "then it is in the file");
    TAP_EQ_INT(found_of(&s, 0, 3000), 3000, "and found there");
    vg_bank_reader none = {0};
    int64_t change;
    TAP_EQ_INT(vg_store_bank_changed(s.f.store, s.f.bank.id, 0, &none, &change, &s.f.err), -VG_ECONFLICT, "the log is cut off");
    import_range(s.f.store, s.f.bank.id, VG_IMPORT_REPLACE, 1500, 4500, 0, &c, &s.f.err);
    poll(&s);
    TAP_OK(found_of(&s, 0, 1500) == 0 && found_of(&s, 1500, 4500) == 3000, "another list in its place");
    if (vg_banks_wait(s.banks, s.now, &s.f.err)) stop(&s.f.err);
    TAP_OK(found_of(&s, 0, 1500) == 0 && found_of(&s, 1500, 4500) == 3000, "also once it is in the file");
    vg_banks_close(&s.banks);
    import_range(s.f.store, s.f.bank.id, VG_IMPORT_MERGE, 5000, 5010, 0, &c, &s.f.err);
    open_banks(&s, 1000, false);
    TAP_OK(found_of(&s, 1500, 1600) == 100 && found_of(&s, 5000, 5010) == 10, "opened again: the file, and what came after it");
    finish(&s);
}

static void damage(const char *path, int how)
{
    struct stat st;
    FILE *file = fopen(path, "r+b");
    if (!file || stat(path, &st)) abort();
    if (how == 0 && ftruncate(fileno(file), st.st_size / 2)) abort();
    if (how == 1) fputc(0xff, file); /* the head */
    if (how == 2) {
        fseek(file, st.st_size / 2, SEEK_SET);
        for (int i = 0; i < 64; i++) fputc(0x5a, file);
    }
    fclose(file);
}

static void test_damage(void)
{
    static const char *const what[] = {"cut off", "not an index", "flipped in the middle", "missing"};
    scene s;
    vg_import_counts c;
    begin(&s, 100, true);
    import_range(s.f.store, s.f.bank.id, VG_IMPORT_MERGE, 0, 2000, 0, &c, &s.f.err);
    if (vg_banks_wait(s.banks, s.now, &s.f.err)) stop(&s.f.err);
    for (int how = 0; how < 4; how++) {
        size_t rebuilt = 0;
        vg_banks_close(&s.banks);
        if (how == 3) unlink(s.file);
        else damage(s.file, how);
        open_banks(&s, 100, true);
        if (vg_banks_check(s.banks, &rebuilt, &s.f.err)) stop(&s.f.err);
        TAP_OK(found_of(&s, 0, 2000) == 2000, "a file that is %s is built again from the store", what[how]);
    }
    finish(&s);
}

static void test_two_openers(void)
{
    scene s;
    vg_import_counts c;
    vg_banks *other = NULL;
    begin(&s, 500, true);
    vg_banks_options options = {.dir = s.f.dir, .delta_most = 500, .no_thread = true};
    TAP_EQ_INT(vg_banks_open(&other, &options, &s.f.err), 0, "a second opener, as a command beside a server");
    import_range(s.f.store, s.f.bank.id, VG_IMPORT_MERGE, 0, 2000, 0, &c, &s.f.err);
    if (vg_banks_wait(other, NOW, &s.f.err)) stop(&s.f.err);
    TAP_OK(access(s.file, R_OK) == 0, "builds the file and cuts the log");
    poll(&s);
    if (vg_banks_wait(s.banks, s.now, &s.f.err)) stop(&s.f.err);
    TAP_EQ_INT(found_of(&s, 0, 2000), 2000, "the first one takes it");
    vg_banks_close(&other);
    finish(&s);
}

static void test_no_room(void)
{
    scene s;
    vg_import_counts c;
    begin(&s, 100, true);
    import_range(s.f.store, s.f.bank.id, VG_IMPORT_MERGE, 0, 1000, 0, &c, &s.f.err);
    vg_banks_close(&s.banks);
    char lock[160];
    snprintf(lock, sizeof lock, "%s/banks/lock", s.f.dir);
    unlink(lock);
    if (mkdir(lock, 0700)) abort(); /* no file can be made now, whoever runs the test */
    open_banks(&s, 100, true);
    TAP_EQ_INT(found_of(&s, 0, 1000), 1000, "where no file can be made, all of it is in memory");
    vg_banks_close(&s.banks);
    rmdir(lock);
    open_banks(&s, 100, true);
    TAP_OK(found_of(&s, 0, 1000) == 1000 && access(s.file, R_OK) == 0, "and in a file once it can");
    finish(&s);
}

int main(void)
{
    test_follow();
    test_banks_come_and_go();
    test_build();
    test_damage();
    test_two_openers();
    test_no_room();
    return tap_done();
}
