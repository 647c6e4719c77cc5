/* SPDX-License-Identifier: Apache-2.0
 *
 * The sections `queue:` and `welfare:`: read, refused with their place, part of the version, and cautious when absent.
 */
#include "base/arena.h"
#include "fixture.h"
#include "space/space.h"
#include "tap.h"

static const char sections[] = "queue:\n"
                               "  imminent_within: 95 minutes\n"
                               "  offer_to_all_after: 25%\n"
                               "  linked_at_once: 3\n"
                               "welfare:\n"
                               "  limits:\n"
                               "    material: {cases_an_hour: 10, cases_a_day: 40, media_an_hour: none, media_a_day: 80}\n"
                               "  breaks: {after: 1 hour, after_cases: none, length: 10 minutes}\n"
                               "  hard: [material, live]\n"
                               "  shift: {hard_not_in_first: 20 minutes, hard_not_in_last: 30 minutes, new_after_pause: 3 hours}\n"
                               "  display: {blur: 2, grey: no, mute: yes, thumbnail: medium, mask_text: no}\n"
                               "  contact: {name: Ana, email: ana@example.org, fr: Bonjour, en: Hello}\n";

static vg_policy_set *load(vg_error *err)
{
    vg_policy_set *set = NULL;
    *err = (vg_error){0};
    return vg_policy_set_load(&set, "policy", err) ? NULL : set;
}

static void add_sections(void)
{
    char with[4096];
    snprintf(with, sizeof with, "%sreview_within: 1 day\n", sections);
    write_good_files();
    spoil("policy/spaces/lobby.yaml", "review_within: 1 day\n", with);
}

static void test_absent(void)
{
    vg_error err;
    vg_policy_set *set = load(&err);
    const vg_policy *p = set ? vg_policy_set_at(set, 0) : NULL;
    TAP_OK(p && !p->queue.given && p->queue.imminent_minutes == 0 && p->queue.offer_after == 5000 && p->queue.linked_most == 5,
           "without `queue`: nothing is shortened, half of the deadline, five together");
    TAP_OK(p && !p->welfare.given && !p->welfare.break_minutes && !p->welfare.hard && !p->welfare.contact.name, "without `welfare`: no limits, no breaks, nobody named");
    TAP_OK(p && p->welfare.display.blur == VG_BLUR_MOST && p->welfare.display.grey && p->welfare.display.mask_text, "but everything covered");
    vg_buf out;
    vg_buf_init(&out, 1 << 16);
    if (set) vg_policy_check(set, 0, &out);
    vg_buf_add_char(&out, '\0');
    TAP_OK(strstr(out.ptr, "welfare: not there") && strstr(out.ptr, "queue: not there"), "and `policy check` says so");
    vg_buf_free(&out);
    if (set) vg_policy_set_unref(&set);
}

static void test_read(void)
{
    vg_error err;
    vg_policy_set *before = load(&err), *set;
    add_sections();
    set = load(&err);
    const vg_policy *p = set ? vg_policy_set_at(set, 0) : NULL;
    if (!p) printf("# %s: %s\n", err.where, err.what);
    TAP_OK(p && p->queue.given && p->queue.imminent_minutes == 95 && p->queue.offer_after == 2500 && p->queue.linked_most == 3, "queue");
    TAP_OK(p && p->welfare.limit[VG_CATEGORY_MATERIAL].cases_hour == 10 && p->welfare.limit[VG_CATEGORY_MATERIAL].media_hour == 0 &&
               p->welfare.limit[VG_CATEGORY_MATERIAL].media_day == 80 && p->welfare.limit[VG_CATEGORY_THREAT].cases_day == 0,
           "limits; none, and of a category that is not named, is no limit");
    TAP_OK(p && p->welfare.break_after_minutes == 60 && p->welfare.break_after_cases == 0 && p->welfare.break_minutes == 10, "breaks");
    TAP_OK(p && p->welfare.hard == (1u << VG_CATEGORY_MATERIAL | 1u << VG_CATEGORY_LIVE) && p->welfare.hard_first_minutes == 20 && p->welfare.shift_pause_minutes == 180, "shift");
    TAP_OK(p && p->welfare.display.blur == 2 && !p->welfare.display.grey && p->welfare.display.thumbnail == VG_THUMBNAIL_MEDIUM, "display");
    TAP_OK(p && strcmp(p->welfare.contact.email, "ana@example.org") == 0 && !p->welfare.contact.phone && strcmp(p->welfare.contact.text[0], "Bonjour") == 0, "contact");
    TAP_OK(p && before && p->version != vg_policy_set_at(before, 0)->version, "they are part of the version");
    if (before) vg_policy_set_unref(&before);
    if (set) vg_policy_set_unref(&set);
}

static void test_refused(void)
{
    static const struct {
        const char *find, *put, *place;
    } wrong[] = {
        {"25%", "0", "queue.offer_to_all_after"},
        {"linked_at_once: 3", "linked_at_once: 21", "queue.linked_at_once"},
        {"95 minutes", "soon", "queue.imminent_within"},
        {"cases_an_hour: 10", "cases_an_hour: 0", "welfare.limits.material.cases_an_hour"},
        {"after: 1 hour", "after: 5 minutes", "welfare.breaks.after"},
        {"new_after_pause: 3 hours", "new_after_pause: 10 minutes", "welfare.shift.new_after_pause"},
        {"blur: 2", "blur: 4", "welfare.display.blur"},
        {"hard: [material, live]", "hard: [weather]", "welfare.hard"},
        {"thumbnail: medium", "thumbnail: huge", "welfare.display.thumbnail"},
        {"email: ana@example.org, ", "", "welfare.contact"},
        {"email: ana@example.org", "url: \"http://example.org\"", "welfare.contact.url"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        vg_error err;
        add_sections();
        spoil("policy/spaces/lobby.yaml", wrong[i].find, wrong[i].put);
        vg_policy_set *set = load(&err);
        TAP_OK(!set && err.code == VG_EINVAL && strstr(err.what, wrong[i].place), "%s: %s", wrong[i].put, err.what);
        if (set) vg_policy_set_unref(&set);
    }
}

int main(void)
{
    char dir[64];
    enter_fixture(dir);
    test_absent();
    test_read();
    test_refused();
    leave_fixture(dir);
    return tap_done();
}
