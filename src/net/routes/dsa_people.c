/* SPDX-License-Identifier: Apache-2.0
 *
 * What a transparency report says of people: who decides and in which languages, training, how sure decisions are; and what the operator states in
 * the policy for this very period. Sheets 9 and 10. What neither knows stays empty. */
#include "net/routes/dsa_int.h"

#include <stdio.h>

#include "base/time.h"
#include "event/policy_report.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "store/cases/next.h"
#include "store/disclosure/disclosure.h"
#include "store/notices/notices.h"
#include "store/people/people.h"
#include "store/training/attempts.h"
#include "store/training/gold.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SEED UINT64_C(0x7669676965) /* the same question gets the same interval */

static const char *const languages[VG_DSA_LANGUAGES] = {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv"};
static const char *const states[] = {"TOTAL", "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"};

/* ---- people ---- */

static bool decides(const vg_dsa *d, const vg_user *user)
{
    bool any = false;
    for (size_t i = 0; i < d->space_count; i++) any |= vg_review_may(user, VG_MAY_CASE_DECIDE, d->spaces[i]);
    return any && !user->closed_ms && !user->disabled_ms;
}

static int is_certified(vg_desk *desk, const vg_dsa *d, const vg_user *user, int64_t now_ms, bool *out, vg_error *err)
{
    int rc = 0;
    *out = false;
    for (size_t i = 0; !rc && !*out && i < d->space_count; i++)
        for (int c = 0; !rc && !*out && c < VG_CATEGORIES; c++) {
            vg_certified one;
            rc = vg_store_certified(desk->store, user->name, d->spaces[i], (vg_category)c, now_ms, &one, err);
            *out = !rc && one.certified;
        }
    return rc;
}

static void add_languages(vg_dsa_known *k, vg_str list)
{
    bool seen[VG_DSA_LANGUAGES] = {false};
    for (size_t from = 0, i = 0; i <= list.len; i++) {
        if (i < list.len && list.ptr[i] != ',') continue;
        vg_str one = {list.ptr + from, i - from};
        from = i + 1;
        if (one.len > 2 && one.ptr[2] == '-') one.len = 2; /* "fr-BE" reads French */
        for (size_t l = 0; l < VG_DSA_LANGUAGES; l++) seen[l] |= vg_str_is(one, languages[l]);
    }
    for (size_t l = 0; l < VG_DSA_LANGUAGES; l++) k->by_language[l] += seen[l];
}

static int count_people(vg_desk *desk, vg_dsa *d, int64_t now_ms, vg_error *err)
{
    vg_person *people = NULL;
    size_t count = 0;
    int rc = vg_store_people(desk->store, VG_STR(""), desk->arena, &people, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        const vg_user *user = &people[i].user;
        vg_skills skills = {.languages = {"", 0}};
        bool certified;
        if (!decides(d, user)) continue;
        rc = vg_store_skills_get(desk->store, user->id, desk->arena, &skills, err);
        if (!rc) rc = is_certified(desk, d, user, now_ms, &certified, err);
        if (rc) break;
        d->known.people++;
        d->known.certified += certified;
        if (skills.languages.len) d->known.with_languages++, add_languages(&d->known, skills.languages);
    }
    return rc;
}

/* ---- how sure decisions are ---- */

static int add_answer(void *context, const vg_gold_answer *a, vg_error *err)
{
    vg_dsa *d = context;
    (void)err;
    if (a->kind != VG_GOLD_KNOWN || a->outcome == VG_GOLD_OPEN || a->outcome == VG_GOLD_ASKED || a->time_ms >= d->period.to_ms) return 0;
    d->known.gold_answered++;
    d->known.gold_right += a->outcome == VG_GOLD_RIGHT;
    return 0;
}

static int agree(vg_desk *desk, vg_dsa *d, vg_error *err)
{
    int rc = 0;
    size_t total = 0;
    vg_rating *ratings = NULL;
    for (size_t i = 0; !rc && i < d->space_count; i++) {
        vg_gold_rating *list = NULL;
        size_t count = 0;
        rc = vg_store_gold_ratings(desk->store, d->spaces[i], d->period.from_ms, desk->arena, &list, &count, err);
        vg_rating *larger = rc ? NULL : vg_arena_calloc(desk->arena, total + count + 1, sizeof *larger);
        if (!rc && !larger) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a report");
        if (rc) break;
        if (total) memcpy(larger, ratings, total * sizeof *larger);
        for (size_t k = 0; k < count; k++)
            if (list[k].time_ms < d->period.to_ms) larger[total++] = (vg_rating){list[k].unit, (uint8_t)list[k].action};
        ratings = larger;
    }
    return rc || !total ? rc : vg_agreement_alpha(ratings, total, SEED, desk->arena, &d->known.alpha, err);
}

static int count_work(vg_desk *desk, vg_dsa *d, vg_error *err)
{
    int rc = vg_store_attempt_figures(desk->store, d->period.from_ms, d->period.to_ms, &d->known.training, err);
    for (size_t i = 0; !rc && i < d->space_count; i++) {
        int64_t counts[VG_DISCLOSURE_STATES] = {0}, suspended = 0;
        rc = vg_store_gold_answers(desk->store, d->spaces[i], d->period.from_ms, add_answer, d, err);
        if (!rc) rc = vg_store_disclosure_figures(desk->store, d->spaces[i], d->period.from_ms, d->period.to_ms, counts, err);
        if (!rc) rc = vg_store_notifier_figures(desk->store, d->spaces[i], d->period.from_ms, d->period.to_ms, &suspended, err);
        d->known.suspended_notifiers += suspended;
        for (int s = 0; s < VG_DISCLOSURE_STATES; s++) {
            d->known.statements += counts[s];
            if (s == VG_DISCLOSURE_SENT) d->known.statements_sent += counts[s];
        }
    }
    return rc;
}

/* ---- what the operator states ---- */

static const char *copy(vg_dsa *d, const char *s, bool *failed)
{
    const char *kept = s ? vg_arena_copy(d->arena, vg_str_of(s)).ptr : NULL;
    *failed |= s && !kept;
    return kept;
}

static const vg_stated_number *copy_numbers(vg_dsa *d, const vg_stated_number *from, size_t count, bool *failed)
{
    vg_stated_number *to = vg_arena_calloc(d->arena, count + 1, sizeof *to);
    *failed |= !to;
    for (size_t i = 0; to && i < count; i++) to[i] = (vg_stated_number){copy(d, from[i].of, failed), from[i].number};
    return to;
}

/* Statements are for one period of one service: those of another period are other figures, and of several spaces nobody says how to add them. */
static int read_stated(vg_dsa *d, vg_error *err)
{
    const vg_stated *found = NULL;
    bool failed = false;
    size_t states_it = 0;
    for (size_t i = 0; i < vg_policy_set_count(d->policies); i++) {
        const vg_policy *p = vg_policy_set_at(d->policies, i);
        bool asked = d->period.space.len ? vg_str_is(d->period.space, p->space) : false;
        for (size_t k = 0; !asked && !d->period.space.len && k < d->space_count; k++) asked = vg_str_is(d->spaces[k], p->space);
        if (!asked) continue;
        const vg_report_operator *o = p->report ? &p->report->operator : NULL;
        if (o && !d->provider) d->provider = copy(d, o->legal_name ? o->legal_name : o->name, &failed);
        for (size_t k = 0; k < p->transparency.stated_count; k++) {
            const vg_stated *s = &p->transparency.stated[k];
            if (s->from_ms == d->period.from_ms && s->to_ms == d->period.to_ms) found = s, states_it++;
            else d->stated_otherwise = true;
        }
    }
    if (states_it > 1) d->stated_otherwise = true;
    if (states_it == 1) {
        d->stated = *found;
        d->has_stated = true;
        d->stated.published = copy(d, found->published, &failed);
        d->stated.previous = copy(d, found->previous, &failed);
        d->stated.languages = copy_numbers(d, found->languages, found->language_count, &failed);
        d->stated.recipients = copy_numbers(d, found->recipients, found->recipient_count, &failed);
        for (int t = 0; t < VG_STATED_TEXTS; t++) d->stated.text[t] = copy(d, found->text[t], &failed);
    }
    return failed ? vg_fail(err, VG_ENOMEM, "", "no memory for a report") : 0;
}

int vg_dsa_know(vg_desk *desk, vg_dsa *d, vg_error *err)
{
    int rc = read_stated(d, err);
    if (!rc) rc = count_people(desk, d, vg_time_now(), err);
    if (!rc) rc = count_work(desk, d, err);
    return rc ? rc : agree(desk, d, err);
}

/* ---- sheets 9 and 10 ---- */

static void begin(const vg_dsa *d, vg_sheet *s, const char *applies, const char *section, const char *indicator, const char *scope)
{
    vg_sheet_row(s);
    vg_sheet_text(s, vg_str_of(applies));
    vg_sheet_text(s, d->period.space.len ? d->period.space : VG_STR("all spaces"));
    vg_sheet_text(s, vg_str_of(d->reporting));
    vg_sheet_text(s, vg_str_of(section));
    vg_sheet_text(s, vg_str_of(indicator));
    vg_sheet_text(s, vg_str_of(scope));
}

static void number_or_nothing(vg_sheet *s, bool known, int64_t number)
{
    if (known) vg_sheet_number(s, number);
    else vg_sheet_empty(s, 1);
}

static const vg_stated_number *stated_of(const vg_stated_number *list, size_t count, const char *what)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(list[i].of, what)) return &list[i];
    return NULL;
}

static void moderators(const vg_dsa *d, vg_sheet *s, const char *indicator, bool known, int64_t number)
{
    begin(d, s, "Only for VLOPs", "Human resources dedicated to content moderation ", indicator, "Total number");
    number_or_nothing(s, known, number);
    if (known) vg_sheet_text(s, VG_STR("Stated by the provider for this period."));
    vg_sheet_row_end(s);
}

static void experts(const vg_dsa *d, vg_sheet *s)
{
    static const char indicator[] = "Number of total moderators with sufficient linguistic expertise ";
    char note[200];
    bool stated = d->has_stated && d->stated.language_count > 0;
    snprintf(note, sizeof note, "In Vigie on the day of the report: %lld people who may decide, %lld of them certified, %lld with the languages that they work in.", (long long)d->known.people,
             (long long)d->known.certified, (long long)d->known.with_languages);
    begin(d, s, "Only for VLOPs", "Human resources dedicated to content moderation ", indicator, "Total number");
    bool total = d->has_stated && d->stated.has_internal && d->stated.has_external;
    number_or_nothing(s, total || d->known.with_languages > 0, total ? (int64_t)d->stated.internal + d->stated.external : d->known.with_languages);
    vg_sheet_text(s, vg_str_of(note));
    vg_sheet_row_end(s);
    for (size_t l = 0; l < VG_DSA_LANGUAGES; l++) {
        const vg_stated_number *one = stated ? stated_of(d->stated.languages, d->stated.language_count, languages[l]) : NULL;
        bool counted = !stated && d->known.with_languages > 0;
        begin(d, s, "Only for VLOPs", "Human resources dedicated to content moderation ", indicator, languages[l]);
        number_or_nothing(s, one || counted, one ? one->number : d->known.by_language[l]);
        if (one) vg_sheet_text(s, VG_STR("Stated by the provider for this period."));
        else if (counted) vg_sheet_text(s, VG_STR("People whose languages are set in Vigie, on the day of the report."));
        vg_sheet_row_end(s);
    }
}

void vg_dsa_human_resources(const vg_dsa *d, vg_sheet *s)
{
    static const char *const headers[] = {"Applicability", "Service", "Reporting period", "Section", "Indicator", "Scope", "Value", "Contextual information"};
    vg_sheet_begin(s, vg_dsa_sheet_names[8], headers, COUNT(headers));
    moderators(d, s, "Number of internal moderators employed by the provider", d->has_stated && d->stated.has_internal, d->stated.internal);
    moderators(d, s, "Number of external moderators contracted by the provider", d->has_stated && d->stated.has_external, d->stated.external);
    experts(d, s);
    vg_sheet_end(s);
}

void vg_dsa_recipients(const vg_dsa *d, vg_sheet *s)
{
    static const char *const headers[] = {"Applicability", "Service", "Reporting period", "Section", "Indicator", "Scope", "Value"};
    vg_sheet_begin(s, vg_dsa_sheet_names[9], headers, COUNT(headers));
    for (size_t i = 0; i < COUNT(states); i++) {
        const vg_stated_number *one = d->has_stated ? stated_of(d->stated.recipients, d->stated.recipient_count, states[i]) : NULL;
        begin(d, s, "Only for VLOPs and VLOSEs", "AMAR", "Number of average monthly active recipients during the reporting period ", states[i]);
        number_or_nothing(s, one != NULL, one ? one->number : 0);
        vg_sheet_row_end(s);
    }
    vg_sheet_end(s);
}

/* ---- for the last sheet ---- */

static void share(vg_buf *out, const vg_share *of)
{
    vg_buf_printf(out, "%u.%u %% (95 %%: %u.%u to %u.%u)", of->share / 100, of->share % 100 / 10, of->low / 100, of->low % 100 / 10, of->high / 100, of->high % 100 / 10);
}

void vg_dsa_accuracy(const vg_dsa *d, int64_t decided, int64_t dismissed, vg_buf *out)
{
    const vg_share error = vg_share_of(dismissed, decided), gold = vg_share_of(d->known.gold_answered - d->known.gold_right, d->known.gold_answered),
                   back = vg_share_of(d->overturned, d->upheld + d->overturned);
    if (!decided && !d->known.gold_answered && !d->known.alpha.known && !d->overturned && !d->upheld) return;
    if (decided) {
        vg_buf_printf(out, "Of %lld cases that automated means raised and a person decided, %lld were dismissed: ", (long long)decided, (long long)dismissed);
        share(out, &error);
        vg_buf_add_cstr(out, ". What nobody was shown is not in it. ");
    }
    if (d->known.gold_answered) {
        vg_buf_printf(out, "Of %lld items with a known answer that were mixed into people's work, %lld were answered otherwise: ", (long long)d->known.gold_answered,
                      (long long)(d->known.gold_answered - d->known.gold_right));
        share(out, &gold);
        vg_buf_add_cstr(out, ". ");
    }
    if (d->known.alpha.known) {
        int32_t a = d->known.alpha.alpha;
        vg_buf_printf(out, "Agreement of people who looked at the same %zu things without seeing each other's answer (Krippendorff's alpha): %s%d.%02d. ", d->known.alpha.units, a < 0 ? "-" : "",
                      (a < 0 ? -a : a) / 10000, (a < 0 ? -a : a) % 10000 / 100);
    }
    if (d->upheld + d->overturned) {
        vg_buf_printf(out, "Of %lld complaints that were answered, %lld reversed the decision: ", (long long)(d->upheld + d->overturned), (long long)d->overturned);
        share(out, &back);
        vg_buf_add_cstr(out, ".");
    }
}

void vg_dsa_training(const vg_dsa *d, vg_buf *out)
{
    const vg_attempt_figures *t = &d->known.training;
    if (d->has_stated && d->stated.text[VG_STATED_TRAINING]) vg_buf_printf(out, "%s ", d->stated.text[VG_STATED_TRAINING]);
    if (t->handed_in)
        vg_buf_printf(out, "Recorded in the period: %lld examinations of %lld people, %lld hours at them; %lld people certified on the day of the report.", (long long)t->handed_in,
                      (long long)t->people, (long long)((t->took_ms + VG_HOUR_MS / 2) / VG_HOUR_MS), (long long)d->known.certified);
}
