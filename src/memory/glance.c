/* SPDX-License-Identifier: Apache-2.0
 *
 * glance: the counts of one account as they are at a moment, read without changing anything.
 */
#include "memory/memory_int.h"

int vg_memory_glance(const vg_memory *memory, vg_str source, vg_str account, int64_t now_ms, uint32_t keep_days, vg_memory_glimpse *out)
{
    const vg_table *table = &memory->table[VG_TABLE_ACCOUNT];
    uint64_t key = vg_memory_account_key(memory, source, account);
    uint32_t page;
    vg_account_record a;
    vg_moment at = vg_memory_moment_of(now_ms);
    memset(out, 0, sizeof *out);
    int slot = vg_memory_find(table, key, NULL, &page);
    if (slot < 0) return -VG_ENOENT;
    memcpy(&a, vg_table_record(table, vg_table_page(table, page), (unsigned)slot), sizeof a);
    uint32_t today = at.day > memory->clock_day ? at.day : memory->clock_day;
    if (vg_memory_expired(a.last_day, today, keep_days)) return -VG_ENOENT;
    out->last_day_ms = (int64_t)a.last_day * VG_DAY_MS;
    vg_memory_account_roll(&a, &at, false);
    out->band = (uint8_t)vg_memory_band(&a);
    out->basis = (uint8_t)vg_memory_basis(&a);
    vg_memory_profile_text(&a, out->country, out->language);
    out->created_ms = a.created_hour ? (int64_t)(a.created_hour - 1) * VG_HOUR_MS : 0;
    out->minors_day = vg_memory_ring_sum(a.minors_h3, a.base_h3, VG_RING_BUCKETS);
    out->minors_week = vg_memory_ring_sum(a.minors_day, a.base_day, VG_WEEK_BUCKETS);
    out->unanswered_week = vg_memory_ring_sum(a.waiting_day, a.base_day, VG_WEEK_BUCKETS);
    out->against_month = vg_memory_ring_sum(a.against_day4, a.base_day4, VG_RING_BUCKETS);
    out->talks = a.talks;
    out->talks_late = a.talks_staged;
    out->notices_made = a.notices_made;
    out->notices_upheld = a.notices_upheld;
    out->notices_dismissed = a.notices_dismissed;
    return 0;
}
