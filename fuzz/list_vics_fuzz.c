/* SPDX-License-Identifier: Apache-2.0 */
#define FORMAT VG_LIST_VICS
#include "lists_fuzz.h"
