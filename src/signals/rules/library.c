/* SPDX-License-Identifier: Apache-2.0
 *
 * What of Lua's standard library a rule may use, and how it is kept within limits.
 *
 * DESIGN. Instructions are counted, but a library function is one instruction however long it runs; so each is called
 * through `metered`, which counts the strings and tables it is given as instructions (SHARE bytes or items for one), and
 * what it takes of memory is limited per event. Functions whose time does not follow from the size of their arguments
 * (patterns), that could hand out what may be written to (rawset, getmetatable), that could hide a limit (pcall,
 * coroutines), or whose result depends on an address, a clock, a locale or the C library's last bit (next, %p, random, os,
 * sin, sort) are not there. pairs goes through a table in the order of its keys, because Lua's own order depends on addresses.
 */
#include "signals/rules/rules_int.h"

#include <lualib.h>
#include <stdlib.h>

enum { SHARE = 16 };

/* ---- read-only tables ---- */

static int refuse_write(lua_State *L) { return luaL_error(L, "this table is read-only"); }

/* Metatables hold what is behind a view as their __index; this field tells them from others. */
static const char behind_mark;

bool vg_rules_push_behind(lua_State *L, int index)
{
    if (!lua_istable(L, index) || !lua_getmetatable(L, index)) return false;
    if (lua_rawgetp(L, -1, &behind_mark) == LUA_TTABLE) {
        lua_remove(L, -2);
        return true;
    }
    lua_pop(L, 2);
    return false;
}

static int length_behind(lua_State *L)
{
    if (!vg_rules_push_behind(L, 1)) return luaL_error(L, "no length");
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
    return 1;
}

void vg_rules_protect(lua_State *L)
{
    luaL_checkstack(L, 6, NULL);
    lua_newtable(L);
    lua_createtable(L, 0, 4);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, -3);
    lua_rawsetp(L, -2, &behind_mark);
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, length_behind);
    lua_setfield(L, -2, "__len");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

/* ---- metering ---- */

static size_t size_of(lua_State *L, int i)
{
    switch (lua_type(L, i)) {
    case LUA_TSTRING: return lua_rawlen(L, i);
    case LUA_TTABLE:
        if (vg_rules_push_behind(L, i)) {
            size_t n = lua_rawlen(L, -1);
            lua_pop(L, 1);
            return n;
        }
        return lua_rawlen(L, i);
    default: return 0;
    }
}

static void spend_on_arguments(lua_State *L)
{
    size_t sum = 0;
    int top = lua_gettop(L);
    for (int i = 1; i <= top; i++) sum += size_of(L, i);
    vg_rules_spend(L, 1 + ((size_t)top + sum) / SHARE);
}

static int metered(lua_State *L)
{
    spend_on_arguments(L);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* ---- our own ---- */

/* Names of types only: an address would differ from run to run. */
static int to_string(lua_State *L)
{
    luaL_checkany(L, 1);
    vg_rules_spend(L, 1 + size_of(L, 1) / SHARE);
    int type = lua_type(L, 1);
    if (type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TBOOLEAN || type == LUA_TNIL) luaL_tolstring(L, 1, NULL);
    else lua_pushstring(L, lua_typename(L, type));
    return 1;
}

/* find(s, what, [from]): plain text, no patterns. First and last place, or nil. */
static int find(lua_State *L)
{
    size_t len, want;
    const char *s = luaL_checklstring(L, 1, &len), *what = luaL_checklstring(L, 2, &want);
    lua_Integer from = luaL_optinteger(L, 3, 1);
    vg_rules_spend(L, 1 + (len + want) / SHARE);
    if (from < 0) from = -from > (lua_Integer)len ? 1 : (lua_Integer)len + from + 1;
    if (from < 1) from = 1;
    if (from > (lua_Integer)len + 1) return 0;
    const char *begin = s + from - 1;
    const char *at = want ? memmem(begin, len - (size_t)(from - 1), what, want) : begin;
    if (!at) return 0;
    lua_pushinteger(L, at - s + 1);
    lua_pushinteger(L, at - s + (lua_Integer)want);
    return 2;
}

/* format without %p, and with values whose text does not depend on an address. */
static int format(lua_State *L)
{
    size_t len;
    const char *f = luaL_checklstring(L, 1, &len);
    int top = lua_gettop(L);
    for (size_t i = 0; i < len; i++) {
        if (f[i] != '%') continue;
        i++;
        i += strspn(f + i, "-+ #0");
        for (int digits = 0; digits < 2 && f[i] >= '0' && f[i] <= '9'; digits++) i++;
        bool precise = f[i] == '.';
        i += precise;
        for (int digits = 0; precise && digits < 2 && f[i] >= '0' && f[i] <= '9'; digits++) i++;
        if (i >= len || !f[i] || !strchr("diuoxXcsqeEfFgG%", f[i])) return luaL_error(L, "string.format: a conversion that is not possible here");
    }
    for (int i = 2; i <= top; i++)
        if (lua_type(L, i) > LUA_TSTRING || lua_type(L, i) == LUA_TLIGHTUSERDATA) return luaL_error(L, "string.format: argument %d is no text and no number", i);
    spend_on_arguments(L);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* rep: the library's own goes round as often as it is told, also for the empty string. */
static int repeat(lua_State *L)
{
    size_t len, between;
    luaL_checklstring(L, 1, &len);
    lua_Integer times = luaL_checkinteger(L, 2);
    luaL_optlstring(L, 3, "", &between);
    if (times <= 0 || len + between == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if (times > VG_RULES_MEMORY || (size_t)times * (len + between) > VG_RULES_MEMORY) return luaL_error(L, "string.rep: the result is too long");
    vg_rules_spend(L, 1 + (size_t)times * (len + between) / SHARE);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* unpack goes through the places it is told, whether anything is there or not. */
static int unpack(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer from = luaL_optinteger(L, 2, 1), to = luaL_opt(L, luaL_checkinteger, 3, luaL_len(L, 1));
    if (from <= to && (lua_Unsigned)to - (lua_Unsigned)from >= 250) return luaL_error(L, "table.unpack: over 250 values");
    vg_rules_spend(L, 2);
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* concat likewise. */
static int concat(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    spend_on_arguments(L);
    if (lua_gettop(L) > 2) return luaL_error(L, "table.concat: a whole table and what to put between");
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* error(message): in the flow only its place is told, because the message may hold what somebody wrote. */
static int raise(lua_State *L)
{
    luaL_where(L, 1);
    if (vg_rules_context_of(L)->trial && lua_isstring(L, 1)) lua_pushvalue(L, 1);
    else lua_pushliteral(L, "it called error()");
    lua_concat(L, 2);
    return lua_error(L);
}

/* ---- pairs, in the order of the keys ---- */

typedef struct key {
    int type; /* order of types: boolean, number, string */
    bool whole;
    union {
        lua_Integer integer;
        lua_Number number;
    } n;
    const char *s;
    size_t len;
} key;

static int compare_numbers(const key *a, const key *b)
{
    /* integers and floats that are no integers; where they meet, a double tells which is less nearly always, and type does else */
    if (a->whole && b->whole) return a->n.integer < b->n.integer ? -1 : a->n.integer > b->n.integer;
    double x = a->whole ? (double)a->n.integer : a->n.number, y = b->whole ? (double)b->n.integer : b->n.number;
    if (x != y) return x < y ? -1 : 1;
    return (int)a->whole - (int)b->whole;
}

static int by_key(const void *left, const void *right)
{
    const key *a = left, *b = right;
    if (a->type != b->type) return a->type < b->type ? -1 : 1;
    if (a->type != LUA_TSTRING) return compare_numbers(a, b);
    int order = memcmp(a->s, b->s, a->len < b->len ? a->len : b->len);
    if (order) return order;
    return a->len < b->len ? -1 : a->len > b->len;
}

static void read_key(lua_State *L, key *k)
{
    *k = (key){.type = lua_type(L, -1), .whole = true};
    switch (k->type) {
    case LUA_TBOOLEAN: k->n.integer = lua_toboolean(L, -1); break;
    case LUA_TSTRING: k->s = lua_tolstring(L, -1, &k->len); break;
    case LUA_TNUMBER:
        k->whole = lua_isinteger(L, -1);
        if (k->whole) k->n.integer = lua_tointeger(L, -1);
        else k->n.number = lua_tonumber(L, -1);
        break;
    default: luaL_error(L, "pairs: a key is a table or a function; its order would not be the same each time");
    }
}

static void push_key(lua_State *L, const key *k)
{
    if (k->type == LUA_TBOOLEAN) lua_pushboolean(L, (int)k->n.integer);
    else if (k->type == LUA_TSTRING) lua_pushlstring(L, k->s, k->len);
    else if (k->whole) lua_pushinteger(L, k->n.integer);
    else lua_pushnumber(L, k->n.number);
}

/* upvalues: the keys in order, how far */
static int pairs_next(lua_State *L)
{
    for (lua_Integer at = lua_tointeger(L, lua_upvalueindex(2)) + 1;; at++) {
        vg_rules_spend(L, 1);
        lua_settop(L, 1);
        lua_pushinteger(L, at);
        lua_replace(L, lua_upvalueindex(2));
        if (lua_rawgeti(L, lua_upvalueindex(1), at) == LUA_TNIL) return 1;
        lua_pushvalue(L, -1);
        if (lua_gettable(L, 1) != LUA_TNIL) return 2; /* nil: removed on the way */
    }
}

static int pairs(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    if (lua_getmetatable(L, 1)) {
        lua_pop(L, 1);
        if (!vg_rules_push_behind(L, 1)) return luaL_error(L, "pairs: event, memory and evidence are read by name");
    } else {
        lua_pushvalue(L, 1);
    }
    size_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, 2)) {
        lua_pop(L, 1);
        count++;
        vg_rules_spend(L, 2);
    }
    key *keys = lua_newuserdatauv(L, (count ? count : 1) * sizeof *keys, 0); /* 3 */
    size_t i = 0;
    lua_pushnil(L);
    while (lua_next(L, 2)) {
        lua_pop(L, 1);
        read_key(L, &keys[i++]);
    }
    qsort(keys, count, sizeof *keys, by_key);
    lua_createtable(L, (int)count, 0);
    for (i = 0; i < count; i++) {
        push_key(L, &keys[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, pairs_next, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

/* ---- the environment ---- */

typedef struct part {
    const char *name;
    lua_CFunction open;
    const char *keep[24];
} part;

/* sqrt and fmod are exact by IEEE 754; sin, exp, log and their like are not the same in every C library. */
static const part parts[] = {
    {"math", luaopen_math, {"abs", "ceil", "floor", "fmod", "max", "min", "modf", "sqrt", "tointeger", "type", "ult", "huge", "pi", "maxinteger", "mininteger"}},
    {"string", luaopen_string, {"byte", "char", "len", "lower", "upper", "reverse", "sub"}},
    {"table", luaopen_table, {"insert", "remove", "pack"}},
    {"utf8", luaopen_utf8, {"char", "codepoint", "len", "offset"}},
};
static const char *const base[] = {"ipairs", "select", "tonumber", "type"};

static void copy_metered(lua_State *L, int from, const char *name)
{
    if (lua_getfield(L, from, name) == LUA_TFUNCTION) lua_pushcclosure(L, metered, 1);
    lua_setfield(L, -2, name);
}

static void copy_guarded(lua_State *L, int from, const char *name, lua_CFunction guard)
{
    lua_getfield(L, from, name);
    lua_pushcclosure(L, guard, 1);
    lua_setfield(L, -2, name);
}

/* Text that stands for a number is no number here: the metatable of strings has nothing but their functions. */
static void set_string_metatable(lua_State *L, int functions)
{
    lua_pushliteral(L, "");
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, functions);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

static void add_part(lua_State *L, const part *p)
{
    lua_pushcfunction(L, p->open);
    lua_call(L, 0, 1);
    int from = lua_gettop(L);
    lua_newtable(L);
    for (size_t i = 0; i < sizeof p->keep / sizeof p->keep[0] && p->keep[i]; i++) copy_metered(L, from, p->keep[i]);
    if (strcmp(p->name, "string") == 0) {
        lua_pushcfunction(L, find);
        lua_setfield(L, -2, "find");
        copy_guarded(L, from, "format", format);
        copy_guarded(L, from, "rep", repeat);
        set_string_metatable(L, lua_gettop(L));
    } else if (strcmp(p->name, "table") == 0) {
        copy_guarded(L, from, "unpack", unpack);
        copy_guarded(L, from, "concat", concat);
    }
    lua_remove(L, from);
    vg_rules_protect(L);
}

void vg_rules_push_library(lua_State *L)
{
    lua_newtable(L);
    int library = lua_gettop(L);
    luaL_requiref(L, "_G", luaopen_base, 0);
    int from = lua_gettop(L);
    lua_pushvalue(L, library);
    for (size_t i = 0; i < sizeof base / sizeof base[0]; i++) copy_metered(L, from, base[i]);
    lua_settop(L, library);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        add_part(L, &parts[i]);
        lua_setfield(L, library, parts[i].name);
    }
    lua_pushcfunction(L, to_string);
    lua_setfield(L, library, "tostring");
    lua_pushcfunction(L, pairs);
    lua_setfield(L, library, "pairs");
    lua_pushcfunction(L, raise);
    lua_setfield(L, library, "error");
    vg_rules_protect(L);
    /* what the libraries left behind is not for rules */
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}
