/* SPDX-License-Identifier: Apache-2.0
 *
 * cli/learning: what the commands train, calibrate and model share: corpora from the command line, and how figures are shown.
 */
#ifndef VG_CLI_LEARNING_H
#define VG_CLI_LEARNING_H

#include <stdio.h>

#include "cli/cli.h"
#include "cli/progress.h"
#include "learning/calibrate.h"
#include "learning/correct.h"
#include "space/space.h"

typedef struct vg_labelled {
    vg_corpus corpus;
    vg_policy_set *policies;
    vg_text_engine *text; /* the spelling table of the policy's space, no patterns */
    vg_bar progress;
} vg_labelled;

/** Reads the corpora named from word `first` on, and the spelling table of --policy and --space (the first space without it).
 *  On error nothing is left open. */
int vg_labelled_open(vg_labelled *out, const vg_args *args, size_t first, vg_error *err);
void vg_labelled_close(vg_labelled *labelled);
/** Only the spelling table. */
int vg_labelled_text(vg_labelled *out, const vg_args *args, vg_error *err);
/** A vg_learning_progress; its context is a vg_bar that was begun. */
void vg_labelled_progress(void *context, uint64_t done, uint64_t total);

/** --at, a risk such as 0.6, in 1/10000; --cost, --prevalence: a number over 0, below `most`. */
int vg_arg_decimal(const vg_args *args, vg_option_id id, double otherwise, double most, double *out, vg_error *err);
int vg_arg_method(const vg_args *args, vg_calibrate_method *out, vg_error *err);

/** For each language how well its curve holds; then the reliability table of all. */
void vg_calibration_print(const vg_calibration *calibration, FILE *out);
void vg_calibration_json(const vg_calibration *calibration, vg_buf *out);
/** What was said and left out, the correction of each language before and after, and a table of the risks that were judged. */
void vg_correction_print(const vg_correction *correction, FILE *out);
void vg_correction_json(const vg_correction *correction, vg_buf *out);
/** A language code as it is; "all" for the pooled curve. */
const char *vg_language_shown(const char *language);

#endif
