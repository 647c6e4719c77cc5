/* SPDX-License-Identifier: Apache-2.0
 *
 * What the author of a policy should know although it loads, and a summary for a person.
 */
#include <inttypes.h>
#include <stdio.h>
#include "base/time.h"
#include "space/law_int.h"
#include "space/notices_int.h"
#include "space/report_int.h"
#include "space/space_int.h"
#include "space/decisions_int.h"

/* ---- findings ---- */

typedef struct findings {
    vg_buf *out;
    size_t count;
} findings;

static void find(findings *f, const vg_policy *p, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void find(findings *f, const vg_policy *p, const char *format, ...)
{
    char line[400];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    vg_buf_printf(f->out, "%s: %s\n", p->file, line);
    f->count++;
}

/* The most that text and conduct evidence together can reach: 1 - product(1 - weight x strongest relation),
 * 1/10000. */
static uint32_t highest_risk(const vg_policy *p)
{
    uint64_t left = 10000ULL * 10000;
    uint32_t relation = 0;
    for (int r = 0; r < VG_RELATIONS; r++)
        if (p->relation[r] > relation) relation = p->relation[r];
    for (int k = 0; k < VG_EVIDENCE_KINDS; k++) {
        uint64_t weight = vg_evidence_by_relation((unsigned)k) ? (uint64_t)p->weight[k] * relation / 10000 : 0;
        left = left * (10000 - weight) / 10000;
    }
    return (uint32_t)(10000 - left / 10000);
}

static void check_reach(findings *f, const vg_policy *p)
{
    uint32_t highest = highest_risk(p);
    const struct {
        const char *name;
        uint16_t at;
    } thresholds[] = {{"nudge", p->nudge_at}, {"review", p->review_at}, {"hold", p->hold_at}};
    for (size_t i = 0; i < 3; i++)
        if (thresholds[i].at < VG_SPACE_NEVER && thresholds[i].at > highest)
            find(f, p,
                 "thresholds.%s (%.2f) can never be reached: all text and conduct evidence together comes to "
                 "%.2f",
                 thresholds[i].name, thresholds[i].at / 10000.0, highest / 10000.0);
    for (int k = 0; k < VG_EVIDENCE_KINDS; k++) {
        if (k == VG_TEXT_REFUSAL) continue;
        if (p->weight[k] == 0)
            find(f, p, "weights.%s is 0: this evidence never counts", vg_evidence_short_names[k]);
        else if (p->alone[k] && p->weight[k] < p->review_at && p->review_at < VG_SPACE_NEVER)
            find(f, p,
                 "alone: %s may reach review alone, but its weight (%.2f) is below thresholds.review (%.2f)",
                 vg_evidence_short_names[k], p->weight[k] / 10000.0, p->review_at / 10000.0);
    }
    if (p->relation[VG_REL_MINOR_TO_MINOR] > p->relation[VG_REL_ADULT_TO_MINOR])
        find(f, p, "relations: minors among themselves weigh more than an adult towards a minor");
}

static void check_basis(findings *f, const vg_policy *p, int64_t now_ms)
{
    char until[25];
    if (!p->legal_basis) return;
    if (strstr(p->legal_basis, "EXAMPLE"))
        find(
            f, p,
            "legal_basis.text is still the shipped example: write your own before you scan private messages");
    if (!p->scan[VG_CHANNEL_PRIVATE]) {
        find(f, p, "legal_basis is recorded, but scan.private is no: private messages are not scanned");
    } else if (p->legal_basis_until_ms) {
        vg_time_format(p->legal_basis_until_ms, until);
        if (p->legal_basis_until_ms <= now_ms)
            find(f, p, "legal_basis.until: ended at %s; private messages are no longer scanned", until);
        else if (p->legal_basis_until_ms - now_ms < 60 * VG_DAY_MS)
            find(f, p, "legal_basis.until: ends in %lld days (%s); private scanning then stops by itself",
                 (long long)((p->legal_basis_until_ms - now_ms) / VG_DAY_MS), until);
    }
}

static void check_content(findings *f, const vg_policy *p)
{
    size_t patterns[VG_TEXT_FAMILIES + 1] = {0}; /* the last: reporting */
    bool any = false;
    for (int c = 0; c < VG_CHANNELS; c++) any |= p->scan[c];
    if (!any) find(f, p, "scan: no channel is scanned; only contacts and users' reports are looked at");
    for (size_t i = 0; i < p->pattern_count; i++) patterns[p->patterns[i].family]++;
    if (p->pattern_count == 0) find(f, p, "lexicons: no pattern at all; no text evidence can be found");
    else
        for (int k = 0; k < VG_TEXT_FAMILIES; k++)
            if (!patterns[k]) find(f, p, "lexicons: no pattern for %s", vg_evidence_short_names[vg_evidence_of_family((unsigned)k)]);
    for (size_t i = 0; i < p->bank_count; i++)
        if (p->banks[i].hash_count == 0) find(f, p, "banks[%zu]: \"%s\" holds no hash", i, p->banks[i].name);
    if (p->context_messages == 0 || p->context_minutes == 0)
        find(f, p, "context: no earlier message is kept for a case; a person will judge single messages");
    if (p->media.memory_bytes / 6 < p->media.pixels) /* three channels, decoded and turned */
        find(f, p, "media.decode_memory cannot hold a picture of max_pixels; the largest will not be decoded");
    if (p->keep_memory_days < 7)
        find(f, p,
             "retention.memory is under 7 days: fan_out_7d and unreciprocated see less than they are named "
             "for");
}

typedef struct of_policy {
    findings *findings;
    const vg_policy *policy;
} of_policy;

static void find_of(void *context, const char *line)
{
    const of_policy *o = context;
    find(o->findings, o->policy, "%s", line);
}

static void find_gold(void *context, const vg_policy *p, const char *text)
{
    find(context, p, "%s", text);
}

static void check_people(findings *f, const vg_policy *p)
{
    const vg_policy_welfare *w = &p->welfare;
    if (!p->queue.given) find(f, p, "queue: not there; imminent cases have the same deadline as any other, cases that fit nobody are offered to all after half of it");
    if (!w->given) find(f, p, "welfare: not there; no limits of exposure, no breaks, no named contact for the people who decide");
    else {
        if (!w->break_minutes) find(f, p, "welfare.breaks: not there; nobody is asked to pause");
        if (!w->contact.name) find(f, p, "welfare.contact: not there; the quiet button has nobody to name");
        else if (w->contact.url && strstr(w->contact.url, "example.")) find(f, p, "welfare.contact is still the shipped example: name somebody of your own");
    }
    if (p->queue.imminent_minutes > p->review_within_hours * 60)
        find(f, p, "queue.imminent_within is longer than review_within: it shortens nothing");
}

static void find_training(void *context, const vg_policy *p, const char *sentence)
{
    find(context, p, "%s", sentence);
}

size_t vg_policy_check(const vg_policy_set *set, int64_t now_ms, vg_buf *out)
{
    findings f = {.out = out};
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        check_reach(&f, p);
        check_basis(&f, p, now_ms);
        check_content(&f, p);
        vg_notices_check(p, find_of, &(of_policy){&f, p});
        vg_decisions_check(p, find_of, &(of_policy){&f, p});
        vg_gold_check(p, find_gold, &f);
        check_people(&f, p);
        vg_training_check(p, find_training, &f);
        vg_report_check(p, find_of, &(of_policy){&f, p});
    }
    return f.count + vg_book_check(vg_policy_set_book(set), now_ms, out);
}

/* ---- summary ---- */

typedef struct labels {
    const char *audience, *assumed, *scanned, *not_scanned, *basis, *until, *thresholds, *never, *patterns,
        *banks, *within, *hours;
    const char *channel[VG_CHANNELS];
    const char *media, *megabytes, *megapixels, *minutes;
} labels;

static const labels all_labels[VG_LANGS] = {
    [VG_LANG_FR] = {"Public",
                    "Âge supposé quand il n’est pas connu",
                    "examinés",
                    "non examinés",
                    "base légale",
                    "jusqu’au",
                    "Seuils",
                    "jamais",
                    "Lexique",
                    "Banques",
                    "Examen promis sous",
                    "heures",
                    {"Messages publics", "Messages de groupe", "Messages privés"},
                    "Médias",
                    "Mo",
                    "mégapixels",
                    "minutes sans dossier"},
    [VG_LANG_EN] = {"Audience",
                    "Age taken when it is not known",
                    "scanned",
                    "not scanned",
                    "legal basis",
                    "until",
                    "Thresholds",
                    "never",
                    "Lexicon",
                    "Banks",
                    "Review promised within",
                    "hours",
                    {"Public messages", "Group messages", "Private messages"},
                    "Media",
                    "MB",
                    "megapixels",
                    "minutes without a case"},
};

static void describe_channels(const vg_policy *p, vg_lang lang, vg_buf *out)
{
    const labels *l = &all_labels[lang];
    const char *colon = lang == VG_LANG_FR ? " :" : ":";
    for (int c = 0; c < VG_CHANNELS; c++) {
        vg_buf_printf(out, "  %s%s %s", l->channel[c], colon, p->scan[c] ? l->scanned : l->not_scanned);
        if (c == VG_CHANNEL_PRIVATE && p->scan[c]) {
            vg_buf_printf(out, " (%s%s %s, %s", l->basis, colon, p->legal_basis, p->legal_basis_source);
            if (p->legal_basis_until_ms) {
                char last[25];
                vg_time_format(p->legal_basis_until_ms - 1, last); /* the last day that counts */
                vg_buf_printf(out, ", %s %.10s", l->until, last);
            }
            vg_buf_add_char(out, ')');
        }
        vg_buf_add_char(out, '\n');
    }
}

static void describe_threshold(vg_buf *out, const labels *l, const char *name, uint16_t at, const char *after)
{
    vg_buf_printf(out, "%s ", name);
    if (at >= VG_SPACE_NEVER) vg_buf_add_cstr(out, l->never);
    else vg_buf_add_e4(out, at);
    vg_buf_add_cstr(out, after);
}

void vg_policy_describe(const vg_policy *p, vg_lang lang, vg_buf *out)
{
    const labels *l = &all_labels[lang];
    const char *colon = lang == VG_LANG_FR ? " :" : ":";
    vg_buf_printf(out, "%s (%s) %016" PRIx64 "\n", p->title[lang], p->space, p->version);
    vg_buf_printf(out, "  %s%s %s\n", l->audience, colon, p->audience);
    vg_buf_printf(out, "  %s%s %s\n", l->assumed, colon, vg_age_band_names[p->assumed_age]);
    describe_channels(p, lang, out);
    vg_buf_printf(out, "  %s%s ", l->thresholds, colon);
    describe_threshold(out, l, "nudge", p->nudge_at, ", ");
    describe_threshold(out, l, "review", p->review_at, ", ");
    describe_threshold(out, l, "hold", p->hold_at, "\n");
    vg_buf_printf(out, "  %s%s %zu\n", l->patterns, colon, p->pattern_count);
    vg_buf_printf(out, "  %s%s", l->banks, colon);
    for (size_t i = 0; i < p->bank_count; i++)
        vg_buf_printf(out, "%s %s (%s, %zu, %s)", i ? "," : "", p->banks[i].name, p->banks[i].category,
                      p->banks[i].hash_count, vg_space_verdict_names[p->banks[i].effect]);
    if (p->bank_count == 0) vg_buf_add_cstr(out, " 0");
    vg_buf_printf(out, "\n  %s%s %" PRIu64 " %s, %" PRIu64 " %s, %" PRIu32 " %s", l->media, colon, p->media.bytes / 1000000,
                  l->megabytes, p->media.pixels / 1000000, l->megapixels, p->keep_upload_minutes, l->minutes);
    vg_buf_printf(out, "\n  %s %" PRIu32 " %s\n", l->within, p->review_within_hours, l->hours);
}
