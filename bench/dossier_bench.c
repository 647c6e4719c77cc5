/* SPDX-License-Identifier: Apache-2.0
 *
 * dossier_bench [MESSAGES MEDIA]: what the dossier as PDF and the archive sealed for a receiver cost (500 messages and 50 media when nothing is
 * said), on one thread. The first
 * document of a process also reads the machine's fonts; the others are what a server sees. The archive is made of the same dossier with its
 * media, sealed, and counted, not written. Median of rounds with the least and the most.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "base/time.h"
#include "made.h"
#include "report/bag/bag.h"
#include "report/pdf/pdf.h"

enum { ROUNDS = 9 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int count_bytes(void *context, const uint8_t *bytes, size_t len, vg_error *err)
{
    (void)bytes, (void)err;
    *(size_t *)context += len;
    return 0;
}

static int archive(const vg_dossier *d, size_t *bytes, vg_error *err)
{
    uint8_t public[32], secret[32];
    vg_sealer *sealer = NULL;
    const vg_bag_sink counted = {bytes, count_bytes};
    const vg_bag_options options = {.media = true, .by = VG_STR("bench"), .reason = VG_STR("measured"), .state = {"", 0}};
    *bytes = 0;
    crypto_box_keypair(public, secret);
    int rc = vg_sealer_begin(&sealer, public, 0, 1, &counted, err);
    if (rc) return rc;
    const vg_bag_sink sink = vg_sealer_sink(sealer);
    rc = vg_bag_write(d, &options, &sink, err);
    if (!rc) return vg_sealer_end(&sealer, err);
    vg_sealer_abandon(&sealer);
    return rc;
}

static int archives(const vg_dossier *d, vg_error *err)
{
    double ms[ROUNDS];
    size_t bytes = 0;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t from = vg_time_monotonic_us();
        int rc = archive(d, &bytes, err);
        if (rc) return rc;
        ms[i] = (double)(vg_time_monotonic_us() - from) / 1000;
    }
    qsort(ms, ROUNDS, sizeof *ms, by_value);
    printf("archive, sealed       %8.1f ms  (%.1f to %.1f), %zu bytes\n", ms[ROUNDS / 2], ms[0], ms[ROUNDS - 1], bytes);
    return 0;
}

int main(int argc, char **argv)
{
    size_t messages = argc > 2 ? strtoul(argv[1], NULL, 10) : 500, media = argc > 2 ? strtoul(argv[2], NULL, 10) : 50, pages = 0, bytes = 0;
    double ms[ROUNDS], first = 0;
    struct utsname machine;
    vg_error err = {0};
    vg_arena *arena = vg_arena_create(1 << 20, 256 << 20);
    vg_dossier *d = arena ? made_large(arena, messages, media) : NULL;
    if (!d || uname(&machine) || sodium_init() < 0) return 1;
    vg_pdf_ask ask = {.dossier = d, .receiver = made_authority(), .language = VG_LANG_FR, .uuid = "0b6f2f0c-6a52-4c39-9d50-1d2f6e6b7a11"};
    for (int i = -1; i < ROUNDS; i++) {
        vg_buf out;
        vg_buf_init(&out, VG_PDF_MOST);
        int64_t from = vg_time_monotonic_us();
        if (vg_pdf_write(&ask, &out, &pages, &err)) {
            fprintf(stderr, "dossier_bench: %s\n", err.what);
            return 1;
        }
        double took = (double)(vg_time_monotonic_us() - from) / 1000;
        if (i < 0) first = took;
        else ms[i] = took;
        bytes = out.len;
        vg_buf_free(&out);
    }
    qsort(ms, ROUNDS, sizeof *ms, by_value);
    printf("%s %s\n%zu messages, %zu media: %zu pages, %zu bytes\n", machine.sysname, machine.machine, messages, media, pages, bytes);
    printf("first in the process  %8.1f ms\nafter that            %8.1f ms  (%.1f to %.1f)\n", first, ms[ROUNDS / 2], ms[0], ms[ROUNDS - 1]);
    if (archives(d, &err)) {
        fprintf(stderr, "dossier_bench: %s\n", err.what);
        return 1;
    }
    vg_arena_destroy(&arena);
    return 0;
}
