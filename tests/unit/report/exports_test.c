/* SPDX-License-Identifier: Apache-2.0
 *
 * What analysts' tools open: VICS that is JSON with the names and types that were observed, CSV that a strict reader opens with nothing lost and no formula,
 * CASE/UCO whose every reference resolves and whose every name is one of its vocabulary. The same dossier gives the same bytes; hostile texts arrive as they are.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "made.h"
#include "report/exports/exports.h"
#include "report/text.h"
#include "tap.h"

#define EQ(got, want, ...) TAP_OK((long long)(got) == (long long)(want), __VA_ARGS__)

static vg_buf write_one(const vg_dossier *d, vg_export_format format)
{
    vg_buf out;
    vg_error err = {0};
    vg_buf_init(&out, VG_EXPORT_MOST);
    int rc = vg_export_write(d, format, &out, &err);
    if (rc || !out.ptr) TAP_OK(false, "%s is written (%s)", vg_export_kinds[format].name, err.what);
    return out;
}

static json_t *parsed(const vg_dossier *d, vg_export_format format)
{
    vg_buf out = write_one(d, format);
    json_error_t where;
    json_t *root = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &where);
    if (!root) TAP_OK(false, "%s is JSON: %s", vg_export_kinds[format].name, where.text);
    vg_buf_free(&out);
    return root;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));
    return s ? s : "";
}

/* ---- every format, every dossier ---- */

static void is_the_same_twice(const char *what, const vg_dossier *d)
{
    for (int f = 0; f < VG_EXPORTS; f++) {
        vg_buf one = write_one(d, (vg_export_format)f), two = write_one(d, (vg_export_format)f);
        TAP_OK(one.len && one.len == two.len && memcmp(one.ptr, two.ptr, one.len) == 0, "%s, %s: the same dossier, the same bytes", what, vg_export_kinds[f].name);
        TAP_OK(vg_utf8_valid(one.ptr, one.len, NULL) && memcmp(one.ptr, "\xef\xbb\xbf", 3) != 0, "%s, %s: UTF-8 without a mark", what, vg_export_kinds[f].name);
        vg_buf_free(&one);
        vg_buf_free(&two);
    }
}

static void says_when_there_is_no_memory(const vg_dossier *d)
{
    for (int f = 0; f < VG_EXPORTS; f++) {
        vg_buf whole = write_one(d, (vg_export_format)f), part;
        bool right = true;
        for (size_t n = 1; right; n += n < 40 ? 1 : n / 4) {
            vg_error err = {0};
            vg_buf_init(&part, VG_EXPORT_MOST);
            vg_alloc_fail_at(n);
            int rc = vg_export_write(d, (vg_export_format)f, &part, &err);
            bool failed = vg_alloc_failed();
            vg_alloc_fail_at(0);
            right = failed ? rc == -VG_ENOMEM : rc == 0 && part.len == whole.len;
            vg_buf_free(&part);
            if (!failed) break;
        }
        TAP_OK(right, "%s: without memory it fails and says so, at each allocation", vg_export_kinds[f].name);
        vg_buf_init(&part, 300);
        vg_error err = {0};
        EQ(vg_export_write(d, (vg_export_format)f, &part, &err), -VG_ETOOBIG, "%s: over the ceiling it says so", vg_export_kinds[f].name);
        vg_buf_free(&part);
        vg_buf_free(&whole);
    }
}

/* ---- VICS ---- */

static const char *const vics_names[] = {
    /* what public parsers and exporters were seen to use */
    "odata.metadata", "@odata.context", "value", "CaseMetadata", "Media", "CaseID", "CaseNumber", "ContactOrganization", "ContactName", "ContactPhone", "ContactEmail",
    "TotalMediaFiles", "TotalPrecategorized", "SourceApplicationName", "PropertyName", "PropertyValue", "MediaID", "Category", "MD5", "SHA1", "MediaSize", "DateUpdated", "Tags",
    "IsPrecategorized", "PrecategorizationSource", "MimeType", "MediaFiles", "Exifs", "AlternativeHashes", "FileName", "FilePath", "Created", "Unallocated", "SourceID", "HashName",
    "HashValue"};

static bool names_known(const json_t *value)
{
    const char *key;
    json_t *one;
    size_t i;
    json_array_foreach(value, i, one) if (!names_known(one)) return false;
    if (!json_is_object(value)) return true;
    json_object_foreach((json_t *)value, key, one) {
        bool known = false;
        for (size_t k = 0; k < sizeof vics_names / sizeof *vics_names; k++) known |= strcmp(vics_names[k], key) == 0;
        if (!known || !names_known(one)) return false;
    }
    return true;
}

static bool is_upper_hex(const char *s, size_t len) { return strlen(s) == len && strspn(s, "0123456789ABCDEF") == len; }

static void vics_of(const char *what, const vg_dossier *d, bool v2)
{
    json_t *root = parsed(d, v2 ? VG_EXPORT_VICS_2_0 : VG_EXPORT_VICS_1_3);
    const char *context = text_of(root, v2 ? "@odata.context" : "odata.metadata");
    json_t *one = json_array_get(json_object_get(root, "value"), 0), *media = json_object_get(one, "Media"), *m;
    size_t i, files = 0;
    bool typed = true, hashes = true;
    TAP_OK(strstr(context, v2 ? "/2.0.xml/" : "/DataModels/1.3.xml#Cases"), "%s: the root says which model (%s)", what, context);
    TAP_OK(names_known(root), "%s: every name is one that was observed", what);
    TAP_OK(strcmp(text_of(one, "CaseNumber"), d->name) == 0 && json_is_array(media), "%s: one case with its media", what);
    json_array_foreach(media, i, m) {
        json_t *list = json_object_get(m, "MediaFiles"), *other = json_object_get(m, "AlternativeHashes");
        files += json_array_size(list);
        typed = typed && json_is_integer(json_object_get(m, "MediaID")) && json_is_boolean(json_object_get(m, "IsPrecategorized")) && json_is_integer(json_object_get(m, "MediaSize")) &&
                json_is_boolean(json_object_get(json_array_get(list, 0), "Unallocated")) && json_is_array(json_object_get(m, "Exifs"));
        hashes = hashes && is_upper_hex(text_of(m, "MD5"), 32) && is_upper_hex(text_of(m, "SHA1"), 40) && strcmp(text_of(json_array_get(other, 0), "HashName"), "PDQ") == 0 &&
                 strlen(text_of(json_array_get(other, 0), "HashValue")) == 64;
    }
    TAP_OK(typed, "%s: numbers are numbers, booleans are booleans", what);
    TAP_OK(hashes, "%s: MD5 and SHA-1 in capitals, PDQ among the others", what);
    EQ(files, d->media_count, "%s: each place where a medium was sent", what);
    EQ(json_integer_value(json_object_get(one, "TotalMediaFiles")), d->media_count, "%s: and their number", what);
    json_decref(root);
}

static void vics_names_every_medium_once(vg_arena *a)
{
    vg_dossier *d = made_plain(a);
    json_t *root = parsed(d, VG_EXPORT_VICS_2_0), *media = json_object_get(json_array_get(json_object_get(root, "value"), 0), "Media");
    /* the three made-up pictures are one grey point, sent three times */
    EQ(json_array_size(media), 1, "the same bytes are one medium");
    EQ(json_integer_value(json_object_get(json_array_get(media, 0), "MediaID")), d->media[0].seq, "named by where it stands first");
    EQ(json_array_size(json_object_get(json_array_get(media, 0), "MediaFiles")), 3, "with three files");
    TAP_OK(!json_object_get(json_array_get(media, 0), "Category"), "a category of another scale is no VICS category");
    TAP_EQ_STR(text_of(json_array_get(media, 0), "Tags"), "IWF: B; NCMEC: A2 (12 bits apart)", "it stands in the tags as its list says it");
    TAP_OK(strstr(text_of(root, "@odata.context"), "/2.0.xml/FR/$metadata#Cases"), "without any, the country is the provider's");
    json_decref(root);
}

static json_t *first_medium(const vg_dossier *d, json_t **root)
{
    *root = parsed(d, VG_EXPORT_VICS_2_0);
    return json_array_get(json_object_get(json_array_get(json_object_get(*root, "value"), 0), "Media"), 0);
}

static void vics_keeps_categories_of_their_country(vg_arena *a)
{
    static vg_dossier_match matches[] = {{VG_STR("list"), VG_STR("Project VIC"), VG_STR("CA/2"), 0}, {VG_STR("other"), VG_STR("VIC too"), VG_STR("US/1"), 0}};
    static const char *const foreign[] = {"2", "B", "CA/", "/2", "CA/B", "CA/2000", "C A/2", "C/2"};
    vg_dossier *d = made_plain(a);
    vg_dossier_media *m = (vg_dossier_media *)d->media;
    json_t *root, *one;
    m[1].matches = matches, m[1].match_count = 2, m[0].match_count = 0;
    one = first_medium(d, &root);
    EQ(json_integer_value(json_object_get(one, "Category")), 2, "a list of VICS gave it: the category is written");
    TAP_OK(json_is_true(json_object_get(one, "IsPrecategorized")), "and that it was given before");
    TAP_EQ_STR(text_of(one, "PrecategorizationSource"), "Project VIC", "and by whom");
    TAP_OK(strstr(text_of(root, "@odata.context"), "/2.0.xml/CA/"), "the document is of its country; another's goes into the tags");
    json_decref(root);
    matches[0].distance = 3;
    matches[1].distance = 3;
    TAP_OK(!json_object_get(first_medium(d, &root), "Category"), "a picture that is only alike is not precategorized");
    json_decref(root);
    matches[0] = (vg_dossier_match){VG_STR("list"), VG_STR("Project VIC"), VG_STR("CA/2"), 0};
    matches[1] = (vg_dossier_match){VG_STR("other"), VG_STR("VIC too"), VG_STR("CA/1"), 0};
    TAP_OK(!json_object_get(first_medium(d, &root), "Category"), "two lists that differ decide nothing");
    json_decref(root);
    m[1].match_count = 1;
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        matches[0].category = vg_str_of(foreign[i]);
        TAP_OK(!json_object_get(first_medium(d, &root), "Category"), "\"%s\" names no country's number", foreign[i]);
        json_decref(root);
    }
}

/* ---- CSV ---- */

typedef struct reader { /* RFC 4180, and nothing more lenient */
    const char *at, *end;
    bool broken, last; /* of its line */
    vg_buf field;
} reader;

static void next_field(reader *r)
{
    vg_buf_clear(&r->field);
    bool quoted = r->at < r->end && *r->at == '"';
    if (quoted) r->at++;
    for (;; r->at++) {
        if (r->at >= r->end) {
            r->broken = true;
            return;
        }
        if (quoted && *r->at == '"') {
            if (r->at + 1 < r->end && r->at[1] == '"') r->at++;
            else {
                r->at++;
                break;
            }
        } else if (!quoted && (*r->at == ',' || *r->at == '\r')) break;
        else if (!quoted && (*r->at == '"' || *r->at == '\n')) r->broken = true;
        vg_buf_add_char(&r->field, *r->at);
    }
    r->last = r->at < r->end && *r->at == '\r';
    if (r->last && (r->at + 1 >= r->end || r->at[1] != '\n')) r->broken = true;
    else if (!r->last && (r->at >= r->end || *r->at != ',')) r->broken = true;
    r->at += r->last ? 2 : 1;
}

/* Reads all; each field that `want` knows has to be it. */
static void csv_is_strict(const char *what, const vg_dossier *d, vg_export_format format, size_t rows)
{
    vg_buf out = write_one(d, format);
    reader r = {.at = out.ptr, .end = out.ptr + out.len};
    size_t lines = 0, columns = 0, width = 0, formulas = 0;
    vg_buf_init(&r.field, VG_EXPORT_MOST);
    while (r.at < r.end && !r.broken) {
        next_field(&r);
        width++;
        formulas += vg_text_is_formula((vg_str){r.field.ptr ? r.field.ptr : "", r.field.len});
        if (!r.last) continue;
        if (!lines) columns = width;
        if (width != columns) r.broken = true;
        lines++;
        width = 0;
    }
    TAP_OK(!r.broken, "%s, %s: opens strictly, every line of %zu fields", what, vg_export_kinds[format].name, columns);
    EQ(lines, rows + 1, "%s, %s: a line each, and the names", what, vg_export_kinds[format].name);
    EQ(formulas, 0, "%s, %s: no field is a formula", what, vg_export_kinds[format].name);
    vg_buf_free(&r.field);
    vg_buf_free(&out);
}

/* The text, its controls by number, what disarms it taken away, comes back byte for byte. */
static void csv_loses_nothing(vg_arena *a, const vg_dossier *d)
{
    vg_buf out = write_one(d, VG_EXPORT_CSV_MESSAGES);
    reader r = {.at = out.ptr, .end = out.ptr + out.len};
    size_t row = 0, column = 0, same = 0;
    vg_buf_init(&r.field, VG_EXPORT_MOST);
    while (r.at < r.end && !r.broken) {
        next_field(&r);
        if (row && r.last) {
            vg_str want = vg_text_utf8(a, d->messages[row - 1].text), got = {r.field.ptr ? r.field.ptr : "", r.field.len};
            vg_buf back;
            vg_buf_init(&back, VG_EXPORT_MOST);
            if (got.len && got.ptr[0] == '\'' && vg_text_is_formula(want)) got.ptr++, got.len--;
            for (size_t i = 0; i < got.len;) {
                unsigned long point = 0;
                int used = 0;
                if (got.len - i > 4 && sscanf(got.ptr + i, "\\u{%lx}%n", &point, &used) == 1 && used) {
                    if (point < 0x80) vg_buf_add_char(&back, (char)point);
                    else if (point < 0x800) vg_buf_add_char(&back, (char)(0xc0 | point >> 6)), vg_buf_add_char(&back, (char)(0x80 | (point & 63)));
                    else
                        vg_buf_add_char(&back, (char)(0xe0 | point >> 12)), vg_buf_add_char(&back, (char)(0x80 | (point >> 6 & 63))),
                            vg_buf_add_char(&back, (char)(0x80 | (point & 63)));
                    i += (size_t)used;
                } else vg_buf_add_char(&back, got.ptr[i++]);
            }
            same += vg_str_eq(want, (vg_str){back.ptr ? back.ptr : "", back.len});
            vg_buf_free(&back);
        }
        column = r.last ? 0 : column + 1;
        row += r.last;
    }
    EQ(same, d->message_count, "hostile texts come back whole from CSV");
    vg_buf_free(&r.field);
    vg_buf_free(&out);
}

/* ---- CASE/UCO ---- */

static const char *const uco_types[] = {
    "case-investigation:Investigation", "case-investigation:InvestigativeAction", "case-investigation:ProvenanceRecord", "uco-identity:Organization", "uco-identity:Person",
    "uco-tool:Tool", "uco-observable:DigitalAccount", "uco-observable:AccountFacet", "uco-observable:DigitalAccountFacet", "uco-observable:EmailAddress",
    "uco-observable:EmailAddressFacet", "uco-observable:PhoneAccount", "uco-observable:PhoneAccountFacet", "uco-observable:IPv4Address", "uco-observable:IPv4AddressFacet",
    "uco-observable:IPv6Address", "uco-observable:IPv6AddressFacet", "uco-observable:URL", "uco-observable:URLFacet", "uco-observable:Device", "uco-observable:ObservableObject",
    "uco-observable:Message", "uco-observable:MessageFacet", "uco-observable:MessageThread", "uco-observable:MessageThreadFacet", "uco-observable:File", "uco-observable:FileFacet",
    "uco-observable:ContentDataFacet", "uco-observable:RasterPictureFacet", "uco-observable:ObservableRelationship", "uco-types:Hash", "uco-types:Thread",
    "uco-vocabulary:HashNameVocab", "xsd:dateTime", "xsd:hexBinary", "xsd:integer", "xsd:nonNegativeInteger"};
static const char *const uco_properties[] = {
    "@id", "@type", "@value", "case-investigation:exhibitNumber", "case-investigation:rootExhibitNumber", "case-investigation:investigationForm",
    "case-investigation:investigationStatus", "co:element", "co:size", "uco-action:endTime", "uco-action:instrument", "uco-action:object", "uco-action:performer", "uco-action:result",
    "uco-action:startTime", "uco-core:description", "uco-core:endTime", "uco-core:hasFacet", "uco-core:isDirectional", "uco-core:kindOfRelationship", "uco-core:name",
    "uco-core:object", "uco-core:source", "uco-core:startTime", "uco-core:tag", "uco-core:target", "uco-observable:accountIdentifier", "uco-observable:accountIssuer",
    "uco-observable:accountLogin", "uco-observable:addressValue", "uco-observable:displayName", "uco-observable:fileName", "uco-observable:from", "uco-observable:fullValue",
    "uco-observable:hash", "uco-observable:messageID", "uco-observable:messageText", "uco-observable:messageThread", "uco-observable:messageType", "uco-observable:mimeType",
    "uco-observable:observableCreatedTime", "uco-observable:participant", "uco-observable:phoneNumber", "uco-observable:pictureHeight", "uco-observable:pictureWidth",
    "uco-observable:sentTime", "uco-observable:sessionID", "uco-observable:sizeInBytes", "uco-observable:to", "uco-types:hashMethod", "uco-types:hashValue"};

static bool in_list(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], word) == 0) return true;
    return false;
}

typedef struct looked { /* what a walk of the graph found */
    json_t *ids;    /* of nodes and facets: each once */
    json_t *wanted; /* of references */
    char wrong[200];
} looked;

static bool is_uuid5(const char *id)
{
    return strlen(id) == 39 && strncmp(id, "kb:", 3) == 0 && strspn(id + 3, "0123456789abcdef-") == 36 && id[3 + 14] == '5' && strchr("89ab", id[3 + 19]);
}

static void walk_graph(looked *l, const json_t *value)
{
    const char *key;
    json_t *one;
    size_t i;
    json_array_foreach(value, i, one) walk_graph(l, one);
    if (!json_is_object(value)) return;
    const char *id = text_of(value, "@id"), *type = text_of(value, "@type");
    if (*id && !is_uuid5(id)) snprintf(l->wrong, sizeof l->wrong, "id %.100s", id);
    if (*type && !in_list(type, uco_types, sizeof uco_types / sizeof *uco_types)) snprintf(l->wrong, sizeof l->wrong, "type %.100s", type);
    if (*id && !*type) json_object_set_new(l->wanted, id, json_true());
    if (*id && *type && json_object_get(l->ids, id)) snprintf(l->wrong, sizeof l->wrong, "twice %s %.100s", id, type);
    if (*id && *type) json_object_set_new(l->ids, id, json_true());
    json_object_foreach((json_t *)value, key, one) {
        if (!in_list(key, uco_properties, sizeof uco_properties / sizeof *uco_properties)) snprintf(l->wrong, sizeof l->wrong, "property %.100s", key);
        walk_graph(l, one);
    }
}

static size_t count_type(const json_t *graph, const char *type)
{
    size_t i, n = 0;
    json_t *one;
    json_array_foreach(graph, i, one) n += strcmp(text_of(one, "@type"), type) == 0;
    return n;
}

static void uco_of(const char *what, const vg_dossier *d)
{
    json_t *root = parsed(d, VG_EXPORT_CASE_UCO), *graph = json_object_get(root, "@graph"), *context = json_object_get(root, "@context"), *one;
    looked l = {.ids = json_object(), .wanted = json_object()};
    const char *key;
    size_t lost = 0, bound = 0, total = 0;
    walk_graph(&l, graph);
    TAP_OK(!*l.wrong, "%s: every id a UUID of its own, every class and property of the vocabulary (%s)", what, l.wrong);
    json_object_foreach(l.wanted, key, one) lost += json_object_get(l.ids, key) == NULL;
    EQ(lost, 0, "%s: every reference resolves", what);
    EQ(count_type(graph, "case-investigation:Investigation"), 1, "%s: one investigation", what);
    EQ(json_array_size(json_object_get(json_array_get(graph, 0), "uco-core:object")), json_array_size(graph) - 1, "%s: which lists all the rest", what);
    EQ(count_type(graph, "uco-observable:Message"), d->message_count + d->media_count, "%s: every message, and a sending for every file", what);
    EQ(count_type(graph, "uco-observable:File"), d->media_count, "%s: every file", what);
    json_object_foreach(context, key, one) total++, bound += json_is_string(one) && strpbrk(json_string_value(one) + strlen(json_string_value(one)) - 1, "/#:") != NULL;
    TAP_OK(bound == total && total == 11, "%s: prefixes are bound to addresses that names can follow", what);
    json_decref(l.ids);
    json_decref(l.wanted);
    json_decref(root);
}

static void uco_says_who_did_what(const vg_dossier *d)
{
    json_t *root = parsed(d, VG_EXPORT_CASE_UCO), *graph = json_object_get(root, "@graph"), *one;
    size_t i, views = 0, decided = 0, nobody = 0;
    json_array_foreach(graph, i, one) {
        const char *name = text_of(one, "uco-core:name");
        if (strcmp(text_of(one, "@type"), "case-investigation:InvestigativeAction")) continue;
        views += strncmp(name, "viewed ", 7) == 0;
        decided += strcmp(name, "decided") == 0;
        nobody += strcmp(name, "exported") && !json_object_get(one, "uco-action:performer");
    }
    EQ(views, 3, "two views of the picture and one of the case are actions");
    EQ(decided, 2, "and so are two decisions");
    EQ(nobody, 0, "each by somebody");
    EQ(count_type(graph, "uco-identity:Person"), 1, "who is one person");
    EQ(count_type(graph, "case-investigation:ProvenanceRecord"), 4, "where all comes from, and where each file does");
    EQ(count_type(graph, "uco-observable:IPv4Address"), 1, "an address of version 4");
    EQ(count_type(graph, "uco-observable:IPv6Address"), 1, "an address of version 6");
    json_decref(root);
}

static void uco_keeps_hostile_texts(vg_arena *a, const vg_dossier *d)
{
    json_t *root = parsed(d, VG_EXPORT_CASE_UCO), *graph = json_object_get(root, "@graph"), *one;
    size_t i, at = 0, same = 0, spoken = 0;
    json_array_foreach(graph, i, one) {
        json_t *facet = json_array_get(json_object_get(one, "uco-core:hasFacet"), 0), *text = json_object_get(facet, "uco-observable:messageText");
        if (strcmp(text_of(facet, "@type"), "uco-observable:MessageFacet") || at >= d->message_count) continue;
        vg_str want = vg_text_utf8(a, d->messages[at++].text);
        spoken += want.len != 0;
        same += text && vg_str_eq(want, (vg_str){json_string_value(text), json_string_length(text)});
    }
    EQ(same, spoken, "hostile texts come back whole from JSON-LD");
    json_decref(root);
}

static void ids_stay(vg_arena *a)
{
    vg_dossier *d = made_plain(a), *later = made_plain(a);
    later->made_ms += 1000;
    later->message_count--;
    json_t *one = parsed(d, VG_EXPORT_CASE_UCO), *two = parsed(later, VG_EXPORT_CASE_UCO);
    looked l = {.ids = json_object(), .wanted = json_object()}, k = {.ids = json_object(), .wanted = json_object()};
    const char *key;
    json_t *value;
    size_t lost = 0;
    walk_graph(&l, json_object_get(one, "@graph"));
    walk_graph(&k, json_object_get(two, "@graph"));
    json_object_foreach(k.ids, key, value) lost += json_object_get(l.ids, key) == NULL;
    EQ(lost, 0, "an export of another day has the same ids");
    vg_dossier *other = made_plain(a);
    vg_case_name(124, other->name);
    json_t *three = parsed(other, VG_EXPORT_CASE_UCO);
    TAP_OK(strcmp(text_of(json_array_get(json_object_get(one, "@graph"), 0), "@id"), text_of(json_array_get(json_object_get(three, "@graph"), 0), "@id")),
           "another case has others");
    json_decref(l.ids), json_decref(l.wanted), json_decref(k.ids), json_decref(k.wanted);
    json_decref(one), json_decref(two), json_decref(three);
}

int main(void)
{
    vg_arena *a = vg_arena_create(1 << 20, 256 << 20);
    vg_dossier *all[] = {made_plain(a), made_hostile(a), made_large(a, 500, 50), made_empty(a), made_destroyed(a), made_text_only(a)};
    static const char *const names[] = {"plain", "hostile", "large", "empty", "destroyed", "text only"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        size_t identifiers = 0;
        for (size_t p = 0; p < all[i]->party_count; p++) identifiers += 1 + all[i]->parties[p].id_count;
        is_the_same_twice(names[i], all[i]);
        vics_of(names[i], all[i], false);
        vics_of(names[i], all[i], true);
        csv_is_strict(names[i], all[i], VG_EXPORT_CSV_MEDIA, all[i]->media_count);
        csv_is_strict(names[i], all[i], VG_EXPORT_CSV_MESSAGES, all[i]->message_count);
        csv_is_strict(names[i], all[i], VG_EXPORT_CSV_IDENTIFIERS, identifiers);
        uco_of(names[i], all[i]);
    }
    says_when_there_is_no_memory(all[0]);
    vics_names_every_medium_once(a);
    vics_keeps_categories_of_their_country(a);
    csv_loses_nothing(a, all[1]);
    uco_says_who_did_what(all[0]);
    uco_keeps_hostile_texts(a, all[1]);
    ids_stay(a);
    EQ(vg_export_named(VG_STR("case-uco")), VG_EXPORT_CASE_UCO, "a format by its name");
    EQ(vg_export_named(VG_STR("xlsx")), -1, "and none of another");
    vg_arena_destroy(&a);
    return tap_done();
}
