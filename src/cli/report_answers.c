/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie report answers: what receivers answered, from a file, with everything that follows as when a person writes it down over HTTP.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/time.h"
#include "cli/installation.h"
#include "filing_answer.h"
#include "report/answers.h"

typedef struct taking {
    vg_installation in;
    vg_bank_store *banks;
    vg_answer_read *all;
    size_t count, added, doubted;
} taking;

/* The filing that an answer is about: by its number, or by the receiver's. */
static int find(taking *t, vg_answer_read *a, vg_filing *f, vg_error *err)
{
    int rc = a->filing ? 0 : vg_store_filing_of_reference(t->in.store, a->receiver, a->reference, &a->filing, err);
    if (rc == -VG_ENOENT) return vg_fail(err, VG_ENOENT, a->where, "no filing to %.*s has the number \"%.*s\"", VG_STR_ARG(a->receiver), VG_STR_ARG(a->reference));
    if (rc == -VG_ECONFLICT) {
        char why[sizeof err->what];
        snprintf(why, sizeof why, "%s", err->what);
        return vg_fail(err, VG_ECONFLICT, a->where, "%s", why);
    }
    if (!rc) rc = vg_store_filing_get(t->in.store, a->filing, t->in.arena, f, err);
    if (rc == -VG_ENOENT) return vg_fail(err, VG_ENOENT, a->where, "there is no filing %" PRId64, a->filing);
    if (rc) return rc;
    if (a->receiver.len && !vg_str_eq(a->receiver, f->receiver_id))
        return vg_fail(err, VG_EINVAL, a->where, "filing %" PRId64 " went to %.*s, not to %.*s", f->id, VG_STR_ARG(f->receiver_id), VG_STR_ARG(a->receiver));
    if (vg_filing_next(f->state, VG_MOVE_ANSWER, f->four_eyes) < 0)
        return vg_fail(err, VG_ECONFLICT, a->where, "filing %" PRId64 " is %s: nobody can have answered it yet", f->id, vg_filing_state_names[f->state]);
    return 0;
}

/* Each must have a filing that can be answered before the first is recorded. */
static int check(taking *t, vg_error *err)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < t->count; i++) {
        vg_filing f;
        rc = find(t, &t->all[i], &f, err);
    }
    return rc;
}

/* A file that is read a second time adds nothing. */
static int is_there(taking *t, const vg_answer_read *a, bool *there, vg_error *err)
{
    vg_filing_answer *all;
    size_t count;
    *there = false;
    int rc = vg_store_filing_answers(t->in.store, a->filing, t->in.arena, &all, &count, err);
    for (size_t i = 0; !rc && i < count; i++)
        *there |= all[i].kind == a->kind && vg_str_eq(all[i].what, a->what) && vg_str_eq(all[i].reference, a->reference) && (!a->received_ms || a->received_ms == all[i].at_ms);
    return rc;
}

/* A running server sees within a moment that the banks have changed. */
static int record(taking *t, vg_error *err)
{
    int rc = vg_bank_store_open(&t->banks, t->in.dir, err);
    for (size_t i = 0; !rc && i < t->count; i++) {
        const vg_answer_read *a = &t->all[i];
        bool there;
        const vg_filing_answering with = {.store = t->in.store, .banks = t->banks, .arena = t->in.arena, .now_ms = vg_time_now()};
        vg_filing_answer answer = {.filing_id = a->filing, .kind = a->kind, .what = a->what, .reference = a->reference, .by = vg_str_of(t->in.by), .at_ms = a->received_ms};
        rc = is_there(t, a, &there, err);
        if (rc || there) continue;
        rc = vg_filing_answer_record(&with, &answer, err);
        t->added += !rc;
        t->doubted += rc ? 0 : answer.in_review;
    }
    return rc;
}

int vg_cmd_report_answers(const vg_cli *cli, const vg_args *args)
{
    taking t = {0};
    vg_error err = {0};
    char *bytes = NULL;
    size_t len = 0;
    (void)cli;
    int rc = vg_file_read(args->word[0], VG_ANSWERS_FILE_MOST, &bytes, &len, &err);
    if (!rc) rc = vg_installation_open(&t.in, args, false, &err);
    if (!rc) rc = vg_answers_read((vg_str){bytes, len}, t.in.arena, &t.all, &t.count, &err);
    if (!rc) rc = check(&t, &err);
    if (!rc) rc = record(&t, &err);
    if (!rc || t.added) printf("%zu recorded, %zu there before\n", t.added, rc ? 0 : t.count - t.added);
    if (t.doubted) fprintf(stderr, "%zu entries of banks are in doubt now.\n", t.doubted);
    vg_free(bytes);
    vg_bank_store_close(&t.banks);
    vg_installation_close(&t.in);
    return rc ? vg_cli_fail(&err) : 0;
}
