/* SPDX-License-Identifier: Apache-2.0
 *
 * store/cases/next: which cases somebody might be given next, which belong together, and what people can judge.
 *
 * Who may have what is asked of review; here are the rows. A case is given to one person only: whatever was read before, the lease is
 * taken in one transaction that looks again. Callers: net.
 */
#ifndef VG_STORE_CASES_NEXT_H
#define VG_STORE_CASES_NEXT_H

#include "store/store.h"

/* ---- skills ---- */
/** What somebody can judge; no row: everything. */
int vg_store_skills_get(vg_store *store, int64_t user_id, vg_arena *arena, vg_skills *out, vg_error *err);
/** By the person or, with `by` another name, by a lead; audited. */
int vg_store_skills_set(vg_store *store, int64_t user_id, vg_str name, const vg_skills *skills, vg_str by, vg_error *err);

/* ---- candidates ---- */
/** The spaces of a comma-separated list; of "*" every space that has a case. */
int vg_store_case_spaces(vg_store *store, vg_str spaces, vg_arena *arena, vg_str **out, size_t *count, vg_error *err);
typedef struct vg_next_place { /* cases of one category of one space */
    vg_str space;
    vg_category category;
    bool skilled;   /* both are among the person's skills: else only what is offered to everybody */
    bool escalated; /* escalated ones too */
} vg_next_place;

typedef struct vg_next_query {
    const vg_next_place *places;
    size_t place_count;
    vg_str languages; /* the person's; empty: all */
    vg_str user;      /* what they gave back a while ago is left out */
    int64_t now_ms;
    size_t most;      /* of each place and language: so many by merit and so many by how near the deadline is */
} vg_next_query;

/** Open cases that nobody holds, in no order, none twice. The best of each place by merit and by deadline are among them. */
int vg_store_next_candidates(vg_store *store, const vg_next_query *query, vg_arena *arena, vg_case **out, size_t *count, vg_error *err);

/** Takes the lease of the first of `ids` that is still open and free, in one transaction, audited. *taken: which, or -1. */
int vg_store_claim_first(vg_store *store, const int64_t *ids, size_t count, vg_str user, int64_t now_ms, int64_t until_ms, int64_t *taken,
                         vg_error *err);
/** Takes all of them that are still open and free; taken[i] says which. */
int vg_store_claim_all(vg_store *store, const int64_t *ids, size_t count, vg_str user, int64_t now_ms, int64_t until_ms, bool *taken,
                       vg_error *err);
/** The holder gives a case back and is not given it again before `skip_until_ms`. As vg_store_case_release otherwise. */
int vg_store_give_back(vg_store *store, int64_t id, vg_str user, int64_t now_ms, int64_t skip_until_ms, vg_error *err);
/** A lead takes a lease away; audited with the name of who held it. *held: its holder, empty when nobody did. */
int vg_store_take_back(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_arena *arena, vg_str *held, vg_error *err);

/** What somebody holds in a space, by when it ends. */
int vg_store_held(vg_store *store, vg_str space, vg_str user, int64_t now_ms, vg_arena *arena, int64_t **out, size_t *count, vg_error *err);

/* ---- cases that belong together; stored as numbers ---- */
typedef enum {
    VG_LINK_ADDRESS, /* another account hands out the same address */
    VG_LINK_OPENING, /* the same first message */
    VG_LINK_ACCOUNT, /* the same account in another space; not stored */
    VG_LINKS
} vg_link_why;
extern const char *const vg_link_names[VG_LINKS]; /* "address", "opening", "account" */

typedef struct vg_linked_case {
    vg_case c;
    unsigned why; /* bit set of vg_link_why */
} vg_linked_case;
/** Open cases linked to `id`, in the spaces given, by identifier; at most `most`. VG_ENOENT. */
int vg_store_linked(vg_store *store, int64_t id, vg_str spaces, size_t most, vg_arena *arena, vg_linked_case **out, size_t *count, vg_error *err);

#endif
