/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include "space/notices_int.h"
#include "space/space_int.h"
#include "space/decisions_int.h"
#include "space/report_int.h"
#include "space/law_int.h"
#include "space/transparency_int.h"
#include "space/welfare_int.h"

const char *const vg_space_relation_names[VG_RELATIONS] = {"adult_to_minor", "unknown_to_minor",
                                                           "minor_to_minor", "adult_to_unknown",
                                                           "adult_to_adult", "minor_to_adult"};
const char *const vg_space_verdict_names[VG_VERDICTS] = {"allow", "nudge", "review", "hold", "block"};
const char *const vg_space_lang_names[VG_LANGS] = {"fr", "en"};

/* ---- words with a meaning ---- */

/* Not CYAML_BOOL: it takes every word but "no" and "false" for yes, and "private: non" must not switch
 * scanning on. */
static const cyaml_strval_t yes_no[] = {{"yes", 1}, {"no", 0}, {"true", 1}, {"false", 0}};
static const cyaml_strval_t ages[] = {{"unknown", VG_AGE_UNKNOWN}, {"under13", VG_AGE_UNDER13},
                                      {"13-14", VG_AGE_13_14},     {"15-17", VG_AGE_15_17},
                                      {"18-24", VG_AGE_18_24},     {"25+", VG_AGE_25_PLUS}};
static const cyaml_strval_t effects[] = {
    {"review", VG_VERDICT_REVIEW}, {"hold", VG_VERDICT_HOLD}, {"block", VG_VERDICT_BLOCK}};
#define KIND(number, constant, room, name) {name, constant},
static const cyaml_strval_t kinds[] = {VG_EVIDENCE_WEIGHED(KIND)};

#define LEN(array)                   (sizeof(array) / sizeof((array)[0]))
#define TEXT(key, type, member, max) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, max)
#define TEXT_OPTIONAL(key, type, member, max)                                                                \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1, max)
#define CHOICE(key, type, member, words)                                                                     \
    CYAML_FIELD_ENUM(key, CYAML_FLAG_STRICT, type, member, words, LEN(words))
#define NUMBER(key, member) TEXT(key, vg_doc_space, member, 60)
/* A mapping of the file whose keys are members of the same C struct. */
#define SECTION(name, type, members)                                                                         \
    {                                                                                                        \
        .key = name, .data_offset = 0, .value = { CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, type, members) }   \
    }

static const cyaml_schema_value_t any_text = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, 1000)};
static const cyaml_schema_value_t pattern_text = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, VG_SPACE_MAX_PATTERN)};
static const cyaml_schema_value_t path_text = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, 500)};

static const cyaml_schema_field_t words_fields[] = {TEXT("fr", vg_doc_words, text[VG_LANG_FR], 1000),
                                                    TEXT("en", vg_doc_words, text[VG_LANG_EN], 1000),
                                                    CYAML_FIELD_END};

/* ---- a space ---- */

static const cyaml_schema_field_t scan_fields[] = {
    CHOICE("public", vg_doc_space, scan[VG_CHANNEL_PUBLIC], yes_no),
    CHOICE("group", vg_doc_space, scan[VG_CHANNEL_GROUP], yes_no),
    CHOICE("private", vg_doc_space, scan[VG_CHANNEL_PRIVATE], yes_no), CYAML_FIELD_END};

static const cyaml_schema_field_t basis_fields[] = {
    TEXT("text", vg_doc_basis, text, 1000), TEXT("source", vg_doc_basis, source, 1000),
    TEXT_OPTIONAL("until", vg_doc_basis, until, 60), CYAML_FIELD_END};

#define WEIGHT(number, constant, room, name) NUMBER(name, weight[constant]),
static const cyaml_schema_field_t weight_fields[] = {VG_EVIDENCE_WEIGHED(WEIGHT) CYAML_FIELD_END};

static const cyaml_schema_field_t relation_fields[] = {
    NUMBER("adult_to_minor", relation[VG_REL_ADULT_TO_MINOR]),
    NUMBER("unknown_to_minor", relation[VG_REL_UNKNOWN_TO_MINOR]),
    NUMBER("minor_to_minor", relation[VG_REL_MINOR_TO_MINOR]),
    NUMBER("adult_to_unknown", relation[VG_REL_ADULT_TO_UNKNOWN]),
    NUMBER("adult_to_adult", relation[VG_REL_ADULT_TO_ADULT]),
    NUMBER("minor_to_adult", relation[VG_REL_MINOR_TO_ADULT]),
    CYAML_FIELD_END};

static const cyaml_schema_field_t threshold_fields[] = {NUMBER("nudge", nudge), NUMBER("review", review),
                                                        NUMBER("hold", hold), CYAML_FIELD_END};

static const cyaml_schema_field_t conduct_fields[] = {NUMBER("fan_out_24h", fan_out_day),
                                                      NUMBER("fan_out_7d", fan_out_week),
                                                      NUMBER("unreciprocated", unreciprocated),
                                                      NUMBER("initiative_share", initiative_share),
                                                      NUMBER("initiative_messages", initiative_messages),
                                                      NUMBER("escalation_times", escalation_times),
                                                      NUMBER("escalation_messages", escalation_messages),
                                                      NUMBER("new_account", new_account),
                                                      NUMBER("night_from", night_from),
                                                      NUMBER("night_to", night_to),
                                                      NUMBER("utc_offset", utc_offset),
                                                      NUMBER("course_stages", course_stages),
                                                      NUMBER("speed", speed),
                                                      NUMBER("persistence", persistence),
                                                      NUMBER("asymmetry", asymmetry),
                                                      NUMBER("early_move", early_move),
                                                      NUMBER("same_opening", same_opening),
                                                      NUMBER("stage_share", stage_share),
                                                      NUMBER("stage_share_talks", stage_share_talks),
                                                      NUMBER("linked_accounts", linked_accounts),
                                                      CYAML_FIELD_END};

static const cyaml_schema_field_t context_fields[] = {NUMBER("messages", context_messages),
                                                      NUMBER("age", context_age), CYAML_FIELD_END};
static const cyaml_schema_field_t retention_fields[] = {
    NUMBER("memory", keep_memory), NUMBER("cases", keep_cases), NUMBER("audit", keep_audit), CYAML_FIELD_END};

static const cyaml_schema_field_t media_fields[] = {NUMBER("max_file", media_file),
                                                    NUMBER("max_pixels", media_pixels),
                                                    NUMBER("max_frames", media_frames),
                                                    NUMBER("decode_time", media_time),
                                                    NUMBER("decode_cpu", media_cpu),
                                                    NUMBER("decode_memory", media_memory),
                                                    NUMBER("keep_upload", keep_upload),
                                                    CYAML_FIELD_ENUM("whole", CYAML_FLAG_STRICT | CYAML_FLAG_OPTIONAL, vg_doc_space, media_whole, yes_no,
                                                                     LEN(yes_no)),
                                                    CYAML_FIELD_END};

static const cyaml_schema_value_t kind_value = {CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int, kinds, LEN(kinds))};

static const cyaml_schema_field_t bank_fields[] = {
    TEXT("name", vg_doc_bank, name, 60), TEXT("file", vg_doc_bank, file, 500),
    TEXT("category", vg_doc_bank, category, 200), CHOICE("effect", vg_doc_bank, effect, effects),
    CYAML_FIELD_END};
static const cyaml_schema_value_t bank_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_bank, bank_fields)};

static const cyaml_schema_field_t model_fields[] = {TEXT_OPTIONAL("active", vg_doc_model, file[VG_MODEL_ACTIVE], 500),
                                                    TEXT_OPTIONAL("shadow", vg_doc_model, file[VG_MODEL_SHADOW], 500),
                                                    TEXT("from", vg_doc_model, from, 60), CYAML_FIELD_END};

static const cyaml_strval_t rule_modes[] = {{"active", 0}, {"shadow", 1}};
static const cyaml_schema_field_t rule_fields[] = {TEXT("file", vg_doc_rule, file, 500),
                                                   CHOICE("mode", vg_doc_rule, mode, rule_modes), CYAML_FIELD_END};
static const cyaml_schema_value_t rule_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_rule, rule_fields)};

static const cyaml_strval_t gold_below[] = {{"tell", VG_GOLD_TELL}, {"suspend", VG_GOLD_SUSPEND}};
static const cyaml_strval_t gold_keep[] = {{"no", VG_GOLD_END}, {"yes", VG_GOLD_KEEP}};
static const cyaml_schema_field_t gold_fields[] = {TEXT("share", vg_doc_gold, share, 60),
                                                   TEXT("doubles", vg_doc_gold, doubles, 60),
                                                   TEXT("again_after", vg_doc_gold, again, 60),
                                                   TEXT("recall", vg_doc_gold, recall, 60),
                                                   TEXT("least", vg_doc_gold, least, 60),
                                                   TEXT("window", vg_doc_gold, window, 60),
                                                   CHOICE("below", vg_doc_gold, below, gold_below),
                                                   TEXT("alpha", vg_doc_gold, alpha, 60),
                                                   CHOICE("keep_after_case", vg_doc_gold, keep, gold_keep),
                                                   CYAML_FIELD_END};

static const cyaml_schema_field_t space_fields[] = {
    TEXT("space", vg_doc_space, space, 64),
    CYAML_FIELD_MAPPING("title", CYAML_FLAG_DEFAULT, vg_doc_space, title, words_fields),
    TEXT("audience", vg_doc_space, audience, 1000),
    CHOICE("assumed_age", vg_doc_space, assumed_age, ages),
    SECTION("scan", vg_doc_space, scan_fields),
    CYAML_FIELD_MAPPING_PTR("legal_basis", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_space,
                            legal_basis, basis_fields),
    SECTION("weights", vg_doc_space, weight_fields),
    CYAML_FIELD_SEQUENCE("alone", CYAML_FLAG_POINTER, vg_doc_space, alone, &kind_value, 0, VG_EVIDENCE_KINDS),
    SECTION("relations", vg_doc_space, relation_fields),
    SECTION("thresholds", vg_doc_space, threshold_fields),
    NUMBER("half_life", half_life),
    SECTION("conduct", vg_doc_space, conduct_fields),
    SECTION("context", vg_doc_space, context_fields),
    SECTION("retention", vg_doc_space, retention_fields),
    SECTION("media", vg_doc_space, media_fields),
    NUMBER("review_within", review_within),
    CYAML_FIELD_SEQUENCE("lexicons", CYAML_FLAG_POINTER, vg_doc_space, lexicons, &path_text, 0, 64),
    CYAML_FIELD_SEQUENCE("spelling", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_space, spelling, &path_text, 0,
                         64),
    TEXT("phrases", vg_doc_space, phrases, 500),
    CYAML_FIELD_MAPPING_PTR("training", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_space, training, vg_training_fields),
    CYAML_FIELD_MAPPING_PTR("model", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_space, model, model_fields),
    CYAML_FIELD_SEQUENCE("rules", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_space, rules, &rule_value, 0,
                         VG_SPACE_MAX_RULES),
    CYAML_FIELD_MAPPING_PTR("gold", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_space, gold, gold_fields),
    CYAML_FIELD_SEQUENCE("banks", CYAML_FLAG_POINTER, vg_doc_space, banks, &bank_value, 0, 256),
    CYAML_FIELD_MAPPING_PTR("notices", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_space, notices, vg_notices_fields),
    CYAML_FIELD_MAPPING_PTR("decisions", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_space, decisions, vg_decisions_fields),
    CYAML_FIELD_MAPPING_PTR("queue", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_space, queue, vg_queue_fields),
    CYAML_FIELD_MAPPING_PTR("welfare", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_space, welfare, vg_welfare_fields),
    CYAML_FIELD_MAPPING_PTR("report", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_space, report, vg_report_fields),
    CYAML_FIELD_MAPPING_PTR("transparency", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_space, transparency, vg_transparency_fields),
    CYAML_FIELD_END};

/* ---- a lexicon ---- */

static const cyaml_schema_field_t group_fields[] = {TEXT_OPTIONAL("strength", vg_doc_group, strength, 60),
                                                    CYAML_FIELD_SEQUENCE("any_of", CYAML_FLAG_POINTER,
                                                                         vg_doc_group, any_of, &pattern_text,
                                                                         1, VG_SPACE_MAX_PATTERNS),
                                                    CYAML_FIELD_END};
static const cyaml_schema_value_t group_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_group, group_fields)};

static const cyaml_schema_field_t family_fields[] = {
    CYAML_FIELD_MAPPING("description", CYAML_FLAG_DEFAULT, vg_doc_family, description, words_fields),
    CYAML_FIELD_SEQUENCE("sources", CYAML_FLAG_POINTER, vg_doc_family, sources, &any_text, 1, 100),
    CYAML_FIELD_SEQUENCE("patterns", CYAML_FLAG_POINTER, vg_doc_family, patterns, &group_value, 0, 1000),
    CYAML_FIELD_SEQUENCE("examples", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_family, examples,
                         &any_text, 0, 10000),
    CYAML_FIELD_SEQUENCE("counter_examples", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_family,
                         counter_examples, &any_text, 0, 10000),
    CYAML_FIELD_END};

#define FAMILY(kind_name, number)                                                                            \
    CYAML_FIELD_MAPPING_PTR(kind_name, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_lexicon, family[number], \
                            family_fields)
static const cyaml_schema_field_t families_fields[] = {
    FAMILY("age_probing", 0),
    FAMILY("supervision_probing", 1),
    FAMILY("secrecy", 2),
    FAMILY("moving_app", 3),
    FAMILY("isolation", 4),
    FAMILY("gift_offer", 5),
    FAMILY("picture_request", 6),
    FAMILY("meeting_request", 7),
    FAMILY("threat", 8),
    FAMILY("location_probing", 9),
    FAMILY("flattery", 10),
    FAMILY("payment_request", 11),
    FAMILY("dare", 12),
    FAMILY("age_statement", 13),
    FAMILY("refusal", 14),
    FAMILY("help_seeking", 15),
    CYAML_FIELD_END};
static const cyaml_schema_field_t lexicon_fields[] = {TEXT("language", vg_doc_lexicon, language, 35),
                                                      SECTION("families", vg_doc_lexicon, families_fields),
                                                      CYAML_FIELD_SEQUENCE("reporting", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                                                                           vg_doc_lexicon, reporting, &pattern_text, 0, 1000),
                                                      CYAML_FIELD_END};

/* ---- phrases ---- */

static const cyaml_schema_field_t noun_fields[] = {
    TEXT("fr", vg_doc_noun, text[VG_LANG_FR], 200), TEXT("en", vg_doc_noun, text[VG_LANG_EN], 200),
    CYAML_FIELD_MAPPING_PTR("one", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_noun, one, words_fields),
    CYAML_FIELD_END};
static const cyaml_schema_field_t sentence_fields[] = {
    TEXT("fr", vg_doc_phrase, text[VG_LANG_FR], 500), TEXT("en", vg_doc_phrase, text[VG_LANG_EN], 500),
    CYAML_FIELD_MAPPING_PTR("one", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_phrase, one,
                            words_fields),
    CYAML_FIELD_MAPPING_PTR("short", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_phrase, noun, noun_fields),
    CYAML_FIELD_END};
static const cyaml_schema_field_t phrase_fields[] = {
    TEXT("fr", vg_doc_phrase, text[VG_LANG_FR], 500), TEXT("en", vg_doc_phrase, text[VG_LANG_EN], 500),
    CYAML_FIELD_MAPPING_PTR("one", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_phrase, one,
                            words_fields),
    CYAML_FIELD_END};

#define PHRASE(key, member)                                                                                  \
    CYAML_FIELD_MAPPING(key, CYAML_FLAG_DEFAULT, vg_doc_phrases, member, phrase_fields)
#define SENTENCE(number, constant, room, name)                                                               \
    CYAML_FIELD_MAPPING(name, CYAML_FLAG_DEFAULT, vg_doc_phrases, evidence[constant], sentence_fields),
static const cyaml_schema_field_t evidence_fields[] = {VG_EVIDENCE_LIST(SENTENCE) CYAML_FIELD_END};
static const cyaml_schema_field_t verdict_fields[] = {
    PHRASE("allow", verdict[VG_VERDICT_ALLOW]),   PHRASE("nudge", verdict[VG_VERDICT_NUDGE]),
    PHRASE("review", verdict[VG_VERDICT_REVIEW]), PHRASE("hold", verdict[VG_VERDICT_HOLD]),
    PHRASE("block", verdict[VG_VERDICT_BLOCK]),   CYAML_FIELD_END};
static const cyaml_schema_field_t phrases_fields[] = {
    SECTION("evidence", vg_doc_phrases, evidence_fields), SECTION("verdicts", vg_doc_phrases, verdict_fields),
    CYAML_FIELD_MAPPING("nudge_message", CYAML_FLAG_DEFAULT, vg_doc_phrases, nudge_message, words_fields),
    PHRASE("not_scanned", not_scanned), CYAML_FIELD_END};

static const cyaml_schema_value_t schemas[] = {
    [VG_SCHEMA_SPACE] = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, vg_doc_space, space_fields)},
    [VG_SCHEMA_LEXICON] = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, vg_doc_lexicon, lexicon_fields)},
    [VG_SCHEMA_PHRASES] = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, vg_doc_phrases, phrases_fields)},
    [VG_SCHEMA_LAW] = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, vg_doc_law, vg_law_fields)},
    [VG_SCHEMA_HOTLINES] = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, vg_doc_hotlines, vg_hotline_fields)},
    [VG_SCHEMA_ROUTING] = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, vg_doc_routing, vg_routing_fields)},
};

/* ---- libcyaml ---- */

/* libcyaml speaks through its log: its first complaint is kept for what explain.c did not foresee. */
typedef struct complaint {
    char text[256];
} complaint;

static void keep_complaint(cyaml_log_t level, void *context, const char *format, va_list args)
{
    complaint *c = context;
    if (level < CYAML_LOG_ERROR || c->text[0]) return;
    vsnprintf(c->text, sizeof c->text, format, args);
    c->text[strcspn(c->text, "\n")] = 0;
}

static void *route_memory(void *context, void *block, size_t size)
{
    (void)context;
    if (size) return vg_realloc(block, size);
    vg_free(block);
    return NULL;
}

static cyaml_config_t config_for(complaint *c)
{
    return (cyaml_config_t){.log_fn = keep_complaint,
                            .log_ctx = c,
                            .mem_fn = route_memory,
                            .log_level = CYAML_LOG_ERROR,
                            .flags = CYAML_CFG_NO_ALIAS};
}

int vg_schema_load(const vg_yaml *yaml, vg_schema_kind kind, void **out, vg_error *err)
{
    complaint c = {""};
    cyaml_config_t config = config_for(&c);
    cyaml_data_t *data = NULL;
    /* first, because libcyaml grows a list by one entry at a time: a list over its ceiling must not get there
     */
    int explained = vg_schema_explain(yaml, &schemas[kind], err);
    if (explained) return explained;
    cyaml_err_t rc =
        cyaml_load_data((const uint8_t *)yaml->bytes, yaml->len, &config, &schemas[kind], &data, NULL);
    if (rc == CYAML_ERR_OOM) return vg_space_nomem(err);
    if (rc != CYAML_OK) return vg_space_fail(err, yaml->name, 1, 1, "%s (%s)", cyaml_strerror(rc), c.text);
    *out = data;
    return 0;
}

void vg_schema_free(vg_schema_kind kind, void *doc)
{
    complaint c = {""};
    cyaml_config_t config = config_for(&c);
    if (doc) cyaml_free(&config, &schemas[kind], doc, 0);
}
