/* SPDX-License-Identifier: Apache-2.0
 *
 * Data protection: everything about one account, its erasure, and retention. Destroyed means gone from the
 * file: freed pages are overwritten (secure_delete) and the write-ahead log is emptied after each
 * destruction.
 */
#include "store/people/people_int.h"
#include "store/cases/decisions_int.h"
#include "store/cases/context.h"
#include "store/cases/media_int.h"
#include "store/evidence/evidence_int.h"
#include "store/demands/demands_int.h"
#include "store/welfare/welfare.h"
#include "store/facts/facts.h"
#include "store/filings/filings_int.h"
#include "store/notices/notices_int.h"
#include "store/training/gold_int.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/time.h"
#include "store/people/people.h"
#include "store/training/training_int.h"

enum { SWEEP_GROUP = 100, NOTICE_ARENA = 64 << 20 };

/* Audit entries outlive an erasure, so they name an account by a keyed hash: who has the key ring and a name
 * can check. */
static void account_tag(const vg_store *store, vg_str space, vg_str account, char out[64])
{
    uint8_t tag[VG_STORE_EVENT_KEY];
    vg_store_tag(store, "account", space, account, tag);
    memcpy(out, "account:", 8);
    vg_hex_encode(out + 8, tag, sizeof tag);
}

int vg_store_account_tag(const vg_store *store, vg_str space, vg_str account, vg_arena *arena, vg_str *out, vg_error *err)
{
    char tag[64];
    account_tag(store, space, account, tag);
    *out = vg_arena_copy(arena, vg_str_of(tag));
    return out->ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for the name of an account");
}

static int check_account(vg_str space, vg_str account, vg_str by, vg_error *err)
{
    int rc = vg_store_check_text("space", space, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_check_text("account", account, VG_EVENT_MAX_NAME, err);
    return rc ? rc : vg_store_check_text("by", by, 64, err);
}

/* ---- export ---- */

static void add_time(vg_buf *out, const char *name, int64_t ms)
{
    char when[25];
    vg_time_format(ms, when);
    vg_buf_printf(out, ",\"%s\":\"%s\"", name, when);
}

/* Content is JSON already; should it ever not be, it goes out as a string, so that the whole stays JSON. */
static void add_content(vg_buf *out, vg_str content)
{
    json_t *parsed = content.len ? json_loadb(content.ptr, content.len, JSON_DECODE_ANY, NULL) : NULL;
    if (!content.len) vg_buf_add_cstr(out, "null");
    else if (parsed) vg_buf_add_str(out, content);
    else vg_buf_add_json_str(out, content);
    json_decref(parsed);
}

static int export_event(vg_store *store, const vg_query *row, int64_t case_id, vg_arena *arena, vg_buf *out,
                        vg_error *err)
{
    char place[32];
    vg_str content = {"", 0}, sealed = vg_store_peek(row, 5);
    int64_t verdict = vg_store_int(row, 3);
    vg_store_case_place(case_id, place);
    int rc = sealed.len ? vg_store_case_unseal_if(store, case_id, place, sealed, arena, &content, err) : 0;
    if (rc) return rc;
    vg_buf_printf(out, "{\"seq\":%" PRId64, vg_store_int(row, 0));
    add_time(out, "time", vg_store_int(row, 1));
    add_time(out, "stored", vg_store_int(row, 2));
    vg_buf_printf(out, ",\"verdict\":\"%s\",\"risk\":",
                  vg_verdict_names[verdict >= 0 && verdict < VG_VERDICTS ? verdict : 0]);
    vg_buf_add_e4(out, (uint32_t)vg_store_int(row, 4));
    vg_buf_add_cstr(out, ",\"content\":");
    add_content(out, content);
    vg_buf_add_char(out, '}');
    return out->failed ? vg_fail(err, VG_ETOOBIG, "", "the export is larger than %zu bytes", out->ceiling)
                       : 0;
}

static int export_events(vg_store *store, int64_t case_id, vg_buf *out, vg_error *err)
{
    int rc;
    bool first = true;
    vg_arena *arena = vg_arena_create(1 << 16, NOTICE_ARENA);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an export");
    vg_query query = vg_store_use(store, VG_SQL_EVENTS_OF); /* newest first, all of them */
    vg_store_bind_int(&query, case_id);
    vg_store_bind_int(&query, -1);
    while ((rc = vg_store_step(&query, err)) == 1) {
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        vg_arena_reset(arena);
        rc = export_event(store, &query, case_id, arena, out, err);
        if (rc) break;
    }
    vg_store_reset(&query);
    vg_arena_destroy(&arena);
    return rc;
}

/* The files themselves stay sealed: the export says which events they belong to and how large they are. */
static int export_media(vg_store *store, int64_t case_id, vg_buf *out, vg_error *err)
{
    vg_case_media *media = NULL;
    size_t count = 0;
    vg_arena *arena = vg_arena_create(1 << 12, NOTICE_ARENA);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an export");
    int rc = vg_store_media_list(store, case_id, arena, &media, &count, err);
    for (size_t i = 0; !rc && i < count; i++)
        vg_buf_printf(out, "%s{\"event\":%" PRId64 ",\"bytes\":%" PRId64 "}", i ? "," : "", media[i].seq, media[i].bytes);
    vg_arena_destroy(&arena);
    return rc;
}

/* What a person wrote down about where this account is and what it did. The detail is the référent's, and facts about a victim are the victim's. */
static int export_facts(vg_store *store, int64_t case_id, vg_buf *out, vg_error *err)
{
    vg_fact *facts = NULL;
    size_t count = 0;
    bool first = true;
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an export");
    int rc = vg_store_facts(store, case_id, arena, &facts, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        if (facts[i].whose != VG_WHOSE_AUTHOR) continue;
        vg_buf_printf(out, "%s{\"kind\":\"%s\",\"country\":\"%s\",\"hint\":\"%s\"}", first ? "" : ",", vg_fact_kind_names[facts[i].kind],
                      facts[i].country, vg_hint_names[facts[i].hint]);
        first = false;
    }
    vg_act_said *acts = NULL;
    if (!rc) rc = vg_store_acts(store, case_id, arena, &acts, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        vg_buf_printf(out, "%s{\"act\":\"%s\",\"holds\":%s}", first ? "" : ",", vg_act_names[acts[i].act], acts[i].holds ? "true" : "false");
        first = false;
    }
    vg_arena_destroy(&arena);
    return rc;
}

/* What was asked for beyond the sealed window, and what came. Who asked is not in it, as with decisions. */
static int export_context(vg_store *store, int64_t case_id, vg_buf *out, vg_error *err)
{
    vg_context *requests = NULL;
    size_t count = 0;
    vg_arena *arena = vg_arena_create(1 << 14, NOTICE_ARENA);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an export");
    int rc = vg_store_context_of(store, case_id, vg_time_now(), arena, &requests, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        const vg_context *r = &requests[i];
        vg_buf_printf(out, "%s{\"number\":%" PRId64 ",\"state\":\"%s\"", i ? "," : "", r->number, vg_context_state_names[r->state]);
        add_time(out, "asked", r->asked_ms);
        vg_buf_add_cstr(out, ",\"reason\":");
        vg_buf_add_json_str(out, r->reason);
        vg_buf_add_cstr(out, ",\"answer\":");
        add_content(out, r->answer);
        vg_buf_add_char(out, '}');
    }
    vg_arena_destroy(&arena);
    return rc;
}

static int export_case(vg_store *store, const vg_case *c, vg_buf *out, vg_error *err)
{
    char name[24];
    vg_case_name(c->id, name);
    vg_buf_printf(out, "{\"id\":\"%s\",\"space\":", name);
    vg_buf_add_json_str(out, c->space);
    vg_buf_add_cstr(out, ",\"account\":");
    vg_buf_add_json_str(out, c->account);
    vg_buf_printf(
        out,
        ",\"state\":\"%s\",\"escalated\":%s,\"legal_hold\":%s,\"destroyed\":%s,\"verdict\":\"%s\",\"risk\":",
        vg_case_state_names[c->state], c->escalated ? "true" : "false", c->legal_hold ? "true" : "false",
        c->destroyed ? "true" : "false", vg_verdict_names[c->verdict]);
    vg_buf_add_e4(out, c->risk);
    add_time(out, "opened", c->opened_ms);
    add_time(out, "updated", c->updated_ms);
    if (c->decided_ms) {
        add_time(out, "decided", c->decided_ms);
        vg_buf_printf(out, ",\"action\":\"%s\"", vg_action_names[c->action]);
    }
    if (c->language.len) {
        vg_buf_add_cstr(out, ",\"language\":");
        vg_buf_add_json_str(out, c->language);
    }
    vg_buf_printf(out, ",\"account_age_band\":\"%s\",\"account_age_basis\":\"%s\",\"events\":[",
                  vg_age_band_names[c->account_band], vg_age_basis_names[c->account_basis]);
    int rc = export_events(store, c->id, out, err);
    vg_buf_add_cstr(out, "],\"media\":[");
    if (!rc) rc = export_media(store, c->id, out, err);
    vg_buf_add_cstr(out, "],\"facts\":[");
    if (!rc) rc = export_facts(store, c->id, out, err);
    vg_buf_add_cstr(out, "],\"context\":[");
    if (!rc) rc = export_context(store, c->id, out, err);
    vg_buf_add_cstr(out, "]}");
    return rc;
}

/* Who decided is not in it: it is about the account, and a référent's name is not. */
static int export_decisions(vg_store *store, int64_t case_id, vg_arena *arena, bool *first, vg_buf *out,
                            vg_error *err)
{
    vg_decision *decisions;
    size_t count;
    char name[24];
    int rc = vg_store_decisions(store, case_id, arena, &decisions, &count, err);
    vg_case_name(case_id, name);
    for (size_t i = 0; !rc && i < count; i++) {
        vg_buf_printf(out, "%s{\"case\":\"%s\",\"action\":\"%s\",\"hours\":%" PRIu32 ",\"reason\":",
                      *first ? "" : ",", name, vg_action_names[decisions[i].action], decisions[i].hours);
        *first = false;
        vg_buf_add_json_str(out, decisions[i].reason);
        vg_buf_add_cstr(out, ",\"note\":");
        vg_buf_add_json_str(out, decisions[i].note);
        add_time(out, "time", decisions[i].time_ms);
        vg_buf_add_char(out, '}');
    }
    return rc;
}

/* Adds the notice in `content` when `account` made it. */
static void export_notice(vg_str content, vg_str account, bool *first, vg_buf *out)
{
    json_t *whole = json_loadb(content.ptr, content.len, 0, NULL), *event = json_object_get(whole, "event");
    const char *type = json_string_value(json_object_get(event, "type"));
    json_t *subject = json_object_get(event, "subject");
    vg_str name = {json_string_value(subject), json_string_length(subject)};
    if (type && strcmp(type, "vigie.notice") == 0 && name.ptr && vg_str_eq(name, account)) {
        char *text = json_dumps(event, JSON_COMPACT);
        if (!text) out->failed = true;
        if (!*first) vg_buf_add_char(out, ',');
        *first = false;
        vg_buf_add_cstr(out, text ? text : "");
        json_free_t release = NULL;
        json_get_alloc_funcs(NULL, &release);
        if (text) release(text);
    }
    json_decref(whole);
}

/* Notices that the account made lie sealed in cases about others: only reading the space's content finds
 * them. */
static int export_notices(vg_store *store, vg_str space, vg_str account, vg_buf *out, vg_error *err)
{
    int rc;
    bool first = true;
    vg_arena *arena = vg_arena_create(1 << 16, NOTICE_ARENA);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an export");
    vg_query query = vg_store_use(store, VG_SQL_EVENTS_IN_SPACE);
    vg_store_bind_str(&query, space);
    while ((rc = vg_store_step(&query, err)) == 1) {
        char place[32];
        vg_str content;
        vg_arena_reset(arena);
        vg_store_case_place(vg_store_int(&query, 1), place);
        rc = vg_store_case_unseal_if(store, vg_store_int(&query, 1), place, vg_store_peek(&query, 3), arena, &content, err);
        if (rc) break;
        /* parsing is dear: only where the name could be, plainly or behind an escape */
        if (memmem(content.ptr, content.len, account.ptr, account.len) ||
            memchr(content.ptr, '\\', content.len))
            export_notice(content, account, &first, out);
        if (out->failed) {
            rc = vg_fail(err, VG_ETOOBIG, "", "the export is larger than %zu bytes, or memory ran out",
                         out->ceiling);
            break;
        }
    }
    vg_store_reset(&query);
    vg_arena_destroy(&arena);
    return rc;
}

typedef struct case_refs {
    int64_t *ids;
    bool *open, *hold;
    size_t count;
} case_refs;

static int cases_of(vg_store *store, vg_str space, vg_str account, vg_arena *arena, case_refs *out,
                    vg_error *err)
{
    size_t capacity = 0, capacity_open = 0, capacity_hold = 0;
    int rc;
    *out = (case_refs){0};
    vg_query query = vg_store_use(store, VG_SQL_CASES_OF);
    vg_store_bind_str(&query, space);
    vg_store_bind_str(&query, account);
    while ((rc = vg_store_step(&query, err)) == 1) {
        out->ids = vg_store_grow(arena, out->ids, out->count, &capacity, sizeof *out->ids);
        out->open = vg_store_grow(arena, out->open, out->count, &capacity_open, sizeof *out->open);
        out->hold = vg_store_grow(arena, out->hold, out->count, &capacity_hold, sizeof *out->hold);
        if (!out->ids || !out->open || !out->hold) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for the cases of an account");
            break;
        }
        out->ids[out->count] = vg_store_int(&query, 0);
        out->open[out->count] = vg_store_int(&query, 1) == VG_CASE_OPEN;
        out->hold[out->count++] = vg_store_int(&query, 2) != 0;
    }
    vg_store_reset(&query);
    return rc;
}

static int write_export(vg_store *store, vg_str space, vg_str account, vg_arena *arena, vg_buf *out,
                        vg_error *err)
{
    case_refs list;
    vg_case c;
    bool first = true;
    int rc = cases_of(store, space, account, arena, &list, err);
    vg_buf_add_cstr(out, "\"cases\":[");
    for (size_t i = 0; !rc && i < list.count; i++) {
        if (i) vg_buf_add_char(out, ',');
        rc = vg_store_case_get(store, list.ids[i], arena, &c, err);
        if (!rc) rc = export_case(store, &c, out, err);
    }
    vg_buf_add_cstr(out, "],\"decisions\":[");
    for (size_t i = 0; !rc && i < list.count; i++)
        rc = export_decisions(store, list.ids[i], arena, &first, out, err);
    vg_buf_add_cstr(out, "],\"notices\":[");
    if (!rc) rc = export_notices(store, space, account, out, err);
    vg_buf_add_cstr(out, "],\"receipts\":[");
    if (!rc) rc = vg_store_notices_export(store, space, account, arena, out, err);
    vg_buf_add_char(out, ']');
    if (!rc) rc = vg_store_rights_export(store, space, account, list.ids, list.count, arena, out, err);
    if (!rc) rc = vg_store_filings_export(store, list.ids, list.count, arena, out, err);
    if (!rc) rc = vg_store_demands_export(store, space, account, arena, out, err);
    if (!rc && out->failed)
        rc = vg_fail(err, VG_ETOOBIG, "", "the export is larger than %zu bytes, or memory ran out",
                     out->ceiling);
    return rc;
}

static int audit_one(vg_store *store, vg_str by, vg_str action, vg_str object, vg_str detail, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc
              : vg_store_end(store, vg_store_audit_add(store, vg_time_now(), by, action, object, detail, err),
                             err);
}

int vg_store_export(vg_store *store, vg_str space, vg_str account, vg_str by, vg_buf *out, vg_error *err)
{
    char tag[64];
    int rc = check_account(space, account, by, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(1 << 16, NOTICE_ARENA);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an export");
    account_tag(store, space, account, tag);
    /* first on record, then read; reading may take long and must not hold writers up */
    rc = audit_one(store, by, VG_STR("account.export"), vg_str_of(tag), VG_STR("{}"), err);
    if (!rc) rc = vg_store_begin_read(store, err);
    if (!rc) rc = vg_store_end_read(store, write_export(store, space, account, arena, out, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- destruction ---- */

static int run_for_case(vg_store *store, const enum vg_store_statement *statements, size_t count, int64_t id,
                        vg_error *err)
{
    for (size_t i = 0; i < count; i++) {
        vg_query query = vg_store_use(store, statements[i]);
        vg_store_bind_int(&query, id);
        int rc = vg_store_run(&query, err);
        if (rc) return rc;
    }
    return 0;
}

/* What it was is measured into *what, for its certificate. */
static int destroy_content(vg_store *store, int64_t id, vg_destruction_count *what, vg_error *err)
{
    static const enum vg_store_statement steps[] = {VG_SQL_DESTROY_EVENTS,     VG_SQL_DESTROY_NOTES, VG_SQL_DESTROY_FEEDBACK, VG_SQL_DESTROY_REPORTED,
                                                    VG_SQL_LINKS_FORGET,       VG_SQL_DISCLOSURE_FORGET, VG_SQL_TAG_FORGET,    VG_SQL_SKIPS_FORGET, VG_SQL_DESTROY_NOTICES,
                                                    VG_SQL_DESTROY_CONTEXT,    VG_SQL_DESTROY_FACTS, VG_SQL_DESTROY_FILINGS, VG_SQL_DESTROY_ANNEXES, VG_SQL_DESTROY_FILING_ANSWERS,
                                                    VG_SQL_DESTROY_FILING_STEPS, VG_SQL_DESTROY_DELIVERIES, VG_SQL_DESTROY_CASE};
    int rc = vg_store_destruction_measure(store, id, what, err);
    if (!rc) rc = vg_store_media_doom(store, id, err);
    if (!rc) rc = vg_filing_annexes_doom(store, id, err);
    if (!rc) rc = vg_store_rights_destroy(store, id, err);
    if (!rc) rc = vg_store_evidence_destroy(store, id, vg_time_now(), err);
    return rc ? rc : run_for_case(store, steps, sizeof steps / sizeof *steps, id, err);
}

static int forget_names(vg_store *store, int64_t id, vg_error *err)
{
    static const enum vg_store_statement steps[] = {VG_SQL_FORGET_EVENTS, VG_SQL_FORGET_REASONS, VG_SQL_FORGET_STRIKES,
                                                    VG_SQL_FORGET_CASE};
    return run_for_case(store, steps, sizeof steps / sizeof *steps, id, err);
}

static int erase(vg_store *store, vg_str space, vg_str account, vg_str by, vg_arena *arena,
                 vg_erase_result *out, vg_error *err)
{
    case_refs list;
    char tag[64], detail[128];
    size_t destroyed = 0;
    int rc = cases_of(store, space, account, arena, &list, err);
    vg_destruction_count *what = rc ? NULL : vg_arena_calloc(arena, list.count + 1, sizeof *what);
    if (!rc && !what) rc = vg_fail(err, VG_ENOMEM, "", "no memory for an erasure");
    for (size_t i = 0; !rc && i < list.count; i++) rc = vg_store_gold_forget(store, list.ids[i], err); /* a hold keeps evidence, not exams */
    for (size_t i = 0; !rc && i < list.count; i++) {
        bool appealed = false;
        rc = vg_store_rights_open(store, list.ids[i], &appealed, err);
        if (rc) break;
        if (list.hold[i]) out->cases_on_hold++;
        else if (list.open[i] || appealed) out->cases_open++;
        else {
            rc = destroy_content(store, list.ids[i], &what[destroyed++], err);
            if (!rc) rc = forget_names(store, list.ids[i], err);
            out->cases_erased++;
        }
    }
    int64_t demanded = 0;
    if (!rc) rc = vg_store_demands_forget(store, space, account, &demanded, err); /* an authority still waits for the rest */
    if (!rc) rc = vg_store_notifier_forget(store, space, account, err);
    if (rc) return rc;
    account_tag(store, space, account, tag);
    snprintf(detail, sizeof detail, "{\"erased\":%" PRId64 ",\"on_hold\":%" PRId64 ",\"open\":%" PRId64 "}",
             out->cases_erased, out->cases_on_hold, out->cases_open);
    int64_t now_ms = vg_time_now();
    rc = vg_store_audit_add(store, now_ms, by, VG_STR("account.erase"), vg_str_of(tag), vg_str_of(detail), err);
    for (size_t i = 0; !rc && i < destroyed; i++)
        rc = vg_store_destruction_certify(store, &what[i], "erasure", (vg_str){"", 0}, space, by, now_ms, err);
    return rc;
}

int vg_store_erase(vg_store *store, vg_str space, vg_str account, vg_str by, vg_erase_result *out,
                   vg_error *err)
{
    *out = (vg_erase_result){0};
    int rc = check_account(space, account, by, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(4096, NOTICE_ARENA);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an erasure");
    rc = vg_store_begin(store, err);
    if (!rc) {
        rc = vg_store_end(store, erase(store, space, account, by, arena, out, err), err);
        vg_store_media_reap(store, rc == 0);
    }
    vg_arena_destroy(&arena);
    if (rc) *out = (vg_erase_result){0};
    else vg_store_wipe(store);
    return rc;
}

/* ---- retention ---- */

static int old_cases(vg_store *store, vg_str space, int64_t before_ms, int64_t ids[SWEEP_GROUP],
                     size_t *count, vg_error *err)
{
    int rc;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_CASES_OLD);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, before_ms);
    vg_store_bind_int(&query, SWEEP_GROUP);
    while ((rc = vg_store_step(&query, err)) == 1 && *count < SWEEP_GROUP)
        ids[(*count)++] = vg_store_int(&query, 0);
    vg_store_reset(&query);
    return rc < 0 ? rc : 0;
}

static int audit_sweep(vg_store *store, vg_str space, size_t count, int64_t now_ms, vg_error *err)
{
    vg_buf *text = &store->text;
    vg_buf_clear(text);
    vg_buf_add_cstr(text, "{\"space\":");
    vg_buf_add_json_str(text, space);
    vg_buf_printf(text, ",\"destroyed\":%zu}", count);
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry");
    return vg_store_audit_add(store, now_ms, VG_STR("sweep"), VG_STR("case.destroy"), VG_STR("retention"),
                              (vg_str){text->ptr, text->len}, err);
}

/* One group in one transaction, so that a long sweep never keeps a case from being stored. */
static int sweep_group(vg_store *store, vg_str space, uint32_t keep_case_days, int64_t now_ms, size_t *count, vg_error *err)
{
    int64_t ids[SWEEP_GROUP];
    char rule[48];
    vg_destruction_count *what = vg_calloc(SWEEP_GROUP, sizeof *what);
    int rc = what ? vg_store_begin(store, err) : vg_fail(err, VG_ENOMEM, "", "no memory for a sweep");
    if (rc) {
        vg_free(what);
        return rc;
    }
    snprintf(rule, sizeof rule, "retention.cases: %" PRIu32 " days", keep_case_days);
    rc = old_cases(store, space, now_ms - keep_case_days * VG_DAY_MS, ids, count, err);
    for (size_t i = 0; !rc && i < *count; i++) rc = destroy_content(store, ids[i], &what[i], err);
    size_t demands = 0;
    if (!rc) rc = vg_store_demands_destroy_old(store, space, now_ms - keep_case_days * VG_DAY_MS, &demands, err);
    if (!rc && *count) rc = audit_sweep(store, space, *count, now_ms, err);
    for (size_t i = 0; !rc && i < *count; i++)
        rc = vg_store_destruction_certify(store, &what[i], "retention", vg_str_of(rule), space, VG_STR("sweep"), now_ms, err);
    vg_free(what);
    rc = vg_store_end(store, rc, err);
    vg_store_media_reap(store, rc == 0);
    return rc;
}

static int sweep_rest(vg_store *store, uint32_t keep_audit_days, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    if (rc) return rc;
    vg_query skips = vg_store_use(store, VG_SQL_SKIPS_OLD);
    vg_store_bind_int(&skips, now_ms);
    rc = vg_store_run(&skips, err);
    if (rc) return vg_store_end(store, rc, err);
    rc = vg_people_sessions_over(store, now_ms, err);
    if (!rc) { /* of somebody who has a password; whose first invitation ran out may be sent another */
        vg_query links = vg_store_use(store, VG_SQL_INVITATIONS_OLD);
        vg_store_bind_int(&links, now_ms);
        rc = vg_store_run(&links, err);
    }
    if (!rc) {
        vg_query requests = vg_store_use(store, VG_SQL_REQUESTS_OLD); /* whoever asked is long gone */
        vg_store_bind_int(&requests, now_ms - VG_DAY_MS);
        rc = vg_store_run(&requests, err);
    }
    if (!rc) rc = vg_store_training_sweep(store, keep_audit_days, now_ms, err);
    if (!rc && keep_audit_days) { /* what proves a destruction is kept as long as the entry that it names */
        vg_query certificates = vg_store_use(store, VG_SQL_CERTIFICATES_OF_DESTRUCTION_OLD);
        vg_store_bind_int(&certificates, now_ms - keep_audit_days * VG_DAY_MS);
        rc = vg_store_run(&certificates, err);
    }
    if (!rc && keep_audit_days)
        rc = vg_store_audit_cut(store, now_ms - keep_audit_days * VG_DAY_MS, now_ms, err);
    return vg_store_end(store, rc, err);
}

int vg_store_sweep(vg_store *store, vg_str space, uint32_t keep_case_days, uint32_t keep_audit_days,
                   int64_t now_ms, int64_t *destroyed, vg_error *err)
{
    size_t count = 0;
    *destroyed = 0;
    int rc = vg_store_check_text("space", space, VG_EVENT_MAX_NAME, err);
    if (rc) return rc;
    do {
        rc = sweep_group(store, space, keep_case_days, now_ms, &count, err);
        if (!rc) *destroyed += (int64_t)count;
    } while (!rc && count == SWEEP_GROUP);
    if (!rc) rc = sweep_rest(store, keep_audit_days, now_ms, err);
    if (!rc) rc = vg_store_welfare_sweep(store, now_ms, err);
    if (*destroyed || store->wipe_pending) vg_store_wipe(store);
    return rc;
}
