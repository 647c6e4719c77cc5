/* SPDX-License-Identifier: Apache-2.0
 *
 * net/bank_json: banks and their entries as JSON and CSV, in both directions.
 */
#ifndef VG_NET_BANK_JSON_H
#define VG_NET_BANK_JSON_H

#include "net/net_int.h"

void vg_json_bank(vg_buf *out, const vg_bank *bank, int64_t now_ms);
/** `distance` -1: not found by a near hash. */
void vg_json_entry(vg_buf *out, const vg_bank_entry *entry, int distance);
extern const char vg_csv_header[];
/** One line of an export: an entry's reference, category and one of its hashes. */
void vg_csv_hash(vg_buf *out, const vg_bank_entry *entry, const vg_media_hash *hash);

/* Bodies. On failure the answer (400) is there and false comes back; strings live in the exchange's arena. */
bool vg_body_read_bank(vg_exchange *x, vg_bank *bank);
bool vg_body_read_entries(vg_exchange *x, const vg_bank *bank, vg_arena *arena, vg_bank_record **out, size_t *count);
bool vg_body_read_opinion(vg_exchange *x, vg_bank_opinion *opinion, vg_str *seen_in);

/** A file without a name in `dir`, to be written and then sent. */
FILE *vg_open_unnamed(const char *dir);

#endif
