/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that are damaged, lie, or are made to exhaust: each gets one answer, in words, and the pool goes on.
 */
#include "fixture.h"

#include <tiffio.h>

#include "encoders.h"
#include "signals/media/decode/sandbox_int.h"

enum { WANT = VG_WANT_PDQ_CPP | VG_WANT_DIGESTS | VG_WANT_THUMBNAIL, CUTS = 200, FLIPS = 60, W = 80, H = 60 };

typedef struct sample {
    const char *name;
    bytes file;

} sample;

static int answers, hashed, in_part, refused, crashed;

static uint32_t chance(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* True when the answer is a hash, or words that say why there is none. */
static bool answered(const void *at, size_t len, vg_decoded *out)
{
    if (!ask(at, len, WANT, out)) return false;
    bool hash = out->has_pdq[0] || out->frame_count > 0;
    answers++;
    hashed += hash && !out->note[0];
    in_part += hash && out->note[0];
    refused += !hash;
    if (strstr(out->note, "crashed") || strstr(out->note, "forbids") || strstr(out->note, "no sense") || strstr(out->note, "ended itself")) {
        crashed++;
        printf("# %zu bytes: %s\n", len, out->note);
    }
    return (hash || strncmp(out->note, "could not be decoded: ", 22) == 0) && out->exif >= 1 && out->exif <= 8;
}

static void damage(sample *s)
{
    vg_decoded out;
    int good = 0, flipped = 0, limit = s->file.len < CUTS ? (int)s->file.len : CUTS;
    for (int i = 0; i < limit; i++) good += answered(s->file.at, s->file.len * (size_t)i / (size_t)limit, &out);
    TAP_EQ_INT(good, limit, "truncated at each of 200 places: an answer each time");
    uint32_t state = 0x9e3779b9u;
    for (int i = 0; i < FLIPS; i++) {
        uint8_t *copy = malloc(s->file.len);
        memcpy(copy, s->file.at, s->file.len);
        /* half of them in the first 128 bytes, where sizes and offsets are */
        for (int k = 0; k < 1 + i % 4; k++) {
            size_t range = i % 2 && s->file.len > 128 ? 128 : s->file.len;
            copy[chance(&state) % range] ^= (uint8_t)(1u << chance(&state) % 8);
        }
        flipped += answered(copy, s->file.len, &out);
        free(copy);
    }
    TAP_OK(flipped == FLIPS, "%s: bits flipped: an answer each time", s->name);
    TAP_OK(answered(s->file.at, s->file.len, &out) && !out.note[0], "%s: the file itself is decoded afterwards", s->name);
}

static void put_be(uint8_t *at, uint32_t v)
{
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(v >> (24 - 8 * i));
}

static uint32_t crc(const uint8_t *at, size_t len)
{
    uint32_t c = ~0u;
    for (size_t i = 0; i < len; i++) {
        c ^= at[i];
        for (int k = 0; k < 8; k++) c = c >> 1 ^ (c & 1 ? 0xedb88320u : 0);
    }
    return ~c;
}

static void refuse(const char *name, const uint8_t *at, size_t len, const char *why)
{
    vg_decoded out;
    if (ask(at, len, WANT, &out)) TAP_OK(!out.has_pdq[0] && strstr(out.note, why), "%s: %s", name, out.note);
}

/* Headers that announce 100000 x 100000 (or the most that the format can say). */
static void announced(const sample *samples)
{
    bytes png = samples[1].file, gif = samples[3].file, bmp = samples[6].file, jpeg = samples[0].file;
    uint8_t *copy = malloc(1 << 20);
    memcpy(copy, png.at, png.len);
    put_be(copy + 16, 100000);
    put_be(copy + 20, 100000);
    put_be(copy + 29, crc(copy + 12, 17));
    refuse("png of 100000 x 100000", copy, png.len, "100000 x 100000 pixels, the limit is 25000000");
    memcpy(copy, gif.at, gif.len);
    memset(copy + 6, 0xff, 4);
    refuse("gif of 65535 x 65535", copy, gif.len, "65535 x 65535 pixels, the limit is");
    memcpy(copy, bmp.at, bmp.len);
    memcpy(copy + 18, "\xa0\x86\x01\0\xa0\x86\x01\0", 8);
    refuse("bmp of 100000 x 100000", copy, bmp.len, "100000 x 100000 pixels, the limit is");
    memcpy(copy, jpeg.at, jpeg.len);
    for (size_t i = 2; i + 9 < jpeg.len; i++)
        if (copy[i] == 0xff && copy[i + 1] == 0xc0) {
            memset(copy + i + 5, 0xff, 4);
            copy[i + 5] = copy[i + 7] = 0xea;
            break;
        }
    refuse("jpeg of 60159 x 60159", copy, jpeg.len, "60159 x 60159 pixels, the limit is");
    /* a VP8X header alone: 24 bits a side */
    static const uint8_t webp[] = "RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x9f\x86\x01\x9f\x86\x01"
                                  "ANIM\x06\0\0\0\0\0\0\0\0\0ANMF\x10\0\0\0\0\0\0\0\0\0\x9f\x86\x01\x9f\x86\x01\x64\0\0\0";
    vg_decoded out;
    if (ask(webp, sizeof webp - 1, WANT, &out)) TAP_OK(out.note[0] && !out.frame_count, "webp of 100000 x 100000: %s", out.note);
    uint32_t tiff_width = 100000;
    bytes tiff = make_tiff(samples[4].file.at, 8, 8, &(tiff_options){0});
    for (size_t i = 0; i + 12 <= tiff.len; i++)
        if (memcmp(tiff.at + i, "\0\1\3\0\1\0\0\0\x08\0\0\0", 12) == 0 || memcmp(tiff.at + i, "\1\1\3\0\1\0\0\0\x08\0\0\0", 12) == 0) {
            tiff.at[i + 2] = 4; /* a LONG */
            memcpy(tiff.at + i + 8, &tiff_width, 4);
        }
    if (ask(tiff.at, tiff.len, WANT, &out)) TAP_OK(out.note[0] && !out.has_pdq[0], "tiff that lies about its size: %s", out.note);
    drop(&tiff);
    free(copy);
}

static void mislabelled(const sample *samples)
{
    static const char *const names[] = {"a zip", "text", "an executable", "html"};
    static const char *const begins[] = {"PK\3\4................................", "Bonjour tout le monde, bonjour.", ("\x7f" "ELF\2\1\1\0......................."),
                                         "<html><body>hello</body></html>.."};
    vg_decoded out;
    for (size_t i = 0; i < 4; i++)
        if (ask(begins[i], strlen(begins[i]), WANT, &out))
            TAP_OK(out.note[0] && !out.has_pdq[0] && out.sha256[0] + out.sha256[1] + out.sha256[2],
                                                                 "%s is no picture, and has its digests: %s", names[i], out.note);
    /* one format's beginning before another's body */
    for (size_t i = 0; i < 7; i++) {
        size_t other = (i + 1) % 7, head = 16, len = samples[other].file.len;
        uint8_t *copy = malloc(len + head);
        memcpy(copy, samples[i].file.at, head);
        memcpy(copy + head, samples[other].file.at, len);
        TAP_OK(answered(copy, len + head, &out) && !strstr(out.note, "crashed"), "%s that goes on as %s: %s", samples[i].name,
               samples[other].name, out.note);
        free(copy);
    }
}

static void bombs(void)
{
    vg_decoded out;
    vg_media_limits l = test_limits;
    /* 25 megapixels of nothing in 30 kB */
    uint8_t *nothing = calloc(5000 * 5000, 1);
    bytes png = make_png(nothing, 5000, 5000, 0, 8, false, NULL, 0, 0);
    if (ask(png.at, png.len, WANT, &out)) TAP_OK(out.has_pdq[0] && out.quality[0] == 0, "a png that unpacks to a thousand times its size (%zu bytes)", png.len);
    drop(&png);
    png = make_png(nothing, 5000, 5000, 0, 8, true, NULL, 0, 0);
    l.memory_bytes = 8 << 20;
    int fd = file_of(png.at, png.len);
    if (png.at && ask_fd(fd, WANT, &l, &out))
        TAP_OK(VG_SANDBOX_ASAN || strstr(out.note, "out of memory, the limit is 8 MiB"), "over the memory limit: %s", out.note);
    close(fd);
    drop(&png);
    /* ten thousand frames */
    enum { FRAMES = 10000, SIDE = 8 };
    uint8_t palette[6] = {0, 0, 0, 255, 255, 255}, **index = calloc(FRAMES, sizeof *index), dots[2][SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) dots[0][i] = (uint8_t)(i & 1), dots[1][i] = (uint8_t)(i >> 3 & 1);
    for (int i = 0; i < FRAMES; i++) index[i] = dots[i & 1];
    bytes gif = make_gif(index, FRAMES, SIDE, SIDE, palette, 2, false);
    if (ask(gif.at, gif.len, WANT, &out))
        TAP_OK(out.frame_count == test_limits.frames && out.frames_left_out && out.frames[out.frame_count - 1].number == 9900,
               "a gif of ten thousand frames: a hundred, spread evenly");
    drop(&gif);
    free(index);
    /* hundreds of scans */
    bytes jpeg = make_jpeg(nothing, 512, 512, &(jpeg_options){.grey = true, .progressive = true});
    size_t scan = 0;
    for (size_t i = 2; i + 2 < jpeg.len; i++)
        if (jpeg.at[i] == 0xff && jpeg.at[i + 1] == 0xda) scan = i;
    size_t tail = jpeg.len - 2 - scan, big = jpeg.len + 500 * tail;
    uint8_t *copy = malloc(big);
    memcpy(copy, jpeg.at, jpeg.len - 2);
    for (size_t i = 0; i < 500; i++) memcpy(copy + jpeg.len - 2 + i * tail, jpeg.at + scan, tail);
    memcpy(copy + big - 2, "\xff\xd9", 2);
    if (ask(copy, big, WANT, &out)) TAP_OK(strstr(out.note, "scans") || strstr(out.note, "damaged"), "a jpeg of five hundred scans: %s", out.note);
    free(copy);
    drop(&jpeg);
    free(nothing);
}

static void megapixels(void)
{
    vg_decoded out;
    uint8_t *grey = calloc(10001, 10000);
    bytes jpeg = make_jpeg(grey, 10000, 10000, &(jpeg_options){.grey = true, .quality = 30});
    vg_media_limits l = test_limits;
    int fd = file_of(jpeg.at, jpeg.len);
    if (ask_fd(fd, WANT, &l, &out))
        TAP_OK(strstr(out.note, "10000 x 10000 pixels, the limit is 25000000 pixels"), "100 megapixels over the limit: %s", out.note);
    l.pixels = 100000000;
    l.memory_bytes = 64 << 20;
    if (ask_fd(fd, WANT, &l, &out)) TAP_OK(out.has_pdq[0] && !out.note[0], "100 megapixels of jpeg within 64 MiB");
    close(fd);
    drop(&jpeg);
    bytes png = make_png(grey, 10000, 10000, 0, 8, false, NULL, 0, 0);
    fd = file_of(png.at, png.len);
    if (ask_fd(fd, WANT, &l, &out)) TAP_OK(out.has_pdq[0] && !out.note[0], "100 megapixels of png within 64 MiB");
    close(fd);
    drop(&png);
    free(grey);
}

int main(void)
{
    uint8_t palette[768], *index = calloc(W * H, 1), *rgb = make_indexed(W, H, 256, palette, index), *more = make_picture(W, H, 6);
    uint8_t *frames[3] = {index, index, index}, *colours[3] = {rgb, more, rgb};
    sample samples[] = {
        {"jpeg", make_jpeg(more, W, H, &(jpeg_options){.quality = 80, .exif = 6})},
        {"png", make_png(more, W, H, 2, 8, false, NULL, 0, 3)},
        {"webp", make_webp(more, W, H, false, 0)},
        {"gif", make_gif(frames, 3, W, H, palette, 256, true)},
        {"tiff", make_tiff(more, W, H, &(tiff_options){.compression = COMPRESSION_LZW, .orientation = 8})},
        {"heif", make_heif(more, W, H, false)},
        {"bmp", make_bmp(NULL, index, palette, W, H, 8, false, true)},
        {"avif", make_heif(more, W, H, true)},
        {"progressive jpeg", make_jpeg(more, W, H, &(jpeg_options){.progressive = true})},
        {"interlaced png", make_png(index, W, H, 3, 8, true, palette, 256, 0)},
        {"animated webp", make_webp_animation(colours, 3, W, H)},
        {"lossless webp", make_webp(more, W, H, true, 5)},
        {"tiled tiff", make_tiff(more, W, H, &(tiff_options){.tiled = true, .compression = COMPRESSION_ADOBE_DEFLATE})},
    };
    if (!set_up(1)) return tear_down();
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        if (samples[i].file.at) damage(&samples[i]);
    printf("# %d answers: %d whole, %d in part, %d refused\n", answers, hashed, in_part, refused);
    TAP_EQ_INT(crashed, 0, "no decoder crashed, or tried what the sandbox forbids");
    TAP_OK(hashed > 0 && in_part > 0 && refused > 0, "some files are whole, some readable in part, some refused");
    announced(samples);
    mislabelled(samples);
    bombs();
    megapixels();
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) drop(&samples[i].file);
    free(index);
    free(rgb);
    free(more);
    return tear_down();
}
