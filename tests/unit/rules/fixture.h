/* SPDX-License-Identifier: Apache-2.0
 *
 * A policy with rules given as text, and one event that they are asked about.
 */
#ifndef VG_TESTS_UNIT_RULES_FIXTURE_H
#define VG_TESTS_UNIT_RULES_FIXTURE_H

#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/time.h"
#include "event/facts_field.h"
#include "signals/rules/rules.h"
#include "tap.h"
#include "unit/policy_fixture.h"

enum { SCENE_RULES = 4, SOURCE_BYTES = 1 << 16 };

typedef struct scene {
    vg_policy policy;
    vg_policy_rule given[SCENE_RULES];
    char source[SCENE_RULES][SOURCE_BYTES];
    vg_rules *rules;
    vg_event event;
    vg_facts facts;
    vg_text_hits hits;
    vg_evidence evidence[VG_EVIDENCE_KINDS];
    vg_rules_input input;
    vg_rules_fired fired;
    vg_error err;
} scene;

static const char *const scene_names[SCENE_RULES] = {"one", "two", "three", "four"};

/* Monday 2026-05-04, 10:00 UTC: noon at the fixture's offset plus an hour of summer that the fixture does not have. */
static const int64_t T0 = 1777888800000;

__attribute__((unused)) static scene *scene_create(void)
{
    scene *s = calloc(1, sizeof *s);
    s->policy = policy_fixture();
    s->policy.rules = s->given;
    vg_facts_clear(&s->facts);
    s->event = (vg_event){.type = VG_EVENT_MESSAGE, .id = VG_STR("e-1"), .space = VG_STR("lobby"), .subject = VG_STR("somebody"),
                          .time_ms = T0, .channel = VG_CHANNEL_PRIVATE, .text = VG_STR("tu as quel âge"), .language = VG_STR("fr"), .to_count = 1};
    s->input = (vg_rules_input){.event = &s->event, .facts = &s->facts, .hits = &s->hits, .scanned = true,
                                .relation = VG_REL_ADULT_TO_MINOR, .evidence = s->evidence};
    return s;
}

/* A rule whose file is `source` as it stands. */
__attribute__((unused)) static void add_source(scene *s, const char *source, bool shadow)
{
    size_t i = s->policy.rule_count++;
    snprintf(s->source[i], SOURCE_BYTES, "%s", source);
    s->given[i] = (vg_policy_rule){.name = scene_names[i], .file = "rules/test.lua", .source = s->source[i], .shadow = shadow};
}

/* A rule with `before` above its table, and `body` as the inside of its function (line 3). */
__attribute__((unused)) static void add_rule(scene *s, const char *before, const char *body, bool shadow)
{
    char source[SOURCE_BYTES];
    snprintf(source, sizeof source,
             "%s\nreturn {name = \"%s\", why = {fr = \"Règle.\", en = \"Rule.\"}, on = {\"message\"}, check = function(event, memory, evidence)\n"
             "%s\nend}",
             before, scene_names[s->policy.rule_count], body);
    add_source(s, source, shadow);
}

__attribute__((unused)) static int scene_load(scene *s)
{
    s->err = (vg_error){0};
    vg_rules_destroy(&s->rules);
    return vg_rules_create(&s->rules, &s->policy, NULL, &s->err);
}

__attribute__((unused)) static int scene_run(scene *s)
{
    s->err = (vg_error){0};
    return vg_rules_run(s->rules, &s->input, &s->fired, &s->err);
}

__attribute__((unused)) static void scene_destroy(scene *s)
{
    vg_rules_destroy(&s->rules);
    free(s);
}

/* What one rule with this body says of the event: 0..10000, -1 nothing, -2 it failed (why: *reason), -3 it did not load. */
__attribute__((unused)) static int ask(scene *s, const char *before, const char *body, vg_rule_status *status)
{
    s->policy.rule_count = 0;
    add_rule(s, before, body, false);
    memset(status, 0, sizeof *status);
    if (scene_load(s)) {
        snprintf(status->reason, sizeof status->reason, "%.60s: %.180s", s->err.where, s->err.what);
        return -3;
    }
    if (scene_run(s)) return -4;
    vg_rules_status(s->rules, 0, status);
    if (status->off) return -2;
    return s->fired.active ? s->fired.strength[0] : -1;
}

#endif
