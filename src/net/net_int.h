/* SPDX-License-Identifier: Apache-2.0
 *
 * net_int: what the files of this room share. Only server.c and stream parts of it see microhttpd.h.
 *
 * An exchange is one HTTP request and its answer. It belongs to its connection, which has one request at a
 * time, so its buffers are used again without a lock. It walks: vg_exchange_begin (line and headers: guard,
 * route, key) -> vg_exchange_body (bytes, as they come) -> vg_exchange_end (whole body there: answered on the
 * spot, or the name of the queue it has to wait in) -> clerk or desk -> vg_exchange_settle (builds the
 * answer). None of these knows the HTTP library, so tests and fuzzers walk the same way without a socket.
 */
#ifndef VG_NET_NET_INT_H
#define VG_NET_NET_INT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include "event/case.h"
#include "event/event.h"
#include "net/guard.h"
#include "net/limit.h"
#include "net/metrics.h"
#include "net/net.h"
#include "net/uploads.h"
#include "signals/media/decode/decode.h"
#include "store/banks/banks.h"
#include "store/cases/media.h"
#include "store/store.h"

enum {
    VG_NET_MAX_URI = 2048,
    VG_NET_MAX_ANSWER = 64 << 20,
    VG_NET_MAX_CONSOLE_BODY = 64 << 10,
    VG_NET_KEEP_BUFFER = 64 << 10, /* buffers above this are given back after the request */
    VG_NET_DRAIN_BODY =
        64 << 10, /* a refused request's body up to this is read, so that the connection lives on */
    VG_NET_BODY_PADDING = 64, /* simdjson reads so far over the end */
    VG_NET_MAX_HEADERS_OUT = 14,
    VG_NET_SESSION_HOURS = 12,
};
#define VG_NET_MAX_LIST (4ull << 30) /* bytes of a hash list sent at once */

typedef enum { VG_GET, VG_HEAD, VG_POST, VG_DELETE, VG_PUT, VG_PATCH, VG_OPTIONS, VG_OTHER_METHOD } vg_method;

/* What comes next for an exchange. */
typedef enum {
    VG_STEP_ANSWER, /* the answer is ready */
    VG_STEP_CLERK,  /* waits for its cases to be stored */
    VG_STEP_DESK,   /* waits for a desk thread */
    VG_STEP_DOOR,   /* waits for the sign-in thread */
    VG_STEP_PROVIDER, /* waits for the thread that speaks with the identity provider */
    VG_STEP_MEDIA,  /* waits for a media desk: decoding, sealing, importing */
} vg_step;

typedef enum {
    VG_AUTH_NONE,
    VG_AUTH_KEY,
    VG_AUTH_SESSION,
    VG_AUTH_EITHER,
    VG_AUTH_METRICS,
    VG_AUTH_OPEN, /* anybody; a key that is sent must be good; cookies are not looked at */
} vg_auth;
typedef enum {
    VG_BODY_NONE,
    VG_BODY_EVENTS,
    VG_BODY_JSON,
    VG_BODY_FORM,   /* JSON, or a plain HTML form */
    VG_BODY_MEDIA, /* streamed into the spool and hashed; how large, the policy says */
    VG_BODY_LIST,  /* streamed into the spool */
} vg_body_kind;

typedef struct vg_exchange vg_exchange;
typedef struct vg_desk vg_desk;

typedef struct vg_route {
    vg_method method;
    const char *path;  /* a "*" segment matches one name, kept in exchange->argument, two at most */
    const char *label; /* in metrics and the API's description: "/v1/cases/{id}" */
    vg_step place;     /* ANSWER: on the pool thread; DESK, DOOR */
    vg_auth auth;
    uint32_t scope; /* of an API key */
    vg_body_kind body;
    uint64_t body_limit;
    vg_step (*pool)(vg_exchange *x);             /* place ANSWER */
    void (*desk)(vg_desk *desk, vg_exchange *x); /* place DESK, DOOR */
} vg_route;

/* ---- router.c ---- */
extern const vg_route vg_routes[];
extern const size_t vg_route_count;
typedef enum { VG_ROUTE_FOUND, VG_ROUTE_NO_PATH, VG_ROUTE_NO_METHOD } vg_route_result;
/** Finds the route; HEAD finds GET. `allow` (at least 64 bytes) gets the methods of the path on NO_METHOD. */
vg_route_result vg_route_find(vg_method method, vg_str path, const vg_route **route, vg_str argument[2],
                              char *allow, size_t size);
vg_method vg_method_of(const char *name);
/** One query parameter, percent-decoded into the exchange's arena. *found false: absent. Returns false when
 * it is malformed. */
bool vg_query_get(vg_exchange *x, const char *name, vg_str *value, bool *found);

/* ---- auth.c: API keys in memory, sessions in the store ---- */
typedef struct vg_key {
    uint8_t hash[32];
    int64_t id;
    uint32_t scopes;
    char space[VG_EVENT_MAX_NAME + 1];
    vg_bucket *bucket; /* lives as long as the server */
} vg_key;
typedef struct vg_key_table {
    _Atomic int references;
    size_t count;
    uint64_t digest; /* of its content: an equal table is not swapped in */
    vg_key keys[];   /* sorted by hash */
} vg_key_table;
typedef struct vg_key_bucket {
    int64_t id;
    vg_bucket bucket;
    struct vg_key_bucket *next;
} vg_key_bucket;
typedef struct vg_auth_state {
    pthread_mutex_t lock; /* table pointer and buckets; not taken while the generation stands still */
    _Atomic uint64_t generation;
    vg_key_table *table;
    vg_key_bucket *buckets;
    vg_rate key_rate;
    vg_ip_limit signins, failures;
} vg_auth_state;

int vg_auth_init(vg_auth_state *auth, const vg_server_options *options, vg_error *err);
void vg_auth_free(vg_auth_state *auth);
/** Reads the keys again (watch thread, and once at start). *changed may be NULL. */
int vg_auth_load(vg_auth_state *auth, vg_store *store, bool *changed, vg_error *err);

/* Scratch of one pool thread. */
typedef struct vg_lane {
    vg_worker *worker;
    vg_event_parser *parser;
    vg_arena *arena;
    vg_key_table *keys;
    uint64_t keys_generation;
    vg_counters counters;
} vg_lane;

/** Looks up the request's API key; fills exchange->key. 0, -VG_EUNAUTHORIZED, -VG_EFORBIDDEN (scope). */
int vg_auth_key(vg_lane *lane, vg_exchange *x, uint32_t scope, vg_error *err);
/** The session of the cookie, and CSRF on unsafe methods; fills exchange->user and ->session. Desk threads.
 */
int vg_auth_session(vg_desk *desk, vg_exchange *x, vg_error *err);
/** Whether its person did nothing for longer than the server allows. */
bool vg_auth_idle(const struct vg_server *server, const vg_session *session, int64_t now_ms);
/** Counts a failed attempt against the address; false: too many of them, answer 429 after *wait_ms. */
bool vg_auth_failed(vg_exchange *x, int64_t *wait_ms);
/** The session token in the Cookie header; empty when there is none. */
vg_str vg_auth_cookie(const vg_exchange *x);
/** Any cookie of ours; empty when there is none. */
vg_str vg_auth_cookie_named(const vg_exchange *x, const char *name);

/* ---- clerk.c ---- */
/* A media to seal before its case is stored. */
typedef struct vg_seal_part {
    vg_upload_bytes from;
    char file[VG_MEDIA_NAME + 1];
    uint8_t key[VG_CASE_KEY], digest[VG_MEDIA_DIGEST]; /* of that file alone; wiped once the case is stored */
} vg_seal_part;
typedef struct vg_case_job {
    size_t count;
    vg_case_write *writes;
    uint64_t *event_keys;
    size_t *ends; /* where in exchange->out the answer object of each ends (offset of its '}') */
    vg_case_written *written;
    vg_seal_part *seals;
    size_t seal_count;
    int code; /* vg_errno of the commit, or of the sealing before it */
} vg_case_job;
/** Gives back the bytes of media that are not to be sealed any more. */
void vg_seals_free(vg_case_job *job);

/* ---- intake.c: a streamed body on its way into the spool ---- */
typedef struct vg_intake vg_intake;
/** On failure the answer is there and x->intake is NULL. */
void vg_intake_begin(vg_exchange *x);
void vg_intake_add(vg_exchange *x, const char *bytes, size_t len);
/** The whole body, the caller's to let go of; NULL with the first error there was. The digests are filled in of a VG_BODY_MEDIA. */
vg_spooled *vg_intake_end(vg_exchange *x, uint8_t sha256[32], uint8_t sha1[20], uint8_t md5[16], vg_error *err);
void vg_intake_free(vg_intake **intake);

typedef struct vg_subscriber vg_subscriber; /* one event stream, sse.h */

typedef struct vg_header {
    const char *name, *value;
} vg_header;

struct vg_exchange {
    struct vg_server *server;
    vg_lane *lane;            /* of the pool thread, only during a call on it */
    void *connection;         /* the HTTP library's */
    int phase;                /* http.c */
    struct vg_exchange *next; /* in a queue */
    vg_arena *arena;          /* of this request */

    /* the request */
    vg_method method;
    bool version_11;
    bool uri_too_long;
    char uri[VG_NET_MAX_URI + 1];
    vg_str path, query;
    vg_guard guard;
    vg_str content_type, accept, authorization, cookie, csrf, if_none_match, accept_encoding, accept_language, forwarded, fetch_site, user_agent;
    bool expect;
    vg_peer peer;
    const vg_route *route; /* NULL: refused before one was found */
    vg_str argument[2];
    uint64_t body_limit;
    vg_buf body;
    uint64_t body_seen;
    bool skip_body;  /* refused: what still comes is counted, not kept */
    bool answer_now; /* refused: do not wait for the body */
    int64_t began_us, whole_us;

    /* who asks */
    struct {
        bool known;
        int64_t id;
        uint32_t scopes;
        vg_bucket *bucket;
        size_t space_len;
        char space[VG_EVENT_MAX_NAME + 1];
    } key;
    vg_user user;
    vg_session session;

    /* the answer */
    bool for_all; /* says how long it may be kept itself */
    int status; /* 0: none yet */
    const char *type;
    vg_buf out;
    const void *fixed; /* instead of `out`: bytes that outlive the request */
    size_t fixed_len;
    vg_header headers[VG_NET_MAX_HEADERS_OUT];
    size_t header_count;
    FILE *file;        /* instead of `out`: an unnamed file to be sent from its start */
    bool close;
    bool is_events; /* its time goes into the histogram */
    bool waiting;   /* suspended: counted in server->waiting */
    bool counted;   /* counted in server->active */

    vg_case_job job;
    bool batch;
    vg_intake *intake;
    vg_subscriber *subscriber;
};

/* ---- exchange.c ---- */
int vg_exchange_init(vg_exchange *x, struct vg_server *server);
/** Ready for the next request of the same connection. */
void vg_exchange_clear(vg_exchange *x);
void vg_exchange_free(vg_exchange *x);
void vg_exchange_uri(vg_exchange *x, const char *uri);
/** One header, after vg_exchange_uri and before vg_exchange_begin. The strings live as long as the request.
 */
void vg_exchange_header(vg_exchange *x, vg_str name, vg_str value);
/** After the last header. When it refuses, the answer is there (x->status) and the body is skipped;
 * x->answer_now says that it must be sent at once and the connection closed. */
void vg_exchange_begin(vg_exchange *x, vg_lane *lane);
/** A piece of body. False: it grew over its limit; the answer (413) is there, nothing more may be read. */
bool vg_exchange_body(vg_exchange *x, const char *bytes, size_t len);
/** The body is whole. */
vg_step vg_exchange_end(vg_exchange *x, vg_lane *lane);
/** After clerk or desk: makes the answer complete. */
void vg_exchange_settle(vg_exchange *x, vg_lane *lane);
/** Counts the answered request. */
void vg_exchange_count(vg_exchange *x, vg_counters *counters);

/* ---- answers: problem.c, json_out.c ---- */
void vg_answer_header(vg_exchange *x, const char *name, const char *value);
/** Begins an answer whose body is then written into x->out. */
vg_buf *vg_answer_begin(vg_exchange *x, int status, const char *type);
void vg_answer_problem(vg_exchange *x, int status, const char *pointer, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/** The problem of an error; its code chooses the status, Retry-After is added where it helps. */
void vg_answer_error(vg_exchange *x, const vg_error *err);
void vg_answer_busy(vg_exchange *x, const char *what);
void vg_answer_too_many(vg_exchange *x, int64_t wait_ms, const char *what);
int vg_problem_status(int code);
#define VG_PROBLEM "urn:vigie:problem:"
/** One problem object; `where` becomes the pointer when it begins with '/', the type when it begins with VG_PROBLEM. */
void vg_problem_write(vg_buf *out, int status, const char *pointer, const char *detail);
const char *vg_status_title(int status);

void vg_json_time(vg_buf *out, int64_t ms);
void vg_json_case(vg_buf *out, const vg_case *c, int64_t now_ms);
/** As vg_json_case without the closing brace; `with_count`: "events" is their number. */
/** ,"NAME":["accepted",...] of a bit set of vg_answer_kind. */
void vg_json_answers(vg_buf *out, const char *name, unsigned kinds);
/** The vg_answer_kind that the query asks for as `answer`; VG_ANSWERS: none. False: it is none, 400 is answered. */
bool vg_query_answer(vg_exchange *x, int *kind);
void vg_json_case_open(vg_buf *out, const vg_case *c, int64_t now_ms, bool with_count);
void vg_json_decision(vg_buf *out, const vg_decision *decision, bool with_note);
/** {"fr":...,"en":...} */
void vg_json_both(vg_buf *out, const char *const text[VG_LANGS]);

/* ---- queue.c: exchanges that wait for a thread ---- */
typedef struct vg_queue {
    pthread_mutex_t lock;
    pthread_cond_t more;
    vg_exchange *head, *tail;
    size_t count, limit;
    bool stop;
} vg_queue;
void vg_queue_init(vg_queue *queue, size_t limit);
void vg_queue_destroy(vg_queue *queue);
/** False: full, or stopping. */
bool vg_queue_push(vg_queue *queue, vg_exchange *x);
/** Waits; NULL when stopped and empty. With `all`, the whole chain (through ->next). */
vg_exchange *vg_queue_take(vg_queue *queue, bool all);
void vg_queue_stop(vg_queue *queue);
size_t vg_queue_length(vg_queue *queue);

/* ---- desk.c ---- */
enum { VG_NEWS = 32 };
/* A case that the open consoles are to be told of. */
typedef struct vg_news {
    int64_t case_id;
    const char *change;
} vg_news;
struct vg_desk {
    vg_news news[VG_NEWS]; /* told once the one who waits has the answer */
    size_t news_count;
    struct vg_server *server;
    vg_store *store;
    vg_bank_store *banks;
    vg_arena *arena;
    vg_worker *worker; /* for notices; made by the first */
    struct vg_signin_memory *unknown_names; /* the door's: failures of names that do not exist */
};
int vg_desk_open(vg_desk *desk, struct vg_server *server, vg_error *err);
void vg_desk_close(vg_desk *desk);
/** Tells the open consoles of a case once the request at hand is answered. `change` is a constant. Routes of desks; never before what is
 *  told is on disk. */
void vg_desk_tell(vg_desk *desk, int64_t case_id, const char *change);
/** Runs one exchange's desk route. */
void vg_desk_run(vg_desk *desk, vg_exchange *x);

/** Commits the cases of a chain of exchanges, in one transaction. */
void vg_clerk_run(struct vg_server *server, vg_store *store, vg_arena *arena, vg_exchange *chain);

/* ---- routes ---- */
vg_step vg_route_events(vg_exchange *x);
void vg_route_events_settle(vg_exchange *x);
void vg_route_media(vg_desk *desk, vg_exchange *x);
/** Seals the media of an exchange's cases; x->job.code says whether that worked. */
void vg_media_seal(vg_desk *desk, vg_exchange *x);
/** What the policy of a space ("*": of any) allows an upload. */
void vg_media_limits_of(struct vg_server *server, vg_str space, vg_media_limits *limits, uint32_t *keep_minutes);
void vg_route_thumbnail(vg_desk *desk, vg_exchange *x);
void vg_route_media_views(vg_desk *desk, vg_exchange *x);
/** The case of the path, as far as this user may know of it; else the answer is there. */
bool vg_case_of_path(vg_desk *desk, vg_exchange *x, bool to_read, vg_case *c);
/** Who may not read the case is told the tag of its account instead of the name (c->account). */
int vg_case_veil(vg_desk *desk, const vg_user *user, vg_case *c, vg_error *err);
/** Percent-decodes a segment of the path into the exchange's arena; false when it is malformed. */
bool vg_path_decode(vg_exchange *x, vg_str raw, vg_str *out);
void vg_route_banks(vg_desk *desk, vg_exchange *x);
void vg_route_bank_add(vg_desk *desk, vg_exchange *x);
void vg_route_bank(vg_desk *desk, vg_exchange *x);
void vg_route_bank_remove(vg_desk *desk, vg_exchange *x);
void vg_route_bank_search(vg_desk *desk, vg_exchange *x);
void vg_route_entries_add(vg_desk *desk, vg_exchange *x);
void vg_route_entry_remove(vg_desk *desk, vg_exchange *x);
void vg_route_opinion(vg_desk *desk, vg_exchange *x);
void vg_route_bank_import(vg_desk *desk, vg_exchange *x);
void vg_route_bank_export(vg_desk *desk, vg_exchange *x);
vg_step vg_route_health(vg_exchange *x);
void vg_route_ready(vg_desk *desk, vg_exchange *x);
vg_step vg_route_metrics(vg_exchange *x);
vg_step vg_route_openapi(vg_exchange *x);
vg_step vg_route_asset(vg_exchange *x);
/** True when the path is one of the embedded console's files. */
bool vg_asset_known(vg_str path);
void vg_route_sign_in(vg_desk *desk, vg_exchange *x);
void vg_route_session(vg_desk *desk, vg_exchange *x);
void vg_route_sign_out(vg_desk *desk, vg_exchange *x);
void vg_route_cases(vg_desk *desk, vg_exchange *x);
void vg_route_case(vg_desk *desk, vg_exchange *x);
void vg_route_claim(vg_desk *desk, vg_exchange *x);
void vg_route_release(vg_desk *desk, vg_exchange *x);
void vg_route_feedback(vg_desk *desk, vg_exchange *x);
void vg_route_evidence_quality(vg_desk *desk, vg_exchange *x);
struct vg_feedback;
/** What people think of the evidence of one event, as `,"feedback":[...]`; nothing when nobody said anything. `all`: of the case, in
 *  order of event. */
void vg_json_feedback(vg_buf *out, const struct vg_feedback *all, size_t count, int64_t seq, vg_str reader);
void vg_route_spaces(vg_desk *desk, vg_exchange *x);
void vg_route_stream(vg_desk *desk, vg_exchange *x);
void vg_route_dead(vg_desk *desk, vg_exchange *x);
void vg_route_dead_retry(vg_desk *desk, vg_exchange *x);

/* The session thread's memory of names that do not exist, so that they lock as real ones do. */
enum { VG_SIGNIN_NAMES = 1024 };
typedef struct vg_signin_memory {
    vg_hash_key key;
    struct {
        uint64_t name;
        uint32_t failures;
        int64_t locked_until_ms;
    } slots[VG_SIGNIN_NAMES];
    char dummy_hash[128]; /* of no password: what an unknown name is checked against */
} vg_signin_memory;

#endif
