/* SPDX-License-Identifier: Apache-2.0 */
#define FORMAT VG_LIST_NCMEC
#include "lists_fuzz.h"
