/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/decision.h"

#include <math.h>

#include "policy_fixture.h"
#include "tap.h"

static vg_evidence fresh(vg_evidence_kind kind, uint16_t strength)
{
    return (vg_evidence){.kind = (uint8_t)kind, .fresh = true, .strength = strength, .value = 2};
}

static vg_evidence old(vg_evidence_kind kind, uint16_t strength)
{
    return (vg_evidence){.kind = (uint8_t)kind, .strength = strength, .value = 2};
}

static vg_verdict decide(const vg_policy *policy, const vg_evidence *ev, size_t count)
{
    vg_verdict v;
    vg_decide(policy, VG_REL_ADULT_TO_MINOR, ev, count, VG_VERDICT_ALLOW, true, &v);
    return v;
}

/* ---- risk ---- */

static void test_risk(void)
{
    vg_policy policy = policy_fixture();
    vg_evidence ev[] = {fresh(VG_TEXT_SECRECY, 10000), fresh(VG_TEXT_MEETING_REQUEST, 5000),
                        fresh(VG_NOTICE_REPORT, 10000)};
    vg_verdict v = decide(&policy, ev, 0);
    TAP_OK(v.kind == VG_VERDICT_ALLOW && v.risk == 0 && v.count == 0 && v.scanned,
           "no evidence: allow, no risk");
    TAP_EQ_INT(decide(&policy, ev, 1).risk, 4000, "one piece: its weight");
    TAP_EQ_INT(decide(&policy, ev, 2).risk, 5200, "1 - 0.6 x 0.8");
    TAP_EQ_INT(decide(&policy, ev, 3).risk, 7120, "1 - 0.6 x 0.8 x 0.6");

    for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) policy.weight[kind] = 1;
    vg_evidence all[VG_EVIDENCE_KINDS];
    for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) all[kind] = fresh((vg_evidence_kind)kind, 10000);
    TAP_EQ_INT(decide(&policy, all, VG_EVIDENCE_KINDS).risk, VG_EVIDENCE_KINDS, "thirty-eight times the least weight is not lost");
    for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) policy.weight[kind] = 9999;
    TAP_EQ_INT(decide(&policy, all, VG_EVIDENCE_KINDS).risk, 10000, "thirty-eight times almost all");
    for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) policy.weight[kind] = 65535;
    policy.relation[VG_REL_ADULT_TO_MINOR] = 65535;
    TAP_EQ_INT(decide(&policy, all, VG_EVIDENCE_KINDS).risk, 10000, "weights over 1 are 1");
}

static void test_relation_factor(void)
{
    vg_policy policy = policy_fixture();
    static const uint16_t want[VG_RELATIONS] = {4000, 3200, 1200, 2000, 800, 800};
    for (int r = 0; r < VG_RELATIONS; r++) {
        for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) {
            vg_evidence ev = fresh((vg_evidence_kind)kind, 10000);
            vg_verdict v;
            vg_decide(&policy, (vg_relation)r, &ev, 1, VG_VERDICT_ALLOW, true, &v);
            TAP_OK(v.risk == (vg_evidence_by_relation((unsigned)kind) ? want[r] : 4000), "relation %d, kind %d: risk %u", r,
                   kind, v.risk);
        }
    }
}

/* As a long double product, which is exact enough to tell rounding to 1/10000 from loss of precision. */
static void test_risk_precision(void)
{
    vg_policy policy = policy_fixture();
    uint64_t seed = 7;
    size_t wrong = 0;
    for (int round = 0; round < 20000; round++) {
        vg_evidence ev[VG_EVIDENCE_KINDS];
        size_t count = 0;
        for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) {
            policy.weight[kind] = (uint16_t)fixture_below(&seed, 10001);
            if (fixture_below(&seed, 3) == 0)
                ev[count++] = fresh((vg_evidence_kind)kind, (uint16_t)fixture_below(&seed, 10001));
        }
        vg_verdict v = decide(&policy, ev, count);
        long double left = 1;
        for (size_t i = 0; i < v.count; i++) left *= 1 - v.evidence[i].weight / 10000.0L;
        long double off = fabsl((1 - left) * 10000 - v.risk);
        wrong += off > 0.500001L;
        for (size_t i = 0; i < count; i++) {
            long double w = (long double)ev[i].strength * policy.weight[ev[i].kind] / 10000;
            for (size_t k = 0; k < v.count; k++)
                if (v.evidence[k].kind == ev[i].kind) wrong += fabsl(w - v.evidence[k].weight) > 0.500001L;
        }
    }
    TAP_EQ_INT(wrong, 0, "weights and risk are the exact values, rounded once");
}

/* ---- verdicts ---- */

static void test_thresholds(void)
{
    vg_policy policy = policy_fixture();
    policy.alone[VG_TEXT_THREAT] = true;
    policy.weight[VG_TEXT_THREAT] = 10000;
    static const struct {
        uint16_t strength;
        vg_verdict_kind kind;
    } cells[] = {{2999, VG_VERDICT_ALLOW},  {3000, VG_VERDICT_NUDGE},  {5999, VG_VERDICT_NUDGE},
                 {6000, VG_VERDICT_REVIEW}, {8499, VG_VERDICT_REVIEW}, {8500, VG_VERDICT_HOLD},
                 {10000, VG_VERDICT_HOLD}};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        vg_evidence ev = fresh(VG_TEXT_THREAT, cells[i].strength);
        TAP_EQ_INT(decide(&policy, &ev, 1).kind, cells[i].kind, "thresholds 0.3, 0.6, 0.85");
    }
    vg_evidence ev = fresh(VG_TEXT_THREAT, 10000);
    policy.hold_at = policy.review_at = policy.nudge_at = 10001;
    TAP_EQ_INT(decide(&policy, &ev, 1).kind, VG_VERDICT_ALLOW, "10001 is never, also at risk 1");
}

static void test_fresh(void)
{
    vg_policy policy = policy_fixture();
    vg_evidence ev[] = {old(VG_TEXT_SECRECY, 10000), old(VG_CONDUCT_AGE_GAP, 10000),
                        old(VG_CONDUCT_FAN_OUT_DAY, 10000), old(VG_TEXT_GIFT_OFFER, 10000),
                        fresh(VG_CONDUCT_NIGHT, 10000)};
    vg_verdict v = decide(&policy, ev, 4);
    TAP_OK(v.risk == 8704 && v.kind == VG_VERDICT_ALLOW && v.count == 4,
           "much that is known, nothing new: allow, and the risk is told");
    TAP_EQ_INT(decide(&policy, ev, 5).kind, VG_VERDICT_HOLD, "one fresh piece is enough");
    policy.weight[VG_CONDUCT_NIGHT] = 0;
    v = decide(&policy, ev, 5);
    TAP_OK(v.kind == VG_VERDICT_ALLOW && v.count == 4, "a fresh piece that weighs nothing is none");
}

static void test_alone(void)
{
    vg_policy policy = policy_fixture();
    for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++)
        policy.weight[kind] = 9000, policy.alone[kind] = false;
    for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) {
        vg_evidence ev = fresh((vg_evidence_kind)kind, 10000);
        TAP_EQ_INT(decide(&policy, &ev, 1).kind, VG_VERDICT_NUDGE, "a single piece is capped at nudge");
        policy.alone[kind] = true;
        if (kind == VG_TEXT_HELP_SEEKING) TAP_EQ_INT(decide(&policy, &ev, 1).kind, VG_VERDICT_NUDGE, "... a call for help always");
        else TAP_EQ_INT(decide(&policy, &ev, 1).kind, VG_VERDICT_HOLD, "... unless its kind may stand alone");
        policy.alone[kind] = false;
    }
    vg_evidence two[] = {fresh(VG_TEXT_SECRECY, 10000), old(VG_CONDUCT_NIGHT, 1000)};
    TAP_EQ_INT(decide(&policy, two, 2).kind, VG_VERDICT_HOLD, "a second piece lifts the cap");
    policy.weight[VG_CONDUCT_NIGHT] = 0;
    TAP_EQ_INT(decide(&policy, two, 2).kind, VG_VERDICT_NUDGE, "... not one that weighs nothing");

    policy = policy_fixture();
    policy.weight[VG_NOTICE_REPORT] = 10000;
    vg_evidence notice = fresh(VG_NOTICE_REPORT, 6000);
    TAP_EQ_INT(decide(&policy, &notice, 1).kind, VG_VERDICT_REVIEW, "a user's report may stand alone");
}

/* A child says that it needs help: it gets a message, and no case about itself. */
static void test_help(void)
{
    vg_policy policy = policy_fixture();
    policy.weight[VG_TEXT_HELP_SEEKING] = 9000;
    policy.alone[VG_TEXT_HELP_SEEKING] = true;
    vg_evidence help = fresh(VG_TEXT_HELP_SEEKING, 10000);
    TAP_EQ_INT(decide(&policy, &help, 1).kind, VG_VERDICT_NUDGE, "a call for help is answered with a safety message");
    vg_verdict v;
    vg_decide(&policy, VG_REL_MINOR_TO_ADULT, &help, 1, VG_VERDICT_ALLOW, true, &v);
    TAP_OK(v.kind == VG_VERDICT_NUDGE && v.risk == 9000, "... whoever writes to whom");
    vg_evidence told[] = {help, old(VG_TEXT_PICTURE_REQUEST, 5000), old(VG_CONDUCT_COURSE, 10000)};
    TAP_EQ_INT(decide(&policy, told, 3).kind, VG_VERDICT_NUDGE, "what stands since earlier does not make a case of it");
    vg_evidence both[] = {help, fresh(VG_TEXT_THREAT, 5000), old(VG_CONDUCT_COURSE, 2000)};
    vg_evidence threat[] = {both[1], both[2]};
    TAP_OK(decide(&policy, both, 3).kind == VG_VERDICT_NUDGE && decide(&policy, both, 3).risk >= 6000,
           "nor does other new evidence that asks for less itself");
    policy.weight[VG_TEXT_THREAT] = 10000, policy.weight[VG_CONDUCT_COURSE] = 10000;
    both[1].strength = threat[0].strength = 9000;
    TAP_OK(decide(&policy, both, 3).kind == VG_VERDICT_HOLD && decide(&policy, threat, 2).kind == VG_VERDICT_HOLD,
           "a threat in the same message is judged as it would be without it");
}

static void test_media(void)
{
    vg_policy policy = policy_fixture();
    static const uint16_t weights[] = {0, 1, 2999, 4000, 10000};
    for (size_t w = 0; w < sizeof weights / sizeof weights[0]; w++) {
        for (int effect = VG_VERDICT_REVIEW; effect <= VG_VERDICT_BLOCK; effect++) {
            policy.weight[VG_MEDIA_KNOWN] = weights[w];
            policy.alone[VG_MEDIA_KNOWN] = w & 1;
            vg_evidence ev = fresh(VG_MEDIA_KNOWN, 10000);
            vg_verdict v;
            vg_decide(&policy, VG_REL_ADULT_TO_ADULT, &ev, 1, (vg_verdict_kind)effect, true, &v);
            TAP_OK((int)v.kind >= effect && v.count == 1 &&
                       (v.kind == VG_VERDICT_BLOCK) == (effect == VG_VERDICT_BLOCK),
                   "known material, weight %u, effect %d: verdict %d", weights[w], effect, v.kind);
        }
    }
    vg_evidence other = fresh(VG_TEXT_SECRECY, 10000);
    vg_verdict v;
    for (int effect = VG_VERDICT_REVIEW; effect <= VG_VERDICT_BLOCK; effect++) {
        vg_evidence near = fresh(VG_MEDIA_SIMILAR, 10000);
        policy.weight[VG_MEDIA_SIMILAR] = 10000;
        vg_decide(&policy, VG_REL_ADULT_TO_ADULT, &near, 1, (vg_verdict_kind)effect, true, &v);
        TAP_OK((int)v.kind == effect && v.risk == 10000, "a near match does what its bank asks for, no less and no more: %d", v.kind);
    }
    vg_evidence three[] = {fresh(VG_MEDIA_SIMILAR, 10000), fresh(VG_TEXT_THREAT, 10000), fresh(VG_TEXT_SECRECY, 10000)};
    policy.weight[VG_TEXT_THREAT] = policy.weight[VG_TEXT_SECRECY] = 9000;
    vg_decide(&policy, VG_REL_ADULT_TO_MINOR, three, 3, VG_VERDICT_REVIEW, true, &v);
    TAP_EQ_INT(v.kind, VG_VERDICT_HOLD, "other evidence counts beside it");
    policy = policy_fixture();
    vg_decide(&policy, VG_REL_ADULT_TO_MINOR, &other, 1, VG_VERDICT_BLOCK, true, &v);
    TAP_EQ_INT(v.kind, VG_VERDICT_NUDGE, "an effect without its evidence does nothing");
    vg_evidence ev = fresh(VG_MEDIA_KNOWN, 10000);
    policy.weight[VG_MEDIA_KNOWN] = 10000;
    policy.alone[VG_MEDIA_KNOWN] = true;
    vg_decide(&policy, VG_REL_ADULT_TO_MINOR, &ev, 1, VG_VERDICT_ALLOW, true, &v);
    TAP_EQ_INT(v.kind, VG_VERDICT_HOLD, "no bank says block: hold at most");
}

/* ---- order ---- */

static void test_order(void)
{
    vg_policy policy = policy_fixture();
    vg_evidence ev[] = {old(VG_CONDUCT_NIGHT, 5000), fresh(VG_TEXT_THREAT, 2000),
                        old(VG_CONDUCT_AGE_GAP, 9000), fresh(VG_TEXT_SECRECY, 5000)};
    vg_verdict v = decide(&policy, ev, 4);
    static const struct {
        uint8_t kind;
        uint16_t weight;
    } want[] = {
        {VG_CONDUCT_AGE_GAP, 3600}, {VG_TEXT_SECRECY, 2000}, {VG_CONDUCT_NIGHT, 2000}, {VG_TEXT_THREAT, 800}};
    TAP_EQ_INT(v.count, 4, "four pieces");
    for (size_t i = 0; i < 4; i++)
        TAP_OK(v.evidence[i].kind == want[i].kind && v.evidence[i].weight == want[i].weight,
               "strongest first, ties by kind: %zu", i);
}

static void test_same_kind_twice(void)
{
    vg_policy policy = policy_fixture();
    vg_evidence ev[] = {old(VG_TEXT_SECRECY, 9000), fresh(VG_TEXT_SECRECY, 5000)};
    vg_verdict v = decide(&policy, ev, 2);
    TAP_OK(v.count == 1 && v.evidence[0].fresh && v.evidence[0].weight == 3600 && v.risk == 3600,
           "fresh is shown, and the stronger weighs");
    vg_evidence wrong = fresh(VG_TEXT_SECRECY, 65535);
    TAP_EQ_INT(decide(&policy, &wrong, 1).risk, 4000, "a strength over 1 is 1");
    wrong.kind = VG_EVIDENCE_KINDS;
    TAP_EQ_INT(decide(&policy, &wrong, 1).count, 0, "a kind out of range is nothing");
}

/* ---- properties ---- */

static vg_evidence random_piece(uint64_t *seed, int kind)
{
    vg_evidence ev = {.kind = (uint8_t)kind,
                      .fresh = fixture_below(seed, 2),
                      .value = fixture_below(seed, 3),
                      .strength = (uint16_t)(fixture_below(seed, 4) ? fixture_below(seed, 10001) : 5000)};
    ev.detail = (uint16_t)fixture_below(seed, 2);
    return ev;
}

static void random_policy(vg_policy *policy, uint64_t *seed)
{
    *policy = policy_fixture();
    for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) {
        policy->weight[kind] =
            (uint16_t)(fixture_below(seed, 4) ? fixture_below(seed, 8000) : 4000 * fixture_below(seed, 2));
        policy->alone[kind] = fixture_below(seed, 4) == 0;
    }
    for (int r = 0; r < VG_RELATIONS; r++) policy->relation[r] = (uint16_t)fixture_below(seed, 12000);
    policy->nudge_at = (uint16_t)fixture_below(seed, 6000);
    policy->review_at = (uint16_t)(policy->nudge_at + fixture_below(seed, 3000));
    policy->hold_at = (uint16_t)(policy->review_at + fixture_below(seed, 2000));
}

static bool same(const vg_verdict *a, const vg_verdict *b)
{
    if (a->kind != b->kind || a->risk != b->risk || a->scanned != b->scanned || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const vg_evidence *x = &a->evidence[i], *y = &b->evidence[i];
        if (x->kind != y->kind || x->fresh != y->fresh || x->strength != y->strength ||
            x->weight != y->weight || x->value != y->value || x->detail != y->detail)
            return false;
    }
    return true;
}

static void test_properties(void)
{
    static const vg_verdict_kind effects[] = {VG_VERDICT_ALLOW, VG_VERDICT_REVIEW, VG_VERDICT_HOLD,
                                              VG_VERDICT_BLOCK};
    size_t order = 0, lowered = 0, softer = 0, by_weight = 0, alone = 0, stale = 0, blocked = 0, unsorted = 0,
           other = 0;
    size_t verdicts[VG_VERDICTS] = {0};
    uint64_t seed = 99;
    for (int round = 0; round < 100000; round++) {
        vg_policy policy;
        random_policy(&policy, &seed);
        vg_relation relation = (vg_relation)fixture_below(&seed, VG_RELATIONS);
        vg_verdict_kind effect = effects[fixture_below(&seed, 4)];
        vg_evidence ev[VG_EVIDENCE_KINDS + 4];
        size_t count = 0;
        for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++)
            if (fixture_below(&seed, 5) == 0) ev[count++] = random_piece(&seed, kind);
        if (count && fixture_below(&seed, 4) == 0)
            ev[count] = random_piece(&seed, ev[0].kind), count++; /* twice */
        vg_verdict v, w;
        vg_decide(&policy, relation, ev, count, effect, true, &v);
        if ((unsigned)v.kind >= VG_VERDICTS) {
            other++;
            continue;
        }
        verdicts[v.kind]++;

        bool media = false, any_fresh = false, may_alone = false;
        size_t weighing = 0;
        for (size_t i = 0; i < v.count; i++) {
            media |= vg_evidence_is_media(v.evidence[i].kind);
            any_fresh |= v.evidence[i].fresh;
            weighing += v.evidence[i].weight > 0;
            may_alone |= policy.alone[v.evidence[i].kind];
            unsorted += i && (v.evidence[i].weight > v.evidence[i - 1].weight ||
                              (v.evidence[i].weight == v.evidence[i - 1].weight &&
                               v.evidence[i].kind < v.evidence[i - 1].kind));
        }
        bool material = media && effect != VG_VERDICT_ALLOW;
        blocked += v.kind == VG_VERDICT_BLOCK && !(material && effect == VG_VERDICT_BLOCK);
        stale += v.kind > VG_VERDICT_ALLOW && !any_fresh && !material;
        alone += v.kind > VG_VERDICT_NUDGE && weighing == 1 && !may_alone && !material;

        for (size_t i = count; i > 1; i--) { /* Fisher-Yates */
            size_t k = fixture_below(&seed, (uint32_t)i);
            vg_evidence t = ev[i - 1];
            ev[i - 1] = ev[k], ev[k] = t;
        }
        vg_decide(&policy, relation, ev, count, effect, true, &w);
        order += !same(&v, &w);

        ev[count] = random_piece(&seed, (int)fixture_below(&seed, VG_EVIDENCE_KINDS));
        vg_decide(&policy, relation, ev, count + 1, effect, true, &w);
        lowered += w.risk < v.risk;
        softer += w.kind < v.kind;

        size_t kind = fixture_below(&seed, VG_EVIDENCE_KINDS);
        policy.weight[kind] = (uint16_t)(policy.weight[kind] + fixture_below(&seed, 3000));
        vg_decide(&policy, relation, ev, count, effect, true, &w);
        by_weight += w.risk < v.risk || w.kind < v.kind;
    }
    TAP_EQ_INT(other, 0, "nothing but the five verdicts");
    TAP_OK(verdicts[0] > 1000 && verdicts[1] > 1000 && verdicts[2] > 1000 && verdicts[3] > 1000 &&
               verdicts[4] > 1000,
           "each verdict was reached: %zu %zu %zu %zu %zu", verdicts[0], verdicts[1], verdicts[2],
           verdicts[3], verdicts[4]);
    TAP_EQ_INT(order, 0, "the order of the pieces changes nothing");
    TAP_EQ_INT(lowered, 0, "adding evidence never lowers the risk");
    TAP_EQ_INT(softer, 0, "... nor the verdict");
    TAP_EQ_INT(by_weight, 0, "raising a weight never lowers risk or verdict");
    TAP_EQ_INT(alone, 0, "a single piece that may not stand alone never opens a case");
    TAP_EQ_INT(stale, 0, "no fresh piece, no verdict above allow");
    TAP_EQ_INT(blocked, 0, "block only from a bank whose effect is block");
    TAP_EQ_INT(unsorted, 0, "strongest first, ties by kind");
}

/* ---- decay ---- */

static void test_decay(void)
{
    TAP_EQ_INT(vg_decision_decay_e4(0, 24), 10000, "now");
    static const uint32_t halves[] = {10000, 5000, 2500, 1250, 625, 313, 156, 78, 39, 20, 10, 5, 2, 1, 1, 0};
    size_t wrong = 0;
    for (uint32_t half_life = 1; half_life < 2000; half_life += 7)
        for (uint32_t n = 0; n < 16; n++)
            wrong += vg_decision_decay_e4(n * half_life, half_life) != halves[n];
    TAP_EQ_INT(wrong, 0, "exact at multiples of the half-life, whatever it is");
    TAP_EQ_INT(vg_decision_decay_e4(12, 24), 7071, "half a half-life");
    TAP_EQ_INT(vg_decision_decay_e4(UINT32_MAX - 1, 1), 0, "long ago");
    TAP_EQ_INT(vg_decision_decay_e4(1000000, 0), 10000, "half-life 0 is no decay");
    TAP_EQ_INT(vg_decision_decay_e4(UINT32_MAX - 1, UINT32_MAX), 5000, "the longest half-life");

    size_t rises = 0;
    double worst = 0;
    static const uint32_t lives[] = {1, 2, 3, 24, 72, 100, 168, 1000, 8760};
    for (size_t i = 0; i < sizeof lives / sizeof lives[0]; i++) {
        uint32_t before = 10000;
        for (uint32_t h = 0; h < 20 * lives[i]; h++) {
            uint32_t now = vg_decision_decay_e4(h, lives[i]);
            rises += now > before;
            before = now;
            double off = fabs(now - 10000 * exp2(-(double)h / lives[i]));
            if (off > worst) worst = off;
        }
    }
    TAP_EQ_INT(rises, 0, "never rises");
    TAP_OK(worst < 0.7, "at most %.3f/10000 from 2^(-h/half-life)", worst);
}

static void test_remembered(void)
{
    vg_policy policy = policy_fixture();
    vg_facts facts = {0};
    vg_evidence ev[VG_EVIDENCE_KINDS];
    size_t count = 1;
    ev[0] = fresh(VG_CONDUCT_AGE_GAP, 10000);
    for (int f = 0; f < VG_TEXT_FAMILIES; f++) facts.family_hours[f] = VG_FACTS_UNKNOWN;
    vg_decision_remembered(&facts, &policy, 0, ev, &count);
    TAP_EQ_INT(count, 1, "nothing remembered");
    facts.family_hours[VG_TEXT_SECRECY] = 24;
    facts.family_hours[VG_TEXT_THREAT] = 0;
    facts.family_hours[VG_TEXT_ISOLATION] = 5000;
    facts.family_hours[VG_TEXT_GIFT_OFFER] = 1;
    vg_decision_remembered(&facts, &policy, 1u << VG_TEXT_GIFT_OFFER, ev, &count);
    TAP_EQ_INT(count, 3, "two families; one is fresh, one too long ago");
    TAP_OK(ev[1].kind == VG_TEXT_SECRECY && ev[1].strength == 3500 && !ev[1].fresh && ev[1].value == 24,
           "a day ago: half of 0.7");
    TAP_OK(ev[2].kind == VG_TEXT_THREAT && ev[2].strength == 7000 && !ev[2].fresh && ev[2].value == 0,
           "this hour");
    count = VG_EVIDENCE_KINDS;
    vg_decision_remembered(&facts, &policy, 0, ev, &count);
    TAP_EQ_INT(count, VG_EVIDENCE_KINDS, "never more than the array holds");
}

static void test_reported(void)
{
    vg_evidence ev[] = {fresh(VG_TEXT_SECRECY, 4000), fresh(VG_TEXT_THREAT, 7000), fresh(VG_CONDUCT_COURSE, 8000), fresh(VG_TEXT_HELP_SEEKING, 7000)};
    ev[1].fresh = ev[2].fresh = ev[3].fresh = false;
    vg_decision_reported(ev, sizeof ev / sizeof ev[0]);
    TAP_EQ_INT(ev[0].strength, 4000, "the message's own words were halved where they were found");
    TAP_EQ_INT(ev[1].strength, 3500, "remembered words count half");
    TAP_EQ_INT(ev[2].strength, 8000, "conduct counts in full");
    TAP_EQ_INT(ev[3].strength, 7000, "and so does a call for help");
}

int main(void)
{
    test_risk();
    test_relation_factor();
    test_risk_precision();
    test_thresholds();
    test_fresh();
    test_alone();
    test_help();
    test_media();
    test_order();
    test_same_kind_twice();
    test_properties();
    test_decay();
    test_remembered();
    test_reported();
    return tap_done();
}
