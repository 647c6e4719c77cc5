/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie bank import: a list from a file into a bank, as one act; vigie bank refresh: a feed, page by page.
 */
#include "cli/bank.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "banks.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/time.h"
#include "cli/progress.h"
#include "signals/media/lists/lists.h"
#include "store/banks/nsrl.h"

enum { SKIPPED_SHOWN = 5, GUESS_BYTES = 4096, INDEX_FROM = 25000, FORMAT_NSRL = VG_LIST_FORMATS };

typedef struct intake { /* a list on its way into a bank */
    vg_bank_house house;
    vg_bank_import *import;
    const char *category; /* of records that name none */
    const char *only;     /* categories that are wanted, comma separated; NULL: all */
    uint64_t left_out;    /* of other categories */
    FILE *skipped_to;
    uint64_t skipped, records, size;
    char shown[SKIPPED_SHOWN][256]; /* the first that were skipped */
    vg_bar progress;
    vg_import_counts total;
    vg_bank_feed feed;
    size_t pages;
} intake;

/* ---- records ---- */

static void skip(intake *in, size_t line, const char *reason)
{
    if (in->skipped < SKIPPED_SHOWN) snprintf(in->shown[in->skipped], sizeof in->shown[0], "%zu: %.200s", line, reason);
    if (in->skipped_to) fprintf(in->skipped_to, "%zu: %s\n", line, reason);
    in->skipped++;
}

static bool is_wanted(const intake *in, vg_str category)
{
    for (const char *at = in->only; at;) {
        const char *end = strchr(at, ',');
        if (vg_str_eq(category, (vg_str){at, end ? (size_t)(end - at) : strlen(at)})) return true;
        at = end ? end + 1 : NULL;
    }
    return !in->only;
}

/* A record that the store refuses is skipped like one that could not be read; anything else ends the import. */
static int put(intake *in, vg_bank_record record, size_t line, vg_error *err)
{
    vg_error why = {0};
    char reason[sizeof why.where + sizeof why.what];
    if (!record.category.len) record.category = vg_str_of(in->category);
    if (!record.deleted && !is_wanted(in, record.category)) {
        in->left_out++;
        return 0;
    }
    int rc = in->import ? 0 : vg_store_bank_import_begin(&in->import, in->house.store, in->house.bank.id, VG_IMPORT_MERGE, err);
    if (rc) return rc;
    rc = vg_store_bank_import_record(in->import, &record, &why);
    if (rc != -VG_EINVAL && rc != -VG_ETOOBIG) {
        if (rc && err) *err = why;
        in->records += rc == 0;
        return rc;
    }
    snprintf(reason, sizeof reason, "%s %s", why.where, why.what);
    skip(in, line, reason);
    return 0;
}

static int take_record(void *context, const vg_list_record *r, vg_error *err)
{
    return put(context, (vg_bank_record){.reference = r->reference, .category = r->category, .note = r->note, .deleted = r->deleted,
                                         .hashes = r->hashes, .hash_count = r->hash_count}, r->line, err);
}

static int take_good(void *context, const vg_bank_record *record, vg_error *err)
{
    return put(context, *record, (size_t)((intake *)context)->records + 1, err);
}

static void take_skipped(void *context, size_t line, const char *reason) { skip(context, line, reason); }

static void show_read(void *context, uint64_t bytes)
{
    intake *in = context;
    vg_bar_show(&in->progress, bytes, in->records);
}

static void show_rows(void *context, uint64_t rows)
{
    intake *in = context;
    vg_bar_show(&in->progress, 0, rows);
}

static void show_stored(void *context, uint64_t done, uint64_t all)
{
    (void)all;
    vg_bar_show(&((intake *)context)->progress, done, done);
}

/* ---- options ---- */

/* "reference=Id,category=Kind": names of columns, into a copy that lives in the arena. */
static int read_columns(const char *text, vg_arena *arena, vg_list_columns *out, vg_error *err)
{
    static const char *const names[] = {"reference", "category", "sha256", "sha1", "md5", "pdq", "quality"};
    const char **places[] = {&out->reference, &out->category, &out->sha256, &out->sha1, &out->md5, &out->pdq, &out->quality};
    vg_str copy = vg_arena_copy(arena, vg_str_of(text));
    if (!copy.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory");
    for (char *word = (char *)copy.ptr; word && *word;) {
        char *next = strchr(word, ','), *equals = strchr(word, '=');
        if (next) *next++ = '\0';
        if (!equals || (next && equals >= next)) return vg_fail(err, VG_EINVAL, "--columns", "expected NAME=COLUMN,...; \"%s\" has no =", word);
        *equals = '\0';
        int which = vg_bank_choice("--columns", word, names, sizeof names / sizeof names[0], err);
        if (which < 0) return which;
        *places[which] = equals + 1;
        word = next;
    }
    return 0;
}

static int read_format(const vg_args *args, FILE *in, int *out, vg_error *err)
{
    char bytes[GUESS_BYTES];
    if (vg_arg_is(args, VG_OPT_FORMAT)) {
        const char *names[VG_LIST_FORMATS + 1];
        for (int i = 0; i < VG_LIST_FORMATS; i++) names[i] = vg_list_format_names[i];
        names[FORMAT_NSRL] = "nsrl";
        *out = vg_bank_choice("--format", args->text[VG_OPT_FORMAT], names, VG_LIST_FORMATS + 1, err);
        return *out < 0 ? *out : 0;
    }
    if (in == stdin) return vg_fail(err, VG_EINVAL, "--format", "is needed where the list comes from standard input");
    size_t len = fread(bytes, 1, sizeof bytes, in);
    rewind(in);
    *out = vg_nsrl_is(bytes, len) ? FORMAT_NSRL : vg_list_format_guess(bytes, len);
    return *out >= 0 ? 0 : vg_fail(err, VG_EINVAL, args->word[1], "its format cannot be told; say it with --format");
}

/* ---- import ---- */

static int read_list(intake *in, const vg_args *args, FILE *file, vg_error *err)
{
    vg_list_columns columns = {.bare = vg_arg_text(args, VG_OPT_BARE, NULL)};
    vg_list_sink sink = {.context = in, .record = take_record, .skipped = take_skipped, .progress = show_read};
    vg_nsrl_sink good = {.context = in, .record = take_good, .skipped = take_skipped, .progress = show_rows};
    vg_list_result result = {0};
    vg_nsrl_result rows;
    int format = 0, rc = read_format(args, file, &format, err);
    if (!rc && vg_arg_is(args, VG_OPT_COLUMNS)) rc = read_columns(args->text[VG_OPT_COLUMNS], in->house.in.arena, &columns, err);
    if (!rc && format == FORMAT_NSRL && file == stdin) rc = vg_fail(err, VG_EINVAL, "-", "an NSRL database is a file, it cannot be piped");
    if (rc) return rc;
    if (format == FORMAT_NSRL) return vg_nsrl_read(args->word[1], &good, &rows, err);
    return vg_list_read((vg_list_format)format, file, args->word[1], &columns, &sink, in->house.in.arena, &result, err);
}

static int build_index(const intake *in, vg_error *err)
{
    vg_banks *banks = NULL;
    vg_banks_options options = {.dir = in->house.in.dir, .no_thread = true};
    if (in->total.added + in->total.changed + in->total.removed < INDEX_FROM) return 0; /* whoever opens it follows in no time */
    int rc = vg_banks_open(&banks, &options, err);
    vg_banks_close(&banks);
    return rc;
}

static void add_counts(vg_import_counts *to, const vg_import_counts *more)
{
    to->records += more->records;
    to->added += more->added;
    to->changed += more->changed;
    to->removed += more->removed;
    to->unchanged += more->unchanged;
}

static int record_audit(intake *in, const char *mode, vg_error *err)
{
    char detail[320];
    snprintf(detail, sizeof detail,
             "{\"mode\":\"%s\",\"records\":%" PRIu64 ",\"added\":%" PRIu64 ",\"changed\":%" PRIu64 ",\"removed\":%" PRIu64
             ",\"unchanged\":%" PRIu64 ",\"skipped\":%" PRIu64 "}",
             mode, in->total.records, in->total.added, in->total.changed, in->total.removed, in->total.unchanged, in->skipped);
    return vg_bank_house_audit(&in->house, "bank.import", detail, err);
}

static void print_counts(const intake *in, bool json)
{
    const vg_import_counts *c = &in->total;
    const char *form = json ? "{\"records\":%" PRIu64 ",\"added\":%" PRIu64 ",\"changed\":%" PRIu64 ",\"removed\":%" PRIu64
                              ",\"unchanged\":%" PRIu64 ",\"skipped\":%" PRIu64 "}\n"
                            : "records    %" PRIu64 "\nadded      %" PRIu64 "\nchanged    %" PRIu64 "\nremoved    %" PRIu64
                              "\nunchanged  %" PRIu64 "\nskipped    %" PRIu64 "\n";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    printf(form, c->records, c->added, c->changed, c->removed, c->unchanged, in->skipped);
#pragma GCC diagnostic pop
}

static void print_skipped(const intake *in, const char *name)
{
    uint64_t shown = in->skipped < SKIPPED_SHOWN ? in->skipped : SKIPPED_SHOWN;
    for (uint64_t i = 0; i < shown; i++) fprintf(stderr, "vigie: %s:%s\n", name, in->shown[i]);
    if (in->skipped > shown)
        fprintf(stderr, "vigie: %s: and %" PRIu64 " more records were skipped; --skipped FILE writes them all\n", name, in->skipped - shown);
    if (in->left_out) fprintf(stderr, "vigie: %s: %" PRIu64 " records of other categories were left out\n", name, in->left_out);
}

static int open_intake(intake *in, const vg_args *args, vg_error *err)
{
    *in = (intake){.category = vg_arg_text(args, VG_OPT_CATEGORY, ""), .only = vg_arg_text(args, VG_OPT_ONLY, NULL)};
    int rc = vg_bank_house_open(&in->house, args, args->word[0], false, err);
    if (!rc && vg_arg_is(args, VG_OPT_SKIPPED) && !(in->skipped_to = fopen(args->text[VG_OPT_SKIPPED], "w")))
        rc = vg_fail(err, VG_EIO, args->text[VG_OPT_SKIPPED], "cannot be written");
    return rc;
}

static int close_intake(intake *in, int rc, vg_error *err)
{
    vg_bar_end(&in->progress);
    vg_store_bank_import_abandon(&in->import);
    if (in->skipped_to && fclose(in->skipped_to) != 0 && !rc) rc = vg_fail(err, VG_EIO, "--skipped", "could not be written");
    vg_bank_house_close(&in->house);
    return rc;
}

static int import_file(intake *in, const vg_args *args, FILE *file, vg_error *err)
{
    struct stat st;
    bool quiet = vg_arg_is(args, VG_OPT_QUIET), replace = vg_arg_is(args, VG_OPT_REPLACE);
    in->size = fstat(fileno(file), &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    int rc = vg_store_bank_import_begin(&in->import, in->house.store, in->house.bank.id,
                                        replace ? VG_IMPORT_REPLACE : VG_IMPORT_MERGE, err);
    vg_bar_begin(&in->progress, "reading", "records", in->size, quiet);
    if (!rc) rc = read_list(in, args, file, err);
    vg_bar_end(&in->progress);
    if (!rc && !in->records) rc = vg_fail(err, VG_EINVAL, args->word[1], in->left_out ? "not one record is of the categories wanted; the bank is as it was" : "not one record could be read; the bank is as it was");
    if (rc) return rc;
    vg_bar_begin(&in->progress, "storing", "records", in->records, quiet);
    rc = vg_store_bank_import_commit(&in->import, NULL, vg_time_now(), show_stored, in, &in->total, err);
    if (!rc) rc = record_audit(in, replace ? "replace" : "merge", err);
    return rc ? rc : build_index(in, err);
}

int vg_cmd_bank_import(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    intake in = {0};
    FILE *file = NULL;
    if (vg_arg_is(args, VG_OPT_REPLACE) && vg_arg_is(args, VG_OPT_MERGE)) {
        fprintf(stderr, "vigie bank import: --replace or --merge, not both\n");
        return 2;
    }
    int rc = open_intake(&in, args, &err);
    if (!rc) file = strcmp(args->word[1], "-") == 0 ? stdin : fopen(args->word[1], "r");
    if (!rc && !file) rc = vg_fail(&err, VG_ENOENT, args->word[1], "cannot be read");
    if (!rc) rc = import_file(&in, args, file, &err);
    if (file && file != stdin) fclose(file);
    print_skipped(&in, args->word[1]);
    if (!rc) print_counts(&in, vg_arg_is(args, VG_OPT_JSON));
    rc = close_intake(&in, rc, &err);
    return rc ? vg_cli_fail(&err) : 0;
}

/* ---- refresh ---- */

static int store_page(void *context, vg_str cursor, const vg_list_result *page, vg_error *err)
{
    intake *in = context;
    vg_import_counts counts = {0};
    (void)page;
    in->feed.cursor = cursor;
    in->feed.fetched_ms = vg_time_now();
    in->pages++;
    int rc = in->import ? 0 : vg_store_bank_import_begin(&in->import, in->house.store, in->house.bank.id, VG_IMPORT_MERGE, err);
    if (!rc) rc = vg_store_bank_import_commit(&in->import, &in->feed, in->feed.fetched_ms, NULL, NULL, &counts, err);
    add_counts(&in->total, &counts);
    vg_bar_show(&in->progress, 0, in->total.records);
    return rc;
}

static void begin_page_again(void *context) { vg_store_bank_import_abandon(&((intake *)context)->import); }

/* What the command line says of the feed goes before what was stored. */
static int read_feed(intake *in, const vg_args *args, vg_feed *out, vg_error *err)
{
    vg_bank_feed *feed = &in->feed;
    vg_arena *arena = in->house.in.arena;
    int rc = vg_store_bank_feed_get(in->house.store, in->house.bank.id, arena, feed, err);
    if (rc) return rc;
    vg_str url = vg_str_of(vg_arg_text(args, VG_OPT_FEED_URL, ""));
    if (vg_arg_is(args, VG_OPT_FEED)) feed->kind = vg_str_of(args->text[VG_OPT_FEED]);
    if (url.len && !vg_str_eq(url, feed->url)) feed->cursor = VG_STR(""); /* another service: from its start */
    if (url.len) feed->url = url;
    if (vg_arg_is(args, VG_OPT_USER)) feed->user = vg_str_of(args->text[VG_OPT_USER]);
    if (vg_arg_is(args, VG_OPT_PASSWORD_FILE)) feed->password_file = vg_str_of(args->text[VG_OPT_PASSWORD_FILE]);
    if (!feed->kind.len || !feed->url.len)
        return vg_fail(err, VG_EINVAL, args->word[0], "the bank has no feed yet; give --feed and --feed-url once");
    vg_str kind = vg_arena_copy(arena, feed->kind);
    int which = kind.ptr ? vg_bank_choice("--feed", kind.ptr, vg_feed_kind_names, VG_FEED_KINDS, err) : -1;
    if (which < 0) return kind.ptr ? which : vg_fail(err, VG_ENOMEM, "", "no memory");
    *out = (vg_feed){.kind = (vg_feed_kind)which, .url = feed->url, .user = feed->user, .cursor = feed->cursor};
    return 0;
}

static int read_password(intake *in, vg_feed *feed, char **bytes, vg_error *err)
{
    size_t len = 0;
    if (!in->feed.password_file.len) return 0;
    vg_str path = vg_arena_copy(in->house.in.arena, in->feed.password_file);
    int rc = path.ptr ? vg_file_read(path.ptr, 4096, bytes, &len, err) : vg_fail(err, VG_ENOMEM, "", "no memory");
    if (!rc) feed->password = (vg_str){*bytes, strcspn(*bytes, "\r\n")};
    return rc;
}

int vg_cmd_bank_refresh(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    intake in = {0};
    vg_feed feed;
    vg_list_result total = {0};
    char *password = NULL;
    int rc = open_intake(&in, args, &err);
    if (!rc) rc = read_feed(&in, args, &feed, &err);
    if (!rc) rc = read_password(&in, &feed, &password, &err);
    vg_feed_sink sink = {.list = {.context = &in, .record = take_record, .skipped = take_skipped}, .page = store_page, .restart = begin_page_again};
    vg_bar_begin(&in.progress, "fetching", "records", 0, vg_arg_is(args, VG_OPT_QUIET));
    if (!rc) rc = vg_feed_fetch(&feed, &sink, in.house.in.arena, &total, &err);
    if (!rc && !in.pages) rc = vg_store_bank_feed_set(in.house.store, in.house.bank.id, &in.feed, &err); /* it answered: remembered */
    vg_bar_end(&in.progress);
    if (in.pages) { /* also when a later page failed: what was stored stays */
        vg_error second = {0};
        int audited = record_audit(&in, "refresh", &second);
        if (!audited) audited = build_index(&in, &second);
        if (audited && !rc) rc = audited, err = second;
        print_skipped(&in, args->word[0]);
        print_counts(&in, vg_arg_is(args, VG_OPT_JSON));
    }
    vg_free(password);
    rc = close_intake(&in, rc, &err);
    return rc ? vg_cli_fail(&err) : 0;
}
