/* SPDX-License-Identifier: Apache-2.0
 *
 * What the plan does not know, as sentences that say who can be asked.
 */
#include "report/route/route_int.h"

#include <string.h>

static vg_unknown *add(vg_planner *p, const char *code)
{
    vg_route_plan *out = p->out;
    if (out->unknown_count == VG_ROUTE_UNKNOWNS_MOST) return NULL;
    out->unknowns[out->unknown_count].code = code;
    return &out->unknowns[out->unknown_count++];
}

#define UNKNOWN(code, ...)                                      \
    do {                                                        \
        vg_unknown *u = add(p, code);                           \
        if (u) vg_planner_say(p, u->say, __VA_ARGS__);          \
    } while (0)

/* A sentence with one word of its own in each language. */
static void about(vg_planner *p, const char *code, const char *fr, const char *en, const char *const word[VG_LANGS])
{
    vg_unknown *u = add(p, code);
    if (!u) return;
    vg_str in_french[VG_LANGS], in_english[VG_LANGS];
    vg_planner_say(p, in_french, fr, fr, word[VG_LANG_FR]);
    vg_planner_say(p, in_english, en, en, word[VG_LANG_EN]);
    u->say[VG_LANG_FR] = in_french[VG_LANG_FR];
    u->say[VG_LANG_EN] = in_english[VG_LANG_EN];
}

static bool is_known(const vg_planner *p, vg_whose whose)
{
    for (size_t i = 0; i < p->fact_count; i++)
        if (p->facts[i].whose == whose && (whose != VG_WHOSE_HOST || p->facts[i].kind == VG_FACT_PLACE)) return true;
    return false;
}

static void of_people(vg_planner *p)
{
    if (!is_known(p, VG_WHOSE_AUTHOR))
        UNKNOWN("author.place", "On ne sait pas où est l’auteur. Demandez à la plateforme ses adresses de connexion et le pays qu’il a déclaré.",
                "Where the author is is not known. Ask the platform for its connection addresses and the country that it declared.");
    if (!vg_planner_has(p, VG_WHOSE_AUTHOR, VG_FACT_NATIONALITY))
        UNKNOWN("author.nationality", "La nationalité de l’auteur n’est pas connue. Demandez à la plateforme l’identité qu’elle a vérifiée, s’il y en a une.",
                "The author’s nationality is not known. Ask the platform for the identity that it verified, if there is one.");
    if (!is_known(p, VG_WHOSE_VICTIM))
        UNKNOWN("victim.place", "On ne sait pas où est la victime. Relisez la conversation\u00a0: langue, école, heures\u00a0; demandez à la plateforme.",
                "Where the victim is is not known. Read the conversation again: language, school, hours; ask the platform.");
    if (!vg_planner_has(p, VG_WHOSE_VICTIM, VG_FACT_NATIONALITY))
        UNKNOWN("victim.nationality", "La nationalité de la victime n’est pas connue.", "The victim’s nationality is not known.");
    if (p->out->victim_age < 0)
        UNKNOWN("victim.age", "L’âge de la victime n’est pas connu\u00a0: des textes dépendent de lui.", "The victim’s age is not known: some statutes depend on it.");
}

static void of_host(vg_planner *p)
{
    if (!is_known(p, VG_WHOSE_HOST))
        UNKNOWN("host.place", "On ne sait pas où c’est hébergé. L’exploitant peut l’inscrire dans sa politique (report.operator.host_country).",
                "Where it is hosted is not known. The operator can write it into the policy (report.operator.host_country).");
    if (!vg_planner_home(p)[0])
        UNKNOWN("operator.country", "Le pays de l’exploitant n’est pas inscrit\u00a0: on ne sait pas quelle est « sa » police (report.operator.country).",
                "The operator’s country is not written down: which police are its own is not known (report.operator.country).");
}

/* Two countries of one person: by address alone it may be a VPN, otherwise a hint is wrong. */
static void of_conflicts(vg_planner *p, vg_whose whose)
{
    static const char *const codes[] = {"author.conflict", "victim.conflict"};
    static const char *const moving[] = {"author.addresses", "victim.addresses"};
    static const char *const of[][VG_LANGS] = {{"de l’auteur", "of the author"}, {"de la victime", "of the victim"}};
    const vg_fact *first = NULL, *address = NULL;
    bool conflict = false, moves = false;
    for (size_t i = 0; i < p->fact_count; i++) {
        const vg_fact *f = &p->facts[i];
        if (f->whose != whose || f->kind != VG_FACT_PLACE || f->hint == VG_HINT_LANGUAGE) continue;
        if (!first) first = f;
        conflict |= strcmp(first->country, f->country) != 0;
        if (f->hint != VG_HINT_IP) continue;
        if (!address) address = f;
        moves |= strcmp(address->country, f->country) != 0;
    }
    if (moves)
        about(p, moving[whose], "Des adresses %s mènent à plusieurs pays\u00a0: un VPN ou un voyage est possible. Aucun n’est écarté.",
              "Addresses %s lead to several countries: a VPN or a journey is possible. None is ruled out.", of[whose]);
    else if (conflict)
        about(p, codes[whose], "Les indices sur le lieu %s se contredisent. Aucun pays n’est écarté\u00a0; une personne peut trancher.",
              "Hints about the place %s contradict each other. No country is ruled out; a person can settle it.", of[whose]);
}

/* An address that no fact came of: no file, or the file does not know it. */
static void of_addresses(vg_planner *p)
{
    bool address = false, placed = false;
    for (size_t i = 0; i < p->dossier->party_count; i++)
        for (size_t k = 0; k < p->dossier->parties[i].id_count; k++) address |= p->dossier->parties[i].ids[k].kind == VG_ID_IP;
    for (size_t i = 0; i < p->fact_count; i++) placed |= p->facts[i].hint == VG_HINT_IP;
    if (address && !placed)
        UNKNOWN("addresses", "Le pays des adresses IP n’est pas connu\u00a0: l’exploitant n’a pas donné de fichier, ou elles n’y sont pas (report.geo_file).",
                "The country of the IP addresses is not known: the operator supplied no file, or they are not in it (report.geo_file).");
}

static bool has_law(const vg_planner *p, const char *country)
{
    for (size_t i = 0; i < p->book->statute_count; i++)
        if (strcmp(p->book->statutes[i].country, country) == 0) return true;
    return false;
}

static void of_book(vg_planner *p)
{
    if (!p->out->acts)
        UNKNOWN("acts", "Ce qui s’est passé n’est pas établi par les indices\u00a0: tous les textes sont proposés. Lisez le signalement.",
                "What happened does not follow from the evidence: all statutes are proposed. Read the notice.");
    if (!p->book->version) {
        UNKNOWN("book", "Le recueil de textes est vide\u00a0: rien ne peut être proposé.", "The book of law is empty: nothing can be proposed.");
        return;
    }
    for (size_t i = 0; i < p->out->place_count; i++) {
        const char *code = p->out->places[i].country;
        if (has_law(p, code)) continue;
        const char *const names[VG_LANGS] = {vg_planner_country(p, code, VG_LANG_FR), vg_planner_country(p, code, VG_LANG_EN)};
        about(p, "law.country", "Aucun texte de ce pays dans le recueil\u00a0: %s. Son droit peut s’appliquer quand même.",
              "The book has no statute of this country: %s. Its law may apply all the same.", names);
    }
}

int vg_route_unknowns(vg_planner *p, vg_error *err)
{
    (void)err;
    of_people(p);
    of_host(p);
    of_conflicts(p, VG_WHOSE_AUTHOR);
    of_conflicts(p, VG_WHOSE_VICTIM);
    of_addresses(p);
    of_book(p);
    return 0;
}
