/* SPDX-License-Identifier: Apache-2.0
 *
 * Identifiers to ask other services about, media by their hashes, and who saw what. */
#include "report/pdf/words_int.h"

#include "base/hash.h"

enum { IDENTIFIERS_MOST = 400, VIEWS_MOST = 8, MATCHES_MOST = 6, LOG_MOST = 120 };

static void add_identifier(vg_writer *w, size_t party, vg_id_kind kind, const vg_identifier *id, vg_str account)
{
    vg_cell cells[5] = {0};
    vg_cell_add(&cells[0], VG_TYPE_CELL_BOLD, w->d->parties[party].role == VG_PARTY_AUTHOR ? VG_INK_ALARM : VG_INK_TEXT, vg_say_party(w, party));
    vg_cell_add(&cells[1], VG_TYPE_CELL, VG_INK_TEXT, vg_say_id(w, kind));
    vg_str value = id ? id->value : account;
    vg_cell_add(&cells[2], VG_TYPE_CELL_BOLD, VG_INK_TEXT, vg_shown(w, value, 260));
    if (value.len > 260) vg_cell_add(&cells[2], VG_TYPE_SMALL, VG_INK_AMBER, vg_sayf(w, "Coupé : %zu octets en tout, entiers dans l’archive.", "Cut: %zu bytes in all, whole in the archive.", value.len));
    if (kind == VG_ID_IP)
        vg_cell_add(&cells[2], VG_TYPE_SMALL, id->port ? VG_INK_TEXT : VG_INK_AMBER, id->port ? vg_sayf(w, "port %u", "port %u", id->port) : vg_say(w, "port inconnu", "port not known"));
    if (id && id->time_ms) {
        vg_cell_add(&cells[3], VG_TYPE_CELL, VG_INK_TEXT, vg_sayf(w, "%s UTC", "%s UTC", vg_say_moment(w, id->time_ms).ptr));
        vg_cell_add(&cells[3], VG_TYPE_SMALL, VG_INK_MUTED, vg_say_local(w, id->time_ms));
    } else vg_cell_add(&cells[3], VG_TYPE_CELL, VG_INK_MUTED, vg_say(w, "inconnue", "not known"));
    if (id && !vg_str_is(id->source, "platform")) vg_cell_add(&cells[4], VG_TYPE_CELL, VG_INK_TEXT, vg_shown(w, id->source, 80));
    else vg_cell_add(&cells[4], VG_TYPE_CELL, VG_INK_TEXT, vg_say(w, "plateforme", "platform"));
    if (id && id->verified) vg_cell_add(&cells[4], VG_TYPE_SMALL, VG_INK_GREEN, vg_say(w, "vérifié par la plateforme", "verified by the platform"));
    vg_pages_row(w->pages, cells, VG_INK_WHITE);
}

void vg_write_identifiers(vg_writer *w)
{
    const vg_dossier *d = w->d;
    size_t shown = 0;
    vg_columns c = {.count = 5, .width = {66, 74, VG_PAGE_INNER - 362, 126, 96},
                    .head = {vg_say(w, "De qui", "Whose"), vg_say(w, "Nature", "Kind"), vg_say(w, "Valeur", "Value"), vg_say(w, "Date et heure", "Date and time"), vg_say(w, "Relevé où", "Taken from")}};
    vg_pages_section(w->pages, vg_say(w, "3. Identifiants", "3. Identifiers"));
    vg_pages_table(w->pages, &c);
    for (size_t i = 0; i < d->party_count; i++) {
        add_identifier(w, i, VG_ID_ACCOUNT, NULL, d->parties[i].account);
        for (size_t k = 0; k < d->parties[i].id_count && shown < IDENTIFIERS_MOST; k++) {
            const vg_identifier *id = &d->parties[i].ids[k];
            if (id->kind == VG_ID_ACCOUNT && vg_str_eq(id->value, d->parties[i].account)) continue; /* stands above */
            add_identifier(w, i, id->kind, id, VG_STR(""));
            shown++;
        }
    }
    vg_pages_table_end(w->pages);
    if (shown == IDENTIFIERS_MOST) vg_pages_paragraph(w->pages, VG_TYPE_SMALL, VG_INK_AMBER, vg_say(w, "Liste coupée ; elle est entière dans l’archive.", "List cut; it is whole in the archive."));
    if (!d->party_count) vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_AMBER, vg_say(w, "Aucun identifiant n’est connu.", "No identifier is known."));
}

/* ---- media ---- */
static void add_hash(vg_writer *w, vg_cell *cell, const char *name, bool has, const uint8_t *bytes, size_t len)
{
    char hex[65];
    if (!has) return;
    vg_hex_encode(hex, bytes, len);
    vg_cell_add(cell, VG_TYPE_MONO, VG_INK_TEXT, vg_sayf(w, "%s %s", "%s %s", name, hex));
    cell->blocks[cell->count - 1].above = 1;
}

static void add_matches(vg_writer *w, vg_cell *cell, const vg_dossier_media *m)
{
    for (size_t i = 0; i < m->match_count && i < MATCHES_MOST; i++) {
        const vg_dossier_match *k = &m->matches[i];
        const char *category = vg_quote(w, k->category, 60), *source = vg_quote(w, k->source, 60), *bank = vg_quote(w, k->bank, 60);
        vg_cell_add(cell, VG_TYPE_CELL, VG_INK_ALARM,
                    k->distance ? vg_sayf(w, "Ressemble à une image connue (distance %u) : liste %s, source %s, catégorie d’origine %s", "Similar to a known picture (distance %u): list %s, source %s, native category %s",
                                          k->distance, bank, source, category)
                                : vg_sayf(w, "Fichier connu : liste %s, source %s, catégorie d’origine %s", "Known file: list %s, source %s, native category %s", bank, source, category));
    }
}

static void add_views(vg_writer *w, vg_cell *cell, const vg_dossier_media *m)
{
    if (!m->view_count) vg_cell_add(cell, VG_TYPE_CELL, VG_INK_MUTED, vg_say(w, "Vu par personne chez le signalant.", "Seen by nobody at the reporter’s."));
    for (size_t i = 0; i < m->view_count && i < VIEWS_MOST; i++)
        vg_cell_add(cell, VG_TYPE_CELL, VG_INK_TEXT,
                    vg_sayf(w, "%s : %s, %s UTC", "%s: %s, %s UTC", m->views[i].whole ? vg_say(w, "Vu en entier", "Seen whole").ptr : vg_say(w, "Vignette grise vue", "Small grey picture seen").ptr,
                            vg_quote(w, m->views[i].user, 80), vg_say_moment(w, m->views[i].time_ms).ptr));
    if (m->view_count > VIEWS_MOST) vg_cell_add(cell, VG_TYPE_SMALL, VG_INK_AMBER, vg_sayf(w, "et %zu autres fois", "and %zu more times", m->view_count - VIEWS_MOST));
}

static void write_one(vg_writer *w, size_t n)
{
    const vg_dossier_media *m = &w->d->media[n];
    vg_cell cells[2] = {0};
    vg_cell_add(&cells[0], VG_TYPE_CELL_BOLD, VG_INK_TEXT, vg_sayf(w, "M%zu", "M%zu", n + 1));
    vg_cell_add(&cells[0], VG_TYPE_SMALL, VG_INK_MUTED, vg_say_party(w, m->from));
    vg_cell_add(&cells[0], VG_TYPE_SMALL, VG_INK_MUTED, vg_sayf(w, "%s UTC", "%s UTC", vg_say_moment(w, m->time_ms).ptr));
    vg_cell_add(&cells[0], VG_TYPE_SMALL, VG_INK_MUTED, vg_say_local(w, m->time_ms));
    vg_cell_add(&cells[0], VG_TYPE_SMALL, m->kept ? VG_INK_GREEN : VG_INK_AMBER, m->kept ? vg_say(w, "conservé sous scellés", "kept sealed") : vg_say(w, "empreintes seules", "hashes only"));
    vg_cell_add(&cells[1], VG_TYPE_CELL_BOLD, VG_INK_TEXT, m->name.len ? vg_shown(w, m->name, 160) : vg_say(w, "(sans nom)", "(no name)"));
    vg_cell_add(&cells[1], VG_TYPE_SMALL, VG_INK_MUTED,
                vg_sayf(w, "%s, %s, %u × %u, dossier %s/%lld", "%s, %s, %u × %u, case %s/%lld", vg_quote(w, m->mime.len ? m->mime : m->kind, 60), vg_say_size(w, m->bytes).ptr, m->width, m->height, w->d->name, (long long)m->seq));
    add_matches(w, &cells[1], m);
    add_views(w, &cells[1], m);
    add_hash(w, &cells[1], "SHA-256", m->has_sha256, m->sha256, 32);
    add_hash(w, &cells[1], "SHA-1  ", m->has_sha1, m->sha1, 20);
    add_hash(w, &cells[1], "MD5    ", m->has_md5, m->md5, 16);
    if (cells[1].count < VG_CELL_BLOCKS) add_hash(w, &cells[1], "PDQ    ", m->has_pdq, m->pdq, 32);
    vg_pages_row(w->pages, cells, m->match_count ? VG_INK_ALARM : VG_INK_WHITE);
}

void vg_write_media(vg_writer *w)
{
    const vg_dossier *d = w->d;
    vg_columns c = {.count = 2, .width = {112, VG_PAGE_INNER - 112}, .head = {vg_say(w, "Média", "Media"), vg_say(w, "Ce que c’est, ce qu’en disent les listes, qui l’a vu", "What it is, what lists say, who saw it")}};
    vg_pages_section(w->pages, vg_say(w, "5. Images et vidéos", "5. Pictures and videos"));
    if (!d->media_count) {
        vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_MUTED, vg_say(w, "Aucune dans ce dossier.", "None in this case."));
        return;
    }
    vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_MUTED,
                       vg_say(w, "Aucune image ne figure dans ce document. Les catégories sont celles des listes elles-mêmes, jamais converties. « Vu » vient du journal d’audit.",
                              "No picture is in this document. Categories are those of the lists themselves, never converted. “Seen” comes from the audit log."));
    vg_pages_table(w->pages, &c);
    for (size_t i = 0; i < d->media_count; i++) write_one(w, i);
    vg_pages_table_end(w->pages);
}

void vg_write_seen(vg_writer *w)
{
    const vg_dossier *d = w->d;
    size_t from = d->log_count > LOG_MOST ? d->log_count - LOG_MOST : 0;
    vg_columns c = {.count = 4, .width = {46, 118, 100, VG_PAGE_INNER - 264}, .head = {vg_say(w, "Entrée", "Entry"), vg_say(w, "Heure (UTC)", "Time (UTC)"), vg_say(w, "Qui", "Who"), vg_say(w, "Quoi", "What")}};
    vg_pages_section(w->pages, vg_say(w, "6. Ce qui a été vu, et par qui", "6. What was seen, and by whom"));
    if (!d->log_count) {
        vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_MUTED, vg_say(w, "Le journal d’audit ne dit rien de ce dossier.", "The audit log says nothing of this case."));
        return;
    }
    if (from) vg_pages_paragraph(w->pages, VG_TYPE_SMALL, VG_INK_AMBER, vg_sayf(w, "Les %d dernières entrées de %zu ; toutes sont dans l’archive.", "The last %d entries of %zu; all are in the archive.", LOG_MOST, d->log_count));
    vg_pages_table(w->pages, &c);
    for (size_t i = from; i < d->log_count; i++) {
        const vg_dossier_log *l = &d->log[i];
        vg_cell cells[4] = {0};
        vg_cell_add(&cells[0], VG_TYPE_CELL, VG_INK_MUTED, vg_sayf(w, "%lld", "%lld", (long long)l->seq));
        vg_cell_add(&cells[1], VG_TYPE_CELL, VG_INK_TEXT, vg_say_moment(w, l->time_ms));
        vg_cell_add(&cells[2], VG_TYPE_CELL, VG_INK_TEXT, vg_shown(w, l->actor, 80));
        vg_cell_add(&cells[3], VG_TYPE_CELL, VG_INK_TEXT, vg_sayf(w, "%s %s %s", "%s %s %s", vg_quote(w, l->action, 60), vg_quote(w, l->object, 80), vg_quote(w, l->detail, 160)));
        vg_pages_row(w->pages, cells, VG_INK_WHITE);
    }
    vg_pages_table_end(w->pages);
}
