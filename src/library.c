/* SPDX-License-Identifier: Apache-2.0
 *
 * library: include/vigie.h over signals/media. Translation only.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "matcher.h"
#include "signals/media/decode/decode.h"
#include "vigie.h"

struct vigie_hasher {
    vg_decoder *decoder;
    vg_decode_request request;
    vg_pdq_profile profile;
};

struct vigie_media {
    vg_arena *arena;
    vg_decoded decoded;
    vg_pdq_profile profile;
};

struct vigie_matcher {
    vg_matcher *lists;
};

enum { ARENA_MOST = 256 << 20 };

/* The public error has the same members; it is not the same type, so that the inner one may change. */
static int give(int rc, const vg_error *from, vigie_error *err)
{
    _Static_assert(sizeof from->where == sizeof err->where && sizeof from->what == sizeof err->what, "the errors agree");
    if (rc && err) {
        err->code = from->code;
        memcpy(err->where, from->where, sizeof err->where);
        memcpy(err->what, from->what, sizeof err->what);
    }
    return rc ? from->code : 0;
}

/* ---- hashing ---- */

static void read_options(vigie_hasher *h, const vigie_hash_options *o)
{
    h->profile = o->full_resolution ? VG_PDQ_PYTX : VG_PDQ_CPP;
    h->request = (vg_decode_request){
        .want = VG_WANT_DIGESTS | VG_WANT_TURNS | (o->full_resolution ? VG_WANT_PDQ_PYTX : VG_WANT_PDQ_CPP) |
                (o->every_frame ? VG_WANT_EVERY_FRAME : 0),
        .interval_ms = o->interval_ms ? o->interval_ms : 1000,
        .limits = {.bytes = o->max_bytes ? o->max_bytes : 4ull << 30,
                   .pixels = o->max_pixels ? o->max_pixels : 100000000,
                   .frames = o->max_frames ? o->max_frames : 10000,
                   .milliseconds = o->max_ms ? o->max_ms : 60000,
                   .cpu_seconds = (o->max_ms ? o->max_ms : 60000) / 1000 + 1,
                   .memory_bytes = 2ull << 30}};
}

int vigie_hash_open(vigie_hasher **hasher, const vigie_hash_options *options, vigie_error *err)
{
    vigie_hash_options o = {.size = sizeof o};
    vg_error e = {0};
    *hasher = NULL;
    if (options && (options->size == 0 || options->size > sizeof o))
        return give(vg_fail(&e, VG_EINVAL, "options.size", "expected at most %zu: this is an older library", sizeof o), &e, err);
    if (options) memcpy(&o, options, options->size);
    vigie_hasher *h = vg_calloc(1, sizeof *h);
    if (!h) return give(vg_fail(&e, VG_ENOMEM, "", "no memory for a hasher"), &e, err);
    read_options(h, &o);
    int rc = vg_decoder_create(&h->decoder, &(vg_decoder_options){.program = o.decoder, .workers = o.workers}, &e);
    if (rc) vg_free(h);
    else *hasher = h;
    return give(rc, &e, err);
}

void vigie_hash_close(vigie_hasher **hasher)
{
    if (!*hasher) return;
    vg_decoder_destroy(&(*hasher)->decoder);
    vg_free(*hasher);
    *hasher = NULL;
}

int vigie_hash_fd(vigie_hasher *hasher, int fd, vigie_media **media, vigie_error *err)
{
    vg_error e = {0};
    vg_decode_request request = hasher->request;
    int rc = 0;
    request.fd = fd;
    *media = NULL;
    vigie_media *m = vg_calloc(1, sizeof *m);
    if (m) m->arena = vg_arena_create(4096, ARENA_MOST);
    if (!m || !m->arena) rc = vg_fail(&e, VG_ENOMEM, "", "no memory for a file's hashes");
    if (!rc) rc = vg_decode(hasher->decoder, &request, m->arena, &m->decoded, &e);
    if (!rc) {
        m->profile = hasher->profile;
        *media = m;
    } else if (m) {
        vigie_media_free(&m);
    }
    return give(rc, &e, err);
}

int vigie_hash_file(vigie_hasher *hasher, const char *path, vigie_media **media, vigie_error *err)
{
    *media = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        vg_error e = {0};
        int code = errno == ENOENT ? VG_ENOENT : VG_EIO;
        return give(vg_fail(&e, code, path, "cannot open: %s", strerror(errno)), &e, err);
    }
    int rc = vigie_hash_fd(hasher, fd, media, err);
    close(fd);
    return rc;
}

void vigie_media_free(vigie_media **media)
{
    if (!*media) return;
    vg_arena_destroy(&(*media)->arena);
    vg_free(*media);
    *media = NULL;
}

const char *vigie_media_kind(const vigie_media *media) { return vg_media_kind_names[media->decoded.kind]; }
const char *vigie_media_format(const vigie_media *media) { return media->decoded.format; }
const char *vigie_media_note(const vigie_media *media) { return media->decoded.note; }
size_t vigie_media_frames(const vigie_media *media) { return media->decoded.frame_count; }

size_t vigie_media_hex(const vigie_media *media, const char *algorithm, char out[65])
{
    const vg_decoded *d = &media->decoded;
    const uint8_t *bytes = NULL;
    size_t len = 0;
    if (strcmp(algorithm, "sha256") == 0) bytes = d->sha256, len = 32;
    else if (strcmp(algorithm, "sha1") == 0) bytes = d->sha1, len = 20;
    else if (strcmp(algorithm, "md5") == 0) bytes = d->md5, len = 16;
    else if (strcmp(algorithm, "pdq") == 0 && d->has_pdq[media->profile]) bytes = d->pdq[media->profile][VG_TURN_NONE], len = 32;
    out[0] = '\0';
    if (bytes) vg_hex_encode(out, bytes, len);
    return 2 * len;
}

int vigie_media_quality(const vigie_media *media)
{
    const vg_decoded *d = &media->decoded;
    return d->has_pdq[media->profile] ? d->quality[media->profile] : -1;
}

int vigie_media_frame(const vigie_media *media, size_t index, uint32_t *number, uint32_t *time_ms, int *quality, char hex[65])
{
    if (index >= media->decoded.frame_count) return VIGIE_EINVAL;
    const vg_decoded_frame *f = &media->decoded.frames[index];
    *number = f->number;
    *time_ms = f->time_ms;
    *quality = f->quality;
    vg_hex_encode(hex, f->hash, 32);
    return 0;
}

/* ---- matching ---- */

int vigie_match_open(vigie_matcher **matcher, vigie_error *err)
{
    vg_error e = {0};
    *matcher = NULL;
    vigie_matcher *m = vg_calloc(1, sizeof *m);
    int rc = m ? vg_matcher_create(&m->lists, &e) : vg_fail(&e, VG_ENOMEM, "", "no memory for lists");
    if (rc) vg_free(m);
    else *matcher = m;
    return give(rc, &e, err);
}

void vigie_match_close(vigie_matcher **matcher)
{
    if (!*matcher) return;
    vg_matcher_destroy(&(*matcher)->lists);
    vg_free(*matcher);
    *matcher = NULL;
}

static int format_of(const char *name, vg_error *err)
{
    if (!name) return -1;
    for (int i = 0; i < VG_LIST_FORMATS; i++)
        if (strcmp(name, vg_list_format_names[i]) == 0) return i;
    vg_fail(err, VG_EINVAL, "format", "unknown format \"%s\"; expected text, csv, vics, ncmec, stopncii or vpdq", name);
    return -2;
}

int vigie_match_load(vigie_matcher *matcher, const char *path, const char *format, size_t *records, size_t *skipped, vigie_error *err)
{
    vg_error e = {0};
    vg_list_result result = {0};
    vg_matcher_list list = {.path = path, .format = format_of(format, &e), .settings = {.effect = VG_BANK_REVIEW}};
    int rc = list.format == -2 ? -e.code : vg_matcher_add_list(matcher->lists, &list, &result, &e);
    if (records) *records = rc ? 0 : (size_t)result.records;
    if (skipped) *skipped = rc ? 0 : (size_t)result.skipped;
    return give(rc, &e, err);
}

static vigie_match public_match(const vg_matcher *lists, const vg_media_match *match)
{
    const vg_bank_set *set = vg_matcher_set(lists);
    return (vigie_match){.list = vg_bank_set_at(set, match->bank)->name.ptr,
                         .reference = vg_matcher_reference(lists, match).ptr,
                         .category = vg_bank_set_category(set, match).ptr,
                         .algorithm = vg_hash_algorithm_names[match->algorithm],
                         .turn = vg_turn_names[match->turn],
                         .distance = match->distance,
                         .query_percent = match->query_percent,
                         .list_percent = match->bank_percent};
}

int vigie_match_media(const vigie_matcher *matcher, const vigie_media *media, vigie_match *out, size_t room, size_t *found,
                      vigie_error *err)
{
    vg_error e = {0};
    vg_media_hash *hashes = NULL;
    size_t count = 0;
    vg_bank_result result = {0};
    vg_arena *arena = vg_arena_create(16 << 10, ARENA_MOST);
    const vg_bank_set *set = vg_matcher_set(matcher->lists);
    *found = 0;
    int rc = arena ? 0 : vg_fail(&e, VG_ENOMEM, "", "no memory to look up");
    if (!rc) rc = vg_decoded_hashes(&media->decoded, arena, &hashes, &count, &e);
    if (!rc && set) rc = vg_bank_set_match(set, VG_STR(""), 0, hashes, count, &result, &e);
    for (size_t i = 0; !rc && i < result.count && *found < room; i++) out[(*found)++] = public_match(matcher->lists, &result.match[i]);
    vg_arena_destroy(&arena);
    return give(rc, &e, err);
}
