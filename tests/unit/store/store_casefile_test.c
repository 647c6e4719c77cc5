/* SPDX-License-Identifier: Apache-2.0
 *
 * What the case page reads: events page by page, ahead without a view; the accounts in a case; more context, asked for, answered, destroyed.
 */
#include "store/cases/context.h"
#include "store/cases/people.h"

#include "fixture.h"

#define T0 INT64_C(1767225600000)

static vg_context wish(int64_t case_id, int64_t at)
{
    return (vg_context){.case_id = case_id,
                        .user = VG_STR("claire"),
                        .reason = VG_STR("to see how it began"),
                        .conversation = VG_STR("mp-7"),
                        .messages = 50,
                        .asked_ms = at};
}

static int64_t views(fixture *f) { return number(f, "SELECT count(*) FROM audit WHERE action='case.view'"); }

static void paging(void)
{
    fixture f;
    vg_case_event *events;
    size_t count;
    bool older;
    int64_t id = 0;
    set_up(&f);
    for (int i = 0; i < 5; i++) {
        char name[8];
        snprintf(name, sizeof name, "e%d", i);
        vg_case_write w = a_write("robin", name);
        id = write_case(&f, &w).case_id;
    }
    vg_case_page page = {.most = 2, .viewer = VG_STR("claire")};
    TAP_EQ_INT(vg_store_case_page(f.store, id, &page, f.arena, &events, &count, &older, &f.err), 0, "the newest page");
    TAP_OK(count == 2 && older && events[0].seq == 4 && events[1].seq == 5, "two events, oldest first, and there are older ones");
    page.before_seq = events[0].seq;
    TAP_OK(!vg_store_case_page(f.store, id, &page, f.arena, &events, &count, &older, &f.err) && count == 2 && older && events[0].seq == 2, "the page before");
    page.before_seq = events[0].seq;
    TAP_OK(!vg_store_case_page(f.store, id, &page, f.arena, &events, &count, &older, &f.err) && count == 1 && !older, "the first page says that it is the last");
    TAP_EQ_INT(views(&f), 3, "each page is a view on record");
    TAP_OK(!vg_store_case_page(f.store, id, &(vg_case_page){0}, f.arena, &events, &count, &older, &f.err) && count == 5 && !older, "ahead: all of it");
    TAP_EQ_INT(views(&f), 3, "reading ahead is no view");
    TAP_EQ_INT(vg_store_case_viewed(f.store, id, VG_STR("claire"), &f.err), 0, "opening what was read ahead");
    TAP_EQ_INT(views(&f), 4, "is one");
    TAP_EQ_INT(vg_store_case_viewed(f.store, 99, VG_STR("claire"), &f.err), -VG_ENOENT, "of a case that is there");
    TAP_EQ_INT(vg_store_case_events(f.store, id, VG_STR(""), f.arena, &events, &count, &f.err), -VG_EINVAL, "nobody reads a case unseen");
    tear_down(&f);
}

static void people(void)
{
    fixture f;
    vg_str *names;
    size_t count;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    w.content = VG_STR("{\"event\":{\"type\":\"vigie.message\",\"subject\":\"robin\",\"data\":{\"to\":[\"sam\"]}},"
                       "\"window\":[{\"subject\":\"lou\",\"text\":\"x\"},{\"subject\":\"sam\",\"text\":\"y\"},{\"subject\":\"robin\",\"text\":\"z\"}]}");
    int64_t id = write_case(&f, &w).case_id;
    TAP_EQ_INT(vg_store_case_people(f.store, id, VG_STR("claire"), f.arena, &names, &count, &f.err), 0, "the others in a case");
    TAP_OK(count == 2 && vg_str_is(names[0], "sam") && vg_str_is(names[1], "lou"), "those met most first, without whom it is about");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='case.accounts' AND actor='claire' AND detail='{}'"), 1, "on record, without a name");
    TAP_EQ_INT(vg_store_case_people(f.store, 99, VG_STR("claire"), f.arena, &names, &count, &f.err), -VG_ENOENT, "of a case that is there");
    tear_down(&f);
}

static void asking(void)
{
    fixture f;
    vg_context *all;
    size_t count;
    set_up(&f);
    vg_webhook hook = {.space = VG_STR("lobby"), .url = VG_STR("https://game.example/vigie")};
    vg_store_webhook_add(f.store, &hook, VG_STR("root"), &f.err);
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id;
    vg_context first = wish(id, T0), second = wish(id, T0 + 1);
    TAP_EQ_INT(vg_store_context_ask(f.store, &first, &f.err), 0, "a request");
    TAP_OK(first.number == 1 && first.from_ms == w.time_ms, "is the case's first, counted from its first event");
    TAP_OK(messages_with(&f, "context.requested", "\"conversation\":\"mp-7\"") == 1 && messages_with(&f, "context.requested", "\"messages\":50") == 1, "the platform hears of it");
    TAP_EQ_INT(messages_with(&f, NULL, "how it began"), 0, "but not why");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM delivery WHERE body NOT LIKE 'sealed:%'"), 0, "whatever waits for the platform waits sealed");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='context.request' AND detail='{\"request\":1,\"side\":\"before\",\"messages\":50}'"), 1, "it is on record");
    TAP_EQ_INT(vg_store_context_ask(f.store, &second, &f.err), -VG_ECONFLICT, "one waits at a time");
    TAP_EQ_INT(vg_store_context_answer(f.store, id, 2, VG_CONTEXT_ANSWERED, VG_STR("{}"), 5, T0 + 2, &f.err), -VG_ENOENT, "there is no second one");
    TAP_EQ_INT(vg_store_context_answer(f.store, id, 1, VG_CONTEXT_ANSWERED, VG_STR("{\"messages\":[]}"), 5, T0 + 2, &f.err), 0, "the answer");
    TAP_EQ_INT(vg_store_context_answer(f.store, id, 1, VG_CONTEXT_REFUSED, VG_STR("no"), 5, T0 + 2, &f.err), -VG_ECONFLICT, "comes once");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit WHERE action='context.answer' AND actor='key:5' AND detail='{\"request\":1}'"), 1, "on record");
    second.later = true;
    TAP_EQ_INT(vg_store_context_ask(f.store, &second, &f.err), 0, "then another");
    TAP_EQ_INT(vg_store_context_of(f.store, id, T0 + 3, f.arena, &all, &count, &f.err), 0, "all of a case");
    TAP_OK(count == 2 && all[0].state == VG_CONTEXT_ANSWERED && vg_str_is(all[0].answer, "{\"messages\":[]}") && vg_str_is(all[0].reason, "to see how it began") &&
               vg_str_is(all[0].conversation, "mp-7") && vg_str_is(all[0].user, "claire"),
           "who asked, why, what came");
    TAP_OK(all[1].later && all[1].state == VG_CONTEXT_ASKED, "the other waits");
    vg_store_context_of(f.store, id, T0 + 1 + VG_CONTEXT_OPEN_MS, f.arena, &all, &count, &f.err);
    TAP_EQ_INT(all[1].state, VG_CONTEXT_UNANSWERED, "for 72 hours");
    TAP_EQ_INT(vg_store_context_answer(f.store, id, 2, VG_CONTEXT_ANSWERED, VG_STR("{}"), 5, T0 + 1 + VG_CONTEXT_OPEN_MS, &f.err), -VG_ECONFLICT, "then nothing is taken");
    tear_down(&f);
}

static void refusing(void)
{
    fixture f;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id;
    vg_context r = wish(id, T0);
    r.minutes = 5;
    TAP_EQ_INT(vg_store_context_ask(f.store, &r, &f.err), -VG_EINVAL, "messages and minutes");
    r.messages = r.minutes = 0;
    TAP_EQ_INT(vg_store_context_ask(f.store, &r, &f.err), -VG_EINVAL, "neither");
    r = wish(id, T0);
    r.reason = VG_STR("");
    TAP_EQ_INT(vg_store_context_ask(f.store, &r, &f.err), -VG_EINVAL, "no reason");
    r = wish(99, T0);
    TAP_EQ_INT(vg_store_context_ask(f.store, &r, &f.err), -VG_ENOENT, "no such case");
    decide_case(&f, id, VG_ACTION_WARN, T0);
    r = wish(id, T0);
    TAP_EQ_INT(vg_store_context_ask(f.store, &r, &f.err), -VG_ECONFLICT, "a decided case");
    tear_down(&f);
}

static void destroying(void)
{
    fixture f;
    vg_erase_result erased;
    vg_buf out;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id;
    vg_context r = wish(id, T0);
    vg_store_context_ask(f.store, &r, &f.err);
    vg_store_context_answer(f.store, id, 1, VG_CONTEXT_ANSWERED, VG_STR("{\"messages\":[{\"text\":\"more of it\"}]}"), 5, T0 + 2, &f.err);
    vg_buf_init(&out, 1 << 20);
    TAP_EQ_INT(vg_store_export(f.store, VG_STR("lobby"), VG_STR("robin"), VG_STR("root"), &out, &f.err), 0, "an export");
    vg_buf_add_char(&out, '\0');
    TAP_OK(!out.failed && strstr(out.ptr, "more of it") && strstr(out.ptr, "how it began") && !strstr(out.ptr, "claire"), "holds it, without who asked");
    decide_case(&f, id, VG_ACTION_WARN, T0 + 3);
    TAP_EQ_INT(vg_store_erase(f.store, VG_STR("lobby"), VG_STR("robin"), VG_STR("root"), &erased, &f.err), 0, "an erasure");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM context_request WHERE reason IS NULL AND answer IS NULL"), 1, "takes reason and answer with it");
    vg_buf_free(&out);
    tear_down(&f);
}

static void no_memory(void)
{
    fixture f;
    vg_context *all;
    vg_str *names;
    vg_case_event *events;
    size_t count, wrong = 0, n = 1;
    bool older;
    set_up(&f);
    vg_case_write w = a_write("robin", "e1");
    int64_t id = write_case(&f, &w).case_id;
    for (bool more = true; more && n < 5000; n++) {
        vg_context r = wish(id, T0 + (int64_t)n * (VG_CONTEXT_OPEN_MS + 1));
        reopen(&f);
        vg_arena_reset(f.arena);
        run_sql(&f, "DELETE FROM context_request");
        vg_alloc_fail_at(n);
        int rc = vg_store_context_ask(f.store, &r, &f.err);
        if (!rc) rc = vg_store_context_answer(f.store, id, 1, VG_CONTEXT_ANSWERED, VG_STR("{}"), 5, r.asked_ms, &f.err);
        if (!rc) rc = vg_store_context_of(f.store, id, r.asked_ms, f.arena, &all, &count, &f.err);
        if (!rc) rc = vg_store_case_people(f.store, id, VG_STR("claire"), f.arena, &names, &count, &f.err);
        if (!rc) rc = vg_store_case_page(f.store, id, &(vg_case_page){0}, f.arena, &events, &count, &older, &f.err);
        if (!rc) rc = vg_store_case_viewed(f.store, id, VG_STR("claire"), &f.err);
        more = vg_alloc_failed();
        vg_alloc_fail_at(0);
        wrong += rc != 0 && rc != -VG_ENOMEM;
    }
    TAP_OK(!wrong && n > 10, "%zu allocations fail one by one", n);
    int64_t entries;
    TAP_EQ_INT(vg_store_audit_verify(f.store, &entries, &f.err), 0, "and the chain holds");
    tear_down(&f);
}

int main(void)
{
    paging();
    people();
    asking();
    refusing();
    destroying();
    no_memory();
    return tap_done();
}
