/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie calibrate: new curves for a model, from labelled conversations that it was not trained on; and curves put right by what people
 * said of its evidence.
 */
#include "cli/learning.h"

enum { USAGE = 2 };

typedef struct work {
    const vg_args *args;
    const vg_model *model;
    bool labelled, judged; /* conversations; feedback */
    vg_calibration *calibration;
    vg_correction *correction;
} work;

static int calibrate(const work *w, vg_error *err)
{
    vg_labelled in = {0};
    int rc = vg_labelled_open(&in, w->args, 1, err);
    vg_calibrate_options options = {.folds = (uint32_t)vg_arg_number(w->args, VG_OPT_FOLDS, 5), .shift = vg_model_look(w->model)->shift, .text = in.text};
    if (!rc) rc = vg_arg_method(w->args, &options.method, err);
    if (!rc) rc = vg_arg_decimal(w->args, VG_OPT_PREVALENCE, 0, 1, &options.prevalence, err);
    if (!rc) {
        vg_bar_begin(&in.progress, "scoring", "% done", 1, vg_arg_is(w->args, VG_OPT_QUIET));
        rc = vg_calibrate_model(w->calibration, w->model, &in.corpus, &options, (uint64_t)vg_arg_number(w->args, VG_OPT_SEED, 1), vg_labelled_progress,
                                &in.progress, err);
        vg_bar_end(&in.progress);
    }
    vg_labelled_close(&in);
    return rc;
}

/* On top of the new curves where there are some; what people were shown came from the model's own. */
static int correct(const work *w, vg_error *err)
{
    const vg_model_parts *own = vg_model_look(w->model);
    const char *path = w->args->word[0], *slash = strrchr(path, '/');
    vg_judged_list list;
    int rc = vg_judged_load(&list, w->args->text[VG_OPT_FEEDBACK], err);
    if (!rc)
        rc = vg_correct(w->correction, &list, slash ? slash + 1 : path, own->curves, own->curve_count, w->labelled ? w->calibration->curves : own->curves,
                        w->labelled ? w->calibration->curve_count : own->curve_count, err);
    vg_judged_free(&list);
    return rc;
}

static int save(const work *w, const char *path, vg_error *err)
{
    vg_model_parts parts = *vg_model_look(w->model);
    parts.curves = w->judged ? w->correction->curves : w->calibration->curves;
    parts.curve_count = w->judged ? w->correction->curve_count : w->calibration->curve_count;
    return vg_model_save(&parts, path, err);
}

static int show_json(const work *w, vg_error *err)
{
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    if (w->judged) vg_buf_add_cstr(&out, w->labelled ? "{\"calibration\":" : "{\"feedback\":");
    if (w->labelled) vg_calibration_json(w->calibration, &out);
    if (w->judged && w->labelled) vg_buf_add_cstr(&out, ",\"feedback\":");
    if (w->judged) {
        vg_correction_json(w->correction, &out);
        vg_buf_add_char(&out, '}');
    }
    vg_buf_add_char(&out, '\n');
    int rc = out.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for the figures") : 0;
    if (!rc) fputs(out.ptr, stdout);
    vg_buf_free(&out);
    return rc;
}

static int show(const work *w, vg_error *err)
{
    if (vg_arg_is(w->args, VG_OPT_JSON)) return show_json(w, err);
    if (w->labelled) vg_calibration_print(w->calibration, stdout);
    if (w->judged) vg_correction_print(w->correction, stdout);
    return 0;
}

int vg_cmd_calibrate(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    static vg_calibration calibration; /* 20 KiB each */
    static vg_correction correction;
    vg_error err = {0};
    vg_model *model = NULL;
    const char *path = vg_arg_text(args, VG_OPT_OUT, NULL);
    work w = {.args = args, .labelled = args->words > 1, .judged = vg_arg_is(args, VG_OPT_FEEDBACK), .calibration = &calibration, .correction = &correction};
    if (!w.labelled && !w.judged) {
        fprintf(stderr, "vigie calibrate: nothing to calibrate by; expected CORPUS, --feedback FILE, or both\n");
        return USAGE;
    }
    int rc = vg_model_open(&model, args->word[0], &err);
    w.model = model;
    if (!rc && w.labelled) rc = calibrate(&w, &err);
    if (!rc && w.judged) rc = correct(&w, &err);
    if (!rc && path) rc = save(&w, path, &err);
    if (!rc) rc = show(&w, &err);
    if (!rc && !path) fprintf(stderr, "vigie calibrate: nothing was written; --out FILE writes the model with these curves\n");
    vg_model_unref(&model);
    return rc ? vg_cli_fail(&err) : 0;
}
