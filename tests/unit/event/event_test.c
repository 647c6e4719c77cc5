/* SPDX-License-Identifier: Apache-2.0
 *
 * event: every bad input gets its place and what was expected; good input is read exactly.
 */
#include <jansson.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/time.h"
#include "event/case.h"
#include "event/bank.h"
#include "event/event.h"
#include "event/evidence.h"
#include "tap.h"

static vg_event_parser *parser;
static vg_arena *arena;

#define HEAD(type) "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/spaces/lobby\",\"type\":\"vigie." type "\",\"subject\":\"p1\",\"time\":\"2026-05-04T10:11:12Z\",\"data\":"
#define X64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define LONG X64 X64 X64 X64
#define ACCOUNT(data) HEAD("account") data "}"
#define PDQ "30a10efd71cc3d429013d48d0ffffc52e34e0e17ada952a9d29685211ea9e575"
#define MESSAGE(data) HEAD("message") data "}"

static int parse(const char *json, vg_event *event, vg_error *err)
{
    vg_arena_reset(arena);
    *err = (vg_error){0};
    return vg_event_parse(parser, json, strlen(json), strlen(json), arena, event, err);
}

static const struct { const char *name, *json, *where, *what; } bad[] = {
    {"empty", "", "", "is empty"},
    {"blank", "  \n ", "", "is empty"},
    {"an array", "[]", "", "expected an object (a CloudEvent), found an array"},
    {"a number", "7", "", "found a number"},
    {"cut", "{\"specversion\":\"1.0\"", "", "not valid JSON"},
    {"followed by something", ACCOUNT("{\"age_band\":\"25+\"}") "{}", "", "not valid JSON"},
    {"a missing comma", "{\"specversion\":\"1.0\" \"id\":\"a\"}", "", "not valid JSON"},
    {"no fields", "{}", "/specversion", "is missing"},
    {"another version", "{\"specversion\":\"0.3\"}", "/specversion", "expected \"1.0\""},
    {"an empty id", "{\"id\":\"\"}", "/id", "is empty"},
    {"a number for an id", "{\"id\":12}", "/id", "expected a string, found a number"},
    {"a currency in small letters", MESSAGE("{\"conversation\":\"c\",\"text\":\"t\",\"currency\":\"php\"}"), "/data/currency", "three capital letters (ISO 4217)"},
    {"a currency of two letters", MESSAGE("{\"conversation\":\"c\",\"text\":\"t\",\"currency\":\"PH\"}"), "/data/currency", "three capital letters (ISO 4217)"},
    {"a whole account number", MESSAGE("{\"conversation\":\"c\",\"text\":\"t\",\"payment_country\":\"FR7630006000011234567890189\"}"), "/data/payment_country", "two capital letters"},
    {"payments with an account", ACCOUNT("{\"age_band\":\"25+\",\"currency\":\"PHP\"}"), "/data/currency", "unknown field"},
    {"null for an id", "{\"id\":null}", "/id", "expected a string, found null"},
    {"an unknown field", "{\"idd\":\"x\"}", "/idd", "unknown field; expected one of specversion, id"},
    {"an unknown field to be escaped", "{\"a/b~c\":\"x\"}", "/a~1b~0c", "unknown field"},
    {"a field twice", "{\"id\":\"x\",\"id\":\"y\"}", "/id", "is given twice"},
    {"NUL in a name", "{\"id\":\"a\\u0000b\"}", "/id", "NUL"},
    {"a control character in a name", "{\"id\":\"a\\nb\"}", "/id", "control character"},
    {"a lone surrogate", "{\"id\":\"\\ud800\"}", "/id", "not valid JSON"},
    {"the other half of a surrogate", "{\"id\":\"\\udc00\"}", "/id", "not valid JSON"},
    {"an escape that is none", "{\"id\":\"\\x41\"}", "/id", "not valid JSON near byte"},
    {"a raw line feed in a string", "{\"id\":\"a\nb\"}", "", "control character 0x0a in a string at byte 8"},
    {"a string without an end", "{\"id\":\"ab}", "", "the string that begins at byte 6 has no end"},
    {"a word for a value", "{\"id\":nope}", "/id", "expected a string, found"},
    {"a brace too many", ACCOUNT("{\"age_band\":\"25+\"}") "}", "", "something follows the end of the document at byte"},
    {"a name of 257 bytes", "{\"id\":\"" LONG "x\"}", "/id", "257 bytes long; at most 256 are taken"},
    {"a field twice, once escaped", "{\"id\":\"x\",\"i\\u0064\":\"y\"}", "/id", "is given twice"},
    {"a space of 65 letters", "{\"source\":\"/spaces/" X64 "x\"}", "/source", "expected \"/spaces/NAME\""},
    {"invalid UTF-8", "{\"id\":\"\xff\"}", "", "not valid UTF-8 at byte 7"},
    {"a source that is no space", "{\"source\":\"lobby\"}", "/source", "expected \"/spaces/NAME\""},
    {"a source with capitals", "{\"source\":\"/spaces/Lobby\"}", "/source", "expected \"/spaces/NAME\""},
    {"a source without a name", "{\"source\":\"/spaces/\"}", "/source", "expected \"/spaces/NAME\""},
    {"an unknown type", "{\"type\":\"vigie.poke\"}", "/type", "unknown value \"vigie.poke\"; expected one of vigie.message"},
    {"a wrong time", "{\"time\":\"yesterday\"}", "/time", "RFC 3339"},
    {"a date for a time", "{\"time\":\"2026-05-04\"}", "/time", "RFC 3339"},
    {"an unknown content type", "{\"datacontenttype\":\"text/xml\"}", "/datacontenttype", "application/json"},
    {"data that is a string", ACCOUNT("\"x\""), "/data", "expected an object, found a string"},
    {"an unknown age band", ACCOUNT("{\"age_band\":\"kid\"}"), "/data/age_band", "unknown value \"kid\"; expected one of unknown, under13, 13-14, 15-17, 18-24, 25+"},
    {"a number for an age band", ACCOUNT("{\"age_band\":13}"), "/data/age_band", "expected a string, found a number"},
    {"an account without an age band", ACCOUNT("{}"), "/data/age_band", "is missing; a vigie.account needs it"},
    {"a field of another type", ACCOUNT("{\"age_band\":\"25+\",\"text\":\"x\"}"), "/data/text", "unknown field; expected one of language, age_band"},
    {"a wrong country", ACCOUNT("{\"age_band\":\"25+\",\"country\":\"fr\"}"), "/data/country", "two capital letters"},
    {"a wrong language", ACCOUNT("{\"age_band\":\"25+\",\"language\":\"f\"}"), "/data/language", "language tag"},
    {"a wrong creation", ACCOUNT("{\"age_band\":\"25+\",\"created\":\"2026-02-30\"}"), "/data/created", "or a date such as"},
    {"a basis that cannot be said", ACCOUNT("{\"age_band\":\"25+\",\"age_basis\":\"unknown\"}"), "/data/age_basis", "expected one of declared, estimated, verified"},
    {"a message without a conversation", MESSAGE("{\"text\":\"x\"}"), "/data/conversation", "is missing"},
    {"a message without text", MESSAGE("{\"conversation\":\"c\"}"), "/data/text", "is missing"},
    {"recipients that are a string", MESSAGE("{\"conversation\":\"c\",\"text\":\"x\",\"to\":\"p2\"}"), "/data/to", "expected an array of accounts, found a string"},
    {"a recipient that is a number", MESSAGE("{\"conversation\":\"c\",\"text\":\"x\",\"to\":[\"p2\",3]}"), "/data/to/1", "expected a string, found a number"},
    {"an unknown channel", MESSAGE("{\"conversation\":\"c\",\"text\":\"x\",\"channel\":\"secret\"}"), "/data/channel", "expected one of public, group, private"},
    {"media without a hash", HEAD("media") "{}}", "/data/hashes", "needs hashes or upload"},
    {"an empty list of hashes", HEAD("media") "{\"hashes\":[]}}", "/data/hashes", "is empty"},
    {"a hash that is too short", HEAD("media") "{\"hashes\":[{\"algorithm\":\"md5\",\"value\":\"00\"}]}}", "/data/hashes/0/value", "expected 32 hexadecimal digits"},
    {"an unknown algorithm", HEAD("media") "{\"hashes\":[{\"algorithm\":\"crc\",\"value\":\"00\"}]}}", "/data/hashes/0/algorithm", "expected one of sha256, md5"},
    {"half a hash", HEAD("media") "{\"hashes\":[{\"algorithm\":\"md5\"}]}}", "/data/hashes/0/value", "is missing"},
    {"hashes and an upload", HEAD("media") "{\"hashes\":[{\"value\":\"00112233445566778899AABBCCDDEEFF\",\"algorithm\":\"md5\"}],\"upload\":\"u-1\"}}", "/data/upload", "expected one of the two"},
#define HASH(fields) HEAD("media") "{\"hashes\":[{\"algorithm\":\"sha1\",\"value\":\"00112233445566778899aabbccddeeff00112233\"},{" fields "}]}}"
    {"a PDQ hash without its quality", HASH("\"algorithm\":\"pdq\",\"value\":\"" PDQ "\""), "/data/hashes/1/quality", "is missing; a pdq hash needs it"},
    {"a quality over 100", HASH("\"algorithm\":\"pdq\",\"value\":\"" PDQ "\",\"quality\":101"), "/data/hashes/1/quality", "expected a whole number from 0 to 100"},
    {"a negative quality", HASH("\"algorithm\":\"pdq\",\"value\":\"" PDQ "\",\"quality\":-1"), "/data/hashes/1/quality", "expected a whole number from 0 to 100"},
    {"a quality with a fraction", HASH("\"algorithm\":\"pdq\",\"value\":\"" PDQ "\",\"quality\":99.5"), "/data/hashes/1/quality", "expected a whole number from 0 to 100"},
    {"a quality that is a string", HASH("\"quality\":\"100\""), "/data/hashes/1/quality", "expected a number, found a string"},
    {"an unknown profile", HASH("\"profile\":\"rust\""), "/data/hashes/1/profile", "expected one of cpp, pytx"},
    {"an unknown turn", HASH("\"turn\":\"upside down\""), "/data/hashes/1/turn", "expected one of none, rot90, rot180"},
    {"a frame that no video has", HASH("\"frame\":4294967296"), "/data/hashes/1/frame", "expected a whole number from 0 to 4294967295"},
    {"a number that no integer holds", HASH("\"frame\":1e300"), "/data/hashes/1/frame", "expected a whole number"},
    {"a number that is not one", HASH("\"frame\":12x"), "/data/hashes/1/frame", "not valid JSON"},
    {"a PDQ hash that is too short", HASH("\"algorithm\":\"pdq\",\"value\":\"00\",\"quality\":1"), "/data/hashes/1/value", "expected 64 hexadecimal digits"},
    {"a SHA-1 that is too long", HASH("\"algorithm\":\"sha1\",\"value\":\"" PDQ "\""), "/data/hashes/1/value", "expected 40 hexadecimal digits"},
    {"a turned digest", HASH("\"algorithm\":\"sha1\",\"value\":\"00\",\"turn\":\"none\""), "/data/hashes/1/turn", "only a pdq hash has one"},
    {"a field of a hash twice", HASH("\"quality\":1,\"quality\":1"), "/data/hashes/1/quality", "is given twice"},
    {"an unknown field of a hash", HASH("\"salt\":1"), "/data/hashes/1/salt", "expected one of algorithm, value, quality, profile, turn, frame"},
    {"a hash that is a string", HEAD("media") "{\"hashes\":[\"00\"]}}", "/data/hashes/0", "expected an object"},
    {"a contact with two accounts", HEAD("contact") "{\"kind\":\"request\",\"to\":[\"a\",\"b\"]}}", "/data/to", "expected one account, found 2"},
    {"a contact of no kind", HEAD("contact") "{\"to\":\"a\"}}", "/data/kind", "is missing"},
    {"a notice about nobody", HEAD("notice") "{\"reason\":\"threat\"}}", "/data/about", "is missing"},
    {"an unknown reason", HEAD("notice") "{\"about\":\"a\",\"reason\":\"dull\"}}", "/data/reason", "expected one of grooming"},
};

static void bad_input(void)
{
    vg_event event;
    vg_error err;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int rc = parse(bad[i].json, &event, &err);
        if (!TAP_OK(rc == -VG_EINVAL && strcmp(err.where, bad[i].where) == 0 && strstr(err.what, bad[i].what), "%s is refused at \"%s\"", bad[i].name, bad[i].where))
            printf("# got %d at \"%s\": %s\n", rc, err.where, err.what);
    }
}

static void raw_nul(void)
{
    static const char inside[] = "{\"id\":\"a\0b\"}", between[] = "{\"id\":\0\"a\"}";
    vg_event event;
    vg_error err = {0};
    TAP_EQ_INT(vg_event_parse(parser, inside, sizeof inside - 1, 0, arena, &event, &err), -VG_EINVAL, "a NUL byte in a string");
    TAP_OK(strstr(err.what, "0x00 in a string at byte 8") != NULL, "is named with its place");
    TAP_EQ_INT(vg_event_parse(parser, between, sizeof between - 1, 0, arena, &event, &err), -VG_EINVAL, "a NUL byte elsewhere");
}

static void large_input(void)
{
    vg_event event;
    vg_error err;
    vg_buf buf;
    vg_buf_init(&buf, 64 << 20);
    for (int i = 0; i < 10000; i++) vg_buf_add_cstr(&buf, "{\"data\":[");
    TAP_EQ_INT(parse(buf.ptr, &event, &err), -VG_EINVAL, "10,000 levels deep is an error");
    vg_buf_clear(&buf);
    vg_buf_add_cstr(&buf, HEAD("account"));
    for (int i = 0; i < 10000; i++) vg_buf_add_char(&buf, '[');
    for (int i = 0; i < 10000; i++) vg_buf_add_char(&buf, ']');
    vg_buf_add_char(&buf, '}');
    TAP_EQ_INT(parse(buf.ptr, &event, &err), -VG_EINVAL, "also where it is balanced");
    vg_buf_clear(&buf);
    vg_buf_add_cstr(&buf, HEAD("message") "{\"conversation\":\"c\",\"text\":\"");
    for (int i = 0; i < VG_EVENT_MAX_TEXT; i++) vg_buf_add_char(&buf, 'x');
    vg_buf_add_cstr(&buf, "\"}}");
    TAP_EQ_INT(parse(buf.ptr, &event, &err), 0, "the longest text is read");
    TAP_EQ_INT(event.text.len, VG_EVENT_MAX_TEXT, "whole");
    buf.len -= 3;
    vg_buf_add_cstr(&buf, "x\"}}");
    TAP_OK(parse(buf.ptr, &event, &err) == -VG_EINVAL && !strcmp(err.where, "/data/text") && strstr(err.what, "at most 16384"), "one byte more is refused");
    vg_buf_clear(&buf);
    vg_buf_add_cstr(&buf, HEAD("message") "{\"conversation\":\"c\",\"text\":\"x\",\"to\":[");
    for (int i = 0; i <= VG_EVENT_MAX_TO; i++) vg_buf_printf(&buf, "%s\"p%d\"", i ? "," : "", i);
    vg_buf_add_cstr(&buf, "]}}");
    TAP_OK(parse(buf.ptr, &event, &err) == -VG_EINVAL && !strcmp(err.where, "/data/to"), "too many recipients are refused");
    for (int count = VG_EVENT_MAX_HASHES; count <= VG_EVENT_MAX_HASHES + 1; count++) {
        vg_buf_clear(&buf);
        vg_buf_add_cstr(&buf, HEAD("media") "{\"hashes\":[");
        for (int i = 0; i < count; i++)
            vg_buf_printf(&buf, "%s{\"algorithm\":\"pdq\",\"value\":\"" PDQ "\",\"quality\":100,\"frame\":%d}", i ? "," : "", i + 1);
        vg_buf_add_cstr(&buf, "]}}");
        int rc = parse(buf.ptr, &event, &err);
        if (count == VG_EVENT_MAX_HASHES) TAP_OK(!rc && event.hash_count == VG_EVENT_MAX_HASHES && event.hashes[1023].frame == 1024, "1024 frames of a video are read");
        else TAP_OK(rc == -VG_EINVAL && !strcmp(err.where, "/data/hashes") && strstr(err.what, "more than 1024"), "and one more is refused");
    }
    char *huge = vg_calloc(1, VG_EVENT_MAX_BODY + 2);
    TAP_EQ_INT(vg_event_parse(parser, huge, VG_EVENT_MAX_BODY + 1, VG_EVENT_MAX_BODY + 2, arena, &event, &err), -VG_ETOOBIG, "a body over the limit is refused unread");
    vg_free(huge);
    vg_buf_free(&buf);
}

static void good_input(void)
{
    vg_event e;
    vg_error err;
    const char *json = "  {\"data\":{\"conversation\":\"c\",\"text\":\"h\\u00e9 \\ud83d\\ude00\",\"to\":[\"p2\"]},\"time\":\"2026-05-04T12:11:12+02:00\","
                       "\"subject\":\"p1\",\"type\":\"vigie.message\",\"source\":\"/spaces/lobby\",\"id\":\"e1\",\"specversion\":\"1.0\"}\n";
    TAP_EQ_INT(parse(json, &e, &err), 0, "fields in any order");
    TAP_OK(vg_str_is(e.text, "h\xc3\xa9 \xf0\x9f\x98\x80"), "escapes become UTF-8");
    TAP_OK(vg_str_is(e.space, "lobby") && vg_str_is(e.source, "/spaces/lobby"), "the space is the rest of the source");
    TAP_EQ_INT(e.time_ms, 1777889472000, "the time in UTC");
    TAP_EQ_INT(e.channel, VG_CHANNEL_PRIVATE, "one recipient: private");
    TAP_OK(e.raw.len == strlen(json) - 3 && e.raw.ptr[0] == '{', "the raw JSON without the blanks around it");
    TAP_EQ_INT(parse(MESSAGE("{\"conversation\":\"c\",\"text\":\"\"}"), &e, &err), 0, "an empty text is a text");
    TAP_EQ_INT(e.channel, VG_CHANNEL_PUBLIC, "no recipient: public");
    TAP_EQ_INT(parse(HEAD("contact") "{\"kind\":\"private_room\",\"to\":\"p2\",\"conversation\":\"c\"}}", &e, &err), 0, "a contact");
    TAP_OK(!e.currency[0] && !e.payment_country[0], "where nothing is said of payments, nothing is known");
    TAP_EQ_INT(parse(MESSAGE("{\"conversation\":\"c\",\"text\":\"t\",\"currency\":\"PHP\",\"payment\\u005fcountry\":\"SG\"}"), &e, &err), 0, "how the account pays, with a message");
    TAP_OK(!strcmp(e.currency, "PHP") && !strcmp(e.payment_country, "SG"), "its currency, and the country of who carries the payment");
    TAP_EQ_INT(parse(HEAD("contact") "{\"kind\":\"private_room\",\"to\":\"p2\",\"conversation\":\"c\"}}", &e, &err), 0, "the contact again");
    TAP_OK(e.contact == VG_CONTACT_PRIVATE_ROOM && e.to_count == 1 && vg_str_is(e.to[0], "p2"), "with its other account");
    TAP_EQ_INT(parse(HEAD("media") "{\"hashes\":[{\"value\":\"00112233445566778899AABBCCDDEEFF\",\"algorithm\":\"md5\"}]}}", &e, &err), 0, "media");
    TAP_OK(e.hash_count == 1 && e.hashes[0].bytes[15] == 0xff && e.hashes[0].bytes[16] == 0, "its hash");
    TAP_EQ_INT(parse(HASH("\"algorithm\":\"pdq\",\"value\":\"" PDQ "\",\"quality\":77"), &e, &err), 0, "a SHA-1 and a PDQ hash");
    TAP_OK(e.hash_count == 2 && e.hashes[0].algorithm == VG_HASH_SHA1 && e.hashes[0].bytes[19] == 0x33 && e.hashes[0].bytes[20] == 0, "twenty bytes of one");
    TAP_OK(e.hashes[1].algorithm == VG_HASH_PDQ && e.hashes[1].quality == 77 && e.hashes[1].bytes[0] == 0x30 && e.hashes[1].bytes[31] == 0x75, "32 and the quality of the other");
    TAP_OK(e.hashes[1].profile == VG_PDQ_CPP && e.hashes[1].turn == VG_TURN_NONE && e.hashes[1].frame == 0, "of profile cpp, not turned, a still picture, where nothing else is said");
    TAP_EQ_INT(parse(HASH("\"frame\":4294967295,\"turn\":\"flip_minus\",\"profile\":\"pytx\",\"quality\":0,\"value\":\"" PDQ "\",\"algorithm\":\"pdq\""), &e, &err), 0, "a frame of a video");
    TAP_OK(e.hashes[1].profile == VG_PDQ_PYTX && e.hashes[1].turn == VG_TURN_FLIP_MINUS && e.hashes[1].frame == UINT32_MAX && e.hashes[1].quality == 0, "with all that is said of it");
    TAP_EQ_INT(parse(ACCOUNT("{\"age_band\":\"15-17\",\"age_basis\":\"verified\",\"created\":\"2026-01-05\",\"country\":\"FR\",\"language\":\"fr-FR\"}"), &e, &err), 0, "an account");
    TAP_OK(e.age_band == VG_AGE_15_17 && e.age_basis == VG_BASIS_VERIFIED && !strcmp(e.country, "FR") && e.created_ms == 1767571200000, "its facts");
    TAP_EQ_INT(parse(HEAD("notice") "{\"about\":\"p9\",\"reason\":\"threat\",\"event\":\"e0\",\"text\":\"x\"}}", &e, &err), 0, "a notice");
    TAP_OK(vg_str_is(e.about, "p9") && e.reason == VG_REASON_THREAT && vg_str_is(e.about_event, "e0"), "about whom and why");
}

static void batches(void)
{
    vg_event *events;
    size_t count;
    vg_error err = {0};
    const char *two = "[" ACCOUNT("{\"age_band\":\"25+\"}") " ,\n" MESSAGE("{\"conversation\":\"c\",\"text\":\"x\"}") "]";
    vg_arena_reset(arena);
    TAP_EQ_INT(vg_event_parse_batch(parser, two, strlen(two), strlen(two), arena, &events, &count, &err), 0, "a batch of two");
    TAP_OK(count == 2 && events[1].type == VG_EVENT_MESSAGE && events[0].raw.ptr[0] == '{' && events[0].raw.ptr[events[0].raw.len - 1] == '}', "each with its own JSON");
    const char *wrong = "[" ACCOUNT("{\"age_band\":\"25+\"}") "," ACCOUNT("{\"age_band\":\"kid\"}") "]";
    TAP_OK(vg_event_parse_batch(parser, wrong, strlen(wrong), strlen(wrong), arena, &events, &count, &err) == -VG_EINVAL && !strcmp(err.where, "/1/data/age_band"), "the place begins with the number in the batch");
    TAP_OK(vg_event_parse_batch(parser, "[]", 2, 2, arena, &events, &count, &err) == -VG_EINVAL, "an empty batch is refused");
    TAP_OK(vg_event_parse_batch(parser, "[7]", 3, 3, arena, &events, &count, &err) == -VG_EINVAL && !strcmp(err.where, "/0"), "a batch of numbers too");
    vg_buf buf;
    vg_buf_init(&buf, 8 << 20);
    vg_buf_add_char(&buf, '[');
    for (int i = 0; i <= VG_EVENT_MAX_BATCH; i++) vg_buf_printf(&buf, "%s%s", i ? "," : "", ACCOUNT("{\"age_band\":\"25+\"}"));
    vg_buf_add_char(&buf, ']');
    TAP_OK(vg_event_parse_batch(parser, buf.ptr, buf.len, buf.cap, arena, &events, &count, &err) == -VG_EINVAL && strstr(err.what, "more than 1000"), "and one of 1,001");
    vg_buf_free(&buf);
}

/* What is written is what was read, by an independent reader. */
static void round_trip(void)
{
    static const char *const texts[] = {"plain", "quote \\\" and \\\\ back", "\\u00e9\\ud83d\\ude00 \\n\\t", "/slash\\/"};
    vg_buf buf, out;
    int same = 1;
    vg_buf_init(&buf, 1 << 20);
    vg_buf_init(&out, 1 << 20);
    for (size_t i = 0; i < 4; i++) {
        vg_event e, again;
        vg_error err;
        vg_buf_clear(&buf);
        vg_buf_clear(&out);
        vg_buf_printf(&buf, HEAD("message") "{\"conversation\":\"%s\",\"text\":\"%s\",\"to\":[\"a\",\"b\"],\"language\":\"fr\",\"currency\":\"MGA\",\"payment_country\":\"MG\"}}", "c/1", texts[i]);
        if (parse(buf.ptr, &e, &err)) same = 0;
        vg_event_write(&out, &e);
        json_t *mine = json_loads(out.ptr, 0, NULL), *theirs = json_loads(buf.ptr, 0, NULL);
        const char *a = json_string_value(json_object_get(json_object_get(mine, "data"), "text"));
        const char *b = json_string_value(json_object_get(json_object_get(theirs, "data"), "text"));
        same &= a && b && strcmp(a, b) == 0 && json_equal(json_object_get(mine, "subject"), json_object_get(theirs, "subject"));
        json_decref(mine);
        json_decref(theirs);
        same &= parse(out.ptr, &again, &err) == 0 && again.to_count == 2 && !strcmp(again.currency, "MGA") && !strcmp(again.payment_country, "MG");
    }
    TAP_OK(same, "written events are read back, by jansson and by ourselves");
    vg_buf_free(&buf);
    vg_buf_free(&out);
}

static void failed_allocations(void)
{
    const char *json = HEAD("media") "{\"to\":[\"a\",\"b\"],\"hashes\":[{\"value\":\"00112233445566778899AABBCCDDEEFF\",\"algorithm\":\"md5\"}]}}";
    size_t n = 1, refused = 0;
    for (;; n++) {
        vg_event_parser *fresh = NULL;
        vg_event event;
        vg_error err = {0};
        vg_alloc_fail_at(n);
        vg_arena *small = vg_arena_create(64, 1 << 20);
        int rc = small ? vg_event_parser_create(&fresh, &err) : -VG_ENOMEM;
        if (!rc) rc = vg_event_parse(fresh, json, strlen(json), strlen(json), small, &event, &err);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        vg_event_parser_destroy(&fresh);
        vg_arena_destroy(&small);
        if (!failed) break;
        refused += rc == -VG_ENOMEM;
    }
    TAP_OK(n > 5 && refused == n - 1, "each of %zu failed allocations is answered \"no memory\"", n - 1);
}

int main(void)
{
    vg_error err = {0};
    arena = vg_arena_create(1 << 16, 64 << 20);
    if (vg_event_parser_create(&parser, &err)) return 1;
    bad_input();
    raw_nul();
    large_input();
    good_input();
    batches();
    round_trip();
    failed_allocations();
    vg_event e = {.time_ms = 1000000};
    TAP_EQ_INT(vg_event_check_time(&e, 1000000, 1000, 1000, &err), 0, "a time in its bounds");
    TAP_OK(vg_event_check_time(&e, 900000, 1000, 1000, &err) == -VG_EINVAL && strstr(err.what, "future"), "not in the future");
    TAP_OK(vg_event_check_time(&e, 1100000, 1000, 1000, &err) == -VG_EINVAL && strstr(err.what, "ago"), "not long past");
    char name[24];
    vg_case_name(123, name);
    TAP_EQ_STR(name, "c-000123", "a case's name");
    TAP_EQ_INT(vg_case_id_of(VG_STR("c-000123")), 123, "and back");
    TAP_OK(vg_case_id_of(VG_STR("c-")) < 0 && vg_case_id_of(VG_STR("c-x")) < 0 && vg_case_id_of(VG_STR("123")) < 0, "other words are not cases");
    int all = 1;
    for (int i = 0; i < VG_EVIDENCE_KINDS; i++) all &= vg_evidence_kind_of(vg_str_of(vg_evidence_names[i])) == i;
    TAP_OK(all && vg_evidence_kind_of(VG_STR("text.nothing")) == -1, "evidence names and kinds agree");
    vg_event_parser_destroy(&parser);
    vg_arena_destroy(&arena);
    return tap_done();
}
