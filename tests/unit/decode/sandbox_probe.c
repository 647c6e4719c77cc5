/* SPDX-License-Identifier: Apache-2.0
 *
 * Puts the worker's sandbox on and then tries one thing that a decoder taken over by a file would try.
 * Exit status 0: the system said no; 9: it was allowed; killed: the sandbox ended it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "signals/media/decode/sandbox_int.h"

static long try(const char *what, int file)
{
    char *argv[] = {(char[]){"true"}, NULL};
    if (strcmp(what, "open") == 0) return open("/etc/passwd", O_RDONLY);
    if (strcmp(what, "open-write") == 0) return open("/tmp/x", O_WRONLY | O_CREAT, 0600);
    if (strcmp(what, "stat") == 0) return syscall(SYS_newfstatat, AT_FDCWD, "/etc", (char[256]){0}, 0);
    if (strcmp(what, "inherited") == 0) return fcntl(file, F_GETFD) == -1 ? -1 : read(file, (char[4]){0}, 4);
    if (strcmp(what, "socket") == 0) return socket(AF_INET, SOCK_STREAM, 0);
    if (strcmp(what, "socket-unix") == 0) return socket(AF_UNIX, SOCK_STREAM, 0);
    if (strcmp(what, "connect") == 0) return connect(3, &(struct sockaddr){AF_UNSPEC, ""}, sizeof(struct sockaddr));
    if (strcmp(what, "exec") == 0) return execve("/bin/true", argv, NULL);
    if (strcmp(what, "fork") == 0) return syscall(SYS_fork);
    if (strcmp(what, "clone") == 0) return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (strcmp(what, "clone3") == 0) return syscall(SYS_clone3, NULL, 0);
    if (strcmp(what, "ptrace") == 0) return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
    if (strcmp(what, "kill") == 0) return kill(getppid(), 0);
    if (strcmp(what, "unshare") == 0) return unshare(CLONE_NEWUSER);
    if (strcmp(what, "memfd") == 0) return memfd_create("x", 0);
    if (strcmp(what, "io_uring") == 0) return syscall(SYS_io_uring_setup, 1, NULL);
    if (strcmp(what, "process_vm") == 0) return syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0);
    if (strcmp(what, "executable") == 0) {
        void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return p == MAP_FAILED ? -1 : 0;
    }
    if (strcmp(what, "shared") == 0) {
        void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        return p == MAP_FAILED ? -1 : 0;
    }
    if (strcmp(what, "files-limit") == 0) return syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &(struct rlimit){0, 0});
    if (strcmp(what, "nothing") == 0) return -1;
    return 0;
}

int main(int argc, char **argv)
{
    vg_error err = {0};
    int pair[2], file = open("/etc/passwd", O_RDONLY);
    if (argc != 2 || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0) return 2;
    dup2(pair[0], 3);
    int high = dup2(file, 100);
    if (vg_sandbox_enter(3, &err) != 0) {
        fprintf(stderr, "%s\n", err.what);
        return 3;
    }
    /* straight to the system: exit handlers of a sanitizer would want more than is allowed */
    syscall(SYS_exit_group, try(argv[1], high) < 0 ? 0 : 9);
    return 4;
}
