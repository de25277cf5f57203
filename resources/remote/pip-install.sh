# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Installs what NIMBOOK_REQUIREMENTS (/src/requirements.txt) lists, in the container NIMBOOK_CONTAINER, into the folder that
# outlives it; kernels that run see the packages too. With NIMBOOK_FROM_LOCK=yes it is what /src/nimbook.lock recorded beside the image,
# with exactly those versions. Result: installed NAMES (none when all were there).
# Errors: docker-missing docker-not-ready container-not-running requirements-missing lock-missing disk-full no-network pip-failed.
set -u

name=${NIMBOOK_CONTAINER:-nimbook-jupyter}
requirements=${NIMBOOK_REQUIREMENTS:-/src/requirements.txt}
log=$(mktemp) || exit 1
trap 'rm -f "$log" "$log.status"' EXIT

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
give_up() { printf 'nimbook:error %s %s\n' "$1" "$2"; exit 1; }
# As who runs Jupyter: run-jupyter.sh gave them the folder of the packages.
exec_in() { as_root docker exec -u "$(stat -c %u /var/lib/nimbook/python 2>/dev/null)" "$@"; }

command -v docker >/dev/null 2>&1 || give_up docker-missing "Docker is not installed on this machine."
as_root docker info >/dev/null 2>&1 || give_up docker-not-ready "Docker does not answer, or $(id -un) may not use sudo."
[ "$(as_root docker inspect -f '{{.State.Status}}' "$name" 2>/dev/null)" = running ] \
    || give_up container-not-running "The notebook's container is not running, so there is nothing to install into."
if [ "${NIMBOOK_FROM_LOCK:-no}" = yes ]; then
    requirements=/var/lib/nimbook/python/from-lock.txt
    exec_in "$name" python3 -c '
import json, sys
with open("/src/nimbook.lock", encoding="utf-8") as lock, open(sys.argv[1], "w", encoding="utf-8") as wanted:
    wanted.writelines(line + "\n" for line in json.load(lock)["added"])' "$requirements" 2>/dev/null \
        || give_up lock-missing "There is no /src/nimbook.lock on the machine that tells what to install."
fi
[ -f "$requirements" ] || give_up requirements-missing "There is no file $requirements on the machine."

printf 'nimbook:step pip\n'
# `python3 -m pip` is the pip of the Python that kernels use. Paths in the file count from its own folder.
{
    exec_in -w "$(dirname "$requirements")" "$name" \
        python3 -m pip install --user --no-input --progress-bar off -r "$requirements" 2>&1
    echo $? >"$log.status"
} | tee "$log"

[ "$(cat "$log.status")" = 0 ] || {
    reason=$(grep '^ERROR: ' "$log" | tail -n 1)
    if grep -qi 'no space left' "$log"; then
        give_up disk-full "pip could not install: the machine's disk is full."
    elif grep -qE 'NewConnectionError|Temporary failure in name resolution|ReadTimeoutError' "$log"; then
        give_up no-network "pip could not reach the package index from this machine. ${reason}"
    fi
    give_up pip-failed "pip could not install all of $requirements. ${reason:-$(tail -n 1 "$log")}"
}
installed=$(sed -n 's/^Successfully installed //p' "$log" | tail -n 1)
printf 'nimbook:result installed %s\n' "${installed:-none}"
