/* SPDX-License-Identifier: Apache-2.0
 *
 * One worker process as the pool sees it: started, asked, ended. pool.c.
 */
#ifndef VG_SIGNALS_MEDIA_DECODE_POOL_INT_H
#define VG_SIGNALS_MEDIA_DECODE_POOL_INT_H

#include <pthread.h>
#include <sys/types.h>
#include "signals/media/decode/wire_int.h"

typedef struct vg_worker {
    pid_t pid; /* 0: none */
    int socket;
    bool busy;
    unsigned served;
} vg_worker;

/** Starts the process; it gets ready while others start. VG_EIO. */
int vg_worker_start(vg_worker *worker, const char *program, vg_error *err);
/** Waits until its sandbox stands. On failure it is ended. VG_EIO with the worker's own words. */
int vg_worker_await(vg_worker *worker, vg_error *err);
/** Kills what is left of it and takes it off the system's list. `status` may be NULL: as waitpid gives it. */
void vg_worker_end(vg_worker *worker, int *status);
/** One request and its answer. A worker that died, hung, misspoke, or has served enough is ended (pid 0). 0, VG_ENOMEM,
 *  VG_EBUSY: it was gone before the request, which another may have. */
int vg_worker_exchange(vg_worker *worker, const vg_wire_request *wire, int fd, vg_arena *arena, vg_decoded *out, vg_error *err);

#endif
