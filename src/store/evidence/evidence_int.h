/* SPDX-License-Identifier: Apache-2.0
 *
 * store/evidence_int: sealing with the key of a case, for the files of this room. Inside a write transaction unless it says otherwise.
 */
#ifndef VG_STORE_EVIDENCE_INT_H
#define VG_STORE_EVIDENCE_INT_H

#include "store/evidence/evidence.h"
#include "store/store_int.h"

/** The first key of a case that was just opened: one row, no reading. */
int vg_store_case_key_make(vg_store *store, int64_t case_id, uint16_t generation, int64_t now_ms, vg_error *err);
/** Seals into store->sealed with the newest key of the case; makes one when there is none, or when it was handed over. */
int vg_store_case_seal(vg_store *store, int64_t case_id, const char *place, vg_str plain, vg_error *err);
/** Opens what that wrote, or what the ring sealed before cases had keys. Also outside of transactions. VG_EGONE: the key is not here any
 *  more; the sentence says where it is. */
int vg_store_case_unseal(vg_store *store, int64_t case_id, const char *place, vg_str sealed, vg_arena *arena, vg_str *out, vg_error *err);
/** The same where work goes on without the text (notes, statements, appeals): what cannot be opened any more is empty. */
int vg_store_case_unseal_if(vg_store *store, int64_t case_id, const char *place, vg_str sealed, vg_arena *arena, vg_str *out, vg_error *err);
/** The key of a generation as `role` has it. VG_EGONE. */
int vg_store_case_key(vg_store *store, int64_t case_id, uint16_t generation, vg_key_role role, uint8_t key[VG_CASE_KEY], vg_error *err);
/** Nothing of any key stays behind in the store's memory. */
void vg_store_keys_forget(vg_store *store);

/* Every sealed column of a case, with its place: what a hand-over seals anew, what a certificate counts. */
typedef struct vg_sealed_column {
    const char *name;
    enum vg_store_statement read, write; /* SELECT number, bytes; UPDATE bytes by case and number */
    void (*place)(int64_t case_id, int64_t number, char out[96]);
} vg_sealed_column;
enum { VG_SEALED_COLUMNS = 8 };
extern const vg_sealed_column vg_sealed_columns[VG_SEALED_COLUMNS];

/* What a case holds before it is destroyed. */
typedef struct vg_destruction_count {
    int64_t case_id;
    struct {
        int64_t rows, bytes;
        uint8_t sha256[32]; /* of the sealed bytes, one after the other */
    } column[VG_SEALED_COLUMNS];
    int64_t media, media_bytes, keys;
    uint8_t media_sha256[32]; /* of the digests of the sealed files, one after the other */
    int64_t media_measured;   /* how many of them have one */
} vg_destruction_count;
int vg_store_destruction_measure(vg_store *store, int64_t case_id, vg_destruction_count *out, vg_error *err);
/** Writes and signs the certificate; the audit entry it names is the newest. rule: "retention", "erasure", "hand_over". */
int vg_store_destruction_certify(vg_store *store, const vg_destruction_count *what, const char *rule, vg_str rule_detail, vg_str space, vg_str by,
                                 int64_t now_ms, vg_error *err);
/** The end of keys, boxes and reasons with the content. */
int vg_store_evidence_destroy(vg_store *store, int64_t case_id, int64_t now_ms, vg_error *err);

/** The case's key is to go to whom the filing went to. Inside the transaction of the filing's end. */
int vg_store_hand_over_want(vg_store *store, int64_t case_id, int64_t filing_id, int64_t now_ms, vg_error *err);

/** Puts the media of a case out of reach, and writes `,"remove":[...]` with the ids of its media events into store->text. */
int vg_store_removal_begin(vg_store *store, int64_t case_id, int64_t decision_id, int64_t now_ms, vg_error *err);
int vg_store_removal_list(vg_store *store, int64_t case_id, vg_arena *arena, vg_str **ids, size_t *count, vg_error *err);
int vg_store_removal_end(vg_store *store, int64_t decision_id, vg_error *err);

#endif
