/* SPDX-License-Identifier: Apache-2.0
 *
 * The book of law: read whole, refused with its place, checked between files, another version when anything changes.
 */
#include <stdlib.h>
#include "base/alloc.h"
#include "space/law_int.h"
#include "tap.h"

static const char good_law[] = "country: FR\n"                                               /* 1 */
                               "statutes:\n"                                                 /* 2 */
                               "  - id: fr.cp.1\n"                                           /* 3 */
                               "    reference: Code, art. 1\n"                               /* 4 */
                               "    title: {fr: Un, en: One}\n"                              /* 5 */
                               "    acts: [soliciting, images]\n"                            /* 6 */
                               "    ties: [territory, author_national]\n"                    /* 7 */
                               "    victim_under: 15\n"                                      /* 8 */
                               "    note: {fr: À voir, en: To see}\n"                        /* 9 */
                               "    source: https://example.org\n"                           /* 10 */
                               "    sure: primary\n"                                         /* 11 */
                               "    verified_on: 2026-11-23\n";                              /* 12 */
static const char good_hotlines[] = "country: FR\n"                                          /* 1 */
                                    "receivers:\n"                                           /* 2 */
                                    "  - id: fr.17\n"                                         /* 3 */
                                    "    kind: police\n"                                     /* 4 */
                                    "    name: {fr: Police, en: Police}\n"                   /* 5 */
                                    "    channel: portal\n"                                  /* 6 */
                                    "    url: https://example.org\n"                         /* 7 */
                                    "    email: a@example.org\n"                             /* 8 */
                                    "    phone: \"17\"\n"                                    /* 9 */
                                    "    hours: 24/7\n"                                      /* 10 */
                                    "    emergency: yes\n"                                   /* 11 */
                                    "    acts: [images]\n"                                   /* 12 */
                                    "    accepts: {fr: Tout, en: All}\n"                     /* 13 */
                                    "    media: no\n"                                        /* 14 */
                                    "    source: not verified\n"                             /* 15 */
                                    "    sure: unverified\n";                                /* 16 */
static const char good_routing[] = "source: these tests\nsure: secondary\nverified_on: 2026-11-23\n"
                                   "confidence: {declared: 0.5, ip: 0.7, phone: 0.6, payment: 0.4, language: 0.1, person: 0.9, operator: 1}\n"
                                   "factors: {place: 1, residence: 0.8, nationality: 0.5, conflict: 0.6, weak_below: 0.3}\n"
                                   "acts:\n  - {act: images, evidence: [known_hash]}\nreasons:\n  - {reason: media, acts: [images, hosting]}\n  - {reason: threat, acts: [threat]}\n"
                                   "countries:\n  - {code: PH, fr: Philippines, en: Philippines}\n  - {code: FR, fr: France, en: France}\n"
                                   "union: [FR]\nunions:\n  - {code: EU, fr: Union européenne, en: European Union}\nfrench: [FR]\nphones:\n  - {prefix: \"33\", country: FR}\n  - {prefix: \"63\", country: PH}\n"
                                   "currencies:\n  - {currency: PHP, country: PH}\nlanguages:\n  - {language: tl, country: PH}\n";

typedef struct shelf {
    char law[4096], hotlines[4096], routing[4096];
} shelf;

static int read_shelf(void *context, const char *path, size_t ceiling, char **out, size_t *len, vg_error *err)
{
    shelf *s = context;
    const char *text = strstr(path, "routing") ? s->routing : strstr(path, "hotlines") ? s->hotlines : s->law;
    *len = strlen(text);
    if (*len > ceiling) return vg_fail(err, VG_ETOOBIG, path, "too big");
    *out = vg_malloc(*len + 1);
    if (!*out) return vg_fail(err, VG_ENOMEM, path, "out of memory");
    memcpy(*out, text, *len + 1);
    return 0;
}

static vg_arena *arena;

static int load(shelf *s, vg_law_book *book, vg_error *err)
{
    char *law[] = {"policy/law/fr.yaml"}, *hotlines[] = {"policy/hotlines/fr.yaml"};
    const vg_book_files files = {.law = law, .law_count = 1, .hotlines = hotlines, .hotline_count = 1, .routing = "policy/routing.yaml"};
    vg_space_loader loader = {.arena = arena, .read = read_shelf, .context = s};
    *err = (vg_error){0};
    return vg_book_read(&loader, &files, book, err);
}

static shelf good(void)
{
    shelf s;
    snprintf(s.law, sizeof s.law, "%s", good_law);
    snprintf(s.hotlines, sizeof s.hotlines, "%s", good_hotlines);
    snprintf(s.routing, sizeof s.routing, "%s", good_routing);
    return s;
}

/* The text with one piece replaced. */
static void change(char *text, size_t size, const char *from, const char *to)
{
    char copy[4096];
    char *at = strstr(text, from);
    if (!at) abort();
    snprintf(copy, sizeof copy, "%s", at + strlen(from));
    snprintf(at, size - (size_t)(at - text), "%s%s", to, copy);
}

static void whole(void)
{
    vg_law_book book;
    vg_error err;
    shelf s = good();
    TAP_EQ_INT(load(&s, &book, &err), 0, "a good book is read");
    TAP_EQ_STR(err.what, "", "without complaint");
    const vg_statute *law = &book.statutes[0];
    TAP_OK(book.statute_count == 1 && strcmp(law->id, "fr.cp.1") == 0 && strcmp(law->country, "FR") == 0, "its statute");
    TAP_OK(law->acts == (1u << VG_ACT_SOLICITING | 1u << VG_ACT_IMAGES) && law->ties == (1u << VG_TIE_TERRITORY | 1u << VG_TIE_AUTHOR_NATIONAL) && law->victim_under == 15,
           "what it is about, by what it reaches, until which age");
    TAP_OK(law->from.sure == VG_SURE_PRIMARY && strcmp(law->from.verified_on, "2026-11-23") == 0, "where it is from");
    const vg_receiver *r = vg_law_receiver(&book, "fr.17");
    TAP_OK(r && r->emergency && !r->media && strcmp(r->phone, "17") == 0 && r->from.sure == VG_SURE_NOT && !r->from.verified_on, "its receiver, not verified");
    TAP_OK(book.country_count == 1 && strcmp(book.countries[0], "FR") == 0, "its countries");
    TAP_EQ_STR(vg_country_name(&book, "PH", VG_LANG_FR), "Philippines", "the name of a country");
    TAP_EQ_STR(vg_country_name(&book, "QQ", VG_LANG_FR), "QQ", "the code of one that is none");
    TAP_OK(book.places->confidence[VG_HINT_IP] == 7000 && book.places->acts_of_kind[VG_MEDIA_KNOWN] == 1u << VG_ACT_IMAGES, "the tables");
}

static void refused(void)
{
    static const struct {
        int file; /* 0 law, 1 hotlines, 2 routing */
        const char *from, *to, *where, *what;
    } spoiled[] = {
        {0, "country: FR", "country: fr", "fr.yaml:1:10", "two capital letters"},
        {0, "country: FR", "country: PH", "fr.yaml:1:10", "another name"},
        {0, "id: fr.cp.1", "id: ph.cp.1", "fr.yaml:3:9", "is no id of this file"},
        {0, "id: fr.cp.1", "id: fr.CP", "fr.yaml:3:9", "is no id of this file"},
        {0, "soliciting", "sulking", "fr.yaml:6:12", "sulking"},
        {0, "author_national", "author_friend", "fr.yaml:7:", "author_friend"},
        {0, "victim_under: 15", "victim_under: 99", "fr.yaml:8:19", "99"},
        {0, "    source: https://example.org\n", "", "fr.yaml:", "source"},
        {0, "2026-11-23", "2026-02-30", "fr.yaml:12:18", "is no day"},
        {0, "    verified_on: 2026-11-23\n", "", "fr.yaml:", "verified_on is missing"},
        {0, "sure: primary", "sure: unverified", "fr.yaml:12:18", "has no day"},
        {0, "acts: [soliciting, images]", "acts: []", "fr.yaml:6:", "acts"},
        {0, "    reference:", "    reverence:", "fr.yaml:4:5", "reverence"},
        {1, "kind: police", "kind: friend", "fr.yaml:4:11", "friend"},
        {1, "channel: portal", "channel: pigeon", "fr.yaml:6:14", "unknown channel"},
        {1, "https://example.org", "ftp://example.org", "fr.yaml:7:10", "is no web address"},
        {1, "a@example.org", "nobody", "fr.yaml:8:12", "is no mail address"},
        {1, "\"17\"", "\"one seven\"", "fr.yaml:9:12", "is no telephone number"},
        {1, "    phone: \"17\"\n    hours: 24/7\n", "", "fr.yaml:9:16", "there is no phone"},
        {1, "emergency: yes", "emergency: no", "fr.yaml:2:1", "no emergency number"},
        {1, "receivers:", "no_emergency: {fr: Non, en: No}\nreceivers:", "fr.yaml:2:1", "one of both is wrong"},
        {2, "ip: 0.7", "ip: 7", "routing.yaml:4:", "ip"},
        {2, "code: PH", "code: FR", "routing.yaml:", "there twice"},
        {2, "union: [FR]", "union: [DE]", "routing.yaml:", "not among countries"},
        {2, "reason: threat", "reason: media", "routing.yaml:", "there twice"},
        {2, "acts: [threat]", "acts: [joke]", "routing.yaml:", "joke"},
        {2, "french: [FR]", "french: [DE]", "routing.yaml:", "not among countries"},
        {2, "french: [FR]", "french: [PH, FR]", "routing.yaml:", "out of order"},
        {2, "code: EU", "code: eu", "routing.yaml:", "is no country"},
        {2, "\"63\"", "\"33\"", "routing.yaml:", "there twice"},
        {2, "\"63\"", "\"0\"", "routing.yaml:", "is no prefix"},
        {2, "currency: PHP, country: PH", "currency: PHP, country: QQ", "routing.yaml:", "not among countries"},
    };
    for (size_t i = 0; i < sizeof spoiled / sizeof *spoiled; i++) {
        vg_law_book book;
        vg_error err;
        shelf s = good();
        char *text = spoiled[i].file == 0 ? s.law : spoiled[i].file == 1 ? s.hotlines : s.routing;
        change(text, sizeof s.law, spoiled[i].from, spoiled[i].to);
        TAP_EQ_INT(load(&s, &book, &err), -VG_EINVAL, spoiled[i].what);
        TAP_OK(strstr(err.where, spoiled[i].where) && strstr(err.what, spoiled[i].what), "at %s: %s (%s, %s)", spoiled[i].where, spoiled[i].what, err.where, err.what);
        TAP_OK(book.version == 0 && book.statute_count == 0, "and nothing is left of it");
    }
}

/* What documents ask: names, the Union, French. */
static void countries(void)
{
    vg_law_book book;
    vg_error err;
    shelf s = good();
    TAP_EQ_INT(load(&s, &book, &err), 0, "a book");
    TAP_OK(!strcmp(vg_country_name(&book, "PH", VG_LANG_FR), "Philippines") && !strcmp(vg_country_name(&book, "EU", VG_LANG_FR), "Union européenne") && !strcmp(vg_country_name(&book, "QQ", VG_LANG_FR), "QQ"),
           "the name of a country, of the Union; a code that the book does not know stands for itself");
    change(s.law, sizeof s.law, "{fr: Un, en: One}", "{fr: \"« Propositions » : à qui ? 5 %\", en: One}");
    TAP_OK(load(&s, &book, &err) == 0 && strcmp(book.statutes[0].title[VG_LANG_FR], "«\u00a0Propositions\u00a0»\u00a0: à qui\u202f? 5\u202f%") == 0, "French is set with spaces that do not break: %s", book.statute_count ? book.statutes[0].title[VG_LANG_FR] : "");
    s = good();
    TAP_EQ_INT(load(&s, &book, &err), 0, "the book again");
    TAP_OK(vg_country_known(&book, "PH") && !vg_country_known(&book, "EU"), "the Union is no country where somebody is");
    TAP_OK(vg_country_in_union(&book, "FR") && vg_country_in_union(&book, "EU") && !vg_country_in_union(&book, "PH") && !vg_country_in_union(NULL, "FR"), "who is in the Union");
    TAP_OK(vg_country_in_french(&book, "FR") && !vg_country_in_french(&book, "PH") && !vg_country_in_french(NULL, "FR"), "where French is the language of the courts");
}

static void between_files(void)
{
    vg_law_book book;
    vg_error err;
    shelf s = good();
    change(s.law, sizeof s.law, "    verified_on: 2026-11-23\n", "    verified_on: 2026-11-23\n  - {id: fr.cp.1, reference: x, title: {fr: x, en: x}, acts: [live], ties: [territory], source: x, sure: unverified}\n");
    TAP_OK(load(&s, &book, &err) == -VG_EINVAL && strstr(err.what, "fr.cp.1 is there twice"), "one id twice");
    s = good();
    change(s.routing, sizeof s.routing, "  - {code: FR, fr: France, en: France}\n", "");
    change(s.routing, sizeof s.routing, "union: [FR]", "union: []");
    change(s.routing, sizeof s.routing, "french: [FR]", "french: []");
    change(s.routing, sizeof s.routing, "  - {prefix: \"33\", country: FR}\n", "");
    TAP_OK(load(&s, &book, &err) == -VG_EINVAL && strstr(err.what, "FR is no country"), "a country that routing.yaml does not know");
}

static void versions(void)
{
    static const struct {
        int file;
        const char *from, *to;
    } changes[] = {{0, "art. 1", "art. 2"}, {0, "15", "16"}, {0, "images", "live"}, {0, "primary", "secondary"}, {0, "En", "On"}, {1, "17", "18"}, {1, "media: no", "media: yes"}, {1, "Tout", "Rien"},
                   {2, "0.7", "0.8"}, {2, "known_hash", "similar_hash"}, {2, "\"63\"", "\"64\""}, {2, "France, en", "Gaule, en"}};
    vg_law_book book;
    vg_error err;
    shelf s = good();
    load(&s, &book, &err);
    uint64_t before = book.version;
    load(&s, &book, &err);
    TAP_OK(before && before == book.version, "the same content has the same version");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        s = good();
        char *text = changes[i].file == 0 ? s.law : changes[i].file == 1 ? s.hotlines : s.routing;
        if (!strstr(text, changes[i].from)) continue;
        change(text, sizeof s.law, changes[i].from, changes[i].to);
        TAP_OK(load(&s, &book, &err) == 0 && book.version != before, "%s -> %s is another version %s", changes[i].from, changes[i].to, err.what);
    }
}

static void findings(void)
{
    vg_law_book book;
    vg_error err;
    vg_buf out;
    shelf s = good();
    vg_buf_init(&out, 4096);
    load(&s, &book, &err);
    TAP_EQ_INT(vg_book_check(&book, INT64_C(1795600000000), &out), 1, "how many are not verified"); /* 2026-11-25 */
    TAP_OK(strstr(out.ptr, "1 of 2 entries are not verified"), "in a sentence");
    vg_buf_clear(&out);
    TAP_EQ_INT(vg_book_check(&book, INT64_C(1895600000000), &out), 2, "years later: and how many were verified long ago");
    vg_buf_clear(&out);
    TAP_EQ_INT(vg_book_check(&(vg_law_book){0}, 0, &out), 1, "an empty book is a finding, no error");
    vg_buf_free(&out);
}

/* The arena is made anew each time, so that its blocks are among what fails. */
static void no_memory(void)
{
    size_t n = 0;
    bool loaded = false;
    while (!loaded && n < 5000) {
        vg_law_book book;
        vg_error err;
        shelf s = good();
        vg_alloc_fail_at(++n);
        vg_arena *kept = arena;
        arena = vg_arena_create(512, (size_t)64 << 20);
        int rc = arena ? load(&s, &book, &err) : -VG_ENOMEM;
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        loaded = rc == 0;
        if (!loaded && (rc != -VG_ENOMEM || !failed)) TAP_OK(false, "allocation %zu: %d %s", n, rc, err.what);
        if (arena) vg_arena_destroy(&arena);
        arena = kept;
    }
    TAP_OK(loaded && n > 20, "every one of %zu allocations failed once", n - 1);
}

int main(void)
{
    arena = vg_arena_create(1 << 16, (size_t)64 << 20);
    if (!arena) return 1;
    whole();
    refused();
    countries();
    between_files();
    versions();
    findings();
    no_memory();
    vg_arena_destroy(&arena);
    return tap_done();
}
