/* SPDX-License-Identifier: Apache-2.0
 *
 * What a worker cannot do once it wears its sandbox, tried for each thing in a process of its own.
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "fixture.h"

typedef enum { REFUSED, ENDED } outcome;

static const struct {
    const char *what;
    outcome expected;
} tries[] = {{"nothing", REFUSED},   {"open", REFUSED},       {"open-write", REFUSED}, {"stat", REFUSED},      {"inherited", REFUSED},
             {"socket", ENDED},      {"socket-unix", ENDED},  {"connect", ENDED},      {"exec", ENDED},        {"fork", ENDED},
             {"clone", ENDED},       {"clone3", ENDED},       {"ptrace", ENDED},       {"kill", ENDED},        {"unshare", ENDED},
             {"memfd", ENDED},       {"io_uring", ENDED},     {"process_vm", ENDED},   {"executable", ENDED},  {"shared", ENDED},
             {"files-limit", ENDED}};

static void probe(const char *what, outcome expected)
{
    char *argv[] = {(char[]){"probe"}, strdup(what), NULL}, *environment[] = {(char[]){"ASAN_OPTIONS=detect_leaks=0"}, NULL};
    pid_t pid;
    int status = 0;
    int rc = posix_spawn(&pid, VG_TEST_PROBE, NULL, NULL, argv, environment);
    if (!TAP_OK(rc == 0, "a sandboxed process starts to try: %s", what)) return;
    waitpid(pid, &status, 0);
    if (expected == REFUSED) TAP_OK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: the system refuses", what);
    else TAP_OK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s: the sandbox ends the process", what);
    free(argv[1]);
}

/* The children of this process that are vigie-decode, by what the system says of them. */
static void look_at_workers(void)
{
    char path[64], line[256], list[4096] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    FILE *f = fopen(path, "re");
    if (!f || !fgets(list, sizeof list, f)) list[0] = '\0';
    if (f) fclose(f);
    int workers = 0, filtered = 0, bound = 0;
    for (char *rest = list, *word; (word = strsep(&rest, " ")) != NULL;) {
        if (!*word) continue;
        workers++;
        snprintf(path, sizeof path, "/proc/%s/status", word);
        f = fopen(path, "re");
        while (f && fgets(line, sizeof line, f)) {
            if (strcmp(line, "Seccomp:\t2\n") == 0) filtered++;
            if (strcmp(line, "NoNewPrivs:\t1\n") == 0) bound++;
        }
        if (f) fclose(f);
    }
    if (!list[0]) printf("ok %d - # SKIP this system does not list children\n", ++tap_count);
    else TAP_OK(workers == 2 && filtered == 2 && bound == 2, "both workers run filtered, and can gain nothing (%d, %d, %d)", workers, filtered, bound);
}

int main(void)
{
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) probe(tries[i].what, tries[i].expected);
    if (set_up(2)) look_at_workers();
    return tear_down();
}
