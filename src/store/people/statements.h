/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of roles per space, invitations, sessions, leave. See store/statements.h.
 */
#ifndef VG_STORE_PEOPLE_STATEMENTS_H
#define VG_STORE_PEOPLE_STATEMENTS_H

#define VG_STATEMENTS_PEOPLE(X)

#endif
