/* SPDX-License-Identifier: Apache-2.0
 *
 * The context window against a plain list of messages.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "memory/window.h"
#include "tests/tap.h"

static char text[20000];

static void add(vg_window *window, uint64_t conversation, const char *id, const char *subject,
                const char *words, int64_t at)
{
    vg_event event = {
        .id = vg_str_of(id), .subject = vg_str_of(subject), .text = vg_str_of(words), .time_ms = at};
    vg_window_add(window, conversation, &event, VG_AGE_15_17);
}

static void test_basics(vg_arena *arena)
{
    vg_window *window = NULL;
    vg_window_message *m = NULL;
    size_t count = 9;
    TAP_EQ_INT(vg_window_create(&window, 64 << 10, NULL), 0, "create");
    TAP_EQ_INT(vg_window_get(window, 7, 0, 10, arena, &m, &count), 0, "an unknown conversation");
    TAP_EQ_INT(count, 0, "is empty");
    add(window, 7, "1", "lea", "hello", 1000);
    add(window, 8, "2", "tom", "elsewhere", 1500);
    add(window, 7, "3", "max", "how are you", 2000);
    add(window, 7, "4", "lea", "", 3000);
    vg_window_get(window, 7, 0, 10, arena, &m, &count);
    TAP_EQ_INT(count, 3, "three of this conversation");
    TAP_OK(vg_str_is(m[0].text, "hello") && vg_str_is(m[0].subject, "lea") && vg_str_is(m[0].id, "1") &&
               m[0].time_ms == 1000 && m[0].age_band == VG_AGE_15_17 && vg_str_is(m[1].text, "how are you") &&
               m[2].text.len == 0,
           "oldest first, whole");
    vg_window_get(window, 7, 0, 2, arena, &m, &count);
    TAP_OK(count == 2 && vg_str_is(m[0].id, "3"), "the last two");
    vg_window_get(window, 7, 2500, 10, arena, &m, &count);
    TAP_OK(count == 1 && vg_str_is(m[0].id, "4"), "not older than asked");
    vg_window_forget(window, VG_STR("lea"));
    vg_window_get(window, 7, 0, 10, arena, &m, &count);
    TAP_OK(count == 1 && vg_str_is(m[0].subject, "max"), "an account is forgotten");
    vg_window_expire(window, 1800);
    vg_window_get(window, 8, 0, 10, arena, &m, &count);
    TAP_EQ_INT(count, 0, "what is too old is gone");
    vg_window_get(window, 7, 0, 10, arena, &m, &count);
    TAP_EQ_INT(count, 1, "what is not stays");
    memset(text, 'x', sizeof text - 1);
    add(window, 7, "5", "max", text, 4000);
    vg_window_get(window, 7, 0, 10, arena, &m, &count);
    TAP_OK(count == 2 && m[1].text.len == sizeof text - 1, "a long message");
    vg_window_destroy(&window);
    vg_window_create(&window, 4096, NULL);
    add(window, 7, "5", "max", text, 4000);
    vg_window_get(window, 7, 0, 10, arena, &m, &count);
    TAP_EQ_INT(count, 0, "too long for the ring: ignored");
    vg_window_destroy(&window);
    TAP_OK(window == NULL, "destroy takes the pointer");
}

static void test_recipients(vg_arena *arena)
{
    vg_window *window = NULL;
    vg_window_message *m = NULL;
    size_t count = 0;
    vg_str few[] = {VG_STR("tom"), VG_STR("lea"), VG_STR("zoé")}, many[VG_WINDOW_TO + 8];
    for (size_t i = 0; i < VG_WINDOW_TO + 8; i++) many[i] = vg_arena_printf(arena, "account-%zu", i);
    vg_event event = {.id = VG_STR("1"), .subject = VG_STR("max"), .text = VG_STR("hello"), .time_ms = 1000, .to = few, .to_count = 3};
    vg_window_create(&window, 64 << 10, NULL);
    vg_window_add(window, 7, &event, VG_AGE_15_17);
    event = (vg_event){.id = VG_STR("2"), .subject = VG_STR("max"), .text = VG_STR("all"), .time_ms = 2000, .to = many, .to_count = VG_WINDOW_TO + 8};
    vg_window_add(window, 7, &event, VG_AGE_15_17);
    vg_window_get(window, 7, 0, 10, arena, &m, &count);
    TAP_OK(count == 2 && m[0].to_count == 3 && m[0].to_all == 3 && vg_str_is(m[0].to[0], "tom") && vg_str_is(m[0].to[2], "zoé") && vg_str_is(m[0].text, "hello"),
           "whom it was written to, in the order given");
    TAP_OK(count == 2 && m[1].to_count == VG_WINDOW_TO && m[1].to_all == VG_WINDOW_TO + 8, "of a crowd the first, and how many there were");
    vg_window_forget(window, VG_STR("lea"));
    vg_window_get(window, 7, 0, 10, arena, &m, &count);
    TAP_OK(count == 2 && m[0].to_count == 2 && vg_str_is(m[0].to[1], "zoé") && m[0].to_all == 3, "an account that is forgotten is no recipient any more");
    vg_window_forget(window, VG_STR("max"));
    vg_window_get(window, 7, 0, 10, arena, &m, &count);
    TAP_EQ_INT(count, 0, "and its own messages are gone");
    vg_window_destroy(&window);
}

/* Random messages into a small ring; what comes back must be the newest messages of the conversation,
 * unbroken. */
static void test_against_list(vg_arena *arena)
{
    enum { MESSAGES = 20000, CONVERSATIONS = 9 };
    static unsigned of[MESSAGES];
    vg_window *window = NULL;
    vg_window_create(&window, 32 << 10, NULL);
    unsigned wrong = 0, full = 0;
    srand(5);
    for (unsigned i = 0; i < MESSAGES; i++) {
        char id[16];
        unsigned length = (unsigned)rand() % 600;
        of[i] = 1 + (unsigned)rand() % CONVERSATIONS;
        snprintf(id, sizeof id, "%u", i);
        memset(text, 'a' + (int)(i % 26), length);
        text[length] = '\0';
        add(window, of[i], id, "max", text, i);
        if (i % 7) continue;
        vg_window_message *m = NULL;
        size_t count = 0;
        vg_window_get(window, of[i], 0, 12, arena, &m, &count);
        unsigned at = i;
        for (size_t k = count; k-- > 0; at--) {
            while (of[at] != of[i]) at--;
            char want[16];
            snprintf(want, sizeof want, "%u", at);
            bool same = vg_str_is(m[k].id, want) && m[k].time_ms == at;
            for (size_t c = 0; same && c < m[k].text.len; c++)
                same = m[k].text.ptr[c] == 'a' + (int)(at % 26);
            wrong += !same;
        }
        full += count >= 5;
        vg_arena_reset(arena);
    }
    TAP_EQ_INT(wrong, 0, "what comes back is the newest of the conversation, in order");
    TAP_OK(full > 1000, "and there is enough of it: %u", full);
    vg_window_forget(window, VG_STR("max"));
    vg_window_message *m = NULL;
    size_t count = 0;
    vg_window_get(window, 1, 0, 12, arena, &m, &count);
    TAP_EQ_INT(count, 0, "forgetting after many rounds of the ring");
    vg_window_destroy(&window);
}

static void test_no_memory(vg_arena *arena)
{
    vg_window *window = NULL;
    unsigned failed = 0;
    for (size_t n = 1; n <= 2; n++) {
        vg_alloc_fail_at(n);
        failed += vg_window_create(&window, 4096, NULL) == -VG_ENOMEM && !window;
        vg_alloc_fail_at(0);
    }
    TAP_EQ_INT(failed, 2, "each failed allocation of create is told");
    vg_window_create(&window, 1 << 20, NULL);
    for (int i = 0; i < 40; i++) add(window, 1, "1", "max", "words", i);
    vg_window_message *m = NULL;
    size_t count = 0;
    vg_arena *tiny = vg_arena_create(64, 1024);
    TAP_EQ_INT(vg_window_get(window, 1, 0, 40, tiny, &m, &count), -VG_ENOMEM, "an arena that is too small");
    TAP_OK(!m && !count, "gives nothing");
    vg_arena_destroy(&tiny);
    (void)arena;
    vg_window_destroy(&window);
}

int main(void)
{
    vg_arena *arena = vg_arena_create(1 << 16, 1 << 22);
    test_basics(arena);
    test_recipients(arena);
    test_against_list(arena);
    test_no_memory(arena);
    vg_arena_destroy(&arena);
    return tap_done();
}
