/* SPDX-License-Identifier: Apache-2.0 */
#include "net/guard.h"

#include <strings.h>

static bool same_name(vg_str name, const char *literal, size_t len)
{
    return name.len == len && strncasecmp(name.ptr, literal, len) == 0;
}

static vg_str trim(vg_str s)
{
    while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t')) s = (vg_str){s.ptr + 1, s.len - 1};
    while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t')) s.len--;
    return s;
}

static void read_length(vg_guard *guard, vg_str value)
{
    uint64_t n = 0;
    value = trim(value);
    if (value.len == 0 || value.len > 18) {
        guard->wrong = "Content-Length is not a plain number";
        return;
    }
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] < '0' || value.ptr[i] > '9') {
            guard->wrong = "Content-Length is not a plain number";
            return;
        }
        n = n * 10 + (uint64_t)(value.ptr[i] - '0');
    }
    guard->has_length = true;
    guard->length = n;
}

void vg_guard_begin(vg_guard *guard)
{
    *guard = (vg_guard){0};
}

void vg_guard_header(vg_guard *guard, vg_str name, vg_str value)
{
    guard->headers++;
    guard->bytes += name.len + value.len + 4;
    if (guard->headers > VG_GUARD_MAX_HEADERS || guard->bytes > VG_GUARD_MAX_HEADER_BYTES)
        guard->too_large = true;
    /* a blank before the colon hides a header from one side of a proxy (RFC 9112, 5.1) */
    if (name.len == 0 || name.ptr[name.len - 1] == ' ' || name.ptr[name.len - 1] == '\t') {
        guard->wrong = "a header name is followed by a blank";
        return;
    }
    if (same_name(name, "Content-Length", 14)) {
        guard->lengths++;
        read_length(guard, value);
    } else if (same_name(name, "Transfer-Encoding", 17)) {
        guard->encodings++;
        value = trim(value);
        if (same_name(value, "chunked", 7)) guard->chunked = true;
        else guard->wrong = "Transfer-Encoding is not chunked";
    } else if (same_name(name, "Host", 4)) guard->hosts++;
}

bool vg_guard_end(vg_guard *guard, bool version_11)
{
    if (guard->wrong) return false;
    if (guard->lengths > 1) guard->wrong = "there is more than one Content-Length";
    else if (guard->encodings > 1) guard->wrong = "there is more than one Transfer-Encoding";
    else if (guard->lengths && guard->encodings)
        guard->wrong = "Content-Length and Transfer-Encoding are both there";
    else if (guard->encodings && !version_11) guard->wrong = "Transfer-Encoding needs HTTP/1.1";
    else if (guard->hosts > 1) guard->wrong = "there is more than one Host";
    else if (guard->hosts == 0 && version_11) guard->wrong = "Host is missing";
    return !guard->wrong && !guard->too_large;
}
