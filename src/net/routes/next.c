/* SPDX-License-Identifier: Apache-2.0
 *
 * POST /v1/queue/next. The store finds what might come next, review says in which order, the gate whether this person may; then the first
 * that is still free is theirs, in one transaction, with those that belong to it. Two people never get the same case. */
#include <stdlib.h>
#include "base/time.h"
#include "net/body.h"
#include "net/gate.h"
#include "net/gold.h"
#include "net/routes/queue.h"
#include "net/server_int.h"
#include "net/welfare.h"
#include "review/next.h"
#include "review/permission.h"
#include "review/review.h"
#include "store/cases/next.h"

enum { EACH = 12, ALLOWED_MOST = 16, ROUNDS = 4, LINKED_LOOK = 40 };

typedef struct candidate {
    const vg_case *c;
    uint32_t rank;
} candidate;

typedef struct search {
    vg_desk *desk;
    vg_exchange *x;
    int64_t now_ms;
    vg_skills skills;
    vg_str space, language; /* asked for; empty: any */
    int category;           /* -1: any */
    vg_next_place *places;
    size_t place_count;
    vg_error *refused;      /* of each place: why the gate lets this person take nothing there; code 0: it does */
    bool *asked;
    vg_error why;           /* the refusal that is told when there is nothing else */
} search;

/* What became theirs. */
typedef struct given {
    int64_t id; /* -1: nothing */
    int64_t made; /* a copy of an item with a known answer, for another time; or 0 */
    vg_case c;
    bool refusable;
    vg_linked_case *linked;
    size_t count;
} given;

/* ---- where to look ---- */

static void add_places(search *s, vg_str space)
{
    bool lead = vg_review_may(&s->x->user, VG_MAY_CASE_LEAD, space);
    for (int c = 0; c < VG_CATEGORIES; c++) {
        if (s->category >= 0 && s->category != c) continue;
        bool named = s->space.len || s->category >= 0; /* asked for by name, it is what they work on now */
        s->places[s->place_count++] =
            (vg_next_place){.space = space, .category = (vg_category)c, .skilled = named || vg_skills_cover_place(&s->skills, space, (vg_category)c), .escalated = lead};
    }
}

static int find_places(search *s, vg_error *err)
{
    vg_str with, *spaces = NULL;
    size_t count = 0;
    vg_arena *arena = s->desk->arena;
    int rc = vg_review_spaces_with(&s->x->user, VG_MAY_CASE_DECIDE, arena, &with, err);
    if (!rc) rc = vg_store_case_spaces(s->desk->store, with, arena, &spaces, &count, err);
    if (rc) return rc;
    s->places = vg_arena_calloc(arena, count * VG_CATEGORIES + 1, sizeof *s->places);
    s->refused = vg_arena_calloc(arena, count * VG_CATEGORIES + 1, sizeof *s->refused);
    s->asked = vg_arena_calloc(arena, count * VG_CATEGORIES + 1, sizeof *s->asked);
    if (!s->places || !s->refused || !s->asked) return vg_fail(err, VG_ENOMEM, "", "no memory for the queue");
    for (size_t i = 0; i < count; i++)
        if (!s->space.len || vg_str_eq(s->space, spaces[i])) add_places(s, spaces[i]);
    return 0;
}

/* ---- who may have what ---- */

static size_t place_of(const search *s, const vg_case *c)
{
    size_t p = 0;
    while (p < s->place_count && (s->places[p].category != vg_case_category(c->kinds) || !vg_str_eq(s->places[p].space, c->space))) p++;
    return p;
}

static int may_be_given(search *s, const vg_case *c, vg_error *err)
{
    int rc = vg_gate_case(s->desk, &s->x->user, c, VG_GATE_TAKE, s->now_ms, err);
    return rc ? rc : vg_welfare_hand_out(s->desk, &s->x->user, c, s->now_ms, err);
}

/* The gate's answer hangs on person, space and category, so it is asked once for each place; of a case that cannot wait it may differ. */
static bool may_take(search *s, const vg_case *c)
{
    vg_error err = {0};
    size_t p = place_of(s, c);
    bool urgent = vg_case_imminence(c) != 0;
    if (p == s->place_count || vg_review_may_claim(c, &s->x->user, NULL)) return false;
    if (s->asked[p] && s->refused[p].code && !urgent) return false;
    int rc = may_be_given(s, c, &err);
    if (!urgent || !rc) s->asked[p] = true;
    if (rc && !urgent) s->refused[p] = err;
    if (rc && !s->why.code && strcmp(err.where, VG_WELFARE_OPTED) != 0) s->why = err; /* what they wished for needs no word */
    return rc == 0;
}

static int by_rank(const void *a, const void *b)
{
    const candidate *l = a, *r = b;
    if (l->rank != r->rank) return l->rank < r->rank ? 1 : -1;
    return (l->c->id > r->c->id) - (l->c->id < r->c->id);
}

/* The person's skills, as far as they did not ask for something by name. */
static vg_skills skills_now(const search *s)
{
    vg_skills now = s->skills;
    if (s->space.len) now.spaces = s->space;
    if (s->category >= 0) now.categories = 1u << s->category;
    if (s->language.len) now.languages = s->language;
    return now;
}

/* The best that this person may have, the first first. */
static int find_allowed(search *s, int64_t ids[ALLOWED_MOST], size_t *allowed, vg_error *err)
{
    vg_case *cases = NULL;
    size_t count = 0, n = 0;
    vg_skills skills = skills_now(s);
    vg_next_query query = {.places = s->places,
                           .place_count = s->place_count,
                           .languages = skills.languages,
                           .user = s->x->user.name,
                           .now_ms = s->now_ms,
                           .most = EACH};
    *allowed = 0;
    int rc = vg_store_next_candidates(s->desk->store, &query, s->desk->arena, &cases, &count, err);
    if (rc || !count) return rc;
    candidate *ranked = vg_arena_alloc(s->desk->arena, count * sizeof *ranked);
    if (!ranked) return vg_fail(err, VG_ENOMEM, "", "no memory for the queue");
    for (size_t i = 0; i < count; i++) {
        uint32_t rank = vg_review_rank(&cases[i], &skills, s->now_ms);
        if (rank) ranked[n++] = (candidate){&cases[i], rank};
    }
    if (n) qsort(ranked, n, sizeof *ranked, by_rank);
    for (size_t i = 0; i < n && *allowed < ALLOWED_MOST; i++)
        if (may_take(s, ranked[i].c)) ids[(*allowed)++] = ranked[i].c->id;
    return 0;
}

/* ---- those that belong to it ---- */

static uint32_t linked_most(search *s, vg_str space)
{
    vg_policy_set *set = vg_pipeline_policies(s->x->server->pipeline);
    const vg_policy *policy = set ? vg_policy_set_find(set, space, NULL) : NULL;
    uint32_t most = policy && policy->queue.given ? policy->queue.linked_most : VG_QUEUE_LINKED_DEFAULT;
    if (set) vg_policy_set_unref(&set);
    return most;
}

/* Takes the linked cases that this person may have and nobody holds; what is left in `linked` is theirs. */
static int take_linked(search *s, const vg_case *first, vg_linked_case **linked, size_t *count, vg_error *err)
{
    vg_str spaces;
    int64_t ids[VG_QUEUE_LINKED_MOST];
    bool taken[VG_QUEUE_LINKED_MOST];
    size_t n = 0, kept = 0, most = linked_most(s, first->space);
    vg_linked_case *all;
    int rc = vg_review_spaces_with(&s->x->user, VG_MAY_CASE_DECIDE, s->desk->arena, &spaces, err);
    if (!rc) rc = vg_store_linked(s->desk->store, first->id, spaces, LINKED_LOOK, s->desk->arena, linked, count, err);
    if (rc) return rc;
    all = *linked;
    for (size_t i = 0; i < *count && n < most && n < VG_QUEUE_LINKED_MOST; i++) {
        if (all[i].c.claimed_by.len && all[i].c.claimed_until_ms > s->now_ms) continue;
        if (vg_review_may_claim(&all[i].c, &s->x->user, NULL) || may_be_given(s, &all[i].c, NULL)) continue;
        all[n] = all[i];
        ids[n++] = all[i].c.id;
    }
    *count = 0;
    rc = vg_store_claim_all(s->desk->store, ids, n, s->x->user.name, s->now_ms, s->now_ms + VG_REVIEW_LEASE_MS, taken, err);
    for (size_t i = 0; !rc && i < n; i++) {
        if (!taken[i]) continue;
        all[kept] = all[i];
        all[kept].c.claimed_by = s->x->user.name;
        all[kept++].c.claimed_until_ms = s->now_ms + VG_REVIEW_LEASE_MS;
    }
    *count = kept;
    return rc;
}

void vg_json_linked(vg_buf *out, const vg_linked_case *linked, size_t count, int64_t now_ms)
{
    vg_buf_add_cstr(out, "\"linked\":[");
    for (size_t i = 0; i < count; i++) {
        bool first = true;
        if (i) vg_buf_add_char(out, ',');
        vg_json_case_open(out, &linked[i].c, now_ms, true);
        vg_buf_add_cstr(out, ",\"link\":[");
        for (int why = 0; why < VG_LINKS; why++) {
            if (!(linked[i].why >> why & 1)) continue;
            vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", vg_link_names[why]);
            first = false;
        }
        vg_buf_add_cstr(out, "]}");
    }
    vg_buf_add_char(out, ']');
}

/* ---- the answer ---- */

static void write_why(vg_buf *out, search *s, const vg_case *c)
{
    static const char *const names[VG_LANGS] = {"\"why\":{\"fr\":", ",\"en\":"};
    vg_buf sentence;
    vg_skills skills = skills_now(s);
    vg_buf_init(&sentence, 4096);
    for (int lang = 0; lang < VG_LANGS; lang++) {
        vg_buf_clear(&sentence);
        vg_review_why_next(c, &skills, s->now_ms, (vg_lang)lang, &sentence);
        vg_buf_add_cstr(out, names[lang]);
        vg_buf_add_json_str(out, (vg_str){sentence.ptr ? sentence.ptr : "", sentence.len});
    }
    vg_buf_add_char(out, '}');
    if (sentence.failed) out->failed = true;
    vg_buf_free(&sentence);
}

static void answer_next(search *s, const given *g)
{
    vg_desk_tell(s->desk, g->c.id, "claimed");
    for (size_t i = 0; i < g->count; i++) vg_desk_tell(s->desk, g->linked[i].c.id, "claimed");
    vg_buf *out = vg_answer_begin(s->x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"case\":");
    vg_json_case(out, &g->c, s->now_ms);
    vg_buf_add_char(out, ',');
    vg_json_linked(out, g->linked, g->count, s->now_ms);
    vg_buf_add_char(out, ',');
    write_why(out, s, &g->c);
    vg_buf_add_cstr(out, g->refusable ? ",\"refusable\":true}" : ",\"refusable\":false}");
}

static bool read_search(search *s)
{
    vg_str category = {"", 0};
    const vg_field fields[] = {
        {.name = "space", .type = VG_FIELD_STRING, .least = 1, .most = VG_EVENT_MAX_NAME, .string = &s->space},
        {.name = "category", .type = VG_FIELD_STRING, .least = 1, .most = 32, .string = &category},
        {.name = "language", .type = VG_FIELD_STRING, .least = 2, .most = 3, .string = &s->language},
    };
    s->space = s->language = (vg_str){"", 0};
    s->category = -1;
    if (!vg_body_read(s->x, fields, 3)) return false;
    if (category.len && (s->category = vg_category_of(category)) < 0) {
        vg_answer_problem(s->x, 400, "/category", "unknown value; expected one of material, threat, live, contact, report");
        return false;
    }
    return true;
}

/* When an item with a known answer waits for this person, it comes before the case that would have been theirs. */
static int known_first(search *s, int64_t ids[ALLOWED_MOST], size_t *allowed, int64_t *made, vg_error *err)
{
    vg_case c;
    int64_t known = 0;
    if (s->category >= 0) return 0; /* asked for by name: what comes is what was asked for */
    vg_skills skills = skills_now(s);
    int rc = vg_store_case_get(s->desk->store, ids[0], s->desk->arena, &c, err);
    if (!rc) rc = vg_gold_draw(s->desk, &s->x->user, c.space, skills.languages, s->now_ms, &known, made, err);
    if (rc || !known) return rc;
    size_t kept = *allowed < ALLOWED_MOST ? *allowed : ALLOWED_MOST - 1;
    memmove(ids + 1, ids, kept * sizeof *ids);
    ids[0] = known;
    *allowed = kept + 1;
    return 0;
}

/* The first of them that is still free, those that belong to it, and what is counted of it. */
static int take(search *s, int64_t ids[ALLOWED_MOST], size_t allowed, bool draw, given *g, vg_error *err)
{
    vg_store *store = s->desk->store;
    int rc = draw ? known_first(s, ids, &allowed, &g->made, err) : 0;
    if (!rc) rc = vg_store_claim_first(store, ids, allowed, s->x->user.name, s->now_ms, s->now_ms + VG_REVIEW_LEASE_MS, &g->id, err);
    if (rc || g->id < 0) return rc;
    rc = vg_store_case_get(store, g->id, s->desk->arena, &g->c, err);
    if (rc) return rc;
    g->refusable = vg_welfare_offered_at_edge(s->desk, &s->x->user, &g->c, s->now_ms);
    rc = vg_welfare_count(s->desk, &s->x->user, &g->c, VG_DID_TAKE, s->now_ms, err);
    return rc ? rc : take_linked(s, &g->c, &g->linked, &g->count, err);
}

/* Looks without keeping anybody from writing, then takes in one transaction: one wait for the disk, however much is written. */
static int look_and_take(search *s, given *g, vg_error *err)
{
    int64_t ids[ALLOWED_MOST];
    size_t allowed = 0;
    int rc = 0;
    for (int round = 0; !rc && g->id < 0 && round < ROUNDS; round++) { /* again only when others took all of them meanwhile */
        rc = find_allowed(s, ids, &allowed, err);
        if (rc || !allowed) break;
        rc = vg_store_together(s->desk->store, err);
        if (!rc) rc = vg_store_apart(s->desk->store, take(s, ids, allowed, round == 0, g, err), err);
    }
    return rc;
}

void vg_route_next(vg_desk *desk, vg_exchange *x)
{
    search s = {.desk = desk, .x = x, .now_ms = vg_time_now()};
    given g = {.id = -1};
    vg_error err = {0};
    if (!read_search(&s)) return;
    int rc = vg_review_require(&x->user, VG_MAY_CASE_DECIDE, s.space, &err);
    if (!rc) rc = vg_store_skills_get(desk->store, x->user.id, desk->arena, &s.skills, &err);
    if (!rc) rc = find_places(&s, &err);
    if (!rc) rc = look_and_take(&s, &g, &err);
    if (!rc && g.made) vg_desk_tell(desk, g.made, "opened");
    if (rc) vg_answer_error(x, &err);
    else if (g.id > 0) answer_next(&s, &g);
    else if (s.why.code) vg_answer_error(x, &s.why);
    else vg_answer_begin(x, 204, NULL);
}
