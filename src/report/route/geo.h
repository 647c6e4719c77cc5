/* SPDX-License-Identifier: Apache-2.0
 *
 * report/route/geo: the country of an IP address, by a MaxMind-format file that the operator supplies. The file may be damaged or
 * hostile: it is checked when it is opened, and a look-up that fails is "not known". Nothing is asked of the network. Callers: facts, cli, net.
 */
#ifndef VG_REPORT_ROUTE_GEO_H
#define VG_REPORT_ROUTE_GEO_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"
#include "base/str.h"

typedef struct vg_geo vg_geo;

enum { VG_GEO_FILE_MOST = 512 << 20 };

/** Opens the file. VG_ENOENT; VG_EINVAL: it is no such file, or damaged; VG_ETOOBIG; VG_ENOMEM. */
int vg_geo_open(vg_geo **out, const char *path, vg_error *err);
void vg_geo_close(vg_geo **geo);
/** When the file was built, from its metadata; 0: not said. */
int64_t vg_geo_built_ms(const vg_geo *geo);

typedef struct vg_geo_place {
    char country[3];  /* where the address is used */
    bool anonymous;   /* the file says that it belongs to a VPN, a proxy or an exit of an anonymity network */
} vg_geo_place;
/** The country of an address ("203.0.113.7", "2001:db8::1"); false: no address, not in the file, or the file has none for it. Never resolves
 *  a name. */
bool vg_geo_find(const vg_geo *geo, vg_str address, vg_geo_place *out);

#endif
