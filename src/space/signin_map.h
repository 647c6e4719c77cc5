/* SPDX-License-Identifier: Apache-2.0
 *
 * space/signin_map: which claims of an OpenID provider make whom: a small YAML file beside the policies, read at start.
 *
 *     name: preferred_username      # the claim that gives an account its name; what is no letter or digit becomes "_"
 *     display: name                 # the name that colleagues see
 *     language: locale
 *     groups: groups                # the claim that lists groups
 *     known_people: refuse          # an account of that name that was made here: refuse (vigie user link), or link at first sign-in
 *     grants:                       # somebody with none of these groups does not come in, unless linked
 *       - {group: moderators, role: referent, space: lobby}
 *
 * All but grants may be left out. Callers: main, net, tests.
 */
#ifndef VG_SPACE_SIGNIN_MAP_H
#define VG_SPACE_SIGNIN_MAP_H

#include "base/error.h"
#include "event/case.h"

typedef struct vg_signin_rule {
    vg_str group, space;
    vg_role role;
} vg_signin_rule;

typedef struct vg_signin_map {
    vg_str name, display, language, groups; /* names of claims */
    bool link_known;
    size_t count;
    vg_signin_rule *rules;
    void *doc; /* owns the strings */
} vg_signin_map;

/** `path` NULL: the defaults, without any grant. VG_EINVAL with "file:line:column", VG_ENOENT, VG_ENOMEM. */
int vg_signin_map_load(vg_signin_map **out, const char *path, vg_error *err);
void vg_signin_map_free(vg_signin_map **map);

#endif
