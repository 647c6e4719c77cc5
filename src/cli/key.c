/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie key create|list|revoke.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "cli/installation.h"

static const struct {
    const char *name;
    uint32_t bit;
} scopes[] = {{"events", VG_SCOPE_EVENTS}, {"media", VG_SCOPE_MEDIA}, {"cases_read", VG_SCOPE_CASES_READ}, {"metrics", VG_SCOPE_METRICS}, {"banks", VG_SCOPE_BANKS}, {"appeals", VG_SCOPE_APPEALS}, {"notices", VG_SCOPE_NOTICES}, {"demands", VG_SCOPE_DEMANDS}};
enum { SCOPE_COUNT = sizeof scopes / sizeof scopes[0] };

static int read_scopes(const char *list, uint32_t *out, vg_error *err)
{
    *out = 0;
    for (const char *p = list; *p;) {
        size_t len = strcspn(p, ","), i;
        for (i = 0; i < SCOPE_COUNT; i++)
            if (strlen(scopes[i].name) == len && memcmp(scopes[i].name, p, len) == 0) break;
        if (i == SCOPE_COUNT)
            return vg_fail(err, VG_EINVAL, "--scopes", "unknown scope \"%.*s\"; expected events, media, cases_read, metrics, banks, appeals, notices, demands", (int)len, p);
        *out |= scopes[i].bit;
        p += len + (p[len] == ',');
    }
    return *out ? 0 : vg_fail(err, VG_EINVAL, "--scopes", "no scope given");
}

static void print_scopes(uint32_t bits, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if ((bits & scopes[i].bit) && used < size)
            used += (size_t)snprintf(out + used, size - used, "%s%s", used ? "," : "", scopes[i].name);
}

enum { SERVER_WAIT_MS = 5000 };

/* A running server has its keys in RAM. Who is told that a key is there, or gone, may use that at once: so it is asked to look. */
static int tell_server(vg_installation *in, vg_error *err)
{
    vg_str answer;
    return vg_installation_served(in) ? vg_installation_ask(in, "keys", VG_STR("*"), VG_STR("*"), SERVER_WAIT_MS, &answer, err) : 0;
}

int vg_cmd_key_create(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    vg_api_key key = {.created_ms = vg_time_now()};
    char token[64] = "vg_";
    vg_error note = {0};
    int late = 0;
    if (!vg_arg_is(args, VG_OPT_SPACE)) {
        vg_fail(&err, VG_EINVAL, "--space", "which space is the key for? (* for all)");
        vg_cli_fail(&err);
        return 2;
    }
    int rc = read_scopes(vg_arg_text(args, VG_OPT_SCOPES, "events,media"), &key.scopes, &err);
    if (!rc) rc = vg_installation_open(&in, args, true, &err);
    if (!rc) {
        key.space = vg_str_of(args->text[VG_OPT_SPACE]);
        key.label = vg_str_of(vg_arg_text(args, VG_OPT_LABEL, args->text[VG_OPT_SPACE]));
        vg_token_random(token + 3, sizeof token - 3, 200);
        vg_seal_token_hash(in.ring, vg_str_of(token), key.hash);
        rc = vg_store_key_add(in.store, &key, vg_str_of(in.by), &err);
    }
    if (!rc) late = tell_server(&in, &note);
    if (!rc && vg_arg_is(args, VG_OPT_JSON)) {
        vg_buf out;
        vg_buf_init(&out, 4096);
        vg_buf_printf(&out, "{\"id\":%lld,\"space\":", (long long)key.id);
        vg_buf_add_json_str(&out, key.space);
        vg_buf_printf(&out, ",\"key\":\"%s\"}", token);
        puts(out.ptr);
        vg_buf_free(&out);
    } else if (!rc) {
        fprintf(stderr, "Key %lld for space %s. It is shown this once:\n", (long long)key.id, args->text[VG_OPT_SPACE]);
        puts(token);
    }
    if (!rc && late) fprintf(stderr, "The running server may not take it yet: %s\n", note.what);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

int vg_cmd_key_list(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    vg_api_key *keys = NULL;
    size_t count = 0;
    bool json = vg_arg_is(args, VG_OPT_JSON);
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = vg_store_key_list(in.store, in.arena, &keys, &count, &err);
    if (!rc && !json) printf("%4s  %-16s  %-32s  %-24s  %s\n", "ID", "SPACE", "SCOPES", "CREATED", "LABEL");
    vg_buf out;
    vg_buf_init(&out, 1 << 24);
    vg_buf_add_char(&out, '[');
    for (size_t i = 0; !rc && i < count; i++) {
        char list[64], created[25], revoked[25] = "";
        print_scopes(keys[i].scopes, list, sizeof list);
        vg_time_format(keys[i].created_ms, created);
        if (keys[i].revoked_ms) vg_time_format(keys[i].revoked_ms, revoked);
        if (!json) {
            printf("%4lld  %-16.*s  %-32s  %-24s  %.*s%s%s\n", (long long)keys[i].id, VG_STR_ARG(keys[i].space), list, created,
                   VG_STR_ARG(keys[i].label), revoked[0] ? "  revoked " : "", revoked);
            continue;
        }
        vg_buf_printf(&out, "%s{\"id\":%lld,\"space\":", i ? "," : "", (long long)keys[i].id);
        vg_buf_add_json_str(&out, keys[i].space);
        vg_buf_add_cstr(&out, ",\"label\":");
        vg_buf_add_json_str(&out, keys[i].label);
        vg_buf_printf(&out, ",\"scopes\":\"%s\",\"created\":\"%s\",\"revoked\":%s%s%s}", list, created, revoked[0] ? "\"" : "null",
                      revoked, revoked[0] ? "\"" : "");
    }
    vg_buf_add_char(&out, ']');
    if (!rc && json && out.ptr) puts(out.ptr);
    vg_buf_free(&out);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

int vg_cmd_key_revoke(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    char *end = NULL;
    long long id = strtoll(args->word[0], &end, 10);
    int rc = *end || id <= 0 ? vg_fail(&err, VG_EINVAL, args->word[0], "not the number of a key; see vigie key list") : 0;
    if (!rc) rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = vg_store_key_revoke(in.store, id, vg_str_of(in.by), vg_time_now(), &err);
    if (!rc) {
        rc = tell_server(&in, &err);
        fprintf(stderr, "Key %lld is revoked%s.\n", id, rc ? "; the running server may still take it" : "");
    }
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}
