/* SPDX-License-Identifier: Apache-2.0
 *
 * One page of NCMEC's hash sharing, version 2, and its status.
 *
 *     queryResult / images | videos @maxTimestamp / image | video | deletedImage | deletedVideo
 *                   { member @id, timestamp, id, classification, fingerprints { md5, sha1, pdq, ... }, feedback }
 *                 / paging / next
 *
 * libxml2's push parser calls us; no tree is built. A document type is refused where it begins, before any entity is
 * declared. Elements of another namespace, and elements that are not known, are passed over with all they hold:
 * `feedback` has members of its own.
 */
#include "signals/media/lists/lists_int.h"

#include <libxml/parser.h>

#include "base/alloc.h"
#include "base/time.h"

static const char namespace_v2[] = "https://hashsharing.ncmec.org/hashsharing/v2";

typedef enum { IN_DOCUMENT, IN_ROOT, IN_GROUP, IN_ENTRY, IN_PRINTS, IN_FEEDBACK, IN_PAGING, IN_TEXT } xml_where;
enum { TEXT_ROOM = LIST_MAX_NEXT + 1 };

typedef struct ncmec {
    list_reader *r;
    xmlParserCtxtPtr parser;
    const char *root; /* its name */
    int rc;
    bool root_seen, entries; /* whether what is in the root is read */
    xml_where where[LIST_MAX_DEPTH];
    size_t depth, passing; /* open elements; of these, inside one that is passed over */
    size_t number, agreed, refused;
    bool video, member_seen;
    char member[64], id[LIST_MAX_REFERENCE + 1], element[16];
    char text[TEXT_ROOM];
    size_t text_len;
    bool text_long;
    char complaint[160];
    int complaint_line;
} ncmec;

static void stop(ncmec *x, int rc)
{
    if (!x->rc) x->rc = rc;
    xmlStopParser(x->parser);
}

static size_t line_of(const ncmec *x)
{
    int line = xmlSAX2GetLineNumber(x->parser);
    return line > 0 ? (size_t)line : 1;
}

static bool attribute(const xmlChar **attributes, int count, const char *name, vg_str *out)
{
    for (int i = 0; i < count; i++) {
        const xmlChar **a = attributes + 5 * i; /* local name, prefix, URI, value, its end */
        if (a[1] || strcmp((const char *)a[0], name) != 0) continue;
        *out = (vg_str){(const char *)a[3], (size_t)(a[4] - a[3])};
        return true;
    }
    return false;
}

/* ---- elements ---- */

static void begin_entry(ncmec *x, const char *name)
{
    bool known = strcmp(name, "image") == 0 || strcmp(name, "video") == 0;
    bool deleted = strcmp(name, "deletedImage") == 0 || strcmp(name, "deletedVideo") == 0;
    vg_list_begin(x->r, ++x->number);
    x->r->deleted = deleted;
    x->video = strcmp(name, "video") == 0 || strcmp(name, "deletedVideo") == 0;
    x->member[0] = x->id[0] = '\0';
    x->agreed = x->refused = 0;
    if (!known && !deleted)
        vg_list_spoil(x->r, "element \"%.24s\"; expected image, video, deletedImage or deletedVideo", name);
}

static void end_entry(ncmec *x)
{
    list_reader *r = x->r;
    char reference[sizeof x->member + sizeof x->id + 1], digits[24];
    if (!x->member[0]) vg_list_spoil(r, "no member with an id");
    if (!x->id[0]) vg_list_spoil(r, "no id");
    int len = snprintf(reference, sizeof reference, "%s/%s", x->member, x->id);
    if (!r->bad) vg_list_set_reference(r, (vg_str){reference, (size_t)len});
    if (!r->deleted) vg_list_note_str(r, "kind", x->video ? VG_STR("video") : VG_STR("image"));
    if (x->agreed)
        vg_list_note_raw(r, "feedback_affirmative",
                         (vg_str){digits, (size_t)snprintf(digits, sizeof digits, "%zu", x->agreed)});
    if (x->refused)
        vg_list_note_raw(r, "feedback_negative",
                         (vg_str){digits, (size_t)snprintf(digits, sizeof digits, "%zu", x->refused)});
    int rc = vg_list_finish(r);
    if (rc) stop(x, rc);
}

static void begin_group(ncmec *x, int count, const xmlChar **attributes)
{
    vg_str newest;
    int64_t ms;
    if (!attribute(attributes, count, "maxTimestamp", &newest)) return;
    if (!vg_time_parse(newest, &ms))
        stop(x, vg_list_fail(x->r, VG_EINVAL, line_of(x), "maxTimestamp: expected a time as 2026-05-04T10:11:12Z"));
    else if (ms > x->r->out->newest_ms) x->r->out->newest_ms = ms;
}

static void begin_member(ncmec *x, int count, const xmlChar **attributes)
{
    vg_str id;
    if (!attribute(attributes, count, "id", &id)) return;
    if (id.len >= sizeof x->member)
        vg_list_spoil(x->r, "member id of %zu bytes, at most %zu expected", id.len, sizeof x->member - 1);
    else snprintf(x->member, sizeof x->member, "%.*s", VG_STR_ARG(id));
}

/* Where an element leads to; false: it is passed over. */
static bool enter(ncmec *x, xml_where parent, const char *name, int count, const xmlChar **attributes, xml_where *here)
{
    *here = IN_TEXT;
    switch (parent) {
    case IN_ROOT:
        *here = strcmp(name, "paging") == 0 ? IN_PAGING : IN_GROUP;
        if (*here == IN_PAGING) return true;
        if (strcmp(name, "images") != 0 && strcmp(name, "videos") != 0) return false;
        begin_group(x, count, attributes);
        return true;
    case IN_GROUP:
        begin_entry(x, name);
        *here = IN_ENTRY;
        return true;
    case IN_ENTRY:
        if (strcmp(name, "member") == 0) begin_member(x, count, attributes);
        if (strcmp(name, "feedback") == 0) return *here = IN_FEEDBACK, true;
        if (strcmp(name, "fingerprints") == 0) return *here = IN_PRINTS, true;
        return strcmp(name, "id") == 0 || strcmp(name, "timestamp") == 0 || strcmp(name, "classification") == 0;
    case IN_PRINTS:
        if (vg_list_algorithm(vg_str_of(name)) >= 0) return true;
        vg_list_add_other(x->r, vg_str_of(name));
        return false;
    case IN_FEEDBACK:
        x->agreed += strcmp(name, "affirmativeFeedback") == 0;
        x->refused += strcmp(name, "negativeFeedback") == 0;
        return false;
    case IN_PAGING: return strcmp(name, "next") == 0;
    default: return false;
    }
}

static void begin_root(ncmec *x, const char *name, const char *uri)
{
    x->root_seen = true;
    if (strcmp(name, x->root) != 0)
        stop(x, vg_list_fail(x->r, VG_EINVAL, line_of(x), "the root is \"%.40s\"; expected %s", name, x->root));
    else if (!uri || strcmp(uri, namespace_v2) != 0)
        stop(x, vg_list_fail(x->r, VG_EINVAL, line_of(x), "namespace \"%.100s\"; expected %s", uri ? uri : "",
                             namespace_v2));
}

static void on_begin(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                     const xmlChar **namespace_list, int count, int defaulted, const xmlChar **attributes)
{
    ncmec *x = context;
    const char *name = (const char *)local;
    (void)prefix, (void)namespaces, (void)namespace_list, (void)defaulted;
    if (x->rc) return;
    if (x->depth == LIST_MAX_DEPTH) {
        stop(x, vg_list_fail(x->r, VG_EINVAL, line_of(x), "more than %d elements in each other", LIST_MAX_DEPTH));
        return;
    }
    xml_where parent = x->depth ? x->where[x->depth - 1] : IN_DOCUMENT, here = IN_ROOT;
    bool ours = uri && strcmp((const char *)uri, namespace_v2) == 0;
    if (x->depth == 0) begin_root(x, name, (const char *)uri);
    else if (x->passing || !x->entries || !ours || !enter(x, parent, name, count, attributes, &here)) x->passing++;
    x->where[x->depth++] = here;
    if (x->passing) return;
    x->text_len = 0;
    x->text_long = false;
    snprintf(x->element, sizeof x->element, "%s", name);
}

static void on_text(void *context, const xmlChar *text, int len)
{
    ncmec *x = context;
    if (x->rc || x->passing || !x->depth || x->where[x->depth - 1] != IN_TEXT) return;
    size_t room = sizeof x->text - 1 - x->text_len, n = (size_t)len < room ? (size_t)len : room;
    x->text_long = x->text_long || n < (size_t)len;
    memcpy(x->text + x->text_len, text, n);
    x->text_len += n;
}

static void end_entry_text(ncmec *x, vg_str text)
{
    list_reader *r = x->r;
    char quoted[32];
    if (x->text_long || (strcmp(x->element, "id") == 0 && text.len >= sizeof x->id))
        vg_list_spoil(r, "%s: longer than %d bytes", x->element, LIST_MAX_REFERENCE);
    else if (strcmp(x->element, "id") == 0) snprintf(x->id, sizeof x->id, "%.*s", VG_STR_ARG(text));
    else if (strcmp(x->element, "classification") == 0) vg_list_set_category(r, text);
    else if (strcmp(x->element, "timestamp") == 0 && !vg_time_parse(text, &r->time_ms))
        vg_list_spoil(r, "timestamp \"%s\"; expected a time as 2026-05-04T10:11:12Z", vg_list_quote(text, quoted));
}

static void end_next(ncmec *x, vg_str text)
{
    if (x->text_long) {
        stop(x, vg_list_fail(x->r, VG_EINVAL, line_of(x), "paging/next has more than %d bytes", LIST_MAX_NEXT));
        return;
    }
    x->r->out->next = vg_arena_copy(x->r->arena, text);
    if (!x->r->out->next.ptr) stop(x, vg_list_fail(x->r, VG_ENOMEM, 0, "no memory"));
}

static void end_text(ncmec *x, xml_where parent)
{
    vg_str text = vg_list_trim((vg_str){x->text, x->text_len});
    if (parent == IN_ENTRY) end_entry_text(x, text);
    if (parent == IN_PAGING) end_next(x, text);
    if (parent != IN_PRINTS || !text.len) return;
    int algorithm = vg_list_algorithm(vg_str_of(x->element));
    int rc = vg_list_add_hash(x->r, (vg_hash_algorithm)algorithm, text, 100, 0, x->element);
    if (rc) stop(x, rc);
}

static void on_end(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    ncmec *x = context;
    (void)local, (void)prefix, (void)uri;
    if (x->rc || !x->depth) return;
    xml_where here = x->where[--x->depth], parent = x->depth ? x->where[x->depth - 1] : IN_DOCUMENT;
    if (x->passing) {
        x->passing--;
        return;
    }
    if (here == IN_ENTRY) end_entry(x);
    if (here == IN_TEXT) end_text(x, parent);
}

static void on_document_type(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    ncmec *x = context;
    (void)name, (void)external, (void)system;
    stop(x, vg_list_fail(x->r, VG_EINVAL, line_of(x), "a document type; expected none"));
}

static void on_complaint(void *context, xmlErrorPtr error)
{
    ncmec *x = context;
    if (!error || error->level != XML_ERR_FATAL || x->complaint[0]) return; /* the first fatal one says where it is */
    snprintf(x->complaint, sizeof x->complaint, "%s", error->message ? error->message : "cannot be parsed");
    x->complaint[strcspn(x->complaint, "\n")] = '\0';
    x->complaint_line = error->line;
}

/* ---- the document ---- */

static int parse(ncmec *x, char *chunk)
{
    size_t got = 0;
    do {
        int rc = vg_list_fill(x->r, chunk, LIST_CHUNK, &got);
        if (rc) return rc;
        int bad = xmlParseChunk(x->parser, chunk, (int)got, got == 0);
        if (x->rc) return x->rc;
        if ((bad || x->complaint[0]) && !x->root_seen)
            return vg_list_fail(x->r, VG_EINVAL, line_of(x), "not XML: no element to begin with; expected %s", x->root);
        if (bad || x->complaint[0])
            return vg_list_fail(x->r, VG_EINVAL, x->complaint_line > 0 ? (size_t)x->complaint_line : line_of(x),
                                "not XML: %s", x->complaint[0] ? x->complaint : "cannot be parsed");
    } while (got);
    return x->root_seen && !x->depth ? 0
                                     : vg_list_fail(x->r, VG_EINVAL, line_of(x), "not XML: ends before its root does");
}

static int read_document(list_reader *r, const char *root, bool entries)
{
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .startElementNs = on_begin,
                             .endElementNs = on_end,
                             .characters = on_text,
                             .cdataBlock = on_text,
                             .internalSubset = on_document_type,
                             .serror = on_complaint};
    ncmec *x = vg_calloc(1, sizeof *x);
    char *chunk = vg_malloc(LIST_CHUNK);
    int rc;
    if (!x || !chunk) {
        rc = vg_list_fail(r, VG_ENOMEM, 0, "no memory");
        goto out;
    }
    x->r = r;
    x->root = root;
    x->entries = entries;
    xmlInitParser(); /* once, whatever the thread */
    x->parser = xmlCreatePushParserCtxt(&handler, x, NULL, 0, NULL);
    if (!x->parser) {
        rc = vg_list_fail(r, VG_ENOMEM, 0, "no memory");
        goto out;
    }
    xmlCtxtUseOptions(x->parser, XML_PARSE_NONET);
    rc = parse(x, chunk);
    if (x->parser->myDoc) xmlFreeDoc(x->parser->myDoc);
    x->parser->myDoc = NULL;
    xmlFreeParserCtxt(x->parser);
out:
    vg_free(chunk);
    vg_free(x);
    return rc;
}

int vg_list_read_ncmec(list_reader *r)
{
    return read_document(r, "queryResult", true);
}

int vg_list_check_ncmec_status(vg_str bytes, vg_error *err)
{
    static const vg_list_sink nobody;
    vg_list_result result = {0};
    list_reader r = {
        .bytes = bytes.ptr, .left = bytes.len, .name = "status", .sink = &nobody, .out = &result, .err = err};
    return read_document(&r, "status", false);
}
