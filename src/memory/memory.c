/* SPDX-License-Identifier: Apache-2.0
 *
 * memory: opening and closing, names to keys, prefetch, figures.
 */
#include "memory/memory_int.h"

#include "base/alloc.h"

enum { SEEN_RECORDS = 1 << 20 };

/* Names of different kinds never share a key, even when they are spelled alike. */
static const uint64_t DOMAIN_ACCOUNT = 0xa11ce, DOMAIN_CONVERSATION = 0xc0ca5, DOMAIN_EVENT = 0xe7e27;

/* ---- life ---- */

static int open_in_memory(vg_memory *memory, size_t seen_records, vg_error *err)
{
    unsigned depth = 0;
    while ((size_t)64 << depth < seen_records && depth < 20) depth++;
    for (int i = 0; i < VG_TABLES; i++) {
        int rc = vg_table_start(&memory->table[i], i == VG_TABLE_SEEN ? depth : 0, err);
        if (rc) return rc;
    }
    memory->scratch = vg_malloc(VG_ENTRY_WORDS_MAX * sizeof *memory->scratch);
    return memory->scratch ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory");
}

int vg_memory_open(vg_memory **out, const vg_memory_options *options, vg_error *err)
{
    *out = NULL;
    vg_memory *memory = vg_calloc(1, sizeof *memory);
    if (!memory) return vg_fail(err, VG_ENOMEM, "", "no memory");
    vg_memory_options with = *options;
    if (!with.seen_records) with.seen_records = SEEN_RECORDS;
    memory->key = with.key;
    int rc = 0;
    for (int i = 0; !rc && i < VG_TABLES; i++)
        rc = vg_table_create(&memory->table[i], (vg_table_kind)i, with.dir != NULL, err);
    if (!rc)
        rc = with.dir ? vg_disk_open(memory, &with, err) : open_in_memory(memory, with.seen_records, err);
    if (rc) vg_memory_close(&memory);
    *out = memory;
    return rc;
}

void vg_memory_close(vg_memory **memory)
{
    if (!*memory) return;
    vg_disk_close(*memory);
    for (int i = 0; i < VG_TABLES; i++) vg_table_destroy(&(*memory)->table[i]);
    vg_free((*memory)->scratch);
    vg_free(*memory);
    *memory = NULL;
}

int vg_memory_sync(vg_memory *memory, vg_error *err)
{
    if (!memory->disk) return 0;
    vg_journal *journal = &memory->disk->journal;
    return vg_journal_sync(journal, atomic_load_explicit(&journal->head, memory_order_acquire), err);
}

/* ---- names ---- */

static uint64_t name_key(const vg_memory *memory, uint64_t source, uint64_t domain, vg_str name)
{
    uint64_t key = vg_hash_mix(source ^ domain, vg_hash64(&memory->key, name.ptr, name.len));
    return key ? key : 1;
}

uint64_t vg_memory_account_key(const vg_memory *memory, vg_str source, vg_str account)
{
    return name_key(memory, vg_hash64(&memory->key, source.ptr, source.len), DOMAIN_ACCOUNT, account);
}

uint64_t vg_memory_source_key(const vg_memory *memory, vg_str source)
{
    return vg_hash64(&memory->key, source.ptr, source.len);
}

void vg_memory_keys_from(const vg_memory *memory, uint64_t source, const vg_event *event, vg_memory_keys *keys)
{
    keys->event = name_key(memory, source, DOMAIN_EVENT, event->id);
    keys->content = vg_hash_content(&memory->key, event->raw.ptr, event->raw.len);
    keys->actor = name_key(memory, source, DOMAIN_ACCOUNT, event->subject);
    keys->conversation =
        event->conversation.len ? name_key(memory, source, DOMAIN_CONVERSATION, event->conversation) : 0;
    keys->about = event->about.len ? name_key(memory, source, DOMAIN_ACCOUNT, event->about) : 0;
    size_t count = event->to_count < VG_EVENT_MAX_TO ? event->to_count : VG_EVENT_MAX_TO;
    keys->peer_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) keys->peer[i] = name_key(memory, source, DOMAIN_ACCOUNT, event->to[i]);
    for (size_t i = 0; i < count && i < VG_MEMORY_NEAR_PEERS; i++) keys->pair[i] = vg_memory_pair_key(keys->actor, keys->peer[i]);
    keys->opening = 0;
    memset(keys->near, 0, sizeof keys->near);
}

void vg_memory_keys_text(const vg_memory *memory, const vg_text_brief *text, vg_memory_keys *keys)
{
    keys->opening = text->opening ? vg_memory_opening_key(memory, keys->actor, text->opening) : 0;
}

void vg_memory_keys_of(const vg_memory *memory, const vg_event *event, vg_memory_keys *keys)
{
    vg_memory_keys_from(memory, vg_memory_source_key(memory, event->source), event, keys);
}

/* ---- prefetch ----
 *
 * A record is two dependent misses away: its page's tags, then its slot. So prefetch works in two steps, some events
 * apart. The second step reads the tags anyway, so it leaves the place it found, and the event itself need not search
 * again: it goes there and compares the key (a free slot holds zero, which is no key).
 */

enum { LINE = 64 };

static void prefetch_tags(const vg_table *table, uint64_t key, vg_memory_place *place)
{
    place->page = vg_table_page_of(table, key);
    const uint64_t *page = vg_table_page(table, place->page);
    __builtin_prefetch(page, 1);
    if (table->shape->slots > LINE) __builtin_prefetch(page + LINE / 8, 1); /* a tag is a byte */
}

static void prefetch_slot(const vg_table *table, uint64_t key, vg_memory_place *place)
{
    uint64_t *page = vg_table_page(table, place->page);
    place->slot = vg_table_likely_slot(table, page, key);
    const uint64_t *record = vg_table_record(table, page, place->slot);
    __builtin_prefetch(record, 1);
    if (table->shape->record_words * 8 != LINE)
        __builtin_prefetch(record + table->shape->record_words - 1, 1);
}

/* Only a message to somebody new can be an opening: that the pair is not there yet is seen from the tags that are at hand. */
static void prefetch_opening(const vg_memory *memory, const vg_memory_keys *keys)
{
    const vg_table *pairs = &memory->table[VG_TABLE_PAIR], *tokens = &memory->table[VG_TABLE_TOKEN];
    const vg_memory_place *near = &keys->near[VG_NEAR_PAIR];
    uint8_t tag = vg_table_tag(keys->pair[0]);
    if (vg_page_tag(vg_table_page(pairs, near->page), near->slot) == tag) return;
    const uint64_t *page = vg_table_page(tokens, vg_table_page_of(tokens, keys->opening));
    __builtin_prefetch(page, 1);
    __builtin_prefetch(page + LINE / 8, 1);
}

void vg_memory_prefetch(const vg_memory *memory, vg_memory_keys *keys)
{
    const vg_table *table = memory->table;
    vg_memory_place *near = keys->near;
    prefetch_tags(&table[VG_TABLE_ACCOUNT], keys->actor, &near[VG_NEAR_ACTOR]);
    if (keys->conversation) prefetch_tags(&table[VG_TABLE_CONVERSATION], keys->conversation, &near[VG_NEAR_CONVERSATION]);
    prefetch_tags(&table[VG_TABLE_SEEN], keys->event, &near[VG_NEAR_SEEN]);
    for (unsigned i = 0; i < keys->peer_count && i < VG_MEMORY_NEAR_PEERS; i++) {
        prefetch_tags(&table[VG_TABLE_ACCOUNT], keys->peer[i], &near[VG_NEAR_PEER + 2 * i]);
        prefetch_tags(&table[VG_TABLE_PAIR], keys->pair[i], &near[VG_NEAR_PAIR + 2 * i]);
    }
}

void vg_memory_prefetch_records(const vg_memory *memory, vg_memory_keys *keys)
{
    const vg_table *table = memory->table;
    vg_memory_place *near = keys->near;
    prefetch_slot(&table[VG_TABLE_ACCOUNT], keys->actor, &near[VG_NEAR_ACTOR]);
    if (keys->conversation) prefetch_slot(&table[VG_TABLE_CONVERSATION], keys->conversation, &near[VG_NEAR_CONVERSATION]);
    prefetch_slot(&table[VG_TABLE_SEEN], keys->event, &near[VG_NEAR_SEEN]);
    for (unsigned i = 0; i < keys->peer_count && i < VG_MEMORY_NEAR_PEERS; i++) {
        prefetch_slot(&table[VG_TABLE_ACCOUNT], keys->peer[i], &near[VG_NEAR_PEER + 2 * i]);
        prefetch_slot(&table[VG_TABLE_PAIR], keys->pair[i], &near[VG_NEAR_PAIR + 2 * i]);
    }
    if (keys->opening && keys->peer_count == 1) prefetch_opening(memory, keys);
}

/* ---- figures ---- */

static uint64_t digest_record(unsigned kind, const uint64_t *record, unsigned words)
{
    uint64_t h = kind + 1;
    for (unsigned i = 0; i < words; i++) {
        uint64_t word = record[i];
        if (kind == VG_TABLE_SEEN && i == 2)
            word &= 0xffff; /* which case, and whether it was stored, is the store's */
        if (kind == VG_TABLE_SEEN && i == 3) word &= ~(UINT64_C(0x10) << 16);
        h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    return vg_hash_mix(h, record[0]);
}

static uint64_t digest_of(const vg_memory *memory)
{
    uint64_t sum = 0;
    for (unsigned kind = 0; kind < VG_TABLES; kind++) {
        const vg_table *table = &memory->table[kind];
        size_t used = atomic_load(&table->used);
        for (size_t i = 0; i < used; i++) {
            uint64_t *page = vg_table_page(table, (uint32_t)i);
            for (unsigned slot = 0; slot < table->shape->slots; slot++)
                if (vg_page_tag(page, slot))
                    sum +=
                        digest_record(kind, vg_table_record(table, page, slot), table->shape->record_words);
        }
    }
    return sum;
}

/* Everything mapped for a table: pages, the directory, the maps of changed pages. */
static size_t table_bytes(const vg_table *table)
{
    size_t capacity = atomic_load_explicit(&table->capacity, memory_order_relaxed);
    size_t directory =
        (size_t)(atomic_load_explicit(&table->mask, memory_order_relaxed) + 1) * sizeof(uint32_t);
    return capacity * VG_PAGE_BYTES + directory + (table->dirty[0] ? capacity / 4 : 0);
}

void vg_memory_stats_get(vg_memory *memory, bool with_digest, vg_memory_stats *out)
{
    const vg_table *table = memory->table;
    *out = (vg_memory_stats){
        .accounts = atomic_load_explicit(&table[VG_TABLE_ACCOUNT].live, memory_order_relaxed),
        .pairs = atomic_load_explicit(&table[VG_TABLE_PAIR].live, memory_order_relaxed),
        .conversations = atomic_load_explicit(&table[VG_TABLE_CONVERSATION].live, memory_order_relaxed),
        .tokens = atomic_load_explicit(&table[VG_TABLE_TOKEN].live, memory_order_relaxed),
        .seen = atomic_load_explicit(&table[VG_TABLE_SEEN].live, memory_order_relaxed),
        .account_bytes = table_bytes(&table[VG_TABLE_ACCOUNT]),
        .pair_bytes = table_bytes(&table[VG_TABLE_PAIR]),
        .conversation_bytes = table_bytes(&table[VG_TABLE_CONVERSATION]),
        .token_bytes = table_bytes(&table[VG_TABLE_TOKEN]),
        .seen_bytes = table_bytes(&table[VG_TABLE_SEEN]),
        .account_record = sizeof(vg_account_record),
        .pair_record = sizeof(vg_pair_record),
        .conversation_record = sizeof(vg_conversation_record),
        .token_record = sizeof(vg_token_record),
    };
    if (memory->disk) {
        out->journal_position = atomic_load(&memory->disk->journal.head);
        out->journal_durable = atomic_load(&memory->disk->journal.durable);
        out->recovered_entries = memory->disk->recovered;
    }
    if (with_digest) out->digest = digest_of(memory);
}
