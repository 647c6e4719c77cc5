/* SPDX-License-Identifier: Apache-2.0
 *
 * HEIF (HEIC) and AVIF through libheif: the primary picture, 8 bits, alpha dropped.
 *
 * libheif turns and mirrors as the container says (irot, imir); then the file's Exif orientation is a note about how the picture
 * was taken, not an instruction (ISO/IEC 23008-12, 6.5.10), and no further turned hash is made. Only a file without either box
 * is also looked up as its Exif says.
 */
#include "signals/media/decode/image_int.h"

#include <libheif/heif.h>

#include "base/alloc.h"

/* libheif asks libde265 for a worker thread, which the sandbox does not allow and one picture does not need. Defined in the
 * program, this takes the place of the library's own function; libde265 then decodes in the calling thread. */
int de265_start_worker_threads(void *context, int threads);
int de265_start_worker_threads(void *context, int threads) { return (void)context, (void)threads, 0; }

typedef struct heif_work {
    struct heif_context *context;
    struct heif_image_handle *handle;
    struct heif_image *image;
    uint8_t *exif;
} heif_work;

static const char *const brands[] = {"heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "mif2", "avif", "avis"};

/* ISO base media: the brands of the first box name what it is; mp4 and mov files begin with the same box. */
static bool is_heif(const uint8_t *bytes, size_t len, bool *avif)
{
    if (len < 16 || memcmp(bytes + 4, "ftyp", 4) != 0) return false;
    size_t box = (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
    if (box > len) box = len;
    bool found = false;
    for (size_t at = 8; at + 4 <= box && at < 256; at += at == 8 ? 8 : 4)
        for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
            if (memcmp(bytes + at, brands[i], 4) == 0) {
                if (at == 8) found = true; /* the major brand decides; the others only tell AVIF from HEIC */
                if (i >= 9) *avif = true;
            }
    return found;
}

static int say(struct heif_error status, vg_error *err)
{
    if (status.code == heif_error_Memory_allocation_error)
        return vg_fail(err, VG_ENOMEM, "", "could not be decoded: heif: out of memory, or over libheif's own limits");
    return vg_damaged(err, "heif: %.100s", status.message ? status.message : "damaged");
}

static bool turned_by_container(const vg_decode_input *in)
{
    size_t len = in->len < (1u << 20) ? in->len : 1u << 20;
    return memmem(in->bytes, len, "irot", 4) || memmem(in->bytes, len, "imir", 4);
}

static uint8_t orientation(heif_work *work, const vg_decode_input *in)
{
    heif_item_id id;
    if (turned_by_container(in) || heif_image_handle_get_list_of_metadata_block_IDs(work->handle, "Exif", &id, 1) != 1) return 1;
    size_t size = heif_image_handle_get_metadata_size(work->handle, id);
    if (size < 4 || size > in->len) return 1;
    work->exif = vg_malloc(size);
    if (!work->exif || heif_image_handle_get_metadata(work->handle, id, work->exif).code) return 1;
    /* four bytes say where after them the TIFF header begins */
    size_t offset = (size_t)work->exif[0] << 24 | (size_t)work->exif[1] << 16 | (size_t)work->exif[2] << 8 | work->exif[3];
    return offset < size - 4 ? vg_exif_orientation(work->exif + 4 + offset, size - 4 - offset) : 1;
}

static int decode(heif_work *work, const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    work->context = heif_context_alloc();
    if (!work->context) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: heif: out of memory");
    heif_context_set_max_decoding_threads(work->context, 0);
    struct heif_error status = heif_context_read_from_memory_without_copy(work->context, in->bytes, in->len, NULL);
    if (!status.code) status = heif_context_get_primary_image_handle(work->context, &work->handle);
    if (status.code) return say(status, err);
    int width = heif_image_handle_get_width(work->handle), height = heif_image_handle_get_height(work->handle);
    found->width = width > 0 ? (uint32_t)width : 0;
    found->height = height > 0 ? (uint32_t)height : 0;
    int rc = vg_decode_check_size(in, found->width, found->height, err);
    if (rc) return rc;
    found->exif = orientation(work, in);
    status = heif_decode_image(work->handle, &work->image, heif_colorspace_RGB, heif_chroma_interleaved_RGB, NULL);
    if (status.code) return say(status, err);
    int stride = 0;
    const uint8_t *rgb = heif_image_get_plane_readonly(work->image, heif_channel_interleaved, &stride);
    width = heif_image_get_width(work->image, heif_channel_interleaved);
    height = heif_image_get_height(work->image, heif_channel_interleaved);
    if (!rgb || width <= 0 || height <= 0 || stride < 3 * (int64_t)width) return vg_damaged(err, "heif: no pixels");
    vg_canvas canvas;
    rc = vg_canvas_create(&canvas, in, (size_t)width, (size_t)height, 3, found->exif, err);
    if (rc) return rc;
    for (size_t y = 0; y < (size_t)height; y++) vg_canvas_put(&canvas, y, rgb + y * (size_t)stride);
    found->width = (uint32_t)width;
    found->height = (uint32_t)height;
    rc = vg_canvas_give(&canvas, sink, err);
    vg_canvas_free(&canvas);
    return rc;
}

int vg_decode_heif(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    bool avif = false;
    if (!is_heif(in->bytes, in->len, &avif)) return -VG_ENOENT;
    vg_found_is(found, VG_MEDIA_STILL, avif ? "avif" : "heif");
    heif_work work = {0};
    int rc = decode(&work, in, sink, found, err);
    if (work.image) heif_image_release(work.image);
    if (work.handle) heif_image_handle_release(work.handle);
    if (work.context) heif_context_free(work.context);
    vg_free(work.exif);
    return rc;
}
