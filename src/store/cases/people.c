/* SPDX-License-Identifier: Apache-2.0 */
#include "store/cases/people.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/time.h"
#include "store/store_int.h"
#include "store/evidence/evidence_int.h"

enum { EVENTS_READ = 40, NAMES_MOST = 64 };

typedef struct person {
    vg_str name;
    size_t times, first;
} person;

typedef struct people {
    vg_str about; /* the case's own account */
    vg_arena *arena;
    person items[NAMES_MOST];
    size_t count;
    bool failed;
} people;

static void meet(people *p, const json_t *name)
{
    vg_str s = {json_string_value(name), json_string_length(name)};
    if (!s.ptr || !s.len || vg_str_eq(s, p->about)) return;
    for (size_t i = 0; i < p->count; i++) {
        if (!vg_str_eq(p->items[i].name, s)) continue;
        p->items[i].times++;
        return;
    }
    if (p->count == NAMES_MOST) return;
    vg_str copy = vg_arena_copy(p->arena, s);
    p->failed |= copy.ptr == NULL;
    if (copy.ptr) {
        p->items[p->count] = (person){copy, 1, p->count};
        p->count++;
    }
}

/* Who writes, to whom, and who wrote before. */
static int meet_content(people *p, vg_str content, vg_error *err)
{
    json_t *whole;
    int rc = vg_store_json(content, "content of a case", &whole, err);
    if (rc == -VG_ECORRUPT) return 0; /* the others are known all the same */
    if (rc) return rc;
    json_t *event = json_object_get(whole, "event");
    json_t *data = json_object_get(event, "data"), *to = json_object_get(data, "to"), *line;
    size_t i;
    meet(p, json_object_get(event, "subject"));
    meet(p, json_object_get(data, "about"));
    meet(p, to);
    json_array_foreach(to, i, line) meet(p, line);
    json_array_foreach(json_object_get(whole, "window"), i, line) meet(p, json_object_get(line, "subject"));
    json_decref(whole);
    return 0;
}

static int most_met(const void *a, const void *b)
{
    const person *l = a, *r = b;
    if (l->times != r->times) return l->times < r->times ? 1 : -1;
    return (l->first > r->first) - (l->first < r->first);
}

static int read_people(vg_store *store, int64_t id, people *p, vg_error *err)
{
    int rc;
    char place[32];
    vg_store_case_place(id, place);
    vg_query query = vg_store_use(store, VG_SQL_EVENTS_OF);
    vg_store_bind_int(&query, id);
    vg_store_bind_int(&query, EVENTS_READ);
    vg_arena *scratch = vg_arena_create(1 << 16, VG_STORE_SCRATCH);
    if (!scratch) return vg_fail(err, VG_ENOMEM, "", "no memory for the accounts of a case");
    while ((rc = vg_store_step(&query, err)) == 1) {
        vg_str content = {"", 0}, sealed = vg_store_peek(&query, 5);
        vg_arena_reset(scratch);
        rc = sealed.len ? vg_store_case_unseal(store, id, place, sealed, scratch, &content, err) : 0;
        if (!rc && content.len) rc = meet_content(p, content, err);
        if (!rc && p->failed) rc = vg_fail(err, VG_ENOMEM, "", "no memory for the accounts of a case");
        if (rc) break;
    }
    vg_store_reset(&query);
    vg_arena_destroy(&scratch);
    return rc;
}

static int people_of(vg_store *store, int64_t id, vg_str viewer, people *p, vg_error *err)
{
    vg_case c;
    char name[24];
    int rc = vg_store_case_get(store, id, p->arena, &c, err);
    if (rc) return rc;
    p->about = c.account;
    rc = read_people(store, id, p, err);
    vg_case_name(id, name);
    return rc ? rc : vg_store_audit_add(store, vg_time_now(), viewer, VG_STR("case.accounts"), vg_str_of(name), VG_STR("{}"), err);
}

int vg_store_case_people(vg_store *store, int64_t id, vg_str viewer, vg_arena *arena, vg_str **out, size_t *count, vg_error *err)
{
    people p = {.arena = arena};
    *out = NULL;
    *count = 0;
    int rc = vg_store_check_text("viewer", viewer, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_begin(store, err);
    if (rc) return rc;
    rc = vg_store_end(store, people_of(store, id, viewer, &p, err), err);
    if (rc) return rc;
    qsort(p.items, p.count, sizeof *p.items, most_met);
    if (p.count > VG_CASE_PEOPLE) p.count = VG_CASE_PEOPLE;
    vg_str *names = vg_arena_calloc(arena, p.count + 1, sizeof *names);
    if (!names) return vg_fail(err, VG_ENOMEM, "", "no memory for the accounts of a case");
    for (size_t i = 0; i < p.count; i++) names[i] = p.items[i].name;
    *out = names;
    *count = p.count;
    return 0;
}
