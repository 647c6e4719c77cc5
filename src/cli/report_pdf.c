/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie report pdf: a case as the document that a magistrate or an investigator reads. It is a draft, and says so on every page: a report that is made to be
 * filed has its number from the filing. Works beside a running server; it is on record.
 */
#include <string.h>

#include "cli/case_out.h"
#include "report/pdf/pdf.h"

/* Whom to telephone first when a child is in danger: where the child most likely is. NULL: the page says to call the country's own number. */
static const vg_receiver *whom_to_call(const vg_case_out *out)
{
    const vg_law_book *book = vg_policy_set_book(out->set);
    const vg_fact *where = NULL;
    for (size_t i = 0; out->d.c.danger && !out->d.c.safe && i < out->d.fact_count; i++) {
        const vg_fact *f = &out->d.facts[i];
        if (f->whose == VG_WHOSE_VICTIM && f->kind != VG_FACT_NATIONALITY && (!where || f->confidence > where->confidence)) where = f;
    }
    for (size_t i = 0; book && where && i < book->receiver_count; i++) {
        const vg_receiver *r = &book->receivers[i];
        if (r->emergency && r->phone && strcmp(r->country, where->country) == 0) return r;
    }
    return NULL;
}

int vg_cmd_report_pdf(const vg_cli *cli, const vg_args *args)
{
    vg_case_out out = {0};
    vg_error err = {0};
    vg_lang lang;
    vg_buf made;
    (void)cli;
    int usage = vg_arg_lang(args, "report pdf", &lang);
    if (usage) return usage;
    vg_buf_init(&made, VG_PDF_MOST);
    int rc = vg_case_out_open(&out, args, "pdf", &err);
    if (!rc) {
        const vg_pdf_ask ask = {.dossier = &out.d, .emergency = whom_to_call(&out), .language = lang, .archive = {"", 0}, .checkpoint = {"", 0}};
        rc = vg_pdf_write(&ask, &made, NULL, &err);
    }
    if (!rc) rc = vg_case_out_write(args, &made, &err);
    vg_buf_free(&made);
    vg_case_out_close(&out);
    return rc ? vg_cli_fail(&err) : 0;
}
