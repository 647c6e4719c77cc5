/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of policy/law/: the statutes of one country each.
 */
#include "base/french.h"
#include "base/time.h"
#include "space/law_int.h"

#include <stdio.h>

enum { PATH = 96 };

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* ---- shared ---- */

int vg_law_country(const vg_yaml *yaml, const char *path, const char *text, char out[3], vg_error *err)
{
    const char *slash = strrchr(yaml->name, '/'), *name = slash ? slash + 1 : yaml->name;
    if (strlen(text) != 2 || !is_capital(text[0]) || !is_capital(text[1]))
        return vg_yaml_fail(yaml, err, path, "\"%.8s\" is no country; expected two capital letters (ISO 3166-1), such as FR", text);
    if (name[0] != (char)(text[0] + 32) || name[1] != (char)(text[1] + 32) || strcmp(name + 2, ".yaml") != 0)
        return vg_yaml_fail(yaml, err, path, "%s stands in a file of another name; expected %c%c.yaml", text, text[0] + 32, text[1] + 32);
    memcpy(out, text, 3);
    return 0;
}

int vg_law_id(const vg_yaml *yaml, const char *path, const char *id, const char country[3], vg_error *err)
{
    size_t plain = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789.-_");
    if (id[plain] || id[0] != country[0] + 32 || id[1] != country[1] + 32 || id[2] != '.' || !id[3])
        return vg_yaml_fail(yaml, err, path, "\"%.64s\" is no id of this file; expected %c%c. and small letters, digits, dots, hyphens", id,
                            country[0] + 32, country[1] + 32);
    return 0;
}

/* A day that is in the calendar, and no time. */
static bool is_day(const char *s)
{
    int64_t ms;
    return strlen(s) == 10 && vg_time_parse_date(vg_str_of(s), &ms);
}

int vg_law_provenance(vg_space_loader *loader, const vg_yaml *yaml, const char *at, int sure, const char *source, const char *verified_on,
                      vg_provenance *out, vg_error *err)
{
    char path[PATH];
    const char *dot = at[0] ? "." : "";
    snprintf(path, sizeof path, "%s%sverified_on", at, dot);
    if (sure == VG_SURE_NOT && verified_on)
        return vg_yaml_fail(yaml, err, path, "an entry that is unverified has no day; say secondary or primary, or take the day away");
    if (sure != VG_SURE_NOT && !verified_on)
        return vg_yaml_fail(yaml, err, at, "verified_on is missing; expected the day on which its source was read, or sure: unverified");
    if (verified_on && !is_day(verified_on))
        return vg_yaml_fail(yaml, err, path, "\"%.16s\" is no day; expected one such as 2026-11-23", verified_on);
    *out = (vg_provenance){.sure = (vg_sure)sure, .source = vg_space_keep(loader, source),
                           .verified_on = verified_on ? vg_space_keep(loader, verified_on) : NULL};
    return out->source && (!verified_on || out->verified_on) ? 0 : vg_space_nomem(err);
}

int vg_law_keep_words(vg_space_loader *loader, const vg_doc_words *words, const char *out[VG_LANGS], vg_error *err)
{
    vg_buf french;
    vg_buf_init(&french, 4096);
    vg_french_add(&french, vg_str_of(words->text[VG_LANG_FR]));
    out[VG_LANG_FR] = french.failed ? NULL : vg_space_keep(loader, french.ptr ? french.ptr : "");
    out[VG_LANG_EN] = vg_space_keep(loader, words->text[VG_LANG_EN]);
    vg_buf_free(&french);
    return out[VG_LANG_FR] && out[VG_LANG_EN] ? 0 : vg_space_nomem(err);
}

/* ---- a statute ---- */

typedef struct reader {
    vg_space_loader *loader;
    const vg_yaml *yaml;
    const char *country;
    vg_error *err;
} reader;

static uint32_t bits_of(const int *words, unsigned count)
{
    uint32_t bits = 0;
    for (unsigned i = 0; i < count; i++) bits |= UINT32_C(1) << words[i];
    return bits;
}

static int read_statute(reader *r, unsigned index, const vg_doc_statute *doc, vg_statute *out)
{
    char at[32], path[PATH];
    uint32_t under = 0;
    snprintf(at, sizeof at, "statutes[%u]", index);
    snprintf(path, sizeof path, "%s.id", at);
    int rc = vg_law_id(r->yaml, path, doc->id, r->country, r->err);
    snprintf(path, sizeof path, "%s.victim_under", at);
    if (!rc && doc->victim_under) rc = vg_value_count(r->yaml, path, doc->victim_under, 1, 21, &under, r->err);
    if (!rc) rc = vg_law_provenance(r->loader, r->yaml, at, doc->sure, doc->source, doc->verified_on, &out->from, r->err);
    if (!rc) rc = vg_law_keep_words(r->loader, &doc->title, out->title, r->err);
    if (!rc && doc->note) rc = vg_law_keep_words(r->loader, doc->note, out->note, r->err);
    if (rc) return rc;
    memcpy(out->country, r->country, 3);
    out->id = vg_space_keep(r->loader, doc->id);
    out->reference = vg_space_keep(r->loader, doc->reference);
    out->acts = bits_of(doc->acts, doc->acts_count);
    out->ties = bits_of(doc->ties, doc->ties_count);
    out->victim_under = (uint8_t)under;
    return out->id && out->reference ? 0 : vg_space_nomem(r->err);
}

int vg_law_file_read(vg_space_loader *loader, const char *name, vg_law_file *out, vg_error *err)
{
    vg_yaml yaml = {0};
    void *loaded = NULL;
    *out = (vg_law_file){.country = ""};
    int rc = vg_space_open(loader, name, VG_SCHEMA_LAW, &yaml, &loaded, err);
    const vg_doc_law *doc = loaded;
    if (!rc) rc = vg_law_country(&yaml, "country", doc->country, out->country, err);
    if (!rc && !(out->statutes = vg_arena_calloc(loader->arena, doc->statutes_count, sizeof *out->statutes))) rc = vg_space_nomem(err);
    reader r = {.loader = loader, .yaml = &yaml, .country = out->country, .err = err};
    for (unsigned i = 0; !rc && i < doc->statutes_count; i++) rc = read_statute(&r, i, &doc->statutes[i], &out->statutes[out->statute_count++]);
    vg_schema_free(VG_SCHEMA_LAW, loaded);
    vg_yaml_close(&yaml);
    return rc;
}
