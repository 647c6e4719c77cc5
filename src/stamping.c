/* SPDX-License-Identifier: Apache-2.0 */
#include "stamping.h"

#include <curl/curl.h>

#include "base/time.h"
#include "store/audit/stamp.h"

enum { TIMEOUT_MS = 20000, CONNECT_MS = 5000 };

static size_t take(char *bytes, size_t size, size_t count, void *context)
{
    vg_buf *out = context;
    vg_buf_add(out, bytes, size * count);
    return out->failed ? 0 : size * count;
}

static int settle(CURLcode done, CURL *curl, const char *url, vg_error *err)
{
    long status = 0;
    char *type = NULL;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    if (done == CURLE_WRITE_ERROR) return vg_fail(err, VG_ETOOBIG, url, "answers with more than a time stamp can have");
    if (done != CURLE_OK) return vg_fail(err, VG_EIO, url, "does not answer: %s", curl_easy_strerror(done));
    if (status != 200) return vg_fail(err, VG_EIO, url, "answers with status %ld", status);
    if (!type || strncmp(type, "application/timestamp-reply", 27) != 0) return vg_fail(err, VG_ECORRUPT, url, "answers with something else than application/timestamp-reply");
    return 0;
}

static int post(const vg_stamping *how, const vg_buf *request, vg_buf *answer, vg_error *err)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/timestamp-query");
    if (!curl || !headers) {
        curl_slist_free_all(headers);
        curl_easy_cleanup(curl);
        return vg_fail(err, VG_ENOMEM, "", "no memory to ask for a time stamp");
    }
    curl_easy_setopt(curl, CURLOPT_URL, how->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->ptr);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)request->len);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, how->timeout_ms > 0 ? how->timeout_ms : (long)TIMEOUT_MS);
    int rc = settle(curl_easy_perform(curl), curl, how->url, err);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return rc;
}

int vg_stamping_take(vg_store *store, const vg_checkpoint *checkpoint, const vg_stamping *how, vg_str by, int64_t *time_ms, vg_error *err)
{
    vg_buf request, answer, token;
    uint8_t nonce[VG_STAMP_NONCE];
    *time_ms = 0;
    vg_buf_init(&request, 4096);
    vg_buf_init(&answer, VG_STAMP_MOST);
    vg_buf_init(&token, VG_STAMP_MOST);
    int rc = vg_stamp_ask(checkpoint->note, nonce, &request, err);
    if (!rc) rc = post(how, &request, &answer, err);
    if (!rc) rc = vg_stamp_take((vg_str){answer.ptr, answer.len}, checkpoint->note, nonce, how->ca, &token, time_ms, err);
    if (!rc) rc = vg_store_audit_stamp_add(store, checkpoint->size, vg_str_of(how->url), (vg_str){token.ptr, token.len}, *time_ms, by, vg_time_now(), err);
    vg_buf_free(&token);
    vg_buf_free(&answer);
    vg_buf_free(&request);
    return rc;
}
