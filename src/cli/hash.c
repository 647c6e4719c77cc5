/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie hash: the hashes of every picture and video below some paths.
 */
#include <stdio.h>

#include "cli/media_out.h"
#include "cli/scan.h"

typedef struct hashing {
    vg_out_format format;
    vg_pdq_profile profile;
} hashing;

static void write_head(void *context, vg_buf *out)
{
    const hashing *h = context;
    if (h->format != VG_OUT_CSV) return;
    vg_out_csv_head(out);
    vg_buf_add_cstr(out, "\r\n");
}

static int write_file(void *context, const vg_scan_file *file, const vg_decoded *decoded, vg_arena *arena, vg_buf *out,
                      vg_error *err)
{
    const hashing *h = context;
    (void)arena;
    (void)err;
    switch (h->format) {
    case VG_OUT_CSV:
        vg_out_csv_file(out, file, decoded, h->profile);
        vg_buf_add_cstr(out, "\r\n");
        break;
    case VG_OUT_VPDQ: vg_vpdq_write(out, decoded->frames, decoded->frame_count); break;
    default:
        vg_buf_add_char(out, '{');
        vg_out_json_file(out, file, decoded, h->profile, true);
        vg_buf_add_cstr(out, "}\n");
    }
    return 0;
}

int vg_scan_profile(const vg_args *args, vg_pdq_profile *out, vg_error *err)
{
    const char *name = vg_arg_text(args, VG_OPT_PROFILE, vg_pdq_profile_names[VG_PDQ_CPP]);
    for (int i = 0; i < VG_PDQ_PROFILES; i++)
        if (strcmp(name, vg_pdq_profile_names[i]) == 0) {
            *out = (vg_pdq_profile)i;
            return 0;
        }
    return vg_fail(err, VG_EINVAL, "--profile", "unknown profile \"%s\"; expected cpp or pytx", name);
}

void vg_scan_wants(const vg_args *args, vg_pdq_profile profile, vg_scan *scan)
{
    scan->want |= VG_WANT_DIGESTS | (profile == VG_PDQ_CPP ? VG_WANT_PDQ_CPP : VG_WANT_PDQ_PYTX);
    if (vg_arg_is(args, VG_OPT_EVERY_FRAME)) scan->want |= VG_WANT_EVERY_FRAME;
    scan->interval_ms = (uint32_t)vg_arg_number(args, VG_OPT_INTERVAL, 1000);
}

/* "1 file, 17 before; ..." on standard error, and the exit status. */
int vg_scan_tell(const vg_scan_counts *counts, const char *done)
{
    fprintf(stderr, "%llu files %s", (unsigned long long)counts->files, done);
    if (counts->before) fprintf(stderr, ", %llu were finished before", (unsigned long long)counts->before);
    if (counts->undecoded) fprintf(stderr, ", %llu could not be decoded", (unsigned long long)counts->undecoded);
    if (counts->unread) fprintf(stderr, ", %llu could not be read", (unsigned long long)counts->unread);
    fputs(".\n", stderr);
    return counts->unread != 0;
}

int vg_cmd_hash(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    hashing h = {0};
    char settings[128];
    vg_scan_counts counts = {0};
    int rc = vg_out_format_of(vg_arg_text(args, VG_OPT_FORMAT, "jsonl"),
                              1u << VG_OUT_JSONL | 1u << VG_OUT_CSV | 1u << VG_OUT_VPDQ, &h.format, &err);
    if (!rc) rc = vg_scan_profile(args, &h.profile, &err);
    if (!rc && h.format == VG_OUT_VPDQ && args->words != 1)
        rc = vg_fail(&err, VG_EINVAL, "--format", "vpdq is the form of one video: give one file");
    if (rc) {
        vg_cli_fail(&err);
        return 2;
    }
    vg_scan scan = {.args = args, .what = "hashing", .settings = settings, .head = write_head, .file = write_file, .context = &h};
    vg_scan_wants(args, h.profile, &scan);
    snprintf(settings, sizeof settings, "hash format=%d profile=%s every_frame=%d interval=%u", h.format,
             vg_pdq_profile_names[h.profile], vg_arg_is(args, VG_OPT_EVERY_FRAME), scan.interval_ms);
    rc = vg_scan_run(&scan, &counts, &err);
    return rc ? vg_cli_fail(&err) : vg_scan_tell(&counts, "hashed");
}
