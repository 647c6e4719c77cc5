/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie webhook add|list|remove|retry.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "cli/installation.h"

/* https anywhere; http to this machine only. */
static int check_url(const char *url, vg_error *err)
{
    static const char *const plain[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
    bool good = strncmp(url, "https://", 8) == 0 && url[8];
    for (size_t i = 0; !good && i < sizeof plain / sizeof plain[0]; i++) {
        size_t len = strlen(plain[i]);
        good = strncmp(url, plain[i], len) == 0 && (!url[len] || url[len] == ':' || url[len] == '/');
    }
    if (!good || strlen(url) > 2000 || strchr(url, ' '))
        return vg_fail(err, VG_EINVAL, "--url", "expected https://..., or http:// to an address of this machine");
    return 0;
}

int vg_cmd_webhook_add(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    vg_webhook hook = {.created_ms = vg_time_now()};
    char secret[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)];
    if (!vg_arg_is(args, VG_OPT_SPACE) || !vg_arg_is(args, VG_OPT_URL)) {
        fprintf(stderr, "vigie webhook add: --space and --url are needed; see vigie webhook add --help\n");
        return 2;
    }
    int rc = check_url(args->text[VG_OPT_URL], &err);
    if (!rc) rc = vg_installation_open(&in, args, true, &err);
    if (!rc) {
        hook.space = vg_str_of(args->text[VG_OPT_SPACE]);
        hook.url = vg_str_of(args->text[VG_OPT_URL]);
        randombytes_buf(hook.secret, sizeof hook.secret);
        rc = vg_store_webhook_add(in.store, &hook, vg_str_of(in.by), &err);
    }
    if (!rc) {
        sodium_bin2base64(secret, sizeof secret, hook.secret, sizeof hook.secret, sodium_base64_VARIANT_ORIGINAL);
        if (vg_arg_is(args, VG_OPT_JSON)) printf("{\"id\":%lld,\"secret\":\"whsec_%s\"}\n", (long long)hook.id, secret);
        else {
            fprintf(stderr, "Webhook %lld. Its secret is shown this once:\n", (long long)hook.id);
            printf("whsec_%s\n", secret);
        }
    }
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

static void write_hook(vg_buf *out, const vg_webhook *hook, bool json)
{
    char created[25];
    vg_time_format(hook->created_ms, created);
    if (!json) {
        vg_buf_printf(out, "%4lld  %-16.*s  %-24s  %.*s%s\n", (long long)hook->id, VG_STR_ARG(hook->space), created,
                      VG_STR_ARG(hook->url), hook->disabled_ms ? "  (removed)" : "");
        return;
    }
    vg_buf_printf(out, "{\"id\":%lld,\"space\":", (long long)hook->id);
    vg_buf_add_json_str(out, hook->space);
    vg_buf_add_cstr(out, ",\"url\":");
    vg_buf_add_json_str(out, hook->url);
    vg_buf_printf(out, ",\"created\":\"%s\",\"removed\":%s}", created, hook->disabled_ms ? "true" : "false");
}

static void write_dead(vg_buf *out, const vg_delivery *d, bool json)
{
    char created[25];
    vg_time_format(d->created_ms, created);
    if (!json) {
        vg_buf_printf(out, "%6lld  %-14.*s  %-24s  %2d  %.*s  %.*s\n", (long long)d->id, VG_STR_ARG(d->type), created, d->attempts,
                      VG_STR_ARG(d->url), VG_STR_ARG(d->last_error));
        return;
    }
    vg_buf_printf(out, "{\"id\":%lld,\"type\":", (long long)d->id);
    vg_buf_add_json_str(out, d->type);
    vg_buf_add_cstr(out, ",\"url\":");
    vg_buf_add_json_str(out, d->url);
    vg_buf_printf(out, ",\"attempts\":%d,\"created\":\"%s\",\"last_error\":", d->attempts, created);
    vg_buf_add_json_str(out, d->last_error);
    vg_buf_add_char(out, '}');
}

int vg_cmd_webhook_list(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    vg_webhook *hooks = NULL;
    vg_delivery *dead = NULL;
    size_t count = 0;
    bool json = vg_arg_is(args, VG_OPT_JSON), letters = vg_arg_is(args, VG_OPT_DEAD);
    vg_buf out;
    vg_buf_init(&out, 1 << 26);
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc && letters)
        rc = vg_store_deliveries(in.store, true, VG_STR("*"), vg_time_now(), 10000, in.arena, &dead, &count, &err);
    else if (!rc)
        rc = vg_store_webhook_list(in.store, in.arena, &hooks, &count, &err);
    if (json) vg_buf_add_char(&out, '[');
    else if (letters) vg_buf_printf(&out, "%6s  %-14s  %-24s  %2s  %s\n", "ID", "TYPE", "CREATED", "N", "URL AND LAST ERROR");
    else vg_buf_printf(&out, "%4s  %-16s  %-24s  %s\n", "ID", "SPACE", "CREATED", "URL");
    for (size_t i = 0; !rc && i < count; i++) {
        if (json && i) vg_buf_add_char(&out, ',');
        if (letters) write_dead(&out, &dead[i], json);
        else write_hook(&out, &hooks[i], json);
    }
    if (json) vg_buf_add_cstr(&out, "]\n");
    if (!rc && out.ptr) fputs(out.ptr, stdout);
    vg_buf_free(&out);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

static int by_number(const vg_args *args, bool retry)
{
    vg_error err = {0};
    vg_installation in = {0};
    char *end = NULL;
    long long id = strtoll(args->word[0], &end, 10);
    int rc = *end || id <= 0 ? vg_fail(&err, VG_EINVAL, args->word[0], "not a number of the list; see vigie webhook list") : 0;
    if (!rc) rc = vg_installation_open(&in, args, false, &err);
    char object[40];
    snprintf(object, sizeof object, "delivery:%lld", id);
    if (!rc && retry) rc = vg_store_delivery_retry(in.store, id, vg_time_now(), &err);
    if (!rc && retry)
        rc = vg_store_audit(in.store, vg_str_of(in.by), VG_STR("webhook.retry"), vg_str_of(object), VG_STR("{}"), &err);
    else if (!rc) rc = vg_store_webhook_remove(in.store, id, vg_str_of(in.by), &err);
    if (!rc) fprintf(stderr, retry ? "Delivery %lld will be tried again.\n" : "Webhook %lld is removed.\n", id);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

int vg_cmd_webhook_remove(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    return by_number(args, false);
}

int vg_cmd_webhook_retry(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    return by_number(args, true);
}
