/* SPDX-License-Identifier: Apache-2.0
 *
 * How somebody wants the content of cases shown, by category: their own choice, else the policy's, else what is cautious. */
#include "event/policy_welfare.h"
#include "net/body.h"
#include "net/routes/welfare.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "store/welfare/welfare.h"

static void write_display(vg_buf *out, const vg_display *d, bool chosen)
{
    vg_buf_printf(out, "{\"blur\":%u,\"grey\":%s,\"mute\":%s,\"thumbnail\":\"%s\",\"mask_text\":%s,\"chosen\":%s}", d->blur, d->grey ? "true" : "false",
                  d->mute ? "true" : "false", vg_thumbnail_names[d->thumbnail], d->mask_text ? "true" : "false", chosen ? "true" : "false");
}

static void most_cautious(vg_display *into, const vg_display *other, bool first)
{
    if (first) {
        *into = *other;
        return;
    }
    if (other->blur > into->blur) into->blur = other->blur;
    if (other->thumbnail < into->thumbnail) into->thumbnail = other->thumbnail;
    into->grey |= other->grey;
    into->mute |= other->mute;
    into->mask_text |= other->mask_text;
}

/* What the policies of the person's spaces say of hard categories, the most cautious of them; without any, everything on for what weighs most. */
static void defaults_of(vg_server *server, const vg_user *user, vg_display out[VG_CATEGORIES])
{
    vg_policy_set *set = vg_pipeline_policies(server->pipeline);
    for (int c = 0; c < VG_CATEGORIES; c++) {
        bool said = false;
        out[c] = vg_display_cautious(c == VG_CATEGORY_MATERIAL || c == VG_CATEGORY_THREAT || c == VG_CATEGORY_LIVE);
        for (size_t i = 0; set && i < vg_policy_set_count(set); i++) {
            const vg_policy *p = vg_policy_set_at(set, i);
            if (!(p->welfare.hard >> c & 1) || !vg_review_may(user, VG_MAY_CASE_READ, vg_str_of(p->space))) continue;
            most_cautious(&out[c], &p->welfare.display, !said);
            said = true;
        }
    }
    if (set) vg_policy_set_unref(&set);
}

static void answer_display(vg_desk *desk, vg_exchange *x)
{
    vg_display display[VG_CATEGORIES];
    bool chosen[VG_CATEGORIES];
    vg_error err = {0};
    defaults_of(x->server, &x->user, display);
    if (vg_store_display_get(desk->store, x->user.id, display, chosen, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"categories\":{");
    for (int c = 0; c < VG_CATEGORIES; c++) {
        vg_buf_printf(out, "%s\"%s\":", c ? "," : "", vg_category_names[c]);
        write_display(out, &display[c], chosen[c]);
    }
    vg_buf_add_cstr(out, "}}");
}

void vg_route_display(vg_desk *desk, vg_exchange *x) { answer_display(desk, x); }

static bool read_display(vg_exchange *x, int *category, vg_display *d)
{
    vg_str name = {"", 0}, thumbnail = {"", 0};
    int64_t blur = 0;
    const vg_field fields[] = {
        {.name = "category", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 32, .string = &name},
        {.name = "blur", .type = VG_FIELD_INTEGER, .required = true, .highest = VG_BLUR_MOST, .integer = &blur},
        {.name = "grey", .type = VG_FIELD_BOOLEAN, .required = true, .boolean = &d->grey},
        {.name = "mute", .type = VG_FIELD_BOOLEAN, .required = true, .boolean = &d->mute},
        {.name = "thumbnail", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 16, .string = &thumbnail},
        {.name = "mask_text", .type = VG_FIELD_BOOLEAN, .required = true, .boolean = &d->mask_text},
    };
    if (!vg_body_read(x, fields, sizeof fields / sizeof fields[0])) return false;
    d->blur = (uint8_t)blur;
    *category = vg_category_of(name);
    if (*category < 0) {
        vg_answer_problem(x, 400, "/category", "unknown value; expected one of material, threat, live, contact, report");
        return false;
    }
    for (d->thumbnail = 0; d->thumbnail < VG_THUMBNAILS; d->thumbnail++)
        if (vg_str_is(thumbnail, vg_thumbnail_names[d->thumbnail])) return true;
    vg_answer_problem(x, 400, "/thumbnail", "unknown value; expected one of small, medium, large");
    return false;
}

void vg_route_display_set(vg_desk *desk, vg_exchange *x)
{
    int category;
    vg_display display = {0};
    vg_error err = {0};
    if (!read_display(x, &category, &display)) return;
    if (vg_store_display_set(desk->store, x->user.id, (vg_category)category, &display, &err)) vg_answer_error(x, &err);
    else answer_display(desk, x);
}
