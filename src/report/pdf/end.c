/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions, and what is not known. */
#include "report/pdf/words_int.h"

#include "report/text.h"

void vg_write_decisions(vg_writer *w)
{
    const vg_dossier *d = w->d;
    vg_columns c = {.count = 3, .width = {118, 165, VG_PAGE_INNER - 283}, .head = {vg_say(w, "Heure (UTC)", "Time (UTC)"), vg_say(w, "Décision", "Decision"), vg_say(w, "Par qui, pour quelle raison", "By whom, for which reason")}};
    vg_pages_section(w->pages, vg_say(w, "7. Décisions", "7. Decisions"));
    vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_MUTED, vg_say(w, "Chaque décision a été prise par une personne ; la machine ne sanctionne pas.", "Each decision was taken by a person; the machine sanctions nobody."));
    if (!d->decision_count) vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_AMBER, vg_say(w, "Aucune décision n’est prise.", "No decision was taken."));
    if (!d->decision_count) return;
    vg_pages_table(w->pages, &c);
    for (size_t i = 0; i < d->decision_count; i++) {
        const vg_dossier_decision *x = &d->decisions[i];
        vg_cell cells[3] = {0};
        vg_str reason = x->reason[w->lang].len ? x->reason[w->lang] : x->d.reason;
        vg_cell_add(&cells[0], VG_TYPE_CELL, VG_INK_TEXT, vg_say_moment(w, x->d.time_ms));
        vg_cell_add(&cells[0], VG_TYPE_SMALL, VG_INK_MUTED, vg_say_local(w, x->d.time_ms));
        vg_cell_add(&cells[1], VG_TYPE_CELL_BOLD, VG_INK_TEXT, vg_say_action(w, x->d.action));
        if (x->d.hours) vg_cell_add(&cells[1], VG_TYPE_CELL, VG_INK_TEXT, vg_sayf(w, "pour %u heures", "for %u hours", x->d.hours));
        vg_cell_add(&cells[2], VG_TYPE_CELL_BOLD, VG_INK_TEXT, vg_shown(w, x->person.len ? x->person : x->d.user, 120));
        vg_cell_add(&cells[2], VG_TYPE_CELL, VG_INK_TEXT, vg_shown(w, reason, 240));
        if (x->certificate.len) vg_cell_add(&cells[2], VG_TYPE_SMALL, VG_INK_MUTED, vg_sayf(w, "Certificat : %s", "Certificate: %s", vg_quote(w, x->certificate, 160)));
        vg_pages_row(w->pages, cells, VG_INK_WHITE);
    }
    vg_pages_table_end(w->pages);
}

/* ---- what is not known ---- */
static bool has_id(const vg_dossier *d, vg_id_kind kind)
{
    const vg_party *author = vg_dossier_party(d, VG_PARTY_AUTHOR);
    for (size_t i = 0; author && i < author->id_count; i++)
        if (author->ids[i].kind == kind) return true;
    return false;
}

static bool has_country(const vg_dossier *d, vg_whose whose)
{
    for (size_t i = 0; i < d->fact_count; i++)
        if (d->facts[i].whose == whose) return true;
    return false;
}

static void gap(vg_writer *w, bool missing, const char *fr, const char *en)
{
    if (missing) vg_pages_list_item(w->pages, vg_sayf(w, "–\u00a0%s", "–\u00a0%s", w->lang == VG_LANG_FR ? fr : en));
}

void vg_write_unknown(vg_writer *w)
{
    const vg_dossier *d = w->d;
    bool withheld = false, unsure = false, unkept = false;
    const vg_party *minor = vg_dossier_party(d, VG_PARTY_VICTIM);
    for (size_t i = 0; i < d->message_count; i++) withheld |= d->messages[i].withheld;
    for (size_t i = 0; i < d->law_count; i++) unsure |= d->laws[i].statute->from.sure != VG_SURE_PRIMARY;
    for (size_t i = 0; i < d->media_count; i++) unkept |= !d->media[i].kept;
    vg_pages_section(w->pages, vg_say(w, "8. Ce qui n’est pas connu", "8. What is not known"));
    vg_pages_list(w->pages);
    gap(w, d->destroyed, "Le contenu : il a été détruit à la fin de sa conservation.", "The content: it was destroyed at the end of its retention.");
    gap(w, true, "L’identité civile de l’auteur : la plateforme n’en connaît que les identifiants ci-dessus.", "The author’s civil identity: the platform knows the identifiers above and no more.");
    gap(w, !minor, "Le mineur concerné : aucun compte n’est identifié.", "The minor concerned: no account is identified.");
    gap(w, minor && minor->basis != VG_BASIS_VERIFIED, "L’âge réel du mineur : il est déclaré ou estimé, non vérifié.", "The minor’s true age: it is declared or estimated, not verified.");
    gap(w, !has_id(d, VG_ID_IP), "L’adresse IP de l’auteur.", "The author’s IP address.");
    gap(w, !has_id(d, VG_ID_EMAIL), "L’adresse de courriel de l’auteur.", "The author’s e-mail address.");
    gap(w, !has_id(d, VG_ID_PHONE), "Le numéro de téléphone de l’auteur.", "The author’s telephone number.");
    gap(w, !has_country(d, VG_WHOSE_AUTHOR), "Le pays de l’auteur.", "The author’s country.");
    gap(w, !has_country(d, VG_WHOSE_VICTIM), "Le pays du mineur.", "The minor’s country.");
    gap(w, !has_country(d, VG_WHOSE_HOST), "Le pays d’hébergement.", "The country of hosting.");
    gap(w, withheld, "Le texte des messages qu’aucune règle ne permet de lire.", "The text of messages that no policy allows to read.");
    gap(w, unkept, "Le contenu des médias dont seules les empreintes sont conservées.", "The content of media of which only hashes are kept.");
    gap(w, unsure, "La rédaction en vigueur des textes marqués « à vérifier ».", "The wording in force of the statutes marked “to be verified”.");
    gap(w, true, "Ce qui s’est dit ou échangé en dehors de la plateforme.", "What was said or exchanged outside the platform.");
    vg_pages_list_end(w->pages);
}
