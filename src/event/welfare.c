/* SPDX-License-Identifier: Apache-2.0 */
#include "event/policy_welfare.h"

const char *const vg_thumbnail_names[VG_THUMBNAILS] = {"small", "medium", "large"};

vg_display vg_display_cautious(bool sensitive)
{
    return (vg_display){.blur = sensitive ? VG_BLUR_MOST : 1, .grey = true, .mute = true, .mask_text = sensitive, .thumbnail = VG_THUMBNAIL_SMALL};
}
