/* SPDX-License-Identifier: Apache-2.0
 *
 * Who might be given which case next. For each category of a space and each language that is there, two short walks along an index: by
 * merit, and by how near the deadline is. Priority rises with both, so its best is found near the top of one of them, however long the
 * queue.
 */
#include "store/cases/next.h"

#include <stdlib.h>

#include "base/time.h"
#include "store/store_int.h"

enum { LANGUAGES_MOST = 64 };

typedef struct found {
    vg_arena *arena;
    vg_case *items;
    size_t count, capacity;
} found;

static int collect(vg_query *query, found *list, vg_error *err)
{
    int rc;
    while ((rc = vg_store_step(query, err)) == 1) {
        list->items = vg_store_grow(list->arena, list->items, list->count, &list->capacity, sizeof *list->items);
        rc = list->items ? vg_store_read_case(query, list->arena, &list->items[list->count], err)
                         : vg_fail(err, VG_ENOMEM, "", "no memory for a list of cases");
        if (rc) break;
        list->count++;
    }
    vg_store_reset(query);
    return rc;
}

static void bind_place(vg_query *query, const vg_next_query *ask, const vg_next_place *place, vg_str language)
{
    vg_store_bind_str(query, place->space);
    vg_store_bind_int(query, place->category);
    vg_store_bind_str(query, language);
    vg_store_bind_int(query, ask->now_ms);
    vg_store_bind_int(query, place->escalated);
}

static bool knows(vg_str languages, vg_str language)
{
    return !language.len || !languages.len || vg_store_in_spaces(languages, language);
}

/* The cases of one place in one language: all, or those that are offered to everybody by now. */
static int look(vg_store *store, const vg_next_query *ask, const vg_next_place *place, vg_str language, found *list, vg_error *err)
{
    bool skilled = place->skilled && knows(ask->languages, language);
    int rc = 0;
    if (skilled) {
        vg_query merit = vg_store_use(store, VG_SQL_NEXT_MERIT);
        bind_place(&merit, ask, place, language);
        vg_store_bind_int(&merit, (int64_t)ask->most);
        rc = collect(&merit, list, err);
    }
    if (rc) return rc;
    vg_query offer = vg_store_use(store, VG_SQL_NEXT_OFFER);
    bind_place(&offer, ask, place, language);
    vg_store_bind_int(&offer, skilled ? INT64_MAX : ask->now_ms);
    vg_store_bind_int(&offer, (int64_t)ask->most);
    return collect(&offer, list, err);
}

/* The next language after *language among the open cases of a place, by one probe of the index. */
static int next_language(vg_store *store, const vg_next_place *place, vg_str *language, vg_arena *arena, vg_error *err)
{
    int copied = 0;
    vg_query next = vg_store_use(store, VG_SQL_NEXT_LANGUAGE);
    vg_store_bind_str(&next, place->space);
    vg_store_bind_int(&next, place->category);
    vg_store_bind_str(&next, *language);
    int rc = vg_store_step(&next, err);
    if (rc < 0) return rc;
    *language = rc == 1 ? vg_store_copy(&next, 0, arena, &copied) : (vg_str){"", 0};
    vg_store_reset(&next);
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for a list of languages") : 0;
}

static int look_everywhere(vg_store *store, const vg_next_query *ask, found *list, vg_error *err)
{
    int rc = 0;
    for (size_t p = 0; !rc && p < ask->place_count; p++) {
        vg_str language = {"", 0};
        size_t languages = 0;
        do { /* first those whose language is not known */
            rc = look(store, ask, &ask->places[p], language, list, err);
            if (!rc) rc = next_language(store, &ask->places[p], &language, list->arena, err);
        } while (!rc && language.len && ++languages < LANGUAGES_MOST);
    }
    return rc;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const vg_case *)a)->id, y = ((const vg_case *)b)->id;
    return (x > y) - (x < y);
}

/* Sorts by identifier, drops what was found twice and what the person gave back. */
static int tidy(vg_store *store, const vg_next_query *ask, found *list, vg_error *err)
{
    size_t kept = 0;
    int rc;
    if (list->count > 1) qsort(list->items, list->count, sizeof *list->items, by_id);
    for (size_t i = 0; i < list->count; i++)
        if (!kept || list->items[kept - 1].id != list->items[i].id) list->items[kept++] = list->items[i];
    vg_query skips = vg_store_use(store, VG_SQL_SKIPS_OF);
    vg_store_bind_str(&skips, ask->user);
    vg_store_bind_int(&skips, ask->now_ms);
    while ((rc = vg_store_step(&skips, err)) == 1) {
        vg_case key = {.id = vg_store_int(&skips, 0)};
        vg_case *at = kept ? bsearch(&key, list->items, kept, sizeof key, by_id) : NULL;
        if (!at) continue;
        memmove(at, at + 1, (kept - (size_t)(at - list->items) - 1) * sizeof *at);
        kept--;
    }
    list->count = kept;
    return rc;
}

int vg_store_next_candidates(vg_store *store, const vg_next_query *query, vg_arena *arena, vg_case **out, size_t *count, vg_error *err)
{
    found list = {.arena = arena};
    *out = NULL;
    *count = 0;
    int rc = vg_store_begin_read(store, err);
    if (rc) return rc;
    rc = look_everywhere(store, query, &list, err);
    if (!rc) rc = tidy(store, query, &list, err);
    rc = vg_store_end_read(store, rc, err);
    if (rc) return rc;
    *out = list.items;
    *count = list.count;
    return 0;
}

/* ---- skills ---- */

int vg_store_skills_get(vg_store *store, int64_t user_id, vg_arena *arena, vg_skills *out, vg_error *err)
{
    int copied = 0;
    *out = (vg_skills){.languages = {"", 0}, .spaces = {"", 0}};
    vg_query get = vg_store_use(store, VG_SQL_SKILL_GET);
    vg_store_bind_int(&get, user_id);
    int rc = vg_store_step(&get, err);
    if (rc != 1) return rc;
    out->languages = vg_store_copy(&get, 0, arena, &copied);
    out->spaces = vg_store_copy(&get, 1, arena, &copied);
    out->categories = (uint32_t)vg_store_int(&get, 2) & ((1u << VG_CATEGORIES) - 1);
    vg_store_reset(&get);
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for skills") : 0;
}

static int set_skills(vg_store *store, int64_t user_id, vg_str name, const vg_skills *skills, vg_str by, vg_error *err)
{
    vg_buf *text = &store->text;
    vg_query set = vg_store_use(store, VG_SQL_SKILL_SET);
    vg_store_bind_int(&set, user_id);
    vg_store_bind_str(&set, skills->languages);
    vg_store_bind_str(&set, skills->spaces);
    vg_store_bind_int(&set, skills->categories);
    int rc = vg_store_run(&set, err);
    if (rc) return rc;
    vg_buf_clear(text);
    vg_buf_add_cstr(text, "{\"languages\":");
    vg_buf_add_json_str(text, skills->languages);
    vg_buf_add_cstr(text, ",\"spaces\":");
    vg_buf_add_json_str(text, skills->spaces);
    vg_buf_printf(text, ",\"categories\":%u}", skills->categories);
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry");
    return vg_store_audit_add(store, vg_time_now(), by, VG_STR("user.skills"), name, (vg_str){text->ptr, text->len}, err);
}

int vg_store_skills_set(vg_store *store, int64_t user_id, vg_str name, const vg_skills *skills, vg_str by, vg_error *err)
{
    int rc = vg_store_check_text("languages", skills->languages, -500, err);
    if (!rc) rc = vg_store_check_text("spaces", skills->spaces, -4000, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, set_skills(store, user_id, name, skills, by, err), err);
}
