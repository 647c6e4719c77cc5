/* SPDX-License-Identifier: Apache-2.0
 *
 * Demands as they are read: one, lists, those whose clock runs, what reports count. */
#include "store/demands/demands_int.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

static vg_str text_of(const json_t *object, const char *name, vg_arena *arena, bool *failed)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value)) return (vg_str){"", 0};
    vg_str copy = vg_arena_copy(arena, (vg_str){json_string_value(value), json_string_length(value)});
    *failed |= copy.ptr == NULL;
    return copy;
}

static int read_items(const json_t *root, vg_arena *arena, vg_demand *out, bool *failed)
{
    const json_t *items = json_object_get(root, "items"), *files = json_object_get(root, "attachments"), *one;
    size_t i, n = json_array_size(items), m = json_array_size(files);
    vg_demand_item *item = vg_arena_calloc(arena, n + 1, sizeof *item);
    vg_demand_attachment *file = vg_arena_calloc(arena, m + 1, sizeof *file);
    if (!item || !file) return -VG_ENOMEM;
    json_array_foreach(items, i, one) {
        int thing = vg_demand_word(vg_demand_thing_names, VG_DEMAND_THINGS, text_of(one, "kind", arena, failed));
        if (thing < 0) return -VG_ECORRUPT;
        item[i] = (vg_demand_item){(vg_demand_thing)thing, text_of(one, "value", arena, failed)};
    }
    json_array_foreach(files, i, one) {
        file[i] = (vg_demand_attachment){.name = text_of(one, "name", arena, failed), .bytes = json_integer_value(json_object_get(one, "bytes"))};
        if (!vg_hex_decode(file[i].sha256, sizeof file[i].sha256, text_of(one, "sha256", arena, failed))) return -VG_ECORRUPT;
    }
    out->items = item;
    out->item_count = n;
    out->attachments = file;
    out->attachment_count = m;
    return 0;
}

static int read_content(vg_str plain, vg_arena *arena, vg_demand *out, vg_error *err)
{
    bool failed = false;
    json_t *root;
    int rc = vg_store_json(plain, "a demand", &root, err);
    if (rc) return rc;
    rc = read_items(root, arena, out, &failed);
    out->authority = text_of(root, "authority", arena, &failed);
    out->legal_basis = text_of(root, "legal_basis", arena, &failed);
    out->reference = text_of(root, "reference", arena, &failed);
    out->note = text_of(root, "note", arena, &failed);
    json_decref(root);
    if (failed || rc == -VG_ENOMEM) return vg_fail(err, VG_ENOMEM, "", "no memory for a demand");
    return rc ? vg_fail(err, VG_ECORRUPT, "", "demand %" PRId64 " cannot be read", out->id) : 0;
}

static int read_execution(vg_str plain, vg_arena *arena, vg_demand *out, vg_error *err)
{
    bool failed = false;
    const json_t *one;
    size_t i;
    json_t *root;
    int rc = vg_store_json(plain, "what was done about a demand", &root, err);
    if (rc) return rc;
    vg_demand_removed *removed = vg_arena_calloc(arena, out->item_count + 1, sizeof *removed);
    bool good = json_array_size(root) == out->item_count;
    json_array_foreach(root, i, one)
        if (removed && good) removed[i] = (vg_demand_removed){json_integer_value(json_object_get(one, "time")), text_of(one, "how", arena, &failed)};
    json_decref(root);
    if (!removed || failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a demand");
    out->removed = removed;
    return good ? 0 : vg_fail(err, VG_ECORRUPT, "", "what was done about demand %" PRId64 " cannot be read", out->id);
}

static int read_sealed(vg_store *store, const vg_query *row, vg_arena *arena, vg_demand *out, vg_error *err)
{
    char place[64];
    vg_str content = vg_store_peek(row, 19), execution = vg_store_peek(row, 20), proof = vg_store_peek(row, 21), plain;
    int rc = 0;
    out->destroyed = !content.len;
    if (out->destroyed) return 0;
    vg_demand_place(out->id, "content", 0, place);
    rc = vg_store_unseal(store, place, content, arena, &plain, err);
    if (!rc) rc = read_content(plain, arena, out, err);
    if (!rc && execution.len) {
        vg_demand_place(out->id, "execution", 0, place);
        rc = vg_store_unseal(store, place, execution, arena, &plain, err);
        if (!rc) rc = read_execution(plain, arena, out, err);
    }
    if (rc || !proof.len) return rc;
    vg_demand_place(out->id, "proof", 0, place);
    return vg_store_unseal(store, place, proof, arena, &out->proof, err);
}

int vg_demand_read(vg_store *store, const vg_query *row, vg_arena *arena, vg_demand *out, vg_error *err)
{
    int64_t kind = vg_store_int(row, 2), state = vg_store_int(row, 3), category = vg_store_int(row, 4), way = vg_store_int(row, 5);
    vg_str country = vg_store_peek(row, 6);
    int rc = 0;
    if (kind < 0 || kind >= VG_DEMAND_KINDS || state < 0 || state >= VG_DEMAND_STATES || category < 0 || category >= VG_DEMAND_CATEGORIES || way < 0 ||
        way >= VG_CAMES || country.len > 2)
        return vg_fail(err, VG_ECORRUPT, "", "demand %" PRId64 " holds a number out of range", vg_store_int(row, 0));
    *out = (vg_demand){.id = vg_store_int(row, 0),
                       .kind = (vg_demand_kind)kind,
                       .state = (vg_demand_state)state,
                       .category = (vg_demand_category)category,
                       .way = (vg_demand_way)way,
                       .authority = {"", 0}, .legal_basis = {"", 0}, .reference = {"", 0}, .note = {"", 0}, .proof = {"", 0},
                       .received_ms = vg_store_int(row, 7),
                       .taken_ms = vg_store_int(row, 8),
                       .due_ms = vg_store_int(row, 10),
                       .acknowledged_ms = vg_store_int(row, 11),
                       .stopped_ms = vg_store_int(row, 12),
                       .stood_ms = vg_store_int(row, 13),
                       .executed_ms = vg_store_int(row, 14),
                       .done_ms = vg_store_int(row, 15),
                       .alarms = (uint32_t)vg_store_int(row, 16),
                       .steps = vg_store_int(row, 17),
                       .named = vg_store_int(row, 22) > 0 ? (size_t)vg_store_int(row, 22) : 0};
    memcpy(out->country, country.ptr, country.len);
    out->space = vg_store_copy(row, 1, arena, &rc);
    out->taken_by = vg_store_copy(row, 9, arena, &rc);
    out->executed_by = vg_store_copy(row, 18, arena, &rc);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory for a demand") : read_sealed(store, row, arena, out, err);
}

int vg_store_demand_get(vg_store *store, int64_t id, vg_arena *arena, vg_demand *out, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_DEMAND_GET);
    vg_store_bind_int(&get, id);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no such demand");
    rc = vg_demand_read(store, &get, arena, out, err);
    vg_store_reset(&get);
    return rc;
}

/* ---- lists ---- */

typedef struct demands {
    vg_demand *items;
    size_t count, capacity;
} demands;

static int collect(vg_store *store, vg_query *query, vg_arena *arena, demands *list, vg_error *err)
{
    int rc;
    while ((rc = vg_store_step(query, err)) == 1) {
        vg_demand *larger = vg_store_grow(arena, list->items, list->count, &list->capacity, sizeof *larger);
        rc = larger ? vg_demand_read(store, query, arena, &larger[list->count], err) : vg_fail(err, VG_ENOMEM, "", "no memory for a list of demands");
        if (rc) break;
        list->items = larger;
        list->count++;
    }
    vg_store_reset(query);
    return rc;
}

static int list_space(vg_store *store, vg_str space, int state, int64_t before_id, size_t most, vg_arena *arena, demands *list, vg_error *err)
{
    int rc = 0;
    for (int s = state < 0 ? 0 : state; !rc && s <= (state < 0 ? VG_DEMAND_STATES - 1 : state); s++) {
        vg_query query = vg_store_use(store, VG_SQL_DEMAND_LIST);
        vg_store_bind_str(&query, space);
        vg_store_bind_int(&query, s);
        vg_store_bind_int(&query, before_id > 0 ? before_id : INT64_MAX);
        vg_store_bind_int(&query, (int64_t)most);
        rc = collect(store, &query, arena, list, err);
    }
    return rc;
}

static int newest_first(const void *a, const void *b)
{
    int64_t x = ((const vg_demand *)a)->id, y = ((const vg_demand *)b)->id;
    return (x < y) - (x > y);
}

/* Every space that has a demand, one probe of an index each. */
static int list_all(vg_store *store, vg_str spaces, int state, int64_t before_id, size_t most, vg_arena *arena, demands *list, vg_error *err)
{
    vg_str last = {"", 0};
    for (;;) {
        int copied = 0;
        vg_query next = vg_store_use(store, VG_SQL_DEMAND_SPACE_AFTER);
        vg_store_bind_str(&next, last);
        int rc = vg_store_step(&next, err);
        if (rc < 0) return rc;
        if (!rc) return 0;
        last = vg_store_copy(&next, 0, arena, &copied);
        vg_store_reset(&next);
        if (copied) return vg_fail(err, VG_ENOMEM, "", "no memory for a list of demands");
        rc = vg_store_in_spaces(spaces, last) ? list_space(store, last, state, before_id, most, arena, list, err) : 0;
        if (rc) return rc;
    }
}

int vg_store_demand_list(vg_store *store, vg_str spaces, int state, int64_t before_id, size_t most, vg_arena *arena, vg_demand **out, size_t *count,
                         vg_error *err)
{
    demands list = {0};
    *out = NULL;
    *count = 0;
    int rc = vg_store_begin_read(store, err);
    if (!rc) rc = vg_store_end_read(store, list_all(store, spaces, state, before_id, most, arena, &list, err), err);
    if (rc) return rc;
    if (list.count > 1) qsort(list.items, list.count, sizeof *list.items, newest_first);
    *out = list.items;
    *count = list.count < most ? list.count : most;
    return 0;
}

int vg_store_demand_running(vg_store *store, size_t most, vg_arena *arena, vg_demand **out, size_t *count, vg_error *err)
{
    demands list = {0};
    vg_query query = vg_store_use(store, VG_SQL_DEMAND_RUNNING);
    vg_store_bind_int(&query, (int64_t)most);
    int rc = collect(store, &query, arena, &list, err);
    *out = list.items;
    *count = rc ? 0 : list.count;
    return rc;
}

static int count_of(vg_store *store, enum vg_store_statement statement, int64_t now_ms, int64_t *out, vg_error *err)
{
    vg_query query = vg_store_use(store, statement);
    if (statement == VG_SQL_DEMAND_LATE) vg_store_bind_int(&query, now_ms);
    int rc = vg_store_step(&query, err);
    *out = rc == 1 ? vg_store_int(&query, 0) : 0;
    vg_store_reset(&query);
    return rc < 0 ? rc : 0;
}

int vg_store_demand_counts(vg_store *store, int64_t now_ms, int64_t *open, int64_t *late, vg_error *err)
{
    int rc = count_of(store, VG_SQL_DEMAND_OPEN, now_ms, open, err);
    return rc ? rc : count_of(store, VG_SQL_DEMAND_LATE, now_ms, late, err);
}

/* ---- steps ---- */

static int read_step(vg_store *store, const vg_query *row, int64_t id, vg_arena *arena, vg_demand_step *out, vg_error *err)
{
    char place[64];
    int64_t step = vg_store_int(row, 2), ground = vg_store_int(row, 3);
    vg_str sealed = vg_store_peek(row, 4);
    int rc = 0;
    if (step < 0 || step >= VG_DEMAND_STEPS || ground >= VG_STANDS) return vg_fail(err, VG_ECORRUPT, "", "a step of a demand holds a number out of range");
    *out = (vg_demand_step){.time_ms = vg_store_int(row, 0), .step = (vg_demand_step_kind)step, .ground = ground < 0 ? -1 : (int)ground, .text = {"", 0}};
    out->user = vg_store_copy(row, 1, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a demand");
    vg_demand_place(id, "step", vg_store_int(row, 5), place);
    return sealed.len ? vg_store_unseal(store, place, sealed, arena, &out->text, err) : 0;
}

int vg_store_demand_steps(vg_store *store, int64_t id, vg_arena *arena, vg_demand_step **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_DEMAND_STEPS_OF);
    vg_store_bind_int(&list, id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_demand_step *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof *larger);
        rc = larger ? read_step(store, &list, id, arena, &larger[*count], err) : vg_fail(err, VG_ENOMEM, "", "no memory for the steps of a demand");
        if (rc) break;
        *out = larger;
        ++*count;
    }
    vg_store_reset(&list);
    return rc;
}

/* ---- what reports count ---- */

int vg_store_demand_figures(vg_store *store, vg_str space, int64_t from_ms, int64_t to_ms,
                            int (*each)(void *context, const vg_demand_figure *one, vg_error *err), void *context, vg_error *err)
{
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_DEMAND_WHEN);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, from_ms);
    vg_store_bind_int(&query, to_ms);
    while ((rc = vg_store_step(&query, err)) == 1) {
        int64_t kind = vg_store_int(&query, 0), category = vg_store_int(&query, 1);
        vg_str country = vg_store_peek(&query, 2);
        if (kind < 0 || kind >= VG_DEMAND_KINDS || category < 0 || category >= VG_DEMAND_CATEGORIES || country.len > 2) continue;
        vg_demand_figure one = {.kind = (vg_demand_kind)kind, .category = (vg_demand_category)category, .items = vg_store_int(&query, 3),
                                .received_ms = vg_store_int(&query, 4), .acknowledged_ms = vg_store_int(&query, 5), .executed_ms = vg_store_int(&query, 6),
                                .done_ms = vg_store_int(&query, 7), .stood_ms = vg_store_int(&query, 8)};
        memcpy(one.country, country.ptr, country.len);
        rc = each(context, &one, err);
        if (rc) break;
    }
    vg_store_reset(&query);
    return rc;
}
