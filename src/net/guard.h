/* SPDX-License-Identifier: Apache-2.0
 *
 * net/guard: is the framing of this request beyond doubt?
 *
 * libmicrohttpd takes a request that carries Content-Length together with Transfer-Encoding, or two lengths,
 * and picks one. A proxy in front may pick the other, and then a second request hides in the first (request
 * smuggling, RFC 9112 section 11.2). So every header passes here first; what is doubtful is answered with 400
 * and the connection closed. Callers: server.c, tests, fuzz.
 */
#ifndef VG_NET_GUARD_H
#define VG_NET_GUARD_H

#include "base/error.h"
#include "base/str.h"

enum {
    VG_GUARD_MAX_HEADERS = 64,
    VG_GUARD_MAX_HEADER_BYTES = 16 << 10,
};

typedef struct vg_guard {
    unsigned headers;
    size_t bytes;
    unsigned lengths, encodings, hosts;
    bool too_large; /* 431 */
    bool chunked;
    bool has_length;
    uint64_t length;   /* of Content-Length; at most 10^18 - 1 */
    const char *wrong; /* what is wrong with the framing, NULL while nothing is: 400 and close */
} vg_guard;

void vg_guard_begin(vg_guard *guard);
/** Takes one header as it came. */
void vg_guard_header(vg_guard *guard, vg_str name, vg_str value);
/** After the last header: false when the request must be refused (guard->wrong or too_large). `version_11`:
 * HTTP/1.1. */
bool vg_guard_end(vg_guard *guard, bool version_11);

#endif
