/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/media/bank_set: the banks that media is looked up in, as one immutable set.
 *
 * A set is made once, then only read, by any number of threads; whoever uses one holds a reference. A change to what a bank
 * *holds* happens inside its index and needs no new set; a change to what a bank *is* (effect, spaces, a bank more or less)
 * gives a new set. Numbers of banks (vg_media_match.bank) are places in one set and mean nothing in another: what outlives
 * the set keeps the bank's id.
 *
 * Allow-lists. An entry of a bank whose effect is `allow` is known to be harmless:
 *   - equal bytes in an allow-list cancel every near match (PDQ) of other banks: this very file was looked at by people;
 *   - a near match in an allow-list, at distance d, cancels near matches of other banks at distance d or more, where it covers
 *     at least as large a share of the frames asked for (one harmless frame does not clear a video);
 *   - equal bytes in another bank are never cancelled: two lists that name the same file disagree, and a person decides;
 *   - an entry in doubt, or of a bank that does not apply here, cancels nothing.
 * Callers: pipeline, banks, cli, bench.
 */
#ifndef VG_SIGNALS_MEDIA_BANK_SET_H
#define VG_SIGNALS_MEDIA_BANK_SET_H

#include "signals/media/index/index.h"

/* An index that several sets share; closed by the last who lets go. */
typedef struct vg_bank_index vg_bank_index;
/** Takes `index` over, also when it fails (VG_ENOMEM). */
int vg_bank_index_create(vg_bank_index **out, vg_index **index, vg_error *err);
vg_bank_index *vg_bank_index_ref(vg_bank_index *index);
void vg_bank_index_unref(vg_bank_index **index);
vg_index *vg_bank_index_get(const vg_bank_index *index);

typedef struct vg_bank_set vg_bank_set;
typedef struct vg_bank_set_item {
    vg_bank bank;         /* strings are copied */
    vg_bank_index *index; /* a reference is taken */
} vg_bank_set_item;

/** Keeps the order given: that is the order of equal matches. At most 65535 banks. Starts with one reference. */
int vg_bank_set_create(vg_bank_set **out, const vg_bank_set_item *items, size_t count, vg_error *err);
vg_bank_set *vg_bank_set_ref(vg_bank_set *set);
void vg_bank_set_unref(vg_bank_set **set);
size_t vg_bank_set_count(const vg_bank_set *set);
const vg_bank *vg_bank_set_at(const vg_bank_set *set, size_t number);
const vg_index *vg_bank_set_index(const vg_bank_set *set, size_t number);
/** Place of the bank with this id, or -1. */
int vg_bank_set_find(const vg_bank_set *set, int64_t id);
/** The native category of a match; valid as long as the set. */
vg_str vg_bank_set_category(const vg_bank_set *set, const vg_media_match *match);
/** True when the bank is asked for media of `space` (empty: whatever its spaces) at `now_ms`. */
bool vg_bank_applies(const vg_bank *bank, vg_str space, int64_t now_ms);

typedef struct vg_bank_result {
    vg_media_match match[VG_MATCHES_MAX]; /* strongest effect first; then equal bytes, distance, bank, entry */
    size_t count;     /* in match[] */
    size_t found;     /* entries of other than allow-lists that remained, also those over VG_MATCHES_MAX */
    size_t cancelled; /* near matches that an allow-list cancelled */
    bool allowed;     /* an allow-list knows it, and ... */
    vg_media_match allow; /* ... this is its surest entry */
    vg_verdict_kind effect; /* strongest of what remained; ALLOW when nothing did. Doubted entries: REVIEW at most */
} vg_bank_result;

/** Looks the hashes of one picture or video up in every bank of `space` (empty: in all) that has not expired. PDQ hashes are
 *  looked up only in banks of their own profile; frames, which have one form only, in all. The same set, hashes and space give the same answer. VG_ENOMEM. */
int vg_bank_set_match(const vg_bank_set *set, vg_str space, int64_t now_ms, const vg_media_hash *hashes, size_t count,
                      vg_bank_result *out, vg_error *err);

#endif
