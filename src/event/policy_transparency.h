/* SPDX-License-Identifier: Apache-2.0
 *
 * event/policy_transparency: what a space publishes of its figures: the section `transparency:`. Without one, nothing.
 * Callers: space (reads it), net.
 */
#ifndef VG_EVENT_POLICY_TRANSPARENCY_H
#define VG_EVENT_POLICY_TRANSPARENCY_H

#include <stdbool.h>
#include <stdint.h>

enum { VG_HIDE_UNDER_LEAST = 5, VG_HIDE_UNDER_DEFAULT = 10, VG_HIDE_UNDER_MOST = 1000 };

typedef struct vg_policy_transparency {
    bool given;          /* the policy has the section */
    bool publish;        /* GET /transparency shows this space to everybody */
    uint32_t hide_under; /* counts from 1 to one less are not shown */
} vg_policy_transparency;

#endif
