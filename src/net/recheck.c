/* SPDX-License-Identifier: Apache-2.0 */
#include "net/recheck.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>

enum { LOOK_MOST = 512 << 20, HEAD_MOST = 64 << 10, URL_MOST = 2001, CONNECT_MS = 5000, SLOW_BYTES = 1024, SLOW_SECONDS = 3 };

/* ---- whom to ask ---- */

typedef struct network {
    uint8_t address[16];
    uint8_t bits;
} network;

#define V4(a, b, c, bits) {{[10] = 0xff, 0xff, a, b, c}, 96 + bits}
/* What is not of the public Internet, RFC 6890 and its registries. */
static const network reserved[] = {V4(0, 0, 0, 8), V4(10, 0, 0, 8), V4(100, 64, 0, 10), V4(127, 0, 0, 8), V4(169, 254, 0, 16), V4(172, 16, 0, 12), V4(192, 0, 0, 24),
                                   V4(192, 0, 2, 24), V4(192, 88, 99, 24), V4(192, 168, 0, 16), V4(198, 18, 0, 15), V4(198, 51, 100, 24), V4(203, 0, 113, 24), V4(224, 0, 0, 3),
                                   {{0x20, 0x01}, 23}, {{0x20, 0x01, 0x0d, 0xb8}, 32}, {{0x20, 0x02}, 16}, {{0x3f, 0xff}, 20}};

static bool within(const uint8_t address[16], const network *n)
{
    size_t whole = n->bits / 8;
    uint8_t mask = (uint8_t)(0xff00 >> n->bits % 8);
    return memcmp(address, n->address, whole) == 0 && (whole == 16 || ((address[whole] ^ n->address[whole]) & mask) == 0);
}

bool vg_recheck_is_public(const uint8_t address[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, 0xff};
    bool global = memcmp(address, mapped, 12) == 0 || (address[0] & 0xe0) == 0x20; /* 2000::/3 is all that is given out of IPv6 */
    for (size_t i = 0; global && i < sizeof reserved / sizeof *reserved; i++) global = !within(address, &reserved[i]);
    return global;
}

static bool is_loopback(const uint8_t address[16])
{
    static const uint8_t one[16] = {[15] = 1}, mapped[13] = {[10] = 0xff, 0xff, 127};
    return memcmp(address, one, 16) == 0 || memcmp(address, mapped, 13) == 0;
}

/* Whatever a name resolves to, now: only an address that may be asked gets a socket. */
static curl_socket_t open_public(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
    const bool *here = context;
    uint8_t address[16] = {[10] = 0xff, 0xff};
    (void)purpose;
    if (to->family == AF_INET) memcpy(address + 12, &((const struct sockaddr_in *)(const void *)&to->addr)->sin_addr, 4);
    else if (to->family == AF_INET6) memcpy(address, &((const struct sockaddr_in6 *)(const void *)&to->addr)->sin6_addr, 16);
    else return CURL_SOCKET_BAD;
    if (!vg_recheck_is_public(address) && !(*here && is_loopback(address))) return CURL_SOCKET_BAD;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* ---- what comes ---- */

typedef struct look {
    crypto_hash_sha256_state sha256;
    EVP_MD_CTX *md5;
    uint64_t bytes, head;
    bool good;
} look;

static size_t take_piece(char *bytes, size_t size, size_t count, void *context)
{
    look *l = context;
    size_t len = size * count;
    l->bytes += len;
    crypto_hash_sha256_update(&l->sha256, (const uint8_t *)bytes, len);
    l->good = l->good && l->bytes <= LOOK_MOST && EVP_DigestUpdate(l->md5, bytes, len) == 1;
    return l->good ? len : 0;
}

/* Headers are not looked at; a host that never ends them is left. */
static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    look *l = context;
    (void)bytes;
    l->head += size * count;
    l->good = l->good && l->head <= HEAD_MOST;
    return l->good ? size * count : 0;
}

static void settings(CURL *e, const char *url, bool *here, long wait_ms, look *l)
{
    curl_easy_setopt(e, CURLOPT_URL, url);
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_NOPROXY, "*"); /* a proxy would ask for us what we may not ask */
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_public);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, here);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, wait_ms);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, wait_ms < CONNECT_MS ? wait_ms : (long)CONNECT_MS);
    curl_easy_setopt(e, CURLOPT_USERAGENT, "vigie/" VG_VERSION);
    curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_piece);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, l);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, l);
    curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)LOOK_MOST); /* what says itself that it is longer is not begun */
    curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
    curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
}

void vg_recheck_look(vg_str url, bool here, long wait_ms, vg_fetched *out)
{
    char text[URL_MOST];
    look l = {.md5 = EVP_MD_CTX_new(), .good = true};
    CURL *e = curl_easy_init();
    long status = 0;
    *out = (vg_fetched){.status = 0};
    if (e && l.md5 && wait_ms > 0 && url.len < sizeof text && vg_notice_is_web(url) && EVP_DigestInit_ex(l.md5, EVP_md5(), NULL) == 1) {
        memcpy(text, url.ptr, url.len);
        text[url.len] = '\0';
        crypto_hash_sha256_init(&l.sha256);
        settings(e, text, &here, wait_ms, &l);
        CURLcode result = curl_easy_perform(e);
        curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &status);
        out->status = (int)status;
        crypto_hash_sha256_final(&l.sha256, out->sha256);
        out->whole = result == CURLE_OK && l.good && EVP_DigestFinal_ex(l.md5, out->md5, NULL) == 1;
    }
    if (e) curl_easy_cleanup(e);
    EVP_MD_CTX_free(l.md5);
}
