/* SPDX-License-Identifier: Apache-2.0
 *
 * What every reader owes, whatever it is given: no memory beyond its own, no record from what is broken, every failed
 * allocation a result, and the sink's word is the last.
 */
#include "tests/unit/lists/support.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define VICS20 "{\"@odata.context\":\"ProjectVic/DataModels/2.0.xml/FR/$metadata#Media\",\"value\":["
#define QUERY  "<queryResult xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\">"

static const struct {
    vg_list_format format;
    const char *head, *record, *between, *tail; /* `record` may be repeated */
} shapes[] = {
    {VG_LIST_TEXT, "# list\n", "md5 " MD5_A " A\npdq " HEX64_A " quality=70 B\n", "", ""},
    {VG_LIST_CSV, "ID,MD5,PDQ,Category\n", "\"a,1\"," MD5_A "," HEX64_A ",\"A \"\"b\"\"\"\r\n", "", ""},
    {VG_LIST_VICS, VICS20,
     "{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A
     "\",\"Series\":\"s\\u00e9rie\",\"MediaFiles\":[{\"FileName\":\"x\",\"FilePath\":\"y\"}],"
     "\"AlternativeHashes\":[{\"HashName\":\"PDQ\",\"HashValue\":\"" HEX64_A "\"}]}",
     ",", "]}"},
    {VG_LIST_NCMEC, QUERY "<images>",
     "<image><member id=\"42\">M</member><timestamp>2017-10-24T15:00:00Z</timestamp><id>i</id><classification>A1</classification>"
     "<fingerprints><md5>" MD5_A "</md5><pdna>x</pdna></fingerprints></image>",
     "", "</images><paging><next>/v2/entries?start=1</next></paging></queryResult>"},
    {VG_LIST_STOPNCII, "{\"hashRecords\":[",
     "{\"lastModtimestamp\":1700000000,\"signalType\":\"ImagePDQ\",\"hashValue\":\"" HEX64_A
     "\",\"hashStatus\":\"Active\"}",
     ",", "],\"nextPageToken\":\"t\"}"},
    {VG_LIST_VPDQ, "", "0,100," HEX64_A ",0.000\n", "", ""},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static void whole(size_t i, size_t records, vg_buf *out)
{
    vg_buf_init(out, 1 << 20);
    vg_buf_add_cstr(out, shapes[i].head);
    for (size_t n = 0; n < records; n++) {
        if (n) vg_buf_add_cstr(out, shapes[i].between);
        vg_buf_add_cstr(out, shapes[i].record);
    }
    vg_buf_add_cstr(out, shapes[i].tail);
}

/* JSON and XML know their end: cut anywhere, they are refused. */
static void cut_anywhere(void)
{
    for (size_t i = 0; i < SHAPES; i++) {
        vg_buf list;
        size_t accepted = 0;
        bool closed = shapes[i].format == VG_LIST_VICS || shapes[i].format == VG_LIST_NCMEC ||
                      shapes[i].format == VG_LIST_STOPNCII;
        whole(i, 2, &list);
        for (size_t len = 0; len < list.len; len++)
            accepted += strstr(read_len(shapes[i].format, list.ptr, len, NULL, NULL), "= ") == NULL;
        TAP_OK(!closed || accepted == 0, "%s cut at each of %zu places: %zu taken for whole",
               vg_list_format_names[shapes[i].format], list.len, accepted);
        vg_buf_free(&list);
    }
}

/* Each byte turned into what parsers stumble over: an answer comes, and the sanitizers have nothing to say. */
static void bytes_changed(void)
{
    static const unsigned char changes[] = {0, '"', '<', '{', '\n', 0xff};
    for (size_t i = 0; i < SHAPES; i++) {
        vg_buf list;
        size_t whole_ones = 0, read = 0;
        whole(i, 2, &list);
        for (size_t at = 0; at < list.len; at++) {
            char was = list.ptr[at];
            for (size_t c = 0; c < sizeof changes; c += 3) { /* two of them at each place */
                list.ptr[at] = (char)changes[(at + c) % sizeof changes];
                const char *said = read_len(shapes[i].format, list.ptr, list.len, NULL, NULL);
                read++;
                whole_ones += !strstr(said, "= ") && !strstr(said, "! ");
            }
            list.ptr[at] = was;
        }
        TAP_OK(whole_ones < read, "%s with each byte changed: %zu readings", vg_list_format_names[shapes[i].format],
               read);
        vg_buf_free(&list);
    }
}

static int count_record(void *context, const vg_list_record *record, vg_error *err)
{
    (void)err;
    *(size_t *)context += record->hash_count;
    return 0;
}

static void no_memory(void)
{
    for (size_t i = 0; i < SHAPES; i++) {
        vg_buf list;
        size_t hashes = 0, failures = 0;
        bool told = true;
        whole(i, 40, &list);
        for (size_t n = 1;; n++) {
            vg_list_result result;
            vg_error err = {0};
            vg_list_sink sink = {&hashes, count_record, NULL, NULL};
            vg_arena *arena = vg_arena_create(64, 4096);
            FILE *in = fmemopen(list.ptr, list.len, "r");
            if (!arena || !in) exit(99);
            vg_alloc_fail_at(n);
            hashes = 0;
            int rc = vg_list_read(shapes[i].format, in, "list", NULL, &sink, arena, &result, &err);
            bool failed = vg_alloc_failed();
            vg_alloc_fail_at(0);
            fclose(in);
            vg_arena_destroy(&arena);
            if (!failed) {
                told = told && rc == 0 && hashes >= 40;
                break;
            }
            failures++;
            told = told && rc == -VG_ENOMEM && err.code == VG_ENOMEM;
        }
        TAP_OK(told && failures >= 2, "%s: each of %zu failed allocations is told",
               vg_list_format_names[shapes[i].format], failures);
        vg_buf_free(&list);
    }
}

static void sink_stops(void)
{
    for (size_t i = 0; i < SHAPES; i++) {
        vg_buf list;
        whole(i, 3, &list);
        notebook n = {.stop_at = shapes[i].format == VG_LIST_VPDQ ? 1 : 2};
        vg_buf_init(&n.text, 1 << 16);
        vg_list_result result;
        vg_error err = {0};
        vg_list_sink sink = {&n, note_record, note_skipped, NULL};
        vg_arena *arena = vg_arena_create(4096, 65536);
        int rc =
            vg_list_read_bytes(shapes[i].format, (vg_str){list.ptr, list.len}, "list", &sink, arena, &result, &err);
        TAP_OK(rc == -VG_EFULL && n.records == n.stop_at && strcmp(err.where, "sink") == 0,
               "%s: the sink's error ends the reading and stays", vg_list_format_names[shapes[i].format]);
        vg_arena_destroy(&arena);
        vg_buf_free(&n.text);
        vg_buf_free(&list);
    }
}

static void repeated(vg_buf *out, const char *head, const char *part, size_t times, const char *tail)
{
    vg_buf_init(out, 64 << 20);
    vg_buf_add_cstr(out, head);
    for (size_t i = 0; i < times; i++) vg_buf_add_cstr(out, part);
    vg_buf_add_cstr(out, tail);
}

static void floods(void)
{
    static const struct {
        vg_list_format format;
        const char *head, *part;
        size_t times;
        const char *tail, *want, *name;
    } cases[] = {
        {VG_LIST_VICS, VICS20, "[", 100000, "", "more than 64 arrays and objects in each other", "arrays in arrays"},
        {VG_LIST_VICS, VICS20, "{\"Media\":[", 50000, "", "more than 64 arrays and objects in each other",
         "cases in cases"},
        {VG_LIST_STOPNCII, "{\"a\":", "{\"a\":", 100000, "", "more than 64 arrays and objects in each other",
         "objects in objects"},
        {VG_LIST_VICS, VICS20 "{\"Comments\":\"", "xxxxxxxxxxxxxxxx", 100000, "",
         "a string or number of more than 262144 bytes", "a string that does not end"},
        {VG_LIST_VICS, VICS20 "{\"Comments\":\"", "\\u0000\\\"", 300000, "",
         "a string or number of more than 262144 bytes", "nor does one of escapes"},
        {VG_LIST_VICS, VICS20 "{\"MediaID\":", "1234567890123456", 100000, "",
         "a string or number of more than 262144 bytes", "a number that does not end"},
        {VG_LIST_VICS, VICS20 "{\"MD5\":\"" MD5_A "\",\"Comments\":\"", "xxxxxxxxxxxxxxxx", 16000, "\"}]}",
         "1 " MD5_A " [] md5:01234567\n", "a long string that is not kept"},
        {VG_LIST_VICS, VICS20 "{\"MD5\":\"" MD5_A "\",\"Tags\":[", "\"tag\",", 100000, "\"\"]}]}", "…\"}\n",
         "many tags are cut"},
        {VG_LIST_VICS, VICS20 "{\"MD5\":\"" MD5_A "\",\"AlternativeHashes\":[",
         "{\"HashName\":\"x\",\"HashValue\":\"y\"},", 100000, "{}]}]}", "{\"x\":100000}}",
         "many hashes that are not read"},
        {VG_LIST_NCMEC, QUERY "<images>", "<image>", 100000, "", "more than 64 elements in each other",
         "elements in elements"},
        {VG_LIST_NCMEC, QUERY "<images><image><id>", "xxxxxxxxxxxxxxxx", 1000000,
         "</id></image></images></queryResult>", "1! id: longer than 256 bytes", "an element that hardly ends"},
        {VG_LIST_NCMEC, QUERY "<", "xxxxxxxxxxxxxxxx", 1000000, "", "not XML", "a name that does not end"},
        {VG_LIST_NCMEC, QUERY "<paging><next>", "xxxxxxxxxxxxxxxx", 10000, "</next></paging></queryResult>",
         "paging/next has more than 4096 bytes", "a next page that hardly ends"},
        {VG_LIST_STOPNCII, "{\"hashRecords\":[],\"nextPageToken\":\"", "xxxxxxxxxxxxxxxx", 10000, "\"}",
         "at most 4096 expected", "a token that hardly ends"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vg_buf list;
        repeated(&list, cases[i].head, cases[i].part, cases[i].times, cases[i].tail);
        const char *said = list.failed ? "" : read_len(cases[i].format, list.ptr, list.len, NULL, NULL);
        if (!TAP_OK(strstr(said, cases[i].want), "%s: %s", vg_list_format_names[cases[i].format], cases[i].name))
            printf("# got %.300s\n", said);
        vg_buf_free(&list);
    }
}

/* ---- constant memory: 64 MB through a pipe ---- */

static void write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(fd, bytes, len);
        if (n <= 0) _exit(1);
        bytes += n;
        len -= (size_t)n;
    }
}

static void write_list(size_t i, int fd, size_t megabytes)
{
    vg_buf block;
    vg_buf_init(&block, 1 << 20);
    while (block.len < 200000) {
        vg_buf_add_cstr(&block, shapes[i].record);
        vg_buf_add_cstr(&block, shapes[i].between);
    }
    write_all(fd, shapes[i].head, strlen(shapes[i].head));
    for (size_t written = 0; written < megabytes << 20; written += block.len) write_all(fd, block.ptr, block.len);
    write_all(fd, shapes[i].record, strlen(shapes[i].record));
    write_all(fd, shapes[i].tail, strlen(shapes[i].tail));
    vg_buf_free(&block);
}

static long read_piped(size_t i, size_t megabytes, vg_list_result *result)
{
    int ends[2];
    size_t hashes = 0;
    struct rusage usage;
    if (pipe(ends)) return -1;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        write_list(i, ends[1], megabytes);
        _exit(0);
    }
    close(ends[1]);
    vg_list_sink sink = {&hashes, count_record, NULL, NULL};
    vg_arena *arena = vg_arena_create(4096, 65536);
    FILE *in = fdopen(ends[0], "r");
    vg_error err = {0};
    int rc = vg_list_read(shapes[i].format, in, "pipe", NULL, &sink, arena, result, &err);
    if (rc) printf("# %s: %s\n", err.where, err.what);
    fclose(in);
    vg_arena_destroy(&arena);
    waitpid(child, NULL, 0);
    getrusage(RUSAGE_SELF, &usage);
    return rc ? -1 : usage.ru_maxrss;
}

/* The peak never falls, so that of 1 MB is measured first; 64 MB may add next to nothing. */
static void constant_memory(void)
{
    vg_list_result result;
    for (size_t i = 0; i < SHAPES; i++) {
        if (shapes[i].format == VG_LIST_VPDQ) continue; /* one record, which has a ceiling */
        long small = read_piped(i, 1, &result), large = read_piped(i, 64, &result);
        TAP_OK(small > 0 && large > 0 && large - small < 4096 && result.records > 100000,
               "%s: %llu records, %llu MB: peak grew by %ld kB over that of 1 MB",
               vg_list_format_names[shapes[i].format], (unsigned long long)result.records,
               (unsigned long long)(result.bytes >> 20), large - small);
    }
}

int main(void)
{
    constant_memory();
    cut_anywhere();
    bytes_changed();
    no_memory();
    sink_stops();
    floods();
    return tap_done();
}
