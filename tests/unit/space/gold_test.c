/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `gold:`: read, refused with its place, part of the version, and nothing is measured when it is absent.
 */
#include "base/arena.h"
#include "fixture.h"
#include "space/space.h"
#include "tap.h"

static const char section[] = "gold:\n"
                              "  share: 4%\n"
                              "  doubles: 0.01\n"
                              "  again_after: 90 days\n"
                              "  recall: 75%\n"
                              "  least: 6\n"
                              "  window: 60 days\n"
                              "  below: suspend\n"
                              "  alpha: 0.60\n"
                              "  keep_after_case: yes\n";

static vg_policy_set *load(vg_error *err)
{
    vg_policy_set *set = NULL;
    *err = (vg_error){0};
    return vg_policy_set_load(&set, "policy", err) ? NULL : set;
}

static void with_section(const char *from, const char *to)
{
    char with[4096];
    write_good_files();
    snprintf(with, sizeof with, "%sreview_within: 1 day\n", section);
    spoil("policy/spaces/lobby.yaml", "review_within: 1 day\n", with);
    if (from) spoil("policy/spaces/lobby.yaml", from, to);
}

static uint64_t version_with(const char *from, const char *to)
{
    vg_error err;
    with_section(from, to);
    vg_policy_set *set = load(&err);
    uint64_t version = set ? vg_policy_set_at(set, 0)->version : 0;
    if (set) vg_policy_set_unref(&set);
    return version;
}

static void reading(void)
{
    vg_error err;
    write_good_files();
    vg_policy_set *set = load(&err);
    TAP_OK(set && !vg_policy_set_at(set, 0)->gold.given && !vg_policy_set_at(set, 0)->gold.share, "without the section nothing is mixed in");
    if (set) vg_policy_set_unref(&set);
    with_section(NULL, NULL);
    set = load(&err);
    const vg_policy_gold *g = set ? &vg_policy_set_at(set, 0)->gold : NULL;
    TAP_OK(g && g->given && g->share == 400 && g->doubles == 100 && g->again_days == 90, "shares and how soon again");
    TAP_OK(g && g->recall == 7500 && g->least == 6 && g->window_days == 60 && g->suspend && g->alpha == 6000 && g->keep_after_case, "the level and what follows");
    if (set) vg_policy_set_unref(&set);
    uint64_t version = version_with(NULL, NULL);
    TAP_OK(version && version_with("recall: 75%", "recall: 76%") != version && version_with("below: suspend", "below: tell") != version, "it is part of the version");
}

static void refused(void)
{
    static const struct {
        const char *from, *to, *say;
    } rows[] = {
        {"share: 4%", "share: 60%", "more than half"},         {"recall: 75%", "recall: much", "is not a share"},
        {"least: 6", "least: 2", "is not between 3"},          {"window: 60 days", "window: 2 days", "is not between 7"},
        {"below: suspend", "below: sanction", "below"},         {"  alpha: 0.60\n", "", "alpha"},
        {"keep_after_case: yes", "keep_after_case: oui", "keep"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        vg_error err;
        with_section(rows[i].from, rows[i].to);
        vg_policy_set *set = load(&err);
        if (!TAP_OK(!set && strstr(err.what, rows[i].say) && strstr(err.where, "lobby.yaml:"), "refused: %s", rows[i].to)) printf("# %s: %s\n", err.where, err.what);
        if (set) vg_policy_set_unref(&set);
    }
}

static void finds(const char *from, const char *to, const char *sentence)
{
    vg_error err;
    vg_buf out;
    vg_buf_init(&out, 1 << 16);
    with_section(from, to);
    vg_policy_set *set = load(&err);
    if (set) vg_policy_check(set, 0, &out);
    vg_buf_add_char(&out, '\0');
    TAP_OK(set && strstr(out.ptr, sentence), "found: %s", sentence);
    vg_buf_free(&out);
    if (set) vg_policy_set_unref(&set);
}

int main(void)
{
    char dir[64];
    enter_fixture(dir);
    reading();
    refused();
    finds(section, "", "gold: the section is absent");
    finds("again_after: 90 days", "again_after: 10 days", "gold.again_after is shorter than gold.window");
    finds("least: 6", "least: 3", "gold.least is under 5");
    finds("recall: 75%", "recall: 0", "gold.recall is 0");
    leave_fixture(dir);
    return tap_done();
}
