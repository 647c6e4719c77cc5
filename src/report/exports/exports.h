/* SPDX-License-Identifier: Apache-2.0
 *
 * report/exports: the dossier in the formats that analysts' tools read: Project VIC's data model (VICS 1.3 and 2.0), CSV, CASE/UCO. docs/exports.md has
 * every field.
 *
 * Invariants: the same dossier gives the same bytes. Bytes of media are never in them, only their hashes. A list's own category goes along as it stands; none is
 * converted into another, none is guessed. What is not known is not there. Texts pass report/text.h. Callers: net, cli, tests.
 */
#ifndef VG_REPORT_EXPORTS_H
#define VG_REPORT_EXPORTS_H

#include "report/dossier.h"

typedef enum {
    VG_EXPORT_VICS_1_3, VG_EXPORT_VICS_2_0, VG_EXPORT_CSV_MEDIA, VG_EXPORT_CSV_MESSAGES, VG_EXPORT_CSV_IDENTIFIERS, VG_EXPORT_CASE_UCO,
    VG_EXPORTS
} vg_export_format;

typedef struct vg_export_kind {
    const char *name;      /* "vics-1.3", "vics-2.0", "csv-media", "csv-messages", "csv-identifiers", "case-uco" */
    const char *mime;      /* "application/json" */
    const char *extension; /* of a file: "vics.json" */
} vg_export_kind;
extern const vg_export_kind vg_export_kinds[VG_EXPORTS];

enum { VG_EXPORT_MOST = 256 << 20 }; /* bytes of a document */

/** The format of a name, or -1. */
int vg_export_named(vg_str name);
/** Appends the document to `out` (its ceiling at most VG_EXPORT_MOST). VG_ENOMEM, VG_ETOOBIG. */
int vg_export_write(const vg_dossier *d, vg_export_format format, vg_buf *out, vg_error *err);

#endif
