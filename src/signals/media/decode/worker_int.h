/* SPDX-License-Identifier: Apache-2.0
 *
 * The worker's work: one request at a time, from a descriptor to packets.
 */
#ifndef VG_SIGNALS_MEDIA_DECODE_WORKER_INT_H
#define VG_SIGNALS_MEDIA_DECODE_WORKER_INT_H

#include "signals/media/decode/decode_int.h"
#include "signals/media/decode/wire_int.h"

/** Opens and registers everything that a library opens late, so that nothing needs a file afterwards. */
int vg_worker_prepare(vg_error *err);
/** Answers one request through `socket`. False: the pool is gone. */
bool vg_worker_answer(int socket, const vg_wire_request *wire, int fd, uint64_t own_space);
/** SHA-256, SHA-1 and MD5 of bytes in one pass. VG_EIO. */
int vg_digest(const uint8_t *bytes, size_t len, vg_wire_digests *out, vg_error *err);
/** A grey thumbnail of a picture whose true sides are width x height (its pixels may be samples of it). */
void vg_thumbnail(const vg_pixels *pixels, uint32_t width, uint32_t height, vg_wire_thumbnail *out);

/** The sides of a picture for a person's eyes: at most `side` on the longer one. */
void vg_view_sides(const vg_pixels *pixels, uint32_t side, uint32_t *width, uint32_t *height);
/** Makes a picture that small, in colour: 3 * width * height bytes. */
void vg_view_shrink(const vg_pixels *pixels, uint32_t width, uint32_t height, uint8_t *out);

#endif
