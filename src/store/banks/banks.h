/* SPDX-License-Identifier: Apache-2.0
 *
 * store/banks: banks of known material on disk: DIR/banks.db, a database of its own, so that an import of ten million hashes
 * never makes a case wait.
 *
 * Invariants: a call that returns 0 is on disk. An import is one transaction: killed at any moment the bank holds what it held
 * or what the list says, never a mixture; a feed's page and the cursor after it are one transaction. Whatever is found or not
 * found any more has a change number, which grows for each bank; the log of changes lets an index follow without reading
 * everything, and is cut off where that would be cheaper. An entry keeps its number for life, also when its source changes it,
 * takes it back and names it again. People's opinions belong to the reference: a list that is read anew does not lose them.
 * Errors, full disks and thread-safety as in store.h: one vg_bank_store may be used by one thread at a time.
 * Changes to banks are written to the audit log by the callers (vg_store_audit). Callers: banks, net, cli.
 */
#ifndef VG_STORE_BANKS_H
#define VG_STORE_BANKS_H

#include "base/arena.h"
#include "base/error.h"
#include "event/bank.h"

typedef struct vg_bank_store vg_bank_store;

/** Opens DIR/banks.db (creates, migrates; a newer schema than known is refused with its number). */
int vg_bank_store_open(vg_bank_store **out, const char *dir, vg_error *err);
void vg_bank_store_close(vg_bank_store **store);
/** A number that changes when another connection wrote. Cheap. */
int vg_bank_store_changes(vg_bank_store *store, int64_t *version, vg_error *err);
/** Moves the log into the database, waiting for nobody (see vg_store_checkpoint). */
int vg_bank_store_checkpoint(vg_bank_store *store, vg_error *err);

/* ---- banks ---- */
/** Fills id, created_ms, updated_ms (= now_ms). VG_EEXIST: the name is taken; VG_EINVAL says which field. */
int vg_store_bank_add(vg_bank_store *store, vg_bank *bank, int64_t now_ms, vg_error *err);
/** Sets what people decide: source, classification, threshold, min_quality, video_percent, effect, spaces, visible_to,
 *  expires_ms. Name and profile stay: hashes of another profile are another bank. VG_ENOENT. */
int vg_store_bank_update(vg_bank_store *store, const vg_bank *bank, int64_t now_ms, vg_error *err);
int vg_store_bank_find(vg_bank_store *store, vg_str name, vg_arena *arena, vg_bank *out, vg_error *err); /* VG_ENOENT */
int vg_store_bank_get(vg_bank_store *store, int64_t id, vg_arena *arena, vg_bank *out, vg_error *err);
/** By name. */
int vg_store_bank_list(vg_bank_store *store, vg_arena *arena, vg_bank **out, size_t *count, vg_error *err);
/** Gone for everybody when it returns; its rows are removed by vg_store_bank_purge. VG_ENOENT. */
int vg_store_bank_delete(vg_bank_store *store, int64_t id, int64_t now_ms, vg_error *err);
/** Removes up to `most` rows of deleted banks; *left: there are more. Short transactions, for the background. */
int vg_store_bank_purge(vg_bank_store *store, size_t most, bool *left, vg_error *err);
/** The categories of a bank; their places are vg_bank_entry.category_number. */
int vg_store_bank_categories(vg_bank_store *store, int64_t bank, vg_arena *arena, vg_str **out, size_t *count, vg_error *err);
/* Adds to the counters of matches; one transaction for all. Banks that are gone are passed over. */
typedef struct vg_bank_count {
    int64_t bank, matches;
} vg_bank_count;
int vg_store_bank_matched(vg_bank_store *store, const vg_bank_count *counts, size_t count, vg_error *err);

/* ---- importing ---- */
typedef struct vg_bank_import vg_bank_import;
typedef enum { VG_IMPORT_MERGE, VG_IMPORT_REPLACE } vg_import_mode; /* replace: what the list does not name is taken back */
typedef struct vg_import_counts {
    uint64_t records;                           /* given, without those refused */
    uint64_t added, changed, removed, unchanged; /* entries; one that comes back after it was taken back is added */
    uint64_t change;                            /* the bank's change number now */
} vg_import_counts;
/** Where a bank's feed stands; stored with the page. Strings: see vg_feed in signals/media/lists. */
typedef struct vg_bank_feed {
    vg_str kind;          /* "ncmec", "stopncii"; empty: the bank has no feed */
    vg_str url, user;
    vg_str password_file; /* where the password or key can be read; it is not kept here */
    vg_str cursor;
    int64_t fetched_ms;   /* when a page was last stored, 0 = never */
} vg_bank_feed;

/** Gathers records in a file of its own beside the database; the bank is not touched before the commit. The store can be used
 *  for other calls meanwhile. VG_ENOENT. */
int vg_store_bank_import_begin(vg_bank_import **out, vg_bank_store *store, int64_t bank, vg_import_mode mode, vg_error *err);
/** Constant memory. A reference given twice: the hashes of both are one entry, the later category and note hold; after
 *  `deleted` only what comes later counts. VG_EINVAL, VG_ETOOBIG: this record is refused (err says why) and the import goes on;
 *  any other error: abandon. */
int vg_store_bank_import_record(vg_bank_import *import, const vg_bank_record *record, vg_error *err);
/** Forgets the records given so far (a page that is read again). */
int vg_store_bank_import_restart(vg_bank_import *import, vg_error *err);
/** One transaction. `feed` (may be NULL): stored with it. `progress` (may be NULL) hears of records done. Frees the import, on failure
 *  too: then nothing changed. VG_ENOENT: the bank was deleted meanwhile. VG_EFULL: too many categories, entries, or no disk. */
int vg_store_bank_import_commit(vg_bank_import **import, const vg_bank_feed *feed, int64_t now_ms,
                                void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
                                vg_import_counts *counts, vg_error *err);
void vg_store_bank_import_abandon(vg_bank_import **import);
/** VG_ENOENT: no such bank. kind is empty when it has no feed. */
int vg_store_bank_feed_get(vg_bank_store *store, int64_t bank, vg_arena *arena, vg_bank_feed *out, vg_error *err);
/** With an empty kind the feed is forgotten. */
int vg_store_bank_feed_set(vg_bank_store *store, int64_t bank, const vg_bank_feed *feed, vg_error *err);

/* ---- single entries ---- */
/** Adds or changes one; *entry is its number. */
int vg_store_bank_entry_add(vg_bank_store *store, int64_t bank, const vg_bank_record *record, int64_t now_ms,
                            uint32_t *entry, vg_error *err);
/** Takes one back as its source would: its hashes are destroyed, reference and category stay. VG_ENOENT. */
int vg_store_bank_entry_remove(vg_bank_store *store, int64_t bank, uint32_t entry, int64_t now_ms, vg_error *err);
int vg_store_bank_entry_get(vg_bank_store *store, int64_t bank, uint32_t entry, vg_arena *arena, vg_bank_entry *out,
                            vg_error *err); /* VG_ENOENT */
int vg_store_bank_entry_find(vg_bank_store *store, int64_t bank, vg_str reference, vg_arena *arena, vg_bank_entry *out,
                             vg_error *err); /* VG_ENOENT */
/** Withdraws entries whose time is over, at most 10000 a call; *count: how many. */
int vg_store_bank_expire(vg_bank_store *store, int64_t now_ms, size_t *count, vg_error *err);

/* ---- what people say of an entry ---- */
typedef struct vg_bank_opinion {
    vg_str person;
    bool reject;   /* this is not what the list says it is; false: it is */
    vg_str note;   /* up to 1000 bytes, may be empty */
    int64_t time_ms;
} vg_bank_opinion;
/** The first person who rejects an entry puts it in doubt; a second one withdraws it; another one who confirms it clears the doubt.
 *  The same person again changes their own opinion. *state: what the entry is now. VG_ENOENT. */
int vg_store_bank_opinion_add(vg_bank_store *store, int64_t bank, uint32_t entry, const vg_bank_opinion *opinion,
                              vg_entry_state *state, vg_error *err);
/** Oldest first. */
int vg_store_bank_opinions(vg_bank_store *store, int64_t bank, uint32_t entry, vg_arena *arena, vg_bank_opinion **out,
                           size_t *count, vg_error *err);

/* ---- reading all, reading what changed ---- */
typedef struct vg_bank_reader {
    void *context;
    /* Entries in order of their number, some hundred at a time; they live until it returns. Not 0 ends the reading with it. */
    int (*entries)(void *context, const vg_bank_entry *entries, size_t count, vg_error *err);
    bool texts;     /* also reference and note; without them reading is faster */
    bool withdrawn; /* also entries that are never found */
} vg_bank_reader;
/** Reads all entries of one moment; *change is the bank's change number at that moment, and set before the first entry is given. */
int vg_store_bank_scan(vg_bank_store *store, int64_t bank, const vg_bank_reader *reader, int64_t *change, vg_error *err);
/** Reads the entries that changed after `since`, each once as it is now, withdrawn ones too (reader->withdrawn is not looked at).
 *  VG_ENOENT: no such bank; VG_ECONFLICT: the log of changes begins later: scan instead. *change as above. */
int vg_store_bank_changed(vg_bank_store *store, int64_t bank, int64_t since, const vg_bank_reader *reader, int64_t *change,
                          vg_error *err);
/** Cuts the log off: everything up to `through` is in the index's file. */
int vg_store_bank_log_cut(vg_bank_store *store, int64_t bank, int64_t through, vg_error *err);

#endif
