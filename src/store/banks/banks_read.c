/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading banks and entries: one, all of one moment, or those that changed.
 */
#include "store/banks/banks_int.h"

enum { ID, CATEGORY, STATE, ADDED, EXPIRES, HASH_COUNT, HASHES, REFERENCE, NOTE }; /* VG_BANK_ENTRY_COLUMNS */
enum { BATCH = 512, BATCH_BYTES = 8 << 20 };

int vg_bank_read_bank(const vg_query *row, vg_arena *arena, vg_bank *out)
{
    int rc = 0;
    *out = (vg_bank){
        .id = vg_store_int(row, 0),
        .name = vg_store_copy(row, 1, arena, &rc),
        .source = vg_store_copy(row, 2, arena, &rc),
        .classification = vg_store_copy(row, 3, arena, &rc),
        .profile = (vg_pdq_profile)vg_store_int(row, 4),
        .threshold = (uint8_t)vg_store_int(row, 5),
        .min_quality = (uint8_t)vg_store_int(row, 6),
        .video_percent = (uint8_t)vg_store_int(row, 7),
        .effect = (vg_bank_effect)vg_store_int(row, 8),
        .spaces = vg_store_copy(row, 9, arena, &rc),
        .visible_to = (uint32_t)vg_store_int(row, 10),
        .created_ms = vg_store_int(row, 11),
        .updated_ms = vg_store_int(row, 12),
        .expires_ms = vg_store_int(row, 13),
        .entries = vg_store_int(row, 14),
        .hashes = vg_store_int(row, 15),
        .withdrawn = vg_store_int(row, 16),
        .matches = vg_store_int(row, 17),
        .matches_confirmed = vg_store_int(row, 18),
        .matches_rejected = vg_store_int(row, 19),
        .change = vg_store_int(row, 20),
    };
    return rc;
}

int vg_bank_profile_of(vg_bank_store *store, int64_t bank, vg_pdq_profile *profile, vg_error *err)
{
    vg_query get = vg_bank_use(store, VG_BQ_BANK_GET);
    vg_store_bind_int(&get, bank);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "bank", "there is no bank with the number %lld", (long long)bank);
    *profile = (vg_pdq_profile)vg_store_int(&get, 4);
    vg_store_reset(&get);
    return 0;
}

static int fail_memory(vg_error *err)
{
    return vg_fail(err, VG_ENOMEM, "", "no memory for the entries of a bank");
}

int vg_store_bank_categories(vg_bank_store *store, int64_t bank, vg_arena *arena, vg_str **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    *out = NULL;
    *count = 0;
    vg_query list = vg_bank_use(store, VG_BQ_CATEGORY_LIST);
    vg_store_bind_int(&list, bank);
    int rc;
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_str *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof *larger);
        vg_str name = vg_arena_copy(arena, vg_store_peek(&list, 1));
        if (larger) *out = larger;
        if (!larger || !name.ptr) {
            vg_store_reset(&list);
            return fail_memory(err);
        }
        larger[(*count)++] = name;
    }
    return rc;
}

/* ---- one entry ---- */

static int read_entry(const vg_query *row, vg_pdq_profile profile, bool texts, vg_arena *arena, vg_bank_entry *out, vg_error *err)
{
    int rc = 0;
    int64_t count = vg_store_int(row, HASH_COUNT);
    *out = (vg_bank_entry){.id = (uint32_t)(vg_store_int(row, ID) & UINT32_MAX),
                           .category_number = (uint16_t)vg_store_int(row, CATEGORY),
                           .state = (vg_entry_state)vg_store_int(row, STATE),
                           .added_ms = vg_store_int(row, ADDED),
                           .expires_ms = vg_store_int(row, EXPIRES)};
    if (count < 0 || count > VG_BANK_MAX_ENTRY_HASHES)
        return vg_fail(err, VG_ECORRUPT, "banks.db", "an entry counts %lld hashes", (long long)count);
    if (texts) out->reference = vg_store_copy(row, REFERENCE, arena, &rc);
    if (texts) out->note = vg_store_copy(row, NOTE, arena, &rc);
    vg_media_hash *hashes = count ? vg_arena_alloc(arena, (size_t)count * sizeof *hashes) : NULL;
    if (rc || (count && !hashes)) return fail_memory(err);
    out->hashes = hashes;
    out->hash_count = (size_t)count;
    return vg_bank_unpack(vg_store_peek(row, HASHES), profile, hashes, (size_t)count, err);
}

static int name_category(vg_bank_store *store, int64_t bank, vg_arena *arena, vg_bank_entry *entry, vg_error *err)
{
    vg_query get = vg_bank_use(store, VG_BQ_CATEGORY_GET);
    vg_store_bind_int(&get, bank);
    vg_store_bind_int(&get, entry->category_number);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ECORRUPT, "banks.db", "an entry has a category that is not there");
    rc = 0;
    entry->category = vg_store_copy(&get, 0, arena, &rc);
    vg_store_reset(&get);
    return rc ? fail_memory(err) : 0;
}

static int one_entry(vg_query *get, vg_bank_store *store, int64_t bank, vg_arena *arena, vg_bank_entry *out, vg_error *err)
{
    vg_pdq_profile profile = VG_PDQ_CPP;
    int rc = vg_bank_profile_of(store, bank, &profile, err);
    if (!rc) rc = vg_store_step(get, err);
    else vg_store_reset(get);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "entry", "there is no such entry in this bank");
    rc = read_entry(get, profile, true, arena, out, err);
    vg_store_reset(get);
    return rc ? rc : name_category(store, bank, arena, out, err);
}

int vg_store_bank_entry_get(vg_bank_store *store, int64_t bank, uint32_t entry, vg_arena *arena, vg_bank_entry *out, vg_error *err)
{
    vg_query get = vg_bank_use(store, VG_BQ_ENTRY_GET);
    vg_store_bind_int(&get, vg_bank_entry_id(bank, entry));
    return one_entry(&get, store, bank, arena, out, err);
}

int vg_store_bank_entry_find(vg_bank_store *store, int64_t bank, vg_str reference, vg_arena *arena, vg_bank_entry *out,
                             vg_error *err)
{
    uint8_t key[VG_BANK_KEY];
    vg_bank_key(reference, key);
    vg_query find = vg_bank_use(store, VG_BQ_ENTRY_FIND);
    vg_store_bind_int(&find, bank);
    vg_store_bind_blob(&find, key, sizeof key);
    return one_entry(&find, store, bank, arena, out, err);
}

/* ---- many ---- */

typedef struct batch {
    vg_bank_store *store;
    const vg_bank_reader *reader;
    vg_arena *arena; /* of the categories: for the whole reading; entries are in store->scratch */
    vg_str *categories;
    size_t category_count;
    vg_pdq_profile profile;
    size_t count;
    vg_bank_entry entries[BATCH];
} batch;

static int flush(batch *b, vg_error *err)
{
    if (!b->count) return 0;
    int rc = b->reader->entries(b->reader->context, b->entries, b->count, err);
    b->count = 0;
    vg_arena_reset(b->store->scratch);
    return rc;
}

static int take(batch *b, const vg_query *row, uint8_t change, vg_error *err)
{
    vg_bank_entry *entry = &b->entries[b->count];
    int rc = read_entry(row, b->profile, b->reader->texts, b->store->scratch, entry, err);
    if (rc) return rc;
    if (entry->category_number >= b->category_count)
        return vg_fail(err, VG_ECORRUPT, "banks.db", "an entry has a category that is not there");
    entry->category = b->categories[entry->category_number];
    entry->change = change;
    b->count++;
    return b->count == BATCH || vg_arena_used(b->store->scratch) > BATCH_BYTES ? flush(b, err) : 0;
}

static int scan(batch *b, int64_t bank, vg_error *err)
{
    vg_query all = vg_bank_use(b->store, VG_BQ_ENTRY_SCAN);
    vg_store_bind_int(&all, vg_bank_entry_id(bank, 0));
    vg_store_bind_int(&all, vg_bank_entry_id(bank, UINT32_MAX));
    int rc;
    while ((rc = vg_store_step(&all, err)) == 1) {
        if (!b->reader->withdrawn && vg_store_int(&all, STATE) == VG_ENTRY_WITHDRAWN) continue;
        rc = take(b, &all, VG_CHANGE_NEW, err);
        if (rc) break;
    }
    vg_store_reset(&all);
    return rc ? rc : flush(b, err);
}

static int read_changed(batch *b, int64_t bank, int64_t since, vg_error *err)
{
    vg_query log = vg_bank_use(b->store, VG_BQ_LOG_READ);
    vg_store_bind_int(&log, bank);
    vg_store_bind_int(&log, since);
    int rc;
    while ((rc = vg_store_step(&log, err)) == 1) {
        vg_query get = vg_bank_use(b->store, VG_BQ_ENTRY_GET);
        vg_store_bind_int(&get, vg_bank_entry_id(bank, (uint32_t)vg_store_int(&log, 0)));
        rc = vg_store_step(&get, err);
        if (rc == 1) {
            rc = take(b, &get, (uint8_t)vg_store_int(&log, 1), err);
            vg_store_reset(&get);
        } else if (rc == 0) {
            rc = vg_fail(err, VG_ECORRUPT, "banks.db", "the log of changes names an entry that is not there");
        }
        if (rc) break;
    }
    vg_store_reset(&log);
    return rc ? rc : flush(b, err);
}

/* since < 0: everything. */
static int read_moment(batch *b, int64_t bank, int64_t since, int64_t *change, vg_error *err)
{
    vg_query state = vg_bank_use(b->store, VG_BQ_BANK_STATE);
    vg_store_bind_int(&state, bank);
    int rc = vg_store_step(&state, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "bank", "there is no bank with the number %lld", (long long)bank);
    *change = vg_store_int(&state, 0);
    int64_t log_from = vg_store_int(&state, 1);
    vg_store_reset(&state);
    if (since >= 0 && (since < log_from || since > *change))
        return vg_fail(err, VG_ECONFLICT, "bank", "its log of changes does not reach back to change %lld", (long long)since);
    rc = vg_bank_profile_of(b->store, bank, &b->profile, err);
    if (!rc) rc = vg_store_bank_categories(b->store, bank, b->arena, &b->categories, &b->category_count, err);
    if (!rc) rc = since < 0 ? scan(b, bank, err) : read_changed(b, bank, since, err);
    return rc;
}

static int read_all(vg_bank_store *store, int64_t bank, int64_t since, const vg_bank_reader *reader, int64_t *change, vg_error *err)
{
    vg_arena *arena = vg_arena_create(1 << 16, 8 << 20);
    batch *b = arena ? vg_arena_alloc(arena, sizeof *b) : NULL;
    int rc = b ? vg_bank_begin(store, false, err) : fail_memory(err);
    if (!rc) {
        *b = (batch){.store = store, .reader = reader, .arena = arena};
        vg_arena_reset(store->scratch);
        rc = read_moment(b, bank, since, change, err);
        vg_arena_reset(store->scratch);
        rc = vg_bank_end(store, rc, err);
    }
    vg_arena_destroy(&arena);
    return rc;
}

int vg_store_bank_scan(vg_bank_store *store, int64_t bank, const vg_bank_reader *reader, int64_t *change, vg_error *err)
{
    return read_all(store, bank, -1, reader, change, err);
}

int vg_store_bank_changed(vg_bank_store *store, int64_t bank, int64_t since, const vg_bank_reader *reader, int64_t *change,
                          vg_error *err)
{
    if (since < 0) return vg_fail(err, VG_EINVAL, "since", "is negative");
    return read_all(store, bank, since, reader, change, err);
}

int vg_store_bank_log_cut(vg_bank_store *store, int64_t bank, int64_t through, vg_error *err)
{
    int rc = vg_bank_begin(store, true, err);
    if (rc) return rc;
    vg_query from = vg_bank_use(store, VG_BQ_LOG_FROM);
    vg_store_bind_int(&from, through);
    vg_store_bind_int(&from, bank);
    rc = vg_store_run(&from, err);
    if (!rc) {
        vg_query cut = vg_bank_use(store, VG_BQ_LOG_CUT);
        vg_store_bind_int(&cut, bank);
        vg_store_bind_int(&cut, through);
        rc = vg_store_run(&cut, err);
    }
    return vg_bank_end(store, rc, err);
}
