/* SPDX-License-Identifier: Apache-2.0
 *
 * The options of a filing, as docs/filing-ncmec.md lists them. A member that is not known is refused: a misspelt "urgent" must not pass
 * unseen. */
#include "report/ncmec/ncmec_int.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/time.h"

const char *const ncmec_annotation_names[NCMEC_ANNOTATIONS] = {"sextortion", "csamSolicitation", "minorToMinorInteraction", "spam",
                                                               "sadisticOnlineExploitation"};
const char *const ncmec_incident_names[NCMEC_INCIDENTS] = {
    "Child Pornography (possession, manufacture, and distribution)",
    "Child Sex Trafficking",
    "Child Sex Tourism",
    "Child Sexual Molestation",
    "Misleading Domain Name",
    "Misleading Words or Digital Images on the Internet",
    "Online Enticement of Children for Sexual Acts",
    "Unsolicited Obscene Material Sent to a Child",
};
const char *const ncmec_service_names[NCMEC_SERVICES] = {"chat", "game", "web", "email", "newsgroup", "phone", "peer", "offline"};
const char *const ncmec_file_note_names[NCMEC_FILE_NOTES] = {"animeDrawingVirtualHentai", "potentialMeme", "viral", "possibleSelfProduction",
                                                             "physicalHarm", "violenceGore", "bestiality", "liveStreaming", "infant", "generativeAi"};

typedef struct reading {
    vg_arena *arena;
    const char *at; /* "/options", "/options/files/12" */
    vg_error *err;
    int rc;
} reading;

__attribute__((format(printf, 3, 4))) static void refuse(reading *r, const char *key, const char *format, ...)
{
    char where[160], what[240];
    va_list args;
    if (r->rc) return;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    snprintf(where, sizeof where, "%s%s%.60s", r->at, key[0] ? "/" : "", key);
    r->rc = vg_fail(r->err, VG_EINVAL, where, "%s", what);
}

static void no_memory(reading *r)
{
    if (!r->rc) r->rc = vg_fail(r->err, VG_ENOMEM, r->at, "no memory");
}

/* Every member is one of `known`, a list that ends with NULL. */
static void only(reading *r, const json_t *object, const char *const *known)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        const char *const *k = known;
        while (*k && strcmp(*k, key) != 0) k++;
        if (!*k) refuse(r, key, "unknown member; docs/filing-ncmec.md lists those that are known");
    }
}

static const json_t *object_of(reading *r, const json_t *parent, const char *key)
{
    const json_t *v = json_object_get(parent, key);
    if (v && !json_is_object(v)) refuse(r, key, "expected an object");
    return v && json_is_object(v) ? v : NULL;
}

static vg_str text_of(reading *r, const json_t *parent, const char *key, size_t most)
{
    const json_t *v = json_object_get(parent, key);
    vg_str out = {"", 0};
    if (!v || json_is_null(v)) return out;
    if (!json_is_string(v) || json_string_length(v) > most) {
        refuse(r, key, "expected a text of at most %zu bytes", most);
        return out;
    }
    out = vg_arena_copy(r->arena, (vg_str){json_string_value(v), json_string_length(v)});
    if (!out.ptr) no_memory(r);
    return out.ptr ? out : VG_STR("");
}

static int bool_of(reading *r, const json_t *parent, const char *key)
{
    const json_t *v = json_object_get(parent, key);
    if (!v || json_is_null(v)) return -1;
    if (!json_is_boolean(v)) refuse(r, key, "expected true or false");
    return json_is_true(v);
}

/* The place of a name in a list, -1 when it is not said. */
static int one_of(reading *r, const json_t *value, const char *key, const char *const *names, size_t count)
{
    if (!value || json_is_null(value)) return -1;
    for (size_t i = 0; i < count && json_is_string(value); i++)
        if (strcmp(json_string_value(value), names[i]) == 0) return (int)i;
    refuse(r, key, "unknown value; expected \"%s\" or another of the list in docs/filing-ncmec.md", names[0]);
    return -1;
}

static void read_urls(reading *r, const json_t *root, ncmec_options *out)
{
    const json_t *v = json_object_get(root, "urls");
    if (!v) return;
    size_t count = json_array_size(v);
    if (!json_is_array(v) || count > 50) {
        refuse(r, "urls", "expected an array of at most 50 addresses");
        return;
    }
    vg_str *urls = vg_arena_calloc(r->arena, count ? count : 1, sizeof *urls);
    if (!urls) {
        no_memory(r);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *u = json_array_get(v, i);
        if (!json_is_string(u) || json_string_length(u) > 4096) refuse(r, "urls", "expected addresses of at most 4096 bytes");
        else urls[i] = vg_arena_copy(r->arena, (vg_str){json_string_value(u), json_string_length(u)});
        if (!r->rc && !urls[i].ptr) no_memory(r);
    }
    out->urls = urls;
    out->url_count = r->rc ? 0 : count;
}

static void read_annotations(reading *r, const json_t *root, ncmec_options *out)
{
    static const char *const known[] = {"sextortion", "csamSolicitation", "minorToMinorInteraction", "spam", "sadisticOnlineExploitation", NULL};
    const json_t *v = object_of(r, root, "annotations");
    for (size_t i = 0; i < NCMEC_ANNOTATIONS; i++) out->annotations[i] = v ? bool_of(r, v, ncmec_annotation_names[i]) : -1;
    if (v) only(r, v, known);
}

static void read_agency(reading *r, const json_t *root, ncmec_options *out)
{
    static const char *const known[] = {"agencyName", "caseNumber", "reportedToLe", NULL};
    const json_t *v = object_of(r, root, "lawEnforcement");
    out->told_police = -1;
    if (!v) return;
    only(r, v, known);
    out->agency = text_of(r, v, "agencyName", NCMEC_SHORT);
    out->agency_case = text_of(r, v, "caseNumber", NCMEC_SHORT);
    out->told_police = bool_of(r, v, "reportedToLe");
    if (!out->agency.len) refuse(r, "lawEnforcement", "expected agencyName: the schema wants it");
}

static void read_victims(reading *r, const json_t *root, ncmec_options *out)
{
    static const char *const known[] = {"account", "age", "firstName", "lastName", "schoolName", NULL};
    const json_t *v = json_object_get(root, "victims");
    if (!v) return;
    size_t count = json_array_size(v);
    if (!json_is_array(v) || count > NCMEC_PEOPLE_MOST) {
        refuse(r, "victims", "expected an array of at most %d", (int)NCMEC_PEOPLE_MOST);
        return;
    }
    ncmec_victim_option *list = vg_arena_calloc(r->arena, count ? count : 1, sizeof *list);
    if (!list) {
        no_memory(r);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(v, i), *age = json_object_get(one, "age");
        if (!json_is_object(one)) refuse(r, "victims", "expected objects");
        else only(r, one, known);
        list[i] = (ncmec_victim_option){.account = text_of(r, one, "account", NCMEC_SHORT),
                                        .first_name = text_of(r, one, "firstName", NCMEC_SHORT),
                                        .last_name = text_of(r, one, "lastName", NCMEC_SHORT),
                                        .school = text_of(r, one, "schoolName", NCMEC_SHORT),
                                        .age = age && json_is_integer(age) ? (int)json_integer_value(age) : -1};
        if (age && (!json_is_integer(age) || json_integer_value(age) < 0 || json_integer_value(age) > 120))
            refuse(r, "victims", "age: expected a number of years");
    }
    out->victims = list;
    out->victim_count = r->rc ? 0 : count;
}

static void read_notes(reading *r, const json_t *one, ncmec_file_option *file)
{
    const json_t *notes = json_object_get(one, "annotations");
    if (!notes) return;
    if (!json_is_array(notes)) refuse(r, "annotations", "expected an array of names");
    for (size_t i = 0; i < json_array_size(notes); i++) {
        int n = one_of(r, json_array_get(notes, i), "annotations", ncmec_file_note_names, NCMEC_FILE_NOTES);
        if (n >= 0) file->notes |= 1u << n;
    }
}

static void read_file(reading *r, const char *key, const json_t *one, ncmec_file_option *file)
{
    static const char *const known[] = {"send", "relevance", "annotations", "publiclyAvailable", "locationOfFile", "exifViewed", NULL};
    static const char *const relevances[] = {"Reported", "Supplemental Reported"};
    char at[64], *end = NULL;
    const char *outer = r->at;
    snprintf(at, sizeof at, "/options/files/%.24s", key);
    r->at = at;
    long long seq = strtoll(key, &end, 10);
    if (!key[0] || *end || seq < 0) refuse(r, "", "expected the number of a file in the case");
    if (!json_is_object(one)) refuse(r, "", "expected an object");
    else only(r, one, known);
    *file = (ncmec_file_option){.seq = seq,
                                .send = bool_of(r, one, "send"),
                                .publicly = bool_of(r, one, "publiclyAvailable"),
                                .exif_viewed = bool_of(r, one, "exifViewed"),
                                .supplemental = one_of(r, json_object_get(one, "relevance"), "relevance", relevances, 2),
                                .location = text_of(r, one, "locationOfFile", 4096)};
    read_notes(r, one, file);
    r->at = outer;
}

static void read_files(reading *r, const json_t *root, ncmec_options *out)
{
    const json_t *v = object_of(r, root, "files");
    size_t count = v ? json_object_size(v) : 0, n = 0;
    if (!count) return;
    if (count > 4096) refuse(r, "files", "expected at most 4096 files");
    ncmec_file_option *list = vg_arena_calloc(r->arena, count, sizeof *list);
    const char *key;
    json_t *one;
    if (!list) no_memory(r);
    if (r->rc) return;
    json_object_foreach((json_t *)v, key, one) read_file(r, key, one, &list[n++]);
    out->files = list;
    out->file_count = r->rc ? 0 : n;
}

static void read_urgent(reading *r, const json_t *root, ncmec_options *out)
{
    const json_t *v = json_object_get(root, "urgent");
    out->is_urgent = -1;
    if (!v || json_is_null(v)) return;
    if (json_is_string(v)) {
        out->urgent = text_of(r, root, "urgent", 4000);
        out->is_urgent = out->urgent.len > 0;
    } else {
        out->is_urgent = bool_of(r, root, "urgent");
    }
}

static void read_all(reading *r, const json_t *root, ncmec_options *out)
{
    static const char *const known[] = {"incidentType", "service", "annotations", "urgent", "chatRoomName", "gameName", "console", "urls",
                                        "incidentDateTime", "groupIdentifier", "termsOfService", "additionalInfo", "lawEnforcement",
                                        "compromisedAccount", "industryMou", "victims", "files", NULL};
    only(r, root, known);
    out->incident = one_of(r, json_object_get(root, "incidentType"), "incidentType", ncmec_incident_names, NCMEC_INCIDENTS);
    out->service = one_of(r, json_object_get(root, "service"), "service", ncmec_service_names, NCMEC_SERVICES);
    read_annotations(r, root, out);
    read_urgent(r, root, out);
    out->room = text_of(r, root, "chatRoomName", NCMEC_SHORT);
    out->game = text_of(r, root, "gameName", NCMEC_SHORT);
    out->console = text_of(r, root, "console", NCMEC_SHORT);
    out->group = text_of(r, root, "groupIdentifier", NCMEC_SHORT);
    out->terms = text_of(r, root, "termsOfService", 16384);
    out->remark = text_of(r, root, "additionalInfo", 16384);
    vg_str when = text_of(r, root, "incidentDateTime", 64);
    if (when.len) {
        out->has_time = vg_time_parse(when, &out->time_ms);
        if (!out->has_time) refuse(r, "incidentDateTime", "expected a time as 2026-05-04T10:11:12Z");
    }
    read_agency(r, root, out);
    out->compromised = bool_of(r, root, "compromisedAccount");
    out->industry_mou = bool_of(r, root, "industryMou") == 1;
    read_urls(r, root, out);
    read_victims(r, root, out);
    read_files(r, root, out);
}

int ncmec_options_read(vg_str json, vg_arena *arena, ncmec_options *out, vg_error *err)
{
    json_error_t wrong;
    reading r = {.arena = arena, .at = "/options", .err = err};
    vg_str whole = json.len ? json : VG_STR("{}");
    *out = (ncmec_options){.incident = -1, .service = -1, .is_urgent = -1, .told_police = -1, .compromised = -1};
    for (size_t i = 0; i < NCMEC_ANNOTATIONS; i++) out->annotations[i] = -1;
    if (whole.len > 256 << 10) return vg_fail(err, VG_EINVAL, "/options", "more than 256 KiB of options");
    json_t *root = json_loadb(whole.ptr, whole.len, JSON_REJECT_DUPLICATES, &wrong);
    if (!root && json_error_code(&wrong) == json_error_out_of_memory) return vg_fail(err, VG_ENOMEM, "/options", "no memory");
    if (!json_is_object(root)) r.rc = vg_fail(err, VG_EINVAL, "/options", "expected a JSON object");
    else read_all(&r, root, out);
    json_decref(root);
    return r.rc;
}

const ncmec_file_option *ncmec_file_option_of(const ncmec_options *o, int64_t seq)
{
    for (size_t i = 0; i < o->file_count; i++)
        if (o->files[i].seq == seq) return &o->files[i];
    return NULL;
}

size_t ncmec_files(const vg_filing_view *f, const ncmec_options *o, size_t out[NCMEC_FILES_MOST])
{
    size_t count = 0;
    if (f->receiver && !f->receiver->media) return 0;
    for (size_t i = 0; i < f->dossier->media_count && count < NCMEC_FILES_MOST; i++) {
        const ncmec_file_option *option = ncmec_file_option_of(o, f->dossier->media[i].seq);
        if (f->dossier->media[i].kept && !(option && option->send == 0)) out[count++] = i;
    }
    return count;
}
