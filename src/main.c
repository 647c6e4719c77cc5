/* SPDX-License-Identifier: Apache-2.0
 *
 * main: wiring. The only file that knows every room; `vigie serve` is put together here.
 */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"
#include "base/time.h"
#include "cli/cli.h"
#include "memory/memory.h"
#include "net/net.h"
#include "pipeline.h"
#include "space/space.h"

enum { DRAIN_MS = 10000, DEFAULT_PORT = 3018, DEFAULT_WINDOW_MIB = 64, DEFAULT_IDLE_MINUTES = 60 };

/* Everything a server stands on, in the order it is opened; closed the other way round. */
typedef struct house {
    vg_policy_set *policies;
    vg_keyring *ring;
    vg_memory *memory;
    vg_pipeline *pipeline;
    vg_server *server;
    int64_t retry_ms[9]; /* of webhooks, when the environment says so */
} house;

/* Waits that tests shorten, in milliseconds; not part of the command line. VIGIE_HEADER_MS, VIGIE_BODY_MS: the
 * time a request has for its headers and its body. VIGIE_WEBHOOK_RETRY_MS: every wait between two attempts of a
 * delivery. VIGIE_IDLE_MS: how long somebody may do nothing and stay signed in.
 * VIGIE_SIGNINS: attempts to sign in that one address has in a minute (a number, no wait). 0 when not set. */
static int wait_from_environment(const char *name, unsigned *ms, vg_error *err)
{
    const char *text = getenv(name);
    char *end = NULL;
    *ms = 0;
    if (!text) return 0;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < 1 || value > 600000)
        return vg_fail(err, VG_EINVAL, name, "\"%s\" is not a number of milliseconds from 1 to 600000", text);
    *ms = (unsigned)value;
    return 0;
}

/* "lead,admin" as a bit set of roles. */
static int read_roles(const char *text, unsigned *roles, vg_error *err)
{
    *roles = 0;
    while (text && *text) {
        size_t len = strcspn(text, ","), role = 0;
        while (role < VG_ROLES && (strlen(vg_role_names[role]) != len || memcmp(vg_role_names[role], text, len) != 0)) role++;
        if (role == VG_ROLES)
            return vg_fail(err, VG_EINVAL, "--require-second-factor", "unknown role \"%.*s\"; expected referent, lead, admin, auditor, analyst, prevention", (int)len, text);
        *roles |= 1u << role;
        text += len + (text[len] == ',');
    }
    return 0;
}

static int open_house(house *h, const vg_args *args, vg_error *err)
{
    const char *dir = vg_cli_data(args), *policy = vg_cli_policy(args);
    char keys[4096], ring[4096 + 16], memory[4096 + 16], cache[4096 + 16];
    int rc = vg_policy_set_load(&h->policies, policy, err);
    if (rc) return rc;
    if (snprintf(keys, sizeof keys, "%s/keys", dir) >= (int)sizeof keys - 16)
        return vg_fail(err, VG_EINVAL, "--data", "the path is too long");
    snprintf(ring, sizeof ring, "%s/ring", keys);
    snprintf(memory, sizeof memory, "%s/memory", dir);
    snprintf(cache, sizeof cache, "%s/cache", dir);
    if ((rc = vg_dir_create(dir, 0700, err)) || (rc = vg_dir_create(keys, 0700, err))) return rc;
    if ((rc = vg_keyring_open(&h->ring, ring, 1, err))) return rc;
    rc = vg_memory_open(&h->memory,
                        &(vg_memory_options){.dir = memory, .key = vg_keyring_names(h->ring),
                                             .seen_records = (size_t)vg_arg_number(args, VG_OPT_SEEN, 1 << 20)}, err);
    if (rc) return rc;
    rc = vg_pipeline_create(&h->pipeline,
                            &(vg_pipeline_options){.memory = h->memory, .policies = h->policies,
                                                   .cache_dir = vg_arg_is(args, VG_OPT_NO_CACHE) ? NULL : cache,
                                                   .window_bytes = (size_t)vg_arg_number(args, VG_OPT_WINDOW, DEFAULT_WINDOW_MIB) << 20}, err);
    if (rc) return rc;
    unsigned header_ms, body_ms, retry_ms, idle_ms, signins, roles, stamp_ms;
    if ((rc = wait_from_environment("VIGIE_HEADER_MS", &header_ms, err)) ||
        (rc = wait_from_environment("VIGIE_BODY_MS", &body_ms, err)) ||
        (rc = wait_from_environment("VIGIE_WEBHOOK_RETRY_MS", &retry_ms, err)) ||
        (rc = wait_from_environment("VIGIE_IDLE_MS", &idle_ms, err)) || (rc = wait_from_environment("VIGIE_STAMP_EVERY_MS", &stamp_ms, err)) || (rc = wait_from_environment("VIGIE_SIGNINS", &signins, err)) ||
        (rc = read_roles(args->text[VG_OPT_SECOND_FACTOR], &roles, err)))
        return rc;
    if (!args->text[VG_OPT_STAMP_URL] != !args->text[VG_OPT_STAMP_CA])
        return vg_fail(err, VG_EINVAL, "--stamp-url", "and --stamp-ca go together: an authority, and the certificates that it is known by");
    for (size_t i = 0; i < sizeof h->retry_ms / sizeof h->retry_ms[0]; i++) h->retry_ms[i] = retry_ms;
    vg_server_options options = {
        .address = vg_arg_text(args, VG_OPT_LISTEN, "127.0.0.1"),
        .port = (uint16_t)vg_arg_number(args, VG_OPT_PORT, DEFAULT_PORT),
        .data_dir = dir,
        .policy_path = policy,
        .ring = h->ring,
        .pipeline = h->pipeline,
        .threads = (unsigned)vg_arg_number(args, VG_OPT_THREADS, 0),
        .events_per_second = (unsigned)vg_arg_number(args, VG_OPT_RATE_LIMIT, 0),
        .behind_tls = vg_arg_is(args, VG_OPT_BEHIND_TLS),
        .public_url = args->text[VG_OPT_PUBLIC_URL],
        .stamp_url = args->text[VG_OPT_STAMP_URL],
        .stamp_ca = args->text[VG_OPT_STAMP_CA],
        .stamp_ms = stamp_ms ? stamp_ms : vg_arg_number(args, VG_OPT_STAMP_EVERY, 0) * VG_HOUR_MS,
        .second_factor_roles = roles,
        .oidc_issuer = args->text[VG_OPT_OIDC_ISSUER],
        .oidc_client_id = args->text[VG_OPT_OIDC_CLIENT],
        .oidc_secret_file = args->text[VG_OPT_OIDC_SECRET],
        .oidc_scopes = args->text[VG_OPT_OIDC_SCOPES],
        .oidc_map = args->text[VG_OPT_OIDC_MAP],
        .oidc_name = args->text[VG_OPT_OIDC_NAME],
        .header_ms = header_ms,
        .body_ms = body_ms,
        .signins_per_minute = signins,
        .session_idle_ms = idle_ms ? idle_ms : vg_arg_number(args, VG_OPT_IDLE, DEFAULT_IDLE_MINUTES) * VG_MINUTE_MS,
        .webhook_retry_ms = retry_ms ? h->retry_ms : NULL,
    };
    return vg_server_start(&h->server, &options, err);
}

static void close_house(house *h)
{
    size_t cut = 0;
    if (h->server) cut = vg_server_stop(&h->server, DRAIN_MS);
    if (cut) vg_log(VG_LOG_WARN, "main", "%zu requests were cut off", cut);
    vg_pipeline_destroy(&h->pipeline);
    vg_memory_close(&h->memory);
    vg_keyring_close(&h->ring);
    vg_policy_set_unref(&h->policies);
}

/* To the first thread, whose number is the process's: there it is blocked, and waited for. */
static void pass_on(int number)
{
    int before = errno;
    syscall(SYS_tgkill, getpid(), getpid(), number);
    errno = before;
}

/* Signals are taken by this thread alone, so that no handler runs inside a stage. Threads that a library began before main (OpenBLAS,
 * where LIBLINEAR's BLAS is that) do not block them, and would end the process: they pass them on. */
static void block_signals(sigset_t *set)
{
    static const int taken[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    sigemptyset(set);
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) sigaddset(set, taken[i]);
    pthread_sigmask(SIG_BLOCK, set, NULL);
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) sigaction(taken[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error to answer, not an end */
}

static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= 65536) return;
    limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int serve(const vg_args *args)
{
    vg_error err = {0};
    house h = {0};
    sigset_t set;
    int64_t began = vg_time_monotonic_us();
    if (vg_arg_is(args, VG_OPT_VERBOSE)) vg_log_set_level(VG_LOG_DEBUG);
    block_signals(&set);
    raise_file_limit();
    int rc = open_house(&h, args, &err);
    if (rc) {
        close_house(&h);
        return vg_cli_fail(&err);
    }
    vg_log(VG_LOG_INFO, "main", "ready address=http://%s:%u data=%s spaces=%zu after=%lld ms",
           vg_arg_text(args, VG_OPT_LISTEN, "127.0.0.1"), vg_server_port(h.server), vg_cli_data(args),
           vg_policy_set_count(h.policies), (long long)(vg_time_monotonic_us() - began) / 1000);
    for (;;) {
        int signal_number = sigwaitinfo(&set, NULL);
        if (signal_number < 0 && errno == EINTR) continue;
        if (signal_number != SIGHUP) break;
        vg_log(VG_LOG_INFO, "main", "reading the policy again");
        vg_server_reload(h.server, NULL);
    }
    vg_log(VG_LOG_INFO, "main", "stopping");
    close_house(&h);
    vg_log(VG_LOG_INFO, "main", "stopped");
    return 0;
}

int main(int argc, char **argv)
{
    if (sodium_init() < 0) {
        fprintf(stderr, "vigie: no source of random numbers\n");
        return 1;
    }
    json_set_alloc_funcs(vg_malloc, vg_free);
    return vg_cli_main(&(vg_cli){.serve = serve}, argc, argv);
}
