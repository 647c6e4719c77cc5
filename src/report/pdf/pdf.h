/* SPDX-License-Identifier: Apache-2.0
 *
 * report/pdf: the dossier as a document that a magistrate or an investigator reads: what happened in order, which law is proposed, who and
 * what to ask for, what was seen and by whom, what is not known, and how to check it all. In French or in English. The picture itself is
 * never in it.
 *
 * Invariants: the same question gives the same bytes on the same machine (fonts are the machine's). Texts from outside are shown, not
 * obeyed (report/text.h), each in a paragraph of its own direction; a character that no font has is written by its number. What
 * does not fit is cut, and the page says so: the whole stands in the archive. Cairo and Pango allocate on their own, so
 * every field is cut before it reaches them. Not for two threads at once with one question; different questions may run side by side.
 * Callers: the channels of this room, net, cli.
 */
#ifndef VG_REPORT_PDF_H
#define VG_REPORT_PDF_H

#include "report/annex.h"
#include "report/dossier.h"

typedef struct vg_pdf_ask {
    const vg_dossier *dossier;
    const vg_receiver *receiver; /* NULL: not chosen yet */
    const vg_receiver *emergency; /* whom to telephone first when a child is in danger; NULL: the receiver's own number, if it has one */
    vg_lang language;
    const char *uuid;            /* of the filing; NULL: a draft, and every page says so */
    const vg_annexes *annexes;   /* the archive, its files, the checkpoint of the audit log; NULL: none of them */
    vg_annex_way archive_way;    /* how it goes */
    bool test;                   /* for a receiver's test system: every page says so */
} vg_pdf_ask;

enum { VG_PDF_MOST = 64 << 20 }; /* bytes of a document */

/** Appends the document to `out` (its ceiling at most VG_PDF_MOST) and says how many pages it has (may be NULL). VG_ENOMEM, VG_ETOOBIG, VG_EIO. */
int vg_pdf_write(const vg_pdf_ask *ask, vg_buf *out, size_t *pages, vg_error *err);
enum { VG_PDF_IMAGE_WIDTH = 1240, VG_PDF_IMAGE_MOST = 8 << 20 }; /* pixels: A4 at 150 to the inch; bytes of an image */
/** Appends one page (from 1) of the same document as a picture (PNG), drawn by the same code, for who cannot be shown a PDF; says how many there are (may be NULL).
 *  VG_ENOENT: there is no such page. VG_ENOMEM, VG_ETOOBIG, VG_EIO. */
int vg_pdf_draw(const vg_pdf_ask *ask, size_t page, vg_buf *png, size_t *pages, vg_error *err);
/** French where a receiver's courts work in French, by the book; English elsewhere, for NULL and without a book. */
vg_lang vg_pdf_language(const vg_law_book *book, const vg_receiver *receiver);

#endif
