/* SPDX-License-Identifier: Apache-2.0
 *
 * matcher: hash lists in files, read into RAM and looked up, without a server and without a data directory.
 *
 * A host that has a list and a disk full of files needs no more. Lists are read once; then any number of threads look up.
 * Stands beside the pipeline, on signals/media. Callers: cli, library.
 */
#ifndef VG_MATCHER_H
#define VG_MATCHER_H

#include "signals/media/bank_set.h"
#include "signals/media/lists/lists.h"

typedef struct vg_matcher vg_matcher;

int vg_matcher_create(vg_matcher **out, vg_error *err);
void vg_matcher_destroy(vg_matcher **matcher);

typedef struct vg_matcher_list {
    const char *path;
    int format;            /* vg_list_format, or -1: told by its first bytes */
    vg_bank settings;      /* name, profile, threshold, quality, effect, ...; what is 0 or empty gets its default, but for the effect */
    void (*skipped)(void *context, size_t line, const char *reason); /* may be NULL */
    void *context;
} vg_matcher_list;
/** Reads a list as one bank. *result may be NULL. A list that is not what it should be changes nothing. */
int vg_matcher_add_list(vg_matcher *matcher, const vg_matcher_list *list, vg_list_result *result, vg_error *err);
/** The banks read so far; valid until the next list is added or the matcher destroyed. NULL before the first. */
const vg_bank_set *vg_matcher_set(const vg_matcher *matcher);
/** The source's name of an entry; empty when there is none. As long as the matcher. */
vg_str vg_matcher_reference(const vg_matcher *matcher, const vg_media_match *match);

#endif
