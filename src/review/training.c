/* SPDX-License-Identifier: Apache-2.0 */
#include "review/training.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/time.h"

/* ---- policies and courses ---- */

int vg_training_check_policy(const vg_policy *policy, const vg_course_set *set, vg_error *err)
{
    const vg_policy_training *t = &policy->training;
    char where[192];
    for (int c = 0; c < VG_CATEGORIES; c++)
        for (size_t i = 0; i < t->course_count[c]; i++) {
            if (vg_course_find(set, vg_str_of(t->courses[c][i]))) continue;
            snprintf(where, sizeof where, "%.160s:%" PRIu32, policy->file, t->course_line[c]);
            return vg_fail(err, VG_EINVAL, where, "training.categories.%s: there is no course \"%s\"; expected the id of a file in training/fr and training/en",
                           vg_category_names[c], t->courses[c][i]);
        }
    return 0;
}

size_t vg_training_remarks(const vg_policy *policy, const vg_course_set *set, vg_buf *out)
{
    const vg_policy_training *t = &policy->training;
    size_t count = 0;
    for (int c = 0; c < VG_CATEGORIES; c++)
        for (size_t i = 0; i < t->course_count[c]; i++) {
            const vg_course *course = vg_course_find(set, vg_str_of(t->courses[c][i]));
            if (!course || course->page[VG_LANG_FR].opens[c]) continue;
            vg_buf_printf(out, "%s:%" PRIu32 ": training.categories.%s: the course \"%s\" is not made for this category (its \"opens\")\n",
                          policy->file, t->course_line[c], vg_category_names[c], t->courses[c][i]);
            count++;
        }
    return count;
}

/* ---- attempts ---- */

void vg_training_order(uint64_t seed, uint64_t which, size_t count, uint8_t *order)
{
    uint64_t state = vg_hash_mix(seed, which + 1);
    for (size_t i = 0; i < count; i++) order[i] = (uint8_t)i;
    for (size_t i = count; i > 1; i--) { /* Fisher and Yates; of at most 64 things the bias of a remainder is nothing */
        state = vg_hash_mix(state, i);
        size_t j = (size_t)(state % i);
        uint8_t swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
    }
}

bool vg_training_right(const vg_course_question *question, uint32_t given)
{
    uint32_t right = 0;
    for (size_t i = 0; i < question->answer_count; i++) right |= (uint32_t)question->answer[i].right << i;
    return given == right;
}

uint32_t vg_training_score(const vg_course_page *page, const uint32_t *given)
{
    size_t right = 0;
    for (size_t i = 0; i < page->question_count; i++) right += vg_training_right(&page->questions[i], given[i]);
    return page->question_count ? (uint32_t)(right * 100 / page->question_count) : 0;
}

uint32_t vg_training_mark(const vg_policy_training *policy, const vg_course *course)
{
    return policy && policy->pass_mark ? policy->pass_mark : course->page[VG_LANG_FR].pass_mark;
}

/* ---- certificates ---- */

int64_t vg_training_passed_until(const vg_policy_training *policy, const vg_course *course, const vg_training_record *records, size_t count,
                                 int64_t after_ms)
{
    const vg_course_page *page = &course->page[VG_LANG_FR];
    uint32_t days = page->valid_days, mark = vg_training_mark(policy, course);
    int64_t latest = 0;
    if (policy->validity_days && policy->validity_days < days) days = policy->validity_days;
    for (size_t i = 0; i < count; i++)
        if (vg_str_eq(records[i].course, page->id) && records[i].score >= mark && records[i].handed_ms > after_ms && records[i].handed_ms > latest)
            latest = records[i].handed_ms;
    return latest ? latest + days * VG_DAY_MS : 0;
}

int64_t vg_training_until(const vg_policy_training *policy, const vg_course_set *set, vg_category category,
                          const vg_training_record *records, size_t count, int64_t after_ms, int64_t now_ms)
{
    int64_t first = 0;
    for (size_t i = 0; i < policy->course_count[category]; i++) {
        const vg_course *course = vg_course_find(set, vg_str_of(policy->courses[category][i]));
        int64_t until = course ? vg_training_passed_until(policy, course, records, count, after_ms) : 0;
        if (until <= now_ms) return 0;
        if (!first || until < first) first = until;
    }
    return first;
}

static const char *const titles[VG_CATEGORIES][VG_LANGS] = {
    [VG_CATEGORY_MATERIAL] = {"images et vidéos", "pictures and films"},
    [VG_CATEGORY_THREAT] = {"menaces et chantage", "threats and blackmail"},
    [VG_CATEGORY_LIVE] = {"directs et paiements", "live sessions and payments"},
    [VG_CATEGORY_CONTACT] = {"approches et contacts", "approaches and contacts"},
    [VG_CATEGORY_REPORT] = {"signalements d’utilisateurs", "reports by users"},
};

const char *vg_training_category_title(vg_category category, vg_lang lang)
{
    return titles[category][lang];
}

int vg_training_refuse(vg_training_gap gap, vg_category category, vg_lang lang, vg_error *err)
{
    static const char *const sentences[][VG_LANGS] = {
        [VG_GAP_NEVER] = {"Il vous manque le certificat de la catégorie « %s » : passez les formations qui l’ouvrent (page Formation)",
                          "You have no certificate for the category “%s”: pass the courses that open it (page Training)"},
        [VG_GAP_OVER] = {"Votre certificat pour la catégorie « %s » n’est plus valable : repassez les formations qui l’ouvrent "
                         "(page Formation)",
                         "Your certificate for the category “%s” is no longer valid: pass the courses that open it again (page Training)"},
        [VG_GAP_SUSPENDED] = {"La catégorie « %s » fait une pause pour vous : parlez-en avec votre responsable, qui peut la rouvrir",
                              "The category “%s” pauses for you: talk with your lead, who can open it again"},
    };
    return gap == VG_GAP_NONE ? 0 : vg_fail(err, VG_EFORBIDDEN, "", sentences[gap][lang], titles[category][lang]);
}
