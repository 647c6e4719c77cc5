/* SPDX-License-Identifier: Apache-2.0
 *
 * What goes with the document, and how to check it all. */
#include "report/pdf/words_int.h"

#include "base/hash.h"
#include "report/text.h"

enum { CHECKPOINT_MOST = 3000 };

/* ---- integrity ---- */

/* The next line of a signed note. */
static vg_str line_of(vg_str *rest)
{
    const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
    vg_str line = {rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len};
    size_t passed = line.len + (end != NULL);
    rest->ptr += passed;
    rest->len -= passed;
    return line;
}

/* "— name signature": the name of the key. */
static vg_str signer_of(vg_str line)
{
    static const char dash[] = "— ";
    size_t skip = sizeof dash - 1;
    if (line.len <= skip || memcmp(line.ptr, dash, skip) != 0) return (vg_str){"", 0};
    const char *space = memchr(line.ptr + skip, ' ', line.len - skip);
    return space ? (vg_str){line.ptr + skip, (size_t)(space - line.ptr) - skip} : (vg_str){"", 0};
}

static void write_checkpoint(vg_writer *w, vg_str checkpoint)
{
    vg_cell box = {0};
    vg_str note = vg_text_shown(w->arena, checkpoint, true, CHECKPOINT_MOST), rest = checkpoint;
    vg_str origin = line_of(&rest), size = line_of(&rest), root = line_of(&rest), signer = {"", 0};
    line_of(&rest);
    signer = signer_of(line_of(&rest));
    if (!note.ptr) {
        w->failed = true;
        return;
    }
    vg_cell_add(&box, VG_TYPE_CELL_BOLD, VG_INK_TEXT, vg_say(w, "Point de contrôle signé du journal d’audit", "Signed checkpoint of the audit log"));
    vg_cell_add(&box, VG_TYPE_CELL, VG_INK_TEXT,
                vg_sayf(w, "Journal %s : %s écritures. Signé par la clé %s. Racine (SHA-256, base64) :", "Log %s: %s entries. Signed with the key %s. Root (SHA-256, base64):",
                        vg_quote(w, origin, 200), vg_quote(w, size, 24), vg_quote(w, signer, 200)));
    vg_cell_add(&box, VG_TYPE_MONO, VG_INK_TEXT, vg_shown(w, root, 100));
    vg_cell_add(&box, VG_TYPE_CELL, VG_INK_MUTED, vg_say(w, "Le texte signé, tel qu’il se vérifie :", "The signed text, as it is checked:"));
    vg_cell_add(&box, VG_TYPE_MONO, VG_INK_TEXT, note);
    for (size_t i = 1; i < box.count; i++) box.blocks[i].above = 4;
    vg_pages_box(w->pages, VG_INK_PANEL, VG_INK_ACCENT, &box);
}

static void write_integrity(vg_writer *w)
{
    vg_pages_section(w->pages, vg_say(w, "10. Intégrité : comment vérifier", "10. Integrity: how to verify"));
    if (w->ask->annexes && w->ask->annexes->checkpoint.len) write_checkpoint(w, w->ask->annexes->checkpoint);
    else vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_AMBER, vg_say(w, "Aucun point de contrôle du journal d’audit n’accompagne ce document.", "No checkpoint of the audit log comes with this document."));
    vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_TEXT,
                       vg_say(w, "Les pièces : dans le dossier de l’archive ouverte, la commande « sha256sum -c manifest-sha256.txt » compare chaque fichier à son empreinte. Elle existe sur tout système Linux et n’a pas besoin de Vigie.",
                              "The pieces: in the folder of the opened archive, the command “sha256sum -c manifest-sha256.txt” compares each file with its hash. It is on every Linux system and needs no Vigie."));
    vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_TEXT,
                       vg_say(w, "Le journal : l’archive contient l’extrait du journal d’audit, le point de contrôle et un mode d’emploi. « vigie audit verify » ou le script Python fourni avec la documentation refont la preuve.",
                              "The log: the archive holds the excerpt of the audit log, the checkpoint and a read-me. “vigie audit verify”, or the Python script that comes with the documentation, proves it again."));
    vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_MUTED,
                       vg_say(w, "Les caractères invisibles ou trompeurs des textes cités sont écrits par leur numéro, par exemple \\u{202E} ; les octets exacts sont dans l’archive.",
                              "Invisible or deceptive characters in quoted texts are written by their number, for example \\u{202E}; the exact bytes are in the archive."));
}

/* ---- annexes ---- */

/* What a file of an archive is (docs/evidence.md). */
static vg_str what_of(vg_writer *w, vg_str name)
{
    static const struct {
        const char *name, *fr, *en;
    } known[] = {{"data/dossier.json", "le dossier entier, textes exacts", "the whole case, exact texts"},
                 {"data/conversation.fr.html", "l’échange, à lire, en français", "the exchange, to be read, in French"},
                 {"data/conversation.en.html", "l’échange, à lire, en anglais", "the exchange, to be read, in English"},
                 {"data/custody.json", "qui a vu, qui a décidé", "who saw, who decided"},
                 {"data/state.json", "clés, conservation, remises", "keys, retention, hand-overs"},
                 {"data/audit/log.json", "écritures du journal, à lire", "entries of the log, to be read"},
                 {"data/audit/excerpt.jsonl", "les mêmes, avec leurs preuves", "the same, with their proofs"},
                 {"data/audit/checkpoint.txt", "point de contrôle signé", "signed checkpoint"},
                 {"data/audit/keys.txt", "clés de vérification du journal", "verifier keys of the log"},
                 {"data/audit/verify.py", "programme qui vérifie l’extrait", "program that checks the excerpt"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (vg_str_is(name, known[i].name)) return vg_say(w, known[i].fr, known[i].en);
    return name.len > 11 && !memcmp(name.ptr, "data/media/", 11) ? vg_say(w, "image ou vidéo conservée", "kept picture or video") : (vg_str){"", 0};
}

static void row(vg_writer *w, vg_str name, vg_str what, uint64_t bytes, const uint8_t sha256[32], bool main)
{
    char hex[65];
    vg_cell cells[3] = {0};
    vg_hex_encode(hex, sha256, 32);
    vg_cell_add(&cells[0], main ? VG_TYPE_CELL_BOLD : VG_TYPE_CELL, VG_INK_TEXT, vg_shown(w, name, 200));
    if (what.len) vg_cell_add(&cells[0], VG_TYPE_SMALL, VG_INK_MUTED, what);
    vg_cell_add(&cells[1], VG_TYPE_CELL, VG_INK_TEXT, vg_say_size(w, bytes));
    vg_cell_add(&cells[2], VG_TYPE_MONO, VG_INK_TEXT, vg_sayf(w, "%s", "%s", hex));
    vg_pages_row(w->pages, cells, main ? VG_INK_ACCENT : VG_INK_WHITE);
}

static void write_way(vg_writer *w, const vg_annex *archive)
{
    static const struct {
        const char *fr, *en;
    } ways[VG_ANNEX_WAYS] = {
        [VG_ANNEX_NOT] = {"L’archive %s n’accompagne pas ce document.", "The archive %s does not go with this document."},
        [VG_ANNEX_ATTACHED] = {"L’archive %s, scellée pour la clé du destinataire, est jointe.", "The archive %s, sealed for the receiver’s key, is attached."},
        [VG_ANNEX_BY_HAND] = {"L’archive %s, scellée pour la clé du destinataire, est remise avec ce document.", "The archive %s, sealed for the receiver’s key, is handed over with this document."},
        [VG_ANNEX_TOO_LARGE] = {"L’archive %s est trop grande pour être jointe ; elle est remise par une autre voie.", "The archive %s is too large to be attached; it is handed over in another way."}};
    vg_annex_way way = (unsigned)w->ask->archive_way < VG_ANNEX_WAYS ? w->ask->archive_way : VG_ANNEX_NOT;
    const char *name = vg_quote(w, archive->name, 160);
    vg_pages_paragraph(w->pages, VG_TYPE_BODY, way == VG_ANNEX_TOO_LARGE ? VG_INK_AMBER : VG_INK_TEXT,
                       w->lang == VG_LANG_FR ? vg_sayf(w, ways[way].fr, ways[way].fr, name) : vg_sayf(w, ways[way].en, ways[way].en, name));
}

static void write_list(vg_writer *w, const vg_annexes *a)
{
    vg_columns c = {.count = 3, .width = {VG_PAGE_INNER - 366, 70, 296}, .head = {vg_say(w, "Fichier", "File"), vg_say(w, "Taille", "Size"), VG_STR("SHA-256")}};
    vg_pages_table(w->pages, &c);
    for (size_t i = 0; i < a->count; i++) row(w, a->items[i].name, vg_shown(w, a->items[i].title[w->lang], 120), a->items[i].bytes, a->items[i].sha256, true);
    for (size_t i = 0; i < a->file_count; i++) row(w, a->files[i].name, what_of(w, a->files[i].name), a->files[i].bytes, a->files[i].sha256, false);
    vg_pages_table_end(w->pages);
    if (a->files_all > a->file_count)
        vg_pages_paragraph(w->pages, VG_TYPE_SMALL, VG_INK_AMBER, vg_sayf(w, "Liste coupée : %zu fichiers en tout ; le manifeste de l’archive est entier.", "List cut: %zu files in all; the archive’s manifest is whole.", a->files_all));
}

void vg_write_annexes(vg_writer *w)
{
    const vg_annexes *a = w->ask->annexes;
    vg_pages_section(w->pages, vg_say(w, "9. Annexes", "9. Annexes"));
    if (!a || !a->count)
        vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_AMBER, vg_say(w, "Aucune archive n’accompagne ce document ; le signalant la fournit sur demande.", "No archive comes with this document; the reporter gives it on request."));
    else {
        write_way(w, &a->items[0]);
        if (a->file_count) vg_pages_paragraph(w->pages, VG_TYPE_BODY, VG_INK_MUTED, vg_say(w, "L’archive, puis les fichiers qu’elle contient une fois ouverte :", "The archive, then the files that it holds once it is opened:"));
        write_list(w, a);
    }
    write_integrity(w);
}
