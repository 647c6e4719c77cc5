#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a text file as a C string: embed-text.py IN OUT.c SYMBOL."""
import sys

source, out, symbol = sys.argv[1:]
with open(source, encoding='utf-8') as file:
    lines = file.read().splitlines()
with open(out, 'w', encoding='utf-8') as file:
    file.write(f'/* Made of a text by embed-text.py; do not edit. */\nextern const char {symbol}[];\nconst char {symbol}[] =\n')
    for line in lines:
        text = line.replace('\\', '\\\\').replace('"', '\\"')
        file.write(f'    "{text}\\n"\n')
    file.write('    "";\n')
