/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/conduct/conduct.h"

enum { FULL = 10000, UNKNOWN_REPORTER = 6000 };

/* Trust is Laplace's rule of succession over the reporter's decided notices. The raise by further reports is
 * scaled with the same trust, so that one account that reports again and again without ever being upheld
 * gains next to nothing. */
void vg_notice_evidence(const vg_facts *facts, vg_evidence *ev, size_t *count)
{
    if (*count >= VG_EVIDENCE_KINDS) return;
    uint64_t upheld = facts->notices_upheld, dismissed = facts->notices_dismissed;
    uint64_t trust = (upheld + 1) * FULL / (upheld + dismissed + 2);
    uint64_t strength = trust * UNKNOWN_REPORTER / (FULL / 2);
    if (strength > FULL) strength = FULL;
    uint64_t others = facts->notices_against > 1 ? facts->notices_against - 1 : 0;
    strength += (FULL - strength) * trust / FULL * others / (others + 2);
    ev[(*count)++] = (vg_evidence){.kind = VG_NOTICE_REPORT,
                                   .fresh = true,
                                   .strength = (uint16_t)strength,
                                   .value = facts->notices_against ? facts->notices_against : 1};
}
