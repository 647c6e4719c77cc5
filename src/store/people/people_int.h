/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files about people share. All of these run inside a transaction of their caller.
 */
#ifndef VG_STORE_PEOPLE_PEOPLE_INT_H
#define VG_STORE_PEOPLE_PEOPLE_INT_H

#include "store/people/people.h"
#include "store/store_int.h"

enum { VG_PEOPLE_COLUMNS = 14 }; /* of VG_STORE_USER_COLUMNS */

int vg_people_check_name(vg_str name, vg_error *err);
int vg_people_check_password_hash(vg_str hash, vg_error *err);
/** Name, display, language, roles; a password only where there is one. */
int vg_people_check_user(const vg_user *user, vg_error *err);
int vg_people_check_grants(const vg_grant *grants, size_t count, vg_error *err);
/** An entry about the user `name`; `detail` is JSON. */
int vg_people_audit(vg_store *store, int64_t time_ms, vg_str by, const char *action, vg_str name, const char *detail, vg_error *err);
int vg_people_none(vg_str name, vg_error *err);
int vg_people_end_sessions(vg_store *store, vg_str name, vg_error *err);
/** A row of VG_STORE_USER_COLUMNS with its grants. */
int vg_people_read(vg_store *store, const vg_query *row, vg_arena *arena, vg_user *out, vg_error *err);
/** Adds the row and its grants, on record. */
int vg_people_add(vg_store *store, const vg_user *user, int64_t now_ms, vg_str by, vg_error *err);
/** The grants of a new user (given, or of role and spaces), the summary of them, the entry "user.add". */
int vg_people_grant_first(vg_store *store, int64_t id, const vg_user *user, int64_t now_ms, vg_str by, vg_error *err);
int vg_people_read_grants(vg_store *store, vg_user *user, vg_arena *arena, vg_error *err);
/** VG_ECONFLICT when nobody but `name` administers all spaces, and `name` does. */
int vg_people_keep_an_admin(vg_store *store, vg_str name, vg_error *err);
/** Ends sessions and gives leases back, each on record as released by `by`. */
int vg_people_leave_work(vg_store *store, vg_str name, int64_t now_ms, vg_str by, vg_arena *arena, vg_released *out, vg_error *err);

/** Ends sessions whose time is over, each on record. Inside a transaction. people.c */
int vg_people_sessions_over(vg_store *store, int64_t now_ms, vg_error *err);

#endif
