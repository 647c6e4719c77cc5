/* SPDX-License-Identifier: Apache-2.0
 *
 * report/dsa/art18: notification of suspicions of criminal offences involving a threat to the life or safety of a person, Regulation (EU)
 * 2022/2065, Article 18: promptly, to the authorities of the Member State concerned, with all relevant information available; where that
 * State cannot be told, to those of the establishment or legal representative, or Europol. By mail where the receiver has an address and the
 * operator a mail server, by hand otherwise. The document is attached only where the receiver takes files; a mail without it holds no
 * account and no text, only the number and how to fetch it.
 */
#ifndef VG_REPORT_DSA_ART18_H
#define VG_REPORT_DSA_ART18_H

#include "report/channel.h"

extern const vg_filing_channel vg_dsa18_channel;

#endif
