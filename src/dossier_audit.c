/* SPDX-License-Identifier: Apache-2.0 */
#include "dossier.h"

#include "store/audit/audit.h"

enum { EXCERPT_MOST = 256 << 20 };
extern const char vg_verify_audit_script[]; /* docs/examples/verify_audit.py */

static int write_keys(vg_store *store, vg_arena *arena, vg_str *out, vg_error *err)
{
    vg_audit_key *keys = NULL;
    size_t count = 0;
    vg_buf text;
    int rc = vg_store_audit_keys(store, arena, &keys, &count, err);
    if (rc) return rc;
    vg_buf_init(&text, 64 << 10);
    for (size_t i = 0; i < count; i++) {
        vg_buf_add_str(&text, keys[i].verifier);
        vg_buf_add_char(&text, '\n');
    }
    *out = text.failed ? (vg_str){NULL, 0} : vg_arena_copy(arena, (vg_str){text.ptr ? text.ptr : "", text.len});
    vg_buf_free(&text);
    return out->ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for the keys of the audit log");
}

int vg_dossier_audit(vg_store *store, int64_t case_id, int64_t now_ms, vg_arena *arena, vg_buf *excerpt, vg_bag_file files[VG_DOSSIER_AUDIT_FILES], vg_error *err)
{
    size_t entries = 0;
    vg_checkpoint checkpoint;
    vg_str keys = {"", 0};
    vg_buf_init(excerpt, EXCERPT_MOST);
    int rc = vg_store_audit_excerpt(store, case_id, now_ms, excerpt, &entries, err); /* makes a checkpoint where the newest does not reach */
    if (!rc) rc = vg_store_audit_checkpoint(store, arena, &checkpoint, err);
    if (!rc) rc = write_keys(store, arena, &keys, err);
    if (rc) return rc;
    files[0] = (vg_bag_file){"excerpt.jsonl", {excerpt->ptr, excerpt->len}};
    files[1] = (vg_bag_file){"checkpoint.txt", checkpoint.note};
    files[2] = (vg_bag_file){"keys.txt", keys};
    files[3] = (vg_bag_file){"verify.py", vg_str_of(vg_verify_audit_script)};
    return 0;
}
