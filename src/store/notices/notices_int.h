/* SPDX-License-Identifier: Apache-2.0
 *
 * store/notices/notices_int: what the files about notices share with each other and with the rest of the store.
 */
#ifndef VG_STORE_NOTICES_INT_H
#define VG_STORE_NOTICES_INT_H

#include "store/cases/decisions.h"
#include "store/notices/notices.h"
#include "store/store_int.h"

enum { VG_CASE_FLAG_TRUSTED = 1, VG_CASE_FLAG_DANGER = 2, VG_NOTICE_TAG = VG_STORE_EVENT_KEY, VG_NOTICE_PLACE = 48 };

/** "notice:17:body", the place of a sealed column. */
void vg_store_notice_place(int64_t id, const char *column, char out[VG_NOTICE_PLACE]);
/** Reads a row of VG_STORE_NOTICE_COLUMNS; the number is unsealed, the flagger's name and the counts of its likes are not filled in. */
int vg_store_notice_row(vg_store *store, const vg_query *row, vg_arena *arena, vg_notice *out, vg_error *err);
/** Flagger's name, notices of its case, notices of the same words. After the query of the row is over. */
int vg_store_notice_fill(vg_store *store, vg_notice *notice, int64_t words, vg_arena *arena, vg_error *err);
void vg_store_notifier_tag(const vg_store *store, vg_str space, vg_str who, uint8_t out[VG_NOTICE_TAG]);

/* ---- inside a transaction of the caller ---- */
/** A `vigie.notice` event of a platform becomes a notice with a receipt number of its own. */
int vg_store_notice_of_event(vg_store *store, const vg_case_write *event, int64_t case_id, vg_error *err);
/** Opens or joins a case with one event, as vg_store_case_write does in a transaction of its own. */
int vg_store_case_write_one(vg_store *store, const vg_case_write *event, vg_case_written *out, vg_error *err);
/** The answer to every notice of a case that was just decided: state, and one webhook message each.
 *  Until it cannot be undone any more nobody outside hears of it. */
int vg_store_notices_decided(vg_store *store, const vg_case *c, const vg_resolution *resolution, vg_error *err);
int vg_store_key_insert(vg_store *store, vg_api_key *key, vg_str by, vg_error *err);
/** A message waits sealed: the body that goes into the outbox for `message`. */
int vg_store_outbox_seal(vg_store *store, const char *message, vg_str body, vg_buf *out, vg_error *err);
/** The body to be sent, of one that lies in the outbox; those of before that named no person lie there as they are. */
int vg_store_outbox_open(vg_store *store, vg_str message, vg_str stored, vg_arena *arena, vg_str *body, vg_error *err);
/** Data protection: what an account made as a notifier; names past their time. */
int vg_store_notifier_forget(vg_store *store, vg_str space, vg_str who, vg_error *err);
int vg_store_notices_export(vg_store *store, vg_str space, vg_str who, vg_arena *arena, vg_buf *out, vg_error *err);

#endif
