/* SPDX-License-Identifier: Apache-2.0
 *
 * net/form: a body of a plain HTML form (application/x-www-form-urlencoded), as anybody may send it.
 */
#ifndef VG_NET_FORM_H
#define VG_NET_FORM_H

#include "base/arena.h"
#include "base/error.h"

enum { VG_FORM_FIELDS = 48 };

typedef struct vg_form {
    size_t count;
    struct {
        vg_str name, value;
    } field[VG_FORM_FIELDS];
} vg_form;

/** Reads the fields into the arena: percent-decoded, line breaks as \n. VG_EINVAL: a broken escape, a NUL, no valid UTF-8, a name that comes
 *  twice (which one is meant?), more than VG_FORM_FIELDS; VG_ENOMEM. */
int vg_form_read(vg_form *form, vg_str body, vg_arena *arena, vg_error *err);
/** The value without blanks at its ends; empty when it is not there. */
vg_str vg_form_get(const vg_form *form, const char *name);
/** Without blanks at its ends. */
vg_str vg_form_trim(vg_str s);

#endif
