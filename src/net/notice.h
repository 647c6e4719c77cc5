/* SPDX-License-Identifier: Apache-2.0
 *
 * net/notice: a notice on its way in: read from JSON or from the plain form, made an event, taken through the pipeline, stored.
 * Desk threads. The rules are review's, the rows the store's.
 */
#ifndef VG_NET_NOTICE_H
#define VG_NET_NOTICE_H

#include "net/net_int.h"
#include "review/notice.h"
#include "store/notices/notices.h"

enum { VG_NOTICE_BODY = 48 << 10 /* bytes of a notice as it is sent: a form encodes a letter in up to nine */ };

typedef struct vg_notice_in {
    bool form;              /* a plain HTML form: it is answered with a page */
    vg_str space, language; /* as given; empty: not given */
    vg_str submission;      /* what makes it the same when it is sent again; empty: nothing */
    vg_str danger, places, token, trap; /* of the form */
    vg_notice_draft draft;
} vg_notice_in;

/** Reads x->body. On failure the answer is there. */
bool vg_notice_read_json(vg_exchange *x, vg_notice_in *in);
int vg_notice_read_form(vg_exchange *x, vg_notice_in *in, vg_error *err);

/** Takes a whole, checked notice: set aside, joined or through the pipeline; stored before it returns. `flagger`: whose key it came with. */
int vg_notice_take(vg_desk *desk, vg_exchange *x, const vg_notice_in *in, const vg_policy *policy, vg_lang lang, vg_notice_written *out, vg_error *err);
/** A notice that was set aside goes the way it would have gone. */
int vg_notice_take_up(vg_desk *desk, vg_exchange *x, const vg_notice *notice, vg_str body, vg_case_written *out, vg_error *err);

/** A token of the form: when it was made, for which space; and whether that is 2 s to 24 h ago. */
void vg_notice_token(vg_exchange *x, vg_str space, int64_t now_ms, char out[64]);
bool vg_notice_token_good(vg_exchange *x, vg_str space, vg_str token, int64_t now_ms);

#endif
