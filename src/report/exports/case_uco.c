/* SPDX-License-Identifier: Apache-2.0
 *
 * CASE 1.x / UCO 1.x as JSON-LD (caseontology.org, unifiedcyberontology.org): what was observed as observables with facets, who did what with it as
 * investigative actions, and where it came from as provenance records. Ids are UUIDs of version 5 of what they name, so that the same case merges with itself.
 *
 *     Investigation ── object ──> everything below
 *     DigitalAccount <─ from, to ── Message <── Attachment_Of ── File
 *          │  Related_To ──> EmailAddress, PhoneAccount, IPv4Address, ...
 *     InvestigativeAction ── performer ──> Person     instrument ──> Tool     object ──> File, DigitalAccount
 *     ProvenanceRecord ── object ──> File, Message
 */
#include "report/exports/exports_int.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/time.h"
#include "report/text.h"

typedef struct graph {
    export_out *o;
    const vg_dossier *d;
    size_t *threads; /* of each conversation, the first that names it: messages, then media */
    size_t thread_count;
    size_t *people;  /* of each person, the first that names them: decisions, then log, then views */
    size_t person_count;
    bool listing;    /* ids alone are written, for the investigation's list */
} graph;

static const vg_str no_key = {"", 0};

/* ---- ids ---- */

static void id_of(const graph *g, const char *kind, vg_str key, int64_t number, char out[EXPORT_UUID + 3])
{
    memcpy(out, "kb:", 3);
    vg_export_uuid(g->d, kind, key, number, out + 3);
}

static void refer(graph *g, const char *property, const char *kind, vg_str key, int64_t number)
{
    char id[EXPORT_UUID + 3];
    id_of(g, kind, key, number, id);
    vg_export_key(g->o, property);
    vg_buf_printf(g->o->out, "{\"@id\":\"%s\"}", id);
}

/* Begins a node; false: only its id was wanted, and stands. */
static bool begin(graph *g, const char *kind, vg_str key, int64_t number, const char *type)
{
    char id[EXPORT_UUID + 3];
    vg_arena_reset(g->o->texts);
    if (g->listing) {
        refer(g, "", kind, key, number);
        return false;
    }
    id_of(g, kind, key, number, id);
    vg_export_open(g->o, "", '{');
    vg_export_word(g->o, "@id", id);
    vg_export_word(g->o, "@type", type);
    return true;
}

static void end(graph *g) { vg_export_close(g->o, '}'); }

static void begin_facet(graph *g, const char *kind, vg_str key, int64_t number, const char *type)
{
    char id[EXPORT_UUID + 3], whole[64];
    snprintf(whole, sizeof whole, "%s %s", kind, type);
    id_of(g, whole, key, number, id);
    vg_export_open(g->o, "", '{');
    vg_export_word(g->o, "@id", id);
    vg_export_word(g->o, "@type", type);
}

static void typed(graph *g, const char *property, const char *type, const char *value)
{
    vg_export_key(g->o, property);
    vg_buf_printf(g->o->out, "{\"@type\":\"%s\",\"@value\":\"%s\"}", type, value);
}

static void when(graph *g, const char *property, int64_t ms)
{
    char text[25];
    if (!ms) return;
    vg_time_format(ms, text);
    typed(g, property, "xsd:dateTime", text);
}

static void whole_number(graph *g, const char *property, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    typed(g, property, "xsd:integer", text);
}

/* ---- what names itself ---- */

/* Messages name themselves; one that could not be read does not. */
static vg_str message_key(const vg_dossier_message *m) { return m->id; }
static int64_t message_number(size_t i, const vg_dossier_message *m) { return m->id.len ? m->time_ms : (int64_t)i; }

static vg_str conversation_at(const vg_dossier *d, size_t i)
{
    return i < d->message_count ? d->messages[i].conversation : d->media[i - d->message_count].conversation;
}

static vg_str person_at(const vg_dossier *d, size_t i)
{
    if (i < d->decision_count) return d->decisions[i].d.user;
    i -= d->decision_count;
    if (i < d->log_count) return d->log[i].actor;
    i -= d->log_count;
    for (size_t m = 0; m < d->media_count; m++) {
        if (i < d->media[m].view_count) return d->media[m].views[i].user;
        i -= d->media[m].view_count;
    }
    return no_key;
}

static bool is_new(const vg_dossier *d, vg_str (*at)(const vg_dossier *, size_t), const size_t *seen, size_t count, vg_str key)
{
    for (size_t k = count; k > 0; k--) /* mostly the one before */
        if (vg_str_eq(at(d, seen[k - 1]), key)) return false;
    return true;
}

static size_t *distinct(const vg_dossier *d, vg_str (*at)(const vg_dossier *, size_t), size_t most, size_t *count)
{
    size_t *out = vg_calloc(most + 1, sizeof *out);
    *count = 0;
    for (size_t i = 0; out && i < most; i++) {
        vg_str key = at(d, i);
        if (key.len && is_new(d, at, out, *count, key)) out[(*count)++] = i;
    }
    return out;
}

/* ---- who ---- */

static void write_tool(graph *g)
{
    if (!begin(g, "tool", no_key, 0, "uco-tool:Tool")) return;
    vg_export_word(g->o, "uco-core:name", "Vigie");
    end(g);
}

static bool has_operator(const graph *g) { return g->d->operator->legal_name || g->d->operator->name; }

static void write_operator(graph *g)
{
    const vg_report_operator *op = g->d->operator;
    if (!has_operator(g) || !begin(g, "operator", no_key, 0, "uco-identity:Organization")) return;
    vg_export_word(g->o, "uco-core:name", op->legal_name ? op->legal_name : op->name);
    vg_export_word(g->o, "uco-core:description", "The provider of the platform, who reports");
    end(g);
}

static void write_people(graph *g)
{
    const vg_dossier *d = g->d;
    for (size_t i = 0; i < g->person_count; i++) {
        vg_str user = person_at(d, g->people[i]), name = user;
        if (!begin(g, "person", user, 0, "uco-identity:Person")) continue;
        for (size_t k = 0; k < d->decision_count; k++)
            if (vg_str_eq(d->decisions[k].d.user, user) && d->decisions[k].person.len) name = d->decisions[k].person;
        vg_export_text(g->o, "uco-core:name", name);
        vg_export_made(g->o, "uco-core:description", vg_arena_printf(g->o->texts, "Account of the console: %.*s", VG_STR_ARG(vg_export_shown(g->o, user))));
        end(g);
    }
}

static void write_party(graph *g, size_t i)
{
    const vg_party *p = &g->d->parties[i];
    if (!begin(g, "party", no_key, (int64_t)i, "uco-observable:DigitalAccount")) return;
    vg_export_made(g->o, "uco-core:description", vg_arena_printf(g->o->texts, "%s; age band %s (%s)%s%s", vg_party_role_names[p->role], vg_age_band_names[p->band],
                   vg_age_basis_names[p->basis], p->country[0] ? "; declared country " : "", p->country));
    vg_export_open(g->o, "uco-core:hasFacet", '[');
    begin_facet(g, "party", no_key, (int64_t)i, "uco-observable:AccountFacet");
    vg_export_text(g->o, "uco-observable:accountIdentifier", p->account);
    if (has_operator(g)) refer(g, "uco-observable:accountIssuer", "operator", no_key, 0);
    when(g, "uco-observable:observableCreatedTime", p->created_ms);
    end(g);
    begin_facet(g, "party", no_key, (int64_t)i, "uco-observable:DigitalAccountFacet");
    vg_export_text(g->o, "uco-observable:accountLogin", p->account);
    for (size_t k = 0; k < p->id_count; k++)
        if (p->ids[k].kind == VG_ID_DISPLAY) {
            vg_export_text(g->o, "uco-observable:displayName", p->ids[k].value);
            break;
        }
    end(g);
    vg_export_close(g->o, ']');
    end(g);
}

/* ---- identifiers ---- */

typedef struct shape { /* class, facet, property; NULL facet: a name says it */
    const char *type, *facet, *property;
} shape;

static shape shape_of(const vg_identifier *id)
{
    static const shape plain = {"uco-observable:ObservableObject", NULL, NULL};
    static const shape shapes[VG_IDS] = {
        [VG_ID_ACCOUNT] = {"uco-observable:DigitalAccount", "uco-observable:AccountFacet", "uco-observable:accountIdentifier"},
        [VG_ID_HANDLE] = {"uco-observable:DigitalAccount", "uco-observable:AccountFacet", "uco-observable:accountIdentifier"},
        [VG_ID_EMAIL] = {"uco-observable:EmailAddress", "uco-observable:EmailAddressFacet", "uco-observable:addressValue"},
        [VG_ID_PHONE] = {"uco-observable:PhoneAccount", "uco-observable:PhoneAccountFacet", "uco-observable:phoneNumber"},
        [VG_ID_URL] = {"uco-observable:URL", "uco-observable:URLFacet", "uco-observable:fullValue"},
        [VG_ID_DEVICE] = {"uco-observable:Device", NULL, NULL},
    };
    char text[INET6_ADDRSTRLEN];
    uint8_t bytes[16];
    if (id->kind != VG_ID_IP) return shapes[id->kind].type ? shapes[id->kind] : plain;
    if (id->value.len >= sizeof text || memchr(id->value.ptr, '\0', id->value.len)) return plain;
    snprintf(text, sizeof text, "%.*s", VG_STR_ARG(id->value));
    if (inet_pton(AF_INET, text, bytes) == 1) return (shape){"uco-observable:IPv4Address", "uco-observable:IPv4AddressFacet", "uco-observable:addressValue"};
    if (inet_pton(AF_INET6, text, bytes) == 1) return (shape){"uco-observable:IPv6Address", "uco-observable:IPv6AddressFacet", "uco-observable:addressValue"};
    return plain;
}

static void write_identifier(graph *g, size_t party, size_t k)
{
    const vg_identifier *id = &g->d->parties[party].ids[k];
    const shape s = shape_of(id);
    int64_t number = (int64_t)(party << 20 | k);
    char port[24] = "";
    if (begin(g, "identifier", id->value, number, s.type)) {
        if (!s.facet) vg_export_text(g->o, "uco-core:name", id->value);
        vg_export_word(g->o, "uco-core:description", vg_id_kind_names[id->kind]);
        if (s.facet) {
            vg_export_open(g->o, "uco-core:hasFacet", '[');
            begin_facet(g, "identifier", id->value, number, s.facet);
            vg_export_text(g->o, s.property, id->value);
            end(g);
            vg_export_close(g->o, ']');
        }
        end(g);
    }
    if (!begin(g, "has", id->value, number, "uco-observable:ObservableRelationship")) return;
    refer(g, "uco-core:source", "party", no_key, (int64_t)party);
    refer(g, "uco-core:target", "identifier", id->value, number);
    vg_export_word(g->o, "uco-core:kindOfRelationship", "Related_To");
    vg_export_truth(g->o, "uco-core:isDirectional", true);
    when(g, "uco-core:startTime", id->time_ms);
    if (id->port) snprintf(port, sizeof port, ", port %u", id->port);
    vg_export_made(g->o, "uco-core:description", vg_arena_printf(g->o->texts, "%s of the account%s, %s, from: %.*s", vg_id_kind_names[id->kind], port,
                   id->verified ? "verified by the platform" : "not verified", VG_STR_ARG(vg_export_shown(g->o, id->source))));
    end(g);
}

/* ---- what was said ---- */

static void refer_parties(graph *g, const char *property, const size_t *to, size_t count)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++) known += to[i] < g->d->party_count;
    if (!known) return;
    vg_export_open(g->o, property, '[');
    for (size_t i = 0; i < count; i++)
        if (to[i] < g->d->party_count) refer(g, "", "party", no_key, (int64_t)to[i]);
    vg_export_close(g->o, ']');
}

static void write_message(graph *g, size_t i)
{
    const vg_dossier_message *m = &g->d->messages[i];
    const char *say = m->unreadable ? "Its content could not be read" : m->withheld ? "Its channel may not be looked at: the text is withheld" : NULL;
    if (!begin(g, "message", message_key(m), message_number(i, m), "uco-observable:Message")) return;
    vg_export_word(g->o, "uco-core:description", say);
    if (m->finding_count) {
        vg_export_open(g->o, "uco-core:tag", '[');
        for (size_t k = 0; k < m->finding_count; k++)
            if (m->findings[k] < g->d->finding_count) vg_export_text(g->o, "", g->d->findings[m->findings[k]].name);
        vg_export_close(g->o, ']');
    }
    vg_export_open(g->o, "uco-core:hasFacet", '[');
    begin_facet(g, "message", message_key(m), message_number(i, m), "uco-observable:MessageFacet");
    vg_export_text(g->o, "uco-observable:messageID", m->id);
    vg_export_text(g->o, "uco-observable:sessionID", m->conversation);
    vg_export_word(g->o, "uco-observable:messageType", vg_channel_names[m->channel]);
    if (m->from < g->d->party_count) refer(g, "uco-observable:from", "party", no_key, (int64_t)m->from);
    refer_parties(g, "uco-observable:to", m->to, m->to_count);
    vg_export_text(g->o, "uco-observable:messageText", m->text);
    when(g, "uco-observable:sentTime", m->time_ms);
    end(g);
    vg_export_close(g->o, ']');
    end(g);
}

/* Those of the conversation who wrote in it or were written to. */
static void write_participants(graph *g, vg_str conversation)
{
    const vg_dossier *d = g->d;
    vg_export_open(g->o, "uco-observable:participant", '[');
    for (size_t p = 0; p < d->party_count; p++) {
        bool in = false;
        for (size_t i = 0; !in && i < d->message_count + d->media_count; i++) {
            bool text = i < d->message_count;
            const vg_dossier_message *m = text ? &d->messages[i] : NULL;
            const vg_dossier_media *file = text ? NULL : &d->media[i - d->message_count];
            const size_t *to = text ? m->to : file->to;
            if (!vg_str_eq(conversation_at(d, i), conversation)) continue;
            in = (text ? m->from : file->from) == p;
            for (size_t k = 0; !in && k < (text ? m->to_count : file->to_count); k++) in = to[k] == p;
        }
        if (in) refer(g, "", "party", no_key, (int64_t)p);
    }
    vg_export_close(g->o, ']');
}

static void write_thread(graph *g, vg_str conversation)
{
    const vg_dossier *d = g->d;
    size_t size = 0;
    char id[EXPORT_UUID + 3];
    if (!begin(g, "thread", conversation, 0, "uco-observable:MessageThread")) return;
    for (size_t i = 0; i < d->message_count + d->media_count; i++) size += vg_str_eq(conversation_at(d, i), conversation);
    vg_export_text(g->o, "uco-core:name", conversation);
    vg_export_open(g->o, "uco-core:hasFacet", '[');
    begin_facet(g, "thread", conversation, 0, "uco-observable:MessageThreadFacet");
    write_participants(g, conversation);
    id_of(g, "thread list", conversation, 0, id);
    vg_export_key(g->o, "uco-observable:messageThread");
    vg_buf_printf(g->o->out, "{\"@id\":\"%s\",\"@type\":\"uco-types:Thread\",\"co:size\":{\"@type\":\"xsd:nonNegativeInteger\",\"@value\":\"%zu\"}", id, size);
    g->o->first = false;
    vg_export_open(g->o, "co:element", '[');
    for (size_t i = 0; i < d->message_count; i++)
        if (vg_str_eq(d->messages[i].conversation, conversation)) refer(g, "", "message", message_key(&d->messages[i]), message_number(i, &d->messages[i]));
    for (size_t i = 0; i < d->media_count; i++)
        if (vg_str_eq(d->media[i].conversation, conversation)) refer(g, "", "sending", no_key, d->media[i].seq);
    vg_export_close(g->o, ']');
    end(g); /* the thread's list */
    end(g);
    vg_export_close(g->o, ']');
    end(g);
}

/* ---- what was shown ---- */

static void write_hash(graph *g, const vg_dossier_media *m, const char *method, bool has, const uint8_t *bytes, size_t len)
{
    char id[EXPORT_UUID + 3];
    if (!has) return;
    id_of(g, "hash", vg_str_of(method), m->seq, id);
    vg_export_open(g->o, "", '{');
    vg_export_word(g->o, "@id", id);
    vg_export_word(g->o, "@type", "uco-types:Hash");
    /* PDQ is no name of UCO's vocabulary: a plain string, as the property allows. */
    if (strcmp(method, "PDQ") == 0) vg_export_word(g->o, "uco-types:hashMethod", method);
    else typed(g, "uco-types:hashMethod", "uco-vocabulary:HashNameVocab", method);
    vg_export_open(g->o, "uco-types:hashValue", '{');
    vg_export_word(g->o, "@type", "xsd:hexBinary");
    vg_export_hex(g->o, "@value", true, bytes, len, false);
    end(g);
    end(g);
}

static void write_content(graph *g, const vg_dossier_media *m)
{
    begin_facet(g, "file", no_key, m->seq, "uco-observable:ContentDataFacet");
    vg_export_text(g->o, "uco-observable:mimeType", m->mime);
    whole_number(g, "uco-observable:sizeInBytes", m->bytes);
    if (m->has_md5 || m->has_sha1 || m->has_sha256 || m->has_pdq) {
        vg_export_open(g->o, "uco-observable:hash", '[');
        write_hash(g, m, "MD5", m->has_md5, m->md5, sizeof m->md5);
        write_hash(g, m, "SHA1", m->has_sha1, m->sha1, sizeof m->sha1);
        write_hash(g, m, "SHA256", m->has_sha256, m->sha256, sizeof m->sha256);
        write_hash(g, m, "PDQ", m->has_pdq, m->pdq, sizeof m->pdq);
        vg_export_close(g->o, ']');
    }
    end(g);
}

static void write_file(graph *g, const vg_dossier_media *m)
{
    if (!begin(g, "file", no_key, m->seq, "uco-observable:File")) return;
    if (m->match_count) {
        vg_export_open(g->o, "uco-core:tag", '[');
        for (size_t k = 0; k < m->match_count; k++) {
            vg_str source = vg_export_shown(g->o, m->matches[k].source), category = vg_export_shown(g->o, m->matches[k].category);
            vg_export_made(g->o, "", vg_arena_printf(g->o->texts, "%.*s: %.*s, %u bits apart", VG_STR_ARG(source), VG_STR_ARG(category), m->matches[k].distance));
        }
        vg_export_close(g->o, ']');
    }
    vg_export_open(g->o, "uco-core:hasFacet", '[');
    begin_facet(g, "file", no_key, m->seq, "uco-observable:FileFacet");
    if (m->name.len) vg_export_made(g->o, "uco-observable:fileName", vg_text_file(g->o->texts, m->name));
    whole_number(g, "uco-observable:sizeInBytes", m->bytes);
    end(g);
    write_content(g, m);
    if (m->width && m->height && vg_str_is(m->kind, "still")) {
        begin_facet(g, "file", no_key, m->seq, "uco-observable:RasterPictureFacet");
        whole_number(g, "uco-observable:pictureWidth", m->width);
        whole_number(g, "uco-observable:pictureHeight", m->height);
        end(g);
    }
    vg_export_close(g->o, ']');
    end(g);
}

/* A file was sent by a message without words. */
static void write_sending(graph *g, const vg_dossier_media *m)
{
    if (begin(g, "sending", no_key, m->seq, "uco-observable:Message")) {
        vg_export_open(g->o, "uco-core:hasFacet", '[');
        begin_facet(g, "sending", no_key, m->seq, "uco-observable:MessageFacet");
        vg_export_text(g->o, "uco-observable:messageID", m->event_id);
        vg_export_text(g->o, "uco-observable:sessionID", m->conversation);
        vg_export_word(g->o, "uco-observable:messageType", vg_channel_names[m->channel]);
        if (m->from < g->d->party_count) refer(g, "uco-observable:from", "party", no_key, (int64_t)m->from);
        refer_parties(g, "uco-observable:to", m->to, m->to_count);
        when(g, "uco-observable:sentTime", m->time_ms);
        end(g);
        vg_export_close(g->o, ']');
        end(g);
    }
    if (!begin(g, "attached", no_key, m->seq, "uco-observable:ObservableRelationship")) return;
    refer(g, "uco-core:source", "file", no_key, m->seq);
    refer(g, "uco-core:target", "sending", no_key, m->seq);
    vg_export_word(g->o, "uco-core:kindOfRelationship", "Attachment_Of");
    vg_export_truth(g->o, "uco-core:isDirectional", true);
    end(g);
}

/* ---- who did what with it ---- */

static bool begin_action(graph *g, const char *kind, int64_t number, const char *name, int64_t time_ms, vg_str user)
{
    if (!begin(g, kind, no_key, number, "case-investigation:InvestigativeAction")) return false;
    vg_export_word(g->o, "uco-core:name", name);
    when(g, "uco-action:startTime", time_ms);
    when(g, "uco-action:endTime", time_ms);
    if (user.len) refer(g, "uco-action:performer", "person", user, 0);
    refer(g, "uco-action:instrument", "tool", no_key, 0);
    return true;
}

static void write_views(graph *g, const vg_dossier_media *m)
{
    for (size_t k = 0; k < m->view_count; k++) {
        const vg_dossier_view *view = &m->views[k];
        if (!begin_action(g, "view", m->seq << 20 | (int64_t)k, view->whole ? "viewed the media" : "viewed a small grey picture of the media", view->time_ms, view->user)) continue;
        refer(g, "uco-action:object", "file", no_key, m->seq);
        end(g);
    }
}

static void write_decision(graph *g, const vg_dossier_decision *x)
{
    if (!begin_action(g, "decision", x->d.id, "decided", x->d.time_ms, x->d.user)) return;
    vg_arena *a = g->o->texts;
    vg_str reason = vg_export_shown(g->o, x->reason[VG_LANG_EN].len ? x->reason[VG_LANG_EN] : x->d.reason), certificate = vg_export_shown(g->o, x->certificate);
    vg_export_made(g->o, "uco-core:description", vg_arena_printf(a, "%s: %.*s%s%.*s", vg_action_names[x->d.action], VG_STR_ARG(reason),
                   certificate.len ? "; certificate: " : "", VG_STR_ARG(certificate)));
    if (g->d->party_count) refer(g, "uco-action:object", "party", no_key, 0);
    end(g);
}

/* Looking at the case; looking at its media and deciding stand above. */
static void write_log(graph *g)
{
    for (size_t i = 0; i < g->d->log_count; i++) {
        const vg_dossier_log *l = &g->d->log[i];
        if (!vg_str_is(l->action, "case.view") || !begin_action(g, "log", l->seq, "viewed the case", l->time_ms, l->actor)) continue;
        vg_export_made(g->o, "uco-core:description", vg_arena_printf(g->o->texts, "Entry %" PRId64 " of the audit log", l->seq));
        end(g);
    }
}

/* ---- where it came from ---- */

static void write_provenance(graph *g)
{
    const vg_dossier *d = g->d;
    if (!d->message_count && !d->media_count) return;
    if (begin(g, "provenance", no_key, 0, "case-investigation:ProvenanceRecord")) {
        vg_export_word(g->o, "uco-core:description", "Events that the platform sent, as they were sealed with the case");
        vg_export_word(g->o, "case-investigation:exhibitNumber", d->name);
        vg_export_open(g->o, "uco-core:object", '[');
        for (size_t i = 0; i < d->message_count; i++) refer(g, "", "message", message_key(&d->messages[i]), message_number(i, &d->messages[i]));
        for (size_t i = 0; i < d->media_count; i++) refer(g, "", "sending", no_key, d->media[i].seq);
        vg_export_close(g->o, ']');
        end(g);
    }
    for (size_t i = 0; i < d->media_count; i++) {
        const vg_dossier_media *m = &d->media[i];
        if (!begin(g, "exhibit", no_key, m->seq, "case-investigation:ProvenanceRecord")) continue;
        vg_export_word(g->o, "uco-core:description", m->kept ? "The bytes are sealed with the case" : "Only hashes of the bytes are kept");
        vg_export_made(g->o, "case-investigation:exhibitNumber", vg_arena_printf(g->o->texts, "%s/%" PRId64, d->name, m->seq));
        vg_export_word(g->o, "case-investigation:rootExhibitNumber", d->name);
        vg_export_open(g->o, "uco-core:object", '[');
        refer(g, "", "file", no_key, m->seq);
        vg_export_close(g->o, ']');
        end(g);
    }
    if (!begin_action(g, "export", 0, "exported", d->made_ms, no_key)) return;
    vg_export_open(g->o, "uco-action:result", '[');
    refer(g, "", "provenance", no_key, 0);
    for (size_t i = 0; i < d->media_count; i++) refer(g, "", "exhibit", no_key, d->media[i].seq);
    vg_export_close(g->o, ']');
    end(g);
}

/* ---- the whole ---- */

static void write_all(graph *g)
{
    const vg_dossier *d = g->d;
    write_tool(g);
    write_operator(g);
    write_people(g);
    for (size_t i = 0; i < d->party_count; i++) write_party(g, i);
    for (size_t i = 0; i < d->party_count; i++)
        for (size_t k = 0; k < d->parties[i].id_count; k++) write_identifier(g, i, k);
    for (size_t i = 0; i < g->thread_count; i++) write_thread(g, conversation_at(d, g->threads[i]));
    for (size_t i = 0; i < d->message_count; i++) write_message(g, i);
    for (size_t i = 0; i < d->media_count; i++) {
        write_file(g, &d->media[i]);
        write_sending(g, &d->media[i]);
        write_views(g, &d->media[i]);
    }
    for (size_t i = 0; i < d->decision_count; i++) write_decision(g, &d->decisions[i]);
    write_log(g);
    write_provenance(g);
}

static void write_investigation(graph *g)
{
    const vg_dossier *d = g->d;
    if (!begin(g, "investigation", no_key, 0, "case-investigation:Investigation")) return;
    vg_export_word(g->o, "uco-core:name", d->name);
    vg_export_text(g->o, "uco-core:description", d->space_title[VG_LANG_EN]);
    if (d->destroyed) vg_export_word(g->o, "uco-core:tag", "content destroyed");
    vg_export_word(g->o, "case-investigation:investigationForm", "case");
    vg_export_word(g->o, "case-investigation:investigationStatus", d->c.state == VG_CASE_DECIDED ? "closed" : "open");
    when(g, "uco-core:startTime", d->c.opened_ms);
    when(g, "uco-core:endTime", d->c.decided_ms);
    vg_export_open(g->o, "uco-core:object", '[');
    g->listing = true;
    write_all(g);
    g->listing = false;
    vg_export_close(g->o, ']');
    end(g);
}

static void write_context(graph *g)
{
    static const char *const prefixes[][2] = {
        {"kb", "urn:uuid:"},
        {"case-investigation", "https://ontology.caseontology.org/case/investigation/"},
        {"uco-action", "https://ontology.unifiedcyberontology.org/uco/action/"},
        {"uco-core", "https://ontology.unifiedcyberontology.org/uco/core/"},
        {"uco-identity", "https://ontology.unifiedcyberontology.org/uco/identity/"},
        {"uco-observable", "https://ontology.unifiedcyberontology.org/uco/observable/"},
        {"uco-tool", "https://ontology.unifiedcyberontology.org/uco/tool/"},
        {"uco-types", "https://ontology.unifiedcyberontology.org/uco/types/"},
        {"uco-vocabulary", "https://ontology.unifiedcyberontology.org/uco/vocabulary/"},
        {"co", "http://purl.org/co/"},
        {"xsd", "http://www.w3.org/2001/XMLSchema#"},
    };
    vg_export_open(g->o, "@context", '{');
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) vg_export_word(g->o, prefixes[i][0], prefixes[i][1]);
    end(g);
}

void vg_export_case_uco(export_out *o, const vg_dossier *d)
{
    graph g = {.o = o, .d = d};
    size_t people = d->decision_count + d->log_count;
    for (size_t i = 0; i < d->media_count; i++) people += d->media[i].view_count;
    g.threads = distinct(d, conversation_at, d->message_count + d->media_count, &g.thread_count);
    g.people = distinct(d, person_at, people, &g.person_count);
    if (!g.threads || !g.people) o->out->failed = true;
    vg_buf_add_char(o->out, '{');
    write_context(&g);
    vg_export_open(o, "@graph", '[');
    write_investigation(&g);
    write_all(&g);
    vg_export_close(o, ']');
    vg_buf_add_cstr(o->out, "}\n");
    vg_free(g.threads);
    vg_free(g.people);
}
