/* SPDX-License-Identifier: Apache-2.0
 *
 * vPDQ's text form, and the comparison of two videos by the hashes of their frames.
 *
 * A line is "frame,quality,hash,seconds", as the reference writes it: the hash in 64 hexadecimal digits, seconds with
 * three decimals. Two videos are two bags of frames: neither order nor time counts (ThreatExchange, vpdq/README.md).
 * The README counts partners at a distance up to the threshold; so do the Python bindings, while the C++ matcher asks
 * for less than it.
 */
#include "signals/media/decode/decode.h"

#include <inttypes.h>
#include <stdio.h>

enum { HASH_DIGITS = 64, QUALITY_MAX = 100 };

void vg_vpdq_write(vg_buf *out, const vg_decoded_frame *frames, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        char hash[HASH_DIGITS];
        for (size_t b = 0; b < sizeof frames[i].hash; b++) {
            hash[2 * b] = digits[frames[i].hash[b] >> 4];
            hash[2 * b + 1] = digits[frames[i].hash[b] & 15];
        }
        vg_buf_printf(out, "%" PRIu32 ",%u,", frames[i].number, frames[i].quality);
        vg_buf_add(out, hash, sizeof hash);
        vg_buf_printf(out, ",%" PRIu32 ".%03" PRIu32 "\n", frames[i].time_ms / 1000, frames[i].time_ms % 1000);
    }
}

/* ---- reading ---- */

typedef struct line_reader {
    const char *at, *end; /* of one line, without its end */
    size_t line;
    vg_error *err;
} line_reader;

static int refuse(const line_reader *reader, const char *what)
{
    char where[32];
    snprintf(where, sizeof where, "line %zu", reader->line);
    return vg_fail(reader->err, VG_EINVAL, where, "%s", what);
}

/* Decimal digits up to `max`; at least one, no sign. */
static bool take_number(line_reader *reader, uint64_t max, uint64_t *out)
{
    uint64_t n = 0;
    const char *start = reader->at;
    for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
        n = n * 10 + (uint64_t)(*reader->at - '0');
        if (n > max) return false;
    }
    *out = n;
    return reader->at > start;
}

static bool take_comma(line_reader *reader)
{
    if (reader->at == reader->end || *reader->at != ',') return false;
    reader->at++;
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool take_hash(line_reader *reader, uint8_t hash[32])
{
    if (reader->end - reader->at < HASH_DIGITS) return false;
    for (size_t b = 0; b < 32; b++) {
        int high = hex_value(reader->at[2 * b]), low = hex_value(reader->at[2 * b + 1]);
        if (high < 0 || low < 0) return false;
        hash[b] = (uint8_t)(high << 4 | low);
    }
    reader->at += HASH_DIGITS;
    return true;
}

/* "12", "12.5", "12.033", "12.033333" (some writers give six decimals): to the nearest millisecond. */
static bool take_seconds(line_reader *reader, uint32_t *out)
{
    uint64_t seconds, fraction = 0, scale = 1000;
    if (!take_number(reader, UINT32_MAX / 1000, &seconds)) return false;
    if (reader->at < reader->end && *reader->at == '.') {
        const char *start = ++reader->at;
        if (!take_number(reader, 999999999, &fraction) || reader->at - start > 9) return false;
        for (scale = 1; start < reader->at; start++) scale *= 10;
        fraction = (fraction * 1000 + scale / 2) / scale;
    }
    uint64_t time = seconds * 1000 + fraction;
    if (time > UINT32_MAX) return false;
    *out = (uint32_t)time;
    return true;
}

static int read_line(line_reader *reader, vg_decoded_frame *frame)
{
    uint64_t number, quality;
    if (!take_number(reader, UINT32_MAX, &number))
        return refuse(reader, "the line does not start with the frame's number; expected frame,quality,hash,seconds");
    if (!take_comma(reader))
        return refuse(reader, "no comma after the frame's number; expected frame,quality,hash,seconds");
    if (!take_number(reader, QUALITY_MAX, &quality) || !take_comma(reader))
        return refuse(reader, "the quality is not a whole number from 0 to 100 with a comma after it");
    if (!take_hash(reader, frame->hash) || !take_comma(reader))
        return refuse(reader, "the hash is not 64 hexadecimal digits with a comma after them");
    if (!take_seconds(reader, &frame->time_ms))
        return refuse(reader, "the time is not a number of seconds such as 12.033");
    if (reader->at != reader->end)
        return refuse(reader, "something follows the time; expected frame,quality,hash,seconds");
    frame->number = (uint32_t)number;
    frame->quality = (uint8_t)quality;
    return 0;
}

int vg_vpdq_read(vg_str text, vg_arena *arena, vg_decoded_frame **out, size_t *count, vg_error *err)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++) lines += text.ptr[i] == '\n';
    if (text.len && text.ptr[text.len - 1] != '\n') lines++;
    vg_decoded_frame *frames = vg_arena_calloc(arena, lines ? lines : 1, sizeof *frames);
    if (!frames) return vg_fail(err, VG_ENOMEM, "", "no memory for %zu frames", lines);
    const char *at = text.ptr, *end = text.len ? text.ptr + text.len : text.ptr;
    for (size_t i = 0; i < lines; i++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const char *next = stop ? stop + 1 : end;
        if (!stop) stop = end;
        if (stop > at && stop[-1] == '\r') stop--;
        line_reader reader = {at, stop, i + 1, err};
        int rc = read_line(&reader, &frames[i]);
        if (rc < 0) return rc;
        at = next;
    }
    *out = frames;
    *count = lines;
    return 0;
}

/* ---- comparing ---- */

typedef struct hash_words {
    uint64_t word[4];
} hash_words;

static inline hash_words load(const vg_decoded_frame *frame)
{
    hash_words words;
    memcpy(&words, frame->hash, sizeof words);
    return words;
}

static inline bool near(const hash_words *a, const hash_words *b, unsigned threshold)
{
    unsigned half =
        (unsigned)(__builtin_popcountll(a->word[0] ^ b->word[0]) + __builtin_popcountll(a->word[1] ^ b->word[1]));
    if (half > threshold) return false; /* unrelated hashes differ in 64 of these 128 bits: nearly all leave here */
    return half + (unsigned)(__builtin_popcountll(a->word[2] ^ b->word[2]) +
                             __builtin_popcountll(a->word[3] ^ b->word[3])) <=
           threshold;
}

/* The number of the first frame of `in` that is a partner of `hash`, or `count`. Starts where the last one was found,
 * because the next frame of a copy stands beside it. */
static size_t find_partner(const hash_words *hash, const vg_decoded_frame *in, size_t count, size_t start,
                           unsigned threshold, unsigned min_quality)
{
    for (size_t pass = 0; pass < 2; pass++) {
        size_t from = pass ? 0 : start, to = pass ? start : count;
        for (size_t i = from; i < to; i++) {
            hash_words other = load(&in[i]);
            if (in[i].quality >= min_quality && near(hash, &other, threshold)) return i;
        }
    }
    return count;
}

/* Allocates nothing, so that it cannot fail: two passes cost less than a second for 10,000 frames against 10,000. */
static double share_found(const vg_decoded_frame *of, size_t of_count, const vg_decoded_frame *in, size_t in_count,
                          unsigned threshold, unsigned min_quality)
{
    size_t good = 0, found = 0, partner = 0;
    const vg_decoded_frame *before = NULL; /* a still scene repeats one hash: its answer is known */
    bool was_found = false;
    for (size_t i = 0; i < of_count; i++) {
        if (of[i].quality < min_quality) continue;
        good++;
        if (!before || memcmp(before->hash, of[i].hash, sizeof of[i].hash)) {
            hash_words hash = load(&of[i]);
            size_t at = find_partner(&hash, in, in_count, partner, threshold, min_quality);
            was_found = at < in_count;
            if (was_found) partner = at;
            before = &of[i];
        }
        found += was_found;
    }
    return good ? 100.0 * (double)found / (double)good : 0.0;
}

vg_vpdq_match vg_vpdq_compare(const vg_decoded_frame *query, size_t query_count, const vg_decoded_frame *compared,
                              size_t compared_count, unsigned threshold, unsigned min_quality)
{
    return (vg_vpdq_match){
        .query_percent = share_found(query, query_count, compared, compared_count, threshold, min_quality),
        .compared_percent = share_found(compared, compared_count, query, query_count, threshold, min_quality),
    };
}
