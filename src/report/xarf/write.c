/* SPDX-License-Identifier: Apache-2.0 */
#include "report/xarf/xarf.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/time.h"

bool vg_xarf_class(vg_str category)
{
    static const char *const classes[] = {"baseline", "A1", "A2", "B1", "B2"};
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (vg_str_is(category, classes[i])) return true;
    return false;
}

void vg_xarf_uuid(const uint8_t bytes[16], char out[37])
{
    uint8_t b[16];
    char hex[33];
    memcpy(b, bytes, sizeof b);
    b[6] = (uint8_t)(0x40 | (b[6] & 0x0f));
    b[8] = (uint8_t)(0x80 | (b[8] & 0x3f));
    vg_hex_encode(hex, b, sizeof b);
    snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

static void add_text(vg_buf *out, const char *name, vg_str text)
{
    if (!text.len) return;
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, text);
}

static void add_contact(vg_buf *out, const char *name, const vg_xarf *r)
{
    vg_buf_printf(out, ",\"%s\":{\"org\":", name);
    vg_buf_add_json_str(out, r->org);
    add_text(out, "contact", r->contact);
    add_text(out, "domain", r->domain);
    vg_buf_add_char(out, '}');
}

static void add_digest(vg_buf *out, const char *name, const uint8_t *bytes, size_t len, bool *first)
{
    char hex[65];
    if (!bytes) return;
    vg_hex_encode(hex, bytes, len);
    vg_buf_printf(out, "%s\"%s\":\"%s\"", *first ? "" : ",", name, hex);
    *first = false;
}

static void add_csam(vg_buf *out, const vg_xarf *r)
{
    bool first = true;
    add_text(out, "classification", r->classification);
    vg_buf_printf(out, ",\"detection_method\":\"%s\"", r->detection_method);
    if (r->media_type) vg_buf_printf(out, ",\"media_type\":\"%s\"", r->media_type);
    if (r->sha256 || r->sha1 || r->md5) {
        vg_buf_add_cstr(out, ",\"hash_values\":{");
        add_digest(out, "sha256", r->sha256, 32, &first);
        add_digest(out, "sha1", r->sha1, 20, &first);
        add_digest(out, "md5", r->md5, 16, &first);
        vg_buf_add_char(out, '}');
    }
    if (r->content_removed != VG_KNOWN_NOT) vg_buf_printf(out, ",\"content_removed\":%s", r->content_removed == VG_KNOWN_YES ? "true" : "false");
    if (r->account_suspended != VG_KNOWN_NOT) vg_buf_printf(out, ",\"account_suspended\":%s", r->account_suspended == VG_KNOWN_YES ? "true" : "false");
}

static void add_csem(vg_buf *out, const vg_xarf *r)
{
    const char *between = "";
    vg_buf_printf(out, ",\"exploitation_type\":\"%s\",\"detection_method\":\"%s\"", r->exploitation, r->detection_method);
    if (r->platform) vg_buf_printf(out, ",\"platform\":\"%s\"", r->platform);
    if (r->chat_logs || r->images || r->videos) {
        const char *const names[] = {r->chat_logs ? "chat_logs" : NULL, r->images ? "images" : NULL, r->videos ? "videos" : NULL};
        vg_buf_add_cstr(out, ",\"evidence_type\":[");
        for (size_t i = 0; i < 3; i++) {
            if (!names[i]) continue;
            vg_buf_printf(out, "%s\"%s\"", between, names[i]);
            between = ",";
        }
        vg_buf_add_char(out, ']');
    }
    if (r->ncmec_report_id.len) vg_buf_add_cstr(out, ",\"reporting_obligations\":[\"NCMEC\"]");
    if (!r->account.len) return;
    vg_buf_add_cstr(out, ",\"perpetrator_indicators\":{\"account_id\":");
    vg_buf_add_json_str(out, r->account);
    vg_buf_add_char(out, '}');
}

void vg_xarf_write(vg_buf *out, const vg_xarf *r)
{
    char time[25];
    vg_time_format(r->time_ms, time);
    vg_buf_printf(out, "{\"xarf_version\":\"4.2.0\",\"report_id\":\"%s\",\"timestamp\":\"%s\"", r->report_id, time);
    add_contact(out, "reporter", r);
    add_contact(out, "sender", r);
    add_text(out, "source_identifier", r->source_identifier);
    if (r->source_port) vg_buf_printf(out, ",\"source_port\":%u", r->source_port);
    vg_buf_printf(out, ",\"category\":\"content\",\"type\":\"%s\"", r->type == VG_XARF_CSAM ? "csam" : "csem");
    add_text(out, "url", r->url);
    if (r->type == VG_XARF_CSAM) add_csam(out, r);
    else add_csem(out, r);
    add_text(out, "ncmec_report_id", r->ncmec_report_id);
    add_text(out, "description", r->description);
    if (r->evidence_source) vg_buf_printf(out, ",\"evidence_source\":\"%s\"", r->evidence_source);
    for (size_t i = 0; i < VG_XARF_TAGS && r->tags[i][0]; i++) vg_buf_printf(out, "%s\"%s\"", i ? "," : ",\"tags\":[", r->tags[i]);
    vg_buf_add_cstr(out, r->tags[0][0] ? "]}" : "}");
}
