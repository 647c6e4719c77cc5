/* SPDX-License-Identifier: Apache-2.0
 *
 * What a rule must not be able to do, each tried.
 *
 * Every attempt ends in the same way: the rule fails to load, or is switched off with a reason, within its limits; and the
 * next rule of the same space is asked as if nothing had happened.
 */
#include "fixture.h"

typedef struct attempt {
    const char *what, *before, *body;
    const char *reason; /* part of it; NULL: the rule simply goes on, and says nothing */
} attempt;

/* There is nothing to reach for. */
static const attempt reaching[] = {
    {"os is not there", "", "return os.time()", "global 'os'"},
    {"io is not there", "", "io.open('/etc/passwd')", "global 'io'"},
    {"debug is not there", "", "debug.getregistry()", "global 'debug'"},
    {"load is not there", "", "load('return 1')()", "global 'load'"},
    {"loadstring is not there", "", "loadstring('return 1')()", "global 'loadstring'"},
    {"dofile is not there", "", "dofile('x')", "global 'dofile'"},
    {"loadfile is not there", "", "loadfile('x')", "global 'loadfile'"},
    {"require is not there", "", "require('x')", "global 'require'"},
    {"package is not there", "", "return package.loaded", "global 'package'"},
    {"collectgarbage is not there", "", "collectgarbage('stop')", "global 'collectgarbage'"},
    {"coroutine is not there", "", "coroutine.wrap(function() while true do end end)()", "global 'coroutine'"},
    {"pcall is not there", "", "while true do pcall(function() while true do end end) end", "global 'pcall'"},
    {"xpcall is not there", "", "xpcall(error, error)", "global 'xpcall'"},
    {"_G is not there", "", "for k in pairs(_G) do end", "table expected"},
    {"print is not there", "", "print('x')", "global 'print'"},
    {"next is not there", "", "next({})", "global 'next'"},
    {"rawset is not there", "", "rawset(event, 'type', 1)", "global 'rawset'"},
    {"rawget is not there", "", "rawget(event, 'type')", "global 'rawget'"},
    {"setmetatable is not there", "", "setmetatable({}, {__gc = function() end})", "global 'setmetatable'"},
    {"getmetatable is not there", "", "getmetatable('').__index = nil", "global 'getmetatable'"},
    {"string.dump is not there", "", "string.dump(function() end)", "field 'dump'"},
    {"nor by the string's own methods", "", "return ('x'):dump()", "method 'dump'"},
    {"math.random is not there", "", "return math.random()", "field 'random'"},
    {"math.randomseed is not there", "", "math.randomseed(1)", "field 'randomseed'"},
    {"table.sort is not there", "", "table.sort({2, 1})", "field 'sort'"},
    {"table.move is not there", "", "table.move({}, 1, 1e9, 1)", "field 'move'"},
    {"string.gsub is not there", "", "string.gsub('x', '.', function() while true do end end)", "field 'gsub'"},
    {"string.gmatch is not there", "", "string.gmatch('x', '.')", "field 'gmatch'"},
    {"string.match is not there", "", "string.match(('a'):rep(30), ('a-'):rep(30) .. 'b')", "field 'match'"},
    {"string.pack is not there", "", "string.pack('!16', 1)", "field 'pack'"},
};

/* What is there cannot be changed. */
static const attempt writing[] = {
    {"a global cannot be set", "", "x = 1", "read-only"},
    {"a global function cannot be replaced", "", "tostring = nil", "read-only"},
    {"nor one of a library", "", "string.rep = nil", "read-only"},
    {"nor through a string", "", "local s = 'x'; s.y = 1", "attempt to index a string value"},
    {"not by the environment's other name", "", "_ENV.x = 1", "read-only"},
    {"a new environment does not stay", "", "_ENV = {x = 1}", "changes a variable"},
    {"table.insert does not write to a library", "", "table.insert(string, 1)", "read-only"},
    {"the event cannot be written to", "", "event.type = 'x'", "read-only"},
    {"nor memory", "", "memory.sent = 0", "read-only"},
    {"nor a part of it", "", "memory.stages.trust = true", "read-only"},
    {"nor evidence", "", "evidence['text.secrecy'] = nil", "read-only"},
    {"nor a piece of it", "", "evidence['text.threat'].strength = 1", "read-only"},
    {"table.insert does not write to the event", "", "table.insert(event, 1)", ""},
    {"table.remove neither", "", "table.remove(memory)", ""},
    {"a file's variable cannot count", "local n = 0", "n = n + 1", "changes a variable"},
    {"nor turn from 0 to 0.0", "local n = 0", "n = 0.0", "changes a variable"},
    {"nor a nested function's", "local n = 0; local function add() n = n + 1 end", "add()", "changes a variable"},
    {"nor text", "local last = ''", "last = event.text", "changes a variable"},
    {"nor a function", "local f = function() end", "f = function() end", "changes a variable"},
    {"a file's table cannot be written to", "local seen = {}", "seen[1] = true", "read-only"},
    {"nor a table in it", "local seen = {a = {b = {}}}", "seen.a.b.c = 1", "read-only"},
    {"nor through a function in it", "local m = {n = 0}; function m.add() m.n = m.n + 1 end", "m.add()", "read-only"},
    {"nor one that holds itself", "local m = {}; m.m = m", "m.m.m.x = 1", "read-only"},
    {"nor by table.insert", "local seen = {}", "table.insert(seen, 1)", "read-only"},
    {"nor behind pairs", "local seen = {a = 1}", "local f, t = pairs(seen); t.a = 2", "read-only"},
    {"nor in a variable of a function of the file",
     "local function counter() local n = 0; return function() n = n + 1; return n end end; local tick = counter()", "tick()", "changes a variable"},
    {"the views cannot be walked", "", "for k in pairs(event) do end", "read by name"},
};

/* Nothing runs for long, and nothing takes much. */
static const attempt exhausting[] = {
    {"an endless loop", "", "while true do end", "test.lua:3: more than 10000 instructions"},
    {"an endless loop of jumps", "", "::a:: goto a", "more than 10000 instructions"},
    {"an endless for", "", "for i = 1, math.huge do end", ""},
    {"endless recursion", "local function f() return 1 + f() end", "return f()", ""},
    {"endless tail calls", "local function f() return f() end", "return f()", "more than 10000 instructions"},
    {"a string without end", "", "local s = 'x' while true do s = s .. s end", "KiB of memory taken for one event"},
    {"a repetition", "", "local s = ('x'):rep(1e9)", "too long"},
    {"a repetition of nothing", "", "local s = (''):rep(1 << 62)", NULL},
    {"many of them", "", "for i = 1, 5000 do local s = ('x'):rep(4000) end", ""},
    {"a table without end", "", "local t = {} for i = 1, 9000 do t[i] = i end", "KiB of memory taken for one event"},
    {"tables in tables", "", "local t = {} while true do t = {t} end", ""},
    {"unpacking a gap", "", "table.unpack({}, 1, 1e8)", "over 250"},
    {"unpacking from far below", "", "table.unpack({}, math.mininteger, math.maxinteger)", "over 250"},
    {"joining a gap", "", "table.concat({}, '', 1, 1 << 60)", "whole table"},
    {"moving a long table, again and again", "local t = {} for i = 1, 4000 do t[i] = i end", "local u = {} for i = 1, 2000 do u[i] = i end while true do table.insert(u, 1, 0) table.remove(u, 1) end", ""},
    {"looking through a long text, again and again", "local s = ('a'):rep(4000)", "while true do s:find('b') end", "more than 10000 instructions"},
    {"going through a table, again and again", "local t = {} for i = 1, 1000 do t['k' .. i] = i end", "while true do for k in pairs(t) do end end", ""},
    {"a pattern is plain text", "", "if event.text:find(('a-'):rep(100)) then return 1 end", NULL},
    {"an error in an error", "", "error(error)", "error()"},
    {"an error that is a table", "", "error({code = 1})", "error()"},
    {"a message is not quoted", "", "error(event.text)", "error()"},
    {"a closing variable needs a metatable", "", "local x <close> = {}", "non-closable"},
    {"comparing what cannot be", "", "return {} < {}", "compare"},
    {"text is no number", "", "return '1' + 0", "arithmetic"},
    {"an address", "", "string.format('%p', {})", "not possible"},
    {"an address as text", "", "string.format('%s', {})", "no text"},
    {"a conversion of 99 digits", "", "string.format('%099.99f', 1e308)", NULL},
    {"one of more", "", "string.format('%0999f', 1)", "not possible"},
};

static const attempt answering[] = {
    {"an answer over 1", "", "return 1.5", "from 0 to 1"},
    {"one under 0", "", "return -1", "from 0 to 1"},
    {"one that is no number", "", "return 0/0", "from 0 to 1"},
    {"infinity", "", "return math.huge", "from 0 to 1"},
    {"true", "", "return true", "something else"},
    {"text", "", "return '0.5'", "something else"},
    {"a table", "", "return {}", "something else"},
    {"a field that there is not", "", "return event.txt", "no field"},
    {"an unknown stage", "", "return memory.stages.love", "no field"},
    {"unknown evidence", "", "return evidence['text.tax']", "no field"},
};

static void try_all(const char *kind, const attempt *list, size_t count)
{
    scene *s = scene_create();
    vg_rule_status status;
    s->evidence[0] = (vg_evidence){.kind = VG_TEXT_THREAT, .strength = 5000, .fresh = true};
    s->input.evidence_count = 1;
    for (size_t i = 0; i < count; i++) {
        const attempt *a = &list[i];
        int got = ask(s, a->before, a->body, &status);
        bool good = a->reason ? got == -2 && strstr(status.reason, a->reason) : got == -1;
        TAP_OK(good, "%s: %s", kind, a->what);
        if (!good) printf("# got %d, \"%s\"\n", got, status.reason);
        if (got == -2 && strstr(status.reason, "quel")) TAP_OK(false, "the reason quotes the message: %s", status.reason);
    }
    scene_destroy(s);
}

static const attempt loading[] = {
    {"bytecode", "\x1bLua", "", "r"},
    {"a mistake of grammar", "local = 1", "", "test.lua:1"},
    {"an endless loop", "while true do end", "", "more than 200000 instructions"},
    {"a string that fills memory", "local s = ('x'):rep(1 << 19) local u = {} for i = 1, 9 do u[i] = s .. i end", "", "KiB of memory"},
    {"a table that fills memory", "local t = {} for i = 1, 60000 do t[i] = {} end", "", ""},
    {"a long string that is held", "local s = ('x'):rep(10000)", "return s == event.text and 1", "string of over 4096"},
    {"the same in a table", "local s = {{('x'):rep(10000)}}", "return s[1][1] == event.text and 1", "string of over 4096"},
    {"a table as a key", "local s = {[{}] = 1}", "return s[1]", "key"},
    {"tables too deep", "local t = {} local top = t for i = 1, 100 do t.x = {} t = t.x end", "return top.x", "nested"},
    {"a global", "x = 1", "", "read-only"},
    {"a coroutine", "coroutine.create(print)", "", "global 'coroutine'"},
};

static void load_all(void)
{
    scene *s = scene_create();
    vg_rule_status status;
    for (size_t i = 0; i < sizeof loading / sizeof loading[0]; i++) {
        int got = ask(s, loading[i].before, loading[i].body, &status);
        bool good = got == -3 && strstr(status.reason, loading[i].reason);
        TAP_OK(good, "refused when it is read: %s", loading[i].what);
        if (!good) printf("# got %d, \"%s\"\n", got, status.reason);
    }
    /* grammar nested until C's own stack would end */
    for (int kind = 0; kind < 3; kind++) {
        static const char *const open[] = {"(", "{", "function() return "};
        char *deep = malloc(60000);
        size_t len = (size_t)snprintf(deep, 60000, "local x = ");
        while (len < 50000) len += (size_t)snprintf(deep + len, 60000 - len, "%s", open[kind]);
        int got = ask(s, deep, "", &status);
        TAP_OK(got == -3, "refused when it is read: 50,000 bytes of \"%s\"", open[kind]);
        free(deep);
    }
    scene_destroy(s);
}

/* The others go on. */
static void neighbours(void)
{
    scene *s = scene_create();
    add_rule(s, "", "return 0.25", false);
    add_rule(s, "", "local t = {} while true do t[#t + 1] = ('x'):rep(100) end", false);
    add_rule(s, "", "return 0.5", false);
    TAP_EQ_INT(scene_load(s), 0, "three rules, of which the second fails");
    TAP_EQ_INT(scene_run(s), 0, "are asked");
    TAP_OK(s->fired.active == 5 && s->fired.strength[0] == 2500 && s->fired.strength[2] == 5000 && s->fired.best == 2, "the other two say what they say");
    vg_rule_status status;
    vg_rules_status(s->rules, 1, &status);
    TAP_OK(status.off && status.failures == 1 && status.runs == 1, "the second is off");
    for (int i = 0; i < 100; i++) scene_run(s);
    vg_rules_status(s->rules, 1, &status);
    TAP_OK(status.runs == 1 && status.failures == 1, "and is not asked again");
    vg_rules_status(s->rules, 2, &status);
    TAP_OK(!status.off && status.runs == 101 && status.fired == 101, "the third is");
    scene_destroy(s);
}

int main(void)
{
    vg_log_set_level(VG_LOG_ERROR + 1); /* a line for each would say nothing new */
    try_all("out of reach", reaching, sizeof reaching / sizeof reaching[0]);
    try_all("read-only", writing, sizeof writing / sizeof writing[0]);
    try_all("bounded", exhausting, sizeof exhausting / sizeof exhausting[0]);
    try_all("answers", answering, sizeof answering / sizeof answering[0]);
    load_all();
    neighbours();
    return tap_done();
}
