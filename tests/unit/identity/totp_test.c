/* SPDX-License-Identifier: Apache-2.0
 *
 * One-time codes against the vectors of RFC 6238, appendix B, and RFC 4226, appendix D; recovery codes. */
#include "identity/totp.h"

#include "tap.h"

static const uint8_t secret[20] = "12345678901234567890";

static void vectors(void)
{
    static const struct {
        uint64_t time_s;
        const char *code;
    } rfc6238[] = {{59, "94287082"}, {1111111109, "07081804"}, {1111111111, "14050471"},
                   {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    static const char *const rfc4226[] = {"755224", "287082", "359152", "969429", "338314",
                                          "254676", "287922", "162583", "399871", "520489"};
    char code[9];
    for (size_t i = 0; i < sizeof rfc6238 / sizeof rfc6238[0]; i++) {
        TAP_OK(vg_totp_code(secret, sizeof secret, rfc6238[i].time_s / VG_TOTP_STEP_S, 8, code), "a code");
        TAP_EQ_STR(code, rfc6238[i].code, "RFC 6238, appendix B");
    }
    for (uint64_t i = 0; i < 10; i++) {
        vg_totp_code(secret, sizeof secret, i, 6, code);
        TAP_EQ_STR(code, rfc4226[i], "RFC 4226, appendix D");
    }
    TAP_OK(!vg_totp_code(secret, sizeof secret, 1, 9, code), "nine digits are no code");
}

static bool taken(const char *code, int64_t now_s, int64_t last, int64_t *step)
{
    return vg_totp_check(secret, sizeof secret, vg_str_of(code), now_s, last, step);
}

static void window_of_codes(void)
{
    int64_t step = 0;
    /* step 3 (90 s to 119 s) has the code 969429 */
    TAP_OK(taken("969429", 90, 0, &step) && step == 3, "the code of now");
    TAP_OK(taken("969 429", 119, 0, &step) && step == 3, "typed with a blank");
    TAP_OK(taken("969429", 120, 0, &step) && step == 3, "one step late");
    TAP_OK(taken("969429", 60, 0, &step) && step == 3, "one step early");
    TAP_OK(!taken("969429", 150, 0, &step), "two steps late");
    TAP_OK(!taken("969429", 59, 0, &step), "two steps early");
    TAP_OK(!taken("969429", 90, 3, &step), "used before");
    TAP_OK(!taken("969429", 120, 4, &step), "older than one that was used");
    TAP_OK(taken("338314", 90, 3, &step) && step == 4, "the next one after it");
    TAP_OK(!taken("96942", 90, 0, &step) && !taken("9694290", 90, 0, &step) && !taken("", 90, 0, &step), "five, seven and no digits");
    TAP_OK(!taken("96942x", 90, 0, &step) && !taken("-69429", 90, 0, &step), "letters and signs");
    TAP_OK(!taken("755224", 0, -1, &step), "a clock that stands at the beginning of time");
}

static void enrolment(void)
{
    vg_buf out;
    vg_buf_init(&out, 4096);
    vg_base32_add(&out, (const uint8_t *)"foobar", 6);
    vg_buf_add_char(&out, ' ');
    vg_base32_add(&out, (const uint8_t *)"foob", 4);
    vg_buf_add_char(&out, ' ');
    vg_base32_add(&out, (const uint8_t *)"f", 1);
    TAP_EQ_STR(out.ptr, "MZXW6YTBOI MZXW6YQ MY", "RFC 4648, section 10, without padding");
    vg_buf_clear(&out);
    vg_totp_uri(&out, VG_STR("Vigie"), VG_STR("l\xc3\xa9" "a&x=1"), secret, sizeof secret);
    TAP_EQ_STR(out.ptr, "otpauth://totp/Vigie:l%C3%A9a%26x%3D1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Vigie&algorithm=SHA1&digits=6&period=30",
               "the address for the QR code: nothing in a name becomes a parameter");
    vg_buf_free(&out);
}

static void recovery(void)
{
    char code[VG_RECOVERY_TEXT], other[VG_RECOVERY_TEXT], read[VG_RECOVERY_TEXT], typed[32];
    vg_recovery_code(code);
    vg_recovery_code(other);
    TAP_EQ_INT(strlen(code), 11, "ten letters and a hyphen");
    TAP_OK(code[5] == '-' && strcmp(code, other) != 0, "two codes differ");
    TAP_OK(vg_recovery_read(vg_str_of(code), read) && strcmp(read, code) == 0, "is read as written");
    snprintf(typed, sizeof typed, " %.3s %.2s%.5s", code, code + 3, code + 6);
    for (char *c = typed; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    TAP_OK(vg_recovery_read(vg_str_of(typed), read) && strcmp(read, code) == 0, "in capitals, without the hyphen, with blanks");
    TAP_OK(!vg_recovery_read(VG_STR("abcde-fghi"), read) && !vg_recovery_read(VG_STR("abcde-fghijk"), read) &&
               !vg_recovery_read(VG_STR("abcde_fghij"), read) && !vg_recovery_read(VG_STR(""), read), "too short, too long, other signs, none");
}

int main(void)
{
    vectors();
    window_of_codes();
    enrolment();
    recovery();
    return tap_done();
}
