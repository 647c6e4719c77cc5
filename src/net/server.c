/* SPDX-License-Identifier: Apache-2.0
 *
 * The server's life: parts, threads, start and stop. http.c is where they meet the HTTP library. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/time.h"
#include "net/disclosure.h"
#include "net/filing.h"
#include "net/http.h"
#include "net/oidc.h"
#include "net/routes/transparency.h"
#include "net/signin.h"
#include "net/training.h"

enum { LANE_ARENA = 1 << 20, LANE_ARENA_CEILING = 64 << 20, BACKLOG = 1024, SPARE_FILES = 64 };

static unsigned or_default(unsigned value, unsigned instead)
{
    return value ? value : instead;
}

static char *copy_text(const char *text)
{
    size_t len = text ? strlen(text) : 0;
    char *copy = text ? vg_malloc(len + 1) : NULL;
    if (copy) memcpy(copy, text, len + 1);
    return copy;
}

/* ---- lanes ---- */

int vg_lane_create(vg_lane **out, vg_server *server, vg_error *err)
{
    vg_lane *lane = vg_calloc(1, sizeof *lane);
    int rc;
    *out = NULL;
    if (!lane) return vg_fail(err, VG_ENOMEM, "", "no memory for a thread");
    rc = vg_worker_create(&lane->worker, server->pipeline, err);
    if (!rc) rc = vg_event_parser_create(&lane->parser, err);
    if (!rc) {
        lane->arena = vg_arena_create(LANE_ARENA, LANE_ARENA_CEILING);
        if (!lane->arena) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a thread");
    }
    if (rc) vg_lane_destroy(&lane);
    *out = lane;
    return rc;
}

void vg_lane_destroy(vg_lane **lane)
{
    vg_lane *l = *lane;
    if (!l) return;
    if (l->worker) vg_worker_destroy(&l->worker);
    if (l->parser) vg_event_parser_destroy(&l->parser);
    vg_arena_destroy(&l->arena);
    if (l->keys && atomic_fetch_sub(&l->keys->references, 1) == 1) vg_free(l->keys);
    vg_free(l);
    *lane = NULL;
}

/* ---- the parts without sockets and threads ---- */

static void fill_options(vg_server *server, const vg_server_options *given)
{
    vg_server_options *o = &server->options;
    struct rlimit files;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    *o = *given;
    snprintf(server->address, sizeof server->address, "%s", given->address ? given->address : "127.0.0.1");
    o->address = server->address;
    server->data_dir = copy_text(given->data_dir);
    server->policy_path = copy_text(given->policy_path);
    o->data_dir = server->data_dir;
    o->policy_path = server->policy_path;
    o->threads = or_default(o->threads, cores > 0 ? (unsigned)cores : 1);
    if (o->threads > VG_MAX_THREADS) o->threads = VG_MAX_THREADS;
    o->connections = or_default(o->connections, 2048);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < o->connections + SPARE_FILES &&
        files.rlim_cur > 2 * SPARE_FILES)
        o->connections = (unsigned)files.rlim_cur - SPARE_FILES;
    o->connections_per_ip = or_default(o->connections_per_ip, 1024);
    o->events_per_second = or_default(o->events_per_second, 100000);
    o->signins_per_minute = or_default(o->signins_per_minute, 20);
    o->notices_per_hour = or_default(o->notices_per_hour, 60);
    o->header_ms = or_default(o->header_ms, 10000);
    o->body_ms = or_default(o->body_ms, 30000);
    o->idle_ms = or_default(o->idle_ms, 75000);
    o->media_desks = o->threads < VG_MEDIA_DESKS ? o->threads : VG_MEDIA_DESKS;
    if (!o->spool_bytes) o->spool_bytes = 8ull << 30;
    if (!o->media_ram) o->media_ram = 256ull << 20;
}

/* A server without a decoder still compares digests, and says so. */
static int open_decoder(vg_server *server, vg_error *err)
{
    const char *program = server->options.decoder;
    vg_decoder_options options = {.program = program, .workers = (unsigned)server->options.media_desks};
    if (program && !program[0]) return 0;
    int rc = vg_decoder_create(&server->decoder, &options, err);
    if (rc != -VG_ENOENT) return rc;
    vg_log(VG_LOG_WARN, "net", "pictures and videos are not decoded, only their digests are compared: %s", err->what);
    *err = (vg_error){0};
    return 0;
}

static void use_banks(vg_server *server)
{
    vg_bank_set *set = vg_banks_set(server->banks);
    vg_pipeline_use_banks(server->pipeline, set);
    if (set) vg_bank_set_unref(&set);
}

int vg_server_poll_banks(vg_server *server, vg_error *err)
{
    vg_error local = {0};
    bool changed = false;
    if (!err) err = &local;
    pthread_mutex_lock(&server->banks_lock);
    int rc = vg_banks_poll(server->banks, vg_time_now(), &changed, err);
    if (changed) use_banks(server);
    pthread_mutex_unlock(&server->banks_lock);
    atomic_store(&server->ready_banks, -rc);
    return rc;
}

static int open_courses(vg_server *server, vg_error *err)
{
    vg_policy_set *policies = vg_pipeline_policies(server->pipeline);
    vg_course_set *courses = NULL;
    int rc = vg_training_load(server->policy_path, policies, &courses, err);
    if (policies) vg_policy_set_unref(&policies);
    if (!rc) vg_server_use_courses(server, courses);
    return rc;
}

static int open_parts(vg_server *server, vg_error *err)
{
    int rc = open_courses(server, err);
    if (rc) return rc;
    for (size_t i = 0; i < VG_DESKS; i++)
        if ((rc = vg_desk_open(&server->desks[i], server, err))) return rc;
    if ((rc = vg_desk_open(&server->door, server, err))) return rc;
    if ((rc = vg_desk_open(&server->clerk, server, err))) return rc;
    if ((rc = vg_oidc_create(&server->oidc, &server->options, err))) return rc;
    if (server->oidc && (rc = vg_desk_open(&server->provider, server, err))) return rc;
    if ((rc = vg_auth_load(&server->auth, server->clerk.store, NULL, err))) return rc;
    if ((rc = vg_spool_create(&server->spool, server->data_dir, server->options.spool_bytes, server->options.media_ram, err)))
        return rc;
    if ((rc = open_decoder(server, err))) return rc;
    if ((rc = vg_banks_open(&server->banks, &(vg_banks_options){.dir = server->data_dir}, err))) return rc;
    use_banks(server);
    for (; server->media_desk_count < server->options.media_desks; server->media_desk_count++)
        if ((rc = vg_desk_open(&server->media_desks[server->media_desk_count], server, err))) return rc;
    if (!(server->tickets = vg_tickets_create())) return vg_fail(err, VG_ENOMEM, "", "no memory for sign-ins");
    if ((rc = vg_signin_site_set(server, err))) return rc;
    if (vg_uploads_create(&server->uploads)) return vg_fail(err, VG_ENOMEM, "", "no memory for uploads");
    for (size_t i = 0; i < server->options.threads; i++, server->lane_count++)
        if ((rc = vg_lane_create(&server->lanes[i], server, err))) return rc;
    return 0;
}

int vg_server_core_open(vg_server **out, const vg_server_options *options, vg_error *err)
{
    vg_server *server;
    pthread_condattr_t attr;
    int rc;
    *out = NULL;
    if (!options->data_dir || !options->ring || !options->pipeline)
        return vg_fail(err, VG_EINVAL, "", "a server needs a data directory, a key ring and a pipeline");
    if (sodium_init() < 0) return vg_fail(err, VG_EIO, "", "no source of random bytes");
    server = vg_calloc(1, sizeof *server);
    if (!server) return vg_fail(err, VG_ENOMEM, "", "no memory for the server");
    server->listener = -1;
    server->pipeline = options->pipeline;
    server->ring = options->ring;
    randombytes_buf(server->ahead_key, sizeof server->ahead_key);
    atomic_store(&server->gauges.started_ms, vg_time_now());
    fill_options(server, options);
    pthread_mutex_init(&server->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&server->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&server->turns, NULL);
    vg_hub_init(&server->hub, &server->gauges);
    vg_reaper_init(&server->reaper, &server->options);
    vg_queue_init(&server->clerk_queue, VG_CLERK_QUEUE);
    vg_queue_init(&server->desk_queue, VG_DESK_QUEUE);
    vg_queue_init(&server->door_queue, VG_DOOR_QUEUE);
    vg_queue_init(&server->provider_queue, VG_DOOR_QUEUE);
    vg_queue_init(&server->media_queue, VG_MEDIA_QUEUE);
    pthread_mutex_init(&server->banks_lock, NULL);
    server->shelf = vg_shelf_create();
    vg_rate hourly = vg_rate_of(server->options.notices_per_hour, 3600000, server->options.notices_per_hour / 3 + 1);
    vg_ip_limit_init(&server->notices, hourly);
    vg_ip_limit_init(&server->urgent, hourly);
    vg_ip_limit_init(&server->lookups, vg_rate_of(30, 60000, 30));
    rc = vg_auth_init(&server->auth, &server->options, err);
    if (!rc && !server->data_dir) rc = vg_fail(err, VG_ENOMEM, "", "no memory for the server");
    if (!rc) rc = open_parts(server, err);
    if (rc) vg_server_core_close(&server);
    *out = server;
    return rc;
}

void vg_server_core_close(vg_server **out)
{
    vg_server *server = *out;
    if (!server) return;
    for (size_t i = 0; i < VG_MAX_THREADS; i++) vg_lane_destroy(&server->lanes[i]);
    for (size_t i = 0; i < VG_DESKS; i++) vg_desk_close(&server->desks[i]);
    vg_desk_close(&server->door);
    if (server->provider.arena) vg_desk_close(&server->provider);
    vg_oidc_destroy(&server->oidc);
    vg_desk_close(&server->clerk);
    for (size_t i = 0; i < VG_MEDIA_DESKS; i++) vg_desk_close(&server->media_desks[i]);
    vg_tickets_destroy(&server->tickets);
    vg_uploads_destroy(&server->uploads);
    vg_spool_destroy(&server->spool);
    if (server->decoder) vg_decoder_destroy(&server->decoder);
    if (server->banks) {
        vg_pipeline_use_banks(server->pipeline, NULL);
        vg_banks_close(&server->banks);
    }
    pthread_mutex_destroy(&server->banks_lock);
    vg_shelf_destroy(&server->shelf);
    vg_queue_destroy(&server->media_queue);
    vg_auth_free(&server->auth);
    vg_ip_limit_destroy(&server->notices);
    vg_ip_limit_destroy(&server->urgent);
    vg_ip_limit_destroy(&server->lookups);
    vg_hub_destroy(&server->hub);
    vg_course_set_unref(&server->courses);
    vg_reaper_free(&server->reaper);
    vg_queue_destroy(&server->clerk_queue);
    vg_queue_destroy(&server->desk_queue);
    vg_queue_destroy(&server->door_queue);
    vg_queue_destroy(&server->provider_queue);
    pthread_cond_destroy(&server->wake);
    pthread_mutex_destroy(&server->turns);
    pthread_mutex_destroy(&server->lock);
    vg_free(server->data_dir);
    vg_free(server->policy_path);
    vg_free(server->reload_path);
    vg_free(server);
    *out = NULL;
}

/* ---- sockets ---- */

static int listen_on(vg_server *server, vg_error *err)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at;
    socklen_t len;
    int yes = 1, fd;
    memset(&at, 0, sizeof at);
    if (inet_pton(AF_INET, server->address, &at.v4.sin_addr) == 1) {
        at.v4.sin_family = AF_INET;
        at.v4.sin_port = htons(server->options.port);
        len = sizeof at.v4;
    } else if (inet_pton(AF_INET6, server->address, &at.v6.sin6_addr) == 1) {
        at.v6.sin6_family = AF_INET6;
        at.v6.sin6_port = htons(server->options.port);
        len = sizeof at.v6;
    } else return vg_fail(err, VG_EINVAL, "", "%s is not a numeric address", server->address);
    fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return vg_fail(err, VG_EIO, "", "no socket: %s", strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, &at.any, len) != 0 || listen(fd, BACKLOG) != 0) {
        int code = errno;
        close(fd);
        return vg_fail(err, VG_EIO, "", "cannot listen on %s port %u: %s", server->address,
                       server->options.port, strerror(code));
    }
    len = sizeof at;
    if (getsockname(fd, &at.any, &len) == 0)
        server->port = ntohs(at.any.sa_family == AF_INET ? at.v4.sin_port : at.v6.sin6_port);
    server->listener = fd;
    return 0;
}

/* ---- threads ---- */

bool vg_server_pause(vg_server *server, int64_t ms)
{
    struct timespec until;
    bool stop;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&server->lock);
    while (!server->stop && pthread_cond_timedwait(&server->wake, &server->lock, &until) == 0) continue;
    stop = server->stop;
    pthread_mutex_unlock(&server->lock);
    return stop;
}

static int start_thread(vg_server *server, pthread_t *thread, unsigned bit, void *(*run)(void *),
                        void *argument, vg_error *err)
{
    if (pthread_create(thread, NULL, run, argument) != 0)
        return vg_fail(err, VG_EIO, "", "cannot start a thread");
    server->threads_started |= bit;
    return 0;
}

static int start_threads(vg_server *server, vg_error *err)
{
    int rc = 0;
    for (unsigned i = 0; i < VG_DESKS && !rc; i++)
        rc = start_thread(server, &server->desk_threads[i], (unsigned)VG_THREAD_DESK0 << i, vg_desk_main,
                          &server->desks[i], err);
    for (unsigned i = 0; i < server->media_desk_count && !rc; i++)
        rc = start_thread(server, &server->media_threads[i], (unsigned)VG_THREAD_MEDIA0 << i, vg_media_main,
                          &server->media_desks[i], err);
    if (!rc)
        rc = start_thread(server, &server->door_thread, VG_THREAD_DOOR, vg_door_main, &server->door, err);
    if (!rc && server->oidc)
        rc = start_thread(server, &server->provider_thread, VG_THREAD_PROVIDER, vg_oidc_main, &server->provider, err);
    if (!rc) rc = start_thread(server, &server->clerk_thread, VG_THREAD_CLERK, vg_clerk_main, server, err);
    if (!rc) rc = start_thread(server, &server->watch_thread, VG_THREAD_WATCH, vg_watch_main, server, err);
    if (!rc)
        rc = start_thread(server, &server->webhook_thread, VG_THREAD_WEBHOOK, vg_webhook_main, server, err);
    if (!rc) rc = start_thread(server, &server->filing_thread, VG_THREAD_FILING, vg_filing_main, server, err);
    if (!rc) rc = start_thread(server, &server->hub_thread, VG_THREAD_HUB, vg_hub_main, &server->hub, err);
    if (!rc) rc = start_thread(server, &server->reaper_thread, VG_THREAD_REAPER, vg_reaper_main, server, err);
    if (!rc) rc = start_thread(server, &server->disclosure_thread, VG_THREAD_DISCLOSURE, vg_disclosure_main, server, err);
    if (!rc && server->options.stamp_url) rc = start_thread(server, &server->stamp_thread, VG_THREAD_STAMP, vg_stamp_main, server, err);
    if (!rc) rc = start_thread(server, &server->reload_thread, VG_THREAD_RELOAD, vg_reload_main, server, err);
    return rc;
}

static void join(vg_server *server, pthread_t thread, unsigned bit)
{
    if (server->threads_started & bit) pthread_join(thread, NULL);
    server->threads_started &= ~bit;
}

static void stop_threads(vg_server *server)
{
    pthread_mutex_lock(&server->lock);
    server->stop = true;
    pthread_cond_broadcast(&server->wake);
    pthread_mutex_unlock(&server->lock);
    if (server->curl) curl_multi_wakeup(server->curl);
    vg_queue_stop(&server->desk_queue);
    vg_queue_stop(&server->media_queue);
    vg_queue_stop(&server->door_queue);
    vg_queue_stop(&server->provider_queue);
    vg_queue_stop(&server->clerk_queue);
    vg_hub_end(&server->hub);
    for (unsigned i = 0; i < VG_DESKS; i++)
        join(server, server->desk_threads[i], (unsigned)VG_THREAD_DESK0 << i);
    for (unsigned i = 0; i < VG_MEDIA_DESKS; i++)
        join(server, server->media_threads[i], (unsigned)VG_THREAD_MEDIA0 << i);
    join(server, server->door_thread, VG_THREAD_DOOR);
    join(server, server->provider_thread, VG_THREAD_PROVIDER);
    join(server, server->clerk_thread, VG_THREAD_CLERK);
    join(server, server->watch_thread, VG_THREAD_WATCH);
    join(server, server->webhook_thread, VG_THREAD_WEBHOOK);
    join(server, server->filing_thread, VG_THREAD_FILING);
    join(server, server->hub_thread, VG_THREAD_HUB);
    join(server, server->reaper_thread, VG_THREAD_REAPER);
    join(server, server->reload_thread, VG_THREAD_RELOAD);
    join(server, server->disclosure_thread, VG_THREAD_DISCLOSURE);
    join(server, server->stamp_thread, VG_THREAD_STAMP);
}

/* ---- start and stop ---- */

int vg_server_start(vg_server **out, const vg_server_options *options, vg_error *err)
{
    vg_server *server = NULL;
    int rc;
    *out = NULL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return vg_fail(err, VG_EIO, "", "libcurl does not start");
    rc = vg_server_core_open(&server, options, err);
    if (rc) {
        curl_global_cleanup();
        return rc;
    }
    if (pthread_key_create(&server->lane_key, NULL) != 0)
        rc = vg_fail(err, VG_EIO, "", "no thread-specific memory");
    else server->has_lane_key = true;
    server->curl = curl_multi_init();
    if (!rc && !server->curl) rc = vg_fail(err, VG_ENOMEM, "", "no memory for webhooks");
    if (!rc) rc = listen_on(server, err);
    if (!rc) rc = vg_signin_site_set(server, err);
    if (!rc) rc = start_threads(server, err);
    if (!rc) rc = vg_http_start(server, err);
    if (rc) {
        vg_server_stop(&server, 0);
        return rc;
    }
    vg_log(VG_LOG_INFO, "net", "listening address=%s port=%u threads=%u", server->address, server->port,
           server->options.threads);
    *out = server;
    return 0;
}

uint16_t vg_server_port(const vg_server *server)
{
    return server->port;
}

void vg_server_reload(vg_server *server, const char *path)
{
    char *copy = copy_text(path);
    pthread_mutex_lock(&server->lock);
    vg_free(server->reload_path);
    server->reload_path = copy;
    server->reload = true;
    pthread_mutex_unlock(&server->lock);
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

size_t vg_server_stop(vg_server **out, int64_t drain_ms)
{
    vg_server *server = *out;
    size_t cut = 0;
    if (!server) return 0;
    atomic_store(&server->draining, true);
    vg_http_quiesce(server);
    vg_hub_end(&server->hub);
    for (int64_t end = vg_reaper_now() + drain_ms; atomic_load(&server->active) && vg_reaper_now() < end;)
        nap();
    cut = atomic_load(&server->active);
    /* From here on nothing may begin to wait; what waits for the store is still finished, however long that
     * takes: it was applied, and its case is owed. */
    atomic_store(&server->closing, true);
    while (server->daemon && atomic_load(&server->waiting)) nap();
    vg_http_stop(server);
    stop_threads(server);
    if (server->listener >= 0) close(server->listener);
    if (server->has_lane_key) pthread_key_delete(server->lane_key);
    if (server->curl) curl_multi_cleanup(server->curl);
    vg_server_core_close(out);
    curl_global_cleanup();
    vg_log(VG_LOG_INFO, "net", "stopped; requests cut off: %zu", cut);
    return cut;
}
