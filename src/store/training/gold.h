/* SPDX-License-Identifier: Apache-2.0
 *
 * store/gold: items with a known answer, and second looks, mixed into somebody's queue; what they answered; what followed.
 *
 * An item is made of a decided case, or of a made-up one. It holds no name of an account: names are replaced by others of the same
 * shape and length (so that marked places stay in place) before it is sealed, and once more in each copy. A copy is a case in the shadow
 * of its space (gold_int.h): no list, count, figure or message of the space finds it; vg_case.shadow says so, and vg_store_gold_mine whether
 * it is somebody's. Its decision changes nothing but its own rows. A case that keeps a media file is never made an item or shown twice:
 * such material is not copied for an examination.
 * Callers: net, tests.
 */
#ifndef VG_STORE_GOLD_H
#define VG_STORE_GOLD_H

#include "event/gold.h"
#include "event/policy_gold.h"
#include "store/store.h"

typedef struct vg_gold_item {
    int64_t id;
    vg_gold_kind kind;
    vg_str space;
    int64_t source_case;  /* 0: made up */
    vg_str shipped;       /* name of a made-up one; empty */
    vg_category category;
    vg_str language;      /* empty: not known */
    uint32_t actions;     /* bit set of accepted ones */
    vg_str reasons;       /* comma separated; empty: any */
    vg_str why;           /* for who asks afterwards; sealed at rest, up to 2000 bytes */
    vg_str made_by;
    int64_t made_ms, ended_ms;
    int64_t answered, right; /* of vg_store_gold_list */
} vg_gold_item;

/** Makes an item of a decided case: space and category are the case's. Fills id, space, category. VG_ENOENT (no such case, its content is
 *  gone), VG_ECONFLICT (not decided; keeps a media file; is an item already), VG_EINVAL. */
int vg_store_gold_add(vg_store *store, vg_gold_item *item, vg_error *err);
/** Makes an item of what a pipeline wrote of made-up events, in item->space. VG_EEXIST: the space has it. */
int vg_store_gold_add_made(vg_store *store, vg_gold_item *item, const vg_case_write *writes, size_t count, vg_error *err);
/** Those handed out in these spaces (second looks are not among them), newest first; with `ended` also former ones. */
int vg_store_gold_list(vg_store *store, vg_str spaces, bool ended, vg_arena *arena, vg_gold_item **out, size_t *count, vg_error *err);
/** VG_ENOENT. */
int vg_store_gold_get(vg_store *store, int64_t id, vg_arena *arena, vg_gold_item *out, vg_error *err);
/** It is no longer handed out and its content is destroyed; the answers stay as numbers. VG_ENOENT. */
int vg_store_gold_end(vg_store *store, int64_t id, vg_str by, vg_error *err);

/* ---- in somebody's queue ---- */

typedef struct vg_gold_ask {
    vg_str user, space;
    uint32_t categories;           /* bit set: what this person may decide now */
    vg_str languages;              /* comma separated; empty: all */
    const vg_policy_gold *policy;
    uint64_t policy_version;       /* a copy says the one in force, as any case of today */
    uint32_t dice;                 /* 0..9999, by chance */
} vg_gold_ask;
/** Asked whenever a case is handed out. *case_id: a copy that waits for this person in this space and is to be handed out instead; 0:
 *  none. *made: a copy that was made now and waits from now on (tell the person's console as of any new case); 0: none. */
int vg_store_gold_draw(vg_store *store, const vg_gold_ask *ask, int64_t now_ms, int64_t *case_id, int64_t *made, vg_error *err);
/** Whether the copy `case_id` was made for `user` (and was not taken back). */
int vg_store_gold_mine(vg_store *store, int64_t case_id, vg_str user, bool *mine, vg_error *err);
/** Whom it was made for, into the arena; empty: it is no copy. */
int vg_store_gold_whose(vg_store *store, int64_t case_id, vg_arena *arena, vg_str *user, vg_error *err);
/** The copies of a person, as cases of their spaces: open ones (VG_CASE_OPEN), or those they decided, newest first. */
int vg_store_gold_copies(vg_store *store, vg_str user, vg_case_state state, vg_arena *arena, vg_case **out, size_t *count, vg_error *err);

/** How many open copies a person has in these spaces. */
int vg_store_gold_open(vg_store *store, vg_str user, vg_str spaces, int64_t *count, vg_error *err);

/* ---- answers ---- */

/* One answer, for recall and agreement. */
typedef struct vg_gold_answer {
    int64_t item, source_case;
    vg_gold_kind kind;
    vg_str user, space, language;
    vg_category category;
    vg_action action;
    vg_gold_outcome outcome;
    int64_t time_ms;
} vg_gold_answer;
/** Answers in `space` since `since_ms`, oldest first. Strings live until `each` returns. */
int vg_store_gold_answers(vg_store *store, vg_str space, int64_t since_ms, int (*each)(void *context, const vg_gold_answer *answer, vg_error *err),
                          void *context, vg_error *err);
/** How somebody stands in a category since `since_ms`, or since it last rested: known answers given, and how many were right. */
int vg_store_gold_standing(vg_store *store, vg_str user, vg_str space, vg_category category, int64_t since_ms, int64_t *right, int64_t *answered,
                           vg_error *err);
typedef struct vg_gold_fall {
    int64_t id;
    vg_str user, space;
    vg_category category;
    int64_t right, answered;
    uint16_t level;
    bool suspended;
    int64_t time_ms;
} vg_gold_fall;
/** Records that somebody fell below the level: on record, and to the space's webhooks as "gold.below". */
int vg_store_gold_fell(vg_store *store, const vg_gold_fall *fall, vg_error *err);
/* An answer after which nobody has looked yet how its person stands. */
typedef struct vg_gold_due {
    int64_t case_id;
    vg_str user, space;
    vg_category category;
} vg_gold_due;
/** Those that cannot be taken back any more. */
int vg_store_gold_due(vg_store *store, size_t most, vg_arena *arena, vg_gold_due *out, size_t *count, vg_error *err);
int vg_store_gold_looked(vg_store *store, int64_t case_id, vg_error *err);

/* What one person said of one thing that several looked at, without seeing what the others said. */
typedef struct vg_gold_rating {
    uint64_t unit;  /* the same for the same thing */
    vg_str user, space;
    vg_category category;
    vg_action action;
    int64_t time_ms;
} vg_gold_rating;
/** Ratings in these spaces since `since_ms`: answers to the same item; a colleague's decision and the second look at it; the first two looks
 *  of four eyes (a lead who settles has seen both, and is left out). */
int vg_store_gold_ratings(vg_store *store, vg_str spaces, int64_t since_ms, vg_arena *arena, vg_gold_rating **out, size_t *count, vg_error *err);

/** Newest first, at most `most`. */
int vg_store_gold_falls(vg_store *store, vg_str space, int64_t since_ms, size_t most, vg_arena *arena, vg_gold_fall **out, size_t *count,
                        vg_error *err);

/* ---- how long ---- */

/** Retention of a space's copies (as of its cases), of items whose case is gone (unless `keep_items`), of copies nobody opened. */
int vg_store_gold_sweep(vg_store *store, vg_str space, bool keep_items, uint32_t keep_case_days, int64_t now_ms, vg_error *err);

#endif
