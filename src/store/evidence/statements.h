/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of case keys, hand-overs and certificates. See store/statements.h.
 */
#ifndef VG_STORE_EVIDENCE_STATEMENTS_H
#define VG_STORE_EVIDENCE_STATEMENTS_H

#define VG_STATEMENTS_EVIDENCE(X)

#endif
