/* SPDX-License-Identifier: Apache-2.0
 *
 * report/text: making what accounts wrote safe for the format it goes into, without hiding that it was hostile. Every writer of the room
 * passes every text that came from outside through one of these; nothing else escapes.
 *
 * What is never lost: the text itself. What cannot stand in a format is shown by its number, "\u{202E}", so that a reader sees that it was
 * there; the exact bytes are in the archive's JSON. Invalid UTF-8 (lone surrogates included) becomes U+FFFD. All results live in the
 * arena; .ptr is NULL when there is no memory. Callers: the writers of the room report.
 */
#ifndef VG_REPORT_TEXT_H
#define VG_REPORT_TEXT_H

#include "base/arena.h"
#include "base/str.h"

/** For people to read on paper or screen: bidirectional controls, invisible and control characters are shown by their number, except line
 *  breaks when `lines`; at most `most` bytes, cut at a character with "…" (0: whole). */
vg_str vg_text_shown(vg_arena *arena, vg_str text, bool lines, size_t most);
/** Characters that XML 1.0 allows (its production Char), not escaped: the XML library does that. Others are shown by their number. */
vg_str vg_text_xml(vg_arena *arena, vg_str text, size_t most);
/** One CSV field, quoted (RFC 4180), and a leading = + - @ tab or line break disarmed with an apostrophe (OWASP, "CSV Injection");
 *  controls and bidirectional controls by their number. */
vg_str vg_text_csv(vg_arena *arena, vg_str text);
/** Whether a spreadsheet could take a cell for a formula: also behind blanks and invisible characters, also in full-width letters. */
bool vg_text_is_formula(vg_str text);
/** A file name: no path, no control, no reserved letter, at most 120 bytes; never empty, never "." or "..". */
vg_str vg_text_file(vg_arena *arena, vg_str name);
/** Valid UTF-8 of the same text: what is invalid becomes U+FFFD, nothing else changes. For JSON. */
vg_str vg_text_utf8(vg_arena *arena, vg_str text);
/** One line of a mail header: no line breaks, no controls; the mail writer encodes what is not ASCII (RFC 2047). */
vg_str vg_text_header(vg_arena *arena, vg_str text, size_t most);

#endif
