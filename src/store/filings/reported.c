/* SPDX-License-Identifier: Apache-2.0
 *
 * The evidence that a case showed when it was reported, without a word of its text, kept so that what the receiver answers is a label of it: by
 * then the case's key may be at the receiver. */
#include "store/filings/filings_int.h"

#include "store/cases/pieces.h"
#include "store/evidence/evidence_int.h"

enum { EVENTS_MOST = 5000 };

typedef struct keeping {
    vg_store *store;
    int64_t case_id, seq;
    uint16_t risk;
} keeping;

static int keep_piece(void *context, const vg_piece *piece, vg_error *err)
{
    const keeping *k = context;
    vg_query add = vg_store_use(k->store, VG_SQL_REPORTED_ADD);
    vg_store_bind_int(&add, k->case_id);
    vg_store_bind_int(&add, k->seq);
    vg_store_bind_int(&add, piece->kind);
    vg_store_bind_str(&add, piece->source);
    vg_store_bind_str(&add, piece->language);
    vg_store_bind_int(&add, piece->weight);
    vg_store_bind_int(&add, piece->strength);
    vg_store_bind_int(&add, k->risk);
    return vg_store_run(&add, err);
}

int vg_filing_keep_reported(vg_store *store, int64_t case_id, int64_t filed_ms, vg_error *err)
{
    char place[32];
    keeping k = {.store = store, .case_id = case_id};
    int rc;
    vg_arena *scratch = vg_arena_create(16 << 10, VG_STORE_SCRATCH);
    if (!scratch) return vg_fail(err, VG_ENOMEM, "", "no memory for what was reported");
    vg_store_case_place(case_id, place);
    vg_query events = vg_store_use(store, VG_SQL_REPORTED_EVENTS);
    vg_store_bind_int(&events, case_id);
    vg_store_bind_int(&events, filed_ms);
    vg_store_bind_int(&events, EVENTS_MOST);
    while ((rc = vg_store_step(&events, err)) == 1) {
        vg_str content = {"", 0};
        vg_arena_reset(scratch);
        k.seq = vg_store_int(&events, 0);
        k.risk = (uint16_t)vg_store_int(&events, 1);
        rc = vg_store_case_unseal_if(store, case_id, place, vg_store_peek(&events, 2), scratch, &content, err);
        if (rc == -VG_ECORRUPT) continue; /* that it was filed is not lost for one event that is damaged */
        if (!rc && content.len) rc = vg_pieces_each(content, scratch, keep_piece, &k, err);
        if (rc) break;
    }
    vg_store_reset(&events);
    vg_arena_destroy(&scratch);
    return rc;
}
