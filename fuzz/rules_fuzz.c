/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a rule: read, its own tests run, and asked about one event of each type, twice.
 *
 * It is refused with a reason, or says the same twice, or is switched off with a reason; nothing else happens.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"
#include "event/facts_field.h"
#include "signals/rules/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) abort();
}

static void look(const vg_rule_trial *trial, void *context)
{
    (void)context;
    must(trial->got >= -1 && trial->got <= 10000 && trial->expected >= -1 && trial->expected <= 10000);
}

static void ask(vg_rules *rules, vg_event_type type)
{
    static const char text[] = "tu as quel \xc3\xa2ge ?";
    vg_event event = {.type = type, .channel = VG_CHANNEL_PRIVATE, .text = {text, sizeof text - 1}, .to_count = 1, .time_ms = 1777888800000};
    vg_facts facts;
    vg_text_hits hits = {.families = 1, .stated_age = 12};
    vg_evidence ev[2] = {{.kind = VG_TEXT_SECRECY, .fresh = true, .strength = 6000, .value = 1}, {.kind = VG_CONDUCT_AGE_GAP, .strength = 9000}};
    vg_rules_input in = {.event = &event, .facts = &facts, .hits = &hits, .scanned = true, .evidence = ev, .evidence_count = 2};
    vg_rules_fired first, second;
    vg_rule_status status;
    vg_error err = {0};
    vg_facts_clear(&facts);
    facts.has_peer = true;
    must(!vg_rules_run(rules, &in, &first, &err) && !vg_rules_run(rules, &in, &second, &err));
    vg_rules_status(rules, 0, &status);
    if (status.off) {
        must(status.reason[0] && status.failures && vg_utf8_valid(status.reason, strlen(status.reason), NULL));
        return;
    }
    must(first.active == second.active && first.active <= 1);
    if (first.active) must(first.strength[0] == second.strength[0] && first.strength[0] > 0 && first.strength[0] <= 10000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 1 << 14) return 0;
    vg_log_set_level(VG_LOG_ERROR + 1);
    char *source = malloc(size + 1);
    must(source != NULL);
    memcpy(source, data, size);
    source[size] = '\0';
    vg_policy_rule given = {.name = "fuzz", .file = "fuzz.lua", .source = source};
    vg_policy policy = {.space = "lobby", .file = "", .rules = &given, .rule_count = 1, .utc_offset_minutes = 60};
    vg_rules *rules = NULL;
    vg_error err = {0};
    if (vg_rules_create(&rules, &policy, NULL, &err)) {
        must(!rules && err.what[0] && err.code == VG_EINVAL);
    } else {
        must(vg_rules_why(rules, 0)->text[VG_LANG_FR] && vg_rules_why(rules, 0)->text[VG_LANG_EN]);
        must(!vg_rules_try(rules, 0, look, NULL, &err));
        for (int type = 0; type < VG_EVENT_TYPES; type++) ask(rules, (vg_event_type)type);
    }
    vg_rules_destroy(&rules);
    free(source);
    return 0;
}
