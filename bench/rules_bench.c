/* SPDX-License-Identifier: Apache-2.0
 *
 * bench/rules: what one rule of the operator costs for one event. The rules are those of policy/rules, an empty one, and one that
 * loops as far as it may. Prints the spread of eleven rounds and one JSON object on the last line.
 *
 *   rules_bench POLICY_FOLDER [EVENTS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/time.h"
#include "event/facts_field.h"
#include "signals/rules/rules.h"

enum { ROUNDS = 11, SHAPES = 8 };

static void die(const vg_error *err)
{
    fprintf(stderr, "rules_bench: %s: %s\n", err->where, err->what);
    exit(1);
}

static int64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static vg_policy make_policy(const vg_policy_rule *rule)
{
    vg_policy p = {.space = "bench", .file = "", .rules = rule, .rule_count = 1, .night_from_minute = 22 * 60, .night_to_minute = 6 * 60};
    for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) p.weight[kind] = 4000;
    for (int relation = 0; relation < VG_RELATIONS; relation++) p.relation[relation] = 10000;
    return p;
}

/* Events of eight shapes in turn: most are ordinary, some go all the way through a rule. */
typedef struct shape {
    vg_event event;
    vg_facts facts;
    vg_text_hits hits;
    vg_evidence evidence[2];
    vg_rules_input in;
} shape;

static void make_shapes(shape s[SHAPES])
{
    const vg_str text = VG_STR("salut, on se retrouve ce soir sur le serveur pour finir la partie, amène ton équipe avec toi !!!");
    for (unsigned i = 0; i < SHAPES; i++) {
        s[i] = (shape){.event = {.type = VG_EVENT_MESSAGE, .channel = i % 2 ? VG_CHANNEL_PRIVATE : VG_CHANNEL_GROUP, .to_count = 1, .text = text,
                                 .time_ms = 1777888800000 + (int64_t)i * 3 * VG_HOUR_MS}};
        vg_facts_clear(&s[i].facts);
        s[i].facts.has_peer = true;
        s[i].facts.actor_began = true;
        s[i].facts.actor_age_hours = i % 4 ? 5000 : 20;
        s[i].facts.minors_week = s[i].facts.unreciprocated = i;
        s[i].evidence[0] = (vg_evidence){.kind = VG_TEXT_GIFT_OFFER, .fresh = true, .strength = 6000};
        s[i].evidence[1] = (vg_evidence){.kind = VG_CONDUCT_AGE_GAP, .strength = 6000};
        s[i].in = (vg_rules_input){.event = &s[i].event, .facts = &s[i].facts, .hits = &s[i].hits, .scanned = true,
                                   .relation = i % 4 ? VG_REL_MINOR_TO_MINOR : VG_REL_ADULT_TO_MINOR, .evidence = s[i].evidence,
                                   .evidence_count = i % 4 ? 0 : 2};
    }
}

static double round_ns(vg_rules *rules, const shape s[SHAPES], size_t events, size_t *fired)
{
    vg_rules_fired out;
    vg_error err = {0};
    int64_t began = cpu_ns();
    for (size_t i = 0; i < events; i++) {
        if (vg_rules_run(rules, &s[i % SHAPES].in, &out, &err)) die(&err);
        *fired += out.active != 0;
    }
    return (double)(cpu_ns() - began) / (double)events;
}

static void measure(const char *name, const char *source, size_t events, bool last)
{
    static shape shapes[SHAPES];
    vg_error err = {0};
    vg_policy_rule given = {.name = name, .file = name, .source = source};
    vg_policy policy = make_policy(&given);
    vg_rules *rules = NULL;
    double ns[ROUNDS];
    size_t fired = 0;
    make_shapes(shapes);
    if (vg_rules_create(&rules, &policy, NULL, &err)) die(&err);
    round_ns(rules, shapes, events / 4 + 1, &fired); /* warm */
    fired = 0;
    for (int i = 0; i < ROUNDS; i++) ns[i] = round_ns(rules, shapes, events, &fired);
    vg_rule_status status;
    vg_rules_status(rules, 0, &status);
    if (status.off) fprintf(stderr, "%s: %s\n", name, status.reason);
    qsort(ns, ROUNDS, sizeof ns[0], by_value);
    fprintf(stderr, "%-26s %7.0f ns (%.0f to %.0f), fires on %.1f %%, at most %u instructions\n", name, ns[ROUNDS / 2], ns[0], ns[ROUNDS - 1],
            100.0 * (double)fired / (double)(events * ROUNDS), status.steps);
    printf("\"%s\":{\"min\":%.0f,\"median\":%.0f,\"max\":%.0f}%s", name, ns[0], ns[ROUNDS / 2], ns[ROUNDS - 1], last ? "" : ",");
    vg_rules_destroy(&rules);
}

#define RULE(name, before, body) before " return {name = '" name "', why = {fr = 'a', en = 'b'}, on = {'message'}, check = function(event, memory, evidence) " body " end}"

int main(int argc, char **argv)
{
    static const char *const shipped[] = {"late_gifts", "new_account_many_minors", "staff_hours"};
    size_t events = argc > 2 ? (size_t)atol(argv[2]) : 200000, len;
    const char *folder = argc > 1 ? argv[1] : "policy";
    vg_error err = {0};
    printf("{\"rule_ns\":{");
    measure("empty", RULE("empty", "", ""), events, false);
    for (size_t i = 0; i < sizeof shipped / sizeof shipped[0]; i++) {
        char path[4096], *source = NULL;
        snprintf(path, sizeof path, "%s/rules/%s.lua", folder, shipped[i]);
        if (vg_file_read(path, 1 << 16, &source, &len, &err)) die(&err);
        measure(shipped[i], source, events, false);
        vg_free(source);
    }
    measure("ten_fields", RULE("ten_fields", "", "local n = 0 if event.night then n = n + 1 end if memory.sent > 3 then n = n + 1 end if memory.received > 3 then n = n + 1 end "
            "if memory.any_minor then n = n + 1 end if memory.stages.trust then n = n + 1 end if memory.today > 3 then n = n + 1 end "
            "if memory.minors_day > 3 then n = n + 1 end if event.channel == 'private' then n = n + 1 end if evidence['text.secrecy'] then n = n + 1 end "
            "return n > 6 and 0.5"), events, false);
    measure("text", RULE("text", "", "local t = event.text:lower() return t:find('serveur') and t:find('nulle part') and 0.5"), events, false);
    measure("loop_to_the_limit", RULE("loop_to_the_limit", "", "local n = 0 for i = 1, 3200 do n = n + i end return nil"), events / 100 + 1, true);
    printf("}}\n");
    return 0;
}
