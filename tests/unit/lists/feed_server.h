/* SPDX-License-Identifier: Apache-2.0
 *
 * A server on this machine that speaks NCMEC's and StopNCII's protocols, and can be told to misbehave at a page, so
 * many times.
 *
 * It serves `pages` pages of two entries each; the last one also takes back the first entry of the first page.
 */
#ifndef VG_TESTS_LISTS_FEED_SERVER_H
#define VG_TESTS_LISTS_FEED_SERVER_H

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

typedef enum {
    FINE,
    HANG_UP,
    CUT_WITH_LENGTH,
    CUT_WITHOUT_LENGTH,
    CORRUPT,
    ANSWER_500,
    ANSWER_503,
    ANSWER_429,
    ANSWER_LATER,
    ANSWER_401,
    ANSWER_403,
    ANSWER_404,
    ANSWER_418,
    A_HTML_PAGE,
    SENT_ELSEWHERE,
    SENT_ALONG,
    SENT_ROUND,
    OTHER_NAMESPACE,
    NEXT_IS_SELF,
    NEXT_IS_FIRST,
    NEXT_ELSEWHERE,
    NEXT_NONSENSE,
    ENDLESS,
    SLOW,
    EMPTY,
    ESCAPED_TWICE,
    NEXT_ABSOLUTE
} server_fault;

typedef struct feed_server {
    int fd, port;
    pthread_t thread;
    bool stopncii;
    SSL_CTX *tls; /* NULL: plain */
    size_t pages;
    _Atomic int fault, fault_page, fault_times; /* what, at which page (from 0), how often */
    _Atomic unsigned requests, connections;
    char first_search[1024]; /* the last request for a first page */
    char last_request[4096];
} feed_server;

static void send_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n <= 0) return;
        bytes += n;
        len -= (size_t)n;
    }
}

static void answer(int fd, const char *status, const char *type, const char *more, const char *body, size_t len)
{
    char head[1024];
    int n = snprintf(head, sizeof head,
                     "HTTP/1.1 %s\r\nContent-Type: %s\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n", status,
                     type, len, more);
    send_all(fd, head, (size_t)n);
    send_all(fd, body, len);
}

static void add_ncmec_page(const feed_server *s, size_t page, server_fault fault, vg_buf *out)
{
    const char *version = fault == OTHER_NAMESPACE ? "v9" : "v2";
    vg_buf_printf(
        out,
        "<?xml version=\"1.0\"?><queryResult xmlns=\"https://hashsharing.ncmec.org/hashsharing/%s\"><images maxTimestamp=\"2024-05-0%zuT00:00:00Z\">",
        version, 1 + (page * 7) % 9); /* not in the order of time */
    for (int i = 0; i < 2; i++)
        vg_buf_printf(
            out,
            "<image><member id=\"42\"/><id>p%zu-%d</id><classification>A1</classification><fingerprints><md5>%032zx</md5></fingerprints></image>",
            page, i, page * 2 + (size_t)i);
    if (page + 1 == s->pages) vg_buf_add_cstr(out, "<deletedImage><member id=\"42\"/><id>p0-0</id></deletedImage>");
    vg_buf_add_cstr(out, "</images>");
    const char *amp = fault == ESCAPED_TWICE ? "&amp;amp;" : "&amp;";
    char absolute[64] = "";
    if (fault == NEXT_ABSOLUTE) snprintf(absolute, sizeof absolute, "http://127.0.0.1:%d/hashsharing", s->port);
    if (fault == NEXT_ELSEWHERE) snprintf(absolute, sizeof absolute, "http://127.0.0.2:%d/hashsharing", s->port);
    size_t next = fault == NEXT_IS_SELF ? page : fault == NEXT_IS_FIRST ? 1 : page + 1;
    if (fault == NEXT_NONSENSE) vg_buf_add_cstr(out, "<paging><next>start=2</next></paging>");
    else if (next < s->pages)
        vg_buf_printf(out, "<paging><next>%s/v2/entries?from=x%sstart=%zu</next></paging>", absolute, amp, next);
    vg_buf_add_cstr(out, "</queryResult>");
}

static void add_stopncii_page(const feed_server *s, size_t page, server_fault fault, vg_buf *out)
{
    vg_buf_add_cstr(out, "{\"hashRecords\":[");
    for (int i = 0; i < 2; i++)
        vg_buf_printf(
            out,
            "%s{\"lastModtimestamp\":%zu,\"signalType\":\"VideoMD5\",\"hashValue\":\"%032zx\",\"hashStatus\":\"Active\"}",
            i ? "," : "", 1700000000 + page, page * 2 + (size_t)i);
    if (page + 1 == s->pages)
        vg_buf_printf(
            out,
            ",{\"lastModtimestamp\":1700000100,\"signalType\":\"VideoMD5\",\"hashValue\":\"%032x\",\"hashStatus\":\"Withdrawn\"}",
            0);
    size_t next = fault == NEXT_IS_SELF ? page : page + 1;
    vg_buf_printf(out, "],\"hasMoreRecords\":%s,\"nextPageToken\":\"a+b/%zu=\",\"nextSetTimestamp\":1700000200}",
                  next < s->pages ? "true" : "false", next);
}

/* Misbehaves instead of answering; false: it answers. */
static bool misbehave(feed_server *s, int fd, server_fault fault, const char *type)
{
    char where[128];
    switch (fault) {
    case HANG_UP: return true;
    case ANSWER_500: answer(fd, "500 Oops", "text/html", "", "x", 1); return true;
    case ANSWER_503: answer(fd, "503 Busy", "text/html", "", "x", 1); return true;
    case ANSWER_429: answer(fd, "429 Slow down", "text/html", "Retry-After: 2\r\n", "", 0); return true;
    case ANSWER_LATER: answer(fd, "503 Tomorrow", "text/html", "Retry-After: 86400\r\n", "", 0); return true;
    case ANSWER_401: answer(fd, "401 Who", "text/html", "WWW-Authenticate: Basic realm=\"x\"\r\n", "", 0); return true;
    case ANSWER_403: answer(fd, "403 No", "text/html", "", "", 0); return true;
    case ANSWER_404: answer(fd, "404 Gone", "text/html", "", "", 0); return true;
    case ANSWER_418: answer(fd, "418 Teapot", "text/html", "", "", 0); return true;
    case A_HTML_PAGE: answer(fd, "200 OK", "text/html; charset=utf-8", "", "<html/>", 7); return true;
    case EMPTY: answer(fd, "200 OK", type, "", "", 0); return true;
    case SENT_ELSEWHERE:
        snprintf(where, sizeof where, "Location: http://127.0.0.2:%d/hashsharing/v2/entries\r\n", s->port);
        answer(fd, "302 Found", type, where, "", 0);
        return true;
    case SENT_ALONG:
        answer(fd, "302 Found", type, "Location: /hashsharing/v2/entries?from=x&start=1\r\n", "", 0);
        return true;
    case SENT_ROUND: answer(fd, "302 Found", type, "Location: /hashsharing/v2/entries?round\r\n", "", 0); return true;
    case SLOW: usleep(600000); return true;
    case ENDLESS: {
        static char filler[65536];
        memset(filler, ' ', sizeof filler);
        const char *head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
        send_all(fd, head, strlen(head));
        for (int i = 0; i < 1024; i++) send_all(fd, filler, sizeof filler); /* 64 MiB */
        return true;
    }
    default: return false;
    }
}

static size_t page_asked_for(feed_server *s, const char *request)
{
    const char *start = strstr(request, s->stopncii ? "nextPageToken=a%2Bb%2F" : "&start=");
    if (start) return (size_t)strtoul(start + (s->stopncii ? 22 : 7), NULL, 10);
    size_t line = strcspn(request, "\r\n");
    snprintf(s->first_search, sizeof s->first_search, "%.*s", (int)line, request);
    return 0;
}

static void serve(feed_server *s, int fd, const char *request)
{
    const char *type = s->stopncii ? "application/json; charset=utf-8" : "application/xml";
    const char *status =
        "<status xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\"><ipAddress>127.0.0.1</ipAddress><member id=\"1\">x</member></status>";
    vg_buf body;
    snprintf(s->last_request, sizeof s->last_request, "%s", request);
    bool status_page = strstr(request, "GET /hashsharing/v2/status ") == request;
    if (!status_page && !strstr(request, s->stopncii ? "GET /v1/FetchHashes?" : "GET /hashsharing/v2/entries")) {
        answer(fd, "404 Not found", "text/html", "", "", 0);
        return;
    }
    size_t page = status_page ? 0 : page_asked_for(s, request);
    server_fault fault = FINE;
    if ((int)page == s->fault_page - status_page && s->fault_times > 0) {
        s->fault_times--;
        fault = (server_fault)s->fault;
    }
    if (!status_page) s->requests++;
    if (misbehave(s, fd, fault, type)) return;
    if (status_page) {
        answer(fd, "200 OK", type, "", status, strlen(status));
        return;
    }
    vg_buf_init(&body, 1 << 20);
    if (s->stopncii) add_stopncii_page(s, page, fault, &body);
    else add_ncmec_page(s, page, fault, &body);
    if (fault == CORRUPT) body.ptr[body.len / 2] = '\001';
    if (fault == CUT_WITH_LENGTH || fault == CUT_WITHOUT_LENGTH) {
        char head[256];
        int n = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n", type);
        if (fault == CUT_WITH_LENGTH)
            n += snprintf(head + n, sizeof head - (size_t)n, "Content-Length: %zu\r\n", body.len);
        n += snprintf(head + n, sizeof head - (size_t)n, "\r\n");
        send_all(fd, head, (size_t)n);
        send_all(fd, body.ptr, body.len * 2 / 3);
    } else answer(fd, "200 OK", type, "", body.ptr, body.len);
    vg_buf_free(&body);
}

static void converse(feed_server *s, int fd)
{
    char request[4096];
    size_t len = 0;
    if (s->tls) { /* our certificate is nobody's: no client comes further than this */
        SSL *ssl = SSL_new(s->tls);
        if (ssl && SSL_set_fd(ssl, fd)) SSL_accept(ssl);
        SSL_free(ssl);
        return;
    }
    while (len < sizeof request - 1) {
        struct pollfd wait = {fd, POLLIN, 0};
        if (poll(&wait, 1, 1000) <= 0) return;
        ssize_t n = recv(fd, request + len, sizeof request - 1 - len, 0);
        if (n <= 0) return;
        len += (size_t)n;
        request[len] = '\0';
        if (strstr(request, "\r\n\r\n")) break;
    }
    request[len] = '\0';
    serve(s, fd, request);
    shutdown(fd, SHUT_WR);
}

static void *run_server(void *context)
{
    feed_server *s = context;
    for (;;) {
        int fd = accept(s->fd, NULL, NULL);
        if (fd < 0) return NULL;
        s->connections++;
        converse(s, fd);
        close(fd);
    }
}

static SSL_CTX *own_certificate(void)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    if (!tls || !key || !certificate) exit(99);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               (const unsigned char *)"127.0.0.1", -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, EVP_sha256());
    if (SSL_CTX_use_certificate(tls, certificate) != 1 || SSL_CTX_use_PrivateKey(tls, key) != 1) exit(99);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return tls;
}

static void start_server(feed_server *s)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    signal(SIGPIPE, SIG_IGN);
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s->fd < 0 || bind(s->fd, (struct sockaddr *)&address, sizeof address) || listen(s->fd, 16) ||
        getsockname(s->fd, (struct sockaddr *)&address, &len) || pthread_create(&s->thread, NULL, run_server, s))
        exit(99);
    s->port = ntohs(address.sin_port);
}

static void stop_server(feed_server *s)
{
    shutdown(s->fd, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->fd);
    SSL_CTX_free(s->tls);
}

#endif
