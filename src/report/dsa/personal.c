/* SPDX-License-Identifier: Apache-2.0
 *
 * What looks like personal data in a text that goes to a public database. It errs on the side of showing a text to a person; what laws and
 * dates look like (227-23, 2024/2835, 04.05.2026) is not taken for a telephone number. */
#include "report/dsa/dsa.h"

#include <string.h>
#include <strings.h>

const char *const vg_personal_kind_names[VG_PERSONAL_KINDS] = {"name", "email", "phone", "ip", "url", "handle"};

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* Letters of any script count as part of a word. */
static bool word(char c) { return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80; }

static bool before(vg_str t, size_t at) { return at > 0 && word(t.ptr[at - 1]); }

/* ---- each kind: the length of what begins at `at`, or 0 ---- */

static size_t email(vg_str t, size_t at)
{
    size_t i = at, dot = 0, domain;
    if (before(t, at) || !word(t.ptr[at])) return 0;
    while (i < t.len && (word(t.ptr[i]) || memchr(".+-%'", t.ptr[i], 5))) i++;
    if (i == at || i >= t.len || t.ptr[i] != '@') return 0;
    domain = ++i;
    while (i < t.len && (word(t.ptr[i]) || t.ptr[i] == '-' || (t.ptr[i] == '.' && i + 1 < t.len && word(t.ptr[i + 1])))) {
        if (t.ptr[i] == '.') dot = i;
        i++;
    }
    return dot > domain ? i - at : 0;
}

static size_t handle(vg_str t, size_t at)
{
    size_t i = at + 1;
    if (t.ptr[at] != '@' || before(t, at)) return 0;
    while (i < t.len && (word(t.ptr[i]) || ((t.ptr[i] == '.' || t.ptr[i] == '-') && i + 1 < t.len && word(t.ptr[i + 1])))) i++;
    return i - at >= 3 ? i - at : 0;
}

static size_t ipv4(vg_str t, size_t at)
{
    size_t i = at;
    if (before(t, at) || (at > 0 && t.ptr[at - 1] == '.')) return 0;
    for (int part = 0; part < 4; part++) {
        unsigned value = 0, digits = 0;
        while (i < t.len && digit(t.ptr[i]) && digits < 4) value = value * 10 + (unsigned)(t.ptr[i++] - '0'), digits++;
        if (!digits || digits > 3 || value > 255) return 0;
        if (part < 3 && (i >= t.len || t.ptr[i++] != '.')) return 0;
    }
    bool on = i < t.len && (word(t.ptr[i]) || (t.ptr[i] == '.' && i + 1 < t.len && digit(t.ptr[i + 1])));
    return on ? 0 : i - at;
}

/* Three colons and a "::", or seven: a time of day has two. */
static size_t ipv6(vg_str t, size_t at)
{
    size_t i = at, colons = 0;
    bool pair = false, hex = false;
    if (before(t, at) || (at > 0 && t.ptr[at - 1] == ':')) return 0;
    for (; i < t.len && (memchr("0123456789abcdefABCDEF", t.ptr[i], 22) || t.ptr[i] == ':'); i++) {
        if (t.ptr[i] != ':') hex = true;
        else if (++colons && i > at && t.ptr[i - 1] == ':') pair = true;
    }
    if (i < t.len && word(t.ptr[i])) return 0;
    return hex && i - at >= 6 && ((pair && colons >= 3) || colons == 7) ? i - at : 0;
}

/* dd.mm.yyyy, dd/mm/yyyy, dd-mm-yyyy */
static bool is_date(vg_str t, size_t at)
{
    if (t.len - at < 10) return false;
    const char *p = t.ptr + at;
    for (size_t i = 0; i < 10; i++)
        if ((i == 2 || i == 5) ? !memchr("./-", p[i], 3) : !digit(p[i])) return false;
    return t.len - at == 10 || !digit(p[10]);
}

/* A number in the national form begins with 0, in the international one with + or 00; articles, years and counts do not. */
static size_t phone(vg_str t, size_t at)
{
    size_t i = at, end = at, digits = 0, gap = 0;
    bool plus = t.ptr[at] == '+';
    if (before(t, at) || (!plus && t.ptr[at] != '0') || (at > 0 && memchr("./-,", t.ptr[at - 1], 4) && at > 1 && digit(t.ptr[at - 2])) || is_date(t, at)) return 0;
    for (i = plus ? at + 1 : at; i < t.len && digits < 16; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (digit(t.ptr[i])) digits++, gap = 0, end = i + 1;
        else if ((memchr(" .-()/\t", c, 7) || c == 0xc2 || c == 0xa0 || c == 0xe2 || c == 0x80 || c == 0xaf) && ++gap <= 4) continue;
        else break;
    }
    return digits >= 8 && digits <= 15 ? end - at : 0;
}

static bool starts(vg_str t, size_t at, const char *with)
{
    size_t n = strlen(with);
    return t.len - at >= n && strncasecmp(t.ptr + at, with, n) == 0;
}

static bool has(const char *p, size_t len, const char *what)
{
    size_t n = strlen(what);
    for (size_t i = 0; i + n <= len; i++)
        if (strncasecmp(p + i, what, n) == 0) return true;
    return false;
}

/* An address is personal when it leads to somebody: credentials, a page of a user, a query. That of a law or of terms is not. */
static size_t address(vg_str t, size_t at)
{
    static const char *const people[] = {"/user/", "/users/", "/u/", "/profile", "/member", "/account", "/people/", "/channel/", "/in/", "/@", "/~", "?user", "&user", "?id=", "&id="};
    size_t i = at, host, path;
    if (before(t, at) || (!starts(t, at, "https://") && !starts(t, at, "http://") && !starts(t, at, "www."))) return 0;
    while (i < t.len && (unsigned char)t.ptr[i] > ' ' && !memchr("<>\"", t.ptr[i], 3)) i++;
    host = starts(t, at, "www.") ? at : at + (starts(t, at, "https://") ? 8u : 7u);
    for (path = host; path < i && !memchr("/?#", t.ptr[path], 3); path++)
        if (t.ptr[path] == '@') return i - at;
    for (size_t k = 0; k < sizeof people / sizeof *people; k++)
        if (has(t.ptr + path, i - path, people[k])) return i - at;
    return 0;
}

/* ---- names of the case ---- */

static bool only_letters(vg_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (digit(s.ptr[i]) || !word(s.ptr[i]) || s.ptr[i] == '_') return false;
    return true;
}

static size_t named(vg_str t, size_t at, const vg_str *names, size_t count, bool *certain)
{
    size_t longest = 0;
    for (size_t k = 0; k < count; k++) {
        vg_str n = names[k];
        if (n.len < 3 || n.len > t.len - at || n.len <= longest || strncasecmp(t.ptr + at, n.ptr, n.len) != 0) continue;
        if (before(t, at) && word(n.ptr[0])) continue;
        if (at + n.len < t.len && word(t.ptr[at + n.len]) && word(n.ptr[n.len - 1])) continue;
        longest = n.len;
        *certain = !only_letters(n); /* an account that is called "message" is in many a sentence */
    }
    return longest;
}

size_t vg_personal_find(vg_str text, const vg_str *names, size_t count, vg_personal out[VG_PERSONAL_MOST])
{
    size_t n = 0;
    for (size_t at = 0; at < text.len && n < VG_PERSONAL_MOST;) {
        vg_personal found = {.at = at, .certain = true};
        char c = text.ptr[at];
        if ((found.len = email(text, at))) found.kind = VG_PERSONAL_EMAIL;
        else if ((found.len = named(text, at, names, count, &found.certain))) found.kind = VG_PERSONAL_NAME;
        else if ((found.len = address(text, at))) found.kind = VG_PERSONAL_URL;
        else if (c == '@' && (found.len = handle(text, at))) found.kind = VG_PERSONAL_HANDLE, found.certain = false;
        else if (digit(c) && (found.len = ipv4(text, at))) found.kind = VG_PERSONAL_IP, found.certain = false;
        else if ((c == ':' || word(c)) && (found.len = ipv6(text, at))) found.kind = VG_PERSONAL_IP;
        else if ((digit(c) || c == '+') && (found.len = phone(text, at))) found.kind = VG_PERSONAL_PHONE, found.certain = false;
        if (found.len) out[n++] = found;
        at += found.len ? found.len : 1;
    }
    return n;
}
