/* SPDX-License-Identifier: Apache-2.0
 *
 * net/spool: where bytes that were sent wait: one file without a name, in blocks, each encrypted with a key that exists in RAM
 * only. After a crash nothing of it can be read, after a power cut neither; what is let go of is given back to the disk.
 *
 * A spooled is the bytes of one upload or list, written once from front to back, then read by any number of threads. Its
 * key is random and its blocks are numbered, so that no key is used twice for the same place. A decoder needs plain bytes: they
 * are handed out as a memfd, within a budget of RAM. Callers: net.
 */
#ifndef VG_NET_SPOOL_H
#define VG_NET_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

enum { VG_SPOOL_BLOCK = 64 << 10, VG_SPOOL_TAG = 16, VG_SPOOL_PLAIN = VG_SPOOL_BLOCK - VG_SPOOL_TAG };

typedef struct vg_spool vg_spool;
typedef struct vg_spooled vg_spooled;

/** `disk_bytes` and `ram_bytes`: ceilings of the file and of all memfds together. VG_EIO, VG_ENOMEM. */
int vg_spool_create(vg_spool **out, const char *dir, uint64_t disk_bytes, uint64_t ram_bytes, vg_error *err);
/** Everything spooled must have been let go of. */
void vg_spool_destroy(vg_spool **spool);
/** Bytes in use, for metrics. */
uint64_t vg_spool_disk(vg_spool *spool);
uint64_t vg_spool_ram(vg_spool *spool);

int vg_spooled_begin(vg_spooled **out, vg_spool *spool, vg_error *err);
/** VG_EFULL (the ceiling, the disk), VG_EIO, VG_ENOMEM; the spooled can only be let go of then. */
int vg_spooled_add(vg_spooled *spooled, const void *bytes, size_t len, vg_error *err);
/** Nothing is added any more. */
int vg_spooled_end(vg_spooled *spooled, vg_error *err);
vg_spooled *vg_spooled_ref(vg_spooled *spooled);
/** The last one destroys the key and frees the blocks. */
void vg_spooled_unref(vg_spooled **spooled);
uint64_t vg_spooled_size(const vg_spooled *spooled);

/** Reads up to `size` bytes from `offset`; *got 0 at the end. VG_ECORRUPT, VG_EIO. Any thread. */
int vg_spooled_read(const vg_spooled *spooled, uint64_t offset, void *out, size_t size, size_t *got, vg_error *err);
/** All of it as a memfd. VG_EBUSY when that would go over the budget of RAM. Give it back with vg_spooled_close_plain. */
int vg_spooled_open_plain(vg_spooled *spooled, int *fd, vg_error *err);
void vg_spooled_close_plain(vg_spooled *spooled, int *fd);

#endif
