# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Builds an image on the machine from NIMBOOK_SOURCE: a Dockerfile, a conda environment (*.yml, *.yaml) or a list for pip (*.txt); the last two
# on top of NIMBOOK_BASE. The image is called NIMBOOK_TAG ("nimbook.local/project"). Docker's output is the log; progress: its steps.
# Results: image, id. Errors: docker-missing docker-not-ready source-missing base-missing disk-full build-failed.
set -u

source=${NIMBOOK_SOURCE:?}
tag=${NIMBOOK_TAG:?}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
log=$work/log

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
give_up() { printf 'nimbook:error %s %s\n' "$1" "$2"; exit 1; }

command -v docker >/dev/null 2>&1 || give_up docker-missing "Docker is not installed on this machine."
as_root docker info >/dev/null 2>&1 || give_up docker-not-ready "Docker does not answer, or $(id -un) may not use sudo."
[ -f "$source" ] || give_up source-missing "There is no file $source on the machine."

# The folder goes to Docker whole: a project's data would be copied before the first step. So only what the instructions can reach.
mkdir "$work/context"
context=$work/context
dockerfile=$work/Dockerfile
case $source in
*.yml | *.yaml)
    cp "$source" "$context/environment.yml"
    cat >"$dockerfile" <<DOCKERFILE
FROM ${NIMBOOK_BASE:?}
USER root
COPY environment.yml /tmp/nimbook-environment.yml
RUN tool=\$(command -v mamba || command -v conda) || { echo "ERROR: this base image has neither mamba nor conda"; exit 1; }; \\
    \$tool env update --yes -n base -f /tmp/nimbook-environment.yml && rm /tmp/nimbook-environment.yml
DOCKERFILE
    ;;
*.txt)
    cp "$source" "$context/requirements.txt"
    cat >"$dockerfile" <<DOCKERFILE
FROM ${NIMBOOK_BASE:?}
USER root
ENV PIP_BREAK_SYSTEM_PACKAGES=1 PIP_ROOT_USER_ACTION=ignore
COPY requirements.txt /tmp/nimbook-requirements.txt
RUN python3 -m pip install --no-cache-dir --progress-bar off -r /tmp/nimbook-requirements.txt && rm /tmp/nimbook-requirements.txt
DOCKERFILE
    ;;
*)
    cp "$source" "$dockerfile"
    ! grep -qiE '^[[:space:]]*(COPY|ADD)[[:space:]]' "$source" || context=$(dirname "$source")
    ;;
esac

printf 'nimbook:step build\n'
{
    # The older builder tells its steps, line for line.
    as_root env DOCKER_BUILDKIT=0 docker build --force-rm -t "$tag" -f "$dockerfile" "$context" 2>&1
    echo $? >"$work/status"
} | grep --line-buffered -vE 'DEPRECATED: The legacy builder|BuildKit is currently disabled|^ +environment-variable\.' | while IFS= read -r line; do
    printf '%s\n' "$line" | tee -a "$log"
    case $line in
    'Step '*/*' : '*)
        steps=${line#Step }
        steps=${steps%% *}
        printf 'nimbook:progress %s %s items\n' $((${steps%/*} - 1)) "${steps#*/}"
        ;;
    esac
done
[ "$(cat "$work/status" 2>/dev/null)" = 0 ] || {
    touch "$log"
    if grep -qi 'no space left' "$log"; then
        give_up disk-full "The image could not be built: the machine's disk is full."
    elif grep -qE 'manifest unknown|pull access denied|repository does not exist' "$log"; then
        give_up base-missing "The image that it builds on does not exist, or is not public. $(grep -E 'manifest|pull access' "$log" | tail -n 1)"
    fi
    reason=$(grep -E '^(ERROR|error)[: ]' "$log" | tail -n 1)
    give_up build-failed "The image could not be built from $source. ${reason:-$(grep -v '^[[:space:]]*$' "$log" | tail -n 1)}"
}
printf 'nimbook:result image %s\n' "$tag"
printf 'nimbook:result id %s\n' "$(as_root docker inspect --type=image -f '{{.Id}}' "$tag")"
