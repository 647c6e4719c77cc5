/* SPDX-License-Identifier: Apache-2.0 */
#include "net/csv.h"

#include <string.h>

#include "report/text.h"

static void separate(vg_buf *out, bool first)
{
    if (!first) vg_buf_add_char(out, ',');
}

void vg_csv_text(vg_buf *out, bool first, vg_str text)
{
    bool quoted = false, formula = vg_text_is_formula(text);
    for (size_t i = 0; i < text.len; i++) quoted |= strchr(",\"\r\n", text.ptr[i]) != NULL;
    separate(out, first);
    if (quoted) vg_buf_add_char(out, '"');
    if (formula) vg_buf_add_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') vg_buf_add_char(out, '"');
        vg_buf_add_char(out, text.ptr[i]);
    }
    if (quoted) vg_buf_add_char(out, '"');
}

void vg_csv_number(vg_buf *out, bool first, int64_t number)
{
    separate(out, first);
    vg_buf_add_i64(out, number);
}

void vg_csv_share(vg_buf *out, bool first, int32_t e4)
{
    separate(out, first);
    if (e4 < 0) vg_buf_add_char(out, '-');
    vg_buf_add_e4(out, (uint32_t)(e4 < 0 ? -e4 : e4));
}

void vg_csv_empty(vg_buf *out, bool first)
{
    separate(out, first);
}

void vg_csv_end(vg_buf *out)
{
    vg_buf_add_cstr(out, "\r\n");
}

void vg_csv_row(vg_buf *out, const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) vg_csv_text(out, i == 0, vg_str_of(cells[i]));
    vg_csv_end(out);
}
