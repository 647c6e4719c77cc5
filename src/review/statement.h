/* SPDX-License-Identifier: Apache-2.0
 *
 * review/statement: the statement of reasons that somebody gets who is restricted (DSA Art. 17), and the answer to an appeal (Art. 20).
 *
 * Pure: made from the policy's texts and from which families of evidence a case shows. It never says who the child is or how old, who
 * reported, which words or pictures were found, or how. A person reads it, may change it, and sends it. Callers: net, tests.
 */
#ifndef VG_REVIEW_STATEMENT_H
#define VG_REVIEW_STATEMENT_H

#include "event/policy_decisions.h"

enum { VG_STATEMENT_MOST = 8000 }; /* bytes of text */

typedef struct vg_statement_facts {
    const vg_policy_decisions *policy;
    const vg_policy_reason *reason;      /* NULL: none of the list; the reason "other" stands in when there is one */
    const char *title[VG_LANGS];         /* of the space */
    vg_action action;
    vg_reach reach;
    uint32_t hours;
    uint64_t kinds;                      /* evidence of the case */
    bool removes;                        /* the law requires the case's media to be removed: that is told too (Art. 17(1)(a)) */
    bool interim;                        /* a measure until a second person has looked */
    int64_t now_ms;
} vg_statement_facts;

/** The language to write in: the one asked for ("fr", "fr-CA", "en", ...), else English. *known: false when it was another one, or none. */
vg_lang vg_statement_language(vg_str asked, bool *known);
/** The text. */
void vg_statement_draft(const vg_statement_facts *facts, vg_lang lang, vg_buf *out);
/** The whole as JSON, with `text` as it will be sent. `asked`: the account's language where it is known and another than `lang`. */
void vg_statement_write(const vg_statement_facts *facts, vg_lang lang, vg_str asked, vg_str text, bool edited, vg_buf *out);
/** A first answer to an appeal. */
void vg_appeal_draft(const vg_policy_decisions *policy, const char *const title[VG_LANGS], bool overturned, vg_lang lang, vg_buf *out);

#endif
