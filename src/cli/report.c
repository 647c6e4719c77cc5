/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie report …: filings of a data directory: the board, one of them, a draft, its papers, what a person does with it. Works beside a running
 * server, which sends. Nothing is confirmed here: that is done by certified people who have looked at the papers.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/time.h"
#include "cli/installation.h"
#include "filing_open.h"
#include "report/text.h"

static int64_t number_of(const char *word)
{
    int64_t n = 0;
    if (word[0] == 'f' && word[1] == '-') word += 2;
    size_t len = strlen(word);
    if (!len || len > 18 || strspn(word, "0123456789") != len) return -1;
    for (; *word; word++) n = n * 10 + (*word - '0');
    return n;
}

static int find(vg_installation *in, const char *word, vg_filing *out, vg_error *err)
{
    int64_t id = number_of(word);
    int rc = id > 0 ? vg_store_filing_get(in->store, id, in->arena, out, err) : -VG_ENOENT;
    return rc == -VG_ENOENT ? vg_fail(err, VG_ENOENT, word, "there is no such filing; `vigie report list` names them") : rc;
}

static int finish(vg_installation *in, vg_policy_set **set, int rc, const vg_error *err)
{
    vg_installation_close(in);
    if (set && *set) vg_policy_set_unref(set);
    return rc ? vg_cli_fail(err) : 0;
}

static int flush(vg_buf *out, const char *path, vg_error *err)
{
    int rc = out->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for what is to be shown") : 0;
    if (!rc && path) rc = vg_file_replace(path, out->ptr ? out->ptr : "", out->len, 0600, err);
    else if (!rc && out->len) fwrite(out->ptr, 1, out->len, stdout);
    vg_buf_free(out);
    return rc;
}

/* ---- the board ---- */

static void add_time(vg_buf *out, const char *name, int64_t ms)
{
    char when[25];
    if (!ms) return;
    vg_time_format(ms, when);
    vg_buf_printf(out, ",\"%s\":\"%s\"", name, when);
}

static void add_text(vg_buf *out, const char *name, vg_str text)
{
    if (!text.len) return;
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, text);
}

/* Left open for more members. */
static void write_filing(vg_buf *out, const vg_filing *f)
{
    char name[24];
    vg_case_name(f->case_id, name);
    vg_buf_printf(out, "{\"id\":%" PRId64 ",\"uuid\":\"%s\",\"case\":\"%s\",\"state\":\"%s\",\"urgent\":%s,\"four_eyes\":%s,\"unsure\":%s,\"attempts\":%u,\"answers\":%u", f->id,
                  f->uuid, name, vg_filing_state_names[f->state], f->urgent ? "true" : "false", f->four_eyes ? "true" : "false", f->unsure ? "true" : "false", f->attempts, f->answers);
    const struct {
        const char *name;
        vg_str text;
    } texts[] = {{"space", f->space}, {"receiver", f->receiver_id}, {"channel", f->channel}, {"step", f->step}, {"reference", f->reference}, {"made_by", f->made_by},
                 {"confirmed_by", f->confirmed_by}, {"seconded_by", f->seconded_by}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) add_text(out, texts[i].name, texts[i].text);
    add_time(out, "made", f->made_ms);
    add_time(out, "due", f->due_ms);
    if (f->state == VG_FILING_LATER || f->state == VG_FILING_QUEUED) add_time(out, "next", f->next_ms);
    add_time(out, "expires", f->expires_ms);
    add_time(out, "filed", f->filed_ms);
}

/* A text from outside, for a terminal. */
static void print_text(vg_buf *out, const char *before, vg_str text, vg_arena *arena)
{
    if (!text.len) return;
    vg_str shown = vg_text_shown(arena, text, false, 0);
    vg_buf_add_cstr(out, before);
    if (shown.ptr) vg_buf_add_str(out, shown);
    else out->failed = true;
}

static void print_filing(vg_buf *out, const vg_filing *f, vg_arena *arena)
{
    char name[24], due[25];
    vg_case_name(f->case_id, name);
    vg_time_format(f->filed_ms ? f->filed_ms : f->due_ms, due);
    vg_buf_printf(out, "f-%" PRId64 "  %s  %-9s %-24.*s %-10.*s %s %s%s", f->id, name, vg_filing_state_names[f->state], VG_STR_ARG(f->receiver_id), VG_STR_ARG(f->channel),
                  f->filed_ms ? "filed" : "due", due, f->urgent ? "  URGENT" : "");
    print_text(out, "  ", f->reference, arena);
    vg_buf_add_char(out, '\n');
}

static int list(vg_installation *in, const vg_args *args, vg_error *err)
{
    const char *wanted = args->words ? args->word[0] : NULL, *space = args->text[VG_OPT_SPACE];
    bool known = !wanted, json = vg_arg_is(args, VG_OPT_JSON);
    vg_buf out;
    int rc = 0;
    for (int s = 0; s < VG_FILING_STATES && !known; s++) known = !strcmp(wanted, vg_filing_state_names[s]);
    if (!known) return vg_fail(err, VG_EINVAL, wanted, "is no state of a filing");
    vg_buf_init(&out, (size_t)256 << 20);
    for (int s = 0; !rc && s < VG_FILING_STATES; s++) {
        vg_filing *some;
        size_t count;
        int64_t before = 0;
        if (wanted && strcmp(wanted, vg_filing_state_names[s]) != 0) continue;
        do {
            rc = vg_store_filing_of_state(in->store, (vg_filing_state)s, before, in->arena, &some, &count, err);
            for (size_t i = 0; !rc && i < count; i++) {
                before = some[i].id;
                if (space && !vg_str_is(some[i].space, space)) continue;
                if (!json) print_filing(&out, &some[i], in->arena);
                else write_filing(&out, &some[i]), vg_buf_add_cstr(&out, "}\n");
            }
        } while (!rc && count == VG_FILING_LIST_MOST);
    }
    int shown = flush(&out, NULL, err);
    return rc ? rc : shown;
}

int vg_cmd_report_list(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    (void)cli;
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = list(&in, args, &err);
    return finish(&in, NULL, rc, &err);
}

/* ---- one ---- */

static void write_answer(vg_buf *out, bool json, const vg_filing_answer *a, vg_arena *arena)
{
    char when[25];
    vg_time_format(a->at_ms, when);
    if (!json) {
        vg_buf_printf(out, "  answer  %s  %s", when, vg_answer_kind_names[a->kind]);
        print_text(out, "  ", a->reference, arena);
        print_text(out, ": ", a->what, arena);
        vg_buf_add_char(out, '\n');
        return;
    }
    vg_buf_printf(out, "{\"id\":%" PRId64 ",\"kind\":\"%s\",\"received\":\"%s\"", a->id, vg_answer_kind_names[a->kind], when);
    add_text(out, "what", a->what);
    add_text(out, "reference", a->reference);
    add_text(out, "by", a->by);
    if (a->follow_up) vg_buf_printf(out, ",\"follow_up\":%" PRId64, a->follow_up);
    vg_buf_add_char(out, '}');
}

static void write_step(vg_buf *out, bool json, const vg_filing_step *s, vg_arena *arena)
{
    char when[25];
    vg_time_format(s->asked_ms, when);
    if (!json) {
        vg_buf_printf(out, "  step %u  %s  %.*s", s->n, when, VG_STR_ARG(s->step));
        if (!s->answered_ms) vg_buf_add_cstr(out, "  (no answer on record)");
        if (s->status) vg_buf_printf(out, "  %d", s->status);
        print_text(out, ": ", s->why, arena);
        vg_buf_add_char(out, '\n');
        return;
    }
    vg_buf_printf(out, "{\"n\":%u,\"round\":%u,\"asked\":\"%s\"", s->n, s->round, when);
    add_time(out, "answered", s->answered_ms);
    if (s->status) vg_buf_printf(out, ",\"status\":%d", s->status);
    add_text(out, "step", s->step);
    add_text(out, "why", s->why);
    vg_buf_add_char(out, '}');
}

static int show(vg_installation *in, const char *word, bool json, vg_error *err)
{
    vg_filing f;
    vg_filing_step *steps;
    vg_filing_answer *answers;
    size_t step_count, answer_count;
    vg_buf out;
    int rc = find(in, word, &f, err);
    if (!rc) rc = vg_store_case_viewed(in->store, f.case_id, vg_str_of(in->by), err); /* what a receiver wrote is the case's content */
    if (!rc) rc = vg_store_filing_steps(in->store, f.id, in->arena, &steps, &step_count, err);
    if (!rc) rc = vg_store_filing_answers(in->store, f.id, in->arena, &answers, &answer_count, err);
    if (rc) return rc;
    vg_buf_init(&out, (size_t)16 << 20);
    if (json) write_filing(&out, &f);
    else print_filing(&out, &f, in->arena);
    if (json) add_text(&out, "why", f.why), vg_buf_add_cstr(&out, ",\"steps\":[");
    else if (f.why.len) print_text(&out, "  why  ", f.why, in->arena), vg_buf_add_char(&out, '\n');
    for (size_t i = 0; i < step_count; i++) {
        if (json && i) vg_buf_add_char(&out, ',');
        write_step(&out, json, &steps[i], in->arena);
    }
    if (json) vg_buf_add_cstr(&out, "],\"receiver_answers\":[");
    for (size_t i = 0; i < answer_count; i++) {
        if (json && i) vg_buf_add_char(&out, ',');
        write_answer(&out, json, &answers[i], in->arena);
    }
    if (json) vg_buf_add_cstr(&out, "]}\n");
    return flush(&out, NULL, err);
}

int vg_cmd_report_show(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    (void)cli;
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = show(&in, args->word[0], vg_arg_is(args, VG_OPT_JSON), &err);
    return finish(&in, NULL, rc, &err);
}

/* ---- a draft and its papers ---- */

static int draft(vg_installation *in, const vg_args *args, vg_policy_set *set, vg_error *err)
{
    vg_case c;
    vg_filing f;
    int64_t id = vg_case_id_of(vg_str_of(args->word[0]));
    int rc = id > 0 ? vg_store_case_get(in->store, id, in->arena, &c, err) : -VG_ENOENT;
    if (rc == -VG_ENOENT || (!rc && c.shadow)) return vg_fail(err, VG_ENOENT, args->word[0], "there is no such case; expected a name such as c-000123");
    if (rc) return rc;
    const vg_policy *policy = vg_policy_set_find(set, c.space, NULL);
    const vg_receiver *receiver = vg_filing_receiver(policy, vg_policy_set_book(set), vg_str_of(args->word[1]));
    if (!receiver) return vg_fail(err, VG_ENOENT, args->word[1], "there is no such receiver; `vigie route %s` proposes some", args->word[0]);
    const vg_filing_wish wish = {.receiver = receiver, .channel = vg_str_of(args->words > 2 ? args->word[2] : ""), .options = VG_STR("{}"), .by = vg_str_of(in->by),
                                 .again = vg_str_of(vg_arg_text(args, VG_OPT_REASON, "")), .urgent = vg_case_imminence(&c) != 0};
    rc = vg_filing_draft(in->store, policy, &c, &wish, vg_time_now(), in->arena, &f, err);
    if (!rc && vg_arg_is(args, VG_OPT_JSON)) printf("{\"id\":%" PRId64 ",\"uuid\":\"%s\"}\n", f.id, f.uuid);
    else if (!rc) printf("f-%" PRId64 "\n", f.id);
    return rc;
}

int vg_cmd_report_draft(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_policy_set *set = NULL;
    vg_error err = {0};
    (void)cli;
    int rc = vg_policy_set_load(&set, vg_cli_policy(args), &err);
    if (!rc) rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = draft(&in, args, set, &err);
    return finish(&in, &set, rc, &err);
}

static void print_papers(vg_buf *out, const vg_filing_open_t *o, const vg_lacks *lacks, const vg_documents *docs, const uint8_t hash[32], vg_lang lang, vg_arena *arena)
{
    static const char *const weights[] = {"BLOCKS", "advised", "noted"};
    char hex[65];
    print_filing(out, &o->f, arena);
    vg_buf_printf(out, "  %s\n", o->receiver.name[lang] ? o->receiver.name[lang] : "");
    if (o->view.emergency && o->f.urgent) vg_buf_printf(out, "  %s %s, %s\n", lang == VG_LANG_FR ? "APPELER" : "CALL", o->view.emergency->phone, o->view.emergency->name[lang]);
    for (size_t i = 0; i < lacks->count; i++) vg_buf_printf(out, "  %s  %.*s: %.*s\n", weights[lacks->items[i].weight], VG_STR_ARG(lacks->items[i].where), VG_STR_ARG(lacks->items[i].say[lang]));
    for (size_t i = 0; i < docs->count; i++) vg_buf_printf(out, "  %.*s  %.*s  %zu\n", VG_STR_ARG(docs->items[i].name), VG_STR_ARG(docs->items[i].type), docs->items[i].bytes.len);
    vg_hex_encode(hex, hash, 32);
    vg_buf_printf(out, "  sha256 %s\n", hex);
}

static int preview(vg_installation *in, const vg_args *args, vg_policy_set *set, vg_lang lang, vg_error *err)
{
    vg_filing_open_t o = {0};
    vg_lacks lacks = {0};
    vg_documents docs;
    uint8_t hash[32];
    vg_buf out;
    const vg_filing_open_ask ask = {.set = set, .ring = in->ring, .data_dir = in->dir, .reader = vg_str_of(in->by), .now_ms = vg_time_now()};
    int rc = find(in, args->word[0], &o.f, err);
    if (!rc) rc = vg_filing_open_with(in->store, &ask, in->arena, &o, err);
    if (!rc) rc = o.channel->lacks(&o.view, in->arena, &lacks, err);
    if (!rc) rc = vg_filing_papers(&o, in->arena, &docs, hash, err);
    if (rc) return rc;
    vg_buf_init(&out, (size_t)256 << 20);
    const vg_document *one = NULL;
    for (size_t i = 0; args->words > 1 && i < docs.count; i++)
        if (vg_str_is(docs.items[i].name, args->word[1])) one = &docs.items[i];
    if (one) vg_buf_add_str(&out, one->bytes);
    else if (args->words > 1) rc = vg_fail(err, VG_ENOENT, args->word[1], "there is no such document");
    else print_papers(&out, &o, &lacks, &docs, hash, lang, in->arena);
    int shown = flush(&out, rc ? NULL : args->text[VG_OPT_OUT], err);
    return rc ? rc : shown;
}

int vg_cmd_report_preview(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_policy_set *set = NULL;
    vg_error err = {0};
    vg_lang lang;
    (void)cli;
    int usage = vg_arg_lang(args, "report preview", &lang);
    if (usage) return usage;
    int rc = vg_policy_set_load(&set, vg_cli_policy(args), &err);
    if (!rc) rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = preview(&in, args, set, lang, &err);
    return finish(&in, &set, rc, &err);
}

/* ---- what a person does ---- */

static int act(const vg_args *args, vg_filing_move move, const char *text)
{
    vg_installation in = {0};
    vg_filing f;
    vg_error err = {0};
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = find(&in, args->word[0], &f, &err);
    if (!rc) rc = vg_store_filing_person(in.store, f.id, move, vg_str_of(text), vg_str_of(in.by), vg_time_now(), &err);
    return finish(&in, NULL, rc, &err);
}

int vg_cmd_report_retry(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    return act(args, VG_MOVE_RETRY, vg_arg_text(args, VG_OPT_REASON, "command line"));
}

int vg_cmd_report_done(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    return act(args, VG_MOVE_DONE, args->word[1]);
}
