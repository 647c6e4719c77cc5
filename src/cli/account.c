/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie export and vigie erase: everything about one account, and forgetting it.
 *
 * Memory belongs to the server while one runs. So the command tries to open it; when it is held, it leaves a
 * request in the store, which the server answers within a moment (net/watch.c), and waits.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "cli/installation.h"
#include "memory/memory.h"

enum { WAIT_MS = 30000 };

static int open_memory(const vg_installation *in, vg_memory **memory, vg_error *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/memory", in->dir);
    return vg_memory_open(memory, &(vg_memory_options){.dir = path, .key = vg_keyring_names(in->ring)}, err);
}

static vg_str source_of(vg_installation *in, vg_str space) { return vg_arena_printf(in->arena, "/spaces/%.*s", VG_STR_ARG(space)); }

static int export_alone(vg_installation *in, vg_memory *memory, vg_str space, vg_str account, vg_buf *out, vg_error *err)
{
    vg_buf_add_cstr(out, "{\"space\":");
    vg_buf_add_json_str(out, space);
    vg_buf_add_cstr(out, ",\"account\":");
    vg_buf_add_json_str(out, account);
    char now[25];
    vg_time_format(vg_time_now(), now);
    vg_buf_printf(out, ",\"exported\":\"%s\",\"memory\":", now);
    size_t before = out->len;
    int rc = vg_memory_export(memory, source_of(in, space), account, out, err);
    if (rc == -VG_ENOENT) {
        out->len = before;
        vg_buf_add_cstr(out, "null");
        rc = 0;
    }
    vg_buf_add_char(out, ',');
    if (!rc) rc = vg_store_export(in->store, space, account, vg_str_of(in->by), out, err);
    vg_buf_add_char(out, '}');
    if (!rc && out->failed) rc = vg_fail(err, VG_ENOMEM, "", "the export is too large for memory");
    return rc;
}

static int erase_alone(vg_installation *in, vg_memory *memory, vg_str space, vg_str account, vg_buf *out, vg_error *err)
{
    size_t removed = 0;
    vg_erase_result result = {0};
    /* the store first: should it fail, nothing was erased and the command can be given again */
    int rc = vg_store_erase(in->store, space, account, vg_str_of(in->by), &result, err);
    if (!rc) rc = vg_memory_erase(memory, source_of(in, space), account, &removed, err);
    if (rc == -VG_ENOENT) rc = 0;
    if (!rc)
        vg_buf_printf(out, "{\"memory_removed\":%zu,\"cases_erased\":%lld,\"cases_on_hold\":%lld,\"cases_open\":%lld}", removed,
                      (long long)result.cases_erased, (long long)result.cases_on_hold, (long long)result.cases_open);
    return rc;
}

/* Either way of doing `kind`, with or without a running server. */
static int do_request(const vg_args *args, const char *kind, vg_buf *out, vg_error *err)
{
    vg_installation in = {0};
    vg_memory *memory = NULL;
    vg_str space = vg_str_of(args->text[VG_OPT_SPACE]), account = vg_str_of(args->word[0]), answer = {0};
    int rc = vg_installation_open(&in, args, false, err);
    if (!rc) {
        rc = open_memory(&in, &memory, err);
        if (rc == -VG_EBUSY) {
            rc = vg_installation_ask(&in, kind, space, account, WAIT_MS, &answer, err);
            if (!rc) vg_buf_add_str(out, answer);
        } else if (!rc) {
            rc = kind[1] == 'x' ? export_alone(&in, memory, space, account, out, err)
                                : erase_alone(&in, memory, space, account, out, err);
        }
    }
    vg_memory_close(&memory);
    vg_installation_close(&in);
    return rc;
}

static bool space_given(const vg_args *args, const char *command)
{
    if (vg_arg_is(args, VG_OPT_SPACE)) return true;
    fprintf(stderr, "vigie %s: --space is needed: accounts belong to a space\n", command);
    return false;
}

int vg_cmd_export(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_buf out;
    if (!space_given(args, "export")) return 2;
    vg_buf_init(&out, (size_t)1 << 30);
    int rc = do_request(args, "export", &out, &err);
    vg_buf_add_char(&out, '\n');
    if (!rc && vg_arg_is(args, VG_OPT_OUT)) rc = vg_file_replace(args->text[VG_OPT_OUT], out.ptr, out.len, 0600, &err);
    else if (!rc) fwrite(out.ptr, 1, out.len, stdout);
    vg_buf_free(&out);
    return rc ? vg_cli_fail(&err) : 0;
}

static bool confirmed(const vg_args *args)
{
    if (vg_arg_is(args, VG_OPT_YES)) return true;
    if (!isatty(STDIN_FILENO)) {
        fprintf(stderr, "vigie erase: give --yes to erase without being asked\n");
        return false;
    }
    fprintf(stderr, "Erase everything about \"%s\" in %s that no open case and no legal hold keeps? Type yes: ", args->word[0],
            args->text[VG_OPT_SPACE]);
    char answer[8] = "";
    return fgets(answer, sizeof answer, stdin) && strncmp(answer, "yes", 3) == 0;
}

int vg_cmd_erase(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_buf out;
    if (!space_given(args, "erase") || !confirmed(args)) return 2;
    vg_buf_init(&out, 1 << 20);
    int rc = do_request(args, "erase", &out, &err);
    if (!rc && out.ptr) puts(out.ptr);
    vg_buf_free(&out);
    return rc ? vg_cli_fail(&err) : 0;
}

int vg_cmd_memory_digest(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    vg_memory *memory = NULL;
    vg_memory_stats stats;
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = open_memory(&in, &memory, &err);
    if (!rc) {
        vg_memory_stats_get(memory, true, &stats);
        printf("{\"accounts\":%zu,\"pairs\":%zu,\"conversations\":%zu,\"seen\":%zu,\"digest\":\"%016llx\"}\n", stats.accounts, stats.pairs,
               stats.conversations, stats.seen, (unsigned long long)stats.digest);
    }
    vg_memory_close(&memory);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}
