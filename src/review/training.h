/* SPDX-License-Identifier: Apache-2.0
 *
 * review/training: all courses of an installation, and the rules of attempts and certificates.
 *
 * A set of courses is loaded with the policies, immutable and reference-counted like them. The rules are pure functions: in which order an
 * attempt asks, what it scores, which certificate follows from what was passed, and how somebody without one is answered.
 * Callers: net, cli, tests.
 */
#ifndef VG_REVIEW_TRAINING_H
#define VG_REVIEW_TRAINING_H

#include "review/course.h"
#include "review/practice.h"

typedef struct vg_course_set vg_course_set;

/** The directory of courses that belongs to a policy path: `training` in it, beside it, or beside the directory of the space file. False
 *  when there is none. */
bool vg_course_dir(const char *policy_path, char *out, size_t size);
/** Loads DIR/fr and DIR/en (*.md) and DIR/practice (*.json). All or nothing; the error says file and line. `dir` NULL: an empty set. */
int vg_course_set_load(vg_course_set **out, const char *dir, vg_error *err);
vg_course_set *vg_course_set_ref(vg_course_set *set);  /* thread-safe */
void vg_course_set_unref(vg_course_set **set);         /* thread-safe; frees at the last */
size_t vg_course_count(const vg_course_set *set);
const vg_course *vg_course_at(const vg_course_set *set, size_t i); /* by order, then id */
const vg_course *vg_course_find(const vg_course_set *set, vg_str id);
size_t vg_practice_count(const vg_course_set *set);
const vg_practice *vg_practice_at(const vg_course_set *set, size_t i);
const vg_practice *vg_practice_find(const vg_course_set *set, vg_str id);

/** Whether every course that a policy needs is there. VG_EINVAL at its line. */
int vg_training_check_policy(const vg_policy *policy, const vg_course_set *set, vg_error *err);
/** What the author of a policy should know about its courses: one line each into `out`. Returns how many. */
size_t vg_training_remarks(const vg_policy *policy, const vg_course_set *set, vg_buf *out);

/* ---- an attempt ---- */
/** An order of `count` things that follows from the seed and `which`: order[i] is the number of the thing at place i. */
void vg_training_order(uint64_t seed, uint64_t which, size_t count, uint8_t *order);
/** Percent of the questions that were answered right, rounded down. given[q]: bit set of the answers chosen, as the file numbers
 *  them. Right is: all right answers and no wrong one. */
uint32_t vg_training_score(const vg_course_page *page, const uint32_t *given);
bool vg_training_right(const vg_course_question *question, uint32_t given);
/** The mark to be reached in a space: the policy's, or else the course's own. */
uint32_t vg_training_mark(const vg_policy_training *policy, const vg_course *course);

/* ---- a certificate ---- */
/* The best that a person handed in for a course. */
typedef struct vg_training_record {
    vg_str course;
    int64_t handed_ms;
    uint32_t score;
} vg_training_record;
/** Until when somebody with these records may be certified for a category in a space: the first end of its courses. Records not after
 *  `after_ms` do not count (0: all do). 0: the set is not complete, or over. */
int64_t vg_training_until(const vg_policy_training *policy, const vg_course_set *set, vg_category category,
                          const vg_training_record *records, size_t count, int64_t after_ms, int64_t now_ms);
/** Until when a course counts as passed in a space, or 0. */
int64_t vg_training_passed_until(const vg_policy_training *policy, const vg_course *course, const vg_training_record *records, size_t count,
                                 int64_t after_ms);

typedef enum { VG_GAP_NONE, VG_GAP_NEVER, VG_GAP_OVER, VG_GAP_SUSPENDED } vg_training_gap;
/** VG_EFORBIDDEN with a sentence in the person's language that names the category and what to do; 0 when there is no gap. */
int vg_training_refuse(vg_training_gap gap, vg_category category, vg_lang lang, vg_error *err);
/** The category as people read it, in a sentence: "les contacts avec des mineurs". */
const char *vg_training_category_title(vg_category category, vg_lang lang);

#endif
