/* SPDX-License-Identifier: Apache-2.0 */
#define FORMAT VG_CORPUS_PAN
#include "corpus_fuzz.h"
