/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `transparency:` and what an operator states in it for a report: read, refused with its place, another version when it changes.
 */
#include "event/policy_report.h"
#include "space/space.h"
#include "base/time.h"
#include "tap.h"

#include "fixture.h"

static const char section[] =
    "transparency:\n"
    "  publish: yes\n"
    "  hide_under: 20\n"
    "  stated:\n"
    "    - from: 2026-01-01\n"
    "      to: 2026-06-30\n"
    "      published: 2026-08-31\n"
    "      internal_moderators: 12\n"
    "      external_moderators: 0\n"
    "      languages: [{language: fr, people: 9}, {language: nl, people: 2}]\n"
    "      recipients: [{country: TOTAL, number: 120000}, {country: FR, number: 100000}]\n"
    "      texts: {summary: A small space, methodology: Heads}\n"
    "    - from: 2026-07-01\n"
    "      to: 2026-12-31\n";

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
    TAP_OK(rc == -VG_EINVAL && strstr(err.what, what) && strstr(err.where, "lobby.yaml:"), "%s: %s: %s", put, err.where, err.what);
    if (set) vg_policy_set_unref(&set);
}

static void test_read(void)
{
    vg_policy_set *set = NULL;
    vg_error err = {0};
    int64_t from = 0, after = 0;
    write_space(NULL, NULL);
    TAP_EQ_INT(vg_policy_set_load(&set, "policy", &err), 0, "the section is read");
    if (!set) return;
    const vg_policy_transparency *t = &vg_policy_set_at(set, 0)->transparency;
    TAP_OK(t->given && t->publish && t->hide_under == 20 && t->stated_count == 2, "what everybody sees, and two periods");
    const vg_stated *s = &t->stated[0];
    vg_time_parse_date(VG_STR("2026-01-01"), &from);
    vg_time_parse_date(VG_STR("2026-07-01"), &after);
    TAP_OK(s->from_ms == from && s->to_ms == after, "the last day counts");
    TAP_OK(s->has_internal && s->internal == 12 && s->has_external && s->external == 0, "a zero that is stated is a zero");
    TAP_OK(s->language_count == 2 && !strcmp(s->languages[0].of, "fr") && s->languages[0].number == 9, "by language");
    TAP_OK(s->recipient_count == 2 && !strcmp(s->recipients[1].of, "FR") && s->recipients[1].number == 100000, "by Member State");
    TAP_OK(s->published && !strcmp(s->published, "2026-08-31") && !s->previous, "when it was published");
    TAP_OK(s->text[VG_STATED_SUMMARY] && !strcmp(s->text[VG_STATED_SUMMARY], "A small space") && !s->text[VG_STATED_SUPPORT], "in words");
    TAP_OK(!t->stated[1].has_internal && !t->stated[1].language_count, "what is not stated is not there");
    vg_policy_set_unref(&set);
}

static void test_refusals(void)
{
    refused("to: 2026-06-30", "to: 2025-06-30", "before the first");
    refused("from: 2026-01-01", "from: sometime", "no date");
    refused("published: 2026-08-31", "published: 31.8.2026", "no date");
    refused("internal_moderators: 12", "internal_moderators: many", "many");
    refused("language: nl", "language: fr", "there twice");
    refused("language: nl", "language: NL", "no language");
    refused("country: FR", "country: fr", "no Member State");
    refused("country: FR", "country: TOTAL", "there twice");
    refused("number: 100000", "number: -1", "-1");
    refused("      texts: {summary: A small space, methodology: Heads}", "      texts: {summary: A small space, mood: good}", "mood");
    refused("from: 2026-07-01\n      to: 2026-12-31", "from: 2026-01-01\n      to: 2026-06-30", "there twice");
}

static void test_version(void)
{
    uint64_t plain = version_with(NULL, NULL);
    TAP_OK(plain && plain == version_with(NULL, NULL), "the same section, the same version");
    TAP_OK(version_with("people: 9", "people: 8") != plain, "another number of people, another version");
    TAP_OK(version_with("A small space", "A large space") != plain, "other words too");
    TAP_OK(version_with("external_moderators: 0", "external_moderators: 1") != plain, "and what was zero");
}

int main(void)
{
    char dir[64];
    enter_fixture(dir);
    test_read();
    test_refusals();
    test_version();
    leave_fixture(dir);
    return tap_done();
}
