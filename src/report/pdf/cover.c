/* SPDX-License-Identifier: Apache-2.0
 *
 * The first page: to whom, from whom, how urgent, what happened in one paragraph, and what is asked. */
#include "report/pdf/words_int.h"

static void add_pair(vg_writer *w, vg_str label, vg_cell *value)
{
    vg_cell cells[2] = {0};
    if (!value->count) return;
    vg_cell_add(&cells[0], VG_TYPE_CELL, VG_INK_MUTED, label);
    cells[1] = *value;
    vg_pages_row(w->pages, cells, VG_INK_WHITE);
}

static void add_line(vg_writer *w, vg_cell *cell, const char *value)
{
    if (value && *value) vg_cell_add(cell, VG_TYPE_CELL, VG_INK_TEXT, vg_shown(w, vg_str_of(value), 240));
}

/* The receiver's own, from the policy: it can be followed. */
static void add_address(vg_writer *w, vg_cell *cell, const char *value)
{
    size_t before = cell->count;
    add_line(w, cell, value);
    if (cell->count > before) cell->blocks[before].link = value;
}

static void write_urgent(vg_writer *w, unsigned imminent)
{
    static const char *const why[VG_LANGS][VG_IMMINENCES] = {
        {"une rencontre est demandée dans un échange qui suit une progression", "de l’argent est demandé, comme pour une séance en direct", "quelqu’un appelle à l’aide", "un signalement dit qu’un enfant est en danger maintenant"},
        {"a meeting is asked for in an exchange that shows a course", "money is asked for, as for a live session", "somebody calls for help", "a notice says that a child is in danger now"}};
    const vg_receiver *r = w->ask->emergency ? w->ask->emergency : w->ask->receiver;
    vg_cell box = {0};
    vg_cell_add(&box, VG_TYPE_URGENT, VG_INK_ALARM, vg_say(w, "Urgent : un enfant est peut-être en danger maintenant", "Urgent: a child may be in danger now"));
    if (r && r->phone) {
        vg_cell_add(&box, VG_TYPE_PHONE, VG_INK_ALARM, vg_sayf(w, "Téléphoner d’abord : %s", "Telephone first: %s", vg_quote(w, vg_str_of(r->phone), 40)));
        vg_cell_add(&box, VG_TYPE_CELL, VG_INK_TEXT, vg_sayf(w, "%s%s%s", "%s%s%s", vg_quote(w, vg_str_of(r->name[w->lang]), 120), r->hours ? ", " : "", r->hours ? vg_quote(w, vg_str_of(r->hours), 40) : ""));
    } else
        vg_cell_add(&box, VG_TYPE_PHONE, VG_INK_ALARM, vg_say(w, "Téléphoner d’abord au numéro d’urgence du pays", "Telephone the country’s emergency number first"));
    for (unsigned i = 0; i < VG_IMMINENCES; i++)
        if (imminent & 1u << i) vg_cell_add(&box, VG_TYPE_BODY, VG_INK_TEXT, vg_sayf(w, "Pourquoi : %s.", "Why: %s.", why[w->lang][i]));
    for (size_t i = 1; i < box.count; i++) box.blocks[i].above = 3;
    vg_pages_box(w->pages, VG_INK_ALARM_PANEL, VG_INK_ALARM, &box);
}

static void write_receiver(vg_writer *w)
{
    const vg_receiver *r = w->ask->receiver;
    vg_cell value = {0};
    if (!r) {
        vg_cell_add(&value, VG_TYPE_CELL_BOLD, VG_INK_AMBER, vg_say(w, "Non encore choisi", "Not chosen yet"));
    } else {
        vg_cell_add(&value, VG_TYPE_CELL_BOLD, VG_INK_TEXT, vg_shown(w, vg_str_of(r->name[w->lang]), 160));
        vg_cell_add(&value, VG_TYPE_CELL, VG_INK_TEXT, vg_say_country(w, r->country));
        add_address(w, &value, r->email);
        add_address(w, &value, r->url);
    }
    add_pair(w, vg_say(w, "Destinataire", "Receiver"), &value);
}

static void write_operator(vg_writer *w)
{
    const vg_report_operator *o = w->d->operator;
    vg_cell value = {0};
    const char *name = o->legal_name ? o->legal_name : o->name;
    if (name) vg_cell_add(&value, VG_TYPE_CELL_BOLD, VG_INK_TEXT, vg_shown(w, vg_str_of(name), 160));
    else vg_cell_add(&value, VG_TYPE_CELL_BOLD, VG_INK_AMBER, vg_say(w, "Exploitant non renseigné", "Operator not given"));
    add_line(w, &value, o->address);
    if (o->contact_first || o->contact_last)
        vg_cell_add(&value, VG_TYPE_CELL, VG_INK_TEXT, vg_sayf(w, "Contact : %s %s", "Contact: %s %s", vg_quote(w, vg_str_of(o->contact_first), 80), vg_quote(w, vg_str_of(o->contact_last), 80)));
    add_line(w, &value, o->phone);
    add_line(w, &value, o->email);
    add_pair(w, vg_say(w, "Signalant", "Reported by"), &value);
}

static void write_frame(vg_writer *w)
{
    const vg_dossier *d = w->d;
    vg_columns c = {.count = 2, .width = {118, VG_PAGE_INNER - 118}};
    vg_cell value = {0};
    int64_t first, last;
    vg_pages_table(w->pages, &c);
    write_receiver(w);
    write_operator(w);
    vg_cell_add(&value, VG_TYPE_CELL_BOLD, VG_INK_TEXT, vg_shown(w, vg_str_of(d->name), 24));
    if (w->ask->uuid) vg_cell_add(&value, VG_TYPE_CELL, VG_INK_TEXT, vg_sayf(w, "Envoi %s", "Filing %s", vg_quote(w, vg_str_of(w->ask->uuid), 64)));
    if (d->prior_reports.len)
        vg_cell_add(&value, VG_TYPE_CELL, VG_INK_TEXT, vg_sayf(w, "Signalements antérieurs : %s", "Earlier reports: %s", vg_quote(w, d->prior_reports, 200)));
    add_pair(w, vg_say(w, "Numéro du dossier", "Case number"), &value);
    value = (vg_cell){0};
    vg_str place = d->space_title[w->lang].len ? d->space_title[w->lang] : d->c.space;
    if (d->operator->platform && d->operator->url)
        vg_cell_add(&value, VG_TYPE_CELL, VG_INK_TEXT, vg_sayf(w, "%s, %s (%s)", "%s, %s (%s)", vg_quote(w, place, 160), vg_quote(w, vg_str_of(d->operator->platform), 80), vg_quote(w, vg_str_of(d->operator->url), 160)));
    else
        vg_cell_add(&value, VG_TYPE_CELL, VG_INK_TEXT, vg_shown(w, place, 160));
    add_pair(w, vg_say(w, "Lieu en ligne", "Online place"), &value);
    value = (vg_cell){0};
    if (vg_dossier_span(d, &first, &last))
        vg_cell_add(&value, VG_TYPE_CELL, VG_INK_TEXT, vg_sayf(w, "du %s au %s", "%s to %s", vg_say_time(w, first).ptr, vg_say_time(w, last).ptr));
    else vg_cell_add(&value, VG_TYPE_CELL, VG_INK_AMBER, vg_say(w, "inconnue", "not known"));
    add_pair(w, vg_say(w, "Période des faits", "Period of the facts"), &value);
    value = (vg_cell){0};
    vg_cell_add(&value, VG_TYPE_CELL, VG_INK_TEXT, vg_say_time(w, d->made_ms));
    add_pair(w, vg_say(w, "Document établi le", "Document made on"), &value);
    vg_pages_table_end(w->pages);
}

static vg_str summary_people(vg_writer *w)
{
    const vg_dossier *d = w->d;
    size_t minors = 0;
    const vg_party *author = vg_dossier_party(d, VG_PARTY_AUTHOR), *minor = vg_dossier_party(d, VG_PARTY_VICTIM);
    for (size_t i = 0; i < d->party_count; i++) minors += d->parties[i].role == VG_PARTY_VICTIM;
    const char *who = vg_quote(w, d->c.account, 80), *age = author ? vg_say_age(w, author->band, author->basis).ptr : "";
    if (minors == 1)
        return vg_sayf(w, "Le compte « %s » (%s) a été en contact avec le compte « %s » d’un mineur (%s).", "The account “%s” (%s) was in contact with the account “%s” of a minor (%s).", who, age,
                       vg_quote(w, minor->account, 80), vg_say_age(w, minor->band, minor->basis).ptr);
    if (minors) return vg_sayf(w, "Le compte « %s » (%s) a été en contact avec les comptes de %zu mineurs.", "The account “%s” (%s) was in contact with the accounts of %zu minors.", who, age, minors);
    return vg_sayf(w, "Le dossier porte sur le compte « %s »%s%s%s. Aucun mineur concerné n’est identifié.", "The case is about the account “%s”%s%s%s. No minor concerned is identified.", who, *age ? " (" : "", age,
                   *age ? ")" : "");
}

static vg_str summary_content(vg_writer *w)
{
    const vg_dossier *d = w->d;
    size_t flagged = 0, kept = 0, known = 0;
    for (size_t i = 0; i < d->message_count; i++) flagged += d->messages[i].flagged;
    for (size_t i = 0; i < d->media_count; i++) kept += d->media[i].kept, known += d->media[i].match_count != 0;
    if (d->destroyed) return vg_say(w, " Le contenu du dossier a été détruit ; seul ce qui n’était pas scellé figure ici.", " The case’s content was destroyed; only what was not sealed is here.");
    vg_str media = d->media_count ? vg_sayf(w, " Médias : %zu au total ; conservés sous scellés : %zu ; reconnus par une liste d’empreintes : %zu.",
                                            " Media: %zu in all; kept sealed: %zu; recognised by a list of hashes: %zu.", d->media_count, kept, known)
                                  : vg_say(w, "", "");
    return vg_sayf(w, " Messages : %zu au total, dont %zu portent des indices.%s", " Messages: %zu in all, of which %zu show signs.%s", d->message_count, flagged, media.ptr);
}

static void write_summary(vg_writer *w)
{
    const vg_dossier *d = w->d;
    vg_pages_paragraph(w->pages, VG_TYPE_BOLD, VG_INK_ACCENT, vg_say(w, "Résumé des faits", "Summary of the facts"));
    vg_buf text;
    vg_buf_init(&text, 16384);
    vg_buf_add_str(&text, summary_people(w));
    vg_buf_add_str(&text, summary_content(w));
    for (size_t i = 0; i < d->finding_count && i < 4; i++) { /* the heaviest first */
        vg_str s = vg_shown(w, d->findings[i].why[w->lang], 240);
        vg_buf_add_char(&text, ' ');
        vg_buf_add_str(&text, s);
    }
    for (size_t i = 0; i < d->decision_count; i++)
        if (d->decisions[i].d.action == VG_ACTION_REPORT)
            vg_buf_add_str(&text, vg_sayf(w, " Le %s, %s a décidé d’en saisir une autorité.", " On %s, %s decided to tell an authority.", vg_say_time(w, d->decisions[i].d.time_ms).ptr,
                                          vg_quote(w, d->decisions[i].person.len ? d->decisions[i].person : d->decisions[i].d.user, 80)));
    vg_str whole = text.failed ? (vg_str){NULL, 0} : vg_arena_copy(w->arena, (vg_str){text.ptr, text.len});
    vg_buf_free(&text);
    if (!whole.ptr) w->failed = true;
    else vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_TEXT, whole);
}

static void write_asked(vg_writer *w)
{
    vg_cell box = {0};
    bool media = false;
    const vg_annex *archive = w->ask->annexes && w->ask->annexes->count ? &w->ask->annexes->items[0] : NULL;
    for (size_t i = 0; i < w->d->media_count; i++) media |= w->d->media[i].kept;
    vg_cell_add(&box, VG_TYPE_BOLD, VG_INK_ACCENT, vg_say(w, "Ce qui vous est demandé", "What you are asked to do"));
    vg_cell_add(&box, VG_TYPE_BODY, VG_INK_TEXT,
                vg_say(w, "1. Apprécier les faits (partie 1) et la qualification proposée (partie 2).", "1. Judge the facts (part 1) and the legal qualification proposed (part 2)."));
    vg_cell_add(&box, VG_TYPE_BODY, VG_INK_TEXT,
                vg_say(w, "2. Identifier l’auteur et protéger l’enfant à partir des identifiants (partie 3).", "2. Identify the author and protect the child from the identifiers (part 3)."));
    vg_cell_add(&box, VG_TYPE_BODY, VG_INK_TEXT,
                archive             ? vg_sayf(w, "3. Ouvrir l’archive scellée %s avec votre clé pour les pièces entières.", "3. Open the sealed archive %s with your key for the whole pieces.", vg_quote(w, archive->name, 120))
                : media             ? vg_say(w, "3. Demander les médias sous scellés au signalant : ils ne figurent pas dans ce document.", "3. Ask the reporter for the sealed media: they are not in this document.")
                                    : vg_say(w, "3. Dire au signalant ce que vous décidez, ou ce qui vous manque.", "3. Tell the reporter what you decide, or what you lack."));
    for (size_t i = 1; i < box.count; i++) box.blocks[i].above = 3;
    vg_pages_box(w->pages, VG_INK_PANEL, VG_INK_ACCENT, &box);
}

void vg_write_cover(vg_writer *w)
{
    unsigned imminent = vg_case_imminence(&w->d->c);
    vg_pages_paragraph(w->pages, VG_TYPE_KICKER, VG_INK_MUTED, vg_say(w, "CONFIDENTIEL — DOSSIER DE SIGNALEMENT", "CONFIDENTIAL — REPORT TO AN AUTHORITY"));
    vg_pages_paragraph(w->pages, VG_TYPE_TITLE, VG_INK_ACCENT, vg_say(w, "Faits susceptibles de constituer une infraction au préjudice d’un mineur", "Facts that may be an offence against a minor"));
    vg_pages_skip(w->pages, 10);
    if (w->ask->test) {
        vg_cell box = {0};
        vg_cell_add(&box, VG_TYPE_BOLD, VG_INK_AMBER, vg_say(w, "Essai : ce document est destiné à un système de test.", "Test: this document is for a test system."));
        vg_pages_box(w->pages, VG_INK_AMBER_PANEL, VG_INK_AMBER, &box);
    }
    if (imminent) write_urgent(w, imminent);
    write_frame(w);
    write_summary(w);
    vg_pages_skip(w->pages, 6);
    write_asked(w);
    vg_pages_need(w->pages, VG_PAGE_BOTTOM); /* a page of its own */
}
