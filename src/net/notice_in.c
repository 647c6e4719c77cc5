/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/time.h"
#include "net/form.h"
#include "net/notice.h"
#include "net/server_int.h"

/* ---- JSON ---- */

static bool copy(vg_exchange *x, const json_t *value, const char *pointer, vg_str *out)
{
    if (!json_is_string(value)) {
        vg_answer_problem(x, 400, pointer, "expected a string");
        return false;
    }
    vg_str s = {json_string_value(value), json_string_length(value)};
    *out = vg_arena_copy(x->arena, vg_form_trim(s));
    if (out->ptr) return true;
    vg_answer_busy(x, "there is no memory for this notice now");
    return false;
}

static bool read_places(vg_exchange *x, const json_t *list, vg_notice_draft *d)
{
    const json_t *one;
    size_t i;
    if (!json_is_array(list) || json_array_size(list) > VG_NOTICE_LOCATIONS) {
        vg_answer_problem(x, 400, "/locations", "expected a list of at most %d places", VG_NOTICE_LOCATIONS);
        return false;
    }
    json_array_foreach(list, i, one)
    {
        char pointer[40];
        snprintf(pointer, sizeof pointer, "/locations/%zu", i);
        if (!copy(x, one, pointer, &d->location[d->location_count])) return false;
        if (d->location[d->location_count].len) d->location_count++;
    }
    return true;
}

static bool read_flag(vg_exchange *x, const json_t *value, const char *pointer, bool *out)
{
    if (!json_is_boolean(value)) {
        vg_answer_problem(x, 400, pointer, "expected true or false");
        return false;
    }
    *out = json_is_true(value);
    return true;
}

static bool read_member(vg_exchange *x, const char *name, const json_t *value, vg_notice_in *in, vg_str *category)
{
    vg_notice_draft *d = &in->draft;
    const struct {
        const char *name;
        vg_str *string;
        bool *flag;
    } members[] = {{"id", &in->submission, NULL}, {"space", &in->space, NULL}, {"language", &in->language, NULL}, {"category", category, NULL},
                   {"text", &d->text, NULL},      {"account", &d->account, NULL}, {"message", &d->message, NULL}, {"name", &d->name, NULL},
                   {"email", &d->email, NULL},    {"contact", &d->contact, NULL}, {"reporter", &d->reporter, NULL},
                   {"danger", NULL, &d->danger},  {"good_faith", NULL, &d->good_faith}};
    char pointer[80];
    snprintf(pointer, sizeof pointer, "/%.64s", name);
    if (strcmp(name, "locations") == 0) return read_places(x, value, d);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(members[i].name, name) == 0) return members[i].flag ? read_flag(x, value, pointer, members[i].flag) : copy(x, value, pointer, members[i].string);
    vg_answer_problem(x, 400, pointer, "unknown member");
    return false;
}

/* What only a platform may say, and what has its own words. */
static bool check_members(vg_exchange *x, vg_notice_in *in, vg_str category)
{
    vg_notice_draft *d = &in->draft;
    const char *wrong = in->submission.len > VG_EVENT_MAX_NAME ? "/id" : d->reporter.len > VG_EVENT_MAX_NAME ? "/reporter" : NULL;
    d->category = vg_notice_category_of(category);
    d->by_platform = x->key.known;
    if (wrong) vg_answer_problem(x, 400, wrong, "expected at most %d bytes", VG_EVENT_MAX_NAME);
    else if (d->reporter.len && !x->key.known) vg_answer_problem(x, 400, "/reporter", "only a platform, with its key, names the account that reports");
    else if (in->language.len && !vg_str_is(in->language, "fr") && !vg_str_is(in->language, "en")) vg_answer_problem(x, 400, "/language", "expected fr or en");
    else return true;
    return false;
}

bool vg_notice_read_json(vg_exchange *x, vg_notice_in *in)
{
    json_error_t wrong;
    const char *name;
    json_t *value, *root = json_loadb(x->body.ptr ? x->body.ptr : "", x->body.len, JSON_REJECT_DUPLICATES, &wrong);
    vg_str category = {"", 0};
    bool good = json_is_object(root);
    if (!root) vg_answer_problem(x, 400, NULL, "this is not JSON: %s (byte %d)", wrong.text, wrong.position);
    else if (!good) vg_answer_problem(x, 400, NULL, "expected a JSON object");
    json_object_foreach(root, name, value)
        if (good) good = read_member(x, name, value, in, &category);
    json_decref(root);
    return good && check_members(x, in, category);
}

/* ---- the form ---- */

static void read_lines(vg_notice_draft *d, vg_str lines)
{
    while (lines.len) {
        const char *end = memchr(lines.ptr, '\n', lines.len);
        vg_str line = vg_form_trim((vg_str){lines.ptr, end ? (size_t)(end - lines.ptr) : lines.len});
        lines = end ? (vg_str){end + 1, lines.len - (size_t)(end + 1 - lines.ptr)} : (vg_str){"", 0};
        if (!line.len) continue;
        if (d->location_count == VG_NOTICE_LOCATIONS) { /* too many: the last one says so, by its length */
            d->location[VG_NOTICE_LOCATIONS - 1].len = VG_NOTICE_LOCATION + 1;
            return;
        }
        d->location[d->location_count++] = line;
    }
}

int vg_notice_read_form(vg_exchange *x, vg_notice_in *in, vg_error *err)
{
    vg_form *form = vg_arena_alloc(x->arena, sizeof *form);
    if (!form) return vg_fail(err, VG_ENOMEM, "", "no memory for this form now");
    int rc = vg_form_read(form, (vg_str){x->body.ptr ? x->body.ptr : "", x->body.len}, x->arena, err);
    if (rc) return rc;
    vg_notice_draft *d = &in->draft;
    in->space = vg_form_get(form, "space");
    in->language = vg_form_get(form, "lang");
    in->danger = vg_form_get(form, "danger");
    in->places = vg_form_get(form, "locations");
    in->token = vg_form_get(form, "token");
    in->trap = vg_form_get(form, "website");
    *d = (vg_notice_draft){.category = vg_notice_category_of(vg_form_get(form, "category")),
                           .text = vg_form_get(form, "text"),
                           .account = vg_form_get(form, "account"),
                           .name = vg_form_get(form, "name"),
                           .email = vg_form_get(form, "email"),
                           .contact = vg_form_get(form, "contact"),
                           .danger = vg_str_is(in->danger, "yes"),
                           .good_faith = vg_form_get(form, "good_faith").len > 0};
    read_lines(d, in->places);
    return 0;
}

/* ---- the form's token ---- */

enum { TOKEN_NONCE = 16, TOKEN_MAC = 16, TOKEN_LEAST_MS = 2000 };
#define TOKEN_MOST_MS (24 * VG_HOUR_MS)

static void token_mac(vg_exchange *x, vg_str space, const char *head, char out[TOKEN_MAC + 1])
{
    uint8_t hash[32];
    char text[VG_EVENT_MAX_NAME + 96];
    int n = snprintf(text, sizeof text, "notice form|%s|%.*s", head, (int)(space.len > VG_EVENT_MAX_NAME ? VG_EVENT_MAX_NAME : space.len), space.ptr);
    vg_seal_token_hash(x->server->ring, (vg_str){text, (size_t)n}, hash);
    vg_hex_encode(out, hash, TOKEN_MAC / 2);
}

void vg_notice_token(vg_exchange *x, vg_str space, int64_t now_ms, char out[64])
{
    uint8_t random[TOKEN_NONCE / 2];
    char nonce[TOKEN_NONCE + 1], head[40], mac[TOKEN_MAC + 1];
    randombytes_buf(random, sizeof random);
    vg_hex_encode(nonce, random, sizeof random);
    snprintf(head, sizeof head, "%013lld%s", (long long)(now_ms < 0 || now_ms > 9999999999999LL ? 0 : now_ms), nonce);
    token_mac(x, space, head, mac);
    snprintf(out, 64, "%.29s%.16s", head, mac);
}

bool vg_notice_token_good(vg_exchange *x, vg_str space, vg_str token, int64_t now_ms)
{
    enum { HEAD = 13 + TOKEN_NONCE };
    char head[HEAD + 1], mac[TOKEN_MAC + 1];
    int64_t made = 0;
    if (token.len != HEAD + TOKEN_MAC) return false;
    memcpy(head, token.ptr, HEAD);
    head[HEAD] = '\0';
    token_mac(x, space, head, mac);
    if (sodium_memcmp(mac, token.ptr + HEAD, TOKEN_MAC) != 0) return false;
    for (size_t i = 0; i < 13; i++) made = made * 10 + (head[i] - '0'); /* digits: we wrote them, the code says so */
    return now_ms - made >= TOKEN_LEAST_MS && now_ms - made <= TOKEN_MOST_MS;
}
