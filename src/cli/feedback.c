/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie feedback export: what people think of evidence, as JSON lines for calibration. It holds no text and nobody's name.
 */
#include <stdio.h>

#include "base/file.h"
#include "base/time.h"
#include "cli/installation.h"
#include "store/cases/feedback.h"

static int write_line(void *context, vg_str space, const vg_feedback *f, vg_error *err)
{
    vg_buf *out = context;
    vg_buf_printf(out, "{\"evidence\":\"%s\",\"pattern\":", vg_evidence_names[f->kind]);
    if (f->source.len) vg_buf_add_json_str(out, f->source);
    else vg_buf_add_cstr(out, "null");
    vg_buf_add_cstr(out, ",\"language\":");
    if (f->language.len) vg_buf_add_json_str(out, f->language);
    else vg_buf_add_cstr(out, "null");
    vg_buf_add_cstr(out, ",\"weight\":");
    vg_buf_add_e4(out, f->weight);
    vg_buf_add_cstr(out, ",\"strength\":");
    vg_buf_add_e4(out, f->strength);
    vg_buf_add_cstr(out, ",\"risk\":");
    vg_buf_add_e4(out, f->risk);
    vg_buf_printf(out, ",\"judgement\":\"%s\",\"space\":", vg_judgement_names[f->judgement]);
    vg_buf_add_json_str(out, space);
    vg_buf_add_cstr(out, f->answered ? ",\"by\":\"receiver\"}\n" : "}\n");
    return out->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for the export") : 0;
}

int vg_cmd_feedback_export(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    vg_buf out;
    vg_str space = vg_str_of(args->text[VG_OPT_SPACE]);
    if (vg_str_is(space, "*")) space = (vg_str){"", 0};
    vg_buf_init(&out, (size_t)1 << 30);
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = vg_store_feedback_each(in.store, space, 0, vg_str_of(in.by), write_line, &out, &err);
    if (!rc && vg_arg_is(args, VG_OPT_OUT)) rc = vg_file_replace(args->text[VG_OPT_OUT], out.ptr ? out.ptr : "", out.len, 0600, &err);
    else if (!rc && out.len) fwrite(out.ptr, 1, out.len, stdout);
    vg_buf_free(&out);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}
