/* SPDX-License-Identifier: Apache-2.0
 *
 * transaction: begin, commit, abandon, and what was answered before.
 *
 * DESIGN. begin copies the records that an event touches and changes the copies; what can fail for want of
 * space fails here: a page without a free slot is split and the tables grow before anything depends on it (a
 * split changes no record). commit writes down the words that differ as one journal entry, and applies that
 * entry.
 */
#include "memory/memory_int.h"

/* ---- entries ---- */

int vg_memory_entry(vg_memory *memory, vg_entry *entry, vg_error *err)
{
    if (!memory->disk) {
        vg_entry_begin(entry, memory->scratch);
        return 0;
    }
    vg_error own, *why = err ? err : &own;
    why->code = VG_OK;
    uint64_t *words = vg_journal_reserve(&memory->disk->journal, why);
    if (!words && why->code == VG_EFULL && vg_checkpoint_wait(memory)) {
        vg_checkpoint_tend(memory);
        words = vg_journal_reserve(&memory->disk->journal, why);
    }
    if (!words) return why->code ? -why->code : -VG_EIO;
    why->code = VG_OK;
    vg_entry_begin(entry, words);
    return 0;
}

void vg_memory_apply(vg_memory *memory, vg_entry *entry)
{
    if (vg_entry_is_empty(entry)) return;
    if (memory->disk) vg_journal_append(&memory->disk->journal, entry, VG_ENTRY_CHANGE);
    else entry->words[0] = entry->count; /* read once, below: no mark and no checksum */
    vg_entry_apply(memory, entry->words, false); /* an entry just built names only what is there */
    if (memory->disk) vg_checkpoint_tend(memory);
}

/* ---- touching records ---- */

/* Moves the records whose next key bit is set to a new page, in the same slots. */
static int split_page(vg_memory *memory, vg_table_kind kind, uint32_t low, vg_error *err)
{
    vg_table *table = &memory->table[kind];
    const vg_table_shape *shape = table->shape;
    uint64_t *page = vg_table_page(table, low);
    unsigned depth = vg_page_depth(table, page);
    uint32_t prefix = vg_page_prefix(table, page), high = (uint32_t)atomic_load(&table->used);
    vg_entry entry;
    int rc =
        high < atomic_load(&table->capacity) ? 0 : vg_table_grow(table, vg_table_next_capacity(table), err);
    if (!rc) rc = vg_table_deepen(table, depth, err);
    if (!rc) rc = vg_memory_entry(memory, &entry, err);
    if (rc) return rc;

    uint64_t header[16];
    memcpy(header, page, shape->header_words * sizeof *header);
    uint64_t meta = (uint64_t)(depth + 1) << 8 | 1;
    header[shape->header_words - 1] = meta | (uint64_t)prefix << 32;
    vg_entry_add_fresh(&entry, kind, high, meta | (uint64_t)(prefix | 1u << depth) << 32);
    for (unsigned slot = 0; slot < shape->slots; slot++) {
        const uint64_t *record = vg_table_record(table, page, slot);
        if (!vg_page_tag(page, slot) || !(record[0] >> depth & 1)) continue;
        vg_entry_add_record(&entry, table, kind, high, slot, record);
        header[slot / 8] &= ~((uint64_t)0xff << slot % 8 * 8);
    }
    vg_entry_add_header(&entry, table, kind, low, header);
    vg_memory_apply(memory, &entry);
    vg_table_split_directory(table, high, prefix, depth);

    /* copies of the open transaction follow; slots stay */
    for (size_t i = 0; i < memory->tx.count; i++) {
        vg_touched *touched = &memory->tx.touched[i];
        if (touched->table == kind && touched->page == low)
            touched->page = vg_table_page_of(table, touched->copy.words[0]);
    }
    return 0;
}

/* `near`, or NULL, names a slot that prefetch found free; it may have been taken since. */
static int find_free(vg_memory *memory, vg_table_kind kind, vg_touched *touched, uint64_t key, const vg_memory_place *near, vg_error *err)
{
    vg_table *table = &memory->table[kind];
    for (;;) {
        uint32_t page = vg_table_page_of(table, key);
        uint64_t taken[2] = {0, 0}; /* by records that this transaction will insert */
        for (size_t i = 0; i < memory->tx.count; i++) {
            const vg_touched *other = &memory->tx.touched[i];
            if (other->insert && other->table == kind && other->page == page)
                taken[other->slot / 64] |= (uint64_t)1 << other->slot % 64;
        }
        int slot = near && near->page == page && vg_page_is_free(vg_table_page(table, page), near->slot, taken)
                       ? (int)near->slot
                       : vg_table_free_slot(table, vg_table_page(table, page), taken);
        if (slot >= 0) {
            touched->page = page;
            touched->slot = (uint8_t)slot;
            return 0;
        }
        int rc = split_page(memory, kind, page, err);
        if (rc) return rc;
    }
}

static uint16_t last_day_of(vg_table_kind kind, const vg_touched *touched)
{
    switch (kind) {
    case VG_TABLE_ACCOUNT: return touched->copy.account.last_day;
    case VG_TABLE_PAIR: return touched->copy.pair.last_day;
    case VG_TABLE_TOKEN: return touched->copy.token.last_day;
    default: return touched->copy.conversation.last_day;
    }
}

/* Sizes known at compile time become a few wide moves. */
static inline void copy_out(vg_touched *touched, vg_table_kind kind, const uint64_t *record)
{
    switch (kind) {
    case VG_TABLE_ACCOUNT: memcpy(touched->copy.words, record, sizeof(vg_account_record)); break;
    case VG_TABLE_PAIR: memcpy(touched->copy.words, record, sizeof(vg_pair_record)); break;
    case VG_TABLE_TOKEN: memcpy(touched->copy.words, record, sizeof(vg_token_record)); break;
    default: memcpy(touched->copy.words, record, sizeof(vg_conversation_record)); break;
    }
}

int vg_memory_find(const vg_table *table, uint64_t key, const vg_memory_place *near, uint32_t *page)
{
    /* The place is checked by its key alone: pages never go away, and a slot that a record has left holds zero. */
    if (near && vg_table_record(table, vg_table_page(table, near->page), near->slot)[0] == key) {
        *page = near->page;
        return (int)near->slot;
    }
    *page = vg_table_page_of(table, key);
    return vg_table_find_slot(table, vg_table_page(table, *page), key);
}

int vg_memory_touch(vg_memory *memory, vg_table_kind kind, uint64_t key, const vg_memory_place *near, bool create,
                    vg_touched **out, vg_error *err)
{
    vg_transaction *tx = &memory->tx;
    *out = NULL;
    for (size_t i = 0; i < tx->count; i++) {
        if (tx->touched[i].table != kind || tx->touched[i].copy.words[0] != key) continue;
        *out = &tx->touched[i];
        return 0;
    }
    vg_table *table = &memory->table[kind];
    vg_touched *touched = &tx->touched[tx->count];
    uint32_t page;
    int slot = vg_memory_find(table, key, near, &page);
    size_t words = table->shape->record_words;
    touched->table = (uint8_t)kind;
    touched->fresh = touched->insert = slot < 0;
    if (slot >= 0) {
        copy_out(touched, kind, vg_table_record(table, vg_table_page(table, page), (unsigned)slot));
        touched->page = page;
        touched->slot = (uint8_t)slot;
        touched->fresh = vg_memory_expired(last_day_of(kind, touched), tx->today, vg_memory_keep(kind, tx->keep_days));
    }
    if (touched->fresh) {
        if (!create) return 0;
        int rc = touched->insert ? find_free(memory, kind, touched, key, near, err) : 0;
        if (rc) return rc;
        if (touched->insert && kind == VG_TABLE_TOKEN) /* not prefetched: the slot is written when the event is committed */
            __builtin_prefetch(vg_table_record(table, vg_table_page(table, touched->page), touched->slot), 1);
        memset(touched->copy.words, 0, words * 8);
        touched->copy.words[0] = key;
    }
    tx->count++;
    *out = touched;
    return 0;
}

/* ---- begin, commit, abandon ---- */

int vg_memory_begin(vg_memory *memory, const vg_event *event, const vg_memory_keys *keys,
                    const vg_policy *policy, const vg_text_brief *text, vg_facts *facts, vg_error *err)
{
    vg_transaction *tx = &memory->tx;
    tx->open = true;
    tx->count = 0;
    tx->event_key = keys->event;
    tx->content = keys->content;
    tx->near_seen = keys->near[VG_NEAR_SEEN];
    tx->at = vg_memory_moment_of(event->time_ms);
    tx->today = tx->at.day > memory->clock_day ? tx->at.day : memory->clock_day;
    tx->keep_days = policy->keep_memory_days;
    for (int i = 0; i < VG_TABLE_SEEN; i++) {
        vg_table *table = &memory->table[i];
        if (__builtin_expect(table->filled <= atomic_load_explicit(&table->mask, memory_order_relaxed), 0))
            vg_table_fill_directory(table, 256);
    }
    int rc = vg_memory_facts(memory, event, keys, policy, text, facts, err);
    if (rc) vg_memory_abandon(memory);
    return rc;
}

void vg_memory_abandon(vg_memory *memory)
{
    memory->tx.open = false;
    memory->tx.count = 0;
}

static void pack_piece(uint8_t out[VG_PIECE_BYTES], const vg_evidence *e)
{
    uint64_t value = e->value > 0x1fff ? 0x1fff : e->value;
    uint64_t bits = (uint64_t)(e->kind & 63) | (uint64_t)e->fresh << 6 | (uint64_t)(e->weight & 0x3fff) << 7 |
                    (uint64_t)(e->strength & 0x3fff) << 21 | value << 35;
    for (int i = 0; i < VG_PIECE_BYTES; i++) out[i] = (uint8_t)(bits >> i * 8);
}

static void unpack_piece(vg_evidence *e, const uint8_t in[VG_PIECE_BYTES])
{
    uint64_t bits = 0;
    for (int i = 0; i < VG_PIECE_BYTES; i++) bits |= (uint64_t)in[i] << i * 8;
    *e = (vg_evidence){.kind = bits & 63,
                       .fresh = bits >> 6 & 1,
                       .weight = bits >> 7 & 0x3fff,
                       .strength = bits >> 21 & 0x3fff,
                       .value = bits >> 35 & 0x1fff};
}

static void pack_seen(vg_seen_record *record, const vg_transaction *tx, const vg_verdict *verdict,
                      bool uncommitted)
{
    memset(record, 0, sizeof *record);
    record->key = tx->event_key;
    record->content = tx->content;
    record->case_and_day = tx->at.day;
    record->risk = verdict->risk;
    record->answer =
        (uint8_t)((unsigned)verdict->kind | (unsigned)verdict->scanned << 3 | (unsigned)uncommitted << 4);
    record->count = verdict->count < VG_SEEN_PIECES ? verdict->count : VG_SEEN_PIECES;
    for (unsigned i = 0; i < record->count; i++) pack_piece(record->piece[i], &verdict->evidence[i]);
}

/* The slot for a new seen record: its own, a free one, or the oldest whose case was stored; *hand is then the slot to
 * be replaced after it, else -1. `near` is the first free slot, if it is free at all: prefetch found it so, and nothing but commits
 * came in between. */
static unsigned seen_slot(vg_memory *memory, uint32_t number, uint64_t key, const vg_memory_place *near, int *hand)
{
    static const uint64_t none[2] = {0, 0};
    vg_table *table = &memory->table[VG_TABLE_SEEN];
    uint64_t *page = vg_table_page(table, number);
    int slot = memory->seen_absent == key ? -1 : vg_table_find_slot(table, page, key);
    if (slot < 0 && near->page == number && vg_page_is_free(page, near->slot, none)) slot = (int)near->slot;
    if (slot < 0) slot = vg_table_free_slot(table, page, none);
    memory->seen_absent = 0;
    *hand = -1;
    if (slot >= 0) return (unsigned)slot;
    unsigned slots = table->shape->slots, oldest = vg_page_hand(page) % slots;
    for (unsigned tries = 0; tries < slots; tries++) {
        const vg_seen_record *record = (const void *)vg_table_record(table, page, oldest);
        if (!(record->answer >> 4 & 1)) break;
        oldest = (oldest + 1) % slots;
    }
    *hand = (int)((oldest + 1) % slots);
    return oldest;
}

/* What one event changes: the records touched, and the answer it was given. */
typedef struct change {
    const vg_transaction *tx;
    uint32_t seen_page;
    unsigned seen_slot;
    int seen_hand;
    union {
        vg_seen_record record;
        uint64_t words[8];
    } seen;
} change;

static void write_down(vg_memory *memory, const change *c, vg_entry *entry)
{
    if (c->tx->today > memory->clock_day) vg_entry_add_clock(entry, c->tx->today);
    for (size_t i = 0; i < c->tx->count; i++) {
        const vg_touched *touched = &c->tx->touched[i];
        vg_entry_add_record(entry, &memory->table[touched->table], (vg_table_kind)touched->table, touched->page,
                            touched->slot, touched->copy.words);
    }
    if (c->seen_hand >= 0) vg_entry_add_hand(entry, c->seen_page, (unsigned)c->seen_hand);
    vg_entry_add_record(entry, &memory->table[VG_TABLE_SEEN], VG_TABLE_SEEN, c->seen_page, c->seen_slot, c->seen.words);
    vg_journal_append(&memory->disk->journal, entry, VG_ENTRY_CHANGE);
}

/* The same as applying the entry, from the copies at hand; recovery, which has only the entry, ends in the same state. */
static void copy_in(vg_memory *memory, const change *c)
{
    if (c->tx->today > memory->clock_day) memory->clock_day = c->tx->today;
    for (size_t i = 0; i < c->tx->count; i++) {
        const vg_touched *touched = &c->tx->touched[i];
        vg_entry_copy_in(memory, (vg_table_kind)touched->table, touched->page, touched->slot, touched->copy.words);
    }
    if (c->seen_hand >= 0) vg_entry_set_hand(memory, c->seen_page, (unsigned)c->seen_hand);
    vg_entry_copy_in(memory, VG_TABLE_SEEN, c->seen_page, c->seen_slot, c->seen.words);
}

int vg_memory_commit(vg_memory *memory, const vg_verdict *verdict, bool uncommitted, vg_error *err)
{
    vg_transaction *tx = &memory->tx;
    if (!tx->open) return vg_fail(err, VG_EINVAL, "memory", "there is no open transaction");
    vg_entry entry;
    int rc = memory->disk ? vg_memory_entry(memory, &entry, err) : 0;
    if (rc) {
        vg_memory_abandon(memory);
        return rc;
    }
    change c = {.tx = tx, .seen_page = vg_table_page_of(&memory->table[VG_TABLE_SEEN], tx->event_key)};
    pack_seen(&c.seen.record, tx, verdict, uncommitted);
    c.seen_slot = seen_slot(memory, c.seen_page, tx->event_key, &tx->near_seen, &c.seen_hand);
    if (memory->disk) write_down(memory, &c, &entry);
    copy_in(memory, &c);
    if (memory->disk) vg_checkpoint_tend(memory);
    vg_memory_abandon(memory);
    return 0;
}

/* ---- seen ---- */

void vg_memory_seen(vg_memory *memory, const vg_memory_keys *keys, vg_seen *out)
{
    const vg_seen_record *record = (const void *)vg_table_find(&memory->table[VG_TABLE_SEEN], keys->event);
    out->state = VG_SEEN_NEW;
    out->case_id = 0;
    memory->seen_absent = record ? 0 : keys->event;
    if (!record) return;
    bool uncommitted = record->answer >> 4 & 1;
    out->state = record->content != keys->content ? VG_SEEN_CONFLICT
                 : uncommitted                    ? VG_SEEN_UNCOMMITTED
                                                  : VG_SEEN_DUPLICATE;
    memset(&out->verdict, 0, sizeof out->verdict);
    out->verdict.kind = (vg_verdict_kind)(record->answer & 7);
    out->verdict.scanned = record->answer >> 3 & 1;
    out->verdict.risk = record->risk;
    out->verdict.count = record->count;
    for (unsigned i = 0; i < record->count; i++) unpack_piece(&out->verdict.evidence[i], record->piece[i]);
    out->case_id = (int64_t)(record->case_and_day >> 16);
}

void vg_memory_case_stored(vg_memory *memory, uint64_t event_key, int64_t case_id)
{
    vg_table *table = &memory->table[VG_TABLE_SEEN];
    uint32_t page = vg_table_page_of(table, event_key);
    int slot = vg_table_find_slot(table, vg_table_page(table, page), event_key);
    vg_entry entry;
    /* when the journal takes nothing the event stays uncommitted: a repeat stores its case again, which the
     * store knows */
    if (slot < 0 || vg_memory_entry(memory, &entry, NULL)) return;
    union {
        vg_seen_record record;
        uint64_t words[8];
    } seen;
    memcpy(&seen, vg_table_record(table, vg_table_page(table, page), (unsigned)slot), sizeof seen);
    seen.record.answer &= 0xf;
    seen.record.case_and_day = (seen.record.case_and_day & 0xffff) | (uint64_t)case_id << 16;
    vg_entry_add_record(&entry, table, VG_TABLE_SEEN, page, (unsigned)slot, seen.words);
    vg_memory_apply(memory, &entry);
}
