/* SPDX-License-Identifier: Apache-2.0
 *
 * net/filing: a filing with all that its channel looks at, and the threads that send what people confirmed.
 *
 * One question after another: each is on disk before it is asked, its answer before the next. A filing whose question has no answer on disk is
 * `unsure`: its channel finds out before it repeats anything. As long as nothing can be at the receiver, the documents must have the hash that was
 * confirmed, and the case nothing newer; else it goes back to a draft. What cannot be reached waits from one minute to six hours, for ever. A slow
 * receiver holds up nobody else's reports. docs/architecture/net.md has states and waits. Callers: routes, server.
 */
#ifndef VG_NET_FILING_H
#define VG_NET_FILING_H

#include "filing_open.h"
#include "net/net_int.h"

/** vg_filing_open_with as this server has it, with its policies. Close it always. */
int vg_filing_open_up(struct vg_server *server, vg_store *store, vg_arena *arena, vg_str reader, bool outgoing, int64_t now_ms, vg_filing_open_t *o, vg_error *err);
void vg_filing_close(vg_filing_open_t *o);
/* What comes after a notice to a host. */
typedef struct vg_filing_after {
    int64_t due_ms; /* to be followed up from then on; 0: nothing to follow up */
    int64_t next;   /* the filing that follows it; 0: none */
    bool gone;      /* the newest look found nothing any more */
    bool may_look;  /* the space's policy allows to look again */
} vg_filing_after;
/** When a notice is to be followed up, by the space's policy. */
int64_t vg_filing_follow_ms(const vg_filing *f, const vg_policy *policy);
/** All zero for what is no notice that was sent. */
int vg_filing_after_of(vg_store *store, const vg_filing *f, const vg_policy *policy, vg_filing_after *out, vg_error *err);
enum { VG_FILING_TODOS = 5 };
extern const char *const vg_filing_todo_names[VG_FILING_TODOS]; /* confirm, second, done, retry, follow_up */
/** What of this waits for that person, an index of vg_filing_todo_names; -1: nothing. */
int vg_filing_todo(const vg_filing *f, const vg_filing_after *after, const vg_user *user, int64_t now_ms);
void vg_filing_write(vg_buf *out, const vg_filing *f, const vg_filing_after *after, const vg_user *user, const vg_policy *policy, int64_t now_ms);

/* ---- filing_carry.c ---- */
typedef struct vg_carrier {
    vg_spool *spool;
    const vg_filing_open_t *o;
    vg_arena *arena;
    bool (*stop)(void *context); /* the server ends: give up */
    void *context;
} vg_carrier;
/** Carries a question over HTTP or mail; the answer's strings are in the arena. Never fails: what goes wrong is the reply. */
void vg_filing_carry(const vg_carrier *carrier, const vg_ask *ask, vg_reply *reply);
/** The secret of a file that its owner alone may read, without its last line break. VG_ENOENT, VG_EFORBIDDEN (others may read it), VG_EINVAL. */
int vg_filing_secret(const char *path, vg_arena *arena, vg_str *out, vg_error *err);

/** Hands over the keys of cases that were filed, where the policy says `after_filing: hand_over`. */
void vg_filing_hand_overs(struct vg_server *server, vg_store *store, vg_arena *arena);
void *vg_filing_main(void *server);

/* ---- routes ---- */
void vg_route_filings(vg_desk *desk, vg_exchange *x);
void vg_route_case_filings(vg_desk *desk, vg_exchange *x);
void vg_route_filing_draft(vg_desk *desk, vg_exchange *x);
void vg_route_filing(vg_desk *desk, vg_exchange *x);
void vg_route_filing_drop(vg_desk *desk, vg_exchange *x);
void vg_route_filing_documents(vg_desk *desk, vg_exchange *x);
void vg_route_filing_document(vg_desk *desk, vg_exchange *x);
void vg_route_filing_page(vg_desk *desk, vg_exchange *x);
void vg_route_filing_fields(vg_desk *desk, vg_exchange *x);
void vg_route_filing_options(vg_desk *desk, vg_exchange *x);
void vg_route_filing_confirm(vg_desk *desk, vg_exchange *x);
void vg_route_filing_second(vg_desk *desk, vg_exchange *x);
void vg_route_filing_withdraw(vg_desk *desk, vg_exchange *x);
void vg_route_filing_recheck(vg_desk *desk, vg_exchange *x);
void vg_route_filing_follow_up(vg_desk *desk, vg_exchange *x);
void vg_route_filing_retry(vg_desk *desk, vg_exchange *x);
void vg_route_filing_done(vg_desk *desk, vg_exchange *x);
void vg_route_filing_answers(vg_desk *desk, vg_exchange *x);
void vg_route_filing_answer(vg_desk *desk, vg_exchange *x);
void vg_route_my_answers(vg_desk *desk, vg_exchange *x);
void vg_route_my_filings(vg_desk *desk, vg_exchange *x);

#endif
