/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie serve: main puts the rooms together, see src/main.c.
 */
#include "cli/cli.h"

int vg_cmd_serve(const vg_cli *cli, const vg_args *args)
{
    return cli->serve(args);
}
