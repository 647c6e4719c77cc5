/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/media_out.h"

#include <stdio.h>

#include "base/hash.h"

static const char *const format_names[VG_OUT_FORMATS] = {"jsonl", "csv", "vpdq", "xarf"};

int vg_out_format_of(const char *name, unsigned allowed, vg_out_format *out, vg_error *err)
{
    char list[64] = "";
    size_t used = 0;
    for (unsigned i = 0; i < VG_OUT_FORMATS; i++) {
        if (!(allowed & 1u << i)) continue;
        if (strcmp(name, format_names[i]) == 0) {
            *out = (vg_out_format)i;
            return 0;
        }
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", format_names[i]);
    }
    return vg_fail(err, VG_EINVAL, "--format", "unknown format \"%s\"; expected one of %s", name, list);
}

static void add_hex(vg_buf *out, const uint8_t *bytes, size_t len)
{
    char hex[65];
    vg_hex_encode(hex, bytes, len);
    vg_buf_add_cstr(out, hex);
}

static void add_json_hex(vg_buf *out, const char *name, const uint8_t *bytes, size_t len)
{
    vg_buf_printf(out, ",\"%s\":\"", name);
    add_hex(out, bytes, len);
    vg_buf_add_char(out, '"');
}

/* A name on disk is bytes; what is no UTF-8 is told exactly beside what can be read of it. */
static void add_path(vg_buf *out, const char *path)
{
    static const char digits[] = "0123456789abcdef";
    vg_str name = vg_str_of(path);
    vg_buf_add_cstr(out, "\"path\":");
    vg_buf_add_json_str(out, name);
    if (vg_utf8_valid(name.ptr, name.len, NULL)) return;
    vg_buf_add_cstr(out, ",\"path_hex\":\"");
    for (size_t i = 0; i < name.len; i++) {
        vg_buf_add_char(out, digits[(uint8_t)name.ptr[i] >> 4]);
        vg_buf_add_char(out, digits[name.ptr[i] & 15]);
    }
    vg_buf_add_char(out, '"');
}

static void add_frames(vg_buf *out, const vg_decoded *decoded)
{
    vg_buf_add_cstr(out, "[");
    for (size_t i = 0; i < decoded->frame_count; i++) {
        const vg_decoded_frame *f = &decoded->frames[i];
        vg_buf_printf(out, "%s{\"frame\":%u,\"time_ms\":%u,\"quality\":%u", i ? "," : "", f->number, f->time_ms, f->quality);
        add_json_hex(out, "pdq", f->hash, 32);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

void vg_out_json_file(vg_buf *out, const vg_scan_file *file, const vg_decoded *d, vg_pdq_profile profile, bool frames)
{
    add_path(out, file->path);
    vg_buf_printf(out, ",\"size\":%llu,\"kind\":\"%s\"", (unsigned long long)file->size, vg_media_kind_names[d->kind]);
    if (d->format[0]) vg_buf_printf(out, ",\"format\":\"%s\"", d->format);
    if (d->width) vg_buf_printf(out, ",\"width\":%u,\"height\":%u", d->width, d->height);
    if (d->exif > 1) vg_buf_printf(out, ",\"exif_orientation\":%u", d->exif);
    add_json_hex(out, "sha256", d->sha256, 32);
    add_json_hex(out, "sha1", d->sha1, 20);
    add_json_hex(out, "md5", d->md5, 16);
    if (d->has_pdq[profile]) {
        add_json_hex(out, "pdq", d->pdq[profile][VG_TURN_NONE], 32);
        vg_buf_printf(out, ",\"quality\":%u", d->quality[profile]);
        if (d->has_upright) add_json_hex(out, "pdq_upright", d->upright[profile], 32);
    }
    if (d->frame_count) {
        vg_buf_printf(out, ",\"frames\":");
        if (frames) add_frames(out, d);
        else vg_buf_printf(out, "%zu", d->frame_count);
        if (d->frames_left_out) vg_buf_add_cstr(out, ",\"frames_left_out\":true");
    }
    if (d->note[0]) {
        vg_buf_add_cstr(out, ",\"note\":");
        vg_buf_add_json_str(out, vg_str_of(d->note));
    }
}

void vg_out_csv_field(vg_buf *out, vg_str field, bool first)
{
    bool quote = false;
    if (!first) vg_buf_add_char(out, ',');
    for (size_t i = 0; i < field.len; i++) quote |= strchr(",\"\r\n", field.ptr[i]) != NULL && field.ptr[i];
    if (!quote) {
        vg_buf_add_str(out, field);
        return;
    }
    vg_buf_add_char(out, '"');
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] == '"') vg_buf_add_char(out, '"');
        vg_buf_add_char(out, field.ptr[i]);
    }
    vg_buf_add_char(out, '"');
}

void vg_out_csv_head(vg_buf *out)
{
    vg_buf_add_cstr(out, "path,size,kind,format,width,height,sha256,sha1,md5,pdq,quality,frames,note");
}

static void csv_hex(vg_buf *out, const uint8_t *bytes, size_t len)
{
    vg_buf_add_char(out, ',');
    add_hex(out, bytes, len);
}

void vg_out_csv_file(vg_buf *out, const vg_scan_file *file, const vg_decoded *d, vg_pdq_profile profile)
{
    vg_out_csv_field(out, vg_str_of(file->path), true);
    vg_buf_printf(out, ",%llu,%s,%s,%u,%u", (unsigned long long)file->size, vg_media_kind_names[d->kind], d->format, d->width,
                  d->height);
    csv_hex(out, d->sha256, 32);
    csv_hex(out, d->sha1, 20);
    csv_hex(out, d->md5, 16);
    if (d->has_pdq[profile]) {
        csv_hex(out, d->pdq[profile][VG_TURN_NONE], 32);
        vg_buf_printf(out, ",%u", d->quality[profile]);
    } else {
        vg_buf_add_cstr(out, ",,");
    }
    vg_buf_printf(out, ",%zu", d->frame_count);
    vg_out_csv_field(out, vg_str_of(d->note), false);
}
