/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/installation.h"

#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "memory/memory.h"

enum { POLL_MS = 20 };

static int open_at(vg_installation *out, const char *dir, bool create, vg_error *err)
{
    struct stat st;
    char path[4096];
    int rc;
    *out = (vg_installation){.dir = dir};
    const struct passwd *who = getpwuid(getuid());
    snprintf(out->by, sizeof out->by, "cli:%s", who ? who->pw_name : "unknown");

    if (stat(out->dir, &st) != 0 && !create)
        return vg_fail(err, VG_ENOENT, out->dir, "no data directory here; name one with --data, or start vigie serve once");
    int len = snprintf(path, sizeof path, "%s/keys", out->dir);
    if (len < 0 || (size_t)len >= sizeof path - 8) return vg_fail(err, VG_EINVAL, "--data", "the path is too long");
    if ((rc = vg_dir_create(path, 0700, err))) return rc;
    snprintf(path, sizeof path, "%s/keys/ring", out->dir);
    out->arena = vg_arena_create(64 << 10, (size_t)1 << 30);
    if (!out->arena) return vg_fail(err, VG_ENOMEM, "", "no memory");
    rc = vg_keyring_open(&out->ring, path, 1, err);
    if (!rc) rc = vg_store_open(&out->store, out->dir, out->ring, err);
    if (rc) vg_installation_close(out);
    return rc;
}

int vg_installation_open(vg_installation *out, const vg_args *args, bool create, vg_error *err)
{
    return open_at(out, vg_cli_data(args), create, err);
}

int vg_installation_record_search(vg_installation *in, const char *how, const char *const *words, size_t count, vg_error *err)
{
    char object[40] = "*", hex[65], detail[64];
    uint8_t hash[32];
    vg_buf text;
    vg_buf_init(&text, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        vg_buf_add_cstr(&text, words[i]);
        vg_buf_add_char(&text, '\n');
    }
    int rc = text.failed ? vg_fail(err, VG_ENOMEM, "", "no memory to put a search on record") : 0;
    if (!rc && count) {
        vg_seal_token_hash(in->ring, (vg_str){text.ptr, text.len}, hash);
        vg_hex_encode(hex, hash, sizeof hash);
        snprintf(object, sizeof object, "search:%.16s", hex);
    }
    vg_buf_free(&text);
    snprintf(detail, sizeof detail, "{\"by\":\"%s\",\"asked\":%zu}", how, count);
    return rc ? rc : vg_store_audit(in->store, vg_str_of(in->by), VG_STR("bank.search"), vg_str_of(object), vg_str_of(detail), err);
}

int vg_installation_searched(const char *dir, const char *how, const char *const *words, size_t count, vg_error *err)
{
    struct stat st;
    char path[4096];
    vg_installation in = {0};
    int len = snprintf(path, sizeof path, "%s/vigie.db", dir);
    if (len < 0 || (size_t)len >= sizeof path || stat(path, &st) != 0) return 0;
    int rc = open_at(&in, dir, false, err);
    if (!rc) rc = vg_installation_record_search(&in, how, words, count, err);
    vg_installation_close(&in);
    return rc;
}

void vg_installation_close(vg_installation *installation)
{
    vg_store_close(&installation->store);
    vg_keyring_close(&installation->ring);
    vg_arena_destroy(&installation->arena);
}

bool vg_installation_served(const vg_installation *installation)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/memory", installation->dir);
    return vg_memory_held(path);
}

/* The server's answer is the result, or {"error":"...","code":"..."}. */
static int check_answer(vg_str answer, vg_error *err)
{
    static const char mark[] = "{\"error\":\"";
    if (answer.len < sizeof mark - 1 || memcmp(answer.ptr, mark, sizeof mark - 1) != 0) return 0;
    const char *text = answer.ptr + sizeof mark - 1, *end = memchr(text, '"', answer.len - (sizeof mark - 1));
    return vg_fail(err, VG_EIO, "", "the server answered: %.*s", end ? (int)(end - text) : 0, text);
}

int vg_installation_ask(vg_installation *installation, const char *kind, vg_str space, vg_str account, int wait_ms,
                        vg_str *answer, vg_error *err)
{
    vg_store *store = installation->store;
    vg_request request = {.kind = vg_str_of(kind), .space = space, .account = account, .by = vg_str_of(installation->by)};
    int rc = vg_store_request_add(store, &request, err);
    for (int waited = 0; !rc && waited < wait_ms; waited += POLL_MS) {
        bool found = false;
        rc = vg_store_request_take(store, request.id, installation->arena, answer, &found, err);
        if (rc || found) return rc ? rc : check_answer(*answer, err);
        usleep(POLL_MS * 1000);
    }
    return rc ? rc
              : vg_fail(err, VG_EBUSY, installation->dir, "the running server did not answer within %d s", wait_ms / 1000);
}
