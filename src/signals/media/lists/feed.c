/* SPDX-License-Identifier: Apache-2.0
 *
 * Fetching a list page after page.
 *
 * A page is received whole, read once for nobody to see that it is sound, and only then read into the sink; so a page
 * that breaks anywhere leaves nothing behind and is fetched again. The cursor says where to go on:
 *
 *     since TIME                 a new search for what changed from TIME on
 *     page TIME NEWEST NEXT      within a search from TIME: the page NEXT; NEWEST is the newest change seen in it
 *
 * Pages are not in the order of time (NCMEC), so the time of the next search is known only when the last page was read:
 * that is why NEWEST travels in the cursor. Changes that were made while we were reading are found by the next search,
 * which begins a little before the newest that was seen.
 */
#include "signals/media/lists/lists_int.h"

#include <time.h>

#include "base/alloc.h"
#include "base/time.h"

const char *const vg_feed_kind_names[VG_FEED_KINDS] = {"ncmec", "stopncii"};

enum {
    DEFAULT_ATTEMPTS = 5,
    MAX_ATTEMPTS = 20,
    MAX_WAIT_S = 600,
    STOPNCII_PAGE = 800, /* records a page, as the reference client asks for */
    STOPNCII_FIRST = 10, /* seconds: where the reference client starts, 0 may be taken for "not said" */
    SCRATCH = 64 * 1024,
};
static const int64_t overlap_ms = 5 * VG_MINUTE_MS;

typedef struct fetching {
    const vg_feed *feed;
    const vg_feed_sink *sink;
    feed_http *http;
    vg_arena *scratch; /* of one page */
    vg_list_result *total;
    vg_error *err;
    feed_answer answer;
    int64_t since_ms, newest_ms, resume_ms;
    vg_buf next, cursor;
    vg_buf seen; /* one of the addresses there were, to notice a circle */
    size_t pages, remember_at;
} fetching;

/* ---- the cursor ---- */

static int read_cursor(fetching *f)
{
    vg_str rest = f->feed->cursor, word = vg_list_word(&rest);
    if (!word.len) return 0;
    bool page = vg_str_is(word, "page");
    vg_str since = vg_list_word(&rest);
    if ((!page && !vg_str_is(word, "since")) || !vg_time_parse(since, &f->since_ms)) goto bad;
    f->newest_ms = f->since_ms;
    if (!page) return 0;
    vg_str newest = vg_list_word(&rest);
    rest = vg_list_trim(rest);
    if (!vg_time_parse(newest, &f->newest_ms) || !rest.len || rest.len > LIST_MAX_NEXT) goto bad;
    vg_buf_add_str(&f->next, rest);
    return f->next.failed ? vg_fail(f->err, VG_ENOMEM, "cursor", "no memory") : 0;
bad:
    return vg_fail(f->err, VG_EINVAL, "cursor",
                   "cannot be read; expected \"since TIME\", \"page TIME NEWEST NEXT\" or nothing");
}

static int write_cursor(fetching *f)
{
    char since[25], newest[25];
    vg_time_format(f->since_ms, since);
    vg_time_format(f->newest_ms, newest);
    vg_buf_clear(&f->cursor);
    if (f->next.len) {
        vg_buf_printf(&f->cursor, "page %s %s ", since, newest);
        vg_buf_add(&f->cursor, f->next.ptr, f->next.len);
    } else vg_buf_printf(&f->cursor, "since %s", newest);
    return f->cursor.failed ? vg_fail(f->err, VG_ENOMEM, "cursor", "no memory") : 0;
}

/* ---- addresses ---- */

static void add_escaped(vg_buf *out, vg_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                     c == '_' || c == '.' || c == '~';
        if (plain) vg_buf_add_char(out, c);
        else vg_buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}

/* NCMEC's own example has its "&" escaped twice. */
static vg_str unescape(vg_str s, vg_arena *arena)
{
    char *out = vg_arena_alloc(arena, s.len + 1);
    size_t n = 0;
    if (!out) return (vg_str){NULL, 0};
    for (size_t i = 0; i < s.len; i++) {
        out[n++] = s.ptr[i];
        if (s.ptr[i] == '&' && s.len - i >= 5 && memcmp(s.ptr + i, "&amp;", 5) == 0) i += 4;
    }
    out[n] = '\0';
    return (vg_str){out, n};
}

/* Where NCMEC says that the next page is. */
static int resolve(fetching *f, vg_str next, vg_str *out)
{
    next = unescape(next, f->scratch);
    return next.ptr ? vg_feed_http_resolve(f->http, next, f->scratch, out, f->err)
                    : vg_fail(f->err, VG_ENOMEM, "feed", "no memory");
}

static int ncmec_url(fetching *f, vg_str *out)
{
    char from[25], to[25], path[96];
    if (f->next.len) return resolve(f, (vg_str){f->next.ptr, f->next.len}, out);
    vg_time_format(f->since_ms > overlap_ms ? f->since_ms - overlap_ms : 0, from);
    vg_time_format(vg_time_now(), to);
    snprintf(path, sizeof path, "/entries?from=%s&to=%s", from, to);
    *out = vg_feed_http_under(f->http, path, f->scratch);
    return out->ptr ? 0 : vg_fail(f->err, VG_ENOMEM, "feed", "no memory");
}

static int stopncii_url(fetching *f, vg_str *out)
{
    vg_buf path;
    vg_buf_init(&path, 4 * LIST_MAX_NEXT);
    int64_t start = f->since_ms / VG_SECOND_MS;
    vg_buf_printf(&path, "/FetchHashes?startTimestamp=%lld&pageSize=%d",
                  (long long)(start > STOPNCII_FIRST ? start : STOPNCII_FIRST), STOPNCII_PAGE);
    if (f->next.len) {
        vg_buf_add_cstr(&path, "&nextPageToken=");
        add_escaped(&path, (vg_str){f->next.ptr, f->next.len});
    }
    *out = path.failed ? (vg_str){NULL, 0} : vg_feed_http_under(f->http, path.ptr, f->scratch);
    vg_buf_free(&path);
    return out->ptr ? 0 : vg_fail(f->err, VG_ENOMEM, "feed", "no memory");
}

/* ---- one page, as often as it takes ---- */

static void wait_seconds(const fetching *f, int64_t seconds)
{
    int64_t ms = seconds * (f->feed->second_ms ? f->feed->second_ms : VG_SECOND_MS);
    struct timespec left = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&left, NULL);
}

/* What a status other than 200 means. */
static int check_status(fetching *f)
{
    feed_answer *answer = &f->answer;
    vg_error *err = f->err;
    long status = answer->status;
    if (status == 200) return 0;
    if (status == 401)
        return vg_fail(err, VG_EUNAUTHORIZED, "feed", "the server does not know this name and key (401)");
    if (status == 403)
        return vg_fail(err, VG_EFORBIDDEN, "feed", "the server knows this name and key, and does not allow it (403)");
    if (answer->retry_after_s > MAX_WAIT_S)
        return vg_fail(err, VG_EBUSY, "feed", "the server asks to come back in %lld s (%ld)",
                       (long long)answer->retry_after_s, status);
    answer->again = status == 408 || status == 425 || status == 429 || status >= 500;
    if (status == 400 || status == 404 || status == 410)
        return vg_fail(err, VG_ENOENT, "feed", "the server has no such page (%ld)", status);
    return vg_fail(err, answer->again ? VG_EIO : VG_EINVAL, "feed", "the server answers %ld; expected 200", status);
}

static int check_type(fetching *f)
{
    const char *type = f->answer.type, *end = type + strlen(type);
    bool json = f->feed->kind == VG_FEED_STOPNCII;
    if (!*type) return 0;
    if (json && (strcmp(type, "application/json") == 0 || (end - type > 5 && strcmp(end - 5, "+json") == 0))) return 0;
    if (!json && (strcmp(type, "application/xml") == 0 || strcmp(type, "text/xml") == 0 ||
                  (end - type > 4 && strcmp(end - 4, "+xml") == 0)))
        return 0;
    return vg_fail(f->err, VG_EINVAL, "feed", "the answer is %.60s; expected %s", type,
                   json ? "application/json" : "application/xml");
}

static int give_to_nobody(void *context, const vg_list_record *record, vg_error *err)
{
    (void)context, (void)record, (void)err;
    return 0;
}

static vg_list_format format_of(const fetching *f)
{
    return f->feed->kind == VG_FEED_NCMEC ? VG_LIST_NCMEC : VG_LIST_STOPNCII;
}

static int read_page(fetching *f, const vg_list_sink *sink, vg_list_result *result)
{
    char name[40];
    snprintf(name, sizeof name, "%s page %zu", vg_feed_kind_names[f->feed->kind], f->pages + 1);
    return vg_list_read_bytes(format_of(f), (vg_str){f->answer.body.ptr, f->answer.body.len}, name, sink, f->scratch,
                              result, f->err);
}

/* A next page that cannot be is found before this one is stored, so that no cursor ever leads nowhere. */
static int check_page(fetching *f, bool status_page)
{
    static const vg_list_sink nobody = {.record = give_to_nobody};
    vg_list_result result;
    vg_str url;
    if (status_page) return vg_list_check_ncmec_status((vg_str){f->answer.body.ptr, f->answer.body.len}, f->err);
    int rc = read_page(f, &nobody, &result);
    if (rc == 0 && result.next.len && f->feed->kind == VG_FEED_NCMEC) rc = resolve(f, result.next, &url);
    return rc;
}

static int get_page(fetching *f, vg_str url, bool status_page)
{
    unsigned attempts = f->feed->attempts ? f->feed->attempts : DEFAULT_ATTEMPTS;
    if (attempts > MAX_ATTEMPTS) attempts = MAX_ATTEMPTS;
    for (unsigned attempt = 1;; attempt++) {
        f->answer.retry_after_s = 0;
        int rc = vg_feed_http_get(f->http, url, &f->answer, f->err);
        if (rc == 0) rc = check_status(f);
        if (rc == 0) {
            rc = check_type(f);
            if (rc == 0) rc = check_page(f, status_page);
            /* Damaged on its way, or a proxy's page: the next answer may be sound. */
            f->answer.again = rc == -VG_EINVAL;
        }
        if (rc == 0 || !f->answer.again || attempt >= attempts) return rc;
        int64_t wait =
            f->answer.retry_after_s ? f->answer.retry_after_s : (int64_t)1 << (attempt < 9 ? attempt - 1 : 9);
        wait_seconds(f, wait < MAX_WAIT_S ? wait : MAX_WAIT_S);
    }
}

/* ---- all pages ---- */

/* Keeps one address out of ever longer stretches (Brent): any circle meets it in the end, and nothing grows. */
static int check_circle(fetching *f)
{
    if (f->seen.len && f->seen.len == f->next.len && memcmp(f->seen.ptr, f->next.ptr, f->next.len) == 0)
        return vg_fail(f->err, VG_EINVAL, "feed", "page %zu sends back to a page that was read already", f->pages);
    if (f->pages < f->remember_at) return 0;
    f->remember_at = f->remember_at ? f->remember_at * 2 : 1;
    vg_buf_clear(&f->seen);
    vg_buf_add(&f->seen, f->next.ptr, f->next.len);
    return f->seen.failed ? vg_fail(f->err, VG_ENOMEM, "feed", "no memory") : 0;
}

static int move_on(fetching *f, const vg_list_result *page)
{
    f->pages++;
    if (page->newest_ms > f->newest_ms) f->newest_ms = page->newest_ms;
    if (page->resume_ms > f->resume_ms) f->resume_ms = page->resume_ms;
    vg_buf_clear(&f->next);
    vg_buf_add_str(&f->next, page->next);
    if (f->next.failed) return vg_fail(f->err, VG_ENOMEM, "feed", "no memory");
    if (f->next.len) return check_circle(f);
    if (f->feed->kind == VG_FEED_STOPNCII) { /* where it says itself; else from the second of the newest, once more */
        if (f->resume_ms) f->newest_ms = f->resume_ms;
        else if (f->newest_ms > f->since_ms + VG_SECOND_MS) f->newest_ms -= VG_SECOND_MS;
    }
    return 0;
}

static int deliver(fetching *f)
{
    vg_list_sink list = f->sink->list;
    vg_list_result page;
    list.progress = NULL;
    if (f->sink->restart) f->sink->restart(f->sink->list.context);
    int rc = read_page(f, &list, &page);
    if (rc == 0) rc = move_on(f, &page);
    if (rc == 0) rc = write_cursor(f);
    if (rc) return rc;
    f->total->records += page.records;
    f->total->deleted += page.deleted;
    f->total->skipped += page.skipped;
    f->total->bytes += page.bytes;
    f->total->newest_ms = f->newest_ms;
    f->total->resume_ms = f->resume_ms;
    rc = f->sink->page(f->sink->list.context, (vg_str){f->cursor.ptr, f->cursor.len}, &page, f->err);
    if (rc == 0 && f->sink->list.progress) f->sink->list.progress(f->sink->list.context, f->total->bytes);
    return rc;
}

static int no_such_page(fetching *f)
{
    return vg_fail(f->err, VG_EINVAL, "feed", "the server has no such page (%ld); is the address right?",
                   f->answer.status);
}

static int fetch_all(fetching *f)
{
    int rc = read_cursor(f);
    if (rc == 0 && f->feed->kind == VG_FEED_NCMEC) {
        vg_str url = vg_feed_http_under(f->http, "/status", f->scratch);
        rc = url.ptr ? get_page(f, url, true) : vg_fail(f->err, VG_ENOMEM, "feed", "no memory");
        if (rc == -VG_ENOENT) rc = no_such_page(f);
    }
    bool resumed = f->next.len > 0;
    for (bool more = true; rc == 0 && more; more = rc == 0 && f->next.len) {
        vg_str url;
        vg_arena_reset(f->scratch);
        rc = f->feed->kind == VG_FEED_NCMEC ? ncmec_url(f, &url) : stopncii_url(f, &url);
        if (rc == 0) rc = get_page(f, url, false);
        if (rc == -VG_ENOENT && resumed && f->pages == 0) {
            /* The server has forgotten the page we stopped at: the search is made again from its beginning. */
            resumed = false;
            f->newest_ms = f->since_ms;
            vg_buf_clear(&f->next);
            rc = f->feed->kind == VG_FEED_NCMEC ? ncmec_url(f, &url) : stopncii_url(f, &url);
            if (rc == 0) rc = get_page(f, url, false);
        }
        if (rc == -VG_ENOENT) rc = no_such_page(f);
        if (rc == 0) rc = deliver(f);
    }
    return rc;
}

int vg_feed_fetch(const vg_feed *feed, const vg_feed_sink *sink, vg_arena *arena, vg_list_result *total, vg_error *err)
{
    (void)arena; /* what pages need is forgotten page by page */
    fetching f = {.feed = feed, .sink = sink, .total = total, .err = err};
    *total = (vg_list_result){.next = VG_STR("")};
    if ((unsigned)feed->kind >= VG_FEED_KINDS)
        return vg_fail(err, VG_EINVAL, "feed", "unknown kind %d", (int)feed->kind);
    vg_buf_init(&f.next, LIST_MAX_NEXT + 2);
    vg_buf_init(&f.seen, LIST_MAX_NEXT + 2);
    vg_buf_init(&f.cursor, LIST_MAX_NEXT + 128);
    vg_buf_init(&f.answer.body, LIST_MAX_PAGE);
    f.scratch = vg_arena_create(SCRATCH, 1024 * 1024);
    int rc = f.scratch ? vg_feed_http_open(&f.http, feed, err) : vg_fail(err, VG_ENOMEM, "feed", "no memory");
    if (rc == 0) rc = fetch_all(&f);
    vg_feed_http_close(&f.http);
    vg_arena_destroy(&f.scratch);
    vg_buf_free(&f.answer.body);
    vg_buf_free(&f.cursor);
    vg_buf_free(&f.seen);
    vg_buf_free(&f.next);
    return rc;
}
