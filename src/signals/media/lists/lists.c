/* SPDX-License-Identifier: Apache-2.0
 *
 * What all lists have in common: their beginning, their bytes, their end.
 */
#include "signals/media/lists/lists_int.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/time.h"

const char *const vg_list_format_names[VG_LIST_FORMATS] = {"text", "csv", "vics", "ncmec", "stopncii", "vpdq"};

int vg_list_fail(list_reader *r, int code, size_t line, const char *format, ...)
{
    char where[sizeof r->err->where], what[sizeof r->err->what];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (line) snprintf(where, sizeof where, "%.160s:%zu", r->name, line);
    else snprintf(where, sizeof where, "%.160s", r->name);
    return vg_fail(r->err, code, where, "%s", what);
}

int vg_list_fill(list_reader *r, char *into, size_t room, size_t *got)
{
    if (r->in) {
        *got = fread(into, 1, room, r->in);
        if (*got < room && ferror(r->in)) return vg_list_fail(r, VG_EIO, 0, "cannot be read: %s", strerror(errno));
    } else {
        *got = r->left < room ? r->left : room;
        if (*got) memcpy(into, r->bytes, *got);
        r->bytes += *got;
        r->left -= *got;
    }
    r->out->bytes += *got;
    if (r->sink->progress) {
        int64_t now = vg_time_monotonic_us();
        if (*got == 0 || now - r->told_us >= 100000) {
            r->told_us = now;
            r->sink->progress(r->sink->context, r->out->bytes);
        }
    }
    return 0;
}

static int read_format(list_reader *r, vg_list_format format)
{
    switch (format) {
    case VG_LIST_TEXT: return vg_list_read_text(r);
    case VG_LIST_CSV: return vg_list_read_csv(r);
    case VG_LIST_VICS: return vg_list_read_vics(r);
    case VG_LIST_NCMEC: return vg_list_read_ncmec(r);
    case VG_LIST_STOPNCII: return vg_list_read_stopncii(r);
    case VG_LIST_VPDQ: return vg_list_read_vpdq(r);
    default: return vg_list_fail(r, VG_EINVAL, 0, "unknown format %d", (int)format);
    }
}

static int read_list(list_reader *r, vg_list_format format)
{
    static const vg_list_columns usual;
    if (!r->columns) r->columns = &usual;
    *r->out = (vg_list_result){.next = VG_STR("")};
    const char *bare = r->columns->bare;
    int algorithm = bare ? vg_list_algorithm(vg_str_of(bare)) : VG_HASH_PDQ;
    if (algorithm != VG_HASH_PDQ && algorithm != VG_HASH_SHA256)
        return vg_list_fail(r, VG_EINVAL, 0, "64 hex digits are said to be %.40s; expected sha256 or pdq", bare);
    vg_buf_init(&r->note, LIST_MAX_NOTE);
    int rc = 0;
    /* Taken once: later a note can only be too long, never short of memory. */
    if (!vg_buf_reserve(&r->note, LIST_MAX_NOTE - 1)) rc = vg_list_fail(r, VG_ENOMEM, 0, "no memory");
    if (rc == 0) rc = read_format(r, format);
    if (rc == 0 && format != VG_LIST_NCMEC && format != VG_LIST_STOPNCII) {
        if (r->out->bytes == 0) rc = vg_list_fail(r, VG_EINVAL, 0, "is empty; expected a list of hashes");
        else if (r->out->skipped && !r->out->records)
            rc = vg_list_fail(r, VG_EINVAL, r->first_line, "%s; none of %llu records could be read", r->first_reason,
                              (unsigned long long)r->out->skipped);
    }
    vg_free(r->hashes);
    vg_buf_free(&r->note);
    return rc;
}

int vg_list_read(vg_list_format format, FILE *in, const char *name, const vg_list_columns *columns,
                 const vg_list_sink *sink, vg_arena *arena, vg_list_result *out, vg_error *err)
{
    list_reader reader = {
        .in = in, .name = name, .columns = columns, .sink = sink, .arena = arena, .out = out, .err = err};
    return read_list(&reader, format);
}

int vg_list_read_bytes(vg_list_format format, vg_str bytes, const char *name, const vg_list_sink *sink, vg_arena *arena,
                       vg_list_result *out, vg_error *err)
{
    list_reader reader = {
        .bytes = bytes.ptr, .left = bytes.len, .name = name, .sink = sink, .arena = arena, .out = out, .err = err};
    return read_list(&reader, format);
}

/* ---- guessing ---- */

static bool holds(vg_str s, const char *word)
{
    return s.len && memmem(s.ptr, s.len, word, strlen(word));
}

static bool all_digits(vg_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return s.len > 0;
}

static bool all_hex(vg_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!strchr("0123456789abcdefABCDEF", s.ptr[i]) || !s.ptr[i]) return false;
    return true;
}

static vg_str cell(vg_str *rest, char delimiter)
{
    const char *end = rest->len ? memchr(rest->ptr, delimiter, rest->len) : NULL;
    vg_str out = {rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len};
    size_t used = end ? out.len + 1 : out.len;
    *rest = (vg_str){rest->ptr + used, rest->len - used};
    out = vg_list_trim(out);
    if (out.len >= 2 && out.ptr[0] == '"' && out.ptr[out.len - 1] == '"') out = (vg_str){out.ptr + 1, out.len - 2};
    return out;
}

static int guess_line(vg_str line)
{
    vg_str rest = line, word = vg_list_word(&rest);
    int algorithm = vg_list_algorithm(word);
    if (algorithm >= 0 && all_hex(vg_list_word(&rest)) && rest.ptr != line.ptr + word.len && line.len > word.len)
        return VG_LIST_TEXT;
    if (all_hex(word) && (word.len == 32 || word.len == 40 || word.len == 64)) return VG_LIST_TEXT;
    rest = line;
    vg_str frame = cell(&rest, ','), quality = cell(&rest, ','), hash = cell(&rest, ',');
    if (all_digits(frame) && all_digits(quality) && hash.len == 64 && all_hex(hash)) return VG_LIST_VPDQ;
    for (const char *delimiter = ",;\t"; *delimiter; delimiter++) {
        rest = line;
        while (rest.len)
            if (vg_list_is_hash_column(cell(&rest, *delimiter))) return VG_LIST_CSV;
    }
    return -1;
}

int vg_list_format_guess(const char *bytes, size_t len)
{
    vg_str s = {bytes, len};
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) s = (vg_str){bytes + 3, len - 3};
    while (s.len && strchr(" \t\r\n", s.ptr[0]) && s.ptr[0]) s = (vg_str){s.ptr + 1, s.len - 1};
    if (!s.len) return -1;
    if (s.ptr[0] == '<') return holds(s, "queryResult") || holds(s, "hashsharing") ? VG_LIST_NCMEC : -1;
    if (s.ptr[0] == '{') {
        if (holds(s, "odata.metadata") || holds(s, "@odata.context")) return VG_LIST_VICS;
        return holds(s, "\"hashRecords\"") || holds(s, "\"nextPageToken\"") || holds(s, "\"hasMoreRecords\"")
                   ? VG_LIST_STOPNCII
                   : -1;
    }
    while (s.len) {
        const char *end = memchr(s.ptr, '\n', s.len);
        vg_str line = {s.ptr, end ? (size_t)(end - s.ptr) : s.len};
        s = end ? (vg_str){end + 1, s.len - line.len - 1} : (vg_str){s.ptr + s.len, 0};
        line = vg_list_trim(line);
        if (line.len > 4 && memcmp(line.ptr, "sep=", 4) == 0) return VG_LIST_CSV;
        if (line.len && line.ptr[0] != '#') return guess_line(line);
    }
    return -1;
}
