# SPDX-License-Identifier: Apache-2.0
# Shared by ./run, ./test and bench/run: packages and builds. Sourced, not run.

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# need_packages PURPOSE...: installs what scripts/packages lists for these purposes and is not there yet.
need_packages() {
    local purpose wanted=() missing=() p
    for purpose in "$@"; do
        for p in $(sed -n "s/^$purpose //p" scripts/packages); do wanted+=("$p"); done
    done
    command -v node >/dev/null && command -v npm >/dev/null || wanted+=(nodejs npm)
    for p in "${wanted[@]}"; do
        dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    local as=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "these Debian packages are missing and only root can install them: ${missing[*]}"
        as=(sudo)
    fi
    say "Installing Debian packages: ${missing[*]}"
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null || die "apt-get update failed"
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >build-packages.log 2>&1 ||
        { tail -20 build-packages.log >&2; die "apt-get install failed (build-packages.log)"; }
    rm -f build-packages.log
}

# build_in DIR TARGETS MESON-OPTIONS...: configures once (again when the options changed) and builds the targets ("" = all);
# quiet unless it fails.
build_in() {
    local dir=$1 targets=$2 log; shift 2
    mkdir -p build
    log="build/$(basename "$dir").log"
    if [ ! -f "$dir/build.ninja" ] || [ "$(cat "$dir/.options" 2>/dev/null)" != "$*" ]; then
        rm -rf "$dir"
        meson setup "$dir" "$@" >"$log" 2>&1 || { tail -30 "$log" >&2; die "meson setup $dir failed ($log)"; }
        printf '%s' "$*" >"$dir/.options"
    fi
    if [ -t 2 ]; then
        ninja -C "$dir" $targets 2>&1 | tee "$log" | sed -u -n 's/^\[\([0-9]*\)\/\([0-9]*\)\].*/\1 \2/p' |
            while read -r done all; do printf '\r  building %s  %3d %%' "$dir" $((100 * done / all)) >&2; done
        printf '\r\033[K' >&2
        [ "${PIPESTATUS[0]}" -eq 0 ] || true
        ninja -C "$dir" $targets >>"$log" 2>&1 || { grep -aE -A12 'FAILED|error' "$log" | head -60 >&2; die "the build failed ($log)"; }
    else
        ninja -C "$dir" $targets >"$log" 2>&1 || { grep -aE -A12 'FAILED|error' "$log" | head -60 >&2; die "the build failed ($log)"; }
    fi
}
build_release() { build_in build/release "${1:-}" --buildtype=release; }
