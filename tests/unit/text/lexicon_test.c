/* SPDX-License-Identifier: Apache-2.0
 *
 * lexicon_test POLICY: every lexicon that is shipped compiles, and says of its own examples what it should.
 */
#include "signals/text/text.h"
#include "space/space.h"

#include "tap.h"

/* Families that `text` names; prints what spoke when `explain` is set. */
static uint32_t families_in(const vg_policy *policy, const vg_text_engine *engine, vg_text_scratch *scratch,
                            const char *text, int explain)
{
    vg_text_hits hits;
    if (!vg_text_scan(engine, scratch, vg_str_of(text), &hits)) return UINT32_MAX;
    for (uint32_t i = 0; i < hits.count; i++)
        if (hits.hit[i].family == explain)
            printf("# by pattern \"%s\" on \"%.*s\"\n", policy->patterns[hits.hit[i].pattern].text,
                   (int)(hits.hit[i].span.to - hits.hit[i].span.from), text + hits.hit[i].span.from);
    return hits.families;
}

/* `before` is the engine of the space before, and becomes this one's. */
static void test_space(const vg_policy *policy, vg_text_engine **before)
{
    vg_error err = {0};
    vg_text_engine *engine = vg_text_engine_share(*before, policy->patterns, policy->pattern_count);
    vg_text_scratch *scratch = NULL;
    bool ready = (engine || !vg_text_engine_create(&engine, policy->patterns, policy->pattern_count, &err)) &&
                 !vg_text_scratch_create(&scratch, &err) && !vg_text_scratch_fit(scratch, engine, &err);
    TAP_OK(ready, "%s: %zu patterns compile %s %s", policy->space, policy->pattern_count, err.where,
           err.what);
    TAP_OK(policy->example_count > 0, "%s: has %zu examples", policy->space, policy->example_count);
    for (size_t i = 0; ready && i < policy->example_count; i++) {
        const vg_policy_example *e = &policy->examples[i];
        bool found = families_in(policy, engine, scratch, e->text, -1) >> e->family & 1;
        TAP_OK(found == e->match, "%s: %s is%s in: %s", policy->space, vg_evidence_names[e->family],
               e->match ? "" : " not", e->text);
        if (found && !e->match) families_in(policy, engine, scratch, e->text, e->family);
    }
    vg_text_scratch_destroy(&scratch);
    vg_text_engine_destroy(before);
    *before = engine;
}

/* Alone, each pattern compiles: so an error is about it, and none hides behind another. */
static void test_patterns(const vg_policy *policy)
{
    size_t wrong = 0;
    for (size_t i = 0; i < policy->pattern_count; i++) {
        vg_error err = {0};
        if (!vg_text_pattern_check(vg_str_of(policy->patterns[i].text), &err)) continue;
        wrong++;
        printf("# \"%s\": %s: %s\n", policy->patterns[i].text, err.where, err.what);
    }
    TAP_EQ_INT(wrong, 0, "every pattern is well-formed");
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: lexicon_test POLICY\n");
        return 2;
    }
    vg_error err = {0};
    vg_policy_set *set = NULL;
    vg_text_engine *engine = NULL;
    int rc = vg_policy_set_load(&set, argv[1], &err);
    TAP_OK(rc == 0 && vg_policy_set_count(set) > 0, "the shipped policies load %s %s", err.where, err.what);
    for (size_t i = 0; !rc && i < vg_policy_set_count(set); i++) {
        test_patterns(vg_policy_set_at(set, i));
        test_space(vg_policy_set_at(set, i), &engine);
    }
    vg_text_engine_destroy(&engine);
    if (!rc) vg_policy_set_unref(&set);
    return tap_done();
}
