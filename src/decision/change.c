/* SPDX-License-Identifier: Apache-2.0
 *
 * What would lower the risk: the same decision over changed evidence. vg_decide is asked each time, so a counterfactual cannot
 * disagree with the verdict that it is about.
 */
#include "decision/decision_int.h"

enum { SINGLES_MOST = 3, TOGETHER_MOST = 3, WEEK_HOURS = 7 * 24 };

const char *const vg_change_names[VG_CHANGES] = {"without", "recipient_adult", "account_minor", "quiet"};

/* What was decided on, with its strengths as they were. */
typedef struct given {
    const vg_policy *policy;
    vg_relation relation;
    const vg_verdict *verdict;
    vg_verdict_kind media_effect;
} given;

static bool is_conduct(unsigned kind)
{
    return (kind >= VG_CONDUCT_AGE_GAP && kind <= VG_CONDUCT_MOVED_PRIVATE) ||
           (kind >= VG_CONDUCT_COURSE && kind <= VG_CONDUCT_LINKED);
}

/* Conduct that is about one day: gone after a week, whatever happens. */
static bool is_of_a_day(unsigned kind)
{
    return kind == VG_CONDUCT_FAN_OUT_DAY || kind == VG_CONDUCT_ESCALATION || kind == VG_CONDUCT_NIGHT ||
           kind == VG_CONDUCT_ASYMMETRY;
}

/* Decides over the pieces that are not in `without`, aged by `hours`. */
static void decide_again(const given *g, uint64_t without, vg_relation relation, uint32_t hours, vg_verdict *out)
{
    vg_evidence ev[VG_EVIDENCE_KINDS];
    size_t count = 0;
    bool media = false;
    for (size_t i = 0; i < g->verdict->count; i++) {
        const vg_evidence *piece = &g->verdict->evidence[i];
        if (without >> piece->kind & 1) continue;
        ev[count] = *piece;
        if (hours && vg_evidence_family(piece->kind) >= 0) ev[count].strength = vg_decision_aged(piece, hours, g->policy->half_life_hours);
        media |= vg_evidence_is_media(piece->kind);
        count++;
    }
    vg_decide(g->policy, relation, ev, count, media ? g->media_effect : VG_VERDICT_ALLOW, g->verdict->scanned, out);
}

/* Keeps a change that lowers the verdict. */
static bool keep(const given *g, vg_change change, vg_relation relation, vg_change *out, size_t *count)
{
    vg_verdict then;
    if (*count == VG_CHANGE_MOST) return false;
    decide_again(g, change.kinds, relation, change.hours, &then);
    change.nothing_new = change.kind == VG_CHANGE_WITHOUT;
    for (size_t i = 0; i < then.count; i++)
        if (then.evidence[i].fresh) change.nothing_new = false;
    if (then.kind >= g->verdict->kind) return false;
    change.risk = then.risk;
    change.verdict = then.kind;
    out[(*count)++] = change;
    return true;
}

/* Strongest first, which is the order of the pieces: what falls furthest is told first. */
static void without_one(const given *g, vg_change *out, size_t *count)
{
    for (size_t i = 0; i < g->verdict->count && *count < SINGLES_MOST; i++) {
        uint64_t bit = UINT64_C(1) << g->verdict->evidence[i].kind;
        keep(g, (vg_change){.kind = VG_CHANGE_WITHOUT, .kinds = bit}, g->relation, out, count);
    }
    uint64_t strongest = 0;
    /* a list that nobody would read to its end is not told: then there is simply much of it */
    for (size_t i = 0; i + 1 < g->verdict->count && i < TOGETHER_MOST && !*count; i++) {
        strongest |= UINT64_C(1) << g->verdict->evidence[i].kind;
        keep(g, (vg_change){.kind = VG_CHANGE_WITHOUT, .kinds = strongest}, g->relation, out, count);
    }
}

static uint64_t kinds_where(bool (*is)(unsigned kind))
{
    uint64_t kinds = 0;
    for (unsigned kind = 0; kind < VG_EVIDENCE_KINDS; kind++)
        if (is(kind)) kinds |= UINT64_C(1) << kind;
    return kinds;
}

size_t vg_decision_changes(const vg_policy *policy, vg_relation relation, const vg_verdict *verdict, vg_verdict_kind media_effect,
                           vg_change out[VG_CHANGE_MOST])
{
    const given g = {policy, relation, verdict, media_effect};
    bool by_relation = false, text = false;
    vg_verdict same;
    size_t count = 0;
    if (verdict->kind == VG_VERDICT_ALLOW) return 0;
    decide_again(&g, 0, relation, 0, &same);
    if (same.kind != verdict->kind) return 0; /* the strengths are not known any more, or the policy changed */
    for (size_t i = 0; i < verdict->count; i++) {
        by_relation |= vg_evidence_by_relation(verdict->evidence[i].kind);
        text |= vg_evidence_family(verdict->evidence[i].kind) >= 0;
    }
    without_one(&g, out, &count);
    uint64_t conduct = kinds_where(is_conduct), gap = UINT64_C(1) << VG_CONDUCT_AGE_GAP;
    if (by_relation && (relation == VG_REL_ADULT_TO_MINOR || relation == VG_REL_UNKNOWN_TO_MINOR)) {
        /* conduct is about contact with minors: with an adult there is none */
        keep(&g, (vg_change){.kind = VG_CHANGE_RECIPIENT_ADULT, .kinds = conduct}, VG_REL_ADULT_TO_ADULT, out, &count);
        keep(&g, (vg_change){.kind = VG_CHANGE_ACCOUNT_MINOR, .kinds = gap}, VG_REL_MINOR_TO_MINOR, out, &count);
    }
    uint64_t day = kinds_where(is_of_a_day);
    if (policy->new_account_hours <= WEEK_HOURS) day |= UINT64_C(1) << VG_CONDUCT_NEW_ACCOUNT;
    if (text || by_relation) keep(&g, (vg_change){.kind = VG_CHANGE_QUIET, .kinds = day, .hours = WEEK_HOURS}, relation, out, &count);
    return count;
}

/* ---- in words ---- */

/* formats stand apart, so that the compiler checks them */
#define QUIET_FR "Si rien de nouveau n’arrive pendant %u\u00a0jours"
#define QUIET_EN "If nothing new happens for %u days"

typedef struct words {
    const char *without, *nor, *adult, *minor, *then, *nothing_new, *instead, *what[VG_VERDICTS], *end;
    char point;
} words;

static const words in[VG_LANGS] = {
    [VG_LANG_FR] = {.without = "Sans ",
                    .nor = " ni ",
                    .adult = "Si le destinataire était adulte",
                    .minor = "Si ce compte était celui d’un mineur",
                    .then = "\u00a0: risque ",
                    .nothing_new = "rien de nouveau, donc ",
                    .instead = " au lieu d’",
                    .what = {"aucune suite", "un message de prévention", "un examen", "une retenue", "un blocage"},
                    .end = ".",
                    .point = ','},
    [VG_LANG_EN] = {.without = "Without ",
                    .nor = " and ",
                    .adult = "Were the recipient an adult",
                    .minor = "Were this account a minor’s",
                    .then = ": risk ",
                    .nothing_new = "nothing new, so ",
                    .instead = " instead of ",
                    .what = {"no action", "a safety message", "a review", "a hold", "a block"},
                    .end = ".",
                    .point = '.'},
};

static void add_without(const vg_policy *policy, const vg_verdict *verdict, uint64_t kinds, vg_lang lang, vg_buf *out)
{
    bool first = true;
    for (size_t i = 0; i < verdict->count; i++) {
        if (!(kinds >> verdict->evidence[i].kind & 1)) continue;
        vg_buf_add_cstr(out, first ? in[lang].without : in[lang].nor);
        first = false;
        vg_decision_the_noun(policy, &verdict->evidence[i], lang, out);
    }
}

void vg_explain_change(const vg_policy *policy, const vg_verdict *verdict, const vg_change *change, vg_lang lang, vg_buf *out)
{
    const words *w = &in[lang];
    switch (change->kind) {
    case VG_CHANGE_WITHOUT: add_without(policy, verdict, change->kinds, lang, out); break;
    case VG_CHANGE_RECIPIENT_ADULT: vg_buf_add_cstr(out, w->adult); break;
    case VG_CHANGE_ACCOUNT_MINOR: vg_buf_add_cstr(out, w->minor); break;
    default: vg_buf_printf(out, lang == VG_LANG_FR ? QUIET_FR : QUIET_EN, change->hours / 24); break;
    }
    uint32_t hundredths = (change->risk + 50u) / 100;
    vg_buf_printf(out, "%s%u%c%02u, %s%s%s%s%s", w->then, hundredths / 100, w->point, hundredths % 100,
                  change->nothing_new ? w->nothing_new : "",
                  w->what[change->verdict < VG_VERDICTS ? change->verdict : VG_VERDICT_ALLOW], w->instead,
                  w->what[verdict->kind < VG_VERDICTS ? verdict->kind : VG_VERDICT_ALLOW], w->end);
}
