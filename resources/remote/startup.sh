#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Startup script of every machine that Nimbook creates; Compute Engine runs it as root on each boot, so each step first looks
# whether it is needed. Tells how far it is in guest attributes: nimbook/state = starting | ready | failed, nimbook/step,
# nimbook/gpu = none | ready | driver-missing | toolkit-missing, nimbook/error = a sentence.
set -u

metadata=http://${GCE_METADATA_HOST:-metadata.google.internal}/computeMetadata/v1/instance
home=/var/lib/nimbook

report() {
    echo "nimbook: $1 = $2"
    # Without guest attributes the machine works all the same; the state file is for scripts on the machine itself.
    [ "$1" = state ] && echo "$2" >$home/startup-state
    curl -sf --max-time 5 -o /dev/null -X PUT -H 'Metadata-Flavor: Google' --data-binary "$2" "$metadata/guest-attributes/nimbook/$1" || true
}

fail() {
    report error "$1"
    report state failed
    exit 1
}

make_folders() {
    mkdir -p /src/outputs $home/python || fail "The folder /src could not be made."
}

share_folders() {
    # Login users and the container's user share the folder, and neither is root in the other's place.
    chmod 777 /src /src/outputs $home/python
    # What one makes the other may change, whatever its umask says.
    if command -v setfacl >/dev/null 2>&1; then
        setfacl -d -m u::rwx,g::rwx,o::rwx /src /src/outputs $home/python || true
    fi
}

install_docker() {
    command -v docker >/dev/null 2>&1 && return
    command -v apt-get >/dev/null 2>&1 || fail "Docker is not installed, and this image has no apt-get to install it with."
    export DEBIAN_FRONTEND=noninteractive
    # At the first boot other programs hold the package lock for a while.
    for attempt in 1 2 3; do
        echo "nimbook: installing docker.io, attempt $attempt"
        if apt-get -o DPkg::Lock::Timeout=300 update && apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends docker.io acl curl; then
            break
        fi
        sleep 10
    done
    command -v docker >/dev/null 2>&1 || fail "Docker could not be installed: apt-get failed; the serial console has its words."
    if command -v systemctl >/dev/null 2>&1; then
        systemctl enable --now docker || fail "Docker was installed, but does not start."
    fi
}

gpu_state() {
    grep -qs 0x10de /sys/bus/pci/devices/*/vendor || { echo none; return; } # NVIDIA's vendor id
    nvidia-smi >/dev/null 2>&1 || { echo driver-missing; return; }
    docker info 2>/dev/null | grep -qi 'runtimes:.*nvidia' || { echo toolkit-missing; return; }
    echo ready
}

mkdir -p $home && chmod 755 $home || exit 1
report state starting
report step folders
make_folders
report step docker
install_docker
share_folders
report step gpu
gpu=$(gpu_state)
report gpu "$gpu"
case $gpu in
driver-missing) echo "nimbook: this machine has a GPU and no driver: choose a boot image that brings the NVIDIA driver" ;;
toolkit-missing) echo "nimbook: the NVIDIA container toolkit is missing: containers will not see the GPU" ;;
esac
report state ready
