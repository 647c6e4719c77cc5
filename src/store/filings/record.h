/* SPDX-License-Identifier: Apache-2.0
 *
 * store/filings/record: what the audit log says of one case, for the dossier. Reading it is on nobody's record: whoever asks has put
 * reading the case on record already. Callers: dossier.
 */
#ifndef VG_STORE_FILINGS_RECORD_H
#define VG_STORE_FILINGS_RECORD_H

#include "store/store.h"

typedef struct vg_case_record {
    int64_t seq, time_ms;
    vg_str actor, action, object, detail;
} vg_case_record;

enum { VG_CASE_RECORD_MOST = 5000 };

/** Entries of the audit log whose object is the case or a part of it ("c-000123", "c-000123/7"), oldest first; VG_CASE_RECORD_MOST at
 *  most. VG_ENOMEM. */
int vg_store_case_record(vg_store *store, int64_t case_id, vg_arena *arena, vg_case_record **out, size_t *count, vg_error *err);

#endif
