/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/totp: one-time codes (RFC 6238: HMAC-SHA-1, steps of 30 seconds, six digits), and the codes to fall back on.
 *
 * A code counts once: the caller keeps the step of the last one that was taken, and no step up to it is taken again. The clock of a
 * telephone may be one step early or late. Callers: net, tests.
 */
#ifndef VG_IDENTITY_TOTP_H
#define VG_IDENTITY_TOTP_H

#include "base/error.h"
#include "base/str.h"

enum {
    VG_TOTP_SECRET = 20, /* bytes: as long as the hash (RFC 4226, section 4, R6) */
    VG_TOTP_STEP_S = 30,
    VG_TOTP_DIGITS = 6,
    VG_TOTP_WINDOW = 1,  /* steps before and after */
    VG_RECOVERY_CODES = 10,
    VG_RECOVERY_TEXT = 12, /* "abcde-fghij" and a NUL: 50 bits */
};

/** The code of one step (RFC 4226, section 5.3): `digits` (6 to 8) digits and a NUL. False: the library has no memory. */
bool vg_totp_code(const uint8_t *secret, size_t len, uint64_t step, int digits, char out[9]);
/** Whether `code` (blanks inside are skipped) is that of now or of a neighbouring step later than `last_step`; then *step is its. */
bool vg_totp_check(const uint8_t *secret, size_t len, vg_str code, int64_t now_s, int64_t last_step, int64_t *step);
/** Appends RFC 4648 base32, without padding. */
void vg_base32_add(vg_buf *out, const uint8_t *bytes, size_t len);
/** Appends the otpauth: address that applications read from a QR code: label "issuer:account". */
void vg_totp_uri(vg_buf *out, vg_str issuer, vg_str account, const uint8_t *secret, size_t len);
/** A new random recovery code. */
void vg_recovery_code(char out[VG_RECOVERY_TEXT]);
/** What a person typed, as vg_recovery_code writes it: case, blanks and hyphens do not count. False: it cannot be one. */
bool vg_recovery_read(vg_str typed, char out[VG_RECOVERY_TEXT]);

#endif
