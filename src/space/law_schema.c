/* SPDX-License-Identifier: Apache-2.0
 *
 * What libcyaml loads of policy/law/, policy/hotlines/ and policy/routing.yaml.
 */
#include "space/law_int.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT(key, type, member, max) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, max)
#define TEXT_OPTIONAL(key, type, member, max) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1, max)
#define CHOICE(key, type, member, words) CYAML_FIELD_ENUM(key, CYAML_FLAG_STRICT, type, member, words, LEN(words))
#define SECTION(name, type, members) \
    {.key = name, .data_offset = 0, .value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, type, members)}}

static const cyaml_strval_t yes_no[] = {{"yes", 1}, {"no", 0}, {"true", 1}, {"false", 0}};
static const cyaml_strval_t sures[] = {{"unverified", VG_SURE_NOT}, {"secondary", VG_SURE_SECONDARY}, {"primary", VG_SURE_PRIMARY}};
static const cyaml_strval_t acts[] = {{"soliciting", VG_ACT_SOLICITING}, {"images_asked", VG_ACT_IMAGES_ASKED}, {"images", VG_ACT_IMAGES},
                                      {"threat", VG_ACT_THREAT},         {"live", VG_ACT_LIVE},                 {"meeting", VG_ACT_MEETING},
                                      {"corruption", VG_ACT_CORRUPTION}, {"hosting", VG_ACT_HOSTING}};
static const cyaml_strval_t ties[] = {{"territory", VG_TIE_TERRITORY},
                                      {"author_national", VG_TIE_AUTHOR_NATIONAL},
                                      {"author_resident", VG_TIE_AUTHOR_RESIDENT},
                                      {"victim_national", VG_TIE_VICTIM_NATIONAL},
                                      {"victim_resident", VG_TIE_VICTIM_RESIDENT},
                                      {"complicity", VG_TIE_COMPLICITY},
                                      {"establishment", VG_TIE_ESTABLISHMENT}};
static const cyaml_strval_t kinds[] = {{"police", VG_RECEIVER_POLICE},
                                       {"hotline", VG_RECEIVER_HOTLINE},
                                       {"clearing_house", VG_RECEIVER_CLEARING},
                                       {"regulator", VG_RECEIVER_REGULATOR},
                                       {"host", VG_RECEIVER_HOST}};
#define KIND(number, constant, room, name) {name, constant},
static const cyaml_strval_t evidence[] = {VG_EVIDENCE_WEIGHED(KIND)};

static const cyaml_schema_value_t act_word = {CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int, acts, LEN(acts))};
static const cyaml_schema_value_t tie_word = {CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int, ties, LEN(ties))};
static const cyaml_schema_value_t evidence_word = {CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int, evidence, LEN(evidence))};
static const cyaml_schema_value_t code_text = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, 8)};

static const cyaml_schema_field_t words_fields[] = {TEXT("fr", vg_doc_words, text[VG_LANG_FR], 1000), TEXT("en", vg_doc_words, text[VG_LANG_EN], 1000),
                                                    CYAML_FIELD_END};

/* ---- law ---- */
static const cyaml_schema_field_t statute_fields[] = {
    TEXT("id", vg_doc_statute, id, VG_LAW_ID),
    TEXT("reference", vg_doc_statute, reference, 300),
    CYAML_FIELD_MAPPING("title", CYAML_FLAG_DEFAULT, vg_doc_statute, title, words_fields),
    CYAML_FIELD_SEQUENCE("acts", CYAML_FLAG_POINTER, vg_doc_statute, acts, &act_word, 1, VG_ACTS),
    CYAML_FIELD_SEQUENCE("ties", CYAML_FLAG_POINTER, vg_doc_statute, ties, &tie_word, 1, VG_TIES),
    TEXT_OPTIONAL("victim_under", vg_doc_statute, victim_under, 8),
    CYAML_FIELD_MAPPING_PTR("note", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_statute, note, words_fields),
    TEXT("source", vg_doc_statute, source, 500),
    CHOICE("sure", vg_doc_statute, sure, sures),
    TEXT_OPTIONAL("verified_on", vg_doc_statute, verified_on, 16),
    CYAML_FIELD_END};
static const cyaml_schema_value_t statute = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_statute, statute_fields)};
const cyaml_schema_field_t vg_law_fields[] = {
    TEXT("country", vg_doc_law, country, 8),
    CYAML_FIELD_SEQUENCE("statutes", CYAML_FLAG_POINTER, vg_doc_law, statutes, &statute, 1, VG_LAW_ENTRIES), CYAML_FIELD_END};

/* ---- hotlines ---- */
static const cyaml_schema_field_t receiver_fields[] = {
    TEXT("id", vg_doc_hotline, id, VG_LAW_ID),
    CHOICE("kind", vg_doc_hotline, kind, kinds),
    CYAML_FIELD_MAPPING("name", CYAML_FLAG_DEFAULT, vg_doc_hotline, name, words_fields),
    TEXT_OPTIONAL("channel", vg_doc_hotline, channel, 32),
    TEXT_OPTIONAL("url", vg_doc_hotline, url, 500),
    TEXT_OPTIONAL("email", vg_doc_hotline, email, 254),
    TEXT_OPTIONAL("phone", vg_doc_hotline, phone, 40),
    TEXT_OPTIONAL("hours", vg_doc_hotline, hours, 100),
    CHOICE("emergency", vg_doc_hotline, emergency, yes_no),
    CYAML_FIELD_SEQUENCE("acts", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_hotline, acts, &act_word, 1, VG_ACTS),
    CYAML_FIELD_MAPPING_PTR("accepts", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_hotline, accepts, words_fields),
    CHOICE("media", vg_doc_hotline, media, yes_no),
    TEXT("source", vg_doc_hotline, source, 500),
    CHOICE("sure", vg_doc_hotline, sure, sures),
    TEXT_OPTIONAL("verified_on", vg_doc_hotline, verified_on, 16),
    CYAML_FIELD_END};
static const cyaml_schema_value_t receiver = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_hotline, receiver_fields)};
const cyaml_schema_field_t vg_hotline_fields[] = {
    TEXT("country", vg_doc_hotlines, country, 8),
    CYAML_FIELD_MAPPING_PTR("no_emergency", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_hotlines, no_emergency, words_fields),
    CYAML_FIELD_SEQUENCE("receivers", CYAML_FLAG_POINTER, vg_doc_hotlines, receivers, &receiver, 1, VG_LAW_ENTRIES), CYAML_FIELD_END};

/* ---- routing ---- */
static const cyaml_schema_field_t confidence_fields[] = {TEXT("declared", vg_doc_routing, confidence[VG_HINT_DECLARED], 16),
                                                         TEXT("ip", vg_doc_routing, confidence[VG_HINT_IP], 16),
                                                         TEXT("phone", vg_doc_routing, confidence[VG_HINT_PHONE], 16),
                                                         TEXT("payment", vg_doc_routing, confidence[VG_HINT_PAYMENT], 16),
                                                         TEXT("language", vg_doc_routing, confidence[VG_HINT_LANGUAGE], 16),
                                                         TEXT("person", vg_doc_routing, confidence[VG_HINT_PERSON], 16),
                                                         TEXT("operator", vg_doc_routing, confidence[VG_HINT_OPERATOR], 16),
                                                         CYAML_FIELD_END};
static const cyaml_schema_field_t factor_fields[] = {TEXT("place", vg_doc_routing, kind_factor[VG_FACT_PLACE], 16),
                                                     TEXT("nationality", vg_doc_routing, kind_factor[VG_FACT_NATIONALITY], 16),
                                                     TEXT("residence", vg_doc_routing, kind_factor[VG_FACT_RESIDENCE], 16),
                                                     TEXT("conflict", vg_doc_routing, conflict, 16),
                                                     TEXT("weak_below", vg_doc_routing, weak_below, 16),
                                                     CYAML_FIELD_END};
static const cyaml_schema_field_t acts_fields[] = {
    CHOICE("act", vg_doc_acts, act, acts),
    CYAML_FIELD_SEQUENCE("evidence", CYAML_FLAG_POINTER, vg_doc_acts, kinds, &evidence_word, 1, VG_EVIDENCE_KINDS), CYAML_FIELD_END};
static const cyaml_schema_value_t acts_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_acts, acts_fields)};
static const cyaml_schema_field_t reason_fields[] = {
    TEXT("reason", vg_doc_reason_acts, reason, 64),
    CYAML_FIELD_SEQUENCE("acts", CYAML_FLAG_POINTER, vg_doc_reason_acts, acts, &act_word, 1, VG_ACTS), CYAML_FIELD_END};
static const cyaml_schema_value_t reason_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_reason_acts, reason_fields)};
static const cyaml_schema_field_t country_fields[] = {TEXT("code", vg_doc_country, code, 8), TEXT("fr", vg_doc_country, fr, 100),
                                                      TEXT("en", vg_doc_country, en, 100), CYAML_FIELD_END};
static const cyaml_schema_value_t country_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_country, country_fields)};
#define PAIR(name, key)                                                                                               \
    static const cyaml_schema_field_t name##_fields[] = {TEXT(key, vg_doc_pair, word, 16), TEXT("country", vg_doc_pair, country, 8), \
                                                         CYAML_FIELD_END};                                            \
    static const cyaml_schema_value_t name = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_pair, name##_fields)}
PAIR(phone, "prefix");
PAIR(currency, "currency");
PAIR(language, "language");
const cyaml_schema_field_t vg_routing_fields[] = {
    TEXT("source", vg_doc_routing, source, 500),
    CHOICE("sure", vg_doc_routing, sure, sures),
    TEXT_OPTIONAL("verified_on", vg_doc_routing, verified_on, 16),
    SECTION("confidence", vg_doc_routing, confidence_fields),
    SECTION("factors", vg_doc_routing, factor_fields),
    CYAML_FIELD_SEQUENCE("acts", CYAML_FLAG_POINTER, vg_doc_routing, acts, &acts_value, 1, VG_ACTS),
    CYAML_FIELD_SEQUENCE("reasons", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_routing, reasons, &reason_value, 0, 64),
    CYAML_FIELD_SEQUENCE("countries", CYAML_FLAG_POINTER, vg_doc_routing, countries, &country_value, 1, VG_LAW_TABLE),
    CYAML_FIELD_SEQUENCE("union", CYAML_FLAG_POINTER, vg_doc_routing, members, &code_text, 0, 100),
    CYAML_FIELD_SEQUENCE("unions", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_routing, unions, &country_value, 0, 8),
    CYAML_FIELD_SEQUENCE("french", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_routing, french, &code_text, 0, 100),
    CYAML_FIELD_SEQUENCE("phones", CYAML_FLAG_POINTER, vg_doc_routing, phones, &phone, 0, VG_LAW_TABLE),
    CYAML_FIELD_SEQUENCE("currencies", CYAML_FLAG_POINTER, vg_doc_routing, currencies, &currency, 0, VG_LAW_TABLE),
    CYAML_FIELD_SEQUENCE("languages", CYAML_FLAG_POINTER, vg_doc_routing, languages, &language, 0, VG_LAW_TABLE),
    CYAML_FIELD_END};
