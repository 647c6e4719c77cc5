/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie demand …: demands of authorities without the console. Works beside a running server; each step is on record under who runs it.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/time.h"
#include "cli/installation.h"
#include "report/demand/demand.h"
#include "report/text.h"
#include "review/demand.h"
#include "space/space.h"
#include "store/demands/demands.h"

enum { LIST_MOST = 1000 };

/* Opens the installation and reads the demand of the first word. */
static int find(vg_installation *in, const vg_args *args, vg_demand *d, vg_error *err)
{
    int64_t id = vg_demand_id_of(vg_str_of(args->word[0]));
    if (id <= 0) return vg_fail(err, VG_EINVAL, args->word[0], "is no number of a demand; expected one as d-000012");
    int rc = vg_installation_open(in, args, false, err);
    return rc ? rc : vg_store_demand_get(in->store, id, in->arena, d, err);
}

static int end(vg_installation *in, int rc, const vg_error *err)
{
    vg_installation_close(in);
    return rc ? vg_cli_fail(err) : 0;
}

/* One line of a terminal: what came from outside cannot add another, nor move the cursor. */
static vg_str shown(vg_arena *arena, vg_str text)
{
    vg_str safe = vg_text_shown(arena, text, false, 0);
    return safe.ptr ? safe : VG_STR("");
}

static void print_left(const vg_demand *d, int64_t now_ms)
{
    int64_t left = vg_demand_left(d, now_ms) / VG_MINUTE_MS, whole = left < 0 ? -left : left;
    if (d->state == VG_DEMAND_DONE) printf("%s", left < 0 ? "done, late" : "done in time");
    else printf("%" PRId64 " h %02" PRId64 " min %s%s", whole / 60, whole % 60, left < 0 ? "late" : "left", d->stopped_ms ? ", the clock stands" : "");
}

/* ---- taking one in ---- */

static int read_input(const char *path, char **text, size_t *len, vg_error *err)
{
    if (strcmp(path, "-") != 0) return vg_file_read(path, VG_DEMAND_BODY, text, len, err);
    *text = vg_malloc(VG_DEMAND_BODY + 1);
    if (!*text) return vg_fail(err, VG_ENOMEM, "", "no memory for a demand");
    *len = fread(*text, 1, VG_DEMAND_BODY + 1, stdin); /* one byte more than may be: the reader refuses it */
    return 0;
}

static int add(vg_installation *in, const vg_args *args, vg_str json, vg_demand *d, bool *known, vg_error *err)
{
    vg_policy_set *set = NULL;
    int rc = vg_demand_intake(json, vg_time_now(), in->arena, d, err);
    if (!rc) rc = vg_policy_set_load(&set, vg_cli_policy(args), err);
    if (rc) return rc;
    const vg_policy *policy = vg_policy_set_find(set, d->space, NULL);
    d->due_ms = vg_demand_due(policy, d->received_ms);
    d->taken_by = vg_str_of(in->by);
    rc = policy ? vg_store_demand_add(in->store, d, known, err) : vg_fail(err, VG_EINVAL, "/space", "there is no such space");
    vg_policy_set_unref(&set);
    return rc;
}

int vg_cmd_demand_add(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    vg_demand d;
    bool known = false;
    char *text = NULL, name[24], due[25];
    size_t len = 0;
    (void)cli;
    int rc = read_input(args->word[0], &text, &len, &err);
    if (!rc) rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = add(&in, args, (vg_str){text, len}, &d, &known, &err);
    if (!rc && known) rc = vg_store_demand_get(in.store, d.id, in.arena, &d, &err);
    if (!rc) {
        vg_demand_name(d.id, name);
        vg_time_format(d.due_ms, due);
        if (vg_arg_is(args, VG_OPT_JSON)) printf("{\"id\":\"%s\",\"known\":%s,\"due\":\"%s\"}\n", name, known ? "true" : "false", due);
        else printf("%s\n", name);
        fprintf(stderr, known ? "%s was taken in before; it is due on %s\n" : "%s is due on %s\n", name, due);
    }
    vg_free(text);
    return end(&in, rc, &err);
}

/* ---- seeing ---- */

static void print_one(const vg_args *args, const vg_demand *d, vg_arena *arena, int64_t now_ms)
{
    char name[24], due[25];
    vg_demand_name(d->id, name);
    vg_time_format(d->due_ms, due);
    if (vg_arg_is(args, VG_OPT_JSON)) {
        printf("{\"id\":\"%s\",\"space\":\"%.*s\",\"kind\":\"%s\",\"state\":\"%s\",\"items\":%zu,\"due\":\"%s\",\"left_seconds\":%" PRId64 ",\"proved\":%s}\n", name, VG_STR_ARG(d->space),
               vg_demand_kind_names[d->kind], vg_demand_state_names[d->state], d->named, due, vg_demand_left(d, now_ms) / 1000, d->proof.len ? "true" : "false");
        return;
    }
    printf("%s  %-12s  %-20.*s  ", name, vg_demand_state_names[d->state], VG_STR_ARG(d->space));
    print_left(d, now_ms);
    vg_str authority = shown(arena, d->authority);
    printf("  %.*s\n", VG_STR_ARG(authority));
}

int vg_cmd_demand_list(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    vg_demand *list = NULL;
    size_t count = 0;
    int64_t now_ms = vg_time_now();
    const char *state = args->text[VG_OPT_STATE];
    int s = state ? vg_demand_word(vg_demand_state_names, VG_DEMAND_STATES, vg_str_of(state)) : -1, rc = 0;
    (void)cli;
    if (state && s < 0) rc = vg_fail(&err, VG_EINVAL, "--state", "expected received, acknowledged, suspended, contested or done");
    if (!rc) rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = vg_store_demand_list(in.store, vg_str_of(vg_arg_text(args, VG_OPT_SPACE, "*")), s, 0, LIST_MOST, in.arena, &list, &count, &err);
    for (size_t i = 0; !rc && i < count; i++) print_one(args, &list[i], in.arena, now_ms);
    return end(&in, rc, &err);
}

static void print_steps(const vg_demand_step *steps, size_t count, vg_arena *arena)
{
    char time[25];
    for (size_t i = 0; i < count; i++) {
        vg_time_format(steps[i].time_ms, time);
        vg_str text = shown(arena, steps[i].text);
        printf("  %s  %-12s %.*s%s%s%s%.*s\n", time, vg_demand_step_names[steps[i].step], VG_STR_ARG(steps[i].user), steps[i].ground >= 0 ? ", " : "",
               steps[i].ground >= 0 ? vg_demand_ground_names[steps[i].ground] : "", text.len ? ": " : "", VG_STR_ARG(text));
    }
}

static void print_whole(const vg_demand *d, vg_arena *arena, int64_t now_ms)
{
    char name[24], due[25], since[25];
    const struct {
        const char *label;
        vg_str text;
    } lines[] = {{"authority", d->authority}, {"legal basis", d->legal_basis}, {"reference", d->reference}, {"note", d->note}};
    vg_demand_name(d->id, name);
    vg_time_format(d->due_ms, due);
    printf("%s  %s, %s, %s, space %.*s\n", name, vg_demand_kind_names[d->kind], vg_demand_state_names[d->state], d->country, VG_STR_ARG(d->space));
    printf("due %s: ", due);
    print_left(d, now_ms);
    putchar('\n');
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        vg_str text = shown(arena, lines[i].text);
        if (text.len) printf("%s: %.*s\n", lines[i].label, VG_STR_ARG(text));
    }
    if (d->destroyed) printf("what it said is destroyed; it named %zu thing%s\n", d->named, d->named == 1 ? "" : "s");
    for (size_t i = 0; i < d->item_count && d->items; i++) {
        vg_str value = shown(arena, d->items[i].value);
        printf("  %s %.*s", vg_demand_thing_names[d->items[i].thing], VG_STR_ARG(value));
        if (d->removed && d->removed[i].time_ms) {
            vg_time_format(d->removed[i].time_ms, since);
            printf("  unreachable since %s", since);
        }
        putchar('\n');
    }
}

int vg_cmd_demand_show(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    vg_demand d;
    vg_demand_step *steps = NULL;
    size_t count = 0;
    (void)cli;
    int rc = find(&in, args, &d, &err);
    if (!rc) rc = vg_store_demand_steps(in.store, d.id, in.arena, &steps, &count, &err);
    if (!rc) {
        print_whole(&d, in.arena, vg_time_now());
        print_steps(steps, count, in.arena);
    }
    return end(&in, rc, &err);
}

/* ---- steps ---- */

static int one_step(vg_installation *in, vg_demand *d, vg_demand_step_kind kind, int ground, const char *text, vg_error *err)
{
    const vg_demand_step step = {vg_time_now(), vg_str_of(in->by), kind, ground, vg_str_of(text ? text : "")};
    if (d->destroyed) return vg_fail(err, VG_ECONFLICT, "", "what this demand said is destroyed");
    if (step.text.len > VG_DEMAND_TEXT) return vg_fail(err, VG_EINVAL, "--reason", "expected at most %d bytes", VG_DEMAND_TEXT);
    int rc = vg_demand_apply(d, kind, ground, step.text, step.time_ms, err);
    return rc ? rc : vg_store_demand_step(in->store, d, &step, err);
}

/* Everything it names is unreachable since now, says who runs the command. */
static int execute_all(vg_installation *in, vg_demand *d, vg_error *err)
{
    vg_demand_removed *removed = NULL;
    if (d->destroyed) return vg_fail(err, VG_ECONFLICT, "", "what this demand said is destroyed");
    int rc = vg_demand_executed(VG_STR("{}"), d, vg_time_now(), in->arena, &removed, err);
    d->removed = removed;
    d->executed_by = vg_str_of(in->by);
    if (!rc) rc = one_step(in, d, VG_STEP_EXECUTED, -1, NULL, err);
    return rc ? rc : vg_store_demand_get(in->store, d->id, in->arena, d, err);
}

static int confirm(vg_installation *in, const vg_args *args, vg_demand *d, vg_error *err)
{
    vg_policy_set *set = NULL;
    vg_demand_step *steps = NULL;
    size_t count = 0;
    const vg_demand_step step = {vg_time_now(), vg_str_of(in->by), VG_STEP_DONE, -1, vg_str_of(vg_arg_text(args, VG_OPT_REASON, ""))};
    if (d->destroyed) return vg_fail(err, VG_ECONFLICT, "", "what this demand said is destroyed");
    if (step.text.len > VG_DEMAND_TEXT) return vg_fail(err, VG_EINVAL, "--reason", "expected at most %d bytes", VG_DEMAND_TEXT);
    int rc = vg_demand_apply(d, VG_STEP_DONE, -1, step.text, step.time_ms, err);
    if (!rc) rc = vg_store_demand_steps(in->store, d->id, in->arena, &steps, &count, err);
    if (!rc) rc = vg_policy_set_load(&set, vg_cli_policy(args), err);
    if (!rc) rc = vg_demand_prove(vg_policy_set_find(set, d->space, NULL), in->ring, d, steps, count, step.user, step.text, in->arena, &d->proof, err);
    if (set) vg_policy_set_unref(&set);
    return rc ? rc : vg_store_demand_step(in->store, d, &step, err);
}

int vg_cmd_demand_done(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    vg_demand d;
    (void)cli;
    int rc = find(&in, args, &d, &err);
    if (!rc && vg_arg_is(args, VG_OPT_YES) && d.state != VG_DEMAND_DONE) rc = execute_all(&in, &d, &err);
    if (!rc) rc = confirm(&in, args, &d, &err);
    if (!rc) printf("%s is done; vigie demand proof prints the proof\n", args->word[0]);
    return end(&in, rc, &err);
}

int vg_cmd_demand_suspend(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    vg_demand d;
    const char *ground = args->text[VG_OPT_GROUND];
    int g = ground ? vg_demand_word(vg_demand_ground_names, VG_STANDS, vg_str_of(ground)) : -1, rc = 0;
    (void)cli;
    if (g < 0) rc = vg_fail(&err, VG_EINVAL, "--ground", "expected force_majeure, manifest_error or information_missing");
    if (!rc && !vg_arg_is(args, VG_OPT_REASON)) rc = vg_fail(&err, VG_EINVAL, "--reason", "the authority is owed the reasons: say them");
    if (!rc) rc = find(&in, args, &d, &err);
    if (!rc) rc = one_step(&in, &d, VG_STEP_SUSPEND, g, args->text[VG_OPT_REASON], &err);
    if (!rc) printf("the clock of %s stands\n", args->word[0]);
    return end(&in, rc, &err);
}

int vg_cmd_demand_resume(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    vg_demand d;
    char due[25];
    (void)cli;
    int rc = find(&in, args, &d, &err);
    if (!rc) rc = one_step(&in, &d, VG_STEP_RESUME, -1, args->text[VG_OPT_REASON], &err);
    if (!rc) {
        vg_time_format(d.due_ms, due);
        printf("the clock of %s runs again: due %s\n", args->word[0], due);
    }
    return end(&in, rc, &err);
}

int vg_cmd_demand_proof(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    vg_demand d;
    vg_lang lang;
    vg_str payload;
    vg_buf out;
    (void)cli;
    int usage = vg_arg_lang(args, "demand proof", &lang);
    if (usage) return usage;
    vg_buf_init(&out, 8 << 20);
    int rc = find(&in, args, &d, &err);
    if (!rc && !d.proof.len) rc = vg_fail(&err, VG_ENOENT, args->word[0], "has no proof: it is not done, or what it said is destroyed");
    if (!rc && vg_arg_is(args, VG_OPT_LANGUAGE)) {
        rc = vg_proof_open(d.proof, NULL, in.arena, &payload, &err);
        if (!rc) rc = vg_proof_text(payload, lang, &out, &err);
    } else if (!rc) {
        vg_buf_add_str(&out, d.proof);
        vg_buf_add_char(&out, '\n');
    }
    if (!rc && out.failed) rc = vg_fail(&err, VG_ENOMEM, "", "no memory for a proof");
    if (!rc && vg_arg_is(args, VG_OPT_OUT)) rc = vg_file_replace(args->text[VG_OPT_OUT], out.ptr, out.len, 0600, &err);
    else if (!rc) fwrite(out.ptr, 1, out.len, stdout);
    vg_buf_free(&out);
    return end(&in, rc, &err);
}
