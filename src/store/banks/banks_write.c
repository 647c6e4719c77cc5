/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything that changes entries. One transaction is one change number: an index that has followed up to it holds all of the
 * transaction or nothing. The log names the entries, not what was done to them: who follows reads each as it is now.
 */
#include "store/banks/banks_int.h"

#include "base/alloc.h"

enum { ID, CATEGORY, STATE, ADDED, EXPIRES, HASH_COUNT, HASHES, REFERENCE, NOTE, KEY, GONE, DIGEST }; /* VG_BANK_ENTRY_COLUMNS */
enum { NAMES_FIRST = 4096, NAMES_MOST = 4 << 20 };

/* ---- a transaction on one bank ---- */

static int load_categories(vg_bank_write *write, vg_error *err)
{
    vg_query list = vg_bank_use(write->store, VG_BQ_CATEGORY_LIST);
    vg_store_bind_int(&list, write->bank);
    int rc;
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_str *larger = vg_store_grow(write->arena, write->categories, write->category_count, &write->category_capacity,
                                       sizeof *larger);
        vg_str name = vg_arena_copy(write->arena, vg_store_peek(&list, 1));
        if (larger) write->categories = larger;
        if (!larger || !name.ptr) {
            vg_store_reset(&list);
            return vg_fail(err, VG_ENOMEM, "", "no memory for the categories of a bank");
        }
        write->categories[write->category_count++] = name;
    }
    return rc;
}

static int one_number(vg_query *query, int64_t *number, vg_error *err)
{
    int rc = vg_store_step(query, err);
    *number = 0;
    if (rc <= 0) return rc;
    *number = vg_store_int(query, 0);
    vg_store_reset(query);
    return 0;
}

static int load(vg_bank_write *write, vg_error *err)
{
    int64_t number = 0;
    vg_query state = vg_bank_use(write->store, VG_BQ_BANK_STATE);
    vg_store_bind_int(&state, write->bank);
    int rc = vg_store_step(&state, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "bank", "there is no bank with the number %lld", (long long)write->bank);
    write->number = vg_store_int(&state, 0) + 1;
    write->log_from = vg_store_int(&state, 1);
    write->next_entry = vg_store_int(&state, 2);
    vg_store_reset(&state);
    write->fresh = write->next_entry == 1;
    vg_query any = vg_bank_use(write->store, VG_BQ_OPINION_ANY);
    vg_store_bind_int(&any, write->bank);
    rc = one_number(&any, &number, err);
    write->opinions = number != 0;
    if (rc) return rc;
    vg_query logged = vg_bank_use(write->store, VG_BQ_LOG_COUNT);
    vg_store_bind_int(&logged, write->bank);
    vg_store_bind_int(&logged, VG_BANK_LOG_MOST);
    rc = one_number(&logged, &number, err);
    write->logged = (size_t)number;
    return rc ? rc : load_categories(write, err);
}

int vg_bank_write_begin(vg_bank_write *write, vg_bank_store *store, int64_t bank, int64_t now_ms, vg_error *err)
{
    *write = (vg_bank_write){.store = store, .bank = bank, .now_ms = now_ms, .logging = true};
    write->arena = vg_arena_create(NAMES_FIRST, NAMES_MOST);
    if (!write->arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a change to a bank");
    int rc = vg_bank_begin(store, true, err);
    if (!rc) {
        rc = load(write, err);
        if (rc) rc = vg_bank_end(store, rc, err);
    }
    if (rc) vg_arena_destroy(&write->arena);
    return rc;
}

int vg_bank_write_end(vg_bank_write *write, int rc, vg_error *err)
{
    if (!rc && (write->changed || write->confirmed || write->rejected)) {
        vg_query set = vg_bank_use(write->store, VG_BQ_BANK_CHANGED);
        vg_store_bind_int(&set, write->changed ? write->number : write->number - 1);
        vg_store_bind_int(&set, write->log_from);
        vg_store_bind_int(&set, write->next_entry);
        vg_store_bind_int(&set, write->entries);
        vg_store_bind_int(&set, write->hashes);
        vg_store_bind_int(&set, write->withdrawn);
        vg_store_bind_int(&set, write->confirmed);
        vg_store_bind_int(&set, write->rejected);
        vg_store_bind_int(&set, write->now_ms);
        vg_store_bind_int(&set, write->bank);
        rc = vg_store_run(&set, err);
    }
    rc = vg_bank_end(write->store, rc, err);
    write->counts.change = (uint64_t)(write->changed ? write->number : write->number - 1);
    vg_arena_destroy(&write->arena);
    return rc;
}

/* ---- counting and logging ---- */

static void tally(vg_bank_write *write, vg_entry_state state, int64_t hashes, int sign)
{
    if (state == VG_ENTRY_WITHDRAWN) {
        write->withdrawn += sign;
    } else {
        write->entries += sign;
        write->hashes += sign * hashes;
    }
}

static int log_change(vg_bank_write *write, int64_t id, vg_entry_change what, vg_error *err)
{
    write->changed = true;
    if (!write->logging) return 0;
    if (write->logged >= VG_BANK_LOG_MOST) { /* from here on reading everything is cheaper than following */
        write->logging = false;
        write->log_from = write->number;
        vg_query cut = vg_bank_use(write->store, VG_BQ_LOG_CUT);
        vg_store_bind_int(&cut, write->bank);
        vg_store_bind_int(&cut, write->number);
        return vg_store_run(&cut, err);
    }
    write->logged++;
    vg_query add = vg_bank_use(write->store, VG_BQ_LOG_ADD);
    vg_store_bind_int(&add, write->bank);
    vg_store_bind_int(&add, write->number);
    vg_store_bind_int(&add, id & UINT32_MAX);
    vg_store_bind_int(&add, what);
    return vg_store_run(&add, err);
}

static int category_number(vg_bank_write *write, vg_str name, int64_t *number, vg_error *err)
{
    for (size_t i = 0; i < write->category_count; i++) {
        if (!vg_str_eq(write->categories[i], name)) continue;
        *number = (int64_t)i;
        return 0;
    }
    if (write->category_count >= VG_BANK_MAX_CATEGORIES)
        return vg_fail(err, VG_EFULL, "category", "over %d different ones: is this column the category?", VG_BANK_MAX_CATEGORIES);
    vg_str *larger =
        vg_store_grow(write->arena, write->categories, write->category_count, &write->category_capacity, sizeof *larger);
    vg_str copy = vg_arena_copy(write->arena, name);
    if (larger) write->categories = larger;
    if (!larger || !copy.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for the categories of a bank");
    vg_query add = vg_bank_use(write->store, VG_BQ_CATEGORY_ADD);
    vg_store_bind_int(&add, write->bank);
    vg_store_bind_int(&add, (int64_t)write->category_count);
    vg_store_bind_str(&add, name);
    int rc = vg_store_run(&add, err);
    if (rc) return rc;
    *number = (int64_t)write->category_count;
    write->categories[write->category_count++] = copy;
    return 0;
}

/* ---- entries ---- */

static int add_entry(vg_bank_write *write, const vg_packed *packed, uint32_t *entry, vg_error *err)
{
    int64_t category = 0;
    vg_entry_state state = VG_ENTRY_LIVE;
    if (write->next_entry > VG_BANK_MAX_ENTRIES)
        return vg_fail(err, VG_EFULL, "bank", "it has the most entries that a bank can have");
    int rc = category_number(write, packed->category, &category, err);
    if (!rc && write->opinions) rc = vg_bank_judge(write->store, write->bank, packed->key, &state, err);
    if (rc) return rc;
    int64_t id = vg_bank_entry_id(write->bank, (uint32_t)write->next_entry);
    vg_query add = vg_bank_use(write->store, VG_BQ_ENTRY_ADD);
    vg_store_bind_int(&add, id);
    vg_store_bind_int(&add, write->bank);
    vg_store_bind_blob(&add, packed->key, VG_BANK_KEY);
    vg_store_bind_str(&add, packed->reference);
    vg_store_bind_int(&add, category);
    vg_store_bind_str(&add, packed->note);
    vg_store_bind_int(&add, state);
    vg_store_bind_int(&add, write->now_ms);
    vg_store_bind_int(&add, packed->expires_ms);
    vg_store_bind_blob(&add, packed->digest, VG_BANK_DIGEST);
    vg_store_bind_int(&add, (int64_t)packed->hash_count);
    vg_store_bind_blob(&add, packed->hashes.ptr, packed->hashes.len);
    rc = vg_store_run(&add, err);
    if (!rc) rc = log_change(write, id, VG_CHANGE_NEW, err);
    if (rc) return rc;
    *entry = (uint32_t)write->next_entry++;
    tally(write, state, (int64_t)packed->hash_count, 1);
    write->counts.added++;
    return 0;
}

typedef struct known { /* the entry that a key has */
    int64_t id, added_ms, hash_count;
    vg_entry_state state;
    int gone;
    bool same; /* what the source says of it did not change */
} known;

static int find_entry(vg_bank_write *write, const vg_packed *packed, known *out, vg_error *err)
{
    vg_query find = vg_bank_use(write->store, VG_BQ_ENTRY_FIND);
    vg_store_bind_int(&find, write->bank);
    vg_store_bind_blob(&find, packed->key, VG_BANK_KEY);
    int rc = vg_store_step(&find, err);
    if (rc <= 0) return rc;
    vg_str digest = vg_store_peek(&find, DIGEST);
    *out = (known){.id = vg_store_int(&find, ID), .added_ms = vg_store_int(&find, ADDED),
                   .hash_count = vg_store_int(&find, HASH_COUNT), .state = (vg_entry_state)vg_store_int(&find, STATE),
                   .gone = (int)vg_store_int(&find, GONE)};
    out->same = digest.len == VG_BANK_DIGEST && memcmp(digest.ptr, packed->digest, VG_BANK_DIGEST) == 0;
    vg_store_reset(&find);
    return 1;
}

static int change_entry(vg_bank_write *write, const vg_packed *packed, const known *old, vg_error *err)
{
    int64_t category = 0;
    vg_entry_state state = VG_ENTRY_LIVE;
    int rc = category_number(write, packed->category, &category, err);
    if (!rc && write->opinions) rc = vg_bank_judge(write->store, write->bank, packed->key, &state, err);
    if (rc) return rc;
    vg_query set = vg_bank_use(write->store, VG_BQ_ENTRY_SET);
    vg_store_bind_int(&set, category);
    vg_store_bind_str(&set, packed->note);
    vg_store_bind_int(&set, state);
    vg_store_bind_int(&set, old->gone ? write->now_ms : old->added_ms);
    vg_store_bind_int(&set, packed->expires_ms);
    vg_store_bind_blob(&set, packed->digest, VG_BANK_DIGEST);
    vg_store_bind_int(&set, (int64_t)packed->hash_count);
    vg_store_bind_blob(&set, packed->hashes.ptr, packed->hashes.len);
    vg_store_bind_int(&set, old->id);
    rc = vg_store_run(&set, err);
    if (!rc) rc = log_change(write, old->id, VG_CHANGE_CONTENT, err);
    if (rc) return rc;
    tally(write, old->state, old->hash_count, -1);
    tally(write, state, (int64_t)packed->hash_count, 1);
    if (old->gone) write->counts.added++;
    else write->counts.changed++;
    return 0;
}

static int end_entry(vg_bank_write *write, const known *old, int why, vg_error *err)
{
    vg_query gone = vg_bank_use(write->store, VG_BQ_ENTRY_GONE);
    vg_store_bind_int(&gone, why);
    vg_store_bind_int(&gone, old->id);
    int rc = vg_store_run(&gone, err);
    if (!rc) rc = log_change(write, old->id, VG_CHANGE_CONTENT, err);
    if (rc) return rc;
    tally(write, old->state, old->hash_count, -1);
    tally(write, VG_ENTRY_WITHDRAWN, 0, 1);
    write->counts.removed++;
    return 0;
}

int vg_bank_write_put(vg_bank_write *write, const vg_packed *packed, uint32_t *entry, vg_error *err)
{
    known old;
    uint32_t number = 0;
    int rc = write->fresh && write->next_entry == 1 ? 0 : find_entry(write, packed, &old, err);
    if (rc < 0) return rc;
    bool there = rc == 1;
    rc = 0;
    if (there) number = (uint32_t)(old.id & UINT32_MAX);
    if (packed->deleted) {
        if (there && !old.gone) rc = end_entry(write, &old, VG_GONE_SOURCE, err);
    } else if (!there) {
        rc = add_entry(write, packed, &number, err);
    } else if (old.gone || !old.same) {
        rc = change_entry(write, packed, &old, err);
    } else {
        write->counts.unchanged++;
    }
    if (entry) *entry = number;
    return rc;
}

int vg_bank_write_gone(vg_bank_write *write, int64_t id, int why, vg_error *err)
{
    vg_query get = vg_bank_use(write->store, VG_BQ_ENTRY_GET);
    vg_store_bind_int(&get, id);
    int rc = vg_store_step(&get, err);
    if (rc <= 0) return rc;
    known old = {.id = id, .hash_count = vg_store_int(&get, HASH_COUNT), .state = (vg_entry_state)vg_store_int(&get, STATE),
                 .gone = (int)vg_store_int(&get, GONE)};
    vg_store_reset(&get);
    return old.gone ? 0 : end_entry(write, &old, why, err);
}

int vg_bank_write_state(vg_bank_write *write, int64_t id, vg_entry_state from, vg_entry_state to, int64_t hashes, vg_error *err)
{
    if (from == to) return 0;
    vg_query set = vg_bank_use(write->store, VG_BQ_ENTRY_STATE);
    vg_store_bind_int(&set, to);
    vg_store_bind_int(&set, id);
    int rc = vg_store_run(&set, err);
    bool comes_or_goes = from == VG_ENTRY_WITHDRAWN || to == VG_ENTRY_WITHDRAWN;
    if (!rc) rc = log_change(write, id, comes_or_goes ? VG_CHANGE_CONTENT : VG_CHANGE_DOUBT, err);
    if (rc) return rc;
    tally(write, from, hashes, -1);
    tally(write, to, hashes, 1);
    return 0;
}

/* ---- single entries ---- */

int vg_store_bank_entry_add(vg_bank_store *store, int64_t bank, const vg_bank_record *record, int64_t now_ms,
                            uint32_t *entry, vg_error *err)
{
    vg_packer packer;
    vg_packed packed;
    vg_bank_write write;
    vg_packer_init(&packer);
    int rc = vg_packer_pack(&packer, record, &packed, err);
    if (!rc && packed.deleted) rc = vg_fail(err, VG_EINVAL, "deleted", "an entry that is added is not deleted");
    if (!rc) rc = vg_bank_write_begin(&write, store, bank, now_ms, err);
    if (!rc) rc = vg_bank_write_end(&write, vg_bank_write_put(&write, &packed, entry, err), err);
    vg_packer_free(&packer);
    return rc;
}

int vg_store_bank_entry_remove(vg_bank_store *store, int64_t bank, uint32_t entry, int64_t now_ms, vg_error *err)
{
    vg_bank_write write;
    int rc = vg_bank_write_begin(&write, store, bank, now_ms, err);
    if (rc) return rc;
    rc = vg_bank_write_gone(&write, vg_bank_entry_id(bank, entry), VG_GONE_SOURCE, err);
    if (!rc && !write.counts.removed) rc = vg_fail(err, VG_ENOENT, "entry", "there is no entry %u, or it was removed before", entry);
    return vg_bank_write_end(&write, rc, err);
}

/* The next bank that has expired entries, and up to `most` of them. */
static int find_expired(vg_bank_store *store, int64_t now_ms, int64_t *ids, size_t most, size_t *count, int64_t *bank,
                        vg_error *err)
{
    vg_query find = vg_bank_use(store, VG_BQ_ENTRY_EXPIRED);
    vg_store_bind_int(&find, now_ms);
    vg_store_bind_int(&find, (int64_t)most);
    int rc;
    *count = 0;
    while ((rc = vg_store_step(&find, err)) == 1) {
        if (*count && vg_store_int(&find, 0) != *bank) continue; /* of another bank: the next call's */
        *bank = vg_store_int(&find, 0);
        ids[(*count)++] = vg_store_int(&find, 1);
    }
    return rc;
}

int vg_store_bank_expire(vg_bank_store *store, int64_t now_ms, size_t *count, vg_error *err)
{
    enum { AT_ONCE = 500, ROUNDS = 20 };
    int64_t ids[AT_ONCE], bank = 0;
    size_t found = 0;
    int rc = 0;
    *count = 0;
    for (int round = 0; !rc && round < ROUNDS; round++) {
        vg_bank_write write;
        rc = find_expired(store, now_ms, ids, AT_ONCE, &found, &bank, err);
        if (rc || !found) return rc;
        rc = vg_bank_write_begin(&write, store, bank, now_ms, err);
        if (rc == -VG_ENOENT) return 0; /* the bank was deleted: the purge takes its entries */
        if (rc) return rc;
        for (size_t i = 0; !rc && i < found; i++) rc = vg_bank_write_gone(&write, ids[i], VG_GONE_EXPIRED, err);
        size_t removed = (size_t)write.counts.removed;
        rc = vg_bank_write_end(&write, rc, err);
        if (!rc) *count += removed;
    }
    return rc;
}
