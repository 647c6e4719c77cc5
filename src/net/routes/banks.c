/* SPDX-License-Identifier: Apache-2.0
 *
 * Banks of known material: who may see them, what is in them, and how it gets there. The rules are review's, the rows the bank
 * store's; whatever changes a bank is in the audit log with who did it, and the indexes hear of it before the answer goes out. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/time.h"
#include "net/bank_json.h"
#include "net/gold.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "review/review.h"
#include "signals/media/lists/lists.h"

enum { ENTRIES_MOST = 1000, FOUND_MOST = 8 };

/* ---- who asks ---- */

/* A platform's key asks as a référent of its space would. */
static vg_user asker_of(const vg_exchange *x)
{
    if (!x->key.known) return x->user;
    return (vg_user){.role = VG_ROLE_REFERENT, .spaces = {x->key.space, x->key.space_len}};
}

static vg_str key_spaces(const vg_exchange *x)
{
    return (vg_str){x->key.space, x->key.space_len};
}

static vg_str actor_of(vg_exchange *x)
{
    return x->key.known ? vg_arena_printf(x->arena, "key:%lld", (long long)x->key.id) : x->user.name;
}

static int may_keep(vg_exchange *x, const vg_bank *bank, vg_error *err)
{
    if (!x->key.known) return vg_review_may_keep_bank(bank->spaces, &x->user, err);
    if (vg_review_spaces_within(bank->spaces, key_spaces(x))) return 0;
    return vg_fail(err, VG_EFORBIDDEN, "", "this bank also serves spaces that are not this key's");
}

/* The bank of the path, as far as who asks may know of it. What they may not see does not exist. */
static bool find_bank(vg_desk *desk, vg_exchange *x, vg_bank *bank)
{
    vg_str name;
    vg_error err = {0};
    if (!vg_path_decode(x, x->argument[0], &name)) {
        vg_answer_problem(x, 400, NULL, "the name in the path is malformed");
        return false;
    }
    vg_user asker = asker_of(x);
    int rc = vg_store_bank_find(desk->banks, name, desk->arena, bank, &err);
    if (rc == -VG_ENOENT || (!rc && !vg_review_may_see_bank(bank, &asker))) {
        vg_answer_problem(x, 404, NULL, "there is no such bank");
        return false;
    }
    if (rc) vg_answer_error(x, &err);
    return rc == 0;
}

static bool find_to_keep(vg_desk *desk, vg_exchange *x, vg_bank *bank)
{
    vg_error err = {0};
    if (!find_bank(desk, x, bank)) return false;
    if (!may_keep(x, bank, &err)) return true;
    vg_answer_error(x, &err);
    return false;
}

static int audit(vg_desk *desk, vg_exchange *x, const char *action, vg_str bank, const char *detail, vg_error *err)
{
    vg_str actor = actor_of(x);
    if (!actor.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry");
    return vg_store_audit(desk->store, actor, vg_str_of(action), bank, vg_str_of(detail), err);
}

/* A change is on disk: on record, and then where it is looked for. */
static int changed(vg_desk *desk, vg_exchange *x, const char *action, vg_str bank, const char *detail, vg_error *err)
{
    int rc = audit(desk, x, action, bank, detail, err);
    return rc ? rc : vg_server_poll_banks(x->server, err);
}

/* ---- banks ---- */

void vg_route_banks(vg_desk *desk, vg_exchange *x)
{
    vg_bank *banks = NULL;
    size_t count = 0;
    vg_error err = {0};
    bool first = true;
    int64_t now_ms = vg_time_now();
    vg_user asker = asker_of(x);
    if (!x->key.known && vg_review_require(&x->user, VG_MAY_BANK_SEE, (vg_str){"", 0}, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (vg_store_bank_list(desk->banks, desk->arena, &banks, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"banks\":[");
    for (size_t i = 0; i < count; i++) {
        if (!vg_review_may_see_bank(&banks[i], &asker)) continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        vg_json_bank(out, &banks[i], now_ms);
    }
    vg_buf_add_cstr(out, "]}");
}

void vg_route_bank(vg_desk *desk, vg_exchange *x)
{
    vg_bank bank;
    if (find_bank(desk, x, &bank)) vg_json_bank(vg_answer_begin(x, 200, "application/json"), &bank, vg_time_now());
}

void vg_route_bank_add(vg_desk *desk, vg_exchange *x)
{
    vg_bank bank, made;
    vg_error err = {0};
    char detail[64];
    if (!vg_body_read_bank(x, &bank)) return;
    int rc = vg_review_may_keep_bank(bank.spaces, &x->user, &err);
    if (!rc) rc = vg_store_bank_add(desk->banks, &bank, vg_time_now(), &err);
    snprintf(detail, sizeof detail, "{\"effect\":\"%s\"}", vg_bank_effect_names[bank.effect]);
    if (!rc) rc = changed(desk, x, "bank.create", bank.name, detail, &err);
    if (!rc) rc = vg_store_bank_get(desk->banks, bank.id, desk->arena, &made, &err);
    if (rc) vg_answer_error(x, &err);
    else vg_json_bank(vg_answer_begin(x, 201, "application/json"), &made, vg_time_now());
}

void vg_route_bank_remove(vg_desk *desk, vg_exchange *x)
{
    vg_bank bank;
    vg_error err = {0};
    if (!find_bank(desk, x, &bank)) return;
    int rc = vg_review_may_remove_bank(bank.spaces, &x->user, &err);
    if (!rc) rc = vg_store_bank_delete(desk->banks, bank.id, vg_time_now(), &err);
    if (!rc) rc = changed(desk, x, "bank.remove", bank.name, "{}", &err);
    if (rc) vg_answer_error(x, &err);
    else vg_answer_begin(x, 204, NULL);
}

/* ---- entries ---- */

typedef struct found {
    vg_bank_entry entry;
    int distance; /* -1: not by a near hash */
} found;

static void write_found(vg_exchange *x, const found *list, size_t count)
{
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"entries\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_json_entry(out, &list[i].entry, list[i].distance);
    }
    vg_buf_add_cstr(out, "]}");
}

/* Sixty-four digits may be either: both are looked for. */
static size_t read_query_hash(vg_str text, const vg_bank *bank, vg_media_hash out[2])
{
    size_t count = 0;
    memset(out, 0, 2 * sizeof *out);
    for (int a = 0; a < VG_HASH_ALGORITHMS; a++) {
        vg_hash_algorithm algorithm = (vg_hash_algorithm)a;
        if (text.len != 2 * vg_hash_bytes(algorithm) || !vg_hex_decode(out[count].bytes, vg_hash_bytes(algorithm), text)) continue;
        out[count].algorithm = algorithm;
        out[count].quality = algorithm == VG_HASH_PDQ ? 100 : 0;
        out[count].profile = algorithm == VG_HASH_PDQ ? (uint8_t)bank->profile : 0;
        count++;
    }
    return count;
}

static int search_hash(vg_desk *desk, vg_exchange *x, const vg_bank *bank, const vg_media_hash *hashes, size_t hash_count,
                       found *list, size_t *count, vg_error *err)
{
    vg_media_match match[FOUND_MOST];
    size_t found_count = 0;
    vg_bank_set *set = vg_banks_set(x->server->banks);
    int number = set ? vg_bank_set_find(set, bank->id) : -1, rc = 0;
    vg_index_query query = {.hashes = hashes, .count = hash_count, .threshold = bank->threshold};
    if (number >= 0)
        rc = vg_index_search(vg_bank_set_index(set, (size_t)number), &query, match, FOUND_MOST, &found_count, err);
    if (found_count > FOUND_MOST) found_count = FOUND_MOST;
    for (size_t i = 0; i < found_count && !rc; i++) {
        rc = vg_store_bank_entry_get(desk->banks, bank->id, match[i].entry, desk->arena, &list[*count].entry, err);
        list[*count].distance = match[i].algorithm == VG_HASH_PDQ ? match[i].distance : -1;
        if (!rc) ++*count;
        else if (rc == -VG_ENOENT) rc = 0; /* gone in this very moment */
    }
    if (set) vg_bank_set_unref(&set);
    return rc;
}

static int search_reference(vg_desk *desk, const vg_bank *bank, vg_str reference, found *list, size_t *count, vg_error *err)
{
    int rc = vg_store_bank_entry_find(desk->banks, bank->id, reference, desk->arena, &list[0].entry, err);
    list[0].distance = -1;
    *count = rc == 0;
    return rc == -VG_ENOENT ? 0 : rc;
}

void vg_route_bank_search(vg_desk *desk, vg_exchange *x)
{
    vg_bank bank;
    vg_str hash, reference;
    bool by_hash, by_reference;
    vg_error err = {0};
    vg_media_hash hashes[2];
    found list[FOUND_MOST];
    size_t count = 0, hash_count = 0;
    if (!find_bank(desk, x, &bank)) return;
    if (!vg_query_get(x, "hash", &hash, &by_hash) || !vg_query_get(x, "reference", &reference, &by_reference) ||
        by_hash == by_reference) {
        vg_answer_problem(x, 400, NULL, "expected one of hash and reference");
        return;
    }
    if (by_hash && !(hash_count = read_query_hash(hash, &bank, hashes))) {
        vg_answer_problem(x, 400, "/hash", "expected 64, 40 or 32 hexadecimal digits");
        return;
    }
    if (by_reference && (!reference.len || reference.len > VG_EVENT_MAX_NAME)) {
        vg_answer_problem(x, 400, "/reference", "expected 1 to %d bytes", VG_EVENT_MAX_NAME);
        return;
    }
    int rc = audit(desk, x, "bank.search", bank.name, by_hash ? "{\"by\":\"hash\"}" : "{\"by\":\"reference\"}", &err);
    if (!rc)
        rc = by_hash ? search_hash(desk, x, &bank, hashes, hash_count, list, &count, &err)
                     : search_reference(desk, &bank, reference, list, &count, &err);
    if (rc) vg_answer_error(x, &err);
    else write_found(x, list, count);
}

/* What an import came to. */
typedef struct outcome {
    vg_import_counts counts;
    uint64_t skipped;
    size_t problems;
    vg_buf told; /* of the records skipped, the first hundred */
} outcome;

static void add_problem(outcome *o, uint64_t line, const char *reason)
{
    enum { TOLD = 100 };
    o->skipped++;
    if (o->problems >= TOLD) return;
    vg_buf_printf(&o->told, "%s{\"line\":%llu,\"reason\":", o->problems++ ? "," : "", (unsigned long long)line);
    vg_buf_add_json_str(&o->told, vg_str_of(reason));
    vg_buf_add_char(&o->told, '}');
}

static void write_outcome(vg_exchange *x, const outcome *o)
{
    const vg_import_counts *c = &o->counts;
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out,
                  "{\"records\":%llu,\"added\":%llu,\"updated\":%llu,\"withdrawn\":%llu,\"unchanged\":%llu,\"skipped\":%llu,"
                  "\"problems\":[",
                  (unsigned long long)(c->records + o->skipped), (unsigned long long)c->added, (unsigned long long)c->changed,
                  (unsigned long long)c->removed, (unsigned long long)c->unchanged, (unsigned long long)o->skipped);
    if (o->told.len) vg_buf_add(out, o->told.ptr, o->told.len);
    vg_buf_add_cstr(out, "]}");
}

static int finish(vg_desk *desk, vg_exchange *x, vg_bank_import **import, const vg_bank *bank, const char *action, outcome *o,
                  vg_error *err)
{
    char detail[160];
    int rc = vg_store_bank_import_commit(import, NULL, vg_time_now(), NULL, NULL, &o->counts, err);
    if (rc) return rc;
    snprintf(detail, sizeof detail, "{\"added\":%llu,\"changed\":%llu,\"removed\":%llu,\"skipped\":%llu}",
             (unsigned long long)o->counts.added, (unsigned long long)o->counts.changed,
             (unsigned long long)o->counts.removed, (unsigned long long)o->skipped);
    return changed(desk, x, action, bank->name, detail, err);
}

void vg_route_entries_add(vg_desk *desk, vg_exchange *x)
{
    vg_bank bank;
    vg_bank_import *import = NULL;
    vg_bank_record *records = NULL;
    size_t count = 0;
    vg_error err = {0};
    outcome o = {0};
    vg_buf_init(&o.told, 1 << 20);
    if (!find_to_keep(desk, x, &bank) || !vg_body_read_entries(x, &bank, desk->arena, &records, &count)) return;
    int rc = vg_store_bank_import_begin(&import, desk->banks, bank.id, VG_IMPORT_MERGE, &err);
    for (size_t i = 0; i < count && !rc; i++) {
        rc = vg_store_bank_import_record(import, &records[i], &err);
        if (rc) snprintf(err.where, sizeof err.where, "/entries/%zu", i); /* all or nothing: it came from a program */
    }
    if (!rc) rc = finish(desk, x, &import, &bank, "bank.add", &o, &err);
    if (import) vg_store_bank_import_abandon(&import);
    if (rc) vg_answer_error(x, &err);
    else write_outcome(x, &o);
    vg_buf_free(&o.told);
}

void vg_route_entry_remove(vg_desk *desk, vg_exchange *x)
{
    vg_bank bank;
    vg_bank_entry entry;
    vg_str reference;
    vg_error err = {0};
    char detail[32];
    if (!find_to_keep(desk, x, &bank)) return;
    if (!vg_path_decode(x, x->argument[1], &reference)) {
        vg_answer_problem(x, 400, NULL, "the reference in the path is malformed");
        return;
    }
    int rc = vg_store_bank_entry_find(desk->banks, bank.id, reference, desk->arena, &entry, &err);
    if (!rc) rc = vg_store_bank_entry_remove(desk->banks, bank.id, entry.id, vg_time_now(), &err);
    if (rc == -VG_ENOENT) {
        vg_answer_problem(x, 404, NULL, "there is no such entry");
        return;
    }
    snprintf(detail, sizeof detail, "{\"entry\":%u}", rc ? 0 : entry.id);
    if (!rc) rc = changed(desk, x, "bank.withdraw", bank.name, detail, &err);
    if (rc) vg_answer_error(x, &err);
    else vg_answer_begin(x, 204, NULL);
}

/* The case that an opinion was formed on: it must be one that this person may read. */
static bool check_case(vg_desk *desk, vg_exchange *x, vg_str name, bool *copy)
{
    vg_case c;
    vg_error err = {0};
    if (!name.len) return true;
    int64_t id = vg_case_id_of(name);
    int rc = id > 0 ? vg_store_case_get(desk->store, id, desk->arena, &c, &err) : -VG_ENOENT;
    if (!rc && !vg_review_may_read(&c, &x->user, &err) && !vg_gold_hidden(desk->store, x->user.name, &c)) {
        *copy = c.shadow;
        return true;
    }
    if (rc && rc != -VG_ENOENT) vg_answer_error(x, &err);
    else vg_answer_problem(x, 400, "/case", "there is no such case");
    return false;
}

void vg_route_opinion(vg_desk *desk, vg_exchange *x)
{
    vg_bank bank;
    vg_bank_entry entry;
    vg_entry_state state;
    vg_str seen_in;
    vg_error err = {0};
    char detail[160];
    vg_bank_opinion opinion = {.person = x->user.name, .time_ms = vg_time_now()};
    long number = 0;
    bool copy = false; /* of an item with a known answer: what is said of it is said of nothing */
    if (!find_bank(desk, x, &bank)) return;
    if (vg_review_may_judge_entry(bank.spaces, &x->user, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!vg_body_read_opinion(x, &opinion, &seen_in) || !check_case(desk, x, seen_in, &copy)) return;
    for (size_t i = 0; i < x->argument[1].len && i < 10 && number >= 0; i++) {
        char c = x->argument[1].ptr[i];
        number = c >= '0' && c <= '9' ? number * 10 + (c - '0') : -1;
    }
    int rc = number > 0 && number <= UINT32_MAX && x->argument[1].len <= 10
                 ? copy ? 0 : vg_store_bank_opinion_add(desk->banks, bank.id, (uint32_t)number, &opinion, &state, &err)
                 : -VG_ENOENT;
    if (rc == -VG_ENOENT) {
        vg_answer_problem(x, 404, NULL, "there is no such entry");
        return;
    }
    snprintf(detail, sizeof detail, "{\"entry\":%ld,\"opinion\":\"%s\"%s%.*s%s}", number, opinion.reject ? "reject" : "confirm",
             seen_in.len ? ",\"case\":\"" : "", VG_STR_ARG(seen_in), seen_in.len ? "\"" : "");
    if (!rc && !copy) rc = changed(desk, x, "bank.opinion", bank.name, detail, &err);
    if (!rc) rc = vg_store_bank_entry_get(desk->banks, bank.id, (uint32_t)number, desk->arena, &entry, &err);
    if (rc) vg_answer_error(x, &err);
    else vg_json_entry(vg_answer_begin(x, 200, "application/json"), &entry, -1);
}

/* ---- whole lists ---- */

typedef struct list_reading {
    vg_bank_import *import;
    const vg_bank *bank;
    outcome *outcome;
} list_reading;

static int take_record(void *context, const vg_list_record *record, vg_error *err)
{
    list_reading *r = context;
    vg_error why = {0};
    vg_bank_record given = {.reference = record->reference,
                            .category = record->category,
                            .note = record->note,
                            .deleted = record->deleted,
                            .hashes = record->hashes,
                            .hash_count = record->hash_count};
    for (size_t i = 0; i < record->hash_count; i++)
        if (record->hashes[i].algorithm == VG_HASH_PDQ) record->hashes[i].profile = (uint8_t)r->bank->profile;
    int rc = vg_store_bank_import_record(r->import, &given, &why);
    if (rc == -VG_EINVAL || rc == -VG_ETOOBIG) {
        add_problem(r->outcome, record->line, why.what);
        return 0;
    }
    if (rc && err) *err = why;
    return rc;
}

static void skip_record(void *context, size_t line, const char *reason)
{
    add_problem(((list_reading *)context)->outcome, line, reason);
}

typedef struct cookie {
    vg_spooled *spooled;
    uint64_t at;
} cookie;

static ssize_t read_cookie(void *context, char *out, size_t size)
{
    cookie *c = context;
    size_t got = 0;
    if (vg_spooled_read(c->spooled, c->at, out, size, &got, NULL)) return -1;
    c->at += got;
    return (ssize_t)got;
}

static int read_format(vg_exchange *x, const vg_spooled *spooled, vg_str name, vg_error *err)
{
    char begins[4096];
    size_t got = 0;
    (void)x;
    for (int f = 0; f < VG_LIST_FORMATS; f++)
        if (vg_str_is(name, vg_list_format_names[f])) return f;
    if (vg_spooled_read(spooled, 0, begins, sizeof begins, &got, err)) return -1;
    int format = vg_list_format_guess(begins, got);
    if (format < 0) vg_fail(err, VG_EINVAL, "/format", "the format cannot be told from the file; name it");
    return format;
}

static int read_list(vg_desk *desk, vg_spooled *spooled, int format, list_reading *reading, vg_error *err)
{
    vg_list_result result;
    cookie c = {.spooled = spooled};
    vg_list_sink sink = {.context = reading, .record = take_record, .skipped = skip_record};
    FILE *in = fopencookie(&c, "rb", (cookie_io_functions_t){.read = read_cookie});
    if (!in) return vg_fail(err, VG_ENOMEM, "", "no memory to read a list");
    int rc = vg_list_read((vg_list_format)format, in, "list", NULL, &sink, desk->arena, &result, err);
    fclose(in);
    return rc;
}

static bool read_import_query(vg_exchange *x, vg_str *format, vg_import_mode *mode)
{
    vg_str text;
    bool has_format, has_mode, known = false;
    if (!vg_query_get(x, "format", format, &has_format) || !vg_query_get(x, "mode", &text, &has_mode)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return false;
    }
    for (int f = 0; f < VG_LIST_FORMATS; f++) known |= vg_str_is(*format, vg_list_format_names[f]);
    if (has_format && !known) {
        vg_answer_problem(x, 400, "/format", "unknown value; expected one of text, csv, vics, ncmec, stopncii, vpdq");
        return false;
    }
    *mode = vg_str_is(text, "replace") ? VG_IMPORT_REPLACE : VG_IMPORT_MERGE;
    if (!has_mode || *mode == VG_IMPORT_REPLACE || vg_str_is(text, "merge")) return true;
    vg_answer_problem(x, 400, "/mode", "unknown value; expected merge or replace");
    return false;
}

void vg_route_bank_import(vg_desk *desk, vg_exchange *x)
{
    vg_bank bank;
    vg_str format;
    vg_import_mode mode;
    vg_bank_import *import = NULL;
    vg_error err = {0};
    outcome o = {0};
    if (!find_to_keep(desk, x, &bank) || !read_import_query(x, &format, &mode)) return;
    vg_buf_init(&o.told, 1 << 20);
    vg_spooled *spooled = vg_intake_end(x, NULL, NULL, NULL, &err);
    int rc = spooled ? 0 : -err.code, number = rc ? -1 : read_format(x, spooled, format, &err);
    if (!rc && number < 0) rc = -err.code;
    if (!rc) rc = vg_store_bank_import_begin(&import, desk->banks, bank.id, mode, &err);
    list_reading reading = {.import = import, .bank = &bank, .outcome = &o};
    if (!rc) rc = read_list(desk, spooled, number, &reading, &err);
    if (!rc) rc = finish(desk, x, &import, &bank, "bank.import", &o, &err);
    if (import) vg_store_bank_import_abandon(&import);
    if (spooled) vg_spooled_unref(&spooled);
    if (rc) vg_answer_error(x, &err);
    else write_outcome(x, &o);
    vg_buf_free(&o.told);
}

/* ---- export ---- */

static int export_entries(void *context, const vg_bank_entry *entries, size_t count, vg_error *err)
{
    FILE *out = context;
    vg_buf line;
    vg_buf_init(&line, 1 << 20);
    for (size_t i = 0; i < count; i++)
        for (size_t h = 0; h < entries[i].hash_count; h++) {
            vg_buf_clear(&line);
            vg_csv_hash(&line, &entries[i], &entries[i].hashes[h]);
            if (line.failed || fwrite(line.ptr, 1, line.len, out) != line.len) {
                vg_buf_free(&line);
                return vg_fail(err, VG_EIO, "", "the export cannot be written");
            }
        }
    vg_buf_free(&line);
    return 0;
}

void vg_route_bank_export(vg_desk *desk, vg_exchange *x)
{
    vg_bank bank;
    vg_error err = {0};
    int64_t change = 0;
    if (!find_to_keep(desk, x, &bank)) return;
    int rc = audit(desk, x, "bank.export", bank.name, "{}", &err);
    if (!rc && !(x->file = vg_open_unnamed(x->server->data_dir))) rc = vg_fail(&err, VG_EIO, "", "no file for the export");
    if (!rc) fputs(vg_csv_header, x->file);
    vg_bank_reader reader = {.context = x->file, .entries = export_entries, .texts = true};
    if (!rc) rc = vg_store_bank_scan(desk->banks, bank.id, &reader, &change, &err);
    if (!rc && fflush(x->file)) rc = vg_fail(&err, VG_EIO, "", "the export cannot be written");
    if (!rc) {
        vg_answer_begin(x, 200, "text/csv; charset=utf-8");
        vg_answer_header(x, "Content-Disposition", "attachment; filename=\"bank.csv\"");
        return;
    }
    if (x->file) fclose(x->file);
    x->file = NULL;
    vg_answer_error(x, &err);
}
