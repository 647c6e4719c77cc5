/* SPDX-License-Identifier: Apache-2.0
 *
 * policy/routing.yaml: how much a hint is worth, what evidence speaks of which act, and the tables of countries, prefixes, currencies and
 * languages.
 */
#include "space/law_int.h"

#include <stdio.h>
#include <stdlib.h>

enum { PATH = 64 };

typedef struct reader {
    vg_space_loader *loader;
    const vg_yaml *yaml;
    vg_places *out;
    vg_error *err;
} reader;

static int read_shares(reader *r, const vg_doc_routing *d)
{
    static const char *const kinds[] = {"place", "nationality", "residence"};
    char path[PATH];
    int rc = 0;
    for (int h = 0; h < VG_HINTS && !rc; h++) {
        snprintf(path, sizeof path, "confidence.%s", vg_hint_names[h]);
        rc = vg_value_share(r->yaml, path, d->confidence[h], &r->out->confidence[h], r->err);
    }
    for (int k = 0; k < VG_FACT_KINDS && !rc; k++) {
        snprintf(path, sizeof path, "factors.%s", kinds[k]);
        rc = vg_value_share(r->yaml, path, d->kind_factor[k], &r->out->kind_factor[k], r->err);
    }
    if (!rc) rc = vg_value_share(r->yaml, "factors.conflict", d->conflict, &r->out->conflict, r->err);
    return rc ? rc : vg_value_share(r->yaml, "factors.weak_below", d->weak_below, &r->out->weak_below, r->err);
}

static void read_acts(reader *r, const vg_doc_routing *d)
{
    for (unsigned i = 0; i < d->acts_count; i++)
        for (unsigned k = 0; k < d->acts[i].kinds_count; k++) r->out->acts_of_kind[d->acts[i].kinds[k]] |= UINT32_C(1) << d->acts[i].act;
}

static int read_reasons(reader *r, const vg_doc_routing *d)
{
    vg_reason_acts *list = vg_arena_calloc(r->loader->arena, d->reasons_count ? d->reasons_count : 1, sizeof *list);
    char path[PATH];
    if (!list) return vg_space_nomem(r->err);
    for (unsigned i = 0; i < d->reasons_count; i++) {
        if (!(list[i].reason = vg_space_keep(r->loader, d->reasons[i].reason))) return vg_space_nomem(r->err);
        for (unsigned k = 0; k < d->reasons[i].acts_count; k++) list[i].acts |= UINT32_C(1) << d->reasons[i].acts[k];
        for (unsigned k = 0; k < i; k++) {
            if (strcmp(list[k].reason, list[i].reason) != 0) continue;
            snprintf(path, sizeof path, "reasons[%u].reason", i);
            return vg_yaml_fail(r->yaml, r->err, path, "\"%.32s\" is there twice", list[i].reason);
        }
    }
    r->out->reasons = list;
    r->out->reason_count = d->reasons_count;
    return 0;
}

static int read_code(reader *r, const char *path, const char *text, char out[3])
{
    if (strlen(text) != 2 || text[0] < 'A' || text[0] > 'Z' || text[1] < 'A' || text[1] > 'Z')
        return vg_yaml_fail(r->yaml, r->err, path, "\"%.8s\" is no country; expected two capital letters (ISO 3166-1), such as FR", text);
    memcpy(out, text, 3);
    return 0;
}

static int by_code(const void *a, const void *b)
{
    return strcmp(((const vg_country *)a)->code, ((const vg_country *)b)->code);
}

static int read_names(reader *r, const char *name, const vg_doc_country *of, unsigned count, const vg_country **out, size_t *out_count)
{
    vg_country *list = vg_arena_calloc(r->loader->arena, count ? count : 1, sizeof *list);
    char path[PATH];
    int rc = list ? 0 : vg_space_nomem(r->err);
    for (unsigned i = 0; i < count && !rc; i++) {
        snprintf(path, sizeof path, "%s[%u].code", name, i);
        rc = read_code(r, path, of[i].code, list[i].code);
        list[i].name[VG_LANG_FR] = vg_space_keep(r->loader, of[i].fr);
        list[i].name[VG_LANG_EN] = vg_space_keep(r->loader, of[i].en);
        if (!list[i].name[VG_LANG_FR] || !list[i].name[VG_LANG_EN]) rc = vg_space_nomem(r->err);
    }
    if (rc) return rc;
    qsort(list, count, sizeof *list, by_code);
    for (unsigned i = 1; i < count; i++)
        if (strcmp(list[i - 1].code, list[i].code) == 0) return vg_yaml_fail(r->yaml, r->err, name, "%s is there twice", list[i].code);
    *out = list;
    *out_count = count;
    return 0;
}

static bool is_listed(const vg_places *places, const char *code)
{
    vg_country wanted = {.code = ""};
    memcpy(wanted.code, code, 3);
    return bsearch(&wanted, places->countries, places->country_count, sizeof wanted, by_code) != NULL;
}

static int by_word(const void *a, const void *b)
{
    return strcmp(((const vg_word_country *)a)->word, ((const vg_word_country *)b)->word);
}

/* A table whose words are made of `letters`; of a phone's prefix also no leading zero. */
static int read_table(reader *r, const char *name, const char *key, const vg_doc_pair *pairs, unsigned count, const char *letters,
                      const vg_word_country **out, size_t *out_count)
{
    vg_word_country *list = vg_arena_calloc(r->loader->arena, count ? count : 1, sizeof *list);
    char path[PATH];
    int rc = list ? 0 : vg_space_nomem(r->err);
    for (unsigned i = 0; i < count && !rc; i++) {
        const char *word = pairs[i].word;
        snprintf(path, sizeof path, "%s[%u].%s", name, i, key);
        if (word[strspn(word, letters)] || word[0] == '0') return vg_yaml_fail(r->yaml, r->err, path, "\"%.16s\" is no %s", word, key);
        snprintf(path, sizeof path, "%s[%u].country", name, i);
        rc = read_code(r, path, pairs[i].country, list[i].country);
        if (!rc && !is_listed(r->out, list[i].country)) rc = vg_yaml_fail(r->yaml, r->err, path, "%s is not among countries", list[i].country);
        if (!(list[i].word = vg_space_keep(r->loader, word))) rc = vg_space_nomem(r->err);
    }
    if (rc) return rc;
    qsort(list, count, sizeof *list, by_word);
    for (unsigned i = 1; i < count; i++)
        if (strcmp(list[i - 1].word, list[i].word) == 0) return vg_yaml_fail(r->yaml, r->err, name, "\"%.16s\" is there twice", list[i].word);
    *out = list;
    *out_count = count;
    return 0;
}

static int read_codes(reader *r, const char *name, char *const *of, unsigned count, const char (**out)[3], size_t *out_count)
{
    char(*list)[3] = vg_arena_calloc(r->loader->arena, count ? count : 1, sizeof *list);
    char path[PATH];
    int rc = list ? 0 : vg_space_nomem(r->err);
    for (unsigned i = 0; i < count && !rc; i++) {
        snprintf(path, sizeof path, "%s[%u]", name, i);
        rc = read_code(r, path, of[i], list[i]);
        if (!rc && !is_listed(r->out, list[i])) rc = vg_yaml_fail(r->yaml, r->err, path, "%s is not among countries", list[i]);
        if (!rc && i && strcmp(list[i - 1], list[i]) >= 0) rc = vg_yaml_fail(r->yaml, r->err, path, "%s stands twice, or out of order", list[i]);
    }
    *out = (const char(*)[3])list;
    *out_count = count;
    return rc;
}

int vg_routing_file_read(vg_space_loader *loader, const char *name, const vg_places **out, vg_error *err)
{
    vg_yaml yaml = {0};
    void *loaded = NULL;
    vg_places *places = vg_arena_calloc(loader->arena, 1, sizeof *places);
    *out = NULL;
    int rc = places ? vg_space_open(loader, name, VG_SCHEMA_ROUTING, &yaml, &loaded, err) : vg_space_nomem(err);
    const vg_doc_routing *d = loaded;
    reader r = {.loader = loader, .yaml = &yaml, .out = places, .err = err};
    if (!rc) rc = vg_law_provenance(loader, &yaml, "", d->sure, d->source, d->verified_on, &places->from, err);
    if (!rc) rc = read_shares(&r, d);
    if (!rc) read_acts(&r, d);
    if (!rc) rc = read_reasons(&r, d);
    if (!rc) rc = read_names(&r, "countries", d->countries, d->countries_count, &places->countries, &places->country_count);
    if (!rc) rc = read_names(&r, "unions", d->unions, d->unions_count, &places->unions, &places->union_count);
    if (!rc) rc = read_codes(&r, "union", d->members, d->members_count, &places->members, &places->member_count);
    if (!rc) rc = read_codes(&r, "french", d->french, d->french_count, &places->french, &places->french_count);
    if (!rc) rc = read_table(&r, "phones", "prefix", d->phones, d->phones_count, "0123456789", &places->phones, &places->phone_count);
    if (!rc) rc = read_table(&r, "currencies", "currency", d->currencies, d->currencies_count, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", &places->currencies,
                             &places->currency_count);
    if (!rc) rc = read_table(&r, "languages", "language", d->languages, d->languages_count, "abcdefghijklmnopqrstuvwxyz", &places->languages,
                             &places->language_count);
    if (!rc) *out = places;
    vg_schema_free(VG_SCHEMA_ROUTING, loaded);
    vg_yaml_close(&yaml);
    return rc;
}
