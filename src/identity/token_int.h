/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/token_int: what key_set.c and token.c share.
 */
#ifndef VG_IDENTITY_TOKEN_INT_H
#define VG_IDENTITY_TOKEN_INT_H

#include "identity/token.h"

typedef struct vg_set_key {
    vg_public_key key;
    size_t id_len;
    char id[VG_KEY_ID_MOST + 1];
} vg_set_key;

struct vg_key_set {
    size_t count;
    vg_set_key keys[VG_KEYS_MOST];
};

/** The algorithm of a JWS name; VG_SIGN_NONE for every other word, "none" and the HMACs among them. */
vg_sign vg_token_algorithm(vg_str name);

#endif
