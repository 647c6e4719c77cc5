/* SPDX-License-Identifier: Apache-2.0
 *
 * Cases, decisions, the queue, audit and data protection, over a real database.
 */
#include "fixture.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>

static void case_opens_and_is_touched(void)
{
    fixture f;
    vg_case c;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    vg_case_written done = write_case(&f, &w);
    TAP_OK(done.opened && !done.duplicate && done.case_id > 0, "the first event opens a case");

    vg_case_write again = a_write("robin", "e2");
    again.verdict.kind = VG_VERDICT_HOLD;
    again.verdict.risk = 8100;
    again.verdict.count = 1;
    again.verdict.evidence[0] = (vg_evidence){.kind = VG_TEXT_MEETING_REQUEST, .weight = 7000};
    again.youngest_band = VG_AGE_UNDER13;
    again.now_ms += 5000;
    again.due_ms += 5000;
    vg_case_written second = write_case(&f, &again);
    TAP_OK(!second.opened && second.case_id == done.case_id, "the second one is added to the same case");

    TAP_EQ_INT(vg_store_case_get(f.store, done.case_id, f.arena, &c, &f.err), 0, "the case is read");
    TAP_OK(vg_str_is(c.space, "lobby") && vg_str_is(c.account, "robin"), "space and account");
    TAP_EQ_INT(c.verdict, VG_VERDICT_HOLD, "the strongest verdict");
    TAP_EQ_INT(c.risk, 8100, "the highest risk");
    TAP_EQ_INT(c.youngest_band, VG_AGE_UNDER13, "the youngest child");
    TAP_EQ_INT(c.event_count, 2, "two events");
    TAP_EQ_INT(c.due_ms, w.due_ms, "the deadline is not put off");
    TAP_EQ_INT(c.updated_ms, again.now_ms, "updated by the second");
    TAP_EQ_INT(c.kind_weight[VG_TEXT_SECRECY], 4000, "weight kept from the first event");
    TAP_EQ_INT(c.kind_weight[VG_TEXT_MEETING_REQUEST], 7000, "weight added by the second");
    TAP_EQ_INT(c.kinds, 1u << VG_TEXT_SECRECY | 1u << VG_CONDUCT_AGE_GAP | 1u << VG_TEXT_MEETING_REQUEST,
               "all kinds of evidence");
    TAP_EQ_INT(vg_store_case_get(f.store, 999, f.arena, &c, &f.err), -VG_ENOENT, "no case 999");

    vg_case_write weaker = a_write("robin", "e3");
    weaker.verdict.risk = 100;
    weaker.verdict.evidence[0].weight = 10;
    weaker.youngest_band = VG_AGE_UNKNOWN;
    weaker.account_band = VG_AGE_UNKNOWN;
    write_case(&f, &weaker);
    vg_store_case_get(f.store, done.case_id, f.arena, &c, &f.err);
    TAP_OK(c.risk == 8100 && c.kind_weight[VG_TEXT_SECRECY] == 4000 && c.youngest_band == VG_AGE_UNDER13 &&
               c.account_band == VG_AGE_25_PLUS,
           "a weaker event takes nothing away");
    tear_down(&f);
}

static void event_is_in_a_case_once(void)
{
    fixture f;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    vg_case_written first = write_case(&f, &w), done[4];
    vg_case_written second = write_case(&f, &w);
    TAP_OK(second.duplicate && !second.opened && second.case_id == first.case_id,
           "the same event is a duplicate");

    vg_case_write group[4] = {a_write("sam", "e2"), a_write("sam", "e2"), a_write("sam", "e3"),
                              a_write("alex", "e4")};
    TAP_EQ_INT(vg_store_case_write(f.store, group, 4, done, &f.err), 0, "a group of four");
    TAP_OK(done[0].opened && done[1].duplicate && !done[2].opened && done[3].opened,
           "opened, duplicate, touched, opened");
    TAP_OK(done[1].case_id == done[0].case_id && done[2].case_id == done[0].case_id &&
               done[3].case_id != done[0].case_id,
           "case ids of the group");
    vg_case_write other = a_write("robin", "e1");
    other.source = VG_STR("/spaces/forum");
    other.space = VG_STR("forum");
    TAP_OK(write_case(&f, &other).opened, "the same id from another source is another event");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM case_event"), 5, "five events stored");

    TAP_EQ_INT(decide_case(&f, first.case_id, VG_ACTION_DISMISS, 0), 0, "decided");
    second = write_case(&f, &w);
    TAP_OK(second.duplicate && second.case_id == first.case_id, "still a duplicate after the decision");
    vg_case_write later = a_write("robin", "e9");
    vg_case_written reopened = write_case(&f, &later);
    TAP_OK(reopened.opened && reopened.case_id != first.case_id,
           "a new event after the decision opens a new case");
    tear_down(&f);
}

static void bad_writes_are_refused(void)
{
    fixture f;
    vg_case_written done[2];
    set_up(&f);
    vg_case_write w[2] = {a_write("robin", "e1"), a_write("robin", "")};
    TAP_EQ_INT(vg_store_case_write(f.store, w, 2, done, &f.err), -VG_EINVAL, "an empty id refuses the group");
    TAP_EQ_STR(f.err.where, "id", "and names it");
    w[1] = a_write("robin", "e2");
    w[1].verdict.kind = VG_VERDICT_NUDGE;
    TAP_EQ_INT(vg_store_case_write(f.store, w, 2, done, &f.err), -VG_EINVAL, "a nudge is no case");
    w[1] = a_write("robin", "e2");
    w[1].verdict.evidence[1].kind = VG_EVIDENCE_KINDS;
    TAP_EQ_INT(vg_store_case_write(f.store, w, 2, done, &f.err), -VG_EINVAL, "an unknown kind of evidence");
    w[1] = a_write("ro\xffin", "e2");
    TAP_EQ_INT(vg_store_case_write(f.store, w, 2, done, NULL), -VG_EINVAL, "invalid UTF-8");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM cases"), 0, "nothing of the groups was stored");
    TAP_EQ_INT(vg_store_case_write(f.store, NULL, 0, NULL, &f.err), 0, "an empty group is fine");
    tear_down(&f);
}

static void content_is_sealed(void)
{
    fixture f;
    vg_case_event *events;
    size_t count;
    static const char marker[] = "do not tell anyone";
    set_up(&f);
    vg_case_write w = a_write("robin", "e1"), x = a_write("sam", "e2");
    vg_case_written one = write_case(&f, &w), two = write_case(&f, &x);
    TAP_OK(!on_disk(&f, marker, sizeof marker - 1), "content is not readable in the files");
    TAP_OK(on_disk(&f, "robin", 5), "(the search itself works)");
    TAP_EQ_INT(vg_store_case_events(f.store, one.case_id, VG_STR("claire"), f.arena, &events, &count, &f.err),
               0, "read");
    TAP_OK(count == 1 && vg_str_eq(events[0].content, w.content) && events[0].verdict == VG_VERDICT_REVIEW &&
               events[0].risk == 6000 && events[0].time_ms == w.time_ms,
           "the content comes back as it was");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='case.view' AND actor='claire'"), 1,
               "and the reading is on record");

    char sql[160];
    snprintf(sql, sizeof sql, "UPDATE case_event SET case_id=%" PRId64 " WHERE case_id=%" PRId64, two.case_id,
             one.case_id);
    TAP_EQ_INT(run_sql(&f, sql), SQLITE_OK, "(an event is moved to another case by hand)");
    TAP_EQ_INT(vg_store_case_events(f.store, two.case_id, VG_STR("claire"), f.arena, &events, &count, &f.err),
               -VG_ECORRUPT, "content moved to another case does not open");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='case.view'"), 1, "and was not viewed");
    TAP_EQ_INT(vg_store_case_events(f.store, 77, VG_STR("claire"), f.arena, &events, &count, &f.err),
               -VG_ENOENT, "no case 77");
    struct stat st;
    TAP_OK(stat(f.path, &st) == 0 && (st.st_mode & 0777) == 0600, "the database is for its owner only");
    tear_down(&f);
}

static void many_events_oldest_first(void)
{
    fixture f;
    vg_case_event *events;
    size_t count;
    char ids[600][16];
    static vg_case_write w[600];
    static vg_case_written done[600];
    set_up(&f);
    for (int i = 0; i < 600; i++) {
        snprintf(ids[i], sizeof ids[i], "e%d", i);
        w[i] = a_write("robin", ids[i]);
        w[i].time_ms += i;
    }
    TAP_EQ_INT(vg_store_case_write(f.store, w, 600, done, &f.err), 0, "600 events of one account");
    TAP_EQ_INT(
        vg_store_case_events(f.store, done[0].case_id, VG_STR("claire"), f.arena, &events, &count, &f.err), 0,
        "read");
    TAP_EQ_INT(count, VG_STORE_CASE_EVENTS, "the newest 500");
    TAP_OK(events[0].time_ms == w[100].time_ms && events[499].time_ms == w[599].time_ms, "oldest first");
    tear_down(&f);
}

static size_t list(fixture *f, const char *spaces, const char *space, const char *account, int state,
                   int64_t before, vg_case **out)
{
    size_t count = 0;
    vg_case_query q = {.spaces = vg_str_of(spaces), .space = vg_str_of(space), .account = vg_str_of(account), .state = state, .before_id = before, .most = 100};
    if (vg_store_case_list(f->store, &q, f->arena, out, &count, &f->err)) printf("# %s\n", f->err.what);
    return count;
}

static void queue_lists_what_one_may_see(void)
{
    fixture f;
    vg_case *cases;
    vg_case_counts counts;
    int64_t now = vg_time_now();
    set_up(&f);
    vg_case_write a = a_write("a", "1"), b = a_write("b", "2"), c = a_write("c", "3"), d = a_write("d", "4");
    a.due_ms = now - 1000;
    b.due_ms = c.due_ms = d.due_ms = now + VG_HOUR_MS;
    c.space = d.space = VG_STR("forum");
    int64_t ids[4] = {write_case(&f, &a).case_id, write_case(&f, &b).case_id, write_case(&f, &c).case_id,
                      write_case(&f, &d).case_id};
    TAP_EQ_INT(list(&f, "*", "", "", -1, 0, &cases), 4, "all spaces: four");
    TAP_EQ_INT(list(&f, "lobby", "", "", -1, 0, &cases), 2, "lobby: two");
    TAP_EQ_INT(list(&f, "lobby, forum,lobby", "", "", -1, 0, &cases), 4,
               "a list with a repetition: four, once each");
    TAP_EQ_INT(list(&f, "lobby", "forum", "", -1, 0, &cases), 0, "a filter does not widen what one may see");
    TAP_EQ_INT(list(&f, "*", "forum", "", -1, 0, &cases), 2, "a filter");
    TAP_EQ_INT(list(&f, "", "", "", -1, 0, &cases), 0, "no spaces: nothing");
    TAP_EQ_INT(list(&f, "lob", "", "", -1, 0, &cases), 0, "half a name: nothing");
    TAP_OK(list(&f, "*", "", "b", -1, 0, &cases) == 1 && cases[0].id == ids[1], "by account");
    decide_case(&f, ids[1], VG_ACTION_WARN, now);
    decide_case(&f, ids[3], VG_ACTION_DISMISS, now);
    TAP_EQ_INT(list(&f, "*", "", "", VG_CASE_OPEN, 0, &cases), 2, "two are open");
    TAP_OK(list(&f, "*", "", "", VG_CASE_DECIDED, 0, &cases) == 2 && cases[0].id == ids[3] &&
               cases[1].id == ids[1],
           "two are decided, newest first");
    TAP_OK(list(&f, "*", "", "", VG_CASE_DECIDED, ids[3], &cases) == 1 && cases[0].id == ids[1],
           "the page after");
    TAP_EQ_INT(cases[0].action, VG_ACTION_WARN, "the action is there");
    TAP_EQ_INT(vg_store_case_claim(f.store, ids[2], VG_STR("claire"), now, now + VG_MINUTE_MS, &f.err), 0,
               "one is claimed");
    TAP_EQ_INT(vg_store_case_count(f.store, VG_STR("*"), now, &counts, &f.err), 0, "counts");
    TAP_OK(counts.open == 2 && counts.claimed == 1 && counts.overdue == 1 && counts.decided_today == 2,
           "2 open, 1 claimed, 1 overdue, 2 decided today");
    vg_store_case_count(f.store, VG_STR("lobby"), now, &counts, &f.err);
    TAP_OK(counts.open == 1 && counts.claimed == 0 && counts.overdue == 1 && counts.decided_today == 1,
           "of one space");
    tear_down(&f);
}

static void when_not_all_fit_the_urgent_do(void)
{
    fixture f;
    vg_case *cases;
    size_t count;
    int64_t now = vg_time_now();
    char names[20][16];
    set_up(&f);
    for (int i = 0; i < 20; i++) {
        snprintf(names[i], sizeof names[i], "a%d", i);
        vg_case_write w = a_write(names[i], names[i]);
        w.verdict.risk = (uint16_t)(1000 + 100 * i);
        w.due_ms = i == 3 ? now - 1 : now + VG_HOUR_MS;
        write_case(&f, &w);
    }
    vg_case_query q = {.spaces = VG_STR("*"), .state = VG_CASE_OPEN, .most = 3};
    TAP_EQ_INT(vg_store_case_list(f.store, &q, f.arena, &cases, &count, &f.err), 0, "three of twenty");
    TAP_OK(count == 3 && vg_str_is(cases[0].account, "a3") && vg_str_is(cases[1].account, "a19") &&
               vg_str_is(cases[2].account, "a18"),
           "the one past its deadline, then the riskiest");
    tear_down(&f);
}

static void leases(void)
{
    fixture f;
    vg_case c;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id, now = vg_time_now(), until = now + 15 * VG_MINUTE_MS;
    TAP_EQ_INT(vg_store_case_claim(f.store, id, VG_STR("claire"), now, until, &f.err), 0, "claire claims");
    TAP_EQ_INT(vg_store_case_claim(f.store, id, VG_STR("nadia"), now + 1, until, &f.err), -VG_ECONFLICT,
               "nadia cannot");
    TAP_OK(strstr(f.err.what, "claire") != NULL, "and is told who holds it: %s", f.err.what);
    TAP_EQ_INT(vg_store_case_claim(f.store, id, VG_STR("claire"), now + 2, until + 5, &f.err), 0,
               "claire renews");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='case.claim'"), 1,
               "a renewal is not news");
    TAP_EQ_INT(vg_store_case_release(f.store, id, VG_STR("nadia"), &f.err), -VG_ECONFLICT,
               "nadia cannot release it");
    TAP_EQ_INT(vg_store_case_claim(f.store, id, VG_STR("nadia"), until + 6, until + 60000, &f.err), 0,
               "nadia claims when the lease ended");
    vg_decision hasty = {.case_id = id,
                         .user = VG_STR("claire"),
                         .action = VG_ACTION_DISMISS,
                         .reason = VG_STR("no_risk"),
                         .time_ms = until + 7};
    TAP_EQ_INT(vg_store_decide(f.store, &hasty, &f.err), -VG_ECONFLICT,
               "claire, who looked before that, decides no more");
    TAP_EQ_INT(vg_store_case_release(f.store, id, VG_STR("nadia"), &f.err), 0, "and releases");
    vg_store_case_get(f.store, id, f.arena, &c, &f.err);
    TAP_OK(c.claimed_by.len == 0 && c.claimed_until_ms == 0, "it is free");
    TAP_EQ_INT(vg_store_case_release(f.store, id, VG_STR("nadia"), &f.err), 0,
               "releasing a free case is fine");
    TAP_EQ_INT(vg_store_case_claim(f.store, 55, VG_STR("nadia"), now, until, &f.err), -VG_ENOENT,
               "no case 55");
    decide_case(&f, id, VG_ACTION_DISMISS, now);
    TAP_EQ_INT(vg_store_case_claim(f.store, id, VG_STR("claire"), now, until, &f.err), -VG_ECONFLICT,
               "decided: cannot be claimed");
    tear_down(&f);
}

static void decisions(void)
{
    fixture f;
    vg_case c;
    vg_decision *given;
    size_t count;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id;
    TAP_EQ_INT(decide_case(&f, id, VG_ACTION_ESCALATE, 1000), 0, "escalated");
    vg_store_case_get(f.store, id, f.arena, &c, &f.err);
    TAP_OK(c.state == VG_CASE_OPEN && c.escalated && c.decided_ms == 0, "stays open, marked");
    vg_decision d = {.case_id = id,
                     .user = VG_STR("marc"),
                     .action = VG_ACTION_SUSPEND,
                     .reason = VG_STR("grooming"),
                     .note = VG_STR("a note for colleagues"),
                     .hours = 72,
                     .time_ms = 2000};
    TAP_EQ_INT(vg_store_decide(f.store, &d, &f.err), 0, "decided");
    TAP_OK(d.id > 0, "the decision has a number");
    vg_store_case_get(f.store, id, f.arena, &c, &f.err);
    TAP_OK(c.state == VG_CASE_DECIDED && c.escalated && c.decided_ms == 2000 && c.action == VG_ACTION_SUSPEND,
           "closed, mark kept");
    TAP_EQ_INT(vg_store_decide(f.store, &d, &f.err), -VG_ECONFLICT, "not twice");
    TAP_EQ_INT(vg_store_decisions(f.store, id, f.arena, &given, &count, &f.err), 0, "read");
    TAP_OK(count == 2 && given[0].action == VG_ACTION_ESCALATE && given[1].hours == 72 &&
               vg_str_is(given[1].note, "a note for colleagues") && vg_str_is(given[1].user, "marc") &&
               vg_str_is(given[1].reason, "grooming"),
           "both decisions, as given");
    TAP_OK(!on_disk(&f, "a note for colleagues", 21), "the note is sealed");
    d.case_id = 99;
    TAP_EQ_INT(vg_store_decide(f.store, &d, &f.err), -VG_ENOENT, "no case 99");
    d.reason = VG_STR("");
    TAP_EQ_INT(vg_store_decide(f.store, &d, &f.err), -VG_EINVAL, "a decision has a reason");
    TAP_EQ_INT(vg_store_legal_hold(f.store, id, true, VG_STR("marc"), VG_STR("request 12/2026"), &f.err), 0,
               "legal hold");
    vg_store_case_get(f.store, id, f.arena, &c, &f.err);
    TAP_OK(c.legal_hold, "is set");
    TAP_EQ_INT(vg_store_legal_hold(f.store, 99, true, VG_STR("marc"), VG_STR("x"), &f.err), -VG_ENOENT,
               "no case 99 to hold");
    tear_down(&f);
}

/* ---- audit ---- */

/* What anyone's script does: docs/architecture/audit.md. */
static bool chain_checks_by_the_book(fixture *f)
{
    sqlite3_stmt *stmt = NULL;
    uint8_t hash[32] = {0};
    bool good = true;
    sqlite3_prepare_v2(f->store->db,
                       "SELECT seq,time_ms,actor,action,object,detail,hash FROM audit ORDER BY seq", -1,
                       &stmt, NULL);
    while (good && sqlite3_step(stmt) == SQLITE_ROW) {
        vg_buf entry;
        vg_buf_init(&entry, 1 << 20);
        vg_buf_add_char(&entry, '\0');
        vg_buf_add(&entry, hash, 32);
        vg_buf_printf(&entry, "%lld\n%lld\n", (long long)sqlite3_column_int64(stmt, 0),
                      (long long)sqlite3_column_int64(stmt, 1));
        for (int i = 2; i < 6; i++)
            vg_buf_printf(&entry, "%d:%s\n", sqlite3_column_bytes(stmt, i),
                          (const char *)sqlite3_column_text(stmt, i));
        crypto_hash_sha256(hash, (const uint8_t *)entry.ptr, entry.len);
        good = sqlite3_column_bytes(stmt, 6) == 32 && memcmp(hash, sqlite3_column_blob(stmt, 6), 32) == 0;
        vg_buf_free(&entry);
    }
    sqlite3_finalize(stmt);
    return good;
}

static void tamper(const char *sql, const char *where, const char *name)
{
    fixture f;
    int64_t count;
    char id[16];
    set_up(&f);
    for (int i = 0; i < 10; i++) {
        snprintf(id, sizeof id, "e%d", i);
        vg_case_write w = a_write("robin", id);
        write_case(&f, &w);
    }
    TAP_EQ_INT(vg_store_audit_verify(f.store, &count, &f.err), 0, "(untouched, the log checks)");
    TAP_EQ_INT(run_sql(&f, sql), SQLITE_OK, sql);
    TAP_EQ_INT(vg_store_audit_verify(f.store, &count, &f.err), -VG_ECORRUPT, name);
    TAP_EQ_STR(f.err.where, where, "and the entry is named");
    tear_down(&f);
}

static void audit(void)
{
    fixture f;
    int64_t count;
    set_up(&f);
    TAP_EQ_INT(vg_store_audit_verify(f.store, &count, &f.err), 0, "an empty log checks");
    TAP_EQ_INT(count, 0, "and has no entries");
    TAP_EQ_INT(vg_store_audit(f.store, VG_STR("marc"), VG_STR("policy.reload"), VG_STR("lobby"),
                              VG_STR("{\"version\":\"é\"}"), &f.err),
               0, "an entry");
    TAP_EQ_INT(vg_store_audit(f.store, VG_STR("marc"), VG_STR("x"), VG_STR(""), VG_STR("not json"), &f.err),
               -VG_EINVAL, "detail must be JSON");
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id;
    decide_case(&f, id, VG_ACTION_DISMISS, 0);
    reopen(&f);
    vg_store_audit(f.store, VG_STR("marc"), VG_STR("policy.reload"), VG_STR("lobby"), VG_STR(""), &f.err);
    TAP_EQ_INT(vg_store_audit_verify(f.store, &count, &f.err), 0, "the log checks over a restart");
    TAP_EQ_INT(count, 4, "four entries");
    TAP_OK(chain_checks_by_the_book(&f), "and checks by the documented bytes alone");
    tear_down(&f);

    tamper("UPDATE audit SET detail='{}' WHERE seq=4", "audit entry 4", "an altered entry is found");
    tamper("UPDATE audit SET time_ms=time_ms+1 WHERE seq=10", "audit entry 10", "an altered time is found");
    tamper("UPDATE audit SET hash=zeroblob(32) WHERE seq=5", "audit entry 5", "an altered hash is found");
    tamper("DELETE FROM audit WHERE seq=7", "audit entry 7", "a missing entry is found");
    tamper("DELETE FROM audit WHERE seq>8", "audit entry 9", "a missing end is found");
    tamper("DELETE FROM audit WHERE seq=1", "audit entry 1", "a missing start is found");
    tamper("UPDATE audit_state SET anchor_seq=3,anchor_hash=(SELECT hash FROM audit WHERE seq=3); "
           "DELETE FROM audit WHERE seq<=3",
           "audit entry 4", "a start cut off by hand is found");
}

static void audit_tail_stays_missing(void)
{
    fixture f;
    int64_t count;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1"), x = a_write("robin", "e2"), y = a_write("robin", "e3");
    write_case(&f, &w);
    write_case(&f, &x);
    run_sql(&f, "DELETE FROM audit WHERE seq=2");
    write_case(&f, &y);
    TAP_EQ_INT(vg_store_audit_verify(f.store, &count, &f.err), -VG_ECORRUPT,
               "new entries do not cover a hole");
    TAP_EQ_STR(f.err.where, "audit entry 2", "and it is named");
    tear_down(&f);
}

/* ---- data protection ---- */

static int64_t decided_case(fixture *f, const char *account, const char *event_id, int64_t when)
{
    vg_case_write w = a_write(account, event_id);
    int64_t id = write_case(f, &w).case_id;
    decide_case(f, id, VG_ACTION_DISMISS, when);
    return id;
}

static void erase_respects_holds(void)
{
    fixture f;
    vg_erase_result result;
    vg_case_event *events;
    vg_case c;
    size_t count;
    int64_t entries;
    set_up(&f);
    int64_t done = decided_case(&f, "robin-the-account", "e1", 1000),
            held = decided_case(&f, "robin-the-account", "e2", 2000);
    vg_store_legal_hold(f.store, held, true, VG_STR("marc"), VG_STR("request 12/2026"), &f.err);
    vg_case_write w = a_write("robin-the-account", "e3");
    int64_t open = write_case(&f, &w).case_id, other = decided_case(&f, "sam", "e4", 1000);

    sqlite3_stmt *stmt = NULL; /* the sealed bytes themselves, to look for them afterwards */
    uint8_t sealed[40];
    sqlite3_prepare_v2(f.store->db, "SELECT content FROM case_event WHERE case_id=?", -1, &stmt, NULL);
    sqlite3_bind_int64(stmt, 1, done);
    sqlite3_step(stmt);
    memcpy(sealed, sqlite3_column_blob(stmt, 0), sizeof sealed);
    sqlite3_finalize(stmt);
    TAP_OK(on_disk(&f, sealed, sizeof sealed), "(the sealed bytes are in the files)");

    TAP_EQ_INT(vg_store_erase(f.store, VG_STR("lobby"), VG_STR("robin-the-account"), VG_STR("marc"), &result,
                              &f.err),
               0, "erase");
    TAP_OK(result.cases_erased == 1 && result.cases_on_hold == 1 && result.cases_open == 1,
           "one erased, one on hold, one open");
    TAP_OK(!on_disk(&f, sealed, sizeof sealed), "the sealed bytes are in no file any more");
    vg_store_case_get(f.store, done, f.arena, &c, &f.err);
    TAP_OK(c.destroyed && c.account.len == 0, "no content, no name");
    TAP_EQ_INT(vg_store_case_events(f.store, done, VG_STR("claire"), f.arena, &events, &count, &f.err), 0,
               "it can still be read");
    TAP_OK(count == 1 && events[0].content.len == 0, "with nothing in it");
    TAP_EQ_INT(vg_store_case_events(f.store, held, VG_STR("claire"), f.arena, &events, &count, &f.err), 0,
               "the held one is read");
    TAP_OK(count == 1 && events[0].content.len > 0, "and has its content");
    vg_store_case_get(f.store, open, f.arena, &c, &f.err);
    TAP_OK(!c.destroyed && vg_str_is(c.account, "robin-the-account"), "the open one too");
    vg_store_case_get(f.store, other, f.arena, &c, &f.err);
    TAP_OK(!c.destroyed, "another account's is untouched");

    vg_store_legal_hold(f.store, held, false, VG_STR("marc"), VG_STR("ended"), &f.err);
    decide_case(&f, open, VG_ACTION_WARN, 5000);
    vg_store_erase(f.store, VG_STR("lobby"), VG_STR("robin-the-account"), VG_STR("marc"), &result, &f.err);
    TAP_OK(result.cases_erased == 2 && !result.cases_on_hold && !result.cases_open, "later, the rest");
    TAP_OK(!on_disk(&f, "robin-the-account", 17), "the name is in no file any more, the log included");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='account.erase' AND actor='marc'"), 2,
               "both are on record");
    TAP_EQ_INT(vg_store_audit_verify(f.store, &entries, &f.err), 0, "and the log checks");
    tear_down(&f);
}

static void retention(void)
{
    fixture f;
    vg_case c;
    int64_t destroyed, count, now = 1800000000000;
    char id[16];
    set_up(&f);
    int64_t old = decided_case(&f, "a", "1", now - 40 * VG_DAY_MS),
            young = decided_case(&f, "b", "2", now - 20 * VG_DAY_MS);
    int64_t held = decided_case(&f, "c", "3", now - 40 * VG_DAY_MS);
    vg_store_legal_hold(f.store, held, true, VG_STR("marc"), VG_STR("request"), &f.err);
    vg_case_write w = a_write("d", "4");
    int64_t open = write_case(&f, &w).case_id;
    TAP_EQ_INT(vg_store_sweep(f.store, VG_STR("forum"), 30, 0, now, &destroyed, &f.err), 0,
               "sweep of another space");
    TAP_EQ_INT(destroyed, 0, "destroys nothing here");
    TAP_EQ_INT(vg_store_sweep(f.store, VG_STR("lobby"), 30, 0, now, &destroyed, &f.err), 0, "sweep");
    TAP_EQ_INT(destroyed, 1, "one case");
    vg_store_case_get(f.store, old, f.arena, &c, &f.err);
    TAP_OK(c.destroyed, "the old one");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM case_event WHERE content IS NULL"), 1, "its content is gone");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM decision WHERE note IS NULL"), 1, "and its note");
    const int64_t kept[3] = {young, held, open};
    for (int i = 0; i < 3; i++) {
        vg_store_case_get(f.store, kept[i], f.arena, &c, &f.err);
        TAP_OK(!c.destroyed, "kept: case %d of young, held, open", i);
    }
    vg_store_sweep(f.store, VG_STR("lobby"), 30, 0, now, &destroyed, &f.err);
    TAP_EQ_INT(destroyed, 0, "not twice");
    for (int i = 0; i < 250; i++) {
        snprintf(id, sizeof id, "x%d", i);
        decided_case(&f, id, id, now - 40 * VG_DAY_MS);
    }
    vg_store_sweep(f.store, VG_STR("lobby"), 30, 0, now, &destroyed, &f.err);
    TAP_EQ_INT(destroyed, 250, "more than one group");
    TAP_EQ_INT(vg_store_audit_verify(f.store, &count, &f.err), 0, "the log checks");
    tear_down(&f);
}

static void audit_is_cut_with_an_anchor(void)
{
    fixture f;
    int64_t destroyed, count, start = 1767225600100;
    char id[16];
    set_up(&f);
    for (int i = 0; i < 20; i++) { /* one entry a day */
        snprintf(id, sizeof id, "e%d", i);
        vg_case_write w = a_write("robin", id);
        w.now_ms = start + i * VG_DAY_MS;
        write_case(&f, &w);
    }
    TAP_EQ_INT(vg_store_sweep(f.store, VG_STR("lobby"), 365, 10, start + 20 * VG_DAY_MS, &destroyed, &f.err),
               0, "sweep");
    TAP_EQ_INT(number(&f, "SELECT min(seq) FROM audit"), 11, "ten days are kept");
    TAP_EQ_INT(vg_store_audit_verify(f.store, &count, &f.err), 0, "the rest still checks");
    TAP_EQ_INT(count, 11, "ten entries and the one that records the cut");
    vg_store_sweep(f.store, VG_STR("lobby"), 365, 10, start + 25 * VG_DAY_MS, &destroyed, &f.err);
    TAP_EQ_INT(vg_store_audit_verify(f.store, &count, &f.err), 0, "and after a second cut");
    TAP_EQ_INT(number(&f, "SELECT min(seq) FROM audit"), 16, "five more are gone");
    run_sql(&f, "UPDATE audit_state SET anchor_hash=zeroblob(32)");
    TAP_EQ_INT(vg_store_audit_verify(f.store, &count, &f.err), -VG_ECORRUPT, "an altered anchor is found");
    TAP_EQ_STR(f.err.where, "audit entry 16", "at the first entry kept");
    tear_down(&f);
}

static void export_is_complete(void)
{
    fixture f;
    vg_buf out;
    set_up(&f);
    decided_case(&f, "robin", "e1", 1000);
    vg_case_write w = a_write("robin", "e2"), more = a_write("robin", "e3"), notice = a_write("sam", "e4"),
                  forum = a_write("robin", "e5");
    forum.space = VG_STR("forum");
    more.content = VG_STR("not json");
    notice.content =
        VG_STR("{\"event\":{\"type\":\"vigie.notice\",\"subject\":\"rob\\u0069n\",\"id\":\"n1\"}}");
    write_case(&f, &w);
    write_case(&f, &more);
    write_case(&f, &notice);
    write_case(&f, &forum);
    vg_buf_init(&out, 16 << 20);
    vg_buf_add_char(&out, '{');
    TAP_EQ_INT(vg_store_export(f.store, VG_STR("lobby"), VG_STR("robin"), VG_STR("marc"), &out, &f.err), 0,
               "export");
    vg_buf_add_char(&out, '}');
    json_error_t bad;
    json_t *all = json_loadb(out.ptr, out.len, 0, &bad), *cases = json_object_get(all, "cases");
    TAP_OK(all != NULL, "is valid JSON: %s", all ? "yes" : bad.text);
    TAP_EQ_INT(json_array_size(cases), 2, "both cases of this space");
    json_t *first = json_array_get(json_object_get(json_array_get(cases, 0), "events"), 0);
    TAP_EQ_STR(json_string_value(json_object_get(json_object_get(first, "content"), "marker")),
               "do not tell anyone", "content unsealed");
    TAP_EQ_INT(json_array_size(json_object_get(json_array_get(cases, 1), "events")), 2,
               "both events of the open case");
    json_t *given = json_array_get(json_object_get(all, "decisions"), 0);
    TAP_EQ_STR(json_string_value(json_object_get(given, "note")), "seen with the parents",
               "the decision with its note");
    TAP_OK(!json_object_get(given, "user") && !memmem(out.ptr, out.len, "claire", 6),
           "and without the name of who decided");
    json_t *notices = json_object_get(all, "notices");
    TAP_OK(json_array_size(notices) == 1 &&
               !strcmp(json_string_value(json_object_get(json_array_get(notices, 0), "id")), "n1"),
           "the notice it made, found behind an escape");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='account.export' AND actor='marc'"), 1,
               "on record");
    json_decref(all);
    vg_buf_free(&out);
    vg_buf_init(&out, 200);
    TAP_EQ_INT(vg_store_export(f.store, VG_STR("lobby"), VG_STR("robin"), VG_STR("marc"), &out, &f.err),
               -VG_ETOOBIG, "too big says so");
    vg_buf_free(&out);
    vg_buf_init(&out, 4096);
    TAP_EQ_INT(vg_store_export(f.store, VG_STR("lobby"), VG_STR("nobody"), VG_STR("marc"), &out, &f.err), 0,
               "an unknown account");
    TAP_EQ_STR(out.ptr, "\"cases\":[],\"decisions\":[],\"notices\":[],\"receipts\":[],\"statements\":[],\"appeals\":[],\"strikes\":[],\"reports\":[],\"demands\":[]", "has nothing");
    vg_buf_free(&out);
    tear_down(&f);
}

/* Another handle moves the log into the database: a reader that looks at the file alone, without its log, finds the case. */
static void checkpoint(void)
{
    fixture f;
    vg_store *other = NULL;
    sqlite3 *alone = NULL;
    sqlite3_stmt *count = NULL;
    char uri[160];
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    write_case(&f, &w);
    TAP_EQ_INT(vg_store_open(&other, f.dir, f.ring, &f.err), 0, "a second handle");
    TAP_EQ_INT(vg_store_checkpoint(other, &f.err), 0, "moves the log");
    snprintf(uri, sizeof uri, "file:%s?immutable=1", f.path);
    sqlite3_open_v2(uri, &alone, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    sqlite3_prepare_v2(alone, "SELECT count(*) FROM cases", -1, &count, NULL);
    TAP_OK(count && sqlite3_step(count) == SQLITE_ROW && sqlite3_column_int(count, 0) == 1, "the case is in the file itself");
    sqlite3_finalize(count);
    sqlite3_close(alone);
    w = a_write("robin", "e2");
    write_case(&f, &w);
    TAP_EQ_INT(vg_store_checkpoint(other, &f.err), 0, "again, while the first handle writes on");
    vg_store_close(&other);
    tear_down(&f);
}

int main(void)
{
    checkpoint();
    case_opens_and_is_touched();
    event_is_in_a_case_once();
    bad_writes_are_refused();
    content_is_sealed();
    many_events_oldest_first();
    queue_lists_what_one_may_see();
    when_not_all_fit_the_urgent_do();
    leases();
    decisions();
    audit();
    audit_tail_stays_missing();
    erase_respects_holds();
    retention();
    audit_is_cut_with_an_anchor();
    export_is_complete();
    return tap_done();
}
