/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of channels, and what they share. */
#include "report/channel.h"
#include "report/ncmec/ncmec.h"
#include "report/xarf/channel.h"
#include "report/plain/plain.h"

#include <string.h>

#include "report/dsa/art18.h"
#include "report/notice/notice.h"
#include "report/portal/portal.h"

/* One line for each channel; the last is NULL. */
const vg_filing_channel *const vg_filing_channels[] = {
    &vg_channel_ncmec,
    &vg_portal_channel, &vg_sealed_channel, &vg_dsa18_channel,
    &vg_channel_xarf,
    &vg_channel_notice,
    &vg_channel_gateway,
    &vg_channel_mail,
    &vg_channel_hand,
    NULL,
};

const vg_filing_channel *vg_filing_channel_find(const char *name)
{
    const vg_filing_channel *const *c = vg_filing_channels;
    while (*c && strcmp((*c)->name, name) != 0) c++;
    return *c;
}

void vg_lack_add(vg_lacks *out, vg_lack_weight weight, const char *where, const char *fr, const char *en)
{
    if (out->count == VG_LACKS_MOST) return;
    out->items[out->count++] = (vg_lack){weight, vg_str_of(where), {[VG_LANG_FR] = vg_str_of(fr), [VG_LANG_EN] = vg_str_of(en)}};
}

bool vg_lacks_block(const vg_lacks *lacks)
{
    for (size_t i = 0; i < lacks->count; i++)
        if (lacks->items[i].weight == VG_LACK_BLOCKS) return true;
    return false;
}
