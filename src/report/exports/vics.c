/* SPDX-License-Identifier: Apache-2.0
 *
 * VICS: one case and its media, in the names that public tools write and read; the model itself is shared under agreement only. A medium is there once, with
 * each place where it was sent. Categories are numbers whose meaning is a country's: one is written only where a list of VICS that named its country has these
 * very bytes ("FR/1", as its import keeps them), and only those of the one country that the document names. What any list says stands in Tags.
 */
#include "report/exports/exports_int.h"

#include <stdio.h>

#include "report/text.h"

typedef struct vics {
    export_out *o;
    const vg_dossier *d;
    bool v2;
    char country[33];
} vics;

/* "FR/1": country and number. */
static bool read_category(vg_str category, vg_str *country, unsigned *number)
{
    const char *slash = category.len ? memchr(category.ptr, '/', category.len) : NULL;
    size_t len = slash ? (size_t)(slash - category.ptr) : 0, digits = slash ? category.len - len - 1 : 0;
    if (len < 2 || len > 32 || digits < 1 || digits > 3) return false;
    for (size_t i = 0; i < len; i++) {
        char c = category.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-')) return false;
    }
    *number = 0;
    for (size_t i = len + 1; i < category.len; i++) {
        if (category.ptr[i] < '0' || category.ptr[i] > '9') return false;
        *number = *number * 10 + (unsigned)(category.ptr[i] - '0');
    }
    *country = (vg_str){category.ptr, len};
    return true;
}

static bool is_letters(const char *two)
{
    return two[0] >= 'A' && two[0] <= 'Z' && two[1] >= 'A' && two[1] <= 'Z' && !two[2];
}

/* Whose categories the document has: those of the first list that has any; otherwise of where who reports is established. */
static void find_country(vics *v)
{
    vg_str country;
    unsigned number;
    for (size_t i = 0; i < v->d->media_count; i++)
        for (size_t k = 0; k < v->d->media[i].match_count; k++) {
            const vg_dossier_match *m = &v->d->media[i].matches[k];
            if (m->distance || !read_category(m->category, &country, &number)) continue;
            snprintf(v->country, sizeof v->country, "%.*s", VG_STR_ARG(country));
            return;
        }
    snprintf(v->country, sizeof v->country, "%s", is_letters(v->d->operator->country) ? v->d->operator->country : "ZZ");
}

static bool is_same(const vg_dossier_media *a, const vg_dossier_media *b)
{
    return a == b || (a->has_sha256 && b->has_sha256 && !memcmp(a->sha256, b->sha256, sizeof a->sha256));
}

static bool is_first(const vics *v, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (is_same(&v->d->media[k], &v->d->media[i])) return false;
    return true;
}

/* The category that lists of the document's country give these very bytes; -1: none, or two that differ. */
static int category_of(const vics *v, size_t at, const vg_dossier_match **source)
{
    int found = -1;
    for (size_t i = at; i < v->d->media_count; i++) {
        const vg_dossier_media *m = &v->d->media[i];
        if (!is_same(&v->d->media[at], m)) continue;
        for (size_t k = 0; k < m->match_count; k++) {
            vg_str country;
            unsigned number;
            if (m->matches[k].distance || !read_category(m->matches[k].category, &country, &number) || !vg_str_is(country, v->country)) continue;
            if (found >= 0 && found != (int)number) return -1;
            found = (int)number;
            *source = &m->matches[k];
        }
    }
    return found;
}

/* "IWF: B; NCMEC: A2 (12 bits apart)" */
static void write_tags(vics *v, const vg_dossier_media *m)
{
    vg_buf tags;
    vg_buf_init(&tags, 1 << 20);
    for (size_t k = 0; k < m->match_count; k++) {
        const vg_dossier_match *one = &m->matches[k];
        if (k) vg_buf_add_cstr(&tags, "; ");
        vg_buf_add_str(&tags, one->source.len ? one->source : one->bank);
        vg_buf_add_cstr(&tags, ": ");
        vg_buf_add_str(&tags, one->category);
        if (one->distance) vg_buf_printf(&tags, " (%u bits apart)", one->distance);
    }
    if (tags.failed) v->o->out->failed = true;
    else vg_export_text(v->o, "Tags", (vg_str){tags.ptr, tags.len});
    vg_buf_free(&tags);
}

/* Where it was sent: a folder for each conversation. */
static void write_file(vics *v, const vg_dossier_media *m)
{
    export_out *o = v->o;
    vg_str name = m->name.len ? vg_text_file(o->texts, m->name) : (vg_str){"", 0}, folder = vg_text_file(o->texts, m->conversation);
    if (!folder.ptr) o->out->failed = true;
    vg_export_open(o, "", '{');
    vg_export_hex(o, "MD5", m->has_md5, m->md5, sizeof m->md5, true);
    if (m->name.len) vg_export_made(o, "FileName", name);
    if (m->conversation.len) vg_export_made(o, "FilePath", vg_arena_printf(o->texts, "%.*s%s%.*s", VG_STR_ARG(folder), name.len ? "/" : "", VG_STR_ARG(name)));
    vg_export_time(o, "Created", m->time_ms);
    vg_export_truth(o, "Unallocated", false);
    vg_export_text(o, "SourceID", m->event_id);
    vg_export_close(o, '}');
}

static void write_property(vics *v, const vg_dossier_media *m, const char *name, uint32_t value)
{
    char number[16];
    if (!value) return;
    snprintf(number, sizeof number, "%u", value);
    vg_export_open(v->o, "", '{');
    vg_export_hex(v->o, "MD5", m->has_md5, m->md5, sizeof m->md5, true);
    vg_export_word(v->o, "PropertyName", name);
    vg_export_word(v->o, "PropertyValue", number);
    vg_export_close(v->o, '}');
}

static void write_alternative(vics *v, const vg_dossier_media *m, const char *name, bool has, const uint8_t bytes[32])
{
    if (!has) return;
    vg_export_open(v->o, "", '{');
    vg_export_hex(v->o, "MD5", m->has_md5, m->md5, sizeof m->md5, true);
    vg_export_word(v->o, "HashName", name);
    vg_export_hex(v->o, "HashValue", true, bytes, 32, false);
    vg_export_close(v->o, '}');
}

static void write_medium(vics *v, size_t at)
{
    const vg_dossier_media *m = &v->d->media[at], *matched = m;
    const vg_dossier_match *source = NULL;
    export_out *o = v->o;
    int category = category_of(v, at, &source);
    vg_arena_reset(o->texts);
    for (size_t i = at; !matched->match_count && i < v->d->media_count; i++)
        if (is_same(m, &v->d->media[i])) matched = &v->d->media[i];
    vg_export_open(o, "", '{');
    vg_export_number(o, "MediaID", (uint64_t)m->seq);
    if (category >= 0) vg_export_number(o, "Category", (uint64_t)category);
    vg_export_hex(o, "MD5", m->has_md5, m->md5, sizeof m->md5, true);
    vg_export_hex(o, "SHA1", m->has_sha1, m->sha1, sizeof m->sha1, true);
    vg_export_number(o, "MediaSize", m->bytes);
    vg_export_time(o, "DateUpdated", v->d->made_ms);
    write_tags(v, matched);
    vg_export_truth(o, "IsPrecategorized", category >= 0);
    if (v->v2 && source && category >= 0) vg_export_text(o, "PrecategorizationSource", source->source.len ? source->source : source->bank);
    vg_export_text(o, "MimeType", m->mime);
    vg_export_open(o, "MediaFiles", '[');
    for (size_t i = at; i < v->d->media_count; i++)
        if (is_same(m, &v->d->media[i])) write_file(v, &v->d->media[i]);
    vg_export_close(o, ']');
    vg_export_open(o, "Exifs", '[');
    write_property(v, m, "ImageWidth", m->width);
    write_property(v, m, "ImageLength", m->height);
    vg_export_close(o, ']');
    vg_export_open(o, "AlternativeHashes", '[');
    write_alternative(v, m, "PDQ", m->has_pdq, m->pdq);
    write_alternative(v, m, "SHA256", m->has_sha256, m->sha256);
    vg_export_close(o, ']');
    vg_export_close(o, '}');
}

static void write_metadata(vics *v, const char *id, const char *name, vg_str value)
{
    if (!value.len) return;
    vg_export_open(v->o, "", '{');
    vg_export_word(v->o, "CaseID", id);
    vg_export_word(v->o, "PropertyName", name);
    vg_export_text(v->o, "PropertyValue", value);
    vg_export_close(v->o, '}');
}

static void write_case(vics *v)
{
    export_out *o = v->o;
    const vg_dossier *d = v->d;
    const vg_report_operator *op = d->operator;
    const vg_dossier_match *source;
    char id[EXPORT_UUID];
    size_t precategorized = 0;
    for (size_t i = 0; i < d->media_count; i++) precategorized += is_first(v, i) && category_of(v, i, &source) >= 0;
    vg_export_uuid(d, "case", (vg_str){"", 0}, 0, id);
    vg_export_open(o, "", '{');
    vg_export_word(o, "CaseID", id);
    vg_export_word(o, "CaseNumber", d->name);
    vg_export_word(o, "ContactOrganization", op->legal_name ? op->legal_name : op->name);
    if (op->contact_first && op->contact_last) vg_export_made(o, "ContactName", vg_arena_printf(o->texts, "%s %s", op->contact_first, op->contact_last));
    vg_export_word(o, "ContactPhone", op->phone);
    vg_export_word(o, "ContactEmail", op->email);
    vg_export_word(o, "SourceApplicationName", "Vigie");
    vg_export_number(o, "TotalMediaFiles", d->media_count);
    vg_export_number(o, "TotalPrecategorized", precategorized);
    vg_export_open(o, "CaseMetadata", '[');
    write_metadata(v, id, "Space", d->c.space);
    write_metadata(v, id, "EarlierReports", d->prior_reports);
    if (d->destroyed) write_metadata(v, id, "Content", VG_STR("destroyed"));
    vg_export_close(o, ']');
    vg_export_open(o, "Media", '[');
    for (size_t i = 0; i < d->media_count; i++)
        if (is_first(v, i)) write_medium(v, i);
    vg_export_close(o, ']');
    vg_export_close(o, '}');
}

void vg_export_vics(export_out *o, const vg_dossier *d, bool v2)
{
    vics v = {.o = o, .d = d, .v2 = v2};
    find_country(&v);
    vg_buf_add_char(o->out, '{');
    /* The context first: who reads it in order has to know whose categories follow. */
    if (!v2) vg_export_word(o, "odata.metadata", "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Cases");
    else vg_export_made(o, "@odata.context", vg_arena_printf(o->texts, "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/%s/$metadata#Cases", v.country));
    vg_export_open(o, "value", '[');
    write_case(&v);
    vg_export_close(o, ']');
    vg_buf_add_cstr(o->out, "}\n");
}
