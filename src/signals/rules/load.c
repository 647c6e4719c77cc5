/* SPDX-License-Identifier: Apache-2.0
 *
 * A rule's file, read: run once, its table taken apart, and everything that its function holds made read-only.
 *
 * DESIGN. A Lua function holds variables of its file (upvalues). From `check` they are walked: a table is replaced by a
 * read-only view of itself, with all tables in it; every other value is noted as a cell, which has to be the same after each
 * call. So a rule may have constants and helper functions, and cannot keep anything.
 */
#include "signals/rules/rules_int.h"

#include <stdio.h>

#include "base/alloc.h"

enum { SENTENCE_MOST = 600 };

typedef struct loading {
    vg_rules *rules;
    vg_rule *rule;
    bool no_memory;
} loading;

/* ---- what a rule holds ---- */

static void walk_function(lua_State *L, loading *l, int visited, int depth);

static void add_cell(lua_State *L, loading *l, int function, int number)
{
    vg_rule *rule = l->rule;
    if (rule->cell_count == rule->cell_cap) {
        size_t cap = rule->cell_cap ? rule->cell_cap * 2 : 8;
        vg_rules_cell *more = vg_realloc(rule->cells, cap * sizeof *more);
        if (!more) {
            l->no_memory = true;
            luaL_error(L, "no memory");
            return;
        }
        rule->cells = more;
        rule->cell_cap = cap;
    }
    vg_rules_cell *cell = &rule->cells[rule->cell_count++];
    vg_rules_read_cell(L, cell);
    lua_pushvalue(L, function);
    cell->function = luaL_ref(L, LUA_REGISTRYINDEX);
    cell->number = number;
}

/* Replaces the value on top of the stack by what a rule may hold. `visited` maps tables to their views, and marks functions and
 * variables. */
static void hold(lua_State *L, loading *l, int visited, int depth)
{
    luaL_checkstack(L, 12, NULL);
    if (depth > VG_RULES_DEPTH) luaL_error(L, "tables are nested over %d deep", VG_RULES_DEPTH);
    if (lua_type(L, -1) == LUA_TFUNCTION) {
        walk_function(L, l, visited, depth);
        return;
    }
    if (lua_type(L, -1) == LUA_TSTRING && lua_rawlen(L, -1) > VG_RULES_STRING)
        luaL_error(L, "it holds a string of over %d bytes", VG_RULES_STRING); /* comparing two is one instruction */
    if (lua_type(L, -1) != LUA_TTABLE || vg_rules_push_behind(L, -1)) {
        if (lua_type(L, -1) == LUA_TTABLE) lua_pop(L, 1); /* a view already */
        return;
    }
    lua_pushvalue(L, -1);
    if (lua_rawget(L, visited) != LUA_TNIL) {
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, 1);
    int table = lua_gettop(L);
    lua_pushvalue(L, table);
    vg_rules_protect(L); /* table, view */
    lua_pushvalue(L, table);
    lua_pushvalue(L, -2);
    lua_rawset(L, visited); /* before what is in it: it may be in itself */
    lua_pushnil(L);
    while (lua_next(L, table)) {
        if (lua_type(L, -2) == LUA_TTABLE || lua_type(L, -2) == LUA_TFUNCTION) luaL_error(L, "a key of a table is a table or a function");
        hold(L, l, visited, depth + 1);
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, table);
    }
    lua_remove(L, table);
}

/* The function on top of the stack stays there. */
static void walk_function(lua_State *L, loading *l, int visited, int depth)
{
    int function = lua_gettop(L);
    if (lua_iscfunction(L, function)) return;
    lua_pushvalue(L, function);
    if (lua_rawget(L, visited) != LUA_TNIL) {
        lua_pop(L, 1);
        return;
    }
    lua_pop(L, 1);
    lua_pushvalue(L, function);
    lua_pushboolean(L, 1);
    lua_rawset(L, visited);
    for (int n = 1; lua_getupvalue(L, function, n); n++) {
        void *id = lua_upvalueid(L, function, n);
        if (lua_rawgetp(L, visited, id) != LUA_TNIL) {
            lua_pop(L, 2);
            continue;
        }
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
        lua_rawsetp(L, visited, id);
        hold(L, l, visited, depth + 1);
        add_cell(L, l, function, n);
        lua_setupvalue(L, function, n);
    }
}

/* ---- the table that a file returns ---- */

static const char *const fields[] = {"name", "why", "on", "check", "tests"};

static void check_fields(lua_State *L, int table, const char *const *known, size_t count, const char *what)
{
    lua_pushnil(L);
    while (lua_next(L, table)) {
        bool good = false;
        for (size_t i = 0; lua_type(L, -2) == LUA_TSTRING && i < count; i++) good |= strcmp(lua_tostring(L, -2), known[i]) == 0;
        if (!good)
            luaL_error(L, "%s has a field %s that there is not", what,
                       lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : luaL_typename(L, -2));
        lua_pop(L, 1);
    }
}

static const char *read_sentence(lua_State *L, loading *l, int why, const char *language)
{
    size_t len;
    if (lua_getfield(L, why, language) != LUA_TSTRING) luaL_error(L, "why.%s is missing: a sentence for a person", language);
    const char *s = lua_tolstring(L, -1, &len);
    if (!len || len > SENTENCE_MOST || strlen(s) != len || !vg_utf8_valid(s, len, NULL))
        luaL_error(L, "why.%s is not 1 to %d bytes of UTF-8", language, SENTENCE_MOST);
    vg_str kept = vg_arena_copy(l->rules->arena, (vg_str){s, len});
    if (!kept.ptr) {
        l->no_memory = true;
        luaL_error(L, "no memory");
    }
    lua_pop(L, 1);
    return kept.ptr;
}

static void read_why(lua_State *L, loading *l, int table)
{
    static const char *const languages[] = {"fr", "en"};
    if (lua_getfield(L, table, "why") != LUA_TTABLE) luaL_error(L, "why is missing: {fr = \"...\", en = \"...\"}");
    int why = lua_gettop(L);
    check_fields(L, why, languages, 2, "why");
    l->rule->why.text[VG_LANG_FR] = read_sentence(L, l, why, "fr");
    l->rule->why.text[VG_LANG_EN] = read_sentence(L, l, why, "en");
    lua_pop(L, 1);
}

/* "vigie.message" -> "message" */
static const char *type_name(int type) { return vg_event_type_names[type] + sizeof "vigie." - 1; }

static void read_on(lua_State *L, loading *l, int table)
{
    if (lua_getfield(L, table, "on") != LUA_TTABLE) luaL_error(L, "on is missing: which types of events, as {\"message\"}");
    int on = lua_gettop(L);
    lua_Unsigned count = lua_rawlen(L, on);
    if (!count) luaL_error(L, "on names no type of event");
    for (lua_Integer i = 1; i <= (lua_Integer)count; i++) {
        bool good = false;
        lua_rawgeti(L, on, i);
        for (int type = 0; type < VG_EVENT_TYPES && lua_type(L, -1) == LUA_TSTRING; type++) {
            if (type == VG_EVENT_ACCOUNT || strcmp(lua_tostring(L, -1), type_name(type)) != 0) continue;
            l->rule->on |= UINT32_C(1) << type;
            good = true;
        }
        if (!good) luaL_error(L, "on[%d] is none of message, media, contact, notice", (int)i);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void read_name(lua_State *L, const loading *l, int table)
{
    if (lua_getfield(L, table, "name") != LUA_TSTRING) luaL_error(L, "name is missing: \"%s\", as the file", l->rule->given->name);
    const char *name = lua_tostring(L, -1);
    if (strcmp(name, l->rule->given->name) != 0) luaL_error(L, "name is \"%s\", the file is \"%s\"", name, l->rule->given->name);
    for (const char *c = name; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_') || c - name >= 64)
            luaL_error(L, "a name is up to 64 of a-z, 0-9 and _");
    lua_pop(L, 1);
}

static void read_check(lua_State *L, loading *l, int table)
{
    lua_Debug about;
    if (lua_getfield(L, table, "check") != LUA_TFUNCTION || lua_iscfunction(L, -1))
        luaL_error(L, "check is missing: function(event, memory, evidence)");
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &about);
    l->rule->line = about.linedefined;
    lua_newtable(L);
    lua_insert(L, -2); /* visited, check */
    walk_function(L, l, lua_gettop(L) - 1, 0);
    l->rule->check = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pop(L, 1);
}

static int load_protected(lua_State *L)
{
    loading *l = lua_touserdata(L, 1);
    const vg_policy_rule *given = l->rule->given;
    lua_settop(L, 0);
    if (luaL_loadbufferx(L, given->source, strlen(given->source), "=r", "t")) return lua_error(L);
    lua_getfield(L, LUA_REGISTRYINDEX, "library");
    if (!lua_setupvalue(L, 1, 1)) lua_pop(L, 1); /* a chunk always has its environment */
    lua_call(L, 0, 1);
    if (!lua_istable(L, 1)) return luaL_error(L, "it returns no table; expected return {name = ..., why = ..., on = ..., check = ...}");
    check_fields(L, 1, fields, sizeof fields / sizeof fields[0], "the rule");
    read_name(L, l, 1);
    read_why(L, l, 1);
    read_on(L, l, 1);
    if (lua_getfield(L, 1, "tests") != LUA_TTABLE && !lua_isnil(L, -1)) return luaL_error(L, "tests is no table");
    l->rule->tests = luaL_ref(L, LUA_REGISTRYINDEX);
    read_check(L, l, 1);
    return 0;
}

int vg_rules_load(vg_rules *rules, vg_rule *rule, vg_error *err)
{
    loading l = {.rules = rules, .rule = rule};
    vg_rules_fault fault;
    char where[sizeof err->where];
    rules->context.trial = true; /* it knows no event yet: a message may be quoted in full */
    vg_rules_begin(rules, VG_RULES_LOAD_STEPS, SIZE_MAX);
    /* what is pushed before the call needs no new memory */
    int status = lua_checkstack(rules->L, 4) ? 0 : LUA_ERRMEM;
    if (!status) {
        lua_pushcfunction(rules->L, load_protected);
        lua_pushlightuserdata(rules->L, &l);
        status = lua_pcall(rules->L, 1, 0, 0);
    }
    rules->context.trial = false;
    if (!status) return 0;
    bool machine = l.no_memory || (status == LUA_ERRMEM && rules->context.over == VG_OVER_MACHINE);
    vg_rules_fault_of(rules, status, &fault);
    if (machine) return vg_fail(err, VG_ENOMEM, rule->given->file, "no memory for the rule");
    if (fault.line) snprintf(where, sizeof where, "%.170s:%d", rule->given->file, fault.line);
    else snprintf(where, sizeof where, "%.190s", rule->given->file);
    return vg_fail(err, VG_EINVAL, where, "%s", fault.what);
}
