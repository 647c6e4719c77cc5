/* SPDX-License-Identifier: Apache-2.0
 *
 * The book of law of an installation: its files put together, in an order that does not depend on the directory, with a version.
 */
#include "base/hash.h"
#include "base/time.h"
#include "space/law_int.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- joining ---- */

typedef struct shelf {
    vg_space_loader *loader;
    vg_law_file *files;
    size_t count;
    vg_error *err;
} shelf;

static int by_country(const void *a, const void *b)
{
    return strcmp(((const vg_law_file *)a)->country, ((const vg_law_file *)b)->country);
}

static int read_files(shelf *s, char *const *names, size_t count, int (*read)(vg_space_loader *, const char *, vg_law_file *, vg_error *))
{
    s->files = vg_arena_calloc(s->loader->arena, count ? count : 1, sizeof *s->files);
    s->count = count;
    int rc = s->files ? 0 : vg_space_nomem(s->err);
    for (size_t i = 0; i < count && !rc; i++) rc = read(s->loader, names[i], &s->files[i], s->err);
    if (!rc) qsort(s->files, count, sizeof *s->files, by_country); /* a file is named after its country: no two are the same in one folder */
    return rc;
}

static int join_statutes(shelf *s, vg_law_book *book)
{
    size_t most = 0;
    for (size_t i = 0; i < s->count; i++) most += s->files[i].statute_count;
    vg_statute *all = vg_arena_calloc(s->loader->arena, most ? most : 1, sizeof *all);
    if (!all) return vg_space_nomem(s->err);
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 0; k < s->files[i].statute_count; k++) {
            const vg_statute *one = &s->files[i].statutes[k];
            for (size_t n = 0; n < book->statute_count; n++)
                if (strcmp(all[n].id, one->id) == 0) return vg_fail(s->err, VG_EINVAL, "law", "the statute %s is there twice", one->id);
            all[book->statute_count++] = *one;
        }
    book->statutes = all;
    return 0;
}

static int join_receivers(shelf *s, vg_law_book *book)
{
    size_t most = 0;
    for (size_t i = 0; i < s->count; i++) most += s->files[i].receiver_count;
    vg_receiver *all = vg_arena_calloc(s->loader->arena, most ? most : 1, sizeof *all);
    vg_silence *silences = vg_arena_calloc(s->loader->arena, s->count ? s->count : 1, sizeof *silences);
    if (!all || !silences) return vg_space_nomem(s->err);
    for (size_t i = 0; i < s->count; i++) {
        for (size_t k = 0; k < s->files[i].receiver_count; k++) {
            const vg_receiver *one = &s->files[i].receivers[k];
            for (size_t n = 0; n < book->receiver_count; n++)
                if (strcmp(all[n].id, one->id) == 0) return vg_fail(s->err, VG_EINVAL, "hotlines", "the receiver %s is there twice", one->id);
            all[book->receiver_count++] = *one;
        }
        if (!s->files[i].silence[0]) continue;
        vg_silence *silence = &silences[book->silence_count++];
        memcpy(silence->country, s->files[i].country, 3);
        for (int lang = 0; lang < VG_LANGS; lang++) silence->note[lang] = s->files[i].silence[lang];
    }
    book->receivers = all;
    book->silences = silences;
    return 0;
}

/* Both lists are sorted by country. */
static int join_countries(vg_space_loader *loader, vg_law_book *book, vg_error *err)
{
    char(*codes)[3] = vg_arena_calloc(loader->arena, book->statute_count + book->receiver_count + 1, sizeof *codes);
    if (!codes) return vg_space_nomem(err);
    for (size_t s = 0, r = 0; s < book->statute_count || r < book->receiver_count;) {
        bool law = r == book->receiver_count || (s < book->statute_count && strcmp(book->statutes[s].country, book->receivers[r].country) <= 0);
        const char *code = law ? book->statutes[s++].country : book->receivers[r++].country;
        if (!book->country_count || strcmp(codes[book->country_count - 1], code) != 0) memcpy(codes[book->country_count++], code, 3);
    }
    book->countries = (const char(*)[3])codes;
    for (size_t i = 0; i < book->country_count; i++)
        if (!vg_country_known(book, codes[i]) && strcmp(codes[i], "EU") != 0 && strcmp(codes[i], "ZZ") != 0)
            return vg_fail(err, VG_EINVAL, "law", "%s is no country of routing.yaml; expected a code of ISO 3166-1, EU or ZZ", codes[i]);
    return 0;
}

/* ---- version ---- */

static const vg_hash_key book_key = {0x7669676965000003ULL, 0x6c61770000000003ULL};

static void add(uint64_t *h, const void *bytes, size_t len)
{
    *h = vg_hash_mix(*h, vg_hash64(&book_key, bytes, len) + len);
}

static void add_text(uint64_t *h, const char *s)
{
    add(h, s ? s : "", s ? strlen(s) + 1 : 0); /* no text is not the empty text */
}

static void add_number(uint64_t *h, uint64_t n)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(n >> (8 * i));
    add(h, bytes, sizeof bytes);
}

static void add_words(uint64_t *h, const char *const words[VG_LANGS])
{
    for (int lang = 0; lang < VG_LANGS; lang++) add_text(h, words[lang]);
}

static void add_origin(uint64_t *h, const vg_provenance *from)
{
    add_number(h, from->sure);
    add_text(h, from->source);
    add_text(h, from->verified_on);
}

static void add_table(uint64_t *h, const vg_word_country *table, size_t count)
{
    add_number(h, count);
    for (size_t i = 0; i < count; i++) {
        add_text(h, table[i].word);
        add_text(h, table[i].country);
    }
}

static void add_names(uint64_t *h, const vg_country *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_text(h, list[i].code);
        add_words(h, list[i].name);
    }
}

static void add_places(uint64_t *h, const vg_places *p)
{
    add_number(h, p != NULL);
    if (!p) return;
    for (int i = 0; i < VG_HINTS; i++) add_number(h, p->confidence[i]);
    for (int i = 0; i < VG_FACT_KINDS; i++) add_number(h, p->kind_factor[i]);
    add_number(h, p->conflict);
    add_number(h, p->weak_below);
    for (int i = 0; i < VG_EVIDENCE_KINDS; i++) add_number(h, p->acts_of_kind[i]);
    for (size_t i = 0; i < p->reason_count; i++) {
        add_text(h, p->reasons[i].reason);
        add_number(h, p->reasons[i].acts);
    }
    add_names(h, p->countries, p->country_count);
    add_names(h, p->unions, p->union_count);
    add_table(h, p->phones, p->phone_count);
    add_table(h, p->currencies, p->currency_count);
    add_table(h, p->languages, p->language_count);
    for (size_t i = 0; i < p->member_count; i++) add_text(h, p->members[i]);
    for (size_t i = 0; i < p->french_count; i++) add_text(h, p->french[i]);
    add_origin(h, &p->from);
}

static void add_receiver(uint64_t *h, const vg_receiver *r)
{
    const char *const texts[] = {r->id, r->country, r->channel, r->url, r->email, r->phone, r->hours};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) add_text(h, texts[i]);
    add_number(h, r->kind);
    add_number(h, (uint64_t)r->emergency << 1 | r->media);
    add_number(h, r->acts);
    add_words(h, r->name);
    add_words(h, r->accepts);
    add_origin(h, &r->from);
}

static uint64_t version_of(const vg_law_book *book)
{
    uint64_t h = 0;
    for (size_t i = 0; i < book->statute_count; i++) {
        const vg_statute *s = &book->statutes[i];
        add_text(&h, s->id);
        add_text(&h, s->reference);
        add_words(&h, s->title);
        add_words(&h, s->note);
        add_number(&h, s->acts);
        add_number(&h, s->ties);
        add_number(&h, s->victim_under);
        add_origin(&h, &s->from);
    }
    for (size_t i = 0; i < book->receiver_count; i++) add_receiver(&h, &book->receivers[i]);
    for (size_t i = 0; i < book->silence_count; i++) {
        add_text(&h, book->silences[i].country);
        add_words(&h, book->silences[i].note);
    }
    add_places(&h, book->places);
    return h ? h : 1; /* 0 is the empty book's */
}

int vg_book_read(vg_space_loader *loader, const vg_book_files *files, vg_law_book *out, vg_error *err)
{
    shelf s = {.loader = loader, .err = err};
    *out = (vg_law_book){.version = 0};
    if (!files->law_count && !files->hotline_count && !files->routing) return 0;
    int rc = files->routing ? vg_routing_file_read(loader, files->routing, &out->places, err) : 0;
    if (!rc) rc = read_files(&s, files->law, files->law_count, vg_law_file_read);
    if (!rc) rc = join_statutes(&s, out);
    if (!rc) rc = read_files(&s, files->hotlines, files->hotline_count, vg_hotline_file_read);
    if (!rc) rc = join_receivers(&s, out);
    if (!rc) rc = join_countries(loader, out, err);
    if (rc) *out = (vg_law_book){.version = 0};
    else out->version = version_of(out);
    return rc;
}

/* ---- findings ---- */

static size_t count_age(const vg_provenance *from, int64_t now_ms, size_t *old)
{
    int64_t ms = 0;
    if (!from->verified_on) return 1;
    if (vg_time_parse_date(vg_str_of(from->verified_on), &ms) && now_ms - ms > 366 * VG_DAY_MS) ++*old;
    return 0;
}

size_t vg_book_check(const vg_law_book *book, int64_t now_ms, vg_buf *out)
{
    size_t lines = 0, unverified = 0, old = 0, all = book->statute_count + book->receiver_count;
#define FIND(...) (vg_buf_printf(out, __VA_ARGS__), lines++)
    if (!book->version) return FIND("law: there is no book (law/, hotlines/, routing.yaml beside spaces/); no case is routed\n"), lines;
    if (!book->statute_count) FIND("law: the folder law/ is absent or empty; no statute is proposed\n");
    if (!book->receiver_count) FIND("hotlines: the folder hotlines/ is absent or empty; nobody is named to report to\n");
    if (!book->places) FIND("routing.yaml: not there; no country is derived from what a case holds\n");
    for (size_t i = 0; i < book->statute_count; i++) unverified += count_age(&book->statutes[i].from, now_ms, &old);
    for (size_t i = 0; i < book->receiver_count; i++) unverified += count_age(&book->receivers[i].from, now_ms, &old);
    if (unverified) FIND("law, hotlines: %zu of %zu entries are not verified; pages and reports say so beside each\n", unverified, all);
    if (old) FIND("law, hotlines: %zu of %zu entries were verified more than a year ago\n", old, all);
#undef FIND
    return lines;
}
