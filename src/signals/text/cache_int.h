/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside signals/text: compiled databases on disk.
 */
#ifndef VG_SIGNALS_TEXT_CACHE_INT_H
#define VG_SIGNALS_TEXT_CACHE_INT_H

#include <hs.h>

#include "base/error.h"
#include "base/str.h"

enum { TEXT_CACHE_FILES = 8 };

typedef struct text_cache_key {
    uint64_t half[2];
} text_cache_key;

/** Of the expressions (in their order, each with a NUL), this Hyperscan and this processor. */
text_cache_key text_cache_key_of(const char *const *expressions, size_t count);
/** The database of the key, or NULL: none is there, or it cannot be trusted (which is logged). -VG_ENOMEM. */
int text_cache_load(const char *dir, text_cache_key key, hs_database_t **out, vg_error *err);
/** Keeps it for the next start, and forgets the files that were not used for longest. What goes wrong is logged and is no
 * failure: the database is there. */
void text_cache_store(const char *dir, text_cache_key key, const hs_database_t *database);

#endif
