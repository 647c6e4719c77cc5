/* SPDX-License-Identifier: Apache-2.0
 *
 * A store of banks in a directory of its own, and made-up records, for the tests of banks. Every hash is computed from a number:
 * no picture stands behind any of them.
 */
#ifndef VG_TESTS_BANKS_FIXTURE_H
#define VG_TESTS_BANKS_FIXTURE_H

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/time.h"
#include "store/banks/banks.h"
#include "tap.h"

enum { NOW = 1000000 };

typedef struct fixture {
    char dir[64];
    vg_bank_store *store;
    vg_arena *arena;
    vg_bank bank;
    vg_error err;
} fixture;

static inline void stop(const vg_error *err)
{
    printf("Bail out! %s: %s\n", err->where, err->what);
    exit(1);
}

static inline vg_bank a_bank(const char *name)
{
    return (vg_bank){.name = vg_str_of(name), .source = VG_STR("Example source"), .classification = VG_STR("example A-C"),
                     .threshold = VG_BANK_THRESHOLD, .min_quality = VG_BANK_QUALITY, .video_percent = VG_BANK_VIDEO_PERCENT,
                     .effect = VG_BANK_BLOCK, .spaces = VG_STR("*"), .visible_to = 0xf};
}

static inline void set_up_in(fixture *f, const char *where)
{
    *f = (fixture){0};
    snprintf(f->dir, sizeof f->dir, "%s/vigie-banks-XXXXXX", where);
    if (!mkdtemp(f->dir)) abort();
    f->arena = vg_arena_create(1 << 16, 256 << 20);
    if (vg_bank_store_open(&f->store, f->dir, &f->err)) stop(&f->err);
    f->bank = a_bank("test");
    if (vg_store_bank_add(f->store, &f->bank, NOW, &f->err)) stop(&f->err);
}

static inline void set_up(fixture *f) { set_up_in(f, "/tmp"); }

static inline void tear_down(fixture *f)
{
    char command[128];
    vg_bank_store_close(&f->store);
    vg_arena_destroy(&f->arena);
    snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
    if (system(command)) printf("# could not remove %s\n", f->dir);
}

static inline vg_media_hash a_hash(vg_hash_algorithm algorithm, uint32_t number)
{
    vg_media_hash hash = {.algorithm = algorithm, .quality = algorithm == VG_HASH_PDQ ? 100 : 0};
    uint64_t x = number * 0x9e3779b97f4a7c15u + algorithm + 1;
    for (size_t i = 0; i < vg_hash_bytes(algorithm); i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        hash.bytes[i] = (uint8_t)(x >> 32);
    }
    return hash;
}

/* One record: a name, a category, SHA-256 of one number and PDQ of it. */
typedef struct made {
    char reference[32];
    vg_media_hash hashes[2];
    vg_bank_record record;
} made;

static inline vg_bank_record *make(made *m, uint32_t name, uint32_t content, const char *category)
{
    snprintf(m->reference, sizeof m->reference, "ref/%u", name);
    m->hashes[0] = a_hash(VG_HASH_SHA256, content);
    m->hashes[1] = a_hash(VG_HASH_PDQ, content);
    m->record = (vg_bank_record){.reference = vg_str_of(m->reference), .category = vg_str_of(category),
                                 .hashes = m->hashes, .hash_count = 2};
    return &m->record;
}

/* Imports records named from..to-1; their content is their name plus `shift`. */
static inline int import_range(vg_bank_store *store, int64_t bank, vg_import_mode mode, uint32_t from, uint32_t to,
                               uint32_t shift, vg_import_counts *counts, vg_error *err)
{
    vg_bank_import *import = NULL;
    made m;
    int rc = vg_store_bank_import_begin(&import, store, bank, mode, err);
    for (uint32_t i = from; !rc && i < to; i++)
        rc = vg_store_bank_import_record(import, make(&m, i, i + shift, i % 2 ? "A" : "B"), err);
    if (rc) {
        vg_store_bank_import_abandon(&import);
        return rc;
    }
    return vg_store_bank_import_commit(&import, NULL, NOW, NULL, NULL, counts, err);
}

/* What a scan saw. */
typedef struct seen {
    size_t entries, hashes, live, doubted, withdrawn, state_only;
    uint64_t sum; /* of the hashes' first bytes and the entries' names: two lists that differ differ here */
    uint32_t last;
    bool ordered, same_shift;
    int64_t shift;
} seen;

static inline int see(void *context, const vg_bank_entry *entries, size_t count, vg_error *err)
{
    seen *s = context;
    (void)err;
    for (size_t i = 0; i < count; i++) {
        const vg_bank_entry *e = &entries[i];
        if (s->entries++ && e->id <= s->last) s->ordered = false;
        s->last = e->id;
        s->hashes += e->hash_count;
        s->live += e->state == VG_ENTRY_LIVE;
        s->doubted += e->state == VG_ENTRY_DOUBTED;
        s->withdrawn += e->state == VG_ENTRY_WITHDRAWN;
        s->state_only += e->change == VG_CHANGE_DOUBT;
        for (size_t k = 0; k < e->hash_count; k++)
            for (size_t b = 0; b < 8; b++) s->sum += (uint64_t)e->hashes[k].bytes[b] << (8 * b);
    }
    return 0;
}

static inline seen scan_all(vg_bank_store *store, int64_t bank, bool withdrawn)
{
    seen s = {.ordered = true};
    vg_bank_reader reader = {.context = &s, .entries = see, .texts = true, .withdrawn = withdrawn};
    vg_error err = {0};
    int64_t change = 0;
    if (vg_store_bank_scan(store, bank, &reader, &change, &err)) stop(&err);
    return s;
}

static inline vg_bank bank_now(fixture *f)
{
    vg_bank bank = {0};
    if (vg_store_bank_get(f->store, f->bank.id, f->arena, &bank, &f->err)) stop(&f->err);
    return bank;
}

#endif
