/* SPDX-License-Identifier: Apache-2.0
 *
 * What people say of an entry.
 *
 *     live ──(one person rejects)──▶ doubted ──(another person rejects)──▶ withdrawn
 *       ▲                               │
 *       └──(another person confirms)────┘
 *
 * The state follows from the opinions that stand, in the order they were given: two who reject withdraw; one who rejects puts in
 * doubt, unless somebody else confirmed after that. A confirmation that is older than the doubt does not answer it. Opinions
 * belong to the reference, so that they hold when the source changes the entry, or takes it back and names it again.
 */
#include "store/banks/banks_int.h"

int vg_bank_judge(vg_bank_store *store, int64_t bank, const uint8_t key[VG_BANK_KEY], vg_entry_state *state, vg_error *err)
{
    int rejects = 0;
    bool answered = false;
    vg_query list = vg_bank_use(store, VG_BQ_OPINION_LIST);
    vg_store_bind_int(&list, bank);
    vg_store_bind_blob(&list, key, VG_BANK_KEY);
    int rc;
    while ((rc = vg_store_step(&list, err)) == 1) { /* one a person: whoever confirms here is another than who rejected */
        if (vg_store_int(&list, 1)) {
            rejects++;
            answered = false;
        } else {
            answered = rejects > 0;
        }
    }
    *state = rejects >= 2 ? VG_ENTRY_WITHDRAWN : rejects == 1 && !answered ? VG_ENTRY_DOUBTED : VG_ENTRY_LIVE;
    return rc;
}

typedef struct judged {
    int64_t id, hash_count;
    uint8_t key[VG_BANK_KEY];
    vg_entry_state state;
    bool gone;
} judged;

static int read_entry(vg_bank_store *store, int64_t id, judged *out, vg_error *err)
{
    vg_query get = vg_bank_use(store, VG_BQ_ENTRY_GET);
    vg_store_bind_int(&get, id);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "entry", "there is no entry %lld in this bank", (long long)(id & UINT32_MAX));
    vg_str key = vg_store_peek(&get, 9);
    *out = (judged){.id = id, .state = (vg_entry_state)vg_store_int(&get, 2), .hash_count = vg_store_int(&get, 5),
                    .gone = vg_store_int(&get, 10) != 0};
    if (key.len == VG_BANK_KEY) memcpy(out->key, key.ptr, VG_BANK_KEY);
    vg_store_reset(&get);
    return key.len == VG_BANK_KEY ? 0 : vg_fail(err, VG_ECORRUPT, "banks.db", "an entry has no key");
}

static int put_opinion(vg_bank_write *write, const judged *entry, const vg_bank_opinion *opinion, vg_error *err)
{
    vg_query drop = vg_bank_use(write->store, VG_BQ_OPINION_DROP);
    vg_store_bind_int(&drop, write->bank);
    vg_store_bind_blob(&drop, entry->key, VG_BANK_KEY);
    vg_store_bind_str(&drop, opinion->person);
    int rc = vg_store_step(&drop, err);
    if (rc < 0) return rc;
    if (rc == 1) {
        if (vg_store_int(&drop, 0)) write->rejected--;
        else write->confirmed--;
        vg_store_reset(&drop);
    }
    vg_query add = vg_bank_use(write->store, VG_BQ_OPINION_ADD);
    vg_store_bind_int(&add, write->bank);
    vg_store_bind_blob(&add, entry->key, VG_BANK_KEY);
    vg_store_bind_str(&add, opinion->person);
    vg_store_bind_int(&add, opinion->reject);
    vg_store_bind_str(&add, opinion->note);
    vg_store_bind_int(&add, opinion->time_ms);
    if (opinion->reject) write->rejected++;
    else write->confirmed++;
    return vg_store_run(&add, err);
}

int vg_store_bank_opinion_add(vg_bank_store *store, int64_t bank, uint32_t entry, const vg_bank_opinion *opinion,
                              vg_entry_state *state, vg_error *err)
{
    judged now;
    vg_entry_state next = VG_ENTRY_WITHDRAWN;
    vg_bank_write write;
    int rc = vg_store_check_text("person", opinion->person, 256, err);
    if (!rc) rc = vg_store_check_text("note", opinion->note, -1000, err);
    if (!rc) rc = vg_bank_write_begin(&write, store, bank, opinion->time_ms, err);
    if (rc) return rc;
    rc = read_entry(store, vg_bank_entry_id(bank, entry), &now, err);
    if (!rc) rc = put_opinion(&write, &now, opinion, err);
    if (!rc && !now.gone) rc = vg_bank_judge(store, bank, now.key, &next, err);
    if (!rc && !now.gone) rc = vg_bank_write_state(&write, now.id, now.state, next, now.hash_count, err);
    if (!rc && state) *state = next;
    return vg_bank_write_end(&write, rc, err);
}

int vg_store_bank_opinions(vg_bank_store *store, int64_t bank, uint32_t entry, vg_arena *arena, vg_bank_opinion **out,
                           size_t *count, vg_error *err)
{
    judged now;
    size_t capacity = 0;
    *out = NULL;
    *count = 0;
    int rc = read_entry(store, vg_bank_entry_id(bank, entry), &now, err);
    if (rc) return rc;
    vg_query list = vg_bank_use(store, VG_BQ_OPINION_LIST);
    vg_store_bind_int(&list, bank);
    vg_store_bind_blob(&list, now.key, VG_BANK_KEY);
    while ((rc = vg_store_step(&list, err)) == 1) {
        int copied = 0;
        vg_bank_opinion *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof *larger);
        if (larger) {
            *out = larger;
            larger[*count] = (vg_bank_opinion){.person = vg_store_copy(&list, 0, arena, &copied),
                                               .reject = vg_store_int(&list, 1) != 0,
                                               .note = vg_store_copy(&list, 2, arena, &copied),
                                               .time_ms = vg_store_int(&list, 3)};
        }
        if (!larger || copied) {
            vg_store_reset(&list);
            return vg_fail(err, VG_ENOMEM, "", "no memory for the opinions on an entry");
        }
        (*count)++;
    }
    return rc;
}
