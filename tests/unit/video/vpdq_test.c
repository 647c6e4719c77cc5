/* SPDX-License-Identifier: Apache-2.0
 *
 * vPDQ's text form and its comparison.
 */
#include "signals/media/decode/decode.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "tap.h"

#define H    "e271017837246aaccddea259648fb7d62f435c89d9e99b2497763e216c8d055c"
#define FORM "; expected frame,quality,hash,seconds"

static vg_arena *arena;

static int read_text(const char *text, vg_decoded_frame **frames, size_t *count, vg_error *err)
{
    return vg_vpdq_read(vg_str_of(text), arena, frames, count, err);
}

/* ---- the text form ---- */

static void what_is_written_is_what_the_reference_writes(void)
{
    static const char text[] = "0,100," H ",0.000\n1,7," H ",0.033\n4294967295,0,"
                               "0000000000000000000000000000000000000000000000000000000000000000,4294967.295\n";
    vg_decoded_frame *frames = NULL;
    size_t count = 0;
    vg_error err = {0};
    TAP_EQ_INT(read_text(text, &frames, &count, &err), 0, "three lines are read");
    TAP_EQ_INT(count, 3, "three frames");
    if (count != 3) return;
    TAP_OK(frames[0].hash[0] == 0xe2 && frames[0].hash[31] == 0x5c, "the hash is in the order of the text");
    TAP_OK(frames[1].number == 1 && frames[1].quality == 7 && frames[1].time_ms == 33, "number, quality and time");
    TAP_OK(frames[2].number == UINT32_MAX && frames[2].time_ms == UINT32_MAX, "the largest number and time");
    vg_buf out;
    vg_buf_init(&out, 4096);
    vg_vpdq_write(&out, frames, count);
    TAP_EQ_STR(out.ptr, text, "written back byte for byte");
    vg_buf_free(&out);
}

static void other_writers_are_understood(void)
{
    static const struct {
        const char *text;
        uint32_t time_ms;
        const char *name;
    } cases[] = {
        {"5,50," H ",12.5\n", 12500, "one decimal"},
        {"5,50," H ",12\n", 12000, "no decimal"},
        {"5,50," H ",0.033333\n", 33, "six decimals, rounded down"},
        {"5,50," H ",0.066667\n", 67, "six decimals, rounded up"},
        {"5,50," H ",1.999999999\n", 2000, "nine decimals"},
        {"5,50," H ",1.000\r\n", 1000, "a line that ends in CR LF"},
        {"5,50," H ",1.000", 1000, "a last line without an end"},
        {"5,50,E271017837246AACCDDEA259648FB7D62F435C89D9E99B2497763E216C8D055C,1.000\n", 1000, "capital digits"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_decoded_frame *frames = NULL;
        size_t count = 0;
        vg_error err = {0};
        int rc = read_text(cases[i].text, &frames, &count, &err);
        TAP_OK(rc == 0 && count == 1 && frames[0].time_ms == cases[i].time_ms && frames[0].hash[0] == 0xe2, "%s",
               cases[i].name);
    }
    vg_decoded_frame *none = NULL;
    size_t count = 9;
    TAP_OK(vg_vpdq_read((vg_str){NULL, 0}, arena, &none, &count, NULL) == 0 && count == 0,
           "an empty text has no frames");
}

static void a_malformed_line_is_named(void)
{
    static const struct {
        const char *text, *where, *what;
    } cases[] = {
        {"\n", "line 1", "the line does not start with the frame's number" FORM},
        {"0,1," H ",0\n\n", "line 2", "the line does not start with the frame's number" FORM},
        {"-1,1," H ",0\n", "line 1", "the line does not start with the frame's number" FORM},
        {" 1,1," H ",0\n", "line 1", "the line does not start with the frame's number" FORM},
        {"4294967296,1," H ",0\n", "line 1", "the line does not start with the frame's number" FORM},
        {"99999999999999999999999999,1," H ",0\n", "line 1", "the line does not start with the frame's number" FORM},
        {"0;1;" H ";0\n", "line 1", "no comma after the frame's number" FORM},
        {"0\n", "line 1", "no comma after the frame's number" FORM},
        {"0,1," H ",0\n1,101," H ",0\n", "line 2",
         "the quality is not a whole number from 0 to 100 with a comma after it"},
        {"0,," H ",0\n", "line 1", "the quality is not a whole number from 0 to 100 with a comma after it"},
        {"0,9.5," H ",0\n", "line 1", "the quality is not a whole number from 0 to 100 with a comma after it"},
        {"0,1,e271,0\n", "line 1", "the hash is not 64 hexadecimal digits with a comma after them"},
        {"0,1," H "0,0\n", "line 1", "the hash is not 64 hexadecimal digits with a comma after them"},
        {"0,1,x" H ",0\n", "line 1", "the hash is not 64 hexadecimal digits with a comma after them"},
        {"0,1," H "\n", "line 1", "the hash is not 64 hexadecimal digits with a comma after them"},
        {"0,1," H ",\n", "line 1", "the time is not a number of seconds such as 12.033"},
        {"0,1," H ",-1\n", "line 1", "the time is not a number of seconds such as 12.033"},
        {"0,1," H ",1.\n", "line 1", "the time is not a number of seconds such as 12.033"},
        {"0,1," H ",1.0000000000\n", "line 1", "the time is not a number of seconds such as 12.033"},
        {"0,1," H ",4294967.296\n", "line 1", "the time is not a number of seconds such as 12.033"},
        {"0,1," H ",nan\n", "line 1", "the time is not a number of seconds such as 12.033"},
        {"0,1," H ",1.5s\n", "line 1", "something follows the time" FORM},
        {"0,1," H ",1.5,\n", "line 1", "something follows the time" FORM},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_decoded_frame *frames = NULL;
        size_t count = 0;
        vg_error err = {0};
        TAP_EQ_INT(read_text(cases[i].text, &frames, &count, &err), -VG_EINVAL, "refused");
        TAP_EQ_STR(err.where, cases[i].where, "its line");
        TAP_EQ_STR(err.what, cases[i].what, "what was expected");
    }
    vg_str nul = VG_STR("0,1," H ",1\0\n");
    vg_decoded_frame *frames = NULL;
    size_t count = 0;
    TAP_EQ_INT(vg_vpdq_read(nul, arena, &frames, &count, NULL), -VG_EINVAL, "a NUL is not part of a number");
}

static void memory_that_is_not_there_is_an_answer(void)
{
    vg_arena *small = vg_arena_create(64, 64);
    vg_decoded_frame *frames = NULL;
    size_t count = 0;
    vg_error err = {0};
    int rc = vg_vpdq_read(VG_STR("0,1," H ",0\n0,1," H ",0\n"), small, &frames, &count, &err);
    TAP_EQ_INT(rc, -VG_ENOMEM, "an arena at its ceiling");
    vg_arena_destroy(&small);
    vg_decoded_frame frame = {.number = 1};
    vg_buf out;
    vg_buf_init(&out, 16);
    vg_vpdq_write(&out, &frame, 1);
    TAP_OK(out.failed, "a buffer at its ceiling says so");
    vg_buf_free(&out);
}

static void the_reference_files_come_back_byte_for_byte(const char *folder)
{
    static const char *const names[] = {"chair-19-sd-bar", "chair-22-sd-grey-bar"};
    static const size_t counts[] = {564, 673};
    for (size_t i = 0; i < 2; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/videos/%s.vpdq.txt", folder, names[i]);
        FILE *file = fopen(path, "rb");
        if (!file) {
            TAP_OK(1, "%s.vpdq.txt # SKIP the shared media are not here", names[i]);
            continue;
        }
        static char text[1 << 20];
        size_t len = fread(text, 1, sizeof text, file), count = 0;
        fclose(file);
        vg_decoded_frame *frames = NULL;
        vg_error err = {0};
        TAP_EQ_INT(vg_vpdq_read((vg_str){text, len}, arena, &frames, &count, &err), 0, names[i]);
        TAP_EQ_INT(count, counts[i], "all its frames");
        vg_buf out;
        vg_buf_init(&out, sizeof text);
        vg_vpdq_write(&out, frames, count);
        TAP_OK(out.len == len && memcmp(out.ptr, text, len) == 0, "%s is written as it was read", names[i]);
        vg_buf_free(&out);
        vg_vpdq_match self = vg_vpdq_compare(frames, count, frames, count, 31, 50);
        TAP_OK(self.query_percent == 100 && self.compared_percent == 100, "%s is found in itself", names[i]);
        vg_arena_reset(arena);
    }
}

/* ---- comparing ---- */

static uint64_t state = 88172645463325252U;
static uint32_t chance(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) % below);
}

static void random_frame(vg_decoded_frame *frame)
{
    for (size_t b = 0; b < 32; b++) frame->hash[b] = (uint8_t)chance(256);
    frame->quality = (uint8_t)chance(101);
}

static void flip_bits(vg_decoded_frame *frame, unsigned bits)
{
    bool flipped[256] = {false};
    while (bits) {
        uint32_t bit = chance(256);
        if (flipped[bit]) continue;
        flipped[bit] = true;
        frame->hash[bit / 8] ^= (uint8_t)(1 << bit % 8);
        bits--;
    }
}

/* The README of the reference, literally. */
static double brute_force(const vg_decoded_frame *of, size_t of_count, const vg_decoded_frame *in, size_t in_count,
                          unsigned threshold, unsigned min_quality)
{
    unsigned good = 0, found = 0;
    for (size_t i = 0; i < of_count; i++) {
        if (of[i].quality < min_quality) continue;
        bool partner = false;
        for (size_t j = 0; j < in_count; j++) {
            unsigned distance = 0;
            for (size_t b = 0; b < 32; b++) distance += (unsigned)__builtin_popcount(of[i].hash[b] ^ in[j].hash[b]);
            partner |= in[j].quality >= min_quality && distance <= threshold;
        }
        good++;
        found += partner;
    }
    return good ? 100.0 * found / good : 0;
}

static void percentages_are_those_of_the_definition(void)
{
    enum { MOST = 60, ROUNDS = 400 };
    vg_decoded_frame query[MOST], compared[MOST];
    unsigned wrong = 0, between = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        size_t q = chance(MOST + 1), c = chance(MOST + 1);
        unsigned threshold = chance(2) ? 31 : chance(40), min_quality = chance(101);
        for (size_t i = 0; i < c; i++) random_frame(&compared[i]);
        for (size_t i = 0; i < q; i++) {
            random_frame(&query[i]);
            if (i && chance(4) == 0) query[i] = query[i - 1]; /* a still scene */
            else if (c && chance(2)) {
                query[i] = compared[chance((uint32_t)c)];
                flip_bits(&query[i], chance(threshold + 3));
            }
        }
        vg_vpdq_match match = vg_vpdq_compare(query, q, compared, c, threshold, min_quality);
        double want_q = brute_force(query, q, compared, c, threshold, min_quality);
        double want_c = brute_force(compared, c, query, q, threshold, min_quality);
        wrong += match.query_percent != want_q || match.compared_percent != want_c;
        between += want_q > 0 && want_q < 100;
    }
    TAP_EQ_INT(wrong, 0, "both percentages of 400 random pairs of videos");
    TAP_OK(between > 100, "of which many match in part (%u)", between);
}

static void the_edges_of_the_comparison(void)
{
    vg_decoded_frame a[4] = {0}, b[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        random_frame(&a[i]);
        a[i].quality = 50;
        b[i] = a[i];
    }
    flip_bits(&b[0], 31);
    flip_bits(&b[1], 32);
    vg_vpdq_match match = vg_vpdq_compare(a, 1, b, 1, 31, 50);
    TAP_OK(match.query_percent == 100, "31 bits away is a partner at threshold 31, as in the reference's README");
    match = vg_vpdq_compare(a + 1, 1, b + 1, 1, 31, 50);
    TAP_OK(match.query_percent == 0, "32 bits away is not");
    match = vg_vpdq_compare(a, 4, b, 4, 31, 50);
    TAP_OK(match.query_percent == 75 && match.compared_percent == 75, "three of four");
    match = vg_vpdq_compare(a, 4, b, 1, 31, 50);
    TAP_OK(match.query_percent == 25 && match.compared_percent == 100,
           "a cut is wholly in the longer one, which is not wholly in it");
    b[2].quality = 49;
    match = vg_vpdq_compare(a, 4, b, 4, 31, 50);
    TAP_OK(match.query_percent == 50 && match.compared_percent > 66.6 && match.compared_percent < 66.7,
           "a frame of low quality counts on neither side");
    match = vg_vpdq_compare(a, 4, b, 4, 31, 51);
    TAP_OK(match.query_percent == 0 && match.compared_percent == 0, "without a frame of good quality nothing matches");
    match = vg_vpdq_compare(NULL, 0, b, 4, 31, 0);
    TAP_OK(match.query_percent == 0 && match.compared_percent == 0, "a video without frames matches nothing");
    match = vg_vpdq_compare(a, 4, b, 4, 256, 0);
    TAP_OK(match.query_percent == 100 && match.compared_percent == 100, "everything is within 256 bits");
}

static void long_videos_are_compared(void)
{
    enum { FRAMES = 10000 };
    vg_decoded_frame *a = vg_calloc(FRAMES, sizeof *a), *b = vg_calloc(FRAMES, sizeof *b);
    if (!TAP_OK(a && b, "memory for two long videos")) return;
    for (size_t i = 0; i < FRAMES; i++) {
        random_frame(&a[i]);
        random_frame(&b[i]);
    }
    vg_vpdq_match match = vg_vpdq_compare(a, FRAMES, b, FRAMES, 31, 0);
    TAP_OK(match.query_percent == 0 && match.compared_percent == 0, "10,000 frames against 10,000 unrelated ones");
    vg_free(a);
    vg_free(b);
}

int main(int argc, char **argv)
{
    arena = vg_arena_create(1 << 16, 1 << 24);
    what_is_written_is_what_the_reference_writes();
    other_writers_are_understood();
    a_malformed_line_is_named();
    memory_that_is_not_there_is_an_answer();
    the_reference_files_come_back_byte_for_byte(argc > 1 ? argv[1] : "../shared/media");
    percentages_are_those_of_the_definition();
    the_edges_of_the_comparison();
    long_videos_are_compared();
    vg_arena_destroy(&arena);
    return tap_done();
}
