/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/decision_int.h"

/* Risk is worked out from the weights as they are shown, so that anyone can check it from an answer; what is
 * left of certainty, the product of (1 - weight), is held in 1/10^15, which a 64-bit integer holds times
 * 10000. */
#define ONE_E15   1000000000000000ull
#define E15_TO_E4 100000000000ull
#define FULL      10000u

/* The input, one piece for each kind. Later steps go through it in order of kind, whatever the order of the
 * input was. */
typedef struct pieces {
    uint64_t kinds; /* bit set */
    const vg_evidence *from[VG_EVIDENCE_KINDS];
    uint32_t strength[VG_EVIDENCE_KINDS];
} pieces;

/* Of two pieces of one kind, which is shown. Any total order would do; fresh comes first. */
static bool is_shown_before(const vg_evidence *a, const vg_evidence *b)
{
    if (a->fresh != b->fresh) return a->fresh;
    if (a->strength != b->strength) return a->strength > b->strength;
    if (a->value != b->value) return a->value > b->value;
    if (a->detail != b->detail) return a->detail < b->detail;
    if (a->span.from != b->span.from) return a->span.from < b->span.from;
    return a->span.to < b->span.to;
}

static void gather(pieces *p, const vg_evidence *ev, size_t count)
{
    p->kinds = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t kind = ev[i].kind, strength = ev[i].strength > FULL ? FULL : ev[i].strength;
        if (kind >= VG_EVIDENCE_KINDS) continue;
        if (!(p->kinds >> kind & 1)) {
            p->kinds |= UINT64_C(1) << kind;
            p->from[kind] = &ev[i];
            p->strength[kind] = strength;
            continue;
        }
        if (is_shown_before(&ev[i], p->from[kind])) p->from[kind] = &ev[i];
        if (strength > p->strength[kind]) p->strength[kind] = strength; /* a second piece never takes away */
    }
}

static uint32_t weigh(const vg_policy *policy, vg_relation relation, unsigned kind, uint32_t strength)
{
    uint64_t weight = (uint64_t)strength * policy->weight[kind];
    if (vg_evidence_by_relation(kind)) {
        uint64_t factor = (unsigned)relation < VG_RELATIONS ? policy->relation[relation] : FULL;
        weight = (weight * factor + FULL * FULL / 2) / (FULL * FULL);
    } else {
        weight = (weight + FULL / 2) / FULL;
    }
    return weight > FULL ? FULL : (uint32_t)weight;
}

/* Strongest first, ties by kind: pieces come in order of kind, so an equal one stays behind. */
static void insert(vg_verdict *out, const vg_evidence *piece, uint32_t weight, uint32_t strength)
{
    size_t at = out->count++;
    while (at && out->evidence[at - 1].weight < weight) {
        out->evidence[at] = out->evidence[at - 1];
        at--;
    }
    out->evidence[at] = *piece;
    out->evidence[at].weight = (uint16_t)weight;
    out->evidence[at].strength = (uint16_t)strength;
}

vg_verdict_kind vg_decision_by_risk(const vg_policy *policy, uint32_t risk)
{
    if (risk >= policy->hold_at) return VG_VERDICT_HOLD;
    if (risk >= policy->review_at) return VG_VERDICT_REVIEW;
    if (risk >= policy->nudge_at) return VG_VERDICT_NUDGE;
    return VG_VERDICT_ALLOW;
}

/* What a sum of evidence asks for. `left` is what is left of certainty. */
typedef struct sum {
    uint64_t left;
    unsigned weighing; /* pieces that weigh anything; the others explain nothing and are left out */
    bool fresh, alone;
} sum;

static void add(sum *s, const vg_policy *policy, const vg_evidence *piece, uint32_t weight)
{
    s->weighing++;
    s->left = s->left * (FULL - weight) / FULL;
    s->fresh |= piece->fresh;
    s->alone |= policy->alone[piece->kind];
}

static uint16_t risk_of(const sum *s) { return (uint16_t)((ONE_E15 - s->left + E15_TO_E4 / 2) / E15_TO_E4); }

static vg_verdict_kind verdict_of(const vg_policy *policy, const sum *s)
{
    vg_verdict_kind kind = s->fresh ? vg_decision_by_risk(policy, risk_of(s)) : VG_VERDICT_ALLOW;
    return s->weighing == 1 && !s->alone && kind > VG_VERDICT_NUDGE ? VG_VERDICT_NUDGE : kind;
}

/* A call for help weighs, and asks for a safety message; it is no evidence about who calls. So what is more than a nudge has to come
 * from the other pieces alone. */
typedef struct sums {
    sum all, but_help;
} sums;

static void add_to(sums *s, const vg_policy *policy, const vg_evidence *piece, uint32_t weight)
{
    add(&s->all, policy, piece, weight);
    if (piece->kind != VG_TEXT_HELP_SEEKING) add(&s->but_help, policy, piece, weight);
}

static vg_verdict_kind verdict_of_both(const vg_policy *policy, const sums *s)
{
    vg_verdict_kind kind = verdict_of(policy, &s->all), others;
    if (kind <= VG_VERDICT_NUDGE || s->but_help.weighing == s->all.weighing) return kind;
    others = verdict_of(policy, &s->but_help);
    return others > VG_VERDICT_NUDGE ? others : VG_VERDICT_NUDGE;
}

void vg_decide(const vg_policy *policy, vg_relation relation, const vg_evidence *ev, size_t count,
               vg_verdict_kind media_effect, bool scanned, vg_verdict *out)
{
    out->kind = VG_VERDICT_ALLOW;
    out->risk = 0;
    out->scanned = scanned;
    out->count = 0;
    if (!count) return;

    pieces p;
    gather(&p, ev, count);
    sums all = {{.left = ONE_E15}, {.left = ONE_E15}}, other = all; /* other: without known material */
    bool media = false;
    for (uint64_t rest = p.kinds; rest; rest &= rest - 1) {
        unsigned kind = (unsigned)__builtin_ctzll(rest);
        uint32_t weight = weigh(policy, relation, kind, p.strength[kind]);
        bool effective = vg_evidence_is_media(kind) && media_effect > VG_VERDICT_ALLOW;
        if (!weight && !effective) continue;
        if (weight) add_to(&all, policy, p.from[kind], weight);
        if (weight && !effective) add_to(&other, policy, p.from[kind], weight);
        media |= effective;
        insert(out, p.from[kind], weight, p.strength[kind]);
    }
    out->risk = risk_of(&all.all);
    out->kind = verdict_of_both(policy, &all);
    if (!media) return;
    /* the weight of a match does not overrule its own bank: one that asks for review gets review, whatever it weighs */
    if (out->kind > media_effect) out->kind = verdict_of_both(policy, &other);
    if (media_effect > out->kind) out->kind = media_effect < VG_VERDICTS ? media_effect : VG_VERDICT_BLOCK;
}
