/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie bank search: which entries have this hash, or are near it; vigie bank export: a bank as a list.
 */
#include "cli/bank.h"

#include <inttypes.h>
#include <stdio.h>

#include "banks.h"
#include "base/hash.h"
#include "base/time.h"
#include "cli/progress.h"
#include "signals/media/lists/lists.h"

/* ---- search ---- */

typedef struct search {
    vg_bank_house house;
    vg_bank_set *set;
    bool json;
    uint64_t asked, found, skipped;
} search;

static void print_match(const search *s, const vg_media_hash *hash, const vg_media_match *m, vg_str reference)
{
    char hex[65];
    const vg_bank *bank = vg_bank_set_at(s->set, m->bank);
    vg_str category = vg_bank_set_category(s->set, m);
    vg_hex_encode(hex, hash->bytes, vg_hash_bytes(hash->algorithm));
    if (!s->json) {
        printf("%s  %.*s  #%u  %.*s  %s", hex, VG_STR_ARG(bank->name), m->entry, VG_STR_ARG(reference), vg_hash_algorithm_names[m->algorithm]);
        if (m->algorithm == VG_HASH_PDQ) printf(" distance %d", m->distance);
        printf("  %.*s%s\n", VG_STR_ARG(category), m->doubted ? "  (in doubt)" : "");
        return;
    }
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    vg_buf_printf(&out, "{\"hash\":\"%s\",\"bank\":", hex);
    vg_buf_add_json_str(&out, bank->name);
    vg_buf_printf(&out, ",\"entry\":%u,\"reference\":", m->entry);
    vg_buf_add_json_str(&out, reference);
    vg_buf_add_cstr(&out, ",\"category\":");
    vg_buf_add_json_str(&out, category);
    vg_buf_printf(&out, ",\"algorithm\":\"%s\",\"distance\":%d,\"effect\":\"%s\",\"doubted\":%s}", vg_hash_algorithm_names[m->algorithm],
                  m->distance, vg_bank_effect_names[bank->effect], m->doubted ? "true" : "false");
    if (out.ptr) puts(out.ptr);
    vg_buf_free(&out);
}

static int show(search *s, const vg_media_hash *hash, const vg_media_match *match, vg_error *err)
{
    vg_bank_entry entry = {0};
    const vg_bank *bank = vg_bank_set_at(s->set, match->bank);
    int rc = vg_store_bank_entry_get(s->house.store, bank->id, match->entry, s->house.in.arena, &entry, err);
    if (rc && rc != -VG_ENOENT) return rc; /* gone this moment: it was found all the same */
    print_match(s, hash, match, entry.reference);
    s->found++;
    return 0;
}

/* Looks one hash up as every bank reads it. */
static int look_up(search *s, vg_media_hash hash, vg_error *err)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < vg_bank_set_count(s->set); i++) { /* bank by bank: an allow-list hides nothing here */
        vg_media_match match[VG_MATCHES_MAX];
        size_t found = 0;
        const vg_bank *bank = vg_bank_set_at(s->set, i);
        hash.profile = (uint8_t)bank->profile; /* whoever asks knows where the hash is from, we do not */
        vg_index_query query = {.hashes = &hash, .count = 1, .threshold = bank->threshold, .min_quality = bank->min_quality,
                                .video_percent = 0};
        rc = vg_index_search(vg_bank_set_index(s->set, i), &query, match, VG_MATCHES_MAX, &found, err);
        for (size_t k = 0; !rc && k < found && k < VG_MATCHES_MAX; k++) {
            match[k].bank = (uint16_t)i;
            rc = show(s, &hash, &match[k], err);
        }
        vg_arena_reset(s->house.in.arena);
    }
    return rc;
}

static int take_record(void *context, const vg_list_record *record, vg_error *err)
{
    int rc = 0;
    ((search *)context)->asked += record->hash_count;
    for (size_t i = 0; !rc && i < record->hash_count; i++) rc = look_up(context, record->hashes[i], err);
    return rc;
}

static void take_skipped(void *context, size_t line, const char *reason)
{
    search *s = context;
    if (s->skipped++ < 5) fprintf(stderr, "vigie: line %zu: %s\n", line, reason);
}

/* A hash on the command line: its length says what it is, 64 digits are tried as SHA-256 and as PDQ. */
static int search_word(search *s, const char *word, bool *is_hash, vg_error *err)
{
    vg_str hex = vg_str_of(word);
    vg_media_hash hash = {.quality = 100};
    int rc = 0;
    *is_hash = false;
    for (int a = 0; !rc && a < VG_HASH_ALGORITHMS; a++) {
        hash.algorithm = (vg_hash_algorithm)a;
        if (!vg_hex_decode(hash.bytes, vg_hash_bytes(hash.algorithm), hex)) continue;
        s->asked += !*is_hash; /* 64 digits are tried twice */
        *is_hash = true;
        rc = look_up(s, hash, err);
    }
    return rc;
}

static int search_file(search *s, const char *path, const vg_args *args, vg_error *err)
{
    vg_list_columns columns = {.bare = vg_arg_text(args, VG_OPT_BARE, "pdq")};
    vg_list_sink sink = {.context = s, .record = take_record, .skipped = take_skipped};
    vg_list_result result;
    vg_arena *arena = vg_arena_create(1 << 14, 64 << 20); /* of the list; the installation's is emptied for each hash */
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    char bytes[4096];
    int rc = 0, format = VG_LIST_TEXT;
    if (!arena) rc = vg_fail(err, VG_ENOMEM, "", "no memory");
    else if (!file) rc = vg_fail(err, VG_ENOENT, path, "is neither a hash (32, 40 or 64 hex digits) nor a file that can be read");
    if (!rc && file != stdin) {
        size_t len = fread(bytes, 1, sizeof bytes, file);
        rewind(file);
        format = vg_list_format_guess(bytes, len);
        if (format < 0) format = VG_LIST_TEXT;
    }
    if (!rc) rc = vg_list_read((vg_list_format)format, file, path, &columns, &sink, arena, &result, err);
    if (file && file != stdin) fclose(file);
    vg_arena_destroy(&arena);
    return rc;
}

int vg_cmd_bank_search(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    search s = {.json = vg_arg_is(args, VG_OPT_JSON)};
    vg_banks *banks = NULL;
    bool is_hash = false;
    int rc = vg_bank_house_open(&s.house, args, NULL, false, &err);
    if (!rc) rc = vg_installation_record_search(&s.house.in, "hash", args->word, args->words, &err);
    vg_banks_options options = {.dir = s.house.in.dir, .no_thread = true};
    if (!rc) rc = vg_banks_open(&banks, &options, &err);
    if (!rc) s.set = vg_banks_set(banks);
    for (size_t i = 0; !rc && i < args->words; i++) {
        rc = search_word(&s, args->word[i], &is_hash, &err);
        if (!rc && !is_hash) rc = search_file(&s, args->word[i], args, &err);
    }
    if (!rc && !s.found) fprintf(stderr, "Nothing is known of %" PRIu64 " hash%s.\n", s.asked, s.asked == 1 ? "" : "es");
    vg_bank_set_unref(&s.set);
    vg_banks_close(&banks);
    vg_bank_house_close(&s.house);
    return rc ? vg_cli_fail(&err) : 0;
}

/* ---- export ---- */

typedef enum { EXPORT_TEXT, EXPORT_CSV, EXPORT_JSONL, EXPORTS } export_format;
static const char *const export_names[EXPORTS] = {"text", "csv", "jsonl"};

typedef struct exporting {
    FILE *to;
    export_format format;
    vg_buf line;
    vg_bar progress;
    uint64_t done;
} exporting;

static void add_csv(vg_buf *out, vg_str s)
{
    vg_buf_add_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"') vg_buf_add_char(out, '"');
        vg_buf_add_char(out, s.ptr[i]);
    }
    vg_buf_add_char(out, '"');
}

/* One line a hash; the readers put the lines of one reference together again. A category's line breaks become spaces in text. */
static void write_lines(exporting *x, const vg_bank_entry *e)
{
    for (size_t i = 0; i < e->hash_count; i++) {
        const vg_media_hash *h = &e->hashes[i];
        char hex[65];
        bool pdq = h->algorithm == VG_HASH_PDQ;
        vg_hex_encode(hex, h->bytes, vg_hash_bytes(h->algorithm));
        if (x->format == EXPORT_TEXT) {
            vg_buf_printf(&x->line, "%s %s", vg_hash_algorithm_names[h->algorithm], hex);
            if (pdq) vg_buf_printf(&x->line, " quality=%d", h->quality);
            vg_buf_add_char(&x->line, ' ');
            for (size_t k = 0; k < e->category.len; k++) {
                char c = e->category.ptr[k];
                vg_buf_add_char(&x->line, c == '\n' || c == '\r' ? ' ' : c);
            }
        } else {
            add_csv(&x->line, e->reference);
            vg_buf_printf(&x->line, ",%s,%s,", vg_hash_algorithm_names[h->algorithm], hex);
            if (pdq) vg_buf_printf(&x->line, "%d", h->quality);
            vg_buf_add_char(&x->line, ',');
            add_csv(&x->line, e->category);
            vg_buf_printf(&x->line, ",%s", vg_entry_state_names[e->state]);
        }
        vg_buf_add_char(&x->line, '\n');
    }
}

static void write_json(exporting *x, const vg_bank_entry *e)
{
    char added[25], hex[65];
    vg_time_format(e->added_ms, added);
    vg_buf_printf(&x->line, "{\"entry\":%u,\"reference\":", e->id);
    vg_buf_add_json_str(&x->line, e->reference);
    vg_buf_add_cstr(&x->line, ",\"category\":");
    vg_buf_add_json_str(&x->line, e->category);
    vg_buf_printf(&x->line, ",\"state\":\"%s\",\"added\":\"%s\",\"hashes\":[", vg_entry_state_names[e->state], added);
    for (size_t i = 0; i < e->hash_count; i++) {
        const vg_media_hash *h = &e->hashes[i];
        vg_hex_encode(hex, h->bytes, vg_hash_bytes(h->algorithm));
        vg_buf_printf(&x->line, "%s{\"algorithm\":\"%s\",\"hash\":\"%s\"", i ? "," : "", vg_hash_algorithm_names[h->algorithm], hex);
        if (h->algorithm == VG_HASH_PDQ) vg_buf_printf(&x->line, ",\"quality\":%d", h->quality);
        if (h->frame) vg_buf_printf(&x->line, ",\"frame\":%u", h->frame);
        vg_buf_add_char(&x->line, '}');
    }
    vg_buf_add_cstr(&x->line, "]");
    if (e->note.len) { /* a JSON object, as the source's reader wrote it */
        vg_buf_add_cstr(&x->line, ",\"note\":");
        vg_buf_add_str(&x->line, e->note);
    }
    vg_buf_add_cstr(&x->line, "}\n");
}

static int write_entries(void *context, const vg_bank_entry *entries, size_t count, vg_error *err)
{
    exporting *x = context;
    for (size_t i = 0; i < count; i++) {
        vg_buf_clear(&x->line);
        if (x->format == EXPORT_JSONL) write_json(x, &entries[i]);
        else write_lines(x, &entries[i]);
        if (x->line.failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an entry");
        if (x->line.len && fwrite(x->line.ptr, 1, x->line.len, x->to) != x->line.len) return vg_fail(err, VG_EIO, "export", "cannot be written");
    }
    x->done += count;
    vg_bar_show(&x->progress, x->done, x->done);
    return 0;
}

int vg_cmd_bank_export(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_bank_house house = {0};
    exporting x = {.to = stdout};
    int64_t change = 0;
    char detail[64];
    vg_buf_init(&x.line, 64 << 20);
    int rc = vg_bank_house_open(&house, args, args->word[0], false, &err);
    int format = rc ? rc : vg_bank_choice("--format", vg_arg_text(args, VG_OPT_FORMAT, "csv"), export_names, EXPORTS, &err);
    if (!rc && format < 0) rc = format;
    x.format = format < 0 ? EXPORT_TEXT : (export_format)format;
    snprintf(detail, sizeof detail, "{\"entries\":%" PRId64 "}", house.bank.entries);
    if (!rc) rc = vg_bank_house_audit(&house, "bank.export", detail, &err); /* before anything leaves */
    if (!rc && vg_arg_is(args, VG_OPT_OUT) && !(x.to = fopen(args->text[VG_OPT_OUT], "w")))
        rc = vg_fail(&err, VG_EIO, args->text[VG_OPT_OUT], "cannot be written");
    vg_bar_begin(&x.progress, "exporting", "entries", (uint64_t)house.bank.entries, vg_arg_is(args, VG_OPT_QUIET) || x.to == stdout);
    if (!rc && x.format == EXPORT_CSV) fputs("reference,algorithm,hash,quality,category,state\n", x.to);
    vg_bank_reader reader = {.context = &x, .entries = write_entries, .texts = true};
    if (!rc) rc = vg_store_bank_scan(house.store, house.bank.id, &reader, &change, &err);
    vg_bar_end(&x.progress);
    if (x.to && x.to != stdout && fclose(x.to) != 0 && !rc) rc = vg_fail(&err, VG_EIO, args->text[VG_OPT_OUT], "could not be written");
    vg_buf_free(&x.line);
    vg_bank_house_close(&house);
    return rc ? vg_cli_fail(&err) : 0;
}
