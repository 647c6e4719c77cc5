/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole installation in a temporary directory, for tests of the server: key ring, memory, store, the
 * shipped policies, a key of each kind and a person of each role. Nothing in it is a stand-in.
 */
#ifndef VG_TESTS_NET_HOUSE_H
#define VG_TESTS_NET_HOUSE_H

#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/file.h"
#include "base/log.h"
#include "base/time.h"
#include "net/server_int.h"
#include "store/training/certificates.h"

typedef struct house {
    char dir[64];
    vg_policy_set *policies;
    vg_keyring *ring;
    vg_memory *memory;
    vg_pipeline *pipeline;
    vg_store *store;
    char key_lobby[64], key_all[64], key_media_only[64], key_revoked[64], key_cases[64];
} house;

static void house_die(const char *what, const vg_error *err)
{
    printf("Bail out! %s: %s %s\n", what, err->where, err->what);
    exit(1);
}

static int64_t house_key(house *h, const char *space, uint32_t scopes, char token[64])
{
    vg_error err = {0};
    char random[40];
    vg_api_key key = {
        .label = VG_STR("test"), .space = vg_str_of(space), .scopes = scopes, .created_ms = vg_time_now()};
    vg_token_random(random, sizeof random, 160);
    snprintf(token, 64, "vg_%s", random);
    vg_seal_token_hash(h->ring, vg_str_of(token), key.hash);
    if (vg_store_key_add(h->store, &key, VG_STR("test"), &err)) house_die("key", &err);
    return key.id;
}

static void house_user(house *h, const char *name, vg_role role, const char *spaces, const char *password)
{
    vg_error err = {0};
    char hash[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE))
        house_die("password", &err);
    vg_user user = {.name = vg_str_of(name),
                    .display = vg_str_of(name),
                    .language = VG_STR("fr"),
                    .role = role,
                    .spaces = vg_str_of(spaces),
                    .password_hash = vg_str_of(hash),
                    .created_ms = vg_time_now()};
    if (vg_store_user_add(h->store, &user, &err)) house_die("user", &err);
    for (int category = 0; category < VG_CATEGORIES; category++) { /* the shipped policy lets only certified people decide */
        vg_certificate c = {.user = user.name, .space = VG_STR("*"), .category = (vg_category)category, .basis = VG_CERTIFIED_BY_ADMIN,
                            .issuer = VG_STR(""), .number = VG_STR(""), .by = VG_STR("test"), .issued_ms = user.created_ms,
                            .until_ms = user.created_ms + 86400000};
        if (vg_store_certificate_add(h->store, &c, &err)) house_die("certificate", &err);
    }
}

static void house_open(house *h, bool people)
{
    vg_error err = {0};
    char path[128];
    memset(h, 0, sizeof *h);
    snprintf(h->dir, sizeof h->dir, "/tmp/vigie-net-XXXXXX");
    if (!mkdtemp(h->dir)) house_die("directory", &err);
    snprintf(path, sizeof path, "%s/ring", h->dir);
    if (vg_keyring_open(&h->ring, path, 1, &err)) house_die("key ring", &err);
    if (vg_policy_set_load(&h->policies, VG_TEST_POLICY, &err)) house_die("policy", &err);
    snprintf(path, sizeof path, "%s/memory", h->dir);
    vg_memory_options memory = {
        .dir = path, .key = vg_keyring_names(h->ring), .seen_records = 1 << 12, .journal_bytes = 4 << 20};
    if (vg_memory_open(&h->memory, &memory, &err)) house_die("memory", &err);
    vg_pipeline_options options = {
        .memory = h->memory, .policies = h->policies, .window_bytes = 1 << 20, .cache_dir = getenv("VIGIE_TEST_CACHE")};
    if (vg_pipeline_create(&h->pipeline, &options, &err)) house_die("pipeline", &err);
    if (vg_store_open(&h->store, h->dir, h->ring, &err)) house_die("store", &err);
    house_key(h, "lobby", VG_SCOPE_EVENTS | VG_SCOPE_MEDIA, h->key_lobby);
    house_key(h, "*", VG_SCOPE_EVENTS | VG_SCOPE_MEDIA | VG_SCOPE_CASES_READ | VG_SCOPE_METRICS | VG_SCOPE_BANKS, h->key_all);
    house_key(h, "lobby", VG_SCOPE_MEDIA, h->key_media_only);
    house_key(h, "lobby", VG_SCOPE_CASES_READ, h->key_cases);
    if (vg_store_key_revoke(h->store, house_key(h, "lobby", VG_SCOPE_EVENTS, h->key_revoked), VG_STR("test"),
                            vg_time_now(), &err))
        house_die("revoke", &err);
    if (!people) return;
    house_user(h, "rene", VG_ROLE_REFERENT, "lobby", "correct horse");
    house_user(h, "lea", VG_ROLE_LEAD, "*", "battery staple");
    house_user(h, "aude", VG_ROLE_AUDITOR, "*", "only looks on");
}

static inline int house_remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static inline void house_close(house *h)
{
    vg_store_close(&h->store);
    vg_pipeline_destroy(&h->pipeline);
    vg_memory_close(&h->memory);
    vg_keyring_close(&h->ring);
    vg_policy_set_unref(&h->policies);
    nftw(h->dir, house_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* One message event as JSON; valid now. */
static inline int house_message(char *out, size_t size, const char *id, const char *space, const char *text)
{
    char now[25];
    vg_time_format(vg_time_now(), now);
    return snprintf(out, size,
                    "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/spaces/"
                    "%s\",\"type\":\"vigie.message\",\"subject\":\"alex\","
                    "\"time\":\"%s\",\"data\":{\"conversation\":\"c1\",\"to\":[\"sam\"],\"text\":\"%s\"}}",
                    id, space, now, text);
}

/* A media event that the shipped demonstration bank knows (the hash of "vigie demo picture 1"): it opens a
 * case. */
static inline int house_known_media(char *out, size_t size, const char *id, const char *subject)
{
    char now[25];
    vg_time_format(vg_time_now(), now);
    return snprintf(
        out, size,
        "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/spaces/"
        "lobby\",\"type\":\"vigie.media\",\"subject\":\"%s\","
        "\"time\":\"%s\",\"data\":{\"channel\":\"public\",\"hashes\":[{\"algorithm\":\"sha256\",\"value\":"
        "\"515784e15c3943a98d0e012b32112d12f46c63ae7a793b88b9126da60983407c\"}]}}",
        id, subject, now);
}

#endif
