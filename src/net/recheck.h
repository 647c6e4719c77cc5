/* SPDX-License-Identifier: Apache-2.0
 *
 * net/recheck: is what a host was notified of still at its address? The bytes run through two hashes and are gone: nothing is kept, written or
 * shown. Nothing is asked of an address of a private network, through a proxy, or beyond a redirection. Callers: net/routes/filing_notice, tests.
 */
#ifndef VG_NET_RECHECK_H
#define VG_NET_RECHECK_H

#include "report/notice/notice.h"

/** Whether an address (16 bytes; IPv4 as ::ffff:a.b.c.d) is one of the public Internet. */
bool vg_recheck_is_public(const uint8_t address[16]);
/** Looks at an address for at most `wait_ms`. `here`: this very machine may be asked too (a host's test system). Never fails: what goes wrong is a
 *  status of 0, or not whole. */
void vg_recheck_look(vg_str url, bool here, long wait_ms, vg_fetched *out);

#endif
