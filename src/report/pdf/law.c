/* SPDX-License-Identifier: Apache-2.0
 *
 * What law is proposed and why, and the countries it rests on. */
#include "report/pdf/words_int.h"

#include <stdlib.h>

static void write_statute(vg_writer *w, const vg_reach_of_law *l)
{
    const vg_statute *s = l->statute;
    vg_cell cells[2] = {0};
    vg_ink ink;
    vg_str sure = vg_say_sure(w, &s->from, &ink);
    vg_cell_add(&cells[0], VG_TYPE_CELL_BOLD, VG_INK_TEXT, vg_shown(w, vg_str_of(s->reference), 200));
    vg_cell_add(&cells[0], VG_TYPE_SMALL, VG_INK_MUTED, vg_say_country(w, s->country));
    vg_cell_add(&cells[1], VG_TYPE_CELL_BOLD, VG_INK_TEXT, vg_shown(w, vg_str_of(s->title[w->lang]), 300));
    vg_cell_add(&cells[1], VG_TYPE_CELL, VG_INK_TEXT, vg_sayf(w, "Pourquoi : %s", "Why: %s", vg_shown(w, l->why[w->lang], 500).ptr));
    if (s->victim_under) vg_cell_add(&cells[1], VG_TYPE_CELL, VG_INK_TEXT, vg_sayf(w, "Suppose une victime de moins de %u ans.", "Supposes a victim under %u.", s->victim_under));
    if (s->note[w->lang]) vg_cell_add(&cells[1], VG_TYPE_CELL, VG_INK_TEXT, vg_shown(w, vg_str_of(s->note[w->lang]), 400));
    vg_cell_add(&cells[1], VG_TYPE_SMALL, ink, sure);
    if (s->from.source) vg_cell_add(&cells[1], VG_TYPE_SMALL, VG_INK_MUTED, vg_sayf(w, "Source : %s", "Source: %s", vg_quote(w, vg_str_of(s->from.source), 200)));
    for (size_t i = 1; i < cells[1].count; i++) cells[1].blocks[i].above = 2;
    vg_pages_row(w->pages, cells, ink);
}

void vg_write_law(vg_writer *w)
{
    const vg_dossier *d = w->d;
    vg_columns c = {.count = 2, .width = {140, VG_PAGE_INNER - 140}, .head = {vg_say(w, "Texte", "Statute"), vg_say(w, "Infraction et raison", "Offence and reason")}};
    vg_pages_section(w->pages, vg_say(w, "2. Qualification proposée", "2. Legal qualification proposed"));
    vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_MUTED,
                       vg_say(w, "Proposée par le signalant, sous réserve de l’appréciation du parquet. Elle ne lie personne.", "Proposed by the reporter, subject to the prosecutor’s own judgement. It binds nobody."));
    if (!d->law_count) {
        vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_AMBER, vg_say(w, "Aucun texte n’est proposé : les faits ou les pays connus n’y suffisent pas.", "No statute is proposed: the facts or countries known do not suffice."));
        return;
    }
    vg_pages_table(w->pages, &c);
    for (size_t i = 0; i < d->law_count; i++) write_statute(w, &d->laws[i]);
    vg_pages_table_end(w->pages);
}

static vg_str say_hint(vg_writer *w, vg_hint hint)
{
    static const char *const names[VG_LANGS][VG_HINTS] = {
        {"déclaré par le compte", "adresse IP", "indicatif du téléphone", "paiement", "langue", "dit par une personne", "dit par l’exploitant"},
        {"declared by the account", "IP address", "telephone prefix", "payment", "language", "said by a person", "said by the operator"}};
    return hint < VG_HINTS ? vg_say(w, names[VG_LANG_FR][hint], names[VG_LANG_EN][hint]) : VG_STR("");
}

void vg_write_countries(vg_writer *w)
{
    static const char *const whose[VG_LANGS][VG_WHOSES] = {{"Auteur", "Mineur", "Hébergement"}, {"Author", "Minor", "Hosting"}};
    static const char *const kinds[VG_LANGS][VG_FACT_KINDS] = {{"lieu", "nationalité", "résidence"}, {"place", "nationality", "residence"}};
    const vg_dossier *d = w->d;
    vg_columns c = {.count = 5, .width = {76, 70, 110, VG_PAGE_INNER - 320, 64},
                    .head = {vg_say(w, "De qui", "Whose"), vg_say(w, "Quoi", "What"), vg_say(w, "Pays", "Country"), vg_say(w, "Comment c’est su", "How it is known"), vg_say(w, "Confiance", "Confidence")}};
    vg_pages_section(w->pages, vg_say(w, "4. Pays", "4. Countries"));
    if (!d->fact_count) {
        vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_AMBER, vg_say(w, "Aucun pays n’est connu.", "No country is known."));
        return;
    }
    vg_pages_table(w->pages, &c);
    for (size_t i = 0; i < d->fact_count; i++) {
        const vg_fact *f = &d->facts[i];
        vg_cell cells[5] = {0};
        if (f->whose >= VG_WHOSES || f->kind >= VG_FACT_KINDS) continue;
        vg_cell_add(&cells[0], VG_TYPE_CELL_BOLD, VG_INK_TEXT, vg_say(w, whose[VG_LANG_FR][f->whose], whose[VG_LANG_EN][f->whose]));
        vg_cell_add(&cells[1], VG_TYPE_CELL, VG_INK_TEXT, vg_say(w, kinds[VG_LANG_FR][f->kind], kinds[VG_LANG_EN][f->kind]));
        vg_cell_add(&cells[2], VG_TYPE_CELL, VG_INK_TEXT, vg_say_country(w, f->country));
        vg_cell_add(&cells[3], VG_TYPE_CELL, VG_INK_TEXT, vg_sayf(w, "%s%s%s", "%s%s%s", say_hint(w, f->hint).ptr, f->detail.len ? ", " : "", f->detail.len ? vg_quote(w, f->detail, 120) : ""));
        vg_cell_add(&cells[4], VG_TYPE_CELL, VG_INK_TEXT, vg_say_percent(w, f->confidence));
        vg_pages_row(w->pages, cells, VG_INK_WHITE);
    }
    vg_pages_table_end(w->pages);
}
