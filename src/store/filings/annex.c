/* SPDX-License-Identifier: Apache-2.0 */
#include "store/filings/annex.h"

#include <inttypes.h>
#include <string.h>

#include "base/hash.h"
#include "base/time.h"
#include "store/cases/media_int.h"
#include "store/cases/decisions_int.h"
#include "store/evidence/evidence_int.h"
#include "store/filings/filings_int.h"
#include "store/filings/record.h"

int vg_store_annex_of(vg_store *store, int64_t filing_id, vg_arena *arena, vg_filing_annex *out, vg_error *err)
{
    vg_query row = vg_store_use(store, VG_SQL_ANNEX_OF);
    vg_store_bind_int(&row, filing_id);
    int rc = vg_store_step(&row, err), copied = 0;
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "filing", "nothing was made for this filing yet");
    *out = (vg_filing_annex){.filing_id = filing_id, .prepared_ms = vg_store_int(&row, 0), .made_ms = vg_store_int(&row, 1), .bytes = (uint64_t)vg_store_int(&row, 4),
                             .media = vg_store_int(&row, 5) != 0, .taken_ms = vg_store_int(&row, 6)};
    vg_str file = vg_store_peek(&row, 2), sha256 = vg_store_peek(&row, 3);
    if (file.len == VG_MEDIA_NAME) memcpy(out->file, file.ptr, file.len);
    out->has_archive = sha256.len == sizeof out->sha256;
    if (out->has_archive) memcpy(out->sha256, sha256.ptr, sha256.len);
    out->why = vg_store_copy(&row, 7, arena, &copied);
    rc = copied ? vg_fail(err, VG_ENOMEM, "", "no memory for an annex") : vg_filing_unseal(store, &row, 8, filing_id, "annex", arena, &out->contents, err);
    vg_store_reset(&row);
    return rc;
}

int vg_filing_annex_end(vg_store *store, int64_t filing_id, vg_error *err)
{
    vg_query one = vg_store_use(store, VG_SQL_ANNEX_FILE);
    vg_store_bind_int(&one, filing_id);
    int rc = vg_store_step(&one, err);
    if (rc <= 0) return rc;
    vg_str file = vg_store_peek(&one, 0);
    if (file.len == VG_MEDIA_NAME) vg_buf_add(&store->doomed, file.ptr, file.len);
    vg_store_reset(&one);
    if (store->doomed.failed) return vg_fail(err, VG_ENOMEM, "", "no memory to remove an archive");
    return vg_store_run_1(store, VG_SQL_ANNEX_END, filing_id, err);
}

int vg_filing_annexes_doom(vg_store *store, int64_t case_id, vg_error *err)
{
    int rc;
    vg_query files = vg_store_use(store, VG_SQL_ANNEX_FILES_OF_CASE);
    vg_store_bind_int(&files, case_id);
    while ((rc = vg_store_step(&files, err)) == 1) {
        vg_str file = vg_store_peek(&files, 0);
        if (file.len == VG_MEDIA_NAME) vg_buf_add(&store->doomed, file.ptr, file.len);
    }
    vg_store_reset(&files);
    if (!rc && store->doomed.failed) rc = vg_fail(err, VG_ENOMEM, "", "no memory to remove an archive");
    return rc;
}

/* ---- keeping one ---- */

/* Whether it is still wanted as it was made. */
static int check_wanted(vg_store *store, const vg_filing_annex *annex, vg_error *err)
{
    vg_filing f;
    vg_filing_annex there;
    vg_arena *arena = vg_arena_create(8192, 8 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an annex");
    int rc = vg_store_filing_get(store, annex->filing_id, arena, &f, err);
    if (!rc && (f.prepared_ms != annex->prepared_ms || f.steps || vg_filing_over(f.state)))
        rc = vg_fail(err, VG_ECONFLICT, "filing", "it was prepared anew, or sent, meanwhile");
    if (!rc) {
        rc = vg_store_annex_of(store, annex->filing_id, arena, &there, err);
        if (!rc && there.prepared_ms == annex->prepared_ms) rc = vg_fail(err, VG_ECONFLICT, "filing", "there is one already");
        else if (rc == -VG_ENOENT) rc = 0;
    }
    vg_arena_destroy(&arena);
    return rc;
}

static int put(vg_store *store, const vg_filing_annex *a, vg_error *err)
{
    vg_buf contents;
    int rc = vg_filing_seal(store, a->filing_id, "annex", a->contents, &contents, err);
    if (!rc) rc = vg_filing_annex_end(store, a->filing_id, err); /* of an earlier preparation */
    if (!rc) {
        vg_query add = vg_store_use(store, VG_SQL_ANNEX_PUT);
        vg_store_bind_int(&add, a->filing_id);
        vg_store_bind_int(&add, a->prepared_ms);
        vg_store_bind_int(&add, a->made_ms);
        if (a->file[0]) vg_store_bind_str(&add, vg_str_of(a->file));
        else vg_store_bind_null(&add);
        if (a->has_archive) vg_store_bind_blob(&add, a->sha256, sizeof a->sha256);
        else vg_store_bind_null(&add);
        vg_store_bind_int(&add, (int64_t)a->bytes);
        vg_store_bind_int(&add, a->media);
        vg_store_bind_str(&add, a->why);
        if (contents.len) vg_store_bind_blob(&add, contents.ptr, contents.len);
        else vg_store_bind_null(&add);
        rc = vg_store_run(&add, err);
    }
    vg_buf_free(&contents);
    return rc;
}

int vg_store_annex_keep(vg_store *store, const vg_filing_annex *annex, vg_error *err)
{
    char path[VG_MEDIA_PATH];
    int rc = vg_store_begin(store, err);
    if (!rc) {
        rc = check_wanted(store, annex, err);
        if (!rc) rc = put(store, annex, err);
        rc = vg_store_end(store, rc, err);
        vg_store_media_reap(store, rc == 0);
    }
    if (rc && annex->file[0] && !vg_media_path(store->dir, annex->file, path, NULL)) remove(path);
    return rc;
}

int vg_store_annex_path(vg_store *store, const vg_filing_annex *annex, vg_arena *arena, const char **out, vg_error *err)
{
    char path[VG_MEDIA_PATH];
    *out = NULL;
    if (!annex->file[0]) return 0;
    int rc = vg_media_path(store->dir, annex->file, path, err);
    if (rc) return rc;
    *out = vg_arena_copy(arena, vg_str_of(path)).ptr;
    return *out ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for an annex");
}

/* ---- that it left ---- */

static int on_record(vg_store *store, const vg_archive_taken *t, vg_error *err)
{
    char name[24], hex[65];
    vg_buf detail;
    vg_case_name(t->case_id, name);
    vg_buf_init(&detail, 1024);
    vg_buf_printf(&detail, "{\"media\":%s,\"receiver\":", t->media ? "true" : "false");
    vg_buf_add_json_str(&detail, t->receiver);
    if (t->filing_id) vg_buf_printf(&detail, ",\"filing\":%" PRId64, t->filing_id);
    if (t->sha256) {
        vg_hex_encode(hex, t->sha256, 32);
        vg_buf_printf(&detail, ",\"sha256\":\"%s\"", hex);
    }
    vg_buf_add_char(&detail, '}');
    int rc = detail.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for an archive") : 0;
    if (!rc) rc = vg_store_audit_add(store, t->now_ms, t->user, VG_STR("evidence.archive"), vg_str_of(name), (vg_str){detail.ptr, detail.len}, err);
    vg_buf_free(&detail);
    return rc;
}

/* 1: it is the first time; of what no filing has, every time. */
static int mark(vg_store *store, const vg_archive_taken *t, vg_error *err)
{
    if (!t->filing_id) return 1;
    vg_query set = vg_store_use(store, VG_SQL_ANNEX_TAKEN);
    vg_store_bind_int(&set, t->now_ms);
    vg_store_bind_int(&set, t->filing_id);
    int rc = vg_store_run(&set, err);
    return rc ? rc : vg_store_changed(store) > 0;
}

int vg_store_archive_taken(vg_store *store, const vg_archive_taken *t, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    if (rc) return rc;
    rc = mark(store, t, err);
    bool by_hand = !vg_str_is(t->user, "server");
    if (rc == 0 && by_hand) rc = 1; /* each time that a person takes it is on record */
    if (rc == 1) rc = on_record(store, t, err);
    if (!rc) rc = vg_store_run_1(store, VG_SQL_DUE_AT_ONCE, t->case_id, err);
    return vg_store_end(store, rc, err);
}

/* ---- who waits for one ---- */

typedef struct waiting {
    vg_store *store;
    vg_arena *arena;
    int64_t case_id, newest_ms, now_ms;
    bool keeps_media;
    vg_filing *filings;
    vg_case_record *entries;
    size_t filing_count, entry_count;
} waiting;

static int read_newest(waiting *w, vg_error *err)
{
    vg_query one = vg_store_use(w->store, VG_SQL_EVENT_NEWEST);
    vg_store_bind_int(&one, w->case_id);
    int rc = vg_store_step(&one, err);
    if (rc <= 0) return rc;
    w->newest_ms = vg_store_int(&one, 0);
    vg_store_reset(&one);
    return 0;
}

static bool holds(vg_str detail, const char *member)
{
    return detail.len && memmem(detail.ptr, detail.len, member, strlen(member)) != NULL;
}

static vg_archive_state judge(const waiting *w, bool whole, int64_t as_of_ms, bool media)
{
    if (whole && as_of_ms < w->newest_ms) return VG_ARCHIVE_OLD;
    return whole && w->keeps_media && !media ? VG_ARCHIVE_NO_MEDIA : VG_ARCHIVE_LEFT;
}

static void better(vg_archive_wait *best, vg_archive_state state, int64_t until_ms)
{
    if (state >= best->state && !(state == best->state && until_ms < best->until_ms)) return;
    best->state = state;
    best->until_ms = until_ms;
}

/* The best of what left for this receiver: with its reports, or taken by a person. */
static int best_of(const waiting *w, vg_str receiver, bool whole, vg_archive_wait *best, vg_error *err)
{
    char member[100];
    *best = (vg_archive_wait){.state = VG_ARCHIVE_NOT_TAKEN, .receiver = receiver};
    for (size_t i = 0; i < w->filing_count; i++) {
        const vg_filing *f = &w->filings[i];
        vg_filing_annex a;
        if (!vg_str_eq(f->receiver_id, receiver) || (f->state != VG_FILING_FILED && f->state != VG_FILING_ANSWERED)) continue;
        int rc = vg_store_annex_of(w->store, f->id, w->arena, &a, err);
        if (rc == -VG_ENOENT) continue;
        if (rc) return rc;
        if (a.has_archive && a.taken_ms) better(best, judge(w, whole, a.prepared_ms, a.media), 0);
    }
    snprintf(member, sizeof member, "\"receiver\":\"%.*s\"", VG_STR_ARG(receiver));
    for (size_t i = 0; i < w->entry_count; i++) {
        const vg_case_record *e = &w->entries[i];
        if (!vg_str_is(e->action, "evidence.archive") || !holds(e->detail, member)) continue;
        vg_archive_state state = judge(w, whole, e->time_ms, holds(e->detail, "\"media\":true"));
        int64_t until_ms = e->time_ms + VG_ARCHIVE_AGAIN_MINUTES * VG_MINUTE_MS;
        if (state == VG_ARCHIVE_LEFT && w->now_ms < until_ms) better(best, VG_ARCHIVE_JUST, until_ms);
        else better(best, state, 0);
    }
    return 0;
}

int vg_store_archive_waits(vg_store *store, int64_t case_id, int64_t due, int64_t now_ms, vg_arena *arena, vg_archive_wait *out, vg_error *err)
{
    waiting w = {.store = store, .arena = arena, .case_id = case_id, .now_ms = now_ms};
    vg_case_media *media;
    size_t media_count = 0;
    vg_str due_receiver = {"", 0};
    *out = (vg_archive_wait){.state = VG_ARCHIVE_LEFT, .receiver = {"", 0}};
    int rc = read_newest(&w, err);
    if (!rc) rc = vg_store_media_list(store, case_id, arena, &media, &media_count, err);
    if (!rc) rc = vg_store_filing_of_case(store, case_id, arena, &w.filings, &w.filing_count, err);
    if (!rc) rc = vg_store_case_record(store, case_id, arena, &w.entries, &w.entry_count, err);
    w.keeps_media = media_count > 0;
    for (size_t i = 0; !rc && i < w.filing_count; i++)
        if (w.filings[i].id == due) due_receiver = w.filings[i].receiver_id;
    for (size_t i = 0; !rc && i < w.filing_count; i++) {
        const vg_filing *f = &w.filings[i];
        vg_archive_wait best;
        if ((f->state != VG_FILING_FILED && f->state != VG_FILING_ANSWERED) || !vg_filing_is_to_authority(f) || !vg_filing_has_key(f)) continue;
        rc = best_of(&w, f->receiver_id, vg_str_eq(f->receiver_id, due_receiver), &best, err);
        if (!rc && best.state > out->state) *out = best;
    }
    return rc;
}
