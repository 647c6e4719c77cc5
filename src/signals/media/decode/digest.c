/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/media/decode/worker_int.h"

#include <openssl/evp.h>

enum { PIECE = 64 << 10 }; /* stays in the second-level cache for the three of them */

int vg_digest(const uint8_t *bytes, size_t len, vg_wire_digests *out, vg_error *err)
{
    EVP_MD_CTX *ctx[3] = {EVP_MD_CTX_new(), EVP_MD_CTX_new(), EVP_MD_CTX_new()};
    const EVP_MD *kind[3] = {EVP_sha256(), EVP_sha1(), EVP_md5()};
    uint8_t *to[3] = {out->sha256, out->sha1, out->md5};
    bool good = ctx[0] && ctx[1] && ctx[2];
    for (int i = 0; good && i < 3; i++) good = EVP_DigestInit_ex(ctx[i], kind[i], NULL) == 1;
    for (size_t at = 0; good && at < len; at += PIECE) {
        size_t n = len - at < PIECE ? len - at : PIECE;
        for (int i = 0; good && i < 3; i++) good = EVP_DigestUpdate(ctx[i], bytes + at, n) == 1;
    }
    for (int i = 0; good && i < 3; i++) good = EVP_DigestFinal_ex(ctx[i], to[i], NULL) == 1;
    for (int i = 0; i < 3; i++) EVP_MD_CTX_free(ctx[i]);
    return good ? 0 : vg_fail(err, VG_EIO, "digests", "the digests cannot be computed");
}
