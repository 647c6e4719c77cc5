/* SPDX-License-Identifier: Apache-2.0
 *
 * Elements through libxml2's writer: it escapes, vg_text_xml keeps out what XML cannot hold. Order is the caller's, as the schema's
 * xs:sequence wants it. */
#include "report/ncmec/ncmec_int.h"

#include <libxml/xmlwriter.h>

#include "base/time.h"
#include "report/text.h"

int ncmec_xml_begin(ncmec_xml *x, vg_arena *arena, vg_error *err)
{
    *x = (ncmec_xml){.arena = arena};
    xmlInitParser(); /* once, whatever the thread */
    x->buffer = xmlBufferCreate();
    x->writer = x->buffer ? xmlNewTextWriterMemory(x->buffer, 0) : NULL;
    if (x->writer && xmlTextWriterStartDocument(x->writer, "1.0", "UTF-8", NULL) >= 0) return 0;
    if (x->writer) xmlFreeTextWriter(x->writer);
    if (x->buffer) xmlBufferFree(x->buffer);
    *x = (ncmec_xml){.failed = true};
    return vg_fail(err, VG_ENOMEM, "ncmec", "no memory");
}

void ncmec_open(ncmec_xml *x, const char *name)
{
    if (!x->failed && xmlTextWriterStartElement(x->writer, (const xmlChar *)name) < 0) x->failed = true;
}

void ncmec_attribute(ncmec_xml *x, const char *name, const char *value)
{
    if (!x->failed && xmlTextWriterWriteAttribute(x->writer, (const xmlChar *)name, (const xmlChar *)value) < 0) x->failed = true;
}

void ncmec_close(ncmec_xml *x)
{
    if (!x->failed && xmlTextWriterEndElement(x->writer) < 0) x->failed = true;
}

void ncmec_put(ncmec_xml *x, vg_str text, size_t most)
{
    if (x->failed) return;
    vg_str safe = vg_text_xml(x->arena, text, most);
    if (text.len > most) x->cut++;
    vg_str ended = safe.ptr ? vg_arena_copy(x->arena, safe) : safe; /* libxml2 wants a NUL after it */
    if (!ended.ptr || xmlTextWriterWriteString(x->writer, (const xmlChar *)ended.ptr) < 0) x->failed = true;
}

void ncmec_text(ncmec_xml *x, const char *name, vg_str text, size_t most)
{
    if (!text.len) return;
    ncmec_open(x, name);
    ncmec_put(x, text, most);
    ncmec_close(x);
}

void ncmec_time(ncmec_xml *x, const char *name, int64_t ms)
{
    char text[25];
    vg_time_format(ms, text);
    ncmec_text(x, name, vg_str_of(text), NCMEC_SHORT);
}

void ncmec_number(ncmec_xml *x, const char *name, int64_t n)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)n);
    ncmec_text(x, name, vg_str_of(digits), NCMEC_SHORT);
}

void ncmec_bool(ncmec_xml *x, const char *name, bool value)
{
    ncmec_text(x, name, value ? VG_STR("true") : VG_STR("false"), NCMEC_SHORT);
}

int ncmec_xml_end(ncmec_xml *x, vg_str *out, vg_error *err)
{
    *out = (vg_str){NULL, 0};
    if (!x->failed && xmlTextWriterEndDocument(x->writer) < 0) x->failed = true;
    if (x->writer) xmlFreeTextWriter(x->writer); /* writes what it holds into the buffer */
    x->writer = NULL;
    if (!x->failed && x->buffer)
        *out = vg_arena_copy(x->arena, (vg_str){(const char *)xmlBufferContent(x->buffer), (size_t)xmlBufferLength(x->buffer)});
    if (x->buffer) xmlBufferFree(x->buffer);
    x->buffer = NULL;
    return out->ptr ? 0 : vg_fail(err, VG_ENOMEM, "ncmec", "no memory for the document");
}
