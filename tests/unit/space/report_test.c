/* SPDX-License-Identifier: Apache-2.0
 *
 * The sections `report:` and `transparency:` of a space: read, refused with their place, another version when they change.
 */
#include "event/policy_report.h"
#include "space/space.h"
#include "tap.h"

#include "fixture.h"

static const char section[] =
    "report:\n"
    "  operator: {name: Example, email: reports@example.org, country: FR, host_country: NL}\n"
    "  after_filing: hand_over\n"
    "  four_eyes: yes\n"
    "  urgent_within: 1 hour\n"
    "  file_within: 24 hours\n"
    "  removal_within: 12 hours\n"
    "  keep_filings: 90 days\n"
    "  follow_up: 2 days\n"
    "  recheck: yes\n"
    "  geo_file: country.mmdb\n"
    "  channels:\n"
    "    - {name: ncmec, url: \"https://exttest.example/ispws\", user: example, secret_file: ncmec.password, test: yes, answer_within: 90 seconds}\n"
    "    - {name: mail, url: \"smtp://127.0.0.1:25\", from: reports@example.org}\n"
    "  receivers:\n"
    "    - {id: fr.host, country: FR, kind: host, name: {fr: Hote, en: Host}, channel: xarf, email: abuse@example.net, media: no, acts: [images, hosting],\n"
    "       public_key: \"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\", key_until: 2027-01-31, sure: primary, source: a letter, verified_on: 2026-11-01}\n"
    "transparency:\n"
    "  publish: yes\n"
    "  hide_under: 12\n";

static void write_space(const char *find, const char *put)
{
    static char text[1 << 16];
    const char *at = find ? strstr(section, find) : NULL;
    size_t head = at ? (size_t)(at - section) : sizeof section - 1;
    int n = snprintf(text, sizeof text, "%s%.*s%s%s", good_space, (int)head, section, at ? put : "", at ? at + strlen(find) : "");
    write_file("policy/spaces/lobby.yaml", text, (size_t)n);
}

static uint64_t version_with(const char *find, const char *put)
{
    vg_policy_set *set = NULL;
    vg_error err = {0};
    write_space(find, put);
    if (vg_policy_set_load(&set, "policy", &err)) printf("# %s: %s\n", err.where, err.what);
    uint64_t version = set ? vg_policy_set_at(set, 0)->version : 0;
    if (set) vg_policy_set_unref(&set);
    return version;
}

static void refused(const char *find, const char *put, const char *what)
{
    vg_policy_set *set = NULL;
    vg_error err = {0};
    write_space(find, put);
    int rc = vg_policy_set_load(&set, "policy", &err);
    if (!TAP_OK(rc == -VG_EINVAL && strstr(err.what, what) && strstr(err.where, "lobby.yaml:"), "%s is refused: %s", put, err.what)) printf("# %s: %s\n", err.where, err.what);
    if (set) vg_policy_set_unref(&set);
}

/* The line of the section's first `word`, as the error has to name it. */
static int line_of(const char *word)
{
    int line = 1;
    const char *at = strstr(section, word);
    for (const char *c = good_space; *c; c++) line += *c == '\n';
    for (const char *c = section; at && c < at; c++) line += *c == '\n';
    return at ? line : 0;
}

/* Refused at its own line, with what was expected. */
static void refused_there(const char *find, const char *put, const char *path, const char *expected)
{
    vg_policy_set *set = NULL;
    vg_error err = {0};
    char place[32];
    write_space(find, put);
    snprintf(place, sizeof place, "lobby.yaml:%d", line_of(find));
    int rc = vg_policy_set_load(&set, "policy", &err);
    if (!TAP_OK(rc == -VG_EINVAL && strstr(err.where, place) && strstr(err.what, path) && strstr(err.what, expected), "%s is refused at %s: %s", put, place, err.what))
        printf("# %s: %s\n", err.where, err.what);
    if (set) vg_policy_set_unref(&set);
}

/* The section with `put` in the place of `find`, read; NULL: it is refused. */
static vg_policy_set *read_with(const char *find, const char *put)
{
    vg_policy_set *set = NULL;
    vg_error err = {0};
    write_space(find, put);
    if (vg_policy_set_load(&set, "policy", &err)) printf("# %s: %s\n", err.where, err.what);
    return set;
}

static void after_a_notice(void)
{
    static const char wanted[] = "expected one such as";
    vg_policy_set *set = read_with(NULL, "");
    const vg_policy_report *r = set ? vg_policy_set_at(set, 0)->report : NULL;
    TAP_OK(r && r->follow_up_hours == 48 && r->recheck, "when a host is reminded, and that addresses may be looked at again");
    vg_policy_set_unref(&set);
    set = read_with("  follow_up: 2 days\n  recheck: yes\n", "");
    r = set ? vg_policy_set_at(set, 0)->report : NULL;
    TAP_OK(r && r->follow_up_hours == 0 && !r->recheck, "what is not said: the time of the product, and no address is asked");
    vg_policy_set_unref(&set);
    set = read_with("follow_up: 2 days", "follow_up: 720 hours");
    TAP_OK(set && vg_policy_set_at(set, 0)->report->follow_up_hours == 720, "thirty days at most");
    vg_policy_set_unref(&set);
    set = read_with("recheck: yes", "recheck: no");
    TAP_OK(set && !vg_policy_set_at(set, 0)->report->recheck, "no is no");
    vg_policy_set_unref(&set);
    refused_there("follow_up: 2 days", "follow_up: 721 hours", "report.follow_up", "is not between 1 and 720 hours");
    refused_there("follow_up: 2 days", "follow_up: 31 days", "report.follow_up", "is not between 1 and 720 hours");
    refused_there("follow_up: 2 days", "follow_up: 30 minutes", "report.follow_up", "is not a whole number of hours");
    refused_there("follow_up: 2 days", "follow_up: 0 hours", "report.follow_up", "is not between 1 and 720 hours");
    refused_there("follow_up: 2 days", "follow_up: soon", "report.follow_up", wanted);
    refused_there("follow_up: 2 days", "follow_up: -2 days", "report.follow_up", wanted);
    refused_there("follow_up: 2 days", "follow_up: [2 days]", "report.follow_up", "expected a single value");
    refused_there("recheck: yes", "recheck: often", "report.recheck", "expected one of yes, no");
    refused_there("recheck: yes", "recheck: 1", "report.recheck", "expected one of yes, no");
    refused_there("recheck: yes", "recheck: {hosts: yes}", "report.recheck", "expected a single value");
    refused_there("recheck: yes", "rechecks: yes", "report: ", "did you mean `recheck`?");
}

static void for_everybody(void)
{
    vg_policy_set *set = read_with(NULL, "");
    const vg_policy_transparency *t = set ? &vg_policy_set_at(set, 0)->transparency : NULL;
    TAP_OK(t && t->given && t->publish && t->hide_under == 12, "what everybody may see, and under what a count is hidden");
    vg_policy_set_unref(&set);
    set = read_with("  hide_under: 12\n", "");
    TAP_OK(set && vg_policy_set_at(set, 0)->transparency.hide_under == VG_HIDE_UNDER_DEFAULT, "ten when it is not said");
    vg_policy_set_unref(&set);
    set = read_with("transparency:\n  publish: yes\n  hide_under: 12\n", "");
    t = set ? &vg_policy_set_at(set, 0)->transparency : NULL;
    TAP_OK(t && !t->given && !t->publish, "without the section nothing is published");
    vg_policy_set_unref(&set);
    set = read_with("publish: yes", "publish: no");
    TAP_OK(set && vg_policy_set_at(set, 0)->transparency.given && !vg_policy_set_at(set, 0)->transparency.publish, "nor when it says no");
    vg_policy_set_unref(&set);
    for (int n = VG_HIDE_UNDER_LEAST; n <= VG_HIDE_UNDER_MOST; n += VG_HIDE_UNDER_MOST - VG_HIDE_UNDER_LEAST) {
        char put[32];
        snprintf(put, sizeof put, "hide_under: %d", n);
        set = read_with("hide_under: 12", put);
        TAP_OK(set && vg_policy_set_at(set, 0)->transparency.hide_under == (uint32_t)n, "%s is within bounds", put);
        vg_policy_set_unref(&set);
    }
    refused_there("hide_under: 12", "hide_under: 4", "transparency.hide_under", "is not between 5 and 1000");
    refused_there("hide_under: 12", "hide_under: 0", "transparency.hide_under", "is not between 5 and 1000");
    refused_there("hide_under: 12", "hide_under: 1001", "transparency.hide_under", "is not between 5 and 1000");
    refused_there("hide_under: 12", "hide_under: -12", "transparency.hide_under", "is not between 5 and 1000");
    refused_there("hide_under: 12", "hide_under: few", "transparency.hide_under", "is not a whole number");
    refused_there("hide_under: 12", "hide_under: 99999999999999999999", "transparency.hide_under", "is not between 5 and 1000");
    refused_there("publish: yes", "publish: perhaps", "transparency.publish", "expected one of yes, no");
    refused_there("publish: yes", "published: yes", "transparency: ", "did you mean `publish`?");
    refused_there("hide_under: 12", "hide_over: 12", "transparency: ", "did you mean `hide_under`?");
    refused("  publish: yes\n", "", "transparency: missing key `publish`");
}

static void whole(void)
{
    vg_policy_set *set = NULL;
    vg_error err = {0};
    write_space(NULL, "");
    if (!TAP_OK(!vg_policy_set_load(&set, "policy", &err), "a whole section is read")) printf("# %s: %s\n", err.where, err.what);
    const vg_policy_report *r = set ? vg_policy_set_at(set, 0)->report : NULL;
    TAP_OK(r && r->given && !strcmp(r->operator.name, "Example") && !r->operator.legal_name && !strcmp(r->operator.host_country, "NL"), "who reports; what is not said stays unsaid");
    TAP_OK(r && r->after == VG_AFTER_HAND_OVER && r->four_eyes, "what happens after filing");
    TAP_OK(r && r->urgent_minutes == 60 && r->file_hours == 24 && r->removal_hours == 12 && r->keep_filing_days == 90, "clocks");
    const vg_report_channel *c = vg_report_channel_find(r, "ncmec");
    TAP_OK(c && c->test && !strcmp(c->user, "example"), "a channel, by its name");
    TAP_OK(c && !strcmp(c->secret_file, "policy/spaces/ncmec.password"), "its secret is a file beside the policy");
    TAP_OK(c && c->answer_ms == 90000, "how long an answer is waited for");
    TAP_OK(!vg_report_channel_find(r, "xarf"), "one that is not there");
    const vg_receiver *v = r && r->receiver_count == 1 ? r->receivers : NULL;
    TAP_OK(v && v->kind == VG_RECEIVER_HOST && v->has_key && v->public_key[1] == 0x11 && v->key_until_ms == 1801353600000, "a receiver with its key");
    TAP_OK(v && v->acts == (1u << VG_ACT_IMAGES | 1u << VG_ACT_HOSTING) && v->from.sure == VG_SURE_PRIMARY, "what it takes, and how sure that is");
    if (set) vg_policy_set_unref(&set);
}

int main(void)
{
    char dir[64];
    vg_policy_set *set = NULL;
    vg_error err = {0};
    vg_buf out;
    enter_fixture(dir);
    TAP_EQ_INT(vg_policy_set_load(&set, "policy", &err), 0, "a space without the section");
    TAP_OK(set && !vg_policy_set_at(set, 0)->report, "names nobody who reports");
    vg_buf_init(&out, 1 << 16);
    vg_policy_check(set, 0, &out);
    TAP_OK(out.ptr && strstr(out.ptr, "report: not there"), "and the check says so");
    vg_buf_free(&out);
    uint64_t without = vg_policy_set_at(set, 0)->version;
    vg_policy_set_unref(&set);
    whole();
    uint64_t with = version_with(NULL, "");
    TAP_OK(with && with != without, "it is part of the version,");
    TAP_OK(version_with("four_eyes: yes", "four_eyes: no") != with && version_with("ncmec.password", "other") != with && version_with("a letter", "a call") != with &&
               version_with("0011223344", "1011223344") != with &&
               version_with("follow_up: 2 days", "follow_up: 3 days") != with && version_with("recheck: yes", "recheck: no") != with &&
               version_with("answer_within: 90 seconds", "answer_within: 91 seconds") != with &&
               version_with("publish: yes", "publish: no") != with && version_with("hide_under: 12", "hide_under: 13") != with, "each part of it");
    refused("country: FR", "country: fr", "two capital letters");
    refused("https://exttest.example/ispws", "http://exttest.example/ispws", "no address to send to");
    refused("https://exttest.example/ispws", "https://me:secret@exttest.example/", "without a user name");
    refused("https://exttest.example/ispws", "file:///etc/passwd", "no address to send to");
    refused("secret_file: ncmec.password", "password: secret", "password");
    refused("name: mail", "name: ncmec", "twice");
    refused("00112233445566778899aabbccddeeff0", "zz", "no key");
    refused("2027-01-31", "next year", "no date");
    refused("id: fr.host", "id: \"fr host\"", "no name of a receiver");
    refused("urgent_within: 1 hour", "urgent_within: 3 days", "urgent_within");
    refused("  operator: {name: Example, email: reports@example.org, country: FR, host_country: NL}\n", "", "operator");
    refused("from: reports@example.org}", "from: reports@example.org, since: 2026-01-01}", "dsa17 alone");
    refused("name: mail, url: \"smtp://127.0.0.1:25\", from: reports@example.org}", "name: dsa17, url: \"https://db.example\", since: soon}", "no date");
    TAP_OK(version_with("name: mail, url: \"smtp://127.0.0.1:25\", from: reports@example.org}", "name: dsa17, url: \"https://db.example\", since: 2026-01-01}") !=
               version_with("name: mail, url: \"smtp://127.0.0.1:25\", from: reports@example.org}", "name: dsa17, url: \"https://db.example\", since: 2026-01-02}"), "another day to begin with, another version");
    refused("answer_within: 90 seconds", "answer_within: 0 seconds", "answer_within");
    refused("answer_within: 90 seconds", "answer_within: 1 hour", "answer_within");
    refused("host_country: NL}", "host_country: NL, service: pub}", "operator.service");
    after_a_notice();
    for_everybody();
    leave_fixture(dir);
    return tap_done();
}
