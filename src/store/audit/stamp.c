/* SPDX-License-Identifier: Apache-2.0 */
#include "store/audit/stamp.h"

#include <openssl/err.h>
#include <openssl/ts.h>
#include <sodium.h>
#include <stdio.h>
#include <time.h>

#include "store/audit/sha256.h"

/* OpenSSL's last reason as a part of a sentence; its queue is emptied. */
static const char *reason(char text[160])
{
    const char *data = NULL;
    int flags = 0;
    unsigned long code = ERR_peek_last_error_data(&data, &flags);
    const char *why = ERR_reason_error_string(code);
    snprintf(text, 160, "%s%s%s", why ? why : "unknown", data && (flags & ERR_TXT_STRING) && *data ? ": " : "", data && (flags & ERR_TXT_STRING) ? data : "");
    ERR_clear_error();
    return text;
}

static int no_memory(vg_error *err)
{
    ERR_clear_error();
    return vg_fail(err, VG_ENOMEM, "", "no memory for a time stamp");
}

static TS_MSG_IMPRINT *imprint_of(vg_str note)
{
    uint8_t hash[32];
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    vg_audit_sha256(note.ptr, note.len, hash);
    bool good = imprint && algorithm && X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) && TS_MSG_IMPRINT_set_algo(imprint, algorithm) &&
                TS_MSG_IMPRINT_set_msg(imprint, hash, sizeof hash);
    X509_ALGOR_free(algorithm); /* it was copied */
    if (good) return imprint;
    TS_MSG_IMPRINT_free(imprint);
    return NULL;
}

static ASN1_INTEGER *nonce_of(const uint8_t nonce[VG_STAMP_NONCE])
{
    BIGNUM *number = BN_bin2bn(nonce, VG_STAMP_NONCE, NULL);
    ASN1_INTEGER *out = number ? BN_to_ASN1_INTEGER(number, NULL) : NULL;
    BN_free(number);
    return out;
}

/* What is asked for; what an answer is held against. `nonce` may be NULL. */
static TS_REQ *request_of(vg_str note, const uint8_t *nonce)
{
    TS_REQ *request = TS_REQ_new();
    TS_MSG_IMPRINT *imprint = imprint_of(note);
    ASN1_INTEGER *number = nonce ? nonce_of(nonce) : NULL;
    bool good = request && imprint && (number || !nonce) && TS_REQ_set_version(request, 1) && TS_REQ_set_msg_imprint(request, imprint) &&
                (!nonce || TS_REQ_set_nonce(request, number)) && TS_REQ_set_cert_req(request, 1);
    ASN1_INTEGER_free(number);
    TS_MSG_IMPRINT_free(imprint);
    if (good) return request;
    TS_REQ_free(request);
    return NULL;
}

int vg_stamp_ask(vg_str note, uint8_t nonce[VG_STAMP_NONCE], vg_buf *out, vg_error *err)
{
    unsigned char *der = NULL;
    randombytes_buf(nonce, VG_STAMP_NONCE);
    nonce[0] = (uint8_t)((nonce[0] & 0x7f) | 0x40); /* as long as it is written, and positive */
    TS_REQ *request = request_of(note, nonce);
    int len = request ? i2d_TS_REQ(request, &der) : -1;
    if (len > 0) vg_buf_add(out, der, (size_t)len);
    OPENSSL_free(der);
    TS_REQ_free(request);
    return len > 0 && !out->failed ? 0 : no_memory(err);
}

static int time_of(TS_TST_INFO *info, int64_t *time_ms, vg_error *err)
{
    struct tm tm;
    const ASN1_GENERALIZEDTIME *when = TS_TST_INFO_get_time(info);
    if (!when || !ASN1_TIME_to_tm(when, &tm)) {
        ERR_clear_error();
        return vg_fail(err, VG_ECORRUPT, "time stamp", "says no time");
    }
    *time_ms = (int64_t)timegm(&tm) * 1000;
    return 0;
}

/* The certificates to trust, as of the moment that the token names: a token outlives its signer's certificate. */
static int trust(TS_VERIFY_CTX *context, const char *ca, int64_t time_ms, vg_error *err)
{
    char why[160];
    X509_STORE *store = X509_STORE_new();
    if (!store) return no_memory(err);
    TS_VERIFY_CTX_set_store(context, store);
    TS_VERIFY_CTX_add_flags(context, TS_VFY_SIGNATURE);
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)(time_ms / 1000));
    return X509_STORE_load_file(store, ca) ? 0 : vg_fail(err, VG_EINVAL, ca, "holds no certificates to trust: %s", reason(why));
}

/* The token's content is held against what was asked for; its signature against `ca`, or nothing when that is NULL. */
static int check_token(PKCS7 *token, vg_str note, const uint8_t *nonce, const char *ca, int64_t *time_ms, vg_error *err)
{
    char why[160];
    TS_TST_INFO *info = PKCS7_to_TS_TST_INFO(token);
    TS_REQ *request = request_of(note, nonce);
    TS_VERIFY_CTX *context = request ? TS_REQ_to_TS_VERIFY_CTX(request, NULL) : NULL;
    int rc = !info      ? vg_fail(err, VG_ECORRUPT, "time stamp", "is not a token: %s", reason(why))
             : !context ? no_memory(err)
                        : time_of(info, time_ms, err);
    if (!rc) {
        TS_VERIFY_CTX_set_flags(context, TS_VFY_VERSION | TS_VFY_IMPRINT | (nonce ? TS_VFY_NONCE : 0));
        rc = ca ? trust(context, ca, *time_ms, err) : 0;
    }
    if (!rc && TS_RESP_verify_token(context, token) != 1) rc = vg_fail(err, VG_ECORRUPT, "time stamp", "does not check: %s", reason(why));
    TS_VERIFY_CTX_free(context);
    TS_REQ_free(request);
    TS_TST_INFO_free(info);
    ERR_clear_error();
    return rc;
}

/* "2: bad algorithm": what the authority says when it refuses. */
static int refused(TS_RESP *answer, long status, vg_error *err)
{
    const STACK_OF(ASN1_UTF8STRING) *text = TS_STATUS_INFO_get0_text(TS_RESP_get_status_info(answer));
    const ASN1_UTF8STRING *first = text && sk_ASN1_UTF8STRING_num(text) > 0 ? sk_ASN1_UTF8STRING_value(text, 0) : NULL;
    int len = first ? ASN1_STRING_length(first) : 0;
    char said[81] = "";
    for (int i = 0; i < len && i < 80; i++) { /* bytes of a stranger: none of them moves a terminal's cursor */
        unsigned char c = ASN1_STRING_get0_data(first)[i];
        said[i] = c >= ' ' && c < 0x7f ? (char)c : '?';
    }
    return vg_fail(err, VG_EFORBIDDEN, "time stamp", "the authority refused: status %ld%s%s", status, *said ? ", " : "", said);
}

int vg_stamp_take(vg_str response, vg_str note, const uint8_t nonce[VG_STAMP_NONCE], const char *ca, vg_buf *token, int64_t *time_ms, vg_error *err)
{
    const unsigned char *at = (const unsigned char *)response.ptr;
    unsigned char *der = NULL;
    if (!response.len || response.len > VG_STAMP_MOST) return vg_fail(err, VG_ECORRUPT, "time stamp", "the answer has %zu bytes; expected 1 to %d", response.len, VG_STAMP_MOST);
    TS_RESP *answer = d2i_TS_RESP(NULL, &at, (long)response.len);
    ERR_clear_error();
    if (!answer || at != (const unsigned char *)response.ptr + response.len) {
        TS_RESP_free(answer);
        return vg_fail(err, VG_ECORRUPT, "time stamp", "the answer is not a TimeStampResp");
    }
    long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(answer)));
    PKCS7 *signed_data = TS_RESP_get_token(answer);
    int rc = status != TS_STATUS_GRANTED && status != TS_STATUS_GRANTED_WITH_MODS ? refused(answer, status, err)
             : !signed_data ? vg_fail(err, VG_ECORRUPT, "time stamp", "was granted, and is not there")
                            : check_token(signed_data, note, nonce, ca, time_ms, err);
    int len = rc ? 0 : i2d_PKCS7(signed_data, &der);
    if (len > 0) vg_buf_add(token, der, (size_t)len);
    if (!rc && (len <= 0 || token->failed)) rc = no_memory(err);
    OPENSSL_free(der);
    TS_RESP_free(answer);
    return rc;
}

int vg_stamp_check(vg_str token, vg_str note, const char *ca, int64_t *time_ms, vg_error *err)
{
    const unsigned char *at = (const unsigned char *)token.ptr;
    PKCS7 *signed_data = token.len && token.len <= VG_STAMP_MOST ? d2i_PKCS7(NULL, &at, (long)token.len) : NULL;
    ERR_clear_error();
    if (!signed_data) return vg_fail(err, VG_ECORRUPT, "time stamp", "is not a token");
    int rc = check_token(signed_data, note, NULL, ca, time_ms, err);
    PKCS7_free(signed_data);
    return rc;
}
