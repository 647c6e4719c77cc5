/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie evidence …: keys, holds and certificates of a case; taking it away, handing its key over; and, for who receives: making a key,
 * opening a sealed archive, checking a bag.
 */
#include <inttypes.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/time.h"
#include "cli/installation.h"
#include "dossier.h"
#include "evidence_state.h"
#include "report/bag/bag.h"
#include "space/space.h"
#include "store/evidence/evidence.h"
#include "store/filings/annex.h"

enum { KEY_FILE_MOST = 4096, MANIFEST_MOST = 64 << 20, STATE_MOST = 4 << 20 };
static const char key_head[] = "vigie-receiver-key 1\n";

/* ---- a receiver's key ---- */

int vg_cmd_evidence_keygen(const vg_cli *cli, const vg_args *args)
{
    uint8_t public[32], secret[32];
    char public_hex[65], secret_hex[65], id[VG_KEY_ID + 1], text[256];
    const char *path = args->text[VG_OPT_OUT];
    vg_error err = {0};
    (void)cli;
    if (!path) {
        fprintf(stderr, "vigie evidence keygen: --out FILE says where the secret key goes\n");
        return 2;
    }
    if (sodium_init() < 0) return 1;
    crypto_box_keypair(public, secret);
    vg_hex_encode(public_hex, public, 32);
    vg_hex_encode(secret_hex, secret, 32);
    vg_key_id(public, id);
    int n = snprintf(text, sizeof text, "%spublic %s\nsecret %s\n", key_head, public_hex, secret_hex);
    int rc = vg_file_create(path, text, (size_t)n, 0600, &err);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(secret_hex, sizeof secret_hex);
    sodium_memzero(text, sizeof text);
    if (rc) return vg_cli_fail(&err);
    printf("%s\n", public_hex);
    fprintf(stderr, "key %s: the line above is public and goes to who reports to you; %s is secret and opens what they send\n", id, path);
    return 0;
}

static bool read_line(const char **at, const char *name, uint8_t out[32])
{
    size_t len = strlen(name);
    if (strncmp(*at, name, len) != 0 || strlen(*at) < len + 65 || (*at)[len + 64] != '\n' || !vg_hex_decode(out, 32, (vg_str){*at + len, 64})) return false;
    *at += len + 65;
    return true;
}

static int read_key(const char *path, uint8_t public[32], uint8_t secret[32], vg_error *err)
{
    char *text = NULL;
    size_t len = 0;
    uint8_t derived[32];
    if (!path) return vg_fail(err, VG_EINVAL, "--key", "expected the file that `vigie evidence keygen` made");
    int rc = vg_file_read(path, KEY_FILE_MOST, &text, &len, err);
    if (rc) return rc;
    const char *at = text + sizeof key_head - 1;
    if (len < sizeof key_head || strncmp(text, key_head, sizeof key_head - 1) != 0 || !read_line(&at, "public ", public) || !read_line(&at, "secret ", secret) ||
        crypto_scalarmult_base(derived, secret) || memcmp(derived, public, 32) != 0)
        rc = vg_fail(err, VG_EINVAL, path, "is no key of a receiver; expected the file that `vigie evidence keygen` made");
    sodium_memzero(text, len);
    vg_free(text);
    return rc;
}

/* ---- opening a sealed archive ---- */

static int from_file(void *context, uint8_t *out, size_t room, size_t *got, vg_error *err)
{
    *got = fread(out, 1, room, context);
    return *got || !ferror((FILE *)context) ? 0 : vg_fail(err, VG_EIO, "archive", "cannot be read: %s", strerror(errno));
}

static int to_file(void *context, const uint8_t *bytes, size_t len, vg_error *err)
{
    return fwrite(bytes, 1, len, context) == len ? 0 : vg_fail(err, VG_EFULL, "--out", "cannot be written: %s", strerror(errno));
}

/* What is opened is not for others to read, and is not left half-written. */
static FILE *create_output(const char *path, vg_error *err)
{
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    FILE *file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (!path) vg_fail(err, VG_EINVAL, "--out", "says which file to write");
    else if (!file) vg_fail(err, errno == EEXIST ? VG_EEXIST : VG_EIO, path, "cannot be made: %s", strerror(errno));
    return file;
}

static int close_output(FILE *file, const char *path, int rc, vg_error *err)
{
    if (!file) return rc ? rc : -err->code;
    if (!rc && (fflush(file) || fsync(fileno(file)))) rc = vg_fail(err, VG_EFULL, path, "cannot be written: %s", strerror(errno));
    fclose(file);
    if (rc) unlink(path);
    return rc;
}

int vg_cmd_evidence_open(const vg_cli *cli, const vg_args *args)
{
    uint8_t public[32], secret[32];
    const char *path = args->text[VG_OPT_OUT];
    vg_error err = {0};
    FILE *in = NULL, *out = NULL;
    (void)cli;
    if (sodium_init() < 0) return 1;
    int rc = read_key(args->text[VG_OPT_KEY], public, secret, &err);
    if (!rc && !(in = fopen(args->word[0], "rb"))) rc = vg_fail(&err, VG_ENOENT, args->word[0], "cannot be read: %s", strerror(errno));
    if (!rc && !(out = create_output(path, &err))) rc = -err.code;
    if (!rc) {
        const vg_sealed_source from = {in, from_file};
        const vg_bag_sink to = {out, to_file};
        rc = vg_sealed_open(public, secret, &from, &to, &err);
    }
    if (out) rc = close_output(out, path, rc, &err);
    if (in) fclose(in);
    sodium_memzero(secret, sizeof secret);
    if (rc) return vg_cli_fail(&err);
    fprintf(stderr, "%s is open and whole: unzip it, then read README.txt in it\n", path);
    return 0;
}

/* ---- checking a bag ---- */

static int check_file(const char *dir, const char *name, const char *want, vg_error *err)
{
    char path[4096], hex[65], part[1 << 14];
    uint8_t hash[32];
    crypto_hash_sha256_state state;
    size_t n;
    if (name[0] == '/' || strstr(name, "..")) return vg_fail(err, VG_ECORRUPT, name, "may not be in a bag");
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path) return vg_fail(err, VG_EINVAL, name, "the path is too long");
    FILE *file = fopen(path, "rb");
    if (!file) return vg_fail(err, VG_ECORRUPT, name, "is missing");
    crypto_hash_sha256_init(&state);
    while ((n = fread(part, 1, sizeof part, file)) > 0) crypto_hash_sha256_update(&state, (const uint8_t *)part, n);
    fclose(file);
    crypto_hash_sha256_final(&state, hash);
    vg_hex_encode(hex, hash, sizeof hash);
    return strncmp(hex, want, 64) == 0 ? 0 : vg_fail(err, VG_ECORRUPT, name, "was altered: its SHA-256 is %s", hex);
}

static int check_manifest(const char *dir, const char *manifest, size_t *count, vg_error *err)
{
    char path[4096], *text = NULL;
    size_t len = 0;
    if (snprintf(path, sizeof path, "%s/%s", dir, manifest) >= (int)sizeof path) return vg_fail(err, VG_EINVAL, dir, "the path is too long");
    int rc = vg_file_read(path, MANIFEST_MOST, &text, &len, err);
    for (char *line = text, *end; !rc && line && *line; line = end + 1) {
        end = strchr(line, '\n');
        if (!end || end - line < 67 || line[64] != ' ' || line[65] != ' ') {
            rc = vg_fail(err, VG_ECORRUPT, manifest, "has a line that is none of a manifest");
            break;
        }
        *end = '\0';
        rc = check_file(dir, line + 66, line, err);
        ++*count;
    }
    vg_free(text);
    return rc;
}

int vg_cmd_evidence_verify(const vg_cli *cli, const vg_args *args)
{
    vg_error err = {0};
    size_t count = 0;
    (void)cli;
    if (sodium_init() < 0) return 1;
    int rc = check_manifest(args->word[0], "tagmanifest-sha256.txt", &count, &err);
    if (!rc) rc = check_manifest(args->word[0], "manifest-sha256.txt", &count, &err);
    if (rc) return vg_cli_fail(&err);
    printf("%zu files check\n", count);
    return 0;
}

/* ---- of an installation ---- */

static int find_case(vg_installation *in, const vg_args *args, vg_case *c, vg_error *err)
{
    int64_t id = vg_case_id_of(vg_str_of(args->word[0]));
    int rc = vg_installation_open(in, args, false, err);
    if (!rc && id <= 0) rc = vg_fail(err, VG_EINVAL, args->word[0], "is no case; expected c-000123");
    if (!rc) rc = vg_store_case_get(in->store, id, in->arena, c, err);
    if (!rc && c->shadow) rc = vg_fail(err, VG_ENOENT, args->word[0], "there is no such case");
    return rc;
}

static void show_times(const char *what, int64_t ms)
{
    char when[25];
    if (!ms) return;
    vg_time_format(ms, when);
    printf("  %s %.16s", what, when);
}

static int show(vg_installation *in, const vg_case *c, vg_error *err)
{
    vg_case_key_row *keys;
    vg_hand_over *given;
    vg_hold *holds;
    vg_evidence_size size;
    size_t key_count, given_count, hold_count;
    int rc = vg_store_case_keys(in->store, c->id, in->arena, &keys, &key_count, err);
    if (!rc) rc = vg_store_hand_overs(in->store, c->id, in->arena, &given, &given_count, err);
    if (!rc) rc = vg_store_holds(in->store, c->id, in->arena, &holds, &hold_count, err);
    if (!rc) rc = vg_store_evidence_size(in->store, c->id, &size, err);
    if (rc) return rc;
    printf("events %" PRId64 ", %" PRId64 " sealed bytes; media %" PRId64 ", %" PRId64 " bytes%s\n", size.events, size.event_bytes, size.media, size.media_bytes,
           c->destroyed ? "; destroyed" : "");
    for (size_t i = 0; i < key_count; i++) {
        printf("key %" PRId64 "  %s", keys[i].generation, vg_key_end_names[keys[i].end]);
        show_times("made", keys[i].made_ms);
        show_times("ended", keys[i].ended_ms);
        putchar('\n');
    }
    for (size_t i = 0; i < given_count; i++) {
        char id[VG_KEY_ID + 1];
        vg_key_id(given[i].public_key, id);
        printf("hand-over of key %" PRId64 " to %.*s (key %s) by %.*s", given[i].generation, VG_STR_ARG(given[i].receiver), id, VG_STR_ARG(given[i].by));
        show_times("on", given[i].time_ms);
        putchar('\n');
    }
    for (size_t i = 0; i < hold_count; i++) {
        printf("hold by %.*s", VG_STR_ARG(holds[i].placed_by));
        show_times("placed", holds[i].placed_ms);
        show_times("to be looked at again", holds[i].review_ms);
        show_times("released", holds[i].released_ms);
        putchar('\n');
    }
    return 0;
}

int vg_cmd_evidence_show(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    vg_case c;
    (void)cli;
    int rc = find_case(&in, args, &c, &err);
    if (!rc) rc = show(&in, &c, &err);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

int vg_cmd_evidence_certificate(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    vg_case c;
    vg_destruction *list = NULL;
    size_t count = 0;
    vg_buf out;
    (void)cli;
    vg_buf_init(&out, 16 << 20);
    int rc = find_case(&in, args, &c, &err);
    if (!rc) rc = vg_store_destructions(in.store, c.id, in.arena, &list, &count, &err);
    if (!rc && !count) rc = vg_fail(&err, VG_ENOENT, args->word[0], "nothing of this case was destroyed: there is no certificate");
    if (!rc) {
        vg_store_destructions_write(&out, in.ring, list, count);
        if (out.failed) rc = vg_fail(&err, VG_ENOMEM, "", "no memory for the certificates");
        else printf("%s\n", out.ptr);
    }
    vg_buf_free(&out);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}

/* The receiver as the space's policy has it, with the day its key ends. */
static int find_receiver(const vg_args *args, vg_str space, uint8_t out[32], int64_t *until_ms, vg_error *err)
{
    const char *id = args->text[VG_OPT_RECEIVER];
    vg_policy_set *set = NULL;
    int rc = vg_policy_set_load(&set, vg_cli_policy(args), err);
    if (rc) return rc;
    const vg_policy *policy = vg_policy_set_find(set, space, NULL);
    const vg_policy_report *report = policy ? policy->report : NULL;
    rc = vg_fail(err, VG_EUNPROCESSABLE, "--receiver", "the space knows no receiver %s with a public key: it goes under report.receivers of its policy, or give --public-key", id);
    for (size_t i = 0; report && i < report->receiver_count; i++) {
        const vg_receiver *r = &report->receivers[i];
        if (strcmp(r->id, id) != 0 || !r->has_key) continue;
        memcpy(out, r->public_key, 32);
        *until_ms = r->key_until_ms;
        rc = 0;
    }
    vg_policy_set_unref(&set);
    return rc;
}

static int read_public(const vg_args *args, vg_str space, uint8_t out[32], int64_t *until_ms, vg_error *err)
{
    const char *text = args->text[VG_OPT_PUBLIC_KEY];
    *until_ms = 0;
    if (!text && args->text[VG_OPT_RECEIVER]) return find_receiver(args, space, out, until_ms, err);
    if (!text || !vg_hex_decode(out, 32, vg_str_of(text)))
        return vg_fail(err, VG_EINVAL, "--public-key", "expected the 64 hexadecimal digits that the receiver's `vigie evidence keygen` printed");
    return 0;
}

int vg_cmd_evidence_hand_over(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    vg_case c;
    uint8_t public[32];
    size_t count = 0;
    (void)cli;
    int64_t until_ms = 0;
    int rc = find_case(&in, args, &c, &err);
    if (!rc) rc = read_public(args, c.space, public, &until_ms, &err);
    if (!rc && !vg_arg_is(args, VG_OPT_YES))
        rc = vg_fail(&err, VG_EINVAL, args->word[0], "afterwards nobody here can open this case any more: say --yes");
    if (!rc) {
        const vg_hand_over_ask ask = {.case_id = c.id, .receiver = vg_str_of(vg_arg_text(args, VG_OPT_RECEIVER, "")), .public_key = public, .key_until_ms = until_ms,
                                      .by = vg_str_of(in.by), .reason = vg_str_of(vg_arg_text(args, VG_OPT_REASON, "")), .now_ms = vg_time_now()};
        rc = vg_store_hand_over(in.store, &ask, &count, &err);
    }
    vg_installation_close(&in);
    if (rc) return vg_cli_fail(&err);
    fprintf(stderr, "%s: %zu keys were handed over; nothing of it opens here any more\n", args->word[0], count);
    return 0;
}

static int put_on_record(vg_installation *in, const vg_args *args, const vg_case *c, int64_t now_ms, vg_error *err)
{
    const vg_archive_taken taken = {.case_id = c->id, .receiver = vg_str_of(vg_arg_text(args, VG_OPT_RECEIVER, "")), .media = vg_arg_is(args, VG_OPT_MEDIA),
                                    .user = vg_str_of(in->by), .now_ms = now_ms};
    return vg_store_archive_taken(in->store, &taken, err);
}

/* As the server writes it; without --policy the clock says only what needs no rules of the space. */
static int write_state(vg_installation *in, const vg_args *args, const vg_case *c, vg_buf *state, vg_error *err)
{
    vg_policy_set *set = NULL;
    vg_error ignored = {0};
    if (vg_policy_set_load(&set, vg_cli_policy(args), &ignored)) set = NULL;
    int rc = vg_evidence_state_write(in->store, set ? vg_policy_set_find(set, c->space, NULL) : NULL, c, true, in->arena, state, err);
    if (set) vg_policy_set_unref(&set);
    return rc;
}

static int write_archive(vg_installation *in, const vg_args *args, const vg_case *c, FILE *out, vg_error *err)
{
    uint8_t public[32];
    vg_dossier d;
    vg_sealer *sealer = NULL;
    bool sealed = args->text[VG_OPT_PUBLIC_KEY] || args->text[VG_OPT_RECEIVER], removed = false;
    int64_t now_ms = vg_time_now(), since_ms, until_ms = 0;
    const vg_bag_sink file = {out, to_file};
    const vg_dossier_ask ask = {.case_id = c->id, .reader = vg_str_of(in->by), .outgoing = true, .in_clear = !sealed, .data_dir = in->dir, .ring = in->ring, .now_ms = now_ms};
    vg_bag_file audit[VG_DOSSIER_AUDIT_FILES];
    vg_buf excerpt, state;
    vg_buf_init(&excerpt, 0);
    vg_buf_init(&state, STATE_MOST);
    int rc = sealed ? read_public(args, c->space, public, &until_ms, err) : 0;
    if (!rc && vg_arg_is(args, VG_OPT_MEDIA) && !sealed) rc = vg_store_removed(in->store, c->id, &removed, &since_ms, err);
    if (!rc && removed) rc = vg_fail(err, VG_EREMOVED, args->word[0], "the law requires its media to be removed: they leave only sealed, with --receiver or --public-key");
    if (!rc) rc = put_on_record(in, args, c, now_ms, err);
    if (!rc) rc = vg_dossier_gather(in->store, &ask, in->arena, &d, err);
    if (!rc) rc = write_state(in, args, c, &state, err);
    if (!rc) rc = vg_dossier_audit(in->store, c->id, now_ms, in->arena, &excerpt, audit, err);
    const vg_bag_options options = {.media = vg_arg_is(args, VG_OPT_MEDIA), .by = vg_str_of(in->by), .reason = vg_str_of(vg_arg_text(args, VG_OPT_REASON, "")),
                                    .state = {state.ptr ? state.ptr : "", state.len}, .audit = audit, .audit_count = VG_DOSSIER_AUDIT_FILES};
    if (!rc && sealed) rc = vg_sealer_begin(&sealer, public, until_ms, now_ms, &file, err);
    const vg_bag_sink sink = sealer ? vg_sealer_sink(sealer) : file;
    if (!rc) rc = vg_bag_write(&d, &options, &sink, err);
    if (sealer && rc) vg_sealer_abandon(&sealer);
    vg_buf_free(&excerpt);
    vg_buf_free(&state);
    return sealer ? vg_sealer_end(&sealer, err) : rc;
}

int vg_cmd_evidence_archive(const vg_cli *cli, const vg_args *args)
{
    vg_installation in = {0};
    vg_error err = {0};
    vg_case c;
    FILE *out = NULL;
    const char *path = args->text[VG_OPT_OUT];
    (void)cli;
    int rc = find_case(&in, args, &c, &err);
    if (!rc && !args->text[VG_OPT_REASON]) rc = vg_fail(&err, VG_EINVAL, "--reason", "says why the case is taken away");
    if (!rc && !(out = create_output(path, &err))) rc = -err.code;
    if (!rc) rc = write_archive(&in, args, &c, out, &err);
    if (out) rc = close_output(out, path, rc, &err);
    vg_installation_close(&in);
    return rc ? vg_cli_fail(&err) : 0;
}
