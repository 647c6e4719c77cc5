/* SPDX-License-Identifier: Apache-2.0
 *
 * A filing on disk: every move from every state, the question before it is asked, answers, what is forgotten, no memory.
 */
#include "store/filings/filings.h"

#include "fixture.h"

#define T0 INT64_C(1767225600000)
#define NONE {"", 0}

static const uint8_t hash[32] = {7};

static int64_t a_case(fixture *f, const char *account)
{
    vg_case_write w = a_write(account, account);
    return write_case(f, &w).case_id;
}

static vg_filing a_draft(int64_t case_id, bool four_eyes)
{
    return (vg_filing){.case_id = case_id, .space = VG_STR("lobby"), .receiver_id = VG_STR("fr.desk"), .receiver = VG_STR("{\"id\":\"fr.desk\"}"), .channel = VG_STR("hand"),
                       .kind = VG_RECEIVER_HOTLINE, .four_eyes = four_eyes, .step = NONE, .reference = NONE, .memo = NONE, .options = VG_STR("{\"a\":1}"), .again = NONE, .why = NONE,
                       .confirmed_by = NONE, .seconded_by = NONE, .made_by = VG_STR("lea"), .made_ms = T0, .due_ms = T0 + VG_DAY_MS};
}

static vg_filing_state state_of(fixture *f, int64_t id)
{
    vg_filing filing;
    return vg_store_filing_get(f->store, id, f->arena, &filing, &f->err) ? VG_FILING_STATES : filing.state;
}

static int take(fixture *f, int64_t id, vg_filing_move move)
{
    const vg_filing_took took = {.move = move, .step = VG_STR("open"), .reference = VG_STR("G-1"), .memo = VG_STR("{}"), .why = VG_STR("because")};
    return vg_store_filing_take(f->store, id, &took, T0, &f->err);
}

/* What the store does for a move, through the call that makes it. */
static int do_move(fixture *f, int64_t id, vg_filing_move move)
{
    uint32_t n;
    vg_filing_answer answer = {.filing_id = id, .kind = VG_ANSWER_ACCEPTED, .what = NONE, .reference = NONE, .by = VG_STR("lea")};
    switch (move) {
    case VG_MOVE_CONFIRM: return vg_store_filing_confirm(f->store, id, false, hash, VG_STR("lea"), T0, &f->err);
    case VG_MOVE_SECOND: return vg_store_filing_confirm(f->store, id, true, hash, VG_STR("paul"), T0, &f->err);
    case VG_MOVE_CHANGED: return vg_store_filing_changed(f->store, id, VG_STR("new events"), T0, &f->err);
    case VG_MOVE_ASK: return vg_store_filing_ask(f->store, id, VG_STR("open"), T0, &n, &f->err);
    case VG_MOVE_DONE:
    case VG_MOVE_RETRY:
    case VG_MOVE_WITHDRAW: return vg_store_filing_person(f->store, id, move, VG_STR("a text"), VG_STR("lea"), T0, &f->err);
    case VG_MOVE_ANSWER: return vg_store_filing_answer(f->store, &answer, T0, &f->err);
    default: return take(f, id, move);
    }
}

static void set_state(fixture *f, int64_t id, int state)
{
    char sql[280];
    snprintf(sql, sizeof sql, "DELETE FROM filing_step; UPDATE filing SET state=%d,hash=%s,confirmed_by='lea',step='',steps=0 WHERE id=%lld", state,
             state == VG_FILING_DRAFT ? "NULL" : "x'0700000000000000000000000000000000000000000000000000000000000000'", (long long)id);
    if (sqlite3_exec(f->store->db, sql, NULL, NULL, NULL)) abort();
}

static void every_move(void)
{
    fixture f;
    set_up(&f);
    vg_filing d = a_draft(a_case(&f, "robin"), true);
    TAP_EQ_INT(vg_store_filing_add(f.store, &d, &f.err), 0, "a draft");
    int wrong = 0, allowed = 0, left = 0;
    for (int state = 0; state < VG_FILING_STATES; state++)
        for (int move = 0; move < VG_MOVES; move++) {
            set_state(&f, d.id, state);
            int to = vg_filing_next((vg_filing_state)state, (vg_filing_move)move, true);
            if (move == VG_MOVE_CHANGED && state == VG_FILING_DRAFT) to = VG_FILING_DRAFT; /* prepared anew */
            int64_t before = number(&f, "SELECT count(*) FROM audit");
            int rc = do_move(&f, d.id, (vg_filing_move)move);
            bool good = to < 0 ? rc == -VG_ECONFLICT && state_of(&f, d.id) == (vg_filing_state)state : rc == 0 && state_of(&f, d.id) == (vg_filing_state)to;
            if (!good) printf("# %s from %s: %d, is %d\n", vg_filing_move_names[move], vg_filing_state_names[state], rc, (int)state_of(&f, d.id));
            wrong += !good;
            allowed += to >= 0;
            left += to < 0 && number(&f, "SELECT count(*) FROM audit") != before;
        }
    TAP_EQ_INT(wrong, 0, "each move leads where the table says, or is refused and leaves the filing as it was");
    TAP_EQ_INT(left, 0, "what is refused is on nobody's record");
    TAP_OK(allowed > 20, "some are allowed");
    tear_down(&f);
}

static void two_people(void)
{
    fixture f;
    uint8_t other[32] = {8};
    set_up(&f);
    vg_filing d = a_draft(a_case(&f, "robin"), true), twice = d;
    TAP_EQ_INT(vg_store_filing_add(f.store, &d, &f.err), 0, "a draft");
    TAP_EQ_INT(vg_store_filing_add(f.store, &twice, &f.err), -VG_ECONFLICT, "not a second one while it is not done");
    vg_store_filing_confirm(f.store, d.id, false, hash, VG_STR("lea"), T0, &f.err);
    TAP_EQ_INT(vg_store_filing_confirm(f.store, d.id, true, hash, VG_STR("lea"), T0, &f.err), -VG_EFORBIDDEN, "the second is not the first");
    TAP_EQ_INT(vg_store_filing_confirm(f.store, d.id, true, other, VG_STR("paul"), T0, &f.err), -VG_ECONFLICT, "nor looked at other papers");
    TAP_EQ_INT(vg_store_filing_confirm(f.store, d.id, true, hash, VG_STR("paul"), T0, &f.err), 0, "the second confirms");
    TAP_EQ_INT(state_of(&f, d.id), VG_FILING_QUEUED, "it is queued");
    tear_down(&f);
}

static int64_t a_notice(fixture *f, int64_t case_id, int64_t filed_ms)
{
    char sql[160];
    vg_filing d = a_draft(case_id, false);
    d.channel = VG_STR("notice");
    d.again = VG_STR("no answer");
    if (vg_store_filing_add(f->store, &d, &f->err)) return 0;
    snprintf(sql, sizeof sql, "UPDATE filing SET state=7,filed_ms=%lld WHERE id=%lld", (long long)filed_ms, (long long)d.id);
    run_sql(f, sql);
    return d.id;
}

static int look(fixture *f, int64_t id, uint32_t items, const char *still)
{
    uint32_t number = 0;
    int rc = vg_store_filing_look(f->store, id, &number, &f->err);
    for (uint32_t i = 0; !rc && still[i]; i++) {
        const vg_filing_check c = {.look = number, .item = i + 1, .items = items, .still = still[i] == 'g' ? VG_STR("gone") : VG_STR("there"), .by = VG_STR("lea"), .status = 404, .at_ms = T0 + number};
        rc = vg_store_filing_checked(f->store, id, &c, &f->err);
    }
    return rc;
}

static size_t unanswered(fixture *f, int64_t until_ms)
{
    vg_filing *some;
    size_t count = 99;
    return vg_store_filing_unanswered(f->store, until_ms, f->arena, &some, &count, &f->err) ? 99 : count;
}

static void a_notice_without_an_answer(void)
{
    fixture f;
    vg_filing_check *all;
    size_t count;
    int64_t next;
    bool gone;
    set_up(&f);
    vg_case_write elsewhere = a_write("alex", "e2");
    int64_t case_id = a_case(&f, "robin"), first = a_notice(&f, case_id, T0), other = a_notice(&f, write_case(&f, &elsewhere).case_id, T0 + 1000);
    TAP_OK(first && other, "two notices to hosts");
    TAP_EQ_INT(unanswered(&f, T0 - 1), 0, "not before its time");
    TAP_EQ_INT(unanswered(&f, T0), 1, "then one waits");
    TAP_EQ_INT(unanswered(&f, T0 + 1000), 2, "then both");
    TAP_EQ_INT(look(&f, first, 2, "gt"), 0, "a look: one is gone, one is there");
    TAP_EQ_INT(unanswered(&f, T0), 1, "it still waits");
    TAP_EQ_INT(look(&f, first, 2, "g"), 0, "a look that breaks off");
    TAP_EQ_INT(unanswered(&f, T0), 1, "says nothing of what it did not reach");
    TAP_EQ_INT(look(&f, first, 2, "gg"), 0, "all is gone");
    TAP_EQ_INT(unanswered(&f, T0), 0, "nothing to follow up");
    TAP_OK(!vg_store_filing_after(f.store, first, &next, &gone, &f.err) && gone && !next, "the notice knows");
    TAP_EQ_INT(look(&f, first, 2, "gt"), 0, "one is back");
    TAP_EQ_INT(unanswered(&f, T0), 1, "it waits again");
    TAP_OK(!vg_store_filing_checks(f.store, first, f.arena, &all, &count, &f.err) && count == 7 && all[0].look == 4 && all[0].item == 2 && vg_str_is(all[0].still, "there") && all[6].look == 1,
           "every look is kept, the newest first");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='filing.check'"), 7, "and each is an entry of the audit log");
    int64_t second = a_notice(&f, case_id, T0 + 500);
    TAP_OK(!vg_store_filing_after(f.store, first, &next, &gone, &f.err) && !gone && next == second, "another notice follows it");
    TAP_EQ_INT(unanswered(&f, T0), 0, "the first waits no more");
    TAP_EQ_INT(unanswered(&f, T0 + 500), 1, "the second does");
    run_sql(&f, "UPDATE filing SET state=9 WHERE filed_ms=(SELECT max(filed_ms) FROM filing WHERE case_id=(SELECT min(case_id) FROM filing))");
    TAP_EQ_INT(unanswered(&f, T0), 1, "taken back, it follows nothing");
    TAP_EQ_INT(look(&f, 999, 1, "g"), -VG_ENOENT, "no look at what is not there");
    tear_down(&f);
}

static void a_question_outlives_the_process(void)
{
    fixture f;
    uint32_t n;
    vg_filing read;
    set_up(&f);
    vg_filing d = a_draft(a_case(&f, "robin"), false);
    vg_store_filing_add(f.store, &d, &f.err);
    vg_store_filing_confirm(f.store, d.id, false, hash, VG_STR("lea"), T0, &f.err);
    TAP_EQ_INT(vg_store_filing_ask(f.store, d.id, VG_STR("open"), T0, &n, &f.err), 0, "a question is written down");
    reopen(&f);
    TAP_EQ_INT(vg_store_filing_get(f.store, d.id, f.arena, &read, &f.err), 0, "after a restart");
    TAP_OK(read.unsure && read.state == VG_FILING_SENDING && read.steps == 1, "it is not known what became of it");
    TAP_EQ_INT(take(&f, d.id, VG_MOVE_FILED), 0, "the receiver has it");
    TAP_EQ_INT(number(&f, "SELECT report_due FROM cases"), 0, "its report is not due any more");
    tear_down(&f);
}

/* A queued filing of a case of its own, to be tried at `next_ms`. */
static int64_t queued(fixture *f, const char *account, const char *receiver, bool urgent, int64_t next_ms)
{
    char sql[120];
    vg_filing d = a_draft(a_case(f, account), false);
    d.receiver_id = vg_str_of(receiver);
    d.urgent = urgent;
    if (vg_store_filing_add(f->store, &d, &f->err) || vg_store_filing_confirm(f->store, d.id, false, hash, VG_STR("lea"), T0, &f->err)) abort();
    snprintf(sql, sizeof sql, "UPDATE filing SET next_ms=%lld WHERE id=%lld", (long long)next_ms, (long long)d.id);
    if (sqlite3_exec(f->store->db, sql, NULL, NULL, NULL)) abort();
    return d.id;
}

static void what_is_due(void)
{
    fixture f;
    vg_filing_due_row *rows;
    size_t count;
    char account[24];
    set_up(&f);
    int64_t first = 0;
    for (int i = 0; i < 20; i++) {
        snprintf(account, sizeof account, "many-%d", i);
        int64_t id = queued(&f, account, "fr.busy", false, T0 + i);
        if (!i) first = id;
    }
    int64_t other = queued(&f, "robin", "fr.desk", false, T0 + 500), urgent = queued(&f, "lou", "fr.busy", true, T0 + 600), wait = queued(&f, "max", "fr.wait", false, T0 + VG_HOUR_MS);
    int64_t odd = queued(&f, "kim", "fr.odd", false, T0 + 30 * VG_DAY_MS);
    TAP_EQ_INT(vg_store_filing_due(f.store, T0 + 1000, 2 * VG_DAY_MS, 4, f.arena, &rows, &count, &f.err), 0, "what is due");
    TAP_EQ_INT(count, 4, "as many as asked for");
    TAP_OK(rows[0].id == urgent && rows[0].urgent, "what is urgent comes first");
    TAP_OK(rows[1].id == first && rows[2].id == other && vg_str_is(rows[2].receiver_id, "fr.desk") && vg_str_is(rows[2].channel, "hand"),
           "then one of each receiver, however many wait for one of them");
    TAP_OK(rows[3].id == odd, "and what waits longer than anything can: a clock was wrong");
    TAP_EQ_INT(vg_store_filing_due(f.store, T0 + 1000, 2 * VG_DAY_MS, 100, f.arena, &rows, &count, &f.err), 0, "all of it");
    TAP_EQ_INT(count, 23, "but what has its time before it");
    TAP_EQ_INT(vg_store_filing_wake(f.store, T0 + 1000, &f.err), 0, "the clock was set back");
    TAP_EQ_INT(vg_store_filing_due(f.store, T0 + 1000, 2 * VG_DAY_MS, 100, f.arena, &rows, &count, &f.err), 0, "what is due then");
    bool found = false;
    for (size_t i = 0; i < count; i++) found |= rows[i].id == wait;
    TAP_OK(count == 24 && found, "is everything");
    tear_down(&f);
}

static void as_of_what_is_there(void)
{
    fixture f;
    vg_filing read;
    set_up(&f);
    vg_filing d = a_draft(a_case(&f, "robin"), false);
    sqlite3_exec(f.store->db, "UPDATE case_event SET stored_ms=1767398400000", NULL, NULL, NULL); /* two days after T0 */
    vg_store_filing_add(f.store, &d, &f.err);
    vg_store_filing_get(f.store, d.id, f.arena, &read, &f.err);
    TAP_OK(read.prepared_ms == T0 + 2 * VG_DAY_MS, "stored before the clock was set back, and in what is prepared after");
    vg_store_filing_options(f.store, d.id, VG_STR("{}"), VG_STR("lea"), T0 + 3 * VG_DAY_MS, &f.err);
    vg_store_filing_get(f.store, d.id, f.arena, &read, &f.err);
    TAP_OK(read.prepared_ms == T0 + 3 * VG_DAY_MS, "else it is as of now");
    tear_down(&f);
}

static void taken_back(void)
{
    fixture f;
    vg_filing read;
    uint32_t n;
    set_up(&f);
    vg_filing d = a_draft(a_case(&f, "robin"), false);
    vg_store_filing_add(f.store, &d, &f.err);
    vg_store_filing_confirm(f.store, d.id, false, hash, VG_STR("lea"), T0, &f.err);
    vg_store_filing_ask(f.store, d.id, VG_STR("open"), T0, &n, &f.err);
    const vg_filing_took lost = {.n = n, .move = VG_MOVE_LATER, .step = NONE, .reference = NONE, .memo = NONE, .why = VG_STR("lost"), .unsure = true};
    vg_store_filing_take(f.store, d.id, &lost, T0, &f.err);
    TAP_EQ_INT(do_move(&f, d.id, VG_MOVE_WITHDRAW), 0, "the answer to its first question was lost, and somebody takes it back");
    vg_store_filing_get(f.store, d.id, f.arena, &read, &f.err);
    TAP_OK(read.withdrawing && read.state == VG_FILING_QUEUED, "that is asked of the receiver, who may hold it");
    const vg_filing_took none = {.move = VG_MOVE_WITHDRAW, .step = NONE, .reference = NONE, .memo = NONE, .why = VG_STR("nothing was there")};
    TAP_EQ_INT(vg_store_filing_take(f.store, d.id, &none, T0, &f.err), 0, "there was nothing");
    vg_store_filing_get(f.store, d.id, f.arena, &read, &f.err);
    TAP_OK(!read.withdrawing && read.state == VG_FILING_WITHDRAWN && vg_str_is(read.why, "nothing was there"), "it is withdrawn");
    tear_down(&f);
}

static void answers_and_what_is_forgotten(void)
{
    fixture f;
    vg_answer_figure *figures;
    size_t count;
    vg_buf out;
    set_up(&f);
    vg_filing d = a_draft(a_case(&f, "robin"), false);
    vg_store_filing_add(f.store, &d, &f.err);
    vg_store_filing_confirm(f.store, d.id, false, hash, VG_STR("lea"), T0, &f.err);
    do_move(&f, d.id, VG_MOVE_ASK);
    take(&f, d.id, VG_MOVE_FILED);
    vg_filing_answer more = {.filing_id = d.id, .kind = VG_ANSWER_MORE_WANTED, .what = VG_STR("the times"), .reference = NONE, .by = VG_STR("lea")};
    TAP_EQ_INT(vg_store_filing_answer(f.store, &more, T0, &f.err), 0, "more is wanted");
    TAP_EQ_INT(state_of(&f, more.follow_up), VG_FILING_DRAFT, "a draft follows");
    TAP_EQ_INT(vg_store_answers_since(f.store, T0, f.arena, &figures, &count, &f.err), 0, "what was answered");
    TAP_OK(count == 1 && figures[0].kind == VG_ANSWER_MORE_WANTED && figures[0].recorded_ms == T0, "is counted");
    vg_buf_init(&out, 1 << 16);
    TAP_OK(!vg_store_filings_export(f.store, &d.case_id, 1, f.arena, &out, &f.err) && out.ptr && strstr(out.ptr, "fr.desk") && !strstr(out.ptr, "lea"), "an account's export names the receiver and no person");
    vg_buf_free(&out);
    TAP_EQ_INT(vg_store_filings_sweep(f.store, VG_STR("lobby"), 30, T0 + 29 * VG_DAY_MS, &f.err), 0, "before the time");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM filing WHERE options IS NOT NULL"), 2, "everything is there");
    sqlite3_exec(f.store->db, "UPDATE cases SET legal_hold=1", NULL, NULL, NULL);
    vg_store_filings_sweep(f.store, VG_STR("lobby"), 30, T0 + 31 * VG_DAY_MS, &f.err);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM filing WHERE options IS NOT NULL"), 2, "a legal hold keeps it");
    sqlite3_exec(f.store->db, "UPDATE cases SET legal_hold=0", NULL, NULL, NULL);
    TAP_EQ_INT(vg_store_filings_sweep(f.store, VG_STR("lobby"), 30, T0 + 31 * VG_DAY_MS, &f.err), 0, "after it");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM filing WHERE options IS NOT NULL"), 1, "what was sent is gone; the draft stays");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM filing WHERE reference='G-1'"), 1, "its number stays");
    tear_down(&f);
}

static void confirmed_entries(void)
{
    static const char *const details[] = {"{\"entry\":3,\"opinion\":\"confirm\",\"case\":\"c-000001\"}", "{\"entry\":4,\"opinion\":\"confirm\",\"case\":\"c-000001\"}",
                                          "{\"entry\":4,\"opinion\":\"reject\",\"case\":\"c-000001\"}", "{\"entry\":5,\"opinion\":\"confirm\",\"case\":\"c-000012\"}"};
    fixture f;
    uint32_t *entries;
    size_t count;
    set_up(&f);
    for (size_t i = 0; i < 4; i++) vg_store_audit(f.store, VG_STR("lea"), VG_STR("bank.opinion"), VG_STR("list"), vg_str_of(details[i]), &f.err);
    TAP_EQ_INT(vg_store_entries_confirmed(f.store, VG_STR("list"), 1, f.arena, &entries, &count, &f.err), 0, "what was confirmed from a case");
    TAP_OK(count == 1 && entries[0] == 3, "is what was last said of each entry there");
    tear_down(&f);
}

static int say(fixture *f, int64_t filing, vg_answer_kind kind, int64_t at_ms)
{
    vg_filing_answer answer = {.filing_id = filing, .kind = kind, .what = NONE, .reference = NONE, .by = VG_STR("lea"), .at_ms = at_ms};
    return vg_store_filing_answer(f->store, &answer, T0 + VG_DAY_MS, &f->err);
}

static int64_t file_to(fixture *f, int64_t case_id, const char *receiver)
{
    vg_filing d = a_draft(case_id, false);
    d.receiver_id = vg_str_of(receiver);
    if (vg_store_filing_add(f->store, &d, &f->err) || vg_store_filing_confirm(f->store, d.id, false, hash, VG_STR("lea"), T0, &f->err)) return -1;
    do_move(f, d.id, VG_MOVE_ASK);
    take(f, d.id, VG_MOVE_FILED);
    return d.id;
}

static void what_receivers_say(void)
{
    unsigned one = vg_answer_stand(vg_answer_stand(0, VG_ANSWER_RECEIVED), VG_ANSWER_NOT_ILLEGAL);
    TAP_OK(vg_answer_first(one) == VG_ANSWER_NOT_ILLEGAL && vg_answer_truth(one) == VG_TRUTH_REFUTED, "not illegal stands first and refutes");
    TAP_OK(vg_answer_truth(vg_answer_stand(one, VG_ANSWER_INVESTIGATION)) == VG_TRUTH_CONFIRMED, "the newest word of a receiver counts");
    TAP_EQ_INT(vg_answer_truth(one | 1u << VG_ANSWER_ACCEPTED), VG_TRUTH_NONE, "two that disagree say nothing");
    TAP_OK(vg_answer_truth(1u << VG_ANSWER_RECEIVED | 1u << VG_ANSWER_OTHER | 1u << VG_ANSWER_MORE_WANTED) == VG_TRUTH_NONE && vg_answer_first(0) == -1, "nor does that it came");
    TAP_EQ_INT(vg_answer_first(vg_answer_stand(1u << VG_ANSWER_MORE_WANTED, VG_ANSWER_ACCEPTED)), VG_ANSWER_ACCEPTED, "what was accepted wants no more");
    fixture f;
    vg_case c;
    int64_t filing;
    vg_filing *some;
    size_t count;
    set_up(&f);
    int64_t id = a_case(&f, "robin"), desk = file_to(&f, id, "fr.desk"), other = file_to(&f, id, "be.desk");
    say(&f, desk, VG_ANSWER_NOT_ILLEGAL, T0 + VG_HOUR_MS);
    say(&f, desk, VG_ANSWER_ACCEPTED, T0); /* written down later, said before */
    TAP_OK(!vg_store_case_get(f.store, id, f.arena, &c, &f.err) && c.answers == 1u << VG_ANSWER_NOT_ILLEGAL, "a case has what was said last, whenever it was written down");
    TAP_EQ_INT(number(&f, "SELECT truth FROM cases"), VG_TRUTH_REFUTED, "which is a label");
    say(&f, other, VG_ANSWER_ACCEPTED, T0);
    TAP_EQ_INT(number(&f, "SELECT truth FROM cases"), VG_TRUTH_NONE, "until another receiver says otherwise");
    TAP_EQ_INT(vg_store_filing_of_reference(f.store, VG_STR("be.desk"), VG_STR("G-1"), &filing, &f.err), 0, "a receiver's own number");
    TAP_EQ_INT(filing, other, "is of one filing");
    TAP_EQ_INT(vg_store_filing_of_reference(f.store, VG_STR("be.desk"), VG_STR("G-2"), &filing, &f.err), -VG_ENOENT, "or of none");
    vg_case_write alex = a_write("alex", "e2");
    file_to(&f, write_case(&f, &alex).case_id, "be.desk");
    TAP_EQ_INT(vg_store_filing_of_reference(f.store, VG_STR("be.desk"), VG_STR("G-1"), &filing, &f.err), -VG_ECONFLICT, "or of several");
    TAP_OK(!vg_store_filing_answered(f.store, 1u << VG_ANSWER_ACCEPTED, 0, f.arena, &some, &count, &f.err) && count == 2 && some[0].id == other, "filings by what was answered, newest first");
    tear_down(&f);
}

/* What was reported keeps its labels when its key is gone; an event that came later is none of it. */
static void what_was_reported(void)
{
    fixture f;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1"), late = a_write("robin", "e2"), broken = a_write("robin", "e3");
    w.content = VG_STR("{\"event\":{\"data\":{\"language\":\"fr\"}},\"evidence\":[{\"name\":\"text.secrecy\",\"weight\":0.4,\"strength\":0.8,\"pattern\":\"notre secret\"},"
                       "{\"name\":\"text.nothing\",\"weight\":1},{\"name\":\"conduct.age_gap\",\"weight\":\"x\"}]}");
    broken.content = VG_STR("{\"evidence\":[{");
    w.now_ms = broken.now_ms = T0 - 1;
    late.now_ms = T0 + 1;
    int64_t id = write_case(&f, &w).case_id;
    write_case(&f, &broken);
    write_case(&f, &late);
    int64_t filing = file_to(&f, id, "fr.desk");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM reported"), 2, "each piece of what was reported, once");
    TAP_EQ_INT(number(&f, "SELECT strength FROM reported WHERE source='notre secret' AND language='fr' AND weight=4000 AND risk=6000"), 8000, "with what calibration needs");
    say(&f, filing, VG_ANSWER_ACCEPTED, 0);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM reported"), 2, "an answer adds nothing to it");
    TAP_OK(!on_disk(&f, "do not tell", 11), "no text is kept in clear");
    tear_down(&f);
}

static void no_memory(void)
{
    fixture f;
    int left = 0;
    uint64_t at = 1;
    set_up(&f);
    int64_t id = a_case(&f, "robin");
    for (bool failed = true; failed && at < 5000; at++) {
        vg_filing d = a_draft(id, false);
        vg_error err = {0};
        uint32_t n = 0;
        int64_t filings = number(&f, "SELECT count(*) FROM filing");
        vg_alloc_fail_at(at);
        int rc = vg_store_filing_add(f.store, &d, &err);
        if (!rc) rc = vg_store_filing_confirm(f.store, d.id, false, hash, VG_STR("lea"), T0, &err);
        if (!rc) rc = vg_store_filing_ask(f.store, d.id, VG_STR("open"), T0, &n, &err);
        const vg_filing_took took = {.move = VG_MOVE_FILED, .n = n, .step = VG_STR("open"), .reference = VG_STR("G-1"), .memo = NONE, .why = NONE};
        if (!rc) rc = vg_store_filing_take(f.store, d.id, &took, T0, &err);
        vg_filing_answer answer = {.filing_id = d.id, .kind = VG_ANSWER_VICTIM_SAFE, .what = VG_STR("safe"), .reference = NONE, .by = VG_STR("lea")};
        if (!rc) rc = vg_store_filing_answer(f.store, &answer, T0, &err);
        failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (rc && rc != -VG_ENOMEM) left++;
        if (d.id) left += number(&f, "SELECT count(*) FROM filing_step s LEFT JOIN filing x ON x.id=s.filing_id WHERE x.id IS NULL") != 0;
        else left += number(&f, "SELECT count(*) FROM filing") != filings;
        sqlite3_exec(f.store->db, "DELETE FROM filing_answer; DELETE FROM reported; DELETE FROM filing_step; DELETE FROM filing", NULL, NULL, NULL);
    }
    TAP_EQ_INT(left, 0, "without memory nothing is half there");
    TAP_OK(at > 5 && at < 5000, "each allocation failed once");
    tear_down(&f);
}

int main(void)
{
    every_move();
    two_people();
    a_notice_without_an_answer();
    a_question_outlives_the_process();
    what_is_due();
    as_of_what_is_there();
    taken_back();
    answers_and_what_is_forgotten();
    confirmed_entries();
    what_receivers_say();
    what_was_reported();
    no_memory();
    return tap_done();
}
