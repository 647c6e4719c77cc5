/* SPDX-License-Identifier: Apache-2.0
 *
 * report/filing: the states of a filing, one report of one case to one receiver, and what moves it. Pure: who may do what is asked elsewhere,
 * rows are the store's, sending is net's.
 *
 *      draft --confirm--> confirmed --second--> queued --ask--> sending --filed--> filed --answer--> answered
 *        ^  \               |    |    (four eyes)  ^   ^          |  |
 *        |   confirm        |    |                 |   +--later <-+  |  (go on: sending; anew: queued)
 *        |    \ (two eyes)--|----|-> queued        |                 |
 *        +-----changed------+----+                retry              +--> refused --retry--> queued
 *                                                                    +--> by_hand --done---> filed
 *      draft, confirmed, queued, later, by_hand, refused --withdraw--> withdrawn      +--> gone (taken back at the receiver)
 *
 * Invariants: nothing is asked before a person confirmed (and a second one where the policy says so); filed, answered, withdrawn and gone are
 * ends that no attempt leaves; a state that is not in the table is refused. Callers: store, net, cli, tests.
 */
#ifndef VG_REPORT_FILING_H
#define VG_REPORT_FILING_H

#include "report/channel.h"
#include "event/filing.h"

#define VG_FILING_WAIT_MOST_MS (INT64_C(86400000) / 10 * 11) /* a day and its tenth */

/** How a turn of a channel moves a filing. */
vg_filing_move vg_filing_move_of(vg_filing_turn turn);
/** How long to wait before attempt `attempts` + 1, in milliseconds: 1 minute, doubling, 6 hours at most; the receiver's own wish when it is longer
 *  (a day at most); spread by up to a tenth, `chance` in 0..65535. Never 0: it is never given up; never over VG_FILING_WAIT_MOST_MS. */
int64_t vg_filing_wait(uint32_t attempts, int64_t retry_after_s, uint16_t chance);
/** Until when it is to be confirmed. */
int64_t vg_filing_due(const vg_policy_report *report, bool urgent, int64_t made_ms);
/** Hash of what is confirmed: receiver, channel, options, each document's name, type and bytes, the annexes, digest of each media. */
void vg_filing_hash(const vg_filing_view *f, const vg_documents *documents, uint8_t out[32]);
/** A receiver as JSON that a filing keeps, and back; strings in the arena. VG_ENOMEM, VG_ECORRUPT. */
void vg_receiver_write(vg_buf *out, const vg_receiver *receiver);
int vg_receiver_read(vg_str json, vg_arena *arena, vg_receiver *out, vg_error *err);
/** What every channel lacks alike: no operator, a key that is over, content that is destroyed or unreadable. */
void vg_filing_lacks(const vg_filing_view *f, vg_lacks *out);

#endif
