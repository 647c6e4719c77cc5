/* SPDX-License-Identifier: Apache-2.0
 *
 * review/course: a course as people write it: Markdown with questions, one file for each language.
 *
 * A file begins with its front matter between two lines `---`, then comes the text, then the questions, each under a heading
 * `## Question` or `## Situation` (docs/training.md). Files come from outside: sizes are bounded, and an error says file, line and what
 * was expected. Which answers are right is in here and must not leave the server before an attempt is handed in.
 * Callers: net, cli, tests, the fuzz target.
 */
#ifndef VG_REVIEW_COURSE_H
#define VG_REVIEW_COURSE_H

#include "base/arena.h"
#include "base/error.h"
#include "event/policy.h"

enum {
    VG_COURSE_MAX_FILE = 256 << 10,
    VG_COURSE_MAX_QUESTIONS = 64,
    VG_COURSE_MAX_ANSWERS = 8,
    VG_COURSE_MAX_SOURCES = 64,
    VG_COURSE_MAX_REQUIRES = 16,
    VG_COURSE_MAX_ID = 64,
};

typedef struct vg_course_answer {
    vg_str text, why; /* what is shown after the attempt, for this answer */
    bool right;
} vg_course_answer;

typedef struct vg_course_question {
    bool situation;    /* `setting` tells what happened, `text` asks */
    bool several;      /* more than one answer may be right, and the reader is told so */
    vg_str setting, text;
    vg_course_answer answer[VG_COURSE_MAX_ANSWERS];
    size_t answer_count;
    uint32_t line;
} vg_course_question;

/* What a statement of the law or about a helpline rests on. */
typedef struct vg_course_source {
    vg_str statement, source, verified; /* verified: the day, "2026-11-23", or "no" */
    bool primary;                       /* read in the primary source */
} vg_course_source;

/* One file. */
typedef struct vg_course_page {
    const char *file;
    vg_str id, title;
    uint32_t version, order, minutes, pass_mark, valid_days; /* pass_mark in percent of the questions */
    bool opens[VG_CATEGORIES]; /* the categories it is made for; which it is needed for, a space's policy says */
    vg_str requires[VG_COURSE_MAX_REQUIRES]; /* courses to be passed before */
    size_t requires_count;
    vg_course_source *sources;
    size_t source_count;
    vg_str body; /* Markdown */
    vg_course_question *questions;
    size_t question_count;
} vg_course_page;

/** Reads one file of `text` into the arena (strings are copied). VG_EINVAL at "file:line", VG_ETOOBIG, VG_ENOMEM. */
int vg_course_parse(const char *file, vg_str text, vg_arena *arena, vg_course_page *out, vg_error *err);

typedef struct vg_course {
    uint64_t digest; /* of all that is asked and how it counts, in both languages */
    vg_course_page page[VG_LANGS];
} vg_course;

/** Holds the two languages of a course together: same id, numbers, questions, and right answers at the same places. VG_EINVAL at the
 *  place in the English file where they part. Fills out->digest. */
int vg_course_join(const vg_course_page page[VG_LANGS], vg_course *out, vg_error *err);

#endif
