/* SPDX-License-Identifier: Apache-2.0
 *
 * Spelling tables: chat spelling -> plain words, emoji -> a word.
 *
 *     language: fr
 *     words: {tkt: t inquiete pas, dem1: demain}
 *     emoji: {"📷": emocamera}
 *
 * The keys are the table, and libcyaml knows no mapping with keys of its own choice: the file is read from
 * its tree alone (tree.c), with the same strictness. A table must leave nothing to undo in what it writes, so
 * that undoing twice is undoing once; that is checked over all tables of a space together, because a key of
 * one may stand in a value of another.
 */
#include <stdio.h>
#include <stdlib.h>
#include "space/space_int.h"

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* A word as folding finds it before it reads digits as letters: no letter twice in a row, and at least one letter, so
 * that no number is undone. */
static bool is_folded_word(vg_str s)
{
    bool letters = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!is_letter(c) && (c < '0' || c > '9')) return false;
        if (is_letter(c) && i > 0 && s.ptr[i - 1] == c) return false;
        letters |= is_letter(c);
    }
    return letters && s.len <= VG_SPELLING_MAX_FROM;
}

/* What folding leaves alone for good: no digits, which it might read as letters. */
static bool is_plain(vg_str s)
{
    char last = ' ';
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if ((c != ' ' && !is_letter(c)) || c == last) return false;
        last = c;
    }
    return s.len > 0 && last != ' ' && s.len <= VG_SPELLING_MAX_TO;
}

/* One code point above U+00FF, which is no letter of the words above. The file is valid UTF-8 by now. */
static bool is_emoji(vg_str s)
{
    unsigned char lead = s.len ? (unsigned char)s.ptr[0] : 0;
    size_t width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 0;
    if (!width || s.len != width) return false;
    return memcmp(s.ptr, "\xEF\xB8\x8F", 3) != 0 && memcmp(s.ptr, "\xE2\x80\x8D", 3) != 0; /* folding drops them */
}

typedef struct reader {
    vg_space_loader *loader;
    const vg_yaml *yaml;
    vg_policy_spelling *entries;
    size_t count;
    vg_error *err;
} reader;

static int refuse_at(reader *r, const vg_node *n, bool key, const char *expected)
{
    vg_str s = key ? n->key : n->text;
    return vg_space_fail(r->err, r->yaml->name, key ? n->key_line : n->line, key ? n->key_column : n->column,
                         "\"%.*s\" is not %s", (int)(s.len < 40 ? s.len : 40), s.len ? s.ptr : "", expected);
}

static int read_entry(reader *r, const vg_node *n, bool emoji)
{
    if (emoji ? !is_emoji(n->key) : !is_folded_word(n->key))
        return refuse_at(r, n, true,
                         emoji ? "an emoji; expected one character, without variation or skin tone"
                               : "a folded word; expected a-z and 0-9, a letter, none twice in a row, at most 24");
    if (n->kind != VG_NODE_SCALAR)
        return vg_space_fail(r->err, r->yaml->name, n->line, n->column, "expected the words that it stands for");
    if (!is_plain(n->text))
        return refuse_at(r, n, false,
                         "folded words; expected a-z, no letter twice in a row, single spaces, at most 32");
    if (n->text.len + 1 > VG_SPELLING_MAX_TIMES * (emoji ? n->key.len : n->key.len + 1))
        return refuse_at(r, n, false, "short enough for that; expected at most eight times the length");
    vg_policy_spelling *e = &r->entries[r->count++];
    *e = (vg_policy_spelling){.from = vg_arena_copy(r->loader->arena, n->key).ptr,
                              .to = vg_arena_copy(r->loader->arena, n->text).ptr};
    return e->from && e->to ? 0 : vg_space_nomem(r->err);
}

static int read_table(reader *r, const vg_node *table, bool emoji)
{
    if (table->kind != VG_NODE_MAPPING)
        return vg_space_fail(r->err, r->yaml->name, table->line, table->column,
                             "expected a mapping: what is written, and the words that it stands for");
    for (const vg_node *n = table->first; n; n = n->next) {
        int rc = read_entry(r, n, emoji);
        if (rc) return rc;
    }
    return 0;
}

static int fill(vg_space_loader *loader, const vg_yaml *yaml, vg_spelling *out, vg_error *err)
{
    const vg_node *words = vg_yaml_find(yaml, "words"), *emoji = vg_yaml_find(yaml, "emoji"),
                  *language = vg_yaml_find(yaml, "language");
    size_t most = (words ? words->count : 0) + (emoji ? emoji->count : 0);
    reader r = {.loader = loader, .yaml = yaml, .err = err};
    int rc = 0;
    if (yaml->root->kind != VG_NODE_MAPPING)
        return vg_space_fail(err, yaml->name, 1, 1, "expected a mapping with `language`, `words`, `emoji`");
    for (const vg_node *n = yaml->root->first; n; n = n->next)
        if (n != words && n != emoji && n != language)
            return vg_space_fail(err, yaml->name, n->key_line, n->key_column,
                                 "unknown key `%.*s`; expected one of language, words, emoji",
                                 (int)(n->key.len < 40 ? n->key.len : 40), n->key.ptr);
    if (!words && !emoji) return vg_space_fail(err, yaml->name, 1, 1, "missing `words` or `emoji`");
    if (language && language->kind != VG_NODE_SCALAR)
        return vg_space_fail(err, yaml->name, language->line, language->column, "expected a language such as fr");
    r.entries = vg_arena_calloc(loader->arena, most ? most : 1, sizeof *r.entries);
    if (!r.entries) return vg_space_nomem(err);
    if (words) rc = read_table(&r, words, false);
    if (rc == 0 && emoji) rc = read_table(&r, emoji, true);
    out->entries = r.entries;
    out->count = r.count;
    return rc;
}

int vg_spelling_load(vg_space_loader *loader, const char *name, const vg_spelling **out, vg_error *err)
{
    vg_yaml yaml = {0};
    vg_spelling *spelling;
    char *bytes = NULL;
    size_t len = 0;
    int rc;
    for (spelling = loader->spellings; spelling; spelling = spelling->next)
        if (strcmp(spelling->name, name) == 0) {
            *out = spelling;
            return 0;
        }
    rc = loader->read(loader->context, name, VG_SPACE_MAX_YAML, &bytes, &len, err);
    if (rc == 0) rc = vg_yaml_open(&yaml, name, bytes, len, err);
    if (rc) goto out;
    spelling = vg_arena_calloc(loader->arena, 1, sizeof *spelling);
    rc = spelling ? fill(loader, &yaml, spelling, err) : vg_space_nomem(err);
    if (rc) goto out;
    spelling->name = vg_space_keep(loader, name);
    if (!spelling->name) {
        rc = vg_space_nomem(err);
        goto out;
    }
    spelling->next = loader->spellings;
    loader->spellings = spelling;
    *out = spelling;
out:
    vg_yaml_close(&yaml);
    return rc;
}

/* ---- several tables as one ---- */

static int by_from(const void *a, const void *b)
{
    const vg_policy_spelling *x = a, *y = b;
    int order = strcmp(x->from, y->from);
    return order ? order : strcmp(x->to, y->to);
}

static int from_to_word(const void *key, const void *entry)
{
    const vg_str *word = key;
    const char *from = ((const vg_policy_spelling *)entry)->from;
    size_t len = strlen(from);
    int order = memcmp(word->ptr, from, word->len < len ? word->len : len);
    return order ? order : (word->len > len) - (word->len < len);
}

/* A word of some entry's value that is itself undone, or an empty string. */
static vg_str undone_again(const vg_policy_spelling *entries, size_t count, const char *to)
{
    while (*to) {
        vg_str word = {to, strcspn(to, " ")};
        if (bsearch(&word, entries, count, sizeof *entries, from_to_word)) return word;
        to += word.len;
        to += *to == ' ';
    }
    return (vg_str){"", 0};
}

static int refuse_join(const vg_yaml *yaml, vg_error *err, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int refuse_join(const vg_yaml *yaml, vg_error *err, const char *format, ...)
{
    char what[sizeof(((vg_error *)NULL)->what)];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return yaml ? vg_yaml_fail(yaml, err, "spelling", "%s", what) : vg_fail(err, VG_EINVAL, "spelling", "%s", what);
}

int vg_spelling_join(const vg_yaml *yaml, vg_policy_spelling *entries, size_t *count, vg_error *err)
{
    size_t kept = 0;
    if (*count) qsort(entries, *count, sizeof *entries, by_from);
    for (size_t i = 0; i < *count; i++) {
        const vg_policy_spelling *last = kept ? &entries[kept - 1] : NULL;
        if (last && strcmp(last->from, entries[i].from) == 0) {
            if (strcmp(last->to, entries[i].to) == 0) continue;
            return refuse_join(yaml, err,
                               "`%s` is \"%s\" in one file and \"%s\" in another; expected one meaning",
                               last->from, last->to, entries[i].to);
        }
        entries[kept++] = entries[i];
    }
    *count = kept;
    for (size_t i = 0; i < kept; i++) {
        vg_str word = undone_again(entries, kept, entries[i].to);
        if (word.len)
            return refuse_join(yaml, err,
                               "`%s` is undone to \"%s\", and `%.*s` there again; expected words that stay",
                               entries[i].from, entries[i].to, VG_STR_ARG(word));
    }
    return 0;
}

int vg_spelling_beside(vg_space_loader *loader, const vg_lexicon *lexicon, const vg_policy_spelling **entries, size_t *count,
                       vg_error *err)
{
    const char *slash = strrchr(lexicon->name, '/'), *names[] = {lexicon->language, "emoji"};
    const vg_spelling *files[2];
    size_t found = 0, n = 0;
    vg_error local;
    *entries = NULL;
    *count = 0;
    for (size_t i = 0; i < 2; i++) {
        char path[VG_SPACE_MAX_PATH];
        if (names[i][strspn(names[i], "abcdefghijklmnopqrstuvwxyz-")]) continue;
        int len = snprintf(path, sizeof path, "%.*s../spelling/%s.yaml", slash ? (int)(slash + 1 - lexicon->name) : 0,
                           lexicon->name, names[i]);
        if (len < 0 || (size_t)len >= sizeof path) continue;
        int rc = vg_spelling_load(loader, path, &files[found], err ? err : &local);
        if (rc == -VG_ENOENT) continue;
        if (rc) return rc;
        *count += files[found++]->count;
    }
    vg_policy_spelling *all = vg_arena_calloc(loader->arena, *count ? *count : 1, sizeof *all);
    if (!all) return vg_space_nomem(err);
    for (size_t i = 0; i < found; i++) {
        if (files[i]->count) memcpy(all + n, files[i]->entries, files[i]->count * sizeof *all);
        n += files[i]->count;
    }
    *entries = all;
    return vg_spelling_join(NULL, all, count, err);
}
