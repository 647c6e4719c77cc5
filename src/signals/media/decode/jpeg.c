/* SPDX-License-Identifier: Apache-2.0
 *
 * JPEG through libjpeg-turbo, with libjpeg's defaults (integer IDCT "islow", triangle upsampling of chroma).
 *
 * A picture of which only samples are kept is read before upsampling and colour conversion (raw data): both are then
 * computed here at the sampled places alone, with libjpeg's own integer formulas, so that every bit is the same.
 */
#include "signals/media/decode/image_int.h"

#include <setjmp.h>
#include <stdio.h>
#include <jpeglib.h>
#include <jerror.h>

#include "base/alloc.h"

/* An honest progressive file has about ten scans; each further one costs a pass over all coefficients. */
enum { SCANS_MOST = 100, RING = 3, SHIFT = 16 };

typedef struct plane {
    uint8_t *bytes; /* a ring of RING iMCU rows */
    size_t stride, rows; /* of one iMCU row */
    size_t width, height; /* real samples */
} plane;

typedef struct jpeg_work {
    struct jpeg_decompress_struct cinfo;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf back;
    const vg_decode_input *in;
    vg_picture_sink *sink;
    vg_decode_found *found;
    vg_error *err;
    vg_canvas canvas;
    uint8_t *row, *rgb;
    plane planes[3];
    bool too_many_scans, damaged, cut, rows_begun;
    size_t damaged_at;
} jpeg_work;

static void on_error(j_common_ptr common)
{
    jpeg_work *work = (jpeg_work *)common->client_data;
    longjmp(work->back, 1);
}

static void on_message(j_common_ptr common, int level)
{
    jpeg_work *work = (jpeg_work *)common->client_data;
    if (level >= 0 || common->err->msg_code == JWRN_EXTRANEOUS_DATA || common->err->msg_code == JWRN_ADOBE_XFORM) return;
    if (common->err->msg_code == JWRN_JPEG_EOF) work->cut = true;
    if (work->damaged) return;
    work->damaged = true;
    work->damaged_at = work->rows_begun ? work->cinfo.output_scanline : 0;
}

static void say_nothing(j_common_ptr common) { (void)common; }

static void on_progress(j_common_ptr common)
{
    jpeg_work *work = (jpeg_work *)common->client_data;
    if (work->cinfo.input_scan_number <= SCANS_MOST) return;
    work->too_many_scans = true;
    longjmp(work->back, 1);
}

static uint8_t orientation(const struct jpeg_decompress_struct *cinfo)
{
    for (jpeg_saved_marker_ptr m = cinfo->marker_list; m; m = m->next)
        if (m->marker == JPEG_APP0 + 1 && m->data_length > 6 && memcmp(m->data, "Exif\0\0", 6) == 0)
            return vg_exif_orientation(m->data, m->data_length);
    return 1;
}

/* ---- the whole row, as libjpeg gives it ---- */

/* Adobe writes inks inverted: 255 is none. */
static void inks_to_rgb(const uint8_t *from, uint8_t *to, size_t width, bool inverted)
{
    for (size_t x = 0; x < width; x++, from += 4, to += 3)
        for (int c = 0; c < 3; c++)
            to[c] = inverted ? vg_sample_product(from[c], from[3]) : vg_sample_product(255u - from[c], 255u - from[3]);
}

static int read_rows(jpeg_work *work)
{
    struct jpeg_decompress_struct *cinfo = &work->cinfo;
    bool inks = cinfo->out_color_space == JCS_CMYK;
    jpeg_start_decompress(cinfo);
    work->rows_begun = true;
    work->row = vg_calloc(cinfo->output_width, (size_t)cinfo->output_components);
    if (inks) work->rgb = vg_calloc(cinfo->output_width, 3);
    if (!work->row || (inks && !work->rgb)) return vg_fail(work->err, VG_ENOMEM, "", "could not be decoded: out of memory");
    while (cinfo->output_scanline < cinfo->output_height) {
        JSAMPROW rows[1] = {work->row};
        size_t y = cinfo->output_scanline;
        if (jpeg_read_scanlines(cinfo, rows, 1) != 1) return vg_damaged(work->err, "jpeg: row %zu cannot be read", y);
        if (inks) inks_to_rgb(work->row, work->rgb, cinfo->output_width, cinfo->saw_Adobe_marker);
        vg_canvas_put(&work->canvas, y, inks ? work->rgb : work->row);
    }
    return 0;
}

/* ---- samples alone ---- */

static const uint8_t *plane_row(const plane *p, size_t y)
{
    return p->bytes + (y / p->rows % RING * p->rows + y % p->rows) * p->stride;
}

/* libjpeg's triangle filter: three parts of the nearer sample and one of the farther, first down, then across; the rounding
 * alternates so that none of both sides is preferred. The picture's edge stands for what is beyond it. */
static unsigned chroma_at(const uint8_t *near, const uint8_t *far, size_t width, size_t x, bool wide)
{
    if (!wide) return 0;
    size_t i = x / 2, beside = x & 1 ? i + 1 : i - 1;
    bool edge = x & 1 ? i + 1 == width : i == 0;
    if (!far) {
        if (edge) return near[i];
        return (3u * near[i] + near[beside] + (x & 1 ? 2u : 1u)) >> 2;
    }
    unsigned here = 3u * near[i] + far[i];
    unsigned other = edge ? here : 3u * near[beside] + far[beside];
    return (3u * here + other + (x & 1 ? 7u : 8u)) >> 4;
}

static uint8_t clamp(int v) { return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v); }
/* x * 2^16, rounded */
#define FIX(x) ((int)((x) * 65536.0 + 0.5))

/* jdcolor.c's tables, computed: ITU-T T.871, 7. */
static void to_rgb(uint8_t *out, int y, int cb, int cr)
{
    const int half = 1 << (SHIFT - 1);
    cb -= 128;
    cr -= 128;
    out[0] = clamp(y + ((FIX(1.40200) * cr + half) >> SHIFT));
    out[1] = clamp(y + ((-FIX(0.34414) * cb - FIX(0.71414) * cr + half) >> SHIFT));
    out[2] = clamp(y + ((FIX(1.77200) * cb + half) >> SHIFT));
}

static void sample_row(jpeg_work *work, size_t y)
{
    vg_canvas *canvas = &work->canvas;
    bool wide = work->cinfo.max_h_samp_factor == 2, tall = work->cinfo.max_v_samp_factor == 2;
    const uint8_t *luma = plane_row(&work->planes[0], y);
    const uint8_t *near[2], *far[2] = {NULL, NULL};
    for (int c = 0; c < 2; c++) {
        const plane *p = &work->planes[c + 1];
        size_t row = tall ? y / 2 : y, beside = y & 1 ? row + 1 : row ? row - 1 : 0;
        near[c] = plane_row(p, row);
        if (tall) far[c] = plane_row(p, beside < p->height ? beside : p->height - 1);
    }
    uint8_t *to = canvas->gathered;
    for (size_t i = 0; i < canvas->samples; i++, to += 3) {
        size_t x = canvas->column[i];
        unsigned c[2];
        for (int k = 0; k < 2; k++) {
            if (wide) c[k] = chroma_at(near[k], far[k], work->planes[k + 1].width, x, true);
            else c[k] = tall ? (3u * near[k][x] + far[k][x] + (y & 1 ? 2u : 1u)) >> 2 : near[k][x];
        }
        to_rgb(to, luma[x], (int)c[0], (int)c[1]);
    }
    vg_canvas_put_samples(canvas, y, canvas->gathered);
}

/* Three components, luma at full size and both chromas alike at 1, 1/2 across or down. A row of one or two chroma samples is
 * upsampled by another rule (jdsample.c), so narrow pictures go the other way. */
static bool can_sample(const jpeg_work *work)
{
    const struct jpeg_decompress_struct *cinfo = &work->cinfo;
    const jpeg_component_info *c = cinfo->comp_info;
    return !work->canvas.whole && cinfo->out_color_space == JCS_RGB && cinfo->jpeg_color_space == JCS_YCbCr &&
           c[0].h_samp_factor <= 2 && c[0].v_samp_factor <= 2 && c[1].h_samp_factor == 1 && c[1].v_samp_factor == 1 &&
           c[2].h_samp_factor == 1 && c[2].v_samp_factor == 1 && cinfo->image_width > 8;
}

static int create_planes(jpeg_work *work)
{
    for (int c = 0; c < 3; c++) {
        const jpeg_component_info *info = &work->cinfo.comp_info[c];
        plane *p = &work->planes[c];
        p->rows = (size_t)info->v_samp_factor * DCTSIZE;
        p->stride = (size_t)(info->width_in_blocks + 4) * DCTSIZE;
        p->width = info->downsampled_width;
        p->height = info->downsampled_height;
        p->bytes = vg_calloc(p->rows * RING, p->stride);
        if (!p->bytes) return vg_fail(work->err, VG_ENOMEM, "", "could not be decoded: out of memory");
    }
    return 0;
}

static int read_samples(jpeg_work *work)
{
    struct jpeg_decompress_struct *cinfo = &work->cinfo;
    cinfo->raw_data_out = TRUE;
    jpeg_start_decompress(cinfo);
    work->rows_begun = true;
    int rc = create_planes(work);
    if (rc) return rc;
    size_t band = (size_t)cinfo->max_v_samp_factor * DCTSIZE, height = cinfo->output_height, done = 0;
    for (size_t i = 0; done < height; i++) {
        if (i * band < height) {
            JSAMPROW lines[3][2 * DCTSIZE];
            JSAMPARRAY arrays[3] = {lines[0], lines[1], lines[2]};
            for (int c = 0; c < 3; c++)
                for (size_t r = 0; r < work->planes[c].rows; r++)
                    lines[c][r] = work->planes[c].bytes + (i % RING * work->planes[c].rows + r) * work->planes[c].stride;
            if (!jpeg_read_raw_data(cinfo, arrays, (JDIMENSION)band))
                return vg_damaged(work->err, "jpeg: row %zu cannot be read", i * band);
        }
        /* a band's last row needs the next band's first row of chroma */
        for (size_t end = i * band < height ? i * band : height; done < end; done++)
            if (vg_canvas_needs(&work->canvas, done)) sample_row(work, done);
    }
    return 0;
}

static int choose_colours(jpeg_work *work)
{
    struct jpeg_decompress_struct *cinfo = &work->cinfo;
    bool luma = cinfo->num_components == 3 && cinfo->jpeg_color_space == JCS_YCbCr &&
                (work->in->request->want & VG_WANT_LUMA_ONLY);
    if (cinfo->num_components == 1 || luma) cinfo->out_color_space = JCS_GRAYSCALE;
    else if (cinfo->num_components == 3) cinfo->out_color_space = JCS_RGB;
    else if (cinfo->num_components == 4) cinfo->out_color_space = JCS_CMYK;
    else return vg_damaged(work->err, "jpeg: %d colour components", cinfo->num_components);
    cinfo->dct_method = JDCT_ISLOW;
    cinfo->do_fancy_upsampling = TRUE;
    return 0;
}

/* A file that breaks off is hashed as far as it goes when more than half is there: what a viewer shows is still the picture. */
static int give(jpeg_work *work)
{
    size_t height = work->cinfo.output_height;
    if (work->damaged) {
        const char *what = work->cut ? "truncated" : "damaged";
        /* of a progressive file the rows do not say how much is there */
        if (work->cut && work->damaged_at < height / 2 && !work->cinfo.progressive_mode)
            return vg_damaged(work->err, "jpeg: truncated after row %zu of %zu", work->damaged_at, height);
        snprintf(work->found->damage, sizeof work->found->damage, "jpeg: %s from row %zu of %zu", what, work->damaged_at, height);
    }
    return vg_canvas_give(&work->canvas, work->sink, work->err);
}

static int decode(jpeg_work *work)
{
    struct jpeg_decompress_struct *cinfo = &work->cinfo;
    if (setjmp(work->back)) {
        char what[JMSG_LENGTH_MAX];
        if (work->too_many_scans)
            return vg_fail(work->err, VG_ETOOBIG, "", "could not be decoded: jpeg: more than %d scans", SCANS_MOST);
        cinfo->err->format_message((j_common_ptr)cinfo, what);
        if (cinfo->err->msg_code == JERR_OUT_OF_MEMORY)
            return vg_fail(work->err, VG_ENOMEM, "", "could not be decoded: jpeg: out of memory");
        return vg_damaged(work->err, "jpeg: %s%s", work->cut ? "truncated: " : "", what);
    }
    jpeg_create_decompress(cinfo);
    cinfo->progress = &work->progress;
    jpeg_mem_src(cinfo, work->in->bytes, work->in->len);
    jpeg_save_markers(cinfo, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(cinfo, TRUE);
    work->found->width = cinfo->image_width;
    work->found->height = cinfo->image_height;
    work->found->exif = orientation(cinfo);
    int rc = choose_colours(work);
    if (rc) return rc;
    rc = vg_canvas_create(&work->canvas, work->in, cinfo->image_width, cinfo->image_height,
                          cinfo->out_color_space == JCS_GRAYSCALE ? 1 : 3, work->found->exif, work->err);
    if (rc) return rc;
    rc = can_sample(work) ? read_samples(work) : read_rows(work);
    return rc ? rc : give(work);
}

int vg_decode_jpeg(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    if (in->len < 3 || memcmp(in->bytes, "\xff\xd8\xff", 3) != 0) return -VG_ENOENT;
    vg_found_is(found, VG_MEDIA_STILL, "jpeg");
    jpeg_work *work = vg_calloc(1, sizeof *work);
    if (!work) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: out of memory");
    work->in = in;
    work->sink = sink;
    work->found = found;
    work->err = err;
    work->cinfo.err = jpeg_std_error(&work->errors);
    work->errors.error_exit = on_error;
    work->errors.emit_message = on_message;
    work->errors.output_message = say_nothing;
    work->progress.progress_monitor = on_progress;
    work->cinfo.client_data = work;
    int rc = decode(work);
    jpeg_destroy_decompress(&work->cinfo);
    vg_canvas_free(&work->canvas);
    vg_free(work->row);
    vg_free(work->rgb);
    for (int c = 0; c < 3; c++) vg_free(work->planes[c].bytes);
    vg_free(work);
    return rc;
}
