/* SPDX-License-Identifier: Apache-2.0 */
#include "matcher.h"

#include <errno.h>
#include <stdio.h>

#include "base/alloc.h"

enum { LISTS_MOST = 64, ARENA_MOST = 1 << 30, PEEK = 4096, ITEMS_AT_ONCE = 256 };

typedef struct list {
    vg_bank_set_item item;
    const char **references; /* by entry number - 1; in the arena of the matcher */
    size_t count, room;
} list;

struct vg_matcher {
    vg_arena *arena;
    list lists[LISTS_MOST];
    size_t count;
    vg_bank_set *set;
};

typedef struct reading {
    vg_matcher *matcher;
    const vg_matcher_list *from;
    list *list;
    vg_index *index;
    vg_pdq_profile profile;
} reading;

int vg_matcher_create(vg_matcher **out, vg_error *err)
{
    vg_matcher *m = vg_calloc(1, sizeof *m);
    *out = m;
    if (m) m->arena = vg_arena_create(64 << 10, ARENA_MOST);
    if (m && m->arena) return 0;
    vg_matcher_destroy(out);
    return vg_fail(err, VG_ENOMEM, "", "no memory for lists");
}

static void free_list(list *l)
{
    vg_bank_index_unref(&l->item.index);
    vg_free(l->references);
    *l = (list){0};
}

void vg_matcher_destroy(vg_matcher **matcher)
{
    vg_matcher *m = *matcher;
    if (!m) return;
    vg_bank_set_unref(&m->set);
    for (size_t i = 0; i < m->count; i++) free_list(&m->lists[i]);
    vg_arena_destroy(&m->arena);
    vg_free(m);
    *matcher = NULL;
}

/* The name of the next entry. */
static int keep_reference(reading *r, vg_str reference, vg_error *err)
{
    list *l = r->list;
    if (l->count == l->room) {
        size_t room = l->room ? 2 * l->room : 1024;
        const char **more = vg_realloc(l->references, room * sizeof *more);
        if (!more) return vg_fail(err, VG_ENOMEM, r->from->path, "no memory for this list");
        l->references = more;
        l->room = room;
    }
    vg_str copy = vg_arena_copy(r->matcher->arena, reference);
    if (!copy.ptr) return vg_fail(err, VG_ENOMEM, r->from->path, "no memory for this list");
    l->references[l->count++] = copy.ptr;
    return 0;
}

static int take_record(void *context, const vg_list_record *record, vg_error *err)
{
    reading *r = context;
    vg_index_item items[ITEMS_AT_ONCE];
    uint16_t category = 0;
    if (record->deleted) return 0;
    int rc = vg_index_category(r->index, record->category, &category, err);
    if (!rc) rc = keep_reference(r, record->reference, err);
    for (size_t at = 0; !rc && at < record->hash_count;) {
        size_t n = record->hash_count - at < ITEMS_AT_ONCE ? record->hash_count - at : ITEMS_AT_ONCE;
        for (size_t i = 0; i < n; i++) {
            items[i] = (vg_index_item){.entry = (uint32_t)r->list->count, .category = category, .hash = record->hashes[at + i]};
            items[i].hash.profile = (uint8_t)r->profile;
        }
        rc = vg_index_add(r->index, r->list->count, items, n, err);
        at += n;
    }
    return rc;
}

static void tell_skipped(void *context, size_t line, const char *reason)
{
    const reading *r = context;
    if (r->from->skipped) r->from->skipped(r->from->context, line, reason);
}

static vg_bank with_defaults(const vg_matcher_list *from)
{
    vg_bank b = from->settings;
    const char *slash = strrchr(from->path, '/');
    if (!b.name.len) b.name = vg_str_of(slash && slash[1] ? slash + 1 : from->path);
    if (!b.threshold) b.threshold = VG_BANK_THRESHOLD;
    if (!b.min_quality) b.min_quality = VG_BANK_QUALITY;
    if (!b.video_percent) b.video_percent = VG_BANK_VIDEO_PERCENT;
    if (!b.spaces.len) b.spaces = VG_STR("*");
    return b;
}

static int read_file(reading *r, vg_list_result *result, vg_error *err)
{
    const char *path = r->from->path;
    char first[PEEK];
    int format = r->from->format;
    FILE *in = fopen(path, "rb");
    if (!in) return vg_fail(err, errno == ENOENT ? VG_ENOENT : VG_EIO, path, "cannot read: %s", strerror(errno));
    int rc = 0;
    if (format < 0) {
        size_t n = fread(first, 1, sizeof first, in);
        format = vg_list_format_guess(first, n);
        rewind(in);
    }
    if (format < 0)
        rc = vg_fail(err, VG_EINVAL, path, "what kind of list is this? Name it: text, csv, vics, ncmec, stopncii or vpdq");
    if (!rc) {
        const vg_list_sink sink = {.context = r, .record = take_record, .skipped = tell_skipped};
        rc = vg_list_read((vg_list_format)format, in, path, NULL, &sink, r->matcher->arena, result, err);
    }
    fclose(in);
    return rc;
}

/* A set is immutable: one more list makes a new one. */
static int renew_set(vg_matcher *m, vg_error *err)
{
    vg_bank_set_item items[LISTS_MOST];
    vg_bank_set *set = NULL;
    for (size_t i = 0; i < m->count; i++) items[i] = m->lists[i].item;
    int rc = vg_bank_set_create(&set, items, m->count, err);
    if (rc) return rc;
    vg_bank_set_unref(&m->set);
    m->set = set;
    return 0;
}

int vg_matcher_add_list(vg_matcher *m, const vg_matcher_list *from, vg_list_result *result, vg_error *err)
{
    vg_list_result ignored;
    if (m->count == LISTS_MOST) return vg_fail(err, VG_EFULL, from->path, "more than %d lists", LISTS_MOST);
    list *l = &m->lists[m->count];
    *l = (list){.item.bank = with_defaults(from)};
    l->item.bank.id = (int64_t)m->count + 1;
    reading r = {.matcher = m, .from = from, .list = l, .profile = l->item.bank.profile};
    int rc = vg_index_create(&r.index, err);
    if (!rc) rc = read_file(&r, result ? result : &ignored, err);
    if (!rc) rc = vg_bank_index_create(&l->item.index, &r.index, err);
    if (!rc) {
        m->count++;
        rc = renew_set(m, err);
        if (rc) m->count--;
    }
    if (r.index) vg_index_close(&r.index);
    if (rc) free_list(l);
    return rc;
}

const vg_bank_set *vg_matcher_set(const vg_matcher *matcher) { return matcher->set; }

vg_str vg_matcher_reference(const vg_matcher *matcher, const vg_media_match *match)
{
    if (match->bank >= matcher->count) return (vg_str){"", 0};
    const list *l = &matcher->lists[match->bank];
    return match->entry && match->entry <= l->count ? vg_str_of(l->references[match->entry - 1]) : (vg_str){"", 0};
}
