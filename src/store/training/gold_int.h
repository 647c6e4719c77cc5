/* SPDX-License-Identifier: Apache-2.0
 *
 * store/gold_int: the shadow of a space, where copies of items with a known answer lie, and what the files of gold share.
 *
 * What looks through cases by space never meets a copy, because no policy can name such a space; what goes through all spaces asks
 * vg_store_is_shadow. vg_store_read_case gives a copy the name of its space and sets vg_case.shadow.
 */
#ifndef VG_STORE_GOLD_INT_H
#define VG_STORE_GOLD_INT_H

#include <jansson.h>

#include "store/store_int.h"
#include "store/training/gold.h"

enum { VG_SHADOW = '~' }; /* before the space's name; names of spaces have small letters, digits, "-", "_", "." */

static inline bool vg_store_is_shadow(vg_str space)
{
    return space.len > 1 && space.ptr[0] == VG_SHADOW;
}
/** The space itself: without the mark, when there is one. */
static inline vg_str vg_store_lit(vg_str space)
{
    return vg_store_is_shadow(space) ? (vg_str){space.ptr + 1, space.len - 1} : space;
}
/** The shadow's name, in the arena; .ptr NULL: no memory. */
vg_str vg_store_shadow(vg_str space, vg_arena *arena);

/* ---- gold_names.c ---- */

/* Replaces names of accounts, conversations and events by others of the same shape, the same name by the same everywhere. */
typedef struct vg_renamer {
    uint8_t key[16];   /* by chance: of one copy */
    int64_t shift_ms;  /* what every time is moved by */
    uint64_t policy;   /* version to say; 0: as it is */
    vg_arena *arena;
    vg_str *names;
    size_t count, capacity;
    bool failed;       /* no memory */
} vg_renamer;
/** The other name; of the same length. */
vg_str vg_rename_one(vg_renamer *renamer, vg_str name);
/** Notes every name that the content has, before any content is rewritten. */
void vg_rename_learn(vg_renamer *renamer, const json_t *content);
/** Rewrites all strings of the content. */
void vg_rename_content(vg_renamer *renamer, json_t *content);
/** The content as it is sealed with a case; .ptr NULL: it does not parse, or no memory. */
vg_str vg_rename_text(vg_renamer *renamer, vg_str content);

/* ---- gold_items.c ---- */

/* Content of an item is sealed as if its last event had been at this moment (2000-01-01); a copy is moved to its own. */
#define VG_GOLD_EPOCH_MS 946684800000LL
/** "gold:12", the place of an item's sealed content. */
void vg_gold_place(int64_t id, char out[32]);
/** The events of a case that still has its content, oldest first (VG_ENOENT: it has none). */
int vg_gold_case_events(vg_store *store, int64_t case_id, vg_arena *arena, vg_case_event **out, uint64_t **kinds, size_t *count, vg_error *err);
/** Notes the names in all of them. */
int vg_gold_learn(vg_renamer *renamer, const vg_case_event *events, size_t count, vg_error *err);

/* ---- for decisions.c, protection.c, queue.c: inside their transactions ---- */

/** Records the decision of a copy as an answer; called in place of everything that a decision does outside its own rows. */
int vg_store_gold_answered(vg_store *store, const vg_decision *decision, vg_error *err);
/** Takes the answer back, when a decision is undone. */
int vg_store_gold_unanswered(vg_store *store, int64_t case_id, vg_error *err);
/** Ends the items of a case and destroys the content of their copies. */
int vg_store_gold_forget(vg_store *store, int64_t case_id, vg_error *err);
int vg_store_gold_of_case(vg_store *store, int64_t case_id, int64_t *items, vg_error *err);

#endif
