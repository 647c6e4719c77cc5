#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh STAMP: builds the console into the folder of STAMP, then touches STAMP. The packages are installed when they are
# missing or the lock file changed; two builds at once (release and sanitizers) wait for each other there.
set -eu
stamp=$1
case $stamp in /*) ;; *) stamp=$PWD/$stamp ;; esac
here=$(cd "$(dirname "$0")" && pwd)
installed=$here/node_modules/.installed

fresh() { [ -f "$installed" ] && cmp -s "$installed" "$here/package-lock.json"; }

if ! fresh; then
    exec 9<"$here/package-lock.json"
    flock 9
    if ! fresh; then
        (cd "$here" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null)
        cp "$here/package-lock.json" "$installed"
    fi
    exec 9<&-
fi
mkdir -p "$(dirname "$stamp")"
node "$here/build.mjs" "$(dirname "$stamp")"
touch "$stamp"
