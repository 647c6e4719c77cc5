/* SPDX-License-Identifier: Apache-2.0
 *
 * The pool as its callers see it: requests that are refused, workers that are killed, stopped or run out of something,
 * and many threads at once.
 */
#include "fixture.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "base/time.h"
#include "encoders.h"

static bytes picture, large; /* a small PNG; one that keeps a worker busy for a while */

/* Processes that this one started, in *list. */
static int workers(pid_t *list, int room)
{
    char path[64], text[4096] = "";
    int count = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    FILE *f = fopen(path, "re");
    if (f && fgets(text, sizeof text, f))
        for (char *rest = text, *word; (word = strsep(&rest, " ")) != NULL && count < room;)
            if (*word) list[count++] = (pid_t)atoi(word);
    if (f) fclose(f);
    return count;
}

static void still_answers(const char *after)
{
    vg_decoded out;
    if (ask(picture.at, picture.len, VG_WANT_PDQ_CPP | VG_WANT_DIGESTS, &out))
        TAP_OK(out.has_pdq[0] && !out.note[0], "after %s the next file is answered%s%s", after, out.note[0] ? ": " : "", out.note);
}

static int try(int fd, unsigned want, vg_media_limits limits, vg_error *err)
{
    vg_decoded out;
    return vg_decode(pool, &(vg_decode_request){.fd = fd, .want = want, .limits = limits}, arena, &out, err);
}

static void requests(void)
{
    vg_error err = {0};
    int fd = file_of(picture.at, picture.len), pipes[2];
    vg_media_limits none = test_limits;
    none.cpu_seconds = 0;
    TAP_EQ_INT(try(fd, 1u << 20, test_limits, &err), -VG_EINVAL, "an unknown wish is refused");
    TAP_EQ_INT(try(fd, VG_WANT_PDQ_CPP, none, &err), -VG_EINVAL, "a limit of zero is refused");
    TAP_EQ_INT(try(-1, VG_WANT_PDQ_CPP, test_limits, &err), -VG_EINVAL, "no descriptor is refused");
    TAP_EQ_INT(try(99, VG_WANT_PDQ_CPP, test_limits, &err), -VG_EINVAL, "a closed descriptor is refused");
    TAP_OK(pipe(pipes) == 0 && try(pipes[0], VG_WANT_PDQ_CPP, test_limits, &err) == -VG_EINVAL, "a pipe is refused");
    close(pipes[0]);
    close(pipes[1]);
    lseek(fd, 7, SEEK_SET);
    vg_decoded out;
    if (ask_fd(fd, VG_WANT_DIGESTS | VG_WANT_PDQ_CPP | VG_WANT_THUMBNAIL, NULL, &out)) {
        TAP_OK(out.has_pdq[0] && lseek(fd, 0, SEEK_CUR) == 7, "the file's offset is neither used nor moved");
        TAP_OK(out.thumbnail && out.thumb_width == 160 && out.thumb_height == 120, "a thumbnail of 160 x 120");
    }
    close(fd);
    vg_decoder *other = NULL;
    TAP_OK(vg_decoder_create(&other, &(vg_decoder_options){"/nowhere/vigie-decode", 1}, &err) == -VG_ENOENT && !other,
           "a program that is not there: %s", err.what);
    TAP_OK(vg_decoder_create(&other, &(vg_decoder_options){"/bin/true", 1}, &err) == -VG_EIO && !other, "a program that is another: %s",
           err.what);
}

static void digests(void)
{
    vg_decoded out;
    char sha1[41], md5[33];
    if (!ask("abc", 3, VG_WANT_DIGESTS, &out)) return;
    vg_hex_encode(sha1, out.sha1, 20);
    vg_hex_encode(md5, out.md5, 16);
    TAP_EQ_STR(hex(out.sha256), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "SHA-256 of abc (FIPS 180)");
    TAP_EQ_STR(sha1, "a9993e364706816aba3e25717850c26c9cd0d89d", "SHA-1 of abc (FIPS 180)");
    TAP_EQ_STR(md5, "900150983cd24fb0d6963f7d28e17f72", "MD5 of abc (RFC 1321)");
    if (ask("", 0, VG_WANT_DIGESTS | VG_WANT_PDQ_CPP, &out)) {
        TAP_EQ_STR(hex(out.sha256), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "an empty file has a digest");
        TAP_EQ_STR(out.note, "could not be decoded: the file is empty", "and says why it has no hash");
    }
}

static void limits(void)
{
    vg_decoded out;
    vg_media_limits l = test_limits;
    int fd = file_of(large.at, large.len);
    l.bytes = 1000;
    if (ask_fd(fd, VG_WANT_PDQ_CPP | VG_WANT_DIGESTS, &l, &out))
        TAP_OK(strstr(out.note, "the limit is 1000") && !out.has_pdq[0] && out.sha256[0], "too many bytes: %s", out.note);
    l = test_limits;
    l.pixels = 1000000;
    if (ask_fd(fd, VG_WANT_PDQ_CPP | VG_WANT_DIGESTS, &l, &out))
        TAP_OK(strstr(out.note, "the limit is 1000000 pixels"), "too many pixels: %s", out.note);
    l = test_limits;
    l.milliseconds = 5;
    if (ask_fd(fd, VG_WANT_PDQ_CPP | VG_WANT_PDQ_PYTX, &l, &out)) TAP_OK(strstr(out.note, "more than 5 ms"), "too much time: %s", out.note);
    close(fd);
    still_answers("a time limit");
}

/* Another thread that does something to the workers while this one waits for an answer. */
typedef struct attack {
    int signal, wait_ms;
    pthread_t thread;
} attack;

static void *attacker(void *context)
{
    attack *a = context;
    pid_t list[8];
    struct timespec pause = {0, (long)a->wait_ms * 1000000};
    nanosleep(&pause, NULL);
    int count = workers(list, 8);
    for (int i = 0; i < count; i++) kill(list[i], a->signal);
    return NULL;
}

static void deaths(void)
{
    pid_t list[8];
    if (workers(list, 8) < 1) {
        printf("ok %d - # SKIP this system does not list children\n", ++tap_count);
        return;
    }
    static const int signals[] = {SIGKILL, SIGSEGV, SIGSYS, SIGXCPU, SIGABRT};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        attack a = {signals[i], 30, 0};
        vg_decoded out;
        int fd = file_of(large.at, large.len);
        pthread_create(&a.thread, NULL, attacker, &a);
        /* the small wait may be too short on a busy machine: the request outlasts it, or has ended well */
        if (ask_fd(fd, VG_WANT_PDQ_CPP | VG_WANT_PDQ_PYTX | VG_WANT_TURNS | VG_WANT_DIGESTS, NULL, &out))
            TAP_OK((out.note[0] != 0) != out.has_pdq[0], "a worker that gets %s costs one answer: %s", strsignal(signals[i]), out.note);
        pthread_join(a.thread, NULL);
        close(fd);
        still_answers(strsignal(signals[i]));
    }
    int count = workers(list, 8);
    for (int i = 0; i < count; i++) kill(list[i], SIGSTOP);
    vg_media_limits l = test_limits;
    vg_decoded out;
    l.milliseconds = 300;
    int fd = file_of(picture.at, picture.len);
    if (ask_fd(fd, VG_WANT_PDQ_CPP, &l, &out)) TAP_OK(strstr(out.note, "more than 300 ms"), "a worker that hangs: %s", out.note);
    close(fd);
    still_answers("a hanging worker");
    for (int i = 0; i < count; i++) kill(list[i], SIGCONT);
    /* one that dies while it has nothing to do costs nothing */
    count = workers(list, 8);
    for (int i = 0; i < count; i++) kill(list[i], SIGKILL);
    nanosleep(&(struct timespec){0, 200000000}, NULL);
    still_answers("idle workers were killed");
}

static void *cut(void *context)
{
    nanosleep(&(struct timespec){0, 30000000}, NULL);
    if (ftruncate(*(int *)context, 4096) != 0) printf("# it cannot be cut\n");
    return NULL;
}

/* Another program may write to a file while it is read here. */
static void shrinking(void)
{
    vg_decoded out;
    pthread_t cutter;
    int fd = memfd_create("shrinking", MFD_CLOEXEC);
    if (!TAP_OK(ftruncate(fd, 200 << 20) == 0, "a file of 200 MiB")) return;
    pthread_create(&cutter, NULL, cut, &fd);
    if (ask_fd(fd, VG_WANT_DIGESTS | VG_WANT_PDQ_CPP, NULL, &out))
        TAP_EQ_STR(out.note, "could not be decoded: the file became shorter while it was read", "a file that is cut while it is read");
    pthread_join(cutter, NULL);
    close(fd);
    still_answers("a file was cut");
}

typedef struct reader {
    pthread_t thread;
    int good, bad;
} reader;

static void *read_many(void *context)
{
    reader *r = context;
    vg_arena *own = vg_arena_create(1 << 14, 8 << 20);
    vg_decoded out;
    vg_error err = {0};
    for (int i = 0; i < 40; i++) {
        int fd = i % 4 == 3 ? file_of("not a picture at all", 20) : file_of(picture.at, picture.len);
        vg_arena_reset(own);
        int rc = vg_decode(pool, &(vg_decode_request){.fd = fd, .want = VG_WANT_PDQ_CPP | VG_WANT_DIGESTS, .limits = test_limits}, own, &out, &err);
        close(fd);
        if (rc == 0 && out.has_pdq[0] == (i % 4 != 3) && (out.note[0] != 0) == (i % 4 == 3)) r->good++;
        else r->bad++;
    }
    vg_arena_destroy(&own);
    return NULL;
}

static void threads(void)
{
    reader readers[8] = {0};
    int good = 0;
    for (int i = 0; i < 8; i++) pthread_create(&readers[i].thread, NULL, read_many, &readers[i]);
    for (int i = 0; i < 8; i++) {
        pthread_join(readers[i].thread, NULL);
        good += readers[i].good;
    }
    TAP_EQ_INT(good, 320, "eight threads on two workers: each file gets its own answer");
}

static void replaced(void)
{
    pid_t before[8], after[8];
    int count = workers(before, 8), same = 0;
    vg_decoded out;
    for (int i = 0; i < 2100; i++)
        if (!ask("x", 1, VG_WANT_DIGESTS, &out)) return;
    int now = workers(after, 8);
    for (int i = 0; i < count; i++)
        for (int k = 0; k < now; k++) same += before[i] == after[k];
    if (count) TAP_OK(same < count, "a worker is replaced after a thousand requests");
}

static void hashes(void)
{
    vg_decoded out;
    vg_media_hash *list;
    size_t count = 0;
    vg_error err = {0};
    if (!ask(picture.at, picture.len, VG_WANT_DIGESTS | VG_WANT_PDQ_CPP | VG_WANT_TURNS, &out)) return;
    TAP_OK(vg_decoded_hashes(&out, arena, &list, &count, &err) == 0 && count == 11, "three digests and eight turns (%zu)", count);
    TAP_OK(count == 11 && list[0].algorithm == VG_HASH_SHA256 && list[10].turn == VG_TURN_FLIP_MINUS && list[10].quality == out.quality[0],
           "in order, with their quality");
}

/* ---- pictures for a person's eyes ---- */

static int view(const bytes *file, vg_view_request ask_for, vg_decoded *out)
{
    vg_error err = {0};
    int fd = file_of(file->at, file->len);
    int rc = vg_decode(pool, &(vg_decode_request){.fd = fd, .want = VG_WANT_VIEW, .limits = test_limits, .view = ask_for}, arena, out, &err);
    close(fd);
    return rc;
}

static void views_of_a_still(const uint8_t *rgb)
{
    vg_decoded out;
    size_t far = 0;
    TAP_EQ_INT(view(&picture, (vg_view_request){.most = 16, .side = 640, .moving_side = 320}, &out), 0, "a still picture is given for eyes");
    TAP_OK(out.view_count == 1 && out.view_total == 1 && out.views[0].width == 640 && out.views[0].height == 480, "once, as large as it is");
    if (out.view_count == 1) TAP_OK(memcmp(out.views[0].pixels, rgb, 640 * 480 * 3) == 0, "in its own colours, pixel by pixel");
    TAP_OK(!out.has_pdq[0] && !out.thumbnail, "and nothing else that was not asked for");
    TAP_EQ_INT(view(&large, (vg_view_request){.most = 1, .side = 100, .moving_side = 100}, &out), 0, "a large one");
    TAP_OK(out.view_count == 1 && out.views[0].width == 100 && out.views[0].height == 75, "is made smaller");
    for (size_t i = 0; out.view_count && i < 100 * 75 * 3; i++) far += out.views[0].pixels[i] > 250;
    TAP_OK(out.view_count && far < 100 * 75 * 3, "and is a picture");
    TAP_EQ_INT(view(&picture, (vg_view_request){.from = 1, .most = 16, .side = 640, .moving_side = 320}, &out), 0, "behind the last one");
    TAP_OK(out.view_count == 0 && out.view_total == 1, "there is none, and it is said how many there are");
    TAP_EQ_INT(view(&picture, (vg_view_request){.most = 16, .side = VG_VIEW_SIDE_MOST + 1, .moving_side = 1}, &out), -VG_EINVAL, "too large a side is refused");
    TAP_EQ_INT(view(&picture, (vg_view_request){.side = 1, .moving_side = 1}, &out), -VG_EINVAL, "and none at all");
}

static void views_of_an_animation(void)
{
    enum { FRAMES = 20, W = 64, H = 48 };
    uint8_t *frames[FRAMES];
    vg_decoded out;
    for (uint32_t i = 0; i < FRAMES; i++) frames[i] = make_picture(W, H, i + 1);
    bytes film = make_webp_animation(frames, FRAMES, W, H);
    TAP_EQ_INT(view(&film, (vg_view_request){.most = 16, .side = 100, .moving_side = 32}, &out), 0, "an animation's first page");
    TAP_OK(out.view_count == 16 && out.view_total == FRAMES && out.views[15].width == 32 && out.views[15].height == 24, "is sixteen of its twenty pictures");
    TAP_OK(out.views[15].time_ms > out.views[1].time_ms, "each with its time");
    TAP_EQ_INT(view(&film, (vg_view_request){.from = 16, .most = 16, .side = 100, .moving_side = 32}, &out), 0, "the next one");
    TAP_OK(out.view_count == 4 && out.view_total == FRAMES, "is the rest");
    for (size_t i = 0; i < FRAMES; i++) free(frames[i]);
    drop(&film);
}

static void views_of_damage(void)
{
    vg_decoded out;
    bytes half = {picture.at, picture.len * 3 / 4};
    TAP_EQ_INT(view(&half, (vg_view_request){.most = 1, .side = 64, .moving_side = 64}, &out), 0, "a picture that breaks off");
    TAP_OK(out.note[0] != 0, "says so: %s", out.note);
    bytes none = {(uint8_t *)(uintptr_t)"not a picture", 13};
    TAP_EQ_INT(view(&none, (vg_view_request){.most = 1, .side = 64, .moving_side = 64}, &out), 0, "no picture");
    TAP_OK(!out.view_count && out.note[0], "has nothing to show: %s", out.note);
}

int main(void)
{
    uint8_t *rgb = make_picture(640, 480, 1), *more = make_picture(4000, 3000, 1);
    picture = make_png(rgb, 640, 480, 2, 8, false, NULL, 0, 0);
    large = make_jpeg(more, 4000, 3000, &(jpeg_options){.quality = 95, .progressive = true});
    free(more);
    if (!set_up(2)) return tear_down();
    views_of_a_still(rgb);
    views_of_an_animation();
    views_of_damage();
    free(rgb);
    requests();
    digests();
    limits();
    deaths();
    shrinking();
    threads();
    replaced();
    hashes();
    drop(&picture);
    drop(&large);
    return tear_down();
}
