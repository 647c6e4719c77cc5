/* SPDX-License-Identifier: Apache-2.0
 *
 * Fetching from a server that speaks the protocol, on good days and bad ones. What must hold on all of them: the bank
 * ends up with what the server has, nothing that was taken back, and no record of a page that broke.
 */
#include "tests/unit/lists/support.h"
#include "tests/unit/lists/feed_server.h"

enum { MOST = 64 };

/* What the store does with a feed: records wait until their page is whole. */
typedef struct bank {
    char live[MOST][48];
    size_t count;
    struct {
        char reference[48];
        bool deleted;
    } waiting[MOST];
    size_t waiting_count, committed, restarts, given, stop_at_page;
    char cursor[8192];
} bank;

static int bank_record(void *context, const vg_list_record *record, vg_error *err)
{
    bank *b = context;
    (void)err;
    b->given++;
    if (b->waiting_count == MOST) return -VG_EFULL;
    snprintf(b->waiting[b->waiting_count].reference, sizeof b->waiting[0].reference, "%.*s",
             VG_STR_ARG(record->reference));
    b->waiting[b->waiting_count++].deleted = record->deleted;
    return 0;
}

static void set_live(bank *b, const char *reference, bool live)
{
    size_t i = 0;
    while (i < b->count && strcmp(b->live[i], reference) != 0) i++;
    if (live && i == b->count && i < MOST) snprintf(b->live[b->count++], sizeof b->live[0], "%s", reference);
    if (!live && i < b->count) memmove(b->live[i], b->live[i + 1], (--b->count - i) * sizeof b->live[0]);
}

static int bank_page(void *context, vg_str cursor, const vg_list_result *page, vg_error *err)
{
    bank *b = context;
    (void)page;
    if (b->stop_at_page && b->committed + 1 == b->stop_at_page) return vg_fail(err, VG_EFULL, "bank", "killed");
    for (size_t i = 0; i < b->waiting_count; i++) set_live(b, b->waiting[i].reference, !b->waiting[i].deleted);
    b->waiting_count = 0;
    b->committed++;
    snprintf(b->cursor, sizeof b->cursor, "%.*s", VG_STR_ARG(cursor));
    return 0;
}

static void bank_restart(void *context)
{
    bank *b = context;
    b->waiting_count = 0;
    b->restarts++;
}

static vg_error error;
static vg_list_result total;

static size_t fail_allocation; /* the n-th within the fetching; 0: none */

static int fetch_from(feed_server *s, bank *b, const char *url, const vg_feed *like)
{
    char address[128];
    vg_feed feed = like ? *like : (vg_feed){.user = VG_STR("user"), .password = VG_STR("secret")};
    snprintf(address, sizeof address,
             url           ? url
             : s->stopncii ? "http://127.0.0.1:%d/v1"
                           : "http://127.0.0.1:%d/hashsharing/v2/",
             s->port);
    feed.kind = s->stopncii ? VG_FEED_STOPNCII : VG_FEED_NCMEC;
    feed.url = vg_str_of(address);
    feed.cursor = vg_str_of(b->cursor);
    feed.second_ms = 1;
    if (!feed.timeout_ms) feed.timeout_ms = 20000;
    if (!feed.attempts) feed.attempts = 3;
    vg_feed_sink sink = {{b, bank_record, NULL, NULL}, bank_page, bank_restart};
    vg_arena *arena = vg_arena_create(1024, 1 << 20);
    error = (vg_error){0};
    b->waiting_count = 0;
    vg_alloc_fail_at(fail_allocation);
    int rc = vg_feed_fetch(&feed, &sink, arena, &total, &error);
    vg_arena_destroy(&arena);
    return rc;
}

static int fetch(feed_server *s, bank *b)
{
    return fetch_from(s, b, NULL, NULL);
}

static void fault_at(feed_server *s, server_fault fault, int page, int times)
{
    s->fault = (int)fault;
    s->fault_page = page;
    s->fault_times = times;
    s->requests = s->connections = 0;
}

/* Five pages, ten entries, the first taken back. */
static bool complete(const feed_server *s, const bank *b)
{
    bool first_gone = true;
    for (size_t i = 0; i < b->count; i++)
        first_gone =
            first_gone && strcmp(b->live[i], s->stopncii ? "00000000000000000000000000000000" : "42/p0-0") != 0;
    return first_gone && b->count == 2 * s->pages - 1;
}

static void all_pages(feed_server *s)
{
    bank b = {0};
    fault_at(s, FINE, 0, 0);
    TAP_EQ_INT(fetch(s, &b), 0, "all pages are fetched");
    TAP_OK(complete(s, &b) && b.committed == 5 && s->requests == 5, "each once; what was taken back is gone");
    TAP_OK(total.records == 10 && total.deleted == 1 && total.skipped == 0 && total.bytes > 500, "and counted");
    if (s->stopncii) {
        TAP_EQ_STR(b.cursor, "since 2023-11-14T22:16:40.000Z", "the next search begins where the source says");
        TAP_OK(strstr(s->last_request, "x-functions-key: secret\r\n") &&
                   strstr(s->last_request, "Ocp-Apim-Subscription-Key: other\r\n") == NULL,
               "the key goes in its header");
        TAP_OK(strstr(s->first_search, "startTimestamp=10&pageSize=800 ") != NULL,
               "the first search begins at the beginning");
    } else {
        TAP_EQ_STR(b.cursor, "since 2024-05-08T00:00:00.000Z",
                   "the next search begins at the newest of all pages, which are not in the order of time");
        TAP_OK(strstr(s->last_request, "Authorization: Basic dXNlcjpzZWNyZXQ=\r\n") != NULL,
               "name and password go as Basic");
        TAP_OK(strstr(s->first_search, "/entries?from=1970-01-01T00:00:00.000Z&to=2") != NULL,
               "the first search begins at the beginning");
    }
    TAP_EQ_INT(fetch(s, &b), 0, "and again from there");
    TAP_OK(strstr(s->first_search, s->stopncii ? "startTimestamp=1700000200&" : "from=2024-05-07T23:55:00.000Z&") !=
               NULL,
           "from there, and for NCMEC a little before");
    TAP_OK(complete(s, &b), "which changes nothing");
}

/* Killed while page n is stored: nothing of it was kept, the cursor is the page before's. */
static void killed_at_each_page(feed_server *s)
{
    for (size_t n = 1; n <= s->pages; n++) {
        bank b = {.stop_at_page = n};
        fault_at(s, FINE, 0, 0);
        int rc = fetch(s, &b);
        bool stopped = rc == -VG_EFULL && b.committed == n - 1 && b.count == 2 * (n - 1);
        b.stop_at_page = 0;
        s->requests = 0;
        rc = fetch(s, &b);
        TAP_OK(stopped && rc == 0 && complete(s, &b) && s->requests == s->pages - n + 1,
               "killed at page %zu: goes on there, and ends complete", n);
    }
}

static void mended(feed_server *s)
{
    static const struct {
        server_fault fault;
        const char *name;
    } faults[] = {{HANG_UP, "the server hangs up"},
                  {CUT_WITH_LENGTH, "the connection is cut in the middle"},
                  {CUT_WITHOUT_LENGTH, "a cut that looks like an end"},
                  {CORRUPT, "a corrupt page"},
                  {EMPTY, "an empty answer"},
                  {ANSWER_500, "500"},
                  {ANSWER_503, "503"},
                  {ANSWER_429, "429 with Retry-After"},
                  {A_HTML_PAGE, "somebody's HTML page"}};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        bank b = {0};
        fault_at(s, faults[i].fault, 2, 2);
        int rc = fetch(s, &b);
        TAP_OK(rc == 0 && complete(s, &b) && s->requests == 7 && b.given == 11,
               "%s, twice: the page is fetched again, and none of its records is given twice", faults[i].name);
        if (rc) printf("# %s: %s\n", error.where, error.what);
        b = (bank){0};
        fault_at(s, faults[i].fault, 2, 1000);
        rc = fetch(s, &b);
        bool data = faults[i].fault == CUT_WITHOUT_LENGTH || faults[i].fault == CORRUPT || faults[i].fault == EMPTY ||
                    faults[i].fault == A_HTML_PAGE;
        TAP_OK(rc == (data ? -VG_EINVAL : -VG_EIO) && s->requests == 5 && b.committed == 2 && b.count == 4 &&
                   b.given == 4,
               "%s, for ever: three attempts, then an error; the pages before stay", faults[i].name);
        fault_at(s, FINE, 0, 0);
        TAP_OK(fetch(s, &b) == 0 && complete(s, &b) && s->requests == 3, "%s: later it goes on at that page",
               faults[i].name);
    }
}

static void refused(feed_server *s)
{
    static const struct {
        server_fault fault;
        int code;
        unsigned requests; /* for the page */
        const char *says, *name;
    } faults[] = {{ANSWER_401, VG_EUNAUTHORIZED, 1, "401", "not known"},
                  {ANSWER_403, VG_EFORBIDDEN, 1, "403", "known and not allowed"},
                  {ANSWER_418, VG_EINVAL, 1, "418", "an answer that means nothing here"},
                  {ANSWER_404, VG_EINVAL, 1, "is the address right?", "no such page"},
                  {ANSWER_LATER, VG_EBUSY, 1, "86400 s", "asked to come back tomorrow"},
                  {SENT_ELSEWHERE, VG_EINVAL, 1, "another server (http://127.0.0.2:", "sent on to another server"},
                  {ENDLESS, VG_ETOOBIG, 1, "more than 32 MiB", "a page without end"}};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        bank b = {0};
        fault_at(s, faults[i].fault, 2, 1000);
        int rc = fetch(s, &b);
        if (!TAP_OK(rc == -faults[i].code && s->requests == 2 + faults[i].requests && b.count == 4 &&
                        strstr(error.what, faults[i].says),
                    "%s: an error at once; the pages before stay", faults[i].name))
            printf("# got %d after %u requests: %s: %s\n", rc, s->requests, error.where, error.what);
        TAP_OK(!strstr(error.what, "secret") && !strstr(error.where, "secret"), "and the key is not in it");
    }
    bank b = {0};
    vg_feed impatient = {.timeout_ms = 200, .attempts = 2};
    fault_at(s, SLOW, 0, 1000);
    TAP_EQ_INT(fetch_from(s, &b, NULL, &impatient), -VG_EIO, "a server that does not answer in time");
    fault_at(s, NEXT_IS_SELF, 2, 1000);
    b = (bank){0};
    TAP_OK(fetch(s, &b) == -VG_EINVAL && strstr(error.what, "read already") && s->requests <= 8,
           "a page whose next is itself: a circle is noticed");
}

static void ncmec_only(feed_server *s)
{
    bank b = {0};
    fault_at(s, NEXT_IS_FIRST, 3, 1000);
    TAP_OK(fetch(s, &b) == -VG_EINVAL && strstr(error.what, "read already") && s->requests < 30,
           "a longer circle is noticed too");
    static const struct {
        server_fault fault;
        int rc;
        const char *says, *name;
    } faults[] = {{OTHER_NAMESPACE, -VG_EINVAL, "hashsharing/v9", "another namespace"},
                  {NEXT_ELSEWHERE, -VG_EINVAL, "another server", "a next page on another server"},
                  {NEXT_NONSENSE, -VG_EINVAL, "expected a path", "a next page that is no address"},
                  {NEXT_ABSOLUTE, 0, "", "a next page as a whole address"},
                  {ESCAPED_TWICE, 0, "", "a next page that was escaped twice"}};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        b = (bank){0};
        fault_at(s, faults[i].fault, 2, 1000);
        int rc = fetch(s, &b);
        if (!TAP_OK(rc == faults[i].rc && strstr(error.what, faults[i].says) &&
                        (rc ? b.committed == 2 && b.count == 4 : complete(s, &b)),
                    "%s", faults[i].name))
            printf("# %s: %s\n", error.where, error.what);
        fault_at(s, FINE, 0, 0);
        TAP_OK(fetch(s, &b) == 0 && complete(s, &b),
               "%s: a page that leads nowhere was not stored, so that it goes on later", faults[i].name);
    }
    b = (bank){0};
    fault_at(s, SENT_ALONG, 0, 1);
    if (!TAP_OK(fetch(s, &b) == 0 && s->requests >= 4, "sent along on the same server: followed"))
        printf("# %s: %s\n", error.where, error.what);
    b = (bank){0};
    fault_at(s, SENT_ROUND, 0, 1000);
    TAP_OK(fetch(s, &b) == -VG_EINVAL && strstr(error.what, "more than 5 times"), "but not round and round");
    /* the status page stands before page 0 */
    b = (bank){0};
    fault_at(s, ANSWER_401, 1, 1);
    TAP_OK(fetch(s, &b) == -VG_EUNAUTHORIZED && s->requests == 0, "who we are is asked first");
    fault_at(s, ANSWER_404, 1, 1);
    TAP_OK(fetch(s, &b) == -VG_EINVAL && strstr(error.what, "is the address right?"), "an address where nothing is");
    fault_at(s, ANSWER_503, 1, 1);
    TAP_OK(fetch(s, &b) == 0 && complete(s, &b), "and again when it is busy");
    b = (bank){.stop_at_page = 3};
    fault_at(s, FINE, 0, 0);
    fetch(s, &b);
    b.stop_at_page = 0;
    fault_at(s, ANSWER_404, 2, 1);
    TAP_OK(fetch(s, &b) == 0 && complete(s, &b) && strstr(s->first_search, "from=1970"),
           "a page that the server has forgotten: the search begins again");
}

static void addresses(feed_server *s)
{
    static const struct {
        const char *url, *says;
    } wrong[] = {{"http://example.org/%d", "expected https"},
                 {"ftp://127.0.0.1:%d/", "expected https"},
                 {"http://127.0.0.1.example.org:%d/", "expected https"},
                 {"127.0.0.1:%d", "expected https"},
                 {"http://user:word@127.0.0.1:%d/", "apart from the address"},
                 {"http://127.0.0.1:%d/?x=1", "a query"},
                 {"%d nonsense", "expected https"}};
    bank b = {0};
    fault_at(s, FINE, 0, 0);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int rc = fetch_from(s, &b, wrong[i].url, NULL);
        if (!TAP_OK(rc == -VG_EINVAL && strstr(error.what, wrong[i].says) && s->connections == 0,
                    "refused before a connection: %s", wrong[i].url))
            printf("# %d %s\n", rc, error.what);
    }
    vg_feed two_lines = {.user = VG_STR("user"), .password = VG_STR("secret\r\nX-Other: 1")};
    TAP_EQ_INT(fetch_from(s, &b, NULL, &two_lines), -VG_EINVAL, "a key of two lines");
    snprintf(b.cursor, sizeof b.cursor, "yesterday");
    TAP_OK(fetch(s, &b) == -VG_EINVAL && strcmp(error.where, "cursor") == 0, "a cursor that is none");
    snprintf(b.cursor, sizeof b.cursor, "page 2024-01-01T00:00:00.000Z 2024-01-01T00:00:00.000Z http://127.0.0.2/x");
    if (!s->stopncii)
        TAP_OK(fetch(s, &b) == -VG_EINVAL && strstr(error.what, "another server"), "a cursor that leads elsewhere");
    b = (bank){0};
    vg_feed two_keys = {.password = VG_STR("secret other")};
    if (s->stopncii)
        TAP_OK(fetch_from(s, &b, NULL, &two_keys) == 0 &&
                   strstr(s->last_request, "Ocp-Apim-Subscription-Key: other\r\n"),
               "the subscription key, when there are two");
    if (!s->stopncii)
        TAP_OK(fetch_from(s, &b, "http://localhost:%d/hashsharing/v2", NULL) == 0, "this machine by its name");
}

static void short_of_memory(feed_server *s)
{
    size_t n = 1;
    bool told = true, failed = true;
    for (; failed && n < 1000; n++) {
        bank b = {0};
        fault_at(s, FINE, 0, 0);
        fail_allocation = n;
        int rc = fetch(s, &b);
        failed = vg_alloc_failed();
        bool fine = (failed ? rc == -VG_ENOMEM && b.count == 2 * b.committed : rc == 0 && complete(s, &b));
        if (!fine) printf("# allocation %zu: %d %s: %s\n", n, rc, error.where, error.what);
        told = told && fine;
    }
    fail_allocation = 0;
    vg_alloc_fail_at(0);
    TAP_OK(told && n > 10, "each of %zu failed allocations is told, and only whole pages were kept", n - 1);
}

static void untrusted(void)
{
    feed_server s = {.pages = 1, .tls = own_certificate()};
    bank b = {0};
    start_server(&s);
    TAP_EQ_INT(fetch_from(&s, &b, "https://127.0.0.1:%d/hashsharing/v2", NULL), -VG_EIO,
               "a certificate that nobody vouches for");
    TAP_OK(strstr(error.what, "certificate") && s.connections == 1, "is not tried again");
    stop_server(&s);
    b = (bank){0};
    feed_server gone = {.port = s.port};
    TAP_EQ_INT(fetch(&gone, &b), -VG_EIO, "a server that is not there");
}

int main(void)
{
    feed_server ncmec = {.pages = 5}, stopncii = {.pages = 5, .stopncii = true};
    start_server(&ncmec);
    start_server(&stopncii);
    for (feed_server *s = &ncmec; s; s = s == &ncmec ? &stopncii : NULL) {
        printf("# %s\n", vg_feed_kind_names[s->stopncii]);
        all_pages(s);
        killed_at_each_page(s);
        mended(s);
        refused(s);
        addresses(s);
        short_of_memory(s);
    }
    ncmec_only(&ncmec);
    untrusted();
    stop_server(&ncmec);
    stop_server(&stopncii);
    return tap_done();
}
