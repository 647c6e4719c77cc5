/* SPDX-License-Identifier: Apache-2.0
 *
 * store/people: grants, invitations, leave, closing, and what people see of their sessions.
 *
 * A person is never deleted: closing removes the password, the email and whatever else could sign in, and keeps the name, so that the
 * audit log goes on meaning one person and nobody else gets that name. There is always a live administrator of all spaces once there was
 * one: what would end that is VG_ECONFLICT. Who may do what to whom is review/people.h's to say, before. Every call that writes is one
 * transaction with its audit entry. Callers: net, cli, tests.
 */
#ifndef VG_STORE_PEOPLE_PEOPLE_H
#define VG_STORE_PEOPLE_PEOPLE_H

#include "store/store.h"

enum { VG_GRANTS_MOST = 64, VG_SESSIONS_SHOWN = 100 };

/* ---- grants ---- */
/** Replaces all grants of somebody. Ends their sessions when anything changed: a new right begins with a new token. VG_ENOENT, VG_EINVAL,
 *  VG_ECONFLICT (closed; the last administrator). */
int vg_store_grants_set(vg_store *store, vg_str name, const vg_grant *grants, size_t count, vg_str by, vg_error *err);
/** "lobby: lead, *: auditor", in the arena; for lists. */
int vg_grants_text(const vg_user *user, vg_arena *arena, vg_str *out, vg_error *err);

/* ---- people as administrators see them ---- */
typedef struct vg_person {
    vg_user user;
    vg_str email;               /* empty: none */
    int64_t seen_ms;            /* 0: never signed in */
    bool invited;               /* a first invitation was not accepted yet */
    int64_t invitation_ends_ms; /* of the link that is out, of either kind; 0: none */
} vg_person;
/** One, or with an empty name all, by name. VG_ENOENT for one that is not. */
int vg_store_people(vg_store *store, vg_str name, vg_arena *arena, vg_person **out, size_t *count, vg_error *err);
/** Display name and language. */
int vg_store_person_describe(vg_store *store, vg_str name, vg_str display, vg_str language, vg_str by, vg_error *err);

/* ---- invitations: a link that sets a password once ---- */
typedef struct vg_invitation {
    vg_str name, display, language;
    bool reset; /* of somebody who had a password */
    int64_t expires_ms;
} vg_invitation;
/** Makes the person (without a password) and the link. VG_EEXIST: the name is or was somebody's. */
int vg_store_invite(vg_store *store, const vg_user *user, vg_str email, const uint8_t token_hash[32], int64_t now_ms, int64_t expires_ms,
                    vg_str by, vg_error *err);
/** Another link for somebody who is there; an earlier one ends. The password they have holds until this one is used. VG_ENOENT,
 *  VG_ECONFLICT (closed). */
int vg_store_invite_again(vg_store *store, vg_str name, const uint8_t token_hash[32], int64_t now_ms, int64_t expires_ms, vg_str by,
                          vg_error *err);
/** VG_ENOENT: used, replaced, run out, or never was; or its person was closed. */
int vg_store_invitation_find(vg_store *store, const uint8_t token_hash[32], int64_t now_ms, vg_arena *arena, vg_invitation *out,
                             vg_error *err);
/** Sets the password, ends the link and all sessions, lifts a lock-out. `name` is the person's, in the arena. VG_ENOENT as above. */
int vg_store_invitation_accept(vg_store *store, const uint8_t token_hash[32], vg_str password_hash, int64_t now_ms, vg_arena *arena,
                               vg_str *name, vg_error *err);

/* ---- leave and closing ---- */
static inline bool vg_store_on_leave(const vg_user *user, int64_t now_ms)
{
    return user->leave_from_ms && user->leave_from_ms <= now_ms && now_ms < user->leave_until_ms;
}
/** What somebody held when they left, to be told to the consoles. */
typedef struct vg_released {
    int64_t *cases;
    size_t count;
} vg_released;
/** From `from_ms` to `until_ms` the person cannot sign in; when that has begun, sessions end and leases are given back. 0, 0: no leave.
 *  VG_ENOENT, VG_EINVAL, VG_ECONFLICT (closed; the last administrator). */
int vg_store_leave(vg_store *store, vg_str name, int64_t from_ms, int64_t until_ms, int64_t now_ms, vg_str by, vg_arena *arena,
                   vg_released *out, vg_error *err);
/** Does what a leave asks for that has begun meanwhile. Cheap when there is none. */
int vg_store_leave_begun(vg_store *store, int64_t now_ms, vg_arena *arena, vg_released *out, vg_error *err);
/** Closes for good. A second time is no error. VG_ENOENT, VG_ECONFLICT (the last administrator). */
int vg_store_close_person(vg_store *store, vg_str name, int64_t now_ms, vg_str by, vg_arena *arena, vg_released *out, vg_error *err);

/* ---- sessions as their person sees them ---- */
/** The newest VG_SESSIONS_SHOWN that have not run out, newest first. */
int vg_store_session_list(vg_store *store, int64_t user_id, int64_t now_ms, vg_arena *arena, vg_session **out, size_t *count,
                          vg_error *err);
/** Ends the one of that name, whose hash is given for its open streams. VG_ENOENT: not one of theirs. */
int vg_store_session_end_named(vg_store *store, const vg_user *user, vg_str id, uint8_t token_hash[32], vg_error *err);
/** Ends all sessions of somebody but `keep` (NULL: all). */
int vg_store_session_end_others(vg_store *store, vg_str name, const uint8_t keep[32], vg_str by, vg_error *err);
/** Notes that its person did something. Waits for nobody: while another writes it is left for the next time (VG_EBUSY). */
int vg_store_session_seen(vg_store *store, const uint8_t token_hash[32], int64_t user_id, int64_t now_ms, vg_error *err);

/* ---- the audit log as a page ---- */
typedef struct vg_audit_query {
    int64_t from_ms, until_ms;   /* 0: open; from <= time < until */
    vg_str actor, action, object; /* exact; empty: any */
    int64_t before_seq;          /* seq < before; 0: from the newest */
    vg_str spaces;               /* "*": everything; else only entries about cases of these */
    size_t most;                 /* <= 1000 */
} vg_audit_query;
typedef struct vg_audit_entry {
    int64_t seq, time_ms;
    vg_str actor, action, object, detail;
    uint8_t hash[32];
    bool checks; /* its hash is that of itself and of the entry before it */
} vg_audit_entry;
typedef struct vg_audit_chain {
    int64_t first, newest; /* numbers of the oldest kept and the newest entry; 0: none */
    bool head_checks;      /* the newest entry is the newest that was written: nothing was cut off the end */
} vg_audit_chain;
/** Newest first. *more: there are earlier ones. Looks at a bounded number of rows, so a rare match may need several pages: *next is then
 *  the `before_seq` to go on with. */
int vg_store_audit_list(vg_store *store, const vg_audit_query *query, vg_arena *arena, vg_audit_entry **out, size_t *count, int64_t *next,
                        vg_audit_chain *chain, vg_error *err);

/** What the audit log calls an account: "account:" and a keyed hash, for those who may not know its name. In the arena. */
int vg_store_account_tag(const vg_store *store, vg_str space, vg_str account, vg_arena *arena, vg_str *out, vg_error *err);

#endif
