/* SPDX-License-Identifier: Apache-2.0
 *
 * store/decisions: what follows from a decision, in one transaction: the case's state, the sealed opinion of the first of two people,
 * the statement of reasons, the strike, the audit entry, the webhook messages; and all of it taken back while that is possible.
 *
 * Messages of a decision are in the outbox at once and due when it cannot be undone any more, so that none of them leaves before.
 * `cause` names what a statement, a strike or a message comes from: the number of a decision, or minus that of an opinion (an interim
 * measure). Rules are review's. Callers: net, tests.
 */
#ifndef VG_STORE_DECISIONS_H
#define VG_STORE_DECISIONS_H

#include "store/store.h"

/* What the first of two people thinks (or the second, when a lead has to settle). Sealed until the case is decided. */
typedef struct vg_opinion {
    int64_t id;
    vg_decision answer;     /* .user, .time_ms, .action, .reason, .reach, .hours, .note; .id is 0 */
    uint32_t interim_hours; /* muted for so long until the second look; 0: not */
    vg_str statement;       /* as edited; empty: as drafted */
    int64_t decision_id;    /* that it led to; 0: still sealed from the others */
    bool destroyed;
} vg_opinion;

/* One decision and what follows. */
typedef struct vg_resolution {
    vg_decision decision;   /* .id is filled in: of the decision, or of the opinion when `sealed` */
    vg_look from;           /* what the case waited for when the person was asked; VG_ECONFLICT when that has changed */
    vg_look to;             /* what it waits for now; only with `sealed` */
    bool sealed;            /* it is an opinion: the case stays open, for another person */
    uint32_t interim_hours; /* with `sealed`: muted meanwhile */
    int64_t undo_until_ms;  /* messages leave then; 0: at once, and nothing can be undone */
    int64_t bulk_id;        /* 0: none */
    vg_str statement;       /* JSON of the statement of reasons; empty: none is owed */
    vg_str statement_text;  /* with `sealed`: as edited, for later; empty: as drafted */
    vg_str language;        /* of the statement */
    int64_t strike_until_ms; /* 0: no strike */
    const char *const *reason_title; /* what those who reported read of the reason, by language; NULL: nothing */
    bool removes;           /* the law requires the media of the case to be removed: out of reach here at once, named to the platform */
    bool ends_interim;      /* an opinion of this case had an interim measure, which is over now */
    int64_t statement_id;   /* filled in; 0: none */
} vg_resolution;

/** Writes `count` of them in one transaction, all or nothing. VG_ECONFLICT with the case's name: decided, held by another, or looked at
 *  meanwhile. */
int vg_store_resolve(vg_store *store, vg_resolution *all, size_t count, vg_error *err);

/** Opinions of a case, oldest first, unsealed. They are for who decides on them, never for the second of two people: `sealed` false
 *  leaves out those that no decision followed. */
int vg_store_opinions(vg_store *store, int64_t case_id, bool sealed, vg_arena *arena, vg_opinion **out, size_t *count, vg_error *err);

/** Takes back the last decision (or, `opinion`, the last opinion) of a case: it is open as it was, in the hands of `user` until
 *  `lease_until_ms`; its messages, statement and strike are gone, the audit log has both. VG_ENOENT: it is not the last one;
 *  VG_EFORBIDDEN: somebody else's; VG_ECONFLICT: too late, part of a bulk decision, or another case of the account is open. */
int vg_store_undo(vg_store *store, int64_t case_id, bool opinion, int64_t id, vg_str user, int64_t now_ms, int64_t lease_until_ms, vg_error *err);
/** All decisions of a bulk decision, together. The cases come back in `ids`. */
int vg_store_undo_bulk(vg_store *store, int64_t bulk_id, vg_str user, int64_t now_ms, vg_arena *arena, int64_t **ids, size_t *count,
                       vg_error *err);

typedef struct vg_settled { /* a decision that cannot be undone any more */
    int64_t case_id, decision_id;
    vg_str user;
    vg_action action;
} vg_settled;
/** Decisions whose seconds are over since the last call, `most` of them: each is given once. Opinions are passed over. */
int vg_store_settled(vg_store *store, int64_t now_ms, size_t most, vg_arena *arena, vg_settled **out, size_t *count, vg_error *err);

/** One decision, its note unsealed. VG_ENOENT. */
int vg_store_decision(vg_store *store, int64_t id, vg_arena *arena, vg_decision *out, vg_error *err);

/* ---- statements of reasons ---- */
typedef struct vg_statement {
    int64_t id, case_id, cause;
    vg_str language;
    vg_str content; /* JSON; empty when destroyed */
    int64_t issued_ms, lifted_ms; /* lifted_ms 0: stands */
} vg_statement;
void vg_statement_name(int64_t id, char out[24]); /* "s-000123" */
int64_t vg_statement_id_of(vg_str name);          /* or -1 */
int vg_store_statements(vg_store *store, int64_t case_id, vg_arena *arena, vg_statement **out, size_t *count, vg_error *err);
/** Which case and cause a statement is of. VG_ENOENT. */
int vg_store_statement_find(vg_store *store, int64_t id, int64_t *case_id, int64_t *cause, vg_error *err);

/* ---- strikes ---- */
typedef struct vg_strike {
    int64_t id, case_id, cause;
    vg_action action;
    int64_t given_ms, expires_ms, lifted_ms;
} vg_strike;
/** Those of an account that count now: neither over nor lifted. */
int vg_store_strikes(vg_store *store, vg_str space, vg_str account, int64_t now_ms, vg_arena *arena, vg_strike **out, size_t *count,
                     vg_error *err);

#endif
