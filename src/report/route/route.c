/* SPDX-License-Identifier: Apache-2.0
 *
 * Facts -> acts, statutes, places. The rest of the plan is in stops.c and unknowns.c.
 */
#include "report/route/route_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const vg_stop_kind_names[VG_STOP_KINDS] = {"call", "report", "host", "instead"};

/* ---- sentences ---- */

const char *vg_planner_country(const vg_planner *p, const char *code, vg_lang lang)
{
    return vg_country_name(p->book, code, lang);
}

static vg_str say_one(vg_planner *p, const char *format, va_list args)
{
    char text[1024];
    int n = vsnprintf(text, sizeof text, format, args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    vg_str kept = vg_arena_copy(p->arena, (vg_str){text, len});
    if (!kept.ptr) p->full = true;
    return kept.ptr ? kept : (vg_str){"", 0};
}

void vg_planner_say(vg_planner *p, vg_str out[VG_LANGS], const char *fr, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    out[VG_LANG_FR] = say_one(p, fr, args);
    va_end(args);
    va_start(args, en);
    out[VG_LANG_EN] = say_one(p, en, args);
    va_end(args);
}

/* ---- facts ---- */

bool vg_planner_has(const vg_planner *p, vg_whose whose, vg_fact_kind kind)
{
    for (size_t i = 0; i < p->fact_count; i++)
        if (p->facts[i].whose == whose && p->facts[i].kind == kind) return true;
    return false;
}

bool vg_planner_member(const vg_planner *p, const char *country)
{
    return vg_country_in_union(p->book, country);
}

const char *vg_planner_home(const vg_planner *p)
{
    return p->dossier->operator ? p->dossier->operator->country : "";
}

/* "EU" is any of its Member States. */
static bool is_in(const vg_planner *p, const char *fact, const char *country)
{
    return strcmp(fact, country) == 0 || (strcmp(country, "EU") == 0 && vg_planner_member(p, fact));
}

static uint16_t share(uint16_t of, uint16_t factor)
{
    uint32_t product = (uint32_t)of * factor / 10000;
    return product ? (uint16_t)product : of ? 1 : 0; /* what is known never becomes nothing */
}

uint16_t vg_planner_match(const vg_planner *p, vg_whose whose, vg_fact_kind kind, const char *country, const vg_fact **best)
{
    uint16_t most = 0;
    *best = NULL;
    for (size_t i = 0; i < p->fact_count; i++) {
        const vg_fact *f = &p->facts[i];
        if (f->whose != whose || !is_in(p, f->country, country)) continue;
        uint16_t worth = f->confidence ? f->confidence : 1;
        if (f->kind != kind) {
            /* where a provider is established says nothing of where it hosts, and the other way round */
            if (whose == VG_WHOSE_HOST || !p->places) continue;
            worth = share(worth, p->places->kind_factor[kind == VG_FACT_PLACE ? f->kind : kind]);
        }
        if (worth <= most) continue;
        most = worth;
        *best = f;
    }
    return most;
}

/* ---- acts and age ---- */

enum { ALL_ACTS = (1 << VG_ACTS) - 1 };

static uint32_t acts_by_evidence(const vg_planner *p)
{
    uint32_t acts = 0;
    for (unsigned k = 0; p->places && k < VG_EVIDENCE_KINDS; k++)
        if (p->dossier->c.kinds >> k & 1) acts |= p->places->acts_of_kind[k];
    for (size_t i = 0; p->places && i < p->dossier->finding_count; i++) {
        int kind = vg_evidence_kind_of(p->dossier->findings[i].name);
        if (kind >= 0) acts |= p->places->acts_of_kind[kind];
    }
    if (p->dossier->c.kinds >> VG_TEXT_PAYMENT_REQUEST & 1) acts |= 1u << VG_ACT_LIVE;
    return acts;
}

/* Of the last decision: what was decided before it was taken again no longer stands, nor does what was lifted on appeal. */
static uint32_t acts_by_reason(const vg_planner *p)
{
    const vg_dossier *d = p->dossier;
    const vg_dossier_decision *last = NULL;
    if (d->c.overturned || !p->places) return 0;
    for (size_t i = 0; i < d->decision_count; i++)
        if (!last || d->decisions[i].d.time_ms >= last->d.time_ms) last = &d->decisions[i];
    if (!last || last->d.action == VG_ACTION_DISMISS) return 0;
    for (size_t i = 0; i < p->places->reason_count; i++)
        if (vg_str_is(last->d.reason, p->places->reasons[i].reason)) return p->places->reasons[i].acts;
    return 0;
}

/* A person has the last word, and of what persons said the later. */
static void find_acts(const vg_planner *p)
{
    vg_route_plan *out = p->out;
    out->acts_evidence = acts_by_evidence(p);
    out->acts_reason = acts_by_reason(p);
    for (size_t i = 0; i < p->dossier->act_said_count; i++) {
        const vg_act_said *said = &p->dossier->acts_said[i];
        uint32_t bit = 1u << said->act;
        out->acts_person = said->holds ? out->acts_person | bit : out->acts_person & ~bit;
        out->acts_denied = said->holds ? out->acts_denied & ~bit : out->acts_denied | bit;
    }
    out->acts = (out->acts_evidence | out->acts_reason | out->acts_person) & ~out->acts_denied;
    if (out->acts >> VG_ACT_IMAGES & 1 && !(out->acts_denied >> VG_ACT_HOSTING & 1)) out->acts |= 1u << VG_ACT_HOSTING;
}

/* The youngest whom the case concerns; by its band, the lowest and the highest age it may have. */
static vg_age_band youngest_of(const vg_planner *p)
{
    vg_age_band band = (vg_age_band)p->dossier->c.youngest_band;
    for (size_t i = 0; i < p->dossier->party_count; i++) {
        const vg_party *party = &p->dossier->parties[i];
        if (party->role == VG_PARTY_VICTIM && vg_age_is_minor(party->band) && (!vg_age_is_minor(band) || party->band < band)) band = party->band;
    }
    return vg_age_is_minor(band) ? band : VG_AGE_UNKNOWN;
}

static const struct {
    uint8_t from, to;
} ages[VG_AGE_BANDS] = {[VG_AGE_UNDER13] = {0, 12}, [VG_AGE_13_14] = {13, 14}, [VG_AGE_15_17] = {15, 17}};

/* ---- ties ---- */

typedef struct tied {
    uint16_t confidence;
    const vg_fact *fact;     /* the best one */
    const vg_fact *other;    /* complicity: where it was ordered for */
    vg_fact_kind wanted;     /* what the tie asks for */
} tied;

static tied better(tied a, tied b)
{
    return b.confidence > a.confidence ? b : a;
}

static tied by(const vg_planner *p, vg_whose whose, vg_fact_kind kind, const char *country)
{
    tied t = {.wanted = kind};
    t.confidence = vg_planner_match(p, whose, kind, country, &t.fact);
    return t;
}

/* Ordered from there, for somewhere else. */
static tied by_complicity(const vg_planner *p, const char *country)
{
    tied t = by(p, VG_WHOSE_AUTHOR, VG_FACT_PLACE, country);
    uint16_t elsewhere = 0;
    for (size_t i = 0; t.confidence && i < p->fact_count; i++) {
        const vg_fact *f = &p->facts[i];
        uint16_t worth = f->confidence ? f->confidence : 1;
        if (f->whose != VG_WHOSE_VICTIM || is_in(p, f->country, country) || worth <= elsewhere) continue;
        elsewhere = worth;
        t.other = f;
    }
    if (elsewhere < t.confidence) t.confidence = elsewhere;
    return t;
}

static tied tie_of(const vg_planner *p, vg_tie tie, const char *country)
{
    switch (tie) {
    case VG_TIE_TERRITORY:
        return better(better(by(p, VG_WHOSE_AUTHOR, VG_FACT_PLACE, country), by(p, VG_WHOSE_VICTIM, VG_FACT_PLACE, country)),
                      by(p, VG_WHOSE_HOST, VG_FACT_PLACE, country));
    case VG_TIE_AUTHOR_NATIONAL: return by(p, VG_WHOSE_AUTHOR, VG_FACT_NATIONALITY, country);
    case VG_TIE_AUTHOR_RESIDENT: return by(p, VG_WHOSE_AUTHOR, VG_FACT_RESIDENCE, country);
    case VG_TIE_VICTIM_NATIONAL: return by(p, VG_WHOSE_VICTIM, VG_FACT_NATIONALITY, country);
    case VG_TIE_VICTIM_RESIDENT: return by(p, VG_WHOSE_VICTIM, VG_FACT_RESIDENCE, country);
    case VG_TIE_COMPLICITY: return by_complicity(p, country);
    default: return by(p, VG_WHOSE_HOST, VG_FACT_RESIDENCE, country);
    }
}

static const char *const whose_words[VG_WHOSES][VG_LANGS] = {{"auteur", "author"}, {"victime", "victim"}, {"hébergement", "hosting"}};
static const char *const kind_words[VG_FACT_KINDS][VG_LANGS] = {{"lieu", "place"}, {"nationalité", "nationality"}, {"résidence", "residence"}};
static const char *const hint_words[VG_HINTS][VG_LANGS] = {
    {"déclaré", "declared"}, {"adresse IP", "IP address"}, {"indicatif téléphonique", "telephone prefix"}, {"paiement", "payment"},
    {"langue", "language"},  {"dit par une personne", "said by a person"}, {"exploitant", "operator"}};

/* "auteur, lieu : France (adresse IP, 70 %)" */
static vg_str name_fact(vg_planner *p, const vg_fact *f, vg_lang lang)
{
    const char *format = lang == VG_LANG_FR ? "%s, %s\u00a0: %s (%s, %u\u00a0%%)" : "%s, %s: %s (%s, %u%%)";
    bool established = f->whose == VG_WHOSE_HOST && f->kind == VG_FACT_RESIDENCE;
    vg_str text = vg_arena_printf(p->arena, format, established ? (lang == VG_LANG_FR ? "exploitant" : "operator") : whose_words[f->whose][lang],
                                  established ? (lang == VG_LANG_FR ? "établissement" : "establishment") : kind_words[f->kind][lang],
                                  vg_planner_country(p, f->country, lang), hint_words[f->hint][lang], vg_percent(f->confidence));
    if (!text.ptr) p->full = true;
    return text.ptr ? text : (vg_str){"", 0};
}

static const char *const tie_words[VG_TIES][VG_LANGS] = {
    {"Le fait ou son effet y a lieu", "The act or its effect is there"},
    {"L’auteur en aurait la nationalité", "The author may be its national"},
    {"L’auteur y résiderait", "The author may live there"},
    {"La victime en aurait la nationalité", "The victim may be its national"},
    {"La victime y résiderait", "The victim may live there"},
    {"Commandé ou aidé depuis ce pays", "Ordered or helped from there"},
    {"L’exploitant y est établi", "The operator is established there"}};

/* Why the best tie holds; when it rests on something else than it asks for, that is said. */
static void explain(vg_planner *p, vg_tie tie, const tied *t, bool age_open, vg_str out[VG_LANGS])
{
    static const char *const guessed[VG_LANGS] = {". Ce n’est pas établi\u00a0: le lieu le rend possible", ". That is not established: the place makes it possible"};
    static const char *const age[VG_LANGS] = {". L’âge de la victime peut dépasser la limite du texte", ". The victim may be over the age of the text"};
    for (int lang = 0; lang < VG_LANGS; lang++) {
        vg_str fact = name_fact(p, t->fact, (vg_lang)lang), other = t->other ? name_fact(p, t->other, (vg_lang)lang) : (vg_str){"", 0};
        bool inferred = t->fact->kind != t->wanted;
        vg_str text = vg_arena_printf(p->arena, "%s%s%.*s%s%.*s%s%s.", tie_words[tie][lang], lang == VG_LANG_FR ? "\u00a0: " : ": ", VG_STR_ARG(fact),
                                      !other.len ? "" : lang == VG_LANG_FR ? "\u00a0; " : "; ", VG_STR_ARG(other), inferred ? guessed[lang] : "", age_open ? age[lang] : "");
        if (!text.ptr) p->full = true;
        out[lang] = text.ptr ? text : (vg_str){"", 0};
    }
}

/* ---- statutes ---- */

/* 0: it is for younger ones; 1: the band may be over its limit, or is not known; 2: it fits. */
static int fits_age(const vg_statute *s, vg_age_band band)
{
    if (!s->victim_under) return 2;
    if (band == VG_AGE_UNKNOWN) return 1;
    if (ages[band].from >= s->victim_under) return 0;
    return ages[band].to < s->victim_under ? 2 : 1;
}

static void try_statute(vg_planner *p, const vg_statute *s, uint32_t acts, vg_age_band band)
{
    vg_route_plan *out = p->out;
    tied best = {0};
    vg_tie best_tie = VG_TIE_TERRITORY;
    uint32_t ties = 0;
    int fits = fits_age(s, band);
    if (!fits || !(s->acts & acts) || out->law_count >= VG_ROUTE_LAWS_MOST) return;
    for (int tie = 0; tie < VG_TIES; tie++) {
        if (!(s->ties >> tie & 1)) continue;
        tied t = tie_of(p, (vg_tie)tie, s->country);
        if (!t.confidence) continue;
        ties |= 1u << tie;
        if (t.confidence <= best.confidence) continue;
        best = t;
        best_tie = (vg_tie)tie;
    }
    if (!ties) return;
    vg_reach_of_law *law = &out->laws[out->law_count++];
    *law = (vg_reach_of_law){.statute = s, .ties = ties, .confidence = fits == 1 && p->places ? share(best.confidence, p->places->conflict) : best.confidence};
    explain(p, best_tie, &best, fits == 1 && band != VG_AGE_UNKNOWN, law->why);
}

/* Strongest first; of the same strength as the book has them, whose order is its own. */
static int by_strength(const void *a, const void *b)
{
    const vg_reach_of_law *l = a, *r = b;
    if (l->confidence != r->confidence) return l->confidence > r->confidence ? -1 : 1;
    return l->statute < r->statute ? -1 : l->statute > r->statute;
}

/* ---- places ---- */

static void add_place(vg_planner *p, const vg_fact *f)
{
    vg_route_plan *out = p->out;
    size_t i = 0;
    if (f->whose == VG_WHOSE_HOST && f->kind != VG_FACT_PLACE) return;
    while (i < out->place_count && strcmp(out->places[i].country, f->country) != 0) i++;
    if (i == VG_ROUTE_PLACES_MOST) return;
    if (i == out->place_count) memcpy(out->places[out->place_count++].country, f->country, 3);
    out->places[i].whose |= 1u << f->whose;
    if (f->confidence > out->places[i].confidence[f->whose]) out->places[i].confidence[f->whose] = f->confidence;
}

static int by_code(const void *a, const void *b)
{
    return strcmp(((const vg_route_place *)a)->country, ((const vg_route_place *)b)->country);
}

int vg_route_make(const vg_law_book *book, const vg_policy_report *own, const vg_dossier *dossier, const vg_fact *facts, size_t fact_count,
                  vg_arena *arena, vg_route_plan *out, vg_error *err)
{
    static const vg_law_book empty;
    vg_planner p = {.book = book ? book : &empty, .own = own, .dossier = dossier, .facts = facts, .fact_count = fact_count, .arena = arena, .out = out};
    *out = (vg_route_plan){.victim_age = -1};
    p.places = p.book->places;
    out->laws = vg_arena_calloc(arena, VG_ROUTE_LAWS_MOST, sizeof *out->laws);
    out->places = vg_arena_calloc(arena, VG_ROUTE_PLACES_MOST, sizeof *out->places);
    out->stops = vg_arena_calloc(arena, VG_ROUTE_STOPS_MOST, sizeof *out->stops);
    out->unknowns = vg_arena_calloc(arena, VG_ROUTE_UNKNOWNS_MOST, sizeof *out->unknowns);
    if (!out->laws || !out->places || !out->stops || !out->unknowns) return vg_fail(err, VG_ENOMEM, "", "no memory for a route");
    vg_age_band band = youngest_of(&p);
    if (band != VG_AGE_UNKNOWN) out->victim_age = ages[band].to;
    out->imminence = vg_case_imminence(&dossier->c);
    out->urgent = out->imminence != 0;
    find_acts(&p);
    out->acts_said = dossier->acts_said;
    out->act_said_count = dossier->act_said_count;
    uint32_t acts = out->acts ? out->acts : (uint32_t)ALL_ACTS & ~(1u << VG_ACT_HOSTING) & ~out->acts_denied; /* not established: whatever may be */
    for (size_t i = 0; i < p.book->statute_count; i++) try_statute(&p, &p.book->statutes[i], acts, band);
    qsort(out->laws, out->law_count, sizeof *out->laws, by_strength);
    for (size_t i = 0; i < fact_count; i++) add_place(&p, &facts[i]);
    qsort(out->places, out->place_count, sizeof *out->places, by_code);
    int rc = vg_route_stops(&p, err);
    if (!rc) rc = vg_route_unknowns(&p, err);
    return rc ? rc : p.full ? vg_fail(err, VG_ENOMEM, "", "no memory for a route") : 0;
}
