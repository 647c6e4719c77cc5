/* SPDX-License-Identifier: Apache-2.0
 *
 * The real pipeline over labelled conversations. Labels never reach it; neither the order of the corpus nor the number of
 * threads changes anything.
 */
#include "learning/evaluate.h"
#include "tests/unit/learning/support.h"
#include "tests/unit/pipeline/fixture.h"

#define TALK(...) TALK_OF(__VA_ARGS__)
#define TALK_OF(id, channel, risk, label, band, one, two) \
    "{\"id\":\"" id "\",\"language\":\"fr\",\"channel\":\"" channel "\",\"risk\":" risk ",\"authors\":[{\"name\":\"tom\",\"age_band\":\"25+\"" label \
    "},{\"name\":\"lou\"" band "}],\"messages\":[{\"author\":\"tom\",\"text\":\"bonjour\"},{\"author\":\"tom\",\"text\":\"" one \
    "\"},{\"author\":\"lou\",\"text\":\"oui\"},{\"author\":\"tom\",\"text\":\"" two "\"}]}\n"
#define ASKS "tu as quel âge ?", "c’est notre secret, envoie moi une photo"
#define CHATS "tu joues ce soir ?", "à demain"

static vg_corpus corpus_of(const char *text)
{
    vg_corpus corpus;
    vg_error err = {0};
    if (vg_corpus_read(&corpus, vg_str_of(text), "c", NULL, &err)) give_up("corpus", &err);
    return corpus;
}

static vg_eval_run run_of(vg_policy_set *set, const vg_corpus *corpus, vg_eval_options options)
{
    vg_eval_run run;
    vg_error err = {0};
    options.policies = set;
    options.space = "lobby";
    if (vg_eval_run_corpus(&run, corpus, &options, &err)) give_up("run", &err);
    return run;
}

static bool same_scores(const vg_eval_talk *a, const vg_eval_talk *b)
{
    size_t n = a->talk->message_count;
    return n == b->talk->message_count && !memcmp(a->scores, b->scores, n * sizeof *a->scores) && a->first_request == b->first_request;
}

static void what_it_sees(vg_policy_set *set)
{
    vg_corpus corpus = corpus_of(TALK("a", "private", "true", ",\"risk\":true", ",\"age_band\":\"13-14\"", ASKS) TALK("b", "private", "false", "", ",\"age_band\":\"13-14\"", CHATS));
    vg_eval_run run = run_of(set, &corpus, (vg_eval_options){0});
    const vg_eval_talk *a = &run.talks[0], *b = &run.talks[1];
    TAP_OK(run.count == 2 && run.messages == 8 && !run.not_looked_at && !run.cut && run.review_at > run.nudge_at, "two talks, eight messages, all looked at");
    TAP_OK(a->scores[1].risk > a->scores[0].risk && a->scores[3].risk > a->scores[1].risk && a->scores[3].verdict >= VG_VERDICT_REVIEW, "risk grows as behaviours add up");
    TAP_EQ_INT(a->scores[2].risk, 0, "who answers has no risk");
    TAP_OK(a->first_request == 4 && b->first_request == 0, "the first request is where the expressions see one");
    TAP_OK(b->scores[3].risk < a->scores[1].risk && b->scores[3].verdict == VG_VERDICT_ALLOW, "an adult and a child who chat are let alone");
    vg_eval_run words = run_of(set, &corpus, (vg_eval_options){.lexicon_only = true});
    TAP_OK(words.talks[0].scores[0].risk == 0 && words.talks[0].scores[1].risk > 0 && words.talks[0].scores[1].risk < a->scores[1].risk,
           "the words alone: conduct adds nothing");
    vg_eval_free(&run);
    vg_eval_free(&words);
    vg_corpus_free(&corpus);
}

static void labels_do_not_leak(vg_policy_set *set)
{
    vg_corpus labelled = corpus_of(TALK("a", "private", "true", ",\"risk\":true", "", ASKS)), not_labelled = corpus_of(TALK("a", "private", "false", "", "", ASKS));
    vg_eval_run one = run_of(set, &labelled, (vg_eval_options){0}), two = run_of(set, &not_labelled, (vg_eval_options){0});
    TAP_OK(same_scores(&one.talks[0], &two.talks[0]), "the same talk with another label gets the same scores");
    vg_eval_run young = run_of(set, &labelled, (vg_eval_options){.assumed = VG_AGE_13_14});
    TAP_OK(young.talks[0].scores[1].risk > one.talks[0].scores[1].risk, "an age assumed for who has none counts; who has one keeps it");
    vg_eval_free(&one);
    vg_eval_free(&two);
    vg_eval_free(&young);
    vg_corpus_free(&labelled);
    vg_corpus_free(&not_labelled);
}

/* Sixty talks between the same two names, months long: were memory shared, the later ones would remember the earlier. */
static void talks_are_apart(vg_policy_set *set)
{
    vg_buf text;
    vg_buf_init(&text, 1 << 20);
    for (int i = 0; i < 60; i++) {
        vg_buf_printf(&text, "{\"id\":\"t%d\",\"risk\":false,\"authors\":[{\"name\":\"tom\",\"age_band\":\"25+\"},{\"name\":\"lou\",\"age_band\":\"under13\"}],\"messages\":[", i);
        for (int m = 0; m < 12; m++)
            vg_buf_printf(&text, "%s{\"author\":\"%s\",\"time\":\"2026-%02d-%02dT12:00:00Z\",\"text\":\"%s\"}", m ? "," : "", m % 3 == 2 ? "lou" : "tom", m + 1, 1 + i % 28,
                          m == i % 5 ? "tu as quel âge ?" : m == 7 && i % 2 ? "garde le secret, dis a personne" : "bonjour");
        vg_buf_add_cstr(&text, "]}\n");
    }
    vg_corpus corpus = corpus_of(text.ptr), turned = corpus_of(text.ptr);
    for (size_t i = 0; i < 30; i++) {
        vg_corpus_talk swap = turned.talks[i];
        turned.talks[i] = turned.talks[59 - i];
        turned.talks[59 - i] = swap;
    }
    vg_eval_run one = run_of(set, &corpus, (vg_eval_options){.threads = 1}), four = run_of(set, &corpus, (vg_eval_options){.threads = 4}),
                back = run_of(set, &turned, (vg_eval_options){.threads = 1});
    bool threads_same = true, order_same = true, any = false;
    for (size_t i = 0; i < 60; i++) {
        threads_same = threads_same && same_scores(&one.talks[i], &four.talks[i]);
        order_same = order_same && same_scores(&one.talks[i], &back.talks[59 - i]);
        for (size_t m = 0; m < 12; m++) any = any || one.talks[i].scores[m].risk > 3000;
    }
    TAP_OK(any && threads_same, "one thread and four give the same");
    TAP_OK(order_same, "the order of the corpus changes nothing");
    vg_eval_free(&one);
    vg_eval_free(&four);
    vg_eval_free(&back);
    vg_corpus_free(&corpus);
    vg_corpus_free(&turned);
    vg_buf_free(&text);
}

/* One adult and eight children: apart it is eight conversations, together it is an account that writes to everybody. */
static void groups_share_a_memory(vg_policy_set *set)
{
    vg_buf text;
    vg_eval_run run[2];
    vg_corpus corpus[2];
    vg_buf_init(&text, 1 << 20);
    for (int grouped = 0; grouped < 2; grouped++) {
        vg_buf_clear(&text);
        for (int i = 0; i < 8; i++)
            vg_buf_printf(&text, "{\"id\":\"t%d\",%s\"risk\":true,\"authors\":[{\"name\":\"tom\",\"age_band\":\"25+\",\"risk\":true},{\"name\":\"child%d\",\"age_band\":"
                          "\"under13\"}],\"messages\":[{\"author\":\"tom\",\"time\":\"2026-05-04T12:%02d:00Z\",\"text\":\"bonjour\"}]}\n",
                          i, grouped ? "\"group\":\"g\"," : "", i, 20 - i);
        corpus[grouped] = corpus_of(text.ptr);
        run[grouped] = run_of(set, &corpus[grouped], (vg_eval_options){.threads = 2});
    }
    TAP_OK(run[0].talks[0].scores[0].risk == run[0].talks[7].scores[0].risk, "talks that are not of a group know nothing of each other");
    TAP_OK(run[1].talks[0].scores[0].risk > run[0].talks[0].scores[0].risk, "in a group the last by time is judged with all the others remembered");
    TAP_OK(run[1].talks[7].scores[0].risk == run[0].talks[7].scores[0].risk, "... and the first by time with none, though it is last in the corpus");
    for (int i = 0; i < 2; i++) {
        vg_eval_free(&run[i]);
        vg_corpus_free(&corpus[i]);
    }
    vg_buf_free(&text);
}

static void change_one(void *context, vg_policy *policy)
{
    policy->weight[VG_TEXT_SECRECY] = 1;
    ++*(int *)context;
}

static void derived_policies(vg_policy_set *set)
{
    vg_policy_set *derived = NULL, *twice = NULL;
    vg_error err = {0};
    int changed = 0;
    TAP_OK(!vg_policy_set_derive(&derived, set, "lobby", change_one, &changed, &err) && changed == 1 && vg_policy_set_count(derived) == 1, "a set of one space, changed");
    TAP_OK(!vg_policy_set_derive(&twice, derived, NULL, change_one, &changed, &err) && changed == 2, "and one made from that");
    vg_policy_set_unref(&derived);
    const vg_policy *policy = vg_policy_set_find(twice, VG_STR("lobby"), NULL), *first = vg_policy_set_find(set, VG_STR("lobby"), NULL);
    TAP_OK(policy && policy->weight[VG_TEXT_SECRECY] == 1 && strcmp(policy->space, "lobby") == 0, "what it is made from is kept as long as it is there");
    TAP_OK(first->weight[VG_TEXT_SECRECY] > 1, "and is as it was");
    TAP_OK(vg_policy_set_derive(&derived, set, "attic", change_one, &changed, &err) == -VG_ENOENT && !derived, "no such space");
    vg_policy_set_unref(&twice);
}

static void count_done(void *context, size_t done) { *(size_t *)context = done; }

static void odd_input(vg_policy_set *set)
{
    vg_buf text;
    vg_error err = {0};
    vg_eval_run run;
    size_t done = 0;
    vg_buf_init(&text, 1 << 20);
    vg_buf_add_cstr(&text, "conversation,author,text,channel\na,x,\"");
    for (int i = 0; i < 10000; i++) vg_buf_add_cstr(&text, "é ");
    vg_buf_add_cstr(&text, "\",public\na,x,,\n");
    for (int i = 0; i < 50; i++) vg_buf_printf(&text, "b,m%d,salut,\n", i);
    vg_corpus corpus = corpus_of(text.ptr);
    run = run_of(set, &corpus, (vg_eval_options){.progress = count_done, .context = &done});
    TAP_OK(run.cut == 1 && run.messages == 52, "a text that is too long is cut and counted; an empty one, a public channel, fifty in a room");
    TAP_EQ_INT(done, 2, "progress is told");
    vg_eval_free(&run);
    int rc = vg_eval_run_corpus(&run, &corpus, &(vg_eval_options){.policies = set, .space = "attic"}, &err);
    TAP_OK(rc == -VG_ENOENT && !run.arena, "no such space");
    rc = vg_eval_run_corpus(&run, &corpus, &(vg_eval_options){.policies = set, .space = "lobby", .model = "/nonexistent"}, &err);
    TAP_OK(rc < 0 && !run.arena && err.what[0], "no such model");
    vg_corpus_free(&corpus);
    vg_buf_free(&text);
}

static void without_memory(vg_policy_set *set)
{
    vg_corpus corpus = corpus_of(TALK("a", "private", "true", "", "", ASKS));
    vg_eval_options options = {.policies = set, .space = "lobby", .threads = 1};
    size_t failures = 0;
    bool right = true, done = false;
    for (size_t n = 1; n < 20000 && right && !done; n++) {
        vg_eval_run run;
        vg_error err = {0};
        vg_alloc_fail_at(n);
        int rc = vg_eval_run_corpus(&run, &corpus, &options, &err);
        done = !vg_alloc_failed();
        vg_alloc_fail_at(0);
        right = done ? rc == 0 : rc == 0 || (err.code && !run.arena); /* a cache that finds no memory is done without */
        if (!right) printf("# allocation %zu: %d %s\n", n, rc, err.what);
        failures += rc != 0;
        vg_eval_free(&run);
    }
    TAP_OK(right && done && failures > 20, "each allocation is refused in turn: %zu errors, nothing left behind", failures);
    vg_corpus_free(&corpus);
}

int main(int argc, char **argv)
{
    small_policy small;
    if (argc < 2) return 1;
    make_small_policy(&small, argv[1]);
    vg_policy_set *set = load_policies(small.space);
    what_it_sees(set);
    labels_do_not_leak(set);
    talks_are_apart(set);
    groups_share_a_memory(set);
    derived_policies(set);
    odd_input(set);
    without_memory(set);
    vg_policy_set_unref(&set);
    remove_small_policy(&small);
    return tap_done();
}
