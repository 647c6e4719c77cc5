/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/filings_int: what the two files of filings' routes share. Desk threads.
 */
#ifndef VG_NET_ROUTES_FILINGS_INT_H
#define VG_NET_ROUTES_FILINGS_INT_H

#include "net/filing.h"

/** The filing of the path, as far as this user may know of it; else the answer is there. */
bool vg_filing_of_path(vg_desk *desk, vg_exchange *x, vg_filing *f);
/** It, opened for who may read the case; else the answer is there. Close it always. */
bool vg_filing_for_reader(vg_desk *desk, vg_exchange *x, vg_filing_open_t *o);
/** Answers with the filing as it is now. */
void vg_filing_answer_with(vg_desk *desk, vg_exchange *x, int64_t id, int status);
/** Notices of all spaces that are to be followed up now. */
int vg_filing_unanswered(vg_desk *desk, vg_filing **out, size_t *count, vg_error *err);
/** ,"checks":[...] of a notice; with the addresses for who may read the case (o is opened then). */
int vg_filing_write_checks(vg_desk *desk, vg_filing_open_t *o, bool whole, vg_buf *out, vg_error *err);
void vg_filing_write_answers(vg_buf *out, const vg_filing_answer *all, size_t count, bool whole);

#endif
