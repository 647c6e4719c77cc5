/* SPDX-License-Identifier: Apache-2.0
 *
 * event/demand: a demand of an authority, as it travels between rooms: what is to be made unreachable (or said), by when, and how far it is.
 *
 * French law gives a host 24 hours after an administrative demand for images of child abuse (LCEN, art. 6-1, law 2024-449); what cannot be done
 * in time, or is manifestly mistaken, is told to the authority with reasons, and the clock stands meanwhile. Names and addresses in it are sealed
 * at rest. Callers: review (rules), report/demand (reading, proof), store, net, cli.
 */
#ifndef VG_EVENT_DEMAND_H
#define VG_EVENT_DEMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { /* bytes, unless said otherwise */
    VG_DEMAND_ITEMS = 200,       /* things of one demand */
    VG_DEMAND_ATTACHMENTS = 20,
    VG_DEMAND_VALUE = 2000,
    VG_DEMAND_NAME = 200,        /* authority, reference */
    VG_DEMAND_BASIS = 500,
    VG_DEMAND_TEXT = 4000,       /* note, reasons */
};

typedef enum { VG_DEMAND_REMOVE, VG_DEMAND_INFORM, VG_DEMAND_KINDS } vg_demand_kind;
extern const char *const vg_demand_kind_names[VG_DEMAND_KINDS]; /* "removal", "information" */

typedef enum {
    VG_DEMAND_RECEIVED,
    VG_DEMAND_ACKNOWLEDGED, /* the authority was told that it came */
    VG_DEMAND_SUSPENDED,    /* the clock stands; the authority has the reasons */
    VG_DEMAND_CONTESTED,    /* before an authority or a court; the clock stands */
    VG_DEMAND_DONE,         /* carried out, with proof */
    VG_DEMAND_STATES
} vg_demand_state;
extern const char *const vg_demand_state_names[VG_DEMAND_STATES]; /* "received", "acknowledged", "suspended", "contested", "done" */

typedef enum { VG_DEMAND_URL, VG_DEMAND_HASH, VG_DEMAND_EVENT, VG_DEMAND_ACCOUNT, VG_DEMAND_THINGS } vg_demand_thing;
extern const char *const vg_demand_thing_names[VG_DEMAND_THINGS]; /* "url", "hash", "event", "account" */

/* Why the clock stands. */
typedef enum { VG_STAND_FORCE_MAJEURE, VG_STAND_MANIFEST_ERROR, VG_STAND_INFORMATION_MISSING, VG_STANDS } vg_demand_ground;
extern const char *const vg_demand_ground_names[VG_STANDS]; /* "force_majeure", "manifest_error", "information_missing" */

typedef enum { VG_CAME_PORTAL, VG_CAME_MAIL, VG_CAME_LETTER, VG_CAME_PHONE, VG_CAME_API, VG_CAMES } vg_demand_way;
extern const char *const vg_demand_way_names[VG_CAMES]; /* "portal", "mail", "letter", "phone", "api" */

/* What it is about, in the words of notices: for the yearly report. */
typedef enum { VG_DEMAND_CSAM, VG_DEMAND_GROOMING, VG_DEMAND_AGE, VG_DEMAND_OTHER, VG_DEMAND_CATEGORIES } vg_demand_category;
extern const char *const vg_demand_category_names[VG_DEMAND_CATEGORIES]; /* "child_abuse", "grooming", "age", "other" */

typedef enum {
    VG_STEP_TAKEN, VG_STEP_ACKNOWLEDGE, VG_STEP_SUSPEND, VG_STEP_RESUME, VG_STEP_CONTEST, VG_STEP_EXECUTED, VG_STEP_DONE, VG_STEP_ALARM,
    VG_DEMAND_STEPS
} vg_demand_step_kind;
extern const char *const vg_demand_step_names[VG_DEMAND_STEPS]; /* "taken", "acknowledge", "suspend", "resume", "contest", "executed", "done", "alarm" */

typedef struct vg_demand_item {
    vg_demand_thing thing;
    vg_str value;
} vg_demand_item;

typedef struct vg_demand_attachment { /* its bytes are not kept */
    vg_str name;
    int64_t bytes;
    uint8_t sha256[32];
} vg_demand_attachment;

/* What the platform made unreachable; the order of items. */
typedef struct vg_demand_removed {
    int64_t time_ms; /* 0: not, or not said */
    vg_str how;      /* "removed", "access disabled": the platform's words */
} vg_demand_removed;

typedef struct vg_demand {
    int64_t id;           /* shown as "d-000123" */
    vg_str space;
    vg_demand_kind kind;
    vg_demand_state state;
    vg_demand_category category;
    vg_demand_way way;
    char country[3];
    vg_str authority, legal_basis, reference, note;
    const vg_demand_item *items;
    size_t item_count;
    size_t named;         /* as many things as it named, also once they are destroyed; filled in by the store */
    const vg_demand_attachment *attachments;
    size_t attachment_count;
    const vg_demand_removed *removed; /* item_count of them; NULL: the platform has said nothing */
    vg_str executed_by;   /* "key:3", a person's name; empty: nobody */
    vg_str proof;         /* the signed proof; empty: none yet */
    int64_t received_ms;  /* at the operator: the clock begins */
    int64_t taken_ms;     /* written down here */
    vg_str taken_by;
    int64_t due_ms;       /* moves by as long as the clock stood */
    int64_t acknowledged_ms, executed_ms, done_ms;
    int64_t stopped_ms;   /* the clock stands since then; 0: it runs */
    int64_t stood_ms;     /* and stood for so long before */
    uint32_t alarms;      /* bit set of vg_demand_alarm that were raised */
    int64_t steps;        /* how many there were: who changes a demand says which one they saw */
    bool destroyed;       /* what was sealed is gone */
} vg_demand;

typedef enum { VG_ALARM_HALF, VG_ALARM_LAST_QUARTER, VG_ALARM_OVERDUE, VG_ALARMS } vg_demand_alarm;
extern const char *const vg_demand_alarm_names[VG_ALARMS]; /* "half", "last_quarter", "overdue" */

typedef struct vg_demand_step {
    int64_t time_ms;
    vg_str user;         /* "key:3", "watch" */
    vg_demand_step_kind step;
    int ground;          /* vg_demand_ground of a suspension, else -1 */
    vg_str text;         /* reasons; empty: none, or destroyed */
} vg_demand_step;

void vg_demand_name(int64_t id, char out[24]);
/** "d-000123" -> 123; -1: it is none. */
int64_t vg_demand_id_of(vg_str name);
/** Index of a name in a table of names, or -1. */
int vg_demand_word(const char *const *names, int count, vg_str word);

#endif
