/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as an NSRL set: whatever the file says of itself, reading it ends, and gives records that keep their promises.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/banks/nsrl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take(void *context, const vg_bank_record *record, vg_error *err)
{
    (void)err;
    size_t *left = context;
    if (!record->reference.len || !record->hash_count || record->deleted) abort();
    for (size_t i = 0; i < record->hash_count; i++)
        if (record->hashes[i].algorithm == VG_HASH_PDQ) abort();
    return --*left ? 0 : -VG_EFULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    size_t left = 1000;
    vg_error err = {0};
    vg_nsrl_result result;
    const vg_nsrl_sink sink = {.context = &left, .record = take, .steps_most = 1};
    int fd = memfd_create("nsrl", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    vg_nsrl_is((const char *)data, size);
    vg_nsrl_read(path, &sink, &result, &err);
    close(fd);
    return 0;
}
