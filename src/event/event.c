/* SPDX-License-Identifier: Apache-2.0
 *
 * Wire names, the check of an event's time, and the event as CloudEvents JSON.
 */
#include <arpa/inet.h>
#include "event/bank.h"
#include "event/scan_int.h"

#include "base/hash.h"
#include "base/time.h"

const char *const vg_event_type_names[VG_EVENT_TYPES] = {"vigie.message", "vigie.media", "vigie.contact", "vigie.account",
                                                         "vigie.notice"};
const char *const vg_age_band_names[VG_AGE_BANDS] = {"unknown", "under13", "13-14", "15-17", "18-24", "25+"};
const char *const vg_age_basis_names[VG_AGE_BASES] = {"unknown", "declared", "estimated", "verified"};
const char *const vg_channel_names[VG_CHANNELS] = {"public", "group", "private"};
const char *const vg_contact_kind_names[VG_CONTACT_KINDS] = {"request", "accept", "decline", "block", "private_room"};
const char *const vg_notice_reason_names[VG_REASONS] = {"grooming", "threat", "media", "age", "harassment", "other"};
const char *const vg_hash_algorithm_names[VG_HASH_ALGORITHMS] = {"sha256", "md5", "sha1", "pdq"};

int vg_event_check_time(const vg_event *event, int64_t now_ms, int64_t ahead_ms, int64_t behind_ms, vg_error *err)
{
    char when[25];
    vg_time_format(event->time_ms, when);
    if (event->time_ms > now_ms + ahead_ms)
        return vg_fail(err, VG_EINVAL, "/time", "%s is in the future; a clock may be ahead by at most %lld s", when,
                       (long long)ahead_ms / 1000);
    if (event->time_ms < now_ms - behind_ms)
        return vg_fail(err, VG_EINVAL, "/time", "%s is too long ago; events are taken up to %lld days late", when,
                       (long long)(behind_ms / VG_DAY_MS));
    return 0;
}

/* `before` is ,"name": as it stands in the output; a value that is not there is left out. */
static void member(vg_buf *out, const char *before, vg_str value)
{
    if (!value.len) return;
    vg_buf_add_cstr(out, before);
    vg_buf_add_json_str(out, value);
}

static void word(vg_buf *out, const char *before, const char *value) { member(out, before, vg_str_of(value)); }

static void recipients(vg_buf *out, const vg_event *event)
{
    if (!event->to_count) return;
    vg_buf_add_cstr(out, ",\"to\":[");
    for (size_t i = 0; i < event->to_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_buf_add_json_str(out, event->to[i]);
    }
    vg_buf_add_char(out, ']');
}

void vg_event_write_hash(vg_buf *out, const vg_media_hash *hash)
{
    char hex[65];
    vg_hex_encode(hex, hash->bytes, vg_hash_bytes(hash->algorithm));
    vg_buf_printf(out, "{\"algorithm\":\"%s\",\"value\":\"%s\"", vg_hash_algorithm_names[hash->algorithm], hex);
    if (hash->algorithm == VG_HASH_PDQ) {
        vg_buf_printf(out, ",\"quality\":%u,\"profile\":\"%s\"", hash->quality, vg_pdq_profile_names[hash->profile]);
        if (hash->turn) vg_buf_printf(out, ",\"turn\":\"%s\"", vg_turn_names[hash->turn]);
        if (hash->frame) vg_buf_printf(out, ",\"frame\":%u", hash->frame);
    }
    vg_buf_add_char(out, '}');
}

static void write_hashes(vg_buf *out, const vg_event *event)
{
    if (!event->hash_count) return;
    vg_buf_add_cstr(out, ",\"hashes\":[");
    for (size_t i = 0; i < event->hash_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_event_write_hash(out, &event->hashes[i]);
    }
    vg_buf_add_char(out, ']');
}

static void write_account(vg_buf *out, const vg_event *event)
{
    word(out, ",\"age_band\":", vg_age_band_names[event->age_band]);
    if (event->age_basis) word(out, ",\"age_basis\":", vg_age_basis_names[event->age_basis]);
    if (event->created_ms) {
        char when[25];
        vg_time_format(event->created_ms, when);
        word(out, ",\"created\":", when);
    }
    member(out, ",\"country\":", vg_str_of(event->country));
    member(out, ",\"language\":", event->language);
}

/* Of the acting account, where the platform said it. */
static void write_whereabouts(vg_buf *out, const vg_event *event)
{
    member(out, ",\"ip\":", event->ip);
    member(out, ",\"phone\":", event->phone);
    member(out, ",\"currency\":", vg_str_of(event->currency));
    member(out, ",\"payment_country\":", vg_str_of(event->payment_country));
}

static void write_data(vg_buf *out, const vg_event *event)
{
    switch (event->type) {
    case VG_EVENT_MESSAGE:
        member(out, ",\"conversation\":", event->conversation);
        word(out, ",\"channel\":", vg_channel_names[event->channel]);
        recipients(out, event);
        vg_buf_add_cstr(out, ",\"text\":");
        vg_buf_add_json_str(out, event->text);
        member(out, ",\"language\":", event->language);
        write_whereabouts(out, event);
        break;
    case VG_EVENT_MEDIA:
        member(out, ",\"conversation\":", event->conversation);
        word(out, ",\"channel\":", vg_channel_names[event->channel]);
        recipients(out, event);
        write_hashes(out, event);
        member(out, ",\"upload\":", event->upload);
        member(out, ",\"mime\":", event->mime);
        write_whereabouts(out, event);
        break;
    case VG_EVENT_CONTACT:
        recipients(out, event);
        word(out, ",\"kind\":", vg_contact_kind_names[event->contact]);
        member(out, ",\"conversation\":", event->conversation);
        write_whereabouts(out, event);
        break;
    case VG_EVENT_ACCOUNT: write_account(out, event); break;
    case VG_EVENT_NOTICE:
        member(out, ",\"about\":", event->about);
        word(out, ",\"reason\":", vg_notice_reason_names[event->reason]);
        member(out, ",\"conversation\":", event->conversation);
        member(out, ",\"event\":", event->about_event);
        member(out, ",\"text\":", event->text);
        break;
    default: break;
    }
}

void vg_event_write(vg_buf *out, const vg_event *event)
{
    char when[25];
    vg_time_format(event->time_ms, when);
    vg_buf_add_cstr(out, "{\"specversion\":\"1.0\"");
    member(out, ",\"id\":", event->id);
    member(out, ",\"source\":", event->source);
    word(out, ",\"type\":", vg_event_type_names[event->type]);
    member(out, ",\"subject\":", event->subject);
    word(out, ",\"time\":", when);
    vg_buf_add_cstr(out, ",\"data\":{");
    size_t before = out->len;
    write_data(out, event);
    if (!out->failed && out->len > before && out->ptr[before] == ',') { /* the first member needs no comma before it */
        memmove(out->ptr + before, out->ptr + before + 1, out->len - before);
        out->len--;
    }
    vg_buf_add_cstr(out, "}}");
}

bool vg_event_is_ip(vg_str s)
{
    char text[VG_EVENT_MAX_IP + 1];
    unsigned char bytes[16];
    if (!s.len || s.len > VG_EVENT_MAX_IP || memchr(s.ptr, 0, s.len)) return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

bool vg_event_is_phone(vg_str s)
{
    if (s.len < 6 || s.len > VG_EVENT_MAX_PHONE || s.ptr[0] != '+' || s.ptr[1] == '0') return false;
    for (size_t i = 1; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return true;
}
