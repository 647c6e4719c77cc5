/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie rules backtest: what a rule would have done, on stored cases and on a file of events.
 *
 * A case holds its events with their evidence and every fact that was known (case_content.c), so a rule is asked again with what
 * it would have been given then. What a case does not hold is not known to the rule: the numbers of addresses and of an age that was
 * stated. Events in a file go through the whole pipeline, and the rule is asked after it.
 */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "cli/installation.h"
#include "cli/rules.h"
#include "decision/decision.h"
#include "event/facts_field.h"
#include "pipeline.h"
#include "signals/conduct/conduct.h"

enum { PAGE = 500, LINE_CEILING = VG_EVENT_MAX_BODY, OUTCOMES = 3 };

static const char *const outcome_names[OUTCOMES] = {"open", "dismissed", "upheld"};

typedef struct backtest {
    const char *file;
    vg_one_rule rule;
    vg_event_parser *parser;
    vg_arena *arena;
    /* cases, by what was decided */
    size_t cases[OUTCOMES], cases_fired[OUTCOMES], events[OUTCOMES], events_fired[OUTCOMES];
    size_t destroyed, without_facts, unreadable;
    /* events of a file */
    size_t assessed, refused, fired, verdicts[VG_VERDICTS][VG_VERDICTS]; /* [without][with the rule], of those it fired on */
} backtest;

/* Asks the rule; true when it fires. A rule that fails ends the back-test: its counters say why. */
static int ask(backtest *b, const vg_rules_input *in, vg_rules_fired *fired, vg_error *err)
{
    int rc = vg_rules_run(b->rule.rules, in, fired, err);
    vg_rule_status status;
    vg_rules_status(b->rule.rules, 0, &status);
    if (!rc && status.off) return vg_fail(err, VG_EINVAL, "", "%s", status.reason);
    return rc;
}

/* ---- stored cases ---- */

static void read_fact(const vg_fact_field *field, json_t *value, vg_facts *facts)
{
    const char *key;
    json_t *item;
    size_t i;
    if (json_is_string(value)) vg_fact_set_name(facts, field, vg_str_of(json_string_value(value)));
    else if (json_is_boolean(value)) vg_fact_set(facts, field, 0, json_is_true(value));
    else if (json_is_number(value)) vg_fact_set(facts, field, 0, json_number_value(value));
    json_array_foreach(value, i, item) {
        int which = json_is_string(item) ? vg_fact_which(field, vg_str_of(json_string_value(item))) : -1;
        if (which >= 0) vg_fact_set(facts, field, (unsigned)which, 1);
    }
    json_object_foreach(value, key, item) {
        int which = vg_fact_which(field, vg_str_of(key));
        if (which >= 0 && json_is_number(item)) vg_fact_set(facts, field, (unsigned)which, json_number_value(item));
    }
}

static void read_facts(const json_t *memory, vg_facts *facts)
{
    vg_facts_clear(facts);
    for (size_t i = 0; i < VG_FACT_FIELDS; i++) {
        json_t *value = json_object_get(memory, vg_fact_fields[i].name);
        if (value && !json_is_null(value)) read_fact(&vg_fact_fields[i], value, facts);
    }
    if (!json_is_true(json_object_get(memory, "has_peer"))) facts->has_peer = false;
}

static size_t read_evidence(const json_t *content, vg_evidence ev[VG_EVIDENCE_KINDS], uint32_t *families)
{
    size_t i, count = 0;
    json_t *item;
    json_array_foreach(json_object_get(content, "evidence"), i, item) {
        const char *name = json_string_value(json_object_get(item, "name"));
        int kind = name ? vg_evidence_kind_of(vg_str_of(name)) : -1;
        double strength = json_number_value(json_object_get(item, "strength"));
        if (kind < 0 || kind == VG_RULE_OPERATOR || count == VG_EVIDENCE_KINDS || !json_object_get(item, "weight")) continue;
        bool fresh = json_is_true(json_object_get(item, "fresh"));
        ev[count++] = (vg_evidence){.kind = (uint8_t)kind,
                                    .fresh = fresh,
                                    .strength = (uint16_t)(fmin(fmax(strength, 0), 1) * 10000 + 0.5),
                                    .value = (uint32_t)json_integer_value(json_object_get(item, "value"))};
    }
    static const vg_fact_field by_family = {.form = VG_FACT_BY_FAMILY};
    *families = 0;
    for (size_t k = 0; k < count; k++)
        if (ev[k].fresh && vg_evidence_family(ev[k].kind) >= 0) *families |= UINT32_C(1) << vg_evidence_family(ev[k].kind);
    json_array_foreach(json_object_get(content, "marks"), i, item) {
        const char *name = json_string_value(json_object_get(item, "family"));
        int family = name ? vg_fact_which(&by_family, vg_str_of(name)) : -1;
        if (family >= 0) *families |= UINT32_C(1) << family;
    }
    return count;
}

/* The event of a case; of one that could not be looked at, what is left of it. */
static int read_event(backtest *b, json_t *content, bool withheld, vg_event *out, vg_error *err)
{
    json_t *event = json_object_get(content, "event"), *data = json_object_get(event, "data");
    if (withheld && data && !json_string_length(json_object_get(data, "text"))) json_object_set_new(data, "text", json_string(" "));
    size_t len = event ? json_dumpb(event, NULL, 0, JSON_COMPACT) : 0;
    if (!len) return vg_fail(err, VG_ECORRUPT, "", "a case without an event");
    char *text = vg_arena_alloc(b->arena, len);
    if (!text) return vg_fail(err, VG_ENOMEM, "", "no memory for a case");
    json_dumpb(event, text, len, JSON_COMPACT);
    return vg_event_parse(b->parser, text, len, 0, b->arena, out, err);
}

/* One event of a case: *fired says whether the rule would have. */
static int try_content(backtest *b, vg_str text, bool *fired, bool *asked, vg_error *err)
{
    vg_event event;
    vg_facts facts;
    vg_evidence evidence[VG_EVIDENCE_KINDS];
    vg_text_hits hits = {0};
    vg_rules_fired result;
    vg_error why = {0};
    *fired = *asked = false;
    json_t *content = json_loadb(text.ptr, text.len, 0, NULL), *memory = json_object_get(content, "memory");
    bool withheld = json_is_true(json_object_get(content, "withheld"));
    int rc = 0;
    if (!content || read_event(b, content, withheld, &event, &why)) {
        b->unreadable++;
    } else if (!json_is_object(memory)) {
        b->without_facts++;
    } else {
        read_facts(memory, &facts);
        size_t count = read_evidence(content, evidence, &hits.families);
        vg_rules_input in = {.event = &event, .facts = &facts, .hits = &hits, .scanned = !withheld, .evidence = evidence, .evidence_count = count};
        in.relation = event.type == VG_EVENT_NOTICE ? VG_REL_ADULT_TO_UNKNOWN : vg_conduct_relation(&facts, &b->rule.policy);
        rc = ask(b, &in, &result, err);
        *asked = !rc;
        *fired = !rc && result.active;
    }
    json_decref(content);
    return rc;
}

static int try_case(backtest *b, vg_installation *in, const vg_case *c, vg_error *err)
{
    vg_case_event *events;
    size_t count, seen = 0, fired_on = 0;
    int outcome = c->state == VG_CASE_OPEN ? 0 : c->action == VG_ACTION_DISMISS ? 1 : 2;
    if (c->destroyed) {
        b->destroyed++;
        return 0;
    }
    vg_arena *arena = vg_arena_create(64 << 10, (size_t)1 << 28);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a case");
    int rc = vg_store_case_events(in->store, c->id, vg_str_of(in->by), arena, &events, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        bool fired = false, asked = false;
        if (!events[i].content.len) continue;
        vg_arena_reset(b->arena);
        rc = try_content(b, events[i].content, &fired, &asked, err);
        seen += asked;
        fired_on += fired;
    }
    vg_arena_destroy(&arena);
    if (rc || !seen) return rc;
    b->cases[outcome]++;
    b->events[outcome] += seen;
    b->events_fired[outcome] += fired_on;
    b->cases_fired[outcome] += fired_on > 0;
    return 0;
}

static int try_cases(backtest *b, const vg_args *args, vg_error *err)
{
    vg_installation in = {0};
    int rc = vg_installation_open(&in, args, false, err);
    vg_case_query query = {.spaces = VG_STR("*"), .space = vg_str_of(args->text[VG_OPT_SPACE]), .state = VG_CASE_OPEN, .most = PAGE};
    while (!rc) {
        vg_case *cases;
        size_t count;
        vg_arena_reset(in.arena);
        rc = vg_store_case_list(in.store, &query, in.arena, &cases, &count, err);
        for (size_t i = 0; !rc && i < count; i++) rc = try_case(b, &in, &cases[i], err);
        if (rc) break;
        if (query.state == VG_CASE_OPEN) {
            if (count == PAGE) fprintf(stderr, "vigie: only the %d riskiest open cases were tried\n", PAGE);
            query.state = VG_CASE_DECIDED;
        } else if (count < PAGE) {
            break;
        } else {
            query.before_id = cases[count - 1].id;
        }
    }
    vg_installation_close(&in);
    return rc;
}

static void print_cases(const backtest *b, bool json)
{
    if (json) {
        printf("{\"rule\":\"%s\"", b->rule.name);
        for (int o = 0; o < OUTCOMES; o++)
            printf(",\"%s\":{\"cases\":%zu,\"cases_fired\":%zu,\"events\":%zu,\"events_fired\":%zu}", outcome_names[o], b->cases[o], b->cases_fired[o],
                   b->events[o], b->events_fired[o]);
        printf(",\"without_facts\":%zu,\"unreadable\":%zu,\"destroyed\":%zu}\n", b->without_facts, b->unreadable, b->destroyed);
        return;
    }
    printf("%-12s %8s %12s %8s %12s\n", "DECISION", "CASES", "RULE FIRES", "EVENTS", "RULE FIRES");
    for (int o = 0; o < OUTCOMES; o++)
        printf("%-12s %8zu %12zu %8zu %12zu\n", outcome_names[o], b->cases[o], b->cases_fired[o], b->events[o], b->events_fired[o]);
    if (b->without_facts) printf("%zu events were stored before cases kept what rules need\n", b->without_facts);
    if (b->unreadable) printf("%zu events could not be read\n", b->unreadable);
    if (b->destroyed) printf("%zu cases have no content any more\n", b->destroyed);
}

/* ---- events of a file ---- */

typedef struct flow {
    vg_policy_set *policies;
    vg_memory *memory;
    vg_pipeline *pipeline;
    vg_worker *worker;
    vg_one_rule *rule; /* of each space */
    size_t rule_count;
} flow;

static int open_flow(flow *f, const backtest *b, const vg_args *args, vg_error *err)
{
    vg_memory_options options = {.key = {0x7669676965, 0x617373657373}, .seen_records = 1 << 20}; /* as vigie assess */
    int rc = vg_policy_set_load(&f->policies, vg_cli_policy(args), err);
    if (!rc) rc = vg_memory_open(&f->memory, &options, err);
    if (!rc) rc = vg_pipeline_create(&f->pipeline, &(vg_pipeline_options){.memory = f->memory, .policies = f->policies}, err);
    if (!rc) rc = vg_worker_create(&f->worker, f->pipeline, err);
    if (!rc) rc = vg_worker_begin(f->worker, err);
    size_t count = rc ? 0 : vg_policy_set_count(f->policies);
    if (!rc) f->rule = vg_calloc(count ? count : 1, sizeof *f->rule);
    if (!rc && !f->rule) rc = vg_fail(err, VG_ENOMEM, "", "no memory for the rule");
    for (; !rc && f->rule_count < count; f->rule_count += !rc)
        rc = vg_one_rule_load(&f->rule[f->rule_count], b->file, vg_policy_set_at(f->policies, f->rule_count), err);
    return rc;
}

static void close_flow(flow *f)
{
    for (size_t i = 0; i < f->rule_count; i++) vg_one_rule_free(&f->rule[i]);
    vg_free(f->rule);
    vg_worker_destroy(&f->worker);
    vg_pipeline_destroy(&f->pipeline);
    vg_memory_close(&f->memory);
    vg_policy_set_unref(&f->policies);
}

/* The rule beside the verdict that the policy gave. */
static int try_task(backtest *b, flow *f, vg_task *task, vg_error *err)
{
    vg_one_rule *rule = &f->rule[task->policy_index];
    vg_rules_fired fired;
    vg_rule_status status;
    vg_verdict with;
    size_t count = task->evidence_count;
    if (task->event->type == VG_EVENT_ACCOUNT || task->seen != VG_SEEN_NEW) return 0;
    vg_rules_input in = {.event = task->event, .facts = &task->facts, .hits = &task->hits, .scanned = task->scanned, .evidence = task->evidence};
    in.relation = task->event->type == VG_EVENT_NOTICE ? VG_REL_ADULT_TO_UNKNOWN : vg_conduct_relation(&task->facts, task->policy);
    uint16_t now = 0; /* what a rule of the policy says: of two the stronger counts */
    if (count && task->evidence[count - 1].kind == VG_RULE_OPERATOR) now = task->evidence[--count].strength;
    in.evidence_count = count;
    int rc = vg_rules_run(rule->rules, &in, &fired, err);
    vg_rules_status(rule->rules, 0, &status);
    if (!rc && status.off) rc = vg_fail(err, VG_EINVAL, "", "%s", status.reason);
    if (rc || !fired.active) return rc;
    b->fired++;
    with = task->verdict;
    if (fired.strength[0] > now && count < VG_EVIDENCE_KINDS) {
        task->evidence[count++] = vg_rules_evidence(&fired, 0);
        vg_decide(task->policy, in.relation, task->evidence, count, task->media_effect, task->scanned, &with);
    }
    b->verdicts[task->verdict.kind][with.kind]++;
    return 0;
}

static int try_line(backtest *b, flow *f, const char *line, size_t len, vg_error *err)
{
    static const int64_t no_cases = 0;
    vg_event event;
    vg_task task;
    vg_error why = {0};
    vg_arena_reset(b->arena);
    int rc = vg_event_parse(b->parser, line, len, 0, b->arena, &event, &why);
    if (!rc) rc = vg_pipeline_prepare(f->worker, &event, &task, &why);
    if (!rc && vg_pipeline_apply(f->worker, &task, 1, no_cases, b->arena, &why)) rc = -why.code;
    if (rc == -VG_ENOMEM) {
        *err = why;
        return rc;
    }
    if (rc) {
        b->refused++;
        return 0;
    }
    b->assessed++;
    return try_task(b, f, &task, err);
}

static int try_events(backtest *b, const vg_args *args, vg_error *err)
{
    const char *path = args->text[VG_OPT_EVENTS];
    flow f = {0};
    vg_buf line;
    vg_buf_init(&line, LINE_CEILING + 1);
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    int rc = in ? open_flow(&f, b, args, err) : vg_fail(err, VG_ENOENT, path, "cannot be opened: %s", strerror(errno));
    for (int c = 0; !rc && c != EOF;) {
        c = getc_unlocked(in);
        if (c != EOF && c != '\n') {
            vg_buf_add_char(&line, (char)c);
            if (line.failed) rc = vg_fail(err, VG_ETOOBIG, path, "a line is over %d bytes", LINE_CEILING);
            continue;
        }
        if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
        if (line.len) rc = try_line(b, &f, line.ptr, line.len, err);
        vg_buf_clear(&line);
    }
    if (!rc && in && ferror(in)) rc = vg_fail(err, VG_EIO, path, "cannot be read");
    vg_buf_free(&line);
    if (in && in != stdin) fclose(in);
    close_flow(&f);
    return rc;
}

static void print_events(const backtest *b, bool json)
{
    size_t changed = 0;
    for (int v = 0; v < VG_VERDICTS; v++)
        for (int w = 0; w < VG_VERDICTS; w++) changed += v == w ? 0 : b->verdicts[v][w];
    if (json) {
        printf("{\"rule\":\"%s\",\"events\":%zu,\"refused\":%zu,\"fired\":%zu,\"changed\":%zu,\"verdicts\":[", b->rule.name, b->assessed, b->refused, b->fired,
               changed);
        const char *before = "";
        for (int v = 0; v < VG_VERDICTS; v++)
            for (int w = 0; w < VG_VERDICTS; w++) {
                if (!b->verdicts[v][w]) continue;
                printf("%s{\"without\":\"%s\",\"with\":\"%s\",\"events\":%zu}", before, vg_verdict_names[v], vg_verdict_names[w], b->verdicts[v][w]);
                before = ",";
            }
        puts("]}");
        return;
    }
    printf("%zu events, the rule fires on %zu and changes %zu verdicts\n", b->assessed, b->fired, changed);
    if (b->fired) printf("%-10s %-10s %8s\n", "WITHOUT", "WITH", "EVENTS");
    for (int v = 0; v < VG_VERDICTS; v++)
        for (int w = 0; w < VG_VERDICTS; w++)
            if (b->verdicts[v][w]) printf("%-10s %-10s %8zu\n", vg_verdict_names[v], vg_verdict_names[w], b->verdicts[v][w]);
    if (b->refused) fprintf(stderr, "vigie: %zu lines were refused\n", b->refused);
}

/* The policy of --space, for its weights and its hours. */
static int find_base(const vg_args *args, vg_policy_set **set, const vg_policy **base, vg_error *err)
{
    *base = NULL;
    if (!vg_arg_is(args, VG_OPT_SPACE)) return 0;
    int rc = vg_policy_set_load(set, vg_cli_policy(args), err);
    if (!rc) *base = vg_policy_set_find(*set, vg_str_of(args->text[VG_OPT_SPACE]), NULL);
    return rc;
}

int vg_cmd_rules_backtest(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    backtest b = {.file = args->word[0]};
    vg_policy_set *set = NULL;
    const vg_policy *base;
    bool events = vg_arg_is(args, VG_OPT_EVENTS);
    int rc = find_base(args, &set, &base, &err);
    if (!rc) rc = vg_one_rule_load(&b.rule, b.file, base, &err);
    if (!rc) rc = vg_event_parser_create(&b.parser, &err);
    if (!rc && !(b.arena = vg_arena_create(1 << 20, (size_t)1 << 28))) rc = vg_fail(&err, VG_ENOMEM, "", "no memory");
    if (!rc) rc = events ? try_events(&b, args, &err) : try_cases(&b, args, &err);
    if (!rc && events) print_events(&b, vg_arg_is(args, VG_OPT_JSON));
    else if (!rc) print_cases(&b, vg_arg_is(args, VG_OPT_JSON));
    vg_event_parser_destroy(&b.parser);
    vg_arena_destroy(&b.arena);
    vg_one_rule_free(&b.rule);
    vg_policy_set_unref(&set);
    return rc ? vg_cli_fail(&err) : 0;
}
