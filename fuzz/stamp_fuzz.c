/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as the answer of a time stamping authority, and as a kept token. Nobody here is trusted, so no answer may ever be taken; a token
 * whose signer is not looked at has a time.
 */
#include "store/audit/stamp.h"

#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t nonce[VG_STAMP_NONCE] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    const vg_str note = VG_STR("a note\n"), bytes = {(const char *)data, size};
    vg_error err = {0};
    vg_buf token;
    int64_t time_ms = 0;
    vg_buf_init(&token, VG_STAMP_MOST);
    must(vg_stamp_take(bytes, note, nonce, "/dev/null", &token, &time_ms, &err) != 0 && err.code && !token.len);
    err = (vg_error){0};
    must((vg_stamp_check(bytes, note, NULL, &time_ms, &err) == 0) == (err.code == 0));
    vg_buf_free(&token);
    return 0;
}
