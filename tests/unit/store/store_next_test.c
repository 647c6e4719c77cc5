/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows behind claim-next: candidates against all there are, leases that end by themselves, links, skills, and what is kept of people.
 */
#include "fixture.h"
#include "store/cases/next.h"
#include "store/welfare/welfare.h"

#define NOW 1767225600100LL
#define BIT(kind) (UINT64_C(1) << (kind))

static uint64_t seed = 11;
static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

/* A case about `account`, of a kind, in a language. */
static int64_t open_case(fixture *f, const char *account, vg_evidence_kind kind, const char *language, int64_t now_ms)
{
    static unsigned number;
    char id[32];
    snprintf(id, sizeof id, "next-%u", number++);
    vg_case_write w = a_write(account, id);
    w.event_id = vg_str_of(id);
    w.verdict = (vg_verdict){.kind = VG_VERDICT_REVIEW, .risk = 6000, .count = 1, .evidence = {{.kind = (uint8_t)kind, .weight = 5000}}};
    w.language = vg_str_of(language);
    w.now_ms = now_ms;
    w.due_ms = now_ms + 24 * VG_HOUR_MS;
    return write_case(f, &w).case_id;
}

static vg_next_query ask(const vg_next_place *places, size_t count, const char *languages, int64_t now_ms)
{
    return (vg_next_query){.places = places, .place_count = count, .languages = vg_str_of(languages), .user = VG_STR("lea"), .now_ms = now_ms, .most = 50};
}

static bool among(const vg_case *cases, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (cases[i].id == id) return true;
    return false;
}

static void test_language_and_offer(void)
{
    fixture f;
    vg_case *found = NULL, c;
    size_t count = 0;
    const vg_next_place contact = {VG_STR("lobby"), VG_CATEGORY_CONTACT, true, false};
    set_up(&f);
    int64_t fr = open_case(&f, "a", VG_TEXT_SECRECY, "FR", NOW), en = open_case(&f, "b", VG_TEXT_SECRECY, "en", NOW), unknown = open_case(&f, "c", VG_TEXT_SECRECY, "", NOW),
            threat = open_case(&f, "d", VG_TEXT_THREAT, "fr", NOW);
    vg_store_case_get(f.store, fr, f.arena, &c, &f.err);
    TAP_OK(vg_str_is(c.language, "fr") && c.merit == vg_case_merit(&c) && c.offer_ms == NOW + 12 * VG_HOUR_MS, "a case knows its language, its merit and when it is everybody's");
    vg_next_query q = ask(&contact, 1, "fr,ceb", NOW + 1);
    TAP_EQ_INT(vg_store_next_candidates(f.store, &q, f.arena, &found, &count, &f.err), 0, "candidates");
    TAP_OK(count == 2 && among(found, count, fr) && among(found, count, unknown), "hers, and what nobody knows the language of");
    q.now_ms = NOW + 12 * VG_HOUR_MS;
    vg_store_next_candidates(f.store, &q, f.arena, &found, &count, &f.err);
    TAP_OK(count == 3 && among(found, count, en), "after half of the deadline, the others as well");
    const vg_next_place both[] = {contact, {VG_STR("lobby"), VG_CATEGORY_THREAT, false, false}};
    q = ask(both, 2, "", NOW + 1);
    vg_store_next_candidates(f.store, &q, f.arena, &found, &count, &f.err);
    TAP_OK(count == 3 && !among(found, count, threat), "a category that is not hers is not offered yet");
    vg_case_write again = a_write("a", "again");
    again.language = VG_STR("en");
    write_case(&f, &again);
    vg_store_case_get(f.store, fr, f.arena, &c, &f.err);
    TAP_OK(vg_str_is(c.language, "fr"), "another event does not change the language that was known");
    tear_down(&f);
}

static void test_imminent_deadline(void)
{
    fixture f;
    vg_case c;
    set_up(&f);
    vg_case_write w = a_write("a", "one");
    w.verdict = (vg_verdict){.kind = VG_VERDICT_REVIEW, .risk = 6000, .count = 1, .evidence = {{.kind = VG_TEXT_MEETING_REQUEST, .weight = 5000}}};
    w.now_ms = NOW, w.due_ms = NOW + VG_DAY_MS, w.imminent_due_ms = NOW + VG_HOUR_MS;
    int64_t id = write_case(&f, &w).case_id;
    vg_store_case_get(f.store, id, f.arena, &c, &f.err);
    TAP_OK(c.due_ms == NOW + VG_DAY_MS, "asked for out of the blue, it has the deadline of any other");
    w.event_id = VG_STR("two");
    w.verdict.evidence[0].kind = VG_CONDUCT_COURSE;
    w.now_ms = NOW + VG_MINUTE_MS, w.due_ms = w.now_ms + VG_DAY_MS, w.imminent_due_ms = w.now_ms + VG_HOUR_MS;
    write_case(&f, &w);
    vg_store_case_get(f.store, id, f.arena, &c, &f.err);
    TAP_OK(vg_case_imminence(&c) == 1u << VG_IMMINENT_MEETING && c.due_ms == NOW + VG_MINUTE_MS + VG_HOUR_MS, "with the course that a later event shows it is imminent, and due in an hour");
    w.event_id = VG_STR("three");
    w.now_ms = NOW + 30 * VG_MINUTE_MS, w.due_ms = w.now_ms + VG_DAY_MS, w.imminent_due_ms = w.now_ms + VG_HOUR_MS;
    write_case(&f, &w);
    vg_store_case_get(f.store, id, f.arena, &c, &f.err);
    TAP_OK(c.due_ms == NOW + VG_MINUTE_MS + VG_HOUR_MS, "more events do not put it off");
    tear_down(&f);
}

/* What the two walks find holds the best by merit and by deadline of everything. */
static void test_against_all(void)
{
    enum { CASES = 300 };
    fixture f;
    static const char *const languages[] = {"", "fr", "en", "ceb"};
    static const vg_evidence_kind kinds[] = {VG_TEXT_SECRECY, VG_TEXT_THREAT, VG_NOTICE_REPORT};
    const vg_next_place places[] = {{VG_STR("lobby"), VG_CATEGORY_CONTACT, true, false}, {VG_STR("lobby"), VG_CATEGORY_THREAT, true, false}, {VG_STR("lobby"), VG_CATEGORY_REPORT, true, false}};
    int64_t ids[CASES];
    size_t wrong = 0;
    set_up(&f);
    for (int i = 0; i < CASES; i++) {
        char account[16];
        snprintf(account, sizeof account, "a%d", i);
        ids[i] = open_case(&f, account, kinds[below(3)], languages[below(4)], NOW - below(3000) * VG_MINUTE_MS);
    }
    for (int round = 0; round < 40; round++) {
        vg_case *found = NULL, c, best_merit = {0}, best_due = {0};
        size_t count = 0;
        vg_next_query q = ask(places, 3, "", NOW);
        q.most = 3;
        vg_arena_reset(f.arena);
        vg_store_next_candidates(f.store, &q, f.arena, &found, &count, &f.err);
        for (int i = 0; i < CASES; i++) {
            vg_store_case_get(f.store, ids[i], f.arena, &c, &f.err);
            if (c.claimed_until_ms > NOW) continue;
            if (!best_merit.id || c.merit > best_merit.merit) best_merit = c;
            if (!best_due.id || c.due_ms < best_due.due_ms) best_due = c;
        }
        bool merit = false;
        for (size_t i = 0; i < count; i++) merit |= found[i].merit == best_merit.merit;
        wrong += !merit || !among(found, count, best_due.id);
        vg_store_case_claim(f.store, best_due.id, VG_STR("paul"), NOW, NOW + VG_HOUR_MS, &f.err);
    }
    TAP_EQ_INT(wrong, 0, "of three hundred cases, the riskiest and the longest waiting are always found");
    tear_down(&f);
}

static void test_leases(void)
{
    fixture f;
    vg_case *found = NULL, c;
    size_t count = 0;
    int64_t taken = 0;
    bool got[2];
    vg_str held;
    const vg_next_place contact = {VG_STR("lobby"), VG_CATEGORY_CONTACT, true, false};
    set_up(&f);
    int64_t a = open_case(&f, "a", VG_TEXT_SECRECY, "", NOW), b = open_case(&f, "b", VG_TEXT_SECRECY, "", NOW), both[] = {a, b};
    TAP_OK(vg_store_claim_first(f.store, both, 2, VG_STR("lea"), NOW, NOW + 15 * VG_MINUTE_MS, &taken, &f.err) == 0 && taken == a, "the first");
    TAP_OK(vg_store_claim_first(f.store, both, 2, VG_STR("paul"), NOW, NOW + 15 * VG_MINUTE_MS, &taken, &f.err) == 0 && taken == b, "another is given the next");
    TAP_OK(vg_store_claim_first(f.store, both, 2, VG_STR("ana"), NOW, NOW + 15 * VG_MINUTE_MS, &taken, &f.err) == 0 && taken == -1, "a third nothing");
    vg_next_query q = ask(&contact, 1, "", NOW + 15 * VG_MINUTE_MS - 1);
    vg_store_next_candidates(f.store, &q, f.arena, &found, &count, &f.err);
    TAP_EQ_INT(count, 0, "held to the last millisecond");
    q.now_ms++;
    vg_store_next_candidates(f.store, &q, f.arena, &found, &count, &f.err);
    TAP_EQ_INT(count, 2, "then a closed laptop has given them back");
    TAP_OK(vg_store_claim_all(f.store, both, 2, VG_STR("ana"), q.now_ms, q.now_ms + VG_MINUTE_MS, got, &f.err) == 0 && got[0] && got[1], "both are taken by somebody else");
    TAP_EQ_INT(vg_store_give_back(f.store, a, VG_STR("lea"), q.now_ms, q.now_ms + 1, &f.err), -VG_ECONFLICT, "who held it once cannot give it back now");
    TAP_EQ_INT(vg_store_give_back(f.store, a, VG_STR("ana"), q.now_ms, q.now_ms + VG_HOUR_MS, &f.err), 0, "who holds it can");
    q.user = VG_STR("ana");
    vg_store_next_candidates(f.store, &q, f.arena, &found, &count, &f.err);
    TAP_EQ_INT(count, 0, "and is not handed it again at once");
    q.now_ms += VG_HOUR_MS;
    vg_store_next_candidates(f.store, &q, f.arena, &found, &count, &f.err);
    TAP_OK(count == 2 && among(found, count, a), "but later");
    vg_store_claim_first(f.store, &a, 1, VG_STR("ana"), q.now_ms, q.now_ms + VG_HOUR_MS, &taken, &f.err);
    TAP_OK(vg_store_take_back(f.store, a, VG_STR("marc"), q.now_ms, f.arena, &held, &f.err) == 0 && vg_str_is(held, "ana"), "a lead takes it away, and is told from whom");
    vg_store_case_get(f.store, a, f.arena, &c, &f.err);
    TAP_OK(c.claimed_by.len == 0, "it is free");
    TAP_OK(vg_store_take_back(f.store, a, VG_STR("marc"), q.now_ms, f.arena, &held, &f.err) == 0 && held.len == 0, "what nobody holds is taken from nobody");
    TAP_EQ_INT(vg_store_take_back(f.store, 99, VG_STR("marc"), q.now_ms, f.arena, &held, &f.err), -VG_ENOENT, "no case 99");
    tear_down(&f);
}

/* How many leases another connection sees: what is on disk. */
static size_t held_by(vg_store *store, const char *user, vg_arena *arena)
{
    int64_t *ids;
    size_t count = 99;
    vg_store_held(store, VG_STR("lobby"), vg_str_of(user), NOW, arena, &ids, &count, NULL);
    return count;
}

static void test_written_together(void)
{
    fixture f;
    vg_store *other = NULL;
    int64_t taken = 0;
    bool got[1];
    vg_case c;
    set_up(&f);
    int64_t a = open_case(&f, "a", VG_TEXT_SECRECY, "", NOW), b = open_case(&f, "b", VG_TEXT_SECRECY, "", NOW);
    const int64_t until = NOW + VG_HOUR_MS;
    TAP_EQ_INT(vg_store_open(&other, f.dir, f.ring, &f.err), 0, "another connection");
    TAP_EQ_INT(vg_store_together(f.store, &f.err), 0, "together");
    vg_store_claim_first(f.store, &a, 1, VG_STR("lea"), NOW, until, &taken, &f.err);
    TAP_OK(vg_store_together(f.store, &f.err) == 0 && vg_store_claim_all(f.store, &b, 1, VG_STR("lea"), NOW, until, got, &f.err) == 0 &&
               vg_store_apart(f.store, 0, &f.err) == 0 && got[0], "together within together");
    TAP_OK(vg_store_case_get(f.store, b, f.arena, &c, &f.err) == 0 && vg_str_is(c.claimed_by, "lea"), "who writes reads what was written");
    TAP_EQ_INT(held_by(other, "lea", f.arena), 0, "nobody else does before the end");
    TAP_EQ_INT(vg_store_apart(f.store, 0, &f.err), 0, "its end");
    TAP_EQ_INT(held_by(other, "lea", f.arena), 2, "then all of it is there");

    vg_store_together(f.store, &f.err);
    vg_store_give_back(f.store, a, VG_STR("lea"), NOW, NOW + 1, &f.err);
    TAP_EQ_INT(vg_store_apart(f.store, -VG_EINVAL, &f.err), -VG_EINVAL, "given up");
    TAP_EQ_INT(held_by(other, "lea", f.arena), 2, "nothing of it is there");
    vg_store_together(f.store, &f.err);
    vg_store_give_back(f.store, a, VG_STR("lea"), NOW, NOW + 1, &f.err);
    TAP_EQ_INT(vg_store_give_back(f.store, b, VG_STR("paul"), NOW, NOW + 1, &f.err), -VG_ECONFLICT, "a part is refused");
    TAP_EQ_INT(vg_store_apart(f.store, 0, &f.err), -VG_ECONFLICT, "so all of it is, though the caller went on");
    TAP_EQ_INT(held_by(other, "lea", f.arena), 2, "nothing of that either");
    TAP_EQ_INT(vg_store_give_back(f.store, a, VG_STR("lea"), NOW, NOW + 1, &f.err), 0, "afterwards the store is as usable as before");
    TAP_EQ_INT(held_by(other, "lea", f.arena), 1, "and on disk at once");
    vg_store_close(&other);
    tear_down(&f);
}

typedef struct writer {
    fixture *f;
    pthread_mutex_t *turns;
    int64_t ids[40];
    const char *user;
    size_t got, failed;
} writer;

static void *take_what_is_there(void *argument)
{
    writer *w = argument;
    vg_store *store = NULL;
    vg_error err;
    if (vg_store_open(&store, w->f->dir, w->f->ring, &err)) return NULL;
    vg_store_take_turns(store, w->turns);
    for (size_t i = 0; i < 40; i++) {
        int64_t taken;
        w->failed += vg_store_claim_first(store, w->ids, 40, vg_str_of(w->user), NOW, NOW + VG_HOUR_MS, &taken, &err) != 0;
        w->got += taken > 0;
    }
    vg_store_close(&store);
    return NULL;
}

static void test_taking_turns(void)
{
    fixture f;
    pthread_mutex_t turns = PTHREAD_MUTEX_INITIALIZER;
    pthread_t threads[3];
    writer writers[3] = {{.user = "lea"}, {.user = "paul"}, {.user = "ana"}};
    size_t got = 0, failed = 0;
    set_up(&f);
    for (size_t i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "t%zu", i);
        int64_t id = open_case(&f, name, VG_TEXT_SECRECY, "", NOW);
        for (size_t w = 0; w < 3; w++) writers[w].ids[i] = id;
    }
    for (size_t w = 0; w < 3; w++) {
        writers[w].f = &f;
        writers[w].turns = &turns;
        pthread_create(&threads[w], NULL, take_what_is_there, &writers[w]);
    }
    for (size_t w = 0; w < 3; w++) {
        pthread_join(threads[w], NULL);
        got += writers[w].got;
        failed += writers[w].failed;
        TAP_EQ_INT(held_by(f.store, writers[w].user, f.arena), (int64_t)writers[w].got, "each holds what was given");
    }
    TAP_OK(got == 40 && failed == 0, "each case to one of three who take at the same time");
    tear_down(&f);
}

static void test_links(void)
{
    fixture f;
    vg_linked_case *linked = NULL;
    size_t count = 0;
    set_up(&f);
    vg_case_write w = a_write("a", "1");
    w.account_tag = 101;
    int64_t a = write_case(&f, &w).case_id;
    w = a_write("b", "2"), w.account_tag = 202, w.linked_tag[0] = 101, w.opening = 7;
    int64_t b = write_case(&f, &w).case_id;
    w = a_write("c", "3"), w.account_tag = 303, w.opening = 7;
    int64_t c = write_case(&f, &w).case_id;
    w = a_write("b", "4"), w.space = VG_STR("forum"), w.source = VG_STR("/spaces/forum");
    int64_t elsewhere = write_case(&f, &w).case_id;
    TAP_EQ_INT(vg_store_linked(f.store, b, VG_STR("lobby,forum"), 10, f.arena, &linked, &count, &f.err), 0, "linked to b");
    TAP_OK(count == 3 && linked[0].c.id == a && linked[0].why == 1u << VG_LINK_ADDRESS && linked[1].c.id == c && linked[1].why == 1u << VG_LINK_OPENING && linked[2].c.id == elsewhere &&
               linked[2].why == 1u << VG_LINK_ACCOUNT,
           "the account with the same address, the one with the same first message, the same in another space");
    vg_store_linked(f.store, a, VG_STR("lobby"), 10, f.arena, &linked, &count, &f.err);
    TAP_OK(count == 1 && linked[0].c.id == b, "a is found from b's side");
    vg_store_linked(f.store, b, VG_STR("lobby"), 10, f.arena, &linked, &count, &f.err);
    TAP_EQ_INT(count, 2, "of other people's spaces nothing");
    vg_decision d = {.case_id = b, .user = VG_STR("lea"), .action = VG_ACTION_DISMISS, .reason = VG_STR("no_risk"), .time_ms = NOW};
    vg_store_decide(f.store, &d, &f.err);
    vg_store_linked(f.store, a, VG_STR("*"), 10, f.arena, &linked, &count, &f.err);
    TAP_EQ_INT(count, 0, "what is decided is not linked any more");
    vg_erase_result erased;
    vg_store_erase(f.store, VG_STR("lobby"), VG_STR("b"), VG_STR("ops"), &erased, &f.err);
    sqlite3_stmt *left = NULL;
    sqlite3_prepare_v2(f.store->db, "SELECT (SELECT count(*) FROM case_link WHERE case_id=?1)+(SELECT account_tag FROM cases WHERE id=?1)", -1, &left, NULL);
    sqlite3_bind_int64(left, 1, b);
    sqlite3_step(left);
    TAP_EQ_INT(sqlite3_column_int64(left, 0), 0, "an erasure takes its links and its number with it");
    sqlite3_finalize(left);
    tear_down(&f);
}

/* ---- people ---- */

static int64_t add_user(fixture *f, const char *name)
{
    vg_user u = {.name = vg_str_of(name), .display = vg_str_of(name), .language = VG_STR("fr"), .role = VG_ROLE_REFERENT, .spaces = VG_STR("*"), .password_hash = VG_STR("$argon2id$v=19$made-up"), .created_ms = NOW}, found;
    if (vg_store_user_add(f->store, &u, &f->err)) printf("# %s\n", f->err.what);
    vg_store_user_find(f->store, u.name, f->arena, &found, &f->err);
    return found.id;
}

static int64_t rows(fixture *f, const char *sql)
{
    sqlite3_stmt *s = NULL;
    sqlite3_prepare_v2(f->store->db, sql, -1, &s, NULL);
    int64_t n = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
    sqlite3_finalize(s);
    return n;
}

static void test_exposure(void)
{
    fixture f;
    vg_welfare_person p;
    set_up(&f);
    int64_t lea = add_user(&f, "lea"), midnight = NOW - NOW % VG_DAY_MS, at = midnight + 10 * VG_HOUR_MS;
    for (int i = 0; i < 2; i++) vg_store_welfare_opened(f.store, lea, 1, VG_STR("lobby"), VG_CATEGORY_MATERIAL, midnight, at, &f.err);
    vg_store_welfare_opened(f.store, lea, 2, VG_STR("forum"), VG_CATEGORY_MATERIAL, midnight, at + 30 * VG_MINUTE_MS, &f.err);
    for (int i = 0; i < 3; i++) vg_store_welfare_looked(f.store, lea, VG_STR("lobby"), VG_CATEGORY_MATERIAL, at, &f.err);
    vg_store_welfare_get(f.store, lea, midnight, at + 45 * VG_MINUTE_MS, &p, &f.err);
    vg_welfare_seen *seen = &p.seen[VG_CATEGORY_MATERIAL];
    TAP_OK(seen->cases_hour == 2 && seen->cases_day == 2 && seen->media_hour == 3, "a case opened twice counts once, in whichever space; each look at a media counts");
    vg_store_welfare_get(f.store, lea, midnight, at + 70 * VG_MINUTE_MS, &p, &f.err);
    TAP_OK(seen->cases_hour == 1 && seen->cases_day == 2 && seen->media_hour == 0 && seen->media_day == 3, "an hour later the day remembers");
    vg_store_welfare_get(f.store, lea, midnight + VG_DAY_MS, at + VG_DAY_MS, &p, &f.err);
    TAP_OK(seen->cases_day == 0 && seen->media_day == 0, "the next day is another day");
    vg_store_welfare_sweep(f.store, at + 36 * VG_DAY_MS, &f.err);
    TAP_EQ_INT(rows(&f, "SELECT (SELECT count(*) FROM welfare_exposure)+(SELECT count(*) FROM welfare_seen)"), 0, "after five weeks nothing of it is left");
    tear_down(&f);
}

static void test_private(void)
{
    fixture f;
    vg_welfare_person p;
    set_up(&f);
    int64_t lea = add_user(&f, "lea"), before = rows(&f, "SELECT count(*) FROM audit");
    TAP_EQ_INT(vg_store_wishes_set(f.store, lea, 1u << VG_CATEGORY_MATERIAL | 1u << VG_CATEGORY_LIVE, &f.err), 0, "wishes");
    vg_store_welfare_get(f.store, lea, NOW, NOW, &p, &f.err);
    TAP_EQ_INT(p.opted_out, 1u << VG_CATEGORY_MATERIAL | 1u << VG_CATEGORY_LIVE, "are read by who has the key");
    TAP_EQ_INT(rows(&f, "SELECT length(wishes) FROM welfare_person"), 1 + VG_SEAL_OVERHEAD, "and sealed in the file");
    TAP_EQ_INT(rows(&f, "SELECT count(*) FROM audit"), before, "no log says so");
    vg_store_wishes_set(f.store, lea, 0, &f.err);
    vg_store_welfare_get(f.store, lea, NOW, NOW, &p, &f.err);
    TAP_EQ_INT(p.opted_out, 0, "taken back");
    vg_webhook hook = {.space = VG_STR("lobby"), .url = VG_STR("https://hook.example/")};
    vg_store_webhook_add(f.store, &hook, VG_STR("ops"), &f.err);
    before = rows(&f, "SELECT count(*) FROM audit");
    vg_delivery *sent = NULL;
    size_t count = 0;
    vg_store_support(f.store, VG_STR("lobby"), VG_STR(""), NOW, &f.err);
    vg_store_support(f.store, VG_STR("forum"), VG_STR("Léa"), NOW, &f.err);
    vg_store_deliveries(f.store, false, VG_STR("*"), NOW, 10, f.arena, &sent, &count, &f.err);
    TAP_OK(count == 1 && vg_str_is(sent[0].type, "welfare.support") && !memmem(sent[0].body.ptr, sent[0].body.len, "name", 4), "the hook of the space is told that somebody asked, not who");
    TAP_EQ_INT(rows(&f, "SELECT count(*) FROM audit"), before, "and no log either");
    tear_down(&f);
}

static void test_figures_are_kept(void)
{
    fixture f;
    bool found = true;
    vg_group_figure *read = NULL;
    vg_group_part *parts = NULL;
    size_t count = 0;
    const int64_t people[] = {1, 2, 3}, week = 1767571200000 - 7 * VG_DAY_MS;
    const vg_group_figure figures[] = {{VG_MEASURE_CASES, -1, true, 40, people, 3}, {VG_MEASURE_OPT_OUTS, -1, false, 2, people, 3}};
    set_up(&f);
    int64_t lea = add_user(&f, "lea");
    vg_store_welfare_opened(f.store, lea, 1, VG_STR("lobby"), VG_CATEGORY_CONTACT, week, week + VG_DAY_MS, &f.err);
    vg_store_wishes_set(f.store, lea, 1, &f.err);
    vg_store_welfare_parts(f.store, VG_STR("lobby"), week, f.arena, &parts, &count, &f.err);
    TAP_OK(count == 3 && parts[0].measure == VG_MEASURE_CASES && parts[0].part == 1 && parts[2].measure == VG_MEASURE_OPT_OUTS && parts[2].part == 1, "what each adds to a week");
    vg_store_welfare_week(f.store, VG_STR("lobby"), week, f.arena, &read, &count, &found, &f.err);
    TAP_OK(!found, "not worked out yet");
    TAP_EQ_INT(vg_store_welfare_keep(f.store, VG_STR("lobby"), week, figures, 2, &f.err), 0, "kept");
    TAP_EQ_INT(vg_store_welfare_keep(f.store, VG_STR("lobby"), week, figures, 2, &f.err), -VG_EEXIST, "once: they never change");
    vg_store_welfare_week(f.store, VG_STR("lobby"), week, f.arena, &read, &count, &found, &f.err);
    TAP_OK(found && count == 2 && read[0].shown && read[0].value == 40 && read[0].people_count == 0 && !read[1].shown && read[1].people_count == 3, "as they were; the group only of what lasts");
    TAP_EQ_INT(rows(&f, "SELECT value FROM welfare_figure WHERE measure=3"), -1, "what is not shown is not on disk either");
    tear_down(&f);
}

int main(void)
{
    test_language_and_offer();
    test_imminent_deadline();
    test_against_all();
    test_leases();
    test_written_together();
    test_taking_turns();
    test_links();
    test_exposure();
    test_private();
    test_figures_are_kept();
    return tap_done();
}
