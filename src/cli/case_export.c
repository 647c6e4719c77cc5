/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie case export: a case in the format of an analyst's tool. Works beside a running server; it is on record.
 */
#include <stdio.h>

#include "cli/case_out.h"
#include "report/exports/exports.h"

int vg_cmd_case_export(const vg_cli *cli, const vg_args *args)
{
    vg_case_out out = {0};
    vg_error err = {0};
    vg_buf made;
    (void)cli;
    int format = vg_export_named(vg_str_of(args->text[VG_OPT_FORMAT]));
    if (format < 0) {
        fprintf(stderr, "vigie case export: --format is one of");
        for (int i = 0; i < VG_EXPORTS; i++) fprintf(stderr, "%s %s", i ? "," : "", vg_export_kinds[i].name);
        fputc('\n', stderr);
        return 2;
    }
    vg_buf_init(&made, VG_EXPORT_MOST);
    int rc = vg_case_out_open(&out, args, vg_export_kinds[format].name, &err);
    if (!rc) rc = vg_export_write(&out.d, (vg_export_format)format, &made, &err);
    if (!rc) rc = vg_case_out_write(args, &made, &err);
    vg_buf_free(&made);
    vg_case_out_close(&out);
    return rc ? vg_cli_fail(&err) : 0;
}
