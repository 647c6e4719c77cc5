/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include "space/space_int.h"

enum { DEFAULT_STRENGTH = 7000 };

/* ---- pattern syntax ---- */

static bool complain(size_t at, const char *text, size_t *column, const char **what)
{
    *column = at;
    *what = text;
    return false;
}

/* What is known of a pattern while it is read. */
typedef struct reading {
    size_t required; /* words, numbers or choices so far, one of which must be there */
    bool named;      /* one of them is a word, whatever is chosen */
    bool after_star;
} reading;

/* `#` is a number and a word of its own; nothing of a word touches it. */
static bool number_alone(vg_str p, size_t i)
{
    return (i == 0 || strchr(" [|", p.ptr[i - 1])) && (i + 1 == p.len || strchr(" ]|", p.ptr[i + 1]));
}

/* `[a|b c]` at p.ptr[i] == '['. Moves *i past it; *optional when there is a single choice, or an empty one; *named when
 * each choice has a word that is no number. */
static bool read_choice(vg_str p, size_t *i, bool *optional, bool *named, size_t *column, const char **what)
{
    size_t open = (*i)++, choices = 1, filled = 0, words = 0;
    bool empty = true, word = false;
    for (; *i < p.len && p.ptr[*i] != ']'; ++*i) {
        char c = p.ptr[*i];
        if (c == '[') return complain(*i, "`[` inside `[ ]`; choices cannot be nested", column, what);
        if (c == '*') return complain(*i, "`*` inside `[ ]`; it may only stand between words", column, what);
        if (c == '#' && !number_alone(p, *i)) return complain(*i, "`#` must stand alone", column, what);
        if (c == '|') choices++, empty = true, word = false;
        else if (c != ' ' && empty) empty = false, filled++;
        if (!strchr("| #", c) && !word) word = true, words++;
    }
    if (*i == p.len) return complain(open, "`[` without its `]`", column, what);
    if (!filled) return complain(open, "nothing inside `[ ]`; expected words", column, what);
    ++*i;
    if (*i < p.len && p.ptr[*i] != ' ') return complain(*i, "expected a space after `]`", column, what);
    *optional = choices == 1 || filled < choices;
    *named = words == choices;
    return true;
}

/* A word, or `#`, at p.ptr[*i]. Moves *i past it. */
static bool read_word(vg_str p, size_t *i, bool *named, size_t *column, const char **what)
{
    size_t from = *i;
    for (; *i < p.len && !strchr(" []|*", p.ptr[*i]); ++*i)
        if (p.ptr[*i] == '#' && !number_alone(p, *i)) return complain(*i, "`#` must stand alone", column, what);
    if (*i < p.len && p.ptr[*i] != ' ') return complain(*i, "expected a space between words", column, what);
    *named = p.ptr[from] != '#';
    return true;
}

/* One rule for the whole grammar: between spaces stand a word, `#`, `[...]` or `*`; at least one word must be
 * required, or a pattern would match any number, and a `*` has something required on both sides, or it would match
 * anything. */
bool vg_lexicon_pattern_valid(vg_str p, size_t *column, const char **what)
{
    reading r = {0};
    size_t i = 0, star = 0;
    while (i < p.len) {
        char c = p.ptr[i];
        bool optional = false, named = false;
        if (c == ' ') {
            i++;
            continue;
        }
        if (c == ']' || c == '|') return complain(i, "`]` or `|` outside of `[ ]`", column, what);
        if (c == '*') {
            if (!r.required || r.after_star) return complain(i, "`*` must stand between two words", column, what);
            if (++i < p.len && p.ptr[i] != ' ') return complain(i, "expected a space after `*`", column, what);
            r.after_star = true;
            star = i - 1;
            continue;
        }
        if (c == '[' ? !read_choice(p, &i, &optional, &named, column, what) : !read_word(p, &i, &named, column, what))
            return false;
        if (optional) continue;
        r.required++;
        r.named |= named;
        r.after_star = false;
    }
    if (!r.required) return complain(0, "every word is optional; expected at least one that is not", column, what);
    if (!r.named) return complain(0, "it can match numbers alone; expected a word beside `#`", column, what);
    if (r.after_star) return complain(star, "`*` must stand between two words", column, what);
    return true;
}

/* ---- loading ---- */

typedef struct reader {
    vg_space_loader *loader;
    const vg_yaml *yaml;
    const vg_doc_lexicon *doc;
    const char *language, *file;
    vg_policy_pattern *patterns;
    vg_policy_example *examples;
    vg_policy_place *pattern_places, *example_places;
    size_t pattern_count, example_count;
    vg_error *err;
} reader;

/* The nodes of a list, which libcyaml's copy of it has in the same order. */
static const vg_node *first_of(const reader *r, const char *path)
{
    const vg_node *list = vg_yaml_find(r->yaml, path);
    return list ? list->first : NULL;
}

static vg_policy_place next_place(const reader *r, const vg_node **node)
{
    vg_policy_place place = {r->file, *node ? (*node)->line : 0};
    if (*node) *node = (*node)->next;
    return place;
}

static int read_group(reader *r, int family, size_t number, const vg_doc_group *group)
{
    const char *name = vg_evidence_short_names[vg_evidence_of_family((unsigned)family)];
    uint16_t strength = DEFAULT_STRENGTH;
    char path[160];
    int rc;
    snprintf(path, sizeof path, "families.%s.patterns[%zu].strength", name, number);
    if (group->strength && (rc = vg_value_share(r->yaml, path, group->strength, &strength, r->err)))
        return rc;
    if (strength == 0)
        return vg_yaml_fail(r->yaml, r->err, path, "0 is not above 0; remove the patterns instead");
    snprintf(path, sizeof path, "families.%s.patterns[%zu].any_of", name, number);
    const vg_node *node = first_of(r, path);
    for (unsigned i = 0; i < group->any_of_count; i++) {
        const char *text = group->any_of[i], *what;
        size_t column;
        snprintf(path, sizeof path, "families.%s.patterns[%zu].any_of[%u]", name, number, i);
        if (!vg_lexicon_pattern_valid(vg_str_of(text), &column, &what))
            return vg_yaml_fail(r->yaml, r->err, path, "%s (at character %zu of \"%.60s\")", what, column + 1,
                                text);
        r->pattern_places[r->pattern_count] = next_place(r, &node);
        vg_policy_pattern *p = &r->patterns[r->pattern_count++];
        *p = (vg_policy_pattern){.family = (uint8_t)family, .strength = strength, .language = r->language};
        if (!(p->text = vg_space_keep(r->loader, text))) return vg_space_nomem(r->err);
    }
    return 0;
}

static int read_examples(reader *r, int family, char **texts, unsigned count, bool match)
{
    char path[160];
    snprintf(path, sizeof path, "families.%s.%s", vg_evidence_short_names[vg_evidence_of_family((unsigned)family)],
             match ? "examples" : "counter_examples");
    const vg_node *node = first_of(r, path);
    for (unsigned i = 0; i < count; i++) {
        r->example_places[r->example_count] = next_place(r, &node);
        vg_policy_example *e = &r->examples[r->example_count++];
        *e = (vg_policy_example){.family = (uint8_t)family, .match = match, .language = r->language};
        if (!(e->text = vg_space_keep(r->loader, texts[i]))) return vg_space_nomem(r->err);
    }
    return 0;
}

static int read_family(reader *r, int family)
{
    const vg_doc_family *f = r->doc->family[family];
    int rc;
    for (unsigned i = 0; i < f->patterns_count; i++)
        if ((rc = read_group(r, family, i, &f->patterns[i]))) return rc;
    if ((rc = read_examples(r, family, f->examples, f->examples_count, true))) return rc;
    return read_examples(r, family, f->counter_examples, f->counter_examples_count, false);
}

/* In the order of the file: the schema knows the families in the order of the enum. */
static int read_families(reader *r)
{
    const vg_node *families = vg_yaml_find(r->yaml, "families");
    for (const vg_node *n = families ? families->first : NULL; n; n = n->next)
        for (int f = 0; f < VG_TEXT_FAMILIES; f++)
            if (r->doc->family[f] && vg_str_is(n->key, vg_evidence_short_names[vg_evidence_of_family((unsigned)f)])) {
                int rc = read_family(r, f);
                if (rc) return rc;
            }
    return 0;
}

/* Without family and strength: they only make others of the same message count less. */
static int read_reporting(reader *r)
{
    const vg_node *node = first_of(r, "reporting");
    for (unsigned i = 0; i < r->doc->reporting_count; i++) {
        const char *text = r->doc->reporting[i], *what;
        char path[64];
        size_t column;
        snprintf(path, sizeof path, "reporting[%u]", i);
        if (!vg_lexicon_pattern_valid(vg_str_of(text), &column, &what))
            return vg_yaml_fail(r->yaml, r->err, path, "%s (at character %zu of \"%.60s\")", what, column + 1, text);
        r->pattern_places[r->pattern_count] = next_place(r, &node);
        vg_policy_pattern *p = &r->patterns[r->pattern_count++];
        *p = (vg_policy_pattern){.family = VG_PATTERN_REPORTING, .strength = DEFAULT_STRENGTH, .language = r->language};
        if (!(p->text = vg_space_keep(r->loader, text))) return vg_space_nomem(r->err);
    }
    return 0;
}

static void count_all(const vg_doc_lexicon *doc, size_t *patterns, size_t *examples)
{
    *patterns = doc->reporting_count;
    *examples = 0;
    for (int f = 0; f < VG_TEXT_FAMILIES; f++) {
        const vg_doc_family *family = doc->family[f];
        if (!family) continue;
        for (unsigned i = 0; i < family->patterns_count; i++) *patterns += family->patterns[i].any_of_count;
        *examples += family->examples_count + family->counter_examples_count;
    }
}

static int fill(vg_space_loader *loader, const vg_yaml *yaml, const vg_doc_lexicon *doc, vg_lexicon *out,
                vg_error *err)
{
    reader r = {.loader = loader, .yaml = yaml, .doc = doc, .err = err};
    size_t patterns, examples;
    count_all(doc, &patterns, &examples);
    if (patterns > VG_SPACE_MAX_PATTERNS)
        return vg_yaml_fail(yaml, err, "families", "%zu patterns; expected at most %d", patterns,
                            VG_SPACE_MAX_PATTERNS);
    r.patterns = vg_arena_calloc(loader->arena, patterns ? patterns : 1, sizeof *r.patterns);
    r.examples = vg_arena_calloc(loader->arena, examples ? examples : 1, sizeof *r.examples);
    r.pattern_places = vg_arena_calloc(loader->arena, patterns ? patterns : 1, sizeof *r.pattern_places);
    r.example_places = vg_arena_calloc(loader->arena, examples ? examples : 1, sizeof *r.example_places);
    r.language = vg_space_keep(loader, doc->language);
    r.file = vg_space_keep(loader, yaml->name);
    if (!r.patterns || !r.examples || !r.pattern_places || !r.example_places || !r.language || !r.file) return vg_space_nomem(err);
    int rc = read_families(&r);
    if (!rc) rc = read_reporting(&r);
    if (rc) return rc;
    *out = (vg_lexicon){.language = r.language,
                        .patterns = r.patterns,
                        .pattern_places = r.pattern_places,
                        .pattern_count = r.pattern_count,
                        .examples = r.examples,
                        .example_places = r.example_places,
                        .example_count = r.example_count};
    return 0;
}

int vg_lexicon_load(vg_space_loader *loader, const char *name, const vg_lexicon **out, vg_error *err)
{
    vg_yaml yaml = {0};
    void *doc = NULL;
    vg_lexicon *lexicon;
    int rc;
    for (lexicon = loader->lexicons; lexicon; lexicon = lexicon->next)
        if (strcmp(lexicon->name, name) == 0) {
            *out = lexicon;
            return 0;
        }
    rc = vg_space_open(loader, name, VG_SCHEMA_LEXICON, &yaml, &doc, err);
    if (rc) goto out;
    lexicon = vg_arena_calloc(loader->arena, 1, sizeof *lexicon);
    if (!lexicon) {
        rc = vg_space_nomem(err);
        goto out;
    }
    rc = fill(loader, &yaml, doc, lexicon, err);
    if (rc) goto out;
    lexicon->name = vg_space_keep(loader, name);
    if (!lexicon->name) {
        rc = vg_space_nomem(err);
        goto out;
    }
    lexicon->next = loader->lexicons;
    loader->lexicons = lexicon;
    *out = lexicon;
out:
    vg_schema_free(VG_SCHEMA_LEXICON, doc);
    vg_yaml_close(&yaml);
    return rc;
}
