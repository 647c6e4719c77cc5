/* SPDX-License-Identifier: Apache-2.0
 *
 * report/exports, inside: writing JSON, and ids that are the same each time.
 */
#ifndef VG_REPORT_EXPORTS_INT_H
#define VG_REPORT_EXPORTS_INT_H

#include "report/exports/exports.h"

typedef struct export_out {
    vg_buf *out;
    vg_arena *texts; /* emptied between records */
    bool first;      /* nothing stands yet in this object or array */
} export_out;

enum { EXPORT_UUID = 37 };

/* ---- JSON ---- */
/** The comma and the key; an empty key inside an array. */
void vg_export_key(export_out *o, const char *key);
void vg_export_open(export_out *o, const char *key, char bracket);
void vg_export_close(export_out *o, char bracket);
/** Nothing when empty. */
void vg_export_text(export_out *o, const char *key, vg_str value);
/** The same of a text that was just made: one without memory fails the export. */
void vg_export_made(export_out *o, const char *key, vg_str value);
/** A text as people read it, to be part of a sentence: without controls. */
vg_str vg_export_shown(export_out *o, vg_str value);
void vg_export_word(export_out *o, const char *key, const char *value);
void vg_export_number(export_out *o, const char *key, uint64_t value);
void vg_export_truth(export_out *o, const char *key, bool value);
/** Nothing when 0. */
void vg_export_time(export_out *o, const char *key, int64_t ms);
/** Nothing unless `has`. */
void vg_export_hex(export_out *o, const char *key, bool has, const uint8_t *bytes, size_t len, bool upper);

/** UUID of version 5 (RFC 9562) of a thing of the case: its kind and what names it there. */
void vg_export_uuid(const vg_dossier *d, const char *kind, vg_str key, int64_t number, char out[EXPORT_UUID]);
/** The account of a party; empty when there is no such party. */
vg_str vg_export_account(const vg_dossier *d, size_t party);

void vg_export_vics(export_out *o, const vg_dossier *d, bool v2);
void vg_export_csv_media(export_out *o, const vg_dossier *d);
void vg_export_csv_messages(export_out *o, const vg_dossier *d);
void vg_export_csv_identifiers(export_out *o, const vg_dossier *d);
void vg_export_case_uco(export_out *o, const vg_dossier *d);

#endif
