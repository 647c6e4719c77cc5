/* SPDX-License-Identifier: Apache-2.0 */
#define FORMAT VG_CORPUS_JSONL
#include "corpus_fuzz.h"
