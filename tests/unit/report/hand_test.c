/* SPDX-License-Identifier: Apache-2.0
 *
 * The channels that a person or a mail carries: the portal's form, the sealed hand-over, Art. 18 DSA. */
#include "report/dsa/art18.h"
#include "report/plain/plain.h"
#include "report/portal/portal.h"

#include <jansson.h>

#include "made.h"
#include "tap.h"

static vg_arena *a;

static vg_filing_view view_of(const vg_dossier *d, const vg_receiver *r)
{
    return (vg_filing_view){.id = 1, .uuid = "0b6f2f0c-6a52-4c39-9d50-1d2f6e6b7a11", .dossier = d, .receiver = r, .report = made_report(), .options = VG_STR("{}"), .now_ms = d->made_ms};
}

static const vg_lack *find(const vg_lacks *l, const char *where)
{
    for (size_t i = 0; i < l->count; i++)
        if (vg_str_is(l->items[i].where, where)) return &l->items[i];
    return NULL;
}

static void test_portal(void)
{
    vg_filing_view f = view_of(made_plain(a), made_authority());
    vg_portal_field *fields = NULL;
    size_t count = 0;
    vg_lacks lacks = {.count = 0};
    TAP_OK(vg_filing_channel_find("portal") == &vg_portal_channel, "the portal is a channel");
    TAP_OK(vg_portal_channel.lacks(&f, a, &lacks, NULL) == 0 && !vg_lacks_block(&lacks), "a whole dossier lacks nothing that blocks");
    TAP_OK(vg_portal_channel.fields(&f, a, &fields, &count, NULL) == 0 && count == 11, "the form has its fields");
    TAP_OK(count && vg_str_is(fields[0].value, "Sollicitation d’un mineur en ligne"), "nature of the content, in the receiver's language");
    TAP_OK(vg_str_is(fields[3].value, "2026-05-04 10:00:00 UTC"), "times with their zone");
    TAP_OK(fields[5].many_lines && fields[5].value.len <= VG_PORTAL_TEXT_MOST && strstr(fields[5].value.ptr, "203.0.113.7") && strstr(fields[5].value.ptr, "port 51234"), "a description with identifiers");
    TAP_OK(!strstr(fields[5].value.ptr, "cool drawing"), "and without the messages");
    f = view_of(made_hostile(a), made_authority());
    TAP_OK(vg_portal_channel.fields(&f, a, &fields, &count, NULL) == 0, "hostile names fill in a form too");
    for (size_t i = 0; i < count; i++) {
        bool clean = vg_utf8_valid(fields[i].value.ptr, fields[i].value.len, NULL) && fields[i].value.len <= VG_PORTAL_TEXT_MOST && !strstr(fields[i].value.ptr, "\xe2\x80\xae");
        TAP_OK(clean && (fields[i].many_lines || !memchr(fields[i].value.ptr, '\n', fields[i].value.len)), "hostile: field %zu is harmless", i);
    }
    f = view_of(made_empty(a), NULL);
    lacks.count = 0;
    vg_portal_channel.lacks(&f, a, &lacks, NULL);
    TAP_OK(find(&lacks, "receiver") && find(&lacks, "operator.name") && find(&lacks, "decision") && vg_lacks_block(&lacks), "an empty one says what is missing, and blocks");
}

static void test_hand(void)
{
    vg_filing_view f = view_of(made_plain(a), made_authority());
    vg_progress now = {0}, after = {0};
    vg_ask ask;
    vg_filing_turn turn = VG_GO_ON;
    vg_reply none = {.kind = VG_REPLY_NOT_SENT}, done = {.kind = VG_REPLY_CAME, .body = VG_STR("PH-2026\r\n\xe2\x80\xae" "99")};
    vg_documents docs = {.count = 0};
    TAP_OK(vg_portal_channel.next(&f, &now, false, a, &ask, NULL) == 0 && ask.carry == VG_CARRY_HAND, "a person carries it");
    TAP_OK(vg_portal_channel.take(&f, &now, &ask, &none, a, &after, &turn, NULL) == 0 && turn == VG_GO_BY_HAND, "until they say that it is done");
    TAP_OK(vg_portal_channel.take(&f, &now, &ask, &done, a, &after, &turn, NULL) == 0 && turn == VG_GO_FILED, "then it is filed");
    TAP_OK(vg_str_is(after.reference, "PH-2026\\u{D}\\u{A}\\u{202E}99"), "with the number they give, made harmless");
    TAP_OK(vg_sealed_channel.documents(&f, a, &docs, NULL) == 0 && docs.count == 2 && !memcmp(docs.items[0].bytes.ptr, "%PDF", 4), "the documents: PDF and summary");
    vg_lacks lacks = {.count = 0};
    vg_receiver r = *made_authority();
    vg_sealed_channel.lacks(&f, a, &lacks, NULL);
    TAP_OK(find(&lacks, "receiver.public_key") && !vg_lacks_block(&lacks), "without a key: by hand only, and it says so");
    r.has_key = true, r.key_until_ms = f.now_ms - 1, f.receiver = &r, lacks.count = 0;
    vg_sealed_channel.lacks(&f, a, &lacks, NULL);
    TAP_OK(vg_lacks_block(&lacks), "an expired key blocks");
}

static vg_annexes with_archive(uint64_t bytes)
{
    return (vg_annexes){.items = {{.name = VG_STR("c-000123.vigie"), .type = VG_STR("application/octet-stream"), .sha256 = {0xab, 0xcd}, .bytes = bytes, .file = "/nowhere"}},
                        .count = 1, .checkpoint = {"", 0}, .why = {"", 0}};
}

static void test_archive(void)
{
    static const char *const carriers[] = {"mail", "hand", "portal", "sealed", "dsa18", "gateway"}, *const others[] = {"ncmec", "xarf", "notice"};
    vg_receiver r = *made_authority();
    vg_filing_view f = view_of(made_plain(a), &r);
    vg_progress now = {0};
    vg_lacks lacks;
    vg_ask ask;
    memset(r.public_key, 9, sizeof r.public_key), r.has_key = true, r.email = "office@police.example";
    for (size_t i = 0; i < 6; i++) TAP_OK(vg_filing_wants_archive(vg_filing_channel_find(carriers[i]), &f), "%s carries the archive", carriers[i]);
    for (size_t i = 0; i < 3; i++) TAP_OK(!vg_filing_wants_archive(vg_filing_channel_find(others[i]), &f), "%s does not", others[i]);
    r.kind = VG_RECEIVER_HOST;
    TAP_OK(!vg_filing_wants_archive(vg_filing_channel_find("mail"), &f), "a host is never given one");
    r.kind = VG_RECEIVER_POLICE, r.key_until_ms = f.now_ms;
    TAP_OK(!vg_filing_wants_archive(vg_filing_channel_find("mail"), &f), "nor is it sealed for a key that is over");
    r.key_until_ms = 0, f.annexes = with_archive(10 << 20);
    TAP_OK(vg_dsa18_channel.next(&f, &now, false, a, &ask, NULL) == 0 && ask.part_count == 1 && ask.parts[0].annex == &f.annexes.items[0] && !ask.parts[0].bytes.ptr,
           "who takes no files in clear is sent it sealed");
    TAP_OK(strstr(ask.text.ptr, "abcd0000") && strstr(ask.text.ptr, "vigie evidence open c-000123.vigie"), "the mail says its SHA-256 and how it is opened");
    lacks = (vg_lacks){.count = 0};
    vg_dsa18_channel.lacks(&f, a, &lacks, NULL);
    TAP_OK(!find(&lacks, "archive.bytes") && !find(&lacks, "receiver.public_key"), "nothing is missing of it");
    f.annexes = with_archive((uint64_t)18 << 20);
    TAP_EQ_INT(vg_dsa18_channel.annex_way(&f, &f.annexes.items[0]), VG_ANNEX_TOO_LARGE, "18 MiB are over 24 MiB as they travel");
    TAP_OK(vg_dsa18_channel.next(&f, &now, false, a, &ask, NULL) == 0 && !ask.part_count && !strstr(ask.text.ptr, "vigie evidence"), "it is not attached");
    vg_dsa18_channel.lacks(&f, a, &lacks, NULL);
    TAP_OK(find(&lacks, "archive.bytes") && find(&lacks, "archive.bytes")->weight == VG_LACK_ADVISED, "and said");
    memset(r.public_key, 0, sizeof r.public_key), lacks.count = 0;
    vg_channel_hand.lacks(&f, a, &lacks, NULL);
    TAP_OK(find(&lacks, "receiver.public_key") && vg_lacks_block(&lacks), "a key that is none blocks");
    f.annexes = (vg_annexes){.why = VG_STR("no such media"), .checkpoint = {"", 0}}, memset(r.public_key, 9, sizeof r.public_key), lacks.count = 0;
    vg_channel_hand.lacks(&f, a, &lacks, NULL);
    TAP_OK(find(&lacks, "archive") && find(&lacks, "archive")->weight == VG_LACK_ADVISED, "an archive that could not be made keeps no report back");
}

static void check_json(const vg_dossier *d, const char *name)
{
    vg_filing_view f = view_of(d, made_authority());
    vg_documents docs = {.count = 0};
    TAP_OK(vg_dsa18_channel.documents(&f, a, &docs, NULL) == 0 && docs.count == 2, "%s: PDF and data", name);
    json_t *j = docs.count == 2 ? json_loadb(docs.items[1].bytes.ptr, docs.items[1].bytes.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL) : NULL;
    TAP_OK(j && json_array_size(json_object_get(j, "messages")) == d->message_count && json_array_size(json_object_get(j, "media")) == d->media_count, "%s: the data is JSON, and whole", name);
    json_decref(j);
}

static void test_art18(void)
{
    vg_receiver r = *made_authority();
    vg_filing_view f = view_of(made_urgent(a), &r);
    vg_progress now = {0}, after = {0};
    vg_ask ask;
    vg_filing_turn turn;
    vg_error why = {0};
    check_json(made_plain(a), "plain");
    check_json(made_hostile(a), "hostile");
    check_json(made_empty(a), "empty");
    TAP_OK(vg_dsa18_channel.next(&f, &now, false, a, &ask, NULL) == 0 && ask.carry == VG_CARRY_HAND, "no address: by hand");
    r.email = "office@police.example\r\nBcc: x@y.example";
    TAP_OK(vg_dsa18_channel.next(&f, &now, false, a, &ask, NULL) == 0 && ask.carry == VG_CARRY_MAIL && !ask.part_count, "an address: by mail; nothing attached to who takes no files");
    TAP_OK(!memchr(ask.to.ptr, '\n', ask.to.len) && strstr(ask.text.ptr, "c-000123") && !strstr(ask.text.ptr, "acct-901"), "such a mail names the case and no account; no second header");
    TAP_OK(strstr(ask.subject.ptr, "URGENT") == ask.subject.ptr && strstr(ask.text.ptr, "article 18"), "urgent first, in the receiver's language");
    vg_str id = ask.message_id;
    r.media = true;
    TAP_OK(vg_dsa18_channel.next(&f, &now, true, a, &ask, NULL) == 0 && ask.part_count == 2 && vg_str_eq(id, ask.message_id), "attached to who takes files; the same Message-ID again");
    vg_reply reply = {.kind = VG_REPLY_CAME, .status = 250};
    TAP_OK(vg_dsa18_channel.take(&f, &now, &ask, &reply, a, &after, &turn, &why) == 0 && turn == VG_GO_FILED && vg_str_eq(after.reference, id), "accepted");
    reply.status = 451;
    TAP_OK(vg_dsa18_channel.take(&f, &now, &ask, &reply, a, &after, &turn, &why) == 0 && turn == VG_GO_LATER, "later");
    reply.status = 550;
    TAP_OK(vg_dsa18_channel.take(&f, &now, &ask, &reply, a, &after, &turn, &why) == 0 && turn == VG_GO_REFUSED, "refused");
    reply.kind = VG_REPLY_LOST;
    TAP_OK(vg_dsa18_channel.take(&f, &now, &ask, &reply, a, &after, &turn, &why) == 0 && turn == VG_GO_LATER, "lost: again, under the same id");
    f = view_of(made_plain(a), made_hotline());
    vg_lacks lacks = {.count = 0};
    vg_dsa18_channel.lacks(&f, a, &lacks, NULL);
    TAP_OK(find(&lacks, "receiver.country") != NULL, "a receiver outside the Union is not whom Art. 18 names");
    vg_dossier *d = made_plain(a);
    d->law_count = 0, f.dossier = d, lacks.count = 0;
    vg_dsa18_channel.lacks(&f, a, &lacks, NULL);
    TAP_OK(find(&lacks, "laws") != NULL, "without an offence against a person it asks for a person's judgement");
}

int main(void)
{
    a = vg_arena_create(1 << 20, 256 << 20);
    if (!a) return 1;
    test_portal();
    test_hand();
    test_art18();
    test_archive();
    vg_arena_destroy(&a);
    return tap_done();
}
