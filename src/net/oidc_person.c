/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose claims are these? Who was here before is known by the provider's own, unchanging name of them (sub), never by a name that people
 * may change there. Grants of accounts that were made here by a first sign-in follow the provider's groups, each time. */
#include <stdio.h>
#include "base/log.h"
#include "base/time.h"
#include "net/oidc.h"
#include "store/people/people.h"
#include "store/people/signin.h"

enum { DISPLAY_MOST = 128, NAME_MOST = 64 };

static vg_str claim(const json_t *claims, vg_str name)
{
    char key[128];
    snprintf(key, sizeof key, "%.*s", VG_STR_ARG(name));
    const json_t *value = json_object_get(claims, key);
    return json_is_string(value) ? (vg_str){json_string_value(value), json_string_length(value)} : (vg_str){"", 0};
}

static bool in_group(const json_t *claims, vg_str name, vg_str group)
{
    char key[128];
    snprintf(key, sizeof key, "%.*s", VG_STR_ARG(name));
    const json_t *value = json_object_get(claims, key);
    if (json_is_string(value)) return vg_str_eq((vg_str){json_string_value(value), json_string_length(value)}, group);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *one = json_array_get(value, i);
        if (json_is_string(one) && vg_str_eq((vg_str){json_string_value(one), json_string_length(one)}, group)) return true;
    }
    return false;
}

/* What the groups give, each grant once. */
static size_t grants_of(const vg_signin_map *map, const json_t *claims, vg_grant out[VG_GRANTS_MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < map->count && count < VG_GRANTS_MOST; i++) {
        bool there = false;
        if (!in_group(claims, map->groups, map->rules[i].group)) continue;
        for (size_t k = 0; k < count; k++) there = there || (out[k].role == map->rules[i].role && vg_str_eq(out[k].space, map->rules[i].space));
        if (!there) out[count++] = (vg_grant){.space = map->rules[i].space, .role = map->rules[i].role};
    }
    return count;
}

static bool same_grants(const vg_user *user, const vg_grant *grants, size_t count)
{
    if (user->grant_count != count) return false;
    for (size_t i = 0; i < count; i++) {
        bool there = false;
        for (size_t k = 0; k < count; k++) there = there || (user->grants[k].role == grants[i].role && vg_str_eq(user->grants[k].space, grants[i].space));
        if (!there) return false;
    }
    return true;
}

/* An account's name has a-z, 0-9, dot, hyphen and underscore: everything else becomes an underscore, so that lea@a and lea@b stay two. */
static vg_str account_name(vg_str claimed, char out[NAME_MOST + 1])
{
    size_t n = 0;
    if (claimed.len == 0 || claimed.len > NAME_MOST) return (vg_str){"", 0};
    for (; n < claimed.len; n++) {
        char c = claimed.ptr[n];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        out[n] = good ? c : '_';
    }
    out[n] = '\0';
    return (vg_str){out, n};
}

static int check_live(const vg_user *user, vg_error *err)
{
    if (user->disabled_ms) return vg_fail(err, VG_EFORBIDDEN, "closed", "the account is closed");
    if (vg_store_on_leave(user, vg_time_now())) return vg_fail(err, VG_EFORBIDDEN, "leave", "the account is on leave");
    return 0;
}

/* Grants follow the groups; without any the person is out, now and in what is open elsewhere. */
static int follow_groups(vg_desk *desk, vg_exchange *x, const json_t *claims, vg_error *err)
{
    vg_grant grants[VG_GRANTS_MOST];
    size_t count = grants_of(x->server->oidc->map, claims, grants);
    if (count == 0) {
        int rc = vg_store_session_end_others(desk->store, x->user.name, NULL, VG_STR("oidc"), err);
        return rc ? rc : vg_fail(err, VG_EFORBIDDEN, "grant", "none of the groups gives a role here");
    }
    if (same_grants(&x->user, grants, count)) return 0;
    int rc = vg_store_grants_set(desk->store, x->user.name, grants, count, VG_STR("oidc"), err);
    return rc ? rc : vg_store_user_find(desk->store, x->user.name, x->arena, &x->user, err);
}

static int make_person(vg_desk *desk, vg_exchange *x, vg_str name, vg_str subject, const json_t *claims, vg_error *err)
{
    const vg_oidc *o = x->server->oidc;
    vg_grant grants[VG_GRANTS_MOST];
    vg_str display = claim(claims, o->map->display), language = claim(claims, o->map->language);
    size_t count = grants_of(o->map, claims, grants);
    if (count == 0) return vg_fail(err, VG_EFORBIDDEN, "grant", "none of the groups gives a role here");
    bool english = language.len >= 2 && (language.ptr[0] == 'e' || language.ptr[0] == 'E') && (language.ptr[1] == 'n' || language.ptr[1] == 'N');
    vg_user user = {.name = name, .display = display.len && display.len <= DISPLAY_MOST ? display : name,
                    .language = english ? VG_STR("en") : VG_STR("fr"), .grants = grants, .grant_count = count, .created_ms = vg_time_now()};
    int rc = vg_store_oidc_person_add(desk->store, vg_str_of(o->issuer), subject, &user, err);
    return rc ? rc : vg_store_user_find(desk->store, name, x->arena, &x->user, err);
}

/* Nobody with this subject was here: a new person, or one who is known by name. */
static int first_time(vg_desk *desk, vg_exchange *x, vg_str subject, const json_t *claims, vg_error *err)
{
    const vg_oidc *o = x->server->oidc;
    char text[NAME_MOST + 1];
    vg_str name = account_name(claim(claims, o->map->name), text);
    if (!name.len) return vg_fail(err, VG_EFORBIDDEN, "name", "the claim %.*s gives no account's name", VG_STR_ARG(o->map->name));
    int rc = vg_store_user_find(desk->store, name, x->arena, &x->user, err);
    if (rc == -VG_ENOENT) return make_person(desk, x, name, subject, claims, err);
    if (rc) return rc;
    if (!o->map->link_known) return vg_fail(err, VG_EFORBIDDEN, "name", "an account of this name was made here and is not linked");
    if ((rc = check_live(&x->user, err))) return rc;
    rc = vg_store_oidc_link(desk->store, vg_str_of(o->issuer), subject, x->user.name, false, VG_STR("oidc"), err);
    return rc == -VG_ECONFLICT ? vg_fail(err, VG_EFORBIDDEN, "name", "the account of this name is another person's") : rc;
}

int vg_oidc_person(vg_desk *desk, vg_exchange *x, const json_t *claims, vg_error *err)
{
    vg_str subject = claim(claims, VG_STR("sub")), name;
    bool managed = false;
    int rc = vg_store_oidc_find(desk->store, vg_str_of(x->server->oidc->issuer), subject, x->arena, &name, &managed, err);
    if (rc == -VG_ENOENT) return first_time(desk, x, subject, claims, err);
    if (!rc) rc = vg_store_user_find(desk->store, name, x->arena, &x->user, err);
    if (!rc) rc = check_live(&x->user, err);
    return rc || !managed ? rc : follow_groups(desk, x, claims, err);
}
