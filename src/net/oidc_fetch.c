/* SPDX-License-Identifier: Apache-2.0 */
#include "net/loopback.h"
#include "net/oidc.h"

enum { CONNECT_MS = 3000, WHOLE_MS = 8000, ANSWER_MOST = 256 << 10 };

static size_t take(char *bytes, size_t size, size_t count, void *into)
{
    vg_buf *out = into;
    vg_buf_add(out, bytes, size * count);
    return out->failed ? 0 : size * count;
}

/* A server that stops does not wait for the provider. */
static int go_on(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const vg_server *server = context;
    (void)a, (void)b, (void)c, (void)d;
    return atomic_load(&server->closing);
}

static void set_address(CURL *e, const char *url, bool plain)
{
    curl_easy_setopt(e, CURLOPT_URL, url);
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
    if (plain) { /* whatever its name resolves to, it stays on this machine */
        curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
        curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, vg_open_loopback);
    }
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)WHOLE_MS);
    curl_easy_setopt(e, CURLOPT_USERAGENT, "vigie");
    curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, NULL);
}

static void set_request(CURL *e, const vg_server *server, const char *form, const char *user, const char *password, vg_buf *out)
{
    if (form) curl_easy_setopt(e, CURLOPT_POSTFIELDS, form);
    if (user) {
        curl_easy_setopt(e, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(e, CURLOPT_USERNAME, user);
        curl_easy_setopt(e, CURLOPT_PASSWORD, password);
    }
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, (void *)out);
    curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, go_on);
    curl_easy_setopt(e, CURLOPT_XFERINFODATA, (void *)(uintptr_t)server);
}

int vg_oidc_fetch(const vg_server *server, const char *url, const char *form, const char *user, const char *password, vg_buf *out, long *status,
                  vg_error *err)
{
    bool plain = false;
    char why[CURL_ERROR_SIZE] = "";
    int rc = 0;
    *status = 0;
    if (!vg_webhook_url_allowed(url, &plain)) return vg_fail(err, VG_EIO, "provider", "names an address that is neither https nor on this machine");
    CURL *e = curl_easy_init();
    if (!e) return vg_fail(err, VG_ENOMEM, "", "no memory for a request");
    vg_buf_init(out, ANSWER_MOST);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, why);
    set_address(e, url, plain);
    set_request(e, server, form, user, password, out);
    CURLcode done = curl_easy_perform(e);
    curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, status);
    curl_easy_cleanup(e);
    if (done != CURLE_OK) rc = vg_fail(err, VG_EIO, "provider", "does not answer: %s", why[0] ? why : curl_easy_strerror(done));
    else if (*status != 200) rc = vg_fail(err, VG_EIO, "provider", "answered %ld", *status);
    return rc;
}
