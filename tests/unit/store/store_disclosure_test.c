/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of reasons on their way to the public database, on disk: none forgotten, none sent twice, sealed, taken back with what they are of.
 */
#include "store/disclosure/disclosure.h"

#include "fixture.h"

#include "store/cases/decisions.h"
#include "store/disclosure/closed.h"
#include "store/notices/notices.h"

#define T0 INT64_C(1767225700000)
#define LOBBY VG_STR("lobby")

/* A decision with a statement; its number. */
static int64_t a_statement(fixture *f, const char *account, const char *event)
{
    vg_case_write w = a_write(account, event);
    vg_resolution r = {.decision = {.case_id = write_case(f, &w).case_id, .user = VG_STR("remi"), .action = VG_ACTION_MUTE, .reason = VG_STR("grooming"), .note = VG_STR("a note"),
                                    .hours = 24, .time_ms = T0},
                       .statement = VG_STR("{\"text\":\"why\"}"), .statement_text = {"", 0}, .language = VG_STR("fr"), .undo_until_ms = 0, .strike_until_ms = 0};
    vg_store_case_claim(f->store, r.decision.case_id, VG_STR("remi"), T0, T0 + 60000, &f->err);
    return vg_store_resolve(f->store, &r, 1, &f->err) ? -1 : r.statement_id;
}

static vg_disclosure one_of(fixture *f, int64_t id)
{
    vg_disclosure d = {0};
    vg_store_disclosure_get(f->store, id, f->arena, &d, &f->err);
    return d;
}

static size_t due(fixture *f, vg_disclosure_state state, int64_t now_ms, vg_disclosure **list)
{
    size_t count = 0;
    return vg_store_disclosure_due(f->store, LOBBY, state, 0, now_ms, 10, f->arena, list, &count, &f->err) ? 999 : count;
}

static int ready(fixture *f, int64_t id, bool refused)
{
    char puid[41];
    vg_store_disclosure_puid(f->store, LOBBY, id, puid);
    const vg_disclosure d = {.id = id, .puid = vg_str_of(puid), .content = VG_STR("{\"document\":\"composedtext\"}")};
    return vg_store_disclosure_made(f->store, &d, refused, T0, &f->err);
}

static void test_life(void)
{
    fixture f;
    vg_disclosure *list, d;
    vg_disclosure_turn turn = {0};
    int64_t counts[VG_DISCLOSURE_STATES];
    set_up(&f);
    int64_t id = a_statement(&f, "anna", "e1"), other = a_statement(&f, "bob", "e2");
    TAP_OK(id > 0 && other > id, "two statements");
    TAP_OK(due(&f, VG_DISCLOSURE_WAITING, T0 - 1, &list) == 0 && due(&f, VG_DISCLOSURE_WAITING, T0 + VG_DAY_MS, &list) == 2, "each waits to be sent, from when it was issued");
    TAP_EQ_INT(ready(&f, id, false), 0, "made ready");
    TAP_EQ_INT(ready(&f, other, true), 0, "one is refused for what is in it");
    TAP_OK(!on_disk(&f, "composedtext", 12), "documents are sealed");
    TAP_EQ_INT(vg_store_disclosure_turn(f.store, LOBBY, f.arena, &turn, &f.err), 0, "whose turn it is");
    TAP_EQ_INT(turn.most, 100, "a hundred at once");
    TAP_EQ_INT(vg_store_disclosure_sending(f.store, LOBBY, &id, 1, &turn, T0, &f.err), 0, "written down before it is sent");
    TAP_EQ_INT(vg_store_disclosure_sending(f.store, LOBBY, &id, 1, &turn, T0, &f.err), -VG_ECONFLICT, "once");
    TAP_EQ_INT(ready(&f, id, false), -VG_ECONFLICT, "what is on its way is not made again");
    reopen(&f);
    TAP_OK(due(&f, VG_DISCLOSURE_SENDING, T0 + VG_DAY_MS, &list) == 1 && list[0].id == id, "after a crash it is known that nobody knows");
    d = one_of(&f, id);
    TAP_EQ_INT(vg_store_disclosure_fate(f.store, &d, VG_DISCLOSURE_SENT, VG_STR("u-1"), VG_STR("https://db.example/1"), VG_STR(""), T0 + 9, &f.err), 0, "it was taken");
    d = one_of(&f, id);
    TAP_OK(d.state == VG_DISCLOSURE_SENT && d.sent_ms == T0 + 9 && vg_str_is(d.uuid, "u-1") && vg_str_is(d.content, "{\"document\":\"composedtext\"}"), "and is known by their number");
    TAP_EQ_INT(vg_store_disclosure_fate(f.store, &d, VG_DISCLOSURE_READY, VG_STR(""), VG_STR(""), VG_STR("x"), T0, &f.err), -VG_ECONFLICT, "what was sent is not sent again");
    TAP_EQ_INT(vg_store_disclosure_again(f.store, id, VG_STR(""), VG_STR("lea"), T0, &f.err), -VG_ECONFLICT, "nor made again");
    TAP_EQ_INT(vg_store_disclosure_again(f.store, other, VG_STR("{\"facts\":\"otherwords\"}"), VG_STR("lea"), T0, &f.err), 0, "the refused one is mended");
    TAP_OK(one_of(&f, other).state == VG_DISCLOSURE_WAITING && vg_str_is(one_of(&f, other).mended, "{\"facts\":\"otherwords\"}") && !on_disk(&f, "otherwords", 10), "with other words, sealed");
    TAP_OK(vg_store_disclosure_counts(f.store, LOBBY, counts, &f.err) == 0 && counts[VG_DISCLOSURE_SENT] == 1 && counts[VG_DISCLOSURE_WAITING] == 1, "counted");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action LIKE 'disclosure.%' AND (detail LIKE '%words%' OR detail LIKE '%text%')"), 0, "the audit log has numbers alone");
    TAP_EQ_INT(vg_store_disclosure_get(f.store, 99, f.arena, &d, &f.err), -VG_ENOENT, "there is no other");
    tear_down(&f);
}

static void test_puid(void)
{
    fixture f;
    char a[41], b[41], c[41];
    set_up(&f);
    vg_store_disclosure_puid(f.store, LOBBY, 1, a);
    vg_store_disclosure_puid(f.store, LOBBY, 1, b);
    vg_store_disclosure_puid(f.store, LOBBY, 2, c);
    TAP_OK(strcmp(a, b) == 0 && strcmp(a, c) != 0, "the same statement has the same number, another another");
    vg_store_disclosure_puid(f.store, VG_STR("forum"), 1, c);
    TAP_OK(strcmp(a, c) != 0, "of its space");
    tear_down(&f);
}

static void test_turn(void)
{
    fixture f;
    vg_disclosure_turn turn = {.attempts = 3, .next_ms = T0, .batch = 7, .most = 50, .why = VG_STR("away")}, read = {0};
    set_up(&f);
    TAP_EQ_INT(vg_store_disclosure_turn_set(f.store, LOBBY, &turn, &f.err), 0, "where sending stands");
    reopen(&f);
    TAP_OK(vg_store_disclosure_turn(f.store, LOBBY, f.arena, &read, &f.err) == 0 && read.attempts == 3 && read.most == 50 && read.batch == 7 && vg_str_is(read.why, "away"), "outlives a restart");
    run_sql(&f, "UPDATE disclosure_turn SET most=100000");
    TAP_OK(vg_store_disclosure_turn(f.store, LOBBY, f.arena, &read, &f.err) == 0 && read.most == 100, "and is never more than the database takes");
    tear_down(&f);
}

static bool has_name(const vg_disclosure_seen *seen, const char *name)
{
    for (size_t i = 0; i < seen->count; i++)
        if (vg_str_is(seen->names[i], name)) return true;
    return false;
}

static void test_look(void)
{
    fixture f;
    vg_disclosure_seen seen;
    set_up(&f);
    vg_case_write w = a_write("dark_lord", "e1");
    w.content = VG_STR("{\"event\":{\"type\":\"vigie.media\",\"subject\":\"dark_lord\",\"data\":{\"to\":[\"kid-7\"],\"phone\":\"+33612345678\",\"ip\":\"203.0.113.9\"}},"
                       "\"window\":[{\"subject\":\"bystander\"}],\"media\":{\"kind\":\"video\",\"matches\":[{\"bank\":\"b\"}]}}");
    int64_t id = write_case(&f, &w).case_id;
    vg_case_write still = a_write("dark_lord", "e2");
    still.content = VG_STR("{\"event\":{\"type\":\"vigie.media\",\"subject\":\"dark_lord\",\"data\":{\"mime\":\"image/png\"}},\"media\":{\"matches\":[]}}");
    write_case(&f, &still);
    vg_case_write noticed = a_write("dark_lord", "e3");
    const vg_notice_write n = {.space = LOBBY, .category = VG_NOTICE_HARASSMENT, .language = VG_LANG_EN, .submission = VG_STR("s-1"), .target = VG_STR("dark_lord"), .who = VG_STR("ada"),
                               .words = {.exact = 5, .alike = 6, .count = 9}, .event = &noticed, .now_ms = T0, .body = VG_STR("{\"text\":\"he wrote\"}"), .receipt = VG_STR("read"),
                               .identity = VG_STR("{\"name\":\"Ada Lovelace\",\"email\":\"ada@mail.example\",\"contact\":\"call me on ada_l42 after five\",\"account\":\"ada-acc\"}")};
    vg_notice_written done = {0};
    TAP_EQ_INT(vg_store_notice_add(f.store, &n, &done, &f.err), 0, "a notice by somebody with a name");
    TAP_EQ_INT(vg_store_disclosure_look(f.store, id, f.arena, &seen, &f.err), 0, "what a public text must not hold");
    TAP_OK(has_name(&seen, "dark_lord") && has_name(&seen, "kid-7") && has_name(&seen, "bystander"), "accounts of its events and of what was said before");
    TAP_OK(has_name(&seen, "+33612345678") && has_name(&seen, "203.0.113.9"), "what their events told of them");
    TAP_OK(has_name(&seen, "Ada Lovelace") && has_name(&seen, "Lovelace") && has_name(&seen, "Ada") && has_name(&seen, "ada@mail.example") && has_name(&seen, "ada-acc"), "what a notifier gave of themselves, word by word");
    TAP_OK(has_name(&seen, "ada_l42") && !has_name(&seen, "after"), "of other words only those that are no everyday ones");
    TAP_EQ_INT(seen.media, VG_SEEN_VIDEO, "what is known material is a video; the picture beside it is not what it is about");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='case.accounts' AND actor='disclosure' AND detail='{\"identities\":1}'"), 1, "on record as the program's, without a name");
    TAP_EQ_INT(vg_store_disclosure_look(f.store, 999, f.arena, &seen, &f.err), -VG_ENOENT, "no such case");
    tear_down(&f);
}

static void test_before_the_channel(void)
{
    fixture f;
    vg_disclosure *list;
    int64_t since = -1, early = 0;
    size_t count = 0;
    set_up(&f);
    int64_t id = a_statement(&f, "anna", "e1"), other = a_statement(&f, "bob", "e2");
    TAP_OK(!vg_store_disclosure_since(f.store, LOBBY, false, T0 + 9, &since, &f.err) && since == 0, "no channel yet");
    TAP_OK(!vg_store_disclosure_since(f.store, LOBBY, true, T0 + 9, &since, &f.err) && since == T0 + 9, "it is switched on");
    TAP_OK(!vg_store_disclosure_since(f.store, LOBBY, true, T0 + VG_DAY_MS, &since, &f.err) && since == T0 + 9, "once");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='disclosure.begin' AND object='lobby'"), 1, "on record");
    TAP_OK(!vg_store_disclosure_due(f.store, LOBBY, VG_DISCLOSURE_WAITING, since, T0 + VG_DAY_MS, 10, f.arena, &list, &count, &f.err) && count == 0, "what was decided before is not due");
    TAP_OK(!vg_store_disclosure_early(f.store, LOBBY, since, &early, &f.err) && early == 2, "and counted");
    TAP_EQ_INT(vg_store_disclosure_ask(f.store, id, VG_STR("lea"), T0, &f.err), 0, "one is sent on purpose");
    TAP_EQ_INT(vg_store_disclosure_ask(f.store, id, VG_STR("lea"), T0, &f.err), -VG_ECONFLICT, "once");
    TAP_OK(!vg_store_disclosure_due(f.store, LOBBY, VG_DISCLOSURE_WAITING, since, T0 + VG_DAY_MS, 10, f.arena, &list, &count, &f.err) && count == 1 && list[0].id == id && list[0].asked, "that one alone is due");
    TAP_OK(!vg_store_disclosure_early(f.store, LOBBY, since, &early, &f.err) && early == 1, "the other waits on");
    TAP_EQ_INT(vg_store_disclosure_gone(f.store, other, VG_STR("its content is destroyed"), T0, &f.err), 0, "one that cannot be made any more");
    TAP_OK(one_of(&f, other).state == VG_DISCLOSURE_REFUSED && vg_str_is(one_of(&f, other).why, "its content is destroyed"), "says why");
    int64_t counts[VG_DISCLOSURE_STATES];
    TAP_OK(!vg_store_disclosure_figures(f.store, LOBBY, T0, T0 + 1, counts, &f.err) && counts[VG_DISCLOSURE_WAITING] == 1 && counts[VG_DISCLOSURE_REFUSED] == 1, "both are of that period");
    TAP_OK(!vg_store_disclosure_figures(f.store, LOBBY, T0 + 1, T0 + 2, counts, &f.err) && !counts[VG_DISCLOSURE_WAITING], "and of no other");
    tear_down(&f);
}

static void test_closed(void)
{
    fixture f;
    vg_closed kept, *list;
    size_t count = 0;
    vg_closed parts[] = {{.year = 2025, .quarter = 0, .counted_ms = T0, .by = VG_STR("watch"), .content = VG_STR("{\"counts\":\"firstcounting\"}")},
                         {.year = 2025, .quarter = VG_CLOSED_YEAR, .counted_ms = T0, .by = VG_STR("watch"), .content = VG_STR("{}")}};
    set_up(&f);
    TAP_EQ_INT(vg_store_closed_get(f.store, LOBBY, 2025, 0, f.arena, &kept, &f.err), -VG_ENOENT, "not counted yet");
    TAP_EQ_INT(vg_store_closed_put(f.store, LOBBY, parts, 1, false, &f.err), 0, "a quarter is counted");
    TAP_EQ_INT(vg_store_closed_put(f.store, LOBBY, parts, 2, false, &f.err), -VG_ECONFLICT, "and not a second time");
    TAP_EQ_INT(vg_store_closed_get(f.store, LOBBY, 2025, VG_CLOSED_YEAR, f.arena, &kept, &f.err), -VG_ENOENT, "all of it or nothing");
    TAP_OK(!on_disk(&f, "firstcounting", 13), "small counts are sealed");
    parts[0].content = VG_STR("{\"counts\":\"again\"}");
    parts[0].by = VG_STR("lea");
    TAP_EQ_INT(vg_store_closed_put(f.store, LOBBY, parts, 2, true, &f.err), 0, "but on purpose");
    reopen(&f);
    TAP_OK(!vg_store_closed_get(f.store, LOBBY, 2025, 0, f.arena, &kept, &f.err) && kept.times == 2 && vg_str_is(kept.by, "lea") && vg_str_is(kept.content, "{\"counts\":\"again\"}"), "by whom, how often");
    TAP_OK(!vg_store_closed_list(f.store, LOBBY, f.arena, &list, &count, &f.err) && count == 2 && list[0].quarter == VG_CLOSED_YEAR && list[1].quarter == 0, "the newest first");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='figures.close'") * 10 + number(&f, "SELECT count(*) FROM audit WHERE action='figures.recount'"), 12, "each is on record");
    tear_down(&f);
}

/* Each allocation of making ready and of reading fails once. */
static void test_without_memory(void)
{
    fixture f;
    vg_disclosure *list;
    int wrong = 0;
    size_t n = 1, reads = 1;
    set_up(&f);
    int64_t id = a_statement(&f, "anna", "e1");
    for (; n < 5000; n++) {
        vg_alloc_fail_at(n);
        int rc = ready(&f, id, false);
        vg_alloc_fail_at(0);
        if (!rc) break;
        wrong += rc != -VG_ENOMEM || number(&f, "SELECT state FROM disclosure") != 0;
    }
    TAP_OK(!wrong && n > 1, "making ready: %zu failures, nothing half-made", n);
    for (; reads < 5000; reads++) {
        size_t count = 0;
        vg_arena *arena = vg_arena_create(256, 1 << 20);
        vg_alloc_fail_at(reads);
        int rc = vg_store_disclosure_due(f.store, LOBBY, VG_DISCLOSURE_READY, 0, T0 + VG_DAY_MS, 10, arena, &list, &count, &f.err);
        bool failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        vg_arena_destroy(&arena);
        wrong += failed && rc != -VG_ENOMEM;
        if (!failed) break;
    }
    TAP_OK(!wrong && reads > 1, "reading: %zu failures, each an answer", reads);
    tear_down(&f);
}

int main(void)
{
    test_life();
    test_puid();
    test_turn();
    test_look();
    test_before_the_channel();
    test_closed();
    test_without_memory();
    return tap_done();
}
