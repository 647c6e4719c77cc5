/* SPDX-License-Identifier: Apache-2.0
 *
 * report/pdf, inside: what the document says, in both languages, and how it writes times, sizes, places and people. */
#ifndef VG_REPORT_PDF_WORDS_INT_H
#define VG_REPORT_PDF_WORDS_INT_H

#include "report/pdf/page_int.h"
#include "report/pdf/pdf.h"

/* What all parts of the document share. */
typedef struct vg_writer {
    const vg_pdf_ask *ask;
    const vg_dossier *d;
    vg_pages *pages;
    vg_arena *arena;
    vg_lang lang;
    char zone[3]; /* whose local time is shown beside UTC; "": none is certain */
    bool failed;  /* no memory for a text */
} vg_writer;

/** One of two constants, with French typography (non-breaking spaces). */
vg_str vg_say(vg_writer *w, const char *fr, const char *en);
/** printf in one of two languages. Texts from outside go in as %s after vg_quote. */
vg_str vg_sayf(vg_writer *w, const char *fr, const char *en, ...) __attribute__((format(printf, 2, 4), format(printf, 3, 4)));
/** A text from outside, shown, at most `most` bytes. */
vg_str vg_shown(vg_writer *w, vg_str text, size_t most);
/** The same inside a sentence of ours: in an isolate, so that its direction stays its own. NUL-terminated. */
const char *vg_quote(vg_writer *w, vg_str text, size_t most);

/** "4 mai 2026 à 10:00:00 UTC", "4 May 2026, 10:00:00 UTC". */
vg_str vg_say_time(vg_writer *w, int64_t ms);
/** "04/05/2026 10:00:00", "2026-05-04 10:00:00": UTC, for tables. */
vg_str vg_say_moment(vg_writer *w, int64_t ms);
/** "12:00:00 (UTC+2, FR)"; empty where the local time is not certain. */
vg_str vg_say_local(vg_writer *w, int64_t ms);
/** Minutes from UTC in a country that keeps one time, at this moment; INT_MIN: it has several, or is not known here. */
int vg_zone_offset(const char country[3], int64_t ms);
vg_str vg_say_size(vg_writer *w, uint64_t bytes);
vg_str vg_say_age(vg_writer *w, vg_age_band band, vg_age_basis basis);
/** "Auteur", "Mineur 1", "Autre compte 2". */
vg_str vg_say_party(vg_writer *w, size_t party);
vg_str vg_say_country(vg_writer *w, const char country[3]);
vg_str vg_say_sure(vg_writer *w, const vg_provenance *from, vg_ink *ink);
vg_str vg_say_action(vg_writer *w, vg_action action);
vg_str vg_say_id(vg_writer *w, vg_id_kind kind);
vg_str vg_say_channel(vg_writer *w, vg_channel channel);
vg_str vg_say_percent(vg_writer *w, uint16_t e4);

/* The parts, in their order; each in its file. */
void vg_write_cover(vg_writer *w);
void vg_write_facts(vg_writer *w);
void vg_write_law(vg_writer *w);
void vg_write_identifiers(vg_writer *w);
void vg_write_countries(vg_writer *w);
void vg_write_media(vg_writer *w);
void vg_write_seen(vg_writer *w);
void vg_write_decisions(vg_writer *w);
void vg_write_unknown(vg_writer *w);
void vg_write_annexes(vg_writer *w);

#endif
