/* SPDX-License-Identifier: Apache-2.0
 *
 * The bag as a zip: files in a fixed order, their hashes taken as they pass, the manifests behind them. Text is deflated, media are stored:
 * they are compressed already. Times in the archive are that of the dossier, so that the same dossier gives the same bytes.
 */
#include "report/bag/bag_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/time.h"

enum { SMALL_MOST = 256 << 20, NAME = 96 };

typedef struct bag {
    struct archive *zip;
    const vg_dossier *d;
    const vg_bag_options *options;
    const vg_bag_sink *sink;
    vg_arena *arena;
    vg_buf manifest[2], tags, file;   /* sha256 and sha512 of the payload; sha256 of the tag files; the small file at hand */
    crypto_hash_sha256_state sha256;  /* of the file at hand */
    crypto_hash_sha512_state sha512;
    uint64_t payload_bytes, payload_files, left;
    vg_error sink_err;
    int sink_rc;
} bag;

/* ---- the zip ---- */

static la_ssize_t write_out(struct archive *zip, void *context, const void *bytes, size_t len)
{
    bag *b = context;
    (void)zip;
    if (!b->sink_rc) b->sink_rc = b->sink->write(b->sink->context, bytes, len, &b->sink_err);
    return (la_ssize_t)len; /* the library leaks what it compresses with when it is told of an error: the callers look at sink_rc */
}

static int zip_error(bag *b, vg_error *err)
{
    if (b->sink_rc) return vg_fail(err, b->sink_err.code ? b->sink_err.code : VG_EIO, b->sink_err.where, "%s", b->sink_err.what);
    return vg_fail(err, archive_errno(b->zip) == ENOMEM ? VG_ENOMEM : VG_EIO, "archive", "cannot be written: %s",
                   archive_error_string(b->zip) ? archive_error_string(b->zip) : "unknown");
}

static int begin_file(bag *b, const char *name, uint64_t size, bool store, vg_error *err)
{
    char path[NAME + 32];
    snprintf(path, sizeof path, "%s/%s", b->d->name, name);
    struct archive_entry *entry = archive_entry_new();
    if (!entry) return vg_fail(err, VG_ENOMEM, "", "no memory for an archive");
    archive_entry_set_pathname(entry, path);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (int64_t)size);
    archive_entry_set_mtime(entry, (time_t)(b->d->made_ms / 1000), 0);
    if (store) archive_write_zip_set_compression_store(b->zip);
    else archive_write_zip_set_compression_deflate(b->zip);
    int bad = archive_write_header(b->zip, entry);
    archive_entry_free(entry);
    crypto_hash_sha256_init(&b->sha256);
    crypto_hash_sha512_init(&b->sha512);
    b->left = size;
    return bad == ARCHIVE_OK && !b->sink_rc ? 0 : zip_error(b, err);
}

static int add_bytes(void *context, const uint8_t *bytes, size_t len, vg_error *err)
{
    bag *b = context;
    if (len > b->left) return vg_fail(err, VG_ECORRUPT, "media", "holds more bytes than its row says");
    b->left -= len;
    crypto_hash_sha256_update(&b->sha256, bytes, len);
    crypto_hash_sha512_update(&b->sha512, bytes, len);
    return archive_write_data(b->zip, bytes, len) == (la_ssize_t)len && !b->sink_rc ? 0 : zip_error(b, err);
}

static int end_file(bag *b, const char *name, uint64_t size, vg_error *err)
{
    uint8_t sha256[crypto_hash_sha256_BYTES], sha512[crypto_hash_sha512_BYTES];
    char hex[2 * crypto_hash_sha512_BYTES + 1];
    if (b->left) return vg_fail(err, VG_ECORRUPT, "media", "holds fewer bytes than its row says");
    crypto_hash_sha256_final(&b->sha256, sha256);
    crypto_hash_sha512_final(&b->sha512, sha512);
    bool payload = strncmp(name, "data/", 5) == 0;
    vg_hex_encode(hex, sha256, sizeof sha256);
    vg_buf_printf(payload ? &b->manifest[0] : &b->tags, "%s  %s\n", hex, name);
    if (payload) {
        vg_hex_encode(hex, sha512, sizeof sha512);
        vg_buf_printf(&b->manifest[1], "%s  %s\n", hex, name);
        b->payload_bytes += size;
        b->payload_files++;
        int rc = b->options->listed ? b->options->listed(b->options->list, name, size, sha256, err) : 0;
        if (rc) return rc;
    }
    return b->manifest[0].failed || b->manifest[1].failed || b->tags.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for an archive") : 0;
}

static int add_whole(bag *b, const char *name, const vg_buf *text, vg_error *err)
{
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a file of an archive");
    int rc = begin_file(b, name, text->len, false, err);
    if (!rc && text->len) rc = add_bytes(b, (const uint8_t *)text->ptr, text->len, err);
    return rc ? rc : end_file(b, name, text->len, err);
}

/* ---- payload ---- */

static int add_media(bag *b, vg_error *err)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < b->d->media_count; i++) {
        const vg_dossier_media *m = &b->d->media[i];
        char name[64];
        if (!m->kept || !b->d->source.read) continue;
        vg_bag_media_name(b->d, i, name);
        rc = begin_file(b, name, m->bytes, true, err);
        if (!rc) rc = b->d->source.read(b->d->source.context, i, add_bytes, b, err);
        if (!rc) rc = end_file(b, name, m->bytes, err);
    }
    return rc;
}

static int check_name(const char *name, vg_error *err)
{
    size_t len = strlen(name);
    if (len == 0 || len > 60 || name[0] == '.' ||
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") != len)
        return vg_fail(err, VG_EINVAL, "audit", "\"%.60s\" may not be the name of a file in an archive", name);
    return 0;
}

static int add_audit(bag *b, const vg_bag_options *o, vg_error *err)
{
    char name[NAME];
    int rc = 0;
    for (size_t i = 0; !rc && i < o->audit_count; i++) {
        rc = check_name(o->audit[i].name, err);
        if (rc) return rc;
        snprintf(name, sizeof name, "data/audit/%s", o->audit[i].name);
        vg_buf_clear(&b->file);
        vg_buf_add_str(&b->file, o->audit[i].bytes);
        rc = add_whole(b, name, &b->file, err);
    }
    return rc;
}

static int add_payload(bag *b, const vg_bag_options *o, vg_error *err)
{
    vg_buf_clear(&b->file);
    vg_bag_dossier_json(&b->file, b->d, o, b->arena);
    int rc = add_whole(b, "data/dossier.json", &b->file, err);
    for (int lang = 0; !rc && lang < VG_LANGS; lang++) {
        vg_buf_clear(&b->file);
        vg_arena_reset(b->arena);
        vg_bag_conversation_html(&b->file, b->d, (vg_lang)lang, b->arena);
        rc = add_whole(b, lang == VG_LANG_FR ? "data/conversation.fr.html" : "data/conversation.en.html", &b->file, err);
    }
    vg_buf_clear(&b->file);
    vg_bag_custody_json(&b->file, b->d, o, b->arena);
    if (!rc) rc = add_whole(b, "data/custody.json", &b->file, err);
    vg_buf_clear(&b->file);
    vg_bag_log_json(&b->file, b->d, b->arena);
    if (!rc) rc = add_whole(b, "data/audit/log.json", &b->file, err);
    if (!rc) rc = add_audit(b, o, err);
    vg_buf_clear(&b->file);
    vg_buf_add_str(&b->file, o->state.len ? o->state : VG_STR("{}"));
    if (!rc) rc = add_whole(b, "data/state.json", &b->file, err);
    return rc || !o->media ? rc : add_media(b, err);
}

/* ---- tag files ---- */

static int add_tags(bag *b, const vg_bag_options *o, vg_error *err)
{
    char when[25];
    vg_buf_clear(&b->file);
    vg_buf_add_cstr(&b->file, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
    int rc = add_whole(b, "bagit.txt", &b->file, err);
    vg_time_format(b->d->made_ms, when);
    vg_buf_clear(&b->file);
    vg_buf_printf(&b->file, "External-Identifier: %s\nBagging-Date: %.10s\nPayload-Oxum: %" PRIu64 ".%" PRIu64 "\nBag-Software-Agent: Vigie\n", b->d->name, when,
                  b->payload_bytes, b->payload_files);
    if (!rc) rc = add_whole(b, "bag-info.txt", &b->file, err);
    for (int lang = 0; !rc && lang < VG_LANGS; lang++) {
        vg_buf_clear(&b->file);
        vg_bag_read_me(&b->file, b->d, o, (vg_lang)lang);
        rc = add_whole(b, lang == VG_LANG_FR ? "LISEZMOI.txt" : "README.txt", &b->file, err);
    }
    if (!rc) rc = add_whole(b, "manifest-sha256.txt", &b->manifest[0], err);
    if (!rc) rc = add_whole(b, "manifest-sha512.txt", &b->manifest[1], err);
    if (rc) return rc;
    vg_buf_clear(&b->file); /* a copy: writing it would add a line to itself */
    vg_buf_add(&b->file, b->tags.ptr, b->tags.len);
    return add_whole(b, "tagmanifest-sha256.txt", &b->file, err);
}

int vg_bag_write(const vg_dossier *d, const vg_bag_options *options, const vg_bag_sink *sink, vg_error *err)
{
    bag b = {.zip = archive_write_new(), .d = d, .options = options, .sink = sink, .arena = vg_arena_create(1 << 16, SMALL_MOST)};
    vg_buf *all[] = {&b.manifest[0], &b.manifest[1], &b.tags, &b.file};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) vg_buf_init(all[i], SMALL_MOST);
    int rc = b.zip && b.arena ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for an archive");
    if (!rc && (archive_write_set_format_zip(b.zip) != ARCHIVE_OK || archive_write_set_bytes_in_last_block(b.zip, 1) != ARCHIVE_OK ||
                archive_write_open(b.zip, &b, NULL, write_out, NULL) != ARCHIVE_OK))
        rc = zip_error(&b, err);
    if (!rc) rc = add_payload(&b, options, err);
    if (!rc) rc = add_tags(&b, options, err);
    if (rc && !b.sink_rc) b.sink_rc = rc; /* what is half-written is not ended */
    if (b.zip && (archive_write_close(b.zip) != ARCHIVE_OK || b.sink_rc) && !rc) rc = zip_error(&b, err);
    if (b.zip) archive_write_free(b.zip);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) vg_buf_free(all[i]);
    if (b.arena) vg_arena_destroy(&b.arena);
    return rc;
}
