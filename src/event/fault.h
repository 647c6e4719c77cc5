/* SPDX-License-Identifier: Apache-2.0
 *
 * event/fault: the parts of a parse error's sentence. Inside event/ only; nothing here is on the hot path.
 */
#ifndef VG_EVENT_FAULT_H
#define VG_EVENT_FAULT_H

#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

/** A field's name as a part of a JSON pointer (RFC 6901: ~0, ~1), control characters as '?', cut at 90 bytes between two
 *  characters. */
void vg_event_pointer_part(vg_str name, char out[96]);
/** "a, b, c": those of the `count` names (at most 32) whose bit is set in `mask`. */
void vg_event_list_names(const char *const *names, int count, uint32_t mask, char out[300]);
/** The bytes of s that can be shown in a sentence: at most `most`, cut between two characters. */
size_t vg_event_shown(vg_str s, size_t most);
/** Where the first control character inside a string of this JSON is, or else the quote that opens its last string. */
size_t vg_event_find_fault(const char *json, size_t len, bool control);

#endif
