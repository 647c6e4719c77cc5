/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside of report/ncmec: where a filing stands, for flow.c (what to ask) and take.c (what an answer means).
 */
#ifndef VG_REPORT_NCMEC_FLOW_INT_H
#define VG_REPORT_NCMEC_FLOW_INT_H

#include <jansson.h>

#include "report/ncmec/ncmec_int.h"

/* Names of steps: shown to people, in the audit log. */
extern const char ncmec_submit[], ncmec_upload[], ncmec_fileinfo[], ncmec_finish[], ncmec_look[], ncmec_retract[];

typedef struct ncmec_standing {
    ncmec_options options;
    json_t *memo;                              /* owned */
    size_t files[NCMEC_FILES_MOST], count, at; /* at: the file that the step is about; count: none */
    const char *step;
} ncmec_standing;

int ncmec_stand(const vg_filing_view *f, const vg_progress *now, vg_arena *arena, ncmec_standing *s, vg_error *err);
int ncmec_memo_write(json_t *memo, vg_arena *arena, vg_progress *after, vg_error *err);
/** What is remembered of a file, borrowed; NULL: it is not there yet. */
json_t *ncmec_memo_file(const json_t *memo, int64_t seq);
int ncmec_memo_set_file(json_t *memo, int64_t seq, vg_str id, bool told, vg_error *err);

#endif
