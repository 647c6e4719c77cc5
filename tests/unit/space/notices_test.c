/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `notices:` of a space: read, refused with its place, another version when it changes.
 */
#include "event/policy_notices.h"
#include "space/space.h"
#include "tap.h"

#include "fixture.h"

static const char section[] =
    "notices:\n"
    "  embed: [\"https://forum.example\", \"http://127.0.0.1:8080\"]\n"
    "  categories: [child_abuse, other]\n"
    "  contact: help@forum.example\n"
    "  complaint: https://forum.example/complaint\n"
    "  emergency:\n"
    "    - number: \"119\"\n"
    "      who: {fr: enfance, en: children}\n"
    "  texts:\n"
    "    intro: {fr: a, en: b}\n"
    "    receipt: {fr: c, en: d}\n"
    "    upheld: {fr: e, en: f}\n"
    "    dismissed: {fr: g, en: h}\n"
    "    redress: {fr: i, en: j}\n"
    "  keep_identity: 90 days\n"
    "  misuse: {window: 180 days, least: 3, share: 50%, suspend_most: 30 days}\n"
    "  trusted: {least: 20, share: 40%}\n";

/* The good policy with the section, in which `find` is `put`. */
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

int main(void)
{
    char dir[64];
    vg_policy_set *set = NULL;
    vg_error err = {0};
    enter_fixture(dir);
    TAP_EQ_INT(vg_policy_set_load(&set, "policy", &err), 0, "a space without the section");
    TAP_OK(set && !vg_policy_set_at(set, 0)->notices, "takes no notices");
    vg_buf out;
    vg_buf_init(&out, 1 << 16);
    vg_policy_check(set, 0, &out);
    TAP_OK(out.ptr && strstr(out.ptr, "takes no notices"), "and the check says so");
    vg_buf_free(&out);
    uint64_t without = vg_policy_set_at(set, 0)->version;
    vg_policy_set_unref(&set);

    write_space(NULL, "");
    TAP_EQ_INT(vg_policy_set_load(&set, "policy", &err), 0, "a whole section");
    const vg_policy_notices *n = set ? vg_policy_set_at(set, 0)->notices : NULL;
    TAP_OK(n && n->embed_count == 2 && strcmp(n->embed[1], "http://127.0.0.1:8080") == 0, "who may embed");
    TAP_OK(n && n->categories == (1u << VG_NOTICE_CHILD_ABUSE | 1u << VG_NOTICE_OTHER), "what it offers");
    TAP_OK(n && n->emergency_count == 1 && strcmp(n->emergency[0].who[VG_LANG_EN], "children") == 0 && strcmp(n->redress[VG_LANG_FR], "i") == 0, "numbers and texts");
    TAP_OK(n && n->keep_identity_days == 90 && n->unfounded_least == 3 && n->unfounded_percent == 50 && n->suspend_most_days == 30 && n->flagger_percent == 40, "limits");
    if (set) vg_policy_set_unref(&set);
    uint64_t whole = version_with(NULL, "");
    TAP_OK(whole && whole != without, "it is part of the version,");
    TAP_OK(version_with("90 days", "91 days") != whole && version_with("fr: enfance", "fr: autre") != whole && version_with("help@", "hilfe@") != whole, "each part of it");

    refused("https://forum.example\"", "https://forum.example/\"", "is no origin");
    refused("https://forum.example\"", "https://*.example\"", "is no origin");
    refused("https://forum.example\"", "http://forum.example\"", "is no origin");
    refused("https://forum.example\"", "https://forum.example; script-src *\"", "is no origin");
    refused("help@forum.example", "javascript:alert(1)", "neither an e-mail address nor an https address");
    refused("https://forum.example/complaint", "\"https://x.example/'\"", "neither an e-mail address");
    refused("\"119\"", "\"<119>\"", "is no telephone number");
    refused("child_abuse, ", "spam, ", "spam");
    refused("90 days", "0 days", "keep_identity");
    refused("share: 50%", "share: 0.505", "whole percentage");
    refused("suspend_most: 30 days", "suspend_most: 1 year", "suspend_most");
    refused("  contact: help@forum.example\n", "", "contact");
    leave_fixture(dir);
    return tap_done();
}
