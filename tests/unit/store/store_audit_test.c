/* SPDX-License-Identifier: Apache-2.0
 *
 * The Merkle tree over the audit log, its checkpoints and proofs, and what each way of tampering is met with.
 */
#include "fixture.h"

#include <sodium.h>

#include "store/audit/audit_int.h"
#include "store/audit/sha256.h"

/* ---- the tree by the letter of RFC 9162, section 2.1, over leaves that are numbers ---- */

enum { LEAVES = 70 };

static void leaf_of(uint64_t i, uint8_t out[32])
{
    uint8_t bytes[2] = {0, (uint8_t)i};
    vg_audit_sha256(bytes, 2, out);
}

static void mth(uint64_t low, uint64_t n, uint8_t out[32])
{
    uint64_t k = 1;
    uint8_t left[32], right[32];
    if (n == 1) {
        leaf_of(low, out);
        return;
    }
    while (2 * k < n) k *= 2;
    mth(low, k, left);
    mth(low + k, n - k, right);
    vg_audit_sha256_node(left, right, out);
}

static int read_made(void *context, unsigned level, uint64_t index, uint8_t out[32], vg_error *err)
{
    (void)context;
    (void)err;
    mth(index << level, (uint64_t)1 << level, out);
    return 0;
}

static void tree_by_the_letter(void)
{
    static uint8_t path[VG_TREE_PATH_MOST][32];
    static vg_tree_walk walk;
    const vg_tree tree = {read_made, NULL};
    uint8_t root[32], other[32], leaf[32];
    size_t count, wrong = 0, moved = 0, grown = 0, roots = 0;
    vg_error err;
    vg_tree_root(&tree, 0, root, &err);
    crypto_hash_sha256(other, (const uint8_t *)"", 0);
    TAP_OK(memcmp(root, other, 32) == 0, "an empty tree's root is the hash of nothing");
    for (uint64_t n = 1; n <= LEAVES; n++) {
        mth(0, n, root);
        leaf_of(n - 1, leaf);
        vg_tree_push(&walk, leaf, NULL, NULL, NULL);
        vg_tree_walk_root(&walk, other);
        roots += memcmp(root, other, 32) != 0;
        vg_tree_root(&tree, n, other, &err);
        roots += memcmp(root, other, 32) != 0;
        for (uint64_t i = 0; i < n; i++) {
            vg_tree_inclusion(&tree, i, n, path, &count, &err);
            leaf_of(i, leaf);
            wrong += !vg_tree_included(leaf, i, n, (const uint8_t(*)[32])path, count, root);
            if (n > 1) moved += vg_tree_included(leaf, (i + 1) % n, n, (const uint8_t(*)[32])path, count, root);
            leaf[3] ^= 1;
            moved += vg_tree_included(leaf, i, n, (const uint8_t(*)[32])path, count, root);
            uint8_t older[32];
            mth(0, i + 1, older);
            vg_tree_consistency(&tree, i + 1, n, path, &count, &err);
            grown += !vg_tree_consistent(i + 1, n, older, root, (const uint8_t(*)[32])path, count);
            older[0] ^= 1;
            moved += vg_tree_consistent(i + 1, n, older, root, (const uint8_t(*)[32])path, count);
            older[0] ^= 1;
            if (count) {
                path[count / 2][5] ^= 1;
                moved += vg_tree_consistent(i + 1, n, older, root, (const uint8_t(*)[32])path, count);
                moved += vg_tree_consistent(i + 1, n, older, root, (const uint8_t(*)[32])path, count - 1);
            }
        }
    }
    TAP_EQ_INT(roots, 0, "roots, of the whole and pushed leaf by leaf, are those of the recursion");
    TAP_EQ_INT(wrong, 0, "every leaf of every tree up to 70 is proved in it");
    TAP_EQ_INT(grown, 0, "every smaller tree is proved its beginning");
    TAP_EQ_INT(moved, 0, "and no proof holds for another leaf, place, root or with a bit changed");
    TAP_OK(!vg_tree_included(leaf, 5, 5, NULL, 0, root) && !vg_tree_consistent(0, 5, root, root, NULL, 0) && !vg_tree_consistent(6, 5, root, root, NULL, 0),
           "sizes that cannot be are refused");
}

/* ---- a log ---- */

static int add(fixture *f, const char *object)
{
    return vg_store_audit(f->store, VG_STR("claire"), VG_STR("case.view"), vg_str_of(object), VG_STR("{\"é\":1}"), &f->err);
}

static int add_many(fixture *f, int count)
{
    char object[24];
    int rc = vg_store_together(f->store, &f->err);
    for (int i = 0; !rc && i < count; i++) {
        snprintf(object, sizeof object, "c-%06d", i % 50 + 1);
        rc = add(f, object);
    }
    return vg_store_apart(f->store, rc, &f->err);
}

static vg_checkpoint checkpoint(fixture *f)
{
    vg_checkpoint c = {0};
    if (vg_store_audit_checkpoint_make(f->store, 1767225600000, f->arena, &c, &f->err)) printf("# checkpoint: %s: %s\n", f->err.where, f->err.what);
    return c;
}

static int verify(fixture *f, const vg_str *notes, size_t count)
{
    vg_audit_checked out;
    f->err = (vg_error){0};
    return vg_store_audit_check(f->store, &(vg_audit_check){.notes = notes, .note_count = count}, &out, &f->err);
}

static size_t bad_proofs(fixture *f, int64_t size)
{
    static vg_audit_proof p;
    size_t bad = 0;
    for (int64_t n = 1; n <= size; n += n < 10 || size - n < 10 ? 1 : 37) {
        bad += vg_store_audit_prove_entry(f->store, n, size, &p, &f->err) != 0 ||
               !vg_tree_included(p.leaf, (uint64_t)n - 1, (uint64_t)size, (const uint8_t(*)[32])p.path, p.count, p.root);
        bad += vg_store_audit_prove_growth(f->store, n, size, &p, &f->err) != 0 ||
               !vg_tree_consistent((uint64_t)n, (uint64_t)size, p.from_root, p.root, (const uint8_t(*)[32])p.path, p.count);
    }
    return bad;
}

static void checkpoints_and_proofs(void)
{
    fixture f;
    vg_checkpoint c, again;
    vg_note note;
    vg_note_key key;
    vg_audit_key *keys;
    size_t count;
    static vg_audit_proof p;
    set_up(&f);
    TAP_EQ_INT(vg_store_audit_checkpoint_make(f.store, 1, f.arena, &c, &f.err), -VG_ENOENT, "an empty log has no checkpoint");
    add_many(&f, 3);
    c = checkpoint(&f);
    TAP_EQ_INT(c.size, 3, "a checkpoint over what there is");
    TAP_EQ_INT(vg_store_audit_keys(f.store, f.arena, &keys, &count, &f.err), 0, "its key");
    TAP_OK(count == 1 && vg_note_key_read(&key, keys[0].verifier, &f.err) == 0 && memcmp(key.public_key, keys[0].public_key, 32) == 0, "is read back from its text");
    TAP_OK(vg_note_read(&note, c.note, &f.err) == 0 && note.size == 3 && memcmp(note.root, c.root, 32) == 0 && vg_note_signed(&note, &key), "and has signed the note");
    again = checkpoint(&f);
    TAP_OK(vg_str_eq(again.note, c.note), "without new entries the same one is given");
    add_many(&f, 1000);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit_tile"), 0, "adding entries writes no tile");
    TAP_EQ_INT(bad_proofs(&f, 1003), 0, "proofs hold before there are tiles");
    c = checkpoint(&f);
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit_tile"), 4, "then three complete tiles, and one above them");
    TAP_EQ_INT(bad_proofs(&f, 1003), 0, "and hold out of them");
    TAP_EQ_INT(bad_proofs(&f, 600), 0, "and for a size of the past");
    TAP_OK(vg_store_audit_prove_growth(f.store, 3, 1003, &p, &f.err) == 0 && memcmp(p.from_root, again.root, 32) == 0 && memcmp(p.root, c.root, 32) == 0,
           "the old checkpoint's root is the one that growth is proved from");
    TAP_EQ_INT(vg_store_audit_prove_entry(f.store, 1004, 1004, &p, &f.err), -VG_ENOENT, "an entry that is not there has no proof");
    TAP_EQ_INT(vg_store_audit_prove_entry(f.store, 5, 4, &p, &f.err), -VG_ENOENT, "nor one behind the size");
    TAP_EQ_INT(vg_store_audit_prove_growth(f.store, 0, 4, &p, &f.err), -VG_EINVAL, "growth from nothing is nothing");
    TAP_EQ_INT(verify(&f, &again.note, 1), 0, "the log checks, also against a checkpoint kept elsewhere");
    run_sql(&f, "DELETE FROM audit_tile");
    TAP_EQ_INT(verify(&f, NULL, 0), 0, "a lost tree is no harm");
    TAP_EQ_INT(bad_proofs(&f, 1003), 0, "it is made again");
    reopen(&f);
    TAP_EQ_INT(verify(&f, NULL, 0), 0, "and checks after a restart");
    tear_down(&f);
}

static void many_tiles(void)
{
    fixture f;
    set_up(&f);
    bool made;
    int64_t behind;
    for (int i = 0; i < 7; i++) add_many(&f, 10000);
    TAP_EQ_INT(vg_store_audit_keep_up(f.store, 1767225600000, 4096, 1, &made, &behind, &f.err), 0, "the watch takes the tree along");
    TAP_OK(!made && number(&f, "SELECT count(*) FROM audit_tile WHERE id<281474976710656") == 256, "a bounded number of tiles at a time, and no checkpoint before the end");
    TAP_EQ_INT(behind, 17 * 256, "it is said how much is left");
    TAP_EQ_INT(vg_store_audit_keep_up(f.store, 1767225600000, 4096, 1, &made, &behind, &f.err), 0, "at the next round");
    TAP_OK(made && !behind && number(&f, "SELECT size FROM audit_checkpoint") == 70000, "nothing is left, and there is a checkpoint of all");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit_tile WHERE id>=562949953421312"), 1, "a tree of three levels");
    static vg_audit_proof p;
    size_t bad = 0;
    static const int64_t at[] = {1, 256, 257, 65535, 65536, 65537, 69888, 69889, 70000};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        bad += vg_store_audit_prove_entry(f.store, at[i], 70000, &p, &f.err) != 0 ||
               !vg_tree_included(p.leaf, (uint64_t)at[i] - 1, 70000, (const uint8_t(*)[32])p.path, p.count, p.root);
        bad += vg_store_audit_prove_growth(f.store, at[i], 70000, &p, &f.err) != 0 ||
               !vg_tree_consistent((uint64_t)at[i], 70000, p.from_root, p.root, (const uint8_t(*)[32])p.path, p.count);
    }
    TAP_EQ_INT(bad, 0, "proofs across the edges of tiles");
    TAP_EQ_INT(verify(&f, NULL, 0), 0, "the log checks");
    run_sql(&f, "UPDATE audit_tile SET hashes=zeroblob(8192) WHERE id=281474976710656");
    TAP_EQ_INT(verify(&f, NULL, 0), -VG_ECORRUPT, "a tile that was altered is found");
    TAP_EQ_STR(f.err.where, "audit tree", "and named");
    tear_down(&f);
}

/* ---- retention ---- */

static void cut_start_keeps_proofs(void)
{
    fixture f;
    vg_checkpoint before, after;
    static vg_audit_proof p, q;
    set_up(&f);
    add_many(&f, 300);
    before = checkpoint(&f);
    vg_store_audit_prove_entry(f.store, 280, 300, &p, &f.err);
    run_sql(&f, "UPDATE audit SET time_ms=1000 WHERE seq<=290"); /* the cut looks at the time alone */
    vg_store_begin(f.store, &f.err);
    TAP_EQ_INT(vg_store_end(f.store, vg_store_audit_cut(f.store, 2000, 1767225600000, &f.err), &f.err), 0, "retention takes 290 entries");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM audit"), 11, "ten are left, and the one that says so");
    TAP_EQ_INT(verify(&f, &before.note, 1), 0, "chain, tree and the checkpoint from before check");
    TAP_OK(vg_store_audit_prove_entry(f.store, 280, 300, &q, &f.err) == 0 && p.count == q.count && memcmp(p.path, q.path, 32 * p.count) == 0,
           "an entry that is gone is proved as it was before");
    add_many(&f, 600);
    after = checkpoint(&f);
    TAP_EQ_INT(after.size, 901, "the log goes on");
    TAP_EQ_INT(bad_proofs(&f, 901), 0, "with proofs of all");
    TAP_EQ_INT(verify(&f, &before.note, 1), 0, "and checks");
    run_sql(&f, "DELETE FROM audit_tile WHERE id=0");
    TAP_EQ_INT(verify(&f, NULL, 0), -VG_ECORRUPT, "the hashes of what was cut cannot be taken away");
    TAP_EQ_STR(f.err.where, "audit tree", "and it is said what is missing");
    tear_down(&f);
}

/* ---- a log from before the tree ---- */

/* As version 1 of the chain wrote it: BLAKE2b, no tiles, no version. */
static void make_old(fixture *f, int64_t cut)
{
    sqlite3_stmt *row, *set;
    uint8_t hash[32] = {0};
    sqlite3_prepare_v2(f->store->db, "SELECT seq,time_ms,actor,action,object,detail FROM audit ORDER BY seq", -1, &row, NULL);
    sqlite3_prepare_v2(f->store->db, "UPDATE audit SET hash=? WHERE seq=?", -1, &set, NULL);
    vg_store_begin(f->store, &f->err);
    while (sqlite3_step(row) == SQLITE_ROW) {
        vg_audit_line e = {sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1), {{0}}};
        for (int i = 0; i < 4; i++) e.field[i] = (vg_str){(const char *)sqlite3_column_text(row, 2 + i), (size_t)sqlite3_column_bytes(row, 2 + i)};
        vg_audit_entry_hash(&e, hash, false, hash, NULL);
        sqlite3_bind_blob(set, 1, hash, 32, SQLITE_TRANSIENT);
        sqlite3_bind_int64(set, 2, e.seq);
        sqlite3_step(set);
        sqlite3_reset(set);
    }
    sqlite3_finalize(row);
    sqlite3_finalize(set);
    memcpy(f->store->audit_hash, hash, 32);
    f->store->audit_moved = true;
    run_sql(f, "UPDATE audit_state SET second_from=(SELECT max(seq)+1 FROM audit)");
    vg_store_end(f->store, 0, &f->err);
    if (!cut) return;
    char detail[160], sql[512];
    sqlite3_prepare_v2(f->store->db, "SELECT hash FROM audit WHERE seq=?", -1, &row, NULL);
    sqlite3_bind_int64(row, 1, cut);
    sqlite3_step(row);
    memcpy(hash, sqlite3_column_blob(row, 0), 32);
    sqlite3_finalize(row);
    vg_audit_cut_detail(detail, sizeof detail, cut, hash);
    vg_store_audit(f->store, VG_STR("sweep"), VG_STR("audit.cut"), VG_STR("audit"), vg_str_of(detail), &f->err);
    snprintf(sql, sizeof sql, "UPDATE audit_state SET anchor_seq=%lld,tree_from=%lld,anchor_hash=(SELECT hash FROM audit WHERE seq=%lld);DELETE FROM audit WHERE seq<=%lld",
             (long long)cut, (long long)cut, (long long)cut, (long long)cut);
    run_sql(f, sql);
}

static void a_log_from_before(void)
{
    fixture f;
    set_up(&f);
    add_many(&f, 700);
    make_old(&f, 0);
    TAP_EQ_INT(verify(&f, NULL, 0), 0, "a log of the chain's first version checks");
    add_many(&f, 400);
    checkpoint(&f);
    TAP_EQ_INT(verify(&f, NULL, 0), 0, "and goes on in the second one");
    TAP_EQ_INT(bad_proofs(&f, 1100), 0, "with one tree over both");
    run_sql(&f, "UPDATE audit SET detail='{}' WHERE seq=350");
    TAP_EQ_INT(verify(&f, NULL, 0), -VG_ECORRUPT, "an old entry is held as a new one is");
    TAP_EQ_STR(f.err.where, "audit entry 350", "and named");
    tear_down(&f);

    set_up(&f);
    add_many(&f, 700);
    make_old(&f, 333);
    checkpoint(&f);
    TAP_EQ_INT(verify(&f, NULL, 0), 0, "a log that was cut before it had a tree checks");
    TAP_EQ_INT(bad_proofs(&f, 701), 0, "what is gone stands in the tree as leaves of nothing");
    tear_down(&f);
}

/* ---- attacks ---- */

/* Who has the database and the key ring writes the chain anew from `from` on, head included. */
static void forge(fixture *f, int64_t from)
{
    sqlite3_stmt *row, *set;
    uint8_t hash[32] = {0};
    vg_store_begin(f->store, &f->err);
    sqlite3_prepare_v2(f->store->db, "SELECT seq,time_ms,actor,action,object,detail,hash FROM audit ORDER BY seq", -1, &row, NULL);
    sqlite3_prepare_v2(f->store->db, "UPDATE audit SET hash=? WHERE seq=?", -1, &set, NULL);
    while (sqlite3_step(row) == SQLITE_ROW) {
        vg_audit_line e = {sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1), {{0}}};
        for (int i = 0; i < 4; i++) e.field[i] = (vg_str){(const char *)sqlite3_column_text(row, 2 + i), (size_t)sqlite3_column_bytes(row, 2 + i)};
        vg_audit_entry_hash(&e, hash, true, hash, NULL);
        if (e.seq < from) continue;
        sqlite3_bind_blob(set, 1, hash, 32, SQLITE_TRANSIENT);
        sqlite3_bind_int64(set, 2, e.seq);
        sqlite3_step(set);
        sqlite3_reset(set);
        f->store->audit_seq = e.seq;
    }
    sqlite3_finalize(row);
    sqlite3_finalize(set);
    memcpy(f->store->audit_hash, hash, 32);
    f->store->audit_moved = true;
    vg_store_end(f->store, 0, &f->err);
}

/* A log of 600 entries with checkpoints of 100, 300 and 600. */
static void make_log(fixture *f, vg_checkpoint c[3])
{
    set_up(f);
    add_many(f, 100);
    c[0] = checkpoint(f);
    add_many(f, 200);
    c[1] = checkpoint(f);
    add_many(f, 300);
    c[2] = checkpoint(f);
}

static void attack(const char *sql, int64_t forge_from, const char *also, const char *where, const char *name)
{
    fixture f;
    vg_checkpoint c[3];
    make_log(&f, c);
    TAP_EQ_INT(verify(&f, NULL, 0), 0, "(untouched, the log checks)");
    TAP_EQ_INT(run_sql(&f, sql), SQLITE_OK, sql);
    if (forge_from) forge(&f, forge_from);
    if (also) TAP_EQ_INT(run_sql(&f, also), SQLITE_OK, also);
    TAP_EQ_INT(verify(&f, NULL, 0), -VG_ECORRUPT, name);
    TAP_EQ_STR(f.err.where, where, "and it is named");
    tear_down(&f);
}

static void attacks(void)
{
    attack("UPDATE audit SET actor='nobody' WHERE seq=257", 0, NULL, "audit entry 257", "tampered: an entry was altered");
    attack("UPDATE audit SET object=(SELECT object FROM audit WHERE seq=201) WHERE seq=200;UPDATE audit SET object='c-000001' WHERE seq=201", 0, NULL, "audit entry 200",
           "reordered: two entries changed places");
    attack("UPDATE audit SET seq=9999 WHERE seq=40;UPDATE audit SET seq=40 WHERE seq=41;UPDATE audit SET seq=41 WHERE seq=9999", 0, NULL, "audit entry 40",
           "reordered: two rows changed numbers");
    attack("DELETE FROM audit WHERE seq>590", 0, NULL, "audit entry 591", "truncated: the end is missing");
    attack("DELETE FROM audit WHERE seq>590", 1, NULL, "audit entry 591", "truncated, with a head made for it: a checkpoint says so");
    attack("DELETE FROM audit WHERE seq>590", 1, "DELETE FROM audit_tile", "audit entry 591", "and without tiles as well");
    attack("UPDATE audit SET actor='nobody' WHERE seq=130", 130, NULL, "audit entry 130", "written anew from an entry on, with head: the tiles know which");
    attack("UPDATE audit SET actor='nobody' WHERE seq=130", 130, "DELETE FROM audit_tile", "audit entry 101",
           "written anew with tiles: the checkpoints know between which two");
    attack("UPDATE audit SET actor='nobody' WHERE seq=130", 130, "DELETE FROM audit_tile;DELETE FROM audit_checkpoint WHERE size=300", "audit entry 101",
           "and the next checkpoint, when one is taken away");
    attack("UPDATE audit_checkpoint SET root=zeroblob(32) WHERE size=300", 0, NULL, "audit checkpoint of 300 entries", "a checkpoint's root was altered");
    attack("UPDATE audit_checkpoint SET note=replace(note,'300','301') WHERE size=300", 0, NULL, "audit checkpoint of 300 entries", "a checkpoint's note was altered");
    attack("UPDATE audit_checkpoint SET note=substr(note,1,length(note)-20)||'AAAAAAAAAAAAAAAAAA=' || char(10) WHERE size=300", 0, NULL, "audit checkpoint of 300 entries",
           "a signature was altered");
}

/* Two signed logs: one was shown to some, another one to others. */
static void forks(void)
{
    fixture f;
    vg_checkpoint c[3], other;
    make_log(&f, c);
    vg_str kept[3] = {c[1].note, c[0].note, c[2].note};
    TAP_EQ_INT(verify(&f, kept, 3), 0, "checkpoints kept elsewhere check, in any order");
    /* back to what it was after 290 entries, and on in another way */
    run_sql(&f, "DELETE FROM audit WHERE seq>290;DELETE FROM audit_tile;DELETE FROM audit_checkpoint WHERE size>100");
    forge(&f, 1);
    add_many(&f, 10);
    other = checkpoint(&f);
    TAP_EQ_INT(other.size, 300, "a fork of the same size is signed");
    TAP_EQ_INT(verify(&f, NULL, 0), 0, "by itself it checks,");
    TAP_EQ_INT(verify(&f, kept, 1), -VG_ECORRUPT, "but not against a checkpoint of the other one");
    TAP_EQ_STR(f.err.where, "audit entry 101", "and the first entry that may differ is named");
    TAP_OK(strstr(f.err.what, "entry 300") != NULL, "with the last one: %s", f.err.what);
    vg_str both[2] = {c[1].note, other.note};
    TAP_EQ_INT(verify(&f, both, 2), -VG_ECORRUPT, "two signed checkpoints of one size that differ");
    TAP_OK(strstr(f.err.what, "forked") != NULL, "are a fork: %s", f.err.what);
    add_many(&f, 400);
    checkpoint(&f);
    vg_str later = c[2].note;
    TAP_EQ_INT(verify(&f, &later, 1), -VG_ECORRUPT, "a fork that has grown on does not hold a later checkpoint of the other one");
    TAP_EQ_STR(f.err.where, "audit entry 301", "named from the last checkpoint that holds");
    static vg_audit_proof p;
    vg_store_audit_prove_growth(f.store, 300, 700, &p, &f.err);
    TAP_OK(!vg_tree_consistent(300, 700, c[1].root, p.root, (const uint8_t(*)[32])p.path, p.count), "no proof leads from the other log to this one");
    tear_down(&f);
}

static void keys_change(void)
{
    fixture f;
    vg_audit_key *keys;
    vg_note_key first, second;
    vg_note note;
    size_t count;
    set_up(&f);
    TAP_EQ_INT(vg_store_audit_origin_set(f.store, VG_STR("audit.vigie example"), VG_STR("anne"), &f.err), -VG_EINVAL, "a name has no blanks");
    TAP_EQ_INT(vg_store_audit_origin_set(f.store, VG_STR("audit.vigie.example"), VG_STR("anne"), &f.err), 0, "a log has the name that it is given");
    vg_checkpoint c = checkpoint(&f);
    TAP_OK(c.note.len > 20 && memcmp(c.note.ptr, "audit.vigie.example\n", 20) == 0, "in its checkpoints");
    TAP_EQ_INT(vg_store_audit_origin_set(f.store, VG_STR("other"), VG_STR("anne"), &f.err), -VG_ECONFLICT, "and not another one later");
    TAP_EQ_INT(vg_store_audit_key_rotate(f.store, VG_STR("anne"), 1767225600000, &f.err), 0, "the key is changed");
    vg_store_audit_keys(f.store, f.arena, &keys, &count, &f.err);
    TAP_OK(count == 2 && vg_note_key_read(&first, keys[0].verifier, &f.err) == 0 && vg_note_key_read(&second, keys[1].verifier, &f.err) == 0, "both are shown");
    c = checkpoint(&f);
    TAP_OK(vg_note_read(&note, c.note, &f.err) == 0 && vg_note_signed(&note, &first) && vg_note_signed(&note, &second), "the next checkpoint has both signatures");
    add_many(&f, 1);
    c = checkpoint(&f);
    TAP_OK(vg_note_read(&note, c.note, &f.err) == 0 && !vg_note_signed(&note, &first) && vg_note_signed(&note, &second), "the one after that only the new one's");
    TAP_EQ_INT(verify(&f, NULL, 0), 0, "all of them check");
    tear_down(&f);
}

static void notes(void)
{
    static const char *const wrong[] = {"", "a", "a\n", "a b\n1\nAAAA\n\n", "a\n01\n", "a\n1\nAAAA\n\n", "a\n-1\n", "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
                                        "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n", "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nx\n",
                                        "a\n1\n47DEQpj8HBSa\xc5\xb0TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\xe2\x80\x94 a AAAA\n", /* libsodium reads it as base64 */
                                        "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\xe2\x80\x94 a\n", "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\xe2\x80\x94 a AA"};
    vg_note note;
    vg_note_key key;
    vg_error err;
    size_t taken = 0;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) taken += vg_note_read(&note, vg_str_of(wrong[i]), &err) == 0;
    TAP_EQ_INT(taken, 0, "a note that is none is refused");
    /* the example of golang.org/x/mod/sumdb/note, where the format is from: its key, its text and a signature that others made */
    static const char verifier[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    char again[VG_NOTE_VERIFIER];
    TAP_EQ_INT(vg_note_key_read(&key, vg_str_of(verifier), &err), 0, "a published verifier key is read");
    vg_note_key_write(&key, again);
    TAP_OK(strcmp(again, verifier) == 0, "and written as it was");
    note = (vg_note){.text = VG_STR("If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"),
                     .signatures = VG_STR("— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n")};
    TAP_OK(vg_note_signed(&note, &key), "its published signature checks");
    note.text.len--;
    TAP_OK(!vg_note_signed(&note, &key), "and not over another text");
    TAP_EQ_INT(vg_note_key_read(&key, VG_STR("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &err), -VG_EINVAL, "a key whose hash is another's is refused");
    TAP_EQ_INT(vg_note_key_read(&key, VG_STR("a+00000000+AAAA"), &err), -VG_EINVAL, "one that is too short is refused");
    TAP_EQ_INT(vg_note_key_read(&key, VG_STR(""), &err), -VG_EINVAL, "and none");
}

/* ---- handing out ---- */

static int gather(void *context, vg_str piece, vg_error *err)
{
    (void)err;
    vg_buf_add_str(context, piece);
    return 0;
}

static void excerpts(void)
{
    fixture f;
    vg_buf out;
    size_t entries, lines = 0;
    int64_t all;
    set_up(&f);
    add_many(&f, 300);
    add(&f, "c-000007/3");
    add(&f, "c-0000070");
    vg_buf_init(&out, 1 << 20);
    TAP_EQ_INT(vg_store_audit_excerpt(f.store, 7, 1767225600000, &out, &entries, &f.err), 0, "an excerpt about one case");
    for (size_t i = 0; i < out.len; i++) lines += out.ptr[i] == '\n';
    TAP_OK(entries == 7 && lines == 8, "has its six entries and that of its part, and a line before them (%zu, %zu)", entries, lines);
    TAP_OK(strstr(out.ptr, "\"c-000007/3\"") && !strstr(out.ptr, "c-0000070") && !strstr(out.ptr, "c-000008"), "and nothing of another case");
    TAP_EQ_INT(number(&f, "SELECT max(size) FROM audit_checkpoint"), 302, "against a checkpoint that reaches it");
    vg_buf_clear(&out);
    TAP_EQ_INT(vg_store_audit_excerpt(f.store, 999, 1767225600000, &out, &entries, &f.err), 0, "a case without entries");
    TAP_EQ_INT(entries, 0, "has none");
    vg_buf_clear(&out);
    TAP_EQ_INT(vg_store_audit_export(f.store, 1767225600000, gather, &out, &all, &f.err), 0, "the whole log");
    TAP_EQ_INT(all, 302, "is all of it");
    vg_buf_free(&out);
    tear_down(&f);
}

static void no_memory(void)
{
    fixture f;
    set_up(&f);
    add_many(&f, 300);
    bool made, more = true;
    int64_t behind;
    size_t n, wrong = 0;
    for (n = 1; more; n++) {
        vg_buf out;
        size_t entries;
        vg_arena_reset(f.arena);
        vg_buf_init(&out, 1 << 20);
        run_sql(&f, "DELETE FROM audit_checkpoint;DELETE FROM audit_tile");
        vg_alloc_fail_at(n);
        int rc = vg_store_audit_excerpt(f.store, 7, 1767225600000, &out, &entries, &f.err);
        if (!rc) rc = vg_store_audit_keep_up(f.store, 1767225600000, 1, 1, &made, &behind, &f.err);
        if (!rc) rc = verify(&f, NULL, 0);
        more = vg_alloc_failed();
        vg_alloc_fail_at(0);
        vg_buf_free(&out);
        wrong += rc != 0 && rc != -VG_ENOMEM;
        if (rc && rc != -VG_ENOMEM) printf("# allocation %zu: %s: %s\n", n, f.err.where, f.err.what);
    }
    TAP_OK(n > 10 && !wrong, "without memory each of %zu allocations is an answer", n - 2);
    TAP_EQ_INT(verify(&f, NULL, 0), 0, "and the log checks");
    tear_down(&f);
}

/* ---- policies ---- */

static int64_t recorded(fixture *f, const vg_policy_version *all, size_t count)
{
    int64_t before = 0, after = 0;
    vg_store_audit_size(f->store, &before, &f->err);
    if (vg_store_policies_record(f->store, all, count, 1767225600000, &f->err)) return -1;
    vg_store_audit_size(f->store, &after, &f->err);
    return after - before;
}

static void policies(void)
{
    static const vg_policy_version first[] = {{"kids", 1}, {"teens", 2}, {"", 7}}, second[] = {{"kids", 1}, {"teens", 3}, {"", 7}};
    fixture f;
    set_up(&f);
    TAP_EQ_INT(recorded(&f, first, 3), 3, "each space and the law is on record once");
    TAP_EQ_INT(recorded(&f, first, 3), 0, "what did not change is not written again");
    TAP_EQ_INT(recorded(&f, second, 3), 1, "one that changed is");
    vg_store_close(&f.store);
    TAP_EQ_INT(vg_store_open(&f.store, f.dir, f.ring, &f.err), 0, "the store is opened again");
    TAP_EQ_INT(recorded(&f, second, 3), 0, "and knows what is on record");
    TAP_EQ_INT(recorded(&f, second + 1, 1), 2, "a space and a law that are gone are on record");
    TAP_EQ_INT(recorded(&f, second, 1), 2, "and one that is back, and another gone");
    vg_query rows = vg_store_use(f.store, VG_SQL_AUDIT_ROWS);
    vg_store_bind_int(&rows, 4);
    vg_store_bind_int(&rows, 1);
    TAP_EQ_INT(vg_store_step(&rows, &f.err), 1, "the change has an entry");
    vg_audit_line entry = vg_audit_row(&rows);
    TAP_OK(vg_str_is(entry.field[1], "policy.change") && vg_str_is(entry.field[2], "teens") &&
               vg_str_is(entry.field[3], "{\"from\":\"0000000000000002\",\"to\":\"0000000000000003\"}"), "with the version before and after");
    vg_store_reset(&rows);
    tear_down(&f);
}

int main(void)
{
    tree_by_the_letter();
    checkpoints_and_proofs();
    policies();
    many_tiles();
    cut_start_keeps_proofs();
    a_log_from_before();
    attacks();
    forks();
    keys_change();
    notes();
    excerpts();
    no_memory();
    return tap_done();
}
