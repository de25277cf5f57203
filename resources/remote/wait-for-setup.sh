# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Waits until the startup script has finished on a machine that Nimbook made; on anybody else's only makes sure of /src. Arrives on
# the stdin of `sh -s` behind assignments of NIMBOOK_OURS (yes|no) and NIMBOOK_DEADLINE (seconds).
# Result: setup waited|ready|foreign. Errors: no-permission setup-failed setup-timeout.
set -u

home=/var/lib/nimbook
deadline=${NIMBOOK_DEADLINE:-1200}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
result() { printf 'nimbook:result %s %s\n' "$1" "$2"; }
give_up() { printf 'nimbook:error %s %s\n' "$1" "$2"; exit 1; }
state() { cat "$home/startup-state" 2>/dev/null || echo absent; }
reason() { cat "$home/startup-error" 2>/dev/null || echo "Its serial port has its words."; }

make_folders() {
    [ -w /src ] && [ -w /src/outputs ] && return
    if ! as_root mkdir -p /src/outputs || ! as_root chmod 777 /src /src/outputs; then
        give_up no-permission "The folder /src could not be made: $(id -un) needs sudo without a password on this machine."
    fi
}

if [ "${NIMBOOK_OURS:-yes}" != yes ]; then
    make_folders
    result setup foreign
    exit 0
fi

outcome=ready
failures=0
announced=''
printf 'nimbook:step setup\n'
end=$(($(date +%s) + deadline))
while now=$(state) && [ "$now" != ready ]; do
    outcome=waited
    if [ "$now" = restarting ] && [ "$announced" != restarting ]; then
        echo "The machine restarts for its NVIDIA driver."
        announced=restarting
    fi
    # Right after a boot the file may still tell of the boot before: a failure counts when it stays.
    if [ "$now" = failed ]; then failures=$((failures + 1)); else failures=0; fi
    [ "$failures" -lt 20 ] || give_up setup-failed "The startup script failed on this machine. $(reason)"
    [ "$(date +%s)" -lt "$end" ] || give_up setup-timeout "The startup script did not finish within $deadline s (its state: $now)."
    sleep 0.2
done
make_folders
result setup $outcome
