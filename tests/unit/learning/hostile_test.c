/* SPDX-License-Identifier: Apache-2.0
 *
 * Corpora from nobody's friend: every allocation of ours refused in turn (jansson and libxml2 have their own tests; jansson calls some
 * of its failures a syntax error), every cut, every limit.
 */
#include "tests/unit/learning/support.h"

static const char *const samples[VG_CORPUS_FORMATS] = {
    [VG_CORPUS_JSONL] = "{\"id\":\"a\",\"language\":\"fr\",\"kind\":\"school\",\"risk\":true,\"authors\":[{\"name\":\"x\",\"risk\":true},{\"name\":\"y\"}],"
                        "\"messages\":[{\"author\":\"x\",\"text\":\"1\"},{\"author\":\"y\",\"text\":\"2\"}]}\n"
                        "{\"id\":\"b\",\"risk\":false,\"authors\":[{\"name\":\"x\"}],\"messages\":[{\"author\":\"x\",\"text\":\"1\"}]}\n",
    [VG_CORPUS_CSV] = "conversation,author,text,risk,language\na,x,\"1, 2\",1,fr\nb,x,1,0,\na,y,2,,\n",
    [VG_CORPUS_PAN] = "<conversations><conversation id=\"a\"><message line=\"1\"><author>x</author><time>10:00</time><text>1 &amp;amp; 2</text></message>"
                      "<message line=\"2\"><author>y</author><time>10:01</time><text/></message></conversation></conversations>"};
static const char *const names[VG_CORPUS_FORMATS] = {"auto", "JSON lines", "CSV", "PAN-2012"};

/* Nothing but -VG_ENOMEM comes of it, and nothing stays behind (the sanitizers look). */
static void every_allocation(vg_corpus_format format)
{
    size_t failures = 0, n = 1;
    bool right = true, done = false;
    for (; n < 5000 && !done && right; n++) {
        vg_corpus corpus;
        vg_error err = {0};
        vg_alloc_fail_at(n);
        int rc = vg_corpus_read(&corpus, vg_str_of(samples[format]), "c", &(vg_corpus_options){.format = format}, &err);
        bool failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        right = failed ? rc == -VG_ENOMEM && !corpus.arena : rc == 0;
        if (!right) printf("# allocation %zu: %d %s %s\n", n, rc, err.where, err.what);
        failures += failed;
        done = !failed;
        vg_corpus_free(&corpus);
    }
    TAP_OK(right && done && failures >= 4, "%s: each of %zu allocations is refused in turn", names[format], failures);
}

static void every_cut(vg_corpus_format format)
{
    size_t refused = 0, len = strlen(samples[format]);
    for (size_t cut = 0; cut < len; cut++) {
        vg_corpus corpus;
        vg_error err = {0};
        char *exact = malloc(cut ? cut : 1); /* so that a read beyond the end is seen */
        memcpy(exact, samples[format], cut);
        int rc = vg_corpus_read(&corpus, (vg_str){exact, cut}, "c", &(vg_corpus_options){.format = format}, &err);
        refused += rc && err.code && err.what[0];
        vg_corpus_free(&corpus);
        free(exact);
    }
    TAP_OK(refused > len / 2 && refused <= len, "%s: cut anywhere, it is refused with a reason or whole (%zu of %zu)", names[format], refused, len);
}

static void join_without_memory(void)
{
    bool right = true, done = false;
    for (size_t n = 1; n < 100 && right && !done; n++) {
        vg_corpus one, two;
        vg_error err = {0};
        right = !vg_corpus_read(&one, vg_str_of(samples[VG_CORPUS_CSV]), "c", NULL, &err) &&
                !vg_corpus_read(&two, vg_str_of(samples[VG_CORPUS_JSONL]), "c", NULL, &err);
        vg_alloc_fail_at(n);
        int rc = vg_corpus_join(&one, &two, &err);
        done = !vg_alloc_failed();
        vg_alloc_fail_at(0);
        right = right && (done ? rc == 0 && one.count == 4 && !two.count : rc == -VG_ENOMEM && one.count == 2 && two.count == 2);
        vg_corpus_free(&one);
        vg_corpus_free(&two);
    }
    TAP_OK(right && done, "joining without memory leaves both as they were");
}

static void limits(void)
{
    vg_buf b;
    vg_buf_init(&b, 8 << 20);
    vg_buf_add_cstr(&b, "conversation,author,text\n");
    for (int i = 0; i < VG_CORPUS_MAX_AUTHORS; i++) vg_buf_printf(&b, "a,x%d,1\n", i);
    TAP_OK(read_as(VG_CORPUS_CSV, b.ptr, b.len, "c", NULL)[0] == 'a', "1024 authors");
    vg_buf_add_cstr(&b, "a,one too many,1\n");
    TAP_EQ_STR(read_as(VG_CORPUS_CSV, b.ptr, b.len, "c", NULL), "= too_big c:1026:3: over 1024 authors in one conversation", "and one more");
    vg_buf_clear(&b);
    vg_buf_add_cstr(&b, "conversation,author,text\na,x,");
    for (int i = 0; i <= VG_CORPUS_MAX_TEXT; i++) vg_buf_add_char(&b, 'x');
    TAP_EQ_STR(read_as(VG_CORPUS_CSV, b.ptr, b.len, "c", NULL), "= too_big c:2:5: the text has 1048577 bytes; at most 1048576 expected", "a text too long");
    vg_buf_clear(&b);
    vg_buf_add_cstr(&b, "<conversations><conversation id=\"a\"><message line=\"1\"><author>x</author><time>10:00</time><text>");
    for (int i = 0; i < VG_CORPUS_MAX_TEXT + 100; i++) vg_buf_add_char(&b, 'x');
    vg_buf_add_cstr(&b, "</text></message></conversation></conversations>");
    TAP_OK(strstr(read_as(VG_CORPUS_PAN, b.ptr, b.len, "c", NULL), "text has over 1048576 bytes") != NULL, "the same in XML");
    vg_buf_clear(&b);
    for (int i = 0; i < 3000; i++) vg_buf_add_cstr(&b, "[");
    TAP_OK(strncmp(read_as(VG_CORPUS_JSONL, b.ptr, b.len, "c", NULL), "= invalid c:1:", 14) == 0, "three thousand brackets");
    vg_buf_clear(&b);
    for (int i = 0; i < 300; i++) vg_buf_add_cstr(&b, ",");
    TAP_EQ_STR(read_as(VG_CORPUS_CSV, b.ptr, b.len, "c", NULL), "= invalid c:1:257: more than 256 columns", "three hundred columns");
    vg_buf_clear(&b);
    vg_buf_add_cstr(&b, "conversation,author,text\n");
    for (int i = 0; i < 257; i++) vg_buf_add_char(&b, 'n');
    vg_buf_add_cstr(&b, ",x,1\n");
    TAP_EQ_STR(read_as(VG_CORPUS_CSV, b.ptr, b.len, "c", NULL), "= too_big c:2:1: the conversation's id has 257 bytes; at most 256 expected", "an id too long");
    vg_buf_free(&b);
}

int main(void)
{
    for (int f = VG_CORPUS_JSONL; f < VG_CORPUS_FORMATS; f++) {
        every_allocation((vg_corpus_format)f);
        every_cut((vg_corpus_format)f);
    }
    join_without_memory();
    limits();
    return tap_done();
}
