/* SPDX-License-Identifier: Apache-2.0
 *
 * A media of a case, seen as a whole: for who decides the case, holds it, and says why. What was sent never leaves: a decoder in its sandbox makes
 * pictures of it, without sound, and those are given. In this order: may they; open and decode (nobody sees anything yet); on record;
 * then the answer. */
#include "base/base64.h"
#include "base/time.h"
#include "net/body.h"
#include "net/gate.h"
#include "net/png.h"
#include "net/routes/media.h"
#include "net/server_int.h"
#include "net/welfare.h"
#include "review/permission.h"

enum { STILL_SIDE = 1280, MOVING_SIDE = 640, FROM_MOST = 1 << 20 };

typedef struct looking {
    vg_case c;
    int64_t number, now_ms;
    vg_whole_part part;
    vg_media_limits limits;
    vg_case_media media;
    vg_decoded decoded;
} looking;

static bool read_asked(vg_exchange *x, looking *l)
{
    vg_str why = {"", 0};
    int64_t from = 0;
    const vg_field fields[] = {
        {.name = "why", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 16, .string = &why},
        {.name = "from", .type = VG_FIELD_INTEGER, .highest = FROM_MOST, .integer = &from},
    };
    if (!vg_body_read(x, fields, 2)) return false;
    l->part.reason = 0;
    while (l->part.reason < VG_WHOLE_REASONS && !vg_str_is(why, vg_whole_reason_names[l->part.reason])) l->part.reason++;
    if (l->part.reason == VG_WHOLE_REASONS) {
        vg_answer_problem(x, 400, "/why", "unknown value; expected one of age, place, identify, authority, appeal");
        return false;
    }
    if (from % VG_WHOLE_PAGE) {
        vg_answer_problem(x, 400, "/from", "expected 0 or a multiple of %d", VG_WHOLE_PAGE);
        return false;
    }
    l->part.from = (uint32_t)from;
    return true;
}

/* The space's policy allows it, and says what decoding may cost. */
static int ask_policy(vg_exchange *x, looking *l, vg_error *err)
{
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    const vg_policy *policy = set ? vg_policy_set_find(set, l->c.space, NULL) : NULL;
    bool allowed = policy && policy->see_whole;
    if (policy) l->limits = policy->media;
    if (set) vg_policy_set_unref(&set);
    return allowed ? 0 : vg_fail(err, VG_EFORBIDDEN, "", "in this space nobody sees a media as a whole: its policy does not say media.whole: yes");
}

static int may_look(vg_desk *desk, vg_exchange *x, looking *l, vg_error *err)
{
    const vg_user *user = &x->user;
    int rc = vg_review_require(user, VG_MAY_MEDIA_WHOLE, l->c.space, err);
    if (!rc) rc = ask_policy(x, l, err);
    if (!rc) rc = vg_store_media_open(desk->store, l->c.id, l->number, desk->arena, &l->media, err); /* there, and in reach */
    if (!rc) rc = vg_gate_case(desk, user, &l->c, VG_GATE_DECIDE, l->now_ms, err);
    if (!rc && (!vg_str_eq(l->c.claimed_by, user->name) || l->c.claimed_until_ms <= l->now_ms))
        rc = vg_fail(err, VG_ECONFLICT, "", "a media is seen as a whole by who holds its case: take it first");
    return rc ? rc : vg_welfare_may_look_whole(desk, user, &l->c, l->now_ms, err);
}

/* ---- decoding ---- */

static int spool_piece(void *context, const uint8_t *bytes, size_t len, vg_error *err)
{
    return vg_spooled_add(context, bytes, len, err);
}

static int decode_spooled(vg_server *server, vg_spooled *bytes, vg_arena *arena, looking *l, vg_error *err)
{
    int fd = -1;
    int rc = vg_spooled_open_plain(bytes, &fd, err);
    if (rc) return rc;
    vg_decode_request request = {.fd = fd, .want = VG_WANT_VIEW, .limits = l->limits,
                                 .view = {.from = l->part.from, .most = VG_WHOLE_PAGE, .side = STILL_SIDE, .moving_side = MOVING_SIDE}};
    rc = vg_decode(server->decoder, &request, arena, &l->decoded, err);
    vg_spooled_close_plain(bytes, &fd);
    return rc;
}

static int decode(vg_desk *desk, looking *l, vg_error *err)
{
    vg_spooled *bytes = NULL;
    vg_server *server = desk->server;
    if (!server->decoder) return vg_fail(err, VG_EUNPROCESSABLE, "", "this server has no decoder: media are not shown");
    int rc = vg_spooled_begin(&bytes, server->spool, err);
    if (!rc) rc = vg_media_read(server->data_dir, server->ring, &l->media, spool_piece, bytes, err);
    if (!rc) rc = vg_spooled_end(bytes, err);
    if (!rc) rc = decode_spooled(server, bytes, desk->arena, l, err);
    if (bytes) vg_spooled_unref(&bytes);
    if (rc) return rc;
    const vg_decoded *d = &l->decoded;
    if (!d->view_count && d->view_total && !d->note[0]) return vg_fail(err, VG_EINVAL, "/from", "the media has %u pictures", d->view_total);
    if (!d->view_count) return vg_fail(err, VG_EUNPROCESSABLE, "", "this media %s", d->note[0] ? d->note : "has no picture");
    l->part.count = (uint32_t)d->view_count;
    l->part.total = d->view_total < l->part.from + l->part.count ? l->part.from + l->part.count : d->view_total;
    l->part.complete = !d->frames_left_out && !d->note[0];
    return 0;
}

/* ---- the answer ---- */

static int write_answer(vg_buf *out, const looking *l, bool whole)
{
    const vg_decoded *d = &l->decoded;
    vg_buf png;
    int rc = 0;
    vg_buf_init(&png, 16 << 20);
    vg_buf_printf(out, "{\"kind\":\"%s\",\"from\":%u,\"of\":%u,\"whole\":%s", vg_media_kind_names[d->kind], l->part.from, l->part.total, whole ? "true" : "false");
    if (!l->part.complete) vg_buf_add_cstr(out, ",\"more\":true");
    vg_buf_add_cstr(out, ",\"pictures\":[");
    for (size_t i = 0; !rc && i < d->view_count; i++) {
        const vg_decoded_view *v = &d->views[i];
        const vg_png_picture picture = {v->width, v->height, 3, v->pixels};
        vg_buf_clear(&png);
        rc = vg_png_write(&png, &picture);
        vg_buf_printf(out, "%s{\"at_ms\":%u,\"width\":%u,\"height\":%u,\"png\":\"", i ? "," : "", v->time_ms, v->width, v->height);
        if (!rc) vg_buf_add_base64(out, (const uint8_t *)png.ptr, png.len);
        vg_buf_add_cstr(out, "\"}");
    }
    vg_buf_add_cstr(out, "]}");
    vg_buf_free(&png);
    return rc || out->failed ? -VG_ENOMEM : 0;
}

void vg_route_media_whole(vg_desk *desk, vg_exchange *x)
{
    looking l = {.now_ms = vg_time_now(), .number = vg_media_number(x->argument[1])};
    vg_error err = {0};
    bool whole = false;
    if (!read_asked(x, &l) || !vg_case_of_path(desk, x, true, &l.c)) return;
    if (may_look(desk, x, &l, &err) || decode(desk, &l, &err) ||
        /* counted and on record before a byte is sent; should the answer not arrive, somebody tried to look */
        vg_welfare_count(desk, &x->user, &l.c, VG_DID_LOOK, l.now_ms, &err) ||
        vg_store_media_whole(desk->store, l.c.id, l.number, x->user.name, &l.part, desk->arena, &whole, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (write_answer(vg_answer_begin(x, 200, "application/json"), &l, whole)) vg_answer_busy(x, "there is no memory for this answer now");
}
