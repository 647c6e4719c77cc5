/* SPDX-License-Identifier: Apache-2.0
 *
 * store/disclosure: statements of reasons on their way to the public database. A row is made with the statement, by the database itself, and goes
 * with it when the decision is undone. Each change of state is on disk, with its audit entry, before anything is asked outside.
 * Callers: net, tests.
 */
#ifndef VG_STORE_DISCLOSURE_H
#define VG_STORE_DISCLOSURE_H

#include "store/store.h"

typedef enum { VG_DISCLOSURE_WAITING, VG_DISCLOSURE_READY, VG_DISCLOSURE_SENDING, VG_DISCLOSURE_SENT, VG_DISCLOSURE_REFUSED, VG_DISCLOSURE_STATES } vg_disclosure_state;
extern const char *const vg_disclosure_state_names[VG_DISCLOSURE_STATES]; /* "waiting", "ready", "sending", "sent", "refused" */

typedef struct vg_disclosure {
    int64_t id, case_id;        /* of the statement, "s-000123" */
    vg_str space;
    vg_disclosure_state state;
    int64_t due_ms, issued_ms, lifted_ms, sent_ms;
    bool asked;                 /* of a decision before the channel, sent on purpose */
    vg_str puid;
    vg_str content;             /* JSON of the caller's: {"document","findings",...}; empty: not made, or destroyed */
    vg_str mended;              /* JSON of the caller's: {"facts","explanation","confirmed"}; empty: none */
    int64_t attempts, batch;
    vg_str uuid, permalink, why;
} vg_disclosure;

typedef struct vg_disclosure_turn {
    int64_t attempts, next_ms, batch, most;
    vg_str why;
} vg_disclosure_turn;

/** VG_ENOENT. */
int vg_store_disclosure_get(vg_store *store, int64_t id, vg_arena *arena, vg_disclosure *out, vg_error *err);
/** From when on statements of a space are sent by themselves: since the channel was first seen. `begin`: that is now, where it was not seen before,
 *  with its audit entry; else *since_ms is 0. */
int vg_store_disclosure_since(vg_store *store, vg_str space, bool begin, int64_t now_ms, int64_t *since_ms, vg_error *err);
/** Of one space and state, due from `since_ms` (or asked for) until `now_ms`, the oldest first. */
int vg_store_disclosure_due(vg_store *store, vg_str space, vg_disclosure_state state, int64_t since_ms, int64_t now_ms, size_t most, vg_arena *arena, vg_disclosure **out, size_t *count, vg_error *err);
int vg_store_disclosure_counts(vg_store *store, vg_str space, int64_t counts[VG_DISCLOSURE_STATES], vg_error *err);
/** How many wait that are of decisions before `since_ms` and were not asked for. */
int vg_store_disclosure_early(vg_store *store, vg_str space, int64_t since_ms, int64_t *count, vg_error *err);
/** One of these goes on purpose. VG_ECONFLICT: it does not wait, or was asked for. */
int vg_store_disclosure_ask(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_error *err);
/** One cannot be made: refused, with the reason. */
int vg_store_disclosure_gone(vg_store *store, int64_t id, vg_str why, int64_t now_ms, vg_error *err);
/** How many statements were issued in from <= t < to, by state. */
int vg_store_disclosure_figures(vg_store *store, vg_str space, int64_t from_ms, int64_t to_ms, int64_t counts[VG_DISCLOSURE_STATES], vg_error *err);
/** The puid of a statement: derived from the key ring and its number; says nothing of anybody. `out`: 41 bytes. */
void vg_store_disclosure_puid(const vg_store *store, vg_str space, int64_t id, char out[41]);
/** The document was made: ready, or refused because of what was found in it. */
int vg_store_disclosure_made(vg_store *store, const vg_disclosure *d, bool refused, int64_t now_ms, vg_error *err);
/** Writes down that these are about to be sent, as one batch; before they are. turn->batch is counted up. */
int vg_store_disclosure_sending(vg_store *store, vg_str space, const int64_t *ids, size_t count, vg_disclosure_turn *turn, int64_t now_ms, vg_error *err);
/** What became of one that was being sent: VG_DISCLOSURE_SENT, _READY (again), _REFUSED (why). */
int vg_store_disclosure_fate(vg_store *store, const vg_disclosure *d, vg_disclosure_state state, vg_str uuid, vg_str permalink, vg_str why, int64_t now_ms, vg_error *err);
/** A refused one is made again, with other texts where `mended` is not empty. VG_ECONFLICT: it is not refused. */
int vg_store_disclosure_again(vg_store *store, int64_t id, vg_str mended, vg_str by, int64_t now_ms, vg_error *err);
/** Where sending stands in a space; without a row: at once, 100 in a batch. */
int vg_store_disclosure_turn(vg_store *store, vg_str space, vg_arena *arena, vg_disclosure_turn *out, vg_error *err);
int vg_store_disclosure_turn_set(vg_store *store, vg_str space, const vg_disclosure_turn *turn, vg_error *err);

/* What is looked for in a text about a case by a machine, never shown; and what its media are. */
enum { VG_SEEN_IMAGE = 1, VG_SEEN_VIDEO = 2, VG_SEEN_AUDIO = 4, VG_DISCLOSURE_NAMES = 256 };
typedef struct vg_disclosure_seen {
    vg_str *names; /* accounts, telephone numbers and addresses of its events; what notifiers gave of themselves; who decided */
    size_t count;
    unsigned media; /* VG_SEEN_IMAGE ...: of known material, else of all media; 0: none, or nothing says what they are */
} vg_disclosure_seen;
/** Reads them, on record as the program's ("case.accounts"). What was destroyed or handed over is not among them. */
int vg_store_disclosure_look(vg_store *store, int64_t case_id, vg_arena *arena, vg_disclosure_seen *out, vg_error *err);

#endif
