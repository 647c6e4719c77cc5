/* SPDX-License-Identifier: Apache-2.0
 *
 * A dossier says what the case holds, once, in order, and who looked; what cannot be read costs nothing but itself.
 */
#include "dossier.h"
#include "fixture.h"
#include "store/cases/decisions.h"
#include "store/cases/media.h"

#define MESSAGE(id, from, to, text, window)                                                                                              \
    "{\"event\":{\"id\":\"" id "\",\"source\":\"/spaces/lobby\",\"type\":\"vigie.message\",\"subject\":\"" from "\","                       \
    "\"time\":\"2026-01-01T00:00:0" id "Z\",\"data\":{\"conversation\":\"k\",\"to\":[\"" to "\"],\"text\":\"" text "\"}},"                  \
    "\"evidence\":[{\"name\":\"text.secrecy\",\"weight\":0.4,\"fresh\":true,\"why\":{\"fr\":\"secret\",\"en\":\"keeps a secret\"}},"      \
    "{\"name\":\"conduct.age_gap\",\"weight\":0.6,\"fresh\":false,\"why\":{\"fr\":\"\xc3\xa2ge\",\"en\":\"age gap\"}}],"                  \
    "\"window\":[" window "],\"conversation\":\"k\",\"channel\":\"private\","                                                            \
    "\"facts\":{\"account_age_band\":\"25+\",\"account_age_basis\":\"declared\",\"peer_age_band\":\"13-14\",\"peer_age_basis\":\"declared\"}}"
#define EARLIER "{\"id\":\"1\",\"subject\":\"lou\",\"to\":[\"max\",\"eli\"],\"age_band\":\"13-14\",\"time\":\"2026-01-01T00:00:01Z\",\"text\":\"hello\"}"

static vg_dossier gathered(fixture *f, int64_t id, bool outgoing)
{
    vg_dossier d;
    vg_dossier_ask ask = {.case_id = id, .reader = VG_STR("lea"), .outgoing = outgoing, .data_dir = f->dir, .ring = f->ring, .now_ms = 1767225700000};
    memset(&d, 0, sizeof d);
    if (vg_dossier_gather(f->store, &ask, f->arena, &d, &f->err)) printf("# gather: %s: %s\n", f->err.where, f->err.what);
    return d;
}

static int64_t add(fixture *f, const char *event, const char *content)
{
    vg_case_write w = a_write("max", event);
    w.content = vg_str_of(content);
    return write_case(f, &w).case_id;
}

static void test_exchange(fixture *f)
{
    add(f, "3", MESSAGE("3", "max", "lou", "write me at max@example.org or +33 6 or @max_77, our secret", EARLIER));
    int64_t id = add(f, "2", MESSAGE("2", "max", "lou", "how old are you", EARLIER));
    vg_dossier d = gathered(f, id, false);
    TAP_EQ_INT(d.message_count, 3, "a message that two windows hold is there once");
    TAP_EQ_STR(d.messages[0].text.ptr, "hello", "messages are in order of time");
    TAP_OK(!d.messages[0].flagged && d.messages[2].flagged, "context is told from what carries evidence");
    TAP_EQ_INT(d.party_count, 3, "accounts are in it who wrote, and to whom");
    TAP_OK(d.messages[0].to_count == 2 && d.messages[0].to[0] == 0 && vg_str_is(d.parties[d.messages[0].to[1]].account, "eli"), "what came before names its recipients too");
    TAP_EQ_STR(d.parties[0].account.ptr, "max", "the account of the case comes first");
    TAP_OK(d.parties[1].role == VG_PARTY_VICTIM && d.parties[1].band == VG_AGE_13_14, "a minor is a victim, with the age band that is known");
    TAP_OK(d.messages[0].from == 1 && d.messages[1].from == 0 && d.messages[1].to_count == 1 && d.messages[1].to[0] == 1, "who wrote to whom");
    TAP_EQ_INT(d.finding_count, 2, "each kind of evidence is there once");
    TAP_EQ_STR(d.findings[0].name.ptr, "conduct.age_gap", "the heaviest first");
    TAP_EQ_STR(d.findings[d.messages[1].findings[0]].name.ptr, "text.secrecy", "a message names its own");
    TAP_EQ_INT(d.findings[1].times, 2, "how often it was found");
    bool mail = false, handle = false;
    for (size_t i = 0; i < d.parties[0].id_count; i++) {
        mail |= d.parties[0].ids[i].kind == VG_ID_EMAIL && vg_str_is(d.parties[0].ids[i].value, "max@example.org") &&
                vg_str_is(d.parties[0].ids[i].source, "event 3, in its text");
        handle |= d.parties[0].ids[i].kind == VG_ID_HANDLE && vg_str_is(d.parties[0].ids[i].value, "@max_77");
    }
    TAP_OK(mail && handle, "addresses in texts are identifiers, and say where they were found");
}

static void test_record(fixture *f)
{
    int64_t id = add(f, "2", MESSAGE("2", "max", "lou", "how old are you", ""));
    decide_case(f, id, VG_ACTION_REPORT, 1767225600500);
    vg_dossier d = gathered(f, id, true);
    TAP_EQ_INT(d.decision_count, 1, "the decision is in it");
    TAP_EQ_INT(d.decisions[0].d.note.len, 0, "the note for colleagues is not");
    TAP_EQ_INT(number(f, "SELECT count(*) FROM audit WHERE action='report.read' AND actor='lea'"), 1, "reading for a report is on record");
    TAP_EQ_INT(number(f, "SELECT count(*) FROM audit WHERE action='case.view'"), 0, "and is no view");
    gathered(f, id, false);
    TAP_EQ_INT(number(f, "SELECT count(*) FROM audit WHERE action='case.view' AND actor='lea'"), 1, "a preview is one");
    bool opened = false;
    for (size_t i = 0; i < d.log_count; i++) opened |= vg_str_is(d.log[i].action, "case.open");
    TAP_OK(opened, "what the audit log says of the case is in it");
    vg_dossier_ask none = {.case_id = 999, .reader = VG_STR("lea"), .now_ms = 1};
    TAP_EQ_INT(vg_dossier_gather(f->store, &none, f->arena, &d, &f->err), -VG_ENOENT, "no such case");
}

static void test_hostile(fixture *f)
{
    add(f, "2", MESSAGE("2", "max", "lou", "lone \\ud83d surrogate", ""));
    add(f, "3", "{\"event\": this is no JSON");
    int64_t id = add(f, "4", MESSAGE("4", "max", "lou", "bytes \xff\xc3 here, \\ud83d\\ude00", ""));
    vg_dossier d = gathered(f, id, false);
    TAP_EQ_INT(d.message_count, 3, "nothing is lost");
    TAP_EQ_INT(d.unreadable, 1, "what cannot be read is counted");
    size_t unreadable = 0;
    bool lone = false, bytes = false;
    for (size_t i = 0; i < d.message_count; i++) {
        unreadable += d.messages[i].unreadable;
        lone |= vg_str_is(d.messages[i].text, "lone \xef\xbf\xbd surrogate");
        bytes |= vg_str_is(d.messages[i].text, "bytes \xef\xbf\xbd\xef\xbf\xbd here, \xf0\x9f\x98\x80");
    }
    TAP_EQ_INT(unreadable, 1, "and stands where it was");
    TAP_OK(lone, "a lone surrogate is shown as one that was lost");
    TAP_OK(bytes, "bytes that are no text too; a pair is left as it is");
}

static int count_bytes(void *context, const uint8_t *bytes, size_t len, vg_error *err)
{
    (void)bytes, (void)err;
    *(size_t *)context += len;
    return 0;
}

/* What is read for an archive in clear ends with a decision that puts it out of reach, also in the middle. */
static void removed_meanwhile(fixture *f, int64_t id)
{
    size_t read = 0;
    vg_dossier d, sealed = gathered(f, id, true);
    const vg_dossier_ask ask = {.case_id = id, .reader = VG_STR("lea"), .outgoing = true, .in_clear = true, .data_dir = f->dir, .ring = f->ring, .now_ms = 1767225700000};
    TAP_EQ_INT(vg_dossier_gather(f->store, &ask, f->arena, &d, &f->err), 0, "somebody takes the case away in clear");
    TAP_OK(!d.source.read(d.source.context, 0, count_bytes, &read, &f->err) && read == 5, "its media too");
    vg_resolution r = {.decision = {.case_id = id, .user = VG_STR("claire"), .action = VG_ACTION_WARN, .reason = VG_STR("media"), .note = {"", 0}, .time_ms = 1767225700001},
                       .removes = true, .statement = {"", 0}, .statement_text = {"", 0}, .language = {"", 0}};
    TAP_EQ_INT(vg_store_resolve(f->store, &r, 1, &f->err), 0, "(meanwhile somebody decides what the law requires)");
    TAP_OK(d.source.read(d.source.context, 0, count_bytes, &read, &f->err) == -VG_EREMOVED && read == 5, "from then on it does not leave in clear");
    TAP_OK(!sealed.source.read(sealed.source.context, 0, count_bytes, &read, &f->err) && read == 10, "sealed for a receiver it does");
}

static void test_media(fixture *f)
{
    char name[VG_MEDIA_NAME + 1];
    vg_media_writer *writer;
    vg_case_write w = a_write("max", "9");
    vg_media_name(name);
    vg_media_thumb none = {0};
    uint8_t key[VG_CASE_KEY] = {7}, digest[VG_MEDIA_DIGEST];
    TAP_OK(!vg_media_write_begin(&writer, f->dir, key, name, &none, &f->err) && !vg_media_write(writer, "bytes", 5, &f->err) &&
               !vg_media_write_end(&writer, digest, &f->err), "a media is kept");
    w.media_key = key;
    w.media_digest = digest;
    w.content = VG_STR("{\"event\":{\"id\":\"9\",\"type\":\"vigie.media\",\"subject\":\"max\",\"time\":\"2026-01-01T00:00:09Z\",\"data\":{\"to\":[\"lou\"]}},"
                       "\"evidence\":[],\"media\":{\"matches\":[{\"bank\":\"b\",\"source\":\"s\",\"category\":\"c\",\"distance\":4}],\"kind\":\"still\",\"format\":\"jpeg\",\"size\":5,"
                       "\"md5\":\"00112233445566778899aabbccddeeff\"},\"window\":[],\"conversation\":\"\",\"channel\":\"private\"}");
    w.media_file = vg_str_of(name);
    w.media_bytes = 5;
    int64_t id = write_case(f, &w).case_id;
    vg_case_media seen;
    TAP_EQ_INT(vg_store_media_view(f->store, id, 1, VG_STR("lea"), f->arena, &seen, &f->err), 0, "somebody looks at its small picture");
    vg_dossier d = gathered(f, id, true);
    TAP_EQ_INT(d.media_count, 1, "the media is in the dossier");
    TAP_OK(d.media[0].kept && d.media[0].has_md5 && d.media[0].md5[1] == 0x11 && vg_str_is(d.media[0].mime, "image/jpeg"), "with what is known of it");
    TAP_OK(d.media[0].match_count == 1 && d.media[0].matches[0].distance == 4, "and what it is like");
    TAP_OK(d.media[0].view_count == 1 && !d.media[0].views[0].whole && vg_str_is(d.media[0].views[0].user, "lea"), "who viewed it is from the audit log");
    TAP_OK(!vg_dossier_viewed(&d.media[0], 0), "a small grey picture is not the media");
    removed_meanwhile(f, id);
}

int main(void)
{
    static void (*const tests[])(fixture *) = {test_exchange, test_record, test_hostile, test_media};
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        fixture f;
        set_up(&f);
        tests[i](&f);
        tear_down(&f);
    }
    return tap_done();
}
