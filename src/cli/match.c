/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie match: which files below some paths are on a list. This is how a host looks through what it stores.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "banks.h"
#include "base/hash.h"
#include "base/time.h"
#include "cli/installation.h"
#include "cli/media_out.h"
#include "cli/progress.h"
#include "cli/scan.h"
#include "matcher.h"
#include "report/xarf/xarf.h"

typedef struct matching {
    vg_out_format format;
    vg_pdq_profile profile;
    bool all;
    vg_matcher *matcher; /* --list */
    vg_banks *banks;     /* or the banks of the data directory */
    vg_bank_set *set;    /* a reference of theirs */
    int64_t now_ms;
    vg_str org, contact, domain; /* --reporter, of XARF */
    const char *base_url, *host;
    _Atomic uint64_t matched, no_classification;
} matching;

static const vg_bank_set *set_of(const matching *m) { return m->matcher ? vg_matcher_set(m->matcher) : m->set; }

/* ---- JSON and CSV ---- */

static void json_match(const matching *m, const vg_media_match *match, vg_buf *out)
{
    const vg_bank_set *set = set_of(m);
    const vg_bank *bank = vg_bank_set_at(set, match->bank);
    vg_buf_add_cstr(out, "{\"bank\":");
    vg_buf_add_json_str(out, bank->name);
    vg_buf_printf(out, ",\"effect\":\"%s\",\"classification\":", vg_bank_effect_names[bank->effect]);
    vg_buf_add_json_str(out, bank->classification);
    vg_buf_add_cstr(out, ",\"category\":");
    vg_buf_add_json_str(out, vg_bank_set_category(set, match));
    vg_buf_printf(out, ",\"entry\":%u", match->entry);
    if (m->matcher) {
        vg_buf_add_cstr(out, ",\"reference\":");
        vg_buf_add_json_str(out, vg_matcher_reference(m->matcher, match));
    }
    vg_buf_printf(out, ",\"algorithm\":\"%s\"", vg_hash_algorithm_names[match->algorithm]);
    if (match->algorithm == VG_HASH_PDQ)
        vg_buf_printf(out, ",\"distance\":%u,\"turn\":\"%s\"", match->distance, vg_turn_names[match->turn]);
    if (match->bank_percent)
        vg_buf_printf(out, ",\"query_percent\":%u,\"bank_percent\":%u", match->query_percent, match->bank_percent);
    if (match->doubted) vg_buf_add_cstr(out, ",\"doubted\":true");
    vg_buf_add_char(out, '}');
}

static void write_json(const matching *m, const vg_scan_file *file, const vg_decoded *decoded, const vg_bank_result *found,
                       vg_buf *out)
{
    vg_buf_add_char(out, '{');
    vg_out_json_file(out, file, decoded, m->profile, false);
    vg_buf_add_cstr(out, ",\"matches\":[");
    for (size_t i = 0; i < found->count; i++) {
        if (i) vg_buf_add_char(out, ',');
        json_match(m, &found->match[i], out);
    }
    vg_buf_add_char(out, ']');
    if (found->found > found->count) vg_buf_printf(out, ",\"matches_in_all\":%zu", found->found);
    if (found->allowed) {
        vg_buf_add_cstr(out, ",\"allowed_by\":");
        json_match(m, &found->allow, out);
    }
    vg_buf_add_cstr(out, "}\n");
}

static void csv_match(const matching *m, const vg_media_match *match, vg_buf *out)
{
    const vg_bank_set *set = set_of(m);
    const vg_bank *bank = vg_bank_set_at(set, match->bank);
    vg_out_csv_field(out, bank->name, false);
    vg_buf_printf(out, ",%s", vg_bank_effect_names[bank->effect]);
    vg_out_csv_field(out, bank->classification, false);
    vg_out_csv_field(out, vg_bank_set_category(set, match), false);
    vg_buf_printf(out, ",%u", match->entry);
    vg_out_csv_field(out, m->matcher ? vg_matcher_reference(m->matcher, match) : VG_STR(""), false);
    vg_buf_printf(out, ",%s,%u,%s,%u,%u", vg_hash_algorithm_names[match->algorithm], match->distance, vg_turn_names[match->turn],
                  match->query_percent, match->bank_percent);
}

/* A line for each match. */
static void write_csv(const matching *m, const vg_scan_file *file, const vg_decoded *decoded, const vg_bank_result *found,
                      vg_buf *out)
{
    for (size_t i = 0; i < found->count || (i == 0 && m->all); i++) {
        vg_out_csv_file(out, file, decoded, m->profile);
        if (i < found->count) csv_match(m, &found->match[i], out);
        else vg_buf_add_cstr(out, ",,,,,,,,,,,");
        vg_buf_add_cstr(out, "\r\n");
    }
}

/* ---- XARF 4.2, content/csam ---- */

/* The address of a file: --base-url and its path, percent-encoded. */
static void add_url(const matching *m, const char *path, vg_buf *out)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    size_t len = strlen(m->base_url);
    while (strncmp(path, "./", 2) == 0) path += 2;
    while (*path == '/') path++;
    vg_buf_add(out, m->base_url, len);
    if (len && m->base_url[len - 1] != '/') vg_buf_add_char(out, '/');
    for (; *path; path++) {
        if (strchr(plain, *path)) vg_buf_add_char(out, *path);
        else vg_buf_printf(out, "%%%02X", (unsigned)(uint8_t)*path);
    }
}

static void write_xarf(matching *m, const vg_scan_file *file, const vg_decoded *decoded, const vg_bank_result *found, vg_buf *out)
{
    const vg_media_match *match = NULL;
    uint8_t random[16];
    char id[37];
    vg_buf url;
    if (!found->count) return;
    for (size_t i = 0; i < found->count && !match; i++)
        if (vg_xarf_class(vg_bank_set_category(set_of(m), &found->match[i]))) match = &found->match[i];
    if (!match) {
        m->no_classification++;
        return;
    }
    vg_buf_init(&url, 64 << 10);
    add_url(m, file->path, &url);
    randombytes_buf(random, sizeof random);
    vg_xarf_uuid(random, id);
    vg_xarf report = {.report_id = id, .time_ms = m->now_ms, .org = m->org, .contact = m->contact, .domain = m->domain,
                      .source_identifier = vg_str_of(m->host), .url = {url.ptr, url.len}, .type = VG_XARF_CSAM,
                      .classification = vg_bank_set_category(set_of(m), match), .detection_method = "hash_match",
                      .media_type = decoded->kind == VG_MEDIA_VIDEO ? "video" : "image", .sha256 = decoded->sha256, .sha1 = decoded->sha1,
                      .md5 = decoded->md5, .evidence_source = "automated_scan"};
    snprintf(report.tags[0], sizeof report.tags[0], "match:%s", match->algorithm == VG_HASH_PDQ ? "near" : "exact");
    if (match->algorithm == VG_HASH_PDQ) snprintf(report.tags[1], sizeof report.tags[1], "distance:%u", match->distance);
    if (url.failed) out->failed = true;
    vg_xarf_write(out, &report);
    vg_buf_add_char(out, '\n');
    vg_buf_free(&url);
}

/* ---- one file ---- */

static void write_head(void *context, vg_buf *out)
{
    const matching *m = context;
    if (m->format != VG_OUT_CSV) return;
    vg_out_csv_head(out);
    vg_buf_add_cstr(out, ",bank,effect,classification,category,entry,reference,algorithm,distance,turn,query_percent,bank_percent\r\n");
}

static int match_file(void *context, const vg_scan_file *file, const vg_decoded *decoded, vg_arena *arena, vg_buf *out,
                      vg_error *err)
{
    matching *m = context;
    vg_media_hash *hashes = NULL;
    size_t count = 0;
    vg_bank_result found;
    int rc = vg_decoded_hashes(decoded, arena, &hashes, &count, err);
    if (!rc) rc = vg_bank_set_match(set_of(m), VG_STR(""), m->now_ms, hashes, count, &found, err);
    if (rc) return rc;
    if (found.count) m->matched++;
    if (!found.count && !m->all) return 0;
    if (m->format == VG_OUT_XARF) write_xarf(m, file, decoded, &found, out);
    else if (m->format == VG_OUT_CSV) write_csv(m, file, decoded, &found, out);
    else write_json(m, file, decoded, &found, out);
    return 0;
}

/* ---- the command line ---- */

/* "ORG,CONTACT,DOMAIN" */
static int read_reporter(matching *m, const vg_args *args, vg_error *err)
{
    vg_str rest = vg_str_of(args->text[VG_OPT_REPORTER]), part[3] = {{0}};
    for (int i = 0; i < 3; i++) {
        const char *comma = i < 2 ? memchr(rest.ptr, ',', rest.len) : NULL;
        part[i] = (vg_str){rest.ptr, comma ? (size_t)(comma - rest.ptr) : rest.len};
        rest = comma ? (vg_str){comma + 1, rest.len - part[i].len - 1} : (vg_str){"", 0};
        if (!part[i].len)
            return vg_fail(err, VG_EINVAL, "--reporter", "XARF says who reports: expected ORGANISATION,E-MAIL,DOMAIN");
    }
    m->org = part[0];
    m->contact = part[1];
    m->domain = part[2];
    m->base_url = vg_arg_text(args, VG_OPT_BASE_URL, "");
    m->host = vg_arg_text(args, VG_OPT_HOST, "");
    if (strncmp(m->base_url, "http://", 7) != 0 && strncmp(m->base_url, "https://", 8) != 0)
        return vg_fail(err, VG_EINVAL, "--base-url", "XARF says where a file is found: expected the address that the paths are below, https://...");
    if (!m->host[0]) return vg_fail(err, VG_EINVAL, "--host", "XARF says from where: expected the address or name of the server");
    return 0;
}

static int read_arguments(matching *m, const vg_args *args, vg_error *err)
{
    int rc = vg_out_format_of(vg_arg_text(args, VG_OPT_FORMAT, "jsonl"),
                              1u << VG_OUT_JSONL | 1u << VG_OUT_CSV | 1u << VG_OUT_XARF, &m->format, err);
    if (!rc) rc = vg_scan_profile(args, &m->profile, err);
    if (!rc && m->format == VG_OUT_XARF) rc = read_reporter(m, args, err);
    m->all = vg_arg_is(args, VG_OPT_ALL) && m->format != VG_OUT_XARF;
    m->now_ms = vg_time_now();
    return rc;
}

static void tell_skipped(void *context, size_t line, const char *reason)
{
    uint64_t *told = context;
    if (++*told <= 10) fprintf(stderr, "vigie: record %zu was skipped: %s\n", line, reason);
}

/* --list FILE, several separated by commas; else the banks of --data. */
static int open_lists(matching *m, const vg_args *args, vg_error *err)
{
    vg_list_result result;
    uint64_t skipped = 0;
    const char *name = args->text[VG_OPT_LIST];
    if (!name) {
        int rc = vg_banks_open(&m->banks, &(vg_banks_options){.dir = vg_cli_data(args), .no_thread = true}, err);
        if (!rc) m->set = vg_banks_set(m->banks);
        if (!rc) rc = vg_installation_searched(vg_cli_data(args), "files", args->word, args->words, err);
        if (!rc && !vg_bank_set_count(m->set))
            rc = vg_fail(err, VG_ENOENT, vg_cli_data(args), "there is no bank here; import one (vigie bank) or name a file with --list");
        return rc;
    }
    int rc = vg_matcher_create(&m->matcher, err);
    while (!rc && *name) {
        char path[4096];
        size_t len = strcspn(name, ",");
        if (len >= sizeof path) return vg_fail(err, VG_EINVAL, "--list", "the path is too long");
        memcpy(path, name, len);
        path[len] = '\0';
        name += len + (name[len] == ',');
        vg_matcher_list list = {.path = path, .format = -1, .settings = {.effect = VG_BANK_REVIEW, .profile = m->profile},
                                .skipped = tell_skipped, .context = &skipped};
        rc = vg_matcher_add_list(m->matcher, &list, &result, err);
        if (!rc)
            fprintf(stderr, "%s: %llu records, %llu skipped.\n", path, (unsigned long long)result.records,
                    (unsigned long long)result.skipped);
    }
    return rc;
}

int vg_cmd_match(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    matching m = {0};
    char settings[400];
    vg_scan_counts counts = {0};
    if (read_arguments(&m, args, &err)) {
        vg_cli_fail(&err);
        return 2;
    }
    int rc = open_lists(&m, args, &err);
    if (!rc) {
        vg_scan scan = {.args = args, .what = "matching", .settings = settings, .want = VG_WANT_TURNS, .head = write_head,
                        .file = match_file, .context = &m};
        vg_scan_wants(args, m.profile, &scan);
        snprintf(settings, sizeof settings, "match format=%d profile=%s every_frame=%d interval=%u all=%d", m.format,
                 vg_pdq_profile_names[m.profile], vg_arg_is(args, VG_OPT_EVERY_FRAME), scan.interval_ms, m.all);
        rc = vg_scan_run(&scan, &counts, &err);
    }
    vg_bank_set_unref(&m.set);
    vg_banks_close(&m.banks);
    vg_matcher_destroy(&m.matcher);
    if (rc) return vg_cli_fail(&err);
    fprintf(stderr, "%llu files matched.\n", (unsigned long long)m.matched);
    if (m.no_classification)
        fprintf(stderr, "%llu of them have no report: the category of their list is none that XARF knows, and categories are not converted.\n",
                (unsigned long long)m.no_classification);
    return vg_scan_tell(&counts, "looked up");
}
