/* SPDX-License-Identifier: Apache-2.0
 *
 * The PAN-2012 corpus ("sexual predator identification"; Inches and Crestani, CLEF 2012):
 *
 *     conversations / conversation @id / message @line { author, time HH:MM, text }
 *
 * libxml2's push parser calls us; no tree is built, and its own limits (10 MB of text, 256 deep) stay on. A document type is
 * refused where it begins, before any entity is declared. The labels are in two files beside: ids of risk authors, and lines.
 */
#include "learning/corpus_int.h"

#include <libxml/parser.h>
#include <stdio.h>

#include "base/file.h"
#include "base/time.h"

/* Midnight of Monday 2 January 2012: only hours and minutes are given. */
#define PAN_DAY_MS (INT64_C(1325462400) * 1000)

typedef enum { AT_DOCUMENT, AT_ROOT, AT_CONVERSATION, AT_MESSAGE, AT_FIELD } pan_where;
typedef enum { FIELD_AUTHOR, FIELD_TIME, FIELD_TEXT, FIELDS } pan_field;
static const char *const field_names[FIELDS] = {"author", "time", "text"};
enum { CHUNK = 64 << 10, FIELD_CEILING = VG_CORPUS_MAX_TEXT + 64 };

typedef struct pan {
    corpus_builder *b;
    xmlParserCtxtPtr parser;
    int rc;
    bool root_seen;
    pan_where where;
    pan_field field;
    vg_buf value[FIELDS]; /* of the message under way */
    bool seen[FIELDS];
    bool marked; /* its line is labelled */
    int64_t day_ms, last_ms; /* last_ms INT64_MIN: the first message */
    char complaint[160];
    int complaint_line, complaint_column;
    vg_buf key; /* "conversation TAB line" */
} pan;

static int place(pan *p)
{
    int line = xmlSAX2GetLineNumber(p->parser), column = xmlSAX2GetColumnNumber(p->parser);
    p->b->line = line > 0 ? (size_t)line : 1;
    p->b->column = column > 0 ? (size_t)column : 1;
    return 0;
}

static void stop(pan *p, int rc)
{
    if (!rc) return;
    if (!p->rc) p->rc = rc;
    xmlStopParser(p->parser);
}

#define STOP(p, ...) (place(p), stop(p, vg_corpus_fail((p)->b, VG_EINVAL, __VA_ARGS__)))

/* ---- one message ---- */

/* The corpus escapes twice: after XML, "&amp;quot;" is still "&quot;". One more turn, in place. */
static void undo_entities(vg_buf *text)
{
    static const struct {
        const char *name;
        char byte;
    } entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&#39;", '\''}};
    size_t to = 0;
    for (size_t from = 0; from < text->len;) {
        size_t taken = 1;
        char byte = text->ptr[from];
        for (size_t i = 0; byte == '&' && i < sizeof entities / sizeof entities[0]; i++) {
            size_t len = strlen(entities[i].name);
            if (text->len - from < len || memcmp(text->ptr + from, entities[i].name, len) != 0) continue;
            byte = entities[i].byte;
            taken = len;
            break;
        }
        text->ptr[to++] = byte;
        from += taken;
    }
    text->len = to;
}

static vg_str trimmed(const vg_buf *buf)
{
    vg_str s = {buf->len ? buf->ptr : "", buf->len};
    while (s.len && strchr(" \t\r\n", s.ptr[0])) s.ptr++, s.len--;
    while (s.len && strchr(" \t\r\n", s.ptr[s.len - 1])) s.len--;
    return s;
}

/* "9:05", "23:59" to minutes of the day, or -1. */
static int minutes_of(vg_str time)
{
    int part[2] = {0, 0}, digits[2] = {0, 0}, which = 0;
    for (size_t i = 0; i < time.len; i++) {
        char c = time.ptr[i];
        if (c == ':' && which == 0) which = 1;
        else if (c >= '0' && c <= '9' && digits[which] < 2) part[which] = part[which] * 10 + (c - '0'), digits[which]++;
        else return -1;
    }
    bool good = which == 1 && digits[0] && digits[1] == 2 && part[0] < 24 && part[1] < 60;
    return good ? part[0] * 60 + part[1] : -1;
}

/* Minutes of a day to a time that never goes back: a clock over twelve hours behind is another day's; less behind, it stands still. */
static int64_t time_of(pan *p, int minutes)
{
    if (minutes < 0) return p->last_ms == INT64_MIN ? PAN_DAY_MS + 12 * VG_HOUR_MS : p->last_ms + VG_MINUTE_MS;
    int64_t ms = p->day_ms + minutes * VG_MINUTE_MS;
    if (p->last_ms != INT64_MIN && p->last_ms - ms > 12 * VG_HOUR_MS) {
        p->day_ms += VG_DAY_MS;
        ms += VG_DAY_MS;
    }
    return p->last_ms != INT64_MIN && ms < p->last_ms ? p->last_ms : ms;
}

static int end_message(pan *p)
{
    corpus_builder *b = p->b;
    size_t author = 0;
    bool is_new = false;
    char quoted[32];
    for (int f = 0; f < FIELDS; f++) {
        if (!p->seen[f]) return vg_corpus_fail(b, VG_EINVAL, "a message without %s; expected author, time and text", field_names[f]);
        if (p->value[f].failed) return vg_corpus_no_memory(b);
    }
    vg_str time = trimmed(&p->value[FIELD_TIME]), name = trimmed(&p->value[FIELD_AUTHOR]);
    int minutes = time.len ? minutes_of(time) : -1; /* empty: a minute after the one before */
    if (time.len && minutes < 0) return vg_corpus_fail(b, VG_EINVAL, "time \"%s\"; expected HH:MM", vg_corpus_quote(time, quoted));
    int rc = vg_corpus_author_of(b, name, &author, &is_new);
    if (rc) return rc;
    if (is_new && vg_corpus_set_has(&b->risk_authors, b->authors[author].name)) {
        b->authors[author].risk = b->talk.risk = true;
    }
    undo_entities(&p->value[FIELD_TEXT]);
    p->last_ms = time_of(p, minutes);
    rc = vg_corpus_add_message(b, author, p->last_ms, (vg_str){p->value[FIELD_TEXT].ptr, p->value[FIELD_TEXT].len});
    if (!rc) b->messages[b->talk.message_count - 1].risk = p->marked;
    return rc;
}

/* ---- elements ---- */

static vg_str attribute(const xmlChar **attributes, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        const xmlChar **a = attributes + 5 * i; /* local name, prefix, URI, value, its end */
        if (!a[1] && strcmp((const char *)a[0], name) == 0) return (vg_str){(const char *)a[3], (size_t)(a[4] - a[3])};
    }
    return (vg_str){NULL, 0};
}

static void begin_conversation(pan *p, vg_str id)
{
    if (!id.ptr) {
        STOP(p, "a conversation without id");
        return;
    }
    p->day_ms = PAN_DAY_MS;
    p->last_ms = INT64_MIN;
    place(p);
    stop(p, vg_corpus_begin_talk(p->b, id));
}

static void begin_message(pan *p, vg_str line)
{
    for (int f = 0; f < FIELDS; f++) {
        vg_buf_clear(&p->value[f]);
        p->seen[f] = false;
    }
    p->marked = false;
    if (!p->b->risk_lines.count) return;
    vg_buf_clear(&p->key);
    vg_buf_add_str(&p->key, p->b->talk.id);
    vg_buf_add_char(&p->key, '\t');
    vg_buf_add(&p->key, line.ptr ? line.ptr : "", line.len);
    if (p->key.failed) stop(p, vg_corpus_no_memory(p->b));
    else p->marked = vg_corpus_set_has(&p->b->risk_lines, (vg_str){p->key.ptr, p->key.len});
}

static void begin_field(pan *p, const char *name)
{
    int field = 0;
    while (field < FIELDS && strcmp(name, field_names[field]) != 0) field++;
    if (field == FIELDS) STOP(p, "element \"%.40s\" in a message; expected author, time, text", name);
    else if (p->seen[field]) STOP(p, "a second %s in one message", name);
    else p->seen[p->field = (pan_field)field] = true;
}

static void on_begin(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                     const xmlChar **namespace_list, int count, int defaulted, const xmlChar **attributes)
{
    static const char *const expected[] = {"conversations", "conversation", "message"};
    pan *p = context;
    const char *name = (const char *)local;
    (void)prefix, (void)uri, (void)namespaces, (void)namespace_list, (void)defaulted;
    if (p->rc) return;
    if (p->where <= AT_CONVERSATION && strcmp(name, expected[p->where]) != 0) {
        STOP(p, "element \"%.40s\"; expected %s", name, expected[p->where]);
        return;
    }
    switch (p->where) {
    case AT_DOCUMENT: p->root_seen = true; break;
    case AT_ROOT: begin_conversation(p, attribute(attributes, count, "id")); break;
    case AT_CONVERSATION: begin_message(p, attribute(attributes, count, "line")); break;
    case AT_MESSAGE: begin_field(p, name); break;
    case AT_FIELD: STOP(p, "element \"%.40s\" inside %s; expected text", name, field_names[p->field]); return;
    }
    p->where++;
}

static void on_text(void *context, const xmlChar *text, int len)
{
    pan *p = context;
    if (p->rc) return;
    if (p->where == AT_FIELD && p->value[p->field].len + (size_t)len > VG_CORPUS_MAX_TEXT) {
        place(p);
        stop(p, vg_corpus_fail(p->b, VG_ETOOBIG, "%s has over %d bytes", field_names[p->field], VG_CORPUS_MAX_TEXT));
        return;
    }
    if (p->where == AT_FIELD) {
        vg_buf_add(&p->value[p->field], text, (size_t)len);
        return;
    }
    for (int i = 0; i < len; i++)
        if (!strchr(" \t\r\n", text[i])) {
            STOP(p, "text between elements; expected none");
            return;
        }
}

static void on_end(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    pan *p = context;
    (void)local, (void)prefix, (void)uri;
    if (p->rc || p->where == AT_DOCUMENT) return;
    p->where--;
    if (p->where != AT_CONVERSATION && p->where != AT_ROOT) return;
    place(p);
    stop(p, p->where == AT_CONVERSATION ? end_message(p) : vg_corpus_end_talk(p->b));
}

static void on_document_type(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    STOP((pan *)context, "a document type; expected none");
}

static void on_complaint(void *context, xmlErrorPtr error)
{
    pan *p = context;
    if (!error || error->level != XML_ERR_FATAL || p->complaint[0]) return; /* the first fatal one says where it is */
    snprintf(p->complaint, sizeof p->complaint, "%s", error->message ? error->message : "cannot be parsed");
    p->complaint[strcspn(p->complaint, "\n")] = '\0';
    p->complaint_line = error->line;
    p->complaint_column = error->int2;
}

/* ---- the document ---- */

static int not_xml(pan *p, const char *why)
{
    place(p);
    if (p->complaint_line > 0) {
        p->b->line = (size_t)p->complaint_line;
        p->b->column = p->complaint_column > 0 ? (size_t)p->complaint_column : 1;
    }
    return vg_corpus_fail(p->b, VG_EINVAL, "not XML: %s; expected conversations of PAN-2012", why);
}

static int parse(pan *p, vg_str bytes)
{
    for (size_t at = 0, end = 0; !end;) {
        size_t n = bytes.len - at < CHUNK ? bytes.len - at : CHUNK;
        end = n == 0;
        int bad = xmlParseChunk(p->parser, n ? bytes.ptr + at : "", (int)n, n == 0);
        if (p->rc) return p->rc;
        if (bad || p->complaint[0]) return not_xml(p, p->complaint[0] ? p->complaint : "cannot be parsed");
        at += n;
    }
    return p->root_seen && p->where == AT_DOCUMENT ? 0 : not_xml(p, "ends before its root does");
}

static int read_document(corpus_builder *b, vg_str bytes)
{
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .startElementNs = on_begin,
                             .endElementNs = on_end,
                             .characters = on_text,
                             .ignorableWhitespace = on_text,
                             .cdataBlock = on_text,
                             .internalSubset = on_document_type,
                             .serror = on_complaint};
    pan *p = vg_calloc(1, sizeof *p);
    if (!p) return vg_corpus_no_memory(b);
    p->b = b;
    for (int f = 0; f < FIELDS; f++) vg_buf_init(&p->value[f], FIELD_CEILING);
    vg_buf_init(&p->key, FIELD_CEILING);
    xmlInitParser(); /* once, whatever the thread */
    p->parser = xmlCreatePushParserCtxt(&handler, p, NULL, 0, NULL);
    int rc = p->parser ? 0 : vg_corpus_no_memory(b);
    if (!rc) {
        xmlCtxtUseOptions(p->parser, XML_PARSE_NONET);
        rc = parse(p, bytes);
        if (p->parser->myDoc) xmlFreeDoc(p->parser->myDoc);
        p->parser->myDoc = NULL;
        xmlFreeParserCtxt(p->parser);
    }
    for (int f = 0; f < FIELDS; f++) vg_buf_free(&p->value[f]);
    vg_buf_free(&p->key);
    vg_free(p);
    return rc;
}

/* ---- the labels ---- */

static int add_label(corpus_builder *b, corpus_set *set, vg_str line, bool tab)
{
    size_t number = 0, bad;
    bool is_new;
    const char *at = line.len ? memchr(line.ptr, '\t', line.len) : NULL;
    bool good = tab ? at && at > line.ptr && at + 1 < line.ptr + line.len : !at;
    if (!good || !vg_utf8_valid(line.ptr, line.len, &bad))
        return vg_corpus_fail(b, VG_EINVAL, tab ? "expected a conversation's id, a tab and a line number" : "expected the id of one author");
    vg_str kept = vg_arena_copy(b->out->arena, line);
    if (!kept.ptr || vg_corpus_set_put(set, kept, &number, &is_new)) return vg_corpus_no_memory(b);
    return 0;
}

/* A file with one label a line; blank lines say nothing. */
static int read_labels(corpus_builder *b, const char *path, corpus_set *set, bool tab)
{
    char *bytes = NULL;
    size_t len = 0;
    if (!path) return 0;
    int rc = vg_file_read(path, VG_CORPUS_MAX_BYTES, &bytes, &len, b->err);
    const char *name = b->name;
    b->name = path;
    b->line = b->column = 0;
    for (size_t at = 0; at < len && !rc;) {
        const char *newline = memchr(bytes + at, '\n', len - at);
        size_t n = newline ? (size_t)(newline - bytes) - at : len - at;
        vg_str line = {bytes + at, n};
        at += n + (newline != NULL);
        b->line++;
        while (line.len && strchr(" \r", line.ptr[line.len - 1]) && line.ptr[line.len - 1]) line.len--;
        if (line.len) rc = add_label(b, set, line, tab);
    }
    vg_free(bytes);
    if (!rc) b->name = name; /* an error has named its file already */
    return rc;
}

int vg_corpus_read_pan(corpus_builder *b, vg_str bytes)
{
    int rc = read_labels(b, b->options->risk_authors, &b->risk_authors, false);
    if (!rc) rc = read_labels(b, b->options->risk_lines, &b->risk_lines, true);
    return rc ? rc : read_document(b, bytes);
}
