/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/media/decode/sandbox_int.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { NOBODY = 65534, DESCRIPTORS = 8 };

uint64_t vg_sandbox_address_space(void)
{
    char text[64] = "";
    unsigned long long pages = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        ssize_t n = read(fd, text, sizeof text - 1);
        if (n > 0) sscanf(text, "%llu", &pages);
        close(fd);
    }
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static int limit(int resource, rlim_t soft, rlim_t hard, vg_error *err)
{
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resource, &now) != 0)
        return vg_fail(err, VG_EIO, "sandbox", "getrlimit: %s", strerror(errno));
    if (now.rlim_max != RLIM_INFINITY && (hard == RLIM_INFINITY || hard > now.rlim_max)) hard = now.rlim_max;
    if (hard != RLIM_INFINITY && (soft == RLIM_INFINITY || soft > hard)) soft = hard;
    if (setrlimit((__rlimit_resource_t)resource, &(struct rlimit){soft, hard}) != 0)
        return vg_fail(err, VG_EIO, "sandbox", "setrlimit %d: %s", resource, strerror(errno));
    return 0;
}

int vg_sandbox_limit(uint64_t address_space, uint32_t cpu_seconds, vg_error *err)
{
    struct timespec used;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) return vg_fail(err, VG_EIO, "sandbox", "clock: %s", strerror(errno));
    int rc = limit(RLIMIT_CPU, (rlim_t)used.tv_sec + 1 + cpu_seconds, RLIM_INFINITY, err);
    if (rc == 0 && !VG_SANDBOX_ASAN) rc = limit(RLIMIT_AS, address_space, RLIM_INFINITY, err);
    return rc;
}

static int fixed_limits(vg_error *err)
{
    static const struct {
        int resource;
        rlim_t most;
    } fixed[] = {{RLIMIT_CORE, 0}, {RLIMIT_FSIZE, 0}, {RLIMIT_NOFILE, DESCRIPTORS}, {RLIMIT_NPROC, 0}, {RLIMIT_MSGQUEUE, 0},
                 {RLIMIT_MEMLOCK, 0}};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof fixed / sizeof *fixed; i++)
        if (!VG_SANDBOX_ASAN || fixed[i].resource != RLIMIT_FSIZE) /* its report may go to a file */
            rc = limit(fixed[i].resource, fixed[i].most, fixed[i].most, err);
    return rc;
}

/* An empty root: nothing is there to be opened even if the system-call list had a hole. */
static void leave_files(void)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return;
    if (mount("none", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k,mode=555") != 0) return;
    if (chdir("/tmp") != 0 || chroot(".") != 0 || chdir("/") != 0) return;
    if (mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) return;
}

static void give_up_identity(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    if (geteuid() == 0) {
        /* in a user namespace of its own there is only one identity, and this fails: it is nobody's outside already */
        bool gone = setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0;
        (void)gone;
    }
    syscall(SYS_capset, &header, none);
}

static void leave_namespaces(void)
{
    /* root needs no user namespace for the others, and outside of it can still become nobody */
    int flags = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWUTS;
    if (geteuid() != 0) flags |= CLONE_NEWUSER;
    if (unshare(flags) == 0) leave_files();
}

static int allow(scmp_filter_ctx filter)
{
    static const int always[] = {
        SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(close), SCMP_SYS(munmap), SCMP_SYS(mremap),
        SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
        SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(clock_gettime),
        SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getrusage),
        SCMP_SYS(sched_yield), SCMP_SYS(restart_syscall), SCMP_SYS(sysinfo), SCMP_SYS(poll), SCMP_SYS(getrlimit),
    };
    static const int probed[] = { /* EACCES: a library looks for a file, or for processors to share the work with */
        SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(creat), SCMP_SYS(stat), SCMP_SYS(lstat),
        SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
        SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(ioctl), SCMP_SYS(fcntl), SCMP_SYS(sched_getaffinity), SCMP_SYS(uname),
    };
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof always / sizeof *always; i++)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, always[i], 0);
    for (size_t i = 0; rc == 0 && i < sizeof probed / sizeof *probed; i++)
        rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), probed[i], 0);
    return rc;
}

/* Calls that are allowed with some arguments only. */
static int allow_some(scmp_filter_ctx filter, int socket)
{
    const scmp_datum_t self = (scmp_datum_t)getpid(), fd = (scmp_datum_t)socket;
    int rc = 0;
    /* memory is private and never executable: what was passed in cannot be written to, even when its descriptor could */
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                              SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED, 0));
    if (rc == 0) rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    /* answers go through the socket; messages of libraries to where standard output and error lead, /dev/null */
    if (rc == 0) rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 1, SCMP_A0(SCMP_CMP_EQ, fd, 0));
    if (rc == 0) rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(recvmsg), 1, SCMP_A0(SCMP_CMP_EQ, fd, 0));
    for (int call = 0; rc == 0 && call < 2; call++)
        for (scmp_datum_t standard = 1; rc == 0 && standard <= 2; standard++)
            rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call ? SCMP_SYS(writev) : SCMP_SYS(write), 1,
                                  SCMP_A0(SCMP_CMP_EQ, standard, 0));
    /* a library that gives up ends its own process this way */
    if (rc == 0) rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, self, 0));
    /* setrlimit() of itself, of the two limits that each request has */
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0, 0),
                              SCMP_A1(SCMP_CMP_EQ, RLIMIT_AS, 0));
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0, 0),
                              SCMP_A1(SCMP_CMP_EQ, RLIMIT_CPU, 0));
    return rc;
}

static int filter_calls(int socket, vg_error *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter) return vg_fail(err, VG_EIO, "sandbox", "no system-call filter can be made");
    int rc = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (rc == 0) rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 1);
    if (rc == 0) rc = allow(filter);
    if (rc == 0) rc = allow_some(filter, socket);
    if (rc == 0) rc = seccomp_load(filter);
    seccomp_release(filter);
    return rc ? vg_fail(err, VG_EIO, "sandbox", "system-call filter: %s", strerror(-rc)) : 0;
}

int vg_sandbox_enter(int socket, vg_error *err)
{
    if (close_range((unsigned)socket + 1, ~0u, 0) != 0 && errno != ENOSYS)
        return vg_fail(err, VG_EIO, "sandbox", "close_range: %s", strerror(errno));
    for (int fd = 3; fd < socket; fd++) close(fd);
    leave_namespaces();
    give_up_identity();
    int rc = fixed_limits(err);
    if (rc) return rc;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return vg_fail(err, VG_EIO, "sandbox", "prctl: %s", strerror(errno));
    return filter_calls(socket, err);
}
