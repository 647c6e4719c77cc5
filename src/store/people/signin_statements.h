/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of second factors, single sign-on. See store/statements.h.
 */
#ifndef VG_STORE_PEOPLE_SIGNIN_STATEMENTS_H
#define VG_STORE_PEOPLE_SIGNIN_STATEMENTS_H

#define VG_STATEMENTS_SIGNIN(X)

#endif
