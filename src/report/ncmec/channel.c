/* SPDX-License-Identifier: Apache-2.0
 *
 * NCMEC's CyberTipline as a channel: what is missing, what would be sent. The flow is flow.c and take.c. */
#include "report/ncmec/ncmec.h"
#include "report/ncmec/ncmec_int.h"

#define HAS(text) ((text) && (text)[0])

static void lack_operator(const vg_filing_view *f, vg_lacks *out)
{
    const vg_report_operator *op = f->dossier->operator;
    if (!op || !(HAS(op->legal_name) || HAS(op->name)))
        vg_lack_add(out, VG_LACK_BLOCKS, "operator.name", "Le nom de l’exploitant manque : il est dans la section « report » de l’espace.",
                    "The operator's name is missing: it belongs into the section \"report\" of the space.");
    if (!op || !HAS(op->email))
        vg_lack_add(out, VG_LACK_BLOCKS, "operator.email", "L’adresse électronique de l’exploitant manque : NCMEC doit pouvoir répondre.",
                    "The operator's e-mail address is missing: NCMEC must be able to answer.");
    if (!op || !(HAS(op->contact_first) || HAS(op->contact_last)))
        vg_lack_add(out, VG_LACK_ADVISED, "operator.contact", "Aucune personne n’est nommée à qui les enquêteurs puissent s’adresser.",
                    "No person is named whom investigators can ask.");
    if (!op || strcmp(op->country, "US") != 0)
        vg_lack_add(out, VG_LACK_NOTED, "operator.country",
                    "L’exploitant n’est pas établi aux États-Unis : ce signalement est facultatif. L’obligation du droit américain (18 U.S.C. § 2258A) vise les "
                    "fournisseurs qui relèvent de ce droit ; en France, la voie ordinaire est PHAROS, avec l’article 18 du DSA.",
                    "The operator is not established in the United States: this report is optional. The duty of United States law (18 U.S.C. § 2258A) is that of "
                    "providers under that law; in France the ordinary way is PHAROS, with Article 18 of the DSA.");
}

static void lack_settings(const vg_filing_view *f, vg_lacks *out)
{
    const vg_report_channel *s = f->settings;
    if (!s || !HAS(s->url))
        vg_lack_add(out, VG_LACK_BLOCKS, "channels.ncmec.url", "L’adresse de l’interface de NCMEC n’est pas réglée pour cet espace.",
                    "The address of NCMEC's interface is not set for this space.");
    if (!s || !HAS(s->user) || !HAS(s->secret_file))
        vg_lack_add(out, VG_LACK_BLOCKS, "channels.ncmec.user", "Les identifiants remis par NCMEC (nom et fichier du mot de passe) ne sont pas réglés.",
                    "The credentials that NCMEC gives (user name and file of the password) are not set.");
    if (s && s->test)
        vg_lack_add(out, VG_LACK_NOTED, "channels.ncmec.test", "Système d’essai de NCMEC : ce qui y est déposé n’est pas un signalement.",
                    "NCMEC's test system: what is filed there is not a report.");
}

static void lack_people(const vg_filing_view *f, const ncmec_options *o, vg_lacks *out)
{
    const vg_dossier *d = f->dossier;
    const vg_party *author = vg_dossier_party(d, VG_PARTY_AUTHOR), *victim = vg_dossier_party(d, VG_PARTY_VICTIM);
    bool contact = false, address = false;
    if (!author && !d->c.account.len)
        vg_lack_add(out, VG_LACK_BLOCKS, "author.account", "Le compte signalé n’est pas connu.", "The account reported is not known.");
    for (size_t i = 0; author && i < author->id_count; i++) {
        address |= author->ids[i].kind == VG_ID_IP;
        contact |= author->ids[i].kind == VG_ID_EMAIL || author->ids[i].kind == VG_ID_PHONE;
    }
    if (!address)
        vg_lack_add(out, VG_LACK_ADVISED, "author.ip", "Aucune adresse IP de l’auteur : sans elle, l’enquête trouve rarement où il est. La plateforme peut la donner.",
                    "No IP address of the author: without one an investigation seldom finds where they are. The platform can give it.");
    if (!contact)
        vg_lack_add(out, VG_LACK_ADVISED, "author.email", "Ni adresse électronique ni téléphone de l’auteur. La plateforme peut les donner.",
                    "Neither e-mail address nor telephone of the author. The platform can give them.");
    if (!victim && !o->victim_count)
        vg_lack_add(out, VG_LACK_ADVISED, "victim", "Aucune victime n’est connue : le signalement part sans elle.", "No victim is known: the report goes without one.");
    else if (victim && ncmec_age_of(victim->band) < 0 && !o->victim_count)
        vg_lack_add(out, VG_LACK_ADVISED, "victim.age", "L’âge de la victime n’est pas connu. Qui le sait peut l’indiquer dans les options.",
                    "The victim's age is not known. Who knows it can give it in the options.");
}

static void lack_content(const vg_filing_view *f, const ncmec_options *o, vg_lacks *out)
{
    const vg_dossier *d = f->dossier;
    size_t files[NCMEC_FILES_MOST], count = ncmec_files(f, o, files), kept = 0;
    for (size_t i = 0; i < d->media_count; i++) kept += d->media[i].kept;
    if (d->destroyed)
        vg_lack_add(out, VG_LACK_ADVISED, "content", "Le contenu du dossier a été détruit : le signalement ne dit que ce qui reste en clair.",
                    "The content of the case was destroyed: the report says only what remains in clear.");
    else if (!d->message_count && !count)
        vg_lack_add(out, VG_LACK_ADVISED, "content", "Ni message ni fichier : NCMEC n’aura presque rien à examiner.", "Neither message nor file: NCMEC will have next to nothing to look at.");
    if (count < d->media_count)
        vg_lack_add(out, VG_LACK_NOTED, "media", "Des fichiers ne partent pas (octets non conservés, ou écartés) : leurs empreintes sont dans le signalement.",
                    "Some files do not go (bytes not kept, or left out): their digests are in the report.");
    if (kept > NCMEC_FILES_MOST)
        vg_lack_add(out, VG_LACK_ADVISED, "media.count", "Plus de 200 fichiers : seuls les 200 premiers partent, les autres sont nommés par leurs empreintes.",
                    "More than 200 files: the first 200 go, the others are named by their digests.");
    if (o->annotations[NCMEC_SADISTIC] < 0 && ncmec_found(d, "text.dare") && ncmec_found(d, "text.threat"))
        vg_lack_add(out, VG_LACK_NOTED, "annotations.sadisticOnlineExploitation",
                    "Des défis s’accompagnent de menaces. Si c’est de l’exploitation sadique en ligne, cochez-le : Vigie ne le déduit pas.",
                    "Dares come with threats. If this is sadistic online exploitation, say so: Vigie does not conclude it.");
}

/* "Not established in the United States" is what the operator says; nothing said is no United States either. */
static int ncmec_lacks(const vg_filing_view *f, vg_arena *arena, vg_lacks *out, vg_error *err)
{
    ncmec_options o;
    vg_error wrong = {0};
    int rc = ncmec_options_read(f->options, arena, &o, &wrong);
    lack_operator(f, out);
    lack_settings(f, out);
    if (rc == -VG_ENOMEM) return vg_fail(err, VG_ENOMEM, "ncmec", "no memory");
    if (rc) {
        vg_str fr = vg_arena_printf(arena, "Les options ne conviennent pas, à %s : %s.", wrong.where, wrong.what);
        vg_str en = vg_arena_printf(arena, "The options do not fit, at %s: %s.", wrong.where, wrong.what);
        if (!fr.ptr || !en.ptr) return vg_fail(err, VG_ENOMEM, "ncmec", "no memory");
        vg_lack_add(out, VG_LACK_BLOCKS, "options", fr.ptr, en.ptr);
        return 0;
    }
    lack_people(f, &o, out);
    lack_content(f, &o, out);
    return 0;
}

static int add_document(vg_documents *out, vg_str name, vg_str bytes, vg_str fr, vg_str en, vg_error *err)
{
    if (!name.ptr || !fr.ptr || !en.ptr) return vg_fail(err, VG_ENOMEM, "ncmec", "no memory");
    out->items[out->count++] = (vg_document){.name = name, .type = VG_STR("text/xml"), .bytes = bytes, .title = {[VG_LANG_FR] = fr, [VG_LANG_EN] = en}};
    return 0;
}

static int ncmec_documents(const vg_filing_view *f, vg_arena *arena, vg_documents *out, vg_error *err)
{
    ncmec_options o;
    size_t files[NCMEC_FILES_MOST];
    vg_str bytes;
    const char *test_fr = f->settings && f->settings->test ? " (système d’essai)" : "", *test_en = f->settings && f->settings->test ? " (test system)" : "";
    int rc = ncmec_options_read(f->options, arena, &o, err);
    if (!rc) rc = ncmec_report_write(f, &o, arena, &bytes, err);
    if (rc) return rc;
    size_t count = ncmec_files(f, &o, files);
    rc = add_document(out, VG_STR("report.xml"), bytes, vg_arena_printf(arena, "Signalement à NCMEC, %zu fichiers%s", count, test_fr),
                      vg_arena_printf(arena, "Report to NCMEC, %zu files%s", count, test_en), err);
    for (size_t i = 0; !rc && i < count && out->count < VG_DOCUMENTS_MOST; i++) {
        /* their numbers are given when they are sent: the schema wants some */
        rc = ncmec_file_write(f, &o, files[i], VG_STR("0"), VG_STR("to-be-given"), arena, &bytes, err);
        if (!rc)
            rc = add_document(out, vg_arena_printf(arena, "file-%zu.xml", i + 1), bytes, vg_arena_printf(arena, "Fichier %zu sur %zu%s", i + 1, count, test_fr),
                              vg_arena_printf(arena, "File %zu of %zu%s", i + 1, count, test_en), err);
    }
    return rc;
}

const vg_filing_channel vg_channel_ncmec = {
    .name = "ncmec",
    .title = {[VG_LANG_FR] = "NCMEC, CyberTipline (États-Unis)", [VG_LANG_EN] = "NCMEC, CyberTipline (United States)"},
    .carry = VG_CARRY_HTTP,
    .lacks = ncmec_lacks,
    .documents = ncmec_documents,
    .next = ncmec_next,
    .take = ncmec_take,
    .withdraw = ncmec_withdraw,
};
