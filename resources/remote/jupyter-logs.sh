# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The last NIMBOOK_LINES lines (200) of the container's log; NIMBOOK_CONTAINER. With NIMBOOK_FOLLOW=yes what comes after them too, until the
# caller hangs up. Jupyter prints addresses with its token: cut out here, before they leave the machine.
set -u

name=${NIMBOOK_CONTAINER:-nimbook-jupyter}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
give_up() { printf 'nimbook:error %s %s\n' "$1" "$2"; exit 1; }

command -v docker >/dev/null 2>&1 || give_up docker-missing "Docker is not installed on this machine."
as_root docker inspect -f '{{.State.Status}}' "$name" >/dev/null 2>&1 || give_up container-absent "There is no container $name on this machine."
set -- --tail "${NIMBOOK_LINES:-200}"
[ "${NIMBOOK_FOLLOW:-no}" = no ] || set -- "$@" -f
as_root docker logs "$@" "$name" 2>&1 | sed -u 's/token=[^&[:space:]"]*/token=[secret]/g'
