/* SPDX-License-Identifier: Apache-2.0
 *
 * store/notices: notices, their receipts and answers; trusted flaggers; warnings and suspensions of notifiers.
 *
 * Invariants: a notice and what it brings to its case (the event, the counts, the audit entry, the webhook message) are one transaction. A
 * case's decision answers its notices in the decision's own transaction. The receipt number is found by a keyed hash and stored sealed; who
 * notified is a keyed hash, their name and address are sealed apart. Webhook messages about notices wait sealed. Callers: net, cli.
 */
#ifndef VG_STORE_NOTICES_H
#define VG_STORE_NOTICES_H

#include "event/notice.h"
#include "store/store.h"

typedef struct vg_notice_write {
    vg_str space;
    vg_notice_origin origin;
    vg_notice_category category;
    vg_lang language;
    bool danger, trusted;  /* trusted: its flagger's status counts now */
    vg_str submission;     /* sent again, it is the same notice; empty: never */
    vg_str target;         /* the account or place it is about */
    vg_str who;            /* what tells its notifier from others; empty: nothing does */
    int64_t flagger_id;    /* 0: none */
    vg_notice_words words;
    vg_str body;           /* JSON: {"text":...,"account":...,"message":...,"locations":[...],"answer":{"upheld","dismissed","redress"}} */
    vg_str identity;       /* JSON: {"name","email","contact","account"}; empty: none */
    vg_str receipt;        /* the sentence of the receipt, for the webhook */
    const vg_case_write *event; /* opens or joins the case; NULL: `join`, or set aside */
    int64_t join;          /* the open case that it repeats a notice of; VG_ECONFLICT when that is decided meanwhile. 0: set aside */
    int64_t imminent_due_ms; /* the case's deadline when a child is in danger; 0: no other */
    int64_t now_ms;
} vg_notice_write;

typedef struct vg_notice_written {
    int64_t id, case_id;
    char number[VG_NOTICE_NUMBER + 1];
    bool opened, duplicate; /* duplicate: this submission was there already */
} vg_notice_written;

/** Stores a notice. */
int vg_store_notice_add(vg_store *store, const vg_notice_write *write, vg_notice_written *out, vg_error *err);
/** Whether this submission is there already: out->duplicate. */
int vg_store_notice_submitted(vg_store *store, vg_str space, vg_str submission, vg_arena *arena, vg_notice_written *out, vg_error *err);
/** A notice that was set aside enters a case after all. VG_ECONFLICT: it is not set aside (any more). */
int vg_store_notice_enter(vg_store *store, int64_t id, const vg_case_write *event, vg_str by, int64_t now_ms, vg_case_written *out, vg_error *err);
/** By receipt number (in its one form), or by id. VG_ENOENT. */
int vg_store_notice_find(vg_store *store, vg_str number, vg_arena *arena, vg_notice *out, vg_error *err);
int vg_store_notice_get(vg_store *store, int64_t id, vg_arena *arena, vg_notice *out, vg_error *err);
/** The notices of these spaces in one state, newest first, ids below `before` (0: from the newest). */
int vg_store_notice_list(vg_store *store, vg_str spaces, vg_notice_state state, int64_t before, size_t most, vg_arena *arena, vg_notice **out,
                         size_t *count, vg_error *err);
int vg_store_notice_counts(vg_store *store, vg_str spaces, int64_t counts[VG_NOTICE_STATES], vg_error *err);

/* A notice with what it says; `body` empty: destroyed. */
typedef struct vg_notice_said {
    vg_notice notice;
    vg_str body;
} vg_notice_said;
/** The notices of a case with their text (the oldest 200); writes the audit entry "notice.view" first. */
int vg_store_notice_read(vg_store *store, int64_t case_id, vg_str viewer, vg_arena *arena, vg_notice_said **out, size_t *count, vg_error *err);
/** What a notice that was set aside says, for entering it after all; audited as "notice.view". */
int vg_store_notice_body(vg_store *store, int64_t id, vg_str viewer, vg_arena *arena, vg_str *body, vg_error *err);
/** Name and address, after the audit entry "notice.identity" with the reason's length only. Empty: none, or destroyed. */
int vg_store_notice_identity(vg_store *store, int64_t id, vg_str viewer, vg_str reason, vg_arena *arena, vg_str *identity, vg_error *err);
/** The notifier takes it back: identity destroyed at once; the case stays. VG_ECONFLICT when it is decided or withdrawn. */
int vg_store_notice_withdraw(vg_store *store, int64_t id, int64_t now_ms, vg_error *err);
/** A person's finding on a notice that was dismissed. VG_ECONFLICT when it was not. */
int vg_store_notice_unfounded(vg_store *store, int64_t id, bool unfounded, vg_str by, int64_t now_ms, vg_error *err);

/** Destroys names and addresses `keep_identity_days` after the decision, and what set-aside and withdrawn notices say after `keep_case_days`; what the
 *  others say goes with their case. */
int vg_store_notices_sweep(vg_store *store, vg_str space, uint32_t keep_identity_days, uint32_t keep_case_days, int64_t now_ms, vg_error *err);

/* ---- what is known before a notice is taken ---- */
typedef struct vg_notice_before {
    int64_t case_id;
    vg_notice_words words;
} vg_notice_before;
/** Open cases' notices about the same target, newest first, for vg_notice_alike. */
int vg_store_notices_about(vg_store *store, vg_str space, vg_str target, size_t most, vg_arena *arena, vg_notice_before **out, size_t *count, vg_error *err);

/* ---- notifiers (Art. 23) ---- */
typedef struct vg_notifier {
    char who[VG_NOTICE_WHO];
    vg_str space;
    uint32_t decided, upheld, dismissed, unfounded, since_warning; /* since_warning: unfounded ones received after the last warning */
    uint32_t warnings;
    int64_t warned_ms, suspended_ms, suspended_until_ms;
    vg_str warned_by, suspended_by, suspended_reason;
} vg_notifier;
/** The record of who notifies, since `since_ms`. Of nobody known, all 0. */
int vg_store_notifier_of(vg_store *store, vg_str space, vg_str who, int64_t since_ms, vg_arena *arena, vg_notifier *out, vg_error *err);
/** The same by tag. VG_ENOENT: nobody notified under it. */
int vg_store_notifier_get(vg_store *store, vg_str tag, int64_t since_ms, vg_arena *arena, vg_notifier *out, vg_error *err);
/** Those of these spaces with an unfounded notice, a warning or a suspension; 500 at most. */
int vg_store_notifier_list(vg_store *store, vg_str spaces, int64_t since_ms, vg_arena *arena, vg_notifier **out, size_t *count, vg_error *err);
/** Writes warnings and suspension of `notifier` as they are in it, with the audit entry `what` ("notifier.warn", "notifier.suspend",
 *  "notifier.lift") and the webhook message of that name. */
int vg_store_notifier_set(vg_store *store, const vg_notifier *notifier, const char *what, vg_str by, int64_t now_ms, vg_error *err);

/** How many notifiers were suspended in from <= t < to, and the suspension was not lifted. */
int vg_store_notifier_figures(vg_store *store, vg_str space, int64_t from_ms, int64_t to_ms, int64_t *suspended, vg_error *err);

/* ---- trusted flaggers (Art. 22) ---- */
/** Fills flagger->id; with `key`, a new API key of this flagger is made in the same transaction. VG_EEXIST: the account or key has one. */
int vg_store_flagger_add(vg_store *store, vg_flagger *flagger, vg_api_key *key, vg_str by, int64_t now_ms, vg_error *err);
/** With their records, the ended ones too. */
int vg_store_flagger_list(vg_store *store, vg_str spaces, vg_arena *arena, vg_flagger **out, size_t *count, vg_error *err);
int vg_store_flagger_get(vg_store *store, int64_t id, vg_arena *arena, vg_flagger *out, vg_error *err);
/** Whose key, or account of this space, it is. out->id 0: nobody's. */
int vg_store_flagger_of(vg_store *store, int64_t key_id, vg_str space, vg_str account, vg_arena *arena, vg_flagger *out, vg_error *err);
/** Suspends (until_ms 0: until lifted), with the record of that moment in the audit log and the webhook "flagger.suspended". */
int vg_store_flagger_suspend(vg_store *store, int64_t id, int64_t until_ms, vg_str reason, vg_str by, int64_t now_ms, vg_error *err);
int vg_store_flagger_restore(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_error *err);
/** Ends the status and revokes its key. VG_ENOENT. */
int vg_store_flagger_end(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_error *err);

#endif
