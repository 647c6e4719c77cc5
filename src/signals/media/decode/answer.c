/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/media/decode/worker_int.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "signals/media/decode/sandbox_int.h"

typedef struct answer {
    int socket;
    bool lost; /* nobody listens any more */
    const vg_wire_request *wire;
    vg_decode_request request;
    vg_decode_found found;
    uint32_t frames_sent;
    vg_wire_frame_list frames;
    vg_wire_done done;
    vg_wire_thumbnail thumbnail;
    bool has_thumbnail;
    uint32_t pictures; /* that came out, sent or not */
    vg_wire_view view;
} answer;

/* The one thing that a signal handler must find: the file as it is mapped. A file that shrinks while it is read would end the
 * process (SIGBUS); its missing pages are replaced by zeros instead and the answer says so. */
static struct {
    uint8_t *bytes;
    size_t len;
    volatile sig_atomic_t shrank;
} mapped;

static void on_bus_error(int number, siginfo_t *info, void *context)
{
    (void)context;
    uintptr_t page = (uintptr_t)info->si_addr & ~(uintptr_t)4095, from = (uintptr_t)mapped.bytes;
    if (mapped.bytes && page >= from && page < from + mapped.len) {
        size_t left = from + mapped.len - page;
        const int kind = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
        void *zeros = mmap(mapped.bytes + (page - from), left, PROT_READ, kind, -1, 0);
        mapped.shrank = 1;
        if (zeros != MAP_FAILED) return;
    }
    signal(number, SIG_DFL);
}

int vg_worker_prepare(vg_error *err)
{
    struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};
    vg_wire_digests digests;
    if (sigaction(SIGBUS, &action, NULL) != 0) return vg_fail(err, VG_EIO, "worker", "sigaction: %s", strerror(errno));
    /* OpenSSL reads its configuration and looks for its providers at the first digest */
    return vg_digest((const uint8_t *)"", 0, &digests, err);
}

static void send_packet(answer *a, vg_wire_kind kind, void *packet, size_t len)
{
    vg_wire_head head = {VG_WIRE_MAGIC, kind, a->wire->sequence};
    memcpy(packet, &head, sizeof head);
    ssize_t n;
    do n = send(a->socket, packet, len, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)len) a->lost = true;
}

static void send_frames(answer *a)
{
    if (a->frames.count) send_packet(a, VG_WIRE_FRAME_LIST, &a->frames, sizeof a->frames);
    a->frames_sent += a->frames.count;
    a->frames.count = 0;
}

static int take_still(answer *a, const vg_picture *picture, vg_error *err)
{
    static const unsigned wants[VG_PDQ_PROFILES] = {VG_WANT_PDQ_CPP, VG_WANT_PDQ_PYTX};
    vg_pdq pdq;
    for (int p = 0; p < VG_PDQ_PROFILES; p++) {
        if (!(a->request.want & wants[p])) continue;
        bool turns = a->request.want & VG_WANT_TURNS;
        int rc = vg_pdq_hash(&picture->pixels, (vg_pdq_profile)p, turns, &pdq, err);
        if (rc) return rc;
        memcpy(a->done.pdq[p], pdq.hash, turns ? sizeof pdq.hash : sizeof pdq.hash[0]);
        a->done.quality[p] = pdq.quality;
        a->done.has_pdq[p] = 1;
        if (!picture->upright) continue;
        rc = vg_pdq_hash(picture->upright, (vg_pdq_profile)p, false, &pdq, err);
        if (rc) return rc;
        memcpy(a->done.upright[p], pdq.hash[VG_TURN_NONE], sizeof a->done.upright[p]);
        a->done.has_upright = 1;
    }
    return 1;
}

/* One picture of those that were asked for, in pieces. */
static int send_view(answer *a, const vg_picture *picture, vg_error *err)
{
    const vg_view_request *ask = &a->wire->view;
    uint32_t number = a->pictures++;
    if (number < ask->from || number - ask->from >= ask->most) return 0;
    const vg_pixels *pixels = picture->upright ? picture->upright : &picture->pixels;
    vg_wire_view *v = &a->view;
    vg_view_sides(pixels, a->found.kind == VG_MEDIA_STILL ? ask->side : ask->moving_side, &v->width, &v->height);
    size_t size = 3 * (size_t)v->width * v->height;
    uint8_t *small = vg_malloc(size);
    if (!small) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: out of memory for a view");
    vg_view_shrink(pixels, v->width, v->height, small);
    v->picture = number - ask->from;
    v->time_ms = picture->time_ms;
    for (size_t at = 0; at < size && !a->lost; at += v->len) {
        v->offset = (uint32_t)at;
        v->len = size - at < VG_WIRE_PIECE ? (uint32_t)(size - at) : VG_WIRE_PIECE;
        memcpy(v->bytes, small + at, v->len);
        send_packet(a, VG_WIRE_VIEW, v, sizeof *v);
    }
    vg_free(small);
    return 0;
}

static int take_frame(answer *a, const vg_picture *picture, vg_error *err)
{
    vg_pdq pdq;
    if (!(a->request.want & (VG_WANT_PDQ_CPP | VG_WANT_PDQ_PYTX))) return (a->request.want & VG_WANT_VIEW) && !a->lost ? 0 : 1;
    if (a->frames_sent + a->frames.count >= a->request.limits.frames) {
        a->found.frames_left_out = true;
        return 1;
    }
    /* vPDQ never scales a frame before the filter: that is the full resolution of pytx, whatever was asked for stills */
    int rc = vg_pdq_hash(&picture->pixels, VG_PDQ_PYTX, false, &pdq, err);
    if (rc) return rc;
    vg_decoded_frame *frame = &a->frames.frames[a->frames.count++];
    *frame = (vg_decoded_frame){.number = picture->number, .time_ms = picture->time_ms, .quality = pdq.quality};
    memcpy(frame->hash, pdq.hash[VG_TURN_NONE], sizeof frame->hash);
    if (a->frames.count == VG_WIRE_FRAMES) send_frames(a);
    return a->lost ? 1 : 0;
}

static int take_picture(void *context, const vg_picture *picture, vg_error *err)
{
    answer *a = context;
    if ((a->request.want & VG_WANT_THUMBNAIL) && !a->has_thumbnail) {
        bool turned = picture->upright != NULL;
        bool change = turned && a->found.exif >= 5;
        uint32_t width = a->found.width ? a->found.width : (uint32_t)picture->pixels.width;
        uint32_t height = a->found.height ? a->found.height : (uint32_t)picture->pixels.height;
        vg_thumbnail(turned ? picture->upright : &picture->pixels, change ? height : width, change ? width : height, &a->thumbnail);
        a->has_thumbnail = true;
    }
    int rc = a->request.want & VG_WANT_VIEW ? send_view(a, picture, err) : 0;
    if (rc) return rc;
    return a->found.kind == VG_MEDIA_STILL ? take_still(a, picture, err) : take_frame(a, picture, err);
}

static int decode(answer *a, const vg_decode_input *in, vg_error *err)
{
    enum { PICTURES = VG_WANT_PDQ_CPP | VG_WANT_PDQ_PYTX | VG_WANT_THUMBNAIL | VG_WANT_VIEW };
    vg_picture_sink sink = {a, take_picture};
    if (!(a->request.want & PICTURES)) return 0;
    if (in->len == 0) return vg_fail(err, VG_EINVAL, "", "could not be decoded: the file is empty");
    if (in->len > a->request.limits.bytes)
        return vg_fail(err, VG_ETOOBIG, "", "could not be decoded: %zu bytes, the limit is %llu", in->len,
                       (unsigned long long)a->request.limits.bytes);
    int rc = vg_decode_image(in, &sink, &a->found, err);
#ifdef VG_HAVE_VIDEO
    if (rc == -VG_ENOENT) {
        memset(&a->found, 0, sizeof a->found);
        rc = vg_decode_video(in, &sink, &a->found, err);
    }
#endif
    if (rc == -VG_ENOENT) rc = vg_fail(err, VG_EINVAL, "", "could not be decoded: unknown format");
    return rc;
}

static void write_note(answer *a, int rc, const vg_error *err)
{
    static const char prefix[] = "could not be decoded: ";
    char *note = a->done.note;
    size_t room = sizeof a->done.note;
    if (rc == -VG_ENOMEM)
        snprintf(note, room, "%sout of memory, the limit is %llu MiB", prefix,
                 (unsigned long long)(a->request.limits.memory_bytes >> 20));
    else if (mapped.shrank) snprintf(note, room, "%sthe file became shorter while it was read", prefix);
    else if (rc) snprintf(note, room, "%s%.137s", strncmp(err->what, prefix, sizeof prefix - 1) == 0 ? "" : prefix, err->what);
    else if (a->found.damage[0]) snprintf(note, room, "decoded in part: %s", a->found.damage);
}

static void send_done(answer *a, int rc, const vg_error *err)
{
    vg_wire_done *done = &a->done;
    write_note(a, rc, err);
    done->status = rc ? (uint32_t)-rc : mapped.shrank ? VG_EINVAL : 0;
    done->kind = a->found.kind;
    done->width = a->found.width;
    done->height = a->found.height;
    done->view_total = a->pictures;
    memcpy(done->format, a->found.format, sizeof done->format);
    done->exif = a->found.exif ? a->found.exif : 1;
    done->frames_left_out = a->found.frames_left_out;
    send_frames(a);
    if (a->has_thumbnail) send_packet(a, VG_WIRE_THUMBNAIL, &a->thumbnail, sizeof a->thumbnail);
    send_packet(a, VG_WIRE_DONE, done, sizeof *done);
}

bool vg_worker_answer(int socket, const vg_wire_request *wire, int fd, uint64_t own_space)
{
    vg_error err = {0};
    answer *a = vg_calloc(1, sizeof *a);
    if (!a) return false;
    a->socket = socket;
    a->wire = wire;
    a->request = (vg_decode_request){.fd = fd, .want = wire->want, .interval_ms = wire->interval_ms, .limits = wire->limits};
    mapped.shrank = 0;
    mapped.bytes = NULL;
    mapped.len = (size_t)wire->size;
    uint64_t space;
    if (__builtin_add_overflow(own_space, wire->size, &space) || __builtin_add_overflow(space, wire->limits.memory_bytes, &space))
        space = UINT64_MAX;
    int rc = vg_sandbox_limit(space, wire->limits.cpu_seconds, &err);
    if (rc == 0 && wire->size) {
        void *bytes = mmap(NULL, mapped.len, PROT_READ, MAP_PRIVATE, fd, 0);
        if (bytes == MAP_FAILED)
            rc = vg_fail(&err, VG_EIO, "", "could not be decoded: the file cannot be mapped: %s", strerror(errno));
        else mapped.bytes = bytes;
    }
    if (rc == 0 && (wire->want & VG_WANT_DIGESTS)) {
        vg_wire_digests digests = {0};
        rc = vg_digest(mapped.bytes, mapped.len, &digests, &err);
        if (rc == 0) send_packet(a, VG_WIRE_DIGESTS, &digests, sizeof digests);
    }
    if (rc == 0) rc = decode(a, &(vg_decode_input){fd, mapped.bytes, mapped.len, &a->request}, &err);
    send_done(a, rc, &err);
    bool lost = a->lost;
    if (mapped.bytes) munmap(mapped.bytes, mapped.len);
    mapped.bytes = NULL;
    vg_free(a);
    return !lost;
}
