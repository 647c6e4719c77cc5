/* SPDX-License-Identifier: Apache-2.0
 *
 * A pool of real workers, files in memory, and one call that asks.
 */
#ifndef VG_TESTS_DECODE_FIXTURE_H
#define VG_TESTS_DECODE_FIXTURE_H

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "signals/media/decode/decode.h"
#include "signals/media/pdq/pdq.h"
#include "tap.h"

static const vg_media_limits test_limits = {.bytes = 256u << 20, .pixels = 25000000, .frames = 100, .milliseconds = 60000,
                                            .cpu_seconds = 20, .memory_bytes = 512u << 20};

static vg_decoder *pool;
static vg_arena *arena;

__attribute__((unused)) static bool set_up(unsigned workers)
{
    vg_error err = {0};
    arena = vg_arena_create(1 << 16, 64 << 20);
    int rc = vg_decoder_create(&pool, &(vg_decoder_options){VG_TEST_DECODER, workers}, &err);
    if (!TAP_OK(rc == 0 && arena, "a pool of %u workers starts", workers)) printf("# %s: %s\n", err.where, err.what);
    return rc == 0 && arena;
}

__attribute__((unused)) static int tear_down(void)
{
    vg_decoder_destroy(&pool);
    vg_arena_destroy(&arena);
    return tap_done();
}

/* A file that is only in memory; -1 when the system refuses. */
__attribute__((unused)) static int file_of(const void *bytes, size_t len)
{
    int fd = memfd_create("test", MFD_CLOEXEC);
    if (fd >= 0 && write(fd, bytes, len) != (ssize_t)len) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Asks and never fails without saying so: a pool must answer whatever the file is. */
__attribute__((unused)) static bool ask_fd(int fd, unsigned want, const vg_media_limits *limits, vg_decoded *out)
{
    vg_error err = {0};
    vg_arena_reset(arena);
    int rc = vg_decode(pool, &(vg_decode_request){.fd = fd, .want = want, .limits = limits ? *limits : test_limits}, arena, out, &err);
    if (rc) TAP_OK(0, "an answer, not %d: %s: %s", rc, err.where, err.what);
    return rc == 0;
}

__attribute__((unused)) static bool ask(const void *bytes, size_t len, unsigned want, vg_decoded *out)
{
    int fd = file_of(bytes, len);
    bool good = ask_fd(fd, want, NULL, out);
    close(fd);
    return good;
}

__attribute__((unused)) static const char *hex(const uint8_t hash[32])
{
    static char text[2][65];
    static int turn;
    turn ^= 1;
    vg_hex_encode(text[turn], hash, 32);
    return text[turn];
}

#endif
