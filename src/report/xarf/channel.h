/* SPDX-License-Identifier: Apache-2.0
 *
 * report/xarf/channel: XARF as a channel, see docs/filing-xarf.md. Callers: report/channels.c.
 */
#ifndef VG_REPORT_XARF_CHANNEL_H
#define VG_REPORT_XARF_CHANNEL_H

#include "report/channel.h"

extern const vg_filing_channel vg_channel_xarf;

#endif
