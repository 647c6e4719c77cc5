/* SPDX-License-Identifier: Apache-2.0
 *
 * Taking a case away as an archive. In clear it is made in RAM and never on a disk; sealed for a receiver it may lie in an unnamed file. */
#include <sys/mman.h>
#include <unistd.h>

#include "base/time.h"
#include "dossier.h"
#include "event/policy_report.h"
#include "net/bank_json.h"
#include "net/body.h"
#include "net/routes/evidence.h"
#include "net/server_int.h"
#include "report/bag/bag.h"
#include "review/permission.h"
#include "store/evidence/evidence.h"
#include "store/filings/annex.h"

enum { REASON_MOST = 500 };

typedef struct taking {
    vg_case c;
    vg_str receiver, reason;
    bool media;
    vg_policy_set *set;
    const vg_policy *policy;
    const vg_receiver *to; /* NULL: not sealed */
    int64_t now_ms;
} taking;

static int write_file(void *context, const uint8_t *bytes, size_t len, vg_error *err)
{
    return fwrite(bytes, 1, len, context) == len ? 0 : vg_fail(err, VG_EFULL, "archive", "cannot be written: no room");
}

static bool read_asked(vg_exchange *x, taking *t)
{
    vg_str media = {"", 0};
    const vg_field fields[] = {
        {.name = "receiver", .type = VG_FIELD_STRING, .least = 1, .most = 64, .string = &t->receiver},
        {.name = "media", .type = VG_FIELD_STRING, .least = 2, .most = 3, .string = &media},
        {.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = REASON_MOST, .string = &t->reason},
    };
    if (!vg_body_read(x, fields, 3)) return false;
    if (media.len && !vg_str_is(media, "yes") && !vg_str_is(media, "no")) {
        vg_answer_problem(x, 400, "/media", "expected yes or no");
        return false;
    }
    t->media = vg_str_is(media, "yes");
    return true;
}

static int find_receiver(vg_exchange *x, taking *t, vg_error *err)
{
    t->set = vg_pipeline_policies(x->server->pipeline);
    t->policy = t->set ? vg_policy_set_find(t->set, t->c.space, NULL) : NULL;
    const vg_policy_report *report = t->policy ? t->policy->report : NULL;
    if (!t->receiver.len) return 0;
    for (size_t i = 0; report && i < report->receiver_count; i++)
        if (vg_str_is(t->receiver, report->receivers[i].id)) t->to = &report->receivers[i];
    if (!t->to) return vg_fail(err, VG_EUNPROCESSABLE, "/receiver", "the space knows no such receiver: it goes under report.receivers of its policy");
    return t->to->has_key ? 0 : vg_fail(err, VG_EUNPROCESSABLE, "/receiver", "this receiver has given no public key");
}

/* What the law requires to be out of reach leaves only sealed, for whom it is reported to. */
static int check_reach(vg_desk *desk, const taking *t, vg_error *err)
{
    bool removed = false;
    int64_t since_ms;
    int rc = t->media && !t->to ? vg_store_removed(desk->store, t->c.id, &removed, &since_ms, err) : 0;
    if (!rc && removed)
        rc = vg_fail(err, VG_EREMOVED, "", "the law requires the media of this case to be removed: they leave only in an archive that is sealed for a receiver");
    return rc;
}

static int put_on_record(vg_desk *desk, vg_exchange *x, const taking *t, vg_error *err)
{
    const vg_archive_taken taken = {.case_id = t->c.id, .receiver = t->receiver, .media = t->media, .user = x->user.name, .now_ms = t->now_ms};
    return vg_store_archive_taken(desk->store, &taken, err);
}

static int write_archive(vg_desk *desk, vg_exchange *x, const taking *t, vg_error *err)
{
    vg_dossier d;
    vg_sealer *sealer = NULL;
    vg_bag_sink file = {x->file, write_file};
    const vg_dossier_ask ask = {.case_id = t->c.id, .policy = t->policy, .reader = x->user.name, .outgoing = true, .in_clear = !t->to, .data_dir = x->server->data_dir,
                                .ring = x->server->ring, .now_ms = t->now_ms};
    vg_bag_file audit[VG_DOSSIER_AUDIT_FILES];
    vg_buf state, excerpt;
    vg_buf_init(&state, 4 << 20);
    int rc = vg_evidence_write(desk, x, &t->c, &state, err);
    if (!rc) rc = vg_dossier_gather(desk->store, &ask, desk->arena, &d, err);
    if (!rc) rc = vg_dossier_audit(desk->store, t->c.id, t->now_ms, desk->arena, &excerpt, audit, err);
    else vg_buf_init(&excerpt, 0);
    const vg_bag_options options = {.media = t->media, .by = x->user.name, .reason = t->reason, .state = {state.ptr ? state.ptr : "", state.len},
                                    .audit = audit, .audit_count = VG_DOSSIER_AUDIT_FILES};
    if (!rc && t->to) rc = vg_sealer_begin(&sealer, t->to->public_key, t->to->key_until_ms, t->now_ms, &file, err);
    const vg_bag_sink sink = sealer ? vg_sealer_sink(sealer) : file;
    if (!rc) rc = vg_bag_write(&d, &options, &sink, err);
    if (sealer) {
        if (rc) vg_sealer_abandon(&sealer);
        else rc = vg_sealer_end(&sealer, err);
    }
    if (!rc && fflush(x->file)) rc = vg_fail(err, VG_EFULL, "archive", "cannot be written: no room");
    vg_buf_free(&state);
    vg_buf_free(&excerpt);
    return rc;
}

static int take(vg_desk *desk, vg_exchange *x, taking *t, vg_error *err)
{
    int rc = find_receiver(x, t, err);
    if (!rc) rc = check_reach(desk, t, err);
    if (!rc && t->c.destroyed && t->media) rc = vg_fail(err, VG_EGONE, "", "the content of this case is destroyed: there are no media left");
    if (!rc) rc = put_on_record(desk, x, t, err);
    if (rc) return rc;
    if (t->to) x->file = vg_open_unnamed(x->server->data_dir);
    else {
        int fd = memfd_create("archive", MFD_CLOEXEC);
        x->file = fd < 0 ? NULL : fdopen(fd, "w+b");
        if (!x->file && fd >= 0) close(fd);
    }
    return x->file ? write_archive(desk, x, t, err) : vg_fail(err, VG_EIO, "", "no file for the archive");
}

void vg_route_archive(vg_desk *desk, vg_exchange *x)
{
    taking t = {.receiver = {"", 0}, .reason = {"", 0}, .now_ms = vg_time_now()};
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, false, &t.c)) return;
    if (vg_review_require(&x->user, VG_MAY_ARCHIVE_TAKE, t.c.space, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!read_asked(x, &t)) return;
    int rc = take(desk, x, &t, &err);
    if (t.set) vg_policy_set_unref(&t.set);
    if (rc) {
        if (x->file) fclose(x->file);
        x->file = NULL;
        vg_answer_error(x, &err);
        return;
    }
    char name[24];
    vg_case_name(t.c.id, name);
    vg_str header = vg_arena_printf(x->arena, "attachment; filename=\"%s%s\"", name, t.receiver.len ? ".vigie" : ".zip");
    vg_answer_begin(x, 200, t.receiver.len ? "application/octet-stream" : "application/zip");
    vg_answer_header(x, "Content-Disposition", header.ptr ? header.ptr : "attachment");
}
