/* SPDX-License-Identifier: Apache-2.0
 *
 * dossier_bench [MESSAGES MEDIA]: what the dossier as PDF costs (500 messages and 50 media when nothing is said), on one thread. The first
 * document of a process also reads the machine's fonts; the others are what a server sees. Median of rounds with the least and the most.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "base/time.h"
#include "made.h"
#include "report/pdf/pdf.h"

enum { ROUNDS = 9 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    size_t messages = argc > 2 ? strtoul(argv[1], NULL, 10) : 500, media = argc > 2 ? strtoul(argv[2], NULL, 10) : 50, pages = 0, bytes = 0;
    double ms[ROUNDS], first = 0;
    struct utsname machine;
    vg_error err = {0};
    vg_arena *arena = vg_arena_create(1 << 20, 256 << 20);
    vg_dossier *d = arena ? made_large(arena, messages, media) : NULL;
    if (!d || uname(&machine)) return 1;
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
    vg_arena_destroy(&arena);
    return 0;
}
