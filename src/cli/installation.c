/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/installation.h"

#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

int vg_installation_open(vg_installation *out, const vg_args *args, bool create, vg_error *err)
{
    struct stat st;
    char path[4096];
    int rc;
    *out = (vg_installation){.dir = vg_cli_data(args)};
    const struct passwd *who = getpwuid(getuid());
    snprintf(out->by, sizeof out->by, "cli:%s", who ? who->pw_name : "unknown");

    if (stat(out->dir, &st) != 0 && !create)
        return vg_fail(err, VG_ENOENT, out->dir, "no data directory here; name one with --data, or start vigie serve once");
    int len = snprintf(path, sizeof path, "%s/keys", out->dir);
    if (len < 0 || (size_t)len >= sizeof path - 8) return vg_fail(err, VG_EINVAL, "--data", "the path is too long");
    if ((rc = vg_dir_create(path, 0700, err))) return rc;
    snprintf(path, sizeof path, "%s/keys/ring", out->dir);
    out->arena = vg_arena_create(64 << 10, (size_t)1 << 30);
    if (!out->arena) return vg_fail(err, VG_ENOMEM, "", "no memory");
    rc = vg_keyring_open(&out->ring, path, 1, err);
    if (!rc) rc = vg_store_open(&out->store, out->dir, out->ring, err);
    if (rc) vg_installation_close(out);
    return rc;
}

void vg_installation_close(vg_installation *installation)
{
    vg_store_close(&installation->store);
    vg_keyring_close(&installation->ring);
    vg_arena_destroy(&installation->arena);
}
