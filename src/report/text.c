/* SPDX-License-Identifier: Apache-2.0
 *
 * One walk over the text for all formats: each code point, or each thing that is none, is handed to the format's own rule.
 * Unicode's own tables (ICU) say what is a mark, what is invisible and what is not assigned: a list written by hand would be
 * out of date with the next version. */
#include "report/text.h"

#include <string.h>
#include <unicode/uchar.h>

enum {
    ELLIPSIS = 3,    /* bytes of "…" */
    MARKS_MOST = 6,  /* marks on one letter: Tibetan and pointed Hebrew need five; a flood paints over the lines above */
    FILE_MOST = 120, /* bytes of a file name */
    EXTENSION_MOST = 12,
};

typedef struct walk {
    vg_buf out;
    size_t most;  /* 0: no end */
    size_t fits;  /* where the ellipsis would stand */
    bool cut;
    uint32_t before; /* the code point before, as it was written; 0: none, or shown by its number */
    unsigned marks;  /* in a row */
} walk;

/* ---- reading ---- */

/* The code point at *i, which moves behind it. What is no UTF-8 is U+FFFD: one for a surrogate written as three bytes (CESU-8), one for
 * each other bad byte. */
static uint32_t next_point(vg_str text, size_t *i)
{
    const unsigned char *p = (const unsigned char *)text.ptr + *i;
    size_t left = text.len - *i;
    unsigned n = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : 0;
    if (n == 1) return (*i)++, p[0];
    if (!n || left < n) return (*i)++, 0xfffd;
    uint32_t c = p[0] & (0x7fu >> n);
    for (unsigned k = 1; k < n; k++) {
        if ((p[k] & 0xc0) != 0x80) return (*i)++, 0xfffd;
        c = c << 6 | (p[k] & 0x3fu);
    }
    if ((n == 3 && c < 0x800) || (n == 4 && (c < 0x10000 || c > 0x10ffff))) return (*i)++, 0xfffd;
    *i += n;
    return c >= 0xd800 && c < 0xe000 ? 0xfffd : c;
}

static bool is_bidi(uint32_t c)
{
    return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_control(uint32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

static bool is_mark(uint32_t c)
{
    if (c < 0x300) return false;
    int8_t t = u_charType((UChar32)c);
    return t == U_NON_SPACING_MARK || t == U_ENCLOSING_MARK || t == U_COMBINING_SPACING_MARK;
}

/* What a reader would not see, or see in the wrong place, or as an empty box. */
static bool is_hidden(uint32_t c)
{
    if (c >= 0x20 && c < 0x7f) return false;
    switch (u_charType((UChar32)c)) {
    case U_CONTROL_CHAR:
    case U_UNASSIGNED: /* noncharacters too */
    case U_PRIVATE_USE_CHAR:
    case U_SURROGATE:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR: return true;
    case U_FORMAT_CHAR: return !u_hasBinaryProperty((UChar32)c, UCHAR_PREPENDED_CONCATENATION_MARK);
    default: return u_hasBinaryProperty((UChar32)c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
    }
}

/* Joiners and variation selectors belong to the writing of Persian, of Indian languages and of emoji, when they stand after a
 * character they can change; a second one in a row changes nothing and may carry a hidden message. */
static bool is_shaping(uint32_t c, uint32_t before)
{
    if (c == 0x200c || c == 0x200d) return before >= 0x600 && (before == 0xfe0f || !is_hidden(before));
    if (c >= 0xfe00 && c <= 0xfe0f) return before && before != 0x200d && !is_hidden(before);
    return false;
}

/* ---- writing ---- */

static void settle(walk *w)
{
    if (!w->most || w->cut) return;
    if (w->out.len + ELLIPSIS <= w->most) w->fits = w->out.len;
    if (w->out.len > w->most) w->cut = true;
}

static void put_point(walk *w, uint32_t c)
{
    char b[4];
    size_t n;
    if (c < 0x80) b[0] = (char)c, n = 1;
    else if (c < 0x800) b[0] = (char)(0xc0 | c >> 6), b[1] = (char)(0x80 | (c & 0x3f)), n = 2;
    else if (c < 0x10000) b[0] = (char)(0xe0 | c >> 12), b[1] = (char)(0x80 | (c >> 6 & 0x3f)), b[2] = (char)(0x80 | (c & 0x3f)), n = 3;
    else
        b[0] = (char)(0xf0 | c >> 18), b[1] = (char)(0x80 | (c >> 12 & 0x3f)), b[2] = (char)(0x80 | (c >> 6 & 0x3f)), b[3] = (char)(0x80 | (c & 0x3f)), n = 4;
    vg_buf_add(&w->out, b, n);
    w->before = c;
    settle(w);
}

static void put_number(walk *w, uint32_t c, size_t times)
{
    if (times > 1) vg_buf_printf(&w->out, "\\u{%X \xc3\x97%zu}", c, times);
    else vg_buf_printf(&w->out, "\\u{%X}", c);
    w->before = 0;
    settle(w);
}

static void begin(walk *w, vg_str text, size_t most)
{
    *w = (walk){.most = most};
    vg_buf_init(&w->out, text.len < (SIZE_MAX >> 5) ? text.len * 12 + 64 : SIZE_MAX >> 1);
}

static vg_str finish(walk *w, vg_arena *arena)
{
    vg_str result = {NULL, 0};
    if (!w->out.failed) {
        vg_str whole = {w->out.ptr ? w->out.ptr : "", w->out.len};
        if (w->cut) {
            whole.len = w->fits;
            if (w->most >= ELLIPSIS) memcpy(w->out.ptr + w->fits, "\xe2\x80\xa6", ELLIPSIS), whole.len += ELLIPSIS;
        }
        result = vg_arena_copy(arena, whole);
    }
    vg_buf_free(&w->out);
    return result;
}

static bool is_plain(vg_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || (unsigned char)text.ptr[i] >= 0x7f) return false;
    return true;
}

/* A mark; true when it and those that follow were dealt with as a flood. */
static bool put_flood(walk *w, vg_str text, size_t *i, uint32_t c)
{
    if (++w->marks <= MARKS_MOST) return false;
    size_t times = 1;
    for (size_t at = *i; at < text.len; *i = at, times++)
        if (!is_mark(next_point(text, &at))) break;
    put_number(w, c, times);
    return true;
}

static vg_str show(vg_arena *arena, vg_str text, bool lines, bool spaces, size_t most)
{
    walk w;
    if (is_plain(text) && (!most || text.len <= most)) return vg_arena_copy(arena, text);
    begin(&w, text, most);
    for (size_t i = 0; i < text.len && !w.cut && !w.out.failed;) {
        uint32_t c = next_point(text, &i);
        if (c == '\r' && i < text.len && text.ptr[i] == '\n' && (lines || spaces)) continue;
        if (c == '\r' && lines) c = '\n';
        if (spaces && is_control(c)) {
            if (w.before != ' ' && w.out.len) put_point(&w, ' ');
            continue;
        }
        if (is_shaping(c, w.before)) { /* does not begin a new letter, so the count of marks goes on */
            put_point(&w, c);
            continue;
        }
        if (is_mark(c) && !is_hidden(c)) {
            if (!put_flood(&w, text, &i, c)) put_point(&w, c);
            continue;
        }
        if (c == '\n' && lines) put_point(&w, c);
        else if (is_hidden(c)) put_number(&w, c, 1);
        else put_point(&w, c);
        w.marks = 0;
    }
    return finish(&w, arena);
}

vg_str vg_text_shown(vg_arena *arena, vg_str text, bool lines, size_t most) { return show(arena, text, lines, false, most); }

vg_str vg_text_header(vg_arena *arena, vg_str text, size_t most)
{
    vg_str line = show(arena, text, false, true, most);
    while (line.len && line.ptr[line.len - 1] == ' ') line.len--;
    while (line.len && line.ptr[0] == ' ') line.ptr++, line.len--;
    return line;
}

vg_str vg_text_xml(vg_arena *arena, vg_str text, size_t most)
{
    walk w;
    if (is_plain(text) && (!most || text.len <= most)) return vg_arena_copy(arena, text);
    begin(&w, text, most);
    for (size_t i = 0; i < text.len && !w.cut && !w.out.failed;) {
        uint32_t c = next_point(text, &i);
        bool allowed = c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0xfffe && c != 0xffff);
        if (allowed) put_point(&w, c);
        else put_number(&w, c, 1);
    }
    return finish(&w, arena);
}

vg_str vg_text_utf8(vg_arena *arena, vg_str text)
{
    walk w;
    if (vg_utf8_valid(text.ptr, text.len, NULL)) return vg_arena_copy(arena, text);
    begin(&w, text, 0);
    for (size_t i = 0; i < text.len && !w.out.failed;) put_point(&w, next_point(text, &i));
    return finish(&w, arena);
}

/* ---- CSV ---- */

static bool starts_formula(uint32_t c)
{
    switch (c) {
    case '=': case '+': case '-': case '@': case '\t': case '\r': case '\n':
    case 0x2212:                                     /* minus sign */
    case 0xfe62: case 0xfe63: case 0xfe66: case 0xfe6b: /* small forms */
    case 0xff0b: case 0xff0d: case 0xff1d: case 0xff20: /* full-width forms: some spreadsheets fold them */
        return true;
    default: return false;
    }
}

bool vg_text_is_formula(vg_str text)
{
    for (size_t i = 0; i < text.len;) {
        uint32_t c = next_point(text, &i);
        if (starts_formula(c)) return true;
        if (!u_isUWhiteSpace((UChar32)c) && !is_hidden(c)) return false; /* blanks and the invisible are dropped by some readers */
    }
    return false;
}

vg_str vg_text_csv(vg_arena *arena, vg_str text)
{
    walk w;
    begin(&w, text, 0);
    vg_buf_add_char(&w.out, '"');
    if (vg_text_is_formula(text)) vg_buf_add_char(&w.out, '\'');
    for (size_t i = 0; i < text.len && !w.out.failed;) {
        uint32_t c = next_point(text, &i);
        if (c == '"') vg_buf_add_char(&w.out, '"');
        if (is_bidi(c) || (is_control(c) && c != '\t' && c != '\n' && c != '\r')) put_number(&w, c, 1);
        else put_point(&w, c);
    }
    vg_buf_add_char(&w.out, '"');
    return finish(&w, arena);
}

/* ---- file names ---- */

/* What separates paths or is refused by a file system; also the letters that Windows folds to a backslash or a slash in its old code
 * pages. */
static bool is_reserved(uint32_t c)
{
    switch (c) {
    case '/': case '\\': case ':': case '*': case '?': case '"': case '<': case '>': case '|':
    case 0xa5: case 0x20a9: case 0x2044: case 0x2215: case 0x2216: case 0x29f5: case 0x29f8: case 0x29f9: case 0xff0f: case 0xff1a: case 0xff3c:
    case 0xfffd: return true;
    default: return false;
    }
}

/* Names that Windows gives to devices, whatever their extension. */
static bool is_device(vg_str name)
{
    static const char *const words[] = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"};
    size_t stem = 0;
    while (stem < name.len && name.ptr[stem] != '.') stem++;
    while (stem && name.ptr[stem - 1] == ' ') stem--;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (stem == strlen(words[i]) && !strncasecmp(name.ptr, words[i], stem)) return true;
    if (stem < 4 || (strncasecmp(name.ptr, "COM", 3) && strncasecmp(name.ptr, "LPT", 3))) return false;
    if (stem == 4) return name.ptr[3] >= '0' && name.ptr[3] <= '9';
    /* superscript one, two, three count as digits there */
    return stem == 5 && name.ptr[3] == '\xc2' && (name.ptr[4] == '\xb9' || name.ptr[4] == '\xb2' || name.ptr[4] == '\xb3');
}

/* At most FILE_MOST bytes, at a character, and with the extension, which says what the file is. */
static vg_str shorten(vg_arena *arena, vg_str name)
{
    size_t dot = name.len, keep;
    while (dot && name.ptr[dot - 1] != '.') dot--;
    vg_str extension = dot > 1 && name.len - dot + 1 <= EXTENSION_MOST ? (vg_str){name.ptr + dot - 1, name.len - dot + 1} : (vg_str){"", 0};
    keep = FILE_MOST - extension.len;
    while (keep && ((unsigned char)name.ptr[keep] & 0xc0) == 0x80) keep--;
    while (keep && (name.ptr[keep - 1] == ' ' || name.ptr[keep - 1] == '.')) keep--;
    return vg_arena_printf(arena, "%.*s%.*s", (int)keep, name.ptr, VG_STR_ARG(extension));
}

vg_str vg_text_file(vg_arena *arena, vg_str name)
{
    walk w;
    begin(&w, name, 0);
    for (size_t i = 0; i < name.len && !w.out.failed;) {
        uint32_t c = next_point(name, &i);
        bool first = w.out.len == 0;
        if (is_hidden(c) || is_reserved(c) || (first && (c == '.' || c == '-' || c == '~'))) c = '_';
        if (u_isUWhiteSpace((UChar32)c)) c = ' ';
        if (first && c == ' ') continue;
        w.marks = is_mark(c) ? w.marks + 1 : 0;
        if (w.marks <= MARKS_MOST) put_point(&w, c);
    }
    vg_str out = finish(&w, arena);
    if (!out.ptr) return out;
    while (out.len && (out.ptr[out.len - 1] == '.' || out.ptr[out.len - 1] == ' ')) out.len--;
    if (!out.len) return vg_arena_copy(arena, VG_STR("file"));
    if (is_device(out)) out = vg_arena_printf(arena, "_%.*s", VG_STR_ARG(out));
    else out = vg_arena_copy(arena, out); /* its NUL where it ends now */
    return out.ptr && out.len > FILE_MOST ? shorten(arena, out) : out;
}
