/* SPDX-License-Identifier: Apache-2.0
 *
 * XARF as a channel: one report for each address at the host, by mail to its abuse address, or by POST where the channel's own address is a
 * web address. The report_id and the Message-ID stay the same over retries, so that the host sees one report however often it arrives. */
#include "report/xarf/channel.h"
#include "report/xarf/xarf.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>

#include "base/time.h"
#include "report/notice/notice.h"
#include "report/text.h"

enum { ITEMS_MOST = 50 };

typedef struct item {
    vg_str url;
    size_t media; /* of the dossier; SIZE_MAX: none */
} item;

typedef struct choice { /* the filing's options */
    int type;           /* -1: from the case */
    vg_str classification, exploitation, source, ncmec;
    vg_known removed, suspended;
    bool account;
    item items[ITEMS_MOST];
    size_t count;
} choice;

static int wrong(vg_error *err, const char *member, const char *expected)
{
    char where[96];
    snprintf(where, sizeof where, "/options%s%.60s", member[0] ? "/" : "", member);
    return vg_fail(err, VG_EINVAL, where, "expected %s", expected);
}

static int read_text(const json_t *value, const char *key, vg_arena *arena, vg_str *out, vg_error *err)
{
    if (!json_is_string(value) || json_string_length(value) > 4096) return wrong(err, key, "a text of at most 4096 bytes");
    *out = vg_arena_copy(arena, (vg_str){json_string_value(value), json_string_length(value)});
    return out->ptr ? 0 : vg_fail(err, VG_ENOMEM, "xarf", "no memory");
}

static int read_items(const vg_filing_view *f, const json_t *list, vg_arena *arena, choice *c, vg_error *err)
{
    if (!json_is_array(list) || json_array_size(list) > ITEMS_MOST) return wrong(err, "items", "an array of at most 50 {url, media}");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i), *media = json_object_get(one, "media");
        if (json_object_size(one) != (media ? 2u : 1u)) return wrong(err, "items", "objects of url and media");
        item *it = &c->items[c->count++];
        it->media = SIZE_MAX;
        int rc = read_text(json_object_get(one, "url"), "items", arena, &it->url, err);
        if (rc) return rc;
        if (!media) continue;
        for (size_t k = 0; json_is_integer(media) && k < f->dossier->media_count; k++)
            if (f->dossier->media[k].seq == json_integer_value(media)) it->media = k;
        if (it->media == SIZE_MAX) return wrong(err, "items", "the number of a file of the case as media");
    }
    return 0;
}

static bool is_exploitation(vg_str name)
{
    static const char *const names[] = {"grooming", "solicitation", "sextortion", "trafficking", "distribution", "production", "possession"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (vg_str_is(name, names[i])) return true;
    return false;
}

static int read_member(const vg_filing_view *f, const char *key, const json_t *v, vg_arena *arena, choice *c, vg_error *err)
{
    vg_known known = json_is_true(v) ? VG_KNOWN_YES : VG_KNOWN_NO;
    vg_str type;
    int rc = 0;
    if (strcmp(key, "items") == 0) return read_items(f, v, arena, c, err);
    if (strcmp(key, "type") == 0) {
        rc = read_text(v, key, arena, &type, err);
        c->type = !rc && vg_str_is(type, "csam") ? VG_XARF_CSAM : VG_XARF_CSEM;
        return rc || vg_str_is(type, "csam") || vg_str_is(type, "csem") ? rc : wrong(err, key, "csam or csem");
    }
    if (strcmp(key, "classification") == 0) {
        rc = read_text(v, key, arena, &c->classification, err);
        return rc || vg_xarf_class(c->classification) ? rc : wrong(err, key, "baseline, A1, A2, B1 or B2");
    }
    if (strcmp(key, "exploitationType") == 0) {
        rc = read_text(v, key, arena, &c->exploitation, err);
        return rc || is_exploitation(c->exploitation) ? rc : wrong(err, key, "grooming, solicitation, sextortion, trafficking, distribution, production or possession");
    }
    if (strcmp(key, "sourceIdentifier") == 0) return read_text(v, key, arena, &c->source, err);
    if (strcmp(key, "ncmecReportId") == 0) return read_text(v, key, arena, &c->ncmec, err);
    if (!json_is_boolean(v)) return wrong(err, key, "a member of docs/filing-xarf.md");
    if (strcmp(key, "contentRemoved") == 0) c->removed = known;
    else if (strcmp(key, "accountSuspended") == 0) c->suspended = known;
    else if (strcmp(key, "account") == 0) c->account = known == VG_KNOWN_YES;
    else return wrong(err, key, "a member of docs/filing-xarf.md");
    return 0;
}

/* The first file whose list gives it a class that XARF has; SIZE_MAX: none. */
static size_t classed(const vg_dossier *d, vg_str *class)
{
    for (size_t i = 0; i < d->media_count; i++)
        for (size_t k = 0; k < d->media[i].match_count; k++)
            if (vg_xarf_class(d->media[i].matches[k].category)) return *class = d->media[i].matches[k].category, i;
    return SIZE_MAX;
}

static int read_choice(const vg_filing_view *f, vg_arena *arena, choice *c, vg_error *err)
{
    json_error_t bad;
    vg_str text = f->options.len ? f->options : VG_STR("{}"), class;
    const vg_party *author = vg_dossier_party(f->dossier, VG_PARTY_AUTHOR);
    const char *key;
    json_t *value;
    int rc = 0;
    *c = (choice){.type = -1};
    json_t *root = text.len <= 256 << 10 ? json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &bad) : NULL;
    if (!json_is_object(root)) rc = wrong(err, "", "a JSON object");
    if (!rc) json_object_foreach(root, key, value)
        if (!rc) rc = read_member(f, key, value, arena, c, err);
    json_decref(root);
    for (size_t i = 0; !c->count && author && i < author->id_count; i++) /* else where the account itself can be seen */
        if (author->ids[i].kind == VG_ID_URL) c->items[c->count++] = (item){author->ids[i].value, classed(f->dossier, &class)};
    return rc;
}

/* ---- one report ---- */

static bool found(const vg_dossier *d, const char *name)
{
    for (size_t i = 0; i < d->finding_count; i++)
        if (vg_str_is(d->findings[i].name, name)) return true;
    return false;
}

static bool reason_is(const vg_dossier *d, const char *code)
{
    for (size_t i = 0; i < d->decision_count; i++)
        if (vg_str_is(d->decisions[i].d.reason, code)) return true;
    return false;
}

static const char *exploitation_of(const vg_dossier *d)
{
    bool pictures = found(d, "text.picture_request");
    if ((found(d, "text.threat") || reason_is(d, "threat")) && (pictures || found(d, "text.payment_request"))) return "sextortion";
    if (pictures) return "solicitation";
    if (reason_is(d, "media") || found(d, "media.known_hash")) return "distribution";
    return "grooming";
}

/* How it was found; that a person then decided is true of every report. */
static const char *csem_method(const vg_dossier *d)
{
    vg_str first = d->finding_count ? d->findings[0].name : VG_STR("");
    if (vg_str_is(first, "text.model")) return "ai_detection";
    if (first.len > 5 && memcmp(first.ptr, "text.", 5) == 0) return "keyword_detection";
    if (first.len > 8 && memcmp(first.ptr, "conduct.", 8) == 0) return "behavioral_analysis";
    return d->c.notices ? "user_report" : "manual_review";
}

static const char *csam_method(const vg_dossier *d, const vg_dossier_media *m)
{
    if (m && m->match_count) return "hash_match";
    return d->c.notices ? "user_report" : "manual_review";
}

/* What was decided, as long as it stands; not known: no person has decided about it. */
static vg_known suspended(const vg_dossier *d)
{
    vg_known out = VG_KNOWN_NOT;
    for (size_t i = 0; i < d->decision_count; i++) {
        vg_action action = d->decisions[i].d.action;
        if (action == VG_ACTION_SUSPEND) out = VG_KNOWN_YES;
        else if (action == VG_ACTION_DISMISS) out = VG_KNOWN_NO;
    }
    return d->c.overturned && out == VG_KNOWN_YES ? VG_KNOWN_NO : out;
}

static vg_known removed(const vg_dossier *d)
{
    bool decided = false;
    for (size_t i = 0; i < d->decision_count; i++) decided |= d->decisions[i].d.action != VG_ACTION_DISMISS && d->decisions[i].d.action != VG_ACTION_ESCALATE;
    if (d->c.overturned) return VG_KNOWN_NOT;
    return d->c.verdict == VG_VERDICT_BLOCK || (d->c.verdict == VG_VERDICT_HOLD && decided) ? VG_KNOWN_YES : VG_KNOWN_NOT;
}

static const char *platform_of(const vg_dossier *d)
{
    const char *service = d->operator && d->operator->service ? d->operator->service : "chat";
    if (strcmp(service, "chat") == 0) return "messaging_app";
    if (strcmp(service, "game") == 0) return "gaming_platform";
    return strcmp(service, "email") == 0 ? "email" : "other";
}

/* The host in an address: "https://user@host:443/x" gives "host". */
static vg_str host_of(vg_str url)
{
    const char *at = url.len ? memmem(url.ptr, url.len, "://", 3) : NULL;
    size_t from = at ? (size_t)(at - url.ptr) + 3 : 0, to = from;
    while (to < url.len && !strchr("/?#", url.ptr[to])) to++;
    for (size_t i = from; i < to; i++)
        if (url.ptr[i] == '@') from = i + 1;
    if (from < to && url.ptr[from] == '[') {
        size_t end = from;
        while (end < to && url.ptr[end] != ']') end++;
        return (vg_str){url.ptr + from + 1, end - from - 1};
    }
    size_t end = from;
    while (end < to && url.ptr[end] != ':') end++;
    return (vg_str){url.ptr + from, end - from};
}

static void id_of(const vg_filing_view *f, size_t i, char out[37])
{
    uint8_t digest[16];
    char text[64];
    snprintf(out, 37, "%.36s", f->uuid ? f->uuid : "");
    if (!i && f->uuid && strlen(f->uuid) == 36) return;
    int len = snprintf(text, sizeof text, "%.36s/%zu", f->uuid ? f->uuid : "", i);
    crypto_generichash(digest, sizeof digest, (const uint8_t *)text, (unsigned long long)len, NULL, 0);
    vg_xarf_uuid(digest, out);
}

static bool says_who(const vg_report_operator *op) { return op && (op->name || op->legal_name) && op->email && op->domain; }

static int write_one(const vg_filing_view *f, const choice *c, size_t i, vg_arena *arena, vg_str *out, vg_error *err)
{
    static const vg_report_operator nobody = {0};
    const vg_dossier *d = f->dossier;
    const vg_report_operator *op = d->operator ? d->operator : &nobody;
    const item *it = &c->items[i];
    const vg_dossier_media *m = it->media < d->media_count ? &d->media[it->media] : NULL;
    vg_str class = c->classification;
    char id[37];
    int64_t first, last;
    for (size_t k = 0; !class.len && m && k < m->match_count; k++)
        if (vg_xarf_class(m->matches[k].category)) class = m->matches[k].category;
    vg_xarf_type type = c->type >= 0 ? (vg_xarf_type)c->type : class.len ? VG_XARF_CSAM : VG_XARF_CSEM;
    if (type == VG_XARF_CSAM && !class.len) return wrong(err, "classification", "a class: no list gives this file one that XARF has, and none is converted");
    if (!says_who(op)) return vg_fail(err, VG_EINVAL, "/report/operator", "XARF wants the name, e-mail address and domain of who reports");
    if (!vg_notice_is_web(it->url) || !host_of(it->url).len) return wrong(err, "items", "a web address, https://..., without blanks or a user name");
    vg_str exploitation = c->exploitation.len ? vg_arena_copy(arena, c->exploitation) : vg_str_of(exploitation_of(d));
    vg_str account = vg_text_utf8(arena, d->c.account), org = vg_text_utf8(arena, vg_str_of(op->legal_name ? op->legal_name : op->name));
    if (!exploitation.ptr || !account.ptr || !org.ptr) return vg_fail(err, VG_ENOMEM, "xarf", "no memory");
    id_of(f, i, id);
    vg_xarf r = {.report_id = id,
                 .time_ms = m ? m->time_ms : vg_dossier_span(d, &first, &last) ? last : d->made_ms,
                 .org = org, .contact = vg_str_of(op->email), .domain = vg_str_of(op->domain),
                 .source_identifier = c->source.len ? c->source : host_of(it->url), .url = it->url, .type = type, .classification = class,
                 .exploitation = exploitation.ptr, .detection_method = type == VG_XARF_CSAM ? csam_method(d, m) : csem_method(d),
                 .media_type = !m ? NULL : vg_str_is(m->kind, "video") ? "video" : "image", .platform = platform_of(d),
                 .sha256 = m && m->has_sha256 ? m->sha256 : NULL, .sha1 = m && m->has_sha1 ? m->sha1 : NULL, .md5 = m && m->has_md5 ? m->md5 : NULL,
                 .ncmec_report_id = c->ncmec.len ? c->ncmec : d->ncmec_reports,
                 .content_removed = c->removed != VG_KNOWN_NOT ? c->removed : removed(d),
                 .account_suspended = c->suspended != VG_KNOWN_NOT ? c->suspended : suspended(d),
                 .account = c->account ? account : VG_STR(""), .chat_logs = d->message_count > 0};
    for (size_t k = 0; k < d->media_count; k++)
        if (vg_str_is(d->media[k].kind, "video")) r.videos = true;
        else r.images = true;
    if (f->settings && f->settings->test) snprintf(r.tags[0], sizeof r.tags[0], "report:test");
    vg_buf b;
    vg_buf_init(&b, 256 << 10);
    vg_xarf_write(&b, &r);
    *out = b.failed ? (vg_str){NULL, 0} : vg_arena_copy(arena, (vg_str){b.ptr, b.len});
    vg_buf_free(&b);
    return out->ptr ? 0 : vg_fail(err, VG_ENOMEM, "xarf", "no memory");
}

/* ---- the channel ---- */

static bool by_web(const vg_filing_view *f) { return f->settings && f->settings->url && strncmp(f->settings->url, "http", 4) == 0; }

static int xarf_lacks(const vg_filing_view *f, vg_arena *arena, vg_lacks *out, vg_error *err)
{
    const vg_report_operator *op = f->dossier->operator;
    choice c;
    vg_error bad = {0};
    vg_str document;
    int rc = read_choice(f, arena, &c, &bad);
    if (!says_who(op))
        vg_lack_add(out, VG_LACK_BLOCKS, "operator", "XARF veut le nom de qui signale, son adresse électronique et son domaine : section « report » de l’espace.",
                    "XARF wants the name of who reports, an e-mail address and a domain: section \"report\" of the space.");
    if (!by_web(f) && !(f->receiver && f->receiver->email))
        vg_lack_add(out, VG_LACK_BLOCKS, "receiver.email", "L’adresse « abuse » de l’hébergeur n’est pas connue.", "The host's abuse address is not known.");
    if (!rc && !c.count)
        vg_lack_add(out, VG_LACK_BLOCKS, "options.items", "L’adresse du contenu chez l’hébergeur manque.", "The address of the content at the host is missing.");
    for (size_t i = 0; !rc && says_who(op) && i < c.count; i++) rc = write_one(f, &c, i, arena, &document, &bad);
    if (rc == -VG_ENOMEM) return vg_fail(err, VG_ENOMEM, "xarf", "no memory");
    if (!rc) return 0;
    vg_str fr = vg_arena_printf(arena, "Les options ne conviennent pas, à %s : %s.", bad.where, bad.what);
    vg_str en = vg_arena_printf(arena, "The options do not fit, at %s: %s.", bad.where, bad.what);
    if (!fr.ptr || !en.ptr) return vg_fail(err, VG_ENOMEM, "xarf", "no memory");
    vg_lack_add(out, VG_LACK_BLOCKS, "options", fr.ptr, en.ptr);
    return 0;
}

static int xarf_documents(const vg_filing_view *f, vg_arena *arena, vg_documents *out, vg_error *err)
{
    choice c;
    int rc = read_choice(f, arena, &c, err);
    for (size_t i = 0; !rc && i < c.count && out->count < VG_DOCUMENTS_MOST; i++) {
        vg_document *one = &out->items[out->count];
        rc = write_one(f, &c, i, arena, &one->bytes, err);
        if (rc) break;
        one->name = vg_arena_printf(arena, "xarf-%zu.json", i + 1);
        one->type = VG_STR("application/json");
        one->title[VG_LANG_FR] = VG_STR("Signalement à l’hébergeur (XARF)");
        one->title[VG_LANG_EN] = VG_STR("Report to the host (XARF)");
        if (!one->name.ptr) return vg_fail(err, VG_ENOMEM, "xarf", "no memory");
        out->count++;
    }
    return rc;
}

/* How many of the reports are through: the memo is that number. */
static size_t sent_of(const vg_progress *now)
{
    size_t n = 0;
    for (size_t i = 0; i < now->memo.len && i < 4; i++) n = now->memo.ptr[i] >= '0' && now->memo.ptr[i] <= '9' ? n * 10 + (size_t)(now->memo.ptr[i] - '0') : n;
    return n;
}

static int xarf_next(const vg_filing_view *f, const vg_progress *now, bool unsure, vg_arena *arena, vg_ask *out, vg_error *err)
{
    choice c;
    vg_str json;
    char id[37];
    size_t at = sent_of(now);
    (void)unsure; /* the same report_id again is the same report */
    int rc = read_choice(f, arena, &c, err);
    if (!rc && !c.count) rc = wrong(err, "items", "the address of the content at the host");
    if (!rc && at >= c.count) at = c.count - 1;
    if (!rc) rc = write_one(f, &c, at, arena, &json, err);
    if (rc) return rc;
    id_of(f, at, id);
    *out = (vg_ask){.carry = by_web(f) ? VG_CARRY_HTTP : VG_CARRY_MAIL, .step = "report", .method = VG_STR("POST"), .type = VG_STR("application/json"),
                    .body = json, .harmless = true};
    if (out->carry == VG_CARRY_HTTP) return 0;
    vg_part *part = vg_arena_calloc(arena, 1, sizeof *part);
    const char *domain = f->dossier->operator && f->dossier->operator->domain ? f->dossier->operator->domain : "localhost";
    out->to = vg_str_of(f->receiver ? f->receiver->email : NULL);
    out->subject = VG_STR("Abuse report (XARF): child protection, urgent");
    out->message_id = vg_arena_printf(arena, "<%s@%s>", id, domain);
    out->text = vg_arena_printf(arena, "This report is meant for your abuse desk; its machine-readable form (XARF 4.2, https://xarf.org) is attached as xarf.json.\n"
                                       "It concerns the protection of children. No content is attached. Do not forward the address it names.\n"
                                       "Report: %s\n", id);
    if (!part || !out->message_id.ptr || !out->text.ptr) return vg_fail(err, VG_ENOMEM, "xarf", "no memory");
    *part = (vg_part){.name = VG_STR("xarf"), .filename = VG_STR("xarf.json"), .type = VG_STR("application/json"), .bytes = json};
    out->parts = part;
    out->part_count = 1;
    out->body = (vg_str){NULL, 0};
    return 0;
}

static int later(vg_filing_turn *turn, vg_error *why, int code, const char *what, int status)
{
    *turn = VG_GO_LATER;
    vg_fail(why, code, "xarf", "%s (%d)", what, status);
    return 0;
}

static int xarf_take(const vg_filing_view *f, const vg_progress *now, const vg_ask *ask, const vg_reply *reply, vg_arena *arena, vg_progress *after,
                     vg_filing_turn *turn, vg_error *why)
{
    choice c;
    char id[37];
    int s = reply->status;
    bool ok = s >= 200 && s < 300, mail = ask->carry == VG_CARRY_MAIL;
    if (reply->kind != VG_REPLY_CAME) return later(turn, why, VG_EBUSY, "the host was not reached or did not answer; the same report is sent again", 0);
    if (!mail && s == 409) ok = true; /* there already */
    if (!ok && (s == 401 || s == 403 || s == 404 || s == 530 || s == 535))
        return later(turn, why, VG_EFORBIDDEN, "credentials or address are not taken; a person must look at the channel", s);
    if (!ok && ((mail && s >= 500) || (!mail && s >= 400 && s < 500 && s != 408 && s != 429))) {
        vg_str said = vg_text_shown(arena, reply->body, false, 200);
        *turn = VG_GO_REFUSED;
        vg_fail(why, VG_EUNPROCESSABLE, "xarf", "the host does not take it (%d): %.*s", s, VG_STR_ARG(said));
        return 0;
    }
    if (!ok) return later(turn, why, VG_EBUSY, "the host cannot take it now", s);
    int rc = read_choice(f, arena, &c, why);
    if (rc) return rc;
    size_t sent = sent_of(now) + 1;
    id_of(f, 0, id);
    after->reference = vg_arena_copy(arena, vg_str_of(id));
    after->memo = vg_arena_printf(arena, "%zu", sent);
    if (!after->reference.ptr || !after->memo.ptr) return vg_fail(why, VG_ENOMEM, "xarf", "no memory");
    after->step = "report";
    *turn = sent < c.count ? VG_GO_ON : VG_GO_FILED;
    return 0;
}

const vg_filing_channel vg_channel_xarf = {
    .name = "xarf",
    .title = {[VG_LANG_FR] = "Hébergeur, par XARF", [VG_LANG_EN] = "Host, by XARF"},
    .carry = VG_CARRY_MAIL,
    .lacks = xarf_lacks,
    .documents = xarf_documents,
    .next = xarf_next,
    .take = xarf_take,
};
