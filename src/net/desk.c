/* SPDX-License-Identifier: Apache-2.0
 *
 * Desks: threads for what may take long. Each has its own store. One of them, the door, only signs in: a
 * password hash is made to be slow, and nobody who tries passwords may hold up those who are in. */
#include "base/alloc.h"
#include "base/log.h"
#include "base/time.h"
#include "net/signin.h"

enum { DESK_ARENA = 64 << 10, DESK_ARENA_CEILING = 256 << 20 };

int vg_desk_open(vg_desk *desk, vg_server *server, vg_error *err)
{
    desk->server = server;
    desk->arena = vg_arena_create(DESK_ARENA, DESK_ARENA_CEILING);
    if (!desk->arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a desk");
    int rc = vg_store_open(&desk->store, server->data_dir, server->ring, err);
    if (!rc) vg_store_take_turns(desk->store, &server->turns);
    return rc ? rc : vg_bank_store_open(&desk->banks, server->data_dir, err);
}

void vg_desk_close(vg_desk *desk)
{
    if (desk->banks) vg_bank_store_close(&desk->banks);
    if (desk->store) vg_store_close(&desk->store);
    if (desk->worker) vg_worker_destroy(&desk->worker);
    vg_arena_destroy(&desk->arena);
    vg_free(desk->unknown_names);
    desk->unknown_names = NULL;
}

static void run(vg_desk *desk, vg_exchange *x)
{
    vg_error err = {0};
    vg_auth auth = x->route->auth;
    vg_arena_reset(desk->arena);
    bool session = auth == VG_AUTH_SESSION || (auth == VG_AUTH_EITHER && !x->key.known);
    if (session && vg_auth_session(desk, x, &err)) {
        int64_t wait_ms = 0;
        if (err.code == VG_EUNAUTHORIZED && !vg_auth_failed(x, &wait_ms))
            vg_answer_too_many(x, wait_ms, "too many attempts with wrong credentials");
        else vg_answer_error(x, &err);
    } else if (!session || vg_signin_gate(desk, x)) x->route->desk(desk, x);
    if (!x->subscriber && !x->for_all) vg_answer_header(x, "Cache-Control", "no-store");
}

static void tell_all(vg_desk *desk)
{
    int64_t now_ms = vg_time_now();
    for (size_t i = 0; i < desk->news_count; i++)
        vg_hub_case(&desk->server->hub, desk->store, desk->arena, desk->news[i].case_id, desk->news[i].change, now_ms);
    desk->news_count = 0;
}

void vg_desk_tell(vg_desk *desk, int64_t case_id, const char *change)
{
    if (desk->news_count == VG_NEWS) tell_all(desk); /* more than any request has: then it waits */
    desk->news[desk->news_count++] = (vg_news){case_id, change};
}

void vg_desk_run(vg_desk *desk, vg_exchange *x)
{
    run(desk, x);
    if (x->waiting) vg_server_wake(x); /* then it belongs to its connection again */
    tell_all(desk);
}

vg_step vg_media_run(vg_desk *desk, vg_exchange *x)
{
    if (x->route->body != VG_BODY_EVENTS) {
        run(desk, x);
        return VG_STEP_ANSWER;
    }
    vg_media_seal(desk, x);
    return x->job.code ? VG_STEP_ANSWER : VG_STEP_CLERK;
}

void *vg_media_main(void *argument)
{
    vg_desk *desk = argument;
    vg_exchange *x;
    while ((x = vg_queue_take(&desk->server->media_queue, false))) {
        if (vg_media_run(desk, x) == VG_STEP_CLERK) {
            if (vg_queue_push(&desk->server->clerk_queue, x)) continue;
            x->job.code = VG_EBUSY;
        }
        vg_server_wake(x);
    }
    return NULL;
}

void *vg_desk_main(void *argument)
{
    vg_desk *desk = argument;
    vg_exchange *x;
    while ((x = vg_queue_take(&desk->server->desk_queue, false))) vg_desk_run(desk, x);
    return NULL;
}

void *vg_door_main(void *argument)
{
    vg_desk *desk = argument;
    vg_exchange *x;
    while ((x = vg_queue_take(&desk->server->door_queue, false))) vg_desk_run(desk, x);
    return NULL;
}
