/* SPDX-License-Identifier: Apache-2.0 */
#include "net/routes/evidence.h"

#include "base/time.h"
#include "evidence_state.h"
#include "event/policy_report.h"
#include "net/body.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "store/evidence/evidence.h"

enum { REASON_MAX = 200, HAND_REASON_MAX = 500 };

int vg_evidence_write(vg_desk *desk, vg_exchange *x, const vg_case *c, vg_buf *out, vg_error *err)
{
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    int rc = vg_evidence_state_write(desk->store, set ? vg_policy_set_find(set, c->space, NULL) : NULL, c, vg_review_may(&x->user, VG_MAY_CASE_READ, c->space), desk->arena,
                                     out, err);
    if (set) vg_policy_set_unref(&set);
    return rc;
}

void vg_route_evidence(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, false, &c)) return;
    int rc = vg_review_require(&x->user, VG_MAY_EVIDENCE_SEE, c.space, &err);
    if (rc || vg_evidence_write(desk, x, &c, vg_answer_begin(x, 200, "application/json"), &err)) vg_answer_error(x, &err);
}

void vg_route_destruction(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_destruction *list = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, false, &c)) return;
    int rc = vg_review_require(&x->user, VG_MAY_EVIDENCE_SEE, c.space, &err);
    if (!rc) rc = vg_store_destructions(desk->store, c.id, desk->arena, &list, &count, &err);
    if (!rc && !count) rc = vg_fail(&err, VG_ENOENT, "", "nothing of this case was destroyed: there is no certificate");
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    vg_store_destructions_write(vg_answer_begin(x, 200, "application/json"), x->server->ring, list, count);
    vg_answer_header(x, "Content-Disposition", "attachment; filename=\"destruction.json\"");
}

/* ---- handing over ---- */

/* The receiver as the space's policy has it: its key is copied, so that the policies may be swapped meanwhile. */
static int find_receiver(vg_exchange *x, const vg_case *c, vg_str id, uint8_t key[32], int64_t *until_ms, vg_error *err)
{
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    const vg_policy *policy = set ? vg_policy_set_find(set, c->space, NULL) : NULL;
    const vg_policy_report *report = policy ? policy->report : NULL;
    int rc = vg_fail(err, VG_EUNPROCESSABLE, "/receiver", "the space knows no such receiver: it goes under report.receivers of its policy");
    for (size_t i = 0; report && i < report->receiver_count; i++) {
        const vg_receiver *r = &report->receivers[i];
        if (!vg_str_is(id, r->id)) continue;
        rc = r->has_key ? 0 : vg_fail(err, VG_EUNPROCESSABLE, "/receiver", "this receiver has given no public key");
        memcpy(key, r->public_key, 32);
        *until_ms = r->key_until_ms;
        break;
    }
    if (set) vg_policy_set_unref(&set);
    return rc;
}

void vg_route_hand_over(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    uint8_t key[32];
    vg_error err = {0};
    vg_str receiver = {"", 0}, reason = {"", 0};
    const vg_field fields[] = {
        {.name = "receiver", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 64, .string = &receiver},
        {.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = HAND_REASON_MAX, .string = &reason},
    };
    if (!vg_case_of_path(desk, x, false, &c)) return;
    if (vg_review_require(&x->user, VG_MAY_HAND_OVER, c.space, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!vg_body_read(x, fields, 2)) return;
    vg_hand_over_ask ask = {.case_id = c.id, .receiver = receiver, .public_key = key, .by = x->user.name, .reason = reason, .now_ms = vg_time_now()};
    int rc = find_receiver(x, &c, receiver, key, &ask.key_until_ms, &err);
    if (!rc) rc = vg_store_hand_over(desk->store, &ask, NULL, &err);
    if (!rc) rc = vg_store_case_get(desk->store, c.id, desk->arena, &c, &err);
    if (!rc) rc = vg_evidence_write(desk, x, &c, vg_answer_begin(x, 200, "application/json"), &err);
    if (rc) vg_answer_error(x, &err);
    else vg_desk_tell(desk, c.id, "touched");
}

/* ---- legal hold ---- */

void vg_route_legal_hold(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    vg_str reason = {"", 0}, review = {"", 0};
    bool hold = false;
    int64_t review_ms = 0, now_ms = vg_time_now();
    const vg_field fields[] = {
        {.name = "hold", .type = VG_FIELD_BOOLEAN, .required = true, .boolean = &hold},
        {.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = REASON_MAX, .string = &reason},
        {.name = "review", .type = VG_FIELD_STRING, .least = 10, .most = 10, .string = &review},
    };
    if (!vg_case_of_path(desk, x, false, &c)) return;
    if (vg_review_require(&x->user, VG_MAY_CASE_HOLD, c.space, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!vg_body_read(x, fields, 3)) return;
    if (review.len && (!hold || !vg_time_parse_date(review, &review_ms) || review_ms <= now_ms)) {
        vg_answer_problem(x, 400, "/review", "expected a day to come, as 2027-01-31, on which the hold is looked at again");
        return;
    }
    int rc = hold ? vg_store_hold_place(desk->store, c.id, x->user.name, reason, review_ms, &err)
                  : vg_store_hold_release(desk->store, c.id, x->user.name, reason, &err);
    if (!rc) rc = vg_store_case_get(desk->store, c.id, desk->arena, &c, &err);
    if (!rc) rc = vg_case_veil(desk, &x->user, &c, &err);
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    vg_desk_tell(desk, c.id, "touched");
    vg_json_case(vg_answer_begin(x, 200, "application/json"), &c, now_ms);
}
