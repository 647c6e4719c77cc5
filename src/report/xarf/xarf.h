/* SPDX-License-Identifier: Apache-2.0
 *
 * report/xarf: XARF 4.2 reports (xarf.org, MIT) of the category "content", types csam and csem, to whoever hosts something. One writer, for
 * `vigie match` and for the channel "xarf". The schema lets evidence be embedded; this writer has no place for it. Callers: report, cli.
 */
#ifndef VG_REPORT_XARF_H
#define VG_REPORT_XARF_H

#include "report/dossier.h"

typedef enum { VG_XARF_CSAM, VG_XARF_CSEM } vg_xarf_type;
enum { VG_XARF_TAGS = 4 };

typedef struct vg_xarf {
    const char *report_id;            /* UUID */
    int64_t time_ms;                  /* when it happened, or was found */
    vg_str org, contact, domain;      /* who reports, and sends */
    vg_str source_identifier, url;
    uint16_t source_port;             /* 0: not known */
    vg_xarf_type type;
    vg_str classification;            /* csam: one of vg_xarf_class */
    const char *exploitation;         /* csem */
    const char *detection_method;     /* of the type's own list */
    const char *media_type, *platform; /* NULL: not said */
    const uint8_t *sha256, *sha1, *md5; /* NULL: not known; csam only */
    vg_str ncmec_report_id, description;
    vg_known content_removed, account_suspended; /* csam only */
    vg_str account;                   /* csem: the account; empty: not said */
    bool chat_logs, images, videos;   /* csem: kinds of evidence that there are, not sent */
    const char *evidence_source;      /* NULL: not said */
    char tags[VG_XARF_TAGS][48];      /* "match:exact"; "" ends */
} vg_xarf;

/** Whether a list's category is literally one that XARF has: baseline, A1, A2, B1, B2. None is made into one. */
bool vg_xarf_class(vg_str category);
/** Appends the report as one JSON object. */
void vg_xarf_write(vg_buf *out, const vg_xarf *report);
/** 16 bytes as a UUID of version 4 (RFC 9562) and a NUL: 37 bytes. */
void vg_xarf_uuid(const uint8_t bytes[16], char out[37]);

#endif
