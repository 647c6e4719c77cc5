/* SPDX-License-Identifier: Apache-2.0
 *
 * store/evidence: the keys of cases, whom they are wrapped for, and their end.
 *
 * Invariants: content of a case is sealed with a key of the case (base/case_seal.h), wrapped for roles in the table case_key. A hand-over
 * boxes the key for a receiver and destroys the wraps in one transaction: from then on every call that reads content answers VG_EGONE,
 * and ring and database together open nothing. What comes afterwards gets a key of the next generation. Destruction of content takes the
 * wraps along and leaves a signed certificate. Each is one transaction with its audit entry. Callers: net, cli, the filing runner.
 */
#ifndef VG_STORE_EVIDENCE_H
#define VG_STORE_EVIDENCE_H

#include "base/case_seal.h"
#include "store/store.h"

/* ---- keys ---- */
typedef enum { VG_KEY_STANDS, VG_KEY_HANDED_OVER, VG_KEY_DESTROYED, VG_KEY_ENDS } vg_key_end;
extern const char *const vg_key_end_names[VG_KEY_ENDS]; /* "stands", "handed_over", "destroyed" */
typedef struct vg_case_key_row {
    int64_t generation, made_ms, ended_ms;
    vg_key_end end;
    bool roles[VG_KEY_ROLES]; /* whom it is wrapped for now */
} vg_case_key_row;
/** Keys of a case, oldest first; none of a case from before keys. */
int vg_store_case_keys(vg_store *store, int64_t case_id, vg_arena *arena, vg_case_key_row **out, size_t *count, vg_error *err);

/* ---- hand-over ---- */
typedef struct vg_hand_over {
    int64_t id, case_id, generation;
    vg_str receiver;
    uint8_t public_key[32];
    uint8_t box[VG_KEY_BOX]; /* of the case's key */
    bool has_box;            /* false: the content was destroyed since */
    vg_str by;
    int64_t time_ms, filing_id;
    vg_str reason;           /* empty: destroyed */
} vg_hand_over;
typedef struct vg_hand_over_ask {
    int64_t case_id, filing_id; /* filing_id 0: a person asks */
    vg_str receiver;            /* its id */
    const uint8_t *public_key;  /* 32 bytes, X25519 */
    int64_t key_until_ms;       /* 0: no end */
    vg_str by, reason;          /* reason: 1..500 bytes */
    int64_t now_ms;
} vg_hand_over_ask;
/** Hands a case over: what the ring sealed is sealed anew with the case's key first, media files too; then the key is boxed for the
 *  receiver and its wraps are destroyed. *count (may be NULL) is how many keys were handed over. VG_ENOENT; VG_EUNPROCESSABLE: the
 *  receiver's key is expired or no key; VG_ECONFLICT: a legal hold, an open appeal, destroyed, or there is nothing left to hand over. */
int vg_store_hand_over(vg_store *store, const vg_hand_over_ask *ask, size_t *count, vg_error *err);
int vg_store_hand_overs(vg_store *store, int64_t case_id, vg_arena *arena, vg_hand_over **out, size_t *count, vg_error *err);

/* ---- hand-overs that are due: written by a filing's end, in its transaction; see store/filings ---- */
typedef struct vg_hand_over_due {
    int64_t case_id, filing_id, since_ms;
    uint32_t attempts;
    vg_str why; /* it waits; empty: not tried yet */
} vg_hand_over_due;
/** Those to be tried now. */
int vg_store_hand_overs_due(vg_store *store, int64_t now_ms, size_t most, vg_arena *arena, vg_hand_over_due **out, size_t *count, vg_error *err);
/** That of a case. VG_ENOENT: none. */
int vg_store_hand_over_due_of(vg_store *store, int64_t case_id, vg_arena *arena, vg_hand_over_due *out, vg_error *err);
/** Whether anything of the case is left to hand over, and whether another report of it is not sent yet, which needs the content. */
int vg_store_hand_over_ready(vg_store *store, int64_t case_id, vg_arena *arena, bool *left, bool *others, vg_error *err);
/** Tried again at next_ms. why: for people, at most 250 bytes are kept. */
int vg_store_hand_over_later(vg_store *store, int64_t case_id, int64_t next_ms, vg_str why, vg_error *err);
/** It is not wanted (the policy keeps the case readable, nothing is left). A hand-over itself ends it too. */
int vg_store_hand_over_drop(vg_store *store, int64_t case_id, vg_error *err);

/* ---- legal hold ---- */
typedef struct vg_hold {
    int64_t id;
    vg_str placed_by, reason, released_by, release;
    int64_t placed_ms, review_ms, released_ms; /* review_ms 0: no day was named; released_ms 0: it stands */
} vg_hold;
int vg_store_holds(vg_store *store, int64_t case_id, vg_arena *arena, vg_hold **out, size_t *count, vg_error *err);
/** Places a hold ("case.legal_hold") or a new one over the one that stands (another reason, another day to look again). review_ms 0: none.
 *  VG_ENOENT; VG_ECONFLICT: the content is destroyed. */
int vg_store_hold_place(vg_store *store, int64_t case_id, vg_str user, vg_str reason, int64_t review_ms, vg_error *err);
/** Releases it ("case.hold_release"). Of a case without one: nothing happens. */
int vg_store_hold_release(vg_store *store, int64_t case_id, vg_str user, vg_str reason, vg_error *err);

/* ---- out of reach ---- */
/** Whether the media of the case are out of reach by law, and since when. */
int vg_store_removed(vg_store *store, int64_t case_id, bool *removed, int64_t *since_ms, vg_error *err);

/* ---- certificates of destruction ---- */
typedef struct vg_destruction {
    int64_t id, time_ms, audit_seq;
    vg_str payload;        /* JSON, exactly as signed */
    uint8_t signature[64]; /* Ed25519, vg_keyring_certify */
} vg_destruction;
/** The certificates as JSON, for downloading: each payload as it was signed, signature and public key beside it. */
void vg_store_destructions_write(vg_buf *out, const vg_keyring *ring, const vg_destruction *list, size_t count);
int vg_store_destructions(vg_store *store, int64_t case_id, vg_arena *arena, vg_destruction **out, size_t *count, vg_error *err);

/** Whether an appeal of the case waits for its answer: it is kept until then. */
int vg_store_appealed(vg_store *store, int64_t case_id, bool *appealed, vg_error *err);

/* ---- sizes ---- */
typedef struct vg_evidence_size {
    int64_t events, event_bytes, media, media_bytes; /* sealed rows and their bytes; media files and the bytes of the media in them */
} vg_evidence_size;
int vg_store_evidence_size(vg_store *store, int64_t case_id, vg_evidence_size *out, vg_error *err);

#endif
