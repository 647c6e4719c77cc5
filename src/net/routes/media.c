/* SPDX-License-Identifier: Apache-2.0
 *
 * Media. POST /v1/media: the bytes wait in the spool, are decoded in a sandbox, and what stays is a reference. When an event that names
 * it opens a case, a media desk seals the bytes before the clerk stores the case. Then the case page's side: a thumbnail, which
 * is a view each time it is given, and who had it. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/time.h"
#include "net/png.h"
#include "net/routes/media.h"
#include "net/ruling.h"
#include "net/server_int.h"
#include "net/welfare.h"
#include "review/review.h"

enum { REFERENCE_BITS = 130, SEAL_PIECE = 64 << 10 };

/* ---- what the policy says ---- */

void vg_media_limits_of(vg_server *server, vg_str space, vg_media_limits *limits, uint32_t *keep_minutes)
{
    vg_policy_set *set = vg_pipeline_policies(server->pipeline);
    *limits = (vg_media_limits){0};
    *keep_minutes = 0;
    for (size_t i = 0; set && i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        const vg_media_limits *m = &p->media;
        if (!vg_str_is(space, "*") && !vg_str_is(space, p->space)) continue;
        /* a key of all spaces: what any of them may send, and no longer than each of them keeps it */
        if (m->bytes > limits->bytes) limits->bytes = m->bytes;
        if (m->pixels > limits->pixels) limits->pixels = m->pixels;
        if (m->frames > limits->frames) limits->frames = m->frames;
        if (m->milliseconds > limits->milliseconds) limits->milliseconds = m->milliseconds;
        if (m->cpu_seconds > limits->cpu_seconds) limits->cpu_seconds = m->cpu_seconds;
        if (m->memory_bytes > limits->memory_bytes) limits->memory_bytes = m->memory_bytes;
        if (!*keep_minutes || p->keep_upload_minutes < *keep_minutes) *keep_minutes = p->keep_upload_minutes;
    }
    if (set) vg_policy_set_unref(&set);
}

/* ---- POST /v1/media ---- */

static unsigned what_to_want(vg_server *server)
{
    unsigned want = VG_WANT_PDQ_CPP | VG_WANT_TURNS | VG_WANT_THUMBNAIL;
    vg_bank_set *banks = vg_banks_set(server->banks);
    for (size_t i = 0; banks && i < vg_bank_set_count(banks); i++)
        if (vg_bank_set_at(banks, i)->profile == VG_PDQ_PYTX) want |= VG_WANT_PDQ_PYTX;
    if (banks) vg_bank_set_unref(&banks);
    return want;
}

/* Runs the decoder. A file that cannot be decoded is no error: `note` then says so. */
static int decode(vg_server *server, vg_spooled *bytes, const vg_media_limits *limits, vg_arena *arena, vg_decoded *out,
                  vg_error *err)
{
    int fd = -1;
    *out = (vg_decoded){.kind = VG_MEDIA_UNKNOWN};
    if (!server->decoder) {
        snprintf(out->note, sizeof out->note, "not decoded: this server has no decoder");
        return 0;
    }
    int rc = vg_spooled_open_plain(bytes, &fd, err);
    if (rc) return rc;
    int64_t began = vg_time_monotonic_us();
    vg_decode_request request = {.fd = fd, .want = what_to_want(server), .limits = *limits};
    rc = vg_decode(server->decoder, &request, arena, out, err);
    vg_spooled_close_plain(bytes, &fd);
    vg_gauges_decoded(&server->gauges, vg_time_monotonic_us() - began, rc ? -1 : out->note[0] ? 0 : 1);
    if (rc == -VG_EIO) { /* no worker can be started: the digests are worth an answer all the same */
        vg_log(VG_LOG_ERROR, "net", "media are not decoded: %s", err->what);
        *out = (vg_decoded){.kind = VG_MEDIA_UNKNOWN};
        snprintf(out->note, sizeof out->note, "not decoded: no decoder can be started");
        rc = 0;
    }
    return rc;
}

static void fill_info(vg_upload *u, const vg_decoded *d)
{
    vg_media_info *info = &u->info;
    snprintf(u->format, sizeof u->format, "%s", d->format);
    snprintf(u->note, sizeof u->note, "%s", d->note);
    info->kind = vg_media_kind_names[(unsigned)d->kind < VG_MEDIA_KINDS ? d->kind : VG_MEDIA_UNKNOWN];
    info->format = u->format;
    info->note = u->note;
    info->size = d->size;
    info->width = d->width;
    info->height = d->height;
    info->frames = (uint32_t)d->frame_count;
    memcpy(info->sha256, d->sha256, 32);
    memcpy(info->sha1, d->sha1, 20);
    memcpy(info->md5, d->md5, 16);
    info->has_pdq = d->has_pdq[VG_PDQ_CPP];
    if (info->has_pdq) {
        memcpy(info->pdq, d->pdq[VG_PDQ_CPP][VG_TURN_NONE], 32);
        info->quality = d->quality[VG_PDQ_CPP];
    }
    u->frames_left_out = d->frames_left_out;
}

static int keep_hashes(vg_upload *u, const vg_decoded *d, vg_arena *arena, vg_error *err)
{
    vg_media_hash *hashes = NULL;
    size_t count = 0;
    int rc = vg_decoded_hashes(d, arena, &hashes, &count, err);
    if (rc) return rc;
    u->hashes = vg_malloc(count ? count * sizeof *hashes : 1);
    if (!u->hashes) return vg_fail(err, VG_ENOMEM, "", "no memory for the hashes of an upload");
    if (count) memcpy(u->hashes, hashes, count * sizeof *hashes);
    u->hash_count = count;
    return 0;
}

static int keep_thumbnail(vg_server *server, vg_upload *u, const vg_decoded *d, vg_error *err)
{
    size_t pixels = (size_t)d->thumb_width * d->thumb_height;
    if (!d->thumbnail || !pixels || d->thumb_width > VG_MEDIA_THUMB_SIDE || d->thumb_height > VG_MEDIA_THUMB_SIDE) return 0;
    int rc = vg_spooled_begin(&u->thumb, server->spool, err);
    if (!rc) rc = vg_spooled_add(u->thumb, d->thumbnail, pixels, err);
    if (!rc) rc = vg_spooled_end(u->thumb, err);
    u->thumb_width = d->thumb_width;
    u->thumb_height = d->thumb_height;
    u->info.thumbnail = true;
    return rc;
}

static void write_hex(vg_buf *out, const char *name, const uint8_t *bytes, size_t len)
{
    char hex[65];
    vg_hex_encode(hex, bytes, len);
    vg_buf_printf(out, ",\"%s\":\"%s\"", name, hex);
}

static void write_upload(vg_exchange *x, const vg_upload *u)
{
    const vg_media_info *info = &u->info;
    vg_buf *out = vg_answer_begin(x, 201, "application/json");
    vg_buf_printf(out, "{\"upload\":\"%s\",\"size\":%llu", u->reference, (unsigned long long)info->size);
    write_hex(out, "sha256", info->sha256, 32);
    write_hex(out, "sha1", info->sha1, 20);
    write_hex(out, "md5", info->md5, 16);
    vg_buf_printf(out, ",\"kind\":\"%s\",\"format\":\"%s\",\"frames\":%u", info->kind, info->format, info->frames);
    if (info->width) vg_buf_printf(out, ",\"width\":%u,\"height\":%u", info->width, info->height);
    if (info->has_pdq) {
        write_hex(out, "pdq", info->pdq, 32);
        vg_buf_printf(out, ",\"quality\":%u", info->quality);
    }
    if (u->frames_left_out) vg_buf_add_cstr(out, ",\"frames_left_out\":true");
    if (info->note[0]) {
        vg_buf_add_cstr(out, ",\"note\":");
        vg_buf_add_json_str(out, vg_str_of(info->note));
    }
    vg_buf_add_cstr(out, ",\"expires\":");
    vg_json_time(out, u->expires_ms);
    vg_buf_add_char(out, '}');
}

static int make_upload(vg_desk *desk, vg_exchange *x, vg_upload *u, uint32_t keep_minutes, const vg_media_limits *limits,
                       vg_error *err)
{
    uint8_t sha256[32], sha1[20], md5[16];
    vg_decoded d;
    u->bytes = vg_intake_end(x, sha256, sha1, md5, err);
    if (!u->bytes) return -err->code;
    int rc = decode(x->server, u->bytes, limits, desk->arena, &d, err);
    if (rc) return rc;
    d.size = vg_spooled_size(u->bytes);
    memcpy(d.sha256, sha256, sizeof sha256); /* of the bytes as they arrived: the decoder was not asked */
    memcpy(d.sha1, sha1, sizeof sha1);
    memcpy(d.md5, md5, sizeof md5);
    fill_info(u, &d);
    rc = keep_hashes(u, &d, desk->arena, err);
    if (!rc) rc = keep_thumbnail(x->server, u, &d, err);
    memcpy(u->reference, "u-", 2);
    vg_token_random(u->reference + 2, sizeof u->reference - 2, REFERENCE_BITS);
    memcpy(u->space, x->key.space, x->key.space_len + 1);
    u->expires_ms = vg_time_now() + (int64_t)keep_minutes * VG_MINUTE_MS;
    return rc;
}

void vg_route_media(vg_desk *desk, vg_exchange *x)
{
    vg_media_limits limits;
    uint32_t keep_minutes;
    vg_error err = {0};
    vg_upload *u = vg_calloc(1, sizeof *u);
    if (!u) {
        vg_answer_busy(x, "there is no memory for this upload now");
        return;
    }
    vg_media_limits_of(x->server, (vg_str){x->key.space, x->key.space_len}, &limits, &keep_minutes);
    if (make_upload(desk, x, u, keep_minutes, &limits, &err)) vg_answer_error(x, &err);
    else {
        write_upload(x, u); /* before it is kept: then it may be gone at any time */
        vg_count(&x->server->gauges.uploads, 1);
        vg_count(&x->server->gauges.upload_bytes, u->info.size);
        if (vg_uploads_keep(x->server->uploads, u, vg_time_now())) vg_answer_busy(x, "too many uploads are waiting for their events");
        else return;
    }
    vg_upload_free(&u);
}

/* ---- a case opens: its media are sealed ---- */

static int read_thumb(const vg_upload_bytes *from, vg_arena *arena, vg_media_thumb *out, vg_error *err)
{
    size_t pixels = (size_t)from->thumb_width * from->thumb_height, got = 0;
    *out = (vg_media_thumb){0};
    if (!from->thumb) return 0;
    uint8_t *bytes = vg_arena_alloc(arena, pixels);
    if (!bytes) return vg_fail(err, VG_ENOMEM, "", "no memory for a thumbnail");
    int rc = vg_spooled_read(from->thumb, 0, bytes, pixels, &got, err);
    if (!rc && got == pixels) *out = (vg_media_thumb){from->thumb_width, from->thumb_height, bytes};
    return rc;
}

static int seal_one(vg_desk *desk, vg_seal_part *part, vg_error *err)
{
    vg_media_writer *writer = NULL;
    vg_media_thumb thumb;
    uint64_t size = vg_spooled_size(part->from.bytes);
    uint8_t *piece = vg_arena_alloc(desk->arena, SEAL_PIECE);
    int rc = piece ? read_thumb(&part->from, desk->arena, &thumb, err) : vg_fail(err, VG_ENOMEM, "", "no memory to seal a media");
    if (!rc) rc = vg_media_write_begin(&writer, desk->server->data_dir, part->key, part->file, &thumb, err);
    for (uint64_t at = 0; !rc && at < size;) {
        size_t got = 0;
        rc = vg_spooled_read(part->from.bytes, at, piece, SEAL_PIECE, &got, err);
        if (!rc) rc = vg_media_write(writer, piece, got, err);
        at += got;
    }
    if (!rc) return vg_media_write_end(&writer, part->digest, err);
    vg_media_write_abandon(&writer);
    return rc;
}

/* On disk before the row that names it. A failure is one of the case: nothing was stored, and the same event may be sent again. */
void vg_media_seal(vg_desk *desk, vg_exchange *x)
{
    vg_error err = {0};
    vg_arena_reset(desk->arena);
    for (size_t i = 0; i < x->job.seal_count && !x->job.code; i++) {
        if (seal_one(desk, &x->job.seals[i], &err) == 0) {
            vg_count(&x->server->gauges.media_sealed, 1);
            continue;
        }
        vg_log(VG_LOG_ERROR, "net", "a media could not be sealed with its case: %s %s", err.where, err.what);
        x->job.code = err.code;
    }
    vg_seals_free(&x->job);
}

void vg_seals_free(vg_case_job *job)
{
    for (size_t i = 0; i < job->seal_count; i++) vg_upload_bytes_free(&job->seals[i].from);
    job->seal_count = 0;
}

/* ---- the case page ---- */

int64_t vg_media_number(vg_str text)
{
    int64_t n = 0;
    if (text.len == 0 || text.len > 15) return 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return 0;
        n = n * 10 + (text.ptr[i] - '0');
    }
    return n;
}

void vg_route_thumbnail(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_case_media media;
    vg_media_thumb thumb = {0};
    vg_error err = {0};
    vg_server *server = x->server;
    int64_t now_ms = vg_time_now();
    if (!vg_case_of_path(desk, x, true, &c)) return;
    if (vg_welfare_may_look(desk, &x->user, &c, now_ms, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    /* the view is on record before the file is opened; should there be nothing to see, somebody tried to */
    if (vg_store_media_view(desk->store, c.id, vg_media_number(x->argument[1]), x->user.name, desk->arena, &media, &err) ||
        vg_media_read_thumb(server->data_dir, server->ring, &media, desk->arena, &thumb, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!thumb.width) {
        vg_answer_problem(x, 404, NULL, "this media has no thumbnail");
        return;
    }
    if (vg_welfare_count(desk, &x->user, &c, VG_DID_LOOK, now_ms, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    const vg_png_picture picture = {thumb.width, thumb.height, 1, thumb.pixels};
    if (vg_png_write(vg_answer_begin(x, 200, "image/png"), &picture)) vg_answer_busy(x, "there is no memory for this answer now");
    else vg_answer_header(x, "Content-Disposition", "inline");
}

void vg_route_media_views(vg_desk *desk, vg_exchange *x)
{
    static const char *const seen[] = {[VG_SEEN_THUMBNAIL] = "thumbnail", [VG_SEEN_PART] = "part", [VG_SEEN_WHOLE] = "whole"};
    vg_case c;
    vg_case_media *kept = NULL;
    vg_media_viewed *views = NULL;
    size_t kept_count = 0, count = 0;
    vg_error err = {0};
    bool found = false;
    if (!vg_case_of_path(desk, x, false, &c)) return;
    int64_t number = vg_media_number(x->argument[1]);
    int rc = vg_store_media_list(desk->store, c.id, desk->arena, &kept, &kept_count, &err);
    for (size_t i = 0; i < kept_count; i++) found |= kept[i].seq == number;
    if (!rc) rc = vg_store_media_views(desk->store, c.id, number, desk->arena, &views, &count, &err);
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    if (!found && !count) { /* what was viewed and is destroyed by now was viewed all the same */
        vg_answer_problem(x, 404, NULL, "the case keeps no such media");
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"views\":[");
    bool blind = vg_ruling_blind(&c, &x->user), first = true; /* who looked at it before is not for the second of two people */
    for (size_t i = 0; i < count; i++) {
        if (blind && !vg_str_eq(views[i].user, x->user.name)) continue;
        vg_buf_add_cstr(out, first ? "{\"user\":" : ",{\"user\":");
        first = false;
        vg_buf_add_json_str(out, views[i].user);
        vg_buf_add_cstr(out, ",\"time\":");
        vg_json_time(out, views[i].time_ms);
        vg_buf_printf(out, ",\"seen\":\"%s\"}", seen[views[i].seen]);
    }
    vg_buf_add_cstr(out, "]}");
}
