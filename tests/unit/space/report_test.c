/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `report:` of a space: read, refused with its place, another version when it changes.
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
    "  geo_file: country.mmdb\n"
    "  channels:\n"
    "    - {name: ncmec, url: \"https://exttest.example/ispws\", user: example, secret_file: ncmec.password, test: yes}\n"
    "    - {name: mail, url: \"smtp://127.0.0.1:25\", from: reports@example.org, answer_within: 90 seconds}\n"
    "  receivers:\n"
    "    - {id: fr.host, country: FR, kind: host, name: {fr: Hote, en: Host}, channel: xarf, email: abuse@example.net, media: no, acts: [images, hosting],\n"
    "       public_key: \"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\", key_until: 2027-01-31, sure: primary, source: a letter, verified_on: 2026-11-01}\n";

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
    c = vg_report_channel_find(r, "mail");
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
               version_with("0011223344", "1011223344") != with, "each part of it");
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
    refused("host_country: NL}", "host_country: NL, service: pub}", "operator.service");
    leave_fixture(dir);
    return tap_done();
}
