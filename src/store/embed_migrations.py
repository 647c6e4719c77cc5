#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the numbered migrations of one database as one C file: embed_migrations.py OUT.c NAME 0001_first.sql 0002_...

The numbers must run from 1 without a gap: a number that is missing or used twice is a mistake in a merge.
"""
import os
import re
import sys


def main():
    out, symbol, paths = sys.argv[1], sys.argv[2], sorted(sys.argv[3:], key=os.path.basename)
    lines = ['/* Made from the numbered migrations by embed_migrations.py; do not edit. */',
             '#include "store/store_int.h"', '',
             f'const vg_store_migration {symbol}s[] = {{']
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
    lines += ['};', f'const size_t {symbol}_count = {len(paths)};', '']
    with open(out, 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines))


main()
