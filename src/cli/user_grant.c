/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie user grant|revoke: what a person is in which space.
 */
#include <stdio.h>

#include "cli/installation.h"
#include "store/people/people.h"

static int read_role(const vg_args *args, vg_role *out, vg_error *err)
{
    const char *name = args->text[VG_OPT_ROLE];
    for (int i = 0; name && i < VG_ROLES; i++)
        if (strcmp(name, vg_role_names[i]) == 0) {
            *out = (vg_role)i;
            return 0;
        }
    return vg_fail(err, VG_EINVAL, "--role", "expected referent, lead, admin, auditor, analyst or prevention");
}

/* The next name of a comma-separated list, without blanks around it. */
static bool next_space(const char **list, vg_str *out)
{
    const char *at = *list + strspn(*list, ", ");
    size_t len = strcspn(at, ",");
    *list = at + len;
    while (len && at[len - 1] == ' ') len--;
    *out = (vg_str){at, len};
    return len > 0;
}

static bool same(const vg_grant *a, const vg_grant *b)
{
    return a->role == b->role && vg_str_eq(a->space, b->space);
}

static int add(const vg_args *args, vg_grant *grants, size_t *count, vg_error *err)
{
    vg_role role = VG_ROLES;
    vg_str space;
    const char *list = vg_arg_text(args, VG_OPT_SPACES, "*");
    int rc = read_role(args, &role, err);
    while (!rc && next_space(&list, &space)) {
        const vg_grant one = {.space = space, .role = role};
        bool there = false;
        for (size_t i = 0; i < *count; i++) there = there || same(&grants[i], &one);
        if (there) continue;
        if (*count == VG_GRANTS_MOST) return vg_fail(err, VG_EINVAL, "--spaces", "at most %d roles are held at once", VG_GRANTS_MOST);
        grants[(*count)++] = one;
    }
    return rc;
}

/* Takes away what both options name; an option that is left out names everything. */
static int take(const vg_args *args, vg_grant *grants, size_t *count, vg_error *err)
{
    vg_role role = VG_ROLES;
    size_t kept = 0;
    int rc = args->text[VG_OPT_ROLE] ? read_role(args, &role, err) : 0;
    if (rc) return rc;
    for (size_t i = 0; i < *count; i++) {
        const char *list = vg_arg_text(args, VG_OPT_SPACES, "");
        bool named = !*list;
        vg_str space;
        while (next_space(&list, &space)) named = named || vg_str_eq(space, grants[i].space);
        if (named && (role == VG_ROLES || role == grants[i].role)) continue;
        grants[kept++] = grants[i];
    }
    if (kept == *count) return vg_fail(err, VG_ENOENT, args->word[0], "has no such role");
    *count = kept;
    return 0;
}

static int change(const vg_args *args, bool grant)
{
    vg_error err = {0};
    vg_installation in = {0};
    vg_user user;
    vg_grant grants[VG_GRANTS_MOST];
    size_t count = 0;
    vg_str text = {"", 0};
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = vg_store_user_find(in.store, vg_str_of(args->word[0]), in.arena, &user, &err);
    if (!rc) {
        for (; count < user.grant_count && count < VG_GRANTS_MOST; count++) grants[count] = user.grants[count];
        rc = grant ? add(args, grants, &count, &err) : take(args, grants, &count, &err);
    }
    if (!rc) rc = vg_store_grants_set(in.store, user.name, grants, count, vg_str_of(in.by), &err);
    if (!rc) rc = vg_store_user_find(in.store, user.name, in.arena, &user, &err);
    if (!rc) rc = vg_grants_text(&user, in.arena, &text, &err);
    if (!rc) fprintf(stderr, "%s is now: %.*s\n", args->word[0], text.len ? (int)text.len : 7, text.len ? text.ptr : "nothing");
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

int vg_cmd_user_grant(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    return change(args, true);
}

int vg_cmd_user_revoke(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    return change(args, false);
}
