/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person reads in an archive: the exchange as a page without script or style from outside, and how to check the archive.
 */
#include "report/bag/bag_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "report/text.h"

static void escaped(vg_buf *out, vg_str text)
{
    for (size_t i = 0; i < text.len; i++)
        switch (text.ptr[i]) {
        case '<': vg_buf_add_cstr(out, "&lt;"); break;
        case '>': vg_buf_add_cstr(out, "&gt;"); break;
        case '&': vg_buf_add_cstr(out, "&amp;"); break;
        case '"': vg_buf_add_cstr(out, "&quot;"); break;
        default: vg_buf_add_char(out, text.ptr[i]);
        }
}

static void shown(vg_buf *out, vg_arena *arena, vg_str text, bool lines)
{
    vg_str safe = vg_text_shown(arena, text.ptr ? text : (vg_str){"", 0}, lines, 0);
    if (!safe.ptr) out->failed = true;
    else escaped(out, safe);
}

static void person(vg_buf *out, const vg_dossier *d, size_t party, vg_lang lang)
{
    static const char *const roles[VG_PARTY_ROLES][VG_LANGS] = {{"auteur", "author"}, {"victime", "victim"}, {"autre", "other"}};
    size_t number = 0;
    if (party >= d->party_count) {
        vg_buf_add_char(out, '?');
        return;
    }
    for (size_t i = 0; i <= party; i++) number += d->parties[i].role == d->parties[party].role;
    vg_buf_add_cstr(out, roles[d->parties[party].role][lang]);
    if (d->parties[party].role != VG_PARTY_AUTHOR) vg_buf_printf(out, " %zu", number);
}

static void people(vg_buf *out, const vg_dossier *d, vg_lang lang, vg_arena *arena)
{
    vg_buf_printf(out, "<h2>%s</h2>\n<ul>\n", lang == VG_LANG_FR ? "Personnes" : "People");
    for (size_t i = 0; i < d->party_count; i++) {
        vg_buf_add_cstr(out, "<li>");
        person(out, d, i, lang);
        vg_buf_add_cstr(out, " – <code dir=\"ltr\">");
        shown(out, arena, d->parties[i].account, false);
        vg_buf_printf(out, "</code> (%s)</li>\n", vg_age_band_names[d->parties[i].band]);
    }
    vg_buf_add_cstr(out, "</ul>\n");
}

static void message(vg_buf *out, const vg_dossier *d, const vg_dossier_message *m, vg_lang lang, vg_arena *arena)
{
    char when[25];
    vg_time_format(m->time_ms, when);
    vg_buf_printf(out, "<tr%s><td>%s</td><td>", m->flagged ? " class=\"f\"" : "", when);
    person(out, d, m->from, lang);
    vg_buf_add_cstr(out, "</td><td dir=\"auto\">");
    if (m->withheld) vg_buf_add_cstr(out, lang == VG_LANG_FR ? "<i>non examiné : ce canal ne peut pas l’être</i>" : "<i>not looked at: this channel may not be</i>");
    else shown(out, arena, m->text, true);
    vg_buf_add_cstr(out, "</td><td>");
    for (size_t i = 0; i < m->finding_count; i++) {
        if (m->findings[i] >= d->finding_count) continue;
        if (i) vg_buf_add_cstr(out, "<br>");
        shown(out, arena, d->findings[m->findings[i]].why[lang], false);
    }
    vg_buf_add_cstr(out, "</td></tr>\n");
}

static void media(vg_buf *out, const vg_dossier *d, vg_lang lang, vg_arena *arena)
{
    if (!d->media_count) return;
    vg_buf_printf(out, "<h2>%s</h2>\n<ol>\n", lang == VG_LANG_FR ? "Images et vidéos" : "Pictures and videos");
    for (size_t i = 0; i < d->media_count; i++) {
        char when[25];
        vg_time_format(d->media[i].time_ms, when);
        vg_buf_printf(out, "<li>%s – ", when);
        person(out, d, d->media[i].from, lang);
        vg_buf_add_cstr(out, " – ");
        shown(out, arena, d->media[i].mime, false);
        vg_buf_printf(out, ", %" PRIu64 " %s</li>\n", d->media[i].bytes, lang == VG_LANG_FR ? "octets" : "bytes");
    }
    vg_buf_add_cstr(out, "</ol>\n");
}

void vg_bag_conversation_html(vg_buf *out, const vg_dossier *d, vg_lang lang, vg_arena *arena)
{
    bool fr = lang == VG_LANG_FR;
    vg_buf_printf(out, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>%s %s</title>\n"
                       "<style>body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%%}"
                       "td,th{border:1px solid #888;padding:.3rem .5rem;text-align:start;vertical-align:top;overflow-wrap:anywhere;white-space:pre-wrap}"
                       ".f td{border-inline-start:4px solid #a33}</style></head><body>\n<h1>%s %s</h1>\n<p>%s</p>\n",
                  fr ? "fr" : "en", fr ? "Dossier" : "Case", d->name, fr ? "Dossier" : "Case", d->name,
                  fr ? "Heures en temps universel. Les textes exacts sont dans dossier.json ; les caractères invisibles sont montrés ici par leur numéro. Un trait à gauche : le message porte lui-même un indice."
                     : "Times are UTC. The exact texts are in dossier.json; invisible characters are shown here by their number. A line on the left: the message carries evidence itself.");
    if (d->destroyed) vg_buf_printf(out, "<p><b>%s</b></p>\n", fr ? "Le contenu de ce dossier a été détruit." : "The content of this case was destroyed.");
    people(out, d, lang, arena);
    vg_buf_printf(out, "<h2>%s</h2>\n<table><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr>\n", fr ? "Échange" : "Exchange", fr ? "Heure" : "Time",
                  fr ? "De" : "From", fr ? "Message" : "Message", fr ? "Ce qui a été relevé" : "What was noted");
    for (size_t i = 0; i < d->message_count; i++) message(out, d, &d->messages[i], lang, arena);
    vg_buf_add_cstr(out, "</table>\n");
    media(out, d, lang, arena);
    vg_buf_add_cstr(out, "</body></html>\n");
}

/* Only what the decoder recognised names the kind: a platform's own name never does. */
void vg_bag_media_name(const vg_dossier *d, size_t i, char out[64])
{
    static const char *const known[] = {"jpeg", "png", "gif", "webp", "heif", "tiff", "bmp", "mp4", "webm", "mov", "mkv", "avi"};
    const char *ending = "bin";
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (vg_str_is(d->media[i].format, known[k])) ending = known[k];
    snprintf(out, 64, "data/media/%03zu.%s", i + 1, ending);
}

static const char fr_text[] =
    "Ce qu’est cette archive\n"
    "=======================\n\n"
    "Le dossier %s, tel que la plateforme l’a remis. C’est un « sac » BagIt (RFC 8493) : tout ce qui compte est dans le dossier data,\n"
    "et les fichiers manifest-*.txt en donnent les empreintes.\n\n"
    "  data/dossier.json            tout le dossier, avec les textes exacts\n"
    "  data/conversation.fr.html    l’échange, à lire dans un navigateur, même sans réseau\n"
    "  data/custody.json            qui a vu, qui a décidé, qui a pris cette archive\n"
    "  data/state.json              conservation, destruction, remise de la clé\n"
    "  data/audit/                  extrait du journal d’audit, avec ses preuves, sa signature et le programme qui les vérifie\n"
    "%s\n"
    "Vérifier sans Vigie\n"
    "===================\n\n"
    "Sous Linux, dans le dossier de l’archive :\n\n"
    "  sha256sum -c tagmanifest-sha256.txt\n"
    "  sha256sum -c manifest-sha256.txt\n\n"
    "Chaque ligne doit finir par « OK » ou « Réussi ». Avec Python, sur tout système :\n\n";
static const char en_text[] =
    "What this archive is\n"
    "====================\n\n"
    "Case %s as the platform handed it out. It is a BagIt bag (RFC 8493): all that matters is in the folder data, and the files\n"
    "manifest-*.txt give its hashes.\n\n"
    "  data/dossier.json            the whole case, with its exact texts\n"
    "  data/conversation.en.html    the exchange, to be read in a browser, also without a network\n"
    "  data/custody.json            who saw, who decided, who took this archive\n"
    "  data/state.json              holds, destruction, hand-over of the key\n"
    "  data/audit/                  an excerpt of the audit log with its proofs, its signature and the program that checks them\n"
    "%s\n"
    "Verifying without Vigie\n"
    "=======================\n\n"
    "On Linux, in the folder of the archive:\n\n"
    "  sha256sum -c tagmanifest-sha256.txt\n"
    "  sha256sum -c manifest-sha256.txt\n\n"
    "Every line has to end with \"OK\". With Python, on any system:\n\n";
static const char script[] =
    "  import hashlib, pathlib\n"
    "  listed = set()\n"
    "  for manifest in ('tagmanifest-sha256.txt', 'manifest-sha256.txt'):\n"
    "      for line in pathlib.Path(manifest).read_text().splitlines():\n"
    "          want, name = line.split('  ', 1)\n"
    "          listed.add(name)\n"
    "          got = hashlib.sha256(pathlib.Path(name).read_bytes()).hexdigest()\n"
    "          print(name, 'OK' if got == want else 'ALTERED')\n"
    "  extra = {str(p.as_posix()) for p in pathlib.Path('data').rglob('*') if p.is_file()} - listed\n"
    "  print('not listed:', sorted(extra) or 'none')\n";

void vg_bag_read_me(vg_buf *out, const vg_dossier *d, const vg_bag_options *options, vg_lang lang)
{
    bool fr = lang == VG_LANG_FR;
    const char *with = fr ? "  data/media/                  images et vidéos, par numéro ; leur nom d’origine est dans dossier.json\n"
                          : "  data/media/                  pictures and videos by number; their own names are in dossier.json\n";
    const char *without = fr ? "\nLes images et vidéos ne sont pas dans cette archive ; leurs empreintes sont dans dossier.json.\n"
                             : "\nPictures and videos are not in this archive; their hashes are in dossier.json.\n";
    vg_buf_printf(out, fr ? fr_text : en_text, d->name, options->media ? with : without);
    vg_buf_add_cstr(out, script);
    if (!options->audit_count) return;
    vg_buf_add_cstr(out, fr ? "\nLe journal d’audit : KEY est sa clé de vérification, que la plateforme publie. Demandez-la par une autre voie que cette archive ;\n"
                              "data/audit/keys.txt dit celle que l’archive prétend.\n\n"
                            : "\nThe audit log: KEY is its verifier key, which the platform publishes. Ask for it on another way than this archive;\n"
                              "data/audit/keys.txt has what the archive claims.\n\n");
    vg_buf_add_cstr(out, "> python3 data/audit/verify.py data/audit/excerpt.jsonl KEY\n");
}
