/* SPDX-License-Identifier: Apache-2.0
 *
 * bench/events N [ACCOUNTS [CONVERSATIONS]]: N made-up events as JSON lines on standard output.
 */
#include <stdio.h>
#include <stdlib.h>
#include "base/time.h"
#include "generate.h"

int main(int argc, char **argv)
{
    long n = argc > 1 ? atol(argv[1]) : 100000;
    uint32_t accounts = argc > 2 ? (uint32_t)atol(argv[2]) : 20000, rooms = argc > 3 ? (uint32_t)atol(argv[3]) : 50000;
    if (n < 1 || accounts < 512 || rooms < 1) {
        fprintf(stderr, "usage: events N [ACCOUNTS >= 512 [CONVERSATIONS]]\n");
        return 2;
    }
    vg_generator g;
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    vg_generator_init(&g, 1, accounts, rooms, vg_time_now() - VG_HOUR_MS);
    for (uint32_t i = 0; i < accounts && i < (unsigned long)n / 4; i++) {
        vg_buf_clear(&out);
        vg_generator_account(&g, i, &out);
        vg_buf_add_char(&out, '\n');
        fwrite(out.ptr, 1, out.len, stdout);
    }
    while (g.count < (unsigned long)n) {
        vg_buf_clear(&out);
        vg_generator_next(&g, &out);
        vg_buf_add_char(&out, '\n');
        fwrite(out.ptr, 1, out.len, stdout);
    }
    vg_buf_free(&out);
    return fflush(stdout) ? 1 : 0;
}
