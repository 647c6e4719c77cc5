/* SPDX-License-Identifier: Apache-2.0
 *
 * The shipped policies, with the real stages behind them: what they must flag, and what they must leave
 * alone. argv[1] is the policy directory.
 */
#include "base/time.h"
#include "decision/decision.h"
#include "signals/conduct/conduct.h"
#include "signals/media/bank.h"
#include "signals/text/text.h"
#include "space/space.h"
#include "tap.h"

static vg_text_engine *engine;
static vg_text_scratch *scratch;

/* ---- the lexicon against its own sentences ---- */

/* Families from here on say something of the writer's own situation: age, a no, a call for help. Their counter-examples
 * may be a request, which is another family's. */
enum { ABOUT_ONESELF = 13 };

/* What each shipped lexicon must hold at least, in each family. */
static const struct {
    const char *language;
    size_t patterns, examples, counter_examples;
} languages[] = {{"fr", 25, 8, 8}, {"en", 25, 8, 8}, {"es", 15, 8, 6}, {"tl", 10, 6, 4}, {"ceb", 10, 5, 4}};
enum { LANGUAGES = sizeof languages / sizeof languages[0], PATTERNS_LEAST = 2000 };

static size_t language_of(const char *name)
{
    size_t l = 0;
    while (l < LANGUAGES && strcmp(languages[l].language, name) != 0) l++;
    return l;
}

static void test_examples(const vg_policy *p)
{
    size_t sentences[LANGUAGES + 1][VG_TEXT_FAMILIES][2] = {{{0}}};
    for (size_t i = 0; i < p->example_count; i++) {
        const vg_policy_example *e = &p->examples[i];
        vg_text_hits hits;
        vg_text_scan(engine, scratch, vg_str_of(e->text), &hits);
        sentences[language_of(e->language)][e->family][e->match]++;
        const char *family = vg_evidence_names[vg_evidence_of_family(e->family)];
        if (e->match) TAP_OK(hits.families >> e->family & 1, "%s %s matches: %s", e->language, family, e->text);
        else if (!TAP_OK((hits.families & (e->family < ABOUT_ONESELF ? ~0U : 1U << e->family)) == 0,
                         "%s %s nothing matches: %s", e->language, family, e->text))
            for (size_t h = 0; h < hits.count; h++)
                printf("# %s\n", hits.hit[h].pattern < p->pattern_count ? p->patterns[hits.hit[h].pattern].text : "its form");
    }
    for (size_t l = 0; l < LANGUAGES; l++)
        for (unsigned f = 0; f < VG_TEXT_FAMILIES; f++)
            TAP_OK(sentences[l][f][1] >= languages[l].examples && sentences[l][f][0] >= languages[l].counter_examples,
                   "%s %s has examples and counter-examples", languages[l].language,
                   vg_evidence_names[vg_evidence_of_family(f)]);
}

/* Every pattern keeps to the syntax that the engine reads, is there once, and each family has its share in each language. */
static void test_patterns(const vg_policy *p)
{
    size_t count[LANGUAGES + 1][VG_TEXT_FAMILIES + 1] = {{0}}, wrong = 0, twice = 0;
    vg_error err;
    for (size_t i = 0; i < p->pattern_count; i++) {
        const vg_policy_pattern *pattern = &p->patterns[i];
        wrong += vg_text_pattern_check(vg_str_of(pattern->text), &err) != 0;
        wrong += pattern->strength < 3000;
        count[language_of(pattern->language)][pattern->family]++;
        for (size_t j = 0; j < i; j++)
            if (strcmp(p->patterns[j].text, pattern->text) == 0 && p->patterns[j].family == pattern->family &&
                strcmp(p->patterns[j].language, pattern->language) == 0)
                twice++;
    }
    TAP_EQ_INT(wrong, 0, "patterns keep to the syntax, strengths are 0.3 to 1");
    TAP_EQ_INT(twice, 0, "no pattern is in its family twice");
    for (size_t l = 0; l < LANGUAGES; l++) {
        size_t all = 0;
        TAP_OK(count[l][VG_PATTERN_REPORTING], "%s has turns of phrase of who reports and warns", languages[l].language);
        for (unsigned f = 0; f < VG_TEXT_FAMILIES; f++) {
            all += count[l][f];
            TAP_OK(count[l][f] >= languages[l].patterns, "%s %s has %zu patterns or more", languages[l].language,
                   vg_evidence_names[vg_evidence_of_family(f)], languages[l].patterns);
        }
        printf("# %s: %zu patterns\n", languages[l].language, all);
    }
    TAP_OK(p->pattern_count >= PATTERNS_LEAST, "%zu patterns together", p->pattern_count);
}

/* ---- verdicts ---- */

/* A private talk between two accounts that have met before; a test changes what it is about. */
static vg_facts talk(vg_age_band actor, vg_age_band peer)
{
    vg_facts f = {.actor_band = (uint8_t)actor,
                  .actor_basis = VG_BASIS_DECLARED,
                  .actor_age_hours = 1000,
                  .minors_day = 1,
                  .minors_week = 1,
                  .has_peer = true,
                  .peer_band = (uint8_t)peer,
                  .peer_basis = VG_BASIS_DECLARED,
                  .any_minor = vg_age_is_minor(actor) || vg_age_is_minor(peer),
                  .actor_began = true,
                  .sent = 3,
                  .received = 3,
                  .today = 3,
                  .usual_x16 = 48,
                  .met_hours_ago = 2};
    for (int i = 0; i < VG_TEXT_FAMILIES; i++) f.family_hours[i] = VG_FACTS_UNKNOWN;
    return f;
}

/* The sentences are said one after the other in one talk; the verdict on the last one. */
static vg_verdict_kind say(const vg_policy *p, vg_facts f, const char *const *sentences, uint16_t *risk)
{
    vg_verdict verdict = {0};
    vg_event event = {.type = VG_EVENT_MESSAGE, .channel = VG_CHANNEL_PRIVATE};
    vg_time_parse(VG_STR("2026-05-04T15:00:00Z"), &event.time_ms);
    for (; *sentences; sentences++) {
        vg_evidence ev[VG_EVIDENCE_KINDS];
        vg_text_hits hits;
        size_t count = 0;
        vg_text_scan(engine, scratch, vg_str_of(*sentences), &hits);
        vg_text_evidence(&hits, ev, &count);
        vg_decision_remembered(&f, p, hits.families, ev, &count);
        if (hits.reporting) vg_decision_reported(ev, count);
        vg_conduct_evidence(&event, &f, p, ev, &count);
        vg_decide(p, vg_conduct_relation(&f, p), ev, count, VG_VERDICT_ALLOW, true, &verdict);
        for (int i = 0; i < VG_TEXT_FAMILIES; i++)
            if (hits.families >> i & 1) f.family_hours[i] = 0;
        f.first_contact = false;
    }
    *risk = verdict.risk;
    return verdict.kind;
}

static void expect(const vg_policy *p, vg_facts f, const char *const *sentences, vg_verdict_kind low,
                   vg_verdict_kind high, const char *name)
{
    uint16_t risk;
    vg_verdict_kind kind = say(p, f, sentences, &risk);
    if (!TAP_OK(kind >= low && kind <= high, "%s: %s", p->space, name))
        printf("# got %s at %u, expected %s to %s\n", vg_verdict_names[kind], risk, vg_verdict_names[low],
               vg_verdict_names[high]);
}

#define SAY(...) ((const char *const[]){__VA_ARGS__, NULL})
#define AGE      "t'as quel âge ?"
#define SECRET   "dis rien à tes parents"

static void test_adult_to_minor(const vg_policy *lobby)
{
    static const char *const single[] = {
        "t'as quel âge ?", "tes parents sont là ?",           "dis rien à tes parents",
        "c koi ton snap",  "je suis le seul à te comprendre", "j'ai un petit cadeau pour toi",
        "tu habites où ?"};
    static const vg_age_band adults[] = {VG_AGE_18_24, VG_AGE_25_PLUS},
                             minors[] = {VG_AGE_UNDER13, VG_AGE_13_14, VG_AGE_15_17};
    for (size_t a = 0; a < 2; a++)
        for (size_t m = 0; m < 3; m++) {
            vg_facts f = talk(adults[a], minors[m]);
            for (size_t i = 0; i < sizeof single / sizeof single[0]; i++)
                expect(lobby, f, SAY(single[i]), VG_VERDICT_ALLOW, VG_VERDICT_NUDGE,
                       "one family alone does not reach review");
            expect(lobby, f, SAY(AGE, SECRET), VG_VERDICT_REVIEW, VG_VERDICT_REVIEW,
                   "age gap, age and secrecy reach review");
            expect(lobby, f, SAY(AGE, SECRET, "viens chez moi samedi"), VG_VERDICT_HOLD, VG_VERDICT_HOLD,
                   "and a meeting reaches hold");
            expect(lobby, f, SAY(AGE, SECRET, "on continue sur whatsapp ?"), VG_VERDICT_HOLD, VG_VERDICT_HOLD,
                   "and another app reaches hold");
            expect(lobby, f, SAY("how old are you", "don't tell your parents"), VG_VERDICT_REVIEW,
                   VG_VERDICT_REVIEW, "in English too");
            expect(lobby, f, SAY("envoie une photo de toi"), VG_VERDICT_REVIEW, VG_VERDICT_HOLD,
                   "a picture request stands alone");
            expect(lobby, f, SAY("paie ou je publie tes photos"), VG_VERDICT_REVIEW, VG_VERDICT_HOLD,
                   "a threat stands alone");
            expect(lobby, f, SAY("salut, gg pour la partie d'hier"), VG_VERDICT_ALLOW, VG_VERDICT_ALLOW,
                   "ordinary talk is left alone");
        }
    vg_facts hidden = talk(VG_AGE_UNKNOWN, VG_AGE_13_14);
    expect(lobby, hidden, SAY("envoie une photo de toi"), VG_VERDICT_REVIEW, VG_VERDICT_HOLD,
           "a hidden age does not help");
}

static vg_facts fan_out(uint32_t minors, uint32_t account_hours, vg_age_band actor)
{
    vg_facts f = talk(actor, VG_AGE_13_14);
    f.minors_day = f.minors_week = minors;
    f.actor_age_hours = account_hours;
    f.first_contact = true;
    f.sent = f.today = 1;
    f.received = 0;
    f.usual_x16 = 0;
    return f;
}

static void test_fan_out(const vg_policy *p)
{
    expect(p, fan_out(10, 6, VG_AGE_25_PLUS), SAY("salut"), VG_VERDICT_REVIEW, VG_VERDICT_HOLD,
           "ten minors in a day, new account");
    expect(p, fan_out(10, 48, VG_AGE_18_24), SAY("salut"), VG_VERDICT_REVIEW, VG_VERDICT_HOLD,
           "the same at two days old, 18-24");
    expect(p, fan_out(1, 6, VG_AGE_18_24), SAY("salut"), VG_VERDICT_ALLOW, VG_VERDICT_NUDGE,
           "one minor is no fan-out");
    expect(p, fan_out(10, 6, VG_AGE_15_17), SAY("salut"), VG_VERDICT_ALLOW, VG_VERDICT_NUDGE,
           "a minor who greets everybody");
}

static void test_left_alone(const vg_policy *p)
{
    static const vg_age_band minors[] = {VG_AGE_UNDER13, VG_AGE_13_14, VG_AGE_15_17};
    for (size_t a = 0; a < 3; a++)
        for (size_t b = 0; b < 3; b++)
            expect(p, talk(minors[a], minors[b]),
                   SAY(AGE, "t'as snap ?", "on se retrouve devant le collège après les cours",
                       "tu habites où ?"),
                   VG_VERDICT_ALLOW, VG_VERDICT_ALLOW,
                   "minors talk of ages, snapchat and meeting after school");
    expect(p, talk(VG_AGE_18_24, VG_AGE_18_24),
           SAY(AGE, "t'as insta ?", "envoie une photo de toi", "on se voit en vrai ?"), VG_VERDICT_ALLOW,
           VG_VERDICT_ALLOW, "adults among themselves");
    expect(p, talk(VG_AGE_25_PLUS, VG_AGE_18_24),
           SAY("how old are you", "what's your number", "come to my place", "send me a pic of you"),
           VG_VERDICT_ALLOW, VG_VERDICT_ALLOW, "adults among themselves, in English");
}

/* Who warns quotes, and must not be taken for who asks; who only dresses up a request gains no more than half. */
static void test_quoting(const vg_policy *lobby)
{
    vg_facts f = talk(VG_AGE_25_PLUS, VG_AGE_13_14);
    expect(lobby, f, SAY("si quelqu'un te propose des robux contre une photo de toi, préviens un adulte",
                         "les phrases typiques : « on se voit en vrai ? »"),
           VG_VERDICT_ALLOW, VG_VERDICT_NUDGE, "a moderator who warns");
    expect(lobby, f, SAY("if someone offers you robux for a pic of you, block and report", "typical lines: \"don't tell your parents\""),
           VG_VERDICT_ALLOW, VG_VERDICT_NUDGE, "in English");
    expect(lobby, f, SAY("es una sorpresa, no se lo digas a tus amigos"), VG_VERDICT_ALLOW, VG_VERDICT_NUDGE, "a surprise");
    expect(lobby, f, SAY("if someone asks, say you're my cousin", "how old are you", "send me a pic of you"), VG_VERDICT_REVIEW,
           VG_VERDICT_HOLD, "an excuse made up is no warning");
    expect(lobby, f, SAY("it's a surprise, don't tell your parents", "how old are you", "are you home alone"), VG_VERDICT_REVIEW,
           VG_VERDICT_HOLD, "what was dressed up is remembered in full");
}

static void test_media(const vg_policy *p)
{
    /* SHA-256 of "vigie demo picture 1" */
    static const uint8_t known[32] = {0x51, 0x57, 0x84, 0xe1, 0x5c, 0x39, 0x43, 0xa9, 0x8d, 0x0e, 0x01,
                                      0x2b, 0x32, 0x11, 0x2d, 0x12, 0xf4, 0x6c, 0x63, 0xae, 0x7a, 0x79,
                                      0x3b, 0x88, 0xb9, 0x12, 0x6d, 0xa6, 0x09, 0x83, 0x40, 0x7c};
    vg_media_hash hash = {.algorithm = VG_HASH_SHA256};
    vg_evidence ev[VG_EVIDENCE_KINDS];
    size_t count = 0;
    vg_verdict_kind effect = VG_VERDICT_ALLOW;
    vg_verdict verdict;
    memcpy(hash.bytes, known, sizeof known);
    TAP_OK(vg_media_evidence(p, &hash, 1, ev, &count, &effect), "%s: the demo picture is found in the bank",
           p->space);
    vg_decide(p, VG_REL_ADULT_TO_ADULT, ev, count, effect, true, &verdict);
    TAP_EQ_INT(verdict.kind, VG_VERDICT_BLOCK, "and blocked");
    hash.bytes[31] ^= 1;
    TAP_OK(!vg_media_evidence(p, &hash, 1, ev, &count, &effect), "another picture is not");
    for (size_t i = 1; i < p->banks[0].hash_count; i++)
        if (vg_media_hash_compare(&p->banks[0].hashes[i - 1], &p->banks[0].hashes[i]) >= 0)
            TAP_OK(false, "bank order at %zu", i);
}

static void test_report(const vg_policy *p)
{
    vg_facts f = {.notices_made = 1, .notices_against = 1};
    vg_evidence ev[VG_EVIDENCE_KINDS];
    vg_verdict verdict;
    size_t count = 0;
    vg_notice_evidence(&f, ev, &count);
    vg_decide(p, VG_REL_MINOR_TO_ADULT, ev, count, VG_VERDICT_ALLOW, true, &verdict);
    TAP_OK(verdict.kind >= VG_VERDICT_REVIEW, "%s: a first report by an unknown reporter reaches a person",
           p->space);
    f.notices_dismissed = 8;
    count = 0;
    vg_notice_evidence(&f, ev, &count);
    vg_decide(p, VG_REL_MINOR_TO_ADULT, ev, count, VG_VERDICT_ALLOW, true, &verdict);
    TAP_OK(verdict.kind < VG_VERDICT_REVIEW, "%s: a reporter who was dismissed eight times does not",
           p->space);
}

static void test_scanning(const vg_policy_set *set)
{
    const vg_policy *lobby = vg_policy_set_find(set, VG_STR("lobby"), NULL);
    const vg_policy *dating = vg_policy_set_find(set, VG_STR("rencontre"), NULL);
    const vg_policy *forum = vg_policy_set_find(set, VG_STR("forum"), NULL);
    int64_t now;
    vg_time_parse(VG_STR("2026-12-01T00:00:00Z"), &now);
    TAP_OK(lobby && dating && forum && vg_policy_set_count(set) == 3, "three spaces");
    TAP_OK(vg_policy_may_scan(lobby, VG_CHANNEL_PRIVATE, now),
           "lobby scans private talk on its recorded basis");
    TAP_OK(strstr(lobby->legal_basis, "EXAMPLE"), "which is marked as an example");
    TAP_OK(!vg_policy_may_scan(dating, VG_CHANNEL_PRIVATE, now), "rencontre does not");
    TAP_OK(!vg_policy_may_scan(forum, VG_CHANNEL_PRIVATE, now), "forum does not");
    vg_buf out;
    vg_buf_init(&out, 1 << 16);
    TAP_EQ_INT(vg_policy_check(set, now, &out), 8, "the only findings are the examples (a legal basis, and of each space the support contact and the operator), and how many entries of the law are not verified");
    printf("# %s", out.ptr ? out.ptr : "\n");
    vg_buf_free(&out);
}

/* Every kind has its few words, and a sentence can be made of them. */
static void test_nouns(const vg_policy *p)
{
    for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) {
        const vg_policy_phrase *noun = &p->noun[kind];
        bool both = noun->text[VG_LANG_FR] && noun->text[VG_LANG_EN] && !noun->one[VG_LANG_FR] == !noun->one[VG_LANG_EN];
        TAP_OK(both, "%s has its few words in both languages", vg_evidence_names[kind]);
        if (!both) continue;
        bool number = strstr(noun->text[VG_LANG_FR], "{value}") != NULL;
        TAP_OK(number == (strstr(noun->text[VG_LANG_EN], "{value}") != NULL), "%s: the number is in both or in none", vg_evidence_names[kind]);
        size_t last = strlen(noun->text[VG_LANG_EN]) - 1;
        TAP_OK(noun->text[VG_LANG_EN][last] != '.' && !strchr("0123456789", noun->text[VG_LANG_EN][0]), "%s: they are no sentence",
               vg_evidence_names[kind]);
    }
}

int main(int argc, char **argv)
{
    vg_policy_set *set = NULL;
    vg_error err = {0};
    if (argc != 2 || vg_policy_set_load(&set, argv[1], &err) != 0) {
        printf("Bail out! %s: %s\n", err.where, err.what);
        return 1;
    }
    const vg_policy *first = vg_policy_set_at(set, 0);
    vg_text_sources sources = vg_text_sources_of(first);
    if (vg_text_engine_create(&engine, &sources, &err) ||
        vg_text_scratch_create(&scratch, &err) || vg_text_scratch_fit(scratch, engine, &err)) {
        printf("Bail out! %s: %s\n", err.where, err.what);
        return 1;
    }
    test_scanning(set);
    test_patterns(first);
    test_examples(first);
    test_nouns(first);
    test_adult_to_minor(vg_policy_set_find(set, VG_STR("lobby"), NULL));
    test_quoting(vg_policy_set_find(set, VG_STR("lobby"), NULL));
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        test_left_alone(p);
        test_media(p);
        test_report(p);
        if (strcmp(p->space, "forum") != 0) test_fan_out(p);
    }
    vg_text_scratch_destroy(&scratch);
    vg_text_engine_destroy(&engine);
    vg_policy_set_unref(&set);
    return tap_done();
}
