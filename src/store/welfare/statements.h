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
                   "thumbnail=excluded.thumbnail,mask_text=excluded.mask_text")                                                         \
    X(WELFARE_GET, "SELECT wishes,shift_hours,shift_began_ms,stretch_began_ms,stretch_cases,active_ms FROM welfare_person "             \
                   "WHERE user_id=?")                                                                                                   \
    X(WELFARE_SET, "INSERT INTO welfare_person(user_id,shift_hours,shift_began_ms,stretch_began_ms,stretch_cases,active_ms) "           \
                   "VALUES(?,?,?,?,?,?) ON CONFLICT(user_id) DO UPDATE SET shift_hours=excluded.shift_hours,"                           \
                   "shift_began_ms=excluded.shift_began_ms,stretch_began_ms=excluded.stretch_began_ms,"                                 \
                   "stretch_cases=excluded.stretch_cases,active_ms=excluded.active_ms")                                                 \
    X(WISHES_SET, "INSERT INTO welfare_person(user_id,wishes) VALUES(?,?) ON CONFLICT(user_id) DO UPDATE SET wishes=excluded.wishes")    \
    X(AT_WORK, "SELECT user_id FROM welfare_person WHERE active_ms>? AND user_id<>?")                                                   \
    X(SEEN_SINCE, "SELECT category,cases,media FROM welfare_exposure WHERE user_id=? AND slot>=?")                                        \
    X(SEEN_GET, "SELECT 1 FROM welfare_seen WHERE user_id=? AND case_id=? AND day=?")                                                   \
    X(SEEN_ADD, "INSERT INTO welfare_seen(user_id,case_id,day) VALUES(?,?,?) ON CONFLICT DO NOTHING")                                   \
    X(EXPOSURE_ADD, "INSERT INTO welfare_exposure(user_id,slot,space,category,cases,media) VALUES(?,?,?,?,?,?) "                        \
                    "ON CONFLICT(user_id,slot,space,category) DO UPDATE SET cases=cases+excluded.cases,media=media+excluded.media")     \
    X(BREAK_ADD, "INSERT INTO welfare_break(user_id,time_ms,space) VALUES(?,?,?) ON CONFLICT DO NOTHING")                               \
    X(EXPOSURE_WEEK, "SELECT category,user_id,cases,media FROM welfare_exposure WHERE space=? AND slot>=? AND slot<?")                  \
    X(BREAK_WEEK, "SELECT user_id,1 FROM welfare_break WHERE space=? AND time_ms>=? AND time_ms<?")                                     \
    X(FIGURE_GET, "SELECT measure,category,value,people FROM welfare_figure WHERE space=? AND week=? ORDER BY measure,category")        \
    X(FIGURE_STATES, "SELECT value,people FROM welfare_figure WHERE week>=? AND measure=3")                                             \
    X(FIGURE_ADD, "INSERT INTO welfare_figure(week,space,measure,category,value,people) VALUES(?,?,?,?,?,?)")                           \
    X(SEEN_OLD, "DELETE FROM welfare_seen WHERE day<?")                                                                                 \
    X(EXPOSURE_OLD, "DELETE FROM welfare_exposure WHERE slot<?")                                                                        \
    X(BREAK_OLD, "DELETE FROM welfare_break WHERE time_ms<?")                                                                           \
    X(FIGURE_OLD, "DELETE FROM welfare_figure WHERE week<?")

#endif
