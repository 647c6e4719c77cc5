/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of the queue: skills, links, leases. See store/statements.h.
 */
#ifndef VG_STORE_CASES_QUEUE_STATEMENTS_H
#define VG_STORE_CASES_QUEUE_STATEMENTS_H

#define VG_STATEMENTS_QUEUE(X)

#endif
