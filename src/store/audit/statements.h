/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of the audit log's tree and checkpoints. See store/statements.h.
 */
#ifndef VG_STORE_AUDIT_STATEMENTS_H
#define VG_STORE_AUDIT_STATEMENTS_H

#define VG_STATEMENTS_AUDIT(X)

#endif
