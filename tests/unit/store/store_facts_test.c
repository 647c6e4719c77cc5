/* SPDX-License-Identifier: Apache-2.0
 *
 * What people wrote down about where somebody is: sealed, on record, taken back, destroyed with the case.
 */
#include "store/facts/facts.h"

#include "fixture.h"

#define T0 INT64_C(1767225600000)

static vg_fact a_fact(const char *country)
{
    vg_fact f = {.whose = VG_WHOSE_VICTIM, .kind = VG_FACT_PLACE, .hint = VG_HINT_PERSON, .detail = VG_STR("the school is named"), .time_ms = T0};
    memcpy(f.country, country, 2);
    return f;
}

static size_t standing(fixture *f, int64_t id, vg_fact **facts)
{
    size_t count = 0;
    if (vg_store_facts(f->store, id, f->arena, facts, &count, &f->err)) return 999;
    return count;
}

static void written(void)
{
    fixture f;
    vg_fact *facts, one = a_fact("PH"), two = a_fact("FR");
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id;
    two.detail = (vg_str){"", 0};
    two.time_ms = 0;
    TAP_EQ_INT(vg_store_fact_add(f.store, id, VG_STR("claire"), &one, T0, &f.err), 0, "a fact is written down");
    TAP_EQ_INT(vg_store_fact_add(f.store, id, VG_STR("claire"), &two, T0, &f.err), 0, "and another");
    reopen(&f);
    TAP_EQ_INT(standing(&f, id, &facts), 2, "both are there after a restart");
    TAP_OK(facts[0].number == 1 && strcmp(facts[0].country, "PH") == 0 && vg_str_is(facts[0].detail, "the school is named") && facts[0].time_ms == T0, "as they were");
    TAP_OK(facts[1].number == 2 && facts[1].detail.len == 0 && facts[1].time_ms == 0, "what was not said is not there");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM case_fact WHERE instr(fact,'PH') OR instr(fact,'school')"), 0, "country and detail are sealed");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='fact.add' AND detail LIKE '%victim%'"), 2, "on record with whose it is");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE detail LIKE '%PH%' OR detail LIKE '%school%'"), 0, "and nothing of what it says");
    TAP_EQ_INT(vg_store_fact_remove(f.store, id, 1, VG_STR("claire"), T0, &f.err), 0, "one is taken back");
    TAP_EQ_INT(vg_store_fact_remove(f.store, id, 1, VG_STR("claire"), T0, &f.err), -VG_ENOENT, "once");
    TAP_EQ_INT(standing(&f, id, &facts), 1, "the other stays");
    TAP_EQ_INT(vg_store_fact_add(f.store, id, VG_STR("claire"), &one, T0, &f.err), 0, "a third");
    TAP_EQ_INT(one.number, 3, "gets a number of its own");
    TAP_EQ_INT(vg_store_route_shown(f.store, id, VG_STR("claire"), T0, &f.err), 0, "who was shown the route");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='case.route'"), 1, "is on record");
    tear_down(&f);
}

/* What happened, by a person's word: of the same row of numbers, apart from where somebody is. */
static void acts(void)
{
    fixture f;
    vg_fact *facts, one = a_fact("PH");
    vg_act_said *said, live = {.act = VG_ACT_LIVE, .holds = true, .detail = VG_STR("a price is named")}, not = {.act = VG_ACT_SOLICITING, .holds = false, .detail = {"", 0}};
    size_t count = 0;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id;
    TAP_EQ_INT(vg_store_fact_add(f.store, id, VG_STR("claire"), &one, T0, &f.err), 0, "where somebody is");
    TAP_EQ_INT(vg_store_act_add(f.store, id, VG_STR("claire"), &live, T0, &f.err), 0, "that something happened");
    TAP_EQ_INT(vg_store_act_add(f.store, id, VG_STR("claire"), &not, T0, &f.err), 0, "that something else did not");
    TAP_OK(live.number == 2 && not.number == 3, "one row of numbers");
    reopen(&f);
    TAP_OK(vg_store_acts(f.store, id, f.arena, &said, &count, &f.err) == 0 && count == 2, "both are there after a restart");
    TAP_OK(said[0].act == VG_ACT_LIVE && said[0].holds && vg_str_is(said[0].detail, "a price is named") && said[1].act == VG_ACT_SOLICITING && !said[1].holds && !said[1].detail.len, "as they were");
    TAP_EQ_INT(standing(&f, id, &facts), 1, "and are no places");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM case_fact WHERE instr(fact,'price')"), 0, "where it stands is sealed");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='fact.add' AND detail LIKE '%\"act\":\"live\",\"holds\":true%'"), 1, "on record");
    TAP_EQ_INT(vg_store_fact_remove(f.store, id, 2, VG_STR("claire"), T0, &f.err), 0, "one is taken back");
    TAP_OK(vg_store_acts(f.store, id, f.arena, &said, &count, &f.err) == 0 && count == 1 && said[0].number == 3, "the other stays");
    live.act = VG_ACTS;
    TAP_EQ_INT(vg_store_act_add(f.store, id, VG_STR("claire"), &live, T0, &f.err), -VG_EINVAL, "no act");
    TAP_EQ_INT(vg_store_act_add(f.store, 999, VG_STR("claire"), &not, T0, &f.err), -VG_ENOENT, "no such case");
    tear_down(&f);
}

static void refused(void)
{
    fixture f;
    vg_fact one = a_fact("PH");
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id;
    TAP_EQ_INT(vg_store_fact_add(f.store, 999, VG_STR("claire"), &one, T0, &f.err), -VG_ENOENT, "no such case");
    vg_fact bad = a_fact("ph");
    TAP_EQ_INT(vg_store_fact_add(f.store, id, VG_STR("claire"), &bad, T0, &f.err), -VG_EINVAL, "no country");
    bad = a_fact("PH");
    bad.whose = VG_WHOSES;
    TAP_EQ_INT(vg_store_fact_add(f.store, id, VG_STR("claire"), &bad, T0, &f.err), -VG_EINVAL, "nobody's");
    for (int i = 0; i < VG_FACTS_OF_CASE; i++)
        if (vg_store_fact_add(f.store, id, VG_STR("claire"), &one, T0, &f.err)) break;
    TAP_EQ_INT(vg_store_fact_add(f.store, id, VG_STR("claire"), &one, T0, &f.err), -VG_ECONFLICT, "one too many");
    TAP_EQ_INT(vg_store_fact_remove(f.store, id, 7, VG_STR("claire"), T0, &f.err), 0, "one is taken back");
    TAP_EQ_INT(vg_store_fact_add(f.store, id, VG_STR("claire"), &one, T0, &f.err), 0, "and there is room again");
    tear_down(&f);
}

static void destroyed(void)
{
    fixture f;
    vg_fact *facts, one = a_fact("PH");
    int64_t count = 0;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id;
    vg_store_fact_add(f.store, id, VG_STR("claire"), &one, T0, &f.err);
    vg_decision d = {.case_id = id, .user = VG_STR("claire"), .action = VG_ACTION_DISMISS, .reason = VG_STR("no_risk"), .note = {"", 0}, .time_ms = T0};
    TAP_EQ_INT(vg_store_decide(f.store, &d, &f.err), 0, "the case is decided");
    TAP_EQ_INT(vg_store_fact_add(f.store, id, VG_STR("claire"), &one, T0, &f.err), 0, "a decided case takes facts: an authority may ask");
    TAP_EQ_INT(vg_store_sweep(f.store, VG_STR("lobby"), 1, 0, T0 + 400 * VG_DAY_MS, &count, &f.err), 0, "retention");
    TAP_EQ_INT(count, 1, "destroys its content");
    TAP_EQ_INT(standing(&f, id, &facts), 0, "and the facts with it");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM case_fact WHERE fact IS NOT NULL"), 0, "none is left on disk");
    TAP_EQ_INT(vg_store_fact_add(f.store, id, VG_STR("claire"), &one, T0, &f.err), -VG_ECONFLICT, "none is taken any more");
    tear_down(&f);
}

int main(void)
{
    written();
    acts();
    refused();
    destroyed();
    return tap_done();
}
