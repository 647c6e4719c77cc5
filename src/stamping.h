/* SPDX-License-Identifier: Apache-2.0
 *
 * stamping: has a time stamping authority (RFC 3161) say when a checkpoint of the audit log was there. The command line does it when it is
 * told to, the server on a schedule. Asking twice harms nobody: each answer is a stamp of its own, so a crash between the answer and the disk
 * costs one question. libcurl has been started by the caller. Callers: net, cli.
 */
#ifndef VG_STAMPING_H
#define VG_STAMPING_H

#include "store/audit/audit.h"

typedef struct vg_stamping {
    const char *url; /* http or https */
    const char *ca;  /* certificates to trust, a PEM file */
    long timeout_ms; /* 0: 20 s */
} vg_stamping;

/** Asks, checks nonce, imprint and signer, and keeps the token on record as `by`. VG_EIO (no answer), VG_EFORBIDDEN (the authority refuses),
 *  VG_ECORRUPT (what came is no stamp of this), errors of the store. */
int vg_stamping_take(vg_store *store, const vg_checkpoint *checkpoint, const vg_stamping *how, vg_str by, int64_t *time_ms, vg_error *err);

#endif
