#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Startup script of every machine that Nimbook creates; Compute Engine runs it as root on each boot, so each step first looks
# whether it is needed. Works on images that bring NVIDIA's driver (Deep Learning VM, Ubuntu accelerator images) and on bare Debian and
# Ubuntu, where Google's installer brings it and restarts the machine on its way, once or twice.
# Tells how far it is in guest attributes under nimbook/: state = starting | restarting | ready | failed, step (folders tools docker
# driver toolkit gate), steps = all steps so far with their start in seconds since 1970, gpu = none | ready | driver-missing |
# toolkit-missing | container-failed, driver = its version, error = a sentence. "ready" comes only after nvidia-smi has worked here and
# in a container.
set -u

metadata=http://${GCE_METADATA_HOST:-metadata.google.internal}/computeMetadata/v1/instance
home=/var/lib/nimbook
installer_url=https://storage.googleapis.com/compute-gpu-installation-us/installer/latest/cuda_installer.pyz
toolkit_url=https://nvidia.github.io/libnvidia-container
# Any image will do, NVIDIA's toolkit puts nvidia-smi into it; Google's mirror asks for no account.
gate_images='mirror.gcr.io/library/debian:12-slim debian:12-slim'
driver_boots=5            # installer, its restarts, and some to spare
restart_wait=${NIMBOOK_RESTART_WAIT:-180} # seconds until a restart that was announced must have come
steps=''

publish() {
    # Without guest attributes the machine works all the same.
    command -v curl >/dev/null 2>&1 || return 0
    curl -sf --max-time 5 -o /dev/null -X PUT -H 'Metadata-Flavor: Google' --data-binary "$2" "$metadata/guest-attributes/nimbook/$1" || true
}

report() {
    echo "nimbook: $1 = $2"
    # The state file is for scripts on the machine itself.
    case $1 in state | error) echo "$2" >"$home/startup-$1" ;; esac
    publish "$1" "$2"
}

begin() {
    steps="$steps$1:$(date +%s) "
    report step "$1"
    publish steps "$steps"
}

fail() {
    report error "$1"
    report state failed
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }
fetch() { curl -fsSL --retry 5 --retry-connrefused --max-time 300 -o "$2" "$1"; }

# At the first boot other programs hold the package lock for a while, and mirrors hiccup.
install_packages() {
    have apt-get || return 1
    export DEBIAN_FRONTEND=noninteractive
    for attempt in 1 2 3; do
        echo "nimbook: installing $*, attempt $attempt"
        if apt-get -o DPkg::Lock::Timeout=300 update && apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"; then
            return 0
        fi
        sleep "${NIMBOOK_RETRY_PAUSE:-10}"
    done
    return 1
}

make_folders() {
    mkdir -p /src/outputs "$home/python" || fail "The folder /src could not be made."
}

share_folders() {
    # Login users and the container's user share the folder, and neither is root in the other's place.
    chmod 777 /src /src/outputs "$home/python"
    # What one makes the other may change, whatever its umask says.
    if have setfacl; then
        setfacl -d -m u::rwx,g::rwx,o::rwx /src /src/outputs "$home/python" || true
    fi
}

install_tools() {
    have curl && return
    install_packages ca-certificates curl || fail "The package curl could not be installed; the serial console has apt-get's words."
}

install_docker() {
    if ! have docker; then
        have apt-get || fail "Docker is not installed, and this image has no apt-get to install it with."
        install_packages docker.io acl || true
        have docker || fail "Docker could not be installed: apt-get failed; the serial console has its words."
        if have systemctl; then
            systemctl enable --now docker || fail "Docker was installed, but does not start."
        fi
    fi
}

has_gpu() { grep -qs 0x10de /sys/bus/pci/devices/*/vendor; } # NVIDIA's vendor id
driver_works() { have nvidia-smi && nvidia-smi -L 2>/dev/null | grep -q '^GPU '; }

# The modules of an image that brings the driver may still be loading.
wait_for_driver() {
    tries=${NIMBOOK_DRIVER_TRIES:-30}
    have nvidia-smi || return 1
    while [ "$tries" -gt 0 ]; do
        driver_works && return 0
        tries=$((tries - 1))
        sleep 2
    done
    return 1
}

install_driver() {
    wait_for_driver && return
    have apt-get || fail "This machine has a GPU and no driver, and its image has no apt-get: choose a boot image that brings the NVIDIA driver."
    boots=$(cat "$home/driver-boots" 2>/dev/null || echo 0)
    if [ "$boots" -ge "$driver_boots" ]; then
        report gpu driver-missing
        # The next start by hand tries from the beginning.
        rm -f "$home/driver-boots"
        fail "Google's installer did not bring the NVIDIA driver up within $driver_boots starts; the serial console has its words."
    fi
    echo $((boots + 1)) >"$home/driver-boots"
    have python3 || install_packages python3 || fail "python3, which Google's driver installer needs, could not be installed."
    [ -s "$home/cuda_installer.pyz" ] || fetch "$installer_url" "$home/cuda_installer.pyz" || {
        rm -f "$home/cuda_installer.pyz"
        fail "Google's driver installer could not be downloaded from storage.googleapis.com."
    }
    echo "nimbook: running Google's installer, start $((boots + 1)) of at most $driver_boots"
    # It restarts the machine by itself and goes on when it is run again after that.
    (cd "$home" && python3 cuda_installer.pyz install_driver)
    status=$?
    driver_works && return
    [ $status = 0 ] || {
        report gpu driver-missing
        fail "Google's installer could not install the NVIDIA driver (exit status $status); the serial console has its words."
    }
    report state restarting
    sleep "$restart_wait"
    report gpu driver-missing
    fail "Google's installer announced a restart that did not come; reset the machine to go on."
}

docker_has_nvidia() { docker info 2>/dev/null | grep -qi 'runtimes:.*nvidia'; }

install_toolkit() {
    docker_has_nvidia && return
    if ! have nvidia-ctk; then
        have apt-get || { report gpu toolkit-missing; fail "NVIDIA's container toolkit is missing, and this image has no apt-get to install it with."; }
        key=/usr/share/keyrings/nvidia-container-toolkit.asc # apt takes armoured keys by this ending
        fetch "$toolkit_url/gpgkey" $key || { report gpu toolkit-missing; fail "The key of NVIDIA's packages could not be downloaded from nvidia.github.io."; }
        echo "deb [signed-by=$key] $toolkit_url/stable/deb/$(dpkg --print-architecture) /" >/etc/apt/sources.list.d/nvidia-container-toolkit.list
        install_packages nvidia-container-toolkit || { report gpu toolkit-missing; fail "NVIDIA's container toolkit could not be installed; the serial console has apt-get's words."; }
    fi
    nvidia-ctk runtime configure --runtime=docker || { report gpu toolkit-missing; fail "nvidia-ctk could not configure Docker."; }
    if have systemctl; then systemctl restart docker; fi
    for _ in 1 2 3 4 5; do
        docker_has_nvidia && return
        sleep 2
    done
    report gpu toolkit-missing
    fail "Docker does not know NVIDIA's runtime although the toolkit is installed."
}

# The proof that a notebook will see the GPU; once per driver version, because it costs a small download.
pass_gate() {
    version=$(nvidia-smi --query-gpu=driver_version --format=csv,noheader 2>/dev/null | head -n 1)
    report driver "$version"
    [ "$(cat "$home/gate-passed" 2>/dev/null)" = "$version" ] && return
    for image in $gate_images; do
        if docker run --rm --gpus all "$image" nvidia-smi -L >"$home/gate.log" 2>&1 && grep -q '^GPU ' "$home/gate.log"; then
            echo "$version" >"$home/gate-passed"
            return
        fi
        tail -n 5 "$home/gate.log"
    done
    report gpu container-failed
    fail "The GPU works on the machine, but not in a container: $(tail -n 1 "$home/gate.log")"
}

mkdir -p "$home" && chmod 755 "$home" || exit 1
rm -f "$home/startup-error"
report state starting
begin folders
make_folders
begin tools
install_tools
begin docker
install_docker
share_folders
gpu=none
if has_gpu; then
    begin driver
    install_driver
    rm -f "$home/driver-boots" "$home/cuda_installer.pyz"
    begin toolkit
    install_toolkit
    begin gate
    pass_gate
    gpu=ready
fi
report gpu $gpu
report state ready
publish steps "${steps}ready:$(date +%s)"
