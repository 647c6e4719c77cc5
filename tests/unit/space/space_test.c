/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading a policy: what a good one becomes, what is said about a bad one, and where.
 */
#include "base/alloc.h"
#include "base/time.h"
#include "fixture.h"
#include "space/space_int.h"
#include "tap.h"

#define SPACE   "policy/spaces/lobby.yaml"
#define LEXICON "policy/lexicon/fr.yaml"
#define PHRASES "policy/phrases.yaml"
#define BANK    "policy/bank.txt"
#define SPELLING "policy/spelling/fr.yaml"

static vg_policy_set *load(const char *path)
{
    vg_policy_set *set = NULL;
    vg_error err = {0};
    int rc = vg_policy_set_load(&set, path, &err);
    TAP_OK(rc == 0 && set, "%s loads", path);
    if (rc) printf("# %s: %s\n", err.where, err.what);
    return set;
}

static uint64_t version_of(const char *path)
{
    vg_policy_set *set = load(path);
    uint64_t version = set ? vg_policy_set_at(set, 0)->version : 0;
    if (set) vg_policy_set_unref(&set);
    return version;
}

/* ---- a good policy ---- */

static void check_numbers(const vg_policy *p)
{
    TAP_OK(p->scan[VG_CHANNEL_PUBLIC] && p->scan[VG_CHANNEL_GROUP] && p->scan[VG_CHANNEL_PRIVATE],
           "channels");
    TAP_EQ_INT(p->weight[VG_TEXT_AGE_PROBING], 1000, "0.1");
    TAP_EQ_INT(p->weight[VG_TEXT_SUPERVISION_PROBING], 2000, "20%");
    TAP_EQ_INT(p->weight[VG_TEXT_ISOLATION], 5000, ".5");
    TAP_EQ_INT(p->weight[VG_CONDUCT_AGE_GAP], 10000, "1");
    TAP_EQ_INT(p->weight[VG_CONDUCT_FAN_OUT_DAY], 1234, "12.34%");
    TAP_EQ_INT(p->weight[VG_CONDUCT_NIGHT], 0, "0");
    TAP_OK(p->alone[VG_TEXT_THREAT] && p->alone[VG_MEDIA_KNOWN] && !p->alone[VG_TEXT_SECRECY], "alone");
    TAP_EQ_INT(p->relation[VG_REL_MINOR_TO_MINOR], 2500, "relation");
    TAP_EQ_INT(p->nudge_at, 3000, "nudge");
    TAP_EQ_INT(p->review_at, 6000, "review");
    TAP_EQ_INT(p->hold_at, 8000, "hold");
    TAP_EQ_INT(p->half_life_hours, 168, "7 days are 168 hours");
    TAP_EQ_INT(p->fan_out_day, 4, "fan-out a day");
    TAP_EQ_INT(p->fan_out_week, 10, "fan-out a week");
    TAP_EQ_INT(p->initiative_percent, 80, "initiative");
    TAP_EQ_INT(p->escalation_factor_x16, 40, "2.5 times, x16");
    TAP_EQ_INT(p->new_account_hours, 72, "new account");
    TAP_EQ_INT(p->night_from_minute, 22 * 60, "night begins");
    TAP_EQ_INT(p->night_to_minute, 6 * 60 + 30, "night ends");
    TAP_EQ_INT(p->utc_offset_minutes, -210, "-03:30");
    TAP_EQ_INT(p->context_messages, 20, "context");
    TAP_EQ_INT(p->context_minutes, 90, "90 minutes");
    TAP_EQ_INT(p->keep_memory_days, 28, "4 weeks");
    TAP_EQ_INT(p->keep_audit_days, 1095, "3 years");
    TAP_EQ_INT(p->review_within_hours, 24, "1 day");
    TAP_EQ_INT(p->weight[VG_MEDIA_SIMILAR], 9000, "the weight of a near match");
    TAP_EQ_INT(p->media.bytes, 200000000, "200 MB");
    TAP_EQ_INT(p->media.pixels, 50000000, "50 megapixels");
    TAP_EQ_INT(p->media.frames, 600, "frames");
    TAP_EQ_INT(p->media.milliseconds, 60000, "1 minute");
    TAP_EQ_INT(p->media.cpu_seconds, 20, "20 s");
    TAP_EQ_INT(p->media.memory_bytes, 1000000000, "1 GB");
    TAP_EQ_INT(p->keep_upload_minutes, 10, "10 minutes");
    TAP_OK(!p->see_whole, "nobody sees a media as a whole unless it is said");
}

static void check_files(const vg_policy *p)
{
    TAP_EQ_INT(p->pattern_count, 3, "patterns");
    TAP_EQ_STR(p->patterns[0].text, "sinon [moi] je * [publie|poste]", "patterns are in file order");
    TAP_EQ_INT(p->patterns[0].family, VG_TEXT_THREAT, "family");
    TAP_EQ_INT(p->patterns[0].strength, 7000, "default strength");
    TAP_EQ_INT(p->patterns[1].strength, 8000, "strength");
    TAP_EQ_STR(p->patterns[1].language, "fr", "language");
    TAP_EQ_INT(p->example_count, 2, "examples");
    TAP_OK(p->examples[0].match && !p->examples[1].match && p->examples[0].family == VG_TEXT_SECRECY,
           "examples and counter-examples");
    TAP_EQ_INT(p->pattern_places[0].line, 8, "the line of a pattern");
    TAP_EQ_INT(p->pattern_places[2].line, 16, "the second of its list");
    TAP_EQ_STR(p->pattern_places[2].file, "policy/lexicon/fr.yaml", "and its file");
    TAP_EQ_INT(p->example_places[1].line, 18, "the line of a counter-example");
    TAP_EQ_STR(p->why[VG_TEXT_AGE_PROBING].text[VG_LANG_FR], "{value} f0", "phrase");
    TAP_EQ_STR(p->why[VG_CONDUCT_FAN_OUT_DAY].one[VG_LANG_EN], "one", "form for one");
    TAP_OK(p->why[VG_TEXT_THREAT].one[VG_LANG_EN] == NULL, "no form for one");
    TAP_EQ_STR(p->noun[VG_CONDUCT_AGE_GAP].text[VG_LANG_FR], "un écart de {value} ans", "the same in a few words");
    TAP_EQ_STR(p->noun[VG_CONDUCT_AGE_GAP].one[VG_LANG_EN], "a gap", "and their form for one");
    TAP_OK(p->noun[VG_TEXT_THREAT].text[VG_LANG_EN] == NULL, "which nobody has to give");
    TAP_EQ_STR(p->verdict_why[VG_VERDICT_BLOCK].text[VG_LANG_EN], "b", "verdict phrase");
    TAP_EQ_INT(p->spelling_count, 4, "spelling: three words and an emoji");
    TAP_OK(strcmp(p->spelling[0].from, "2m1") == 0 && strcmp(p->spelling[1].from, "dem1") == 0 &&
               strcmp(p->spelling[2].from, "tkt") == 0 && strcmp(p->spelling[3].from, "📷") == 0,
           "in the order of what is written");
    TAP_EQ_STR(p->spelling[2].to, "t inquiete pas", "and what it stands for");
    TAP_EQ_STR(p->nudge_message[VG_LANG_EN], "Take your time.", "nudge message");
    TAP_EQ_STR(p->not_scanned.text[VG_LANG_FR], "non", "not scanned");
    TAP_EQ_INT(p->bank_count, 1, "banks");
    TAP_EQ_INT(p->banks[0].effect, VG_VERDICT_BLOCK, "effect");
    TAP_EQ_INT(p->banks[0].hash_count, 3, "hashes without the duplicate");
    const vg_media_hash *h = p->banks[0].hashes;
    TAP_OK(h[0].algorithm == VG_HASH_SHA256 && h[0].bytes[31] == 1 && h[1].bytes[0] == 0xff &&
               h[2].algorithm == VG_HASH_MD5 && h[2].bytes[15] == 0xff && h[2].bytes[16] == 0,
           "hashes sorted by algorithm, then bytes");
}

static void test_good(void)
{
    vg_policy_set *set = load("policy");
    if (!set) return;
    const vg_policy *p = vg_policy_set_at(set, 0);
    size_t index = 9;
    TAP_EQ_INT(vg_policy_set_count(set), 1, "one space");
    TAP_OK(vg_policy_set_at(set, 1) == NULL, "no second space");
    TAP_OK(vg_policy_set_find(set, VG_STR("lobby"), &index) == p && index == 0, "found by name");
    TAP_OK(!vg_policy_set_find(set, VG_STR("lobb"), NULL) && !vg_policy_set_find(set, VG_STR(""), NULL),
           "other names are not found");
    TAP_EQ_STR(p->space, "lobby", "name");
    TAP_EQ_STR(p->title[VG_LANG_FR], "Le hall", "title");
    TAP_EQ_STR(p->audience, "players", "audience");
    TAP_EQ_STR(p->file, SPACE, "file");
    check_numbers(p);
    check_files(p);
    vg_policy_set *second = vg_policy_set_ref(set);
    vg_policy_set_unref(&set);
    TAP_OK(set == NULL, "unref clears the pointer");
    TAP_EQ_STR(vg_policy_set_at(second, 0)->space, "lobby", "alive while somebody holds it");
    vg_policy_set_unref(&second);
}

static int64_t ms(const char *time)
{
    int64_t t = -1;
    vg_time_parse(vg_str_of(time), &t);
    return t;
}

static void test_may_scan(void)
{
    vg_policy_set *set = load(SPACE);
    vg_policy p = *vg_policy_set_at(set, 0);
    TAP_OK(vg_policy_may_scan(&p, VG_CHANNEL_PRIVATE, ms("2027-04-03T23:59:59.999Z")),
           "private on the last day");
    TAP_OK(!vg_policy_may_scan(&p, VG_CHANNEL_PRIVATE, ms("2027-04-04T00:00:00Z")), "not private after it");
    TAP_OK(vg_policy_may_scan(&p, VG_CHANNEL_GROUP, ms("2037-04-04T00:00:00Z")), "group needs no basis");
    p.legal_basis_until_ms = 0;
    TAP_OK(vg_policy_may_scan(&p, VG_CHANNEL_PRIVATE, ms("2037-04-04T00:00:00Z")), "a basis without end");
    p.legal_basis = NULL;
    TAP_OK(!vg_policy_may_scan(&p, VG_CHANNEL_PRIVATE, 0), "never without a basis, whatever scan says");
    p.scan[VG_CHANNEL_GROUP] = false;
    TAP_OK(!vg_policy_may_scan(&p, VG_CHANNEL_GROUP, 0), "not a channel that is off");
    TAP_OK(!vg_policy_may_scan(&p, VG_CHANNELS, 0), "not a channel that does not exist");
    vg_policy_set_unref(&set);
}

static void test_lexicon_alone(void)
{
    vg_policy_set *set = NULL;
    vg_error err = {0};
    TAP_EQ_INT(vg_policy_set_load_lexicon(&set, "policy/lexicon/fr.yaml", &err), 0, "a lexicon without its space");
    if (set) {
        const vg_policy *p = vg_policy_set_at(set, 0);
        TAP_OK(vg_policy_set_count(set) == 1 && p->pattern_count == 3 && p->example_count == 2, "has its patterns and examples");
        TAP_EQ_STR(p->space, "", "and no name");
        TAP_EQ_INT(p->spelling_count, 4, "and the spelling of its language, which stands beside it");
        TAP_EQ_INT(p->pattern_places[1].line, 15, "places");
        vg_policy_set_unref(&set);
    }
    TAP_EQ_INT(vg_policy_set_load_lexicon(&set, "policy", &err), 0, "or a folder of spaces");
    TAP_OK(set && vg_policy_set_at(set, 0)->space[0], "which have names");
    if (set) vg_policy_set_unref(&set);
    TAP_EQ_INT(vg_policy_set_load_lexicon(&set, "policy/lexicon/none.yaml", &err), -VG_ENOENT, "a file that is not there");
    TAP_OK(set == NULL, "leaves nothing");
}

static void test_version(void)
{
    uint64_t version = version_of(SPACE);
    TAP_OK(version != 0 && version == version_of("policy/"), "same content, same version");
    spoil(SPACE, "space: lobby\n", "# a comment\nspace:   'lobby'\n");
    TAP_OK(version == version_of(SPACE), "a comment does not change it");
    spoil(SPACE, "secrecy: 0.3", "secrecy: 0.3001");
    TAP_OK(version != version_of(SPACE), "a weight does");
    static const char *const media[][2] = {{"200 MB", "201 MB"}, {"50 megapixels", "51 megapixels"}, {"max_frames: 600", "max_frames: 601"}, {"1 minute", "2 minutes"},
                                           {"20 s", "21 s"}, {"1 GB", "2 GB"}, {"10 minutes", "11 minutes"}};
    for (size_t i = 0; i < sizeof media / sizeof media[0]; i++) {
        write_good_files();
        spoil(SPACE, media[i][0], media[i][1]);
        TAP_OK(version != version_of(SPACE), "%s does", media[i][1]);
    }
    write_good_files();
    spoil(SPACE, "keep_upload: 10 minutes", "keep_upload: 10 minutes, whole: no");
    TAP_OK(version == version_of(SPACE), "whole: no is what a policy without it says");
    spoil(SPACE, "whole: no", "whole: yes");
    TAP_OK(version != version_of(SPACE), "whole: yes is another policy");
    write_good_files();
    spoil(LEXICON, "notre secret", "nos secrets");
    TAP_OK(version != version_of(SPACE), "a pattern does");
    write_good_files();
    spoil(SPELLING, "2m1", "2min");
    TAP_OK(version != version_of(SPACE), "a spelling does");
    write_good_files();
    spoil(BANK, "\nmd5 00112233445566778899aabbccddeeff", "");
    TAP_OK(version == version_of(SPACE), "a duplicate of a hash does not");
    write_good_files();
    spoil(BANK, "0001 # x", "0002");
    TAP_OK(version != version_of(SPACE), "a hash does");
    write_good_files();
}

static void test_names(void)
{
    for (int k = 0; k < VG_EVIDENCE_KINDS; k++)
        TAP_EQ_STR(strchr(vg_evidence_names[k], '.') + 1, vg_evidence_short_names[k],
                   "short name of an evidence kind");
    for (int v = 0; v < VG_VERDICTS; v++)
        TAP_EQ_STR(vg_space_verdict_names[v], vg_verdict_names[v], "name of a verdict");
}

/* ---- bad files ---- */

typedef struct bad {
    const char *file, *find, *put; /* find NULL: the whole file */
    const char *where, *what;
} bad;

static const bad bad_files[] = {
    /* YAML itself */
    {SPACE, NULL, "", SPACE ":1:1", "the file is empty"},
    {SPACE, NULL, "# only a comment\n", SPACE ":1:1", "the file is empty"},
    {SPACE, NULL, "a list", SPACE ":1:1", "found a single value; expected `key: value` lines"},
    {SPACE, "audience: players", "audience: \"players", SPACE ":70:16",
     "not valid YAML: did not find expected key while parsing a block mapping"},
    {SPACE, "space: lobby", "space: \xff", SPACE ":1:8", "not valid YAML: invalid leading UTF-8 octet"},
    {SPACE, "space: lobby", "space: \"a\\0b\"", SPACE ":1:8", "a NUL character is not allowed"},
    {SPACE, "space: lobby", "space: &x lobby", SPACE ":1:8",
     "anchors (`&name`) are not allowed in a policy; write the value out"},
    {SPACE, "audience: players", "audience: *x", SPACE ":3:11",
     "aliases (`*name`) are not allowed in a policy; write the value out"},
    {SPACE, "audience: players", "audience: players\nspace: again", SPACE ":4:1",
     "key `space` is given twice; expected once"},
    {SPACE, "space: lobby", "[a, b]: lobby", SPACE ":1:1",
     "a list or a mapping stands where a key was expected"},
    {SPACE, "review_within: 1 day", "review_within: 1 day\n---\n", SPACE ":85:1",
     "a second document (`---`); expected one document in a file"},
    {SPACE, "players", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", SPACE ":3:42",
     "nested too deeply; expected at most 32 levels"},
    /* shape */
    {SPACE, "thresholds:", "treshold:", SPACE ":59:1", NULL},
    {SPACE, "  secrecy: 0.3", "  secrcy: 0.3", SPACE ":16:3", NULL},
    {SPACE, "audience: players\n", "", SPACE ":1:1", "missing key `audience`"},
    {SPACE, "  night: 0\n", "", SPACE ":13:1", "weights: missing key `night`"},
    {SPACE, "  group: yes\n", "", SPACE ":5:1", "scan: missing key `group`"},
    {SPACE, "audience: players", "audience: [a]", SPACE ":3:11",
     "audience: found a list; expected a single value"},
    {SPACE, "audience: players", "audience:", SPACE ":3:10", "audience: is empty; expected a value"},
    {SPACE, "alone: [threat, known_hash]", "alone: threat", SPACE ":51:8",
     "alone: found a single value; expected a list (lines that begin with `- `)"},
    {SPACE, "{fr: Le hall, en: The lobby}", "Hall", SPACE ":2:8",
     "title: found a single value; expected `key: value` lines"},
    {SPACE, "private: yes", "private: non", SPACE ":8:12",
     "scan.private: unknown value \"non\"; did you mean `no`? (expected one of yes, no, true, false)"},
    {SPACE, "assumed_age: unknown", "assumed_age: kid", SPACE ":4:14",
     "assumed_age: unknown value \"kid\" (expected one of unknown, under13, 13-14, 15-17, 18-24, 25+)"},
    {SPACE, "effect: block", "effect: nudge", SPACE ":88:58",
     "banks[0].effect: unknown value \"nudge\" (expected one of review, hold, block)"},
    {SPACE, "alone: [threat,", "alone: [treat,", SPACE ":51:9", NULL},
    /* meaning */
    {SPACE, "space: lobby", "space: Lobby!", SPACE ":1:8",
     "space: \"Lobby!\" is not a name for a space; expected lower-case letters, digits, `-`, `_`, `.`"},
    {SPACE, "secrecy: 0.3", "secrecy: 1.7", SPACE ":16:12", "weights.secrecy: 1.7 is not between 0 and 1"},
    {SPACE, "secrecy: 0.3", "secrecy: 170%", SPACE ":16:12", "weights.secrecy: 170% is not between 0 and 1"},
    {SPACE, "secrecy: 0.3", "secrecy: -0.3", SPACE ":16:12", "weights.secrecy: -0.3 is not between 0 and 1"},
    {SPACE, "secrecy: 0.3", "secrecy: high", SPACE ":16:12",
     "weights.secrecy: \"high\" is not a share; expected a number such as 0.35 or 35% (at most four "
     "decimals)"},
    {SPACE, "secrecy: 0.3", "secrecy: 0.33333", SPACE ":16:12",
     "weights.secrecy: \"0.33333\" is not a share; expected a number such as 0.35 or 35% (at most four "
     "decimals)"},
    {SPACE, "secrecy: 0.3", "secrecy: 9999999999999999999999", SPACE ":16:12",
     "weights.secrecy: \"9999999999999999999999\" is not a share; expected a number such as 0.35 or 35% (at "
     "most four decimals)"},
    {SPACE, "minor_to_minor: 0.25", "minor_to_minor: 2", SPACE ":55:19",
     "relations.minor_to_minor: 2 is not between 0 and 1"},
    {SPACE, "nudge: 0.3", "nudge: 0.7", SPACE ":59:34",
     "thresholds.review: 0.6 is below nudge (0.7); expected nudge <= review <= hold"},
    {SPACE, "review: 0.6", "review: never", SPACE ":59:47",
     "thresholds.hold: 0.8 is below review (never); expected nudge <= review <= hold"},
    {SPACE, "nudge: 0.3", "nudge: 0", SPACE ":59:21",
     "thresholds.nudge: 0 would answer every message; expected more than 0"},
    {SPACE, "half_life: 7 days", "half_life: 7", SPACE ":60:12",
     "half_life: \"7\" is not a duration; expected one such as 90 minutes, 24 hours or 30 days"},
    {SPACE, "half_life: 7 days", "half_life: 90 minutes", SPACE ":60:12",
     "half_life: 90 minutes is not a whole number of hours"},
    {SPACE, "fan_out_24h: 4", "fan_out_24h: 0", SPACE ":62:16",
     "conduct.fan_out_24h: 0 is not between 1 and 100000"},
    {SPACE, "fan_out_24h: 4", "fan_out_24h: 4294967300", SPACE ":62:16",
     "conduct.fan_out_24h: 4294967300 is not between 1 and 100000"},
    {SPACE, "fan_out_24h: 4", "fan_out_24h: four", SPACE ":62:16",
     "conduct.fan_out_24h: \"four\" is not a whole number"},
    {SPACE, "initiative_share: 80%", "initiative_share: 20%", SPACE ":65:21",
     "conduct.initiative_share: 20% is not a whole percentage from 50% to 100%"},
    {SPACE, "escalation_times: 2.5", "escalation_times: 0.5", SPACE ":67:21",
     "conduct.escalation_times: 0.5 is not between 1 and 1000"},
    {SPACE, "\"22:00\"", "\"24:00\"", SPACE ":70:15",
     "conduct.night_from: \"24:00\" is not a time of day; expected one such as \"22:30\""},
    {SPACE, "\"-03:30\"", "\"03:30\"", SPACE ":72:15",
     "conduct.utc_offset: \"03:30\" is not a time difference; expected one such as \"+01:00\""},
    {SPACE, "memory: 4 weeks", "memory: 0 days", SPACE ":83:21",
     "retention.memory: 0 days is not between 1 and 3650 days"},
    {SPACE, "audit: 3 years", "audit: 30 days", SPACE ":83:54",
     "retention.audit: 30 days is shorter than retention.cases (180 days); a decision must outlive its case"},
    {SPACE, "200 MB", "200", SPACE ":89:19", "media.max_file: \"200\" is not a number of MB; expected one such as 20 MB"},
    {SPACE, "200 MB", "200 MiB", SPACE ":89:19", "media.max_file: \"200 MiB\" is not a number of MB; expected one such as 20 MB"},
    {SPACE, "200 MB", "3 GB", SPACE ":89:19", "media.max_file: 3 GB is not between 1 and 2000 MB"},
    {SPACE, "200 MB", "9999999999 GB", SPACE ":89:19", "media.max_file: 9999999999 GB is not between 1 and 2000 MB"},
    {SPACE, "50 megapixels", "0 megapixels", SPACE ":89:39", "media.max_pixels: 0 megapixels is not between 1 and 1000 megapixels"},
    {SPACE, "max_frames: 600", "max_frames: 0", SPACE ":89:66", "media.max_frames: 0 is not between 1 and 100000"},
    {SPACE, "1 minute", "an hour", SPACE ":89:84", "media.decode_time: \"an hour\" is not a number of seconds; expected one such as 20 seconds"},
    {SPACE, "20 s", "601 s", SPACE ":90:15", "media.decode_cpu: 601 s is not between 1 and 600 seconds"},
    {SPACE, "1 GB", "1 MB", SPACE ":90:36", "media.decode_memory: 1 MB is not between 100 and 16000 MB"},
    {SPACE, "keep_upload: 10 minutes", "keep_upload: 10 minutes, whole: maybe", SPACE ":90:74", "media.whole: unknown value \"maybe\" (expected one of yes, no, true, false)"},
    {SPACE, "keep_upload: 10 minutes", "keep_upload: 2 days", SPACE ":90:55", "media.keep_upload: 2 days is not between 1 and 1440 minutes"},
    {SPACE, "review_within: 1 day", "review_within: 1 year", SPACE ":84:16",
     "review_within: 1 year is not between 1 and 720 hours"},
    /* the law */
    {SPACE, "legal_basis:\n  text: a law\n  source: https://example.org/law\n  until: 2027-04-03\n", "",
     SPACE ":8:12",
     "scan.private: private messages are confidential by law and may only be looked at on a recorded legal "
     "basis; expected a `legal_basis` with `text` and `source`, or `private: no`"},
    {SPACE, "  source: https://example.org/law\n", "", SPACE ":9:1", "legal_basis: missing key `source`"},
    {SPACE, "text: a law", "text: ''", SPACE ":10:9", "legal_basis.text: is empty; expected a value"},
    {SPACE, "until: 2027-04-03", "until: spring", SPACE ":12:10",
     "legal_basis.until: \"spring\" is not a date; expected one such as 2027-04-03"},
    /* other files */
    {SPACE, "../lexicon/fr.yaml", "../lexicon/de.yaml", SPACE ":85:12", NULL},
    {SPACE, "[../lexicon/fr.yaml]", "[../lexicon/fr.yaml, ../lexicon/fr.yaml]", SPACE ":85:32",
     "lexicons[1]: \"../lexicon/fr.yaml\" is named twice"},
    {SPACE, "../bank.txt", "bank.txt", SPACE ":88:24", NULL},
    {SPACE, "effect: block}",
     "effect: block}\n  - {name: demo, file: ../bank.txt, category: A, effect: block}", SPACE ":89:12",
     "banks[1].name: a second bank \"demo\"; expected a name of its own"},
    {LEXICON, "  threat:", "  thread:", LEXICON ":3:3", NULL},
    {LEXICON, "    sources: [a guide]\n", "", LEXICON ":3:3",
     "families.threat: missing key `sources`"},
    {LEXICON, "[a guide]", "[]", LEXICON ":5:5", "families.threat.sources: 0 entries; expected 1 to 100"},
    {LEXICON, "strength: 0.8", "strength: 8", LEXICON ":13:19",
     "families.secrecy.patterns[0].strength: 8 is not between 0 and 1"},
    {LEXICON, "strength: 0.8", "strength: 0", LEXICON ":13:19",
     "families.secrecy.patterns[0].strength: 0 is not above 0; remove the patterns instead"},
    {LEXICON, "- notre secret", "- notre [secret", LEXICON ":15:13",
     "families.secrecy.patterns[0].any_of[0]: `[` without its `]` (at character 7 of \"notre [secret\")"},
    {LEXICON, "- notre secret", "- \"[notre]\"", LEXICON ":15:13",
     "families.secrecy.patterns[0].any_of[0]: every word is optional; expected at least one that is not (at "
     "character 1 of \"[notre]\")"},
    {LEXICON, "- notre secret", "- \"j ai #ans\"", LEXICON ":15:13",
     "families.secrecy.patterns[0].any_of[0]: `#` must stand alone (at character 6 of \"j ai #ans\")"},
    {LEXICON, "- notre secret", "- \"[f|g#] ans\"", LEXICON ":15:13",
     "families.secrecy.patterns[0].any_of[0]: `#` must stand alone (at character 5 of \"[f|g#] ans\")"},
    {LEXICON, "- notre secret", "- \"[ans|an #|#] [f] #\"", LEXICON ":15:13",
     "families.secrecy.patterns[0].any_of[0]: it can match numbers alone; expected a word beside `#` (at character 1 of "
     "\"[ans|an #|#] [f] #\")"},
    {LEXICON, "- notre secret", "- notre *", LEXICON ":15:13",
     "families.secrecy.patterns[0].any_of[0]: `*` must stand between two words (at character 7 of \"notre "
     "*\")"},
    {LEXICON, "- notre secret", "- \"[a|[b]] c\"", LEXICON ":15:13",
     "families.secrecy.patterns[0].any_of[0]: `[` inside `[ ]`; choices cannot be nested (at character 4 of "
     "\"[a|[b]] c\")"},
    {LEXICON, "- notre secret", "- a | b", LEXICON ":15:13",
     "families.secrecy.patterns[0].any_of[0]: `]` or `|` outside of `[ ]` (at character 3 of \"a | b\")"},
    {PHRASES, "  secrecy: {fr: \"{value} f2\", en: \"{value} e2\"}\n", "", PHRASES ":1:1",
     "evidence: missing key `secrecy`"},
    {PHRASES, "  block: {fr: b, en: b}\n", "  block: {fr: b}\n", PHRASES ":45:3",
     "verdicts.block: missing key `en`"},
    {PHRASES, "{value} f2", "{valeur} f2", PHRASES ":4:17",
     "evidence.secrecy.fr: \"{valeur} f2\": the only word in braces that is replaced is {value}"},
    {PHRASES, "en: one", "en: '}'", PHRASES ":12:73",
     "evidence.fan_out_24h.one.en: \"}\": the only word in braces that is replaced is {value}"},
    {PHRASES, "fr: \"un écart de", "fr: \"l’écart de", PHRASES ":11:61",
     "evidence.age_gap.short.fr: \"l’écart de {value} ans\": the few words of a piece of evidence begin with \"un\", \"une\", "
     "\"des\" or {value}"},
    {PHRASES, "{fr: un écart, en", "{fr: écart, en", PHRASES ":11:122",
     "evidence.age_gap.short.one.fr: \"écart\": the few words of a piece of evidence begin with \"un\", \"une\", \"des\" or {value}"},
    {BANK, "md5 0011", "md6 0011", BANK ":3:1",
     "unknown algorithm `md6` (expected sha256 or md5, a space and the hash)"},
    {SPELLING, "language: fr", "lang: fr", SPELLING ":1:1",
     "unknown key `lang`; expected one of language, words, emoji"},
    {SPELLING, "language: fr", "language: [fr]", SPELLING ":1:11", "expected a language such as fr"},
    {SPELLING, NULL, "language: fr\n", SPELLING ":1:1", "missing `words` or `emoji`"},
    {SPELLING, NULL, "- fr\n", SPELLING ":1:1", "expected a mapping with `language`, `words`, `emoji`"},
    {SPELLING, NULL, "words: [tkt]\n", SPELLING ":1:8",
     "expected a mapping: what is written, and the words that it stands for"},
    {SPELLING, "tkt: t", "tk't: t", SPELLING ":3:3",
     "\"tk't\" is not a folded word; expected a-z and 0-9, a letter, none twice in a row, at most 24"},
    {SPELLING, "tkt: t", "Tkt: t", SPELLING ":3:3",
     "\"Tkt\" is not a folded word; expected a-z and 0-9, a letter, none twice in a row, at most 24"},
    {SPELLING, "tkt: t", "ttkt: t", SPELLING ":3:3",
     "\"ttkt\" is not a folded word; expected a-z and 0-9, a letter, none twice in a row, at most 24"},
    {SPELLING, "tkt: t", "\"\": t", SPELLING ":3:3",
     "\"\" is not a folded word; expected a-z and 0-9, a letter, none twice in a row, at most 24"},
    {SPELLING, "inquiete pas", "inquiète pas", SPELLING ":3:8",
     "\"t inquiète pas\" is not folded words; expected a-z, no letter twice in a row, single spaces, at most "
     "32"},
    {SPELLING, "inquiete pas", "inquiete  pas", SPELLING ":3:8",
     "\"t inquiete  pas\" is not folded words; expected a-z, no letter twice in a row, single spaces, at most "
     "32"},
    {SPELLING, "tkt: t", "123: t", SPELLING ":3:3",
     "\"123\" is not a folded word; expected a-z and 0-9, a letter, none twice in a row, at most 24"},
    {SPELLING, "dem1: demain", "dem1: demain1", SPELLING ":4:9",
     "\"demain1\" is not folded words; expected a-z, no letter twice in a row, single spaces, at most 32"},
    {SPELLING, "tkt: t inquiete pas", "t: t inquiete pas mon ami", SPELLING ":3:6",
     "\"t inquiete pas mon ami\" is not short enough for that; expected at most eight times the length"},
    {SPELLING, "tkt: t inquiete pas", "tkt: [t]", SPELLING ":3:8", "expected the words that it stands for"},
    {SPELLING, "📷", "a", SPELLING ":7:3",
     "\"a\" is not an emoji; expected one character, without variation or skin tone"},
    {SPELLING, "📷", "📷📷", SPELLING ":7:3",
     "\"📷📷\" is not an emoji; expected one character, without variation or skin tone"},
    {SPELLING, "  dem1: demain", "  tu: demain\n  tkt1: tu veras", SPACE ":91:1",
     "spelling: `tkt1` is undone to \"tu veras\", and `tu` there again; expected words that stay"},
    {SPACE, "../spelling/fr.yaml", "../spelling/de.yaml", SPACE ":91:12", NULL},
    {BANK, "EEFF", "EEF", BANK ":3:5", "31 characters; expected 32 hexadecimal digits"},
    {BANK, "EEFF", "EEFG", BANK ":3:5", "not hexadecimal; expected 32 digits 0-9 a-f"},
    {BANK, "0001 # x", "0001 x", BANK ":5:75", "text after the hash; expected one hash a line"},
};

/* Messages that end in a list or in the system's own words: the beginning is what counts. */
static const struct {
    const char *put, *begins;
} beginnings[] = {
    {"treshold:",
     "unknown key `treshold`; did you mean `thresholds`? (expected one of space, title, audience, "},
    {"  secrcy: 0.3",
     "weights: unknown key `secrcy`; did you mean `secrecy`? (expected one of age_probing, "},
    {"alone: [treat,",
     "alone[0]: unknown value \"treat\"; did you mean `threat`? (expected one of age_probing, "},
    {"../lexicon/de.yaml", "lexicons[0]: cannot read the file: policy/lexicon/de.yaml: "},
    {"../spelling/de.yaml", "spelling[0]: cannot read the file: policy/spelling/de.yaml: "},
    {"bank.txt", "banks[0].file: cannot read the file: policy/spaces/bank.txt: "},
    {"  thread:", "families: unknown key `thread`; did you mean `threat`? (expected one of age_probing, "},
};

static void check_bad(const bad *b)
{
    vg_policy_set *set = (vg_policy_set *)1;
    vg_error err = {0};
    spoil(b->file, b->find, b->put);
    int rc = vg_policy_set_load(&set, "policy", &err);
    TAP_OK(rc == -VG_EINVAL && set == NULL, "refused at %s", b->where);
    TAP_EQ_STR(err.where, b->where, "  where");
    if (b->what) {
        TAP_EQ_STR(err.what, b->what, "  what");
    } else {
        const char *begins = "?";
        for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
            if (strcmp(beginnings[i].put, b->put) == 0) begins = beginnings[i].begins;
        if (!TAP_OK(strncmp(err.what, begins, strlen(begins)) == 0, "  what begins: %s", begins))
            printf("# got %s\n", err.what);
    }
    if (set) vg_policy_set_unref(&set);
    TAP_EQ_INT(vg_policy_set_load(&set, "policy", NULL), rc, "  and without an error to fill");
    write_good_files();
}

static void refused(const char *path, int code, const char *where, const char *what)
{
    vg_policy_set *set = NULL;
    vg_error err = {0};
    TAP_EQ_INT(vg_policy_set_load(&set, path, &err), -code, path);
    TAP_EQ_STR(err.where, where, "  where");
    if (what) TAP_EQ_STR(err.what, what, "  what");
    if (set) vg_policy_set_unref(&set);
}

static void test_paths(void)
{
    refused("policy/lexicon/none.yaml", VG_ENOENT, "policy/lexicon/none.yaml", NULL);
    refused("policy/none", VG_ENOENT, "policy/none", NULL);
    refused("policy/lexicon", VG_EINVAL, "policy/lexicon/fr.yaml:1:1",
            NULL); /* the *.yaml of itself: not a space */
    remove(SPACE);
    refused("policy/", VG_EINVAL, "policy/spaces", "no policy here; expected at least one space file *.yaml");
    write_good_files();
    write_file("policy/spaces/other.yaml", good_space, strlen(good_space));
    refused("policy", VG_EINVAL, "policy/spaces/other.yaml:1:8",
            "space: \"lobby\" is already the name of policy/spaces/lobby.yaml; expected a name of its own");
    spoil("policy/spaces/other.yaml", "space: lobby", "space: other");
    vg_policy_set *set = load("policy");
    size_t index = 9;
    const vg_policy *other = vg_policy_set_find(set, VG_STR("other"), &index);
    TAP_OK(vg_policy_set_count(set) == 2 && other && index == 1, "two spaces, in the order of their files");
    TAP_OK(other->banks[0].hashes == vg_policy_set_at(set, 0)->banks[0].hashes,
           "a bank that two spaces name is read once");
    vg_policy_set_unref(&set);
    remove("policy/spaces/other.yaml");
}

static void test_numbers_in_patterns(void)
{
    static const char *const good[] = {"j ai # ans", "[j ai #|# ans] f", "[f|h] [#]", "# * ans", "# f"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        size_t column;
        const char *what = "";
        TAP_OK(vg_lexicon_pattern_valid(vg_str_of(good[i]), &column, &what), "good: number %zu", i);
    }
}

/* Turns of phrase of who reports: patterns like the others, without a family. */
static void test_reporting(void)
{
    spoil(LEXICON, "language: fr\n", "language: fr\nreporting: [si on te dit, pour une surprise]\n");
    vg_policy_set *set = load("policy");
    const vg_policy *p = vg_policy_set_at(set, 0);
    TAP_EQ_INT(p->pattern_count, 5, "two more patterns");
    TAP_OK(p->patterns[4].family == VG_PATTERN_REPORTING && strcmp(p->patterns[4].text, "pour une surprise") == 0, "at the end, without a family");
    vg_policy_set_unref(&set);
    write_good_files();
    spoil(LEXICON, "language: fr\n", "language: fr\nreporting: [\"[a]\"]\n");
    refused("policy", VG_EINVAL, LEXICON ":2:13",
            "reporting[0]: every word is optional; expected at least one that is not (at character 1 of \"[a]\")");
    write_good_files();
}

/* Several spelling files of one space are one table: what they agree on is there once, and they must agree. */
static void test_spelling(void)
{
    static const char more[] = "words: {tkt: t inquiete pas, bcp: beaucoup}\n", other[] = "words: {tkt: rien}\n";
    spoil(SPACE, "[../spelling/fr.yaml]", "[../spelling/fr.yaml, ../spelling/more.yaml]");
    write_file("policy/spelling/more.yaml", more, sizeof more - 1);
    vg_policy_set *set = load("policy");
    TAP_EQ_INT(vg_policy_set_at(set, 0)->spelling_count, 5, "what two files agree on is there once");
    vg_policy_set_unref(&set);
    write_file("policy/spelling/more.yaml", other, sizeof other - 1);
    refused("policy", VG_EINVAL, SPACE ":91:1",
            "spelling: `tkt` is \"rien\" in one file and \"t inquiete pas\" in another; expected one meaning");
    write_good_files();
    spoil(SPACE, "spelling: [../spelling/fr.yaml]\n", "");
    set = load("policy");
    TAP_EQ_INT(vg_policy_set_at(set, 0)->spelling_count, 0, "a space needs no spelling file");
    vg_policy_set_unref(&set);
    write_good_files();
}

/* ---- ceilings ---- */

static void test_ceilings(void)
{
    size_t len = (1 << 20) + 1;
    char *text = vg_malloc(len + 64);
    memset(text, '#', len);
    write_file(SPACE, text, len);
    refused(SPACE, VG_ETOOBIG, SPACE, NULL);
    write_good_files();
    size_t n = (size_t)snprintf(
        text, len, "language: fr\nfamilies: {threat: {description: {fr: a, en: b}, sources: [c], patterns: [{any_of: [");
    for (int i = 0; i < 65536; i++) n += (size_t)snprintf(text + n, len + 64 - n, "abc,");
    n += (size_t)snprintf(text + n, len + 64 - n, "abc]}]}}\n");
    write_file(LEXICON, text, n);
    refused("policy", VG_EINVAL, LEXICON ":2:76",
            "families.threat.patterns[0].any_of: 65537 entries; expected 1 to 65535");
    n = (size_t)snprintf(
        text, len, "language: fr\nfamilies: {threat: {description: {fr: a, en: b}, sources: [c], patterns: [{any_of: [");
    for (int i = 0; i < 300000; i++) n += (size_t)snprintf(text + n, len + 64 - n, "a,");
    n += (size_t)snprintf(text + n, len + 64 - n, "a]}]}}\n");
    write_file(LEXICON, text, n);
    refused("policy", VG_EINVAL, LEXICON ":2:500061", "too many values in one file");
    vg_free(text);
    write_good_files();
}

/* More than are sorted in one piece; in falling order, each twice. */
static void test_big_bank(void)
{
    enum { MANY = 20000, LINE = 72 };
    size_t size = (size_t)2 * MANY * LINE + 1, n = 0;
    char *text = vg_malloc(size);
    for (int i = 2 * MANY - 1; i >= 0; i--)
        n += (size_t)snprintf(text + n, size - n, "sha256 %08x%056x\n", (uint32_t)(i / 2) * 2654435761U,
                              i / 2);
    write_file(BANK, text, n);
    vg_free(text);
    vg_policy_set *set = load("policy");
    const vg_policy_bank *bank = &vg_policy_set_at(set, 0)->banks[0];
    size_t wrong = 0;
    for (size_t i = 1; i < bank->hash_count; i++)
        wrong += memcmp(bank->hashes[i - 1].bytes, bank->hashes[i].bytes, 32) >= 0;
    TAP_EQ_INT(bank->hash_count, MANY, "a big bank without its duplicates");
    TAP_EQ_INT(wrong, 0, "in order");
    vg_policy_set_unref(&set);
    write_good_files();
}

/* Nine levels of nine references each: 3.8 hundred million nodes if anybody followed them. */
static void test_alias_bomb(void)
{
    spoil(
        SPACE, NULL,
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
        "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nspace: *d\n");
    refused("policy", VG_EINVAL, SPACE ":1:4",
            "anchors (`&name`) are not allowed in a policy; write the value out");
    write_good_files();
}

/* ---- out of memory ---- */

static void test_memory(void)
{
    vg_policy_set *set = NULL;
    vg_error err;
    size_t n = 1, wrong = 0;
    for (; n < 100000; n++) {
        vg_alloc_fail_at(n);
        int rc = vg_policy_set_load(&set, "policy", &err);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (!failed) break;
        wrong += rc != -VG_ENOMEM || set != NULL;
        if (set) vg_policy_set_unref(&set);
    }
    TAP_OK(set != NULL && n > 50, "every one of %zu allocations failed once", n - 1);
    TAP_EQ_INT(wrong, 0, "each was answered with VG_ENOMEM");
    if (set) vg_policy_set_unref(&set);
}

/* ---- findings ---- */

static void finds(const char *sentence, bool expected)
{
    vg_policy_set *set = load("policy");
    vg_buf out;
    vg_buf_init(&out, 1 << 16);
    size_t count = vg_policy_check(set, ms("2026-12-01T00:00:00Z"), &out), lines = 0;
    for (size_t i = 0; i < out.len; i++) lines += out.ptr[i] == '\n';
    TAP_EQ_INT(count, lines, "a line for each finding");
    if (!TAP_OK((out.ptr && strstr(out.ptr, sentence)) == expected, "%s: %s",
                expected ? "found" : "not found", sentence))
        printf("# %s\n", out.ptr ? out.ptr : "");
    vg_buf_free(&out);
    vg_policy_set_unref(&set);
    write_good_files();
}

static void test_check(void)
{
    finds(SPACE ": lexicons: no pattern for gift_offer", true);
    finds(SPACE ": weights.night is 0: this evidence never counts", true);
    finds("legal_basis", false);
    spoil(SPACE, "2027-04-03", "2027-01-15");
    finds("legal_basis.until: ends in 46 days (2027-01-16T00:00:00.000Z); private scanning then stops by "
          "itself",
          true);
    spoil(SPACE, "2027-04-03", "2026-11-30");
    finds("legal_basis.until: ended at 2026-12-01T00:00:00.000Z; private messages are no longer scanned",
          true);
    spoil(SPACE, "private: yes", "private: no");
    finds("legal_basis is recorded, but scan.private is no", true);
    spoil(SPACE, "a law", "EXAMPLE");
    finds("still the shipped example", true);
    spoil(SPACE, "adult_to_minor: 1", "adult_to_minor: 0.01");
    finds("minors among themselves weigh more than an adult towards a minor", true);
    spoil(SPACE, "threat: 0.9", "threat: 0.5");
    finds("alone: threat may reach review alone, but its weight (0.50) is below thresholds.review (0.60)",
          true);
    spoil(BANK, NULL, "# nothing\n");
    finds("banks[0]: \"demo\" holds no hash", true);
    spoil(SPACE, "adult_to_minor: 1", "adult_to_minor: 0");
    spoil(SPACE, "unknown_to_minor: 0.8", "unknown_to_minor: 0.01");
    spoil(SPACE, "minor_to_minor: 0.25", "minor_to_minor: 0.01");
    spoil(SPACE, "adult_to_unknown: 0.5", "adult_to_unknown: 0.01");
    spoil(SPACE, "minor_to_adult: 0.2", "minor_to_adult: 0.01");
    finds("thresholds.hold (0.80) can never be reached: all text and conduct evidence together comes to 0.64",
          true);
}

static void test_describe(void)
{
    vg_policy_set *set = load("policy");
    vg_buf out;
    vg_buf_init(&out, 1 << 16);
    vg_policy_describe(vg_policy_set_at(set, 0), VG_LANG_EN, &out);
    TAP_OK(
        strstr(out.ptr,
               "Private messages: scanned (legal basis: a law, https://example.org/law, until 2027-04-03)"),
        "English");
    vg_buf_clear(&out);
    vg_policy_describe(vg_policy_set_at(set, 0), VG_LANG_FR, &out);
    TAP_OK(strstr(out.ptr, "Messages privés : examinés (base légale : a law"), "French, with its spaces");
    vg_buf_free(&out);
    vg_policy_set_unref(&set);
}

int main(void)
{
    char dir[64];
    enter_fixture(dir);
    test_good();
    test_may_scan();
    test_lexicon_alone();
    test_version();
    test_names();
    for (size_t i = 0; i < sizeof bad_files / sizeof bad_files[0]; i++) check_bad(&bad_files[i]);
    test_paths();
    test_numbers_in_patterns();
    test_reporting();
    test_spelling();
    test_ceilings();
    test_big_bank();
    test_alias_bomb();
    test_memory();
    test_check();
    test_describe();
    leave_fixture(dir);
    return tap_done();
}
