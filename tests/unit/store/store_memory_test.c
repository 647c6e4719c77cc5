/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocation 1, 2, … N fails in every call about evidence, facts, filings, demands and disclosure: each is then VG_ENOMEM or as if nothing had been, the database is what it
 * was, and nothing leaks (the sanitizer looks at the end).
 */
#include <jansson.h>
#include <sodium.h>

#include "fixture.h"
#include "review/demand.h"
#include "store/cases/decisions.h"
#include "store/cases/media_int.h"
#include "store/cases/people.h"
#include "store/demands/demands_int.h"
#include "store/disclosure/disclosure.h"
#include "store/evidence/evidence_int.h"
#include "store/facts/facts.h"
#include "store/filings/annex.h"
#include "store/filings/filings.h"
#include "store/filings/record.h"

#define T0    INT64_C(1767225600000)
#define NONE  {"", 0}
#define LOBBY VG_STR("lobby")
#define LEA   VG_STR("lea")
#define ONE   1 /* decided, its media are removed, filed and answered, with facts and an appeal */
#define TWO   2 /* open, under a legal hold, with a draft */
#define THREE 3 /* decided long ago */
#define FOUR  4 /* handed over */

static uint8_t receiver[32];
static const uint8_t hash[32] = {7};

/* ---- a house in which there is something of everything ---- */

static void must(int rc, const fixture *f, const char *what)
{
    if (!rc) return;
    printf("Bail out! %s: %d %s: %s\n", what, rc, f->err.where, f->err.what);
    exit(1);
}

static vg_filing a_draft(int64_t case_id, const char *to)
{
    return (vg_filing){.case_id = case_id, .space = LOBBY, .receiver_id = vg_str_of(to), .receiver = VG_STR("{\"id\":\"fr.desk\",\"country\":\"FR\"}"), .channel = VG_STR("hand"),
                       .kind = VG_RECEIVER_HOTLINE, .step = NONE, .reference = NONE, .memo = NONE, .options = VG_STR("{\"a\":1}"), .again = NONE, .why = NONE,
                       .confirmed_by = NONE, .seconded_by = NONE, .made_by = LEA, .made_ms = T0, .due_ms = T0 + VG_DAY_MS};
}

/* An event with a kept picture; `content` holds its JSON, `name` and `digest` its file. */
static vg_case_write a_picture(const char *account, const char *event, fixture *f, char content[200], char name[VG_MEDIA_NAME + 1], uint8_t digest[VG_MEDIA_DIGEST])
{
    vg_media_writer *writer;
    static const uint8_t key[VG_CASE_KEY] = {7};
    static const vg_media_thumb none = {0};
    vg_case_write w = a_write(account, event);
    vg_media_name(name);
    must(vg_media_write_begin(&writer, f->dir, key, name, &none, &f->err), f, "media");
    must(vg_media_write(writer, "bytes", 5, &f->err), f, "media");
    must(vg_media_write_end(&writer, digest, &f->err), f, "media");
    snprintf(content, 200, "{\"event\":{\"id\":\"%s\",\"type\":\"vigie.media\",\"subject\":\"%s\",\"data\":{\"to\":[\"lou\",\"kit\"]}}}", event, account);
    w.content = vg_str_of(content);
    w.media_file = vg_str_of(name);
    w.media_key = key;
    w.media_digest = digest;
    w.media_bytes = 5;
    return w;
}

static int resolve(fixture *f, int64_t id, bool removes, int64_t when_ms, int64_t undo_until_ms, int64_t *decision)
{
    vg_resolution r = {.decision = {.case_id = id, .user = LEA, .action = VG_ACTION_WARN, .reason = VG_STR("media"), .note = VG_STR("a note"), .time_ms = when_ms}, .removes = removes,
                       .undo_until_ms = undo_until_ms, .statement = VG_STR("{\"text\":\"why\"}"), .statement_text = NONE, .language = VG_STR("fr")};
    int rc = vg_store_resolve(f->store, &r, 1, &f->err);
    if (decision) *decision = r.decision.id;
    return rc;
}

static int send(fixture *f, int64_t id)
{
    uint32_t n;
    const vg_filing_took took = {.n = 1, .move = VG_MOVE_FILED, .step = VG_STR("open"), .reference = VG_STR("G-1"), .memo = VG_STR("{}"), .why = NONE};
    int rc = vg_store_filing_confirm(f->store, id, false, hash, LEA, T0, &f->err);
    if (!rc) rc = vg_store_filing_ask(f->store, id, VG_STR("open"), T0, &n, &f->err);
    return rc ? rc : vg_store_filing_take(f->store, id, &took, T0, &f->err);
}

static vg_demand a_demand(const char *reference)
{
    static const vg_demand_item things[] = {{VG_DEMAND_URL, VG_STR("https://lobby.example/x")}, {VG_DEMAND_ACCOUNT, VG_STR("ann")}};
    return (vg_demand){.space = LOBBY, .country = "FR", .authority = VG_STR("Ministry"), .legal_basis = VG_STR("LCEN"), .reference = vg_str_of(reference), .note = VG_STR("now"),
                       .items = things, .item_count = 2, .taken_by = LEA, .received_ms = T0, .taken_ms = T0 + 5, .due_ms = T0 + VG_DAY_MS, .executed_by = NONE, .proof = NONE};
}

static int step_demand(fixture *f, int64_t id, vg_demand_step_kind kind)
{
    static const vg_demand_removed removed[2] = {{T0 + 900, VG_STR("taken down")}, {T0 + 950, VG_STR("")}};
    const vg_demand_step step = {T0 + 1000, LEA, kind, kind == VG_STEP_SUSPEND ? 0 : -1, VG_STR("why")};
    vg_demand d;
    int rc = vg_store_demand_get(f->store, id, f->arena, &d, &f->err);
    if (!rc) rc = vg_demand_apply(&d, kind, step.ground, step.text, step.time_ms, &f->err);
    if (kind == VG_STEP_EXECUTED) d.removed = removed, d.executed_by = VG_STR("key:3");
    if (kind == VG_STEP_DONE) d.proof = VG_STR("{\"payload\":\"signed\"}");
    return rc ? rc : vg_store_demand_step(f->store, &d, &step, &f->err);
}

static int hand_over(fixture *f, int64_t id)
{
    const vg_hand_over_ask ask = {.case_id = id, .receiver = VG_STR("fr.desk"), .public_key = receiver, .by = LEA, .reason = VG_STR("filed"), .now_ms = T0};
    return vg_store_hand_over(f->store, &ask, NULL, &f->err);
}

static void furnish(fixture *f)
{
    char name[VG_MEDIA_NAME + 1], content[200];
    uint8_t digest[VG_MEDIA_DIGEST];
    bool known;
    vg_fact fact = {.whose = VG_WHOSE_VICTIM, .kind = VG_FACT_PLACE, .hint = VG_HINT_PERSON, .country = "PH", .detail = VG_STR("a school"), .time_ms = T0};
    vg_webhook hook = {.space = LOBBY, .url = VG_STR("https://example.org/hook")};
    must(vg_store_webhook_add(f->store, &hook, LEA, &f->err), f, "webhook");
    vg_case_write w = a_picture("ann", "pic-ann", f, content, name, digest);
    write_case(f, &w);
    w = a_write("ann", "e2");
    write_case(f, &w);
    w = a_picture("bob", "pic-bob", f, content, name, digest);
    write_case(f, &w);
    w = a_write("eve", "e4");
    write_case(f, &w);
    w = a_write("kim", "e5");
    write_case(f, &w);
    must(hand_over(f, FOUR), f, "handed over");
    must(vg_store_fact_add(f->store, ONE, LEA, &fact, T0, &f->err), f, "fact");
    must(resolve(f, ONE, true, T0, T0 + VG_DAY_MS, NULL), f, "decision");
    must(decide_case(f, THREE, VG_ACTION_WARN, T0 - 400 * VG_DAY_MS), f, "old decision");
    must(vg_store_hold_place(f->store, TWO, LEA, VG_STR("a judge asks"), T0 + VG_DAY_MS, &f->err), f, "hold");
    vg_filing filed = a_draft(ONE, "fr.desk"), draft = a_draft(TWO, "fr.desk"), queued = a_draft(TWO, "fr.other"), asked = a_draft(TWO, "fr.third");
    uint32_t n;
    must(vg_store_filing_add(f->store, &filed, &f->err), f, "filing");
    must(send(f, filed.id), f, "filing sent");
    vg_filing_answer answer = {.filing_id = filed.id, .kind = VG_ANSWER_ACCEPTED, .what = VG_STR("taken"), .reference = VG_STR("A-1"), .by = LEA};
    must(vg_store_filing_answer(f->store, &answer, T0, &f->err), f, "answer");
    must(vg_store_filing_add(f->store, &draft, &f->err), f, "draft");
    must(vg_store_filing_add(f->store, &queued, &f->err), f, "second draft");
    must(vg_store_filing_confirm(f->store, queued.id, false, hash, LEA, T0, &f->err), f, "confirmed");
    must(vg_store_filing_add(f->store, &asked, &f->err), f, "third draft");
    must(vg_store_filing_confirm(f->store, asked.id, false, hash, LEA, T0, &f->err), f, "confirmed");
    must(vg_store_filing_ask(f->store, asked.id, VG_STR("open"), T0, &n, &f->err), f, "asked");
    vg_demand demand = a_demand("R-1"), done = a_demand("R-2");
    must(vg_store_demand_add(f->store, &demand, &known, &f->err), f, "demand");
    must(vg_store_demand_add(f->store, &done, &known, &f->err), f, "demand");
    must(step_demand(f, done.id, VG_STEP_EXECUTED), f, "executed");
    must(step_demand(f, done.id, VG_STEP_DONE), f, "done");
    must(vg_store_begin(f->store, &f->err), f, "begin");
    must(vg_store_end(f->store, vg_store_hand_over_want(f->store, THREE, 1, T0, &f->err), &f->err), f, "due");
}

/* ---- what is tried; `seen` is what a reading gave, so that an answer which lacks something is found ---- */

static int64_t seen;
static vg_arena *arena; /* a new one for each try: every growth of it is an allocation */

static int op_hold_place(fixture *f) { return vg_store_hold_place(f->store, ONE, LEA, VG_STR("another judge"), T0, &f->err); }
static int op_hold_release(fixture *f) { return vg_store_hold_release(f->store, TWO, LEA, VG_STR("over"), &f->err); }
static int op_removal(fixture *f) { return resolve(f, TWO, true, T0 + 5, T0 + VG_DAY_MS, NULL); }
static int op_undo(fixture *f) { return vg_store_undo(f->store, ONE, false, 1, LEA, T0 + 1, T0 + 1000, &f->err); }
static int op_facts_add(fixture *f)
{
    vg_fact fact = {.whose = VG_WHOSE_AUTHOR, .kind = VG_FACT_PLACE, .hint = VG_HINT_PERSON, .country = "FR", .detail = VG_STR("a town"), .time_ms = T0};
    return vg_store_fact_add(f->store, ONE, LEA, &fact, T0, &f->err);
}
static int op_facts_remove(fixture *f) { return vg_store_fact_remove(f->store, ONE, 1, LEA, T0, &f->err); }
static int op_route_shown(fixture *f) { return vg_store_route_shown(f->store, ONE, LEA, T0, &f->err); }
static int op_hand_over(fixture *f) { return hand_over(f, THREE); }
static int op_due_later(fixture *f) { return vg_store_hand_over_later(f->store, THREE, T0 + 1000, VG_STR("a hold"), &f->err); }
static int op_due_drop(fixture *f) { return vg_store_hand_over_drop(f->store, THREE, &f->err); }
static int op_sweep(fixture *f) { return vg_store_sweep(f->store, LOBBY, 180, 0, T0 + 365 * VG_DAY_MS, &seen, &f->err); }
static int op_erase(fixture *f)
{
    vg_erase_result done = {0};
    int rc = vg_store_erase(f->store, LOBBY, VG_STR("eve"), LEA, &done, &f->err);
    seen = done.cases_erased;
    return rc;
}
static int op_filing_add(fixture *f)
{
    vg_filing d = a_draft(THREE, "fr.desk");
    return vg_store_filing_add(f->store, &d, &f->err);
}
static int op_filing_drop(fixture *f) { return vg_store_filing_drop(f->store, 2, LEA, T0, &f->err); }
static int op_filing_options(fixture *f) { return vg_store_filing_options(f->store, 2, VG_STR("{\"b\":2}"), LEA, T0, &f->err); }
static int op_filing_confirm(fixture *f) { return vg_store_filing_confirm(f->store, 2, false, hash, LEA, T0, &f->err); }
static int op_filing_changed(fixture *f) { return vg_store_filing_changed(f->store, 3, VG_STR("new events"), T0, &f->err); }
static int op_filing_ask(fixture *f)
{
    uint32_t n;
    return vg_store_filing_ask(f->store, 3, VG_STR("open"), T0, &n, &f->err);
}
static int op_filing_take(fixture *f)
{
    const vg_filing_took took = {.n = 1, .move = VG_MOVE_REFUSED, .step = VG_STR("open"), .reference = NONE, .memo = VG_STR("{\"x\":1}"), .why = VG_STR("no such thing")};
    return vg_store_filing_take(f->store, 4, &took, T0, &f->err);
}
static int op_filing_withdraw(fixture *f) { return vg_store_filing_person(f->store, 3, VG_MOVE_WITHDRAW, VG_STR("not needed"), LEA, T0, &f->err); }
static int op_filing_checked(fixture *f)
{
    const vg_filing_check check = {.look = 1, .item = 1, .items = 1, .still = VG_STR("gone"), .by = LEA, .status = 404, .at_ms = T0};
    return vg_store_filing_checked(f->store, 1, &check, &f->err);
}
static int op_filing_wake(fixture *f) { return vg_store_filing_wake(f->store, T0, &f->err); }
static int op_archive_taken(fixture *f)
{
    const vg_archive_taken taken = {.case_id = TWO, .filing_id = 0, .receiver = VG_STR("fr.desk"), .media = true, .sha256 = hash, .user = LEA, .now_ms = T0};
    return vg_store_archive_taken(f->store, &taken, &f->err);
}
static int op_filing_answer(fixture *f)
{
    vg_filing_answer more = {.filing_id = 1, .kind = VG_ANSWER_MORE_WANTED, .what = VG_STR("the times"), .reference = NONE, .by = LEA};
    return vg_store_filing_answer(f->store, &more, T0, &f->err);
}
static int op_filing_sweep(fixture *f) { return vg_store_filings_sweep(f->store, LOBBY, 30, T0 + 31 * VG_DAY_MS, &f->err); }
static int op_demand_add(fixture *f)
{
    bool known;
    vg_demand d = a_demand("R-3");
    return vg_store_demand_add(f->store, &d, &known, &f->err);
}
static int op_demand_executed(fixture *f) { return step_demand(f, 1, VG_STEP_EXECUTED); }
static int op_demand_suspend(fixture *f) { return step_demand(f, 1, VG_STEP_SUSPEND); }
static int op_demand_forget(fixture *f)
{
    int rc = vg_store_begin(f->store, &f->err);
    return rc ? rc : vg_store_end(f->store, vg_store_demands_forget(f->store, LOBBY, VG_STR("ann"), &seen, &f->err), &f->err);
}
static int op_demand_old(fixture *f)
{
    size_t count = 0;
    int rc = vg_store_begin(f->store, &f->err);
    if (!rc) rc = vg_store_end(f->store, vg_store_demands_destroy_old(f->store, LOBBY, T0 + 365 * VG_DAY_MS, &count, &f->err), &f->err);
    seen = (int64_t)count;
    return rc;
}
static int op_disclosure_made(fixture *f)
{
    char puid[41];
    vg_store_disclosure_puid(f->store, LOBBY, 1, puid);
    const vg_disclosure d = {.id = 1, .puid = vg_str_of(puid), .content = VG_STR("{\"document\":\"text\"}")};
    return vg_store_disclosure_made(f->store, &d, false, T0, &f->err);
}
static int op_disclosure_sent(fixture *f) /* from ready to sent: three transactions; `furnished` begins it again */
{
    const int64_t id = 1;
    vg_disclosure_turn turn = {0};
    vg_disclosure d;
    int rc = vg_store_disclosure_turn(f->store, LOBBY, arena, &turn, &f->err);
    if (!rc) rc = vg_store_disclosure_sending(f->store, LOBBY, &id, 1, &turn, T0, &f->err);
    if (!rc) rc = vg_store_disclosure_get(f->store, id, arena, &d, &f->err);
    return rc ? rc : vg_store_disclosure_fate(f->store, &d, VG_DISCLOSURE_SENT, VG_STR("u-1"), VG_STR("https://db.example/1"), VG_STR(""), T0, &f->err);
}
static int op_disclosure_again(fixture *f) { return vg_store_disclosure_again(f->store, 1, VG_STR("{\"facts\":\"words\"}"), LEA, T0, &f->err); }
static int op_disclosure_turn(fixture *f)
{
    const vg_disclosure_turn turn = {.attempts = 3, .next_ms = T0, .batch = 7, .most = 50, .why = VG_STR("away")};
    return vg_store_disclosure_turn_set(f->store, LOBBY, &turn, &f->err);
}

/* ---- readings ---- */

#define READ(name, type, call)                                                                                                                                    \
    static int name(fixture *f)                                                                                                                                   \
    {                                                                                                                                                             \
        type *list = NULL;                                                                                                                                        \
        size_t count = 0;                                                                                                                                         \
        int rc = call;                                                                                                                                            \
        seen = (int64_t)count;                                                                                                                                    \
        return rc;                                                                                                                                                \
    }
READ(read_keys, vg_case_key_row, vg_store_case_keys(f->store, ONE, arena, &list, &count, &f->err))
READ(read_holds, vg_hold, vg_store_holds(f->store, TWO, arena, &list, &count, &f->err))
READ(read_hand_overs, vg_hand_over, vg_store_hand_overs(f->store, FOUR, arena, &list, &count, &f->err))
READ(read_due, vg_hand_over_due, vg_store_hand_overs_due(f->store, T0 + 1, 4, arena, &list, &count, &f->err))
READ(read_certificates, vg_destruction, vg_store_destructions(f->store, FOUR, arena, &list, &count, &f->err))
READ(read_media, vg_case_media, vg_store_media_list(f->store, ONE, arena, &list, &count, &f->err))
READ(read_facts, vg_fact, vg_store_facts(f->store, ONE, arena, &list, &count, &f->err))
READ(read_filings, vg_filing, vg_store_filing_of_case(f->store, TWO, arena, &list, &count, &f->err))
READ(read_queue, vg_filing, vg_store_filing_of_state(f->store, VG_FILING_DRAFT, 0, arena, &list, &count, &f->err))
READ(read_counts, vg_filing_count, vg_store_filing_counts(f->store, arena, &list, &count, &f->err))
READ(read_filing_due, vg_filing_due_row, vg_store_filing_due(f->store, T0 + 1, VG_DAY_MS, 10, arena, &list, &count, &f->err))
READ(read_answered, vg_filing, vg_store_filing_answered(f->store, ~0u, 0, arena, &list, &count, &f->err))
READ(read_checks, vg_filing_check, vg_store_filing_checks(f->store, 1, arena, &list, &count, &f->err))
READ(read_steps, vg_filing_step, vg_store_filing_steps(f->store, 1, arena, &list, &count, &f->err))
READ(read_answers, vg_filing_answer, vg_store_filing_answers(f->store, 1, arena, &list, &count, &f->err))
READ(read_answers_of, vg_filing_answer, vg_store_filing_answers_of_user(f->store, LEA, 0, arena, &list, &count, &f->err))
READ(read_figures, vg_answer_figure, vg_store_answers_since(f->store, 0, arena, &list, &count, &f->err))
READ(read_record, vg_case_record, vg_store_case_record(f->store, ONE, arena, &list, &count, &f->err))
READ(read_demands, vg_demand, vg_store_demand_list(f->store, VG_STR("*"), -1, 0, 10, arena, &list, &count, &f->err))
READ(read_running, vg_demand, vg_store_demand_running(f->store, 10, arena, &list, &count, &f->err))
READ(read_demand_steps, vg_demand_step, vg_store_demand_steps(f->store, 2, arena, &list, &count, &f->err))
READ(read_disclosures, vg_disclosure, vg_store_disclosure_due(f->store, LOBBY, VG_DISCLOSURE_WAITING, 0, T0 + VG_DAY_MS, 10, arena, &list, &count, &f->err))
READ(read_names, vg_str, vg_store_case_people(f->store, ONE, LEA, arena, &list, &count, &f->err))

static int read_removed(fixture *f)
{
    bool removed = false;
    int64_t since;
    int rc = vg_store_removed(f->store, ONE, &removed, &since, &f->err);
    seen = removed;
    return rc;
}
static int read_size(fixture *f)
{
    vg_evidence_size size;
    int rc = vg_store_evidence_size(f->store, ONE, &size, &f->err);
    seen = size.events * 1000 + size.media;
    return rc;
}
static int read_ready(fixture *f)
{
    bool left = false, others = false;
    int rc = vg_store_hand_over_ready(f->store, THREE, arena, &left, &others, &f->err);
    seen = left * 2 + others;
    return rc;
}
static int read_for_report(fixture *f)
{
    vg_case_media media;
    int rc = vg_store_media_report(f->store, ONE, 1, arena, &media, &f->err);
    seen = rc ? 0 : media.open;
    return rc;
}
static int read_reference(fixture *f) { return vg_store_filing_of_reference(f->store, VG_STR("fr.desk"), VG_STR("G-1"), &seen, &f->err); }
static int read_waits(fixture *f)
{
    vg_archive_wait wait = {.receiver = NONE};
    int rc = vg_store_archive_waits(f->store, ONE, 1, T0, arena, &wait, &f->err);
    seen = (int64_t)wait.state;
    return rc;
}
static int read_prior(fixture *f)
{
    vg_str prior = NONE;
    vg_filing not = a_draft(TWO, "fr.desk");
    int rc = vg_store_filing_prior(f->store, &not, VG_STR("ann"), arena, &prior, &f->err);
    seen = (int64_t)prior.len;
    return rc;
}
static int count_one(void *context, const vg_filing_figure *one, vg_error *err)
{
    (void)err;
    *(int64_t *)context += one->count;
    return 0;
}
static int read_filed(fixture *f)
{
    seen = 0;
    return vg_store_filing_figures(f->store, LOBBY, 0, T0 + VG_DAY_MS, count_one, &seen, &f->err);
}
static int read_export(fixture *f)
{
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    const int64_t cases[] = {ONE, TWO};
    int rc = vg_store_filings_export(f->store, cases, 2, arena, &out, &f->err);
    if (!rc) rc = vg_store_demands_export(f->store, LOBBY, VG_STR("ann"), arena, &out, &f->err);
    if (!rc && out.failed) rc = -VG_ENOMEM; /* a buffer says so itself */
    seen = (int64_t)out.len;
    vg_buf_free(&out);
    return rc;
}

/* ---- trying ---- */

typedef struct attempt {
    const char *name;
    int (*op)(fixture *f);
    const char *furnished; /* SQL: what is different in the house; NULL: nothing */
    bool many;             /* several transactions: each is whole, not all of them */
    const char *counts;    /* SQL: what has to be there afterwards; NULL: what `seen` says */
} attempt;

static const attempt attempts[] = {
    {"a hold is placed", op_hold_place, NULL, false, NULL},
    {"a hold is released", op_hold_release, NULL, false, NULL},
    {"a decision removes", op_removal, NULL, false, "SELECT count(*) FROM delivery WHERE body LIKE '%\"remove\":[\"pic-bob\"]%'"},
    {"a decision that removed is undone", op_undo, NULL, false, NULL},
    {"a hand-over", op_hand_over, NULL, false, NULL},
    {"a hand-over is put off", op_due_later, NULL, false, NULL},
    {"a hand-over is not wanted", op_due_drop, NULL, false, NULL},
    {"retention, with its certificates", op_sweep, NULL, true, "SELECT count(*) FROM certificate_of_destruction"},
    {"erasure, with its certificates", op_erase, NULL, false, "SELECT count(*) FROM certificate_of_destruction"},
    {"a fact is added", op_facts_add, NULL, false, NULL},
    {"a fact is taken back", op_facts_remove, NULL, false, NULL},
    {"a route is shown", op_route_shown, NULL, false, NULL},
    {"a filing is drafted", op_filing_add, NULL, false, NULL},
    {"a draft is dropped", op_filing_drop, NULL, false, NULL},
    {"options of a draft", op_filing_options, NULL, false, NULL},
    {"a filing is confirmed", op_filing_confirm, NULL, false, NULL},
    {"a filing has changed", op_filing_changed, NULL, false, NULL},
    {"a question is written", op_filing_ask, NULL, false, NULL},
    {"an answer is written", op_filing_take, NULL, false, NULL},
    {"a filing is withdrawn", op_filing_withdraw, NULL, false, NULL},
    {"an address was looked at", op_filing_checked, NULL, false, NULL},
    {"filings are woken", op_filing_wake, NULL, false, NULL},
    {"an archive leaves", op_archive_taken, NULL, false, NULL},
    {"what a receiver answers", op_filing_answer, NULL, false, NULL},
    {"what was sent is forgotten", op_filing_sweep, NULL, true, NULL},
    {"a demand is taken in", op_demand_add, NULL, false, NULL},
    {"a demand is carried out", op_demand_executed, NULL, false, NULL},
    {"a demand is suspended", op_demand_suspend, NULL, false, NULL},
    {"a demand forgets an account", op_demand_forget, NULL, false, NULL},
    {"old demands are destroyed", op_demand_old, NULL, false, NULL},
    {"a statement is made ready", op_disclosure_made, NULL, false, NULL},
    {"a statement is sent", op_disclosure_sent, "UPDATE disclosure SET state=1,puid='p' WHERE id=1", true, NULL},
    {"a refused statement again", op_disclosure_again, "UPDATE disclosure SET state=4,puid='p' WHERE id=1", false, NULL},
    {"where sending stands", op_disclosure_turn, NULL, false, NULL},
    {"(read) keys", read_keys, NULL, false, NULL},
    {"(read) holds", read_holds, NULL, false, NULL},
    {"(read) hand-overs", read_hand_overs, NULL, false, NULL},
    {"(read) what is due", read_due, NULL, false, NULL},
    {"(read) certificates", read_certificates, NULL, false, NULL},
    {"(read) media", read_media, NULL, false, NULL},
    {"(read) a media for a report", read_for_report, NULL, false, NULL},
    {"(read) what is removed", read_removed, NULL, false, NULL},
    {"(read) sizes", read_size, NULL, false, NULL},
    {"(read) whether it is ready", read_ready, NULL, false, NULL},
    {"(read) facts", read_facts, NULL, false, NULL},
    {"(read) filings of a case", read_filings, NULL, false, NULL},
    {"(read) filings of a state", read_queue, NULL, false, NULL},
    {"(read) counts", read_counts, NULL, false, NULL},
    {"(read) filings that are due", read_filing_due, NULL, false, NULL},
    {"(read) filings that were answered", read_answered, NULL, false, NULL},
    {"(read) looks", read_checks, NULL, false, NULL},
    {"(read) by their number", read_reference, NULL, false, NULL},
    {"(read) archives that wait", read_waits, NULL, false, NULL},
    {"(read) steps", read_steps, NULL, false, NULL},
    {"(read) answers", read_answers, NULL, false, NULL},
    {"(read) answers to somebody", read_answers_of, NULL, false, NULL},
    {"(read) figures of answers", read_figures, NULL, false, NULL},
    {"(read) figures of filings", read_filed, NULL, false, NULL},
    {"(read) what was filed before", read_prior, NULL, false, NULL},
    {"(read) the record of a case", read_record, NULL, false, NULL},
    {"(read) demands", read_demands, NULL, false, NULL},
    {"(read) clocks that run", read_running, NULL, false, NULL},
    {"(read) steps of a demand", read_demand_steps, NULL, false, NULL},
    {"(read) statements that wait", read_disclosures, NULL, false, NULL},
    {"(read) names of a case", read_names, NULL, false, NULL},
    {"(read) an export", read_export, NULL, false, NULL},
};

typedef struct house {
    fixture f;
    sqlite3 *beside; /* sees whether anybody committed */
    char *bytes; /* the database as it was furnished */
    size_t len;
} house;

/* Another number: somebody committed since. */
static int64_t commits(house *h)
{
    sqlite3_stmt *stmt = NULL;
    int64_t version = -1;
    if (sqlite3_prepare_v2(h->beside, "PRAGMA data_version", -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) version = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return version;
}

/* The database as it was, whatever became of it, and `a`'s own difference; media files are not touched by what fails. */
static void as_furnished(house *h, const attempt *a)
{
    char path[128];
    vg_store_close(&h->f.store);
    sqlite3_close(h->beside);
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s%s", h->f.path, i ? "-shm" : "-wal");
        unlink(path);
    }
    must(vg_file_replace(h->f.path, h->bytes, h->len, 0600, &h->f.err), &h->f, "the database again");
    must(vg_store_open(&h->f.store, h->f.dir, h->f.ring, &h->f.err), &h->f, "opened again");
    if (a->furnished) run_sql(&h->f, a->furnished);
    if (sqlite3_open(h->f.path, &h->beside)) abort();
    commits(h);
}

static int try_once(house *h, const attempt *a, size_t n, bool *failed)
{
    seen = -1;
    arena = vg_arena_create(64, 1 << 20);
    vg_arena_reset(h->f.arena);
    vg_alloc_fail_at(n);
    int rc = a->op(&h->f);
    *failed = vg_alloc_failed();
    vg_alloc_fail_at(0);
    vg_arena_destroy(&arena);
    if (!rc && a->counts) seen = number(&h->f, a->counts);
    return rc;
}

static void walk(house *h, const attempt *a)
{
    size_t n = 1, refused = 0, wrong = 0, changed = 0, lacking = 0;
    bool failed = true;
    int64_t entries, whole;
    as_furnished(h, a);
    wrong += try_once(h, a, 0, &failed) != 0; /* what it gives when nothing fails */
    whole = seen;
    as_furnished(h, a);
    for (failed = true; failed && n < 5000; n++) {
        int64_t before = commits(h);
        int rc = try_once(h, a, n, &failed);
        bool committed = commits(h) != before;
        if (rc && rc != -VG_ENOMEM) printf("# %s, allocation %zu: %d %s: %s\n", a->name, n, rc, h->f.err.where, h->f.err.what);
        wrong += rc != 0 && (rc != -VG_ENOMEM || !failed);
        refused += rc != 0;
        changed += rc && committed && !a->many;
        lacking += !rc && seen != whole; /* it was done all the same: then all of it */
        if (committed) as_furnished(h, a);
    }
    TAP_OK(!failed && !wrong && refused > 0, "%s: %zu allocations fail one by one, %zu of them an answer", a->name, n - 2, refused);
    TAP_OK(!changed && !lacking, "%s: nothing is half done, nothing is left out", a->name);
    TAP_EQ_INT(vg_store_audit_verify(h->f.store, &entries, &h->f.err), 0, "and the chain holds");
}

int main(void)
{
    house h = {.bytes = NULL};
    if (sodium_init() < 0) return 1;
    uint8_t secret[32];
    crypto_box_keypair(receiver, secret);
    json_set_alloc_funcs(vg_malloc, vg_free);
    set_up_in(&h.f, access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"); /* only memory is tested here */
    furnish(&h.f);
    vg_store_close(&h.f.store); /* the log moves into the file */
    must(vg_file_read(h.f.path, 256 << 20, &h.bytes, &h.len, &h.f.err), &h.f, "read");
    must(vg_store_open(&h.f.store, h.f.dir, h.f.ring, &h.f.err), &h.f, "open");
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) walk(&h, &attempts[i]);
    vg_free(h.bytes);
    sqlite3_close(h.beside);
    tear_down(&h.f);
    return tap_done();
}
