/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `report:`: who reports, over which channels, to whom besides the shipped receivers. Secrets are named by their file and
 * never read here.
 */
#include "space/report_int.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/time.h"

/* ---- schema ---- */

static const cyaml_strval_t yes_no[] = {{"yes", 1}, {"no", 0}, {"true", 1}, {"false", 0}};
static const cyaml_strval_t afters[] = {{"keep", VG_AFTER_KEEP}, {"hand_over", VG_AFTER_HAND_OVER}};
static const cyaml_strval_t kinds[] = {{"police", VG_RECEIVER_POLICE}, {"hotline", VG_RECEIVER_HOTLINE}, {"clearing_house", VG_RECEIVER_CLEARING},
                                       {"regulator", VG_RECEIVER_REGULATOR}, {"host", VG_RECEIVER_HOST}};
static const cyaml_strval_t acts[] = {{"soliciting", VG_ACT_SOLICITING}, {"images_asked", VG_ACT_IMAGES_ASKED}, {"images", VG_ACT_IMAGES}, {"threat", VG_ACT_THREAT},
                                      {"live", VG_ACT_LIVE}, {"meeting", VG_ACT_MEETING}, {"corruption", VG_ACT_CORRUPTION}, {"hosting", VG_ACT_HOSTING}};
static const cyaml_strval_t sures[] = {{"unverified", VG_SURE_NOT}, {"secondary", VG_SURE_SECONDARY}, {"primary", VG_SURE_PRIMARY}};

#define LEN(array)                     (sizeof(array) / sizeof((array)[0]))
#define TEXT(key, type, member, most)  CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, most)
#define MAYBE(key, type, member, most) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1, most)
#define CHOICE(key, flags, type, member, words) CYAML_FIELD_ENUM(key, CYAML_FLAG_STRICT | (flags), type, member, words, LEN(words))

static const cyaml_schema_field_t words_fields[] = {TEXT("fr", vg_doc_words, text[VG_LANG_FR], 500), TEXT("en", vg_doc_words, text[VG_LANG_EN], 500),
                                                    CYAML_FIELD_END};
static const cyaml_schema_field_t operator_fields[] = {
    TEXT("name", vg_doc_operator, name, 200), MAYBE("legal_name", vg_doc_operator, legal_name, 200), MAYBE("address", vg_doc_operator, address, 500),
    MAYBE("email", vg_doc_operator, email, 254), MAYBE("phone", vg_doc_operator, phone, 40), MAYBE("domain", vg_doc_operator, domain, 253),
    MAYBE("url", vg_doc_operator, url, 500), MAYBE("country", vg_doc_operator, country, 2), MAYBE("contact_first", vg_doc_operator, contact_first, 100),
    MAYBE("contact_last", vg_doc_operator, contact_last, 100), MAYBE("terms_url", vg_doc_operator, terms_url, 500),
    MAYBE("host_country", vg_doc_operator, host_country, 2), MAYBE("platform", vg_doc_operator, platform, 200),
    MAYBE("service", vg_doc_operator, service, 20), CYAML_FIELD_END};
static const cyaml_schema_field_t channel_fields[] = {
    TEXT("name", vg_doc_report_channel, name, 40), TEXT("url", vg_doc_report_channel, url, 500), MAYBE("user", vg_doc_report_channel, user, 200),
    MAYBE("secret_file", vg_doc_report_channel, secret_file, 500), MAYBE("from", vg_doc_report_channel, from, 254),
    MAYBE("since", vg_doc_report_channel, since, 40), MAYBE("message_most", vg_doc_report_channel, message_most, 40),
    MAYBE("answer_within", vg_doc_report_channel, answer_within, 60),
    CHOICE("test", CYAML_FLAG_OPTIONAL, vg_doc_report_channel, test, yes_no), CYAML_FIELD_END};
static const cyaml_schema_value_t channel_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_report_channel, channel_fields)};
static const cyaml_schema_value_t act_value = {CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int, acts, LEN(acts))};
static const cyaml_schema_field_t receiver_fields[] = {
    TEXT("id", vg_doc_own_receiver, id, 60), TEXT("country", vg_doc_own_receiver, country, 2), CHOICE("kind", 0, vg_doc_own_receiver, kind, kinds),
    CYAML_FIELD_MAPPING("name", CYAML_FLAG_DEFAULT, vg_doc_own_receiver, name, words_fields), MAYBE("channel", vg_doc_own_receiver, channel, 40),
    MAYBE("url", vg_doc_own_receiver, url, 500), MAYBE("email", vg_doc_own_receiver, email, 254), MAYBE("phone", vg_doc_own_receiver, phone, 40),
    MAYBE("hours", vg_doc_own_receiver, hours, 100), CHOICE("emergency", CYAML_FLAG_OPTIONAL, vg_doc_own_receiver, emergency, yes_no),
    CHOICE("media", CYAML_FLAG_OPTIONAL, vg_doc_own_receiver, media, yes_no),
    CYAML_FIELD_SEQUENCE("acts", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_own_receiver, acts, &act_value, 0, VG_ACTS),
    CYAML_FIELD_MAPPING_PTR("accepts", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_own_receiver, accepts, words_fields),
    MAYBE("public_key", vg_doc_own_receiver, public_key, 64), MAYBE("key_until", vg_doc_own_receiver, key_until, 40),
    CHOICE("sure", CYAML_FLAG_OPTIONAL, vg_doc_own_receiver, sure, sures), MAYBE("source", vg_doc_own_receiver, source, 500),
    MAYBE("verified_on", vg_doc_own_receiver, verified_on, 40), CYAML_FIELD_END};
static const cyaml_schema_value_t receiver_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_own_receiver, receiver_fields)};

const cyaml_schema_field_t vg_report_fields[] = {
    CYAML_FIELD_MAPPING_PTR("operator", CYAML_FLAG_POINTER, struct vg_doc_report, operator, operator_fields),
    CHOICE("after_filing", 0, struct vg_doc_report, after, afters),
    CHOICE("four_eyes", 0, struct vg_doc_report, four_eyes, yes_no),
    TEXT("urgent_within", struct vg_doc_report, urgent_within, 60),
    TEXT("file_within", struct vg_doc_report, file_within, 60),
    TEXT("removal_within", struct vg_doc_report, removal_within, 60),
    MAYBE("keep_filings", struct vg_doc_report, keep_filings, 60),
    MAYBE("follow_up", struct vg_doc_report, follow_up, 60),
    CHOICE("recheck", CYAML_FLAG_OPTIONAL, struct vg_doc_report, recheck, yes_no),
    MAYBE("geo_file", struct vg_doc_report, geo_file, 500),
    CYAML_FIELD_SEQUENCE("channels", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct vg_doc_report, channels, &channel_value, 0, VG_REPORT_CHANNELS),
    CYAML_FIELD_SEQUENCE("receivers", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct vg_doc_report, receivers, &receiver_value, 0, VG_REPORT_RECEIVERS),
    CYAML_FIELD_END};

/* ---- reading ---- */

typedef struct reader {
    vg_space_loader *loader;
    const vg_yaml *yaml;
    const struct vg_doc_report *doc;
    vg_policy_report *out;
    vg_error *err;
} reader;

typedef struct pair {
    const char *from, **to;
} pair;

static int keep_all(reader *r, const pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (pairs[i].from && !(*pairs[i].to = vg_space_keep(r->loader, pairs[i].from))) return vg_space_nomem(r->err);
    return 0;
}

static int read_country(reader *r, const char *path, const char *text, char out[3])
{
    if (!text) return 0;
    if (strlen(text) != 2 || text[0] < 'A' || text[0] > 'Z' || text[1] < 'A' || text[1] > 'Z')
        return vg_yaml_fail(r->yaml, r->err, path, "\"%.20s\" is no country; expected two capital letters, as FR", text);
    memcpy(out, text, 3);
    return 0;
}

static int read_day(reader *r, const char *path, const char *text, int64_t *out)
{
    if (!text) return 0;
    if (!vg_time_parse_date(vg_str_of(text), out)) return vg_yaml_fail(r->yaml, r->err, path, "\"%.40s\" is no date; expected one as 2027-01-31", text);
    return 0;
}

/* A file beside the policy, or absolute. */
static int read_file_name(reader *r, const char *path, const char *text, const char **out)
{
    char name[VG_SPACE_MAX_PATH];
    if (!text) return 0;
    const char *slash = text[0] == '/' ? NULL : strrchr(r->yaml->name, '/');
    int dir = slash ? (int)(slash - r->yaml->name) + 1 : 0;
    int n = snprintf(name, sizeof name, "%.*s%s", dir, r->yaml->name, text);
    if (n < 0 || (size_t)n >= sizeof name) return vg_yaml_fail(r->yaml, r->err, path, "the path of this file is too long");
    *out = vg_space_keep(r->loader, name);
    return *out ? 0 : vg_space_nomem(r->err);
}

static bool goes_here(const char *host)
{
    size_t len = strcspn(host, ":/");
    return (len == 9 && !strncmp(host, "localhost", 9)) || (len == 9 && !strncmp(host, "127.0.0.1", 9)) || !strncmp(host, "[::1]", 5);
}

/* https or smtps to anywhere; what is not encrypted to this very machine alone, smtp with STARTTLS to anywhere. */
static int read_address(reader *r, const char *path, const char *url)
{
    bool tls = !strncmp(url, "https://", 8) || !strncmp(url, "smtps://", 8) || !strncmp(url, "smtp://", 7);
    bool plain = !strncmp(url, "http://", 7) && goes_here(url + 7);
    for (const char *c = url; *c; c++)
        if ((unsigned char)*c <= ' ' || strchr("\"<>\\@#", *c)) tls = plain = false;
    if (!tls && !plain)
        return vg_yaml_fail(r->yaml, r->err, path, "\"%.100s\" is no address to send to; expected https://, smtps:// or smtp:// without a user name, or http:// on this machine", url);
    return 0;
}

static int read_operator(reader *r)
{
    const vg_doc_operator *d = r->doc->operator;
    vg_report_operator *o = &r->out->operator;
    const pair pairs[] = {{d->name, &o->name}, {d->legal_name, &o->legal_name}, {d->address, &o->address}, {d->email, &o->email}, {d->phone, &o->phone},
                          {d->domain, &o->domain}, {d->url, &o->url}, {d->contact_first, &o->contact_first}, {d->contact_last, &o->contact_last},
                          {d->terms_url, &o->terms_url}, {d->platform, &o->platform}, {d->service, &o->service}};
    static const char *const services[] = {"chat", "game", "web", "email", "newsgroup", "phone", "peer", "offline"};
    bool known = !d->service;
    for (size_t i = 0; !known && i < LEN(services); i++) known = !strcmp(d->service, services[i]);
    if (!known)
        return vg_yaml_fail(r->yaml, r->err, "report.operator.service", "unknown service \"%.20s\"; expected chat, game, web, email, newsgroup, phone, peer or offline", d->service);
    int rc = read_country(r, "report.operator.country", d->country, o->country);
    if (!rc) rc = read_country(r, "report.operator.host_country", d->host_country, o->host_country);
    return rc ? rc : keep_all(r, pairs, LEN(pairs));
}

static const vg_value_unit sizes[] = {{"kB", 1000}, {"MB", 1000000}, {"MiB", 1 << 20}};
/* Shorter would take a slow answer for a lost one; longer would keep others to this receiver waiting. */
static int read_patience(reader *r, const char *path, const char *text, uint32_t *out)
{
    static const vg_value_unit units[] = {{"seconds", 1000}, {"second", 1000}, {"minutes", 60000}, {"minute", 60000}};
    uint64_t ms = 0;
    int rc = text ? vg_value_quantity(r->yaml, path, text, units, LEN(units), 1000, 600000, &ms, r->err) : 0;
    *out = (uint32_t)ms;
    return rc;
}

static int read_channel(reader *r, unsigned i, vg_report_channel *out)
{
    const vg_doc_report_channel *d = &r->doc->channels[i];
    const pair pairs[] = {{d->name, &out->name}, {d->url, &out->url}, {d->user, &out->user}, {d->from, &out->from}};
    char path[64];
    for (unsigned k = 0; k < i; k++)
        if (!strcmp(r->doc->channels[k].name, d->name)) {
            snprintf(path, sizeof path, "report.channels[%u].name", i);
            return vg_yaml_fail(r->yaml, r->err, path, "%s is there twice", d->name);
        }
    snprintf(path, sizeof path, "report.channels[%u].url", i);
    int rc = read_address(r, path, d->url);
    snprintf(path, sizeof path, "report.channels[%u].secret_file", i);
    if (!rc) rc = read_file_name(r, path, d->secret_file, &out->secret_file);
    snprintf(path, sizeof path, "report.channels[%u].answer_within", i);
    if (!rc) rc = read_patience(r, path, d->answer_within, &out->answer_ms);
    out->test = d->test;
    snprintf(path, sizeof path, "report.channels[%u].since", i);
    if (!rc && d->since && strcmp(d->name, "dsa17") != 0) rc = vg_yaml_fail(r->yaml, r->err, path, "this is for the channel dsa17 alone: others send nothing by themselves");
    if (!rc) rc = read_day(r, path, d->since, &out->since_ms);
    snprintf(path, sizeof path, "report.channels[%u].message_most", i);
    if (!rc && d->message_most) rc = vg_value_quantity(r->yaml, path, d->message_most, sizes, LEN(sizes), 64000, 1000000000, &out->message_most, r->err);
    return rc ? rc : keep_all(r, pairs, LEN(pairs));
}

static int read_key(reader *r, unsigned i, vg_receiver *out)
{
    const vg_doc_own_receiver *d = &r->doc->receivers[i];
    char path[64];
    if (!d->public_key) return 0;
    snprintf(path, sizeof path, "report.receivers[%u].public_key", i);
    if (!vg_hex_decode(out->public_key, sizeof out->public_key, vg_str_of(d->public_key)))
        return vg_yaml_fail(r->yaml, r->err, path, "is no key; expected the 64 hexadecimal digits of an X25519 public key");
    out->has_key = true;
    snprintf(path, sizeof path, "report.receivers[%u].key_until", i);
    return read_day(r, path, d->key_until, &out->key_until_ms);
}

static int read_receiver(reader *r, unsigned i, vg_receiver *out)
{
    const vg_doc_own_receiver *d = &r->doc->receivers[i];
    const pair pairs[] = {{d->id, &out->id}, {d->name.text[0], &out->name[0]}, {d->name.text[1], &out->name[1]}, {d->channel, &out->channel}, {d->url, &out->url},
                          {d->email, &out->email}, {d->phone, &out->phone}, {d->hours, &out->hours}, {d->accepts ? d->accepts->text[0] : NULL, &out->accepts[0]},
                          {d->accepts ? d->accepts->text[1] : NULL, &out->accepts[1]}, {d->source, &out->from.source}, {d->verified_on, &out->from.verified_on}};
    char path[64];
    int64_t day;
    snprintf(path, sizeof path, "report.receivers[%u].country", i);
    int rc = read_country(r, path, d->country, out->country);
    snprintf(path, sizeof path, "report.receivers[%u].id", i);
    if (!rc && d->id[strspn(d->id, "abcdefghijklmnopqrstuvwxyz0123456789._-")])
        rc = vg_yaml_fail(r->yaml, r->err, path, "\"%.60s\" is no name of a receiver; expected small letters, digits, . _ -", d->id);
    for (unsigned k = 0; !rc && k < i; k++)
        if (!strcmp(r->doc->receivers[k].id, d->id)) rc = vg_yaml_fail(r->yaml, r->err, path, "%s is there twice", d->id);
    snprintf(path, sizeof path, "report.receivers[%u].verified_on", i);
    if (!rc) rc = read_day(r, path, d->verified_on, &day);
    if (!rc) rc = read_key(r, i, out);
    out->kind = (vg_receiver_kind)d->kind;
    out->emergency = d->emergency;
    out->media = d->media;
    out->from.sure = (vg_sure)d->sure;
    for (unsigned k = 0; k < d->acts_count; k++) out->acts |= 1u << d->acts[k];
    return rc ? rc : keep_all(r, pairs, LEN(pairs));
}

static int read_lists(reader *r)
{
    vg_report_channel *channels = vg_arena_calloc(r->loader->arena, r->doc->channels_count + 1, sizeof *channels);
    vg_receiver *receivers = vg_arena_calloc(r->loader->arena, r->doc->receivers_count + 1, sizeof *receivers);
    int rc = channels && receivers ? 0 : vg_space_nomem(r->err);
    for (unsigned i = 0; !rc && i < r->doc->channels_count; i++) rc = read_channel(r, i, &channels[i]);
    for (unsigned i = 0; !rc && i < r->doc->receivers_count; i++) rc = read_receiver(r, i, &receivers[i]);
    r->out->channels = channels;
    r->out->channel_count = r->doc->channels_count;
    r->out->receivers = receivers;
    r->out->receiver_count = r->doc->receivers_count;
    return rc;
}

int vg_report_load(vg_space_loader *loader, const vg_yaml *yaml, const struct vg_doc_report *doc, const vg_policy_report **out, vg_error *err)
{
    *out = NULL;
    if (!doc) return 0;
    reader r = {.loader = loader, .yaml = yaml, .doc = doc, .err = err};
    r.out = vg_arena_calloc(loader->arena, 1, sizeof *r.out);
    if (!r.out) return vg_space_nomem(err);
    r.out->given = true;
    r.out->after = (vg_after_filing)doc->after;
    r.out->four_eyes = doc->four_eyes;
    r.out->recheck = doc->recheck;
    int rc = read_operator(&r);
    if (!rc) rc = vg_value_duration(yaml, "report.urgent_within", doc->urgent_within, 1, 5, 1440, &r.out->urgent_minutes, err);
    if (!rc) rc = vg_value_duration(yaml, "report.file_within", doc->file_within, 60, 1, 720, &r.out->file_hours, err);
    if (!rc) rc = vg_value_duration(yaml, "report.removal_within", doc->removal_within, 60, 1, 720, &r.out->removal_hours, err);
    if (!rc && doc->keep_filings) rc = vg_value_duration(yaml, "report.keep_filings", doc->keep_filings, 1440, 1, 3650, &r.out->keep_filing_days, err);
    if (!rc && doc->follow_up) rc = vg_value_duration(yaml, "report.follow_up", doc->follow_up, 60, 1, 720, &r.out->follow_up_hours, err);
    if (!rc) rc = read_file_name(&r, "report.geo_file", doc->geo_file, &r.out->geo_file);
    if (!rc) rc = read_lists(&r);
    if (!rc) *out = r.out;
    return rc;
}

/* ---- version and remarks ---- */

void vg_report_version(uint64_t *h, const vg_policy_report *p, void (*number)(uint64_t *h, int64_t n), void (*text)(uint64_t *h, const char *s))
{
    const vg_report_operator *o = &p->operator;
    const char *const said[] = {o->name, o->legal_name, o->address, o->email, o->phone, o->domain, o->url, o->country, o->contact_first, o->contact_last,
                                o->terms_url, o->host_country, o->platform, o->service, p->geo_file};
    const int64_t numbers[] = {p->after, p->four_eyes, p->urgent_minutes, p->file_hours, p->removal_hours, p->keep_filing_days, p->recheck, p->follow_up_hours,
                               (int64_t)p->channel_count, (int64_t)p->receiver_count};
    for (size_t i = 0; i < LEN(said); i++) text(h, said[i]);
    for (size_t i = 0; i < LEN(numbers); i++) number(h, numbers[i]);
    for (size_t i = 0; i < p->channel_count; i++) {
        const vg_report_channel *c = &p->channels[i];
        const char *const words[] = {c->name, c->url, c->user, c->secret_file, c->from};
        for (size_t k = 0; k < LEN(words); k++) text(h, words[k]);
        number(h, c->test);
        if (c->since_ms) number(h, c->since_ms);
        number(h, (int64_t)c->message_most);
        if (c->answer_ms) number(h, -(int64_t)c->answer_ms);
    }
    for (size_t i = 0; i < p->receiver_count; i++) {
        const vg_receiver *v = &p->receivers[i];
        const char *const words[] = {v->id, v->country, v->name[0], v->name[1], v->channel, v->url, v->email, v->phone, v->hours, v->accepts[0], v->accepts[1],
                                     v->from.source, v->from.verified_on};
        for (size_t k = 0; k < LEN(words); k++) text(h, words[k]);
        number(h, v->kind);
        number(h, v->emergency);
        number(h, v->media);
        number(h, v->acts);
        number(h, v->from.sure);
        number(h, v->key_until_ms);
        for (size_t k = 0; v->has_key && k < sizeof v->public_key; k++) number(h, v->public_key[k]);
    }
}

void vg_report_check(const vg_policy *policy, void (*find)(void *context, const char *line), void *context)
{
    const vg_policy_report *p = policy->report;
    if (!p) {
        find(context, "report: not there; reports can be written out, and name nobody who sends them");
        return;
    }
    if (!p->operator.email) find(context, "report.operator.email: not there; an authority cannot ask back");
    else if (strstr(p->operator.email, "example.")) find(context, "report.operator is still the shipped example: name yourselves before you report");
    if (!p->operator.country[0]) find(context, "report.operator.country: not there; which authority is competent where none is clear (DSA, Article 18) is not known");
    if (!p->four_eyes) find(context, "report.four_eyes: no; one person alone can send a report");
    for (size_t i = 0; i < p->channel_count; i++)
        if (p->channels[i].test) find(context, "report.channels: one of them speaks to a receiver's test system; nothing arrives there");
}
