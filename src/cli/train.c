/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie train: labelled conversations -> the file of a model.
 */
#include "learning/train.h"

#include "base/time.h"
#include "cli/learning.h"

static int read_options(const vg_args *args, vg_train_options *o, vg_error *err)
{
    *o = (vg_train_options){.bits = (uint32_t)vg_arg_number(args, VG_OPT_BITS, VG_MODEL_BITS_DEFAULT),
                            .folds = (uint32_t)vg_arg_number(args, VG_OPT_FOLDS, 5),
                            .seed = (uint64_t)vg_arg_number(args, VG_OPT_SEED, 1),
                            .most = (size_t)vg_arg_number(args, VG_OPT_EXAMPLES, 200000),
                            .now_ms = vg_time_now()};
    int rc = vg_arg_decimal(args, VG_OPT_COST, 10, 1e5, &o->cost, err);
    if (!rc) rc = vg_arg_decimal(args, VG_OPT_PREVALENCE, 0, 1, &o->calibrate.prevalence, err);
    if (!rc) rc = vg_arg_method(args, &o->calibrate.method, err);
    return rc;
}

static void print(const vg_trained *t, const vg_train_options *o)
{
    const vg_model_summary *s = &t->parts.summary;
    const vg_train_figures *f = &t->figures;
    printf("Learned from %u talks, %u messages, %u people, %u of risk: %u windows and whole talks.\n", s->talks, s->messages, s->authors, s->risk_authors,
           s->items);
    printf("People it was not trained on (%u parts that share nobody; an alarm is a window at risk %.2f or more):\n", o->folds, f->at);
    printf("  precision %.3f, recall %.3f, F0.5 %.3f, AUC %.4f; %u of %u found, %u false alarms among %u others\n", f->precision, f->recall, f->f05, f->auc,
           f->found, f->risk_people, f->false_alarms, f->people - f->risk_people);
    vg_calibration_print(&t->calibration, stdout);
}

static void print_json(const vg_trained *t, const vg_train_options *o, const char *path, vg_buf *out)
{
    const vg_model_summary *s = &t->parts.summary;
    const vg_train_figures *f = &t->figures;
    vg_buf_add_cstr(out, "{\"file\":");
    vg_buf_add_json_str(out, vg_str_of(path));
    vg_buf_printf(out, ",\"talks\":%u,\"messages\":%u,\"people\":%u,\"risk_people\":%u,\"examples\":%u,\"folds\":%u,\"seed\":%u,", s->talks, s->messages,
                  s->authors, s->risk_authors, s->items, o->folds, s->seed);
    vg_buf_printf(out, "\"held_out\":{\"at\":%.2f,\"precision\":%.6f,\"recall\":%.6f,\"f05\":%.6f,\"auc\":%.6f,\"found\":%u,\"false_alarms\":%u},\"calibration\":",
                  f->at, f->precision, f->recall, f->f05, f->auc, f->found, f->false_alarms);
    vg_calibration_json(&t->calibration, out);
    vg_buf_add_cstr(out, "}\n");
}

int vg_cmd_train(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_labelled in;
    vg_trained trained = {0};
    vg_train_options options;
    vg_buf out;
    const char *path = vg_arg_text(args, VG_OPT_OUT, NULL);
    if (!path) {
        fprintf(stderr, "vigie train: expected --out FILE, where the model goes\n");
        return 2;
    }
    vg_buf_init(&out, 1 << 20);
    int rc = read_options(args, &options, &err);
    if (rc) return vg_cli_fail(&err);
    rc = vg_labelled_open(&in, args, 0, &err);
    if (rc) return vg_cli_fail(&err);
    options.calibrate.text = in.text;
    vg_bar_begin(&in.progress, "training", "% done", 1, vg_arg_is(args, VG_OPT_QUIET));
    rc = vg_train(&trained, &in.corpus, &options, vg_labelled_progress, &in.progress, &err);
    vg_bar_end(&in.progress);
    if (!rc) rc = vg_model_save(&trained.parts, path, &err);
    if (!rc && vg_arg_is(args, VG_OPT_JSON)) {
        print_json(&trained, &options, path, &out);
        if (out.failed) rc = vg_fail(&err, VG_ENOMEM, "", "no memory for the figures");
        else fputs(out.ptr, stdout);
    } else if (!rc) {
        print(&trained, &options);
    }
    vg_trained_free(&trained);
    vg_labelled_close(&in);
    vg_buf_free(&out);
    return rc ? vg_cli_fail(&err) : 0;
}
