/* SPDX-License-Identifier: Apache-2.0
 *
 * cli/bank: what the files of `vigie bank` share: an installation with its store of banks, names into banks, refusals.
 */
#ifndef VG_CLI_BANK_H
#define VG_CLI_BANK_H

#include "cli/installation.h"
#include "store/banks/banks.h"

typedef struct vg_bank_house {
    vg_installation in;
    vg_bank_store *store;
    vg_bank bank; /* the one named by the first word, where a command names one */
} vg_bank_house;

/** Opens the data directory and, unless `name` is NULL, finds the bank. VG_ENOENT. */
int vg_bank_house_open(vg_bank_house *house, const vg_args *args, const char *name, bool create, vg_error *err);
void vg_bank_house_close(vg_bank_house *house);
/** Writes "bank.create" and its like into the audit log, about house->bank; `detail` is JSON (counts, numbers, no hash). */
int vg_bank_house_audit(vg_bank_house *house, const char *action, const char *detail, vg_error *err);
/** Place of a word in a list of names, or -1 with a message that lists them. */
int vg_bank_choice(const char *option, const char *word, const char *const *names, size_t count, vg_error *err);
/** An entry by its reference, or as "#17" by its number. VG_ENOENT. */
int vg_bank_house_entry(vg_bank_house *house, const char *word, vg_bank_entry *out, vg_error *err);

#endif
