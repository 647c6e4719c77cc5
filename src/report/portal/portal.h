/* SPDX-License-Identifier: Apache-2.0
 *
 * report/portal: what a person carries. "portal": an authority's or hotline's web form, field by field for copying (PHAROS, Point de
 * Contact, INHOPE hotlines). "sealed": the dossier with the sealed archive, handed to an office (OFMIN) on a medium or by its own way.
 * Nothing is sent by these channels: a person does, and says when, and with which number.
 */
#ifndef VG_REPORT_PORTAL_H
#define VG_REPORT_PORTAL_H

#include "report/channel.h"

extern const vg_filing_channel vg_portal_channel, vg_sealed_channel;

enum { VG_PORTAL_TEXT_MOST = 4000 }; /* bytes of a long field; no form says its limit in public: a careful guess, docs/dossier.md */

/** The facts as plain text in one language, at most `most` bytes: who, where, when, what was found, which law, whom to ask. .ptr NULL:
 *  no memory. No text of a message and no picture is in it. */
vg_str vg_report_summary(vg_arena *arena, const vg_filing_view *f, vg_lang lang, size_t most);
/** The language of a filing: its receiver's. */
vg_lang vg_report_language(const vg_filing_view *f);
/** The PDF as a document. way: how the archive goes. */
int vg_report_add_pdf(const vg_filing_view *f, vg_annex_way way, vg_arena *arena, vg_documents *out, vg_error *err);
/** What every report needs: an operator with a name and an address, a decision by a person, content that is still there. */
void vg_report_common_lacks(const vg_filing_view *f, vg_lacks *out);

#endif
