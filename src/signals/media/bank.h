/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/media: media -> is it known material? Exact SHA-256 and MD5 against the policy's banks.
 *
 * A lookup is a search in each bank's sorted array; the strongest effect wins, then bank order.
 * Callers: pipeline, cli.
 */
#ifndef VG_SIGNALS_MEDIA_BANK_H
#define VG_SIGNALS_MEDIA_BANK_H

#include "event/policy.h"

/** The order of a bank's hashes: algorithm, then bytes. It is part of the contract: space/ sorts each bank
 * so, and drops duplicates. */
int vg_media_hash_compare(const vg_media_hash *a, const vg_media_hash *b);
/** Looks up each hash in each bank. Returns true and appends one evidence (kind VG_MEDIA_KNOWN, detail = bank
 * number, value = number of hashes that matched) when any matched; *effect is the bank's. */
bool vg_media_evidence(const vg_policy *policy, const vg_media_hash *hashes, size_t count, vg_evidence *ev,
                       size_t *ev_count, vg_verdict_kind *effect);

#endif
