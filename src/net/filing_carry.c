/* SPDX-License-Identifier: Apache-2.0
 *
 * Carrying a question to a receiver with libcurl: HTTP or mail. TLS is verified always; redirects are not followed; what is not encrypted goes to this
 * machine or nowhere. Media go from their sealed files through the spool (encrypted with a key in RAM) in pieces, and are never held whole. */
#include <curl/curl.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/time.h"
#include "net/filing.h"
#include "net/loopback.h"
#include "net/server_int.h"
#include "report/text.h"
#include "store/filings/annex.h"

enum { CONNECT_MS = 15000, ANSWER_MS = 60000, UPLOAD_MS = 15 * 60000, LEAST_BYTES_A_SECOND = 16 << 10, SECRET_MOST = 4096, PARTS_MOST = 64, WORD = 42 };

int vg_filing_secret(const char *path, vg_arena *arena, vg_str *out, vg_error *err)
{
    char text[SECRET_MOST + 1];
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return vg_fail(err, VG_ENOENT, "secret_file", "the file of the password, %s, cannot be read", path);
    ssize_t got = -1;
    int rc = 0;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode)) rc = vg_fail(err, VG_EINVAL, "secret_file", "%s is no file", path);
    else if (st.st_mode & (S_IRWXG | S_IRWXO)) rc = vg_fail(err, VG_EFORBIDDEN, "secret_file", "%s may be read by others than its owner: chmod 600", path);
    else got = read(fd, text, sizeof text);
    close(fd);
    if (rc) return rc;
    while (got > 0 && (text[got - 1] == '\n' || text[got - 1] == '\r')) got--;
    if (got <= 0 || got > SECRET_MOST) return vg_fail(err, VG_EINVAL, "secret_file", "%s holds no password or token", path);
    *out = vg_arena_copy(arena, (vg_str){text, (size_t)got});
    explicit_bzero(text, sizeof text);
    return out->ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for a password");
}

typedef struct piece { /* a media on its way out, or an annex: sealed already, it is read from its file */
    vg_spooled *bytes;
    FILE *file;
    uint64_t at, size;
} piece;

typedef struct carrying {
    const vg_carrier *c;
    const vg_ask *ask;
    CURL *easy;
    curl_mime *mime;
    struct curl_slist *headers, *to;
    piece pieces[PARTS_MOST];
    size_t piece_count, body_at;
    vg_buf answer;
    bool too_long, sent, late;
    curl_off_t left;           /* bytes that went out ... */
    int64_t left_us, patience_us; /* ... the last of them when, and how long its answer is waited for */
    char error[CURL_ERROR_SIZE];
    vg_error err;
} carrying;

/* ---- media ---- */

static int spool_piece(void *to, const uint8_t *bytes, size_t len, vg_error *err)
{
    return vg_spooled_add(to, bytes, len, err);
}

static size_t read_piece(char *out, size_t size, size_t count, void *context)
{
    piece *p = context;
    size_t got = 0;
    if (p->file) {
        got = fread(out, 1, size * count, p->file);
        return got || !ferror(p->file) ? got : CURL_READFUNC_ABORT;
    }
    if (vg_spooled_read(p->bytes, p->at, out, size * count, &got, NULL)) return CURL_READFUNC_ABORT;
    p->at += got;
    return got;
}

static int seek_piece(void *context, curl_off_t offset, int origin)
{
    piece *p = context;
    if (origin != SEEK_SET || offset < 0) return CURL_SEEKFUNC_FAIL;
    if (p->file) return fseeko(p->file, offset, SEEK_SET) ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
    p->at = (uint64_t)offset;
    return CURL_SEEKFUNC_OK;
}

static int media_part(carrying *k, curl_mimepart *part, size_t media)
{
    const vg_dossier_source *source = &k->c->o->dossier.source;
    piece *p = &k->pieces[k->piece_count];
    int rc = vg_spooled_begin(&p->bytes, k->c->spool, &k->err);
    if (rc) return rc;
    k->piece_count++;
    rc = source->read ? source->read(source->context, media, spool_piece, p->bytes, &k->err) : vg_fail(&k->err, VG_ENOENT, "media", "is not kept");
    if (!rc) rc = vg_spooled_end(p->bytes, &k->err);
    if (rc) return rc;
    p->size = vg_spooled_size(p->bytes);
    return curl_mime_data_cb(part, (curl_off_t)p->size, read_piece, seek_piece, NULL, p) ? vg_fail(&k->err, VG_ENOMEM, "", "no memory") : 0;
}

static int annex_part(carrying *k, curl_mimepart *part, const vg_annex *annex)
{
    piece *p = &k->pieces[k->piece_count];
    int rc = vg_annex_open(annex->file, annex->sha256, annex->bytes, &p->file, &k->err);
    if (rc) return rc;
    k->piece_count++;
    p->size = annex->bytes;
    return curl_mime_data_cb(part, (curl_off_t)p->size, read_piece, seek_piece, NULL, p) ? vg_fail(&k->err, VG_ENOMEM, "", "no memory") : 0;
}

static int whole_part(carrying *k, curl_mimepart *part, vg_str bytes)
{
    return curl_mime_data(part, bytes.ptr, bytes.len) ? vg_fail(&k->err, VG_ENOMEM, "", "no memory") : 0;
}

/* ---- parts and headers ---- */

static const char *z(vg_arena *arena, vg_str s)
{
    vg_str copy = vg_arena_copy(arena, s);
    return copy.ptr ? copy.ptr : "";
}

/* A file name of letters, digits, dots and hyphens: no header holds anything else. */
static const char *plain_name(vg_arena *arena, vg_str name)
{
    vg_str copy = vg_arena_copy(arena, name);
    char *c = (char *)(uintptr_t)copy.ptr;
    for (size_t i = 0; c && i < copy.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", c[i]) || !c[i]) c[i] = '_';
    return copy.ptr ? copy.ptr : "file";
}

static int add_parts(carrying *k)
{
    const vg_ask *ask = k->ask;
    bool mail = ask->carry == VG_CARRY_MAIL;
    if (ask->part_count > PARTS_MOST) return vg_fail(&k->err, VG_ETOOBIG, "", "too many parts");
    k->mime = curl_mime_init(k->easy);
    if (!k->mime) return vg_fail(&k->err, VG_ENOMEM, "", "no memory");
    if (mail) {
        curl_mimepart *text = curl_mime_addpart(k->mime);
        if (!text || curl_mime_data(text, ask->text.ptr ? ask->text.ptr : "", ask->text.len) || curl_mime_type(text, "text/plain; charset=utf-8") || curl_mime_encoder(text, "base64"))
            return vg_fail(&k->err, VG_ENOMEM, "", "no memory");
    }
    for (size_t i = 0; i < ask->part_count; i++) {
        const vg_part *p = &ask->parts[i];
        curl_mimepart *part = curl_mime_addpart(k->mime);
        if (!part) return vg_fail(&k->err, VG_ENOMEM, "", "no memory");
        if (!mail && p->name.len) curl_mime_name(part, z(k->c->arena, p->name));
        if (p->filename.len) curl_mime_filename(part, plain_name(k->c->arena, p->filename));
        if (p->type.len) curl_mime_type(part, z(k->c->arena, vg_text_header(k->c->arena, p->type, 120)));
        if (mail) curl_mime_encoder(part, "base64");
        int rc = p->bytes.ptr ? whole_part(k, part, p->bytes) : p->annex ? annex_part(k, part, p->annex) : media_part(k, part, p->media);
        if (rc) return rc;
    }
    curl_easy_setopt(k->easy, CURLOPT_MIMEPOST, k->mime);
    return 0;
}

static int header(carrying *k, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int header(carrying *k, const char *format, ...)
{
    char line[4096];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *c = line; *c; c++)
        if (*c == '\r' || *c == '\n') *c = ' ';
    struct curl_slist *longer = n > 0 && (size_t)n < sizeof line ? curl_slist_append(k->headers, line) : NULL;
    if (!longer) return vg_fail(&k->err, VG_ENOMEM, "", "no memory for a header");
    k->headers = longer;
    return 0;
}

/* What is not ASCII as encoded words (RFC 2047), each whole characters and at most 75 letters. */
static const char *encoded(vg_arena *arena, vg_str text)
{
    static const char digits[] = "0123456789ABCDEF";
    vg_str safe = vg_text_header(arena, text, 500);
    vg_buf out;
    bool ascii = true;
    for (size_t i = 0; i < safe.len; i++) ascii &= (unsigned char)safe.ptr[i] < 0x80;
    if (ascii || !safe.ptr) return safe.ptr ? safe.ptr : "";
    vg_buf_init(&out, 8192);
    for (size_t i = 0; i < safe.len;) {
        size_t word = 0;
        vg_buf_add_cstr(&out, out.len ? " =?UTF-8?Q?" : "=?UTF-8?Q?");
        while (i < safe.len && word + 12 <= WORD + 18) {
            do {
                unsigned char c = (unsigned char)safe.ptr[i++];
                const char hex[3] = {'=', digits[c >> 4], digits[c & 15]};
                vg_buf_add(&out, hex, 3);
                word += 3;
            } while (i < safe.len && ((unsigned char)safe.ptr[i] & 0xc0) == 0x80);
        }
        vg_buf_add_cstr(&out, "?=");
    }
    vg_str kept = out.failed ? (vg_str){"", 0} : vg_arena_copy(arena, (vg_str){out.ptr, out.len});
    vg_buf_free(&out);
    return kept.ptr ? kept.ptr : "";
}

/* ---- HTTP ---- */

static size_t keep_answer(char *bytes, size_t size, size_t count, void *context)
{
    carrying *k = context;
    if (k->answer.len + size * count > VG_REPLY_MOST) {
        k->too_long = true;
        return 0;
    }
    vg_buf_add(&k->answer, bytes, size * count);
    return k->answer.failed ? 0 : size * count;
}

/* From the last byte of ours the whole answer has its time, however it drips in: a slow receiver keeps a place that others wait for. */
static int watch(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
    carrying *k = context;
    int64_t us = vg_time_monotonic_us();
    (void)down_all;
    (void)down;
    (void)up_all;
    if (up > 0) k->sent = true;
    if (up != k->left) k->left_us = us;
    k->left = up;
    k->late = us - k->left_us > k->patience_us;
    return k->late || (k->c->stop && k->c->stop(k->c->context)) ? 1 : 0;
}

static bool is_here(const char *url)
{
    bool plain;
    const char *rest = strstr(url, "://");
    char http[600];
    if (!rest || snprintf(http, sizeof http, "http%s", rest) >= (int)sizeof http) return false;
    return vg_webhook_url_allowed(http, &plain) && plain;
}

static int add_secret(carrying *k)
{
    const vg_report_channel *s = k->c->o->view.settings;
    vg_str secret = {"", 0};
    if (!s || !s->secret_file) return 0;
    int rc = vg_filing_secret(s->secret_file, k->c->arena, &secret, &k->err);
    if (rc) return rc;
    if (k->ask->bearer) return header(k, "Authorization: Bearer %s", secret.ptr);
    curl_easy_setopt(k->easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(k->easy, CURLOPT_USERNAME, s->user ? s->user : "");
    curl_easy_setopt(k->easy, CURLOPT_PASSWORD, secret.ptr);
    return 0;
}

static int form_body(carrying *k)
{
    vg_buf body;
    vg_buf_init(&body, 1 << 20);
    for (size_t i = 0; i < k->ask->part_count; i++) {
        const vg_part *p = &k->ask->parts[i];
        char *name = curl_easy_escape(k->easy, z(k->c->arena, p->name), 0), *value = p->bytes.len ? curl_easy_escape(k->easy, p->bytes.ptr, (int)p->bytes.len) : NULL;
        vg_buf_printf(&body, "%s%s=%s", i ? "&" : "", name ? name : "", value ? value : "");
        curl_free(name);
        curl_free(value);
    }
    vg_str kept = body.failed ? (vg_str){NULL, 0} : vg_arena_copy(k->c->arena, (vg_str){body.ptr, body.len});
    vg_buf_free(&body);
    if (!kept.ptr) return vg_fail(&k->err, VG_ENOMEM, "", "no memory for a form");
    curl_easy_setopt(k->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)kept.len);
    curl_easy_setopt(k->easy, CURLOPT_POSTFIELDS, kept.ptr);
    return 0;
}

static int prepare_http(carrying *k, const char *base)
{
    const vg_ask *ask = k->ask;
    const char *method = z(k->c->arena, ask->method);
    bool here = is_here(base), plain = !strncmp(base, "http://", 7);
    vg_str url = vg_arena_printf(k->c->arena, "%s%.*s", base, VG_STR_ARG(ask->path));
    if (!url.ptr) return vg_fail(&k->err, VG_ENOMEM, "", "no memory for an address");
    if (strncmp(base, "https://", 8) != 0 && !(plain && here)) return vg_fail(&k->err, VG_EINVAL, "", "the address is not https, nor http to this machine");
    curl_easy_setopt(k->easy, CURLOPT_URL, url.ptr);
    curl_easy_setopt(k->easy, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
    if (plain) {
        curl_easy_setopt(k->easy, CURLOPT_NOPROXY, "*");
        curl_easy_setopt(k->easy, CURLOPT_OPENSOCKETFUNCTION, vg_open_loopback);
    }
    int rc = add_secret(k);
    if (!rc) rc = header(k, "Expect:");
    if (!rc && ask->accept.len) rc = header(k, "Accept: %s", z(k->c->arena, ask->accept));
    if (!rc && ask->part_count && !ask->form) rc = add_parts(k);
    else if (!rc && ask->form) rc = form_body(k);
    else if (!rc && ask->body.ptr) {
        curl_easy_setopt(k->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.len);
        curl_easy_setopt(k->easy, CURLOPT_POSTFIELDS, ask->body.ptr);
        if (ask->type.len) rc = header(k, "Content-Type: %s", z(k->c->arena, ask->type));
    } else if (!rc && !strcmp(method, "POST")) {
        curl_easy_setopt(k->easy, CURLOPT_POSTFIELDSIZE, 0L);
        curl_easy_setopt(k->easy, CURLOPT_POSTFIELDS, "");
    }
    if (method[0] && strcmp(method, "GET") != 0) curl_easy_setopt(k->easy, CURLOPT_CUSTOMREQUEST, method);
    return rc;
}

/* ---- mail ---- */

static int prepare_mail(carrying *k, const char *base)
{
    const vg_report_channel *s = k->c->o->view.settings;
    const vg_ask *ask = k->ask;
    vg_arena *arena = k->c->arena;
    bool here = is_here(base);
    char date[64];
    time_t now = (time_t)(k->c->o->view.now_ms / 1000);
    struct tm tm;
    if (!s->from || !ask->to.len) return vg_fail(&k->err, VG_EINVAL, "", "a message needs a sender and an address");
    if (strncmp(base, "smtp://", 7) != 0 && strncmp(base, "smtps://", 8) != 0) return vg_fail(&k->err, VG_EINVAL, "", "the address is no mail server's; expected smtp:// or smtps://");
    gmtime_r(&now, &tm);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm); /* the server runs in the C locale */
    curl_easy_setopt(k->easy, CURLOPT_URL, base);
    curl_easy_setopt(k->easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(k->easy, CURLOPT_USE_SSL, (long)(here ? CURLUSESSL_TRY : CURLUSESSL_ALL)); /* STARTTLS, or nothing leaves this machine */
    curl_easy_setopt(k->easy, CURLOPT_MAIL_FROM, s->from);
    k->to = curl_slist_append(NULL, z(arena, vg_text_header(arena, ask->to, 254)));
    curl_easy_setopt(k->easy, CURLOPT_MAIL_RCPT, k->to);
    int rc = k->to ? 0 : vg_fail(&k->err, VG_ENOMEM, "", "no memory");
    if (!rc && s->secret_file) {
        vg_str secret;
        rc = vg_filing_secret(s->secret_file, arena, &secret, &k->err);
        if (!rc) {
            curl_easy_setopt(k->easy, CURLOPT_USERNAME, s->user ? s->user : "");
            curl_easy_setopt(k->easy, CURLOPT_PASSWORD, secret.ptr);
        }
    }
    if (!rc) rc = header(k, "Date: %s", date);
    if (!rc) rc = header(k, "From: %s", s->from);
    if (!rc) rc = header(k, "To: %s", k->to->data);
    if (!rc) rc = header(k, "Subject: %s", encoded(arena, ask->subject));
    if (!rc) rc = header(k, "Message-ID: %s", z(arena, ask->message_id));
    if (!rc && ask->follows.len) rc = header(k, "In-Reply-To: %s", z(arena, ask->follows));
    if (!rc && ask->follows.len) rc = header(k, "References: %s", z(arena, ask->follows));
    if (!rc) rc = header(k, "Auto-Submitted: auto-generated");
    return rc ? rc : add_parts(k);
}

/* ---- the whole ---- */

/* What is uploaded is given as long as it needs at the least speed; libcurl's own limits see no difference between a slow answer and a slow upload. */
static int64_t upload_ms(const carrying *k)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < k->piece_count; i++) bytes += k->pieces[i].size;
    return UPLOAD_MS + (int64_t)(bytes / LEAST_BYTES_A_SECOND) * 1000;
}

static void settings(carrying *k, const vg_report_channel *s)
{
    CURL *e = k->easy;
    int64_t answer_ms = s->answer_ms ? s->answer_ms : ANSWER_MS;
    k->patience_us = answer_ms * 1000;
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)(answer_ms < CONNECT_MS ? answer_ms : CONNECT_MS));
    curl_easy_setopt(e, CURLOPT_USERAGENT, "vigie/" VG_VERSION);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, k->error);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, keep_answer);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, k);
    curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(e, CURLOPT_XFERINFODATA, k);
    curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
}

static void read_reply(carrying *k, CURLcode result, vg_reply *reply)
{
    long status = 0, asked = 0;
    curl_off_t wait = 0, uploaded = 0;
    char *type = NULL;
    bool mail = k->ask->carry == VG_CARRY_MAIL;
    curl_easy_getinfo(k->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(k->easy, CURLINFO_REQUEST_SIZE, &asked);
    curl_easy_getinfo(k->easy, CURLINFO_SIZE_UPLOAD_T, &uploaded); /* of a mail; what was asked is counted of HTTP alone */
    curl_easy_getinfo(k->easy, CURLINFO_RETRY_AFTER, &wait);
    curl_easy_getinfo(k->easy, CURLINFO_CONTENT_TYPE, &type);
    if (wait > 0) reply->retry_after_s = wait;
    if (result == CURLE_OK || (mail && status >= 400)) {
        reply->kind = VG_REPLY_CAME;
        reply->status = (int)status;
        reply->type = vg_arena_copy(k->c->arena, vg_str_of(type));
        reply->body = vg_arena_copy(k->c->arena, (vg_str){k->answer.ptr ? k->answer.ptr : "", k->answer.len});
        reply->why = vg_arena_copy(k->c->arena, vg_str_of(k->error));
        return;
    }
    reply->kind = asked > 0 || uploaded > 0 || k->sent ? VG_REPLY_LOST : VG_REPLY_NOT_SENT;
    reply->why = vg_arena_copy(k->c->arena, vg_str_of(k->too_long ? "the answer is longer than 1 MiB" : k->late ? "no whole answer in time" : k->error[0] ? k->error : curl_easy_strerror(result)));
}

void vg_filing_carry(const vg_carrier *carrier, const vg_ask *ask, vg_reply *reply)
{
    const vg_report_channel *s = carrier->o->view.settings;
    carrying k = {.c = carrier, .ask = ask};
    *reply = (vg_reply){.kind = VG_REPLY_NOT_SENT, .retry_after_s = -1, .type = {"", 0}, .body = {"", 0}, .why = {"", 0}};
    vg_buf_init(&k.answer, VG_REPLY_MOST + 1);
    k.easy = curl_easy_init();
    int rc = k.easy ? 0 : vg_fail(&k.err, VG_ENOMEM, "", "no memory");
    if (!rc && (!s || !s->url)) rc = vg_fail(&k.err, VG_EINVAL, "", "the space's policy does not say how to speak to this receiver (report.channels)");
    if (!rc) settings(&k, s);
    if (!rc) rc = ask->carry == VG_CARRY_MAIL ? prepare_mail(&k, s->url) : prepare_http(&k, s->url);
    if (!rc) {
        curl_easy_setopt(k.easy, CURLOPT_HTTPHEADER, k.headers);
        curl_easy_setopt(k.easy, CURLOPT_TIMEOUT_MS, (long)(k.piece_count ? upload_ms(&k) : UPLOAD_MS));
        k.left_us = vg_time_monotonic_us();
        read_reply(&k, curl_easy_perform(k.easy), reply);
    } else {
        reply->why = vg_arena_copy(carrier->arena, vg_str_of(k.err.what));
    }
    if (!reply->why.ptr) reply->why = (vg_str){"", 0};
    if (!reply->body.ptr) reply->body = (vg_str){"", 0};
    if (k.easy) curl_easy_cleanup(k.easy);
    curl_mime_free(k.mime);
    curl_slist_free_all(k.headers);
    curl_slist_free_all(k.to);
    for (size_t i = 0; i < k.piece_count; i++) {
        if (k.pieces[i].bytes) vg_spooled_unref(&k.pieces[i].bytes);
        if (k.pieces[i].file) fclose(k.pieces[i].file);
    }
    vg_buf_free(&k.answer);
}
