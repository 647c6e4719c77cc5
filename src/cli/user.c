/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie user add|list|disable|password|reset-factor; grant and revoke are in user_grant.c.
 */
#include <sodium.h>
#include <stdio.h>

#include "base/time.h"
#include "cli/installation.h"
#include "review/people.h"
#include "store/people/people.h"
#include "store/people/signin.h"

enum { PASSWORD_MOST = VG_PASSWORD_MOST };

/* The first line of --password-file, or a made one. */
static int get_password(const vg_args *args, char out[PASSWORD_MOST + 2], bool *made, vg_error *err)
{
    const char *path = args->text[VG_OPT_PASSWORD_FILE];
    *made = path == NULL;
    if (!path) {
        vg_token_random(out, PASSWORD_MOST, 90);
        return 0;
    }
    FILE *file = strcmp(path, "-") ? fopen(path, "r") : stdin;
    if (!file) return vg_fail(err, VG_ENOENT, path, "cannot be read");
    bool got = fgets(out, PASSWORD_MOST + 2, file) != NULL;
    if (file != stdin) fclose(file);
    out[strcspn(out, "\r\n")] = '\0';
    return vg_review_password(vg_str_of(got ? out : ""), vg_str_of(args->word[0]), "--password-file", err);
}

static int hash_password(char *password, char hash[crypto_pwhash_STRBYTES], vg_error *err)
{
    int rc = crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                               crypto_pwhash_MEMLIMIT_INTERACTIVE);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory to hash the password") : 0;
}

static void show_password(const vg_args *args, const char *name, const char *password, bool made)
{
    if (!made) {
        fprintf(stderr, "%s is ready.\n", name);
    } else if (vg_arg_is(args, VG_OPT_JSON)) {
        printf("{\"name\":\"%s\",\"password\":\"%s\"}\n", name, password);
    } else {
        fprintf(stderr, "%s is ready. The password is shown this once:\n", name);
        puts(password);
    }
}

int vg_cmd_user_add(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    char password[PASSWORD_MOST + 2], hash[crypto_pwhash_STRBYTES];
    bool made;
    const char *role = vg_arg_text(args, VG_OPT_ROLE, "referent");
    vg_user user = {.name = vg_str_of(args->word[0]),
                    .display = vg_str_of(vg_arg_text(args, VG_OPT_DISPLAY, args->word[0])),
                    .language = vg_str_of(vg_arg_text(args, VG_OPT_LANGUAGE, "fr")),
                    .spaces = vg_str_of(vg_arg_text(args, VG_OPT_SPACES, "*")),
                    .role = VG_ROLES, .created_ms = vg_time_now()};
    for (int i = 0; i < VG_ROLES; i++)
        if (strcmp(role, vg_role_names[i]) == 0) user.role = (vg_role)i;
    int rc = user.role == VG_ROLES ? vg_fail(&err, VG_EINVAL, "--role", "unknown role \"%s\"; expected referent, lead, admin, auditor, analyst, prevention", role) : 0;
    if (!rc && !vg_str_is(user.language, "fr") && !vg_str_is(user.language, "en"))
        rc = vg_fail(&err, VG_EINVAL, "--language", "expected fr or en");
    if (!rc) rc = get_password(args, password, &made, &err);
    if (!rc) rc = vg_installation_open(&in, args, true, &err);
    if (!rc) rc = hash_password(password, hash, &err);
    if (!rc) {
        user.password_hash = vg_str_of(hash);
        rc = vg_store_user_add(in.store, &user, &err);
    }
    if (!rc) rc = vg_store_audit(in.store, vg_str_of(in.by), VG_STR("user.add"), user.name, VG_STR("{}"), &err);
    if (!rc) show_password(args, args->word[0], password, made);
    sodium_memzero(password, sizeof password);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

static const char *state_of(const vg_user *user, int64_t now_ms)
{
    if (user->closed_ms) return "  (closed)";
    if (user->disabled_ms) return "  (disabled)";
    if (vg_store_on_leave(user, now_ms)) return "  (on leave)";
    if (!user->password_hash.len) return "  (invited)";
    return user->locked_until_ms > now_ms ? "  (locked out)" : "";
}

static int print_user(const vg_user *user, vg_arena *arena, vg_error *err)
{
    char created[25];
    vg_str roles;
    int rc = vg_grants_text(user, arena, &roles, err);
    if (rc) return rc;
    vg_time_format(user->created_ms, created);
    printf("%-16.*s  %-28.*s  %-4.*s  %-24s  %.*s%s\n", VG_STR_ARG(user->name), VG_STR_ARG(roles), VG_STR_ARG(user->language), created,
           VG_STR_ARG(user->display), state_of(user, vg_time_now()));
    return 0;
}

static void write_grants(vg_buf *out, const vg_user *user)
{
    vg_buf_add_cstr(out, ",\"grants\":[");
    for (size_t i = 0; i < user->grant_count; i++) {
        vg_buf_add_cstr(out, i ? ",{\"space\":" : "{\"space\":");
        vg_buf_add_json_str(out, user->grants[i].space);
        vg_buf_printf(out, ",\"role\":\"%s\"}", vg_role_names[user->grants[i].role]);
    }
    vg_buf_add_char(out, ']');
}

int vg_cmd_user_list(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    vg_user *users = NULL;
    size_t count = 0;
    bool json = vg_arg_is(args, VG_OPT_JSON);
    vg_buf out;
    vg_buf_init(&out, 1 << 24);
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = vg_store_user_list(in.store, in.arena, &users, &count, &err);
    if (!rc && !json) printf("%-16s  %-28s  %-4s  %-24s  %s\n", "NAME", "ROLES", "LANG", "CREATED", "DISPLAY");
    vg_buf_add_char(&out, '[');
    for (size_t i = 0; !rc && i < count; i++) {
        if (!json) {
            rc = print_user(&users[i], in.arena, &err);
            continue;
        }
        char created[25];
        vg_time_format(users[i].created_ms, created);
        vg_buf_add_cstr(&out, i ? ",{\"name\":" : "{\"name\":");
        vg_buf_add_json_str(&out, users[i].name);
        vg_buf_add_cstr(&out, ",\"display\":");
        vg_buf_add_json_str(&out, users[i].display);
        vg_buf_add_cstr(&out, ",\"spaces\":");
        vg_buf_add_json_str(&out, users[i].spaces);
        write_grants(&out, &users[i]);
        vg_buf_printf(&out, ",\"role\":\"%s\",\"language\":\"%.*s\",\"created\":\"%s\",\"disabled\":%s}", vg_role_names[users[i].role],
                      VG_STR_ARG(users[i].language), created, users[i].disabled_ms ? "true" : "false");
    }
    vg_buf_add_char(&out, ']');
    if (!rc && json && out.ptr) puts(out.ptr);
    vg_buf_free(&out);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

int vg_cmd_user_disable(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = vg_store_user_disable(in.store, vg_str_of(args->word[0]), vg_str_of(in.by), &err);
    if (!rc) fprintf(stderr, "%s can no longer sign in; open sessions have ended.\n", args->word[0]);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

int vg_cmd_user_password(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    char password[PASSWORD_MOST + 2], hash[crypto_pwhash_STRBYTES];
    bool made;
    int rc = get_password(args, password, &made, &err);
    if (!rc) rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = hash_password(password, hash, &err);
    if (!rc) rc = vg_store_user_password(in.store, vg_str_of(args->word[0]), vg_str_of(hash), vg_str_of(in.by), &err);
    if (!rc) show_password(args, args->word[0], password, made);
    sodium_memzero(password, sizeof password);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

int vg_cmd_user_reset_second_factor(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = vg_store_factors_reset(in.store, vg_str_of(args->word[0]), vg_str_of(in.by), &err);
    if (!rc) fprintf(stderr, "%s signs in with the password alone now; open sessions have ended.\n", args->word[0]);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

int vg_cmd_user_link(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    const char *issuer = args->text[VG_OPT_OIDC_ISSUER], *subject = args->text[VG_OPT_SUBJECT];
    int rc = issuer && subject ? 0 : vg_fail(&err, VG_EINVAL, issuer ? "--subject" : "--oidc-issuer", "is needed");
    if (!rc) rc = vg_installation_open(&in, args, false, &err);
    if (!rc)
        rc = vg_store_oidc_link(in.store, vg_str_of(issuer), vg_str_of(subject), vg_str_of(args->word[0]), false, vg_str_of(in.by), &err);
    if (!rc) fprintf(stderr, "%s can sign in with %s now.\n", args->word[0], issuer);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}
