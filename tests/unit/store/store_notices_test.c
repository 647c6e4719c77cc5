/* SPDX-License-Identifier: Apache-2.0
 *
 * Notices in the store: one transaction with their case, the answer with the decision, what is sealed and what is forgotten.
 */
#include "fixture.h"
#include "review/notice.h"
#include "store/cases/decisions.h"
#include "store/notices/notices.h"

static const int64_t now = 1767225600000;

static vg_notice_write a_notice(const char *submission, const char *who, const vg_case_write *event)
{
    return (vg_notice_write){.space = VG_STR("lobby"), .category = VG_NOTICE_HARASSMENT, .language = VG_LANG_EN, .submission = vg_str_of(submission), .target = VG_STR("alex"),
                             .who = vg_str_of(who), .words = {.exact = 5, .alike = 6, .count = 9}, .event = event, .now_ms = now,
                             .body = VG_STR("{\"text\":\"he wrote to my sister\",\"answer\":{\"upheld\":\"a measure was taken\",\"dismissed\":\"no measure\",\"redress\":\"a court\"}}"),
                             .identity = VG_STR("{\"name\":\"Ada Lovelace\",\"email\":\"ada@example.org\"}"), .receipt = VG_STR("a person will read it")};
}

static vg_notice_written take(fixture *f, const vg_notice_write *w)
{
    vg_notice_written done = {0};
    if (vg_store_notice_add(f->store, w, &done, &f->err)) printf("# add: %s: %s\n", f->err.where, f->err.what);
    return done;
}

static vg_notice look(fixture *f, const char *number)
{
    vg_notice n = {0};
    if (vg_store_notice_find(f->store, vg_str_of(number), f->arena, &n, &f->err)) printf("# find: %s\n", f->err.what);
    return n;
}

static bool file_holds(fixture *f, const char *words)
{
    char command[256];
    snprintf(command, sizeof command, "grep -qa '%s' %s/vigie.db*", words, f->dir);
    return system(command) == 0;
}

static bool delivered(fixture *f, const char *type, const char *words)
{
    vg_delivery *list;
    size_t count;
    bool found = false;
    if (vg_store_deliveries(f->store, false, VG_STR("*"), INT64_MAX, 500, f->arena, &list, &count, &f->err)) return false;
    for (size_t i = 0; i < count; i++) found |= vg_str_is(list[i].type, type) && strstr(list[i].body.ptr, words);
    return found;
}

static void test_comes_in(void)
{
    fixture f;
    char read[VG_NOTICE_NUMBER + 1];
    set_up(&f);
    vg_webhook hook = {.space = VG_STR("*"), .url = VG_STR("https://example.org/hook")};
    TAP_EQ_INT(vg_store_webhook_add(f.store, &hook, VG_STR("ada"), &f.err), 0, "somebody listens");
    vg_case_write event = a_write("alex", "e-1");
    vg_notice_write w = a_notice("s-1", "ada@example.org", &event);
    vg_notice_written one = take(&f, &w);
    TAP_OK(one.id == 1 && one.opened && one.case_id > 0, "a notice opens a case");
    TAP_OK(vg_notice_number_read(vg_str_of(one.number), read), "its number checks");
    vg_notice n = look(&f, one.number);
    TAP_OK(n.state == VG_NOTICE_RECEIVED && n.case_id == one.case_id && n.named && n.same_target == 1, "it is received");
    TAP_EQ_STR(n.number.ptr, one.number, "its number is kept sealed, for the answer");
    vg_notice_written again = take(&f, &w);
    TAP_OK(again.duplicate && again.id == one.id && strcmp(again.number, one.number) == 0, "sent again, it is the same notice");
    TAP_OK(delivered(&f, "notice.received", "ada@example.org") && delivered(&f, "notice.received", "a person will read it"), "the platform hears of it, with the address");
    TAP_OK(!file_holds(&f, "ada@example.org") && !file_holds(&f, "Lovelace") && !file_holds(&f, "my sister") && !file_holds(&f, one.number),
           "neither name, address, text nor number lie in clear, not in the outbox either");
    vg_case_write second = a_write("alex", "e-2");
    vg_notice_write other = a_notice("s-2", "", &second);
    other.danger = other.trusted = true, other.identity = (vg_str){"", 0};
    vg_notice_written two = take(&f, &other);
    vg_case c;
    vg_store_case_get(f.store, one.case_id, f.arena, &c, &f.err);
    TAP_OK(two.case_id == one.case_id && !two.opened && c.notices == 2 && c.trusted && c.danger, "a second one joins, and marks the case");
    vg_notice_before *before;
    size_t count;
    vg_store_notices_about(f.store, VG_STR("lobby"), VG_STR("alex"), 10, f.arena, &before, &count, &f.err);
    TAP_OK(count == 2 && before[0].case_id == one.case_id && before[0].words.exact == 5, "what stands against the same target");
    vg_notice_write repeat = a_notice("s-3", "bob", NULL);
    repeat.join = one.case_id;
    vg_notice_written three = take(&f, &repeat);
    vg_store_case_get(f.store, one.case_id, f.arena, &c, &f.err);
    n = look(&f, three.number);
    TAP_OK(three.case_id == one.case_id && c.notices == 3 && c.event_count == 2 && n.repeated && n.same_words == 3, "the same again adds to the count, not to the case");
    tear_down(&f);
}

static void test_answer(void)
{
    fixture f;
    set_up(&f);
    vg_webhook hook = {.space = VG_STR("lobby"), .url = VG_STR("https://example.org/hook")};
    vg_store_webhook_add(f.store, &hook, VG_STR("ada"), &f.err);
    vg_case_write event = a_write("alex", "e-1");
    vg_notice_write w = a_notice("s-1", "ada@example.org", &event);
    vg_notice_written one = take(&f, &w);
    TAP_EQ_INT(vg_store_case_claim(f.store, one.case_id, VG_STR("claire"), now, now + VG_HOUR_MS, &f.err), 0, "somebody takes the case");
    TAP_EQ_INT(look(&f, one.number).state, VG_NOTICE_IN_REVIEW, "then the notice is in review");
    TAP_EQ_INT(vg_store_notice_unfounded(f.store, one.id, true, VG_STR("lea"), now, &f.err), -VG_ECONFLICT, "nobody calls it unfounded before it is decided");
    TAP_EQ_INT(decide_case(&f, one.case_id, VG_ACTION_DISMISS, now + 5), 0, "the case is dismissed");
    vg_notice n = look(&f, one.number);
    TAP_OK(n.state == VG_NOTICE_DECIDED && n.action == VG_ACTION_DISMISS && n.decided_ms == now + 5, "the notice is answered in the same transaction");
    TAP_OK(delivered(&f, "notice.decided", "no measure") && delivered(&f, "notice.decided", "a court") && delivered(&f, "notice.decided", "\"decision\":false"),
           "the answer has reasons, redress and what was automated");
    TAP_EQ_INT(vg_store_notice_withdraw(f.store, one.id, now, &f.err), -VG_ECONFLICT, "too late to withdraw it");
    TAP_EQ_INT(vg_store_notice_unfounded(f.store, one.id, true, VG_STR("lea"), now, &f.err), 0, "now it may be found unfounded");
    vg_notifier who;
    vg_store_notifier_of(f.store, VG_STR("lobby"), VG_STR("ada@example.org"), 0, f.arena, &who, &f.err);
    TAP_OK(who.decided == 1 && who.dismissed == 1 && who.unfounded == 1, "that counts for who sent it");
    vg_store_notifier_of(f.store, VG_STR("forum"), VG_STR("ada@example.org"), 0, f.arena, &who, &f.err);
    TAP_EQ_INT(who.decided, 0, "in this space, not in another");
    vg_case_write upheld = a_write("sam", "e-2");
    vg_notice_write other = a_notice("s-2", "", &upheld);
    other.target = VG_STR("sam");
    vg_notice_written two = take(&f, &other);
    decide_case(&f, two.case_id, VG_ACTION_ESCALATE, now + 6);
    TAP_EQ_INT(look(&f, two.number).state, VG_NOTICE_RECEIVED, "an escalation is no answer");
    decide_case(&f, two.case_id, VG_ACTION_SUSPEND, now + 7);
    TAP_OK(delivered(&f, "notice.decided", "a measure was taken"), "what was upheld is answered so");
    vg_case_write third = a_write("max", "e-3");
    vg_notice_write last = a_notice("s-3", "bob@example.org", &third);
    last.target = VG_STR("max");
    vg_notice_written three = take(&f, &last);
    vg_resolution r = {.decision = {.case_id = three.case_id, .user = VG_STR("claire"), .action = VG_ACTION_WARN, .reason = VG_STR("grooming"), .time_ms = now + 8}, .undo_until_ms = now + 10008};
    TAP_EQ_INT(vg_store_resolve(f.store, &r, 1, &f.err), 0, "a decision that can be undone for ten seconds");
    TAP_EQ_INT(look(&f, three.number).decided_ms, now + 10008, "is an answer when they are over");
    TAP_EQ_INT(vg_store_undo(f.store, three.case_id, false, r.decision.id, VG_STR("claire"), now + 9, now + VG_HOUR_MS, &f.err), 0, "undone,");
    n = look(&f, three.number);
    TAP_OK(n.state == VG_NOTICE_IN_REVIEW && !n.decided_ms && !delivered(&f, "notice.decided", three.number), "the notice waits again, and nobody heard of it");
    tear_down(&f);
}

static void test_identity(void)
{
    fixture f;
    vg_str identity;
    set_up(&f);
    vg_case_write event = a_write("alex", "e-1");
    vg_notice_write w = a_notice("s-1", "ada@example.org", &event);
    vg_notice_written one = take(&f, &w);
    TAP_EQ_INT(vg_store_notice_identity(f.store, one.id, VG_STR("lea"), VG_STR(""), f.arena, &identity, &f.err), -VG_EINVAL, "a name is shown for a reason only");
    TAP_EQ_INT(vg_store_notice_identity(f.store, one.id, VG_STR("lea"), VG_STR("the child is hers"), f.arena, &identity, &f.err), 0, "with one it is");
    TAP_OK(strstr(identity.ptr, "Ada Lovelace"), "as it was given");
    TAP_EQ_INT(vg_store_notice_withdraw(f.store, one.id, now, &f.err), 0, "its notifier takes it back");
    vg_notice n = look(&f, one.number);
    TAP_OK(n.state == VG_NOTICE_WITHDRAWN && !n.named && !n.who[0], "and is forgotten at once");
    vg_store_notice_identity(f.store, one.id, VG_STR("lea"), VG_STR("x"), f.arena, &identity, &f.err);
    TAP_EQ_INT(identity.len, 0, "there is no name any more");
    vg_case_write more = a_write("kim", "e-2");
    vg_notice_write second = a_notice("s-2", "ada@example.org", &more);
    vg_notice_written two = take(&f, &second);
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    TAP_OK(vg_store_export(f.store, VG_STR("lobby"), VG_STR("ada@example.org"), VG_STR("op"), &out, &f.err) == 0 && strstr(out.ptr, two.number) && strstr(out.ptr, "my sister"),
           "an export of the notifier holds what they sent");
    vg_erase_result erased;
    TAP_EQ_INT(vg_store_erase(f.store, VG_STR("lobby"), VG_STR("ada@example.org"), VG_STR("op"), &erased, &f.err), 0, "an erasure");
    TAP_OK(!look(&f, two.number).named && !look(&f, two.number).who[0], "takes the name away");
    decide_case(&f, two.case_id, VG_ACTION_WARN, now);
    vg_case_write third = a_write("max", "e-3");
    vg_notice_write late = a_notice("s-3", "bob@example.org", &third);
    vg_notice_written three = take(&f, &late);
    decide_case(&f, three.case_id, VG_ACTION_WARN, now);
    vg_store_notices_sweep(f.store, VG_STR("lobby"), 30, 180, now + 29 * VG_DAY_MS, &f.err);
    TAP_OK(look(&f, three.number).named, "names stay until their time");
    vg_store_notices_sweep(f.store, VG_STR("lobby"), 30, 180, now + 31 * VG_DAY_MS, &f.err);
    TAP_OK(!look(&f, three.number).named, "and then go");
    vg_notice_said *said;
    size_t count;
    vg_store_notice_read(f.store, three.case_id, VG_STR("lea"), f.arena, &said, &count, &f.err);
    TAP_OK(count == 1 && said[0].body.len, "what they said stays with the case");
    int64_t destroyed;
    vg_store_sweep(f.store, VG_STR("lobby"), 180, 0, now + 200 * VG_DAY_MS, &destroyed, &f.err);
    vg_store_notice_read(f.store, three.case_id, VG_STR("lea"), f.arena, &said, &count, &f.err);
    TAP_OK(count == 1 && !said[0].body.len, "and goes with it");
    vg_buf_free(&out);
    tear_down(&f);
}

static void test_misuse(void)
{
    fixture f;
    set_up(&f);
    vg_case_write event = a_write("alex", "e-1");
    vg_notice_write w = a_notice("s-1", "ada@example.org", &event);
    vg_notice_written one = take(&f, &w);
    decide_case(&f, one.case_id, VG_ACTION_DISMISS, now);
    vg_store_notice_unfounded(f.store, one.id, true, VG_STR("lea"), now, &f.err);
    vg_notifier *list, n;
    size_t count;
    TAP_OK(vg_store_notifier_list(f.store, VG_STR("lobby"), 0, f.arena, &list, &count, &f.err) == 0 && count == 1, "who sent something unfounded is in the list");
    TAP_OK(vg_store_notifier_list(f.store, VG_STR("forum"), 0, f.arena, &list, &count, &f.err) == 0 && count == 0, "of the space, and no other");
    TAP_EQ_INT(vg_store_notifier_get(f.store, vg_str_of(look(&f, one.number).who), 0, f.arena, &n, &f.err), 0, "by the tag");
    TAP_OK(n.unfounded == 1 && vg_str_is(n.space, "lobby"), "with the record");
    n.warnings = 1, n.warned_ms = now, n.warned_by = VG_STR("lea");
    TAP_EQ_INT(vg_store_notifier_set(f.store, &n, "notifier.warn", VG_STR("lea"), now, &f.err), 0, "a warning");
    n.suspended_ms = now, n.suspended_until_ms = now + VG_DAY_MS, n.suspended_by = VG_STR("lea"), n.suspended_reason = VG_STR("again");
    TAP_EQ_INT(vg_store_notifier_set(f.store, &n, "notifier.suspend", VG_STR("lea"), now, &f.err), 0, "a suspension");
    vg_store_notifier_of(f.store, VG_STR("lobby"), VG_STR("ada@example.org"), 0, f.arena, &n, &f.err);
    TAP_OK(n.warnings == 1 && n.suspended_until_ms == now + VG_DAY_MS && vg_str_is(n.suspended_reason, "again"), "both are on record");
    vg_notice_write aside = a_notice("s-2", "ada@example.org", NULL);
    vg_notice_written two = take(&f, &aside);
    TAP_OK(two.case_id == 0 && look(&f, two.number).state == VG_NOTICE_SET_ASIDE, "what comes meanwhile is set aside");
    vg_case_write late = a_write("alex", "e-2");
    vg_case_written entered;
    TAP_EQ_INT(vg_store_notice_enter(f.store, two.id, &late, VG_STR("lea"), now, &entered, &f.err), 0, "a person takes it up after all");
    TAP_OK(entered.opened && look(&f, two.number).state == VG_NOTICE_RECEIVED, "then it has its case");
    late = a_write("alex", "e-3");
    TAP_EQ_INT(vg_store_notice_enter(f.store, two.id, &late, VG_STR("lea"), now, &entered, &f.err), -VG_ECONFLICT, "once");
    TAP_EQ_INT(vg_store_notifier_get(f.store, VG_STR("00"), 0, f.arena, &n, &f.err), -VG_ENOENT, "nobody has a tag like this");
    tear_down(&f);
}

static void test_flaggers(void)
{
    fixture f;
    set_up(&f);
    vg_flagger flagger = {.space = VG_STR("lobby"), .name = VG_STR("Point de Contact"), .organisation = VG_STR("PdC"), .area = VG_STR("child abuse"),
                          .awarded_by = VG_STR("Arcom"), .account = VG_STR("pdc"), .since_ms = now - 1};
    vg_api_key key = {.label = VG_STR("pdc"), .space = VG_STR("lobby"), .scopes = 64, .hash = {1}, .created_ms = now};
    TAP_EQ_INT(vg_store_flagger_add(f.store, &flagger, &key, VG_STR("ada"), now, &f.err), 0, "a trusted flagger, with a key of its own");
    vg_flagger found, twin = flagger;
    TAP_EQ_INT(vg_store_flagger_add(f.store, &twin, NULL, VG_STR("ada"), now, &f.err), -VG_EEXIST, "an account is one flagger's");
    vg_store_flagger_of(f.store, key.id, VG_STR("lobby"), VG_STR(""), f.arena, &found, &f.err);
    TAP_OK(found.id == flagger.id && vg_str_is(found.name, "Point de Contact"), "is known by the key");
    vg_store_flagger_of(f.store, 0, VG_STR("lobby"), VG_STR("pdc"), f.arena, &found, &f.err);
    TAP_EQ_INT(found.id, flagger.id, "and by the account");
    vg_store_flagger_of(f.store, 0, VG_STR("forum"), VG_STR("pdc"), f.arena, &found, &f.err);
    TAP_EQ_INT(found.id, 0, "in its space only");
    vg_case_write event = a_write("alex", "e-1");
    event.is_notice = true, event.notice_reason = VG_REASON_GROOMING, event.reporter = VG_STR("pdc");
    vg_case_written done = write_case(&f, &event);
    vg_case c;
    vg_store_case_get(f.store, done.case_id, f.arena, &c, &f.err);
    TAP_OK(c.notices == 1 && c.trusted, "an event of its account is a notice, and first");
    vg_notice *list;
    size_t count;
    vg_store_notice_list(f.store, VG_STR("lobby"), VG_NOTICE_RECEIVED, 0, 100, f.arena, &list, &count, &f.err);
    TAP_OK(count == 1 && list[0].origin == VG_ORIGIN_FLAGGER && list[0].category == VG_NOTICE_GROOMING && vg_str_is(list[0].flagger, "Point de Contact"), "in the list, with its name");
    write_case(&f, &event);
    vg_store_notice_list(f.store, VG_STR("lobby"), VG_NOTICE_RECEIVED, 0, 100, f.arena, &list, &count, &f.err);
    TAP_EQ_INT(count, 1, "the same event again is no second notice");
    decide_case(&f, done.case_id, VG_ACTION_SUSPEND, now);
    vg_store_flagger_get(f.store, flagger.id, f.arena, &found, &f.err);
    TAP_OK(found.made == 1 && found.upheld == 1 && found.pending == 0, "its record");
    TAP_EQ_INT(vg_store_flagger_suspend(f.store, flagger.id, 0, VG_STR("often wrong"), VG_STR("lea"), now, &f.err), 0, "a person suspends it");
    vg_store_flagger_get(f.store, flagger.id, f.arena, &found, &f.err);
    TAP_OK(!vg_flagger_trusted(&found, now + 1) && vg_str_is(found.suspended_by, "lea"), "it is not trusted meanwhile");
    TAP_EQ_INT(vg_store_flagger_restore(f.store, flagger.id, VG_STR("lea"), now, &f.err), 0, "restores it");
    TAP_EQ_INT(vg_store_flagger_end(f.store, flagger.id, VG_STR("ada"), now, &f.err), 0, "ends it");
    TAP_EQ_INT(vg_store_flagger_end(f.store, flagger.id, VG_STR("ada"), now, &f.err), -VG_ECONFLICT, "once");
    vg_api_key *keys;
    vg_store_key_list(f.store, f.arena, &keys, &count, &f.err);
    TAP_OK(count == 1 && keys[0].revoked_ms == now, "and its key is revoked with it");
    tear_down(&f);
}

/* Every allocation fails in turn; nothing is half there. */
static void test_memory(void)
{
    fixture f;
    size_t n = 0;
    int rc = -VG_ENOMEM;
    set_up(&f);
    for (n = 1; n < 2000 && rc; n++) {
        char id[24];
        snprintf(id, sizeof id, "e-%zu", n);
        vg_case_write event = a_write("alex", id);
        vg_notice_write w = a_notice(id, "ada@example.org", &event);
        vg_notice_written done;
        reopen(&f);
        vg_alloc_fail_at(n);
        rc = vg_store_notice_add(f.store, &w, &done, &f.err);
        vg_alloc_fail_at(0);
    }
    vg_case_counts counts;
    vg_notice *list;
    size_t count;
    vg_store_case_count(f.store, VG_STR("*"), now, &counts, &f.err);
    vg_store_notice_list(f.store, VG_STR("*"), VG_NOTICE_RECEIVED, 0, 500, f.arena, &list, &count, &f.err);
    TAP_OK(rc == 0 && n > 10 && counts.open == 1 && count == 1, "without memory nothing is stored; with it, all of it (%zu allocations)", n);
    tear_down(&f);
}

int main(void)
{
    test_comes_in();
    test_answer();
    test_identity();
    test_misuse();
    test_flaggers();
    test_memory();
    return tap_done();
}
