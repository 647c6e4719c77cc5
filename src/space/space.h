/* SPDX-License-Identifier: Apache-2.0
 *
 * space: a space's policy: audience, weights, thresholds, what is scanned and on which legal basis.
 *
 * Reads YAML through libcyaml into vg_policy (event/policy.h). A policy set is every space of an
 * installation; it is immutable and reference-counted, so that a reload swaps one pointer while events
 * under way finish with the set they began with. Loading is all or nothing: any error leaves nothing.
 * A private channel is scanned only if the policy says so *and* records a legal basis with a source.
 * Callers: pipeline, cli, main.
 */
#ifndef VG_SPACE_SPACE_H
#define VG_SPACE_SPACE_H

#include "base/error.h"
#include "event/law.h"
#include "event/policy.h"

typedef struct vg_policy_set vg_policy_set;

/** Loads one space file, or a directory (every *.yaml of its `spaces/`, or of itself). Lexicons, banks and phrases are
 *  found relative to the space file. Errors: VG_EINVAL with err->where "file:line:column" and what was expected; VG_ENOENT. */
int vg_policy_set_load(vg_policy_set **out, const char *path, vg_error *err);
/** A lexicon alone, or else what vg_policy_set_load takes: for checking expressions. A lexicon gives a set of one policy without a
 *  name that has its patterns, its examples, the spelling of its language where `../spelling` beside it has it, and nothing
 *  else. */
int vg_policy_set_load_lexicon(vg_policy_set **out, const char *path, vg_error *err);
vg_policy_set *vg_policy_set_ref(vg_policy_set *set);   /* thread-safe */
void vg_policy_set_unref(vg_policy_set **set);          /* thread-safe; frees at the last */
/** A new set with one space of `from` (NULL: all of them), each first changed by `change`: weights, thresholds, the path of a model. For
 *  asking "what if" without another file (`vigie eval`); never for serving. `from` is kept as long as the new set.
 *  VG_ENOENT: no such space. */
int vg_policy_set_derive(vg_policy_set **out, vg_policy_set *from, const char *space, void (*change)(void *context, vg_policy *policy),
                         void *context, vg_error *err);
size_t vg_policy_set_count(const vg_policy_set *set);
const vg_policy *vg_policy_set_at(const vg_policy_set *set, size_t i);
/** The policy of a space, or NULL. Constant time. `index` (may be NULL) gets its number in the set. */
const vg_policy *vg_policy_set_find(const vg_policy_set *set, vg_str space, size_t *index);

/** The book of law of this set (NULL: an empty one): `law/`, `hotlines/` and `routing.yaml` in the folder above the spaces'. What is not there leaves it empty,
 *  and vg_policy_check says so. Never NULL; lives as long as the set. Its version is its own: a policy's says nothing of it. */
const vg_law_book *vg_policy_set_book(const vg_policy_set *set);

/** Every finding about a policy that loads, but that its author should know (weights that can never reach a threshold, private
 *  scanning whose legal basis ends soon, a family without patterns): one line each into `out`. Returns how many. */
size_t vg_policy_check(const vg_policy_set *set, int64_t now_ms, vg_buf *out);
/** A summary for a person: space, audience, channels scanned and why, thresholds, patterns, banks. */
void vg_policy_describe(const vg_policy *policy, vg_lang lang, vg_buf *out);

/** Whether content of this channel may be looked at, at this time (legal basis may have ended). */
bool vg_policy_may_scan(const vg_policy *policy, vg_channel channel, int64_t time_ms);

/** What this space lets people decide; the built-in list where it says nothing, or is gone (NULL). Never NULL. */
const struct vg_policy_decisions *vg_policy_decisions_of(const vg_policy *policy);

#endif
