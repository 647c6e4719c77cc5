/* SPDX-License-Identifier: Apache-2.0
 *
 * What the law requires to be removed: out of everybody's reach here from the transaction of the decision on, and named to the platform.
 */
#include <jansson.h>

#include "event/event.h"
#include "store/evidence/evidence_int.h"

int vg_store_removed(vg_store *store, int64_t case_id, bool *removed, int64_t *since_ms, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_REMOVAL_OF);
    vg_store_bind_int(&get, case_id);
    int rc = vg_store_step(&get, err);
    *removed = rc == 1;
    *since_ms = rc == 1 ? vg_store_int(&get, 1) : 0;
    if (rc == 1) vg_store_reset(&get);
    return rc < 0 ? rc : 0;
}

int vg_store_removal_begin(vg_store *store, int64_t case_id, int64_t decision_id, int64_t now_ms, vg_error *err)
{
    vg_query add = vg_store_use(store, VG_SQL_REMOVAL_ADD);
    vg_store_bind_int(&add, case_id);
    vg_store_bind_int(&add, decision_id);
    vg_store_bind_int(&add, now_ms);
    return vg_store_run(&add, err);
}

int vg_store_removal_end(vg_store *store, int64_t decision_id, vg_error *err)
{
    vg_query drop = vg_store_use(store, VG_SQL_REMOVAL_DROP);
    vg_store_bind_int(&drop, decision_id);
    return vg_store_run(&drop, err);
}

/* The event's own id, when it is a media. */
static int add_id(vg_str content, vg_arena *arena, vg_str **ids, size_t *count, size_t *capacity, vg_error *err)
{
    json_t *root;
    int rc = vg_store_json(content, "content of a case", &root, err);
    if (rc == -VG_ECORRUPT) return 0; /* the others are to be removed all the same */
    if (rc) return rc;
    const json_t *event = json_object_get(root, "event"), *id = json_object_get(event, "id");
    const char *type = json_string_value(json_object_get(event, "type"));
    if (type && json_is_string(id) && strcmp(type, vg_event_type_names[VG_EVENT_MEDIA]) == 0) {
        vg_str *larger = vg_store_grow(arena, *ids, *count, capacity, sizeof *larger);
        vg_str copy = larger ? vg_arena_copy(arena, (vg_str){json_string_value(id), json_string_length(id)}) : (vg_str){0};
        if (!copy.ptr) rc = vg_fail(err, VG_ENOMEM, "", "no memory for what is to be removed");
        else {
            *ids = larger;
            larger[(*count)++] = copy;
        }
    }
    json_decref(root);
    return rc;
}

int vg_store_removal_list(vg_store *store, int64_t case_id, vg_arena *arena, vg_str **ids, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    char place[32];
    int rc;
    *ids = NULL;
    *count = 0;
    vg_store_case_place(case_id, place);
    vg_arena *scratch = vg_arena_create(1 << 16, VG_STORE_SCRATCH);
    if (!scratch) return vg_fail(err, VG_ENOMEM, "", "no memory for what is to be removed");
    vg_query list = vg_store_use(store, VG_SQL_SEALED_EVENTS);
    vg_store_bind_int(&list, case_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_str content = {"", 0}, sealed = vg_store_peek(&list, 1);
        vg_arena_reset(scratch);
        rc = sealed.len ? vg_store_case_unseal_if(store, case_id, place, sealed, scratch, &content, err) : 0;
        if (!rc && content.len) rc = add_id(content, arena, ids, count, &capacity, err);
        if (rc) break;
    }
    vg_store_reset(&list);
    vg_arena_destroy(&scratch);
    return rc;
}
