#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the numbered migrations as one C file: embed_migrations.py OUT.c 0001_first.sql 0002_...

The numbers must run from 1 without a gap: a number that is missing or used twice is a mistake in a merge.
"""
import os
import re
import sys


def main():
    out, paths = sys.argv[1], sorted(sys.argv[2:], key=os.path.basename)
    lines = ['/* Made from src/store/migrations by embed_migrations.py; do not edit. */',
             '#include "store/store_int.h"', '',
             'const vg_store_migration vg_store_migrations[] = {']
    for expected, path in enumerate(paths, 1):
        name = os.path.basename(path)
        match = re.fullmatch(r'(\d{4})_([a-z0-9_]+)\.sql', name)
        if not match or int(match.group(1)) != expected:
            sys.exit(f'{name}: expected a name like {expected:04d}_what_changes.sql')
        lines.append(f'    {{{expected}, "{match.group(2)}",')
        with open(path, encoding='utf-8') as file:
            for line in file.read().splitlines():
                text = line.replace('\\', '\\\\').replace('"', '\\"')
                lines.append(f'     "{text}\\n"')
        lines.append('    },')
    lines += ['};', f'const size_t vg_store_migration_count = {len(paths)};', '']
    with open(out, 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines))


main()
