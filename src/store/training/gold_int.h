/* SPDX-License-Identifier: Apache-2.0
 *
 * store/gold_int: the shadow of a space, where copies of items with a known answer lie. What looks through cases by space never meets
 * them, because no policy can name such a space; what goes through all spaces asks vg_store_is_shadow.
 */
#ifndef VG_STORE_GOLD_INT_H
#define VG_STORE_GOLD_INT_H

#include "store/store_int.h"

#define VG_SHADOW '~' /* before the space's name; names of spaces have small letters, digits, "-", "_", "." */

static inline bool vg_store_is_shadow(vg_str space)
{
    return space.len > 1 && space.ptr[0] == VG_SHADOW;
}
/** The space itself: without the mark, when there is one. */
static inline vg_str vg_store_lit(vg_str space)
{
    return vg_store_is_shadow(space) ? (vg_str){space.ptr + 1, space.len - 1} : space;
}

#endif
