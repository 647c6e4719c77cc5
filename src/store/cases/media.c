/* SPDX-License-Identifier: Apache-2.0
 *
 * Which case keeps which sealed file, who viewed it, and the end of files.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sodium.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "store/cases/media_int.h"
#include "store/evidence/evidence_int.h"

enum { VIEWS_MOST = 500, GRACE_MS = 60 * 60 * 1000 };

int vg_store_media_add(vg_store *store, int64_t case_id, int64_t seq, const vg_case_write *w, vg_error *err)
{
    char place[VG_MEDIA_PLACE];
    if (!w->media_file.len) return 0;
    if (!w->media_key) return vg_fail(err, VG_EINVAL, "media", "comes without its key");
    vg_media_place(case_id, w->media_file, place);
    int rc = vg_store_case_seal(store, case_id, place, (vg_str){(const char *)w->media_key, VG_CASE_KEY}, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_MEDIA_ADD);
    vg_store_bind_int(&add, seq);
    vg_store_bind_int(&add, case_id);
    vg_store_bind_str(&add, w->media_file);
    vg_store_bind_int(&add, w->media_bytes);
    vg_store_bind_int(&add, w->media_thumbnail);
    vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    if (w->media_digest) vg_store_bind_blob(&add, w->media_digest, VG_MEDIA_DIGEST);
    else vg_store_bind_null(&add);
    return vg_store_run(&add, err);
}

void vg_media_place(int64_t case_id, vg_str file, char out[VG_MEDIA_PLACE])
{
    snprintf(out, VG_MEDIA_PLACE, "file:%" PRId64 "/%.*s", case_id, VG_STR_ARG(file));
}

/* ---- reading ---- */

static int read_row(const vg_query *row, vg_arena *arena, vg_case_media *out, vg_error *err)
{
    int rc = 0;
    *out = (vg_case_media){.seq = vg_store_int(row, 0),
                           .bytes = vg_store_int(row, 2),
                           .thumbnail = vg_store_int(row, 3) != 0,
                           .own_key = vg_store_peek(row, 4).len > 0};
    out->file = vg_store_copy(row, 1, arena, &rc);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory for the media of a case") : 0;
}

int vg_store_media_list(vg_store *store, int64_t case_id, vg_arena *arena, vg_case_media **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_MEDIA_OF);
    vg_store_bind_int(&query, case_id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        *out = vg_store_grow(arena, *out, *count, &capacity, sizeof **out);
        rc = *out ? read_row(&query, arena, &(*out)[*count], err)
                  : vg_fail(err, VG_ENOMEM, "", "no memory for the media of a case");
        if (rc) break;
        ++*count;
    }
    vg_store_reset(&query);
    return rc;
}

static void object_of(int64_t case_id, int64_t seq, char out[64])
{
    char name[24];
    vg_case_name(case_id, name);
    snprintf(out, 64, "%s/%" PRId64, name, seq);
}

/* The key of a file, as `role` opens the case it belongs to. */
static int open_key(vg_store *store, int64_t case_id, vg_key_role role, vg_str wrapped, vg_case_media *out, vg_error *err)
{
    char place[VG_MEDIA_PLACE];
    uint8_t key[VG_CASE_KEY];
    uint16_t generation;
    if (!out->own_key) return 0;
    if (wrapped.len != VG_CASE_KEY + VG_CASE_SEAL_OVERHEAD || !vg_case_is_sealed(wrapped.ptr, wrapped.len, &generation))
        return vg_fail(err, VG_ECORRUPT, "case_media", "the key of a media has no possible form");
    int rc = vg_store_case_key(store, case_id, generation, role, key, err);
    if (rc) return rc;
    vg_media_place(case_id, out->file, place);
    rc = vg_case_unseal(key, vg_str_of(place), (const uint8_t *)wrapped.ptr, wrapped.len, out->key, err);
    sodium_memzero(key, sizeof key);
    out->open = rc == 0;
    return rc;
}

static int find(vg_store *store, int64_t case_id, int64_t seq, vg_key_role role, vg_arena *arena, vg_case_media *out, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_MEDIA_GET);
    vg_store_bind_int(&get, seq);
    vg_store_bind_int(&get, case_id);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "the case keeps no such media");
    rc = read_row(&get, arena, out, err);
    if (!rc) rc = open_key(store, case_id, role, vg_store_peek(&get, 4), out, err);
    vg_store_reset(&get);
    return rc;
}

int vg_store_media_in_reach(vg_store *store, int64_t case_id, vg_error *err)
{
    bool removed = false;
    int64_t since_ms;
    char when[25];
    int rc = vg_store_removed(store, case_id, &removed, &since_ms, err);
    if (rc || !removed) return rc;
    vg_time_format(since_ms, when);
    return vg_fail(err, VG_EREMOVED, "", "the law requires this media to be removed: nobody sees it here since the decision of %.10s; reports still carry it",
                   when);
}

int vg_store_media_report(vg_store *store, int64_t case_id, int64_t seq, vg_arena *arena, vg_case_media *out, vg_error *err)
{
    return find(store, case_id, seq, VG_KEY_FILING, arena, out, err);
}

int vg_store_media_view(vg_store *store, int64_t case_id, int64_t seq, vg_str viewer, vg_arena *arena, vg_case_media *out,
                        vg_error *err)
{
    char object[64];
    int rc = vg_store_check_text("viewer", viewer, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_begin(store, err);
    if (rc) return rc;
    object_of(case_id, seq, object);
    rc = vg_store_media_in_reach(store, case_id, err);
    if (!rc) rc = find(store, case_id, seq, VG_KEY_CONTENT, arena, out, err);
    if (!rc)
        rc = vg_store_audit_add(store, vg_time_now(), viewer, VG_STR("media.view"), vg_str_of(object), VG_STR("{}"), err);
    return vg_store_end(store, rc, err);
}

int vg_store_media_views(vg_store *store, int64_t case_id, int64_t seq, vg_arena *arena, vg_media_viewed **out, size_t *count,
                         vg_error *err)
{
    char object[64];
    int rc;
    object_of(case_id, seq, object);
    *count = 0;
    *out = vg_arena_calloc(arena, VIEWS_MOST, sizeof **out);
    if (!*out) return vg_fail(err, VG_ENOMEM, "", "no memory for the views of a media");
    vg_query query = vg_store_use(store, VG_SQL_MEDIA_VIEWS);
    vg_store_bind_str(&query, vg_str_of(object));
    vg_store_bind_int(&query, VIEWS_MOST);
    while ((rc = vg_store_step(&query, err)) == 1) {
        vg_media_viewed *view = &(*out)[(*count)++];
        view->user = vg_store_copy(&query, 0, arena, &rc);
        view->time_ms = vg_store_int(&query, 1);
        vg_str action = vg_store_peek(&query, 2);
        view->seen = vg_str_is(action, "media.whole") ? VG_SEEN_WHOLE : vg_str_is(action, "media.part") ? VG_SEEN_PART : VG_SEEN_THUMBNAIL;
        if (rc == -VG_ENOMEM) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for the views of a media");
            break;
        }
    }
    vg_store_reset(&query);
    for (size_t i = 0; i < *count / 2; i++) { /* read newest first, given oldest first */
        vg_media_viewed swap = (*out)[i];
        (*out)[i] = (*out)[*count - 1 - i];
        (*out)[*count - 1 - i] = swap;
    }
    return rc;
}

/* ---- seen as a whole ---- */

const char *const vg_whole_reason_names[VG_WHOLE_REASONS] = {"age", "place", "identify", "authority", "appeal"};

int vg_store_media_open(vg_store *store, int64_t case_id, int64_t seq, vg_arena *arena, vg_case_media *out, vg_error *err)
{
    int rc = vg_store_begin_read(store, err);
    if (rc) return rc;
    rc = vg_store_media_in_reach(store, case_id, err);
    if (!rc) rc = find(store, case_id, seq, VG_KEY_CONTENT, arena, out, err);
    return vg_store_end_read(store, rc, err);
}

/* Marks the pages of `total` pictures that this person was given before. */
static int mark_given(vg_store *store, vg_str object, vg_str viewer, const vg_whole_part *part, uint8_t *given, vg_error *err)
{
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_MEDIA_PARTS);
    vg_store_bind_str(&query, object);
    vg_store_bind_str(&query, viewer);
    while ((rc = vg_store_step(&query, err)) == 1) {
        char detail[160];
        unsigned from, count, total;
        snprintf(detail, sizeof detail, "%.*s", VG_STR_ARG(vg_store_peek(&query, 0)));
        const char *numbers = strstr(detail, "\"from\":");
        if (!numbers || sscanf(numbers, "\"from\":%u,\"count\":%u,\"of\":%u", &from, &count, &total) != 3 || total != part->total) continue;
        if (from < total && (from + count == total || count == VG_WHOLE_PAGE)) given[from / VG_WHOLE_PAGE] = 1;
    }
    vg_store_reset(&query);
    return rc;
}

static int is_whole(vg_store *store, vg_str object, vg_str viewer, const vg_whole_part *part, vg_arena *arena, bool *whole, vg_error *err)
{
    size_t pages = (part->total + VG_WHOLE_PAGE - 1) / VG_WHOLE_PAGE;
    *whole = false;
    if (!part->complete || !part->count || part->from + part->count > part->total || part->from % VG_WHOLE_PAGE) return 0;
    uint8_t *given = vg_arena_calloc(arena, pages, 1);
    if (!given) return vg_fail(err, VG_ENOMEM, "", "no memory for the views of a media");
    int rc = pages > 1 ? mark_given(store, object, viewer, part, given, err) : 0;
    given[part->from / VG_WHOLE_PAGE] = 1;
    *whole = !rc && (part->from + part->count == part->total || part->count == VG_WHOLE_PAGE);
    for (size_t i = 0; i < pages; i++) *whole = *whole && given[i];
    return rc;
}

static int record_whole(vg_store *store, int64_t case_id, int64_t seq, vg_str viewer, const vg_whole_part *part, vg_arena *arena, bool *whole, vg_error *err)
{
    char object[64], detail[160];
    vg_case_media media;
    object_of(case_id, seq, object);
    int rc = vg_store_media_in_reach(store, case_id, err);
    if (!rc) rc = find(store, case_id, seq, VG_KEY_CONTENT, arena, &media, err);
    if (!rc) rc = is_whole(store, vg_str_of(object), viewer, part, arena, whole, err);
    if (rc) return rc;
    sodium_memzero(media.key, sizeof media.key);
    snprintf(detail, sizeof detail, "{\"why\":\"%s\",\"from\":%u,\"count\":%u,\"of\":%u%s}", vg_whole_reason_names[part->reason], part->from, part->count,
             part->total, part->complete ? "" : ",\"more\":true");
    return vg_store_audit_add(store, vg_time_now(), viewer, *whole ? VG_STR("media.whole") : VG_STR("media.part"), vg_str_of(object), vg_str_of(detail), err);
}

int vg_store_media_whole(vg_store *store, int64_t case_id, int64_t seq, vg_str viewer, const vg_whole_part *part, vg_arena *arena, bool *whole,
                         vg_error *err)
{
    int rc = vg_store_check_text("viewer", viewer, VG_EVENT_MAX_NAME, err);
    *whole = false;
    if (!rc && ((unsigned)part->reason >= VG_WHOLE_REASONS || part->total < part->count)) rc = vg_fail(err, VG_EINVAL, "reason", "is not one of the list");
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, record_whole(store, case_id, seq, viewer, part, arena, whole, err), err);
}

/* ---- the end of files ---- */

int vg_store_media_doom(vg_store *store, int64_t case_id, vg_error *err)
{
    int rc;
    vg_query files = vg_store_use(store, VG_SQL_MEDIA_OF);
    vg_store_bind_int(&files, case_id);
    while ((rc = vg_store_step(&files, err)) == 1) {
        vg_str file = vg_store_peek(&files, 1);
        if (file.len == VG_MEDIA_NAME) vg_buf_add(&store->doomed, file.ptr, file.len);
    }
    if (!rc && store->doomed.failed) rc = vg_fail(err, VG_ENOMEM, "", "no memory to destroy the media of a case");
    vg_store_reset(&files);
    if (rc) return rc;
    vg_query forget = vg_store_use(store, VG_SQL_MEDIA_FORGET);
    vg_store_bind_int(&forget, case_id);
    return vg_store_run(&forget, err);
}

void vg_store_media_reap(vg_store *store, bool committed)
{
    for (size_t at = 0; committed && at + VG_MEDIA_NAME <= store->doomed.len; at += VG_MEDIA_NAME) {
        char name[VG_MEDIA_NAME + 1], path[VG_MEDIA_PATH];
        memcpy(name, store->doomed.ptr + at, VG_MEDIA_NAME);
        name[VG_MEDIA_NAME] = '\0';
        if (vg_media_path(store->dir, name, path, NULL)) continue;
        if (unlink(path) && errno != ENOENT)
            vg_log(VG_LOG_WARN, "store", "a destroyed media stays until the next sweep: %s", strerror(errno));
    }
    vg_buf_clear(&store->doomed);
}

/* 1: a row names it, of a case or of a filing's annex; 0: none does. */
static int is_kept(vg_store *store, const char *name, vg_error *err)
{
    static const enum vg_store_statement finds[] = {VG_SQL_MEDIA_FIND, VG_SQL_ANNEX_FIND};
    int rc = 0;
    for (size_t i = 0; !rc && i < sizeof finds / sizeof *finds; i++) {
        vg_query find_row = vg_store_use(store, finds[i]);
        vg_store_bind_str(&find_row, vg_str_of(name));
        rc = vg_store_step(&find_row, err);
        if (rc == 1) vg_store_reset(&find_row);
    }
    return rc;
}

/* A file that is being written now has no row yet either, so only what is an hour old goes. */
static int sweep_file(vg_store *store, const char *folder, const char *name, int64_t now_ms, size_t *removed, vg_error *err)
{
    char path[VG_MEDIA_PATH + 300];
    struct stat st;
    if (name[0] == '.' || snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return 0;
    if (lstat(path, &st) || !S_ISREG(st.st_mode)) return 0;
    if (now_ms - (int64_t)st.st_mtim.tv_sec * VG_SECOND_MS < GRACE_MS) return 0;
    int kept = strlen(name) == VG_MEDIA_NAME ? is_kept(store, name, err) : 0;
    if (kept < 0) return kept;
    if (!kept && unlink(path) == 0) ++*removed;
    return 0;
}

static int sweep_folder(vg_store *store, const char *folder, int64_t now_ms, size_t *removed, vg_error *err)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int rc = 0;
    while (dir && !rc && (entry = readdir(dir))) rc = sweep_file(store, folder, entry->d_name, now_ms, removed, err);
    if (dir) closedir(dir);
    return rc;
}

int vg_store_media_sweep(vg_store *store, int64_t now_ms, size_t *removed, vg_error *err)
{
    int rc = 0;
    *removed = 0;
    for (unsigned i = 0; i < 256 && !rc; i++) {
        char folder[VG_MEDIA_PATH];
        snprintf(folder, sizeof folder, "%s/media/%02x", store->dir, i);
        rc = sweep_folder(store, folder, now_ms, removed, err);
    }
    return rc;
}
