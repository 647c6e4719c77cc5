/* SPDX-License-Identifier: Apache-2.0
 *
 * net/body: a small JSON object a console sends, read strictly: unknown members, wrong types and lengths are
 * named.
 */
#ifndef VG_NET_BODY_H
#define VG_NET_BODY_H

#include <jansson.h>
#include "net/net_int.h"

typedef struct vg_field {
    const char *name;
    enum {
        VG_FIELD_STRING,
        VG_FIELD_INTEGER,
        VG_FIELD_BOOLEAN,
        VG_FIELD_LIST, /* of strings, joined with commas */
        VG_FIELD_ANY,  /* read by the caller */
    } type;
    bool required;
    size_t least, most; /* bytes of a string */
    int64_t highest;    /* of an integer; the lowest is 0 */
    vg_str *string;     /* copied into the exchange's arena */
    int64_t *integer;
    bool *boolean;
} vg_field;

/** Reads exchange->body. On failure the answer (400) is there and false comes back. */
bool vg_body_read(vg_exchange *x, const vg_field *fields, size_t count);

#endif
