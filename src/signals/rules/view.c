/* SPDX-License-Identifier: Apache-2.0
 *
 * event, memory and evidence, as rules see them.
 *
 * DESIGN. The three views and the parts in them are made once. A field is looked up when a rule reads it: a function finds its number
 * in a table from names to numbers, and its value in the C structures of the event under way. A rule that reads five
 * fields pays for five; nothing is copied for an event, and the text of a message only when a rule asks for it.
 * A field that there is not is an error, so that a mistyped name shows at once; one that is not known is nil.
 */
#include "signals/rules/rules_int.h"

#include "base/time.h"
#include "event/facts_field.h"

typedef enum {
    EVENT_TYPE, EVENT_CHANNEL, EVENT_LANGUAGE, EVENT_TEXT, EVENT_LENGTH, EVENT_SCANNED, EVENT_RECIPIENTS, EVENT_FAMILIES, EVENT_STATED_AGE,
    EVENT_ADDRESSES, EVENT_HOUR, EVENT_MINUTE, EVENT_WEEKDAY, EVENT_NIGHT, EVENT_CONTACT, EVENT_REASON, EVENT_FIELDS
} event_field;
static const char *const event_names[EVENT_FIELDS] = {"type", "channel", "language", "text", "length", "scanned", "recipients", "families",
                                                      "stated_age", "addresses", "hour", "minute", "weekday", "night", "contact", "reason"};
static const char *const relation_names[VG_RELATIONS] = {"adult_to_minor", "unknown_to_minor", "minor_to_minor",
                                                         "adult_to_unknown", "adult_to_adult", "minor_to_adult"};
enum { MEMORY_RELATION = VG_FACT_FIELDS, PIECE_COUNT = VG_EVIDENCE_KINDS };
typedef enum { PIECE_STRENGTH, PIECE_WEIGHT, PIECE_FRESH, PIECE_VALUE, PIECE_FIELDS } piece_field;
static const char *const piece_names[PIECE_FIELDS] = {"strength", "weight", "fresh", "value"};

/* Every getter: upvalue 1 is the table from names to numbers, upvalue 2 where the parts of the view are. */
static int number_of(lua_State *L)
{
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNUMBER) {
        bool quote = vg_rules_context_of(L)->trial && lua_type(L, 2) == LUA_TSTRING;
        return luaL_error(L, "there is no field %s", quote ? lua_tostring(L, 2) : "of this name"), 0;
    }
    return (int)lua_tointeger(L, -1);
}

static const vg_rules_input *input(lua_State *L)
{
    const vg_rules_input *in = vg_rules_context_of(L)->in;
    if (!in) luaL_error(L, "no event is under way");
    return in;
}

static int push_part(lua_State *L, int number)
{
    lua_rawgeti(L, lua_upvalueindex(2), number);
    return 1;
}

static int push_bool(lua_State *L, bool b)
{
    lua_pushboolean(L, b);
    return 1;
}
static int push_count(lua_State *L, uint64_t n)
{
    lua_pushinteger(L, (lua_Integer)n);
    return 1;
}
static int push_name(lua_State *L, const char *name)
{
    lua_pushstring(L, name);
    return 1;
}
static int push_str(lua_State *L, vg_str s)
{
    if (!s.len) return 0;
    lua_pushlstring(L, s.ptr, s.len);
    return 1;
}

/* ---- event ---- */

/* Minute of the week where the space's people are, Monday first; 1970-01-01 was a Thursday. */
static uint32_t local_minute(const vg_rules_context *c)
{
    enum { WEEK = 7 * 24 * 60, THURSDAY = 3 * 24 * 60 };
    int64_t minutes = c->in->event->time_ms / VG_MINUTE_MS + c->policy->utc_offset_minutes + THURSDAY;
    return (uint32_t)((minutes % WEEK + WEEK) % WEEK);
}

static bool is_night(const vg_policy *policy, uint32_t minute)
{
    uint32_t from = policy->night_from_minute, to = policy->night_to_minute;
    return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

static bool has_text(vg_event_type type) { return type == VG_EVENT_MESSAGE || type == VG_EVENT_NOTICE; }
static bool has_channel(vg_event_type type) { return type == VG_EVENT_MESSAGE || type == VG_EVENT_MEDIA; }

static int push_content(lua_State *L, const vg_rules_input *in, event_field field)
{
    const vg_event *e = in->event;
    if (!in->scanned || !has_text(e->type)) return 0;
    if (field == EVENT_TEXT) return push_str(L, e->text);
    if (field == EVENT_LENGTH) return push_count(L, e->text.len);
    if (!in->hits) return field == EVENT_ADDRESSES ? push_count(L, 0) : 0;
    if (field == EVENT_ADDRESSES) return push_count(L, in->hits->token_count);
    return in->hits->stated_age ? push_count(L, in->hits->stated_age) : 0;
}

static int event_get(lua_State *L)
{
    event_field field = (event_field)number_of(L);
    const vg_rules_input *in = input(L);
    const vg_event *e = in->event;
    const vg_policy *policy = vg_rules_context_of(L)->policy;
    uint32_t minute = local_minute(vg_rules_context_of(L));
    switch (field) {
    case EVENT_TYPE: return push_name(L, vg_event_type_names[e->type] + sizeof "vigie." - 1);
    case EVENT_CHANNEL: return has_channel(e->type) ? push_name(L, vg_channel_names[e->channel]) : 0;
    case EVENT_LANGUAGE: return push_str(L, e->language);
    case EVENT_TEXT:
    case EVENT_LENGTH:
    case EVENT_ADDRESSES:
    case EVENT_STATED_AGE: return push_content(L, in, field);
    case EVENT_SCANNED: return push_bool(L, in->scanned);
    case EVENT_RECIPIENTS: return push_count(L, e->to_count);
    case EVENT_FAMILIES: return push_part(L, EVENT_FAMILIES);
    case EVENT_HOUR: return push_count(L, minute / 60 % 24);
    case EVENT_MINUTE: return push_count(L, minute % (24 * 60));
    case EVENT_WEEKDAY: return push_count(L, minute / (24 * 60) + 1);
    case EVENT_NIGHT: return push_bool(L, is_night(policy, minute % (24 * 60)));
    case EVENT_CONTACT: return e->type == VG_EVENT_CONTACT ? push_name(L, vg_contact_kind_names[e->contact]) : 0;
    case EVENT_REASON: return e->type == VG_EVENT_NOTICE ? push_name(L, vg_notice_reason_names[e->reason]) : 0;
    default: return 0;
    }
}

static int families_get(lua_State *L)
{
    int family = number_of(L);
    const vg_rules_input *in = input(L);
    return push_bool(L, in->hits && (in->hits->families >> family & 1));
}

/* ---- memory ---- */

static int memory_get(lua_State *L)
{
    int number = number_of(L);
    const vg_rules_input *in = input(L);
    if (number == MEMORY_RELATION) return push_name(L, relation_names[in->relation]);
    const vg_fact_field *field = &vg_fact_fields[number];
    if (!vg_fact_known(in->facts, field)) return 0;
    uint8_t byte = vg_fact_byte(in->facts, field);
    switch ((vg_fact_form)field->form) {
    case VG_FACT_COUNT: return push_count(L, *vg_fact_counts(in->facts, field));
    case VG_FACT_SIXTEENTHS: return lua_pushnumber(L, *vg_fact_counts(in->facts, field) / 16.0), 1;
    case VG_FACT_FLAG: return push_bool(L, byte);
    case VG_FACT_BAND: return push_name(L, vg_age_band_names[byte < VG_AGE_BANDS ? byte : 0]);
    case VG_FACT_BASIS: return push_name(L, vg_age_basis_names[byte < VG_AGE_BASES ? byte : 0]);
    default: return push_part(L, number);
    }
}

/* memory.stages.trust, memory.stage_minutes.trust, memory.family_hours.secrecy: upvalue 2 is the field's number */
static int part_get(lua_State *L)
{
    int which = number_of(L);
    const vg_rules_input *in = input(L);
    const vg_fact_field *field = &vg_fact_fields[lua_tointeger(L, lua_upvalueindex(2))];
    if (field->form == VG_FACT_STAGES) return push_bool(L, vg_fact_byte(in->facts, field) >> which & 1);
    uint32_t count = vg_fact_counts(in->facts, field)[which];
    return count == VG_FACTS_UNKNOWN ? 0 : push_count(L, count);
}

/* ---- evidence ---- */

static const vg_evidence *find_piece(const vg_rules_input *in, int kind)
{
    for (size_t i = 0; i < in->evidence_count; i++)
        if (in->evidence[i].kind == kind) return &in->evidence[i];
    return NULL;
}

static int evidence_get(lua_State *L)
{
    int kind = number_of(L);
    const vg_rules_input *in = input(L);
    if (kind == PIECE_COUNT) return push_count(L, in->evidence_count);
    return find_piece(in, kind) ? push_part(L, kind) : 0;
}

/* What it weighs in this policy between these people: strength x weight x relation. Decision rounds the same product to 1/10000. */
static double weight_of(const vg_rules_context *c, const vg_evidence *piece)
{
    double factor = vg_evidence_by_relation(piece->kind) ? c->policy->relation[c->in->relation] / 10000.0 : 1;
    return piece->strength / 10000.0 * c->policy->weight[piece->kind] / 10000.0 * factor;
}

/* upvalue 2 is the kind */
static int piece_get(lua_State *L)
{
    piece_field field = (piece_field)number_of(L);
    const vg_evidence *piece = find_piece(input(L), (int)lua_tointeger(L, lua_upvalueindex(2)));
    if (!piece) return 0; /* of an event before: a rule cannot have kept it */
    switch (field) {
    case PIECE_STRENGTH: lua_pushnumber(L, piece->strength / 10000.0); return 1;
    case PIECE_WEIGHT: lua_pushnumber(L, weight_of(vg_rules_context_of(L), piece)); return 1;
    case PIECE_FRESH: return push_bool(L, piece->fresh);
    case PIECE_VALUE: return push_count(L, piece->value);
    default: return 0;
    }
}

/* ---- making them ---- */

static int refuse_write(lua_State *L) { return luaL_error(L, "event, memory and evidence are read-only"); }

/* Takes the table of names and upvalue 2 from the stack, leaves the view. */
static void make_view(lua_State *L, lua_CFunction get)
{
    lua_newtable(L);
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, -4);
    lua_pushvalue(L, -4);
    lua_pushcclosure(L, get, 2);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_replace(L, -3);
    lua_pop(L, 1);
}

static void push_names(lua_State *L, const char *const *names, int count)
{
    lua_createtable(L, 0, count);
    for (int i = 0; i < count; i++) {
        lua_pushinteger(L, i);
        lua_setfield(L, -2, names[i]);
    }
}

static void push_family_names(lua_State *L)
{
    lua_createtable(L, 0, VG_TEXT_FAMILIES);
    for (unsigned i = 0; i < VG_TEXT_FAMILIES; i++) {
        lua_pushinteger(L, (lua_Integer)i);
        lua_setfield(L, -2, vg_evidence_short_names[vg_evidence_of_family(i)]);
    }
}

static void push_event(lua_State *L)
{
    push_names(L, event_names, EVENT_FIELDS);
    lua_newtable(L); /* parts */
    push_family_names(L);
    lua_pushnil(L);
    make_view(L, families_get);
    lua_rawseti(L, -2, EVENT_FAMILIES);
    make_view(L, event_get);
}

static void push_memory(lua_State *L)
{
    lua_createtable(L, 0, VG_FACT_FIELDS + 1);
    lua_newtable(L); /* parts */
    for (int i = 0; i < VG_FACT_FIELDS; i++) {
        const vg_fact_field *field = &vg_fact_fields[i];
        lua_pushinteger(L, i);
        lua_setfield(L, -3, field->name);
        if (field->form < VG_FACT_STAGES) continue;
        if (field->form == VG_FACT_BY_FAMILY) push_family_names(L);
        else push_names(L, vg_stage_names, VG_STAGES);
        lua_pushinteger(L, i);
        make_view(L, part_get);
        lua_rawseti(L, -2, i);
    }
    lua_pushinteger(L, MEMORY_RELATION);
    lua_setfield(L, -3, "relation");
    make_view(L, memory_get);
}

static void push_evidence(lua_State *L)
{
    push_names(L, vg_evidence_names, VG_EVIDENCE_KINDS);
    lua_pushinteger(L, PIECE_COUNT);
    lua_setfield(L, -2, "count");
    lua_newtable(L); /* parts */
    push_names(L, piece_names, PIECE_FIELDS);
    for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) {
        lua_pushvalue(L, -1);
        lua_pushinteger(L, kind);
        make_view(L, piece_get);
        lua_rawseti(L, -3, kind);
    }
    lua_pop(L, 1);
    make_view(L, evidence_get);
}

void vg_rules_make_views(lua_State *L)
{
    vg_rules_context *c = vg_rules_context_of(L);
    push_event(L);
    c->view[VG_VIEW_EVENT] = luaL_ref(L, LUA_REGISTRYINDEX);
    push_memory(L);
    c->view[VG_VIEW_MEMORY] = luaL_ref(L, LUA_REGISTRYINDEX);
    push_evidence(L);
    c->view[VG_VIEW_EVIDENCE] = luaL_ref(L, LUA_REGISTRYINDEX);
}
