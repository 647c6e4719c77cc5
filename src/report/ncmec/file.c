/* SPDX-License-Identifier: Apache-2.0
 *
 * <fileDetails> of one file. Whether somebody looked at it is said by the audit log alone (vg_dossier_viewed), never by a constant and
 * never by an option: in the United States a provider's answer decides whether the police need a warrant to open the file. */
#include "report/ncmec/ncmec_int.h"

#include "base/hash.h"
#include "base/time.h"
#include "report/text.h"

vg_str ncmec_file_name(const vg_dossier_media *m, size_t number, vg_arena *arena)
{
    if (m->name.len) return vg_text_file(arena, m->name);
    vg_str format = m->format.len && m->format.len <= 8 ? m->format : VG_STR("bin");
    vg_str made = vg_arena_printf(arena, "file-%zu.%.*s", number, VG_STR_ARG(format));
    return made.ptr ? vg_text_file(arena, made) : made;
}

static void write_hash(ncmec_xml *x, const char *type, const uint8_t *bytes, size_t len)
{
    char hex[65];
    vg_hex_encode(hex, bytes, len);
    ncmec_open(x, "originalFileHash");
    ncmec_attribute(x, "hashType", type);
    ncmec_put(x, vg_str_of(hex), NCMEC_SHORT);
    ncmec_close(x);
}

/* The address that the file was sent from, when the platform gave one with its event. */
static void write_upload_address(ncmec_xml *x, const vg_dossier *d, const vg_dossier_media *m)
{
    const vg_party *p = m->from < d->party_count ? &d->parties[m->from] : NULL;
    for (size_t i = 0; p && i < p->id_count; i++) {
        const vg_identifier *id = &p->ids[i];
        if (id->kind != VG_ID_IP || id->source.len != m->event_id.len + 6 || memcmp(id->source.ptr, "event ", 6) != 0) continue;
        if (!vg_str_eq((vg_str){id->source.ptr + 6, m->event_id.len}, m->event_id)) continue;
        ncmec_open(x, "ipCaptureEvent");
        ncmec_text(x, "ipAddress", id->value, NCMEC_SHORT);
        ncmec_text(x, "eventName", VG_STR("Upload"), NCMEC_SHORT);
        if (id->time_ms > 0) ncmec_time(x, "dateTime", id->time_ms);
        if (id->port) ncmec_number(x, "port", id->port);
        ncmec_close(x);
        return; /* the schema takes one */
    }
}

/* What the account sent, or a list names, is what is reported; what others sent shows the rest of it. */
static bool supplemental(const vg_dossier *d, const vg_dossier_media *m, const ncmec_file_option *option)
{
    if (option && option->supplemental >= 0) return option->supplemental == 1;
    bool by_author = m->from < d->party_count && d->parties[m->from].role == VG_PARTY_AUTHOR;
    return !by_author && !m->match_count;
}

static void write_notes(ncmec_xml *x, uint32_t notes)
{
    if (!notes) return;
    ncmec_open(x, "fileAnnotations");
    for (int i = 0; i < NCMEC_FILE_NOTES; i++)
        if (notes & 1u << i) ncmec_bool(x, ncmec_file_note_names[i], true);
    ncmec_close(x);
}

static void write_hashes(ncmec_xml *x, const vg_dossier_media *m)
{
    if (m->has_md5) write_hash(x, "MD5", m->md5, 16);
    if (m->has_sha1) write_hash(x, "SHA1", m->sha1, 20);
    if (m->has_sha256) write_hash(x, "SHA256", m->sha256, 32);
    if (m->has_pdq) write_hash(x, "PDQ", m->pdq, 32);
}

int ncmec_file_write(const vg_filing_view *f, const ncmec_options *o, size_t media, vg_str report_id, vg_str file_id, vg_arena *arena, vg_str *out,
                     vg_error *err)
{
    const vg_dossier *d = f->dossier;
    const vg_dossier_media *m = &d->media[media];
    const ncmec_file_option *option = ncmec_file_option_of(o, m->seq);
    ncmec_xml x;
    int publicly = option && option->publicly >= 0 ? option->publicly : m->publicly_available == VG_KNOWN_NOT ? -1 : m->publicly_available == VG_KNOWN_YES;
    vg_str name = ncmec_file_name(m, media + 1, arena), remarks = ncmec_file_remarks(m, arena);
    const char *class = ncmec_industry_class(m);
    bool other = supplemental(d, m, option);
    int rc = ncmec_xml_begin(&x, arena, err);
    if (rc) return rc;
    if (!name.ptr || !remarks.ptr) x.failed = true;
    ncmec_open(&x, "fileDetails");
    ncmec_text(&x, "reportId", report_id, NCMEC_SHORT);
    ncmec_text(&x, "fileId", file_id, NCMEC_SHORT);
    ncmec_text(&x, "fileName", name, NCMEC_SHORT);
    ncmec_text(&x, "originalFileName", m->name, NCMEC_SHORT);
    if (m->time_ms > 0) ncmec_time(&x, "uploadedToEspTimestamp", m->time_ms);
    if (option) ncmec_text(&x, "locationOfFile", option->location, 4096);
    ncmec_bool(&x, "fileViewedByEsp", vg_dossier_viewed(m, 0));
    /* metadata is shown to nobody here; only who files can say that somebody looked at it with another tool */
    ncmec_bool(&x, "exifViewedByEsp", option && option->exif_viewed == 1);
    if (publicly >= 0) ncmec_bool(&x, "publiclyAvailable", publicly);
    ncmec_text(&x, "fileRelevance", other ? VG_STR("Supplemental Reported") : VG_STR("Reported"), NCMEC_SHORT);
    write_notes(&x, option ? option->notes : 0);
    if (o->industry_mou && class && !other) ncmec_text(&x, "industryClassification", vg_str_of(class), NCMEC_SHORT);
    write_hashes(&x, m);
    write_upload_address(&x, d, m);
    ncmec_text(&x, "additionalInfo", remarks, NCMEC_LONG);
    if (x.cut) ncmec_text(&x, "additionalInfo", VG_STR("A text was shortened; it is whole in the case."), NCMEC_SHORT);
    ncmec_close(&x);
    return ncmec_xml_end(&x, out, err);
}
