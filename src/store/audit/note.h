/* SPDX-License-Identifier: Apache-2.0
 *
 * store/audit/note: signed notes of transparency logs (C2SP signed-note) and the checkpoints in them (C2SP tlog-checkpoint). Reading
 * them takes bytes from anywhere. Pure.
 *
 *     ORIGIN "\n" SIZE "\n" BASE64(root) "\n"        the text; further lines are allowed and ignored
 *     "\n"
 *     "— " NAME " " BASE64(key hash, 4 bytes | Ed25519 signature, 64 bytes) "\n"      once or more
 *
 * A verifier key is NAME "+" HEX(key hash) "+" BASE64(0x01 | public key); the key hash is the beginning of
 * SHA-256(NAME "\n" 0x01 public key).
 */
#ifndef VG_STORE_AUDIT_NOTE_H
#define VG_STORE_AUDIT_NOTE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"
#include "base/str.h"

enum { VG_NOTE_NAME_MOST = 128, VG_NOTE_MOST = 64 << 10, VG_NOTE_SIGNATURES_MOST = 64, VG_NOTE_VERIFIER = VG_NOTE_NAME_MOST + 1 + 8 + 1 + 44 + 1 };

typedef struct vg_note_key {
    char name[VG_NOTE_NAME_MOST + 1];
    uint8_t hash[4], public_key[32];
} vg_note_key;

typedef struct vg_note {
    vg_str text;   /* what is signed, its last newline included */
    vg_str origin;
    int64_t size;
    uint8_t root[32];
    vg_str signatures; /* the lines */
} vg_note;

/** 1..VG_NOTE_NAME_MOST bytes of UTF-8 without blanks, control characters and "+". */
bool vg_note_name(vg_str name);
void vg_note_key_make(vg_note_key *key, const char *name, const uint8_t public_key[32]);
void vg_note_key_write(const vg_note_key *key, char out[VG_NOTE_VERIFIER]);
int vg_note_key_read(vg_note_key *key, vg_str text, vg_error *err);

/** Appends the text of a checkpoint. */
void vg_note_text(vg_buf *out, const char *origin, int64_t size, const uint8_t root[32]);
/** Appends a signature line over `text`. `secret`: 64 bytes of libsodium. */
void vg_note_sign(vg_buf *out, vg_str text, const vg_note_key *key, const uint8_t secret[64]);

/** Takes a checkpoint apart; points into `bytes`. VG_ECORRUPT says what is wrong. */
int vg_note_read(vg_note *note, vg_str bytes, vg_error *err);
/** Does one of its lines hold a signature of this key? */
bool vg_note_signed(const vg_note *note, const vg_note_key *key);

#endif
