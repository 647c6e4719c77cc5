/* SPDX-License-Identifier: Apache-2.0 */
#include "net/ruling.h"

#include <jansson.h>

#include "base/log.h"
#include "net/server_int.h"
#include "review/decide.h"
#include "review/permission.h"
#include "space/space.h"

enum { STATEMENT_JSON_MOST = 64 << 10 };

void vg_rules_open(vg_rules *rules, struct vg_server *server, vg_str space)
{
    *rules = (vg_rules){.set = vg_pipeline_policies(server->pipeline)};
    const vg_policy *policy = rules->set ? vg_policy_set_find(rules->set, space, NULL) : NULL;
    rules->decisions = vg_policy_decisions_of(policy); /* a space that is gone has cases left */
    for (int lang = 0; lang < VG_LANGS; lang++) rules->title[lang] = policy ? policy->title[lang] : "";
}

void vg_rules_close(vg_rules *rules)
{
    if (rules->set) vg_policy_set_unref(&rules->set);
    *rules = (vg_rules){0};
}

const char *const *vg_reason_title(const vg_policy_decisions *decisions, vg_str reason)
{
    const vg_policy_reason *found = decisions->listed ? vg_policy_reason_find(decisions, reason) : NULL;
    return found ? (const char *const *)found->title : NULL;
}

/* ---- language ---- */

typedef struct asked_language {
    vg_str source, account;
    char language[4];
} asked_language;

static void read_language(vg_memory *memory, struct vg_window *window, void *context)
{
    asked_language *a = context;
    (void)window;
    vg_memory_language(memory, a->source, a->account, a->language);
}

vg_str vg_account_language(struct vg_server *server, vg_str space, vg_str account, vg_arena *arena)
{
    asked_language a = {.source = vg_arena_printf(arena, "/spaces/%.*s", VG_STR_ARG(space)), .account = account};
    if (!a.source.ptr || !account.len) return (vg_str){"", 0};
    vg_pipeline_locked(server->pipeline, read_language, &a);
    vg_str language = vg_arena_copy(arena, vg_str_of(a.language));
    return language.ptr ? language : (vg_str){"", 0};
}

/* ---- the statement ---- */

vg_statement_facts vg_ruling_facts(const vg_rules *rules, const vg_case *c, const vg_decision *answer)
{
    return (vg_statement_facts){.policy = rules->decisions,
                                .reason = vg_policy_reason_find(rules->decisions, answer->reason),
                                .title = {rules->title[VG_LANG_FR], rules->title[VG_LANG_EN]},
                                .action = answer->action,
                                .reach = answer->reach,
                                .hours = answer->hours,
                                .kinds = c->kinds,
                                .removes = (c->kinds & (UINT64_C(1) << VG_MEDIA_KNOWN | UINT64_C(1) << VG_MEDIA_SIMILAR)) != 0 &&
                                           vg_review_removes(vg_policy_reason_find(rules->decisions, answer->reason), answer->action),
                                .now_ms = answer->time_ms};
}

int vg_ruling_statement(const vg_statement_facts *facts, vg_str asked, vg_str account_language, vg_str edited, vg_arena *arena,
                        vg_str *json, vg_str *language, vg_error *err)
{
    vg_buf text, out;
    bool known;
    vg_lang lang = vg_statement_language(asked.len ? asked : account_language, &known);
    vg_str other = account_language;
    vg_buf_init(&text, STATEMENT_JSON_MOST);
    vg_buf_init(&out, STATEMENT_JSON_MOST);
    if (!edited.len) vg_statement_draft(facts, lang, &text);
    if (vg_statement_language(account_language, &known) == lang && known) other = (vg_str){"", 0}; /* it is the one asked for */
    vg_statement_write(facts, lang, other,
                       edited.len ? edited : (vg_str){text.ptr ? text.ptr : "", text.len}, edited.len > 0, &out);
    *json = text.failed || out.failed ? (vg_str){0} : vg_arena_copy(arena, (vg_str){out.ptr, out.len});
    *language = lang == VG_LANG_FR ? VG_STR("fr") : VG_STR("en");
    vg_buf_free(&text);
    vg_buf_free(&out);
    return json->ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for a statement of reasons");
}

/* ---- names that must not be in it ---- */

static bool names_whole(vg_str text, vg_str name)
{
    for (size_t at = 0; name.len && at + name.len <= text.len; at++) {
        const char *found = memmem(text.ptr + at, text.len - at, name.ptr, name.len);
        if (!found) return false;
        at = (size_t)(found - text.ptr);
        char before = at ? found[-1] : ' ', after = at + name.len < text.len ? found[name.len] : ' ';
        bool inside = (before >= '0' && before <= '9') || ((before | 32) >= 'a' && (before | 32) <= 'z') ||
                      (after >= '0' && after <= '9') || ((after | 32) >= 'a' && (after | 32) <= 'z');
        if (!inside) return true;
    }
    return false;
}

typedef struct name_check {
    vg_str text, own;
    bool found;
} name_check;

static void check_name(name_check *n, const json_t *value)
{
    if (!json_is_string(value)) return;
    vg_str name = {json_string_value(value), json_string_length(value)};
    if (name.len >= 2 && !vg_str_eq(name, n->own) && names_whole(n->text, name)) n->found = true;
}

static void check_names(name_check *n, const json_t *content)
{
    const json_t *event = json_object_get(content, "event"), *data = json_object_get(event, "data"), *one;
    size_t i;
    check_name(n, json_object_get(event, "subject"));
    check_name(n, json_object_get(data, "about"));
    check_name(n, json_object_get(data, "with"));
    json_array_foreach(json_object_get(data, "to"), i, one) check_name(n, one);
    json_array_foreach(json_object_get(content, "window"), i, one) check_name(n, json_object_get(one, "subject"));
}

int vg_ruling_check_text(vg_desk *desk, const vg_case *c, vg_str viewer, const char *where, vg_str text, vg_error *err)
{
    vg_case_event *events = NULL;
    size_t count = 0;
    name_check n = {.text = text, .own = c->account};
    int rc = vg_store_case_events(desk->store, c->id, viewer, desk->arena, &events, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        json_t *content = json_loadb(events[i].content.ptr, events[i].content.len, 0, NULL);
        check_names(&n, content);
        json_decref(content);
    }
    if (!rc && n.found)
        rc = vg_fail(err, VG_EINVAL, where, "this names another account of the case: who else is concerned must not be told");
    return rc;
}

/* ---- known material ---- */

static int entry_confirmed(vg_desk *desk, const json_t *match, bool *confirmed, vg_error *err)
{
    vg_bank_opinion *opinions = NULL;
    size_t count = 0, confirms = 0;
    json_int_t bank = json_integer_value(json_object_get(match, "bank_id")), entry = json_integer_value(json_object_get(match, "entry"));
    if (bank <= 0 || entry <= 0 || entry > UINT32_MAX) return 0;
    int rc = vg_store_bank_opinions(desk->banks, bank, (uint32_t)entry, desk->arena, &opinions, &count, err);
    if (rc == -VG_ENOENT) return 0; /* the entry is gone: it confirms nothing */
    for (size_t i = 0; !rc && i < count; i++) confirms += !opinions[i].reject;
    if (confirms >= 2) *confirmed = true;
    return rc;
}

int vg_ruling_hash_confirmed(vg_desk *desk, const vg_case *c, vg_str viewer, bool *confirmed, vg_error *err)
{
    vg_case_event *events = NULL;
    size_t count = 0;
    *confirmed = false;
    int rc = vg_store_case_events(desk->store, c->id, viewer, desk->arena, &events, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        json_t *content = json_loadb(events[i].content.ptr, events[i].content.len, 0, NULL);
        const json_t *match;
        size_t m;
        json_array_foreach(json_object_get(json_object_get(content, "media"), "matches"), m, match)
        {
            rc = entry_confirmed(desk, match, confirmed, err);
            if (rc) break;
        }
        json_decref(content);
    }
    return rc;
}

/* ---- those who reported ---- */

typedef struct reported {
    vg_str source, reporter;
    bool upheld;
} reported;

static void tell_memory(vg_memory *memory, struct vg_window *window, void *context)
{
    const reported *r = context;
    vg_error err = {0};
    (void)window;
    if (vg_memory_notice_outcome(memory, r->source, r->reporter, r->upheld, &err) && err.code != VG_ENOENT)
        vg_log(VG_LOG_WARN, "net", "a report's outcome was not remembered: %s", err.what);
}

void vg_ruling_credit(struct vg_server *server, vg_store *store, vg_arena *arena, int64_t case_id, vg_str viewer, vg_action action)
{
    vg_case c;
    vg_case_event *events = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (action == VG_ACTION_ESCALATE || action == VG_ACTION_REPORT) return;
    int rc = vg_store_case_get(store, case_id, arena, &c, &err);
    if (!rc && (c.shadow || !(c.kinds >> VG_NOTICE_REPORT & 1))) return;
    if (!rc) rc = vg_store_case_events(store, case_id, viewer, arena, &events, &count, &err);
    if (rc) {
        vg_log(VG_LOG_WARN, "net", "reports of a case were not read: %s", err.what);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        json_t *root = json_loadb(events[i].content.ptr, events[i].content.len, 0, NULL);
        const json_t *event = root ? json_object_get(root, "event") : NULL;
        const char *type = json_string_value(json_object_get(event, "type"));
        const char *source = json_string_value(json_object_get(event, "source"));
        const char *subject = json_string_value(json_object_get(event, "subject"));
        if (type && source && subject && strcmp(type, vg_event_type_names[VG_EVENT_NOTICE]) == 0) {
            reported r = {vg_str_of(source), vg_str_of(subject), vg_review_upholds(action)};
            vg_pipeline_locked(server->pipeline, tell_memory, &r);
        }
        json_decref(root);
    }
}

bool vg_ruling_blind(const vg_case *c, const vg_user *user)
{
    if (c->look == VG_LOOK_FIRST) return false;
    return c->look == VG_LOOK_SECOND || vg_review_may_claim(c, user, NULL) != 0;
}
