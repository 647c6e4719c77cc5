/* SPDX-License-Identifier: Apache-2.0
 *
 * What the channels that a person carries have in common. */
#include <stdio.h>

#include "base/time.h"
#include "report/pdf/pdf.h"
#include "report/portal/portal.h"
#include "report/text.h"

vg_lang vg_report_language(const vg_filing_view *f) { return vg_pdf_language(f->dossier->book, f->receiver); }

static void add(vg_buf *out, vg_arena *arena, const char *label, vg_str value, size_t most)
{
    vg_str s = vg_text_shown(arena, value, false, most);
    if (!s.ptr) out->failed = true;
    if (!value.len || !s.ptr) return;
    vg_buf_add_cstr(out, label);
    vg_buf_add_str(out, s);
    vg_buf_add_char(out, '\n');
}

static void add_time(vg_buf *out, const char *label, int64_t ms)
{
    char t[25];
    vg_time_format(ms, t);
    vg_buf_printf(out, "%s%.10s %.8s UTC\n", label, t, t + 11);
}

static void add_people(vg_buf *out, vg_arena *arena, const vg_dossier *d, bool fr)
{
    static const char *const kinds[VG_LANGS][VG_IDS] = {{"compte", "nom affiché", "courriel", "téléphone", "IP", "adresse web", "pseudonyme", "appareil", "paiement"},
                                                        {"account", "display name", "e-mail", "telephone", "IP", "web address", "handle", "device", "payment"}};
    for (size_t i = 0; i < d->party_count && i < 6; i++) {
        const vg_party *p = &d->parties[i];
        add(out, arena, p->role == VG_PARTY_AUTHOR ? (fr ? "Compte en cause : " : "Account concerned: ") : p->role == VG_PARTY_VICTIM ? (fr ? "Compte du mineur : " : "Account of the minor: ") : (fr ? "Autre compte : " : "Other account: "),
            p->account, 120);
        for (size_t k = 0; k < p->id_count && k < 10; k++) {
            char label[64];
            if (p->ids[k].kind >= VG_IDS) continue;
            snprintf(label, sizeof label, fr ? "  %s : " : "  %s: ", kinds[fr ? VG_LANG_FR : VG_LANG_EN][p->ids[k].kind]);
            add(out, arena, label, p->ids[k].value, 160);
            if (p->ids[k].kind == VG_ID_IP && p->ids[k].port) vg_buf_printf(out, "    port %u\n", p->ids[k].port);
            if (p->ids[k].kind == VG_ID_IP && p->ids[k].time_ms) add_time(out, fr ? "    le " : "    on ", p->ids[k].time_ms);
        }
    }
}

vg_str vg_report_summary(vg_arena *arena, const vg_filing_view *f, vg_lang lang, size_t most)
{
    const vg_dossier *d = f->dossier;
    bool fr = lang == VG_LANG_FR;
    int64_t first, last;
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    if (vg_case_imminence(&d->c)) vg_buf_add_cstr(&out, fr ? "URGENT : un enfant est peut-être en danger maintenant.\n" : "URGENT: a child may be in danger now.\n");
    add(&out, arena, fr ? "Dossier : " : "Case: ", vg_str_of(d->name), 24);
    add(&out, arena, fr ? "Lieu en ligne : " : "Online place: ", d->space_title[lang].len ? d->space_title[lang] : d->c.space, 160);
    add(&out, arena, fr ? "Adresse : " : "Address: ", vg_str_of(d->operator->url), 200);
    if (vg_dossier_span(d, &first, &last)) {
        add_time(&out, fr ? "Du : " : "From: ", first);
        add_time(&out, fr ? "Au : " : "To: ", last);
    }
    add_people(&out, arena, d, fr);
    if (d->message_count || d->media_count) vg_buf_printf(&out, fr ? "Messages : %zu ; images et vidéos : %zu.\n" : "Messages: %zu; pictures and videos: %zu.\n", d->message_count, d->media_count);
    for (size_t i = 0; i < d->finding_count && i < 12; i++) add(&out, arena, "- ", d->findings[i].why[lang], 240);
    for (size_t i = 0; i < d->law_count && i < 6; i++) add(&out, arena, fr ? "Qualification proposée : " : "Qualification proposed: ", vg_str_of(d->laws[i].statute->reference), 160);
    add(&out, arena, fr ? "Signalant : " : "Reported by: ", vg_str_of(d->operator->legal_name ? d->operator->legal_name : d->operator->name), 160);
    add(&out, arena, "", vg_str_of(d->operator->email), 160);
    add(&out, arena, "", vg_str_of(d->operator->phone), 60);
    vg_str whole = out.failed ? (vg_str){NULL, 0} : vg_text_shown(arena, (vg_str){out.ptr ? out.ptr : "", out.len}, true, most);
    vg_buf_free(&out);
    return whole;
}

/* A picture of the page that was asked for, in place of the document. */
static int draw_page(const vg_pdf_ask *ask, vg_page_wish *wish, vg_arena *arena, vg_error *err)
{
    vg_buf png;
    vg_buf_init(&png, VG_PDF_IMAGE_MOST);
    int rc = vg_pdf_draw(ask, wish->page, &png, NULL, err);
    if (!rc) wish->png = vg_arena_copy(arena, (vg_str){png.ptr, png.len});
    vg_buf_free(&png);
    if (rc == -VG_ENOENT) return 0;
    wish->found = !rc;
    return rc || wish->png.ptr ? rc : vg_fail(err, VG_ENOMEM, "", "out of memory");
}

int vg_report_add_pdf(const vg_filing_view *f, vg_annex_way way, vg_arena *arena, vg_documents *out, vg_error *err)
{
    vg_buf bytes;
    size_t pages = 0;
    vg_pdf_ask ask = {.dossier = f->dossier, .receiver = f->receiver, .emergency = f->emergency, .language = vg_report_language(f), .uuid = f->uuid, .test = f->settings && f->settings->test,
                      .annexes = &f->annexes, .archive_way = way};
    if (f->wish) return draw_page(&ask, f->wish, arena, err);
    vg_buf_init(&bytes, VG_PDF_MOST);
    int rc = vg_pdf_write(&ask, &bytes, &pages, err);
    vg_str kept = rc ? (vg_str){NULL, 0} : vg_arena_copy(arena, (vg_str){bytes.ptr, bytes.len});
    vg_str name = vg_arena_printf(arena, "%s.pdf", f->dossier->name);
    vg_buf_free(&bytes);
    if (rc) return rc;
    if (!kept.ptr || !name.ptr) return vg_fail(err, VG_ENOMEM, "", "out of memory");
    out->items[out->count++] = (vg_document){name, VG_STR("application/pdf"), kept, {VG_STR("Le dossier"), VG_STR("The dossier")}, pages};
    return 0;
}

void vg_report_common_lacks(const vg_filing_view *f, vg_lacks *out)
{
    const vg_report_operator *o = f->dossier->operator;
    bool decided = false;
    for (size_t i = 0; i < f->dossier->decision_count; i++) decided |= f->dossier->decisions[i].d.action == VG_ACTION_REPORT;
    if (!f->receiver) vg_lack_add(out, VG_LACK_BLOCKS, "receiver", "Aucun destinataire n’est choisi.", "No receiver is chosen.");
    if (!o->name && !o->legal_name)
        vg_lack_add(out, VG_LACK_BLOCKS, "operator.name", "Le nom de l’exploitant manque ; un administrateur le donne dans la section report de l’espace.", "The operator’s name is missing; an administrator gives it in the space’s section report.");
    if (!o->email)
        vg_lack_add(out, VG_LACK_BLOCKS, "operator.email", "L’adresse où l’autorité peut répondre manque ; un administrateur la donne dans la section report de l’espace.",
                    "The address where the authority can answer is missing; an administrator gives it in the space’s section report.");
    if (!decided) vg_lack_add(out, VG_LACK_BLOCKS, "decision", "Personne n’a décidé de signaler ce dossier ; un référent certifié le décide.", "Nobody decided to report this case; a certified référent does.");
    if (f->dossier->destroyed) vg_lack_add(out, VG_LACK_ADVISED, "case", "Le contenu est détruit : il ne reste que ce qui est en clair.", "The content is destroyed: only what is in clear is left.");
    if (!vg_dossier_party(f->dossier, VG_PARTY_VICTIM)) vg_lack_add(out, VG_LACK_NOTED, "victim", "Aucun mineur n’est identifié.", "No minor is identified.");
    if (!f->dossier->law_count) vg_lack_add(out, VG_LACK_ADVISED, "laws", "Aucun texte n’est proposé ; complétez les pays connus.", "No statute is proposed; complete the countries that are known.");
    if (vg_case_imminence(&f->dossier->c))
        vg_lack_add(out, VG_LACK_ADVISED, "telephone", "Un enfant est peut-être en danger : téléphonez avant d’envoyer.", "A child may be in danger: telephone before you send.");
    if (f->receiver && f->receiver->from.sure == VG_SURE_NOT)
        vg_lack_add(out, VG_LACK_ADVISED, "receiver", "Les données de ce destinataire ne sont pas vérifiées ; vérifiez-les avant l’envoi.", "This receiver’s entry is not verified; check it before sending.");
}
