/* SPDX-License-Identifier: Apache-2.0 */
#define OPENSSL_SUPPRESS_DEPRECATED /* the calls without a context on the heap: EVP costs more than a short hash itself */
#include "store/audit/sha256.h"

#include <openssl/sha.h>
#include <string.h>

void vg_audit_sha256(const void *bytes, size_t len, uint8_t out[32])
{
    SHA256_CTX hash;
    SHA256_Init(&hash);
    SHA256_Update(&hash, bytes, len);
    SHA256_Final(out, &hash);
}

void vg_audit_sha256_parts(const vg_str *parts, size_t count, uint8_t out[32])
{
    SHA256_CTX hash;
    SHA256_Init(&hash);
    for (size_t i = 0; i < count; i++) SHA256_Update(&hash, parts[i].ptr, parts[i].len);
    SHA256_Final(out, &hash);
}

void vg_audit_sha256_node(const uint8_t left[32], const uint8_t right[32], uint8_t out[32])
{
    uint8_t node[65] = {1};
    memcpy(node + 1, left, 32);
    memcpy(node + 33, right, 32);
    vg_audit_sha256(node, sizeof node, out);
}

void vg_audit_sha256_nodes(const uint8_t (*in)[32], size_t pairs, uint8_t (*out)[32])
{
    for (size_t i = 0; i < pairs; i++) vg_audit_sha256_node(in[2 * i], in[2 * i + 1], out[i]);
}
