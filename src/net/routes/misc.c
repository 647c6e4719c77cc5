/* SPDX-License-Identifier: Apache-2.0
 *
 * Health, readiness, metrics, the API's description, the console's files, event streams, dead letters. */
#include <stdio.h>
#include <stdlib.h>
#include "base/time.h"
#include "net/assets.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "review/review.h"
#include "signals/rules/rules.h"

enum { DEAD_MOST = 500 };

vg_step vg_route_health(vg_exchange *x)
{
    vg_answer_begin(x, 200, "text/plain; charset=utf-8");
    x->fixed = "ok\n";
    x->fixed_len = 3;
    return VG_STEP_ANSWER;
}

enum { JOURNAL_LAG_MOST = 64 << 20 }; /* more than this not on disk yet: the disk does not keep up */

enum { READY_MS = 1000 };

typedef struct memory_check {
    vg_memory *memory;
    bool behind;
} memory_check;

static void check_lag(vg_memory *memory, struct vg_window *window, void *context)
{
    memory_check *check = context;
    vg_memory_stats stats;
    (void)window;
    vg_memory_stats_get(memory, false, &stats);
    check->memory = memory;
    check->behind = stats.journal_position - stats.journal_durable >= JOURNAL_LAG_MOST;
}

/* Codes of the store and of memory, VG_OK when they take what comes. */
static void look_around(vg_desk *desk)
{
    vg_server *server = desk->server;
    int64_t now_ms = vg_reaper_now();
    vg_error err = {0};
    memory_check check = {0};
    if (now_ms < atomic_load(&server->ready_until_ms)) return;
    atomic_store(&server->ready_store, -vg_store_check(desk->store, &err));
    vg_pipeline_locked(server->pipeline, check_lag, &check);
    /* a journal that broke stops, so it is never far behind: only a sync shows it */
    int memory = check.behind ? VG_EBUSY : -vg_memory_sync(check.memory, &err);
    atomic_store(&server->ready_memory, memory);
    atomic_store(&server->ready_until_ms, vg_reaper_now() + READY_MS);
}

static void count_off(const char *space, const vg_rule_status *rule, void *context)
{
    (void)space;
    *(size_t *)context += rule->off;
}

/* A rule that was switched off leaves the server ready: events are answered without it. */
void vg_route_ready(vg_desk *desk, vg_exchange *x)
{
    look_around(desk);
    int store = atomic_load(&x->server->ready_store), memory = atomic_load(&x->server->ready_memory);
    int banks = atomic_load(&x->server->ready_banks);
    bool draining = atomic_load(&x->server->draining);
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    bool policy = set && vg_policy_set_count(set) > 0;
    if (set) vg_policy_set_unref(&set);
    size_t off = 0;
    vg_pipeline_rules(x->server->pipeline, count_off, &off);
    char audit[32] = "ok";
    int percent = vg_audit_percent(x->server);
    if (percent < 100) snprintf(audit, sizeof audit, "making the tree: %d %%", percent);
    bool ready = !store && policy && !memory && !draining;
    vg_buf *out = vg_answer_begin(x, ready ? 200 : 503, "application/json");
    vg_buf_printf(
        out,
        "{\"ready\":%s,\"checks\":{\"store\":\"%s\",\"policy\":\"%s\",\"memory\":\"%s\",\"media\":\"%s\",\"banks\":\"%s\","
        "\"rules\":\"%s\",\"audit\":\"%s\",\"draining\":%s}}",
        ready ? "true" : "false", store ? vg_error_name(store) : "ok", policy ? "ok" : "none",
        !memory              ? "ok"
        : memory == VG_EBUSY ? "behind"
                             : vg_error_name(memory),
        x->server->decoder ? "ok" : "no decoder", banks ? vg_error_name(banks) : "ok", off ? "degraded" : "ok", audit, draining ? "true" : "false");
    if (!ready) vg_answer_header(x, "Retry-After", "1");
}

vg_step vg_route_metrics(vg_exchange *x)
{
    vg_metrics_write(x->server, vg_answer_begin(x, 200, "text/plain; version=0.0.4; charset=utf-8"));
    return VG_STEP_ANSWER;
}

/* ---- embedded files ---- */

static int by_path(const void *key, const void *asset)
{
    return strcmp(key, ((const vg_asset *)asset)->path);
}

static const vg_asset *find_asset(vg_str path)
{
    char name[256];
    if (vg_str_is(path, "/")) path = VG_STR("/index.html");
    if (path.len >= sizeof name) return NULL;
    memcpy(name, path.ptr, path.len);
    name[path.len] = '\0';
    return bsearch(name, vg_assets, vg_asset_count, sizeof vg_assets[0], by_path);
}

bool vg_asset_known(vg_str path)
{
    return find_asset(path) != NULL;
}

static bool list_has(vg_str list, const char *word)
{
    return list.ptr && memmem(list.ptr, list.len, word, strlen(word)) != NULL;
}

static void answer_asset(vg_exchange *x, const vg_asset *asset)
{
    bool same = list_has(x->if_none_match, asset->etag);
    bool gzip = asset->gzip && list_has(x->accept_encoding, "gzip");
    vg_answer_begin(x, same ? 304 : 200, same ? NULL : asset->mime);
    x->fixed = gzip ? asset->gzip : asset->bytes;
    x->fixed_len = same ? 0 : gzip ? asset->gzip_len : asset->len;
    vg_answer_header(x, "ETag", asset->etag);
    vg_answer_header(x, "Cache-Control", "no-cache");
    vg_answer_header(x, "X-Content-Type-Options", "nosniff");
    if (asset->gzip) vg_answer_header(x, "Vary", "Accept-Encoding");
    if (gzip && !same) vg_answer_header(x, "Content-Encoding", "gzip");
}

vg_step vg_route_openapi(vg_exchange *x)
{
    answer_asset(x, &vg_openapi_assets[0]);
    return VG_STEP_ANSWER;
}

vg_step vg_route_asset(vg_exchange *x)
{
    const vg_asset *asset = find_asset(x->path);
    if (!asset) {
        vg_answer_problem(x, 404, NULL, "there is no such path");
        return VG_STEP_ANSWER;
    }
    answer_asset(x, asset);
    vg_answer_header(
        x, "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    vg_answer_header(x, "Referrer-Policy", "no-referrer");
    vg_answer_header(x, "Cross-Origin-Opener-Policy", "same-origin");
    vg_answer_header(x, "Cross-Origin-Resource-Policy", "same-origin");
    vg_answer_header(x, "Permissions-Policy",
                     "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()");
    if (x->server->options.behind_tls) vg_answer_header(x, "Strict-Transport-Security", "max-age=31536000");
    return VG_STEP_ANSWER;
}

/* ---- event stream ---- */

void vg_route_stream(vg_desk *desk, vg_exchange *x)
{
    vg_error err = {0};
    (void)desk;
    if (x->method == VG_HEAD) {
        vg_answer_begin(x, 200, "text/event-stream");
        return;
    }
    if (vg_hub_join(&x->server->hub, &x->user, &x->session, desk->arena, &x->subscriber, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_answer_begin(x, 200, "text/event-stream");
    vg_answer_header(x, "Cache-Control", "no-store");
    vg_answer_header(x, "X-Accel-Buffering", "no"); /* asks a proxy to pass it on as it comes */
}

/* ---- dead letters ---- */

static bool may_see_webhooks(vg_exchange *x)
{
    vg_error err = {0};
    if (!vg_review_require(&x->user, VG_MAY_DELIVERY_SEE, (vg_str){"", 0}, &err)) return true;
    vg_answer_error(x, &err);
    return false;
}

static vg_str space_of(const vg_webhook *hooks, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (hooks[i].id == id) return hooks[i].space;
    return (vg_str){"", 0};
}

static bool list_dead(vg_desk *desk, vg_exchange *x, vg_delivery **out, size_t *count)
{
    vg_error err = {0};
    vg_str spaces;
    if (!vg_review_spaces_with(&x->user, VG_MAY_DELIVERY_SEE, desk->arena, &spaces, &err) &&
        !vg_store_deliveries(desk->store, true, spaces, vg_time_now(), DEAD_MOST, desk->arena, out, count, &err))
        return true;
    vg_answer_error(x, &err);
    return false;
}

void vg_route_dead(vg_desk *desk, vg_exchange *x)
{
    vg_delivery *list = NULL;
    vg_webhook *hooks = NULL;
    size_t count = 0, hook_count = 0;
    vg_error err = {0};
    if (!may_see_webhooks(x) || !list_dead(desk, x, &list, &count)) return;
    if (vg_store_webhook_list(desk->store, desk->arena, &hooks, &hook_count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"deliveries\":[");
    for (size_t i = 0; i < count; i++) {
        vg_buf_printf(out, "%s{\"id\":%lld,\"space\":", i ? "," : "", (long long)list[i].id);
        vg_buf_add_json_str(out, space_of(hooks, hook_count, list[i].webhook_id));
        vg_buf_add_cstr(out, ",\"type\":");
        vg_buf_add_json_str(out, list[i].type);
        vg_buf_add_cstr(out, ",\"url\":");
        vg_buf_add_json_str(out, list[i].url);
        vg_buf_printf(out, ",\"attempts\":%d,\"last_error\":", list[i].attempts);
        vg_buf_add_json_str(out, list[i].last_error);
        vg_buf_add_cstr(out, ",\"created\":");
        vg_json_time(out, list[i].created_ms);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
}

void vg_route_dead_retry(vg_desk *desk, vg_exchange *x)
{
    vg_delivery *list = NULL;
    size_t count = 0;
    int64_t id = 0;
    vg_error err = {0};
    if (!may_see_webhooks(x) || !list_dead(desk, x, &list, &count)) return;
    for (size_t i = 0; i < x->argument[0].len && i < 18; i++) {
        char c = x->argument[0].ptr[i];
        id = c >= '0' && c <= '9' && id >= 0 ? id * 10 + (c - '0') : -1;
    }
    bool mine = false;
    for (size_t i = 0; i < count; i++) mine = mine || list[i].id == id;
    if (!mine || x->argument[0].len > 18) {
        vg_answer_problem(x, 404, NULL, "there is no such dead letter");
        return;
    }
    char object[32];
    snprintf(object, sizeof object, "delivery:%lld", (long long)id);
    if (vg_store_audit(desk->store, x->user.name, VG_STR("webhook.retry"), vg_str_of(object), VG_STR("{}"),
                       &err) ||
        vg_store_delivery_retry(desk->store, id, vg_time_now(), &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf_printf(vg_answer_begin(x, 202, "application/json"), "{\"id\":%lld,\"state\":\"queued\"}",
                  (long long)id);
}
