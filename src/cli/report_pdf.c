/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie report pdf: a case as the document that a magistrate or an investigator reads. It is a draft, and says so on every page: a report that is made to be
 * filed has its number from the filing. Works beside a running server; it is on record.
 */
#include <stdio.h>
#include <string.h>

#include "cli/case_out.h"
#include "base/time.h"
#include "report/pdf/pdf.h"
#include "store/audit/audit.h"
#include "store/filings/annex.h"

static bool is_sealed(const char *path)
{
    char head[8];
    FILE *file = fopen(path, "rbe");
    bool sealed = file && fread(head, 1, sizeof head, file) == sizeof head && memcmp(head, "VIGIEARC", sizeof head) == 0;
    if (file) fclose(file);
    return sealed;
}

/* The archive of --archive, as it lies there; and the newest checkpoint of the log. */
static int read_annexes(vg_case_out *out, const vg_args *args, vg_annexes *annexes, vg_error *err)
{
    const char *path = args->text[VG_OPT_ARCHIVE];
    vg_checkpoint checkpoint = {.note = {"", 0}};
    *annexes = (vg_annexes){.checkpoint = {"", 0}, .why = {"", 0}};
    int rc = vg_store_audit_checkpoint_make(out->in.store, vg_time_now(), out->in.arena, &checkpoint, err);
    annexes->checkpoint = checkpoint.note;
    if (rc || !path) return rc;
    const char *slash = strrchr(path, '/');
    vg_annex *archive = &annexes->items[annexes->count++];
    *archive = (vg_annex){.name = vg_str_of(slash ? slash + 1 : path), .type = VG_STR("application/octet-stream"), .held = {NULL, 0}, .file = path};
    archive->title[VG_LANG_FR] = VG_STR("Archive du dossier, scellée pour le destinataire");
    archive->title[VG_LANG_EN] = VG_STR("Archive of the case, sealed for the receiver");
    rc = vg_annex_measure(path, archive->sha256, &archive->bytes, err);
    return rc ? rc : is_sealed(path) ? 0 : vg_fail(err, VG_EINVAL, path, "is no sealed archive; expected one of evidence archive --receiver, or of a report");
}

int vg_cmd_report_pdf(const vg_cli *cli, const vg_args *args)
{
    vg_case_out out = {0};
    vg_error err = {0};
    vg_annexes annexes;
    vg_lang lang;
    vg_buf made;
    (void)cli;
    int usage = vg_arg_lang(args, "report pdf", &lang);
    if (usage) return usage;
    vg_buf_init(&made, VG_PDF_MOST);
    int rc = vg_case_out_open(&out, args, "pdf", &err);
    if (!rc) rc = read_annexes(&out, args, &annexes, &err);
    if (!rc) {
        const vg_pdf_ask ask = {.dossier = &out.d, .emergency = out.d.emergency, .language = lang, .annexes = &annexes, .archive_way = VG_ANNEX_BY_HAND};
        rc = vg_pdf_write(&ask, &made, NULL, &err);
    }
    if (!rc) rc = vg_case_out_write(args, &made, &err);
    vg_buf_free(&made);
    vg_case_out_close(&out);
    return rc ? vg_cli_fail(&err) : 0;
}
