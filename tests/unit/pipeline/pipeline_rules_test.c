/* SPDX-License-Identifier: Apache-2.0
 *
 * The operator's rules in the flow: before the decision, with their own sentence, counted, and never in its way.
 */
#include "base/log.h"
#include "fixture.h"
#include "signals/rules/rules.h"

#define HEAD(name) "return {name = \"" name "\", why = {fr = \"La règle " name ".\", en = \"The rule " name ".\"}, on = {\"message\"}, check = function(event, memory, evidence)\n"
#define TAIL "\nend}\n"

/* Says 0.5 of a message that asks for a secret; fails on one of exactly five bytes. */
static const char secret[] = HEAD("secret") "if event.length == 5 then error('five') end local e = evidence['text.secrecy'] return e and e.fresh and 0.5 or nil" TAIL;
static const char bonjour[] = HEAD("bonjour") "return event.text:find('bonjour') and 0.45" TAIL;
static const char watcher[] = HEAD("watcher") "return event.text:find('bonjour') and 0.9" TAIL;

static const char listed[] = "rules:\n  - file: secret.lua\n    mode: active\n  - file: bonjour.lua\n    mode: active\n  - file: watcher.lua\n    mode: shadow\n";

static void write_policy(const small_policy *small, const char *rules)
{
    char *text = NULL;
    size_t len;
    vg_error err = {0};
    vg_buf out;
    if (vg_file_read(small->space, 1 << 20, &text, &len, &err)) give_up(small->space, &err);
    vg_buf_init(&out, 1 << 20);
    char *before = strstr(text, "\nrules:\n");
    vg_buf_add(&out, text, before ? (size_t)(before - text) + 1 : len);
    if (out.len && out.ptr[out.len - 1] != '\n') vg_buf_add_char(&out, '\n');
    vg_buf_add_cstr(&out, rules);
    put(small->dir, "lobby.yaml", out.ptr, out.len);
    vg_buf_free(&out);
    vg_free(text);
    put(small->dir, "secret.lua", secret, sizeof secret - 1);
    put(small->dir, "bonjour.lua", bonjour, sizeof bonjour - 1);
    put(small->dir, "watcher.lua", watcher, sizeof watcher - 1);
}

typedef struct wanted {
    const char *name;
    vg_rule_status status;
    int count;
} wanted;

static void pick(const char *space, const vg_rule_status *status, void *context)
{
    wanted *w = context;
    w->count += strcmp(space, "lobby") == 0;
    if (strcmp(status->name, w->name) == 0) w->status = *status;
}

static vg_rule_status status_of(house *h, const char *name)
{
    wanted w = {.name = name};
    vg_pipeline_rules(h->pipeline, pick, &w);
    return w.status;
}

static void flow(house *h)
{
    account(h, "lobby", "adult", "25+");
    account(h, "lobby", "child", "13-14");
    say(h, "lobby", "r-1", "adult", "child", "private", 10, "r", "on joue ?");
    TAP_OK(!has_evidence(h, VG_RULE_OPERATOR), "a message that no rule speaks of has no such evidence");
    say(h, "lobby", "r-2", "adult", "child", "private", 20, "r", "bonjour toi");
    TAP_OK(has_evidence(h, VG_RULE_OPERATOR) && h->task.verdict.kind == VG_VERDICT_NUDGE, "one that a rule speaks of has, and it weighs");
    TAP_OK(strstr(answer(h), "{\"name\":\"rule.operator\",\"weight\":0.45,\"fresh\":true,\"why\":{\"fr\":\"La règle bonjour.\",\"en\":\"The rule bonjour.\"}}") != NULL,
           "the answer has the rule's own sentence");
    char *first = strdup(answer(h));
    say(h, "lobby", "r-2", "adult", "child", "private", 20, "r", "bonjour toi");
    TAP_OK(h->task.seen == VG_SEEN_DUPLICATE && strstr(answer(h), "La règle bonjour.") && strncmp(first, answer(h), strlen(first) - 2) == 0,
           "and the same when the event comes again");
    free(first);
    vg_rule_status shadow = status_of(h, "watcher"), active = status_of(h, "bonjour"), other = status_of(h, "secret");
    TAP_OK(active.runs == 2 && active.fired == 1 && active.changed == 1, "the rule is counted once for each event, and that it changed a verdict");
    TAP_OK(shadow.runs == 2 && shadow.fired == 1 && shadow.changed == 1 && shadow.shadow, "the one in shadow too: it would have changed it further");
    TAP_OK(other.runs == 2 && other.fired == 0 && other.changed == 0, "one that says nothing did not");

    say(h, "lobby", "r-3", "adult", "child", "private", 30, "r", "bonjour, c'est notre secret");
    json_t *c = content(h), *piece = NULL, *pieces = json_object_get(c, "evidence");
    size_t i;
    json_array_foreach(pieces, i, piece) if (strcmp(text_at(piece, "name"), "rule.operator") == 0) break;
    TAP_OK(h->task.needs_case && h->task.verdict.kind >= VG_VERDICT_REVIEW, "with what else there is, it comes to a case");
    TAP_EQ_STR(text_at(piece, "rule"), "secret", "which names the rule, the stronger of two");
    TAP_EQ_STR(text_at(json_object_get(piece, "why"), "fr"), "La règle secret.", "and says its sentence");
    json_t *memory = json_object_get(c, "memory");
    TAP_EQ_STR(text_at(memory, "peer_band"), "13-14", "the case keeps the facts that the rule was given");
    TAP_EQ_INT(json_integer_value(json_object_get(memory, "sent")), 3, "under the same names");
    json_decref(c);
}

static void failing(house *h)
{
    say(h, "lobby", "f-1", "adult", "child", "private", 40, "f", "cinq!");
    TAP_EQ_INT(h->err.code, VG_OK, "an event on which a rule fails goes on");
    vg_rule_status status = status_of(h, "secret");
    TAP_OK(status.off && strstr(status.reason, "secret.lua:2"), "the rule is off, and says where: %s", status.reason);
    say(h, "lobby", "f-2", "adult", "child", "private", 50, "f", "bonjour, c'est notre secret");
    TAP_OK(has_evidence(h, VG_RULE_OPERATOR) && strstr(answer(h), "La règle bonjour."), "the others go on");
}

static void reloading(house *h, const small_policy *small)
{
    vg_policy_set *set = load_policies(small->space);
    TAP_EQ_INT(vg_pipeline_reload(h->pipeline, set, &h->err), 0, "the same policy read again");
    vg_policy_set_unref(&set);
    TAP_OK(status_of(h, "secret").off && status_of(h, "bonjour").runs == 6 - 1, "a rule whose text is the same goes on with its counters");
    put(small->dir, "secret.lua", "return {", 8);
    set = load_policies(small->space);
    int rc = vg_pipeline_reload(h->pipeline, set, &h->err);
    TAP_OK(rc == -VG_EINVAL && strstr(h->err.where, "secret.lua:1"), "a rule that cannot be read fails the reload: %s: %s", h->err.where, h->err.what);
    vg_policy_set_unref(&set);
    say(h, "lobby", "l-1", "adult", "child", "private", 60, "l", "bonjour");
    TAP_OK(has_evidence(h, VG_RULE_OPERATOR), "and the old ones stay");
    write_policy(small, "");
    set = load_policies(small->space);
    TAP_EQ_INT(vg_pipeline_reload(h->pipeline, set, &h->err), 0, "a policy without rules");
    vg_policy_set_unref(&set);
    say(h, "lobby", "l-2", "adult", "child", "private", 70, "l", "bonjour");
    TAP_OK(!has_evidence(h, VG_RULE_OPERATOR) && h->err.code == VG_OK, "asks none");
}

/* Every allocation of one event fails in turn: the event is not applied, or as if nothing had been. */
static void without_memory(const small_policy *small)
{
    vg_policy_set *set = load_policies(small->space);
    house h;
    set_up(&h, set);
    vg_policy_set_unref(&set);
    account(&h, "lobby", "adult", "25+");
    account(&h, "lobby", "child", "13-14");
    int bad = 0;
    size_t n = 1;
    for (; n < 1000; n++) {
        char id[16];
        snprintf(id, sizeof id, "n-%zu", n);
        write_event(&h, "lobby", id, "message", "adult", (int64_t)n * 1000, "\"conversation\":\"n\",\"channel\":\"private\",\"to\":[\"child\"],\"text\":\"bonjour\"");
        vg_alloc_fail_at(n);
        int rc = submit(&h);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (rc && (rc != -VG_ENOMEM || !failed)) bad++;
        if (rc && submit(&h)) bad++;
        if (!has_evidence(&h, VG_RULE_OPERATOR) || status_of(&h, "bonjour").off) bad++;
        if (!failed) break;
    }
    TAP_OK(bad == 0 && n > 1 && n < 1000, "without memory an event is refused, and taken when it comes again (%zu allocations)", n - 1);
    tear_down(&h);
}

int main(int argc, char **argv)
{
    const char *policy = argc > 1 ? argv[1] : "policy";
    small_policy small;
    house h;
    vg_log_set_level(VG_LOG_ERROR + 1);
    make_small_policy(&small, policy);
    write_policy(&small, listed);
    vg_policy_set *set = load_policies(small.space);
    set_up(&h, set);
    vg_policy_set_unref(&set);
    flow(&h);
    failing(&h);
    without_memory(&small);
    reloading(&h, &small);
    tear_down(&h);
    remove_small_policy(&small);
    return tap_done();
}
