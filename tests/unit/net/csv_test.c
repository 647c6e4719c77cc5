/* SPDX-License-Identifier: Apache-2.0 */
#include "net/csv.h"
#include "tap.h"

static void cell(const char *text, const char *want, const char *name)
{
    vg_buf out;
    vg_buf_init(&out, 4096);
    vg_csv_text(&out, true, vg_str_of(text));
    vg_buf_add_char(&out, '\0');
    TAP_EQ_STR(out.ptr, want, name);
    vg_buf_free(&out);
}

int main(void)
{
    vg_buf out;
    const char *const head[] = {"space", "a,b"};
    cell("lobby", "lobby", "a plain word stays plain");
    cell("", "", "nothing is nothing");
    cell("a,b", "\"a,b\"", "a comma is quoted");
    cell("he said \"no\"", "\"he said \"\"no\"\"\"", "quotes are doubled");
    cell("one\ntwo", "\"one\ntwo\"", "a line break is quoted");
    cell("=1+1", "'=1+1", "no formula: =");
    cell("+33 1", "'+33 1", "no formula: +");
    cell("-1", "'-1", "no formula: - in a text");
    cell("@SUM(A1)", "'@SUM(A1)", "no formula: @");
    cell("\tx", "'\tx", "no formula behind a tab");
    cell("\r=1", "\"'\r=1\"", "no formula behind a carriage return");
    cell("=cmd|'/c calc'!A1,\"x\"", "\"'=cmd|'/c calc'!A1,\"\"x\"\"\"", "guard and quotes together");
    cell("a=b", "a=b", "only the beginning makes a formula");
    vg_buf_init(&out, 4096);
    vg_csv_row(&out, head, 2);
    vg_csv_number(&out, true, -7);
    vg_csv_share(&out, false, -1234);
    vg_csv_empty(&out, false);
    vg_csv_end(&out);
    vg_buf_add_char(&out, '\0');
    TAP_EQ_STR(out.ptr, "space,\"a,b\"\r\n-7,-0.1234,\r\n", "numbers are numbers, also below zero; rows end as RFC 4180 says");
    vg_buf_free(&out);
    return tap_done();
}
