/* SPDX-License-Identifier: Apache-2.0 */
#include "store/audit/note.h"

#include <sodium.h>
#include <stdio.h>

#include "base/base64.h"
#include "base/hash.h"
#include "store/audit/sha256.h"

enum { ED25519 = 1, BASE64 = sodium_base64_VARIANT_ORIGINAL };
static const char dash[] = "\xe2\x80\x94 "; /* an em dash and a blank */

bool vg_note_name(vg_str name)
{
    size_t bad;
    if (!name.len || name.len > VG_NOTE_NAME_MOST || !vg_utf8_valid(name.ptr, name.len, &bad)) return false;
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] <= ' ' || name.ptr[i] == '+' || name.ptr[i] == 0x7f) return false;
    return true;
}

void vg_note_key_make(vg_note_key *key, const char *name, const uint8_t public_key[32])
{
    uint8_t type = ED25519, hash[32];
    snprintf(key->name, sizeof key->name, "%s", name);
    memcpy(key->public_key, public_key, 32);
    const vg_str parts[4] = {vg_str_of(key->name), VG_STR("\n"), {(const char *)&type, 1}, {(const char *)public_key, 32}};
    vg_audit_sha256_parts(parts, 4, hash);
    memcpy(key->hash, hash, sizeof key->hash);
}

void vg_note_key_write(const vg_note_key *key, char out[VG_NOTE_VERIFIER])
{
    uint8_t typed[33] = {ED25519};
    char hex[9], base64[sodium_base64_ENCODED_LEN(sizeof typed, BASE64)];
    memcpy(typed + 1, key->public_key, 32);
    vg_hex_encode(hex, key->hash, sizeof key->hash);
    sodium_bin2base64(base64, sizeof base64, typed, sizeof typed, BASE64);
    snprintf(out, VG_NOTE_VERIFIER, "%s+%s+%s", key->name, hex, base64);
}

/* Exactly `len` bytes. */
static bool read_base64(vg_str text, uint8_t *out, size_t len)
{
    size_t got;
    return vg_base64_decode(text, VG_BASE64, out, len, &got) && got == len;
}

int vg_note_key_read(vg_note_key *key, vg_str text, vg_error *err)
{
    static const char expected[] = "expected a verifier key: NAME+HASH+KEY as `vigie audit key` prints it";
    uint8_t typed[33], hash[4];
    char name[VG_NOTE_NAME_MOST + 1];
    const char *plus = text.len ? memchr(text.ptr, '+', text.len) : NULL;
    size_t len = plus ? (size_t)(plus - text.ptr) : 0;
    if (!plus || text.len < len + 10 || !vg_note_name((vg_str){text.ptr, len}) || plus[9] != '+' ||
        !vg_hex_decode(hash, sizeof hash, (vg_str){plus + 1, 8}) ||
        !read_base64((vg_str){plus + 10, text.len - len - 10}, typed, sizeof typed) || typed[0] != ED25519)
        return vg_fail(err, VG_EINVAL, "/key", "%s", expected);
    snprintf(name, sizeof name, "%.*s", (int)len, text.ptr);
    vg_note_key_make(key, name, typed + 1);
    return memcmp(key->hash, hash, sizeof hash) == 0 ? 0 : vg_fail(err, VG_EINVAL, "/key", "its hash is not that of its name and key");
}

void vg_note_text(vg_buf *out, const char *origin, int64_t size, const uint8_t root[32])
{
    char base64[sodium_base64_ENCODED_LEN(32, BASE64)];
    sodium_bin2base64(base64, sizeof base64, root, 32, BASE64);
    vg_buf_printf(out, "%s\n%lld\n%s\n", origin, (long long)size, base64);
}

void vg_note_sign(vg_buf *out, vg_str text, const vg_note_key *key, const uint8_t secret[64])
{
    uint8_t line[4 + crypto_sign_BYTES];
    char base64[sodium_base64_ENCODED_LEN(sizeof line, BASE64)];
    memcpy(line, key->hash, 4);
    crypto_sign_detached(line + 4, NULL, (const uint8_t *)text.ptr, text.len, secret);
    sodium_bin2base64(base64, sizeof base64, line, sizeof line, BASE64);
    vg_buf_printf(out, "%s%s %s\n", dash, key->name, base64);
}

/* The next line without its newline; false at the end, or when the last one has none. */
static bool next_line(vg_str *rest, vg_str *line)
{
    const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
    if (!end) return false;
    *line = (vg_str){rest->ptr, (size_t)(end - rest->ptr)};
    rest->ptr = end + 1;
    rest->len -= line->len + 1;
    return true;
}

static bool read_size(vg_str line, int64_t *size)
{
    *size = 0;
    if (!line.len || line.len > 18 || (line.ptr[0] == '0' && line.len > 1)) return false;
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] < '0' || line.ptr[i] > '9') return false;
        *size = *size * 10 + (line.ptr[i] - '0');
    }
    return true;
}

/* NAME and 4+64 bytes of one line; false: not a signature line. */
static bool read_signature(vg_str line, vg_str *name, uint8_t bytes[4 + crypto_sign_BYTES], bool *ours)
{
    const size_t lead = sizeof dash - 1;
    if (line.len <= lead || memcmp(line.ptr, dash, lead) != 0) return false;
    const char *begin = line.ptr + lead, *blank = memchr(begin, ' ', line.len - lead);
    if (!blank) return false;
    *name = (vg_str){begin, (size_t)(blank - begin)};
    *ours = read_base64((vg_str){blank + 1, line.len - lead - name->len - 1}, bytes, 4 + crypto_sign_BYTES);
    return vg_note_name(*name) && line.len > lead + name->len + 1; /* signatures of other kinds have other lengths */
}

int vg_note_read(vg_note *note, vg_str bytes, vg_error *err)
{
    vg_str rest = bytes, line, size, root, name;
    uint8_t signature[4 + crypto_sign_BYTES];
    size_t bad, count = 0;
    bool ours;
    if (bytes.len > VG_NOTE_MOST || !bytes.len || !vg_utf8_valid(bytes.ptr, bytes.len, &bad) || memchr(bytes.ptr, '\0', bytes.len))
        return vg_fail(err, VG_ECORRUPT, "checkpoint", "is not a text of at most %d KiB", VG_NOTE_MOST >> 10);
    if (!next_line(&rest, &note->origin) || !vg_note_name(note->origin)) return vg_fail(err, VG_ECORRUPT, "checkpoint", "does not begin with a log's name");
    if (!next_line(&rest, &size) || !read_size(size, &note->size)) return vg_fail(err, VG_ECORRUPT, "checkpoint", "its second line is not a size");
    if (!next_line(&rest, &root) || !read_base64(root, note->root, 32)) return vg_fail(err, VG_ECORRUPT, "checkpoint", "its third line is not a hash in base64");
    do
        if (!next_line(&rest, &line)) return vg_fail(err, VG_ECORRUPT, "checkpoint", "has no blank line before its signatures");
    while (line.len);
    note->text = (vg_str){bytes.ptr, (size_t)(line.ptr - bytes.ptr)};
    note->signatures = rest;
    while (rest.len) {
        if (!next_line(&rest, &line) || !read_signature(line, &name, signature, &ours) || ++count > VG_NOTE_SIGNATURES_MOST)
            return vg_fail(err, VG_ECORRUPT, "checkpoint", "its signature line %zu is malformed", count + 1);
    }
    return count ? 0 : vg_fail(err, VG_ECORRUPT, "checkpoint", "is not signed");
}

bool vg_note_signed(const vg_note *note, const vg_note_key *key)
{
    vg_str rest = note->signatures, line, name;
    uint8_t bytes[4 + crypto_sign_BYTES];
    bool ours;
    while (next_line(&rest, &line))
        if (read_signature(line, &name, bytes, &ours) && ours && vg_str_is(name, key->name) && memcmp(bytes, key->hash, 4) == 0 &&
            crypto_sign_verify_detached(bytes + 4, (const uint8_t *)note->text.ptr, note->text.len, key->public_key) == 0)
            return true;
    return false;
}
