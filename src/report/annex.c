/* SPDX-License-Identifier: Apache-2.0 */
#include "report/annex.h"

#include "base/case_seal.h"
#include "base/hash.h"
#include "report/channel.h"

const char *const vg_annex_way_names[VG_ANNEX_WAYS] = {"none", "attached", "by_hand", "too_large"};

enum { LETTER_SHARE = 25 }; /* the 25th part of a message is left to its text and documents: 1 MiB of 25 */

const vg_annex *vg_filing_archive(const vg_filing_view *f)
{
    return f->annexes.count ? &f->annexes.items[0] : NULL;
}

static bool is_authority(const vg_receiver *r)
{
    return r && (r->kind == VG_RECEIVER_POLICE || r->kind == VG_RECEIVER_HOTLINE || r->kind == VG_RECEIVER_CLEARING);
}

bool vg_filing_key_over(const vg_filing_view *f)
{
    return f->receiver->has_key && f->receiver->key_until_ms && f->receiver->key_until_ms <= f->now_ms;
}

/* Sealing something of no importance for it tells. */
static bool is_key(const vg_receiver *r)
{
    static const uint8_t nothing[VG_CASE_KEY];
    uint8_t box[VG_KEY_BOX];
    vg_error ignored = {0};
    return vg_key_box(r->public_key, nothing, box, &ignored) == 0;
}

bool vg_filing_wants_archive(const vg_filing_channel *channel, const vg_filing_view *f)
{
    return channel->annex_way && is_authority(f->receiver) && f->receiver->has_key && !vg_filing_key_over(f) && !f->dossier->destroyed;
}

/* Base64: four letters for three bytes, and a line break for every 76 letters. */
static uint64_t as_it_travels(uint64_t bytes)
{
    uint64_t letters = (bytes + 2) / 3 * 4;
    return letters + letters / 76 * 2 + 2;
}

vg_annex_way vg_annex_by_mail(const vg_report_channel *mail, const vg_annex *annex)
{
    uint64_t most = mail && mail->message_most ? mail->message_most : VG_MESSAGE_MOST;
    if (!annex) return VG_ANNEX_ATTACHED;
    return annex->bytes < most && as_it_travels(annex->bytes) <= most - most / LETTER_SHARE ? VG_ANNEX_ATTACHED : VG_ANNEX_TOO_LARGE;
}

vg_annex_way vg_annex_by_hand(const vg_filing_view *f, const vg_annex *annex)
{
    (void)f, (void)annex;
    return VG_ANNEX_BY_HAND;
}

void vg_filing_archive_lacks(const vg_filing_channel *channel, const vg_filing_view *f, vg_lacks *out)
{
    const vg_annex *archive = vg_filing_archive(f);
    if (!channel->annex_way || !is_authority(f->receiver) || f->dossier->destroyed) return;
    if (!f->receiver->has_key)
        vg_lack_add(out, VG_LACK_ADVISED, "receiver.public_key",
                    "Ce destinataire n’a pas donné de clé : l’archive ne peut pas être scellée pour lui et n’accompagne pas le signalement. Remettez-la en main propre, jamais par courriel.",
                    "This receiver gave no key: the archive cannot be sealed for it and does not go with the report. Hand it over in person, never by mail.");
    else if (!is_key(f->receiver))
        vg_lack_add(out, VG_LACK_BLOCKS, "receiver.public_key", "La clé publique inscrite pour ce destinataire n’en est pas une : rien ne peut être scellé pour lui. Demandez-lui la bonne.",
                    "The public key entered for this receiver is none: nothing can be sealed for it. Ask it for the right one.");
    else if (!archive && f->annexes.why.len)
        vg_lack_add(out, VG_LACK_ADVISED, "archive",
                    "L’archive scellée n’a pas pu être faite : une pièce conservée est illisible. Le signalement part sans elle ; un administrateur lit pourquoi dans le journal du serveur.",
                    "The sealed archive could not be made: something that is kept cannot be read. The report goes without it; an administrator reads why in the server’s log.");
    else if (archive && channel->annex_way(f, archive) == VG_ANNEX_TOO_LARGE)
        vg_lack_add(out, VG_LACK_ADVISED, "archive.bytes",
                    "L’archive scellée est trop grande pour un courriel et n’y est pas jointe : prenez l’archive du dossier, scellée pour ce destinataire, et remettez-la sur un support ou par une autre voie.",
                    "The sealed archive is too large for a mail and is not attached: take the case’s archive, sealed for this receiver, and hand it over on a medium or in another way.");
}

void vg_annex_part(const vg_annex *annex, vg_part *parts, size_t *count)
{
    parts[(*count)++] = (vg_part){.name = VG_STR("file"), .filename = annex->name, .type = annex->type, .bytes = annex->held, .annex = annex};
}

vg_str vg_annex_sentence(const vg_annex *annex, vg_lang lang, vg_arena *arena)
{
    char hex[65];
    if (!annex) return (vg_str){"", 0};
    vg_hex_encode(hex, annex->sha256, sizeof annex->sha256);
    return vg_arena_printf(arena,
                           lang == VG_LANG_FR ? "L’archive %.*s est jointe, scellée pour votre clé. SHA-256 : %s\nPour l’ouvrir : vigie evidence open %.*s --key FICHIER --out ARCHIVE.zip\n"
                                              : "The archive %.*s is attached, sealed for your key. SHA-256: %s\nTo open it: vigie evidence open %.*s --key FILE --out ARCHIVE.zip\n",
                           VG_STR_ARG(annex->name), hex, VG_STR_ARG(annex->name));
}
