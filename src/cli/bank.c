/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie bank create|list|stat|remove|confirm|reject|delete. Lists in and out are in bank_import.c, bank_feed.c and bank_search.c.
 */
#include "cli/bank.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "banks.h"
#include "base/time.h"
#include "cli/progress.h"

/* ---- shared ---- */

int vg_bank_house_open(vg_bank_house *house, const vg_args *args, const char *name, bool create, vg_error *err)
{
    *house = (vg_bank_house){0};
    int rc = vg_installation_open(&house->in, args, create, err);
    if (!rc) rc = vg_bank_store_open(&house->store, house->in.dir, err);
    if (!rc && name) {
        rc = vg_store_bank_find(house->store, vg_str_of(name), house->in.arena, &house->bank, err);
        if (rc == -VG_ENOENT) rc = vg_fail(err, VG_ENOENT, name, "there is no bank of this name; see vigie bank list");
    }
    return rc;
}

void vg_bank_house_close(vg_bank_house *house)
{
    vg_bank_store_close(&house->store);
    vg_installation_close(&house->in);
}

int vg_bank_house_audit(vg_bank_house *house, const char *action, const char *detail, vg_error *err)
{
    char object[VG_BANK_MAX_NAME + 8];
    snprintf(object, sizeof object, "bank:%.*s", VG_STR_ARG(house->bank.name));
    return vg_store_audit(house->in.store, vg_str_of(house->in.by), vg_str_of(action), vg_str_of(object), vg_str_of(detail), err);
}

int vg_bank_choice(const char *option, const char *word, const char *const *names, size_t count, vg_error *err)
{
    char list[256] = "";
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], word) == 0) return (int)i;
        int len = snprintf(list + at, sizeof list - at, "%s%s", i ? ", " : "", names[i]);
        if (len > 0 && (size_t)len < sizeof list - at) at += (size_t)len;
    }
    return vg_fail(err, VG_EINVAL, option, "\"%s\" is none of %s", word, list);
}

int vg_bank_house_entry(vg_bank_house *house, const char *word, vg_bank_entry *out, vg_error *err)
{
    char *end = NULL;
    unsigned long long number = word[0] == '#' ? strtoull(word + 1, &end, 10) : 0;
    int rc;
    if (end && !*end && number >= 1 && number <= VG_BANK_MAX_ENTRIES)
        rc = vg_store_bank_entry_get(house->store, house->bank.id, (uint32_t)number, house->in.arena, out, err);
    else rc = vg_store_bank_entry_find(house->store, house->bank.id, vg_str_of(word), house->in.arena, out, err);
    return rc == -VG_ENOENT ? vg_fail(err, VG_ENOENT, word, "no entry of the bank has this reference or number") : rc;
}

/* ---- create ---- */

/* "lead,admin" into a bit set of roles. */
static int read_roles(const char *list, uint32_t *out, vg_error *err)
{
    *out = 0;
    while (*list) {
        size_t len = strcspn(list, ",");
        char word[32];
        snprintf(word, sizeof word, "%.*s", (int)len, list);
        int role = vg_bank_choice("--visible", word, vg_role_names, VG_ROLES, err);
        if (role < 0) return role;
        *out |= 1u << role;
        list += len + (list[len] == ',');
    }
    return *out ? 0 : vg_fail(err, VG_EINVAL, "--visible", "names no role");
}

static int read_bank(const vg_args *args, vg_bank *out, vg_error *err)
{
    int rc = 0, effect = vg_bank_choice("--effect", vg_arg_text(args, VG_OPT_EFFECT, "review"), vg_bank_effect_names, VG_BANK_EFFECTS, err);
    if (effect < 0) return effect;
    int profile = vg_bank_choice("--profile", vg_arg_text(args, VG_OPT_PROFILE, "cpp"), vg_pdq_profile_names, VG_PDQ_PROFILES, err);
    if (profile < 0) return profile;
    *out = (vg_bank){.name = vg_str_of(args->word[0]),
                     .source = vg_str_of(vg_arg_text(args, VG_OPT_SOURCE, "")),
                     .classification = vg_str_of(vg_arg_text(args, VG_OPT_CLASSIFICATION, "")),
                     .profile = (vg_pdq_profile)profile,
                     .threshold = (uint8_t)vg_arg_number(args, VG_OPT_THRESHOLD, VG_BANK_THRESHOLD),
                     .min_quality = (uint8_t)vg_arg_number(args, VG_OPT_QUALITY, VG_BANK_QUALITY),
                     .video_percent = (uint8_t)vg_arg_number(args, VG_OPT_VIDEO_PERCENT, VG_BANK_VIDEO_PERCENT),
                     .effect = (vg_bank_effect)effect,
                     .spaces = vg_str_of(vg_arg_text(args, VG_OPT_SPACES, "*")),
                     .visible_to = (1u << VG_ROLES) - 1};
    if (vg_arg_is(args, VG_OPT_VISIBLE)) rc = read_roles(args->text[VG_OPT_VISIBLE], &out->visible_to, err);
    if (!rc && vg_arg_is(args, VG_OPT_EXPIRES) && !vg_time_parse_date(vg_str_of(args->text[VG_OPT_EXPIRES]), &out->expires_ms))
        rc = vg_fail(err, VG_EINVAL, "--expires", "\"%s\" is not a date like 2027-01-31", args->text[VG_OPT_EXPIRES]);
    return rc;
}

int vg_cmd_bank_create(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_bank_house house = {0};
    vg_bank bank;
    if (!vg_arg_is(args, VG_OPT_SOURCE)) {
        fprintf(stderr, "vigie bank create: --source is needed: who vouches for the list; see vigie bank create --help\n");
        return 2;
    }
    int rc = read_bank(args, &bank, &err);
    if (!rc) rc = vg_bank_house_open(&house, args, NULL, true, &err);
    if (!rc) rc = vg_store_bank_add(house.store, &bank, vg_time_now(), &err);
    if (!rc) {
        char detail[160];
        house.bank = bank;
        snprintf(detail, sizeof detail, "{\"id\":%" PRId64 ",\"effect\":\"%s\",\"threshold\":%d,\"profile\":\"%s\"}", bank.id,
                 vg_bank_effect_names[bank.effect], bank.threshold, vg_pdq_profile_names[bank.profile]);
        rc = vg_bank_house_audit(&house, "bank.create", detail, &err);
    }
    if (!rc && vg_arg_is(args, VG_OPT_JSON)) printf("{\"id\":%" PRId64 ",\"name\":\"%.*s\"}\n", bank.id, VG_STR_ARG(bank.name));
    else if (!rc) fprintf(stderr, "Bank %.*s is made and empty: vigie bank import %.*s FILE\n", VG_STR_ARG(bank.name), VG_STR_ARG(bank.name));
    vg_bank_house_close(&house);
    return rc ? vg_cli_fail(&err) : 0;
}

/* ---- list, stat ---- */

static void add_time(vg_buf *out, const char *name, int64_t ms)
{
    char text[25];
    if (!ms) return;
    vg_time_format(ms, text);
    vg_buf_printf(out, ",\"%s\":\"%s\"", name, text);
}

static void write_json(vg_buf *out, const vg_bank *b, const vg_bank_feed *feed, const vg_index_stats *index)
{
    vg_buf_add_cstr(out, "{\"name\":");
    vg_buf_add_json_str(out, b->name);
    vg_buf_add_cstr(out, ",\"source\":");
    vg_buf_add_json_str(out, b->source);
    vg_buf_add_cstr(out, ",\"classification\":");
    vg_buf_add_json_str(out, b->classification);
    vg_buf_printf(out, ",\"effect\":\"%s\",\"profile\":\"%s\",\"threshold\":%d,\"quality\":%d,\"video_percent\":%d,\"spaces\":",
                  vg_bank_effect_names[b->effect], vg_pdq_profile_names[b->profile], b->threshold, b->min_quality, b->video_percent);
    vg_buf_add_json_str(out, b->spaces);
    vg_buf_printf(out, ",\"entries\":%" PRId64 ",\"hashes\":%" PRId64 ",\"withdrawn\":%" PRId64 ",\"matches\":%" PRId64
                       ",\"confirmed\":%" PRId64 ",\"rejected\":%" PRId64,
                  b->entries, b->hashes, b->withdrawn, b->matches, b->matches_confirmed, b->matches_rejected);
    add_time(out, "created", b->created_ms);
    add_time(out, "updated", b->updated_ms);
    add_time(out, "expires", b->expires_ms);
    if (feed && feed->kind.len) {
        vg_buf_add_cstr(out, ",\"feed\":");
        vg_buf_add_json_str(out, feed->kind);
        add_time(out, "fetched", feed->fetched_ms);
    }
    if (index) vg_buf_printf(out, ",\"index_bytes\":%zu,\"index_memory\":%zu", index->file_bytes, index->delta_bytes);
    vg_buf_add_char(out, '}');
}

int vg_cmd_bank_list(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_bank_house house = {0};
    vg_bank *list = NULL;
    size_t count = 0;
    bool json = vg_arg_is(args, VG_OPT_JSON);
    vg_buf out;
    vg_buf_init(&out, 64 << 20);
    int rc = vg_bank_house_open(&house, args, NULL, false, &err);
    if (!rc) rc = vg_store_bank_list(house.store, house.in.arena, &list, &count, &err);
    if (json) vg_buf_add_char(&out, '[');
    else vg_buf_printf(&out, "%-20s  %-6s  %10s  %10s  %9s  %-24s  %s\n", "NAME", "EFFECT", "ENTRIES", "HASHES", "MATCHES", "UPDATED", "SOURCE");
    for (size_t i = 0; !rc && i < count; i++) {
        char updated[25];
        vg_time_format(list[i].updated_ms, updated);
        if (json && i) vg_buf_add_char(&out, ',');
        if (json) write_json(&out, &list[i], NULL, NULL);
        else
            vg_buf_printf(&out, "%-20.*s  %-6s  %10" PRId64 "  %10" PRId64 "  %9" PRId64 "  %-24s  %.*s\n", VG_STR_ARG(list[i].name),
                          vg_bank_effect_names[list[i].effect], list[i].entries, list[i].hashes, list[i].matches, updated,
                          VG_STR_ARG(list[i].source));
    }
    if (json) vg_buf_add_cstr(&out, "]\n");
    if (!rc && out.ptr) fputs(out.ptr, stdout);
    vg_buf_free(&out);
    vg_bank_house_close(&house);
    return rc ? vg_cli_fail(&err) : 0;
}

static void print_stat(const vg_bank *b, const vg_bank_feed *feed, const vg_index_stats *index)
{
    char created[25], updated[25], expires[25] = "never", fetched[25] = "never";
    int64_t judged = b->matches_confirmed + b->matches_rejected;
    vg_time_format(b->created_ms, created);
    vg_time_format(b->updated_ms, updated);
    if (b->expires_ms) vg_time_format(b->expires_ms, expires);
    if (feed->fetched_ms) vg_time_format(feed->fetched_ms, fetched);
    printf("name            %.*s\nsource          %.*s\nclassification  %.*s\neffect          %s\n", VG_STR_ARG(b->name),
           VG_STR_ARG(b->source), VG_STR_ARG(b->classification), vg_bank_effect_names[b->effect]);
    printf("pdq             %s, distance up to %d, quality from %d, %d %% of a video\nspaces          %.*s\n",
           vg_pdq_profile_names[b->profile], b->threshold, b->min_quality, b->video_percent, VG_STR_ARG(b->spaces));
    printf("created         %s\nupdated         %s\nexpires         %s\n", created, updated, expires);
    if (feed->kind.len) printf("feed            %.*s %.*s, fetched %s\n", VG_STR_ARG(feed->kind), VG_STR_ARG(feed->url), fetched);
    printf("entries         %" PRId64 ", with %" PRId64 " hashes; %" PRId64 " withdrawn\n", b->entries, b->hashes, b->withdrawn);
    printf("index           %zu bytes in the file, %zu entries added in memory\n", index->file_bytes, index->delta);
    printf("matches         %" PRId64 "; opinions: %" PRId64 " confirm, %" PRId64 " reject", b->matches, b->matches_confirmed,
           b->matches_rejected);
    if (judged) printf(" (%" PRId64 " %% confirmed)", 100 * b->matches_confirmed / judged);
    putchar('\n');
}

int vg_cmd_bank_stat(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_bank_house house = {0};
    vg_bank_feed feed = {0};
    vg_banks *banks = NULL;
    vg_banks_state state = {0};
    int rc = vg_bank_house_open(&house, args, args->word[0], false, &err);
    vg_banks_options options = {.dir = house.in.dir, .no_thread = true};
    if (!rc) rc = vg_store_bank_feed_get(house.store, house.bank.id, house.in.arena, &feed, &err);
    if (!rc) rc = vg_banks_open(&banks, &options, &err);
    if (!rc) (void)vg_banks_state_of(banks, house.bank.id, &state); /* deleted this moment: zeros */
    if (!rc && vg_arg_is(args, VG_OPT_JSON)) {
        vg_buf out;
        vg_buf_init(&out, 1 << 20);
        write_json(&out, &house.bank, &feed, &state.index);
        if (out.ptr) puts(out.ptr);
        vg_buf_free(&out);
    } else if (!rc) {
        print_stat(&house.bank, &feed, &state.index);
    }
    vg_banks_close(&banks);
    vg_bank_house_close(&house);
    return rc ? vg_cli_fail(&err) : 0;
}

/* ---- one entry ---- */

int vg_cmd_bank_remove(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_bank_house house = {0};
    vg_bank_entry entry;
    char detail[64];
    int rc = vg_bank_house_open(&house, args, args->word[0], false, &err);
    if (!rc) rc = vg_bank_house_entry(&house, args->word[1], &entry, &err);
    if (!rc) rc = vg_store_bank_entry_remove(house.store, house.bank.id, entry.id, vg_time_now(), &err);
    if (!rc) {
        snprintf(detail, sizeof detail, "{\"entry\":%u}", entry.id);
        rc = vg_bank_house_audit(&house, "bank.remove_entry", detail, &err);
    }
    if (!rc) fprintf(stderr, "Entry #%u is withdrawn, its hashes are destroyed.\n", entry.id);
    vg_bank_house_close(&house);
    return rc ? vg_cli_fail(&err) : 0;
}

static int opinion(const vg_args *args, bool reject)
{
    static const char *const said[VG_ENTRY_STATES] = {"found as before", "in doubt: found, and its effect is review at most", "withdrawn: not found any more"};
    vg_error err = {0};
    vg_bank_house house = {0};
    vg_bank_entry entry;
    vg_entry_state state = VG_ENTRY_LIVE;
    char detail[160];
    int rc = vg_bank_house_open(&house, args, args->word[0], false, &err);
    if (!rc) rc = vg_bank_house_entry(&house, args->word[1], &entry, &err);
    vg_bank_opinion given = {.person = vg_str_of(vg_arg_text(args, VG_OPT_BY, house.in.by)), .reject = reject,
                             .note = vg_str_of(vg_arg_text(args, VG_OPT_NOTE, "")), .time_ms = vg_time_now()};
    if (!rc) rc = vg_store_bank_opinion_add(house.store, house.bank.id, entry.id, &given, &state, &err);
    if (!rc) {
        snprintf(detail, sizeof detail, "{\"entry\":%u,\"opinion\":\"%s\",\"state\":\"%s\"}", entry.id, reject ? "reject" : "confirm",
                 vg_entry_state_names[state]);
        rc = vg_bank_house_audit(&house, "bank.opinion", detail, &err);
    }
    if (!rc && vg_arg_is(args, VG_OPT_JSON)) puts(detail);
    else if (!rc) fprintf(stderr, "Entry #%u is %s.\n", entry.id, said[state]);
    vg_bank_house_close(&house);
    return rc ? vg_cli_fail(&err) : 0;
}

int vg_cmd_bank_confirm(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    return opinion(args, false);
}

int vg_cmd_bank_reject(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    return opinion(args, true);
}

/* ---- delete ---- */

int vg_cmd_bank_delete(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_bank_house house = {0};
    vg_bar progress;
    bool left = true;
    char detail[64];
    uint64_t done = 0;
    if (!vg_arg_is(args, VG_OPT_YES)) {
        fprintf(stderr, "vigie bank delete: this destroys the bank and what people said of its entries; add --yes when that is meant\n");
        return 2;
    }
    int rc = vg_bank_house_open(&house, args, args->word[0], false, &err);
    if (!rc) rc = vg_store_bank_delete(house.store, house.bank.id, vg_time_now(), &err);
    if (!rc) {
        snprintf(detail, sizeof detail, "{\"id\":%" PRId64 ",\"entries\":%" PRId64 "}", house.bank.id, house.bank.entries);
        rc = vg_bank_house_audit(&house, "bank.delete", detail, &err);
    }
    vg_bar_begin(&progress, "deleting", "entries", (uint64_t)(house.bank.entries + house.bank.withdrawn), vg_arg_is(args, VG_OPT_QUIET));
    while (!rc && left) {
        rc = vg_store_bank_purge(house.store, 10000, &left, &err);
        done += 10000;
        vg_bar_show(&progress, done, done);
    }
    vg_bar_end(&progress);
    if (!rc) fprintf(stderr, "Bank %.*s is deleted.\n", VG_STR_ARG(house.bank.name));
    vg_bank_house_close(&house);
    return rc ? vg_cli_fail(&err) : 0;
}
