/* SPDX-License-Identifier: Apache-2.0 */
#include "event/bank.h"

const char *const vg_pdq_profile_names[VG_PDQ_PROFILES] = {"cpp", "pytx"};
const char *const vg_turn_names[VG_TURNS] = {"none",   "rot90",  "rot180",    "rot270",
                                             "flip_x", "flip_y", "flip_plus", "flip_minus"};
const char *const vg_bank_effect_names[VG_BANK_EFFECTS] = {"allow", "review", "hold", "block"};
const char *const vg_entry_state_names[VG_ENTRY_STATES] = {"live", "doubted", "withdrawn"};
