/* SPDX-License-Identifier: Apache-2.0
 *
 * What is under way between two steps of a sign-in: bound, short, for one purpose, once. */
#include "net/tickets.h"

#include "base/alloc.h"
#include "tap.h"

static vg_ticket add(vg_tickets *tickets, vg_ticket_purpose purpose, uint8_t bound, int64_t now_ms)
{
    vg_ticket t = {.user = "lea", .totp = true};
    memset(t.bound, bound, sizeof t.bound);
    vg_ticket_add(tickets, purpose, &t, now_ms);
    return t;
}

static bool find(vg_tickets *tickets, vg_ticket_purpose purpose, const char *text, uint8_t bound, int64_t now_ms)
{
    vg_ticket out;
    uint8_t bytes[32];
    memset(bytes, bound, sizeof bytes);
    return vg_ticket_find(tickets, purpose, vg_str_of(text), bytes, now_ms, &out);
}

int main(void)
{
    vg_tickets *tickets = vg_tickets_create();
    vg_ticket a = add(tickets, VG_TICKET_SECOND, 1, 1000), b = add(tickets, VG_TICKET_SECOND, 2, 1000);
    TAP_OK(strlen(a.text) == 32 && strcmp(a.text, b.text) != 0 && memcmp(a.challenge, b.challenge, 32) != 0, "each has a text and a challenge of its own");
    TAP_OK(find(tickets, VG_TICKET_SECOND, a.text, 1, 1001), "found by its text, in its browser");
    TAP_OK(!find(tickets, VG_TICKET_SECOND, a.text, 2, 1001), "not in another browser");
    TAP_OK(!find(tickets, VG_TICKET_PASSKEY, a.text, 1, 1001), "not for another purpose");
    TAP_OK(!find(tickets, VG_TICKET_SECOND, "", 3, 1001) && find(tickets, VG_TICKET_SECOND, "", 1, 1001), "a page that is loaded again finds its own");
    TAP_OK(find(tickets, VG_TICKET_SECOND, a.text, 1, 1000 + VG_TICKET_MS - 1), "for five minutes");
    TAP_OK(!find(tickets, VG_TICKET_SECOND, a.text, 1, 1000 + VG_TICKET_MS), "and no longer");
    for (int i = 1; i < VG_TICKET_TRIES; i++) TAP_OK(vg_ticket_miss(tickets, VG_TICKET_SECOND, &a), "wrong answer %d", i);
    TAP_OK(!vg_ticket_miss(tickets, VG_TICKET_SECOND, &a) && !find(tickets, VG_TICKET_SECOND, a.text, 1, 1001), "the fifth ends it");
    TAP_OK(vg_ticket_take(tickets, VG_TICKET_SECOND, &b) && !vg_ticket_take(tickets, VG_TICKET_SECOND, &b), "a right answer counts once");
    TAP_OK(!find(tickets, VG_TICKET_SECOND, "", 2, 1001), "and the ticket is gone");
    vg_ticket kept = add(tickets, VG_TICKET_SECOND, 4, 2000), oldest = add(tickets, VG_TICKET_PASSKEY, 5, 2000);
    for (int i = 0; i < VG_TICKET_ROOM; i++) add(tickets, VG_TICKET_PASSKEY, 6, 3000);
    TAP_OK(!find(tickets, VG_TICKET_PASSKEY, oldest.text, 5, 3000), "where there is no room the oldest makes way");
    TAP_OK(find(tickets, VG_TICKET_SECOND, kept.text, 4, 3000), "visitors with passkeys push out nobody who is between password and code");
    vg_tickets_destroy(&tickets);
    TAP_OK(tickets == NULL, "destroyed");
    vg_alloc_fail_at(1);
    TAP_OK(vg_tickets_create() == NULL, "without memory there are none");
    vg_alloc_fail_at(0);
    return tap_done();
}
