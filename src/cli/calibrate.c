/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie calibrate: new curves for a model, from labelled conversations that it was not trained on.
 */
#include "cli/learning.h"

static int calibrate(const vg_model *model, vg_labelled *in, const vg_args *args, vg_calibration *out, vg_error *err)
{
    vg_calibrate_options options = {.folds = (uint32_t)vg_arg_number(args, VG_OPT_FOLDS, 5), .shift = vg_model_look(model)->shift, .text = in->text};
    int rc = vg_arg_method(args, &options.method, err);
    if (!rc) rc = vg_arg_decimal(args, VG_OPT_PREVALENCE, 0, 1, &options.prevalence, err);
    if (rc) return rc;
    vg_progress_begin(&in->progress, "scoring", "% done", 1, vg_arg_is(args, VG_OPT_QUIET));
    rc = vg_calibrate_model(out, model, &in->corpus, &options, (uint64_t)vg_arg_number(args, VG_OPT_SEED, 1), vg_labelled_progress, &in->progress, err);
    vg_progress_end(&in->progress);
    return rc;
}

static int show(const vg_calibration *calibration, bool json, vg_error *err)
{
    if (!json) {
        vg_calibration_print(calibration, stdout);
        return 0;
    }
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    vg_calibration_json(calibration, &out);
    vg_buf_add_char(&out, '\n');
    int rc = out.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for the figures") : 0;
    if (!rc) fputs(out.ptr, stdout);
    vg_buf_free(&out);
    return rc;
}

int vg_cmd_calibrate(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_labelled in = {0};
    vg_model *model = NULL;
    static vg_calibration calibration; /* 20 KiB */
    const char *path = vg_arg_text(args, VG_OPT_OUT, NULL);
    int rc = vg_model_open(&model, args->word[0], &err);
    if (!rc) rc = vg_labelled_open(&in, args, 1, &err);
    if (!rc) rc = calibrate(model, &in, args, &calibration, &err);
    if (!rc && path) {
        vg_model_parts parts = *vg_model_look(model);
        parts.curves = calibration.curves;
        parts.curve_count = calibration.curve_count;
        rc = vg_model_save(&parts, path, &err);
    }
    if (!rc) rc = show(&calibration, vg_arg_is(args, VG_OPT_JSON), &err);
    if (!rc && !path) fprintf(stderr, "vigie calibrate: nothing was written; --out FILE writes the model with these curves\n");
    vg_labelled_close(&in);
    vg_model_unref(&model);
    return rc ? vg_cli_fail(&err) : 0;
}
