/* SPDX-License-Identifier: Apache-2.0
 *
 * Courses as files, mistakes in them with their place, the order of an attempt, scores, and which certificate follows from what was passed.
 */
#include "review/training.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/time.h"
#include "policy_fixture.h"
#include "tap.h"

#define NOW 1777896000000LL
#define FRONT                                                                                                                          \
    "---\nid: law\ntitle: The law\nversion: 2\norder: 1\nminutes: 20\npass_mark: 80%\nvalid: 365 days\nopens: contact, threat\n"         \
    "requires: base, other-one\n# a remark\nsources:\n  - statement: Art. 16\n    source: https://example.org\n    verified: 2026-11-23\n"  \
    "    kind: primary\n  - statement: a helpline\n    source: https://example.org/2\n    verified: no\n---\n"
#define BODY "# Text\n\nSome **words**.\n\n"
#define QUESTION "## Question\n\nOne?\n\n- [x] yes\n  > because\n- [ ] no,\n  and more\n  > not\n  > at all\n"
#define SITUATION                                                                                                     \
    "\n## Situation (plusieurs réponses)\n\nA child writes.\n\nStill.\n\nWhat now?\n\n- [x] a\n  > x\n- [x] b\n  > y\n" \
    "- [ ] c\n  > z\n"

static vg_arena *arena;

static int parse(const char *text, vg_course_page *page, vg_error *err)
{
    *err = (vg_error){0};
    return vg_course_parse("training/en/01-law.md", vg_str_of(text), arena, page, err);
}

static void a_course(void)
{
    vg_course_page p;
    vg_error err;
    TAP_EQ_INT(parse(FRONT BODY QUESTION SITUATION, &p, &err), 0, "a course is read");
    TAP_OK(vg_str_is(p.id, "law") && vg_str_is(p.title, "The law") && p.version == 2 && p.order == 1 && p.minutes == 20 && p.pass_mark == 80 &&
               p.valid_days == 365,
           "its front matter");
    TAP_OK(p.opens[VG_CATEGORY_CONTACT] && p.opens[VG_CATEGORY_THREAT] && !p.opens[VG_CATEGORY_MATERIAL], "what it opens");
    TAP_OK(p.requires_count == 2 && vg_str_is(p.requires[1], "other-one"), "what comes before");
    TAP_OK(p.source_count == 2 && p.sources[0].primary && vg_str_is(p.sources[0].verified, "2026-11-23") && !p.sources[1].primary &&
               vg_str_is(p.sources[1].verified, "no"),
           "what it rests on, and what is not verified");
    TAP_OK(vg_str_is(p.body, "# Text\n\nSome **words**."), "its text");
    TAP_EQ_INT((int64_t)p.question_count, 2, "two questions");
    const vg_course_question *q = &p.questions[0], *s = &p.questions[1];
    TAP_OK(!q->situation && !q->several && vg_str_is(q->text, "One?") && q->answer_count == 2 && q->answer[0].right && !q->answer[1].right, "the first");
    TAP_OK(vg_str_is(q->answer[1].text, "no,\nand more") && vg_str_is(q->answer[1].why, "not\nat all"), "answers and explanations of several lines");
    TAP_OK(s->situation && s->several && vg_str_is(s->setting, "A child writes.\n\nStill.") && vg_str_is(s->text, "What now?"),
           "a situation is told, then asked about");
}

static void mistakes(void)
{
    static const struct {
        const char *text, *where, *what;
    } wrong[] = {
        {"", ":0", "expected ---"},
        {"# hello\n", ":1", "expected ---"},
        {"---\nid: Law\n", ":2", "id: expected letters"},
        {"---\ncolour: red\n", ":2", "unknown line \"colour: red\""},
        {"---\nversion: two\n", ":2", "version: expected a whole number from 1"},
        {"---\npass_mark: 40%\n", ":2", "from 50 to 100 %"},
        {"---\nvalid: 12 weeks\n", ":2", "days"},
        {"---\nopens: contact, weather\n", ":2", "expected material, threat"},
        {"---\nid: law\n---\n", ":3", "ends without title"},
        {"---\nid: law\n", ":2", "has no end"},
        {"---\nsources:\n    verified: 2026-11-23\n", ":3", "expected a source"},
        {"---\nsources:\n  - statement: a\n    verified: yesterday\n", ":4", "expected a day such as"},
        {FRONT BODY, ":24", "no question"},
        {FRONT QUESTION, ":21", "the text of the course is empty"},
        {FRONT BODY "## Question please\n", ":25", "nothing after the heading"},
        {FRONT BODY "## Question\n\n- [x] yes\n  > y\n- [ ] no\n  > n\n", ":27", "without text"},
        {FRONT BODY "## Question\n\nOne?\n\n- [x] yes\n  > y\n", ":30", "has 1 answers; expected at least two"},
        {FRONT BODY "## Question\n\nOne?\n\n- [ ] yes\n  > y\n- [ ] no\n  > n\n", ":32", "no answer of the question of line 25 is right"},
        {FRONT BODY "## Question\n\nOne?\n\n- [x] yes\n  > y\n- [x] no\n  > n\n", ":32", "must say \"(several answers)\""},
        {FRONT BODY "## Question\n\nOne?\n\n- [x] yes\n- [ ] no\n  > n\n", ":31", "answer 1 of the question of line 25 has no explanation"},
        {FRONT BODY "## Question\n\nOne?\n\n- [v] yes\n  > y\n", ":29", "expected an answer"},
        {FRONT BODY "## Question\n\nOne?\n\n- [x] yes\nand so on\n", ":30", "expected an answer"},
        {FRONT BODY "## Question\n\nOne?\n\n- [x] yes\n  > y\n  z\n", ":31", "begins with >"},
        {FRONT BODY "## Situation\n\nOne?\n\n- [x] yes\n  > y\n", ":29", "told in a paragraph"},
        {FRONT "a\1b\n" QUESTION, ":20", "control character"},
        {FRONT "a\xff\n" QUESTION, ":0", "no UTF-8"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        vg_course_page p;
        vg_error err;
        int rc = parse(wrong[i].text, &p, &err);
        const char *colon = strrchr(err.where, ':');
        if (!TAP_OK(rc == -VG_EINVAL && colon && strcmp(colon, wrong[i].where) == 0 && strstr(err.what, wrong[i].what), "%s: %s", wrong[i].where, wrong[i].what))
            printf("# %d %s: %s\n", rc, err.where, err.what);
    }
    vg_course_page p;
    vg_error err;
    vg_buf big;
    vg_buf_init(&big, 1 << 20);
    vg_buf_add_cstr(&big, FRONT BODY);
    for (int i = 0; i < 65; i++) vg_buf_add_cstr(&big, QUESTION);
    TAP_EQ_INT(parse(big.ptr, &p, &err), -VG_EINVAL, "more than 64 questions");
    while (big.len <= VG_COURSE_MAX_FILE) vg_buf_add_cstr(&big, "words and words\n");
    TAP_EQ_INT(parse(big.ptr, &p, &err), -VG_ETOOBIG, "a file that is too big");
    vg_buf_free(&big);
}

static int join(const char *fr, const char *en, vg_course *out, vg_error *err)
{
    vg_course_page both[VG_LANGS];
    if (parse(fr, &both[VG_LANG_FR], err) || parse(en, &both[VG_LANG_EN], err)) return -1;
    return vg_course_join(both, out, err);
}

static void two_languages(void)
{
    static const char good[] = FRONT BODY QUESTION;
    vg_course a, b;
    vg_error err;
    TAP_EQ_INT(join(good, good, &a, &err), 0, "the same in both languages");
    TAP_EQ_INT(join(good, FRONT BODY QUESTION SITUATION, &b, &err), -VG_EINVAL, "another number of questions");
    TAP_EQ_INT(join(good, FRONT BODY "## Question\n\nOne?\n\n- [ ] yes\n  > y\n- [x] no\n  > n\n", &b, &err), -VG_EINVAL, "another right answer");
    TAP_EQ_STR(err.where, "training/en/01-law.md:25", "with its place");
    TAP_EQ_INT(join(FRONT BODY SITUATION, FRONT BODY "## Situation\n\nA.\n\nB?\n\n- [x] a\n  > x\n- [ ] b\n  > y\n- [ ] c\n  > z\n", &b, &err), -VG_EINVAL,
               "another kind of question");
    TAP_EQ_INT(join(good, FRONT BODY "## Question\n\nTwo?\n\n- [x] yes\n  > y\n- [ ] no\n  > n\n", &b, &err), 0, "other words are the translation");
    TAP_OK(a.digest != b.digest, "and another digest: what is asked has changed");
}

static void attempts(void)
{
    uint8_t order[10], again[10], other[10];
    unsigned seen = 0;
    vg_training_order(42, 0, 10, order);
    vg_training_order(42, 0, 10, again);
    vg_training_order(43, 0, 10, other);
    for (int i = 0; i < 10; i++) seen |= 1u << order[i];
    TAP_EQ_INT(seen, 0x3ff, "an order holds everything once");
    TAP_OK(memcmp(order, again, 10) == 0, "the same seed gives the same order");
    TAP_OK(memcmp(order, other, 10) != 0, "another seed another one");
    vg_training_order(42, 1, 10, other);
    TAP_OK(memcmp(order, other, 10) != 0, "and so does another question");
    int first[4] = {0};
    for (uint64_t seed = 0; seed < 4000; seed++) {
        vg_training_order(seed, 3, 4, order);
        first[order[0]]++;
    }
    for (int i = 0; i < 4; i++) TAP_OK(first[i] > 800 && first[i] < 1200, "each answer stands first about as often (%d)", first[i]);
    vg_course_page p;
    vg_error err;
    parse(FRONT BODY QUESTION SITUATION, &p, &err);
    TAP_EQ_INT(vg_training_score(&p, (uint32_t[]){1, 3}), 100, "all right");
    TAP_EQ_INT(vg_training_score(&p, (uint32_t[]){1, 1}), 50, "one of two right answers is not right");
    TAP_EQ_INT(vg_training_score(&p, (uint32_t[]){2, 7}), 0, "a wrong one beside the right ones neither");
    TAP_EQ_INT(vg_training_score(&p, (uint32_t[]){0, 0}), 0, "nor none");
}

/* ---- a set on disk ---- */

static char home[64];

static void write_file(const char *name, const char *text)
{
    char path[160], dir[160];
    snprintf(path, sizeof path, "%s/training/%s", home, name);
    snprintf(dir, sizeof dir, "%.*s", (int)(strrchr(path, '/') - path), path);
    vg_error err = {0};
    if (vg_dir_create(dir, 0700, &err) || vg_file_replace(path, text, strlen(text), 0600, &err)) printf("# %s\n", err.what);
}

static void write_course(const char *lang, const char *id, int order, const char *more, int valid)
{
    char text[1000], name[64];
    snprintf(text, sizeof text,
             "---\nid: %s\ntitle: %s\nversion: 1\norder: %d\nminutes: 9\npass_mark: 80%%\nvalid: %d days\nopens: contact\n%s---\nText.\n\n" QUESTION, id, id, order,
             valid, more);
    snprintf(name, sizeof name, "%s/%s.md", lang, id);
    write_file(name, text);
}

static void both(const char *id, int order, const char *more, int valid)
{
    write_course("fr", id, order, more, valid);
    write_course("en", id, order, more, valid);
}

static int load(vg_course_set **set, vg_error *err)
{
    char dir[96];
    *err = (vg_error){0};
    if (!vg_course_dir(home, dir, sizeof dir)) return -1;
    return vg_course_set_load(set, dir, err);
}

static void fails(const char *what)
{
    vg_course_set *set = NULL;
    vg_error err;
    if (!TAP_OK(load(&set, &err) == -VG_EINVAL && strstr(err.what, what), "refused: %s", what)) printf("# %s: %s\n", err.where, err.what);
    vg_course_set_unref(&set);
}

static void a_set(void)
{
    vg_course_set *set = NULL;
    vg_error err;
    char dir[96];
    TAP_OK(!vg_course_dir(home, dir, sizeof dir), "no directory: no courses");
    TAP_EQ_INT(vg_course_set_load(&set, NULL, &err), 0, "which is an empty set");
    TAP_EQ_INT((int64_t)vg_course_count(set), 0, "with nothing in it");
    vg_course_set_unref(&set);
    both("second", 2, "requires: first\n", 100);
    write_course("fr", "first", 1, "", 50);
    fails("no English file");
    write_course("en", "first", 1, "", 60);
    fails("version, order, minutes, pass_mark or valid is not as in the French file");
    both("first", 1, "", 50);
    TAP_EQ_INT(load(&set, &err), 0, "two courses in two languages");
    TAP_OK(vg_course_count(set) == 2 && vg_str_is(vg_course_at(set, 0)->page[0].id, "first"), "in their order");
    TAP_OK(vg_course_find(set, VG_STR("second")) && !vg_course_find(set, VG_STR("third")), "found by id");
    vg_course_set_unref(&set);
    both("first", 3, "", 50);
    fails("has no smaller order");
    both("first", 1, "requires: nothing\n", 50);
    fails("there is no course \"nothing\"");
    both("first", 1, "", 50);
    write_file("fr/zz.md", "---\nid: first\ntitle: x\nversion: 1\norder: 1\nminutes: 9\npass_mark: 80%\nvalid: 50 days\nopens: contact\n---\nText.\n\n" QUESTION);
    fails("the id first is that of");
    snprintf(dir, sizeof dir, "%.60s/training/fr/zz.md", home);
    unlink(dir);
}

static const char *const contact[] = {"first", "second"};

static void certificates(void)
{
    vg_course_set *set = NULL;
    vg_error err = {0};
    vg_policy policy = policy_fixture();
    policy.file = "policy/spaces/lobby.yaml";
    policy.training = (vg_policy_training){.written = true, .required = true, .validity_days = 70, .warn_days = 14, .attempts_per_day = 3};
    policy.training.courses[VG_CATEGORY_CONTACT] = contact;
    policy.training.course_count[VG_CATEGORY_CONTACT] = 2;
    policy.training.course_line[VG_CATEGORY_CONTACT] = 17;
    TAP_EQ_INT(load(&set, &err), 0, "the set of before");
    TAP_EQ_INT(vg_training_check_policy(&policy, set, &err), 0, "the policy names courses that are there");
    const int64_t day = VG_DAY_MS;
    vg_training_record r[3] = {{VG_STR("first"), NOW - 10 * day, 90}, {VG_STR("second"), NOW - 5 * day, 79}, {VG_STR("second"), NOW - 2 * day, 80}};
    const vg_policy_training *t = &policy.training;
    TAP_EQ_INT(vg_training_until(t, set, VG_CATEGORY_CONTACT, r, 1, 0, NOW), 0, "one of two courses opens nothing");
    TAP_EQ_INT(vg_training_until(t, set, VG_CATEGORY_CONTACT, r, 2, 0, NOW), 0, "nor does a score under the mark");
    TAP_EQ_INT(vg_training_until(t, set, VG_CATEGORY_CONTACT, r, 3, 0, NOW), NOW + 40 * day, "both: until the first of them ends");
    TAP_EQ_INT(vg_training_passed_until(t, vg_course_find(set, VG_STR("second")), r, 3, 0), NOW + 68 * day, "the policy's validity is shorter than the course's");
    TAP_EQ_INT(vg_training_until(t, set, VG_CATEGORY_CONTACT, r, 3, 0, NOW + 40 * day), 0, "not when one of them is over");
    TAP_EQ_INT(vg_training_until(t, set, VG_CATEGORY_CONTACT, r, 3, NOW - 7 * day, NOW), 0, "not with what was passed before a revocation");
    policy.training.pass_mark = 95;
    TAP_EQ_INT(vg_training_until(t, set, VG_CATEGORY_CONTACT, r, 3, 0, NOW), 0, "not under the mark of the policy");
    policy.training.course_count[VG_CATEGORY_THREAT] = 1;
    policy.training.courses[VG_CATEGORY_THREAT] = (const char *const[]){"gone"};
    policy.training.course_line[VG_CATEGORY_THREAT] = 23;
    TAP_EQ_INT(vg_training_check_policy(&policy, set, &err), -VG_EINVAL, "a course that is not there");
    TAP_EQ_STR(err.where, "policy/spaces/lobby.yaml:23", "is an error at its line");
    vg_buf out;
    vg_buf_init(&out, 4096);
    policy.training.courses[VG_CATEGORY_THREAT] = contact;
    TAP_EQ_INT((int64_t)vg_training_remarks(&policy, set, &out), 1, "a course for a category that it is not made for is a remark");
    vg_buf_free(&out);
    vg_course_set_unref(&set);
}

static void refusals(void)
{
    vg_error err = {0};
    TAP_EQ_INT(vg_training_refuse(VG_GAP_NONE, VG_CATEGORY_LIVE, VG_LANG_FR, &err), 0, "nothing is missing");
    for (int gap = VG_GAP_NEVER; gap <= VG_GAP_SUSPENDED; gap++)
        for (int lang = 0; lang < VG_LANGS; lang++)
            for (int c = 0; c < VG_CATEGORIES; c++) {
                int rc = vg_training_refuse((vg_training_gap)gap, (vg_category)c, (vg_lang)lang, &err);
                if (rc != -VG_EFORBIDDEN || !strstr(err.what, vg_training_category_title((vg_category)c, (vg_lang)lang)) || strlen(err.what) > 330)
                    TAP_OK(false, "%s", err.what);
            }
    TAP_OK(strstr(err.what, "“reports by users” pauses"), "each refusal names the category");
}

static void no_memory(void)
{
    int rc;
    size_t n = 0;
    do {
        vg_course_set *set = NULL;
        vg_error err;
        vg_alloc_fail_at(++n);
        rc = load(&set, &err);
        vg_alloc_fail_at(0);
        vg_course_set_unref(&set);
    } while (rc == -VG_ENOMEM && n < 1000);
    TAP_EQ_INT(rc, 0, "every allocation of a load may fail");
    TAP_OK(n > 3, "there were some (%zu)", n);
}

/* ---- what is shipped ---- */

static void shipped(void)
{
    static const char *const ids[] = {"law", "grooming", "child-in-danger", "sextortion", "known-material", "bias", "welfare", "emergency"};
    vg_course_set *set = NULL;
    vg_error err = {0};
    if (!TAP_OK(vg_course_set_load(&set, VG_TEST_TRAINING, &err) == 0, "the shipped courses load")) {
        printf("# %s: %s\n", err.where, err.what);
        return;
    }
    TAP_EQ_INT((int64_t)vg_course_count(set), 8, "eight courses");
    for (size_t i = 0; i < 8; i++) {
        const vg_course *c = vg_course_find(set, vg_str_of(ids[i]));
        if (!TAP_OK(c != NULL, "%s", ids[i])) continue;
        for (int l = 0; l < VG_LANGS; l++) {
            size_t words = 0;
            for (size_t k = 1; k < c->page[l].body.len; k++) words += c->page[l].body.ptr[k] == ' ' || c->page[l].body.ptr[k] == '\n';
            TAP_OK(words >= 600 && words <= 1400 && c->page[l].question_count >= 8 && c->page[l].question_count <= 12 && c->page[l].source_count,
                   "%s: %zu words, %zu questions, %zu sources", ids[i], words, c->page[l].question_count, c->page[l].source_count);
        }
    }
    TAP_OK(vg_practice_count(set) >= 10, "at least ten practice cases");
    vg_course_set_unref(&set);
}

int main(void)
{
    char command[96];
    arena = vg_arena_create(1 << 16, 64 << 20);
    snprintf(home, sizeof home, "/tmp/vigie-training-XXXXXX");
    if (!mkdtemp(home)) return 1;
    a_course();
    mistakes();
    two_languages();
    attempts();
    a_set();
    certificates();
    refusals();
    no_memory();
    shipped();
    vg_arena_destroy(&arena);
    snprintf(command, sizeof command, "rm -rf '%s'", home);
    if (system(command)) return 1;
    return tap_done();
}
