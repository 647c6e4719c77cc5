/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/rules/rules_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"

/* ---- limits ---- */

/* Lua takes it that making a block smaller cannot fail. */
static void *allocate(void *ud, void *block, size_t before, size_t after)
{
    vg_rules_context *c = ud;
    if (!block) before = 0; /* then it is a kind of object */
    if (!after) {
        vg_free(block);
        c->used -= before;
        return NULL;
    }
    if (after > before) {
        size_t more = after - before;
        c->over = more > VG_RULES_MEMORY || c->used > VG_RULES_MEMORY - more        ? VG_OVER_MEMORY
                  : more > c->taken_most || c->taken > c->taken_most - more ? VG_OVER_EVENT_MEMORY
                                                                            : VG_OVER_NOTHING;
        if (c->over) return NULL;
    }
    void *moved = vg_realloc(block, after);
    if (!moved) {
        if (after <= before) return block;
        c->over = VG_OVER_MACHINE;
        return NULL;
    }
    if (after > before) {
        c->taken += after - before;
        c->garbage += after - before;
    }
    c->used = c->used - before + after;
    return moved;
}

static void raise_steps(lua_State *L, const vg_rules_context *c, int line)
{
    if (line > 0) lua_pushfstring(L, "r:%d: more than %d instructions", line, (int)c->steps_most);
    else lua_pushfstring(L, "more than %d instructions", (int)c->steps_most);
    lua_error(L);
}

static void count_steps(lua_State *L, lua_Debug *at)
{
    vg_rules_context *c = vg_rules_context_of(L);
    c->steps += VG_RULES_HOOK_STEPS;
    if (c->steps <= c->steps_most) return;
    lua_getinfo(L, "l", at);
    raise_steps(L, c, at->currentline);
}

void vg_rules_spend(lua_State *L, size_t steps)
{
    vg_rules_context *c = vg_rules_context_of(L);
    c->steps = steps > SIZE_MAX - c->steps ? SIZE_MAX : c->steps + steps;
    if (c->steps <= c->steps_most) return;
    lua_Debug at;
    int line = 0;
    if (lua_getstack(L, 1, &at) && lua_getinfo(L, "l", &at)) line = at.currentline;
    raise_steps(L, c, line);
}

void vg_rules_begin(vg_rules *rules, size_t steps_most, size_t taken_most)
{
    vg_rules_context *c = &rules->context;
    c->steps = c->taken = 0;
    c->steps_most = steps_most;
    c->taken_most = taken_most;
    c->over = VG_OVER_NOTHING;
    lua_sethook(rules->L, count_steps, LUA_MASKCOUNT, VG_RULES_HOOK_STEPS);
}

/* ---- failures ---- */

static void make_plain(char *s)
{
    bool good = vg_utf8_valid(s, strlen(s), NULL);
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f || (!good && (unsigned char)*s >= 0x80)) *s = '?';
}

void vg_rules_fault_of(vg_rules *rules, int status, vg_rules_fault *out)
{
    vg_rules_context *c = &rules->context;
    const char *message = lua_type(rules->L, -1) == LUA_TSTRING ? lua_tostring(rules->L, -1) : "an error that is no text";
    out->line = 0;
    if (status == LUA_ERRMEM) {
        snprintf(out->what, sizeof out->what,
                 c->over == VG_OVER_EVENT_MEMORY ? "more than %d KiB of memory taken for one event" : "more than %d KiB of memory",
                 (c->over == VG_OVER_EVENT_MEMORY ? VG_RULES_EVENT_MEMORY : VG_RULES_MEMORY) >> 10);
    } else {
        if (strncmp(message, "r:", 2) == 0) { /* "r:12: what", as Lua writes it */
            char *end;
            long line = strtol(message + 2, &end, 10);
            if (*end == ':' && line > 0 && line < INT32_MAX) {
                out->line = (int)line;
                message = end[1] == ' ' ? end + 2 : end + 1;
            }
        }
        snprintf(out->what, sizeof out->what, "%s", message);
    }
    make_plain(out->what);
    lua_settop(rules->L, 0);
}

/* For the life of the process: a rule that failed once is not asked again. */
static void switch_off(const vg_rules *rules, vg_rule *rule, const vg_rules_fault *fault)
{
    vg_rule_counters *n = rule->counters;
    atomic_fetch_add_explicit(&n->failures, 1, memory_order_relaxed);
    if (atomic_load_explicit(&n->off, memory_order_relaxed)) return;
    int line = fault->line > 0 ? fault->line : rule->line;
    snprintf(n->reason, sizeof n->reason, "%.80s:%d: %.150s", rule->given->file, line, fault->what);
    make_plain(n->reason);
    atomic_store_explicit(&n->off, true, memory_order_release);
    vg_log(VG_LOG_ERROR, "rules", "switched off until its text changes: space=%s rule=%s %s", rules->policy->space, rule->given->name,
           n->reason);
}

/* ---- running ---- */

void vg_rules_read_cell(lua_State *L, vg_rules_cell *out)
{
    out->type = lua_type(L, -1);
    out->was.bits = 0;
    switch (out->type) {
    case LUA_TNIL: break;
    case LUA_TBOOLEAN: out->was.bits = (uint64_t)lua_toboolean(L, -1); break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, -1)) {
            out->was.integer = lua_tointeger(L, -1);
        } else {
            out->type = VG_RULES_FLOAT;
            out->was.number = lua_tonumber(L, -1);
        }
        break;
    case LUA_TSTRING: out->was.pointer = lua_tostring(L, -1); break;
    default: out->was.pointer = lua_topointer(L, -1); break;
    }
}

/* What a rule keeps in its file's variables would be state that a replay does not have. */
static bool cells_changed(lua_State *L, const vg_rule *rule)
{
    for (size_t i = 0; i < rule->cell_count; i++) {
        const vg_rules_cell *cell = &rule->cells[i];
        lua_rawgeti(L, LUA_REGISTRYINDEX, cell->function);
        lua_getupvalue(L, -1, cell->number);
        vg_rules_cell now;
        vg_rules_read_cell(L, &now);
        bool same = now.type == cell->type && now.was.bits == cell->was.bits;
        lua_pop(L, 2);
        if (!same) return true;
    }
    return false;
}

static int fail_with(vg_rules_fault *fault, const char *what)
{
    fault->line = 0;
    snprintf(fault->what, sizeof fault->what, "%s", what);
    return 1;
}

int vg_rules_call(vg_rules *rules, vg_rule *rule, const vg_rules_input *in, int *strength, vg_rules_fault *fault)
{
    lua_State *L = rules->L;
    rules->context.in = in;
    vg_rules_begin(rules, VG_RULES_STEPS, VG_RULES_EVENT_MEMORY);
    lua_rawgeti(L, LUA_REGISTRYINDEX, rule->check);
    for (int i = 0; i < VG_VIEWS; i++) lua_rawgeti(L, LUA_REGISTRYINDEX, rules->context.view[i]);
    int status = lua_pcall(L, VG_VIEWS, 1, 0);
    rules->context.in = NULL;
    if (status) {
        bool machine = status == LUA_ERRMEM && rules->context.over == VG_OVER_MACHINE;
        vg_rules_fault_of(rules, status, fault);
        return machine ? -VG_ENOMEM : 1;
    }
    int type = lua_type(L, -1);
    double value = type == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
    bool none = type == LUA_TNIL || (type == LUA_TBOOLEAN && !lua_toboolean(L, -1)); /* "a and 0.5" is false where a is */
    lua_settop(L, 0);
    if (type != LUA_TNUMBER && !none) return fail_with(fault, "check returned something else than a number or nil");
    if (!(value >= 0 && value <= 1)) return fail_with(fault, "check returned a strength that is not from 0 to 1");
    if (cells_changed(L, rule)) return fail_with(fault, "it changes a variable outside of its function: nothing is kept from one event to the next");
    *strength = none ? -1 : (int)(value * 10000 + 0.5);
    return 0;
}

/* Between two events, so that the time of a collection and what it frees never decide what a rule may take. */
static void collect(vg_rules *rules)
{
    if (rules->context.garbage < VG_RULES_GARBAGE) return;
    lua_gc(rules->L, LUA_GCCOLLECT);
    rules->context.garbage = 0;
}

static void note_steps(vg_rule *rule, size_t steps)
{
    if (steps > atomic_load_explicit(&rule->counters->steps, memory_order_relaxed))
        atomic_store_explicit(&rule->counters->steps, (uint32_t)steps, memory_order_relaxed);
}

int vg_rules_run(vg_rules *rules, const vg_rules_input *input, vg_rules_fired *out, vg_error *err)
{
    vg_rules_fault fault;
    out->active = out->shadow = 0;
    for (size_t i = 0; i < rules->count; i++) {
        vg_rule *rule = &rules->rule[i];
        int strength;
        if (!(rule->on >> input->event->type & 1) || atomic_load_explicit(&rule->counters->off, memory_order_relaxed)) continue;
        int rc = vg_rules_call(rules, rule, input, &strength, &fault);
        if (rc < 0) return vg_fail(err, VG_ENOMEM, "", "no memory for the rule \"%s\"", rule->given->name);
        atomic_fetch_add_explicit(&rule->counters->runs, 1, memory_order_relaxed);
        note_steps(rule, rules->context.steps);
        collect(rules);
        if (rc) {
            switch_off(rules, rule, &fault);
            continue;
        }
        if (strength <= 0) continue;
        atomic_fetch_add_explicit(&rule->counters->fired, 1, memory_order_relaxed);
        out->strength[i] = (uint16_t)strength;
        if (rule->given->shadow) {
            out->shadow |= UINT32_C(1) << i;
        } else {
            if (!out->active || out->strength[out->best] < strength) out->best = (uint16_t)i;
            out->active |= UINT32_C(1) << i;
        }
    }
    return 0;
}

vg_evidence vg_rules_evidence(const vg_rules_fired *fired, size_t rule)
{
    return (vg_evidence){.kind = VG_RULE_OPERATOR,
                         .fresh = true,
                         .strength = fired->strength[rule],
                         .value = (uint32_t)rule + 1,
                         .detail = (uint16_t)rule};
}

void vg_rules_count_changed(vg_rules *rules, size_t rule)
{
    atomic_fetch_add_explicit(&rules->rule[rule].counters->changed, 1, memory_order_relaxed);
}

/* ---- life ---- */

static void counters_unref(vg_rule_counters **counters)
{
    if (!*counters) return;
    if (atomic_fetch_sub_explicit(&(*counters)->references, 1, memory_order_acq_rel) == 1) vg_free(*counters);
    *counters = NULL;
}

static vg_rule_counters *find_counters(const vg_rules *before, const vg_policy_rule *given)
{
    for (size_t i = 0; before && i < before->count; i++) {
        const vg_policy_rule *was = before->rule[i].given;
        if (was->shadow != given->shadow || strcmp(was->name, given->name) != 0 || strcmp(was->source, given->source) != 0) continue;
        atomic_fetch_add_explicit(&before->rule[i].counters->references, 1, memory_order_relaxed);
        return before->rule[i].counters;
    }
    vg_rule_counters *fresh = vg_calloc(1, sizeof *fresh);
    if (fresh) atomic_init(&fresh->references, 1);
    return fresh;
}

static int prepare_state(lua_State *L)
{
    vg_rules_push_library(L);
    lua_setfield(L, LUA_REGISTRYINDEX, "library");
    vg_rules_make_views(L);
    return 0;
}

static int open_state(vg_rules *rules, vg_error *err)
{
    vg_rules_context *c = &rules->context;
    c->policy = rules->policy;
    c->taken_most = SIZE_MAX;
    rules->L = lua_newstate(allocate, c);
    if (!rules->L) return vg_fail(err, VG_ENOMEM, "", "no memory for the rules of %s", rules->policy->space);
    *(vg_rules_context **)lua_getextraspace(rules->L) = c;
    lua_gc(rules->L, LUA_GCSTOP);
    lua_pushcfunction(rules->L, prepare_state);
    if (lua_pcall(rules->L, 0, 0, 0)) return vg_fail(err, VG_ENOMEM, "", "no memory for the rules of %s", rules->policy->space);
    return 0;
}

int vg_rules_create(vg_rules **out, const vg_policy *policy, const vg_rules *before, vg_error *err)
{
    *out = NULL;
    if (policy->rule_count > VG_RULES_MOST)
        return vg_fail(err, VG_EINVAL, policy->file, "%zu rules; at most %d", policy->rule_count, VG_RULES_MOST);
    vg_rules *rules = vg_calloc(1, sizeof *rules + policy->rule_count * sizeof rules->rule[0]);
    if (!rules) return vg_fail(err, VG_ENOMEM, "", "no memory for the rules of %s", policy->space);
    rules->policy = policy;
    rules->arena = vg_arena_create(4096, 1 << 20);
    int rc = rules->arena ? open_state(rules, err) : vg_fail(err, VG_ENOMEM, "", "no memory for the rules of %s", policy->space);
    for (size_t i = 0; !rc && i < policy->rule_count; i++) {
        vg_rule *rule = &rules->rule[i];
        rule->given = &policy->rules[i];
        rules->count++;
        rule->counters = find_counters(before, rule->given);
        rc = rule->counters ? vg_rules_load(rules, rule, err) : vg_fail(err, VG_ENOMEM, "", "no memory for the rules of %s", policy->space);
    }
    if (rc) {
        vg_rules_destroy(&rules);
        return rc;
    }
    lua_gc(rules->L, LUA_GCCOLLECT);
    rules->context.garbage = 0;
    *out = rules;
    return 0;
}

void vg_rules_destroy(vg_rules **rules)
{
    vg_rules *r = *rules;
    if (!r) return;
    if (r->L) lua_close(r->L);
    for (size_t i = 0; i < r->count; i++) {
        counters_unref(&r->rule[i].counters);
        vg_free(r->rule[i].cells);
    }
    vg_arena_destroy(&r->arena);
    vg_free(r);
    *rules = NULL;
}

size_t vg_rules_count(const vg_rules *rules) { return rules->count; }
const vg_policy_phrase *vg_rules_why(const vg_rules *rules, size_t rule) { return &rules->rule[rule].why; }

void vg_rules_status(const vg_rules *rules, size_t rule, vg_rule_status *out)
{
    const vg_rule *r = &rules->rule[rule];
    vg_rule_counters *n = r->counters;
    *out = (vg_rule_status){.name = r->given->name, .file = r->given->file, .shadow = r->given->shadow, .on = r->on};
    out->off = atomic_load_explicit(&n->off, memory_order_acquire);
    out->runs = atomic_load_explicit(&n->runs, memory_order_relaxed);
    out->fired = atomic_load_explicit(&n->fired, memory_order_relaxed);
    out->changed = atomic_load_explicit(&n->changed, memory_order_relaxed);
    out->failures = atomic_load_explicit(&n->failures, memory_order_relaxed);
    out->steps = atomic_load_explicit(&n->steps, memory_order_relaxed);
    if (out->off) memcpy(out->reason, n->reason, sizeof out->reason);
}

void vg_rule_status_write(vg_buf *out, const char *space, const vg_rule_status *status)
{
    vg_buf_add_cstr(out, "{\"space\":");
    vg_buf_add_json_str(out, vg_str_of(space));
    vg_buf_add_cstr(out, ",\"rule\":");
    vg_buf_add_json_str(out, vg_str_of(status->name));
    vg_buf_add_cstr(out, ",\"file\":");
    vg_buf_add_json_str(out, vg_str_of(status->file));
    vg_buf_printf(out, ",\"mode\":\"%s\",\"state\":\"%s\",\"on\":[", status->shadow ? "shadow" : "active", status->off ? "off" : "on");
    const char *before = "\"";
    for (int type = 0; type < VG_EVENT_TYPES; type++) {
        if (!(status->on >> type & 1)) continue;
        vg_buf_printf(out, "%s%s\"", before, vg_event_type_names[type] + sizeof "vigie." - 1);
        before = ",\"";
    }
    vg_buf_printf(out, "],\"runs\":%llu,\"fired\":%llu,\"changed\":%llu,\"failures\":%llu,\"instructions_most\":%u", (unsigned long long)status->runs,
                  (unsigned long long)status->fired, (unsigned long long)status->changed, (unsigned long long)status->failures, status->steps);
    if (status->off) {
        vg_buf_add_cstr(out, ",\"reason\":");
        vg_buf_add_json_str(out, vg_str_of(status->reason));
    }
    vg_buf_add_char(out, '}');
}
