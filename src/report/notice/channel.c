/* SPDX-License-Identifier: Apache-2.0
 *
 * The notice as a channel: one message, whose Message-ID stays the same over attempts, or a paper that a person carries. What follows it up
 * is a filing of its own, that a person confirms, in the same thread. */
#include "report/notice/notice.h"

#include <stdio.h>

#include "base/hash.h"
#include "report/portal/portal.h"
#include "report/text.h"

enum { LAWS_MOST = 8, WHO_MOST = 200, TEXT_BYTES = 1 << 20 };

/* ---- the text ---- */

typedef struct paper {
    vg_buf out;
    vg_arena *arena;
    bool fr;
} paper;

static const char *say(const paper *p, const char *fr, const char *en) { return p->fr ? fr : en; }

static void put(paper *p, const char *label, vg_str value, bool lines, size_t most)
{
    vg_str shown = vg_text_shown(p->arena, value, lines, most);
    if (!shown.ptr) p->out.failed = true;
    if (!shown.ptr || !shown.len) return;
    vg_buf_add_cstr(&p->out, label);
    vg_buf_add_str(&p->out, shown);
    vg_buf_add_char(&p->out, '\n');
}

static void put_hex(paper *p, const char *label, const uint8_t *bytes, size_t len)
{
    char hex[65];
    vg_hex_encode(hex, bytes, len); /* 32 at most */
    vg_buf_printf(&p->out, "   %s: %s\n", label, hex);
}

static void put_items(paper *p, const vg_notice *n)
{
    char number[16];
    vg_buf_add_cstr(&p->out, say(p, "\nAdresses exactes\n", "\nExact addresses\n"));
    for (size_t i = 0; i < n->count; i++) {
        snprintf(number, sizeof number, "%zu. ", i + 1);
        put(p, number, n->items[i].url, false, 0);
        if (n->items[i].has_sha256) put_hex(p, "SHA-256", n->items[i].sha256, 32);
        if (n->items[i].has_md5) put_hex(p, "MD5", n->items[i].md5, 16);
    }
}

static vg_str nature(const vg_dossier *d, bool fr)
{
    static const vg_str words[2][VG_CATEGORIES] = {
        {VG_STR("Images or videos of the abuse of a minor."), VG_STR("Threats or extortion against a minor."), VG_STR("Live abuse of a minor."), VG_STR("Soliciting of a minor online."), VG_STR("Harm to a minor, reported by a user.")},
        {VG_STR("Images ou vidéos d’abus sur mineur."), VG_STR("Menace ou chantage envers un mineur."), VG_STR("Abus sur mineur en direct."), VG_STR("Sollicitation d’un mineur en ligne."), VG_STR("Atteinte à un mineur, signalée par un utilisateur.")}};
    return words[fr][vg_case_category(d->c.kinds)];
}

static void put_why(paper *p, const vg_filing_view *f, const vg_notice *n)
{
    const vg_dossier *d = f->dossier;
    vg_lang lang = p->fr ? VG_LANG_FR : VG_LANG_EN;
    vg_buf_add_cstr(&p->out, say(p, "\nPourquoi c’est illégal\n", "\nWhy it is illegal\n"));
    put(p, "", nature(d, p->fr), false, 0);
    if (n->reason.len) put(p, "", n->reason, true, 0);
    if (!d->law_count && !n->law.len) return;
    vg_buf_add_cstr(&p->out, say(p, "\nTextes\n", "\nLaw\n"));
    if (n->law.len) put(p, "- ", n->law, true, 0);
    for (size_t i = 0; i < d->law_count && i < LAWS_MOST; i++) {
        const vg_statute *s = d->laws[i].statute;
        vg_str line = vg_arena_printf(p->arena, "%s, %s: %s", s->country, s->reference, s->title[lang] ? s->title[lang] : "");
        if (!line.ptr) p->out.failed = true;
        else put(p, "- ", line, false, 0);
    }
}

static void put_who(paper *p, const vg_filing_view *f)
{
    const vg_report_operator *o = f->dossier->operator;
    vg_buf_add_cstr(&p->out, say(p, "\nQui signale\n", "\nWho reports\n"));
    put(p, "", vg_str_of(o->legal_name ? o->legal_name : o->name), false, WHO_MOST);
    put(p, "", vg_str_of(o->address), false, WHO_MOST);
    put(p, "", vg_str_of(o->email), false, WHO_MOST);
    put(p, "", vg_str_of(o->phone), false, WHO_MOST);
    vg_buf_add_cstr(&p->out, say(p, "Nous déclarons de bonne foi que ces indications sont exactes et complètes.\n", "We state in good faith that what is said here is accurate and complete.\n"));
    vg_buf_printf(&p->out, say(p, "Notre référence : %s\n", "Our reference: %s\n"), f->uuid);
}

int vg_notice_text(const vg_filing_view *f, const vg_notice *n, vg_arena *arena, vg_str *out, vg_error *err)
{
    paper p = {.arena = arena, .fr = vg_report_language(f) == VG_LANG_FR};
    vg_buf_init(&p.out, TEXT_BYTES);
    if (f->settings && f->settings->test) vg_buf_add_cstr(&p.out, "[TEST]\n");
    vg_buf_add_cstr(&p.out, say(&p, "Madame, Monsieur,\n\n", "Dear Sir or Madam,\n\n"));
    if (n->follows.len)
        vg_buf_add_cstr(&p.out, say(&p, "Notre notification précédente, dans ce même fil, est restée sans réponse. Nous la renouvelons.\n\n",
                                    "Our earlier notice, in this same thread, had no answer. We repeat it.\n\n"));
    vg_buf_printf(&p.out,
                  say(&p, "Nous vous notifions un contenu illégal qui touche à la protection des enfants (règlement (UE) 2022/2065, article 16, là où il s’applique), et vous demandons\n"
                          "de le retirer ou d’en rendre l’accès impossible dans les %u heures qui suivent ce message, de conserver ce que la loi vous demande de conserver,\n"
                          "et de nous dire ce que vous avez fait. Aucun contenu n’est joint. Ne transmettez pas ces adresses.\n",
                      "We notify you of illegal content that concerns the protection of children (Regulation (EU) 2022/2065, Article 16, where it applies) and ask you to\n"
                      "remove it or make it unreachable within %u hours of this message, to keep what the law asks you to keep, and to tell us what you did.\n"
                      "No content is attached. Do not pass these addresses on.\n"),
                  n->hours);
    put_items(&p, n);
    put_why(&p, f, n);
    put_who(&p, f);
    *out = p.out.failed ? (vg_str){NULL, 0} : vg_arena_copy(arena, (vg_str){p.out.ptr, p.out.len});
    vg_buf_free(&p.out);
    return out->ptr ? 0 : vg_fail(err, VG_ENOMEM, "notice", "no memory");
}

/* ---- the channel ---- */

/* Without a mail server in the policy or an address of the host, a person carries it. */
static bool by_mail(const vg_filing_view *f, const vg_notice *n)
{
    return !n->hand && f->settings && f->settings->from && f->receiver && f->receiver->email;
}

static int notice_lacks(const vg_filing_view *f, vg_arena *arena, vg_lacks *out, vg_error *err)
{
    vg_notice n;
    vg_error bad = {0};
    bool hashes = false;
    vg_report_common_lacks(f, out);
    int rc = vg_notice_read(f, arena, &n, &bad);
    if (rc == -VG_ENOMEM) return vg_fail(err, VG_ENOMEM, "notice", "no memory");
    if (rc) {
        vg_str fr = vg_arena_printf(arena, "Les options ne conviennent pas, à %s : %s.", bad.where, bad.what);
        vg_str en = vg_arena_printf(arena, "The options do not fit, at %s: %s.", bad.where, bad.what);
        if (!fr.ptr || !en.ptr) return vg_fail(err, VG_ENOMEM, "notice", "no memory");
        vg_lack_add(out, VG_LACK_BLOCKS, "options", fr.ptr, en.ptr);
        return 0;
    }
    if (!n.count)
        vg_lack_add(out, VG_LACK_BLOCKS, "options.items", "L’adresse exacte du contenu chez l’hébergeur manque ; qui signale la donne.", "The exact address of the content at the host is missing; who files gives it.");
    for (size_t i = 0; i < n.count; i++) hashes |= n.items[i].has_sha256 || n.items[i].has_md5;
    if (!hashes)
        vg_lack_add(out, VG_LACK_ADVISED, "options.items", "Aucune empreinte n’est jointe aux adresses : l’hébergeur cherche à la main, et la disponibilité ne pourra pas être vérifiée.",
                    "No hash goes with the addresses: the host searches by hand, and whether it is still there cannot be checked.");
    if (!f->dossier->law_count && !n.law.len)
        vg_lack_add(out, VG_LACK_ADVISED, "options.law", "Aucun texte de loi n’est cité ; qui signale peut en nommer un.", "No law is cited; who files may name one.");
    if (!by_mail(f, &n) && !n.hand)
        vg_lack_add(out, VG_LACK_ADVISED, "receiver.email", "L’adresse « abuse » de l’hébergeur ou le serveur de courriel manque (report.channels, nom « notice ») : une personne porte la notification.",
                    "The host's abuse address or the mail server is missing (report.channels, name \"notice\"): a person carries the notice.");
    return 0;
}

static int notice_documents(const vg_filing_view *f, vg_arena *arena, vg_documents *out, vg_error *err)
{
    vg_notice n;
    vg_document *one = &out->items[out->count];
    int rc = vg_notice_read(f, arena, &n, err);
    if (!rc) rc = vg_notice_text(f, &n, arena, &one->bytes, err);
    if (rc) return rc;
    one->name = VG_STR("notice.txt");
    one->type = VG_STR("text/plain; charset=utf-8");
    one->title[VG_LANG_FR] = VG_STR("Notification à l’hébergeur");
    one->title[VG_LANG_EN] = VG_STR("Notice to the host");
    out->count++;
    return 0;
}

static int notice_next(const vg_filing_view *f, const vg_progress *now, bool unsure, vg_arena *arena, vg_ask *out, vg_error *err)
{
    vg_notice n;
    const vg_report_operator *o = f->dossier->operator;
    (void)now, (void)unsure; /* nobody can be asked whether a message came; a second copy has the same Message-ID */
    int rc = vg_notice_read(f, arena, &n, err);
    if (rc) return rc;
    *out = (vg_ask){.carry = VG_CARRY_HAND, .step = "hand", .harmless = true};
    if (!by_mail(f, &n)) return 0;
    bool fr = vg_report_language(f) == VG_LANG_FR;
    out->carry = VG_CARRY_MAIL;
    out->step = n.follows.len ? "follow_up" : "notice";
    out->to = vg_text_header(arena, vg_str_of(f->receiver->email), 254);
    out->subject = vg_arena_printf(arena, "%s%s%s", f->settings->test ? "[TEST] " : "", n.follows.len ? "Re: " : "",
                                   fr ? "Notification de contenu illégal : protection des enfants, urgent" : "Notice of illegal content: protection of children, urgent");
    vg_str domain = vg_text_header(arena, vg_str_of(o->domain ? o->domain : "vigie.invalid"), 200);
    out->message_id = vg_arena_printf(arena, "<%s@%.*s>", f->uuid, VG_STR_ARG(domain));
    out->follows = n.follows;
    rc = vg_notice_text(f, &n, arena, &out->text, err);
    return rc || (out->to.ptr && out->subject.ptr && domain.ptr && out->message_id.ptr) ? rc : vg_fail(err, VG_ENOMEM, "notice", "no memory");
}

static int notice_take(const vg_filing_view *f, const vg_progress *now, const vg_ask *ask, const vg_reply *reply, vg_arena *arena, vg_progress *after, vg_filing_turn *turn,
                       vg_error *why)
{
    if (ask->carry == VG_CARRY_HAND) return vg_portal_channel.take(f, now, ask, reply, arena, after, turn, why);
    *turn = VG_GO_LATER;
    if (reply->kind != VG_REPLY_CAME) {
        vg_fail(why, VG_EIO, "", "the mail did not leave, or it is not known: %.*s", (int)(reply->why.len < 200 ? reply->why.len : 200), reply->why.len ? reply->why.ptr : "");
    } else if (reply->status >= 200 && reply->status < 300) {
        after->reference = ask->message_id;
        after->step = ask->step;
        *turn = VG_GO_FILED;
    } else if (reply->status == 530 || reply->status == 535) {
        vg_fail(why, VG_EFORBIDDEN, "report.channels", "the mail server does not take the credentials (%d): a person must look at the channel", reply->status);
    } else if (reply->status >= 500) {
        vg_fail(why, VG_EINVAL, "receiver.email", "the host's mail server refuses it (%d)", reply->status);
        *turn = VG_GO_REFUSED;
    } else vg_fail(why, VG_EBUSY, "", "the mail server says later (%d)", reply->status);
    return 0;
}

const vg_filing_channel vg_channel_notice = {
    .name = "notice", .title = {[VG_LANG_FR] = "Notification à l’hébergeur", [VG_LANG_EN] = "Notice to the host"}, .carry = VG_CARRY_MAIL,
    .lacks = notice_lacks, .documents = notice_documents, .next = notice_next, .take = notice_take,
};
