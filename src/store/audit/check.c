/* SPDX-License-Identifier: Apache-2.0 */
#include "store/audit/check.h"

#include <jansson.h>

#include "base/hash.h"
#include "store/audit/entry.h"
#include "store/audit/tree.h"

enum { PROOF_MOST = 1 << 20 };

static int malformed(const char *what, vg_error *err) { return vg_fail(err, VG_EINVAL, "proof", "is malformed: %s", what); }
static int refuted(const char *what, vg_error *err) { return vg_fail(err, VG_ECORRUPT, "proof", "%s", what); }

static vg_str text_of(const json_t *root, const char *name)
{
    const json_t *value = json_object_get(root, name);
    return json_is_string(value) ? (vg_str){json_string_value(value), json_string_length(value)} : (vg_str){"", 0};
}

static bool hash_of(const json_t *root, const char *name, uint8_t out[32])
{
    return vg_hex_decode(out, 32, text_of(root, name));
}

static bool number_of(const json_t *root, const char *name, int64_t least, int64_t *out)
{
    const json_t *value = json_object_get(root, name);
    *out = json_is_integer(value) ? json_integer_value(value) : 0;
    return json_is_integer(value) && *out >= least;
}

static int read_path(const json_t *root, uint8_t (*path)[32], size_t *count, vg_error *err)
{
    const json_t *list = json_object_get(root, "path");
    *count = json_array_size(list);
    if (!json_is_array(list) || *count > VG_TREE_PATH_MOST) return malformed("\"path\" is not a list of hashes", err);
    for (size_t i = 0; i < *count; i++) {
        const json_t *one = json_array_get(list, i);
        if (!json_is_string(one) || !vg_hex_decode(path[i], 32, (vg_str){json_string_value(one), json_string_length(one)}))
            return malformed("\"path\" is not a list of hashes", err);
    }
    return 0;
}

/* The signed note that says of `root` that it is the root of `size` entries. */
static int check_note(const json_t *root, const char *name, int64_t size, const uint8_t hash[32], const vg_note_key *key, vg_error *err)
{
    vg_note note;
    vg_str text = text_of(root, name);
    if (!text.len) return vg_fail(err, VG_ECORRUPT, "proof", "has no \"%s\": nobody signed the root of %lld entries", name, (long long)size);
    int rc = vg_note_read(&note, text, err);
    if (rc) return rc;
    if (!vg_str_is(note.origin, key->name) || !vg_note_signed(&note, key)) return refuted("its checkpoint was not signed with this key", err);
    if (note.size != size || memcmp(note.root, hash, 32) != 0) return refuted("its checkpoint is about another size or root", err);
    return 0;
}

/* Texts of the line point into `line`. */
static int check_line(const json_t *line, int64_t entry, const uint8_t leaf[32], vg_error *err)
{
    static const char *const names[4] = {"actor", "action", "object", "detail"};
    vg_audit_line e = {0};
    uint8_t previous[32], hash[32];
    if (!number_of(line, "seq", 1, &e.seq) || !number_of(line, "time_ms", INT64_MIN, &e.time_ms) || !hash_of(line, "previous", previous))
        return malformed("\"line\" is not an entry", err);
    for (int i = 0; i < 4; i++) e.field[i] = text_of(line, names[i]);
    vg_audit_entry_hash(&e, previous, true, NULL, hash);
    return e.seq == entry && memcmp(hash, leaf, 32) == 0 ? 0 : refuted("the entry in it is not the one that it proves", err);
}

static int check_inclusion(const json_t *root, const vg_note_key *key, vg_audit_claim *out, vg_error *err)
{
    uint8_t leaf[32], hash[32], path[VG_TREE_PATH_MOST][32];
    size_t count;
    if (!number_of(root, "entry", 1, &out->entry) || !number_of(root, "size", 1, &out->size) || !hash_of(root, "leaf", leaf) || !hash_of(root, "root", hash))
        return malformed("expected entry, size, leaf and root", err);
    int rc = read_path(root, path, &count, err);
    if (rc) return rc;
    if (!vg_tree_included(leaf, (uint64_t)out->entry - 1, (uint64_t)out->size, (const uint8_t(*)[32])path, count, hash))
        return refuted("the path does not lead from the entry to the root", err);
    const json_t *line = json_object_get(root, "line");
    out->with_entry = line != NULL;
    memcpy(out->root, hash, sizeof out->root);
    rc = line ? check_line(line, out->entry, leaf, err) : 0;
    return rc ? rc : check_note(root, "checkpoint", out->size, hash, key, err);
}

static int check_consistency(const json_t *root, const vg_note_key *key, vg_audit_claim *out, vg_error *err)
{
    uint8_t older[32], hash[32], path[VG_TREE_PATH_MOST][32];
    size_t count;
    if (!number_of(root, "from", 1, &out->from) || !number_of(root, "size", 1, &out->size) || !hash_of(root, "from_root", older) || !hash_of(root, "root", hash))
        return malformed("expected from, size, from_root and root", err);
    int rc = read_path(root, path, &count, err);
    if (rc) return rc;
    if (!vg_tree_consistent((uint64_t)out->from, (uint64_t)out->size, older, hash, (const uint8_t(*)[32])path, count))
        return refuted("the older log is not the beginning of the newer one", err);
    memcpy(out->from_root, older, sizeof out->from_root);
    memcpy(out->root, hash, sizeof out->root);
    rc = check_note(root, "from_checkpoint", out->from, older, key, err);
    return rc ? rc : check_note(root, "checkpoint", out->size, hash, key, err);
}

int vg_audit_proof_check(vg_str json, const vg_note_key *key, vg_audit_claim *out, vg_error *err)
{
    *out = (vg_audit_claim){0};
    if (!json.len || json.len > PROOF_MOST) return malformed("expected a JSON object of at most 1 MiB", err);
    json_t *root = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);
    vg_str format = text_of(root, "format");
    int rc = vg_str_is(format, "vigie-audit-inclusion/1")     ? check_inclusion(root, key, out, err)
             : vg_str_is(format, "vigie-audit-consistency/1") ? check_consistency(root, key, out, err)
                                                              : malformed("expected the format vigie-audit-inclusion/1 or -consistency/1", err);
    json_decref(root);
    return rc;
}

int vg_audit_claim_holds(const vg_audit_claim *claim, vg_str checkpoint, const vg_note_key *key, vg_error *err)
{
    vg_note note;
    int rc = vg_note_read(&note, checkpoint, err);
    if (rc) return rc;
    if (!vg_str_is(note.origin, key->name) || !vg_note_signed(&note, key)) return vg_fail(err, VG_EINVAL, "checkpoint", "was not signed with this key");
    if (note.size != claim->size && note.size != claim->from)
        return vg_fail(err, VG_EINVAL, "checkpoint", "is of %lld entries; the proof is about %lld and %lld", (long long)note.size, (long long)claim->from,
                       (long long)claim->size);
    const uint8_t *root = note.size == claim->size ? claim->root : claim->from_root;
    if (memcmp(note.root, root, sizeof note.root) == 0) return 0;
    return vg_fail(err, VG_ECORRUPT, "checkpoint", "of %lld entries was signed over another log: the log was forked at or before entry %lld", (long long)note.size,
                   (long long)note.size);
}
