/* SPDX-License-Identifier: Apache-2.0
 *
 * What who files chose, and what a later look at an address means. */
#include "report/notice/notice.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"

enum { OPTIONS_MOST = 256 << 10, URL_MOST = 2000, TEXT_MOST = 4000, ID_MOST = 250 };

const char *const vg_still_names[VG_STILLS] = {"there", "gone", "changed", "unknown"};

static int wrong(vg_error *err, const char *member, const char *expected)
{
    char where[96];
    snprintf(where, sizeof where, "/options%s%.60s", member[0] ? "/" : "", member);
    return vg_fail(err, VG_EINVAL, where, "expected %s", expected);
}

static int take_text(const json_t *value, const char *member, size_t most, vg_arena *arena, vg_str *out, vg_error *err)
{
    size_t len = json_string_length(value);
    if (!json_is_string(value) || !len || len > most || memchr(json_string_value(value), '\0', len)) return wrong(err, member, "a text, not longer than the document says");
    *out = vg_arena_copy(arena, (vg_str){json_string_value(value), len});
    return out->ptr ? 0 : vg_fail(err, VG_ENOMEM, "notice", "no memory");
}

bool vg_notice_is_web(vg_str url)
{
    size_t scheme = url.len > 8 && memcmp(url.ptr, "https://", 8) == 0 ? 8 : url.len > 7 && memcmp(url.ptr, "http://", 7) == 0 ? 7 : 0;
    bool web = scheme > 0 && !strchr("/?#:", url.ptr[scheme]), host = true;
    for (size_t i = scheme; web && i < url.len; i++) {
        unsigned char c = (unsigned char)url.ptr[i];
        if (strchr("/?#", c)) host = false;
        web = c > ' ' && c < 0x7f && !strchr("\"<>\\^`{|}", c) && !(host && c == '@');
    }
    return web;
}

static int take_media(const vg_filing_view *f, const json_t *value, vg_notice_item *it, vg_error *err)
{
    for (size_t k = 0; json_is_integer(value) && k < f->dossier->media_count; k++) {
        const vg_dossier_media *m = &f->dossier->media[k];
        if (m->seq != json_integer_value(value)) continue;
        it->has_sha256 = m->has_sha256, it->has_md5 = m->has_md5;
        memcpy(it->sha256, m->sha256, sizeof it->sha256);
        memcpy(it->md5, m->md5, sizeof it->md5);
        return 0;
    }
    return wrong(err, "items", "the number of a file of the case as media");
}

static int take_item(const vg_filing_view *f, const json_t *one, vg_arena *arena, vg_notice_item *it, vg_error *err)
{
    const char *key;
    json_t *value;
    int rc = 0;
    if (!json_is_object(one)) return wrong(err, "items", "objects of url, media, sha256 and md5");
    json_object_foreach((json_t *)one, key, value)
    {
        vg_str hex = {json_string_value(value), json_string_length(value)};
        if (strcmp(key, "url") == 0) rc = take_text(value, "items", URL_MOST, arena, &it->url, err);
        else if (strcmp(key, "media") == 0) rc = take_media(f, value, it, err);
        else if (strcmp(key, "sha256") == 0) rc = (it->has_sha256 = hex.ptr && vg_hex_decode(it->sha256, 32, hex)) ? 0 : wrong(err, "items", "64 hexadecimal digits as sha256");
        else if (strcmp(key, "md5") == 0) rc = (it->has_md5 = hex.ptr && vg_hex_decode(it->md5, 16, hex)) ? 0 : wrong(err, "items", "32 hexadecimal digits as md5");
        else rc = wrong(err, "items", "objects of url, media, sha256 and md5");
        if (rc) return rc;
    }
    return vg_notice_is_web(it->url) ? 0 : wrong(err, "items", "a web address as url, https://..., without blanks or a user name");
}

static int take_items(const vg_filing_view *f, const json_t *list, vg_arena *arena, vg_notice *n, vg_error *err)
{
    const json_t *one;
    size_t i;
    int rc = 0;
    if (!json_is_array(list) || json_array_size(list) > VG_NOTICE_ITEMS) return wrong(err, "items", "a list of at most 50 things");
    json_array_foreach(list, i, one) if (!rc && !(rc = take_item(f, one, arena, &n->items[n->count], err))) n->count++;
    return rc;
}

/* "<local@domain>", nothing that could end a header. */
static bool is_message_id(vg_str id)
{
    bool good = id.len > 4 && id.len <= ID_MOST && id.ptr[0] == '<' && id.ptr[id.len - 1] == '>' && memchr(id.ptr, '@', id.len);
    for (size_t i = 1; good && i + 1 < id.len; i++) good = id.ptr[i] > ' ' && id.ptr[i] < 0x7f && !strchr("<>\"", id.ptr[i]);
    return good;
}

static int take_member(const vg_filing_view *f, const char *key, const json_t *v, vg_arena *arena, vg_notice *n, vg_error *err)
{
    vg_str by = {"", 0};
    if (strcmp(key, "items") == 0) return take_items(f, v, arena, n, err);
    if (strcmp(key, "law") == 0) return take_text(v, key, TEXT_MOST, arena, &n->law, err);
    if (strcmp(key, "reason") == 0) return take_text(v, key, TEXT_MOST, arena, &n->reason, err);
    if (strcmp(key, "follows") == 0) {
        int rc = take_text(v, key, ID_MOST, arena, &n->follows, err);
        return rc || is_message_id(n->follows) ? rc : wrong(err, key, "the Message-ID of the notice before, <...@...>");
    }
    if (strcmp(key, "deadline_hours") == 0) {
        json_int_t hours = json_integer_value(v);
        if (!json_is_integer(v) || hours < 1 || hours > VG_NOTICE_HOURS_MOST) return wrong(err, key, "a number of hours from 1 to 720");
        n->hours = (uint32_t)hours;
        return 0;
    }
    if (strcmp(key, "by") != 0) return wrong(err, key, "a member of docs/demands.md");
    int rc = take_text(v, key, 8, arena, &by, err);
    n->hand = vg_str_is(by, "hand");
    return rc || n->hand || vg_str_is(by, "mail") ? rc : wrong(err, key, "mail or hand");
}

int vg_notice_read(const vg_filing_view *f, vg_arena *arena, vg_notice *out, vg_error *err)
{
    vg_str text = f->options.len ? f->options : VG_STR("{}");
    const vg_party *author = vg_dossier_party(f->dossier, VG_PARTY_AUTHOR);
    const char *key;
    json_t *value;
    int rc = 0;
    *out = (vg_notice){.law = {"", 0}, .reason = {"", 0}, .follows = {"", 0}, .hours = VG_NOTICE_HOURS};
    json_t *root = text.len <= OPTIONS_MOST ? json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!json_is_object(root)) rc = wrong(err, "", "a JSON object");
    if (!rc) json_object_foreach(root, key, value) if (!rc) rc = take_member(f, key, value, arena, out, err);
    json_decref(root);
    for (size_t i = 0; !rc && !out->count && author && i < author->id_count; i++) /* else where the account itself can be seen */
        if (author->ids[i].kind == VG_ID_URL && vg_notice_is_web(author->ids[i].value)) out->items[out->count++].url = author->ids[i].value;
    return rc;
}

int vg_notice_follow(vg_str options, vg_str message_id, vg_arena *arena, vg_str *out, vg_error *err)
{
    json_t *root = json_loadb(options.ptr ? options.ptr : "", options.len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(root) || !is_message_id(message_id)) return json_decref(root), wrong(err, "", "the options of a notice that was sent");
    char *text = json_object_set_new(root, "follows", json_stringn(message_id.ptr, message_id.len)) ? NULL : json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(root);
    *out = text ? vg_arena_copy(arena, vg_str_of(text)) : (vg_str){NULL, 0};
    free(text); /* jansson's own */
    return out->ptr ? 0 : vg_fail(err, VG_ENOMEM, "notice", "no memory");
}

vg_still vg_notice_judge(const vg_notice_item *item, const vg_fetched *seen)
{
    if (seen->status == 404 || seen->status == 410 || seen->status == 451) return VG_STILL_GONE;
    if (seen->status != 200 || !seen->whole) return VG_STILL_UNKNOWN;
    if (item->has_sha256) return memcmp(item->sha256, seen->sha256, sizeof seen->sha256) == 0 ? VG_STILL_THERE : VG_STILL_CHANGED;
    if (item->has_md5) return memcmp(item->md5, seen->md5, sizeof seen->md5) == 0 ? VG_STILL_THERE : VG_STILL_CHANGED;
    return VG_STILL_UNKNOWN;
}
