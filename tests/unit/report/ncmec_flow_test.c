/* SPDX-License-Identifier: Apache-2.0
 *
 * The flow against a receiver that keeps a ledger: each fault at each step, each code, a crash before and after each answer. Whatever
 * happens, one report is finished, or none and somebody is told why.
 */
#include <stdlib.h>

#include "made.h"
#include "report/ncmec/ncmec.h"
#include "report/ncmec/ncmec_int.h"
#include "tap.h"

enum { REPORTS = 64 };
typedef enum { OPEN_REPORT = 1, FINISHED, RETRACTED, VANISHED } report_state;
typedef struct receiver { /* what NCMEC knows */
    report_state state[REPORTS];
    int files[REPORTS], details[REPORTS], count, next_file;
} receiver;

static vg_arena *arena;
static char answer[400];

static int finished(const receiver *r)
{
    int n = 0;
    for (int i = 0; i < r->count; i++) n += r->state[i] == FINISHED;
    return n;
}

static vg_str say(int code, const char *more)
{
    snprintf(answer, sizeof answer, "<?xml version=\"1.0\"?><reportResponse><responseCode>%d</responseCode><responseDescription>said</responseDescription>%s</reportResponse>",
             code, more);
    return vg_arena_copy(arena, vg_str_of(answer));
}

/* The receiver does what is asked. */
static vg_str serve(receiver *r, const vg_ask *ask)
{
    char more[160];
    if (vg_str_is(ask->path, "/submit")) {
        r->state[r->count++] = OPEN_REPORT;
        snprintf(more, sizeof more, "<reportId>%d</reportId>", 1000 + r->count - 1);
        return say(0, more);
    }
    int id = -1;
    if (ask->part_count) id = atoi(vg_arena_copy(arena, ask->parts[0].bytes).ptr) - 1000;
    else if (ask->body.len) {
        const char *at = strstr(vg_arena_copy(arena, ask->body).ptr, "<reportId>");
        id = at ? atoi(at + 10) - 1000 : -1;
    }
    if (id < 0 || id >= r->count || r->state[id] == VANISHED) return say(5001, "");
    if (r->state[id] == FINISHED) return say(5102, "");
    if (r->state[id] == RETRACTED) return say(5101, "");
    if (vg_str_is(ask->path, "/upload")) {
        r->files[id]++;
        snprintf(more, sizeof more, "<reportId>%d</reportId><fileId>f%d</fileId>", 1000 + id, r->next_file++);
        return say(0, more);
    }
    snprintf(more, sizeof more, "<reportId>%d</reportId>", 1000 + id);
    if (vg_str_is(ask->path, "/fileinfo")) r->details[id]++;
    if (vg_str_is(ask->path, "/retract")) r->state[id] = RETRACTED;
    if (!vg_str_is(ask->path, "/finish")) return say(0, more);
    r->state[id] = FINISHED;
    int len = snprintf(answer, sizeof answer, "<reportDoneResponse><responseCode>0</responseCode><reportId>%d</reportId><files>", 1000 + id);
    for (int i = 0; i < r->files[id] && len < 300; i++) len += snprintf(answer + len, sizeof answer - (size_t)len, "<fileId>f</fileId>");
    snprintf(answer + len, sizeof answer - (size_t)len, "</files></reportDoneResponse>");
    return vg_arena_copy(arena, vg_str_of(answer));
}

typedef enum { F_NOT_SENT, F_LOST_BEFORE, F_LOST_AFTER, F_HTML_AFTER, F_CUT_AFTER, F_500_BEFORE, F_503_AFTER, F_CODE, F_EXPIRE, F_CRASH_BEFORE, F_CRASH_AFTER, FAULTS } fault;
static const char *const fault_names[FAULTS] = {"not sent", "lost before", "lost after", "html after", "cut after", "500 before", "503 after", "code", "expired", "crash before", "crash after"};

typedef struct outcome {
    vg_filing_turn turn;
    int questions;
    vg_error why;      /* of the first answer that was no success */
    vg_str reference;
    uint32_t round;
} outcome;

/* Runs a filing; the n-th question (from 1) meets a fault, `every` time or once. */
static outcome run(receiver *r, const vg_dossier *d, int at, fault what, int code, bool every)
{
    vg_filing_view f = {.id = 1, .uuid = "5b1f6f0e-0000-4000-8000-000000000001", .dossier = d, .report = made_report(),
                        .settings = vg_report_channel_find(made_report(), "ncmec"), .options = VG_STR("{}"), .now_ms = MADE_T0};
    vg_progress now = {0};
    outcome out = {.turn = VG_GO_ON};
    bool unsure = false;
    for (int n = 1; n < 60; n++) {
        vg_ask ask;
        vg_error err = {0};
        vg_progress after;
        bool hit = n == at || (every && n >= at);
        out.questions = n;
        f.now_ms += 1000;
        if (vg_channel_ncmec.next(&f, &now, unsure, arena, &ask, &err)) return out.why = err, out.turn = VG_GO_REFUSED, out;
        if (hit && what == F_EXPIRE)
            for (int i = 0; i < r->count; i++)
                if (r->state[i] == OPEN_REPORT) r->state[i] = VANISHED;
        vg_reply reply = {.kind = VG_REPLY_CAME, .status = 200, .retry_after_s = -1};
        bool acted = !(hit && (what == F_NOT_SENT || what == F_LOST_BEFORE || what == F_500_BEFORE || what == F_CODE || what == F_CRASH_BEFORE));
        if (acted) reply.body = serve(r, &ask);
        if (hit && (what == F_CRASH_BEFORE || what == F_CRASH_AFTER)) { /* the step was written down, the answer was not */
            unsure = true;
            now.step = ask.step;
            continue;
        }
        if (hit && what == F_NOT_SENT) reply = (vg_reply){.kind = VG_REPLY_NOT_SENT, .why = VG_STR("refused")};
        if (hit && (what == F_LOST_BEFORE || what == F_LOST_AFTER)) reply = (vg_reply){.kind = VG_REPLY_LOST, .why = VG_STR("time-out")};
        if (hit && what == F_HTML_AFTER) reply.body = VG_STR("<!DOCTYPE html><html><body>gateway</body></html>");
        if (hit && what == F_CUT_AFTER) reply.body.len /= 2;
        if (hit && (what == F_500_BEFORE || what == F_503_AFTER)) reply.status = what == F_503_AFTER ? 503 : 500, reply.body = VG_STR("");
        if (hit && what == F_CODE) reply.body = say(code, "");
        unsure = false;
        after = now;
        after.step = ask.step;
        if (vg_channel_ncmec.take(&f, &now, &ask, &reply, arena, &after, &out.turn, &err)) return out.why = err, out.turn = VG_GO_REFUSED, out;
        if (err.what[0] && !out.why.what[0]) out.why = err;
        now = after;
        out.reference = now.reference;
        out.round = now.round;
        if (out.turn != VG_GO_ON && out.turn != VG_GO_LATER && out.turn != VG_GO_ANEW) return out;
    }
    return out;
}

static vg_dossier *two_files(void) { return made_large(arena, 6, 4); } /* every other one is kept */

static void goes_well(void)
{
    receiver r = {0};
    outcome out = run(&r, two_files(), 0, F_NOT_SENT, 0, false);
    TAP_OK(out.turn == VG_GO_FILED && finished(&r) == 1 && vg_str_is(out.reference, "1000"), "filed, with its number");
    TAP_OK(r.files[0] == 2 && r.details[0] == 2 && out.questions == 6, "submit, two uploads with their details, finish");
    TAP_OK(!out.why.what[0], "and nothing to remark");
    r = (receiver){0};
    out = run(&r, made_text_only(arena), 0, F_NOT_SENT, 0, false);
    TAP_OK(out.turn == VG_GO_FILED && out.questions == 2, "words alone: submit, finish");
}

static void each_fault_at_each_step(void)
{
    static const char *const steps[] = {"submit", "upload 1", "fileinfo 1", "upload 2", "fileinfo 2", "finish"};
    for (int what = 0; what < FAULTS; what++) {
        for (int at = 1; what != F_CODE && at <= 6; at++) {
            receiver r = {0};
            outcome out = run(&r, two_files(), at, (fault)what, 0, false);
            bool right = out.turn == VG_GO_FILED && finished(&r) == 1;
            for (int i = 0; i < r.count; i++)
                if (r.state[i] == FINISHED) right &= r.files[i] >= 2 && r.details[i] >= 2;
            TAP_OK(right, "%s at %s: one report is finished, with all its files", fault_names[what], steps[at - 1]);
        }
    }
}

static void each_code_at_each_step(void)
{
    static const struct { int code; char kind; } codes[] = { /* l: later, p: later and a person, r: refused, a: anew or again */
        {1000, 'l'}, {1100, 'l'}, {1110, 'l'}, {1111, 'l'}, {1300, 'l'}, {1210, 'p'}, {2000, 'p'}, {3000, 'p'}, {3100, 'p'}, {3300, 'p'},
        {4000, 'r'}, {4100, 'r'}, {4110, 'r'}, {4200, 'r'}, {5001, 'a'}, {5002, 'a'}, {5101, 'a'}, {7777, 'l'}};
    for (size_t c = 0; c < sizeof codes / sizeof codes[0]; c++) {
        for (int at = 1; at <= 6; at++) {
            receiver r = {0};
            outcome out = run(&r, two_files(), at, F_CODE, codes[c].code, false);
            bool right = codes[c].kind == 'r' ? out.turn == VG_GO_REFUSED && finished(&r) == 0 && strstr(out.why.what, "said") != NULL
                                              : out.turn == VG_GO_FILED && finished(&r) == 1;
            if (codes[c].kind == 'p') right &= out.why.code == VG_EFORBIDDEN;
            if (!TAP_OK(right, "code %d at question %d", codes[c].code, at)) printf("# turn %d, %d finished: %s\n", out.turn, finished(&r), out.why.what);
        }
    }
}

static void never_for_ever(void)
{
    receiver r = {0};
    outcome out = run(&r, two_files(), 2, F_CODE, 5001, true);
    TAP_OK(out.turn == VG_GO_REFUSED && !finished(&r), "a receiver that always forgets: a person is asked in the end");
    r = (receiver){0};
    out = run(&r, two_files(), 1, F_CODE, 2000, true);
    TAP_OK(out.turn == VG_GO_LATER && !finished(&r) && strstr(out.why.what, "credentials"), "wrong credentials: waits, and says why");
    r = (receiver){0};
    out = run(&r, two_files(), 6, F_LOST_AFTER, 0, false);
    TAP_OK(out.turn == VG_GO_FILED && out.round == 0 && out.questions == 7, "a lost answer to /finish: /retract says 5102, nothing begins anew");
    r = (receiver){0};
    out = run(&r, two_files(), 6, F_LOST_BEFORE, 0, false);
    TAP_OK(out.turn == VG_GO_FILED && out.round == 1 && r.state[0] == RETRACTED && r.state[1] == FINISHED, "a /finish that never came: taken back, and one new round");
}

static void hostile_answers(void)
{
    static const char *const bad[] = {
        "", "x", "<reportResponse>", "<reportResponse></reportResponse>", "<other><responseCode>0</responseCode></other>",
        "<reportResponse><responseCode>0</responseCode><responseCode>0</responseCode></reportResponse>",
        "<reportResponse><responseCode>-1</responseCode></reportResponse>", "<reportResponse><responseCode>99999999999</responseCode></reportResponse>",
        "<reportResponse><responseCode>0</responseCode><reportId>12x</reportId></reportResponse>",
        "<reportResponse><responseCode>0</responseCode><fileId>a b</fileId></reportResponse>",
        "<!DOCTYPE reportResponse [<!ENTITY a \"0\">]><reportResponse><responseCode>&a;</responseCode></reportResponse>",
        "<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><reportResponse><responseCode>0</responseCode></reportResponse>",
        "<reportResponse><a><b><c><d><e><f><g><h/></g></f></e></d></c></b></a><responseCode>0</responseCode></reportResponse>",
    };
    ncmec_answer a;
    vg_error err = {0};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        TAP_OK(ncmec_answer_read(vg_str_of(bad[i]), arena, &a, &err) == -VG_EINVAL && err.what[0], "no answer: %.60s", bad[i]);
    TAP_OK(ncmec_answer_read(VG_STR("<n:reportResponse xmlns:n='x'>\n <n:responseCode> 4100 </n:responseCode><n:responseDescription>a\xE2\x80\xAE<![CDATA[<b>]]></n:responseDescription></n:reportResponse>"), arena, &a, &err) == 0 &&
               a.code == 4100 && memmem(a.description.ptr, a.description.len, "202E", 4),
           "an answer with blanks, a namespace and a direction override is read, the override shown");
}

static void taking_back(void)
{
    vg_dossier *d = two_files();
    vg_filing_view f = {.id = 1, .uuid = "u", .dossier = d, .report = made_report(), .options = VG_STR("{}"), .now_ms = MADE_T0};
    vg_progress now = {0}, after;
    vg_ask ask;
    vg_filing_turn turn;
    vg_error err = {0};
    TAP_OK(vg_channel_ncmec.withdraw(&f, &now, arena, &ask, &err) == -VG_ENOENT, "nothing open: nothing to take back");
    now.reference = VG_STR("1000");
    now.step = "upload";
    TAP_OK(vg_channel_ncmec.withdraw(&f, &now, arena, &ask, &err) == 0 && vg_str_is(ask.path, "/retract"), "an open report is taken back by /retract");
    static const struct { int code; vg_filing_turn turn; } said[] = {{0, VG_GO_GONE}, {5001, VG_GO_GONE}, {5101, VG_GO_GONE}, {5102, VG_GO_FILED}, {1000, VG_GO_LATER}};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        vg_reply reply = {.kind = VG_REPLY_CAME, .status = 200, .body = say(said[i].code, "")};
        after = now;
        TAP_OK(vg_channel_ncmec.take(&f, &now, &ask, &reply, arena, &after, &turn, &err) == 0 && turn == said[i].turn, "answered %d", said[i].code);
    }
}

int main(void)
{
    arena = vg_arena_create(1 << 20, 1u << 30);
    if (!arena) return 2;
    goes_well();
    each_fault_at_each_step();
    each_code_at_each_step();
    never_for_ever();
    hostile_answers();
    taking_back();
    vg_arena_destroy(&arena);
    return tap_done();
}
