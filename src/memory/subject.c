/* SPDX-License-Identifier: Apache-2.0
 *
 * subject: one person's data (export, erase), the outcome of their notices, and the sweep that ends
 * retention.
 *
 * Pairs and conversations hold 32-bit tags of accounts, so export and erase are scans of the tables. Two
 * accounts share a tag once in four thousand million: an erase may then take a record of a stranger's along,
 * which costs that stranger's pair its history and nothing else.
 */
#include "memory/memory_int.h"

enum { ENTRY_NEARLY_FULL = VG_ENTRY_WORDS_MAX - 2 * (VG_RECORD_WORDS_MAX + 1), LATE_DAYS = 31 };

/* ---- outcomes ---- */

int vg_memory_notice_outcome(vg_memory *memory, vg_str source, vg_str reporter, bool upheld, vg_error *err)
{
    vg_table *table = &memory->table[VG_TABLE_ACCOUNT];
    uint64_t key = vg_memory_account_key(memory, source, reporter);
    uint32_t page = vg_table_page_of(table, key);
    int slot = vg_table_find_slot(table, vg_table_page(table, page), key);
    if (slot < 0) return 0; /* forgotten meanwhile: there is nothing to count for */
    vg_entry entry;
    int rc = vg_memory_entry(memory, &entry, err);
    if (rc) return rc;
    union {
        vg_account_record record;
        uint64_t words[8];
    } copy;
    memcpy(&copy, vg_table_record(table, vg_table_page(table, page), (unsigned)slot), sizeof copy);
    uint16_t *count = upheld ? &copy.record.notices_upheld : &copy.record.notices_dismissed;
    if (*count < UINT16_MAX) ++*count;
    vg_entry_add_record(&entry, table, VG_TABLE_ACCOUNT, page, (unsigned)slot, copy.words);
    vg_memory_apply(memory, &entry);
    return 0;
}

void vg_memory_language(const vg_memory *memory, vg_str source, vg_str account, char out[4])
{
    char country[3];
    uint64_t key = vg_memory_account_key(memory, source, account);
    const vg_account_record *record = (const void *)vg_table_find(&memory->table[VG_TABLE_ACCOUNT], key);
    out[0] = '\0';
    if (record) vg_memory_profile_text(record, country, out);
}

/* ---- export ---- */

static void add_day(vg_buf *out, const char *name, int64_t day)
{
    char time[25];
    vg_time_format(day * VG_DAY_MS, time);
    vg_buf_printf(out, "\"%s\":\"%.10s\"", name, time);
}

static void add_account(vg_buf *out, const vg_account_record *a)
{
    char country[3], language[4], created[25];
    vg_memory_profile_text(a, country, language);
    vg_buf_printf(out, "{\"age_band\":\"%s\",\"age_basis\":\"%s\",", vg_age_band_names[vg_memory_band(a)],
                  vg_age_basis_names[vg_memory_basis(a)]);
    if (a->created_hour) {
        vg_time_format((int64_t)(a->created_hour - 1) * VG_HOUR_MS, created);
        vg_buf_printf(out, "\"created\":\"%s\",", created);
    }
    if (*country) vg_buf_printf(out, "\"country\":\"%s\",", country);
    if (*language) vg_buf_printf(out, "\"language\":\"%s\",", language);
    add_day(out, "last_day", a->last_day);
    vg_buf_printf(out, ",\"minors_contacted_24h\":%u,\"minors_contacted_7d\":%u,\"minors_unanswered_7d\":%u",
                  vg_memory_ring_sum(a->minors_h3, a->base_h3, VG_RING_BUCKETS),
                  vg_memory_ring_sum(a->minors_day, a->base_day, VG_WEEK_BUCKETS),
                  vg_memory_ring_sum(a->waiting_day, a->base_day, VG_WEEK_BUCKETS));
    vg_buf_printf(out, ",\"talks_with_minors\":%u,\"talks_with_minors_late_stage\":%u", a->talks, a->talks_staged);
    vg_buf_printf(
        out,
        ",\"notices_made\":%u,\"notices_upheld\":%u,\"notices_dismissed\":%u,\"notices_against_30d\":%u}",
        a->notices_made, a->notices_upheld, a->notices_dismissed,
        vg_memory_ring_sum(a->against_day4, a->base_day4, VG_RING_BUCKETS));
}

/* The stages that one side reached. */
static void add_stages(vg_buf *out, const vg_pair_record *p, unsigned side)
{
    unsigned stages = vg_pair_stages(p, side);
    const char *comma = "";
    for (unsigned i = 0; i < VG_STAGES; i++) {
        if (!(stages >> i & 1)) continue;
        vg_buf_printf(out, "%s\"%s\"", comma, vg_stage_names[i]);
        comma = ",";
    }
}

static void add_pair(vg_buf *out, const vg_pair_record *p, unsigned me)
{
    const char *yes[2] = {"false", "true"};
    vg_pair_side mine = p->side[me];
    vg_buf_add_cstr(out, "{");
    add_day(out, "first_day", p->first_minute / (24 * 60));
    vg_buf_add_cstr(out, ",");
    add_day(out, "last_day", p->last_day);
    vg_buf_printf(
        out, ",\"sent\":%u,\"received\":%u,\"began\":%s,\"met_in_the_open\":%s,\"blocked_by_the_other\":%s",
        vg_side_get(mine, VG_SIDE_SENT), vg_side_get(p->side[me ^ 1], VG_SIDE_SENT), yes[vg_pair_began(p) == me],
        yes[p->flags & VG_PAIR_MET_OPEN ? 1 : 0], yes[p->flags & vg_pair_bit(VG_PAIR_BLOCKED, me ^ 1) ? 1 : 0]);
    vg_buf_printf(out, ",\"sent_in_a_row\":%u,\"refused_by_the_other\":%s,\"asked_after_refusal\":%u,\"asked_to_move_at_message\":%u",
                  vg_side_get(mine, VG_SIDE_ROW), yes[vg_side_get(mine, VG_SIDE_REFUSED) ? 1 : 0], vg_side_get(mine, VG_SIDE_ASKED),
                  (unsigned)p->course[me].move);
    if (p->course[me].stated) vg_buf_printf(out, ",\"stated_age_band\":\"%s\"", vg_age_band_names[p->course[me].stated]);
    vg_buf_add_cstr(out, ",\"stages\":[");
    add_stages(out, p, me);
    vg_buf_add_cstr(out, "]}");
}

static void add_conversation(vg_buf *out, const vg_conversation_record *c, const vg_speaker *speaker)
{
    vg_buf_add_cstr(out, "{");
    add_day(out, "last_day", c->last_day);
    vg_buf_printf(out, ",\"messages_of_all\":%u,\"found\":[", c->messages);
    const char *comma = "";
    for (unsigned f = 0; f < VG_TEXT_FAMILIES; f++) {
        if (!speaker->family[f]) continue;
        vg_buf_printf(out, "%s\"%s\"", comma, vg_evidence_names[vg_evidence_of_family(f)]);
        comma = ",";
    }
    vg_buf_add_cstr(out, "]}");
}

typedef struct scan { /* of one table for one account */
    vg_table *table;
    uint32_t tag, page;
    unsigned slot;
} scan;

/* The next live record from the scan's place on, or NULL; the place is left on it. */
static uint64_t *scan_next(scan *s)
{
    size_t used = atomic_load(&s->table->used);
    for (; s->page < used; s->page++, s->slot = 0) {
        uint64_t *page = vg_table_page(s->table, s->page);
        for (; s->slot < s->table->shape->slots; s->slot++)
            if (vg_page_tag(page, s->slot)) return vg_table_record(s->table, page, s->slot);
    }
    return NULL;
}

static size_t export_pairs(vg_memory *memory, uint32_t tag, vg_buf *out)
{
    scan s = {.table = &memory->table[VG_TABLE_PAIR], .tag = tag};
    size_t found = 0;
    for (uint64_t *at; (at = scan_next(&s)); s.slot++) {
        const vg_pair_record *pair = (const void *)at;
        if (pair->tag[0] != tag && pair->tag[1] != tag) continue;
        if (found++) vg_buf_add_char(out, ',');
        add_pair(out, pair, pair->tag[0] == tag ? 0 : 1);
    }
    return found;
}

static size_t export_conversations(vg_memory *memory, uint32_t tag, vg_buf *out)
{
    scan s = {.table = &memory->table[VG_TABLE_CONVERSATION], .tag = tag};
    size_t found = 0;
    for (uint64_t *at; (at = scan_next(&s)); s.slot++) {
        const vg_conversation_record *conversation = (const void *)at;
        for (unsigned i = 0; i < VG_SPEAKERS; i++) {
            if (conversation->speaker[i].tag != tag) continue;
            if (found++) vg_buf_add_char(out, ',');
            add_conversation(out, conversation, &conversation->speaker[i]);
        }
    }
    return found;
}

static bool hands_out(const vg_token_record *record, uint32_t tag)
{
    if (record->kind != VG_TOKEN_ADDRESS) return false;
    for (unsigned i = 0; i < VG_TOKEN_TAGS; i++)
        if (record->of.tag[i] == tag) return true;
    return false;
}

/* Addresses or openings, by kind. */
static size_t export_tokens(vg_memory *memory, uint32_t tag, unsigned kind, vg_buf *out)
{
    scan s = {.table = &memory->table[VG_TABLE_TOKEN], .tag = tag};
    size_t found = 0;
    for (uint64_t *at; (at = scan_next(&s)); s.slot++) {
        const vg_token_record *record = (const void *)at;
        bool opening = record->kind == VG_TOKEN_OPENING;
        if (record->kind != kind || (opening ? record->of.opening.owner != tag : !hands_out(record, tag))) continue;
        vg_buf_add_cstr(out, found++ ? ",{" : "{");
        add_day(out, "last_day", record->last_day);
        if (opening)
            vg_buf_printf(out, ",\"minors_30d\":%u}",
                          vg_memory_ring_sum(record->of.opening.minors_day4, record->of.opening.base_day4, VG_RING_BUCKETS));
        else vg_buf_printf(out, ",\"other_accounts_30d\":%u}", vg_memory_others(record, tag, record->last_day));
    }
    return found;
}

int vg_memory_export(vg_memory *memory, vg_str source, vg_str account, vg_buf *out, vg_error *err)
{
    uint64_t key = vg_memory_account_key(memory, source, account);
    const vg_account_record *record = (const void *)vg_table_find(&memory->table[VG_TABLE_ACCOUNT], key);
    size_t before = out->len, found = record ? 1 : 0;
    vg_buf_add_cstr(out, "{\"account\":");
    if (record) add_account(out, record);
    else vg_buf_add_cstr(out, "null");
    vg_buf_add_cstr(out, ",\"pairs\":[");
    found += export_pairs(memory, vg_memory_tag(key), out);
    vg_buf_add_cstr(out, "],\"conversations\":[");
    found += export_conversations(memory, vg_memory_tag(key), out);
    vg_buf_add_cstr(out, "],\"addresses\":[");
    found += export_tokens(memory, vg_memory_tag(key), VG_TOKEN_ADDRESS, out);
    vg_buf_add_cstr(out, "],\"openings\":[");
    found += export_tokens(memory, vg_memory_tag(key), VG_TOKEN_OPENING, out);
    vg_buf_add_cstr(out, "]}");
    if (out->failed) return vg_fail(err, VG_ETOOBIG, "memory", "the export does not fit in its buffer");
    if (found) return 0;
    out->len = before;
    out->ptr[before] = '\0';
    return vg_fail(err, VG_ENOENT, "memory", "nothing is remembered of this account");
}

/* ---- erase ---- */

/* Changes are gathered in one entry until it is full. */
static int flush_when(vg_memory *memory, vg_entry *entry, size_t count, vg_error *err)
{
    if (entry->count < count) return 0;
    vg_memory_apply(memory, entry);
    return vg_memory_entry(memory, entry, err);
}

static int erase_pairs(vg_memory *memory, vg_entry *entry, uint32_t tag, size_t *removed, vg_error *err)
{
    static const uint64_t nothing[VG_RECORD_WORDS_MAX] = {0};
    scan s = {.table = &memory->table[VG_TABLE_PAIR], .tag = tag};
    for (uint64_t *at; (at = scan_next(&s)); s.slot++) {
        const vg_pair_record *pair = (const void *)at;
        if (pair->tag[0] != tag && pair->tag[1] != tag) continue;
        vg_entry_add_record(entry, s.table, VG_TABLE_PAIR, s.page, s.slot, nothing);
        ++*removed;
        int rc = flush_when(memory, entry, ENTRY_NEARLY_FULL, err);
        if (rc) return rc;
    }
    return 0;
}

static int erase_speaker(vg_memory *memory, vg_entry *entry, uint32_t tag, size_t *removed, vg_error *err)
{
    scan s = {.table = &memory->table[VG_TABLE_CONVERSATION], .tag = tag};
    for (uint64_t *at; (at = scan_next(&s)); s.slot++) {
        union {
            vg_conversation_record record;
            uint64_t words[VG_RECORD_WORDS_MAX];
        } copy;
        memcpy(&copy, at, sizeof copy);
        bool found = false;
        for (unsigned i = 0; i < VG_SPEAKERS; i++) {
            if (copy.record.speaker[i].tag != tag) continue;
            memset(&copy.record.speaker[i], 0, sizeof copy.record.speaker[i]);
            found = true;
        }
        if (copy.record.claimant == tag) {
            copy.record.claimant = 0;
            found = true;
        }
        if (!found) continue;
        vg_entry_add_record(entry, s.table, VG_TABLE_CONVERSATION, s.page, s.slot, copy.words);
        ++*removed;
        int rc = flush_when(memory, entry, ENTRY_NEARLY_FULL, err);
        if (rc) return rc;
    }
    return 0;
}

static int erase_tokens(vg_memory *memory, vg_entry *entry, uint32_t tag, size_t *removed, vg_error *err)
{
    static const uint64_t nothing[VG_RECORD_WORDS_MAX] = {0};
    scan s = {.table = &memory->table[VG_TABLE_TOKEN], .tag = tag};
    for (uint64_t *at; (at = scan_next(&s)); s.slot++) {
        union {
            vg_token_record record;
            uint64_t words[sizeof(vg_token_record) / 8];
        } copy;
        memcpy(&copy, at, sizeof copy);
        bool gone = vg_memory_token_forget(&copy.record, tag);
        if (!gone && memcmp(&copy, at, sizeof copy) == 0) continue;
        vg_entry_add_record(entry, s.table, VG_TABLE_TOKEN, s.page, s.slot, gone ? nothing : copy.words);
        ++*removed;
        int rc = flush_when(memory, entry, ENTRY_NEARLY_FULL, err);
        if (rc) return rc;
    }
    return 0;
}

int vg_memory_erase(vg_memory *memory, vg_str source, vg_str account, size_t *removed, vg_error *err)
{
    static const uint64_t nothing[VG_RECORD_WORDS_MAX] = {0};
    uint64_t key = vg_memory_account_key(memory, source, account);
    vg_table *table = &memory->table[VG_TABLE_ACCOUNT];
    *removed = 0;
    vg_entry entry;
    int rc = vg_memory_entry(memory, &entry, err);
    if (rc) return rc;
    uint32_t page = vg_table_page_of(table, key);
    int slot = vg_table_find_slot(table, vg_table_page(table, page), key);
    if (slot >= 0) {
        vg_entry_add_record(&entry, table, VG_TABLE_ACCOUNT, page, (unsigned)slot, nothing);
        ++*removed;
    }
    rc = erase_pairs(memory, &entry, vg_memory_tag(key), removed, err);
    if (!rc) rc = erase_speaker(memory, &entry, vg_memory_tag(key), removed, err);
    if (!rc) rc = erase_tokens(memory, &entry, vg_memory_tag(key), removed, err);
    if (rc) return rc; /* what is gone is gone; asking again goes on */
    vg_memory_apply(memory, &entry);
    return 0;
}

/* ---- sweep ---- */

static uint32_t record_day(vg_table_kind kind, const uint64_t *record)
{
    switch (kind) {
    case VG_TABLE_ACCOUNT: return ((const vg_account_record *)(const void *)record)->last_day;
    case VG_TABLE_PAIR: return ((const vg_pair_record *)(const void *)record)->last_day;
    case VG_TABLE_CONVERSATION: return ((const vg_conversation_record *)(const void *)record)->last_day;
    case VG_TABLE_TOKEN: return ((const vg_token_record *)(const void *)record)->last_day;
    default: return ((const vg_seen_record *)(const void *)record)->case_and_day & 0xffff;
    }
}

/* Gone for every event still to come: by the clock of events, or, in a space gone quiet, by the wall clock
 * and the 30 days that an event may lag behind it. */
static bool is_over(const vg_memory *memory, uint32_t day, uint32_t now_day, uint32_t keep_days)
{
    return vg_memory_expired(day, memory->clock_day, keep_days) ||
           vg_memory_expired(day, now_day, keep_days + LATE_DAYS);
}

static size_t sweep_page(vg_memory *memory, vg_table_kind kind, uint32_t number, uint32_t now_day,
                         uint32_t keep_days)
{
    vg_table *table = &memory->table[kind];
    uint64_t *page = vg_table_page(table, number), header[16];
    memcpy(header, page, table->shape->header_words * sizeof *header);
    size_t removed = 0;
    keep_days = vg_memory_keep(kind, keep_days);
    for (unsigned slot = 0; slot < table->shape->slots; slot++) {
        if (!vg_page_tag(page, slot)) continue;
        if (!is_over(memory, record_day(kind, vg_table_record(table, page, slot)), now_day, keep_days))
            continue;
        header[slot / 8] &= ~((uint64_t)0xff << slot % 8 * 8);
        removed++;
    }
    vg_entry entry;
    if (!removed || vg_memory_entry(memory, &entry, NULL)) return 0; /* a full journal: another time */
    vg_entry_add_header(&entry, table, kind, number, header);
    vg_memory_apply(memory, &entry);
    return removed;
}

size_t vg_memory_sweep(vg_memory *memory, int64_t now_ms, uint32_t keep_days, size_t pages)
{
    uint32_t now_day = vg_memory_moment_of(now_ms).day;
    if (keep_days > UINT16_MAX) keep_days = UINT16_MAX;
    size_t removed = 0;
    for (unsigned turned = 0; pages && turned <= VG_TABLES;) {
        if (memory->sweep_page >= atomic_load(&memory->table[memory->sweep_table].used)) {
            memory->sweep_table = (memory->sweep_table + 1) % VG_TABLES;
            memory->sweep_page = 0;
            turned++;
            continue;
        }
        removed += sweep_page(memory, (vg_table_kind)memory->sweep_table, (uint32_t)memory->sweep_page++,
                              now_day, keep_days);
        pages--;
    }
    return removed;
}
