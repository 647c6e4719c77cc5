/* SPDX-License-Identifier: Apache-2.0
 *
 * The gateway's protocol against one that keeps count: whatever is lost or answered by something in between, each file is there once and the report is
 * finished once; what its answers mean, whatever they hold.
 */
#include "report/plain/plain.h"

#include <stdlib.h>

#include "made.h"
#include "tap.h"

static vg_arena *arena;
static vg_receiver receiver;

typedef struct gateway {
    bool open;
    int media, finished;
} gateway;

static vg_reply came(int status, vg_str body)
{
    return (vg_reply){.kind = VG_REPLY_CAME, .status = status, .body = body, .retry_after_s = -1};
}

static vg_reply serve(gateway *g, const vg_ask *ask)
{
    if (!strcmp(ask->step, "look") && !g->open) return came(404, VG_STR(""));
    if (!strcmp(ask->step, "open")) g->open = true;
    if (!strcmp(ask->step, "media")) g->media++;
    if (!strcmp(ask->step, "finish")) g->finished++;
    return came(200, vg_arena_printf(arena, "{\"state\":\"%s\",\"media\":%d,\"reference\":\"G-1\"}", g->finished ? "filed" : "open", g->media));
}

typedef enum { LOST_BEFORE, LOST_AFTER, BUSY_BEFORE, BUSY_AFTER, HTML_AFTER, FAULTS } fault;
static const char *const names[FAULTS] = {"lost before", "lost after", "503 before", "502 after", "a page after"};

/* Files a report as the server does, with a fault at the n-th question. */
static vg_filing_turn file(const vg_filing_view *f, gateway *g, int at, fault how, int *questions)
{
    vg_progress now = {0}, after;
    vg_filing_turn turn = VG_GO_ON;
    bool unsure = false;
    for (*questions = 1; *questions < 40 && (turn == VG_GO_ON || turn == VG_GO_LATER); ++*questions) {
        vg_ask ask;
        vg_error err = {0};
        if (vg_channel_gateway.next(f, &now, unsure, arena, &ask, &err)) abort();
        bool here = *questions == at, before = how == LOST_BEFORE || how == BUSY_BEFORE;
        vg_reply reply = here && before ? (vg_reply){0} : serve(g, &ask);
        if (here && (how == LOST_BEFORE || how == LOST_AFTER)) reply = (vg_reply){.kind = VG_REPLY_LOST, .retry_after_s = -1, .why = VG_STR("gone")};
        if (here && (how == BUSY_BEFORE || how == BUSY_AFTER)) reply = came(how == BUSY_BEFORE ? 503 : 502, VG_STR("<html>"));
        if (here && how == HTML_AFTER) reply = came(200, VG_STR("<html>"));
        after = now;
        if (vg_channel_gateway.take(f, &now, &ask, &reply, arena, &after, &turn, &err)) abort();
        if (reply.kind == VG_REPLY_CAME || !ask.harmless) unsure = reply.kind == VG_REPLY_LOST;
        now = after;
    }
    return turn;
}

static vg_filing_view a_view(const vg_dossier *d)
{
    receiver = *made_authority();
    receiver.media = true;
    return (vg_filing_view){.id = 1, .uuid = "5b1f6f0e-0000-4000-8000-000000000001", .dossier = d, .receiver = &receiver, .report = made_report(), .options = VG_STR("{}"), .now_ms = MADE_T0};
}

static void each_fault_at_each_question(void)
{
    vg_dossier *d = made_large(arena, 4, 5);
    vg_filing_view f = a_view(d);
    int kept = 0, whole;
    for (size_t i = 0; i < d->media_count; i++) kept += d->media[i].kept;
    gateway calm = {0};
    TAP_EQ_INT(file(&f, &calm, 0, LOST_BEFORE, &whole), VG_GO_FILED, "a report is filed");
    TAP_OK(kept > 1 && calm.media == kept && calm.finished == 1, "with %d files", kept);
    for (int how = 0; how < FAULTS; how++) {
        int wrong = 0;
        for (int at = 1; at < whole; at++) {
            gateway g = {0};
            int questions;
            vg_filing_turn turn = file(&f, &g, at, (fault)how, &questions);
            bool good = turn == VG_GO_FILED && g.media == kept && g.finished == 1;
            if (!good) printf("# %s at question %d: %d, %d files, finished %d times\n", names[how], at, (int)turn, g.media, g.finished);
            wrong += !good;
        }
        TAP_OK(!wrong, "%s: each file is there once, and it is finished once", names[how]);
    }
}

static void odd_answers(void)
{
    static const char *const bodies[] = {"", "{", "[]", "{\"state\":1}", "{\"state\":\"open\",\"media\":-1}", "{\"state\":\"open\",\"media\":1e300}", "{\"state\":\"lost\"}", "{\"media\":3}"};
    const vg_dossier *d = made_plain(arena);
    vg_filing_view f = a_view(d);
    const vg_progress now = {.step = "finish", .memo = VG_STR("{\"media\":1}")};
    vg_ask ask;
    vg_error err = {0};
    if (vg_channel_gateway.next(&f, &now, true, arena, &ask, &err)) return;
    TAP_OK(!strcmp(ask.step, "look") && ask.harmless && vg_str_is(ask.method, "GET"), "what is not known is looked for first");
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        vg_progress after = now;
        vg_filing_turn turn = VG_GO_ON;
        const vg_reply reply = came(200, vg_str_of(bodies[i]));
        int rc = vg_channel_gateway.take(&f, &now, &ask, &reply, arena, &after, &turn, &err);
        vg_ask again;
        bool looks = !vg_channel_gateway.next(&f, &after, false, arena, &again, &err) && !strcmp(again.step, "look");
        TAP_OK(!rc && turn == VG_GO_LATER && looks, "\"%s\" does not say where it stands: it is asked again", bodies[i]);
    }
}

int main(void)
{
    arena = vg_arena_create(1 << 20, 256 << 20);
    if (!arena) return 1;
    each_fault_at_each_question();
    odd_answers();
    vg_arena_destroy(&arena);
    return tap_done();
}
