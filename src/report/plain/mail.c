/* SPDX-License-Identifier: Apache-2.0
 *
 * One message with the report attached; its Message-ID stays the same over attempts, so that a receiver knows a second copy. And what a person carries. */
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
    return 0;
}

static int mail_next(const vg_filing_view *f, const vg_progress *now, bool unsure, vg_arena *arena, vg_ask *out, vg_error *err)
{
    (void)now;
    (void)unsure; /* nobody can be asked whether a message came; a second copy has the same Message-ID */
    vg_part *part = vg_arena_calloc(arena, 1, sizeof *part);
    vg_str json = vg_plain_json(f, arena);
    const char *domain = f->dossier->operator->domain ? f->dossier->operator->domain : "vigie.invalid";
    *out = (vg_ask){.carry = VG_CARRY_MAIL, .step = "send", .to = vg_str_of(f->receiver->email)};
    out->subject = vg_arena_printf(arena, "%sSignalement / Report %.8s", f->settings && f->settings->test ? "[TEST] " : "", f->uuid);
    out->message_id = vg_arena_printf(arena, "<%s@%s>", f->uuid, domain);
    out->text = vg_arena_printf(arena,
                                "Madame, Monsieur,\n\nVous trouverez ci-joint un signalement de %s (numéro %s).\nNous restons à votre disposition : %s\n\n"
                                "Please find attached a report by %s (number %s).\nWe are at your disposal: %s\n",
                                f->dossier->operator->name ? f->dossier->operator->name : "", f->uuid, f->dossier->operator->email ? f->dossier->operator->email : "",
                                f->dossier->operator->name ? f->dossier->operator->name : "", f->uuid, f->dossier->operator->email ? f->dossier->operator->email : "");
    if (!part || !json.ptr || !out->subject.ptr || !out->message_id.ptr || !out->text.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for a message");
    *part = (vg_part){.filename = VG_STR("report.json"), .type = VG_STR("application/json"), .bytes = json};
    out->parts = part;
    out->part_count = 1;
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
                                           .next = mail_next, .take = mail_take};

/* ---- by hand ---- */

static int hand_lacks(const vg_filing_view *f, vg_arena *arena, vg_lacks *out, vg_error *err)
{
    (void)arena;
    (void)err;
    vg_filing_lacks(f, out);
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
                                           .documents = vg_plain_documents, .next = hand_next, .take = hand_take};
