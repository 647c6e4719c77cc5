/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a proof of the audit log, checked with the key of the seeds' log. A proof that holds is about an entry, or a growth, within a
 * signed tree; what does not hold says why. The seeds' log had 14 entries: nothing else was ever signed with that key.
 */
#include "store/audit/check.h"

#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char verifier[] = "vigie/audit/21c18e6d0481328c+805660f0+Abjru42Cdup1hMyj89FTNMa7vSiEsgMEfCG4bbAfMJtC";
    vg_note_key key;
    vg_audit_claim claim = {0};
    vg_error err = {0};
    must(vg_note_key_read(&key, vg_str_of(verifier), &err) == 0);
    int rc = vg_audit_proof_check((vg_str){(const char *)data, size}, &key, &claim, &err);
    must((rc == 0) == (err.code == 0) && (rc == 0 || rc == -VG_EINVAL || rc == -VG_ECORRUPT || rc == -VG_ENOMEM));
    if (rc) return 0;
    must(claim.size >= 1 && (claim.entry > 0) != (claim.from > 0));
    must(claim.entry ? claim.entry <= claim.size : claim.from <= claim.size);
    return 0;
}
