/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies on record. The last versions that the log has are kept in `meta`, so a change is seen whenever it was made: while the server ran,
 * or while it was down.
 */
#include "store/audit/audit_int.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "base/alloc.h"

static const char versions_name[] = "policy_versions"; /* {"space": "version", "": "of the law"} */

static int read_versions(vg_store *store, json_t **out, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_META_GET);
    vg_store_bind_str(&get, vg_str_of(versions_name));
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    vg_str text = rc ? vg_store_peek(&get, 0) : VG_STR("{}");
    int read = vg_store_json(text, "the recorded versions of policies", out, err);
    if (rc) vg_store_reset(&get);
    if (!read && !json_is_object(*out)) {
        json_decref(*out);
        *out = NULL;
        read = vg_fail(err, VG_ECORRUPT, "policy", "its recorded versions are no object");
    }
    return read;
}

static int add_change(vg_store *store, const char *space, const char *from, const char *to, int64_t now_ms, vg_error *err)
{
    char detail[96];
    snprintf(detail, sizeof detail, "{\"from\":%s%.16s%s,\"to\":%s%.16s%s}", from ? "\"" : "", from ? from : "null", from ? "\"" : "", to ? "\"" : "",
             to ? to : "null", to ? "\"" : "");
    return vg_store_audit_add(store, now_ms, VG_STR("policy"), *space ? VG_STR("policy.change") : VG_STR("policy.law"), *space ? vg_str_of(space) : VG_STR("-"),
                              vg_str_of(detail), err);
}

static int keep(vg_store *store, const json_t *fresh, vg_error *err)
{
    char *text = json_dumps(fresh, JSON_COMPACT | JSON_SORT_KEYS);
    if (!text) return vg_fail(err, VG_ENOMEM, "policy", "no memory for its versions");
    vg_query set = vg_store_use(store, VG_SQL_META_SET);
    vg_store_bind_str(&set, vg_str_of(versions_name));
    vg_store_bind_str(&set, vg_str_of(text));
    int rc = vg_store_run(&set, err);
    vg_free(text);
    return rc;
}

static int compare(vg_store *store, const vg_policy_version *all, size_t count, json_t *old, json_t *fresh, int64_t now_ms, vg_error *err)
{
    const char *space;
    json_t *value;
    bool changed = false;
    int rc = 0;
    for (size_t i = 0; !rc && i < count; i++) {
        char to[17];
        const char *from = json_string_value(json_object_get(old, all[i].space));
        snprintf(to, sizeof to, "%016" PRIx64, all[i].version);
        if (json_object_set_new(fresh, all[i].space, json_string(to))) return vg_fail(err, VG_ENOMEM, "policy", "no memory for its versions");
        if (from && strcmp(from, to) == 0) continue;
        changed = true;
        rc = add_change(store, all[i].space, from, to, now_ms, err);
    }
    json_object_foreach(old, space, value)
    {
        if (rc || json_object_get(fresh, space)) continue;
        changed = true;
        rc = add_change(store, space, json_string_value(value), NULL, now_ms, err);
    }
    return rc || !changed ? rc : keep(store, fresh, err);
}

int vg_store_policies_record(vg_store *store, const vg_policy_version *all, size_t count, int64_t now_ms, vg_error *err)
{
    json_t *old = NULL, *fresh = json_object();
    int rc = fresh ? vg_store_begin(store, err) : vg_fail(err, VG_ENOMEM, "policy", "no memory for its versions");
    if (!rc) {
        rc = read_versions(store, &old, err);
        if (!rc) rc = compare(store, all, count, old, fresh, now_ms, err);
        rc = vg_store_end(store, rc, err);
    }
    json_decref(old);
    json_decref(fresh);
    return rc;
}
