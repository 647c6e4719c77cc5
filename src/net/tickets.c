/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tickets.h"

#include <sodium.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/seal.h"

vg_tickets *vg_tickets_create(void)
{
    vg_tickets *tickets = vg_calloc(1, sizeof *tickets);
    if (tickets) pthread_mutex_init(&tickets->lock, NULL);
    return tickets;
}

void vg_tickets_destroy(vg_tickets **tickets)
{
    if (!*tickets) return;
    pthread_mutex_destroy(&(*tickets)->lock);
    sodium_memzero((*tickets)->slots, sizeof (*tickets)->slots);
    vg_free(*tickets);
    *tickets = NULL;
}

void vg_ticket_add(vg_tickets *tickets, vg_ticket_purpose purpose, vg_ticket *ticket, int64_t now_ms)
{
    vg_token_random(ticket->text, sizeof ticket->text, 160);
    randombytes_buf(ticket->challenge, sizeof ticket->challenge);
    ticket->ends_ms = now_ms + VG_TICKET_MS;
    pthread_mutex_lock(&tickets->lock);
    vg_ticket *slots = tickets->slots[purpose], *at = &slots[0];
    for (size_t i = 0; i < VG_TICKET_ROOM; i++) {
        if (!slots[i].text[0] || slots[i].ends_ms <= now_ms) {
            at = &slots[i];
            break;
        }
        if (slots[i].ends_ms < at->ends_ms) at = &slots[i];
    }
    *at = *ticket;
    pthread_mutex_unlock(&tickets->lock);
}

/* The slot of that text, or NULL; compared without telling how far it was right. Under the lock. */
static vg_ticket *slot_of(vg_tickets *tickets, vg_ticket_purpose purpose, vg_str text)
{
    vg_ticket *found = NULL;
    if (text.len == 0 || text.len >= VG_TICKET_TEXT) return NULL;
    for (size_t i = 0; i < VG_TICKET_ROOM; i++) {
        vg_ticket *one = &tickets->slots[purpose][i];
        if (one->text[0] && strlen(one->text) == text.len && sodium_memcmp(one->text, text.ptr, text.len) == 0) found = one;
    }
    return found;
}

static vg_ticket *newest_of(vg_tickets *tickets, vg_ticket_purpose purpose, const uint8_t bound[32])
{
    vg_ticket *found = NULL;
    for (size_t i = 0; i < VG_TICKET_ROOM; i++) {
        vg_ticket *one = &tickets->slots[purpose][i];
        if (one->text[0] && sodium_memcmp(one->bound, bound, 32) == 0 && (!found || one->ends_ms > found->ends_ms)) found = one;
    }
    return found;
}

bool vg_ticket_find(vg_tickets *tickets, vg_ticket_purpose purpose, vg_str text, const uint8_t bound[32], int64_t now_ms, vg_ticket *out)
{
    bool found = false;
    pthread_mutex_lock(&tickets->lock);
    const vg_ticket *one = text.len ? slot_of(tickets, purpose, text) : newest_of(tickets, purpose, bound);
    if (one && one->ends_ms > now_ms && sodium_memcmp(one->bound, bound, 32) == 0) {
        *out = *one;
        found = true;
    }
    pthread_mutex_unlock(&tickets->lock);
    return found;
}

bool vg_ticket_miss(vg_tickets *tickets, vg_ticket_purpose purpose, const vg_ticket *ticket)
{
    bool goes_on = false;
    pthread_mutex_lock(&tickets->lock);
    vg_ticket *one = slot_of(tickets, purpose, vg_str_of(ticket->text));
    if (one && ++one->tries >= VG_TICKET_TRIES) sodium_memzero(one, sizeof *one);
    else goes_on = one != NULL;
    pthread_mutex_unlock(&tickets->lock);
    return goes_on;
}

bool vg_ticket_take(vg_tickets *tickets, vg_ticket_purpose purpose, const vg_ticket *ticket)
{
    pthread_mutex_lock(&tickets->lock);
    vg_ticket *one = slot_of(tickets, purpose, vg_str_of(ticket->text));
    if (one) sodium_memzero(one, sizeof *one);
    pthread_mutex_unlock(&tickets->lock);
    return one != NULL;
}
