# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Looks and changes nothing; NIMBOOK_CONTAINER, NIMBOOK_PORT.
# Results: docker ready|missing|not-ready, container absent|created|running|restarting|exited|paused|dead, image, digest (or none), id, started, address (the container's own),
# restarts NUMBER, exit STATUS, policy, port, jupyter yes|no (something answers on the port), free BYTES (of /src).
set -u

name=${NIMBOOK_CONTAINER:-nimbook-jupyter}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
result() { printf 'nimbook:result %s %s\n' "$1" "$2"; }
field() { as_root docker inspect -f "$1" "$name" 2>/dev/null; }

if ! command -v docker >/dev/null 2>&1; then
    result docker missing
elif ! as_root docker info >/dev/null 2>&1; then
    result docker not-ready
else
    result docker ready
    state=$(field '{{.State.Status}}')
    result container "${state:-absent}"
    port=${NIMBOOK_PORT:-8888}
    if [ -n "$state" ]; then
        image=$(field '{{.Config.Image}}')
        result image "$image"
        repository=$(printf '%s\n' "${image%@*}" | sed 's|:[^:/]*$||')
        digests=$(as_root docker inspect --type=image -f '{{json .RepoDigests}}' "$image" 2>/dev/null | tr -d '"[] ' | tr ',' '\n' | grep '@sha256:')
        digest=$(printf '%s\n' "$digests" | grep -F "$repository@" | head -n 1)
        digest=${digest:-$(printf '%s\n' "$digests" | head -n 1)} # Docker Hub's are listed without "docker.io/"
        result digest "${digest:-none}"
        result id "$(field '{{.Image}}')"
        result started "$(field '{{.State.StartedAt}}')"
        result restarts "$(field '{{.RestartCount}}')"
        result exit "$(field '{{.State.ExitCode}}')"
        result address "$(field '{{.NetworkSettings.IPAddress}}')"
        result policy "$(field '{{.HostConfig.RestartPolicy.Name}}')"
        label=$(field '{{index .Config.Labels "nimbook.port"}}')
        port=${label:-$port}
    fi
    result port "$port"
    if curl -sf --max-time 5 -o /dev/null "http://127.0.0.1:$port/api"; then result jupyter yes; else result jupyter no; fi
fi
free=$(df -Pk /src 2>/dev/null | awk 'NR == 2 { printf "%.0f", $4 * 1024 }')
result free "${free:-0}"
