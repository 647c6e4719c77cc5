/* SPDX-License-Identifier: Apache-2.0
 *
 * base/french: spaces of French typography, for texts that people write with plain ones: no break before ; : ! ? % » nor after « (narrow before
 * ; ! ? %). Callers: space (the book of law), report/pdf.
 */
#ifndef VG_BASE_FRENCH_H
#define VG_BASE_FRENCH_H

#include "base/str.h"

/** Appends the text with its spaces set; a text that has them already is left as it is. */
void vg_french_add(vg_buf *out, vg_str text);

#endif
