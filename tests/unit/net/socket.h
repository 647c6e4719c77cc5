/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP by hand over a plain socket: what a test sends is exactly what the server gets, however wrong.
 */
#ifndef VG_TESTS_NET_SOCKET_H
#define VG_TESTS_NET_SOCKET_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct answer {
    int status;  /* 0: none */
    bool closed; /* by the server, within the time */
    size_t len, head;
    char text[64 << 10];
} answer;

static inline int dial(uint16_t port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        exit(1);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

/* Sends everything; false when the other side has gone. */
static inline bool say_bytes(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static inline bool say(int fd, const char *text)
{
    return say_bytes(fd, text, strlen(text));
}

static inline void read_status(answer *a)
{
    const char *end = strstr(a->text, "\r\n\r\n");
    a->head = end ? (size_t)(end - a->text) + 4 : 0;
    a->status = strncmp(a->text, "HTTP/1.", 7) == 0 ? atoi(a->text + 9) : 0;
}

/* True when head and body (Content-Length) are there. */
static inline bool is_whole(answer *a)
{
    const char *length;
    read_status(a);
    if (!a->head) return false;
    length = strcasestr(a->text, "\r\nContent-Length:");
    if (!length || length > a->text + a->head) return a->status == 204 || a->status == 304;
    return a->len >= a->head + strtoul(length + 17, NULL, 10);
}

/* Reads one answer, or with `to_end` until the server closes; at most `ms` without a byte. */
static inline void hear(int fd, answer *a, int ms, bool to_end)
{
    a->status = 0;
    a->closed = false;
    a->len = a->head = 0;
    a->text[0] = '\0';
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (a->len + 1 >= sizeof a->text || poll(&p, 1, ms) <= 0) break;
        ssize_t n = recv(fd, a->text + a->len, sizeof a->text - 1 - a->len, 0);
        if (n <= 0) {
            a->closed = true;
            break;
        }
        a->len += (size_t)n;
        a->text[a->len] = '\0';
        if (!to_end && is_whole(a)) return;
    }
    read_status(a);
}

/* One request on its own connection; the answer and whether the connection was closed after it. */
static inline void ask(uint16_t port, answer *a, const char *request)
{
    int fd = dial(port);
    say(fd, request);
    hear(fd, a, 5000, false);
    if (!a->closed) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        char c;
        a->closed = poll(&p, 1, 300) > 0 && recv(fd, &c, 1, 0) == 0;
    }
    close(fd);
}

/* A whole request with a body and further header lines (each ending in \r\n). */
static inline char *compose(const char *method, const char *path, const char *headers, const char *body)
{
    char *out = NULL;
    if (asprintf(&out, "%s %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %zu\r\n\r\n%s", method, path,
                 headers, strlen(body), body) < 0)
        exit(1);
    return out;
}

#endif
