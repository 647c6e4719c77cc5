/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a signed note with a checkpoint, and as a verifier key. What is read points into the bytes, signs what it says it does, and
 * comes out of the writer again; no bytes are signed by a key that signed nothing.
 */
#include "store/audit/note.h"

#include <stdlib.h>
#include <string.h>

static void must(bool condition)
{
    if (!condition) abort();
}

static bool within(vg_str part, vg_str whole)
{
    return part.ptr >= whole.ptr && part.len <= whole.len && part.ptr + part.len <= whole.ptr + whole.len;
}

static void try_note(vg_str bytes)
{
    static const uint8_t nobody[32] = {1, 2, 3};
    vg_note note, again;
    vg_note_key key;
    vg_error err = {0};
    char name[VG_NOTE_NAME_MOST + 1];
    int rc = vg_note_read(&note, bytes, &err);
    must((rc == 0) == (err.code == 0));
    if (rc) return;
    must(within(note.text, bytes) && within(note.origin, note.text) && within(note.signatures, bytes));
    must(note.size >= 0 && note.text.len && note.text.ptr[note.text.len - 1] == '\n' && note.origin.len <= VG_NOTE_NAME_MOST);
    memcpy(name, note.origin.ptr, note.origin.len);
    name[note.origin.len] = '\0';
    vg_note_key_make(&key, name, nobody);
    must(!vg_note_signed(&note, &key));
    vg_buf out;
    vg_buf_init(&out, VG_NOTE_MOST);
    vg_note_text(&out, name, note.size, note.root);
    must(!out.failed && out.len <= note.text.len && memcmp(out.ptr, note.text.ptr, out.len) == 0); /* further lines may follow */
    vg_buf_add_char(&out, '\n');
    vg_buf_add_str(&out, note.signatures);
    must(out.failed || vg_note_read(&again, (vg_str){out.ptr, out.len}, &err) == 0);
    vg_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vg_str bytes = {(const char *)data, size};
    vg_note_key key;
    vg_error err = {0};
    char text[VG_NOTE_VERIFIER];
    int rc = vg_note_key_read(&key, bytes, &err);
    must((rc == 0) == (err.code == 0));
    if (rc == 0) {
        vg_note_key_write(&key, text);
        must(vg_note_key_read(&key, vg_str_of(text), &err) == 0);
    }
    try_note(bytes);
    return 0;
}
