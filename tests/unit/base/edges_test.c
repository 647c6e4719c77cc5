/* SPDX-License-Identifier: Apache-2.0
 *
 * base, at its edges: fast paths against plain loops, starts at the same moment, files that are something else.
 */
#include <sched.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/base64.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/seal.h"
#include "base/str.h"
#include "base/time.h"
#include "base/turns.h"
#include "tap.h"

static char dir[] = "/tmp/vigie-base-XXXXXX";

/* UTF-8 by the table of RFC 3629, section 4, written as it stands there: the reference. */
static size_t by_the_table(const unsigned char *p, size_t n)
{
    static const struct { unsigned char from, to, low, high, size; } rows[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        if (p[0] < rows[r].from || p[0] > rows[r].to) continue;
        if (n < rows[r].size || (rows[r].size > 1 && (p[1] < rows[r].low || p[1] > rows[r].high))) return 0;
        for (size_t i = 2; i < rows[r].size; i++)
            if (p[i] < 0x80 || p[i] > 0xbf) return 0;
        return rows[r].size;
    }
    return 0;
}

static bool valid_by_the_table(const unsigned char *p, size_t n, size_t *bad)
{
    for (size_t i = 0, step; i < n; i += step) {
        *bad = i;
        if (!(step = by_the_table(p + i, n - i))) return false;
    }
    return true;
}

static void utf8(void)
{
    static const unsigned char edges[] = {0x00, 0x22, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2,
                                          0xdf, 0xe0, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
    enum { EDGES = sizeof edges };
    size_t wrong = 0, mine, theirs;
    for (size_t n = 0; n < (size_t)EDGES * EDGES * EDGES * EDGES; n++) {
        unsigned char s[12] = "abcd";
        size_t len = 4 + n % 5; /* four letters before, so that the eight bytes of the fast path are met */
        for (size_t i = 0, rest = n; i < 4; i++, rest /= EDGES) s[4 + i] = edges[rest % EDGES];
        bool good = valid_by_the_table(s, len, &theirs);
        wrong += vg_utf8_valid((const char *)s, len, &mine) != good || (!good && mine != theirs);
    }
    TAP_EQ_INT(wrong, 0, "UTF-8 is what the table of RFC 3629 says, with its first bad byte");
}

static void json_strings(void)
{
    vg_buf fast, slow;
    size_t wrong = 0;
    vg_buf_init(&fast, 1 << 16);
    vg_buf_init(&slow, 1 << 16);
    for (int c = 0; c < 256; c++) {
        for (size_t at = 0; at < 20; at++) {
            char text[20];
            memset(text, 'x', sizeof text);
            text[at] = (char)c;
            vg_buf_clear(&fast);
            vg_buf_clear(&slow);
            vg_buf_add_json_str(&fast, (vg_str){text, sizeof text});
            vg_buf_add_char(&slow, '"');
            vg_buf_add(&slow, text, at);
            if (c == '"' || c == '\\') vg_buf_printf(&slow, "\\%c", c);
            else if (c == '\b' || c == '\f' || c == '\n' || c == '\r' || c == '\t')
                vg_buf_printf(&slow, "\\%c", "btn-fr"[c - 8]);
            else if (c < 0x20) vg_buf_printf(&slow, "\\u%04x", (unsigned)c);
            else if (c >= 0x80) vg_buf_add_cstr(&slow, "\xef\xbf\xbd");
            else vg_buf_add_char(&slow, (char)c);
            vg_buf_add(&slow, text + at + 1, sizeof text - at - 1);
            vg_buf_add_char(&slow, '"');
            wrong += strcmp(fast.ptr, slow.ptr) != 0;
        }
    }
    TAP_EQ_INT(wrong, 0, "each byte at each place of a JSON string");
    vg_buf_clear(&fast);
    vg_buf_add_json_str(&fast, (vg_str){NULL, 0});
    TAP_EQ_STR(fast.ptr, "\"\"", "the empty string");
    vg_buf_free(&fast);
    vg_buf_free(&slow);
}

static void ceilings(void)
{
    int held = 1;
    for (size_t ceiling = 1; ceiling < 600; ceiling++) {
        vg_buf buf;
        vg_buf_init(&buf, ceiling);
        while (!buf.failed) vg_buf_add(&buf, "abc", 3);
        held &= buf.cap <= ceiling && buf.len < ceiling && buf.len + 3 >= ceiling && (!buf.ptr || buf.ptr[buf.len] == '\0');
        vg_buf_free(&buf);
    }
    TAP_OK(held, "a buffer is filled to its ceiling and not over it, whatever that is");
    vg_arena *arena = vg_arena_create(0, SIZE_MAX);
    TAP_OK(arena && !vg_arena_alloc(arena, SIZE_MAX) && vg_arena_alloc(arena, 100), "an arena without a ceiling refuses what cannot be");
    vg_arena_destroy(&arena);
    vg_buf buf;
    vg_buf_init(&buf, 100);
    vg_alloc_fail_at(1);
    vg_buf_add_cstr(&buf, "x");
    vg_alloc_fail_at(0);
    TAP_OK(buf.failed && buf.len == 0, "no memory for a buffer is remembered");
    vg_buf_clear(&buf);
    vg_buf_add_cstr(&buf, "x");
    TAP_OK(!buf.failed && buf.len == 1, "until it is cleared");
    vg_buf_free(&buf);
}

static void hashes(void)
{
    vg_hash_key key = {0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
    unsigned char bytes[80], reference[8];
    size_t wrong = 0, collisions = 0;
    uint64_t last = 0;
    for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i * 37);
    for (size_t at = 0; at < 8; at++) {
        for (size_t len = 0; len + at <= sizeof bytes; len++) {
            crypto_shorthash(reference, bytes + at, len, (const unsigned char *)&key);
            uint64_t mine = vg_hash64_24(&key, bytes + at, len);
            wrong += memcmp(reference, &mine, 8) != 0;
        }
    }
    TAP_EQ_INT(wrong, 0, "SipHash-2-4 agrees with libsodium at every length and alignment");
    for (uint64_t n = 0; n < 100000; n++) {
        uint64_t h = vg_hash64(&key, &n, n % 9);
        collisions += n % 9 == 8 && h == last;
        if (n % 9 == 8) last = h;
    }
    TAP_EQ_INT(collisions, 0, "1-3 differs from one number to the next");
    /* the published first vector of SipHash-1-3 with this key: the empty string */
    TAP_OK(vg_hash64(&key, "", 0) == 0xabac0158050fc4dcu, "1-3 gives the published value for the empty string");
}

static void times(void)
{
    int64_t ms;
    TAP_OK(!vg_time_parse(VG_STR("9999-12-31T23:59:59-00:01"), &ms), "an offset cannot lead beyond 9999");
    TAP_OK(vg_time_parse(VG_STR("9999-12-31T23:59:59.999Z"), &ms) && ms == 253402300799999, "the last moment");
    static const char whole[] = "2026-05-04T10:11:12.345+02:00";
    int refused = 1;
    for (size_t len = 0; len < sizeof whole - 1; len++) {
        char *cut = malloc(len ? len : 1); /* exactly as long, so that reading on is seen */
        if (!cut) return;
        memcpy(cut, whole, len);
        refused &= !vg_time_parse((vg_str){cut, len}, &ms);
        free(cut);
    }
    TAP_OK(refused, "a time that is cut anywhere is refused");
    int64_t wall = vg_time_now(), before = vg_time_monotonic_us();
    TAP_OK(wall > 1700000000000 && vg_time_monotonic_us() >= before, "the clocks go");
}

/* Processes that start at the same moment on an empty data directory agree on one ring. */
static void ring_race(void)
{
    enum { PROCESSES = 8, ROUNDS = 5 };
    int agreed = 1;
    for (int round = 0; round < ROUNDS; round++) {
        char path[64];
        int go[2], answers[2];
        vg_hash_key first = {0, 0}, key;
        snprintf(path, sizeof path, "%s/ring%d", dir, round);
        if (pipe(go) || pipe(answers)) return;
        for (int i = 0; i < PROCESSES; i++) {
            if (fork()) continue;
            vg_keyring *ring = NULL;
            char start;
            close(go[1]);
            if (read(go[0], &start, 1) != 0) _exit(1); /* all at once: when the writing end closes */
            key = (vg_hash_key){0, 0};
            if (vg_keyring_open(&ring, path, 1, NULL) == 0) key = vg_keyring_names(ring);
            _exit(write(answers[1], &key, sizeof key) != sizeof key);
        }
        close(go[0]);
        close(go[1]);
        close(answers[1]);
        int got = 0;
        for (; read(answers[0], &key, sizeof key) == sizeof key; got++) {
            if (!got) first = key;
            agreed &= key.k0 == first.k0 && key.k1 == first.k1 && (key.k0 || key.k1);
        }
        agreed &= got == PROCESSES;
        close(answers[0]);
        while (wait(NULL) > 0) {}
    }
    TAP_OK(agreed, "eight processes that start at once agree on one key ring");
}

static void files(void)
{
    char path[64], *text;
    size_t len;
    vg_error err = {0};
    vg_keyring *ring = NULL;
    snprintf(path, sizeof path, "%s/new", dir);
    TAP_EQ_INT(vg_file_create(path, "one", 3, 0600, &err), 0, "a new file");
    TAP_EQ_INT(vg_file_create(path, "two", 3, 0600, &err), -VG_EEXIST, "is not written over");
    TAP_OK(vg_file_read(path, 10, &text, &len, &err) == 0 && strcmp(text, "one") == 0, "and keeps its content");
    vg_free(text);
    vg_alloc_fail_at(1);
    TAP_EQ_INT(vg_file_read(path, 10, &text, &len, &err), -VG_ENOMEM, "no memory to read it is an answer");
    vg_alloc_fail_at(0);
    snprintf(path, sizeof path, "%s/fifo", dir);
    if (mkfifo(path, 0600) == 0) {
        TAP_EQ_INT(vg_file_read(path, 10, &text, &len, &err), -VG_EINVAL, "a FIFO is refused, not waited for");
        TAP_OK(vg_keyring_open(&ring, path, 1, &err) < 0, "as a key ring too");
    }
    snprintf(path, sizeof path, "%s/no/such/folder/x", dir);
    TAP_EQ_INT(vg_file_replace(path, "x", 1, 0600, &err), -VG_ENOENT, "a file in a folder that is not there");
    TAP_OK(strstr(err.where, "/no/such/folder/x") != NULL, "names its place");
    TAP_EQ_INT(vg_file_replace("/dev/full/x", "x", 1, 0600, &err), -VG_EIO, "a device is no folder");
    snprintf(path, sizeof path, "%s/new", dir);
    TAP_OK(vg_dir_create(path, 0700, &err) < 0, "a file is no folder");
    snprintf(path, sizeof path, "%s/link", dir);
    if (symlink("ring0", path) == 0) TAP_OK(vg_keyring_open(&ring, path, 1, &err) < 0, "a key ring behind a link is refused");
}

/* What the log writes, through a pipe in place of standard error. */
static void log_lines(void)
{
    char line[512] = "";
    int ends[2], kept = dup(STDERR_FILENO);
    if (kept < 0 || pipe(ends) || dup2(ends[1], STDERR_FILENO) < 0) return;
    vg_log(VG_LOG_DEBUG, "test", "not seen");
    vg_log(VG_LOG_WARN, "test", "one\nline \x1b[31m %d", 7);
    ssize_t n = read(ends[0], line, sizeof line - 1);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(ends[0]);
    close(ends[1]);
    TAP_OK(n > 25 && line[24] == ' ', "a log line begins with the time");
    TAP_EQ_STR(line + 25, "warn test: one\\x0aline \\x1b[31m 7\n", "is one line without control characters");
}

/* Refused or not, nothing else may change: neither the share of the processor nor who may be set aside for whom. */
static void turns(void)
{
    int policy = sched_getscheduler(0), nice_before = getpriority(PRIO_PROCESS, 0);
    bool taken = vg_turns_short();
    TAP_EQ_INT(sched_getscheduler(0), policy, taken ? "short turns, granted, leave the kind of scheduling" : "short turns, refused, leave the kind of scheduling");
    TAP_EQ_INT(getpriority(PRIO_PROCESS, 0), nice_before, "and the share of the processor");
    struct sched_param param = {.sched_priority = 0};
    if (sched_setscheduler(0, SCHED_IDLE, &param)) return;
    TAP_OK(!vg_turns_short(), "a thread that somebody made wait for all others is left so");
    TAP_EQ_INT(sched_getscheduler(0), SCHED_IDLE, "and stays so");
}

static bool reads(const char *text, size_t len, vg_base64 kind, const char *bytes)
{
    uint8_t out[64];
    size_t got;
    return vg_base64_decode((vg_str){text, len}, kind, out, sizeof out, &got) && got == strlen(bytes) && memcmp(out, bytes, got) == 0;
}

/* RFC 4648, sections 3.5 and 10. */
static void base64(void)
{
    static const char *const vectors[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    static const char *const wrong[] = {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z===", "====", "=", "Zm8=Zm8=", " Zm8=", "Zm8=\n", "Zm\n8=", "Zm-_", "Zm8.", "Z\xc3\xa9="};
    uint8_t out[64];
    size_t got, high = 0, sodium = 0;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        vg_buf buf;
        vg_buf_init(&buf, 1000);
        vg_buf_add_base64(&buf, (const uint8_t *)vectors[i][0], strlen(vectors[i][0]));
        TAP_OK(vg_str_is((vg_str){buf.ptr ? buf.ptr : "", buf.len}, vectors[i][1]), "vector %zu of section 10 is written", i);
        TAP_OK(reads(vectors[i][1], strlen(vectors[i][1]), VG_BASE64, vectors[i][0]), "and read back");
        TAP_OK(reads(vectors[i][1], strcspn(vectors[i][1], "="), VG_BASE64_BARE, vectors[i][0]), "without padding where that is the kind");
        vg_buf_free(&buf);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        TAP_OK(!vg_base64_decode(vg_str_of(wrong[i]), VG_BASE64, out, sizeof out, &got), "not base64: number %zu", i);
    TAP_OK(!vg_base64_decode(VG_STR("Zm9vYmFy"), VG_BASE64, out, 5, &got), "nor what has no room");
    TAP_OK(!vg_base64_decode(VG_STR("Zm8="), VG_BASE64_BARE, out, sizeof out, &got) && !vg_base64_decode(VG_STR("+/+/"), VG_BASE64_URL, out, sizeof out, &got),
           "padding and letters are those of the kind");
    TAP_OK(vg_base64_decode(VG_STR("-_-_"), VG_BASE64_URL_BARE, out, sizeof out, &got) && got == 3 && out[0] == 0xfb, "the alphabet for addresses");
    for (unsigned c = 0x80; c < 0x100; c++)
        for (unsigned at = 0; at < 4; at++) {
            char text[4] = {'A', 'A', 'A', 'A'};
            text[at] = (char)c;
            high += vg_base64_decode((vg_str){text, 4}, VG_BASE64, out, sizeof out, &got);
            sodium += sodium_base642bin(out, sizeof out, text, 4, NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
        }
    TAP_OK(!high, "no byte above 0x7f is a digit (libsodium takes %zu texts with one)", sodium);
}

int main(void)
{
    if (sodium_init() < 0 || !mkdtemp(dir)) return 1;
    utf8();
    json_strings();
    ceilings();
    hashes();
    base64();
    times();
    ring_race();
    files();
    log_lines();
    turns(); /* last: the process stays behind all others */
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    TAP_EQ_INT(system(command), 0, "cleaned up");
    return tap_done();
}
