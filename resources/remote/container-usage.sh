# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What the container NIMBOOK_CONTAINER uses, one line "usage CPU% / USED / LIMIT / PROCESSES" after the other in Docker's own words
# ("12.50% / 310MiB / 15.6GiB / 23"; a look takes it about 2 s) until the caller hangs up; "usage none" while it does not run.
set -u

name=${NIMBOOK_CONTAINER:-nimbook-jupyter}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
give_up() { printf 'nimbook:error %s %s\n' "$1" "$2"; exit 1; }

command -v docker >/dev/null 2>&1 || give_up docker-missing "Docker is not installed on this machine."
while :; do
    line=none
    [ "$(as_root docker inspect -f '{{.State.Status}}' "$name" 2>/dev/null)" = running ] \
        && line=$(as_root docker stats --no-stream --format '{{.CPUPerc}} / {{.MemUsage}} / {{.PIDs}}' "$name" 2>/dev/null)
    printf 'usage %s\n' "${line:-none}" || exit 0 # nobody listens any more
    [ "${NIMBOOK_ONCE:-no}" = no ] || exit 0
    sleep "${NIMBOOK_INTERVAL:-3}"
done
