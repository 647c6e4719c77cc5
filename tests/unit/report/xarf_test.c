/* SPDX-License-Identifier: Apache-2.0
 *
 * XARF as a channel: what is asked for each address, over which carrier, under which number; what each answer means; where it goes on after a crash.
 */
#include "report/xarf/channel.h"

#include <jansson.h>

#include "made.h"
#include "tap.h"

static vg_arena *arena;
static const vg_report_channel by_web = {.name = "xarf", .url = "https://host.example/xarf"}, by_mail = {.name = "xarf", .url = "smtp://127.0.0.1:25", .from = "reports@example.org"};
static const char three[] = "{\"items\":[{\"url\":\"https://cdn.host.example/1\"},{\"url\":\"https://cdn.host.example/2\"},{\"url\":\"https://cdn.host.example/3\"}]}";

static vg_filing_view view_of(const vg_dossier *d, const vg_report_channel *settings, const char *options)
{
    return (vg_filing_view){.id = 1, .uuid = "5b1f6f0e-0000-4000-8000-000000000001", .dossier = d, .report = made_report(), .receiver = made_host(), .settings = settings,
                            .options = vg_str_of(options), .now_ms = MADE_T0};
}

static vg_str member(vg_str body, const char *name)
{
    json_t *j = json_loadb(body.ptr, body.len, 0, NULL);
    const char *text = json_string_value(json_object_get(j, name));
    vg_str out = vg_arena_copy(arena, vg_str_of(text ? text : ""));
    json_decref(j);
    return out;
}

static int next(const vg_filing_view *f, const vg_progress *now, bool unsure, vg_ask *ask)
{
    vg_error err = {0};
    int rc = vg_channel_xarf.next(f, now, unsure, arena, ask, &err);
    if (rc) printf("# %s: %s\n", err.where, err.what);
    return rc;
}

static vg_filing_turn take(const vg_filing_view *f, const vg_progress *now, const vg_ask *ask, vg_reply_kind kind, int status, vg_progress *after, vg_error *why)
{
    vg_filing_turn turn = VG_GO_LATER;
    const vg_reply reply = {.kind = kind, .status = status, .retry_after_s = -1, .body = VG_STR("their words"), .why = VG_STR("gone")};
    *after = *now;
    *why = (vg_error){0};
    if (vg_channel_xarf.take(f, now, ask, &reply, arena, after, &turn, why)) abort();
    return turn;
}

static void each_address_is_one_report(void)
{
    const vg_dossier *d = made_plain(arena);
    vg_filing_view f = view_of(d, &by_web, three);
    vg_progress now = {0}, after;
    vg_ask ask, again;
    vg_error why;
    vg_str ids[3], reference = {"", 0};
    vg_filing_turn turn = VG_GO_ON;
    int asked = 0;
    for (; asked < 3 && turn == VG_GO_ON; asked++) {
        if (next(&f, &now, false, &ask) || next(&f, &now, true, &again)) break;
        TAP_OK(vg_str_eq(ask.body, again.body), "report %d is the same however often it is asked for", asked + 1);
        ids[asked] = member(ask.body, "report_id");
        turn = take(&f, &now, &ask, VG_REPLY_CAME, 202, &after, &why);
        now = after;
        if (!reference.len) reference = now.reference;
    }
    TAP_EQ_INT(asked, 3, "each address is asked for");
    TAP_EQ_INT(turn, VG_GO_FILED, "after the last one it is filed");
    TAP_OK(!vg_str_eq(ids[0], ids[1]) && !vg_str_eq(ids[1], ids[2]) && !vg_str_eq(ids[0], ids[2]), "each has a number of its own");
    TAP_OK(vg_str_is(ids[0], f.uuid) && vg_str_eq(now.reference, reference) && vg_str_eq(reference, ids[0]), "the filing is known by the first one's");
}

static void over_which_carrier(void)
{
    const vg_dossier *d = made_plain(arena);
    vg_filing_view web = view_of(d, &by_web, three), mail = view_of(d, &by_mail, three);
    vg_progress now = {.memo = VG_STR("1")};
    vg_ask ask, first;
    const vg_progress start = {0};
    if (next(&web, &now, false, &ask)) return;
    TAP_OK(ask.carry == VG_CARRY_HTTP && vg_str_is(ask.method, "POST") && vg_str_is(ask.type, "application/json") && ask.harmless && !ask.part_count, "a web address: JSON, posted");
    TAP_OK(vg_str_is(member(ask.body, "url"), "https://cdn.host.example/2"), "the one after what is through");
    if (next(&mail, &now, false, &ask) || next(&mail, &start, false, &first)) return;
    TAP_OK(ask.carry == VG_CARRY_MAIL && vg_str_is(ask.to, made_host()->email) && !ask.body.ptr, "else a message to the host's abuse desk");
    TAP_OK(ask.part_count == 1 && vg_str_is(ask.parts[0].filename, "xarf.json") && vg_str_is(member(ask.parts[0].bytes, "url"), "https://cdn.host.example/2"), "the report is attached");
    TAP_OK(ask.message_id.len && !vg_str_eq(ask.message_id, first.message_id), "under a Message-ID of its own");
    vg_str text = vg_arena_copy(arena, ask.text), id = member(ask.parts[0].bytes, "report_id");
    TAP_OK(strstr(text.ptr, id.ptr) && strstr(ask.message_id.ptr, id.ptr), "which is the report's number, as a person reads it");
}

static void what_answers_mean(void)
{
    static const struct {
        const char *what;
        const vg_report_channel *by;
        vg_reply_kind kind;
        int status;
        vg_filing_turn turn;
        int code;
    } all[] = {{"taken", &by_web, VG_REPLY_CAME, 200, VG_GO_FILED, 0}, {"taken by mail", &by_mail, VG_REPLY_CAME, 250, VG_GO_FILED, 0},
               {"there already", &by_web, VG_REPLY_CAME, 409, VG_GO_FILED, 0}, {"lost", &by_web, VG_REPLY_LOST, 0, VG_GO_LATER, VG_EBUSY},
               {"not sent", &by_mail, VG_REPLY_NOT_SENT, 0, VG_GO_LATER, VG_EBUSY}, {"overloaded", &by_web, VG_REPLY_CAME, 429, VG_GO_LATER, VG_EBUSY},
               {"too slow", &by_web, VG_REPLY_CAME, 408, VG_GO_LATER, VG_EBUSY}, {"broken", &by_web, VG_REPLY_CAME, 503, VG_GO_LATER, VG_EBUSY},
               {"not now, by mail", &by_mail, VG_REPLY_CAME, 451, VG_GO_LATER, VG_EBUSY}, {"password", &by_web, VG_REPLY_CAME, 401, VG_GO_LATER, VG_EFORBIDDEN},
               {"address", &by_web, VG_REPLY_CAME, 404, VG_GO_LATER, VG_EFORBIDDEN}, {"password, by mail", &by_mail, VG_REPLY_CAME, 535, VG_GO_LATER, VG_EFORBIDDEN},
               {"not valid", &by_web, VG_REPLY_CAME, 422, VG_GO_REFUSED, VG_EUNPROCESSABLE}, {"too large", &by_web, VG_REPLY_CAME, 413, VG_GO_REFUSED, VG_EUNPROCESSABLE},
               {"no such mailbox", &by_mail, VG_REPLY_CAME, 550, VG_GO_REFUSED, VG_EUNPROCESSABLE}, {"elsewhere", &by_web, VG_REPLY_CAME, 302, VG_GO_LATER, VG_EBUSY}};
    const vg_dossier *d = made_plain(arena);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        vg_filing_view f = view_of(d, all[i].by, "{\"items\":[{\"url\":\"https://cdn.host.example/1\"}]}");
        const vg_progress now = {0};
        vg_progress after;
        vg_ask ask;
        vg_error why;
        if (next(&f, &now, false, &ask)) return;
        vg_filing_turn turn = take(&f, &now, &ask, all[i].kind, all[i].status, &after, &why);
        TAP_OK(turn == all[i].turn && why.code == all[i].code, "%s: %d, %s", all[i].what, (int)turn, why.what);
        if (turn == VG_GO_FILED) continue;
        TAP_OK(why.what[0] && !after.memo.len && !after.reference.len, "somebody is told, and it goes on where it was");
        if (turn == VG_GO_REFUSED) TAP_OK(strstr(why.what, "their words"), "in the host's words");
    }
}

static void what_was_sent_is_not_sent_again(void)
{
    const vg_dossier *d = made_plain(arena);
    vg_filing_view f = view_of(d, &by_web, three);
    vg_progress now = {0}, after;
    vg_ask ask;
    vg_error why;
    if (next(&f, &now, false, &ask)) return;
    take(&f, &now, &ask, VG_REPLY_CAME, 200, &after, &why);
    now = after;
    if (next(&f, &now, false, &ask)) return;
    TAP_EQ_INT(take(&f, &now, &ask, VG_REPLY_LOST, 0, &after, &why), VG_GO_LATER, "the answer to the second is lost");
    now = after;
    if (next(&f, &now, true, &ask)) return;
    TAP_OK(vg_str_is(member(ask.body, "url"), "https://cdn.host.example/2"), "the second is asked for again, the first is not");
    TAP_EQ_INT(take(&f, &now, &ask, VG_REPLY_CAME, 409, &after, &why), VG_GO_ON, "it was there: on with the third");
    const vg_progress odd = {.memo = VG_STR("9999")};
    TAP_EQ_INT(next(&f, &odd, false, &ask), 0, "a memory of more than there are is no way out of the list");
    TAP_OK(vg_str_is(member(ask.body, "url"), "https://cdn.host.example/3"), "the last one is asked for");
    TAP_OK(!vg_channel_xarf.withdraw, "a host cannot be asked to forget a report");
}

static void no_memory(void)
{
    const vg_dossier *d = made_plain(arena);
    vg_filing_view f = view_of(d, &by_mail, three);
    int failed = 0;
    for (size_t room = 64; room < 64 << 10; room += 64) {
        vg_arena *small = vg_arena_create(64, room);
        vg_ask ask;
        vg_error err = {0};
        const vg_progress now = {0};
        if (!small) continue;
        int rc = vg_channel_xarf.next(&f, &now, false, small, &ask, &err);
        if (rc && rc != -VG_ENOMEM) failed = -1000;
        failed += rc == -VG_ENOMEM;
        vg_arena_destroy(&small);
        if (!rc) break;
    }
    TAP_OK(failed > 3, "no memory is an answer, %d times", failed);
}

int main(void)
{
    arena = vg_arena_create(1 << 20, 64 << 20);
    if (!arena) return 1;
    each_address_is_one_report();
    over_which_carrier();
    what_answers_mean();
    what_was_sent_is_not_sent_again();
    no_memory();
    vg_arena_destroy(&arena);
    return tap_done();
}
