/* SPDX-License-Identifier: Apache-2.0
 *
 * net/disclosure: sends statements of reasons to the public database, for each space whose policy has the channel "dsa17" (DSA, Art. 24(5)).
 *
 * A statement is made ready once its decision cannot be undone any more; an appeal does not hold it up: the law wants it without undue delay, and the
 * database knows no change afterwards. What is about to be sent is on disk as such before it is sent; after a lost answer or a crash each
 * one is looked up by its puid before anything is sent again. One thread; it waits as long as the database is away.
 */
#ifndef VG_NET_DISCLOSURE_H
#define VG_NET_DISCLOSURE_H

#include "net/net_int.h"
#include "report/channel.h"
#include "report/dsa/dsa.h"
#include "store/disclosure/disclosure.h"

/** The thread. */
void *vg_disclosure_main(void *server);
/** What looks like personal data in a statement's texts: written as JSON `[{"kind","where","at","length","certain","text"}]`. The count comes back;
 *  *certain: one that a person cannot wave through. */
size_t vg_disclosure_findings(const vg_dsa_statement *s, const vg_str *names, size_t count, vg_buf *out, bool *certain);
/** From when on the statements of a space are sent by themselves: the policy's `since`, else when its channel was first seen (`begin`: now, if it was
 *  not); 0 without a channel. */
int vg_disclosure_since(vg_store *store, const vg_policy *p, bool begin, int64_t now_ms, int64_t *since_ms, vg_error *err);

#endif
