/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/case_out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"

int vg_case_out_open(vg_case_out *out, const vg_args *args, const char *format, vg_error *err)
{
    vg_case c = {0};
    char name[24], detail[64];
    vg_installation *in = &out->in;
    int64_t id = vg_case_id_of(vg_str_of(args->word[0]));
    int rc = vg_policy_set_load(&out->set, vg_cli_policy(args), err);
    if (!rc) rc = vg_installation_open(in, args, false, err);
    if (!rc) rc = id > 0 ? vg_store_case_get(in->store, id, in->arena, &c, err) : -VG_ENOENT;
    /* A copy of an item with a known answer is nobody's case. */
    if (rc == -VG_ENOENT && in->store) return vg_fail(err, VG_ENOENT, args->word[0], "there is no such case; expected a name such as c-000123");
    if (!rc && c.shadow) rc = vg_fail(err, VG_ENOENT, args->word[0], "there is no such case; expected a name such as c-000123");
    if (!rc && c.destroyed) rc = vg_fail(err, VG_EGONE, args->word[0], "the content of this case is destroyed: there is nothing left to write");
    if (rc) return rc;
    const vg_dossier_ask ask = {.case_id = id, .policy = vg_policy_set_find(out->set, c.space, NULL), .book = vg_policy_set_book(out->set), .reader = vg_str_of(in->by),
                                .outgoing = true, .data_dir = in->dir, .ring = in->ring, .now_ms = vg_time_now()};
    vg_case_name(id, name);
    int len = snprintf(detail, sizeof detail, "{\"format\":\"%s\"}", format);
    rc = vg_store_audit(in->store, vg_str_of(in->by), VG_STR("evidence.export"), vg_str_of(name), (vg_str){detail, (size_t)len}, err);
    return rc ? rc : vg_dossier_gather(in->store, &ask, in->arena, &out->d, err);
}

int vg_case_out_write(const vg_args *args, const vg_buf *bytes, vg_error *err)
{
    const char *path = args->text[VG_OPT_OUT];
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    FILE *file = !path ? stdout : fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (!file) return vg_fail(err, errno == EEXIST ? VG_EEXIST : VG_EIO, path, "cannot be made: %s", strerror(errno));
    bool whole = fwrite(bytes->ptr, 1, bytes->len, file) == bytes->len && !fflush(file) && (!path || !fsync(fd));
    int rc = whole ? 0 : vg_fail(err, VG_EFULL, path ? path : "standard output", "cannot be written: %s", strerror(errno));
    if (path) fclose(file);
    if (path && rc) unlink(path);
    return rc;
}

void vg_case_out_close(vg_case_out *out)
{
    vg_installation_close(&out->in);
    if (out->set) vg_policy_set_unref(&out->set);
}
