/* SPDX-License-Identifier: Apache-2.0 */
#include "net/oidc.h"

#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"
#include "base/time.h"

enum { SECRET_MOST = 4096, RANDOM_BITS = 160, VERIFIER_BITS = 260 /* 52 letters: RFC 7636 asks for 43 at least */ };
#define KNOWN_MS VG_HOUR_MS
#define KEYS_AGAIN_MS VG_SECOND_MS
#define FAILED_MS (5 * VG_SECOND_MS)

/* ---- options ---- */

static char *copy_text(const char *text, size_t len)
{
    char *copy = vg_malloc(len + 1);
    if (copy) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

static char *host_of(const char *url)
{
    CURLU *parts = curl_url();
    char *host = NULL, *copy = NULL;
    if (parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK && curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        copy = copy_text(host, strlen(host));
    curl_free(host);
    curl_url_cleanup(parts);
    return copy;
}

static int read_secret(vg_oidc *o, const char *path, vg_error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    int rc = vg_file_read(path, SECRET_MOST, &bytes, &len, err);
    if (rc) return rc;
    len = strcspn(bytes, "\r\n");
    if (len == 0) rc = vg_fail(err, VG_EINVAL, path, "expected the client's secret on the first line");
    else if (!(o->secret = copy_text(bytes, len))) rc = vg_fail(err, VG_ENOMEM, "", "no memory for the provider");
    sodium_memzero(bytes, len);
    vg_free(bytes);
    return rc;
}

int vg_oidc_create(vg_oidc **out, const vg_server_options *options, vg_error *err)
{
    bool plain = false;
    int rc = 0;
    *out = NULL;
    if (!options->oidc_issuer) return 0;
    if (!vg_webhook_url_allowed(options->oidc_issuer, &plain))
        return vg_fail(err, VG_EINVAL, "--oidc-issuer", "expected an https address (http on this machine only)");
    if (!options->oidc_client_id || !options->oidc_client_id[0]) return vg_fail(err, VG_EINVAL, "--oidc-client-id", "is needed with --oidc-issuer");
    vg_oidc *o = vg_calloc(1, sizeof *o);
    if (!o) return vg_fail(err, VG_ENOMEM, "", "no memory for the provider");
    const char *scopes = options->oidc_scopes ? options->oidc_scopes : "openid profile";
    o->issuer = copy_text(options->oidc_issuer, strlen(options->oidc_issuer));
    o->client = copy_text(options->oidc_client_id, strlen(options->oidc_client_id));
    o->scopes = copy_text(scopes, strlen(scopes));
    o->name = options->oidc_name ? copy_text(options->oidc_name, strlen(options->oidc_name)) : host_of(options->oidc_issuer);
    if (!o->issuer || !o->client || !o->scopes || !o->name) rc = vg_fail(err, VG_ENOMEM, "", "no memory for the provider");
    if (!rc && options->oidc_secret_file) rc = read_secret(o, options->oidc_secret_file, err);
    if (!rc) rc = vg_signin_map_load(&o->map, options->oidc_map, err);
    if (rc) vg_oidc_destroy(&o);
    *out = o;
    return rc;
}

static void forget(vg_oidc *o)
{
    vg_free(o->authorize);
    vg_free(o->token);
    vg_free(o->jwks);
    o->authorize = o->token = o->jwks = NULL;
    o->known_until_ms = 0;
}

void vg_oidc_destroy(vg_oidc **oidc)
{
    vg_oidc *o = *oidc;
    if (!o) return;
    forget(o);
    vg_key_set_free(&o->keys);
    if (o->secret) sodium_memzero(o->secret, strlen(o->secret));
    vg_free(o->secret);
    vg_free(o->issuer);
    vg_free(o->client);
    vg_free(o->scopes);
    vg_free(o->name);
    vg_signin_map_free(&o->map);
    vg_free(o);
    *oidc = NULL;
}

/* ---- discovery (OpenID Connect Discovery 1.0, section 4) ---- */

static char *address_of(const json_t *root, const char *name)
{
    const json_t *value = json_object_get(root, name);
    bool plain;
    if (!json_is_string(value) || !vg_webhook_url_allowed(json_string_value(value), &plain)) return NULL;
    return copy_text(json_string_value(value), json_string_length(value));
}

static bool list_has(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *one = json_string_value(json_array_get(list, i));
        if (one && strcmp(one, word) == 0) return true;
    }
    return false;
}

static int take_discovery(vg_oidc *o, vg_str text, vg_error *err)
{
    json_error_t wrong;
    json_t *root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &wrong);
    const char *issuer = json_string_value(json_object_get(root, "issuer"));
    int rc = 0;
    forget(o);
    if (!issuer || strcmp(issuer, o->issuer) != 0) rc = vg_fail(err, VG_EIO, "provider", "calls itself %.200s", issuer ? issuer : "nothing");
    if (!rc) {
        o->authorize = address_of(root, "authorization_endpoint");
        o->token = address_of(root, "token_endpoint");
        o->jwks = address_of(root, "jwks_uri");
        const json_t *ways = json_object_get(root, "token_endpoint_auth_methods_supported");
        o->post_secret = ways && !list_has(ways, "client_secret_basic") && list_has(ways, "client_secret_post");
        if (!o->authorize || !o->token || !o->jwks) rc = vg_fail(err, VG_EIO, "provider", "does not name its addresses, or not over https");
    }
    if (rc) forget(o);
    json_decref(root);
    return rc;
}

static int know(vg_server *server, vg_error *err)
{
    vg_oidc *o = server->oidc;
    int64_t now_ms = vg_time_now();
    vg_buf url, answer;
    long status;
    if (o->known_until_ms > now_ms) return 0;
    if (o->failed_until_ms > now_ms) return vg_fail(err, VG_EIO, "provider", "did not answer a moment ago");
    size_t len = strlen(o->issuer);
    vg_buf_init(&url, 4096);
    vg_buf_init(&answer, 0);
    vg_buf_add(&url, o->issuer, len - (len && o->issuer[len - 1] == '/'));
    vg_buf_add_cstr(&url, "/.well-known/openid-configuration");
    int rc = url.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for an address") : vg_oidc_fetch(server, url.ptr, NULL, NULL, NULL, &answer, &status, err);
    if (!rc) rc = take_discovery(o, (vg_str){answer.ptr, answer.len}, err);
    if (!rc) o->known_until_ms = now_ms + KNOWN_MS;
    else {
        o->failed_until_ms = vg_time_now() + FAILED_MS;
        vg_log(VG_LOG_WARN, "oidc", "issuer=%s %s %s", o->issuer, err->where, err->what);
    }
    vg_buf_free(&url);
    vg_buf_free(&answer);
    return rc;
}

/* `again`: although some are known, because a token names another. */
static int fetch_keys(vg_server *server, bool again, vg_error *err)
{
    vg_oidc *o = server->oidc;
    int64_t now_ms = vg_time_now();
    vg_key_set *keys = NULL;
    vg_buf answer;
    long status;
    if (o->keys && !again && o->keys_until_ms > now_ms) return 0;
    if (again && now_ms - o->keys_fetched_ms < KEYS_AGAIN_MS) return vg_fail(err, VG_EFORBIDDEN, "id_token", "is signed with a key that the provider does not show");
    vg_buf_init(&answer, 0);
    int rc = vg_oidc_fetch(server, o->jwks, NULL, NULL, NULL, &answer, &status, err);
    if (!rc && vg_key_set_read(&keys, (vg_str){answer.ptr, answer.len}, err)) rc = vg_fail(err, VG_EIO, "provider", "shows no keys that can be used");
    o->keys_fetched_ms = now_ms;
    if (!rc) {
        vg_key_set_free(&o->keys);
        o->keys = keys;
        o->keys_until_ms = now_ms + KNOWN_MS;
    }
    vg_buf_free(&answer);
    return rc;
}

/* ---- forms and addresses ---- */

static void add_encoded(vg_buf *out, const char *name, const char *value)
{
    vg_buf_printf(out, "%s=", name);
    for (; *value; value++) {
        unsigned char c = (unsigned char)*value;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) vg_buf_add_char(out, (char)c);
        else vg_buf_printf(out, "%%%02X", c);
    }
}

static void add_redirect(const vg_server *server, vg_buf *out)
{
    char back[sizeof server->origin + 32];
    snprintf(back, sizeof back, "%s/v1/oidc/callback", server->origin);
    add_encoded(out, "redirect_uri", back);
}

int vg_oidc_begin(vg_server *server, vg_str go_on, vg_oidc_visit *visit, vg_buf *address, vg_error *err)
{
    vg_oidc *o = server->oidc;
    uint8_t digest[32];
    int rc = know(server, err);
    if (rc) return rc;
    *visit = (vg_oidc_visit){.ends_ms = vg_time_now() + VG_OIDC_COOKIE_MS};
    vg_token_random(visit->state, sizeof visit->state, RANDOM_BITS);
    vg_token_random(visit->nonce, sizeof visit->nonce, RANDOM_BITS);
    vg_token_random(visit->verifier, sizeof visit->verifier, VERIFIER_BITS);
    memcpy(visit->go_on, go_on.ptr, go_on.len < VG_OIDC_RETURN ? go_on.len : VG_OIDC_RETURN);
    if (!vg_sha256(visit->verifier, strlen(visit->verifier), digest)) return vg_fail(err, VG_ENOMEM, "", "no memory for a digest");
    vg_buf_add_cstr(address, o->authorize);
    vg_buf_add_char(address, strchr(o->authorize, '?') ? '&' : '?');
    vg_buf_add_cstr(address, "response_type=code&");
    add_encoded(address, "client_id", o->client);
    vg_buf_add_char(address, '&');
    add_redirect(server, address);
    vg_buf_add_char(address, '&');
    add_encoded(address, "scope", o->scopes);
    vg_buf_printf(address, "&state=%s&nonce=%s&code_challenge_method=S256&code_challenge=", visit->state, visit->nonce);
    vg_base64url_add(address, digest, sizeof digest);
    return address->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for an address") : 0;
}

/* ---- the visit as a cookie ---- */

bool vg_oidc_seal(const vg_server *server, const vg_oidc_visit *visit, vg_buf *out)
{
    uint8_t sealed[sizeof *visit + VG_SEAL_OVERHEAD];
    if (vg_seal(server->ring, VG_STR("oidc-visit"), visit, sizeof *visit, sealed, NULL)) return false;
    vg_base64url_add(out, sealed, sizeof sealed);
    return !out->failed;
}

bool vg_oidc_unseal(const vg_server *server, vg_str cookie, int64_t now_ms, vg_oidc_visit *out)
{
    uint8_t sealed[sizeof *out + VG_SEAL_OVERHEAD];
    size_t len = 0;
    return vg_base64url_decode(cookie, sealed, sizeof sealed, &len) && len == sizeof sealed &&
           vg_unseal(server->ring, VG_STR("oidc-visit"), sealed, len, out, NULL) == 0 && out->ends_ms > now_ms;
}

bool vg_oidc_may_go_on(vg_str to)
{
    if (to.len < 2 || to.len > VG_OIDC_RETURN || to.ptr[0] != '#' || to.ptr[1] != '/') return false;
    for (size_t i = 0; i < to.len; i++) {
        char c = to.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("#/-_.?=&,%*", c);
        if (!plain || c == '\0') return false;
    }
    return true;
}

/* ---- the code for a token ---- */

static int ask_token(vg_server *server, const vg_oidc_visit *visit, vg_str code, vg_buf *answer, vg_error *err)
{
    const vg_oidc *o = server->oidc;
    vg_buf form;
    long status = 0;
    int rc;
    vg_buf_init(&form, 16 << 10);
    vg_buf_add_cstr(&form, "grant_type=authorization_code&");
    add_encoded(&form, "code", code.ptr);
    vg_buf_add_char(&form, '&');
    add_redirect(server, &form);
    vg_buf_add_char(&form, '&');
    add_encoded(&form, "code_verifier", visit->verifier);
    if (!o->secret || o->post_secret) {
        vg_buf_add_char(&form, '&');
        add_encoded(&form, "client_id", o->client);
    }
    if (o->secret && o->post_secret) {
        vg_buf_add_char(&form, '&');
        add_encoded(&form, "client_secret", o->secret);
    }
    bool basic = o->secret && !o->post_secret;
    rc = form.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for a request")
                     : vg_oidc_fetch(server, o->token, form.ptr, basic ? o->client : NULL, basic ? o->secret : NULL, answer, &status, err);
    /* 400 and 401 are about this code or this client, not about a provider in trouble (RFC 6749, section 5.2) */
    if (rc && (status == 400 || status == 401)) rc = vg_fail(err, VG_EFORBIDDEN, "code", "the provider does not take this code (%ld)", status);
    if (form.ptr) sodium_memzero(form.ptr, form.len);
    vg_buf_free(&form);
    return rc;
}

static vg_str text_of(const json_t *root, const char *name)
{
    const json_t *value = json_object_get(root, name);
    return json_is_string(value) ? (vg_str){json_string_value(value), json_string_length(value)} : (vg_str){"", 0};
}

static int read_token(vg_server *server, const vg_oidc_visit *visit, const json_t *root, json_t **claims, vg_error *err)
{
    vg_oidc *o = server->oidc;
    vg_token_wanted wanted = {.issuer = vg_str_of(o->issuer), .client = vg_str_of(o->client), .nonce = vg_str_of(visit->nonce),
                              .access_token = text_of(root, "access_token"), .now_s = vg_time_now() / VG_SECOND_MS};
    vg_str token = text_of(root, "id_token");
    if (!token.len) return vg_fail(err, VG_EFORBIDDEN, "id_token", "did not come");
    int rc = fetch_keys(server, false, err);
    if (!rc) rc = vg_token_read(token, o->keys, &wanted, claims, err);
    if (rc != -VG_ENOENT) return rc;
    rc = fetch_keys(server, true, err); /* the provider may have new keys */
    if (!rc) rc = vg_token_read(token, o->keys, &wanted, claims, err);
    return rc == -VG_ENOENT ? vg_fail(err, VG_EFORBIDDEN, "id_token", "is signed with a key that the provider does not show") : rc;
}

int vg_oidc_finish(vg_server *server, const vg_oidc_visit *visit, vg_str code, json_t **claims, vg_error *err)
{
    vg_buf answer;
    json_error_t wrong;
    *claims = NULL;
    int rc = know(server, err);
    if (rc) return rc;
    vg_buf_init(&answer, 0);
    rc = ask_token(server, visit, code, &answer, err);
    if (!rc) {
        json_t *root = json_loadb(answer.ptr ? answer.ptr : "", answer.len, JSON_REJECT_DUPLICATES, &wrong);
        rc = json_is_object(root) ? read_token(server, visit, root, claims, err) : vg_fail(err, VG_EIO, "provider", "answered no JSON");
        json_decref(root);
    }
    if (answer.ptr) sodium_memzero(answer.ptr, answer.len);
    vg_buf_free(&answer);
    return rc;
}

void *vg_oidc_main(void *argument)
{
    vg_desk *desk = argument;
    vg_exchange *x;
    while ((x = vg_queue_take(&desk->server->provider_queue, false))) vg_desk_run(desk, x);
    return NULL;
}
