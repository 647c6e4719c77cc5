/* SPDX-License-Identifier: Apache-2.0
 *
 * What a password must be. After NIST SP 800-63B, 5.1.1.2: a length, and a list of what is guessed first; no rule of composition, which
 * makes people write "Password1!". */
#include "base/str.h"
#include "review/people.h"

/* What people choose first and that is long enough: words of the lists that circulate, in French and English, without their digits. */
static const char *const common[] = {"password",    "motdepasse",   "iloveyou",   "jetaime",     "jtaime",     "bonjour",    "welcome",
                                     "bienvenue",   "football",     "princesse",  "princess",    "sunshine",   "soleil",     "letmein",
                                     "administrateur", "administrator", "admin",        "doudou",     "loulou",      "chouchou",   "marseille",  "superman",
                                     "qwerty",      "azerty",       "qwertyuiop", "azertyuiop",  "vigie",      "referent",   "moderation",
                                     "moderator",   "moderateur",   "changeme",   "changezmoi",  "secret",     "whatever",   "trustno",
                                     "correcthorsebatterystaple"};
static const char *const runs[] = {"abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "01234567890123456789",
                                   "98765432109876543210"};

enum { DISTINCT_LEAST = 5, RUN = 12 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t characters(vg_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return n;
}

/* Its letters in lower case, with what is usually written for them undone: "P@ssw0rd 2026!" is "password". */
static size_t letters_of(vg_str s, char out[VG_PASSWORD_MOST])
{
    static const char from[] = "@4310$5", meant[] = "aaeioss"; /* by place */
    size_t n = 0, end = s.len;
    while (end && (s.ptr[end - 1] < 'A' || s.ptr[end - 1] > 'z')) end--; /* digits and signs at the end: a year, "123!" */
    for (size_t i = 0; i < end && n < VG_PASSWORD_MOST; i++) {
        char c = lower(s.ptr[i]);
        const char *sign = c ? strchr(from, c) : NULL;
        if (sign) c = meant[sign - from];
        if (c >= 'a' && c <= 'z') out[n++] = c;
    }
    return n;
}

static bool is_common(vg_str password, vg_str name)
{
    char letters[VG_PASSWORD_MOST], wanted[VG_PASSWORD_MOST];
    size_t n = letters_of(password, letters), m = letters_of(name, wanted);
    if (!n) return password.len < 2 * (size_t)VG_PASSWORD_LEAST; /* digits and signs only: a date, a telephone number */
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        size_t len = strlen(common[i]), at = 0;
        while (at + len <= n && memcmp(letters + at, common[i], len) == 0) at += len; /* also twice: "azertyazerty" */
        if (at && at == n) return true;
    }
    return m >= 3 && n == m && memcmp(letters, wanted, n) == 0;
}

static bool few_characters(vg_str password)
{
    bool seen[256] = {false};
    size_t distinct = 0;
    for (size_t i = 0; i < password.len; i++) {
        unsigned char c = (unsigned char)lower(password.ptr[i]);
        distinct += !seen[c];
        seen[c] = true;
    }
    return distinct < DISTINCT_LEAST;
}

/* Twelve characters that follow each other on the keyboard or in the alphabet, and little else. */
static bool is_run(vg_str password)
{
    char part[RUN + 1] = {0};
    if (password.len < RUN || password.len > RUN + 8) return false;
    for (size_t i = 0; i < RUN; i++) part[i] = lower(password.ptr[i]);
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        if (strstr(runs[i], part)) return true;
    return false;
}

int vg_review_password(vg_str password, vg_str name, const char *where, vg_error *err)
{
    if (password.len > VG_PASSWORD_MOST) return vg_fail(err, VG_EINVAL, where, "a password has at most %d bytes", VG_PASSWORD_MOST);
    if (!vg_utf8_valid(password.ptr, password.len, NULL)) return vg_fail(err, VG_EINVAL, where, "a password is text in UTF-8");
    if (characters(password) < VG_PASSWORD_LEAST)
        return vg_fail(err, VG_EINVAL, where, "a password has at least %d characters; several words are easy to keep in mind", VG_PASSWORD_LEAST);
    if (few_characters(password)) return vg_fail(err, VG_EINVAL, where, "a few characters over and over are guessed first; choose other words");
    if (is_run(password) || is_common(password, name))
        return vg_fail(err, VG_EINVAL, where, "this password is among those that are guessed first; choose other words");
    return 0;
}
