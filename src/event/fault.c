/* SPDX-License-Identifier: Apache-2.0 */
#include "event/fault.h"

#include <stdio.h>

size_t vg_event_shown(vg_str s, size_t most)
{
    size_t shown = s.len > most ? most : s.len;
    while (shown && shown < s.len && ((unsigned char)s.ptr[shown] & 0xc0) == 0x80) shown--;
    return shown;
}

void vg_event_pointer_part(vg_str name, char out[96])
{
    size_t used = 0, shown = vg_event_shown(name, 90);
    for (size_t i = 0; i < shown && used < 94; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        if (c == '~' || c == '/') {
            out[used++] = '~';
            out[used++] = c == '~' ? '0' : '1';
        } else {
            out[used++] = c < 0x20 || c == 0x7f ? '?' : (char)c;
        }
    }
    out[used] = '\0';
}

void vg_event_list_names(const char *const *names, int count, uint32_t mask, char out[300])
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < count; i++) {
        if (!(mask & 1u << i)) continue;
        int n = snprintf(out + used, 300 - used, "%s%s", used ? ", " : "", names[i]);
        if (n < 0 || (size_t)n >= 300 - used) break;
        used += (size_t)n;
    }
}

size_t vg_event_find_fault(const char *json, size_t len, bool control)
{
    size_t opened = 0;
    bool inside = false;
    for (size_t i = 0; i < len; i++) {
        if (json[i] == '"') {
            inside = !inside;
            opened = i;
        } else if (inside && json[i] == '\\') {
            i++;
        } else if (control && inside && (unsigned char)json[i] < 0x20) {
            return i;
        }
    }
    return opened;
}
