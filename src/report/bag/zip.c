/* SPDX-License-Identifier: Apache-2.0 */
#include "report/bag/zip.h"

#include <archive.h>
#include <archive_entry.h>

static la_ssize_t into(struct archive *zip, void *context, const void *bytes, size_t len)
{
    (void)zip;
    vg_buf_add(context, bytes, len); /* a full buffer is found at the end: the library leaks when it is told of an error */
    return (la_ssize_t)len;
}

static int add(struct archive *zip, const vg_bag_file *file, int64_t made_ms, vg_error *err)
{
    struct archive_entry *entry = archive_entry_new();
    if (!entry) return vg_fail(err, VG_ENOMEM, "", "no memory for an archive");
    archive_entry_set_pathname(entry, file->name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (int64_t)file->bytes.len);
    archive_entry_set_mtime(entry, (time_t)(made_ms / 1000), 0);
    int bad = archive_write_header(zip, entry);
    archive_entry_free(entry);
    if (bad != ARCHIVE_OK || archive_write_data(zip, file->bytes.ptr, file->bytes.len) != (la_ssize_t)file->bytes.len)
        return vg_fail(err, VG_EIO, "archive", "cannot be written: %s", archive_error_string(zip) ? archive_error_string(zip) : "unknown");
    return 0;
}

int vg_zip_write(const vg_bag_file *files, size_t count, int64_t made_ms, vg_buf *out, vg_error *err)
{
    struct archive *zip = archive_write_new();
    int rc = zip ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for an archive");
    if (!rc && (archive_write_set_format_zip(zip) != ARCHIVE_OK || archive_write_zip_set_compression_deflate(zip) != ARCHIVE_OK ||
                archive_write_set_bytes_in_last_block(zip, 1) != ARCHIVE_OK || archive_write_open(zip, out, NULL, into, NULL) != ARCHIVE_OK))
        rc = vg_fail(err, VG_EIO, "archive", "cannot be begun");
    for (size_t i = 0; !rc && i < count; i++) rc = add(zip, &files[i], made_ms, err);
    if (zip && archive_write_close(zip) != ARCHIVE_OK && !rc) rc = vg_fail(err, VG_EIO, "archive", "cannot be ended");
    if (zip) archive_write_free(zip);
    if (!rc && out->failed) rc = vg_fail(err, VG_ENOMEM, "", "no memory for an archive");
    return rc;
}
