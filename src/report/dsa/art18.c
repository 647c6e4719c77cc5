/* SPDX-License-Identifier: Apache-2.0 */
#include "report/dsa/art18.h"

#include "base/hash.h"
#include "base/time.h"
#include "report/portal/portal.h"
#include "report/text.h"

/* Offences against a person; a duty of hosts alone is none. Recital 56 names those of Directive 2011/93/EU. */
enum { QUALIFIES = (1u << VG_ACTS) - 1 - (1u << VG_ACT_HOSTING) };

static const vg_report_channel *mail_of(const vg_filing_view *f)
{
    return f->receiver && f->receiver->email ? vg_report_channel_find(f->report, "mail") : NULL;
}

static int lacks(const vg_filing_view *f, vg_arena *arena, vg_lacks *out, vg_error *err)
{
    uint32_t acts = 0;
    (void)arena, (void)err;
    vg_report_common_lacks(f, out);
    for (size_t i = 0; i < f->dossier->law_count; i++) acts |= f->dossier->laws[i].statute->acts;
    if (!(acts & QUALIFIES) && !vg_case_imminence(&f->dossier->c))
        vg_lack_add(out, VG_LACK_ADVISED, "laws", "Art. 18 : rien ne montre encore une infraction qui menace la vie ou la sécurité d’une personne. Une personne en juge.",
                    "Art. 18: nothing shows yet an offence that threatens a person’s life or safety. A person judges.");
    if (f->receiver && !vg_country_in_union(f->dossier->book, f->receiver->country))
        vg_lack_add(out, VG_LACK_ADVISED, "receiver.country", "Art. 18 désigne l’autorité de l’État membre concerné, à défaut celle de l’établissement ou Europol ; ce destinataire est hors de l’Union.",
                    "Art. 18 names the authority of the Member State concerned, else that of the establishment or Europol; this receiver is outside the Union.");
    if (f->dossier->operator->country[0] && !vg_country_in_union(f->dossier->book, f->dossier->operator->country))
        vg_lack_add(out, VG_LACK_NOTED, "operator.country", "L’exploitant est établi hors de l’Union : donnez le pays de son représentant légal.", "The operator is established outside the Union: give the country of its legal representative.");
    if (!mail_of(f))
        vg_lack_add(out, VG_LACK_NOTED, "receiver.email", "Pas d’adresse ou pas de serveur de courriel : la notification est remise par une personne.", "No address or no mail server: a person hands the notification over.");
    if (f->receiver) vg_filing_archive_lacks(&vg_dsa18_channel, f, out);
    return 0;
}

static vg_annex_way annex_way(const vg_filing_view *f, const vg_annex *annex)
{
    const vg_report_channel *mail = mail_of(f);
    return mail ? vg_annex_by_mail(mail, annex) : VG_ANNEX_BY_HAND;
}

/* The archive that goes into the mail, or NULL. */
static const vg_annex *attached(const vg_filing_view *f)
{
    const vg_annex *archive = vg_filing_archive(f);
    return archive && annex_way(f, archive) == VG_ANNEX_ATTACHED ? archive : NULL;
}

/* ---- the JSON ---- */
static void key(vg_buf *b, const char *name, vg_str value)
{
    vg_buf_printf(b, "\"%s\":", name);
    vg_buf_add_json_str(b, value);
    vg_buf_add_char(b, ',');
}

static void key_time(vg_buf *b, const char *name, int64_t ms)
{
    char t[25];
    vg_time_format(ms, t);
    vg_buf_printf(b, "\"%s\":", name);
    if (ms) vg_buf_printf(b, "\"%s\",", t);
    else vg_buf_add_cstr(b, "null,");
}

static void end_list(vg_buf *b, const char *close)
{
    if (!b->failed && b->len && b->ptr[b->len - 1] == ',') b->len--;
    vg_buf_add_cstr(b, close);
}

static void write_parties(vg_buf *b, const vg_dossier *d)
{
    vg_buf_add_cstr(b, "\"parties\":[");
    for (size_t i = 0; i < d->party_count; i++) {
        const vg_party *p = &d->parties[i];
        vg_buf_add_char(b, '{');
        key(b, "role", vg_str_of(vg_party_role_names[p->role]));
        key(b, "account", p->account);
        key(b, "age_band", vg_str_of(vg_age_band_names[p->band]));
        key(b, "age_basis", vg_str_of(vg_age_basis_names[p->basis]));
        vg_buf_add_cstr(b, "\"identifiers\":[");
        for (size_t k = 0; k < p->id_count; k++) {
            vg_buf_add_char(b, '{');
            key(b, "kind", vg_str_of(vg_id_kind_names[p->ids[k].kind]));
            key(b, "value", p->ids[k].value);
            key_time(b, "time", p->ids[k].time_ms);
            if (p->ids[k].port) vg_buf_printf(b, "\"port\":%u,", p->ids[k].port);
            vg_buf_printf(b, "\"verified\":%s,", p->ids[k].verified ? "true" : "false");
            key(b, "source", p->ids[k].source);
            end_list(b, "},");
        }
        end_list(b, "]},");
    }
    end_list(b, "],");
}

static void write_content(vg_buf *b, const vg_dossier *d)
{
    vg_buf_add_cstr(b, "\"messages\":[");
    for (size_t i = 0; i < d->message_count; i++) {
        const vg_dossier_message *m = &d->messages[i];
        vg_buf_add_char(b, '{');
        key(b, "id", m->id);
        key_time(b, "time", m->time_ms);
        vg_buf_printf(b, "\"from\":%zu,\"channel\":\"%s\",\"flagged\":%s,\"withheld\":%s,", m->from, vg_channel_names[m->channel], m->flagged ? "true" : "false", m->withheld ? "true" : "false");
        key(b, "text", m->text);
        end_list(b, "},");
    }
    end_list(b, "],\"media\":[");
    for (size_t i = 0; i < d->media_count; i++) {
        const vg_dossier_media *m = &d->media[i];
        char hex[65] = "";
        if (m->has_sha256) vg_hex_encode(hex, m->sha256, 32);
        vg_buf_printf(b, "{\"from\":%zu,\"bytes\":%llu,\"seen\":%s,", m->from, (unsigned long long)m->bytes, vg_dossier_viewed(m, 0) ? "true" : "false");
        key_time(b, "time", m->time_ms);
        key(b, "name", m->name);
        key(b, "type", m->mime);
        key(b, "sha256", vg_str_of(hex));
        end_list(b, "},");
    }
    end_list(b, "],");
}

static void write_reasons(vg_buf *b, const vg_dossier *d)
{
    vg_buf_add_cstr(b, "\"findings\":[");
    for (size_t i = 0; i < d->finding_count; i++) {
        vg_buf_add_char(b, '{');
        key(b, "name", d->findings[i].name);
        key(b, "fr", d->findings[i].why[VG_LANG_FR]);
        key(b, "en", d->findings[i].why[VG_LANG_EN]);
        end_list(b, "},");
    }
    end_list(b, "],\"countries\":[");
    for (size_t i = 0; i < d->fact_count; i++) {
        const vg_fact *x = &d->facts[i];
        vg_buf_add_char(b, '{');
        key(b, "whose", vg_str_of(vg_whose_names[x->whose]));
        key(b, "kind", vg_str_of(vg_fact_kind_names[x->kind]));
        key(b, "country", vg_str_of(x->country));
        key(b, "known_by", vg_str_of(vg_hint_names[x->hint]));
        vg_buf_add_cstr(b, "\"confidence\":");
        vg_buf_add_e4(b, x->confidence);
        vg_buf_add_cstr(b, "},");
    }
    end_list(b, "],\"laws\":[");
    for (size_t i = 0; i < d->law_count; i++) {
        vg_buf_add_char(b, '{');
        key(b, "reference", vg_str_of(d->laws[i].statute->reference));
        key(b, "country", vg_str_of(d->laws[i].statute->country));
        key(b, "sure", vg_str_of(vg_sure_names[d->laws[i].statute->from.sure]));
        end_list(b, "},");
    }
    end_list(b, "],");
}

static vg_str write_json(const vg_filing_view *f, vg_arena *arena)
{
    const vg_dossier *d = f->dossier;
    const vg_report_operator *o = d->operator;
    vg_buf b;
    vg_buf_init(&b, VG_PORTAL_TEXT_MOST * (size_t)16384);
    vg_buf_add_char(&b, '{');
    key(&b, "legal_basis", VG_STR("Regulation (EU) 2022/2065, Article 18"));
    key(&b, "notification", vg_str_of(f->uuid));
    key(&b, "case", vg_str_of(d->name));
    key_time(&b, "made", d->made_ms);
    vg_buf_printf(&b, "\"test\":%s,\"child_may_be_in_danger\":%s,", f->settings && f->settings->test ? "true" : "false", vg_case_imminence(&d->c) ? "true" : "false");
    vg_buf_add_cstr(&b, "\"reported_by\":{");
    key(&b, "name", vg_str_of(o->legal_name ? o->legal_name : o->name));
    key(&b, "email", vg_str_of(o->email));
    key(&b, "phone", vg_str_of(o->phone));
    key(&b, "country", vg_str_of(o->country));
    end_list(&b, "},");
    write_parties(&b, d);
    write_content(&b, d);
    write_reasons(&b, d);
    end_list(&b, "}\n");
    vg_str kept = b.failed ? (vg_str){NULL, 0} : vg_arena_copy(arena, (vg_str){b.ptr, b.len});
    vg_buf_free(&b);
    return kept;
}

static int documents(const vg_filing_view *f, vg_arena *arena, vg_documents *out, vg_error *err)
{
    int rc = vg_report_add_pdf(f, annex_way(f, vg_filing_archive(f)), arena, out, err);
    if (rc) return rc;
    vg_str json = write_json(f, arena), name = vg_arena_printf(arena, "%s-dsa18.json", f->dossier->name);
    if (!json.ptr || !name.ptr) return vg_fail(err, VG_ENOMEM, "", "out of memory");
    out->items[out->count++] = (vg_document){name, VG_STR("application/json"), json, {VG_STR("Notification au titre de l’article 18"), VG_STR("Notification under Article 18")}, 0};
    return 0;
}

/* ---- the mail ---- */
static const char *what_is_attached(bool documents, bool archive, bool fr)
{
    if (documents && archive) return fr ? "Le dossier et ses données sont joints, et les pièces sous scellés." : "The dossier and its data are attached, and the pieces sealed.";
    if (documents) return fr ? "Le dossier et ses données sont joints. Les pièces vous sont remises sous scellés à votre demande." : "The dossier and its data are attached. The pieces are handed over sealed when you ask.";
    if (archive) return fr ? "Le dossier n’est joint que sous scellés." : "The dossier is attached sealed alone.";
    return fr ? "Le dossier n’est pas joint à ce courriel. Répondez-nous ou téléphonez en citant ces numéros : il vous sera remis par la voie que vous choisirez."
              : "The dossier is not attached to this mail. Answer or telephone quoting these numbers: it will be handed to you in the way you choose.";
}

static vg_str mail_text(const vg_filing_view *f, vg_arena *arena)
{
    const vg_report_operator *o = f->dossier->operator;
    bool fr = vg_report_language(f) == VG_LANG_FR;
    vg_str who = vg_text_shown(arena, vg_str_of(o->legal_name ? o->legal_name : o->name), false, 200), mail = vg_text_shown(arena, vg_str_of(o->email), false, 200), phone = vg_text_shown(arena, vg_str_of(o->phone), false, 60);
    vg_str sealed = vg_annex_sentence(attached(f), fr ? VG_LANG_FR : VG_LANG_EN, arena);
    if (!who.ptr || !mail.ptr || !phone.ptr || !sealed.ptr) return (vg_str){NULL, 0};
    return vg_arena_printf(arena,
                           fr ? "%sMadame, Monsieur,\n\nEn application de l’article 18 du règlement (UE) 2022/2065, nous vous informons d’un soupçon d’infraction menaçant la vie ou la sécurité d’un mineur.\n\n"
                                "Dossier : %s\nNotification : %s\n\n%s\n%.*s\n%.*s\n%.*s\n%.*s\n"
                              : "%sDear Sir or Madam,\n\nUnder Article 18 of Regulation (EU) 2022/2065 we inform you of a suspicion of a criminal offence that threatens the life or safety of a minor.\n\n"
                                "Case: %s\nNotification: %s\n\n%s\n%.*s\n%.*s\n%.*s\n%.*s\n",
                           !vg_case_imminence(&f->dossier->c) ? "" : fr ? "URGENT : un enfant est peut-être en danger maintenant.\n\n" : "URGENT: a child may be in danger now.\n\n", f->dossier->name, f->uuid,
                           what_is_attached(f->receiver->media, attached(f) != NULL, fr), VG_STR_ARG(sealed),
                           VG_STR_ARG(who), VG_STR_ARG(mail), VG_STR_ARG(phone));
}

static int attach(const vg_filing_view *f, vg_arena *arena, vg_ask *out, vg_error *err)
{
    vg_documents docs = {.count = 0};
    int rc = f->receiver->media ? documents(f, arena, &docs, err) : 0;
    vg_part *parts = rc ? NULL : vg_arena_calloc(arena, docs.count + 1, sizeof *parts);
    if (rc) return rc;
    if (!parts) return vg_fail(err, VG_ENOMEM, "", "out of memory");
    for (size_t i = 0; i < docs.count; i++) parts[i] = (vg_part){.name = docs.items[i].name, .filename = docs.items[i].name, .type = docs.items[i].type, .bytes = docs.items[i].bytes};
    out->parts = parts;
    out->part_count = docs.count;
    if (attached(f)) vg_annex_part(attached(f), parts, &out->part_count);
    return 0;
}

static int next(const vg_filing_view *f, const vg_progress *now, bool unsure, vg_arena *arena, vg_ask *out, vg_error *err)
{
    const vg_report_channel *mail = mail_of(f);
    const vg_report_operator *o = f->dossier->operator;
    (void)now, (void)unsure;
    *out = (vg_ask){.carry = VG_CARRY_HAND, .step = "hand", .harmless = true};
    if (!mail) return 0;
    bool fr = vg_report_language(f) == VG_LANG_FR, urgent = vg_case_imminence(&f->dossier->c) != 0;
    out->carry = VG_CARRY_MAIL;
    out->step = "mail"; /* twice is better than never: the same Message-ID tells the receiver that it is one */
    out->to = vg_text_header(arena, vg_str_of(f->receiver->email), 254);
    out->subject = vg_arena_printf(arena, "%s%s %s", urgent ? (fr ? "URGENT – " : "URGENT – ") : "", fr ? "Notification au titre de l’article 18 du DSA, dossier" : "Notification under Article 18 DSA, case", f->dossier->name);
    vg_str domain = vg_text_header(arena, vg_str_of(o->domain ? o->domain : "vigie.invalid"), 200);
    out->message_id = vg_arena_printf(arena, "<%s@%.*s>", f->uuid, VG_STR_ARG(domain));
    out->text = mail_text(f, arena);
    if (!out->to.ptr || !out->subject.ptr || !out->message_id.ptr || !out->text.ptr) return vg_fail(err, VG_ENOMEM, "", "out of memory");
    return f->receiver->media || attached(f) ? attach(f, arena, out, err) : 0;
}

static int take(const vg_filing_view *f, const vg_progress *now, const vg_ask *ask, const vg_reply *reply, vg_arena *arena, vg_progress *after, vg_filing_turn *turn, vg_error *why)
{
    if (ask->carry == VG_CARRY_HAND) return vg_sealed_channel.take(f, now, ask, reply, arena, after, turn, why);
    *turn = VG_GO_LATER;
    if (reply->kind != VG_REPLY_CAME) {
        vg_fail(why, VG_EIO, "", "the mail did not leave, or it is not known: %.*s", (int)(reply->why.len < 200 ? reply->why.len : 200), reply->why.len ? reply->why.ptr : "");
        return 0;
    }
    if (reply->status >= 200 && reply->status < 300) {
        after->reference = ask->message_id;
        *turn = VG_GO_FILED;
    } else if (reply->status >= 500) {
        vg_fail(why, VG_EINVAL, "receiver.email", "the receiver's mail server refuses it (%d)", reply->status);
        *turn = VG_GO_REFUSED;
    } else vg_fail(why, VG_EBUSY, "", "the receiver's mail server says later (%d)", reply->status);
    return 0;
}

const vg_filing_channel vg_dsa18_channel = {
    .name = "dsa18", .title = {"Notification, art. 18 du DSA", "Notification, Art. 18 DSA"}, .carry = VG_CARRY_MAIL,
    .lacks = lacks, .documents = documents, .next = next, .take = take, .annex_way = annex_way,
};
