/* SPDX-License-Identifier: Apache-2.0
 *
 * Demands of authorities on disk: taken in once, sealed, stepped by one person at a time, counted, destroyed; no half of it without memory.
 */
#include "store/demands/demands_int.h"

#include "review/demand.h"

#include "fixture.h"

#define T0 INT64_C(1777896000000)

static const vg_demand_item things[] = {{VG_DEMAND_URL, VG_STR("https://lobby.example/secretive")}, {VG_DEMAND_ACCOUNT, VG_STR("robin")}};

static vg_demand a_demand(const char *reference)
{
    return (vg_demand){.space = VG_STR("lobby"), .country = "FR", .authority = VG_STR("Ministry"), .legal_basis = VG_STR("LCEN"), .reference = vg_str_of(reference),
                       .note = VG_STR("urgently"), .items = things, .item_count = 2, .taken_by = VG_STR("lea"), .received_ms = T0, .taken_ms = T0 + 5,
                       .due_ms = T0 + 24 * VG_HOUR_MS, .executed_by = {"", 0}, .proof = {"", 0}};
}

static int64_t take(fixture *f, const char *reference)
{
    bool known;
    vg_demand d = a_demand(reference);
    return vg_store_demand_add(f->store, &d, &known, &f->err) ? -1 : d.id;
}

static int walk(fixture *f, int64_t id, vg_demand_step_kind kind, const char *text)
{
    vg_demand d;
    const vg_demand_step step = {T0 + 1000, VG_STR("lea"), kind, kind == VG_STEP_SUSPEND ? 0 : -1, vg_str_of(text)};
    static const vg_demand_removed removed[2] = {{T0 + 900, VG_STR("taken down")}, {T0 + 950, VG_STR("")}};
    int rc = vg_store_demand_get(f->store, id, f->arena, &d, &f->err);
    if (!rc) rc = vg_demand_apply(&d, kind, step.ground, step.text, step.time_ms, &f->err);
    if (kind == VG_STEP_EXECUTED) d.removed = removed, d.executed_by = VG_STR("key:3");
    if (kind == VG_STEP_DONE) d.proof = VG_STR("{\"payload\":\"signed\"}");
    return rc ? rc : vg_store_demand_step(f->store, &d, &step, &f->err);
}

static void test_kept(void)
{
    fixture f;
    vg_demand d, again = a_demand("R-1");
    vg_demand_step *steps;
    size_t count = 0;
    bool known = false;
    set_up(&f);
    int64_t id = take(&f, "R-1");
    TAP_OK(id > 0, "taken in");
    TAP_EQ_INT(vg_store_demand_add(f.store, &again, &known, &f.err), 0, "the same again");
    TAP_OK(known && again.id == id && number(&f, "SELECT count(*) FROM demand") == 1, "is the same one");
    reopen(&f);
    TAP_EQ_INT(vg_store_demand_get(f.store, id, f.arena, &d, &f.err), 0, "it is there after a restart");
    TAP_OK(vg_str_is(d.authority, "Ministry") && d.item_count == 2 && vg_str_is(d.items[0].value, "https://lobby.example/secretive") && d.due_ms == T0 + 24 * VG_HOUR_MS, "as it was");
    TAP_OK(!on_disk(&f, "secretive", 9) && !on_disk(&f, "Ministry", 8) && !on_disk(&f, "urgently", 8), "who asks and for what is sealed");
    TAP_EQ_INT(walk(&f, id, VG_STEP_SUSPEND, "storagedown"), 0, "suspended");
    TAP_OK(!on_disk(&f, "storagedown", 11), "and the reasons are");
    TAP_EQ_INT(walk(&f, id, VG_STEP_RESUME, ""), 0, "resumed");
    TAP_EQ_INT(walk(&f, id, VG_STEP_EXECUTED, ""), 0, "carried out");
    TAP_EQ_INT(walk(&f, id, VG_STEP_DONE, "looked"), 0, "done");
    TAP_OK(vg_store_demand_steps(f.store, id, f.arena, &steps, &count, &f.err) == 0 && count == 5 && vg_str_is(steps[1].text, "storagedown") && steps[1].ground == 0, "each step is on record");
    vg_store_demand_get(f.store, id, f.arena, &d, &f.err);
    TAP_OK(d.removed && vg_str_is(d.removed[0].how, "taken down") && d.proof.len && vg_str_is(d.executed_by, "key:3"), "what was done, by whom, and the proof");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action LIKE 'demand.%'"), 5, "each in the audit log");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE detail LIKE '%robin%' OR detail LIKE '%Ministry%' OR detail LIKE '%storagedown%'"), 0, "which says nothing of anybody");
    TAP_EQ_INT(vg_store_demand_get(f.store, 99, f.arena, &d, &f.err), -VG_ENOENT, "there is no other");
    tear_down(&f);
}

static void test_two_people(void)
{
    fixture f;
    vg_demand one, two;
    const vg_demand_step step = {T0 + 10, VG_STR("lea"), VG_STEP_ACKNOWLEDGE, -1, {"", 0}};
    set_up(&f);
    int64_t id = take(&f, "R-1");
    vg_store_demand_get(f.store, id, f.arena, &one, &f.err);
    vg_store_demand_get(f.store, id, f.arena, &two, &f.err);
    vg_demand_apply(&one, VG_STEP_ACKNOWLEDGE, -1, step.text, T0 + 10, &f.err);
    vg_demand_apply(&two, VG_STEP_ACKNOWLEDGE, -1, step.text, T0 + 10, &f.err);
    TAP_EQ_INT(vg_store_demand_step(f.store, &one, &step, &f.err), 0, "one person steps");
    TAP_EQ_INT(vg_store_demand_step(f.store, &two, &step, &f.err), -VG_ECONFLICT, "another who saw it as it was before does not");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM demand_step WHERE step=1"), 1, "and leaves nothing");
    tear_down(&f);
}

static void test_counted(void)
{
    fixture f;
    vg_demand *list;
    size_t count = 0;
    int64_t open = 0, late = 0;
    set_up(&f);
    take(&f, "R-1");
    int64_t second = take(&f, "R-2"), third = take(&f, "R-3");
    walk(&f, second, VG_STEP_SUSPEND, "why");
    walk(&f, third, VG_STEP_EXECUTED, "");
    walk(&f, third, VG_STEP_DONE, "");
    TAP_OK(vg_store_demand_counts(f.store, T0 + 25 * VG_HOUR_MS, &open, &late, &f.err) == 0 && open == 1 && late == 1, "one clock runs, and is over");
    TAP_OK(vg_store_demand_running(f.store, 10, f.arena, &list, &count, &f.err) == 0 && count == 1, "and is found");
    TAP_OK(vg_store_demand_list(f.store, VG_STR("*"), -1, 0, 10, f.arena, &list, &count, &f.err) == 0 && count == 3 && list[0].id == third, "all of them, the newest first");
    TAP_OK(vg_store_demand_list(f.store, VG_STR("lobby"), VG_DEMAND_SUSPENDED, 0, 10, f.arena, &list, &count, &f.err) == 0 && count == 1 && list[0].id == second, "by state");
    TAP_OK(vg_store_demand_list(f.store, VG_STR("forum"), -1, 0, 10, f.arena, &list, &count, &f.err) == 0 && count == 0, "of no other space");
    TAP_OK(vg_store_demand_list(f.store, VG_STR("lobby"), -1, third, 1, f.arena, &list, &count, &f.err) == 0 && count == 1 && list[0].id == second, "and page by page");
    tear_down(&f);
}

static void test_forgotten(void)
{
    fixture f;
    vg_demand d;
    int64_t kept = 0;
    size_t count = 0;
    set_up(&f);
    int64_t open = take(&f, "R-1"), done = take(&f, "R-2");
    walk(&f, done, VG_STEP_EXECUTED, "");
    walk(&f, done, VG_STEP_DONE, "");
    TAP_EQ_INT(vg_store_begin(f.store, &f.err), 0, "somebody is to be forgotten");
    TAP_EQ_INT(vg_store_end(f.store, vg_store_demands_forget(f.store, VG_STR("lobby"), VG_STR("robin"), &kept, &f.err), &f.err), 0, "forgotten");
    TAP_EQ_INT(kept, 1, "but in what an authority still waits for");
    vg_store_demand_get(f.store, done, f.arena, &d, &f.err);
    TAP_OK(d.destroyed && !d.proof.len && !d.authority.len, "of what was done a number is left");
    TAP_OK(d.named > 0 && !d.item_count && !d.items, "and how many things it named, not which");
    vg_store_demand_get(f.store, open, f.arena, &d, &f.err);
    TAP_OK(!d.destroyed, "the other is whole");
    int64_t old = take(&f, "R-3");
    walk(&f, old, VG_STEP_EXECUTED, "");
    walk(&f, old, VG_STEP_DONE, "");
    vg_store_begin(f.store, &f.err);
    TAP_EQ_INT(vg_store_end(f.store, vg_store_demands_destroy_old(f.store, VG_STR("lobby"), T0 + 365 * VG_DAY_MS, &count, &f.err), &f.err), 0, "retention");
    TAP_EQ_INT(count, 1, "takes what was done long ago, once");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM demand_step s JOIN demand d ON d.id=s.demand_id WHERE d.content IS NULL AND s.text IS NOT NULL"), 0, "with its reasons");
    tear_down(&f);
}

/* Each allocation of taking in, stepping and reading fails once. */
static void test_without_memory(void)
{
    fixture f;
    vg_demand d;
    int wrong = 0;
    int64_t id = -1;
    size_t n = 1, steps_before = 0, reads = 1;
    set_up(&f);
    for (; n < 5000 && id < 0; n++) {
        vg_alloc_fail_at(n);
        id = take(&f, "R-1");
        bool failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        wrong += id < 0 && (!failed || f.err.code != VG_ENOMEM);
        wrong += id < 0 && number(&f, "SELECT count(*) FROM demand") != 0;
    }
    TAP_OK(!wrong && id > 0 && n > 2, "taking in: %zu failures, nothing half-made", n);
    for (n = 1; n < 5000; n++) {
        steps_before = (size_t)number(&f, "SELECT count(*) FROM demand_step");
        vg_alloc_fail_at(n);
        int rc = walk(&f, id, VG_STEP_SUSPEND, "why");
        vg_alloc_fail_at(0);
        if (!rc) break;
        wrong += rc != -VG_ENOMEM || (size_t)number(&f, "SELECT count(*) FROM demand_step") != steps_before;
    }
    TAP_OK(!wrong && n > 1, "a step: %zu failures, nothing half-made", n);
    for (; reads < 5000; reads++) {
        vg_arena *arena = vg_arena_create(256, 1 << 20);
        vg_alloc_fail_at(reads);
        int rc = vg_store_demand_get(f.store, id, arena, &d, &f.err);
        bool failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        vg_arena_destroy(&arena);
        wrong += failed && rc != -VG_ENOMEM;
        if (!failed) break;
    }
    TAP_OK(!wrong && reads > 1, "reading: %zu failures, each an answer", reads);
    tear_down(&f);
}

int main(void)
{
    test_kept();
    test_two_people();
    test_counted();
    test_forgotten();
    test_without_memory();
    return tap_done();
}
