/* SPDX-License-Identifier: Apache-2.0
 *
 * net/tickets: what is under way between two steps of a sign-in, or of adding a second factor.
 *
 * A ticket is no session: it serves one purpose, lives five minutes, in RAM only, and needs beside its own text the browser's cookie of
 * that step (or the session that asked for it). Five wrong answers end it. Each purpose has room of its own, where the oldest makes
 * way, so that visitors who begin sign-ins with a passkey cannot push out people who are between password and code.
 * Callers: routes, oidc, tests.
 */
#ifndef VG_NET_TICKETS_H
#define VG_NET_TICKETS_H

#include <pthread.h>
#include "base/error.h"
#include "base/str.h"

typedef enum { VG_TICKET_SECOND, VG_TICKET_PASSKEY, VG_TICKET_ENROL, VG_TICKET_PURPOSES } vg_ticket_purpose;

enum { VG_TICKET_ROOM = 512, VG_TICKET_TRIES = 5, VG_TICKET_TEXT = 33, VG_TICKET_USER = 65 };
#define VG_TICKET_MS (5 * 60 * 1000ll)

typedef struct vg_ticket {
    char text[VG_TICKET_TEXT];   /* empty: a free slot */
    char user[VG_TICKET_USER];   /* whose; empty: not known yet (passkey) */
    uint8_t bound[32];           /* digest of the cookie of this step, or of the session's token */
    uint8_t challenge[32];       /* for a key */
    uint8_t secret[20];          /* of codes that are being added */
    int64_t ends_ms;
    unsigned how, tries;         /* VG_PROOF_... given so far; wrong answers */
    bool totp, key, recovery;    /* what may answer it */
} vg_ticket;

typedef struct vg_tickets {
    pthread_mutex_t lock;
    vg_ticket slots[VG_TICKET_PURPOSES][VG_TICKET_ROOM];
} vg_tickets;

/** NULL: no memory. */
vg_tickets *vg_tickets_create(void);
void vg_tickets_destroy(vg_tickets **tickets);
/** Fills in text, challenge and end of *ticket and keeps it. */
void vg_ticket_add(vg_tickets *tickets, vg_ticket_purpose purpose, vg_ticket *ticket, int64_t now_ms);
/** Copies the ticket of that text, or with an empty text the newest that is bound so. False: there is none (ended, or another's). */
bool vg_ticket_find(vg_tickets *tickets, vg_ticket_purpose purpose, vg_str text, const uint8_t bound[32], int64_t now_ms, vg_ticket *out);
/** Counts a wrong answer. False: that was the last one. */
bool vg_ticket_miss(vg_tickets *tickets, vg_ticket_purpose purpose, const vg_ticket *ticket);
/** Takes the ticket away. False: somebody else did meanwhile, so its answer must not count. */
bool vg_ticket_take(vg_tickets *tickets, vg_ticket_purpose purpose, const vg_ticket *ticket);

#endif
