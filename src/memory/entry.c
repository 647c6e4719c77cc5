/* SPDX-License-Identifier: Apache-2.0
 *
 * entry: one journal entry: how a change is written down, checked and applied.
 *
 * DESIGN. The same words serve three times: the writer applies an event by applying its entry, recovery
 * applies it again, and a test can read it. Items hold absolute values ("these words of this slot become
 * these"), never differences, so applying entries twice in order, over pages that hold any mixture of older
 * and newer words, ends in the same state.
 *
 *   word 0   length in words | type << 32 | mark << 40
 *   word 1   checksum of the others, over the position in the journal and the journal's seed
 *   items    head: kind << 60 | table << 56 | page << 24 | slot << 16 | map of words, then the words
 */
#include "memory/memory_int.h"

enum { ITEM_NONE, ITEM_RECORD, ITEM_HEADER, ITEM_FRESH, ITEM_HAND, ITEM_CLOCK };

static const uint64_t ENTRY_MARK = 0x564749; /* "VGI" */

static uint64_t item_head(unsigned item, vg_table_kind kind, uint32_t page, unsigned slot, unsigned map)
{
    return (uint64_t)item << 60 | (uint64_t)kind << 56 | (uint64_t)page << 24 | (uint64_t)slot << 16 | map;
}

/* Two lanes of multiply and rotate: every single changed word changes the sum, and it costs about two cycles
 * a word. */
static uint64_t checksum(const uint64_t *words, size_t count, uint64_t seed, uint64_t position)
{
    const uint64_t k1 = 0x9e3779b185ebca87, k2 = 0xc2b2ae3d27d4eb4f;
    uint64_t a = seed ^ words[0] * k1, b = position * k2 + seed;
    size_t i = 2;
    for (; i + 1 < count; i += 2) {
        a += words[i] * k2;
        b += words[i + 1] * k2;
        a = (a << 31 | a >> 33) * k1;
        b = (b << 31 | b >> 33) * k1;
    }
    if (i < count) {
        a += words[i] * k2;
        a = (a << 31 | a >> 33) * k1;
    }
    return vg_hash_mix(a, b);
}

/* ---- building ---- */

void vg_entry_begin(vg_entry *entry, uint64_t *words)
{
    entry->words = words;
    entry->count = 2;
}

/* The words that differ, without a branch on each: `words` is a constant at every call, so the loop unrolls. */
static inline __attribute__((always_inline)) uint64_t *add_words(uint64_t *next, const uint64_t *live,
                                                                 const uint64_t *record, unsigned words,
                                                                 unsigned *map)
{
    unsigned changed = 0;
    for (unsigned i = 0; i < words; i++) {
        unsigned differs = live[i] != record[i];
        *next = record[i];
        next += differs;
        changed |= differs << i;
    }
    *map = changed;
    return next;
}

void vg_entry_add_record(vg_entry *entry, const vg_table *table, vg_table_kind kind, uint32_t page,
                         unsigned slot, const uint64_t *record)
{
    const uint64_t *live = vg_table_record(table, vg_table_page(table, page), slot);
    uint64_t *head = entry->words + entry->count, *next = head + 1;
    unsigned map = 0;
    switch (table->shape->record_words) {
    case 4: next = add_words(next, live, record, 4, &map); break;
    case 6: next = add_words(next, live, record, 6, &map); break;
    case 8: next = add_words(next, live, record, 8, &map); break;
    default: next = add_words(next, live, record, VG_RECORD_WORDS_MAX, &map); break;
    }
    if (!map) return;
    *head = item_head(ITEM_RECORD, kind, page, slot, map);
    entry->count = (size_t)(next - entry->words);
}

void vg_entry_add_header(vg_entry *entry, const vg_table *table, vg_table_kind kind, uint32_t page,
                         const uint64_t *header)
{
    entry->words[entry->count++] = item_head(ITEM_HEADER, kind, page, 0, 0);
    memcpy(entry->words + entry->count, header, table->shape->header_words * sizeof *header);
    entry->count += table->shape->header_words;
}

void vg_entry_add_fresh(vg_entry *entry, vg_table_kind kind, uint32_t page, uint64_t meta)
{
    entry->words[entry->count++] = item_head(ITEM_FRESH, kind, page, 0, 0);
    entry->words[entry->count++] = meta;
}

void vg_entry_add_hand(vg_entry *entry, uint32_t page, unsigned slot)
{
    entry->words[entry->count++] = item_head(ITEM_HAND, VG_TABLE_SEEN, page, slot, 0);
}

void vg_entry_add_clock(vg_entry *entry, uint32_t day)
{
    entry->words[entry->count++] = item_head(ITEM_CLOCK, 0, day, 0, 0);
}

void vg_entry_finish(vg_entry *entry, vg_entry_type type, uint64_t seed, uint64_t position)
{
    if (entry->count & 1) entry->words[entry->count++] = 0; /* ITEM_NONE: entries are whole pairs of words */
    entry->words[0] = entry->count | (uint64_t)type << 32 | ENTRY_MARK << 40;
    entry->words[1] = checksum(entry->words, entry->count, seed, position);
}

void vg_entry_pad(vg_entry *entry, size_t count, uint64_t seed, uint64_t position)
{
    entry->words[0] = count | (uint64_t)VG_ENTRY_PAD << 32 | ENTRY_MARK << 40;
    entry->words[1] = checksum(entry->words, 2, seed, position);
}

size_t vg_entry_check(const uint64_t *words, size_t limit, uint64_t seed, uint64_t position,
                      vg_entry_type *type)
{
    if (limit < 2 || words[0] >> 40 != ENTRY_MARK) return 0;
    size_t count = words[0] & 0xffffffff;
    *type = (vg_entry_type)(words[0] >> 32 & 0xff);
    if (count < 2 || count > limit || (count > VG_ENTRY_WORDS_MAX && *type != VG_ENTRY_PAD)) return 0;
    size_t summed = *type == VG_ENTRY_PAD ? 2 : count; /* a pad has no content worth writing */
    return words[1] == checksum(words, summed, seed, position) ? count : 0;
}

/* ---- applying ---- */

static void put(uint64_t *at, uint64_t word)
{
    __atomic_store_n(at, word, __ATOMIC_RELAXED);
}

static void put_byte(uint64_t *page, unsigned index, uint8_t byte)
{
    unsigned shift = index % 8 * 8;
    put(&page[index / 8], (page[index / 8] & ~((uint64_t)0xff << shift)) | (uint64_t)byte << shift);
}

static void count_live(vg_table *table, bool more)
{
    size_t live = atomic_load_explicit(&table->live, memory_order_relaxed);
    atomic_store_explicit(&table->live, more ? live + 1 : live - 1, memory_order_relaxed);
}

static inline __attribute__((always_inline)) void set_tag(vg_table *table, uint64_t *page, unsigned slot, uint8_t tag)
{
    uint8_t before = vg_page_tag(page, slot);
    if (before == tag) return;
    put_byte(page, slot, tag);
    if (!before != !tag) count_live(table, !before);
}

static const uint64_t *apply_record(vg_table *table, uint64_t *page, uint64_t head, const uint64_t *data,
                                    const uint64_t *end)
{
    unsigned slot = head >> 16 & 0xff, map = head & 0xffff;
    if (slot >= table->shape->slots || map >> table->shape->record_words ||
        end - data < __builtin_popcount(map))
        return NULL;
    uint64_t *record = vg_table_record(table, page, slot);
    if (map & 1) set_tag(table, page, slot, *data ? vg_table_tag(*data) : 0);
    for (; map; map &= map - 1) put(&record[__builtin_ctz(map)], *data++);
    return data;
}

static inline __attribute__((always_inline)) void copy_words(uint64_t *record, const uint64_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++) put(&record[i], words[i]);
}

/* Without a checkpoint that reads along, wide moves do. */
static void clear_words(const vg_table *table, uint64_t *at, unsigned count)
{
    if (!table->dirty[0]) memset(at, 0, count * sizeof *at);
    else
        for (unsigned i = 0; i < count; i++) put(&at[i], 0);
}

static const uint64_t *apply_header(vg_table *table, uint64_t *page, const uint64_t *data,
                                    const uint64_t *end)
{
    unsigned words = table->shape->header_words;
    if (end - data < (ptrdiff_t)words) return NULL;
    for (unsigned slot = 0; slot < table->shape->slots; slot++) {
        uint8_t tag = (uint8_t)(data[slot / 8] >> slot % 8 * 8);
        set_tag(table, page, slot, tag);
        if (!tag) clear_words(table, vg_table_record(table, page, slot), table->shape->record_words);
    }
    for (unsigned i = 0; i < words; i++) put(&page[i], data[i]);
    return data + words;
}

static const uint64_t *apply_fresh(vg_table *table, uint32_t number, uint64_t *page, const uint64_t *data,
                                   const uint64_t *end)
{
    if (end - data < 1) return NULL;
    for (unsigned slot = 0; slot < table->shape->slots; slot++) set_tag(table, page, slot, 0);
    clear_words(table, page, VG_PAGE_WORDS);
    put(&page[table->shape->header_words - 1], *data++);
    if (atomic_load_explicit(&table->used, memory_order_relaxed) <= number)
        atomic_store_explicit(&table->used, (size_t)number + 1, memory_order_relaxed);
    return data;
}

/* A page that redo names may lie past what the file had when the power went: it grows again. */
static bool reach_page(vg_table *table, uint32_t number, bool recovering)
{
    if (number < atomic_load_explicit(&table->capacity, memory_order_relaxed)) return true;
    if (!recovering) return false;
    size_t pages = vg_table_next_capacity(table);
    return vg_table_grow(table, pages > number ? pages : (size_t)number + 1, NULL) == 0;
}

void vg_entry_copy_in(struct vg_memory *memory, vg_table_kind kind, uint32_t number, unsigned slot,
                      const uint64_t *words)
{
    vg_table *table = &memory->table[kind];
    uint64_t *page = vg_table_page(table, number), *record = vg_table_record(table, page, slot);
    if (record[0] != words[0]) set_tag(table, page, slot, words[0] ? vg_table_tag(words[0]) : 0);
    if (!memory->disk) { /* no checkpoint reads along: a few wide moves */
        switch (table->shape->record_words) {
        case 4: memcpy(record, words, 4 * sizeof *words); break;
        case 6: memcpy(record, words, 6 * sizeof *words); break;
        case 8: memcpy(record, words, 8 * sizeof *words); break;
        default: memcpy(record, words, VG_RECORD_WORDS_MAX * sizeof *words); break;
        }
        return;
    }
    switch (table->shape->record_words) { /* constant counts, so that the loops unroll */
    case 4: copy_words(record, words, 4); break;
    case 6: copy_words(record, words, 6); break;
    case 8: copy_words(record, words, 8); break;
    default: copy_words(record, words, VG_RECORD_WORDS_MAX); break;
    }
    unsigned epoch = memory->disk->epoch & 1;
    if (table->dirty[epoch]) table->dirty[epoch][number / 64] |= (uint64_t)1 << number % 64;
}

void vg_entry_set_hand(struct vg_memory *memory, uint32_t page, unsigned slot)
{
    put_byte(vg_table_page(&memory->table[VG_TABLE_SEEN], page), 63, (uint8_t)slot);
}

bool vg_entry_apply(struct vg_memory *memory, const uint64_t *words, bool recovering)
{
    const uint64_t *at = words + 2, *end = words + (words[0] & 0xffffffff);
    unsigned epoch = memory->disk ? memory->disk->epoch & 1 : 0;
    while (at && at < end) {
        uint64_t head = *at++;
        unsigned item = (unsigned)(head >> 60), kind = head >> 56 & 0xf;
        uint32_t number = (uint32_t)(head >> 24);
        if (item == ITEM_NONE) continue;
        if (item == ITEM_CLOCK) {
            memory->clock_day = number;
            continue;
        }
        if (kind >= VG_TABLES) return false;
        vg_table *table = &memory->table[kind];
        if (!reach_page(table, number, recovering)) return false;
        uint64_t *page = vg_table_page(table, number);
        switch (item) {
        case ITEM_RECORD: at = apply_record(table, page, head, at, end); break;
        case ITEM_HEADER: at = apply_header(table, page, at, end); break;
        case ITEM_FRESH: at = apply_fresh(table, number, page, at, end); break;
        case ITEM_HAND: put_byte(page, 63, (uint8_t)(head >> 16)); break;
        default: return false;
        }
        if (table->dirty[epoch]) table->dirty[epoch][number / 64] |= (uint64_t)1 << number % 64;
    }
    return at != NULL;
}
