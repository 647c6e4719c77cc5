/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include "space/space_int.h"

typedef struct reader {
    vg_space_loader *loader;
    const vg_yaml *yaml;
    vg_error *err;
} reader;

/* Braces may only hold the one word that decision replaces, so that a misspelt {valeur} never reaches a
 * reader. */
static int check_braces(reader *r, const char *path, const char *text)
{
    for (const char *s = text; (s = strpbrk(s, "{}")); s += strlen("{value}"))
        if (strncmp(s, "{value}", strlen("{value}")) != 0)
            return vg_yaml_fail(r->yaml, r->err, path,
                                "\"%.20s\": the only word in braces that is replaced is {value}", s);
    return 0;
}

static int keep(reader *r, const char *path, const char *lang, const char *text, const char **out)
{
    char place[160];
    snprintf(place, sizeof place, "%s.%s", path, lang);
    int rc = check_braces(r, place, text);
    if (rc) return rc;
    *out = vg_space_keep(r->loader, text);
    return *out ? 0 : vg_space_nomem(r->err);
}

static int read_phrase(reader *r, const char *path, const vg_doc_phrase *doc, vg_policy_phrase *out)
{
    char one[160];
    int rc = 0;
    snprintf(one, sizeof one, "%s.one", path);
    for (int lang = 0; lang < VG_LANGS && rc == 0; lang++) {
        rc = keep(r, path, vg_space_lang_names[lang], doc->text[lang], &out->text[lang]);
        if (rc == 0 && doc->one)
            rc = keep(r, one, vg_space_lang_names[lang], doc->one->text[lang], &out->one[lang]);
    }
    return rc;
}

/* Sentences are made around these words: "... vient s’ajouter à une demande de secret", "sans la demande de secret". French only
 * contracts and elides right when the article is one that the sentence can change. */
static int check_article(reader *r, const char *path, vg_lang lang, const char *text)
{
    static const char *const french[] = {"un ", "une ", "des ", "{value} "};
    if (lang != VG_LANG_FR) return 0;
    for (size_t i = 0; i < sizeof french / sizeof french[0]; i++)
        if (strncmp(text, french[i], strlen(french[i])) == 0) return 0;
    return vg_yaml_fail(r->yaml, r->err, path,
                        "\"%.40s\": the few words of a piece of evidence begin with \"un\", \"une\", \"des\" or {value}", text);
}

static int read_noun(reader *r, const char *path, const vg_doc_noun *doc, vg_policy_phrase *out)
{
    char place[160];
    int rc = 0;
    for (int lang = 0; lang < VG_LANGS && rc == 0; lang++) {
        snprintf(place, sizeof place, "%s.short", path);
        rc = keep(r, place, vg_space_lang_names[lang], doc->text[lang], &out->text[lang]);
        if (rc == 0 && doc->one) {
            snprintf(place, sizeof place, "%s.short.one", path);
            rc = keep(r, place, vg_space_lang_names[lang], doc->one->text[lang], &out->one[lang]);
        }
        snprintf(place, sizeof place, "%s.short.%s", path, vg_space_lang_names[lang]);
        if (rc == 0) rc = check_article(r, place, (vg_lang)lang, out->text[lang]);
        snprintf(place, sizeof place, "%s.short.one.%s", path, vg_space_lang_names[lang]);
        if (rc == 0 && out->one[lang]) rc = check_article(r, place, (vg_lang)lang, out->one[lang]);
    }
    return rc;
}

static int fill(reader *r, const vg_doc_phrases *doc, vg_phrases *out)
{
    char path[128];
    int rc = 0;
    for (int k = 0; k < VG_EVIDENCE_KINDS && rc == 0; k++) {
        snprintf(path, sizeof path, "evidence.%s", vg_evidence_short_names[k]);
        rc = read_phrase(r, path, &doc->evidence[k], &out->why[k]);
        if (rc == 0 && doc->evidence[k].noun) rc = read_noun(r, path, doc->evidence[k].noun, &out->noun[k]);
    }
    for (int v = 0; v < VG_VERDICTS && rc == 0; v++) {
        snprintf(path, sizeof path, "verdicts.%s", vg_space_verdict_names[v]);
        rc = read_phrase(r, path, &doc->verdict[v], &out->verdict_why[v]);
    }
    for (int lang = 0; lang < VG_LANGS && rc == 0; lang++)
        rc = keep(r, "nudge_message", vg_space_lang_names[lang], doc->nudge_message.text[lang],
                  &out->nudge_message[lang]);
    if (rc == 0) rc = read_phrase(r, "not_scanned", &doc->not_scanned, &out->not_scanned);
    return rc;
}

int vg_phrases_load(vg_space_loader *loader, const char *name, const vg_phrases **out, vg_error *err)
{
    vg_yaml yaml = {0};
    void *doc = NULL;
    vg_phrases *phrases;
    int rc;
    for (phrases = loader->phrases; phrases; phrases = phrases->next)
        if (strcmp(phrases->name, name) == 0) {
            *out = phrases;
            return 0;
        }
    rc = vg_space_open(loader, name, VG_SCHEMA_PHRASES, &yaml, &doc, err);
    if (rc) goto out;
    phrases = vg_arena_calloc(loader->arena, 1, sizeof *phrases);
    rc = phrases ? fill(&(reader){.loader = loader, .yaml = &yaml, .err = err}, doc, phrases)
                 : vg_space_nomem(err);
    if (rc) goto out;
    phrases->name = vg_space_keep(loader, name);
    if (!phrases->name) {
        rc = vg_space_nomem(err);
        goto out;
    }
    phrases->next = loader->phrases;
    loader->phrases = phrases;
    *out = phrases;
out:
    vg_schema_free(VG_SCHEMA_PHRASES, doc);
    vg_yaml_close(&yaml);
    return rc;
}
