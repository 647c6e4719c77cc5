/* SPDX-License-Identifier: Apache-2.0
 *
 * Contact addresses, found by their form: telephone numbers, names on another app, invitations, QR codes.
 *
 * DESIGN. An address is made to be typed, so it is found in the message as written, while what stands around it ("mon snap
 * c'est") is found among the folded words, however that was spelled. Nothing here runs for a message without eight digits,
 * an @, a slash, or a word that contact_names knows (text_contact_possible).
 *
 * A form is taken only where it can hardly be something else: in game chat, numbers are prices, dates, scores, versions and
 * server addresses, and an @ is how one calls somebody who is present. What is missed here a lexicon may still find.
 */
#include "signals/text/contact_int.h"

enum {
    /* 1/10000 */
    STRONG = 8000, /* an address that leads to one person or group */
    LIKELY = 6000, /* it reads like one */
    HINT = 5000,   /* one is offered, but not in words */

    NUMBER_LEAST = 8, NUMBER_MOST = 15, /* digits of a telephone number: ITU-T E.164 */
    FRENCH_DIGITS = 10,
    LOOKED_DIGITS = 8, /* with fewer there is no number */
    NAME_LEAST = 3, NAME_MOST = 32,
    NEAR_WORDS = 4,
    NEAR_BYTES = 64,
};

typedef struct finder {
    vg_str text;
    const char *folded;
    const uint32_t *map;
    size_t len; /* of `folded` */
    text_contact *out;
    size_t count;
} finder;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}
static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}
static bool is_name_byte(char c)
{
    return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
}

/* `at` may be one before the begin (as SIZE_MAX) or the end: then a space. */
static char at(const finder *f, size_t i)
{
    return i < f->text.len ? f->text.ptr[i] : ' ';
}

/* One address: its kind, and its bytes in lower case, as text_hash_bytes sees them. */
static void add(finder *f, size_t from, size_t to, uint16_t strength, const char *kind, const char *name, size_t len)
{
    for (size_t i = 0; i < f->count; i++)
        if (from < f->out[i].span.to && f->out[i].span.from < to) return; /* another form of the same address */
    if (f->count == TEXT_CONTACTS || from >= to) return;
    text_contact *c = &f->out[f->count++];
    *c = (text_contact){.span = {(uint32_t)from, (uint32_t)to}, .strength = strength};
    if (!kind) return;
    char canonical[80];
    size_t n = strlen(kind);
    memcpy(canonical, kind, n);
    canonical[n++] = ':';
    for (size_t i = 0; i < len && n < sizeof canonical; i++) canonical[n++] = lower(name[i]);
    c->token = text_hash_bytes(canonical, n);
}

/* ---- telephone numbers ---- */

typedef struct number {
    size_t from, to;
    char digit[NUMBER_MOST];
    size_t digits;
    size_t group[NUMBER_MOST]; /* digits of each group */
    size_t groups;
    bool plus;
} number;

static bool is_separator(char c)
{
    return c == ' ' || c == '.' || c == '-' || c == '/' || c == '_';
}

/* "06 12 34 56 78", "+33 (0)6...": digits in groups with one separator between, always the same sort. */
static bool read_number(const finder *f, size_t from, number *n)
{
    size_t i = from;
    char separator = 0;
    *n = (number){.from = from, .plus = at(f, from) == '+'};
    if (n->plus) i++;
    for (;;) {
        size_t begin = n->digits;
        if (n->plus && at(f, i) == '(' && at(f, i + 1) == '0' && at(f, i + 2) == ')') i += 3;
        while (is_digit(at(f, i)) || (n->digits == 0 && lower(at(f, i)) == 'o' && is_digit(at(f, i + 1)))) {
            if (n->digits == NUMBER_MOST) return false;
            n->digit[n->digits++] = is_digit(at(f, i)) ? at(f, i) : '0';
            i++;
        }
        if (n->digits == begin) break;
        n->group[n->groups++] = n->digits - begin;
        n->to = i;
        char c = at(f, i);
        bool prefix = n->plus && n->groups <= 2; /* "+33 (0)6-12-..." */
        if (i >= f->text.len || !is_separator(c) || (separator && c != separator && !prefix)) break;
        if (n->groups == 1 && n->digits >= FRENCH_DIGITS) break; /* one number, another after it */
        if (!is_digit(at(f, i + 1)) && !(n->plus && at(f, i + 1) == '(')) break;
        separator = c;
        i++;
    }
    char after = at(f, n->to), next = at(f, n->to + 1);
    if (is_letter(after) || after == '_' || after == '%') return false;
    return !((after == '.' || after == ',' || after == ':' || after == '/' || after == '-') && is_digit(next));
}

static bool begins_number(const finder *f, size_t i)
{
    char c = at(f, i), before = at(f, i - 1);
    if (is_letter(before) || is_digit(before) || before == '.' || before == ',' || before == ':' || before == '/' ||
        before == '-' || before == '_' || before == '+' || before == '#' || before == '$')
        return false;
    if (c == '+') return is_digit(at(f, i + 1));
    return is_digit(c) || (lower(c) == 'o' && is_digit(at(f, i + 1)));
}

static bool pairs(const number *n)
{
    for (size_t i = 0; i < n->groups; i++)
        if (n->group[i] != 2) return false;
    return true;
}

static bool ends_in_zeros(const number *n)
{
    return n->digits >= 4 && memcmp(n->digit + n->digits - 4, "0000", 4) == 0;
}

/* French numbers of ten digits: in one piece or in pairs; mobile ones also in other groups, but not as a date stands. */
static bool is_french(const number *n)
{
    if (n->plus || n->digits != FRENCH_DIGITS || n->digit[0] != '0' || n->digit[1] == '0') return false;
    if (memcmp(n->digit, "0123456789", FRENCH_DIGITS) == 0) return false;
    if (n->groups == 1 || pairs(n)) return true;
    bool date = n->groups >= 3 && n->group[0] == 2 && n->group[1] == 2 && n->group[2] == 4;
    if ((n->digit[1] != '6' && n->digit[1] != '7') || date) return false;
    for (size_t i = 0; i < n->groups; i++)
        if (n->group[i] < 2) return false;
    return true;
}

/* With a plus or two zeros; and the groups of three, three and four that North America writes. */
static bool is_international(const number *n)
{
    if (ends_in_zeros(n)) return false;
    if (n->plus) return n->digits >= NUMBER_LEAST + 2 && n->digit[0] != '0';
    if (n->digits >= 12 && n->digit[0] == '0' && n->digit[1] == '0' && n->digit[2] != '0') return true;
    if (n->digits == 11 && n->digit[0] == '0' && (n->digit[1] == '9' || n->digit[1] == '7'))
        return n->groups == 1 || (n->groups == 3 && n->group[0] >= 4); /* 0917 123 4567, 07700 900123 */
    return n->groups == 3 && n->group[0] == 3 && n->group[1] == 3 && n->group[2] == 4 && n->digit[0] > '1';
}

/* The same number in every way of writing it: without +33, 0033 or 0 before it. */
static void add_number(finder *f, const number *n, uint16_t strength)
{
    const char *digit = n->digit;
    size_t digits = n->digits;
    if (digits > 2 && digit[0] == '0' && digit[1] == '0') digit += 2, digits -= 2;
    bool country = n->plus || digits < n->digits;
    if (country && digits >= 11 && digit[0] == '3' && digit[1] == '3') digit += 2, digits -= 2;
    if (digit[0] == '0') digit++, digits--;
    add(f, n->from, n->to, strength, "tel", digit, digits);
}

static void find_numbers(finder *f)
{
    for (size_t i = 0; i < f->text.len; i++) {
        number n;
        if (!begins_number(f, i)) continue;
        if (read_number(f, i, &n) && (is_french(&n) || is_international(&n))) add_number(f, &n, STRONG);
        if (n.to > i) i = n.to - 1;
    }
}

/* ---- names ---- */

/* How a name looks: `any` word, or one that no ordinary word looks like. */
typedef struct name {
    size_t from, to; /* without its @ */
    bool odd;        /* an underscore, a dot inside, or digits behind letters */
    bool ends;       /* what is said ends with it */
} name;

static bool read_name(const finder *f, size_t from, name *n)
{
    size_t i = from, letters = 0, digits = 0;
    *n = (name){.from = from};
    while (is_name_byte(at(f, i)) && i - from <= NAME_MOST) {
        letters += is_letter(at(f, i));
        digits += is_digit(at(f, i));
        i++;
    }
    while (i > from && (at(f, i - 1) == '.' || at(f, i - 1) == '-')) i--;
    n->to = i;
    size_t len = i - from;
    if (len < NAME_LEAST || len > NAME_MOST || letters < 2) return false;
    if ((uint8_t)at(f, i) >= 0x80 && (uint8_t)at(f, i) < 0xE2) return false; /* an accent: a word */
    /* A dot alone is none: people forget the space after a full stop. */
    for (size_t k = from; k < i; k++) n->odd |= at(f, k) == '_' || (at(f, k) == '.' && digits && k > from);
    n->odd |= letters >= 3 && digits >= 2 && is_letter(at(f, from));
    char after = at(f, i);
    n->ends = i >= f->text.len || after == '\n' || after == ',' || after == '.' || after == '!' || after == ';' || after == ')' || after == '?';
    if (after == ' ') {
        while (at(f, i) == ' ' && i < f->text.len) i++;
        n->ends |= i >= f->text.len;
    }
    return true;
}

/* Words by which an address is given: "c'est", "is". Returns the bytes of one at `i` with the blanks after it, or 0. */
static size_t skip_cue(const finder *f, size_t i)
{
    static const char *const cues[] = {"c'est", "c’est", "cest", "c", "est", "is", "it's", "its", "es", "ay", "ko", "name", "pseudo"};
    for (size_t k = 0; k < sizeof cues / sizeof *cues; k++) {
        size_t n = strlen(cues[k]), same = 0;
        while (same < n && lower(at(f, i + same)) == cues[k][same]) same++;
        if (same < n || at(f, i + n) == '\'' || (at(f, i + n) != ' ' && at(f, i + n) != ':')) continue;
        return n;
    }
    return 0;
}

/* Between the name of an app and the name on it: nothing, a sign, or a cue. */
static size_t skip_between(const finder *f, size_t i, bool *sign, bool *cued)
{
    *sign = *cued = false;
    for (int round = 0; round < 6 && i < f->text.len; round++) {
        char c = at(f, i);
        size_t cue = skip_cue(f, i);
        if (c == ' ') {
            i++;
        } else if (c == ':' || c == '=') {
            *sign = true;
            i++;
        } else if ((c == '-' || c == '=') && at(f, i + 1) == '>') {
            *sign = true;
            i += 2;
        } else if (cue) {
            *cued = true;
            i += cue;
        } else {
            break;
        }
    }
    return i;
}

static void add_name(finder *f, const name *n, const char *app, size_t from, uint16_t strength)
{
    add(f, from, n->to, strength, app, f->text.ptr + n->from, n->to - n->from);
}

/* "mon", "my", "mi" before the word at `i`. */
static bool is_own(const finder *f, size_t i)
{
    static const char *const words[] = {"mon", "my", "mi", "ang", "moi"};
    while (i > 0 && at(f, i - 1) == ' ') i--;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        size_t n = strlen(words[k]), same = 0;
        while (same < n && i >= n && lower(at(f, i - n + same)) == words[k][same]) same++;
        if (same == n && !is_letter(at(f, i - n - 1))) return true;
    }
    return false;
}

/* "insta: marie_13", "mon snap c'est marie13", "insta @marie". `from` .. `to`: the app's name in the message. An ordinary
 * word counts after a sign, and after "c'est" of one's own: then without a token, for "my snap is broken" is no address. */
static bool find_name_after(finder *f, const char *app, size_t from, size_t to)
{
    bool sign, cued;
    size_t i = skip_between(f, to, &sign, &cued);
    bool handle = at(f, i) == '@';
    name n;
    if (!read_name(f, i + handle, &n)) return false;
    if (handle || n.odd) {
        add_name(f, &n, app, from, handle || sign || cued ? STRONG : LIKELY);
        return true;
    }
    if (!n.ends || text_contact_is_common(f->text.ptr + n.from, n.to - n.from)) return false;
    if (sign) add_name(f, &n, app, from, LIKELY);
    else if (cued && is_own(f, from)) add(f, from, n.to, HINT, NULL, NULL, 0);
    else return false;
    return true;
}

/* "marie_13 sur snap" */
static bool find_name_before(finder *f, const char *app, size_t from, size_t to)
{
    static const char *const words[] = {"sur ", "on ", "en ", "sa "};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        size_t n = strlen(words[k]), begin = from - n;
        if (from <= n || at(f, begin - 1) != ' ') continue;
        size_t same = 0;
        while (same < n && lower(at(f, begin + same)) == words[k][same]) same++;
        if (same < n) continue;
        size_t end = begin - 1, first = end;
        while (first > 0 && is_name_byte(at(f, first - 1))) first--;
        name found;
        if (!read_name(f, first, &found) || found.to != end || !found.odd) return false;
        add(f, first, to, LIKELY, app, f->text.ptr + first, end - first);
        return true;
    }
    return false;
}

/* An @ elsewhere calls somebody who is present, unless one is asked to add or write to it. */
static void find_handle(finder *f, size_t sign)
{
    name n;
    if (is_name_byte(at(f, sign - 1)) || !read_name(f, sign + 1, &n) || sign == 0) return;
    size_t words = 0, i = sign, least = sign > NEAR_BYTES ? sign - NEAR_BYTES : 0;
    while (i > least && words < NEAR_WORDS) {
        size_t end = i;
        while (end > least && !is_letter(at(f, end - 1))) end--;
        size_t from = end;
        while (from > least && is_letter(at(f, from - 1))) from--;
        if (end > from && text_contact_is_request(f->text.ptr + from, end - from)) {
            add_name(f, &n, "name", sign, LIKELY);
            return;
        }
        i = from;
        words++;
    }
}

static void find_mail(finder *f, size_t sign)
{
    size_t from = sign, to = sign + 1;
    while (from > 0 && (is_name_byte(at(f, from - 1)) || at(f, from - 1) == '+')) from--;
    while (is_name_byte(at(f, to))) to++;
    while (to > sign && !is_letter(at(f, to - 1))) to--;
    if (sign - from < 2 || to < sign + 4 || to - from > NAME_MOST * 2) return;
    if (text_contact_is_mailbox(f->text.ptr + sign + 1, to - sign - 1))
        add(f, from, to, STRONG, "mail", f->text.ptr + from, to - from);
}

/* "name#1234", as Discord wrote it. */
static void find_tag(finder *f, size_t sign)
{
    size_t from = sign, to = sign + 1, letters = 0;
    while (is_digit(at(f, to))) to++;
    while (from > 0 && is_name_byte(at(f, from - 1))) letters += is_letter(at(f, --from));
    if (to - sign != 5 || is_name_byte(at(f, to)) || sign - from < 2 || sign - from > NAME_MOST || letters < 2) return;
    if (text_contact_is_common(f->text.ptr + from, sign - from)) return;
    add(f, from, to, LIKELY, "discord", f->text.ptr + from, to - from);
}

/* ---- links ---- */

/* The slash after a host that the table knows, and after it what leads to one person or group. */
static void find_link(finder *f, size_t slash)
{
    size_t host = slash;
    while (host > 0 && (is_name_byte(at(f, host - 1)))) host--;
    const text_contact_link *link = text_contact_link_of(f->text.ptr + host, slash - host);
    for (; link && link->host; link++) {
        size_t n = strlen(link->path), same = 0;
        while (same < n && lower(at(f, slash + 1 + same)) == link->path[same]) same++;
        size_t from = slash + 1 + n, to = from;
        while (is_name_byte(at(f, to)) || (link->number && to == from && at(f, to) == '+')) to++;
        while (to > from && !is_letter(at(f, to - 1)) && !is_digit(at(f, to - 1)) && at(f, to - 1) != '_') to--;
        bool page = !n && text_contact_is_page(f->text.ptr + from, to - from);
        if (same == n && to - from >= 2 && to - from <= 64 && !page) {
            number tel;
            if (link->number && is_digit(at(f, to - 1)) && read_number(f, from, &tel)) {
                tel.plus = true;
                tel.from = host;
                add_number(f, &tel, STRONG);
            } else {
                add(f, host, to, STRONG, link->kind, f->text.ptr + from, to - from);
            }
            return;
        }
        if (link[1].host && strcmp(link[1].host, link->host) != 0) return;
    }
}

/* ---- words ---- */

/* Numbers written out from the word at `i` on: "zero six douze trente quatre ...". */
static void find_spelled_number(finder *f, size_t i)
{
    number n = {.from = f->map[i]};
    size_t words = 0, end = i;
    unsigned before = 0; /* tens that a unit may still be added to */
    for (size_t k = i; k + 1 < f->len;) {
        size_t len = (size_t)((const char *)memchr(f->folded + k, ' ', f->len - k) - (f->folded + k));
        int value = text_contact_number(f->folded + k, len);
        bool literal = is_digit(f->folded[k]);
        if (before >= 20 && len == 2 && memcmp(f->folded + k, "et", 2) == 0) { /* "vingt et un" */
            k += len + 1;
            continue;
        }
        if (value < 0 && !literal) break;
        bool joins = !literal && before >= 20 && value > 0 && (value < 10 || ((before == 60 || before == 80) && value < 20));
        if (literal) {
            for (size_t d = 0; d < len && n.digits < NUMBER_MOST; d++) n.digit[n.digits++] = f->folded[k + d];
        } else if (joins || (before == 4 && value == 20)) { /* "quatre vingt" */
            unsigned sum = joins ? before + (unsigned)value : 80;
            if (!joins) n.digits--;
            else n.digits -= 2;
            n.digit[n.digits++] = (char)('0' + sum / 10);
            n.digit[n.digits++] = (char)('0' + sum % 10);
            before = !joins ? 80 : value == 10 ? sum : 0;
        } else {
            if (value >= 10) n.digit[n.digits++] = (char)('0' + value / 10);
            n.digit[n.digits++] = (char)('0' + value % 10);
            before = value >= 20 || value == 4 ? (unsigned)value : 0;
        }
        if (literal) before = 0;
        words += !literal;
        k += len + 1;
        end = k - 1;
        if (n.digits + 2 > NUMBER_MOST) break;
    }
    n.to = f->map[end];
    if (words < 3 || n.digits < FRENCH_DIGITS - 1 || n.digits > 12 || n.digit[0] != '0') return;
    add_number(f, &n, STRONG);
}

/* "scanne mon qr", "scan my qr code" */
static void find_code(finder *f, size_t i, size_t len)
{
    size_t from = i, words = 0;
    while (from > 1 && words++ < NEAR_WORDS) {
        size_t begin = from - 1;
        while (begin > 0 && f->folded[begin - 1] != ' ') begin--;
        if (text_contact_is_scan(f->folded + begin, from - 1 - begin)) {
            add(f, f->map[begin], f->map[i + len], HINT, NULL, NULL, 0);
            return;
        }
        from = begin;
    }
}

static void find_by_words(finder *f)
{
    for (size_t i = 1; i + 1 < f->len;) {
        size_t len = (size_t)((const char *)memchr(f->folded + i, ' ', f->len - i) - (f->folded + i));
        const text_contact_word *w = text_contact_word_of(f->folded + i, len);
        if (w && w->sort == TEXT_WORD_APP) {
            size_t from = f->map[i], to = f->map[i + len];
            while (to > from && (at(f, to - 1) == ' ')) to--;
            if (!find_name_after(f, w->kind, from, to)) find_name_before(f, w->kind, from, to);
        } else if (w && w->sort == TEXT_WORD_ZERO) {
            find_spelled_number(f, i);
        } else if (w && w->sort == TEXT_WORD_CODE) {
            find_code(f, i, len);
        }
        i += len + 1;
    }
}

/* ---- all of it ---- */

static void find_by_signs(finder *f)
{
    for (size_t i = 0; i < f->text.len; i++) {
        char c = f->text.ptr[i];
        if (c == '@') {
            find_handle(f, i);
            find_mail(f, i);
        } else if (c == '/') {
            find_link(f, i);
        } else if (c == '#') {
            find_tag(f, i);
        }
    }
}

bool text_contact_possible(vg_str text, const text_notes *notes, bool named)
{
    return named || notes->signs || notes->digits >= LOOKED_DIGITS ||
           (notes->digits >= 4 && memchr(text.ptr, '#', text.len)); /* "name#1234" */
}

size_t text_contact_find(vg_str text, const char *folded, size_t len, const uint32_t *map, text_contact out[TEXT_CONTACTS])
{
    finder f = {.text = text, .folded = folded, .map = map, .len = len, .out = out};
    find_numbers(&f);
    find_by_words(&f);
    find_by_signs(&f);
    return f.count;
}
