/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/media: what the two views of a case's media share.
 */
#ifndef VG_NET_ROUTES_MEDIA_H
#define VG_NET_ROUTES_MEDIA_H

#include "net/net_int.h"

/** The number of a media in the path; 0: none. */
int64_t vg_media_number(vg_str text);
/** POST /v1/cases/{id}/media/{n}/whole: media_whole.c */
void vg_route_media_whole(vg_desk *desk, vg_exchange *x);

#endif
