/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of welfare. See store/statements.h.
 */
#ifndef VG_STORE_WELFARE_STATEMENTS_H
#define VG_STORE_WELFARE_STATEMENTS_H

#define VG_STATEMENTS_WELFARE(X)                                                                                                        \
    X(DISPLAY_OF, "SELECT category,blur,grey,mute,thumbnail,mask_text FROM welfare_display WHERE user_id=?")                            \
    X(DISPLAY_SET, "INSERT INTO welfare_display(user_id,category,blur,grey,mute,thumbnail,mask_text) VALUES(?,?,?,?,?,?,?) "            \
                   "ON CONFLICT(user_id,category) DO UPDATE SET blur=excluded.blur,grey=excluded.grey,mute=excluded.mute,"              \
                   "thumbnail=excluded.thumbnail,mask_text=excluded.mask_text")

#endif
