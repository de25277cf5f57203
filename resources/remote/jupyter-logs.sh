# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The last NIMBOOK_LINES lines (200) of the container's log; NIMBOOK_CONTAINER. With NIMBOOK_FOLLOW=yes what comes after them too, until the
# caller hangs up: then nothing of it is left on the machine. Jupyter prints addresses with its token: cut out here, before they leave the machine.
set -u

name=${NIMBOOK_CONTAINER:-nimbook-jupyter}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
give_up() { printf 'nimbook:error %s %s\n' "$1" "$2"; exit 1; }

command -v docker >/dev/null 2>&1 || give_up docker-missing "Docker is not installed on this machine."
as_root docker inspect -f '{{.State.Status}}' "$name" >/dev/null 2>&1 || give_up container-absent "There is no container $name on this machine."
set -- --tail "${NIMBOOK_LINES:-200}"
hide_token() { sed -u 's/token=[^&[:space:]"]*/token=[secret]/g'; }
if [ "${NIMBOOK_FOLLOW:-no}" = no ]; then
    as_root docker logs "$@" "$name" 2>&1 | hide_token
    exit
fi

# docker itself notices that nobody reads only when the container prints its next line, which may be in days: a word of ours every few seconds
# finds out before.
work=$(mktemp -d) || exit 1
logs='' beat=''
end() {
    trap - EXIT
    [ -z "$beat" ] || kill "$beat" 2>/dev/null
    [ -z "$logs" ] || as_root kill "$logs" 2>/dev/null
    rm -rf "$work"
    exit 0
}
trap end EXIT HUP INT TERM
mkfifo "$work/log" || exit 1
hide_token <"$work/log" &
shown=$!
become='sudo -n'
[ "$(id -u)" != 0 ] || become=
# shellcheck disable=SC2086 # two words or none
$become docker logs "$@" -f "$name" >"$work/log" 2>&1 &
logs=$!
(
    trap '' PIPE
    while printf 'nimbook:step follow\n' 2>/dev/null; do sleep 3 >/dev/null 2>&1; done
    kill $$
) &
beat=$!
wait "$logs"
logs=
wait "$shown"
