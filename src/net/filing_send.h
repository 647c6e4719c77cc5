/* SPDX-License-Identifier: Apache-2.0
 *
 * net/filing_send: one filing, as far as it goes now. Callers: net/filing_run.
 */
#ifndef VG_NET_FILING_SEND_H
#define VG_NET_FILING_SEND_H

#include "net/filing.h"

typedef struct vg_sender { /* what a thread that sends has of its own */
    struct vg_server *server;
    vg_store *store;
    vg_arena *arena, *scratch;
} vg_sender;

typedef enum {
    VG_SENT_ON,          /* it is where it is to be for now; that is on disk */
    VG_SENT_NOT_REACHED, /* and its receiver was not reached */
    VG_SENT_STUCK,       /* what became of it could not be written, or it could not be read: not to be tried at once */
} vg_sent;

/** Asks one question of the filing after another until it waits, is over or the server stops. Nothing, when it is not due any more. */
vg_sent vg_filing_send(vg_sender *sender, int64_t id);

#endif
