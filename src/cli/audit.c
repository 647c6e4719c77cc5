/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie audit verify|prove|checkpoint|key|export: the log checked, and what proves it to others.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/time.h"
#include "cli/installation.h"
#include "cli/progress.h"
#include "store/audit/audit.h"
#include "store/audit/check.h"

enum { FILE_MOST = 1 << 20, NOTES_MOST = 16 };

/* To --out, or standard output. */
static int put(const vg_args *args, vg_str bytes, vg_error *err)
{
    if (vg_arg_is(args, VG_OPT_OUT)) return vg_file_replace(args->text[VG_OPT_OUT], bytes.ptr, bytes.len, 0644, err);
    return fwrite(bytes.ptr, 1, bytes.len, stdout) == bytes.len ? 0 : vg_fail(err, VG_EIO, "standard output", "cannot be written");
}

/* ---- verify ---- */

static void show(void *context, int64_t done, int64_t total)
{
    vg_bar *bar = context;
    bar->total = (uint64_t)total;
    vg_bar_show(bar, (uint64_t)done, (uint64_t)done);
}

static int read_notes(const vg_args *args, vg_str notes[NOTES_MOST], vg_error *err)
{
    for (size_t i = 0; i < args->words; i++) {
        char *text = NULL;
        size_t len = 0;
        int rc = vg_file_read(args->word[i], VG_NOTE_MOST, &text, &len, err);
        if (rc) return rc;
        notes[i] = (vg_str){text, len};
    }
    return 0;
}

static void free_notes(vg_str notes[NOTES_MOST])
{
    for (size_t i = 0; i < NOTES_MOST; i++) vg_free((void *)(uintptr_t)notes[i].ptr);
}

static int verify_proof(const vg_args *args)
{
    vg_error err = {0};
    vg_note_key key;
    vg_audit_claim claim;
    vg_str notes[NOTES_MOST] = {{0}};
    char *text = NULL;
    size_t len = 0;
    if (!vg_arg_is(args, VG_OPT_KEY)) {
        fprintf(stderr, "vigie audit verify: --proof needs --key, the log's verifier key (vigie audit key, GET /v1/audit/key)\n");
        return 2;
    }
    int rc = vg_note_key_read(&key, vg_str_of(args->text[VG_OPT_KEY]), &err);
    if (!rc) rc = vg_file_read(args->text[VG_OPT_PROOF], FILE_MOST, &text, &len, &err);
    if (!rc) rc = vg_audit_proof_check((vg_str){text, len}, &key, &claim, &err);
    if (!rc) rc = read_notes(args, notes, &err);
    for (size_t i = 0; !rc && i < args->words; i++) rc = vg_audit_claim_holds(&claim, notes[i], &key, &err);
    free_notes(notes);
    vg_free(text);
    if (rc) return vg_cli_fail(&err);
    if (claim.entry) printf("entry %lld is in the log of %lld entries that %s signed%s\n", (long long)claim.entry, (long long)claim.size, key.name, claim.with_entry ? ", as it stands here" : "");
    else printf("the log of %lld entries is the beginning of the one of %lld; %s signed both\n", (long long)claim.from, (long long)claim.size, key.name);
    return 0;
}

int vg_cmd_audit_verify(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    vg_bar bar;
    vg_str notes[NOTES_MOST] = {{0}};
    vg_audit_checked out = {0};
    if (vg_arg_is(args, VG_OPT_PROOF)) return verify_proof(args);
    int rc = read_notes(args, notes, &err);
    if (!rc) rc = vg_installation_open(&in, args, false, &err);
    vg_bar_begin(&bar, "verifying", "entries", 0, vg_arg_is(args, VG_OPT_QUIET));
    const vg_audit_check how = {.progress = show, .context = &bar, .notes = notes, .note_count = args->words, .stamp_ca = args->text[VG_OPT_CA]};
    if (!rc) rc = vg_store_audit_check(in.store, &how, &out, &err);
    vg_bar_end(&bar);
    if (!rc) printf("%lld audit entries, chain intact\n", (long long)out.entries);
    if (!rc && out.checkpoints + out.notes) {
        printf("%lld checkpoints check", (long long)out.checkpoints);
        if (out.notes) printf(", and %lld kept elsewhere", (long long)out.notes);
        if (out.stamps) printf("; %lld time stamps%s", (long long)out.stamps, how.stamp_ca ? ", their signers too" : " (give --ca to check their signers)");
        puts("");
    }
    vg_installation_close(&in);
    free_notes(notes);
    return rc ? vg_cli_fail(&err) : 0;
}

/* ---- prove ---- */

static bool read_number(const char *text, int64_t *out)
{
    char *end = NULL;
    if (*text < '0' || *text > '9') return false;
    *out = strtoll(text, &end, 10);
    return *end == '\0' && *out > 0;
}

/* The newest checkpoint, made when it does not reach `least`. */
static int size_for(vg_installation *in, int64_t least, int64_t *size, vg_error *err)
{
    vg_checkpoint c = {0};
    if (*size) return 0;
    int rc = vg_store_audit_checkpoint_reaching(in->store, least, vg_time_now(), in->arena, &c, err);
    *size = c.size;
    return rc;
}

int vg_cmd_audit_prove(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    static const char usage[] = "vigie audit prove: expected the number of an entry, or --from and --to with sizes\n";
    int64_t entry = 0, from = vg_arg_number(args, VG_OPT_FROM, 0), size = vg_arg_number(args, VG_OPT_TO, 0);
    vg_audit_proof *proof = vg_calloc(1, sizeof *proof);
    vg_buf out;
    if ((args->words && !read_number(args->word[0], &entry)) || !entry == !from) {
        fputs(usage, stderr);
        vg_free(proof);
        return 2;
    }
    vg_buf_init(&out, FILE_MOST);
    int rc = proof ? vg_installation_open(&in, args, false, &err) : vg_fail(&err, VG_ENOMEM, "", "no memory for a proof");
    if (!rc) rc = size_for(&in, entry ? entry : from, &size, &err);
    if (!rc) rc = entry ? vg_store_audit_prove_entry(in.store, entry, size, proof, &err) : vg_store_audit_prove_growth(in.store, from, size, proof, &err);
    if (!rc) rc = vg_store_audit_proof_write(in.store, proof, true, in.arena, &out, &err);
    vg_buf_add_char(&out, '\n');
    if (!rc) rc = put(args, (vg_str){out.ptr, out.len}, &err);
    vg_buf_free(&out);
    vg_free(proof);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

/* ---- checkpoint, key ---- */

int vg_cmd_audit_checkpoint(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    vg_checkpoint c;
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc) rc = vg_store_audit_checkpoint_make(in.store, vg_time_now(), in.arena, &c, &err);
    if (!rc) rc = put(args, c.note, &err);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

static void write_keys(vg_buf *out, const vg_audit_key *keys, size_t count)
{
    vg_buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        char hex[65];
        vg_hex_encode(hex, keys[i].public_key, sizeof keys[i].public_key);
        vg_buf_printf(out, "%s{\"generation\":%d,\"verifier\":", i ? "," : "", keys[i].generation);
        vg_buf_add_json_str(out, keys[i].verifier);
        vg_buf_printf(out, ",\"public_key\":\"%s\"}", hex);
    }
    vg_buf_add_cstr(out, "]");
}

int vg_cmd_audit_key(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    vg_audit_key *keys = NULL;
    size_t count = 0;
    int rc = vg_installation_open(&in, args, false, &err);
    if (!rc && vg_arg_is(args, VG_OPT_ORIGIN)) rc = vg_store_audit_origin_set(in.store, vg_str_of(args->text[VG_OPT_ORIGIN]), vg_str_of(in.by), &err);
    if (!rc && vg_arg_is(args, VG_OPT_ROTATE)) {
        vg_checkpoint c;
        rc = vg_store_audit_key_rotate(in.store, vg_str_of(in.by), vg_time_now(), &err);
        if (!rc) rc = vg_store_audit_checkpoint_make(in.store, vg_time_now(), in.arena, &c, &err); /* signed by both */
    }
    if (!rc) rc = vg_store_audit_keys(in.store, in.arena, &keys, &count, &err);
    if (!rc && vg_arg_is(args, VG_OPT_JSON)) {
        vg_buf out;
        vg_buf_init(&out, FILE_MOST);
        write_keys(&out, keys, count);
        puts(out.ptr ? out.ptr : "[]");
        vg_buf_free(&out);
    } else
        for (size_t i = 0; !rc && i < count; i++) printf("%.*s\n", VG_STR_ARG(keys[i].verifier));
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

/* ---- export ---- */

typedef struct sink {
    FILE *file;
} sink;

static int write_piece(void *context, vg_str piece, vg_error *err)
{
    const sink *s = context;
    return fwrite(piece.ptr, 1, piece.len, s->file) == piece.len ? 0 : vg_fail(err, VG_EIO, "", "the export cannot be written: the disk may be full");
}

static int export_case(vg_installation *in, const char *name, sink *s, vg_error *err)
{
    vg_buf out;
    size_t entries;
    int64_t id = vg_case_id_of(vg_str_of(name));
    if (id <= 0) return vg_fail(err, VG_EINVAL, name, "is not the name of a case such as c-000123");
    vg_buf_init(&out, (size_t)1 << 30);
    int rc = vg_store_audit_excerpt(in->store, id, vg_time_now(), &out, &entries, err);
    if (!rc) rc = write_piece(s, (vg_str){out.ptr, out.len}, err);
    vg_buf_free(&out);
    return rc;
}

int vg_cmd_audit_export(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_installation in = {0};
    sink s = {stdout};
    int64_t entries;
    int rc = vg_installation_open(&in, args, false, &err);
    vg_str about = vg_str_of(args->words ? args->word[0] : "audit");
    if (!rc) rc = vg_store_audit(in.store, vg_str_of(in.by), VG_STR("audit.export"), about, VG_STR("{}"), &err);
    if (!rc && vg_arg_is(args, VG_OPT_OUT)) {
        s.file = fopen(args->text[VG_OPT_OUT], "wxe");
        if (!s.file) rc = vg_fail(&err, VG_EIO, args->text[VG_OPT_OUT], "cannot be made; a file that is there is not written over");
    }
    if (!rc) rc = args->words ? export_case(&in, args->word[0], &s, &err) : vg_store_audit_export(in.store, vg_time_now(), write_piece, &s, &entries, &err);
    if (s.file && s.file != stdout && fclose(s.file) && !rc) rc = vg_fail(&err, VG_EIO, args->text[VG_OPT_OUT], "cannot be written");
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}
