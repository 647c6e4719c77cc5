/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes as a course, and as a practice case when they begin with a brace. What is read must be sound.
 */
#include <stdint.h>

#include "review/training.h"

static void look_at(const vg_course_page *p)
{
    const vg_course_page both[VG_LANGS] = {*p, *p};
    vg_course course;
    uint8_t order[VG_COURSE_MAX_QUESTIONS];
    uint32_t given[VG_COURSE_MAX_QUESTIONS] = {0};
    if (vg_course_join(both, &course, NULL)) __builtin_trap(); /* a file is as itself */
    vg_training_order(course.digest, 0, p->question_count, order);
    for (size_t i = 0; i < p->question_count; i++) {
        const vg_course_question *q = &p->questions[order[i]];
        if (q->answer_count < 2 || !q->text.len) __builtin_trap();
        for (size_t a = 0; a < q->answer_count; a++) given[order[i]] |= (uint32_t)q->answer[a].right << a;
        if (!given[order[i]]) __builtin_trap(); /* some answer is right */
    }
    if (vg_training_score(p, given) != 100) __builtin_trap();
}

static void look_at_practice(const vg_practice *p)
{
    for (size_t i = 0; i < p->message_count; i++)
        for (size_t k = 0; k < p->messages[i].piece_count; k++)
            for (int l = 0; l < VG_LANGS; l++)
                if (p->messages[i].piece[k].placed && p->messages[i].piece[k].to[l] > p->messages[i].text[l].len) __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vg_arena *arena = vg_arena_create(1 << 16, 8 << 20);
    vg_str text = {(const char *)data, size};
    vg_course_page page;
    vg_practice practice;
    vg_error err;
    if (!arena) return 0;
    if (size && data[0] == '{') {
        if (vg_practice_parse("fuzz.json", text, arena, &practice, &err) == 0) look_at_practice(&practice);
    } else if (vg_course_parse("fuzz.md", text, arena, &page, &err) == 0) look_at(&page);
    vg_arena_destroy(&arena);
    return 0;
}
