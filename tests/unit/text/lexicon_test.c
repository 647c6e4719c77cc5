/* SPDX-License-Identifier: Apache-2.0
 *
 * lexicon_test POLICY: every lexicon that is shipped compiles, and says of its own examples what it should.
 */
#include "signals/text/text_int.h"
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
    vg_text_sources sources = vg_text_sources_of(policy);
    vg_text_engine *engine = vg_text_engine_share(*before, &sources);
    vg_text_scratch *scratch = NULL;
    bool ready = (engine || !vg_text_engine_create(&engine, &sources, &err)) &&
                 !vg_text_scratch_create(&scratch, &err) && !vg_text_scratch_fit(scratch, engine, &err);
    TAP_OK(ready, "%s: %zu patterns compile %s %s", policy->space, policy->pattern_count, err.where,
           err.what);
    TAP_OK(policy->example_count > 0, "%s: has %zu examples", policy->space, policy->example_count);
    for (size_t i = 0; ready && i < policy->example_count; i++) {
        const vg_policy_example *e = &policy->examples[i];
        bool found = families_in(policy, engine, scratch, e->text, -1) >> e->family & 1;
        TAP_OK(found == e->match, "%s: %s is%s in: %s", policy->space, vg_evidence_names[vg_evidence_of_family(e->family)],
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

/* The n-th way of saying a pattern: other alternatives, with and without what is optional, other words between. */
static void say(const text_pattern *pattern, size_t n, vg_buf *out)
{
    vg_buf_clear(out);
    vg_buf_add_cstr(out, "alors");
    for (size_t e = 0; e < pattern->element_count; e++) {
        const text_element *element = &pattern->element[e];
        for (size_t i = 0; !element->count && i < (n + e) % (TEXT_STAR_WORDS + 1); i++) vg_buf_add_cstr(out, " bleu");
        if (!element->count || (element->optional && (n + e) % 2)) continue;
        const text_phrase *phrase = &pattern->phrase[element->first + n % element->count];
        for (size_t i = 0; i < phrase->len; i++) {
            char c = pattern->bytes[phrase->at + i];
            if (c == '#') vg_buf_printf(out, "%zu", 7 + 5 * n); /* one to three digits */
            else vg_buf_add_char(out, c);
        }
    }
    vg_buf_add_cstr(out, " voila");
}

/* However a pattern is said, it is found: nothing that goes before Hyperscan may lose a match. */
static void test_ways(const vg_policy *policy, const vg_text_engine *engine)
{
    static text_pattern pattern;
    enum { WAYS = 24 };
    size_t said = 0, missed = 0;
    vg_error err = {0};
    vg_buf text;
    vg_text_scratch *scratch = NULL;
    vg_buf_init(&text, 1 << 16);
    bool ready = !vg_text_scratch_create(&scratch, &err) && !vg_text_scratch_fit(scratch, engine, &err);
    TAP_OK(ready, "%s: ready to scan %s", policy->space, err.what);
    for (size_t i = 0; ready && i < policy->pattern_count; i++) {
        if (policy->patterns[i].family == VG_PATTERN_REPORTING) continue; /* finds nothing by itself */
        if (text_pattern_parse(&pattern, vg_str_of(policy->patterns[i].text), NULL, &err)) continue;
        for (size_t n = 0; n < WAYS; n++, said++) {
            say(&pattern, n, &text);
            if (families_in(policy, engine, scratch, text.ptr, -1) >> policy->patterns[i].family & 1) continue;
            if (!missed++) printf("# \"%s\" said as \"%s\"\n", policy->patterns[i].text, text.ptr);
        }
    }
    TAP_OK(said && !missed, "%s: each pattern is found in all of %zu ways to say it (%zu not)", policy->space, said, missed);
    vg_buf_free(&text);
    vg_text_scratch_destroy(&scratch);
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
        if (engine) test_ways(vg_policy_set_at(set, i), engine);
    }
    vg_text_engine_destroy(&engine);
    if (!rc) vg_policy_set_unref(&set);
    return tap_done();
}
