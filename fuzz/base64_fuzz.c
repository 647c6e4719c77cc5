/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as base64 of each kind. What is read stays within its room and is written as the very text that it came from: one text for each
 * row of bytes.
 */
#include "base/base64.h"

#include <stdlib.h>
#include <string.h>

static void must(bool condition)
{
    if (!condition) abort();
}

/* What the writer makes of the bytes, brought into the kind. */
static void comes_back(vg_str text, vg_base64 kind, const uint8_t *bytes, size_t len)
{
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    vg_buf_add_base64(&out, bytes, len);
    must(!out.failed);
    if (kind == VG_BASE64_BARE || kind == VG_BASE64_URL_BARE)
        while (out.len && out.ptr[out.len - 1] == '=') out.len--;
    if (kind == VG_BASE64_URL || kind == VG_BASE64_URL_BARE)
        for (size_t i = 0; i < out.len; i++) out.ptr[i] = out.ptr[i] == '+' ? '-' : out.ptr[i] == '/' ? '_' : out.ptr[i];
    must(out.len == text.len && (!out.len || memcmp(out.ptr, text.ptr, out.len) == 0));
    vg_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const vg_base64 kinds[] = {VG_BASE64, VG_BASE64_BARE, VG_BASE64_URL, VG_BASE64_URL_BARE};
    const vg_str text = {(const char *)data, size};
    size_t room = size / 4 * 3 + 3, len;
    if (size > 1 << 16) return 0;
    uint8_t *out = malloc(room);
    must(out != NULL);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        if (!vg_base64_decode(text, kinds[k], out, room, &len)) continue;
        must(len <= room);
        comes_back(text, kinds[k], out, len);
        size_t same;
        must(len == 0 || !vg_base64_decode(text, kinds[k], out, len - 1, &same));
    }
    free(out);
    return 0;
}
