/* SPDX-License-Identifier: Apache-2.0
 *
 * The figures of a space for everybody. Nobody signs in; a page is made once an hour and kept, so that asking costs nothing. And, for who keeps
 * them: what was counted when, and counting anew. */
#include "net/routes/transparency.h"

#include <pthread.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/time.h"
#include "net/board.h"
#include "net/body.h"
#include "net/form/page.h"
#include "net/form/transparency_page.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "store/disclosure/closed.h"

/* ---- pages that were made ---- */

enum { SHELF = 32, SHELF_PAGE = 256 << 10 };

struct vg_shelf {
    pthread_mutex_t lock;
    struct {
        char space[VG_EVENT_MAX_NAME + 1];
        uint64_t version; /* of the policy */
        int year;
        vg_lang lang;
        int64_t until_ms; /* monotonic; 0: empty */
        vg_buf page;
    } place[SHELF];
    size_t next;
};

vg_shelf *vg_shelf_create(void)
{
    vg_shelf *shelf = vg_calloc(1, sizeof *shelf);
    if (!shelf) return NULL;
    pthread_mutex_init(&shelf->lock, NULL);
    for (size_t i = 0; i < SHELF; i++) vg_buf_init(&shelf->place[i].page, SHELF_PAGE);
    return shelf;
}

void vg_shelf_destroy(vg_shelf **shelf)
{
    if (!*shelf) return;
    for (size_t i = 0; i < SHELF; i++) vg_buf_free(&(*shelf)->place[i].page);
    pthread_mutex_destroy(&(*shelf)->lock);
    vg_free(*shelf);
    *shelf = NULL;
}

static bool from_shelf(vg_exchange *x, const vg_board *b)
{
    vg_shelf *shelf = x->server->shelf;
    bool found = false;
    if (!shelf) return false;
    pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; !found && i < SHELF; i++) {
        if (shelf->place[i].year != b->year || shelf->place[i].lang != b->lang || shelf->place[i].version != b->policy->version) continue;
        if (shelf->place[i].until_ms < vg_time_monotonic_us() / 1000 || strcmp(shelf->place[i].space, b->policy->space) != 0) continue;
        vg_buf *out = vg_answer_begin(x, 200, "text/html; charset=utf-8");
        vg_transparency_headers(x, true);
        vg_buf_add(out, shelf->place[i].page.ptr, shelf->place[i].page.len);
        found = true;
    }
    pthread_mutex_unlock(&shelf->lock);
    return found;
}

static void to_shelf(vg_exchange *x, const vg_board *b)
{
    vg_shelf *shelf = x->server->shelf;
    if (!shelf || x->out.failed) return;
    pthread_mutex_lock(&shelf->lock);
    size_t i = shelf->next++ % SHELF;
    vg_buf_clear(&shelf->place[i].page);
    vg_buf_add(&shelf->place[i].page, x->out.ptr, x->out.len);
    snprintf(shelf->place[i].space, sizeof shelf->place[i].space, "%s", b->policy->space);
    shelf->place[i].version = b->policy->version;
    shelf->place[i].year = b->year;
    shelf->place[i].lang = b->lang;
    shelf->place[i].until_ms = shelf->place[i].page.failed ? 0 : vg_time_monotonic_us() / 1000 + VG_HOUR_MS;
    pthread_mutex_unlock(&shelf->lock);
}

/* ---- the question ---- */

static vg_str asked(vg_exchange *x, const char *name)
{
    vg_str value;
    bool found;
    return vg_query_get(x, name, &value, &found) && found ? value : (vg_str){"", 0};
}

static const vg_policy *published(vg_policy_set *set, vg_str space, size_t *count)
{
    const vg_policy *found = NULL;
    *count = 0;
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        if (!p->transparency.publish) continue;
        ++*count;
        if (!space.len || vg_str_is(space, p->space)) found = p;
    }
    return found;
}

static bool read_year(vg_exchange *x, vg_board *b, int64_t now_ms)
{
    vg_str year = asked(x, "year");
    b->newest = vg_board_newest(now_ms);
    b->oldest = b->newest - VG_BOARD_YEARS + 1;
    b->year = b->newest;
    if (year.len) {
        b->year = 0;
        for (size_t i = 0; i < year.len && year.len == 4; i++) {
            if (year.ptr[i] < '0' || year.ptr[i] > '9') return false;
            b->year = b->year * 10 + (year.ptr[i] - '0');
        }
    }
    b->quarters = vg_board_quarters(b->year, now_ms);
    return b->year >= b->oldest && b->year <= b->newest;
}

void vg_route_transparency(vg_desk *desk, vg_exchange *x)
{
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    vg_board *b = vg_arena_calloc(desk->arena, 1, sizeof *b);
    vg_lang lang = vg_form_language(x, asked(x, "lang"));
    vg_str space = asked(x, "space");
    vg_error err = {0};
    size_t count = 0;
    int64_t wait_ms = 0;
    const vg_policy *policy = published(set, space, &count);
    if (!b) vg_transparency_refuse(x, 503, lang);
    else if (!policy) vg_transparency_refuse(x, 404, lang);
    else if (!space.len && count > 1) vg_transparency_choose(x, set, lang);
    else {
        b->policy = policy;
        b->book = vg_policy_set_book(set);
        b->lang = lang;
        if (!read_year(x, b, vg_time_now())) vg_transparency_refuse(x, 404, lang);
        else if (from_shelf(x, b)) { }
        else if (!vg_ip_limit_take(&x->server->lookups, &x->peer, 1, vg_limit_now_ns(), &wait_ms)) vg_transparency_refuse(x, 429, lang);
        else if (vg_board_make(desk->store, desk->arena, b, VG_STR("page"), false, vg_time_now(), &err)) vg_transparency_refuse(x, 503, lang);
        else {
            vg_transparency_page(x, b);
            to_shelf(x, b);
        }
    }
    if (x->status == 503) vg_answer_header(x, "Retry-After", "1");
    if (x->status == 429) {
        vg_str seconds = vg_arena_printf(x->arena, "%lld", (long long)((wait_ms + 999) / 1000));
        vg_answer_header(x, "Retry-After", seconds.ptr ? seconds.ptr : "60");
    }
    vg_policy_set_unref(&set);
}

/* ---- for who keeps the figures ---- */

static void shelf_forget(vg_shelf *shelf, vg_str space, int year)
{
    if (!shelf) return;
    pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; i < SHELF; i++)
        if (shelf->place[i].year == year && vg_str_is(space, shelf->place[i].space)) shelf->place[i].until_ms = 0;
    pthread_mutex_unlock(&shelf->lock);
}

static int write_closed(vg_desk *desk, const vg_policy *p, bool *first, vg_buf *out, vg_error *err)
{
    vg_closed *list = NULL;
    size_t count = 0;
    int rc = vg_store_closed_list(desk->store, vg_str_of(p->space), desk->arena, &list, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        vg_buf_printf(out, "%s{\"space\":\"%s\",\"year\":%d,\"part\":\"", *first ? "" : ",", p->space, list[i].year);
        if (list[i].quarter == VG_CLOSED_YEAR) vg_buf_add_cstr(out, "year");
        else vg_buf_printf(out, "q%d", list[i].quarter + 1);
        vg_buf_add_cstr(out, "\",\"counted\":");
        vg_json_time(out, list[i].counted_ms);
        vg_buf_add_cstr(out, ",\"by\":");
        vg_buf_add_json_str(out, list[i].by);
        vg_buf_printf(out, ",\"times\":%lld}", (long long)list[i].times);
        *first = false;
    }
    return rc;
}

void vg_route_closed_figures(vg_desk *desk, vg_exchange *x)
{
    vg_error err = {0};
    bool first = true;
    int rc = vg_review_require(&x->user, VG_MAY_DISCLOSE, VG_STR(""), &err);
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"closed\":[");
    for (size_t i = 0; !rc && i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        if (vg_review_may(&x->user, VG_MAY_DISCLOSE, vg_str_of(p->space))) rc = write_closed(desk, p, &first, out, &err);
    }
    vg_policy_set_unref(&set);
    vg_buf_add_cstr(out, "]}");
    if (rc) vg_answer_error(x, &err);
}

static void recount(vg_desk *desk, vg_exchange *x, const vg_policy_set *set, const vg_policy *p, int year)
{
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    vg_board *b = vg_arena_calloc(desk->arena, 1, sizeof *b);
    int newest = vg_board_newest(now_ms);
    if (!p || !p->transparency.publish) {
        vg_answer_problem(x, 404, NULL, "this space publishes no figures");
        return;
    }
    if (year > newest || year <= newest - VG_BOARD_YEARS) {
        vg_answer_problem(x, 400, "/year", "expected a year from %d to %d", newest - VG_BOARD_YEARS + 1, newest);
        return;
    }
    if (b) {
        b->policy = p;
        b->book = vg_policy_set_book(set);
        b->year = year;
        b->quarters = vg_board_quarters(year, now_ms);
    }
    if (!b) vg_answer_busy(x, "there is no memory for this request now");
    else if (vg_board_make(desk->store, desk->arena, b, x->user.name, true, now_ms, &err)) vg_answer_error(x, &err);
    else {
        bool first = true;
        shelf_forget(x->server->shelf, vg_str_of(p->space), year);
        vg_buf *out = vg_answer_begin(x, 200, "application/json");
        vg_buf_add_cstr(out, "{\"closed\":[");
        int rc = write_closed(desk, p, &first, out, &err);
        vg_buf_add_cstr(out, "]}");
        if (rc) vg_answer_error(x, &err);
    }
}

void vg_route_recount_figures(vg_desk *desk, vg_exchange *x)
{
    vg_str space = {"", 0};
    int64_t year = 0;
    vg_error err = {0};
    const vg_field fields[] = {{.name = "space", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = VG_EVENT_MAX_NAME, .string = &space},
                               {.name = "year", .type = VG_FIELD_INTEGER, .required = true, .highest = 9999, .integer = &year}};
    if (!vg_body_read(x, fields, 2)) return;
    if (vg_review_require(&x->user, VG_MAY_DISCLOSE, space, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    recount(desk, x, set, vg_policy_set_find(set, space, NULL), (int)year);
    vg_policy_set_unref(&set);
}
