/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of courses, attempts, certificates, practice. See store/statements.h.
 */
#ifndef VG_STORE_TRAINING_STATEMENTS_H
#define VG_STORE_TRAINING_STATEMENTS_H

#define VG_STATEMENTS_TRAINING(X)

#endif
