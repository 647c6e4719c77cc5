/* SPDX-License-Identifier: Apache-2.0
 *
 * The record that every reader fills.
 */
#include "signals/media/lists/lists_int.h"

#include "base/alloc.h"
#include "base/base64.h"
#include "base/hash.h"

void vg_list_begin(list_reader *r, size_t line)
{
    r->line = line;
    r->bad = r->deleted = false;
    r->reason[0] = r->reference[0] = r->category[0] = '\0';
    r->time_ms = 0;
    r->hash_count = r->other_count = 0;
    vg_buf_clear(&r->note);
}

void vg_list_spoil(list_reader *r, const char *format, ...)
{
    if (r->bad) return;
    r->bad = true;
    va_list args;
    va_start(args, format);
    vsnprintf(r->reason, sizeof r->reason, format, args);
    va_end(args);
}

const char *vg_list_quote(vg_str s, char out[32])
{
    size_t n = 0;
    for (; n < s.len && n < 24; n++) {
        char c = s.ptr[n];
        out[n] = c >= ' ' && c <= '~' && c != '"' ? c : '?';
    }
    if (s.len > n) {
        memcpy(out + n, "...", 4);
        n += 3;
    }
    out[n] = '\0';
    return out;
}

bool vg_list_same_word(vg_str a, const char *b)
{
    size_t i = 0;
    for (; i < a.len && b[i]; i++) {
        char x = a.ptr[i], y = b[i];
        if (x >= 'A' && x <= 'Z') x = (char)(x + 'a' - 'A');
        if (y >= 'A' && y <= 'Z') y = (char)(y + 'a' - 'A');
        if (x != y) return false;
    }
    return i == a.len && !b[i];
}

/* A name that people will read and that is a key: whole, valid, and on one line. */
static void set(list_reader *r, const char *what, char *out, size_t room, vg_str s)
{
    size_t bad;
    if (s.len > room) {
        vg_list_spoil(r, "%s: %zu bytes, at most %zu expected", what, s.len, room);
        return;
    }
    if (!vg_utf8_valid(s.ptr, s.len, &bad)) {
        vg_list_spoil(r, "%s: not UTF-8 at byte %zu", what, bad + 1);
        return;
    }
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f) {
            vg_list_spoil(r, "%s: control character at byte %zu", what, i + 1);
            return;
        }
    }
    if (s.len) memcpy(out, s.ptr, s.len);
    out[s.len] = '\0';
}

void vg_list_set_reference(list_reader *r, vg_str s)
{
    set(r, "reference", r->reference, LIST_MAX_REFERENCE, s);
}
void vg_list_set_category(list_reader *r, vg_str s)
{
    set(r, "category", r->category, VG_BANK_MAX_CATEGORY, s);
}

int vg_list_algorithm(vg_str name)
{
    static const struct {
        const char *name;
        vg_hash_algorithm algorithm;
    } names[] = {{"md5", VG_HASH_MD5},       {"sha1", VG_HASH_SHA1},         {"sha256", VG_HASH_SHA256},
                 {"pdq", VG_HASH_PDQ},       {"sha2256", VG_HASH_SHA256},    {"md5hash", VG_HASH_MD5},
                 {"sha1hash", VG_HASH_SHA1}, {"sha256hash", VG_HASH_SHA256}, {"pdqhash", VG_HASH_PDQ},
                 {"hashmd5", VG_HASH_MD5},   {"hashsha1", VG_HASH_SHA1},     {"hashsha256", VG_HASH_SHA256},
                 {"hashpdq", VG_HASH_PDQ}};
    char plain[16];
    size_t n = 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == '-' || c == '_' || c == ' ') continue;
        if (n == sizeof plain) return -1;
        plain[n++] = c;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (vg_list_same_word((vg_str){plain, n}, names[i].name)) return (int)names[i].algorithm;
    return -1;
}

int vg_list_bare_algorithm(list_reader *r, vg_str hex)
{
    if (hex.len == 32) return VG_HASH_MD5;
    if (hex.len == 40) return VG_HASH_SHA1;
    if (hex.len == 64 && r->columns->bare) return vg_list_algorithm(vg_str_of(r->columns->bare));
    if (hex.len == 64) vg_list_spoil(r, "64 hex digits alone may be SHA-256 or PDQ; expected to be told which");
    else vg_list_spoil(r, "%zu hex digits; expected 32 (MD5), 40 (SHA-1) or 64", hex.len);
    return -1;
}

/* Hex has two characters a byte, base64 four for three: for no algorithm are both lengths the same. */
static bool decode(vg_hash_algorithm algorithm, vg_str text, uint8_t bytes[32], char *reason, size_t room)
{
    size_t want = vg_hash_bytes(algorithm), got = 0;
    const char *name = vg_hash_algorithm_names[algorithm];
    if (text.len == 2 * want) {
        if (vg_hex_decode(bytes, want, text)) return true;
        snprintf(reason, room, "not hex digits throughout");
        return false;
    }
    size_t padded = (want + 2) / 3 * 4, bare = (want * 8 + 5) / 6;
    if (text.len == padded || text.len == bare) {
        if (vg_base64_decode(text, text.len == bare ? VG_BASE64_BARE : VG_BASE64, bytes, want, &got) && got == want) return true;
        snprintf(reason, room, "not base64 throughout");
        return false;
    }
    snprintf(reason, room, "%zu characters; a %s has %zu hex digits or %zu of base64", text.len, name, 2 * want,
             padded);
    return false;
}

int vg_list_add_hash(list_reader *r, vg_hash_algorithm algorithm, vg_str text, uint8_t quality, uint32_t frame,
                     const char *what)
{
    char reason[128];
    vg_media_hash hash = {.algorithm = algorithm, .frame = frame, .quality = algorithm == VG_HASH_PDQ ? quality : 0};
    if (r->bad) return 0;
    if (!decode(algorithm, text, hash.bytes, reason, sizeof reason)) {
        vg_list_spoil(r, "%.24s: %s", what, reason);
        return 0;
    }
    /* The same hash twice in a short record (VICS has it in two places) is one; a video may well have equal frames. */
    for (size_t i = 0; frame == 0 && i < r->hash_count && i < 16; i++)
        if (r->hashes[i].algorithm == algorithm && memcmp(r->hashes[i].bytes, hash.bytes, sizeof hash.bytes) == 0)
            return 0;
    if (r->hash_count == LIST_MAX_HASHES) {
        vg_list_spoil(r, "more than %d hashes", LIST_MAX_HASHES);
        return 0;
    }
    if (r->hash_count == r->hash_room) {
        size_t room = r->hash_room ? r->hash_room * 2 : 16;
        vg_media_hash *more = vg_realloc(r->hashes, room * sizeof *more);
        if (!more) return vg_list_fail(r, VG_ENOMEM, r->line, "no memory for %zu hashes", room);
        r->hashes = more;
        r->hash_room = room;
    }
    r->hashes[r->hash_count++] = hash;
    return 0;
}

void vg_list_add_other(list_reader *r, vg_str name)
{
    list_other *other = r->others;
    size_t len = name.len < sizeof other->name - 1 ? name.len : sizeof other->name - 1;
    for (size_t i = 0; i < r->other_count; i++, other++) {
        if (strlen(other->name) == len && memcmp(other->name, name.ptr, len) == 0) {
            other->count++;
            return;
        }
    }
    if (r->other_count == LIST_MAX_OTHERS) return;
    memset(other, 0, sizeof *other);
    if (len) memcpy(other->name, name.ptr, len);
    other->count = 1;
    r->other_count++;
}

/* Begins a member, gives where the note must be cut again if it does not fit. */
static size_t open_member(list_reader *r, const char *key)
{
    size_t before = r->note.len;
    vg_buf_add_char(&r->note, before ? ',' : '{');
    vg_buf_add_json_str(&r->note, vg_str_of(key));
    vg_buf_add_char(&r->note, ':');
    return before;
}

/* The last byte stays free for the '}' that ends the note. */
static void close_member(list_reader *r, size_t before)
{
    if (!r->note.failed && r->note.len < LIST_MAX_NOTE - 2) return;
    r->note.failed = false;
    r->note.len = before;
}

void vg_list_note_raw(list_reader *r, const char *key, vg_str value)
{
    size_t before = open_member(r, key);
    vg_buf_add_str(&r->note, value);
    close_member(r, before);
}

void vg_list_note_str(list_reader *r, const char *key, vg_str value)
{
    char cut[LIST_MAX_VALUE + 4];
    if (value.len > LIST_MAX_VALUE) {
        size_t len = LIST_MAX_VALUE;
        while (len > LIST_MAX_VALUE - 4 && ((unsigned char)value.ptr[len] & 0xc0) == 0x80) len--;
        memcpy(cut, value.ptr, len);
        memcpy(cut + len, "…", 3);
        value = (vg_str){cut, len + 3};
    }
    size_t before = open_member(r, key);
    vg_buf_add_json_str(&r->note, value);
    close_member(r, before);
}

static void note_others(list_reader *r)
{
    if (!r->other_count) return;
    size_t before = open_member(r, "other_hashes");
    for (size_t i = 0; i < r->other_count; i++) {
        vg_buf_add_char(&r->note, i ? ',' : '{');
        vg_buf_add_json_str(&r->note, vg_str_of(r->others[i].name));
        vg_buf_add_char(&r->note, ':');
        vg_buf_add_u64(&r->note, r->others[i].count);
    }
    vg_buf_add_char(&r->note, '}');
    close_member(r, before);
}

static int skip(list_reader *r)
{
    if (r->out->skipped++ == 0) {
        r->first_line = r->line;
        memcpy(r->first_reason, r->reason, sizeof r->reason);
    }
    if (r->sink->skipped) r->sink->skipped(r->sink->context, r->line, r->reason);
    return 0;
}

int vg_list_finish(list_reader *r)
{
    if (!r->hash_count && !r->deleted) {
        if (r->other_count)
            vg_list_spoil(r, "only fingerprints that are not read (%s); expected MD5, SHA-1, SHA-256 or PDQ",
                          r->others[0].name);
        else vg_list_spoil(r, "no hash; expected MD5, SHA-1, SHA-256 or PDQ");
    }
    if (!r->reference[0] && !r->hash_count) vg_list_spoil(r, "taken back without a reference or a hash");
    if (r->bad) return skip(r);
    if (!r->reference[0]) vg_hex_encode(r->reference, r->hashes[0].bytes, vg_hash_bytes(r->hashes[0].algorithm));
    note_others(r);
    if (r->note.len) vg_buf_add_char(&r->note, '}');
    vg_list_record record = {.reference = vg_str_of(r->reference),
                             .category = vg_str_of(r->category),
                             .note = {r->note.ptr, r->note.len},
                             .deleted = r->deleted,
                             .time_ms = r->time_ms,
                             .hashes = r->hashes,
                             .hash_count = r->hash_count,
                             .line = r->line};
    if (r->out->newest_ms < r->time_ms) r->out->newest_ms = r->time_ms;
    if (r->deleted) r->out->deleted++;
    else r->out->records++;
    return r->sink->record(r->sink->context, &record, r->err);
}
