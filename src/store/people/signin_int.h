/* SPDX-License-Identifier: Apache-2.0
 *
 * store/people/signin_int: for the files about people: runs inside a transaction of its caller.
 */
#ifndef VG_STORE_PEOPLE_SIGNIN_INT_H
#define VG_STORE_PEOPLE_SIGNIN_INT_H

#include "store/store.h"

/** Second factors and recovery codes of somebody go; with `provider` also who they are at OpenID providers. */
int vg_people_forget_factors(vg_store *store, int64_t user_id, bool provider, vg_error *err);

#endif
