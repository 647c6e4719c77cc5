/* SPDX-License-Identifier: Apache-2.0
 *
 * report/plain: channels to receivers without a protocol of their own: "gateway" (a service that takes reports as JSON over HTTP, such as an operator's own
 * relay), "mail" (a message with the report attached) and "hand" (a person carries the documents). docs/architecture/report.md has the gateway's protocol.
 * Callers: channels.c.
 */
#ifndef VG_REPORT_PLAIN_H
#define VG_REPORT_PLAIN_H

#include "report/channel.h"

extern const vg_filing_channel vg_channel_gateway, vg_channel_mail, vg_channel_hand;

/** The report as JSON, every text valid UTF-8. .ptr is NULL without memory. */
vg_str vg_plain_json(const vg_filing_view *f, vg_arena *arena);
int vg_plain_documents(const vg_filing_view *f, vg_arena *arena, vg_documents *out, vg_error *err);

#endif
