/* SPDX-License-Identifier: Apache-2.0
 *
 * The store of banks as a specification: banks, imports, single entries, opinions, expiry, the log of changes.
 */
#include "fixture.h"

/* ---- banks ---- */

static void test_banks(void)
{
    fixture f;
    vg_bank bank = a_bank("test"), got, *list;
    size_t count = 0;
    bool left = true;
    set_up(&f);
    TAP_EQ_INT(vg_store_bank_add(f.store, &bank, NOW, &f.err), -VG_EEXIST, "a name is taken once");
    bank = a_bank("Ünique");
    TAP_EQ_INT(vg_store_bank_add(f.store, &bank, NOW, &f.err), -VG_EINVAL, "a name is plain letters");
    TAP_EQ_STR(f.err.where, "name", "and the error says which field");
    bank = a_bank("other");
    bank.threshold = 32;
    TAP_EQ_INT(vg_store_bank_add(f.store, &bank, NOW, &f.err), -VG_EINVAL, "a threshold over 31 is refused");
    bank.threshold = 20;
    bank.effect = VG_BANK_ALLOW;
    bank.profile = VG_PDQ_PYTX;
    TAP_EQ_INT(vg_store_bank_add(f.store, &bank, NOW, &f.err), 0, "a second bank");
    TAP_EQ_INT(vg_store_bank_list(f.store, f.arena, &list, &count, &f.err), 0, "list");
    TAP_OK(count == 2 && vg_str_is(list[0].name, "other") && vg_str_is(list[1].name, "test"), "banks are listed by name");
    TAP_EQ_INT(vg_store_bank_find(f.store, VG_STR("other"), f.arena, &got, &f.err), 0, "find by name");
    TAP_OK(got.id == bank.id && got.threshold == 20 && got.effect == VG_BANK_ALLOW && got.profile == VG_PDQ_PYTX &&
               got.created_ms == NOW && vg_str_is(got.source, "Example source"),
           "what was given comes back");
    got.effect = VG_BANK_REVIEW;
    got.spaces = VG_STR("lobby,forum");
    TAP_EQ_INT(vg_store_bank_update(f.store, &got, NOW + 5, &f.err), 0, "update");
    TAP_EQ_INT(vg_store_bank_get(f.store, bank.id, f.arena, &got, &f.err), 0, "get by number");
    TAP_OK(got.effect == VG_BANK_REVIEW && vg_str_is(got.spaces, "lobby,forum") && got.updated_ms == NOW + 5, "it holds");
    TAP_EQ_INT(vg_store_bank_find(f.store, VG_STR("nothing"), f.arena, &got, &f.err), -VG_ENOENT, "an unknown name");
    vg_bank_count matched[2] = {{bank.id, 3}, {9999, 1}};
    TAP_EQ_INT(vg_store_bank_matched(f.store, matched, 2, &f.err), 0, "matches are counted; a bank that is gone is passed over");
    vg_store_bank_get(f.store, bank.id, f.arena, &got, &f.err);
    TAP_EQ_INT(got.matches, 3, "three matches");

    import_range(f.store, bank.id, VG_IMPORT_MERGE, 0, 50, 0, NULL, &f.err);
    TAP_EQ_INT(vg_store_bank_delete(f.store, bank.id, NOW, &f.err), 0, "delete");
    TAP_EQ_INT(vg_store_bank_get(f.store, bank.id, f.arena, &got, &f.err), -VG_ENOENT, "it is gone at once");
    TAP_EQ_INT(vg_store_bank_delete(f.store, bank.id, NOW, &f.err), -VG_ENOENT, "and cannot be deleted twice");
    int rounds = 0;
    while (left && rounds < 100 && !vg_store_bank_purge(f.store, 20, &left, &f.err)) rounds++;
    TAP_EQ_INT(rounds, 4, "its 50 entries go 20 at a time, then the bank");
    int64_t before = bank.id;
    bank = a_bank("other");
    TAP_EQ_INT(vg_store_bank_add(f.store, &bank, NOW, &f.err), 0, "the name is free again");
    TAP_OK(bank.id > before, "the number is not");
    tear_down(&f);
}

/* ---- imports ---- */

static void test_import(void)
{
    fixture f;
    vg_import_counts c;
    set_up(&f);
    TAP_EQ_INT(import_range(f.store, f.bank.id, VG_IMPORT_MERGE, 0, 1000, 0, &c, &f.err), 0, "a list of 1000");
    TAP_OK(c.records == 1000 && c.added == 1000 && !c.changed && !c.removed && !c.unchanged, "all are new");
    vg_bank bank = bank_now(&f);
    TAP_OK(bank.entries == 1000 && bank.hashes == 2000 && bank.withdrawn == 0 && bank.change == 1, "the bank counts them");
    seen first = scan_all(f.store, f.bank.id, false);
    TAP_OK(first.entries == 1000 && first.hashes == 2000 && first.ordered, "a scan gives each once, in order");

    import_range(f.store, f.bank.id, VG_IMPORT_MERGE, 0, 1000, 0, &c, &f.err);
    TAP_OK(c.unchanged == 1000 && !c.added && !c.changed && c.change == 1, "the same list again changes nothing, not even the number");
    import_range(f.store, f.bank.id, VG_IMPORT_MERGE, 900, 1100, 0, &c, &f.err);
    TAP_OK(c.unchanged == 100 && c.added == 100 && c.change == 2, "merge adds what is new");
    import_range(f.store, f.bank.id, VG_IMPORT_MERGE, 0, 10, 5000, &c, &f.err);
    TAP_OK(c.changed == 10 && !c.added, "other hashes under a known name are a change");
    import_range(f.store, f.bank.id, VG_IMPORT_REPLACE, 500, 1200, 0, &c, &f.err);
    TAP_OK(c.unchanged == 600 && c.added == 100 && c.removed == 500 && !c.changed, "replace takes back what the list does not name");
    bank = bank_now(&f);
    TAP_OK(bank.entries == 700 && bank.hashes == 1400 && bank.withdrawn == 500, "the counts follow");
    seen all = scan_all(f.store, f.bank.id, true);
    TAP_OK(all.entries == 1200 && all.withdrawn == 500 && all.hashes == 1400, "hashes that were taken back are destroyed");
    import_range(f.store, f.bank.id, VG_IMPORT_REPLACE, 0, 1000, 0, &c, &f.err);
    TAP_OK(c.added == 500 && c.removed == 200 && c.unchanged == 500, "what comes back is added");
    seen again = scan_all(f.store, f.bank.id, false);
    TAP_OK(again.entries == 1000 && again.sum == first.sum, "and the bank holds what it held first");
    import_range(f.store, f.bank.id, VG_IMPORT_REPLACE, 0, 0, 0, &c, &f.err);
    TAP_OK(c.removed == 1000 && bank_now(&f).entries == 0, "an empty list empties the bank");
    tear_down(&f);
}

static int give(vg_bank_import *import, vg_bank_record record, vg_error *err)
{
    return vg_store_bank_import_record(import, &record, err);
}

static void test_records(void)
{
    fixture f;
    vg_bank_import *import = NULL;
    vg_import_counts c = {0};
    vg_bank_entry entry;
    made m;
    static char long_text[VG_BANK_MAX_CATEGORY + 2];
    vg_media_hash twice[3] = {a_hash(VG_HASH_PDQ, 7), a_hash(VG_HASH_PDQ, 7), a_hash(VG_HASH_MD5, 7)};
    vg_media_hash sha1 = a_hash(VG_HASH_SHA1, 9), md5 = a_hash(VG_HASH_MD5, 9);
    memset(long_text, 'x', sizeof long_text - 1);
    set_up(&f);
    TAP_EQ_INT(vg_store_bank_import_begin(&import, f.store, 999, VG_IMPORT_MERGE, &f.err), -VG_ENOENT, "no such bank");
    vg_store_bank_import_begin(&import, f.store, f.bank.id, VG_IMPORT_MERGE, &f.err);
    vg_bank_record *r = make(&m, 1, 1, long_text);
    TAP_EQ_INT(vg_store_bank_import_record(import, r, &f.err), -VG_EINVAL, "a category that is too long is refused");
    TAP_EQ_STR(f.err.where, "category", "by name");
    r = make(&m, 1, 1, "\xff");
    TAP_EQ_INT(vg_store_bank_import_record(import, r, &f.err), -VG_EINVAL, "and one that is not UTF-8");
    r = make(&m, 1, 1, "A");
    r->hash_count = 0;
    TAP_EQ_INT(vg_store_bank_import_record(import, r, &f.err), -VG_EINVAL, "a record without a hash says nothing");
    r->hash_count = VG_BANK_MAX_ENTRY_HASHES + 1;
    TAP_EQ_INT(vg_store_bank_import_record(import, r, &f.err), -VG_ETOOBIG, "too many hashes");
    twice[1].quality = 40;
    twice[2].quality = 77; /* no digest has one */
    TAP_EQ_INT(give(import, (vg_bank_record){.hashes = twice, .hash_count = 3, .category = VG_STR("A")}, &f.err), 0,
               "a record without a name");
    TAP_EQ_INT(give(import, (vg_bank_record){.reference = VG_STR("u"), .hashes = &sha1, .hash_count = 1, .category = VG_STR("A")},
                    &f.err), 0, "one name ...");
    TAP_EQ_INT(give(import, (vg_bank_record){.reference = VG_STR("u"), .hashes = &md5, .hash_count = 1, .category = VG_STR("B"),
                                             .note = VG_STR("{\"series\":\"x\"}")}, &f.err), 0, "... twice");
    TAP_EQ_INT(give(import, (vg_bank_record){.reference = VG_STR("d"), .hashes = &md5, .hash_count = 1}, &f.err), 0, "one that ...");
    TAP_EQ_INT(give(import, (vg_bank_record){.reference = VG_STR("d"), .deleted = true}, &f.err), 0, "... is deleted after");
    TAP_EQ_INT(vg_store_bank_import_commit(&import, NULL, NOW, NULL, NULL, &c, &f.err), 0, "refused records do not harm the rest");
    TAP_OK(c.records == 5 && c.added == 2 && import == NULL, "two entries out of five records");
    char hex[65];
    for (int i = 0; i < 32; i++) snprintf(hex + 2 * i, 3, "%02x", twice[0].bytes[i]);
    TAP_EQ_INT(vg_store_bank_entry_find(f.store, f.bank.id, vg_str_of(hex), f.arena, &entry, &f.err), 0,
               "its name is its first hash");
    TAP_OK(entry.hash_count == 2 && entry.hashes[0].algorithm == VG_HASH_MD5 && entry.hashes[0].quality == 0 &&
               entry.hashes[1].quality == 100,
           "a hash given twice is one, with the better quality");
    TAP_EQ_INT(vg_store_bank_entry_find(f.store, f.bank.id, VG_STR("u"), f.arena, &entry, &f.err), 0, "the name given twice");
    TAP_OK(entry.hash_count == 2 && vg_str_is(entry.category, "B") && vg_str_is(entry.note, "{\"series\":\"x\"}"),
           "is one entry with the hashes of both and the later category");
    TAP_EQ_INT(vg_store_bank_entry_find(f.store, f.bank.id, VG_STR("d"), f.arena, &entry, &f.err), -VG_ENOENT,
               "the deleted one is not there");
    tear_down(&f);
}

static void test_deletions_and_cursor(void)
{
    fixture f;
    vg_bank_import *import = NULL;
    vg_import_counts c;
    vg_bank_feed feed = {.kind = VG_STR("ncmec"), .url = VG_STR("https://example.org/v2"), .cursor = VG_STR("page 2"),
                         .fetched_ms = NOW}, got;
    made m;
    set_up(&f);
    import_range(f.store, f.bank.id, VG_IMPORT_MERGE, 0, 10, 0, &c, &f.err);
    vg_store_bank_import_begin(&import, f.store, f.bank.id, VG_IMPORT_MERGE, &f.err);
    vg_store_bank_import_record(import, make(&m, 77, 77, "A"), &f.err);
    TAP_EQ_INT(vg_store_bank_import_restart(import, &f.err), 0, "a page that breaks is begun again");
    for (uint32_t i = 0; i < 3; i++) {
        vg_bank_record *r = make(&m, i, i, "A");
        r->deleted = true;
        r->hash_count = 0;
        vg_store_bank_import_record(import, r, &f.err);
    }
    vg_store_bank_import_record(import, make(&m, 20, 20, "A"), &f.err);
    TAP_EQ_INT(vg_store_bank_import_commit(&import, &feed, NOW, NULL, NULL, &c, &f.err), 0, "a page with deletions");
    TAP_OK(c.removed == 3 && c.added == 1, "three are taken back, one is added, none of the broken page");
    TAP_EQ_INT(vg_store_bank_feed_get(f.store, f.bank.id, f.arena, &got, &f.err), 0, "the feed");
    TAP_OK(vg_str_is(got.cursor, "page 2") && vg_str_is(got.url, "https://example.org/v2") && got.fetched_ms == NOW,
           "stands where the page ended");
    vg_store_bank_import_begin(&import, f.store, f.bank.id, VG_IMPORT_MERGE, &f.err);
    vg_store_bank_import_record(import, make(&m, 21, 21, "A"), &f.err);
    vg_store_bank_delete(f.store, f.bank.id, NOW, &f.err);
    TAP_EQ_INT(vg_store_bank_import_commit(&import, &feed, NOW, NULL, NULL, &c, &f.err), -VG_ENOENT,
               "a bank that was deleted meanwhile takes nothing");
    tear_down(&f);
}

static void test_too_many_categories(void)
{
    fixture f;
    vg_bank_import *import = NULL;
    made m;
    char category[16];
    set_up(&f);
    vg_store_bank_import_begin(&import, f.store, f.bank.id, VG_IMPORT_MERGE, &f.err);
    for (uint32_t i = 0; i <= VG_BANK_MAX_CATEGORIES; i++) {
        snprintf(category, sizeof category, "c%u", i);
        vg_store_bank_import_record(import, make(&m, i, i, category), &f.err);
    }
    TAP_EQ_INT(vg_store_bank_import_commit(&import, NULL, NOW, NULL, NULL, NULL, &f.err), -VG_EFULL,
               "a column that is no category is refused");
    vg_str *names;
    size_t count = 1;
    vg_store_bank_categories(f.store, f.bank.id, f.arena, &names, &count, &f.err);
    TAP_OK(count == 0 && bank_now(&f).entries == 0, "and nothing is half-stored");
    tear_down(&f);
}

/* ---- single entries, expiry ---- */

static void test_single(void)
{
    fixture f;
    uint32_t one = 0, same = 0;
    size_t expired = 0;
    vg_bank_entry entry;
    made m;
    set_up(&f);
    TAP_EQ_INT(vg_store_bank_entry_add(f.store, f.bank.id, make(&m, 1, 1, "A"), NOW, &one, &f.err), 0, "add one");
    TAP_EQ_INT(vg_store_bank_entry_add(f.store, f.bank.id, make(&m, 1, 2, "A"), NOW + 1, &same, &f.err), 0, "change it");
    TAP_OK(one == 1 && same == 1, "it keeps its number");
    TAP_EQ_INT(vg_store_bank_entry_get(f.store, f.bank.id, one, f.arena, &entry, &f.err), 0, "get it");
    vg_media_hash want = a_hash(VG_HASH_SHA256, 2);
    TAP_OK(entry.added_ms == NOW && memcmp(entry.hashes[0].bytes, want.bytes, 32) == 0 && vg_str_is(entry.reference, "ref/1"),
           "with its new hashes and its old date");
    TAP_EQ_INT(vg_store_bank_entry_remove(f.store, f.bank.id, one, NOW, &f.err), 0, "remove it");
    TAP_EQ_INT(vg_store_bank_entry_remove(f.store, f.bank.id, one, NOW, &f.err), -VG_ENOENT, "twice is once too often");
    vg_store_bank_entry_get(f.store, f.bank.id, one, f.arena, &entry, &f.err);
    TAP_OK(entry.state == VG_ENTRY_WITHDRAWN && entry.hash_count == 0 && vg_str_is(entry.category, "A"),
           "what it was called stays, its hashes do not");
    vg_bank_record *r = make(&m, 2, 2, "A");
    r->expires_ms = NOW + 100;
    vg_store_bank_entry_add(f.store, f.bank.id, r, NOW, &same, &f.err);
    TAP_EQ_INT(vg_store_bank_expire(f.store, NOW + 99, &expired, &f.err), 0, "before its time");
    TAP_EQ_INT(expired, 0, "nothing expires");
    TAP_EQ_INT(vg_store_bank_expire(f.store, NOW + 100, &expired, &f.err), 0, "at its time");
    TAP_OK(expired == 1 && bank_now(&f).entries == 0 && bank_now(&f).withdrawn == 2, "the entry does");
    vg_store_bank_expire(f.store, NOW + 100, &expired, &f.err);
    TAP_EQ_INT(expired, 0, "once");
    tear_down(&f);
}

/* ---- opinions ---- */

static vg_entry_state say(fixture *f, uint32_t entry, const char *person, bool reject)
{
    vg_bank_opinion opinion = {.person = vg_str_of(person), .reject = reject, .time_ms = NOW};
    vg_entry_state state = VG_ENTRY_STATES;
    if (vg_store_bank_opinion_add(f->store, f->bank.id, entry, &opinion, &state, &f->err)) stop(&f->err);
    return state;
}

static void test_opinions(void)
{
    fixture f;
    vg_import_counts c;
    vg_bank_opinion *list, opinion = {.person = VG_STR("alice"), .time_ms = NOW};
    size_t count = 0;
    set_up(&f);
    import_range(f.store, f.bank.id, VG_IMPORT_MERGE, 0, 5, 0, &c, &f.err);
    TAP_EQ_INT(say(&f, 1, "alice", true), VG_ENTRY_DOUBTED, "one person rejects: in doubt");
    TAP_EQ_INT(say(&f, 1, "alice", true), VG_ENTRY_DOUBTED, "the same person twice is one person");
    TAP_EQ_INT(say(&f, 1, "bob", true), VG_ENTRY_WITHDRAWN, "a second person rejects: withdrawn");
    vg_bank bank = bank_now(&f);
    TAP_OK(bank.entries == 4 && bank.withdrawn == 1 && bank.hashes == 8 && bank.matches_rejected == 2, "and counted so");
    TAP_EQ_INT(say(&f, 1, "carol", false), VG_ENTRY_WITHDRAWN, "a third who confirms does not bring it back");
    TAP_EQ_INT(say(&f, 1, "bob", false), VG_ENTRY_LIVE, "one of the two changing their mind does: another one confirmed");
    bank = bank_now(&f);
    TAP_OK(bank.entries == 5 && bank.hashes == 10 && bank.matches_rejected == 1 && bank.matches_confirmed == 2,
           "with its hashes");
    TAP_EQ_INT(say(&f, 2, "bob", false), VG_ENTRY_LIVE, "a confirmation before the doubt ...");
    TAP_EQ_INT(say(&f, 2, "alice", true), VG_ENTRY_DOUBTED, "... does not answer it");
    TAP_EQ_INT(say(&f, 2, "alice", false), VG_ENTRY_LIVE, "who doubted may take it back");
    say(&f, 3, "alice", true);
    TAP_EQ_INT(say(&f, 3, "bob", false), VG_ENTRY_LIVE, "another person who confirms clears a doubt");
    TAP_EQ_INT(vg_store_bank_opinions(f.store, f.bank.id, 3, f.arena, &list, &count, &f.err), 0, "opinions are listed");
    TAP_OK(count == 2 && vg_str_is(list[0].person, "alice") && list[0].reject && vg_str_is(list[1].person, "bob") &&
               !list[1].reject,
           "oldest first, with names");
    TAP_EQ_INT(vg_store_bank_opinion_add(f.store, f.bank.id, 99, &opinion, NULL, &f.err), -VG_ENOENT, "on what is not there");
    opinion.person = VG_STR("");
    TAP_EQ_INT(vg_store_bank_opinion_add(f.store, f.bank.id, 1, &opinion, NULL, &f.err), -VG_EINVAL, "by nobody");

    say(&f, 4, "alice", true);
    say(&f, 4, "bob", true);
    import_range(f.store, f.bank.id, VG_IMPORT_REPLACE, 0, 0, 0, &c, &f.err);
    import_range(f.store, f.bank.id, VG_IMPORT_REPLACE, 0, 5, 0, &c, &f.err);
    seen s = scan_all(f.store, f.bank.id, true);
    TAP_OK(c.added == 5 && s.withdrawn == 1 && s.live == 4, "what two people rejected stays so when the list is read anew");
    bank = bank_now(&f);
    TAP_OK(bank.entries == 4 && bank.withdrawn == 1, "and counts as withdrawn");
    tear_down(&f);
}

/* ---- the log of changes ---- */

static seen changed_since(fixture *f, int64_t since, int64_t *change)
{
    seen s = {.ordered = true};
    vg_bank_reader reader = {.context = &s, .entries = see};
    if (vg_store_bank_changed(f->store, f->bank.id, since, &reader, change, &f->err)) stop(&f->err);
    return s;
}

static int refuse(void *context, const vg_bank_entry *entries, size_t count, vg_error *err)
{
    (void)context;
    (void)entries;
    (void)count;
    return vg_fail(err, VG_EFULL, "test", "refused");
}

static void test_log(void)
{
    fixture f;
    vg_import_counts c;
    int64_t change = 0;
    vg_bank_reader none = {.entries = refuse};
    set_up(&f);
    import_range(f.store, f.bank.id, VG_IMPORT_MERGE, 0, 100, 0, &c, &f.err);
    seen s = changed_since(&f, 0, &change);
    TAP_OK(s.entries == 100 && s.ordered && change == 1, "all of the first import changed");
    s = changed_since(&f, 1, &change);
    TAP_OK(s.entries == 0 && change == 1, "nothing after it");
    say(&f, 1, "alice", true);
    vg_store_bank_entry_remove(f.store, f.bank.id, 2, NOW, &f.err);
    s = changed_since(&f, 1, &change);
    TAP_OK(s.entries == 2 && s.doubted == 1 && s.withdrawn == 1 && s.state_only == 1 && change == 3,
           "a doubt and a removal, told apart");
    say(&f, 1, "bob", true);
    say(&f, 1, "bob", false);
    s = changed_since(&f, 1, &change);
    TAP_OK(s.entries == 2 && s.live == 1 && s.state_only == 0, "an entry is told once, as it is now");
    TAP_EQ_INT(vg_store_bank_changed(f.store, f.bank.id, 99, &none, &change, &f.err), -VG_ECONFLICT,
               "a number of the future is none of this bank");
    TAP_EQ_INT(vg_store_bank_log_cut(f.store, f.bank.id, 3, &f.err), 0, "the log is cut off");
    TAP_EQ_INT(vg_store_bank_changed(f.store, f.bank.id, 2, &none, &change, &f.err), -VG_ECONFLICT, "before the cut: scan");
    s = changed_since(&f, 3, &change);
    TAP_EQ_INT(s.entries, 1, "after it: as before");
    TAP_EQ_INT(vg_store_bank_log_cut(f.store, f.bank.id, 1000, &f.err), 0, "cut more than there is");
    say(&f, 5, "alice", true);
    s = changed_since(&f, change, &change);
    TAP_EQ_INT(s.entries, 1, "and it goes on");
    TAP_EQ_INT(vg_store_bank_scan(f.store, f.bank.id, &none, &change, &f.err), -VG_EFULL, "a reader that refuses ends the reading");
    TAP_EQ_INT(scan_all(f.store, f.bank.id, false).entries, 99, "and the store goes on");
    TAP_EQ_INT(vg_store_bank_scan(f.store, 999, &none, &change, &f.err), -VG_ENOENT, "no such bank to scan");
    tear_down(&f);
}

static void test_log_limit(void)
{
    enum { MANY = 100500 };
    fixture f;
    vg_import_counts c;
    int64_t change = 0;
    vg_bank_reader none = {.entries = refuse};
    set_up(&f);
    import_range(f.store, f.bank.id, VG_IMPORT_MERGE, 0, MANY, 0, &c, &f.err);
    TAP_OK(c.added == MANY && bank_now(&f).entries == MANY, "more than the log holds");
    TAP_EQ_INT(vg_store_bank_changed(f.store, f.bank.id, 0, &none, &change, &f.err), -VG_ECONFLICT, "is read by a scan");
    say(&f, 7, "alice", true);
    seen s = changed_since(&f, 1, &change);
    TAP_OK(s.entries == 1 && change == 2, "what comes after is in the log again");
    tear_down(&f);
}

/* ---- two connections ---- */

static void test_two(void)
{
    fixture f;
    vg_bank_store *other = NULL;
    vg_bank_import *import = NULL;
    made m;
    int64_t before = 0, after = 0;
    vg_import_counts c;
    set_up(&f);
    TAP_EQ_INT(vg_bank_store_open(&other, f.dir, &f.err), 0, "a second connection");
    vg_bank_store_changes(other, &before, &f.err);
    vg_store_bank_import_begin(&import, f.store, f.bank.id, VG_IMPORT_MERGE, &f.err);
    for (uint32_t i = 0; i < 100; i++) vg_store_bank_import_record(import, make(&m, i, i, i % 2 ? "A" : "B"), &f.err);
    vg_bank_store_changes(other, &after, &f.err);
    TAP_EQ_INT(after, before, "sees nothing of an import that is not committed");
    TAP_EQ_INT(import_range(other, f.bank.id, VG_IMPORT_MERGE, 50, 150, 0, &c, &f.err), 0, "and is not kept from its own");
    TAP_EQ_INT(vg_store_bank_import_commit(&import, NULL, NOW, NULL, NULL, &c, &f.err), 0, "then the first one");
    TAP_OK(c.added == 50 && c.unchanged == 50, "finds what the other one added");
    vg_bank_store_changes(other, &after, &f.err);
    TAP_OK(after != before, "the other sees that something changed");
    TAP_EQ_INT(scan_all(other, f.bank.id, false).entries, 150, "and what");
    vg_bank_store_close(&other);
    tear_down(&f);
}

int main(void)
{
    test_banks();
    test_import();
    test_records();
    test_deletions_and_cursor();
    test_too_many_categories();
    test_single();
    test_opinions();
    test_log();
    test_log_limit();
    test_two();
    return tap_done();
}
