/* SPDX-License-Identifier: Apache-2.0
 *
 * A bank is a text file, one hash a line: `sha256 HEX` or `md5 HEX`, `#` begins a comment. Lists of millions
 * are normal, so it is parsed in place, spread into buckets by the first two bytes and sorted bucket by
 * bucket: hashes are evenly distributed, which makes this linear in practice.
 */
#include <stdlib.h>
#include "base/hash.h"
#include "space/space_int.h"

enum { BUCKETS = VG_HASH_ALGORITHMS << 16, FEW = 4096 };

/* The order of vg_media_hash_compare: algorithm, then bytes. */
static int compare(const void *a, const void *b)
{
    const vg_media_hash *x = a, *y = b;
    if (x->algorithm != y->algorithm) return x->algorithm < y->algorithm ? -1 : 1;
    return memcmp(x->bytes, y->bytes, sizeof x->bytes);
}

static size_t bucket_of(const vg_media_hash *hash)
{
    return (size_t)hash->algorithm << 16 | (size_t)hash->bytes[0] << 8 | hash->bytes[1];
}

/* Copies `count` hashes from `in` to `out`, bucket by bucket, each bucket sorted. */
static int sort_buckets(const vg_media_hash *in, size_t count, vg_media_hash *out)
{
    size_t *start = vg_calloc(BUCKETS + 1, sizeof *start);
    if (!start) return -VG_ENOMEM;
    for (size_t i = 0; i < count; i++) start[bucket_of(&in[i]) + 1]++;
    for (size_t b = 0; b < BUCKETS; b++) start[b + 1] += start[b];
    for (size_t i = 0; i < count; i++) out[start[bucket_of(&in[i])]++] = in[i];
    /* filling moved each start to its bucket's end */
    for (size_t b = 0, from = 0; b < BUCKETS; from = start[b++])
        if (start[b] - from > 1) qsort(out + from, start[b] - from, sizeof *out, compare);
    vg_free(start);
    return 0;
}

/* Sorts `count` hashes from `in` into `out` and drops duplicates. */
static int sort_unique(const vg_media_hash *in, size_t *count, vg_media_hash *out)
{
    size_t kept = 0;
    if (*count < FEW) {
        memcpy(out, in, *count * sizeof *out);
        qsort(out, *count, sizeof *out, compare);
    } else if (sort_buckets(in, *count, out)) {
        return -VG_ENOMEM;
    }
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || compare(&out[kept - 1], &out[i]) != 0) out[kept++] = out[i];
    *count = kept;
    return 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* One word of the line from *at; empty at the end or at a comment. */
static vg_str next_word(vg_str line, size_t *at)
{
    while (*at < line.len && is_blank(line.ptr[*at])) ++*at;
    size_t from = *at;
    if (from < line.len && line.ptr[from] == '#') *at = line.len;
    else
        while (*at < line.len && !is_blank(line.ptr[*at])) ++*at;
    return (vg_str){line.ptr + from, from < line.len && line.ptr[from] == '#' ? 0 : *at - from};
}

/* Reads one line; *found is false for blank lines and comments. */
static int read_line(vg_str line, const char *name, size_t number, vg_media_hash *out, bool *found,
                     vg_error *err)
{
    size_t at = 0, bytes, column;
    vg_str algorithm = next_word(line, &at), hex = next_word(line, &at), rest;
    *found = algorithm.len > 0;
    if (!*found) return 0;
    *out = (vg_media_hash){0};
    column = (size_t)(algorithm.ptr - line.ptr) + 1;
    if (vg_str_is(algorithm, "sha256")) out->algorithm = VG_HASH_SHA256, bytes = 32;
    else if (vg_str_is(algorithm, "md5")) out->algorithm = VG_HASH_MD5, bytes = 16;
    else
        return vg_space_fail(err, name, number, column,
                             "unknown algorithm `%.*s` (expected sha256 or md5, a space and the hash)",
                             (int)(algorithm.len < 40 ? algorithm.len : 40), algorithm.ptr);
    column = (size_t)(hex.ptr - line.ptr) + 1;
    if (hex.len != 2 * bytes)
        return vg_space_fail(err, name, number, column, "%zu characters; expected %zu hexadecimal digits",
                             hex.len, 2 * bytes);
    if (!vg_hex_decode(out->bytes, bytes, hex))
        return vg_space_fail(err, name, number, column, "not hexadecimal; expected %zu digits 0-9 a-f",
                             2 * bytes);
    rest = next_word(line, &at);
    if (rest.len)
        return vg_space_fail(err, name, number, (size_t)(rest.ptr - line.ptr) + 1,
                             "text after the hash; expected one hash a line");
    return 0;
}

static int read_lines(const char *bytes, size_t len, const char *name, vg_media_hash *out, size_t *count,
                      vg_error *err)
{
    size_t number = 1;
    *count = 0;
    for (size_t at = 0; at < len; number++) {
        const char *end = memchr(bytes + at, '\n', len - at);
        size_t line_len = end ? (size_t)(end - bytes) - at : len - at;
        bool found;
        int rc = read_line((vg_str){bytes + at, line_len}, name, number, &out[*count], &found, err);
        if (rc) return rc;
        *count += found;
        at += line_len + 1;
    }
    return 0;
}

/* Into the arena, sorted. The shortest line is "md5 ", 32 digits and a newline. */
static int fill(vg_space_loader *loader, const char *bytes, size_t len, vg_bank_file *bank, vg_error *err)
{
    size_t most = len / 37 + 2, count = 0;
    vg_media_hash *read = vg_calloc(most, sizeof *read), *sorted;
    int rc = read ? read_lines(bytes, len, bank->name, read, &count, err) : vg_space_nomem(err);
    if (rc) goto out;
    sorted = vg_arena_calloc(loader->arena, count ? count : 1, sizeof *sorted);
    if (!sorted || sort_unique(read, &count, sorted)) {
        rc = vg_space_nomem(err);
        goto out;
    }
    bank->hash_count = count;
    bank->hashes = sorted;
out:
    vg_free(read);
    return rc;
}

int vg_bank_file_load(vg_space_loader *loader, const char *name, const vg_bank_file **out, vg_error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    vg_bank_file *bank;
    int rc;
    for (bank = loader->banks; bank; bank = bank->next)
        if (strcmp(bank->name, name) == 0) {
            *out = bank;
            return 0;
        }
    rc = loader->read(loader->context, name, VG_SPACE_MAX_BANK, &bytes, &len, err);
    if (rc) goto out;
    bank = vg_arena_calloc(loader->arena, 1, sizeof *bank);
    if (bank) bank->name = vg_space_keep(loader, name);
    rc = bank && bank->name ? fill(loader, bytes, len, bank, err) : vg_space_nomem(err);
    if (rc) goto out;
    bank->next = loader->banks;
    loader->banks = bank;
    *out = bank;
out:
    vg_free(bytes);
    return rc;
}
