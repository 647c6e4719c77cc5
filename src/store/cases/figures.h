/* SPDX-License-Identifier: Apache-2.0
 *
 * store/figures: the rows that the figures of spaces are made of: when cases came, when they were decided, what waits.
 *
 * Each walk goes along one index from the beginning of the period on; nothing about a person and no account is read. Copies of items with
 * a known answer are in none of them. Callers: net, tests.
 */
#ifndef VG_STORE_FIGURES_H
#define VG_STORE_FIGURES_H

#include "store/store.h"

typedef enum {
    VG_FIGURE_OPENED,  /* opened since the beginning */
    VG_FIGURE_DECIDED, /* decided since the beginning */
    VG_FIGURE_WAITING, /* open now */
} vg_figure_kind;

typedef struct vg_figure_case {
    vg_figure_kind kind;
    vg_category category;
    uint64_t kinds;     /* of evidence */
    int64_t opened_ms, decided_ms, due_ms;
    vg_action action;   /* of decided ones */
    vg_verdict_kind verdict;
} vg_figure_case;

/** Calls `each` for the cases of one space, in one snapshot. What it returns other than 0 ends the walk and is returned. */
int vg_store_figures(vg_store *store, vg_str space, int64_t from_ms,
                     int (*each)(void *context, const vg_figure_case *one, vg_error *err), void *context, vg_error *err);
/* What a transparency report counts. Strings live until the callback returns. */
typedef struct vg_figure_decision {
    vg_str space, reason;
    uint64_t kinds;
    vg_action action;
    bool noticed; /* somebody reported it; else Vigie found it */
} vg_figure_decision;
typedef struct vg_figure_notice {
    int category; /* vg_notice_category */
    bool trusted;
    int64_t took_ms; /* from its receipt to the decision; -1: not decided */
    bool upheld;
} vg_figure_notice;
typedef struct vg_figure_appeal {
    int state;       /* vg_appeal_state: 0 open, 1 upheld, 2 overturned */
    int64_t took_ms; /* -1: not answered */
    int action;      /* vg_action of the decision that it is against; 0 when that is not known: nothing that restricts */
} vg_figure_appeal;
typedef struct vg_figure_report {
    int (*decision)(void *context, const vg_figure_decision *one, vg_error *err);
    int (*notice)(void *context, const vg_figure_notice *one, vg_error *err);
    int (*appeal)(void *context, const vg_figure_appeal *one, vg_error *err);
    void *context;
} vg_figure_report;
/** Calls for everything of these spaces in from <= t < to, in one snapshot. */
int vg_store_figures_report(vg_store *store, const vg_str *spaces, size_t count, int64_t from_ms, int64_t to_ms, const vg_figure_report *calls,
                            vg_error *err);

/** Every space that has a case and is in the list `spaces` ("*": all), by name. */
int vg_store_spaces(vg_store *store, vg_str spaces, vg_arena *arena, vg_str **out, size_t *count, vg_error *err);

#endif
