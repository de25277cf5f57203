# SPDX-License-Identifier: Apache-2.0
# Sourced by packaging/run, packaging/test and packaging/bench: what is missing is installed, then everything is built.
# shellcheck shell=sh

nimbook_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

say() { printf '\n\033[1m%s\033[0m\n' "$*" >&2; }
die() { printf '\npackaging: %s\n' "$*" >&2; exit 1; }

# wanted SECTION… : the package names of those sections
wanted() {
    awk -v sections=" $* " '
        /^\[/ { name = substr($0, 2, length($0) - 2); inside = index(sections, " " name " "); next }
        /^#/ || /^[[:space:]]*$/ { next }
        inside { print $1 }' "$nimbook_root/packaging/packages.txt"
}

# oneOf NAME|NAME… : the name that this Debian knows, what is installed first; Debian 12 and 13 call some packages differently
oneOf() {
    names=$(printf '%s' "$1" | tr '|' ' ')
    for name in $names; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" != installed ] || { echo "$name"; return; }
    done
    for name in $names; do
        if apt-cache pkgnames "$name" 2>/dev/null | grep -qFx "$name"; then
            echo "$name"
            return
        fi
    done
    echo "${names%% *}"
}

# installMissing SECTION… : asks dpkg first, so that a machine that has everything needs neither network nor root
installMissing() {
    missing=
    for package in $(wanted "$@"); do
        package=$(oneOf "$package")
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$state" = installed ] || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ]; then asRoot=''
    elif command -v sudo >/dev/null 2>&1; then asRoot=sudo
    else die "these Debian packages are missing, and there is no sudo to install them:$missing
Ask an administrator to run: apt-get install --no-install-recommends$missing"
    fi
    say "Installing:$missing"
    $asRoot env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 || die "apt-get update failed"
    # shellcheck disable=SC2086 # a list of package names
    $asRoot env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >&2 ||
        die "apt-get could not install:$missing"
}

# build DIRECTORY [cmake arguments]; $target names what, everything if empty; $optimisation replaces -O2
build() {
    directory=$1
    shift
    say "Building in $directory"
    # -O3, CMake's choice for Release, takes a quarter longer to compile; what computes much here is in OpenSSL and in the kernel.
    cmake -S "$nimbook_root" -B "$directory" -G Ninja -DCMAKE_CXX_FLAGS_RELEASE="${optimisation:--O2} -DNDEBUG" "$@" >"$directory.configure.log" 2>&1 || {
        tail -n 40 "$directory.configure.log" >&2
        die "cmake could not configure; the whole log is $directory.configure.log"
    }
    cmake --build "$directory" ${target:+--target "$target"} >&2 || die "the build failed"
}

# Chromium refuses to run its own sandbox as root. Only these scripts say so to it, never the program.
allowWebEngineAsRoot() {
    if [ "$(id -u)" = 0 ]; then
        QTWEBENGINE_DISABLE_SANDBOX=1
        export QTWEBENGINE_DISABLE_SANDBOX
    fi
}

useUtf8() {
    case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
        *UTF-8 | *utf8) ;;
        *) LC_ALL=C.UTF-8; export LC_ALL ;;
    esac
}
