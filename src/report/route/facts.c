/* SPDX-License-Identifier: Apache-2.0 */
#include "report/route/facts.h"

#include <stdlib.h>
#include <string.h>

typedef struct gatherer {
    const vg_facts_ask *ask;
    const vg_places *places; /* never NULL here */
    vg_fact *facts;
    size_t count;
} gatherer;

/* ---- collecting ---- */

static bool is_same(const vg_fact *a, const vg_fact *b)
{
    return a->whose == b->whose && a->kind == b->kind && a->hint == b->hint && strcmp(a->country, b->country) == 0 && a->number == b->number;
}

/* Which of two facts that say the same is kept; a total order, so that the order of the input does not show. */
static bool is_better(const vg_fact *a, const vg_fact *b)
{
    if (a->confidence != b->confidence) return a->confidence > b->confidence;
    if (a->time_ms != b->time_ms) return a->time_ms > b->time_ms;
    size_t len = a->detail.len < b->detail.len ? a->detail.len : b->detail.len;
    int order = len ? memcmp(a->detail.ptr, b->detail.ptr, len) : 0;
    return order ? order < 0 : a->detail.len < b->detail.len;
}

static void add(gatherer *g, vg_fact fact)
{
    for (size_t i = 0; i < g->count; i++)
        if (is_same(&g->facts[i], &fact)) {
            if (is_better(&fact, &g->facts[i])) g->facts[i] = fact;
            return;
        }
    if (g->count < VG_FACTS_MOST) g->facts[g->count++] = fact;
}

static void add_hint(gatherer *g, vg_whose whose, vg_fact_kind kind, const char *country, vg_hint hint, vg_str detail, int64_t time_ms)
{
    vg_fact fact = {.whose = whose, .kind = kind, .hint = hint, .confidence = g->places->confidence[hint], .detail = detail, .time_ms = time_ms};
    if (!country[0]) return;
    memcpy(fact.country, country, 3);
    add(g, fact);
}

/* ---- one hint each ---- */

/* The longest prefix that the table has. */
static const vg_word_country *find_prefix(const vg_places *places, vg_str digits)
{
    const vg_word_country *best = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < places->phone_count; i++) {
        size_t len = strlen(places->phones[i].word);
        if (len <= longest || len > digits.len || memcmp(places->phones[i].word, digits.ptr, len) != 0) continue;
        best = &places->phones[i];
        longest = len;
    }
    return best;
}

static void read_phone(gatherer *g, vg_whose whose, const vg_identifier *id)
{
    if (id->value.len < 2 || id->value.ptr[0] != '+') return; /* without its country's code a number is of no country */
    const vg_word_country *found = find_prefix(g->places, (vg_str){id->value.ptr + 1, id->value.len - 1});
    if (found) add_hint(g, whose, VG_FACT_PLACE, found->country, VG_HINT_PHONE, (vg_str){id->value.ptr, strlen(found->word) + 1}, id->time_ms);
}

static void read_address(gatherer *g, vg_whose whose, const vg_identifier *id)
{
    vg_geo_place place;
    if (!g->ask->geo || !vg_geo_find(g->ask->geo, id->value, &place)) return;
    vg_fact fact = {.whose = whose, .kind = VG_FACT_PLACE, .hint = VG_HINT_IP, .confidence = g->places->confidence[VG_HINT_IP], .detail = id->value,
                    .time_ms = id->time_ms};
    memcpy(fact.country, place.country, 3);
    if (place.anonymous) fact.confidence = (uint16_t)((uint32_t)fact.confidence * g->places->conflict / 10000);
    add(g, fact);
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static int compare_word(vg_str word, const char *entry)
{
    size_t len = strlen(entry);
    int order = memcmp(word.ptr, entry, word.len < len ? word.len : len);
    return order ? order : (word.len > len) - (word.len < len);
}

static const vg_word_country *find_word(const vg_word_country *table, size_t count, vg_str word)
{
    size_t from = 0, to = count;
    while (from < to && word.len) {
        size_t middle = from + (to - from) / 2;
        int order = compare_word(word, table[middle].word);
        if (!order) return &table[middle];
        if (order < 0) to = middle;
        else from = middle + 1;
    }
    return NULL;
}

/* What its first capital letters are: a currency, "PHP", "PHP 1500"; or the country of an account or of who carries the payment, "GB", the
 * beginning of an IBAN, "GB33BUKB…" (ISO 13616). */
static void read_payment(gatherer *g, vg_whose whose, const vg_identifier *id)
{
    char country[3] = "";
    size_t len = 0;
    while (len < id->value.len && is_capital(id->value.ptr[len])) len++;
    if (len == 2) {
        memcpy(country, id->value.ptr, 2);
        if (vg_country_known(g->ask->book, country)) add_hint(g, whose, VG_FACT_PLACE, country, VG_HINT_PAYMENT, (vg_str){id->value.ptr, 2}, id->time_ms);
    }
    if (len != 3) return;
    vg_str currency = {id->value.ptr, len};
    const vg_word_country *found = find_word(g->places->currencies, g->places->currency_count, currency);
    if (found) add_hint(g, whose, VG_FACT_PLACE, found->country, VG_HINT_PAYMENT, currency, id->time_ms);
}

static void read_language(gatherer *g, vg_whose whose, const vg_party *party)
{
    char primary[9];
    size_t len = 0;
    while (len < party->language.len && len < sizeof primary - 1 && party->language.ptr[len] != '-') {
        char c = party->language.ptr[len];
        primary[len++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    const vg_word_country *found = find_word(g->places->languages, g->places->language_count, (vg_str){primary, len});
    if (found) add_hint(g, whose, VG_FACT_PLACE, found->country, VG_HINT_LANGUAGE, vg_str_of(found->word), 0);
}

static void read_party(gatherer *g, const vg_party *party)
{
    if (party->role == VG_PARTY_OTHER) return;
    vg_whose whose = party->role == VG_PARTY_AUTHOR ? VG_WHOSE_AUTHOR : VG_WHOSE_VICTIM;
    if (party->country[0] && vg_country_known(g->ask->book, party->country))
        add_hint(g, whose, VG_FACT_PLACE, party->country, VG_HINT_DECLARED, party->account, 0);
    for (size_t i = 0; i < party->id_count; i++) {
        if (party->ids[i].kind == VG_ID_IP) read_address(g, whose, &party->ids[i]);
        else if (party->ids[i].kind == VG_ID_PHONE) read_phone(g, whose, &party->ids[i]);
        else if (party->ids[i].kind == VG_ID_PAYMENT) read_payment(g, whose, &party->ids[i]);
    }
    read_language(g, whose, party);
}

/* Where the operator hosts, and where it is established: the first is a place, the second its residence. */
static void read_operator(gatherer *g, const vg_report_operator *operator)
{
    vg_str name = vg_str_of(operator->name);
    add_hint(g, VG_WHOSE_HOST, VG_FACT_PLACE, operator->host_country, VG_HINT_OPERATOR, name, 0);
    add_hint(g, VG_WHOSE_HOST, VG_FACT_RESIDENCE, operator->country, VG_HINT_OPERATOR, name, 0);
}

/* ---- weighing ---- */

/* A fact that others contradict is worth less, once, however many there are. */
static void weigh_conflicts(gatherer *g)
{
    uint16_t before[VG_FACTS_MOST];
    for (size_t i = 0; i < g->count; i++) before[i] = g->facts[i].confidence;
    for (size_t i = 0; i < g->count; i++) {
        vg_fact *f = &g->facts[i];
        bool contradicted = false;
        for (size_t k = 0; k < g->count; k++) {
            const vg_fact *other = &g->facts[k];
            contradicted |= other->whose == f->whose && other->kind == f->kind && strcmp(other->country, f->country) != 0 && before[k] >= before[i];
        }
        if (contradicted) f->confidence = (uint16_t)((uint32_t)f->confidence * g->places->conflict / 10000);
    }
}

static int by_worth(const void *a, const void *b)
{
    const vg_fact *l = a, *r = b;
    if (l->whose != r->whose) return l->whose < r->whose ? -1 : 1;
    if (l->confidence != r->confidence) return l->confidence > r->confidence ? -1 : 1;
    if (l->kind != r->kind) return l->kind < r->kind ? -1 : 1;
    if (l->hint != r->hint) return l->hint < r->hint ? -1 : 1;
    int order = strcmp(l->country, r->country);
    if (order) return order;
    return (l->number > r->number) - (l->number < r->number);
}

int vg_facts_derive(const vg_facts_ask *ask, vg_arena *arena, vg_fact **out, size_t *count, vg_error *err)
{
    static const vg_places nothing;
    gatherer g = {.ask = ask, .places = ask->book && ask->book->places ? ask->book->places : &nothing};
    *out = NULL;
    *count = 0;
    g.facts = vg_arena_calloc(arena, VG_FACTS_MOST, sizeof *g.facts);
    if (!g.facts) return vg_fail(err, VG_ENOMEM, "", "no memory for facts");
    for (size_t i = 0; i < ask->stated_count; i++) {
        vg_fact fact = ask->stated[i]; /* first, so that a flood of derived ones never pushes one of a person out */
        if ((unsigned)fact.hint >= VG_HINTS) continue;
        fact.confidence = g.places == &nothing ? 5000 : g.places->confidence[fact.hint];
        add(&g, fact);
    }
    if (g.places != &nothing) {
        for (size_t i = 0; i < ask->dossier->party_count; i++) read_party(&g, &ask->dossier->parties[i]);
        if (ask->dossier->operator) read_operator(&g, ask->dossier->operator);
        weigh_conflicts(&g);
    }
    qsort(g.facts, g.count, sizeof *g.facts, by_worth);
    *out = g.facts;
    *count = g.count;
    return 0;
}
