/* SPDX-License-Identifier: Apache-2.0
 *
 * One message with the report attached, and the archive that is sealed for its receiver where it fits; its Message-ID stays the same over attempts, so that a receiver knows a second copy. And what a person carries. */
#include "report/filing.h"
#include "report/plain/plain.h"

static int mail_lacks(const vg_filing_view *f, vg_arena *arena, vg_lacks *out, vg_error *err)
{
    (void)arena;
    (void)err;
    vg_filing_lacks(f, out);
    if (!f->settings || !f->settings->from)
        vg_lack_add(out, VG_LACK_BLOCKS, "report.channels", "La politique de l’espace ne dit pas par quel serveur ni avec quelle adresse écrire (report.channels, nom « mail »).",
                    "The space's policy does not say through which server, and from which address, to write (report.channels, name \"mail\").");
    if (!f->receiver->email)
        vg_lack_add(out, VG_LACK_BLOCKS, "receiver.email", "L’adresse du destinataire n’est pas connue.", "The receiver's address is not known.");
    vg_filing_archive_lacks(&vg_channel_mail, f, out);
    return 0;
}

static vg_annex_way mail_annex(const vg_filing_view *f, const vg_annex *annex) { return vg_annex_by_mail(f->settings, annex); }

static int mail_next(const vg_filing_view *f, const vg_progress *now, bool unsure, vg_arena *arena, vg_ask *out, vg_error *err)
{
    (void)now;
    (void)unsure; /* nobody can be asked whether a message came; a second copy has the same Message-ID */
    const vg_annex *archive = vg_filing_archive(f) && mail_annex(f, vg_filing_archive(f)) == VG_ANNEX_ATTACHED ? vg_filing_archive(f) : NULL;
    vg_part *parts = vg_arena_calloc(arena, 2, sizeof *parts);
    vg_str json = vg_plain_json(f, arena), sealed[VG_LANGS] = {vg_annex_sentence(archive, VG_LANG_FR, arena), vg_annex_sentence(archive, VG_LANG_EN, arena)};
    const char *domain = f->dossier->operator->domain ? f->dossier->operator->domain : "vigie.invalid";
    *out = (vg_ask){.carry = VG_CARRY_MAIL, .step = "send", .to = vg_str_of(f->receiver->email)};
    out->subject = vg_arena_printf(arena, "%sSignalement / Report %.8s", f->settings && f->settings->test ? "[TEST] " : "", f->uuid);
    out->message_id = vg_arena_printf(arena, "<%s@%s>", f->uuid, domain);
    out->text = vg_arena_printf(arena,
                                "Madame, Monsieur,\n\nVous trouverez ci-joint un signalement de %s (numéro %s).\n%.*sNous restons à votre disposition : %s\n\n"
                                "Please find attached a report by %s (number %s).\n%.*sWe are at your disposal: %s\n",
                                f->dossier->operator->name ? f->dossier->operator->name : "", f->uuid, VG_STR_ARG(sealed[VG_LANG_FR]), f->dossier->operator->email ? f->dossier->operator->email : "",
                                f->dossier->operator->name ? f->dossier->operator->name : "", f->uuid, VG_STR_ARG(sealed[VG_LANG_EN]), f->dossier->operator->email ? f->dossier->operator->email : "");
    if (!parts || !json.ptr || !sealed[0].ptr || !sealed[1].ptr || !out->subject.ptr || !out->message_id.ptr || !out->text.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for a message");
    parts[out->part_count++] = (vg_part){.filename = VG_STR("report.json"), .type = VG_STR("application/json"), .bytes = json};
    if (archive) vg_annex_part(archive, parts, &out->part_count);
    out->parts = parts;
    return 0;
}

static int mail_take(const vg_filing_view *f, const vg_progress *now, const vg_ask *ask, const vg_reply *reply, vg_arena *arena, vg_progress *after, vg_filing_turn *turn, vg_error *why)
{
    (void)f;
    (void)now;
    *turn = VG_GO_LATER;
    if (reply->kind != VG_REPLY_CAME) vg_fail(why, VG_EIO, "", "%.*s", VG_STR_ARG(reply->why));
    else if (reply->status >= 200 && reply->status < 300) {
        *turn = VG_GO_FILED;
        after->reference = vg_arena_copy(arena, ask->message_id);
        if (!after->reference.ptr) return vg_fail(why, VG_ENOMEM, "", "no memory for a reference");
    } else if (reply->status >= 500) {
        *turn = VG_GO_REFUSED;
        vg_fail(why, VG_EINVAL, "", "the mail server answers %d: %.*s", reply->status, VG_STR_ARG(reply->why));
    } else vg_fail(why, VG_EBUSY, "", "the mail server answers %d", reply->status);
    return 0;
}

const vg_filing_channel vg_channel_mail = {.name = "mail", .title = {"Courriel", "Mail"}, .carry = VG_CARRY_MAIL, .lacks = mail_lacks, .documents = vg_plain_documents,
                                           .next = mail_next, .take = mail_take, .annex_way = mail_annex};

/* ---- by hand ---- */

static int hand_lacks(const vg_filing_view *f, vg_arena *arena, vg_lacks *out, vg_error *err)
{
    (void)arena;
    (void)err;
    vg_filing_lacks(f, out);
    vg_filing_archive_lacks(&vg_channel_hand, f, out);
    return 0;
}

static int hand_next(const vg_filing_view *f, const vg_progress *now, bool unsure, vg_arena *arena, vg_ask *out, vg_error *err)
{
    (void)f;
    (void)now;
    (void)unsure;
    (void)arena;
    (void)err;
    *out = (vg_ask){.carry = VG_CARRY_HAND, .step = "hand", .harmless = true};
    return 0;
}

static int hand_take(const vg_filing_view *f, const vg_progress *now, const vg_ask *ask, const vg_reply *reply, vg_arena *arena, vg_progress *after, vg_filing_turn *turn, vg_error *why)
{
    (void)f;
    (void)now;
    (void)ask;
    (void)reply;
    (void)arena;
    (void)after;
    (void)why;
    *turn = VG_GO_BY_HAND;
    return 0;
}

const vg_filing_channel vg_channel_hand = {.name = "hand", .title = {"Remise en main propre", "By hand"}, .carry = VG_CARRY_HAND, .lacks = hand_lacks,
                                           .documents = vg_plain_documents, .next = hand_next, .take = hand_take, .annex_way = vg_annex_by_hand};
