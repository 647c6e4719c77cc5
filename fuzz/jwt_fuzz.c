/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a key set and a token: two lines, keys then token. A key set that is read has keys of the three algorithms and sound sizes;
 * a token that is taken was signed: as nobody here holds a private key, none may ever be taken.
 */
#include "identity/token.h"

#include <stdlib.h>
#include <string.h>

static void must(bool condition)
{
    if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const vg_token_wanted wanted = {.issuer = VG_STR("https://id.example"), .client = VG_STR("vigie"), .nonce = VG_STR("n-1"),
                                           .access_token = VG_STR("access"), .now_s = 1800000000};
    /* a key of nobody: the point of RFC 7515, appendix A.3 */
    static const char known[] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k1\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                                "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";
    const uint8_t *line = size ? memchr(data, '\n', size) : NULL;
    vg_str set = {(const char *)data, line ? (size_t)(line - data) : size};
    vg_str token = line ? (vg_str){(const char *)line + 1, size - set.len - 1} : (vg_str){"", 0};
    vg_key_set *keys = NULL;
    json_t *claims = NULL;
    vg_error err = {0};
    int rc = vg_key_set_read(&keys, set, &err);
    must((rc == 0) == (keys != NULL) && (rc == 0) == (err.code == 0));
    must(!keys || (vg_key_set_count(keys) >= 1 && vg_key_set_count(keys) <= VG_KEYS_MOST));
    vg_key_set_free(&keys);
    must(vg_key_set_read(&keys, vg_str_of(known), &err) == 0);
    err = (vg_error){0};
    rc = vg_token_read(token, keys, &wanted, &claims, &err);
    must(rc != 0 && !claims && err.what[0]);
    vg_key_set_free(&keys);
    return 0;
}
