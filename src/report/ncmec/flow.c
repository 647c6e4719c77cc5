/* SPDX-License-Identifier: Apache-2.0
 *
 * What to ask next. The memo is JSON of ours:
 *
 *     {"opened": ms, "again": n, "files": {"SEQ": {"id": "their number", "told": true}}}
 *
 * by the number of the file in the case, so that a file that joins the case in between is found missing and sent. */
#include "report/ncmec/flow_int.h"

const char ncmec_submit[] = "submit", ncmec_upload[] = "upload", ncmec_fileinfo[] = "fileinfo", ncmec_finish[] = "finish", ncmec_look[] = "look",
           ncmec_retract[] = "retract";

/* ---- memo ---- */

static int memo_read(const vg_progress *now, json_t **out, vg_error *err)
{
    json_error_t wrong;
    *out = now->memo.len ? json_loadb(now->memo.ptr, now->memo.len, 0, &wrong) : json_object();
    if (*out && json_is_object(*out)) return 0;
    int code = now->memo.len ? VG_ECORRUPT : VG_ENOMEM;
    json_decref(*out);
    *out = NULL;
    return vg_fail(err, code, "ncmec", code == VG_ENOMEM ? "no memory" : "what was remembered of the filing cannot be read");
}

int ncmec_memo_write(json_t *memo, vg_arena *arena, vg_progress *after, vg_error *err)
{
    size_t len = json_dumpb(memo, NULL, 0, JSON_COMPACT | JSON_SORT_KEYS);
    char *text = len && len <= 64 << 10 ? vg_arena_alloc(arena, len) : NULL;
    if (!text || json_dumpb(memo, text, len, JSON_COMPACT | JSON_SORT_KEYS) != len)
        return vg_fail(err, VG_ENOMEM, "ncmec", "no memory for what to remember");
    after->memo = (vg_str){text, len};
    return 0;
}

json_t *ncmec_memo_file(const json_t *memo, int64_t seq)
{
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)seq);
    return json_object_get(json_object_get(memo, "files"), key);
}

int ncmec_memo_set_file(json_t *memo, int64_t seq, vg_str id, bool told, vg_error *err)
{
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)seq);
    json_t *files = json_object_get(memo, "files");
    if (!files) {
        files = json_object();
        if (json_object_set_new(memo, "files", files)) return vg_fail(err, VG_ENOMEM, "ncmec", "no memory");
    }
    json_t *one = json_pack("{s:s%,s:b}", "id", id.ptr, id.len, "told", (int)told);
    if (json_object_set_new(files, key, one)) return vg_fail(err, VG_ENOMEM, "ncmec", "no memory");
    return 0;
}

/* ---- where it stands ---- */

static bool at_step(const vg_progress *now, const char *step) { return now->step && strcmp(now->step, step) == 0; }

/* The step by what is done, not by what the step before was called: what a crash left out is found. */
int ncmec_stand(const vg_filing_view *f, const vg_progress *now, vg_arena *arena, ncmec_standing *s, vg_error *err)
{
    *s = (ncmec_standing){.step = ncmec_submit};
    int rc = ncmec_options_read(f->options, arena, &s->options, err);
    if (!rc) rc = memo_read(now, &s->memo, err);
    if (rc) return rc;
    s->count = ncmec_files(f, &s->options, s->files);
    if (at_step(now, ncmec_retract)) s->step = ncmec_retract;
    else if (at_step(now, ncmec_look)) s->step = ncmec_look;
    else if (now->reference.len) s->step = ncmec_finish;
    if (s->step != ncmec_finish) return 0;
    for (s->at = 0; s->at < s->count; s->at++) {
        json_t *file = ncmec_memo_file(s->memo, f->dossier->media[s->files[s->at]].seq);
        if (file && json_is_true(json_object_get(file, "told"))) continue;
        s->step = file ? ncmec_fileinfo : ncmec_upload;
        break;
    }
    return 0;
}

/* ---- asking ---- */

static int ask_form(vg_arena *arena, const char *step, const char *path, vg_str id, vg_ask *out, vg_error *err)
{
    vg_part *part = vg_arena_calloc(arena, 1, sizeof *part);
    if (!part) return vg_fail(err, VG_ENOMEM, "ncmec", "no memory");
    *part = (vg_part){.name = VG_STR("id"), .bytes = id};
    *out = (vg_ask){.carry = VG_CARRY_HTTP, .step = step, .method = VG_STR("POST"), .path = vg_str_of(path), .parts = part, .part_count = 1, .form = true};
    return 0;
}

static int ask_upload(const vg_filing_view *f, const ncmec_standing *s, vg_str id, vg_arena *arena, vg_ask *out, vg_error *err)
{
    const vg_dossier_media *m = &f->dossier->media[s->files[s->at]];
    vg_part *parts = vg_arena_calloc(arena, 2, sizeof *parts);
    vg_str name = ncmec_file_name(m, s->files[s->at] + 1, arena);
    if (!parts || !name.ptr) return vg_fail(err, VG_ENOMEM, "ncmec", "no memory");
    parts[0] = (vg_part){.name = VG_STR("id"), .bytes = id};
    parts[1] = (vg_part){.name = VG_STR("file"), .filename = name, .type = VG_STR("application/octet-stream"), .media = s->files[s->at]};
    *out = (vg_ask){.carry = VG_CARRY_HTTP, .step = ncmec_upload, .method = VG_STR("POST"), .path = VG_STR("/upload"), .parts = parts, .part_count = 2,
                    .harmless = true};
    return 0;
}

static vg_ask xml_ask(const char *step, const char *path, vg_str body)
{
    return (vg_ask){.carry = VG_CARRY_HTTP, .step = step, .method = VG_STR("POST"), .path = vg_str_of(path), .type = VG_STR("text/xml; charset=utf-8"),
                    .body = body, .harmless = true};
}

static int ask_details(const vg_filing_view *f, const vg_progress *now, const ncmec_standing *s, vg_arena *arena, vg_ask *out, vg_error *err)
{
    const json_t *id = json_object_get(ncmec_memo_file(s->memo, f->dossier->media[s->files[s->at]].seq), "id");
    vg_str body, file_id = vg_arena_copy(arena, (vg_str){json_string_value(id), json_string_length(id)});
    if (!file_id.ptr) return vg_fail(err, VG_ENOMEM, "ncmec", "no memory");
    int rc = ncmec_file_write(f, &s->options, s->files[s->at], now->reference, file_id, arena, &body, err);
    if (!rc) *out = xml_ask(ncmec_fileinfo, "/fileinfo", body);
    return rc;
}

static int ask_step(const vg_filing_view *f, const vg_progress *now, const ncmec_standing *s, vg_arena *arena, vg_ask *out, vg_error *err)
{
    vg_str body;
    int rc;
    if (s->step == ncmec_upload) return ask_upload(f, s, now->reference, arena, out, err);
    if (s->step == ncmec_fileinfo) return ask_details(f, now, s, arena, out, err);
    if (s->step == ncmec_finish) return ask_form(arena, ncmec_finish, "/finish", now->reference, out, err);
    if (s->step == ncmec_look || s->step == ncmec_retract) {
        rc = ask_form(arena, s->step, "/retract", now->reference, out, err);
        if (!rc) out->harmless = true; /* of a report that is filed it changes nothing; what is not filed begins anew */
        return rc;
    }
    rc = ncmec_report_write(f, &s->options, arena, &body, err);
    if (!rc) *out = xml_ask(ncmec_submit, "/submit", body);
    return rc;
}

int ncmec_next(const vg_filing_view *f, const vg_progress *now, bool unsure, vg_arena *arena, vg_ask *out, vg_error *err)
{
    ncmec_standing s;
    int rc = ncmec_stand(f, now, arena, &s, err);
    /* Only /finish cannot be asked again: whether it was done is found out by /retract. A report whose /submit was lost vanishes by itself;
     * of a file that arrived twice the second number is the one that its details go with. */
    if (!rc && unsure && at_step(now, ncmec_finish)) s.step = ncmec_look;
    if (!rc) rc = ask_step(f, now, &s, arena, out, err);
    json_decref(s.memo);
    return rc;
}

int ncmec_withdraw(const vg_filing_view *f, const vg_progress *now, vg_arena *arena, vg_ask *out, vg_error *err)
{
    (void)f;
    if (!now->reference.len) return vg_fail(err, VG_ENOENT, "ncmec", "no report is open there: there is nothing to withdraw");
    int rc = ask_form(arena, ncmec_retract, "/retract", now->reference, out, err);
    if (!rc) out->harmless = true;
    return rc;
}
