/* SPDX-License-Identifier: Apache-2.0
 *
 * rules_int: what the files of this room share. Not for other rooms.
 *
 * One lua_State holds the rules of a space. Its context, found from the state in its extra space, has the limits of
 * the call under way and what the views read. Everything that Lua can raise an error in runs inside lua_pcall.
 */
#ifndef VG_RULES_INT_H
#define VG_RULES_INT_H

#include <lauxlib.h>
#include <lua.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "signals/rules/rules.h"

enum {
    VG_RULES_HOOK_STEPS = 100, /* between two looks at the instruction count */
    VG_RULES_GARBAGE = 128 << 10, /* bytes taken before a collection, between two events */
    VG_RULES_DEPTH = 32,       /* of tables in tables that a rule holds */
    VG_RULES_FLOAT = 64,       /* a number that is no integer, among Lua's types */
};

typedef enum { VG_VIEW_EVENT, VG_VIEW_MEMORY, VG_VIEW_EVIDENCE, VG_VIEWS } vg_rules_view;

typedef enum { VG_OVER_NOTHING, VG_OVER_MEMORY, VG_OVER_EVENT_MEMORY, VG_OVER_MACHINE } vg_rules_over;

typedef struct vg_rules_context {
    /* limits of the call under way */
    size_t steps, steps_most;
    size_t used;              /* bytes held */
    size_t taken, taken_most; /* bytes asked for since the call began */
    size_t garbage;           /* ... and since the last collection */
    vg_rules_over over;       /* why memory was last refused */
    bool trial;               /* a rule's own tests: messages may quote what the rule did */
    /* what the views read */
    const vg_rules_input *in;
    const vg_policy *policy;
    int view[VG_VIEWS];       /* references in the registry */
} vg_rules_context;

static inline vg_rules_context *vg_rules_context_of(lua_State *L) { return *(vg_rules_context **)lua_getextraspace(L); }

/* A variable that a rule's functions hold from their file: it has to be what it was after every event. */
typedef struct vg_rules_cell {
    int function; /* reference */
    int number;
    int type; /* LUA_T..., or VG_RULES_FLOAT */
    union {
        uint64_t bits;
        lua_Integer integer;
        lua_Number number;
        const void *pointer;
    } was;
} vg_rules_cell;

/* Shared by one generation of a policy and the next; freed by the last. */
typedef struct vg_rule_counters {
    atomic_uint references;
    _Atomic uint64_t runs, fired, changed, failures;
    _Atomic uint32_t steps;
    atomic_bool off;
    char reason[VG_RULES_REASON]; /* written once, before `off` */
} vg_rule_counters;

typedef struct vg_rule {
    const vg_policy_rule *given;
    uint32_t on;
    int check, tests; /* references */
    int line;         /* of the function `check` */
    vg_policy_phrase why;
    vg_rules_cell *cells;
    size_t cell_count, cell_cap;
    vg_rule_counters *counters;
} vg_rule;

struct vg_rules {
    vg_rules_context context;
    lua_State *L;
    const vg_policy *policy;
    vg_arena *arena; /* of the sentences */
    size_t count;
    vg_rule rule[];
};

/** Counts work that no instruction counts; raises an error over the limit. */
void vg_rules_spend(lua_State *L, size_t steps);
/** Begins a call with its limits: instructions are counted from here. */
void vg_rules_begin(vg_rules *rules, size_t steps_most, size_t taken_most);

/** Leaves the environment of the rules on the stack: a read-only table with what of the standard library they may use. Raises errors. */
void vg_rules_push_library(lua_State *L);
/** Replaces the table on top of the stack by a read-only view of it. Raises errors. */
void vg_rules_protect(lua_State *L);
/** Of a protected table, pushes what is behind it and returns true; pushes nothing otherwise. */
bool vg_rules_push_behind(lua_State *L, int index);

/** Makes the three views and keeps them in context->view. Raises errors. */
void vg_rules_make_views(lua_State *L);

/** Type and value of what is on top of the stack, into out->type and out->was. */
void vg_rules_read_cell(lua_State *L, vg_rules_cell *out);

/** Reads a rule's file. */
int vg_rules_load(vg_rules *rules, vg_rule *rule, vg_error *err);

/* A message as Lua gives it, taken apart. */
typedef struct vg_rules_fault {
    int line; /* 0: not known */
    char what[VG_RULES_REASON];
} vg_rules_fault;
/** Why a call failed; takes the message from the stack. */
void vg_rules_fault_of(vg_rules *rules, int status, vg_rules_fault *out);

/** Calls one rule. *strength gets 0..10000 or -1 for nil. 0, 1 (it failed, *fault says why), or -VG_ENOMEM. */
int vg_rules_call(vg_rules *rules, vg_rule *rule, const vg_rules_input *in, int *strength, vg_rules_fault *fault);

#endif
