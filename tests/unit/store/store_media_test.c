/* SPDX-License-Identifier: Apache-2.0
 *
 * The media that a case keeps: sealed files that read back to the bit or not at all, rows, views on record, and the end of both.
 */
#include <dirent.h>

#include "base/alloc.h"
#include "base/file.h"
#include "fixture.h"
#include "store/cases/media_int.h"
#include "tap.h"

enum { SIZE = 700001 }; /* two whole pieces and a part */
static uint8_t plain[SIZE];

typedef struct taken {
    size_t len;
    bool same;
} taken;

static int take(void *context, const uint8_t *bytes, size_t len, vg_error *err)
{
    taken *t = context;
    (void)err;
    t->same &= t->len + len <= SIZE && memcmp(plain + t->len, bytes, len) == 0;
    t->len += len;
    return 0;
}

static uint8_t file_key[VG_CASE_KEY], file_digest[VG_MEDIA_DIGEST];

static vg_case_media media_of(const char *name)
{
    vg_case_media m = {.file = vg_str_of(name), .own_key = true, .open = true};
    memcpy(m.key, file_key, sizeof m.key);
    return m;
}

static int write_file(const fixture *h, const char *name, size_t size, const vg_media_thumb *thumb, vg_error *err)
{
    vg_media_writer *w = NULL;
    int rc = vg_media_write_begin(&w, h->dir, file_key, name, thumb, err);
    for (size_t at = 0; !rc && at < size; at += 12345) rc = vg_media_write(w, plain + at, size - at < 12345 ? size - at : 12345, err);
    if (!rc) return vg_media_write_end(&w, file_digest, err);
    vg_media_write_abandon(&w);
    return rc;
}

static size_t count_files(const fixture *h)
{
    size_t n = 0;
    for (unsigned i = 0; i < 256; i++) {
        char path[300];
        snprintf(path, sizeof path, "%s/media/%02x", h->dir, i);
        DIR *dir = opendir(path);
        for (struct dirent *e; dir && (e = readdir(dir));) n += e->d_name[0] != '.';
        if (dir) closedir(dir);
    }
    return n;
}

static void sealed_files(fixture *h)
{
    static const size_t sizes[] = {1, 262143, 262144, 262145, SIZE};
    uint8_t pixels[160 * 90];
    vg_media_thumb none = {0}, thumb = {160, 90, pixels}, back;
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    vg_error err = {0};
    char name[VG_MEDIA_NAME + 1], other[VG_MEDIA_NAME + 1], path[VG_MEDIA_PATH];
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)(i * 3);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        taken t = {.same = true};
        vg_media_name(name);
        vg_case_media media = media_of(name);
        TAP_OK(write_file(h, name, sizes[i], i % 2 ? &none : &thumb, &err) == 0, "%zu bytes are sealed", sizes[i]);
        TAP_OK(vg_media_read(h->dir, h->ring, &media, take, &t, &err) == 0 && t.same && t.len == sizes[i], "and read back");
        TAP_OK(vg_media_read_thumb(h->dir, h->ring, &media, arena, &back, &err) == 0 && (i % 2 ? back.width == 0 : back.width == 160 && memcmp(back.pixels, pixels, sizeof pixels) == 0), "with their thumbnail");
    }
    char *bytes = NULL;
    size_t len = 0, refused = 0, tried = 0;
    vg_case_media media = media_of(name);
    vg_media_path(h->dir, name, path, &err);
    TAP_EQ_INT(vg_file_read(path, 4 << 20, &bytes, &len, &err), 0, "the file");
    TAP_OK(!memmem(bytes, len, plain + 1000, 32) && !memmem(bytes, len, pixels + 100, 32), "holds nothing readable");
    for (size_t at = 0; at < len; at += at < 300 ? 7 : 49999, tried += 2) { /* one bit turned; cut off here */
        taken t = {.same = true};
        bytes[at] ^= 4;
        vg_file_replace(path, bytes, len, 0600, &err);
        refused += vg_media_read(h->dir, h->ring, &media, take, &t, &err) == -VG_ECORRUPT && t.same;
        bytes[at] ^= 4;
        vg_file_replace(path, bytes, at, 0600, &err);
        refused += vg_media_read(h->dir, h->ring, &media, take, &t, &err) == -VG_ECORRUPT;
    }
    TAP_OK(refused == tried, "%zu of %zu damaged files are refused", refused, tried);
    vg_media_name(other);
    char elsewhere[VG_MEDIA_PATH];
    vg_media_path(h->dir, other, elsewhere, &err);
    char folder[VG_MEDIA_PATH];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(elsewhere, '/') - elsewhere), elsewhere);
    vg_dir_create(folder, 0700, &err);
    vg_file_replace(elsewhere, bytes, len, 0600, &err);
    taken t = {.same = true};
    vg_case_media moved = media_of(other), absent = media_of("00000000000000000000000000000000"), bad = media_of("../../../etc/passwd");
    TAP_EQ_INT(vg_media_read(h->dir, h->ring, &moved, take, &t, &err), -VG_ECORRUPT, "a file under another's name is refused");
    TAP_EQ_INT(vg_media_read(h->dir, h->ring, &absent, take, &t, &err), -VG_ENOENT, "one that is not there");
    TAP_EQ_INT(vg_media_read(h->dir, h->ring, &bad, take, &t, &err), -VG_EINVAL, "and what is no name");
    vg_free(bytes);
    vg_arena_destroy(&arena);
}

static int64_t keep_case(fixture *h, const char *account, const char *id, const char *file, int64_t now_ms)
{
    vg_error err = {0};
    vg_case_written done;
    vg_case_write w = a_write(account, id);
    w.now_ms = w.time_ms = now_ms;
    w.due_ms = now_ms + VG_DAY_MS;
    w.media_file = vg_str_of(file);
    w.media_key = file_key;
    w.media_digest = file_digest;
    w.media_bytes = 5;
    w.media_thumbnail = true;
    if (vg_store_case_write(h->store, &w, 1, &done, &err)) printf("# %s\n", err.what);
    return done.case_id;
}

static void decide(fixture *h, int64_t id, int64_t now_ms)
{
    vg_error err = {0};
    vg_decision d = {.case_id = id, .user = VG_STR("lea"), .action = VG_ACTION_WARN, .reason = VG_STR("media"), .note = {"", 0}, .time_ms = now_ms};
    if (vg_store_decide(h->store, &d, &err)) printf("# %s\n", err.what);
}

static bool given(fixture *h, int64_t id, int64_t seq, const char *who, uint32_t from, uint32_t count, uint32_t total, bool complete, vg_arena *arena)
{
    bool whole = false;
    vg_error err = {0};
    const vg_whole_part part = {from, count, total, complete, VG_WHOLE_PLACE};
    TAP_OK(vg_store_media_whole(h->store, id, seq, vg_str_of(who), &part, arena, &whole, &err) == 0, "pictures %u to %u of %u are given to %s", from, from + count - 1, total, who);
    return whole;
}

/* What is on record as seen whole is what one person was given all of. */
static void seen_whole(fixture *h, int64_t id, int64_t seq, vg_arena *arena)
{
    vg_media_viewed *views;
    vg_case_media one;
    vg_error err = {0};
    size_t count;
    bool whole;
    TAP_EQ_INT(vg_store_media_open(h->store, id, seq, arena, &one, &err), 0, "opened to be decoded");
    TAP_OK(vg_store_media_views(h->store, id, seq, arena, &views, &count, &err) == 0 && count == 2, "which is no view");
    TAP_OK(given(h, id, seq, "rene", 0, 1, 1, true, arena), "one picture of one is the whole");
    TAP_OK(!given(h, id, seq, "rene", 0, 1, 1, false, arena), "not of a file that breaks off");
    TAP_OK(!given(h, id, seq, "lea", 0, 16, 40, true, arena), "a first page is a part");
    TAP_OK(!given(h, id, seq, "lea", 32, 8, 40, true, arena), "so is the last one alone");
    TAP_OK(!given(h, id, seq, "rene", 16, 16, 40, true, arena), "what another person was given does not count,");
    TAP_OK(!given(h, id, seq, "lea", 16, 16, 41, true, arena), "nor what was counted otherwise;");
    TAP_OK(given(h, id, seq, "lea", 16, 16, 40, true, arena), "with the one between them it is the whole");
    TAP_OK(vg_store_media_views(h->store, id, seq, arena, &views, &count, &err) == 0 && count == 9 && views[2].seen == VG_SEEN_WHOLE && views[3].seen == VG_SEEN_PART &&
               views[8].seen == VG_SEEN_WHOLE && vg_str_is(views[8].user, "lea") && views[0].seen == VG_SEEN_THUMBNAIL,
           "each of them is on record as what it was");
    TAP_EQ_INT(vg_store_media_whole(h->store, id, seq + 1000, VG_STR("rene"), &(vg_whole_part){0, 1, 1, true, VG_WHOLE_AGE}, arena, &whole, &err), -VG_ENOENT, "no such media");
    TAP_EQ_INT(vg_store_media_whole(h->store, id, seq, VG_STR("rene"), &(vg_whole_part){0, 2, 1, true, VG_WHOLE_AGE}, arena, &whole, &err), -VG_EINVAL, "more than there is");
}

static void rows(fixture *h)
{
    const int64_t now = vg_time_now(), old = now - 400 * VG_DAY_MS;
    vg_media_thumb none = {0};
    vg_error err = {0};
    vg_arena *arena = vg_arena_create(4096, 1 << 22);
    vg_case_event *events;
    vg_case_media *list, one;
    vg_media_viewed *views;
    size_t count, before = count_files(h);
    char name[4][VG_MEDIA_NAME + 1];
    for (int i = 0; i < 4; i++) {
        vg_media_name(name[i]);
        write_file(h, name[i], 5, &none, &err);
    }
    int64_t a = keep_case(h, "ann", "e1", name[0], old), b = keep_case(h, "bob", "e2", name[1], old), c = keep_case(h, "cid", "e3", name[2], old);
    TAP_OK(vg_store_media_list(h->store, a, arena, &list, &count, &err) == 0 && count == 1 && vg_str_is(list[0].file, name[0]) && list[0].bytes == 5, "a case knows its media");
    int64_t seq = list[0].seq;
    TAP_OK(vg_store_case_events(h->store, a, VG_STR("rene"), arena, &events, &count, &err) == 0 && events[0].media_kept && events[0].media_thumbnail, "its event says that it is kept");
    TAP_OK(vg_store_media_views(h->store, a, seq, arena, &views, &count, &err) == 0 && count == 0, "reading the case is no view of the media");
    TAP_EQ_INT(vg_store_media_view(h->store, a, seq, VG_STR("rene"), arena, &one, &err), 0, "a view");
    TAP_EQ_INT(vg_store_media_view(h->store, a, seq, VG_STR("lea"), arena, &one, &err), 0, "and another");
    TAP_OK(vg_store_media_views(h->store, a, seq, arena, &views, &count, &err) == 0 && count == 2 && vg_str_is(views[0].user, "rene") && vg_str_is(views[1].user, "lea"), "are on record, in order");
    TAP_EQ_INT(vg_store_media_view(h->store, b, seq, VG_STR("rene"), arena, &one, &err), -VG_ENOENT, "not under another case");
    seen_whole(h, a, seq, arena);
    int64_t entries = 0;
    TAP_EQ_INT(vg_store_audit_verify(h->store, &entries, &err), 0, "the chain holds");

    vg_erase_result erased;
    decide(h, b, old);
    TAP_OK(vg_store_erase(h->store, VG_STR("lobby"), VG_STR("bob"), VG_STR("op"), &erased, &err) == 0 && erased.cases_erased == 1, "an erasure");
    TAP_OK(count_files(h) == before + 3 && vg_store_media_list(h->store, b, arena, &list, &count, &err) == 0 && count == 0, "takes the file and its row along");
    int64_t destroyed;
    decide(h, a, old);
    decide(h, c, old);
    vg_store_legal_hold(h->store, c, true, VG_STR("lea"), VG_STR("a judge asks"), &err);
    TAP_OK(vg_store_sweep(h->store, VG_STR("lobby"), 180, 0, now, &destroyed, &err) == 0 && destroyed == 1, "retention");
    TAP_OK(count_files(h) == before + 2, "does too; a legal hold keeps its file");
    TAP_OK(vg_store_media_views(h->store, a, seq, arena, &views, &count, &err) == 0 && count == 9, "who viewed what is gone stays known");

    size_t removed;
    TAP_OK(vg_store_media_sweep(h->store, now, &removed, &err) == 0 && removed == 0, "a young file without a row may be on its way to a case");
    TAP_OK(vg_store_media_sweep(h->store, now + 2 * VG_HOUR_MS, &removed, &err) == 0 && removed == before + 1, "an old one is an orphan");
    TAP_EQ_INT(count_files(h), 1, "the one that is kept stays");
    vg_arena_destroy(&arena);
}

int main(void)
{
    fixture h;
    for (size_t i = 0; i < SIZE; i++) plain[i] = (uint8_t)(i * 2654435761u >> 13);
    set_up(&h);
    sealed_files(&h);
    rows(&h);
    tear_down(&h);
    return tap_done();
}
