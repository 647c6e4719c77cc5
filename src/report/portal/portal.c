/* SPDX-License-Identifier: Apache-2.0 */
#include "report/portal/portal.h"

#include "base/time.h"
#include "report/text.h"

static int portal_lacks(const vg_filing_view *f, vg_arena *arena, vg_lacks *out, vg_error *err)
{
    (void)arena, (void)err;
    vg_report_common_lacks(f, out);
    if (f->receiver && !f->receiver->url)
        vg_lack_add(out, VG_LACK_BLOCKS, "receiver.url", "L’adresse du formulaire n’est pas connue ; un administrateur l’inscrit parmi les destinataires.", "The form’s address is not known; an administrator enters it with the receivers.");
    if (!f->dossier->operator->url)
        vg_lack_add(out, VG_LACK_ADVISED, "operator.url", "Le formulaire demande une adresse web ; celle de la plateforme manque.", "The form asks for a web address; the platform’s is missing.");
    if (f->receiver) vg_filing_archive_lacks(&vg_portal_channel, f, out);
    return 0;
}

static int add_summary(const vg_filing_view *f, vg_arena *arena, vg_documents *out, vg_error *err)
{
    vg_str text = vg_report_summary(arena, f, vg_report_language(f), 0), name = vg_arena_printf(arena, "%s.txt", f->dossier->name);
    if (!text.ptr || !name.ptr) return vg_fail(err, VG_ENOMEM, "", "out of memory");
    out->items[out->count++] = (vg_document){name, VG_STR("text/plain; charset=utf-8"), text, {VG_STR("Résumé à copier"), VG_STR("Summary for copying")}, 0};
    return 0;
}

static int hand_documents(const vg_filing_view *f, vg_arena *arena, vg_documents *out, vg_error *err)
{
    int rc = vg_report_add_pdf(f, VG_ANNEX_BY_HAND, arena, out, err);
    return rc ? rc : add_summary(f, arena, out, err);
}

/* ---- the form ---- */
typedef struct form {
    vg_portal_field *fields;
    size_t count;
    bool failed;
} form;

static void field(form *to, const char *fr, const char *en, vg_str value, bool lines)
{
    if (!value.ptr) to->failed = true;
    to->fields[to->count++] = (vg_portal_field){{vg_str_of(fr), vg_str_of(en)}, value, lines};
}

static vg_str time_of(vg_arena *arena, int64_t ms)
{
    char t[25];
    vg_time_format(ms, t);
    return vg_arena_printf(arena, "%.10s %.8s UTC", t, t + 11);
}

static vg_str nature(const vg_dossier *d, vg_lang lang)
{
    static const vg_str names[VG_LANGS][VG_CATEGORIES] = {
        {VG_STR("Images ou vidéos d’abus sur mineur"), VG_STR("Menace ou chantage envers un mineur"), VG_STR("Abus sur mineur en direct"), VG_STR("Sollicitation d’un mineur en ligne"), VG_STR("Atteinte à un mineur, signalée par un utilisateur")},
        {VG_STR("Pictures or videos of child abuse"), VG_STR("Threat or extortion against a minor"), VG_STR("Live abuse of a minor"), VG_STR("Soliciting of a minor online"), VG_STR("Harm to a minor, reported by a user")}};
    return names[lang][vg_case_category(d->c.kinds)];
}

static vg_str contact_of(vg_arena *arena, const vg_report_operator *o)
{
    vg_str first = vg_text_shown(arena, vg_str_of(o->contact_first), false, 80), last = vg_text_shown(arena, vg_str_of(o->contact_last), false, 80);
    return first.ptr && last.ptr ? vg_arena_printf(arena, "%.*s%s%.*s", VG_STR_ARG(first), first.len && last.len ? " " : "", VG_STR_ARG(last)) : first;
}

static int portal_fields(const vg_filing_view *f, vg_arena *arena, vg_portal_field **out, size_t *count, vg_error *err)
{
    const vg_dossier *d = f->dossier;
    const vg_report_operator *o = d->operator;
    vg_lang lang = vg_report_language(f);
    int64_t first, last;
    form to = {.fields = vg_arena_calloc(arena, 12, sizeof *to.fields)};
    if (!to.fields) return vg_fail(err, VG_ENOMEM, "", "out of memory");
    bool span = vg_dossier_span(d, &first, &last);
    field(&to, "Nature du contenu", "Nature of the content", nature(d, lang), false);
    field(&to, "Adresse web (URL)", "Web address (URL)", vg_text_shown(arena, vg_str_of(o->url), false, 500), false);
    field(&to, "Compte en cause", "Account concerned", vg_text_shown(arena, d->c.account, false, 250), false);
    if (span) field(&to, "Date et heure, début", "Date and time, beginning", time_of(arena, first), false);
    if (span) field(&to, "Date et heure, fin", "Date and time, end", time_of(arena, last), false);
    field(&to, "Description des faits", "Description of the facts", vg_report_summary(arena, f, lang, VG_PORTAL_TEXT_MOST), true);
    field(&to, "Votre référence", "Your reference", vg_text_shown(arena, vg_str_of(d->name), false, 24), false);
    field(&to, "Organisme signalant", "Reporting organisation", vg_text_shown(arena, vg_str_of(o->legal_name ? o->legal_name : o->name), false, 200), false);
    field(&to, "Personne à contacter", "Contact person", contact_of(arena, o), false);
    field(&to, "Courriel", "E-mail", vg_text_shown(arena, vg_str_of(o->email), false, 200), false);
    field(&to, "Téléphone", "Telephone", vg_text_shown(arena, vg_str_of(o->phone), false, 60), false);
    if (to.failed) return vg_fail(err, VG_ENOMEM, "", "out of memory");
    *out = to.fields;
    *count = to.count;
    return 0;
}

/* ---- carried by hand ---- */
static int hand_next(const vg_filing_view *f, const vg_progress *now, bool unsure, vg_arena *arena, vg_ask *out, vg_error *err)
{
    (void)f, (void)now, (void)unsure, (void)arena, (void)err;
    *out = (vg_ask){.carry = VG_CARRY_HAND, .step = "hand", .harmless = true};
    return 0;
}

/* What came back is what a person says: done, with this number. */
static int hand_take(const vg_filing_view *f, const vg_progress *now, const vg_ask *ask, const vg_reply *reply, vg_arena *arena, vg_progress *after, vg_filing_turn *turn, vg_error *why)
{
    (void)f, (void)now, (void)ask;
    *turn = VG_GO_BY_HAND;
    if (reply->kind != VG_REPLY_CAME) return 0;
    vg_str reference = vg_text_shown(arena, reply->body, false, 256);
    if (!reference.ptr) return vg_fail(why, VG_ENOMEM, "", "out of memory");
    after->reference = reference;
    *turn = VG_GO_FILED;
    return 0;
}

const vg_filing_channel vg_portal_channel = {
    .name = "portal", .title = {"Formulaire du destinataire", "The receiver’s form"}, .carry = VG_CARRY_HAND,
    .lacks = portal_lacks, .documents = hand_documents, .fields = portal_fields, .next = hand_next, .take = hand_take, .annex_way = vg_annex_by_hand,
};

/* ---- dossier and sealed archive ---- */
static int sealed_lacks(const vg_filing_view *f, vg_arena *arena, vg_lacks *out, vg_error *err)
{
    (void)arena, (void)err;
    vg_report_common_lacks(f, out);
    if (!f->receiver) return 0;
    vg_filing_archive_lacks(&vg_sealed_channel, f, out);
    if (vg_filing_key_over(f))
        vg_lack_add(out, VG_LACK_BLOCKS, "receiver.public_key", "La clé de ce destinataire est périmée ; demandez-lui la nouvelle.", "This receiver’s key has expired; ask for the new one.");
    if (!f->receiver->media) vg_lack_add(out, VG_LACK_ADVISED, "receiver.media", "Ce destinataire ne dit pas qu’il prend des fichiers ; convenez-en avec lui d’abord.", "This receiver does not say that it takes files; agree with it first.");
    return 0;
}

const vg_filing_channel vg_sealed_channel = {
    .name = "sealed", .title = {"Dossier et archive scellée, remis", "Dossier and sealed archive, handed over"}, .carry = VG_CARRY_HAND,
    .lacks = sealed_lacks, .documents = hand_documents, .next = hand_next, .take = hand_take, .annex_way = vg_annex_by_hand,
};
