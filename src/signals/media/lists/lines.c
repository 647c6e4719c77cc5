/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists that are lines: plain text, and one video's frames as vPDQ writes them.
 */
#include "signals/media/lists/lists_int.h"

#include "base/alloc.h"

int vg_list_lines_open(list_reader *r, list_lines *lines)
{
    *lines = (list_lines){.chunk = vg_malloc(LIST_CHUNK), .line = vg_malloc(LIST_MAX_LINE)};
    return lines->chunk && lines->line ? 0 : vg_list_fail(r, VG_ENOMEM, 0, "no memory");
}

void vg_list_lines_close(list_lines *lines)
{
    vg_free(lines->chunk);
    vg_free(lines->line);
    *lines = (list_lines){0};
}

/* Excel's "Unicode text" is UTF-16: said plainly, instead of one reason for each line. */
static int check_start(list_reader *r, list_lines *lines)
{
    const unsigned char *p = (const unsigned char *)lines->chunk;
    if (lines->got >= 2 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff)))
        return vg_list_fail(r, VG_EINVAL, 1, "is UTF-16; expected UTF-8");
    if (lines->got >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) lines->at = 3;
    return 0;
}

int vg_list_next_line(list_reader *r, list_lines *lines, vg_str *out)
{
    size_t len = 0;
    bool any = false;
    lines->too_long = false;
    lines->number++;
    for (;;) {
        if (lines->at == lines->got) {
            if (lines->ended) break;
            bool first = r->out->bytes == 0;
            int rc = vg_list_fill(r, lines->chunk, LIST_CHUNK, &lines->got);
            lines->at = 0;
            lines->ended = lines->got == 0;
            if (rc == 0 && first) rc = check_start(r, lines);
            if (rc) return rc;
            continue;
        }
        const char *from = lines->chunk + lines->at;
        size_t left = lines->got - lines->at;
        const char *end = memchr(from, '\n', left);
        size_t part = end ? (size_t)(end - from) : left, room = LIST_MAX_LINE - len;
        any = true;
        lines->at += end ? part + 1 : part;
        if (part > room) {
            part = room;
            lines->too_long = true;
        }
        memcpy(lines->line + len, from, part);
        len += part;
        if (end) break;
    }
    if (!any) return 0;
    *out = (vg_str){lines->line, len};
    return 1;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

vg_str vg_list_trim(vg_str s)
{
    while (s.len && is_space(s.ptr[s.len - 1])) s.len--;
    while (s.len && is_space(s.ptr[0])) s = (vg_str){s.ptr + 1, s.len - 1};
    return s;
}

vg_str vg_list_word(vg_str *rest)
{
    while (rest->len && is_space(rest->ptr[0])) *rest = (vg_str){rest->ptr + 1, rest->len - 1};
    vg_str word = {rest->ptr, 0};
    while (word.len < rest->len && !is_space(rest->ptr[word.len])) word.len++;
    *rest = (vg_str){rest->ptr + word.len, rest->len - word.len};
    return word;
}

static bool number_of(vg_str s, unsigned most, unsigned *out)
{
    unsigned n = 0;
    if (!s.len || s.len > 9) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        n = n * 10 + (unsigned)(s.ptr[i] - '0');
    }
    *out = n;
    return n <= most;
}

/* A '#' where a word could begin ends the line. */
static vg_str without_comment(vg_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '#' && (i == 0 || is_space(s.ptr[i - 1]))) return (vg_str){s.ptr, i};
    return s;
}

/* algorithm hex [quality=N] [category], or hex alone. */
static int read_line(list_reader *r, vg_str line)
{
    vg_str rest = line, word = vg_list_word(&rest);
    int algorithm = vg_list_algorithm(word);
    unsigned quality = 100;
    char quoted[32];
    if (algorithm < 0) {
        for (size_t i = 0; i < word.len; i++) {
            if (word.ptr[i] && strchr("0123456789abcdefABCDEF", word.ptr[i])) continue;
            vg_list_spoil(r, "\"%s\" is neither an algorithm (md5, sha1, sha256, pdq) nor a hash",
                          vg_list_quote(word, quoted));
            return 0;
        }
        algorithm = vg_list_bare_algorithm(r, word);
        if (algorithm >= 0 && vg_list_trim(rest).len)
            vg_list_spoil(r, "words after a hash without its algorithm; expected \"%s %.8s... category\"",
                          vg_hash_algorithm_names[algorithm], vg_list_quote(word, quoted));
        if (r->bad) return 0;
    } else {
        word = vg_list_word(&rest);
        if (!word.len) {
            vg_list_spoil(r, "no hash after \"%s\"", vg_hash_algorithm_names[algorithm]);
            return 0;
        }
        vg_str before = rest, option = vg_list_word(&rest);
        if (option.len > 8 && memcmp(option.ptr, "quality=", 8) == 0) {
            if (algorithm != VG_HASH_PDQ || !number_of((vg_str){option.ptr + 8, option.len - 8}, 100, &quality))
                vg_list_spoil(r, "\"%s\"; expected quality=0 to quality=100 of a pdq", vg_list_quote(option, quoted));
        } else rest = before;
        vg_list_set_category(r, vg_list_trim(rest));
    }
    return vg_list_add_hash(r, (vg_hash_algorithm)algorithm, word, (uint8_t)quality, 0,
                            vg_hash_algorithm_names[algorithm]);
}

int vg_list_read_text(list_reader *r)
{
    list_lines lines;
    vg_str line;
    int rc = vg_list_lines_open(r, &lines);
    while (rc == 0 && (rc = vg_list_next_line(r, &lines, &line)) > 0) {
        rc = 0;
        vg_list_begin(r, lines.number);
        if (lines.too_long) vg_list_spoil(r, "a line of more than %d bytes", LIST_MAX_LINE);
        else if (memchr(line.ptr, '\0', line.len)) vg_list_spoil(r, "a NUL byte; expected text");
        else {
            line = vg_list_trim(without_comment(line));
            if (!line.len) continue;
            rc = read_line(r, line);
        }
        if (rc == 0) rc = vg_list_finish(r);
    }
    vg_list_lines_close(&lines);
    return rc;
}

/* ---- vPDQ: "frame,quality,hash,seconds", one file a video ---- */

static vg_str next_cell(vg_str *rest)
{
    const char *comma = rest->len ? memchr(rest->ptr, ',', rest->len) : NULL;
    vg_str out = {rest->ptr, comma ? (size_t)(comma - rest->ptr) : rest->len};
    size_t used = comma ? out.len + 1 : out.len;
    *rest = (vg_str){rest->ptr + used, rest->len - used};
    return vg_list_trim(out);
}

static bool is_seconds(vg_str s)
{
    size_t digits = 0, points = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '.') points++;
        else if (s.ptr[i] >= '0' && s.ptr[i] <= '9') digits++;
        else return false;
    }
    return digits && points <= 1;
}

/* The lines are one record: a frame that cannot be read makes the video another one, so the file is refused. */
static int read_frame(list_reader *r, vg_str line, size_t number)
{
    unsigned frame, quality;
    vg_str rest = line, first = next_cell(&rest), second = next_cell(&rest), hash = next_cell(&rest),
           seconds = next_cell(&rest);
    char quoted[32];
    if (!number_of(first, 999999999, &frame))
        return vg_list_fail(r, VG_EINVAL, number, "frame \"%s\"; expected frame,quality,hash,seconds",
                            vg_list_quote(first, quoted));
    if (!number_of(second, 100, &quality))
        return vg_list_fail(r, VG_EINVAL, number, "quality \"%s\"; expected 0 to 100", vg_list_quote(second, quoted));
    if (!is_seconds(seconds) || rest.len)
        return vg_list_fail(r, VG_EINVAL, number, "seconds \"%s\"; expected a decimal number, and nothing after it",
                            vg_list_quote(seconds, quoted));
    int rc = vg_list_add_hash(r, VG_HASH_PDQ, hash, (uint8_t)quality, (uint32_t)r->hash_count + 1, "hash");
    if (rc == 0 && r->bad) return vg_list_fail(r, VG_EINVAL, number, "%s", r->reason);
    return rc;
}

int vg_list_read_vpdq(list_reader *r)
{
    list_lines lines;
    vg_str line;
    int rc = vg_list_lines_open(r, &lines);
    const char *base = strrchr(r->name, '/');
    vg_list_begin(r, 1);
    vg_list_set_reference(r, vg_str_of(base ? base + 1 : r->name));
    if (rc == 0 && r->bad) rc = vg_list_fail(r, VG_EINVAL, 0, "%s", r->reason);
    while (rc == 0 && (rc = vg_list_next_line(r, &lines, &line)) > 0) {
        line = vg_list_trim(line);
        if (lines.too_long)
            rc = vg_list_fail(r, VG_EINVAL, lines.number, "a line of more than %d bytes", LIST_MAX_LINE);
        else rc = line.len ? read_frame(r, line, lines.number) : 0;
    }
    if (rc == 0 && !r->hash_count)
        rc = vg_list_fail(r, VG_EINVAL, lines.number, "no frame; expected frame,quality,hash,seconds");
    if (rc == 0) rc = vg_list_finish(r);
    vg_list_lines_close(&lines);
    return rc;
}
