/* SPDX-License-Identifier: Apache-2.0
 *
 * base/base64: RFC 4648, read strictly. One text for each row of bytes, and nothing else is taken for it: no blanks, no line ends, padding
 * exactly as the kind has it, the bits behind the last byte 0 (section 3.5). Callers: everyone who reads base64 from outside.
 */
#ifndef VG_BASE_BASE64_H
#define VG_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

typedef enum {
    VG_BASE64,           /* "+/", padded: section 4 */
    VG_BASE64_BARE,      /* the same without "=" */
    VG_BASE64_URL,       /* "-_", padded: section 5 */
    VG_BASE64_URL_BARE,  /* as JSON Web Tokens have it */
} vg_base64;

/** Into `out`, which has `room` bytes; *len is how many. False: it is not base64 of this kind, or longer. `out` is undefined then. */
bool vg_base64_decode(vg_str text, vg_base64 kind, uint8_t *out, size_t room, size_t *len);
/** Appends `len` bytes as base64, padded, "+/". */
void vg_buf_add_base64(vg_buf *out, const uint8_t *bytes, size_t len);

#endif
