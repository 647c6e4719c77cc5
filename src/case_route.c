/* SPDX-License-Identifier: Apache-2.0 */
#include "case_route.h"

#include <string.h>

#include "store/facts/facts.h"

enum { PARTIES_MOST = 64, IDS_MOST = 256, EVENTS_MOST = 5000 };

/* The people of a case, as far as facts need them: nothing that was written is kept. */
typedef struct gatherer {
    vg_store *store;
    const vg_case *c;
    vg_arena *arena, *scratch;
    vg_party *parties;
    vg_identifier *ids[PARTIES_MOST];
    size_t count;
    vg_error *err;
} gatherer;

static vg_party *party_of(gatherer *g, vg_str account, vg_age_band band, const char *country)
{
    if (!account.len) return NULL;
    size_t i = 0;
    while (i < g->count && !vg_str_eq(g->parties[i].account, account)) i++;
    if (i == PARTIES_MOST) return NULL;
    vg_party *p = &g->parties[i];
    if (i == g->count) {
        *p = (vg_party){.role = i == 0 ? VG_PARTY_AUTHOR : VG_PARTY_OTHER, .account = account, .language = {"", 0}};
        g->count++;
    }
    if (p->band == VG_AGE_UNKNOWN) p->band = band;
    if (p->role == VG_PARTY_OTHER && vg_age_is_minor(p->band)) p->role = VG_PARTY_VICTIM;
    if (!p->country[0]) memcpy(p->country, country, 3); /* events come newest first: the latest that was said */
    return p;
}

static int add_id(gatherer *g, vg_party *p, vg_id_kind kind, vg_str value, int64_t time_ms)
{
    size_t i = (size_t)(p - g->parties);
    if (!value.len || p->id_count == IDS_MOST) return 0;
    if (!g->ids[i]) g->ids[i] = vg_arena_calloc(g->arena, IDS_MOST, sizeof **g->ids);
    if (!g->ids[i]) return vg_fail(g->err, VG_ENOMEM, "", "no memory for a route");
    for (size_t k = 0; k < p->id_count; k++)
        if (g->ids[i][k].kind == kind && vg_str_eq(g->ids[i][k].value, value)) return 0;
    g->ids[i][p->id_count++] = (vg_identifier){.kind = kind, .value = value, .time_ms = time_ms};
    p->ids = g->ids[i];
    return 0;
}

static int read_event(gatherer *g, vg_str content)
{
    vg_whereabouts w;
    int rc = vg_facts_read(content, g->arena, &w, g->err);
    if (rc || w.notice) return rc; /* who complains is neither author nor victim by that */
    vg_party *actor = party_of(g, w.account, w.band, w.country);
    party_of(g, w.peer, w.peer_band, w.peer_country);
    if (!actor) return 0;
    if (!actor->language.len) actor->language = w.language;
    const struct { vg_id_kind kind; vg_str value; } said[] = {
        {VG_ID_IP, w.ip}, {VG_ID_PHONE, w.phone}, {VG_ID_PAYMENT, w.currency}, {VG_ID_PAYMENT, w.payment_country}};
    for (size_t i = 0; !rc && i < sizeof said / sizeof *said; i++) rc = add_id(g, actor, said[i].kind, said[i].value, w.time_ms);
    return rc;
}

/* Page by page, so that a case of thousands of events is not in memory whole. */
static int read_events(gatherer *g)
{
    vg_case_page page = {.viewer = {"", 0}};
    bool older = true;
    for (size_t seen = 0; older && seen < EVENTS_MOST;) {
        vg_case_event *events = NULL;
        size_t count = 0;
        vg_arena_reset(g->scratch);
        int rc = vg_store_case_page(g->store, g->c->id, &page, g->scratch, &events, &count, &older, g->err);
        for (size_t i = count; !rc && i-- > 0;) rc = read_event(g, events[i].content);
        if (rc || !count) return rc;
        seen += count;
        page.before_seq = events[0].seq;
        for (size_t i = 1; i < count; i++)
            if (events[i].seq < page.before_seq) page.before_seq = events[i].seq;
    }
    return 0;
}

static int gather(gatherer *g)
{
    g->parties = vg_arena_calloc(g->arena, PARTIES_MOST, sizeof *g->parties);
    if (!g->parties) return vg_fail(g->err, VG_ENOMEM, "", "no memory for a route");
    party_of(g, g->c->account, (vg_age_band)g->c->account_band, "\0\0");
    if (g->c->destroyed) return 0;
    g->scratch = vg_arena_create(1 << 16, (size_t)64 << 20);
    if (!g->scratch) return vg_fail(g->err, VG_ENOMEM, "", "no memory for a route");
    int rc = read_events(g);
    vg_arena_destroy(&g->scratch);
    size_t victims = 0, others = 0;
    for (size_t i = 1; i < g->count; i++) {
        victims += g->parties[i].role == VG_PARTY_VICTIM;
        others += g->parties[i].role == VG_PARTY_OTHER && !vg_age_is_adult(g->parties[i].band);
    }
    /* nobody is known to be a minor, and there is one other who is not known to be an adult: the facts are about that one */
    for (size_t i = 1; !victims && others == 1 && i < g->count; i++)
        if (!vg_age_is_adult(g->parties[i].band)) g->parties[i].role = VG_PARTY_VICTIM;
    return rc;
}

int vg_case_route_make(vg_store *store, const vg_case_route_ask *ask, vg_arena *arena, vg_case_route *out, vg_error *err)
{
    static const vg_report_operator nobody;
    gatherer g = {.store = store, .c = ask->c, .arena = arena, .err = err};
    vg_fact *stated = NULL;
    size_t stated_count = 0;
    *out = (vg_case_route){.fact_count = 0};
    int rc = gather(&g);
    if (!rc) rc = vg_store_facts(store, ask->c->id, arena, &stated, &stated_count, err);
    if (rc) return rc;
    vg_act_said *acts = NULL;
    vg_decision *decisions = NULL;
    size_t act_count = 0, decision_count = 0;
    rc = vg_store_acts(store, ask->c->id, arena, &acts, &act_count, err);
    if (!rc) rc = vg_store_decisions(store, ask->c->id, arena, &decisions, &decision_count, err);
    vg_dossier_decision *made = rc ? NULL : vg_arena_calloc(arena, decision_count + 1, sizeof *made);
    if (!rc && !made) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a route");
    if (rc) return rc;
    for (size_t i = 0; i < decision_count; i++) made[i].d = decisions[i];
    vg_dossier d = {.c = *ask->c, .book = ask->book, .acts_said = acts, .act_said_count = act_count, .decisions = made, .decision_count = decision_count, .operator = ask->report ? &ask->report->operator : &nobody, .parties = g.parties, .party_count = g.count};
    vg_case_name(ask->c->id, d.name);
    const vg_facts_ask facts = {.dossier = &d, .book = ask->book, .geo = ask->geo, .stated = stated, .stated_count = stated_count};
    rc = vg_facts_derive(&facts, arena, &out->facts, &out->fact_count, err);
    return rc ? rc : vg_route_make(ask->book, ask->report, &d, out->facts, out->fact_count, arena, &out->plan, err);
}
