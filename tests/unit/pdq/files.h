/* SPDX-License-Identifier: Apache-2.0
 *
 * files: the pixels of the conformance images, decoded as the reference had them. For tests only; the product decodes in
 * signals/media/decode.
 */
#ifndef VG_TESTS_PDQ_FILES_H
#define VG_TESTS_PDQ_FILES_H

#include "signals/media/pdq/pdq.h"

/** JPEG (grey, YCbCr) by libjpeg's accurate transform and fancy upsampling; PNG by libspng, alpha dropped, high byte of
 *  16 bits. `pixels->bytes` is the caller's to free(). False, with the reason: another format, or CMYK.
 *  `indices`: a palette PNG gives its indices as grey, which is what python-threatexchange hashes. */
bool files_read(const char *path, bool indices, vg_pixels *pixels, const char **why_not);

#endif
