/* SPDX-License-Identifier: Apache-2.0
 *
 * A streamed body on its way into the spool; a media is hashed while it arrives. */
#include <openssl/evp.h>
#include "base/alloc.h"
#include "net/server_int.h"

enum { DIGESTS = 3 };

struct vg_intake {
    EVP_MD_CTX *digest[DIGESTS]; /* of a media */
    vg_spooled *spooled;
    vg_error error; /* the first; what comes after it is read and forgotten */
};

void vg_intake_free(vg_intake **intake)
{
    vg_intake *in = *intake;
    if (!in) return;
    for (size_t i = 0; i < DIGESTS; i++) EVP_MD_CTX_free(in->digest[i]);
    if (in->spooled) vg_spooled_unref(&in->spooled);
    vg_free(in);
    *intake = NULL;
}

static int begin_digests(vg_intake *in)
{
    const EVP_MD *const kinds[DIGESTS] = {EVP_sha256(), EVP_sha1(), EVP_md5()};
    for (size_t i = 0; i < DIGESTS; i++) {
        in->digest[i] = EVP_MD_CTX_new();
        if (!in->digest[i] || EVP_DigestInit_ex(in->digest[i], kinds[i], NULL) != 1)
            return vg_fail(&in->error, VG_ENOMEM, "", "this cannot be hashed now");
    }
    return 0;
}

void vg_intake_begin(vg_exchange *x)
{
    vg_intake *in = vg_calloc(1, sizeof *in);
    x->intake = in;
    if (!in) {
        vg_answer_busy(x, "there is no memory for this body now");
        return;
    }
    if ((x->route->body == VG_BODY_MEDIA && begin_digests(in)) ||
        vg_spooled_begin(&in->spooled, x->server->spool, &in->error)) {
        vg_answer_error(x, &in->error);
        vg_intake_free(&x->intake);
    }
}

void vg_intake_add(vg_exchange *x, const char *bytes, size_t len)
{
    vg_intake *in = x->intake;
    if (in->error.code) return;
    for (size_t i = 0; i < DIGESTS && in->digest[i]; i++)
        if (EVP_DigestUpdate(in->digest[i], bytes, len) != 1)
            vg_fail(&in->error, VG_ENOMEM, "", "this cannot be hashed now");
    if (!in->error.code) vg_spooled_add(in->spooled, bytes, len, &in->error);
}

vg_spooled *vg_intake_end(vg_exchange *x, uint8_t sha256[32], uint8_t sha1[20], uint8_t md5[16], vg_error *err)
{
    vg_intake *in = x->intake;
    uint8_t *const out[DIGESTS] = {sha256, sha1, md5};
    if (!in) {
        vg_fail(err, VG_ENOMEM, "", "there is no memory for this body now");
        return NULL;
    }
    if (!in->error.code && vg_spooled_size(in->spooled) == 0) vg_fail(&in->error, VG_EINVAL, "", "there are no bytes in this upload");
    for (size_t i = 0; i < DIGESTS && in->digest[i] && !in->error.code; i++)
        if (EVP_DigestFinal_ex(in->digest[i], out[i], NULL) != 1) vg_fail(&in->error, VG_ENOMEM, "", "this cannot be hashed now");
    if (!in->error.code) vg_spooled_end(in->spooled, &in->error);
    if (in->error.code) {
        *err = in->error;
        return NULL;
    }
    vg_spooled *whole = in->spooled;
    in->spooled = NULL;
    return whole;
}
