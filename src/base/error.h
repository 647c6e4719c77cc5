/* SPDX-License-Identifier: Apache-2.0
 *
 * base/error: one result type for the whole project.
 *
 * A function that can fail returns 0 or a negative -VG_E... code; the sentence for a person goes into a
 * vg_error: `where` (a JSON pointer, file:line:column, or a table name), `what` (what is wrong and
 * what was expected). An out-parameter `vg_error *err` may always be NULL. Callers: everyone.
 */
#ifndef VG_BASE_ERROR_H
#define VG_BASE_ERROR_H

#include <stdarg.h>

enum vg_errno {
    VG_OK = 0,
    VG_EINVAL = 1,    /* the input is wrong: 400 */
    VG_ENOMEM,        /* out of memory: 503 */
    VG_EIO,           /* the system refused: 503 */
    VG_ENOENT,        /* no such thing: 404 */
    VG_EEXIST,        /* there already: 409 */
    VG_ETOOBIG,       /* over a ceiling: 413 */
    VG_EBUSY,         /* locked or overloaded, try again: 503 */
    VG_EFULL,         /* disk or table full: 503 */
    VG_EFORBIDDEN,    /* known, and not allowed: 403 */
    VG_EUNAUTHORIZED, /* not known: 401 */
    VG_ECONFLICT,     /* same id, other content; or the state moved on: 409 */
    VG_ECORRUPT,      /* stored data does not check: 500 */
    VG_EUNPROCESSABLE,/* well-formed, but refers to what does not exist: 422 */
    VG_EGONE,         /* was here, and nobody here can open it any more: 410 */
    VG_EREMOVED       /* the law requires it to be out of reach: 451 */
};

typedef struct vg_error {
    int code;        /* enum vg_errno, positive; 0 = none */
    char where[192]; /* "/data/age_band", "policy/spaces/lobby.yaml:12:3", "" */
    char what[384];  /* one sentence without a final dot */
} vg_error;

/** Fills *err (may be NULL) and returns -code, so that `return vg_fail(err, VG_EINVAL, ...)` reads well. */
int vg_fail(vg_error *err, int code, const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/** The short name of a code: "invalid", "conflict", ... Static storage. */
const char *vg_error_name(int code);

#endif
