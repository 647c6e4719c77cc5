/* SPDX-License-Identifier: Apache-2.0
 *
 * What follows from a decision, in one transaction: opinions, statements, strikes, messages, and all of it taken back; appeals; previews of
 * bulk decisions; and no half of it when memory runs out.
 */
#include "fixture.h"

#include "store/cases/appeals.h"
#include "store/cases/bulk.h"
#include "store/cases/decisions.h"

#define T0 1767225700000LL
#define SOON (T0 + 10000)

static void set_up_with_hook(fixture *f)
{
    vg_webhook hook = {.space = VG_STR("*"), .url = VG_STR("https://example.org/hook")};
    set_up(f);
    TAP_EQ_INT(vg_store_webhook_add(f->store, &hook, VG_STR("adam"), &f->err), 0, "a hook");
}

static int64_t open_case(fixture *f, const char *account, const char *event)
{
    vg_case_write w = a_write(account, event);
    return write_case(f, &w).case_id;
}

static vg_resolution a_resolution(int64_t id, const char *user, vg_action action)
{
    return (vg_resolution){.decision = {.case_id = id, .user = vg_str_of(user), .action = action, .reason = VG_STR("grooming"),
                                        .note = VG_STR("a note"), .hours = 24, .time_ms = T0},
                           .statement = VG_STR("{\"text\":\"why\"}"), .statement_text = {"", 0}, .language = VG_STR("fr"),
                           .undo_until_ms = SOON, .strike_until_ms = T0 + VG_DAY_MS};
}

static int64_t deliveries(fixture *f, int64_t now_ms)
{
    vg_delivery *list = NULL;
    size_t count = 0;
    vg_store_deliveries(f->store, false, VG_STR("*"), now_ms, 100, f->arena, &list, &count, &f->err);
    return (int64_t)count;
}

static vg_case case_of(fixture *f, int64_t id)
{
    vg_case c = {0};
    TAP_EQ_INT(vg_store_case_get(f->store, id, f->arena, &c, &f->err), 0, "the case");
    return c;
}

static void undone_as_it_was(void)
{
    fixture f;
    set_up_with_hook(&f);
    int64_t id = open_case(&f, "anna", "e1");
    vg_strike *strikes = NULL;
    size_t count = 0;
    vg_store_case_claim(f.store, id, VG_STR("remi"), T0, T0 + 60000, &f.err);
    int64_t before = deliveries(&f, SOON + 1);
    vg_resolution r = a_resolution(id, "remi", VG_ACTION_MUTE);
    TAP_EQ_INT(vg_store_resolve(f.store, &r, 1, &f.err), 0, "decided");
    TAP_OK(r.decision.id > 0 && r.statement_id > 0, "a decision and its statement have numbers");
    TAP_EQ_INT(deliveries(&f, T0), before, "nothing leaves before it can no longer be undone");
    TAP_EQ_INT(deliveries(&f, SOON), before + 2, "then the decision and the statement do");
    TAP_EQ_INT(vg_store_strikes(f.store, VG_STR("lobby"), VG_STR("anna"), T0 + 1, f.arena, &strikes, &count, &f.err), 0, "strikes");
    TAP_EQ_INT(count, 1, "a strike counts");
    vg_store_strikes(f.store, VG_STR("lobby"), VG_STR("anna"), T0 + VG_DAY_MS, f.arena, &strikes, &count, &f.err);
    TAP_EQ_INT(count, 0, "until its time is over");

    TAP_EQ_INT(vg_store_undo(f.store, id, false, r.decision.id, VG_STR("rosa"), T0 + 1, T0 + 9, &f.err), -VG_EFORBIDDEN, "not by another");
    TAP_EQ_INT(vg_store_undo(f.store, id, false, r.decision.id + 1, VG_STR("remi"), T0 + 1, T0 + 9, &f.err), -VG_ENOENT, "not another one");
    TAP_EQ_INT(vg_store_undo(f.store, id, false, r.decision.id, VG_STR("remi"), SOON, SOON + 9, &f.err), -VG_ECONFLICT, "not too late");
    TAP_EQ_INT(vg_store_undo(f.store, id, false, r.decision.id, VG_STR("remi"), T0 + 1, T0 + 9, &f.err), 0, "undone");
    vg_case c = case_of(&f, id);
    TAP_OK(c.state == VG_CASE_OPEN && vg_str_is(c.claimed_by, "remi") && c.claimed_until_ms == T0 + 60000, "open, in the same hands as long as before");
    TAP_EQ_INT(deliveries(&f, SOON), before, "its messages are gone");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM statement") + number(&f, "SELECT count(*) FROM strike") + number(&f, "SELECT count(*) FROM decision"), 0,
               "and all that followed from it");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action IN ('case.decide','case.undo')"), 2, "the log has both");
    TAP_EQ_INT(vg_store_undo(f.store, id, false, r.decision.id, VG_STR("remi"), T0 + 2, T0 + 9, &f.err), -VG_ECONFLICT, "once");

    r = a_resolution(id, "remi", VG_ACTION_WARN);
    vg_store_resolve(f.store, &r, 1, &f.err);
    open_case(&f, "anna", "e2");
    TAP_EQ_INT(vg_store_undo(f.store, id, false, r.decision.id, VG_STR("remi"), T0 + 1, T0 + 9, &f.err), -VG_ECONFLICT,
               "not when another case of the account was opened meanwhile");
    tear_down(&f);
}

static void sealed_until_decided(void)
{
    fixture f;
    set_up_with_hook(&f);
    int64_t id = open_case(&f, "anna", "e1");
    vg_opinion *opinions = NULL;
    size_t count = 0;
    vg_resolution first = a_resolution(id, "remi", VG_ACTION_SUSPEND);
    first.sealed = true, first.to = VG_LOOK_SECOND, first.interim_hours = 12;
    first.decision.note = VG_STR("marmalade-of-remi");
    TAP_EQ_INT(vg_store_resolve(f.store, &first, 1, &f.err), 0, "an opinion");
    vg_case c = case_of(&f, id);
    TAP_OK(c.look == VG_LOOK_SECOND && vg_str_is(c.barred, "remi") && c.state == VG_CASE_OPEN && !c.claimed_by.len, "the case waits for another person");
    TAP_EQ_INT(vg_store_opinions(f.store, id, false, f.arena, &opinions, &count, &f.err), 0, "opinions");
    TAP_EQ_INT(count, 0, "none is shown while it is sealed");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='case.opinion' AND detail='{}'"), 1, "the log says that, not what");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM opinion WHERE instr(answer,'marmalade')>0"), 0, "it is sealed on the disk");
    TAP_EQ_INT(vg_store_case_claim(f.store, id, VG_STR("remi"), T0, T0 + 9, &f.err), -VG_EFORBIDDEN, "the first one cannot take it");
    vg_resolution again = a_resolution(id, "remi", VG_ACTION_SUSPEND);
    again.from = VG_LOOK_SECOND;
    TAP_EQ_INT(vg_store_resolve(f.store, &again, 1, &f.err), -VG_EFORBIDDEN, "nor decide, whatever is asked of the store");
    vg_resolution stale = a_resolution(id, "rosa", VG_ACTION_WARN);
    TAP_EQ_INT(vg_store_resolve(f.store, &stale, 1, &f.err), -VG_ECONFLICT, "who looked before the opinion came has to look again");

    vg_resolution second = a_resolution(id, "rosa", VG_ACTION_SUSPEND);
    second.from = VG_LOOK_SECOND, second.ends_interim = true;
    TAP_EQ_INT(vg_store_resolve(f.store, &second, 1, &f.err), 0, "the second one decides");
    vg_store_opinions(f.store, id, false, f.arena, &opinions, &count, &f.err);
    TAP_OK(count == 1 && vg_str_is(opinions[0].answer.note, "marmalade-of-remi") && opinions[0].interim_hours == 12, "then it is shown");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM statement WHERE cause<0 AND lifted_ms>0"), 1, "the interim measure is over");
    TAP_EQ_INT(vg_store_undo(f.store, id, false, second.decision.id, VG_STR("rosa"), T0 + 1, T0 + 9, &f.err), 0, "undone");
    c = case_of(&f, id);
    TAP_OK(c.look == VG_LOOK_SECOND && vg_str_is(c.barred, "remi"), "it waits for the second look again");
    vg_store_opinions(f.store, id, false, f.arena, &opinions, &count, &f.err);
    TAP_EQ_INT(count, 0, "and the first opinion is sealed again");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM statement WHERE cause<0 AND lifted_ms=0"), 1, "the interim measure stands again");
    tear_down(&f);
}

static void settled_once(void)
{
    fixture f;
    set_up(&f);
    vg_settled *all = NULL;
    size_t count = 0;
    vg_resolution r = a_resolution(open_case(&f, "anna", "e1"), "remi", VG_ACTION_WARN);
    vg_store_resolve(f.store, &r, 1, &f.err);
    vg_store_settled(f.store, SOON - 1, 10, f.arena, &all, &count, &f.err);
    TAP_EQ_INT(count, 0, "not while it can be undone");
    TAP_EQ_INT(vg_store_settled(f.store, SOON, 10, f.arena, &all, &count, &f.err), 0, "settled");
    TAP_OK(count == 1 && all[0].action == VG_ACTION_WARN && vg_str_is(all[0].user, "remi"), "then it is");
    vg_store_settled(f.store, SOON, 10, f.arena, &all, &count, &f.err);
    TAP_EQ_INT(count, 0, "once");
    TAP_EQ_INT(vg_store_undo(f.store, r.decision.case_id, false, r.decision.id, VG_STR("remi"), SOON - 1, SOON, &f.err), -VG_ECONFLICT, "and never undone");
    tear_down(&f);
}

static void a_wave(void)
{
    fixture f;
    set_up_with_hook(&f);
    vg_resolution all[3];
    int64_t *ids = NULL;
    size_t count = 0;
    for (int i = 0; i < 3; i++) {
        char account[8] = {'a', (char)('0' + i), 0}, event[8] = {'e', (char)('0' + i), 0};
        all[i] = a_resolution(open_case(&f, account, event), "lea", VG_ACTION_MUTE);
        all[i].bulk_id = 7;
    }
    vg_store_case_claim(f.store, all[2].decision.case_id, VG_STR("rosa"), T0, T0 + 60000, &f.err);
    TAP_EQ_INT(vg_store_resolve(f.store, all, 3, &f.err), -VG_ECONFLICT, "one that is held refuses all");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM decision"), 0, "none is stored");
    vg_store_case_release(f.store, all[2].decision.case_id, VG_STR("rosa"), &f.err);
    TAP_EQ_INT(vg_store_resolve(f.store, all, 3, &f.err), 0, "all of them");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='case.decide'"), 3, "one entry of the log each");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM statement"), 3, "one statement each");
    TAP_EQ_INT(vg_store_undo(f.store, all[0].decision.case_id, false, all[0].decision.id, VG_STR("lea"), T0 + 1, T0 + 9, &f.err), -VG_ECONFLICT, "none alone");
    TAP_EQ_INT(vg_store_undo_bulk(f.store, 7, VG_STR("luc"), T0 + 1, f.arena, &ids, &count, &f.err), -VG_EFORBIDDEN, "by whoever decided");
    TAP_EQ_INT(vg_store_undo_bulk(f.store, 7, VG_STR("lea"), T0 + 1, f.arena, &ids, &count, &f.err), 0, "undone as one");
    TAP_EQ_INT(count, 3, "all three");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM cases WHERE state=0 AND claimed_by=''"), 3, "open and free");

    vg_bulk b = {.token = {1, 2, 3}, .user = VG_STR("lea"), .space = VG_STR("lobby"), .content = VG_STR("{\"pineapple\":1}"), .expires_ms = SOON}, found;
    TAP_EQ_INT(vg_store_bulk_add(f.store, &b, T0, &f.err), 0, "a preview");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM bulk WHERE instr(content,'pineapple')>0"), 0, "sealed");
    TAP_EQ_INT(vg_store_bulk_find(f.store, b.token, VG_STR("luc"), T0, f.arena, &found, &f.err), -VG_ENOENT, "is its person's");
    TAP_EQ_INT(vg_store_bulk_find(f.store, b.token, VG_STR("lea"), SOON, f.arena, &found, &f.err), -VG_ECONFLICT, "for some minutes");
    TAP_EQ_INT(vg_store_bulk_find(f.store, b.token, VG_STR("lea"), T0, f.arena, &found, &f.err), 0, "and found");
    TAP_EQ_INT(vg_store_bulk_use(f.store, b.id, VG_STR("lea"), 3, T0, &f.err), 0, "used");
    TAP_EQ_INT(vg_store_bulk_use(f.store, b.id, VG_STR("lea"), 3, T0, &f.err), -VG_ECONFLICT, "once");
    tear_down(&f);
}

static void appeals(void)
{
    fixture f;
    set_up_with_hook(&f);
    int64_t id = open_case(&f, "anna", "e1");
    bool again = false;
    vg_appeal *list = NULL;
    vg_appeal_figure *rows = NULL;
    size_t count = 0;
    vg_resolution r = a_resolution(id, "remi", VG_ACTION_MUTE);
    r.undo_until_ms = 0;
    vg_store_resolve(f.store, &r, 1, &f.err);
    vg_appeal a = {.case_id = id, .decision_id = r.decision.id, .statement_id = r.statement_id, .space = VG_STR("lobby"), .category = VG_CATEGORY_CONTACT,
                   .language = VG_STR("fr"), .made_by = {"", 0}, .text = VG_STR("rhubarb"), .made_ms = T0, .due_ms = T0 + VG_DAY_MS};
    TAP_EQ_INT(vg_store_appeal_add(f.store, &a, VG_STR("key:1"), f.arena, &again, &f.err), 0, "made");
    vg_appeal b = a;
    TAP_OK(vg_store_appeal_add(f.store, &b, VG_STR("key:1"), f.arena, &again, &f.err) == 0 && again && b.id == a.id, "the same again is the same");
    b.text = VG_STR("something else");
    TAP_EQ_INT(vg_store_appeal_add(f.store, &b, VG_STR("key:1"), f.arena, &again, &f.err), -VG_ECONFLICT, "a decision is appealed once");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM appeal WHERE instr(content,'rhubarb')>0"), 0, "its text is sealed");
    vg_store_appeal_list(f.store, VG_STR("lobby"), VG_APPEAL_OPEN, 0, 10, f.arena, &list, &count, &f.err);
    TAP_OK(count == 1 && vg_str_is(list[0].text, "rhubarb"), "listed in its space");
    vg_store_appeal_list(f.store, VG_STR("forum"), VG_APPEAL_OPEN, 0, 10, f.arena, &list, &count, &f.err);
    TAP_EQ_INT(count, 0, "and not in another");

    int64_t destroyed = 0;
    vg_store_sweep(f.store, VG_STR("lobby"), 1, 0, T0 + 100 * VG_DAY_MS, &destroyed, &f.err);
    TAP_EQ_INT(destroyed, 0, "retention leaves a case whose appeal waits");
    a.state = VG_APPEAL_OVERTURNED, a.answer = VG_STR("lifted"), a.reasons = VG_STR("a game"), a.decided_by = VG_STR("rosa"), a.decided_ms = T0 + 2 * VG_DAY_MS;
    TAP_EQ_INT(vg_store_appeal_decide(f.store, &a, &f.err), 0, "answered");
    TAP_EQ_INT(vg_store_appeal_decide(f.store, &a, &f.err), -VG_ECONFLICT, "once");
    TAP_OK(case_of(&f, id).overturned, "the case says so");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM strike WHERE lifted_ms>0") + number(&f, "SELECT count(*) FROM statement WHERE lifted_ms>0"), 2, "strike and statement are lifted");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM delivery WHERE type IN ('case.overturned','appeal.decided')"), 2, "and the platform is told");
    vg_store_appeal_figures(f.store, VG_STR("*"), 0, T0 + 3 * VG_DAY_MS, f.arena, &rows, &count, &f.err);
    TAP_OK(count == 1 && rows[0].decisions == 1 && rows[0].appeals == 1 && rows[0].overturned == 1 && rows[0].late == 1, "counted, and late");
    vg_store_sweep(f.store, VG_STR("lobby"), 1, 0, T0 + 100 * VG_DAY_MS, &destroyed, &f.err);
    TAP_EQ_INT(destroyed, 1, "then its time is over");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM appeal WHERE content IS NOT NULL OR answer IS NOT NULL") + number(&f, "SELECT count(*) FROM statement WHERE content IS NOT NULL"), 0,
               "and nothing of what was written is left");
    tear_down(&f);
}

/* The first, the second, ... allocation fails: either all of it is stored or nothing. */
/* The queue finds its candidates by the merit that is stored, so whatever changes it must write it. */
static void merit_follows(void)
{
    fixture f;
    set_up_with_hook(&f);
    int64_t id = open_case(&f, "anna", "e1");
    uint16_t before = case_of(&f, id).merit;
    vg_resolution r = a_resolution(id, "remi", VG_ACTION_ESCALATE);
    r.statement = (vg_str){"", 0}, r.strike_until_ms = 0;
    vg_store_resolve(f.store, &r, 1, &f.err);
    vg_case c = case_of(&f, id);
    TAP_OK(c.escalated && c.merit == before + 500 && c.merit == vg_case_merit(&c), "an escalation raises the stored merit");
    open_case(&f, "anna", "e2");
    c = case_of(&f, id);
    TAP_OK(c.merit == before + 500, "one more event leaves it raised");
    TAP_EQ_INT(vg_store_undo(f.store, id, false, r.decision.id, VG_STR("remi"), T0 + 1, T0 + 9, &f.err), 0, "undone");
    c = case_of(&f, id);
    TAP_OK(!c.escalated && c.merit == before && c.merit == vg_case_merit(&c), "and undoing takes that back");
    r = a_resolution(id, "remi", VG_ACTION_REPORT);
    vg_store_resolve(f.store, &r, 1, &f.err);
    c = case_of(&f, id);
    TAP_EQ_INT(c.merit, vg_case_merit(&c), "a report leaves it as it was");
    tear_down(&f);
}

static void out_of_memory(void)
{
    fixture f;
    set_up_with_hook(&f);
    int64_t id = open_case(&f, "anna", "e1");
    vg_resolution first = a_resolution(id, "remi", VG_ACTION_SUSPEND);
    int rc = -VG_ENOMEM, wrong = 0;
    for (long n = 1; rc && n < 3000; n++) {
        vg_resolution r = first;
        r.sealed = true, r.to = VG_LOOK_SECOND, r.interim_hours = 1;
        vg_alloc_fail_at((size_t)n);
        rc = vg_store_resolve(f.store, &r, 1, &f.err);
        vg_alloc_fail_at(0);
        int64_t rows = number(&f, "SELECT (SELECT count(*) FROM opinion)+(SELECT count(*) FROM statement)+(SELECT count(*) FROM undo)");
        if (rc ? rows != 0 || rc != -VG_ENOMEM : rows != 3) wrong++;
    }
    TAP_EQ_INT(rc, 0, "at last it is stored");
    TAP_EQ_INT(wrong, 0, "and never half of it");
    tear_down(&f);
}

int main(void)
{
    undone_as_it_was();
    sealed_until_decided();
    settled_once();
    a_wave();
    appeals();
    merit_follows();
    out_of_memory();
    return tap_done();
}
