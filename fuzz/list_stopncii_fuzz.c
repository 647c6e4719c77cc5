/* SPDX-License-Identifier: Apache-2.0 */
#define FORMAT VG_LIST_STOPNCII
#include "lists_fuzz.h"
