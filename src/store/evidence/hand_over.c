/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. A hand-over is one transaction: whatever the ring sealed before cases had keys is sealed anew with the case's, the key is boxed
 * for the receiver, its wraps are overwritten, the entry of the log and the certificate are written. A crash leaves before or after.
 * Media files from before are written anew beside the old ones first; the rows name the new ones in the same transaction, and the old ones
 * are removed after it. The write-ahead log is emptied, so that the wraps are in no file any more.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#include "base/time.h"
#include "store/cases/appeals.h"
#include "store/cases/decisions_int.h"
#include "store/cases/media_int.h"
#include "store/evidence/evidence_int.h"
#include "store/training/gold_int.h"

typedef struct new_file {
    int64_t seq;
    vg_str old;
    char name[VG_MEDIA_NAME + 1];
    uint8_t key[VG_CASE_KEY], digest[VG_MEDIA_DIGEST];
} new_file;

typedef struct handing {
    vg_store *store;
    const vg_hand_over_ask *ask;
    vg_arena *arena;
    new_file *files;
    size_t file_count, keys;
    vg_case c;
} handing;

/* ---- media from before ---- */

static int copy_piece(void *context, const uint8_t *bytes, size_t len, vg_error *err) { return vg_media_write(context, bytes, len, err); }

static int write_anew(handing *h, const vg_case_media *media, new_file *file, vg_error *err)
{
    vg_media_writer *writer = NULL;
    vg_media_thumb thumb;
    *file = (new_file){.seq = media->seq, .old = media->file};
    vg_media_name(file->name);
    vg_case_key_random(file->key);
    int rc = vg_media_read_thumb(h->store->dir, h->store->ring, media, h->arena, &thumb, err);
    if (!rc) rc = vg_media_write_begin(&writer, h->store->dir, file->key, file->name, &thumb, err);
    if (!rc) rc = vg_media_read(h->store->dir, h->store->ring, media, copy_piece, writer, err);
    if (!rc) return vg_media_write_end(&writer, file->digest, err);
    vg_media_write_abandon(&writer);
    return rc;
}

static int write_files(handing *h, vg_error *err)
{
    vg_case_media *list = NULL;
    size_t count = 0;
    int rc = vg_store_media_list(h->store, h->ask->case_id, h->arena, &list, &count, err);
    if (rc || !count) return rc;
    h->files = vg_arena_calloc(h->arena, count, sizeof *h->files);
    if (!h->files) return vg_fail(err, VG_ENOMEM, "", "no memory for a hand-over");
    for (size_t i = 0; !rc && i < count; i++) {
        if (list[i].own_key) continue;
        rc = write_anew(h, &list[i], &h->files[h->file_count], err);
        if (rc == -VG_ENOENT) rc = 0; /* the file is gone already: there is nothing to open */
        else if (!rc) h->file_count++;
    }
    return rc;
}

static void drop_files(handing *h)
{
    char path[VG_MEDIA_PATH];
    for (size_t i = 0; i < h->file_count; i++)
        if (!vg_media_path(h->store->dir, h->files[i].name, path, NULL)) unlink(path);
}

static int name_files(handing *h, vg_error *err)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < h->file_count; i++) {
        const new_file *file = &h->files[i];
        char place[VG_MEDIA_PLACE];
        vg_media_place(h->ask->case_id, vg_str_of(file->name), place);
        rc = vg_store_case_seal(h->store, h->ask->case_id, place, (vg_str){(const char *)file->key, VG_CASE_KEY}, err);
        if (rc) return rc;
        vg_query set = vg_store_use(h->store, VG_SQL_MEDIA_RESEAL);
        vg_store_bind_str(&set, vg_str_of(file->name));
        vg_store_bind_blob(&set, h->store->sealed.ptr, h->store->sealed.len);
        vg_store_bind_blob(&set, file->digest, sizeof file->digest);
        vg_store_bind_int(&set, file->seq);
        vg_store_bind_str(&set, file->old);
        rc = vg_store_run(&set, err);
        if (!rc && vg_store_changed(h->store)) vg_buf_add(&h->store->doomed, file->old.ptr, file->old.len);
        if (!rc && h->store->doomed.failed) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a hand-over");
    }
    return rc;
}

/* ---- rows from before ---- */

typedef struct old_row {
    int64_t number;
    vg_str sealed;
} old_row;

static int reseal_row(handing *h, const vg_sealed_column *column, const old_row *row, vg_arena *scratch, vg_error *err)
{
    char place[96];
    vg_str plain;
    vg_store *store = h->store;
    column->place(h->ask->case_id, row->number, place);
    int rc = vg_store_unseal(store, place, row->sealed, scratch, &plain, err);
    if (!rc) rc = vg_store_case_seal(store, h->ask->case_id, place, plain, err);
    if (rc) return rc;
    sodium_memzero((char *)(uintptr_t)plain.ptr, plain.len);
    vg_query set = vg_store_use(store, column->write);
    vg_store_bind_blob(&set, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&set, h->ask->case_id);
    vg_store_bind_int(&set, row->number);
    return vg_store_run(&set, err);
}

static int reseal_column(handing *h, const vg_sealed_column *column, vg_error *err)
{
    old_row *rows = NULL;
    size_t count = 0, capacity = 0;
    int rc, copied = 0;
    vg_arena *scratch = vg_arena_create(1 << 14, 2u * VG_STORE_SCRATCH);
    if (!scratch) return vg_fail(err, VG_ENOMEM, "", "no memory for a hand-over");
    vg_query list = vg_store_use(h->store, column->read);
    vg_store_bind_int(&list, h->ask->case_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        uint16_t generation;
        vg_str sealed = vg_store_peek(&list, 1);
        if (!sealed.len || vg_case_is_sealed(sealed.ptr, sealed.len, &generation)) continue;
        rows = vg_store_grow(scratch, rows, count, &capacity, sizeof *rows);
        if (rows) rows[count++] = (old_row){vg_store_int(&list, 0), vg_store_copy(&list, 1, scratch, &copied)};
        if (!rows || copied) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for a hand-over");
            break;
        }
    }
    vg_store_reset(&list);
    for (size_t i = 0; !rc && i < count; i++) rc = reseal_row(h, column, &rows[i], scratch, err);
    vg_arena_destroy(&scratch);
    return rc;
}

/* ---- keys ---- */

static int box_key(handing *h, uint16_t generation, vg_error *err)
{
    uint8_t key[VG_CASE_KEY], box[VG_KEY_BOX];
    char place[48];
    const vg_hand_over_ask *ask = h->ask;
    int rc = vg_store_case_key(h->store, ask->case_id, generation, VG_KEY_CONTENT, key, err);
    if (!rc) rc = vg_key_box(ask->public_key, key, box, err);
    sodium_memzero(key, sizeof key);
    if (rc == -VG_EINVAL) rc = vg_fail(err, VG_EUNPROCESSABLE, "/receiver", "the public key of this receiver is no key that something can be sealed for");
    snprintf(place, sizeof place, "hand-over:%" PRId64, ask->case_id);
    if (!rc) rc = vg_store_seal(h->store, place, ask->reason, err);
    if (rc) return rc;
    vg_query add = vg_store_use(h->store, VG_SQL_HAND_OVER_ADD);
    vg_store_bind_int(&add, ask->case_id);
    vg_store_bind_int(&add, generation);
    vg_store_bind_str(&add, ask->receiver);
    vg_store_bind_blob(&add, ask->public_key, 32);
    vg_store_bind_blob(&add, box, sizeof box);
    vg_store_bind_str(&add, ask->by);
    vg_store_bind_int(&add, ask->now_ms);
    vg_store_bind_int(&add, ask->filing_id);
    vg_store_bind_blob(&add, h->store->sealed.ptr, h->store->sealed.len);
    rc = vg_store_run(&add, err);
    if (!rc) h->keys++;
    return rc;
}

static int box_keys(handing *h, vg_error *err)
{
    vg_case_key_row *keys = NULL;
    size_t count = 0;
    int rc = vg_store_case_keys(h->store, h->ask->case_id, h->arena, &keys, &count, err);
    for (size_t i = 0; !rc && i < count; i++)
        if (keys[i].end == VG_KEY_STANDS) rc = box_key(h, (uint16_t)keys[i].generation, err);
    if (!rc && !h->keys) rc = vg_fail(err, VG_ECONFLICT, "", "the key of this case was handed over already: there is nothing left to hand over");
    if (rc) return rc;
    vg_query end = vg_store_use(h->store, VG_SQL_KEYS_END);
    vg_store_bind_int(&end, VG_KEY_HANDED_OVER);
    vg_store_bind_int(&end, h->ask->now_ms);
    vg_store_bind_int(&end, h->ask->case_id);
    rc = vg_store_run(&end, err);
    vg_store_keys_forget(h->store);
    return rc;
}

/* ---- the whole ---- */

static int check_case(handing *h, vg_error *err)
{
    bool appealed = false;
    char name[24];
    int rc = vg_store_case_get(h->store, h->ask->case_id, h->arena, &h->c, err);
    if (rc) return rc;
    vg_case_name(h->c.id, name);
    if (h->c.shadow) return vg_fail(err, VG_ENOENT, "", "there is no case %" PRId64, h->c.id);
    if (h->c.destroyed) return vg_fail(err, VG_ECONFLICT, name, "the content of this case is destroyed: there is nothing to hand over");
    if (h->c.legal_hold) return vg_fail(err, VG_ECONFLICT, name, "a legal hold keeps this case readable: release it first");
    rc = vg_store_rights_open(h->store, h->c.id, &appealed, err);
    if (!rc && appealed) rc = vg_fail(err, VG_ECONFLICT, name, "an appeal waits for its answer, which needs the content: answer it first");
    return rc;
}

static int record(handing *h, const vg_destruction_count *what, vg_error *err)
{
    char name[24], id[VG_KEY_ID + 1];
    const vg_hand_over_ask *ask = h->ask;
    vg_buf detail;
    vg_case_name(ask->case_id, name);
    vg_key_id(ask->public_key, id);
    vg_buf_init(&detail, 4096);
    vg_buf_add_cstr(&detail, "{\"receiver\":");
    vg_buf_add_json_str(&detail, ask->receiver);
    vg_buf_printf(&detail, ",\"key\":\"%s\",\"keys\":%zu,\"filing\":%" PRId64 "}", id, h->keys, ask->filing_id);
    int rc = detail.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry") : 0;
    if (!rc) rc = vg_store_audit_add(h->store, ask->now_ms, ask->by, VG_STR("evidence.hand_over"), vg_str_of(name), (vg_str){detail.ptr, detail.len}, err);
    if (!rc) rc = vg_store_destruction_certify(h->store, what, "hand_over", (vg_str){detail.ptr, detail.len}, h->c.space, ask->by, ask->now_ms, err);
    vg_buf_free(&detail);
    return rc;
}

static int hand_over(handing *h, vg_error *err)
{
    vg_destruction_count what;
    int rc = check_case(h, err);
    for (size_t i = 0; !rc && i < VG_SEALED_COLUMNS; i++) rc = reseal_column(h, &vg_sealed_columns[i], err);
    if (!rc) rc = name_files(h, err);
    if (!rc) rc = vg_store_gold_forget(h->store, h->c.id, err); /* copies for an examination are sealed with the ring */
    if (!rc) rc = vg_store_run_1(h->store, VG_SQL_HAND_OVER_NOTICES, h->c.id, err);
    if (!rc) rc = vg_store_destruction_measure(h->store, h->c.id, &what, err);
    if (!rc) rc = box_keys(h, err);
    if (!rc) rc = vg_store_run_1(h->store, VG_SQL_DUE_DROP, h->c.id, err);
    return rc ? rc : record(h, &what, err);
}

static int check_ask(const vg_hand_over_ask *ask, vg_error *err)
{
    char when[25];
    int rc = vg_store_check_text("by", ask->by, 64, err);
    if (!rc) rc = vg_store_check_text("/receiver", ask->receiver, 64, err);
    if (!rc) rc = vg_store_check_text("/reason", ask->reason, 500, err);
    if (rc) return rc;
    if (!ask->public_key) return vg_fail(err, VG_EUNPROCESSABLE, "/receiver", "this receiver has given no public key");
    if (ask->key_until_ms && ask->key_until_ms <= ask->now_ms) {
        vg_time_format(ask->key_until_ms, when);
        return vg_fail(err, VG_EUNPROCESSABLE, "/receiver", "the public key of this receiver ended on %.10s: ask it for a new one", when);
    }
    return 0;
}

int vg_store_hand_over(vg_store *store, const vg_hand_over_ask *ask, size_t *count, vg_error *err)
{
    int rc = check_ask(ask, err);
    if (rc) return rc;
    if (store->together) return vg_fail(err, VG_EINVAL, "", "a hand-over is a transaction of its own");
    handing h = {.store = store, .ask = ask, .arena = vg_arena_create(1 << 14, 64 << 20)};
    if (!h.arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a hand-over");
    rc = check_case(&h, err); /* before files are written for nothing; again inside */
    if (!rc) rc = write_files(&h, err);
    if (!rc) rc = vg_store_begin(store, err);
    if (!rc) {
        rc = vg_store_end(store, hand_over(&h, err), err);
        vg_store_media_reap(store, rc == 0);
        if (!rc) vg_store_wipe(store);
    }
    if (rc) drop_files(&h);
    if (count) *count = rc ? 0 : h.keys;
    if (h.files) sodium_memzero(h.files, h.file_count * sizeof *h.files);
    vg_arena_destroy(&h.arena);
    return rc;
}

/* ---- reading ---- */

static int read_hand_over(vg_store *store, const vg_query *row, int64_t case_id, vg_arena *arena, vg_hand_over *out, vg_error *err)
{
    char place[48];
    int rc = 0;
    vg_str public = vg_store_peek(row, 3), box = vg_store_peek(row, 4), reason = vg_store_peek(row, 8);
    *out = (vg_hand_over){.id = vg_store_int(row, 0), .case_id = case_id, .generation = vg_store_int(row, 1), .time_ms = vg_store_int(row, 6),
                          .filing_id = vg_store_int(row, 7), .reason = {"", 0}};
    out->receiver = vg_store_copy(row, 2, arena, &rc);
    out->by = vg_store_copy(row, 5, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a hand-over");
    if (public.len != sizeof out->public_key) return vg_fail(err, VG_ECORRUPT, "hand_over", "holds a key of no possible length");
    memcpy(out->public_key, public.ptr, public.len);
    out->has_box = box.len == sizeof out->box;
    if (out->has_box) memcpy(out->box, box.ptr, box.len);
    snprintf(place, sizeof place, "hand-over:%" PRId64, case_id);
    return reason.len ? vg_store_unseal(store, place, reason, arena, &out->reason, err) : 0;
}

int vg_store_hand_overs(vg_store *store, int64_t case_id, vg_arena *arena, vg_hand_over **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_HAND_OVERS_OF);
    vg_store_bind_int(&list, case_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_hand_over *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof *larger);
        rc = larger ? read_hand_over(store, &list, case_id, arena, &larger[*count], err) : vg_fail(err, VG_ENOMEM, "", "no memory for hand-overs");
        if (rc) break;
        *out = larger;
        ++*count;
    }
    vg_store_reset(&list);
    return rc;
}
