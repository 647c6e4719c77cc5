/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/media/index: finds known hashes. Exact: whatever lies within the radius is found, always.
 *
 * One index is one bank: a memory-mapped file that is never changed once written, the additions since (delta) and the
 * removals since (marks), both in RAM. PDQ hashes are looked up by radius, SHA-256, SHA-1 and MD5 by equality, in the
 * same call. A file is checked before it is used: another version, a wrong length, a checksum that differs are refused
 * with the reason, and the caller builds it again from the store. A file is replaced by rename: a reader has the old one or
 * the new one. Thread-safety: any number of threads search while one adds, removes or reloads.
 * Callers: signals/media (bank sets), cli, bench, fuzz.
 */
#ifndef VG_SIGNALS_MEDIA_INDEX_H
#define VG_SIGNALS_MEDIA_INDEX_H

#include "base/error.h"
#include "event/bank.h"

typedef struct vg_index vg_index;

/* One hash of one entry. The hashes of an entry (a video has many) come one after another when an index is written. */
typedef struct vg_index_item {
    uint32_t entry;      /* > 0 */
    uint16_t category;   /* number in the table of categories */
    vg_media_hash hash;
    bool doubted;        /* the entry's state; vg_index_doubt changes it */
} vg_index_item;

/* ---- writing a file ---- */
typedef struct vg_index_writer vg_index_writer;
typedef struct vg_index_label { /* what the file is of; kept in it and compared when it is opened */
    uint64_t bank;    /* id of the bank */
    uint64_t change;  /* newest change of the bank that is in it */
} vg_index_label;
/** Begins PATH; nothing is there until vg_index_write_end. `expected`: about how many hashes, 0 = not known. */
int vg_index_write_begin(vg_index_writer **out, const char *path, const vg_index_label *label, size_t expected, vg_error *err);
int vg_index_write_items(vg_index_writer *writer, const vg_index_item *items, size_t count, vg_error *err);
/** `categories`: the native names that items number, at most VG_BANK_MAX_CATEGORIES. Syncs, renames, frees the writer, on failure too. */
int vg_index_write_end(vg_index_writer **writer, const vg_str *categories, size_t category_count, vg_error *err);
void vg_index_write_abandon(vg_index_writer **writer);

/* ---- opening ---- */
/** Maps PATH. VG_ENOENT; VG_ECORRUPT with what is wrong (version, length, checksum of which part, another bank). `label`
 *  is filled in; when label->bank is not 0 it must be that bank. Maps without reading everything; damage in a part that
 *  was not looked at yet is found by vg_index_check. */
int vg_index_open(vg_index **out, const char *path, vg_index_label *label, vg_error *err);
/** An index without a file, for small lists and for additions alone. */
int vg_index_create(vg_index **out, vg_error *err);
void vg_index_close(vg_index **index);
/** Reads the whole file against its checksums: VG_ECORRUPT. Any thread; searches go on meanwhile and stay within bounds whatever the bytes. */
int vg_index_check(vg_index *index, vg_error *err);
/** Swaps in a newer file (merged in the background): keeps the additions and removals made with a change number over label->change. */
int vg_index_reload(vg_index *index, const char *path, vg_index_label *label, vg_error *err);

/* ---- changing ---- */
/** Searchable when it returns. `change` numbers grow. A category not seen before is added by vg_index_category. */
int vg_index_add(vg_index *index, uint64_t change, const vg_index_item *items, size_t count, vg_error *err);
/** Not found any more when it returns; an entry that is not there is no error. */
int vg_index_remove(vg_index *index, uint64_t change, const uint32_t *entries, size_t count, vg_error *err);
/** Marks entries as doubted, or not any more: a match then says so. */
int vg_index_doubt(vg_index *index, uint64_t change, const uint32_t *entries, size_t count, bool doubted, vg_error *err);
/** The number of a native category, added when it is new. VG_EFULL. */
int vg_index_category(vg_index *index, vg_str name, uint16_t *number, vg_error *err);
/** The name of a category; the empty string when there is none. Valid until the index is closed. */
vg_str vg_index_category_name(const vg_index *index, uint16_t number);

/* ---- searching ---- */
typedef struct vg_index_query {
    const vg_media_hash *hashes; /* of one picture or video; PDQ ones may carry turn, quality, frame */
    size_t count;
    uint8_t threshold;     /* PDQ: bits, 0..31 */
    uint8_t min_quality;   /* PDQ hashes under it are not looked up */
    uint8_t video_percent; /* share of an entry's frames that must be found, for entries with frames */
} vg_index_query;
/** The surest `most` entries: equal bytes first, then by distance, then by entry number (so the answer is the same every time);
 *  each entry once, with its best hash. `bank` is left 0. *found: how many there were, also over `most`. VG_ENOMEM. */
int vg_index_search(const vg_index *index, const vg_index_query *query, vg_media_match *out, size_t most, size_t *found,
                    vg_error *err);

typedef struct vg_index_stats {
    size_t hashes[VG_HASH_ALGORITHMS]; /* in the file and the delta, removed ones not counted */
    size_t entries, delta, removed;
    size_t file_bytes, delta_bytes;
    uint64_t change;
} vg_index_stats;
/** Counts as it goes: with removals, as long as reading the file's column of entries takes. */
void vg_index_stats_get(const vg_index *index, vg_index_stats *out);

/** "none", "sse4", "avx2": the kernel in use. The environment variable VIGIE_CPU can only lower it. */
const char *vg_index_cpu(void);
/** Lowers or raises it, as far as the processor goes; for tests and benchmarks. False: not on this machine. */
bool vg_index_cpu_set(const char *level);

#endif
