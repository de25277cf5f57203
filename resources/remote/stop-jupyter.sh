# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Stops the container and keeps it, with everything in it; NIMBOOK_CONTAINER. Result: container stopped | absent.
set -u

name=${NIMBOOK_CONTAINER:-nimbook-jupyter}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
give_up() { printf 'nimbook:error %s %s\n' "$1" "$2"; exit 1; }

command -v docker >/dev/null 2>&1 || give_up docker-missing "Docker is not installed on this machine."
as_root docker info >/dev/null 2>&1 || give_up docker-not-ready "Docker does not answer, or $(id -un) may not use sudo."
printf 'nimbook:step stop\n'
if ! as_root docker inspect -f '{{.State.Status}}' "$name" >/dev/null 2>&1; then
    printf 'nimbook:result container absent\n'
elif as_root docker stop -t 10 "$name"; then
    printf 'nimbook:result container stopped\n'
else
    give_up container-failed "The container $name could not be stopped."
fi
