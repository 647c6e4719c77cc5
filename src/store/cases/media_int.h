/* SPDX-License-Identifier: Apache-2.0
 *
 * store/media_int: what media.c and media_file.c share. Not for other rooms.
 */
#ifndef VG_STORE_MEDIA_INT_H
#define VG_STORE_MEDIA_INT_H

#include "base/hash.h"
#include "store/cases/media.h"
#include "store/store_int.h"

enum { VG_MEDIA_PATH = 4096, VG_MEDIA_PLACE = 96 };

/** Where the key of a file lies: "file:123/abcd...". */
void vg_media_place(int64_t case_id, vg_str file, char out[VG_MEDIA_PLACE]);

/** DIR/media/ab/abcd...; VG_EINVAL when the name is not one. */
int vg_media_path(const char *dir, const char *name, char out[VG_MEDIA_PATH], vg_error *err);
/** The folder that a file of this name lies in, made when it is not there; and put on disk with what was named in it. */
int vg_media_make_folder(const char *dir, const char *name, vg_error *err);
int vg_media_sync_folder(const char *path, vg_error *err);
/** Adds the row of a case event's media, inside a transaction. */
int vg_store_media_add(vg_store *store, int64_t case_id, int64_t seq, const vg_case_write *w, vg_error *err);
/** Inside a transaction: forgets a case's media; the files are named in store->doomed and go once it is committed. */
int vg_store_media_doom(vg_store *store, int64_t case_id, vg_error *err);
/** After the commit: removes the files; after a rollback (`committed` false): lets them be. What cannot be removed now the sweep finds. */
void vg_store_media_reap(vg_store *store, bool committed);

#endif
