/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a hash list, in the format that the target names.
 *
 * Whatever is read must be what the header promises: a reference, valid UTF-8 where people read it, a note that is
 * JSON, hashes within the limits. The same bytes from a stream and from memory must come to the same.
 */
#include "signals/media/lists/lists_int.h"

#include <jansson.h>
#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) abort();
}

static int check_record(void *context, const vg_list_record *record, vg_error *err)
{
    size_t bad;
    (void)err;
    ++*(size_t *)context;
    must(record->reference.len > 0 && record->reference.len <= LIST_MAX_REFERENCE &&
         record->category.len <= VG_BANK_MAX_CATEGORY);
    must(vg_utf8_valid(record->reference.ptr, record->reference.len, &bad) &&
         vg_utf8_valid(record->category.ptr, record->category.len, &bad));
    must(record->hash_count <= LIST_MAX_HASHES && (record->hash_count || record->deleted));
    for (size_t i = 0; i < record->hash_count; i++)
        must(record->hashes[i].algorithm < VG_HASH_ALGORITHMS && record->hashes[i].quality <= 100);
    if (record->note.len) {
        json_t *note = json_loadb(record->note.ptr, record->note.len, JSON_ALLOW_NUL, NULL);
        must(json_is_object(note));
        json_decref(note);
    }
    return 0;
}

static void check_skipped(void *context, size_t line, const char *reason)
{
    (void)context;
    must(line > 0 && *reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t seen[2] = {0};
    vg_list_result results[2];
    int rc[2];
    vg_arena *arena = vg_arena_create(1024, 65536);
    must(arena != NULL);
    vg_list_sink sink = {&seen[0], check_record, check_skipped, NULL};
    vg_error err = {0};
    rc[0] = vg_list_read_bytes(FORMAT, (vg_str){(const char *)data, size}, "fuzz", &sink, arena, &results[0], &err);
    must((rc[0] == 0) == (err.code == 0));
    sink.context = &seen[1];
    FILE *in = size ? fmemopen((void *)(uintptr_t)data, size, "r") : fopen("/dev/null", "r");
    must(in != NULL);
    rc[1] = vg_list_read(FORMAT, in, "fuzz", NULL, &sink, arena, &results[1], NULL);
    fclose(in);
    must(rc[0] == rc[1] && seen[0] == seen[1] && results[0].skipped == results[1].skipped);
    must(seen[0] == results[0].records + results[0].deleted);
    must(results[0].next.len == results[1].next.len);
    vg_list_format_guess((const char *)data, size);
    vg_arena_destroy(&arena);
    return 0;
}
