/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include "base/hash.h"
#include "base/time.h"
#include "space/notices_int.h"
#include "space/space_int.h"
#include "space/decisions_int.h"
#include "space/report_int.h"
#include "space/transparency_int.h"
#include "space/welfare_int.h"

typedef struct reader {
    vg_space_loader *loader;
    const vg_yaml *yaml;
    const vg_doc_space *doc;
    vg_policy *out;
    vg_error *err;
} reader;

int vg_space_nomem(vg_error *err)
{
    return vg_fail(err, VG_ENOMEM, "policy", "out of memory");
}

const char *vg_space_keep(vg_space_loader *loader, const char *s)
{
    return vg_arena_copy(loader->arena, vg_str_of(s)).ptr;
}

int vg_space_open(vg_space_loader *loader, const char *name, vg_schema_kind kind, vg_yaml *yaml, void **doc,
                  vg_error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    int rc = loader->read(loader->context, name, VG_SPACE_MAX_YAML, &bytes, &len, err);
    if (rc == 0) rc = vg_yaml_open(yaml, name, bytes, len, err);
    if (rc == 0) rc = vg_schema_load(yaml, kind, doc, err);
    return rc;
}

/* ---- files that the space names, relative to itself ---- */

static bool is_plain_name(const char *s, size_t len)
{
    return len > 0 && !memchr(s, '/', len) && !(len == 1 && s[0] == '.') &&
           !(len == 2 && s[0] == '.' && s[1] == '.');
}

/* "policy/spaces/lobby.yaml" + "../lexicon/fr.yaml" -> "policy/lexicon/fr.yaml". */
static int resolve(reader *r, const char *path, const char *reference, char *out, size_t size)
{
    const char *name = r->yaml->name, *slash = strrchr(name, '/');
    size_t dir = reference[0] == '/' || !slash ? 0 : (size_t)(slash - name);
    int n;
    while (dir > 0 && strncmp(reference, "../", 3) == 0) {
        size_t up = dir;
        while (up > 0 && name[up - 1] != '/') up--;
        if (up == 0 || !is_plain_name(name + up, dir - up)) break;
        dir = up - 1;
        reference += 3;
        if (dir == 0) break;
    }
    n = dir > 0 || (slash && name[0] == '/' && reference[0] != '/')
            ? snprintf(out, size, "%.*s/%s", (int)dir, name, reference)
            : snprintf(out, size, "%s", reference);
    if (n < 0 || (size_t)n >= size)
        return vg_yaml_fail(r->yaml, r->err, path, "a file name that is too long");
    return 0;
}

/* A file that is missing is an error of the line that names it. */
static int say_who_asked(reader *r, const char *path, int rc)
{
    char what[sizeof(((vg_error *)NULL)->what)];
    if ((rc != -VG_ENOENT && rc != -VG_EIO && rc != -VG_ETOOBIG) || !r->err) return rc;
    snprintf(what, sizeof what, "%.250s: %.120s", r->err->where, r->err->what);
    return vg_yaml_fail(r->yaml, r->err, path, "cannot read the file: %s", what);
}

static int read_lexicons(reader *r)
{
    const vg_lexicon *lexicons[64];
    size_t patterns = 0, examples = 0, p = 0, e = 0;
    for (unsigned i = 0; i < r->doc->lexicons_count; i++) {
        char name[VG_SPACE_MAX_PATH], path[40];
        snprintf(path, sizeof path, "lexicons[%u]", i);
        int rc = resolve(r, path, r->doc->lexicons[i], name, sizeof name);
        if (rc == 0) rc = say_who_asked(r, path, vg_lexicon_load(r->loader, name, &lexicons[i], r->err));
        if (rc) return rc;
        for (unsigned j = 0; j < i; j++)
            if (lexicons[j] == lexicons[i])
                return vg_yaml_fail(r->yaml, r->err, path, "\"%.60s\" is named twice", r->doc->lexicons[i]);
        patterns += lexicons[i]->pattern_count;
        examples += lexicons[i]->example_count;
    }
    if (patterns > VG_SPACE_MAX_PATTERNS)
        return vg_yaml_fail(r->yaml, r->err, "lexicons", "%zu patterns together; expected at most %d",
                            patterns, VG_SPACE_MAX_PATTERNS);
    vg_policy_pattern *all = vg_arena_calloc(r->loader->arena, patterns ? patterns : 1, sizeof *all);
    vg_policy_example *sentences =
        vg_arena_calloc(r->loader->arena, examples ? examples : 1, sizeof *sentences);
    vg_policy_place *places = vg_arena_calloc(r->loader->arena, patterns + examples + 1, sizeof *places);
    if (!all || !sentences || !places) return vg_space_nomem(r->err);
    for (unsigned i = 0; i < r->doc->lexicons_count; i++) {
        memcpy(all + p, lexicons[i]->patterns, lexicons[i]->pattern_count * sizeof *all);
        memcpy(sentences + e, lexicons[i]->examples, lexicons[i]->example_count * sizeof *sentences);
        memcpy(places + p, lexicons[i]->pattern_places, lexicons[i]->pattern_count * sizeof *places);
        memcpy(places + patterns + e, lexicons[i]->example_places, lexicons[i]->example_count * sizeof *places);
        p += lexicons[i]->pattern_count;
        e += lexicons[i]->example_count;
    }
    r->out->patterns = all;
    r->out->pattern_places = places;
    r->out->pattern_count = patterns;
    r->out->examples = sentences;
    r->out->example_places = places + patterns;
    r->out->example_count = examples;
    return 0;
}

static int read_spelling(reader *r)
{
    const vg_spelling *files[64];
    size_t count = 0, n = 0;
    for (unsigned i = 0; i < r->doc->spelling_count; i++) {
        char name[VG_SPACE_MAX_PATH], path[40];
        snprintf(path, sizeof path, "spelling[%u]", i);
        int rc = resolve(r, path, r->doc->spelling[i], name, sizeof name);
        if (rc == 0) rc = say_who_asked(r, path, vg_spelling_load(r->loader, name, &files[i], r->err));
        if (rc) return rc;
        count += files[i]->count;
    }
    if (count > VG_SPELLING_MAX)
        return vg_yaml_fail(r->yaml, r->err, "spelling", "%zu words together; expected at most %d", count,
                            VG_SPELLING_MAX);
    vg_policy_spelling *all = vg_arena_calloc(r->loader->arena, count ? count : 1, sizeof *all);
    if (!all) return vg_space_nomem(r->err);
    for (unsigned i = 0; i < r->doc->spelling_count; i++) {
        if (files[i]->count) memcpy(all + n, files[i]->entries, files[i]->count * sizeof *all);
        n += files[i]->count;
    }
    int rc = vg_spelling_join(r->yaml, all, &count, r->err);
    r->out->spelling = all;
    r->out->spelling_count = count;
    return rc;
}

static int read_phrases(reader *r)
{
    const vg_phrases *phrases;
    char name[VG_SPACE_MAX_PATH];
    int rc = resolve(r, "phrases", r->doc->phrases, name, sizeof name);
    if (rc == 0) rc = say_who_asked(r, "phrases", vg_phrases_load(r->loader, name, &phrases, r->err));
    if (rc) return rc;
    memcpy(r->out->why, phrases->why, sizeof r->out->why);
    memcpy(r->out->noun, phrases->noun, sizeof r->out->noun);
    memcpy(r->out->verdict_why, phrases->verdict_why, sizeof r->out->verdict_why);
    memcpy(r->out->nudge_message, phrases->nudge_message, sizeof r->out->nudge_message);
    r->out->not_scanned = phrases->not_scanned;
    return 0;
}

static int read_banks(reader *r)
{
    const vg_doc_space *doc = r->doc;
    vg_policy_bank *banks =
        vg_arena_calloc(r->loader->arena, doc->banks_count ? doc->banks_count : 1, sizeof *banks);
    if (!banks) return vg_space_nomem(r->err);
    for (unsigned i = 0; i < doc->banks_count; i++) {
        char name[VG_SPACE_MAX_PATH], path[40];
        const vg_bank_file *bank;
        snprintf(path, sizeof path, "banks[%u].name", i);
        for (unsigned j = 0; j < i; j++)
            if (strcmp(doc->banks[j].name, doc->banks[i].name) == 0)
                return vg_yaml_fail(r->yaml, r->err, path, "a second bank \"%s\"; expected a name of its own",
                                    doc->banks[i].name);
        snprintf(path, sizeof path, "banks[%u].file", i);
        int rc = resolve(r, path, doc->banks[i].file, name, sizeof name);
        if (rc == 0) rc = say_who_asked(r, path, vg_bank_file_load(r->loader, name, &bank, r->err));
        if (rc) return rc;
        banks[i] = (vg_policy_bank){.name = vg_space_keep(r->loader, doc->banks[i].name),
                                    .category = vg_space_keep(r->loader, doc->banks[i].category),
                                    .effect = (vg_verdict_kind)doc->banks[i].effect,
                                    .hashes = bank->hashes,
                                    .hash_count = bank->hash_count};
        if (!banks[i].name || !banks[i].category) return vg_space_nomem(r->err);
    }
    r->out->banks = banks;
    r->out->bank_count = doc->banks_count;
    return 0;
}

/* ---- what the space says itself ---- */

static int read_name(reader *r)
{
    const char *name = r->doc->space;
    size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.");
    if (name[good] || name[0] == '.' || name[0] == '-')
        return vg_yaml_fail(
            r->yaml, r->err, "space",
            "\"%.64s\" is not a name for a space; expected lower-case letters, digits, `-`, `_`, `.`", name);
    const vg_policy *other = vg_policy_set_find(r->loader->set, vg_str_of(name), NULL);
    if (other)
        return vg_yaml_fail(r->yaml, r->err, "space",
                            "\"%s\" is already the name of %.200s; expected a name of its own", name,
                            other->file);
    r->out->space = vg_space_keep(r->loader, name);
    r->out->audience = vg_space_keep(r->loader, r->doc->audience);
    r->out->file = vg_space_keep(r->loader, r->yaml->name);
    for (int lang = 0; lang < VG_LANGS; lang++) {
        r->out->title[lang] = vg_space_keep(r->loader, r->doc->title.text[lang]);
        if (!r->out->title[lang]) return vg_space_nomem(r->err);
    }
    r->out->assumed_age = (vg_age_band)r->doc->assumed_age;
    return r->out->space && r->out->audience && r->out->file ? 0 : vg_space_nomem(r->err);
}

static int read_scan(reader *r)
{
    const vg_doc_basis *basis = r->doc->legal_basis;
    vg_policy *out = r->out;
    for (int c = 0; c < VG_CHANNELS; c++) out->scan[c] = r->doc->scan[c] != 0;
    if (out->scan[VG_CHANNEL_PRIVATE] && !basis)
        return vg_yaml_fail(
            r->yaml, r->err, "scan.private",
            "private messages are confidential by law and may only be looked at on a recorded legal basis; "
            "expected a `legal_basis` with `text` and `source`, or `private: no`");
    if (!basis) return 0;
    out->legal_basis = vg_space_keep(r->loader, basis->text);
    out->legal_basis_source = vg_space_keep(r->loader, basis->source);
    if (!out->legal_basis || !out->legal_basis_source) return vg_space_nomem(r->err);
    if (!basis->until) return 0;
    if (!vg_time_parse_date(vg_str_of(basis->until), &out->legal_basis_until_ms) ||
        out->legal_basis_until_ms <= 0)
        return vg_yaml_fail(r->yaml, r->err, "legal_basis.until",
                            "\"%.40s\" is not a date; expected one such as 2027-04-03", basis->until);
    if (strlen(basis->until) == strlen("2027-04-03"))
        out->legal_basis_until_ms += VG_DAY_MS; /* the last day counts */
    return 0;
}

static int read_model(reader *r)
{
    static const char *const paths[VG_MODELS] = {"model.active", "model.shadow"};
    char file[VG_SPACE_MAX_PATH];
    const vg_doc_model *doc = r->doc->model;
    if (!doc) return 0;
    for (int i = 0; i < VG_MODELS; i++) {
        if (!doc->file[i]) continue;
        int rc = resolve(r, paths[i], doc->file[i], file, sizeof file);
        if (rc) return rc;
        if (!(r->out->model[i] = vg_space_keep(r->loader, file))) return vg_space_nomem(r->err);
    }
    return vg_value_share(r->yaml, "model.from", doc->from, &r->out->model_at, r->err);
}

/* "policy/rules/late_gifts.lua" -> "late_gifts" */
static const char *rule_name(reader *r, const char *file)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file, *dot = strrchr(name, '.');
    return vg_arena_copy(r->loader->arena, (vg_str){name, dot && dot > name ? (size_t)(dot - name) : strlen(name)}).ptr;
}

static int read_rules(reader *r)
{
    const vg_doc_space *doc = r->doc;
    char path[40], file[VG_SPACE_MAX_PATH];
    vg_policy_rule *rules = vg_arena_calloc(r->loader->arena, doc->rules_count ? doc->rules_count : 1, sizeof *rules);
    if (!rules) return vg_space_nomem(r->err);
    for (unsigned i = 0; i < doc->rules_count; i++) {
        char *bytes = NULL;
        size_t len = 0;
        snprintf(path, sizeof path, "rules[%u].file", i);
        int rc = resolve(r, path, doc->rules[i].file, file, sizeof file);
        if (rc == 0) rc = r->loader->read(r->loader->context, file, VG_SPACE_MAX_RULE, &bytes, &len, r->err);
        if (rc == 0 && memchr(bytes, 0, len)) rc = vg_yaml_fail(r->yaml, r->err, path, "%s holds a NUL byte", file);
        if (rc == 0) {
            rules[i] = (vg_policy_rule){.name = rule_name(r, file),
                                        .file = vg_space_keep(r->loader, file),
                                        .source = vg_arena_copy(r->loader->arena, (vg_str){bytes, len}).ptr,
                                        .shadow = doc->rules[i].mode};
            if (!rules[i].name || !rules[i].file || !rules[i].source) rc = vg_space_nomem(r->err);
        }
        vg_free(bytes);
        if (rc) return rc;
    }
    r->out->rules = rules;
    r->out->rule_count = doc->rules_count;
    return 0;
}

static int read_weights(reader *r)
{
    const vg_doc_space *doc = r->doc;
    char path[80];
    int rc;
    for (int k = 0; k < VG_EVIDENCE_KINDS; k++) {
        if (k == VG_TEXT_REFUSAL) continue;
        snprintf(path, sizeof path, "weights.%s", vg_evidence_short_names[k]);
        if ((rc = vg_value_share(r->yaml, path, doc->weight[k], &r->out->weight[k], r->err))) return rc;
    }
    for (unsigned i = 0; i < doc->alone_count; i++) r->out->alone[doc->alone[i]] = true;
    for (int rel = 0; rel < VG_RELATIONS; rel++) {
        snprintf(path, sizeof path, "relations.%s", vg_space_relation_names[rel]);
        if ((rc = vg_value_share(r->yaml, path, doc->relation[rel], &r->out->relation[rel], r->err)))
            return rc;
    }
    /* ten years: more than any retention */
    return vg_value_duration(r->yaml, "half_life", doc->half_life, 60, 0, 87600, &r->out->half_life_hours,
                             r->err);
}

static int read_thresholds(reader *r)
{
    const vg_doc_space *doc = r->doc;
    vg_policy *out = r->out;
    int rc = vg_value_threshold(r->yaml, "thresholds.nudge", doc->nudge, &out->nudge_at, r->err);
    if (rc == 0) rc = vg_value_threshold(r->yaml, "thresholds.review", doc->review, &out->review_at, r->err);
    if (rc == 0) rc = vg_value_threshold(r->yaml, "thresholds.hold", doc->hold, &out->hold_at, r->err);
    if (rc) return rc;
    if (out->nudge_at == 0)
        return vg_yaml_fail(r->yaml, r->err, "thresholds.nudge",
                            "0 would answer every message; expected more than 0");
    if (out->review_at < out->nudge_at)
        return vg_yaml_fail(r->yaml, r->err, "thresholds.review",
                            "%s is below nudge (%s); expected nudge <= review <= hold", doc->review,
                            doc->nudge);
    if (out->hold_at < out->review_at)
        return vg_yaml_fail(r->yaml, r->err, "thresholds.hold",
                            "%s is below review (%s); expected nudge <= review <= hold", doc->hold,
                            doc->review);
    return 0;
}

static int read_conduct(reader *r)
{
    const vg_doc_space *d = r->doc;
    const vg_yaml *y = r->yaml;
    vg_policy *o = r->out;
    vg_error *err = r->err;
    uint16_t share = 0;
    int rc = vg_value_count(y, "conduct.fan_out_24h", d->fan_out_day, 1, 100000, &o->fan_out_day, err);
    if (rc == 0)
        rc = vg_value_count(y, "conduct.fan_out_7d", d->fan_out_week, 1, 100000, &o->fan_out_week, err);
    if (rc == 0)
        rc = vg_value_count(y, "conduct.unreciprocated", d->unreciprocated, 1, 100000, &o->unreciprocated,
                            err);
    if (rc == 0) rc = vg_value_share(y, "conduct.initiative_share", d->initiative_share, &share, err);
    if (rc == 0 && (share % 100 || share < 5000))
        rc = vg_yaml_fail(y, err, "conduct.initiative_share",
                          "%s is not a whole percentage from 50%% to 100%%", d->initiative_share);
    o->initiative_percent = share / 100;
    if (rc == 0)
        rc = vg_value_count(y, "conduct.initiative_messages", d->initiative_messages, 1, 100000,
                            &o->initiative_messages, err);
    if (rc == 0)
        rc = vg_value_x16(y, "conduct.escalation_times", d->escalation_times, 1, 1000,
                          &o->escalation_factor_x16, err);
    if (rc == 0)
        rc = vg_value_count(y, "conduct.escalation_messages", d->escalation_messages, 1, 100000,
                            &o->escalation_messages, err);
    if (rc == 0)
        rc = vg_value_duration(y, "conduct.new_account", d->new_account, 60, 0, 87600, &o->new_account_hours,
                               err);
    if (rc == 0) rc = vg_value_clock(y, "conduct.night_from", d->night_from, &o->night_from_minute, err);
    if (rc == 0) rc = vg_value_clock(y, "conduct.night_to", d->night_to, &o->night_to_minute, err);
    if (rc == 0) rc = vg_value_offset(y, "conduct.utc_offset", d->utc_offset, &o->utc_offset_minutes, err);
    return rc;
}

/* The course of an exchange, and the same conduct towards many. Memory counts in a few bits each: a threshold is at most a third of
 * where its count stops, so that full strength can be reached. */
static int read_course(reader *r)
{
    const vg_doc_space *d = r->doc;
    vg_policy *o = r->out;
    const struct {
        const char *path, *text;
        uint32_t most, *out;
    } counts[] = {
        {"conduct.course_stages", d->course_stages, VG_STAGES, &o->course_stages},
        {"conduct.persistence", d->persistence, 5, &o->persistence},
        {"conduct.asymmetry", d->asymmetry, 21, &o->asymmetry},
        {"conduct.early_move", d->early_move, 30, &o->early_move},
        {"conduct.same_opening", d->same_opening, 250, &o->same_opening},
        {"conduct.stage_share_talks", d->stage_share_talks, 120, &o->stage_share_talks},
        {"conduct.linked_accounts", d->linked_accounts, 4, &o->linked_accounts},
    };
    uint16_t share = 0;
    int rc = 0;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0] && rc == 0; i++)
        rc = vg_value_count(r->yaml, counts[i].path, counts[i].text, 1, counts[i].most, counts[i].out, r->err);
    if (rc == 0)
        rc = vg_value_duration(r->yaml, "conduct.speed", d->speed, 1, 0, 525600, &o->speed_minutes, r->err);
    if (rc == 0) rc = vg_value_share(r->yaml, "conduct.stage_share", d->stage_share, &share, r->err);
    if (rc == 0 && (share % 100 || !share))
        rc = vg_yaml_fail(r->yaml, r->err, "conduct.stage_share", "%s is not a whole percentage from 1%% to 100%%",
                          d->stage_share);
    o->stage_share_percent = share / 100;
    return rc;
}

static int read_keeping(reader *r)
{
    const vg_doc_space *d = r->doc;
    const vg_yaml *y = r->yaml;
    vg_policy *o = r->out;
    vg_error *err = r->err;
    int rc = vg_value_count(y, "context.messages", d->context_messages, 0, 500, &o->context_messages, err);
    if (rc == 0)
        rc = vg_value_duration(y, "context.age", d->context_age, 1, 0, 7 * 1440, &o->context_minutes, err);
    if (rc == 0)
        rc = vg_value_duration(y, "retention.memory", d->keep_memory, 1440, 1, 3650, &o->keep_memory_days,
                               err);
    if (rc == 0)
        rc = vg_value_duration(y, "retention.cases", d->keep_cases, 1440, 1, 36500, &o->keep_case_days, err);
    if (rc == 0)
        rc = vg_value_duration(y, "retention.audit", d->keep_audit, 1440, 1, 36500, &o->keep_audit_days, err);
    if (rc == 0 && o->keep_audit_days < o->keep_case_days)
        rc = vg_yaml_fail(y, err, "retention.audit",
                          "%s is shorter than retention.cases (%s); a decision must outlive its case",
                          d->keep_audit, d->keep_cases);
    if (rc == 0)
        rc =
            vg_value_duration(y, "review_within", d->review_within, 60, 1, 720, &o->review_within_hours, err);
    return rc;
}

/* What decoding may cost. The ceilings are what the decoder and the server can be asked for at all. */
static int read_media(reader *r)
{
    static const vg_value_unit bytes[] = {{"MB", 1000000}, {"kB", 1000}, {"GB", 1000000000}};
    static const vg_value_unit pixels[] = {{"megapixels", 1000000}, {"megapixel", 1000000}};
    static const vg_value_unit seconds[] = {{"seconds", 1}, {"second", 1}, {"s", 1}, {"minutes", 60}, {"minute", 60}, {"min", 60}};
    const vg_doc_space *d = r->doc;
    const vg_yaml *y = r->yaml;
    vg_media_limits *m = &r->out->media;
    vg_error *err = r->err;
    uint64_t wall = 0, cpu = 0;
    int rc = vg_value_quantity(y, "media.max_file", d->media_file, bytes, 3, 1000000, 2000000000, &m->bytes, err);
    if (rc == 0)
        rc = vg_value_quantity(y, "media.max_pixels", d->media_pixels, pixels, 2, 1000000, 1000000000, &m->pixels, err);
    if (rc == 0) rc = vg_value_count(y, "media.max_frames", d->media_frames, 1, 100000, &m->frames, err);
    if (rc == 0) rc = vg_value_quantity(y, "media.decode_time", d->media_time, seconds, 6, 1, 600, &wall, err);
    if (rc == 0) rc = vg_value_quantity(y, "media.decode_cpu", d->media_cpu, seconds, 6, 1, 600, &cpu, err);
    if (rc == 0)
        rc = vg_value_quantity(y, "media.decode_memory", d->media_memory, bytes, 3, 100000000, 16000000000,
                               &m->memory_bytes, err);
    if (rc == 0)
        rc = vg_value_duration(y, "media.keep_upload", d->keep_upload, 1, 1, 1440, &r->out->keep_upload_minutes, err);
    r->out->see_whole = d->media_whole != 0; /* left out: no */
    m->milliseconds = (uint32_t)wall * 1000;
    m->cpu_seconds = (uint32_t)cpu;
    return rc;
}

int vg_space_load(vg_space_loader *loader, const char *name, vg_policy *out, vg_error *err)
{
    vg_yaml yaml = {0};
    void *doc = NULL;
    vg_error local; /* say_who_asked reads it back */
    if (!err) err = &local;
    reader r = {.loader = loader, .yaml = &yaml, .out = out, .err = err};
    int rc = vg_space_open(loader, name, VG_SCHEMA_SPACE, &yaml, &doc, err);
    r.doc = doc;
    if (rc == 0) rc = read_name(&r);
    if (rc == 0) rc = read_scan(&r);
    if (rc == 0) rc = read_weights(&r);
    if (rc == 0) rc = read_thresholds(&r);
    if (rc == 0) rc = read_conduct(&r);
    if (rc == 0) rc = read_course(&r);
    if (rc == 0) rc = read_keeping(&r);
    if (rc == 0) rc = read_media(&r);
    if (rc == 0) rc = read_lexicons(&r);
    if (rc == 0) rc = read_spelling(&r);
    if (rc == 0) rc = read_phrases(&r);
    if (rc == 0) rc = read_model(&r);
    if (rc == 0) rc = read_rules(&r);
    if (rc == 0) rc = vg_space_read_gold(&yaml, r.doc->gold, &out->gold, err);
    if (rc == 0) rc = read_banks(&r);
    if (rc == 0) rc = vg_notices_load(loader, &yaml, r.doc->notices, &out->notices, err);
    if (rc == 0) rc = vg_decisions_load(loader, &yaml, r.doc->decisions, &out->decisions, err);
    if (rc == 0) rc = vg_queue_load(&yaml, r.doc->queue, &out->queue, err);
    if (rc == 0) rc = vg_welfare_load(loader, &yaml, r.doc->welfare, &out->welfare, err);
    if (rc == 0) rc = vg_transparency_load(loader, &yaml, r.doc->transparency, &out->transparency, err);
    if (rc == 0) rc = vg_report_load(loader, &yaml, r.doc->report, &out->report, err);
    if (rc == 0) rc = vg_training_read(loader, &yaml, r.doc->training, out, err);
    if (rc == 0) out->version = vg_policy_version(out);
    vg_schema_free(VG_SCHEMA_SPACE, doc);
    vg_yaml_close(&yaml);
    return rc;
}

bool vg_policy_may_scan(const vg_policy *policy, vg_channel channel, int64_t time_ms)
{
    if ((unsigned)channel >= VG_CHANNELS || !policy->scan[channel]) return false;
    if (channel != VG_CHANNEL_PRIVATE) return true;
    return policy->legal_basis &&
           (policy->legal_basis_until_ms == 0 || time_ms < policy->legal_basis_until_ms);
}
