# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# How the next container is made; kept on the machine, root's alone, because the variables may hold keys. NIMBOOK_CHANGE=yes saves first:
# NIMBOOK_SHM_SIZE ("2g"), NIMBOOK_RESTART (no|on-failure|always|unless-stopped), NIMBOOK_ENVIRONMENT: lines NAME=VALUE, or NAME to keep the
# value that is there; what is not listed goes. Results: shm, restart, variables NAMES (never their values).
# Errors: no-permission bad-setting disk-full.
set -u

home=/var/lib/nimbook
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
give_up() { printf 'nimbook:error %s %s\n' "$1" "$2"; exit 1; }
setting() { as_root sed -n "s/^$1=//p" $home/container.conf 2>/dev/null | tail -n 1; }

as_root true 2>/dev/null || give_up no-permission "The user $(id -un) may not use sudo on this machine."

save() {
    shm=${NIMBOOK_SHM_SIZE:-1g}
    restart=${NIMBOOK_RESTART:-unless-stopped}
    printf '%s' "$shm" | grep -qxE '[0-9]{1,6}[kmgKMG]?' || give_up bad-setting "The size of shared memory is a number with k, m or g behind it: 2g."
    case $restart in
    no | on-failure | always | unless-stopped) ;;
    *) give_up bad-setting "Docker knows no restart policy '$restart'." ;;
    esac
    bad=$(printf '%s\n' "${NIMBOOK_ENVIRONMENT:-}" | sed 's/=.*//' | grep -vxE '[A-Za-z_][A-Za-z0-9_]*|' | head -n 1)
    [ -z "$bad" ] || give_up bad-setting "'$bad' is no name for an environment variable."
    # In by stdin, not as an argument that others could read; `|| true` because there may be nothing to keep.
    # shellcheck disable=SC2016 # expanded by the inner shell
    printf '%s\n' "${NIMBOOK_ENVIRONMENT:-}" | as_root sh -c 'umask 077; mkdir -p "$1" && cd "$1" || exit 1
        touch container.env || exit 1
        while IFS= read -r line; do
            case $line in
            "") ;;
            *=*) printf "%s\n" "$line" ;;
            *) grep "^$line=" container.env | tail -n 1 || true ;;
            esac
        done >container.env.new && mv container.env.new container.env
        printf "shm=%s\nrestart=%s\n" "$2" "$3" >container.conf && chmod 644 container.conf' sh $home "$shm" "$restart" \
        || give_up disk-full "The settings could not be saved on the machine."
}

[ "${NIMBOOK_CHANGE:-no}" != yes ] || save
shm=$(setting shm)
restart=$(setting restart)
names=$(as_root sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' $home/container.env 2>/dev/null | tr '\n' ' ')
printf 'nimbook:result shm %s\nnimbook:result restart %s\nnimbook:result variables %s\n' "${shm:-1g}" "${restart:-unless-stopped}" "${names% }"
