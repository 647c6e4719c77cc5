/* SPDX-License-Identifier: Apache-2.0
 *
 * report/ncmec: reports to NCMEC's CyberTipline. See docs/filing-ncmec.md; ncmec_int.h has the inside. Callers: report/channels.c.
 */
#ifndef VG_REPORT_NCMEC_H
#define VG_REPORT_NCMEC_H

#include "report/channel.h"

extern const vg_filing_channel vg_channel_ncmec;

#endif
