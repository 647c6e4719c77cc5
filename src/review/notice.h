/* SPDX-License-Identifier: Apache-2.0
 *
 * review/notice: the rules of notices (DSA, Articles 16, 22 and 23): who may stay without a name, what is the same notice again, when misuse
 * may be answered. Pure: no clock, no store.
 *
 * What holds whatever a policy says: a notice about a child in danger, or about the sexual abuse of a child, is never set aside and needs
 * no name; a person is warned before they are suspended; a machine neither warns nor suspends.
 * Callers: net, cli, tests.
 */
#ifndef VG_REVIEW_NOTICE_H
#define VG_REVIEW_NOTICE_H

#include "base/error.h"
#include "base/hash.h"
#include "event/notice.h"
#include "event/policy_notices.h"

/* ---- what a notice must hold ---- */

/** Whether no name is asked for: offences of Articles 3 to 7 of Directive 2011/93/EU (DSA, Art. 16(2)(c)), or a child in danger now. */
bool vg_notice_may_be_anonymous(vg_notice_category category, bool danger);
/** Whether nothing may keep it from being processed, whoever sends it. */
bool vg_notice_always_processed(vg_notice_category category, bool danger);
/** local@domain with a dot in the domain, without blanks or control characters; at most 254 bytes (RFC 5321, 4.5.3.1.3). */
bool vg_notice_email_plausible(vg_str email);

/* The members of a notice as they came. Strings are trimmed; empty: not given. */
typedef struct vg_notice_draft {
    int category; /* or -1 */
    vg_str text, account, message, name, email, contact;
    vg_str location[VG_NOTICE_LOCATIONS];
    size_t location_count;
    bool danger, good_faith, by_platform; /* by_platform: it comes with a key, the platform knows who it is from */
    vg_str reporter;                      /* the notifier's account, as the platform names it */
} vg_notice_draft;

typedef enum {
    VG_NOTICE_FINE,
    VG_NOTICE_NO_CATEGORY,
    VG_NOTICE_NOT_OFFERED,
    VG_NOTICE_NO_TEXT,
    VG_NOTICE_TEXT_LONG,
    VG_NOTICE_NO_PLACE,
    VG_NOTICE_PLACE_LONG,
    VG_NOTICE_ACCOUNT_LONG,
    VG_NOTICE_NO_NAME,
    VG_NOTICE_NAME_LONG,
    VG_NOTICE_NO_EMAIL,
    VG_NOTICE_BAD_EMAIL,
    VG_NOTICE_CONTACT_LONG,
    VG_NOTICE_NO_GOOD_FAITH,
    VG_NOTICE_FLAWS
} vg_notice_flaw;
/** Every flaw, in the order of the form; returns how many (`out` has VG_NOTICE_FLAWS places). `offered`: the policy's categories. */
size_t vg_notice_check(const vg_notice_draft *draft, uint32_t offered, vg_notice_flaw out[VG_NOTICE_FLAWS]);
/** The member that a flaw is about: "category", "text", ... */
const char *vg_notice_flaw_field(vg_notice_flaw flaw);

/* ---- the same again ---- */

/** A text by its words: `exact` is equal for texts of the same letters and digits in the same order, whatever stands between; `alike` is a sketch of
 *  its triples of words, eight times the lowest byte of the smallest hash (Broder, "On the resemblance and containment of documents", 1997). */
vg_notice_words vg_notice_words_of(const vg_hash_key *key, vg_str text);
/** Whether one says what the other says: the same words, or six of the eight sketches equal and both long enough to tell. */
bool vg_notice_alike(const vg_notice_words *a, const vg_notice_words *b);
/** How many stand in the queue as a flood: same target or same words, from so many on they are shown as one group. */
enum { VG_NOTICE_FLOOD = 5 };

/* ---- misuse (Art. 23) ---- */

typedef struct vg_notice_record {
    uint32_t decided, upheld, dismissed, unfounded; /* within the policy's window */
    uint32_t warnings;
    int64_t warned_ms, suspended_until_ms;
} vg_notice_record;
typedef enum { VG_MISUSE_NONE, VG_MISUSE_WARN, VG_MISUSE_WARNED, VG_MISUSE_SUSPEND, VG_MISUSE_SUSPENDED, VG_MISUSES } vg_misuse;
extern const char *const vg_misuse_names[VG_MISUSES]; /* "none", "may_warn", "warned", "may_suspend", "suspended" */
/** What a person may do about it. Never before the policy's count and share; a suspension only when another unfounded notice came after a
 *  warning (`since_warning`). */
vg_misuse vg_notice_misuse(const vg_notice_record *record, uint32_t since_warning, const vg_policy_notices *policy, int64_t now_ms);
/** Whether a suspension for `days` may begin: VG_ECONFLICT before a warning and what came after it, VG_EINVAL at "/days". */
int vg_notice_may_suspend(const vg_notice_record *record, uint32_t since_warning, const vg_policy_notices *policy, int64_t days, int64_t now_ms,
                          vg_error *err);

/* ---- trusted flaggers (Art. 22) ---- */

/** Whether the share of dismissed notices asks for a person to look (Art. 22(6)); never from a few. */
bool vg_flagger_doubtful(uint32_t upheld, uint32_t dismissed, const vg_policy_notices *policy);

#endif
