/* SPDX-License-Identifier: Apache-2.0
 *
 * base: what every room stands on.
 */
#include <limits.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/seal.h"
#include "base/str.h"
#include "base/time.h"
#include "tap.h"

static void failed_allocations(void)
{
    vg_alloc_fail_at(2);
    void *a = vg_malloc(1), *b = vg_malloc(1), *c = vg_malloc(1);
    TAP_OK(a && !b && c, "the second allocation fails, once");
    TAP_OK(vg_alloc_failed() && vg_alloc_count() == 3, "and it is known that it did");
    vg_free(a);
    vg_free(c);
    vg_alloc_fail_at(0);
    TAP_OK(vg_calloc(SIZE_MAX / 2, 4) == NULL, "calloc does not overflow");
}

static void arenas(void)
{
    vg_arena *arena = vg_arena_create(64, 1000);
    char *first = vg_arena_alloc(arena, 40);
    TAP_OK(((uintptr_t)first & 15) == 0, "aligned to 16 bytes");
    TAP_OK(vg_arena_alloc(arena, 200) != NULL, "grows by blocks");
    TAP_OK(vg_arena_alloc(arena, 900) == NULL, "and not over its ceiling");
    TAP_OK(vg_arena_alloc(arena, SIZE_MAX) == NULL, "a size that would overflow is refused");
    TAP_OK(vg_arena_calloc(arena, SIZE_MAX / 2, 4) == NULL, "so is a product that would");
    vg_str s = vg_arena_printf(arena, "%d-%s", 7, "x");
    TAP_EQ_STR(s.ptr, "7-x", "prints into itself");
    vg_arena_reset(arena);
    TAP_OK(vg_arena_used(arena) == 0 && vg_arena_alloc(arena, 40) == first, "reset keeps the first block");
    vg_arena_destroy(&arena);
    TAP_OK(arena == NULL, "destroy takes the pointer");
    vg_alloc_fail_at(1);
    TAP_OK(vg_arena_create(64, 1000) == NULL, "no memory is an answer");
    vg_alloc_fail_at(0);
}

static const char *json(vg_buf *buf, const char *bytes, size_t len)
{
    vg_buf_clear(buf);
    vg_buf_add_json_str(buf, (vg_str){bytes, len});
    return buf->ptr;
}

static void buffers(void)
{
    vg_buf buf;
    vg_buf_init(&buf, 100);
    vg_buf_printf(&buf, "%s", "abc");
    vg_buf_add_u64(&buf, UINT64_MAX);
    vg_buf_add_i64(&buf, INT64_MIN);
    TAP_EQ_STR(buf.ptr, "abc18446744073709551615-9223372036854775808", "numbers at their ends");
    vg_buf_clear(&buf);
    static const struct { uint32_t e4; const char *text; } e4[] = {{0, "0"}, {1, "0.0001"}, {8300, "0.83"}, {10000, "1"}, {10500, "1.05"}};
    for (size_t i = 0; i < 5; i++) {
        vg_buf_clear(&buf);
        vg_buf_add_e4(&buf, e4[i].e4);
        TAP_EQ_STR(buf.ptr, e4[i].text, "a number in 1/10000");
    }
    TAP_EQ_STR(json(&buf, "a\"b\\c\n\t\x01\x7f", 9), "\"a\\\"b\\\\c\\n\\t\\u0001\x7f\"", "JSON escapes");
    TAP_EQ_STR(json(&buf, "\xc3\xa9\xf0\x9f\x98\x80", 6), "\"\xc3\xa9\xf0\x9f\x98\x80\"", "UTF-8 goes through");
    TAP_EQ_STR(json(&buf, "\xed\xa0\x80", 3), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "a surrogate becomes U+FFFD");
    TAP_EQ_STR(json(&buf, "a\xc3", 2), "\"a\xef\xbf\xbd\"", "so does a half character at the end");
    vg_buf_clear(&buf);
    for (int i = 0; i < 200; i++) vg_buf_add_char(&buf, 'x');
    TAP_OK(buf.failed && buf.len < 100, "the ceiling holds and is remembered");
    vg_buf_clear(&buf);
    vg_buf_printf(&buf, "%0200d", 1);
    TAP_OK(buf.failed, "also for printf");
    vg_buf_free(&buf);
    size_t bad = 99;
    TAP_OK(vg_utf8_valid("h\xc3\xa9", 3, &bad), "valid UTF-8");
    TAP_OK(!vg_utf8_valid("ab\xc0\xaf", 4, &bad) && bad == 2, "an overlong form is bad, with its place");
}

static void hashes(void)
{
    vg_hash_key key = {0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
    unsigned char bytes[64], reference[8];
    int same = 1;
    for (unsigned i = 0; i < 64; i++) {
        bytes[i] = (unsigned char)i;
        crypto_shorthash(reference, bytes, i, (const unsigned char *)&key);
        uint64_t mine = vg_hash64_24(&key, bytes, i);
        same &= memcmp(reference, &mine, 8) == 0;
    }
    TAP_OK(same, "SipHash-2-4 agrees with libsodium on 64 lengths");
    TAP_OK(vg_hash64(&key, "a", 1) != vg_hash64(&key, "b", 1) && vg_hash64(&key, "a", 1) == vg_hash64(&key, "a", 1), "1-3 tells names apart");
    TAP_OK(vg_hash_mix(1, 2) != vg_hash_mix(2, 1), "the order of a mix matters");
    unsigned char same_bytes[200] = {0};
    uint64_t whole = vg_hash_content(&key, same_bytes, sizeof same_bytes);
    int told_apart = 1;
    for (unsigned i = 0; i < sizeof same_bytes; i++) {
        same_bytes[i] ^= 1;
        told_apart &= vg_hash_content(&key, same_bytes, sizeof same_bytes) != whole;
        same_bytes[i] ^= 1;
        told_apart &= vg_hash_content(&key, same_bytes, i) != whole;
    }
    TAP_OK(told_apart && vg_hash_content(&key, same_bytes, sizeof same_bytes) == whole, "content is told apart by each byte and by its length");
    TAP_OK(vg_hash_content(&key, NULL, 0) == vg_hash_content(&key, "", 0), "no content is content too");
    uint8_t out[2];
    char hex[5];
    TAP_OK(vg_hex_decode(out, 2, VG_STR("aB09")) && out[0] == 0xab && out[1] == 9, "hex in");
    vg_hex_encode(hex, out, 2);
    TAP_EQ_STR(hex, "ab09", "hex out");
    TAP_OK(!vg_hex_decode(out, 2, VG_STR("ab0")) && !vg_hex_decode(out, 2, VG_STR("ab0g")), "bad hex is refused");
}

static void times(void)
{
    static const struct { const char *text; int64_t ms; } good[] = {
        {"1970-01-01T00:00:00Z", 0}, {"2026-05-04T10:11:12.345Z", 1777889472345}, {"2026-05-04T12:11:12.345+02:00", 1777889472345},
        {"2024-02-29T23:59:60Z", 1709251199999}, {"2000-02-29t00:00:00z", 951782400000}, {"2026-05-04T10:11:12.3456789Z", 1777889472345}};
    static const char *const bad[] = {"", "2026-05-04", "2026-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-05-04T24:00:00Z",
        "2026-05-04T10:11:12", "2026-05-04T10:11:12.Z", "2026-05-04 10:11:12Z", "2026-05-04T10:11:12+0200", "1969-12-31T23:59:59Z", "2026-05-04T10:11:12Zx",
        "1970-01-01T00:00:00+01:00", "2026-05-04T10:61:12Z", "+026-05-04T10:11:12Z"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t ms = -1;
        TAP_OK(vg_time_parse((vg_str){good[i].text, strlen(good[i].text)}, &ms), "reads %s", good[i].text);
        TAP_EQ_INT(ms, good[i].ms, good[i].text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t ms;
        TAP_OK(!vg_time_parse((vg_str){bad[i], strlen(bad[i])}, &ms), "refuses \"%s\"", bad[i]);
    }
    int round = 1;
    char text[25];
    for (int64_t ms = 0; ms < 253402300799999; ms += 86413917771 / 7) {
        int64_t back;
        vg_time_format(ms, text);
        round &= vg_time_parse(vg_str_of(text), &back) && back == ms;
    }
    TAP_OK(round, "what is written is read back, from 1970 to 9999");
    int64_t day;
    TAP_OK(vg_time_parse_date(VG_STR("2026-05-04"), &day) && day == 1777852800000, "a date alone");
}

static void files_and_seals(void)
{
    char dir[] = "/tmp/vigie-base-XXXXXX", path[64], *text;
    size_t len;
    vg_error err = {0};
    vg_keyring *ring = NULL, *again = NULL;
    if (!mkdtemp(dir)) return;
    snprintf(path, sizeof path, "%s/a/b/c", dir);
    TAP_EQ_INT(vg_dir_create(path, 0700, &err), 0, "a folder with its parents");
    snprintf(path, sizeof path, "%s/file", dir);
    TAP_EQ_INT(vg_file_replace(path, "one", 3, 0600, &err), 0, "a file");
    TAP_EQ_INT(vg_file_replace(path, "second", 6, 0600, &err), 0, "replaced");
    TAP_OK(vg_file_read(path, 100, &text, &len, &err) == 0 && len == 6 && strcmp(text, "second") == 0, "read back");
    vg_free(text);
    TAP_EQ_INT(vg_file_read(path, 5, &text, &len, &err), -VG_ETOOBIG, "not over the ceiling");
    TAP_EQ_INT(vg_file_read("/nonexistent", 5, &text, &len, &err), -VG_ENOENT, "not there");
    TAP_EQ_INT(vg_file_read(dir, 5, &text, &len, &err), -VG_EINVAL, "not a file");

    struct stat st;
    snprintf(path, sizeof path, "%s/ring", dir);
    TAP_EQ_INT(vg_keyring_open(&ring, path, 0, &err), -VG_ENOENT, "no ring unless asked to make one");
    TAP_EQ_INT(vg_keyring_open(&ring, path, 1, &err), 0, "a ring is made");
    TAP_OK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600, "readable by its owner only");
    TAP_EQ_INT(vg_keyring_open(&again, path, 1, &err), 0, "and opened again");
    uint8_t sealed[5 + VG_SEAL_OVERHEAD];
    char plain[6] = "";
    TAP_EQ_INT(vg_seal(ring, VG_STR("case:1"), "hello", 5, sealed, &err), 0, "sealed");
    TAP_EQ_INT(vg_unseal(again, VG_STR("case:1"), sealed, sizeof sealed, plain, &err), 0, "opened by the same ring, read again");
    TAP_EQ_STR(plain, "hello", "the same content");
    TAP_EQ_INT(vg_unseal(again, VG_STR("case:2"), sealed, sizeof sealed, plain, &err), -VG_ECORRUPT, "not in another place");
    sealed[sizeof sealed - 1] ^= 1;
    TAP_EQ_INT(vg_unseal(again, VG_STR("case:1"), sealed, sizeof sealed, plain, &err), -VG_ECORRUPT, "not when altered");
    TAP_EQ_INT(vg_unseal(again, VG_STR("case:1"), sealed, 3, plain, &err), -VG_ECORRUPT, "not when too short");
    vg_hash_key a = vg_keyring_names(ring), b = vg_keyring_names(again);
    TAP_OK(a.k0 == b.k0 && a.k1 == b.k1, "the names key is the ring's");
    vg_keyring_close(&again);
    vg_keyring_close(&ring);
    chmod(path, 0640);
    TAP_EQ_INT(vg_keyring_open(&ring, path, 1, &err), -VG_EFORBIDDEN, "a ring that others may read is refused");
    TAP_OK(strstr(err.what, "0640") != NULL, "and its mode named");
    chmod(path, 0600);
    if (truncate(path, 7) == 0) TAP_EQ_INT(vg_keyring_open(&ring, path, 1, &err), -VG_ECORRUPT, "a cut ring is refused");
    char token[41];
    vg_token_random(token, sizeof token, 200);
    TAP_EQ_INT(strlen(token), 40, "a token of 200 bits");
    snprintf(path, sizeof path, "rm -rf %s", dir);
    TAP_EQ_INT(system(path), 0, "cleaned up");
}

int main(void)
{
    if (sodium_init() < 0) return 1;
    failed_allocations();
    arenas();
    buffers();
    hashes();
    times();
    files_and_seals();
    vg_error err = {0};
    TAP_EQ_INT(vg_fail(&err, VG_EINVAL, "/a", "got %d", 3), -VG_EINVAL, "an error is its negative code");
    TAP_OK(strcmp(err.where, "/a") == 0 && strcmp(err.what, "got 3") == 0, "with a place and a sentence");
    TAP_EQ_INT(vg_fail(NULL, VG_EIO, "", "x"), -VG_EIO, "and may be ignored");
    return tap_done();
}
