/* SPDX-License-Identifier: Apache-2.0
 *
 * Which report is sent next: one of each lane at a time, room for what is urgent whatever else is under way, rest for who was not reached.
 */
#include "net/filing_run.c" /* its static functions */

#include "tap.h"

static void due(pool *p, int64_t id, uint64_t lane, bool urgent)
{
    p->due[p->due_count++] = (job){.id = id, .lane = lane, .urgent = urgent};
}

/* The next one is begun; its number, 0: none. */
static int64_t begin(pool *p)
{
    job *j = pick(p);
    if (!j) return 0;
    j->taken = true;
    for (size_t i = 0; i < p->worker_count; i++)
        if (!p->workers[i].now.id) {
            p->workers[i].now = *j;
            return j->id;
        }
    return -1;
}

static void end(pool *p, int64_t id)
{
    for (size_t i = 0; i < p->worker_count; i++)
        if (p->workers[i].now.id == id) p->workers[i].now.id = 0;
}

static void lanes(void)
{
    pool p = {.worker_count = SENDERS};
    for (int64_t id = 1; id <= 3; id++) due(&p, id, 100, false);
    due(&p, 4, 200, false);
    due(&p, 5, 101, true);
    TAP_OK(begin(&p) == 1 && begin(&p) == 4, "one of a receiver is under way, and one of another");
    TAP_EQ_INT(begin(&p), 5, "what is urgent goes beside it");
    TAP_EQ_INT(begin(&p), 0, "the others wait for theirs");
    end(&p, 1);
    TAP_EQ_INT(begin(&p), 2, "and follow");
    p.due_count = 0;
    due(&p, 2, 300, false);
    TAP_EQ_INT(begin(&p), 0, "the same one is not sent twice at once, also where its receiver has another address now");
}

static void room_for_what_is_urgent(void)
{
    pool p = {.worker_count = SENDERS};
    int64_t id, begun = 0;
    for (id = 1; id <= 10; id++) due(&p, id, (uint64_t)(1000 * id), false);
    while (begin(&p)) begun++;
    TAP_EQ_INT(begun, SENDERS - FOR_URGENT, "however many receivers are slow");
    due(&p, 20, 99001, true);
    due(&p, 21, 99003, true);
    TAP_OK(begin(&p) == 20 && begin(&p) == 21, "there is room for what is urgent");
    end(&p, 20);
    TAP_EQ_INT(begin(&p), 0, "which nothing else takes");
    end(&p, 1);
    TAP_EQ_INT(begin(&p), 5, "the next ordinary one takes an ordinary one's place");
}

static void rest(void)
{
    pool p = {.worker_count = SENDERS};
    due(&p, 1, 100, false);
    due(&p, 2, 100, false);
    due(&p, 3, 200, false);
    let_rest(&p, 100, false, 60 * 1000000LL);
    TAP_EQ_INT(begin(&p), 3, "who was not reached is not tried for its other reports");
    let_rest(&p, 3, true, 60 * 1000000LL);
    end(&p, 3);
    p.due_count = 0;
    due(&p, 3, 200, false);
    due(&p, 4, 200, false);
    TAP_EQ_INT(begin(&p), 4, "one that could not be read holds up no other");
    pool over = {.worker_count = SENDERS};
    due(&over, 1, 100, false);
    let_rest(&over, 100, false, -1);
    TAP_EQ_INT(begin(&over), 1, "after the rest it is tried");
    for (uint64_t i = 0; i < 3 * PAUSES; i++) let_rest(&over, i, false, 60 * 1000000LL);
    due(&over, 9, 3 * PAUSES - 1, false);
    TAP_EQ_INT(begin(&over), 0, "the newest rests are kept");
}

static void names_of_lanes(void)
{
    vg_filing_due_row a = {.id = 1, .space = VG_STR("lobby"), .channel = VG_STR("gateway"), .receiver_id = VG_STR("fr.relay")}, b = a, c = a;
    b.receiver_id = VG_STR("fr.other");
    c.urgent = true;
    TAP_OK(lane_of(NULL, &a) == lane_of(NULL, &a) && lane_of(NULL, &a) != lane_of(NULL, &b), "a receiver has a lane");
    TAP_OK(lane_of(NULL, &a) != lane_of(NULL, &c), "and one for what is urgent");
}

int main(void)
{
    lanes();
    room_for_what_is_urgent();
    rest();
    names_of_lanes();
    return tap_done();
}
