/* SPDX-License-Identifier: Apache-2.0
 *
 * A dossier says what the case holds, once, in order, and who looked; what cannot be read costs nothing but itself.
 */
#include <jansson.h>

#include "dossier.h"
#include "event/policy.h"
#include "event/policy_report.h"
#include "fixture.h"
#include "store/cases/decisions.h"
#include "store/cases/media.h"
#include "store/filings/filings.h"

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

/* What an event says of the countries of both, of the place of a sign in the text, and what else is known of the case. */
#define FOUND "how old are you, and where do you live"
#define TWO_COUNTRIES                                                                                                                        \
    "{\"event\":{\"id\":\"5\",\"source\":\"/spaces/lobby\",\"type\":\"vigie.message\",\"subject\":\"max\",\"time\":\"2026-01-01T00:00:05Z\","    \
    "\"data\":{\"conversation\":\"k\",\"to\":[\"lou\"],\"text\":\"" FOUND "\"}},\"evidence\":["                                             \
    "{\"name\":\"text.age_probing\",\"weight\":0.4,\"fresh\":true,\"why\":{\"fr\":\"x\",\"en\":\"x\"}},"        \
    "{\"name\":\"text.meeting_request\",\"weight\":0.5,\"fresh\":true,\"why\":{\"fr\":\"y\",\"en\":\"y\"}}]," \
    "\"spans\":[{\"name\":\"text.age_probing\",\"from\":0,\"to\":15},{\"name\":\"text.meeting_request\",\"from\":21,\"to\":9000}],"                \
    "\"window\":[],\"conversation\":\"k\",\"channel\":\"private\",\"facts\":{\"account_age_band\":\"25+\",\"account_age_basis\":\"declared\","    \
    "\"account_country\":\"FR\",\"peer_age_band\":\"13-14\",\"peer_age_basis\":\"declared\",\"peer_country\":\"%s\"}}"

static int64_t in_danger(fixture *f, const char *country)
{
    char content[2000];
    vg_case_write w = a_write("max", "5");
    snprintf(content, sizeof content, TWO_COUNTRIES, country);
    w.content = vg_str_of(content);
    w.verdict.evidence[0].kind = VG_TEXT_MEETING_REQUEST; /* with a course: somebody may be met now */
    w.verdict.evidence[1].kind = VG_CONDUCT_COURSE;
    return write_case(f, &w).case_id;
}

static const vg_country countries[] = {{"DE", {"Allemagne", "Germany"}}, {"FR", {"France", "France"}}, {"PH", {"Philippines", "Philippines"}}};
static const vg_places places = {.confidence = {[VG_HINT_DECLARED] = 6000, [VG_HINT_OPERATOR] = 9000}, .conflict = 5000, .weak_below = 2000, .countries = countries, .country_count = 3};
static const vg_law_book book = {.places = &places};

static vg_dossier asked(fixture *f, int64_t id, const vg_policy *policy)
{
    vg_dossier d;
    const vg_dossier_ask ask = {.case_id = id, .policy = policy, .book = &book, .reader = VG_STR("lea"), .outgoing = true, .data_dir = f->dir, .ring = f->ring, .now_ms = 1767225700000};
    memset(&d, 0, sizeof d);
    if (vg_dossier_gather(f->store, &ask, f->arena, &d, &f->err)) printf("# gather: %s: %s\n", f->err.where, f->err.what);
    return d;
}

static void test_countries_and_places(fixture *f)
{
    vg_dossier d = asked(f, in_danger(f, "PH"), NULL);
    TAP_OK(d.party_count == 2 && !strcmp(d.parties[0].country, "FR") && !strcmp(d.parties[1].country, "PH"), "both countries, as they were declared");
    bool author = false, victim = false;
    for (size_t i = 0; i < d.fact_count; i++) {
        author |= d.facts[i].whose == VG_WHOSE_AUTHOR && !strcmp(d.facts[i].country, "FR") && d.facts[i].hint == VG_HINT_DECLARED;
        victim |= d.facts[i].whose == VG_WHOSE_VICTIM && !strcmp(d.facts[i].country, "PH");
    }
    TAP_OK(author && victim, "are facts of the route too");
    const vg_dossier_message *m = &d.messages[0];
    TAP_OK(m->finding_count == 2 && m->places, "a message says where its signs are");
    for (size_t i = 0; m->places && i < m->finding_count; i++) {
        const vg_span *at = &m->places[i];
        if (vg_str_is(d.findings[m->findings[i]].name, "text.age_probing")) TAP_OK(at->from == 0 && at->to == 15 && !memcmp(m->text.ptr, "how old are you", 15), "in bytes of its text");
        else TAP_OK(at->from == at->to, "what lies outside of the text is nowhere");
    }
}

static void test_declared_later(fixture *f)
{
    add(f, "1", MESSAGE("1", "max", "lou", "hello", ""));
    vg_dossier d = gathered(f, in_danger(f, "p1"), true);
    TAP_OK(d.party_count == 2 && !strcmp(d.parties[0].country, "FR"), "what one event does not say another may");
    TAP_EQ_STR(d.parties[1].country, "", "what is no country is none");
}

static void test_whom_to_call(fixture *f)
{
    static const vg_receiver numbers[] = {
        {.id = "fr.17", .country = "FR", .kind = VG_RECEIVER_POLICE, .name = {"Police", "Police"}, .phone = "17", .emergency = true},
        {.id = "ph.sms", .country = "PH", .kind = VG_RECEIVER_POLICE, .name = {"Police", "Police"}, .emergency = true},
        {.id = "ph.911", .country = "PH", .kind = VG_RECEIVER_POLICE, .name = {"Secours", "Emergency"}, .phone = "911", .emergency = true},
        {.id = "ph.desk", .country = "PH", .kind = VG_RECEIVER_HOTLINE, .name = {"Guichet", "Desk"}, .phone = "1343"},
    };
    const vg_policy_report report = {.given = true, .receivers = numbers, .receiver_count = 4, .operator = {.name = "Example", .country = "DE"}};
    const vg_policy policy = {.space = "lobby", .title = {"Le salon", "The lobby"}, .report = &report};
    int64_t id = in_danger(f, "PH");
    vg_dossier d = asked(f, id, &policy);
    TAP_OK(d.emergency && !strcmp(d.emergency->id, "ph.911"), "where the child is, the number that answers");
    TAP_OK(vg_str_is(d.space_title[VG_LANG_EN], "The lobby") && !strcmp(d.operator->country, "DE"), "the space and who reports are the policy's");
    d = asked(f, id, NULL);
    TAP_OK(!d.emergency, "without a number that is known: none");
    vg_case_write w = a_write("sam", "6");
    char content[2000];
    snprintf(content, sizeof content, TWO_COUNTRIES, "PH");
    w.content = vg_str_of(content);
    d = asked(f, write_case(f, &w).case_id, &policy);
    TAP_OK(!d.emergency, "nor when nobody is in danger now");
}

/* A filing of the case to NCMEC, over its states to filed; the number that they gave. */
static int64_t a_filing(fixture *f, int64_t case_id, const char *channel, const char *number_given, int64_t when_ms)
{
    static const uint8_t hash[32] = {7};
    uint32_t n = 0;
    vg_filing d = {.case_id = case_id, .space = VG_STR("lobby"), .receiver_id = VG_STR("us.ncmec"), .receiver = VG_STR("{\"id\":\"us.ncmec\"}"), .channel = vg_str_of(channel),
                   .kind = VG_RECEIVER_CLEARING, .step = {"", 0}, .reference = {"", 0}, .memo = {"", 0}, .options = VG_STR("{}"), .again = VG_STR("more came"), .why = {"", 0},
                   .confirmed_by = {"", 0}, .seconded_by = {"", 0}, .made_by = VG_STR("lea"), .made_ms = when_ms, .due_ms = when_ms + VG_DAY_MS};
    const vg_filing_took took = {.n = 1, .move = VG_MOVE_FILED, .step = VG_STR("open"), .reference = vg_str_of(number_given), .memo = VG_STR("{}"), .why = {"", 0}};
    int rc = vg_store_filing_add(f->store, &d, &f->err);
    if (!rc) rc = vg_store_filing_confirm(f->store, d.id, false, hash, VG_STR("lea"), when_ms, &f->err);
    if (!rc) rc = vg_store_filing_ask(f->store, d.id, VG_STR("open"), when_ms, &n, &f->err);
    if (!rc) rc = vg_store_filing_take(f->store, d.id, &took, when_ms, &f->err);
    if (rc) printf("# filing: %s: %s\n", f->err.where, f->err.what);
    return d.id;
}

static void test_reports_before(fixture *f)
{
    const int64_t now = 1767225600000;
    int64_t id = add(f, "2", MESSAGE("2", "max", "lou", "how old are you", ""));
    TAP_EQ_STR(gathered(f, id, true).ncmec_reports.ptr, "", "nothing was reported yet");
    a_filing(f, id, "ncmec", "4000001", now);
    a_filing(f, id, "xarf", "x-1", now + 1);
    a_filing(f, id, "ncmec", "4000002", now + 2);
    vg_filing draft = {.case_id = id, .space = VG_STR("lobby"), .receiver_id = VG_STR("us.ncmec"), .receiver = VG_STR("{}"), .channel = VG_STR("ncmec"), .kind = VG_RECEIVER_CLEARING,
                       .step = {"", 0}, .reference = {"", 0}, .memo = {"", 0}, .options = VG_STR("{}"), .again = VG_STR("more"), .why = {"", 0}, .confirmed_by = {"", 0},
                       .seconded_by = {"", 0}, .made_by = VG_STR("lea"), .made_ms = now + 3, .due_ms = now + 4};
    TAP_EQ_INT(vg_store_filing_add(f->store, &draft, &f->err), 0, "(a third one is only a draft)");
    vg_case_write w = a_write("sam", "7");
    w.content = VG_STR(MESSAGE("7", "sam", "lou", "how old are you", ""));
    a_filing(f, write_case(f, &w).case_id, "ncmec", "4000009", now);
    vg_str numbers = gathered(f, id, true).ncmec_reports;
    TAP_OK(vg_str_is(numbers, "4000001,4000002"), "numbers that NCMEC gave this very case, oldest first, and nobody else's: %.*s", (int)numbers.len, numbers.ptr);
    vg_dossier d;
    const vg_dossier_ask then = {.case_id = id, .reader = VG_STR("lea"), .outgoing = true, .data_dir = f->dir, .ring = f->ring, .now_ms = now + 10, .as_of_ms = now + 1};
    TAP_OK(!vg_dossier_gather(f->store, &then, f->arena, &d, &f->err) && vg_str_is(d.ncmec_reports, "4000001"), "as of then, those of then");
}

/* What a dossier holds, in numbers: should one of its parts be missing, it shows. */
static uint64_t weighed(const vg_dossier *d)
{
    const size_t counts[] = {d->message_count, d->media_count, d->party_count, d->finding_count, d->decision_count, d->log_count, d->fact_count, d->unreadable, d->ncmec_reports.len};
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) sum = sum * 31 + counts[i];
    for (size_t i = 0; i < d->message_count; i++) sum = sum * 31 + d->messages[i].text.len + d->messages[i].finding_count;
    for (size_t i = 0; i < d->party_count; i++) sum = sum * 31 + d->parties[i].id_count + (d->parties[i].country[0] != 0);
    return sum;
}

/* Each allocation fails once: a dossier is whole, or there is none; a report never lacks what there was no memory for. */
static void test_without_memory(fixture *f)
{
    add(f, "1", MESSAGE("1", "max", "lou", "lone \\ud83d surrogate, max@example.org", EARLIER));
    int64_t id = in_danger(f, "PH");
    decide_case(f, id, VG_ACTION_REPORT, 1767225600500);
    a_filing(f, id, "ncmec", "4000001", 1767225600000);
    const vg_dossier_ask ask = {.case_id = id, .book = &book, .reader = VG_STR("lea"), .data_dir = f->dir, .ring = f->ring, .now_ms = 1767225700000, .as_of_ms = 1767225600000};
    uint64_t whole = 0;
    size_t n = 0, wrong = 0, refused = 0;
    bool failed = true;
    for (; failed && n < 20000; n++) {
        vg_dossier d;
        vg_arena *arena = vg_arena_create(64, 64 << 20);
        vg_alloc_fail_at(n);
        int rc = vg_dossier_gather(f->store, &ask, arena, &d, &f->err);
        failed = n == 0 || vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (n == 0) whole = rc ? 0 : weighed(&d);
        bool good = rc == -VG_ENOMEM || (rc == 0 && weighed(&d) == whole);
        if (!good) printf("# allocation %zu: %d %s: %s\n", n, rc, f->err.where, f->err.what);
        wrong += !good;
        refused += rc != 0;
        vg_arena_destroy(&arena);
    }
    TAP_OK(whole && !wrong && !failed && refused > 50, "%zu allocations fail one by one: %zu times there is no dossier, and never half of one", n - 2, refused);
}

int main(void)
{
    json_set_alloc_funcs(vg_malloc, vg_free);
    static void (*const tests[])(fixture *) = {test_exchange,       test_record,       test_hostile,      test_media,
                                              test_countries_and_places, test_declared_later, test_whom_to_call, test_reports_before, test_without_memory};
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        fixture f;
        set_up(&f);
        tests[i](&f);
        tear_down(&f);
    }
    return tap_done();
}
