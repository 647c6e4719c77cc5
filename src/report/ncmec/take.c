/* SPDX-License-Identifier: Apache-2.0
 *
 * What an answer means at each step. The codes are those of the API's documentation (report.cybertip.org/ispws/documentation). */
#include "report/ncmec/flow_int.h"

#include <strings.h>

#include "base/hash.h"
#include "base/time.h"

typedef struct told {
    const vg_filing_view *f;
    const vg_progress *now;
    const char *step;
    vg_arena *arena;
    vg_progress *after;
    vg_filing_turn *turn;
    vg_error *why;
    ncmec_answer a;
} told;

static bool is(const told *t, const char *step) { return strcmp(t->step, step) == 0; }

/* From the start, with a new round; so often that it cannot be chance: a person must look. */
static int anew(told *t, const char *why)
{
    *t->after = (vg_progress){.round = t->now->round + 1};
    *t->turn = t->after->round >= NCMEC_ROUNDS_MOST ? VG_GO_REFUSED : VG_GO_ANEW;
    vg_fail(t->why, VG_ECONFLICT, "ncmec", "%s%s", why,
            *t->turn == VG_GO_REFUSED ? "; this happened so often that a person must look, nothing is filed" : "; it begins anew");
    return 0;
}

/* The receiver forgets what is not finished 24 h after it was opened or 1 h after its last change, whichever is later. */
static void changed(told *t, const json_t *memo)
{
    int64_t opened = json_integer_value(json_object_get(memo, "opened"));
    int64_t day = (opened ? opened : t->f->now_ms) + VG_DAY_MS, hour = t->f->now_ms + VG_HOUR_MS;
    t->after->expires_ms = day > hour ? day : hour;
}

/* The answer, if one came, does not say whether it was done. */
static int unknown(told *t, const char *why)
{
    *t->turn = VG_GO_LATER;
    if (is(t, ncmec_finish)) {
        t->after->step = ncmec_look;
        vg_fail(t->why, VG_EBUSY, "ncmec", "%s; whether the report is filed is asked next", why);
    } else if (is(t, ncmec_submit)) {
        vg_fail(t->why, VG_EBUSY, "ncmec", "%s; if a report was opened there, it vanishes by itself within 24 hours: nothing is filed twice", why);
    } else {
        vg_fail(t->why, VG_EBUSY, "ncmec", "%s; it is asked again", why);
    }
    return 0;
}

static int filed(told *t, const char *remark)
{
    *t->turn = VG_GO_FILED;
    t->after->reference = t->now->reference;
    t->after->step = ncmec_finish;
    t->after->expires_ms = 0;
    if (remark) vg_fail(t->why, VG_OK, "ncmec", "%s", remark);
    return 0;
}

static int refused(told *t, const char *what)
{
    *t->turn = VG_GO_REFUSED;
    vg_fail(t->why, VG_EUNPROCESSABLE, "ncmec", "at the step %s NCMEC says %d, %s: %.*s", t->step, t->a.code, what, VG_STR_ARG(t->a.description));
    return 0;
}

/* It was not done, and will not be until a person has looked at the settings. */
static int person(told *t, const char *what)
{
    *t->turn = VG_GO_LATER;
    if (t->a.code) vg_fail(t->why, VG_EFORBIDDEN, "ncmec", "NCMEC says %d, %s: %.*s", t->a.code, what, VG_STR_ARG(t->a.description));
    else vg_fail(t->why, VG_EFORBIDDEN, "ncmec", "%s", what);
    return 0;
}

/* ---- code 0 ---- */

static int submit_done(told *t)
{
    if (!t->a.report_id.len) return unknown(t, "the report was opened, and its number was not said");
    json_t *memo = json_pack("{s:I}", "opened", (json_int_t)t->f->now_ms);
    if (!memo) return vg_fail(t->why, VG_ENOMEM, "ncmec", "no memory");
    t->after->reference = t->a.report_id;
    int rc = ncmec_memo_write(memo, t->arena, t->after, t->why);
    changed(t, memo);
    json_decref(memo);
    return rc;
}

/* Their digest of what arrived against ours of what was sent. */
static bool damaged(const told *t, const vg_dossier_media *m)
{
    char hex[33];
    if (!m->has_md5 || !t->a.hash.len) return false;
    vg_hex_encode(hex, m->md5, 16);
    return t->a.hash.len != 32 || strncasecmp(t->a.hash.ptr, hex, 32) != 0;
}

static int file_done(told *t, ncmec_standing *s)
{
    const vg_dossier_media *m = s->at < s->count ? &t->f->dossier->media[s->files[s->at]] : NULL;
    int rc = 0;
    if (!m) return 0; /* nothing is missing any more: an option left the file out meanwhile */
    if (is(t, ncmec_upload)) {
        if (!t->a.file_id.len) return unknown(t, "the file was taken, and its number was not said");
        if (damaged(t, m)) return anew(t, "a file arrived there with other bytes than it was sent with: the report is left to vanish");
        rc = ncmec_memo_set_file(s->memo, m->seq, t->a.file_id, false, t->why);
    } else {
        const json_t *id = json_object_get(ncmec_memo_file(s->memo, m->seq), "id");
        vg_str copy = vg_arena_copy(t->arena, (vg_str){json_string_value(id), json_string_length(id)});
        if (!copy.ptr) return vg_fail(t->why, VG_ENOMEM, "ncmec", "no memory");
        if (id) rc = ncmec_memo_set_file(s->memo, m->seq, copy, true, t->why);
    }
    if (!rc) rc = ncmec_memo_write(s->memo, t->arena, t->after, t->why);
    changed(t, s->memo);
    return rc;
}

static int finish_done(told *t, const ncmec_standing *s)
{
    if (!t->a.done) return unknown(t, "the answer to /finish is not the one that a finished report gets");
    if (t->a.files > s->count) return filed(t, "a file arrived there twice, because the answer to its first sending was lost; the report is filed once");
    if (t->a.files < s->count) return filed(t, "NCMEC lists fewer files than were sent: a person must look");
    return filed(t, NULL);
}

static int gone(told *t, const char *why)
{
    if (!is(t, ncmec_retract)) return anew(t, why);
    *t->turn = VG_GO_GONE;
    return 0;
}

static int done(told *t, ncmec_standing *s)
{
    ncmec_standing next;
    int rc;
    *t->turn = VG_GO_ON;
    if (is(t, ncmec_look) || is(t, ncmec_retract)) return gone(t, "the answer to /finish was lost and the report was not filed: it was taken back");
    if (is(t, ncmec_finish)) return finish_done(t, s);
    rc = is(t, ncmec_submit) ? submit_done(t) : file_done(t, s);
    if (rc || *t->turn != VG_GO_ON) return rc;
    rc = ncmec_stand(t->f, t->after, t->arena, &next, t->why);
    t->after->step = next.step;
    json_decref(next.memo);
    return rc;
}

/* ---- other codes ---- */

/* 5002: a file that they do not have. It is sent again; not for ever. */
static int file_missing(told *t, ncmec_standing *s)
{
    int64_t again = json_integer_value(json_object_get(s->memo, "again")) + 1;
    char key[24];
    if (!is(t, ncmec_fileinfo) || again > NCMEC_AGAIN_MOST || s->at >= s->count) return gone(t, "NCMEC has lost a file of the report");
    snprintf(key, sizeof key, "%lld", (long long)t->f->dossier->media[s->files[s->at]].seq);
    json_object_del(json_object_get(s->memo, "files"), key);
    if (json_object_set_new(s->memo, "again", json_integer(again))) return vg_fail(t->why, VG_ENOMEM, "ncmec", "no memory");
    t->after->step = ncmec_upload;
    *t->turn = VG_GO_ON;
    return ncmec_memo_write(s->memo, t->arena, t->after, t->why);
}

static int finished(told *t)
{
    if (is(t, ncmec_retract)) return filed(t, "NCMEC says that the report is filed: it cannot be taken back any more; write to NCMEC");
    if (is(t, ncmec_submit)) return refused(t, "finished, to a report that was not opened yet");
    if (is(t, ncmec_look) || is(t, ncmec_finish)) return filed(t, NULL);
    return filed(t, "NCMEC says that this report was finished earlier than is remembered here: a person must look whether all files are in it");
}

static int by_code(told *t, ncmec_standing *s)
{
    char text[120];
    bool other = t->a.report_id.len && t->now->reference.len && !is(t, ncmec_submit) && !vg_str_eq(t->a.report_id, t->now->reference);
    if (other) return unknown(t, "the answer is about another report");
    switch (t->a.code) {
    case 0: return done(t, s);
    case 1210: return person(t, "not found; the address of the channel must be looked at");
    case 4110: return refused(t, "the XML is malformed");
    case 4200: return refused(t, "a file is malformed");
    case 5001: return gone(t, "NCMEC has no such report: it was not finished in time and has vanished");
    case 5002: return file_missing(t, s);
    case 5101: return gone(t, "NCMEC says that the report was taken back");
    case 5102: return finished(t);
    default: break;
    }
    if (t->a.code >= 4000 && t->a.code < 5000) return refused(t, "not valid"); /* 4000, 4100 */
    if (t->a.code >= 2000 && t->a.code < 3000) return person(t, "user name or password are not taken; a person must look at the credentials");
    if (t->a.code >= 3000 && t->a.code < 4000) return person(t, "these credentials may not do this; a person must look at them"); /* 3000, 3100, 3300 */
    /* 1000, 1100, 1110, 1111, 1300, and what is not known */
    snprintf(text, sizeof text, t->a.code >= 1000 && t->a.code < 2000 ? "an error of NCMEC's server, %d" : "NCMEC says %d, which is not known here", t->a.code);
    return unknown(t, text);
}

/* No answer in XML: what the HTTP status says. */
static int by_status(told *t, int status, const vg_error *wrong)
{
    char text[320];
    if (status == 401 || status == 403) return person(t, "user name or password are not taken (HTTP 401 or 403); a person must look at the credentials");
    if (status == 404 || status == 405 || (status >= 300 && status < 400))
        return person(t, "there is no CyberTipline at this address (HTTP 404, 405 or 3xx); a person must look at the channel's address");
    if (status == 413) {
        *t->turn = VG_GO_REFUSED;
        vg_fail(t->why, VG_ETOOBIG, "ncmec", "a file is too large for NCMEC (HTTP 413); leave it out, its digests go with the report");
        return 0;
    }
    if (status == 429) {
        *t->turn = VG_GO_LATER;
        vg_fail(t->why, VG_EBUSY, "ncmec", "too many questions at once (HTTP 429)");
        return 0;
    }
    if (status >= 200 && status < 300) snprintf(text, sizeof text, "%.300s", wrong->what);
    else snprintf(text, sizeof text, "HTTP status %d without an answer of the CyberTipline", status);
    return unknown(t, text);
}

int ncmec_take(const vg_filing_view *f, const vg_progress *now, const vg_ask *ask, const vg_reply *reply, vg_arena *arena, vg_progress *after,
               vg_filing_turn *turn, vg_error *why)
{
    told t = {.f = f, .now = now, .step = ask->step, .arena = arena, .after = after, .turn = turn, .why = why};
    vg_error wrong = {0};
    ncmec_standing s;
    char text[200];
    if (reply->kind != VG_REPLY_CAME) {
        int len = reply->why.len > 120 ? 120 : (int)reply->why.len;
        snprintf(text, sizeof text, reply->kind == VG_REPLY_LOST ? "the answer was lost (%.*s)" : "NCMEC was not reached (%.*s)", len, len ? reply->why.ptr : "");
        if (reply->kind == VG_REPLY_LOST) return unknown(&t, text);
        *turn = VG_GO_LATER;
        vg_fail(why, VG_EBUSY, "ncmec", "%s", text);
        return 0;
    }
    int rc = ncmec_answer_read(reply->body, arena, &t.a, &wrong);
    if (rc == -VG_ENOMEM) return vg_fail(why, VG_ENOMEM, "ncmec", "no memory");
    if (rc) return by_status(&t, reply->status, &wrong);
    rc = ncmec_stand(f, now, arena, &s, why);
    if (!rc) rc = by_code(&t, &s);
    json_decref(s.memo);
    return rc;
}
