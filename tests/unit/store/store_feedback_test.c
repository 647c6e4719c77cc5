/* SPDX-License-Identifier: Apache-2.0
 *
 * What people think of the evidence of a case: given, changed, taken back, counted, handed to calibration, destroyed with the case.
 */
#include "store/cases/feedback.h"

#include "fixture.h"

static int64_t seq_of(fixture *f, int64_t case_id)
{
    char sql[96];
    snprintf(sql, sizeof sql, "SELECT max(seq) FROM case_event WHERE case_id=%lld", (long long)case_id);
    return number(f, sql);
}

static vg_feedback opinion(int64_t case_id, int64_t seq, const char *user, vg_evidence_kind kind, int judgement)
{
    return (vg_feedback){.case_id = case_id,
                         .seq = seq,
                         .user = vg_str_of(user),
                         .kind = (uint8_t)kind,
                         .judgement = judgement,
                         .source = kind == VG_TEXT_SECRECY ? VG_STR("our secret") : VG_STR(""),
                         .language = kind == VG_TEXT_SECRECY ? VG_STR("en") : VG_STR(""),
                         .weight = 4000,
                         .strength = 8000,
                         .risk = 6000,
                         .time_ms = 1767225600000};
}

static int judge(fixture *f, int64_t case_id, const char *user, vg_evidence_kind kind, int judgement)
{
    vg_feedback given = opinion(case_id, seq_of(f, case_id), user, kind, judgement);
    return vg_store_feedback_give(f->store, &given, &f->err);
}

static void giving(void)
{
    fixture f;
    vg_feedback *all;
    size_t count;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id;
    TAP_EQ_INT(judge(&f, id, "claire", VG_TEXT_SECRECY, VG_JUDGED_RIGHT), 0, "somebody says that it is right");
    TAP_EQ_INT(judge(&f, id, "marc", VG_TEXT_SECRECY, VG_JUDGED_UNSURE), 0, "a colleague is unsure");
    TAP_EQ_INT(judge(&f, id, "claire", VG_TEXT_SECRECY, VG_JUDGED_WRONG), 0, "she changes her mind");
    TAP_EQ_INT(vg_store_feedback_of(f.store, id, f.arena, &all, &count, &f.err), 0, "all of the case");
    TAP_OK(count == 2 && vg_str_is(all[0].user, "claire") && all[0].judgement == VG_JUDGED_WRONG && vg_str_is(all[1].user, "marc") &&
               all[0].kind == VG_TEXT_SECRECY && all[0].seq == seq_of(&f, id),
           "one for each person, the last one");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='evidence.judge'"), 3, "all three are on record");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE detail="
                          "'{\"evidence\":\"text.secrecy\",\"judgement\":\"wrong\",\"before\":\"right\"}' AND object='c-000001/1'"),
               1, "with what was before");
    judge(&f, id, "claire", VG_TEXT_SECRECY, VG_JUDGED_WRONG);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='evidence.judge'"), 3, "saying the same again is no news");
    TAP_EQ_INT(judge(&f, id, "claire", VG_TEXT_SECRECY, -1), 0, "she takes it back");
    vg_store_feedback_of(f.store, id, f.arena, &all, &count, &f.err);
    TAP_OK(count == 1 && vg_str_is(all[0].user, "marc"), "his stays");
    int64_t entries;
    TAP_EQ_INT(vg_store_audit_verify(f.store, &entries, &f.err), 0, "the chain holds");
    tear_down(&f);
}

static void refusing(void)
{
    fixture f;
    vg_str content;
    uint16_t risk = 0;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1"), x = a_write("alex", "e2");
    int64_t one = write_case(&f, &w).case_id, two = write_case(&f, &x).case_id;
    vg_feedback other = opinion(one, seq_of(&f, two), "claire", VG_TEXT_SECRECY, VG_JUDGED_RIGHT);
    TAP_EQ_INT(vg_store_feedback_give(f.store, &other, &f.err), -VG_ENOENT, "an event of another case");
    TAP_EQ_INT(judge(&f, one, "", VG_TEXT_SECRECY, VG_JUDGED_RIGHT), -VG_EINVAL, "nobody's opinion");
    TAP_EQ_INT(judge(&f, one, "claire", VG_TEXT_SECRECY, VG_JUDGEMENTS), -VG_EINVAL, "a judgement that there is not");
    TAP_EQ_INT(judge(&f, one, "claire", VG_EVIDENCE_KINDS, VG_JUDGED_RIGHT), -VG_EINVAL, "a kind that there is not");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM feedback"), 0, "nothing was kept");
    TAP_EQ_INT(vg_store_feedback_event(f.store, one, seq_of(&f, one), f.arena, &content, &risk, &f.err), 0, "the event's content");
    TAP_OK(risk == 6000 && memmem(content.ptr, content.len, "do not tell", 11), "unsealed, to find the piece in");
    TAP_EQ_INT(vg_store_feedback_event(f.store, one, seq_of(&f, two), f.arena, &content, &risk, &f.err), -VG_ENOENT, "not that of another case");
    tear_down(&f);
}

static void counting(void)
{
    fixture f;
    vg_quality *q;
    size_t count;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1"), x = a_write("robin", "e2"), y = a_write("alex", "e3");
    y.space = VG_STR("forum");
    int64_t one = write_case(&f, &w).case_id, first = seq_of(&f, one);
    write_case(&f, &x);
    int64_t two = write_case(&f, &y).case_id;
    vg_feedback early = opinion(one, first, "claire", VG_TEXT_SECRECY, VG_JUDGED_RIGHT);
    vg_store_feedback_give(f.store, &early, &f.err);
    judge(&f, one, "claire", VG_TEXT_SECRECY, VG_JUDGED_WRONG);
    judge(&f, one, "marc", VG_TEXT_SECRECY, VG_JUDGED_UNSURE);
    judge(&f, one, "marc", VG_CONDUCT_AGE_GAP, VG_JUDGED_RIGHT);
    judge(&f, two, "marc", VG_TEXT_SECRECY, VG_JUDGED_RIGHT);
    TAP_EQ_INT(vg_store_feedback_quality(f.store, VG_STR("*"), VG_STR("lobby"), 0, f.arena, &q, &count, &f.err), 0, "the quality in one space");
    TAP_EQ_INT(count, 3, "two kinds, and one expression");
    TAP_OK(q[0].kind == VG_TEXT_SECRECY && !q[0].source.len && q[0].shown == 2 && q[0].count[VG_JUDGED_RIGHT] == 1 &&
               q[0].count[VG_JUDGED_WRONG] == 1 && q[0].count[VG_JUDGED_UNSURE] == 1,
           "secrecy: shown in two events, judged three times");
    TAP_OK(q[1].kind == VG_TEXT_SECRECY && vg_str_is(q[1].source, "our secret") && vg_str_is(q[1].language, "en") && q[1].count[VG_JUDGED_RIGHT] == 1,
           "then its expression");
    TAP_OK(q[2].kind == VG_CONDUCT_AGE_GAP && q[2].shown == 2 && q[2].count[VG_JUDGED_RIGHT] == 1, "then the age gap");
    vg_store_feedback_quality(f.store, VG_STR("forum"), VG_STR(""), 0, f.arena, &q, &count, &f.err);
    TAP_OK(count == 3 && q[0].count[VG_JUDGED_RIGHT] == 1 && q[0].shown == 1, "somebody of one space sees that space");
    vg_store_feedback_quality(f.store, VG_STR("forum"), VG_STR("lobby"), 0, f.arena, &q, &count, &f.err);
    TAP_EQ_INT(count, 0, "and nothing of another");
    vg_store_feedback_quality(f.store, VG_STR("*"), VG_STR(""), 1767225600001, f.arena, &q, &count, &f.err);
    TAP_OK(count == 2 && q[0].count[VG_JUDGED_RIGHT] == 0 && q[0].shown == 3, "what was judged before the time is not counted");
    tear_down(&f);
}

typedef struct exported {
    int count;
    bool right;
} exported;

static int take(void *context, vg_str space, const vg_feedback *f, vg_error *err)
{
    exported *e = context;
    (void)err;
    e->count++;
    e->right = vg_str_is(space, "lobby") && f->kind == VG_TEXT_SECRECY && vg_str_is(f->source, "our secret") && f->weight == 4000 &&
               f->strength == 8000 && f->risk == 6000 && f->judgement == VG_JUDGED_WRONG;
    return 0;
}

static int stop(void *context, vg_str space, const vg_feedback *f, vg_error *err)
{
    (void)context, (void)space, (void)f;
    return vg_fail(err, VG_EIO, "", "enough");
}

static void for_calibration(void)
{
    fixture f;
    exported e = {0};
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id;
    judge(&f, id, "claire", VG_TEXT_SECRECY, VG_JUDGED_WRONG);
    TAP_OK(vg_store_feedback_each(f.store, VG_STR(""), 0, VG_STR("cli:root"), take, &e, &f.err) == 0 && e.count == 1 && e.right,
           "each judgement with what calibration needs");
    TAP_EQ_INT(vg_store_feedback_each(f.store, VG_STR("forum"), 0, VG_STR("cli:root"), take, &e, &f.err), 0, "another space");
    TAP_EQ_INT(e.count, 1, "has none");
    TAP_EQ_INT(vg_store_feedback_each(f.store, VG_STR(""), 0, VG_STR("cli:root"), stop, NULL, &f.err), -VG_EIO, "the reader may end it");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='evidence.export' AND actor='cli:root'"), 3, "each time on record");
    tear_down(&f);
}

static void destroying(void)
{
    fixture f;
    vg_erase_result result;
    int64_t destroyed;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1"), x = a_write("alex", "e2"), y = a_write("sam", "e3");
    int64_t one = write_case(&f, &w).case_id, two = write_case(&f, &x).case_id, three = write_case(&f, &y).case_id;
    judge(&f, one, "claire", VG_TEXT_SECRECY, VG_JUDGED_RIGHT);
    judge(&f, two, "claire", VG_TEXT_SECRECY, VG_JUDGED_RIGHT);
    judge(&f, three, "claire", VG_TEXT_SECRECY, VG_JUDGED_RIGHT);
    decide_case(&f, one, VG_ACTION_DISMISS, 1000);
    decide_case(&f, two, VG_ACTION_DISMISS, 1000);
    decide_case(&f, three, VG_ACTION_DISMISS, 1000);
    TAP_EQ_INT(judge(&f, one, "marc", VG_TEXT_SECRECY, VG_JUDGED_RIGHT), 0, "a decided case can be judged too");
    vg_store_legal_hold(f.store, three, true, VG_STR("claire"), VG_STR("a request"), &f.err);
    TAP_EQ_INT(vg_store_erase(f.store, VG_STR("lobby"), VG_STR("robin"), VG_STR("marc"), &result, &f.err), 0, "an account is erased");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM feedback"), 2, "and what was thought of its evidence");
    TAP_EQ_INT(vg_store_sweep(f.store, VG_STR("lobby"), 30, 0, vg_time_now(), &destroyed, &f.err), 0, "retention");
    TAP_EQ_INT(number(&f, "SELECT case_id FROM feedback"), three, "takes the rest, but what is on legal hold");
    TAP_EQ_INT(judge(&f, two, "claire", VG_TEXT_SECRECY, VG_JUDGED_RIGHT), -VG_ENOENT, "of a destroyed case nothing can be said any more");
    tear_down(&f);
}

/* Every allocation of a judgement and of the counts fails once; nothing is half-kept, and the next try gets through. */
static void no_memory(void)
{
    fixture f;
    vg_quality *q;
    size_t count, n = 1, wrong = 0;
    set_up_in(&f, access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id, seq = seq_of(&f, id);
    for (bool more = true; more && n < 5000; n++) {
        reopen(&f);
        vg_arena_reset(f.arena);
        vg_feedback given = opinion(id, seq, "claire", VG_TEXT_SECRECY, (int)(n % VG_JUDGEMENTS));
        vg_alloc_fail_at(n);
        int rc = vg_store_feedback_give(f.store, &given, &f.err);
        if (!rc) rc = vg_store_feedback_quality(f.store, VG_STR("*"), VG_STR(""), 0, f.arena, &q, &count, &f.err);
        more = vg_alloc_failed();
        vg_alloc_fail_at(0);
        wrong += rc != 0 && rc != -VG_ENOMEM;
        wrong += vg_store_feedback_give(f.store, &given, &f.err) != 0;
    }
    TAP_OK(!wrong, "%zu allocations fail one by one", n);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM feedback"), 1, "one judgement is there");
    int64_t entries;
    TAP_EQ_INT(vg_store_audit_verify(f.store, &entries, &f.err), 0, "and the chain holds");
    tear_down(&f);
}

int main(void)
{
    giving();
    refusing();
    counting();
    for_calibration();
    destroying();
    no_memory();
    return tap_done();
}
