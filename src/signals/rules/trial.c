/* SPDX-License-Identifier: Apache-2.0
 *
 * A rule's own tests: tables with the same names as the views become the C structures behind them, so that a test runs
 * through everything that an event runs through.
 */
#include "signals/rules/rules_int.h"

#include <stdio.h>

#include "base/time.h"
#include "event/facts_field.h"

static const char *const relation_names[VG_RELATIONS] = {"adult_to_minor", "unknown_to_minor", "minor_to_minor",
                                                         "adult_to_unknown", "adult_to_adult", "minor_to_adult"};

/* What a test says; strings are those of its table. */
typedef struct scene {
    vg_rules *rules;
    int tests, number; /* reference to the tests; which of them */
    vg_event event;
    vg_facts facts;
    vg_text_hits hits;
    vg_evidence evidence[VG_EVIDENCE_KINDS];
    vg_rules_input in;
    const char *name;
    int expected;
    lua_Integer hour, minute, weekday;
} scene;

/* The value on top of the stack as a name of a list; raises an error that says what it may be. */
static int choose(lua_State *L, const char *field, const char *const *names, int count, size_t skip)
{
    if (lua_type(L, -1) == LUA_TSTRING)
        for (int i = 0; i < count; i++)
            if (strcmp(lua_tostring(L, -1), names[i] + skip) == 0) return i;
    return luaL_error(L, "%s: not one of the values it may have, such as \"%s\"", field, names[0] + skip);
}

static vg_str text_of(lua_State *L, const char *field, size_t most)
{
    size_t len;
    if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "%s is no text", field);
    const char *s = lua_tolstring(L, -1, &len);
    if (len > most) luaL_error(L, "%s is over %d bytes", field, (int)most);
    return (vg_str){s, len};
}

static lua_Integer integer_of(lua_State *L, const char *field, lua_Integer least, lua_Integer most)
{
    lua_Integer n = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : least - 1;
    if (n < least || n > most) luaL_error(L, "%s is no whole number from %I to %I", field, (LUAI_UACINT)least, (LUAI_UACINT)most);
    return n;
}

static int share_of(lua_State *L, const char *field)
{
    double n = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : -1;
    if (!(n >= 0 && n <= 1)) luaL_error(L, "%s is no number from 0 to 1", field);
    return (int)(n * 10000 + 0.5);
}

/* {"secrecy", ...} or {secrecy = true, ...} */
static uint32_t set_of(lua_State *L, const vg_fact_field *field, const char *name)
{
    uint32_t set = 0;
    if (!lua_istable(L, -1)) luaL_error(L, "%s is no table", name);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        bool listed = lua_isinteger(L, -2), on = listed || lua_toboolean(L, -1);
        int at = listed ? -1 : -2;
        int which = lua_type(L, at) == LUA_TSTRING ? vg_fact_which(field, vg_str_of(lua_tostring(L, at))) : -1;
        if (which < 0) luaL_error(L, "%s: unknown name", name);
        if (on) set |= UINT32_C(1) << which;
        lua_pop(L, 1);
    }
    return set;
}

/* The field `name` of the event, its value on top of the stack. */
static void set_event(lua_State *L, scene *s, const char *name)
{
    vg_event *e = &s->event;
    static const vg_fact_field families = {.form = VG_FACT_BY_FAMILY};
    if (strcmp(name, "type") == 0) e->type = (vg_event_type)choose(L, name, vg_event_type_names, VG_EVENT_TYPES, sizeof "vigie." - 1);
    else if (strcmp(name, "channel") == 0) e->channel = (vg_channel)choose(L, name, vg_channel_names, VG_CHANNELS, 0);
    else if (strcmp(name, "language") == 0) e->language = text_of(L, name, 35);
    else if (strcmp(name, "text") == 0) e->text = text_of(L, name, VG_EVENT_MAX_TEXT);
    else if (strcmp(name, "scanned") == 0) s->in.scanned = lua_toboolean(L, -1);
    else if (strcmp(name, "recipients") == 0) e->to_count = (size_t)integer_of(L, name, 0, VG_EVENT_MAX_TO);
    else if (strcmp(name, "families") == 0) s->hits.families = set_of(L, &families, name);
    else if (strcmp(name, "stated_age") == 0) s->hits.stated_age = (uint8_t)integer_of(L, name, 1, 120);
    else if (strcmp(name, "addresses") == 0) s->hits.token_count = (uint8_t)integer_of(L, name, 0, VG_TOKENS_MAX);
    else if (strcmp(name, "hour") == 0) s->hour = integer_of(L, name, 0, 23);
    else if (strcmp(name, "minute") == 0) s->minute = integer_of(L, name, 0, 24 * 60 - 1);
    else if (strcmp(name, "weekday") == 0) s->weekday = integer_of(L, name, 1, 7);
    else if (strcmp(name, "contact") == 0) e->contact = (vg_contact_kind)choose(L, name, vg_contact_kind_names, VG_CONTACT_KINDS, 0);
    else if (strcmp(name, "reason") == 0) e->reason = (vg_notice_reason)choose(L, name, vg_notice_reason_names, VG_REASONS, 0);
    else luaL_error(L, "event.%s is no field that a test can set", name);
}

static void set_counts(lua_State *L, vg_facts *facts, const vg_fact_field *field)
{
    if (!lua_istable(L, -1)) luaL_error(L, "memory.%s is no table", field->name);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        int which = lua_type(L, -2) == LUA_TSTRING ? vg_fact_which(field, vg_str_of(lua_tostring(L, -2))) : -1;
        if (which < 0 || lua_type(L, -1) != LUA_TNUMBER || !vg_fact_set(facts, field, (unsigned)which, lua_tonumber(L, -1)))
            luaL_error(L, "memory.%s: unknown name, or no number", field->name);
        lua_pop(L, 1);
    }
}

static void set_memory(lua_State *L, scene *s, const char *name)
{
    bool good = true;
    if (strcmp(name, "relation") == 0) {
        s->in.relation = (vg_relation)choose(L, "memory.relation", relation_names, VG_RELATIONS, 0);
        return;
    }
    const vg_fact_field *field = vg_fact_field_of(vg_str_of(name));
    if (!field) {
        luaL_error(L, "memory.%s: there is no such field", name);
        return;
    }
    switch ((vg_fact_form)field->form) {
    case VG_FACT_COUNT: good = vg_fact_set(&s->facts, field, 0, (double)integer_of(L, name, 0, INT32_MAX)); break;
    case VG_FACT_SIXTEENTHS: good = lua_type(L, -1) == LUA_TNUMBER && vg_fact_set(&s->facts, field, 0, lua_tonumber(L, -1)); break;
    case VG_FACT_FLAG: good = lua_isboolean(L, -1) && vg_fact_set(&s->facts, field, 0, lua_toboolean(L, -1)); break;
    case VG_FACT_BAND:
    case VG_FACT_BASIS: good = lua_type(L, -1) == LUA_TSTRING && vg_fact_set_name(&s->facts, field, vg_str_of(lua_tostring(L, -1))); break;
    case VG_FACT_STAGES: {
        uint32_t set = set_of(L, field, name);
        for (unsigned i = 0; i < VG_STAGES; i++) vg_fact_set(&s->facts, field, i, set >> i & 1);
        break;
    }
    default: set_counts(L, &s->facts, field);
    }
    if (!good) luaL_error(L, "memory.%s has a value that it cannot have", name);
}

static void set_evidence(lua_State *L, scene *s, const char *name)
{
    int kind = vg_evidence_kind_of(vg_str_of(name));
    if (kind < 0 || kind == VG_RULE_OPERATOR || strcmp(name, vg_evidence_names[kind]) != 0) luaL_error(L, "evidence[\"%s\"]: there is no such evidence", name);
    vg_evidence piece = {.kind = (uint8_t)kind, .fresh = true, .strength = 10000, .value = 1};
    if (lua_istable(L, -1)) {
        if (lua_getfield(L, -1, "strength") != LUA_TNIL) piece.strength = (uint16_t)share_of(L, "strength");
        lua_pop(L, 1);
        if (lua_getfield(L, -1, "fresh") != LUA_TNIL) piece.fresh = lua_toboolean(L, -1);
        lua_pop(L, 1);
        if (lua_getfield(L, -1, "value") != LUA_TNIL) piece.value = (uint32_t)integer_of(L, "value", 0, INT32_MAX);
        lua_pop(L, 1);
    } else {
        piece.strength = (uint16_t)share_of(L, name);
    }
    if (s->in.evidence_count < VG_EVIDENCE_KINDS) s->evidence[s->in.evidence_count++] = piece;
}

static void set_each(lua_State *L, scene *s, const char *part, void (*set)(lua_State *, scene *, const char *))
{
    int type = lua_getfield(L, 2, part);
    if (type != LUA_TTABLE && type != LUA_TNIL) luaL_error(L, "%s is no table", part);
    if (type == LUA_TTABLE) {
        lua_pushnil(L);
        while (lua_next(L, -2)) {
            if (lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "%s: a field without a name", part);
            set(L, s, lua_tostring(L, -2));
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
}

static void set_time(scene *s)
{
    enum { MONDAY = 4 * 24 * 60 }; /* 1970-01-05 */
    const vg_policy *policy = s->rules->policy;
    int64_t minute = s->minute >= 0 ? s->minute : s->hour * 60;
    s->event.time_ms = (MONDAY + (s->weekday - 1) * 24 * 60 + minute - policy->utc_offset_minutes) * VG_MINUTE_MS;
}

/* Strings of a test's table stay where they are as long as it does, which is as long as the rule. */
static int read_scene(lua_State *L)
{
    static const char *const known[] = {"name", "event", "memory", "evidence", "expect"};
    scene *s = lua_touserdata(L, 1);
    lua_settop(L, 0);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->tests);
    lua_rawgeti(L, 1, s->number);
    if (!lua_istable(L, 2)) return luaL_error(L, "the test is no table");
    lua_pushnil(L);
    while (lua_next(L, 2)) {
        bool good = false;
        for (size_t i = 0; lua_type(L, -2) == LUA_TSTRING && i < sizeof known / sizeof known[0]; i++)
            good |= strcmp(lua_tostring(L, -2), known[i]) == 0;
        if (!good) return luaL_error(L, "the test has a field that there is not; expected name, event, memory, evidence, expect");
        lua_pop(L, 1);
    }
    if (lua_getfield(L, 2, "name") == LUA_TSTRING) s->name = lua_tostring(L, -1);
    lua_pop(L, 1);
    int type = lua_getfield(L, 2, "expect");
    s->expected = type == LUA_TNIL || (type == LUA_TBOOLEAN && !lua_toboolean(L, -1)) ? -1 : share_of(L, "expect");
    lua_pop(L, 1);
    set_each(L, s, "event", set_event);
    set_each(L, s, "memory", set_memory);
    set_each(L, s, "evidence", set_evidence);
    set_time(s);
    return 0;
}

static void begin_scene(scene *s, vg_rules *rules, const vg_rule *rule, int number)
{
    *s = (scene){.rules = rules, .tests = rule->tests, .number = number, .expected = -1, .hour = 12, .minute = -1, .weekday = 1};
    vg_facts_clear(&s->facts);
    s->event.type = VG_EVENT_MESSAGE;
    s->event.channel = VG_CHANNEL_PRIVATE;
    s->event.to_count = 1;
    s->event.space = vg_str_of(rules->policy->space);
    for (int type = 0; type < VG_EVENT_TYPES; type++)
        if (rule->on >> type & 1) {
            s->event.type = (vg_event_type)type; /* the first that it is meant for */
            break;
        }
    s->in = (vg_rules_input){.event = &s->event, .facts = &s->facts, .hits = &s->hits, .scanned = true,
                             .relation = VG_REL_ADULT_TO_MINOR, .evidence = s->evidence};
}

/* One test. 0, or -VG_ENOMEM. */
static int run_one(scene *s, vg_rule *rule, vg_rule_trial *out, vg_rules_fault *fault)
{
    vg_rules *rules = s->rules;
    *out = (vg_rule_trial){.got = -1, .expected = -1};
    vg_rules_begin(rules, VG_RULES_LOAD_STEPS, SIZE_MAX);
    lua_pushcfunction(rules->L, read_scene);
    lua_pushlightuserdata(rules->L, s);
    int status = lua_pcall(rules->L, 1, 0, 0);
    if (status) {
        bool machine = status == LUA_ERRMEM && rules->context.over == VG_OVER_MACHINE;
        vg_rules_fault_of(rules, status, fault);
        if (machine) return -VG_ENOMEM;
        out->error = fault->what;
        return 0;
    }
    int rc = rule->on >> s->event.type & 1 ? vg_rules_call(rules, rule, &s->in, &out->got, fault) : 0;
    if (rc < 0) return rc;
    out->name = s->name;
    out->expected = s->expected;
    if (rc && fault->line) {
        char what[VG_RULES_REASON];
        snprintf(what, sizeof what, "line %d: %.200s", fault->line, fault->what);
        memcpy(fault->what, what, sizeof what);
    }
    if (rc) out->error = fault->what;
    if (out->got == 0) out->got = -1; /* a strength of nothing is no evidence */
    out->passed = !rc && out->got == (s->expected == 0 ? -1 : s->expected);
    return 0;
}

int vg_rules_try(vg_rules *rules, size_t rule, void (*report)(const vg_rule_trial *trial, void *context), void *context,
                 vg_error *err)
{
    vg_rule *r = &rules->rule[rule];
    scene s;
    vg_rules_fault fault;
    vg_rule_trial trial;
    lua_rawgeti(rules->L, LUA_REGISTRYINDEX, r->tests);
    int count = lua_istable(rules->L, -1) ? (int)lua_rawlen(rules->L, -1) : 0;
    lua_settop(rules->L, 0);
    for (int i = 1; i <= count; i++) {
        begin_scene(&s, rules, r, i);
        rules->context.trial = true;
        int rc = run_one(&s, r, &trial, &fault);
        rules->context.trial = false;
        if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for the tests of \"%s\"", r->given->name);
        report(&trial, context);
    }
    return 0;
}
