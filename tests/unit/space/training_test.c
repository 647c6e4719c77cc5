/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `training:`: read, refused with its place, left out, part of the version.
 */
#include "fixture.h"

#include "space/space_int.h"
#include "tap.h"

#define SECTION                                                                                                    \
    "training:\n  required: yes\n  validity: 1 year\n  warn_before: 30 days\n  attempts_per_day: 3\n"             \
    "  categories:\n    material: [law, bias]\n    threat: [law]\n    live: [law]\n    contact: [law]\n    report: [law]\n" \
    "  outside: [INHOPE]\n"

static vg_policy_set *load(const char *section, vg_error *err)
{
    char with[4096];
    vg_policy_set *set = NULL;
    *err = (vg_error){0};
    snprintf(with, sizeof with, "%sreview_within: 1 day\n", section);
    write_good_files();
    spoil("policy/spaces/lobby.yaml", "review_within: 1 day\n", with);
    if (vg_policy_set_load(&set, "policy", err)) return NULL;
    return set;
}

static uint64_t version_with(const char *section)
{
    vg_error err;
    vg_policy_set *set = load(section, &err);
    uint64_t version = set ? vg_policy_set_at(set, 0)->version : 0;
    if (set) vg_policy_set_unref(&set);
    return version;
}

static void reading(void)
{
    vg_error err;
    vg_policy_set *set = load(SECTION, &err);
    if (!TAP_OK(set != NULL, "the section is read")) {
        printf("# %s: %s\n", err.where, err.what);
        return;
    }
    const vg_policy_training *t = &vg_policy_set_at(set, 0)->training;
    TAP_OK(t->written && t->required && t->validity_days == 365 && t->warn_days == 30 && t->attempts_per_day == 3 && t->pass_mark == 0, "its numbers");
    TAP_OK(t->course_count[VG_CATEGORY_MATERIAL] == 2 && strcmp(t->courses[VG_CATEGORY_MATERIAL][1], "bias") == 0 &&
               t->course_count[VG_CATEGORY_REPORT] == 1 && t->course_line[VG_CATEGORY_MATERIAL] > 0,
           "its courses, with the line they are on");
    TAP_OK(t->outside_count == 1 && strcmp(t->outside[0], "INHOPE") == 0, "the bodies it accepts");
    vg_policy_set_unref(&set);
    set = load("", &err);
    TAP_OK(set && !vg_policy_set_at(set, 0)->training.required && !vg_policy_set_at(set, 0)->training.written, "left out: nobody needs a certificate");
    if (set) vg_policy_set_unref(&set);
}

static void refusing(void)
{
    static const struct {
        const char *section, *what;
    } wrong[] = {
        {"training:\n  required: yes\n", "training"},
        {"training: yes\n", "training"},
        {"training:\n  required: maybe\n  validity: 1 year\n  warn_before: 1 day\n  attempts_per_day: 3\n  categories: {material: [a], threat: [a], live: [a], contact: [a], report: [a]}\n", "training.required"},
        {"training:\n  required: yes\n  validity: 1 year\n  warn_before: 1 day\n  attempts_per_day: 3\n  categories: {material: [a], threat: [a], live: [a], contact: [], report: [a]}\n", "training.categories.contact: no course"},
        {"training:\n  required: yes\n  validity: 1 year\n  warn_before: 1 day\n  attempts_per_day: 3\n  categories: {material: [a, a], threat: [a], live: [a], contact: [a], report: [a]}\n", "named twice"},
        {"training:\n  required: yes\n  validity: 1 year\n  warn_before: 1 day\n  attempts_per_day: 3\n  categories: {material: [A b], threat: [a], live: [a], contact: [a], report: [a]}\n", "not the id of a course"},
        {"training:\n  required: yes\n  validity: 12 hours\n  warn_before: 1 day\n  attempts_per_day: 3\n  categories: {material: [a], threat: [a], live: [a], contact: [a], report: [a]}\n", "training.validity"},
        {"training:\n  required: yes\n  validity: 9 days\n  warn_before: 9 days\n  attempts_per_day: 3\n  categories: {material: [a], threat: [a], live: [a], contact: [a], report: [a]}\n", "not shorter than validity"},
        {"training:\n  required: yes\n  validity: 9 days\n  warn_before: 1 day\n  attempts_per_day: 0\n  categories: {material: [a], threat: [a], live: [a], contact: [a], report: [a]}\n", "attempts_per_day"},
        {"training:\n  required: yes\n  validity: 9 days\n  warn_before: 1 day\n  attempts_per_day: 1\n  pass_mark: 80.5%\n  categories: {material: [a], threat: [a], live: [a], contact: [a], report: [a]}\n", "whole percentage"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        vg_error err;
        vg_policy_set *set = load(wrong[i].section, &err);
        if (!TAP_OK(!set && err.code == VG_EINVAL && strstr(err.where, "lobby.yaml:") && strstr(err.what, wrong[i].what), "refused: %s", wrong[i].what))
            printf("# %s: %s\n", err.where, err.what);
        if (set) vg_policy_set_unref(&set);
    }
}

static void version(void)
{
    uint64_t without = version_with(""), with = version_with(SECTION);
    TAP_OK(without && with && without != with, "the section is part of the version");
    TAP_OK(with == version_with("# a remark\n" SECTION), "a remark is not");
    TAP_OK(with != version_with("training:\n  required: yes\n  validity: 1 year\n  warn_before: 30 days\n  attempts_per_day: 3\n  categories:\n"
                                "    material: [law]\n    threat: [law]\n    live: [law]\n    contact: [law]\n    report: [law]\n  outside: [INHOPE]\n"),
           "one course less is another version");
}

static void remarks(void)
{
    vg_error err;
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    vg_policy_set *set = load("", &err);
    vg_policy_check(set, 0, &out);
    TAP_OK(out.ptr && strstr(out.ptr, "NOBODY NEEDS A CERTIFICATE"), "left out is said loudly");
    vg_policy_set_unref(&set);
    vg_buf_clear(&out);
    set = load(SECTION, &err);
    vg_policy_check(set, 0, &out);
    TAP_OK(!out.ptr || !strstr(out.ptr, "CERTIFICATE"), "written is not");
    vg_policy_set_unref(&set);
    vg_buf_free(&out);
}

int main(void)
{
    char dir[64];
    enter_fixture(dir);
    reading();
    refusing();
    version();
    remarks();
    leave_fixture(dir);
    return tap_done();
}
