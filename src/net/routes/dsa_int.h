/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/dsa_int: what is counted for a transparency report (dsa.c), and the sheets it is written into (dsa_sheets.c).
 */
#ifndef VG_NET_ROUTES_DSA_INT_H
#define VG_NET_ROUTES_DSA_INT_H

#include "event/demand.h"
#include "net/routes/figures.h"
#include "event/policy_transparency.h"
#include "review/agreement.h"
#include "review/figures.h"
#include "store/training/attempts.h"

/* Category 9 of the regulation, the protection of minors, and its sub-categories. */
typedef enum { VG_DSA_AGE, VG_DSA_CSAM, VG_DSA_CSAM_FAKE, VG_DSA_GROOMING, VG_DSA_CHALLENGES, VG_DSA_OTHER, VG_DSA_ROWS } vg_dsa_rows;

/* Times in milliseconds, sorted at the end. */
typedef struct vg_dsa_times {
    int64_t *took;
    size_t count, capacity;
} vg_dsa_times;

typedef struct vg_dsa_row {
    /* [0]: found by Vigie; [1]: somebody reported it */
    int64_t decided[2], dismissed[2];
    int64_t measures[2][2][VG_ACTIONS]; /* of both; [1]: on the ground of the law */
    int64_t notices[2], actions[2];     /* [1]: of trusted flaggers; actions: notices that were upheld */
    vg_dsa_times took[2];
} vg_dsa_row;

/* Orders of authorities of the Union, by what they ask for (vg_demand_kind). */
typedef struct vg_dsa_orders {
    int64_t count[VG_DEMAND_KINDS], items;
    vg_dsa_times told[VG_DEMAND_KINDS], done[VG_DEMAND_KINDS];
} vg_dsa_orders;

/* Complaints against one kind of decision. */
typedef struct vg_dsa_complaints {
    int64_t count, upheld, overturned;
    vg_dsa_times took;
} vg_dsa_complaints;
typedef enum { VG_DSA_OF_VISIBILITY, VG_DSA_OF_ACCOUNT, VG_DSA_COMPLAINTS } vg_dsa_complaint_kind;

enum { VG_DSA_LANGUAGES = 24 }; /* official ones of the Union */
/* What Vigie knows of people and of how sure decisions are. */
typedef struct vg_dsa_known {
    int64_t people, certified, with_languages, by_language[VG_DSA_LANGUAGES];
    vg_attempt_figures training;
    int64_t gold_answered, gold_right;
    vg_alpha alpha;
    int64_t statements, statements_sent; /* of reasons, issued in the period; of these in the public database */
    int64_t suspended_notifiers;
} vg_dsa_known;

typedef struct vg_dsa {
    vg_period period;
    char reporting[24]; /* "2026-01-01/2026-06-30" */
    vg_str *spaces;
    size_t space_count;
    vg_dsa_row row[VG_DSA_ROWS];
    vg_dsa_orders orders[VG_DSA_ROWS + 1]; /* [0]: of all of category 9 */
    vg_dsa_complaints complaints[VG_DSA_COMPLAINTS];
    vg_dsa_known known;
    const char *provider;   /* NULL: not said */
    bool has_stated;        /* the operator states figures for this very period; stated_otherwise: for others, or for several spaces */
    bool stated_otherwise;
    vg_stated stated;
    int64_t appeals, upheld, overturned, suspicions; /* suspicions: notified under Article 18 */
    vg_dsa_times took_all[2], appeal_took;
    vg_policy_set *policies; /* which ground a reason has */
    vg_arena *arena;
} vg_dsa;


/* A sheet on its way into an answer. */
typedef struct vg_sheet {
    vg_buf *out;
    bool csv, html; /* neither: JSON */
    vg_str wanted; /* empty: all */
    bool shown;
    size_t sheets, rows, cells, columns;
} vg_sheet;
void vg_sheet_begin(vg_sheet *s, const char *name, const char *const *headers, size_t count);
void vg_sheet_row(vg_sheet *s);
void vg_sheet_text(vg_sheet *s, vg_str text);
void vg_sheet_number(vg_sheet *s, int64_t number);
/** A share, or nothing of nothing. */
void vg_sheet_share(vg_sheet *s, int64_t part, int64_t whole);
/** Cells that are not known. */
void vg_sheet_empty(vg_sheet *s, size_t count);
/** Fills the rest of the row with empty cells. */
void vg_sheet_row_end(vg_sheet *s);
void vg_sheet_end(vg_sheet *s);

/* ---- dsa.c ---- */
/** Reads the period and counts; false: the answer is there. */
bool vg_dsa_gather(vg_desk *desk, vg_exchange *x, int64_t now_ms, int64_t days, vg_dsa *d);

/* ---- dsa_sheets.c ---- */
enum { VG_DSA_SHEETS = 11 };
extern const char *const vg_dsa_sheet_names[VG_DSA_SHEETS];
bool vg_dsa_sheet_known(vg_str name);
void vg_dsa_write(const vg_dsa *d, vg_sheet *s);
/** What is left empty, as sentences in both languages. */
void vg_dsa_write_unknown(const vg_dsa *d, vg_buf *out);

/* ---- dsa_people.c ---- */
/** What is known of people, and stated for the period; needs ->spaces, ->period, ->policies. */
int vg_dsa_know(vg_desk *desk, vg_dsa *d, vg_error *err);
void vg_dsa_human_resources(const vg_dsa *d, vg_sheet *s);
void vg_dsa_recipients(const vg_dsa *d, vg_sheet *s);
/** How sure automated means and people are, in sentences with their figures; nothing where nothing is known. */
void vg_dsa_accuracy(const vg_dsa *d, int64_t decided, int64_t dismissed, vg_buf *out);
void vg_dsa_training(const vg_dsa *d, vg_buf *out);

#endif
