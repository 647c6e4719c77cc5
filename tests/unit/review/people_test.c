/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may change whose account, what a password must be, and the page of roles held against the table.
 */
#include "review/people.h"

#include <stdio.h>
#include <stdlib.h>

#include "tap.h"

static vg_user with(const char *name, const vg_grant *grants, size_t count)
{
    return (vg_user){.name = vg_str_of(name), .spaces = VG_STR(""), .grants = grants, .grant_count = count};
}

static void accounts(void)
{
    const vg_grant all[] = {{VG_STR("*"), VG_ROLE_ADMIN}}, lobby[] = {{VG_STR("lobby"), VG_ROLE_ADMIN}}, lead[] = {{VG_STR("*"), VG_ROLE_LEAD}},
                   both[] = {{VG_STR("lobby"), VG_ROLE_REFERENT}, {VG_STR("forum"), VG_ROLE_LEAD}}, one[] = {{VG_STR("lobby"), VG_ROLE_REFERENT}};
    vg_user anne = with("anne", all, 1), adam = with("adam", lobby, 1), lea = with("lea", lead, 1), claire = with("claire", both, 2), tom = with("tom", one, 1);
    vg_error err = {0};
    TAP_EQ_INT(vg_review_may_keep_person(&anne, &claire, &err), 0, "an administrator of all spaces changes anybody's account");
    TAP_EQ_INT(vg_review_may_keep_person(&anne, &anne, &err), -VG_EFORBIDDEN, "but their own");
    TAP_EQ_INT(vg_review_may_keep_person(&adam, &tom, &err), 0, "one of a space, of who is only there");
    TAP_EQ_INT(vg_review_may_keep_person(&adam, &claire, &err), -VG_EFORBIDDEN, "not of who is elsewhere too");
    TAP_EQ_INT(vg_review_may_keep_person(&adam, &anne, &err), -VG_EFORBIDDEN, "nor of who administers all");
    TAP_EQ_INT(vg_review_may_keep_person(&lea, &tom, &err), -VG_EFORBIDDEN, "a lead administers nothing");

    const vg_grant more[] = {{VG_STR("lobby"), VG_ROLE_REFERENT}, {VG_STR("lobby"), VG_ROLE_LEAD}}, elsewhere[] = {{VG_STR("lobby"), VG_ROLE_REFERENT}, {VG_STR("forum"), VG_ROLE_REFERENT}},
                   everything[] = {{VG_STR("*"), VG_ROLE_LEAD}, {VG_STR("lobby"), VG_ROLE_REFERENT}};
    TAP_EQ_INT(vg_review_may_grant(&adam, &tom, more, 2, &err), 0, "a role in one's own space");
    TAP_EQ_INT(vg_review_may_grant(&adam, &tom, elsewhere, 2, &err), -VG_EFORBIDDEN, "none in another");
    TAP_EQ_INT(vg_review_may_grant(&adam, &tom, everything, 2, &err), -VG_EFORBIDDEN, "none in all");
    TAP_EQ_INT(vg_review_may_grant(&adam, &claire, one, 1, &err), -VG_EFORBIDDEN, "none is taken away elsewhere");
    TAP_EQ_INT(vg_review_may_grant(&adam, &claire, both, 2, &err), 0, "what stays as it is needs nothing");
    TAP_EQ_INT(vg_review_may_grant(&anne, &anne, everything, 2, &err), -VG_EFORBIDDEN, "nobody gives themselves more");
    TAP_EQ_INT(vg_review_may_grant(&anne, &anne, NULL, 0, &err), 0, "less they may");
    TAP_EQ_INT(vg_review_may_grant(&anne, NULL, everything, 2, &err), 0, "somebody new");
    TAP_EQ_INT(vg_review_may_grant(&lea, NULL, one, 1, &err), -VG_EFORBIDDEN, "not by a lead");

    TAP_OK(vg_review_may_see_person(&lea, &tom) && vg_review_may_see_person(&tom, &tom) && !vg_review_may_see_person(&tom, &lea), "who sees whom");
    TAP_OK(vg_review_may_see_person(&adam, &claire) && !vg_review_may_see_person(&adam, &(vg_user){.name = VG_STR("x"), .spaces = VG_STR("forum"), .role = VG_ROLE_LEAD}), "of a space: who has a role there");
    TAP_EQ_INT(vg_review_roles_in(&claire, VG_STR("forum")), 1 << VG_ROLE_LEAD, "roles in a space");
    anne.disabled_ms = 1;
    TAP_OK(vg_review_roles_in(&anne, VG_STR("forum")) == 0 && vg_review_may_keep_person(&anne, &tom, NULL) != 0, "a disabled account holds nothing");
}

static void passwords(void)
{
    static const char *const good[] = {"four words one after another", "correct horse battery", "Élan d'été à vélo", "tr0ub4dor&3xyzzy", "8sKd92!qLm-7Z", "un chat dort sur le toit"};
    static const char *const bad[] = {"short", "elevenchars", "password1234", "P@ssw0rd2026!", "Motdepasse2026", "azertyuiop12", "qwertyuiopas", "abcdefghijklmn", "aaaaaaaaaaaaaaaa", "abababababab",
                                      "123456789012", "20260101199012", "iloveyou1234", "jetaime123456", "azertyazerty", "correcthorsebatterystaple", "claire-martin", "Claire-Martin2026", "administrateur1", "\xff\xfe\xfd password words"};
    vg_error err = {0};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        TAP_OK(vg_review_password(vg_str_of(good[i]), VG_STR("claire.martin"), "/password", &err) == 0, "number %zu is taken", i);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        TAP_OK(vg_review_password(vg_str_of(bad[i]), VG_STR("claire.martin"), "/password", &err) == -VG_EINVAL && strcmp(err.where, "/password") == 0, "refused: number %zu, %s", i, err.what);
    char long_one[VG_PASSWORD_MOST + 16];
    for (size_t i = 0; i < sizeof long_one; i++) long_one[i] = (char)('a' + i % 23);
    TAP_EQ_INT(vg_review_password((vg_str){long_one, VG_PASSWORD_MOST + 1}, VG_STR("x"), "/password", &err), -VG_EINVAL, "too long");
    TAP_EQ_INT(vg_review_password((vg_str){long_one + 5, VG_PASSWORD_MOST}, VG_STR("x"), "/password", &err), 0, "as long as it may be");
}

/* The row of a permission in docs/roles.md: six cells after two. */
static bool row_says(const char *page, const char *name, vg_permission permission)
{
    char begin[64];
    snprintf(begin, sizeof begin, "\n| `%s` |", name);
    const char *at = strstr(page, begin);
    if (!at) return false;
    at = strchr(at + strlen(begin), '|');
    for (int role = 0; at && role < VG_ROLES; role++) {
        const char *end = strchr(at + 1, '|');
        if (!end) return false;
        const char *tick = memmem(at, (size_t)(end - at), "✓", strlen("✓"));
        if ((tick != NULL) != vg_role_may((vg_role)role, permission)) return false;
        at = end;
    }
    return at != NULL;
}

static void page_of_roles(void)
{
    static char page[1 << 16];
    FILE *file = fopen(VG_TEST_ROLES, "r");
    size_t n = file ? fread(page, 1, sizeof page - 1, file) : 0;
    if (file) fclose(file);
    TAP_OK(n > 1000, "docs/roles.md is read");
    for (int p = 0; p < VG_PERMISSION_COUNT; p++)
        TAP_OK(row_says(page, vg_permission_names[p], (vg_permission)p), "it says who holds %s", vg_permission_names[p]);
    size_t rows = 0;
    for (const char *at = page; (at = strstr(at, "\n| `")); at++) {
        const char *tick = strchr(at + 4, '`'), *dot = memchr(at + 4, '.', tick ? (size_t)(tick - at - 4) : 0);
        rows += dot != NULL;
    }
    TAP_EQ_INT(rows, VG_PERMISSION_COUNT, "and nothing that is not in the table");
}

int main(void)
{
    accounts();
    passwords();
    page_of_roles();
    return tap_done();
}
