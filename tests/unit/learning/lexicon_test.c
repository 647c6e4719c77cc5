/* SPDX-License-Identifier: Apache-2.0
 *
 * What a review of a lexicon reports, and what it leaves alone.
 */
#include "learning/lexicon.h"
#include "support.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
enum { REFUSAL = VG_TEXT_REFUSAL - VG_TEXT_LOCATION_PROBING + VG_TEXT_FAMILIES_FIRST };

static const char file[] = "fr.yaml", other_file[] = "en.yaml";

static const vg_policy_pattern patterns[] = {
    {VG_TEXT_SECRECY, 8000, "notre secret", "fr"},
    {VG_TEXT_SECRECY, 8000, "[c est] notre secret", "fr"},         /* says what the first says */
    {VG_TEXT_SECRECY, 9000, "notre petit secret", "fr"},           /* stronger than any other */
    {VG_TEXT_SECRECY, 6000, "[petit|grand] secret", "fr"},         /* also alone */
    {VG_TEXT_SECRECY, 8000, "cache ton telephone", "fr"},          /* nowhere */
    {VG_TEXT_AGE_PROBING, 7000, "quel age", "fr"},                 /* also in ordinary talk */
    {REFUSAL, 7000, "j ai dit non", "fr"},
    {VG_TEXT_MOVING_APP, 7000, "add me on snap", "en"},
};
static const vg_policy_place pattern_places[] = {{file, 10}, {file, 11}, {file, 12}, {file, 13}, {file, 14}, {file, 20}, {file, 30}, {other_file, 5}};

static const vg_policy_example examples[] = {
    {VG_TEXT_SECRECY, true, "C'est notre secret", "fr"},   {VG_TEXT_SECRECY, true, "dis rien", "fr"},
    {VG_TEXT_SECRECY, false, "une salle secrète", "fr"},   {VG_TEXT_SECRECY, false, "quel âge a ton chien", "fr"},
    {VG_TEXT_AGE_PROBING, true, "t'as quel âge", "fr"},    {VG_TEXT_AGE_PROBING, false, "le moyen âge", "fr"},
    {REFUSAL, true, "j'ai dit non", "fr"},                 {REFUSAL, false, "quel âge", "fr"},
    {VG_TEXT_MOVING_APP, true, "Add me on Snap!", "en"},
};
static const vg_policy_place example_places[] = {{file, 15}, {file, 16}, {file, 17}, {file, 18}, {file, 21}, {file, 22}, {file, 31}, {file, 32}, {other_file, 6}};

static const vg_policy policy = {
    .space = "", .file = "fr.yaml", .patterns = patterns, .pattern_count = COUNT(patterns), .pattern_places = pattern_places,
    .examples = examples, .example_count = COUNT(examples), .example_places = example_places,
};

static const char talks[] =
    "{\"id\":\"1\",\"language\":\"fr\",\"risk\":true,\"authors\":[{\"name\":\"a\",\"risk\":true},{\"name\":\"b\"}],\"messages\":["
    "{\"author\":\"a\",\"text\":\"notre petit secret\"},{\"author\":\"a\",\"text\":\"un grand secret\"},{\"author\":\"a\",\"text\":\"quel age\"}]}\n"
    "{\"id\":\"2\",\"language\":\"fr\",\"risk\":false,\"authors\":[{\"name\":\"c\"},{\"name\":\"d\"}],\"messages\":["
    "{\"author\":\"c\",\"text\":\"quel age\"},{\"author\":\"d\",\"text\":\"j'ai dit non\"},{\"author\":\"c\",\"text\":\"bon\"},{\"author\":\"d\",\"text\":\"a demain\"}]}\n"
    "{\"id\":\"3\",\"language\":\"en\",\"risk\":false,\"authors\":[{\"name\":\"e\"},{\"name\":\"f\"}],\"messages\":["
    "{\"author\":\"e\",\"text\":\"hello\"},{\"author\":\"f\",\"text\":\"hello\"}]}\n";

/* "kind family file:line matches/of other-line" of each finding, one a line. */
static const char *shown(const vg_lexicon_report *report)
{
    static char text[4096];
    size_t n = 0;
    text[0] = '\0';
    for (size_t i = 0; i < report->count; i++) {
        const vg_lexicon_finding *f = &report->findings[i];
        n += (size_t)snprintf(text + n, sizeof text - n, "%s %s %s:%u %u/%u %u\n", vg_lexicon_finding_names[f->kind],
                              vg_evidence_short_names[vg_evidence_of_family(f->family)], f->place.file, f->place.line, f->matches, f->of, f->other_place.line);
    }
    return text;
}

static vg_corpus corpus;

static void test_findings(void)
{
    vg_lexicon_report report;
    vg_error err = {0};
    const vg_lexicon_options options = {.broad = 2000};
    TAP_EQ_INT(vg_lexicon_review(&report, &policy, &corpus, &options, &err), 0, "a review");
    TAP_EQ_STR(shown(&report),
               "example secrecy fr.yaml:16 0/0 0\n"             /* « dis rien » */
               "counter_example secrecy fr.yaml:18 0/0 20\n"    /* an age is asked in it; not so in the refusal's counter-example */
               "unguarded moving_app en.yaml:5 0/0 0\n"
               "overlapping secrecy fr.yaml:11 1/0 10\n"        /* the later of two that are alike; the first stays */
               "dead secrecy fr.yaml:14 0/0 0\n"
               "broad age_probing fr.yaml:20 1/4 0\n",          /* one of the four innocent messages in French; a no may be as frequent as it likes */
               "errors first, then by place");
    TAP_OK(report.errors == 2 && report.patterns == 8 && report.sentences == 9 && report.messages == 9 && report.innocent == 6, "what was looked at");
    vg_lexicon_report_free(&report);

    const vg_lexicon_options frequent = {.broad = 2500};
    TAP_EQ_INT(vg_lexicon_review(&report, &policy, &corpus, &frequent, &err), 0, "with a higher share");
    TAP_OK(strstr(shown(&report), "broad") == NULL, "a quarter is not more than a quarter");
    vg_lexicon_report_free(&report);
}

static void test_without_corpus(void)
{
    vg_lexicon_report report;
    vg_error err = {0};
    const vg_lexicon_options options = {.broad = 20};
    TAP_EQ_INT(vg_lexicon_review(&report, &policy, NULL, &options, &err), 0, "without a corpus");
    TAP_OK(strstr(shown(&report), "dead secrecy fr.yaml:13") != NULL, "what only the corpus has is dead");
    TAP_OK(strstr(shown(&report), "broad") == NULL, "nothing is broad");
    vg_lexicon_report_free(&report);

    const vg_lexicon_options sentences = {.sentences_only = true};
    TAP_EQ_INT(vg_lexicon_review(&report, &policy, &corpus, &sentences, &err), 0, "sentences only");
    TAP_OK(report.count == 2 && report.errors == 2, "gives errors only");
    vg_lexicon_report_free(&report);
}

static void test_wrong_pattern(void)
{
    const vg_policy_pattern wrong[] = {{VG_TEXT_SECRECY, 8000, "garde [le secret", "fr"}};
    vg_policy bad = policy;
    bad.patterns = wrong;
    bad.pattern_count = 1;
    vg_lexicon_report report;
    vg_error err = {0};
    const vg_lexicon_options options = {.broad = 20};
    TAP_EQ_INT(vg_lexicon_review(&report, &bad, NULL, &options, &err), -VG_EINVAL, "a pattern that is none");
    TAP_OK(report.count == 0 && report.arena == NULL && err.what[0], "leaves nothing but what is wrong");
}

static void test_memory(void)
{
    const vg_lexicon_options options = {.broad = 2000};
    vg_lexicon_report report;
    vg_error err = {0};
    size_t failed = 0, wrong = 0;
    for (size_t n = 1; n < 5000; n++) {
        vg_alloc_fail_at(n);
        int rc = vg_lexicon_review(&report, &policy, &corpus, &options, &err);
        bool happened = vg_alloc_failed();
        vg_alloc_fail_at(0);
        failed += happened;
        wrong += rc != (happened ? -VG_ENOMEM : 0) || (rc && report.arena);
        if (!rc) vg_lexicon_report_free(&report);
        if (!happened) break;
    }
    TAP_OK(failed > 10, "allocations were made to fail one after the other (%zu)", failed);
    TAP_EQ_INT(wrong, 0, "each is out of memory, and leaves nothing");
}

/* `right` and `wrong` judgements of one expression. */
static size_t judge(vg_judged *to, size_t right, size_t wrong, vg_evidence_kind kind, const char *expression, const char *language)
{
    for (size_t i = 0; i < right + wrong; i++)
        to[i] = (vg_judged){.kind = (uint8_t)kind, .judgement = i < right ? VG_JUDGED_RIGHT : VG_JUDGED_WRONG, .strength = 8000,
                            .source = vg_str_of(expression), .language = vg_str_of(language)};
    return right + wrong;
}

static const vg_lexicon_opinion *opinion_of(const vg_lexicon_report *report, const char *text)
{
    for (size_t i = 0; i < report->opinion_count; i++)
        if (strcmp(report->opinions[i].text, text) == 0) return &report->opinions[i];
    return NULL;
}

static void test_feedback(void)
{
    static vg_judged said[200];
    vg_lexicon_report report;
    vg_error err = {0};
    size_t n = judge(said, 30, 10, VG_TEXT_SECRECY, "notre secret", "fr");
    n += judge(said + n, 1, 11, VG_TEXT_SECRECY, "cache ton telephone", "fr");
    n += judge(said + n, 1, 8, VG_TEXT_AGE_PROBING, "quel age", "fr");
    n += judge(said + n, 40, 0, VG_TEXT_MOVING_APP, "add me on snap", "en");
    said[n++] = (vg_judged){.kind = VG_TEXT_SECRECY, .judgement = VG_JUDGED_UNSURE, .source = VG_STR("notre secret"), .language = VG_STR("fr")};
    n += judge(said + n, 0, 20, VG_TEXT_SECRECY, "notre secret", "en"); /* not in that language */
    n += judge(said + n, 0, 20, VG_TEXT_SECRECY, "", "");              /* remembered: nobody knows by which expression */
    n += judge(said + n, 3, 4, VG_TEXT_MODEL, "now.model", "fr");
    for (size_t i = n; i < n + 5; i++) said[i] = (vg_judged){.kind = VG_TEXT_SECRECY, .judgement = VG_JUDGED_WRONG, .answered = true, .source = VG_STR("notre secret"), .language = VG_STR("fr")};
    n += 5;
    const vg_judged_list list = {.items = said, .count = n};
    const vg_lexicon_options options = {.broad = 10000, .feedback = &list};
    TAP_EQ_INT(vg_lexicon_review(&report, &policy, &corpus, &options, &err), 0, "a review with what people said");
    TAP_OK(strstr(shown(&report), "doubted secrecy fr.yaml:14 11/12 0\n"), "an expression that is wrong nearly always is doubted, with its place");
    TAP_OK(!strstr(strstr(shown(&report), "doubted") + 1, "doubted"), "no other one, not for nine judgements either");
    TAP_OK(!strstr(shown(&report), "dead"), "and what people judged is not dead, whatever the corpus has");
    TAP_OK(report.opinion_count == 4 && report.judgements == 102 && report.strangers == 40 && report.other_evidence == 7 && report.answers == 5, "the rest is counted");
    const vg_lexicon_opinion *o = opinion_of(&report, "notre secret");
    TAP_OK(o && o->right == 30 && o->wrong == 10 && o->unsure == 1 && o->place.line == 10, "right, wrong and unsure of each");
    TAP_OK(o && o->low > 5900 && o->low < 6000 && o->high > 8500 && o->high < 8650, "with Wilson's interval: %u to %u", o ? o->low : 0, o ? o->high : 0);
    TAP_OK(o && o->strength == 8000 && o->suggested == 7500, "the strength to consider is the share that was right");
    o = opinion_of(&report, "cache ton telephone");
    TAP_OK(o && o->suggested == 3000, "but no less than a lexicon may say");
    o = opinion_of(&report, "add me on snap");
    TAP_OK(o && o->suggested == 10000 && o->strength == 7000, "at most unmistakable");
    o = opinion_of(&report, "quel age");
    TAP_OK(o && !o->suggested, "and nothing where there are too few judgements");
    vg_lexicon_report_free(&report);

    bool right = true, done = false;
    size_t at = 1;
    for (; at < 2000 && right && !done; at++) {
        vg_alloc_fail_at(at);
        int rc = vg_lexicon_review(&report, &policy, NULL, &options, &err);
        done = !vg_alloc_failed();
        vg_alloc_fail_at(0);
        right = done ? rc == 0 : rc < 0;
        if (!rc) vg_lexicon_report_free(&report);
    }
    TAP_OK(right && done, "without memory it fails at each of %zu allocations, and leaves nothing", at - 2);
}

int main(void)
{
    vg_error err = {0};
    const vg_corpus_options options = {.format = VG_CORPUS_JSONL};
    if (vg_corpus_read(&corpus, vg_str_of(talks), "talks", &options, &err)) {
        TAP_OK(false, "%s: %s", err.where, err.what);
        return tap_done();
    }
    test_findings();
    test_without_corpus();
    test_wrong_pattern();
    test_memory();
    test_feedback();
    vg_corpus_free(&corpus);
    return tap_done();
}
