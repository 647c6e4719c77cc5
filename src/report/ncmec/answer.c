/* SPDX-License-Identifier: Apache-2.0
 *
 * What the receiver answers:
 *
 *     reportResponse { responseCode, responseDescription, reportId?, fileId?, hash? }
 *     reportDoneResponse { responseCode, reportId, files { fileId* } }
 *
 * Hostile input: libxml2's push parser calls us, no tree is built, a document type is refused where it begins, before an entity is
 * declared; nothing is fetched. Texts are bounded, elements that are not known are passed over, one said twice is refused. */
#include "report/ncmec/ncmec_int.h"

#include <libxml/parser.h>

#include "base/alloc.h"
#include "report/text.h"

enum { DEPTH_MOST = 8, TEXT_ROOM = 1024 };
typedef enum { IN_CODE, IN_DESCRIPTION, IN_REPORT, IN_FILE, IN_HASH, IN_FILES, IN_OTHER } element;
static const char *const element_names[] = {"responseCode", "responseDescription", "reportId", "fileId", "hash", "files"};

typedef struct parsing {
    xmlParserCtxtPtr parser;
    const char *wrong; /* the first thing that is */
    size_t depth;
    element where[DEPTH_MOST];
    unsigned seen;     /* bit set of element */
    bool root, ended, done;
    size_t files;
    char text[TEXT_ROOM];
    size_t text_len;
    char code[16], report[24], file[NCMEC_ID_MOST + 1], hash[80], description[TEXT_ROOM];
} parsing;

static void stop(parsing *x, const char *wrong)
{
    if (x->wrong) return;
    x->wrong = wrong;
    xmlStopParser(x->parser);
}

static element element_of(const char *name)
{
    for (size_t i = 0; i < sizeof element_names / sizeof element_names[0]; i++)
        if (strcmp(element_names[i], name) == 0) return (element)i;
    return IN_OTHER;
}

static void on_begin(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int namespaces, const xmlChar **ns, int attributes,
                     int defaulted, const xmlChar **values)
{
    parsing *x = context;
    const char *name = (const char *)local;
    element here = IN_OTHER;
    (void)prefix, (void)uri, (void)namespaces, (void)ns, (void)attributes, (void)defaulted, (void)values;
    if (x->wrong) return;
    if (x->depth == DEPTH_MOST) {
        stop(x, "elements within elements, too deep");
        return;
    }
    if (!x->depth) {
        x->done = strcmp(name, "reportDoneResponse") == 0;
        if (!x->done && strcmp(name, "reportResponse") != 0) stop(x, "neither reportResponse nor reportDoneResponse");
        x->root = true;
    } else if (x->depth == 1) {
        here = element_of(name);
        if (here != IN_OTHER && x->seen & 1u << here) stop(x, "an element that is said twice");
        if (here != IN_OTHER) x->seen |= 1u << here;
    } else if (x->depth == 2 && x->where[1] == IN_FILES && strcmp(name, "fileId") == 0) {
        x->files++;
    }
    x->where[x->depth++] = here;
    x->text_len = 0;
}

static void on_text(void *context, const xmlChar *bytes, int len)
{
    parsing *x = context;
    size_t n = len > 0 ? (size_t)len : 0;
    if (x->wrong || x->depth != 2 || x->where[1] >= IN_FILES) return;
    if (n > TEXT_ROOM - 1 - x->text_len) {
        if (x->where[1] != IN_DESCRIPTION) {
            stop(x, "a number or an identifier that is too long");
            return;
        }
        n = TEXT_ROOM - 1 - x->text_len; /* a description is for people: what is too much of it is left out */
    }
    memcpy(x->text + x->text_len, bytes, n);
    x->text_len += n;
}

/* The text without the blanks around it. */
static bool keep(const parsing *x, char *out, size_t size)
{
    size_t from = 0, to = x->text_len;
    while (from < to && strchr(" \t\r\n", x->text[from])) from++;
    while (to > from && strchr(" \t\r\n", x->text[to - 1])) to--;
    if (to - from >= size) return false;
    memcpy(out, x->text + from, to - from);
    out[to - from] = '\0';
    return true;
}

static void on_end(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    parsing *x = context;
    bool fits = true;
    (void)local, (void)prefix, (void)uri;
    if (x->wrong || !x->depth) return;
    x->depth--;
    if (!x->depth) x->ended = true;
    if (x->depth != 1) return;
    switch (x->where[1]) {
    case IN_CODE: fits = keep(x, x->code, sizeof x->code); break;
    case IN_DESCRIPTION: fits = keep(x, x->description, sizeof x->description); break;
    case IN_REPORT: fits = keep(x, x->report, sizeof x->report); break;
    case IN_FILE: fits = keep(x, x->file, sizeof x->file); break;
    case IN_HASH: fits = keep(x, x->hash, sizeof x->hash); break;
    default: break;
    }
    if (!fits) stop(x, "a number or an identifier that is too long");
}

static void on_document_type(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    stop(context, "a document type; expected none");
}

static void on_complaint(void *context, xmlErrorPtr error)
{
    (void)context, (void)error; /* what xmlParseChunk returns is enough; nothing of it goes to standard error */
}

static bool digits(const char *text, size_t most)
{
    size_t n = strspn(text, "0123456789");
    return n && n <= most && !text[n];
}

/* A token that may go into a document and a form as it is. */
static bool token(const char *text)
{
    for (const char *c = text; *c; c++)
        if (*c <= ' ' || *c > '~' || strchr("<>&\"'", *c)) return false;
    return true;
}

static int judge(parsing *x, vg_str body, vg_error *err)
{
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .startElementNs = on_begin,
                             .endElementNs = on_end,
                             .characters = on_text,
                             .cdataBlock = on_text,
                             .internalSubset = on_document_type,
                             .serror = on_complaint};
    xmlInitParser(); /* once, whatever the thread */
    x->parser = xmlCreatePushParserCtxt(&handler, x, NULL, 0, NULL);
    if (!x->parser) return vg_fail(err, VG_ENOMEM, "ncmec", "no memory");
    xmlCtxtUseOptions(x->parser, XML_PARSE_NONET);
    int bad = xmlParseChunk(x->parser, body.ptr, (int)body.len, 1);
    if (x->parser->myDoc) xmlFreeDoc(x->parser->myDoc);
    x->parser->myDoc = NULL;
    xmlFreeParserCtxt(x->parser);
    if (!x->wrong && (bad || !x->ended)) x->wrong = x->root ? "XML that is broken or ends too early" : "no XML";
    if (!x->wrong && !digits(x->code, 9)) x->wrong = "no number as responseCode";
    if (!x->wrong && x->report[0] && !digits(x->report, 18)) x->wrong = "no number as reportId";
    if (!x->wrong && !token(x->file)) x->wrong = "letters in fileId that no identifier has";
    if (!x->wrong && !token(x->hash)) x->wrong = "letters in hash that no digest has";
    return x->wrong ? vg_fail(err, VG_EINVAL, "ncmec", "the answer is not one of the CyberTipline's: %s", x->wrong) : 0;
}

static int number_of(const char *text)
{
    int n = 0;
    for (; *text; text++) n = n * 10 + (*text - '0'); /* nine digits at most */
    return n;
}

int ncmec_answer_read(vg_str body, vg_arena *arena, ncmec_answer *out, vg_error *err)
{
    *out = (ncmec_answer){0};
    if (body.len > VG_REPLY_MOST) return vg_fail(err, VG_EINVAL, "ncmec", "the answer is not one of the CyberTipline's: over 1 MiB");
    if (!body.len) return vg_fail(err, VG_EINVAL, "ncmec", "the answer is not one of the CyberTipline's: empty");
    parsing *x = vg_calloc(1, sizeof *x);
    if (!x) return vg_fail(err, VG_ENOMEM, "ncmec", "no memory");
    int rc = judge(x, body, err);
    if (rc) goto out;
    out->done = x->done;
    out->code = number_of(x->code);
    out->files = x->files;
    out->report_id = vg_arena_copy(arena, vg_str_of(x->report));
    out->file_id = vg_arena_copy(arena, vg_str_of(x->file));
    out->hash = vg_arena_copy(arena, vg_str_of(x->hash));
    out->description = vg_text_shown(arena, vg_str_of(x->description), false, 200);
    if (!out->report_id.ptr || !out->file_id.ptr || !out->hash.ptr || !out->description.ptr) rc = vg_fail(err, VG_ENOMEM, "ncmec", "no memory");
out:
    vg_free(x);
    return rc;
}
