/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie audit stamp: has a time stamping authority (RFC 3161) say when the newest checkpoint was there.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "cli/installation.h"
#include "stamping.h"

static int stamp(vg_installation *in, const char *url, const char *ca, vg_error *err)
{
    vg_checkpoint c;
    int64_t time_ms = 0;
    const char *wait = getenv("VIGIE_STAMP_MS"); /* tests do not wait for what never comes */
    const vg_stamping how = {.url = url, .ca = ca, .timeout_ms = wait ? atol(wait) : 0};
    int rc = vg_store_audit_checkpoint_make(in->store, vg_time_now(), in->arena, &c, err);
    if (!rc) rc = vg_stamping_take(in->store, &c, &how, vg_str_of(in->by), &time_ms, err);
    if (rc) return rc;
    char when[25];
    vg_time_format(time_ms, when);
    printf("the checkpoint of %lld entries was there at %s\n", (long long)c.size, when);
    return 0;
}

int vg_cmd_audit_stamp(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    if (!vg_arg_is(args, VG_OPT_URL) || !vg_arg_is(args, VG_OPT_CA)) {
        fprintf(stderr, "vigie audit stamp: --url (the authority's address) and --ca (certificates to trust, PEM) are needed\n");
        return 2;
    }
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = stamp(&in, args->text[VG_OPT_URL], args->text[VG_OPT_CA], &err);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}
