/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie rules check, test and list: the operator's rules, read, tried and counted.
 */
#include "cli/rules.h"

#include <jansson.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/file.h"
#include "cli/installation.h"
#include "space/space.h"

enum { SOURCE_MOST = 64 << 10, WAIT_MS = 10000 };

/* ---- one rule ---- */

static vg_policy plain_policy(void)
{
    vg_policy p = {.space = "test", .file = "", .nudge_at = 3500, .review_at = 6000, .hold_at = 8000, .night_from_minute = 22 * 60,
                   .night_to_minute = 6 * 60 + 30};
    for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) p.weight[kind] = 10000;
    for (int relation = 0; relation < VG_RELATIONS; relation++) p.relation[relation] = 10000;
    return p;
}

int vg_one_rule_load(vg_one_rule *out, const char *path, const vg_policy *base, vg_error *err)
{
    size_t len;
    *out = (vg_one_rule){.policy = base ? *base : plain_policy()};
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    snprintf(out->name, sizeof out->name, "%.*s", dot && dot > name ? (int)(dot - name) : (int)strlen(name), name);
    int rc = vg_file_read(path, SOURCE_MOST, &out->source, &len, err);
    if (!rc && memchr(out->source, 0, len)) rc = vg_fail(err, VG_EINVAL, path, "it holds a NUL byte: a rule is a text file");
    if (!rc) {
        out->given = (vg_policy_rule){.name = out->name, .file = path, .source = out->source};
        out->policy.rules = &out->given;
        out->policy.rule_count = 1;
        rc = vg_rules_create(&out->rules, &out->policy, NULL, err);
    }
    if (rc) vg_one_rule_free(out);
    return rc;
}

void vg_one_rule_free(vg_one_rule *rule)
{
    vg_rules_destroy(&rule->rules);
    vg_free(rule->source);
    rule->source = NULL;
}

/* ---- test ---- */

typedef struct tally {
    vg_buf out;
    const char *file;
    size_t count, failed, of_file;
    bool json;
} tally;

static void add_strength(vg_buf *out, int strength, const char *nothing)
{
    if (strength < 0) vg_buf_add_cstr(out, nothing);
    else vg_buf_add_e4(out, (uint32_t)strength);
}

static void report(const vg_rule_trial *t, void *context)
{
    tally *all = context;
    vg_buf *out = &all->out;
    all->count++;
    all->of_file++;
    all->failed += !t->passed;
    if (all->json) {
        vg_buf_add_cstr(out, all->count > 1 ? ",{\"file\":" : "{\"file\":");
        vg_buf_add_json_str(out, vg_str_of(all->file));
        vg_buf_printf(out, ",\"test\":%zu,\"name\":", all->of_file);
        if (t->name) vg_buf_add_json_str(out, vg_str_of(t->name));
        else vg_buf_add_cstr(out, "null");
        vg_buf_printf(out, ",\"passed\":%s,\"expected\":", t->passed ? "true" : "false");
        add_strength(out, t->expected, "null");
        vg_buf_add_cstr(out, ",\"got\":");
        add_strength(out, t->got, "null");
        if (t->error) {
            vg_buf_add_cstr(out, ",\"error\":");
            vg_buf_add_json_str(out, vg_str_of(t->error));
        }
        vg_buf_add_char(out, '}');
        return;
    }
    vg_buf_printf(out, "%sok %zu - %s: %s", t->passed ? "" : "not ", all->count, all->file, t->name ? t->name : "");
    if (!t->name) vg_buf_printf(out, "test %zu", all->of_file);
    vg_buf_add_char(out, '\n');
    if (t->passed) return;
    if (t->error) {
        vg_buf_printf(out, "# %s\n", t->error);
    } else {
        vg_buf_add_cstr(out, "# expected ");
        add_strength(out, t->expected, "nil");
        vg_buf_add_cstr(out, ", got ");
        add_strength(out, t->got, "nil");
        vg_buf_add_char(out, '\n');
    }
}

static int try_file(tally *all, const char *file, vg_error *err)
{
    vg_one_rule rule;
    all->file = file;
    all->of_file = 0;
    int rc = vg_one_rule_load(&rule, file, NULL, err);
    if (rc) return rc;
    rc = vg_rules_try(rule.rules, 0, report, all, err);
    if (!rc && !all->of_file) report(&(vg_rule_trial){.expected = -1, .got = -1, .error = "the rule brings no tests"}, all);
    vg_one_rule_free(&rule);
    return rc;
}

int vg_cmd_rules_test(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    tally all = {.json = vg_arg_is(args, VG_OPT_JSON)};
    vg_buf_init(&all.out, 16 << 20);
    if (all.json) vg_buf_add_cstr(&all.out, "{\"tests\":[");
    for (size_t i = 0; i < args->words; i++) {
        if (!try_file(&all, args->word[i], &err)) continue;
        if (err.code == VG_ENOMEM) break;
        char what[sizeof err.where + sizeof err.what + 4]; /* a rule that cannot be read is a test that does not pass */
        snprintf(what, sizeof what, "%s: %s", err.where, err.what);
        report(&(vg_rule_trial){.expected = -1, .got = -1, .error = what}, &all);
        err.code = 0;
    }
    if (all.json) vg_buf_printf(&all.out, "],\"passed\":%zu,\"failed\":%zu}\n", all.count - all.failed, all.failed);
    else vg_buf_printf(&all.out, "1..%zu\n", all.count);
    if (!err.code && all.out.failed) vg_fail(&err, VG_ENOMEM, "", "no memory for the report");
    if (!err.code) fwrite(all.out.ptr, 1, all.out.len, stdout);
    vg_buf_free(&all.out);
    return err.code ? vg_cli_fail(&err) : all.failed ? 1 : 0;
}

/* ---- check and list ---- */

/* {"rules":[...]} of what a policy names, nothing of it asked yet. */
static int write_static(vg_buf *out, const char *path, vg_error *err)
{
    vg_policy_set *set = NULL;
    int rc = vg_policy_set_load(&set, path, err);
    bool first = true;
    vg_buf_add_cstr(out, "{\"rules\":[");
    for (size_t i = 0; !rc && i < vg_policy_set_count(set); i++) {
        const vg_policy *policy = vg_policy_set_at(set, i);
        vg_rules *rules = NULL;
        if (!policy->rule_count) continue;
        rc = vg_rules_create(&rules, policy, NULL, err);
        for (size_t k = 0; !rc && k < vg_rules_count(rules); k++) {
            vg_rule_status status;
            vg_rules_status(rules, k, &status);
            if (!first) vg_buf_add_char(out, ',');
            first = false;
            vg_rule_status_write(out, policy->space, &status);
        }
        vg_rules_destroy(&rules);
    }
    vg_buf_add_cstr(out, "]}");
    vg_policy_set_unref(&set);
    return rc;
}

static const char *text_of(const json_t *rule, const char *key)
{
    const char *s = json_string_value(json_object_get(rule, key));
    return s ? s : "";
}
static long long number_of(const json_t *rule, const char *key) { return json_integer_value(json_object_get(rule, key)); }

static int print_table(const char *json, size_t len, bool counters, vg_error *err)
{
    json_t *root = json_loadb(json, len, 0, NULL), *rules = json_object_get(root, "rules"), *rule, *type;
    size_t i, k;
    if (!json_is_array(rules)) {
        json_decref(root);
        return vg_fail(err, VG_EIO, "", "the list of rules cannot be read");
    }
    if (!json_array_size(rules)) puts("no rules");
    else if (counters) printf("%-14s %-24s %-7s %-5s %10s %8s %8s %8s %12s\n", "SPACE", "RULE", "MODE", "STATE", "RUNS", "FIRED", "CHANGED", "FAILED", "INSTRUCTIONS");
    else printf("%-14s %-24s %-7s %s\n", "SPACE", "RULE", "MODE", "ON");
    json_array_foreach(rules, i, rule) {
        printf("%-14s %-24s %-7s ", text_of(rule, "space"), text_of(rule, "rule"), text_of(rule, "mode"));
        if (counters) {
            printf("%-5s %10lld %8lld %8lld %8lld %12lld\n", text_of(rule, "state"), number_of(rule, "runs"), number_of(rule, "fired"),
                   number_of(rule, "changed"), number_of(rule, "failures"), number_of(rule, "instructions_most"));
            if (strcmp(text_of(rule, "state"), "off") == 0) printf("  %s\n", text_of(rule, "reason"));
        } else {
            json_array_foreach(json_object_get(rule, "on"), k, type) printf("%s%s", k ? ", " : "", json_string_value(type));
            putchar('\n');
        }
    }
    json_decref(root);
    return 0;
}

static int show(const vg_args *args, vg_str json, bool counters, vg_error *err)
{
    if (!json.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for the list");
    if (!vg_arg_is(args, VG_OPT_JSON)) return print_table(json.ptr, json.len, counters, err);
    printf("%.*s\n", VG_STR_ARG(json));
    return 0;
}

int vg_cmd_rules_check(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_buf out;
    vg_buf_init(&out, 16 << 20);
    int rc = write_static(&out, args->words ? args->word[0] : vg_cli_policy(args), &err);
    if (!rc) rc = show(args, (vg_str){out.failed ? NULL : out.ptr, out.len}, false, &err);
    vg_buf_free(&out);
    return rc ? vg_cli_fail(&err) : 0;
}

int vg_cmd_rules_list(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    vg_str answer = {0};
    vg_buf out;
    vg_buf_init(&out, 16 << 20);
    int rc = vg_installation_open(&in, args, false, &err);
    bool served = !rc && vg_installation_served(&in);
    if (rc == -VG_ENOENT) rc = 0;
    if (served) {
        rc = vg_installation_ask(&in, "rules", VG_STR("*"), VG_STR("*"), WAIT_MS, &answer, &err);
        if (!rc) rc = show(args, answer, true, &err);
    } else if (!rc) {
        fprintf(stderr, "no server is running here: the rules of %s, not counted yet\n", vg_cli_policy(args));
        rc = write_static(&out, vg_cli_policy(args), &err);
        if (!rc) rc = show(args, (vg_str){out.failed ? NULL : out.ptr, out.len}, true, &err);
    }
    vg_buf_free(&out);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}
