/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/time.h"

static _Atomic int least = VG_LOG_INFO; /* the one setting of the process */

void vg_log_set_level(vg_log_level level) { atomic_store(&least, (int)level); }

void vg_log(vg_log_level level, const char *room, const char *format, ...)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    char when[25], text[1024], line[2200];
    va_list args;
    if ((int)level < atomic_load_explicit(&least, memory_order_relaxed)) return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    vg_time_format(vg_time_now(), when);
    int at = snprintf(line, sizeof line, "%s %s %s: ", when, names[level], room);
    size_t used = at < 0 ? 0 : (size_t)at;
    for (const char *p = text; *p && used + 8 < sizeof line; p++) {
        unsigned char c = (unsigned char)*p;
        if (c < 0x20 || c == 0x7f) used += (size_t)snprintf(line + used, 5, "\\x%02x", c);
        else line[used++] = (char)c;
    }
    line[used++] = '\n';
    ssize_t put = write(STDERR_FILENO, line, used); /* one call, so that lines of threads do not mix */
    (void)put; /* a log that cannot be written is not a reason to stop */
}
