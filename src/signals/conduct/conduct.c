/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/conduct/conduct_int.h"

#include "base/time.h"

enum {
    FULL = VG_CONDUCT_FULL,
    AT_THRESHOLD = VG_CONDUCT_AT_THRESHOLD,
    FULL_AT_TIMES = 3, /* full strength at so many times the threshold */
    DAY_MINUTES = 24 * 60,
};

typedef vg_conduct_sides sides;
typedef vg_conduct_writer writer;

static vg_age_band assume_band(uint8_t band, const vg_policy *policy)
{
    return band > VG_AGE_UNKNOWN && band < VG_AGE_BANDS ? (vg_age_band)band : policy->assumed_age;
}

static vg_age_basis basis_of(uint8_t band, uint8_t basis)
{
    return band > VG_AGE_UNKNOWN && band < VG_AGE_BANDS && basis < VG_AGE_BASES ? (vg_age_basis)basis
                                                                                : VG_BASIS_UNKNOWN;
}

static sides sides_of(const vg_facts *facts, const vg_policy *policy)
{
    sides s = {.actor = assume_band(facts->actor_band, policy),
               .actor_basis = basis_of(facts->actor_band, facts->actor_basis)};
    if (facts->has_peer) {
        /* whoever of unknown age says it is a minor is written to as one; as a writer that helps nobody */
        bool claims = facts->peer_band == VG_AGE_UNKNOWN && vg_age_is_minor((vg_age_band)facts->peer_stated_band);
        s.peer = claims ? (vg_age_band)facts->peer_stated_band : assume_band(facts->peer_band, policy);
        s.peer_basis = basis_of(facts->peer_band, facts->peer_basis);
        s.peer_minor = vg_age_is_minor(s.peer);
    }
    /* "a minor spoke here" may mean the actor, when the actor is a minor: then only the recipient counts */
    s.minor = s.peer_minor || (facts->any_minor && !vg_age_is_minor(s.actor));
    return s;
}

/* What children seldom say to each other and an approach hardly does without: asks who watches, demands secrecy, sets against
 * family and friends, wants a picture, threatens, wants money. */
enum { SIGNS_DOUBT = 2, SIGNS_PLAIN = 3 };

static uint32_t signs(const vg_facts *facts)
{
    static const uint8_t kinds[] = {VG_TEXT_SUPERVISION_PROBING, VG_TEXT_SECRECY, VG_TEXT_ISOLATION,
                                    VG_TEXT_PICTURE_REQUEST,     VG_TEXT_THREAT,  VG_TEXT_PAYMENT_REQUEST};
    uint32_t found = facts->refused_hours != VG_FACTS_UNKNOWN && facts->asked_after_refusal > 0;
    for (size_t i = 0; i < sizeof kinds; i++) {
        int family = vg_evidence_family(kinds[i]);
        found += facts->family_hours[family] != VG_FACTS_UNKNOWN || (facts->families_now >> family & 1);
    }
    return found;
}

/* Adults sign up as children. An age that nobody but the account itself has said protects the talk of friends; it does not
 * protect three such signs, or two in a course that has come to a picture, a meeting or pressure. Then the account
 * counts as one of unknown age. */
static bool claim_fails(const vg_facts *facts, const sides *s)
{
    enum { LATE = 1 << VG_STAGE_ESCALATION | 1 << VG_STAGE_PRESSURE, STAGES_DOUBT = 3 };
    if (s->actor_basis >= VG_BASIS_ESTIMATED || !facts->has_peer || !facts->stages) return false;
    uint32_t found = signs(facts), stages = (uint32_t)__builtin_popcount(facts->stages & ((1u << VG_STAGES) - 1));
    return found >= SIGNS_PLAIN || (found >= SIGNS_DOUBT && stages >= STAGES_DOUBT && facts->stages & LATE);
}

static vg_relation relation_of(const vg_facts *facts, const sides *s)
{
    bool peer_adult = facts->has_peer && vg_age_is_adult(s->peer);
    if (vg_age_is_minor(s->actor) && peer_adult) return VG_REL_MINOR_TO_ADULT;
    if (vg_age_is_minor(s->actor)) return claim_fails(facts, s) ? VG_REL_UNKNOWN_TO_MINOR : VG_REL_MINOR_TO_MINOR;
    if (s->minor) return vg_age_is_adult(s->actor) ? VG_REL_ADULT_TO_MINOR : VG_REL_UNKNOWN_TO_MINOR;
    return peer_adult ? VG_REL_ADULT_TO_ADULT : VG_REL_ADULT_TO_UNKNOWN;
}

vg_relation vg_conduct_relation(const vg_facts *facts, const vg_policy *policy)
{
    sides s = sides_of(facts, policy);
    return relation_of(facts, &s);
}

void vg_conduct_add(const writer *w, vg_evidence_kind kind, uint32_t strength, uint32_t value, bool fresh)
{
    if (!strength || !w->policy->weight[kind] || *w->count >= VG_EVIDENCE_KINDS) return;
    w->ev[(*w->count)++] = (vg_evidence){.kind = (uint8_t)kind,
                                         .fresh = fresh,
                                         .strength = (uint16_t)(strength > FULL ? FULL : strength),
                                         .value = value};
}

uint32_t vg_conduct_rise(uint64_t value, uint64_t threshold)
{
    if (!threshold || value < threshold) return 0;
    if (value >= FULL_AT_TIMES * threshold) return FULL;
    return (uint32_t)(AT_THRESHOLD +
                      (FULL - AT_THRESHOLD) * (value - threshold) / ((FULL_AT_TIMES - 1) * threshold));
}

uint32_t vg_conduct_share(uint32_t percent, uint32_t from)
{
    if (percent < from) return 0;
    return from >= 100 ? FULL : AT_THRESHOLD + (FULL - AT_THRESHOLD) * (percent - from) / (100 - from);
}

bool vg_conduct_doubles(uint32_t sent, uint32_t n)
{
    uint32_t times = n ? sent / n : sent;
    return times && sent == times * (n ? n : 1) && (times & (times - 1)) == 0;
}

static uint32_t clip(uint64_t n)
{
    return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

/* An adult and a minor: the younger the child and the older the adult, the stronger; less so when an age is
 * not certain. */
static void age_gap(const writer *w, const sides *s)
{
    static const uint16_t by_bands[2][3] = {                      /* under 13, 13-14, 15-17 */
                                            {9000, 7000, 4000},   /* 18-24 */
                                            {10000, 9000, 7000}}; /* 25 and over */
    static const uint8_t least_years[2][3] = {{6, 4, 1}, {13, 11, 8}};
    static const uint16_t by_basis[VG_AGE_BASES] = {[VG_BASIS_UNKNOWN] = 6000,
                                                    [VG_BASIS_DECLARED] = 8000,
                                                    [VG_BASIS_ESTIMATED] = 9000,
                                                    [VG_BASIS_VERIFIED] = 10000};
    if (!vg_age_is_adult(s->actor) || !s->peer_minor) return;
    size_t adult = s->actor == VG_AGE_25_PLUS, child = (size_t)(s->peer - VG_AGE_UNDER13);
    uint64_t strength = (uint64_t)by_bands[adult][child] * by_basis[s->actor_basis] * by_basis[s->peer_basis];
    vg_conduct_add(w, VG_CONDUCT_AGE_GAP, (uint32_t)(strength / ((uint64_t)FULL * FULL)), least_years[adult][child],
        w->opens);
}

static void fan_out(const writer *w, const vg_facts *facts, const sides *s)
{
    const vg_policy *p = w->policy;
    bool again = w->writes && s->peer_minor && facts->today == 1;
    vg_conduct_add(w, VG_CONDUCT_FAN_OUT_DAY, vg_conduct_rise(facts->minors_day, p->fan_out_day), facts->minors_day,
        w->opens || again);
    vg_conduct_add(w, VG_CONDUCT_FAN_OUT_WEEK, vg_conduct_rise(facts->minors_week, p->fan_out_week), facts->minors_week, w->opens);
    vg_conduct_add(w, VG_CONDUCT_UNRECIPROCATED, vg_conduct_rise(facts->unreciprocated, p->unreciprocated), facts->unreciprocated,
        w->opens && facts->actor_began);
}

static void initiative(const writer *w, const vg_facts *facts)
{
    uint64_t all = (uint64_t)facts->sent + facts->received;
    uint32_t from = w->policy->initiative_percent;
    if (!all || all < w->policy->initiative_messages) return;
    uint32_t percent = (uint32_t)((uint64_t)facts->sent * 100 / all);
    vg_conduct_add(w, VG_CONDUCT_INITIATIVE, vg_conduct_share(percent, from), percent,
                   w->writes && vg_conduct_doubles(facts->sent, w->policy->initiative_messages));
}

/* today / usual >= factor, without a division: today x 256 against usual x16 times factor x16. */
static void escalation(const writer *w, const vg_facts *facts)
{
    const vg_policy *p = w->policy;
    enum {
        LEAST = 16,
        MOST = 1 << 24
    }; /* a day that counts has at least one message; and no overflow below */
    if (!facts->active_days_known || !facts->today || facts->today < p->escalation_messages) return;
    uint64_t usual = facts->usual_x16 < LEAST ? LEAST : facts->usual_x16 > MOST ? MOST : facts->usual_x16;
    uint64_t factor = p->escalation_factor_x16 > MOST ? MOST : p->escalation_factor_x16;
    uint64_t today = (uint64_t)facts->today * 256, before = today - 256, threshold = usual * factor;
    bool was = facts->today - 1 >= p->escalation_messages && vg_conduct_rise(before, threshold);
    vg_conduct_add(w, VG_CONDUCT_ESCALATION, vg_conduct_rise(today, threshold), clip((today / 16 + usual / 2) / usual),
        w->writes && !was);
}

static void new_account(const writer *w, const vg_facts *facts)
{
    uint64_t age = facts->actor_age_hours, limit = w->policy->new_account_hours;
    if (age == VG_FACTS_UNKNOWN || age >= limit) return;
    uint32_t strength = (uint32_t)(FULL - (FULL - AT_THRESHOLD) * age / limit);
    vg_conduct_add(w, VG_CONDUCT_NEW_ACCOUNT, strength, (uint32_t)age, w->opens);
}

/* Not for minors among themselves: that children write late is no approach by anyone. */
static void night(const writer *w, const vg_event *event, const sides *s)
{
    const vg_policy *p = w->policy;
    if (!s->peer_minor || vg_age_is_minor(s->actor)) return;
    int64_t minute = (event->time_ms / VG_MINUTE_MS + p->utc_offset_minutes) % DAY_MINUTES;
    if (minute < 0) minute += DAY_MINUTES;
    int64_t from = p->night_from_minute, to = p->night_to_minute;
    bool dark = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
    if (dark) vg_conduct_add(w, VG_CONDUCT_NIGHT, FULL, (uint32_t)(minute / 60), w->opens);
}

/* From a group to a private talk: full strength within a day of meeting, half of it after a week. */
static void moved_private(const writer *w, const vg_facts *facts)
{
    enum { SOON = 24, LATE = 7 * 24, LATE_STRENGTH = 5000 };
    if (!facts->moved_private) return;
    uint32_t hours = facts->met_hours_ago, strength = FULL;
    if (hours >= LATE) strength = LATE_STRENGTH;
    else if (hours > SOON) strength = FULL - (FULL - LATE_STRENGTH) * (hours - SOON) / (LATE - SOON);
    vg_conduct_add(w, VG_CONDUCT_MOVED_PRIVATE, strength, hours, facts->moved_now);
}

/* Declining and blocking are the opposite of approaching someone. */
static bool approaches(const vg_event *event)
{
    switch (event->type) {
    case VG_EVENT_MESSAGE:
    case VG_EVENT_MEDIA: return true;
    case VG_EVENT_CONTACT: return event->contact != VG_CONTACT_DECLINE && event->contact != VG_CONTACT_BLOCK;
    default: return false;
    }
}

void vg_conduct_evidence(const vg_event *event, const vg_facts *facts, const vg_policy *policy,
                         vg_evidence *ev, size_t *count)
{
    sides s = sides_of(facts, policy);
    if (!s.minor || !approaches(event) || !policy->relation[relation_of(facts, &s)]) return;
    bool writes = event->type == VG_EVENT_MESSAGE || event->type == VG_EVENT_MEDIA;
    bool answers_first = writes && facts->sent == 1 && !facts->actor_began;
    writer w = {policy, writes, s.peer_minor && (facts->first_contact || answers_first), ev, count};
    age_gap(&w, &s);
    fan_out(&w, facts, &s);
    if (s.peer_minor) {
        initiative(&w, facts);
        escalation(&w, facts);
    }
    new_account(&w, facts);
    night(&w, event, &s);
    if (s.peer_minor) moved_private(&w, facts);
    vg_conduct_course(&w, facts, &s);
}
