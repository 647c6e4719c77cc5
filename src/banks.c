/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. A bank's index is a file and what changed since. The store numbers changes; an index knows the number up to which it
 * has followed. To follow is to read the log of changes from there: few changes. Where the log does not reach (an import of a
 * million), or so much was added that searching suffers, the file is built anew from the store and swapped in; what
 * was applied meanwhile is kept by its number.
 *
 *     poll ──▶ nothing changed: one PRAGMA
 *          ──▶ banks changed: new set
 *          ──▶ entries changed: follow the log ──▶ too far behind, or much in RAM: build ──▶ reload, cut the log
 *
 * Building is done by one process at a time, under a lock on DIR/banks/lock; whoever waited for it finds a file that is new enough
 * and takes that one.
 */
#include "banks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"
#include "base/time.h"
#include "store/banks/banks.h"

enum {
    DELTA_MOST = 100000,
    AT_ONCE = 16384,        /* items given to an index in one call */
    EXPIRE_MS = 60000,
    MATCHED_MS = 1000,
    RETRY_MS = 30000,       /* after a build that failed */
    PURGE_ROWS = 2000,      /* of deleted banks, in one poll */
    PATH_MOST = 4200,
};

typedef struct slot { /* one bank that is open */
    int64_t bank, change; /* followed up to */
    vg_bank_index *index;
    bool again;         /* the last following stopped half-way: what it added may be there already */
    bool wants_build, unwritten; /* unwritten: no file could be made; all of it is in RAM */
    int64_t retry_ms;
} slot;

typedef struct job { /* a file that is being built */
    char dir[PATH_MOST];
    int64_t bank, change; /* at least this change must be in it */
    size_t expected;
    pthread_t thread;
    bool threaded;
    atomic_bool done;
    int rc;
    vg_error err;
} job;

struct vg_banks {
    pthread_mutex_t lock; /* the pointer `set`, and `matched` */
    vg_bank_set *set;
    vg_bank_count *matched;
    size_t matched_count, matched_capacity;
    char dir[PATH_MOST]; /* DIR/banks */
    char *data_dir;
    vg_bank_store *store;
    vg_arena *arena; /* of one poll */
    slot *slots;
    size_t slot_count, slot_capacity, delta_most;
    int64_t version, expired_ms, matched_ms;
    bool no_thread, look_again, purge;
    job *job;
};

static int fail_memory(vg_error *err) { return vg_fail(err, VG_ENOMEM, "", "no memory for the banks"); }

static void path_of(char out[PATH_MOST + 32], const char *dir, int64_t bank)
{
    snprintf(out, PATH_MOST + 32, "%s/%" PRId64 ".index", dir, bank);
}

/* ---- entries into an index ---- */

typedef struct items { /* gathered entries, on their way into a file or an index */
    vg_index_item *item;
    size_t count, capacity;
} items;

static int add_items(items *to, const vg_bank_entry *entry, uint16_t category, vg_error *err)
{
    if (to->count + entry->hash_count > to->capacity) {
        size_t wanted = to->capacity ? to->capacity * 2 : 4096;
        while (wanted < to->count + entry->hash_count) wanted *= 2;
        vg_index_item *larger = vg_realloc(to->item, wanted * sizeof *larger);
        if (!larger) return fail_memory(err);
        to->item = larger;
        to->capacity = wanted;
    }
    for (size_t i = 0; i < entry->hash_count; i++)
        to->item[to->count++] = (vg_index_item){.entry = entry->id, .category = category, .hash = entry->hashes[i],
                                                .doubted = entry->state == VG_ENTRY_DOUBTED};
    return 0;
}

/* ---- building a file ---- */

typedef struct build {
    const job *job;
    const int64_t *change; /* set by the store before the first entry is given */
    vg_index_writer *writer;
    char path[PATH_MOST + 32];
    items items;
} build;

static int begin_file(build *b, vg_error *err)
{
    vg_index_label label = {.bank = (uint64_t)b->job->bank, .change = (uint64_t)*b->change};
    return b->writer ? 0 : vg_index_write_begin(&b->writer, b->path, &label, b->job->expected, err);
}

static int build_entries(void *context, const vg_bank_entry *entries, size_t count, vg_error *err)
{
    build *b = context;
    int rc = begin_file(b, err);
    for (size_t i = 0; !rc && i < count; i++) rc = add_items(&b->items, &entries[i], entries[i].category_number, err);
    if (!rc) rc = vg_index_write_items(b->writer, b->items.item, b->items.count, err);
    b->items.count = 0;
    return rc;
}

static int write_file(build *b, vg_bank_store *store, vg_error *err)
{
    int64_t change = 0;
    vg_str *categories = NULL;
    size_t category_count = 0;
    vg_bank_reader reader = {.context = b, .entries = build_entries};
    vg_arena *arena = vg_arena_create(1 << 14, 8 << 20);
    b->change = &change;
    int rc = arena ? vg_store_bank_scan(store, b->job->bank, &reader, &change, err) : fail_memory(err);
    if (!rc) rc = begin_file(b, err); /* an empty bank has a file too */
    /* read after the entries: categories are only ever added */
    if (!rc) rc = vg_store_bank_categories(store, b->job->bank, arena, &categories, &category_count, err);
    if (!rc) rc = vg_index_write_end(&b->writer, categories, category_count, err);
    else if (b->writer) vg_index_write_abandon(&b->writer);
    vg_free(b->items.item);
    vg_arena_destroy(&arena);
    return rc;
}

/* True when another process has built a file that is new enough meanwhile. */
static bool there_already(const job *j, const char *path)
{
    vg_index *index = NULL;
    vg_index_label label = {.bank = (uint64_t)j->bank};
    if (vg_index_open(&index, path, &label, NULL)) return false;
    vg_index_close(&index);
    return label.change >= (uint64_t)j->change;
}

static int build_locked(job *j, const char *data_dir, vg_error *err)
{
    build b = {.job = j};
    vg_bank_store *store = NULL;
    path_of(b.path, j->dir, j->bank);
    if (there_already(j, b.path)) return 0;
    int rc = vg_bank_store_open(&store, data_dir, err);
    if (!rc) rc = write_file(&b, store, err);
    vg_bank_store_close(&store);
    return rc;
}

static void run_job(job *j)
{
    char path[PATH_MOST + 32], data_dir[PATH_MOST];
    snprintf(path, sizeof path, "%s/lock", j->dir);
    snprintf(data_dir, sizeof data_dir, "%.*s", (int)(strlen(j->dir) - sizeof "/banks" + 1), j->dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), locked;
    do locked = fd < 0 ? -1 : flock(fd, LOCK_EX);
    while (locked != 0 && fd >= 0 && errno == EINTR);
    if (locked != 0)
        j->rc = vg_fail(&j->err, errno == ENOSPC || errno == EDQUOT ? VG_EFULL : VG_EIO, path, "cannot be locked: %s", strerror(errno));
    else j->rc = build_locked(j, data_dir, &j->err);
    if (fd >= 0) close(fd);
    atomic_store(&j->done, true);
}

static void *job_main(void *argument)
{
    run_job(argument);
    return NULL;
}

/* Ends a job that is done (or waits for it). */
static void finish_job(job **j)
{
    if ((*j)->threaded) pthread_join((*j)->thread, NULL);
    vg_free(*j);
    *j = NULL;
}

static int start_job(vg_banks *banks, const slot *s, int64_t change, int64_t hashes, bool here, job **out, vg_error *err)
{
    job *j = vg_calloc(1, sizeof *j);
    *out = j;
    if (!j) return fail_memory(err);
    snprintf(j->dir, sizeof j->dir, "%s", banks->dir);
    j->bank = s->bank;
    j->change = change;
    j->expected = hashes > 0 ? (size_t)hashes : 0;
    atomic_init(&j->done, false);
    j->threaded = !here && pthread_create(&j->thread, NULL, job_main, j) == 0;
    if (!j->threaded) run_job(j);
    return 0;
}

/* ---- following the log of changes ---- */

typedef struct follow {
    vg_index *index;
    slot *slot;
    const int64_t *change;
    items items;
    uint32_t *gone, *doubted, *cleared; /* AT_ONCE each */
    size_t gone_count, doubted_count, cleared_count;
    uint16_t *category; /* of the store's numbers, 0xffff: not asked yet */
} follow;

static int apply(follow *f, vg_error *err)
{
    uint64_t change = (uint64_t)*f->change;
    int rc = 0;
    if (f->gone_count) rc = vg_index_remove(f->index, change, f->gone, f->gone_count, err);
    if (!rc && f->items.count) rc = vg_index_add(f->index, change, f->items.item, f->items.count, err);
    if (!rc && f->doubted_count) rc = vg_index_doubt(f->index, change, f->doubted, f->doubted_count, true, err);
    if (!rc && f->cleared_count) rc = vg_index_doubt(f->index, change, f->cleared, f->cleared_count, false, err);
    f->gone_count = f->doubted_count = f->cleared_count = f->items.count = 0;
    return rc;
}

static int follow_entry(follow *f, const vg_bank_entry *entry, vg_error *err)
{
    bool live = entry->state != VG_ENTRY_WITHDRAWN, judged = entry->change == VG_CHANGE_DOUBT && !f->slot->again;
    bool known = entry->change != VG_CHANGE_NEW || f->slot->again; /* the index may have heard of it */
    if (!live || (known && !judged)) f->gone[f->gone_count++] = entry->id;
    /* an index remembers a doubt also of what was removed: it is said anew, whatever else changed */
    if (live && known && entry->state == VG_ENTRY_DOUBTED) f->doubted[f->doubted_count++] = entry->id;
    else if (live && known) f->cleared[f->cleared_count++] = entry->id;
    if (!live || judged) return 0;
    uint16_t *number = &f->category[entry->category_number];
    int rc = *number == UINT16_MAX ? vg_index_category(f->index, entry->category, number, err) : 0;
    return rc ? rc : add_items(&f->items, entry, *number, err);
}

static int follow_entries(void *context, const vg_bank_entry *entries, size_t count, vg_error *err)
{
    follow *f = context;
    int rc = 0;
    for (size_t i = 0; !rc && i < count; i++) {
        rc = follow_entry(f, &entries[i], err);
        if (!rc && (f->gone_count == AT_ONCE || f->doubted_count == AT_ONCE || f->cleared_count == AT_ONCE || f->items.count >= AT_ONCE))
            rc = apply(f, err);
    }
    return rc;
}

/* Brings the index up to the store; with `scan` an empty one from nothing. */
static int follow_store(vg_banks *banks, slot *s, bool scan, vg_error *err)
{
    int64_t change = 0;
    uint32_t *room = vg_malloc((size_t)3 * AT_ONCE * sizeof *room);
    follow f = {.index = vg_bank_index_get(s->index), .slot = s, .change = &change, .gone = room,
                .doubted = room ? room + AT_ONCE : NULL, .cleared = room ? room + 2 * AT_ONCE : NULL};
    f.category = vg_malloc(VG_BANK_MAX_CATEGORIES * sizeof *f.category);
    vg_bank_reader reader = {.context = &f, .entries = follow_entries};
    int rc = room && f.category ? 0 : fail_memory(err);
    if (!rc) {
        memset(f.category, 0xff, VG_BANK_MAX_CATEGORIES * sizeof *f.category);
        rc = scan ? vg_store_bank_scan(banks->store, s->bank, &reader, &change, err)
                  : vg_store_bank_changed(banks->store, s->bank, s->change, &reader, &change, err);
    }
    if (!rc) rc = apply(&f, err);
    if (rc && rc != -VG_ECONFLICT) s->again = true;
    if (!rc) {
        s->change = change;
        s->again = false;
    }
    vg_free(f.items.item);
    vg_free(f.category);
    vg_free(room);
    return rc;
}

/* ---- opening one bank ---- */

static int take_file(vg_banks *banks, slot *s, const vg_bank *bank, vg_error *err)
{
    char path[PATH_MOST + 32];
    vg_index *index = NULL;
    vg_index_label label = {.bank = (uint64_t)s->bank};
    path_of(path, banks->dir, s->bank);
    int rc = vg_index_open(&index, path, &label, err);
    if (!rc && label.change > (uint64_t)bank->change) {
        vg_index_close(&index);
        rc = vg_fail(err, VG_ECORRUPT, path, "is newer than the store: was banks.db put back from a copy?");
    }
    if (!rc) rc = vg_bank_index_create(&s->index, &index, err);
    if (!rc) s->change = (int64_t)label.change;
    return rc;
}

static int open_in_memory(slot *s, vg_error *err)
{
    vg_index *index = NULL;
    int rc = vg_index_create(&index, err);
    if (!rc) rc = vg_bank_index_create(&s->index, &index, err);
    if (!rc) s->change = 0;
    return rc;
}

static int build_now(vg_banks *banks, slot *s, const vg_bank *bank, vg_error *err)
{
    job *j = NULL;
    int rc = start_job(banks, s, bank->change, bank->hashes, true, &j, err);
    if (rc) return rc;
    rc = j->rc;
    if (rc && err) *err = j->err;
    finish_job(&j);
    return rc ? rc : take_file(banks, s, bank, err);
}

/* A bank that is not open yet: its file, or a new one, or all of it in RAM. */
static int open_slot(vg_banks *banks, slot *s, const vg_bank *bank, vg_error *err)
{
    vg_error why = {0};
    char path[PATH_MOST + 32];
    *s = (slot){.bank = bank->id};
    if (bank->change == 0) return open_in_memory(s, err); /* nothing was ever in it */
    int rc = take_file(banks, s, bank, &why);
    if (rc == -VG_ENOENT && bank->hashes <= (int64_t)banks->delta_most / 4) { /* a short list needs no file */
        rc = open_in_memory(s, err);
        return rc ? rc : follow_store(banks, s, true, err);
    }
    if (!rc) return 0;
    if (rc == -VG_ENOMEM) return vg_fail(err, VG_ENOMEM, why.where, "%s", why.what);
    vg_log(rc == -VG_ENOENT ? VG_LOG_INFO : VG_LOG_WARN, "banks", "the index of \"%.*s\" is built from the store: %s: %s",
           VG_STR_ARG(bank->name), why.where, why.what);
    if (rc == -VG_ECORRUPT) { /* nobody shall take it for new enough */
        path_of(path, banks->dir, s->bank);
        (void)unlink(path);
    }
    rc = build_now(banks, s, bank, &why);
    if (!rc || rc == -VG_ENOMEM || rc == -VG_ENOENT) return rc ? vg_fail(err, -rc, why.where, "%s", why.what) : 0;
    vg_log(VG_LOG_ERROR, "banks", "the index of \"%.*s\" stays in memory for now: %s: %s", VG_STR_ARG(bank->name), why.where, why.what);
    s->unwritten = s->wants_build = true;
    s->retry_ms = vg_time_now() + RETRY_MS;
    rc = open_in_memory(s, err);
    return rc ? rc : follow_store(banks, s, true, err);
}

static void close_slot(slot *s) { vg_bank_index_unref(&s->index); }

/* ---- the banks that there are ---- */

static slot *find_slot(vg_banks *banks, int64_t bank)
{
    for (size_t i = 0; i < banks->slot_count; i++)
        if (banks->slots[i].bank == bank) return &banks->slots[i];
    return NULL;
}

static int add_slot(vg_banks *banks, const vg_bank *bank, vg_error *err)
{
    if (banks->slot_count == banks->slot_capacity) {
        size_t wanted = banks->slot_capacity ? banks->slot_capacity * 2 : 8;
        slot *larger = vg_realloc(banks->slots, wanted * sizeof *larger);
        if (!larger) return fail_memory(err);
        banks->slots = larger;
        banks->slot_capacity = wanted;
    }
    slot *s = &banks->slots[banks->slot_count];
    int rc = open_slot(banks, s, bank, err);
    if (rc) close_slot(s);
    else banks->slot_count++;
    return rc;
}

static void drop_slots(vg_banks *banks, const vg_bank *list, size_t count)
{
    for (size_t i = 0; i < banks->slot_count;) {
        bool there = false;
        for (size_t k = 0; !there && k < count; k++) there = list[k].id == banks->slots[i].bank;
        if (there) {
            i++;
            continue;
        }
        char path[PATH_MOST + 32];
        path_of(path, banks->dir, banks->slots[i].bank);
        (void)unlink(path);
        close_slot(&banks->slots[i]);
        banks->slots[i] = banks->slots[--banks->slot_count];
        banks->purge = true;
    }
}

static int publish(vg_banks *banks, const vg_bank *list, size_t count, vg_error *err)
{
    vg_bank_set *fresh = NULL;
    size_t open = 0;
    vg_bank_set_item *item = vg_arena_calloc(banks->arena, count ? count : 1, sizeof *item);
    if (!item) return fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        slot *s = find_slot(banks, list[i].id);
        if (s) item[open++] = (vg_bank_set_item){list[i], s->index};
    }
    int rc = vg_bank_set_create(&fresh, item, open, err);
    if (rc) return rc;
    pthread_mutex_lock(&banks->lock);
    vg_bank_set *old = banks->set;
    banks->set = fresh;
    pthread_mutex_unlock(&banks->lock);
    vg_bank_set_unref(&old);
    return 0;
}

/* Follows one bank; what cannot be followed is built. */
static int follow_bank(vg_banks *banks, slot *s, const vg_bank *bank, vg_error *err)
{
    vg_index_stats stats;
    char path[PATH_MOST + 32];
    int rc = s->change == bank->change && !s->again ? 0 : follow_store(banks, s, false, err);
    if (rc == -VG_ECONFLICT) { /* too far behind: another process may have built the file */
        vg_index_label label = {.bank = (uint64_t)s->bank};
        path_of(path, banks->dir, s->bank);
        rc = there_already(&(job){.bank = s->bank, .change = s->change + 1}, path)
                 ? vg_index_reload(vg_bank_index_get(s->index), path, &label, err)
                 : -VG_ECONFLICT;
        if (!rc) s->change = (int64_t)label.change;
        if (!rc) rc = follow_store(banks, s, false, err);
        if (rc == -VG_ECONFLICT) {
            s->wants_build = true;
            return 0;
        }
    }
    if (rc) return rc;
    vg_index_stats_get(vg_bank_index_get(s->index), &stats);
    if (stats.delta + stats.removed > banks->delta_most) s->wants_build = true;
    return 0;
}

/* Opens, follows and drops until the indexes are what the store says. */
static int synchronise(vg_banks *banks, vg_error *err)
{
    vg_bank *list = NULL;
    size_t count = 0;
    vg_arena_reset(banks->arena);
    int rc = vg_store_bank_list(banks->store, banks->arena, &list, &count, err);
    if (rc) return rc;
    drop_slots(banks, list, count);
    for (size_t i = 0; i < count; i++) { /* one bank that fails keeps no other one from being followed */
        slot *s = find_slot(banks, list[i].id);
        vg_error why = {0};
        int one = s ? 0 : add_slot(banks, &list[i], &why);
        if (!one) one = follow_bank(banks, find_slot(banks, list[i].id), &list[i], &why);
        if (one == -VG_ENOENT) one = 0; /* deleted meanwhile: the next poll sees that */
        if (one && !rc) {
            rc = one;
            if (err) *err = why;
        }
    }
    int published = publish(banks, list, count, rc ? NULL : err);
    return rc ? rc : published;
}

/* ---- building in the background ---- */

static int take_over(vg_banks *banks, int64_t now_ms, vg_error *err)
{
    job *j = banks->job;
    char path[PATH_MOST + 32];
    if (!j || !atomic_load(&j->done)) return 0;
    slot *s = find_slot(banks, j->bank);
    int rc = j->rc;
    vg_error why = j->err;
    int64_t bank = j->bank;
    finish_job(&banks->job);
    if (!s || rc == -VG_ENOENT) return 0; /* the bank was deleted meanwhile */
    vg_index_label label = {.bank = (uint64_t)bank};
    path_of(path, banks->dir, bank);
    if (!rc) rc = vg_index_reload(vg_bank_index_get(s->index), path, &label, &why);
    if (rc) {
        vg_log(VG_LOG_ERROR, "banks", "the index of bank %" PRId64 " was not built, it is tried again: %s: %s", bank, why.where, why.what);
        s->wants_build = true;
        s->retry_ms = now_ms + RETRY_MS;
        return vg_fail(err, -rc, why.where, "%s", why.what);
    }
    if ((int64_t)label.change > s->change) s->change = (int64_t)label.change;
    s->unwritten = false;
    banks->look_again = true; /* changes since it was begun */
    rc = vg_store_bank_log_cut(banks->store, bank, (int64_t)label.change, &why);
    if (rc) vg_log(VG_LOG_WARN, "banks", "the log of changes was not cut: %s", why.what); /* only longer than need be */
    return 0;
}

static int start_next(vg_banks *banks, int64_t now_ms, vg_error *err)
{
    vg_bank bank;
    for (size_t i = 0; !banks->job && i < banks->slot_count; i++) {
        slot *s = &banks->slots[i];
        if (!s->wants_build || s->retry_ms > now_ms) continue;
        vg_arena_reset(banks->arena);
        int rc = vg_store_bank_get(banks->store, s->bank, banks->arena, &bank, err);
        if (rc == -VG_ENOENT) continue;
        if (!rc) rc = start_job(banks, s, bank.change, bank.hashes, banks->no_thread, &banks->job, err);
        if (rc) return rc;
        s->wants_build = false;
    }
    return 0;
}

/* ---- now and then ---- */

static int flush_matched(vg_banks *banks, vg_error *err)
{
    pthread_mutex_lock(&banks->lock);
    vg_bank_count *counts = banks->matched;
    size_t count = banks->matched_count;
    banks->matched = NULL;
    banks->matched_count = banks->matched_capacity = 0;
    pthread_mutex_unlock(&banks->lock);
    if (!count) return 0;
    int rc = vg_store_bank_matched(banks->store, counts, count, err);
    if (rc) { /* put back, to be written later, unless new ones were counted meanwhile: then those are added to */
        pthread_mutex_lock(&banks->lock);
        for (size_t i = 0; i < banks->matched_count; i++)
            for (size_t k = 0; k < count; k++)
                if (counts[k].bank == banks->matched[i].bank) counts[k].matches += banks->matched[i].matches;
        vg_bank_count *other = banks->matched;
        banks->matched = counts;
        banks->matched_count = banks->matched_capacity = count;
        counts = other;
        pthread_mutex_unlock(&banks->lock);
    }
    vg_free(counts);
    return rc;
}

static void look_after(vg_banks *banks, int64_t now_ms)
{
    vg_error err = {0};
    size_t expired = 0;
    if (now_ms - banks->matched_ms >= MATCHED_MS) {
        banks->matched_ms = now_ms;
        (void)flush_matched(banks, &err); /* counted again in a second */
    }
    if (now_ms - banks->expired_ms >= EXPIRE_MS) {
        banks->expired_ms = now_ms;
        if (vg_store_bank_expire(banks->store, now_ms, &expired, &err))
            vg_log(VG_LOG_WARN, "banks", "entries whose time is over were not withdrawn yet: %s", err.what);
        if (expired) banks->look_again = true; /* our own writes do not show as a change */
    }
    if (banks->purge && vg_store_bank_purge(banks->store, PURGE_ROWS, &banks->purge, &err)) banks->purge = true;
}

int vg_banks_poll(vg_banks *banks, int64_t now_ms, bool *changed, vg_error *err)
{
    int64_t version = 0;
    if (changed) *changed = false;
    look_after(banks, now_ms);
    int rc = take_over(banks, now_ms, err);
    if (rc) return rc;
    rc = vg_bank_store_changes(banks->store, &version, err);
    if (!rc && (version != banks->version || banks->look_again)) {
        banks->look_again = false;
        rc = synchronise(banks, err);
        if (!rc) banks->version = version;
        else banks->look_again = true;
        if (changed) *changed = true;
        (void)vg_bank_store_checkpoint(banks->store, NULL);
    }
    return rc ? rc : start_next(banks, now_ms, err);
}

int vg_banks_wait(vg_banks *banks, int64_t now_ms, vg_error *err)
{
    int rc = vg_banks_poll(banks, now_ms, NULL, err);
    while (!rc && (banks->job || banks->look_again)) {
        if (banks->job && banks->job->threaded) {
            pthread_join(banks->job->thread, NULL);
            banks->job->threaded = false;
        }
        rc = vg_banks_poll(banks, now_ms, NULL, err);
    }
    return rc;
}

/* ---- life ---- */

/* Files of banks that are gone: deleted while nobody looked. */
static void remove_strays(vg_banks *banks)
{
    DIR *dir = opendir(banks->dir);
    const struct dirent *d;
    while (dir && (d = readdir(dir))) {
        char *end = NULL, path[PATH_MOST + 32];
        int64_t bank = strtoll(d->d_name, &end, 10);
        if (bank <= 0 || strcmp(end, ".index") != 0 || find_slot(banks, bank)) continue;
        path_of(path, banks->dir, bank);
        (void)unlink(path);
    }
    if (dir) closedir(dir);
}

int vg_banks_open(vg_banks **out, const vg_banks_options *options, vg_error *err)
{
    *out = NULL;
    vg_banks *banks = vg_calloc(1, sizeof *banks);
    if (!banks) return fail_memory(err);
    pthread_mutex_init(&banks->lock, NULL);
    banks->delta_most = options->delta_most ? options->delta_most : DELTA_MOST;
    banks->no_thread = options->no_thread;
    banks->purge = true; /* of what was deleted while nobody looked */
    banks->expired_ms = banks->matched_ms = INT64_MIN / 2;
    banks->arena = vg_arena_create(1 << 14, 256 << 20);
    int rc = banks->arena ? 0 : fail_memory(err);
    if (!rc && snprintf(banks->dir, sizeof banks->dir, "%s/banks", options->dir) >= 4096)
        rc = vg_fail(err, VG_EINVAL, options->dir, "the path is too long");
    if (!rc) rc = vg_bank_store_open(&banks->store, options->dir, err);
    if (!rc) rc = vg_dir_create(banks->dir, 0700, err);
    if (!rc) rc = vg_bank_store_changes(banks->store, &banks->version, err);
    if (!rc) rc = synchronise(banks, err);
    for (size_t i = 0; !rc && i < banks->slot_count; i++) /* a file that is far behind: the promise is that all can be found */
        if (banks->slots[i].wants_build && !banks->slots[i].unwritten) banks->look_again = true;
    if (!rc && banks->look_again) rc = vg_banks_wait(banks, vg_time_now(), err);
    if (rc) vg_banks_close(&banks);
    else remove_strays(banks);
    *out = banks;
    return rc;
}

void vg_banks_close(vg_banks **banks)
{
    if (!banks || !*banks) return;
    vg_banks *b = *banks;
    if (b->job) finish_job(&b->job);
    if (b->store) (void)flush_matched(b, NULL);
    vg_bank_set_unref(&b->set);
    for (size_t i = 0; i < b->slot_count; i++) close_slot(&b->slots[i]);
    vg_bank_store_close(&b->store);
    vg_arena_destroy(&b->arena);
    pthread_mutex_destroy(&b->lock);
    vg_free(b->slots);
    vg_free(b->matched);
    vg_free(b);
    *banks = NULL;
}

/* ---- for those who ask ---- */

vg_bank_set *vg_banks_set(vg_banks *banks)
{
    pthread_mutex_lock(&banks->lock);
    vg_bank_set *set = vg_bank_set_ref(banks->set);
    pthread_mutex_unlock(&banks->lock);
    return set;
}

static void count_one(vg_banks *banks, int64_t bank)
{
    for (size_t i = 0; i < banks->matched_count; i++) {
        if (banks->matched[i].bank != bank) continue;
        banks->matched[i].matches++;
        return;
    }
    if (banks->matched_count == banks->matched_capacity) {
        size_t wanted = banks->matched_capacity ? banks->matched_capacity * 2 : 8;
        vg_bank_count *larger = vg_realloc(banks->matched, wanted * sizeof *larger);
        if (!larger) return; /* a statistic: not worth an error */
        banks->matched = larger;
        banks->matched_capacity = wanted;
    }
    banks->matched[banks->matched_count++] = (vg_bank_count){bank, 1};
}

void vg_banks_matched(vg_banks *banks, const vg_bank_set *set, const vg_media_match *matches, size_t count)
{
    if (!count) return;
    pthread_mutex_lock(&banks->lock);
    for (size_t i = 0; i < count; i++) {
        const vg_bank *bank = vg_bank_set_at(set, matches[i].bank);
        if (bank) count_one(banks, bank->id);
    }
    pthread_mutex_unlock(&banks->lock);
}

int vg_banks_state_of(vg_banks *banks, int64_t bank, vg_banks_state *out)
{
    vg_bank_set *set = vg_banks_set(banks);
    int at = vg_bank_set_find(set, bank);
    *out = (vg_banks_state){.bank = bank};
    if (at >= 0) vg_index_stats_get(vg_bank_set_index(set, (size_t)at), &out->index);
    vg_bank_set_unref(&set);
    return at >= 0 ? 0 : -VG_ENOENT;
}

int vg_banks_check(vg_banks *banks, size_t *rebuilt, vg_error *err)
{
    *rebuilt = 0;
    for (size_t i = 0; i < banks->slot_count; i++) {
        slot *s = &banks->slots[i];
        vg_error why = {0};
        char path[PATH_MOST + 32];
        int rc = vg_index_check(vg_bank_index_get(s->index), &why);
        if (rc != -VG_ECORRUPT) {
            if (rc) return vg_fail(err, -rc, why.where, "%s", why.what);
            continue;
        }
        vg_log(VG_LOG_WARN, "banks", "the index of bank %" PRId64 " is built from the store: %s: %s", s->bank, why.where, why.what);
        path_of(path, banks->dir, s->bank);
        (void)unlink(path); /* it is mapped still, and says what it can until the new one is there */
        s->wants_build = true;
        s->retry_ms = 0;
        (*rebuilt)++;
    }
    return *rebuilt ? vg_banks_wait(banks, vg_time_now(), err) : 0;
}
