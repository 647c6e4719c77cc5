/* SPDX-License-Identifier: Apache-2.0
 *
 * store/nsrl: the NSRL's Reference Data Set, version 3, as a list of files known to be good.
 *
 * RDS v3 is an SQLite database with a row for each file of each package: FILE (sha256, sha1, md5, crc32, file_name, file_size,
 * package_id) in the full and minimal sets; METADATA or DISTINCT_HASH with the same columns where there is no FILE
 * (https://www.nist.gov/itl/ssd/software-quality-group/national-software-reference-library-nsrl). It comes from outside: it is opened
 * read-only and immutable, without extensions, triggers or trust in its schema, and a query that gives no row for
 * too long is ended. Callers: cli, fuzz.
 */
#ifndef VG_STORE_NSRL_H
#define VG_STORE_NSRL_H

#include "base/error.h"
#include "event/bank.h"

typedef struct vg_nsrl_sink {
    void *context;
    /* One file: reference = its SHA-256 (or SHA-1) in hex, hashes SHA-256, SHA-1, MD5 as far as they are there. Not 0 ends the reading. */
    int (*record)(void *context, const vg_bank_record *record, vg_error *err);
    void (*skipped)(void *context, size_t row, const char *reason); /* may be NULL */
    void (*progress)(void *context, uint64_t rows);                 /* may be NULL */
    uint64_t steps_most; /* of SQLite's machine without a row, in millions; 0: 20000, some minutes. More is a view that never ends */
} vg_nsrl_sink;
typedef struct vg_nsrl_result {
    uint64_t rows, records, skipped; /* rows of one file in several packages are one record when they follow each other */
} vg_nsrl_result;

/** True when the first bytes are those of an SQLite database. */
bool vg_nsrl_is(const char *bytes, size_t len);
/** Streams the file in constant memory. VG_ENOENT; VG_EINVAL: not an RDS v3; VG_ECORRUPT, VG_EIO, VG_ENOMEM, or the sink's error. */
int vg_nsrl_read(const char *path, const vg_nsrl_sink *sink, vg_nsrl_result *out, vg_error *err);

#endif
