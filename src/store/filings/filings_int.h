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
/** Sets what the filing is as of: now, or when the newest event of its case was stored, if the clock was set back since. */
int vg_filing_prepare(vg_store *store, vg_filing *f, int64_t now_ms, vg_error *err);
int vg_filing_insert(vg_store *store, vg_filing *f, vg_error *err);

#endif
