/* SPDX-License-Identifier: Apache-2.0
 *
 * net/form/page: the pages of the reporting form, for a person without an account: each is one file, with its style and script inside and a
 * Content-Security-Policy that names their hashes and who may show it in a frame. They set and read no cookie and work without the script.
 */
#ifndef VG_NET_FORM_PAGE_H
#define VG_NET_FORM_PAGE_H

#include "event/policy.h"
#include "net/form/words.h"
#include "net/net_int.h"
#include "review/notice.h"

typedef struct vg_form_view {
    const vg_policy *policy; /* NULL: of no space */
    vg_lang lang;
    const vg_notice_draft *draft; /* what was typed, shown again; NULL: nothing yet */
    vg_str danger, places;        /* as typed: "yes", "no", "unsure"; the lines */
    const vg_notice_flaw *flaw;
    size_t flaw_count;
    int note;                     /* a sentence above the form; -1: none */
    vg_str token;
    const char *const *reason;    /* of a measure that was taken, by language; NULL: none to give */
} vg_form_view;

/** `?lang=`, else Accept-Language, else French. */
vg_lang vg_form_language(vg_exchange *x, vg_str asked);
void vg_form_start(vg_exchange *x, const vg_form_view *view);
void vg_form_choose(vg_exchange *x, vg_policy_set *set, vg_lang lang);
void vg_form_fields(vg_exchange *x, int status, const vg_form_view *view);
void vg_form_received(vg_exchange *x, const vg_form_view *view, const char *number, bool danger);
/** `notice` NULL: the field for a number, with a sentence why (or -1). */
void vg_form_status(vg_exchange *x, int status, const vg_form_view *view, const vg_notice *notice, vg_str typed, int why);
/** A heading and a sentence. `more` is one of the words. */
void vg_form_message(vg_exchange *x, int status, const vg_form_view *view, int heading, int more);

/** The headers of a page without script, form or picture: its policy names these styles of vg_form_assets by their hash. No memory fails the answer: there is
 *  no page without its policy. */
void vg_form_policy(vg_exchange *x, const size_t *styles, size_t count);

#endif
