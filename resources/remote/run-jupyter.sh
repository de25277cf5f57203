# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Makes sure that the container runs and that Jupyter answers; a second call changes nothing. Arrives on the stdin of `sh -s`
# behind assignments of NIMBOOK_IMAGE, NIMBOOK_CONTAINER, NIMBOOK_PORT, NIMBOOK_GPU (auto|none), NIMBOOK_SHM_SIZE, NIMBOOK_PULL
# (missing|always|recorded: the bits that nimbook.lock pins, though the reference may be here with others), NIMBOOK_RESTART (yes: one that runs is started anew), NIMBOOK_PCI (where PCI
# devices are listed). What container-settings.sh saved goes before NIMBOOK_SHM_SIZE.
# Results: container kept|started|restarted|created|replaced, image, digest (or none), port, gpu none|ready|driver-missing|toolkit-missing, version, token.
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
last_words() { grep -v -e '^[[:space:]]*$' -e '^http ' -e " --help'" -e 'docker run --help' "$log" | tail -n 1 | sed 's/^{"message":"\(.*\)"}$/\1/; s/.*"error":"\([^"]*\)".*/\1/'; }
setting() { sed -n "s/^$1=//p" $home/container.conf 2>/dev/null | tail -n 1; }

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

# What nimbook.lock in the project says under a key; it is written with one key a line.
lock_value() { sed -n "s/^ *\"$1\": *\"\([A-Za-z0-9._/:@-]*\)\",*\$/\1/p" /src/nimbook.lock 2>/dev/null | head -n 1; }

image_field() { as_root docker inspect --type=image -f "$1" "$2" 2>/dev/null; }

# The digest under which this image's own registry knows it: "quay.io/jupyter/scipy-notebook@sha256:…".
digest() {
    all=$(image_field '{{json .RepoDigests}}' "$image" | tr -d '"[] ' | tr ',' '\n' | grep '@sha256:')
    own=$(printf '%s\n' "$all" | grep -F "$(repository "$image")@" | head -n 1)
    printf '%s\n' "${own:-$(printf '%s\n' "$all" | head -n 1)}"
}

# A colon before the last slash belongs to a port.
repository() { printf '%s\n' "${1%@*}" | sed 's|:[^:/]*$||'; }

# Docker's own words become our progress: {"status":"Downloading","progressDetail":{"current":1,"total":9},"id":"abc"}. The sizes
# of layers are known one after the other; until all are, the total is -1.
follow_pull() {
    layers='' count=0 phase=pull
    while IFS= read -r line; do
        status=${line#*\"status\":\"}
        status=${status%%\"*}
        case $line in
        '{"message":'* | *'"error":'* | *'"errorDetail":'*) printf '%s\n' "$line" | tee -a "$log"; continue ;;
        *'"status"'*) ;;
        'http '[45]*) echo "$line" >>"$log"; continue ;;
        *) continue ;;
        esac
        id=${line##*\"id\":\"}
        id=${id%%\"*}
        case $id in
        '' | *[!0-9a-f]*) printf '%s\n' "$status" | tee -a "$log"; continue ;;
        esac
        case $status in
        'Pulling fs layer')
            layers="$layers $id"
            eval "got_$id=0 size_$id= unpacked_$id=0"
            ;;
        Downloading | Extracting)
            current=${line#*\"current\":}
            current=${current%%[!0-9]*}
            size=${line#*\"total\":}
            size=${size%%[!0-9]*}
            if [ -z "$current" ] || [ -z "$size" ]; then continue; fi
            if [ "$status" = Downloading ]; then eval "got_$id=$current size_$id=$size"; else eval "size_$id=$size got_$id=$size unpacked_$id=$current"; fi
            ;;
        'Download complete') eval "got_$id=\${size_$id:-0}; size_$id=\${size_$id:-0}" ;;
        'Pull complete') eval "got_$id=\${size_$id:-0}; size_$id=\${size_$id:-0}; unpacked_$id=\$size_$id" ;;
        *) continue ;;
        esac
        count=$((count + 1))
        case $status in Downloading | Extracting) [ $((count % 8)) = 0 ] || continue ;; esac
        got=0 total=0 unpacked=0 unknown=no
        for id in $layers; do
            eval "got=\$((got + got_$id)) unpacked=\$((unpacked + unpacked_$id)) size=\$size_$id"
            if [ -n "$size" ]; then total=$((total + size)); else unknown=yes; fi
        done
        if [ $unknown = yes ]; then
            printf 'nimbook:progress %s -1 bytes\n' $got
        elif [ $got -lt $total ]; then
            printf 'nimbook:progress %s %s bytes\n' $got $total
        else
            [ $phase = unpack ] || { phase=unpack; step unpack; }
            printf 'nimbook:progress %s %s bytes\n' $unpacked $total
        fi
    done
}

# The command line of docker tells no bytes unless it draws bars on a terminal; the Engine's own interface does.
pull() {
    : >"$log"
    if [ -S /var/run/docker.sock ] && command -v curl >/dev/null 2>&1; then
        name_part=$(repository "$1")
        tag_part=${1#"$name_part"}
        tag_part=${tag_part#[:@]}
        as_root curl -sSN --unix-socket /var/run/docker.sock -X POST -w '\nhttp %{http_code}\n' \
            "http://docker/images/create?fromImage=$name_part&tag=${tag_part:-latest}" 2>&1 | tr -d '\r' | follow_pull
        ! grep -qE '^\{"message":|"error":|^http [45]|^curl: ' "$log"
    else
        pull_by_command "$1"
    fi
}

pull_by_command() {
    : >"$log.status"
    { as_root docker pull "$1" 2>&1; echo $? >"$log.status"; } | {
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
    [ "$status" = 0 ]
}

get_image() {
    pinned=$(lock_value digest)
    [ "$(lock_value reference)" = "$image" ] && [ "$pinned" != "$image" ] || pinned=
    here=$(image_field '{{.Id}}' "$image")
    case ${NIMBOOK_PULL:-missing} in
    always) pinned= ;;
    recorded) if [ -n "$here" ] && { [ -z "$pinned" ] || [ "$(image_field '{{.Id}}' "$pinned")" = "$here" ]; }; then return; fi ;;
    *) [ -z "$here" ] || return ;;
    esac
    case $image in *[!A-Za-z0-9._/:@-]*) give_up image-not-found "'$image' is not the name of an image." ;; esac
    case $image in nimbook.local/*) # made by build-image.sh on another machine or another disk
        give_up image-not-built "The image $image was built on a machine; this one does not have it." ;;
    esac
    step pull
    # A project that was recorded with this image gets exactly the bits it was recorded with, however old the tag has grown.
    if [ -n "$pinned" ]; then
        echo "nimbook.lock pins $image to ${pinned#*@}."
        if { [ -n "$(image_field '{{.Id}}' "$pinned")" ] || pull "$pinned"; } && { [ "${image#*@}" != "$image" ] || as_root docker tag "$pinned" "$image"; }; then return; fi
        explain_failure "The image $pinned, which nimbook.lock pins, could not be pulled" pull-failed
    fi
    pull "$image" || explain_failure "The image $image could not be pulled" pull-failed
}

find_gpu() {
    gpu=none
    [ "${NIMBOOK_GPU:-auto}" = none ] && return
    grep -qs 0x10de "${NIMBOOK_PCI:-/sys/bus/pci/devices}"/*/vendor || { echo "This machine has no GPU."; return; } # NVIDIA's vendor id
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
        { [ ! -f container.env ] || cat container.env
          printf "JUPYTER_TOKEN=%s\n" "$(cat jupyter-token)"
          # Packages are installed beside the container, so that they outlive it.
          printf "PYTHONUSERBASE=%s/python\nPIP_USER=1\nPIP_BREAK_SYSTEM_PACKAGES=1\nPIP_ROOT_USER_ACTION=ignore\n" "$1"
        } >jupyter.env' sh $home
}

prepare() {
    if ! as_root mkdir -p /src/outputs $home/python || ! as_root chmod 777 /src /src/outputs $home/python; then
        give_up disk-full "The folder /src could not be made."
    fi
    make_environment || give_up disk-full "The token for Jupyter could not be saved on the machine."
    shm=$(setting shm)
    shm=${shm:-${NIMBOOK_SHM_SIZE:-1g}}
    restart=$(setting restart)
    restart=${restart:-unless-stopped}
    # Says whether a container was made with what is wanted now, and tells nothing of what the variables hold.
    # shellcheck disable=SC2016 # expanded by the inner shell
    settings=$({ printf '%s %s\n' "$shm" "$restart"; as_root sh -c '[ ! -f "$1/container.env" ] || cat "$1/container.env"' sh $home; } | sha256sum | cut -c 1-16)
}

# Runs in the container, so it asks there which Jupyter there is. The folder for packages must be there before a kernel starts:
# Python looks for it only then. It is named once more: the Jupyter project's images change over to their user by sudo, which drops that variable.
# shellcheck disable=SC2016
in_container='
    export PYTHONUSERBASE=/var/lib/nimbook/python
    mkdir -p "$(python3 -m site --user-site)" 2>/dev/null
    # Without buttons that end the server or the login: in the window they would only break the page.
    set -- --ip=0.0.0.0 --port=8888 --port-retries=0 --no-browser --ServerApp.quit_button=False
    [ "$(id -u)" = 0 ] && set -- "$@" --allow-root
    if command -v start-notebook.py >/dev/null 2>&1; then exec start-notebook.py "$@" --LabApp.news_url=None
    elif command -v jupyter-lab >/dev/null 2>&1; then exec jupyter-lab "$@" --LabApp.news_url=None
    elif command -v jupyter-notebook >/dev/null 2>&1; then exec jupyter-notebook "$@" --NotebookApp.quit_button=False
    fi
    echo "This image has no Jupyter."; exit 127'

create() {
    set -- -d --name "$name" --restart "$restart" -p "127.0.0.1:$port:8888" -v /src:/src -v $home/python:$home/python \
        --env-file $home/jupyter.env -w /src --shm-size "$shm" \
        --label "nimbook.port=$port" --label "nimbook.gpu=$gpu" --label "nimbook.settings=$settings"
    [ "$gpu" = ready ] && set -- "$@" --gpus all
    # As root the Jupyter project's images change over to a user with these numbers: files in /src belong to who logs in.
    set -- "$@" --user root -e "NB_UID=$(id -u)" -e "NB_GID=$(id -g)"
    if ! as_root docker run "$@" "$image" sh -c "$in_container" >"$log" 2>&1; then
        as_root docker rm -f "$name" >/dev/null 2>&1 # a container that could not start stays behind
        put_back
        explain_failure "The container could not be started" container-failed
    fi
    as_root docker rm -f "$name-before" >/dev/null 2>&1 # also one that an interrupted call left
}

# The container that ran is worth more than one that cannot be made: it waits under another name until the new one stands.
set_aside() {
    as_root docker rm -f "$name-before" >/dev/null 2>&1
    as_root docker stop -t 5 "$name" >/dev/null 2>&1
    as_root docker rename "$name" "$name-before" >"$log" 2>&1 || explain_failure "The container as it was could not be put aside" container-failed
}

put_back() {
    as_root docker inspect -f '{{.State.Status}}' "$name-before" >/dev/null 2>&1 || return 0
    echo "The container as it was is started again."
    as_root docker rename "$name-before" "$name" >/dev/null 2>&1
    [ "$state" != running ] || as_root docker start "$name" >/dev/null 2>&1
}

ensure_container() {
    found=$(field '{{.State.Status}}|{{.Config.Image}}|{{.Image}}|{{index .Config.Labels "nimbook.port"}}|{{index .Config.Labels "nimbook.gpu"}}|{{index .Config.Labels "nimbook.settings"}}')
    state=${found%%|*}
    if [ -z "$state" ]; then
        outcome=created
        create
    elif [ "${found#*|}" != "$image|$(image_field '{{.Id}}' "$image")|$port|$gpu|$settings" ]; then
        outcome=replaced
        set_aside
        create
    elif [ "$state" = running ] && [ "${NIMBOOK_RESTART:-no}" = yes ]; then
        outcome=restarted
        as_root docker restart -t 10 "$name" >"$log" 2>&1 || explain_failure "The container could not be restarted" container-failed
    elif [ "$state" = running ]; then
        outcome=kept
    else
        outcome=started
        as_root docker start "$name" >"$log" 2>&1 || explain_failure "The container could not be started" container-failed
    fi
}

# Whoever Jupyter runs as, root or a user that the image changed over to: the one whose socket listens on the container's port.
jupyter_user() {
    pid=$(field '{{.State.Pid}}')
    as_root cat "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6" 2>/dev/null | awk '$2 ~ /:22B8$/ && $4 == "0A" { print $8; exit }' # 22B8 is 8888
}

# What is installed belongs to that user, so that a cell can renew it; another image, or an earlier version of these scripts, installed as
# somebody else. Every `docker exec` of the other scripts runs as the owner of this folder.
give_packages() {
    user=$(jupyter_user)
    case $user in '' | *[!0-9]*) return ;; esac
    if [ -n "$(as_root find $home/python ! -user "$user" -print -quit)" ]; then as_root chown -R -h "$user" $home/python; fi
    if [ -d /src/.nimbook ]; then as_root chown -R -h --from=0 "$user" /src/.nimbook; fi # what runs in the background left
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
get_image
step container
prepare
find_gpu
ensure_container
step jupyter
wait_for_jupyter
give_packages
result container "$outcome"
result image "$image"
image_digest=$(digest)
result digest "${image_digest:-none}"
result port "$port"
result gpu "$gpu"
result version "$(curl -s --max-time 5 "http://127.0.0.1:$port/api" | sed -n 's/.*"version": *"\([^"]*\)".*/\1/p')"
result token "$(as_root cat $home/jupyter-token)"
