/* SPDX-License-Identifier: Apache-2.0
 *
 * A notice to a host: what it says, what it lacks, in which thread it goes, and what a later look at an address means.
 */
#include "report/notice/notice.h"

#include "made.h"
#include "tap.h"

#define ADDRESS "https://host.example/a/b?c=1"
static vg_arena *a;
static const vg_report_channel mail = {.name = "notice", .url = "smtp://mail.example", .from = "reports@example.test"};

static vg_filing_view view_of(const vg_dossier *d, const char *options)
{
    return (vg_filing_view){.id = 1, .uuid = "0b6f2f0c-6a52-4c39-9d50-1d2f6e6b7a11", .dossier = d, .receiver = made_host(), .settings = &mail, .report = made_report(),
                            .options = vg_str_of(options), .now_ms = d->made_ms};
}

static bool has(vg_str text, const char *part) { return text.ptr && memmem(text.ptr, text.len, part, strlen(part)); }

static bool lacks(const vg_filing_view *f, const char *where, vg_lack_weight weight)
{
    vg_lacks l = {.count = 0};
    vg_error err = {0};
    if (vg_channel_notice.lacks(f, a, &l, &err)) return false;
    for (size_t i = 0; i < l.count; i++)
        if (vg_str_is(l.items[i].where, where) && l.items[i].weight == weight) return true;
    return false;
}

static vg_str text_of(const vg_filing_view *f)
{
    vg_documents docs = {.count = 0};
    vg_error err = {0};
    return vg_channel_notice.documents(f, a, &docs, &err) || docs.count != 1 ? VG_STR("") : docs.items[0].bytes;
}

static void test_says(void)
{
    vg_dossier *d = made_plain(a);
    vg_filing_view f = view_of(d, "");
    char options[256], line[128];
    snprintf(options, sizeof options, "{\"items\":[{\"url\":\"" ADDRESS "\",\"media\":%lld}],\"law\":\"Act 1\",\"reason\":\"first\\nsecond\",\"deadline_hours\":12}", (long long)d->media[0].seq);
    f.options = vg_str_of(options);
    vg_str text = text_of(&f);
    TAP_OK(vg_filing_channel_find("notice") == &vg_channel_notice, "a notice is a channel");
    TAP_OK(has(text, "1. " ADDRESS "\n"), "it names the exact address");
    for (size_t i = 0; i < 32; i++) snprintf(line + 2 * i, 3, "%02x", d->media[0].sha256[i]);
    TAP_OK(!d->media[0].has_sha256 || has(text, line), "with the hash of the file");
    TAP_OK(has(text, "- Act 1\n") && has(text, d->laws[0].statute->reference), "the law: of who files, and of the case");
    TAP_OK(has(text, "first\nsecond\n"), "why, in their words");
    TAP_OK(has(text, d->operator->email) && has(text, f.uuid), "who reports, and their number");
    TAP_OK(has(text, "12 "), "by when");
    for (size_t i = 0; i < d->message_count; i++) TAP_OK(d->messages[i].text.len < 12 || !has(text, d->messages[i].text.ptr), "message %zu is not in it", i);
    TAP_OK(!lacks(&f, "options.items", VG_LACK_ADVISED) && !lacks(&f, "options.items", VG_LACK_BLOCKS), "nothing is missing of what it is about");
}

static void test_refuses(void)
{
    static const char *const bad[] = {"[]", "{\"items\":{}}", "{\"items\":[{\"url\":\"javascript:x\"}]}", "{\"items\":[{\"url\":\"https://a.example/\\nBcc: x\"}]}", "{\"items\":[{}]}",
                                      "{\"items\":[{\"url\":\"https://u@a.example/\"}]}", "{\"items\":[{\"url\":\"https:///x\"}]}", "{\"items\":[{\"url\":\"" ADDRESS "\",\"md5\":\"00\"}]}",
                                      "{\"items\":[{\"url\":\"" ADDRESS "\",\"media\":999999}]}", "{\"deadline_hours\":0}", "{\"deadline_hours\":721}", "{\"by\":\"fax\"}",
                                      "{\"follows\":\"<a@b>\\r\\nBcc: x\"}", "{\"follows\":\"a@b\"}", "{\"law\":\"\"}", "{\"x\":1}", "{\"by\":\"mail\",\"by\":\"hand\"}"};
    vg_dossier *d = made_plain(a);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        vg_filing_view f = view_of(d, bad[i]);
        vg_notice n;
        vg_error err = {0};
        TAP_OK(vg_notice_read(&f, a, &n, &err) == -VG_EINVAL && strncmp(err.where, "/options", 8) == 0, "refused, and where: %s", bad[i]);
        TAP_OK(lacks(&f, "options", VG_LACK_BLOCKS), "and nothing can be confirmed");
    }
    vg_filing_view f = view_of(made_empty(a), "{}");
    TAP_OK(lacks(&f, "options.items", VG_LACK_BLOCKS), "no address: nothing to ask for");
    f = view_of(d, "{\"items\":[{\"url\":\"" ADDRESS "\"}]}");
    TAP_OK(lacks(&f, "options.items", VG_LACK_ADVISED), "without a hash it says what that means");
}

static void test_hostile(void)
{
    vg_filing_view f = view_of(made_hostile(a), "{\"items\":[{\"url\":\"" ADDRESS "\"}],\"reason\":\"\\u202eevil\\u0007\",\"law\":\"x\"}");
    vg_str text = text_of(&f);
    TAP_OK(text.len && vg_utf8_valid(text.ptr, text.len, NULL), "hostile names: a text all the same");
    TAP_OK(!has(text, "\xe2\x80\xae") && !has(text, "\x07") && has(text, "\\u{202E}evil"), "controls are shown by their number");
}

static vg_filing_turn answered(const vg_filing_view *f, vg_reply reply, vg_progress *after)
{
    vg_progress now = {.step = NULL};
    vg_ask ask;
    vg_filing_turn turn = VG_GO_ON;
    vg_error err = {0};
    *after = now;
    if (vg_channel_notice.next(f, &now, false, a, &ask, &err) || vg_channel_notice.take(f, &now, &ask, &reply, a, after, &turn, &err)) return VG_GO_ANEW;
    return turn;
}

static void test_goes(void)
{
    vg_dossier *d = made_plain(a);
    vg_filing_view f = view_of(d, "{\"items\":[{\"url\":\"" ADDRESS "\"}]}");
    vg_progress now = {.step = NULL}, after;
    vg_ask first, again;
    vg_error err = {0};
    TAP_OK(vg_channel_notice.next(&f, &now, false, a, &first, &err) == 0 && first.carry == VG_CARRY_MAIL && !first.follows.len && strcmp(first.step, "notice") == 0, "it goes by mail and begins a thread");
    TAP_OK(vg_channel_notice.next(&f, &now, true, a, &again, &err) == 0 && vg_str_eq(first.message_id, again.message_id) && vg_str_eq(first.text, again.text), "again it is the same message");
    TAP_EQ_INT(answered(&f, (vg_reply){.kind = VG_REPLY_CAME, .status = 250}, &after), VG_GO_FILED, "taken");
    TAP_OK(vg_str_eq(after.reference, first.message_id), "and known by its Message-ID");
    TAP_EQ_INT(answered(&f, (vg_reply){.kind = VG_REPLY_LOST, .why = VG_STR("x")}, &after), VG_GO_LATER, "lost: later");
    TAP_EQ_INT(answered(&f, (vg_reply){.kind = VG_REPLY_CAME, .status = 451}, &after), VG_GO_LATER, "greylisted: later");
    TAP_EQ_INT(answered(&f, (vg_reply){.kind = VG_REPLY_CAME, .status = 535}, &after), VG_GO_LATER, "our own credentials: not the host's refusal");
    TAP_EQ_INT(answered(&f, (vg_reply){.kind = VG_REPLY_CAME, .status = 550}, &after), VG_GO_REFUSED, "no such mailbox: a person looks");

    vg_str options;
    TAP_EQ_INT(vg_notice_follow(f.options, first.message_id, a, &options, &err), 0, "it is followed up");
    vg_filing_view second = f;
    second.uuid = "0b6f2f0c-6a52-4c39-9d50-1d2f6e6b7a12", second.options = options;
    TAP_OK(vg_channel_notice.next(&second, &now, false, a, &again, &err) == 0 && vg_str_eq(again.follows, first.message_id) && !vg_str_eq(again.message_id, first.message_id), "in the same thread, as a message of its own");
    TAP_OK(strncmp(again.subject.ptr, "Re: ", 4) == 0 && strcmp(again.step, "follow_up") == 0 && has(again.text, ADDRESS), "that says everything again");
    TAP_EQ_INT(vg_notice_follow(VG_STR("[]"), first.message_id, a, &options, &err), -VG_EINVAL, "what is no notice is not followed");
    TAP_EQ_INT(vg_notice_follow(f.options, VG_STR("<a@b>\r\nx: y"), a, &options, &err), -VG_EINVAL, "nor what is no Message-ID");

    f.options = VG_STR("{\"by\":\"hand\",\"items\":[{\"url\":\"" ADDRESS "\"}]}");
    TAP_OK(vg_channel_notice.next(&f, &now, false, a, &again, &err) == 0 && again.carry == VG_CARRY_HAND, "or a person carries it");
    f.options = VG_STR("{}"), f.settings = NULL;
    TAP_OK(vg_channel_notice.next(&f, &now, false, a, &again, &err) == 0 && again.carry == VG_CARRY_HAND, "as where there is no mail server");
    TAP_OK(lacks(&f, "receiver.email", VG_LACK_ADVISED), "which it says");
}

static void test_still(void)
{
    vg_notice_item by_sha = {.has_sha256 = true, .sha256 = {1}}, by_md5 = {.has_md5 = true, .md5 = {2}}, by_nothing = {.has_md5 = false};
    const vg_fetched same = {.status = 200, .whole = true, .sha256 = {1}, .md5 = {2}}, other = {.status = 200, .whole = true, .sha256 = {9}, .md5 = {9}};
    TAP_EQ_INT(vg_notice_judge(&by_sha, &same), VG_STILL_THERE, "the same bytes are still there");
    TAP_EQ_INT(vg_notice_judge(&by_md5, &same), VG_STILL_THERE, "so by MD5 where that is all there is");
    TAP_EQ_INT(vg_notice_judge(&by_sha, &other), VG_STILL_CHANGED, "other bytes");
    TAP_EQ_INT(vg_notice_judge(&by_md5, &other), VG_STILL_CHANGED, "by MD5");
    TAP_EQ_INT(vg_notice_judge(&by_nothing, &same), VG_STILL_UNKNOWN, "without a hash nobody knows what came");
    static const struct { int status; vg_still still; } cases[] = {{404, VG_STILL_GONE}, {410, VG_STILL_GONE}, {451, VG_STILL_GONE}, {403, VG_STILL_UNKNOWN}, {302, VG_STILL_UNKNOWN},
                                                                   {503, VG_STILL_UNKNOWN}, {206, VG_STILL_UNKNOWN}, {0, VG_STILL_UNKNOWN}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const vg_fetched seen = {.status = cases[i].status, .whole = true, .sha256 = {1}};
        TAP_OK(vg_notice_judge(&by_sha, &seen) == cases[i].still, "status %d", cases[i].status);
    }
    const vg_fetched cut = {.status = 200, .sha256 = {1}};
    TAP_EQ_INT(vg_notice_judge(&by_sha, &cut), VG_STILL_UNKNOWN, "what was cut off says nothing");
}

int main(void)
{
    a = vg_arena_create(1 << 16, 256 << 20);
    test_says();
    test_refuses();
    test_hostile();
    test_goes();
    test_still();
    vg_arena_destroy(&a);
    return tap_done();
}
