/* SPDX-License-Identifier: Apache-2.0
 *
 * Items with a known answer: other names of the same shape, copies that one person has and nobody else can find, answers, the level, and
 * how long anything of it lives.
 */
#include "store/cases/figures.h"
#include "store/training/gold_int.h"

#include "fixture.h"

static const char content[] =
    "{\"event\":{\"id\":\"e-77\",\"source\":\"/spaces/lobby\",\"type\":\"vigie.message\",\"subject\":\"robin.b\",\"time\":\"2026-01-02T10:00:00.000Z\","
    "\"data\":{\"to\":[\"lea_2012\"],\"conversation\":\"mp-lea_2012-robin.b\",\"text\":\"Lea_2012, send me a picture \\u00e9t\\u00e9\"}},"
    "\"evidence\":[{\"name\":\"text.picture_request\",\"spans\":[[10,27]]}],"
    "\"window\":[{\"id\":\"e-76\",\"subject\":\"lea_2012\",\"time\":\"2026-01-02T09:59:00Z\",\"text\":\"i am le a, robin.b\"}],"
    "\"conversation\":\"mp-lea_2012-robin.b\",\"policy\":\"0000000000000001\"}";

static const char *text_at(const json_t *root, const char *a, const char *b, const char *c)
{
    const json_t *at = json_object_get(root, a);
    if (json_is_array(at)) at = json_array_get(at, 0);
    if (b) at = json_object_get(at, b);
    if (c) at = json_object_get(at, c);
    const char *text = json_string_value(at);
    return text ? text : "(none)";
}

static void other_names(void)
{
    vg_arena *arena = vg_arena_create(1 << 14, 1 << 20);
    vg_renamer r = {.arena = arena, .key = {1, 2, 3}, .shift_ms = 3600000, .policy = 0xabc};
    json_t *before = json_loads(content, 0, NULL), *after = NULL;
    vg_rename_learn(&r, before);
    vg_str out = vg_rename_text(&r, vg_str_of(content));
    if (out.ptr) after = json_loadb(out.ptr, out.len, 0, NULL);
    TAP_OK(after != NULL, "it is JSON still");
    const char *who = text_at(after, "event", "subject", NULL), *said = text_at(after, "event", "data", "text");
    const char *child = text_at(after, "window", "subject", NULL);
    TAP_OK(strlen(who) == 7 && who[5] == '.' && strcmp(who, "robin.b"), "another name of the same shape (%s)", who);
    TAP_OK(strlen(child) == 8 && child[3] == '_' && child[4] >= '0' && child[4] <= '9', "digits stay digits (%s)", child);
    TAP_OK(strlen(said) == strlen("Lea_2012, send me a picture été") && strncmp(said, child, 8) == 0, "the same name everywhere, in talk too, whatever its case");
    TAP_OK(strstr(said, ", send me a picture été"), "and nothing else of the talk changes, so places stay");
    TAP_OK(strstr(text_at(after, "window", "text", NULL), "i am le a, ") && !strstr(text_at(after, "window", "text", NULL), "robin"), "a part of a name is no name");
    TAP_OK(!strstr(out.ptr, "robin") && !strstr(out.ptr, "lea_2012") && !strstr(out.ptr, "e-77"), "no name is left, nor an event's");
    TAP_EQ_STR(text_at(after, "event", "time", NULL), "2026-01-02T11:00:00.000Z", "times are moved");
    TAP_EQ_STR(text_at(after, "event", "source", NULL), "/spaces/lobby", "the space stays");
    TAP_EQ_STR(text_at(after, "event", "type", NULL), "vigie.message", "words of the contract stay");
    TAP_EQ_STR(text_at(after, "policy", NULL, NULL), "0000000000000abc", "the policy is the one in force");
    TAP_EQ_STR(text_at(after, "evidence", "name", NULL), "text.picture_request", "evidence stays");
    json_decref(before);
    json_decref(after);
    vg_arena_destroy(&arena);
}

static void judging(void)
{
    const uint32_t hard = 1u << VG_ACTION_SUSPEND | 1u << VG_ACTION_RESTRICT, nothing = 1u << VG_ACTION_DISMISS;
    const struct {
        uint32_t accepted;
        const char *reasons;
        vg_action action;
        const char *reason;
        vg_gold_outcome want;
    } rows[] = {
        {hard, "", VG_ACTION_SUSPEND, "grooming", VG_GOLD_RIGHT},      {hard, "threat,grooming", VG_ACTION_SUSPEND, "grooming", VG_GOLD_RIGHT},
        {hard, "threat", VG_ACTION_SUSPEND, "grooming", VG_GOLD_REASON}, {hard, "", VG_ACTION_DISMISS, "no_risk", VG_GOLD_LESS},
        {hard, "", VG_ACTION_WARN, "grooming", VG_GOLD_LESS},          {nothing, "", VG_ACTION_WARN, "grooming", VG_GOLD_MORE},
        {hard, "", VG_ACTION_ESCALATE, "grooming", VG_GOLD_ASKED},     {0, "", VG_ACTION_WARN, "grooming", VG_GOLD_OPEN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        TAP_EQ_STR(vg_gold_outcome_names[vg_gold_judge(rows[i].accepted, vg_str_of(rows[i].reasons), rows[i].action, vg_str_of(rows[i].reason))],
                   vg_gold_outcome_names[rows[i].want], vg_action_names[rows[i].action]);
}

/* ---- a store with one decided case and an item made of it ---- */

static const vg_policy_gold policy = {.given = true, .share = 5000, .doubles = 0, .again_days = 30, .recall = 7500, .least = 3, .window_days = 30, .suspend = true};

static int64_t decided_case(fixture *f, const char *account, const char *event, const char *by)
{
    vg_case_write w = a_write(account, event);
    w.content = vg_str_of(content);
    int64_t id = write_case(f, &w).case_id;
    vg_decision d = {.case_id = id, .user = vg_str_of(by), .action = VG_ACTION_SUSPEND, .reason = VG_STR("grooming"), .note = {"", 0}};
    if (vg_store_decide(f->store, &d, &f->err)) printf("# %s\n", f->err.what);
    return id;
}

static int add_item(fixture *f, int64_t case_id)
{
    vg_gold_item item = {.source_case = case_id, .actions = 1u << VG_ACTION_SUSPEND, .reasons = {"", 0}, .why = VG_STR("it is plain"), .language = {"", 0}, .made_by = VG_STR("lea")};
    return vg_store_gold_add(f->store, &item, &f->err);
}

static int64_t draw(fixture *f, const char *user, int64_t *made)
{
    int64_t case_id = 0, none = 0;
    vg_gold_ask ask = {.user = vg_str_of(user), .space = VG_STR("lobby"), .categories = (1u << VG_CATEGORIES) - 1, .languages = {"", 0}, .policy = &policy, .policy_version = 5, .dice = 0};
    if (vg_store_gold_draw(f->store, &ask, vg_time_now(), &case_id, made ? made : &none, &f->err)) printf("# %s\n", f->err.what);
    return case_id;
}

static int count_one(void *context, const vg_figure_case *one, vg_error *err)
{
    (void)one, (void)err;
    ++*(int *)context;
    return 0;
}

static void one_persons_copy(void)
{
    fixture f;
    vg_case c, *list;
    vg_case_counts counts, before;
    int64_t made = 0, none = 0;
    size_t count = 0;
    int figures = 0;
    bool mine;
    set_up(&f);
    int64_t source = decided_case(&f, "robin.b", "e1", "claire");
    TAP_EQ_INT(add_item(&f, source), 0, "an item of a decided case");
    TAP_EQ_INT(add_item(&f, source), -VG_ECONFLICT, "once");
    vg_store_case_count(f.store, VG_STR("*"), vg_time_now(), &before, &f.err);
    TAP_OK(draw(&f, "claire", &made) == 0 && made == 0, "who decided the case is not asked again");
    TAP_OK(draw(&f, "lea", &made) == 0 && made == 0, "nor who made the item");
    TAP_OK(draw(&f, "marc", &made) == 0 && made > source, "for Marc a copy is made, to be handed out later");
    TAP_EQ_INT(draw(&f, "marc", &none), made, "it is handed out at the next call");
    TAP_EQ_INT(vg_store_case_get(f.store, made, f.arena, &c, &f.err), 0, "it is a case");
    TAP_OK(c.shadow && vg_str_is(c.space, "lobby") && c.account.len == 7 && !vg_str_is(c.account, "robin.b"), "of the space, of somebody who is not there (%.*s)", VG_STR_ARG(c.account));
    vg_store_gold_mine(f.store, made, VG_STR("marc"), &mine, &f.err);
    TAP_OK(mine, "it is Marc's");
    vg_store_gold_mine(f.store, made, VG_STR("claire"), &mine, &f.err);
    TAP_OK(!mine, "and nobody else's");
    TAP_EQ_INT(vg_store_gold_copies(f.store, VG_STR("marc"), VG_CASE_OPEN, f.arena, &list, &count, &f.err), 0, "his copies");
    TAP_OK(count == 1 && list[0].id == made, "one");

    vg_case_query all = {.spaces = VG_STR("*"), .state = -1};
    vg_store_case_list(f.store, &all, f.arena, &list, &count, &f.err);
    TAP_OK(count == 1 && list[0].id == source, "no list of cases has it, not even of all spaces");
    vg_store_case_count(f.store, VG_STR("*"), vg_time_now(), &counts, &f.err);
    TAP_OK(counts.open == before.open && counts.overdue == before.overdue, "no count has it");
    vg_store_figures(f.store, VG_STR("lobby"), 0, count_one, &figures, &f.err);
    TAP_EQ_INT(figures, 2, "no figure has it: one case opened, and decided");
    vg_str *spaces = NULL;
    vg_store_spaces(f.store, VG_STR("*"), f.arena, &spaces, &count, &f.err);
    TAP_OK(count == 1 && vg_str_is(spaces[0], "lobby"), "its shadow is no space");
    tear_down(&f);
}

static void answering(void)
{
    fixture f;
    int64_t made = 0, right = 0, answered = 0;
    set_up(&f);
    vg_webhook hook = {.space = VG_STR("*"), .url = VG_STR("https://platform.example/hook")};
    vg_store_webhook_add(f.store, &hook, VG_STR("cli"), &f.err);
    add_item(&f, decided_case(&f, "robin.b", "e1", "claire"));
    int64_t messages = number(&f, "SELECT count(*) FROM delivery");
    draw(&f, "marc", &made);
    vg_decision d = {.case_id = made, .user = VG_STR("marc"), .action = VG_ACTION_DISMISS, .reason = VG_STR("no_risk"), .note = {"", 0}};
    TAP_EQ_INT(vg_store_decide(f.store, &d, &f.err), 0, "decided as any case");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM delivery"), messages, "no message leaves");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM strike"), 0, "no strike");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='gold.answer' AND detail LIKE '%\"outcome\":\"less\"%'"), 1, "the log is honest about it");
    TAP_EQ_INT(vg_store_gold_standing(f.store, VG_STR("marc"), VG_STR("lobby"), VG_CATEGORY_CONTACT, 0, &right, &answered, &f.err), 0, "how he stands");
    int64_t category = number(&f, "SELECT category FROM gold_copy");
    vg_store_gold_standing(f.store, VG_STR("marc"), VG_STR("lobby"), (vg_category)category, 0, &right, &answered, &f.err);
    TAP_OK(right == 0 && answered == 1, "one answer, not right");
    TAP_EQ_INT(draw(&f, "marc", &made), 0, "the same item does not come again");
    vg_gold_fall fall = {.user = VG_STR("marc"), .space = VG_STR("lobby"), .category = (vg_category)category, .right = 0, .answered = 1, .level = 7500, .suspended = true, .time_ms = vg_time_now() + 1};
    TAP_EQ_INT(vg_store_gold_fell(f.store, &fall, &f.err), 0, "he fell below the level");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM delivery WHERE type='gold.below'"), 1, "the lead is told");
    vg_store_gold_standing(f.store, VG_STR("marc"), VG_STR("lobby"), (vg_category)category, 0, &right, &answered, &f.err);
    TAP_EQ_INT(answered, 0, "what led to it is not held against him twice");
    tear_down(&f);
}

static void living(void)
{
    fixture f;
    vg_erase_result erased;
    int64_t made = 0;
    set_up(&f);
    add_item(&f, decided_case(&f, "robin.b", "e1", "claire"));
    draw(&f, "marc", &made);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM gold_event"), 1, "the item has its content");
    vg_store_gold_sweep(f.store, VG_STR("lobby"), false, 100, vg_time_now() + 4 * VG_DAY_MS, &f.err);
    bool mine = true;
    vg_store_gold_mine(f.store, made, VG_STR("marc"), &mine, &f.err);
    TAP_OK(!mine, "a copy that nobody opened for days is taken back");
    vg_store_erase(f.store, VG_STR("lobby"), VG_STR("robin.b"), VG_STR("cli"), &erased, &f.err);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM gold_item WHERE ended_ms=0"), 0, "with the account goes the item");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM gold_event"), 0, "and its content");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM case_event WHERE content IS NOT NULL"), 0, "and that of its copies");
    int64_t other = decided_case(&f, "anna", "e2", "claire");
    add_item(&f, other);
    int64_t destroyed = 0;
    vg_store_sweep(f.store, VG_STR("lobby"), 1, 0, vg_time_now() + 3 * VG_DAY_MS, &destroyed, &f.err);
    vg_store_gold_sweep(f.store, VG_STR("lobby"), true, 1, vg_time_now() + 3 * VG_DAY_MS, &f.err);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM gold_item WHERE ended_ms=0"), 1, "an item outlives its case when the policy keeps it");
    vg_store_gold_sweep(f.store, VG_STR("lobby"), false, 1, vg_time_now() + 3 * VG_DAY_MS, &f.err);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM gold_item WHERE ended_ms=0"), 0, "and not when it does not");
    tear_down(&f);
}

static void second_looks(void)
{
    fixture f;
    vg_gold_rating *all = NULL;
    size_t count = 0;
    int64_t case_id = 0, made = 0;
    set_up(&f);
    decided_case(&f, "robin.b", "e1", "claire");
    vg_policy_gold doubles = policy;
    doubles.share = 0, doubles.doubles = 10000;
    vg_gold_ask ask = {.user = VG_STR("marc"), .space = VG_STR("lobby"), .categories = ~0u, .languages = {"", 0}, .policy = &doubles, .dice = 1};
    TAP_EQ_INT(vg_store_gold_draw(f.store, &ask, vg_time_now(), &case_id, &made, &f.err), 0, "a second look");
    TAP_OK(made > 0, "at a colleague's decision");
    vg_decision d = {.case_id = made, .user = VG_STR("marc"), .action = VG_ACTION_WARN, .reason = VG_STR("grooming"), .note = {"", 0}};
    vg_store_decide(f.store, &d, &f.err);
    TAP_EQ_INT(vg_store_gold_ratings(f.store, VG_STR("*"), 0, f.arena, &all, &count, &f.err), 0, "ratings");
    TAP_OK(count == 2 && all[0].unit == all[1].unit && all[0].action != all[1].action, "two people about one case, not seeing each other");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM cases WHERE space='lobby' AND action=4"), 1, "the case itself stays as it was decided");
    tear_down(&f);
}

/* Every allocation of making and of handing out fails once. */
static void without_memory(void)
{
    fixture f;
    set_up(&f);
    int64_t source = decided_case(&f, "robin.b", "e1", "claire"), made = 0, case_id = 0;
    int wrong = 0;
    size_t n = 1;
    for (bool more = true; more && n < 5000; n++) {
        vg_alloc_fail_at(n);
        int rc = add_item(&f, source);
        more = vg_alloc_failed();
        vg_alloc_fail_at(0);
        wrong += more && rc != -VG_ENOMEM && rc != 0;
        if (rc == 0) break;
    }
    TAP_OK(!wrong && n > 10, "making one: each of %zu failures was an answer", n);
    vg_gold_ask ask = {.user = VG_STR("marc"), .space = VG_STR("lobby"), .categories = ~0u, .languages = {"", 0}, .policy = &policy, .dice = 0};
    for (n = 1; n < 5000 && !made; n++) {
        vg_alloc_fail_at(n);
        int rc = vg_store_gold_draw(f.store, &ask, vg_time_now(), &case_id, &made, &f.err);
        bool failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        wrong += failed && rc && rc != -VG_ENOMEM;
        if (rc && made) wrong++;
    }
    TAP_OK(!wrong && made, "handing one out: nothing half-made after %zu failures", n);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM gold_copy"), 1, "one copy");
    tear_down(&f);
}

int main(void)
{
    other_names();
    judging();
    one_persons_copy();
    answering();
    living();
    second_looks();
    without_memory();
    return tap_done();
}
