/* SPDX-License-Identifier: Apache-2.0
 *
 * store/welfare: what is kept so that the work harms less: how somebody wants things shown, what they have seen, when they paused, what
 * they would rather not be given.
 *
 * Invariants: all of it is about people who work here, and goes with them. What somebody chooses for themselves is not in the audit log,
 * which others read; wishes are sealed. Counts are kept VG_WELFARE_KEEP_DAYS. Nobody but the person gets at their own rows; figures of
 * groups come out of vg_store_welfare_week alone. Callers: net.
 */
#ifndef VG_STORE_WELFARE_WELFARE_H
#define VG_STORE_WELFARE_WELFARE_H

#include "event/policy_welfare.h"
#include "store/store.h"

enum { VG_WELFARE_KEEP_DAYS = 35, VG_WELFARE_SLOT_MINUTES = 10 };

/* ---- how things are shown ---- */
/** What somebody chose for each category; `chosen` says where they did, `out` is untouched where not. */
int vg_store_display_get(vg_store *store, int64_t user_id, vg_display out[VG_CATEGORIES], bool chosen[VG_CATEGORIES], vg_error *err);
int vg_store_display_set(vg_store *store, int64_t user_id, vg_category category, const vg_display *display, vg_error *err);

/* ---- one person's work ---- */
/** What is known of somebody's work; `seen` of the last hour (to within a slot) and since `midnight_ms`. Nothing known: all 0. */
int vg_store_welfare_get(vg_store *store, int64_t user_id, int64_t midnight_ms, int64_t now_ms, vg_welfare_person *out, vg_error *err);
/** Stores shift, stretch and activity of `person`; `paused`: a break that was due in `space` was taken. */
int vg_store_welfare_put(vg_store *store, int64_t user_id, const vg_welfare_person *person, bool paused, vg_str space, vg_error *err);
/** Counts that somebody opened a case; the same case on the same day (since `midnight_ms`) counts once. */
int vg_store_welfare_opened(vg_store *store, int64_t user_id, int64_t case_id, vg_str space, vg_category category, int64_t midnight_ms,
                            int64_t now_ms, vg_error *err);
/** Whether it has counted that on this day (since `midnight_ms`). */
int vg_store_welfare_opened_today(vg_store *store, int64_t user_id, int64_t case_id, int64_t midnight_ms, bool *opened, vg_error *err);
/** Counts a look at a media: each of them. */
int vg_store_welfare_looked(vg_store *store, int64_t user_id, vg_str space, vg_category category, int64_t now_ms, vg_error *err);
/** Which categories somebody would rather not be given: a bit set. Sealed, and on no record. */
int vg_store_wishes_set(vg_store *store, int64_t user_id, uint32_t categories, vg_error *err);
/** Who else did something since `since_ms`. */
int vg_store_at_work(vg_store *store, int64_t but_user_id, int64_t since_ms, vg_arena *arena, int64_t **out, size_t *count, vg_error *err);
/** Tells the hooks of the space that somebody asked for support; `name` empty: not who. On no record. */
int vg_store_support(vg_store *store, vg_str space, vg_str name, int64_t now_ms, vg_error *err);
/** Forgets counts older than VG_WELFARE_KEEP_DAYS; part of the retention sweep. */
int vg_store_welfare_sweep(vg_store *store, int64_t now_ms, vg_error *err);

/* ---- figures of groups ---- */
typedef enum { VG_MEASURE_CASES, VG_MEASURE_MEDIA, VG_MEASURE_BREAKS, VG_MEASURE_OPT_OUTS, VG_MEASURES } vg_measure; /* stored as numbers */
extern const char *const vg_measure_names[VG_MEASURES]; /* "cases", "media", "breaks", "opt_outs" */

/* What each person adds to one figure of a week and space. */
typedef struct vg_group_part {
    vg_measure measure;
    int category; /* -1: none in particular */
    int64_t user_id;
    uint32_t part;
} vg_group_part;
/* A figure as it is kept. */
typedef struct vg_group_figure {
    vg_measure measure;
    int category; /* -1: all */
    bool shown;
    uint64_t value;
    const int64_t *people; /* the group, ascending */
    size_t people_count;
} vg_group_figure;
/** What people did in `space` in the seven days from `week_ms`, by measure, category and person; and, of everybody who did something there,
 *  whether they opted out of a category (part 1 or 0). Only for working figures out: nothing of it is shown. */
int vg_store_welfare_parts(vg_store *store, vg_str space, int64_t week_ms, vg_arena *arena, vg_group_part **out, size_t *count, vg_error *err);
/** The figures kept of a week; *found false: not worked out yet. */
int vg_store_welfare_week(vg_store *store, vg_str space, int64_t week_ms, vg_arena *arena, vg_group_figure **out, size_t *count, bool *found,
                          vg_error *err);
/** Those of a state (opt-outs) of every space, from the week `from_ms` on: what a new one must not be compared with. */
int vg_store_welfare_states(vg_store *store, int64_t from_ms, vg_arena *arena, vg_group_figure **out, size_t *count, vg_error *err);
/** Keeps the figures of a week as they are from then on. VG_EEXIST: somebody was faster. */
int vg_store_welfare_keep(vg_store *store, vg_str space, int64_t week_ms, const vg_group_figure *figures, size_t count, vg_error *err);

#endif
