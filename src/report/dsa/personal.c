/* SPDX-License-Identifier: Apache-2.0
 *
 * What looks like personal data in a text that goes to a public database. It errs on the side of showing a text to a person; what laws and
 * dates look like (227-23, 2024/2835, 04.05.2026) is not taken for a telephone number. */
#include "report/dsa/dsa.h"

#include <string.h>
#include <strings.h>

const char *const vg_personal_kind_names[VG_PERSONAL_KINDS] = {"name", "email", "phone", "ip", "url", "handle", "iban", "number"};

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

static size_t spaces(vg_str t, size_t i)
{
    size_t n = 0;
    while (i + n < t.len && n < 3 && t.ptr[i + n] == ' ') n++;
    return n;
}

/* " (at) ", "[arobase]", " @ " in its wide form: how an address is written so that machines do not see it. The length, with the blanks around it. */
static size_t hidden_at(vg_str t, size_t i)
{
    static const char *const words[] = {"(at)", "[at]", "{at}", "(arobase)", "[arobase]", "(a)", "\xef\xbc\xa0"};
    size_t before_it = spaces(t, i), from = i + before_it;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        size_t n = strlen(words[k]);
        if (t.len - from >= n && strncasecmp(t.ptr + from, words[k], n) == 0) return before_it + n + spaces(t, from + n);
    }
    return 0;
}

static size_t hidden_email(vg_str t, size_t at)
{
    size_t i = at, gap;
    if (before(t, at) || !word(t.ptr[at])) return 0;
    while (i < t.len && (word(t.ptr[i]) || memchr(".+-", t.ptr[i], 3)) && !(gap = hidden_at(t, i))) i++;
    if (i == at || i >= t.len || !(gap = hidden_at(t, i))) return 0;
    size_t domain = i + gap, end = domain;
    while (end < t.len && (word(t.ptr[end]) || (memchr(".-", t.ptr[end], 2) && end + 1 < t.len && word(t.ptr[end + 1])))) end++;
    return end > domain + 1 ? end - at : 0;
}

/* A name with its number, as some services write it: ada#1234. */
static size_t tagged(vg_str t, size_t at)
{
    size_t i = at, digits = 0;
    if (before(t, at) || !word(t.ptr[at])) return 0;
    while (i < t.len && (word(t.ptr[i]) || t.ptr[i] == '.')) i++;
    if (i < at + 2 || i >= t.len || t.ptr[i] != '#') return 0;
    while (i + 1 + digits < t.len && digit(t.ptr[i + 1 + digits])) digits++;
    return digits >= 3 && digits <= 6 ? i + 1 + digits - at : 0;
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

/* yyyy-mm-dd */
static bool is_day(vg_str t, size_t at)
{
    if (t.len - at < 10) return false;
    for (size_t i = 0; i < 10; i++)
        if ((i == 4 || i == 7) ? t.ptr[at + i] != '-' : !digit(t.ptr[at + i])) return false;
    return true;
}

/* A number in the national form begins with 0, in the international one with + or 00; articles, years and counts do not. */
static size_t phone(vg_str t, size_t at)
{
    size_t i = at, end = at, digits = 0, gap = 0;
    bool plus = t.ptr[at] == '+';
    if (before(t, at) || (!plus && t.ptr[at] != '0') || (at > 1 && memchr("./-, ", t.ptr[at - 1], 5) && digit(t.ptr[at - 2])) || is_date(t, at)) return 0;
    for (i = plus ? at + 1 : at; i < t.len && digits < 16; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (digit(t.ptr[i])) digits++, gap = 0, end = i + 1;
        else if ((memchr(" .-()/\t", c, 7) || c == 0xc2 || c == 0xa0 || c == 0xe2 || c == 0x80 || c == 0xaf) && ++gap <= 4) continue;
        else break;
    }
    return digits >= 8 && digits <= 15 ? end - at : 0;
}

/* ---- numbers of accounts ---- */

/* ISO 13616: two letters, two check digits, 11 to 30 letters and digits, in groups or not; 97 divides the whole with one left over. */
static size_t iban(vg_str t, size_t at)
{
    unsigned left = 0, head[4] = {0};
    size_t n = 0, end = at;
    if (before(t, at)) return 0;
    for (size_t i = at; i < t.len && n < 34; i++) {
        char c = t.ptr[i];
        if (c == ' ' && n >= 4 && i + 1 < t.len && word(t.ptr[i + 1])) continue;
        unsigned value = digit(c) ? (unsigned)(c - '0') : c >= 'A' && c <= 'Z' ? (unsigned)(c - 'A') + 10 : c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') + 10 : 99;
        if (value == 99 || (n < 2) != (value >= 10 && n < 2) || ((n == 2 || n == 3) && value >= 10)) break;
        if (n < 4) head[n] = value;
        else left = (left * (value >= 10 ? 100 : 10) + value) % 97;
        n++;
        unsigned whole = left;
        for (int k = 0; n >= 15 && k < 4; k++) whole = (whole * (head[k] >= 10 ? 100 : 10) + head[k]) % 97;
        bool over = i + 1 >= t.len || !word(t.ptr[i + 1]);
        if (n >= 15 && over && whole == 1) end = i + 1;
    }
    return end - at;
}

/* Nine digits or more, alone or in groups of two to six: of a card, an account, an identity. A thousand millions has groups of three
 *  and no more than five of them; laws and dates have fewer digits. */
static size_t number(vg_str t, size_t at)
{
    size_t i = at, digits = 0, group = 0, end = at;
    if (before(t, at) || !digit(t.ptr[at]) || is_date(t, at) || is_day(t, at) || (at > 1 && memchr("./-,", t.ptr[at - 1], 4) && digit(t.ptr[at - 2]))) return 0;
    bool thousands = true;
    for (; i < t.len; i++) {
        if (digit(t.ptr[i])) digits++, group++, end = i + 1;
        else if (memchr(" -", t.ptr[i], 2) && i + 1 < t.len && digit(t.ptr[i + 1]) && (group >= 2 || digits == group)) {
            thousands &= t.ptr[i] == ' ' && (group == 3 || digits == group);
            group = 0;
        } else break;
    }
    if (i < t.len && word(t.ptr[i])) return 0;
    return digits >= 9 && !(thousands && group == 3 && digits <= 15) ? end - at : 0;
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

/* Services whose addresses are written without https:// and lead to somebody, whatever comes after. */
static const char *const leads[] = {"t.me/", "telegram.me/", "wa.me/", "m.me/", "discord.gg/", "discord.com/users/", "snapchat.com/add/", "instagram.com/", "tiktok.com/@",
                                    "facebook.com/", "twitter.com/", "x.com/", "vk.com/", "paypal.me/", "onlyfans.com/", "twitch.tv/", "youtube.com/@", "linkedin.com/in/"};
static const char *const schemes[] = {"mailto:", "tel:", "sms:", "sip:", "xmpp:", "skype:", "tg:", "whatsapp:", "viber:", "matrix:", "callto:", "facetime:", "bitcoin:"};

static size_t up_to_blank(vg_str t, size_t at)
{
    size_t i = at;
    while (i < t.len && (unsigned char)t.ptr[i] > ' ' && !memchr("<>\"", t.ptr[i], 3)) i++;
    while (i > at && memchr(".,;:)!?", t.ptr[i - 1], 7)) i--;
    return i;
}

/* An address is personal when it leads to somebody: credentials, a page of a user, a query. That of a law or of terms is not. */
static size_t address(vg_str t, size_t at)
{
    static const char *const people[] = {"/user/", "/users/", "/u/", "/profile", "/member", "/account", "/people/", "/channel/", "/in/", "/add/", "/@", "/~", "/u:",
                                         "/@", "user=", "uid=", "username=", "account=", "profile=", "name=", "email=", "mail=", "phone=", "tel=", "?id=", "&id=", "#/user", "#@"};
    size_t host, path;
    if (before(t, at)) return 0;
    size_t i = up_to_blank(t, at);
    for (size_t k = 0; k < sizeof schemes / sizeof *schemes; k++)
        if (starts(t, at, schemes[k]) && i > at + strlen(schemes[k])) return i - at;
    bool www = starts(t, at, "www."), bare = !www && !starts(t, at, "https://") && !starts(t, at, "http://");
    host = www ? at + 4 : bare ? at : at + (starts(t, at, "https://") ? 8u : 7u);
    if (starts(t, host, "www.")) host += 4;
    for (size_t k = 0; k < sizeof leads / sizeof *leads; k++)
        if (starts(t, host, leads[k]) && i > host + strlen(leads[k])) return i - at;
    if (bare) return 0;
    for (path = host; path < i && !memchr("/?#", t.ptr[path], 3); path++)
        if (t.ptr[path] == '@') return i - at;
    for (size_t k = 0; k < sizeof people / sizeof *people; k++)
        if (has(t.ptr + path, i - path, people[k])) return i - at;
    return 0;
}

/* ---- names of the case ---- */

/* One character as it is compared: small, of Latin letters without its accent; *len: its bytes. 0: not seen (zero width, soft hyphen, accents
 * that stand alone). What is no UTF-8 is its byte. */
static uint32_t plain(vg_str t, size_t at, size_t *len)
{
    static const char latin[] = "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo/ouuuuypy" /* U+00C0 to U+00FF */
                                "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"; /* to U+017F */
    unsigned char a = (unsigned char)t.ptr[at], b = at + 1 < t.len ? (unsigned char)t.ptr[at + 1] : 0, c = at + 2 < t.len ? (unsigned char)t.ptr[at + 2] : 0;
    *len = 1;
    if (a < 0x80) return a >= 'A' && a <= 'Z' ? (uint32_t)(a | 0x20) : a;
    if (a >= 0xc2 && a < 0xe0 && (b & 0xc0) == 0x80) {
        uint32_t u = (uint32_t)(a & 31) << 6 | (b & 63);
        *len = 2;
        if (u == 0xa0) return ' ';
        if (u == 0xad || (u >= 0x300 && u < 0x370)) return 0;
        if (u >= 0xc0 && u < 0x180) return (uint32_t)latin[u - 0xc0];
        if ((u >= 0x391 && u < 0x3aa) || (u >= 0x410 && u < 0x430)) return u + 0x20;
        return u;
    }
    if (a >= 0xe0 && a < 0xf0 && (b & 0xc0) == 0x80 && (c & 0xc0) == 0x80) {
        uint32_t u = (uint32_t)(a & 15) << 12 | (uint32_t)(b & 63) << 6 | (c & 63);
        *len = 3;
        if ((u >= 0x200b && u <= 0x200f) || (u >= 0x202a && u <= 0x202e) || (u >= 0x2060 && u <= 0x2069) || u == 0xfeff) return 0;
        if (u == 0x2019 || u == 0x2018) return '\'';
        if (u >= 0xff21 && u <= 0xff3a) return u - 0xff21 + 'a'; /* wide letters and digits */
        if (u >= 0xff41 && u <= 0xff5a) return u - 0xff41 + 'a';
        if (u >= 0xff10 && u <= 0xff19) return u - 0xff10 + '0';
        return u == 0x202f ? ' ' : u;
    }
    return 0x80000000u | a;
}

static bool only_letters(vg_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (digit(s.ptr[i]) || !word(s.ptr[i]) || s.ptr[i] == '_') return false;
    return true;
}

/* How many bytes of the text from `at` on are this name; 0: they are not. */
static size_t same(vg_str t, size_t at, vg_str name)
{
    size_t i = at, k = 0, step;
    while (k < name.len) {
        uint32_t wanted = plain(name, k, &step);
        k += step;
        if (!wanted) continue;
        uint32_t got = 0;
        while (i < t.len && !(got = plain(t, i, &step))) i += step;
        if (i >= t.len || got != wanted) return 0;
        i += step;
    }
    while (i < t.len && !plain(t, i, &step)) i += step; /* an accent of its own belongs to the letter before */
    return i - at;
}

static size_t named(vg_str t, size_t at, const vg_str *names, size_t count, bool *certain)
{
    size_t longest = 0, step;
    if (!plain(t, at, &step)) return 0;
    for (size_t k = 0; k < count; k++) {
        vg_str n = names[k];
        if (n.len < 2 || (n.len < 3 && only_letters(n))) continue;
        if (before(t, at) && word(n.ptr[0])) continue;
        size_t len = same(t, at, n);
        if (len <= longest || (at + len < t.len && word(t.ptr[at + len]) && word(n.ptr[n.len - 1]))) continue;
        longest = len;
        *certain = !only_letters(n); /* an account that is called "message" is in many a sentence */
    }
    return longest;
}

/* What begins here, by the surest first. */
static vg_personal one(vg_str text, size_t at, const vg_str *names, size_t count)
{
    vg_personal found = {.at = at, .certain = true};
    char c = text.ptr[at];
    bool letter = word(c);
    if (letter && (found.len = email(text, at))) found.kind = VG_PERSONAL_EMAIL;
    else if ((found.len = named(text, at, names, count, &found.certain))) found.kind = VG_PERSONAL_NAME;
    else if (letter && (found.len = address(text, at))) found.kind = VG_PERSONAL_URL;
    else if (letter && !digit(c) && (found.len = iban(text, at))) found.kind = VG_PERSONAL_IBAN;
    else if (letter && (found.len = hidden_email(text, at))) found.kind = VG_PERSONAL_EMAIL, found.certain = false;
    else if (c == '@' && (found.len = handle(text, at))) found.kind = VG_PERSONAL_HANDLE, found.certain = false;
    else if (letter && (found.len = tagged(text, at))) found.kind = VG_PERSONAL_HANDLE, found.certain = false;
    else if (digit(c) && (found.len = ipv4(text, at))) found.kind = VG_PERSONAL_IP, found.certain = false;
    else if ((c == ':' || letter) && (found.len = ipv6(text, at))) found.kind = VG_PERSONAL_IP;
    else if ((digit(c) || c == '+') && (found.len = phone(text, at))) found.kind = VG_PERSONAL_PHONE, found.certain = false;
    else if (digit(c) && (found.len = number(text, at))) found.kind = VG_PERSONAL_NUMBER, found.certain = false;
    return found;
}

size_t vg_personal_find(vg_str text, const vg_str *names, size_t count, vg_personal out[VG_PERSONAL_MOST])
{
    size_t n = 0;
    for (size_t at = 0; at < text.len && n < VG_PERSONAL_MOST;) {
        const vg_personal found = one(text, at, names, count);
        if (found.len) out[n++] = found;
        at += found.len ? found.len : 1;
    }
    return n;
}
