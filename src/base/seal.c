/* SPDX-License-Identifier: Apache-2.0 */
#include "base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { VERSION = 1, SUBKEY_NAMES = 1, SUBKEY_SEAL = 2, SUBKEY_TOKEN = 3, SUBKEY_SIGN = 14, SUBKEY_ROLES = 16, SUBKEY_CERTIFICATE = 32 };
enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };
_Static_assert(VG_SEAL_OVERHEAD == 1 + NONCE + TAG, "the overhead is part of the format");

struct vg_keyring { /* in sodium_malloc memory: guarded, not swapped, wiped on free */
    uint8_t seal[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    uint8_t token[crypto_generichash_KEYBYTES];
    uint8_t sign[crypto_kdf_KEYBYTES]; /* of which one key for each generation is derived */
    vg_hash_key names;
    uint8_t roles[VG_KEY_ROLES][crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    uint8_t certificate[crypto_sign_SEEDBYTES];
};

/* Of two processes that start at once one creates the file, whole, and both read it. */
static int create_ring(const char *path, vg_error *err)
{
    uint8_t master[crypto_kdf_KEYBYTES];
    crypto_kdf_keygen(master);
    int rc = vg_file_create(path, master, sizeof master, 0600, err);
    sodium_memzero(master, sizeof master);
    return rc == -VG_EEXIST ? 0 : rc;
}

static int read_master(int fd, const char *path, uint8_t master[crypto_kdf_KEYBYTES], vg_error *err)
{
    struct stat st;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode)) return vg_fail(err, VG_EIO, path, "not a regular file");
    if (st.st_mode & 077)
        return vg_fail(err, VG_EFORBIDDEN, path, "the key file may be read by others (mode %04o); expected 0600",
                       st.st_mode & 07777);
    if (st.st_size != crypto_kdf_KEYBYTES || read(fd, master, crypto_kdf_KEYBYTES) != crypto_kdf_KEYBYTES)
        return vg_fail(err, VG_ECORRUPT, path, "a key file has %d bytes, this one %lld", crypto_kdf_KEYBYTES,
                       (long long)st.st_size);
    return 0;
}

int vg_keyring_open(vg_keyring **out, const char *path, int create, vg_error *err)
{
    static const char context[crypto_kdf_CONTEXTBYTES] = {'v', 'i', 'g', 'i', 'e', 0, 0, 0};
    uint8_t master[crypto_kdf_KEYBYTES];
    int rc = 0;
    *out = NULL;
    if (sodium_init() < 0) return vg_fail(err, VG_EIO, "", "no source of random numbers");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT && create) {
        if ((rc = create_ring(path, err))) return rc;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    if (fd < 0)
        return vg_fail(err, errno == ENOENT ? VG_ENOENT : VG_EIO, path, "cannot read the key file: %s", strerror(errno));
    rc = read_master(fd, path, master, err);
    close(fd);
    if (rc) return rc;
    vg_keyring *ring = sodium_malloc(sizeof *ring);
    if (!ring) {
        rc = vg_fail(err, VG_ENOMEM, path, "no locked memory for the keys");
    } else {
        crypto_kdf_derive_from_key((uint8_t *)&ring->names, sizeof ring->names, SUBKEY_NAMES, context, master);
        crypto_kdf_derive_from_key(ring->seal, sizeof ring->seal, SUBKEY_SEAL, context, master);
        crypto_kdf_derive_from_key(ring->token, sizeof ring->token, SUBKEY_TOKEN, context, master);
        crypto_kdf_derive_from_key(ring->sign, sizeof ring->sign, SUBKEY_SIGN, context, master);
        for (unsigned i = 0; i < VG_KEY_ROLES; i++)
            crypto_kdf_derive_from_key(ring->roles[i], sizeof ring->roles[i], SUBKEY_ROLES + i, context, master);
        crypto_kdf_derive_from_key(ring->certificate, sizeof ring->certificate, SUBKEY_CERTIFICATE, context, master);
        sodium_mprotect_readonly(ring);
        *out = ring;
    }
    sodium_memzero(master, sizeof master);
    return rc;
}

void vg_keyring_close(vg_keyring **ring)
{
    if (*ring) sodium_free(*ring);
    *ring = NULL;
}

vg_hash_key vg_keyring_names(const vg_keyring *ring) { return ring->names; }

const uint8_t *vg_keyring_role(const vg_keyring *ring, vg_key_role role) { return ring->roles[role]; }

void vg_keyring_certify(const vg_keyring *ring, const void *bytes, size_t len, uint8_t signature[64], uint8_t public_key[32])
{
    uint8_t public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(public, secret, ring->certificate);
    crypto_sign_detached(signature, NULL, bytes, len, secret);
    if (public_key) memcpy(public_key, public, sizeof public);
    sodium_memzero(secret, sizeof secret);
}

int vg_seal(const vg_keyring *ring, vg_str place, const void *plain, size_t len, uint8_t *out, vg_error *err)
{
    (void)err; /* sealing cannot fail today; another suite may */
    out[0] = VERSION;
    randombytes_buf(out + 1, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + 1 + NONCE, NULL, plain, len, (const uint8_t *)place.ptr, place.len,
                                               NULL, out + 1, ring->seal);
    return 0;
}

int vg_unseal(const vg_keyring *ring, vg_str place, const uint8_t *sealed, size_t len, void *out, vg_error *err)
{
    if (len < VG_SEAL_OVERHEAD || sealed[0] != VERSION)
        return vg_fail(err, VG_ECORRUPT, "", "sealed content of an unknown form");
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed + 1 + NONCE, len - 1 - NONCE,
                                                   (const uint8_t *)place.ptr, place.len, sealed + 1, ring->seal))
        return vg_fail(err, VG_ECORRUPT, "", "sealed content does not open: altered, moved, or of another key");
    return 0;
}

void vg_seal_token_hash(const vg_keyring *ring, vg_str token, uint8_t out[32])
{
    crypto_generichash(out, 32, (const uint8_t *)token.ptr, token.len, ring->token, sizeof ring->token);
}

void vg_keyring_sign_seed(const vg_keyring *ring, uint32_t generation, uint8_t seed[32])
{
    static const char context[crypto_kdf_CONTEXTBYTES] = {'a', 'u', 'd', 'i', 't', 's', 'i', 'g'};
    crypto_kdf_derive_from_key(seed, 32, generation, context, ring->sign);
}

void vg_token_random(char *out, size_t size, unsigned bits)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    size_t len = (bits + 4) / 5;
    if (!size) return;
    if (len > size - 1) len = size - 1;
    for (size_t i = 0; i < len; i++) out[i] = letters[randombytes_uniform(32)];
    out[len] = '\0';
}
