/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom to tell, in which order. The rule of the hotlines' network (INHOPE): in one's own country the police and the provider, elsewhere that
 * country's hotline. When a child may be in danger now, the telephone comes before everything.
 */
#include "report/route/route_int.h"

#include <stdlib.h>
#include <string.h>

/* A country whose people must hear of it. */
typedef struct concerned {
    char country[3];
    uint32_t whose;
    uint16_t confidence; /* the best of its roles */
    bool own;
    int rank;            /* order among countries: smaller first */
} concerned;
enum { CONCERNED_MOST = VG_ROUTE_PLACES_MOST + 1 };

static const char *const roles[8][VG_LANGS] = {
    {"Pays de l’exploitant", "Country of the operator"},
    {"L’auteur y serait", "The author may be there"},
    {"La victime y serait", "The victim may be there"},
    {"L’auteur et la victime y seraient", "Author and victim may be there"},
    {"Hébergé là", "Hosted there"},
    {"L’auteur y serait, et c’est hébergé là", "The author may be there, and it is hosted there"},
    {"La victime y serait, et c’est hébergé là", "The victim may be there, and it is hosted there"},
    {"L’auteur et la victime y seraient, et c’est hébergé là", "Author and victim may be there, and it is hosted there"}};

/* Victim first, then author, then host. One's own country comes right after the victim's. */
static int rank_of(uint32_t whose, bool own)
{
    if (whose >> VG_WHOSE_VICTIM & 1) return 0;
    if (own) return 1;
    return whose >> VG_WHOSE_AUTHOR & 1 ? 2 : 3;
}

static int by_rank(const void *a, const void *b)
{
    const concerned *l = a, *r = b;
    if (l->rank != r->rank) return l->rank < r->rank ? -1 : 1;
    if (l->confidence != r->confidence) return l->confidence > r->confidence ? -1 : 1;
    return strcmp(l->country, r->country);
}

static size_t list_concerned(const vg_planner *p, concerned *out)
{
    const char *home = vg_planner_home(p);
    size_t count = 0;
    bool has_home = false;
    for (size_t i = 0; i < p->out->place_count; i++) {
        const vg_route_place *place = &p->out->places[i];
        concerned *c = &out[count++];
        *c = (concerned){.whose = place->whose, .own = strcmp(place->country, home) == 0};
        memcpy(c->country, place->country, 3);
        for (int w = 0; w < VG_WHOSES; w++)
            if (place->confidence[w] > c->confidence) c->confidence = place->confidence[w];
        c->rank = rank_of(c->whose, c->own);
        has_home |= c->own;
    }
    if (home[0] && !has_home) {
        concerned *c = &out[count++];
        *c = (concerned){.own = true, .confidence = 10000, .rank = rank_of(0, true)};
        memcpy(c->country, home, 3);
    }
    qsort(out, count, sizeof *out, by_rank);
    return count;
}

/* ---- receivers ---- */

/* The n-th receiver there is: the space's own before the shipped ones, and in place of one with the same id. */
static const vg_receiver *receiver_at(const vg_planner *p, size_t n)
{
    size_t own = p->own ? p->own->receiver_count : 0;
    if (n < own) return &p->own->receivers[n];
    const vg_receiver *shipped = &p->book->receivers[n - own];
    for (size_t i = 0; i < own; i++)
        if (strcmp(p->own->receivers[i].id, shipped->id) == 0) return NULL;
    return shipped;
}

static size_t receiver_count(const vg_planner *p)
{
    return (p->own ? p->own->receiver_count : 0) + p->book->receiver_count;
}

static bool takes(const vg_planner *p, const vg_receiver *r)
{
    return !r->acts || !p->out->acts || (r->acts & p->out->acts);
}

static vg_stop *add_stop(vg_planner *p, vg_stop_kind kind, const concerned *c, const vg_receiver *r)
{
    vg_route_plan *out = p->out;
    if (out->stop_count == VG_ROUTE_STOPS_MOST) return NULL;
    vg_stop *stop = &out->stops[out->stop_count++];
    *stop = (vg_stop){.kind = kind, .receiver = r, .urgent = kind == VG_STOP_CALL, .own = c->own, .whose = c->whose, .confidence = c->confidence};
    memcpy(stop->country, c->country, 3);
    bool weak = p->places && c->confidence < p->places->weak_below;
    for (int lang = 0; lang < VG_LANGS; lang++) {
        static const char *const faint[VG_LANGS] = {" (indice faible\u00a0: à vérifier avant d’écrire)", " (a weak hint: check before writing)"};
        vg_str why = vg_arena_printf(p->arena, "%s%s.", roles[c->whose & 7][lang], weak ? faint[lang] : "");
        if (!why.ptr) p->full = true;
        stop->why[lang] = why.ptr ? why : (vg_str){"", 0};
    }
    if (r && r->accepts[0] && r->accepts[1]) {
        for (int lang = 0; lang < VG_LANGS; lang++) stop->send[lang] = vg_str_of(r->accepts[lang]);
    } else vg_planner_say(p, stop->send, "Ce qui peut y être envoyé n’est pas connu\u00a0: demandez d’abord.", "What may be sent there is not known: ask first.");
    return stop;
}

/* ---- one country ---- */

/* Numbers to call where the child may be, and at home, from where one calls. */
static void add_calls(vg_planner *p, const concerned *c)
{
    bool found = false;
    if (!(c->whose >> VG_WHOSE_VICTIM & 1) && !c->own) return;
    for (size_t i = 0; i < receiver_count(p); i++) {
        const vg_receiver *r = receiver_at(p, i);
        if (!r || !r->emergency || strcmp(r->country, c->country) != 0) continue;
        add_stop(p, VG_STOP_CALL, c, r);
        found = true;
    }
    if (found) return;
    vg_stop *stop = add_stop(p, VG_STOP_CALL, c, NULL);
    if (!stop) return;
    for (size_t i = 0; i < p->book->silence_count; i++) {
        const vg_silence *s = &p->book->silences[i];
        if (strcmp(s->country, c->country) != 0) continue;
        for (int lang = 0; lang < VG_LANGS; lang++) stop->send[lang] = vg_str_of(s->note[lang]);
        return;
    }
    vg_planner_say(p, stop->send, "Le numéro d’urgence n’est pas connu ici. Appelez votre propre police et dites où serait l’enfant.",
                   "The emergency number is not known here. Call your own police and say where the child may be.");
}

/* Whether a report can be brought there from where we are. */
static bool is_for_reports(const concerned *c, const vg_receiver *r)
{
    if (r->emergency || r->kind == VG_RECEIVER_REGULATOR || r->kind == VG_RECEIVER_HOST) return false;
    bool reachable = r->channel || r->url || r->email;
    if (c->own) return reachable || r->phone || r->kind == VG_RECEIVER_POLICE;
    if (r->kind == VG_RECEIVER_POLICE) return reachable; /* other police are reached through one's own */
    return reachable || (r->phone && (c->whose >> VG_WHOSE_VICTIM & 1)); /* a line for the child and those close to it */
}

static void add_instead(vg_planner *p, const concerned *c)
{
    const vg_receiver *europol = vg_law_receiver(p->book, "eu.europol"), *interpol = vg_law_receiver(p->book, "zz.interpol");
    bool member = vg_planner_member(p, c->country);
    vg_stop *stop = add_stop(p, VG_STOP_INSTEAD, c, member && europol ? europol : interpol);
    if (!stop) return;
    if (member)
        vg_planner_say(p, stop->send,
                       "Aucun point de contact connu dans ce pays (%s). Dites à votre propre police que ce pays est concerné\u00a0; Europol relie les polices de l’Union.",
                       "No hotline is known in this country (%s). Tell your own police that it is concerned; Europol links the police of the Union.", c->country);
    else
        vg_planner_say(p, stop->send,
                       "Aucun point de contact connu dans ce pays (%s). Demandez à votre propre police de le transmettre par son bureau central national d’INTERPOL\u00a0; cela prend plus de temps. Vigie n’a aucun lien avec les bases de la police.",
                       "No hotline is known in this country (%s). Ask your own police to pass it on through their National Central Bureau of INTERPOL; it takes longer. Vigie has no link to the databases of the police.", c->country);
}

static bool add_receivers(vg_planner *p, const concerned *c, bool police)
{
    bool found = false;
    for (size_t i = 0; i < receiver_count(p); i++) {
        const vg_receiver *r = receiver_at(p, i);
        if (!r || strcmp(r->country, c->country) != 0 || (r->kind == VG_RECEIVER_POLICE) != police || !is_for_reports(c, r) || !takes(p, r)) continue;
        add_stop(p, VG_STOP_REPORT, c, r);
        found |= r->kind != VG_RECEIVER_POLICE || c->own || r->channel;
    }
    return found;
}

/* At home the police first; elsewhere the hotline first. */
static void add_reports(vg_planner *p, const concerned *c)
{
    bool found = add_receivers(p, c, c->own);
    found |= add_receivers(p, c, !c->own);
    if (!found) add_instead(p, c);
}

/* Notice to who hosts it: the operator wrote down whom. */
static void add_hosts(vg_planner *p, const concerned *c)
{
    if (!(c->whose >> VG_WHOSE_HOST & 1)) return;
    for (size_t i = 0; i < receiver_count(p); i++) {
        const vg_receiver *r = receiver_at(p, i);
        if (r && r->kind == VG_RECEIVER_HOST && (strcmp(r->country, c->country) == 0 || strcmp(r->country, "ZZ") == 0)) add_stop(p, VG_STOP_HOST, c, r);
    }
}

/* DSA, Article 18(2): which Member State is concerned is not known, so Europol may be told. */
static void add_union(vg_planner *p, const concerned *all, size_t count)
{
    const vg_receiver *europol = vg_law_receiver(p->book, "eu.europol");
    concerned c = {.country = "EU", .confidence = 10000};
    if (!p->out->urgent || !europol || !vg_planner_member(p, vg_planner_home(p))) return;
    for (size_t i = 0; i < count; i++)
        if (vg_planner_member(p, all[i].country) && (all[i].whose & (1u << VG_WHOSE_VICTIM | 1u << VG_WHOSE_AUTHOR))) return;
    for (size_t i = 0; i < p->out->stop_count; i++)
        if (p->out->stops[i].receiver == europol) return;
    vg_stop *stop = add_stop(p, VG_STOP_INSTEAD, &c, europol);
    if (stop)
        vg_planner_say(p, stop->why, "L’État membre concerné n’est pas connu (DSA, article 18, paragraphe 2).",
                       "Which Member State is concerned is not known (DSA, Article 18(2)).");
}

int vg_route_stops(vg_planner *p, vg_error *err)
{
    concerned *all = vg_arena_calloc(p->arena, CONCERNED_MOST, sizeof *all);
    if (!all) return vg_fail(err, VG_ENOMEM, "", "no memory for a route");
    size_t count = list_concerned(p, all);
    for (size_t i = 0; p->out->urgent && i < count; i++) add_calls(p, &all[i]);
    for (size_t i = 0; i < count; i++) add_reports(p, &all[i]);
    for (size_t i = 0; i < count; i++) add_hosts(p, &all[i]);
    add_union(p, all, count);
    return 0;
}
