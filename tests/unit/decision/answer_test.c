/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/decision.h"

#include <jansson.h>

#include "base/alloc.h"
#include "policy_fixture.h"
#include "tap.h"

static vg_buf out;

static const char *text(void)
{
    return out.ptr ? out.ptr : "";
}

static vg_policy policy_with_phrases(void)
{
    vg_policy p = policy_fixture();
    p.why[VG_CONDUCT_FAN_OUT_DAY] =
        (vg_policy_phrase){{"{value} mineurs contactés en un jour.", "{value} minors contacted in a day."},
                           {"Un mineur contacté en un jour.", "One minor contacted in a day."}};
    p.why[VG_TEXT_SECRECY] =
        (vg_policy_phrase){.text = {"Demande de garder un « secret ».", "Asks to keep a \"secret\"."}};
    p.why[VG_CONDUCT_AGE_GAP] =
        (vg_policy_phrase){.text = {"Au moins {value} ans d’écart.", "At least {value} years apart."}};
    p.noun[VG_TEXT_SECRECY] = (vg_policy_phrase){.text = {"une demande de secret", "a request for secrecy"}};
    p.noun[VG_CONDUCT_AGE_GAP] =
        (vg_policy_phrase){.text = {"une différence d’âge de {value} ans", "an age gap of {value} years"}};
    p.noun[VG_CONDUCT_FAN_OUT_DAY] =
        (vg_policy_phrase){.text = {"des contacts avec {value} mineurs", "contacts with {value} minors"},
                           .one = {"un contact avec un mineur", "contacts with one minor"}};
    p.verdict_why[VG_VERDICT_ALLOW] = (vg_policy_phrase){.text = {"Rien à signaler.", "Nothing to report."}};
    p.verdict_why[VG_VERDICT_NUDGE] =
        (vg_policy_phrase){.text = {"Un rappel est affiché.", "A reminder is shown."}};
    p.verdict_why[VG_VERDICT_REVIEW] = (vg_policy_phrase){
        {"{value} éléments à examiner par une personne.", "{value} pieces for a person to look at."},
        {"Un élément à examiner par une personne.", "One piece for a person to look at."}};
    return p;
}

static vg_verdict review_verdict(void)
{
    return (vg_verdict){.kind = VG_VERDICT_REVIEW,
                        .risk = 6640,
                        .scanned = true,
                        .count = 3,
                        .evidence = {{.kind = VG_TEXT_SECRECY, .fresh = true, .weight = 4000, .value = 0},
                                     {.kind = VG_CONDUCT_AGE_GAP, .weight = 3000, .value = 11},
                                     {.kind = VG_CONDUCT_FAN_OUT_DAY, .weight = 2000, .value = 1}}};
}

/* ---- sentences ---- */

static const char *evidence_sentence(const vg_policy *policy, vg_evidence_kind kind, uint32_t value,
                                     vg_lang lang)
{
    vg_evidence ev = {.kind = (uint8_t)kind, .value = value};
    vg_buf_clear(&out);
    vg_explain_evidence(policy, &ev, lang, &out);
    return text();
}

static void test_sentences(void)
{
    vg_policy policy = policy_with_phrases();
    TAP_EQ_STR(evidence_sentence(&policy, VG_CONDUCT_FAN_OUT_DAY, 12, VG_LANG_FR),
               "12 mineurs contactés en un jour.", "the number in place");
    TAP_EQ_STR(evidence_sentence(&policy, VG_CONDUCT_FAN_OUT_DAY, 1, VG_LANG_FR),
               "Un mineur contacté en un jour.", "the form for one");
    TAP_EQ_STR(evidence_sentence(&policy, VG_CONDUCT_FAN_OUT_DAY, 0, VG_LANG_EN),
               "0 minors contacted in a day.", "nought is not one");
    TAP_EQ_STR(evidence_sentence(&policy, VG_CONDUCT_AGE_GAP, 1, VG_LANG_EN), "At least 1 years apart.",
               "no form for one: the sentence");
    policy.why[VG_CONDUCT_AGE_GAP].text[VG_LANG_EN] = "{value}{value} {x} {value";
    TAP_EQ_STR(evidence_sentence(&policy, VG_CONDUCT_AGE_GAP, 4294967295u, VG_LANG_EN),
               "42949672954294967295 {x} {value", "twice, and what is no {value} stays");
    policy.why[VG_CONDUCT_AGE_GAP].text[VG_LANG_EN] = NULL;
    TAP_EQ_STR(evidence_sentence(&policy, VG_CONDUCT_AGE_GAP, 2, VG_LANG_EN), "conduct.age_gap",
               "no sentence: the name");

    vg_verdict v = review_verdict();
    vg_buf_clear(&out);
    vg_explain_verdict(&policy, &v, VG_LANG_FR, &out);
    TAP_EQ_STR(text(), "3 éléments à examiner par une personne.", "a verdict says how many pieces");
    v.count = 1;
    v.scanned = false;
    vg_buf_clear(&out);
    vg_explain_verdict(&policy, &v, VG_LANG_EN, &out);
    TAP_EQ_STR(text(), "One piece for a person to look at. The content was not looked at.",
               "... and that content was not looked at");
}

/* ---- the JSON answer ---- */

static const char *answer(const vg_policy *policy, const char *id, const vg_verdict *verdict, int64_t case_id,
                          bool duplicate)
{
    vg_buf_clear(&out);
    vg_verdict_write(&out, policy, vg_str_of(id), verdict, case_id, duplicate);
    return text();
}

static void test_answers(void)
{
    vg_policy policy = policy_with_phrases();
    vg_verdict v = {.kind = VG_VERDICT_ALLOW, .scanned = true};
    TAP_EQ_STR(answer(&policy, "m-1", &v, 0, false),
               "{\"id\":\"m-1\",\"verdict\":\"allow\",\"risk\":0,\"evidence\":[],\"why\":{\"fr\":\"Rien à "
               "signaler.\","
               "\"en\":\"Nothing to report.\"},\"scanned\":true}",
               "allow without evidence");
    v.scanned = false;
    TAP_EQ_STR(answer(&policy, "m-1", &v, 0, true),
               "{\"id\":\"m-1\",\"verdict\":\"allow\",\"risk\":0,\"evidence\":[],\"why\":{\"fr\":\"Rien à "
               "signaler. Le contenu "
               "n’a pas été regardé.\",\"en\":\"Nothing to report. The content was not looked "
               "at.\"},\"scanned\":false,"
               "\"duplicate\":true}",
               "not scanned, and seen before");
    v = review_verdict();
    TAP_EQ_STR(answer(&policy, "m-\"2\"", &v, 123, false),
               "{\"id\":\"m-\\\"2\\\"\",\"verdict\":\"review\",\"risk\":0.664,\"evidence\":["
               "{\"name\":\"text.secrecy\",\"weight\":0.4,\"fresh\":true,\"why\":{\"fr\":\"Demande de garder "
               "un « secret ».\","
               "\"en\":\"Asks to keep a \\\"secret\\\".\"}},"
               "{\"name\":\"conduct.age_gap\",\"weight\":0.3,\"fresh\":false,\"why\":{\"fr\":\"Au moins 11 "
               "ans d’écart.\","
               "\"en\":\"At least 11 years apart.\"}},"
               "{\"name\":\"conduct.fan_out_24h\",\"weight\":0.2,\"fresh\":false,\"why\":{\"fr\":\"Un mineur "
               "contacté en un jour.\","
               "\"en\":\"One minor contacted in a day.\"}}],"
               "\"why\":{\"fr\":\"3 éléments à examiner par une personne.\",\"en\":\"3 pieces for a person "
               "to look at.\"},"
               "\"case\":\"c-000123\",\"scanned\":true}",
               "review with its case");
    v = (vg_verdict){.kind = VG_VERDICT_NUDGE, .risk = 3000, .scanned = true};
    TAP_EQ_STR(answer(&policy, "m-3", &v, 0, false),
               "{\"id\":\"m-3\",\"verdict\":\"nudge\",\"risk\":0.3,\"evidence\":[],\"why\":{\"fr\":\"Un "
               "rappel est affiché.\","
               "\"en\":\"A reminder is shown.\"},\"message\":{\"fr\":\"Tu peux en parler à un adulte de "
               "confiance.\","
               "\"en\":\"You can talk to an adult you trust.\"},\"scanned\":true}",
               "nudge carries the message, and only nudge");
}

/* Every answer is JSON with the members of the contract: read back by another library. */
static bool holds(const char *json, const vg_verdict *v, const char *id, int64_t case_id, bool duplicate)
{
    json_error_t error;
    json_t *o = json_loads(json, JSON_REJECT_DUPLICATES, &error);
    if (!o) {
        printf("# %s: %s\n", error.text, json);
        return false;
    }
    bool ok = strcmp(json_string_value(json_object_get(o, "id")), id) == 0 &&
              strcmp(json_string_value(json_object_get(o, "verdict")), vg_verdict_names[v->kind]) == 0 &&
              json_number_value(json_object_get(o, "risk")) == v->risk / 10000.0 &&
              json_array_size(json_object_get(o, "evidence")) == v->count &&
              json_boolean_value(json_object_get(o, "scanned")) == v->scanned &&
              (json_object_get(o, "message") != NULL) == (v->kind == VG_VERDICT_NUDGE) &&
              (json_object_get(o, "case") != NULL) == (case_id > 0) &&
              (json_object_get(o, "duplicate") != NULL) == duplicate &&
              json_is_string(json_object_get(json_object_get(o, "why"), "fr")) &&
              json_is_string(json_object_get(json_object_get(o, "why"), "en"));
    for (size_t i = 0; ok && i < v->count; i++) {
        json_t *e = json_array_get(json_object_get(o, "evidence"), i);
        ok = json_number_value(json_object_get(e, "weight")) == v->evidence[i].weight / 10000.0 &&
             json_boolean_value(json_object_get(e, "fresh")) == v->evidence[i].fresh &&
             strcmp(json_string_value(json_object_get(e, "name")), vg_evidence_names[v->evidence[i].kind]) ==
                 0 &&
             json_is_string(json_object_get(json_object_get(e, "why"), "fr"));
    }
    json_decref(o);
    return ok;
}

static vg_verdict random_verdict(uint64_t *seed)
{
    vg_verdict v = {.kind = (vg_verdict_kind)fixture_below(seed, VG_VERDICTS),
                    .risk = (uint16_t)fixture_below(seed, 10001),
                    .scanned = fixture_below(seed, 2)};
    for (uint8_t kind = 0; kind < VG_EVIDENCE_KINDS; kind++)
        if (fixture_below(seed, 4) == 0)
            v.evidence[v.count++] =
                (vg_evidence){.kind = kind,
                              .fresh = fixture_below(seed, 2),
                              .weight = (uint16_t)fixture_below(seed, 10001),
                              .value = (uint32_t)fixture_random(seed) >> fixture_below(seed, 32)};
    return v;
}

static void test_answers_are_json(void)
{
    vg_policy policy = policy_with_phrases();
    policy.why[VG_TEXT_THREAT].text[VG_LANG_EN] = "quote \" backslash \\ tab \t {value} \x01 \xff end";
    char *lengthy = vg_malloc(10001);
    memset(lengthy, 'a', 10000);
    memcpy(lengthy, "{value}", 7);
    for (size_t i = 2001; i + 1 < 10000; i += 2) memcpy(lengthy + i, "é", 2);
    lengthy[10000] = 0;
    policy.why[VG_TEXT_ISOLATION].text[VG_LANG_FR] = lengthy;
    policy.why[VG_CONDUCT_NIGHT].text[VG_LANG_EN] = NULL;
    uint64_t seed = 5;
    size_t wrong = 0;
    for (int round = 0; round < 5000; round++) {
        vg_verdict v = random_verdict(&seed);
        int64_t case_id = fixture_below(&seed, 3) ? 0 : 1 + fixture_below(&seed, 5000000);
        bool duplicate = fixture_below(&seed, 2);
        wrong += !holds(answer(&policy, "id \\ \"é\"", &v, case_id, duplicate), &v, "id \\ \"é\"", case_id,
                        duplicate);
    }
    TAP_EQ_INT(wrong, 0, "5000 answers read back");
    for (uint32_t value = 5; value <= 50; value *= 10) {
        vg_verdict v = {
            .scanned = true, .count = 1, .evidence = {{.kind = VG_TEXT_ISOLATION, .value = value}}};
        TAP_OK(strstr(answer(&policy, "m", &v, 0, false), "ééé\",") && !strstr(text(), "\xef\xbf\xbd"),
               "a sentence without end is cut between two letters");
    }
    vg_free(lengthy);
}

/* ---- no memory ---- */

static void test_ceilings(void)
{
    vg_policy policy = policy_with_phrases();
    vg_verdict v = review_verdict();
    answer(&policy, "m-2", &v, 9, false);
    size_t whole = out.len, wrong = 0, failed_sizes = 0;
    vg_event event = {
        .type = VG_EVENT_MESSAGE, .id = VG_STR("m-2"), .space = VG_STR("lobby"), .subject = VG_STR("anna")};
    vg_facts facts = {0};
    for (size_t ceiling = 0; ceiling < whole + 600; ceiling++) {
        vg_buf small;
        vg_buf_init(&small, ceiling);
        vg_verdict_write(&small, &policy, VG_STR("m-2"), &v, 9, false);
        failed_sizes += small.failed;
        wrong += small.failed ? small.len >= whole : small.len != whole || strcmp(small.ptr, text()) != 0;
        vg_buf_clear(&small);
        vg_verdict_explain(&small, &policy, &event, &facts, &v, NULL, 0, VG_LANG_FR);
        wrong += !small.failed && small.ptr[small.len - 1] != '\n';
        vg_buf_free(&small);
    }
    TAP_OK(wrong == 0 && failed_sizes > 100 && failed_sizes < whole + 300,
           "a buffer with any ceiling holds the whole answer or is failed (%zu sizes are)", failed_sizes);

    wrong = 0;
    size_t n = 1;
    for (bool failed = true; failed; n++) {
        vg_buf b;
        vg_buf_init(&b, 1 << 20);
        vg_alloc_fail_at(n);
        vg_verdict_write(&b, &policy, VG_STR("m-2"), &v, 9, false);
        vg_verdict_explain(&b, &policy, &event, &facts, &v, NULL, 0, VG_LANG_EN);
        vg_explain_verdict(&policy, &v, VG_LANG_EN, &b);
        failed = vg_alloc_failed();
        wrong += failed != b.failed;
        vg_alloc_fail_at(0);
        vg_buf_free(&b);
    }
    TAP_OK(wrong == 0 && n > 2, "failed allocation 1 to %zu: the buffer says so", n - 1);
}

/* ---- for a person ---- */

static void test_explain_english(void)
{
    vg_policy policy = policy_with_phrases();
    vg_verdict v = review_verdict();
    vg_str to[] = {VG_STR("leo")};
    vg_event event = {.type = VG_EVENT_MESSAGE,
                      .id = VG_STR("m-2"),
                      .space = VG_STR("lobby"),
                      .subject = VG_STR("an\x1b[31mna\n"),
                      .to = to,
                      .to_count = 1,
                      .channel = VG_CHANNEL_GROUP,
                      .time_ms = 1777896000000LL};
    vg_facts facts = {.actor_band = VG_AGE_25_PLUS,
                      .actor_basis = VG_BASIS_DECLARED,
                      .has_peer = true,
                      .peer_band = VG_AGE_13_14,
                      .peer_basis = VG_BASIS_VERIFIED,
                      .minors_day = 1,
                      .minors_week = 6,
                      .unreciprocated = 2};
    vg_buf_clear(&out);
    vg_verdict_explain(&out, &policy, &event, &facts, &v, NULL, 0, VG_LANG_EN);
    TAP_EQ_STR(
        text(),
        "2026-05-04T12:00:00.000Z  vigie.message  m-2  (space lobby, group)\n"
        "an�[31mna� (25 or over, declared) → leo (13-14, verified)\n"
        "Verdict: review, risk 0.6640\n"
        "  3 pieces for a person to look at.\n"
        "  A request for secrecy now comes on top of an age gap of 11 years and contacts with one minor.\n"
        "\n"
        "  Evidence                    Weight                    Since            What it means\n"
        "  text.secrecy                0.4000  ██████▍           this event       Asks to keep a "
        "\"secret\".\n"
        "  conduct.age_gap             0.3000  ████▊             known before     At least 11 years apart.\n"
        "  conduct.fan_out_24h         0.2000  ███▎              known before     One minor contacted in a "
        "day.\n"
        "\n"
        "Minors contacted: 1 in 24 h, 6 in 7 days; 2 never answered.\n"
        "Thresholds:  nudge 0.3000  review 0.6000  hold 0.8500\n",
        "the whole text, in English");
}

static void test_explain_french(void)
{
    vg_policy policy = policy_with_phrases();
    policy.assumed_age = VG_AGE_18_24;
    policy.hold_at = 10001;
    vg_verdict v = {.kind = VG_VERDICT_NUDGE,
                    .risk = 7000,
                    .scanned = true,
                    .count = 2,
                    .evidence = {{.kind = VG_TEXT_SECRECY, .weight = 10000, .value = 5},
                                 {.kind = VG_CONDUCT_AGE_GAP, .fresh = true, .weight = 1, .value = 6}}};
    vg_str to[] = {VG_STR("leo"), VG_STR("max")};
    vg_event event = {.type = VG_EVENT_CONTACT,
                      .id = VG_STR("k"),
                      .space = VG_STR("lobby"),
                      .subject = VG_STR("zoé"),
                      .to = to,
                      .to_count = 2};
    vg_facts facts = {.peer_band = VG_AGE_UNDER13};
    vg_buf_clear(&out);
    vg_verdict_explain(&out, &policy, &event, &facts, &v, NULL, 0, VG_LANG_FR);
    TAP_EQ_STR(
        text(),
        "1970-01-01T00:00:00.000Z  vigie.contact  k  (espace lobby)\n"
        "zoé (18-24 ans, supposé) → leo, max\n"
        "Verdict\u00a0: prévenir (nudge), risque 0,7000\n"
        "  Un rappel est affiché.\n"
        "  Une différence d’âge de 6 ans vient s’ajouter à une demande de secret.\n"
        "\n"
        "  Élément                     Poids                     Depuis           Ce que cela veut dire\n"
        "  text.secrecy                1,0000  ████████████████  il y a 5\u00a0h       Demande de garder un "
        "« secret ».\n"
        "  conduct.age_gap             0,0001  ▏                 cet événement    Au moins 6 ans d’écart.\n"
        "\n"
        "Un seul élément\u00a0: dans cet espace, il ne suffit pas à ouvrir un dossier.\n"
        "Seuils\u00a0:  prévenir 0,3000  examiner 0,6000  retenir jamais\n"
        "Message affiché\u00a0: «\u00a0Tu peux en parler à un adulte de confiance.\u00a0»\n",
        "the whole text, in French");

    v.kind = VG_VERDICT_ALLOW;
    v.evidence[1].fresh = false;
    vg_buf_clear(&out);
    vg_verdict_explain(&out, &policy, &event, &facts, &v, NULL, 0, VG_LANG_FR);
    TAP_OK(strstr(text(), "n’apporte rien de nouveau"), "why a high risk is allowed");
    v.kind = VG_VERDICT_BLOCK;
    vg_buf_clear(&out);
    vg_verdict_explain(&out, &policy, &event, &facts, &v, NULL, 0, VG_LANG_FR);
    TAP_OK(strstr(text(), "l’effet de la base"), "why a low risk is blocked");
    event.type = VG_EVENT_NOTICE;
    event.about = VG_STR("\u202emax");
    v.count = 0;
    vg_buf_clear(&out);
    vg_verdict_explain(&out, &policy, &event, &facts, &v, NULL, 0, VG_LANG_FR);
    TAP_OK(strstr(text(), "zoé (18-24 ans, supposé) signale �max (18-24 ans, supposé)") &&
               strstr(text(), "Aucun élément"),
           "a report without evidence");
}

int main(void)
{
    vg_buf_init(&out, 1 << 20);
    test_sentences();
    test_answers();
    test_answers_are_json();
    test_ceilings();
    test_explain_english();
    test_explain_french();
    vg_buf_free(&out);
    return tap_done();
}
