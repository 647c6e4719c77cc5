/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdio.h>

int vg_fail(vg_error *err, int code, const char *where, const char *format, ...)
{
    if (err) {
        va_list args;
        err->code = code;
        /* `where` may be err->where itself, when a caller adds to it */
        if (where != err->where) snprintf(err->where, sizeof err->where, "%s", where ? where : "");
        va_start(args, format);
        vsnprintf(err->what, sizeof err->what, format, args);
        va_end(args);
    }
    return -code;
}

const char *vg_error_name(int code)
{
    static const char *const names[] = {"ok", "invalid", "no_memory", "io", "not_found", "exists", "too_big", "busy",
                                        "full", "forbidden", "unauthorized", "conflict", "corrupt", "unprocessable", "gone", "removed"};
    return code >= 0 && (size_t)code < sizeof names / sizeof names[0] ? names[code] : "unknown";
}
