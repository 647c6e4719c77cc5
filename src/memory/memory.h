/* SPDX-License-Identifier: Apache-2.0
 *
 * memory: what is remembered of an account, a pair, a conversation: small fixed records, no message text.
 *
 * DESIGN. Five tables of fixed-size records, keyed by a 64-bit keyed hash: account (64 B; <= 128 with all overhead), pair
 * (48; <= 96), conversation (128; <= 256), token (32; an address handed out, an opening repeated), seen (64; idempotency, a
 * set-associative cache of fixed size). Pages of 4 KiB split
 * one by one (extendible hashing): no pause to grow. Each event is applied as copy out -> change -> journal the changed
 * words -> copy in. The newest journal lies in a mapped file, so what was acknowledged survives kill -9 without a system
 * call; a flusher thread makes it durable every 20 ms, which bounds what a power cut may take. Pages are in plain memory
 * and are written back by checkpoints only; redo of absolute words is idempotent, so replay repairs everything.
 *
 * Invariants: one event is applied wholly or not at all, also across kill -9; records that nobody touched for
 * keep_memory_days of their space read as absent even before the sweep removes them, so results do not depend on it.
 * Not thread-safe: the pipeline serialises calls (one lock), except vg_memory_prefetch...,
 * vg_memory_sync and vg_memory_stats_get without digest.
 * Callers: pipeline, cli, bench.
 */
#ifndef VG_MEMORY_MEMORY_H
#define VG_MEMORY_MEMORY_H

#include "base/error.h"
#include "base/hash.h"
#include "event/event.h"
#include "event/facts.h"
#include "event/policy.h"

typedef struct vg_memory vg_memory;

typedef struct vg_memory_options {
    const char *dir;        /* NULL: in RAM only, no journal (assess, tests) */
    vg_hash_key key;        /* names hash; a directory opened with another key is refused (VG_ECORRUPT) */
    size_t seen_records;    /* idempotency cache, rounded up to a power of two; 0: 1<<20; a directory keeps its first */
    size_t journal_bytes;   /* a checkpoint is made when the journal holds so much; 0: 256 MiB */
} vg_memory_options;

/** Opens (creates, recovers). VG_EBUSY when another process holds the directory; VG_EFULL when there is no space. */
int vg_memory_open(vg_memory **out, const vg_memory_options *options, vg_error *err);
/** Flushes, marks clean, closes. */
void vg_memory_close(vg_memory **memory);
/** Does a process have this directory open? A look, not a promise: it may open or close it the next moment. */
bool vg_memory_held(const char *dir);
/** Makes everything up to now durable against a power cut, sooner than the flusher would (/readyz asks for it to see whether
 *  the disk still takes writes; a case is made durable by the store). Any thread, no lock. */
int vg_memory_sync(vg_memory *memory, vg_error *err);

/* Where a record was when it was asked for. It may have moved or gone since: whoever goes there compares the key. */
typedef struct vg_memory_place {
    uint32_t page;
    uint32_t slot;
} vg_memory_place;

enum { VG_MEMORY_NEAR_PEERS = 3, VG_MEMORY_NEAR = 3 + 2 * VG_MEMORY_NEAR_PEERS };

/* The hashed names of one event, computed without any lock. */
typedef struct vg_memory_keys {
    uint64_t event;        /* source + id */
    uint64_t content;      /* the raw JSON: same id with other content is a conflict */
    uint64_t actor;        /* source + subject */
    uint64_t conversation; /* source + conversation, 0 = none */
    uint64_t about;        /* notice: source + about */
    uint32_t peer_count;
    uint64_t peer[VG_EVENT_MAX_TO]; /* source + to[i] */
    uint64_t pair[VG_MEMORY_NEAR_PEERS]; /* actor and peer, of the first ones */
    uint64_t opening;      /* actor + what may be an opening; 0: none. Only prefetch reads it */
    vg_memory_place near[VG_MEMORY_NEAR]; /* of actor, conversation, event, then account and pair of the first peers */
} vg_memory_keys;

void vg_memory_keys_of(const vg_memory *memory, const vg_event *event, vg_memory_keys *keys);
/** The same for an event whose source hashes to `source`: events of one source come in rows. */
uint64_t vg_memory_source_key(const vg_memory *memory, vg_str source);
void vg_memory_keys_from(const vg_memory *memory, uint64_t source, const vg_event *event, vg_memory_keys *keys);
/** Notes what prefetch may need for the words of an event. */
void vg_memory_keys_text(const vg_memory *memory, const vg_text_brief *text, vg_memory_keys *keys);
/** Pulls what an event needs towards the processor, in two steps, each a few events ahead of its use: first where its
 *  records are looked up, then the records. The second notes their places in the keys. Any thread; without them, or with
 *  one of them only, results are the same. */
void vg_memory_prefetch(const vg_memory *memory, vg_memory_keys *keys);
void vg_memory_prefetch_records(const vg_memory *memory, vg_memory_keys *keys);

typedef enum { VG_SEEN_NEW, VG_SEEN_DUPLICATE, VG_SEEN_UNCOMMITTED, VG_SEEN_CONFLICT } vg_seen_state;

typedef struct vg_seen { /* what was answered to an event, enough to answer again */
    vg_seen_state state;
    vg_verdict verdict; /* spans and details are not remembered */
    int64_t case_id;    /* 0: none, or not committed yet */
} vg_seen;

/** Was this event seen before? UNCOMMITTED: its verdict was found but its case never reached the store
 *  (crash, full disk): the caller stores the case again with the verdict given and does not apply the event. */
void vg_memory_seen(vg_memory *memory, const vg_memory_keys *keys, vg_seen *out);

/** Step one of applying: works out the facts *including* this event, without changing anything yet. `text` is what its
 *  words bring (NULL: nothing). The transaction stays open until commit or abandon; one at a time. */
int vg_memory_begin(vg_memory *memory, const vg_event *event, const vg_memory_keys *keys, const vg_policy *policy,
                    const vg_text_brief *text, vg_facts *facts, vg_error *err);
/** Step two: journals and copies in, and remembers the verdict for repeats. `uncommitted`: a case must still reach the store.
 *  VG_EFULL when the tables or journal cannot grow: nothing was applied. */
int vg_memory_commit(vg_memory *memory, const vg_verdict *verdict, bool uncommitted, vg_error *err);
void vg_memory_abandon(vg_memory *memory);
/** The case of an event reached the store. */
void vg_memory_case_stored(vg_memory *memory, uint64_t event_key, int64_t case_id);

/** A decision on a case counts for those who reported: upheld or dismissed. A reporter who is not remembered: 0, nothing. */
int vg_memory_notice_outcome(vg_memory *memory, vg_str source, vg_str reporter, bool upheld, vg_error *err);

/** The language that an account gave last ("fr", "tgl"); empty: none is remembered. */
void vg_memory_language(const vg_memory *memory, vg_str source, vg_str account, char out[4]);
/* What is remembered of one account: counts, never with whom. */
typedef struct vg_memory_glimpse {
    uint8_t band, basis;             /* vg_age_band, vg_age_basis */
    char country[3], language[4];    /* empty: not said */
    int64_t created_ms, last_day_ms; /* 0: not said; the day it was last seen */
    uint32_t minors_day, minors_week, unanswered_week; /* distinct minors written to; of the week's, those that never answered */
    uint32_t talks, talks_late;      /* with minors; those that reached isolation or a later stage */
    uint32_t notices_made, notices_upheld, notices_dismissed, against_month;
} vg_memory_glimpse;
/** Reads one account's record as of `now_ms`, O(1), changing nothing: for a person who reads a case. Under the pipeline's lock, like
 *  everything here. VG_ENOENT: not remembered, or not any more. */
int vg_memory_glance(const vg_memory *memory, vg_str source, vg_str account, int64_t now_ms, uint32_t keep_days, vg_memory_glimpse *out);

/** Everything remembered of one account as a JSON object (data-protection request). VG_ENOENT. */
int vg_memory_export(vg_memory *memory, vg_str source, vg_str account, vg_buf *out, vg_error *err);
/** Forgets an account: its record, its pairs, its place in conversations, its idempotency records are left to expire (no name in them).
 *  *removed counts records. */
int vg_memory_erase(vg_memory *memory, vg_str source, vg_str account, size_t *removed, vg_error *err);

/** Removes expired records from about `pages` pages, going round; returns records removed. Call it often with few pages.
 *  `keep_days` is the longest of all policies. The clock of events decides; in a space gone quiet the wall clock does, 31
 *  days later, when no acceptable event could still see the record. */
size_t vg_memory_sweep(vg_memory *memory, int64_t now_ms, uint32_t keep_days, size_t pages);

typedef struct vg_memory_stats {
    size_t accounts, pairs, conversations, tokens, seen;
    size_t account_bytes, pair_bytes, conversation_bytes, token_bytes, seen_bytes; /* mapped, overhead included */
    size_t account_record, pair_record, conversation_record, token_record;         /* sizeof */
    uint64_t journal_position, journal_durable, recovered_entries;
    uint64_t digest; /* order-independent hash over all live records: two memories agree when it is equal. Costs a full pass: only when asked. */
} vg_memory_stats;
void vg_memory_stats_get(vg_memory *memory, bool with_digest, vg_memory_stats *out);

#endif
