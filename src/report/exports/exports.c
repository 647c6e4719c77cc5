/* SPDX-License-Identifier: Apache-2.0 */
#include "report/exports/exports_int.h"

#include <inttypes.h>
#include <openssl/evp.h>

#include "base/hash.h"
#include "base/time.h"
#include "report/text.h"

const vg_export_kind vg_export_kinds[VG_EXPORTS] = {
    [VG_EXPORT_VICS_1_3] = {"vics-1.3", "application/json", "vics-1.3.json"},
    [VG_EXPORT_VICS_2_0] = {"vics-2.0", "application/json", "vics-2.0.json"},
    [VG_EXPORT_CSV_MEDIA] = {"csv-media", "text/csv; charset=utf-8", "media.csv"},
    [VG_EXPORT_CSV_MESSAGES] = {"csv-messages", "text/csv; charset=utf-8", "messages.csv"},
    [VG_EXPORT_CSV_IDENTIFIERS] = {"csv-identifiers", "text/csv; charset=utf-8", "identifiers.csv"},
    [VG_EXPORT_CASE_UCO] = {"case-uco", "application/ld+json", "case.jsonld"},
};

int vg_export_named(vg_str name)
{
    for (int i = 0; i < VG_EXPORTS; i++)
        if (vg_str_is(name, vg_export_kinds[i].name)) return i;
    return -1;
}

int vg_export_write(const vg_dossier *d, vg_export_format format, vg_buf *out, vg_error *err)
{
    /* One record at a time: the longest text with each byte written by its number. */
    export_out o = {.out = out, .texts = vg_arena_create(64 << 10, 16 << 20), .first = true};
    if (!o.texts) return vg_fail(err, VG_ENOMEM, "", "no memory for an export");
    switch (format) {
    case VG_EXPORT_VICS_1_3: vg_export_vics(&o, d, false); break;
    case VG_EXPORT_VICS_2_0: vg_export_vics(&o, d, true); break;
    case VG_EXPORT_CSV_MEDIA: vg_export_csv_media(&o, d); break;
    case VG_EXPORT_CSV_MESSAGES: vg_export_csv_messages(&o, d); break;
    case VG_EXPORT_CSV_IDENTIFIERS: vg_export_csv_identifiers(&o, d); break;
    default: vg_export_case_uco(&o, d); break;
    }
    vg_arena_destroy(&o.texts);
    if (!out->failed) return 0;
    return out->len + (1 << 20) > out->ceiling ? vg_fail(err, VG_ETOOBIG, "", "the export is over %zu bytes", out->ceiling)
                                               : vg_fail(err, VG_ENOMEM, "", "no memory for an export");
}

/* ---- JSON ---- */

void vg_export_key(export_out *o, const char *key)
{
    if (!o->first) vg_buf_add_char(o->out, ',');
    o->first = false;
    if (key[0]) vg_buf_printf(o->out, "\"%s\":", key);
}

void vg_export_open(export_out *o, const char *key, char bracket)
{
    vg_export_key(o, key);
    if (!key[0]) vg_buf_add_char(o->out, '\n');
    vg_buf_add_char(o->out, bracket);
    o->first = true;
}

void vg_export_close(export_out *o, char bracket)
{
    vg_buf_add_char(o->out, bracket);
    o->first = false;
}

/* No memory for a text fails the export: it must not miss in silence. */
static vg_str had(export_out *o, vg_str text)
{
    if (text.ptr) return text;
    o->out->failed = true;
    return (vg_str){"", 0};
}

vg_str vg_export_shown(export_out *o, vg_str value) { return had(o, vg_text_shown(o->texts, value.ptr ? value : (vg_str){"", 0}, false, 0)); }

void vg_export_text(export_out *o, const char *key, vg_str value)
{
    if (!value.len) return;
    vg_export_key(o, key);
    vg_buf_add_json_str(o->out, had(o, vg_text_utf8(o->texts, value)));
}

void vg_export_made(export_out *o, const char *key, vg_str value)
{
    if (!value.ptr) o->out->failed = true;
    else vg_export_text(o, key, value);
}

void vg_export_word(export_out *o, const char *key, const char *value) { vg_export_text(o, key, vg_str_of(value)); }

void vg_export_number(export_out *o, const char *key, uint64_t value)
{
    vg_export_key(o, key);
    vg_buf_add_u64(o->out, value);
}

void vg_export_truth(export_out *o, const char *key, bool value)
{
    vg_export_key(o, key);
    vg_buf_add_cstr(o->out, value ? "true" : "false");
}

void vg_export_time(export_out *o, const char *key, int64_t ms)
{
    char when[25];
    if (!ms) return;
    vg_time_format(ms, when);
    vg_export_word(o, key, when);
}

void vg_export_hex(export_out *o, const char *key, bool has, const uint8_t *bytes, size_t len, bool upper)
{
    char hex[65];
    if (!has || len > 32) return;
    vg_hex_encode(hex, bytes, len);
    for (char *c = hex; upper && *c; c++)
        if (*c >= 'a' && *c <= 'f') *c = (char)(*c - 'a' + 'A');
    vg_export_word(o, key, hex);
}

/* ---- what the formats share ---- */

void vg_export_uuid(const vg_dossier *d, const char *kind, vg_str key, int64_t number, char out[EXPORT_UUID])
{
    /* The namespace is this product's own, and never changes: ids of an export that was made before stay what they are. */
    static const uint8_t space[16] = {0x6b, 0x1d, 0x0f, 0x52, 0x8c, 0x3e, 0x4a, 0x97, 0xb2, 0x64, 0x1e, 0x7a, 0x90, 0x5d, 0xc3, 0x18};
    uint8_t hash[EVP_MAX_MD_SIZE] = {0};
    char head[256], hex[33];
    int len = snprintf(head, sizeof head, "%s %" PRId64 " %s %" PRId64 " ", d->name, d->c.opened_ms, kind, number);
    EVP_MD_CTX *sha = EVP_MD_CTX_new();
    if (sha && EVP_DigestInit_ex(sha, EVP_sha1(), NULL)) {
        EVP_DigestUpdate(sha, space, sizeof space);
        EVP_DigestUpdate(sha, d->c.space.len ? d->c.space.ptr : "", d->c.space.len);
        EVP_DigestUpdate(sha, "\0", 1);
        EVP_DigestUpdate(sha, head, (size_t)len);
        EVP_DigestUpdate(sha, key.len ? key.ptr : "", key.len);
        EVP_DigestFinal_ex(sha, hash, NULL);
    }
    EVP_MD_CTX_free(sha);
    hash[6] = (uint8_t)((hash[6] & 0x0f) | 0x50);
    hash[8] = (uint8_t)((hash[8] & 0x3f) | 0x80);
    vg_hex_encode(hex, hash, 16);
    snprintf(out, EXPORT_UUID, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

vg_str vg_export_account(const vg_dossier *d, size_t party)
{
    return party < d->party_count ? d->parties[party].account : (vg_str){"", 0};
}
