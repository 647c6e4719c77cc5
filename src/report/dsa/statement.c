/* SPDX-License-Identifier: Apache-2.0
 *
 * A statement of reasons as the database's JSON. What was done, on which ground and about what comes from the statement as it was issued; nothing that
 * a person typed goes in, but what a person mended here. */
#include "report/dsa/dsa.h"

#include <jansson.h>
#include <stdio.h>

#include "base/time.h"

enum { FACTS_MOST = 5000, EXPLANATION_MOST = 2000, GROUND_MOST = 500 };
#define NB "\xc2\xa0"
#define BIT(kind) (UINT64_C(1) << (kind))

static const char *const eea[] = {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
                                  "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"};
static const char *const categories[] = {"ANIMAL_WELFARE", "CONSUMER_INFORMATION", "CYBER_VIOLENCE", "CYBER_VIOLENCE_AGAINST_WOMEN", "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "ILLEGAL_OR_HARMFUL_SPEECH", "INTELLECTUAL_PROPERTY_INFRINGEMENTS", "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", "NOT_SPECIFIED_NOTICE", "OTHER_VIOLATION_TC",
    "PROTECTION_OF_MINORS", "RISK_FOR_PUBLIC_SECURITY", "SCAMS_AND_FRAUD", "SELF_HARM", "UNSAFE_AND_PROHIBITED_PRODUCTS", "VIOLENCE"};
static const char *const keywords[] = {"ADULT_SEXUAL_MATERIAL", "AGE_SPECIFIC_RESTRICTIONS", "AGE_SPECIFIC_RESTRICTIONS_MINORS", "BULLYING_AGAINST_GIRLS", "CHILD_SEXUAL_ABUSE_MATERIAL",
    "CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE", "CYBER_BULLYING_INTIMIDATION", "CYBER_HARASSMENT", "CYBER_STALKING", "GROOMING_SEXUAL_ENTICEMENT_MINORS", "HATE_SPEECH",
    "HUMAN_EXPLOITATION", "HUMAN_TRAFFICKING", "IMPERSONATION_ACCOUNT_HIJACKING", "INAUTHENTIC_ACCOUNTS", "NON_CONSENSUAL_IMAGE_SHARING", "NON_CONSENSUAL_MATERIAL_DEEPFAKE", "NUDITY",
    "PHISHING", "SELF_MUTILATION", "SUICIDE", "UNSAFE_CHALLENGES", "VIOLATION_EU_LAW", "VIOLATION_NATIONAL_LAW", "OTHER"};

static bool one_of(const char *const *list, size_t count, const char *prefix, vg_str word)
{
    size_t n = strlen(prefix);
    if (word.len < n || memcmp(word.ptr, prefix, n) != 0) return false;
    for (size_t i = 0; i < count; i++)
        if (vg_str_is((vg_str){word.ptr + n, word.len - n}, list[i])) return true;
    return false;
}

/* ---- reading the statement ---- */

static vg_str text_at(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return (vg_str){json_is_string(value) ? json_string_value(value) : "", json_is_string(value) ? json_string_length(value) : 0};
}

static int word_of(const char *const *names, int count, vg_str word)
{
    for (int i = 0; i < count; i++)
        if (vg_str_is(word, names[i])) return i;
    return -1;
}

/* At most `most` bytes, at a character's end. */
static vg_str cut(vg_str s, size_t most)
{
    if (s.len <= most) return s;
    while (most && ((unsigned char)s.ptr[most] & 0xc0) == 0x80) most--;
    return (vg_str){s.ptr, most};
}

/* ---- the facts, in general words ---- */

static const uint64_t material = BIT(VG_MEDIA_KNOWN) | BIT(VG_MEDIA_SIMILAR);
static const uint64_t reported = BIT(VG_NOTICE_REPORT);

static uint64_t words(void)
{
    uint64_t bits = BIT(VG_TEXT_MODEL) | BIT(VG_RULE_OPERATOR);
    for (unsigned family = 0; family < VG_TEXT_FAMILIES; family++) bits |= BIT(vg_evidence_of_family(family));
    return bits;
}

static void compose_facts(const vg_dsa_facts *f, bool fr, vg_str explanation, vg_buf *out)
{
    static const char *const media[4][2] = {{"pictures or videos", "des images ou des vidéos"}, {"pictures", "des images"}, {"videos", "des vidéos"},
                                            {"pictures and videos", "des images et des vidéos"}};
    const char *const *seen = media[f->media & (VG_DSA_IMAGE | VG_DSA_VIDEO)];
    const char *const parts[3][2] = {{seen[0], seen[1]}, {"messages", "des messages"},
                                     {"the way in which the account contacted others", "la façon dont le compte a pris contact avec d’autres personnes"}};
    const bool has[3] = {(f->kinds & material) != 0, (f->kinds & words()) != 0, (f->kinds & ~(material | reported | words())) != 0};
    int left = has[0] + has[1] + has[2];
    vg_buf_add_cstr(out, fr ? "Ont été pris en compte" NB ": " : "What was taken into account: ");
    if (!left) vg_buf_add_cstr(out, fr ? "l’activité du compte" : "the activity of the account");
    for (int i = 0, shown = 0; i < 3; i++) {
        if (!has[i]) continue;
        if (shown) vg_buf_add_cstr(out, --left > 1 ? ", " : fr ? " et " : " and ");
        vg_buf_add_cstr(out, parts[i][fr]);
        shown = 1;
    }
    vg_buf_add_cstr(out, ". ");
    if (f->source != VG_SOURCE_OWN) vg_buf_add_cstr(out, fr ? "Un signalement a été reçu. " : "A notice was received. ");
    if (f->kinds & ~reported) vg_buf_add_cstr(out, fr ? "Des moyens automatisés ont attiré l’attention. " : "Automated means drew attention to it. ");
    vg_buf_add_cstr(out, fr ? "Une personne a examiné la situation et a décidé. " : "A person looked at it and decided. ");
    vg_buf_add_str(out, explanation);
}

/* ---- members ---- */

typedef struct writer {
    json_t *root;
    bool failed;
} writer;

static void put(writer *w, const char *name, json_t *value)
{
    w->failed |= !value || json_object_set_new(w->root, name, value) != 0;
}

static void put_text(writer *w, const char *name, vg_str text) { put(w, name, json_stringn(text.ptr, text.len)); }

static void put_word(writer *w, const char *name, const char *word) { put(w, name, json_string(word)); }

static void put_list(writer *w, const char *name, const char *const *words_of, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) w->failed |= !list || json_array_append_new(list, json_string(words_of[i])) != 0;
    put(w, name, list);
}

static void put_date(writer *w, const char *name, int64_t ms)
{
    char when[25];
    vg_time_format(ms, when);
    put_text(w, name, (vg_str){when, 10});
}

static void put_restriction(writer *w, const json_t *restriction, int64_t lifted_ms)
{
    const char *visibility[2];
    size_t visible = 0;
    int action = word_of(vg_action_names, VG_ACTIONS, text_at(restriction, "action")), reach = word_of(vg_reach_names, VG_REACHES, text_at(restriction, "scope"));
    int64_t until_ms = 0;
    const char *end = "end_date_visibility_restriction";
    if (!vg_time_parse(text_at(restriction, "until"), &until_ms)) until_ms = 0;
    if (lifted_ms && (!until_ms || lifted_ms < until_ms)) until_ms = lifted_ms;
    switch (action) {
    case VG_ACTION_SUSPEND:
        if (reach == VG_REACH_WHOLE_ACCOUNT) put_word(w, "decision_account", "DECISION_ACCOUNT_SUSPENDED");
        else put_word(w, "decision_provision", "DECISION_PROVISION_PARTIAL_SUSPENSION");
        end = reach == VG_REACH_WHOLE_ACCOUNT ? "end_date_account_restriction" : "end_date_service_restriction";
        break;
    case VG_ACTION_MUTE:
    case VG_ACTION_RESTRICT: visibility[visible++] = "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED"; break;
    case VG_ACTION_WARN:
        visibility[visible++] = "DECISION_VISIBILITY_OTHER";
        put_word(w, "decision_visibility_other", "Warning to the account; nothing is restricted");
        break;
    default: return; /* vg_dsa_valid says that it restricts nothing */
    }
    if (json_is_true(json_object_get(restriction, "removed"))) visibility[visible++] = "DECISION_VISIBILITY_CONTENT_REMOVED"; /* beside what the account may not do */
    if (visible) put_list(w, "decision_visibility", visibility, visible);
    if (until_ms) put_date(w, end, until_ms);
}

static void put_ground(writer *w, const json_t *ground, vg_str explanation, const char *terms_url)
{
    bool law = vg_str_is(text_at(ground, "kind"), "law");
    vg_str reference = cut(text_at(ground, "reference"), GROUND_MOST);
    put_word(w, "decision_ground", law ? "DECISION_GROUND_ILLEGAL_CONTENT" : "DECISION_GROUND_INCOMPATIBLE_CONTENT");
    if (!reference.len) reference = law ? VG_STR("National law on the protection of minors") : VG_STR("Rules of the space");
    put_text(w, law ? "illegal_content_legal_ground" : "incompatible_content_ground", reference);
    put_text(w, law ? "illegal_content_explanation" : "incompatible_content_explanation", cut(explanation, EXPLANATION_MOST));
    if (!law) put_word(w, "incompatible_content_illegal", "No");
    if (!law && terms_url && strlen(terms_url) <= GROUND_MOST) put_word(w, "decision_ground_reference_url", terms_url);
}

static void put_category(writer *w, const json_t *dsa, uint64_t kinds)
{
    vg_str category = text_at(dsa, "category"), keyword = text_at(dsa, "keyword");
    bool evident = (kinds & ~reported) != 0; /* what Vigie finds is about minors; a notice alone may be about anything */
    if (!one_of(categories, sizeof categories / sizeof *categories, "STATEMENT_CATEGORY_", category))
        category = evident ? VG_STR("STATEMENT_CATEGORY_PROTECTION_OF_MINORS") : VG_STR("STATEMENT_CATEGORY_OTHER_VIOLATION_TC");
    put_text(w, "category", category);
    if (!keyword.len) return;
    bool known = one_of(keywords, sizeof keywords / sizeof *keywords, "KEYWORD_", keyword);
    const char *one[] = {"KEYWORD_OTHER"};
    char kept[96];
    if (known) snprintf(kept, sizeof kept, "%.*s", VG_STR_ARG(keyword)), one[0] = kept;
    put_list(w, "category_specification", one, 1);
    if (!known) put_word(w, "category_specification_other", "Another sub-category of the provider");
}

/* What the media really are; where nothing says so, that is said and no kind is made up. */
static void put_content(writer *w, const vg_dsa_facts *f)
{
    const char *types[5];
    size_t n = 0;
    bool conduct = (f->kinds & ~(material | reported | words())) != 0, media = (f->kinds & material) != 0, unknown = media && !f->media;
    if (media && (f->media & VG_DSA_AUDIO)) types[n++] = "CONTENT_TYPE_AUDIO";
    if (media && (f->media & VG_DSA_IMAGE)) types[n++] = "CONTENT_TYPE_IMAGE";
    if (f->kinds & words()) types[n++] = "CONTENT_TYPE_TEXT";
    if (media && (f->media & VG_DSA_VIDEO)) types[n++] = "CONTENT_TYPE_VIDEO";
    bool other = conduct || unknown || !n;
    if (other) types[n++] = "CONTENT_TYPE_OTHER";
    put_list(w, "content_type", types, n);
    if (other) put_word(w, "content_type_other", unknown ? conduct ? "Images or videos, and conduct of the account: contacts, live sessions" : "Images or videos" :
                                                 "Conduct of the account: contacts, live sessions");
    if (f->language.len >= 2 && (f->language.len == 2 || f->language.ptr[2] == '-')) {
        char two[3] = {(char)(f->language.ptr[0] & ~0x20), (char)(f->language.ptr[1] & ~0x20), '\0'};
        if (two[0] >= 'A' && two[0] <= 'Z' && two[1] >= 'A' && two[1] <= 'Z') put_word(w, "content_language", two);
    }
}

static void put_source(writer *w, const vg_dsa_facts *f)
{
    static const char *const sources[] = {"SOURCE_VOLUNTARY", "SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION"};
    put_word(w, "source_type", sources[f->source]);
    put_word(w, "automated_detection", f->kinds & ~reported ? "Yes" : "No");
    put_word(w, "automated_decision", "AUTOMATED_DECISION_NOT_AUTOMATED"); /* a person decides: nothing else leads here */
}

static int dump(writer *w, vg_arena *arena, vg_str *out, vg_error *err)
{
    char *text = w->failed ? NULL : json_dumps(w->root, JSON_COMPACT | JSON_SORT_KEYS);
    json_free_t release = NULL;
    json_get_alloc_funcs(NULL, &release);
    *out = text ? vg_arena_copy(arena, vg_str_of(text)) : (vg_str){NULL, 0};
    if (text) release(text);
    return out->ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for a statement");
}

static int write_document(const vg_dsa_facts *f, const json_t *root, vg_arena *arena, vg_dsa_statement *out, vg_error *err)
{
    writer w = {json_object(), false};
    if (!w.root) return vg_fail(err, VG_ENOMEM, "", "no memory for a statement");
    put_restriction(&w, json_object_get(root, "restriction"), f->lifted_ms);
    put_ground(&w, json_object_get(root, "ground"), out->explanation, f->terms_url);
    put_category(&w, json_object_get(root, "dsa"), f->kinds);
    put_content(&w, f);
    put_source(&w, f);
    put_list(&w, "territorial_scope", eea, sizeof eea / sizeof *eea);
    put_date(&w, "content_date", f->content_ms);
    put_date(&w, "application_date", f->applied_ms);
    put_text(&w, "decision_facts", out->facts);
    put_text(&w, "puid", f->puid);
    int rc = dump(&w, arena, &out->document, err);
    json_decref(w.root);
    return rc;
}

int vg_dsa_compose(const vg_dsa_facts *f, vg_arena *arena, vg_dsa_statement *out, vg_error *err)
{
    vg_buf facts;
    *out = (vg_dsa_statement){.facts = {"", 0}};
    json_t *root = json_loadb(f->content.ptr, f->content.len, 0, NULL);
    if (!json_is_object(json_object_get(root, "restriction")) || !json_is_object(json_object_get(root, "ground"))) {
        json_decref(root);
        return vg_fail(err, VG_ECORRUPT, "", "this is no statement of reasons");
    }
    vg_buf_init(&facts, 64 << 10);
    vg_str explanation = f->explanation.len ? f->explanation : text_at(json_object_get(root, "ground"), "explanation");
    out->explanation = vg_arena_copy(arena, cut(explanation, EXPLANATION_MOST));
    if (f->facts.len) vg_buf_add_str(&facts, f->facts);
    else compose_facts(f, vg_str_is(text_at(root, "language"), "fr"), out->explanation, &facts);
    out->facts = facts.failed ? (vg_str){NULL, 0} : vg_arena_copy(arena, cut((vg_str){facts.ptr, facts.len}, FACTS_MOST));
    vg_buf_free(&facts);
    int rc = out->facts.ptr && out->explanation.ptr ? write_document(f, root, arena, out, err) : vg_fail(err, VG_ENOMEM, "", "no memory for a statement");
    char where[64];
    if (!rc && !vg_dsa_valid(out->document, where)) out->lacks = vg_arena_copy(arena, vg_str_of(where)).ptr;
    json_decref(root);
    return rc;
}

/* ---- what the database takes ---- */

static bool puid_good(vg_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9') || s.ptr[i] == '-' || s.ptr[i] == '_')) return false;
    return s.len > 0 && s.len <= 500;
}

static bool text_good(const json_t *root, const char *name, size_t most)
{
    size_t len = 0;
    vg_str s = text_at(root, name);
    for (size_t i = 0; i < s.len; i++) len += ((unsigned char)s.ptr[i] & 0xc0) != 0x80; /* the database counts characters */
    return len > 0 && len <= most;
}

bool vg_dsa_valid(vg_str document, char where[64])
{
    static const char *const always[] = {"decision_ground", "category", "content_date", "application_date", "source_type", "automated_detection", "automated_decision"};
    json_t *root = json_loadb(document.ptr, document.len, 0, NULL);
    const char *wrong = NULL;
    for (size_t i = 0; !wrong && i < sizeof always / sizeof *always; i++)
        if (!text_good(root, always[i], 500)) wrong = always[i];
    bool law = vg_str_is(text_at(root, "decision_ground"), "DECISION_GROUND_ILLEGAL_CONTENT");
    const char *ground = law ? "illegal_content_legal_ground" : "incompatible_content_ground";
    const char *explanation = law ? "illegal_content_explanation" : "incompatible_content_explanation";
    if (!wrong && !text_good(root, "decision_facts", FACTS_MOST)) wrong = "decision_facts";
    if (!wrong && !text_good(root, ground, GROUND_MOST)) wrong = ground;
    if (!wrong && !text_good(root, explanation, EXPLANATION_MOST)) wrong = explanation;
    if (!wrong && !json_array_size(json_object_get(root, "content_type"))) wrong = "content_type";
    if (!wrong && !puid_good(text_at(root, "puid"))) wrong = "puid";
    if (!wrong && !json_object_get(root, "decision_visibility") && !json_object_get(root, "decision_provision") && !json_object_get(root, "decision_account") &&
        !json_object_get(root, "decision_monetary"))
        wrong = "decision_visibility";
    if (wrong) snprintf(where, 64, "/%s", wrong);
    json_decref(root);
    return !wrong;
}
