/* SPDX-License-Identifier: Apache-2.0
 *
 * report/bag/bag_int: the pieces of an archive. Not for other rooms.
 */
#ifndef VG_REPORT_BAG_INT_H
#define VG_REPORT_BAG_INT_H

#include "report/bag/bag.h"

/* Small files, written whole. */
void vg_bag_dossier_json(vg_buf *out, const vg_dossier *d, const vg_bag_options *options, vg_arena *arena);
void vg_bag_custody_json(vg_buf *out, const vg_dossier *d, const vg_bag_options *options, vg_arena *arena);
void vg_bag_log_json(vg_buf *out, const vg_dossier *d, vg_arena *arena);
void vg_bag_conversation_html(vg_buf *out, const vg_dossier *d, vg_lang lang, vg_arena *arena);
void vg_bag_read_me(vg_buf *out, const vg_dossier *d, const vg_bag_options *options, vg_lang lang);
/** Where a media lies in the archive: "data/media/001.jpg", by number and by what was recognised of its bytes. */
void vg_bag_media_name(const vg_dossier *d, size_t media, char out[64]);

#endif
