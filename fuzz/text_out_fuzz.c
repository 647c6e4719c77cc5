/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes through every way out of the room report. What comes out keeps each format's promise, whatever went in.
 */
#include <stdint.h>

#include "report/text.h"

static void must(int holds)
{
    if (!holds) __builtin_trap();
}

static void look_at_shown(vg_str s, size_t most)
{
    must(s.ptr && vg_utf8_valid(s.ptr, s.len, NULL) && (!most || s.len <= most));
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char *p = (const unsigned char *)s.ptr + i;
        must((p[0] >= 0x20 || p[0] == '\n') && p[0] != 0x7f);
        if (i + 2 < s.len && p[0] == 0xe2 && p[1] == 0x80) must(p[2] < 0xaa || p[2] > 0xae);   /* embeddings and overrides */
        if (i + 2 < s.len && p[0] == 0xe2 && p[1] == 0x81) must(p[2] < 0xa6 || p[2] > 0xa9);   /* isolates */
    }
}

static void look_at_csv(vg_str s)
{
    must(s.ptr && s.len >= 2 && s.ptr[0] == '"' && s.ptr[s.len - 1] == '"');
    for (size_t i = 1; i + 1 < s.len; i++)
        if (s.ptr[i] == '"') must(i + 2 < s.len && s.ptr[++i] == '"');
    must(!strchr("=+-@\t\r\n", s.ptr[1]) || s.len == 2);
}

static void look_at_file(vg_str s)
{
    must(s.ptr && s.len && s.len <= 120 && vg_utf8_valid(s.ptr, s.len, NULL));
    must(s.ptr[0] != '.' && s.ptr[s.len - 1] != '.' && s.ptr[s.len - 1] != ' ');
    for (size_t i = 0; i < s.len; i++) must((unsigned char)s.ptr[i] >= 0x20 && !strchr("/\\:*?\"<>|", s.ptr[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size) return 0;
    vg_arena *arena = vg_arena_create(1 << 16, 64 << 20);
    size_t most = data[0];
    vg_str text = {(const char *)data + 1, size - 1};
    if (!arena) return 0;
    look_at_shown(vg_text_shown(arena, text, false, most), most);
    look_at_shown(vg_text_shown(arena, text, true, 0), 0);
    vg_str line = vg_text_header(arena, text, most);
    look_at_shown(line, most);
    must(!line.len || !memchr(line.ptr, '\n', line.len));
    vg_str xml = vg_text_xml(arena, text, most);
    must(xml.ptr && vg_utf8_valid(xml.ptr, xml.len, NULL) && (!most || xml.len <= most));
    look_at_csv(vg_text_csv(arena, text));
    look_at_file(vg_text_file(arena, text));
    vg_str same = vg_text_utf8(arena, text);
    must(same.ptr && vg_utf8_valid(same.ptr, same.len, NULL));
    must(!vg_utf8_valid(text.ptr, text.len, NULL) || vg_str_eq(same, text));
    vg_arena_destroy(&arena);
    return 0;
}
