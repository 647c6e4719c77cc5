/* SPDX-License-Identifier: Apache-2.0
 *
 * review/permission: what each role may do, in the spaces where somebody has it.
 *
 * One table, the only one: routes, pages and tests ask it. A permission is held in a space through a grant (vg_user.grants; without any,
 * the user's one role in all of their spaces). A closed account holds none. What a permission allows for one case (who holds its lease,
 * whether it is decided, certificates, four eyes) is asked of the part that knows. Documented in docs/architecture/review.md; the same
 * table as people read it is docs/roles.md.
 * Callers: net, cli, tests.
 */
#ifndef VG_REVIEW_PERMISSION_H
#define VG_REVIEW_PERMISSION_H

#include "base/arena.h"
#include "base/error.h"
#include "event/case.h"

/* Letters: R référent, L lead, A administrator, U auditor, N analyst, P prevention officer. */
#define VG_PERMISSIONS(X)                                                                                                  \
    X(CASE_LIST, "case.list", "RLAUN")       /* the queue, without content */                                              \
    X(CASE_READ, "case.read", "RLN")         /* what a case holds */                                                       \
    X(CASE_CONTEXT, "case.context", "RLN")   /* asks for more than the sealed window, with a reason */                     \
    X(CASE_DECIDE, "case.decide", "RL")      /* takes cases and decides; the certificate is asked for besides */           \
    X(MEDIA_WHOLE, "media.whole", "RL")      /* asks to see a media as a whole, of a case in hand; policy and certificate are asked besides */ \
    X(CASE_LEAD, "case.lead", "L")           /* escalated cases, disagreements, giving a case back for others */           \
    X(CASE_HOLD, "case.hold", "LA")          /* legal hold */                                                              \
    X(BULK_DECIDE, "bulk.decide", "L")       /* one decision for a wave */                                                 \
    X(EVIDENCE_JUDGE, "evidence.judge", "RL")                                                                              \
    X(QUALITY_SEE, "quality.see", "LA")      /* which evidence is right how often */                                       \
    X(APPEAL_LIST, "appeal.list", "RLU")                                                                                   \
    X(APPEAL_DECIDE, "appeal.decide", "RL")                                                                                \
    X(BANK_SEE, "bank.see", "RLAN")                                                                                        \
    X(BANK_KEEP, "bank.keep", "LA")                                                                                        \
    X(BANK_REMOVE, "bank.remove", "A")                                                                                     \
    X(BANK_JUDGE, "bank.judge", "RL")                                                                                      \
    X(DELIVERY_SEE, "delivery.see", "LA")    /* dead letters */                                                            \
    X(TRAINING_TAKE, "training.take", "RLAUNP")                                                                            \
    X(TRAINING_KEEP, "training.keep", "L")   /* certificates of others, practice results, levels */                        \
    X(GOLD_KEEP, "gold.keep", "L")           /* gold items, agreement */                                                   \
    X(WELFARE_GROUP, "welfare.group", "LA")  /* figures of groups of five or more */                                       \
    X(NOTICE_SEE, "notice.see", "RLU")       /* notices by number and state; their text is content of a case */            \
    X(FLAGGER_KEEP, "flagger.keep", "LA")    /* trusted flaggers, abuse of notices */                                      \
    X(FIGURES_SEE, "figures.see", "LAUP")                                                                                  \
    X(PEOPLE_SEE, "people.see", "LAU")                                                                                     \
    X(PEOPLE_KEEP, "people.keep", "A")       /* invites, grants, closes */                                                 \
    X(AUDIT_SEE, "audit.see", "UA")                                                                                        \
    X(ROUTE_SEE, "route.see", "RLN")         /* where a case belongs: countries, laws, receivers */                        \
    X(FACT_KEEP, "fact.keep", "RL")          /* says what is known of where people are */                                  \
    X(FILING_SEE, "filing.see", "RLUN")      /* reports by number and state; what they say is content of a case */         \
    X(FILING_MAKE, "filing.make", "RL")      /* prepares a report, confirms it, seconds another's */                       \
    X(FILING_KEEP, "filing.keep", "LA")      /* tries again what was given up, records what was done by hand */            \
    X(ANSWER_RECORD, "answer.record", "RLN") /* writes down what a receiver answered */                                    \
    X(ARCHIVE_TAKE, "archive.take", "LN")    /* takes a case away as an archive or in an analyst's format */               \
    X(HAND_OVER, "evidence.hand_over", "L")  /* wraps a case's key for a receiver, and for nobody else */                  \
    X(EVIDENCE_SEE, "evidence.see", "RLAUN") /* keys, holds, clocks and certificates; no content */                        \
    X(DEMAND_SEE, "demand.see", "RLAU")      /* removal demands and notices to hosts */                                    \
    X(DEMAND_KEEP, "demand.keep", "LA")      /* takes them in, suspends, proves that they were carried out */              \
    X(DISCLOSE, "disclosure.keep", "LA")     /* statements to the public database, yearly report, public figures */

typedef enum {
#define VG_PERMISSION_CONSTANT(constant, name, roles) VG_MAY_##constant,
    VG_PERMISSIONS(VG_PERMISSION_CONSTANT)
#undef VG_PERMISSION_CONSTANT
    VG_PERMISSION_COUNT
} vg_permission;
extern const char *const vg_permission_names[VG_PERMISSION_COUNT];

/** What the table says of a role. */
bool vg_role_may(vg_role role, vg_permission permission);
/** Whether `user` holds the permission in `space`; an empty space: in any of theirs; "*": in all spaces there are. */
bool vg_review_may(const vg_user *user, vg_permission permission, vg_str space);
/** The same as an answer: 0, or VG_EFORBIDDEN with a sentence that names permission and space. */
int vg_review_require(const vg_user *user, vg_permission permission, vg_str space, vg_error *err);
/** The spaces in which `user` holds the permission, comma separated ("*": all; empty: none), for the store's lists. VG_ENOMEM. */
int vg_review_spaces_with(const vg_user *user, vg_permission permission, vg_arena *arena, vg_str *out, vg_error *err);

#endif
