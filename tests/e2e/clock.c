/* SPDX-License-Identifier: Apache-2.0
 *
 * A wall clock that a test sets while a server runs: preloaded, it adds the milliseconds that the file $VIGIE_TEST_CLOCK holds. The clock that durations are
 * measured with goes on as it is, as when somebody sets the time of a machine. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *out)
{
    const char *path = getenv("VIGIE_TEST_CLOCK");
    char text[32] = "";
    long rc = syscall(SYS_clock_gettime, clock, out);
    if (rc || clock != CLOCK_REALTIME || !path) return (int)rc;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    long long ms = got > 0 ? atoll(text) : 0;
    out->tv_sec += (time_t)(ms / 1000);
    return 0;
}
