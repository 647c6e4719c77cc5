/* SPDX-License-Identifier: Apache-2.0
 *
 * Users, sessions, keys, webhooks and their outbox, requests.
 */
#include "fixture.h"

#include <jansson.h>
#include <pthread.h>

#define HASH "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$aGFzaA"

static vg_user a_user(const char *name)
{
    return (vg_user){.name = vg_str_of(name),
                     .display = VG_STR("Claire M."),
                     .language = VG_STR("fr"),
                     .role = VG_ROLE_REFERENT,
                     .spaces = VG_STR("lobby"),
                     .password_hash = VG_STR(HASH)};
}

static void users(void)
{
    fixture f;
    vg_user found, *all;
    size_t count;
    set_up(&f);
    vg_user claire = a_user("claire"), marc = a_user("marc-2.x_y");
    marc.role = VG_ROLE_ADMIN;
    TAP_EQ_INT(vg_store_user_add(f.store, &claire, &f.err), 0, "a user is added");
    TAP_EQ_INT(vg_store_user_add(f.store, &marc, &f.err), 0, "another");
    TAP_EQ_INT(vg_store_user_add(f.store, &claire, &f.err), -VG_EEXIST, "not twice");
    TAP_OK(strstr(f.err.what, "claire") != NULL, "and says who: %s", f.err.what);
    TAP_EQ_INT(vg_store_user_find(f.store, VG_STR("claire"), f.arena, &found, &f.err), 0, "found");
    TAP_OK(vg_str_is(found.display, "Claire M.") && found.role == VG_ROLE_REFERENT &&
               vg_str_is(found.language, "fr") && vg_str_is(found.spaces, "lobby") &&
               vg_str_is(found.password_hash, HASH) && found.created_ms > 0,
           "as added");
    TAP_EQ_INT(vg_store_user_find(f.store, VG_STR("nobody"), f.arena, &found, &f.err), -VG_ENOENT,
               "nobody is not");
    TAP_OK(vg_store_user_list(f.store, f.arena, &all, &count, &f.err) == 0 && count == 2 &&
               vg_str_is(all[1].name, "marc-2.x_y"),
           "list");
    static const char *const bad[] = {"",
                                      "Claire",
                                      "a b",
                                      "a/b",
                                      "é",
                                      "a'--",
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        vg_user u = a_user(bad[i]);
        TAP_OK(vg_store_user_add(f.store, &u, &f.err) == -VG_EINVAL && strcmp(f.err.where, "name") == 0,
               "refused name \"%s\"", bad[i]);
    }
    vg_user u = a_user("other");
    u.password_hash = VG_STR("correct horse battery staple");
    TAP_EQ_INT(vg_store_user_add(f.store, &u, &f.err), -VG_EINVAL, "a password in clear is refused");
    u = a_user("other");
    u.language = VG_STR("de");
    TAP_EQ_INT(vg_store_user_add(f.store, &u, &f.err), -VG_EINVAL, "language fr or en");
    TAP_EQ_INT(
        vg_store_user_password(f.store, VG_STR("claire"), VG_STR("$argon2id$other"), VG_STR("marc"), &f.err),
        0, "password changed");
    vg_store_user_find(f.store, VG_STR("claire"), f.arena, &found, &f.err);
    TAP_OK(vg_str_is(found.password_hash, "$argon2id$other"), "to the new hash");
    TAP_EQ_INT(vg_store_user_password(f.store, VG_STR("nobody"), VG_STR(HASH), VG_STR("marc"), &f.err),
               -VG_ENOENT, "nobody has none");
    TAP_EQ_INT(vg_store_user_disable(f.store, VG_STR("claire"), VG_STR("marc"), &f.err), 0, "disabled");
    TAP_EQ_INT(vg_store_user_disable(f.store, VG_STR("claire"), VG_STR("marc"), &f.err), 0, "twice is fine");
    TAP_EQ_INT(vg_store_user_disable(f.store, VG_STR("nobody"), VG_STR("marc"), &f.err), -VG_ENOENT,
               "nobody cannot be");
    vg_store_user_find(f.store, VG_STR("claire"), f.arena, &found, &f.err);
    TAP_OK(found.disabled_ms > 0, "and reads as disabled");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='user.disable'"), 1, "once on record");
    tear_down(&f);
}

static void lock_out(void)
{
    fixture f;
    vg_user u = a_user("claire");
    int64_t now = 1767225600000;
    static const int64_t minutes[] = {0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 960, 1440, 1440};
    set_up(&f);
    vg_store_user_add(f.store, &u, &f.err);
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
        TAP_EQ_INT(vg_store_user_signin(f.store, VG_STR("claire"), false, now, &f.err), 0,
                   "a failure is counted");
        vg_store_user_find(f.store, VG_STR("claire"), f.arena, &u, &f.err);
        int64_t locked = u.locked_until_ms ? (u.locked_until_ms - now) / VG_MINUTE_MS : 0;
        TAP_OK(locked == minutes[i] && u.failures == i + 1, "failure %zu locks for %lld minutes", i + 1,
               (long long)locked);
        if (minutes[i]) {
            TAP_EQ_INT(vg_store_user_signin(f.store, VG_STR("claire"), true, u.locked_until_ms - 1, &f.err),
                       -VG_EFORBIDDEN, "locked: not even with the right password");
            TAP_EQ_INT(vg_store_user_signin(f.store, VG_STR("claire"), false, u.locked_until_ms - 1, &f.err),
                       -VG_EFORBIDDEN, "locked: a further failure");
            int64_t until = u.locked_until_ms;
            vg_store_user_find(f.store, VG_STR("claire"), f.arena, &u, &f.err);
            TAP_OK(u.locked_until_ms == until && u.failures == i + 1, "does not lengthen the lock");
            now = until;
        }
    }
    TAP_EQ_INT(vg_store_user_signin(f.store, VG_STR("claire"), true, now, &f.err), 0,
               "success when the lock ended");
    vg_store_user_find(f.store, VG_STR("claire"), f.arena, &u, &f.err);
    TAP_OK(u.failures == 0 && u.locked_until_ms == 0, "begins anew");
    TAP_EQ_INT(vg_store_user_signin(f.store, VG_STR("nobody"), false, now, &f.err), -VG_ENOENT, "nobody");
    TAP_OK(number(&f, "SELECT count(*) FROM audit WHERE action='user.signin'") == 1 &&
               number(&f, "SELECT count(*) FROM audit WHERE action='user.signin_failed'") == 13,
           "all on record");
    tear_down(&f);
}

static void sessions(void)
{
    fixture f;
    vg_user u = a_user("claire"), found;
    vg_session s = {.token_hash = {1, 2, 3},
                    .csrf = "0123456789abcdef0123456789abcdef",
                    .created_ms = 1000,
                    .expires_ms = 2000},
               got;
    int64_t destroyed;
    set_up(&f);
    vg_store_user_add(f.store, &u, &f.err);
    vg_store_user_find(f.store, VG_STR("claire"), f.arena, &found, &f.err);
    s.user_id = found.id;
    TAP_EQ_INT(vg_store_session_add(f.store, &s, &f.err), 0, "a session");
    TAP_EQ_INT(vg_store_session_find(f.store, s.token_hash, 1999, f.arena, &got, &u, &f.err), 0, "is found");
    TAP_OK(strcmp(got.csrf, s.csrf) == 0 && got.expires_ms == 2000 && vg_str_is(u.name, "claire"),
           "with its user");
    TAP_EQ_INT(vg_store_session_find(f.store, s.token_hash, 2000, f.arena, &got, &u, &f.err), -VG_ENOENT,
               "until it expires");
    uint8_t other[32] = {9};
    TAP_EQ_INT(vg_store_session_find(f.store, other, 1500, f.arena, &got, &u, &f.err), -VG_ENOENT,
               "another token is not");
    TAP_EQ_INT(vg_store_session_end(f.store, s.token_hash, "sign_out", &f.err), 0, "ended");
    TAP_EQ_INT(vg_store_session_find(f.store, s.token_hash, 1500, f.arena, &got, &u, &f.err), -VG_ENOENT,
               "is gone");
    vg_store_session_add(f.store, &s, &f.err);
    vg_store_sweep(f.store, VG_STR("lobby"), 30, 0, 2500, &destroyed, &f.err);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM session"), 0, "the sweep removes expired ones");
    vg_store_session_add(f.store, &s, &f.err);
    vg_store_user_password(f.store, VG_STR("claire"), VG_STR("$argon2id$new"), VG_STR("claire"), &f.err);
    TAP_EQ_INT(vg_store_session_find(f.store, s.token_hash, 1500, f.arena, &got, &u, &f.err), -VG_ENOENT,
               "a new password ends them");
    vg_store_session_add(f.store, &s, &f.err);
    vg_store_user_disable(f.store, VG_STR("claire"), VG_STR("marc"), &f.err);
    TAP_EQ_INT(vg_store_session_find(f.store, s.token_hash, 1500, f.arena, &got, &u, &f.err), -VG_ENOENT,
               "a disabled user has none");
    TAP_EQ_INT(vg_store_session_add(f.store, &s, &f.err), -VG_EFORBIDDEN, "and gets none");
    tear_down(&f);
}

static void keys(void)
{
    fixture f;
    vg_api_key *all;
    size_t count;
    set_up(&f);
    vg_api_key k = {.label = VG_STR("chat server"),
                    .space = VG_STR("lobby"),
                    .scopes = VG_SCOPE_EVENTS | VG_SCOPE_MEDIA,
                    .hash = {7}};
    TAP_EQ_INT(vg_store_key_add(f.store, &k, VG_STR("marc"), &f.err), 0, "a key");
    int64_t id = k.id;
    TAP_EQ_INT(vg_store_key_add(f.store, &k, VG_STR("marc"), &f.err), -VG_EEXIST, "the same hash twice");
    k.hash[0] = 8;
    k.space = VG_STR("*");
    TAP_EQ_INT(vg_store_key_add(f.store, &k, VG_STR("marc"), &f.err), 0, "another");
    k.hash[0] = 9;
    k.scopes = 0;
    TAP_EQ_INT(vg_store_key_add(f.store, &k, VG_STR("marc"), &f.err), -VG_EINVAL, "a key without scopes");
    TAP_EQ_INT(vg_store_key_revoke(f.store, id, VG_STR("marc"), 5000, &f.err), 0, "revoked");
    TAP_EQ_INT(vg_store_key_revoke(f.store, id, VG_STR("marc"), 6000, &f.err), 0, "twice is fine");
    TAP_EQ_INT(vg_store_key_revoke(f.store, 99, VG_STR("marc"), 6000, &f.err), -VG_ENOENT, "no key 99");
    TAP_EQ_INT(vg_store_key_list(f.store, f.arena, &all, &count, &f.err), 0, "list");
    TAP_OK(count == 2 && all[0].id == id && all[0].revoked_ms == 5000 && all[0].hash[0] == 7 &&
               all[1].revoked_ms == 0 && vg_str_is(all[1].space, "*") && all[0].scopes == 3 &&
               vg_str_is(all[0].label, "chat server"),
           "newest last, revoked at the first time");
    tear_down(&f);
}

static vg_webhook a_hook(const char *space)
{
    vg_webhook h = {.space = vg_str_of(space), .url = VG_STR("https://chat.example/hook")};
    memset(h.secret, 0x5a, sizeof h.secret);
    return h;
}

static void webhooks(void)
{
    fixture f;
    vg_webhook *hooks;
    vg_delivery *out;
    size_t count;
    set_up(&f);
    vg_webhook lobby = a_hook("lobby"), forum = a_hook("forum"), all = a_hook("*"), bad = a_hook("lobby");
    bad.url = VG_STR("file:///etc/passwd");
    TAP_EQ_INT(vg_store_webhook_add(f.store, &bad, VG_STR("marc"), &f.err), -VG_EINVAL,
               "not an address of the web");
    bad.url = VG_STR("https://a b");
    TAP_EQ_INT(vg_store_webhook_add(f.store, &bad, VG_STR("marc"), &f.err), -VG_EINVAL,
               "nor one with a space in it");
    vg_store_webhook_add(f.store, &lobby, VG_STR("marc"), &f.err);
    vg_store_webhook_add(f.store, &forum, VG_STR("marc"), &f.err);
    vg_store_webhook_add(f.store, &all, VG_STR("marc"), &f.err);
    TAP_EQ_INT(vg_store_webhook_list(f.store, f.arena, &hooks, &count, &f.err), 0, "list");
    TAP_OK(count == 3 && hooks[0].id == lobby.id && memcmp(hooks[0].secret, lobby.secret, 32) == 0,
           "with their secrets");
    TAP_OK(!on_disk(&f, lobby.secret, 32), "which are sealed at rest");

    vg_case_write w = a_write("robin", "e1"), x = a_write("robin", "e2");
    int64_t id = write_case(&f, &w).case_id;
    write_case(&f, &x);
    TAP_EQ_INT(vg_store_deliveries(f.store, false, VG_STR("*"), w.now_ms, 100, f.arena, &out, &count, &f.err),
               0, "due");
    TAP_EQ_INT(count, 2, "one for the space's hook, one for the hook of all; the touch adds none");
    json_t *body = json_loadb(out[0].body.ptr, out[0].body.len, 0, NULL),
           *data = json_object_get(body, "data");
    char name[24];
    vg_case_name(id, name);
    TAP_EQ_STR(json_string_value(json_object_get(body, "type")), "case.opened", "type");
    TAP_EQ_STR(json_string_value(json_object_get(body, "timestamp")), "2026-01-01T00:00:00.100Z",
               "timestamp");
    TAP_EQ_STR(json_string_value(json_object_get(data, "case")), name, "case");
    TAP_EQ_STR(json_string_value(json_object_get(data, "account")), "robin", "account");
    TAP_EQ_STR(json_string_value(json_object_get(data, "verdict")), "review", "verdict");
    TAP_OK(json_real_value(json_object_get(data, "risk")) > 0.59 &&
               json_array_size(json_object_get(data, "evidence")) == 2,
           "risk and evidence");
    json_decref(body);
    TAP_OK(out[0].webhook_id == lobby.id && vg_str_is(out[0].url, "https://chat.example/hook") &&
               memcmp(out[0].secret, lobby.secret, 32) == 0 &&
               strncmp(out[0].message_id.ptr, "msg_", 4) == 0 && out[0].message_id.len > 20 &&
               !vg_str_eq(out[0].message_id, out[1].message_id),
           "address, secret, message id of its own");

    TAP_EQ_INT(vg_store_delivery_result(f.store, out[1].id, true, 0, VG_STR(""), &f.err), 0, "delivered");
    TAP_EQ_INT(vg_store_delivery_result(f.store, out[1].id, true, 0, VG_STR(""), &f.err), -VG_ENOENT,
               "is gone");
    vg_str first_id = out[0].message_id;
    int64_t delivery = out[0].id;
    TAP_EQ_INT(vg_store_delivery_result(f.store, delivery, false, w.now_ms + 5000,
                                        VG_STR("connection refused"), &f.err),
               0, "failed");
    vg_store_deliveries(f.store, false, VG_STR("*"), w.now_ms + 4999, 100, f.arena, &out, &count, &f.err);
    TAP_EQ_INT(count, 0, "not due yet");
    vg_store_deliveries(f.store, false, VG_STR("*"), w.now_ms + 5000, 100, f.arena, &out, &count, &f.err);
    TAP_OK(count == 1 && out[0].attempts == 1 && vg_str_is(out[0].last_error, "connection refused") &&
               vg_str_eq(out[0].message_id, first_id),
           "due again, with the same message id");
    vg_store_delivery_result(f.store, delivery, false, 0, VG_STR("410"), &f.err);
    vg_store_deliveries(f.store, false, VG_STR("*"), INT64_MAX, 100, f.arena, &out, &count, &f.err);
    TAP_EQ_INT(count, 0, "given up: not due");
    vg_store_deliveries(f.store, true, VG_STR("forum"), 0, 100, f.arena, &out, &count, &f.err);
    TAP_EQ_INT(count, 0, "dead letters of another space: none");
    vg_store_deliveries(f.store, true, VG_STR("forum,lobby"), 0, 100, f.arena, &out, &count, &f.err);
    TAP_OK(count == 1 && out[0].dead && out[0].attempts == 2 && vg_str_is(out[0].space, "lobby"),
           "dead letter");
    TAP_EQ_INT(vg_store_delivery_retry(f.store, delivery, 7000, &f.err), 0, "tried again");
    TAP_EQ_INT(vg_store_delivery_retry(f.store, delivery, 7000, &f.err), -VG_ENOENT, "only when dead");
    vg_store_deliveries(f.store, false, VG_STR("lobby"), 7000, 100, f.arena, &out, &count, &f.err);
    TAP_OK(count == 1 && out[0].attempts == 0 && !out[0].dead, "from the start");

    decide_case(&f, id, VG_ACTION_MUTE, w.now_ms + 60000);
    vg_store_deliveries(f.store, false, VG_STR("*"), INT64_MAX, 100, f.arena, &out, &count, &f.err);
    TAP_OK(count == 3 && vg_str_is(out[1].type, "case.decided") &&
               memmem(out[1].body.ptr, out[1].body.len, "\"action\":\"mute\"", 15) &&
               memmem(out[1].body.ptr, out[1].body.len, "\"decided_by\":\"claire\"", 21) &&
               !memmem(out[1].body.ptr, out[1].body.len, "parents", 7),
           "the decision is announced, without the note for colleagues");
    vg_store_deliveries(f.store, false, VG_STR("*"), INT64_MAX, 2, f.arena, &out, &count, &f.err);
    TAP_EQ_INT(count, 2, "at most as many as asked");
    char much[600];
    memset(much, 'x', sizeof much);
    memcpy(much + 499, "é", 2);
    vg_store_delivery_result(f.store, delivery, false, 1, (vg_str){much, sizeof much}, &f.err);
    vg_store_deliveries(f.store, false, VG_STR("*"), 1, 2, f.arena, &out, &count, &f.err);
    TAP_EQ_INT(out[0].last_error.len, 499, "a long error is cut, not inside a letter");
    TAP_EQ_INT(vg_store_webhook_remove(f.store, lobby.id, VG_STR("marc"), &f.err), 0, "removed");
    TAP_EQ_INT(vg_store_webhook_remove(f.store, lobby.id, VG_STR("marc"), &f.err), -VG_ENOENT, "once");
    vg_store_deliveries(f.store, false, VG_STR("*"), INT64_MAX, 100, f.arena, &out, &count, &f.err);
    TAP_OK(count == 1 && out[0].webhook_id == all.id, "with its messages");
    tear_down(&f);
}

static void requests(void)
{
    fixture f;
    vg_request got, r = {.kind = VG_STR("export"),
                         .space = VG_STR("lobby"),
                         .account = VG_STR("robin"),
                         .by = VG_STR("marc")};
    vg_store *server = NULL;
    vg_str answer;
    bool found;
    int64_t before, after, again;
    set_up(&f);
    TAP_EQ_INT(vg_store_open(&server, f.dir, f.ring, &f.err), 0, "a second connection, the server's");
    vg_store_changes(server, &before, &f.err);
    vg_store_request_next(server, f.arena, &got, &found, &f.err);
    TAP_OK(!found, "nothing is asked");
    TAP_EQ_INT(vg_store_request_add(f.store, &r, &f.err), 0, "the command line asks");
    vg_store_changes(server, &after, &f.err);
    vg_store_changes(server, &again, &f.err);
    TAP_OK(before != after && after == again, "the server sees that something changed, once");
    TAP_EQ_INT(vg_store_request_next(server, f.arena, &got, &found, &f.err), 0, "it looks");
    TAP_OK(found && got.id == r.id && vg_str_is(got.kind, "export") && vg_str_is(got.account, "robin") &&
               vg_str_is(got.by, "marc"),
           "and finds it");
    TAP_OK(vg_store_request_take(f.store, r.id, f.arena, &answer, &found, &f.err) == 0 && !found,
           "no answer yet");
    TAP_EQ_INT(vg_store_request_answer(server, r.id, VG_STR("{\"secret-answer\":1}"), &f.err), 0, "answered");
    TAP_OK(!on_disk(&f, "secret-answer", 13), "the answer is sealed while it waits");
    vg_store_request_next(server, f.arena, &got, &found, &f.err);
    TAP_OK(!found, "nothing more is asked");
    TAP_OK(vg_store_request_take(f.store, r.id, f.arena, &answer, &found, &f.err) == 0 && found &&
               vg_str_is(answer, "{\"secret-answer\":1}"),
           "taken");
    TAP_EQ_INT(vg_store_request_take(f.store, r.id, f.arena, &answer, &found, &f.err), -VG_ENOENT, "once");
    TAP_EQ_INT(vg_store_request_answer(server, r.id, VG_STR("{}"), &f.err), -VG_ENOENT,
               "nobody waits for it any more");
    TAP_OK(!on_disk(&f, "robin", 5), "and the name is in no file any more");
    r.kind = VG_STR("shutdown");
    TAP_EQ_INT(vg_store_request_add(f.store, &r, &f.err), -VG_EINVAL, "unknown requests are refused");
    vg_store_close(&server);
    tear_down(&f);
}

/* ---- two connections at once ---- */

typedef struct writer {
    fixture *f;
    const char *prefix;
    int failures;
} writer;

static void *write_many(void *context)
{
    writer *w = context;
    vg_store *store = NULL;
    vg_error err;
    if (vg_store_open(&store, w->f->dir, w->f->ring, &err)) w->failures = 1000;
    for (int i = 0; store && i < 150; i++) {
        char id[32];
        vg_case_written done;
        snprintf(id, sizeof id, "%s-%d", w->prefix, i);
        vg_case_write one = a_write("robin", id);
        if (vg_store_case_write(store, &one, 1, &done, &err)) w->failures++;
        if (i % 10 == 0 &&
            vg_store_audit(store, VG_STR("cli"), VG_STR("test.entry"), VG_STR(""), VG_STR("{}"), &err))
            w->failures++;
    }
    vg_store_close(&store);
    return NULL;
}

static void connections_write_at_once(void)
{
    fixture f;
    pthread_t thread[2];
    int64_t count;
    set_up(&f);
    writer w[2] = {{&f, "one", 0}, {&f, "two", 0}};
    for (int i = 0; i < 2; i++) pthread_create(&thread[i], NULL, write_many, &w[i]);
    for (int i = 0; i < 2; i++) pthread_join(thread[i], NULL);
    TAP_EQ_INT(w[0].failures + w[1].failures, 0, "two writers at once: no failure");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM case_event"), 300, "300 events");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM cases"), 1, "one case");
    TAP_EQ_INT(vg_store_audit_verify(f.store, &count, &f.err), 0, "one chain, written by both, checks");
    TAP_EQ_INT(count, 330, "with 330 entries");
    tear_down(&f);
}

int main(void)
{
    users();
    lock_out();
    sessions();
    keys();
    webhooks();
    requests();
    connections_write_at_once();
    return tap_done();
}
