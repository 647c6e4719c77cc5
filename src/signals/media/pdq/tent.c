/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/media/pdq/pdq_int.h"
bool vg_pdq_tent(pdq_source *source, const pdq_kernels *k, bool turns, vg_pdq *out)
{
    (void)source, (void)k, (void)turns, (void)out;
    return false;
}
