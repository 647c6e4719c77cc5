/* SPDX-License-Identifier: Apache-2.0
 *
 * What copies were answered, how somebody stands, and what followed. */
#include "store/training/gold_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"

/* ---- inside a decision ---- */

int vg_store_gold_answered(vg_store *store, const vg_decision *d, vg_error *err)
{
    char name[24], detail[128];
    vg_query get = vg_store_use(store, VG_SQL_GOLD_EXPECTED);
    vg_store_bind_int(&get, d->case_id);
    int rc = vg_store_step(&get, err);
    if (rc != 1) return rc ? rc : vg_fail(err, VG_ENOENT, "", "there is no such case");
    int64_t item = vg_store_int(&get, 0);
    vg_gold_outcome outcome = vg_gold_judge((uint32_t)vg_store_int(&get, 1), vg_store_peek(&get, 2), d->action, d->reason);
    vg_store_reset(&get);
    vg_query set = vg_store_use(store, VG_SQL_GOLD_ANSWER);
    vg_store_bind_int(&set, d->time_ms);
    vg_store_bind_int(&set, d->action);
    vg_store_bind_int(&set, outcome);
    vg_store_bind_int(&set, d->case_id);
    rc = vg_store_run(&set, err);
    vg_case_name(d->case_id, name);
    snprintf(detail, sizeof detail, "{\"item\":%" PRId64 ",\"action\":\"%s\",\"outcome\":\"%s\"}", item, vg_action_names[d->action],
             vg_gold_outcome_names[outcome]);
    return rc ? rc : vg_store_audit_add(store, d->time_ms, d->user, VG_STR("gold.answer"), vg_str_of(name), vg_str_of(detail), err);
}

int vg_store_gold_unanswered(vg_store *store, int64_t case_id, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_GOLD_ANSWER);
    vg_store_bind_int(&set, 0);
    vg_store_bind_int(&set, 0);
    vg_store_bind_int(&set, 0);
    vg_store_bind_int(&set, case_id);
    return vg_store_run(&set, err);
}

/* ---- reading answers ---- */

static int read_answer(const vg_query *q, vg_gold_answer *out, vg_error *err)
{
    int64_t kind = vg_store_int(q, 2), category = vg_store_int(q, 5), action = vg_store_int(q, 6), outcome = vg_store_int(q, 7);
    if (kind < 0 || kind >= VG_GOLD_KINDS || category < 0 || category >= VG_CATEGORIES || action < 0 || action >= VG_ACTIONS || outcome < 0 ||
        outcome >= VG_GOLD_OUTCOMES)
        return vg_fail(err, VG_ECORRUPT, "", "an answer holds a number out of range: the database was altered");
    *out = (vg_gold_answer){.item = vg_store_int(q, 0),
                            .source_case = vg_store_int(q, 1),
                            .kind = (vg_gold_kind)kind,
                            .user = vg_store_peek(q, 3),
                            .language = vg_store_peek(q, 4),
                            .category = (vg_category)category,
                            .action = (vg_action)action,
                            .outcome = (vg_gold_outcome)outcome,
                            .time_ms = vg_store_int(q, 8)};
    return 0;
}

int vg_store_gold_answers(vg_store *store, vg_str space, int64_t since_ms, int (*each)(void *context, const vg_gold_answer *answer, vg_error *err),
                          void *context, vg_error *err)
{
    vg_gold_answer one;
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_GOLD_ANSWERS);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, since_ms > 0 ? since_ms : 1);
    while ((rc = vg_store_step(&query, err)) == 1) {
        rc = read_answer(&query, &one, err);
        one.space = space;
        if (!rc) rc = each(context, &one, err);
        if (rc) break;
    }
    vg_store_reset(&query);
    return rc;
}

/* ---- the level ---- */

static int last_fall(vg_store *store, vg_str user, vg_str space, vg_category category, int64_t *time_ms, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_GOLD_LAST_FALL);
    vg_store_bind_str(&query, user);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, category);
    int rc = vg_store_step(&query, err);
    if (rc < 0) return rc;
    *time_ms = rc ? vg_store_int(&query, 0) : 0;
    vg_store_reset(&query);
    return 0;
}

int vg_store_gold_standing(vg_store *store, vg_str user, vg_str space, vg_category category, int64_t since_ms, int64_t *right, int64_t *answered,
                           vg_error *err)
{
    int64_t fell_ms = 0;
    int rc = last_fall(store, user, space, category, &fell_ms, err);
    if (rc) return rc;
    *right = *answered = 0;
    vg_query query = vg_store_use(store, VG_SQL_GOLD_STANDING);
    vg_store_bind_str(&query, user);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, since_ms > fell_ms ? since_ms : fell_ms); /* what led to a rest is not held against anybody twice */
    vg_store_bind_int(&query, category);
    while ((rc = vg_store_step(&query, err)) == 1) {
        int64_t outcome = vg_store_int(&query, 0);
        if (outcome == VG_GOLD_OPEN || outcome == VG_GOLD_ASKED) continue;
        ++*answered;
        *right += outcome == VG_GOLD_RIGHT;
    }
    vg_store_reset(&query);
    return rc;
}

static int announce(vg_store *store, const vg_gold_fall *f, vg_error *err)
{
    char when[25];
    vg_buf *text = &store->text;
    int64_t case_id = 0;
    vg_query last = vg_store_use(store, VG_SQL_GOLD_LAST_COPY); /* a message belongs to a case: the one that was answered last */
    vg_store_bind_str(&last, f->user);
    vg_store_bind_str(&last, f->space);
    int rc = vg_store_step(&last, err);
    if (rc != 1) return rc;
    case_id = vg_store_int(&last, 0);
    vg_store_reset(&last);
    vg_time_format(f->time_ms, when);
    vg_buf_clear(text);
    vg_buf_printf(text, "{\"type\":\"gold.below\",\"timestamp\":\"%s\",\"data\":{\"space\":", when);
    vg_buf_add_json_str(text, f->space);
    vg_buf_add_cstr(text, ",\"user\":");
    vg_buf_add_json_str(text, f->user);
    vg_buf_printf(text, ",\"category\":\"%s\",\"right\":%" PRId64 ",\"answered\":%" PRId64 ",\"level\":", vg_category_names[f->category], f->right,
                  f->answered);
    vg_buf_add_e4(text, f->level);
    vg_buf_printf(text, ",\"suspended\":%s}}", f->suspended ? "true" : "false");
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    return vg_store_deliver(store, case_id, f->space, "gold.below", (vg_str){text->ptr, text->len}, f->time_ms, err);
}

static int fell(vg_store *store, const vg_gold_fall *f, vg_error *err)
{
    char detail[192];
    vg_query add = vg_store_use(store, VG_SQL_GOLD_FALL_ADD);
    vg_store_bind_str(&add, f->user);
    vg_store_bind_str(&add, f->space);
    const int64_t numbers[] = {f->category, f->right, f->answered, f->level, f->suspended, f->time_ms};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) vg_store_bind_int(&add, numbers[i]);
    int rc = vg_store_run(&add, err);
    snprintf(detail, sizeof detail, "{\"category\":\"%s\",\"right\":%" PRId64 ",\"answered\":%" PRId64 ",\"level\":%u,\"suspended\":%s}",
             vg_category_names[f->category], f->right, f->answered, f->level, f->suspended ? "true" : "false");
    if (!rc) rc = vg_store_audit_add(store, f->time_ms, VG_STR("gold"), VG_STR("gold.below"), f->user, vg_str_of(detail), err);
    return rc ? rc : announce(store, f, err);
}

int vg_store_gold_fell(vg_store *store, const vg_gold_fall *fall, vg_error *err)
{
    int rc = vg_store_check_text("user", fall->user, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, fell(store, fall, err), err);
}

int vg_store_gold_falls(vg_store *store, vg_str space, int64_t since_ms, size_t most, vg_arena *arena, vg_gold_fall **out, size_t *count,
                        vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_GOLD_FALLS);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, since_ms);
    vg_store_bind_int(&query, (int64_t)most);
    while ((rc = vg_store_step(&query, err)) == 1) {
        int copied = 0;
        int64_t category = vg_store_int(&query, 2);
        if (category < 0 || category >= VG_CATEGORIES) continue; /* of a newer program */
        *out = vg_store_grow(arena, *out, *count, &capacity, sizeof **out);
        vg_str user = *out ? vg_store_copy(&query, 1, arena, &copied) : (vg_str){0};
        if (!*out || copied) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for results");
            break;
        }
        (*out)[(*count)++] = (vg_gold_fall){.id = vg_store_int(&query, 0), .user = user, .space = space, .category = (vg_category)category,
                                            .right = vg_store_int(&query, 3), .answered = vg_store_int(&query, 4), .level = (uint16_t)vg_store_int(&query, 5),
                                            .suspended = vg_store_int(&query, 6) != 0, .time_ms = vg_store_int(&query, 7)};
    }
    vg_store_reset(&query);
    return rc;
}
