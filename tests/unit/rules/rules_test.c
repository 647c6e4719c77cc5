/* SPDX-License-Identifier: Apache-2.0
 *
 * What a rule sees, what becomes of what it says, and that it is the same each time.
 */
#include "fixture.h"

/* ---- what it sees ---- */

typedef struct view {
    const char *expression, *value; /* as Lua writes it */
} view;

static void expect_views(scene *s, const view *views, size_t count)
{
    vg_rule_status status;
    char body[600];
    for (size_t i = 0; i < count; i++) {
        snprintf(body, sizeof body, "local v = %s return v == %s and math.type(v) == math.type(%s) and 1 or 0.5", views[i].expression,
                 views[i].value, views[i].value);
        int got = ask(s, "", body, &status);
        TAP_OK(got == 10000, "%s is %s", views[i].expression, views[i].value);
        if (got != 10000) printf("# got %d, %s\n", got, status.reason);
    }
}

static void sees_an_event(void)
{
    static const view views[] = {
        {"event.type", "'message'"}, {"event.channel", "'private'"}, {"event.language", "'fr'"}, {"event.text", "'tu as quel âge'"},
        {"event.length", "15"}, {"event.scanned", "true"}, {"event.recipients", "1"}, {"event.families.age_probing", "true"},
        {"event.families.secrecy", "false"}, {"event.stated_age", "13"}, {"event.addresses", "2"}, {"event.hour", "11"},
        {"event.minute", "660"}, {"event.weekday", "1"}, {"event.night", "false"}, {"event.contact", "nil"}, {"event.reason", "nil"},
    };
    static const view unseen[] = {
        {"event.text", "nil"}, {"event.length", "nil"}, {"event.stated_age", "nil"}, {"event.addresses", "nil"},
        {"event.scanned", "false"}, {"event.channel", "'private'"},
    };
    static const view night[] = {{"event.night", "true"}, {"event.hour", "0"}, {"event.weekday", "7"}};
    scene *s = scene_create();
    s->hits.families = vg_evidence_family_bit(VG_TEXT_AGE_PROBING);
    s->hits.stated_age = 13;
    s->hits.token_count = 2;
    expect_views(s, views, sizeof views / sizeof views[0]);
    s->input.scanned = false;
    expect_views(s, unseen, sizeof unseen / sizeof unseen[0]);
    s->input.scanned = true;
    s->event.time_ms = T0 - 2 * VG_DAY_MS + 13 * VG_HOUR_MS + VG_MINUTE_MS; /* Saturday 23:01 UTC, Sunday there */
    expect_views(s, night, sizeof night / sizeof night[0]);
    s->event.language = (vg_str){"", 0};
    expect_views(s, &(view){"event.language", "nil"}, 1);
    scene_destroy(s);
}

static void sees_memory(void)
{
    static const view known[] = {
        {"memory.actor_band", "'25+'"}, {"memory.actor_basis", "'declared'"}, {"memory.actor_age_hours", "12"}, {"memory.minors_day", "3"},
        {"memory.minors_week", "4"}, {"memory.unreciprocated", "2"}, {"memory.has_peer", "true"}, {"memory.peer_band", "'13-14'"},
        {"memory.peer_basis", "'verified'"}, {"memory.any_minor", "true"}, {"memory.actor_began", "true"}, {"memory.sent", "20"},
        {"memory.received", "5"}, {"memory.today", "10"}, {"memory.usual", "2.5"}, {"memory.moved_private", "true"},
        {"memory.moved_now", "false"}, {"memory.met_hours_ago", "30"}, {"memory.first_contact", "false"}, {"memory.family_hours.secrecy", "7"},
        {"memory.family_hours.threat", "nil"}, {"memory.stages.trust", "true"}, {"memory.stages.pressure", "false"},
        {"memory.stages_now.isolation", "true"}, {"memory.stages_now.trust", "false"}, {"memory.stage_minutes.trust", "90"},
        {"memory.stage_minutes.pressure", "nil"}, {"memory.refused_hours", "1"}, {"memory.asked_after_refusal", "2"}, {"memory.move_after", "4"},
        {"memory.asks_now", "true"}, {"memory.sent_in_row", "6"}, {"memory.actor_stated_band", "'15-17'"}, {"memory.peer_stated_band", "'under13'"},
        {"memory.talks", "9"}, {"memory.talks_staged", "5"}, {"memory.opening_minors", "3"}, {"memory.linked_accounts", "1"},
        {"memory.notices_made", "1"}, {"memory.notices_upheld", "2"}, {"memory.notices_dismissed", "3"}, {"memory.notices_against", "4"},
        {"memory.about_band", "'18-24'"}, {"memory.about_basis", "'estimated'"}, {"memory.relation", "'adult_to_minor'"},
    };
    static const view unknown[] = {
        {"memory.actor_band", "nil"}, {"memory.actor_age_hours", "nil"}, {"memory.has_peer", "false"}, {"memory.peer_band", "nil"},
        {"memory.sent", "nil"}, {"memory.usual", "nil"}, {"memory.met_hours_ago", "nil"}, {"memory.first_contact", "nil"},
        {"memory.refused_hours", "nil"}, {"memory.minors_day", "0"}, {"memory.stages.trust", "false"}, {"memory.stage_minutes.trust", "nil"},
        {"memory.family_hours.secrecy", "nil"}, {"memory.relation", "'unknown_to_minor'"},
    };
    scene *s = scene_create();
    s->input.relation = VG_REL_UNKNOWN_TO_MINOR;
    expect_views(s, unknown, sizeof unknown / sizeof unknown[0]);
    s->input.relation = VG_REL_ADULT_TO_MINOR;
    vg_facts *f = &s->facts;
    *f = (vg_facts){.actor_band = VG_AGE_25_PLUS, .actor_basis = VG_BASIS_DECLARED, .actor_age_hours = 12, .minors_day = 3, .minors_week = 4,
                    .unreciprocated = 2, .has_peer = true, .peer_band = VG_AGE_13_14, .peer_basis = VG_BASIS_VERIFIED, .any_minor = true,
                    .actor_began = true, .sent = 20, .received = 5, .today = 10, .usual_x16 = 40, .active_days_known = true,
                    .moved_private = true, .met_hours_ago = 30, .stages = 1 << VG_STAGE_TRUST | 1 << VG_STAGE_ISOLATION,
                    .stages_now = 1 << VG_STAGE_ISOLATION, .refused_hours = 1, .asked_after_refusal = 2, .move_after = 4, .asks_now = true,
                    .sent_in_row = 6, .actor_stated_band = VG_AGE_15_17, .peer_stated_band = VG_AGE_UNDER13, .talks = 9, .talks_staged = 5,
                    .opening_minors = 3, .linked_accounts = 1, .notices_made = 1, .notices_upheld = 2, .notices_dismissed = 3,
                    .notices_against = 4, .about_band = VG_AGE_18_24, .about_basis = VG_BASIS_ESTIMATED};
    for (int i = 0; i < VG_TEXT_FAMILIES; i++) f->family_hours[i] = VG_FACTS_UNKNOWN;
    for (int i = 0; i < VG_STAGES; i++) f->stage_minutes[i] = VG_FACTS_UNKNOWN;
    f->family_hours[vg_evidence_family(VG_TEXT_SECRECY)] = 7;
    f->stage_minutes[VG_STAGE_TRUST] = 90;
    expect_views(s, known, sizeof known / sizeof known[0]);
    TAP_EQ_INT(sizeof known / sizeof known[0], VG_FACT_FIELDS + 5, "which is every field of the table, and four of them twice");
    scene_destroy(s);
}

static void sees_evidence(void)
{
    static const view views[] = {
        {"evidence.count", "2"}, {"evidence['text.secrecy'].strength", "0.5"}, {"evidence['text.secrecy'].fresh", "true"},
        {"evidence['text.secrecy'].value", "3"}, {"evidence['text.secrecy'].weight", "0.2"}, {"evidence['text.threat']", "nil"},
        {"evidence['media.known_hash'].weight", "0.4"}, {"evidence['media.known_hash'].fresh", "false"},
    };
    scene *s = scene_create();
    s->evidence[0] = (vg_evidence){.kind = VG_TEXT_SECRECY, .strength = 5000, .fresh = true, .value = 3};
    s->evidence[1] = (vg_evidence){.kind = VG_MEDIA_KNOWN, .strength = 10000};
    s->input.evidence_count = 2;
    expect_views(s, views, sizeof views / sizeof views[0]);
    s->input.relation = VG_REL_ADULT_TO_UNKNOWN;
    expect_views(s, &(view){"evidence['text.secrecy'].weight", "0.1"}, 1);
    scene_destroy(s);
}

/* ---- what becomes of what it says ---- */

static void says(void)
{
    static const struct {
        const char *body;
        int strength;
    } said[] = {{"", -1}, {"return nil", -1}, {"return false", -1}, {"return event.length > 100 and 0.5", -1}, {"return 0", -1}, {"return 1", 10000}, {"return 0.6", 6000}, {"return 0.00004", -1},
                {"return 0.00005", 1}, {"return 1/3", 3333}, {"return 2/3", 6667}, {"return 0.99995", 10000}, {"return 0.5, 1", 5000}};
    scene *s = scene_create();
    vg_rule_status status;
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        TAP_EQ_INT(ask(s, "", said[i].body, &status), said[i].strength, said[i].body[0] ? said[i].body : "nothing");
    s->policy.rule_count = 0;
    add_rule(s, "", "return 0.4", false);
    add_rule(s, "", "return 0.7", false);
    add_rule(s, "", "return 0.7", false);
    add_rule(s, "", "return 0.9", true);
    scene_load(s);
    scene_run(s);
    vg_evidence piece = vg_rules_evidence(&s->fired, s->fired.best);
    TAP_OK(s->fired.active == 7 && s->fired.shadow == 8, "rules in shadow are told apart");
    TAP_OK(piece.kind == VG_RULE_OPERATOR && piece.fresh && piece.strength == 7000 && piece.detail == 1 && piece.value == 2,
           "the strongest active one is the evidence, of two alike the first");
    TAP_EQ_STR(vg_rules_why(s->rules, 0)->text[VG_LANG_FR], "Règle.", "with its own sentence");
    s->event.type = VG_EVENT_CONTACT;
    scene_run(s);
    TAP_OK(!s->fired.active && !s->fired.shadow, "a rule is asked about the events that it is meant for only");
    scene_destroy(s);
}

static void may_use(void)
{
    static const char *const bodies[] = {
        "return math.max(0.25, 1) == 1 and math.floor(1.5) == 1 and 1",
        "return ('Abc'):lower() == 'abc' and ('abc'):sub(2, 2) == 'b' and ('ab'):rep(2, '-') == 'ab-ab' and #('abc'):reverse() == 3 and 1",
        "local a, b = event.text:find('quel') return a == 7 and b == 10 and event.text:find('quel', 8) == nil and event.text:find('.') == nil and 1",
        "return ('abcabc'):find('b', -2) == 5 and ('abc'):find('') == 1 and ('abc'):find('x', 99) == nil and 1",
        "return string.format('%d %s %5.2f %q', 1, 'x', 1.5, 'y') == '1 x  1.50 \"y\"' and 1",
        "return utf8.len(event.text) == 14 and 1",
        "local t = {} table.insert(t, 'a') table.insert(t, 1, 'b') return table.concat(t, ',') == 'b,a' and table.remove(t) == 'a' and #t == 1 and 1",
        "return select('#', table.unpack({1, 2, 3})) == 3 and table.pack(1, nil).n == 2 and 1",
        "return tonumber('12') == 12 and tonumber('x') == nil and tostring(12) == '12' and tostring({}) == 'table' and type(event) == 'table' and 1",
        "local n = 0 for i, v in ipairs(words) do n = n + i * v end return n == 14 and #words == 3 and words[2] == 2 and 1",
        "local s = '' for k, v in pairs({b = 1, a = 2, [3] = 3, [1.5] = 4, [true] = 5, [-1] = 6}) do s = s .. tostring(k) .. v end return s == 'true5-161.5433a2b1' and 1",
        "local s = '' for k, v in pairs(nested) do s = s .. k .. #v end return s == 'x1y2' and 1",
        "local t = {a = 1, b = 2, c = 3} local s = '' for k in pairs(t) do t[k] = nil t.c = nil s = s .. k end return s == 'ab' and 1",
        "return add(0.25, 0.5)",
    };
    static const char before[] = "local words = {1, 2, 3} local nested = {y = {1, 2}, x = {1}} local function add(a, b) return a + b + 0.25 end";
    scene *s = scene_create();
    vg_rule_status status;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        int got = ask(s, before, bodies[i], &status);
        TAP_OK(got == 10000, "%s", bodies[i]);
        if (got != 10000) printf("# got %d, %s\n", got, status.reason);
    }
    scene_destroy(s);
}

/* ---- what a file must say ---- */

#define WHY "why = {fr = 'a', en = 'b'}"
#define CHECK "check = function() end"

static void refused(void)
{
    static const struct {
        const char *source, *where, *what;
    } files[] = {
        {"return 1", "rules/test.lua", "returns no table"},
        {"return {}", "rules/test.lua", "name is missing"},
        {"return {name = 'two', " WHY ", on = {'message'}, " CHECK "}", "rules/test.lua", "the file is \"one\""},
        {"return {name = 'one', on = {'message'}, " CHECK "}", "rules/test.lua", "why is missing"},
        {"return {name = 'one', why = {fr = 'a'}, on = {'message'}, " CHECK "}", "rules/test.lua", "why.en is missing"},
        {"return {name = 'one', why = {fr = 'a', en = '\\xff'}, on = {'message'}, " CHECK "}", "rules/test.lua", "UTF-8"},
        {"return {name = 'one', why = {fr = 'a', en = 'b', de = 'c'}, on = {'message'}, " CHECK "}", "rules/test.lua", "field de"},
        {"return {name = 'one', " WHY ", " CHECK "}", "rules/test.lua", "on is missing"},
        {"return {name = 'one', " WHY ", on = {}, " CHECK "}", "rules/test.lua", "no type"},
        {"return {name = 'one', " WHY ", on = {'account'}, " CHECK "}", "rules/test.lua", "on[1]"},
        {"return {name = 'one', " WHY ", on = {'message'}}", "rules/test.lua", "check is missing"},
        {"return {name = 'one', " WHY ", on = {'message'}, check = math.abs}", "rules/test.lua", "check is missing"},
        {"return {name = 'one', " WHY ", on = {'message'}, " CHECK ", test = {}}", "rules/test.lua", "field test"},
        {"return {name = 'one', " WHY ", on = {'message'}, " CHECK ", tests = 1}", "rules/test.lua", "tests is no table"},
        {"return {\nname = 'one'\n" WHY "}", "rules/test.lua:3", "expected"},
        {"\n\nerror('stop here')", "rules/test.lua:3", "stop here"},
        {"", "rules/test.lua", "returns no table"},
    };
    scene *s = scene_create();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        s->policy.rule_count = 0;
        add_source(s, files[i].source, false);
        int rc = scene_load(s);
        bool good = rc == -VG_EINVAL && strcmp(s->err.where, files[i].where) == 0 && strstr(s->err.what, files[i].what);
        TAP_OK(good, "refused, and says why: %s", files[i].what);
        if (!good) printf("# %d %s: %s\n", rc, s->err.where, s->err.what);
    }
    scene_destroy(s);
}

/* ---- counters, over a reload ---- */

static void counted(void)
{
    scene *s = scene_create();
    vg_rules *again = NULL;
    vg_rule_status status;
    add_rule(s, "", "if event.length > 100 then error('x') end return 0.5", false);
    add_rule(s, "", "local n = 0 for i = 1, 300 do n = n + i end", true);
    scene_load(s);
    for (int i = 0; i < 3; i++) scene_run(s);
    vg_rules_count_changed(s->rules, 0);
    vg_rules_status(s->rules, 0, &status);
    TAP_OK(status.runs == 3 && status.fired == 3 && status.changed == 1 && !status.off && !status.shadow && status.on == 1u << VG_EVENT_MESSAGE,
           "what a rule does is counted");
    vg_rules_status(s->rules, 1, &status);
    TAP_OK(status.shadow && status.fired == 0 && status.steps >= 600 && status.steps < 2000, "with the instructions it took");
    s->event.text = (vg_str){"x", 200};
    scene_run(s);
    vg_rules_status(s->rules, 0, &status);
    TAP_OK(status.off && status.failures == 1, "one that fails is off");
    TAP_EQ_STR(status.reason, "rules/test.lua:3: it called error()", "and says where");
    TAP_EQ_INT(vg_rules_create(&again, &s->policy, s->rules, &s->err), 0, "the same text read again");
    vg_rules_status(again, 0, &status);
    TAP_OK(status.off && status.runs == 4, "goes on with its counters, and stays off");
    vg_rules_destroy(&again);
    vg_policy changed = s->policy;
    vg_policy_rule given[2] = {s->given[0], s->given[1]};
    char source[SOURCE_BYTES];
    snprintf(source, sizeof source, "%.1000s ", s->source[0]);
    given[0].source = source;
    changed.rules = given;
    vg_rules_create(&again, &changed, s->rules, &s->err);
    vg_rules_status(again, 0, &status);
    TAP_OK(!status.off && status.runs == 0, "another text begins anew");
    vg_rules_destroy(&again);
    scene_destroy(s);
}

/* ---- the same each time ---- */

/* Names that a hash scatters: with Lua's own pairs, their order would follow a seed made from addresses and the clock. */
static const char scattering[] =
    "local t = {} for i = 1, 40 do t['k' .. i * 7919 % 1000] = i end local h = 0 for k, v in pairs(t) do h = (h * 31 + v + #k) % 10007 end return h / 10007";

static int strength_in_a_process_of_its_own(void)
{
    scene *s = scene_create();
    vg_rule_status status;
    int got = ask(s, "", scattering, &status);
    scene_destroy(s);
    return got;
}

static void same(const char *self)
{
    int first = strength_in_a_process_of_its_own(), differ = 0;
    TAP_OK(first > 0, "a rule that goes through a table says something that its order decides");
    char command[4096];
    for (int i = 0; i < 5; i++) {
        int other = -9;
        snprintf(command, sizeof command, "'%s' --once", self);
        FILE *p = popen(command, "r");
        if (!p || fscanf(p, "%d", &other) != 1 || other != first) differ++;
        if (p) pclose(p);
    }
    TAP_EQ_INT(differ, 0, "the same in five other processes");

    scene *s = scene_create();
    vg_rule_status status;
    int one = ask(s, "", "local t = {} for i = 1, 60 do t[i] = event.text:upper() .. i end return #table.concat(t) / 10000", &status);
    for (int i = 0; i < 2000; i++) {
        scene_run(s);
        if (s->fired.strength[0] != one) differ++;
    }
    vg_rules_status(s->rules, 0, &status);
    TAP_OK(differ == 0 && !status.off, "2,000 times, however much garbage there is");
    scene_destroy(s);
}

/* ---- its own tests ---- */

typedef struct tally {
    int count, passed;
    vg_rule_trial last;
    char error[300];
} tally;

static void note(const vg_rule_trial *trial, void *context)
{
    tally *t = context;
    t->count++;
    t->passed += trial->passed;
    t->last = *trial;
    snprintf(t->error, sizeof t->error, "%s", trial->error ? trial->error : "");
}

static void tries_itself(void)
{
    static const struct {
        const char *test, *error; /* error NULL: passes */
    } tests[] = {
        {"{expect = nil}", NULL},
        {"{memory = {sent = 30}, expect = 0.6}", NULL},
        {"{memory = {sent = 3}, expect = 0.6}", ""},
        {"{memory = {sent = 30}}", ""},
        {"{memory = {sent = 30}, evidence = {['text.gift_offer'] = 0.5}, expect = 0.8}", NULL},
        {"{memory = {sent = 30}, evidence = {['text.gift_offer'] = {strength = 0.5, fresh = false}}, expect = 0.6}", NULL},
        {"{name = 'x', event = {hour = 23, text = 'y', families = {'secrecy'}, language = 'fr', weekday = 7}, memory = {sent = 21, stages = {'trust'}, family_hours = {secrecy = 2}, peer_band = '13-14', usual = 1.5}, expect = 0.6}", NULL},
        {"{memory = {relation = 'minor_to_minor', sent = 30}, expect = false}", NULL},
        {"{event = {type = 'contact'}, memory = {sent = 30}}", NULL},
        {"{event = {tex = 'x'}}", "event.tex"},
        {"{memory = {snt = 1}}", "memory.snt"},
        {"{memory = {sent = 'x'}}", "sent"},
        {"{memory = {peer_band = 'old'}}", "peer_band"},
        {"{memory = {stages = {'love'}}}", "stages"},
        {"{evidence = {['text.tax'] = 1}}", "text.tax"},
        {"{expect = 7}", "expect"},
        {"{expects = 1}", "field"},
        {"{event = {language = 'de'}}", "line 2: stop: tu as"},
        {"1", "no table"},
    };
    scene *s = scene_create();
    char source[4096];
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        tally t = {0};
        snprintf(source, sizeof source,
                 "return {name = 'one', " WHY ", on = {'message'}, check = function(event, memory, evidence)\n"
                 "if event.language == 'de' then error('stop: tu as') end local gift = evidence['text.gift_offer']\n"
                 "if memory.relation == 'minor_to_minor' or not memory.sent or memory.sent <= 20 then return nil end\n"
                 "return gift and gift.fresh and 0.8 or 0.6 end, tests = {%s}}", tests[i].test);
        s->policy.rule_count = 0;
        add_source(s, source, false);
        if (scene_load(s)) printf("# %s\n", s->err.what);
        else vg_rules_try(s->rules, 0, note, &t, &s->err);
        bool good = t.count == 1 && (tests[i].error ? !t.passed && strstr(t.error, tests[i].error) : t.passed);
        TAP_OK(good, "a rule's own test %s: %s", tests[i].error ? "does not pass" : "passes", tests[i].test);
        if (!good) printf("# %d tests, %d passed, got %d expected %d, %s\n", t.count, t.passed, t.last.got, t.last.expected, t.error);
    }
    vg_rule_status status;
    vg_rules_status(s->rules, 0, &status);
    TAP_OK(!status.off && status.runs == 0, "a test switches nothing off, and is not counted");
    scene_destroy(s);
}

/* ---- no memory ---- */

static void without_memory(void)
{
    scene *s = scene_create();
    add_rule(s, "local t = {a = {1, 2}, b = 'x'} local function f(x) return #x end", "local u = {event.text:upper(), t.a[1], f(event.text)} return #table.concat(u, ' ') / 1000", false);
    add_rule(s, "", "return 0.1", true);
    size_t n = 0;
    int rc, bad = 0;
    do {
        vg_alloc_fail_at(++n);
        rc = scene_load(s);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (rc && rc != -VG_ENOMEM) bad++, printf("# %zu: %s %s\n", n, s->err.where, s->err.what);
        if (rc && !failed) bad++;
        if (rc == 0 && !failed) break;
    } while (n < 100000 && bad < 5);
    TAP_OK(rc == 0 && bad == 0 && n > 100, "reading rules: each allocation that fails is an answer (%zu of them)", n - 1);
    int want = -1, off = 0;
    scene_run(s);
    want = s->fired.strength[0];
    for (n = 1; n < 1000; n++) {
        vg_rule_status status;
        vg_alloc_fail_at(n);
        rc = scene_run(s);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        vg_rules_status(s->rules, 0, &status);
        off += status.off;
        if (rc && (rc != -VG_ENOMEM || !failed)) bad++;
        if (!rc && s->fired.strength[0] != want) bad++;
        if (!failed) break;
    }
    TAP_OK(n > 2 && bad == 0 && off == 0, "asking them: it is no rule's fault (%zu)", n - 1);
    TAP_OK(scene_run(s) == 0 && s->fired.strength[0] == want, "and the next event is as any other");
    scene_destroy(s);
}

int main(int argc, char **argv)
{
    vg_log_set_level(VG_LOG_ERROR + 1);
    if (argc > 1 && strcmp(argv[1], "--once") == 0) {
        printf("%d\n", strength_in_a_process_of_its_own());
        return 0;
    }
    sees_an_event();
    sees_memory();
    sees_evidence();
    says();
    may_use();
    refused();
    counted();
    same(argv[0]);
    tries_itself();
    without_memory();
    return tap_done();
}
