/* SPDX-License-Identifier: Apache-2.0
 *
 * net/welfare: the half of the gate that protects people, and what is counted of their work.
 *
 * The rules are review's, the rows the store's, the numbers the policies'. Whoever works in several spaces has the strictest breaks of
 * them. Desk threads.
 */
#ifndef VG_NET_WELFARE_H
#define VG_NET_WELFARE_H

#include "event/policy_welfare.h"
#include "net/net_int.h"

/* Types of refusals, stable: the console shows its own sentences for them. */
#define VG_WELFARE_BREAK_DUE     VG_PROBLEM "break-due"
#define VG_WELFARE_LIMIT_REACHED VG_PROBLEM "limit-reached"
#define VG_WELFARE_OPTED         VG_PROBLEM "opted-out"
#define VG_WELFARE_SHIFT_EDGE    VG_PROBLEM "shift-edge"

/* One person's record and the rules that apply to them in one space (empty: in none in particular). */
typedef struct vg_welfare_of {
    vg_policy_welfare rules; /* strings are the policy's: not to be kept */
    vg_welfare_person person;
    int64_t midnight_ms;
} vg_welfare_of;
int vg_welfare_of_user(vg_desk *desk, const vg_user *user, vg_str space, int64_t now_ms, vg_welfare_of *out, vg_error *err);

/** Whether somebody may take something new of this case's kind now: breaks and limits. 0, or VG_EFORBIDDEN whose `where` is one of the types
 *  above. */
int vg_welfare_gate(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, vg_error *err);
/** Whether it may be handed out to somebody who did not choose it: wishes, and the edges of a shift. Whoever opens a case by hand has chosen. */
int vg_welfare_hand_out(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, vg_error *err);
/** Whether the case is hard and this is the edge of the person's shift: it was offered because nobody else can take it in time. */
bool vg_welfare_offered_at_edge(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms);

/** Whether somebody may look at the media of a case: in a case in hand always, else as long as no break is due and no limit of its
 *  category is reached. */
int vg_welfare_may_look(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, vg_error *err);

/** Whether somebody may see a media as a whole: not while a break is due or a limit of its category is reached, in hand or not, since a case can
 *  be finished without. */
int vg_welfare_may_look_whole(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, vg_error *err);

/** Whether somebody may open a case to read it, or read on in it. What is in hand: always. Who can take cases in its space (référents,
 *  leads) is held to what they may take: not while a break is due, nor a case that they have not read today once a limit of its category is
 *  reached. Who can take none (analysts) reads it for a report that somebody waits for, and has no lease to finish it under: media excepted,
 *  nothing is refused. 0, or VG_EFORBIDDEN as vg_welfare_gate. */
int vg_welfare_may_read(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, vg_error *err);

/** What somebody did, on the record of their work: took something new, opened a case, looked at a media, or something else. */
typedef enum { VG_DID_TAKE, VG_DID_OPEN, VG_DID_LOOK, VG_DID_OTHER } vg_did;
int vg_welfare_count(vg_desk *desk, const vg_user *user, const vg_case *c, vg_did did, int64_t now_ms, vg_error *err);

#endif
