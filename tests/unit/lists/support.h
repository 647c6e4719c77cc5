/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of lists share: a sink that writes down what it was given, one line each, so that a case is its input
 * and the text that must come of it.
 *
 *     3 reference [category] algorithm:hex... q=quality @time {note}      a record that began at line 3
 *     -3 reference ...                                                    one that its source takes back
 *     3! reason                                                           one that was skipped
 *     = VG_ERROR where: what                                              the end, when it is an error
 */
#ifndef VG_TESTS_LISTS_SUPPORT_H
#define VG_TESTS_LISTS_SUPPORT_H

#include "signals/media/lists/lists_int.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "tests/tap.h"

/* Hashes of nothing in particular. */
#define MD5_A   "0123456789abcdef0123456789abcdef"
#define MD5_B   "fedcba9876543210fedcba9876543210"
#define SHA1_A  "0123456789abcdef0123456789abcdef01234567"
#define HEX64_A "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEX64_B "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

typedef struct notebook {
    vg_buf text;
    size_t stop_at; /* the record whose sink fails; 0: none */
    size_t records;
} notebook;

static int note_record(void *context, const vg_list_record *record, vg_error *err)
{
    notebook *n = context;
    char hex[65];
    if (++n->records == n->stop_at) return vg_fail(err, VG_EFULL, "sink", "the sink is full");
    vg_buf_printf(&n->text, "%s%zu %.*s [%.*s]", record->deleted ? "-" : "", record->line,
                  VG_STR_ARG(record->reference), VG_STR_ARG(record->category));
    for (size_t i = 0; i < record->hash_count && i < 4; i++) {
        const vg_media_hash *hash = &record->hashes[i];
        vg_hex_encode(hex, hash->bytes, vg_hash_bytes(hash->algorithm));
        hex[8] = '\0'; /* enough to tell them apart */
        vg_buf_printf(&n->text, " %s:%s", vg_hash_algorithm_names[hash->algorithm], hex);
        if (hash->quality) vg_buf_printf(&n->text, " q=%u", hash->quality);
        if (hash->frame) vg_buf_printf(&n->text, " frame=%u", hash->frame);
    }
    if (record->hash_count > 4) vg_buf_printf(&n->text, " and %zu more", record->hash_count - 4);
    if (record->time_ms) vg_buf_printf(&n->text, " @%lld", (long long)record->time_ms);
    if (record->note.len) vg_buf_printf(&n->text, " %.*s", VG_STR_ARG(record->note));
    vg_buf_add_char(&n->text, '\n');
    return 0;
}

static void note_skipped(void *context, size_t line, const char *reason)
{
    notebook *n = context;
    vg_buf_printf(&n->text, "%zu! %s\n", line, reason);
}

/* Reads it from a stream, as import does. The text lives until the next call. */
static const char *read_len(vg_list_format format, const char *input, size_t len, const vg_list_columns *columns,
                            vg_list_result *result)
{
    static notebook n;
    vg_list_result own;
    vg_error err = {0};
    vg_list_sink sink = {&n, note_record, note_skipped, NULL};
    vg_arena *arena = vg_arena_create(4096, 65536);
    FILE *in = len ? fmemopen((void *)(uintptr_t)input, len, "r") : fopen("/dev/null", "r");
    if (!arena || !in) exit(99);
    if (!result) result = &own;
    vg_buf_free(&n.text);
    n = (notebook){0};
    vg_buf_init(&n.text, 1 << 20);
    vg_buf_add_cstr(&n.text, "");
    int rc = vg_list_read(format, in, "list", columns, &sink, arena, result, &err);
    if (rc) vg_buf_printf(&n.text, "= %s %s: %s\n", vg_error_name(-rc), err.where, err.what);
    if (rc == 0 && result->next.len) vg_buf_printf(&n.text, "next %.*s\n", VG_STR_ARG(result->next));
    fclose(in);
    vg_arena_destroy(&arena);
    result->next = VG_STR(""); /* was in the arena */
    return n.text.ptr ? n.text.ptr : "";
}

__attribute__((unused)) static const char *read_text(vg_list_format format, const char *input)
{
    return read_len(format, input, strlen(input), NULL, NULL);
}

#define READS(format, input, want, name) TAP_EQ_STR(read_text(format, input), want, name)

#endif
