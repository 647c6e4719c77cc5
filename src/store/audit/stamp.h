/* SPDX-License-Identifier: Apache-2.0
 *
 * store/audit/stamp: time stamps of RFC 3161 over the note of a checkpoint: asking, taking the answer, checking a kept token. Takes bytes
 * from anywhere; reads the certificates that it is told to trust, and nothing else. Carrying is the caller's.
 */
#ifndef VG_STORE_AUDIT_STAMP_H
#define VG_STORE_AUDIT_STAMP_H

#include <stdint.h>
#include "base/error.h"
#include "base/str.h"

enum { VG_STAMP_NONCE = 16, VG_STAMP_MOST = 256 << 10 };

/** Appends a TimeStampReq (DER) over SHA-256(note), with a nonce that is given back and the wish for the signer's certificate. */
int vg_stamp_ask(vg_str note, uint8_t nonce[VG_STAMP_NONCE], vg_buf *out, vg_error *err);
/** Takes a TimeStampResp (DER): granted, our nonce, our imprint, signed by whom a certificate in `ca` (PEM file) vouches for as a time stamping
 *  authority. Appends the token to `token`; *time_ms is what it says. VG_EFORBIDDEN: refused by the authority, with its reason; VG_ECORRUPT:
 *  anything that does not check. */
int vg_stamp_take(vg_str response, vg_str note, const uint8_t nonce[VG_STAMP_NONCE], const char *ca, vg_buf *token, int64_t *time_ms, vg_error *err);
/** Is a kept token one over this note? With `ca`: and signed as above; NULL: its signer is not looked at. */
int vg_stamp_check(vg_str token, vg_str note, const char *ca, int64_t *time_ms, vg_error *err);

#endif
