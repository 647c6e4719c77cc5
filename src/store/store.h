/* SPDX-License-Identifier: Apache-2.0
 *
 * store: cases, decisions, people, keys, audit, webhooks on disk. SQLite (WAL, synchronous=FULL) behind it
 * today; nothing in this header shows it.
 *
 * Invariants: a call that returns 0 is on disk. A case, its sealed event and its audit entry are one
 * transaction. The audit log is append-only and a hash chain: hash = BLAKE2b(previous hash | canonical
 * entry). An event (source+id) is in a case once. Sealed columns are readable only with the key ring. A full
 * disk, a lock held too long, a read-only directory are VG_EFULL, VG_EBUSY, VG_EIO: the caller answers 503,
 * nothing half-stored. Thread-safety: one vg_store may be used by one thread at a time; open several (WAL
 * readers do not block the writer). Strings of results live in the arena given. Callers: net, cli, main.
 */
#ifndef VG_STORE_STORE_H
#define VG_STORE_STORE_H

#include <pthread.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/seal.h"
#include "event/case.h"

typedef struct vg_store vg_store;

/** Opens DIR/vigie.db (creates, migrates by numbered steps; a newer schema than known is refused with its
 * number). The key ring is borrowed. */
int vg_store_open(vg_store **out, const char *dir, const vg_keyring *ring, vg_error *err);
void vg_store_close(vg_store **store);
/** A number that changes when another connection wrote (keys, users, webhooks, requests to look at again). */
int vg_store_changes(vg_store *store, int64_t *version, vg_error *err);
/** Moves what the log holds into the database, waiting for nobody. Called several times a second by a thread that has
 *  nothing to answer, it leaves no commit with much of it to do. */
int vg_store_checkpoint(vg_store *store, vg_error *err);
/** What the calls until vg_store_apart write is one transaction: all of it is on disk when that returns 0, none of it otherwise, and
 *  nothing before. For calls that write rows and no more: none that removes files or destroys content. Reading in between sees what was
 *  written. May be asked for within itself. VG_EBUSY. */
int vg_store_together(vg_store *store, vg_error *err);
/** Its end; to be called exactly once for each that returned 0. `rc`: 0, or the code that the caller gave up with. */
int vg_store_apart(vg_store *store, int rc, vg_error *err);
/** Stores of one directory in one process that take turns to write: the next one begins when the one before has ended, without
 *  sleeping in between. `turns` is borrowed. To be called before the store is used. */
void vg_store_take_turns(vg_store *store, pthread_mutex_t *turns);
/** Cheap write check for /readyz: VG_EFULL (also when the largest case would not fit any more), VG_EIO, VG_EBUSY. */
int vg_store_check(vg_store *store, vg_error *err);

/* ---- cases ---- */
/** Commits `count` case writes in one transaction (open or touch, sealed content, audit entry, webhook
 * deliveries). All or nothing. */
int vg_store_case_write(vg_store *store, const vg_case_write *writes, size_t count, vg_case_written *out,
                        vg_error *err);
int vg_store_case_get(vg_store *store, int64_t id, vg_arena *arena, vg_case *out, vg_error *err);
typedef struct vg_case_query {
    vg_str spaces;     /* comma separated, "*" = all: what the asker may see */
    vg_str space;      /* further filter, empty = none */
    vg_str account;    /* further filter, empty = none; not with `answers` */
    unsigned answers;  /* only cases of which a receiver says one of these now (bit set of vg_answer_kind); 0 = all */
    int state;         /* vg_case_state or -1 */
    int64_t before_id; /* for decided cases: id < before_id, 0 = from the newest */
    size_t most;       /* <= 500 */
} vg_case_query;
/** Cases that match; with `answers` open and decided ones alike newest first, else open ones in no order (the caller sorts by vg_review_priority), decided ones newest
 * first. When more are open than `most`: those past their deadline, then the riskiest. */
int vg_store_case_list(vg_store *store, const vg_case_query *query, vg_arena *arena, vg_case **out,
                       size_t *count, vg_error *err);
typedef struct vg_case_counts {
    int64_t open, claimed, overdue, decided_today;
} vg_case_counts;
int vg_store_case_count(vg_store *store, vg_str spaces, int64_t now_ms, vg_case_counts *out, vg_error *err);
/** The events of a case with content unsealed, oldest first (the newest 500 or 8 MiB of them); writes an
 * audit entry "case.view" by `viewer` in the same call: nothing is handed out unless that is on disk. */
int vg_store_case_events(vg_store *store, int64_t id, vg_str viewer, vg_arena *arena, vg_case_event **out,
                         size_t *count, vg_error *err);
typedef struct vg_case_page {
    int64_t before_seq; /* events older than this one; 0: from the newest */
    size_t most;        /* 0: 500 */
    vg_str viewer;      /* empty: nobody looks yet. Then what is read may leave the process only sealed with a key that
                           vg_store_case_viewed comes before */
} vg_case_page;
/** A page of a case's events, as vg_store_case_events; *older: there are more before the first of them. */
int vg_store_case_page(vg_store *store, int64_t id, const vg_case_page *page, vg_arena *arena, vg_case_event **out,
                       size_t *count, bool *older, vg_error *err);
/** Writes "case.view" by `viewer` for what was read ahead. VG_ENOENT. */
int vg_store_case_viewed(vg_store *store, int64_t id, vg_str viewer, vg_error *err);
/** Takes the lease (or renews it). VG_ECONFLICT: held by another, err->what says by whom and until when. */
int vg_store_case_claim(vg_store *store, int64_t id, vg_str user, int64_t now_ms, int64_t until_ms,
                        vg_error *err);
int vg_store_case_release(vg_store *store, int64_t id, vg_str user, vg_error *err);
/** Records a decision, closes the case (escalate: keeps it open, marked), audit entry and webhook deliveries,
 * in one transaction. VG_ECONFLICT when decided, or claimed by another,
 * meanwhile. */
int vg_store_decide(vg_store *store, vg_decision *decision, vg_error *err);
int vg_store_decisions(vg_store *store, int64_t case_id, vg_arena *arena, vg_decision **out, size_t *count,
                       vg_error *err);
int vg_store_legal_hold(vg_store *store, int64_t id, bool hold, vg_str user, vg_str reason, vg_error *err);

/* ---- people, sessions, keys ---- */
int vg_store_user_add(vg_store *store, const vg_user *user, vg_error *err); /* VG_EEXIST */
int vg_store_user_find(vg_store *store, vg_str name, vg_arena *arena, vg_user *out,
                       vg_error *err); /* VG_ENOENT */
int vg_store_user_list(vg_store *store, vg_arena *arena, vg_user **out, size_t *count, vg_error *err);
int vg_store_user_disable(vg_store *store, vg_str name, vg_str by,
                          vg_error *err); /* also ends the sessions */
int vg_store_user_password(vg_store *store, vg_str name, vg_str password_hash, vg_str by, vg_error *err);
/** Counts a failure (locks after 5 for 15 min, doubling with each further one, at most a day) or resets on
 * success; audited. VG_EFORBIDDEN while locked, whatever `success` says; VG_ENOENT. */
int vg_store_user_signin(vg_store *store, vg_str name, bool success, int64_t now_ms, vg_error *err);
/** VG_EFORBIDDEN when the user is unknown or disabled. */
int vg_store_session_add(vg_store *store, const vg_session *session, vg_error *err);
/** VG_ENOENT: never was, ended, expired, or its user is disabled. */
int vg_store_session_find(vg_store *store, const uint8_t token_hash[32], int64_t now_ms, vg_arena *arena,
                          vg_session *out, vg_user *user, vg_error *err);
/** Ends it, on record as "user.session_end" with how ("sign_out", "idle", "again": who it belongs to signed in anew). One that is no session any
 *  more leaves no entry. */
int vg_store_session_end(vg_store *store, const uint8_t token_hash[32], const char *how, vg_error *err);
/** Fills key->id. VG_EEXIST when the hash is there. */
int vg_store_key_add(vg_store *store, vg_api_key *key, vg_str by, vg_error *err);
/** Newest last; revoked ones too. */
int vg_store_key_list(vg_store *store, vg_arena *arena, vg_api_key **out, size_t *count, vg_error *err);
int vg_store_key_revoke(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_error *err);

/* ---- audit ---- */
int vg_store_audit(vg_store *store, vg_str actor, vg_str action, vg_str object, vg_str detail_json,
                   vg_error *err);
/** Walks the chain: VG_ECORRUPT with err->where "audit entry N" at the first that does not check. *count =
 * entries. */
int vg_store_audit_verify(vg_store *store, int64_t *count, vg_error *err);

/* ---- webhooks (Standard Webhooks) ---- */
typedef struct vg_webhook {
    int64_t id;
    vg_str space, url;
    uint8_t secret[32];
    int64_t created_ms, disabled_ms;
} vg_webhook;
typedef struct vg_delivery {
    int64_t id, webhook_id;
    vg_str space;
    vg_str message_id; /* "msg_..." stays the same over retries */
    vg_str type;       /* "case.opened", "case.decided" */
    vg_str body;       /* JSON */
    vg_str url;
    uint8_t secret[32];
    int attempts;
    int64_t next_ms, created_ms;
    vg_str last_error;
    bool dead;
} vg_delivery;
/** Fills hook->id. space "*": hears of every space. The secret is sealed at rest. */
int vg_store_webhook_add(vg_store *store, vg_webhook *hook, vg_str by, vg_error *err);
int vg_store_webhook_list(vg_store *store, vg_arena *arena, vg_webhook **out, size_t *count, vg_error *err);
/** Its deliveries go with it. VG_ENOENT. */
int vg_store_webhook_remove(vg_store *store, int64_t id, vg_str by, vg_error *err);
/** Deliveries due at now_ms (dead = false), or the dead-letter list (dead = true), oldest first. `spaces`
 * filters. */
int vg_store_deliveries(vg_store *store, bool dead, vg_str spaces, int64_t now_ms, size_t most,
                        vg_arena *arena, vg_delivery **out, size_t *count, vg_error *err);
/** Result of an attempt: delivered, or failed (retried at next_ms; next_ms 0 = dead letter). */
int vg_store_delivery_result(vg_store *store, int64_t id, bool delivered, int64_t next_ms, vg_str error,
                             vg_error *err);
/** A dead letter is tried again from the start. VG_ENOENT. */
int vg_store_delivery_retry(vg_store *store, int64_t id, int64_t now_ms, vg_error *err);

/* ---- data protection ---- */
/** Everything about one account as JSON members `"cases":[...],"decisions":[...],"notices":[...],"receipts":[...]` (unsealed),
 * audited. notices: the events in which the account reported others; receipts: the notices it made, by account or e-mail address. Context of a case holds other accounts' messages: it is for the
 * operator to review. */
int vg_store_export(vg_store *store, vg_str space, vg_str account, vg_str by, vg_buf *out, vg_error *err);
typedef struct vg_erase_result {
    int64_t cases_erased, cases_on_hold, cases_open;
} vg_erase_result;
/** Destroys decided cases about the account (sealed content and name); open cases and legal holds are kept
 * and counted. Audited. */
int vg_store_erase(vg_store *store, vg_str space, vg_str account, vg_str by, vg_erase_result *out,
                   vg_error *err);
/** Destroys sealed content of decided cases of `space` older than `keep_case_days`, except legal holds; ended
 * sessions; audit older than keep_audit_days is cut from the chain's start with a recorded anchor. The chain
 * is one for all spaces: give the longest keep_audit_days of them, 0 = do not cut. *destroyed counts cases.
 */
int vg_store_sweep(vg_store *store, vg_str space, uint32_t keep_case_days, uint32_t keep_audit_days,
                   int64_t now_ms, int64_t *destroyed, vg_error *err);

/* ---- requests to a running server (the command line writes, the server answers) ---- */
typedef struct vg_request {
    int64_t id;
    vg_str kind; /* "export", "erase"; "keys": read the API keys again, "rules": how they run; of these two space and account are "*" */
    vg_str space, account, by;
} vg_request;
int vg_store_request_add(vg_store *store, vg_request *request, vg_error *err);
int vg_store_request_next(vg_store *store, vg_arena *arena, vg_request *out, bool *found, vg_error *err);
int vg_store_request_answer(vg_store *store, int64_t id, vg_str result_json, vg_error *err);
/** The answer when there; it is deleted with the request. *found false: not yet. VG_ENOENT: no such request.
 */
int vg_store_request_take(vg_store *store, int64_t id, vg_arena *arena, vg_str *result_json, bool *found,
                          vg_error *err);

#endif
