# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Makes sure that the container runs and that Jupyter answers; a second call changes nothing. Arrives on the stdin of `sh -s`
# behind assignments of NIMBOOK_IMAGE, NIMBOOK_CONTAINER, NIMBOOK_PORT, NIMBOOK_GPU (auto|none), NIMBOOK_SHM_SIZE.
# Results: container kept|started|created|replaced, image, port, gpu none|ready|driver-missing|toolkit-missing, version, token.
# Errors: docker-missing docker-not-ready no-permission image-not-found pull-failed disk-full port-taken container-failed
# jupyter-timeout token-refused.
set -u

image=${NIMBOOK_IMAGE:?}
name=${NIMBOOK_CONTAINER:-nimbook-jupyter}
port=${NIMBOOK_PORT:-8888}
home=/var/lib/nimbook
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

step() { printf 'nimbook:step %s\n' "$1"; }
result() { printf 'nimbook:result %s %s\n' "$1" "$2"; }
give_up() { printf 'nimbook:error %s %s\n' "$1" "$2"; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
field() { as_root docker inspect -f "$1" "$name" 2>/dev/null; }
last_words() { grep -v '^[[:space:]]*$' "$log" | tail -n 1; }

wait_for_docker() {
    tries=0
    until as_root docker info >/dev/null 2>&1; do
        if ! command -v docker >/dev/null 2>&1; then
            case $(cat $home/startup-state 2>/dev/null) in
            starting | '') [ "$tries" -lt "${NIMBOOK_DOCKER_TRIES:-200}" ] || give_up docker-missing "Docker is not installed on this machine." ;;
            *) give_up docker-missing "Docker is not installed on this machine." ;;
            esac
        fi
        [ "$tries" -lt "${NIMBOOK_DOCKER_TRIES:-200}" ] || give_up docker-not-ready "Docker is installed, but does not answer."
        [ $((tries % 10)) = 0 ] && echo "Waiting for Docker, which the startup script installs at the first boot."
        tries=$((tries + 1))
        sleep 3
    done
}

# $1: what was tried; its words are in $log
explain_failure() {
    if grep -qi 'no space left' "$log"; then
        give_up disk-full "$1: the machine's disk is full."
    elif grep -qiE 'port is already allocated|address already in use' "$log"; then
        give_up port-taken "$1: port $port of the machine is used by another program."
    elif grep -qiE 'not found|manifest unknown|access denied|does not exist|invalid reference|unauthorized' "$log"; then
        give_up image-not-found "There is no image $image, or it is not public. Docker says: $(last_words)"
    fi
    give_up "$2" "$1. Docker says: $(last_words)"
}

pull_image() {
    [ -n "$(as_root docker images -q "$image" 2>/dev/null)" ] && return
    step pull
    : >"$log.status"
    { as_root docker pull "$image" 2>&1; echo $? >"$log.status"; } | {
        total=0
        complete=0
        while IFS= read -r line; do
            printf '%s\n' "$line" | tee -a "$log"
            case $line in
            *': Pulling fs layer') total=$((total + 1)) ;;
            *': Pull complete') complete=$((complete + 1)) ;;
            *) continue ;;
            esac
            printf 'nimbook:progress %s %s items\n' "$complete" "$total"
        done
    }
    status=$(cat "$log.status")
    rm -f "$log.status"
    [ "$status" = 0 ] || explain_failure "The image $image could not be pulled" pull-failed
}

find_gpu() {
    gpu=none
    [ "${NIMBOOK_GPU:-auto}" = none ] && return
    grep -qs 0x10de /sys/bus/pci/devices/*/vendor || { echo "This machine has no GPU."; return; } # NVIDIA's vendor id
    if ! nvidia-smi >/dev/null 2>&1; then
        gpu=driver-missing
    elif ! as_root docker info 2>/dev/null | grep -qi 'runtimes:.*nvidia'; then
        gpu=toolkit-missing
    else
        gpu=ready
    fi
}

# The token is made once for each machine and never leaves it but on this connection. It is a file that only root can read:
# in an argument of any command it would be in the process list.
make_environment() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    as_root sh -c 'umask 077; cd "$1" || exit 1
        [ -s jupyter-token ] || { head -c 24 /dev/urandom | od -An -tx1 | tr -d " \n" >jupyter-token.new && mv jupyter-token.new jupyter-token; }
        { printf "JUPYTER_TOKEN=%s\n" "$(cat jupyter-token)"
          # Packages are installed beside the container, so that they outlive it.
          printf "PYTHONUSERBASE=%s/python\nPIP_USER=1\nPIP_BREAK_SYSTEM_PACKAGES=1\nPIP_ROOT_USER_ACTION=ignore\n" "$1"
        } >jupyter.env' sh $home
}

prepare() {
    if ! as_root mkdir -p /src/outputs $home/python || ! as_root chmod 777 /src /src/outputs $home/python; then
        give_up disk-full "The folder /src could not be made."
    fi
    make_environment || give_up disk-full "The token for Jupyter could not be saved on the machine."
}

# Runs in the container, so it asks there which Jupyter there is. The folder for packages must be there before a kernel starts:
# Python looks for it only then.
# shellcheck disable=SC2016
in_container='
    mkdir -p "$(python3 -m site --user-site)" 2>/dev/null
    set -- --ip=0.0.0.0 --port=8888 --port-retries=0 --no-browser
    [ "$(id -u)" = 0 ] && set -- "$@" --allow-root
    if command -v start-notebook.py >/dev/null 2>&1; then exec start-notebook.py "$@" --LabApp.news_url=None
    elif command -v jupyter-lab >/dev/null 2>&1; then exec jupyter-lab "$@" --LabApp.news_url=None
    elif command -v jupyter-notebook >/dev/null 2>&1; then exec jupyter-notebook "$@"
    fi
    echo "This image has no Jupyter."; exit 127'

create() {
    set -- -d --name "$name" --restart unless-stopped -p "127.0.0.1:$port:8888" -v /src:/src -v $home/python:$home/python \
        --env-file $home/jupyter.env -w /src --shm-size "${NIMBOOK_SHM_SIZE:-1g}" \
        --label "nimbook.port=$port" --label "nimbook.gpu=$gpu"
    [ "$gpu" = ready ] && set -- "$@" --gpus all
    # As root the Jupyter project's images change over to a user with these numbers: files in /src belong to who logs in.
    set -- "$@" --user root -e "NB_UID=$(id -u)" -e "NB_GID=$(id -g)"
    if ! as_root docker run "$@" "$image" sh -c "$in_container" >"$log" 2>&1; then
        as_root docker rm -f "$name" >/dev/null 2>&1 # a container that could not start stays behind
        explain_failure "The container could not be started" container-failed
    fi
}

ensure_container() {
    found=$(field '{{.State.Status}}|{{.Config.Image}}|{{index .Config.Labels "nimbook.port"}}|{{index .Config.Labels "nimbook.gpu"}}')
    state=${found%%|*}
    if [ -z "$state" ]; then
        outcome=created
        create
    elif [ "${found#*|}" != "$image|$port|$gpu" ]; then
        outcome=replaced
        as_root docker rm -f "$name" >/dev/null || give_up container-failed "The container of another image could not be removed."
        create
    elif [ "$state" = running ]; then
        outcome=kept
    else
        outcome=started
        as_root docker start "$name" >"$log" 2>&1 || explain_failure "The container could not be started" container-failed
    fi
}

wait_for_jupyter() {
    tries=0
    while :; do
        # The header comes through a pipe: arguments can be read by everybody on the machine.
        answer=$(as_root sed 's/^/Authorization: token /' $home/jupyter-token \
            | curl -s --max-time 5 -o /dev/null -w '%{http_code}' -H @- "http://127.0.0.1:$port/api/status")
        [ "$answer" = 200 ] && return
        # Right after its start a server may refuse for a moment; one that goes on refusing has another token.
        [ "$answer" = 403 ] && [ "$tries" -gt 25 ] \
            && give_up token-refused "A Jupyter answers on port $port of the machine, but not to the machine's own token."
        found=$(field '{{.State.Status}}|{{.RestartCount}}')
        case $found in
        running* | created* | restarting*) ;;
        *) give_up container-failed "The container stopped: $(as_root docker logs --tail 5 "$name" 2>&1 | tail -n 1)" ;;
        esac
        [ "${found#*|}" -lt 3 ] \
            || give_up container-failed "Jupyter ends as soon as it is started: $(as_root docker logs --tail 5 "$name" 2>&1 | tail -n 1)"
        [ "$tries" -lt "${NIMBOOK_JUPYTER_TRIES:-600}" ] || give_up jupyter-timeout "The container runs, but Jupyter does not answer on port $port (last answer: $answer)."
        tries=$((tries + 1))
        sleep 0.2
    done
}

step docker
as_root true 2>/dev/null || give_up no-permission "The user $(id -un) may not use sudo on this machine, and Docker needs it."
wait_for_docker
pull_image
step container
prepare
find_gpu
ensure_container
step jupyter
wait_for_jupyter
result container "$outcome"
result image "$image"
result port "$port"
result gpu "$gpu"
result version "$(curl -s --max-time 5 "http://127.0.0.1:$port/api" | sed -n 's/.*"version": *"\([^"]*\)".*/\1/p')"
result token "$(as_root cat $home/jupyter-token)"
