/* SPDX-License-Identifier: Apache-2.0
 *
 * What moves a filing: people, the receiver's answers to questions, a case that changed. One transaction each. */
#include "store/filings/filings_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"
#include "store/cases/decisions_int.h"
#include "store/cases/media_int.h"
#include "store/evidence/evidence_int.h"

typedef struct moving {
    vg_store *store;
    vg_arena *arena;
    vg_filing f;
    int64_t now_ms;
    vg_error *err;
} moving;

/* Opens a transaction and reads the filing. */
static int begin(moving *m, vg_store *store, int64_t id, int64_t now_ms, vg_error *err)
{
    *m = (moving){.store = store, .now_ms = now_ms, .err = err, .arena = vg_arena_create(8192, 8 << 20)};
    if (!m->arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a filing");
    int rc = vg_store_begin(store, err);
    if (rc) {
        vg_arena_destroy(&m->arena);
        return rc;
    }
    rc = vg_store_filing_get(store, id, m->arena, &m->f, err);
    if (!rc) return 0;
    rc = vg_store_end(store, rc, err);
    vg_arena_destroy(&m->arena);
    return rc;
}

/* An end takes the archive's file along. */
static int end(moving *m, int rc)
{
    if (!rc && vg_filing_over(m->f.state)) rc = vg_filing_annex_end(m->store, m->f.id, m->err);
    rc = vg_store_end(m->store, rc, m->err);
    if (!m->store->together) vg_store_media_reap(m->store, rc == 0);
    vg_arena_destroy(&m->arena);
    return rc;
}

static int move(moving *m, vg_filing_move how)
{
    int to = vg_filing_next(m->f.state, how, m->f.four_eyes);
    if (to < 0) return vg_fail(m->err, VG_ECONFLICT, "", "the filing is %s: that cannot be done with it now", vg_filing_state_names[m->f.state]);
    m->f.state = (vg_filing_state)to;
    return 0;
}

/* A hand-over that waits for the other reports of its case looks again. */
static int let_look(moving *m)
{
    return vg_store_run_1(m->store, VG_SQL_DUE_AT_ONCE, m->f.case_id, m->err);
}

static int record(moving *m, const char *action, vg_str actor, const char *format, int64_t number)
{
    char detail[80] = "{}";
    if (format) snprintf(detail, sizeof detail, "{\"%s\":%" PRId64 "}", format, number);
    return vg_filing_on_record(m->store, &m->f, action, actor, vg_str_of(detail), m->now_ms, m->err);
}

/* As report/filing.c writes a receiver: quotes inside of strings are escaped, so this is a member of its own. */
bool vg_filing_has_key(const vg_filing *f)
{
    static const char member[] = ",\"public_key\":\"";
    return f->receiver.len && memmem(f->receiver.ptr, f->receiver.len, member, sizeof member - 1) != NULL;
}

bool vg_filing_is_to_authority(const vg_filing *f)
{
    return f->kind == VG_RECEIVER_POLICE || f->kind == VG_RECEIVER_HOTLINE || f->kind == VG_RECEIVER_CLEARING;
}

/* Somebody was told: the case's report is not due any more. */
static int filed(moving *m)
{
    m->f.filed_ms = m->now_ms;
    m->f.unsure = false;
    m->f.next_ms = 0;
    m->f.why = (vg_str){"", 0};
    int kept = vg_filing_keep_reported(m->store, m->f.case_id, m->f.prepared_ms > 0 ? m->f.prepared_ms : m->now_ms, m->err);
    if (kept) return kept;
    if (vg_filing_is_to_authority(&m->f)) {
        int rc = vg_store_run_1(m->store, VG_SQL_FILING_REPORTED, m->f.case_id, m->err);
        /* whether the key goes to whom it was sent is the space's policy, which the store does not know: the runner asks it, after a crash too */
        if (!rc && vg_filing_has_key(&m->f)) rc = vg_store_hand_over_want(m->store, m->f.case_id, m->f.id, m->now_ms, m->err);
        if (rc) return rc;
    }
    return vg_filing_announce(m->store, &m->f, "filing.filed", "", m->now_ms, m->err);
}

int vg_store_filing_drop(vg_store *store, int64_t id, vg_str user, int64_t now_ms, vg_error *err)
{
    moving m;
    int rc = begin(&m, store, id, now_ms, err);
    if (rc) return rc;
    if (m.f.state != VG_FILING_DRAFT || m.f.steps) rc = vg_fail(err, VG_ECONFLICT, "", "only a draft of which nothing was sent is thrown away");
    if (!rc) rc = record(&m, "filing.drop", user, NULL, 0);
    if (!rc) rc = vg_filing_annex_end(store, id, err);
    if (!rc) rc = vg_store_run_1(store, VG_SQL_ANNEX_DROP, id, err);
    if (!rc) rc = vg_store_run_1(store, VG_SQL_FILING_STEPS_DROP, id, err);
    if (!rc) rc = vg_store_run_1(store, VG_SQL_FILING_DROP, id, err);
    if (!rc) rc = let_look(&m);
    return end(&m, rc);
}

int vg_store_filing_options(vg_store *store, int64_t id, vg_str options, vg_str user, int64_t now_ms, vg_error *err)
{
    moving m;
    if (options.len > VG_FILING_OPTIONS_MOST) return vg_fail(err, VG_EINVAL, "", "at most %d bytes", VG_FILING_OPTIONS_MOST);
    int rc = begin(&m, store, id, now_ms, err);
    if (rc) return rc;
    if (m.f.state != VG_FILING_DRAFT) rc = vg_fail(err, VG_ECONFLICT, "", "the filing is %s: options are chosen while it is a draft", vg_filing_state_names[m.f.state]);
    m.f.options = options;
    if (!rc) rc = vg_filing_prepare(store, &m.f, now_ms, err);
    if (!rc) rc = vg_filing_save(store, &m.f, err);
    if (!rc) rc = record(&m, "filing.options", user, NULL, 0);
    return end(&m, rc);
}

int vg_store_filing_confirm(vg_store *store, int64_t id, bool second, const uint8_t hash[32], vg_str user, int64_t now_ms, vg_error *err)
{
    moving m;
    int rc = begin(&m, store, id, now_ms, err);
    if (rc) return rc;
    rc = move(&m, second ? VG_MOVE_SECOND : VG_MOVE_CONFIRM);
    if (!rc && second && vg_str_eq(m.f.confirmed_by, user)) rc = vg_fail(err, VG_EFORBIDDEN, "", "a second person confirms: you are the first");
    if (!rc && second && (!m.f.has_hash || memcmp(m.f.hash, hash, 32) != 0)) rc = vg_fail(err, VG_ECONFLICT, "", "the first person confirmed other documents: look again");
    if (!second) {
        memcpy(m.f.hash, hash, sizeof m.f.hash);
        m.f.has_hash = true;
        m.f.confirmed_by = user;
        m.f.confirmed_ms = now_ms;
        m.f.seconded_by = (vg_str){"", 0};
        m.f.seconded_ms = 0;
    } else {
        m.f.seconded_by = user;
        m.f.seconded_ms = now_ms;
    }
    m.f.why = (vg_str){"", 0};
    m.f.next_ms = now_ms;
    if (!rc) rc = vg_filing_save(store, &m.f, err);
    if (!rc) rc = record(&m, second ? "filing.second" : "filing.confirm", user, NULL, 0);
    return end(&m, rc);
}

int vg_store_filing_changed(vg_store *store, int64_t id, vg_str why, int64_t now_ms, vg_error *err)
{
    moving m;
    int rc = begin(&m, store, id, now_ms, err);
    if (rc) return rc;
    if (m.f.state == VG_FILING_DRAFT) rc = 0;
    else rc = move(&m, VG_MOVE_CHANGED);
    if (!rc) rc = vg_filing_prepare(store, &m.f, now_ms, err);
    m.f.confirmed_by = m.f.seconded_by = (vg_str){"", 0};
    m.f.confirmed_ms = m.f.seconded_ms = 0;
    m.f.has_hash = false;
    m.f.why = why;
    if (!rc) rc = vg_filing_save(store, &m.f, err);
    if (!rc) rc = record(&m, "filing.changed", VG_STR("server"), NULL, 0);
    return end(&m, rc);
}

static int taken_back(moving *m, vg_str why)
{
    bool begun = m->f.steps && (m->f.step.len || m->f.unsure); /* the receiver may hold a part of it */
    if (begun && m->f.state != VG_FILING_DRAFT) {
        if (m->f.state != VG_FILING_LATER && m->f.state != VG_FILING_QUEUED && m->f.state != VG_FILING_REFUSED)
            return vg_fail(m->err, VG_ECONFLICT, "", "the filing is %s: it cannot be taken back now", vg_filing_state_names[m->f.state]);
        m->f.withdrawing = true; /* asked of the receiver with the next attempt */
        m->f.state = VG_FILING_QUEUED;
        m->f.next_ms = m->now_ms;
        return 0;
    }
    m->f.why = why;
    return move(m, VG_MOVE_WITHDRAW);
}

int vg_store_filing_person(vg_store *store, int64_t id, vg_filing_move how, vg_str text, vg_str user, int64_t now_ms, vg_error *err)
{
    moving m;
    int rc = vg_store_check_text(how == VG_MOVE_DONE ? "/reference" : "/reason", text, how == VG_MOVE_DONE ? 256 : 200, err);
    if (!rc) rc = begin(&m, store, id, now_ms, err);
    if (rc) return rc;
    if (how == VG_MOVE_WITHDRAW) rc = taken_back(&m, text);
    else rc = move(&m, how);
    if (!rc && how == VG_MOVE_RETRY) m.f.next_ms = now_ms;
    if (!rc && how == VG_MOVE_DONE) {
        m.f.reference = text;
        rc = filed(&m);
    }
    if (!rc) rc = vg_filing_save(store, &m.f, err);
    if (!rc) rc = let_look(&m);
    if (!rc) rc = record(&m, how == VG_MOVE_WITHDRAW ? "filing.withdraw" : how == VG_MOVE_RETRY ? "filing.retry" : "filing.done", user, NULL, 0);
    return end(&m, rc);
}

/* ---- sending ---- */

int vg_store_filing_due(vg_store *store, int64_t now_ms, int64_t wait_most_ms, size_t most, vg_arena *arena, vg_filing_due_row **out, size_t *count, vg_error *err)
{
    int rc, failed = 0;
    *count = 0;
    *out = vg_arena_calloc(arena, most, sizeof **out);
    if (!*out) return vg_fail(err, VG_ENOMEM, "", "no memory for filings");
    vg_query query = vg_store_use(store, VG_SQL_FILING_DUE);
    vg_store_bind_int(&query, now_ms);
    vg_store_bind_int(&query, now_ms + wait_most_ms);
    vg_store_bind_int(&query, (int64_t)most);
    while ((rc = vg_store_step(&query, err)) == 1 && *count < most)
        (*out)[(*count)++] = (vg_filing_due_row){vg_store_int(&query, 0), vg_store_int(&query, 1) != 0, vg_store_copy(&query, 2, arena, &failed),
                                                 vg_store_copy(&query, 3, arena, &failed), vg_store_copy(&query, 4, arena, &failed)};
    vg_store_reset(&query);
    if (rc < 0) return rc;
    return failed ? vg_fail(err, VG_ENOMEM, "", "no memory for filings") : 0;
}

int vg_store_filing_wake(vg_store *store, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    if (rc) return rc;
    vg_query wake = vg_store_use(store, VG_SQL_FILING_WAKE);
    vg_store_bind_int(&wake, now_ms);
    vg_store_bind_int(&wake, now_ms);
    return vg_store_end(store, vg_store_run(&wake, err), err);
}

int vg_store_filing_ask(vg_store *store, int64_t id, vg_str step, int64_t now_ms, uint32_t *n, vg_error *err)
{
    moving m;
    int rc = begin(&m, store, id, now_ms, err);
    if (rc) return rc;
    rc = move(&m, VG_MOVE_ASK);
    m.f.unsure = true;
    *n = ++m.f.steps;
    if (!m.f.step.len) m.f.step = step; /* from now on the receiver may hold a part of it */
    if (!rc) {
        vg_query ask = vg_store_use(store, VG_SQL_STEP_ASK);
        vg_store_bind_int(&ask, id);
        vg_store_bind_int(&ask, *n);
        vg_store_bind_int(&ask, m.f.round);
        vg_store_bind_str(&ask, step);
        vg_store_bind_int(&ask, now_ms);
        rc = vg_store_run(&ask, err);
    }
    if (!rc) rc = vg_filing_save(store, &m.f, err);
    if (!rc) rc = record(&m, "filing.ask", VG_STR("server"), "step", *n);
    return end(&m, rc);
}

static int write_step(moving *m, const vg_filing_took *t)
{
    vg_buf why;
    int rc = vg_filing_seal(m->store, m->f.id, "step", t->why, &why, m->err);
    if (!rc) {
        vg_query take = vg_store_use(m->store, VG_SQL_STEP_TAKE);
        vg_store_bind_int(&take, m->now_ms);
        vg_store_bind_int(&take, t->result);
        vg_store_bind_int(&take, t->status);
        vg_store_bind_int(&take, t->turn);
        vg_store_bind_blob(&take, why.ptr, why.len);
        vg_store_bind_int(&take, m->f.id);
        vg_store_bind_int(&take, t->n);
        rc = vg_store_run(&take, m->err);
    }
    vg_buf_free(&why);
    return rc;
}

int vg_store_filing_take(vg_store *store, int64_t id, const vg_filing_took *t, int64_t now_ms, vg_error *err)
{
    moving m;
    int rc = begin(&m, store, id, now_ms, err);
    if (rc) return rc;
    rc = move(&m, t->move);
    m.f.step = t->step;
    m.f.reference = t->reference;
    m.f.memo = t->memo;
    m.f.expires_ms = t->expires_ms;
    m.f.round = t->round;
    m.f.unsure = t->unsure;
    m.f.why = t->why;
    m.f.next_ms = t->next_ms;
    m.f.attempts = t->move == VG_MOVE_LATER ? m.f.attempts + 1 : 0;
    if (!rc && t->n) rc = write_step(&m, t);
    if (!rc && t->move == VG_MOVE_FILED) rc = filed(&m);
    if (!rc && t->move == VG_MOVE_REFUSED) rc = vg_filing_announce(store, &m.f, "filing.refused", "", now_ms, err);
    if (t->move == VG_MOVE_FILED || t->move == VG_MOVE_GONE || t->move == VG_MOVE_WITHDRAW) {
        if (!rc) rc = let_look(&m);
        m.f.withdrawing = false;
    }
    if (!rc) rc = vg_filing_save(store, &m.f, err);
    if (!rc && t->move != VG_MOVE_GO_ON) {
        char action[40];
        snprintf(action, sizeof action, "filing.%s", vg_filing_move_names[t->move]);
        rc = record(&m, action, VG_STR("server"), t->status ? "status" : NULL, t->status);
    }
    return end(&m, rc);
}

int vg_store_filing_steps(vg_store *store, int64_t id, vg_arena *arena, vg_filing_step **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc, failed = 0;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_STEPS_OF);
    vg_store_bind_int(&query, id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        vg_filing_step *items = vg_store_grow(arena, *out, *count, &capacity, sizeof *items);
        if (!items) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for the steps of a filing");
            break;
        }
        *out = items;
        items += *count;
        *items = (vg_filing_step){.n = (uint32_t)vg_store_int(&query, 0), .round = (uint32_t)vg_store_int(&query, 1), .step = vg_store_copy(&query, 2, arena, &failed),
                                  .asked_ms = vg_store_int(&query, 3), .answered_ms = vg_store_int(&query, 4), .result = (int)vg_store_int(&query, 5),
                                  .status = (int)vg_store_int(&query, 6), .turn = (int)vg_store_int(&query, 7)};
        rc = failed ? vg_fail(err, VG_ENOMEM, "", "no memory for the steps of a filing") : vg_filing_unseal(store, &query, 8, id, "step", arena, &items->why, err);
        if (rc) break;
        ++*count;
    }
    vg_store_reset(&query);
    return rc;
}
