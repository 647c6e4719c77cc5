/* SPDX-License-Identifier: Apache-2.0
 *
 * PUT reports/UUID, one POST reports/UUID/media for each kept media, POST reports/UUID/finish; GET reports/UUID tells where it stands. To a receiver with a
 * key media go in the archive that is sealed for it alone: PUT reports/UUID/archive.
 */
#include "report/filing.h"
#include "report/plain/plain.h"

#include <jansson.h>

#include "report/text.h"

enum { REFERENCE_MOST = 256 };

static bool is(const char *step, const char *name) { return step && !strcmp(step, name); }

static int lacks(const vg_filing_view *f, vg_arena *arena, vg_lacks *out, vg_error *err)
{
    (void)arena;
    (void)err;
    vg_filing_lacks(f, out);
    if (!f->settings)
        vg_lack_add(out, VG_LACK_BLOCKS, "report.channels", "La politique de l’espace ne dit pas comment joindre la passerelle (report.channels, nom « gateway »).",
                    "The space's policy does not say where the gateway is (report.channels, name \"gateway\").");
    vg_filing_archive_lacks(&vg_channel_gateway, f, out);
    return 0;
}

static vg_annex_way annex_way(const vg_filing_view *f, const vg_annex *annex)
{
    (void)f, (void)annex;
    return VG_ANNEX_ATTACHED;
}

/* Media are numbered by how many kept ones are done; an archive is one. */
static int64_t done_of(const vg_progress *now)
{
    json_t *memo = now->memo.len ? json_loadb(now->memo.ptr, now->memo.len, 0, NULL) : NULL;
    int64_t done = (int64_t)json_integer_value(json_object_get(memo, "media"));
    json_decref(memo);
    return done < 0 ? 0 : done;
}

static size_t kept_at(const vg_dossier *d, int64_t number)
{
    for (size_t i = 0; i < d->media_count; i++)
        if (d->media[i].kept && number-- == 0) return i;
    return SIZE_MAX;
}

static int next(const vg_filing_view *f, const vg_progress *now, bool unsure, vg_arena *arena, vg_ask *out, vg_error *err)
{
    const char *tail = "";
    *out = (vg_ask){.carry = VG_CARRY_HTTP, .bearer = true, .type = VG_STR("application/json")};
    if (unsure || is(now->step, "look")) {
        out->step = "look";
        out->method = VG_STR("GET");
        out->harmless = true;
    } else if (is(now->step, "media")) {
        size_t media = kept_at(f->dossier, done_of(now));
        vg_part *part = vg_arena_calloc(arena, 1, sizeof *part);
        if (!part) return vg_fail(err, VG_ENOMEM, "", "no memory for a question");
        if (media == SIZE_MAX) return vg_fail(err, VG_EINVAL, "media", "there are fewer media than before");
        *part = (vg_part){.name = VG_STR("file"), .filename = vg_arena_printf(arena, "media-%zu", media), .type = f->dossier->media[media].mime, .media = media};
        out->step = "media";
        out->method = VG_STR("POST");
        out->parts = part;
        out->part_count = 1;
        tail = "/media";
    } else if (is(now->step, "archive")) {
        vg_part *part = vg_arena_calloc(arena, 1, sizeof *part);
        if (!part) return vg_fail(err, VG_ENOMEM, "", "no memory for a question");
        if (!vg_filing_archive(f)) return vg_fail(err, VG_EINVAL, "archive", "there was one before");
        vg_annex_part(vg_filing_archive(f), part, &out->part_count);
        out->step = "archive";
        out->method = VG_STR("PUT");
        out->parts = part;
        tail = "/archive";
    } else if (is(now->step, "finish")) {
        out->step = "finish";
        out->method = VG_STR("POST");
        out->body = VG_STR("{}");
        tail = "/finish";
    } else {
        out->step = "open";
        out->method = VG_STR("PUT");
        out->body = vg_plain_json(f, arena);
        if (!out->body.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for a report");
    }
    out->path = vg_arena_printf(arena, "/reports/%s%s", f->uuid, tail);
    return out->path.ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for a question");
}

static int set_place(const vg_filing_view *f, int64_t done, vg_arena *arena, vg_progress *after)
{
    bool sealed = vg_filing_archive(f) != NULL, more = sealed ? done < 1 : f->receiver->media && kept_at(f->dossier, done) != SIZE_MAX;
    after->memo = vg_arena_printf(arena, "{\"media\":%lld}", (long long)done);
    after->step = !more ? "finish" : sealed ? "archive" : "media";
    return after->memo.ptr ? 0 : -VG_ENOMEM;
}

static void set_reference(const json_t *body, vg_arena *arena, vg_progress *after)
{
    const json_t *r = json_object_get(body, "reference");
    if (json_is_string(r) && json_string_length(r) && json_string_length(r) <= REFERENCE_MOST)
        after->reference = vg_text_shown(arena, (vg_str){json_string_value(r), json_string_length(r)}, false, REFERENCE_MOST);
}

/* How much they have, below 0: they do not say. Where files go that has to be said: guessed, they would be sent twice. */
static int64_t held(const vg_filing_view *f, const json_t *body)
{
    const json_t *media = json_object_get(body, "media");
    if (vg_filing_archive(f)) return json_is_true(json_object_get(body, "archive"));
    if (json_is_integer(media)) return (int64_t)json_integer_value(media);
    return media || f->receiver->media ? -1 : 0;
}

/* What they say of it when they are asked where it stands. */
static int looked(const vg_filing_view *f, const json_t *body, vg_arena *arena, vg_progress *after, vg_filing_turn *turn, vg_error *why)
{
    const char *state = json_string_value(json_object_get(body, "state"));
    int64_t media = held(f, body);
    set_reference(body, arena, after);
    *turn = VG_GO_ON;
    if (state && !strcmp(state, "filed")) *turn = VG_GO_FILED;
    else if (state && !strcmp(state, "open") && media >= 0) return set_place(f, media, arena, after);
    else {
        *turn = VG_GO_LATER;
        after->step = "look";
        vg_fail(why, VG_EINVAL, "answer", "the gateway does not say where the report stands");
    }
    return 0;
}

static int take(const vg_filing_view *f, const vg_progress *now, const vg_ask *ask, const vg_reply *reply, vg_arena *arena, vg_progress *after, vg_filing_turn *turn, vg_error *why)
{
    *turn = VG_GO_LATER;
    if (reply->kind != VG_REPLY_CAME) {
        vg_fail(why, VG_EIO, "", "%.*s", VG_STR_ARG(reply->why));
        return 0;
    }
    json_t *body = json_loadb(reply->body.ptr ? reply->body.ptr : "", reply->body.len, JSON_REJECT_DUPLICATES, NULL);
    int rc = 0;
    if (is(ask->step, "look") && reply->status == 404) {
        *turn = VG_GO_ON;
        after->step = "open";
        after->memo = (vg_str){"", 0};
    } else if (is(ask->step, "withdraw") && (reply->status == 404 || (reply->status >= 200 && reply->status < 300))) {
        *turn = VG_GO_GONE;
    } else if (reply->status >= 200 && reply->status < 300) {
        *turn = VG_GO_ON;
        if (is(ask->step, "look")) rc = looked(f, body, arena, after, turn, why);
        else if (is(ask->step, "open")) rc = set_place(f, 0, arena, after);
        else if (is(ask->step, "media") || is(ask->step, "archive")) rc = set_place(f, done_of(now) + 1, arena, after);
        else *turn = VG_GO_FILED;
        set_reference(body, arena, after);
    } else if (reply->status == 429 || reply->status == 408 || reply->status >= 500) {
        if (!is(ask->step, "withdraw")) after->step = "look"; /* whoever stands between may say so after it was done */
        vg_fail(why, VG_EBUSY, "", "the gateway answers %d", reply->status);
    } else if (reply->status == 404 || reply->status == 410) {
        *turn = VG_GO_ANEW;
        vg_fail(why, VG_ENOENT, "", "the gateway has forgotten the report: it begins anew");
    } else {
        vg_str said = vg_text_shown(arena, reply->body, false, 200);
        *turn = VG_GO_REFUSED;
        vg_fail(why, VG_EINVAL, "", "the gateway answers %d: %.*s", reply->status, VG_STR_ARG(said));
    }
    json_decref(body);
    if (*turn == VG_GO_FILED && !after->reference.len) after->reference = vg_arena_copy(arena, vg_str_of(f->uuid));
    return rc;
}

static int withdraw(const vg_filing_view *f, const vg_progress *now, vg_arena *arena, vg_ask *out, vg_error *err)
{
    (void)now;
    *out = (vg_ask){.carry = VG_CARRY_HTTP, .step = "withdraw", .method = VG_STR("DELETE"), .bearer = true, .harmless = true};
    out->path = vg_arena_printf(arena, "/reports/%s", f->uuid);
    return out->path.ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for a question");
}

const vg_filing_channel vg_channel_gateway = {.name = "gateway", .title = {"Passerelle (JSON)", "Gateway (JSON)"}, .carry = VG_CARRY_HTTP, .lacks = lacks,
                                              .documents = vg_plain_documents, .next = next, .take = take, .annex_way = annex_way, .withdraw = withdraw};
