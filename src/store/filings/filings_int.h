/* SPDX-License-Identifier: Apache-2.0
 *
 * store/filings_int: what the files of filings share.
 */
#ifndef VG_STORE_FILINGS_INT_H
#define VG_STORE_FILINGS_INT_H

#include "store/filings/filings.h"
#include "store/store_int.h"

/** Writes everything of it that changes. */
int vg_filing_save(vg_store *store, const vg_filing *f, vg_error *err);
/** An audit entry of "c-000123/f-7". */
int vg_filing_on_record(vg_store *store, const vg_filing *f, const char *action, vg_str actor, vg_str detail, int64_t now_ms, vg_error *err);
/** The webhook message of what became of it, without content. */
int vg_filing_announce(vg_store *store, const vg_filing *f, const char *type, const char *extra, int64_t now_ms, vg_error *err);
int vg_filing_seal(vg_store *store, int64_t id, const char *part, vg_str plain, vg_buf *out, vg_error *err);
int vg_filing_unseal(vg_store *store, const vg_query *row, int column, int64_t id, const char *part, vg_arena *arena, vg_str *out, vg_error *err);
/** Whether it goes to an authority, a hotline or a clearing house; whether its receiver gave a key. */
bool vg_filing_is_to_authority(const vg_filing *f);
bool vg_filing_has_key(const vg_filing *f);
/** Inside a transaction: the file of its annex is forgotten and goes once it is committed (vg_store_media_reap); of all filings of a case: named only. */
int vg_filing_annex_end(vg_store *store, int64_t filing_id, vg_error *err);
int vg_filing_annexes_doom(vg_store *store, int64_t case_id, vg_error *err);
/** What receivers say of its case now: the mark on it, its label, whether the victim is safe. */
int vg_filing_mark_case(vg_store *store, const vg_filing_answer *answer, int64_t now_ms, vg_arena *arena, vg_error *err);
/** Keeps which evidence the case showed up to then, once for each event; events that cannot be opened any more are passed over. */
int vg_filing_keep_reported(vg_store *store, int64_t case_id, int64_t filed_ms, vg_error *err);
/** Sets what the filing is as of: now, or when the newest event of its case was stored, if the clock was set back since. */
int vg_filing_prepare(vg_store *store, vg_filing *f, int64_t now_ms, vg_error *err);
int vg_filing_insert(vg_store *store, vg_filing *f, vg_error *err);

#endif
