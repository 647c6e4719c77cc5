/* SPDX-License-Identifier: Apache-2.0
 *
 * A case in the formats of analysts' tools (report/exports). It is made in RAM and on record before a byte of it is handed out. */
#include "net/routes/exports.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/time.h"
#include "dossier.h"
#include "net/server_int.h"
#include "report/exports/exports.h"
#include "review/permission.h"

static bool read_format(vg_exchange *x, vg_export_format *out)
{
    vg_str name;
    bool found;
    int format = -1;
    if (vg_query_get(x, "format", &name, &found) && found) format = vg_export_named(name);
    if (format < 0) vg_answer_problem(x, 400, "/format", "expected vics-1.3, vics-2.0, csv-media, csv-messages, csv-identifiers or case-uco");
    *out = (vg_export_format)format;
    return format >= 0;
}

static int write_export(vg_desk *desk, vg_exchange *x, const vg_case *c, vg_export_format format, vg_buf *out, vg_error *err)
{
    vg_dossier d;
    char name[24], detail[64];
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    const vg_dossier_ask ask = {.case_id = c->id, .policy = set ? vg_policy_set_find(set, c->space, NULL) : NULL, .book = set ? vg_policy_set_book(set) : NULL,
                                .reader = x->user.name, .outgoing = true, .data_dir = x->server->data_dir, .ring = x->server->ring, .now_ms = vg_time_now()};
    vg_case_name(c->id, name);
    int len = snprintf(detail, sizeof detail, "{\"format\":\"%s\"}", vg_export_kinds[format].name);
    int rc = vg_store_audit(desk->store, x->user.name, VG_STR("evidence.export"), vg_str_of(name), (vg_str){detail, (size_t)len}, err);
    if (!rc) rc = vg_dossier_gather(desk->store, &ask, desk->arena, &d, err);
    if (!rc) rc = vg_export_write(&d, format, out, err);
    if (set) vg_policy_set_unref(&set);
    return rc;
}

/* An answer of any size: never on a disk. */
static FILE *in_ram(const vg_buf *made, vg_error *err)
{
    int fd = memfd_create("export", MFD_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w+b");
    if (!file && fd >= 0) close(fd);
    if (file && fwrite(made->ptr, 1, made->len, file) == made->len && !fflush(file)) return file;
    if (file) fclose(file);
    vg_fail(err, VG_ENOMEM, "", "no memory for an export");
    return NULL;
}

void vg_route_export(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    vg_export_format format;
    vg_buf made;
    if (!vg_case_of_path(desk, x, false, &c)) return;
    if (c.shadow) { /* a copy of an item with a known answer is nobody's case to take away */
        vg_answer_problem(x, 404, NULL, "there is no such case");
        return;
    }
    int rc = vg_review_require(&x->user, VG_MAY_ARCHIVE_TAKE, c.space, &err);
    if (!rc && !read_format(x, &format)) return;
    if (!rc && c.destroyed) rc = vg_fail(&err, VG_EGONE, "", "the content of this case is destroyed: there is nothing left to export");
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf_init(&made, VG_EXPORT_MOST);
    if (!write_export(desk, x, &c, format, &made, &err)) x->file = in_ram(&made, &err);
    if (!x->file) vg_answer_error(x, &err);
    else {
        char name[24];
        vg_case_name(c.id, name);
        vg_str header = vg_arena_printf(x->arena, "attachment; filename=\"%s-%s\"", name, vg_export_kinds[format].extension);
        vg_answer_begin(x, 200, vg_export_kinds[format].mime);
        vg_answer_header(x, "Content-Disposition", header.ptr ? header.ptr : "attachment");
    }
    vg_buf_free(&made);
}
