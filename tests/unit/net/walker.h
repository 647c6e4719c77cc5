/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks an exchange by hand through a real installation: what a socket would bring, without one. */
#ifndef VG_TESTS_NET_WALKER_H
#define VG_TESTS_NET_WALKER_H

#include "house.h"
#include "tap.h"

typedef struct {
    const char *name, *value;
} line;

typedef struct walker {
    vg_server *server;
    vg_lane *lane;
    vg_exchange x;
    bool lose_cases; /* as if the process ended before the clerk came */
} walker;

static void walk_desk(walker *w, vg_step step)
{
    if (step == VG_STEP_MEDIA) {
        step = vg_media_run(&w->server->media_desks[0], &w->x);
        if (step == VG_STEP_ANSWER) {
            vg_exchange_settle(&w->x, w->lane);
            return;
        }
    }
    if (step == VG_STEP_CLERK && w->lose_cases) return;
    if (step == VG_STEP_CLERK) vg_clerk_run(w->server, w->server->clerk.store, w->server->clerk.arena, &w->x);
    else if (step == VG_STEP_DESK) vg_desk_run(&w->server->desks[0], &w->x);
    else vg_desk_run(&w->server->door, &w->x);
    vg_exchange_settle(&w->x, w->lane);
}

/* One request; `headers` ends with a NULL name. Returns the status. */
static int walk(walker *w, vg_method method, const char *uri, const line *headers, const char *body)
{
    char length[24];
    size_t len = body ? strlen(body) : 0;
    vg_exchange_clear(&w->x);
    w->x.method = method;
    w->x.version_11 = true;
    vg_peer_parse(VG_STR("127.0.0.1"), &w->x.peer);
    vg_exchange_uri(&w->x, uri);
    vg_exchange_header(&w->x, VG_STR("Host"), VG_STR("a"));
    snprintf(length, sizeof length, "%zu", len);
    if (body) vg_exchange_header(&w->x, VG_STR("Content-Length"), vg_str_of(length));
    for (; headers && headers->name; headers++)
        vg_exchange_header(&w->x, vg_str_of(headers->name), vg_str_of(headers->value));
    vg_exchange_begin(&w->x, w->lane);
    if (w->x.answer_now) return w->x.status;
    if (len && !vg_exchange_body(&w->x, body, len)) return w->x.status;
    vg_step step = vg_exchange_end(&w->x, w->lane);
    if (step != VG_STEP_ANSWER) walk_desk(w, step);
    return w->x.status;
}

static bool answer_has(const walker *w, const char *text)
{
    const char *from = w->x.fixed ? w->x.fixed : w->x.out.ptr;
    size_t len = w->x.fixed ? w->x.fixed_len : w->x.out.len;
    bool has = from && memmem(from, len, text, strlen(text)) != NULL;
    if (!has) printf("# no %s in %.*s\n", text, (int)len, from ? from : "");
    return has;
}

static const char *header_of(const walker *w, const char *name)
{
    for (size_t i = 0; i < w->x.header_count; i++)
        if (strcmp(w->x.headers[i].name, name) == 0) return w->x.headers[i].value;
    return "";
}

static void bearer(char out[96], const char *key)
{
    snprintf(out, 96, "Bearer %s", key);
}

#endif
