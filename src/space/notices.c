/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `notices:`: its schema, its reading, its part of the version, and remarks.
 */
#include <stdio.h>
#include "space/notices_int.h"

enum { EMBED_MOST = 32, EMERGENCY_MOST = 12 };

/* ---- schema ---- */

static const cyaml_strval_t categories[] = {{"child_abuse", VG_NOTICE_CHILD_ABUSE}, {"grooming", VG_NOTICE_GROOMING},
                                            {"sextortion", VG_NOTICE_SEXTORTION},   {"age", VG_NOTICE_AGE},
                                            {"harassment", VG_NOTICE_HARASSMENT},   {"other", VG_NOTICE_OTHER}};

#define LEN(array)                    (sizeof(array) / sizeof((array)[0]))
#define TEXT(key, type, member, most) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, most)
#define TEXT_OPTIONAL(key, type, member, most) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1, most)
#define WORDS(key, type, member, fields) CYAML_FIELD_MAPPING(key, CYAML_FLAG_DEFAULT, type, member, fields)
#define PART(name, fields)                                                                                          \
    {                                                                                                               \
        .key = name, .data_offset = 0, .value = { CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_notices, fields) } \
    }

static const cyaml_schema_field_t text_fields[] = {TEXT("fr", vg_doc_words, text[VG_LANG_FR], 1000), TEXT("en", vg_doc_words, text[VG_LANG_EN], 1000),
                                                   CYAML_FIELD_END};
static const cyaml_schema_field_t who_fields[] = {TEXT("fr", vg_doc_words, text[VG_LANG_FR], 120), TEXT("en", vg_doc_words, text[VG_LANG_EN], 120),
                                                  CYAML_FIELD_END};
static const cyaml_schema_field_t emergency_fields[] = {TEXT("number", vg_doc_emergency, number, 24), WORDS("who", vg_doc_emergency, who, who_fields),
                                                        CYAML_FIELD_END};
static const cyaml_schema_value_t emergency_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_emergency, emergency_fields)};
static const cyaml_schema_value_t category_value = {CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int, categories, LEN(categories))};
static const cyaml_schema_value_t origin_value = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, 200)};
static const cyaml_schema_field_t texts_fields[] = {WORDS("intro", vg_doc_texts, intro, text_fields),         WORDS("receipt", vg_doc_texts, receipt, text_fields),
                                                    WORDS("upheld", vg_doc_texts, upheld, text_fields),       WORDS("dismissed", vg_doc_texts, dismissed, text_fields),
                                                    WORDS("redress", vg_doc_texts, redress, text_fields),     CYAML_FIELD_END};
static const cyaml_schema_field_t misuse_fields[] = {TEXT("window", vg_doc_notices, unfounded_window, 60), TEXT("least", vg_doc_notices, unfounded_least, 20),
                                                     TEXT("share", vg_doc_notices, unfounded_share, 20), TEXT("suspend_most", vg_doc_notices, suspend_most, 60),
                                                     CYAML_FIELD_END};
static const cyaml_schema_field_t trusted_fields[] = {TEXT("least", vg_doc_notices, flagger_least, 20), TEXT("share", vg_doc_notices, flagger_share, 20),
                                                      CYAML_FIELD_END};

const cyaml_schema_field_t vg_notices_fields[] = {
    CYAML_FIELD_SEQUENCE("embed", CYAML_FLAG_POINTER, vg_doc_notices, embed, &origin_value, 0, EMBED_MOST),
    CYAML_FIELD_SEQUENCE("categories", CYAML_FLAG_POINTER, vg_doc_notices, categories, &category_value, 1, VG_NOTICE_CATEGORIES),
    TEXT("contact", vg_doc_notices, contact, 300),
    TEXT_OPTIONAL("complaint", vg_doc_notices, complaint, 300),
    CYAML_FIELD_SEQUENCE("emergency", CYAML_FLAG_POINTER, vg_doc_notices, emergency, &emergency_value, 1, EMERGENCY_MOST),
    CYAML_FIELD_MAPPING("texts", CYAML_FLAG_DEFAULT, vg_doc_notices, texts, texts_fields),
    TEXT("keep_identity", vg_doc_notices, keep_identity, 60),
    PART("misuse", misuse_fields),
    PART("trusted", trusted_fields),
    CYAML_FIELD_END};

/* ---- reading ---- */

typedef struct reader {
    vg_space_loader *loader;
    const vg_yaml *yaml;
    const vg_doc_notices *doc;
    vg_policy_notices *out;
    vg_error *err;
} reader;

/* Scheme, host, port: what frame-ancestors takes. No wildcard, no path, so that nobody is let in by mistake; plain http on loopback only. */
static bool is_origin(const char *s)
{
    bool tls = strncmp(s, "https://", 8) == 0, plain = strncmp(s, "http://", 7) == 0;
    const char *host = s + (tls ? 8 : plain ? 7 : 0);
    if ((!tls && !plain) || !*host) return false;
    size_t len = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-");
    if (!len || host[0] == '-' || host[0] == '.') return false;
    bool loopback = (len == 9 && memcmp(host, "localhost", 9) == 0) || (len == 9 && memcmp(host, "127.0.0.1", 9) == 0);
    if (plain && !loopback) return false;
    if (host[len] == '\0') return true;
    size_t digits = host[len] == ':' ? strspn(host + len + 1, "0123456789") : 0;
    return digits >= 1 && digits <= 5 && host[len + 1 + digits] == '\0';
}

static int read_embed(reader *r)
{
    const char **list = vg_arena_calloc(r->loader->arena, r->doc->embed_count ? r->doc->embed_count : 1, sizeof *list);
    if (!list) return vg_space_nomem(r->err);
    for (unsigned i = 0; i < r->doc->embed_count; i++) {
        char path[40];
        snprintf(path, sizeof path, "notices.embed[%u]", i);
        if (!is_origin(r->doc->embed[i]))
            return vg_yaml_fail(r->yaml, r->err, path, "\"%.100s\" is no origin; expected one such as https://forum.example, in small letters, without a path", r->doc->embed[i]);
        if (!(list[i] = vg_space_keep(r->loader, r->doc->embed[i]))) return vg_space_nomem(r->err);
    }
    r->out->embed = list;
    r->out->embed_count = r->doc->embed_count;
    return 0;
}

/* Shown in a link of the form: an https address or an e-mail address, nothing that could run. */
static int read_address(reader *r, const char *path, const char *text, const char **out)
{
    if (!text) return 0;
    bool web = strncmp(text, "https://", 8) == 0, mail = strchr(text, '@') && !strchr(text, '/');
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c <= ' ' || strchr("\"<>'`", *c)) web = mail = false;
    if (!web && !mail) return vg_yaml_fail(r->yaml, r->err, path, "\"%.100s\" is neither an e-mail address nor an https address", text);
    *out = vg_space_keep(r->loader, text);
    return *out ? 0 : vg_space_nomem(r->err);
}

static int keep_words(reader *r, const vg_doc_words *words, const char *out[VG_LANGS])
{
    for (int lang = 0; lang < VG_LANGS; lang++)
        if (!(out[lang] = vg_space_keep(r->loader, words->text[lang]))) return vg_space_nomem(r->err);
    return 0;
}

static int read_emergency(reader *r)
{
    vg_emergency_number *list = vg_arena_calloc(r->loader->arena, r->doc->emergency_count + 1, sizeof *list);
    if (!list) return vg_space_nomem(r->err);
    for (unsigned i = 0; i < r->doc->emergency_count; i++) {
        const char *number = r->doc->emergency[i].number;
        char path[48];
        snprintf(path, sizeof path, "notices.emergency[%u].number", i);
        if (number[strspn(number, "0123456789 +")])
            return vg_yaml_fail(r->yaml, r->err, path, "\"%.24s\" is no telephone number; expected digits, as \"119\"", number);
        list[i].number = vg_space_keep(r->loader, number);
        int rc = list[i].number ? keep_words(r, &r->doc->emergency[i].who, list[i].who) : vg_space_nomem(r->err);
        if (rc) return rc;
    }
    r->out->emergency = list;
    r->out->emergency_count = r->doc->emergency_count;
    return 0;
}

static int read_texts(reader *r)
{
    const vg_doc_texts *t = &r->doc->texts;
    int rc = keep_words(r, &t->intro, r->out->intro);
    if (!rc) rc = keep_words(r, &t->receipt, r->out->receipt);
    if (!rc) rc = keep_words(r, &t->upheld, r->out->upheld);
    if (!rc) rc = keep_words(r, &t->dismissed, r->out->dismissed);
    return rc ? rc : keep_words(r, &t->redress, r->out->redress);
}

static int read_percent(reader *r, const char *path, const char *text, uint32_t *out)
{
    uint16_t share = 0;
    int rc = vg_value_share(r->yaml, path, text, &share, r->err);
    if (!rc && (share % 100 || !share)) rc = vg_yaml_fail(r->yaml, r->err, path, "%s is not a whole percentage from 1%% to 100%%", text);
    *out = share / 100;
    return rc;
}

static int read_limits(reader *r)
{
    const vg_doc_notices *d = r->doc;
    const vg_yaml *y = r->yaml;
    vg_policy_notices *o = r->out;
    int rc = vg_value_duration(y, "notices.keep_identity", d->keep_identity, 1440, 1, 1825, &o->keep_identity_days, r->err);
    if (!rc) rc = vg_value_duration(y, "notices.misuse.window", d->unfounded_window, 1440, 30, 730, &o->unfounded_window_days, r->err);
    if (!rc) rc = vg_value_count(y, "notices.misuse.least", d->unfounded_least, 2, 1000, &o->unfounded_least, r->err);
    if (!rc) rc = read_percent(r, "notices.misuse.share", d->unfounded_share, &o->unfounded_percent);
    if (!rc) rc = vg_value_duration(y, "notices.misuse.suspend_most", d->suspend_most, 1440, 1, 180, &o->suspend_most_days, r->err);
    if (!rc) rc = vg_value_count(y, "notices.trusted.least", d->flagger_least, 5, 10000, &o->flagger_least, r->err);
    return rc ? rc : read_percent(r, "notices.trusted.share", d->flagger_share, &o->flagger_percent);
}

int vg_notices_load(vg_space_loader *loader, const vg_yaml *yaml, const vg_doc_notices *doc, const vg_policy_notices **out, vg_error *err)
{
    *out = NULL;
    if (!doc) return 0;
    reader r = {.loader = loader, .yaml = yaml, .doc = doc, .err = err};
    r.out = vg_arena_calloc(loader->arena, 1, sizeof *r.out);
    if (!r.out) return vg_space_nomem(err);
    for (unsigned i = 0; i < doc->categories_count; i++) r.out->categories |= 1u << doc->categories[i];
    int rc = read_embed(&r);
    if (!rc) rc = read_address(&r, "notices.contact", doc->contact, &r.out->contact);
    if (!rc) rc = read_address(&r, "notices.complaint", doc->complaint, &r.out->complaint);
    if (!rc) rc = read_emergency(&r);
    if (!rc) rc = read_texts(&r);
    if (!rc) rc = read_limits(&r);
    if (!rc) *out = r.out;
    return rc;
}

/* ---- version and remarks ---- */

void vg_notices_version(uint64_t *h, const vg_policy_notices *n, void (*number)(uint64_t *h, int64_t n), void (*text)(uint64_t *h, const char *s))
{
    const char *const *const words[] = {n->intro, n->receipt, n->upheld, n->dismissed, n->redress};
    const int64_t numbers[] = {n->categories,      n->keep_identity_days, n->unfounded_window_days, n->unfounded_least,   n->unfounded_percent,
                               n->suspend_most_days, n->flagger_least,    n->flagger_percent,       (int64_t)n->embed_count, (int64_t)n->emergency_count};
    for (size_t i = 0; i < LEN(numbers); i++) number(h, numbers[i]);
    for (size_t i = 0; i < n->embed_count; i++) text(h, n->embed[i]);
    text(h, n->contact);
    text(h, n->complaint);
    for (size_t i = 0; i < n->emergency_count; i++) {
        text(h, n->emergency[i].number);
        for (int lang = 0; lang < VG_LANGS; lang++) text(h, n->emergency[i].who[lang]);
    }
    for (size_t i = 0; i < LEN(words); i++)
        for (int lang = 0; lang < VG_LANGS; lang++) text(h, words[i][lang]);
}

void vg_notices_check(const vg_policy *policy, void (*find)(void *context, const char *line), void *context)
{
    const vg_policy_notices *n = policy->notices;
    if (!n) {
        find(context, "notices: not there; this space takes no notices from the public (DSA, Article 16), its form is closed");
        return;
    }
    if (!(n->categories >> VG_NOTICE_CHILD_ABUSE & 1)) find(context, "notices.categories: child_abuse is not offered; nobody can report it without a name");
    if (!(n->categories >> VG_NOTICE_OTHER & 1)) find(context, "notices.categories: other is not offered; Article 16 is about any illegal content");
}
