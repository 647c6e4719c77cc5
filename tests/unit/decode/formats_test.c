/* SPDX-License-Identifier: Apache-2.0
 *
 * Pictures made here, in each format and mode: the pixels that come out are those that went in.
 *
 * Pixels are looked at inside this process (vg_decode_image), hashes are asked of a real worker.
 */
#include "fixture.h"

#include <tiffio.h>

#include "base/alloc.h"
#include "encoders.h"
#include "signals/media/decode/image_int.h"

typedef struct caught {
    uint8_t *rgb; /* of the first picture */
    size_t width, height;
    unsigned channels, pictures;
    uint32_t numbers[256], times[256];
} caught;

static int keep(void *context, const vg_picture *picture, vg_error *err)
{
    caught *c = context;
    (void)err;
    const vg_pixels *p = &picture->pixels;
    if (c->pictures < 256) {
        c->numbers[c->pictures] = picture->number;
        c->times[c->pictures] = picture->time_ms;
    }
    if (c->pictures++) return 0;
    c->width = p->width;
    c->height = p->height;
    c->channels = p->channels;
    c->rgb = calloc(p->width * p->height, 3);
    for (size_t y = 0; y < p->height; y++)
        for (size_t x = 0; x < p->width; x++)
            for (size_t k = 0; k < 3; k++)
                c->rgb[(y * p->width + x) * 3 + k] = p->bytes[y * p->stride + x * p->channels + (p->channels == 3 ? k : 0)];
    return 0;
}

static int decode_here(const bytes *file, unsigned want, const vg_media_limits *limits, caught *c, vg_decode_found *found)
{
    vg_error err = {0};
    vg_decode_request request = {.fd = -1, .want = want, .limits = limits ? *limits : test_limits};
    vg_decode_input in = {-1, file->at, file->len, &request};
    vg_picture_sink sink = {c, keep};
    memset(c, 0, sizeof *c);
    memset(found, 0, sizeof *found);
    int rc = vg_decode_image(&in, &sink, found, &err);
    if (rc) printf("# %s\n", err.what);
    return rc;
}

enum { ALL = VG_WANT_PDQ_CPP | VG_WANT_PDQ_PYTX };

/* The largest difference of a sample, and whether the worker's hash is that of these pixels. */
static void check(const char *name, bytes file, const uint8_t *rgb, size_t width, size_t height, const char *format, int most)
{
    caught c;
    vg_decode_found found;
    vg_decoded out;
    vg_pdq pdq;
    vg_error err = {0};
    int rc = file.at ? decode_here(&file, ALL, NULL, &c, &found) : -1, worst = 0;
    if (!TAP_OK(rc == 0 && c.width == width && c.height == height, "%s: %zu x %zu pixels", name, width, height)) return;
    for (size_t i = 0; i < width * height * 3; i++)
        if (abs(c.rgb[i] - rgb[i]) > worst) worst = abs(c.rgb[i] - rgb[i]);
    TAP_OK(worst <= most, "%s: samples differ by %d, at most %d", name, worst, most);
    TAP_EQ_STR(found.format, format, "its format");
    vg_pdq_hash(&(vg_pixels){c.rgb, width, height, width * 3, 3}, VG_PDQ_CPP, false, &pdq, &err);
    if (ask(file.at, file.len, VG_WANT_PDQ_CPP, &out)) {
        /* a grey picture is hashed as grey; the same as red, green and blue may round to another bit */
        unsigned d = vg_pdq_distance(out.pdq[0][0], pdq.hash[0]);
        TAP_OK(out.has_pdq[0] && d <= (c.channels == 1 ? 2u : 0u), "%s: the worker's hash is that of the pixels (%u)", name, d);
        if (out.note[0]) printf("# %s\n", out.note);
    }
    free(c.rgb);
    drop(&file);
}

static void jpegs(void)
{
    static const size_t sides[][2] = {{64, 48}, {613, 517}, {1021, 700}, {17, 601}, {700, 9}};
    for (size_t s = 0; s < sizeof sides / sizeof *sides; s++) {
        size_t w = sides[s][0], h = sides[s][1];
        uint8_t *rgb = make_picture(w, h, 1);
        for (int mode = 0; mode < 8; mode++) {
            jpeg_options o = {.quality = 60 + 5 * mode, .across = 1 + (mode & 1), .down = 1 + (mode >> 1 & 1), .progressive = mode & 4};
            bytes file = make_jpeg(rgb, w, h, &o);
            vg_decoded whole, sampled;
            /* with profile pytx every row is upsampled by libjpeg, without only the samples are, by us */
            if (ask(file.at, file.len, ALL, &whole)) {
                uint8_t hash[32];
                memcpy(hash, whole.pdq[0][0], 32);
                if (ask(file.at, file.len, VG_WANT_PDQ_CPP, &sampled))
                    TAP_OK(whole.has_pdq[0] && memcmp(hash, sampled.pdq[0][0], 32) == 0,
                           "jpeg %zu x %zu, chroma 1/%d x 1/%d%s: sampled and whole are the same", w, h, o.across, o.down,
                           o.progressive ? ", progressive" : "");
            }
            drop(&file);
        }
        free(rgb);
    }
}

/* Every sampled pixel, not only the hash. */
static void jpeg_samples(void)
{
    enum { W = 1201, H = 907 };
    uint8_t *rgb = make_picture(W, H, 2);
    for (int mode = 0; mode < 4; mode++) {
        bytes file = make_jpeg(rgb, W, H, &(jpeg_options){.quality = 85, .across = 1 + (mode & 1), .down = 1 + (mode >> 1)});
        caught whole, sampled;
        vg_decode_found found;
        int rc = decode_here(&file, ALL, NULL, &whole, &found) | decode_here(&file, VG_WANT_PDQ_CPP, NULL, &sampled, &found);
        size_t wrong = rc ? 1 : 0;
        for (size_t y = 0; rc == 0 && y < 512; y++)
            for (size_t x = 0; x < 512; x++)
                if (memcmp(sampled.rgb + (y * 512 + x) * 3, whole.rgb + (y * H / 512 * W + x * W / 512) * 3, 3) != 0) wrong++;
        TAP_EQ_INT(wrong, 0, "jpeg: each of 262144 samples is libjpeg's pixel");
        free(whole.rgb);
        free(sampled.rgb);
        drop(&file);
    }
    free(rgb);
}

static void jpeg_colours(void)
{
    enum { W = 96, H = 80 };
    uint8_t *rgb = make_picture(W, H, 3), *inks = calloc(W * H, 4), *grey = calloc(W * H, 1), *shown = calloc(W * H, 3);
    for (size_t i = 0; i < W * H; i++) {
        grey[i] = rgb[3 * i];
        memset(shown + 3 * i, grey[i], 3);
        for (size_t c = 0; c < 3; c++) inks[4 * i + c] = (uint8_t)(255 - rgb[3 * i + c]);
    }
    check("jpeg, grey", make_jpeg(grey, W, H, &(jpeg_options){.quality = 98, .grey = true}), shown, W, H, "jpeg", 8);
    check("jpeg, inks", make_jpeg(inks, W, H, &(jpeg_options){.quality = 98, .inks = true, .adobe = false}), rgb, W, H, "jpeg", 12);
    for (size_t i = 0; i < 4 * W * H; i++) inks[i] = (uint8_t)(255 - inks[i]); /* as Adobe writes them */
    check("jpeg, inks of Adobe", make_jpeg(inks, W, H, &(jpeg_options){.quality = 98, .inks = true, .adobe = true}), rgb, W, H, "jpeg", 12);
    check("jpeg, colours", make_jpeg(rgb, W, H, &(jpeg_options){.quality = 98, .across = 1, .down = 1}), rgb, W, H, "jpeg", 12);
    free(rgb);
    free(inks);
    free(grey);
    free(shown);
}

/* `bits` a sample, packed from the left. */
static uint8_t *pack(const uint8_t *index, size_t width, size_t height, unsigned bits)
{
    size_t line = (width * bits + 7) / 8;
    uint8_t *out = calloc(line, height);
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++)
            out[y * line + x * bits / 8] =
                (uint8_t)(out[y * line + x * bits / 8] | index[y * width + x] << (8 - bits - x * bits % 8));
    return out;
}

static void palettes(void)
{
    enum { W = 101, H = 67 };
    uint8_t palette[768], *index = calloc(W * H, 1), *shades = calloc(W * H, 3);
    for (unsigned bits = 1; bits <= 8; bits *= 2) {
        char name[64];
        uint8_t *rgb = make_indexed(W, H, 1u << bits, palette, index), *packed = pack(index, W, H, bits);
        for (size_t i = 0; i < W * H; i++) memset(shades + 3 * i, index[i] * 255 / ((1 << bits) - 1), 3);
        snprintf(name, sizeof name, "palette of %u bits", bits);
        for (int interlaced = 0; interlaced < 2; interlaced++) {
            bytes png = make_png(packed, W, H, 3, bits, interlaced, palette, 1u << bits, 0);
            if (png.at) check(name, png, rgb, W, H, "png", 0);
            png = make_png(packed, W, H, 0, bits, interlaced, NULL, 0, 0);
            if (png.at) check("grey of as many", png, shades, W, H, "png", 0);
        }
        check(name, make_gif(&index, 1, W, H, palette, 1u << bits, false), rgb, W, H, "gif", 0);
        check(name, make_gif(&index, 1, W, H, palette, 1u << bits, true), rgb, W, H, "gif", 0);
        check(name, make_tiff(packed, W, H, &(tiff_options){.bits = bits, .samples = 1, .photometric = PHOTOMETRIC_PALETTE,
                                                            .palette = palette}), rgb, W, H, "tiff", 0);
        check("grey of as many", make_tiff(packed, W, H, &(tiff_options){.bits = bits, .samples = 1, .photometric = PHOTOMETRIC_MINISBLACK,
                                                                         .compression = COMPRESSION_LZW}), shades, W, H, "tiff", 0);
        if (bits != 2)
            for (int down = 0; down < 2; down++) check(name, make_bmp(NULL, index, palette, W, H, bits, down, false), rgb, W, H, "bmp", 0);
        if (bits >= 4) check("runs", make_bmp(NULL, index, palette, W, H, bits, false, true), rgb, W, H, "bmp", 0);
        free(rgb);
        free(packed);
    }
    free(index);
    free(shades);
}

static void deep(void)
{
    enum { W = 90, H = 70 };
    uint8_t *rgb = make_picture(W, H, 4), *alpha = calloc(W * H, 4), *grey = calloc(W * H, 3), *grey_alpha = calloc(W * H, 2);
    uint16_t *wide = calloc(W * H * 3, 2);
    for (size_t i = 0; i < W * H; i++) {
        memcpy(alpha + 4 * i, rgb + 3 * i, 3);
        alpha[4 * i + 3] = (uint8_t)(i % 256); /* what is under it counts all the same */
        memset(grey + 3 * i, rgb[3 * i], 3);
        grey_alpha[2 * i] = rgb[3 * i];
        grey_alpha[2 * i + 1] = (uint8_t)(i % 3 * 100);
    }
    /* a low byte that would be noise if it were taken for the sample, and a value that is nearest to the high one */
    for (size_t i = 0; i < W * H * 3; i++) {
        int value = rgb[i] * 257 + (int)(i * 37 % 257) - 128;
        wide[i] = (uint16_t)(value < 0 ? 0 : value > 65535 ? 65535 : value);
    }
    check("png, 16 bits", make_png(wide, W, H, 2, 16, false, NULL, 0, 0), rgb, W, H, "png", 0);
    check("png, colours", make_png(rgb, W, H, 2, 8, false, NULL, 0, 0), rgb, W, H, "png", 0);
    check("png, alpha", make_png(alpha, W, H, 6, 8, false, NULL, 0, 0), rgb, W, H, "png", 0);
    check("png, grey and alpha", make_png(grey_alpha, W, H, 4, 8, false, NULL, 0, 0), grey, W, H, "png", 0);
    check("tiff, 16 bits", make_tiff(wide, W, H, &(tiff_options){.bits = 16}), rgb, W, H, "tiff", 0);
    check("tiff, strips, deflate", make_tiff(rgb, W, H, &(tiff_options){.compression = COMPRESSION_ADOBE_DEFLATE}), rgb, W, H, "tiff", 0);
    check("tiff, tiles", make_tiff(rgb, W, H, &(tiff_options){.tiled = true, .compression = COMPRESSION_LZW}), rgb, W, H, "tiff", 0);
    check("tiff, alpha", make_tiff(alpha, W, H, &(tiff_options){.samples = 4, .extra = EXTRASAMPLE_UNASSALPHA}), rgb, W, H, "tiff", 0);
    for (size_t i = 0; i < W * H; i++) {
        for (size_t c = 0; c < 3; c++) alpha[4 * i + c] = (uint8_t)(255 - rgb[3 * i + c]);
        alpha[4 * i + 3] = 0;
    }
    check("tiff, inks", make_tiff(alpha, W, H, &(tiff_options){.samples = 4, .photometric = PHOTOMETRIC_SEPARATED}), rgb, W, H, "tiff", 0);
    check("bmp, 24 bits", make_bmp(rgb, NULL, NULL, W, H, 24, false, false), rgb, W, H, "bmp", 0);
    check("bmp, 32 bits, top down", make_bmp(rgb, NULL, NULL, W, H, 32, true, false), rgb, W, H, "bmp", 0);
    check("bmp, 16 bits", make_bmp(rgb, NULL, NULL, W, H, 16, false, false), rgb, W, H, "bmp", 8);
    check("webp, lossless", make_webp(rgb, W, H, true, 0), rgb, W, H, "webp", 0);
    check("webp, lossy", make_webp(rgb, W, H, false, 0), rgb, W, H, "webp", 60);
    bytes heif = make_heif(rgb, W, H, false), avif = make_heif(rgb, W, H, true);
    if (heif.at) check("heif", heif, rgb, W, H, "heif", 70);
    if (avif.at) check("avif", avif, rgb, W, H, "avif", 70);
    printf("# heif encoder: %s, avif encoder: %s\n", heif.at ? "yes" : "no", avif.at ? "yes" : "no");
    free(rgb);
    free(alpha);
    free(grey);
    free(grey_alpha);
    free(wide);
}

/* The picture as a camera stores it so that `exif` makes it upright again: the inverse turn. */
static uint8_t *stored(const uint8_t *rgb, size_t width, size_t height, uint8_t exif, size_t *w, size_t *h)
{
    static const uint8_t inverse[] = {0, 1, 2, 3, 4, 5, 8, 7, 6};
    vg_pixels to;
    uint8_t *out = NULL;
    vg_picture_turn(&(vg_pixels){rgb, width, height, width * 3, 3}, inverse[exif], &to, &out, NULL);
    *w = to.width;
    *h = to.height;
    return out;
}

static void orientations(size_t width, size_t height)
{
    uint8_t *rgb = make_picture(width, height, 5);
    vg_pdq straight;
    vg_error err = {0};
    vg_pdq_hash(&(vg_pixels){rgb, width, height, width * 3, 3}, VG_PDQ_CPP, false, &straight, &err);
    for (uint8_t exif = 1; exif <= 8; exif++) {
        size_t w, h;
        uint8_t *turned = stored(rgb, width, height, exif, &w, &h);
        struct {
            const char *name;
            bytes file;
        } files[] = {{"png", make_png(turned, w, h, 2, 8, false, NULL, 0, exif)},
                     {"webp", make_webp(turned, w, h, true, exif)},
                     {"tiff", make_tiff(turned, w, h, &(tiff_options){.orientation = exif})},
                     {"jpeg", make_jpeg(turned, w, h, &(jpeg_options){.quality = 95, .exif = exif})}};
        for (size_t i = 0; i < 4; i++) {
            for (int whole = 0; whole < 2; whole++) {
                vg_decoded out;
                if (!ask(files[i].file.at, files[i].file.len, whole ? ALL : VG_WANT_PDQ_CPP, &out)) continue;
                const uint8_t *hash = exif == 1 ? out.pdq[0][0] : out.upright[0];
                unsigned d = vg_pdq_distance(hash, straight.hash[0]);
                TAP_OK(out.exif == exif && out.has_upright == (exif > 1) && d <= (i == 3 ? 16u : 0u),
                       "%s %zu x %zu, EXIF %d%s: upright it is the picture itself (%u bits)", files[i].name, w, h, exif,
                       whole ? "" : ", sampled", d);
            }
            drop(&files[i].file);
        }
        vg_free(turned);
    }
    free(rgb);
}

static void animations(void)
{
    enum { W = 70, H = 60, FRAMES = 30 };
    uint8_t palette[768], *index[FRAMES], *rgb[FRAMES];
    vg_decode_found found;
    caught c;
    for (size_t f = 0; f < FRAMES; f++) {
        index[f] = calloc(W * H, 1);
        rgb[f] = make_indexed(W, H, 256, palette, index[f]);
        for (size_t i = 0; i < W * H; i++) index[f][i] = (uint8_t)(index[f][i] + 3 * f);
        for (size_t i = 0; i < W * H; i++) memcpy(rgb[f] + 3 * i, palette + 3 * (size_t)index[f][i], 3);
    }
    bytes files[2] = {make_gif(index, FRAMES, W, H, palette, 256, false), make_webp_animation(rgb, FRAMES, W, H)};
    for (int i = 0; i < 2; i++) {
        const char *name = i ? "webp" : "gif";
        vg_media_limits few = test_limits;
        few.frames = 10;
        int rc = decode_here(&files[i], ALL, NULL, &c, &found);
        TAP_OK(rc == 0 && c.pictures == FRAMES && found.kind == VG_MEDIA_ANIMATION && !found.frames_left_out, "%s: each frame", name);
        TAP_OK(c.rgb && memcmp(c.rgb, rgb[0], W * H * 3) == 0 && c.times[7] == 700, "%s: the first frame's pixels, the eighth's time", name);
        free(c.rgb);
        rc = decode_here(&files[i], ALL, &few, &c, &found);
        TAP_OK(rc == 0 && c.pictures == 10 && found.frames_left_out && c.numbers[9] == 27, "%s: ten of thirty, spread evenly", name);
        free(c.rgb);
        vg_decoded out;
        vg_pdq pdq;
        vg_pdq_hash(&(vg_pixels){rgb[29], W, H, W * 3, 3}, VG_PDQ_CPP, false, &pdq, NULL);
        if (ask(files[i].at, files[i].len, VG_WANT_PDQ_CPP, &out))
            TAP_OK(out.frame_count == FRAMES && !out.note[0] && memcmp(out.frames[29].hash, pdq.hash[0], 32) == 0 &&
                       out.frames[29].quality == pdq.quality,
                   "%s: the worker's last frame has the hash of its pixels", name);
        drop(&files[i]);
    }
    for (size_t f = 0; f < FRAMES; f++) {
        free(index[f]);
        free(rgb[f]);
    }
}

int main(void)
{
    if (!set_up(2)) return tear_down();
    jpegs();
    jpeg_samples();
    jpeg_colours();
    palettes();
    deep();
    orientations(67, 45);
    orientations(731, 523);
    animations();
    return tear_down();
}
