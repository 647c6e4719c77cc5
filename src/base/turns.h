/* SPDX-License-Identifier: Apache-2.0
 *
 * base/turns: how long the system lets others go on before a thread of ours that was just woken gets its turn.
 * Callers: the threads that wait for the disk, and that others wait for (net's clerk, memory's flusher).
 */
#ifndef VG_BASE_TURNS_H
#define VG_BASE_TURNS_H

#include <stdbool.h>

/** Asks for short turns for the calling thread: woken by the disk, it goes before threads with long ones instead of waiting
 *  for the end of theirs (on a busy machine the next tick: 4 ms at 250 Hz). Its share of the processor stays the same and
 *  no privilege is needed. For threads that mostly wait; one that computes loses by being set aside more often. False, and
 *  nothing changed, where the kernel or a filter of system calls refuses; Linux before 6.12 agrees and does nothing.
 *  Source: sched_setattr(2); Linux, Documentation/scheduler/sched-eevdf.rst. */
bool vg_turns_short(void);

#endif
