/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/tap: the Test Anything Protocol in one header, for unit tests.
 *
 * A failed check prints its place and both values and the program goes on, so that one run shows everything that is wrong.
 */
#ifndef VG_TESTS_TAP_H
#define VG_TESTS_TAP_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failures;

__attribute__((format(printf, 4, 5), unused)) static int tap_check(int ok, const char *file, int line,
                                                                   const char *format, ...)
{
    va_list args;
    printf("%sok %d - ", ok ? "" : "not ", ++tap_count);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    if (!ok) {
        tap_failures++;
        printf("# at %s:%d\n", file, line);
    }
    fflush(stdout);
    return ok;
}

#define TAP_OK(cond, ...) tap_check(!!(cond), __FILE__, __LINE__, __VA_ARGS__)
#define TAP_EQ_INT(got, want, name)                                                                                    \
    do {                                                                                                               \
        long long tap_g = (long long)(got), tap_w = (long long)(want);                                                 \
        if (!tap_check(tap_g == tap_w, __FILE__, __LINE__, "%s", name))                                                \
            printf("# got %lld, expected %lld\n", tap_g, tap_w);                                                       \
    } while (0)
#define TAP_EQ_STR(got, want, name)                                                                                    \
    do {                                                                                                               \
        const char *tap_g = (got), *tap_w = (want);                                                                    \
        if (!tap_check(tap_g && tap_w && strcmp(tap_g, tap_w) == 0, __FILE__, __LINE__, "%s", name))                   \
            printf("# got \"%s\", expected \"%s\"\n", tap_g ? tap_g : "(null)", tap_w ? tap_w : "(null)");             \
    } while (0)

__attribute__((unused)) static int tap_done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failures ? 1 : 0;
}

#endif
