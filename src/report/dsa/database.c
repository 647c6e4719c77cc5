/* SPDX-License-Identifier: Apache-2.0
 *
 * The database's interface: statements in batches, all or nothing; puids that make sending again harmless. */
#include "report/dsa/dsa.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/time.h"

enum { WHY_MOST = 500, BODY_MOST = 8 << 20 };

static vg_str text_of(const json_t *value, vg_arena *arena)
{
    vg_str s = {json_is_string(value) ? json_string_value(value) : "", json_is_string(value) ? json_string_length(value) : 0};
    if (s.len > WHY_MOST) s.len = WHY_MOST;
    while (s.len && !vg_utf8_valid(s.ptr, s.len, NULL)) s.len--;
    return s.len ? vg_arena_copy(arena, s) : (vg_str){"", 0};
}

int vg_dsa_ask_send(const vg_str *documents, size_t count, vg_arena *arena, vg_ask *out, vg_error *err)
{
    vg_buf body;
    vg_buf_init(&body, BODY_MOST);
    vg_buf_add_cstr(&body, "{\"statements\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(&body, ',');
        vg_buf_add_str(&body, documents[i]);
    }
    vg_buf_add_cstr(&body, "]}");
    vg_str kept = body.failed ? (vg_str){NULL, 0} : vg_arena_copy(arena, (vg_str){body.ptr, body.len});
    vg_buf_free(&body);
    *out = (vg_ask){.carry = VG_CARRY_HTTP, .step = "send", .method = VG_STR("POST"), .path = VG_STR("/api/v1/statements"), .type = VG_STR("application/json"), .accept = VG_STR("application/json"),
                      .body = kept, .bearer = true};
    return kept.ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for a batch of statements");
}

int vg_dsa_ask_find(vg_str puid, vg_arena *arena, vg_ask *out, vg_error *err)
{
    vg_str path = vg_arena_printf(arena, "/api/v1/statement/existing-puid/%.*s", VG_STR_ARG(puid));
    *out = (vg_ask){.carry = VG_CARRY_HTTP, .step = "find", .method = VG_STR("GET"), .path = path, .accept = VG_STR("application/json"), .bearer = true, .harmless = true};
    return path.ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for a question");
}

/* ---- what both answers share ---- */

/* True when the answer says what became of the question; otherwise the turn says how to go on. */
static bool settled(const vg_reply *reply, vg_arena *arena, vg_dsa_turn *turn)
{
    *turn = (vg_dsa_turn){.wait_ms = reply->retry_after_s >= 0 && reply->retry_after_s < 86400 ? reply->retry_after_s * 1000 : -1, .why = {"", 0}};
    if (reply->kind != VG_REPLY_CAME) {
        turn->later = true;
        turn->unsure = reply->kind == VG_REPLY_LOST;
        turn->why = reply->why;
        return false;
    }
    int s = reply->status;
    if (s == 401 || s == 403) turn->stop = turn->later = true;
    else if (s == 408 || s == 425 || s == 429) turn->later = true;
    else if (s >= 500 || s < 200 || (s >= 300 && s < 400)) turn->later = turn->unsure = true; /* a gateway may have lost the answer to what was taken */
    else return true;
    turn->why = vg_arena_printf(arena, turn->stop ? "the database answered %d: the token is not accepted" : "the database answered %d", s);
    return false;
}

/* ---- a batch ---- */

static void all_again(vg_dsa_result *results, size_t count)
{
    for (size_t i = 0; i < count; i++) results[i] = (vg_dsa_result){VG_DSA_AGAIN, {"", 0}, {"", 0}, {"", 0}};
}

static size_t index_of(const vg_str *puids, size_t count, vg_str puid)
{
    size_t i = 0;
    while (i < count && !vg_str_eq(puids[i], puid)) i++;
    return i;
}

static void read_taken(const json_t *root, const vg_str *puids, size_t count, vg_arena *arena, vg_dsa_result *results)
{
    const json_t *list = json_object_get(root, "statements"), *one;
    size_t i;
    for (i = 0; i < count; i++) results[i].fate = VG_DSA_SENT; /* 201: all of them, whatever the body tells */
    json_array_foreach(list, i, one) {
        const json_t *puid = json_object_get(one, "puid");
        size_t at = json_is_string(puid) ? index_of(puids, count, (vg_str){json_string_value(puid), json_string_length(puid)}) : i;
        if (at >= count) continue;
        results[at].uuid = text_of(json_object_get(one, "uuid"), arena);
        results[at].permalink = text_of(json_object_get(one, "permalink"), arena);
    }
}

/* "statement_3", "statements.3.category": the number in the name; `count` when there is none. */
static size_t number_in(const char *name, size_t count)
{
    while (*name && (*name < '0' || *name > '9')) name++;
    if (!*name) return count;
    unsigned long n = strtoul(name, NULL, 10);
    return n < count ? (size_t)n : count;
}

static bool says_used(vg_str why)
{
    return memmem(why.ptr, why.len, "already", 7) || memmem(why.ptr, why.len, "not unique", 10);
}

/* One sentence of what may be a string, a list or an object of lists. */
static vg_str first_sentence(const json_t *value, vg_arena *arena, int depth)
{
    if (json_is_string(value)) return text_of(value, arena);
    if (depth > 4) return (vg_str){"", 0};
    if (json_is_array(value)) return first_sentence(json_array_get(value, 0), arena, depth + 1);
    void *iter = json_is_object(value) ? json_object_iter((json_t *)value) : NULL;
    if (!iter) return (vg_str){"", 0};
    vg_str inner = first_sentence(json_object_iter_value(iter), arena, depth + 1);
    return vg_arena_printf(arena, "%.80s: %.*s", json_object_iter_key(iter), VG_STR_ARG(inner));
}

static void guilty(vg_dsa_result *r, vg_str why)
{
    r->fate = says_used(why) ? VG_DSA_SENT : VG_DSA_GUILTY;
    r->why = why.len ? why : VG_STR("the database refuses it and does not say why");
}

static void read_errors(const json_t *root, const vg_str *puids, size_t count, vg_arena *arena, vg_dsa_result *results, bool *any)
{
    const char *name;
    const json_t *errors = json_object_get(root, "errors"), *one, *value;
    size_t i;
    const json_t *used = json_object_get(root, "existing_puids");
    if (!used) used = json_object_get(errors, "existing_puids");
    json_array_foreach(used, i, one) {
        size_t at = json_is_string(one) ? index_of(puids, count, (vg_str){json_string_value(one), json_string_length(one)}) : count;
        if (at < count) results[at].fate = VG_DSA_SENT, *any = true;
    }
    json_object_foreach((json_t *)errors, name, value)
    {
        size_t at = strcmp(name, "existing_puids") == 0 ? count : number_in(name, count);
        if (at == count || results[at].fate == VG_DSA_SENT) continue;
        guilty(&results[at], first_sentence(value, arena, 0));
        *any = true;
    }
}

/* Whether the errors are about a statement at all, and not about the request around it. */
static bool about_statements(const json_t *errors)
{
    const char *name;
    const json_t *value;
    json_object_foreach((json_t *)errors, name, value)
    {
        if (strcmp(name, "statements") != 0 && strcmp(name, "existing_puids") != 0 && !json_is_null(value)) return true;
    }
    return false;
}

/* A 4xx: who is to blame. 422 with errors: one of the statements; 413: there are too many in one; any other (404, 405, a 422 that says nothing): the
 * way there is wrong, and every statement stays as it is. */
static void read_refusal(const vg_reply *reply, const json_t *root, const vg_str *puids, size_t count, vg_arena *arena, vg_dsa_result *results, vg_dsa_turn *turn)
{
    bool any = false;
    const json_t *errors = json_object_get(root, "errors");
    vg_str why = first_sentence(errors, arena, 0);
    if (!why.len) why = text_of(json_object_get(root, "message"), arena);
    turn->why = why.len ? vg_arena_printf(arena, "the database answered %d: %.*s", reply->status, VG_STR_ARG(why)) : vg_arena_printf(arena, "the database answered %d", reply->status);
    if (reply->status == 422) read_errors(root, puids, count, arena, results, &any);
    if (any) return;
    if (reply->status == 422 && count == 1 && about_statements(errors)) guilty(&results[0], why); /* alone, it can be no other */
    else if (count == 1 || (reply->status != 422 && reply->status != 413)) turn->stop = turn->later = true;
}

int vg_dsa_take_send(const vg_reply *reply, const vg_str *puids, size_t count, vg_arena *arena, vg_dsa_result *results, vg_dsa_turn *turn, vg_error *err)
{
    all_again(results, count);
    if (!settled(reply, arena, turn)) return 0;
    json_t *root = json_loadb(reply->body.ptr ? reply->body.ptr : "", reply->body.len, 0, NULL);
    if (reply->status == 200 || reply->status == 201) read_taken(root, puids, count, arena, results);
    else if (reply->status < 300) turn->later = turn->unsure = true, turn->why = vg_arena_printf(arena, "the database answered %d", reply->status);
    else read_refusal(reply, root, puids, count, arena, results, turn);
    json_decref(root);
    return turn->why.ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for an answer");
}

int vg_dsa_take_find(const vg_reply *reply, vg_arena *arena, vg_dsa_result *result, vg_dsa_turn *turn, vg_error *err)
{
    all_again(result, 1);
    if (!settled(reply, arena, turn)) return 0;
    if (reply->status == 200) {
        json_t *root = json_loadb(reply->body.ptr ? reply->body.ptr : "", reply->body.len, 0, NULL);
        result->fate = VG_DSA_SENT;
        result->uuid = text_of(json_object_get(root, "uuid"), arena);
        result->permalink = text_of(json_object_get(root, "permalink"), arena);
        json_decref(root);
    } else if (reply->status != 404) {
        turn->stop = turn->later = true;
        turn->why = vg_arena_printf(arena, "the database answered %d", reply->status);
    }
    return turn->why.ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for an answer");
}
