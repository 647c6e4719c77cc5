/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `decisions:` of a space: read, refused with its place, part of the version, remarked on.
 */
#include "event/policy_decisions.h"
#include "fixture.h"
#include "space/space.h"
#include "tap.h"

static const char good[] =
    "decisions:\n"
    "  reasons:\n"
    "    - code: grooming\n"
    "      title: {fr: Approche, en: Approach}\n"
    "      statement: {fr: Votre approche., en: Your approach.}\n"
    "      actions: [warn, mute, suspend]\n"
    "      ground: terms\n"
    "      reference: {fr: article 3, en: clause 3}\n"
    "      dsa_category: PROTECTION_OF_MINORS\n"
    "      dsa_keyword: GROOMING_SEXUAL_ENTICEMENT_MINORS\n"
    "    - code: no_risk\n"
    "      title: {fr: Rien, en: Nothing}\n"
    "      actions: [dismiss]\n"
    "      ground: none\n"
    "  actions:\n"
    "    - action: dismiss\n"
    "    - action: mute\n"
    "      scopes: [private_messages, media]\n"
    "      durations: [24 hours, 7 days, until lifted]\n"
    "      strike: yes\n"
    "  four_eyes: [suspend]\n"
    "  interim_mute: 12 hours\n"
    "  undo: 10 seconds\n"
    "  appeals: {within: 183 days, answer_within: 7 days}\n"
    "  strikes: {last: 1 year, suggest: [{after: 2, action: mute}]}\n"
    "  bulk: 50\n";

static char whole[1 << 16];

static void write_space(const char *find, const char *put)
{
    static char text[1 << 16];
    snprintf(text, sizeof text, "%s%s", good_space, good);
    const char *at = find ? strstr(text, find) : NULL;
    if (find && !at) {
        printf("Bail out! no \"%s\"\n", find);
        exit(2);
    }
    if (at) snprintf(whole, sizeof whole, "%.*s%s%s", (int)(at - text), text, put, at + strlen(find));
    else snprintf(whole, sizeof whole, "%s", text);
    write_file("policy/spaces/lobby.yaml", whole, strlen(whole));
}

static vg_policy_set *load(vg_error *err)
{
    vg_policy_set *set = NULL;
    *err = (vg_error){0};
    return vg_policy_set_load(&set, "policy/spaces/lobby.yaml", err) ? NULL : set;
}

static void read_as_written(void)
{
    vg_error err;
    write_space(NULL, NULL);
    vg_policy_set *set = load(&err);
    TAP_OK(set, "it loads: %s %s", err.where, err.what);
    if (!set) return;
    const vg_policy_decisions *d = vg_policy_decisions_of(vg_policy_set_at(set, 0));
    TAP_OK(d->listed && d->reason_count == 2, "two reasons, and no others");
    const vg_policy_reason *r = vg_policy_reason_find(d, VG_STR("grooming"));
    TAP_OK(r && r->ground == VG_GROUND_TERMS && strcmp(r->reference[VG_LANG_EN], "clause 3") == 0 && strcmp(r->dsa_category, "PROTECTION_OF_MINORS") == 0,
           "one with all that a statement needs");
    const vg_policy_act *mute = &d->acts[VG_ACTION_MUTE];
    TAP_OK(mute->offered && mute->strike && mute->hour_count == 3 && mute->hours[1] == 168 && mute->hours[2] == 0, "durations in hours; until lifted is 0");
    TAP_EQ_INT(mute->reaches, 1u << VG_REACH_PRIVATE_MESSAGES | 1u << VG_REACH_MEDIA, "scopes");
    TAP_OK(!d->acts[VG_ACTION_SUSPEND].offered, "what is not listed is not offered");
    TAP_OK(d->four_eyes == 1u << VG_FOUR_EYES_SUSPEND && d->interim_mute_hours == 12 && d->undo_seconds == 10, "two people, meanwhile, undo");
    TAP_OK(d->appeal_days == 183 && d->appeal_answer_days == 7 && d->strike_days == 365 && d->bulk_most == 50, "appeals, strikes, bulk");
    TAP_OK(d->suggestion_count == 1 && d->suggestions[0].strikes == 2 && d->suggestions[0].action == VG_ACTION_MUTE, "what strikes suggest");
    vg_policy_set_unref(&set);
}

static void refused_with_its_place(void)
{
    static const struct {
        const char *find, *put, *what;
    } rows[] = {
        {"code: no_risk", "code: grooming", "a second reason"},
        {"code: no_risk", "code: No Risk", "expected a code of lower-case letters"},
        {"      statement: {fr: Votre approche., en: Your approach.}\n", "", "they are owed a `statement`"},
        {"      reference: {fr: article 3, en: clause 3}\n", "", "with its `reference`"},
        {"ground: terms", "ground: none", "and a `ground`"},
        {"PROTECTION_OF_MINORS", "MINORS", "is not in the Transparency Database"},
        {"GROOMING_SEXUAL_ENTICEMENT_MINORS", "GROOMING", "is not in the Transparency Database"},
        {"    - action: dismiss\n", "", "dismiss is missing"},
        {"actions: [dismiss]", "actions: [escalate]", "no reason is for dismiss"},
        {"[24 hours, 7 days, until lifted]", "[24 hours, 1 day]", "is there twice"},
        {"[24 hours, 7 days, until lifted]", "[90 minutes]", "is not a whole number of hours"},
        {"      durations: [24 hours, 7 days, until lifted]\n", "", "need `scopes` and `durations`"},
        {"    - action: dismiss\n", "    - action: dismiss\n      strike: yes\n", "restricts nobody"},
        {"    - action: mute\n", "    - action: dismiss\n", "is there twice"},
        {"undo: 10 seconds", "undo: 61 seconds", "is not between 0 and 60"},
        {"four_eyes: [suspend]", "four_eyes: [warn]", "unknown value"},
        {"bulk: 50", "bulk: 501", "is not between 0 and 500"},
        {"after: 2, action: mute", "after: 2, action: warn", "is not among the actions offered"},
        {"  bulk: 50\n", "", "bulk"},
        {"  bulk: 50\n", "  bulk: 50\n  bulky: 1\n", "unknown key"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        vg_error err;
        write_space(rows[i].find, rows[i].put);
        vg_policy_set *set = load(&err);
        TAP_OK(!set && strstr(err.what, rows[i].what) && strstr(err.where, "lobby.yaml:"), "%s: %s: %s", rows[i].what, err.where, err.what);
        if (set) vg_policy_set_unref(&set);
    }
}

static uint64_t version_of(const char *find, const char *put)
{
    vg_error err;
    write_space(find, put);
    vg_policy_set *set = load(&err);
    uint64_t version = set ? vg_policy_set_at(set, 0)->version : 0;
    TAP_OK(set, "loads: %s", err.what);
    if (set) vg_policy_set_unref(&set);
    return version;
}

static void version_and_remarks(void)
{
    uint64_t first = version_of(NULL, NULL);
    static const char *const changes[][2] = {{"undo: 10", "undo: 11"}, {"Approche,", "Approche déplacée,"}, {"four_eyes: [suspend]", "four_eyes: []"},
                                             {"7 days, until", "8 days, until"}, {"scopes: [private_messages, media]", "scopes: [media]"},
                                             {"after: 2", "after: 3"}, {"clause 3", "clause 4"}};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        TAP_OK(version_of(changes[i][0], changes[i][1]) != first, "%s is part of the version", changes[i][0]);
    vg_error err;
    vg_buf out;
    vg_buf_init(&out, 1 << 16);
    write_space("within: 183 days", "within: 30 days");
    vg_policy_set *set = load(&err);
    vg_policy_check(set, 0, &out);
    vg_buf_add_char(&out, '\0');
    TAP_OK(strstr(out.ptr, "Article 20 of the DSA gives at least six months"), "less than the law gives is remarked on");
    vg_policy_set_unref(&set);
    write_good_files();
    set = load(&err);
    vg_buf_clear(&out);
    vg_policy_check(set, 0, &out);
    vg_buf_add_char(&out, '\0');
    TAP_OK(strstr(out.ptr, "decisions: not set"), "and so is a space without the section");
    const vg_policy_decisions *d = vg_policy_decisions_of(vg_policy_set_at(set, 0));
    TAP_OK(!d->listed && d->four_eyes == 0 && d->undo_seconds == 10 && vg_policy_reason_find(d, VG_STR("grooming")) && vg_policy_reason_find(d, VG_STR("no_risk")),
           "which has the built-in list");
    TAP_OK(vg_policy_decisions_of(NULL) == d, "as has one that is gone");
    vg_policy_set_unref(&set);
    vg_buf_free(&out);
}

int main(void)
{
    char dir[64];
    enter_fixture(dir);
    read_as_written();
    refused_with_its_place();
    version_and_remarks();
    leave_fixture(dir);
    return tap_done();
}
