/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. The library calls per connection: on_connection (accepted, closed), and per request: on_uri
 * (request line), on_request (first with the headers, then with pieces of body, then with none: it is whole;
 * once more after a resume) and on_completed. A link is made when the connection is accepted and holds the
 * exchange, so a request allocates nothing of ours.
 *
 *   on_uri --> headers --> body* --> whole --> answer
 *                                      |          ^
 *                                      +- suspend - clerk or desk - resume
 *
 * The connection is suspended before its exchange enters a queue, because from then on another thread may
 * resume it. */
#include "net/http.h"

#include <microhttpd.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/time.h"

_Static_assert(sizeof(int) >= 4, "status codes and sizes");

enum { CONNECTION_MEMORY = 32 << 10, STREAM_BLOCK = 16 << 10, SILENCE_S = 120, STACK = 256 << 10 };

typedef enum { PHASE_NEW, PHASE_BODY, PHASE_WAITING, PHASE_SENT } phase;

/* ---- connections ---- */

static vg_link *link_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void read_peer(struct MHD_Connection *connection, vg_peer *peer)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    static const uint8_t one[16] = {[15] = 1};
    *peer = (vg_peer){0};
    if (!info || !info->client_addr) return;
    if (info->client_addr->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)info->client_addr;
        peer->address[10] = peer->address[11] = 0xff;
        memcpy(peer->address + 12, &v4->sin_addr, 4);
        peer->loopback = peer->address[12] == 127;
    } else if (info->client_addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)info->client_addr;
        memcpy(peer->address, &v6->sin6_addr, 16);
        peer->loopback = memcmp(peer->address, one, 16) == 0;
    }
}

static void open_link(vg_server *server, struct MHD_Connection *connection, void **context)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    vg_link *link = info ? vg_calloc(1, sizeof *link) : NULL;
    *context = NULL;
    if (!link) return;
    if (vg_exchange_init(&link->x, server)) {
        vg_exchange_free(&link->x);
        vg_free(link);
        return;
    }
    link->fd = info->connect_fd;
    link->x.connection = connection;
    vg_reaper_add(&server->reaper, link);
    *context = link;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    vg_server *server = cls;
    vg_link *link = *context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        open_link(server, connection, context);
        return;
    }
    if (!link) return;
    vg_reaper_remove(&server->reaper, link);
    vg_exchange_free(&link->x);
    vg_free(link);
    *context = NULL;
}

static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
    vg_link *link = link_of(connection);
    (void)cls;
    if (!link) return NULL;
    vg_exchange_clear(&link->x);
    link->x.phase = PHASE_NEW;
    link->fresh = false;
    vg_link_move(link, VG_LINK_HEADERS);
    vg_exchange_uri(&link->x, uri);
    return &link->x;
}

static vg_link *link_from(vg_exchange *x)
{
    return (vg_link *)(void *)x; /* its first member */
}
_Static_assert(offsetof(vg_link, x) == 0, "an exchange is the first member of its link");

static vg_lane *lane_of(vg_server *server)
{
    vg_lane *lane = pthread_getspecific(server->lane_key);
    if (lane) return lane;
    size_t n = atomic_fetch_add(&server->lanes_taken, 1);
    if (n >= server->lane_count) return NULL; /* as many lanes as threads: cannot be */
    lane = server->lanes[n];
    return pthread_setspecific(server->lane_key, lane) == 0 ? lane : NULL;
}

/* ---- answers ---- */

static ssize_t read_stream(void *cls, uint64_t position, char *out, size_t size)
{
    vg_subscriber *subscriber = cls;
    (void)position;
    ssize_t n = vg_hub_read(subscriber, subscriber->connection, out, size);
    return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static void end_stream(void *cls)
{
    vg_subscriber *subscriber = cls;
    vg_hub_leave(&subscriber);
}

static struct MHD_Response *make_response(vg_exchange *x)
{
    struct MHD_Response *response;
    if (x->subscriber) {
        x->subscriber->connection = x->connection;
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream,
                                                     x->subscriber, end_stream);
        if (response) x->subscriber = NULL; /* the response's now */
        return response;
    }
    if (x->fixed)
        return MHD_create_response_from_buffer(x->fixed_len, (void *)(uintptr_t)x->fixed,
                                               MHD_RESPMEM_PERSISTENT);
    if (x->file) { /* the response closes its own descriptor of it */
        int fd = fcntl(fileno(x->file), F_DUPFD_CLOEXEC, 0);
        off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;
        response = size >= 0 ? MHD_create_response_from_fd64((uint64_t)size, fd) : NULL;
        if (!response && fd >= 0) close(fd);
        return response;
    }
    /* x->out stays as it is until on_completed or the next on_uri */
    return MHD_create_response_from_buffer(x->out.len, x->out.ptr ? x->out.ptr : (void *)(uintptr_t) "",
                                           MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result send_answer(vg_server *server, vg_link *link)
{
    vg_exchange *x = &link->x;
    bool stream = x->subscriber != NULL;
    struct MHD_Response *response;
    enum MHD_Result result;
    if (!vg_link_move(link, stream ? VG_LINK_STREAM : VG_LINK_ANSWER)) return MHD_NO;
    response = make_response(x);
    if (!response) return MHD_NO;
    if (x->type) MHD_add_response_header(response, "Content-Type", x->type);
    for (size_t i = 0; i < x->header_count; i++)
        MHD_add_response_header(response, x->headers[i].name, x->headers[i].value);
    if (!x->is_events && !MHD_get_response_header(response, "X-Content-Type-Options")) /* verdicts go to programs, which guess nothing */
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (x->close || atomic_load_explicit(&server->draining, memory_order_relaxed))
        MHD_add_response_header(response, "Connection", "close");
    if (x->answer_now) link->linger = true;
    result = MHD_queue_response(x->connection, (unsigned)x->status, response);
    MHD_destroy_response(response);
    x->phase = PHASE_SENT;
    if (stream && x->counted) { /* a stream is not a request under way: nobody waits for its end */
        x->counted = false;
        atomic_fetch_sub(&server->active, 1);
    }
    return result;
}

/* ---- waiting ---- */

void vg_server_wake(vg_exchange *x)
{
    vg_server *server = x->server;
    struct MHD_Connection *connection = x->connection;
    x->waiting = false;
    MHD_resume_connection(connection); /* x may be gone after this */
    atomic_fetch_sub(&server->waiting, 1);
}

static enum MHD_Result wait_for(vg_server *server, vg_link *link, vg_step step)
{
    vg_exchange *x = &link->x;
    vg_queue *queue = step == VG_STEP_CLERK  ? &server->clerk_queue
                      : step == VG_STEP_DESK ? &server->desk_queue
                      : step == VG_STEP_MEDIA ? &server->media_queue
                                             : step == VG_STEP_PROVIDER ? &server->provider_queue : &server->door_queue;
    atomic_fetch_add(&server->waiting, 1);
    if (atomic_load(&server->closing)) {
        atomic_fetch_sub(&server->waiting, 1);
        vg_answer_busy(x, "the server is stopping");
        x->close = true;
        return send_answer(server, link);
    }
    if (!vg_link_move(link, VG_LINK_WAITING)) {
        atomic_fetch_sub(&server->waiting, 1);
        return MHD_NO;
    }
    x->phase = PHASE_WAITING;
    x->waiting = true;
    MHD_suspend_connection(x->connection);
    if (vg_queue_push(queue, x)) return MHD_YES;
    x->job.count = 0;
    vg_answer_busy(x, step == VG_STEP_CLERK ? "too many cases wait to be stored; send the same event again"
                                            : "too many requests are waiting");
    vg_server_wake(x); /* the answer goes out when the library comes back */
    return MHD_YES;
}

/* ---- requests ---- */

static enum MHD_Result add_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                  const char *value, size_t value_len)
{
    (void)kind;
    vg_exchange_header(cls, (vg_str){name, name_len}, (vg_str){value ? value : "", value_len});
    return MHD_YES;
}

static enum MHD_Result begin(vg_server *server, vg_link *link, const char *method, const char *version)
{
    vg_exchange *x = &link->x;
    vg_lane *lane = lane_of(server);
    if (!lane) return MHD_NO;
    x->phase = PHASE_BODY;
    x->counted = true;
    atomic_fetch_add(&server->active, 1);
    x->method = vg_method_of(method);
    x->version_11 = strcmp(version, "HTTP/1.1") == 0;
    read_peer(x->connection, &x->peer);
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, add_header, x);
    vg_exchange_begin(x, lane);
    if (x->answer_now) return send_answer(server, link);
    bool upload = x->route && (x->route->body == VG_BODY_MEDIA || x->route->body == VG_BODY_LIST);
    return vg_link_move(link, upload ? VG_LINK_UPLOAD : VG_LINK_BODY) ? MHD_YES : MHD_NO;
}

static enum MHD_Result whole(vg_server *server, vg_link *link)
{
    vg_lane *lane = lane_of(server);
    vg_step step = lane ? vg_exchange_end(&link->x, lane) : VG_STEP_ANSWER;
    if (!lane) return MHD_NO;
    return step == VG_STEP_ANSWER ? send_answer(server, link) : wait_for(server, link, step);
}

/* A chunked body that grew over its limit: the library takes no answer in the middle of a body, so it is
 * written by hand. */
static enum MHD_Result cut_off(vg_link *link)
{
    if (!vg_link_move(link, VG_LINK_ANSWER)) return MHD_NO;
    vg_reaper_send(link->fd, link->x.status, "the body is larger than this takes");
    link->linger = true;
    return MHD_NO;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **context)
{
    vg_server *server = cls;
    vg_exchange *x = *context;
    (void)connection;
    (void)url;
    if (!x) return MHD_NO;
    vg_link *link = link_from(x);
    switch (x->phase) {
    case PHASE_NEW: return begin(server, link, method, version);
    case PHASE_BODY:
        if (!*upload_size) return whole(server, link);
        if (!vg_exchange_body(x, upload, *upload_size)) return cut_off(link);
        *upload_size = 0;
        return MHD_YES;
    case PHASE_WAITING: vg_exchange_settle(x, NULL); return send_answer(server, link);
    default: return MHD_NO;
    }
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    vg_server *server = cls;
    vg_exchange *x = *context;
    (void)connection;
    (void)code;
    if (!x) return;
    vg_lane *lane = lane_of(server);
    if (lane && x->status && x->phase != PHASE_NEW) vg_exchange_count(x, &lane->counters);
    if (x->counted) {
        x->counted = false;
        atomic_fetch_sub(&server->active, 1);
    }
    vg_exchange_clear(x);
    vg_link_move(link_from(x), VG_LINK_IDLE);
    *context = NULL;
}

/* ---- life ---- */

static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text); /* the router decodes, strictly; and the library would let %00 end a path */
}

static void log_library(void *cls, const char *format, va_list args)
{
    char line[256];
    (void)cls;
    vsnprintf(line, sizeof line, format, args);
    vg_log(VG_LOG_DEBUG, "net", "http: %s", line);
}

static void suspend(void *connection)
{
    MHD_suspend_connection(connection);
}
static void resume(void *connection)
{
    MHD_resume_connection(connection);
}

int vg_http_start(vg_server *server, vg_error *err)
{
    const vg_server_options *o = &server->options;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    server->hub.suspend = suspend;
    server->hub.resume = resume;
    if (o->threads == 1) flags |= MHD_USE_ITC; /* quiesce needs it; a pool has it */
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_LISTEN_SOCKET, server->listener,
        MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_URI_LOG_CALLBACK, on_uri, server,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT, o->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->connections_per_ip, MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)STACK, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S,
        MHD_OPTION_THREAD_POOL_SIZE, o->threads > 1 ? o->threads : 0u, MHD_OPTION_END);
    if (!server->daemon) return vg_fail(err, VG_EIO, "", "the HTTP server does not start");
    return 0;
}

void vg_http_quiesce(vg_server *server)
{
    if (server->daemon) MHD_quiesce_daemon(server->daemon);
}

void vg_http_stop(vg_server *server)
{
    if (server->daemon) MHD_stop_daemon(server->daemon);
    server->daemon = NULL;
}
