/* SPDX-License-Identifier: Apache-2.0
 *
 * net/csv: tables as RFC 4180 has them, safe to open in a spreadsheet.
 *
 * A cell of text that a spreadsheet would take for a formula (vg_text_is_formula: it begins with = + - @, a tab or a line break,
 * also behind blanks) gets an apostrophe in front (OWASP, "CSV Injection"); numbers are numbers. Callers: routes.
 */
#ifndef VG_NET_CSV_H
#define VG_NET_CSV_H

#include "base/str.h"

/** One cell; `first` of its row. */
void vg_csv_text(vg_buf *out, bool first, vg_str text);
void vg_csv_number(vg_buf *out, bool first, int64_t number);
/** 1/10000 as 0.1234. */
void vg_csv_share(vg_buf *out, bool first, int32_t e4);
void vg_csv_empty(vg_buf *out, bool first);
void vg_csv_end(vg_buf *out);
/** A row of fixed texts. */
void vg_csv_row(vg_buf *out, const char *const *cells, size_t count);

#endif
