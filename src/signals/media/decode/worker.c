/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie-decode: started by the pool (decoder.c) with a socket as descriptor 3; of no use otherwise. See decode.h.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "signals/media/decode/sandbox_int.h"
#include "signals/media/decode/worker_int.h"

#if VG_SANDBOX_ASAN
/* Looking for leaks at exit stops the process with ptrace, which the sandbox forbids; the fuzz target finds them. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0:allocator_may_return_null=1"; }
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void) { return "halt_on_error=1"; }
#endif

/* 1: a request and its descriptor; 0: the pool is gone; -1: not understood. */
static int receive(vg_wire_request *wire, int *fd)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec piece = {wire, sizeof *wire};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t n;
    do n = recvmsg(VG_WIRE_SOCKET, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n <= 0) return 0;
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    if (n != (ssize_t)sizeof *wire || wire->magic != VG_WIRE_MAGIC || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) || !head ||
        head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof(int)))
        return -1;
    memcpy(fd, CMSG_DATA(head), sizeof *fd);
    return 1;
}

int main(void)
{
    vg_error err = {0};
    int type = 0;
    socklen_t len = sizeof type;
    if (getsockopt(VG_WIRE_SOCKET, SOL_SOCKET, SO_TYPE, &type, &len) != 0 || type != SOCK_SEQPACKET) {
        fprintf(stderr, "vigie-decode is started by vigie, which passes it a socket\n");
        return 2;
    }
    uint64_t own_space = 0;
    if (vg_worker_prepare(&err) != 0 || (own_space = vg_sandbox_address_space()) == 0 ||
        vg_sandbox_enter(VG_WIRE_SOCKET, &err) != 0) {
        send(VG_WIRE_SOCKET, err.what, strlen(err.what), MSG_NOSIGNAL);
        return 1;
    }
    vg_wire_head hello = {VG_WIRE_MAGIC, VG_WIRE_HELLO, 0};
    if (send(VG_WIRE_SOCKET, &hello, sizeof hello, MSG_NOSIGNAL) != (ssize_t)sizeof hello) return 1;
    vg_wire_request wire;
    int fd, status;
    while ((status = receive(&wire, &fd)) == 1) {
        bool heard = vg_worker_answer(VG_WIRE_SOCKET, &wire, fd, own_space);
        close(fd);
        if (!heard) return 0;
    }
    return status == 0 ? 0 : 1;
}
