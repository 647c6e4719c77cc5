/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes as the book of law. The first byte says which file they stand for: statutes, receivers or the tables; the others are small good ones.
 * What loads must be sound: every entry has its words in both languages, its source, and a country.
 */
#include <stdint.h>

#include "base/alloc.h"
#include "space/law_int.h"

typedef struct input {
    const char *text[3];
    size_t len[3];
} input;

static const char good_law[] = "country: FR\nstatutes:\n  - {id: fr.a, reference: a, title: {fr: a, en: a}, acts: [live], ties: [territory], source: a, sure: unverified}\n";
static const char good_hotlines[] = "country: FR\nreceivers:\n  - {id: fr.b, kind: hotline, name: {fr: a, en: a}, emergency: no, media: no, source: a, sure: unverified}\n";
static const char good_routing[] = "source: a\nsure: unverified\nconfidence: {declared: 0.5, ip: 0.7, phone: 0.6, payment: 0.4, language: 0.1, person: 0.9, operator: 1}\n"
                                   "factors: {place: 1, residence: 0.8, nationality: 0.5, conflict: 0.6, weak_below: 0.3}\nacts:\n  - {act: images, evidence: [known_hash]}\n"
                                   "countries:\n  - {code: FR, fr: France, en: France}\nunion: []\nphones: []\ncurrencies: []\nlanguages: []\n";

static int read_input(void *context, const char *path, size_t ceiling, char **out, size_t *len, vg_error *err)
{
    const input *in = context;
    size_t file = strstr(path, "routing") ? 2 : strstr(path, "hotlines") ? 1 : 0;
    if (in->len[file] > ceiling) return vg_fail(err, VG_ETOOBIG, path, "too big");
    *out = vg_malloc(in->len[file] + 1);
    if (!*out) return vg_fail(err, VG_ENOMEM, path, "out of memory");
    memcpy(*out, in->text[file], in->len[file]);
    (*out)[in->len[file]] = 0;
    *len = in->len[file];
    return 0;
}

static void check_origin(const vg_provenance *from)
{
    if (!from->source || (unsigned)from->sure >= VG_SURES || (from->sure == VG_SURE_NOT) != (from->verified_on == NULL)) __builtin_trap();
}

static void look_at(const vg_law_book *book)
{
    vg_buf out;
    vg_buf_init(&out, 1 << 16);
    vg_book_check(book, 0, &out);
    vg_buf_free(&out);
    if (!book->version || !book->places) __builtin_trap();
    for (size_t i = 0; i < book->statute_count; i++) {
        const vg_statute *s = &book->statutes[i];
        if (!s->title[VG_LANG_FR] || !s->title[VG_LANG_EN] || !s->acts || !s->ties || strlen(s->country) != 2) __builtin_trap();
        check_origin(&s->from);
    }
    for (size_t i = 0; i < book->receiver_count; i++) {
        const vg_receiver *r = &book->receivers[i];
        if (!r->name[VG_LANG_FR] || !r->name[VG_LANG_EN] || (r->emergency && !r->phone) || vg_law_receiver(book, r->id) != r) __builtin_trap();
        check_origin(&r->from);
    }
    for (size_t i = 0; i < book->places->phone_count; i++)
        if (!vg_country_known(book, book->places->phones[i].country)) __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {{good_law, good_hotlines, good_routing}, {sizeof good_law - 1, sizeof good_hotlines - 1, sizeof good_routing - 1}};
    char law[] = "law/fr.yaml", hotlines[] = "hotlines/fr.yaml";
    char *laws[] = {law}, *lines[] = {hotlines};
    const vg_book_files files = {.law = laws, .law_count = 1, .hotlines = lines, .hotline_count = 1, .routing = "routing.yaml"};
    vg_law_book book;
    vg_error err = {0};
    if (size < 1) return 0;
    size_t file = (uint8_t)(data[0] - '0') % 3;
    in.text[file] = (const char *)data + 1;
    in.len[file] = size - 1;
    vg_arena *arena = vg_arena_create(1 << 16, (size_t)64 << 20);
    if (!arena) return 0;
    vg_space_loader loader = {.arena = arena, .read = read_input, .context = &in};
    int rc = vg_book_read(&loader, &files, &book, &err);
    if (rc == 0) look_at(&book);
    else if (err.code != -rc || !err.what[0] || book.version) __builtin_trap(); /* an error says what is wrong, and leaves nothing */
    vg_arena_destroy(&arena);
    return 0;
}
