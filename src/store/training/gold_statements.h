/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of gold items, agreement. See store/statements.h.
 */
#ifndef VG_STORE_TRAINING_GOLD_STATEMENTS_H
#define VG_STORE_TRAINING_GOLD_STATEMENTS_H

#define VG_STATEMENTS_GOLD(X)

#endif
